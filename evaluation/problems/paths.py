"""Containment of paths: the one check of every path that a manifest, a worker or a name gives."""

import os
import re
import stat
from pathlib import Path

PACKAGE = Path(__file__).parents[1]  # the project's own folder is above it
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")  # of a review and of a run: the name of its files everywhere
LONGEST_NAME = 180  # bytes; file systems allow 255, and names here get beginnings and ends
PAGES = {"index", "brief", "glossary", "where-we-looked"}  # that a review has beside its runs
REFUSED = re.compile(r"[\x00\ud800-\udfff\\:]")  # characters and names that are invalid, or special on Windows


class OutsideFolder(ValueError):
    """A path is not inside its folder."""


def mistake_in_name(name: str) -> tuple[str, str] | None:
    """What is wrong with the name of a review or a run, and what is allowed; None for a valid one: lower-case letters,
    digits, _ and -, starting with a letter or digit, at most `LONGEST_NAME`, not a page's (`PAGES`)."""
    if name in PAGES:
        return f"{name!r}, a name that a page of the review has", "another name"
    if not NAME.fullmatch(name):
        return f"the name {name[:100]!r}", "lower-case letters, digits, _ and -, a letter or digit first"
    if len(name) > LONGEST_NAME:
        return f"a name of {len(name)} characters", f"at most {LONGEST_NAME}"
    return None


def path_in(folder: Path, path: str) -> Path:
    """A path below a folder, whether it exists or not; ``path`` has forward slashes. Raises OutsideFolder for an empty
    or absolute one, for one with a part ``.`` or ``..`` or with a link on the way or as its end, wherever these lead,
    and for backslashes, colons and invalid characters."""
    parts = path.split("/")
    odd = REFUSED.search(path) or not {"", ".", ".."}.isdisjoint(parts)
    if odd or any(os.path.islink(folder.joinpath(*parts[:count])) for count in range(1, len(parts) + 1)):
        raise OutsideFolder(f"found the path {path[:100]!r}; allowed: one inside its folder, and no link on its way")
    return folder / path


def is_plain_file(path: Path) -> bool:
    """Whether a regular file exists, and not a link to one, a pipe or a folder; false for a path that cannot be."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False
