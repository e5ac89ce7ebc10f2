"""The two scales of a chart: names in their order, or figures from end to end, and what they count."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..language import N_
from ..numbers.notation import scale_of
from ..numbers.number import Number
from ..numbers.quantity import Bound
from ..numbers.wording import unit_label
from . import grammar
from .grammar import DISCRETE, is_stacked, mark_of
from .panels import Recorded, Row, base_of, is_moment, keys_of, ordered, with_gaps
from .theme import Specification

MOST_TICKS = 6
NEARLY_ALL = 90  # percent; a share of so much stands on an axis to the whole
MONEY_UNITS = {  # by unit, in dollars and in millions of dollars
    "cad": (N_("dollars"), N_("millions of dollars")),
    "cad_per_year": (N_("dollars per year"), N_("millions of dollars per year")),
}


@dataclass
class Names:
    """A scale of names: keys in their order, in bands within steps of px."""

    keys: list[str]
    shown: set[str]  # keys with rows; the others are gaps
    column: str = ""
    moments: bool = False
    step: float = 0.0
    band: float = 0.0
    lines: dict[str, list[str]] = field(default_factory=dict)

    def place(self, key: Any) -> int:
        """Which of the names a key is, from the first on; what is none of them is last."""
        return self.keys.index(key) if key in self.keys else len(self.keys)


@dataclass
class Figures:
    """A scale of figures: its ends in units of ``factor``, and what it says of them."""

    low: float
    high: float
    factor: float = 1.0
    percent: bool = False
    title: str = ""
    whole: bool = False  # whether it counts things, of which there are no halves

    def share(self, value: float) -> float:
        """Where a value lies between the ends, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def base(self) -> float:
        """Where bars begin."""
        return min(max(0.0, self.low), self.high)

    def ticks(self, most: int) -> list[float]:
        """Ticks of 1, 2 or 5 times a power of ten, as many as have room."""
        step = step_for((self.high - self.low) / most, self.whole)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [n * step for n in range(first, last + 1)]


Scale = Names | Figures


def step_for(least: float, whole: bool = False) -> float:
    """The smallest round step that is no smaller than ``least``; things are counted by whole ones."""
    power = 10.0 ** math.floor(math.log10(least))
    step = next(
        round(factor * power, 12)
        for factor in (1, 2, 2.5, 5, 10)
        if factor * power >= least * (1 - 1e-9) and (factor != 2.5 or power >= 10)
    )
    return max(1.0, round(step)) if whole else step


def channels(chart: Recorded, axis: str) -> Iterator[tuple[Specification, str]]:
    """What stands along an axis: each part with its channels."""
    for unit in chart.units:
        for channel in (axis, f"{axis}2"):
            if channel in unit["encoding"]:
                yield unit, channel


def scale_for(chart: Recorded, axis: str) -> Scale:
    """The scale of an axis, the same in all panels."""
    own = [unit["encoding"][channel] for unit, channel in channels(chart, axis)]
    return names(chart, axis) if any(d.get("type") in DISCRETE for d in own) else figures(chart, axis)


def names(chart: Recorded, axis: str) -> Names:
    keys: dict[str, None] = {}
    sort: Any = ...
    column = ""
    for unit, channel in channels(chart, axis):
        if field := unit["encoding"][channel].get("field", ""):
            keys |= keys_of(chart.rows(unit), field)
            sort = unit["encoding"][channel].get("sort", sort) if sort is ... else sort
            column = column or field
    moments = len(keys) > 1 and all(map(is_moment, keys))
    if moments and axis == "x" and sort != "descending":
        sort = ...  # time goes from left to right
    order = ordered(keys, sort)
    return Names(with_gaps(order) if sort in (..., "ascending") else order, set(order), column, moments)


