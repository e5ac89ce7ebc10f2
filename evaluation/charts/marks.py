"""What is drawn of each part of a panel: rows for Vega-Lite's marks, with what bounds add to them, and the words that
wait for a place beside them.

An open end has an arrow, an interval a line with ends, the review's own estimates and upper bounds are outlines. Each
row has an id, by which its marks are known again in what Vega laid out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from . import grammar
from .colours import DASHES, Colours, conditions, inked, is_hollow, is_interval
from .grammar import mark_of
from .order import is_gap
from .panels import Panel, Recorded, Row, base_of, ending_of
from .points import NO_FIGURE
from .scales import Figures, Names, Scale, values_of
from .specification import is_grid, is_stacked, spanned
from .theme import DARK, INK, PAPER, QUIET, RULE, SERIES, SHAPES, Specification

UPPER = (Bound.UP_TO, Bound.LESS_THAN)
SIGNED = (Bound.MORE_THAN, Bound.AT_LEAST, *UPPER)
DARK_INKS = (*DARK, *SERIES, QUIET, INK)  # letters on them are of paper
MANY = 40  # dots, of which each is drawn smaller
ARROW = 18  # px from end to end
ARROWS = {  # by the axis along which they point
    "x": "M-1,-0.12L0.15,-0.12L0.15,-0.62L1,0L0.15,0.62L0.15,0.12L-1,0.12Z",
    "y": "M-0.12,1L-0.12,-0.15L-0.62,-0.15L0,-1L0.62,-0.15L0.12,-0.15L0.12,1Z",
}
UNSEEN: Specification = {"type": "point", "opacity": 0, "size": 1}  # tells where a place is
RULED: Specification = {"type": "rule", "strokeWidth": 2}
DASHED: Specification = {"field": "dash", "type": "nominal", "scale": None}
IN_BANDS: Specification = {
    "y": {"bandPosition": 0},
    "y2": {"field": "y", "bandPosition": 1},
}  # names stand between the bands
CAPS = {"x": "M0,-1L0,1", "y": "M-1,0L1,0"}
OTHER = {"x": "y", "y": "x"}


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
    where: str  # end, over, inside, part, last, name, line, missing
    ink: str = INK
    needed: bool = False  # else it is left out where there is no room: the table has it
    reach: float | None = None  # how far its mark goes along an axis of figures across
    beyond: float = 0.0  # px that its mark goes farther
    style: Specification = field(default_factory=dict)  # the writer's alignment and shift
    paper: bool = False  # letters of paper, or on a tone: without a halo


class Marks:
    """The layers of one panel, and the words that belong to them."""

    def __init__(self, chart: Recorded, panel: Panel, number: int, scales: dict[str, Scale | None], colours: Colours):
        self.chart, self.panel, self.number, self.scales, self.colours = chart, panel, number, scales, colours
        self.narrow = False
        self.layers: list[Layer] = []
        self.words: list[Words] = []
        self.said: set[tuple[Any, ...]] = set()
        self.rules, self.caps, self.arrows = list[Row](), list[Row](), list[Row]()

    def draw(self, narrow: bool) -> None:
        self.narrow = narrow
        drawn = {
            "bar": self.bars, "line": self.lines, "point": self.points, "circle": self.points, "square": self.squares,
            "rule": self.straight, "text": self.texts, "rect": self.cells,
        }  # fmt: skip
        for place, unit in enumerate(self.panel.units):
            drawn[mark_of(unit)](unit, f"m{self.number}-{place}")
            self.finish(conditions(unit))
        if not any(mark_of(unit) in ("bar", "rect") for unit in self.panel.units):
            self.layers.sort(key=lambda layer: layer.mark["type"] != "line")  # dots lie on every line
        self.missing()

    # Places

    def at(self, unit: Specification, row: Row) -> Row | None:
        """Where a row stands, by channel; None where it has no place."""
        places: Row = {}
        for axis in ("x", "y"):
            if isinstance(scale := self.scales[axis], Names) and not scale.column:
                places[axis] = ""  # of one bar alone
            if axis not in unit["encoding"]:
                continue
            place = self.along(unit, row, axis)
            if place is None:
                return None
            places[axis] = place
        offset = unit["encoding"].get("yOffset", {}).get("field")
        if offset and row.get(offset) is not None:
            places["yOffset"] = row[offset]
        return places

    def along(self, unit: Specification, row: Row, channel: str) -> Any:
        """Where a row stands on one channel: a key, or a value in the scale's units."""
        column, scale = unit["encoding"].get(channel, {}).get("field", ""), self.scales[channel[0]]
        if isinstance(scale, Names):
            return row.get(column)
        return self.chart.value(row, column, scale.factor) if isinstance(scale, Figures) else None

    def number_on(self, unit: Specification, row: Row, channel: str) -> Number | None:
        return self.chart.number(row, unit["encoding"].get(channel, {}).get("field", ""))

    def ending(self, unit: Specification, row: Row, axis: str) -> str:
        return ending_of(unit["encoding"].get(axis, {}).get("field", ""), row)

    def figures(self, axis: str) -> Figures:
        scale = self.scales[axis]
        assert isinstance(scale, Figures)
        return scale

    def measured(self, number: Number, end: Any, axis: str) -> float:
        return float(end) / self.figures(axis).factor

    def tested(self, unit: Specification, row: Row, hollow: bool = False) -> Row:
        """The cells that a condition asks for, as Vega reads them."""
        if conditions(unit) is None:
            return {}
        figures = {c: self.chart.value(row, c) for c, v in row.items() if isinstance(v, dict)}
        plain = {c: int(v) if isinstance(v, str) and v.isdigit() else v for c, v in row.items()}
        return plain | figures | {"hollow__": hollow}

    def add(self, mark: Specification, rows: list[Row], **encoding: Any) -> None:
        if rows:
            self.layers.append(Layer(mark, rows, encoding))

    def finish(self, condition: Specification | None) -> None:
        """Add the rules, ends and arrows of a part. Those of ink lie on bars, and are of no condition."""
        ink = inked("ink", condition, f"datum.ink == '{INK}'", INK)
        self.add(RULED, self.rules, stroke=ink, strokeDash=DASHED)
        for axis in ("x", "y"):
            cap = {"type": "point", "shape": CAPS[axis], "size": 144, "strokeWidth": 2, "opacity": 1}
            self.add(cap, [c for c in self.caps if c["along"] == axis], stroke=ink)
            heads = [a for a in self.arrows if a["along"] == axis]
            arrow = {"type": "point", "shape": ARROWS[axis], "size": ARROW**2, "opacity": 1, "strokeWidth": 0}
            for shift in dict.fromkeys(a["shift"] for a in heads):
                moved = {"xOffset": shift} if axis == "x" else {"yOffset": -shift}
                self.add(arrow | moved, [a for a in heads if a["shift"] == shift], fill=ink)
        self.rules, self.caps, self.arrows = [], [], []

    # Bars, and what they add up to

    def bars(self, unit: Specification, part: str) -> None:
        length = "x" if unit["encoding"].get("x", {}).get("type") == "quantitative" else "y"
        column, scale = unit["encoding"][length]["field"], self.figures(length)
        stacked, sums, bars = is_stacked(unit, length), dict[Any, float](), list[Row]()
        names = self.scales[OTHER[length]]
        single = length == "x" and isinstance(names, Names) and len(names.keys) == 1
        for place, row in enumerate(self.in_series_order(unit) if stacked else self.chart.rows(unit, self.panel)):
            number, places = self.chart.number(row, column), self.at(unit, row)
            if number is None or places is None:
                continue
            end, begin = places[length], scale.base()
            below = is_below(number)
            if not stacked and (is_interval(number) or (below and number.quantity.high is None)):
                end = self.measured(number, sure(number), length)
            if stacked:
                key = tuple(v for c, v in places.items() if c != length)
                begin = sums.get(key, 0.0)
                sums[key] = end = begin + places[length]
            ink = self.colours.ink(unit, row)
            fill = PAPER if is_hollow(number) else ink
            own = self.tested(unit, row, fill == PAPER) | places | {"id": f"{part}-{place}", "ink": ink}
            edge = PAPER if stacked and fill == ink else ink
            bars.append(own | {length: begin, f"{length}2": end, "fill": fill, "edge": edge})
            if stacked:
                self.say_part(unit, row, own, number, single)
                continue
            self.arrow(number, own, length, 0)
            self.interval(number, own | {"ink": INK}, length, on_bar=True)
            self.beside(unit, number, own, length, [*values_of(self.chart, row, column, scale.factor)])
        condition = conditions(unit)
        fills = inked("fill", condition, "datum.hollow__")
        edges = inked("edge", None if stacked else condition)
        self.layers.append(Layer({"type": "bar", "strokeWidth": 1.5}, bars, {"fill": fills, "stroke": edges}))

    def in_series_order(self, unit: Specification) -> list[Row]:
        column = self.series_of(unit)
        keys = self.colours.series(column)
        rows = self.chart.rows(unit, self.panel)
        return sorted(rows, key=lambda r: keys.index(r[column]) if r.get(column) in keys else len(keys))

    def series_of(self, unit: Specification) -> str:
        """The column that tells the parts of a stack apart, or the series of points; empty where there is none."""
        return next((f for c in ("color", "detail") if (f := unit["encoding"].get(c, {}).get("field"))), "")

    def say_part(self, unit: Specification, row: Row, own: Row, number: Number, single: bool) -> None:
        """A part's number in it; of one bar alone with its name, so that it needs no key."""
        words = show(number, self.chart.language).words
        if single:
            column = self.series_of(unit)
            named = f"{self.chart.name(column, row[column])} ({words})"
            self.words.append(Words([named], own["id"], "part", needed=True))
            return
        if own["ink"] in DARK_INKS:  # on a middle tone no letters are dark or light enough in each state of a page
            self.words.append(Words([words], own["id"], "inside", PAPER, paper=True))

    # Points, lines, ticks, squares, cells

    def points(self, unit: Specification, part: str) -> None:
        if is_grid(unit):
            return self.grid(unit, part)
        dots: list[Row] = []
        for place, row in enumerate(self.chart.rows(unit, self.panel)):
            places = self.at(unit, row)
            numbers = [n for axis in ("x", "y") if (n := self.number_on(unit, row, axis)) is not None]
            if places is None or not numbers:
                continue
            ink = self.colours.ink(unit, row)
            kind = "estimate" if any(n.kind == "estimate" for n in numbers) else numbers[0].kind
            hollow = any(map(is_hollow, numbers))
            own = self.tested(unit, row, hollow) | places | {"id": f"{part}-{place}", "ink": ink}
            for axis in ("x", "y"):
                number, scale = self.number_on(unit, row, axis), self.scales[axis]
                if number is None or not isinstance(scale, Figures) or self.ending(unit, row, axis):
                    continue
                self.arrow(number, own, axis, 5)
                self.interval(number, own, axis)
                named = isinstance(row.get(unit["encoding"].get("color", {}).get("field", "")), str)
                reach = [*values_of(self.chart, row, unit["encoding"][axis]["field"], scale.factor)]
                self.beside(unit, number, own, axis, reach, ink if named else INK)
            if not self.is_range(unit, row):
                fill, edge = (PAPER, ink) if hollow else (ink, PAPER)
                dots.append(own | {"fill": fill, "edge": edge, "shape": SHAPES[kind]})
        self.dots(unit, dots)

    def dots(self, unit: Specification, dots: list[Row]) -> None:
        """Dots no larger than there is room for from year to year, with a ring of paper where they have room."""
        condition, dense = conditions(unit), self.is_dense()
        size = 30 if dense else 100 if len(dots) < MANY else 70
        shape = {"field": "shape", "type": "nominal", "scale": None}
        for hollow in (False, True):
            own = [dot for dot in dots if (dot["fill"] == PAPER) is hollow]
            mark = {"type": "point", "size": max(size, 50) if hollow else size, "opacity": 1}
            mark["strokeWidth"] = 2 if hollow else 0 if dense else 1.5
            fill, edge = inked("fill", condition, "datum.hollow__"), inked("edge", condition, "!datum.hollow__")
            self.add(mark, own, fill=fill, stroke=edge, shape=shape)

    def is_dense(self) -> bool:
        """Whether years or months stand so close that dots of the usual size would touch."""
        names = self.scales["x"]
        return isinstance(names, Names) and len(names.keys) > (12 if self.narrow else 30)

    def is_range(self, unit: Specification, row: Row) -> bool:
        """Whether a row's number has no place of its own: no source has the middle of an interval."""
        own = [self.number_on(unit, row, axis) for axis in ("x", "y") if not self.ending(unit, row, axis)]
        return any(is_interval(number) for number in own if number is not None)

    def lines(self, unit: Specification, part: str) -> None:
        """Lines from number to number, broken where a number is missing, a year has no row, or one is a range."""
        x, column = self.scales["x"], unit["encoding"]["x"]["field"]
        assert isinstance(x, Names)
        apart = [d["field"] for c, d in unit["encoding"].items() if c in ("color", "detail") and "field" in d]
        groups: dict[tuple[Any, ...], list[tuple[Row, Row | None]]] = {}
        for place, row in enumerate(self.chart.rows(unit, self.panel)):
            places = self.at(unit, row)
            own = None if places is None else places | {"id": f"{part}-{place}", "n": place}
            groups.setdefault(tuple(row.get(c) for c in apart), []).append((row, own))
        path, place_of = list[Row](), {key: place for place, key in enumerate(x.keys)}
        for number, rows in enumerate(groups.values()):
            rows.sort(key=lambda pair: place_of.get(str(pair[0].get(column)), math.inf))
            segment, before = 0, None
            for row, own in rows:
                if own is None or self.is_range(unit, row):
                    segment, before = segment + 1, None
                    continue
                segment += 1 if before is not None and is_gap(before[column], row[column], x.shown) else 0
                look = {"ink": self.colours.ink(unit, row), "dash": self.colours.dash(unit, row)}
                path.append(self.tested(unit, row) | own | look | {"line": f"{number}-{segment}", "n": len(path)})
                before = row
        names = [row["line"] for row in path]
        drawn = [row for row in path if names.count(row["line"]) > 1]
        detail, order = {"field": "line", "type": "nominal"}, {"field": "n", "type": "quantitative"}
        self.add({"type": "line", "strokeWidth": 2}, drawn, stroke=inked("ink", conditions(unit)), strokeDash=DASHED,
                 detail=detail, order=order)  # fmt: skip
        self.points(unit | {"mark": {"type": "point", "color": unit["mark"].get("color")}}, part)
        if self.says_numbers(unit, "y"):
            self.name_lines(unit, [rows for rows in groups.values() if rows])
            for rows in groups.values():
                self.say_ends(unit, [(row, own) for row, own in rows if own], len(groups) > 1)

    def name_lines(self, unit: Specification, lines: list[list[tuple[Row, Row | None]]]) -> None:
        """The names of lines at their ends: instead of a key, where all of them end at the last name across; of those
        that no colour tells apart, always."""
        x = self.scales["x"]
        keyed = next((c for c, one, *_ in self.colours.keyed() if one is unit), "")
        column = keyed or unit["encoding"].get("detail", {}).get("field", "")
        ends = [rows[-1] for rows in lines]
        at_last = isinstance(x, Names) and all(own is not None and own["x"] == x.keys[-1] for _, own in ends)
        if not column or not (at_last or not keyed):
            return
        for row, own in ends:
            name, ink = self.chart.name(column, row[column]), self.ink_of_words(unit, row)
            if own is not None:
                style = {"keyed": bool(keyed)}
                self.words.append(Words([name], own["id"], "last", ink, True, style=style, beyond=10.0))

    def ink_of_words(self, unit: Specification, row: Row) -> str:
        """The ink of what is said of a line: its own, where that does not depend on a condition."""
        return self.colours.ink(unit, row) if conditions(unit) is None else INK

    def say_ends(self, unit: Specification, rows: list[tuple[Row, Row]], many: bool) -> None:
        """The first and the last number of a line, where there is room; the table has every number."""
        for row, own in rows[:1] + rows[-1:] if len(rows) > 1 else rows:
            number = self.number_on(unit, row, "y")
            words = show(number, self.chart.language).words if number else ""
            if number and number.quantity.bound is Bound.EXACT and not self.is_said(own, words):
                ink = self.ink_of_words(unit, row) if many else INK
                self.words.append(Words([words], own["id"], "over", ink))

    def squares(self, unit: Specification, part: str) -> None:
        """A strip of squares for each row, one for each thing that it counts."""
        squares: list[Row] = []
        for place, row in enumerate(self.chart.rows(unit, self.panel)):
            number, places = self.number_on(unit, row, "x"), self.at(unit, row)
            if number is None or places is None or not isinstance(self.scales["x"], Figures):
                continue
            own = self.tested(unit, row) | places | {"id": f"{part}-{place}", "fill": self.colours.ink(unit, row)}
            squares += [own | {"x": one, "x2": one + 1} for one in range(int(number.quantity.value))]
        mark = {"type": "bar", "stroke": PAPER, "strokeWidth": 3}
        self.add(mark, squares, fill=inked("fill", conditions(unit)))

    def grid(self, unit: Specification, part: str) -> None:
        """A circle for each row, whose number stands on ``detail``; a row without one, or with zero, is a ring."""
        circles: list[Row] = []
        for place, row in enumerate(self.chart.rows(unit, self.panel)):
            own = self.at(unit, row)
            if own is None:
                continue
            ink = self.colours.ink(unit, row)
            full = self.chart.value(row, unit["encoding"].get("detail", {}).get("field", ""))
            circles.append(own | {"id": f"{part}-{place}", "fill": ink if full else PAPER, "edge": ink})
        mark = {"type": "point", "shape": "circle", "size": 230 if len(circles) < MANY else 110, "strokeWidth": 2}
        self.add(mark | {"opacity": 1}, circles, fill=inked("fill", None), stroke=inked("edge", None))

    def cells(self, unit: Specification, part: str) -> None:
        """The cells of a heat map: a tone each."""
        column, cells = unit["encoding"].get("color", {}).get("field", ""), list[Row]()
        for place, row in enumerate(self.chart.rows(unit, self.panel)):
            own = self.at(unit, row)
            if own is not None and self.chart.number(row, column) is not None:
                tone = self.colours.ink(unit, row)
                cells.append(self.tested(unit, row) | own | {"id": f"{part}-{place}", "fill": tone})
        self.add({"type": "rect", "stroke": RULE, "strokeWidth": 1.5}, cells, fill=inked("fill", conditions(unit)))

    # Rules

    def straight(self, unit: Specification, part: str) -> None:
        """Lines from end to end of intervals, and lines across a panel."""
        fields = [c for c in grammar.POSITIONS if "field" in unit["encoding"].get(c, {})]
        for place, row in enumerate(self.chart.rows(unit, self.panel)):
            look = {"id": f"{part}-{place}", "ink": self.colours.ink(unit, row), "dash": self.colours.dash(unit, row)}
            if number := self.no_interval(unit, row):
                self.open_ended(unit, row, *number, look)
                continue
            places = {c: self.along(unit, row, c) for c in fields}
            if any(at is None for at in places.values()):
                continue  # what is missing has no line
            if len(places) == 1:
                self.level(unit, fields[0], places[fields[0]], look)
                continue
            self.rules.append(look | places)
            for axis in (axis for axis in ("x", "y") if spanned(unit["encoding"], axis, row)):
                self.caps += [look | places | {axis: places[c], "along": axis} for c in (axis, f"{axis}2")]

    def level(self, unit: Specification, axis: str, place: Any, look: Row) -> None:
        """A line across the panel, between the names of a narrow page, with a ring of paper over marks."""
        names = self.scales[OTHER[axis]]
        if axis == "x" and self.narrow and isinstance(names, Names):
            pieces = [look | {"x": place, "y": key} for key in names.keys]
            self.add(RULED, pieces, stroke=inked("ink", None), strokeDash=DASHED, **IN_BANDS)
            return
        below = self.panel.units[: self.panel.units.index(unit)]
        if any(mark_of(other) in ("bar", "rect", "point", "circle") for other in below):
            self.add(RULED | {"strokeWidth": 4, "stroke": PAPER}, [look | {axis: place}])
        self.rules.append(look | {axis: place})

    def no_interval(self, unit: Specification, row: Row) -> tuple[Number, str] | None:
        """The number from whose low end to whose high end a rule goes, and along which axis, where it is no interval
        with two ends of its own."""
        for axis in ("x", "y"):
            number = self.chart.number(row, spanned(unit["encoding"], axis, row))
            if number is not None and not is_interval(number):
                return number, axis
        return None

    def open_ended(self, unit: Specification, row: Row, number: Number, axis: str, look: Row) -> None:
        """A number that is no interval, among intervals: an arrow where it is open, a line from zero without an end
        there for an upper bound, a mark for what is exact; with its words."""
        side = self.along(unit, row, OTHER[axis])
        if side is None:
            return
        place = self.measured(number, number.quantity.value, axis)
        own = look | {axis: place, OTHER[axis]: side, "dash": DASHES[0]}
        if number.quantity.bound in UPPER:
            self.rules.append(own | {axis: self.figures(axis).base(), f"{axis}2": place})
        column = base_of(unit["encoding"][axis]["field"], row)
        if any(u["encoding"].get(axis, {}).get("field") == column for u in self.panel.units):
            return  # its own mark is drawn by another part
        self.arrow(number, own, axis, 0)
        self.caps.append(own | {"along": axis})
        self.beside(unit, number, own, axis, [place])

    def arrow(self, number: Number, own: Row, axis: str, beside: float) -> None:
        """An arrow from an open bound, ``beside`` px of its mark away."""
        if number.quantity.high is None:
            self.arrows.append(own | {"along": axis, "shift": ARROW / 2 + beside})

    def interval(self, number: Number, own: Row, axis: str, on_bar: bool = False) -> None:
        """A line over what a number leaves open; on a bar from its end, as far as the number surely reaches."""
        quantity = number.quantity
        if not is_interval(number) or quantity.low is None or quantity.high is None:
            return
        low, high = (self.measured(number, end, axis) for end in (quantity.low, quantity.high))
        caps = [low, high]
        if on_bar and not quantity.low <= 0 <= quantity.high:  # the bar ends where the interval begins
            caps = [low if quantity.high < 0 else high]
        dash = DASHES[1] if number.kind == "estimate" and not on_bar else DASHES[0]
        self.rules.append(own | {axis: low, f"{axis}2": high, "dash": dash})
        self.caps += [own | {axis: end, "along": axis} for end in caps]

    # Words

    def says_numbers(self, unit: Specification, axis: str) -> bool:
        """Whether a part's numbers are written by its marks: they are not where the writer has a text of them."""
        column = unit["encoding"].get(axis, {}).get("field")
        texts = [u["encoding"].get("text", {}).get("field", "") for u in self.panel.units if mark_of(u) == "text"]
        return column is not None and not any(text in (column, f"{column}_words") for text in texts)

    def is_said(self, own: Row, words: str) -> bool:
        """Whether a place has these words already: of a line under these points, or of points on it."""
        place = (words, own.get("x"), own.get("y"), own.get("yOffset"))
        known = place in self.said
        self.said.add(place)
        return known

    def beside(
        self, unit: Specification, number: Number, own: Row, axis: str, reach: list[float], ink: str = INK
    ) -> None:
        """A number's words at the end of its mark: of every bar that has room, of every bound that is not exact."""
        bar, bound = mark_of(unit) == "bar", number.quantity.bound
        exact = bound is Bound.EXACT
        if not self.says_numbers(unit, axis) or (not bar and (exact or bound is Bound.BETWEEN)):
            return
        words = show(number, self.chart.language).words
        if self.is_said({k: v for k, v in own.items() if k in ("x", "y", "yOffset")}, words):
            return
        below = bar and is_below(number)
        where = "over" if axis == "y" else "before" if below else "end"
        beyond = (ARROW if number.quantity.high is None else 0) + (0 if bar else 5)
        end = (min if where == "before" else max)(reach) if reach else None
        shown = not bar and self.narrow and bound in SIGNED  # an arrow or an outline says it too
        reached, style = end if axis == "x" else None, {"bar": bar, "key": own.get("y")}
        self.words.append(Words([words], own["id"], where, ink, not (exact or shown), reached, beyond, style))

    def texts(self, unit: Specification, part: str) -> None:
        """A writer's texts: in cells, at the ends of bars, beside points, at the ends of lines, at a line across."""
        heat = next((u for u in self.panel.units if mark_of(u) == "rect"), None)
        x, y = self.scales["x"], self.scales["y"]
        anchors: list[Row] = []
        rows, keyed = self.chart.rows(unit, self.panel), self.is_keyed(unit)
        keys = [row.get(unit["encoding"].get("y", {}).get("field", "")) for row in rows]
        only = isinstance(y, Names) and isinstance(x, Figures) and len(set(keys)) == len(keys)
        for place, row in enumerate(rows):
            places, words = self.at(unit, row), self.text_of(unit, row)
            if places is None or not words:
                continue
            own = places | {"id": f"{part}-{place}"}
            anchors.append(own)
            ink, where, reach = self.colours.ink(unit, row), "over", None
            if heat is not None:
                tone = self.colours.ink(heat, row)
                ink, where = (PAPER if tone in DARK else INK), "inside"
            elif len(places) == 1:
                where = "line"
            elif isinstance(x, Figures) and isinstance(y, Figures):
                where = "name"
            elif isinstance(x, Names) and isinstance(y, Figures):
                last = unit["mark"].get("align") == "left" and places["x"] == x.keys[-1]
                where = "last" if last else "over"
            elif isinstance(x, Figures):
                where, reach = "end", max(self.reaches(row)) if only else places["x"]
            known = {"axis": next(iter(places)), "keyed": keyed, "key": places.get("y"), "only": only}
            free, dx = where in ("inside", "name"), float(unit["mark"].get("dx", 0))
            self.words.append(Words([words], own["id"], where, ink, not free, reach, dx, unit["mark"] | known))
        self.add(UNSEEN, anchors)

    def reaches(self, row: Row) -> list[float]:
        """How far the marks of a row reach along an axis of figures across."""
        columns = {unit["encoding"].get(c, {}).get("field", "") for unit in self.panel.units for c in ("x", "x2")}
        return [v for c in columns for v in values_of(self.chart, row, c, self.figures("x").factor)]

    def is_keyed(self, unit: Specification) -> bool:
        """Whether a text at the end of a line is said by the key above the panels too."""
        column = unit["encoding"].get("text", {}).get("field")
        return any(column == keyed for keyed, *_ in self.colours.keyed())

    def text_of(self, unit: Specification, row: Row) -> str:
        definition = unit["encoding"].get("text", {})
        if "field" in definition:
            return self.chart.words(row, definition["field"])
        return self.chart.t(definition.get("value") or "")

    def missing(self) -> None:
        """The names that have no number on this panel, where their marks would begin: what is missing is not zero."""
        names, figures = self.scales["y"], self.scales["x"]
        if not (isinstance(names, Names) and names.column and isinstance(figures, Figures)):
            return
        drawn = {
            row.get(unit["encoding"].get("y", {}).get("field", ""))
            for unit in self.panel.units
            for row in self.chart.rows(unit, self.panel)
            for channel in ("x", "x2")
            if self.number_on(unit, row, channel) is not None
        }
        absent = [key for key in names.keys if key in names.shown and key not in drawn]
        for place, key in enumerate(absent):
            name = f"m{self.number}-none-{place}"
            self.add(UNSEEN, [{"x": figures.base(), "y": key, "id": name}])
            self.words.append(Words([self.chart.t(NO_FIGURE)], name, "missing", QUIET, reach=figures.base()))


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
