"""Reports against incidence: what a change in police reports says about crime, and what it does not.

Expected reports = incidence x detection. Detection p is the share of incidents that enter the police's count
(recognized, reported or found, founded, classed as the most serious offence), so 0 < p <= 1 and the reports'
ratio is the incidence's ratio times the detection ratio p2 / p1. The count also holds offences of earlier
years.

In this order: counts and their ratio; incidence per person; revisions; break-even detection; partial
identification; signatures of four stories; simulation and power. "Earlier" and "later" are the two years.
Every interval from counts holds if events were independent; real ones cluster, so the truth is wider.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from enum import StrEnum
from numbers import Integral
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped, unused-ignore]
from scipy.stats import beta, norm  # type: ignore[import-untyped, unused-ignore]

Floats = NDArray[np.float64]


class DetectionError(ValueError):
    """A question that has no answer: one message says what, where and what is allowed."""


def _refuse(where: str, found: object, allowed: str) -> DetectionError:
    return DetectionError(f"{where}: found {found}; allowed: {allowed}")


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise _refuse("level", level, "above 0 and below 1, such as 0.95")
    return level


def _share(where: str, share: float) -> float:
    if not 0 < share <= 1:
        raise _refuse(where, share, "a share above 0 and at most 1")
    return share


def _positive(where: str, value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise _refuse(where, value, "a finite number above 0")
    return value


def _whole(where: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise _refuse(where, repr(value), "a whole number above 0")
    return int(value)


# Counts and their ratio


@dataclass(frozen=True)
class Reports:
    """Reports in a year: a whole number above 0, or any from `low` to `high` where a rate was rounded."""

    low: int
    high: int

    def __post_init__(self) -> None:
        for value in (self.low, self.high):
            _whole("reports", value)
        if self.low > self.high:
            raise _refuse("reports", f"{self.low} to {self.high}", "the lower number first")

    @classmethod
    def exactly(cls, count: int) -> "Reports":
        """A published count."""
        return cls(_whole("reports", count), _whole("reports", count))

    @classmethod
    def from_rate(cls, rate: str | Decimal | float, population: int, *, decimals: int = 1) -> "Reports":
        """The whole numbers that a rate per 100,000 may stand for.

        2.3 with one decimal is any count from 2.25 up to (not including) 2.35 x population / 100,000.
        Raises DetectionError for a rate that is not above 0, that is more precise than `decimals`, or that
        stands for no count above 0.
        """
        middle = _decimal_rate(rate, decimals)
        half = Decimal(5).scaleb(-decimals - 1)
        people = _whole("population", population)
        low, past = (
            int(((middle + side) * people / 100_000).to_integral_value(ROUND_CEILING))
            for side in (-half, half)
        )
        if past - 1 < max(low, 1):
            raise _refuse("rate", f"{rate} per 100,000 of {people}", "a rate that stands for a count above 0")
        return cls(max(low, 1), past - 1)


def _decimal_rate(rate: str | Decimal | float, decimals: int) -> Decimal:
    try:
        middle = Decimal(str(rate))
    except InvalidOperation:
        raise _refuse("rate", repr(rate), "a number above 0") from None
    if not (middle.is_finite() and middle > 0):
        raise _refuse("rate", rate, "a number above 0")
    if middle != round(middle, decimals):
        raise _refuse("rate", rate, f"a rate rounded to {decimals} decimals")
    return middle


def _reports(year: str, count: int | Reports) -> Reports:
    if isinstance(count, Reports):
        return count
    return Reports.exactly(_whole(f"reports of the {year} year", count))


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
    assumption: str = "events-are-independent"


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
    first, second = _reports("earlier", earlier), _reports("later", later)
    scale = _scale(populations)
    tail = (1 - _level(level)) / 2
    return Ratio(
        second.low / first.high * scale,
        second.high / first.low * scale,
        *_ends(first, second, tail, scale),
        level,
    )


def _scale(populations: tuple[float, float]) -> float:
    return _positive("population of the earlier year", populations[0]) / _positive(
        "population of the later year", populations[1]
    )


def _ends(first: Reports, second: Reports, tail: float, scale: float) -> tuple[float, float]:
    # The lower end grows with the later count and falls with the earlier one, so the worst case is a corner.
    low = _lower(np.array(first.high), np.array(second.low), np.array(tail))
    high = _upper(np.array(first.low), np.array(second.high), np.array(tail))
    return float(low) * scale, float(high) * scale


def _lower(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any]) -> Floats:
    share = beta.ppf(tail, np.maximum(later, 0.5), earlier + 1)
    ends: Floats = np.where(later > 0, share / (1 - share), 0.0)
    return ends


def _upper(earlier: NDArray[Any], later: NDArray[Any], tail: NDArray[Any]) -> Floats:
    share = beta.isf(tail, later + 1, np.maximum(earlier, 0.5))
    with np.errstate(divide="ignore"):
        ends: Floats = np.where(earlier > 0, share / (1 - share), np.inf)
    return ends


# Incidence as a number and per person


@dataclass(frozen=True)
class Change:
    """The same change twice, so that a growing population hides in neither."""

    number: Ratio
    per_person: Ratio


def change_in_reports(
    earlier: int | Reports, later: int | Reports, populations: tuple[float, float], *, level: float = 0.95
) -> Change:
    """Ratio of reports as a number and per person; `populations` are of the earlier and the later year."""
    return Change(
        ratio_of_counts(earlier, later, level=level),
        ratio_of_counts(earlier, later, populations=populations, level=level),
    )


# Revisions


@dataclass(frozen=True)
class UnderRevision:
    """A ratio as published, and with either year's count revised as another count once was.

    `sign_turns`: whether one of the revisions turns a rise into a fall or a fall into a rise (or removes it).
    """

    factor: float
    published: Ratio
    earlier_revised: Ratio
    later_revised: Ratio

    @property
    def sign_turns(self) -> bool:
        """Whether the change's sign hangs on a revision of this size."""
        return len({_sign(ratio) for ratio in (self.published, self.earlier_revised, self.later_revised)}) > 1


