"""What was made from what: every file of a review with its hash, and the inputs of each run.

A manifest ends with a hash of itself, so that one of ours is known without a look at its shape.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from ..problems import refuse
from ..problems.paths import is_plain_file
from . import project
from .inputs import hash_json, hash_of

NAME, SCHEMA = "manifest.json", 1
ENDS = ("html", "ipynb", "json", "xlsx", "pdf")

Record = dict[str, Any]


def write(folder: Path, runs: list[Record], known: dict[str, str], **about: Any) -> None:
    """Write the manifest of a built folder: each run with its outputs, the files that belong to no run, and what it
    says ``about`` the whole. Files whose hash is ``known`` are not read; a run's ``missing`` files stay in its row."""
    files = {path: known.get(path) or hash_of(folder / path) for path in files_of(folder) if path != NAME}
    by_slug = {run["slug"]: without_missing(run) for run in runs}
    others: dict[str, str] = {}
    for path, value in files.items():
        by_slug.get(slug_of(path), {"outputs": others})["outputs"][path] = value
    rows = [by_slug[slug] for slug in sorted(by_slug)]
    contents = [run["slug"] for run in runs]
    save(folder, about | {"schema": SCHEMA, "project": commit(), "contents": contents, "runs": rows, "outputs": others})


def without_missing(run: Record) -> Record:
    """A run's row, with the files that somebody took away or changed as they were made: the next plan says so."""
    outputs = {path: run["outputs"][path] for path in run.get("missing", [])}
    return {name: value for name, value in run.items() if name != "missing"} | {"outputs": outputs}


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
    """The commit of the project's own repository and whether the tree was clean; empty where there is none, as where
    the repository is that of a folder above."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["GIT_CEILING_DIRECTORIES"] = str(project.ROOT.resolve().parent)
    # Git may keep what it learns: in a fresh clone it runs the filter of notebooks, a second's work, until it has.
    command = ["git", "status", "--porcelain=v2", "--branch"]
    try:
        done = subprocess.run(command, cwd=project.ROOT, env=environment, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    lines = done.stdout.decode(errors="replace").splitlines()
    head = lines[0].removeprefix("# branch.oid ")
    return {} if head == "(initial)" else {"commit": head, "clean": all(line[0] == "#" for line in lines)}


def add(folder: Path, files: dict[str, str]) -> None:
    """List more files of a built folder, such as exports, with their hashes."""
    found = read(folder)
    runs = {run["slug"]: run for run in found["runs"]}
    for path, value in files.items():
        runs.get(slug_of(path), found)["outputs"][path] = value
    save(folder, found)


def save(folder: Path, found: Record) -> None:
    """Write a manifest whole, or not at all: one run a line, since indented throughout a thousand take seconds."""
    found = {name: value for name, value in found.items() if name != "hash"}
    lines = ",\n".join(json.dumps(run, sort_keys=True, ensure_ascii=False) for run in found["runs"])
    rest = json.dumps(found | {"runs": [], "hash": hash_json(found)}, sort_keys=True, ensure_ascii=False)
    part = project.beside(folder, "manifest")
    part.write_text(rest.replace('"runs": []', f'"runs": [\n{lines}\n]', 1) + "\n", encoding="utf-8")
    os.replace(part, folder / NAME)


def read(folder: Path) -> Record:
    """The manifest of a built folder; empty where there is none. Raises InputError for one that cannot be read or is
    not as a build wrote it."""
    path = folder / NAME
    if not os.path.lexists(path):
        return {}
    allowed = "a manifest as a build wrote it; move the folder away"
    try:
        if not is_plain_file(path):
            raise ValueError
        found = json.loads(path.read_bytes())
        if found.pop("hash") != hash_json(found):
            raise ValueError
    except OSError as error:
        raise refuse(path, found=error.strerror or "unreadable", allowed=allowed) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refuse(path, found=f"a {NAME} that no build wrote so", allowed=allowed) from None
    return dict(found)
