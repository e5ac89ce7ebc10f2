"""Whatever is wrong with a file or a command line is told in lines with a place, with status 2, and changes nothing."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import bad_inputs
import pytest
import small
from click.testing import Result
from small import ROOT, asked, contract_of, read_rows, write_rows

from evaluation import language
from evaluation.data import checking
from evaluation.language import texts
from evaluation.problems import InputError, Problem, listed, nearest, printable_line, quoted

pytestmark = pytest.mark.sampled(5)

LINE = re.compile(r"[^\n]+:(\d+|-):[^\n]*: found [^\n]+; allowed: [^\n]+")
PARAMETERS = """decimals: Decimals = 0  # how many
place: Place = "Ontario"  # whose
level: Level = 0.95  # of intervals
note: str = ""  # a text"""
TABLES = ("licences", "sources", "caveats", "definitions", "places", "police_reported", "population", "units")


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A good review of a small project; what it needs is known as valid."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        path = small.project(folder, patch, 1)
        small.notebook(folder / "notebooks" / "one.ipynb", small.ANSWER, parameters=PARAMETERS)
        path.write_text(bad_inputs.ONE, encoding="utf-8")
        (folder / "outputs").mkdir()
        (folder / "outputs" / "kept").write_text("as it is")
        assert asked("list", str(path)).exit_code == 0
        yield path


