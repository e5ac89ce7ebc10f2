"""Critical values for a parameter between two bounds: Imbens and Manski (2004)."""

import numpy as np
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from ...methods.counts import Floats
from ...methods.errors import checked_level, refuse


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
