"""The project in use: its folder `ROOT` holds data/, notebooks/, parameters/ and outputs/."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..data.contract import CONTRACT, is_project, project_around, project_folder
from ..problems import refuse, visible
from ..problems.telling import say
from ..writing import lock, work_folder

ROOT = project_folder()


def restore_interrupted() -> None:
    """Restore what an interrupted command left half done, and report it: a ``data`` folder, without which no folder
    counts as a project, or a review."""
    global ROOT
    here = Path.cwd()
    for folder in dict.fromkeys((here, *here.parents, ROOT, ROOT / "outputs")):
        for mended in work_folder.restore_interrupted(folder):
            actual = "a folder half changed by a command that was ended"
            say(f"{visible(str(mended))}:-:-: found {actual}; it is as it was before", err=True)
            ROOT = project_around() or ROOT


@contextmanager
def alone() -> Iterator[None]:
    """Hold the project's lock: only one command changes it, after cleaning up what interrupted ones left. Raises
    WriteConflict."""
    with lock.hold_lock(ROOT, "another command at work that changes this project"):
        for folder in (ROOT, *(ROOT / name for name in ("data", "notebooks", "outputs"))):
            work_folder.remove_remains(folder, parts=True)
        yield


def go_to(folder: Path) -> None:
    """Change to another project's folder, or one inside it. Raises InputError outside of any project."""
    global ROOT
    try:
        os.chdir(folder)
    except OSError as error:
        raise refuse("--project", actual=f"{folder}: {error.strerror}", allowed="a project's folder") from None
    ROOT = project_folder()


def refuse_elsewhere(to_write: bool = False) -> None:
    """Raise InputError outside of any project; with ``to_write`` also if the working folder is outside this one, since
    nobody means to write into the package's own project from elsewhere."""
    if not is_project(ROOT) or (to_write and project_around() is None):
        allowed = f"a folder with data/{CONTRACT} and notebooks/, one inside it, or --project"
        raise refuse(Path.cwd(), actual="no project here or above", allowed=allowed)