@pytest.fixture(scope="session")
def few_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some tables of data/, which are a data folder too."""
    folder = tmp_path_factory.mktemp("few") / "data"
    folder.mkdir()
    for name in ("datapackage.json", *(f"{name}.csv" for name in TABLES)):
        shutil.copy(ROOT / "data" / name, folder)
    with contract_of(folder) as contract:
        contract["resources"] = [resource for resource in contract["resources"] if resource["name"] in TABLES]
    assert checking.check_data(folder) == []
    return folder


@pytest.fixture
def data(few_data: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(few_data, tmp_path / "data"))


def assert_refused(result: Result, message: str) -> None:
    """Status 2, nothing on standard output, each line with its place, and ``said`` among them."""
    lines = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert lines
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert message in result.stderr
    assert len(lines) == len(set(lines))
    odd = r"found found|Node\(|Traceback|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    assert not re.search(odd, result.stderr)


@pytest.mark.parametrize("name", bad_inputs.REVIEWS)
def test_a_bad_review(name: str, review: Path) -> None:
    content, message = bad_inputs.REVIEWS[name]
    path = review.with_name("bad.yml")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert_refused(asked("list", str(path)), message)


@pytest.mark.slow
@pytest.mark.parametrize("name", bad_inputs.NO_FILES)
@pytest.mark.parametrize("what", ["review", "contract", "table"])
def test_no_file(name: str, what: str, review: Path, data: Path) -> None:
    files = {"review": review.with_name("odd.yml"), "contract": data / "datapackage.json"}
    path = files.get(what, data / "places.csv")
    path.unlink(missing_ok=True)
    if name == "a folder":
        path.mkdir()
    elif name == "100 MB":
        path.touch()
        os.truncate(path, 100_000_000)
    command = ["list", str(path)] if what == "review" else ["check", str(review), "--data", str(data)]
    try:
        assert_refused(asked(*command), bad_inputs.NO_FILES[name])
    finally:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@pytest.mark.parametrize("name", bad_inputs.ARGUMENTS)
def test_a_bad_command_line(name: str, review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, message = bad_inputs.ARGUMENTS[name]
    arguments = [part.format(review=review, folder=tmp_path) if "{" in part else part for part in given]
    (tmp_path / "loop").symlink_to("loop")
    before = small.hashes(review.parent.parent / "outputs")
    assert_refused(asked(*arguments), message)
    assert small.hashes(review.parent.parent / "outputs") == before
    if arguments[0] not in ("clean", "buld") and "--json=1" not in arguments:
        problems = [json.loads(line) for line in asked(*arguments, "--json").stderr.splitlines()]
        assert problems
        assert all(list(problem) == ["file", "row", "column", "found", "allowed"] for problem in problems)


@pytest.mark.parametrize("name", bad_inputs.CONTRACTS)
def test_a_bad_contract(name: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data.parent / "notebooks").mkdir()
    monkeypatch.chdir(data.parent)  # whose project it is: no other's rules stand in the place of its own
    *part, message = bad_inputs.CONTRACTS[name]
    with contract_of(data) as contract:
        contract |= bad_inputs.changed(contract, *part)
    problems_of(data, "datapackage.json", message)


def problems_of(data: Path, file: str, message: str) -> list[Problem]:
    """The problems of a data folder: all in one file, ``said`` among them, none with a control character."""
    try:
        problems = checking.check_data(data)
    except InputError as error:
        problems = error.problems
    lines = [str(problem) for problem in problems]
    assert [line for line in lines if not LINE.fullmatch(line) or f"{file}:" not in line] == []
    assert any(message in line for line in lines), lines
    return problems


@pytest.mark.parametrize("name", bad_inputs.CONTRACT_TEXTS)
def test_a_contract_that_is_none(name: str, data: Path) -> None:
    content, message = bad_inputs.CONTRACT_TEXTS[name]
    (data / "datapackage.json").write_bytes(content)
    problems_of(data, "datapackage.json", message)


@pytest.mark.slow
def test_a_contract_that_asks_less_leaves_what_the_project_asks(data: Path) -> None:
    with contract_of(data) as contract:
        for resource in contract["resources"]:
            fields = [{"name": field["name"], "type": "string"} for field in resource["schema"]["fields"]]
            resource["schema"] = {"fields": fields}
            resource.pop("checks", None)
    rows = read_rows(data / "police_reported.csv")
    rows[1][1], rows[2][2], rows[3][8] = "Nowhere", "soon", "small-counts second-hand-copy"
    write_rows(data / "police_reported.csv", rows)
    assert [(problem.row, problem.column) for problem in checking.check_data(data)] == [(2, "place"), (3, "year")]
    rows[1][1], rows[2][2] = "Canada", "2024"  # rules are asked where cells are right
    write_rows(data / "police_reported.csv", rows)
    assert (4, "caveats") in [(problem.row, problem.column) for problem in checking.check_data(data)]


@pytest.mark.slow
def test_stricter_contracts_and_other_tables_are_welcome(data: Path) -> None:
    resource = {"name": "own", "path": "own.csv", "schema": {"fields": [{"name": "a", "type": "string"}]}}
    with contract_of(data) as contract:
        for table, field, constraint, value in (
            ("sources", 4, "enum", ["en", "fr"]),
            ("police_reported", 3, "minimum", 1),
        ):
            bad_inputs.changed(contract, (table, "schema", "fields", field, "constraints", constraint), value)
        contract["resources"].append(resource)
    (data / "own.csv").write_text("a\nb\n", encoding="utf-8")
    assert checking.check_data(data) == []


@pytest.mark.parametrize("name", bad_inputs.NOTEBOOKS)
def test_a_bad_chapter(name: str, review: Path) -> None:
    *part, message = bad_inputs.NOTEBOOKS[name]
    good = json.loads((review.parents[1] / "notebooks" / "one.ipynb").read_text(encoding="utf-8"))
    assert_refused(with_chapter(review, json.dumps(bad_inputs.set_in(good, *part)).encode()), message)


def with_chapter(review: Path, content: bytes) -> Result:
    """What is told of a review of one chapter, whose notebook holds this."""
    (review.parents[1] / "notebooks" / "bad.ipynb").write_bytes(content)
    asks = review.with_name("asks.yml")
    asks.write_text(bad_inputs.ONE.replace("- one", "- bad"), encoding="utf-8")
    return asked("list", asks)


@pytest.mark.slow
@pytest.mark.parametrize("name", bad_inputs.NOTEBOOK_TEXTS)
def test_a_chapter_that_is_none(name: str, review: Path) -> None:
    content, message = bad_inputs.NOTEBOOK_TEXTS[name]
    assert_refused(with_chapter(review, content), message)


@pytest.mark.slow
@pytest.mark.parametrize("name", bad_inputs.WORDINGS)
def test_bad_wordings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, change, message = bad_inputs.WORDINGS[name]
    folder = Path(shutil.copytree(language.FOLDER, tmp_path / "locale"))
    (folder / file).write_bytes(change((folder / file).read_bytes()))
    small.speak_from(folder, monkeypatch)
    problems = texts.check_chapter(ROOT / "notebooks" / "findings.ipynb")
    assert any(message in str(problem) for problem in problems), problems
    assert all(LINE.fullmatch(str(problem)) for problem in problems)


@pytest.mark.slow
def test_a_setting_that_is_wrong_everywhere_is_said_once(review: Path) -> None:
    path = review.with_name("many.yml")
    path.write_text(bad_inputs.entry("matrix: {decimals: [0, 1, 2, 3]}"), encoding="utf-8")
    result = asked("list", str(path), "--set", "place=Atlantis")
    assert_refused(result, "--set:-:place: found place = 'Atlantis'")
    assert len(result.stderr.splitlines()) == 1


def test_all_mistakes_at_once(review: Path) -> None:
    path = review.with_name("bad.yml")
    path.write_text(bad_inputs.HEAD + "chapters:\n  - two\n  - {chapter: one, parameters: {decimals: 9, place: X}}\n")
    result = asked("build", str(path), "--set", "levle=1")
    assert len(result.stderr.splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("a\nb\r\nc\td", "a b c d"),
        ("a\u202eb", "aU+202Eb"),
        ("\x9b31m", "U+009B31m"),
        ("\ud800", "U+D800"),
        ("é « à » \u2019", "é « à » \u2019"),
    ],
)
def test_what_is_told_does_nothing_to_a_terminal(text: str, shown: str) -> None:
    assert printable_line(text) == shown


def test_a_long_text_is_cut_and_its_length_told() -> None:
    assert printable_line("x" * 10_000).endswith("(10000 characters)")
    assert len(quoted("x" * 10_000)) < 120
    assert len(quoted(9**100)) < 120
    assert listed(range(40)) == ", ".join(map(str, range(15))) + " and 25 more"
    assert nearest("Ontaro", ["Canada", "Ontario"]) == " (nearest: Ontario)"
