"""The plane of change: reports across, detection up, and the line on which incidence did not change.

Its axes, its slanted line and the words of its regions are no marks of Altair's, so that it is placed here.
"""

from __future__ import annotations

import math

from ..language import N_, translate
from ..numbers.number import Number
from .asked import ChartRefused
from .axes import LINE, Measured
from .letters import widest, width, wrapped
from .painting import Drawing, Row, painted, points_layer, rule, rules_layer, text_at, texts_layers
from .placing import Box
from .points import Drawn, Point
from .theme import ACCENT, COLON, INK, PAPER, SHAPES, WIDE, Specification

LEAST_FACTOR = 4.0
ROOM = 1.3
REGIONS = (N_("Trafficking fell"), N_("Trafficking rose"), N_("On the line, trafficking did not change"))
TICKS = "datum.value < 1 ? '1/' + format(1 / datum.value, ',.0f') : format(datum.value, ',.0f')"
ACROSS, UP = N_("Reports: later year ÷ earlier year"), N_("Detection: later year ÷ earlier year")


def plane(reports: Number, interval: Number, supposed: Number | None = None) -> Drawn:
    """The plane for `chapter.chart`: the ratio of reports, later year over earlier, with its interval, and what is
    supposed of the detection ratio. Raises ChartRefused for a ratio that has no logarithm."""
    for number in filter(None, (reports, interval, supposed)):
        if number.quantity.low is None or number.quantity.low <= 0:
            raise ChartRefused(f"plane: found {number}; allowed: ratios above zero, for logarithms")
    points = [Point(reports, N_("Ratio of reports"), interval=interval)]
    return Drawn("plane", [*points, Point(supposed, N_("Detection ratio supposed"))] if supposed else points)


def specification(data: list[Row], language: str, size: int) -> Specification:
    """The first row is the ratio of reports: a line up the plane, since reports say nothing of detection, with its
    interval dashed, and a mark where it meets the line on which incidence did not change. A second row is what is
    supposed of detection: lines across at its ends."""
    reports, *supposed = data
    x, y = axes(farthest(data), size)
    drawing = Drawing()
    drawing.layers += [
        rules_layer([rule(0, y.size, x.size, 0, INK), *upright(reports, x, y), *levels(supposed, x, y)]),
        *texts_layers(regions(reports, x, y, language), fontWeight="bold"),
        rules_layer([along(reports, x, y)], thick=6),
        points_layer([dot(reports, x, y)], 90),
    ]
    on_line = line_words(reports, x, y, language)
    drawing.texts += [on_line, clear_of(on_line, reports_words(reports, x, y, language))]
    made = painted(drawing, x.size, y.size, [("x", x, 0), ("y", y, 0)])
    for channel in made["layer"][0]["encoding"].values():
        channel["axis"] |= {"labelExpr": TICKS, "labelOverlap": False, "titleAnchor": "start"}
    made["layer"][0]["encoding"]["x"]["axis"]["title"] = wrapped(translate(ACROSS, language), x.size)
    title = wrapped(translate(UP, language), size - 24)
    return made | {"title": {"text": title, "fontWeight": "normal", "frame": "bounds", "lineHeight": LINE}}


def farthest(data: list[Row]) -> float:
    """The end of both axes: far enough for every number and its interval, and for four times and a quarter as much."""
    ends = [end for d in data for end in (d["value"], d["low"], d["high"]) if end]
    return max([LEAST_FACTOR * ROOM, *(max(end, 1 / end) * ROOM for end in ends)])


