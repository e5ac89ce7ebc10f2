"""What another release changes: exactly what depends on it is listed, by page, with its cause."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import small
from click.testing import Result
from lxml import html
from small import ROOT, asked
from truth_changes import CODE, Change, counts, sampled, touched, with_cells
from truth_checker import CONTRADICTS, check

from evaluation.building import manifest
from evaluation.building.checks import Request
from evaluation.pages.blocks import Block
from evaluation.problems import InputError
from evaluation.verification import comparison
from evaluation.verification.review_check import rebuild

SERVED = """chapter = review.open()
served = chapter.figures.people_served
chapter.record(served=served, a_year=served.per(served.fiscal_years(), {"en": "A year", "fr": "Par an"}))
chapter.show_caveats(served)"""
SERVED_PROSE = {
    "en": "# {served} served\n\nThat is {a_year} a year. Nothing else.",
    "fr": "# {served} servies\n\nCela fait {a_year} par an. Rien d’autre.",
}
SERIES = """chapter = review.open()
rows = chapter.frame("police_reported").query("definition == 'trafficking_1525' and place == 'Canada'")
rows = rows.dropna(subset="incidents").groupby("year").tail(1)
last = rows.iloc[-1]
chapter.record(last=last.incidents)
chapter.show_caveats(last.incidents)
chapter.say(when=last.year)
chapter.chart("course", alt.Chart(rows).mark_line(point=True).encode(x="year:O", y="incidents:Q"),
              title={"en": "{last} in {when}", "fr": "{last} en {when}"}, subtitle={"en": "By year", "fr": "Par an"},
              description={"en": "One point a year.", "fr": "Un point par an."})"""
SERIES_PROSE = {"en": "# {last} reports\n\nIn {when}.", "fr": "# {last} affaires\n\nEn {when}."}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project of two chapters: one of two numbers, one of a series."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        review, setup = small.project(folder, patch, 1), small.SETUP + "\nimport altair as alt"
        small.notebook(folder / "notebooks" / "one.ipynb", SERVED, prose=SERVED_PROSE)
        small.notebook(folder / "notebooks" / "two.ipynb", SERIES, prose=SERIES_PROSE, setup=setup)
        review.write_text("title: {en: Small, fr: Petit}\nchapters: [one, two]\n", encoding="utf-8")
        result = asked("build", review)
        assert result.exit_code == 0, result.output
        yield folder


@pytest.fixture
def data(project: Path, tmp_path: Path) -> Path:
    """A copy of the project's data to change."""
    return Path(shutil.copytree(project / "data", tmp_path / "data"))


def compared(project: Path, data: Path, *options: object) -> Result:
    """What the review of the project says with its own data and with others."""
    return asked("diff", project / "data", data, "--review", project / "parameters" / "small.yml", *options)


def of_figure(name: str, **cells: str) -> Callable[[Path], None]:
    return with_cells("figures", {"figure": name}, cells)


# A change of the data: the pages that it changes, what is said of them, and the kind of cause.
PLANTED: dict[str, tuple[Callable[[Path], None], dict[str, set[str]], str]] = {
    "a figure revised": (
        of_figure("people_served", value="29500"),
        {"one": {"number people_served", "number a_year", "sentence en", "sentence fr"}},
        "a row revised",
    ),
    "a verdict turned": (
        of_figure("people_served", value="31000"),
        {"one": {"number people_served", "number a_year", "sentence en", "sentence fr"}},
        "a row revised",
    ),
    "a figure on no page": (of_figure("organizations_funded", value="53"), {}, ""),
    "a new year": (
        counts((CODE, 2025, "2026", 610)),
        {"two": {f"number {CODE}_canada_2025_2026_07_29_incidents", "sentence en", "sentence fr", "chart course"}},
        "a new year",
    ),
    "a definition": (
        with_cells("definitions", {"definition": "people_served"}, {"label_en": "People helped"}),
        {"one": {"number people_served", "number a_year"}},
        "a definition: People helped",
    ),
}  # fmt: skip


