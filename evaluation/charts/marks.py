"""The marks of each layer in a panel: rows for Vega-Lite's marks, with signs of bounds, and the labels to place beside
them.

An open end has an arrow, an interval a line with caps, the review's own estimates are outlines. Each row has an id, by
which its marks are identified in Vega's drawing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import LOWER_BOUNDS, UPPER_BOUNDS, Bound
from .geometry import text_width
from .labels import Label, Position
from .layers import (
    DASHES,
    DOTTED,
    NO_FIGURE,
    POSITIONS,
    ColourScale,
    Facet,
    Layer,
    RecordedChart,
    Row,
    interval_ends,
    is_hollow,
    is_interval,
)
from .layout import BandScale, LinearScale, Scale
from .theme import BEYOND, COLON, DARK, INK, PAPER, QUIET, RULE, Specification

WITH_ARROW = (*LOWER_BOUNDS, *UPPER_BOUNDS)
MANY = 40  # circles, of which each is drawn smaller
DOT = 9  # square px of a dot where a grid has no number
FEW = 6  # numbers of a line, of which each is labelled
BROAD = 10  # px, the thickness of a span beside intervals
RADIUS = 5  # px from the middle of a dot to where its arrow begins
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
UNSEEN: Specification = {"type": "point", "opacity": 0, "size": 1}  # marks a position
RULED: Specification = {"type": "rule", "strokeWidth": 2}
RING: Specification = {"type": "rule", "strokeWidth": 4, "stroke": PAPER}  # around a rule over marks
DASHED: Specification = {"field": "dash", "type": "nominal", "scale": None}
IN_BANDS: Specification = {"y": {"bandPosition": 0}, "y2": {"field": "y", "bandPosition": 1}}  # between the names
CAPS = {"x": "M0,-1L0,1", "y": "M-1,0L1,0"}

Mark = dict[str, Any]  # its positions by channel in the scale's units, its id, its ink and what else Vega-Lite needs
RowWithMark = tuple[Row, Mark]


@dataclass
class MarkRows:
    """Marks of one kind for Vega-Lite, at the positions in their rows: ``x``, ``x2``, ``y``, ``y2``."""

    mark: Specification
    rows: list[Mark]
    encoding: Specification = field(default_factory=dict)


class FacetMarks:
    """The marks of one panel (``drawn``, in drawing order), and their labels, all computed when it is created."""

    def __init__(
        self, chart: RecordedChart, facet: Facet, scales: dict[str, Scale], colours: ColourScale, narrow: bool
    ):
        """Compute the marks and labels of a panel; ``narrow`` is whether it is so narrow that names on y stand above
        the marks."""
        self.chart, self.facet, self.scales, self.colours, self.narrow = chart, facet, scales, colours, narrow
        self.id = f"m{facet.number}"
        linear = {axis: scale for axis, scale in scales.items() if isinstance(scale, LinearScale)}
        self.axis, self.figures = next(iter(linear.items()), ("", LinearScale(0, 1)))  # along which the figures stand
        self.names = next(scale for scale in scales.values() if isinstance(scale, BandScale))
        self.drawn: list[MarkRows] = []
        self.labels: list[Label] = []
        self.labelled: set[int] = set()  # points that have their label
        self.rules, self.caps, self.arrows = list[Mark](), list[Mark](), dict[tuple[str, int], list[Mark]]()
        self.draw_layers()
        self.label_missing()

    def draw_layers(self) -> None:
        """Add the marks, signs and labels of all layers, in their order; in a chart without bars and cells, the lines
        of all layers (not the dots and signs on them) come first, beneath all other marks."""
        draw = {
            "bar": self.draw_bars, "line": self.draw_lines, "point": self.draw_points, "circle": self.draw_points,
            "rule": self.draw_rules, "rect": self.draw_cells,
        }  # fmt: skip
        for layer in self.chart.layers:
            draw[layer.mark](layer)
            self.flush_signs(0 if layer.mark == "bar" else RADIUS)
        if not any(layer.mark in ("bar", "rect") for layer in self.chart.layers):
            self.drawn.sort(key=lambda marks: marks.mark["type"] != "line")

    # Positions

    def rows_with_marks(self, layer: Layer) -> Iterator[RowWithMark]:
        """The rows of a layer in this panel that have a position on each channel that it uses, each with its mark:
        position by channel in the scale's units, ink, and id ("m0-2-5": panel, layer, row)."""
        layer_id = f"{self.id}-{self.chart.layers.index(layer)}"
        channels = [channel for channel in POSITIONS if layer.field(channel)]
        for number, row in enumerate(self.chart.rows_in(self.facet, layer)):
            position = {channel: self.position_on(layer, row, channel) for channel in channels}
            if None not in position.values():
                yield row, position | {"id": f"{layer_id}-{number}", "ink": self.colours.ink(layer, row)}

    def position_on(self, layer: Layer, row: Row, channel: str) -> Any:
        """The position of a row on a channel: along the axis of figures a value in the scale's units, else a name's
        key; None if it is missing."""
        value = layer.value(row, channel) if channel[0] == self.axis else row.get(layer.field(channel))
        return value / self.figures.factor if isinstance(value, float) else value

    def add_marks(self, mark: Specification, rows: list[Mark], **encoding: Any) -> None:
        """Append marks of one kind, with further channels (``encoding``), to what is drawn, unless there are no
        rows."""
        if rows:
            self.drawn.append(MarkRows(mark, rows, encoding))

    def flush_signs(self, radius: float) -> None:
        """Append the rules, caps and arrows gathered for a layer to what is drawn, and empty their lists; arrows start
        ``radius`` px from the positions of their marks."""
        ink, shift = ink_channel("ink"), ARROW / 2 + radius
        self.add_marks(RULED, self.rules, stroke=ink, strokeDash=DASHED)
        if self.axis:
            cap = {"type": "point", "shape": CAPS[self.axis], "size": 144, "strokeWidth": 2, "opacity": 1}
            self.add_marks(cap, self.caps, stroke=ink)
            arrow = {"type": "point", "size": ARROW**2, "opacity": 1, "strokeWidth": 0}
            for (shape, direction), rows in self.arrows.items():
                offset = {"xOffset": direction * shift} if self.axis == "x" else {"yOffset": -direction * shift}
                self.add_marks(arrow | offset | {"shape": shape}, rows, fill=ink)
        self.rules, self.caps, self.arrows = [], [], {}

    def add_arrow(self, shape: str, direction: int, mark: Mark) -> None:
        """Gather an arrow for `flush_signs`: its ``shape``, an SVG path, in a direction along the axis (1 up or right,
        -1 down or left) from a mark's position."""
        self.arrows.setdefault((shape, direction), []).append(mark)

    # Bars

    def draw_bars(self, layer: Layer) -> None:
        """Add a bar for each row, from zero to the certain part of its number, hollow for an estimate; for a number of
        which any value down to zero may be true (`is_to_zero`) a line in its place, for an interval without a certain
        part no bar. Each has its sign and label."""
        bars, axis = list[Mark](), self.axis
        for row, mark in self.rows_with_marks(layer):
            number, end = layer.number(row, axis), mark[axis]
            if number is None:
                continue
            if is_to_zero(number):
                self.add_line_to_zero(number, mark)
            else:
                if (sure := self.bar_end(number, end)) is not None:
                    fill = PAPER if is_hollow(number) else mark["ink"]
                    bars.append(mark | {axis: self.figures.bar_start(), f"{axis}2": sure, "fill": fill})
                self.add_bound(layer, row, number, mark)
            self.label_number(layer, row, mark)
        self.add_marks({"type": "bar", "strokeWidth": 1.5}, bars, fill=ink_channel("fill"), stroke=ink_channel("ink"))

    def add_line_to_zero(self, number: Number, mark: Mark) -> None:
        """Gather a line from a number's end to zero in place of a bar, with a cap at its end and an arrow head at
        zero; dashed for an estimate."""
        axis, end, base = self.axis, mark[self.axis], self.figures.bar_start()
        self.rules.append(mark | {axis: base, f"{axis}2": end, "dash": DASHES[is_hollow(number)]})
        self.caps.append(mark)
        head = (HEAD_UP, -1) if number.quantity.high is None else (HEAD, 1)
        self.add_arrow(*head, mark | {axis: base, "end": end})

    def bar_end(self, number: Number, end: float) -> float | None:
        """The end of a number's bar in the scale's units: ``end``, its position, unless it is an interval; then the
        lower end of a published one above zero (the interval's line is drawn over the bar), else None, for no bar."""
        if not is_interval(number):
            return end
        low = number.quantity.low
        return float(low) / self.figures.factor if number.kind == "published" and low and low > 0 else None

    # Points, lines, cells

    def draw_points(self, layer: Layer) -> None:
        """Add the dots of a layer of points, circles or lines with their signs and labels, or its grid of circles. An
        interval has no dot; a channel of one end of a column (``n_low``) has dots without signs and labels."""
        if layer.is_grid:
            return self.draw_grid(layer)
        dots: list[Mark] = []
        for row, mark in self.rows_with_marks(layer):
            number, ink = layer.number(row, self.axis), mark["ink"]
            if number is None:
                continue
            whole = "end" not in layer.encoding[self.axis]
            if whole:
                named = isinstance(row.get(layer.series_column), str)
                self.add_bound(layer, row, number, mark)
                self.label_number(layer, row, mark, ink if named else INK)
            if not (whole and is_interval(number)):  # no source has its middle
                fill, edge = (PAPER, ink) if is_hollow(number) else (ink, PAPER)
                dots.append(mark | {"fill": fill, "edge": edge, "shape": self.colours.shape(layer, row, number.kind)})
        return self.add_dots(dots)

    def add_dots(self, dots: list[Mark]) -> None:
        """Add filled dots with a white ring, then hollow ones with a broader edge and a minimal size; smaller if there
        are `MANY` dots, or many names along x."""
        dense = self.axis == "y" and len(self.names.keys) > (12 if self.narrow else 30)
        size = 30 if dense else 100 if len(dots) < MANY else 70
        shape = {"field": "shape", "type": "nominal", "scale": None}
        for hollow in (False, True):
            mark = {"type": "point", "size": max(size, 50) if hollow else size, "opacity": 1}
            mark["strokeWidth"] = 2 if hollow else 0.75 if dense else 1.5
            alike = [dot for dot in dots if (dot["fill"] == PAPER) is hollow]
            self.add_marks(mark, alike, fill=ink_channel("fill"), stroke=ink_channel("edge"), shape=shape)

    def draw_lines(self, layer: Layer) -> None:
        """Add lines between the numbers of each name on colour and detail, in order along x, broken at missing numbers
        and missing years; ranges are passed over, and break a line too. Add their dots, names and labels."""
        lines: dict[Any, list[RowWithMark]] = {}
        for row, mark in sorted(self.rows_with_marks(layer), key=lambda pair: self.names.index(pair[1]["x"])):
            lines.setdefault((row.get(layer.field("color")), row.get(layer.field("detail"))), []).append((row, mark))
        path: list[Mark] = []
        for number, line in enumerate(lines.values()):
            segment = before = 0
            for mark in (mark for row, mark in line if not is_interval(layer.number(row, "y"))):
                place = self.names.index(mark["x"])
                segment += place > before + 1
                before = place
                path.append(mark | {"line": f"{number}-{segment}", "n": len(path)})
        names = [row["line"] for row in path]
        segments = [row for row in path if names.count(row["line"]) > 1]
        detail, order = {"field": "line", "type": "nominal"}, {"field": "n", "type": "quantitative"}
        self.add_marks(
            {"type": "line", "strokeWidth": 2}, segments, stroke=ink_channel("ink"), detail=detail, order=order
        )
        self.draw_points(layer)
        self.name_lines(layer, [line[-1] for line in lines.values()])
        self.label_lines(layer, list(lines.values()))

    def label_lines(self, layer: Layer, lines: list[list[RowWithMark]]) -> None:
        """Add labels for exact numbers of lines, first those that are to get a place first: the first and the last of
        each, the highest of a single line; then the review's own estimates, which no publication has; then those
        between, on lines of at most `FEW` numbers."""
        several = len(lines) > 1
        for line in lines:
            self.label_points(layer, line[:1], Position.BEFORE if len(self.names.keys) == 2 else Position.OVER, several)
            self.label_points(layer, line[-1:], Position.OVER, several)
            highest = [] if several else [max(line, key=lambda pair: pair[1]["y"])]
            self.label_points(layer, highest, Position.OVER, False)
        for line in lines:
            estimates = [(row, mark) for row, mark in line if (n := layer.number(row, "y")) and n.kind == "estimate"]
            self.label_points(layer, estimates, Position.OVER, several)
        for line in lines:
            self.label_points(layer, line[1:-1] if len(line) <= FEW else [], Position.BETWEEN, several)

    def name_lines(self, layer: Layer, ends: list[RowWithMark]) -> None:
        """Add labels with the names of lines at their ``ends`` (the last row and mark of each): for lines in the
        legend, in its place, only if all end at the last name along x; for lines told apart by ``detail`` always. If
        there are just two names along x, the last number, if exact, stands before the line's name."""
        in_legend = layer in self.colours.layers_in_legend()
        column = layer.series_column if in_legend else layer.field("detail")
        if not column or (in_legend and any(mark["x"] != self.names.keys[-1] for _, mark in ends)):
            return
        for row, mark in ends:
            number = self.take_exact_words(layer, row) if len(self.names.keys) == 2 else ""
            beyond = BEYOND + (text_width(number) + 5.0 if number else 0.0)
            label = Label([self.chart.label(column, row[column])], mark["id"], Position.LINE_END, mark["ink"], True)
            self.labels.append(replace(label, in_legend=in_legend, number=number, beyond=beyond))

    def label_points(self, layer: Layer, rows: list[RowWithMark], position: Position, several: bool) -> None:
        """Add labels for the rows' exact numbers that have none yet, in the ink of their line if there are ``several``
        lines. Where lines meet, the number is printed once, in a neutral ink. `LabelPlacement` leaves out those without
        room: the table has every number."""
        for row, mark in rows:
            if words := self.take_exact_words(layer, row):
                place = (mark["x"], mark["y"])
                existing = next((label for label in self.labels if label.key == place), None)
                if existing:
                    existing.ink = INK
                else:
                    ink = mark["ink"] if several else INK
                    self.labels.append(Label([words], mark["id"], position, ink, key=place))

    def take_exact_words(self, layer: Layer, row: Row) -> str:
        """The words of a row's number on y if it is exact and not labelled yet, and it then counts as labelled; else
        empty."""
        number = layer.number(row, "y")
        return self.take_words(layer, row) if number and number.quantity.bound is Bound.EXACT else ""

    def draw_grid(self, layer: Layer) -> None:
        """Add a circle for each row with names on x and y, by its number on ``detail``: filled, but a ring for zero and
        a small grey dot for no number."""
        rows = list(self.rows_with_marks(layer))
        size = 230 if len(rows) < MANY else 110
        circles: list[Mark] = []
        for row, mark in rows:
            value = layer.value(row, "detail")
            ink = QUIET if value is None else mark["ink"]
            circles.append(
                mark | {"ink": ink, "fill": PAPER if value == 0 else ink, "size": DOT if value is None else size}
            )
        circle = {"type": "point", "shape": "circle", "strokeWidth": 2, "opacity": 1}
        sized = {"field": "size", "type": "quantitative", "scale": None}
        self.add_marks(circle, circles, fill=ink_channel("fill"), stroke=ink_channel("ink"), size=sized)

    def draw_cells(self, layer: Layer) -> None:
        """Add the cells of a heat map with their numbers in words; a missing number has no cell."""
        cells = []
        for row, mark in self.rows_with_marks(layer):
            if words := self.chart.words(row, layer.field("color")):
                cells.append(mark | {"text": words, "letters": PAPER if mark["ink"] in DARK else INK})
        self.add_marks({"type": "rect", "stroke": RULE, "strokeWidth": 1.5}, cells, fill=ink_channel("ink"))
        text = {"type": "text", "strokeOpacity": 0}  # without a halo
        self.add_marks(text, cells, fill=ink_channel("letters"), text={"field": "text", "type": "nominal"})

    # Rules

    def draw_rules(self, layer: Layer) -> None:
        """Add the rules of a layer: intervals with caps and labels, lines between two numbers, and lines across a panel
        with their names."""
        layers_below = self.chart.layers[: self.chart.layers.index(layer)]
        over_marks = any(each.mark in ("bar", "point", "circle") for each in layers_below)
        for row, mark in self.rows_with_marks(layer):
            mark["dash"] = DOTTED if "strokeDash" in layer.unit["mark"] else DASHES[0]
            if layer.interval_column(self.axis):
                self.add_interval(layer, row, mark)
            elif layer.is_across and f"{self.axis}2" not in mark:
                self.name_rule(layer, row, mark)
            self.add_rule(mark, layer.is_across and over_marks)

    def add_interval(self, layer: Layer, row: Row, mark: Mark) -> None:
        """Add the caps of an interval's line, and a label: for a number that is an interval itself its words; for an
        interval of another number, along x only, a label at each end. Changes ``mark`` to a dashed line if it is an
        estimate."""
        ends = [mark[self.axis], mark[f"{self.axis}2"]]
        cell = layer.cell(row, self.axis)
        if cell and cell.number.kind == "estimate":
            mark["dash"] = DASHES[1]
        self.caps += [mark | {self.axis: end} for end in ends]
        self.label_number(layer, row, mark)
        if cell and cell.interval and self.axis == "x":
            texts = [words for words, _ in interval_ends(cell.number, self.chart.language)]
            for position, words, end in zip((Position.LOW, Position.HIGH), texts, sorted(ends), strict=True):
                self.labels.append(Label([words], mark["id"], position, QUIET, reach=end, key=mark["y"]))

    def add_rule(self, mark: Mark, ringed: bool) -> None:
        """Add a rule: across a narrow panel with figures on x as a piece in the band of each name that has a number,
        since the names stand between the bands; if ``ringed``, with a white ring, since it lies over marks."""
        pieces, bands = [mark], Specification()
        if "y" not in mark and self.narrow and self.axis == "x":
            keys = [key for key in self.names.facets[self.facet.number] if key not in self.missing_names()]
            pieces, bands = [mark | {"y": key} for key in keys], IN_BANDS
        if ringed:
            self.add_marks(RING, pieces, **bands)
        if bands:
            self.add_marks(RULED, pieces, stroke=ink_channel("ink"), strokeDash=DASHED, **bands)
        else:
            self.rules.append(mark)

    def add_bound(self, layer: Layer, row: Row, number: Number, mark: Mark) -> None:
        """Add the sign of a number's bound: an arrow at an open end, a line with caps from end to end of an interval
        (dashed for an estimate), or a broad line if it is a range among numbers with confidence intervals; none for
        exact numbers and "about"."""
        quantity = number.quantity
        if quantity.high is None:
            self.add_arrow(ARROWS[self.axis], 1, mark)
        elif quantity.bound in UPPER_BOUNDS:
            self.add_arrow(BACK[self.axis], -1, mark)
        if not is_interval(number) or quantity.low is None or quantity.high is None:
            return
        low, high = (float(end) / self.figures.factor for end in (quantity.low, quantity.high))
        mark = mark | {"dash": DASHES[is_hollow(number)]}
        if self.colours.is_span(layer, row):
            broad = {"type": "rule", "strokeWidth": BROAD, "strokeOpacity": 0.7}
            self.add_marks(
                broad, [mark | {self.axis: low, f"{self.axis}2": high}], stroke=ink_channel("ink"), strokeDash=DASHED
            )
            return
        self.rules.append(mark | {self.axis: low, f"{self.axis}2": high})
        self.caps += [mark | {self.axis: end} for end in (low, high)]

    # Labels

    def take_words(self, layer: Layer, row: Row) -> str:
        """The words of a row's number along the axis, which is added to ``labelled``; empty if it is there already (a
        number that two layers draw has one label), and for a cell that is the interval of another number."""
        cell = layer.cell(row, self.axis)
        if cell is None or cell.interval or cell.point in self.labelled:
            return ""
        self.labelled.add(cell.point)
        return show(cell.number, self.chart.language).words

    def label_number(self, layer: Layer, row: Row, mark: Mark, ink: str = INK) -> None:
        """Add a label for a row's number, unless it has one; with figures along y none for exact numbers and intervals.
        It is required (``first``) for a bound, unless an arrow shows it on a narrow page."""
        number = layer.number(row, self.axis)
        if number is None or (self.axis == "y" and number.quantity.bound in (Bound.EXACT, Bound.BETWEEN)):
            return
        if not (words := self.take_words(layer, row)):
            return
        bar, bound = layer.mark == "bar", number.quantity.bound
        radius, to_zero = 0 if bar else RADIUS, bar and is_to_zero(number)
        position = self.label_position(layer, row, mark, number)
        backwards = position is Position.BEFORE or is_below(number)
        ends = self.ends_along_x(row)
        label = Label([words], mark["id"], position, ink, key=mark["y"], of_bar=bar)
        label.first = bound is not Bound.EXACT and (
            bar or not self.narrow or bound not in WITH_ARROW
        )  # the arrow shows it
        label.reach = (min if backwards else max)(ends) if self.axis == "x" else None
        label.beyond = (ARROW if number.quantity.high is None and not to_zero else 0) + radius
        label.back = ARROW + radius if bound in UPPER_BOUNDS and not to_zero else 0
        self.labels.append(label)

    def ends_along_x(self, row: Row) -> list[float]:
        """The positions and interval ends of a row's numbers along x in all layers but lines across the panel, in the
        scale's units, unsorted."""
        layers = [layer for layer in self.chart.layers if not layer.is_across]
        return [end / self.figures.factor for layer in layers for end in layer.values(row, "x", "x2")]

    def label_position(self, layer: Layer, row: Row, mark: Mark, number: Number) -> Position:
        """The position of a number's label. With figures along y: over its mark. Along x: at the end of its mark, or
        before it if it is below zero; over it (`RAISED`) between the ends of an interval, where it would read as one of
        them, or where a bound's label would lie on a mark beyond; before the first of two dots. Of a span: at its high
        end, or on a narrow page at its end."""
        if self.colours.is_span(layer, row):
            return Position.END if self.narrow else Position.HIGH
        if self.axis == "y":
            return Position.OVER
        below, ends, bar = is_below(number), self.ends_along_x(row), layer.mark == "bar"
        if not is_interval(number):
            farther = min(ends) < mark["x"] if below else mark["x"] < max(ends)
            # at the end of an interval it would read as that end; a required label would stand on the mark beyond
            if min(ends) < mark["x"] < max(ends) or (bar and farther and number.quantity.bound is not Bound.EXACT):
                return Position.RAISED
            bars = any(each.mark == "bar" for each in self.chart.layers if not each.is_across)
            if mark["x"] < max(ends) and not bars:
                return Position.BEFORE
        return Position.BEFORE if below else Position.END

    def name_rule(self, layer: Layer, row: Row, mark: Mark) -> None:
        """Add a label for a line across a panel, once for each name and position, since each row of a panel may have
        it: its words on ``detail`` with the title of that channel, else its name or number on x or y."""
        channel = next(channel for channel in ("detail", "x", "y") if layer.field(channel))
        if words := self.chart.words(row, layer.field(channel)):
            title = self.chart.translate(layer.encoding[channel].get("title")) if channel == "detail" else ""
            words += COLON[self.chart.language] + title if title else ""
            key = (mark.get("x"), mark.get("y"))
            rules = [label for label in self.labels if label.position is Position.RULE]
            if not any((rule.lines, rule.key) == ([words], key) for rule in rules):
                self.labels.append(Label([words], mark["id"], Position.RULE, mark["ink"], True, key=key))

    def missing_names(self) -> list[Any]:
        """The keys of names on y, in order, that have rows in the chart but no number on x in this panel."""
        rows = [(layer, row) for layer in self.chart.layers for row in self.chart.rows_in(self.facet, layer)]
        filled = {row.get(layer.field("y")) for layer, row in rows if layer.cell(row, "x") or layer.cell(row, "x2")}
        return [key for key in self.names.facets[self.facet.number] if key in self.names.shown and key not in filled]

    def label_missing(self) -> None:
        """Add for each name on y without a number an invisible mark at the start of its row with the label `NO_FIGURE`;
        none unless figures are along x."""
        if self.axis != "x":
            return
        for place, key in enumerate(self.missing_names()):
            name, begin = f"{self.id}-none-{place}", min(self.figures.bar_start(), self.figures.low)
            self.add_marks(UNSEEN, [{"x": begin, "y": key, "id": name}])
            self.labels.append(
                Label([self.chart.translate(NO_FIGURE)], name, Position.MISSING, QUIET, reach=begin, key=key)
            )


def ink_channel(column: str) -> Specification:
    """The definition of a Vega-Lite colour channel that takes each row's colour as it stands in ``column``."""
    return {"field": column, "type": "nominal", "scale": None}


def is_to_zero(number: Number) -> bool:
    """Whether a number may have any value from its end to zero: an upper bound ("up to", "less than") above zero, a
    lower one ("more than", "at least") below."""
    return number.quantity.bound in (LOWER_BOUNDS if is_below(number) else UPPER_BOUNDS)


def is_below(number: Number) -> bool:
    """Whether a number is below zero: its upper end, or, if that is open, its lower one."""
    end = number.quantity.low if number.quantity.high is None else number.quantity.high
    return end is not None and end < 0
