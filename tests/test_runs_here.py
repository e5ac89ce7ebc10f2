"""What runs are made of, within this process: a chapter executed, what it may read, how a run's end is told."""

import gc
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import small

from evaluation.building import publisher
from evaluation.pages import publish
from evaluation.pages.errors import PageError
from evaluation.problems import Refused
from evaluation.problems.imports import import_quickly
from evaluation.runs import execute, guard, pool, rows
from evaluation.runs.execute import Failure, Job, Outcome

pytestmark = pytest.mark.linux


@contextmanager
def process_restored() -> Iterator[None]:
    """Have this process be as it was when a run within it is over: its streams, its environment, its path."""
    streams, copies = (sys.stdout, sys.stderr), [os.dup(1), os.dup(2)]
    environment, path, bytecode = dict(os.environ), list(sys.path), sys.dont_write_bytecode
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        for copy, descriptor in zip(copies, (1, 2), strict=True):
            os.dup2(copy, descriptor)
            os.close(copy)
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:], sys.dont_write_bytecode = path, bytecode


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., None]]:
    """What would hear of each file that is opened, for the life of this process."""
    hooks: list[Callable[..., None]] = []
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    return hooks


def run(job: Job) -> tuple[Outcome, list[int], list[Any]]:
    """A run's outcome, the cells that it told of, and its executed cells."""
    import_quickly("ipykernel.debugger", "papermill")
    cells: list[int] = []
    with process_restored():
        os.environ.pop("PYTEST_CURRENT_TEST", None)  # ipykernel takes no other programs' output where it is set
        outcome = execute.execute(job, cells.append)
    return outcome, cells, nbformat.read(job.output, 4).cells


def test_an_import_that_fails_leaves_the_collection_of_garbage_as_it_was() -> None:
    collecting = gc.isenabled()
    gc.enable()
    try:
        with pytest.raises(ModuleNotFoundError):
            import_quickly("no_such_module")
        assert gc.isenabled()
    finally:
        gc.enable() if collecting else gc.disable()


WARNED = "/tmp/of_this_run/ipykernel_12/345.py:1: careful"  # in a file whose name has the process's number
STREAMS = f"""import os, sys
print('a'); print('{WARNED}', file=sys.stderr); print('c')
status = os.system('echo d')
written = os.write(1, b'\\xff')"""
DISPLAYED = """from IPython.display import display
display({'application/x.y+json': {'a': 1}, 'text/plain': 'p'}, raw=True, metadata={'q': 1})
shown = display('first', display_id='same'); shown.update('second')
decimals, os.environ['PYTHONHASHSEED'], os.environ['EVALUATION_LANGUAGES'], os.getcwd().rpartition('/')[2]"""


def test_a_chapter_is_executed_as_by_a_kernel(tmp_path: Path, heard: list[Any]) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "helper.py").write_text("WORD = 'beside'\n", encoding="utf-8")
    job = small.job(tmp_path, "good", STREAMS, DISPLAYED, "import helper\nhelper.WORD", "", decimals=2)
    outcome, progress, cells = run(job)
    assert outcome == Outcome("good", job.output)
    assert (progress[0], progress[-1]) == (1, 7)  # the last cell has nothing to run
    assert progress == sorted(progress)
    counts = [cell.execution_count for cell in cells if cell.source and not cell.source.startswith("%%")]
    assert counts == [1, 2, 3, 4, 5, 6]
    injected, streams, displayed, warned = cells[2], cells[4].outputs, cells[5].outputs, cells[6].outputs
    assert (injected.source, injected.metadata.tags) == ("# Parameters\ndecimals = 2", ["injected-parameters"])
    texts = {output.name: output.text for output in streams}
    assert texts == {"stdout": "a\nc\nd\n\ufffd", "stderr": "cell-345:1: careful\n"}
    assert [output.output_type for output in displayed] == ["display_data", "display_data", "execute_result"]
    assert displayed[0]["data"] == {"application/x.y+json": {"a": 1}, "text/plain": "p"}
    assert displayed[0]["metadata"] == {"q": 1}
    assert displayed[1]["data"]["text/plain"] == "'second'"
    assert displayed[2]["data"]["text/plain"] == "(2, '0', 'en fr', 'notebooks')"
    assert warned[0]["data"]["text/plain"] == "'beside'"
    assert cells[3].outputs == []  # prose is no part of a run


