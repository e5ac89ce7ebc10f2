"""From a review file to a folder of pages: what is made, and what a failure leaves."""

import json
import os
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import Result
from small import Make

from evaluation import charts
from evaluation.building import publisher
from evaluation.charts import Point
from evaluation.numbers.quantity import Quantity
from evaluation.pages import publish

pytestmark = pytest.mark.slow

PROSE = {
    "en": "# A finding about {place}\n\nThe answer is {count}.",
    "fr": "# Un constat sur {place}\n\nLa réponse : {count}.",
}
NAMELESS = {language: f"{text} {{nobody}}." for language, text in PROSE.items()}
SETUP = "from evaluation import N_, Decimals, measures, review"
BODY = """chapter = review.open()
chapter.say(place={"en": "Ontario", "fr": "l’Ontario"})
formula = {"en": "counted", "fr": "compté"}
label = {"en": "Things counted", "fr": "Choses comptées"}
chapter.record(count=measures.without_origin("count", label, decimals + 3, "people", formula))"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project with two chapters, `one` and `two`, and a review of both."""
    return arrange(small.project(tmp_path, monkeypatch))


def arrange(path: Path) -> Path:
    folder = path.parents[1]
    chapter(folder, "one")
    chapter(folder, "two")
    review(folder, "  - one\n  - two\n")
    return folder


@pytest.fixture
def built(built: Path) -> Path:
    return built.parents[1]


def chapter(project: Path, name: str, body: str = BODY, prose: dict[str, str] = PROSE) -> None:
    """A notebook with prose, one parameter and one cell of code."""
    small.notebook(project / "notebooks" / f"{name}.ipynb", body, prose=prose, setup=SETUP)


def review(project: Path, chapters: str) -> Path:
    path = project / "parameters" / "small.yml"
    path.write_text("title: {en: Small, fr: Petit}\nchapters:\n" + chapters, encoding="utf-8")
    return path


def run(project: Path, *arguments: str, command: str = "build") -> Result:
    return small.run(project / "parameters" / "small.yml", *arguments, command=command)


