"""What is inside a folder: the one judge of every path that a store, a manifest, an address or a name gives."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

PACKAGE = Path(__file__).parents[1]  # the project's own folder is above it
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")  # of a review and of a run: the name of its files everywhere
LONGEST_NAME = 180  # bytes; file systems allow 255, and names here get beginnings and ends
PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))
RESERVED = {"glossary", "where-we-looked", "con", "prn", "aux", "nul", *PORTS}
LONGEST_PART, LONGEST_PATH = 250, 1000
# Control characters, half characters, and what Windows reads as more than a name.
REFUSED = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff\\:*?"<>|]')


class Outside(ValueError):
    """A path does not lie inside its folder."""


def is_name(name: str) -> bool:
    """Whether a review or a run may have this name: lower-case letters, digits, _ and -, a letter or digit first."""
    return bool(NAME.fullmatch(name)) and len(name) <= LONGEST_NAME and name not in RESERVED


def is_inside(path: str) -> bool:
    """Whether a path, as it is written, can only lead into the folder that it starts from: plain names, none empty, of
    dots alone, or with a dot or space at its end."""
    if len(path) > LONGEST_PATH or REFUSED.search(path):
        return False
    return all(part and part[-1] not in ". " and len(part.encode()) <= LONGEST_PART for part in path.split("/"))


def path_in(folder: Path, path: str) -> Path:
    """A path in a folder. Raises Outside for any that leads out of it, by its words or by a link on its way."""
    if not is_inside(path):
        raise Outside(f"found the path {path[:100]!r}; allowed: one inside its folder")
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        if os.path.islink(folder.joinpath(*parts[:count])):
            raise Outside(f"found a link at {'/'.join(parts[:count])!r}; allowed: files and folders")
    return folder / path


def is_plain_file(path: Path) -> bool:
    """Whether there is a file, itself and not a link to one; a pipe would be waited for without end."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False