def test_all_that_is_refused_comes_at_once_and_an_error_ends_a_run(tmp_path: Path, heard: list[Any]) -> None:
    start = "from evaluation import review\nchapter = review.open()"
    phrase, bare = "chapter.say(x=review.phrase('sign', 'sideways'))", "chapter.say(x=1.5)"
    job = small.job(tmp_path, "refused", start, phrase, "nothing_of_this_name", bare, "object()", "1 / 0", "'not run'")
    outcome, _, cells = run(job)
    assert [(failure.cell, failure.kind) for failure in outcome.failures] == [
        (5, "MissingText"), (7, "Refused"), (9, "ZeroDivisionError"),
    ]  # fmt: skip
    assert outcome.failures[-1].error == "ZeroDivisionError: division by zero"
    assert cells[-1].outputs == []


def test_an_address_in_an_output_fails_a_run_that_has_no_error(tmp_path: Path) -> None:
    output = nbformat.v4.new_output("execute_result", {"text/plain": "<object object at 0x7f0123456789>"})
    cells = [nbformat.v4.new_code_cell("object()", outputs=[output]), nbformat.v4.new_code_cell("0x12")]
    assert list(execute.failures_in(cells)) == [
        Failure(1, "found an object's address (0x7f0123456789) in an output; allowed: output that repeats")
    ]


def test_a_chapter_that_is_gone_is_this_runs_failure(tmp_path: Path) -> None:
    job = small.job(tmp_path, "gone", "1")
    job.notebook.unlink()
    (failure,), cells = execute.run_by_papermill(job, print, tmp_path)
    assert (failure.cell, failure.kind, cells) == ("-", "FileNotFoundError", [])
    assert "gone.ipynb" in failure.error


# What a run may read

READ, WRITE, ADD = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_RDWR | os.O_APPEND
MAY = {
    "data/a.csv": READ, "data/sub/b.csv": READ, "data": READ, "notebooks/helper.py": READ, "own/made": READ,
    "elsewhere.csv": WRITE, "new.csv": os.O_RDWR | os.O_CREAT | os.O_EXCL, "none.csv": READ, "/dev/null": READ,
    "/etc/passwd": READ, os.__file__: READ, guard.__file__: READ,
}  # fmt: skip
MAY_NOT = {
    "elsewhere.csv": READ, "elsewhere.csv ": ADD, "other/return.csv": READ, "data/linked/return.csv": READ,
    "data/.hidden": READ, "notebooks/one.ipynb": READ, "other": READ, "data/../elsewhere.csv": READ,
}  # fmt: skip


FILES = (
    "data/a.csv", "data/sub/b.csv", "data/.hidden", "notebooks/helper.py", "notebooks/helper.pyc",
    "notebooks/one.ipynb", "other/return.csv", "own/made", "elsewhere.csv",
)  # fmt: skip


