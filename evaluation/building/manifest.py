"""What was made from what: every file of a review with its hash, and the inputs of each run."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..problems import InputError, Problem
from ..problems.inside import PACKAGE, Outside, inside, is_inside, is_name, is_plain_file
from .keys import hash_json, hash_of
from .store import Store, is_entry, is_note

NAME = "manifest.json"
ENDS = ("html", "ipynb", "xlsx", "pdf")
EXPORTS = (".png", ".xlsx", ".pdf")
OURS = "a manifest that this project wrote"
HASH = re.compile(r"[0-9a-f]{64}")

Record = dict[str, Any]


class Unreadable(InputError):
    """There is a manifest that cannot be read, so that nobody knows what its folder holds."""


def manifest(folder: Path, runs: list[Record], known: dict[str, str], **about: Any) -> Record:
    """The manifest of a built folder: each run with its outputs, the files that belong to no run, and what it says
    ``about`` the whole. Files whose hash is ``known`` are not read; a run's ``missing`` files stay in its row."""
    files = {path: known.get(path) or hash_of(folder / path) for path in files_of(folder)}
    by_slug = {run["slug"]: without_missing(run) for run in runs}
    others: dict[str, str] = {}
    for path, value in files.items():
        by_slug.get(slug_of(path), {"outputs": others})["outputs"][path] = value
    return about | {
        "schema": 1,
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


def refresh(folder: Path) -> None:
    """Take files that were written since into the manifest, such as exports."""
    found = read(folder)
    by_slug = {run["slug"]: run for run in found["runs"]}
    about = {name: found[name] for name in ABOUT if name in found}
    write(folder, [by_slug[slug] for slug in found["contents"]], {}, **about)


def write(folder: Path, runs: list[Record], known: dict[str, str], **about: Any) -> None:
    found = manifest(folder, runs, known, **about)
    lines = ",\n".join(json.dumps(run, sort_keys=True, ensure_ascii=False) for run in found["runs"])
    rest = json.dumps(found | {"runs": []}, sort_keys=True, ensure_ascii=False)
    # One run a line: indented throughout, a thousand runs take seconds to write.
    (folder / NAME).write_text(rest.replace('"runs": []', f'"runs": [\n{lines}\n]', 1) + "\n", encoding="utf-8")


def read(folder: Path) -> Record:
    """The manifest of a built folder, of the shape that `write` gives it; empty where there is none.

    Raises Unreadable for one that cannot be read, InputError for one that is not ours.
    """
    path = folder / NAME
    if not os.path.lexists(path):
        return {}
    return checked(str(path), parsed(path))


def parsed(path: Path) -> Any:
    """A file's JSON. Raises Unreadable for a file that is not one, is cut, or may not be read."""
    try:
        if not is_plain_file(path):
            raise OSError(0, "something that is not a file")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise Unreadable([Problem(str(path), found=error.strerror or "unreadable", allowed=OURS)]) from None
    except (ValueError, RecursionError):
        raise Unreadable([Problem(str(path), found="no JSON that can be read", allowed=OURS)]) from None


ABOUT = ("key", "review", "languages", "confidential")


def checked(file: str, found: Any) -> Record:
    """A manifest of our shape. Raises InputError with what is not."""
    wrong = next((what for what, fits in SHAPE.items() if not fits_well(fits, found)), None)
    if wrong:
        raise InputError([Problem(file, found=f"{wrong} of another shape", allowed=OURS)])
    return dict(found)


def fits_well(fits: Any, found: Any) -> bool:
    try:
        return bool(fits(found))
    except (TypeError, KeyError, AttributeError):
        return False


def is_run(run: Any) -> bool:
    """Whether a row of a manifest is one: its slug, its keys, its inputs and its outputs, all in place."""
    return (
        is_name(run["slug"])
        and all(isinstance(run[name], str) for name in ("key", "publishing_key"))
        and isinstance(run["parameters"], dict)
        and all(isinstance(value, str) for name in ("inputs", "parts") for value in run[name].values())
        and is_entry(run["entry"])
        and are_outputs(run["outputs"])
        and all(slug_of(path) == run["slug"] for path in run["outputs"])
    )


def are_outputs(outputs: Any) -> bool:
    """Whether something lists files inside a folder with their hashes."""
    return all(is_inside(path) and HASH.fullmatch(value) for path, value in outputs.items())


SHAPE: dict[str, Any] = {
    "a manifest": lambda found: isinstance(found, dict),
    "a schema": lambda found: found["schema"] == 1 and found["schema"] is not True,
    "a key": lambda found: isinstance(found["key"], str),
    "a list of runs": lambda found: isinstance(found["runs"], list) and all(map(is_run, found["runs"])),
    "contents": lambda found: (
        sorted(found["contents"]) == sorted({run["slug"] for run in found["runs"]})
        and len(found["contents"]) == len(found["runs"])
    ),
    "a list of outputs": lambda found: isinstance(found["outputs"], dict) and are_outputs(found["outputs"]),
    "a review": lambda found: isinstance(found.get("review", ""), str),
    "languages": lambda found: (
        bool(found.get("languages", LANGUAGES)) and set(found.get("languages", ())) <= {*LANGUAGES}
    ),
    "confidential": lambda found: found.get("confidential", False) in (True, False),
}


def built(folder: Path, trusted: bool = False) -> dict[str, Record]:
    """What a folder holds, by slug: each run's record, with the outputs that are ``missing`` or not what they were.
    A trusted folder (see `unchanged`) is not read again."""
    found = {run["slug"]: run for run in read(folder).get("runs", [])}
    for run in found.values() if not trusted else ():
        missing = [path for path, value in run["outputs"].items() if not same(folder, path, value)]
        run |= {"missing": missing} if missing else {}
    return found


INDEX = ("index.html", "glossary.html")


def has_its_index(folder: Path, key: str) -> bool:
    """Whether a folder was made from all that a key stands for, with the way in, what opens each language and the
    glossary as they were written."""
    found = read(folder)
    indexes = {path: value for path, value in found.get("outputs", {}).items() if path.endswith(INDEX)}
    return found.get("key") == key and all(same(folder, path, value) for path, value in indexes.items())


def same(folder: Path, path: str, value: str) -> bool:
    try:
        found = inside(folder, path)
        return is_plain_file(found) and hash_of(found) == value
    except (OSError, Outside):
        return False


def listed(found: Record) -> dict[str, str]:
    """Every file that a manifest lists, with its hash."""
    rows = [*(run["outputs"] for run in found.get("runs", [])), found.get("outputs", {})]
    return {path: value for outputs in rows for path, value in outputs.items()}


def foreign(folder: Path, found: Record) -> list[str]:
    """What stands in a built folder and is not of it: files that the manifest does not list, links, empty folders.
    Exports of its pages are of it, also where an export was ended before it could list them."""
    known, slugs = listed(found).keys() | {NAME}, {run["slug"] for run in found.get("runs", [])}
    strange = [path for path in entries_of(folder) if path not in known and not is_export(path, slugs, folder)]
    strange = [path for path in strange if not is_litter(path)]
    return strange + [path for path in known if os.path.lexists(folder / path) and not is_plain_file(folder / path)]


def is_export(path: str, slugs: set[str], folder: Path) -> bool:
    parts = path.split("/")
    of_all = len(parts) == 2 and parts[1] == f"{folder.name}.pdf"
    return path.endswith(EXPORTS) and parts[0] in LANGUAGES and (of_all or slug_of(path) in slugs)


def is_litter(path: str) -> bool:
    """What systems and JupyterLab leave wherever somebody looks and make again, and an ended export's own files."""
    parts = path.split("/")
    return parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini") or bool({".ipynb_checkpoints", ".private"} & {*parts})


def entries_of(folder: Path) -> list[str]:
    """Every file of a folder, and each folder that holds nothing or is a link."""
    found = []
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        alone = [] if folders or names or Path(parent) == folder else [parent]
        found += [os.path.join(parent, name) for name in (*names, *links)] + alone
    return sorted(Path(path).relative_to(folder).as_posix() for path in found)


def signature(folder: Path) -> str:
    """The names, sizes and times of a folder's files in one hash: equal where nobody has touched them."""
    found = [(path, os.lstat(folder / path)) for path in files_of(folder)]
    return hash_json([(path, status.st_size, status.st_mtime_ns) for path, status in found])


def remember(store: Store, folder: Path) -> None:
    """Note how a folder looks, and the key of all that it was made from."""
    where, key = hash_json(str(folder.resolve())), read(folder).get("key", "")
    store.put("folders", where, {"key": key, "signature": signature(folder)})


def unchanged(store: Store, folder: Path) -> str | None:
    """The key of all that a folder was made from, where nobody has touched it since."""
    if folder.is_symlink():
        return None
    found = store.get("folders", hash_json(str(folder.resolve())), is_note)
    return found.get("key") if found and found.get("signature") == signature(folder) else None
