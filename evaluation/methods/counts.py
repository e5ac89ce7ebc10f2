"""Counts of reports, the counts consistent with a rounded rate, and the ratio of two years."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, chdtri, ndtri  # type: ignore[import-untyped, unused-ignore]

from ..problems import Refused

Floats = NDArray[np.float64]

# Incidents a case, on average, of a geometric number: one police operation may make several reports. A supposition.
PER_CASE = 3.0
# Variance over mean of counts in such cases: E[size squared] / E[size] = 2 x PER_CASE - 1.
VARIANCE_FACTOR = 2 * PER_CASE - 1


def argument_error(where: str, actual: object, allowed: str) -> Refused:
    """Build (not raise) the error for an invalid argument; ``where`` is its name in words."""
    return Refused(f"{where}: found {actual}; allowed: {allowed}")


def require_level(level: float) -> float:
    """Return a confidence level inside (0, 1) unchanged. Raises Refused for any other."""
    if not 0 < level < 1:
        raise argument_error("level", level, "above 0 and below 1, such as 0.95")
    return level


def require_positive(where: str, value: float) -> float:
    """Return a finite number above 0 unchanged. Raises Refused for any other, NaN too; ``where`` is its name in
    words."""
    if not (math.isfinite(value) and value > 0):
        raise argument_error(where, value, "a finite number above 0")
    return value


def require_factor(value: float) -> float:
    """Return a variance over its mean, 1 or more, unchanged. Raises Refused for any other."""
    if not (math.isfinite(value) and value >= 1):
        raise argument_error("variance factor", value, "a finite number, 1 (independent events) or more")
    return value


@dataclass(frozen=True)
class Reports:
    """Reports in a year: a whole number above 0, or the range from `low` to `high` for a rounded rate."""

    low: int
    high: int

    def __post_init__(self) -> None:
        """Raises Refused for zero, fractions, booleans and ends in the wrong order."""
        for value in (self.low, self.high):
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
                raise argument_error("reports", repr(value), "a whole number above 0")
        if self.low > self.high:
            raise argument_error("reports", f"{self.low} to {self.high}", "the lower number first")

    @classmethod
    def of(cls, count: "int | Reports") -> "Reports":
        """The range of a published count, both of whose ends are the count; a range unchanged. Raises Refused for a
        count that is no whole number above 0."""
        return count if isinstance(count, Reports) else cls(count, count)

    @property
    def middle(self) -> float:
        """The midpoint of the range."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Ratio:
    """Later over earlier: between `estimate_low` and `estimate_high`, equal unless rates were rounded; with chance
    between `low` and `high` at `level`."""

    estimate_low: float
    estimate_high: float
    low: float
    high: float
    level: float


def ratio_of_counts(
    earlier: int | Reports,
    later: int | Reports,
    *,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
    variance_factor: float = 1.0,
) -> Ratio:
    """Ratio of two years' means, later over earlier; per person where the years' `populations` are given.

    Independent events (`variance_factor` 1): given their sum, the later count is binomial; its interval (Clopper and
    Pearson 1934) is turned into one for the ratio (Przyborowski and Wilenski 1940). Events that come in cases have a
    variance of `variance_factor` times the mean (quasi-Poisson: McCullagh and Nelder 1989, Generalized Linear Models,
    chapters 6 and 9), 1 or more: the log ratio's standard error is its root times that of independent events, and no
    end is nearer than theirs. Rounded rates: the worst ends over all whole numbers in both years. Raises Refused
    for zero or fractional counts, populations not above 0, a level outside (0, 1) and a variance factor below 1.
    """
    first, second = Reports.of(earlier), Reports.of(later)
    before, after = populations
    scale = require_positive("population of the earlier year", before)
    scale /= require_positive("population of the later year", after)
    tail = (1 - require_level(level)) / 2
    low, high = ratio_interval_ends(first, second, tail, variance_factor)
    estimate_low, estimate_high = second.low / first.high * scale, second.high / first.low * scale
    return Ratio(estimate_low, estimate_high, low * scale, high * scale, level)