def test_a_build_makes_what_is_pinned(project: Path) -> None:
    result = run(project)
    folder = project / "outputs" / "small"
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(folder / "index.html")
    names = ("one", "two", "index", "glossary", "where-we-looked")
    made = {f"{lang}/{name}.html" for lang in ("en", "fr") for name in names}
    made |= {f"notebooks/{name}.{end}" for name in ("one", "two") for end in ("ipynb", "json")}
    assert set(small.hashes(folder)) == made | {"index.html", "manifest.json", "numbers.json", "references.bib"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [r["slug"] for r in manifest["runs"]] == ["one", "two"]
    listed = {path: value for r in manifest["runs"] for path, value in r["outputs"].items()} | manifest["outputs"]
    assert listed == {path: value for path, value in small.hashes(folder).items() if path != "manifest.json"}


@pytest.mark.parametrize(
    ("body", "prose", "message"),
    [
        (BODY + "\nraise RuntimeError('no luck \\udcff')", PROSE, "two:4:-: found RuntimeError: no luck U+DCFF"),
        (BODY + "\nprint(object())", PROSE, "an object's address"),
        (BODY, NAMELESS, "found {nobody}; allowed: a recorded name"),
        ("import os\nos._exit(3)", PROSE, "two:"),
    ],
)  # fmt: skip
def test_a_failed_run_leaves_the_last_good_review(body: str, prose: dict[str, str], message: str, built: Path) -> None:
    before = small.hashes(built / "outputs" / "small")
    chapter(built, "two", body, prose)
    result = run(built)
    assert result.exit_code == 1
    assert message in result.stderr
    assert small.hashes(built / "outputs" / "small") == before
    failed = built / "outputs" / ".small.failed"
    assert (failed / "en" / "one.html").is_file()
    assert not (failed / "en" / "two.html").exists()


def test_all_that_forbids_to_publish_comes_at_once(project: Path) -> None:
    """Of every chapter, language and cell, in their order."""
    key = BODY + "\nchapter.key_numbers('nine')"
    chapter(project, "one", key, {"en": "# A {one}\n\nAnd {two}.", "fr": "# Un {one}\n\nEt {two}."})
    served = BODY + "\nchapter.record(served=chapter.figures['care_units_serving'])"
    chapter(project, "two", served, {language: f"{text} {{served}}" for language, text in PROSE.items()})
    result = run(project)
    problems = [line.partition(";")[0] for line in result.stderr.splitlines() if ":cell " in line and line[0] != "["]
    assert result.exit_code == 1
    assert problems == [
        "one:cell 3:en: found {one}",
        "one:cell 3:en: found {two}",
        "one:cell 4:en: found the key number 'nine'",
        "one:cell 3:fr: found {one}",
        "one:cell 3:fr: found {two}",
        "one:cell 4:fr: found the key number 'nine'",
        "two:cell 4:en: found care_units_serving without its caveat counted-in-the-text",
        "two:cell 4:fr: found care_units_serving without its caveat counted-in-the-text",
    ]


def test_list_prints_slug_and_title(project: Path) -> None:
    review(project, "  - chapter: one\n    matrix: {decimals: [0, 1]}\n")
    assert run(project, command="list").stdout == "one\tone\none--decimals-1\tone (1)\n"


def test_the_last_line_is_the_page_that_was_made(built: Path) -> None:
    folder = built / "outputs" / "small"
    for arguments, page in (
        (("--only", "two", "--set", "decimals=2"), "en/two--decimals-2.html"),
        (("--only", "one"), "en/one.html"),
        (("--only", "one", "--only", "two"), "index.html"),
        ((), "index.html"),
    ):
        assert run(built, *arguments).stdout.splitlines()[-1] == str(folder / page)


@pytest.mark.linux
def test_a_full_disk_at_publishing_says_so(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = small.hashes(built / "outputs" / "small")
    monkeypatch.setattr(publish, "put", lambda path, content: Path("/dev/full").write_bytes(content))
    notebook = built / "outputs" / "small" / "notebooks" / "one.ipynb"
    outcome, _, outputs = publisher.publish_run(notebook, built / "aside")
    assert "No space left on device" in outcome.failures[0].error
    assert outputs == {}
    assert small.hashes(built / "outputs" / "small") == before


@pytest.mark.long
def test_nbconvert_makes_the_same_page(built: Path) -> None:
    folder = built / "outputs" / "small"
    command = [sys.executable, "-m", "nbconvert", "--to", "evaluation-page", "--EvaluationPageExporter.language=fr"]
    command += ["--stdout", str(folder / "notebooks" / "one.ipynb")]
    made = subprocess.run(command, capture_output=True, check=True)
    assert made.stdout.decode().strip() == (folder / "fr" / "one.html").read_text(encoding="utf-8").strip()


def test_one_chart_is_drawn_once(number: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By what is seen of it: other words, another width or another name are another drawing."""
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    asked: list[tuple[Any, ...]] = []

    def draw(*given: Any) -> str:
        asked.append(given)
        return f"drawing {len(asked)}"

    monkeypatch.setattr(charts, "draw", draw)
    nouns = {"en": {"one": "victim", "other": "victims"}, "fr": {"one": "victime", "other": "victimes"}}
    quantity = Quantity.exact(1)
    # An axis has the nouns of what it counts.
    points, others = ([Point(made)] for made in (number(quantity), number(quantity, nouns=nouns)))
    given = ("a_chart", {"own": "dots"}, points, "en", 704, "A name")
    for _ in range(2):  # as two processes that share a store
        publisher.cached_draw.cache_clear()
        assert publisher.cached_draw()(*given) == "drawing 1"
    for position, other in enumerate(("b_chart", {"units": []}, others, "fr", 288, "Another name")):
        before = len(asked)
        changed = (*given[:position], other, *given[position + 1 :])
        assert publisher.cached_draw()(*changed) == f"drawing {before + 1}"
    publisher.cached_draw.cache_clear()


def test_a_process_that_dies_fails_what_is_not_made_yet() -> None:
    pool = publisher.start(1)
    assert pool.submit(abs, -7).result() == 7
    with pytest.raises(BrokenProcessPool):
        pool.submit(os.abort).result()
    publisher.stop(pool)
