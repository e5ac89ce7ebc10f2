"""Where the project is, whose data/, notebooks/, parameters/ and outputs/ lie in `ROOT`."""

import os
from pathlib import Path

from ..data.contract import CONTRACT
from ..problems import refuse
from ..problems.paths import PACKAGE


def _is_project(folder: Path) -> bool:
    """Whether a folder has notebooks, and data with a contract, be it no regular file."""
    return os.path.lexists(folder / "data" / CONTRACT) and (folder / "notebooks").is_dir()


def _project_around() -> Path | None:
    """The project that one stands in: this folder or the first above it that has data with a contract and notebooks."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if _is_project(folder)), None)


def find() -> Path:
    """The project that one stands in; elsewhere the one that the package lies in."""
    return _project_around() or PACKAGE.parent


ROOT = find()


def go_to(folder: Path) -> None:
    """Go on as if started in another folder, which is a project or in one. Raises InputError where it is in none."""
    global ROOT
    try:
        os.chdir(folder)
    except OSError as error:
        raise refuse("--project", found=f"{folder}: {error.strerror}", allowed="a project's folder") from None
    ROOT = find()


def refuse_elsewhere(to_write: bool = False) -> None:
    """Raise InputError where there is no project; ``to_write`` in it, where one does not stand in it: nobody means to
    write into the one that the package lies in from elsewhere."""
    if not _is_project(ROOT) or (to_write and _project_around() is None):
        allowed = f"a folder with data/{CONTRACT} and notebooks/, one inside it, or --project"
        raise refuse(Path.cwd(), found="no project here or above", allowed=allowed)


def build_path(folder: Path, end: str) -> Path:
    """What a build has beside a review's folder: its ``building``, its ``failed``."""
    return folder.parent / f".{folder.name}.{end}"
