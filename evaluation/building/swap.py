"""A review's folder is built beside the last one and swapped in whole; a failed build leaves the last good one.

Only what a manifest lists with its hash, and a build's own place with its mark, is ever replaced or removed. Anything
else stays, is named, and stops a build where it stands in the way.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..problems import InputError, Problem, refuse
from ..problems.paths import is_plain_file, path_in
from ..problems.telling import say
from . import manifest
from .manifest import NO_FOLDER, BuiltFolder
from .project import build_path

ALLOWED = "a folder as a build made it, an empty one or none: move what is yours away, or name another by --output"
ONE_AT_A_TIME = "one at a time: nothing was changed, so ask again when that one has ended"
MARK = ".a-build-at-work"  # in the place of a build; locked while it is at work


class InTheWay(OSError):
    """Something stands in a build's way: what no build made, or another build of the same folder."""

    def __init__(self, found: str, path: Path, allowed: str = ALLOWED):
        super().__init__(0, found, str(path))
        self.allowed = allowed


@contextmanager
def place_beside(folder: Path) -> Iterator[Path]:
    """A build's own place, ``.<name>.building``, which goes with all that is in it when the block ends. Raises InTheWay
    where another build or somebody else has it; InputError where nothing can be written."""
    place = build_path(folder, "building")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(folder, found=error.strerror or str(error), allowed="a folder that can be written") from None
    if not is_place(place):
        raise InTheWay("what no build made", place)
    with locked(place / MARK, folder):
        try:
            if (place / "old").exists() and not folder.exists():
                (place / "old").rename(folder)  # a build was killed between the two renames of `replacing`
            empty(place)
            yield place
        finally:
            with suppress(OSError):
                empty(place)
                shutil.rmtree(place)


def empty(place: Path) -> None:
    """Remove all that is in a build's place but its mark, by which the next build knows it, whatever ended this one."""
    for left in place.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink() if left.name != MARK else None


@contextmanager
def locked(path: Path, folder: Path) -> Iterator[None]:
    """Hold the lock of a place, where the system has locks; that of a killed build is held by nobody."""
    with path.open("w") as file:
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not os.path.samestat(os.stat(path), os.fstat(file.fileno())):
                    raise BlockingIOError
            except (BlockingIOError, FileNotFoundError):  # held, or just let go and removed
                raise InTheWay("another build of this review at work", folder, ONE_AT_A_TIME) from None
        yield


def is_place(path: Path) -> bool:
    """Whether a folder is a build's own place: by its mark, or as an empty one."""
    return path.is_dir() and not path.is_symlink() and (is_plain_file(path / MARK) or not any(path.iterdir()))


@contextmanager
def replacing(folder: Path, keep_failed: bool = True) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` when the block ends well. When it fails, the last good one
    stays; the new one, where it is whole, is kept as ``.<name>.failed``, or not. Raises InTheWay."""
    failed = build_path(folder, "failed")
    with place_beside(folder) as place:
        new = place / "new"
        new.mkdir()
        try:
            yield new
        except Exception:
            if keep_failed and (new / manifest.NAME).exists():
                _remove_failed(failed)
                new.rename(failed)
            raise
        if os.path.lexists(folder):
            if strange := BuiltFolder(folder).strange:
                raise InTheWay(f"{strange}, put there while the build was at work", folder)
            folder.rename(place / "old")
        new.rename(folder)
        with suppress(OSError):  # the new one stands
            _remove_failed(failed)


def is_built(path: Path) -> bool:
    """Whether a build made all that a folder holds."""
    with suppress(InputError):
        return bool(not path.is_symlink() and BuiltFolder(path).manifest and not BuiltFolder(path).strange)
    return False


def _remove_failed(failed: Path) -> None:
    """Delete the folder of a failed build. Raises InTheWay for any other."""
    if os.path.lexists(failed):
        if not is_built(failed):
            raise InTheWay("what no build made", failed)
        shutil.rmtree(failed)


def in_the_way(found: BuiltFolder) -> list[Problem]:
    """What forbids building into a folder: anything there that a build would have to delete and did not make."""
    folder, place, failed = found.path, build_path(found.path, "building"), build_path(found.path, "failed")
    try:
        above = next(path for path in folder.parents if os.path.lexists(path))
        wrong = {above: "" if above.is_dir() else NO_FOLDER, folder: found.strange}
        wrong |= {place: "what no build made"} if os.path.lexists(place) and not is_place(place) else {}
        wrong |= {failed: "what no build made"} if os.path.lexists(failed) and not is_built(failed) else {}
        return [Problem(str(path), found=words, allowed=ALLOWED) for path, words in wrong.items() if words]
    except (OSError, ValueError) as error:
        return [Problem(repr(str(folder))[1:-1], found=getattr(error, "strerror", "") or str(error), allowed=ALLOWED)]


def clear(outputs: Path) -> int:
    """Remove what ended builds left beside the reviews of a folder; gives how many. Anything else stays, named."""
    removed = 0
    for path in sorted([*outputs.glob(".*.building"), *outputs.glob(".*.failed")]):
        if not (is_place if path.suffix == ".building" else is_built)(path):
            say(f"{path}:-:-: found what no build made; it stays", err=True)
            continue
        with suppress(OSError), place_beside(outputs / path.stem[1:]):
            _remove_failed(path) if path.suffix == ".failed" else None
            removed += 1
    return removed


def take_over(paths: list[str], source: Path, target: Path) -> None:
    """Have files of one folder in another too. What is no longer there, or is no file, is left out."""
    for path in paths:
        there, here = path_in(source, path), path_in(target, path)
        if is_plain_file(there) and not here.exists():
            os.makedirs(here.parent, exist_ok=True)
            shutil.copy2(there, here)
