"""Boxes of dots: how many things happen, and how many of them are known. A dot a thing, so that it can be counted.

Altair has no mark that a number stands for so many times; here a number is drawn as that many dots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language import N_
from .asked import ChartRefused
from .axes import LINE
from .letters import wrapped
from .painting import Drawing, Row, painted, points_layer, rects_layer, text_at, texts_layers
from .points import Drawn, Point
from .theme import ACCENT, COLON, PAPER, RULE, WIDE, Specification

if TYPE_CHECKING:
    import pandas as pd

    from ..numbers.number import Number

MOST = 200  # dots in a box: more are no longer counted by eye
ACROSS, DOWN = 20, 10  # dots in a row of the largest box, and rows of a box on a wide page
STEP, EDGE = 12.5, 7.0  # px from dot to dot, and from the first to the edge of its box
HAPPENING, KNOWN = N_("All incidents"), N_("Known to police")


def dots(frame: pd.DataFrame) -> Drawn:
    """Boxes for `chapter.chart`, of a frame's first three columns: what names a box, how many incidents happen, and how
    many of them are known. Raises ChartRefused for what cannot be drawn one dot each."""
    rows = list(frame.iloc[:, :3].itertuples(index=False))
    for _, happening, known in rows:
        if not whole(known) or not whole(happening) or not known.quantity.value <= happening.quantity.value <= MOST:
            found, allowed = f"{known} of {happening}", f"whole numbers, the known among at most {MOST}"
            raise ChartRefused(f"dots: found {found}; allowed: {allowed}")
    series = (HAPPENING, KNOWN)
    return Drawn(
        "dots", [Point(one, row[0], series=name) for row in rows for name, one in zip(series, row[1:], strict=True)]
    )


def whole(number: Number) -> bool:
    """Whether a number is one that dots can stand for."""
    quantity = number.quantity
    return quantity.low == quantity.high and quantity.value.denominator == 1 and quantity.value >= 0


def specification(data: list[Row], language: str, size: int) -> Specification:
    """Boxes side by side on a wide page, one under the other on a narrow one: a name, its dots, its numbers."""
    drawing, left, top, below = Drawing(), 0.0, 0.0, 0.0
    boxes = list(zip(data[::2], data[1::2], strict=True))
    gap = (size - 20 - sum(sides(happening, size)[0] for happening, _ in boxes)) / max(1, len(boxes) - 1)
    names = max(len(name_of(happening, size, gap)) for happening, _ in boxes)
    for happening, known in boxes:
        lines = name_of(happening, size, gap)
        wide, tall = sides(happening, size)
        box_top = top + LINE * (names if size == WIDE else len(lines)) + 4
        drawing.layers += [
            *texts_layers([text_at(left, box_top - 4 - LINE * len(lines), lines, "left")], fontWeight="bold"),
            rects_layer([frame_of(left, box_top, wide, tall)]),
            points_layer(dots_of(happening, known, left, box_top, size), 60),
        ]
        says = [f"{one['series']}{COLON[language]}{one['words']}" for one in (known, happening)]
        drawing.layers += texts_layers([text_at(left, box_top + tall + 6, says[:1], "left")], fontWeight="bold")
        drawing.texts.append(text_at(left, box_top + tall + 6 + LINE, says[1:], "left"))
        below = box_top + tall + 6 + 2 * LINE
        left, top = (left + wide + gap, top) if size == WIDE else (left, below + 18)
    return painted(drawing, size - 20.0, below, [])


def columns(happening: Row, size: int) -> int:
    """How many dots stand in a row of a box: on a wide page boxes are equally tall, on a narrow one equally wide."""
    return -(-round(happening["value"]) // DOWN) if size == WIDE else ACROSS


def sides(happening: Row, size: int) -> tuple[float, float]:
    """A box's width and height in px."""
    across = columns(happening, size)
    down = -(-round(happening["value"]) // across)
    return (across - 1) * STEP + 2 * EDGE, (down - 1) * STEP + 2 * EDGE


def name_of(happening: Row, size: int, gap: float) -> list[str]:
    """A box's name in lines: over its box and the gap beside it."""
    room = sides(happening, size)[0] + gap - 14 if size == WIDE else size - 20.0
    return wrapped(happening["category"], room, bold=True)


def frame_of(left: float, top: float, wide: float, tall: float) -> Row:
    return {"x": left, "y": top, "x2": left + wide, "y2": top + tall, "fill": PAPER, "stroke": RULE}


def dots_of(happening: Row, known: Row, left: float, top: float, size: int) -> list[Row]:
    """A ring for each incident, filled where police know of it: the first ones, so that boxes can be compared."""
    across = columns(happening, size)
    full, empty = {"fill": ACCENT, "stroke": ACCENT}, {"fill": PAPER, "stroke": RULE}
    return [
        {"x": left + EDGE + STEP * (place % across), "y": top + EDGE + STEP * (place // across), "shape": "circle"}
        | (full if place < known["value"] else empty)
        for place in range(round(happening["value"]))
    ]
