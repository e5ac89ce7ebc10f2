"""Protection against organizations, which know their own returns.

Of the others' people, every group keeps more than half the base of possible counts if some population contains the
organization's own people and allows half a base more in any single atom without changing a published number. By default
this is preferred, and failures are counted; if it is required, every range is wider by half a base, so that the true
population satisfies it for every organization.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy import sparse

from .earlier import EarlierCount
from .rounding import Rounding
from .system import AtomCounts, RowEnds, System


class Shortfalls(NamedTuple):
    """The number of organizations that could know others' counts more closely than to half the base, and of the rows
    concerned, each counted once for each such organization."""

    organizations: int
    rows: int


def published_ends(system: System, rounded: Rounding, earlier: Iterable[EarlierCount]) -> RowEnds:
    """The ends of each row's count, as published: of the intersection of its ranges in the tables and margins of this
    release and in earlier ones; a lower end may be below 0."""
    within = np.full(len(rounded.values), np.iinfo(np.int32).max)
    for kind, rows in system.kinds.items():
        within[rows] = np.minimum(within[rows], rounded.within[kind])
    low, high = rounded.values - within, rounded.values + within
    for count in earlier:
        row = system.rows[count.group]
        low[row], high[row] = max(low[row], count.range.low), min(high[row], count.range.high)
    return RowEnds(low, high)


def count_shortfalls(system: System, ends: RowEnds, organizations: list[AtomCounts], base: int) -> Shortfalls:
    """The shortfalls of protection (see `count_unprotected_rows`) among ``organizations``, each given by its counts,
    where the published ranges have these ``ends``."""
    short = [count for own_counts in organizations if (count := count_unprotected_rows(system, ends, own_counts, base))]
    return Shortfalls(len(short), sum(short))


def count_unprotected_rows(system: System, ends: RowEnds, own_counts: AtomCounts, base: int) -> int:
    """The number of rows in which no population that contains ``own_counts`` (of an organization) and lies within the
    ``ends`` leaves half a base below the upper end: those with a positive slack in the linear program that minimizes
    the sum of slacks (HiGHS); all rows if the solver fails."""
    from scipy.optimize import linprog

    low, high = ends
    lacking = sparse.eye_array(len(high))
    result = linprog(
        np.r_[np.zeros(system.size), np.ones(len(high))],
        A_ub=sparse.block_array([[system.matrix, -lacking], [-system.matrix, None]], format="csr"),
        b_ub=np.r_[high - base // 2, -low],
        bounds=[*((count, None) for count in own_counts.tolist()), *[(0, None)] * len(high)],
        method="highs",
    )
    return len(high) if result.x is None else int((result.x[system.size :] > 1e-6).sum())