@pytest.fixture
def guarded(tmp_path: Path, heard: list[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, list[str]]]:
    """What hears of a file that is opened, within the guard of a project, and what it refused."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "other")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    monkeypatch.setattr(guard, "environment_folders", lambda: [os.path.dirname(os.__file__), "/etc"])
    with guard.guard_reads(Path("data"), Path("notebooks"), tmp_path / "own") as refused:
        yield heard[0], refused


def test_a_run_reads_what_its_key_covers(guarded: tuple[Any, list[str]], tmp_path: Path) -> None:
    hear, refused = guarded
    for path, flags in MAY.items():
        hear("open", (path, None, flags))
        hear("open", (os.fsencode(path), None, flags))
    hear("open", (3, None, READ))  # a descriptor, whose file was opened before
    hear("compile", (None, "elsewhere.csv"))
    assert (refused, os.environ["TMPDIR"]) == ([], str(tmp_path / "own"))
    with pytest.raises(FileNotFoundError, match=r"helper\.pyc"):
        hear("open", ("notebooks/helper.pyc", None, READ))


def test_a_run_that_reads_elsewhere_is_refused_by_name(guarded: tuple[Any, list[str]], tmp_path: Path) -> None:
    hear, refused = guarded
    for path, flags in MAY_NOT.items():
        with pytest.raises(Refused):
            hear("open", (Path(path.strip()), None, flags))
    with pytest.raises(Refused):
        hear("sqlite3.connect", ("elsewhere.csv",))
    with pytest.raises(Refused):
        hear("socket.connect", (None, ("127.0.0.1", 9)))
    hear("socket.connect", (None, "/run/a.socket"))
    places = [line.partition(", opened by a chapter; allowed: files of the data folder")[0] for line in refused]
    names = ["elsewhere.csv"] * 2 + ["other/return.csv"] * 2 + ["data/.hidden", "notebooks/one.ipynb", "other/"]
    expected = [f"found {tmp_path}/{name}" for name in [*names, "elsewhere.csv", "elsewhere.csv"]]
    assert places == [*expected, "found ('127.0.0.1', 9)"]


def test_after_a_run_anything_may_be_read(heard: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    before = os.environ.get("TMPDIR")
    with suppress(ValueError), guard.guard_reads(tmp_path, tmp_path, tmp_path):
        raise ValueError
    heard[0]("open", (small.__file__, None, READ))
    assert os.environ.get("TMPDIR") == before


# How a run's end is told


@pytest.fixture
def line() -> Iterator[SimpleNamespace]:
    """A run that is told of: what it sends through, what receives, and a process that has not ended."""
    receiver, sender = pool.CONTEXT.Pipe(duplex=False)
    alive, ends = socket.socketpair()
    with receiver, sender, alive, ends:
        process = SimpleNamespace(sentinel=alive.fileno(), exitcode=None)
        yield SimpleNamespace(send=sender.send, sender=sender, receiver=receiver, process=process, end=ends.close)


def outcome_of(line: SimpleNamespace, job: Job, seconds: float = 5, stopped: bool = False) -> Outcome:
    runs = SimpleNamespace(timeout=seconds, stopped=stopped)
    return pool.Runs._outcome(runs, job, line.process, line.receiver)  # type: ignore[arg-type]


def test_the_outcome_that_a_run_sends_is_its_end(line: SimpleNamespace, tmp_path: Path) -> None:
    outcome = Outcome("a", tmp_path)
    for message in (1, 2, outcome):
        line.send(message)
    assert outcome_of(line, small.job(tmp_path, "a", "1")) == outcome


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (3, "the process ended with exit status 3"),
        (0, "the process ended with exit status 0"),
        (-9, "the process was killed by SIGKILL (out of memory?)"),
        (-15, "the process was killed by SIGTERM"),
        (None, "the process was stopped"),
    ],
)
def test_a_process_that_ended_is_told_with_its_cell(
    status: int | None, words: str, line: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "GRACE", 0.01)
    job = small.job(tmp_path, "a", "1")
    line.send(5)
    line.process.exitcode = status
    line.end()
    assert outcome_of(line, job) == Outcome("a", job.output, (Failure(5, words),))
    assert [cell.get("outputs", []) for cell in nbformat.read(job.output, 4).cells] == [[]] * 4


def test_a_run_that_takes_too_long_is_told_with_its_cell(line: SimpleNamespace, tmp_path: Path) -> None:
    job = small.job(tmp_path, "a", "1")
    line.send(2)
    words = "found a run that took longer than 0.01 s; allowed: that long (--timeout)"
    assert outcome_of(line, job, 0.01) == Outcome("a", job.output, (Failure(2, words),))
    job.output.unlink()
    assert outcome_of(line, job, 0.01, stopped=True).failures == (Failure("-", words),)
    assert not job.output.exists()  # its folder may be gone


def test_a_process_ends_with_all_that_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "GRACE", 0.01)
    child = subprocess.Popen(["sh", "-c", "sleep 600 & echo; wait"], stdout=-1, text=True, start_new_session=True)
    assert child.stdout
    child.stdout.readline()
    watched, other = socket.socketpair()
    with watched, other:
        pool.kill_group(SimpleNamespace(pid=child.pid, kill=child.kill, join=lambda _: None, sentinel=watched.fileno()))
    assert child.wait(5) == -9
    # The pipe that both write to has an end once both are gone.
    assert select.select([child.stdout], [], [], 10 * small.busy())[0]
    assert child.stdout.read() == ""


def test_processes_begin_with_the_environment_of_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "/mine"]))
    main = sys.modules["__main__"]
    with pool.starting() as before:
        assert os.environ["PYTHONHASHSEED"] == "0"
        assert os.environ["PYTHONPATH"] == os.pathsep.join([str(small.ROOT), "/mine"])
        assert before["PYTHONPATH"] == os.pathsep.join(["", "/mine"])
        assert sys.modules["__main__"] is not main
    assert os.environ["PYTHONPATH"] == before["PYTHONPATH"]
    assert sys.modules["__main__"] is main
    lost = partial(pytest.raises, ChildProcessError, match="the process that all runs fork from died")
    with lost(), pool.starting():
        raise EOFError


def test_the_rows_behind_a_number_are_those_that_its_record_names(tmp_path: Path) -> None:
    table = 'year,name,caveats\n2021,a,x\n2022,"b, c",\n2023,d,y\n2024,e,\n'
    (tmp_path / "t.csv").write_text(table, encoding="utf-8-sig")
    inner = {"inputs": [{"data": "t.csv:3-4:n", "rows": 2}, {"data": "t.csv:2:n"}, {"data": "", "rows": 1}]}
    record = {"a": {"data": "t.csv:2,4-5:n", "rows": 3, "more": [inner]}, "text/plain": "record"}
    cells = [{"cell_type": "markdown"}, {"outputs": [{"data": record}, {"output_type": "stream"}]}]
    assert rows.referenced_rows(cells, tmp_path) == {
        "t.csv:2,4-5:n": [["year", "name"], ["2021", "a"], ["2023", "d"], ["2024", "e"]],
        "t.csv:3-4:n": [["year", "name"], ["2022", "b, c"], ["2023", "d"]],
    }


# A process of its own


class Ended(Exception):
    pass


class Process(SimpleNamespace):
    """A process that does nothing, one of a set."""

    __hash__ = object.__hash__


def end(status: int) -> None:
    raise Ended(status)


def test_what_a_process_of_a_run_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes over the build's environment and a group of its own, executes one job, sends its outcome and ends."""
    done: list[Any] = []
    monkeypatch.setattr(os, "setsid", lambda: done.append("setsid"))
    monkeypatch.setattr(os, "killpg", lambda *group: done.append(group))
    monkeypatch.setattr(signal, "pthread_sigmask", lambda *mask: done.append(mask))
    monkeypatch.setattr(pool, "parent_process", lambda: SimpleNamespace(join=lambda: done.append("the build is gone")))
    monkeypatch.setattr(pool, "Thread", lambda target, daemon: SimpleNamespace(start=target))
    with process_restored():
        pool.set_up_process({"ONE": "1"})
        assert dict(os.environ) == {"ONE": "1"}
    unblocked = (signal.SIG_UNBLOCK, {signal.SIGINT})
    assert done == ["setsid", unblocked, "the build is gone", (0, signal.SIGKILL)]
    monkeypatch.setattr(pool, "import_module", lambda name: done.append(name))
    monkeypatch.setattr(pool, "set_up_process", lambda environment: done.append(environment))
    monkeypatch.setattr(pool, "set_start_method", lambda *method, force: done.append((*method, force)))
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: done.append(limit))
    monkeypatch.setattr(pool, "execute", lambda job, report_cell: (report_cell(3), Outcome(job.slug, job.output))[1])
    monkeypatch.setattr(os, "_exit", end)
    del done[:]
    job = small.job(tmp_path, "a", "1")
    with pytest.raises(Ended, match=r"^0$"):
        pool.run_in_process(job, SimpleNamespace(send=done.append), {"ONE": "1"})  # type: ignore[arg-type]
    limit = (resource.RLIMIT_FSIZE, (1_000_000_000, 1_000_000_000))
    assert done == ["evaluation.runs.warm", {"ONE": "1"}, limit, ("fork", True), 3, Outcome("a", job.output)]


