"""Boxes of dots: how many things happen, and how many of them are known. A dot a thing, so that it can be counted.

Altair has no mark that a number stands for so many times; here a number is drawn as that many dots, at places in px.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..language import N_, translate
from ..numbers.notation import show
from .grammar import ChartRefused
from .letters import wrapped
from .points import Drawn, Point
from .theme import ACCENT, COLON, INK, LINE, PAPER, RULE, WIDE, Specification

if TYPE_CHECKING:
    import pandas as pd

    from ..numbers.number import Number

MARGIN = 6  # px of a page's width around a drawing
MOST = 200  # dots in a box: more are no longer counted by eye
ACROSS, DOWN = 20, 10  # dots in a row of the largest box, and rows of a box on a wide page
STEP, EDGE = 12.5, 7.0  # px from dot to dot, and from the first to the edge of its box
HAPPENING, KNOWN = N_("All incidents"), N_("Known to police")

Row = dict[str, Any]  # of a mark: its place in px as ``x``, ``y``, ``x2``, ``y2``, its ``fill`` and ``stroke``


def dots(frame: pd.DataFrame) -> Drawn:
    """Boxes for `chapter.chart`, of a frame's first three columns: what names a box, how many incidents happen, and how
    many of them are known. Raises ChartRefused for what cannot be drawn one dot each."""
    rows = list(frame.iloc[:, :3].itertuples(index=False))
    for _, happening, known in rows:
        if not whole(known) or not whole(happening) or not known.quantity.value <= happening.quantity.value <= MOST:
            found, allowed = f"{known} of {happening}", f"whole numbers, the known among at most {MOST}"
            raise ChartRefused(f"dots: found {found}; allowed: {allowed}")
    series = (HAPPENING, KNOWN)
    return Drawn([Point(one, row[0], series=name) for row in rows for name, one in zip(series, row[1:], strict=True)])


def whole(number: Number) -> bool:
    """Whether a number is one that dots can stand for."""
    quantity = number.quantity
    return quantity.low == quantity.high and quantity.value.denominator == 1 and quantity.value >= 0


def specification(points: Sequence[Point], language: str, size: int) -> Specification:
    """Boxes side by side on a wide page, equally tall, one under the other on a narrow one, equally wide: a name, its
    dots, the known ones first, so that boxes can be compared, and its numbers."""
    boxes = list(zip(points[::2], points[1::2], strict=True))
    across = size - MARGIN
    columns = [-(-count(all_of) // DOWN) if size == WIDE else ACROSS for all_of, _ in boxes]
    wide = [(n - 1) * STEP + 2 * EDGE for n in columns]
    gap = (across - sum(wide)) / max(1, len(boxes) - 1)
    rooms = [side + gap - 14 if size == WIDE else across for side in wide]
    names = [
        wrapped(translate(all_of.category, language), room, True)
        for (all_of, _), room in zip(boxes, rooms, strict=True)
    ]
    frames, filled, bold, plain = list[Row](), list[Row](), list[Row](), list[Row]()
    left = top = below = 0.0
    for box, lines, n, side in zip(boxes, names, columns, wide, strict=True):
        under = top + LINE * (max(map(len, names)) if size == WIDE else len(lines)) + 4
        tall = (-(-count(box[0]) // n) - 1) * STEP + 2 * EDGE
        frames.append({"x": left, "y": under, "x2": left + side, "y2": under + tall})
        for place in range(count(box[0])):
            inks = (ACCENT, ACCENT) if place < count(box[1]) else (PAPER, RULE)
            x, y = left + EDGE + STEP * (place % n), under + EDGE + STEP * (place // n)
            filled.append({"x": x, "y": y, "fill": inks[0], "stroke": inks[1]})
        bold += [text(left, under - 4 - LINE * len(lines), lines), said(box[1], left, under + tall + 6, language)]
        plain.append(said(box[0], left, under + tall + 6 + LINE, language))
        below = under + tall + 6 + 2 * LINE
        left, top = (left + side + gap, top) if size == WIDE else (left, below + 18)
    words = {"type": "text", "align": "left", "baseline": "top", "lineHeight": LINE, "color": INK}
    layers = [
        layer({"type": "rect", "fill": PAPER, "stroke": RULE, "strokeWidth": 1.5}, frames, ("x2", "y2")),
        layer({"type": "point", "size": 60, "strokeWidth": 2, "opacity": 1}, filled, ("fill", "stroke")),
        layer(words | {"fontWeight": "bold"}, bold, ("text",)),
        layer(words, plain, ("text",)),
    ]
    return {"width": round(across, 1), "height": round(below, 1), "layer": layers}


def count(point: Point) -> int:
    return int(point.number.quantity.value)


def said(point: Point, x: float, y: float, language: str) -> Row:
    """A number with what it counts."""
    words = f"{translate(point.series, language)}{COLON[language]}{show(point.number, language).words}"
    return text(x, y, [words])


def text(x: float, y: float, lines: list[str]) -> Row:
    return {"x": round(x, 1), "y": round(y, 1), "text": lines}


def layer(mark: Specification, rows: list[Row], channels: Iterable[str]) -> Specification:
    """Marks at the places of their rows in px, which no scale changes."""
    encoding: Specification = {
        axis: {"field": axis, "type": "quantitative", "scale": None, "axis": None} for axis in ("x", "y")
    }
    inked = {"type": "nominal", "scale": None}
    for channel in channels:
        encoding[channel] = {"field": channel} | (inked if channel in ("fill", "stroke") else {})
    encoding |= {"text": {"field": "text", "type": "nominal"}} if "text" in channels else {}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}