def _sign(ratio: Ratio) -> int:
    return (ratio.estimate_low > 1) - (ratio.estimate_high < 1)


def under_revision(
    earlier: int | Reports,
    later: int | Reports,
    *,
    before: int,
    after: int,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
) -> UnderRevision:
    """What the largest revision seen (`before` to `after`, such as 528 to 597) would do to a comparison.

    Each year's count in turn is multiplied by after / before and rounded to a whole number. Raises
    DetectionError for counts that are not above 0.
    """
    factor = _whole("count after the revision", after) / _whole("count before the revision", before)
    first, second = _reports("earlier", earlier), _reports("later", later)
    pairs = ((first, second), (revised_reports(first, factor), second), (first, revised_reports(second, factor)))
    return UnderRevision(
        factor, *(ratio_of_counts(one, two, populations=populations, level=level) for one, two in pairs)
    )


def revised_reports(count: int | Reports, factor: float) -> Reports:
    """A count multiplied by a revision's factor, to the nearest whole number (a half up), at least 1."""
    reports = _reports("revised", count)
    _positive("factor of the revision", factor)
    low, high = (max(1, math.floor(end * factor + 0.5)) for end in (reports.low, reports.high))
    return Reports(low, high)


# Break-even detection


@dataclass(frozen=True)
class BreakEven:
    """Incidence fell if and only if p2 / p1 is above `detection_ratio`, that is, p2 above `later_share`.

    `later_share` is None where no share is high enough: p1 is at or above `earlier_share_limit`, 1 / ratio.
    """

    detection_ratio: float
    earlier_share: float
    later_share: float | None
    earlier_share_limit: float

    @property
    def within_reach(self) -> bool:
        """Whether detection can have risen enough for incidence to have fallen."""
        return self.later_share is not None


def break_even(ratio: float, earlier_share: float) -> BreakEven:
    """Break-even detection for a ratio of expected reports and the earlier year's p.

    With an interval for the ratio, ask at both ends. Raises DetectionError for p outside (0, 1] or a ratio
    that is not above 0.
    """
    needed = _positive("ratio of reports", ratio) * _share("detection in the earlier year", earlier_share)
    return BreakEven(ratio, earlier_share, needed if needed < 1 else None, min(1.0, 1 / ratio))


def incidence_ratio_at(ratio: float, earlier_share: float, later_share: float) -> float:
    """Incidence ratio for a ratio of expected reports where both shares are supposed: ratio x p1 / p2."""
    return (
        _positive("ratio of reports", ratio)
        * _share("detection in the earlier year", earlier_share)
        / _share("detection in the later year", later_share)
    )


def detection_ratios_needed(counts: Sequence[int], *, level: float = 0.95) -> tuple[Ratio, ...]:
    """For each count after the first: the p2 / p1 that it would take had incidence not changed since.

    It illustrates what detection alone would have to do; it does not show that incidence stayed.
    """
    if len(counts) < 2:
        raise _refuse("counts", f"{len(counts)} year{'s' * (len(counts) != 1)}", "two years or more")
    return tuple(ratio_of_counts(counts[0], count, level=level) for count in counts[1:])


# Partial identification


class Conclusion(StrEnum):
    """What the interval for the incidence ratio says at its level."""

    ROSE = "rose"
    FELL = "fell"
    CANNOT_BE_TOLD = "cannot-be-told"


