"""A review's folder is built beside the last one and swapped in whole; a failed build leaves the last good one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AtWork(OSError):
    """Another build of the same folder is at work."""


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` when the block ends well. When it fails, the last good one
    stays, and the new one is kept as ``.<name>.failed``. Raises AtWork where another build does the same."""
    new, old, failed = (folder.parent / f".{folder.name}.{end}" for end in ("building", "old", "failed"))
    with alone(folder):
        if old.exists() and not folder.exists():
            old.rename(folder)  # a build was killed between the two renames below
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        new.mkdir(parents=True)
        try:
            yield new
        except BaseException:
            shutil.rmtree(failed, ignore_errors=True)
            if new.exists():
                new.rename(failed)
            raise
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(failed, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One build a folder at a time, where the system has locks; a killed build's lock is gone with it."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(folder.parent / f".{folder.name}.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AtWork(0, "another build of this review at work", str(folder)) from None
        yield


def take_over(paths: list[str], source: Path, target: Path) -> None:
    """Have files of one folder in another too, without copying them where the system has links."""
    for folder in {os.path.dirname(path) for path in paths}:
        os.makedirs(target / folder, exist_ok=True)
    for path in paths:
        try:
            os.link(source / path, target / path)
        except OSError:
            shutil.copy2(source / path, target / path)