# What changes most, and what changes nothing; each is a build.
SOON = ("a new year",)  # a changed number, chart and sentence at once


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [case if case in SOON else pytest.param(case, marks=pytest.mark.long) for case in PLANTED]
)
def test_exactly_what_depends_on_a_change_is_listed(case: str, project: Path, data: Path, tmp_path: Path) -> None:
    plant, expected, cause = PLANTED[case]
    plant(data)
    page = tmp_path / "changes.html"
    review = project / "parameters" / "small.yml"
    with rebuild(Request(review, data=data), project / "outputs" / "small", quiet=True) as new:
        result = asked("diff", project / "outputs" / "small", new, "--json", "--page", page)
        text = asked("diff", project / "outputs" / "small", new).stdout
    assert result.exit_code == bool(expected), result.output
    pages = json.loads(result.stdout)["pages"]
    listed = {page["slug"]: {f"{c['kind']} {c['what']}" for c in page["changes"]} for page in pages}
    assert listed.keys() == expected.keys(), text
    for slug, named in expected.items():
        assert named <= listed[slug], text
    assert cause in text
    signed = html.document_fromstring(page.read_bytes())
    assert [section.get("data-page") for section in signed.xpath("//section[@lang='en-CA']//section[@data-page]")] == [
        *listed
    ]
    pictures = {image.get("src")[:22] for image in signed.xpath("//img")}
    assert pictures <= {"data:image/svg+xml;bas"}
    assert bool(pictures) == any("chart course" in names for names in listed.values())
    assert len(signed.xpath("//section[@lang='fr-CA']//section[@data-page]")) == len(listed)


@pytest.mark.long
def test_two_data_folders(project: Path, data: Path) -> None:
    assert compared(project, data).exit_code == 0
    of_figure("people_served", value="30000")(data)
    result = compared(project, data)
    assert result.exit_code == 1
    assert "more than 29,000 → more than 30,000; figures.csv:" in result.stdout
    assert [line for line in result.stderr.splitlines() if line.startswith("building")] == [
        f"building with {folder}" for folder in (project / "data", data)
    ]
    assert "[2/2] two: " in result.stderr
    assert result.stdout.splitlines()[0] == "one"


RELEASED, TAKEN_OUT = counts((CODE, 2024, "2026", 480)), counts((CODE, 2024, "2025", None))
ROWS = ("a later release", "a row revised", "a row no longer shown", "a row now shown")
BECAME: dict[str, tuple[list[Callable[[Path], None]], str]] = {
    "superseded": ([RELEASED], "a later release"),
    "replaced": ([RELEASED, TAKEN_OUT], "a later release"),
    "gone": ([TAKEN_OUT], "a row no longer shown"),
}


@pytest.mark.long
def test_a_later_release_of_the_same_number_says_no_other(project: Path, data: Path) -> None:
    counts((CODE, 2024, "2026", 503))(data)
    result = compared(project, data)
    assert result.exit_code == 1, result.output
    name = "trafficking_1525_canada_2024_2026_07_29_incidents"
    assert f"  number {name}: Release: 2025 → Release: 2026" in result.stdout
    assert "2024: 503 (2025), then 503 (July 29, 2026; police_reported.csv:" in result.stdout


@pytest.mark.long
@pytest.mark.parametrize("case", ["replaced", "superseded", "gone"])
def test_what_became_of_a_row(case: str, project: Path, data: Path, tmp_path: Path) -> None:
    plants, became = BECAME[case]
    page = tmp_path / "changes.html"
    for plant in plants:
        plant(data)
    result = compared(project, data, "--page", page)
    assert [kind for kind in ROWS if kind in result.stdout] == [became], result.output
    french = page.read_text("utf-8").partition('lang="fr-CA"')[2]
    if case == "superseded":
        assert "[1] a later release: Police-reported" in result.stdout
        assert "2024: 503 (2025), then 480 (July 29, 2026; police_reported.csv:" in result.stdout
        assert result.stdout.count("a later release") == 1  # named once, whatever rests on it
        assert "  number trafficking_1525_canada_2024_2026_07_29_incidents: 503 → 480 [1]\n" in result.stdout
        assert "2024\u00a0: 503 (2025), puis 480 (29 juillet 2026; police_reported.csv:" in french
    assert ("une ligne qui n’est plus montrée" in french) == (became == "a row no longer shown")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "causes"),
    [
        ([], ["[1] code"]),
        (["data/figures.csv", "notebooks/one.ipynb"], ["[1] another file: data/figures.csv", "[2] code"]),
    ],
)
def test_code_and_a_chapter_are_causes_beside_the_data(
    changed: list[str], causes: list[str], project: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(project / "outputs" / "small", tmp_path / "old"))
    small.rewrite(old / "en" / "one.html", "Nothing else.", "Nothing more.")
    two = old / "en" / "two.html"
    size = re.findall(r"\d+\u00a0kB", text := two.read_text("utf-8"))
    two.write_text(text.replace(size[0], "99\u00a0kB"), encoding="utf-8")  # of a file to download, which says nothing
    record = manifest.read(old)
    (inputs,) = [run["inputs"] for run in record["runs"] if run["slug"] == "one"]
    inputs |= dict.fromkeys(changed, "0" * 64)
    manifest.save(old, record)
    result = asked("diff", old, project / "outputs" / "small")
    every = "[1–2]" if changed else "[1]"
    assert result.stdout.splitlines() == ["one", f"  sentence en: Nothing more. → Nothing else. {every}", *causes]


