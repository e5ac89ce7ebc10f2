"""From a review file to a folder of pages: what is made, what a failure leaves, what bad input gets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import Result
from small import hashes

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow

PROSE = {
    "en": "# A finding about {place}\n\nThe answer is {count}.",
    "fr": "# Un constat sur {place}\n\nLa réponse : {count}.",
}
SETUP = "from evaluation import N_, Decimals, measures, review"
BODY = """chapter = review.open()
chapter.say(place={"en": "Ontario", "fr": "l’Ontario"})
formula = {"en": "counted", "fr": "compté"}
label = {"en": "Things counted", "fr": "Choses comptées"}
chapter.record(count=measures.without_origin("count", label, decimals + 3, "people", formula))"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project with two chapters, `one` and `two`, and a review of both."""
    return with_two(small.project(tmp_path, monkeypatch))


def with_two(path: Path) -> Path:
    folder = path.parents[1]
    chapter(folder, "one")
    chapter(folder, "two")
    review(folder, "  - one\n  - two\n")
    return folder


@pytest.fixture(scope="module")
def arrange() -> Callable[[Path], Any]:
    return with_two


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
    pages = {
        f"{lang}/{name}.html"
        for lang in ("en", "fr")
        for name in ("one", "two", "index", "glossary", "where-we-looked")
    }
    notebooks = {f"notebooks/{name}.{end}" for name in ("one", "two") for end in ("ipynb", "json")}
    assert set(hashes(folder)) == pages | notebooks | {"index.html", "manifest.json", "numbers.json", "references.bib"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [r["slug"] for r in manifest["runs"]] == ["one", "two"]
    listed = {path: value for r in manifest["runs"] for path, value in r["outputs"].items()} | manifest["outputs"]
    assert listed == {path: value for path, value in hashes(folder).items() if path != "manifest.json"}


def test_a_second_build_is_the_same_bytes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(project)
    first = hashes(project / "outputs" / "small")
    shutil.rmtree(project / "outputs")
    monkeypatch.setenv("EVALUATION_STORE", str(project / "another store"))
    assert run(project).exit_code == 0
    assert hashes(project / "outputs" / "small") == first


def test_one_run_only_and_other_parameters(project: Path) -> None:
    run(project)
    before = hashes(project / "outputs" / "small")
    assert run(project, "--only", "two", "--set", "decimals=0").exit_code == 0
    assert hashes(project / "outputs" / "small") == before
    elsewhere = project / "elsewhere"
    assert run(project, "--set", "decimals=2", "--output", str(elsewhere)).exit_code == 0
    assert (elsewhere / "small" / "en" / "one--decimals-2.html").is_file()
    assert "The answer is" in (elsewhere / "small" / "en" / "two--decimals-2.html").read_text(encoding="utf-8")


@pytest.mark.long
def test_one_run_only_where_nothing_was_built(project: Path) -> None:
    assert run(project, "--only", "two").exit_code == 0
    folder = project / "outputs" / "small"
    assert (folder / "en" / "two.html").is_file()
    assert not (folder / "en" / "one.html").exists()
    assert run(project).exit_code == 0
    assert (folder / "en" / "one.html").is_file()


@pytest.mark.parametrize(
    ("body", "prose", "said"),
    [
        (BODY + "\nraise RuntimeError('no such luck')", PROSE, "two:4:-: found RuntimeError: no such luck"),
        (BODY + "\nprint(object())", PROSE, "an object's address"),
        (BODY, PROSE | {"en": PROSE["en"] + " And {nobody}."}, "found {nobody}; allowed: a recorded name"),
        (BODY + "\nmeasures.without_origin('nan', label, 2, 'people', formula).__class__(float('nan'))",
         PROSE, "two:4:-: found TypeError"),
        (BODY + "\nfrom evaluation.numbers.quantity import Quantity\nQuantity.exact(float('nan'))",
         PROSE, "found NotANumber"),
        ("import os\nos._exit(3)", PROSE, "two:"),
    ],
)  # fmt: skip
def test_a_failed_run_leaves_the_last_good_review(body: str, prose: dict[str, str], said: str, built: Path) -> None:
    before = hashes(built / "outputs" / "small")
    chapter(built, "two", body, prose)
    result = run(built)
    assert result.exit_code == 1
    assert said in result.stderr
    assert hashes(built / "outputs" / "small") == before
    failed = built / "outputs" / ".small.failed"
    assert (failed / "en" / "one.html").is_file()
    assert not (failed / "en" / "two.html").is_file() or "{nobody}" in said or "typed" in said


def test_a_failed_cell_keeps_its_notebook(project: Path) -> None:
    chapter(project, "two", BODY + "\n1 / 0")
    result = run(project)
    kept = project / "outputs" / ".small.failed" / "notebooks" / "two.ipynb"
    assert f"found ZeroDivisionError: division by zero; kept: {kept}" in result.stderr
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")


def break_places(project: Path) -> None:
    path = project / "data" / "places.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Ontario,Ontario", "Ontario", 1), encoding="utf-8")


