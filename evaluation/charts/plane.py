"""The plane of change: reports across, detection up, and the line on which incidence did not change.

Its axes, its slanted line and the words of its regions are no marks of Altair's, so that it is placed here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..language import N_, translate
from ..numbers.number import Number
from .grammar import ChartRefused
from .letters import widest, width, wrapped
from .pixels import Row, sheet, text, texts
from .points import Drawn, Point
from .theme import ACCENT, COLON, INK, LINE, PAPER, SHAPES, WIDE, Specification

LEAST_FACTOR = 4.0
ROOM = 1.3
FARTHEST = 1e6  # of an axis that is made longer to give words room
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
    plane = roomy(farthest(data), reports, language, size)
    across, down, far = plane.across, plane.down, plane.far
    values = ticks(far)
    scale = {"type": "log", "domain": [1 / far, far], "nice": False}
    axis = {"values": values, "labelExpr": TICKS, "titleFontWeight": "normal", "labelFlush": False}
    below = wrapped(translate(ACROSS, language), across)
    place = {"type": "quantitative", "scale": scale}
    x = place | {"field": "x", "axis": axis | {"title": below, "titleAnchor": "start", "titleLineHeight": LINE}}
    y = place | {"field": "y", "axis": axis | {"title": None, "domain": False}}
    ends = {reports["value"]: [1, 0]} | {reports[e]: [7, 3] for e in ("low", "high") if reports[e] != reports["value"]}
    levels = dict.fromkeys(end for one in supposed for end in (one["low"], one["high"]) if end and 1 / far < end < far)
    dash = {"field": "dash", "type": "nominal", "scale": None}

    def line(rows: list[Row], stroke: str, thick: int = 2) -> Specification:
        encoding = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "strokeDash": dash}
        return {
            "data": {"values": rows},
            "mark": {"type": "rule", "stroke": stroke, "strokeWidth": thick},
            "encoding": encoding,
        }

    def span(begin: float, to: float) -> Row:
        return {"x": begin, "y": begin, "x2": to, "y2": to, "dash": [1, 0]}

    whole = {"y": 1 / far, "y2": far}
    mark = {"type": "point", "size": 90, "strokeWidth": 2, "opacity": 1, "shape": SHAPES[reports["kind"]],
            "stroke": ACCENT, "fill": PAPER if reports["kind"] == "estimate" else ACCENT}  # fmt: skip
    dot = {
        "data": {"values": [{"x": reports["value"], "y": reports["value"]}]},
        "mark": mark,
        "encoding": {"x": x, "y": y},
    }
    made = sheet(across, down, [
        line([span(1 / far, far)], INK),
        line([{"x": end, "x2": end, "dash": dashes} | whole for end, dashes in ends.items()], ACCENT),
        line([{"x": 1 / far, "x2": far, "y": end, "y2": end, "dash": [2, 3]} for end in levels], INK),
        line([span(reports["low"], reports["high"])], ACCENT, 6),
        dot,
        *texts(plane.regions(reports, language), fontWeight="bold"),
        *texts(plane.words(reports, language)),
    ])  # fmt: skip
    title = wrapped(translate(UP, language), size - 24)
    return made | {"title": {"text": title, "fontWeight": "normal", "frame": "bounds", "lineHeight": LINE}}


def farthest(data: list[Row]) -> float:
    """The end of both axes: far enough for every number and its interval, and for four times and a quarter as much."""
    ends = [end for d in data for end in (d["value"], d["low"], d["high"]) if end]
    return max([LEAST_FACTOR * ROOM, *(max(end, 1 / end) * ROOM for end in ends)])


def roomy(far: float, reports: Row, language: str, size: int) -> Plane:
    """The plane to that end of both axes, or a farther one where the interval leaves its words no room beside it."""
    across = size - 24 - max(width(f"1/{1 / value:,.0f}") for value in ticks(far))
    plane = Plane(across, 400 if size == WIDE else 300, far)
    return plane if plane.holds_its_words(reports, language) else roomy(far**1.2, reports, language, size)


def ticks(far: float) -> list[float]:
    """Both axes span the same ratios, marked at powers of a step."""
    powers = int(math.log2(far))
    step = max(1, -(-powers // 3))
    return [2.0**power for power in range(-powers, powers + 1) if power % step == 0]


@dataclass
class Plane:
    """Where the words of a plane stand, in px."""

    across: float
    down: float
    far: float  # the end of both axes

    def x(self, value: float) -> float:
        return self.across * (math.log(value) / math.log(self.far) + 1) / 2

    def lines(self, words: str, bold: bool = False) -> list[str]:
        """A text in lines of a quarter to a third of the plane."""
        return wrapped(words, 30 + self.across * 0.226, bold=bold)

    def regions(self, reports: Row, language: str) -> list[Row]:
        """What holds on each side of the line, in its corners, clear of the lines of the data."""
        fell, rose = (self.lines(translate(words, language), True) for words in REGIONS[:2])
        left = 8 if self.x(reports["low"]) * 0.9 > widest(fell, bold=True) else self.x(reports["high"]) + 8
        right = self.across - 8 if self.has_room_at_right(reports, language) else self.x(reports["low"]) - 8
        return [text(left, 6, fell), text(right, self.down - 6 - LINE * len(rose), rose, "right")]

    def holds_its_words(self, reports: Row, language: str) -> bool:
        """Whether no word stands out of the plane; one that no interval widens is wide enough."""
        rows = [*self.regions(reports, language), *self.words(reports, language)]
        ends = [row["x"] + widest(row["lines"]) * (-1 if row["align"] == "right" else 1) for row in rows]
        return all(0 <= end <= self.across for end in ends) or self.far > FARTHEST

    def has_room_at_right(self, reports: Row, language: str) -> bool:
        lines = [self.lines(translate(words, language), True) for words in REGIONS[1:]]
        return (self.across - self.x(reports["high"])) * 0.9 > max(widest(some, bold=True) for some in lines)

    def words(self, reports: Row, language: str) -> list[Row]:
        """What holds on the line, under its upper end or over its lower one; and the change in reports beside its line,
        on the side where there is room, above the first where they would lie on each other."""
        lines = self.lines(translate(REGIONS[2], language))
        away = self.down / self.across * (widest(lines) + 8) + 8
        at_right = self.has_room_at_right(reports, language)
        top = away if at_right else self.down - away - LINE * len(lines)
        on_line = text(self.across - 8 if at_right else 8, top, lines, "right" if at_right else "left")
        at_left = reports["value"] > 1
        own = self.lines(f"{reports['category']}{COLON[language]}{reports['words']}")
        side = self.x(reports["low"]) - 8 if at_left else self.x(reports["high"]) + 8
        y = self.down * (1 - (0.42 if at_left else -0.25)) / 2 - LINE
        reaches = (side - widest(own), side) if at_left else (side, side + widest(own))
        spans = (on_line["x"] - widest(lines), on_line["x"]) if at_right else (8, 8 + widest(lines))
        beside = reaches[0] < spans[1] and spans[0] < reaches[1]
        if beside and y < top + LINE * len(lines) and top < y + LINE * len(own):
            y = top - LINE * len(own) - 4
        return [on_line, text(side, y, own, "right" if at_left else "left")]
