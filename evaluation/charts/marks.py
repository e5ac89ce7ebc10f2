"""What is drawn of each part of a panel: rows for Vega-Lite's marks, with what bounds add to them, and the words that
wait for a place beside them.

An open end has an arrow, an interval a line with ends, the review's own estimates are outlines. Each
row has an id, by which its marks are known again in what Vega laid out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from . import grammar
from .colours import DASHES, Colours, inked, is_hollow, is_interval
from .grammar import is_grid, mark_of, spanned
from .points import NO_FIGURE, UPPER, Panel, Recorded, Row, base_of, ending_of, interval_ends
from .scales import Figures, Names, Scale, values_of
from .theme import BEYOND, COLON, DARK, INK, PAPER, QUIET, RULE, SHAPES, Specification, width

SIGNED = (Bound.MORE_THAN, Bound.AT_LEAST, *UPPER)
MANY = 40  # circles, of which each is drawn smaller
DOT = 9  # square px of a dot where a grid has no number
FEW = 6  # numbers of a line, of which each is said
ARROW = 18  # px from end to end
ARROWS = {  # by the axis along which they point
    "x": "M-1,-0.12L0.15,-0.12L0.15,-0.62L1,0L0.15,0.62L0.15,0.12L-1,0.12Z",
    "y": "M-0.12,1L-0.12,-0.15L-0.62,-0.15L0,-1L0.62,-0.15L0.12,-0.15L0.12,1Z",
}
BACK = {  # the same towards zero
    "x": "M1,-0.12L-0.15,-0.12L-0.15,-0.62L-1,0L-0.15,0.62L-0.15,0.12L1,0.12Z",
    "y": "M-0.12,-1L-0.12,0.15L-0.62,0.15L0,1L0.62,0.15L0.12,0.15L0.12,-1Z",
}
UNSEEN: Specification = {"type": "point", "opacity": 0, "size": 1}  # tells where a place is
RULED: Specification = {"type": "rule", "strokeWidth": 2}
RING: Specification = {"type": "rule", "strokeWidth": 4, "stroke": PAPER}  # around a rule over marks
DASHED: Specification = {"field": "dash", "type": "nominal", "scale": None}
IN_BANDS: Specification = {"y": {"bandPosition": 0}, "y2": {"field": "y", "bandPosition": 1}}  # between the names
CAPS = {"x": "M0,-1L0,1", "y": "M-1,0L1,0"}


@dataclass
class Layer:
    """Marks of one kind at the places that their rows say: ``x``, ``x2``, ``y``, ``y2`` and offsets."""

    mark: Specification
    rows: list[Row]
    encoding: Specification = field(default_factory=dict)


@dataclass
class Words:
    """A text that waits for a place: beside which mark, and how."""

    lines: list[str]
    mark: str  # an id
    # end, before, over, between, raised, last, missing; low, high of an interval; under what is named; along a rule
    where: str
    ink: str = INK
    needed: bool = False  # and takes its place before others
    reach: float | None = None  # how far its mark goes along an axis of figures across
    beyond: float = 0.0  # px that its mark goes farther
    key: Any = None  # the name that its mark stands at
    bar: bool = False  # of a bar
    keyed: bool = False  # a name that a key may say
    number: str = ""  # that stands before a name at the end of a line
    only: bool = False  # alone in its row

    def __post_init__(self) -> None:
        """Letters beside a mark in the grey of rules, which is too pale to read, are of the darker grey."""
        if self.ink == RULE:
            self.ink = QUIET

    @property
    def must(self) -> bool:
        """Whether it is said even where there is no room. Else it is left out, as the table has it; over marks that
        stand side by side a bound's words, too, which has its sign."""
        return self.needed and self.where != "over"

    @property
    def panel(self) -> str:
        """The id of the panel that it stands in."""
        return self.mark.partition("-")[0]


