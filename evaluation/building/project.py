"""The project in use: its folder `ROOT` holds data/, notebooks/, parameters/ and outputs/."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..data.contract import CONTRACT, find_project, is_project, project_folder
from ..problems import printable_line, refuse
from ..problems.telling import print_line
from ..writing import lock, place

ROOT = project_folder()


def mend() -> None:
    """Restore what an interrupted command left half done, and report it: a ``data`` folder, without which no folder
    counts as a project, or a review."""
    global ROOT
    here = Path.cwd()
    for folder in dict.fromkeys((here, *here.parents, ROOT, ROOT / "outputs")):
        for mended in place.mend(folder):
            actual = "a folder half changed by a command that was ended"
            print_line(f"{printable_line(str(mended))}:-:-: found {actual}; it is as it was before", err=True)
            ROOT = find_project() or ROOT


@contextmanager
def alone() -> Iterator[None]:
    """Hold the project's lock: only one command changes it, after cleaning up what interrupted ones left. Raises
    InTheWay."""
    with lock.held(ROOT, "another command at work that changes this project"):
        for folder in (ROOT, *(ROOT / name for name in ("data", "notebooks", "outputs"))):
            place.sweep(folder, parts=True)
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
    if not is_project(ROOT) or (to_write and find_project() is None):
        allowed = f"a folder with data/{CONTRACT} and notebooks/, one inside it, or --project"
        raise refuse(Path.cwd(), actual="no project here or above", allowed=allowed)
