"""Faults at one call of the one writer: an interrupt, a kill, a full disk, before or after it is made, or half way.

In a fork of a test, `at_calls` puts one at each call in turn. For a command with processes of its own, a folder
with this as its ``sitecustomize`` in PYTHONPATH puts it into each of them; calls are numbered by the length of a file
to which each process adds a byte."""

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CALLS = {"_write": "w", "_rename": "r", "_unlink": "u", "_rmtree": "t", "_flush": "f", "_exchange": "e"}
FAULTS = ("interrupt before", "interrupt after", "kill", "full disk")
AT, FAULT, LOG, MAIN = "FAULT_AT", "FAULT_KIND", "FAULT_LOG", "FAULT_MAIN"


def numbered(log: str, name: str) -> int:
    """The number of a call among those of all processes, from 0; its letter is noted."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, CALLS[name].encode())
    end = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.close(descriptor)
    return end - 1


def halved(name: str, arguments: tuple[Any, ...]) -> None:
    """Do half of what a call does, where it has halves."""
    if name == "_write":
        file, content = arguments
        file.write(content[: len(content) // 2])
        file.flush()
    if name == "_rmtree":
        for entry in list(arguments[0].iterdir())[::2]:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def install(at: int, fault: str, log: str, main: int) -> None:
    """Have the call of a number end so, in this process."""
    from evaluation.writing import files

    def faulty(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if numbered(log, name) != at:
                return real(*arguments)
            if fault == "interrupt before":
                os.kill(main, signal.SIGINT)
            if fault == "kill":
                halved(name, arguments)
                os.kill(main, signal.SIGKILL)
            if fault == "full disk":
                halved(name, arguments)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[-1])[:80])
            answer = real(*arguments)
            if fault == "interrupt after":
                os.kill(main, signal.SIGINT)
            return answer

        return call

    for name in CALLS:
        setattr(files, name, faulty(name, getattr(files, name)))


def forked(work: Callable[[], object], at: int, fault: str, log: Path) -> int:
    """How a fork ends that does some work with a fault: its status, or less than 0 for a signal."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            install(at, fault, str(log), os.getpid())
            work()
            status = 0
        except KeyboardInterrupt:
            status = 130
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def calls_of(work: Callable[[], object], log: Path) -> str:
    """The letters of the writer's calls that some work makes; done in a fork, without a fault."""
    log.unlink(missing_ok=True)
    assert forked(work, -1, "", log) == 0
    return log.read_text()


def chosen(calls: str) -> list[int]:
    """The numbers of one in four of the calls that change a name, and of the first, a middle and the last write and
    flush: those in between are of files of a folder that nobody reads yet."""
    numbers = {letter: [n for n, call in enumerate(calls) if call == letter] for letter in "wf"}
    some = {indices[at] for indices in numbers.values() if indices for at in (0, len(indices) // 2, -1)}
    return sorted(some | {*[n for n, letter in enumerate(calls) if letter not in "wf"][::4]})


def at_calls(
    work: Callable[[], object], log: Path, again: Callable[[], object], every: bool = True
) -> Iterator[tuple[int, str, int]]:
    """Each call of some work with each fault, or those `chosen`, with two of the faults by turns, and how it ended;
    what it works on is made ``again`` before."""
    again()
    calls = calls_of(work, log)
    for turn, at in enumerate(range(len(calls)) if every else chosen(calls)):
        for fault in FAULTS if every else FAULTS[turn % 2 :: 2]:
            again()
            log.unlink()
            yield at, fault, forked(work, at, fault, log)


if AT in os.environ:
    os.environ.setdefault(MAIN, str(os.getpid()))
    sys.path.insert(0, str(Path(__file__).parent))
    install(int(os.environ[AT]), os.environ[FAULT], os.environ[LOG], int(os.environ[MAIN]))
