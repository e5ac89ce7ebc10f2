"""The manifest of a review's folder: every file with its hash, and the inputs of each run; and the comparison of a
folder with its manifest.

A manifest ends with a hash of itself, by which files of other origin are recognized; its shape is that of this version.
"""

import json
import os
import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..problems import InputError, listed, refuse
from ..problems.foreign import check_shape, read_json
from ..problems.paths import OutsideFolder, is_plain_file, path_in
from ..writing import files
from . import project
from .inputs import hash_json, hash_of

NAME, SCHEMA = "manifest.json", 1
NO_DRAFT = "a review whose claims hold: evaluation build without --draft"
MOST_BYTES = 10_000_000  # a hundred times that of the review: of a thousand pages
NO_FOLDER = "something that is not a folder"
# Of systems, and JupyterLab's copies of notebooks; whatever else stands in the folder of these is somebody's.
LITTER = re.compile(r"(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints(?:/[^/]*-checkpoint\.ipynb)?)")

ROW = {"slug": str, "chapter": str, "key": str, "parameters": dict, "entry": dict}
ROW |= dict.fromkeys(("inputs", "outputs", "dependencies?"), dict)
SHAPE = {"runs": [ROW], "outputs": dict, "contents": [str], "languages?": [str], "review?": str}
HASHED = ("inputs", "outputs", "dependencies")  # of a run: names, each with a hash
Manifest = dict[str, Any]
ManifestRow = dict[str, Any]  # slug, parameters, key, inputs, dependencies, outputs of one run


def write(folder: Path, runs: list[ManifestRow], **about: Any) -> None:
    """Write the manifest of a built folder: its ``runs`` sorted by slug, their slugs in the given order as
    ``contents``, as ``outputs`` all other files in the folder with their hashes, the project's commit, and further keys
    ``about`` the whole."""
    listed_paths = {NAME, *(path for run in runs for path in run["outputs"])}
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    others = {path: hash_of(folder / path) for path in paths if path not in listed_paths}
    rows, contents = sorted(runs, key=lambda run: str(run["slug"])), [run["slug"] for run in runs]
    files_and_runs = {"contents": contents, "runs": rows, "outputs": others}
    save(folder, about | {"schema": SCHEMA, "project": project_commit()} | files_and_runs)


def project_commit() -> dict[str, Any]:
    """The ``commit`` (its hash) of the project's repository and whether its tree is ``clean`` (a bool), as git says
    now; empty without git or a commit, and if the repository is that of a folder above."""
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


def add_files(folder: Path, hashes: dict[str, str]) -> None:
    """Add files such as exports, by path with their ``hashes``, to the ``outputs`` of the manifest of a copied folder,
    and write it. The files are not read; the next build drops them."""
    manifest = read(folder)
    save(folder, manifest | {"outputs": manifest["outputs"] | hashes})


def save(folder: Path, manifest: Manifest) -> None:
    """Write a manifest into a folder in the making, in place of any there, with a hash of its content as ``hash``. Each
    run is one line: an indented manifest of a thousand runs takes seconds."""
    manifest = {name: value for name, value in manifest.items() if name != "hash"}
    lines = ",\n".join(json.dumps(run, sort_keys=True, ensure_ascii=False) for run in manifest["runs"])
    frame = json.dumps(manifest | {"runs": [], "hash": hash_json(manifest)}, sort_keys=True, ensure_ascii=False)
    files.put(folder / NAME, (frame.replace('"runs": []', f'"runs": [\n{lines}\n]', 1) + "\n").encode())


def read(folder: Path) -> Manifest:
    """The manifest of a built folder; empty if there is none. Raises InputError as `read_file`."""
    path = folder / NAME
    return read_file(path) if os.path.lexists(path) else {}


def read_file(path: Path) -> Manifest:
    """The manifest at a path, its hash checked and left out. Raises InputError for a missing file, a link, one of more
    than MOST_BYTES, and one whose hash or shape is not that of a build."""
    allowed = "a manifest as a build wrote it; move the folder away"
    wrong = refuse(path, actual=f"a {NAME} that no build wrote so", allowed=allowed)
    if not is_plain_file(path):
        raise wrong
    manifest = read_json(path, allowed, MOST_BYTES)
    try:
        if manifest.pop("hash") != hash_json(manifest) or any(check_shape(manifest, SHAPE)):
            raise wrong
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise wrong from None
    named = [row.get(part, {}) for row in (*manifest["runs"], manifest) for part in HASHED]
    hashes = [value for hashes_of_files in named for value in hashes_of_files.values()]
    if not all(isinstance(value, str) for value in hashes):
        raise wrong
    return dict(manifest)


def read_or_empty(folder: Path) -> Manifest:
    """The manifest of a built folder; empty if there is none, or none that is readable and unmodified. As `read`, but
    never raises InputError."""
    with suppress(InputError):
        return read(folder)
    return {}


@dataclass
class BuiltFolder:
    """A folder, existing or not, compared with its manifest. Each property is read once, at first use: make another
    object after a change of the folder."""

    path: Path

    @cached_property
    def manifest(self) -> Manifest:
        """Its manifest; empty if there is none. Raises InputError for one that no build wrote."""
        return read(self.path)

    @cached_property
    def file_hashes(self) -> dict[str, str]:
        """The SHA-256 of all files in the manifest, by relative path, those of runs first; the manifest is not
        listed."""
        rows = [*(run["outputs"] for run in self.manifest.get("runs", [])), self.manifest.get("outputs", {})]
        return {path: value for outputs in rows for path, value in outputs.items()}

    @cached_property
    def missing_files(self) -> set[str]:
        """The listed files that do not exist."""
        return {path for path in self.file_hashes if not os.path.lexists(self.path / path)}

    @cached_property
    def changed_files(self) -> list[str]:
        """The listed files that exist with other content, sorted."""
        return sorted(path for path in self.file_hashes.keys() - self.missing_files if not self.matches_manifest(path))

    def matches_manifest(self, path: str) -> bool:
        """Whether a path is a regular file with the hash that the manifest lists; False for one that is not listed or
        lies outside the folder."""
        try:
            file = path_in(self.path, path)
            return is_plain_file(file) and hash_of(file) == self.file_hashes.get(path)
        except (OSError, OutsideFolder):
            return False

    @cached_property
    def foreign_entries(self) -> list[str]:
        """The relative paths that are not in the manifest, sorted: files, links, empty folders; except files that
        operating systems and JupyterLab leave in any folder (LITTER)."""
        listed_paths = self.file_hashes.keys() | {NAME}
        return [path for path in self.entries() if path not in listed_paths and not LITTER.fullmatch(path)]

    @property
    def discrepancy(self) -> str:
        """What is not as the manifest says, for a message: files that no build made or that have changed since, or the
        manifest's own problem. Empty if the folder is as listed, empty or missing; missing files do not count."""
        if not os.path.lexists(self.path):
            return ""
        if self.path.is_symlink() or not self.path.is_dir():
            return NO_FOLDER
        try:
            paths = self.foreign_entries + self.changed_files
        except InputError as error:
            return error.problems[0].actual
        if paths and not self.manifest:
            return "a folder without a manifest of a build"
        return f"{listed(paths, 3)}, not from a build" if paths else ""

    def entries(self) -> list[str]:
        """The relative paths of all files, links and empty folders below the folder, sorted; links are not followed."""
        paths = []
        for parent, folders, names in os.walk(self.path):
            links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
            alone = [] if folders or names or Path(parent) == self.path else [parent]
            paths += [os.path.join(parent, name) for name in (*names, *links)] + alone
        return sorted(Path(path).relative_to(self.path).as_posix() for path in paths)