def concluded(low: float, high: float) -> Conclusion:
    """From the ends of an interval for the incidence ratio; 1 itself concludes nothing."""
    if low > 1:
        return Conclusion.ROSE
    return Conclusion.FELL if high < 1 else Conclusion.CANNOT_BE_TOLD


@dataclass(frozen=True)
class DetectionBounds:
    """What is known of the detection ratio p2 / p1: `low` (0 where unknown) to `high` (infinite there)."""

    low: float = 0.0
    high: float = math.inf

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high and self.high > 0 and self.low < math.inf):
            raise _refuse(
                "bounds of the detection ratio p2 / p1",
                f"{self.low} to {self.high}",
                "0 or more, the lower first, leaving at least one ratio possible",
            )

    @classmethod
    def unknown(cls) -> "DetectionBounds":
        """0 < p <= 1 in both years, and no more: any ratio is possible."""
        return cls()

    @classmethod
    def did_not_fall(cls) -> "DetectionBounds":
        """p2 >= p1: the incidence ratio is at most the ratio of reports."""
        return cls(1.0, math.inf)

    @classmethod
    def of_shares(cls, earlier: tuple[float, float], later: tuple[float, float]) -> "DetectionBounds":
        """Bounds (low, high) on p1 and on p2, each within (0, 1]."""
        for year, (low, high) in (("earlier", earlier), ("later", later)):
            where = f"detection in the {year} year"
            if _share(where, low) > _share(where, high):
                raise _refuse(where, f"{low} to {high}", "the lower bound first")
        return cls(later[0] / earlier[1], later[1] / earlier[0])

    def and_also(self, other: "DetectionBounds") -> "DetectionBounds":
        """Both hold. Raises DetectionError where they contradict each other."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low > high:
            both = f"{self.low:g} to {self.high:g} and {other.low:g} to {other.high:g}"
            raise _refuse("bounds of the detection ratio p2 / p1", both, "bounds that overlap")
        return DetectionBounds(low, high)

    @property
    def log_width(self) -> float:
        """log(high / low), infinite where an end is unknown."""
        return math.log(self.high / self.low) if self.low > 0 and self.high < math.inf else math.inf


class Method(StrEnum):
    """How the interval for the incidence ratio is made.

    Both bounds are the estimated log ratio of reports less a known number, so their width is known and Imbens
    and Manski (2004) holds as it stands. `STOYE` is for bounds that are estimated themselves, as by a survey,
    and with them the width: see `incidence_ratio_surveyed`. `EXACT` keeps Imbens and Manski's tail and takes
    it from the conditional binomial instead of the normal distribution, because counts are small: their
    interval relies on large ones.
    """

    EXACT = "exact-imbens-manski"
    NORMAL = "imbens-manski"
    STOYE = "stoye"


@dataclass(frozen=True)
class Identified:
    """What reports and bounds on detection say of the incidence ratio, later over earlier.

    `set_low` to `set_high`: what the estimate leaves open, however many reports there were (sharp: each value
    is reached by some p1, p2 within the bounds). `low` to `high`: the interval for the true ratio at `level`.
    """

    set_low: float
    set_high: float
    low: float
    high: float
    level: float
    method: Method

    @property
    def conclusion(self) -> Conclusion:
        """Rose, fell or cannot be told, at `level`."""
        return concluded(self.low, self.high)


def incidence_ratio(
    earlier: int | Reports,
    later: int | Reports,
    bounds: DetectionBounds,
    *,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
    method: Method = Method.EXACT,
) -> Identified:
    """The identified set of the incidence ratio (per person where `populations` are given) and its interval.

    Reports' ratio R and detection ratio d in [low, high] leave R / high to R / low. The interval covers the
    true ratio, not the whole set (Imbens and Manski 2004). Rounded rates: worst ends. Raises DetectionError.
    """
    first, second = _reports("earlier", earlier), _reports("later", later)
    scale = _scale(populations)
    if method is Method.STOYE:
        raise _refuse("method", method, "exact-imbens-manski or imbens-manski; for stoye, surveyed bounds")
    tail = _tail(first, second, bounds.log_width, _level(level))
    low, high = (
        _ends(first, second, tail, scale)
        if method is Method.EXACT
        else _normal_ends(first, second, tail, scale)
    )
    return Identified(
        _over(second.low / first.high * scale, bounds.high),
        _over(second.high / first.low * scale, bounds.low),
        _over(low, bounds.high),
        _over(high, bounds.low),
        level,
        method,
    )


def incidence_ratio_surveyed(
    earlier: int | Reports,
    later: int | Reports,
    bounds: DetectionBounds,
    log_errors: tuple[float, float],
    *,
    correlation: float = 0.0,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
) -> Identified:
    """As `incidence_ratio`, where `bounds` are estimates: both finite and above 0.

    `log_errors` are the standard errors of the logarithms of the low and the high bound, `correlation` that
    of the two estimates. Interval after Stoye (2009), on the logarithmic scale. Raises DetectionError.
    """
    if not math.isfinite(bounds.log_width):
        raise _refuse(
            "estimated bounds of p2 / p1", f"{bounds.low} to {bounds.high}", "finite bounds above 0"
        )
    first, second = _reports("earlier", earlier), _reports("later", later)
    scale = _scale(populations)
    # Rounded rates: each corner is a pair of counts with an interval of its own.
    corners = ((first.high, second.low), (first.low, second.high))
    ends = [_surveyed(one, two, scale, bounds, log_errors, correlation, level) for one, two in corners]
    return Identified(
        second.low / first.high * scale / bounds.high,
        second.high / first.low * scale / bounds.low,
        ends[0][0],
        ends[1][1],
        level,
        Method.STOYE,
    )


def _surveyed(
    one: int,
    two: int,
    scale: float,
    bounds: DetectionBounds,
    log_errors: tuple[float, float],
    correlation: float,
    level: float,
) -> tuple[float, float]:
    chance = float(_standard_error(np.array(one), np.array(two)))
    of_low, of_high = log_errors
    # The incidence ratio's lower bound hangs on the high bound of detection, and the other way round.
    errors = math.hypot(chance, of_high), math.hypot(chance, of_low)
    together = (chance**2 + correlation * of_low * of_high) / (errors[0] * errors[1])
    ratio = math.log(two / one * scale)
    low, high = stoye(
        ratio - math.log(bounds.high), ratio - math.log(bounds.low), errors, min(together, 1.0), level
    )
    return math.exp(low), math.exp(high)


def _over(ratio: float, detection: float) -> float:
    return ratio / detection if detection > 0 else math.inf


def _standard_error(earlier: NDArray[Any], later: NDArray[Any]) -> Floats:
    """Of the log ratio of two Poisson counts (delta method); a simulated 0 counts as a half."""
    errors: Floats = np.sqrt(1 / np.maximum(earlier, 0.5) + 1 / np.maximum(later, 0.5))
    return errors


def _tail(first: Reports, second: Reports, log_width: float, level: float) -> float:
    """The tail outside each end: from (1 - level) / 2 for a point to 1 - level for a wide set."""
    # The largest standard error among the counts that rounding leaves gives the smallest tail.
    error = _standard_error(np.array(first.low), np.array(second.low))
    return float(norm.sf(imbens_manski(np.array(log_width / error), level)))


def _normal_ends(first: Reports, second: Reports, tail: float, scale: float) -> tuple[float, float]:
    def end(side: int, one: int, two: int) -> float:
        error = float(_standard_error(np.array(one), np.array(two)))
        return scale * two / one * math.exp(side * float(norm.isf(tail)) * error)

    return end(-1, first.high, second.low), end(1, first.low, second.high)


def imbens_manski(width: Floats, level: float = 0.95) -> Floats:
    """Critical values c with Phi(c + width) - Phi(-c) = level (Imbens and Manski 2004).

    `width` is that of the identified set in standard errors of its ends, 0 or more, infinite allowed.
    """
    width = np.asarray(width, dtype=np.float64)
    if not (width >= 0).all():
        raise _refuse("width of the identified set", width.min(), "0 or more")
    low, high = np.full(width.shape, norm.ppf(_level(level))), np.full(width.shape, norm.ppf((1 + level) / 2))
    for _ in range(60):
        middle = (low + high) / 2
        short = norm.cdf(middle + width) - norm.cdf(-middle) < level
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high


def stoye(
    lower: float, upper: float, errors: tuple[float, float], correlation: float, level: float = 0.95
) -> tuple[float, float]:
    """Interval for a parameter between two estimated bounds whose distance is estimated too.

    `errors` are the standard errors of `lower` and `upper`, `correlation` that of their estimates. The
    shortest interval that covers the parameter at either bound (Stoye 2009, his second interval). With equal
    errors and correlation 1 it is Imbens and Manski's. Raises DetectionError for bounds out of order.
    """
    if not lower <= upper:
        raise _refuse("estimated bounds", f"{lower} to {upper}", "the lower first")
    for name, error in zip(("lower", "upper"), errors, strict=True):
        _positive(f"standard error of the {name} bound", error)
    if not -1 <= correlation <= 1:
        raise _refuse("correlation of the bounds", correlation, "-1 to 1")
    left, right = _shortest((upper - lower) / np.array(errors), errors, correlation, _level(level))
    return lower - left * errors[0], upper + right * errors[1]


def _shortest(
    widths: Floats, errors: tuple[float, float], correlation: float, level: float
) -> tuple[float, float]:
    least, most = float(norm.ppf(level)), float(norm.ppf((3 + level) / 4)) + 1

    def right_of(left: float) -> float:
        def spare(right: float) -> float:
            return _least_coverage(left, right, widths, correlation) - level

        if spare(least) >= 0:
            return least
        # Where the left end is too near for any right end, a right end so far that the search turns back.
        return float(brentq(spare, least, most + 8)) if spare(most + 8) > 0 else most + 8

    best = minimize_scalar(
        lambda left: errors[0] * left + errors[1] * right_of(left),
        bounds=(least + 1e-9, most),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(best.x), right_of(float(best.x))


def _least_coverage(left: float, right: float, widths: Floats, correlation: float) -> float:
    """Of the parameter at the lower and at the upper bound, whichever is covered less."""
    at_lower = norm.cdf(right + widths[1]) - _both_below(-left, right + widths[1], correlation)
    at_upper = norm.cdf(right) - _both_below(right, -left - widths[0], correlation)
    return float(min(at_lower, at_upper))


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)


def _both_below(a: float, b: float, correlation: float) -> float:
    """P(X <= a, Y <= b) of two standard normal variables."""
    if abs(correlation) > 1 - 1e-9:
        return float(norm.cdf(min(a, b)) if correlation > 0 else max(0.0, norm.cdf(a) - norm.cdf(-b)))
    # Plackett (1954): the derivative by the correlation is the density, integrated here over its angle.
    angle = (_NODES + 1) / 2 * math.asin(correlation)
    inside = np.exp(-(a * a + b * b - 2 * a * b * np.sin(angle)) / (2 * np.cos(angle) ** 2))
    return float(norm.cdf(a) * norm.cdf(b) + math.asin(correlation) / 2 * (_WEIGHTS @ inside) / (2 * math.pi))


@dataclass(frozen=True)
class Tightness:
    """How tight the detection ratio must be known before anything can be said at `level`.

    `log_width` is the largest log(high / low) of bounds around `centre` with which there is a conclusion, and
    `factor` its half as a factor: p2 / p1 known to within centre / factor to centre x factor. Both are None,
    and the conclusion "cannot be told", where even an exactly known detection ratio would not do.
    """

    conclusion: Conclusion
    centre: float
    log_width: float | None
    factor: float | None
    level: float


def tightness_needed(
    earlier: int | Reports,
    later: int | Reports,
    *,
    centre: float = 1.0,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
    method: Method = Method.EXACT,
) -> Tightness:
    """The widest bounds around `centre` (1: detection as before) with which something can be concluded."""

    def at(log_width: float) -> Identified:
        half = math.exp(log_width / 2)
        bounds = DetectionBounds(_positive("centre", centre) / half, centre * half)
        return incidence_ratio(earlier, later, bounds, populations=populations, level=level, method=method)

    known = at(0.0).conclusion
    if known is Conclusion.CANNOT_BE_TOLD:
        return Tightness(known, centre, None, None, level)
    width = _last_width(lambda log_width: at(log_width).conclusion is known)
    return Tightness(known, centre, width, math.exp(width / 2), level)


def _last_width(holds: Callable[[float], bool]) -> float:
    """The largest width at which a conclusion holds that holds at 0, by bisection to 1e-9."""
    low, high = 0.0, 1.0
    while holds(high):
        low, high = high, 2 * high
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


# Signatures: what each story would do to each indicator


class Story(StrEnum):
    """Why reports may have risen."""

    TRUST = "victims-trust-up"
    EFFORT = "police-effort-up"
    RECORDING = "recording-or-law-changed"
    INCIDENCE = "incidence-up"


class Sign(StrEnum):
    """Which way a story moves an indicator."""

    UP = "up"
    DOWN = "down"
    NONE = "none"
    AMBIGUOUS = "ambiguous"


class Indicator(StrEnum):
    """What may be published beside the count."""

    REPORTS = "police-reports"
    VICTIM_SHARE = "share-reported-by-victims-or-services"
    DELAY = "delay-from-offence-to-report"
    CHARGED = "share-with-charges"
    CLEARED = "clearance"
    VICTIMS = "victims-per-incident"
    HOTLINE = "hotline-contacts-per-police-report"
    SEVERE = "share-severe"
    SERVED = "people-served"
    SPREAD = "share-outside-places-with-a-unit"


# The small model. Incidents are severe or not, of one victim or several, in a place with a special unit or
# not. Each waits to be told of by a victim or service (hazard: trust x victims, less where not severe), to be
# found by police (hazard: effort x victims**size, less where not severe, less where there is no unit), or to
# end unseen (hazard 1: the unit of time). What is known is recorded always if severe, with probability
# `recording` if not. Old offences, which police do not look for, are told of in proportion to trust;
# severity, victims and place are those of the year's own offences. Each row is the range of a baseline, wide
# enough that a sign that holds all over it does not hang on a number nobody knows.
BASELINES: Final[Mapping[str, tuple[float, float]]] = {
    "incidence": (1.0, 1.0),
    "trust": (0.02, 0.4),  # victims' hazard; with effort's, detection of about 2% to 60%
    "effort": (0.02, 0.4),
    "recording": (0.2, 0.9),
    "severe": (0.1, 0.6),  # share of incidents
    "several": (0.05, 0.5),  # share with several victims
    "victims": (2.0, 6.0),  # how many, where several
    "unit": (0.3, 0.8),  # share in a place with a unit
    "mild_trust": (0.3, 1.0),  # telling, where not severe, against severe
    "mild_effort": (0.2, 0.8),  # finding, likewise: police look for the severe first
    "elsewhere": (0.05, 0.6),  # finding where there is no unit, against where there is
    "size": (0.0, 1.0),  # how finding grows with victims
    "old": (0.0, 0.5),  # old offences still untold, against a year's incidents
    "old_delay": (2.0, 10.0),  # their age, in the unit of time
    "charge_found": (0.5, 0.9),  # found by police: there is a suspect
    "charge_told": (0.2, 0.9),  # told by victims who go on with the case
    "charge_mild": (0.4, 0.9),  # charges where not severe, against severe
    "go_on": (0.0, 0.5),  # elasticity of going on with the case to trust
    "otherwise": (0.0, 0.3),  # cleared otherwise, of those not charged
    "call": (0.0, 1.0),  # elasticity of hotline contacts to trust
    "seek": (0.1, 1.0),  # elasticity of seeking services to trust
    "refer": (0.1, 0.5),  # referred to services, of those found by police
}
MOVED: Final[Mapping[Story, str]] = {
    Story.TRUST: "trust",
    Story.EFFORT: "effort",
    Story.RECORDING: "recording",
    Story.INCIDENCE: "incidence",
}
# Rounding leaves elasticities of about 1e-16 where the model's is 0.
NO_ELASTICITY = 1e-9
# Complex-step derivative (Squire and Trapp 1998): no difference is taken, so any small step will do.
STEP = 1e-30


def model_indicators(baseline: Mapping[str, Any]) -> dict[Indicator, Any]:
    """Each indicator's value in the small model, at parameters named as in BASELINES (numbers or arrays)."""
    b = baseline
    kinds = [_kind(b, severe, several, unit) for severe in (1, 0) for several in (1, 0) for unit in (1, 0)]
    told, found = (sum(kind[name] for kind in kinds) for name in ("told", "found"))
    mild_share = b["severe"] + (1 - b["severe"]) * b["recording"] * b["mild_trust"]
    old = b["incidence"] * b["old"] * b["trust"] * mild_share
    reports = told + found + old
    total = {name: sum(kind[name] for kind in kinds) for name in kinds[0]}
    go_on = b["trust"] ** b["go_on"]
    old_charged = old * b["charge_told"]
    charged = (total["charged_found"] + (total["charged_told"] + old_charged) * go_on) / reports
    return {
        Indicator.REPORTS: reports,
        Indicator.VICTIM_SHARE: (told + old) / reports,
        Indicator.DELAY: (total["waited"] + old * b["old_delay"]) / reports,
        Indicator.CHARGED: charged,
        Indicator.CLEARED: charged + (1 - charged) * b["otherwise"],
        Indicator.VICTIMS: total["hurt"] / (told + found),
        Indicator.HOTLINE: b["incidence"] * b["trust"] ** b["call"] / reports,
        Indicator.SEVERE: total["severe"] / (told + found),
        Indicator.SERVED: b["incidence"] * b["trust"] ** b["seek"] + b["refer"] * total["met"],
        Indicator.SPREAD: total["elsewhere"] / (told + found),
    }


