"""The overlap of lists: read and checked, merged, dropped."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evaluation.problems import InputError, Problem, controls, quoted
from evaluation.problems.foreign import decode, read_bytes, said_of

LISTS_AT_LEAST = 2
# 8 lists are 255 histories and 28 pairs, as many as the published table of New Orleans has.
LISTS_AT_MOST = 8
# Beyond this a count is a typing error, and sums of squares would lose whole people.
COUNT_AT_MOST = 1_000_000_000
# 255 histories of 8 lists take 7 kB: what is longer is another file.
BYTES_AT_MOST = 1_000_000
# Who has more to mend has mistaken the file.
MISTAKES_AT_MOST = 100
# pandas writes 1.0 and 0.0 where a column once held an empty cell.
FLAG = re.compile(r"([01])(?:\.0+)?", re.ASCII)
WHOLE_NUMBER = re.compile(r"0*([0-9]+)(?:\.0+)?", re.ASCII)
# In any script: a first row of numbers is a row of data whose names are missing.
NUMBER = re.compile(r"[-+]?[\d.,\u066b\u066c]+")

Row = tuple[int, list[str]]


class HiddenPopulationError(InputError):
    """A table, a request or a model from which no number may be given; `problems` are its parts."""

    @classmethod
    def of(cls, file: str, row: int | str = "-", column: int | str = "-", *, found: str, allowed: str) -> Self:
        """The error of one problem."""
        return cls([Problem(file, row, str(column), found, allowed)])


class TableError(HiddenPopulationError):
    """A table that cannot be read; `problems` holds every mistake, each with its place."""


class RequestError(HiddenPopulationError):
    """An argument that is not allowed: the `file` of its problem is the argument's name."""


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
        problems = [*_lists_problems(self.source, 1, self.lists), *_counts_problems(self)]
        if not problems:
            problems = list(_people_problems(self))
        if problems:
            raise TableError(problems)
        _check_identified(self)

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


def _lists_problems(source: str, row: int, lists: Sequence[str]) -> Iterator[Problem]:
    if not LISTS_AT_LEAST <= len(lists) <= LISTS_AT_MOST:
        found = f"{len(lists)} list{'s' * (len(lists) != 1)}"
        allowed = f"{LISTS_AT_LEAST} to {LISTS_AT_MOST} columns of 0 and 1, then a column of counts"
        yield Problem(source, row, "-", found, allowed)
        return
    for column, name in enumerate(lists, start=1):
        for found, allowed in _name_problems(name, lists[: column - 1]):
            yield Problem(source, row, str(column), found, allowed)


