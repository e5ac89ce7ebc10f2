"""The files of a data folder, by name."""

from __future__ import annotations

import os
from pathlib import Path


def data_files(data: Path) -> dict[str, Path]:
    """Every file of a data folder, its folders' too, by name: all that a chapter may read there. Hidden files, such
    as an editor's, and what is written for people are not among them."""
    found: dict[str, Path] = {}
    for parent, folders, names in os.walk(data):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(parent, name) for name in names if not name.startswith(".") and not name.endswith(".md")]
        found |= {f"data/{path.relative_to(data).as_posix()}": path for path in paths if path.is_file()}
    return dict(sorted(found.items()))
