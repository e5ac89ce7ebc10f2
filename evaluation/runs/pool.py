"""Runs in processes of their own, so that a crash fails one run: forked from one warm process by the standard library's
forkserver; on Windows and macOS, whose libraries do not survive a fork, spawned. Without it each run
would import pandas and Altair anew, and a crash would end the build.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import forkserver, get_context, parent_process, resource_tracker, set_start_method
from multiprocessing.connection import Connection, wait
from multiprocessing.util import get_temp_dir
from threading import Lock, Thread
from types import ModuleType
from typing import Any

from ..problems.imports import temporary_values
from .execute import (
    ENVIRONMENT,
    NO_RESULTS,
    Failure,
    Job,
    Outcome,
    available_cores,
    execute,
    python_path,
    write_notebook,
)

FORKS = sys.platform == "linux"
CONTEXT: Any = get_context("forkserver" if FORKS else "spawn")
GRACE = 2.0  # seconds until the system tells how a process ended
LONGEST_PATH = 70  # characters to temporary files: a socket's path may have 107, and multiprocessing adds 32
MOST_WRITTEN = 1_000_000_000  # bytes of one file that a run writes: what it prints without end goes into one
ONE_AT_A_TIME = Lock()  # multiprocessing's notes of its children are for one thread


@contextmanager
def starting() -> Iterator[dict[str, str]]:
    """Within the block, one thread at a time, ``os.environ`` is that of runs, so that a process started in it has it,
    ``__main__`` is empty, so that it does not import this program again, and SIGINT is blocked where runs fork;
    afterwards all are restored. Yields a copy of the build's environment, since other threads must not read
    ``os.environ`` meanwhile. Raises ChildProcessError if the forkserver is gone."""
    with ONE_AT_A_TIME:
        before = dict(os.environ)
        if FORKS:  # child processes ignore a terminal's Ctrl-C; the build receives it and ends them
            resource_tracker.ensure_running()  # begun later, it would let interrupts through again
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        runs = temporary_values(os.environ, ENVIRONMENT | {"PYTHONPATH": python_path()})
        try:
            with runs, temporary_values(sys.modules, {"__main__": ModuleType("__main__")}):
                yield before
        except (EOFError, ConnectionError):
            raise ChildProcessError("the process that all runs fork from died") from None
        finally:
            if FORKS:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def create_socket_folder() -> None:
    """Create multiprocessing's folder of sockets now, below /tmp if the temporary folder's path is too long for a
    socket, as Python 3.14 does."""
    folder = tempfile.gettempdir()
    with temporary_values(vars(tempfile), {"tempdir": "/tmp" if FORKS and len(folder) > LONGEST_PATH else folder}):
        get_temp_dir()


class Runs:
    """Executes jobs on this machine, each in a process of its own within ``timeout`` seconds. ``run`` may be called
    from any thread, ``at_once`` is how many to call it from, ``stop`` ends all runs. The modules in ``first``, for
    other processes of the build, are imported by the process that all fork from."""

    at_once = available_cores()

    def __init__(self, timeout: float, *first: str):
        """Starts nothing; the first start of a process imports ``first`` and the modules of runs."""
        self.timeout, self.stopped = timeout, False
        self.processes: set[Any] = set()
        forkserver.set_forkserver_preload([*first, f"{__package__}.warm"])

    def start_early(self) -> None:
        """Start the process that runs fork from, which imports their modules while the build continues. Optional;
        nothing where runs do not fork."""
        if FORKS:
            create_socket_folder()
            with starting():
                forkserver.ensure_running()

    def run(self, job: Job) -> Outcome:
        """Execute one job and wait for its outcome; its process group is then gone. A run whose process dies or exceeds
        the time has failed, in the last cell it reported; its notebook is written without outputs, except after
        ``stop``. Raises ChildProcessError if no process can be forked."""
        receiver, sender = CONTEXT.Pipe(duplex=False)
        with receiver:
            with sender, starting() as environment:
                process = CONTEXT.Process(target=run_in_process, args=(job, sender, environment))
                process.start()
                self.processes.add(process)
            try:
                if self.stopped:
                    kill_group(process)
                return self._outcome(job, process, receiver)
            finally:
                kill_group(process)
                self.processes.discard(process)

    def _outcome(self, job: Job, process: Any, receiver: Connection) -> Outcome:
        """The outcome that a run sends, after the number of each cell that it starts; if it ends without, or at the
        deadline, a failed one, for which its notebook is written without outputs, except after ``stop``. The process is
        not ended here."""
        cell: int | str = "-"
        error = f"found a run that took longer than {self.timeout:g} s; allowed: that long (--timeout)"
        deadline = time.monotonic() + self.timeout
        while wait([receiver, process.sentinel], max(0.0, deadline - time.monotonic())):
            message = None
            with suppress(Exception):  # the line is closed, or something else was written to it
                message = receiver.recv() if receiver.poll() else None
            if isinstance(message, Outcome):
                return message
            if message is None:
                error = exit_description(process)
                break
            cell = message
        if self.stopped:  # write nothing: the folder is gone, and no thread may wait for this one
            return Outcome(job.slug, job.output, (Failure(cell, error),))
        return failed_outcome(job, cell, error)

    def stop(self) -> None:
        """Kill every run with its process group, those starting meanwhile included."""
        self.stopped = True
        for process in list(self.processes):
            kill_group(process)


def failed_outcome(job: Job, cell: int | str, error: str) -> Outcome:
    """The failed outcome of a run of which only the error and the cell it was in are known. Writes its notebook without
    outputs, if the chapter can still be read."""
    with suppress(FileNotFoundError, ValueError):
        write_notebook(job, NO_RESULTS)
    return Outcome(job.slug, job.output, (Failure(cell, error),))


def kill_group(process: Any) -> None:
    """Kill a run's process with its group (all processes that it started, except those in sessions of their own), and
    wait up to GRACE seconds. One that has ended is no error. Where runs do not fork, the process alone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if FORKS else None
    process.kill()
    wait([process.sentinel], GRACE)
    with ONE_AT_A_TIME:
        process.join(0)


