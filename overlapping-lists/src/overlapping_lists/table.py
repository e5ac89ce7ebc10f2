"""People by the lists that they are on: a frame read and checked, lists merged, lists left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

# 8 lists are 255 combinations and 28 pairs, as many as the published table of New Orleans has.
LISTS_AT_LEAST, LISTS_AT_MOST = 2, 8
# A larger count is a typing error, and sums of squares would lose whole people.
COUNT_AT_MOST = 10**9 - 1
COUNT = "count"


class TableError(ValueError):
    """A frame that is no table of overlapping lists, in one line: ``frame:ROW:COLUMN: found ...; allowed: ...``.

    ROW is the label of the row in the frame's index; ``-`` stands where there is no row or column.

    >>> import pandas as pd
    >>> from overlapping_lists import estimate
    >>> estimate(pd.DataFrame({"police": [1, 0], "shelter": [2, 1]}))
    Traceback (most recent call last):
    ...
    overlapping_lists.table.TableError: frame:0:shelter: found 2; allowed: 0 or 1, or name the counts: count='shelter'
    """


class NotIdentifiedError(ValueError):
    """The table cannot tell how many people are on no list."""


def refused(found: str, allowed: str, row: Any = "-", column: Any = "-") -> TableError:
    """The error of a frame, with its place."""
    return TableError(f"frame:{row}:{column}: found {found}; allowed: {allowed}")


@dataclass(frozen=True)
class Overlap:
    """People by the lists that they are on.

    `counts[h - 1]` is the number of people with history `h`, from 1 to 2**len(lists) - 1: bit i of `h` says
    whether they are on `lists[i]`. Raises TableError for too few or too many lists, and for one without people.
    """

    lists: tuple[str, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        check_names(self.lists)
        for place, name in enumerate(self.lists):
            if not self.on_any(1 << place):
                raise refused("no person", "lists with people: drop or merge this one", column=name)

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


def check_names(lists: Sequence[str]) -> None:
    """Raises TableError for too few or too many lists, and for a name without letters or given twice."""
    if not LISTS_AT_LEAST <= len(lists) <= LISTS_AT_MOST:
        found = f"{len(lists)} list{'s' * (len(lists) != 1)}"
        raise refused(found, f"{LISTS_AT_LEAST} to {LISTS_AT_MOST} columns of 0 and 1")
    for place, name in enumerate(lists):
        if name in lists[:place]:
            raise refused(f"the list {name!r} twice", "each list once", column=name)
        if not name.strip() or not name.isprintable():
            raise refused(f"{name!r} as a name", "a name", column=name)


def overlap_of(frame: "pd.DataFrame | pd.Series[Any]", count: str | None = None) -> Overlap:
    """Read a frame of 0 and 1 (or False and True) by list: a row a person, or a row a combination with a column of
    counts (`count`; a column of that very name is one without being asked for). A series of counts whose index has a
    level a list, as ``value_counts()`` gives, is read too.

    Combinations that are not there count 0. Raises TableError, with the first mistake.
    """
    rows = _as_frame(frame)
    counted = COUNT if count is None and COUNT in rows.columns else count
    if counted is not None and counted not in rows.columns:
        raise refused("no such column", ", ".join(map(str, rows.columns)), column=counted)
    names = [str(name) for name in rows.columns if name != counted]
    check_names(names)
    if rows.empty:
        raise refused("no rows", "a row a person, or a row a combination of lists")
    flags = np.column_stack([_flags(rows[name]) for name in rows.columns if name != counted])
    people = _people(rows[counted]) if counted is not None else np.ones(len(rows), dtype=np.int64)
    histories = flags @ (1 << np.arange(len(names)))
    _check_histories(rows.index, np.where(people > 0, histories, -1), once=counted is not None)
    totals = np.bincount(histories, weights=people, minlength=2 ** len(names))[1:]
    return Overlap(tuple(names), tuple(int(total) for total in totals))


def _as_frame(frame: "pd.DataFrame | pd.Series[Any]") -> pd.DataFrame:
    if isinstance(frame, pd.DataFrame):
        return frame
    if isinstance(frame, pd.Series) and isinstance(frame.index, pd.MultiIndex):
        return frame.rename(COUNT).reset_index()
    raise refused(type(frame).__name__, "a DataFrame, or a Series of counts with an index level a list")


def _flags(column: "pd.Series[Any]") -> np.ndarray:
    """A column of 0 and 1 as whole numbers."""
    wrong = ~column.isin([0, 1])
    if wrong.any():
        row = wrong.idxmax()
        allowed = f"0 or 1, or name the counts: count={column.name!r}"
        raise refused(_shown(column[wrong].iloc[0]), allowed, row, column.name)
    return column.to_numpy().astype(np.int64)


def _people(column: "pd.Series[Any]") -> np.ndarray:
    """A column of counts as whole numbers."""
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = ~((numbers >= 0) & (numbers <= COUNT_AT_MOST) & (numbers % 1 == 0))
    if wrong.any():
        raise refused(_shown(column[wrong].iloc[0]), "whole numbers of people", wrong.idxmax(), column.name)
    return numbers.to_numpy().astype(np.int64)


def _shown(value: Any) -> str:
    """A cell as a message names it: a number as it is written, a text in quotation marks."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def _check_histories(index: "pd.Index[Any]", histories: np.ndarray, once: bool) -> None:
    """Raises TableError for people on no list, and, of counts, for a combination given twice; rows without people are
    -1."""
    if (histories == 0).any():
        row = index[int(np.argmax(histories == 0))]
        raise refused("people on no list", "people on at least one list: those on none are what is estimated", row)
    again = pd.Series(histories).duplicated().to_numpy() & (histories > 0)
    if once and again.any():
        row = index[int(np.argmax(again))]
        raise refused("a combination of lists a second time", "each once: add their counts up first", row)


