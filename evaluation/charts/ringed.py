"""A grid of circles: full where a row has a number other than zero, else a ring, so that what is missing is seen."""

from __future__ import annotations

from .bounded import Bounded
from .painting import Drawing, Row, points_layer
from .placing import Box
from .theme import PAPER, Specification


class Ringed(Bounded):
    """A panel with a grid of circles."""

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
            drawing.placer.block(Box(x - 7, y - 7, x + 7, y + 7))
        drawing.layers.append(points_layer(circles, 150 if len(circles) < 40 else 80))
