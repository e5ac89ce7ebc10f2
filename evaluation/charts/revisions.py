"""What a number was first and what it is now."""

from __future__ import annotations

from typing import Any

import altair as alt

from .marks import Specification, layered
from .theme import ACCENT, PAPER, SIZE, Canvas
from .words import category_axis, labels_above, room_for_words, wrap


def revisions(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """One row a year or place: first release hollow, latest filled, an arrow from one to the other."""
    wide, width = canvas.wide, canvas.width
    names = list(dict.fromkeys(d["category"] for d in data))
    items = [revision(name, [d for d in data if d["category"] == name], i, wide) for i, name in enumerate(names)]
    marks = [{"end": i["right"], "room": i["room"], "open": False} for i in items]
    top = room_for_words(marks, width - (235 if wide else 10))
    base = alt.Chart()
    y = alt.Y("row:O", axis=category_axis(items) if wide else None, title=None)
    x = alt.X("first:Q", axis=alt.Axis(tickCount=4, title=None), scale=alt.Scale(domain=[-top / 9, top], nice=False))
    layers = [
        base.mark_rule(strokeWidth=2, color=ACCENT).encode(x=x, x2="latest:Q", y=y),
        base.mark_point(size=90, fill=PAPER, stroke=ACCENT, strokeWidth=2, opacity=1).encode(x=x, y=y),
        base.mark_point(size=90, filled=True, color=ACCENT, opacity=1).encode(x="latest:Q", y=y),
        base.mark_text(align="right", dx=-10, fontSize=SIZE).encode(x="left:Q", y=y, text="left_words:N"),
        base.mark_text(align="left", dx=10, fontSize=SIZE).encode(x="right:Q", y=y, text="right_words:N"),
    ]
    layers += [] if wide else labels_above(base, y)
    tallest = max(i["lines"].count("\n") + 1 for i in items)
    step = max(38, 17 * tallest + 12) if wide else 36 + 17 * tallest
    return layered(*layers, data=items, width=width, height=step * len(items) + 40)


def revision(name: str, releases: list[dict[str, Any]], position: int, wide: bool) -> dict[str, Any]:
    """First and latest release of one number as one row, the smaller at the left."""
    first, latest = releases[0], releases[-1]
    left, right = sorted((first, latest), key=lambda d: d["value"])
    return {
        "row": position,
        "lines": wrap(name, 32 if wide else 38),
        "first": first["value"],
        "latest": latest["value"],
        "left": left["value"],
        "right": right["value"],
        "left_words": left["words"],
        "right_words": right["words"],
        "room": right["room"],
    }