def merge(frame: "pd.DataFrame | pd.Series[Any]", *names: str, count: str | None = None) -> pd.DataFrame:
    """Make one list of several, where the first of them stood: whoever is on one of them is on it.

    Returns counts by combination. Raises TableError for a name that is no list, and for fewer than two.

    >>> import pandas as pd
    >>> lists = pd.DataFrame({"A": [1, 1, 0], "B": [1, 0, 0], "C": [0, 1, 1], "count": [5, 20, 30]})
    >>> merge(lists, "A", "B")
       A+B  C  count
    0    1  0      5
    1    0  1     30
    2    1  1     20
    """
    overlap = overlap_of(frame, count)
    merged = _places(overlap, names, at_least=2)
    groups = sorted([merged, *([i] for i in range(len(overlap.lists)) if i not in merged)])
    return frame_of(_regroup(overlap, groups))


def drop(frame: "pd.DataFrame | pd.Series[Any]", *names: str, count: str | None = None) -> pd.DataFrame:
    """Leave lists out, and with them the people who are on no other list.

    Returns counts by combination. Raises TableError for a name that is no list, and where fewer than two stay.

    >>> import pandas as pd
    >>> lists = pd.DataFrame({"A": [1, 1, 0], "B": [1, 0, 0], "C": [0, 1, 1], "count": [5, 20, 30]})
    >>> drop(lists, "B")
       A  C  count
    0  1  0      5
    1  0  1     30
    2  1  1     20
    """
    overlap = overlap_of(frame, count)
    dropped = _places(overlap, names, at_least=1)
    return frame_of(_regroup(overlap, [[i] for i in range(len(overlap.lists)) if i not in dropped]))


def frame_of(overlap: Overlap) -> pd.DataFrame:
    """Counts by combination, a row each that has people."""
    places = range(len(overlap.lists))
    rows = [(*(h >> i & 1 for i in places), people) for h, people in enumerate(overlap.counts, start=1) if people]
    return pd.DataFrame(rows, columns=[*overlap.lists, COUNT])


def _places(overlap: Overlap, names: Iterable[str], at_least: int) -> list[int]:
    asked = list(names)
    for name in asked:
        if name not in overlap.lists:
            raise refused("no such list", ", ".join(overlap.lists), column=name)
    if len(set(asked)) < max(at_least, len(asked)):
        raise refused(f"{', '.join(asked) or 'no name'}", f"{at_least} or more of {', '.join(overlap.lists)}")
    return sorted(overlap.lists.index(name) for name in asked)


def _regroup(overlap: Overlap, groups: Sequence[Sequence[int]]) -> Overlap:
    members, counts = [sum(1 << i for i in group) for group in groups], [0] * 2 ** len(groups)
    for history, count in enumerate(overlap.counts, start=1):
        counts[sum(1 << place for place, bits in enumerate(members) if history & bits)] += count
    names = tuple("+".join(overlap.lists[i] for i in group) for group in groups)
    return Overlap(names, tuple(counts[1:]))