def _kind(b: Mapping[str, Any], severe: int, several: int, unit: int) -> dict[str, Any]:
    """Recorded incidents of one kind, by route, and what they add to each indicator."""
    share = (
        b["incidence"]
        * (b["severe"] if severe else 1 - b["severe"])
        * (b["several"] if several else 1 - b["several"])
        * (b["unit"] if unit else 1 - b["unit"])
    )
    victims = b["victims"] if several else 1.0
    tell = b["trust"] * victims * (1 if severe else b["mild_trust"])
    find = (
        b["effort"]
        * victims ** b["size"]
        * (1 if severe else b["mild_effort"])
        * (1 if unit else b["elsewhere"])
    )
    recorded = share * (1 if severe else b["recording"])
    told, found = recorded * tell / (tell + find + 1), recorded * find / (tell + find + 1)
    mild = 1 if severe else b["charge_mild"]
    return {
        "told": told,
        "found": found,
        "waited": (told + found) / (tell + find + 1),
        "hurt": (told + found) * victims,
        "severe": (told + found) * severe,
        "elsewhere": (told + found) * (1 - unit),
        "met": share * victims * find / (tell + find + 1),
        "charged_found": found * mild * b["charge_found"],
        "charged_told": told * mild * b["charge_told"],
    }


def draw_baselines(draws: int = 4096, seed: int = 1) -> dict[str, Floats]:
    """Baselines, `draws` of each parameter: half inside the ranges of BASELINES, half at their corners."""
    random = np.random.default_rng(seed)
    inside = draws // 2
    corners = draws - inside
    return {
        name: np.concatenate([random.uniform(low, high, inside), random.choice([low, high], corners)])
        for name, (low, high) in BASELINES.items()
    }


