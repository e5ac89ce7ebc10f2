"""Where the project is, whose data/, notebooks/, parameters/ and outputs/ lie in `ROOT`."""

import os
from pathlib import Path

from ..data.contract import CONTRACT, is_project, project_around, project_folder
from ..problems import refuse

ROOT = project_folder()


def go_to(folder: Path) -> None:
    """Go on as if started in another folder, which is a project or in one. Raises InputError where it is in none."""
    global ROOT
    try:
        os.chdir(folder)
    except OSError as error:
        raise refuse("--project", found=f"{folder}: {error.strerror}", allowed="a project's folder") from None
    ROOT = project_folder()


def refuse_elsewhere(to_write: bool = False) -> None:
    """Raise InputError where there is no project; ``to_write`` in it, where one does not stand in it: nobody means to
    write into the one that the package lies in from elsewhere."""
    if not is_project(ROOT) or (to_write and project_around() is None):
        allowed = f"a folder with data/{CONTRACT} and notebooks/, one inside it, or --project"
        raise refuse(Path.cwd(), found="no project here or above", allowed=allowed)


def build_path(folder: Path, end: str) -> Path:
    """What a build has beside a review's folder: its ``building``, its ``failed``."""
    return folder.parent / f".{folder.name}.{end}"
