"""How far off an estimate is: the profile likelihood given a model, a bootstrap that repeats the choice of one."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped, unused-ignore]
from scipy.special import gammaincinv, gammaln, ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from .choice import lowest_bic_totals
from .loglinear import Floats, Models, Task, counts_of, design, newton
from .table import NotIdentifiedError, Overlap

# Below a thousandth of a person the dark figure is none.
NOBODY = 1e-3
# The likelihood is taken to have no upper end where it still has not fallen at e**20 times the estimate.
SEARCHED = 20.0
# Fewer draws do not tell an interval's ends, and more are too many to wait for.
DRAWS = range(200, 10_001)
# With 5 resamples beyond it the rank of an end has a standard error of 2.
DRAWS_BEYOND = 5


class Interval(NamedTuple):
    """The ends of an interval of people; one that cannot be given is None.

    >>> print(Interval(9310, 23500))
    9,310 to 23,500
    >>> print(Interval(9310, None))
    9,310 or more; no upper end can be given
    >>> print(Interval(None, 23500))
    23,500 or fewer; no lower end can be given
    """

    low: float | None
    high: float | None

    def __str__(self) -> str:
        low = None if self.low is None else f"{math.floor(self.low):,}"
        high = None if self.high is None else f"{math.ceil(self.high):,}"
        if low and high:
            return f"{low} to {high}"
        if low:
            return f"{low} or more; no upper end can be given"
        return f"{high} or fewer; no lower end can be given" if high else "neither end can be given"


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The ends of an interval; of a bootstrap also the Monte-Carlo standard error of each (else 0), and how many
    resamples lie beyond it."""

    low: float
    high: float
    low_error: float = 0.0
    high_error: float = 0.0
    low_beyond: float = math.inf
    high_beyond: float = math.inf

    def told(self, observed: int) -> Interval:
        """The ends that at least five resamples lie beyond, rounded outward to the digits that the draws earn; none
        below the people seen."""
        shown = earned(self, observed)
        low, high = self.low_beyond >= DRAWS_BEYOND, self.high_beyond >= DRAWS_BEYOND and math.isfinite(shown.high)
        return Interval(shown.low if low else None, shown.high if high else None)


def checked_level(level: float) -> float:
    """A confidence level inside (0, 1). Raises ValueError for any other."""
    if not 0 < level < 1:
        raise ValueError(f"level: found {level}; allowed: above 0 and below 1, such as 0.95")
    return level


def checked_draws(draws: int) -> int:
    """How many resamples to draw. Raises ValueError for too few or too many."""
    if draws not in DRAWS:
        raise ValueError(f"draws: found {draws}; allowed: {DRAWS[0]} to {DRAWS[-1]}")
    return draws


def earned(ends: Ends, least: float) -> Ends:
    """The ends, rounded outward: the last digit stands where the first of the standard error does (JCGM 100:2008,
    7.2.6). The lower one is `least` at the least."""

    def rounded(end: float, error: float, way: Callable[[float], float]) -> float:
        if not math.isfinite(end + error):
            return end
        step = 10.0 ** max(0, math.floor(math.log10(float(f"{error:.0e}")))) if error > 0 else 0.0
        return float(way(end / step) * step) if step else end

    low, high = rounded(ends.low, ends.low_error, np.floor), rounded(ends.high, ends.high_error, np.ceil)
    return replace(ends, low=max(float(least), low), high=high)


def profile_ends(overlap: Overlap, model: Models, level: float) -> Ends:
    """Totals whose multinomial profile likelihood is not rejected at `level`, given the model (one row).

    At least the people seen. Raises NotIdentifiedError where the likelihood has no upper end.
    """

    def at(log_dark: float) -> float:
        return profile(overlap, model, math.exp(log_dark))

    floor, ceiling = math.log(NOBODY), math.log(math.exp(model.coefficients[0, 0]) + 1) + 1
    top = minimize_scalar(lambda u: -at(u), bounds=(floor, ceiling), method="bounded", options={"xatol": 1e-7})
    cut, width = -top.fun - gammaincinv(0.5, level), 0.5
    while at(top.x + width) >= cut:
        width *= 2
        if width > SEARCHED:
            raise NotIdentifiedError("no upper end of the interval")
    high = brentq(lambda u: at(u) - cut, top.x, top.x + width, xtol=1e-9)
    nobody_hidden = top.x <= floor or at(floor) >= cut
    low = 0.0 if nobody_hidden else math.exp(brentq(lambda u: at(u) - cut, floor, top.x, xtol=1e-9))
    return Ends(low=overlap.observed + low, high=overlap.observed + math.exp(high))


