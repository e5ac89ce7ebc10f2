"""What was made from what: every file of a review with its hash, and the inputs of each run."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .plan import hash_json, hash_of
from .store import Store

NAME = "manifest.json"
ENDS = ("html", "ipynb", "xlsx", "pdf")


def manifest(folder: Path, runs: list[dict[str, Any]], key: str, known: dict[str, str]) -> dict[str, Any]:
    """The manifest of a built folder: each run with its outputs, and the files that belong to no run. ``key`` is
    that of all it was made from, empty where it is not whole; files whose hash is ``known`` are not read."""
    files = {path: known.get(path) or hash_of(folder / path) for path in files_of(folder)}
    by_slug = {run["slug"]: run | {"outputs": {}} for run in runs}
    others: dict[str, str] = {}
    for path, value in files.items():
        by_slug.get(slug_of(path), {"outputs": others})["outputs"][path] = value
    return {
        "schema": 1,
        "key": key,
        "project": commit(),
        "contents": [run["slug"] for run in runs],
        "runs": [by_slug[slug] for slug in sorted(by_slug)],
        "outputs": {path: value for path, value in others.items() if path != NAME},
    }


def files_of(folder: Path) -> list[str]:
    start = len(str(folder)) + 1
    found = (os.path.join(parent, name)[start:] for parent, _, names in os.walk(folder) for name in names)
    return sorted(path.replace(os.sep, "/") for path in found)


def slug_of(path: str) -> str:
    """The run that a file belongs to: its page, its notebook, its folder or its exports; else nothing."""
    parts = path.split("/")
    end = parts[1].rpartition(".") if len(parts) == 2 else None
    if end:
        return end[0] if end[2] in ENDS else ""
    return parts[1] if len(parts) > 2 else ""


def commit() -> dict[str, Any]:
    """The commit and whether the tree was clean; empty where there is no git."""
    root = Path(__file__).parent.parent
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
        state = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": head.stdout.strip(), "clean": not state.stdout.strip()}


def refresh(folder: Path) -> None:
    """Take files that were written since into the manifest, such as exports."""
    found = read(folder)
    by_slug = {run["slug"]: run for run in found["runs"]}
    write(folder, [by_slug[slug] for slug in found["contents"]], found["key"], {})


def write(folder: Path, runs: list[dict[str, Any]], key: str, known: dict[str, str]) -> None:
    found = manifest(folder, runs, key, known)
    lines = ",\n".join(json.dumps(run, sort_keys=True, ensure_ascii=False) for run in found["runs"])
    rest = json.dumps(found | {"runs": []}, sort_keys=True, ensure_ascii=False)
    # One run a line: indented throughout, a thousand runs take seconds to write.
    (folder / NAME).write_text(rest.replace('"runs": []', f'"runs": [\n{lines}\n]', 1) + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a built folder; empty where there is none that can be read."""
    try:
        return dict(json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def built(folder: Path, trusted: bool = False) -> dict[str, dict[str, Any]]:
    """What a folder holds, by slug: each run's record, with the outputs that are ``missing`` or not what they were.
    A trusted folder (see `unchanged`) is not read again."""
    found = {run["slug"]: run for run in read(folder).get("runs", [])}
    for run in found.values() if not trusted else ():
        missing = [path for path, value in run["outputs"].items() if not same(folder / path, value)]
        run |= {"missing": missing} if missing else {}
    return found


def same(path: Path, value: str) -> bool:
    try:
        return hash_of(path) == value
    except OSError:
        return False


def signature(folder: Path) -> str:
    """The names, sizes and times of a folder's files in one hash: equal where nobody has touched them."""
    listed = []
    for parent, _, names in os.walk(folder):
        for name in names:
            status = os.stat(os.path.join(parent, name))
            listed.append((os.path.join(parent, name), status.st_size, status.st_mtime_ns))
    return hash_json(sorted(listed))


def remember(store: Store, folder: Path) -> None:
    """Note how a folder looks, and the key of all that it was made from."""
    where, key = hash_json(str(folder.resolve())), read(folder).get("key", "")
    store.put("folders", where, {"key": key, "signature": signature(folder)})


def unchanged(store: Store, folder: Path) -> str | None:
    """The key of all that a folder was made from, where nobody has touched it since."""
    found = store.get("folders", hash_json(str(folder.resolve())))
    return found.get("key") if found and found.get("signature") == signature(folder) else None
