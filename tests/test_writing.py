"""The one writer: a folder or a file is whole, old or new, whatever ends whoever writes; and nothing else writes."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import faults
import pytest
import small
import statcan_files

from evaluation.building import manifest, swap
from evaluation.chapters import statcan_release, statcan_table
from evaluation.problems.paths import PACKAGE
from evaluation.start import new_project, new_table
from evaluation.writing import files
from evaluation.writing.lock import WriteConflict
from evaluation.writing.work_folder import (
    MARK,
    remove_remains,
    restore_interrupted,
    rewriting,
    sibling_path,
    work_folder_for,
)

LONG = pytest.mark.long
# Calls that rename, remove or open for writing, by the last part of their names; `replace` and `open` by what is given.
WRITES = {
    "write_text", "write_bytes", "touch", "unlink", "rename", "renames", "rmdir", "rmtree", "symlink_to", "hardlink_to",
    "symlink", "link", "remove", "removedirs", "truncate", "copy", "copy2", "copyfile", "copytree", "move", "mkstemp",
    "mkdtemp", "TemporaryDirectory", "NamedTemporaryFile", "TemporaryFile", "to_csv", "to_excel",
}  # fmt: skip
MAYBE = WRITES | {"open", "fdopen", "replace"}
CALLED = re.compile(rf"\b(?:{'|'.join(MAYBE)})\s*\(")
# What a run or a message has for itself, in new files of the temporary folder that nobody else has a name for.
OWN = {
    ("problems/__init__.py", "mkstemp"),  # the traceback that is kept of an unexpected error
    ("problems/__init__.py", "fdopen"),
    ("runs/execute.py", "TemporaryDirectory"),  # a chapter on its way to Papermill, and what it has read
    ("runs/execute.py", "write_text"),
    ("runs/engine.py", "TemporaryFile"),  # what other programs print in a run
    ("building/cluster.py", "TemporaryDirectory"),  # on a worker, whose disk is not ours
    ("building/publisher.py", "open"),  # to nowhere
    ("cli/command.py", "open"),
}


def writes_in(path: Path) -> list[str]:
    """The calls of a module that write, by the last part of their names; but for those of the writer."""
    text = path.read_text(encoding="utf-8")
    if not CALLED.search(text):  # most modules, without the time that parsing takes
        return []
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    named = ((call, getattr(call.func, "attr", getattr(call.func, "id", ""))) for call in calls)
    maybe = ((call, name, of(call)) for call, name in named if name in MAYBE)
    return [name for call, name, of in maybe if of != "files" and writes(call, name, of)]


def of(call: ast.Call) -> str:
    """The object or module of which a function is called."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def writes(call: ast.Call, name: str, of: str) -> bool:
    """Whether a call of a name, of some object or module, writes."""
    texts = [
        constant.value
        for constant in ast.walk(call)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    ]
    if name in ("open", "fdopen"):
        modes = any(set(text) & set("wax+") and len(text) <= 3 for text in texts)
        return modes or any(flag in ast.unparse(call) for flag in ("O_WRONLY", "O_RDWR"))
    if name == "replace":  # of a text has two arguments, of a dataclass one and keywords
        return of == "os" or (len(call.args) == 1 and not call.keywords)
    if name == "rename" and of != "os":  # of pandas has keywords, or a name for a series
        return not call.keywords and not texts
    if name in ("remove", "copy"):  # of a list
        return of in ("os", "shutil")
    return not (name.startswith("to_") and (not of or not call.args))


@pytest.mark.slow
def test_nothing_renames_removes_or_opens_for_writing_but_the_writer() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "writing"]
    writers = {(path.relative_to(PACKAGE).as_posix(), name) for path in modules for name in writes_in(path)}
    assert writers - OWN == set()
    assert OWN - writers == set(), "what is left out has gone"