def figures(chart: Recorded, axis: str) -> Figures:
    """The scale of an axis of figures: from zero, or as asked, to just beyond the last number that is drawn."""
    own = list(channels(chart, axis))
    numbers = [number for one in own for number in chart.numbers(*one)]
    factor = float(max(map(scale_of, numbers), default=1))
    values = [value for one in own for value in values_on(chart, *one, factor)]
    scale: Specification = next((s for unit, c in own if (s := unit["encoding"][c].get("scale"))), {})
    marks = {mark_of(unit) for unit, _ in own}
    percent = bool(numbers) and numbers[0].unit == "percent"
    asked = [float(end) / factor for end in scale.get("domain") or []]
    zero = scale.get("zero", "bar" in marks or not asked) is not False
    low, high = ends(values, zero, asked, axis == "x" and "bar" in marks)
    if axis == "y" and not asked and (top := max(values, default=0.0)) > 0:
        step = step_for((high - low) / MOST_TICKS)
        over = math.ceil(top / step - 1e-9) * step
        high = over if over - top <= step / 2 else high  # a line up to the last tick
    return Figures(
        low,
        high if not percent or not NEARLY_ALL < max(values, default=0) <= 100 else 100.0,
        factor,
        percent=percent,
        title=title_of(chart, axis, numbers, factor),
        whole=factor == 1 and not percent and all(n.decimals == 0 for n in numbers) and plain(numbers),
    )


def ends(values: list[float], zero: bool, asked: list[float], bars: bool) -> tuple[float, float]:
    """The ends of a scale: bars across end with the last of them, an axis up the page at a round number."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
    if low == high:
        high = low + 1
    spread = (high - low) * (0.0 if bars else 0.04)
    top = high + (spread if high > 0 or not zero else 0)
    below = (high - low) * (0.0 if bars else 0.12 if zero else 0.04)  # for words under what is below zero
    bottom = low - (below if low < 0 or not zero else 0)
    if len(asked) == 2:
        bottom, top = (bottom if low < asked[0] else asked[0]), (top if high > asked[1] else asked[1])
    return bottom, top


def values_on(chart: Recorded, unit: Specification, channel: str, factor: float) -> Iterator[float]:
    """Every number that must be within an axis: values, ends of intervals, sums of stacks."""
    column = unit["encoding"][channel].get("field", "")
    if is_stacked(unit, channel):
        yield from sums(chart, unit, channel, column, factor)
    for row in chart.rows(unit):
        yield from values_of(chart, row, column, factor)


def sums(chart: Recorded, unit: Specification, axis: str, column: str, factor: float) -> Iterator[float]:
    other = unit["encoding"]["y" if axis == "x" else "x"].get("field", "")
    totals: dict[Any, float] = {}
    for row in chart.rows(unit):
        key = (row.get(other), row.get(chart.facet.get("field", "")))
        totals[key] = totals.get(key, 0.0) + (chart.value(row, column, factor) or 0.0)
    yield from totals.values()


def values_of(chart: Recorded, row: Row, column: str, factor: float) -> Iterator[float]:
    """A cell's place on an axis, and the ends of its interval."""
    number, own = chart.number(row, column), chart.value(row, column, factor)
    if number is None:
        return
    yield from () if own is None else (own,)
    if base_of(column, row) == column and number.quantity.bound is Bound.BETWEEN:
        yield from (float(end) / factor for end in (number.quantity.low, number.quantity.high) if end is not None)


def title_of(chart: Recorded, axis: str, numbers: list[Number], factor: float) -> str:
    """What an axis counts, in words: as the writer has it, else the unit's noun."""
    unit = numbers[0].unit if numbers else ""
    money = chart.t(MONEY_UNITS[unit][factor > 1]) if unit in MONEY_UNITS else ""
    for part, channel in channels(chart, axis):
        title = grammar.title_of(part["encoding"][channel])
        if title is None:
            return ""
        if title is not ...:
            words = chart.t(title)
            return f"{words} ({money})" if money and factor > 1 else words
    nouns = numbers[0].nouns.get(chart.language) if plain(numbers) else None
    if numbers and any(power < 0 for power in numbers[0].dimension.values()):
        return unit_label(numbers[0], chart.language)
    return money or (nouns["other"] if nouns else "")


def plain(numbers: list[Number]) -> bool:
    """Whether numbers count things of one kind."""
    return bool(numbers) and list(numbers[0].dimension.values()) == [1] and numbers[0].unit != "percent"
