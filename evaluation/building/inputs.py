"""The inputs of runs and pages (data, chapters, the package by rooms), their hashes, and changes since a build
began.
"""

import csv
import hashlib
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..language.prose_cells import is_analysis, source_of
from ..problems import listed
from ..problems.paths import PACKAGE
from ..reviews.parameters import ChapterFile
from ..runs.guard import is_run_input
from . import project

# Rooms that turn records into pages; all others count as analysis: a superfluous run is better than a wrong number.
PAGES_ROOMS = ("building/", "language/locale/", "pages/", "writing/")
NO_PAGES = ("__main__.py", "audit/", "cli/", "verification/", "questions/", "start/")  # rooms on which no page depends
LOCK = "requirements.lock"
CODE, TEXT, ANALYSIS, PAGES, PYTHON = "code", "text", "evaluation (analysis)", "evaluation (pages)", "python"


def digest(content: bytes) -> str:
    """The SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    """The SHA-256 of a regular file, links followed. Raises OSError for anything else: a device has no end."""
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", str(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_json(value: Any) -> str:
    """The SHA-256 of a value as JSON with sorted keys, independent of the order of mappings. Raises TypeError for a
    value that JSON lacks."""
    return digest(json.dumps(value, sort_keys=True).encode())


@dataclass
class Files:
    """The files of a data folder (``data/places.csv``) and beside the chapters (``notebooks/helper.py``), by name,
    hashed on first use; later changes of a file are not seen."""

    data: Path
    notebooks: Path
    hashes: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """The path of a named file, existing or not; a name that does not begin with ``data/`` is of the notebooks."""
        folder, _, relative = name.partition("/")
        return (self.data if folder == "data" else self.notebooks) / relative

    def hash(self, name: str) -> str:
        """The hash of a file as of the first call; empty if it does not exist or cannot be read."""
        if name not in self.hashes:
            try:
                self.hashes[name] = hash_of(self.path(name))
            except OSError:
                self.hashes[name] = ""
        return self.hashes[name]

    def names(self) -> list[str]:
        """The names of all files in both folders now, sorted, notebooks included; see `files_in`."""
        folders = (("data", self.data), ("notebooks", self.notebooks))
        return sorted(f"{name}/{path}" for name, folder in folders for path in files_in(folder))

    def inputs(self) -> dict[str, str]:
        """The hashes, by name, of all files that a run may read (see `is_run_input`), which excludes notebooks."""
        return {name: self.hash(name) for name in self.names() if is_run_input(name)}


def files_in(folder: Path) -> list[str]:
    """The files below a folder, relative to it with slashes, sorted, except hidden ones and those in hidden folders or
    in ``__pycache__``. Links to folders are not followed; empty for a missing folder."""
    paths, start = [], len(str(folder)) + 1
    for parent, folders, names in os.walk(folder):  # strings are faster than paths, and a build calls this often
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        visible = (name for name in names if not name.startswith("."))
        paths += [f"{parent}{os.sep}{name}"[start:].replace(os.sep, "/") for name in visible]
    return sorted(paths)


def python_version() -> str:
    """The version of Python to the precision that can affect results: 3.11."""
    return ".".join(map(str, sys.version_info[:2]))


@lru_cache
def package_hashes() -> dict[str, str]:
    """Two hashes, by ANALYSIS and PAGES: of the package's files on which results of runs depend, and of the others on
    which pages depend, as of the first call (cached). The English phrases count for both, since previews in JupyterLab
    show them."""
    with (PACKAGE / "language" / "locale" / "phrases.csv").open(encoding="utf-8", newline="") as file:
        english = [[row["phrase"], row["choice"], row["en"]] for row in csv.DictReader(file)]
    files = {name: hash_of(PACKAGE / name) for name in files_in(PACKAGE) if not name.startswith(NO_PAGES)}
    pages = {name for name in files if name.startswith(PAGES_ROOMS)}
    parts = {ANALYSIS: (files.keys() - pages, english), PAGES: (pages, "")}
    return {
        of: hash_json([[f"{name} {files[name]}" for name in sorted(modules)], phrases])
        for of, (modules, phrases) in parts.items()
    }


def package_files() -> dict[str, Path]:
    """All files of the package, texts and templates included, by name: ``evaluation/cli/options.py``."""
    return {f"evaluation/{name}": PACKAGE / name for name in files_in(PACKAGE)}


def lock_path() -> Path:
    """The path of the locked dependencies: the project's, or those beside the package; it may not exist."""
    project_lock = project.ROOT / LOCK
    return project_lock if project_lock.is_file() else PACKAGE.parent / LOCK


def chapter_hashes(chapter: ChapterFile) -> dict[str, str]:
    """Three hashes of a chapter: of its file, by ``notebooks/<file name>``; of its cells of analysis with their tags,
    by CODE; and of its other cells and the order of all, by TEXT; so that an edited sentence leaves CODE as it was.
    Raises OSError, and ValueError or KeyError for a file that is no notebook."""
    content = chapter.path.read_bytes()
    cells = json.loads(content)["cells"]
    code = [[source_of(cell), cell["metadata"].get("tags", [])] for cell in cells if is_analysis(cell)]
    text = [cell.get("id") if is_analysis(cell) else [cell.get("id"), source_of(cell)] for cell in cells]
    return {f"notebooks/{chapter.path.name}": digest(content), CODE: hash_json(code), TEXT: hash_json(text)}


def changed_since(began: float, files: Files, names: Iterable[str]) -> list[str]:
    """The names of the package's files, of the lock and among ``names`` (of ``files``) that were written or removed
    since ``began`` (seconds since 1970), sorted. A run may have read such a file in either version, even if it was
    restored, so its results belong to no key and are neither stored nor published."""
    paths = package_files() | {name: files.path(name) for name in names}
    return written_since(began, paths | ({LOCK: lock_path()} if lock_path().is_file() else {}))


def written_since(began: float, paths: dict[str, Path]) -> list[str]:
    """The names of ``paths`` that were written or removed at ``began`` (seconds since 1970) or later, sorted. A missing
    file counts as removed when its folder was last written."""
    return sorted(name for name, path in paths.items() if last_written(path) >= began)


def last_written(path: Path) -> float:
    """The time of the last write of a file, in seconds since 1970: the change time, which nobody can set, where the
    system has one. Of a file that does not exist, that of its nearest existing folder."""
    try:
        status = path.stat()
    except OSError:
        return last_written(path.parent)
    return status.st_mtime if os.name == "nt" else status.st_ctime


def change_message(names: list[str]) -> str:
    """The message for a run whose inputs ``names`` were written during the build; it lists the first three."""
    return f"found {listed(names, 3)} changed during the build; allowed: files that stay as they were planned"
