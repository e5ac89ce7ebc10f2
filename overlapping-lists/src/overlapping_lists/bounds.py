"""What can be said without a choice of model (Chao's lower bound), and what no model can say (the sensitivity)."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri  # type: ignore[import-untyped, unused-ignore]

from .loglinear import counts_of, design, fit_models, standard_error
from .table import Overlap

# The hidden number for half and for twice the odds that the interaction of all lists would have to have.
FACTORS = (0.5, 2.0)


class LowerBound(NamedTuple):
    """Chao's bound: of the population, as estimated, and the ends of its interval. What is at least there is `low`.

    >>> import pandas as pd
    >>> from overlapping_lists import estimate
    >>> lists = pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [300, 200, 100]})
    >>> bound = estimate(lists, draws=200).bound
    >>> round(bound.total), bound.low < bound.total < bound.high
    (1200, True)
    """

    total: float
    low: float
    high: float


def chao_lower_bound(overlap: Overlap, level: float = 0.95) -> LowerBound | None:
    """Chao's lower bound for lists that reach differently (Rivest and Baillargeon 2007, Biometrics 63, 999-1006).

    The main effects of lists are fitted to the people on one list or two alone; by the inequality of Cauchy and
    Schwarz the number on none is at least what they give, if people differ by a factor in the odds of being on any
    list. Of two lists it is Lincoln and Petersen's estimate. Its variance is f0 + f0**2 times that of the logarithm
    (of two lists Sekar and Deming's), and the logarithm of the hidden number is taken to be normal (Chao 1987, section
    4). Like every such bound it is void where lists keep people apart (negative dependence). None where these people
    identify nothing.
    """
    shared, counts = design(len(overlap.lists)), counts_of(overlap)
    few = shared.matrix[:, 1 : 1 + shared.lists].sum(1) <= 2
    fitted = fit_models(shared, counts, np.zeros((1, len(overlap.pairs)), dtype=bool), cells=few)
    if not fitted.usable[0]:
        return None
    hidden, error = float(np.exp(fitted.coefficients[0, 0])), standard_error(shared, fitted, 0)
    variance = 1 / hidden + error**2
    spread = float(np.exp(ndtri((1 + level) / 2) * np.sqrt(np.log1p(variance))))
    return LowerBound(overlap.observed + hidden, overlap.observed + hidden / spread, overlap.observed + hidden * spread)


def sensitivity(observed: int, low: float, high: float) -> tuple[float, float]:
    """The ends of an interval, if the hidden number were half or twice what the models give.

    All 2**t - 1 counts fit every model with an interaction of all t lists as well as without it: it is taken to be
    none, no count can show it, and the hidden number is multiplied by it. The assumption is the identifying one of
    log-linear models (Aleshin-Guendel, Sadinle and Wakefield 2024, Biometrics 80).
    """
    return observed + FACTORS[0] * (low - observed), observed + FACTORS[1] * (high - observed)
