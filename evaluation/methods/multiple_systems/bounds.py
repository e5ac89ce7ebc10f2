"""What can be said without a choice of model (Chao's lower bounds), and what no model can say (the sensitivity)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri  # type: ignore[import-untyped, unused-ignore]

from .design import design
from .loglinear import counts_of, fit_models
from .searches import standard_error
from .table import Overlap

# The hidden number for half and for twice the odds that the interaction of all lists would have to have.
FACTORS = (0.5, 2.0)


@dataclass(frozen=True)
class Bound:
    """A lower bound of the population as estimated, and the ends of its interval."""

    total: float
    low: float
    high: float


def lognormal(observed: int, hidden: float, variance: float, level: float) -> Bound:
    """The interval of Chao (1987, section 4): the logarithm of the hidden number is taken to be normal."""
    spread = np.exp(ndtri((1 + level) / 2) * np.sqrt(np.log1p(variance / hidden**2))) if hidden else 1.0
    return Bound(observed + hidden, observed + hidden / spread, observed + hidden * spread)


def chao_1987(overlap: Overlap, level: float = 0.95) -> Bound:
    """n + f1**2 / (2 f2), people who differ in how likely they are to be listed (Chao 1987, Biometrics 43, 783-791);
    n + f1 (f1 - 1) / 2 where nobody is on exactly two lists.

    It takes all lists to reach alike. Where some are much longer than others it is too high, and no lower bound:
    of independent lists it gives n + f0 (o1 + ... + ot)**2 / (2 (o1 o2 + o1 o3 + ...)), o being the lists' odds,
    which is at least t / (t - 1) of the f0 that nobody listed, and more the more the lists differ.
    """
    once, twice, n = overlap.on_exactly(1), overlap.on_exactly(2), overlap.observed
    if twice:
        ratio = once / twice
        return lognormal(n, once * ratio / 2, twice * (ratio**4 / 4 + ratio**3 + ratio**2 / 2), level)
    hidden = once * (once - 1) / 2
    last = once**4 / (4 * (n + hidden))
    return lognormal(n, hidden, max(hidden + once * (2 * once - 1) ** 2 / 4 - last, 0.0), level)


def chao_lower_bound(overlap: Overlap, level: float = 0.95) -> Bound | None:
    """Chao's lower bound for lists that reach differently (Rivest and Baillargeon 2007, Biometrics 63, 999-1006).

    The main effects of lists are fitted to the people on one list or two alone; by the inequality of Cauchy and
    Schwarz the number on none is at least what they give, if people differ by a factor in the odds of being on any
    list. Of two lists it is Lincoln and Petersen's estimate. Its variance is f0 + f0**2 times that of the logarithm
    (of two lists Sekar and Deming's). Like every such bound it is void where lists keep people apart (negative
    dependence). None where these people identify nothing.
    """
    shared, counts = design(len(overlap.lists)), counts_of(overlap)
    few = shared.matrix[:, 1 : 1 + shared.lists].sum(1) <= 2
    fitted = fit_models(shared, counts, np.zeros((1, len(overlap.pairs)), dtype=bool), cells=few)
    if not fitted.usable[0]:
        return None
    hidden, error = fitted.dark_figure[0], standard_error(shared, fitted, np.array([0]))[0]
    return lognormal(overlap.observed, float(hidden), float(hidden + (hidden * error) ** 2), level)


def sensitivity(observed: int, low: float, high: float) -> tuple[float, float]:
    """The ends of an interval, if the hidden number were half or twice what the models give.

    All 2**t - 1 counts fit every model with an interaction of all t lists as well as without it: it is taken to be
    none, no count can show it, and the hidden number is multiplied by it. The assumption is the identifying one of
    log-linear models (Aleshin-Guendel, Sadinle and Wakefield 2024, Biometrics 80).
    """
    return observed + FACTORS[0] * (low - observed), observed + FACTORS[1] * (high - observed)
