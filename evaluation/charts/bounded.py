"""What bounds add to a mark: an arrow where one is open, a line with ends for an interval; the order of a stack."""

from __future__ import annotations

import math

from ..numbers.number import Number
from ..numbers.quantity import Bound
from .axes import Measured
from .lettered import Lettered
from .painting import Drawing, Row
from .placing import lying
from .theme import Specification


class Bounded(Lettered):
    """A panel whose numbers show what they leave open."""

    def arrow(
        self, number: Number, end: float, side: float, length: str, inked: Row, into: list[Row], drawing: Drawing
    ) -> float:
        """An arrow from an open bound; gives where it ends."""
        if number.quantity.high is not None:
            return end
        way = 1 if length == "x" else -1
        far = end + 16 * way
        drawing.placer.marks.append(lying(length, end, far + 5 * way, side, 5))
        into.append(inked | {"from": end, "to": far, "side": side, "length": length})
        return far

    def interval(
        self, number: Number, side: float, length: str, inked: Row, into: list[Row], drawing: Drawing, bar: bool = False
    ) -> None:
        """A line over what a number leaves open; on a bar from its end, as far as the number surely reaches."""
        quantity, axis = number.quantity, self.x if length == "x" else self.y
        assert isinstance(axis, Measured)
        if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
            low, high = (axis.at(float(e) / axis.factor) for e in (quantity.low, quantity.high))
            ends = (high, low) if quantity.high < 0 else (low, high)
            on_bar = bar and not quantity.low <= 0 <= quantity.high  # the bar ends where the interval begins
            line = {"from": ends[0], "to": ends[1], "side": side, "length": length}
            dashed = number.kind == "estimate" and not bar
            drawn = {"ends": "far" if on_bar else "both", "dashed": dashed, "cap": 6 if bar else 8}
            into.append(inked | line | drawn)
            drawing.placer.marks.append(lying(length, low, high, side, 6))

    def in_series_order(self, unit: Specification) -> list[Row]:
        columns = (unit["encoding"].get(channel, {}).get("field") for channel in ("color", "fill", "detail"))
        column = next(filter(None, columns), "")
        keys, definition = self.series(column), unit["encoding"].get("order", {})
        by = definition.get("field", "") if isinstance(definition, dict) else ""
        rows = self.chart.rows(unit, self.panel)
        rows.sort(key=lambda r: keys.index(r[column]) if r.get(column) in keys else 99)
        if by:
            rows.sort(key=lambda r: self.rank(r, by), reverse=definition.get("sort") == "descending")
        return rows

    def rank(self, row: Row, column: str) -> tuple[int, float, str]:
        """A row's place in an order by a column: of numbers by them, of names by their series' order."""
        value = self.chart.value(row, column, 1.0)
        if value is not None:
            return (0, value, "")
        keys = self.series(column)
        return (1, float(keys.index(row[column])) if row.get(column) in keys else math.inf, "")
