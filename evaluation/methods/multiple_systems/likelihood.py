"""How sharply the likelihood tells: the profile of the total, and a coefficient's standard error.

Shapes as in `loglinear`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln  # type: ignore[import-untyped, unused-ignore]

from evaluation.methods.multiple_systems.design import Design, Floats
from evaluation.methods.multiple_systems.loglinear import STEPS_AT_MOST, Models, Task, held_terms, newton
from evaluation.methods.multiple_systems.table import NotConvergedError


def profile(shared: Design, counts: Floats, model: Models, dark: Floats) -> Floats:
    """Profile log likelihood of the total, at each of D values of the dark figure above 0.

    `counts` (1 x 2**t) and `model` (1 row) are fitted again with `dark` people on no list. The likelihood is
    the multinomial one, total and all (Sandland and Cormack 1984; Cormack 1992; as Rcapture's closedpCI.t).
    Raises NotConvergedError.
    """
    tables = np.repeat(counts, len(dark), axis=0)
    tables[:, 0] = dark
    active = np.isfinite(model.coefficients) & held_terms(shared, model.pairs)
    cells = model.expected > 0
    task = Task(shared, tables, np.repeat(active, len(dark), 0), np.repeat(cells, len(dark), 0))
    start = np.repeat(np.where(active, model.coefficients, 0), len(dark), 0)
    best, done = newton(task, start, STEPS_AT_MOST)
    if not done.all():
        raise NotConvergedError.of(
            "profile likelihood",
            found=f"no maximum with {dark[~done][0]:.6g} people on no list",
            allowed="tables on which Newton's method converges",
        )
    total = tables.sum(1)
    shares = ((tables * (best @ shared.matrix.T)) * task.cells).sum(1) - total * np.log(total)
    likelihood: Floats = shares + gammaln(total + 1) - gammaln(dark + 1)
    return likelihood


def standard_error(shared: Design, models: Models, column: NDArray[np.intp]) -> Floats:
    """Of one coefficient in each of B models, from the inverse of the information."""
    active = np.isfinite(models.coefficients) & held_terms(shared, models.pairs)
    cells = models.expected * (np.arange(models.expected.shape[1]) > 0)
    task = Task(shared, cells, active, cells > 0)
    unit = np.zeros(active.shape)
    unit[np.arange(len(column)), column] = 1
    variance = task.solve(cells, unit)[np.arange(len(column)), column]
    return np.sqrt(variance)
