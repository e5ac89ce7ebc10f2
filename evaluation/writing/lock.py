"""File locks: one command at a time changes a project or uses a work folder. The system releases them when a process
ends in any way. Without locks (on Windows, or on some file systems) nothing is held.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONE_AT_A_TIME = "one at a time: nothing was changed, so ask again when that one has ended"


class WriteConflict(OSError):
    """Something prevents writing: an entry that no command made, or another command at work. An OSError with the
    entry's state as ``strerror``, its path as ``filename``, and what is ``allowed``."""

    def __init__(self, actual: str, path: Path, allowed: str):
        super().__init__(0, actual, str(path))
        self.allowed = allowed


@contextmanager
def hold_lock(path: Path, actual: str, named: Path | None = None) -> Iterator[None]:
    """Hold the exclusive lock of an existing file or folder (a project's folder itself, so that no lock file is left)
    during the block, without waiting for it. Raises WriteConflict, with ``actual`` and the path ``named`` (by default
    ``path``), if another command holds it or the path was removed meanwhile. Where the system has no locks, nothing is
    held."""
    in_use = WriteConflict(actual, named or path, ONE_AT_A_TIME)
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except FileNotFoundError:  # released and removed meanwhile
        raise in_use from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise in_use from None
        except OSError:  # a file system without locks
            pass
        if not os.path.lexists(path) or not os.path.samestat(os.stat(path), os.fstat(descriptor)):
            raise in_use
        yield
    finally:
        os.close(descriptor)
