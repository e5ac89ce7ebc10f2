"""What the front page and the chapter on more reports say of a rise, a fall and a standstill, on data that others may
have tomorrow: each word of direction is worked out here from the CSV alone, in both languages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small import DATA, ROOT, Row, edit, is_analysis, read_table, write_table

from evaluation.pages.model import Page
from evaluation.pages.page import build
from evaluation.pages.publications import sources_of

pytestmark = pytest.mark.slow  # runs two chapters again and again
CODE, LAWS = "trafficking_1525", "all_human_trafficking"
Change = Callable[[list[Row]], None]


def row_of(rows: list[Row], year: str, definition: str = CODE) -> Row:
    """The latest row of Canada in a year."""
    own = [row for row in rows if (row["place"], row["definition"], row["year"]) == ("Canada", definition, year)]
    return max((row for row in own if row["incidents"]), key=lambda row: row["vintage"])


def counted(year: str, incidents: str, rate: str = "") -> Change:
    def change(rows: list[Row]) -> None:
        row_of(rows, year).update(incidents=incidents, rate_per_100k=rate)

    return change


def released(definition: str, year: str, incidents: str, vintage: str) -> Change:
    """One row more: a year as another release has it."""

    def change(rows: list[Row]) -> None:
        like = row_of(rows, "2024", definition)
        rows.append(
            like | {"year": year, "incidents": incidents, "rate_per_100k": "", "vintage": vintage, "caveats": ""}
        )

    return change


def another_release(rows: list[Row]) -> None:
    """A release that begins in 2015, as a reader may have cut it out, with another count each year."""
    like, fewer = row_of(rows, "2024"), {"rate_per_100k": "", "caveats": "", "vintage": "2026-07-30"}
    rows += [
        like | fewer | {"year": str(year), "incidents": str(count)}
        for year, count in zip(range(2015, 2026), [520, *range(240, 460, 20), 450], strict=False)
    ]


def missing(year: str) -> Change:
    def change(rows: list[Row]) -> None:
        rows[:] = [row for row in rows if row["year"] != year]

    return change


CHANGES: dict[str, Change] = {
    "as it is": lambda rows: None,
    "300 in the last year": counted("2024", "300", "0.73"),
    "386 in the last year": counted("2024", "386", "0.94"),
    "as many as in 2023": counted("2024", "522", "1.27"),
    "503 in the first year": counted("2009", "503", "1.50"),
    "600 in the first year": counted("2009", "600", "1.78"),
    "a newer year, up": released(CODE, "2025", "540", "2026-07-30"),
    "a newer year, down": released(CODE, "2025", "30", "2026-07-30"),
    "2021 is missing": missing("2021"),
    "a newer release from 2015": another_release,
    "a later release of one year": released(LAWS, "2024", "540", "2026-03-01"),
}


# One of each kind while somebody works: down, level, from a higher first year, a year that is missing. As it is, the
# pages are read by the checker.
SOON = (
    "a newer release from 2015",
    "300 in the last year",
    "as many as in 2023",
    "503 in the first year",
    "2021 is missing",
)
each = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in SOON else pytest.mark.long) for name in CHANGES]
)


def changed(change: Change, folder: Path) -> Path:
    data = Path(shutil.copytree(DATA, folder / "data"))
    path = data / "police_reported.csv"
    rows = read_table(path)
    change(rows)
    write_table(path, rows)
    return data


def run(chapter: str, data: Path) -> Any:
    """The notebook with what its cells record on these data."""
    content = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    content["metadata"]["evaluation"] |= {"slug": chapter, "chapter": chapter, "parameters": {}, "differing": {}}
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALUATION_DATA", str(data))
        patch.setenv("EVALUATION_NO_PREVIEW", "1")
        patch.setattr("evaluation.numbers.flips.flips", lambda rule: [])
        for cell in content["cells"]:

            def keep(kind: str, record: dict[str, Any], *_: Any, cell: Any = cell) -> None:
                cell["outputs"].append({"output_type": "display_data", "metadata": {}, "data": {kind: record}})

            patch.setattr("evaluation.records.chapter.publish", keep)
            if is_analysis(cell):
                exec("".join(cell["source"]), names)
    return nbformat.reads(json.dumps(content), 4)


def words(html: str) -> str:
    text = re.sub(r"<svg.*?</svg>|<details.*?</details>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text)).replace("\u202f", " "))


def read(page: Page) -> str:
    """What everybody reads of a page."""
    return words(" ".join([page.headline, page.answer, *page.blocks[: page.checking]]))


class Truth:
    """The long series of Canada, worked out from the CSV: the newest release of three years or more, its ends, the year
    before the last, and where it went."""

    def __init__(self, data: Path):
        every = read_table(data / "police_reported.csv")
        rows = [row for row in every if row["incidents"] and row["place"] == "Canada" and row["definition"] == CODE]
        releases = {row["vintage"]: [] for row in rows}
        for row in sorted(rows, key=lambda row: row["year"]):
            releases[row["vintage"]] += [row] if row["year"] >= "2009" else []
        own = releases[max(release for release, own in releases.items() if len(own) > 2)]
        self.years = [row["year"] for row in own]
        self.first, self.before, self.last = (int(own[at]["incidents"]) for at in (0, -2, -1))
        self.way = way(self.first, self.last)
        self.step = way(self.before, self.last)


def way(one: int, other: int) -> str:
    return "rose" if other > one else "fell" if other < one else "unchanged"


TITLES = {
    "en": {
        "rose": "Police reports rose. Nobody knows how much is better detection.",
        "fell": "Police reports fell. That is no proof of success.",
        "unchanged": "Police reports ended where they began",
    },
    "fr": {
        "rose": "Plus d’affaires déclarées; on ignore l’effet d’une meilleure détection",
        "fell": "La baisse des affaires déclarées ne prouve pas une réussite",
        "unchanged": "Les affaires déclarées sont revenues au nombre de départ",
    },
}
STEPS = {
    "en": {
        "rose": "The last step was up, from {}",
        "fell": "The last step was down, from {}",
        "unchanged": "as many: {}",
    },
    "fr": {
        "rose": "La dernière année, le nombre a augmenté : il était de {}",
        "fell": "La dernière année, le nombre a diminué : il était de {}",
        "unchanged": "il y en avait autant : {}",
    },
}
SAFE = {
    "en": {
        "rose": "how much of the rise is",
        "fell": "the fall is no proof of success",
        "unchanged": "as many trafficking",
    },
    "fr": {
        "rose": "quelle part de la hausse",
        "fell": "la baisse ne prouve pas la réussite",
        "unchanged": "autant d’affaires",
    },
}


@each
def test_the_front_page_says_which_way_reports_went(name: str, tmp_path: Path) -> None:
    data = changed(CHANGES[name], tmp_path)
    truth, notebook = Truth(data), run("findings", data)
    for language in ("en", "fr"):
        page = build(notebook, language)
        said = read(page).replace("\u00a0", " ")
        for titled in TITLES[language].values():
            assert (titled in said) == (titled == TITLES[language][truth.way]), (name, language)
        for which, step in STEPS[language].items():
            assert (step.format(truth.before) in said) == (which == truth.step), (name, language)
        told = {"en": "reported {} incidents under the Criminal Code in {} and {} in {}",
                "fr": "a déclaré {} affaires au sens du Code criminel en {} et {} en {}"}[language]  # fmt: skip
        assert told.format(truth.first, truth.years[0], truth.last, truth.years[-1]) in said
        assert "statcan_founded_2018" in sources_of(page.charts["reports_to_police"].numbers)


@each
def test_the_chapter_says_which_way_and_keeps_first_releases(name: str, tmp_path: Path) -> None:
    data = changed(CHANGES[name], tmp_path)
    truth, notebook = Truth(data), run("more_reports", data)
    for language in ("en", "fr"):
        said = read(build(notebook, language)).replace("\u00a0", " ")
        for which, sentence in SAFE[language].items():
            assert (sentence in said) == (which == truth.way), (name, language)
        assert STEPS[language][truth.step].format(truth.before) in said
        safe = said[said.index(SAFE[language][truth.way]) - 300 :]
        assert "2018" in safe  # the one sentence that is made to be lifted has the rule


def test_no_later_release_is_named_where_there_is_none(tmp_path: Path) -> None:
    assert "A later release gives" not in read(build(run("more_reports", changed(lambda folder: None, tmp_path)), "en"))


def test_a_later_copy_of_one_year_is_no_first_release(tmp_path: Path) -> None:
    page = build(run("more_reports", changed(CHANGES["a later release of one year"], tmp_path)), "en")
    since, aged = (page.tables[name].csv.decode("utf-8-sig") for name in ("since", "same_age"))
    assert re.search(r"As first released,552,552,552,608,608,608,", since)
    assert "540" not in since
    assert "A later release gives 540 for 2024, but no count for 2021." in read(page).replace("\u00a0", " ")
    assert not re.search(r"^2024,540", aged, re.MULTILINE)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_target_stands_on_the_front_page_too(language: str, tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    told = {"en": "None has an indicator of its own", "fr": "Aucun n’a d’indicateur propre"}[language]
    assert told in read(build(run("findings", data), language))
    edit(data, "indicators", read_table(data / "indicators.csv")[0]["result"], target="90%")
    said = read(build(run("findings", data), language))
    assert told not in said
    assert {"en": "Some have a measure", "fr": "Certains ont un indicateur"}[language] in said


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_key_sentence_opens_both_pages(language: str) -> None:
    key = {"en": "he number alone cannot say which.", "fr": "e nombre seul ne permet pas de trancher."}[language]
    for chapter in ("findings", "more_reports"):
        page = build(run(chapter, DATA), language)
        assert key in words(page.answer)
        assert 'data-chart="from_outside"' in page.blocks[0]
        assert page.opening == 1  # the dots, then warnings
        assert {"en": "(invented numbers)", "fr": "(chiffres fictifs)"}[language] in page.blocks[0]
        assert {"en": "estimate", "fr": "estimation"}[language] not in page.blocks[0]
