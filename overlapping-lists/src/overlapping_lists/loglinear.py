"""Poisson log-linear models of the overlap, fitted many at a time.

The logarithm of the expected number of people with a history is an intercept, a term for each list that they
are on, and a term for each pair of them that the model holds. The intercept is the logarithm of the expected
number on no list: the dark figure (Fienberg 1972; Cormack 1989).

Shapes: B models or tables, 2**t histories of t lists (history h, bit i: on list i; history 0 is on none),
K = 1 + t + t(t-1)/2 terms (intercept, lists, pairs), P = t(t-1)/2 pairs.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln  # type: ignore[import-untyped, unused-ignore]

from .table import Overlap

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
# A Newton step below this in every coefficient: the next one would be below its square.
STEP_DONE = 1e-8
# A likelihood with a maximum takes 4 to 12 steps, 26 at most of 32,176 models of sparse tables; one without walks away
# by 1 a step, for ever.
STEPS_AT_MOST, HALVINGS_AT_MOST = 40, 30


@dataclass(frozen=True)
class Design:
    """What every model of t lists shares.

    `matrix` (2**t x K) holds 0 and 1. The Hessian's entry (a, b) is the expected number of people who are on
    all lists of terms a and b: column `unions[a, b]` of the expected counts times `members`.
    """

    lists: int
    matrix: Floats
    members: Floats
    unions: Rows

    @property
    def pair_columns(self) -> Floats:
        """Which histories (rows) are on both lists of a pair (columns), as 0 and 1."""
        return self.matrix[:, 1 + self.lists :]

    def held(self, pairs: Flags) -> Flags:
        """The terms (B x K) of models that hold `pairs` (B x P)."""
        return np.concatenate([np.ones((len(pairs), 1 + self.lists), dtype=bool), pairs], axis=1)


@lru_cache(maxsize=4096)
def design(lists: int, used: bytes = b"") -> Design:
    """The design for a number of lists; of some terms alone where `used` (the bytes of K booleans) says which."""
    alone = [1 << i for i in range(lists)]
    terms = np.array([0, *alone, *(one | other for one, other in combinations(alone, 2))])
    terms = terms[np.frombuffer(used, dtype=bool)] if used else terms
    joint = np.bitwise_or.outer(terms, terms)
    masks, unions = np.unique(joint, return_inverse=True)
    histories = np.arange(2**lists)[:, None]
    on_all, members = ((histories & some == some).astype(np.float64) for some in (terms, masks))
    return Design(lists, on_all, members, unions.reshape(joint.shape))


@dataclass(frozen=True)
class Models:
    """B fitted models, each with its own table: `total` is people seen plus the dark figure.

    `coefficients` (B x K) are 0 for terms that a model does not hold and minus infinity for a pair without people
    (Chan, Silverman and Vincent 2021), which counts as a parameter of `aic` and of `bic`, Schwarz's criterion with the
    number of people seen (Baillargeon and Rivest 2007). Where the estimate is not `usable` (not identified, or it does
    not exist in the extended sense) the last three are infinite, and no other number of the row means anything.
    """

    pairs: Flags
    coefficients: Floats
    expected: Floats
    usable: Flags
    total: Floats
    aic: Floats
    bic: Floats

    def take(self, rows: Rows | Flags) -> "Models":
        """The models of these rows."""
        return Models(*(field[rows] for field in vars(self).values()))

    def joined(self, others: "Models") -> "Models":
        """These models, then the others."""
        return Models(*map(np.concatenate, zip(vars(self).values(), vars(others).values(), strict=True)))


@dataclass(frozen=True)
class Task:
    """What is maximized: tables, the terms that move and the histories that count, B rows of each."""

    shared: Design
    counts: Floats
    active: Flags
    cells: Flags

    def rows(self, chosen: Rows | Flags) -> "Task":
        """The task of these rows alone."""
        return Task(self.shared, self.counts[chosen], self.active[chosen], self.cells[chosen])

    def expected(self, coefficients: Floats) -> Floats:
        """The expected counts (B x 2**t), 0 where a history does not count."""
        with np.errstate(over="ignore"):
            return np.where(self.cells, np.exp(coefficients @ self.shared.matrix.T), 0.0)

    def log_likelihood(self, coefficients: Floats) -> Floats:
        """Poisson log likelihood without the factorials; -inf where the expected counts overflow."""
        predictor = coefficients @ self.shared.matrix.T
        value = ((self.counts * predictor) * self.cells).sum(1) - self.expected(coefficients).sum(1)
        return np.where(np.isfinite(value), value, -np.inf)

    def solve(self, weights: Floats, gradient: Floats) -> Floats:
        """The Newton step (B x K): the Hessian at `weights`, with 1 on the diagonal of terms that do not move."""
        hessian: Floats = (weights @ self.shared.members)[:, self.shared.unions]
        hessian *= self.active[:, :, None] & self.active[:, None, :]
        diagonal = np.einsum("bkk->bk", hessian)
        diagonal += ~self.active + 1e-14 * diagonal + 1e-300
        step = np.linalg.solve(hessian, (gradient * self.active)[:, :, None])[:, :, 0]
        return step.astype(np.float64, copy=False)


def counts_of(overlap: Overlap) -> Floats:
    """The table as one row of 2**t counts; history 0, which nobody saw, counts 0."""
    return np.array([[0, *overlap.counts]], dtype=np.float64)


def fit_models(
    shared: Design, counts: Floats, pairs: Flags, start: Floats | None = None, cells: Flags | None = None
) -> Models:
    """Fit B models by maximum likelihood.

    `counts` is B x 2**t or one row for all (history 0 is not used), `pairs` B x P says which pairs each model holds,
    `start` B x K is where to begin, `cells` (2**t) which histories count at all. A pair that the model holds and
    nobody is on is estimated as minus infinity: its histories leave the table (Chan, Silverman and Vincent
    2021); so do those of a list without people, which only a resampled table has.

    The estimate exists where the likelihood has a maximum (Fienberg and Rinaldo 2012). Chan, Silverman and Vincent
    (2021) test that by a linear program; here it is that Newton's method finds it, which is the same (see the tests).
    """
    held, seen = shared.held(pairs), counts[:, 1:] @ shared.matrix[1:] > 0
    nobody = np.arange(len(shared.matrix)) == 0
    counted = ((held & ~seen) @ shared.matrix.T == 0) & ~nobody & (True if cells is None else cells)
    task = Task(shared, counts * counted, held & seen, counted)
    identified = _identified(task)
    some, best, usable = task.rows(identified), np.zeros(held.shape), np.zeros(len(pairs), dtype=bool)
    first = _first_guess(some) if start is None else start[identified] * some.active
    best[identified], usable[identified] = newton(some, first)
    # With log(count!) of each history, so that AIC equals what other programs print.
    deviance = -2 * (task.log_likelihood(best) - gammaln(task.counts + 1).sum(1))
    parameters, people = 1 + shared.lists + pairs.sum(1), task.counts.sum(1)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # of rows that are not usable
        of_each = people + np.exp(best[:, 0]), 2.0 * parameters + deviance, np.log(people) * parameters + deviance
        total, aic, bic = (np.where(usable, value, np.inf) for value in of_each)
        expected = np.exp(best @ shared.matrix.T) * (counted | nobody)
    return Models(pairs, np.where(held & ~seen, -np.inf, best), expected, usable, total, aic, bic)


def _identified(task: Task) -> Flags:
    # With every history in the table, 3 lists or more identify every model of pairs.
    lists = task.shared.lists
    identified: Flags = np.all(task.cells[:, 1:], axis=1)
    for row in np.flatnonzero(~identified | (lists < 3)):
        identified[row] = is_identified(lists, task.active[row].tobytes(), task.cells[row].tobytes())
    return identified


@lru_cache(maxsize=1 << 16)  # a bootstrap asks it of thousands of tables that differ in their counts only
def is_identified(lists: int, active: bytes, cells: bytes) -> bool:
    """Whether the histories in the table (the bytes of 2**lists flags) determine the terms that move (of K flags)."""
    matrix = design(lists, active).matrix[np.frombuffer(cells, dtype=bool)]
    return len(matrix) > 0 and bool(np.linalg.matrix_rank(matrix) == matrix.shape[1])


def _first_guess(task: Task) -> Floats:
    """One weighted least-squares step from the counts themselves, as generalized linear models start."""
    near = (task.counts + 0.5) * task.cells
    target = near * np.log(task.counts + 0.5) + (task.counts - near) * task.cells
    return task.solve(near, target @ task.shared.matrix) * task.active


def newton(task: Task, start: Floats) -> tuple[Floats, Flags]:
    """Newton's method with halved steps: coefficients, and which are done. The likelihood is concave: a maximum found
    is the maximum.

    Terms that no row moves leave the arithmetic: of 37 on eight lists a model holds about ten."""
    used = task.active.any(0)
    narrow = Task(design(task.shared.lists, used.tobytes()), task.counts, task.active[:, used], task.cells)
    full, best, rows = start.copy(), start[:, used], np.arange(len(start))
    for _ in range(STEPS_AT_MOST):
        if not len(rows):
            break
        best[rows], size = _step(narrow.rows(rows), best[rows])
        rows = rows[size >= STEP_DONE]
    full[:, used] = best
    return full, ~np.isin(np.arange(len(start)), rows)


def _step(task: Task, at: Floats) -> tuple[Floats, Floats]:
    """The next coefficients, and the largest entry of the full (not the halved) Newton step."""
    expected = task.expected(at)
    step = task.solve(expected, (task.counts - expected) @ task.shared.matrix)
    size = np.abs(step).max(1)
    least = task.log_likelihood(at)
    least -= 1e-10 * np.abs(least)
    scale = np.ones((len(at), 1))
    for _ in range(HALVINGS_AT_MOST):
        worse = ~(task.log_likelihood(at + scale * step) >= least)
        if not worse.any():
            break
        scale[worse] /= 2
    return np.where(np.isfinite(step), at + scale * step, at), np.where(np.isnan(size), np.inf, size)


def standard_error(shared: Design, model: Models, column: int) -> float:
    """Of one coefficient of a model (one row), from the inverse of the information."""
    active = np.isfinite(model.coefficients) & shared.held(model.pairs)
    cells = model.expected * (np.arange(model.expected.shape[1]) > 0)
    unit = np.eye(active.shape[1])[[column]]
    return float(np.sqrt(Task(shared, cells, active, cells > 0).solve(cells, unit)[0, column]))
