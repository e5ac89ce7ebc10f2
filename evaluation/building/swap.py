"""A review's folder is built beside the last one and swapped in whole; a failed build leaves the last good one.

Only what a manifest lists with its hash, and what carries a build's own mark, is ever replaced or removed. Anything
else stays, is named, and stops a build where it stands in the way.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..problems import InputError, Problem
from ..problems.paths import is_plain_file, path_in
from . import manifest
from .folder import BuiltFolder, kind_of
from .project import beside

BESIDE = ("building", "old", "failed")
ALLOWED = "a folder as a build made it, an empty one or none: move what is yours away, or name another by --output"
MARK = {"building": True}  # the manifest of a folder that is being built, or whose build was killed
LOCK = "a build of this folder is at work\n"


class AtWork(OSError):
    """Another build of the same folder is at work."""


class InTheWay(OSError):
    """Something stands in a build's way that no build made."""


@contextmanager
def replacing(folder: Path, keep_failed: bool = True) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` when the block ends well. When it fails, the last good one
    stays; the new one, where it is whole, is kept as ``.<name>.failed``, or not. Raises AtWork where another build
    does the same, InTheWay for what no build made."""
    new, old, failed = (beside(folder, end) for end in BESIDE)
    with alone(folder):
        if old.exists() and not folder.exists():
            old.rename(folder)  # a build was killed between the two renames below
        with marked(new):
            remove(old)
            try:
                yield new
            except Exception:
                if keep_failed and is_whole(new):
                    remove(failed)
                    new.rename(failed)
                raise
            swap(new, folder, old)
            for leftover in (old, failed):
                with suppress(OSError):  # the new one stands; the next build removes what is left
                    remove(leftover)


@contextmanager
def marked(new: Path) -> Iterator[Path]:
    """A folder of a build's own while the block lasts, and as long as it is not moved."""
    remove(new)
    new.mkdir(parents=True)
    (new / manifest.NAME).write_text(json.dumps(MARK), encoding="utf-8")
    own = new.stat().st_ino
    try:
        yield new
    finally:
        if new.is_dir() and new.stat().st_ino == own:
            shutil.rmtree(new)


def swap(new: Path, folder: Path, old: Path) -> None:
    """Put a new folder in the place of the last one, which goes to ``old``; what systems left in it goes along."""
    if os.path.lexists(folder):
        found = BuiltFolder(folder)
        if strange := found.strange:
            raise InTheWay(0, f"{strange}, put there while the build was at work", str(folder))
        take_over(found.litter(), folder, new)
        folder.rename(old)
    new.rename(folder)


def is_whole(folder: Path) -> bool:
    """Whether a folder has got as far as its manifest."""
    with suppress(InputError):
        return bool(manifest.read(folder))
    return False


def is_ours(folder: Path) -> bool:
    """Whether a build made all that a folder beside a review's holds: by its manifest, or by a build's mark."""
    with suppress(InputError):
        if folder.is_dir() and not folder.is_symlink() and (folder / manifest.NAME).exists():
            return manifest.parsed(folder / manifest.NAME) == MARK or not BuiltFolder(folder).strange
    return False


def remove(folder: Path) -> None:
    """Delete a folder beside a review's that a build has left. Raises InTheWay for any other."""
    if os.path.lexists(folder):
        if not is_ours(folder):
            raise InTheWay(0, "what no build made", str(folder))
        shutil.rmtree(folder)


def refuse(found: BuiltFolder) -> list[Problem]:
    """What forbids building into a folder: anything there that a build would have to delete and did not make."""
    folder = found.path
    try:
        problems = [Problem(str(p), found=kind_of(p), allowed="a folder") for p in obstacles(folder)]
        strange = "" if problems else found.strange
        problems += [Problem(str(folder), found=strange, allowed=ALLOWED)] if strange else []
        for path in (beside(folder, end) for end in BESIDE) if not problems else ():
            if os.path.lexists(path) and not is_ours(path):
                problems.append(Problem(str(path), found="what no build made", allowed=ALLOWED))
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


def clear(outputs: Path) -> Iterator[int]:
    """Remove what killed and failed builds have left beside the reviews of a folder and are not at; gives each file's
    size. What no build made stays, and is named."""
    for end in BESIDE:
        for path in sorted(outputs.glob(f".*.{end}")):
            folder = outputs / path.name[1:].removesuffix(f".{end}")
            if not is_ours(path):
                print(f"{path}:-:-: found what no build made; it stays", file=sys.stderr)
            elif end != "old" or folder.exists():  # without its folder, an old one is the last good one
                with suppress(OSError), alone(folder):
                    yield from [one.lstat().st_size for one in path.rglob("*") if one.is_file()]
                    remove(path)
    for path in outputs.glob(".*.lock"):
        if is_plain_file(path) and path.read_bytes() == LOCK.encode():
            with suppress(OSError), alone(outputs / path.name[1:].removesuffix(".lock")):
                pass


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One build a folder at a time, where the system has locks. The lock goes when the block ends; that of a killed
    build is not held by anyone, and `clear` removes it."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    path, flags = beside(folder, "lock"), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), open(os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666), "wb") as made:
        made.write(LOCK.encode())
    with open(os.open(path, flags), "rb+", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.stat(path).st_ino != os.fstat(file.fileno()).st_ino:
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError):  # held, or just let go and removed
            raise AtWork(0, "another build of this review at work", str(folder)) from None
        try:
            yield
        finally:
            if file.read() == LOCK.encode():  # another program's lock of this name is its own
                path.unlink(missing_ok=True)


def take_over(paths: list[str], source: Path, target: Path) -> None:
    """Have files of one folder in another too, without copying them where the system has links. What is no longer
    there, or is no file, is left out."""
    for path in paths:
        there, here = path_in(source, path), path_in(target, path)
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
