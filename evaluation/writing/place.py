"""Places of work: a folder ``.<name>.building`` beside the target, with a mark that is locked while it is used. By the
mark the next command recognizes the remains of a killed one, restores what was moved away, and removes the rest.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..problems import refuse
from ..problems.paths import is_plain_file
from . import files
from .lock import InTheWay, held

MARK = ".a-build-at-work"  # in a place of work; locked while it is used
END = "building"
FULL = (errno.ENOSPC, errno.EDQUOT)  # which is not the fault of the given folder
MOVE_AWAY = "a folder that `evaluation` made, an empty one or none: move what is yours away"
State = dict[str, str]  # the content of a folder: each path below it, with a hash


def path_beside(folder: Path, end: str = END) -> Path:
    """The path beside a folder for a build in progress (``building``) or a failed one (``failed``)."""
    return folder.parent / f".{folder.name}.{end}"


def is_place(path: Path) -> bool:
    """Whether a folder is a place of work: marked, or empty."""
    try:
        return path.is_dir() and not path.is_symlink() and (is_plain_file(path / MARK) or not any(path.iterdir()))
    except PermissionError:  # another user's
        return False


@contextmanager
def place_beside(folder: Path) -> Iterator[Path]:
    """A private place of work for a folder, removed with its content after the block. Raises InTheWay if another
    command holds it, OSError for a full disk, InputError if nothing can be written."""
    place = path_beside(folder)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_place(place) and not (place / MARK).exists():
            files.put(place / MARK, b"")
    except OSError as error:
        if error.errno in FULL:
            raise
        raise refuse(folder, actual=error.strerror or str(error), allowed="a folder that can be written") from None
    if not is_place(place):
        raise InTheWay("something not from a build", place, MOVE_AWAY)
    with held(place / MARK, "another build of this review at work", folder):
        try:
            put_back(place, folder)
            empty(place)
            yield place
        finally:
            put_back(place, folder)
            with suppress(OSError):
                empty(place)
                files.remove(place)


def put_back(place: Path, folder: Path) -> bool:
    """Restore the old folder after an interruption between the two renames of `files.swap_in`; return whether that was
    needed."""
    if not (is_old := is_half_done(place, folder)):
        return is_old
    files.move(place / "old", folder)
    return is_old


def is_half_done(place: Path, folder: Path) -> bool:
    """Whether the old folder is in the place of work and missing from its own."""
    return os.path.lexists(place / "old") and not os.path.lexists(folder)


def empty(place: Path) -> None:
    """Remove the content of a place of work except its mark, by which the next command recognizes it."""
    for left in place.iterdir():
        if left.name != MARK:
            files.remove(left)


@contextmanager
def rewriting(folder: Path, *, swaps: bool = True) -> Iterator[Path]:
    """A copy of a folder to modify, which replaces it after the block if ``swaps``. Raises InTheWay if the folder was
    changed meanwhile; it then stays unchanged."""
    folder = folder.resolve()
    with place_beside(folder) as place:
        before, new = state_of(folder), place / "new"
        files.copy(folder, new)
        copied = state_of(new)
        yield new
        if not swaps or state_of(new) == copied:
            return
        now = state_of(folder)
        for path in sorted(now.keys() | before.keys()):
            if now.get(path) != before.get(path) or copied.get(path) != before.get(path):
                actual, allowed = "another file than before, changed meanwhile", "files that stay; nothing was changed"
                raise InTheWay(actual, folder / path, allowed)
        files.swap_in(new, folder, place / "old")


def state_of(folder: Path) -> State:
    """The content of a folder, for comparison. Raises InTheWay for entries that cannot be copied, such as a pipe."""
    state: State = {}
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(parent, name)
            state[path.relative_to(folder).as_posix()] = _state_of(path)
    return state


def _state_of(path: Path) -> str:
    if path.is_symlink():
        return f"a link to {os.readlink(path)}"
    if path.is_dir():
        return "a folder"
    if not is_plain_file(path):
        raise InTheWay("no regular file", path, "files, folders and links")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mend(folder: Path) -> Iterator[Path]:
    """Restore what killed commands moved away from a folder into places of work; yields each path."""
    for place in _places_in(folder):
        there = _worked_on(place)
        if is_half_done(place, there):
            with suppress(InTheWay), place_beside(there):
                yield there


def sweep(folder: Path, *, parts: bool = False) -> int:
    """Remove the places of work of killed commands from a folder, and with ``parts`` their partial files, which
    requires the project's lock; return their number."""
    swept = 0
    for place in _places_in(folder):
        with suppress(OSError), place_beside(_worked_on(place)):
            swept += 1
    for part in folder.glob(".*.part") if parts else ():
        if files.PART.fullmatch(part.name) and is_plain_file(part):
            files.remove(part)
            swept += 1
    return swept


def _places_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob(f".*.{END}") if is_place(path))


def _worked_on(place: Path) -> Path:
    return place.with_name(place.name[1 : -len(f".{END}")])