def elasticities(story: Story, baselines: Mapping[str, Floats]) -> dict[Indicator, Floats]:
    """Relative change of each indicator for a relative change of what the story moves, at each baseline."""
    moved = dict(baselines) | {MOVED[story]: baselines[MOVED[story]] * (1 + 1j * STEP)}
    return {
        name: np.broadcast_to(np.imag(value) / np.real(value) / STEP, baselines["trust"].shape)
        for name, value in model_indicators(moved).items()
    }


def sign_of(values: Floats) -> Sign:
    """Up or down where the elasticity is never of the other sign, none where it is 0, else ambiguous."""
    rises, falls = bool((values > NO_ELASTICITY).any()), bool((values < -NO_ELASTICITY).any())
    return {(True, False): Sign.UP, (False, True): Sign.DOWN, (False, False): Sign.NONE}.get(
        (rises, falls), Sign.AMBIGUOUS
    )


def signatures(baselines: Mapping[str, Floats] | None = None) -> dict[Story, dict[Indicator, Sign]]:
    """For each story the sign of each indicator's move: the small model's derivative at every baseline."""
    at = draw_baselines() if baselines is None else baselines
    moves = {story: elasticities(story, at) for story in Story}
    return {story: {name: sign_of(values) for name, values in moves[story].items()} for story in Story}


