"""Counts of reports, what a rounded rate leaves of them, and the ratio of two years."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainccinv, betaincinv  # type: ignore[import-untyped, unused-ignore]

from .errors import checked_level, checked_positive, checked_whole, refuse

Floats = NDArray[np.float64]


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

    With chance, if events were independent, between `low` and `high` at `level`.
    """

    estimate_low: float
    estimate_high: float
    low: float
    high: float
    level: float
    method: str = "conditional-binomial"


def ratio_of_counts(
    earlier: int | Reports,
    later: int | Reports,
    *,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
) -> Ratio:
    """Ratio of two Poisson means, later over earlier; per person where the years' `populations` are given.

    Given their sum, the later count is binomial; its interval (Clopper and Pearson 1934) is turned into one
    for the ratio (Przyborowski and Wilenski 1940). Rounded rates: the worst ends over all whole numbers in
    both years. Raises DetectionError for zero or fractional counts, populations not above 0, and a level
    outside (0, 1).
    """
    first, second = reports_in("earlier", earlier), reports_in("later", later)
    scale = population_scale(populations)
    tail = (1 - checked_level(level)) / 2
    return Ratio(
        second.low / first.high * scale,
        second.high / first.low * scale,
        *exact_ends(first, second, tail, scale),
        level,
    )


def population_scale(populations: tuple[float, float]) -> float:
    return checked_positive("population of the earlier year", populations[0]) / checked_positive(
        "population of the later year", populations[1]
    )


def exact_ends(first: Reports, second: Reports, tail: float, scale: float) -> tuple[float, float]:
    # The lower end grows with the later count and falls with the earlier one, so the worst case is a corner.
    low = lower_ends(np.array(first.high), np.array(second.low), np.array(tail))
    high = upper_ends(np.array(first.low), np.array(second.high), np.array(tail))
    return float(low) * scale, float(high) * scale


def lower_ends(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any]) -> Floats:
    share = betaincinv(np.maximum(later, 0.5), earlier + 1, tail)
    ends: Floats = np.where(later > 0, share / (1 - share), 0.0)
    return ends


def upper_ends(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any]) -> Floats:
    share = betainccinv(later + 1, np.maximum(earlier, 0.5), tail)
    with np.errstate(divide="ignore"):
        ends: Floats = np.where(earlier > 0, share / (1 - share), np.inf)
    return ends
