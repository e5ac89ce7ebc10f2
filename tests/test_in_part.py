"""A build of a part leaves the other pages, and its links lead to pages that there are."""

import json
import re
from pathlib import Path

import pytest
import small
from small import output_of, run

pytestmark = pytest.mark.slow  # builds reviews
TABLE = """from evaluation.records.serialization import PageLink
one, two = {"en": "One", "fr": "Un"}, {"en": "Two", "fr": "Deux"}
import pandas as pd
links = pd.DataFrame({"page": [PageLink("one", one), PageLink("two", two)]})
chapter.table("others", links, heads={"page": {"en": "Page", "fr": "Page"}},
              title={"en": "Others", "fr": "Autres"})"""


def arrange(review: Path) -> None:
    small.notebook(review.parents[1] / "notebooks" / "two.ipynb", small.ANSWER)
    small.notebook(review.parents[1] / "notebooks" / "links.ipynb", small.ANSWER, TABLE)
    review.write_text("title: {en: Small, fr: Petit}\nchapters: [one, two, links]\n", encoding="utf-8")


def rows(folder: Path) -> list[str]:
    return [run["slug"] for run in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["runs"]]


def assert_whole(folder: Path) -> None:
    """Each file is listed, with its hash, and each link leads to a page."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed = {path: value for run in manifest["runs"] for path, value in run["outputs"].items()} | manifest["outputs"]
    assert listed == {path: value for path, value in small.hashes(folder).items() if path != "manifest.json"}
    pages = sorted(folder.glob("*/*.html"))
    links = [(page, href) for page in pages for href in re.findall(r'href="([^"#:]+)"', page.read_text("utf-8"))]
    assert [f"{page.name}: {href}" for page, href in links if not (page.parent / href).exists()] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (("--set", "decimals=2"), ["one--decimals-2", "two--decimals-2", "links--decimals-2"]),
        (("--set", "decimals=2", "--only", "one--decimals-2"), ["one--decimals-2"]),
        (("--set", "decimals=2", "--only", "links"), ["links--decimals-2"]),
        (("--only", "two"), []),
    ],
)
def test_a_part_leaves_the_other_pages(arguments: tuple[str, ...], more: list[str], built: Path) -> None:
    folder = output_of(built)
    before = small.hashes(folder)
    result = run(built, *arguments)
    assert result.exit_code == 0, result.output
    after = small.hashes(folder)
    assert rows(folder) == sorted(["one", "two", "links", *more])
    of_all = ("index.html", "manifest.json", "numbers.json", "references.bib")
    assert [path for path in before if before[path] != after.get(path) and not path.endswith(of_all)] == []
    assert_whole(folder)
    again = run(built, *arguments)
    assert "0 runs made" in again.stderr
    assert small.hashes(folder) == after
    assert run(built).exit_code == 0
    assert small.hashes(folder) == before, "a whole build holds what its review says"


def test_a_link_to_a_page_that_is_not_there_is_its_words(built: Path, tmp_path: Path) -> None:
    assert run(built, "--only", "links", "--output", str(tmp_path / "alone")).exit_code == 0
    page = (tmp_path / "alone" / "small" / "en" / "links.html").read_text(encoding="utf-8")
    assert 'href="one.html"' not in page
    assert ">One<" in page
    assert_whole(tmp_path / "alone" / "small")


def test_a_part_leaves_a_page_that_the_review_no_longer_has(built: Path) -> None:
    built.write_text("title: {en: Small, fr: Petit}\nchapters: [one, links]\n", encoding="utf-8")
    assert run(built, "--only", "one", "--set", "decimals=1").exit_code == 0
    assert rows(output_of(built)) == ["links", "one", "one--decimals-1", "two"]


def test_what_set_left_is_told_and_a_whole_build_takes_it_away(built: Path) -> None:
    assert run(built, "--only", "one", "--set", "decimals=1").exit_code == 0
    line = "one--decimals-1: none of the review's own, as by --set; a build without --only and --set takes it away\n"
    for command in ("list", "plan"):
        result = run(built, command=command)
        assert (result.stderr, "one--decimals-1" in result.stdout) == (line, False)
    assert run(built).exit_code == 0
    assert (rows(output_of(built)), run(built, command="list").stderr) == (["links", "one", "two"], "")


@pytest.mark.long
def test_pages_of_older_data_that_stay_are_told(built: Path) -> None:
    """By the build of a part too; not those that it made, and none after a whole build."""
    folder = built.parent.parent
    assert run(built).exit_code == run(built, "--set", "decimals=2").exit_code == 0
    small.edit(folder / "data", "places", "Ontario", name_fr="L’Ontario")
    made = run(built, "--set", "decimals=1", "--only", "two")
    assert made.exit_code == 0, made.output
    way = "made of another data/places.csv; a build without --only and --set"
    mine = f"two: {way} makes it again"
    other = f"two--decimals-2: none of the review's own, as by --set, {way} takes it away"
    assert [line for line in made.stderr.splitlines() if way in line and line.startswith("two")] == [mine, other]
    for command, arguments in (("list", ()), ("plan", ("--only", "one")), ("plan", ("--set", "decimals=1"))):
        lines = run(built, *arguments, command=command).stderr.splitlines()
        assert {mine, other} <= set(lines), command
    assert "two: " not in run(built, command="plan").stderr, "its line is there, with the reason"
    assert run(built).exit_code == 0
    assert run(built, command="list").stderr == ""


PARAMETERS = """place: Place = "Ontario"  # whose series
definition: Definition = "all_human_trafficking"  # what counts
last_year: Year = "latest"  # the last year asked for"""
SETUP = "from evaluation import Definition, Place, Year, review"
BODY = """chapter = review.open()
own = chapter.frame("police_reported").query("definition == @definition and place == @place")
last_year = int(own.year.max()) if last_year == "latest" else last_year
chapter.say(until=(last_year, last_year))"""
PROSE = {"en": "# Until {until}\n\nUntil {until}.", "fr": "# Jusqu’en {until}\n\nJusqu’en {until}."}


def test_a_build_says_which_runs_leave_out_a_later_year(review: Path, tmp_path: Path) -> None:
    small.notebook(tmp_path / "notebooks" / "one.ipynb", BODY, prose=PROSE, setup=SETUP, parameters=PARAMETERS)
    chapters = "[one, {chapter: one, parameters: {last_year: 2023}}]"
    review.write_text(f"title: {{en: A, fr: B}}\nchapters: {chapters}\n", encoding="utf-8")
    line = "one--last_year-2023: last_year = 2023 leaves out later years of its own series, up to 2024"
    for result in (run(review), run(review)):  # an up-to-date build says it too
        assert result.exit_code == 0, result.output
        assert [text for text in result.stderr.splitlines() if "leaves out" in text] == [line]
        assert "leaves out" not in result.stdout
    assert "leaves out" not in run(review, "--only", "one").stderr
    records = run(review, "--json").stderr.splitlines()
    events = [json.loads(text) for text in records if "left_out" in text or "latest" in text]
    assert events == [{"slug": "one--last_year-2023", "parameter": "last_year", "asked": 2023, "latest": 2024}]
