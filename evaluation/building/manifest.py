"""What was made from what: every file of a review with its hash, and the inputs of each run."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from ..problems import quoted, refuse
from ..problems.json_shape import Told, check_shape
from ..problems.paths import PACKAGE, is_inside, is_plain_file
from .inputs import hash_of
from .project import beside

NAME, SCHEMA = "manifest.json", 1
ENDS = ("html", "ipynb", "json", "xlsx", "pdf")
OURS = "a manifest that this project wrote; move the folder away"
HASH = re.compile(r"[0-9a-f]{64}")

Record = dict[str, Any]


def manifest(folder: Path, runs: list[Record], known: dict[str, str], **about: Any) -> Record:
    """The manifest of a built folder: each run with its outputs, the files that belong to no run, and what it says
    ``about`` the whole. Files whose hash is ``known`` are not read; a run's ``missing`` files stay in its row."""
    files = {path: known.get(path) or hash_of(folder / path) for path in files_of(folder)}
    by_slug = {run["slug"]: without_missing(run) for run in runs}
    others: dict[str, str] = {}
    for path, value in files.items():
        by_slug.get(slug_of(path), {"outputs": others})["outputs"][path] = value
    return about | {
        "schema": SCHEMA,
        "project": commit(),
        "contents": [run["slug"] for run in runs],
        "runs": [by_slug[slug] for slug in sorted(by_slug)],
        "outputs": {path: value for path, value in others.items() if path != NAME},
    }


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


def commit(root: Path = PACKAGE.parent) -> dict[str, Any]:
    """The commit of this project's own repository and whether the tree was clean; empty where there is none."""
    head, state = asked_git(root, "rev-parse", "HEAD"), asked_git(root, "status", "--porcelain")
    return {} if head is None or state is None else {"commit": head, "clean": not state}


def asked_git(root: Path, *arguments: str) -> str | None:
    """What git answers in a folder, whose repository it must be: one of a folder above is another project's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["GIT_CEILING_DIRECTORIES"] = str(root.resolve().parent)
    # Git may keep what it learns: in a fresh clone it runs the filter of notebooks, a second's work, until it has.
    try:
        done = subprocess.run(["git", *arguments], cwd=root, env=environment, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def add(folder: Path, files: dict[str, str]) -> None:
    """List more files of a built folder, such as exports, with their hashes."""
    found = read(folder)
    runs = {run["slug"]: run for run in found["runs"]}
    for path, value in files.items():
        runs.get(slug_of(path), found)["outputs"][path] = value
    save(folder, found)


def write(folder: Path, runs: list[Record], known: dict[str, str], **about: Any) -> None:
    save(folder, manifest(folder, runs, known, **about))


def save(folder: Path, found: Record) -> None:
    """Write a manifest whole, or not at all: one run a line, since indented throughout a thousand take seconds."""
    lines = ",\n".join(json.dumps(run, sort_keys=True, ensure_ascii=False) for run in found["runs"])
    rest = json.dumps(found | {"runs": []}, sort_keys=True, ensure_ascii=False)
    part = beside(folder, "manifest")
    part.write_text(rest.replace('"runs": []', f'"runs": [\n{lines}\n]', 1) + "\n", encoding="utf-8")
    os.replace(part, folder / NAME)


def read(folder: Path) -> Record:
    """The manifest of a built folder, of the shape that `write` gives it; empty where there is none. Raises InputError
    for one that cannot be read or is not ours."""
    path = folder / NAME
    return checked(path, parsed(path)) if os.path.lexists(path) else {}


def parsed(path: Path) -> Any:
    """A file's JSON. Raises InputError for a file that is not one, is cut, or may not be read."""
    try:
        if not is_plain_file(path):
            raise OSError(0, "something that is not a file")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise refuse(path, found=error.strerror or "unreadable", allowed=OURS) from None
    except (ValueError, RecursionError):
        raise refuse(path, found=f"a {NAME} that cannot be read", allowed=OURS) from None


def checked(path: Path, value: Any) -> Record:
    """A manifest of our shape. Raises InputError with the first thing that is not."""
    for where, found, _ in check_shape(value, MANIFEST):
        raise refuse(path, found=f"{found} for {where or 'a manifest'}", allowed=OURS)
    return dict(value)


def schema(value: Any, where: str) -> Told:
    if isinstance(value, bool) or value != SCHEMA:
        yield where, quoted(value), str(SCHEMA)


def texts(value: Any, where: str) -> Told:
    yield from check_shape(value, dict, where)
    if isinstance(value, dict) and not all(isinstance(text, str) for text in value.values()):
        yield where, "other values than texts", "texts"


def outputs(value: Any, where: str) -> Told:
    """Files inside a folder with their hashes."""
    yield from check_shape(value, dict, where)
    for path, text in value.items() if isinstance(value, dict) else ():
        if not (is_inside(path) and isinstance(text, str) and HASH.fullmatch(text)):
            yield where, quoted(path), "a file of the folder with its hash"


RUN = {
    "slug": str, "key": str, "publishing_key": str, "parameters": dict, "inputs": texts, "parts": texts, "entry": dict,
    "outputs": outputs,
}  # fmt: skip
MANIFEST = {
    "schema": schema, "key": str, "contents": [str], "runs": [RUN], "outputs": outputs, "review?": str,
    "languages?": [str], "confidential?": bool,
}  # fmt: skip
