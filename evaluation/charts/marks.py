"""What is drawn of each part of a panel: rows for Vega-Lite's marks, with what bounds add to them, and the words that
wait for a place beside them.

An open end has an arrow, an interval a line with ends, the review's own estimates are outlines. Each
row has an id, by which its marks are known again in what Vega laid out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .colours import DASHES, DOTTED, Colours, inked, is_hollow, is_interval
from .parts import NO_FIGURE, POSITIONS, UPPER, Panel, Part, Recorded, Row, interval_ends
from .scales import Figures, Names, Scale
from .theme import BEYOND, COLON, DARK, INK, PAPER, QUIET, RULE, Specification, width

LOWER = (Bound.MORE_THAN, Bound.AT_LEAST)
SIGNED = (*LOWER, *UPPER)
MANY = 40  # circles, of which each is drawn smaller
DOT = 9  # square px of a dot where a grid has no number
FEW = 6  # numbers of a line, of which each is said
BROAD = 10  # px, the thickness of a span beside intervals
ARROW = 18  # px from end to end
ARROWS = {  # by the axis along which they point
    "x": "M-1,-0.12L0.15,-0.12L0.15,-0.62L1,0L0.15,0.62L0.15,0.12L-1,0.12Z",
    "y": "M-0.12,1L-0.12,-0.15L-0.62,-0.15L0,-1L0.62,-0.15L0.12,-0.15L0.12,1Z",
}
BACK = {  # the same the other way
    "x": "M1,-0.12L-0.15,-0.12L-0.15,-0.62L-1,0L-0.15,0.62L-0.15,0.12L1,0.12Z",
    "y": "M-0.12,-1L-0.12,0.15L-0.62,0.15L0,1L0.62,0.15L0.12,0.15L0.12,-1Z",
}
HEAD, HEAD_UP = "M0.6,-0.62L-1,0L0.6,0.62Z", "M-0.6,-0.62L1,0L-0.6,0.62Z"  # on a line that ends at zero, across
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
    back: float = 0.0  # px that its arrow goes to the left
    key: Any = None  # the name that its mark stands at
    bar: bool = False  # of a bar
    keyed: bool = False  # a name that a key may say
    number: str = ""  # that stands before a name at the end of a line

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
        self.names = next(scale for scale in scales.values() if isinstance(scale, Names))
        self.layers: list[Layer] = []
        self.words: list[Words] = []
        self.said: set[int] = set()  # points whose words are placed
        self.rules, self.caps, self.arrows = list[Row](), list[Row](), dict[tuple[str, int], list[Row]]()
        drawn = {
            "bar": self.bars, "line": self.lines, "point": self.points, "circle": self.points,
            "rule": self.straight, "rect": self.cells,
        }  # fmt: skip
        for place, part in enumerate(chart.parts):
            drawn[part.mark](part, f"{self.id}-{place}")
            self.finish(0 if part.mark == "bar" else 5)
        if not any(part.mark in ("bar", "rect") for part in chart.parts):
            self.layers.sort(key=lambda layer: layer.mark["type"] != "line")  # dots lie on every line
        self.missing()

    # Places

    def rows(self, part: Part) -> list[Row]:
        """The rows of a part in this panel."""
        return self.chart.rows_in(self.panel, part)

    def placed(self, part: Part, name: str) -> Iterator[tuple[Row, Row]]:
        """The rows of a part that have a place, each with what is drawn of it: its place by channel, id and ink."""
        channels = [channel for channel in POSITIONS if part.field(channel)]
        for number, row in enumerate(self.rows(part)):
            places = {channel: self.along(part, row, channel) for channel in channels}
            if None not in places.values():
                yield row, places | {"id": f"{name}-{number}", "ink": self.colours.ink(part, row)}

    def along(self, part: Part, row: Row, channel: str) -> Any:
        """Where a row stands on one channel: a key, or a value in the scale's units."""
        value = part.value(row, channel) if channel[0] == self.axis else row.get(part.field(channel))
        return value / self.figures.factor if isinstance(value, float) else value

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
            for (shape, way), rows in self.arrows.items():
                moved = {"xOffset": way * shift} if self.axis == "x" else {"yOffset": -way * shift}
                self.add(arrow | moved | {"shape": shape}, rows, fill=ink)
        self.rules, self.caps, self.arrows = [], [], {}

    def arrow(self, shape: str, way: int, row: Row) -> None:
        """Keep an arrow of a shape that lies on one way or the other (1, -1) from a row's place along the axis."""
        self.arrows.setdefault((shape, way), []).append(row)

    # Bars

    def bars(self, part: Part, name: str) -> None:
        """Bars from zero, as far as their numbers surely reach."""
        bars, axis = list[Row](), self.axis
        for row, own in self.placed(part, name):
            number, end = part.number(row, axis), own[axis]
            if number is None:
                continue
            if is_to_zero(number):  # no length: a line from its end
                self.rules.append(own | {axis: self.figures.base(), f"{axis}2": end, "dash": DASHES[is_hollow(number)]})
                self.caps.append(own)
                head = (HEAD_UP, -1) if number.quantity.high is None else (HEAD, 1)
                self.arrow(*head, own | {axis: self.figures.base(), "end": end})
            else:
                if (sure := self.surely(number, end)) is not None:
                    fill = PAPER if is_hollow(number) else own["ink"]
                    bars.append(own | {axis: self.figures.base(), f"{axis}2": sure, "fill": fill})
                self.bound(part, row, number, own)
            self.beside(part, row, own)
        self.add({"type": "bar", "strokeWidth": 1.5}, bars, fill=inked("fill"), stroke=inked("ink"))

    def surely(self, number: Number, end: Any) -> Any:
        """How far a bar reaches: to its number; of a published range to its lower end, above which the range is drawn;
        nowhere of another interval, which has no length."""
        if not is_interval(number):
            return end
        low = number.quantity.low
        return float(low) / self.figures.factor if number.kind == "published" and low and low > 0 else None

    # Points, lines, cells

    def points(self, part: Part, name: str) -> None:
        """Dots no larger than there is room for from year to year, with a ring of paper where they have room."""
        if part.is_grid:
            return self.grid(part, name)
        dots: list[Row] = []
        for row, own in self.placed(part, name):
            number, ink = part.number(row, self.axis), own["ink"]
            if number is None:
                continue
            whole = "end" not in part.encoding[self.axis]
            if whole:
                named = isinstance(row.get(part.series), str)
                self.bound(part, row, number, own)
                self.beside(part, row, own, ink if named else INK)
            if not (whole and is_interval(number)):  # no source has its middle
                fill, edge = (PAPER, ink) if is_hollow(number) else (ink, PAPER)
                dots.append(own | {"fill": fill, "edge": edge, "shape": self.colours.shape(part, row, number.kind)})
        dense = self.axis == "y" and len(self.names.keys) > (12 if self.narrow else 30)
        size = 30 if dense else 100 if len(dots) < MANY else 70
        shape = {"field": "shape", "type": "nominal", "scale": None}
        for hollow in (False, True):
            mark = {"type": "point", "size": max(size, 50) if hollow else size, "opacity": 1}
            mark["strokeWidth"] = 2 if hollow else 0.75 if dense else 1.5
            alike = [dot for dot in dots if (dot["fill"] == PAPER) is hollow]
            self.add(mark, alike, fill=inked("fill"), stroke=inked("edge"), shape=shape)
        return None

    def lines(self, part: Part, name: str) -> None:
        """Lines from number to number, broken where a number is missing, a year has no row, or one is a range."""
        ways: dict[Any, list[tuple[Row, Row]]] = {}
        for row, own in sorted(self.placed(part, name), key=lambda one: self.names.place(one[1]["x"])):
            ways.setdefault((row.get(part.field("color")), row.get(part.field("detail"))), []).append((row, own))
        path: list[Row] = []
        for number, way in enumerate(ways.values()):
            segment = before = 0
            for own in (own for row, own in way if not is_interval(part.number(row, "y"))):
                place = self.names.place(own["x"])
                segment += place > before + 1
                before = place
                path.append(own | {"line": f"{number}-{segment}", "n": len(path)})
        names = [row["line"] for row in path]
        drawn = [row for row in path if names.count(row["line"]) > 1]
        detail, order = {"field": "line", "type": "nominal"}, {"field": "n", "type": "quantitative"}
        self.add({"type": "line", "strokeWidth": 2}, drawn, stroke=inked("ink"), detail=detail, order=order)
        self.points(part, name)
        self.name_lines(part, [way[-1] for way in ways.values()])
        many, slopes = len(ways) > 1, len(self.names.keys) == 2
        for way in ways.values():
            self.say(part, way[:1], "before" if slopes else "over", many)
            self.say(part, way[-1:], "over", many)
            self.say(part, [] if many else [max(way, key=lambda one: one[1]["y"])], "over", False)
        for way in ways.values():  # the review's own, which no publication says
            estimates = [(row, own) for row, own in way if (n := part.number(row, "y")) and n.kind == "estimate"]
            self.say(part, estimates, "over", many)
        for way in ways.values():
            self.say(part, way[1:-1] if len(way) <= FEW else [], "between", many)

    def name_lines(self, part: Part, ends: list[tuple[Row, Row]]) -> None:
        """The names of lines at their ends: instead of a key, where all of them end at the last name across; of those
        that no colour tells apart, always."""
        keyed = part in self.colours.keyed()
        column = part.series if keyed else part.field("detail")
        if not column or (keyed and any(own["x"] != self.names.keys[-1] for _, own in ends)):
            return
        for row, own in ends:
            said = self.to_say(part, row) if len(self.names.keys) == 2 else ""
            beyond = BEYOND + (width(said) + 5.0 if said else 0.0)
            words = Words([self.chart.name(column, row[column])], own["id"], "last", own["ink"], True)
            self.words.append(replace(words, keyed=keyed, number=said, beyond=beyond))

    def say(self, part: Part, rows: list[tuple[Row, Row]], where: str, many: bool) -> None:
        """Numbers of a line, where there is room: the first and the last, then those between of a line of few. Where
        lines meet, the number stands once, in the ink of none. The table has every number."""
        for row, own in rows:
            if words := self.to_say(part, row):
                place = (own["x"], own["y"])
                met = next((said for said in self.words if said.key == place), None)
                if met:
                    met.ink = INK
                else:
                    self.words.append(Words([words], own["id"], where, own["ink"] if many else INK, key=place))

    def to_say(self, part: Part, row: Row) -> str:
        """The number of a line at a row, where it is exact and nothing has said it yet."""
        number = part.number(row, "y")
        return self.unsaid(part, row) if number and number.quantity.bound is Bound.EXACT else ""

    def grid(self, part: Part, name: str) -> None:
        """A circle for each row, whose number stands on ``detail``: of zero a ring, without a number a small dot."""
        rows = list(self.placed(part, name))
        size = 230 if len(rows) < MANY else 110
        circles: list[Row] = []
        for row, own in rows:
            value = part.value(row, "detail")
            fill = PAPER if value == 0 else own["ink"]
            if value is None:
                own, fill = own | {"ink": QUIET}, QUIET
            circles.append(own | {"fill": fill, "size": DOT if value is None else size})
        mark = {"type": "point", "shape": "circle", "strokeWidth": 2, "opacity": 1}
        sized = {"field": "size", "type": "quantitative", "scale": None}
        self.add(mark, circles, fill=inked("fill"), stroke=inked("ink"), size=sized)

    def cells(self, part: Part, name: str) -> None:
        """The cells of a heat map: a tone each, and its number's words."""
        cells = []
        for row, own in self.placed(part, name):
            if said := self.chart.words(row, part.field("color")):
                cells.append(own | {"text": said, "letters": PAPER if own["ink"] in DARK else INK})
        self.add({"type": "rect", "stroke": RULE, "strokeWidth": 1.5}, cells, fill=inked("ink"))
        words = {"type": "text", "strokeOpacity": 0}  # without a halo
        self.add(words, cells, fill=inked("letters"), text={"field": "text", "type": "nominal"})

    # Rules

    def straight(self, part: Part, name: str) -> None:
        """Lines from end to end of intervals, and lines across a panel: between the names of a narrow page, with a ring
        of paper over marks."""
        marks = {one.mark for one in self.chart.parts[: self.chart.parts.index(part)]}
        below = marks & {"bar", "point", "circle"}
        for row, own in self.placed(part, name):
            own["dash"] = DOTTED if "strokeDash" in part.unit["mark"] else DASHES[0]
            ends = [own[c] for c in (self.axis, f"{self.axis}2") if c in own]
            if part.spanned(self.axis):
                cell = part.cell(row, self.axis)
                if cell and cell.number.kind == "estimate":
                    own["dash"] = DASHES[1]
                self.caps += [own | {self.axis: end} for end in ends]
                self.beside(part, row, own)
                if cell and cell.interval and self.axis == "x":
                    words = [said for said, _ in interval_ends(cell.number, self.chart.language)]
                    for where, said, place in zip(("low", "high"), words, sorted(ends), strict=True):
                        self.words.append(Words([said], own["id"], where, QUIET, reach=place, key=own["y"]))
            elif part.is_across and len(ends) < 2:
                self.name_rule(part, row, own)
            pieces, bands = [own], Specification()
            if "y" not in own and self.narrow and self.axis == "x":
                keys = [key for key in self.names.panels[self.panel.number] if key not in self.absent()]
                pieces, bands = [own | {"y": key} for key in keys], IN_BANDS
            if part.is_across and below:
                self.add(RING, pieces, **bands)
            if bands:
                self.add(RULED, pieces, stroke=inked("ink"), strokeDash=DASHED, **bands)
            else:
                self.rules.append(own)

    def bound(self, part: Part, row: Row, number: Number, own: Row) -> None:
        """An arrow from an open bound; a line from end to end of what a number leaves open."""
        quantity = number.quantity
        if quantity.high is None:
            self.arrow(ARROWS[self.axis], 1, own)
        elif quantity.bound in UPPER:
            self.arrow(BACK[self.axis], -1, own)
        if not is_interval(number) or quantity.low is None or quantity.high is None:
            return
        low, high = (float(end) / self.figures.factor for end in (quantity.low, quantity.high))
        own = own | {"dash": DASHES[is_hollow(number)]}
        if self.colours.is_span(part, row):
            broad = {"type": "rule", "strokeWidth": BROAD, "strokeOpacity": 0.7}
            self.add(broad, [own | {self.axis: low, f"{self.axis}2": high}], stroke=inked("ink"), strokeDash=DASHED)
            return
        self.rules.append(own | {self.axis: low, f"{self.axis}2": high})
        self.caps += [own | {self.axis: end} for end in (low, high)]

    # Words

    def unsaid(self, part: Part, row: Row) -> str:
        """The words of a row's number; none where it has them already: a line's or a rule's may be points' too."""
        cell = part.cell(row, self.axis)
        if cell is None or cell.interval or cell.point in self.said:
            return ""
        self.said.add(cell.point)
        return show(cell.number, self.chart.language).words

    def beside(self, part: Part, row: Row, own: Row, ink: str = INK) -> None:
        """A number's words at the end of its mark that lies, where there is room; over a mark those of every bound that
        is not exact."""
        number = part.number(row, self.axis)
        if number is None or (self.axis == "y" and number.quantity.bound in (Bound.EXACT, Bound.BETWEEN)):
            return
        if not (said := self.unsaid(part, row)):
            return
        bar, bound = part.mark == "bar", number.quantity.bound
        where = "over" if self.axis == "y" else "before" if is_below(number) else "end"
        aside, to_zero = 0 if bar else 5, bar and is_to_zero(number)
        beyond = (ARROW if number.quantity.high is None and not to_zero else 0) + aside
        back = ARROW + aside if bound in UPPER and not to_zero else 0
        beside = [one for one in self.chart.parts if not one.is_across]
        ends = [end / self.figures.factor for one in beside for end in one.values(row, "x", "x2")]
        if self.colours.is_span(part, row):
            where = "end" if self.narrow else "high"
        elif self.axis == "x" and not is_interval(number):
            farther = min(ends) < own["x"] if is_below(number) else own["x"] < max(ends)
            # at the end of an interval its words would read as that end; words that must stand, on the mark beyond
            if min(ends) < own["x"] < max(ends) or (bar and farther and bound is not Bound.EXACT):
                where = "raised"
            elif own["x"] < max(ends) and not any(one.mark == "bar" for one in beside):
                where = "before"  # the first of two dots
        reach = (min if where == "before" or is_below(number) else max)(ends) if self.axis == "x" else None
        needed = bound is not Bound.EXACT and (bar or not self.narrow or bound not in SIGNED)  # an arrow says it too
        self.words.append(Words([said], own["id"], where, ink, needed, reach, beyond, back, own["y"], bar))

    def name_rule(self, part: Part, row: Row, own: Row) -> None:
        """What a line across a panel is called: by ``detail`` and its title, else by the year or the number that it
        stands at."""
        named = next(channel for channel in ("detail", "x", "y") if part.field(channel))
        if said := self.chart.words(row, part.field(named)):
            title = self.chart.t(part.encoding[named].get("title")) if named == "detail" else ""
            said += COLON[self.chart.language] + title if title else ""
            words = Words([said], own["id"], "along", own["ink"], True, key=(own.get("x"), own.get("y")))
            if not any((one.where, one.lines, one.key) == ("along", [said], words.key) for one in self.words):
                self.words.append(words)  # a panel of many rows may have its rule in each

    def absent(self) -> list[Any]:
        """The names of this panel that have no number on it."""
        rows = [(part, row) for part in self.chart.parts for row in self.rows(part)]
        drawn = {row.get(part.field("y")) for part, row in rows if part.cell(row, "x") or part.cell(row, "x2")}
        return [key for key in self.names.panels[self.panel.number] if key in self.names.shown and key not in drawn]

    def missing(self) -> None:
        """The names that have no number on this panel, where their marks would begin: what is missing is not zero."""
        if self.axis != "x":
            return
        for place, key in enumerate(self.absent()):
            name, begin = f"{self.id}-none-{place}", min(self.figures.base(), self.figures.low)
            self.add(UNSEEN, [{"x": begin, "y": key, "id": name}])
            self.words.append(Words([self.chart.t(NO_FIGURE)], name, "missing", QUIET, reach=begin, key=key))


def is_to_zero(number: Number) -> bool:
    """Whether the bound of a number leaves all open between it and zero."""
    return number.quantity.bound in (LOWER if is_below(number) else UPPER)


def is_below(number: Number) -> bool:
    """Whether a number is drawn below zero: all of it, as far as it is known."""
    end = number.quantity.low if number.quantity.high is None else number.quantity.high
    return end is not None and end < 0
