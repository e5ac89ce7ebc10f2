"""What runs and pages come from: data, chapters, the package by its rooms; their hashes, and whether they have changed
since a build began."""

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
from ..runs.guard import is_input
from . import project

# What turns records into pages; all else counts as analysis: a run too many is better than a wrong number.
PAGES_ROOMS = ("building/", "language/locale/", "pages/", "writing/")
NO_PAGES = ("__main__.py", "audit/", "cli/", "verification/", "questions/", "start/")  # what makes no page
LOCK = "requirements.lock"
CODE, TEXT, ANALYSIS, PAGES, PYTHON = "code", "text", "evaluation (analysis)", "evaluation (pages)", "python"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    """The hash of a regular file's content. Raises OSError for what is none: a device has no end."""
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", str(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_json(value: Any) -> str:
    """The digest of a value as JSON with sorted keys, so that the order of a mapping makes no other one."""
    return digest(json.dumps(value, sort_keys=True).encode())


@dataclass
class Files:
    """The files of a data folder (``data/places.csv``) and beside the chapters (``notebooks/helper.py``), by name. Each
    is hashed when it is first asked for."""

    data: Path
    notebooks: Path
    hashes: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Where a named file lies, whether it is there or not."""
        folder, _, rest = name.partition("/")
        return (self.data if folder == "data" else self.notebooks) / rest

    def hash(self, name: str) -> str:
        """A file's hash; empty where there is none."""
        if name not in self.hashes:
            try:
                self.hashes[name] = hash_of(self.path(name))
            except OSError:
                self.hashes[name] = ""
        return self.hashes[name]

    def names(self) -> list[str]:
        """Every file in both folders, but for what is hidden."""
        folders = (("data", self.data), ("notebooks", self.notebooks))
        return sorted(f"{name}/{path}" for name, folder in folders for path in files_in(folder))

    def inputs(self) -> dict[str, str]:
        """Every file that a run may read, with its hash."""
        return {name: self.hash(name) for name in self.names() if is_input(name)}


def files_in(folder: Path) -> list[str]:
    """The files below a folder, but for hidden ones, such as an editor's, those in hidden folders and compiled ones."""
    paths, start = [], len(str(folder)) + 1
    for parent, folders, names in os.walk(folder):  # texts, not paths: a build asks for this again and again
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        seen = (name for name in names if not name.startswith("."))
        paths += [f"{parent}{os.sep}{name}"[start:].replace(os.sep, "/") for name in seen]
    return sorted(paths)


def python_version() -> str:
    """The version of Python as far as results may depend on it: 3.11."""
    return ".".join(map(str, sys.version_info[:2]))


@lru_cache
def package_hashes() -> dict[str, str]:
    """One hash for each of what rooms are for, analysis and pages, texts and templates too, as they are when it is
    first asked for."""
    with (PACKAGE / "language" / "locale" / "phrases.csv").open(encoding="utf-8", newline="") as file:
        english = [[row["phrase"], row["choice"], row["en"]] for row in csv.DictReader(file)]  # in previews of a run
    files = {name: hash_of(PACKAGE / name) for name in files_in(PACKAGE) if not name.startswith(NO_PAGES)}
    pages = {name for name in files if name.startswith(PAGES_ROOMS)}
    parts = {ANALYSIS: (files.keys() - pages, english), PAGES: (pages, "")}
    return {
        of: hash_json([[f"{name} {files[name]}" for name in sorted(modules)], more])
        for of, (modules, more) in parts.items()
    }


def package_files() -> dict[str, Path]:
    """Every file of the package, texts and templates too, by its name: ``evaluation/cli/options.py``."""
    return {f"evaluation/{name}": PACKAGE / name for name in files_in(PACKAGE)}


def lock() -> Path:
    """The locked dependencies: the project's, else those beside the package; there may be none."""
    project_lock = project.ROOT / LOCK
    return project_lock if project_lock.is_file() else PACKAGE.parent / LOCK


def chapter_hashes(chapter: ChapterFile) -> dict[str, str]:
    """A chapter's file, its code cells and its sentences: a changed sentence does not change the hash of the code."""
    content = chapter.path.read_bytes()
    cells = json.loads(content)["cells"]
    code = [[source_of(cell), cell["metadata"].get("tags", [])] for cell in cells if is_analysis(cell)]
    text = [cell.get("id") if is_analysis(cell) else [cell.get("id"), source_of(cell)] for cell in cells]
    return {f"notebooks/{chapter.path.name}": digest(content), CODE: hash_json(code), TEXT: hash_json(text)}


def changed_since(began: float, files: Files, names: Iterable[str]) -> list[str]:
    """The names of files that were written or taken away since a time (in seconds since 1970): of the package, the
    lock, and those of ``files`` that are named.

    What was planned must be what ran: a file that was written since, and be it put back, may have been read in
    between. What a run made of it belongs to no key, so that it is neither stored nor published.
    """
    paths = package_files() | {name: files.path(name) for name in names}
    return written_since(began, paths | ({LOCK: lock()} if lock().is_file() else {}))


def written_since(began: float, paths: dict[str, Path]) -> list[str]:
    """The names of files that were written, or taken away, at a time (seconds since 1970) or after it."""
    return sorted(name for name, path in paths.items() if last_written(path) >= began)


def last_written(path: Path) -> float:
    """When a file (or where there is none its folder) was last written, by the time that nobody can set, if any."""
    try:
        status = path.stat()
    except OSError:
        return last_written(path.parent)
    return status.st_mtime if os.name == "nt" else status.st_ctime


def changed_meanwhile(names: list[str]) -> str:
    """What a build says of a run whose inputs were written meanwhile."""
    return f"found {listed(names, 3)} changed during the build; allowed: files that stay as they were planned"
