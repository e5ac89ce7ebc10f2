"""Where the project is, whose data/, notebooks/, parameters/ and outputs/ lie in `ROOT`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..data.contract import CONTRACT, is_project, project_around, project_folder
from ..problems import refuse, visible
from ..problems.telling import say
from ..writing import lock, place

ROOT = project_folder()


def mend() -> None:
    """Put back what an ended command has left half done, and say so: a ``data`` folder without which nothing here or
    above is a project, a review."""
    global ROOT
    here = Path.cwd()
    for folder in dict.fromkeys((here, *here.parents, ROOT, ROOT / "outputs")):
        for mended in place.mend(folder):
            actual = "a folder half changed by a command that was ended"
            say(f"{visible(str(mended))}:-:-: found {actual}; it is as it was before", err=True)
            ROOT = project_around() or ROOT


@contextmanager
def alone() -> Iterator[None]:
    """Be the only command that changes the project, without what ended ones have left. Raises InTheWay."""
    with lock.held(ROOT, "another command at work that changes this project"):
        for folder in (ROOT, *(ROOT / name for name in ("data", "notebooks", "outputs"))):
            place.sweep(folder, parts=True)
        yield


def go_to(folder: Path) -> None:
    """Go on as if started in another folder, which is a project or in one. Raises InputError where it is in none."""
    global ROOT
    try:
        os.chdir(folder)
    except OSError as error:
        raise refuse("--project", actual=f"{folder}: {error.strerror}", allowed="a project's folder") from None
    ROOT = project_folder()


def refuse_elsewhere(to_write: bool = False) -> None:
    """Raise InputError where there is no project; ``to_write`` in it, where one does not stand in it: nobody means to
    write into the one that the package lies in from elsewhere."""
    if not is_project(ROOT) or (to_write and project_around() is None):
        allowed = f"a folder with data/{CONTRACT} and notebooks/, one inside it, or --project"
        raise refuse(Path.cwd(), actual="no project here or above", allowed=allowed)
