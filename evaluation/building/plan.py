"""Which runs and pages are out of date, and why; the keys that tell.

A run key covers what a chapter's numbers can depend on; a publishing key adds what its pages can depend on. Both
are hashes of named *parts*, so that a changed part can be told.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..language.prose_cells import is_analysis, source_of
from ..pages.movement import CHAPTER
from ..problems.inside import PACKAGE
from ..reviews.parameters import Chapter, Review, Run

# What turns records into pages; all else counts as analysis: a run too many is better than a wrong number.
PAGES_WING = ("__main__.py", "audit/", "building/", "cli/", "language/locale/", "pages/")
LOCK = "requirements.lock"
SECRET = "secret"
Mark = tuple[int, ...]
CODE, TEXT, ANALYSIS, PAGES = "code", "text", "evaluation (analysis)", "evaluation (pages)"


@dataclass(frozen=True)
class Step:
    """One run of a plan: the files it comes from with their hashes, its keys and their parts, and the reasons why
    it is out of date."""

    run: Run
    inputs: dict[str, str]
    parts: dict[str, str]
    key: str
    publishing_key: str
    about: dict[str, Any]
    reasons: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.run.slug

    def record(self) -> dict[str, Any]:
        """What the manifest says of the run, but for its outputs."""
        return {
            "slug": self.slug,
            "chapter": self.run.chapter.name,
            "parameters": self.run.parameters,
            "key": self.key,
            "publishing_key": self.publishing_key,
            "inputs": self.inputs,
            "parts": {name: value for name, value in self.parts.items() if name not in self.inputs},
        }


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    return digest(path.read_bytes())


def hash_json(value: Any) -> str:
    return digest(json.dumps(value, sort_keys=True).encode())


def plan(
    review: Review,
    data: Path,
    built: dict[str, dict[str, Any]],
    at_hand: list[Place] | None = None,
    secret: str = "",
) -> list[Step]:
    """A step for each run of a review, compared with what a manifest says was built, by slug. Links lead to the
    pages ``at_hand`` (those of the review, where not given). Keys that hold a ``secret`` are found by nobody else."""
    files = shared_files(data) | ({SECRET: secret} if secret else {})
    common = shared_parts()
    chapters = {run.chapter.name: run.chapter for run in review.runs}
    parts = {name: common | chapter_parts(chapter) for name, chapter in chapters.items()}
    pages = Pages([place_of(run) for run in review.runs] if at_hand is None else at_hand)
    told = {"review": review.name} | ({"confidential": True} if secret else {})
    return [
        step(run, told | pages.links(place_of(run)), files, parts[run.chapter.name], built.get(run.slug))
        for run in review.runs
    ]


@dataclass(frozen=True)
class Place:
    """A page that a link can lead to: its chapter, its slug, its parameters."""

    chapter: str
    slug: str
    parameters: dict[str, Any]


def place_of(run: Run) -> Place:
    return Place(run.chapter.name, run.slug, run.parameters)


class Pages:
    """The pages at hand, by chapter: a link names a chapter and leads to the page of it that is nearest."""

    def __init__(self, places: list[Place]):
        self.by_chapter: dict[str, list[Place]] = {}
        for place in places:
            self.by_chapter.setdefault(place.chapter, []).append(place)
        self.alike: dict[Any, dict[Any, str]] = {}

    def links(self, place: Place) -> dict[str, Any]:
        """What a page says of the others: the slug of each chapter's, and of the one that says what a rise or a
        fall in reports can mean."""
        pages = {chapter: self.nearest(place, chapter) for chapter in sorted(self.by_chapter)}
        return {"pages": pages} | ({"reading": pages[CHAPTER]} if CHAPTER in pages else {})

    def nearest(self, place: Place, chapter: str) -> str:
        """The page of a chapter that shares most parameters with another page; the first of several."""
        if chapter == place.chapter:
            return place.slug
        others = self.by_chapter[chapter]
        names = tuple(name for name in others[0].parameters if name in place.parameters)
        if (chapter, names) not in self.alike:
            by_values = {values_of(other, names): other.slug for other in reversed(others)}
            self.alike[chapter, names] = by_values
        found = self.alike[chapter, names].get(values_of(place, names))
        return found or max(others, key=lambda other: agreement(other, place, names)).slug


def values_of(place: Place, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(place.parameters.get(name) for name in names)


def agreement(one: Place, other: Place, names: tuple[str, ...]) -> int:
    return sum(one.parameters.get(name) == other.parameters.get(name) for name in names)


def step(
    run: Run, told: dict[str, Any], files: dict[str, str], parts: dict[str, str], built: dict[str, Any] | None
) -> Step:
    notebook = f"notebooks/{run.chapter.path.name}"
    inputs = {notebook: parts[notebook]} | {name: value for name, value in files.items() if name != SECRET}
    counted = {name: parts[name] for name in (CODE, ANALYSIS, "python")} | files
    key = hash_json([run.slug, run.parameters, counted])
    told = told | about(run, key)
    publishing_key = hash_json([key, told, parts[TEXT], parts[PAGES]])
    reasons = why(run, inputs, parts, publishing_key, built)
    return Step(run, inputs, parts, key, publishing_key, told, reasons)


def shared_files(data: Path) -> dict[str, str]:
    """The files that every run's numbers can depend on, with their hashes."""
    found = {name: hash_of(path) for name, path in data_files(data).items()}
    lock = PACKAGE.parent / LOCK
    return found | ({LOCK: hash_of(lock)} if lock.is_file() else {})


