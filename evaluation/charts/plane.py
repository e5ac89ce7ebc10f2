"""The plane of change: reports across, detection up, and the line on which incidence did not change."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from ..language import N_
from .marks import Specification, dot_marks, layered
from .theme import ACCENT, INK, LETTER, SIZE, Canvas
from .words import wrap

LEAST_FACTOR = 2.0
ROOM = 1.3
LINE = 17


def plane(data: list[dict[str, Any]], canvas: Canvas) -> Specification:
    """Change in reports across and change in detection up, on one logarithmic scale, as later over earlier.

    The first row is the ratio of reports: a line up the plane, since reports say nothing of detection, with its
    interval, and a mark where it meets the line on which incidence did not change. A second row, where there is
    one, is what is supposed of the detection ratio: lines across at its ends.
    """
    reports, *supposed = data
    top = farthest(data)
    layers: list[Any] = [diagonal(top), *region_words(reports, top, canvas), *upright(reports, top)]
    layers += [level for one in supposed for level in levels(one, top)]
    layers += [unchanged_marks(reports, axes(top, canvas)), reports_words(reports, top, canvas)]
    title = wrap(canvas.t(N_("Detection: later year ÷ earlier year")), 90 if canvas.wide else 38).split("\n")
    name = {"text": title, "fontWeight": "normal", "frame": "bounds"}
    return layered(*layers, width=canvas.width, height=height_of(canvas), title=name)


def height_of(canvas: Canvas) -> int:
    return 400 if canvas.wide else 300


def farthest(data: list[dict[str, Any]]) -> float:
    """The end of both axes: far enough for every number and its interval, at least for twice and half as much."""
    ends = [end for d in data for end in (d["value"], d["low"], d["high"]) if end]
    return max([LEAST_FACTOR * ROOM, *(max(end, 1 / end) * ROOM for end in ends)])


def axes(top: float, canvas: Canvas) -> tuple[alt.X, alt.Y]:
    """Two logarithmic axes that span the same ratios, marked at powers of a step."""
    powers = int(math.log2(top))
    step = max(1, -(-powers // 3))
    marked = [2.0**power for power in range(-powers, powers + 1) if power % step == 0]
    scale = alt.Scale(type="log", domain=[1 / top, top], nice=False)
    expression = "datum.value < 1 ? '1/' + format(1 / datum.value, ',.0f') : format(datum.value, ',.0f')"
    shared: dict[str, Any] = {"values": marked, "labelExpr": expression, "labelOverlap": False}
    title = wrap(canvas.t(N_("Reports: later year ÷ earlier year")), 90 if canvas.wide else 34).split("\n")
    across = alt.Axis(title=title, titleFontWeight="normal", titleAnchor="start", **shared)
    return alt.X("value:Q", scale=scale, axis=across), alt.Y(
        "detection:Q", scale=scale, axis=alt.Axis(title=None, **shared)
    )


def marks_at(*places: tuple[float, float], **more: Any) -> alt.Chart:
    """A chart of bare places (reports, detection)."""
    values = [{"value": reports, "detection": detection} | more for reports, detection in places]
    return alt.Chart(alt.InlineData(values=values))


def diagonal(top: float) -> alt.Chart:
    """Where detection changed as much as reports did: incidence did not change."""
    ends = marks_at((1 / top, 1 / top), (top, top))
    return ends.mark_line(strokeWidth=1.5, color=INK).encode(x="value:Q", y="detection:Q")


def region_words(reports: dict[str, Any], top: float, canvas: Canvas) -> list[alt.Chart]:
    """What holds on each side of the line, and on it, in words, clear of the lines of the data."""
    letters = 24 if canvas.wide else 12
    fell, rose, unchanged = (wrap(canvas.t(words), letters) for words in REGIONS)
    left, right = (room * canvas.width * 0.9 for room in (place(reports["low"], top), 1 - place(reports["high"], top)))
    at_left, at_right = left > width_of(fell), right > max(width_of(rose), width_of(unchanged))
    slope = height_of(canvas) / canvas.width
    above = corner(fell, (1 / top if at_left else reports["high"], top), "left", "top", weight="bold")
    below = corner(rose, (top if at_right else reports["low"], 1 / top), "right", "bottom", weight="bold")
    side: tuple[Any, ...] = ((top, top), "right", "top") if at_right else ((1 / top, 1 / top), "left", "bottom")
    return [above, below, corner(unchanged, *side, away=slope * (width_of(unchanged) + 8) + 8)]


REGIONS = (N_("Trafficking fell"), N_("Trafficking rose"), N_("On the line, trafficking did not change"))


def place(ratio: float, top: float) -> float:
    """Where a ratio lies between the ends of an axis: 0 to 1."""
    return (math.log(ratio) / math.log(top) + 1) / 2


def width_of(words: str) -> float:
    return max(len(line) for line in words.split("\n")) * LETTER


def corner(
    words: str, at: tuple[float, float], align: Any, baseline: Any, *, weight: Any = "normal", away: float = 6
) -> alt.Chart:
    """A text beside a place, to its right or left, below or above it by so many px."""
    mark = marks_at(at, words=words).mark_text(
        fontSize=SIZE, fontWeight=weight, lineBreak="\n", lineHeight=LINE, align=align, baseline=baseline,
        dx=8 if align == "left" else -8, dy=away if baseline == "top" else -away - LINE * words.count("\n"),
    )  # fmt: skip
    return mark.encode(x="value:Q", y="detection:Q", text="words:N")


def upright(reports: dict[str, Any], top: float) -> list[alt.Chart]:
    """The ratio of reports at any detection: a line, and its interval's ends dashed."""
    dashed = [end for end in (reports["low"], reports["high"]) if end != reports["value"]]
    lines = [(reports["value"], [1, 0]), *((end, [4, 4]) for end in dashed)]
    return [
        marks_at((end, 1 / top), (end, top))
        .mark_line(strokeWidth=2, strokeDash=dash, color=ACCENT)
        .encode(x="value:Q", y="detection:Q")
        for end, dash in lines
    ]


