"""Protection against organizations, which know their own returns.

Of the others' people, every group keeps more than half the base of possible counts if some population contains the
organization's own people and allows half a base more in any single atom without changing a published number. By default
this is preferred, and failures are counted; if it is required, every range is wider by half a base, so that the true
population satisfies it for every organization.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse

from .earlier import EarlierCount
from .rounding import Rounded
from .rules import ORGANIZATION
from .system import Counts, System


def own_counts(system: System, returns: pd.DataFrame) -> list[Counts]:
    """The counts of each organization by atom."""
    return [system.counts(rows) for _, rows in returns.groupby(ORGANIZATION)]


def largest(system: System, organizations: list[Counts]) -> Counts:
    """The largest count of a single organization in each row."""
    return np.asarray(np.max([system.matrix @ counts for counts in organizations], axis=0), dtype=np.int64)


def ends_of(system: System, rounded: Rounded, earlier: Iterable[EarlierCount]) -> tuple[Counts, Counts]:
    """The lower and upper ends of each row: the intersection of its ranges in tables, margins and earlier releases."""
    within = np.full(len(rounded.values), np.iinfo(np.int32).max)
    for kind, rows in system.kinds.items():
        within[rows] = np.minimum(within[rows], rounded.within[kind])
    low, high = rounded.values - within, rounded.values + within
    for count in earlier:
        row = system.rows[count.group]
        low[row], high[row] = max(low[row], count.range.low), min(high[row], count.range.high)
    return low, high


def falling_short(
    system: System, ends: tuple[Counts, Counts], organizations: list[Counts], base: int
) -> tuple[int, int]:
    """The number of organizations that could know others' counts to within half the base, and the number of rows
    concerned."""
    short = [count for mine in organizations if (count := rows_short(system, ends, mine, base))]
    return len(short), sum(short)


def rows_short(system: System, ends: tuple[Counts, Counts], mine: Counts, base: int) -> int:
    """The number of rows in which half a base more is impossible for every population that contains ``mine``: a linear
    program with minimal slack."""
    from scipy.optimize import linprog

    low, high = ends
    lacking = sparse.eye_array(len(high))
    result = linprog(
        np.r_[np.zeros(system.size), np.ones(len(high))],
        A_ub=sparse.block_array([[system.matrix, -lacking], [-system.matrix, None]], format="csr"),
        b_ub=np.r_[high - base // 2, -low],
        bounds=[*((count, None) for count in mine.tolist()), *[(0, None)] * len(high)],
        method="highs",
    )
    return len(high) if result.x is None else int((result.x[system.size :] > 1e-6).sum())
