"""How far off the estimate may be: profile likelihood, and a bootstrap that repeats the choice of model."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped, unused-ignore]
from scipy.special import gammaincinv, gammaln, ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from .choice import choose_for_each
from .design import Design, Floats, design
from .loglinear import STEPS_AT_MOST, Models, Task, counts_of, newton
from .table import NotConvergedError, NotIdentifiedError, Overlap, RequestError, quoted

# Below a thousandth of a person the dark figure is none.
NOBODY = 1e-3
# The likelihood is taken to have no upper end where it still has not fallen at e**20 times the estimate.
SEARCHED = 20.0
DRAWS_AT_LEAST = 100
DRAWS_AT_MOST = 100_000


class Interval(StrEnum):
    """How the interval is made."""

    PROFILE = "profile"
    PERCENTILE = "percentile"
    BCA = "bca"

    def described(self, draws: int) -> str:
        """In words, for a result's `method`."""
        return {
            Interval.PROFILE: "multinomial profile likelihood given the model",
            Interval.PERCENTILE: f"percentiles of {draws} resamples that repeat the choice of model",
            Interval.BCA: f"BCa from {draws} resamples that repeat the choice of model",
        }[self]


def interval_named(name: str) -> Interval:
    """The kind of interval of this name. Raises RequestError for any other."""
    try:
        return Interval(name)
    except ValueError:
        raise RequestError.of("interval", found=quoted(name), allowed=", ".join(Interval)) from None


def checked_level(level: float) -> float:
    """A confidence level inside (0, 1). Raises RequestError for any other."""
    if not 0 < level < 1:
        raise RequestError.of("level", found=quoted(level), allowed="above 0 and below 1, such as 0.95")
    return level


def outward(low: float, high: float) -> tuple[int, int]:
    """The ends in whole people; what only the last bits of the arithmetic hold apart is the same number."""
    ends = ((low, math.floor), (high, math.ceil))
    down, up = (round(end) if math.isclose(end, round(end), rel_tol=1e-9) else rounding(end) for end, rounding in ends)
    return down, up


def profile_interval(overlap: Overlap, model: Models, level: float = 0.95) -> tuple[float, float]:
    """Totals whose multinomial profile likelihood is not rejected at `level`, given the model (one row).

    At least the people seen. Raises NotIdentifiedError where the likelihood has no upper end.
    """
    shared, counts = design(len(overlap.lists)), counts_of(overlap)

    def at(log_dark: float) -> float:
        return float(profile(shared, counts, model, np.exp([log_dark]))[0])

    floor, ceiling = np.log(NOBODY), np.log(model.dark_figure[0] + 1) + 1
    top = minimize_scalar(lambda u: -at(u), bounds=(floor, ceiling), method="bounded", options={"xatol": 1e-7})
    cut, width = -top.fun - gammaincinv(0.5, checked_level(level)), 0.5
    while at(top.x + width) >= cut:
        width *= 2
        if width > SEARCHED:
            found = "no upper end of the interval"
            raise NotIdentifiedError.of(overlap.source, found=found, allowed="tables with more overlap")
    high = brentq(lambda u: at(u) - cut, top.x, top.x + width, xtol=1e-9)
    if top.x <= floor or at(floor) >= cut:
        return overlap.observed, overlap.observed + float(np.exp(high))
    low = brentq(lambda u: at(u) - cut, floor, top.x, xtol=1e-9)
    return overlap.observed + float(np.exp(low)), overlap.observed + float(np.exp(high))


def profile(shared: Design, counts: Floats, model: Models, dark: Floats) -> Floats:
    """Profile log likelihood of the total, at each of D values of the dark figure above 0.

    `counts` (1 x 2**t) and `model` (1 row) are fitted again with `dark` people on no list. The likelihood is
    the multinomial one, total and all (Sandland and Cormack 1984; Cormack 1992; as Rcapture's closedpCI.t).
    Raises NotConvergedError.
    """
    tables, cells = np.repeat(counts, len(dark), axis=0), np.repeat(model.expected > 0, len(dark), axis=0)
    active = np.repeat(model.moving(shared), len(dark), axis=0)
    tables[:, 0] = dark
    best, done = newton(Task(shared, tables, active, cells), np.where(active, model.coefficients, 0), STEPS_AT_MOST)
    if not done.all():
        found = f"no maximum with {dark[~done][0]:.6g} people on no list"
        allowed = "tables on which Newton's method converges"
        raise NotConvergedError.of("profile likelihood", found=found, allowed=allowed)
    total = tables.sum(1)
    shares = ((tables * (best @ shared.matrix.T)) * cells).sum(1) - total * np.log(total)
    likelihood: Floats = shares + gammaln(total + 1) - gammaln(dark + 1)
    return likelihood


def checked_draws(draws: int) -> int:
    """A number of resamples. Raises RequestError for too few to tell an interval's ends, or too many to wait for."""
    if not DRAWS_AT_LEAST <= draws <= DRAWS_AT_MOST:
        raise RequestError.of("draws", found=quoted(draws), allowed=f"{DRAWS_AT_LEAST} to {DRAWS_AT_MOST}")
    return draws


