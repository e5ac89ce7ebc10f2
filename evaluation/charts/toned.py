"""What is read without a length: the cells of a heat map, with their tones and what is no plain published number; and
things that are counted with the eye, a grid of circles, full or empty, and strips of squares, one for each thing."""

from __future__ import annotations

from collections.abc import Iterator

from ..numbers.number import Number
from ..numbers.quantity import Bound
from .asked import refuse
from .axes import BAR, Measured, Named
from .held import CannotBeArranged
from .lettered import Lettered
from .painting import DASHES, Drawing, Row, conditions, points_layer, rects_layer, rule, rules_layer
from .placing import Box
from .theme import DARK, INK, PAPER, RULE, Specification

MOST_SQUARES = 40  # more in a strip are not counted with the eye
OPEN_UP = (Bound.MORE_THAN, Bound.AT_LEAST, Bound.BETWEEN)
OPEN_DOWN = (Bound.UP_TO, Bound.LESS_THAN, Bound.BETWEEN)


class Toned(Lettered):
    """A panel with cells, with circles at the crossings of names, or with strips of squares."""

    def draw_rect(self, unit: Specification, drawing: Drawing) -> None:
        if not (isinstance(self.x, Named) and isinstance(self.y, Named)):
            raise CannotBeArranged("found rect on an axis of figures; allowed: names on both axes (a heat map), or bar")
        column = unit["encoding"].get("color", unit["encoding"].get("fill", {})).get("field", "")
        cells, dotted, triangles = list[Row](), list[Row](), list[Row]()
        for row in self.chart.rows(unit, self.panel):
            x, y = (row.get(unit["encoding"][a]["field"]) for a in ("x", "y"))
            number = self.chart.number(row, column)
            if x is None or y is None or number is None:
                continue
            left, top = self.x.begin(x), self.y.begin(y)
            cell = {"x": left, "x2": left + self.x.band, "y": top, "y2": top + self.y.band}
            tone = self.colour(unit, row)
            ink = PAPER if tone in DARK else INK
            cells.append(self.tested(unit, row) | cell | {"fill": tone, "stroke": RULE})
            if number.kind == "estimate":
                edges = (cell["y"] + 2, cell["y2"] - 2)
                dotted += [rule(left + 2, at, left + self.x.band - 2, at, ink, DASHES[2]) for at in edges]
            triangles += open_ends(number, cell, ink)
        drawing.layers += [rects_layer(cells, conditions(unit)), rules_layer(dotted), points_layer(triangles, 34)]

    def draw_grid(self, unit: Specification, drawing: Drawing) -> None:
        """A circle for each row, whose number stands on ``detail``; a row without one, or with zero, is a ring."""
        circles: list[Row] = []
        for row in self.chart.rows(unit, self.panel):
            x, y = self.along(unit, row, "x"), self.along(unit, row, "y")
            if x is None or y is None:
                continue
            ink = self.colour(unit, row)
            full = self.chart.value(row, unit["encoding"].get("detail", {}).get("field", ""), 1.0)
            circles.append({"x": x, "y": y, "fill": ink if full else PAPER, "stroke": ink, "shape": "circle"})
            drawing.placer.marks.append(Box(x - 9, y - 9, x + 9, y + 9))
        drawing.layers.append(points_layer(circles, 260 if len(circles) < 40 else 110))

    def draw_square(self, unit: Specification, drawing: Drawing) -> None:
        """A strip of squares for each row, from zero along the axis of figures: one for each thing that it counts.
        Raises ChartRefused for numbers that are no exact counts."""
        squares: list[Row] = []
        for row in self.chart.rows(unit, self.panel):
            number, side = self.number_on(unit, row, "x"), self.along(unit, row, "y")
            if number is None or side is None or not isinstance(self.x, Measured):
                continue
            ink = self.colour(unit, row)
            for place in range(counted(number)):
                span = {"x": self.x.at(place) + 1.5, "x2": self.x.at(place + 1) - 1.5}
                square = span | {"y": side - BAR / 2, "y2": side + BAR / 2}
                squares.append(self.tested(unit, row) | square | {"fill": ink, "stroke": ink})
            drawing.placer.marks.append(Box(0, side - BAR / 2, self.x.at(counted(number)), side + BAR / 2))
        drawing.layers.append(rects_layer(squares, conditions(unit)))


def open_ends(number: Number, cell: Row, ink: str) -> Iterator[Row]:
    """A triangle in a cell's corner for each way in which the true number may lie from the one that is drawn."""
    mark = {"x": cell["x2"] - 6, "fill": ink, "stroke": ink}
    if number.quantity.bound in OPEN_UP:
        yield mark | {"y": cell["y"] + 6, "shape": "triangle-up"}
    if number.quantity.bound in OPEN_DOWN:
        yield mark | {"y": cell["y2"] - 6, "shape": "triangle-down"}


def counted(number: Number) -> int:
    """How many squares stand for a number."""
    quantity = number.quantity
    value = quantity.value
    if quantity.bound is not Bound.EXACT or value is None or value != int(value) or not 0 <= value <= MOST_SQUARES:
        raise refuse("mark_square", str(number), f"exact counts up to {MOST_SQUARES}; else mark_bar or mark_point")
    return int(value)
