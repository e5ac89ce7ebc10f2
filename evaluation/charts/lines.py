"""Years across, a number up: one panel a series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt

from ..language import N_
from . import letters
from .marks import Specification, dot_marks, layered
from .theme import ACCENT, INK, SIZE, Canvas
from .words import wrap


def lines(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Years across, one panel a series on one scale; a line joins neighbouring years only, never a gap."""
    return line_panels(data, canvas, lambda items, span: [])


def break_even(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Years across, the detection ratio with which incidence did not change up, with a line where detection is as
    it was: one panel a series."""
    words = canvas.t(N_("detection as before"))
    return line_panels(data, canvas, lambda items, span: [reference_line(1.0, words, items, span, canvas)])


def reference_line(
    value: float, words: str, items: list[dict[str, Any]], span: tuple[int, int], canvas: Canvas
) -> Specification:
    """A dashed line across at one value, named at its left end, below the intervals that reach down there."""
    step = (canvas.width - 40) / (span[1] - span[0] + 1)
    covered = [d for d in items if (d["year"] - span[0] + 0.5) * step < letters.width(words) + 12]
    below = min([value, *(v for d in covered for v in (d["value"], d["low"]) if v is not None)])
    base = alt.Chart()
    rule = base.mark_rule(strokeWidth=1.5, strokeDash=[6, 4], color=INK).encode(y="value:Q")
    text = base.mark_text(align="left", baseline="top", dx=4, dy=6, fontSize=SIZE)
    text = text.encode(x=alt.value(0), y="below:Q", text="words:N")
    return layered(rule, text, data=[{"value": value, "words": words, "below": below}])


Below = Callable[[list[dict[str, Any]], tuple[int, int]], list[Specification]]


def line_panels(data: list[dict[str, Any]], canvas: Canvas, below: Below) -> Specification:
    """One panel a series on one scale, over layers that stand in each."""
    add_segments(data)
    years = [d["year"] for d in data]
    top = max(v for d in data for v in (d["value"], d["high"]) if v is not None) * 1.12
    panels = []
    for name in dict.fromkeys(d["series"] for d in data):
        items = [d for d in data if d["series"] == name]
        span = (min(years), max(years))
        panels.append(line_panel(items, canvas, span, top, name, below(items, span)))
    return panels[0] if len(panels) == 1 else {"vconcat": panels, "spacing": 14}


def add_segments(data: list[dict[str, Any]]) -> None:
    """Number the runs of neighbouring years in each series, so that a gap is seen as a gap."""
    given = list(dict.fromkeys(d["series"] for d in data))  # not sorted by name: panels stand alike in both languages
    data.sort(key=lambda d: (given.index(d["series"]), d["year"]))
    segment, before = 0, None
    for item in data:
        follows = before and before["series"] == item["series"] and before["year"] + 1 == item["year"]
        segment += 0 if follows else 1
        item["segment"], before = segment, item


def line_panel(
    items: list[dict[str, Any]],
    canvas: Canvas,
    span: tuple[int, int],
    top: float,
    name: str,
    below: list[Specification],
) -> Specification:
    wide, width = canvas.wide, canvas.width
    for item in items:
        item["labelled"] = item["year"] in labelled_years(items, wide)
    base = alt.Chart()
    x = year_axis(span, wide)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=4))
    line = base.mark_line(strokeWidth=2, color=ACCENT).encode(x=x, y=y, detail="segment:N")
    band = base.transform_filter("datum.low < datum.high")
    interval = band.mark_rule(strokeWidth=2, color=ACCENT).encode(x=x, y="low:Q", y2="high:Q")
    ends = [
        band.mark_tick(thickness=2, size=10, color=ACCENT, orient="horizontal").encode(x=x, y=f"{e}:Q")
        for e in ("low", "high")
    ]
    dots = dot_marks(base, x, y, size=24 if any(d["low"] != d["high"] for d in items) else 90)
    above = alt.Y("high:Q") if any(d["low"] != d["high"] for d in items) else alt.Y("value:Q")
    set_sides(items, span, (width - 40) / (span[1] - span[0] + 1), (220 if wide else 200) / top)
    texts = [
        base.transform_filter(f"datum.labelled && datum.side === {side!r}")
        .mark_text(fontSize=SIZE, **SIDES[side])
        .encode(x=x, y=above, text="words:N")
        for side in dict.fromkeys(d["side"] for d in items if d["labelled"])
    ]
    layers = [*below, line, interval, *ends, dots] + ([] if spans(items) else texts)
    title = {"title": wrap(name, 90 if wide else 38).split("\n")} if name else {}
    return layered(*layers, data=items, width=width, height=220 if wide else 200, **title)


SIDES: dict[str, dict[str, Any]] = {
    "above": {"dy": -13},
    "left": {"align": "right", "dx": -8, "dy": -7},
    "right": {"align": "left", "dx": 8, "dy": -7},
    "below": {"dy": 17},
}


def set_sides(items: list[dict[str, Any]], span: tuple[int, int], step: float, scale: float) -> None:
    """Which side of its mark a number stands: above, unless its line goes up so steeply there that it would cross
    the number; then on the other side. ``step`` is px from year to year, ``scale`` px for one."""
    first, last = span
    room = {"left": lambda year: year - first + 0.5, "right": lambda year: last - year + 0.5}
    for item in items:
        half = letters.width(item["words"]) / 2
        rises = {
            other["year"] - item["year"]: (other["value"] - item["value"]) * scale * half / step
            for other in items
            if abs(other["year"] - item["year"]) == 1 and other["segment"] == item["segment"]
        }
        higher = {side for side, rise in rises.items() if rise > 0}
        steep = max(rises.values(), default=0.0) > 5
        item["side"] = {(1,): "left", (-1,): "right"}.get(tuple(higher), "below") if steep else "above"
        if item["side"] in ("left", "right") and 2 * half + 8 > room[item["side"]](item["year"]) * step:
            item["labelled"] = False  # the table has every number


def spans(items: list[dict[str, Any]]) -> bool:
    """Whether the words would be intervals (too wide to stand over a mark)."""
    return any(len(d["words"]) > 9 for d in items)


def labelled_years(items: list[dict[str, Any]], wide: bool) -> set[int]:
    """First, last and highest year; the table has every number."""
    if len(items) <= (12 if wide else 4):
        return {d["year"] for d in items}
    highest = max(items, key=lambda d: d["value"])["year"]
    first, last = items[0]["year"], items[-1]["year"]
    near = 1 if wide else 3
    return {first, last} | ({highest} if min(abs(highest - first), abs(highest - last)) > near else set())


def year_axis(span: tuple[int, int], wide: bool) -> alt.X:
    first, last = span
    step = max(1, -(-(last - first + 1) // (10 if wide else 4)))
    values = list(range(last, first - 1, -step))[::-1]
    axis = alt.Axis(values=values, format="d", grid=False, title=None, labelFlush=False, labelOverlap=False)
    return alt.X("year:Q", axis=axis, scale=alt.Scale(domain=[first - 0.5, last + 0.5], nice=False))
