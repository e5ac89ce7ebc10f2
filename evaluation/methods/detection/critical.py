"""Intervals for a parameter between two bounds: Imbens and Manski (2004), Stoye (2009)."""

import math

import numpy as np
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from .counts import Floats
from .errors import checked_level, checked_positive, refuse


def imbens_manski(width: Floats, level: float = 0.95) -> Floats:
    """Critical values c with Phi(c + width) - Phi(-c) = level (Imbens and Manski 2004).

    `width` is that of the identified set in standard errors of its ends, 0 or more, infinite allowed.
    """
    width = np.asarray(width, dtype=np.float64)
    if not (width >= 0).all():
        raise refuse("width of the identified set", width.min(), "0 or more")
    low, high = np.full(width.shape, ndtri(checked_level(level))), np.full(width.shape, ndtri((1 + level) / 2))
    for _ in range(60):
        middle = (low + high) / 2
        short = ndtr(middle + width) - ndtr(-middle) < level
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
        raise refuse("estimated bounds", f"{lower} to {upper}", "the lower first")
    for name, error in zip(("lower", "upper"), errors, strict=True):
        checked_positive(f"standard error of the {name} bound", error)
    if not -1 <= correlation <= 1:
        raise refuse("correlation of the bounds", correlation, "-1 to 1")
    left, right = _shortest((upper - lower) / np.array(errors), errors, correlation, checked_level(level))
    return lower - left * errors[0], upper + right * errors[1]


def _shortest(widths: Floats, errors: tuple[float, float], correlation: float, level: float) -> tuple[float, float]:
    # Imported here: a quarter of a second that few chapters need.
    from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped, unused-ignore]

    least, most = float(ndtri(level)), float(ndtri((3 + level) / 4)) + 1

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
    at_lower = ndtr(right + widths[1]) - both_below(-left, right + widths[1], correlation)
    at_upper = ndtr(right) - both_below(right, -left - widths[0], correlation)
    return float(min(at_lower, at_upper))


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)


def both_below(a: float, b: float, correlation: float) -> float:
    """P(X <= a, Y <= b) of two standard normal variables."""
    if abs(correlation) > 1 - 1e-9:
        return float(ndtr(min(a, b)) if correlation > 0 else max(0.0, ndtr(a) - ndtr(-b)))
    # Plackett (1954): the derivative by the correlation is the density, integrated here over its angle.
    angle = (_NODES + 1) / 2 * math.asin(correlation)
    inside = np.exp(-(a * a + b * b - 2 * a * b * np.sin(angle)) / (2 * np.cos(angle) ** 2))
    return float(ndtr(a) * ndtr(b) + math.asin(correlation) / 2 * (_WEIGHTS @ inside) / (2 * math.pi))
