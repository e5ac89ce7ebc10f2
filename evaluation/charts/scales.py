"""The two scales of a panel: names in their order, or figures from end to end, and what they count."""

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
from .grammar import DISCRETE, mark_of
from .order import is_moment, ordered, with_gaps
from .panels import Panel, Recorded, Row, base_of, keys_of
from .specification import facets, is_stacked, unit_of
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


@dataclass
class Figures:
    """A scale of figures: its ends in units of ``factor``, and what it says of them."""

    low: float
    high: float
    counted: str = ""  # the unit
    factor: float = 1.0
    percent: bool = False
    title: str = ""
    whole: bool = False  # whether it counts things, of which there are no halves
    counts: bool = False  # whether its marks are counted with the eye, and need no ticks

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


Definition = tuple[Specification, Specification, Panel]  # a part, what stands on a channel of it, and its panel


def definitions(panels: list[Panel], axis: str) -> Iterator[Definition]:
    for panel in panels:
        for unit in panel.units:
            for channel in (axis, f"{axis}2"):
                if channel in unit["encoding"]:
                    yield unit, unit["encoding"][channel], panel


def scale_for(chart: Recorded, panel: Panel, axis: str) -> Scale | None:
    """The scale of a panel's axis; None where none of its parts uses it."""
    peers = chart.peers(panel)
    own = [definition for _, definition, _ in definitions([panel], axis)]
    if not own:
        return None
    if any(d.get("type") in DISCRETE and "field" in d for d in own):
        return names(chart, peers, axis)
    return figures(chart, panel, peers, axis, own)


def names(chart: Recorded, peers: list[Panel], axis: str) -> Names:
    keys: dict[str, None] = {}
    sort: Any = ...
    column = ""
    for unit, definition, panel in definitions(peers, axis):
        if "field" in definition:
            keys |= keys_of(chart.rows(unit, panel), definition["field"])
            sort = definition["sort"] if sort is ... and "sort" in definition else sort
            column = column or definition["field"]
    order = ordered(keys, sort)
    moments = len(order) > 1 and all(map(is_moment, order))
    return Names(with_gaps(order) if sort in (..., "ascending") else order, set(order), column, moments)


def in_common(chart: Recorded, panel: Panel, peers: list[Panel], axis: str) -> tuple[list[Definition], list[Number]]:
    """What stands on an axis of figures of a panel, of its peers, and of charts joined to it that count the same: a
    length is as much in one as in the other; and its numbers."""

    def numbers_of(one: Definition) -> list[Number]:
        unit, definition, of = one
        channel = next(c for c, d in unit["encoding"].items() if d is definition)
        return list(chart.numbers(unit, channel, of))

    own = list(definitions(peers, axis))
    numbers = [number for one in own for number in numbers_of(one)]
    counted = unit_of(numbers[0]) if numbers else ""
    for one in definitions([p for p in chart.panels if p not in peers], axis):
        more = numbers_of(one)
        if counted and counted in set(map(unit_of, more)):
            own, numbers = [*own, one], [*numbers, *more]
    return own, numbers


def figures(chart: Recorded, panel: Panel, peers: list[Panel], axis: str, own: list[Specification]) -> Figures:
    """The scale of an axis of figures: from zero, or as asked, to just beyond the last number that is drawn."""
    shared, numbers = in_common(chart, panel, peers, axis)
    factor = float(max(map(scale_of, numbers), default=1))
    values = [value for one in shared for value in values_on(chart, one, axis, factor)]
    scale: Specification = next((d["scale"] for d in own if d.get("scale")), {})
    marks = {mark_of(unit) for unit, *_ in shared}
    percent = bool(numbers) and numbers[0].unit == "percent"
    asked = [float(end) / factor for end in scale.get("domain") or []]
    zero = scale.get("zero", bool(marks & {"bar", "square"}) or not asked) is not False
    low, high = ends(values, zero, asked, axis == "x" and bool(marks & {"bar", "square"}))
    if axis == "y" and not asked and (top := max(values, default=0.0)) > 0:
        step = step_for((high - low) / MOST_TICKS)
        over = math.ceil(top / step - 1e-9) * step
        high = over if over - top <= step / 2 else high  # a line up to the last tick
    return Figures(
        low,
        high if not percent or not NEARLY_ALL < max(values, default=0) <= 100 else 100.0,
        unit_of(numbers[0]) if numbers else "",
        factor,
        percent=percent,
        title=title_of(chart, panel, axis, numbers, factor),
        counts=marks <= {"square", "text"},
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


def values_on(chart: Recorded, one: Definition, axis: str, factor: float) -> Iterator[float]:
    """Every number that must be within an axis: values, ends of intervals, sums of stacks, constants."""
    unit, definition, panel = one
    rows = chart.rows(unit, panel)
    column = definition.get("field", "")
    if column and is_stacked(unit, axis):
        yield from sums(chart, unit, axis, column, rows, factor)
    for row in rows if column else []:
        yield from values_of(chart, row, column, factor)


def sums(
    chart: Recorded, unit: Specification, axis: str, column: str, rows: list[Row], factor: float
) -> Iterator[float]:
    other = unit["encoding"].get("y" if axis == "x" else "x", {}).get("field", "")
    totals: dict[Any, float] = {}
    for row in rows:
        key = (row.get(other), *(row.get(d["field"]) for d in facets(chart.source)))
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


def title_of(chart: Recorded, panel: Panel, axis: str, numbers: list[Number], factor: float) -> str:
    """What an axis counts, in words: as the writer has it, else the unit's noun."""
    unit = numbers[0].unit if numbers else ""
    money = chart.t(MONEY_UNITS[unit][factor > 1]) if unit in MONEY_UNITS else ""
    for _, definition, _ in definitions([panel], axis):
        title = grammar.title_of(definition)
        if title is None:
            return ""
        if title is not ...:
            words = chart.t(title)
            return f"{words} ({money})" if money and factor > 1 else words
    both = all(any(d.get("type") == "quantitative" for _, d, _ in definitions([panel], one)) for one in ("x", "y"))
    if unit == "percent" and len({number.definition for number in numbers}) == 1 and both:
        return chart.t(numbers[0].definition_label)
    nouns = numbers[0].nouns.get(chart.language) if plain(numbers) else None
    if numbers and any(power < 0 for power in numbers[0].dimension.values()):
        return unit_label(numbers[0], chart.language)
    return money or (nouns["other"] if nouns else "")


def plain(numbers: list[Number]) -> bool:
    """Whether numbers count things of one kind."""
    return bool(numbers) and list(numbers[0].dimension.values()) == [1] and numbers[0].unit != "percent"
