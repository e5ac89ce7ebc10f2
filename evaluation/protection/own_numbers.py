"""Who sent a return knows its own numbers: what is left to it of the others'.

Of the others, every group keeps more than half the base of possible counts where there is a population that holds the
organization's own people and to which half a base more can be added, in any one atom, with no number published
otherwise. By default this is wished for, and counted where it falls short; where it is required, every range is wider
by half a base, so that the true population is such a one for every organization.
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
    """The people of each organization by atom."""
    return [system.counts(rows) for _, rows in returns.groupby(ORGANIZATION)]


def largest(system: System, organizations: list[Counts]) -> Counts:
    """The most that one organization has of each row."""
    return np.asarray(np.max([system.matrix @ counts for counts in organizations], axis=0), dtype=np.int64)


def ends_of(system: System, rounded: Rounded, earlier: Iterable[EarlierCount]) -> tuple[Counts, Counts]:
    """The lower and the upper end of each row: the narrowest of the ranges that tables, margins and earlier releases
    give."""
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
    """How many organizations could know others' counts more closely than to half the base, and in how many rows."""
    short = [count for mine in organizations if (count := rows_short(system, ends, mine, base))]
    return len(short), sum(short)


def rows_short(system: System, ends: tuple[Counts, Counts], mine: Counts, base: int) -> int:
    """In how many rows half a base more would not be allowed, of any population that holds ``mine``: a linear program
    that has as little lacking as can be."""
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
