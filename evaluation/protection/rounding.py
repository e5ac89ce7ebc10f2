"""Controlled rounding by chance: every published count a multiple of the base and less than one base from the true
one, all of them the sums of an invented population of whole bases, so that parts add up to totals everywhere.

A search comes first; the integer program (HiGHS, by `scipy.optimize.milp`) where it leaves something wide. What cannot
be near is made wider by kind of table, never by cell: a single wider one would tell that its count is hard to reach.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .system import Counts, Group, Kind, System

MOST_WIDE = 2  # bases by which a kind of table may be wider than the base
MOST_STEPS, PATIENCE = 12_000, 1_500  # of the search, and of those that find nothing nearer
FAR, NEAR = 1_000.0, 1.0  # the cost of a base too far, and of a base away from where chance would have a count
MOST_ENTRIES = 60_000  # of a system that the integer program is asked for
SECONDS, GAP = 30.0, 0.02


class CannotBeRounded(ValueError):
    """No rounding keeps some counts as near as they may be wide: ``kinds`` are the columns of those."""

    def __init__(self, kinds: list[Kind]):
        super().__init__("no rounding keeps the counts near")
        self.kinds = kinds


@dataclass(frozen=True)
class Chance:
    """What rounds up: by a secret, so that who knows the method and the returns but one still cannot tell; always alike
    for one group and count, so that returns that are rounded again give the same numbers."""

    secret: bytes

    def draw(self, group: Group, count: int, base: int) -> float:
        """A number from 0 to 1."""
        message = repr((sorted((name, sorted(codes)) for name, codes in group), count, base))
        digest = hmac.new(self.secret, message.encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def generator(self, counts: Counts) -> np.random.Generator:
        """Chance for the steps of the search."""
        digest = hmac.new(self.secret, b"search" + counts.tobytes(), hashlib.sha256).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))


@dataclass(frozen=True)
class RoundingProblem:
    """What is to be rounded: a system, its true counts by atom, the base; ``kept`` are the multiples of rows that an
    earlier release has published; ``own_counts`` are the most that one organization has of each row, if asked."""

    system: System
    people: Counts
    base: int
    chance: Chance
    earlier: Mapping[int, int]
    own_counts: Counts | None = None

    @cached_property
    def truth(self) -> Counts:
        """The true count of each row."""
        return np.asarray(self.system.matrix @ self.people, dtype=np.int64)

    @cached_property
    def ends(self) -> tuple[Counts, Counts]:
        """The least and the greatest number of bases that each row may have."""
        low, high = self.truth // self.base, -(-self.truth // self.base)
        for row, multiple in self.earlier.items():
            low[row] = high[row] = multiple
        return low, high

    @cached_property
    def wish(self) -> Counts:
        """The number of bases that chance would have in each row: up as likely as the count is near; and up where one
        organization is nearly everybody, since it knows the rest of a count that was rounded down."""
        low, high = self.ends
        drawn = [self.chance.draw(*row, self.base) for row in zip(self.system.groups, self.truth.tolist(), strict=True)]
        up = np.array(drawn) < self.truth % self.base / self.base
        if self.own_counts is not None:
            up |= low * self.base + self.base - 1 - self.own_counts < self.base // 2
        return np.where(up, high, low)


@dataclass(frozen=True)
class Rounded:
    """The number of each row, how far the truth may be from it by kind, and the invented population by atom."""

    values: Counts
    within: dict[Kind, int]
    invented: Counts


def rounded(problem: RoundingProblem) -> Rounded:
    """A rounding of a system. Raises CannotBeRounded where a kind would have to be wider than `MOST_WIDE`."""
    bases = searched(problem)
    if misses(problem, bases).any() and problem.system.matrix.nnz <= MOST_ENTRIES:
        better = programmed(problem, bases)
        bases = bases if better is None else better
    wide = widths(problem, bases)
    too_wide = [kind for kind, width in wide.items() if width > MOST_WIDE]
    if too_wide or not keeps_earlier(problem, bases):
        raise CannotBeRounded(too_wide)
    values = np.asarray(problem.system.matrix @ bases) * problem.base
    return Rounded(values, {kind: (w + 1) * problem.base - 1 for kind, w in wide.items()}, bases * problem.base)


def misses(problem: RoundingProblem, bases: Counts) -> Counts:
    """By how many bases each row is outside its ends."""
    low, high = problem.ends
    sums = np.asarray(problem.system.matrix @ bases)
    return np.maximum(low - sums, 0) + np.maximum(sums - high, 0)


def widths(problem: RoundingProblem, bases: Counts) -> dict[Kind, int]:
    """By how many bases the rows of each kind are wider than the base; a row that is kept may be far from the truth by
    its own earlier width."""
    sums = np.asarray(problem.system.matrix @ bases)
    far = np.maximum(np.abs(sums * problem.base - problem.truth) // problem.base, 0)
    return {kind: int(far[rows].max()) for kind, rows in problem.system.kinds.items()}


def keeps_earlier(problem: RoundingProblem, bases: Counts) -> bool:
    """Whether the numbers of earlier releases are what they were."""
    return not any(misses(problem, bases)[row] for row in problem.earlier)


def searched(problem: RoundingProblem) -> Counts:
    """Whole bases by atom, from atoms rounded by chance: one atom at a time takes or leaves a base, whichever brings
    the rows nearest to their ends and to what chance would have, and none back at once (Glover 1989, "Tabu search")."""
    rng, low, high = problem.chance.generator(problem.people), *problem.ends
    matrix, atoms = problem.system.matrix, problem.system.matrix.T.tocsr()
    bases = problem.people // problem.base + (
        rng.random(problem.system.size) < problem.people % problem.base / problem.base
    )
    sums = np.asarray(matrix @ bases)
    best, least, waited = bases.copy(), np.inf, 0
    barred = np.zeros((2, len(bases)), dtype=np.int64)
    for step in range(MOST_STEPS):
        cost = costs(sums, low, high, problem.wish)
        if (whole := cost.sum()) < least - 1e-9:
            best, least, waited = bases.copy(), whole, 0
        waited += 1
        if waited > (PATIENCE if least >= FAR else 50):
            break
        change = np.stack([atoms @ (costs(sums + way, low, high, problem.wish) - cost) for way in (1, -1)])
        change[1, bases <= 0] = np.inf
        change[barred > step] = np.inf
        way, atom = np.unravel_index(int(np.argmin(change)), change.shape)
        if change[way, atom] == np.inf:
            break
        bases[atom] += 1 - 2 * way
        sums[atoms.indices[atoms.indptr[atom] : atoms.indptr[atom + 1]]] += 1 - 2 * way
        barred[1 - way, atom] = step + rng.integers(5, 30)
    return best


def costs(sums: Counts, low: Counts, high: Counts, wish: Counts) -> NDArray[np.float64]:
    """What the rows' distances cost."""
    outside = np.maximum(low - sums, 0) + np.maximum(sums - high, 0)
    return FAR * outside.astype(float) ** 2 + NEAR * np.abs(sums - wish)


