"""Cells of words in lines: marks, matched languages, what is said; what does not hold: in a build, a draft, a kernel"""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from lxml import html
from small import ROOT, Make, notebook, project, run

from evaluation.building import checks
from evaluation.language.comparisons import comparison_word
from evaluation.language.prose_cells import NoProse, is_analysis, is_prose, parse_parts, parse_words
from evaluation.language.texts import check_chapter
from evaluation.numbers.claims import NotAClaim
from evaluation.numbers.quantity import Quantity
from evaluation.problems import InputError
from evaluation.records.claim_checks import check_claims
from evaluation.records.claims import Claims
from evaluation.records.kernel import SESSION, ProseMagic
from evaluation.records.prose import Values
from evaluation.records.serialization import number_record

SOURCE = """%%prose
## Heading
%when up
It rose to {last}.
%holds rose: last > 3
%elsewhen down
It fell to {last}.
%else
It is {last}.

- **Point.** In words.
%general
%%fr
## Titre

Hausse à {last}.
Baisse à {last}.
Elle est de {last}.

- **Point.** En mots."""


def cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}}


def claims(*cells: str, **states: Any) -> Claims:
    values = Values("en")
    for name, state in states.items():
        if isinstance(state, Quantity):
            values.absent.discard(name)
        values.take({"name": name, "absent": True} if state is None else {"name": name, "state": state})
    return Claims(values, {}, [cell(source) for source in cells])


def test_a_cell_of_words_is_no_analysis() -> None:
    for source in ("%%chart a\ntitle: A", "%%table a\ntitle: A", "%%numbers", SOURCE):
        assert not is_analysis(cell(source))
    assert is_prose(cell(SOURCE))
    assert not is_prose(cell("%%numbers"))
    assert is_analysis(cell("chart = 1"))


def test_lines_have_their_marks_and_languages_match() -> None:
    words = parse_words(SOURCE)
    assert [(line.mark, line.condition) for line in words.lines] == [
        ("", ""), ("when", "up"), ("elsewhen", "down"), ("else", ""), ("", "")
    ]  # fmt: skip
    assert [(claim.name, claim.text) for claim in words.lines[1].claims] == [("rose", "last > 3")]
    assert words.lines[-1].general
    assert "%" not in words.texts["en"]
    assert words.text("fr", [True, False, True, False, True]) == "## Titre\n\nBaisse à {last}.\n\n- **Point.** En mots."


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("%%prose\n%holds a > 1\nA.\n%%fr\nB.", "%holds a > 1 beneath no line"),
        ("%%prose\nA.\n%when a\n%%fr\nB.", "%when above no line"),
        ("%%prose\nA.\n%else\nB.\n%%fr\nA.\nB.", "%else after no line under %when"),
        ("%%prose\nA.\n%holds\n%%fr\nB.", "%holds"),
        ("%%prose\nA.\n%hold a > 1\n%%fr\nB.", "%hold a > 1"),
        ("%%prose\nA.\n%%fr\nB.\n%holds a > 1", "%holds in %%fr"),
        ("%%prose\nA.\nC.\n%%fr\nB.", "1 lines in fr beside 2 in en"),
        ("%%prose\nA {a}.\nB {b}.\n%%fr\nB {b}.\nA {a}.", "{a, b} in one language of line 1"),
        ("%%prose\n## A\nB.\n%%fr\nA\n## B.", "'A' beside '## A'"),
        ("%%chart\ntitle: A\n%%fr\ntitle: B", "%%chart "),
        ("%%chart a\ntitle: A\n%%fr\nsubtitle: B", "'subtitle: B' beside 'title: A'"),
    ],
)
def test_words_that_do_not_match_or_marks_that_cover_nothing_are_refused(source: str, fault: str) -> None:
    with pytest.raises(NoProse) as caught:
        parse_words(source)
    assert caught.value.actual == f"{fault} in a prose cell"


def test_a_review_in_french_alone_has_its_claims_in_its_french() -> None:
    words = parse_words("%%prose\n%%fr\nUne phrase.\n%holds a > 1", ("fr",))
    assert words.lines[0].claims[0].text == "a > 1"
    assert words.texts["fr"] == "Une phrase."


def test_of_lines_that_exclude_each_other_the_first_true_one_is_said() -> None:
    source = SOURCE.replace("{last}", "it").replace("%holds rose: last > 3\n", "")
    for states, sentence in (({"up": True, "down": True}, "It rose"), ({"up": False, "down": True}, "It fell")):
        assert sentence in claims(**states).decide_cell(source).text("en")
    assert "It is it." in claims(up=None, down=False).decide_cell(source).text("en")