def ratio_interval_ends(first: Reports, second: Reports, tail: float, variance_factor: float) -> tuple[float, float]:
    """The lower and upper end of the confidence interval of ``second`` ÷ ``first``, with probability ``tail`` beyond
    each: the least and the greatest over all counts of both ranges. Raises Refused for a factor below 1."""
    # The lower end grows with the later count. Over the earlier one it falls, or (few and clustered events) first rises
    # and then falls; so the worst is at one of its ends. For the upper end the years change places.
    befores, afters = np.array([first.low, first.high]), np.array([second.low, second.high])
    low = lower_ends(befores, np.array(second.low), np.array(tail), variance_factor).min()
    high = upper_ends(np.array(first.low), afters, np.array(tail), variance_factor).max()
    return float(low), float(high)


def log_ratio_error(earlier: NDArray[Any], later: NDArray[Any], variance_factor: float = 1.0) -> Floats:
    """The standard error of the natural logarithm of later ÷ earlier, for arrays of counts with variance
    `variance_factor` times the mean (delta method); counts of 0 are taken as 1/2."""
    squares = variance_factor / np.maximum(earlier, 0.5) + variance_factor / np.maximum(later, 0.5)
    errors: Floats = np.sqrt(squares)
    return errors


def lower_ends(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any], variance_factor: float = 1.0) -> Floats:
    """The lower end of the interval of later ÷ earlier for each pair of counts (arrays that broadcast), with
    probability ``tail`` below it: 0 for a later count of 0. Raises Refused for a factor below 1."""
    share = betaincinv(np.maximum(later, 0.5), earlier + 1, tail)
    ends: Floats = np.where(later > 0, share / (1 - share), 0.0)
    if require_factor(variance_factor) == 1:
        return ends
    spread = ndtri(1 - tail) * log_ratio_error(earlier, later, variance_factor)
    return np.minimum(ends, later / np.maximum(earlier, 0.5) * np.exp(-spread))


def upper_ends(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any], variance_factor: float = 1.0) -> Floats:
    """The upper end of the interval of later ÷ earlier, with probability ``tail`` above it: the reciprocal of the lower
    one of the years exchanged; infinite for an earlier count of 0. Raises Refused for a factor below 1."""
    with np.errstate(divide="ignore"):
        ends: Floats = 1 / lower_ends(later, earlier, tail, variance_factor)
    return ends


@dataclass(frozen=True)
class VarianceEstimate:
    """The variance over the mean of yearly counts: an `estimate`, with its confidence interval from `low` to `high`."""

    estimate: float
    low: float
    high: float


def estimate_variance_factor(steps: Sequence[tuple[float, float]], level: float = 0.95) -> VarianceEstimate:
    """Variance over mean of counts, from `steps`: two successive years each, two steps at least, no count of 0.

    Were the rate the same in both years, the squared step over the sum of the two counts would have the variance factor
    as its mean (successive differences: von Neumann and others 1941). The mean over n steps is taken as chi-squared:
    steps that share a year leave 2n^2 / (3n - 1) degrees of freedom. A rate that changes makes it larger, so it is a
    ceiling more than an estimate. Raises Refused for fewer steps, counts not above 0 and a level outside (0, 1).
    """
    if len(steps) < 2:
        raise argument_error("steps between yearly counts", len(steps), "two or more")
    for step in steps:
        for count in step:
            require_positive("yearly count", count)
    estimate = float(np.mean([(later - earlier) ** 2 / (earlier + later) for earlier, later in steps]))
    freedom, tail = 2 * len(steps) ** 2 / (3 * len(steps) - 1), (1 - require_level(level)) / 2
    ends = (float(freedom * estimate / chdtri(freedom, quantile)) for quantile in (tail, 1 - tail))
    return VarianceEstimate(estimate, *ends)