@dataclass(frozen=True)
class Observation:
    """An indicator's observed change as a log ratio, with its interval (low < high) at `level`."""

    indicator: Indicator
    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            found = f"{self.low} to {self.high}"
            raise _refuse(f"change in {self.indicator}", found, "finite log ratios, lower first")
        _level(self.level)

    @property
    def middle(self) -> float:
        """Middle of the interval."""
        return (self.low + self.high) / 2

    @property
    def error(self) -> float:
        """Standard error that the interval stands for, were it normal."""
        return (self.high - self.low) / 2 / float(norm.ppf((1 + self.level) / 2))


@dataclass(frozen=True)
class Reading:
    """Likelihood of each story against the likeliest; `story` None means that it cannot be told."""

    relative_likelihood: Mapping[Story, float]
    story: Story | None


# Royall (1997): a likelihood ratio of 8 is fairly strong evidence, 32 strong.
EVIDENCE = 8.0
# A typical yearly change of an indicator, as a log ratio, where a story moves it: a fifth or so.
TYPICAL_MOVE = 0.2


def read_signatures(
    observations: Sequence[Observation], *, typical_move: float = TYPICAL_MOVE, evidence: float = EVIDENCE
) -> Reading:
    """Which story the observed changes favour, were each the only one at work.

    A story that moves an indicator up makes its change a half-normal of scale `typical_move` above 0, down
    one below, ambiguous a normal around 0, none 0; the observation adds its normal error. Indicators are
    taken as independent, so the reading errs to the sure side. One story is named only where it is
    `evidence` times as likely as each other.
    """
    scale = _positive("typical move", typical_move)
    table = signatures()
    logs = {
        story: sum(_log_likelihood(seen, table[story][seen.indicator], scale) for seen in observations)
        for story in Story
    }
    best = max(logs.values())
    close = [story for story, value in logs.items() if value > best - math.log(evidence)]
    return Reading(
        {story: math.exp(value - best) for story, value in logs.items()},
        close[0] if len(close) == 1 else None,
    )


