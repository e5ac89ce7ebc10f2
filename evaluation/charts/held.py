"""What a panel's two axes hold: names in their order, or figures from end to end, and what they count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..language import N_
from ..numbers.notation import scale_of
from ..numbers.number import Number
from ..numbers.quantity import Bound
from ..numbers.wording import unit_label
from ..problems import Refused
from . import grammar
from .axes import Axis, Measured, Named, is_moment, ordered, with_gaps
from .cells import Cells, Panel, base_of, keys_of
from .checked import DISCRETE
from .grammar import mark_of
from .painting import Row
from .parts import facets, is_stacked, unit_of
from .theme import Specification

LOGARITHMIC = N_("logarithmic scale")
MONEY_UNITS = {  # by unit, in dollars and in millions of dollars
    "cad": (N_("dollars"), N_("millions of dollars")),
    "cad_per_year": (N_("dollars per year"), N_("millions of dollars per year")),
}


class CannotBeArranged(Refused):
    """A chart has no room for its names at a width, or no mark for what its numbers leave open."""


@dataclass(eq=False)
class Held:
    """One panel among those that share its axes, in ``room`` px, its frame at least ``left`` px from its own left."""

    chart: Cells
    panel: Panel
    peers: list[Panel]
    room: float
    left: float = 0.0
    joined: Sequence[Panel] = ()

    def definitions(self, axis: str, peers: bool = False) -> Iterator[tuple[Specification, Specification, Panel]]:
        for panel in self.peers if peers and axis not in self.panel.own else [self.panel]:
            for unit in panel.units:
                for channel in (axis, f"{axis}2"):
                    if channel in unit["encoding"]:
                        yield unit, unit["encoding"][channel], panel

    def in_common(self, axis: str, unit: str) -> Iterator[tuple[Specification, Specification, Panel]]:
        """What stands on an axis of figures of this panel, its peers, and charts joined to it that count the same: a
        length is as much in one as in the other."""
        yield from self.definitions(axis, peers=True)
        for panel in self.joined:
            for part in panel.units:
                for channel in (axis, f"{axis}2"):
                    definition = part["encoding"].get(channel, {})
                    if unit and unit in {unit_of(n) for n in self.numbers_of(part, definition, panel)}:
                        yield part, definition, panel

    def numbers_of(self, unit: Specification, definition: Specification, panel: Panel) -> Iterator[Number]:
        for row in self.chart.rows(unit, panel) if "field" in definition else []:
            if (number := self.chart.number(row, definition["field"])) is not None:
                yield number

    def uses(self, axis: str) -> bool:
        return any(True for _ in self.definitions(axis))

    def axis(self, axis: str) -> Axis:
        definitions = [d for _, d, _ in self.definitions(axis)]
        if any(d.get("type") in DISCRETE and "field" in d for d in definitions):
            return self.named(axis)
        return self.measured(axis)

    def named(self, axis: str) -> Named:
        keys: dict[str, None] = {}
        sort: Any = ...
        for unit, definition, panel in self.definitions(axis, peers=True):
            if "field" in definition:
                keys |= keys_of(self.chart.rows(unit, panel), definition["field"])
                sort = definition["sort"] if sort is ... and "sort" in definition else sort
        order = ordered(keys, sort, self.weights(axis, sort))
        filled = with_gaps(order) if sort in (..., "ascending") else order
        moments = len(order) > 1 and all(map(is_moment, order))
        return Named(filled, moments=moments, shown=set(order))

    def weights(self, axis: str, sort: Any) -> dict[str, float]:
        """What keys are ordered by: the sum of a column's numbers by key."""
        other = sort.lstrip("-") if isinstance(sort, str) else ""
        column = sort.get("field", "") if isinstance(sort, dict) else ""
        found: dict[str, float] = {}
        for unit, definition, panel in self.definitions(axis, peers=True):
            by = column or unit["encoding"].get(other, {}).get("field", "")
            for row in self.chart.rows(unit, panel) if by and "field" in definition else []:
                value = self.chart.value(row, by, 1.0)
                key = row.get(definition["field"])
                if key is not None and value is not None:
                    found[key] = found.get(key, 0.0) + value
            if found:
                break
        return found

    def measured(self, axis: str) -> Measured:
        numbers = [n for unit, d, p in self.definitions(axis, peers=True) for n in self.numbers_of(unit, d, p)]
        counted = unit_of(numbers[0]) if numbers else ""
        numbers = [n for unit, d, p in self.in_common(axis, counted) for n in self.numbers_of(unit, d, p)]
        factor = float(max((scale_of(n) for n in numbers), default=1))
        values = list(self.values(axis, factor, counted))
        own = [d for _, d, _ in self.definitions(axis)]
        scale: Specification = next((d["scale"] for d in own if d.get("scale")), {})
        log = scale.get("type") == "log"
        if log and (odd := next((n for n in numbers if (n.quantity.low or 0) <= 0), None)):
            raise CannotBeArranged(f"found {odd} on a logarithmic axis; allowed: numbers above zero, or type=linear")
        asked = [float(end) / factor for end in scale.get("domain") or []]
        bars = any(mark_of(unit) == "bar" for unit, *_ in self.definitions(axis))
        zero = not log and scale.get("zero", bars or not asked) is not False
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
        if low == high:
            high = low + 1
        spread = (high / low) ** 0.06 if log else (high - low) * 0.06
        top = high * spread if log else high + (spread if high > 0 or not zero else 0)
        bottom = low / spread if log else low - (spread if low < 0 or not zero else 0)
        if len(asked) == 2:
            bottom, top = (bottom if low < asked[0] else asked[0]), (top if high > asked[1] else asked[1])
        ticks: list[Any] = next((d["axis"]["values"] for d in own if (d.get("axis") or {}).get("values")), [])
        percent = bool(numbers) and numbers[0].unit == "percent"
        whole = 100.0 if percent and high <= 100 else None
        top = top if whole is None else min(top, whole)
        return Measured(
            bottom,
            top,
            up=axis == "y",
            log=log,
            reverse=bool(scale.get("reverse")),
            factor=factor,
            percent=percent,
            within=whole,
            counted=counted,
            title=self.title(axis, numbers, factor) + (f" ({self.chart.t(LOGARITHMIC)})" if log else ""),
            grid=all((d.get("axis") or {}).get("grid", True) for d in own),
            values=[float(v) / factor for v in ticks],
        )

    def values(self, axis: str, factor: float, counted: str) -> Iterator[float]:
        """Every number that must be within an axis: values, ends of intervals, sums of stacks, constants."""
        for unit, definition, panel in self.in_common(axis, counted):
            rows = self.chart.rows(unit, panel)
            if "field" in definition:
                if is_stacked(unit, axis):
                    yield from self.sums(unit, axis, definition["field"], rows, factor)
                for row in rows:
                    yield from self.ends(row, definition["field"], factor)
            elif isinstance(definition.get("datum"), int | float):
                yield float(definition["datum"])

    def sums(self, unit: Specification, axis: str, column: str, rows: list[Row], factor: float) -> Iterator[float]:
        other = unit["encoding"].get("y" if axis == "x" else "x", {}).get("field", "")
        found: dict[Any, float] = {}
        for row in rows:
            key = (row.get(other), *(row.get(d["field"]) for d in facets(self.chart.source)))
            found[key] = found.get(key, 0.0) + (self.chart.value(row, column, factor) or 0.0)
        yield from found.values()

    def ends(self, row: Row, column: str, factor: float) -> Iterator[float]:
        number = self.chart.number(row, column)
        if number is None:
            return
        own = self.chart.value(row, column, factor)
        yield from () if own is None else (own,)
        if base_of(column, row) == column and number.quantity.bound is Bound.BETWEEN:
            yield from (float(end) / factor for end in (number.quantity.low, number.quantity.high) if end is not None)

    def is_plane(self) -> bool:
        """Whether figures stand on both axes."""
        kinds = ([d.get("type") for _, d, _ in self.definitions(axis)] for axis in ("x", "y"))
        return all("quantitative" in found for found in kinds)

    def title(self, axis: str, numbers: list[Number], factor: float) -> str:
        """What an axis counts, in words: as the writer has it, else the unit's noun."""
        unit = numbers[0].unit if numbers else ""
        money = self.chart.t(MONEY_UNITS[unit][factor > 1]) if unit in MONEY_UNITS else ""
        for _, definition, _ in self.definitions(axis):
            title = grammar.title_of(definition)
            if title is None:
                return ""
            if title is not ...:
                words = self.chart.t(title)
                return f"{words} ({money})" if money and factor > 1 else words
        if unit == "percent" and len({number.definition for number in numbers}) == 1 and self.is_plane():
            return self.chart.t(numbers[0].definition_label)
        plain = bool(numbers) and list(numbers[0].dimension.values()) == [1] and unit != "percent"
        nouns = numbers[0].nouns.get(self.chart.language) if plain else None
        if numbers and any(power < 0 for power in numbers[0].dimension.values()):
            return unit_label(numbers[0], self.chart.language)
        return money or (nouns["other"] if nouns else "")
