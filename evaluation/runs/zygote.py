"""One warm process that forks for each run, and what asks it to.

The zygote imports pandas, Altair and the analysis wing once, never draws and never starts a thread. Each run is a
fork of it, so that no run sees another's state; a run that dies fails alone. Linux only: where fork is not to be
had (Windows) or not safe (macOS), runs use ordinary kernels.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import selectors
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .keeper import ADOPTS_ORPHANS, DIES_WITH_PARENT, become_kept, end_children, prctl

if __name__ == "__main__":
    become_kept()  # before anything large is imported: the keeper stays small

from .workers import answers, how_it_ended, import_quickly

MANY = __name__ == "__main__" and "many" in sys.argv
import_quickly("ipykernel.debugger", "papermill", "nbformat", lazily=("requests",) if MANY else ("requests", "altair"))
from papermill.engines import papermill_engines  # noqa: E402

from ..language import LANGUAGES, format_period  # noqa: E402
from .engine import WarmEngine, kernel, watch_cells  # noqa: E402
from .execute import Job, Limits, execute  # noqa: E402

MODULES = ("evaluation.records.chapter", "evaluation.numbers.measures", "evaluation.reviews.choices")
FOR_MANY = ("pandas", "altair", "scipy.special")  # worth their second where several runs may use them
GRACE = 2.0  # seconds a run has to end by itself after a cell's limit


class ZygoteError(RuntimeError):
    """The zygote is not fit to fork."""


@dataclass
class Child:
    """A forked run: its process, when it must have ended, and where its outcome comes from."""

    number: int
    process: int
    ended: int
    pipe: int
    deadline: float
    cell_deadline: float = float("inf")
    cell: int | str = "-"
    said: bytes = b""

    @property
    def overdue(self) -> float:
        return min(self.deadline, self.cell_deadline)


class Zygote:
    """Forks a run for each request, watches them, and answers with their outcomes."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.children: dict[int, Child] = {}
        self.selector = selectors.DefaultSelector()
        self.out = answers()
        self.unread = b""

    def serve(self) -> None:
        """Until the line is closed; then no run is left."""
        prctl(ADOPTS_ORPHANS, 1)
        os.set_blocking(0, False)
        self.selector.register(0, selectors.EVENT_READ)
        open_line = True
        while open_line:
            for key, _ in self.selector.select(self.patience()):
                if key.fd == 0:
                    open_line = self.read()
                elif key.fd == key.data.pipe:
                    self.hear(key.data)
                elif key.data.process in self.children:
                    self.finish(key.data)
            self.end_overdue()
        end_children()

    def read(self) -> bool:
        """Take requests from the line; whether it is still open."""
        found = os.read(0, 1 << 20)
        *lines, self.unread = (self.unread + found).split(b"\n")
        for line in lines:
            request = json.loads(line)
            self.fork(request["number"], Job.of(request["job"]))
        return bool(found)

    def fork(self, number: int, job: Job) -> None:
        assert_one_thread()
        reading, writing = os.pipe()
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            self.run(job, writing, parent)
        os.close(writing)
        os.set_blocking(reading, False)
        deadline = time.monotonic() + (self.limits.run or float("inf"))
        child = Child(number, process, os.pidfd_open(process), reading, deadline)
        self.children[process] = child
        for descriptor in (child.ended, child.pipe):
            self.selector.register(descriptor, selectors.EVENT_READ, child)
        self.answer(number, {"group": process})

    def hear(self, child: Child) -> None:
        """A run says which cell it begins, and at last its outcome."""
        with suppress(BlockingIOError, KeyError):
            found = os.read(child.pipe, 1 << 16)
            child.said += found
            if not found:
                self.selector.unregister(child.pipe)
        *lines, child.said = child.said.split(b"\n")
        for line in lines:
            child.cell = json.loads(line)["cell"]
            child.cell_deadline = time.monotonic() + (self.limits.cell + GRACE if self.limits.cell else float("inf"))

    def run(self, job: Job, writing: int, parent: int) -> None:
        """In the fork: execute one job, say how it ended, and end."""
        status = 1
        try:
            self.leave()
            become_a_run(parent, self.limits)
            watch_cells(lambda cell: os.write(writing, b'{"cell": %d}\n' % cell))
            outcome = execute(job, "evaluation", self.limits)
            record = asdict(outcome) | {"output": str(outcome.output), "error": outcome.error[:10000]}
            os.write(writing, json.dumps(record).encode())
            status = 0
        finally:
            os._exit(status)

    def leave(self) -> None:
        """Close what is the zygote's: a run that held its lines would keep them open after its death."""
        self.selector.close()
        os.close(self.out.fileno())
        for child in self.children.values():
            os.close(child.pipe)
            os.close(child.ended)

    def finish(self, child: Child, error: str = "") -> None:
        """Answer for a run that has ended, and end what it has left behind."""
        with suppress(ProcessLookupError):
            os.killpg(child.process, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child.process, 0)[1])
        self.hear(child)
        del self.children[child.process]
        for descriptor in (child.ended, child.pipe):
            with suppress(KeyError):
                self.selector.unregister(descriptor)
            os.close(descriptor)
        end_children(frozenset(self.children))  # what the run has started, and theirs: orphans come to the zygote
        died = {"died": error or how_it_ended(status), "cell": child.cell}
        self.answer(child.number, json.loads(child.said) if child.said and not error else died)

    def answer(self, number: int, message: dict[str, Any]) -> None:
        with suppress(OSError):  # who asked may have been killed: the line's end follows
            self.out.write(json.dumps({"number": number} | message) + "\n")
            self.out.flush()

    def patience(self) -> float | None:
        """Seconds until the first run is overdue."""
        first = min((child.overdue for child in self.children.values()), default=float("inf"))
        return None if first == float("inf") else max(0.0, first - time.monotonic())

    def end_overdue(self) -> None:
        now = time.monotonic()
        for child in [c for c in self.children.values() if c.overdue <= now]:
            what, limit = ("run", self.limits.run) if child.deadline <= now else ("cell", self.limits.cell)
            os.kill(child.process, signal.SIGKILL)
            self.finish(child, f"found a {what} that took longer than {limit:g} s; allowed: that long (--timeout)")


def assert_one_thread() -> None:
    """A fork copies one thread only; what others hold stays held for ever."""
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1 or threading.active_count() != 1:
        raise ZygoteError(f"found {threads} threads before a fork; allowed: one")


def become_a_run(parent: int, limits: Limits) -> None:
    """Leave the zygote: own group, own signals, own random numbers, nothing of the zygote's lines."""
    os.setsid()
    prctl(DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    limit_memory(limits.memory)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # else every run would draw the same numbers


def limit_memory(limit: int | None) -> None:
    """Bytes that a run may use beyond what it shares with the zygote."""
    if limit:
        pages = int(Path("/proc/self/statm").read_text().split()[5])
        most = pages * resource.getpagesize() + limit
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def main() -> None:
    """``python -m evaluation.runs.zygote LIMITS [many]``: import everything, then serve."""
    import_quickly(*(FOR_MANY if MANY else ()), *MODULES)
    papermill_engines.register("evaluation", WarmEngine)
    kernel()
    for language in LANGUAGES:
        format_period("2021-01", "2021-02", language)  # reads the names of months
    gc.collect()
    gc.freeze()  # keeps the shared memory shared: the collector does not write into it
    Zygote(Limits(**json.loads(sys.argv[1]))).serve()
    os._exit(0)


if __name__ == "__main__":
    main()
