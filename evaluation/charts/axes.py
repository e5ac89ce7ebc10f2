"""Where values and names lie on a panel, in px: an axis of figures and an axis of names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ..language import moment_number

LINE = 17  # px from line to line of 14 px text
BAR = 18  # px, the thickness of a bar


@dataclass
class Measured:
    """An axis of figures: its ends, and px for values. Up the page where ``up``."""

    low: float
    high: float
    size: float = 0.0
    up: bool = False
    log: bool = False
    reverse: bool = False
    title: str = ""
    percent: bool = False
    grid: bool = True
    values: list[float] = field(default_factory=list)
    factor: float = 1.0
    counted: str = ""  # the unit, the same in charts joined to this one
    within: float | None = None  # the largest value that the axis can have: all of a share

    def at(self, value: float) -> float:
        low, high = (math.log(e) if self.log else e for e in (self.low, self.high))
        share = ((math.log(value) if self.log else value) - low) / (high - low)
        return self.size * (1 - share if self.up != self.reverse else share)

    def whole_ticks(self, count: int) -> list[float]:
        """Ticks from the axis' begin to the end of what it can hold, as many as have room."""
        last = self.high if self.within is None else self.within
        step = next((s for s in (10, 20, 25) if (last - self.low) / s <= count), 50)
        return [float(n * step) for n in range(math.ceil(self.low / step), math.floor(last / step) + 1)]

    def base(self) -> float:
        """Where bars begin."""
        return self.at(min(max(0.0, self.low), self.high))


@dataclass
class Named:
    """An axis of names: keys in order, each with a step of px; a band within the step holds the marks."""

    keys: list[str]
    step: float = 0.0
    band: float = 0.0
    before: float = 0.0  # px of a step that come before its band
    lines: dict[str, list[str]] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    moments: bool = False

    @property
    def size(self) -> float:
        return self.step * len(self.keys)

    def begin(self, key: str) -> float:
        return self.keys.index(key) * self.step + self.before

    def at(self, key: str) -> float:
        return self.begin(key) + self.band / 2


Axis = Measured | Named


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
    if (order[-1] - order[0]) // step > 400:
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


def ordered(keys: Iterable[str], sort: Any, weight: dict[str, float]) -> list[str]:
    """Keys in the order asked for: of the names (as Altair does), of the rows, of a list, or of a weight by key."""
    if isinstance(sort, list):
        wanted = [str(key) for key in sort]
        return sorted(keys, key=lambda k: wanted.index(k) if k in wanted else len(wanted))
    if sort is None:
        return list(keys)
    if weight:
        down = sort.get("order") == "descending" if isinstance(sort, dict) else str(sort).startswith("-")
        return sorted(keys, key=lambda k: weight.get(k, 0.0), reverse=down)
    named = sorted(keys, key=lambda k: (0, float(k), k) if re.fullmatch(r"-?\d+(\.\d+)?", k) else (1, 0.0, k))
    return named[::-1] if sort == "descending" else named
