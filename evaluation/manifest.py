"""What was made from what: every file of a review with its hash, and the inputs of each run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from .plan import hash_of

NAME = "manifest.json"


def manifest(folder: Path, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The manifest of a built folder: each run with its outputs, and the files that belong to no run."""
    files = {p.relative_to(folder).as_posix(): hash_of(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    for run in runs:
        slug = run["slug"]
        mine = [p for p in files if belongs(p, slug)]
        run["outputs"] = {path: files.pop(path) for path in mine}
    return {
        "schema": 1,
        "project": commit(),
        "runs": sorted(runs, key=lambda run: str(run["slug"])),
        "outputs": {path: value for path, value in files.items() if path != NAME},
    }


def belongs(path: str, slug: str) -> bool:
    parts = path.split("/")
    return len(parts) > 1 and parts[1] in (slug, f"{slug}.html", f"{slug}.ipynb")


def commit() -> dict[str, Any]:
    """The commit and whether the tree was clean; empty where there is no git."""
    root = Path(__file__).parent.parent
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
        state = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": head.stdout.strip(), "clean": not state.stdout.strip()}


def write(folder: Path, runs: list[dict[str, Any]]) -> None:
    text = json.dumps(manifest(folder, runs), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a built folder; empty where there is none that can be read."""
    try:
        return dict(json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
