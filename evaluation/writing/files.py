"""Atomic changes of a file or a folder: written beside it, flushed, and renamed into place.

Nothing else in the package renames, removes or opens files for writing (a test checks that), so that the effects of a
kill, an interrupt or a full disk are confined to these lines. ``put`` is for folders in the making, which nobody reads
until `swap_in` flushes and renames them.
"""

import errno
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

PART = re.compile(r"\.\d+-\d+\.part")  # the name of a file that is being written
UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)  # errors of systems and file systems without this call
RENAME_EXCHANGE = 2  # of Linux's renameat2(2)


def write(path: Path, content: bytes, *, flushed: bool = True, mode: int | None = None) -> None:
    """Create or replace a file atomically, and create its parent folders. Links are followed; a file keeps its mode
    unless ``mode`` is given, which no umask narrows. Without ``flushed`` a power cut may lose it, for what can be made
    again. Raises OSError, leaving the file unchanged."""
    path = Path(os.path.realpath(path))
    part = path.with_name(unique_name(".part"))
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if mode is None and path.is_file() else mode
        put(part, content, 0o666 if mode is None else mode)
        if mode is not None:  # regardless of the umask
            os.chmod(part, mode)
        if flushed:
            _flush(part)
        _rename(part, path)
    except BaseException:
        with suppress(OSError):
            _unlink(part)
        raise
    if flushed:
        _flush(path.parent)


def unique_name(end: str) -> str:
    """A hidden file name (``.<process>-<clock><end>``) that is unique across processes and calls."""
    return f".{os.getpid()}-{time.monotonic_ns()}{end}"


def put(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Create or replace a file of a folder in the making, and create its parent folders: neither atomically nor
    flushed, ``mode`` narrowed by the umask. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        _write(file, content)


def put_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file of a folder in the making, whose parent exists, from an iterator; a partial file is removed. Raises
    OSError, and any exception of the iterator."""
    try:
        with open(path, "wb") as file:
            for piece in pieces:
                _write(file, piece)
    except BaseException:
        with suppress(OSError):
            _unlink(path)
        raise


def copy(source: Path, target: Path) -> None:
    """Copy a file (of a link, the one that it leads to), or a folder with links in it as links, to a path in a folder
    in the making, times and modes included. An existing folder is merged into, existing files are replaced. Raises
    OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)


def swap_in(new: Path, folder: Path, old: Path) -> None:
    """Flush a new folder and exchange it with ``folder``, or rename it to ``folder`` if that does not exist. If the
    system can exchange names, this is atomic, and the old folder is then at ``new``. Otherwise there are two renames,
    and it is at ``old``: an interrupt restores it, and after a kill `work_folder.restore_folder` does. Neither is
    removed. Raises OSError, leaving the old folder in place."""
    flush_folder(new)
    if not os.path.lexists(folder):
        _rename(new, folder)
    elif not _exchange(new, folder):
        try:
            _rename(folder, old)
            _rename(new, folder)
        except BaseException:
            if os.path.lexists(old) and not os.path.lexists(folder):
                _rename(old, folder)
            raise
    with suppress(OSError):  # the new one stands
        _flush(folder.parent)


def move(path: Path, target: Path) -> None:
    """Rename a file or folder to a path that the caller knows is free, and flush the new parent. Raises OSError."""
    _rename(path, target)
    _flush(target.parent)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder recursively. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        _rmtree(path)
    else:
        _unlink(path)


def flush_folder(folder: Path) -> None:
    """Flush a folder and everything below it to disk. Raises OSError."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = os.path.join(parent, name)
            if os.path.isfile(path) and not os.path.islink(path):
                _flush(path)
        _flush(parent)


# What follows is one call of the system each; tests put faults in their place.


def _write(file: Any, content: bytes) -> None:
    """Write to an open file."""
    file.write(content)


def _rename(path: Path, target: Path) -> None:
    """Rename a path, atomically replacing an existing file (or empty folder) at the target."""
    os.replace(path, target)


def _unlink(path: Path) -> None:
    """Remove a file or a link."""
    path.unlink()


def _rmtree(path: Path) -> None:
    """Remove a folder recursively; links in it are removed, not followed."""
    shutil.rmtree(path)


def _flush(path: str | Path) -> None:
    """Flush a file or a folder to disk; on Windows nothing at all. Raises OSError with the path."""
    if os.name == "nt":  # it flushes no file that is open for reading, and no folder
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            error.filename = os.fspath(path)  # the system names none
            raise
    finally:
        os.close(descriptor)


def _exchange(path: Path, target: Path) -> bool:
    """Exchange the names of two existing paths atomically; False, with nothing done, if the system cannot. Raises
    OSError for any other failure."""
    if not (renameat2 := _renameat2()):
        return False
    import ctypes

    here = -100  # AT_FDCWD: paths are relative to the working folder
    if renameat2(here, os.fsencode(path), here, os.fsencode(target), RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(target))


@lru_cache
def _renameat2() -> Any:
    """The C library's renameat2, which the standard library lacks, or None."""
    if sys.platform != "linux":
        return None
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename:
        rename.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return rename
