"""The overlap of lists: read and checked, merged, dropped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from ...problems import InputError, Problem, quoted, refuse
from ...problems.foreign import parse_rows, read_text

# 8 lists are 255 histories and 28 pairs, as many as the published table of New Orleans has.
LISTS_AT_LEAST, LISTS_AT_MOST = 2, 8
# 255 histories of 8 lists take 7 kB: what is longer is another file.
BYTES_AT_MOST = 1_000_000
# pandas writes 1.0 and 0.0 where a column once held an empty cell.
FLAG = re.compile(r"([01])(?:\.0+)?")
# A longer count is a typing error, and sums of squares would lose whole people.
COUNT = re.compile(r"0*[0-9]{1,9}(?:\.0+)?")
# In any script: a first row of numbers is a row of data whose names are missing.
NUMBER = re.compile(r"[-+]?[\d.,\u066b\u066c]+")
TABLE = "a table of overlapping lists in CSV"


class NotIdentifiedError(InputError):
    """The data cannot tell the size of the hidden population."""


@dataclass(frozen=True)
class Overlap:
    """People by the lists that they are on.

    `counts[h - 1]` is the number of people with history `h`, from 1 to 2**len(lists) - 1: bit i of `h` says
    whether they are on `lists[i]`. `source` names the table in messages. Raises InputError for a table
    without meaning, NotIdentifiedError where no person is on two lists.
    """

    lists: tuple[str, ...]
    counts: tuple[int, ...]
    source: str = "table"

    def __post_init__(self) -> None:
        check_names(self.source, 1, self.lists)
        for place, name in enumerate(self.lists):
            if not self.on_any(1 << place):
                allowed = "lists with people: drop or merge this one"
                raise refuse(self.source, 1, str(place + 1), found=f"no person on {name}", allowed=allowed)
        if not self.shared:
            found = "no person on two lists, so the hidden population is not identified"
            raise NotIdentifiedError([Problem(self.source, found=found, allowed="at least one overlap above 0")])

    @property
    def observed(self) -> int:
        """People on at least one list."""
        return sum(self.counts)

    @property
    def shared(self) -> int:
        """People on more than one list."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h.bit_count() > 1)

    @property
    def pairs(self) -> dict[str, int]:
        """Each two lists as their names (`PF:NCA`) and the bits of both, in the order of the published search."""
        lists = [(name, 1 << place) for place, name in enumerate(self.lists)]
        return {f"{one}:{other}": bit | also for (one, bit), (other, also) in combinations(lists, 2)}

    def on_all(self, members: int) -> int:
        """People who are on every list whose bit is set in `members`, and on any others."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h & members == members)

    def on_any(self, members: int, off: int = 0) -> int:
        """People who are on a list of `members` and on none of `off` (bits, as in `on_all`)."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h & members and not h & off)


def check_names(source: str, row: int, lists: Sequence[str]) -> None:
    """Raises InputError for the first name of a list that is none, and for too few or too many lists."""
    if not LISTS_AT_LEAST <= len(lists) <= LISTS_AT_MOST:
        allowed = f"{LISTS_AT_LEAST} to {LISTS_AT_MOST} columns of 0 and 1 between commas, then counts"
        raise refuse(source, row, found=f"{len(lists)} list{'s' * (len(lists) != 1)}", allowed=allowed)
    for place, name in enumerate(lists):
        found = f"the list {name!a} twice" if name in lists[:place] else f"{name!a} as a name"
        if name in lists[:place] or not name.strip() or NUMBER.fullmatch(name) or not name.isprintable():
            allowed = "a first row of names, each once (pandas: index=False)"
            raise refuse(source, row, str(place + 1), found=found, allowed=allowed)


def read_overlap(path: str | Path) -> Overlap:
    """Read a CSV: 2 to 8 columns of 0 and 1 named by their lists, then a column of counts of people.

    Histories that are not in the table count 0; 1.0 is 1. UTF-8, with or without a byte order mark; blank
    lines are passed over. Raises InputError, with the first mistake, for anything else, and NotIdentifiedError where no
    person is on two lists.
    """
    text = read_text(Path(path), TABLE, BYTES_AT_MOST).removeprefix("\ufeff")
    stripped = [[cell.strip() for cell in cells] for cells in parse_rows(Path(path), text)]
    rows = [(number, cells) for number, cells in enumerate(stripped, start=1) if any(cells)]
    if not rows:
        raise refuse(path, found="an empty file", allowed="a row of names, then rows of 0, 1 and a count")
    (first, header), *body = rows
    check_names(str(path), first, header[:-1])
    counts: dict[int, int] = {}
    for row, cells in body:
        history = _history(path, row, header, cells)
        if history in counts:
            raise refuse(path, row, found="a history a second time", allowed="each history once")
        counts[history] = int(cells[-1].partition(".")[0])
    return Overlap(tuple(header[:-1]), tuple(counts.get(h, 0) for h in range(1, 2 ** (len(header) - 1))), str(path))


def _history(path: str | Path, row: int, header: list[str], cells: list[str]) -> int:
    """The lists of a row, as bits. Raises InputError for its first wrong cell, and for people on no list."""
    if len(cells) != len(header):
        raise refuse(path, row, found=f"{len(cells)} columns", allowed=f"{len(header)}, as in the first row")
    for column, cell in enumerate(cells, start=1):
        pattern, allowed = (COUNT, "a whole number, nine digits at most") if column == len(cells) else (FLAG, "0 or 1")
        if not pattern.fullmatch(cell):
            raise refuse(path, row, str(column), found=f"{quoted(cell)} in {header[column - 1]}", allowed=allowed)
    history = sum(1 << column for column, cell in enumerate(cells[:-1]) if cell.startswith("1"))
    if history == 0:
        allowed = "people on at least one list: those on none are what is estimated"
        raise refuse(path, row, found="people on no list", allowed=allowed)
    return history


def merge_lists(overlap: Overlap, expression: str) -> Overlap:
    """Make one list of several, where the first of them stood: `PF+NCA` is who is on PF or NCA. Raises InputError for
    a name that is not a list, fewer than two names, or a name given twice."""
    names = [name.strip() for name in expression.split("+")]
    if len(set(names)) < max(2, len(names)):
        allowed = f"two or more of {', '.join(overlap.lists)}, joined by +"
        raise refuse("merge", found=quoted(expression), allowed=allowed)
    merged = _places(overlap, "merge", names)
    return _regroup(overlap, sorted([merged, *([i] for i in range(len(overlap.lists)) if i not in merged)]))


def drop_lists(overlap: Overlap, names: Sequence[str]) -> Overlap:
    """Leave lists out, and with them the people who are on no other list. Raises InputError for a name that is not a
    list, and where fewer than two stay."""
    dropped = _places(overlap, "drop", [name.strip() for name in names])
    return _regroup(overlap, [[i] for i in range(len(overlap.lists)) if i not in dropped])


def _places(overlap: Overlap, option: str, names: Sequence[str]) -> list[int]:
    for name in names:
        if name not in overlap.lists:
            raise refuse(option, found=quoted(name), allowed=", ".join(overlap.lists))
    return sorted(overlap.lists.index(name) for name in names)


def _regroup(overlap: Overlap, groups: Sequence[Sequence[int]]) -> Overlap:
    members, counts = [sum(1 << i for i in group) for group in groups], [0] * 2 ** len(groups)
    for history, count in enumerate(overlap.counts, start=1):
        counts[sum(1 << place for place, bits in enumerate(members) if history & bits)] += count
    names = tuple("+".join(overlap.lists[i] for i in group) for group in groups)
    return Overlap(names, tuple(counts[1:]), overlap.source)
