"""The overlap of lists: read and checked, merged, dropped."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LISTS_AT_LEAST = 2
# 8 lists are 255 histories and 28 pairs; the published uses of the method stop at 6.
LISTS_AT_MOST = 8
# Beyond this a count is a typing error, and sums of squares would lose whole people.
COUNT_AT_MOST = 1_000_000_000
WHOLE_NUMBER = re.compile(r"[0-9]+", re.ASCII)

Row = tuple[int, list[str]]


class HiddenPopulationError(ValueError):
    """A table, a request or a model from which no number may be given."""


class TableError(HiddenPopulationError):
    """A table that cannot be read: `FILE:ROW:COLUMN: found ...; allowed: ...`."""

    def __init__(self, source: str, row: int | str, column: int | str, found: str, allowed: str) -> None:
        super().__init__(f"{source}:{row}:{column}: found {found}; allowed: {allowed}")


class NotIdentifiedError(HiddenPopulationError):
    """The data cannot tell the size of the hidden population."""


class NotConvergedError(HiddenPopulationError):
    """An estimate exists, and the computation did not reach it."""


@dataclass(frozen=True)
class Overlap:
    """People by the lists that they are on.

    `counts[h - 1]` is the number of people with history `h`, from 1 to 2**len(lists) - 1: bit i of `h` says
    whether they are on `lists[i]`. `source` names the table in messages. Raises TableError for a table
    without meaning, NotIdentifiedError where no person is on two lists.
    """

    lists: tuple[str, ...]
    counts: tuple[int, ...]
    source: str = "table"

    def __post_init__(self) -> None:
        _check_lists(self.source, self.lists)
        _check_counts(self)
        _check_people(self)

    @property
    def observed(self) -> int:
        """People on at least one list."""
        return sum(self.counts)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Each two lists, in the order (0, 1), (0, 2), ..., (1, 2), ..."""
        return pairs_of(len(self.lists))

    def on_all(self, members: int) -> int:
        """People who are on every list whose bit is set in `members`, and on any others."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h & members == members)


def pairs_of(lists: int) -> tuple[tuple[int, int], ...]:
    """Each two of `lists` lists, first index first, as the published search tries them."""
    return tuple((i, j) for i in range(lists) for j in range(i + 1, lists))


def _check_lists(source: str, lists: Sequence[str]) -> None:
    if not LISTS_AT_LEAST <= len(lists) <= LISTS_AT_MOST:
        raise TableError(
            source,
            1,
            "-",
            f"{len(lists)} list{'s' * (len(lists) != 1)}",
            f"{LISTS_AT_LEAST} to {LISTS_AT_MOST} columns of 0 and 1, then a column of counts",
        )
    for column, name in enumerate(lists, start=1):
        if not name.strip():
            raise TableError(source, 1, column, "a list without a name", "a name for each list")
        if name in lists[: column - 1]:
            raise TableError(source, 1, column, f"the list {name} twice", "each list once")


def _check_counts(overlap: Overlap) -> None:
    histories = 2 ** len(overlap.lists) - 1
    if len(overlap.counts) != histories:
        raise TableError(
            overlap.source,
            "-",
            "-",
            f"{len(overlap.counts)} counts",
            f"{histories}, one for each history of {len(overlap.lists)} lists",
        )
    for count in overlap.counts:
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= COUNT_AT_MOST:
            raise TableError(
                overlap.source, "-", "-", f"the count {count!r}", f"whole numbers from 0 to {COUNT_AT_MOST}"
            )


def _check_people(overlap: Overlap) -> None:
    for column, name in enumerate(overlap.lists):
        if overlap.on_all(1 << column) == 0:
            raise TableError(
                overlap.source,
                1,
                column + 1,
                f"no person on {name}",
                "lists with at least one person: drop or merge this one",
            )
    if not any(overlap.on_all(1 << i | 1 << j) for i, j in overlap.pairs):
        raise NotIdentifiedError(
            f"{overlap.source}:-:-: found no person on two lists, so the hidden "
            "population is not identified; allowed: at least one overlap above 0"
        )


def read_overlap(path: str | Path) -> Overlap:
    """Read a CSV: 2 to 8 columns of 0 and 1 named by their lists, then a column of counts of people.

    Histories that are not in the table count 0. UTF-8, with or without a byte order mark; blank lines are
    passed over. Raises TableError, with the place, for anything else.
    """
    source = str(path)
    rows = list(_rows(source, _text(source, Path(path))))
    if not rows:
        raise TableError(source, "-", "-", "an empty file", "a row of names, then rows of 0, 1 and a count")
    (first, header), *body = rows
    lists = _header(source, first, header)
    return Overlap(lists, _counts(source, header, body), source)


def _text(source: str, path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise TableError(source, "-", "-", "no such file", "the path of a CSV file") from None
    except OSError as error:
        raise TableError(
            source, "-", "-", error.strerror or "a file that cannot be read", "the path of a CSV file"
        ) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise TableError(source, row, "-", found, "text in UTF-8") from None


def _rows(source: str, text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise TableError(source, reader.line_num, "-", str(error), "comma-separated values") from None


def _header(source: str, row: int, header: list[str]) -> tuple[str, ...]:
    if len(header) == 1 and ";" in header[0]:
        raise TableError(source, row, 1, "columns separated by semicolons", "columns separated by commas")
    for column, name in enumerate(header, start=1):
        if re.fullmatch(r"[-+]?[0-9.]+", name):
            raise TableError(source, row, column, f"the number {name} as a name", "a first row of names")
    _check_lists(source, header[:-1])
    return tuple(header[:-1])


def _counts(source: str, header: list[str], body: list[Row]) -> tuple[int, ...]:
    counts = [0] * (2 ** (len(header) - 1) - 1)
    seen: dict[int, int] = {}
    for row, cells in body:
        if len(cells) != len(header):
            raise TableError(source, row, "-", f"{len(cells)} columns", f"{len(header)}, as in the first row")
        history = _history(source, row, header, cells[:-1])
        if history in seen:
            raise TableError(source, row, "-", f"the history of row {seen[history]} again", "each history once")
        seen[history] = row
        counts[history - 1] = _count(source, row, header, cells[-1])
    return tuple(counts)


def _history(source: str, row: int, header: list[str], cells: list[str]) -> int:
    history = 0
    for column, cell in enumerate(cells):
        if cell not in ("0", "1"):
            raise TableError(source, row, column + 1, f"{cell!r} in {header[column]}", "0 or 1")
        history |= int(cell) << column
    if history == 0:
        raise TableError(
            source,
            row,
            "-",
            "people on no list",
            "people on at least one list: those on none are what is estimated",
        )
    return history


def _count(source: str, row: int, header: list[str], cell: str) -> int:
    if not WHOLE_NUMBER.fullmatch(cell) or int(cell[:20]) > COUNT_AT_MOST:
        raise TableError(
            source,
            row,
            len(header),
            f"{cell!r} in {header[-1]}",
            f"whole numbers from 0 to {COUNT_AT_MOST}, in digits only",
        )
    return int(cell)


def merge_lists(overlap: Overlap, expression: str) -> Overlap:
    """Make one list of several: `PF+NCA` is who is on PF or NCA. It stands where the first of them stood.

    Raises HiddenPopulationError for a name that is not a list, fewer than two names, or a name given twice.
    """
    names = [name.strip() for name in expression.split("+")]
    if len(set(names)) < max(2, len(names)):
        raise HiddenPopulationError(
            f"merge: found {expression!r}; allowed: two or more of {', '.join(overlap.lists)}, joined by +"
        )
    merged = {_place(overlap, "merge", name) for name in names}
    groups: list[tuple[int, ...]] = [(i,) for i in range(len(overlap.lists)) if i not in merged]
    groups.append(tuple(sorted(merged)))
    groups.sort()
    return _regroup(overlap, groups)


def drop_lists(overlap: Overlap, names: Sequence[str]) -> Overlap:
    """Leave lists out, and with them the people who are on no other list.

    Raises HiddenPopulationError for a name that is not a list, TableError where fewer than two lists stay.
    """
    dropped = {_place(overlap, "drop", name.strip()) for name in names}
    return _regroup(overlap, [(i,) for i in range(len(overlap.lists)) if i not in dropped])


def _place(overlap: Overlap, request: str, name: str) -> int:
    if name not in overlap.lists:
        raise HiddenPopulationError(f"{request}: found {name!r}; allowed: {', '.join(overlap.lists)}")
    return overlap.lists.index(name)


def _regroup(overlap: Overlap, groups: Sequence[tuple[int, ...]]) -> Overlap:
    lists = tuple("+".join(overlap.lists[i] for i in group) for group in groups)
    _check_lists(overlap.source, lists)
    members = [sum(1 << i for i in group) for group in groups]
    counts = [0] * 2 ** len(groups)
    for history, count in enumerate(overlap.counts, start=1):
        counts[sum(1 << place for place, bits in enumerate(members) if history & bits)] += count
    return Overlap(lists, tuple(counts[1:]), overlap.source)
