"""What runs and pages come from: data, chapters, the package by its rooms; their hashes, and whether they have changed
since a build began."""

from __future__ import annotations

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

from ..data.files import data_files
from ..language.prose_cells import is_analysis, source_of
from ..problems.paths import PACKAGE
from ..reviews.parameters import Chapter
from ..runs.reads import UNKNOWN
from . import project

# What turns records into pages; all else counts as analysis: a run too many is better than a wrong number.
PAGES_WING = ("building/", "language/locale/", "pages/")
NO_PAGES = ("__main__.py", "audit/", "cli/", "verification/", "questions/", "start/")  # what makes no page
LOCK = "requirements.lock"
Mark = tuple[int, ...]
CODE, TEXT, ANALYSIS, PAGES, PYTHON = "code", "text", "evaluation (analysis)", "evaluation (pages)", "python"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    """The hash of a regular file's content. Raises OSError for what is none: a device has no end."""
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", str(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_json(value: Any) -> str:
    return digest(json.dumps(value, sort_keys=True).encode())


@dataclass
class Files:
    """The files that runs may open, by name: of a data folder (``data/places.csv``), and beside the chapters
    (``notebooks/helper.py``). Each is hashed when it is first asked for."""

    data: Path
    notebooks: Path
    hashes: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> Path:
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
        """Every file in both folders that a run may open, but for what is in hidden folders."""
        folders = (("data", self.data), ("notebooks", self.notebooks))
        return sorted(f"{name}/{path}" for name, folder in folders for path in files_in(folder))


def files_in(folder: Path) -> list[str]:
    """The files below a folder, but for those in hidden folders and compiled ones."""
    found, start = [], len(str(folder)) + 1
    for parent, folders, names in os.walk(folder):  # texts, not paths: a build asks for this again and again
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        found += [f"{parent}{os.sep}{name}"[start:].replace(os.sep, "/") for name in names]
    return sorted(found)


def shared_parts() -> dict[str, str]:
    """The package, by what its rooms are for."""
    return {ANALYSIS: wing(True), PAGES: wing(False)}


def python_version() -> str:
    return ".".join(map(str, sys.version_info[:2]))


@lru_cache(maxsize=2)
def wing(analysis: bool) -> str:
    """One hash for a wing of the package, texts and templates too, as they are when it is first asked for."""
    inside = [
        name for name in files_in(PACKAGE) if name.startswith(PAGES_WING) != analysis and not name.startswith(NO_PAGES)
    ]
    listed = [f"{name} {hash_of(PACKAGE / name)}" for name in inside]
    return hash_json([listed, english_phrases() if analysis else ""])


def package_marks() -> dict[str, Mark]:
    """How the files of the package look, by name."""
    return {name: mark(f"{PACKAGE}/{name}") for name in files_in(PACKAGE)}


def mark(path: str | Path) -> Mark:
    """What changes with each write to a file: its size, its times (no one sets the last) and its number."""
    try:
        status = os.stat(path)
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def english_phrases() -> list[list[str]]:
    """The English wordings, which a run shows as previews; French ones are on pages only."""
    with (PACKAGE / "language" / "locale" / "phrases.csv").open(encoding="utf-8", newline="") as file:
        return [[row["phrase"], row["choice"], row["en"]] for row in csv.DictReader(file)]


def lock() -> Path:
    """The locked dependencies: the project's, else those beside the package; there may be none."""
    own = project.ROOT / LOCK
    return own if own.is_file() else PACKAGE.parent / LOCK


def chapter_parts(chapter: Chapter) -> dict[str, str]:
    """A chapter's file, its code cells and its sentences: a changed sentence does not change the hash of the code."""
    content = chapter.path.read_bytes()
    cells = json.loads(content)["cells"]
    code = [[source_of(cell), cell["metadata"].get("tags", [])] for cell in cells if is_analysis(cell)]
    text = [cell.get("id") if is_analysis(cell) else [cell.get("id"), source_of(cell)] for cell in cells]
    return {f"notebooks/{chapter.path.name}": digest(content), CODE: hash_json(code), TEXT: hash_json(text)}


@dataclass(frozen=True)
class Marks:
    """How the files that a build reads looked when it began: what was planned must be what ran.

    A file that was written since, and be it put back, may have been read in between: what a run made then belongs to
    no key, so that it is neither stored nor published.
    """

    files: Files
    marks: dict[str, Mark]
    names: set[str]  # of data

    @classmethod
    def of(cls, files: Files) -> Marks:
        marks = {name: mark(files.path(name)) for name in files.names()}
        marks |= {f"evaluation/{name}": value for name, value in package_marks().items()}
        return cls(files, marks | {LOCK: mark(lock())}, set(data_files(files.data)))

    def changed(self, reads: Iterable[str] = (UNKNOWN,), notebook: str = "") -> list[str]:
        """The names of files that were written since: of the package, the ``notebook`` and what a run ``reads`` (all,
        where that is not known); and those that were added to the data or removed."""
        now, reads = Marks.of(self.files), {notebook, LOCK, *reads}
        written = {name for name in self.marks.keys() | now.marks.keys() if self.marks.get(name) != now.marks.get(name)}
        if UNKNOWN not in reads:
            written = {name for name in written if name in reads or name.startswith("evaluation/")}
        return sorted(written | (self.names ^ now.names))


def changed_meanwhile(names: list[str]) -> str:
    """What a build says of a run whose inputs were written meanwhile."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"found {', '.join(names[:3])}{more} changed during the build; allowed: files that stay as they were planned"