@pytest.mark.parametrize(
    "line",
    ["a.open('w')", "open(a, mode='ab')", "os.open(a, os.O_WRONLY)", "os.replace(a, b)", "a.replace(b)", "a.rename(b)",
     "os.remove(a)", "shutil.rmtree(a)", "f.to_csv(a)", "a.write_text('')", "tempfile.mkdtemp()"],
)  # fmt: skip
def test_a_call_that_writes_is_seen(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(line)
    assert len(writes_in(tmp_path / "a.py")) == 1
    (tmp_path / "a.py").write_text("a.open()\na.open('rb')\n'x'.replace('a', 'b')\nl.remove(1)\nl.copy()\nf.to_csv()")
    assert writes_in(tmp_path / "a.py") == []


# What is written, and what must be whole after it: each as work on a folder, and the names of what may be there.


def fill(folder: Path, word: str) -> None:
    for name in ("a.txt", "more/b.txt"):
        files.put(folder / name, f"{word} {name}".encode())


def build_in(folder: Path) -> None:
    with swap.replacing(folder / "one") as new:
        fill(new, "new")
        manifest.write(new, [], key="", review="one.yml")


def rewrite_in(folder: Path) -> None:
    with rewriting(folder / "one") as new:
        fill(new, "new")


def write_in(folder: Path) -> None:
    files.write(folder / "one" / "a.txt", b"new a.txt")


def draft_in(folder: Path) -> None:
    new_table(folder / "one", "walkers")


def start_in(folder: Path) -> None:
    new_project(folder / "two", ("fr",))


def start_inside(folder: Path) -> None:
    (folder / "three").mkdir(exist_ok=True)
    new_project(folder / "three")


def arranged(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    fill(folder / "one", "old")
    (folder / "one" / "datapackage.json").write_text(json.dumps({"resources": [small.OTHERS]}, indent=1))
    (folder / "one" / "walkers.csv").write_text("place,n\nhere,5\n")
    manifest.write(folder / "one", [], key="", review="one.yml")


def held(folder: Path) -> dict[str, str]:
    return {name: value for name, value in small.hashes(folder).items() if "/." not in f"/{name}"}


def hidden(folder: Path) -> list[str]:
    return [
        str(path.relative_to(folder)) for path in folder.rglob(".*") if not {"notebooks", ".github"} & {*path.parts}
    ]


@pytest.mark.linux
@pytest.mark.slow
@pytest.mark.parametrize("exchanges", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("work", "every"),
    [(build_in, False), *(pytest.param(w, True, marks=LONG) for w in (build_in, rewrite_in, draft_in, start_in))],
)
def test_a_fault_at_any_call_leaves_the_old_or_the_new(
    work: Callable[[Path], None], every: bool, exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, a file, a project; where names can be exchanged and where they cannot; and the next command works.
    `make long` asks every call."""
    hold_whole(work, exchanges, tmp_path, monkeypatch, every)


@pytest.mark.sampled(2)
@pytest.mark.linux
@pytest.mark.slow
@pytest.mark.parametrize("exchanges", [True, False])
def test_a_fault_at_any_call_leaves_the_old_or_the_new_file(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_whole(write_in, exchanges, tmp_path, monkeypatch)


def hold_whole(
    work: Callable[[Path], None], exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: bool = True
) -> None:
    if not exchanges:
        monkeypatch.setattr(files, "_exchange", lambda first, second: False)
    folder, log = tmp_path / "here", tmp_path / "log"
    arranged(folder)
    states, ended = [held(folder)], set()
    work(folder)
    states.append(held(folder))
    assert states[0] != states[1]
    for at, fault, status in faults.at_calls(lambda: work(folder), log, lambda: arranged(folder), every):
        ended.add(status)
        assert status in {"k": (-9,), "i": (130, 0), "f": (1, 0)}[fault[0]], (at, fault)
        for path in restore_interrupted(folder):
            assert (status, exchanges) == (-9, False), path
        assert held(folder) in states, (at, fault)
        for place in (folder, folder / "one"):  # as `project.exclusive` does before the next command
            remove_remains(place, parts=True)
        if held(folder) == states[0]:
            work(folder)
        assert held(folder) == states[1], (at, fault)
        assert hidden(folder) == [], (at, fault)
    assert {-9, 130, 1} <= ended


@pytest.mark.linux
@pytest.mark.long
def test_a_project_begun_in_an_empty_folder_is_none_before_it_is_whole(tmp_path: Path) -> None:
    folder, log = tmp_path / "here", tmp_path / "log"
    folder.mkdir()
    start_inside(folder)
    whole = held(folder / "three")

    def again() -> None:
        shutil.rmtree(folder)
        folder.mkdir()

    for at, fault, _ in faults.at_calls(lambda: start_inside(folder), log, again):
        data = folder / "three" / "data"
        assert not data.exists() or held(folder / "three") == whole, (at, fault)
        if not data.exists():
            start_inside(folder)
        assert held(folder / "three") == whole, (at, fault)


@pytest.fixture
def download(tmp_path: Path) -> Path:
    return statcan_files.csv_file(tmp_path / "35100177.csv", statcan_files.table(places=["Alberta"]))


@pytest.mark.linux
@pytest.mark.parametrize(
    ("exchanges", "every"),
    [
        pytest.param(True, False, marks=pytest.mark.slow),
        *(pytest.param(can_exchange, True, marks=LONG) for can_exchange in (True, False)),
    ],
)
def test_a_fault_at_a_call_of_an_import_leaves_the_data_whole(
    exchanges: bool, every: bool, download: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the check of the new folder, which writes nothing and takes a second each time."""
    monkeypatch.setattr("evaluation.data.checking.check_data", lambda folder: [])
    if not exchanges:
        monkeypatch.setattr(files, "_exchange", lambda first, second: False)
    data, log, release = tmp_path / "here" / "data", tmp_path / "log", statcan_table.read_download(download)

    def again() -> None:
        shutil.rmtree(data.parent, ignore_errors=True)
        shutil.copytree(small.DATA, data)

    def work() -> None:
        statcan_release.add_download(release, data, write=True)

    again()
    states = [held(data)]
    work()
    states.append(held(data))
    for at, fault, _ in faults.at_calls(work, log, again, every):
        for _ in restore_interrupted(data.parent):
            assert (fault, exchanges) == ("kill", False)
        assert held(data) in states, (at, fault)
        work()
        assert held(data) == states[1], (at, fault)
        assert [path.name for path in data.parent.iterdir()] in (["data"], ["data", ".data.building"])
        remove_remains(data.parent)
        assert [path.name for path in data.parent.iterdir()] == ["data"]


def saved_meanwhile(folder: Path, path: Path) -> None:
    with rewriting(folder) as new:
        fill(new, "new")
        path.write_text("an editor's")


@pytest.mark.parametrize("name", ["README.md", "a.txt", "more/c.txt"])
def test_a_file_that_was_saved_meanwhile_stops_what_would_lose_it(name: str, tmp_path: Path) -> None:
    arranged(tmp_path)
    with pytest.raises(WriteConflict, match=f"another file than before, changed meanwhile.*{name}"):
        saved_meanwhile(tmp_path / "one", tmp_path / "one" / name)
    assert (tmp_path / "one" / name).read_text() == "an editor's"
    assert (tmp_path / "one" / "more" / "b.txt").read_text() == "old more/b.txt"
    assert hidden(tmp_path) == []


def test_links_and_modes_of_a_written_file_stay(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    files.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert ((tmp_path / "real").read_text(), (tmp_path / "real").stat().st_mode & 0o777) == ("new", 0o640)


COMMANDS = (
    ("import", "file.csv", "--yes"), ("build",), ("export", "--xlsx"), ("new", "chapter", "foo"),
    ("new", "table", "foo"), ("clean",), ("refresh", "--yes"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_written_from_outside_a_project(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = small.asked(*command)
    assert result.exit_code == 2
    assert "found no project here or above" in result.stderr


@contextmanager
def another_at_work(folder: Path):  # type: ignore[no-untyped-def]
    """Another process that holds the lock of a project."""
    code = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], 0), 2); print(flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.readline()
        yield
        process.communicate()


@pytest.mark.slow
@pytest.mark.linux
def test_one_command_at_a_time_changes_a_project(review: Path) -> None:
    with another_at_work(review.parents[1]):
        for command in COMMANDS:
            result = small.asked(*command)
            assert result.exit_code == 1
            line = f"{review.parents[1]}:-:-: found another command at work that changes this project; allowed: one at"
            assert result.stderr.startswith(line)
            assert result.stderr.count("\n") == 1
        assert small.asked("check", review).exit_code == 0
    assert small.asked("clean").exit_code == 0


@pytest.mark.parametrize(
    "command", [("list",), *(pytest.param((command_name, *more), marks=pytest.mark.slow)
                             for command_name, *more in (("check",), ("plan",), ("trace", "5"), ("build",)))],
)  # fmt: skip
def test_data_that_a_kill_has_left_aside_are_put_back_by_every_command(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project(tmp_path / "own")
    place = sibling_path(project / "data")
    place.mkdir()
    (place / MARK).touch()
    (project / "data").rename(place / "old")
    monkeypatch.chdir(project / "notebooks")
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    result = small.asked(*command)
    assert "data:-:-: found a folder half changed by a command that was ended; it is as it was before" in result.stderr
    assert (project / "data" / "datapackage.json").is_file()
    assert not place.exists()
    assert result.exit_code == (2 if command[0] == "trace" else 0), result.output


@pytest.mark.linux
def test_what_killed_commands_left_goes_with_the_next_that_writes(review: Path) -> None:
    root = review.parents[1]
    for folder in (root / "data", root / "outputs" / "other", root / ".1-2"):
        with work_folder_for(folder) as place:
            shutil.copytree(place, place.with_name("kept"))
        shutil.move(place.with_name("kept"), place)
    (root / "data" / ".12-34.part").write_text("half")
    assert small.asked("new", "chapter", "foo").exit_code == 0
    assert [path for folder in (root, root / "data", root / "outputs") for path in folder.glob(".*")] == []


def test_a_page_of_changes_replaces_no_other_file(tmp_path: Path) -> None:
    folders = (small.DATA, small.DATA)
    table, pipe = tmp_path / "riders.csv", tmp_path / "pipe"
    table.write_text("years of work")
    os.mkfifo(pipe)
    for path, actual in ((table, "found a file that is no page of changes"), (pipe, "found no regular file")):
        result = small.asked("diff", *folders, "--page", path)
        assert (result.exit_code, actual in result.stderr) == (2, True), result.output
    assert table.read_text() == "years of work"


@pytest.mark.long
@pytest.mark.linux
def test_a_pipe_in_the_place_of_a_stores_entry_hangs_nothing(built: Path, tmp_path: Path) -> None:
    for path in [path for path in (tmp_path / "store").rglob("*") if path.is_file()]:
        path.unlink()
        os.mkfifo(path)
    shutil.rmtree(small.output_of(built))
    build = small.start(built, EVALUATION_STORE=str(tmp_path / "store"))
    _, error = build.communicate(timeout=60 * small.busy())
    assert build.returncode == 0, error


@pytest.mark.sampled(2)
@pytest.mark.linux
@pytest.mark.slow
@pytest.mark.parametrize("waits", ["is_main", "not is_main"])
def test_a_build_that_waits_for_what_never_comes_ends_when_told(review: Path, tmp_path: Path, waits: str) -> None:
    """The main thread, or another of the build's own, that waits without end, as in opening a pipe."""
    os.mkfifo(tmp_path / "pipe")
    store = f"""
import threading
from evaluation.building.store import Store
def get(*_):
    is_main = threading.current_thread() is threading.main_thread()
    if {waits}:
        print("waits", flush=True)
        open({str(tmp_path / "pipe")!r})
Store.get = Store.has = get
cli.build.ENDS_WITHIN = 1.0
try:"""
    line = [sys.executable, "-c", small.COMMAND.replace("try:", store, 1)]
    line += [str(review.parents[1]), "build", str(review)]
    build = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert build.stdout is not None
    assert next(iter(build.stdout), "ended without waiting") == "waits\n"
    build.terminate()
    assert build.wait(20 * small.busy()) == 130