def test_a_heading_goes_with_all_beneath_it_and_an_absent_name_is_refused() -> None:
    source = "%%prose\n## A\n%when up\nB.\n## C\nD {gone}.\n%%fr\n## A\nB.\n## C\nD {gone}."
    decided = claims(up=False, gone=None).decide_cell(source)
    assert decided.text("en") == "## C"
    assert [(missed.absent, missed.claim) for missed in decided.unmet] == [
        ("gone", "gone, or the line under %when gone")
    ]


def test_a_claim_may_be_used_again_by_its_name() -> None:
    first, again = "%%prose\nA.\n%holds up_now: up\n%%fr\nA.", "%%prose\nB.\n%holds up_now\n%%fr\nB."
    assert not claims(first, again, up=True).decide_cell(again).unmet
    (missed,) = claims(first, again, up=False).decide_cell(again).unmet
    assert claims(first, again, up=False).sides(missed) == "up_now (up False)"
    with pytest.raises(NotAClaim, match="a second claim called up_now"):
        claims(first, again.replace("%holds up_now", "%holds up_now: not up"), up=True).decide_cell(again)


def test_words_of_charts_tables_and_key_numbers_have_parts() -> None:
    text = "title: A: b\ndescription: One.\ndescription: Two."
    assert parse_parts("chart", text) == {"title": "A: b", "description": "One. Two."}
    assert parse_parts("table", "title: A\ncolumn year: Year") == {"title": "A", "column year": "Year"}
    assert parse_parts("numbers", "served\nfirst: in {first.year}") == {"served": "", "first": "in {first.year}"}
    for kind, line in (("chart", "heading: A"), ("table", "column: A"), ("numbers", "a b")):
        with pytest.raises(NoProse):
            parse_parts(kind, line)


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Reports rose.", "en", "rose"),
        ("It names the same {first} twice.", "en", "same"),
        ("Whether trafficking fell is unknown; more than once.", "en", ""),
        ("[None](#search-a) and [the plan](more.html).", "en", ""),
        ("La police en a déclaré davantage.", "fr", "davantage"),
        ("On ne le sait plus.", "fr", ""),
    ],
)
def test_words_that_compare_are_seen(text: str, language: str, word: str) -> None:
    assert comparison_word(text, language) == word


CHECKED = "%%prose\n# A finding\n\nThe answer.\n{line}\n%%fr\n# Un constat\n\nLa réponse.\n{line}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Reports rose.", "'rose' in \"Reports rose.\", which no claim covers"),
        ("Reports rose.\n%holds a > 1", ""),
        ("Reports rose.\n%general", ""),
        ("Reports {a} rose.\n%general", '%general beneath "Reports {a} rose.", which prints {a}'),
        ("%when a > 1\nA.", '%when a > 1 above "A."'),
        ("%when a\nA.", ""),
        ("%when up > 1\nA.", ""),  # a state
        ("A.\n%holds a >", "the claim 'a >'"),
    ],
)
def test_check_names_each_line_that_rests_on_numbers_without_a_claim(tmp_path: Path, lines: str, expected: str) -> None:
    text = next(line for line in lines.split("\n") if not line.startswith("%"))
    path = notebook(tmp_path / "one.ipynb", 'chapter.state(up="yes")', f"%%prose\n{lines}\n%%fr\n{text}", "%%numbers")
    problems = [problem.actual for problem in check_claims(path)]
    assert problems == ([expected] if expected else [])
    assert [problem.actual for problem in check_claims(path, runs=2) if "%when" in problem.actual] == []


def test_a_kernel_shows_what_does_not_hold_and_raises_nothing(monkeypatch: Any, number: Make) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, data: dict[str, str], **_: Any) -> None:
            shown.append(data["text/html"])

    def display(data: dict[str, str], **_: Any) -> Handle:
        shown.append(data["text/html"])
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    for names in (SESSION.numbers, SESSION.others, SESSION.absent):
        names.clear()
    magic = ProseMagic(InteractiveShell())
    magic.run_cell("", "There were {last}.\n%holds last > 6\n%%fr\nIl y en a {last}.")
    assert "not decided yet" in shown[-1]
    SESSION.take({"name": "last", "number": number_record(number(Quantity.exact(5)))})
    magic.fill_waiting()
    assert "does not hold: last 5; wanted: last &gt; 6" in shown[-1]
    assert "ne tient pas" in shown[-1]
    (line,) = magic.claims().unmet_lines(magic.sources)  # type: ignore[union-attr]
    assert line == 'does not hold: last 5 under "There were {last}."; wanted: last > 6'


BUILT = (
    'chapter = review.open()\nchapter.say(place={"en": "Ontario", "fr": "l’Ontario"}, period=(2020, 2024))\n'
    "chapter.record(served=chapter.figures.people_served, gone=None)"
)
STORY = "%%prose\nThey were {served}.\n%holds served > 40000\n%%fr\nIl y en a {served}."


