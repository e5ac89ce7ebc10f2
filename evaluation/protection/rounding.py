"""Randomized controlled rounding: every published count is a multiple of the base and less than one base from the true
count, and all are sums of one invented population of whole bases, so that parts add up to totals everywhere.

A tabu search comes first; an integer program (HiGHS, by `scipy.optimize.milp`) follows if some kind remains too wide.
Counts that cannot be near are widened by kind of table, never by cell: a single wider cell would reveal that its count
is hard to reach.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .system import AtomCounts, Group, Kind, RowCounts, RowEnds, System

MOST_WIDE = 2  # maximal widening of a kind of table, in bases
MOST_STEPS, PATIENCE = 12_000, 1_500  # steps of the search, and steps without improvement
FAR, NEAR = 1_000.0, 1.0  # costs of a base outside of the interval, and of a base from the random rounding
MOST_ENTRIES = 60_000  # non-zero entries of the largest system for the integer program
SECONDS, GAP = 30.0, 0.02


class NoRounding(ValueError):
    """No rounding keeps all counts within the maximal width; ``kinds`` are those that fail, empty if only numbers of
    earlier releases could not be kept."""

    def __init__(self, kinds: list[Kind]):
        super().__init__("no rounding keeps the counts near")
        self.kinds = kinds


@dataclass(frozen=True)
class SecretRandom:
    """Random numbers derived from a secret, unpredictable to whoever knows the method and all returns but one;
    deterministic for a group and its count, so that rounding the same returns again gives the same numbers."""

    secret: bytes

    def draw(self, group: Group, count: int, base: int) -> float:
        """A number from 0 (included) to 1 (excluded), always the same for one secret, group, count and base."""
        message = repr((sorted((name, sorted(codes)) for name, codes in group), count, base))
        digest = hmac.new(self.secret, message.encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def generator(self, counts: AtomCounts) -> np.random.Generator:
        """A generator for the steps of the search, seeded by the secret and the ``counts`` by atom."""
        digest = hmac.new(self.secret, b"search" + counts.tobytes(), hashlib.sha256).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))


@dataclass(frozen=True)
class RoundingProblem:
    """The input of a rounding: a system, its true counts by atom (``people``), the base, the source of random numbers.
    ``earlier`` has by row index the earlier published number, in bases; ``own_counts`` the largest count of one
    organization in each row, None if ignored."""

    system: System
    people: AtomCounts
    base: int
    chance: SecretRandom
    earlier: Mapping[int, int]
    own_counts: RowCounts | None = None

    @cached_property
    def truth(self) -> RowCounts:
        """The true count of each row."""
        return np.asarray(self.system.matrix @ self.people, dtype=np.int64)

    @cached_property
    def ends(self) -> RowEnds:
        """The minimal and maximal number of bases of each row: the truth rounded down and up; in a row of an earlier
        release, both that release's number."""
        low, high = self.truth // self.base, -(-self.truth // self.base)
        for row, multiple in self.earlier.items():
            low[row] = high[row] = multiple
        return RowEnds(low, high)

    @cached_property
    def random_rounding(self) -> RowCounts:
        """The randomly rounded number of bases of each row: rounded up with the probability that makes it unbiased.
        Where one organization has all people of a count but for fewer than half a base, the probability of rounding
        down is squared, since that organization would know the others more closely; it is not 0, since whoever knows of
        the only organization in a region would then know half of each range."""
        low, high = self.ends
        drawn = [self.chance.draw(*row, self.base) for row in zip(self.system.groups, self.truth.tolist(), strict=True)]
        down = 1 - self.truth % self.base / self.base
        if self.own_counts is not None:
            down = np.where(self.truth - self.own_counts < self.base // 2, down**2, down)
        return np.where(np.array(drawn) < 1 - down, high, low)


@dataclass(frozen=True)
class Rounding:
    """The published number of each row (a multiple of the base), the maximal distance to the truth by kind of table,
    the people of the invented population by atom."""

    values: RowCounts
    within: dict[Kind, int]
    invented: AtomCounts


def round_system(problem: RoundingProblem) -> Rounding:
    """Round a system by `tabu_search`, and by `integer_program` if some row is outside of its interval and the system
    has at most MOST_ENTRIES entries. Raises NoRounding if a kind would have to be wider than `MOST_WIDE` bases, or an
    earlier number could not be kept."""
    bases = tabu_search(problem)
    if distances_outside(problem, bases).any() and problem.system.matrix.nnz <= MOST_ENTRIES:
        better = integer_program(problem, bases)
        bases = bases if better is None else better
    wide = widening_by_kind(problem, bases)
    too_wide = [kind for kind, width in wide.items() if width > MOST_WIDE]
    if too_wide or not keeps_earlier(problem, bases):
        raise NoRounding(too_wide)
    values = np.asarray(problem.system.matrix @ bases) * problem.base
    return Rounding(values, {kind: (w + 1) * problem.base - 1 for kind, w in wide.items()}, bases * problem.base)


def distances_outside(problem: RoundingProblem, bases: AtomCounts) -> RowCounts:
    """The distance, in bases, of each row's sum of ``bases`` (by atom) from its `RoundingProblem.ends`; 0 inside."""
    low, high = problem.ends
    sums = np.asarray(problem.system.matrix @ bases)
    return np.maximum(low - sums, 0) + np.maximum(sums - high, 0)


def widening_by_kind(problem: RoundingProblem, bases: AtomCounts) -> dict[Kind, int]:
    """The widening of each kind of table: the largest whole number of bases between one of its rows and the truth, 0 if
    all are less than a base away. A row of an earlier release, which may be off by its width there, counts too."""
    sums = np.asarray(problem.system.matrix @ bases)
    far = np.maximum(np.abs(sums * problem.base - problem.truth) // problem.base, 0)
    return {kind: int(far[rows].max()) for kind, rows in problem.system.kinds.items()}


def keeps_earlier(problem: RoundingProblem, bases: AtomCounts) -> bool:
    """Whether all rows of earlier releases have their earlier numbers; True without earlier ones."""
    return not any(distances_outside(problem, bases)[row] for row in problem.earlier)


def tabu_search(problem: RoundingProblem) -> AtomCounts:
    """Whole bases by atom, found by tabu search from randomly rounded atoms: each step adds or removes one base at the
    atom that brings the rows nearest to their intervals and random roundings, and may not be undone at once (Glover
    1989, "Tabu search"). The best of at most MOST_STEPS steps; it may lie outside of intervals."""
    rng, low, high = problem.chance.generator(problem.people), *problem.ends
    matrix, atoms = problem.system.matrix, problem.system.matrix.T.tocsr()
    bases = problem.people // problem.base + (
        rng.random(problem.system.size) < problem.people % problem.base / problem.base
    )
    sums = np.asarray(matrix @ bases)
    best, least, waited = bases.copy(), np.inf, 0
    barred = np.zeros((2, len(bases)), dtype=np.int64)
    for step in range(MOST_STEPS):
        cost = row_costs(sums, low, high, problem.random_rounding)
        if (whole := cost.sum()) < least - 1e-9:
            best, least, waited = bases.copy(), whole, 0
        waited += 1
        if waited > (PATIENCE if least >= FAR else 50):
            break
        change = np.stack(
            [atoms @ (row_costs(sums + way, low, high, problem.random_rounding) - cost) for way in (1, -1)]
        )
        change[1, bases <= 0] = np.inf
        change[barred > step] = np.inf
        way, atom = np.unravel_index(int(np.argmin(change)), change.shape)
        if change[way, atom] == np.inf:
            break
        bases[atom] += 1 - 2 * way
        sums[atoms.indices[atoms.indptr[atom] : atoms.indptr[atom + 1]]] += 1 - 2 * way
        barred[1 - way, atom] = step + rng.integers(5, 30)
    return best


def row_costs(sums: RowCounts, low: RowCounts, high: RowCounts, random_rounding: RowCounts) -> NDArray[np.float64]:
    """The cost of each row, all arguments in bases: the squared distance of its sum from the interval ``low`` to
    ``high``, weighted by FAR, plus its distance from the random rounding, weighted by NEAR."""
    outside = np.maximum(low - sums, 0) + np.maximum(sums - high, 0)
    return FAR * outside.astype(float) ** 2 + NEAR * np.abs(sums - random_rounding)


def integer_program(problem: RoundingProblem, bases: AtomCounts) -> AtomCounts | None:
    """Whole bases by atom with minimal widening by kind (HiGHS), rounding as the random rounding wishes where that
    costs none; no kind wider than with ``bases``, if those keep earlier numbers. None if nothing is found in
    SECONDS."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, (low, high), wide = problem.system.matrix, problem.ends, widening_by_kind(problem, bases)
    kinds = [kind for kind, width in wide.items() if width]
    within_ends = keeps_earlier(problem, bases)
    slack = sparse.lil_array((matrix.shape[0], len(kinds)))
    for column, kind in enumerate(kinds):
        slack[[row for row in problem.system.kinds[kind] if row not in problem.earlier], column] = 1
    free = np.where(low < high, np.where(problem.random_rounding == high, -NEAR, NEAR), 0.0)
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