def _log_likelihood(seen: Observation, sign: Sign, scale: float) -> float:
    if sign is Sign.NONE:
        return float(norm.logpdf(seen.middle, scale=seen.error))
    spread = math.hypot(scale, seen.error)
    either = float(norm.logpdf(seen.middle, scale=spread))
    if sign is Sign.AMBIGUOUS:
        return either
    side = 1 if sign is Sign.UP else -1
    return either + math.log(2) + float(norm.logcdf(side * seen.middle * scale / (seen.error * spread)))


# Simulation and power


class Process(StrEnum):
    """How reports come about in a simulated year."""

    POISSON = "poisson"
    OVERDISPERSED = "overdispersed"
    CLUSTERED = "clustered"
    REVISED = "revised"


# Variance 1 + mean / 50 times the mean: a negative binomial of shape 50.
SHAPE = 50.0
# Incidents a case, on average: one police operation may make several reports.
PER_CASE = 3.0
# The largest revision seen, 528 to 597 (2022): the later year is published before it, the earlier after.
REVISION = 597 / 528
# Incidence ratios to ask about by name.
EFFECTS: Final[Mapping[str, float]] = {
    "halved": 0.5,
    "down-a-quarter": 0.75,
    "down-a-tenth": 0.9,
    "unchanged": 1.0,
    "up-a-tenth": 1.1,
    "up-a-quarter": 1.25,
    "doubled": 2.0,
}


