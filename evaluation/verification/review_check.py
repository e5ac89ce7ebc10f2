"""Verification of a built review: built again from its inputs and compared file by file."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from ..building import manifest, project
from ..building.build import Progress, build
from ..building.checks import Request
from ..building.inputs import LOCK, Files, hash_of, lock_path, package_hashes
from ..building.manifest import BuiltFolder
from ..building.store import STORE_VARIABLE
from ..problems import InputError, Problem, quoted, refuse
from ..problems.imports import temporary_values
from ..problems.paths import is_plain_file
from ..writing import files
from ..writing.work_folder import remove_remains, work_folder_for
from .file_comparison import MISSING, UNLISTED, UNMADE, UNREAD, FileComparison, compare_files

LARGER = 4  # a file so many times larger than the build's is not compared: that takes long, and it differs anyway
EXPORTS = (".pdf", ".png", ".xlsx")  # files of `evaluation export`, which a build does not make


def verify_folder(
    folder: Path, data: Path | None = None, fresh: bool = False, quiet: bool = False, timeout: int = Request.timeout
) -> list[FileComparison]:
    """Build a review again from the inputs in its manifest, and compare each file of its folder with the new build;
    sorted by path. ``fresh`` ignores the store, ``quiet`` prints no progress. Files that only one of them has are in
    the list too; exports are not checked. Raises InputError if the folder is no built review, its review file is not
    here, an input has changed, or the build fails."""
    record = manifest.read(folder)
    if not record:
        raise refuse(folder, actual="no built review", allowed="a folder that `evaluation build` made, or a page")
    review = project.ROOT / record.get("review", "")
    if not review.is_file():
        raise refuse(folder / manifest.NAME, actual=f"the review {quoted(record.get('review', ''))}, which is not here",
                     allowed="a review of this project: run it in the project that built it")  # fmt: skip
    files = Files(data or project.ROOT / "data", project.ROOT / "notebooks")
    named = {name: value for run in record["runs"] for name, value in run["inputs"].items() if name != LOCK}
    if changed := [files.path(name) for name, value in sorted(named.items()) if files.hash(name) != value]:
        actual = "another file than the review was built from"
        allowed = "the files that the manifest names, else build the review again"
        raise InputError(Problem(str(path), actual=actual, allowed=allowed) for path in changed)
    slugs = tuple(run["slug"] for run in record["runs"])
    with rebuild(Request(review, slugs, data=data, timeout=timeout), folder, fresh, quiet) as again:
        return list(_compare_folders(folder, again))


def changed_code(record: dict[str, Any]) -> list[str]:
    """What else changed since the build with this manifest (``record``), to which differences may be due: names of
    `package_hashes` and the lock; empty if nothing did."""
    now = package_hashes() | {LOCK: hash_of(lock_path()) if lock_path().is_file() else ""}
    then = [run.get("dependencies", {}) for run in record["runs"]]
    return [name for name, value in now.items() if any(hashes.get(name, value) != value for hashes in then)]


@contextmanager
def rebuild(request: Request, compared: Path, fresh: bool = False, quiet: bool = False) -> Iterator[Path]:
    """Within the block, the folder of a request's review, built into a work folder beside the folder ``compared`` with
    it (or in the project's outputs/ if its parent is not writable), which is removed afterwards; remains of killed
    commands there are removed first. With ``fresh`` the store is an empty one, with ``quiet`` no progress is printed.
    Raises InputError for a build that fails, with all its failures."""
    parent = compared.resolve().parent
    parent = parent if os.access(parent, os.W_OK) else project.ROOT / "outputs"
    remove_remains(parent)
    with (
        work_folder_for(parent / files.unique_name("")) as folder,
        work_folder_for(Path(gettempdir()) / files.unique_name("")) as store,  # none may be among built reviews
        temporary_values(os.environ, {STORE_VARIABLE: str(store)} if fresh else {}),
    ):
        again = replace(request, output=folder / "outputs")
        failed = build(again, Progress(out=io.StringIO()) if quiet else Progress()).failures
        errors = [(run.slug, failure) for run in failed for failure in run.failures]
        if errors:
            raise InputError(
                Problem(s, failure.cell, actual=failure.error, allowed="chapters that run") for s, failure in errors
            )
        yield again.folder


def _compare_folders(folder: Path, rebuilt: Path) -> Iterator[FileComparison]:
    """The comparison of each file of a review's ``folder``, of its manifest and of the ``rebuilt`` folder, sorted by
    path; the manifests themselves are left out, and files much larger than the rebuilt ones are not read."""
    actual, expected = (set(BuiltFolder(built).entries()) - {manifest.NAME} for built in (folder, rebuilt))
    listed = BuiltFolder(folder).file_hashes
    for path in sorted(actual | expected | set(listed)):
        if path not in actual:
            yield FileComparison(path, MISSING)
        elif path in expected and not is_plain_file(folder / path):
            yield FileComparison(path, f"{UNREAD}: no regular file")
        elif path in expected and (folder / path).stat().st_size > LARGER * (rebuilt / path).stat().st_size + 10_000:
            yield FileComparison(path, f"{UNREAD}: more than {LARGER} times as large")
        elif path in expected:
            yield compare_files(path, (folder / path).read_bytes(), (rebuilt / path).read_bytes())
        else:
            yield FileComparison(
                path, f"{UNMADE}: an export" if path in listed and path.endswith(EXPORTS) else UNLISTED
            )