@pytest.mark.slow
def test_a_claim_that_does_not_hold_stops_the_build_and_is_marked_in_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = project(tmp_path, monkeypatch, count=2)
    path = notebook(
        tmp_path / "notebooks" / "one.ipynb", BUILT, "chapter.show_caveats(chapter.figures.people_served)", STORY
    )
    failed = run(review)
    assert failed.exit_code == 1
    actual = 'found served more than 29,000 (open) under "They were {served}." (2 runs)'
    line = f"notebooks/one.ipynb:6:-: {actual}; allowed: served > 40000"
    assert failed.stderr.splitlines().count(line) == 1
    assert run(review, "--draft").exit_code == 0
    pages = [(tmp_path / f"outputs/small.draft/{each}/one.html").read_text(encoding="utf-8") for each in ("en", "fr")]
    assert "[no longer true: served more than 29,000 (open); wanted: served &gt; 40000]" in pages[0]
    assert "[n’est plus vrai : served plus de 29" in pages[1].replace("\u00a0:", " :")
    assert all("data-draft" in page for page in pages)
    assert run(tmp_path / "outputs/small.draft", command="verify").exit_code == 2
    content = json.loads(path.read_text(encoding="utf-8"))
    without_caveats = content["cells"].pop(-2)  # and a year that a change of the data has made a period
    content["cells"][-1]["source"] = STORY.replace("{served}", "{served} in {served.year}")
    path.write_text(json.dumps(content), encoding="utf-8")
    assert "found {served.year}, of 2021-22 to 2023-24" in run(review).stderr
    assert run(review, "--draft").exit_code == 0
    page = html.parse(str(tmp_path / "outputs/small.draft/en/one.html")).getroot()
    assert "29,000 in 2021-22 to 2023-24" in " ".join(page.text_content().split())
    content["cells"].insert(-1, without_caveats)
    content["cells"][-1]["source"] = STORY.replace("40000", "20000")
    path.write_text(json.dumps(content), encoding="utf-8")
    made = run(review)
    assert made.exit_code == 0
    assert made.stderr.count("from the store") == 2  # a changed claim runs nothing


@pytest.mark.slow
def test_an_alternative_waits_for_a_file_of_parameters_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a chapter may have alternatives is said by every file of parameters/; of a broken one nobody knows."""
    review = project(tmp_path, monkeypatch, count=1)
    other = review.with_name("places.yml")
    other.write_text(review.read_text(encoding="utf-8").replace("[0]", "[0, 1]"), encoding="utf-8")
    notebook(tmp_path / "notebooks" / "one.ipynb", BUILT, STORY.replace("%holds", "%when", 1).replace(
        "They were {served}.\n%when served > 40000", "%when served > 40000\nThey were {served}."
    ))  # fmt: skip
    checks.check_request(checks.Request(review))
    other.write_text("chapters: [nobody]\n", encoding="utf-8")
    checks.check_request(checks.Request(review))
    other.unlink()
    with pytest.raises(InputError, match="a name that may be absent"):
        checks.check_request(checks.Request(review))


@pytest.mark.slow
def test_a_changed_sentence_is_checked_again_with_its_chapter_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = project(tmp_path, monkeypatch, count=1)
    two = notebook(tmp_path / "notebooks" / "two.ipynb", "chapter = review.open()")
    review.write_text("title: {en: Small, fr: Petit}\nchapters: [one, two]\n", encoding="utf-8")
    checked: list[str] = []

    def noted(path: Path, *about: Any) -> list[Any]:
        checked.append(path.stem)
        return check_chapter(path, *about)

    monkeypatch.setattr(checks, "check_chapter", noted)
    monkeypatch.setattr(checks, "PASSED_KEYS", set())  # what another test has checked
    for _ in range(2):
        checks.check_request(checks.Request(review))
    two.write_text(two.read_text(encoding="utf-8").replace('"outputs"', ' "outputs"'), encoding="utf-8")
    time.sleep(0.01)  # what is written while a check goes on is not noted
    checks.check_request(checks.Request(review))
    assert checked == ["one", "two", "two"]
    content = json.loads(two.read_text(encoding="utf-8"))
    content["cells"][-1]["source"] = "%%prose\n# A\n\nTypes 4,000.\n%%fr\n# A\n\nB."
    two.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="typed number"):
        checks.check_request(checks.Request(review))


@pytest.mark.slow
def test_the_benchmarks_chapter_is_held_to_its_claims(review: Path) -> None:
    shutil.copy(ROOT / "benchmarks" / "five_charts.ipynb", review.parent.parent / "notebooks")
    text = "title: {en: Small, fr: Petit}\nchapters:\n  - chapter: five_charts\n"
    review.write_text(text, encoding="utf-8")
    result = run(review, command="check")
    assert "five_charts.ipynb" not in result.output, result.output