def data_files(data: Path) -> dict[str, Path]:
    """Every file of a data folder, its folders' too, by name: all that a chapter may read there. Hidden files, such
    as an editor's, and what is written for people are not among them."""
    found: dict[str, Path] = {}
    for parent, folders, names in os.walk(data):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(parent, name) for name in names if not name.startswith(".") and not name.endswith(".md")]
        found |= {f"data/{path.relative_to(data).as_posix()}": path for path in paths if path.is_file()}
    return dict(sorted(found.items()))


def shared_parts() -> dict[str, str]:
    python = ".".join(map(str, sys.version_info[:2]))
    return {ANALYSIS: wing(True), PAGES: wing(False), "python": python}


def wing(analysis: bool) -> str:
    """One hash for a wing of the package, texts and templates too."""
    return wing_of(analysis, tuple(package_marks().items()))


@lru_cache(maxsize=4)
def wing_of(analysis: bool, marks: tuple[tuple[str, Mark], ...]) -> str:
    """The hash of a wing whose files look so: as long as they do, they are not read again."""
    inside = [name for name, _ in marks if name.startswith(PAGES_WING) != analysis]
    listed = [f"{name} {hash_of(PACKAGE / name)}" for name in inside]
    return hash_json([listed, english_phrases() if analysis else ""])


def package_marks() -> dict[str, Mark]:
    """How the files of the package look, by name."""
    found: dict[str, Mark] = {}
    for parent, folders, names in os.walk(PACKAGE):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found |= {Path(parent, name).relative_to(PACKAGE).as_posix(): mark(Path(parent, name)) for name in names}
    return dict(sorted(found.items()))


def mark(path: Path) -> Mark:
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


def chapter_parts(chapter: Chapter) -> dict[str, str]:
    """A chapter's file, its code cells and its sentences: a changed sentence does not change the hash of the code."""
    content = chapter.path.read_bytes()
    cells = json.loads(content)["cells"]
    return {
        f"notebooks/{chapter.path.name}": digest(content),
        CODE: code_hash(cells),
        TEXT: hash_json([cell.get("id") if is_analysis(cell) else [cell.get("id"), source_of(cell)] for cell in cells]),
    }


def code_hash(cells: list[dict[str, Any]]) -> str:
    """The hash of what a run executes of a notebook's cells."""
    return hash_json([[source_of(cell), cell["metadata"].get("tags", [])] for cell in cells if is_analysis(cell)])


def why(
    run: Run, inputs: dict[str, str], parts: dict[str, str], publishing_key: str, built: dict[str, Any] | None
) -> tuple[str, ...]:
    """What changed since a run was built, in words; empty where nothing did."""
    if built is None:
        return ("new",)
    if "missing" in built:
        return (f"changed: {', '.join(built['missing'])}",)
    if built["publishing_key"] == publishing_key:
        return ()
    before = built.get("inputs", {}) | built.get("parts", {})
    now = {name: value for name, value in (inputs | parts).items() if not name.startswith("notebooks/")}
    named = {CODE: f"notebooks/{run.chapter.path.name} (code)", TEXT: f"notebooks/{run.chapter.path.name} (text)"}
    changed = [named.get(name, name) for name in now if before.get(name) != now[name]]
    changed += [name for name in before if name not in now and not name.startswith("notebooks/")]
    changed += ["parameters"] if built.get("parameters") != run.parameters else []
    return ("changed: " + ", ".join(changed or ["title"]),)


def about(run: Run, key: str) -> dict[str, Any]:
    """What an executed notebook says of itself."""
    return {
        "chapter": run.chapter.name,
        "slug": run.slug,
        "title": run.chapter.title,
        "parameters": run.parameters,
        "differing": run.differing,
        "latest": run.latest,
        "left_out": run.left_out,
        "run_key": key,
    }