def levels(supposed: dict[str, Any], top: float) -> list[alt.Chart]:
    """What is supposed of detection, at any ratio of reports: a line at each end."""
    ends = [end for end in dict.fromkeys((supposed["low"], supposed["high"])) if end and 1 / top < end < top]
    return [
        marks_at((1 / top, end), (top, end))
        .mark_line(strokeWidth=1.5, strokeDash=[2, 3], color=INK)
        .encode(x="value:Q", y="detection:Q")
        for end in ends
    ]


def unchanged_marks(reports: dict[str, Any], both: tuple[alt.X, alt.Y]) -> Specification:
    """Where the ratio of reports meets the line of no change, with its interval along that line."""
    x, y = both
    span = marks_at(*((end, end) for end in (reports["low"], reports["high"])))
    along = span.mark_line(strokeWidth=6, color=ACCENT).encode(x="value:Q", y="detection:Q")
    dot = alt.Chart(alt.InlineData(values=[reports | {"detection": reports["value"]}]))
    return layered(along, dot_marks(dot, x, y))


def reports_words(reports: dict[str, Any], top: float, canvas: Canvas) -> alt.Chart:
    """The change in reports in words beside its line, on the side where there is room."""
    left = reports["value"] > 1
    edge = reports["low"] if left else reports["high"]
    words = wrap(f"{reports['category']}{NAMED[canvas.language]}{reports['words']}", 24 if canvas.wide else 15)
    text = marks_at((edge, top ** (0.42 if left else -0.25)), words=words).mark_text(
        fontSize=SIZE, align="right" if left else "left", dx=-8 if left else 8, lineBreak="\n", lineHeight=LINE
    )
    return text.encode(x="value:Q", y="detection:Q", text="words:N")


NAMED = {"en": ": ", "fr": "\u00a0: "}
