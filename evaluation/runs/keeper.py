"""A small process between a build and what runs chapters: whatever these start ends with them.

It adopts every process below it whose parent ends, waits until the process that it keeps ends or the build is gone,
and then ends all that is left, generation after generation. Each process also carries its keeper's token in its
environment, so that who outlives a killed keeper can find what it left (`sweep`). Linux only.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TOKEN = "EVALUATION_KEEPER"
DIES_WITH_PARENT, ADOPTS_ORPHANS = 1, 36  # prctl's PR_SET_PDEATHSIG and PR_SET_CHILD_SUBREAPER
GRACE = 0.2  # seconds that what is kept has to end by itself once the build is gone
LONGEST = 5.0  # seconds of sweeping: a process that cannot be killed must not hold the build
LOOKS = 2  # that must find nothing before a sweep ends


def prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def become_kept() -> None:
    """Fork: the parent stays as the keeper and never returns; the child goes on and dies with its keeper."""
    prctl(ADOPTS_ORPHANS, 1)
    keeper = os.getpid()
    child = os.fork()
    if child:
        os._exit(keep(child))
    prctl(DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)


def keep(child: int) -> int:
    """Wait for what is kept, or for the end of the line to the build; then leave nothing. Gives an exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.close(1)  # answers are the child's: its end must be the line's
    ended = os.pidfd_open(child)
    wait_for(ended)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    end_children()
    if status < 0:  # whoever waits for the keeper is to see what ended the child
        signal.signal(-status, signal.SIG_DFL) if -status not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -status)
    return status


def wait_for(ended: int) -> None:
    """Until a process has ended, or GRACE after the build is gone."""
    line = select.poll()
    line.register(ended, select.POLLIN)
    line.register(0, 0)  # no events asked for: only the other end's closing is told
    if ended not in {descriptor for descriptor, _ in line.poll()}:
        line.unregister(0)
        line.poll(GRACE * 1000)


def end_children(spare: frozenset[int] = frozenset()) -> None:
    """Kill all children of this process but some; theirs become its own, and are killed in turn."""
    end = time.monotonic() + LONGEST
    while (found := children() - spare) and time.monotonic() < end:
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        for process in found:
            with suppress(ChildProcessError):
                os.waitpid(process, 0)


def children() -> set[int]:
    """The children of this process, adopted ones included."""
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


def sweep(token: str) -> None:
    """Kill every process that carries a keeper's token, again until two looks find none.

    One look is not enough: between leaving its old program and entering the new one, a process has no environment."""
    end, empty = time.monotonic() + LONGEST, 0
    while empty < LOOKS and time.monotonic() < end:
        found = [process for process, carried in tokens() if carried == token and process != os.getpid()]
        empty = 0 if found else empty + 1
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def sweep_abandoned() -> None:
    """End what keepers have left that are gone with their builds, all killed at once."""
    for token in {token for _, token in tokens() if is_abandoned(token)}:
        sweep(token)


def tokens() -> Iterator[tuple[int, str]]:
    """The living processes that began with a keeper's token in their environment, each with that token."""
    start = f"{TOKEN}=".encode()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError, UnicodeDecodeError):
            for variable in path.read_bytes().split(b"\0"):
                if variable.startswith(start):
                    yield int(path.parent.name), variable.removeprefix(start).decode()


def is_abandoned(token: str) -> bool:
    """Whether a token is of a build that is gone. What a container or another system's process carries is not known."""
    space, _, rest = token.partition("-")
    process, _, began = rest.rpartition("-")[0].partition("-")
    return space == own_space() and process.isdigit() and began.isdigit() and start_of(int(process)) != began


def start_of(process: int) -> str:
    """When a process began, as the system counts; numbers of processes are used again, times are not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def own_space() -> str:
    """The space in which this system's process numbers hold; empty where there is none to be told."""
    with suppress(OSError):
        return str(os.stat("/proc/self/ns/pid").st_ino)
    return ""


def new_token(number: int) -> str:
    """A token for one keeper of this process."""
    return f"{own_space()}-{os.getpid()}-{start_of(os.getpid())}-{number}"
