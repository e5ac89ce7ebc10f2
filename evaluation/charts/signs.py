"""Which way each story moves each indicator: rows of symbols, so that colour is never needed to read them."""

from __future__ import annotations

from typing import Any

import altair as alt

from .marks import Specification, layered
from .theme import ACCENT, INK, RULE, SERIES, SIZE, Canvas
from .words import wrap

LINE = 17
LETTERS = "ABCDE"
TRIANGLES = {"up": ("triangle-up", ACCENT), "down": ("triangle-down", SERIES[1])}
CHARACTERS = {"none": "–", "ambiguous": "?"}


def signs(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Categories down, series across, at each place a triangle up or down, a dash, or a question mark.

    On a narrow screen the columns have letters, named above, and a row's name stands over its symbols.
    """
    rows, columns = (list(dict.fromkeys(d[name] for d in data)) for name in ("category", "series"))
    heads, top = column_heads(columns, canvas)
    names, at, height = row_names(rows, top, canvas)
    across = dict(zip(columns, column_middles(len(columns), canvas), strict=True))
    for item in data:
        item |= {"x": across[item["series"]], "y": at[item["category"]], "sign": sign_of(item)}
    rules = [{"y": y, "x": 0.0, "right": canvas.width} for y in under_rows(names, height)]
    layers: list[alt.Chart | Specification] = [
        rule_layer(rules).encode(x=position("x", canvas.width), y=position("y", height)),
        text_layer(heads),
        text_layer(names, baseline="middle" if canvas.wide else "top"),
    ]
    layers += [triangles(data, sign) for sign in TRIANGLES] + [characters(data, sign) for sign in CHARACTERS]
    return layered(*layers, width=canvas.width, height=height)


def sign_of(item: dict[str, Any]) -> str:
    """A row's sign from the ends of its number: 1 up, -1 down, 0 none, from -1 to 1 ambiguous."""
    if item["low"] != item["high"]:
        return "ambiguous"
    return {1: "up", -1: "down", 0: "none"}[round(item["value"])]


def position(name: str, length: float) -> Any:
    """A place in px, from the left or from the top."""
    encoding = {"x": alt.X, "y": alt.Y}[name]
    return encoding(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, length], nice=False, reverse=name == "y"))


def first_column(canvas: Canvas) -> float:
    """How wide the column of row names is."""
    return 244 if canvas.wide else 0


def column_middles(count: int, canvas: Canvas) -> list[float]:
    left = first_column(canvas)
    step = (canvas.width - left) / count
    return [left + step * (position + 0.5) for position in range(count)]


def column_heads(columns: list[str], canvas: Canvas) -> tuple[list[dict[str, Any]], float]:
    """The heads as texts with their places, and where the rows begin."""
    middles = column_middles(len(columns), canvas)
    if canvas.wide:
        fits = int((canvas.width - first_column(canvas)) / len(columns) / 8.2)
        texts = [wrap(name, fits) for name in columns]
        heads = [text_at(x, 0, text, "center") for x, text in zip(middles, texts, strict=True)]
        return heads, LINE * max(text.count("\n") + 1 for text in texts) + 8
    named, y = [], 0.0
    for letter, name in zip(LETTERS, columns, strict=False):
        words = wrap(f"{letter}\u2002{name}", 36)
        named.append(text_at(0, y, words, "left"))
        y += LINE * (words.count("\n") + 1)
    heads = [text_at(x, y + 8, letter, "center") for x, letter in zip(middles, LETTERS, strict=False)]
    return named + heads, y + 8 + LINE + 6


def row_names(rows: list[str], top: float, canvas: Canvas) -> tuple[list[dict[str, Any]], dict[str, float], float]:
    """The names of rows as texts, where each row's symbols stand, and the height of it all."""
    names, at, y = [], {}, top
    for row in rows:
        text = wrap(row, 30 if canvas.wide else 38)
        tall = LINE * (text.count("\n") + 1)
        if canvas.wide:
            step = tall + 14
            names.append(text_at(0, y + step / 2 - (tall - LINE) / 2, text, "left") | {"under": y + step})
            at[row] = y + step / 2
        else:
            step = tall + 36
            names.append(text_at(0, y + 6, text, "left") | {"under": y + step})
            at[row] = y + tall + 20
        y += step
    return names, at, y


def under_rows(names: list[dict[str, Any]], height: float) -> list[float]:
    """Where a line parts two rows."""
    return [name["under"] for name in names if name["under"] < height]


def text_at(x: float, y: float, words: str, align: str) -> dict[str, Any]:
    return {"x": x, "y": y, "words": words, "align": align}


def text_layer(texts: list[dict[str, Any]], baseline: Any = "top") -> Specification:
    """Texts at their places, those of each alignment in a layer."""
    layers = []
    for align in dict.fromkeys(text["align"] for text in texts):
        base = alt.Chart(alt.InlineData(values=[text for text in texts if text["align"] == align]))
        mark = base.mark_text(align=align, baseline=baseline, fontSize=SIZE, lineBreak="\n", lineHeight=LINE)
        layers.append(mark.encode(x="x:Q", y="y:Q", text="words:N"))
    return layered(*layers)


def rule_layer(rules: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rules)).mark_rule(color=RULE).encode(x="x:Q", x2="right:Q", y="y:Q")


def triangles(data: list[dict[str, Any]], sign: str) -> alt.Chart:
    shape, colour = TRIANGLES[sign]
    base = alt.Chart(alt.InlineData(values=[d for d in data if d["sign"] == sign]))
    return base.mark_point(shape=shape, size=150, filled=True, color=colour, opacity=1).encode(x="x:Q", y="y:Q")


def characters(data: list[dict[str, Any]], sign: str) -> alt.Chart:
    base = alt.Chart(alt.InlineData(values=[d for d in data if d["sign"] == sign]))
    mark = base.mark_text(text=CHARACTERS[sign], fontSize=20, fontWeight="bold", color=INK, baseline="middle")
    return mark.encode(x="x:Q", y="y:Q")