BAD: dict[str, tuple[Any, tuple[str, ...], str]] = {
    "an unknown parameter": (None, ("--set", "decimal=1"), "nearest: decimals"),
    "a wrong value": (None, ("--set", "decimals=9"), "int from 0 to 4"),
    "an unknown slug": (None, ("--only", "tow"), "nearest: two"),
    "not a pair": (None, ("--set", "decimals"), "NAME=VALUE"),
    "an unknown chapter": (
        lambda p: review(p, "  - oen\n"),
        (),
        "small.yml:3:5: found the chapter 'oen' (nearest: one)",
    ),
    "bad data": (break_places, (), "places.csv"),
    "no data": (None, ("--data", "/nowhere"), "datapackage.json"),
    "a broken notebook": (lambda p: (p / "notebooks" / "two.ipynb").write_text("{"), (), "two.ipynb"),
    "a missing French text": (lambda p: chapter(p, "two", BODY + "\nN_('An orphan')"), (), "no French for 'An orphan'"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("command", ["build", "list", "check"])
def test_bad_input_runs_nothing_and_changes_nothing(what: str, command: str, project: Path) -> None:
    spoil, arguments, said = BAD[what]
    if command != "build" and "--only" in arguments:
        arguments = ("--set", "x")
        said = "NAME=VALUE"
    (project / "outputs").mkdir()
    if spoil:
        spoil(project)
    result = run(project, *arguments, command=command)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output
    assert list((project / "outputs").iterdir()) == []


def test_errors_as_json(project: Path) -> None:
    result = run(project, "--set", "decimals=9", "--json")
    (problem, *_) = [json.loads(line) for line in result.stderr.splitlines()]
    assert set(problem) == {"file", "row", "column", "found", "allowed"}


def test_list_prints_slug_and_title(project: Path) -> None:
    review(project, "  - chapter: one\n    matrix: {decimals: [0, 1]}\n")
    assert run(project, command="list").stdout == "one\tone\none--decimals-1\tone (1)\n"


def test_a_file_where_the_folder_should_be_is_refused(project: Path) -> None:
    (project / "outputs").write_text("a file where the folder should be")
    result = run(project)
    assert result.exit_code == 2
    assert (
        f"{project / 'outputs'}:-:-: found something that is no folder; allowed: a folder as a build made it"
        in result.stderr
    )
    assert (project / "outputs").read_text() == "a file where the folder should be"


@pytest.mark.linux
def test_a_full_disk_at_publishing_says_so(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hashes(built / "outputs" / "small")
    from evaluation.building import publisher
    from evaluation.pages import publish

    monkeypatch.setattr(publish, "write", lambda path, content: Path("/dev/full").write_bytes(content))
    notebook = built / "outputs" / "small" / "notebooks" / "one.ipynb"
    answer = publisher.publish_run(notebook, built / "aside")
    assert "No space left on device" in answer["error"]
    assert hashes(built / "outputs" / "small") == before


def test_odd_text_in_data_is_the_text_it_is(project: Path) -> None:
    odd = "<script>alert(1)</script> {count} $x$ a|b \u202e ON 012"
    body = BODY.replace('{"en": "Ontario", "fr": "l’Ontario"}', f"dict.fromkeys(['en', 'fr'], {odd!r})")
    chapter(
        project,
        "two",
        body,
        {
            lang: text.replace("# A finding about {place}", "# A finding").replace(
                "# Un constat sur {place}", "# Un constat"
            )
            + " {place}"
            for lang, text in PROSE.items()
        },
    )
    assert run(project).exit_code == 0
    page = (project / "outputs/small/fr/two.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {count} $x$ a|b \u202e ON 012" in page


def test_nbconvert_makes_the_same_page(built: Path) -> None:
    import subprocess
    import sys

    folder = built / "outputs" / "small"
    command = [sys.executable, "-m", "nbconvert", "--to", "evaluation-page", "--EvaluationPageExporter.language=fr"]
    subprocess.run([*command, "--stdout", str(folder / "notebooks" / "one.ipynb")], check=True, capture_output=True)
    made = subprocess.run(
        [*command, "--stdout", str(folder / "notebooks" / "one.ipynb")], capture_output=True, check=True
    )
    assert made.stdout.decode().strip() == (folder / "fr" / "one.html").read_text(encoding="utf-8").strip()
