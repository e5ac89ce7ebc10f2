"""Which way each story moves each indicator: rows of symbols, so that colour is never needed to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grammar import ChartRefused
from .letters import wrapped
from .pixels import Row, layer, sheet, text, texts
from .points import Drawn, Point
from .theme import INK, LINE, RULE, WIDE, Specification

if TYPE_CHECKING:
    import pandas as pd

LETTERS = "ABCDE"
TRIANGLES = {"up": "triangle-up", "down": "triangle-down"}
CHARACTERS = {"none": "–", "ambiguous": "?"}
NAMES = 244  # px, the column of row names on a wide page


def signs(frame: pd.DataFrame) -> Drawn:
    """A table of signs for `chapter.chart`, of a frame's first three columns: what names a row, what names a column,
    and the sign as a figure (1 up, -1 down, 0 none, from -1 to 1 ambiguous). Raises ChartRefused for too many columns
    to be read side by side."""
    points = [Point(sign, down, series=across) for down, across, sign in frame.iloc[:, :3].itertuples(index=False)]
    if (found := len({str(point.series) for point in points})) > len(LETTERS):
        raise ChartRefused(f"signs: found {found} columns; allowed: {len(LETTERS)}, more in another chart")
    return Drawn("signs", points)


def specification(data: list[Row], language: str, size: int) -> Specification:
    """Categories down, series across, at each place a triangle up or down, a dash, or a question mark. On a narrow
    page the columns have letters, named above, and a row's name stands over its symbols."""
    left, room = NAMES if size == WIDE else 0, size - 6.0
    columns = list(dict.fromkeys(item["series"] for item in data))
    step = (room - left) / len(columns)
    middles = {name: left + step * (place + 0.5) for place, name in enumerate(columns)}
    names, y = heads(middles, step, size)
    lines, triangles, characters = list[Row](), list[Row](), list[Row]()
    for number, row in enumerate(dict.fromkeys(item["category"] for item in data)):
        lines += [{"x": 0, "y": y, "x2": room, "y2": y}] if number else []
        name, middle, y = row_name(row, y, size)
        names.append(name)
        for item in (item for item in data if item["category"] == row):
            sign, x = sign_of(item), middles[item["series"]]
            if sign in TRIANGLES:  # up is neither good nor bad
                triangles.append({"x": x, "y": middle, "shape": TRIANGLES[sign]})
            else:
                characters.append(text(x, middle, [CHARACTERS[sign]], "center"))
    large = {"fontSize": 20, "fontWeight": "bold", "baseline": "middle"}
    return sheet(room, y, [
        layer({"type": "rule", "color": RULE}, lines),
        layer({"type": "point", "size": 150, "fill": INK, "stroke": INK, "opacity": 1}, triangles),
        *texts(characters, **large),
        *texts(names),
    ])  # fmt: skip


def sign_of(item: Row) -> str:
    """A row's sign from the ends of its number."""
    if item["low"] != item["high"]:
        return "ambiguous"
    return {1: "up", -1: "down", 0: "none"}[round(item["value"])]


def heads(middles: dict[str, float], step: float, size: int) -> tuple[list[Row], float]:
    """The heads of columns with their places, and where the rows begin."""
    if size == WIDE:
        lines = {name: wrapped(name, step - 14) for name in middles}
        return [text(x, 0, lines[name], "center") for name, x in middles.items()], LINE * max(
            map(len, lines.values())
        ) + 8.0
    named, y = list[Row](), 0.0
    for letter, name in zip(LETTERS, middles, strict=False):
        own = wrapped(f"{letter}\u2002{name}", size - 20)
        named.append(text(0, y, own))
        y += LINE * len(own)
    named += [text(x, y + 8, [letter], "center") for x, letter in zip(middles.values(), LETTERS, strict=False)]
    return named, y + LINE + 14


def row_name(name: str, y: float, size: int) -> tuple[Row, float, float]:
    """A row's name as a text, the middle of its symbols, and where the row ends."""
    lines = wrapped(name, NAMES - 20 if size == WIDE else size - 20)
    tall = LINE * len(lines)
    if size == WIDE:
        return text(0, y + 7, lines), y + 7 + tall / 2, y + tall + 14
    return text(0, y + 6, lines), y + tall + 20, y + tall + 36