def programmed(problem: RoundingProblem, bases: Counts) -> Counts | None:
    """Whole bases by atom with the least widening by kind, no kind wider than in ``bases``; None where none is
    found in time."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, (low, high), wide = problem.system.matrix, problem.ends, widths(problem, bases)
    kinds = [kind for kind, width in wide.items() if width]
    within_ends = keeps_earlier(problem, bases)
    slack = sparse.lil_array((matrix.shape[0], len(kinds)))
    for column, kind in enumerate(kinds):
        slack[[row for row in problem.system.kinds[kind] if row not in problem.earlier], column] = 1
    free = np.where(low < high, np.where(problem.wish == high, -NEAR, NEAR), 0.0)
    weights = [1e4 * len(problem.system.kinds[kind]) for kind in kinds]
    most = [wide[kind] if within_ends else MOST_WIDE for kind in kinds]
    result = milp(
        np.r_[matrix.T @ free, weights],
        constraints=[
            LinearConstraint(sparse.hstack([matrix, slack], format="csr"), low, np.inf),
            LinearConstraint(sparse.hstack([matrix, -slack], format="csr"), -np.inf, high),
        ],
        integrality=np.ones(matrix.shape[1] + len(kinds)),
        bounds=Bounds(0, np.r_[np.full(matrix.shape[1], np.inf), most]),
        options={"time_limit": SECONDS, "mip_rel_gap": GAP},
    )
    return None if result.x is None else np.rint(result.x[: matrix.shape[1]]).astype(np.int64)
