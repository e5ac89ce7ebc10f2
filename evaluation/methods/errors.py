"""A question that has no answer, and the checks of what is asked."""

import math
from numbers import Integral


class DetectionError(ValueError):
    """A question that has no answer: one message says what, where and what is allowed."""


def refuse(where: str, found: object, allowed: str) -> DetectionError:
    return DetectionError(f"{where}: found {found}; allowed: {allowed}")


def checked_level(level: float) -> float:
    if not 0 < level < 1:
        raise refuse("level", level, "above 0 and below 1, such as 0.95")
    return level


def checked_share(where: str, share: float) -> float:
    if not 0 < share <= 1:
        raise refuse(where, share, "a share above 0 and at most 1")
    return share


def checked_positive(where: str, value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise refuse(where, value, "a finite number above 0")
    return value


def checked_factor(value: float) -> float:
    if not (math.isfinite(value) and value >= 1):
        raise refuse("variance factor", value, "a finite number, 1 (independent events) or more")
    return value


def checked_whole(where: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise refuse(where, repr(value), "a whole number above 0")
    return int(value)
