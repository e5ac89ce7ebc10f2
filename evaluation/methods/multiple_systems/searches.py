"""The two published forward searches for a model, for many tables at a time.

Shapes as in `loglinear`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, pdtr, pdtrc  # type: ignore[import-untyped, unused-ignore]

from .design import Design, Flags, Floats
from .loglinear import Models, Task, fit_models

Rows = NDArray[np.intp]

# Silverman (2014); Bales, Hesketh and Silverman (2015).
P_TO_ENTER = 0.05
# Chan, Silverman and Vincent (2021, section 3.2).
P_TO_ENTER_SPARSE = 0.02


def forward(shared: Design, counts: Floats) -> Models:
    """The published search, for each of B tables (B x 2**t).

    From the main effects, add the pair whose model has the lowest AIC; stop where no pair lowers AIC or the
    new term has p above 0.05 (Silverman 2014; Bales, Hesketh and Silverman 2015: Wald's test, coefficient
    over standard error). A pair without people has no Wald test, its coefficient being minus infinity: its p
    is the probability that nobody is on both under the model without it, exp(-expected), after Chan,
    Silverman and Vincent (2021), who also pass over models whose estimate does not exist.
    """
    current = fit_models(shared, counts, np.zeros((len(counts), shared.pair_columns.shape[1]), dtype=bool))
    rows = np.flatnonzero(current.usable)
    while len(rows):
        before = current.take(rows)
        after, added = _best_addition(shared, counts[rows], before)
        entered = (after.aic < before.aic) & (_p_value(shared, before, after, added) <= P_TO_ENTER)
        current = replaced(current, rows[entered], after.take(entered))
        rows = rows[entered & ~after.pairs.all(1)]
    return current


def sparse(shared: Design, counts: Floats) -> Models:
    """The search of Chan, Silverman and Vincent (2021, section 3.2), for each of B tables (B x 2**t).

    From the main effects, add the pair whose overlap is least probable, as a Poisson number with the expectation of
    the model so far: the smaller of the probabilities of so few and of so many. Stop where that is not below 0.02.
    A pair with which the estimate does not exist or is not identified is passed over.
    """
    current = fit_models(shared, counts, np.zeros((len(counts), shared.pair_columns.shape[1]), dtype=bool))
    barred = np.zeros_like(current.pairs)
    rows = np.flatnonzero(current.usable)
    while len(rows):
        p = np.where((current.pairs | barred)[rows], 1.0, _tail(shared, counts[rows], current.take(rows)))
        rows, added = rows[p.min(1) < P_TO_ENTER_SPARSE], p.argmin(1)[p.min(1) < P_TO_ENTER_SPARSE]
        larger = current.pairs[rows].copy()
        larger[np.arange(len(rows)), added] = True
        after = fit_models(shared, counts[rows], larger)
        current = replaced(current, rows[after.usable], after.take(after.usable))
        barred[rows[after.usable]] = False
        barred[rows[~after.usable], added[~after.usable]] = True
    return current


def _tail(shared: Design, counts: Floats, models: Models) -> Floats:
    """B x P: how probable so few, or so many, people on both lists of each pair are, whichever is less."""
    both, expected = counts @ shared.pair_columns, models.expected @ shared.pair_columns
    many = np.where(both > 0, pdtrc(np.maximum(both - 1, 0), expected), 1.0)
    smaller: Floats = np.minimum(pdtr(both, expected), many)
    return smaller


def _best_addition(shared: Design, counts: Floats, before: Models) -> tuple[Models, Rows]:
    """For each table the best model of one pair more, and the index of that pair."""
    table, pair = np.nonzero(~before.pairs)
    larger = before.pairs[table].copy()
    larger[np.arange(len(pair)), pair] = True
    models = fit_models(shared, counts[table], larger, finite(before)[table])
    criterion = np.full(before.pairs.shape, np.inf)
    criterion[table, pair] = models.aic
    place = np.zeros(before.pairs.shape, dtype=np.intp)
    place[table, pair] = np.arange(len(pair))
    # The first unused pair where no candidate is usable: its AIC is infinite, so it cannot enter.
    criterion[before.pairs] = np.nan
    best = np.nanargmin(criterion, axis=1)
    return models.take(place[np.arange(len(best)), best]), best


def _p_value(shared: Design, before: Models, after: Models, added: Rows) -> Floats:
    column = 1 + shared.lists + added
    coefficient = after.coefficients[np.arange(len(added)), column]
    empty = np.isinf(coefficient)
    together = (before.expected * shared.matrix[:, column].T).sum(1)
    p = np.where(empty, np.exp(-together), 1.0)
    tested = np.flatnonzero(~empty & after.usable)
    error = standard_error(shared, after.take(tested), column[tested])
    p[tested] = 2 * ndtr(-np.abs(coefficient[tested]) / error)
    return p


def standard_error(shared: Design, models: Models, column: Rows) -> Floats:
    """Of one coefficient in each of B models, from the inverse of the information."""
    active = models.moving(shared)
    cells = models.expected * (np.arange(models.expected.shape[1]) > 0)
    task = Task(shared, cells, active, cells > 0)
    unit = np.zeros(active.shape)
    unit[np.arange(len(column)), column] = 1
    variance = task.solve(cells, unit)[np.arange(len(column)), column]
    return np.sqrt(variance)


def finite(models: Models) -> Floats:
    return np.where(np.isfinite(models.coefficients), models.coefficients, 0.0)


def replaced(models: Models, rows: Rows | Flags, others: Models) -> Models:
    """A copy with the models of `rows` replaced: `others` has one for each, or for every row of a mask."""
    fields = {}
    for name in Models.__dataclass_fields__:
        fields[name] = getattr(models, name).copy()
        new = getattr(others, name)
        fields[name][rows] = new[rows] if rows.dtype == bool else new
    return Models(**fields)
