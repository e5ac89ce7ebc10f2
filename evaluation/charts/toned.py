"""The cells of a heat map: tones, and what is no plain published number."""

from __future__ import annotations

from collections.abc import Iterator

from ..numbers.number import Number
from ..numbers.quantity import Bound
from .axes import Named
from .bounded import Bounded
from .held import CannotBeArranged
from .painting import DASHES, Drawing, Row, conditions, points_layer, rects_layer, rule, rules_layer
from .theme import DARK, INK, PAPER, RULE, Specification

OPEN_UP = (Bound.MORE_THAN, Bound.AT_LEAST, Bound.BETWEEN)
OPEN_DOWN = (Bound.UP_TO, Bound.LESS_THAN, Bound.BETWEEN)


class Toned(Bounded):
    """A panel with cells."""

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
                dotted += [
                    rule(left + 2, at, left + self.x.band - 2, at, ink, DASHES[2])
                    for at in (cell["y"] + 2, cell["y2"] - 2)
                ]
            triangles += open_ends(number, cell, ink)
        drawing.layers += [rects_layer(cells, conditions(unit)), rules_layer(dotted), points_layer(triangles, 34)]


def open_ends(number: Number, cell: Row, ink: str) -> Iterator[Row]:
    """A triangle in a cell's corner for each way in which the true number may lie from the one that is drawn."""
    mark = {"x": cell["x2"] - 6, "fill": ink, "stroke": ink}
    if number.quantity.bound in OPEN_UP:
        yield mark | {"y": cell["y"] + 6, "shape": "triangle-up"}
    if number.quantity.bound in OPEN_DOWN:
        yield mark | {"y": cell["y2"] - 6, "shape": "triangle-down"}
