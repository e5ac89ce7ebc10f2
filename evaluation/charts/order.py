"""The order of names on an axis, and years or months with those between them that have no row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from ..language import moment_number

MOST_GAPS = 400


def is_moment(key: str) -> bool:
    """Whether a key is a year, a fiscal year, a month or a day."""
    return bool(re.fullmatch(r"(19|20)\d\d(/\d\d|(-\d\d){0,2})", key))


def with_gaps(keys: list[str]) -> list[str]:
    """Years or months in order with those between them that have no row, so that a gap is seen as a gap."""
    counted = {moment_number(key): key for key in keys}
    if None in counted or len(counted) < 2 or len({len(key) for key in keys}) != 1:
        return keys
    order = sorted(n for n in counted if n is not None)
    step = step_of(order)
    if (order[-1] - order[0]) // step > MOST_GAPS:
        return keys
    return [counted.get(n) or moment_of(n, keys[0]) for n in range(order[0], order[-1] + 1, step)]


def step_of(order: list[int]) -> int:
    """What moments in their order are apart: a year or a month, or a census' five years."""
    return math.gcd(*(later - earlier for earlier, later in pairwise(order)))


def is_gap(before: str, after: str, keys: Iterable[str]) -> bool:
    """Whether a moment lies between two of an axis' moments that has no place among them."""
    counted = sorted({n for key in keys if (n := moment_number(key)) is not None})
    first, last = moment_number(before), moment_number(after)
    if first is None or last is None or len(counted) < 2:
        return False
    return abs(last - first) > step_of(counted)


def moment_of(count: int, like: str) -> str:
    if "/" in like:
        return f"{count}/{(count + 1) % 100:02}"
    return f"{count // 12:04}-{count % 12 + 1:02}" if "-" in like else str(count)


def ordered(keys: Iterable[str], sort: Any) -> list[str]:
    """Keys in the order asked for: of the names (as Altair does), of the rows, or of a list."""
    if isinstance(sort, list):
        wanted = [str(key) for key in sort]
        return sorted(keys, key=lambda k: wanted.index(k) if k in wanted else len(wanted))
    if sort is None:
        return list(keys)
    named = sorted(keys, key=lambda k: (0, float(k), k) if re.fullmatch(r"-?\d+(\.\d+)?", k) else (1, 0.0, k))
    return named[::-1] if sort == "descending" else named
