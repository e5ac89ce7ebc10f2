"""Boxes of dots: how many things happen, and how many of them are known. A dot a thing, so that it can be counted.

Altair has no mark that a number stands for so many times; here a number is drawn as that many dots.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..language import N_
from .grammar import ChartRefused
from .letters import wrapped
from .pixels import Row, layer, sheet, text, texts
from .points import Drawn, Point
from .theme import ACCENT, COLON, LINE, PAPER, RULE, WIDE, Specification

if TYPE_CHECKING:
    import pandas as pd

    from ..numbers.number import Number

MARGIN = 6  # px of a page's width around a drawing
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
    boxes = list(zip(data[::2], data[1::2], strict=True))
    across = size - MARGIN
    gap = (across - sum(sides(happening, size)[0] for happening, _ in boxes)) / max(1, len(boxes) - 1)
    names = [
        wrapped(one["category"], sides(one, size)[0] + gap - 14 if size == WIDE else across, True) for one, _ in boxes
    ]
    tallest = max(map(len, names))
    frames, dots, bold, plain = list[Row](), list[Row](), list[Row](), list[Row]()
    left = top = below = 0.0
    for (happening, known), lines in zip(boxes, names, strict=True):
        wide, tall = sides(happening, size)
        box_top = top + LINE * (tallest if size == WIDE else len(lines)) + 4
        frames.append({"x": left, "y": box_top, "x2": left + wide, "y2": box_top + tall})
        for x, y, is_known in places(happening, known, left, box_top, size):
            ink = {"fill": ACCENT, "stroke": ACCENT} if is_known else {"fill": PAPER, "stroke": RULE}
            dots.append({"x": x, "y": y} | ink)
        bold.append(text(left, box_top - 4 - LINE * len(lines), lines))
        for place, one in enumerate((known, happening)):
            words = [f"{one['series']}{COLON[language]}{one['words']}"]
            (plain if place else bold).append(text(left, box_top + tall + 6 + LINE * place, words))
        below = box_top + tall + 6 + 2 * LINE
        left, top = (left + wide + gap, top) if size == WIDE else (left, below + 18)
    return sheet(across, below, [
        layer({"type": "rect", "fill": PAPER, "stroke": RULE, "strokeWidth": 1.5}, frames),
        layer({"type": "point", "size": 60, "strokeWidth": 2, "opacity": 1}, dots),
        *texts(bold, fontWeight="bold"),
        *texts(plain),
    ])  # fmt: skip


def columns(happening: Row, size: int) -> int:
    """How many dots stand in a row of a box: on a wide page boxes are equally tall, on a narrow one equally wide."""
    return -(-round(happening["value"]) // DOWN) if size == WIDE else ACROSS


def sides(happening: Row, size: int) -> tuple[float, float]:
    """A box's width and height in px."""
    across = columns(happening, size)
    down = -(-round(happening["value"]) // across)
    return (across - 1) * STEP + 2 * EDGE, (down - 1) * STEP + 2 * EDGE


def places(happening: Row, known: Row, left: float, top: float, size: int) -> Iterator[tuple[float, float, bool]]:
    """Where the dot of each incident stands, and whether police know of it: the first ones, so that boxes can be
    compared."""
    across = columns(happening, size)
    for place in range(round(happening["value"])):
        x, y = left + EDGE + STEP * (place % across), top + EDGE + STEP * (place // across)
        yield x, y, place < known["value"]
