"""Boxes of dots: how many things happen, and how many of them are known, one countable dot each.

Altair has no mark that repeats; here a number is drawn as that many dots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..language import N_, translate
from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .geometry import SVG, Box, wrap_text
from .grammar import ChartRefused
from .labels import PlacedLabel
from .layers import DotBoxes, Point
from .theme import ACCENT, COLON, LINE, PAPER, RULE, WIDE

if TYPE_CHECKING:
    import pandas as pd

MARGIN = 3  # px around a drawing
MOST = 200  # dots in a box: more cannot be counted by eye
ACROSS, DOWN = 20, 10  # dots in a row of the largest box, and rows of a box on a wide page
STEP, EDGE = 12.5, 7.0  # px from dot to dot, and from the first to the edge of its box
HAPPENING, KNOWN = N_("All incidents"), N_("Known to police")


def dots(frame: pd.DataFrame) -> DotBoxes:
    """Boxes for `chapter.chart` from the first three columns of a frame, a box a row: name of the box, number of
    incidents, number of those known. Raises ChartRefused for cells that cannot be drawn as dots: missing, inexact,
    fractional, negative, above `MOST`, or more known than there are."""
    rows = list(frame.iloc[:, :3].itertuples(index=False))
    for _, happening, known in rows:
        if (
            not is_countable(known)
            or not is_countable(happening)
            or not known.quantity.value <= happening.quantity.value <= MOST
        ):
            actual, allowed = f"{known} of {happening}", f"whole numbers, the known among at most {MOST}"
            raise ChartRefused(f"dots: found {actual}; allowed: {allowed}")
    series = (HAPPENING, KNOWN)
    return DotBoxes(
        [Point(number, row[0], series=name) for row in rows for name, number in zip(series, row[1:], strict=True)]
    )


def is_countable(cell: Any) -> bool:
    """Whether the cell of a frame is a number that can be drawn as that many dots: exact, whole, not negative."""
    if not isinstance(cell, Number) or cell.quantity.bound is not Bound.EXACT:
        return False
    return cell.quantity.value.denominator == 1 and cell.quantity.value >= 0


def draw_boxes(points: Sequence[Point], language: str, size: int) -> Element:
    """The boxes as SVG, ``size`` px wide: side by side with equal heights on a wide page (704), else stacked with equal
    widths. Each has a name, its dots, known ones first for comparison, and its numbers. ``points`` are two for each
    box: all, then known."""
    boxes = list(zip(points[::2], points[1::2], strict=True))
    counts = [tuple(int(point.number.quantity.value) for point in box) for box in boxes]
    columns = [-(-count // DOWN) if size == WIDE else ACROSS for count, _ in counts]
    widths = [(n - 1) * STEP + 2 * EDGE for n in columns]
    across = size - 2 * MARGIN
    gap = (across - sum(widths)) / max(1, len(boxes) - 1)
    # A name may reach into the gap after its box; after the last there is none.
    gaps = [gap - 14] * (len(boxes) - 1) + [0.0]
    rooms = [side + room if size == WIDE else across for side, room in zip(widths, gaps, strict=True)]
    labels = (translate(happening.category, language) for happening, _ in boxes)
    names = [wrap_text(label, room, True) for label, room in zip(labels, rooms, strict=True)]
    parts: list[str] = []
    left, top, below = float(MARGIN), float(MARGIN), 0.0
    for box, (count, known_count), lines, row, side in zip(boxes, counts, names, columns, widths, strict=True):
        happening, known = box
        box_top = top + LINE * (max(map(len, names)) if size == WIDE else len(lines)) + 4
        height = (-(-count // row) - 1) * STEP + 2 * EDGE
        below = box_top + height + 5
        frame = f"M{left:g},{box_top:g}h{side:g}v{height:g}h-{side:g}Z"
        parts.append(f'<path d="{frame}" fill="{PAPER}" stroke="{RULE}" stroke-width="1.5"/>')
        circles = [
            f'<circle cx="{left + EDGE + STEP * (n % row):g}" cy="{box_top + EDGE + STEP * (n // row):g}" r="3.9"/>'
            for n in range(count)
        ]
        parts += [
            f'<g fill="{ACCENT}" stroke="{ACCENT}" stroke-width="2">{"".join(circles[:known_count])}</g>',
            f'<g fill="{PAPER}" stroke="{RULE}" stroke-width="2">{"".join(circles[known_count:])}</g>',
            PlacedLabel(lines, Box(left, box_top - 5 - LINE * len(lines), across, box_top), bold=True).svg(),
            PlacedLabel([number_words(known, language)], Box(left, below, across, below + LINE), bold=True).svg(),
            PlacedLabel([number_words(happening, language)], Box(left, below + LINE, across, below + 2 * LINE)).svg(),
        ]
        below += 2 * LINE
        left, top = (left + side + gap, top) if size == WIDE else (left, below + 18)
    sheet = f'<svg xmlns="{SVG.strip("{}")}" width="{size}" height="{below + MARGIN:g}">{"".join(parts)}</svg>'
    return ElementTree.fromstring(sheet)


def number_words(point: Point, language: str) -> str:
    """A point's series, a colon and its number in words: "Known to police: 9"."""
    return f"{translate(point.series, language)}{COLON[language]}{show(point.number, language).words}"
