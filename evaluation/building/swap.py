"""Atomic replacement of a review's folder: the new one is built beside the last, which a failed build leaves in place.

Only files that a manifest lists with their hashes, and a build's own marked work folder, are ever replaced or removed.
Anything else stays, is named, and stops the build if it is in the way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..problems import InputError, Problem
from ..problems.paths import is_plain_file, path_in
from ..problems.printing import print_line
from ..writing import files
from ..writing.lock import WriteConflict
from ..writing.work_folder import is_work_folder, remove_remains, sibling_path, work_folder_for
from .manifest import NO_FOLDER, BuiltFolder

ALLOWED = "a folder as a build made it, an empty one or none: move what is yours away, or name another by --output"


@contextmanager
def replacing(folder: Path, keep_failed: bool = True) -> Iterator[Path]:
    """Within the block, a new empty folder, which replaces ``folder`` if the block succeeds; a failed build kept
    earlier is then removed. If the block raises, the old folder stays, and the new one, if it is complete (has a
    manifest, and nothing but what that lists), is kept as ``.<name>.failed``, except after an interrupt or without
    ``keep_failed``. Raises WriteConflict: at the start if another command is at work, after the block if something was
    put into ``folder`` meanwhile."""
    failed = sibling_path(folder, "failed")
    with work_folder_for(folder) as place:
        new = place / "new"
        new.mkdir()
        try:
            yield new
        except Exception:
            if keep_failed and is_intact_build(new):  # otherwise it would block the next build
                _remove_failed(failed, place)
                files.move(new, failed)
            raise
        if discrepancy := BuiltFolder(folder).discrepancy:
            raise WriteConflict(f"{discrepancy}, put there while the build was at work", folder, ALLOWED)
        files.swap_in(new, folder, place / "old")
        with suppress(OSError):  # the new one stands
            _remove_failed(failed, place)


def is_intact_build(path: Path) -> bool:
    """Whether a folder (no link to one) has a build's manifest, and nothing that the manifest does not list or lists
    with another hash. Listed files may be missing. Raises nothing."""
    with suppress(InputError):
        return bool(not path.is_symlink() and BuiltFolder(path).manifest and not BuiltFolder(path).discrepancy)
    return False


def _remove_failed(failed: Path, work: Path) -> None:
    """Move the folder of a failed build, if it exists, into the work folder, where an interrupted removal is harmless.
    Raises WriteConflict for a folder that no build made."""
    if os.path.lexists(failed):
        if not is_intact_build(failed):
            raise WriteConflict("something not from a build", failed, ALLOWED)
        files.move(failed, work / failed.name)


def obstacles(built: BuiltFolder) -> list[Problem]:
    """The problems of building into a folder: at its path, that of its work folder and that of a failed build, anything
    that no build made and that a build would have to delete; above it, something that is no folder; or a path that the
    system refuses. Empty if a build may begin."""
    folder, place, failed = built.path, sibling_path(built.path, "building"), sibling_path(built.path, "failed")
    try:
        above = next(path for path in folder.parents if os.path.lexists(path))
        wrong = {above: "" if above.is_dir() else NO_FOLDER, folder: built.discrepancy}
        foreign = [place] * (not is_work_folder(place)) + [failed] * (not is_intact_build(failed))
        wrong |= {path: "something not from a build" for path in foreign if os.path.lexists(path)}
        return [Problem(str(path), actual=words, allowed=ALLOWED) for path, words in wrong.items() if words]
    except (OSError, ValueError) as error:
        return [Problem(repr(str(folder))[1:-1], actual=getattr(error, "strerror", "") or str(error), allowed=ALLOWED)]


def remove_build_remains(outputs: Path) -> int:
    """Remove the remains of interrupted and failed builds (``.*.building``, ``.*.failed``) from a folder of reviews;
    return their number. Anything else with such a name stays and is reported on standard error."""
    for path in (*outputs.glob(".*.building"), *outputs.glob(".*.failed")):
        if not (is_work_folder if path.suffix == ".building" else is_intact_build)(path):
            print_line(f"{path}:-:-: found something not from a build; it stays", err=True)
    removed = remove_remains(outputs)
    for failed in filter(is_intact_build, outputs.glob(".*.failed")):
        with suppress(OSError), work_folder_for(outputs / failed.stem[1:]) as place:
            _remove_failed(failed, place)
            removed += 1
    return removed


def copy_missing(paths: list[str], source: Path, target: Path) -> None:
    """Copy files, by relative ``paths``, from ``source`` to the same places in ``target``; those missing in the source
    or present in the target are skipped. Raises OutsideFolder for a path that leads out of a folder."""
    for path in paths:
        origin, destination = path_in(source, path), path_in(target, path)
        if is_plain_file(origin) and not destination.exists():
            files.copy(origin, destination)
