"""Many estimates of one thing: a row a cluster, a dot an estimate, stacked where they lie together."""

from __future__ import annotations

from typing import Any

import altair as alt

from .marks import Specification, dot_marks, layered
from .theme import ACCENT, SIZE, Canvas
from .words import wrap

DOT = 13  # px from one dot of a stack to the next
LINE = 17


def dots(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Categories down, each with its name above and its span below; dots across from zero, stacked by place."""
    top = max(d["value"] for d in data) * 1.06
    across = alt.X(
        "value:Q", axis=alt.Axis(tickCount=4, title=None, grid=False), scale=alt.Scale(domain=[0, top], nice=False)
    )
    names = list(dict.fromkeys(d["category"] for d in data))
    rows, height = stacked(data, names, top, canvas)
    y = alt.Y("up:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False, reverse=True))
    dots = dot_marks(alt.Chart(), across, y)
    spans = layered(*span_marks(), name_marks(), data=rows)
    return layered(dots, spans, data=data, width=canvas.width, height=height)


def stacked(
    data: list[dict[str, Any]], names: list[str], top: float, canvas: Canvas
) -> tuple[list[dict[str, Any]], float]:
    """Give each dot its place up (px from the top), and each row its name's and its span's."""
    step = top * DOT / (canvas.width - 20)
    rows, y = [], 0.0
    for name in names:
        items = sorted((d for d in data if d["category"] == name), key=lambda d: d["value"])
        words = wrap(name, 90 if canvas.wide else 38)
        floors = heights(items, step)
        base = y + LINE * (words.count("\n") + 1) + 16 + DOT * max(floors)
        for item, floor in zip(items, floors, strict=True):
            item["up"] = base - DOT * floor
        ends = {"low": items[0]["value"], "high": items[-1]["value"]}
        rows.append({"name": y + 4, "words": words, "span": base + 14, "zero": 0.0} | ends)
        y = base + 34
    return rows, y


def heights(items: list[dict[str, Any]], step: float) -> list[int]:
    """How many dots stand under each, so that none covers another."""
    tops: list[float] = []  # the value of the last dot on each floor
    floors = []
    for item in items:
        floor = next((i for i, last in enumerate(tops) if item["value"] - last >= step), len(tops))
        tops[floor : floor + 1] = [item["value"]]
        floors.append(floor)
    return floors


def span_marks() -> list[alt.Chart]:
    """A rule with ends from the lowest to the highest estimate of a row."""
    base = alt.Chart()
    y = alt.Y("span:Q", axis=None)
    tick = base.mark_tick(thickness=2, size=12, color=ACCENT)
    rule = base.mark_rule(strokeWidth=2, color=ACCENT).encode(x="low:Q", x2="high:Q", y=y)
    return [rule, *(tick.encode(x=alt.X(f"{end}:Q"), y=y) for end in ("low", "high"))]


def name_marks() -> alt.Chart:
    mark = alt.Chart().mark_text(align="left", baseline="top", fontSize=SIZE, lineBreak="\n", lineHeight=LINE)
    return mark.encode(x=alt.X("zero:Q"), y=alt.Y("name:Q", axis=None), text="words:N")
