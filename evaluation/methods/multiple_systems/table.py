"""The overlap of lists: read and checked, merged, dropped."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

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
TABLE = "a table of overlapping lists in CSV"


class Mistake(NamedTuple):
    """One thing that is wrong, for the person who has to mend it."""

    file: str
    row: int | str = "-"
    column: str = "-"
    found: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.row}:{self.column}: found {self.found}; allowed: {self.allowed}"


class HiddenPopulationError(ValueError):
    """A table, a request or a model from which no number may be given; `problems` are its parts."""

    def __init__(self, problems: Sequence[Mistake]):
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def of(cls, file: str, row: int | str = "-", column: int | str = "-", *, found: str, allowed: str) -> Self:
        """The error of one mistake."""
        return cls([Mistake(file, row, str(column), found, allowed)])


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
        problems = [*_lists_mistakes(self.source, 1, self.lists), *_counts_mistakes(self)]
        problems = problems or [
            Mistake(self.source, 1, str(place + 1), f"no person on {name}", "lists with people: drop or merge this one")
            for place, name in enumerate(self.lists)
            if self.on_all(1 << place) == 0
        ]
        if problems:
            raise TableError(problems)
        if not self.shared:
            found = "no person on two lists, so the hidden population is not identified"
            raise NotIdentifiedError.of(self.source, found=found, allowed="at least one overlap above 0")

    @property
    def observed(self) -> int:
        """People on at least one list."""
        return sum(self.counts)

    @property
    def shared(self) -> int:
        """People on more than one list."""
        return self.observed - self.on_exactly(1)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Each two lists, in the order (0, 1), (0, 2), ..., (1, 2), ..."""
        return pairs_of(len(self.lists))

    def on_all(self, members: int) -> int:
        """People who are on every list whose bit is set in `members`, and on any others."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h & members == members)

    def on_exactly(self, lists: int) -> int:
        """People on exactly so many lists: f1, f2 and so on."""
        return sum(count for h, count in enumerate(self.counts, start=1) if h.bit_count() == lists)


def pairs_of(lists: int) -> tuple[tuple[int, int], ...]:
    """Each two of `lists` lists, first index first, as the published search tries them."""
    return tuple((i, j) for i in range(lists) for j in range(i + 1, lists))


def quoted(value: object) -> str:
    """A value as Python writes it, cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text[:80]) + f"... ({len(text)} characters)" if len(text) > 80 else repr(value)


def _lists_mistakes(source: str, row: int, lists: Sequence[str]) -> Iterator[Mistake]:
    if not LISTS_AT_LEAST <= len(lists) <= LISTS_AT_MOST:
        found = f"{len(lists)} list{'s' * (len(lists) != 1)}"
        allowed = f"{LISTS_AT_LEAST} to {LISTS_AT_MOST} columns of 0 and 1, then a column of counts"
        yield Mistake(source, row, "-", found, allowed)
        return
    for column, name in enumerate(lists, start=1):
        unseen = ", ".join(f"U+{ord(letter):04X}" for letter in name if not letter.isprintable())
        if not name.strip():
            yield Mistake(
                source, row, str(column), "a list without a name", "a name for each list (pandas: index=False)"
            )
        elif name in lists[: column - 1]:
            yield Mistake(source, row, str(column), f"the list {name} twice", "each list once")
        elif NUMBER.fullmatch(name):
            yield Mistake(source, row, str(column), f"the number {name} as a name", "a first row of names")
        elif unseen:
            yield Mistake(source, row, str(column), f"{unseen} in a name", "names that can be printed")


def _counts_mistakes(overlap: Overlap) -> Iterator[Mistake]:
    histories = 2 ** len(overlap.lists) - 1
    if len(overlap.counts) != histories:
        allowed = f"{histories}, one for each history of {len(overlap.lists)} lists"
        yield Mistake(overlap.source, found=f"{len(overlap.counts)} counts", allowed=allowed)
    for count in overlap.counts:
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= COUNT_AT_MOST:
            allowed = f"whole numbers from 0 to {COUNT_AT_MOST}"
            yield Mistake(overlap.source, found=f"the count {quoted(count)}", allowed=allowed)


def read_overlap(path: str | Path) -> Overlap:
    """Read a CSV: 2 to 8 columns of 0 and 1 named by their lists, then a column of counts of people.

    Histories that are not in the table count 0; 1.0 is 1. UTF-8, with or without a byte order mark; blank
    lines are passed over. Raises TableError, with every mistake and its place, for anything else, and
    NotIdentifiedError where no person is on two lists.
    """
    source = str(path)
    rows = _rows(source, _text(Path(path)))
    if not rows:
        raise TableError.of(source, found="an empty file", allowed="a row of names, then rows of 0, 1 and a count")
    (first, header), *body = rows
    mistakes = list(_header_mistakes(source, first, header))
    if LISTS_AT_LEAST < len(header) <= LISTS_AT_MOST + 1:  # else it is not known which columns are lists
        mistakes += _body_mistakes(source, header, body)
    if len(mistakes) > MISTAKES_AT_MOST:
        rest = f"{len(mistakes) - MISTAKES_AT_MOST} mistakes more"
        mistakes[MISTAKES_AT_MOST:] = [Mistake(source, found=rest, allowed=TABLE)]
    if mistakes:
        raise TableError(mistakes)
    counts = [0] * 2 ** (len(header) - 1)
    for _, cells in body:
        counts[_history(cells)] = _whole(cells[-1]) or 0
    return Overlap(tuple(header[:-1]), tuple(counts[1:]), source)


