"""The overlap of lists: read and checked, merged, dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from ...problems import InputError, Problem, quoted, refuse
from ...problems.foreign import parse_rows, read_text

# 8 lists are 255 histories and 28 pairs, as many as the published table of New Orleans has.
LISTS_AT_LEAST, LISTS_AT_MOST = 2, 8
# Beyond this a count is a typing error, and sums of squares would lose whole people.
COUNT_AT_MOST = 1_000_000_000
# 255 histories of 8 lists take 7 kB: what is longer is another file.
BYTES_AT_MOST = 1_000_000
# pandas writes 1.0 and 0.0 where a column once held an empty cell.
FLAG = re.compile(r"([01])(?:\.0+)?")
WHOLE_NUMBER = re.compile(r"0*([0-9]{1,10})(?:\.0+)?")
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
        problems = [*name_mistakes(self.source, 1, self.lists)]
        for place, name in enumerate(() if problems else self.lists):
            if not self.on_any(1 << place):
                allowed = "lists with people: drop or merge this one"
                problems.append(Problem(self.source, 1, str(place + 1), f"no person on {name}", allowed))
        if problems:
            raise InputError(problems)
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
        """Each two lists as their names (`PF:NCA`) and the bits of both, first list first, as the published search
        tries them."""
        lists = [(name, 1 << place) for place, name in enumerate(self.lists)]
        return {f"{one}:{other}": bit | also for (one, bit), (other, also) in combinations(lists, 2)}

    def on_all(self, members: int) -> int:
        """People who are on every list whose bit is set in `members`, and on any others."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h & members == members)

    def on_any(self, members: int, off: int = 0) -> int:
        """People who are on a list of `members` and on none of `off` (bits, as in `on_all`)."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h & members and not h & off)


def name_mistakes(source: str, row: int, lists: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with the names of lists, or with their number."""
    if not LISTS_AT_LEAST <= len(lists) <= LISTS_AT_MOST:
        allowed = f"{LISTS_AT_LEAST} to {LISTS_AT_MOST} columns of 0 and 1 between commas, then counts"
        yield Problem(source, row, "-", f"{len(lists)} list{'s' * (len(lists) != 1)}", allowed)
        return
    for place, name in enumerate(lists):
        wrong = {
            "a list without a name": not name.strip(),
            f"the list {name!a} twice": name in lists[:place],
            f"the number {name} as a name": NUMBER.fullmatch(name),
            f"{name!a} as a name": not name.isprintable(),
        }
        if found := next((what for what, there in wrong.items() if there), None):
            yield Problem(source, row, str(place + 1), found, "a first row of names, each once (pandas: index=False)")


def read_overlap(path: str | Path) -> Overlap:
    """Read a CSV: 2 to 8 columns of 0 and 1 named by their lists, then a column of counts of people.

    Histories that are not in the table count 0; 1.0 is 1. UTF-8, with or without a byte order mark; blank
    lines are passed over. Raises InputError, with every mistake of the first row or of all others, for anything else,
    and NotIdentifiedError where no person is on two lists.
    """
    text = read_text(Path(path), TABLE, BYTES_AT_MOST).removeprefix("\ufeff")
    if "\0" in text:
        raise refuse(path, found="a NUL byte", allowed="text in UTF-8")
    lines = parse_rows(Path(path), text)
    stripped = ((number, [cell.strip() for cell in cells]) for number, cells in enumerate(lines, start=1))
    rows = [(number, cells) for number, cells in stripped if any(cells)]
    if not rows:
        raise refuse(path, found="an empty file", allowed="a row of names, then rows of 0, 1 and a count")
    (first, header), *body = rows
    if mistakes := [*name_mistakes(str(path), first, header[:-1])] or [*_body_mistakes(str(path), header, body)]:
        raise InputError(mistakes)
    counts = [0] * 2 ** (len(header) - 1)
    for _, cells in body:
        counts[_history(cells)] = _whole(cells[-1])
    return Overlap(tuple(header[:-1]), tuple(counts[1:]), str(path))


def _body_mistakes(source: str, header: list[str], body: list[tuple[int, list[str]]]) -> Iterator[Problem]:
    seen: dict[int, int] = {}
    for row, cells in body:
        if len(cells) != len(header):
            yield Problem(source, row, "-", f"{len(cells)} columns", f"{len(header)}, as in the first row")
            continue
        wrong = [column for column, cell in enumerate(cells[:-1]) if not FLAG.fullmatch(cell)]
        for column in wrong:
            yield Problem(source, row, str(column + 1), f"{quoted(cells[column])} in {header[column]}", "0 or 1")
        if _whole(cells[-1]) > COUNT_AT_MOST:
            allowed = f"whole numbers from 0 to {COUNT_AT_MOST}, in digits only"
            yield Problem(source, row, str(len(header)), f"{quoted(cells[-1])} in {header[-1]}", allowed)
        history = _history(cells)
        if not wrong and history == 0:
            allowed = "people on at least one list: those on none are what is estimated"
            yield Problem(source, row, "-", "people on no list", allowed)
        elif not wrong and seen.setdefault(history, row) != row:
            yield Problem(source, row, "-", f"the history of row {seen[history]} again", "each history once")


def _history(cells: list[str]) -> int:
    return sum(1 << column for column, cell in enumerate(cells[:-1]) if cell.startswith("1"))


def _whole(cell: str) -> int:
    """A count; what is none, or endless, is more than may be."""
    match = WHOLE_NUMBER.fullmatch(cell)
    return int(match[1]) if match else COUNT_AT_MOST + 1


def merge_lists(overlap: Overlap, expression: str) -> Overlap:
    """Make one list of several: `PF+NCA` is who is on PF or NCA. It stands where the first of them stood.

    Raises InputError for a name that is not a list, fewer than two names, or a name given twice.
    """
    names = [name.strip() for name in expression.split("+")]
    if len(set(names)) < max(2, len(names)):
        allowed = f"two or more of {', '.join(overlap.lists)}, joined by +"
        raise refuse("merge", found=quoted(expression), allowed=allowed)
    merged = _places(overlap, "merge", names)
    return _regroup(overlap, sorted([merged, *([i] for i in range(len(overlap.lists)) if i not in merged)]))


def drop_lists(overlap: Overlap, names: Sequence[str]) -> Overlap:
    """Leave lists out, and with them the people who are on no other list.

    Raises InputError for a name that is not a list, and where fewer than two lists stay.
    """
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
