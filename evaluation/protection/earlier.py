"""Earlier releases of the same returns, whose numbers a later release repeats.

A release is a folder with ``release.json``, which describes its tables and hashes its files; the files must match, and
all the releases it was made after must be given too.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..problems import InputError, how_many, refuse
from ..problems.foreign import check_shape, read_bytes, read_json, read_rows
from .certificate import PublishedRange
from .rules import REQUIRED, Rules
from .system import Group

RELEASE = "release.json"
TABLE = {"file": str, "columns": [str], "kinds": [dict]}
SHAPE = {"schema": int, "base": int, "own_number": str, "columns": dict, "tables": [TABLE], "files": dict,
         "before": [str]}  # fmt: skip
ALL = "all"


@dataclass(frozen=True)
class EarlierCount:
    """A number of an earlier release: the group that it counts, its value before it became a range (a multiple of the
    base, near the true count), its range."""

    group: Group
    value: int
    range: PublishedRange


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises InputError for one that cannot be read or is too large."""
    return hashlib.sha256(read_bytes(path, "a file of a release")).hexdigest()


def read_earlier(folders: Iterable[Path], rules: Rules) -> list[EarlierCount]:
    """Read the numbers of earlier releases, in the order of ``folders``. Raises InputError for a release that was
    modified, has another base, codes unknown to the rules or a weaker protection than they require, or was made after a
    release that is not given."""
    folders = list(folders)
    releases = {folder: read_description(folder) for folder in folders}
    hashes = {file_hash(folder / RELEASE) for folder in folders}
    for folder, release in releases.items():
        if missing := set(release["before"]) - hashes:
            actual = f"a release made after {how_many(len(missing), 'other')} not given"
            raise refuse(folder, actual=actual, allowed="all of them, each with --before")
        if release["base"] != rules.base:
            raise refuse(folder, "-", "base", actual=str(release["base"]), allowed=f"{rules.base}, as in {rules.file}")
        if rules.own_number == REQUIRED != release["own_number"]:
            allowed = f"{REQUIRED}, as in {rules.file}"
            raise refuse(folder, "-", "own_number", actual=release["own_number"], allowed=allowed)
    return [count for folder, release in releases.items() for count in counts_in(folder, release, rules)]


def counts_in(folder: Path, release: dict[str, Any], rules: Rules) -> list[EarlierCount]:
    """All numbers of the release in ``folder``, table by table, given its description ``release``. Raises InputError
    for codes unknown to the rules, and if the description does not fit the tables."""
    try:
        return list(table_counts(folder, release, rules))
    except InputError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError):  # the last of a next() without an item
        actual, allowed = "a description that does not fit its tables", "the folder as `evaluation protect` wrote it"
        raise refuse(folder / RELEASE, actual=actual, allowed=allowed) from None


def read_description(folder: Path) -> dict[str, Any]:
    """The content of ``release.json`` of a release. Raises InputError if it is missing or has another shape, and for a
    table whose file is missing or has another hash than it says; other files are not read."""
    path = folder / RELEASE
    release = read_json(path, "a folder that `evaluation protect` made")
    for where, actual, allowed in check_shape(release, SHAPE):
        raise refuse(path, "-", where or "-", actual=actual, allowed=allowed)
    for table in release["tables"]:
        name = table["file"]
        if name not in release["files"] or file_hash(folder / Path(name).name) != release["files"][name]:
            raise refuse(
                folder / Path(name).name, actual="another file than the release has", allowed="the file as released"
            )
    return dict(release)


def table_counts(folder: Path, release: dict[str, Any], rules: Rules) -> Iterator[EarlierCount]:
    """The numbers of a release's tables, row by row. Raises InputError as `to_earlier_count` does, and any LookupError,
    TypeError, ValueError, AttributeError or RuntimeError if the description does not fit the tables."""
    for table in release["tables"]:
        path = folder / Path(table["file"]).name
        header, *rows = read_rows(path, "a table of a release")
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            codes = {name: cells.get(f"{name}_en", cells.get(name, "")) for name in table["columns"]}
            kind = [name for name in table["columns"] if codes[name] != ALL]
            within = next(widening["within"] for widening in table["kinds"] if widening["columns"] == kind)
            yield to_earlier_count(path, {name: codes[name] for name in kind}, release["columns"], cells, within, rules)


def to_earlier_count(path: Path, codes: dict[str, str], columns: dict[str, Any], cells: dict[str, str], within: int,
            rules: Rules) -> EarlierCount:  # fmt: skip
    """One row of the released table ``path``, its ``cells`` by heading, as a count of a group. ``codes`` has its code
    in each column of its kind; one of a coarser level stands for the finer codes that ``columns`` (of ``release.json``)
    list. ``within`` is the maximal distance of its number from the true count. Raises InputError for a column or a code
    that the rules lack."""
    group = {}
    for name, code in codes.items():
        level, finest = columns[name].get("level") or {}, columns[name].get("finer") or name
        group[finest] = frozenset(fine for fine, coarse in level.items() if coarse == code) or frozenset({code})
        known_codes = rules.columns[finest].codes if finest in rules.return_columns else {}
        if not group[finest] <= known_codes.keys():
            raise refuse(
                rules.file, "-", "columns", actual=f"not all of {finest} in {path}", allowed="its codes there too"
            )
    less = cells["bound"] == "less-than"
    high = int(cells["people"]) - 1 if less else int(cells["high"])
    low = 0 if less else int(cells["people"])
    return EarlierCount(frozenset(group.items()), high - within, PublishedRange(path.stem, group, low, high))
