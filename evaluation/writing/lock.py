"""One command at a time changes a project, and one works in a place: the system's locks, which end with whoever holds
them, however that ended. Where a system has none (Windows) or a file system refuses them, nothing is held."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONE_AT_A_TIME = "one at a time: nothing was changed, so ask again when that one has ended"


class InTheWay(OSError):
    """Something stands in the way of what is to be written: what no command made, or another command at work."""

    def __init__(self, actual: str, path: Path, allowed: str):
        super().__init__(0, actual, str(path))
        self.allowed = allowed


@contextmanager
def held(path: Path, actual: str, named: Path | None = None) -> Iterator[None]:
    """Hold the lock of a folder or file that is there; a project's folder is its lock, so that no file lies about.
    Raises InTheWay, with ``actual`` and the path that is ``named``, where another command holds it."""
    in_use = InTheWay(actual, named or path, ONE_AT_A_TIME)
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except FileNotFoundError:  # just let go and removed
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