def profile(overlap: Overlap, model: Models, dark: float) -> float:
    """Profile log likelihood of the total, with `dark` people (above 0) on no list; `model` (one row) is fitted again.

    The likelihood is the multinomial one, total and all (Sandland and Cormack 1984; Cormack 1992; as Rcapture's
    closedpCI.t). Raises NotIdentifiedError where it is not reached.
    """
    shared, table = design(len(overlap.lists)), counts_of(overlap)
    table[:, 0] = dark
    cells, active = model.expected > 0, np.isfinite(model.coefficients) & shared.held(model.pairs)
    best, done = newton(Task(shared, table, active, cells), np.where(active, model.coefficients, 0))
    if not done[0]:
        raise NotIdentifiedError(f"no maximum of the likelihood with {dark:.6g} people on no list")
    total = table.sum()
    shares = (table * (best @ shared.matrix.T) * cells).sum() - total * np.log(total)
    return float(shares + gammaln(total + 1) - gammaln(dark + 1))


def bootstrap_totals(overlap: Overlap, draws: int = 1000, seed: int = 2013) -> Floats:
    """Totals (draws, sorted) of the lowest BIC from resampled people, the choice of model repeated for each.

    Silverman, Chan and Vincent (2024) repeat it so. A resample from which nothing can be estimated (no overlap left) is
    infinite: it says that the total may be anything.
    """
    counts = counts_of(overlap)[0]
    resampled = np.random.default_rng(seed).multinomial(overlap.observed, counts / counts.sum(), size=draws)
    return np.sort(lowest_bic_totals(overlap, resampled.astype(np.float64)))


def bca_ends(overlap: Overlap, estimate: float, totals: Floats, level: float) -> Ends:
    """The bootstrap's totals between ends corrected for bias and skewness (Efron 1987, BCa), with the error of the
    ends; that of the correction for bias, which is a share of the draws, is counted in.

    The acceleration is from the jackknife over people, which repeats the choice of model as well (Chan, Silverman
    and Vincent 2021, section 3.3; Silverman, Chan and Vincent 2024). Raises NotIdentifiedError where there is none.
    """
    skew, draws = acceleration(overlap), len(totals)
    below = float(np.mean((totals < estimate) + 0.5 * (totals == estimate)))
    error = math.sqrt(below * (1 - below) / draws)

    def shares(under: float) -> Floats:
        bias = ndtri(np.clip(under, 0.5 / draws, 1 - 0.5 / draws))
        points = bias + ndtri([(1 - level) / 2, (1 + level) / 2])
        if (skew * points >= 1).any():
            raise NotIdentifiedError(f"totals too skewed for BCa (acceleration {skew:.2f})")
        corrected: Floats = ndtr(bias + points / (1 - skew * points))
        return corrected

    return ends_at(totals, shares(below), (shares(below + error) - shares(below - error)) / 2)


def acceleration(overlap: Overlap) -> float:
    """The skewness of the estimate by the jackknife over people. Raises NotIdentifiedError where one decides all."""
    counts = counts_of(overlap)
    there = np.flatnonzero(counts[0])
    totals = lowest_bic_totals(overlap, counts - np.eye(counts.shape[1])[there])
    if not np.isfinite(totals).all():
        raise NotIdentifiedError("an estimate that hangs on one person, so BCa has no acceleration")
    weights = counts[0, there]
    apart = np.average(totals, weights=weights) - totals
    spread = float((weights * apart**2).sum())
    return float((weights * apart**3).sum() / (6 * spread**1.5)) if spread > 0 else 0.0


def percentile_ends(totals: Floats, level: float) -> Ends:
    """The middle share `level` of the bootstrap's totals, as they are."""
    return ends_at(totals, np.array([(1 - level) / 2, (1 + level) / 2]))


def ends_at(totals: Floats, shares: Floats, moved: Floats | float = 0.0) -> Ends:
    """The totals at two shares, and their errors: half the distance between the totals one standard error of the share
    below and above. That is of its rank (binomial, Serfling 1980, 2.6; a rank at least), and of the share itself where
    it is `moved` by an error. At the last of the totals it is all of the distance that there is. A resample that
    identifies nothing is infinite, and so is an end among such."""
    rank = np.maximum(np.sqrt(shares * (1 - shares) / len(totals)), 1 / len(totals))
    around = np.clip([shares - np.hypot(rank, moved), shares + np.hypot(rank, moved)], 0, 1)
    low, high, less, more = (np.quantile(totals, at, method="inverted_cdf") for at in (*shares, *around))
    with np.errstate(invalid="ignore"):
        errors = (more - less) / np.where((around[0] > 0) & (around[1] < 1), 2, 1)
    lost = np.isinf([low, high])
    if lost[0]:
        raise NotIdentifiedError(f"{np.isinf(totals).mean():.1%} of resampled tables identify nothing")
    low_error, high_error = np.where(np.isfinite(errors), errors, 0.0)
    beyond = len(totals) * np.array([shares[0], 1 - shares[1]])
    if not np.isfinite(more[1]):  # an end within an error of what is infinite is none
        high, beyond[1] = math.inf, 0.0
    return Ends(
        low=float(low), high=float(high), low_error=float(low_error), high_error=float(high_error),
        low_beyond=float(beyond[0]), high_beyond=float(beyond[1]),
    )  # fmt: skip