def exit_description(process: Any) -> str:
    """A process's end in words: exit status, or the signal that killed it. Waits up to GRACE seconds for it."""
    wait([process.sentinel], GRACE)
    with ONE_AT_A_TIME:
        status = process.exitcode
    if status is None or status >= 0:
        return f"the process ended with exit status {status}" if status is not None else "the process was stopped"
    name = signal.Signals(-status).name
    return f"the process was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


def run_in_process(job: Job, sender: Connection, environment: dict[str, str]) -> None:
    """The main function of a run's process: execute one job, send the number of each cell that starts, then the
    outcome, and end the process. Where runs fork, a file that it writes is limited to MOST_WRITTEN bytes, and numpy's
    random numbers are seeded anew."""
    import_module(f"{__package__}.warm")
    set_up_process(environment)
    if FORKS:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
        set_start_method("fork", force=True)  # a chapter's own processes inherit its functions, and the guard
        sys.modules["numpy"].random.seed()  # otherwise every run would draw the same random numbers
    sender.send(execute(job, sender.send))
    os._exit(0)  # skip the libraries' exit handlers, which take a quarter of a second


def set_up_process(environment: dict[str, str]) -> None:
    """Set this process's environment, give it a session and process group of its own, let SIGINT through again, and
    start the thread that ends it with the build."""
    os.environ.clear()
    os.environ.update(environment)
    if FORKS:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    Thread(target=exit_with_build, daemon=True).start()


def exit_with_build() -> None:
    """Wait until the process that started this one is gone, then kill this process with its group."""
    build: Any = parent_process()
    build.join()
    os.killpg(0, signal.SIGKILL) if FORKS else os._exit(1)