def axes(top: float, size: int) -> tuple[Measured, Measured]:
    """Two logarithmic axes that span the same ratios, marked at powers of a step."""
    powers = int(math.log2(top))
    step = max(1, -(-powers // 3))
    marked = [2.0**power for power in range(-powers, powers + 1) if power % step == 0]
    room = size - 24 - max(width(f"1/{1 / value:,.0f}") for value in marked)
    x = Measured(1 / top, top, room, log=True, values=marked)
    return x, Measured(1 / top, top, 400 if size == WIDE else 300, up=True, log=True, values=marked)


def upright(reports: Row, x: Measured, y: Measured) -> list[Row]:
    """The ratio of reports at any detection: a line, and its interval's ends dashed."""
    ends = {reports["value"]: [1, 0]} | {reports[e]: [7, 3] for e in ("low", "high") if reports[e] != reports["value"]}
    return [rule(x.at(end), y.size, x.at(end), 0, ACCENT, dash) for end, dash in ends.items()]


def levels(supposed: list[Row], x: Measured, y: Measured) -> list[Row]:
    """What is supposed of detection, at any ratio of reports: a line at each end."""
    ends = dict.fromkeys(end for one in supposed for end in (one["low"], one["high"]) if end)
    return [rule(0, y.at(end), x.size, y.at(end), INK, [2, 3]) for end in ends if y.low < end < y.high]


def along(reports: Row, x: Measured, y: Measured) -> Row:
    """The interval along the line of no change: the detection that would explain the reports."""
    low, high = reports["low"], reports["high"]
    return rule(x.at(low), y.at(low), x.at(high), y.at(high), ACCENT)


def dot(reports: Row, x: Measured, y: Measured) -> Row:
    """Where the ratio of reports meets that line."""
    fill = PAPER if reports["kind"] == "estimate" else ACCENT
    place = {"x": x.at(reports["value"]), "y": y.at(reports["value"])}
    return place | {"shape": SHAPES[reports["kind"]], "fill": fill, "stroke": ACCENT}


def regions(reports: Row, x: Measured, y: Measured, language: str) -> list[Row]:
    """What holds on each side of the line, in its corners, clear of the lines of the data."""
    fell, rose = (in_lines(translate(text, language), x, bold=True) for text in REGIONS[:2])
    left = x.at(reports["low"]) * 0.9 > widest(fell, bold=True)
    at_left, at_right = 8 if left else x.at(reports["high"]) + 8, has_room_at_right(reports, x, language)
    right = x.size - 8 if at_right else x.at(reports["low"]) - 8
    return [text_at(at_left, 6, fell, "left"), text_at(right, y.size - 6 - LINE * len(rose), rose, "right")]


def line_words(reports: Row, x: Measured, y: Measured, language: str) -> Row:
    """What holds on the line, under its upper end, or over its lower one."""
    lines = in_lines(translate(REGIONS[2], language), x)
    away = y.size / x.size * (widest(lines) + 8) + 8
    if has_room_at_right(reports, x, language):
        return text_at(x.size - 8, away, lines, "right")
    return text_at(8, y.size - away - LINE * len(lines), lines, "left")


def has_room_at_right(reports: Row, x: Measured, language: str) -> bool:
    lines = [in_lines(translate(text, language), x, bold=True) for text in REGIONS[1:]]
    needed = max(widest(some, bold=True) for some in lines)
    return (x.size - x.at(reports["high"])) * 0.9 > needed


def reports_words(reports: Row, x: Measured, y: Measured, language: str) -> Row:
    """The change in reports in words beside its line, on the side where there is room."""
    left = reports["value"] > 1
    place = x.at(reports["low"]) - 8 if left else x.at(reports["high"]) + 8
    lines = in_lines(f"{reports['category']}{COLON[language]}{reports['words']}", x)
    return text_at(place, y.at(y.high ** (0.42 if left else -0.25)) - LINE, lines, "right" if left else "left")


def clear_of(one: Row, other: Row) -> Row:
    """The other text, above the one where they would lie on each other."""
    first, second = box(one), box(other)
    return other | {"y": first.top - (second.bottom - second.top) - 4} if first.touches(second) else other


def box(text: Row) -> Box:
    lines = text["text"].split("\n")
    wide = widest(lines)
    left = text["x"] - (wide if text["align"] == "right" else 0)
    return Box(left, text["y"], left + wide, text["y"] + LINE * len(lines))


def in_lines(text: str, x: Measured, *, bold: bool = False) -> list[str]:
    """A text in lines of a quarter to a third of the plane."""
    return wrapped(text, 30 + x.size * 0.226, bold=bold)