@pytest.mark.slow
def test_what_cannot_be_asked(project: Path, tmp_path: Path) -> None:
    review = project / "outputs" / "small"
    (tmp_path / "half").mkdir()
    shutil.copy(review / "manifest.json", tmp_path / "half")
    elsewhere = asked("diff", review, review, "--page", tmp_path / "none" / "changes.html")
    assert (elsewhere.exit_code, len(elsewhere.stderr.splitlines())) == (2, 1), elsewhere.output
    for other in (tmp_path / "none", tmp_path, tmp_path / "half"):
        result = asked("diff", review, other)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output


def seen(folder: Path, slug: str) -> dict[str, list[str]]:
    """What a page shows, by language: its words without those of its key, by a plain reading."""
    words_seen = {}
    for language in ("en", "fr"):
        path = folder / language / f"{'index' if slug == 'findings' else slug}.html"
        tree = html.document_fromstring(path.read_bytes())
        for left_out in tree.xpath("//script|//style|//footer|//nav|//*[@data-page]|//a[@download]|//*[@id='made']"):
            left_out.drop_tree()
        words_seen[language] = tree.text_content().split()
    return words_seen


def planted(change: Change, review: Path, folder: Path) -> None:
    """Build what a change may touch, hold the list against the pages, and have these read."""
    slugs = touched(review, change)
    data = Path(shutil.copytree(ROOT / "data", folder / "data"))
    change.apply(data)
    with rebuild(
        Request(ROOT / "parameters" / "review.yml", tuple(slugs), data=data), folder / "new", quiet=True
    ) as new:
        old, later = comparison.ComparedReview(review), comparison.ComparedReview(new)
        old.record["contents"] = [slug for slug in old.record["contents"] if slug in later.slugs]
        pages = comparison.Comparison(old, later).changes_by_page()
        differing = {slug for slug in slugs if seen(review, slug) != seen(new, slug)}
        assert differing <= pages.keys() <= {*slugs, *comparison.REFERENCE_PAGES}, change.name
        for slug in pages.keys() - differing - comparison.REFERENCE_PAGES.keys():  # what machines alone see
            assert {difference.kind for difference in pages[slug]} <= {"number", "chart"}, f"{change.name}: {slug}"
        for slug in differing:
            assert all(difference.causes for difference in pages[slug]), change.name
        verdicts = check(new, data, slugs)
        assert [str(verdict) for verdict in verdicts if verdict.verdict == CONTRADICTS] == [], change.name


@pytest.mark.long
def test_many_changes_of_the_data(whole_review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.building.project.ROOT", ROOT)  # not the small project of the tests above
    monkeypatch.setenv("EVALUATION_STORE", str(whole_review.parent / "store"))
    count = int(os.environ.get("PLANTED_CHANGES", "300"))
    touching = (change for change in sampled(ROOT / "data", 10 * count, 22) if touched(whole_review, change))
    tried = 0
    for number, change in enumerate(islice(touching, count)):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            planted(change, whole_review, folder)
            tried += 1
        except InputError:  # data that contradict themselves are refused
            continue
        finally:
            shutil.rmtree(folder)
    assert tried > count / 2


def test_a_new_sentence_stands_alone_and_the_others_meet() -> None:
    old = ["The number was 41 in 2009.", "Part of it is known: people rose by 21%."]
    new = ["The number was 41 in 2009, later 520.", "A later release has it.", old[1].replace("21", "22")]
    block = Block("p", "", "")
    sides = [[(sentence, block) for sentence in blocks] for blocks in (old, new)]
    matched = [tuple(side and side[0] for side in pair) for pair in comparison.pair_sentences(*sides)]
    assert matched == [(old[0], new[0]), (None, new[1]), (old[1], new[2])]