@dataclass(frozen=True)
class Scenario:
    """A simulated truth: expected reports are incidence x detection in each year."""

    incidence: tuple[float, float]
    detection: tuple[float, float]
    process: Process = Process.POISSON

    def __post_init__(self) -> None:
        for year, incidence, share in zip(("earlier", "later"), self.incidence, self.detection, strict=True):
            _positive(f"incidence in the {year} year", incidence)
            _share(f"detection in the {year} year", share)

    @property
    def ratio(self) -> float:
        """True incidence ratio."""
        return self.incidence[1] / self.incidence[0]


def simulate_reports(scenario: Scenario, draws: int, seed: int) -> NDArray[np.int_]:
    """Published reports, draws x 2 (earlier, later)."""
    if draws < 1:
        raise _refuse("draws", draws, "1 or more")
    random = np.random.default_rng(seed)
    means = np.multiply(scenario.incidence, scenario.detection)
    if scenario.process is Process.REVISED:
        means = means / (1.0, REVISION)
    return np.column_stack([_year(random, scenario.process, float(mean), draws) for mean in means])


def _year(random: np.random.Generator, process: Process, mean: float, draws: int) -> NDArray[np.int_]:
    if process is Process.OVERDISPERSED:
        return random.negative_binomial(SHAPE, SHAPE / (SHAPE + mean), draws)
    if process is Process.CLUSTERED:
        cases = random.poisson(mean / PER_CASE, draws)
        more = random.negative_binomial(np.maximum(cases, 1), 1 / PER_CASE)
        return np.where(cases > 0, cases + more, 0)
    return random.poisson(mean, draws)


def simulated_intervals(
    scenario: Scenario, bounds: DetectionBounds, draws: int, seed: int, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Ends (draws each) of the exact interval of `incidence_ratio` on simulated reports.

    A simulated year without reports, which `incidence_ratio` refuses, leaves that end open.
    """
    earlier, later = simulate_reports(scenario, draws, seed).T
    width = bounds.log_width / _standard_error(earlier, later)
    tail = norm.sf(imbens_manski(width, level))
    low, high = _lower(earlier, later, tail), _upper(earlier, later, tail)
    return low / bounds.high, high / bounds.low if bounds.low > 0 else np.full(draws, np.inf)


def coverage(
    scenario: Scenario, bounds: DetectionBounds, *, draws: int = 2000, seed: int = 1, level: float = 0.95
) -> float:
    """Share of simulated intervals that hold the true incidence ratio; the bounds are to hold p2 / p1."""
    low, high = simulated_intervals(scenario, bounds, draws, seed, level=level)
    return float(np.mean((low <= scenario.ratio) & (scenario.ratio <= high)))


def power(
    scenario: Scenario, bounds: DetectionBounds, *, draws: int = 2000, seed: int = 1, level: float = 0.95
) -> dict[Conclusion, float]:
    """How often each conclusion is drawn. With nothing known of detection, never but "cannot be told"."""
    low, high = simulated_intervals(scenario, bounds, draws, seed, level=level)
    rose, fell = float(np.mean(low > 1)), float(np.mean(high < 1))
    return {
        Conclusion.ROSE: rose,
        Conclusion.FELL: fell,
        Conclusion.CANNOT_BE_TOLD: float(np.mean((low <= 1) & (high >= 1))),
    }


def power_of_effects(
    reports: float,
    detection: tuple[float, float],
    bounds: DetectionBounds,
    *,
    process: Process = Process.POISSON,
    draws: int = 2000,
    seed: int = 1,
    level: float = 0.95,
) -> dict[str, dict[Conclusion, float]]:
    """Power for each named effect, with `reports` expected in the earlier year and these true p1, p2."""
    start = _positive("reports expected in the earlier year", reports) / _share(
        "detection in the earlier year", detection[0]
    )
    return {
        name: power(
            Scenario((start, start * effect), detection, process), bounds, draws=draws, seed=seed, level=level
        )
        for name, effect in EFFECTS.items()
    }
