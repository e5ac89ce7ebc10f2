"""Categories down, one number across: bars and ranges."""

from __future__ import annotations

from typing import Any

import altair as alt

from ..language import N_
from .marks import Specification, arrow_marks, dot_marks, interval_marks, layered
from .theme import ACCENT, PAPER, SIZE, Canvas
from .words import category_axis, labels_above, room_for_words, wrap


def ranges(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Categories down, a value across from zero: a dot, its interval as a rule, an arrow where it is open."""
    return across(data, canvas, bars=False)


def bars(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Categories down, bars from zero, each with its number; an open bound ends in an arrow."""
    return across(data, canvas, bars=True)


def across(data: list[dict[str, Any]], canvas: Canvas, *, bars: bool) -> Specification:
    wide, width = canvas.wide, canvas.width
    for position, item in enumerate(data):
        item["row"] = position
        item["lines"] = wrap(item["category"], 32 if wide else 38)
        item["end"] = max(v for v in (item["value"], item["high"]) if v is not None)
    floor = min(0.0, *(lowest(d) for d in data))
    top = room_for_words(data, width - (235 if wide else 10), floor)
    open_ends = [
        d | {"high": min(d["value"] + top * 0.05, top), "end": d["value"] + top * 0.06} for d in data if d["open"]
    ]
    by_row = {d["row"]: d for d in open_ends}
    data = [by_row.get(d["row"], d) for d in data]
    base = alt.Chart()
    y = alt.Y("row:O", axis=category_axis(data) if wide else None, title=None, scale=alt.Scale(paddingInner=0.3))
    x = axis_x(data, floor, top, canvas)
    layers = [bar_marks(base, x, y)] if bars else []
    layers += interval_marks(base, y, bars, top * 16 / (width - (235 if wide else 10))) + arrow_marks(base, y)
    layers += [] if bars else [dot_marks(base, x, y)]
    layers.append(base.mark_text(align="left", dx=9, fontSize=SIZE).encode(x="end:Q", y=y, text="words:N"))
    layers += [] if wide else labels_above(base, y)
    tallest = max(d["lines"].count("\n") + 1 for d in data)
    step = max(34, 17 * tallest + 12) if wide else 36 + 17 * tallest
    return layered(*layers, data=data, width=width, height=step * len(data) + 40)


MONEY_UNITS = {  # by unit, in dollars and in millions of dollars
    "cad": (N_("dollars"), N_("millions of dollars")),
    "cad_per_year": (N_("dollars a year"), N_("millions of dollars a year")),
}


def axis_title(item: dict[str, Any], canvas: Canvas) -> list[str] | None:
    """What an axis of money counts; other units stand in the subtitle, and per cent at each of its numbers."""
    if item["unit"] not in MONEY_UNITS:
        return None
    return [canvas.t(MONEY_UNITS[item["unit"]][item["scale"] > 1])]


def axis_x(data: list[dict[str, Any]], floor: float, top: float, canvas: Canvas) -> alt.X:
    percent = data[0]["unit"] == "percent"
    high = 100 if percent and max(d["end"] for d in data) <= 100 else None
    labels = percent_labels() if percent else alt.Undefined
    title = axis_title(data[0], canvas)
    axis = alt.Axis(grid=True, tickCount=4 if canvas.wide else 3, labelExpr=labels, labelSeparation=14)
    axis.title, axis.titleFontWeight = title, "normal"
    if high and top > 100:
        axis.values = [0, 25, 50, 75, 100]
    return alt.X("value:Q", axis=axis, scale=alt.Scale(domain=[floor, top], nice=False))


def lowest(item: dict[str, Any]) -> float:
    return min(v for v in (item["value"], item["low"], 0.0) if v is not None)


def percent_labels() -> str:
    """Per cent signs as each language sets them; the locale's own sign carries the space."""
    return "format(datum.value / 100, '.0%')"


def bar_marks(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    estimate = alt.datum.kind == "estimate"
    return base.mark_bar(height=18, stroke=ACCENT, strokeWidth=1.5).encode(
        x=x,
        x2=alt.datum(0),
        y=y,
        fill=alt.when(estimate).then(alt.value(PAPER)).otherwise(alt.value(ACCENT)),
    )
