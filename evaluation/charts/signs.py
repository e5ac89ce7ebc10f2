"""Which way each story moves each indicator: rows of symbols, so that colour is never needed to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .asked import ChartRefused
from .axes import LINE
from .letters import wrapped
from .painting import Drawing, Row, painted, points_layer, rule, rules_layer, text_at, texts_layers
from .points import Drawn, Point
from .theme import INK, RULE, WIDE, Specification

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
    left, room = NAMES if size == WIDE else 0, size - 20.0
    columns = list(dict.fromkeys(item["series"] for item in data))
    step = (room - left) / len(columns)
    middles = {name: left + step * (place + 0.5) for place, name in enumerate(columns)}
    drawing = Drawing()
    drawing.texts, y = heads(middles, step, size)
    lines: list[Row] = []
    symbols: list[Row] = []
    characters: list[Row] = []
    for number, row in enumerate(dict.fromkeys(item["category"] for item in data)):
        lines += [rule(0, y, room, y, RULE)] if number else []
        name, middle, y = row_name(row, y, size)
        drawing.texts.append(name)
        for item in data:
            if item["category"] == row:
                place = {"x": middles[item["series"]], "y": middle}
                (symbols if sign_of(item) in TRIANGLES else characters).append(place | symbol(sign_of(item)))
    large = {"fontSize": 20, "fontWeight": "bold", "baseline": "middle"}
    drawing.layers += [rules_layer(lines, thick=1), points_layer(symbols, 150), *texts_layers(characters, **large)]
    return painted(drawing, room, y, [])


def sign_of(item: Row) -> str:
    """A row's sign from the ends of its number."""
    if item["low"] != item["high"]:
        return "ambiguous"
    return {1: "up", -1: "down", 0: "none"}[round(item["value"])]


def symbol(sign: str) -> Row:
    if sign in CHARACTERS:
        return {"text": CHARACTERS[sign], "align": "center", "fill": INK}
    return {"shape": TRIANGLES[sign], "fill": INK, "stroke": INK}  # up is neither good nor bad


def heads(middles: dict[str, float], step: float, size: int) -> tuple[list[Row], float]:
    """The heads of columns with their places, and where the rows begin."""
    if size == WIDE:
        texts = {name: wrapped(name, step - 14) for name in middles}
        found = [text_at(x, 0, texts[name], "center") for name, x in middles.items()]
        return found, LINE * max(map(len, texts.values())) + 8.0
    found, y = [], 0.0
    for letter, name in zip(LETTERS, middles, strict=False):
        lines = wrapped(f"{letter}\u2002{name}", size - 20)
        found.append(text_at(0, y, lines, "left"))
        y += LINE * len(lines)
    found += [text_at(x, y + 8, [letter], "center") for x, letter in zip(middles.values(), LETTERS, strict=False)]
    return found, y + LINE + 14


def row_name(name: str, y: float, size: int) -> tuple[Row, float, float]:
    """A row's name as a text, the middle of its symbols, and where the row ends."""
    lines = wrapped(name, NAMES - 20 if size == WIDE else size - 20)
    tall = LINE * len(lines)
    if size == WIDE:
        return text_at(0, y + 7, lines, "left"), y + 7 + tall / 2, y + tall + 14
    return text_at(0, y + 6, lines, "left"), y + tall + 20, y + tall + 36