def test_runs_start_one_process_each_and_stop_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    watched, other = socket.socketpair()
    with watched, other:
        process = Process(
            start=lambda: done.append("start"), pid=0, kill=lambda: done.append("kill"), join=done.append,
            sentinel=watched.fileno(), exitcode=None,
        )  # fmt: skip
        job = small.job(tmp_path, "a", "1")

        def started(target: Any, args: Any) -> Any:
            args[1].send(Outcome("a", job.output))
            done.append((target, args[0], args[2]["ONE"]))
            return process

        monkeypatch.setenv("ONE", "1")
        monkeypatch.setattr(pool, "GRACE", 0.01)
        monkeypatch.setattr(os, "killpg", lambda *group: done.append(group))
        monkeypatch.setattr(pool.CONTEXT, "Process", started)
        monkeypatch.setattr(pool.forkserver, "set_forkserver_preload", done.append)
        monkeypatch.setattr(pool.forkserver, "ensure_running", lambda: done.append("a process to fork from"))
        runs = pool.Runs(5, "first")
        runs.start_early()
        assert runs.run(job) == Outcome("a", job.output)
        assert (runs.processes, runs.stopped) == (set(), False)
        runs.processes.add(1)
        monkeypatch.setattr(pool, "kill_group", done.append)
        runs.stop()
    asked = (pool.run_in_process, job, "1")
    killed = [(0, signal.SIGKILL), "kill", 0]
    assert done == [["first", "evaluation.runs.warm"], "a process to fork from", asked, "start", *killed, 1]
    assert runs.stopped