def _text(path: Path) -> str:
    source = str(path)
    try:
        if not path.is_file():
            kinds = {"a folder": path.is_dir(), "a pipe": path.is_fifo(), "a device": path.exists()}
            found = next((kind for kind, there in kinds.items() if there), "no such file")
            raise TableError.of(source, found=found, allowed=TABLE)
        if (size := path.stat().st_size) > BYTES_AT_MOST:
            raise TableError.of(source, found=f"a file of {size} bytes", allowed=TABLE)
        content = path.read_bytes()
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].rpartition(b"\n")
        row, column = before[0].count(b"\n") + len(before[1]) + 1, len(before[2].decode()) + 1
        allowed = "UTF-8 (this looks like UTF-16)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "UTF-8"
        found = f"the byte 0x{content[error.start]:02X}"
        raise TableError.of(source, row, column, found=found, allowed=allowed) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        if isinstance(error, TableError):
            raise
        raise TableError.of(source, found=getattr(error, "strerror", None) or str(error), allowed=TABLE) from None
    if "\0" in text:
        raise TableError.of(
            source, text.count("\n", 0, text.index("\0")) + 1, found="a NUL byte", allowed="text in UTF-8"
        )
    return text.removeprefix("\ufeff")


def _rows(source: str, text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its line."""
    reader, rows = csv.reader(io.StringIO(text, newline=""), strict=True), []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise TableError.of(source, reader.line_num, found=str(error), allowed="comma-separated values") from None
    return rows


def _header_mistakes(source: str, row: int, header: list[str]) -> Iterator[Mistake]:
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            yield Mistake(source, row, "1", f"columns separated by {name}", "columns separated by commas")
            return
    if all(map(NUMBER.fullmatch, header)):
        yield Mistake(source, row, "1", f"the number {header[0]} as a name", "a first row of names")
        return
    yield from _lists_mistakes(source, row, header[:-1])


def _body_mistakes(source: str, header: list[str], body: list[tuple[int, list[str]]]) -> Iterator[Mistake]:
    seen: dict[int, int] = {}
    for row, cells in body:
        if len(cells) != len(header):
            yield Mistake(source, row, "-", f"{len(cells)} columns", f"{len(header)}, as in the first row")
            continue
        wrong = [column for column, cell in enumerate(cells[:-1]) if not FLAG.fullmatch(cell)]
        for column in wrong:
            yield Mistake(source, row, str(column + 1), f"{quoted(cells[column])} in {header[column]}", "0 or 1")
        if _whole(cells[-1]) is None:
            allowed = f"whole numbers from 0 to {COUNT_AT_MOST}, in digits only"
            yield Mistake(source, row, str(len(header)), f"{quoted(cells[-1])} in {header[-1]}", allowed)
        history = _history(cells)
        if not wrong and history == 0:
            allowed = "people on at least one list: those on none are what is estimated"
            yield Mistake(source, row, "-", "people on no list", allowed)
        elif not wrong and seen.setdefault(history, row) != row:
            yield Mistake(source, row, "-", f"the history of row {seen[history]} again", "each history once")


def _history(cells: list[str]) -> int:
    return sum(1 << column for column, cell in enumerate(cells[:-1]) if cell.startswith("1"))


def _whole(cell: str) -> int | None:
    match = WHOLE_NUMBER.fullmatch(cell)
    # 11 digits are past the limit, and thousands of them past what Python reads.
    count = int(match[1][:11]) if match else COUNT_AT_MOST + 1
    return count if count <= COUNT_AT_MOST else None


def merge_lists(overlap: Overlap, expression: str) -> Overlap:
    """Make one list of several: `PF+NCA` is who is on PF or NCA. It stands where the first of them stood.

    Raises RequestError for a name that is not a list, fewer than two names, or a name given twice.
    """
    names = [name.strip() for name in expression.split("+")]
    if len(set(names)) < max(2, len(names)):
        allowed = f"two or more of {', '.join(overlap.lists)}, joined by +"
        raise RequestError.of("merge", found=quoted(expression), allowed=allowed)
    merged = tuple(sorted(_place(overlap, "merge", name) for name in names))
    return _regroup(overlap, sorted([merged, *((i,) for i in range(len(overlap.lists)) if i not in merged)]))


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
    if problems := list(_lists_mistakes(overlap.source, 1, lists)):
        raise TableError(problems)
    members = [sum(1 << i for i in group) for group in groups]
    counts = [0] * 2 ** len(groups)
    for history, count in enumerate(overlap.counts, start=1):
        counts[sum(1 << place for place, bits in enumerate(members) if history & bits)] += count
    return Overlap(lists, tuple(counts[1:]), overlap.source)
