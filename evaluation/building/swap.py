"""A review's folder is built beside the last one and swapped in whole; a failed build leaves the last good one.

Only what a build has made is ever deleted. What nobody knows is refused before anything runs (see `refuse`) or moved
aside whole, under a name that is said.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..problems import InputError, Problem
from ..problems.inside import inside, is_plain_file
from . import manifest

BESIDE = ("building", "old", "failed")
ALLOWED = "a folder that a build made, an empty one or none; --output names another"


class AtWork(OSError):
    """Another build of the same folder is at work."""


def beside(folder: Path, end: str) -> Path:
    """A folder of a build's own beside the review's: its ``building``, its ``old``, its ``failed``, its ``lock``."""
    return folder.parent / f".{folder.name}.{end}"


@contextmanager
def replacing(folder: Path, keep_failed: bool = True) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` when the block ends well. When it fails, the last good one
    stays, and the new one is kept as ``.<name>.failed``, or not. Raises AtWork where another build does the same."""
    new, old, failed = (beside(folder, end) for end in BESIDE)
    with alone(folder):
        if old.exists() and not folder.exists():
            old.rename(folder)  # a build was killed between the two renames below
        for leftover in (new, old):
            remove(leftover)
        new.mkdir(parents=True)
        try:
            yield new
        except BaseException:
            remove(failed)
            new.rename(failed) if keep_failed else remove(new)
            raise
        swap(new, folder, old)
        for leftover in (old, failed):
            with suppress(OSError):  # the new one stands; the next build removes what is left
                remove(leftover)


def swap(new: Path, folder: Path, old: Path) -> None:
    """Put a new folder in the place of the last one, which goes to ``old``. What somebody has put there since the
    build began is not deleted: the folder is moved aside with it."""
    if os.path.lexists(folder):
        foreign = strange_in(folder)
        if foreign:
            aside(folder, foreign)
        else:
            folder.rename(old)
    new.rename(folder)


def remove(folder: Path) -> None:
    """Delete a folder of a build's own. A link in its place is taken away, and nothing behind it."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)


def aside(folder: Path, why: str) -> Path:
    """Move a folder whole under a name that is free, and say so."""
    target = next(t for n in range(1, 10_000) if not os.path.lexists(t := folder.parent / f"{folder.name}.aside-{n}"))
    folder.rename(target)
    print(f"{folder}:-:-: found {why}; the folder was moved whole to {target}", file=sys.stderr)
    return target


def strange_in(folder: Path) -> str:
    """What a folder holds that no build made, in words; nothing where all is of a build, or the folder is empty."""
    if folder.is_symlink() or not folder.is_dir():
        return f"{kind_of(folder)} in the folder's place"
    try:
        found = manifest.read(folder)
    except InputError as error:
        return error.problems[0].found
    foreign = manifest.foreign(folder, found)
    if foreign and not found:
        return "a folder without a manifest of a build"
    more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
    return f"{', '.join(foreign[:3])}{more}, which no build made" if foreign else ""


def kind_of(path: Path) -> str:
    return "a link" if path.is_symlink() else "a file" if path.is_file() else "something else"


def refuse(folder: Path) -> list[Problem]:
    """What forbids building into a folder: anything there that a build would have to delete and did not make.

    A manifest that cannot be read forbids nothing: `make_way` moves such a folder aside.
    """
    try:
        problems = [Problem(str(p), found=kind_of(p), allowed="a folder") for p in obstacles(folder)]
        if not problems and os.path.lexists(folder) and not is_unreadable(folder):
            found = strange_in(folder)
            problems += [Problem(str(folder), found=found, allowed=ALLOWED)] if found else []
    except (OSError, ValueError) as error:
        return [Problem(repr(str(folder))[1:-1], found=getattr(error, "strerror", "") or str(error), allowed=ALLOWED)]
    return problems


def obstacles(folder: Path) -> list[Path]:
    """What stands in the way of a build's folders and is none."""
    above = next(p for p in folder.parents if os.path.lexists(p))
    own = [folder, *(beside(folder, end) for end in BESIDE)]
    found = [] if above.is_dir() else [above]
    found += [path for path in own if os.path.lexists(path) and (path.is_symlink() or not path.is_dir())]
    lock = beside(folder, "lock")
    return found + ([lock] if os.path.lexists(lock) and not is_plain_file(lock) else [])


def is_unreadable(folder: Path) -> bool:
    """Whether a folder has a manifest that cannot be read."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        manifest.read(folder)
    except InputError as error:
        return isinstance(error, manifest.Unreadable)
    return False


def make_way(folder: Path) -> None:
    """Move a folder whose manifest cannot be read aside, whole, so that it is built anew."""
    with alone(folder):
        if is_unreadable(folder):
            aside(folder, f"a {manifest.NAME} that cannot be read")


def clear(outputs: Path) -> Iterator[int]:
    """Remove what builds of the reviews of a folder have left beside them and are not at; gives each file's size."""
    for lock in sorted(outputs.glob(".*.lock")):
        folder = outputs / lock.name[1:].removesuffix(".lock")
        with suppress(OSError), alone(folder):
            # Without its folder, an old one is the last good one: a build was killed between two renames.
            for end in BESIDE if folder.exists() else ("building", "failed"):
                yield from removed(beside(folder, end))
            lock.unlink()


def removed(folder: Path) -> list[int]:
    """Remove a folder of a build's own; gives the size of each file that it held."""
    sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    remove(folder)
    return sizes


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One build a folder at a time, where the system has locks; a killed build's lock is gone with it."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(beside(folder, "lock"), flags, 0o666), "rb+", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AtWork(0, "another build of this review at work", str(folder)) from None
        yield


def take_over(paths: list[str], source: Path, target: Path) -> None:
    """Have files of one folder in another too, without copying them where the system has links. What is no longer
    there, or is no file, is left out."""
    for path in paths:
        there, here = inside(source, path), inside(target, path)
        if not is_plain_file(there):
            continue
        os.makedirs(here.parent, exist_ok=True)
        with suppress(FileExistsError):
            link_or_copy(there, here)


def link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(source, target)
