"""Where the project's folders are: its data, chapters and reviews, and what is built of them."""

from __future__ import annotations

from pathlib import Path

from ..problems.paths import PACKAGE

ROOT = PACKAGE.parent


def data() -> Path:
    return ROOT / "data"


def notebooks() -> Path:
    return ROOT / "notebooks"


def outputs(chosen: Path | None) -> Path:
    """The folder of reviews: the one chosen, else the project's."""
    return chosen or ROOT / "outputs"


def beside(folder: Path, end: str) -> Path:
    """What a build has beside a review's folder: its ``building``, its ``old``, its ``failed``, its ``lock``."""
    return folder.parent / f".{folder.name}.{end}"
