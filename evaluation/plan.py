"""Which runs and pages are out of date, and the keys that tell.

A run key covers what a chapter's numbers can depend on; a publishing key adds what its pages can depend on.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from .parameters import Run

PACKAGE = Path(__file__).parent
ANALYSIS = (
    "language", "sources", "figures", "caveats", "measures", "detection", "hidden_population", "incidents", "statements", "charts",
    "records", "choices",
)  # fmt: skip
LOCK = "requirements.lock"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    return digest(path.read_bytes())


@lru_cache
def wing(analysis: bool) -> str:
    """One hash for a wing of the package: the analysis modules, or everything else (texts and templates too)."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    inside = [p for p in files if (p.relative_to(PACKAGE).parts[0].removesuffix(".py") in ANALYSIS) == analysis]
    return digest("".join(f"{p.relative_to(PACKAGE).as_posix()} {hash_of(p)}\n" for p in inside).encode())


def inputs(run: Run, data: Path) -> dict[str, str]:
    """Every file a run's numbers can depend on, with its hash."""
    root = PACKAGE.parent
    found = {f"notebooks/{run.chapter.path.name}": cells_hash(run.chapter.path, "code")}
    found |= {f"data/{p.name}": hash_of(p) for p in sorted(data.iterdir()) if p.suffix in (".csv", ".json")}
    found["evaluation (analysis)"] = wing(True)
    if (root / LOCK).is_file():
        found[LOCK] = hash_of(root / LOCK)
    return found


def cells_hash(notebook: Path, kind: str) -> str:
    """A hash of a notebook's cells of one kind: a changed sentence does not change the hash of the code."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    chosen = [["".join(c["source"]), c["metadata"].get("tags", [])] for c in cells if c["cell_type"] == kind]
    return digest(json.dumps(chosen).encode())


def run_key(run: Run, files: dict[str, str]) -> str:
    """The key of a run: its parameters and the hashes of its inputs."""
    return digest(json.dumps([run.slug, run.parameters, files], sort_keys=True).encode())


def publishing_key(run: Run, key: str) -> str:
    """The key of a run's pages: the run, its sentences, and what publishes it."""
    return digest(json.dumps([key, cells_hash(run.chapter.path, "markdown"), wing(False)]).encode())


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
