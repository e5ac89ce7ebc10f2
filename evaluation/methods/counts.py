"""Counts of reports, what a rounded rate leaves of them, and the ratio of two years."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri  # type: ignore[import-untyped, unused-ignore]

from .errors import checked_factor, checked_level, checked_positive, checked_whole, refuse

Floats = NDArray[np.float64]

# Incidents a case, on average, of a geometric number: one police operation may make several reports. A supposition.
PER_CASE = 3.0
# Of counts that come in such cases, variance over mean: E[size squared] / E[size] = 2 x PER_CASE - 1.
VARIANCE_FACTOR = 2 * PER_CASE - 1


@dataclass(frozen=True)
class Reports:
    """Reports in a year: a whole number above 0, or any from `low` to `high` where a rate was rounded."""

    low: int
    high: int

    def __post_init__(self) -> None:
        for value in (self.low, self.high):
            checked_whole("reports", value)
        if self.low > self.high:
            raise refuse("reports", f"{self.low} to {self.high}", "the lower number first")

    @classmethod
    def exactly(cls, count: int) -> "Reports":
        """A published count."""
        return cls(checked_whole("reports", count), checked_whole("reports", count))


def reports_in(year: str, count: int | Reports) -> Reports:
    if isinstance(count, Reports):
        return count
    return Reports.exactly(checked_whole(f"reports of the {year} year", count))


@dataclass(frozen=True)
class Ratio:
    """Later over earlier: between `estimate_low` and `estimate_high`, equal unless rates were rounded.

    With chance between `low` and `high` at `level`, the counts' variance being `variance_factor` times their mean.
    """

    estimate_low: float
    estimate_high: float
    low: float
    high: float
    level: float
    variance_factor: float = 1.0


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
    end is nearer than theirs. Rounded rates: the worst ends over all whole numbers in both years. Raises DetectionError
    for zero or fractional counts, populations not above 0, a level outside (0, 1) and a variance factor below 1.
    """
    first, second = reports_in("earlier", earlier), reports_in("later", later)
    scale = population_scale(populations)
    tail = (1 - checked_level(level)) / 2
    return Ratio(
        second.low / first.high * scale,
        second.high / first.low * scale,
        *interval_ends(first, second, tail, scale, variance_factor),
        level,
        variance_factor,
    )


def population_scale(populations: tuple[float, float]) -> float:
    return checked_positive("population of the earlier year", populations[0]) / checked_positive(
        "population of the later year", populations[1]
    )


def interval_ends(
    first: Reports, second: Reports, tail: float, scale: float, variance_factor: float
) -> tuple[float, float]:
    # The lower end grows with the later count. Over the earlier one it falls, or (few and clustered events) first rises
    # and then falls; so the worst is at one of its ends. For the upper end the years change places.
    befores, afters = np.array([first.low, first.high]), np.array([second.low, second.high])
    low = lower_ends(befores, np.array(second.low), np.array(tail), variance_factor).min()
    high = upper_ends(np.array(first.low), afters, np.array(tail), variance_factor).max()
    return float(low) * scale, float(high) * scale


def log_ratio_error(earlier: NDArray[Any], later: NDArray[Any], variance_factor: float = 1.0) -> Floats:
    """Of the log ratio of two counts whose variance is `variance_factor` times the mean (delta method); a simulated 0
    counts as a half."""
    squares = variance_factor / np.maximum(earlier, 0.5) + variance_factor / np.maximum(later, 0.5)
    errors: Floats = np.sqrt(squares)
    return errors


def lower_ends(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any], variance_factor: float = 1.0) -> Floats:
    share = betaincinv(np.maximum(later, 0.5), earlier + 1, tail)
    ends: Floats = np.where(later > 0, share / (1 - share), 0.0)
    if checked_factor(variance_factor) == 1:
        return ends
    spread = ndtri(1 - tail) * log_ratio_error(earlier, later, variance_factor)
    return np.minimum(ends, later / np.maximum(earlier, 0.5) * np.exp(-spread))


def upper_ends(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any], variance_factor: float = 1.0) -> Floats:
    """The lower end with the years changed over, turned upside down."""
    with np.errstate(divide="ignore"):
        ends: Floats = 1 / lower_ends(later, earlier, tail, variance_factor)
    return ends
