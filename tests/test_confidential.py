"""A confidential review: its files, its store and its messages are its own."""

import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small
import statcan_files
from small import run

from evaluation.building import confidential
from evaluation.problems import InputError

SECRET = "Zyxwvut"
FAILS = f"chapter = review.open()\nclass {SECRET}(Exception): pass\nraise ValueError('{SECRET} lives at 4 High Street')"


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project over confidential data, with homes for a store, a cache and temporary files that can be looked at."""
    path = small.project(tmp_path, monkeypatch, count=1)
    for name in ("cache", "t", "home"):  # short, for the way to a socket has 107 characters at most
        (tmp_path / name).mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", None)
    mark(tmp_path, True)
    return path


def mark(folder: Path, value: object) -> None:
    with small.contract_of(folder / "data") as contract:
        contract["confidential"] = value


def open_to_others(folder: Path) -> list[str]:
    """What is not for its owner alone."""
    return [str(p) for p in [folder, *folder.rglob("*")] if stat.S_IMODE(p.lstat().st_mode) & 0o077]


def left(folder: Path) -> list[Path]:
    """The files that a build has left outside its outputs."""
    places = ("cache", "t", "home", "store")
    return [path for place in places for path in (folder / place).rglob("*") if path.is_file()]


@pytest.mark.slow
def test_it_keeps_to_itself(review: Path, tmp_path: Path) -> None:
    folder, changes = tmp_path / "outputs" / "small", tmp_path / "changes.html"
    before = os.umask(0o022)
    result = run(review)
    assert small.asked("diff", folder, folder, "--page", changes).exit_code == 0
    os.umask(before)
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(changes.stat().st_mode) == 0o600
    assert open_to_others(folder) == []
    assert left(tmp_path) == []
    files = ["index.html", "manifest.json", "notebooks", "numbers.json", "references.bib"]
    assert sorted(path.name for path in folder.iterdir()) == ["en", "fr", *files]
    assert json.loads((folder / "manifest.json").read_text())["confidential"] is True
    words = {"en": "Confidential. Not to be passed on.", "fr": "Confidentiel. Ne pas diffuser."}
    for language, notice in words.items():
        for page in (folder / language).glob("*.html"):
            assert notice in page.read_text(encoding="utf-8")
        assert notice in (folder / "index.html").read_text(encoding="utf-8")
    again = run(review)
    assert "0 runs made" in again.stderr, "what has not changed is known by the folder itself"
    exported = run(review, "--xlsx", command="export")
    assert exported.exit_code == 0, exported.output
    assert open_to_others(folder) == []
    assert left(tmp_path) == []


@pytest.mark.long
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
    assert not [path for path in (tmp_path / "outputs").rglob("*") if path.is_file()]
    assert left(tmp_path) == []


@pytest.mark.slow
def test_a_refused_page_tells_no_value(review: Path, tmp_path: Path) -> None:
    prose = {"en": "# A finding\n\nThe answer {nobody}.", "fr": "# Un constat\n\nLa réponse {nobody}."}
    code = f"chapter = review.open()\nchapter.say({SECRET}={{'en': 'x', 'fr': 'x'}})"
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code, prose=prose)
    result = run(review)
    assert result.exit_code == 1
    assert SECRET not in result.output
    assert "one:" in result.stderr


@pytest.mark.slow
def test_confidential_data_stay_here(review: Path, tmp_path: Path) -> None:
    result = run(review, "--dask", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert "this machine's own" in result.stderr
    with small.contract_of(tmp_path / "data") as contract:
        contract["confidental"] = contract.pop("confidential")
    assert "(nearest: confidential)" in run(review).stderr
    assert not (tmp_path / "outputs").exists()


@pytest.mark.long
def test_clean_after_a_kill(review: Path, tmp_path: Path) -> None:
    small.notebook(tmp_path / "notebooks" / "one.ipynb", "import time\nprint('x')\ntime.sleep(100)")
    build = small.start(review, TMPDIR=str(tmp_path / "t"))
    while not list((tmp_path / "outputs").glob(".small.building/new/.private")):
        assert build.poll() is None, build.communicate()
        time.sleep(0.02)
    building = tmp_path / "outputs" / ".small.building"
    refused = small.asked("clean")
    assert (refused.exit_code, "one at a time" in refused.stderr) == (1, True), "a build at work is left alone"
    assert building.exists()
    build.kill()
    build.communicate()
    assert stat.S_IMODE((building / "new").stat().st_mode) == 0o700, "nobody else gets in"
    assert small.asked("clean").exit_code == 0
    assert list((tmp_path / "outputs").iterdir()) == []
    assert left(tmp_path) == []


SAID = [
    ("title: x", '{"confidential": true}', True),
    ("title: x", '{"confidential": "yes"}', True),
    ("confidential: true", "{}", True),
    ('"conf\\u0069dential": true', "{}", True),
    ("Confidential: true", "{}", True),
    ("title: x", '{"confidental": true}', True),
    ("title: x", "{}", False),
    ("confidential: false", '{"confidential": false}', False),
    ("title: x", '{"confidentielle": true}', True),
    ("title: x", '{"custom": {"confidential": true}}', True),
    ("title: x", '{"resources": [{"schema": {"fields": [{"confidential": true}]}}]}', True),
    ("secret: true", "{}", True),
    ("title: {en: 'confidential: true'}", '{"title": "confidential: true"}', False),
]


@pytest.mark.parametrize(("review", "contract", "is_so"), SAID, ids=range(len(SAID)))
def test_whether_a_review_is_confidential_is_read_by_the_parsers(
    review: str, contract: str, is_so: bool, tmp_path: Path
) -> None:
    (tmp_path / "review.yml").write_text(review)
    (tmp_path / "contract.json").write_text(contract)
    assert confidential.may_be_confidential(tmp_path / "review.yml", tmp_path / "contract.json") == is_so
    assert not confidential.may_be_confidential(tmp_path / "none", tmp_path / "nowhere")


@pytest.mark.parametrize(("review", "contract"), [("title: x", '{"confidential": tru}'), ("a: [b", "{}")])
def test_what_the_parsers_cannot_read_is_refused_in_their_words(review: str, contract: str, tmp_path: Path) -> None:
    (tmp_path / "review.yml").write_text(review)
    (tmp_path / "contract.json").write_text(contract)
    with pytest.raises(InputError, match=r"found (unreadable JSON|a YAML error)"):
        confidential.may_be_confidential(tmp_path / "review.yml", tmp_path / "contract.json")


def break_a_row(folder: Path) -> None:
    path = folder / "data" / "police_reported.csv"
    head, row, *others = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([head, ",".join([SECRET] * len(row.split(","))), "\n", *others]), encoding="utf-8")


def take_the_head(folder: Path) -> None:
    path = folder / "data" / "places.csv"
    first, *others = path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
    path.write_text("".join([SECRET, first, *others]), encoding="utf-8")


def default_nowhere(folder: Path) -> None:
    setup = "from evaluation import Place, review"
    small.notebook(
        folder / "notebooks" / "one.ipynb", small.ANSWER, setup=setup, parameters=f'place: Place = "{SECRET}"'
    )
    review = folder / "parameters" / "small.yml"
    review.write_text(review.read_text().split("    matrix")[0])


@pytest.mark.sampled(4)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "command"),
    [
        (break_a_row, "build"),
        *((spoil, "check") for spoil in (break_a_row, take_the_head, default_nowhere)),
    ],
)
def test_a_message_of_a_confidential_review_names_place_and_rule_and_no_value(
    spoil: Callable[[Path], None], command: str, review: Path, tmp_path: Path
) -> None:
    spoil(tmp_path)
    for arguments in ((), ("--json",)):
        result = run(review, *arguments, command=command)
        assert result.exit_code == 2, result.output
        assert "allowed" in result.stderr
        assert not [name for name in (SECRET, "Ontario", "Toronto", "Alberta") if name in result.output]
    mark(tmp_path, False)
    assert SECRET in run(review, command=command).output, "of public data the value is said"


@pytest.mark.slow
@pytest.mark.parametrize(
    "key", ["confidentielle", "private", "classification", "accessRights", "custom", "Confidential"]
)
def test_a_key_that_the_contract_has_not_is_refused(key: str, review: Path, tmp_path: Path) -> None:
    with small.contract_of(tmp_path / "data") as contract:
        contract[key] = contract.pop("confidential")
    result = run(review, command="check")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert f"found the key '{key}'" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("place", ["resource", "schema", "field"])
def test_the_marker_elsewhere_is_refused(place: str, review: Path, tmp_path: Path) -> None:
    with small.contract_of(tmp_path / "data") as contract:
        first = contract["resources"][0]
        {"resource": first, "schema": first["schema"], "field": first["schema"]["fields"][0]}[place]["confidential"] = (
            True
        )
        del contract["confidential"]
    result = run(review, command="check")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "confidential at the top of the contract alone" in result.stderr


@pytest.mark.slow
@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "key", ["confidentielle", "is_confidential", "Confidentialité", "confi\u200bdential", "\u0441onfidential"]
)
def test_the_marker_in_another_form_is_refused_in_a_table_and_in_a_chapter(
    key: str, review: Path, tmp_path: Path
) -> None:
    path = tmp_path / "notebooks" / "one.ipynb"
    chapter = json.loads(path.read_bytes())
    with small.contract_of(tmp_path / "data") as contract:
        del contract["confidential"]  # of data for everybody the message has the words
    for metadata in (chapter["metadata"], chapter["metadata"]["evaluation"]):
        metadata[key] = True
        path.write_text(json.dumps(chapter))
        result = run(review, command="check")
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
        assert "in a chapter" in result.stderr
        del metadata[key]
    path.write_text(json.dumps(chapter))
    with small.contract_of(tmp_path / "data") as contract:
        contract["resources"][0][key] = True
    result = run(review, command="check")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert "confidential at the top of the contract alone" in result.stderr


@pytest.mark.slow
def test_no_command_tells_a_value(review: Path, tmp_path: Path) -> None:
    break_a_row(tmp_path)
    download = tmp_path / f"{SECRET}.csv"
    download.write_text(f"{SECRET},99999\n", encoding="utf-8")
    for command in (("check", review), ("build", review), ("import", "x.csv"), ("new", "table", "police_reported")):
        result = small.asked(*command, "--project", tmp_path)
        assert result.exit_code == 2, result.output
        assert SECRET not in result.output


@pytest.mark.slow
def test_data_without_any_review_are_as_confidential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small.use(tmp_path, monkeypatch)
    shutil.copytree(small.DATA, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    mark(tmp_path, True)
    download = statcan_files.csv_file(tmp_path / "35100177.csv", statcan_files.table(places=["Alberta"]))
    assert small.asked("import", download, "--yes", "--project", tmp_path).exit_code == 0
    statcan_files.csv_file(download, statcan_files.table(places=["Alberta"], more=88_000))
    result = small.asked("import", download, "--yes", "--project", tmp_path)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "88020" not in result.stderr


@pytest.mark.slow
def test_hashes_of_the_data_leave_its_manifest_and_it_is_up_to_date(review: Path, tmp_path: Path) -> None:
    assert run(review).exit_code == 0
    text = (tmp_path / "outputs" / "small" / "manifest.json").read_text(encoding="utf-8")
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "data").iterdir()]
    assert not [digest for digest in hashes if digest in text]
    assert [run["inputs"] for run in json.loads(text)["runs"]] == [{}]
    assert "up-to-date" in run(review, command="plan").stdout
    small.edit(tmp_path / "data", "places", 2, name_en="Elsewhere")
    assert "up-to-date" not in run(review, command="plan").stdout


@pytest.mark.slow
def test_one_that_turns_confidential_says_what_is_stored_from_before(review: Path, tmp_path: Path) -> None:
    mark(tmp_path, False)
    assert run(review).exit_code == 0
    mark(tmp_path, True)
    assert "`evaluation clean` removes it" in run(review).stderr
    small.asked("clean")
    assert not [path for path in left(tmp_path) if "runs" in path.parts]