class Marks:
    """The layers of one panel, and the words that belong to them."""

    def __init__(self, chart: Recorded, panel: Panel, scales: dict[str, Scale], colours: Colours, narrow: bool):
        self.chart, self.panel, self.scales, self.colours, self.narrow = chart, panel, scales, colours, narrow
        self.id = f"m{panel.number}"
        figures = {axis: scale for axis, scale in scales.items() if isinstance(scale, Figures)}
        self.axis, self.figures = next(iter(figures.items()), ("", Figures(0, 1)))  # along which the figures stand
        self.names = next(
            (scale for scale in scales.values() if isinstance(scale, Names)), Names([], set(), "", False, [])
        )
        self.layers: list[Layer] = []
        self.words: list[Words] = []
        self.said: set[int] = set()  # points whose words are placed
        self.rules, self.caps, self.arrows, self.back = list[Row](), list[Row](), list[Row](), list[Row]()
        drawn = {
            "bar": self.bars, "line": self.lines, "point": self.points, "circle": self.points,
            "rule": self.straight, "rect": self.cells,
        }  # fmt: skip
        for place, unit in enumerate(chart.units):
            drawn[mark_of(unit)](unit, f"{self.id}-{place}")
            self.finish(0 if mark_of(unit) == "bar" else 5)
        if not any(mark_of(unit) in ("bar", "rect") for unit in chart.units):
            self.layers.sort(key=lambda layer: layer.mark["type"] != "line")  # dots lie on every line
        self.missing()
        rows = Counter(words.key for words in self.words if words.where == "end")
        for words in self.words:
            words.only = rows[words.key] == 1

    # Places

    def rows(self, unit: Specification) -> list[Row]:
        """The rows of a part in this panel."""
        return self.chart.rows(unit, self.panel)

    def placed(self, unit: Specification, part: str) -> Iterator[tuple[Row, Row]]:
        """The rows of a part that have a place, each with what is drawn of it: its place by channel, id and ink."""
        for number, row in enumerate(self.rows(unit)):
            channels = [channel for channel in grammar.POSITIONS if "field" in unit["encoding"].get(channel, {})]
            places = {channel: self.along(unit, row, channel) for channel in channels}
            if None not in places.values():
                yield row, places | {"id": f"{part}-{number}", "ink": self.colours.ink(unit, row)}

    def along(self, unit: Specification, row: Row, channel: str) -> Any:
        """Where a row stands on one channel: a key, or a value in the scale's units."""
        column = unit["encoding"][channel]["field"]
        return self.chart.value(row, column, self.figures.factor) if channel[0] == self.axis else row.get(column)

    def number(self, unit: Specification, row: Row) -> Number | None:
        """The number that a part draws of a row; None where it is missing."""
        return self.chart.number(row, self.column(unit))

    def column(self, unit: Specification) -> str:
        """The column of figures that a part stands by."""
        return str(unit["encoding"].get(self.axis, {}).get("field", ""))

    def add(self, mark: Specification, rows: list[Row], **encoding: Any) -> None:
        """Add marks of one kind, if there are rows."""
        if rows:
            self.layers.append(Layer(mark, rows, encoding))

    def finish(self, beside: float) -> None:
        """Add the rules, ends and arrows of a part; the arrows begin ``beside`` px from their marks' places."""
        ink, shift = inked("ink"), ARROW / 2 + beside
        self.add(RULED, self.rules, stroke=ink, strokeDash=DASHED)
        if self.axis:
            cap = {"type": "point", "shape": CAPS[self.axis], "size": 144, "strokeWidth": 2, "opacity": 1}
            self.add(cap, self.caps, stroke=ink)
            arrow = {"type": "point", "size": ARROW**2, "opacity": 1, "strokeWidth": 0}
            for shapes, rows, far in ((ARROWS, self.arrows, shift), (BACK, self.back, -shift if beside else shift)):
                moved = {"xOffset": far} if self.axis == "x" else {"yOffset": -far}
                self.add(arrow | moved | {"shape": shapes[self.axis]}, rows, fill=ink)
        self.rules, self.caps, self.arrows, self.back = [], [], [], []

    # Bars

    def bars(self, unit: Specification, part: str) -> None:
        """Bars from zero, as far as their numbers surely reach."""
        bars, axis = list[Row](), self.axis
        for row, own in self.placed(unit, part):
            number, end = self.number(unit, row), own[axis]
            if number is None:
                continue
            if is_interval(number) or (is_below(number) and number.quantity.high is None):
                end = float(sure(number)) / self.figures.factor
            if number.quantity.bound in UPPER:  # no length: a line back from its end
                self.rules.append(own | {axis: self.figures.base(), f"{axis}2": end, "dash": DASHES[is_hollow(number)]})
                self.caps.append(own)
                self.back.append(own | {axis: self.figures.base()})
                self.beside(unit, row, number, own)
                continue
            fill = PAPER if is_hollow(number) else own["ink"]
            bars.append(own | {axis: self.figures.base(), f"{axis}2": end, "fill": fill})
            self.bound(number, own, INK)
            self.beside(unit, row, number, own)
        self.add({"type": "bar", "strokeWidth": 1.5}, bars, fill=inked("fill"), stroke=inked("ink"))

    # Points, lines, cells

    def points(self, unit: Specification, part: str) -> None:
        """Dots no larger than there is room for from year to year, with a ring of paper where they have room."""
        if is_grid(unit):
            return self.grid(unit, part)
        dots: list[Row] = []
        for row, own in self.placed(unit, part):
            number, ink = self.number(unit, row), own["ink"]
            if number is None:
                continue
            whole = not ending_of(self.column(unit), row)  # not one of its ends
            if whole:
                named = isinstance(row.get(grammar.series_of(unit)), str)
                self.bound(number, own)
                self.beside(unit, row, number, own, ink if named else INK)
            if not (whole and is_interval(number)):  # no source has its middle
                fill, edge = (PAPER, ink) if is_hollow(number) else (ink, PAPER)
                dots.append(own | {"fill": fill, "edge": edge, "shape": SHAPES[number.kind]})
        dense = self.axis == "y" and len(self.names.keys) > (12 if self.narrow else 30)
        size = 30 if dense else 100 if len(dots) < MANY else 70
        shape = {"field": "shape", "type": "nominal", "scale": None}
        for hollow in (False, True):
            mark = {"type": "point", "size": max(size, 50) if hollow else size, "opacity": 1}
            mark["strokeWidth"] = 2 if hollow else 0.75 if dense else 1.5
            alike = [dot for dot in dots if (dot["fill"] == PAPER) is hollow]
            self.add(mark, alike, fill=inked("fill"), stroke=inked("edge"), shape=shape)
        return None

    def lines(self, unit: Specification, part: str) -> None:
        """Lines from number to number, broken where a number is missing, a year has no row, or one is a range."""
        column = unit["encoding"]["x"]["field"]
        apart = [d["field"] for c, d in unit["encoding"].items() if c in ("color", "detail") and "field" in d]
        owns = {id(row): own for row, own in self.placed(unit, part)}
        groups: dict[tuple[Any, ...], list[tuple[Row, Row | None]]] = {}
        for row in sorted(self.rows(unit), key=lambda row: self.names.place(row.get(column))):
            groups.setdefault(tuple(row.get(c) for c in apart), []).append((row, owns.get(id(row))))
        path: list[Row] = []
        for number, rows in enumerate(groups.values()):
            segment, before = 0, None
            for row, own in rows:
                found = self.number(unit, row)
                if own is None or found is None or is_interval(found):
                    segment, before = segment + 1, None
                    continue
                place = self.names.place(row[column])
                segment += 1 if before is not None and place > before + 1 else 0  # a year between has no row
                before = place
                line = {"dash": self.colours.dash(unit, row), "line": f"{number}-{segment}", "n": len(path)}
                path.append(own | line)
        names = [row["line"] for row in path]
        drawn = [row for row in path if names.count(row["line"]) > 1]
        detail, order = {"field": "line", "type": "nominal"}, {"field": "n", "type": "quantitative"}
        self.add({"type": "line", "strokeWidth": 2}, drawn, stroke=inked("ink"), strokeDash=DASHED,
                 detail=detail, order=order)  # fmt: skip
        self.points(unit, part)
        self.name_lines(unit, list(groups.values()))
        ways = [[(row, own) for row, own in rows if own] for rows in groups.values()]
        slopes = len(self.names.keys) == 2
        for way in ways:
            self.say(unit, way[:1], "before" if slopes else "over", len(ways) > 1)
            self.say(unit, way[-1:], "over", len(ways) > 1)
            highest = max(way, key=lambda one: one[1]["y"], default=None)
            self.say(unit, [highest] if highest and len(ways) == 1 else [], "over", False)
        for way in ways:  # the review's own, which no publication says
            estimates = [(row, own) for row, own in way if (n := self.number(unit, row)) and n.kind == "estimate"]
            self.say(unit, estimates, "over", len(ways) > 1)
        for way in ways:
            self.say(unit, way[1:-1] if len(way) <= FEW else [], "between", len(ways) > 1)

    def name_lines(self, unit: Specification, lines: list[list[tuple[Row, Row | None]]]) -> None:
        """The names of lines at their ends: instead of a key, where all of them end at the last name across; of those
        that no colour tells apart, always."""
        keyed = next((c for c, one in self.colours.keyed() if one is unit), "")
        column = keyed or unit["encoding"].get("detail", {}).get("field", "")
        ends = [(row, own) for row, own in (rows[-1] for rows in lines) if own]
        at_last = len(ends) == len(lines) and all(own["x"] == self.names.keys[-1] for _, own in ends)
        for row, own in ends if column and (at_last or not keyed) else []:
            name = self.chart.name(column, row[column])
            said = self.to_say(unit, row) if len(self.names.keys) == 2 else ""
            words = Words([name], own["id"], "last", own["ink"], True, keyed=bool(keyed), number=said)
            words.beyond = BEYOND + (width(said) + 5.0 if said else 0.0)
            self.words.append(words)

    def say(self, unit: Specification, rows: list[tuple[Row, Row]], where: str, many: bool) -> None:
        """Numbers of a line, where there is room: the first and the last, then those between of a line of few. The
        table has every number."""
        for row, own in rows:
            if words := self.to_say(unit, row):
                self.words.append(Words([words], own["id"], where, own["ink"] if many else INK))

    def to_say(self, unit: Specification, row: Row) -> str:
        """The number of a line at a row, where it is exact and nothing has said it yet."""
        number = self.number(unit, row)
        if number is None or number.quantity.bound is not Bound.EXACT or not self.is_new(row, self.column(unit)):
            return ""
        return show(number, self.chart.language).words

    def grid(self, unit: Specification, part: str) -> None:
        """A circle for each row, whose number stands on ``detail``: of zero a ring, without a number a small dot."""
        rows = list(self.placed(unit, part))
        size = 230 if len(rows) < MANY else 110
        circles: list[Row] = []
        for row, own in rows:
            column = unit["encoding"].get("detail", {}).get("field", "")
            missing = self.chart.number(row, column) is None
            fill = own["ink"] if missing or self.chart.value(row, column) else PAPER
            circles.append(own | {"fill": fill, "size": DOT if missing else size})
        mark = {"type": "point", "shape": "circle", "strokeWidth": 2, "opacity": 1}
        sized = {"field": "size", "type": "quantitative", "scale": None}
        self.add(mark, circles, fill=inked("fill"), stroke=inked("ink"), size=sized)

    def cells(self, unit: Specification, part: str) -> None:
        """The cells of a heat map: a tone each, and its number's words."""
        column = unit["encoding"].get("color", {}).get("field", "")
        cells = []
        for row, own in self.placed(unit, part):
            if said := self.chart.words(row, column):
                cells.append(own | {"text": said, "letters": PAPER if own["ink"] in DARK else INK})
        self.add({"type": "rect", "stroke": RULE, "strokeWidth": 1.5}, cells, fill=inked("ink"))
        words = {"type": "text", "strokeOpacity": 0}  # without a halo
        self.add(words, cells, fill=inked("letters"), text={"field": "text", "type": "nominal"})

    # Rules

    def straight(self, unit: Specification, part: str) -> None:
        """Lines from end to end of intervals, and lines across a panel: between the names of a narrow page, with a ring
        of paper over marks."""
        below = set(map(mark_of, self.chart.units[: self.chart.units.index(unit)]))
        for row, own in self.placed(unit, part):
            own["dash"] = self.colours.dash(unit, row)
            ends = [own[c] for c in (self.axis, f"{self.axis}2") if c in own]
            if column := spanned(unit["encoding"], self.axis, row):
                number = self.number(unit, row)
                if number and number.kind == "estimate":
                    own["dash"] = DASHES[1]
                self.caps += [own | {self.axis: end} for end in ends]
                self.beside(unit, row, number, own)
                if number and row[column].get("interval") and self.axis == "x":
                    words = [said for said, _ in interval_ends(number, self.chart.language)]
                    for where, said, place in zip(("low", "high"), words, sorted(ends), strict=True):
                        self.words.append(Words([said], own["id"], where, QUIET, reach=place, key=own["y"]))
            elif len(ends) < 2 and not {"x", "y"} <= set(own):
                self.name_rule(unit, row, own)
            ring = not {"x", "y"} <= set(own) and below & {"bar", "rect", "point", "circle"}
            if "y" not in own and self.narrow and self.axis == "x":
                pieces = [own | {"y": key} for key in self.names.panels[self.panel.number]]
                if ring:
                    self.add(RING, pieces, **IN_BANDS)
                self.add(RULED, pieces, stroke=inked("ink"), strokeDash=DASHED, **IN_BANDS)
                continue
            if ring:
                self.add(RING, [own])
            self.rules.append(own)

    def bound(self, number: Number, own: Row, on_bar: str = "") -> None:
        """An arrow from an open bound; a line over what a number leaves open, in an ink of its own on a bar from its
        end, as far as the number surely reaches."""
        quantity = number.quantity
        if quantity.high is None:
            self.arrows.append(own)
        elif quantity.bound in UPPER:
            self.back.append(own)
        if not is_interval(number) or quantity.low is None or quantity.high is None:
            return
        low, high = (float(end) / self.figures.factor for end in (quantity.low, quantity.high))
        caps = [low, high]
        if on_bar and not low <= 0 <= high:  # the bar ends where the interval begins
            caps = [low if high < 0 else high]
        own = own | {"ink": on_bar or own["ink"], "dash": DASHES[number.kind == "estimate" and not on_bar]}
        self.rules.append(own | {self.axis: low, f"{self.axis}2": high})
        self.caps += [own | {self.axis: end} for end in caps]

    # Words

    def is_new(self, row: Row, column: str) -> bool:
        """Whether the number of a cell has no words yet: a line's or a rule's may be points' too."""
        cell = row[base_of(column, row)]
        if cell.get("interval") or cell["point"] in self.said:
            return False
        self.said.add(cell["point"])
        return True

    def beside(self, unit: Specification, row: Row, number: Number | None, own: Row, ink: str = INK) -> None:
        """A number's words at the end of its mark that lies, where there is room; over a mark those of every bound that
        is not exact."""
        if number is None or (self.axis == "y" and number.quantity.bound in (Bound.EXACT, Bound.BETWEEN)):
            return
        if not self.is_new(row, self.column(unit)):
            return
        bar, bound = mark_of(unit) == "bar", number.quantity.bound
        where = "over" if self.axis == "y" else "before" if is_below(number) else "end"
        beyond = (ARROW if number.quantity.high is None else 0) + (0 if bar else 5)
        columns = {u["encoding"].get(c, {}).get("field", "") for u in self.chart.units for c in ("x", "x2")}
        ends = [end for column in columns for end in values_of(self.chart, row, column, self.figures.factor)]
        if self.axis == "x" and not is_interval(number) and min(ends) < own["x"] < max(ends):
            where = "raised"  # at the end of an interval its words would read as that end
        reach = (min if where == "before" else max)(ends) if self.axis == "x" else None
        needed = bound is not Bound.EXACT and (bar or not self.narrow or bound not in SIGNED)  # an arrow says it too
        said = show(number, self.chart.language).words
        self.words.append(Words([said], own["id"], where, ink, needed, reach, beyond, own["y"], bar))

    def name_rule(self, unit: Specification, row: Row, own: Row) -> None:
        """What a line across a panel is called: by ``detail`` and its title, else by the year or the number that it
        stands at."""
        encoding = unit["encoding"]
        named = next(encoding[channel] for channel in ("detail", "x", "y") if "field" in encoding.get(channel, {}))
        if said := self.chart.words(row, named["field"]):
            title = self.chart.t(named.get("title")) if named is encoding.get("detail") else ""
            said += COLON[self.chart.language] + title if title else ""
            self.words.append(Words([said], own["id"], "along", own["ink"], True))

    def missing(self) -> None:
        """The names that have no number on this panel, where their marks would begin: what is missing is not zero."""
        if self.axis != "x":
            return
        drawn = {
            row.get(unit["encoding"].get("y", {}).get("field", ""))
            for unit in self.chart.units
            for row in self.rows(unit)
            for channel in ("x", "x2")
            if self.chart.number(row, unit["encoding"].get(channel, {}).get("field", "")) is not None
        }
        keys = self.names.panels[self.panel.number]
        absent = [key for key in keys if key in self.names.shown and key not in drawn]
        for place, key in enumerate(absent):
            name, begin = f"{self.id}-none-{place}", self.figures.base()
            self.add(UNSEEN, [{"x": begin, "y": key, "id": name}])
            self.words.append(Words([self.chart.t(NO_FIGURE)], name, "missing", QUIET, reach=begin, key=key))


def sure(number: Number) -> Any:
    """How far from zero a number reaches at least; one below zero that is open upwards may be zero."""
    low, high = number.quantity.low or 0, number.quantity.high
    if low > 0:
        return low
    return high if high is not None and high < 0 else 0


def is_below(number: Number) -> bool:
    """Whether a number is drawn below zero: all of it, as far as it is known."""
    end = number.quantity.low if number.quantity.high is None else number.quantity.high
    return end is not None and end < 0
