"""The probability that incidence fell, for a stated belief about the detection ratio."""

import math

import numpy as np
from scipy.special import betainc  # type: ignore[import-untyped, unused-ignore]

from ...methods.counts import Reports, require_factor, require_positive

NODES = 80  # of the quadrature: the probability is exact to far below a hundredth of a per cent


def probability_incidence_fell(
    earlier: int | Reports, later: int | Reports, median: float, log_deviation: float, *, variance_factor: float = 1.0
) -> tuple[float, float]:
    """The probability that incidence is lower in the later year, its least and its most where rates were rounded.

    Incidence fell where the ratio of reports' means R lies below the detection ratio D. The belief on D is log-normal
    with a ``median`` and a standard deviation of its logarithm, as in bias analysis (Greenland 2005, Journal of the
    Royal Statistical Society A 168, 267-306). Given their sum, the later count is binomial with R / (1 + R), as for
    `ratio_of_counts`; with Jeffreys' prior that share is a Beta(later + 1/2, earlier + 1/2). Where events come in
    cases, the quasi-likelihood is that of the counts over `variance_factor` (McCullagh and Nelder 1989, chapter 9). The
    mean of P(R < D) over D is taken by Gauss-Hermite quadrature. Raises Refused for counts and beliefs not above
    0, and for a variance factor below 1.
    """
    first, second = Reports.of(earlier), Reports.of(later)
    require_positive("median of the detection ratio", median)
    require_positive("standard deviation of its logarithm", log_deviation)
    factor = require_factor(variance_factor)
    nodes, weights = np.polynomial.hermite.hermgauss(NODES)
    ratios = median * np.exp(math.sqrt(2) * log_deviation * nodes)

    def below(before: int, after: int) -> float:
        """P(R < D) for two counts, the earlier and the later year's."""
        probabilities = betainc(after / factor + 0.5, before / factor + 0.5, ratios / (1 + ratios))
        return min(1.0, float(weights @ probabilities / math.sqrt(math.pi)))  # the weights sum to one but for rounding

    return below(first.low, second.high), below(first.high, second.low)
