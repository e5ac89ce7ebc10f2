"""How far off the estimate may be: profile likelihood, and a bootstrap that repeats the choice of model."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped, unused-ignore]
from scipy.special import gammaincinv, ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from evaluation.hidden_population.choice import Rule, choose_for_each
from evaluation.hidden_population.design import Floats, design
from evaluation.hidden_population.loglinear import Models, counts_of, profile
from evaluation.hidden_population.table import HiddenPopulationError, NotIdentifiedError, Overlap

# Below a thousandth of a person the dark figure is none.
NOBODY = 1e-3
# The likelihood is taken to have no upper end where it still has not fallen at e**20 times the estimate.
SEARCHED = 20.0
DRAWS_AT_LEAST = 100


class Interval(StrEnum):
    """How the interval is made."""

    PROFILE = "profile"
    PERCENTILE = "percentile"
    BCA = "bca"


def interval_named(name: str) -> Interval:
    """The kind of interval of this name. Raises HiddenPopulationError for any other."""
    try:
        return Interval(name)
    except ValueError:
        raise HiddenPopulationError(f"interval: found {name!r}; allowed: {', '.join(Interval)}") from None


def checked_level(level: float) -> float:
    """A confidence level inside (0, 1). Raises HiddenPopulationError for any other."""
    if not 0 < level < 1:
        raise HiddenPopulationError(f"level: found {level!r}; allowed: above 0 and below 1, such as 0.95")
    return level


def profile_interval(overlap: Overlap, model: Models, level: float = 0.95) -> tuple[float, float]:
    """Totals whose multinomial profile likelihood is not rejected at `level`, given the model (one row).

    At least the people seen. Raises NotIdentifiedError where the likelihood has no upper end.
    """
    shared, counts = design(len(overlap.lists)), counts_of(overlap)

    def at(log_dark: float) -> float:
        return float(profile(shared, counts, model, np.exp([log_dark]))[0])

    dark = float(model.dark_figure[0])
    top = minimize_scalar(
        lambda u: -at(u),
        bounds=(np.log(NOBODY), np.log(dark + 1) + 1),
        method="bounded",
        options={"xatol": 1e-7},
    )
    cut = -top.fun - gammaincinv(0.5, checked_level(level))
    low, high = _lower_end(at, top.x, cut), _upper_end(overlap, at, top.x, cut)
    return overlap.observed + low, overlap.observed + high


def _lower_end(at: Callable[[float], float], peak: float, cut: float) -> float:
    floor = float(np.log(NOBODY))
    if peak <= floor or at(floor) >= cut:
        return 0.0
    return float(np.exp(brentq(lambda u: at(u) - cut, floor, peak, xtol=1e-9)))


def _upper_end(overlap: Overlap, at: Callable[[float], float], peak: float, cut: float) -> float:
    width = 0.5
    while at(peak + width) >= cut:
        width *= 2
        if width > SEARCHED:
            raise NotIdentifiedError(
                f"{overlap.source}:-:-: found no upper end of the interval; allowed: tables with more overlap"
            )
    return float(np.exp(brentq(lambda u: at(u) - cut, peak, peak + width, xtol=1e-9)))


def bootstrap_totals(overlap: Overlap, rule: Rule, draws: int = 1000, seed: int = 2013) -> Floats:
    """Totals (draws, sorted) from resampled people, the choice of model repeated for each.

    The people seen are drawn with replacement (Silverman, Chan and Vincent 2024). A resample from which
    nothing can be estimated (no overlap left) is infinite: it says that the total may be anything.
    """
    if draws < DRAWS_AT_LEAST:
        raise HiddenPopulationError(f"draws: found {draws}; allowed: {DRAWS_AT_LEAST} or more")
    counts = counts_of(overlap)[0]
    resampled = np.random.default_rng(seed).multinomial(overlap.observed, counts / counts.sum(), size=draws)
    return np.sort(choose_for_each(overlap, rule, resampled.astype(np.float64)).total)


def percentile_interval(overlap: Overlap, totals: Floats, level: float = 0.95) -> tuple[float, float]:
    """The middle `level` of the bootstrap's totals (Efron 1979)."""
    tail = (1 - checked_level(level)) / 2
    return _ends(overlap, totals, tail, 1 - tail)


def bca_interval(
    overlap: Overlap, rule: Rule, estimate: float, totals: Floats, level: float = 0.95
) -> tuple[float, float]:
    """The bootstrap's totals between ends corrected for bias and skewness (Efron 1987, BCa).

    The acceleration is from the jackknife over people, which repeats the choice of model as well.
    """
    below = np.mean((totals < estimate) + 0.5 * (totals == estimate))
    bias = ndtri(np.clip(below, 0.5 / len(totals), 1 - 0.5 / len(totals)))
    skew = _acceleration(overlap, rule)
    points = bias + ndtri([(1 - checked_level(level)) / 2, (1 + level) / 2])
    low, high = ndtr(bias + points / (1 - skew * points))
    return _ends(overlap, totals, float(low), float(high))


def _acceleration(overlap: Overlap, rule: Rule) -> float:
    counts = counts_of(overlap)
    held = np.flatnonzero(counts[0])
    without = np.repeat(counts, len(held), axis=0)
    without[np.arange(len(held)), held] -= 1
    totals = choose_for_each(overlap, rule, without).total
    if not np.isfinite(totals).all():
        raise NotIdentifiedError(
            f"{overlap.source}:-:-: found an estimate that hangs on one person, so BCa "
            "has no acceleration; allowed: the profile or the percentile interval"
        )
    weights = counts[0, held]
    apart = np.average(totals, weights=weights) - totals
    spread = float((weights * apart**2).sum())
    return float((weights * apart**3).sum() / (6 * spread**1.5)) if spread > 0 else 0.0


def _ends(overlap: Overlap, totals: Floats, low: float, high: float) -> tuple[float, float]:
    ends = np.quantile(totals, [low, high], method="inverted_cdf")
    if not np.isfinite(ends).all():
        share = np.isinf(totals).mean()
        raise NotIdentifiedError(
            f"{overlap.source}:-:-: found {share:.1%} of resampled tables that identify nothing, so the "
            "interval has no upper end; allowed: tables with more overlap, or the profile interval"
        )
    return float(ends[0]), float(ends[1])
