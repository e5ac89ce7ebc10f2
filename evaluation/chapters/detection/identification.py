"""Partial identification: the incidence ratios that reports and bounds on detection allow."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from ...methods import counts
from ...methods.counts import Floats, Reports


@dataclass(frozen=True)
class DetectionBounds:
    """Bounds on the detection ratio p2 / p1, from `low` (0 if unknown) to `high` (infinite if unknown)."""

    low: float = 0.0
    high: float = math.inf

    def __post_init__(self) -> None:
        """Raises Refused for bounds that leave no ratio: negative ones, the lower above the upper, both 0 or
        infinite."""
        if not (0 <= self.low <= self.high and self.high > 0 and self.low < math.inf):
            allowed = "0 or more, the lower first, leaving at least one ratio possible"
            raise counts.argument_error("bounds of the detection ratio p2 / p1", f"{self.low} to {self.high}", allowed)

    @classmethod
    def unknown(cls) -> "DetectionBounds":
        """No bounds beyond 0 < p <= 1 in both years: any ratio is possible."""
        return cls()

    @classmethod
    def of_shares(cls, earlier: float, later: float) -> "DetectionBounds":
        """The exact ratio, later over earlier, of detection shares supposed to be known in the two years, both in one
        unit (shares or per cent). Raises Refused for a share that is not positive."""
        before, after = counts.require_positive("earlier share", earlier), counts.require_positive("later share", later)
        return cls(after / before, after / before)

    @property
    def log_width(self) -> float:
        """The natural logarithm of high / low, 0 for an exact ratio; infinite if a bound is unknown."""
        return math.log(self.high / self.low) if self.low > 0 and self.high < math.inf else math.inf


@dataclass(frozen=True)
class IncidenceRatio:
    """The incidence ratio, later over earlier, that reports and bounds on detection allow. `set_low` to `set_high` is
    the identified set: what remains open with any number of reports (sharp: each value is reached by some p1, p2 within
    the bounds). `low` to `high` is the confidence interval for the true ratio."""

    set_low: float
    set_high: float
    low: float
    high: float


def imbens_manski(width: Floats, level: float = 0.95) -> Floats:
    """Critical values c with Phi(c + width) - Phi(-c) = level (Imbens and Manski 2004).

    `width` is that of the identified set in standard errors of its ends, 0 or more, infinite allowed.
    Raises Refused for a level outside (0, 1).
    """
    critical = np.full(width.shape, max(0.0, ndtri(counts.require_level(level))))
    for _ in range(8):  # Newton's method converges from below, since the remaining coverage is convex
        lacking = level - ndtr(critical + width) + ndtr(-critical)
        critical += lacking / (norm_pdf(critical + width) + norm_pdf(critical))
    return critical


def norm_pdf(values: Floats) -> Floats:
    """The standard normal density."""
    density: Floats = np.exp(-(values**2) / 2) / math.sqrt(2 * math.pi)
    return density


def tail_probabilities(
    earlier: NDArray[Any], later: NDArray[Any], bounds: DetectionBounds, level: float, factor: float
) -> Floats:
    """The tail probability beyond either end of the interval at ``level``, for each pair of counts (0 allowed), with
    the variance multiplied by ``factor`` (Imbens and Manski 2004)."""
    width = bounds.log_width / counts.log_ratio_error(earlier, later, factor)
    tails: Floats = ndtr(-imbens_manski(width, level))
    return tails


def incidence_ratio(
    earlier: int | Reports,
    later: int | Reports,
    bounds: DetectionBounds,
    *,
    level: float = 0.95,
    variance_factor: float = 1.0,
) -> IncidenceRatio:
    """The identified set of the incidence ratio and its interval.

    Reports' ratio R and detection ratio d in [low, high] leave R / high to R / low: the estimated ratio less a known
    number at either end, so that the set's width is known and Imbens and Manski (2004) holds as it stands. The interval
    covers the true ratio, not the whole set; it keeps their tail and takes it from the conditional binomial instead of
    the normal distribution, because counts are small; a `variance_factor` widens it as in `ratio_of_counts`. With few
    counts it can be a little shorter for a slightly wider set, since the tail passes from two sides to one. Rounded
    rates: worst ends. Raises Refused for reports not above 0, a level outside (0, 1) and a variance factor below 1.
    """
    first, second = Reports.of(earlier), Reports.of(later)
    # The largest standard error among the counts that rounding leaves gives the smallest tail.
    tail = float(
        tail_probabilities(
            np.array(first.low), np.array(second.low), bounds, level, counts.require_factor(variance_factor)
        )
    )
    low, high = counts.ratio_interval_ends(first, second, tail, variance_factor)
    return IncidenceRatio(
        _divide(second.low / first.high, bounds.high),
        _divide(second.high / first.low, bounds.low),
        _divide(low, bounds.high),
        _divide(high, bounds.low),
    )


def _divide(ratio: float, detection: float) -> float:
    """A ratio of reports over a detection ratio; infinite for a detection ratio of 0."""
    return ratio / detection if detection > 0 else math.inf