def _name_problems(name: str, before: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not name.strip():
        yield "a list without a name", "a name for each list (pandas: index=False)"
    elif name in before:
        yield f"the list {name} twice", "each list once"
    elif NUMBER.fullmatch(name):
        yield f"the number {name} as a name", "a first row of names"
    elif found := controls(name):
        yield f"{found} in a name", "names without control characters"


def _counts_problems(overlap: Overlap) -> Iterator[Problem]:
    histories = 2 ** len(overlap.lists) - 1
    if len(overlap.counts) != histories:
        allowed = f"{histories}, one for each history of {len(overlap.lists)} lists"
        yield Problem(overlap.source, found=f"{len(overlap.counts)} counts", allowed=allowed)
    for count in overlap.counts:
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= COUNT_AT_MOST:
            found = f"the count {quoted(count)}"
            yield Problem(overlap.source, found=found, allowed=f"whole numbers from 0 to {COUNT_AT_MOST}")


def _people_problems(overlap: Overlap) -> Iterator[Problem]:
    allowed = "lists with at least one person: drop or merge this one"
    for column, name in enumerate(overlap.lists):
        if overlap.on_all(1 << column) == 0:
            yield Problem(overlap.source, 1, str(column + 1), f"no person on {name}", allowed)


def _check_identified(overlap: Overlap) -> None:
    if not any(overlap.on_all(1 << i | 1 << j) for i, j in overlap.pairs):
        raise NotIdentifiedError.of(
            overlap.source,
            found="no person on two lists, so the hidden population is not identified",
            allowed="at least one overlap above 0",
        )


def read_overlap(path: str | Path) -> Overlap:
    """Read a CSV: 2 to 8 columns of 0 and 1 named by their lists, then a column of counts of people.

    Histories that are not in the table count 0; 1.0 is 1. UTF-8, with or without a byte order mark; blank
    lines are passed over. Raises TableError, with every mistake and its place, for anything else, and
    NotIdentifiedError where no person is on two lists.
    """
    source = str(path)
    rows = list(_rows(source, _text(Path(path))))
    if not rows:
        raise TableError.of(source, found="an empty file", allowed="a row of names, then rows of 0, 1 and a count")
    (first, header), *body = rows
    problems = list(_header_problems(source, first, header))
    if not LISTS_AT_LEAST < len(header) <= LISTS_AT_MOST + 1:  # which columns are lists is not known
        raise TableError(problems)
    problems += _body_problems(source, header, body)
    if problems:
        raise TableError(_first(source, problems))
    return Overlap(tuple(header[:-1]), _counts(len(header) - 1, body), source)


def _first(source: str, problems: list[Problem]) -> list[Problem]:
    more = len(problems) - MISTAKES_AT_MOST
    if more <= 0:
        return problems
    rest = Problem(source, found=f"{more} mistakes more", allowed="a table of overlapping lists")
    return [*problems[:MISTAKES_AT_MOST], rest]


def _text(path: Path) -> str:
    allowed = "a table of overlapping lists in CSV"
    try:
        text = decode(path, read_bytes(path, allowed, BYTES_AT_MOST))
    except InputError as error:
        raise TableError(error.problems) from None
    except OSError as error:  # a folder opens, and is found to be one when it is read
        raise TableError.of(str(path), found=said_of(error), allowed=allowed) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise TableError.of(str(path), row, found="a NUL byte", allowed="text in UTF-8")
    return text.removeprefix("\ufeff")


def _rows(source: str, text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise TableError.of(source, reader.line_num, found=str(error), allowed="comma-separated values") from None


def _header_problems(source: str, row: int, header: list[str]) -> Iterator[Problem]:
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            yield Problem(source, row, "1", f"columns separated by {name}", "columns separated by commas")
            return
    if all(map(NUMBER.fullmatch, header)):
        yield Problem(source, row, "1", f"the number {header[0]} as a name", "a first row of names")
        return
    yield from _lists_problems(source, row, header[:-1])


def _body_problems(source: str, header: list[str], body: list[Row]) -> Iterator[Problem]:
    seen: dict[int, int] = {}
    for row, cells in body:
        if len(cells) != len(header):
            yield Problem(source, row, "-", f"{len(cells)} columns", f"{len(header)}, as in the first row")
            continue
        wrong = list(_cell_problems(source, row, header, cells))
        yield from wrong
        if not any(problem.column != str(len(header)) for problem in wrong):
            yield from _history_problems(source, row, _history(cells), seen)


def _cell_problems(source: str, row: int, header: list[str], cells: list[str]) -> Iterator[Problem]:
    for column, cell in enumerate(cells[:-1], start=1):
        if not FLAG.fullmatch(cell):
            yield Problem(source, row, str(column), f"{quoted(cell)} in {header[column - 1]}", "0 or 1")
    if _whole(cells[-1]) is None:
        found = f"{quoted(cells[-1])} in {header[-1]}"
        allowed = f"whole numbers from 0 to {COUNT_AT_MOST}, in digits only"
        yield Problem(source, row, str(len(header)), found, allowed)


def _history_problems(source: str, row: int, history: int, seen: dict[int, int]) -> Iterator[Problem]:
    if history == 0:
        allowed = "people on at least one list: those on none are what is estimated"
        yield Problem(source, row, "-", "people on no list", allowed)
    elif history in seen:
        yield Problem(source, row, "-", f"the history of row {seen[history]} again", "each history once")
    seen.setdefault(history, row)


def _history(cells: list[str]) -> int:
    return sum(1 << column for column, cell in enumerate(cells[:-1]) if cell.startswith("1"))


def _whole(cell: str) -> int | None:
    match = WHOLE_NUMBER.fullmatch(cell)
    # 11 digits are past the limit, and thousands of them past what Python reads.
    count = int(match[1][:11]) if match else COUNT_AT_MOST + 1
    return count if count <= COUNT_AT_MOST else None


def _counts(lists: int, body: Iterable[Row]) -> tuple[int, ...]:
    counts = [0] * 2**lists
    for _, cells in body:
        counts[_history(cells)] = _whole(cells[-1]) or 0
    return tuple(counts[1:])


def merge_lists(overlap: Overlap, expression: str) -> Overlap:
    """Make one list of several: `PF+NCA` is who is on PF or NCA. It stands where the first of them stood.

    Raises RequestError for a name that is not a list, fewer than two names, or a name given twice.
    """
    names = [name.strip() for name in expression.split("+")]
    if len(set(names)) < max(2, len(names)):
        allowed = f"two or more of {', '.join(overlap.lists)}, joined by +"
        raise RequestError.of("merge", found=quoted(expression), allowed=allowed)
    merged = {_place(overlap, "merge", name) for name in names}
    groups: list[tuple[int, ...]] = [(i,) for i in range(len(overlap.lists)) if i not in merged]
    groups.append(tuple(sorted(merged)))
    groups.sort()
    return _regroup(overlap, groups)


def drop_lists(overlap: Overlap, names: Sequence[str]) -> Overlap:
    """Leave lists out, and with them the people who are on no other list.

    Raises RequestError for a name that is not a list, TableError where fewer than two lists stay.
    """
    dropped = {_place(overlap, "drop", name.strip()) for name in names}
    return _regroup(overlap, [(i,) for i in range(len(overlap.lists)) if i not in dropped])


def _place(overlap: Overlap, request: str, name: str) -> int:
    if name not in overlap.lists:
        raise RequestError.of(request, found=quoted(name), allowed=", ".join(overlap.lists))
    return overlap.lists.index(name)


def _regroup(overlap: Overlap, groups: Sequence[tuple[int, ...]]) -> Overlap:
    lists = tuple("+".join(overlap.lists[i] for i in group) for group in groups)
    if problems := list(_lists_problems(overlap.source, 1, lists)):
        raise TableError(problems)
    members = [sum(1 << i for i in group) for group in groups]
    counts = [0] * 2 ** len(groups)
    for history, count in enumerate(overlap.counts, start=1):
        counts[sum(1 << place for place, bits in enumerate(members) if history & bits)] += count
    return Overlap(lists, tuple(counts[1:]), overlap.source)
