"""Work folders: ``.<name>.building`` next to the target, with a mark that is locked while it is used. By the
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
from .lock import WriteConflict, hold_lock

MARK = ".a-build-at-work"  # in a work folder; locked while it is used
END = "building"
FULL = (errno.ENOSPC, errno.EDQUOT)  # which is not the fault of the given folder
MOVE_AWAY = "a folder that `evaluation` made, an empty one or none: move what is yours away"
ContentHashes = dict[str, str]  # the content of a folder: each path below it, with a hash


def sibling_path(folder: Path, end: str = END) -> Path:
    """The path ``.<name>.<end>`` in the same parent, for a build in progress (``building``) or a failed one
    (``failed``); nothing is created."""
    return folder.parent / f".{folder.name}.{end}"


def is_work_folder(path: Path) -> bool:
    """Whether a path is a work folder: a folder (no link to one) that is marked, or empty. False for one that cannot be
    read."""
    try:
        return path.is_dir() and not path.is_symlink() and (is_plain_file(path / MARK) or not any(path.iterdir()))
    except PermissionError:  # another user's
        return False


@contextmanager
def work_folder_for(folder: Path) -> Iterator[Path]:
    """Within the block, a locked private folder (`sibling_path`) beside ``folder``, whose parents are created, empty
    but for its mark, and removed with its content afterwards; remains in it of a killed command are restored or removed
    first. Raises WriteConflict if another command holds it or it is something else, OSError for a full disk, InputError
    if nothing can be written."""
    work = sibling_path(folder)
    try:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_work_folder(work) and not (work / MARK).exists():
            files.put(work / MARK, b"")
    except OSError as error:
        if error.errno in FULL:
            raise
        raise refuse(folder, actual=error.strerror or str(error), allowed="a folder that can be written") from None
    if not is_work_folder(work):
        raise WriteConflict("something not from a build", work, MOVE_AWAY)
    with hold_lock(work / MARK, "another build of this review at work", folder):
        try:
            restore_folder(work, folder)
            remove_content(work)
            yield work
        finally:
            restore_folder(work, folder)
            with suppress(OSError):
                remove_content(work)
                files.remove(work)


def restore_folder(work: Path, folder: Path) -> None:
    """Move the old folder back, if an interruption came between the two renames of `files.swap_in`."""
    if is_half_swapped(work, folder):
        files.move(work / "old", folder)


def is_half_swapped(work: Path, folder: Path) -> bool:
    """Whether the old folder is in the work folder and missing at its own path."""
    return os.path.lexists(work / "old") and not os.path.lexists(folder)


def remove_content(work: Path) -> None:
    """Remove the content of a work folder except its mark, by which the next command recognizes it."""
    for path in work.iterdir():
        if path.name != MARK:
            files.remove(path)


@contextmanager
def rewriting(folder: Path, *, swaps: bool = True) -> Iterator[Path]:
    """Within the block, a copy of a folder (in a work folder beside it) to modify, which then replaces the folder if
    ``swaps`` and if it was modified. An exception in the block leaves the folder alone. Raises WriteConflict, also
    leaving it, if the folder was changed meanwhile."""
    folder = folder.resolve()
    with work_folder_for(folder) as work:
        before, new = content_hashes(folder), work / "new"
        files.copy(folder, new)
        copied = content_hashes(new)
        yield new
        if not swaps or content_hashes(new) == copied:
            return
        now = content_hashes(folder)
        for path in sorted(now.keys() | before.keys()):
            if now.get(path) != before.get(path) or copied.get(path) != before.get(path):
                actual, allowed = "another file than before, changed meanwhile", "files that stay; nothing was changed"
                raise WriteConflict(actual, folder / path, allowed)
        files.swap_in(new, folder, work / "old")


def content_hashes(folder: Path) -> ContentHashes:
    """A hash or a description of everything below a folder, for comparison, by relative path. Raises WriteConflict for
    entries that cannot be copied, such as a pipe."""
    hashes: ContentHashes = {}
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(parent, name)
            hashes[path.relative_to(folder).as_posix()] = _entry_hash(path)
    return hashes


def _entry_hash(path: Path) -> str:
    """The SHA-256 of a file; of a link its target, of a folder a constant, both in words."""
    if path.is_symlink():
        return f"a link to {os.readlink(path)}"
    if path.is_dir():
        return "a folder"
    if not is_plain_file(path):
        raise WriteConflict("no regular file", path, "files, folders and links")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def restore_interrupted(folder: Path) -> Iterator[Path]:
    """Restore what killed commands moved from a folder into its work folders, during iteration; yields each restored
    path. What another command holds is skipped."""
    for work in _work_folders_in(folder):
        target = _target_of(work)
        if is_half_swapped(work, target):
            with suppress(WriteConflict), work_folder_for(target):
                yield target


def remove_remains(folder: Path, *, parts: bool = False) -> int:
    """Remove the work folders of killed commands from a folder, restoring what they had moved away, and with ``parts``
    their partial files, which requires the project's lock; return the number removed. Work folders in use are
    skipped."""
    removed = 0
    for work in _work_folders_in(folder):
        with suppress(OSError), work_folder_for(_target_of(work)):
            removed += 1
    for part in folder.glob(".*.part") if parts else ():
        if files.PART.fullmatch(part.name) and is_plain_file(part):
            files.remove(part)
            removed += 1
    return removed


def _work_folders_in(folder: Path) -> list[Path]:
    """The work folders directly in a folder, in use or not."""
    return sorted(path for path in folder.glob(f".*.{END}") if is_work_folder(path))


def _target_of(work: Path) -> Path:
    """The path that a work folder is for: ``outputs/.review.building`` is for ``outputs/review``."""
    return work.with_name(work.name[1 : -len(f".{END}")])
