"""Where a row stands on a panel, and its ink: of its series, of its tone, or its part's own."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..language import N_
from ..numbers.number import Number
from .axes import Measured, Named, ordered
from .cells import KEYED, base_of, is_interval, keys_of
from .grammar import mark_of
from .painting import DASHES, Row
from .parts import constant_of, is_alone
from .sized import Sized
from .theme import ACCENT, BOTH_WAYS, HEAT, INK, QUIET, SERIES, Specification


class Inked(Sized):
    """A panel whose rows have places and inks."""

    def along(self, unit: Specification, row: Row, channel: str) -> float | None:
        """Where a row stands on an axis, in px; None where it has no place."""
        axis = self.x if channel[0] == "x" else self.y
        definition = unit["encoding"].get(channel)
        if definition is None:
            return None
        if "datum" in definition and isinstance(axis, Measured):
            return axis.at(float(definition["datum"]))
        if isinstance(axis, Named):
            key = row.get(definition.get("field", ""))
            return None if key is None else self.within(unit, row, channel, axis, key)
        value = self.chart.value(row, definition.get("field", ""), axis.factor)
        return None if value is None else axis.at(value)

    def within(self, unit: Specification, row: Row, channel: str, axis: Named, key: str) -> float:
        """The middle of a row's share of a band, where several keys stand side by side."""
        offset = unit["encoding"].get(f"{channel}Offset", {}).get("field")
        if offset is None or row.get(offset) is None:
            return axis.at(key)
        keys = self.groups(f"{channel}Offset")
        return axis.begin(key) + axis.band * (keys.index(row[offset]) + 0.5) / len(keys)

    def thickness(self, unit: Specification, channel: str, axis: Named) -> float:
        keys = self.groups(f"{channel}Offset") if f"{channel}Offset" in unit["encoding"] else []
        return axis.band / len(keys) - 2 if keys else axis.band

    def place(self, unit: Specification, row: Row, axis: str) -> float | None:
        """Where a row stands; the middle of an axis that its part does not use."""
        if axis not in unit["encoding"]:
            return 20.0
        return self.along(unit, row, axis)

    def number_on(self, unit: Specification, row: Row, axis: str) -> Number | None:
        return self.chart.number(row, unit["encoding"].get(axis, {}).get("field", ""))

    def own_numbers(self, unit: Specification, row: Row) -> list[Number]:
        """The numbers that a row itself stands at, on either axis; not an end of one."""
        own = [self.number_on(unit, row, axis) for axis in ("x", "y") if not self.ending(unit, row, axis)]
        return [number for number in own if number is not None]

    def ending(self, unit: Specification, row: Row, axis: str) -> str:
        """What a column asks of its figures: nothing, or ``_low``, ``_high``."""
        column = unit["encoding"].get(axis, {}).get("field", "")
        return column.removeprefix(base_of(column, row))

    def colour(self, unit: Specification, row: Row) -> str:
        """The ink of a row: of its series, of its tone, or the part's own."""
        mark = unit["mark"]
        usual = INK if mark_of(unit) == "text" else ACCENT
        for channel in ("color", "fill", "stroke"):
            definition = unit["encoding"].get(channel)
            if definition is None:
                continue
            if "field" in definition:
                if self.chart.number(row, definition["field"]) is not None:
                    return self.tone_of(definition["field"], row)
                return self.ink_of(definition, row.get(definition["field"]))
            if constant := constant_of(unit):
                constants = list(dict.fromkeys(filter(None, map(constant_of, self.panel.units))))
                return SERIES[constants.index(constant) % 4]
            if definition.get("value"):
                return str(definition["value"])
        return str(next(filter(None, (mark.get(k) for k in ("color", "fill", "stroke"))), usual))

    def series(self, column: str) -> list[str]:
        """The keys of a series in the order of their colours, the same in all panels."""
        keys = keys_of((r for r in self.chart.all_rows() if not isinstance(r.get(column), dict)), column)
        sort: Any = ...
        for unit in self.panel.units:
            for channel in KEYED:
                definition = unit["encoding"].get(channel, {})
                if definition.get("field") == column:
                    sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return ordered(keys, sort, {})

    def ink_of(self, definition: Specification, key: str | None) -> str:
        keys = self.series(definition["field"])
        inks = (definition.get("scale") or {}).get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def dash(self, unit: Specification, row: Row) -> list[int]:
        mark = unit["mark"]
        for channel in ("strokeDash", "color", "stroke"):
            column = unit["encoding"].get(channel, {}).get("field", "")
            if column and isinstance(row.get(column), str):
                return DASHES[self.series(column).index(row[column]) % 4]
        return list(mark.get("strokeDash", DASHES[0]))

    def span_of_tones(self, column: str) -> tuple[float, float]:
        found = [v for r in self.chart.all_rows() if (v := self.chart.value(r, column, 1.0)) is not None]
        return min(found), max(found)

    def tone(self, column: str, row: Row) -> int:
        """Which of the five tones a cell has: equal steps from the smallest number to the largest; where numbers lie on
        both sides of zero, two for either side, as far from zero on both, and one for zero and what may lie on either
        side of it."""
        low, high = self.span_of_tones(column)
        value = self.chart.value(row, column, 1.0)
        assert value is not None
        if low < 0 < high:
            number = self.chart.number(row, column)
            if number is not None and is_interval(number) and number.quantity.contains(Fraction(0)):
                return 2  # which way it went is not known
            return 2 + (value > 0) - (value < 0) + (value > max(high, -low) / 2) - (value < -max(high, -low) / 2)
        return min(4, int((value - low) / (high - low) * 5)) if high > low else 2

    def tones(self, column: str) -> tuple[str, ...]:
        low, high = self.span_of_tones(column)
        return BOTH_WAYS if low < 0 < high else HEAT

    def tone_of(self, column: str, row: Row) -> str:
        return self.tones(column)[self.tone(column, row)]

    def keyed(self, column: str, unit: Specification) -> tuple[str, Specification]:
        """The channel that tells a column's names apart, and its definition."""
        return next(
            (channel, d)
            for channel, d in unit["encoding"].items()
            if channel in KEYED and d.get("field") == column and d.get("legend", 0) is not None
        )

    def key_title(self, column: str, unit: Specification) -> str:
        """What a writer says that a key tells apart."""
        _, definition = self.keyed(column, unit)
        return self.chart.t((definition.get("legend") or {}).get("title") or definition.get("title") or "")

    def swatches(self, column: str, unit: Specification) -> list[tuple[str, str, list[int], str]]:
        channel, _ = self.keyed(column, unit)
        rows = self.chart.all_rows()
        if not any(self.chart.number(r, column) is not None for r in rows):
            mark = mark_of(unit)
            return [
                (mark, self.key_ink(channel, unit, k), DASHES[i % 4], self.key_words(column, unit, k))
                for i, k in enumerate(self.series(column))
            ]
        entries = []
        for tone in range(5):
            inside = [r for r in rows if self.chart.number(r, column) is not None and self.tone(column, r) == tone]
            inside.sort(key=lambda r: self.chart.value(r, column, 1.0) or 0.0)
            if inside:
                ends = list(dict.fromkeys([self.chart.words(inside[0], column), self.chart.words(inside[-1], column)]))
                entries.append(("rect", self.tones(column)[tone], DASHES[0], f" {self.chart.t(N_('to'))} ".join(ends)))
        return entries

    def key_words(self, column: str, unit: Specification, key: str) -> str:
        """What a swatch stands for; where one bar alone is parted, with the number of the part."""
        name = self.chart.name(column, key)
        drawn = next((unit["encoding"][a]["field"] for a in ("x", "y") if is_alone(unit, a)), "")
        row = next((r for r in self.chart.rows(unit, self.panel) if r.get(column) == key), {}) if drawn else {}
        return f"{name} ({self.chart.words(row, drawn)})" if row else name

    def key_ink(self, channel: str, unit: Specification, key: str) -> str:
        """The ink of a key's swatch; lines that only dashes tell apart have one."""
        return self.colour(unit, {}) if channel == "strokeDash" else self.ink_of(unit["encoding"][channel], key)

    def tested(self, unit: Specification, row: Row, hollow: bool = False) -> Row:
        """The cells that a condition asks for, as Vega reads them."""
        if not any("condition" in d for d in unit["encoding"].values() if isinstance(d, dict)):
            return {}
        figures = {c: self.chart.value(row, c, 1.0) for c, v in row.items() if isinstance(v, dict)}
        plain = {c: int(v) if isinstance(v, str) and v.isdigit() else v for c, v in row.items()}
        return plain | figures | {"hollow__": hollow}
