"""A confidential review: its files, its store, its keys and its messages are its own."""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from pathlib import Path

import pytest
import small
from click.testing import CliRunner, Result

from evaluation.building import confidential
from evaluation.cli import main
from evaluation.data.contract import CONTRACT
from evaluation.data.sources import Tables
from evaluation.problems import InputError, Problem

pytestmark = pytest.mark.slow  # builds reviews

SECRET = "Zyxwvut"
FAILS = f"chapter = review.open()\nclass {SECRET}(Exception): pass\nraise ValueError('{SECRET} lives at 4 High Street')"


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project over confidential data, with homes for a store, a cache and temporary files that can be looked at."""
    path = small.project(tmp_path, monkeypatch, count=1)
    for name in ("cache", "tmp", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", None)
    mark(tmp_path, True)
    return path


def mark(folder: Path, value: object) -> None:
    contract = folder / "data" / "datapackage.json"
    contract.write_text(json.dumps({"confidential": value} | json.loads(contract.read_text(encoding="utf-8"))))


def unmark(folder: Path) -> None:
    contract = folder / "data" / "datapackage.json"
    found = json.loads(contract.read_text(encoding="utf-8"))
    contract.write_text(json.dumps({name: value for name, value in found.items() if name != "confidential"}))


def run(review: Path, *arguments: str, command: str = "build") -> Result:
    return CliRunner().invoke(main, [command, str(review), *arguments])


def open_to_others(folder: Path) -> list[str]:
    """What is not for its owner alone."""
    return [str(p) for p in [folder, *folder.rglob("*")] if stat.S_IMODE(p.lstat().st_mode) & 0o077]


def left(folder: Path) -> list[Path]:
    """The files that a build has left outside its outputs."""
    places = ("cache", "tmp", "home", "store")
    return [path for place in places for path in (folder / place).rglob("*") if path.is_file()]


@pytest.mark.slow
def test_a_confidential_build_keeps_to_itself(review: Path, tmp_path: Path) -> None:
    before = os.umask(0o022)
    result = run(review)
    os.umask(before)
    assert result.exit_code == 0, result.output
    folder = tmp_path / "outputs" / "small"
    assert open_to_others(folder) == []
    assert left(tmp_path) == []
    assert sorted(path.name for path in folder.iterdir()) == ["en", "fr", "index.html", "manifest.json", "notebooks"]
    assert json.loads((folder / "manifest.json").read_text())["confidential"] is True
    words = {"en": "Confidential. Not to be passed on.", "fr": "Confidentiel. Ne pas diffuser."}
    for language, said in words.items():
        for page in (folder / language).glob("*.html"):
            assert said in page.read_text(encoding="utf-8")
        assert said in (folder / "index.html").read_text(encoding="utf-8")
    again = run(review)
    assert "0 runs made" in again.stderr, "what has not changed is known by the folder itself"
    exported = run(review, "--xlsx", command="export")
    assert exported.exit_code == 0, exported.output
    assert open_to_others(folder) == []
    assert left(tmp_path) == []


@pytest.mark.long
@pytest.mark.slow
def test_its_keys_are_found_by_nobody_else(review: Path, tmp_path: Path) -> None:
    keys = []
    for place in ("one", "other"):
        assert run(review, "--output", str(tmp_path / place)).exit_code == 0
        found = json.loads((tmp_path / place / "small" / "manifest.json").read_text())
        keys += [found["runs"][0]["key"], found["runs"][0]["publishing_key"]]
    unmark(tmp_path)
    shutil.rmtree(tmp_path / "one")
    shutil.rmtree(tmp_path / "other")
    assert run(review).exit_code == 0
    found = json.loads((tmp_path / "outputs" / "small" / "manifest.json").read_text())
    assert len({*keys, found["runs"][0]["key"], found["runs"][0]["publishing_key"]}) == 6


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("code", [FAILS, f"print('{SECRET}')\nimport os\nos._exit(3)", f"1 / 0  # {SECRET}"])
def test_a_failure_names_the_place_and_no_value(code: str, review: Path, tmp_path: Path) -> None:
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code)
    for arguments in ((), ("--json",)):
        build = small.start(review, *arguments, XDG_CACHE_HOME=str(tmp_path / "cache"))
        out, error = build.communicate()
        assert build.returncode == 1
        assert SECRET not in out + error
        assert "High Street" not in out + error
        assert "one" in error
    assert not [path for path in (tmp_path / "outputs").rglob("*") if path.is_file() and path.name != ".small.lock"]
    assert left(tmp_path) == []


@pytest.mark.slow
def test_a_page_that_is_refused_tells_no_value(review: Path, tmp_path: Path) -> None:
    prose = {"en": "# A finding\n\nThe answer {nobody}.", "fr": "# Un constat\n\nLa réponse."}
    code = f"chapter = review.open()\nchapter.text({SECRET}={{'en': 'x', 'fr': 'x'}})"
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code, prose=prose)
    result = run(review)
    assert result.exit_code == 1
    assert SECRET not in result.output
    assert "one:" in result.stderr


def bad_cell(folder: Path) -> None:
    path = folder / "data" / "police_reported.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[1].split(",")
    path.write_text("".join([lines[0], ",".join([SECRET] * len(cells)), "\n", *lines[2:]]), encoding="utf-8")


@pytest.mark.parametrize("command", ["check", "list", "plan", "build"])
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_mistake_in_data_names_place_and_rule(
    command: str, as_json: tuple[str, ...], review: Path, tmp_path: Path
) -> None:
    bad_cell(tmp_path)
    result = run(review, *as_json, command=command)
    assert result.exit_code == 2
    assert SECRET not in result.output
    assert "police_reported.csv" in result.stderr
    assert "allowed" in result.stderr
    unmark(tmp_path)
    assert SECRET in run(review, command=command).output, "of public data the value is said"


@pytest.mark.parametrize(
    "contract", ['{"confidential": true', '{"confidential": tru}', "[" * 10**5 + '"confidential": 1']
)
def test_a_contract_that_cannot_be_read_may_be_confidential(contract: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(contract)
    assert confidential.may_be(tmp_path / "datapackage.json")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("confidential: true", True), ("confidential: yes", True), ("title: x", False), ("confidential: false", False),
     ("a: b\nconfidential: true # so it is", True), ('{"confidential": false, "x": 1}', False),
     ("not_confidential: true", False)],
)  # fmt: skip
def test_what_says_that_it_is_confidential(text: str, is_so: bool, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    assert confidential.may_be(tmp_path / "file") == is_so
    assert not confidential.may_be(tmp_path / "nowhere")


@pytest.mark.parametrize("value", ["yes", 1, None, [], {}])
def test_a_mark_is_true_or_false(value: object, review: Path, tmp_path: Path) -> None:
    mark(tmp_path, value)
    contract = tmp_path / "data" / "datapackage.json"
    contract.write_text(json.dumps(json.loads(contract.read_text()) | {"confidential": value}))
    result = run(review, command="check")
    assert result.exit_code == 2
    assert "datapackage.json" in result.stderr


def test_confidential_data_stay_here(review: Path, tmp_path: Path) -> None:
    result = run(review, "--dask", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert "this machine's own" in result.stderr
    assert not (tmp_path / "outputs").exists()


def test_a_review_that_says_it_is_public_is_refused(review: Path) -> None:
    review.write_text("confidential: false\n" + review.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(review, command="check").exit_code == 2


@pytest.mark.slow
def test_a_public_review_over_the_same_data_is_refused(review: Path, tmp_path: Path) -> None:
    unmark(tmp_path)
    public = review.with_name("public.yml")
    shutil.copy(review, public)
    review.write_text("confidential: true\n" + review.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(review).exit_code == 0
    assert left(tmp_path) == []
    for arguments in ((), ("--output", str(tmp_path / "elsewhere"))):
        result = run(public, *arguments)
        assert result.exit_code == 2, result.output
        assert result.stderr.count("\n") == 1
        assert "data/.confidential:-:-: found the mark of confidential data" in result.stderr
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    (tmp_path / "copy" / ".confidential").unlink()
    copied = run(public, "--data", str(tmp_path / "copy"))
    assert copied.exit_code == 2, "a copy of the same tables"
    assert "found the data of the confidential review" in copied.stderr
    assert not (tmp_path / "outputs" / "public").exists()


@pytest.mark.long
@pytest.mark.slow
def test_data_stay_confidential_when_the_outputs_are_gone(review: Path, tmp_path: Path) -> None:
    unmark(tmp_path)
    public = review.with_name("public.yml")
    shutil.copy(review, public)
    review.write_text("confidential: true\n" + review.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(review).exit_code == 0
    assert run(review).exit_code == 0, "its own review is not refused"
    shutil.rmtree(tmp_path / "outputs")
    assert CliRunner().invoke(main, ["clean"]).exit_code == 0
    for command in ("check", "list", "plan", "build"):
        refused = run(public, command=command)
        assert refused.exit_code == 2, command
        assert "data/.confidential" in refused.stderr
    bad_cell(tmp_path)
    assert SECRET not in run(public, command="check").output, "nor are its values told"
    shutil.copy(small.DATA / "police_reported.csv", tmp_path / "data")
    (tmp_path / "data" / ".confidential").unlink()
    assert run(public).exit_code == 0, "who decides that the data are public takes the mark away"


@pytest.mark.linux
def test_data_that_cannot_be_marked_are_refused(review: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be marked as confidential"):
        confidential.mark(Path("/proc/self"))
    with pytest.raises(InputError, match='"confidential": true'):
        confidential.mark(tmp_path / "nowhere")


def test_data_whose_contract_says_it_need_no_mark(review: Path, tmp_path: Path) -> None:
    assert run(review, "--only", "nowhere").exit_code == 2
    assert not confidential.is_marked(tmp_path / "data")


def test_a_public_folder_that_shares_public_tables_alone_is_not(tmp_path: Path) -> None:
    inputs = {"data/a.csv": "1", "data/b.csv": "2"}
    secret = {"confidential": True, "data": "there", "runs": [{"inputs": {"data/a.csv": "1", "data/c.csv": "3"}}]}
    assert not confidential.shares(secret, inputs, published={"data/a.csv": "1"})
    assert confidential.shares(secret, inputs, published={})
    assert confidential.shares(secret, {"data/c.csv": "3"}, published={"data/a.csv": "1"})
    unread = secret | {"tables": {"data/d.csv": "4"}}
    assert confidential.shares(unread, {"data/d.csv": "4"}, published={})


@pytest.mark.slow
def test_clean_covers_what_an_ended_build_left(review: Path, tmp_path: Path) -> None:
    small.notebook(tmp_path / "notebooks" / "one.ipynb", "import time\nprint('x')\ntime.sleep(100)")
    build = small.start(review, TMPDIR=str(tmp_path / "tmp"))
    while not list((tmp_path / "outputs").glob(".small.building/.private")):
        assert build.poll() is None, build.communicate()
        time.sleep(0.02)
    building = tmp_path / "outputs" / ".small.building"
    assert CliRunner().invoke(main, ["clean"]).exit_code == 0
    assert building.exists(), "a build at work is left alone"
    build.kill()
    build.communicate()
    assert open_to_others(building) == []
    assert CliRunner().invoke(main, ["clean"]).exit_code == 0
    assert list((tmp_path / "outputs").iterdir()) == []
    assert left(tmp_path) == []


def test_masks_keep_the_place(tmp_path: Path) -> None:
    tables = Tables(small.ROOT / "data")
    file = str(small.ROOT / "data" / "places.csv")
    problem = Problem(file, 3, "place", "'Somewhere'", "at least 17")
    found = confidential.masked(problem, tables, tmp_path / "x.yml")
    assert (found.file, found.row, found.column) == (file, 3, "place")
    assert "Somewhere" not in str(found)
    assert "17" not in str(found)
    given = confidential.masked(Problem("--set", column="place", found="place = 'X'", allowed="A, B"), tables, tmp_path)
    assert str(given) == "--set:-:place: found what is not allowed here; allowed: what is declared for it"
    plain = Problem(file, found="no such file", allowed="the table places of datapackage.json")
    assert confidential.masked(plain, tables, tmp_path).found == "no such file"
    assert CONTRACT in str(plain)
