"""The marks of a panel that have a length or a place: bars, points, lines and ticks, with what their bounds ask for."""

from __future__ import annotations

import math
from typing import Any

from ..numbers.notation import show
from ..numbers.quantity import Bound
from .axes import BAR, Measured, Named, is_gap
from .cells import KEYED, is_below, is_hollow, is_interval, sure
from .held import CannotBeArranged
from .painting import (
    DASHES,
    Drawing,
    Row,
    arrow_layers,
    cap,
    conditions,
    lines_layer,
    points_layer,
    rects_layer,
    ringed_layer,
)
from .parts import is_grid, is_stacked
from .placing import Box, lying
from .ruled import Ruled
from .theme import INK, PAPER, SHAPES, Specification


class Shaped(Ruled):
    """A panel whose marks are drawn."""

    def draw_bar(self, unit: Specification, drawing: Drawing) -> None:
        figures_across = isinstance(self.x, Measured) and unit["encoding"].get("x", {}).get("type") == "quantitative"
        length, crosswise = ("x", "y") if figures_across else ("y", "x")
        axis, across = (self.x, self.y) if figures_across else (self.y, self.x)
        assert isinstance(axis, Measured)
        column = unit["encoding"][length]["field"]
        stacked, sums = is_stacked(unit, length), dict[float, float]()
        bars, arrows = list[Row](), list[Row]()
        for row in self.in_series_order(unit) if stacked else self.chart.rows(unit, self.panel):
            number = self.chart.number(row, column)
            end, side = self.along(unit, row, length), self.along(unit, row, crosswise)
            if number is None or end is None:
                continue
            place, below_zero = end, is_below(number.quantity)
            if (is_interval(number) or (below_zero and number.quantity.high is None)) and not stacked:
                end = axis.at(float(sure(number.quantity)) / axis.factor)
            start = axis.base()
            if isinstance(across, Named):
                if side is None:
                    continue
                half = self.thickness(unit, crosswise, across) / 2
            else:
                side, half = 20.0, float(BAR) / (1 if stacked else 2)
            if stacked:
                below = sums.get(side, 0.0)
                value = self.chart.value(row, column, axis.factor) or 0.0
                start, end = axis.at(below), axis.at(below + value)
                sums[side] = below + value
            ink = self.colour(unit, row)
            fill = PAPER if is_hollow(number) else ink
            edge = PAPER if stacked and fill == ink else ink
            shape = {length: start, f"{length}2": end, crosswise: side - half, f"{crosswise}2": side + half}
            tested = self.tested(unit, row, fill == PAPER)
            bars.append(tested | shape | {"fill": fill, "stroke": edge})
            drawing.placer.marks.append(lying(length, start, end, side, half))
            if not stacked:
                tip = self.arrow(number, place, side, length, tested | {"stroke": ink}, arrows, drawing)
                self.interval(number, side, length, {"stroke": INK}, arrows, drawing, bar=True)
                places = [axis.at(v) for v in self.ends(row, column, axis.factor)]
                outermost = min if below_zero == (length == "x") else max
                far = outermost([*([] if below_zero else [tip]), *places])
                self.beside(unit, number, far, side, length, drawing)
        drawing.layers += [rects_layer(bars, conditions(unit)), *arrow_layers(arrows, conditions(unit))]

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

    def draw_point(self, unit: Specification, drawing: Drawing) -> None:
        if is_grid(unit):
            return self.draw_grid(unit, drawing)
        dots: list[Row] = []
        arrows: list[Row] = []
        for row in self.chart.rows(unit, self.panel):
            x, y = (self.place(unit, row, axis) for axis in ("x", "y"))
            numbers = [n for a in ("x", "y") if (n := self.number_on(unit, row, a)) is not None]
            if x is None or y is None or not numbers:
                continue
            ink = self.colour(unit, row)
            kind = "estimate" if any(n.kind == "estimate" for n in numbers) else numbers[0].kind
            hollow = any(map(is_hollow, numbers))
            tested = self.tested(unit, row, hollow)
            inked = tested | {"stroke": ink}
            for axis_name, side in (("x", y), ("y", x)):
                number, axis = self.number_on(unit, row, axis_name), self.x if axis_name == "x" else self.y
                if number is None or not isinstance(axis, Measured) or "_" in self.ending(unit, row, axis_name):
                    continue
                tip = self.arrow(number, x if axis_name == "x" else y, side, axis_name, inked, arrows, drawing)
                self.interval(number, side, axis_name, inked, arrows, drawing)
                places = [axis.at(v) for v in self.ends(row, unit["encoding"][axis_name]["field"], axis.factor)]
                far = max([tip, *places]) if axis_name == "x" else min([tip, *places])
                series = [unit["encoding"].get(c, {}).get("field") for c in KEYED[:3]]
                own = any(isinstance(row.get(column), str) for column in series if column)
                said = ink if own else INK  # words say by their colour whose they are
                at = far + (4 if axis_name == "x" else -4)
                self.beside(unit, number, at, side, axis_name, drawing, ink=said)
            if self.between_ends(unit, row):
                continue
            # a ring around filled ones, so that one on another can be seen
            inks = {"fill": PAPER if hollow else ink, "stroke": ink if hollow else PAPER}
            dots.append(tested | inks | {"x": x, "y": y, "shape": SHAPES[kind]})
            drawing.dots.append((x, y))
            half = 3 if self.is_dense() else 6
            drawing.placer.marks.append(Box(x - half, y - half, x + half, y + half))
        drawing.layers += [*arrow_layers(arrows, conditions(unit)), *self.dots_layers(dots, unit)]

    draw_circle = draw_point

    def is_dense(self) -> bool:
        """Whether years or months stand so close that dots of the usual size would touch."""
        return isinstance(self.x, Named) and self.x.step < 20

    def dots_layers(self, dots: list[Row], unit: Specification) -> list[Specification]:
        """Dots no larger than there is room for from year to year, without a ring where it would eat the line; one
        that is an outline stays one."""
        size = 110 if len(dots) < 40 else 70
        if self.is_dense():
            assert isinstance(self.x, Named)
            size = max(12, int((self.x.step * 0.4) ** 2))
            dots = [dot | {"stroke": dot["fill"]} if dot["stroke"] == PAPER else dot for dot in dots]
        outlined = [dot for dot in dots if dot["fill"] == PAPER]
        filled = [dot for dot in dots if dot["fill"] != PAPER]
        return [
            points_layer(filled, size, conditions(unit)),
            points_layer(outlined, max(size, 50), conditions(unit)),
        ]

    def draw_line(self, unit: Specification, drawing: Drawing) -> None:
        channels = ("color", "stroke", "detail", "strokeDash")
        apart = [d["field"] for c, d in unit["encoding"].items() if c in channels and "field" in d]
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.chart.rows(unit, self.panel):
            groups.setdefault(tuple(row.get(c) for c in apart), []).append(row)
        path: list[Row] = []
        for number, rows in enumerate(groups.values()):
            placed = [(self.along(unit, r, "x"), self.along(unit, r, "y"), r) for r in rows]
            placed.sort(key=lambda p: self.order(unit, p))
            segment, before = 0, None
            for x, y, row in placed:
                if x is None or y is None or self.between_ends(unit, row):
                    segment, before = segment + 1, None
                    continue
                segment += 1 if before is not None and self.apart(before, row, unit) else 0
                if before is not None and not self.apart(before, row, unit):
                    drawing.placer.lines.append((path[-1]["x"], path[-1]["y"], x, y))
                dash = self.dash(unit, row)
                look = {"stroke": self.colour(unit, row), "d": str(DASHES.index(dash) if dash in DASHES else 1)}
                path.append(look | {"x": x, "y": y, "g": f"{number}-{segment}"})
                before = row
        drawing.layers.append(lines_layer(path))
        self.draw_point(unit | {"mark": {"type": "point", "color": unit["mark"].get("color")}}, drawing)
        over_names = isinstance(self.x, Named) and isinstance(self.y, Measured)
        if over_names and len(groups) == 1 and self.says_numbers(unit, "y"):
            self.say_ends(unit, next(iter(groups.values())), drawing)

    def between_ends(self, unit: Specification, row: Row) -> bool:
        """Whether a row's number has no place of its own: no source has the middle of an interval."""
        return any(map(is_interval, self.own_numbers(unit, row)))

    def order(self, unit: Specification, placed: tuple[Any, Any, Row]) -> Any:
        """Along which way a line is drawn: by its own order, else from left to right or from top to bottom."""
        x, y, row = placed
        definition = unit["encoding"].get("order", {})
        if isinstance(definition, dict) and "field" in definition:
            value = self.chart.value(row, definition["field"], 1.0)
            return (0, value, "") if value is not None else (1, 0.0, str(row.get(definition["field"])))
        down = isinstance(self.y, Named) and isinstance(self.x, Measured) and not self.x.reverse
        return (0, (y if down else x) if (y if down else x) is not None else math.inf, "")

    def apart(self, before: Row, row: Row, unit: Specification) -> bool:
        """Whether a year or month lies between two rows that has no row of its own."""
        for axis, channel in ((self.x, "x"), (self.y, "y")):
            if isinstance(axis, Named) and axis.moments:
                column = unit["encoding"][channel]["field"]
                return is_gap(before[column], row[column], axis.shown)
        return False

    def draw_tick(self, unit: Specification, drawing: Drawing) -> None:
        ticks = []
        for row in self.chart.rows(unit, self.panel):
            x, y = (self.place(unit, row, axis) for axis in ("x", "y"))
            if x is None or y is None:
                continue
            inexact = (n for n in self.own_numbers(unit, row) if n.quantity.bound is not Bound.EXACT)
            if odd := next(inexact, None):
                words = show(odd, self.chart.language).words
                raise CannotBeArranged(f"found a tick for {words}, which shows no bound; allowed: point, or bar")
            place = (x, y, "x") if isinstance(self.x, Measured) else (y, x, "y")
            ticks.append(cap(*place, self.colour(unit, row), 8))
            drawing.placer.marks.append(Box(x - 2, y - 8, x + 2, y + 8))
        drawing.layers.append(ringed_layer(ticks))
