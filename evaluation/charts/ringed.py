"""Things that are counted with the eye: a grid of circles, full or empty, and strips of squares, one for each thing."""

from __future__ import annotations

from ..numbers.number import Number
from ..numbers.quantity import Bound
from .asked import refuse
from .axes import BAR, Measured
from .painting import Drawing, Row, conditions, points_layer, rects_layer
from .placing import Box
from .ruled import Ruled
from .theme import PAPER, Specification

MOST_SQUARES = 40  # more in a strip are not counted with the eye


class Ringed(Ruled):
    """A panel with circles at the crossings of names, or with strips of squares."""

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


def counted(number: Number) -> int:
    """How many squares stand for a number."""
    quantity = number.quantity
    value = quantity.value
    if quantity.bound is not Bound.EXACT or value is None or value != int(value) or not 0 <= value <= MOST_SQUARES:
        raise refuse("mark_square", str(number), f"exact counts up to {MOST_SQUARES}; else mark_bar or mark_point")
    return int(value)
