"""Runs, each in a process of its own: forked from one warm process by the standard library's forkserver, so that no
run sees another's state and one that dies fails alone.

Linux only: Windows has no fork and macOS's libraries do not survive one; there each run starts an ordinary kernel.
"""

from __future__ import annotations

import math
import os
import pickle
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from ..problems.imports import changed
from .execute import ENVIRONMENT, NO_RESULTS, Job, Limits, Outcome, execute, python_path, write_notebook

FORKS = sys.platform == "linux"
CONTEXT: Any = get_context("forkserver" if FORKS else "spawn")
GRACE = 2.0  # seconds that a run has to end by itself after a cell's limit
MOST_SAID = 1_000_000  # bytes of one message of a run
MOST_WRITTEN = 1_000_000_000  # bytes of one file that a run writes: what it prints without end goes into one
ONE_AT_A_TIME = Lock()  # multiprocessing's notes of its children are for one thread


@contextmanager
def starting() -> Iterator[dict[str, str]]:
    """Start a process in the block, in the environment of runs and without importing the program again that this
    process is; gives the build's own environment, which nobody may read whole while another thread is in here."""
    with ONE_AT_A_TIME:
        own = dict(os.environ)
        runs = changed(os.environ, ENVIRONMENT | {"PYTHONPATH": python_path()})
        with runs, changed(sys.modules, {"__main__": ModuleType("__main__")}):
            yield own


def get_ready() -> None:
    """Start the process that runs fork from, which imports what they need while the build does other things."""
    if FORKS:
        with starting():
            forkserver.set_forkserver_preload([f"{__package__}.warm"])
            forkserver.ensure_running()


class Runs:
    """Executes jobs, each within its limits. ``run`` may be called by any thread, ``stop`` ends all that runs."""

    def __init__(self, limits: Limits):
        self.limits, self.stopped = limits, False
        self.processes: set[Any] = set()
        self.umask = os.umask(0o077)  # asked for once: it is known only by setting it, which is every thread's
        os.umask(self.umask)
        get_ready()

    def run(self, job: Job) -> Outcome:
        """Execute one job. A run whose process dies or is ended is a failed run, named; its chapter is kept without
        outputs."""
        said, says = CONTEXT.Pipe(duplex=False)
        with said:
            with says:
                process = self.start(job, says)
            try:
                outcome = self.outcome(job, process, said)
            finally:
                end(process)
                self.processes.discard(process)
        if outcome.died:
            with suppress(FileNotFoundError, ValueError):
                write_notebook(job, NO_RESULTS)
        return outcome

    def start(self, job: Job, says: Connection) -> Any:
        with starting() as environment:
            process = CONTEXT.Process(target=begin, args=(job, self.limits, says, environment, self.umask))
            process.start()
            self.processes.add(process)
        if self.stopped:
            end(process)
        return process

    def outcome(self, job: Job, process: Any, said: Connection) -> Outcome:
        """What a run says of its end; it says too which cell it begins."""
        died = Outcome(job.slug, job.output, died=True)
        deadline, cell_deadline = time.monotonic() + (self.limits.run or math.inf), math.inf
        while heard := wait([said, process.sentinel], patience(min(deadline, cell_deadline))):
            try:  # what it said last may have come after the look at its line, and its end before that at the process
                message = pickle.loads(said.recv_bytes(MOST_SAID)) if said in heard or said.poll() else None
            except Exception:  # the line is closed, or something else was written to it
                wait([process.sentinel], GRACE)
                message = None
            if message is None:
                return replace(died, error=how_it_ended(process))
            if isinstance(message, Outcome):
                return message
            died = replace(died, cell=message)
            cell_deadline = time.monotonic() + (self.limits.cell + GRACE if self.limits.cell else math.inf)
        what, limit = ("run", self.limits.run) if deadline <= cell_deadline else ("cell", self.limits.cell)
        return replace(died, error=f"found a {what} that took longer than {limit:g} s; allowed: that long (--timeout)")

    def stop(self) -> None:
        self.stopped = True
        for process in list(self.processes):
            end(process)


def patience(deadline: float) -> float | None:
    return None if deadline == math.inf else max(0.0, deadline - time.monotonic())


def end(process: Any) -> None:
    """End a run's process with its group: what the run has started, but for what has a session of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if FORKS else None
    process.kill()
    wait([process.sentinel], GRACE)
    with ONE_AT_A_TIME:
        process.join(0)


def how_it_ended(process: Any) -> str:
    """A process's end in words: its exit status, or the signal that killed it."""
    with ONE_AT_A_TIME:
        status = process.exitcode
    if status is None or status >= 0:
        return f"the process ended with exit status {status}" if status is not None else "the process was stopped"
    name = signal.Signals(-status).name
    return f"the process was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


def begin(job: Job, limits: Limits, says: Connection, environment: dict[str, str], umask: int) -> None:
    """In a process of its own: execute one job, and say how it ended."""
    os.environ.clear()
    os.environ.update(environment)
    os.umask(umask)
    if FORKS:
        from .engine import watch_cells

        stand_apart(says)
        limit_resources(limits)
        watch_cells(lambda cell: says.send_bytes(pickle.dumps(cell)))
    outcome = execute(job, "evaluation" if FORKS else None, limits)
    says.send_bytes(pickle.dumps(replace(outcome, error=outcome.error[:10_000])))
    os._exit(0)  # what libraries do at the end of a process takes a quarter of a second, and nothing needs it


def stand_apart(says: Connection) -> None:
    """Begin a group of processes and fork: the child goes on as the run. The parent, which ends as the run ends or
    with the build, is all that a run can stop or kill by its parent's number."""
    os.setsid()
    run = os.fork()
    if run == 0:
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # else every run would draw the same numbers
        return
    says.close()
    build: Any = parent_process()
    wait([os.pidfd_open(run), build.sentinel])
    ended, status = os.waitpid(run, os.WNOHANG)
    code = os.waitstatus_to_exitcode(status) if ended else -signal.SIGKILL
    if code >= 0:
        os._exit(code)
    if not ended:
        os.killpg(0, signal.SIGKILL)
    signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
    os.kill(os.getpid(), -code)


def limit_resources(limits: Limits) -> None:
    """Bytes that a run may use beyond what it shares with the process it was forked from, and write into a file."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    if limits.memory:
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[5])
        most = pages * resource.getpagesize() + limits.memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