# Pages, in processes of their own


def test_what_a_process_that_publishes_does_first(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    monkeypatch.setattr(publisher, "set_up_process", done.append)
    monkeypatch.setattr(publisher, "import_module", done.append)
    monkeypatch.setattr(os, "umask", done.append)
    monkeypatch.setattr(signal, "signal", lambda *handler: done.append(handler))
    monkeypatch.setattr(os, "open", lambda *path: done.append(path))
    monkeypatch.setattr(os, "dup2", lambda *descriptors: done.append(descriptors))
    monkeypatch.setattr("evaluation.charts.drawing.to_svg", lambda chart: done.append(chart["mark"]))
    ignored = (signal.SIGINT, signal.SIG_IGN)
    publisher.initialize_worker({"ONE": "1"}, 0o22, False, False)
    assert done == [{"ONE": "1"}, 0o22, ignored, "evaluation.pages.warm"]
    del done[:]
    publisher.initialize_worker({}, 0o77, True, True)
    silent = [(os.devnull, os.O_WRONLY), (None, 2)]
    assert done == [{}, 0o77, ignored, *silent, "evaluation.pages.warm", "text"]


def test_a_page_that_cannot_be_published_is_its_runs_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "cached_draw", lambda: None)
    monkeypatch.setattr(publisher, "report_unexpected", lambda error: f"an unexpected error ({error})")
    monkeypatch.setattr("evaluation.pages.notebook.read_executed", str)
    errors = {
        PageError("found a; allowed: b"): Failure("-", "found a; allowed: b"),
        OSError(28, "No space left"): Failure("-", "No space left at publishing; the page could not be written"),
        KeyError("a"): Failure("-", "an unexpected error ('a')"),
    }
    for error, failure in errors.items():

        def fails(*_: Any, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(publish, "publish_notebook", fails)
        outcome, entry, hashes = publisher.publish_run(tmp_path / "a.ipynb", tmp_path)
        assert (outcome.slug, outcome.output, entry, hashes) == ("a", tmp_path / "a.ipynb", None, {})
        assert [(each.cell, each.error) for each in outcome.failures] == [(failure.cell, failure.error)]
