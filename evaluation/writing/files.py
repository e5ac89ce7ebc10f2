"""One file or one folder that is changed whole: written beside, flushed, and put in its place by one rename.

Nothing else in the package renames, removes or opens for writing (a test reads it for that), so that what a kill, an
interrupt or a full disk can do is seen in these lines alone. ``put`` is for a folder that is being made: nobody reads
it until `swap_in` has flushed it and given it its name.
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
CANNOT = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)  # of a system, or a file system, that does not know how
RENAME_EXCHANGE = 2  # of Linux's renameat2(2)


def write(path: Path, content: bytes, *, flushed: bool = True, mode: int | None = None) -> None:
    """Make or replace a file, with the folders that it lies in. A link is followed, a file keeps its mode unless
    another one is given, and what is no file is replaced. Not ``flushed`` is what can be lost in a power cut because
    it can be made again. Raises OSError, and then the file is as it was."""
    path = Path(os.path.realpath(path))
    part = path.with_name(unique(".part"))
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if mode is None and path.is_file() else mode
        put(part, content, 0o666 if mode is None else mode)
        if mode is not None:  # whatever the umask says
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


def unique(end: str) -> str:
    """A hidden name that no other process has, nor this one a second time."""
    return f".{os.getpid()}-{time.monotonic_ns()}{end}"


def put(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file of a folder that is being made, with the folders that it lies in. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        _write(file, content)


def put_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file of a folder that is being made as its content comes; nothing of it stays where that ends early.
    Raises OSError, and what the pieces raise."""
    try:
        with open(path, "wb") as file:
            for piece in pieces:
                _write(file, piece)
    except BaseException:
        with suppress(OSError):
            _unlink(path)
        raise


def copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder with its links as links, into a folder that is being made. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)


def swap_in(new: Path, folder: Path, old: Path) -> None:
    """Flush a new folder and put it in the place of ``folder``, if any, which is then at ``new`` or at ``old``. Where
    the system exchanges names, no moment is without a folder. Elsewhere two renames do it: what interrupts them puts
    the old one back, and after a kill `place.put_back` does. Raises OSError, and then the old one stands."""
    flush_all(new)
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
    """Rename a file or a folder to where nothing stands, and flush the folder that it is in then. Raises OSError."""
    _rename(path, target)
    _flush(target.parent)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        _rmtree(path)
    else:
        _unlink(path)


def flush_all(folder: Path) -> None:
    """Have every file and folder below a folder, and itself, be on the disk. Raises OSError, as of a full one."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = os.path.join(parent, name)
            if os.path.isfile(path) and not os.path.islink(path):
                _flush(path)
        _flush(parent)


# What follows is one call of the system each; tests put faults in their place.


def _write(file: Any, content: bytes) -> None:
    file.write(content)


def _rename(path: Path, target: Path) -> None:
    os.replace(path, target)


def _unlink(path: Path) -> None:
    path.unlink()


def _rmtree(path: Path) -> None:
    shutil.rmtree(path)


def _flush(path: str | Path) -> None:
    if os.name == "nt":  # it flushes no file that is open for reading, and no folder
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in CANNOT:
            error.filename = os.fspath(path)  # the system names none
            raise
    finally:
        os.close(descriptor)


def _exchange(path: Path, target: Path) -> bool:
    """Whether two paths have changed their names for each other, in one step."""
    if not (renameat2 := _renameat2()):
        return False
    import ctypes

    here = -100  # AT_FDCWD: paths are relative to the working folder
    if renameat2(here, os.fsencode(path), here, os.fsencode(target), RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(target))


@lru_cache
def _renameat2() -> Any:
    """The C library's function, or None where there is none; the standard library has no way to it."""
    if sys.platform != "linux":
        return None
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename:
        rename.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return rename
