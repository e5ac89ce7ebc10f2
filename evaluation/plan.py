"""Which runs and pages are out of date, and why; the keys that tell.

A run key covers what a chapter's numbers can depend on; a publishing key adds what its pages can depend on. Both
are hashes of named *parts*, so that a changed part can be told.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .movement import CHAPTER
from .parameters import Chapter, Review, Run

PACKAGE = Path(__file__).parent
# Not engine and execute: they are of neither wing, but the bytes of a run depend on them.
BUILDING = (
    "__main__", "audit", "book", "build", "cli", "cluster", "deliver", "executor", "explorer", "export", "exporter",
    "files", "kernels", "locale", "make", "manifest", "movement", "origins", "page", "parameters", "plan",
    "progress", "prose", "publish", "publisher", "renderer", "sections", "store", "swap", "templates", "texts",
    "workbook", "workers", "zygote",
)  # fmt: skip
LOCK = "requirements.lock"
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


def plan(review: Review, data: Path, built: dict[str, dict[str, Any]]) -> list[Step]:
    """A step for each run of a review, compared with what a manifest says was built, by slug."""
    files, common = shared_files(data), shared_parts()
    names = {run.chapter.name: run.chapter for run in review.runs}
    chapters = {name: chapter_parts(chapter) for name, chapter in names.items()}
    shared = (review.name, reading_of(review), files)
    return [step(run, *shared, common | chapters[run.chapter.name], built.get(run.slug)) for run in review.runs]


def reading_of(review: Review) -> str:
    """The slug of the page that says what a rise or a fall in reports can mean; empty where a review has none."""
    return next((run.slug for run in review.runs if run.chapter.name == CHAPTER), "")


def step(
    run: Run,
    review: str,
    reading: str,
    files: dict[str, str],
    parts: dict[str, str],
    built: dict[str, Any] | None,
) -> Step:
    notebook = f"notebooks/{run.chapter.path.name}"
    inputs = {notebook: parts[notebook]} | files
    counted = {name: parts[name] for name in (CODE, ANALYSIS, "python")} | files
    key = hash_json([run.slug, run.parameters, counted])
    told = about(run, review, key) | ({"reading": reading} if reading else {})
    publishing_key = hash_json([key, told, parts[TEXT], parts[PAGES]])
    reasons = why(run, inputs, parts, publishing_key, built)
    return Step(run, inputs, parts, key, publishing_key, told, reasons)


def shared_files(data: Path) -> dict[str, str]:
    """The files that every run's numbers can depend on, with their hashes."""
    found = {f"data/{p.name}": hash_of(p) for p in sorted(data.iterdir()) if p.suffix in (".csv", ".json")}
    lock = PACKAGE.parent / LOCK
    return found | ({LOCK: hash_of(lock)} if lock.is_file() else {})


def shared_parts() -> dict[str, str]:
    python = ".".join(map(str, sys.version_info[:2]))
    return {ANALYSIS: wing(True), PAGES: wing(False), "python": python}


@lru_cache
def wing(analysis: bool) -> str:
    """One hash for a wing of the package. What is not known to be of the building wing (texts and templates too)
    counts as analysis: a run too many is better than a wrong number."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    inside = [p for p in files if (p.relative_to(PACKAGE).parts[0].removesuffix(".py") in BUILDING) != analysis]
    listed = [f"{p.relative_to(PACKAGE).as_posix()} {hash_of(p)}" for p in inside]
    return hash_json([listed, english_phrases() if analysis else ""])


def english_phrases() -> list[list[str]]:
    """The English wordings, which a run shows as previews; French ones are on pages only."""
    with (PACKAGE / "locale" / "phrases.csv").open(encoding="utf-8", newline="") as file:
        return [[row["phrase"], row["choice"], row["en"]] for row in csv.DictReader(file)]


def chapter_parts(chapter: Chapter) -> dict[str, str]:
    """A chapter's file, its code cells and its sentences: a changed sentence does not change the hash of the code."""
    content = chapter.path.read_bytes()
    cells = json.loads(content)["cells"]
    return {
        f"notebooks/{chapter.path.name}": digest(content),
        CODE: cells_hash(cells, "code"),
        TEXT: hash_json([cells_hash(cells, "markdown"), [cell.get("id") for cell in cells]]),
    }


def code_hash(notebook: Path) -> str:
    return cells_hash(json.loads(notebook.read_bytes())["cells"], "code")


def cells_hash(cells: list[dict[str, Any]], kind: str) -> str:
    chosen = [["".join(c["source"]), c["metadata"].get("tags", [])] for c in cells if c["cell_type"] == kind]
    return hash_json(chosen)


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


def about(run: Run, review: str, key: str) -> dict[str, Any]:
    """What an executed notebook says of itself."""
    return {
        "review": review,
        "chapter": run.chapter.name,
        "slug": run.slug,
        "title": run.chapter.title,
        "parameters": run.parameters,
        "differing": run.differing,
        "run_key": key,
    }
