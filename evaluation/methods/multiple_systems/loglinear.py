"""Poisson log-linear models of the overlap, fitted many at a time.

The logarithm of the expected number of people with a history is an intercept, a term for each list that they
are on, and a term for each pair of them that the model holds. The intercept is the logarithm of the expected
number on no list: the dark figure (Fienberg 1972; Cormack 1989).

Shapes: B models or tables, 2**t histories of t lists (history h, bit i: on list i; history 0 is on none),
K = 1 + t + t(t-1)/2 terms (intercept, lists, pairs), P = t(t-1)/2 pairs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln  # type: ignore[import-untyped, unused-ignore]

from .design import Design, Flags, Floats, design, has_estimate, is_identified
from .table import NotConvergedError, Overlap

# A Newton step below this in every coefficient: the next one would be below its square.
STEP_DONE = 1e-8
# A likelihood with a maximum takes 4 to 12 steps; one without walks away by 1 a step, for ever.
STEPS_BEFORE_DOUBT = 25
STEPS_AT_MOST = 200
HALVINGS_AT_MOST = 30
# Multiply-adds in one matrix product: below this, linear-algebra libraries start no threads, which cost more
# than they bring in products this small, and much more on a machine that is busy.
PRODUCT_AT_MOST = 250_000


def counts_of(overlap: Overlap) -> Floats:
    """The table as one row of 2**t counts; history 0, which nobody saw, counts 0."""
    return np.array([[0, *overlap.counts]], dtype=np.float64)


@dataclass(frozen=True)
class Models:
    """B fitted models, each with its own table.

    `coefficients` (B x K) are 0 for terms that a model does not hold and minus infinity for a pair without
    people (Chan, Silverman and Vincent 2021). Where `usable` is false, no number of that row means anything.
    """

    pairs: Flags
    coefficients: Floats
    expected: Floats
    log_likelihood: Floats
    parameters: NDArray[np.int_]
    people: Floats
    identified: Flags
    exists: Flags

    @property
    def usable(self) -> Flags:
        """Whether the estimate exists (in the extended sense) and is identified."""
        return self.identified & self.exists

    @property
    def dark_figure(self) -> Floats:
        """People on no list, expected; infinite where nothing can be said."""
        with np.errstate(over="ignore"):
            return np.where(self.usable, np.exp(self.coefficients[:, 0]), np.inf)

    @property
    def total(self) -> Floats:
        """People seen plus the dark figure."""
        return self.people + self.dark_figure

    @property
    def aic(self) -> Floats:
        """Akaike's criterion; a pair at minus infinity counts as a parameter. Infinite where not usable."""
        return np.where(self.usable, 2.0 * self.parameters - 2 * self.log_likelihood, np.inf)

    @property
    def bic(self) -> Floats:
        """Schwarz's criterion with the number of people seen (Baillargeon and Rivest 2007)."""
        penalty = np.log(self.people) * self.parameters
        return np.where(self.usable, penalty - 2 * self.log_likelihood, np.inf)

    @property
    def weights(self) -> Floats:
        """exp(-(BIC - lowest BIC) / 2), scaled to a sum of 1: approximately how probable each of these models is
        where all were as probable before (Raftery 1995; Burnham and Anderson 2002, section 2.9, for AIC)."""
        raw = np.exp(-(self.bic - self.bic.min()) / 2)
        scaled: Floats = raw / raw.sum()
        return scaled

    def moving(self, shared: Design) -> Flags:
        """The terms that a model holds and estimates as finite (B x K)."""
        return np.isfinite(self.coefficients) & held_terms(shared, self.pairs)

    def take(self, rows: NDArray[np.intp] | Flags) -> "Models":
        """The models of these rows."""
        return Models(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Task:
    """What is maximized: tables, the terms that move and the histories that count, B rows of each."""

    shared: Design
    counts: Floats
    active: Flags
    cells: Flags

    def rows(self, chosen: NDArray[np.intp] | Flags | slice) -> "Task":
        return Task(self.shared, self.counts[chosen], self.active[chosen], self.cells[chosen])

    def expected(self, coefficients: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return np.where(self.cells, np.exp(coefficients @ self.shared.matrix.T), 0.0)

    def log_likelihood(self, coefficients: Floats) -> Floats:
        """Poisson log likelihood without the factorials; -inf where the expected counts overflow."""
        predictor = coefficients @ self.shared.matrix.T
        value = ((self.counts * predictor) * self.cells).sum(1) - self.expected(coefficients).sum(1)
        return np.where(np.isfinite(value), value, -np.inf)

    def hessian(self, weights: Floats) -> Floats:
        """B x K x K; 1 on the diagonal of terms that do not move."""
        shared = self.shared
        full: Floats = (weights @ shared.members)[:, shared.unions]
        full *= self.active[:, :, None] & self.active[:, None, :]
        diagonal = np.einsum("bkk->bk", full)
        diagonal += ~self.active + 1e-14 * diagonal + 1e-300
        return full

    def solve(self, weights: Floats, gradient: Floats) -> Floats:
        moving = (gradient * self.active)[:, :, None]
        step = np.linalg.solve(self.hessian(weights), moving)[:, :, 0]
        return step.astype(np.float64, copy=False)


def fit_models(
    shared: Design, counts: Floats, pairs: Flags, start: Floats | None = None, cells: Flags | None = None
) -> Models:
    """Fit B models by maximum likelihood.

    `counts` is B x 2**t (history 0 is not used), `pairs` B x P says which pairs each model holds, `start`
    B x K is where to begin, `cells` (2**t) which histories count at all. A pair that the model holds and
    nobody is on is estimated as minus infinity: its histories leave the table (Chan, Silverman and Vincent
    2021); so do those of a list without people, which only a resampled table has. Raises NotConvergedError.
    """
    task, empty = _extended(shared, counts, pairs)
    if cells is not None:
        task = Task(shared, task.counts * cells, task.active, task.cells & cells)
    identified = _identified(task)
    coefficients, exists = np.zeros(task.active.shape), np.zeros(len(counts), dtype=bool)
    if start is None:
        start = _first_guess(task, identified)
    rows = np.flatnonzero(identified)
    coefficients[rows], exists[rows] = _maximize(task.rows(rows), start[rows] * task.active[rows])
    return _models(task, pairs, empty, coefficients, identified, exists)


def _extended(shared: Design, counts: Floats, pairs: Flags) -> tuple[Task, Flags]:
    held = held_terms(shared, pairs)
    seen = counts[:, 1:] @ shared.matrix[1:] > 0
    empty = held & ~seen
    cells = empty @ shared.matrix.T == 0
    cells[:, 0] = False
    return Task(shared, counts * cells, held & seen, cells), empty


def _identified(task: Task) -> Flags:
    # With every history in the table, 3 lists or more identify every model of pairs.
    lists = task.shared.lists
    identified: Flags = np.all(task.cells[:, 1:], axis=1)
    for row in np.flatnonzero(~identified | (lists < 3)):
        identified[row] = is_identified(lists, task.active[row].tobytes(), task.cells[row].tobytes())
    return identified


def _first_guess(task: Task, rows: Flags) -> Floats:
    """One weighted least-squares step from the counts themselves, as generalized linear models start."""
    guess, chosen = np.zeros(task.active.shape), task.rows(rows)
    near = (chosen.counts + 0.5) * chosen.cells
    target = near * np.log(chosen.counts + 0.5) + (chosen.counts - near) * chosen.cells
    guess[rows] = chosen.solve(near, target @ task.shared.matrix) if len(near) else 0
    return guess


def _maximize(task: Task, start: Floats) -> tuple[Floats, Flags]:
    """Coefficients, and whether the maximum exists."""
    best, done = start.copy(), np.zeros(len(start), dtype=bool)
    batch = max(32, PRODUCT_AT_MOST // task.shared.members.size)
    for first in range(0, len(start), batch):
        part = slice(first, first + batch)
        best[part], done[part] = newton(task.rows(part), start[part], STEPS_BEFORE_DOUBT)
    for row in np.flatnonzero(~done):
        key = (task.active[row], task.cells[row], task.counts[row] > 0)
        if not has_estimate(task.shared.lists, *(flags.tobytes() for flags in key)):
            continue
        best[[row]], done[[row]] = newton(task.rows(np.array([row])), best[[row]], STEPS_AT_MOST)
        if not done[row]:
            found = f"no maximum of the likelihood in {STEPS_AT_MOST} Newton steps"
            place = f"model of {task.shared.lists} lists"
            raise NotConvergedError.of(place, found=found, allowed="tables on which it converges")
    return best, done


def newton(task: Task, start: Floats, steps: int) -> tuple[Floats, Flags]:
    """Newton's method with halved steps. The likelihood is concave: a maximum found is the maximum.

    Terms that no row moves leave the arithmetic: of 37 on eight lists a model holds about ten."""
    used = task.active.any(0)
    full, narrow = start.copy(), design(task.shared.lists, used.tobytes())
    full[:, used], done = _newton(Task(narrow, task.counts, task.active[:, used], task.cells), start[:, used], steps)
    return full, done


def _newton(task: Task, start: Floats, steps: int) -> tuple[Floats, Flags]:
    best, done, rows = start.copy(), np.zeros(len(start), dtype=bool), np.arange(len(start))
    for _ in range(steps if len(rows) else 0):
        best[rows], size = _step(task.rows(rows), best[rows])
        done[rows] = size < STEP_DONE
        rows = rows[size >= STEP_DONE]
        if not len(rows):
            break
    return best, done


def _step(task: Task, at: Floats) -> tuple[Floats, Floats]:
    """The next coefficients, and the largest entry of the full (not the halved) Newton step."""
    expected = task.expected(at)
    step = task.solve(expected, (task.counts - expected) @ task.shared.matrix)
    size = np.abs(step).max(1)
    return _climb(task, at, step), np.where(np.isnan(size), np.inf, size)


def _climb(task: Task, at: Floats, step: Floats) -> Floats:
    low = task.log_likelihood(at)
    low -= 1e-10 * np.abs(low)
    scale = np.ones((len(at), 1))
    for _ in range(HALVINGS_AT_MOST):
        worse = ~(task.log_likelihood(at + scale * step) >= low)
        if not worse.any():
            break
        scale[worse] /= 2
    moved: Floats = np.where(np.isfinite(step), at + scale * step, at)
    return moved


def _models(task: Task, pairs: Flags, empty: Flags, best: Floats, identified: Flags, exists: Flags) -> Models:
    expected = np.exp(best @ task.shared.matrix.T) * (task.cells | (np.arange(task.cells.shape[1]) == 0))
    # With log(count!) of each history, so that AIC equals what other programs print.
    value = task.log_likelihood(best) - gammaln(task.counts + 1).sum(1)
    finite, parameters = np.where(empty, -np.inf, best), 1 + task.shared.lists + pairs.sum(1)
    return Models(pairs, finite, expected, value, parameters, task.counts.sum(1), identified, exists)


def held_terms(shared: Design, pairs: Flags) -> Flags:
    return np.concatenate([np.ones((len(pairs), 1 + shared.lists), dtype=bool), pairs], axis=1)