def bootstrap_totals(overlap: Overlap, rule: str | None, draws: int = 1000, seed: int = 2013) -> Floats:
    """Totals (draws, sorted) from resampled people, the choice of model repeated for each.

    The people seen are drawn with replacement. Chan, Silverman and Vincent (2021, section 3.3) repeat a forward
    search so, Silverman, Chan and Vincent (2024) the choice by BIC, among the models that do best on the data. A
    resample from which nothing can be estimated (no overlap left) is infinite: it says that the total may be anything.
    """
    counts = counts_of(overlap)[0]
    random = np.random.default_rng(seed)
    resampled = random.multinomial(overlap.observed, counts / counts.sum(), size=checked_draws(draws))
    return np.sort(choose_for_each(overlap, rule, resampled.astype(np.float64)).total)


@dataclass(frozen=True)
class Ends:
    """An interval, and the Monte-Carlo standard error of each end: 0 where nothing is drawn. `beyond` is how many
    resamples lie outside the end that fewer do."""

    low: float
    high: float
    low_error: float = 0.0
    high_error: float = 0.0
    beyond: float = np.inf

    @property
    def earned(self) -> tuple[float, float]:
        """The ends, rounded outward: the last digit stands where the first of the standard error does (JCGM 100:2008,
        7.2.6)."""
        ends = ((self.low, self.low_error, np.floor), (self.high, self.high_error, np.ceil))
        steps = [
            10.0 ** max(0, np.floor(np.log10(float(f"{error:.0e}")))) if error > 0 else 0.0 for _, error, _ in ends
        ]
        low, high = (float(way(end / s) * s) if s else end for (end, _, way), s in zip(ends, steps, strict=True))
        return low, high


def percentile_ends(overlap: Overlap, totals: Floats, level: float = 0.95) -> Ends:
    """The middle `level` of the bootstrap's totals (Efron 1979), with the error of its ends."""
    tail = (1 - checked_level(level)) / 2
    return _ends(overlap, totals, np.array([tail, 1 - tail]), np.zeros(2))


def bca_ends(overlap: Overlap, rule: str | None, estimate: float, totals: Floats, level: float = 0.95) -> Ends:
    """The bootstrap's totals between ends corrected for bias and skewness (Efron 1987, BCa), with the error of the
    ends; that of the correction for bias, which is a share of the draws, is counted in.

    The acceleration is from the jackknife over people, which repeats the choice of model as well (Chan, Silverman
    and Vincent 2021, section 3.3; Silverman, Chan and Vincent 2024).
    """
    skew, draws = _acceleration(overlap, rule), len(totals)
    below = float(np.mean((totals < estimate) + 0.5 * (totals == estimate)))
    error = np.sqrt(below * (1 - below) / draws)
    shares, less, more = (
        _corrected(overlap, share, skew, level, draws) for share in (below, below - error, below + error)
    )
    return _ends(overlap, totals, shares, (more - less) / 2)


def _corrected(overlap: Overlap, below: float, skew: float, level: float, draws: int) -> Floats:
    """Which shares of the totals the ends leave below them, `below` of them being under the estimate."""
    bias = ndtri(np.clip(below, 0.5 / draws, 1 - 0.5 / draws))
    points = bias + ndtri([(1 - checked_level(level)) / 2, (1 + level) / 2])
    if (skew * points >= 1).any():
        found = f"totals too skewed for BCa (acceleration {skew:.2f})"
        raise NotIdentifiedError.of(overlap.source, found=found, allowed="the profile or the percentile interval")
    shares: Floats = ndtr(bias + points / (1 - skew * points))
    return shares


def _acceleration(overlap: Overlap, rule: str | None) -> float:
    counts = counts_of(overlap)
    held = np.flatnonzero(counts[0])
    without = np.repeat(counts, len(held), axis=0)
    without[np.arange(len(held)), held] -= 1
    totals, weights = choose_for_each(overlap, rule, without).total, counts[0, held]
    if not np.isfinite(totals).all():
        found = "an estimate that hangs on one person, so BCa has no acceleration"
        raise NotIdentifiedError.of(overlap.source, found=found, allowed="the profile or the percentile interval")
    apart = np.average(totals, weights=weights) - totals
    spread = float((weights * apart**2).sum())
    return float((weights * apart**3).sum() / (6 * spread**1.5)) if spread > 0 else 0.0


def _ends(overlap: Overlap, totals: Floats, shares: Floats, moved: Floats) -> Ends:
    """The totals at two shares, and their errors: half the distance between the totals one standard error of the share
    below and above. That is of its rank (binomial, Serfling 1980, 2.6; a rank at least), and of the share itself where
    it is `moved` by an error. At the last of the totals it is all of the distance that there is."""
    rank = np.maximum(np.sqrt(shares * (1 - shares) / len(totals)), 1 / len(totals))
    around = np.clip([shares - np.hypot(rank, moved), shares + np.hypot(rank, moved)], 0, 1)
    low, high, less, more = (np.quantile(totals, at, method="inverted_cdf") for at in (*shares, *around))
    if not np.isfinite([low, high, *more]).all():
        lost = (
            f"{np.isinf(totals).mean():.1%} of resampled tables that identify nothing, so the interval has no upper end"
        )
        raise NotIdentifiedError.of(
            overlap.source, found=lost, allowed="tables with more overlap, or the profile interval"
        )
    errors = (more - less) / np.where((around[0] > 0) & (around[1] < 1), 2, 1)
    beyond = len(totals) * min(shares[0], 1 - shares[1])
    return Ends(float(low), float(high), float(errors[0]), float(errors[1]), beyond)
