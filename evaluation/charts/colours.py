"""The ink of a mark: of its series, of its tone, of a condition, or its part's own; and what stands in a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..language import N_
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .grammar import mark_of
from .order import ordered
from .panels import Recorded, Row, keys_of
from .points import UPPER
from .theme import ACCENT, BOTH_WAYS, HEAT, INK, QUIET, SERIES, Specification

DASHES = ([1, 0], [7, 3], [2, 3], [10, 3, 2, 3])
Swatch = tuple[str, str, list[int], str]  # mark, ink, dash, words


def is_interval(number: Number) -> bool:
    """Whether a number is all that lies between two ends, so that no place is its own."""
    return number.quantity.bound is Bound.BETWEEN


def is_hollow(number: Number) -> bool:
    """Whether a mark is drawn as an outline: the review's own estimates, and upper bounds, which are no lengths."""
    return number.kind == "estimate" or number.quantity.bound in UPPER


class Colours:
    """The inks of one chart, the same in all its panels."""

    def __init__(self, chart: Recorded):
        self.chart = chart

    def ink(self, unit: Specification, row: Row) -> str:
        """The ink of a row: of its series, of its tone, or the part's own."""
        definition = unit["encoding"].get("color", {})
        if "field" in definition:
            if self.chart.number(row, definition["field"]) is not None:
                return self.tone(definition["field"], row)
            return self.series_ink(definition, row.get(definition["field"]))
        own = row[definition["ink"]] if "ink" in definition else definition.get("value") or unit["mark"].get("color")
        return str(own or (INK if mark_of(unit) == "text" else ACCENT))

    def series_ink(self, definition: Specification, key: str | None) -> str:
        keys = self.series(definition["field"])
        inks = (definition.get("scale") or {}).get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def series(self, column: str) -> list[str]:
        """The keys of a series in the order of their colours, the same in all panels."""
        keys = keys_of((r for r in self.chart.all_rows if not isinstance(r.get(column), dict)), column)
        sort: Any = ...
        for unit in self.chart.units:
            definition = unit["encoding"].get("color", {})
            if definition.get("field") == column:
                sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return ordered(keys, sort)

    def dash(self, unit: Specification, row: Row) -> list[int]:
        column = unit["encoding"].get("color", {}).get("field", "")
        if column and isinstance(row.get(column), str):
            return DASHES[self.series(column).index(row[column]) % len(DASHES)]
        asked = unit["mark"].get("strokeDash", DASHES[0])
        return list(asked) if asked in DASHES else DASHES[1]

    # Tones

    def tone(self, column: str, row: Row) -> str:
        """A cell's tone: one of five equal steps from the smallest number to the largest; where numbers lie on both
        sides of zero, two for either side, as far from zero on both, and one for zero."""
        low, high = self.span(column)
        value = self.chart.value(row, column)
        assert value is not None
        if not low < 0 < high:
            return HEAT[min(4, int((value - low) / (high - low) * 5)) if high > low else 2]
        far = max(high, -low) / 2
        return BOTH_WAYS[2 + (value > 0) - (value < 0) + (value > far) - (value < -far)]

    def span(self, column: str) -> tuple[float, float]:
        values = [value for row in self.chart.all_rows if (value := self.chart.value(row, column)) is not None]
        return min(values), max(values)

    # Keys

    def keyed(self) -> Iterator[tuple[str, Specification, Specification]]:
        """Columns that colours tell apart and no axis or panel names: column, part, definition."""
        for unit in self.chart.units:
            named = {self.chart.facet.get("field"), *(unit["encoding"].get(a, {}).get("field") for a in ("x", "y"))}
            definition = unit["encoding"].get("color", {})
            column = definition.get("field", "")
            if column and column not in named and definition.get("legend", 0) is not None:
                yield column, unit, definition

    def key(self) -> tuple[str, list[Swatch]]:
        """What a chart's key tells apart, and its swatches; nothing where colours need none."""
        for column, unit, definition in self.keyed():
            title = self.chart.t((definition.get("legend") or {}).get("title") or definition.get("title") or "")
            return title, self.swatches(column, unit, definition)
        return "", []

    def swatches(self, column: str, unit: Specification, definition: Specification) -> list[Swatch]:
        rows = [row for row in self.chart.all_rows if self.chart.number(row, column) is not None]
        if not rows:
            keys = self.series(column)
            inks = [self.series_ink(definition, key) for key in keys]
            dashes = [DASHES[place % len(DASHES)] for place in range(len(keys))]
            names = [self.chart.name(column, key) for key in keys]
            return list(zip([mark_of(unit)] * len(keys), inks, dashes, names, strict=True))
        by_tone: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: self.chart.value(row, column) or 0.0):
            by_tone.setdefault(self.tone(column, row), []).append(row)
        to = f" {self.chart.t(N_('to'))} "
        words = {
            tone: to.join(dict.fromkeys(self.chart.words(row, column) for row in (inside[0], inside[-1])))
            for tone, inside in by_tone.items()
        }
        return [("rect", tone, DASHES[0], said) for tone, said in words.items()]


def inked(column: str) -> Specification:
    """A colour as Vega-Lite has it: that of each row."""
    return {"field": column, "type": "nominal", "scale": None}
