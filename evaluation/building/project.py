"""The project in use: its folder `ROOT` holds data/, notebooks/, parameters/ and outputs/."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..data.contract import CONTRACT, find_project, is_project, project_folder
from ..problems import printable_line, refuse
from ..problems.printing import print_line
from ..writing import lock, work_folder

ROOT = project_folder()


def restore_interrupted() -> None:
    """Restore each folder that an interrupted command left half exchanged (``data``, or a built review), in or above
    the working folder, in the project and its outputs; report it on standard error, and set ROOT again, since without
    ``data`` the project was not recognized."""
    global ROOT
    here = Path.cwd()
    for folder in dict.fromkeys((here, *here.parents, ROOT, ROOT / "outputs")):
        for mended in work_folder.restore_interrupted(folder):
            actual = "a folder half changed by a command that was ended"
            print_line(f"{printable_line(str(mended))}:-:-: found {actual}; it is as it was before", err=True)
            ROOT = find_project() or ROOT


@contextmanager
def exclusive() -> Iterator[None]:
    """Within the block, hold the project's lock, so that no other command changes it; before, remove the work folders
    and partial files of interrupted commands. Raises WriteConflict if another command holds the lock."""
    with lock.hold_lock(ROOT, "another command at work that changes this project"):
        for folder in (ROOT, *(ROOT / name for name in ("data", "notebooks", "outputs"))):
            work_folder.remove_remains(folder, parts=True)
        yield


def change_project(folder: Path) -> None:
    """Change the working folder to another project's folder, or one inside it, and set ROOT to that project; outside of
    any, to the folder above the package, which only `require_project` refuses. Raises InputError for a folder that
    cannot be entered."""
    global ROOT
    try:
        os.chdir(folder)
    except OSError as error:
        raise refuse("--project", actual=f"{folder}: {error.strerror}", allowed="a project's folder") from None
    ROOT = project_folder()


def require_project(to_write: bool = False) -> None:
    """Raise InputError if ROOT is no project; with ``to_write`` also if the working folder is outside of any project:
    ROOT is then the package's own, into which nobody means to write from elsewhere."""
    if not is_project(ROOT) or (to_write and find_project() is None):
        allowed = f"a folder with data/{CONTRACT} and notebooks/, one inside it, or --project"
        raise refuse(Path.cwd(), actual="no project here or above", allowed=allowed)
