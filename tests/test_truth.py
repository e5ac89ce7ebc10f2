"""What a page says stays true when the numbers change: read by a checker that shares nothing with what it judges.

Here the checker itself is judged: what is planted false is named, what is true is not; then pages of data changed as
tomorrow may change them.
"""

import re
import shutil
from pathlib import Path

import pytest
from small import DATA, ROOT
from truth_changes import OF_CANADA, read, refused
from truth_checker import CONSISTENT, CONTRADICTS, Block, Data, Judge, Page, Verdict, check

pytestmark = pytest.mark.slow
NEVER = (  # false whatever the data say
    ("en", "Trafficking rose in Canada."),
    ("en", "Trafficking in Ontario fell."),
    ("fr", "La traite a augmenté au Canada."),
    ("fr", "La traite des personnes a diminué."),
)
# Words of a page and what makes another thing of them; the words that a rule reads on the pages of today.
TRUE_READING = ("direction", "rate behind", "trafficking")


def wrong(verdicts: list[Verdict]) -> list[str]:
    return [str(verdict) for verdict in verdicts if verdict.verdict == CONTRADICTS]


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(ROOT / "data")


@pytest.fixture(scope="module")
def today(whole_review: Path) -> list[Verdict]:
    """What the checker says of the pages as they are."""
    return check(whole_review, ROOT / "data")


def test_the_pages_of_today_contradict_no_number(today: list[Verdict]) -> None:
    assert wrong(today) == []


def test_it_reads_what_it_is_made_for(today: list[Verdict]) -> None:
    """Not silent: many words are judged, also of those that say a direction, in each language; few sentences do, and
    each stands over a claim."""
    assert sum(v.verdict == CONSISTENT for v in today) > 60
    of_directions = [v.page for v in today if v.verdict == CONSISTENT and v.rule in TRUE_READING]
    assert len(of_directions) > 2
    assert {page.split("/")[0] for page in of_directions} == {"en", "fr"}


@pytest.mark.parametrize(("language", "sentence"), NEVER)
def test_what_nobody_knows_is_never_true(language: str, sentence: str, whole_review: Path, data: Data) -> None:
    """Put on a page in a section of its own."""
    page = Page(whole_review / language / "more_reports.html", data)
    page.blocks = [Block(sentence, "p", [], 999)]
    assert wrong(Judge(page).verdicts())


# A page, words of it and what makes another thing of them, of each kind of falsehood.
FALSE = (
    ("comparison", "en/brief", "above Canada’s</a>", "below Canada’s</a>"),
    ("comparison", "fr/brief", "au-dessus du taux canadien</a>", "au-dessous du taux canadien</a>"),
    ("rank", "en/investigations_and_charges", "guilty decision is rarer in", "guilty decision is more common in"),
    ("amount", "en/brief", ">$307 million<", ">$370 million<"),
    ("bound", "en/brief", ">more than 29,000<", ">29,000<"),
    ("years of a sum", "fr/brief", "345 M$</data></a> pour <time", "307 M$</data></a> pour <time"),
    ("year", "en/brief", ">December 2021 to February 2023<", ">December 2021 to February 2024<"),
    ("place", "en/brief", "</span> in Ontario in", "</span> in Canada in"),
    ("place", "fr/brief", "</span> en Ontario en", "</span> au Canada en"),
    ("share", "en/brief", ">93%<", ">23%<"),
    ("share", "fr/brief", ">84 %<", ">48 %<"),
    ("equality", "en/brief", ">2021</time></h2>", ">2023</time></h2>"),
    ("none", "en/brief", ", none with a target", ", each with a target"),
    ("first", "en/brief", "Both are first-published figures", "Both are from one release"),
    ("count of a year", "en/brief", ">522<", ">503<"),
)
VALUE = {"370": 370_000_000, "307": 307_000_000, "23%": 23, "48": 48, "503": 503}  # what is said to a machine


def planted_in(html: str, here: str, false: str) -> str:
    """A page with other words in place of the first that stand in its main part; what a number there says to a machine
    is changed with it."""
    start = html.index("<main")
    at = html.index(here, start)
    opening = html.rindex("<data", start, at + 1 + len(here)) if "<data" in html[start : at + len(here)] else 0
    changed = html[:at] + false + html[at + len(here) :]
    value = next((value for words, value in VALUE.items() if words in false), None)
    if false == ">29,000<":
        return changed[:opening] + changed[opening:].replace('"more-than"', '"exact"', 1)
    if value is None:
        return changed
    return changed[:opening] + re.sub(r'value="[^"]*"', f'value="{value}"', changed[opening:], count=1)


@pytest.mark.parametrize(("kind", "name", "here", "false"), FALSE)
def test_a_falsehood_of_each_kind_is_named(
    kind: str, name: str, here: str, false: str, whole_review: Path, tmp_path: Path, data: Data
) -> None:
    html = " ".join((whole_review / f"{name}.html").read_text(encoding="utf-8").split())
    path = tmp_path / f"{name}.html"
    path.parent.mkdir()
    path.write_text(html, encoding="utf-8")
    assert wrong(Judge(Page(path, data)).verdicts()) == []
    path.write_text(planted_in(html, here, false), encoding="utf-8")
    assert wrong(Judge(Page(path, data)).verdicts()), kind


OF_SERIES = ("findings", "more_reports", "reported_incidents", "uncertainty")
WHOLE = ("no first release", "a later release of one year")  # of numbers of which no page says more than their rows do


@pytest.mark.parametrize(
    ("name", "chapters"),
    [
        ("every series turned", OF_SERIES[:1]),
        *(pytest.param(name, OF_SERIES, marks=pytest.mark.long) for name in OF_CANADA),
    ],
)
def test_what_chapters_say_of_other_counts(name: str, chapters: tuple[str, ...], tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    OF_CANADA[name](data)
    assert [line for line in refused(data) if "police_reported" in line] == []
    verdicts, named = read(chapters, data, tmp_path)
    assert wrong(verdicts) == []
    assert bool(named) is (name not in WHOLE), "what turned round is refused by name"
