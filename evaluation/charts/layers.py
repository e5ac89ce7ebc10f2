"""A recorded chart in one language: layers (mark, encoding, rows), facets, colours.

A `Point` is one number of the chart. A layer's channels name columns; a row holds names and cells of figures.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from ..language import N_, Text, translate
from ..language.formats import format_period, moment_number
from ..numbers.notation import rounded_for_display, scale_of, show
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity
from .theme import ACCENT, BOTH_WAYS, HEAT, QUIET, RULE, SERIES, SHAPES, Specification

POSITIONS = ("x", "y", "x2", "y2")
DISCRETE = ("nominal", "ordinal")
MEASURED = ("bar", "line", "point", "circle")  # marks whose position encodes a number
NO_FIGURE = N_("no figure found")
DASHES = ([1, 0], [7, 3])  # of published numbers, of the review's own estimates
DOTTED = [1, 3]  # a reference line
SHAPES_OF_SERIES = ("circle", "M-1,0.9L0,-1L1,0.9Z", "M-1,-0.9L0,1L1,-0.9Z", "M-0.9,-1L1,0L-0.9,1Z")  # triangles


@dataclass(frozen=True)
class Point:
    """A number of the chart, its interval if there is one, and its position: ``category`` names its row, ``year`` its
    place on a time axis, ``series`` its colour, panel or column. A ``reference`` is a line to compare with, such as the
    year of a new rule, and is in no table."""

    number: Number
    category: Text = ""
    year: int | None = None
    series: Text = ""
    interval: Number | None = None
    reference: bool = False


@dataclass(frozen=True)
class MarkPosition:
    """The position of a mark, as in `Point`; for a mark without a number also how many points precede it."""

    category: Text = ""
    year: int | None = None
    series: Text = ""
    before: int = 0


@dataclass(frozen=True)
class DotBoxes:
    """A chart of boxes of dots, drawn without Altair, by its points (see `dots`)."""

    points: Sequence[Point]

    def arguments(self) -> dict[str, Any]:
        """Its record without points, which tells it from that of a chart of Altair's."""
        return {"own": "dots"}


def statement_key(number: Number) -> tuple[Any, ...]:
    """A key that is equal for numbers that state the same of the same thing: quantity, unit, definition, place and
    period, whatever their origin."""
    return number.quantity, number.unit, number.definition, number.place, number.start, number.end


def position_of_quantity(quantity: Quantity) -> Fraction:
    """Where a quantity stands on a scale: a ``between`` in the middle of its ends, any other ("<5" too) at its
    value."""
    if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.value


def interval_ends(number: Number, language: str) -> list[tuple[str, Number]]:
    """The low and the high end of an interval (a number of the bound ``between``) in words, rounded outwards, each with
    its number."""
    scale, ends = scale_of(number), list[tuple[str, Number]]()
    outward = rounded_for_display(number, scale).scale_by(scale)
    for end, rounded in ((number.quantity.low, outward.low), (number.quantity.high, outward.high)):
        in_words, exact = (replace(number, quantity=Quantity.exact(value)) for value in (rounded, end))
        ends.append((show(in_words, language).words, exact))
    return ends


def unit_with_denominator(number: Number) -> str:
    """The unit of a number with its dimensions ("organization^-1 person"), which distinguishes people from people per
    organization; that of a number of one dimension as it is."""
    layers = [f"{unit}" if power == 1 else f"{unit}^{power}" for unit, power in sorted(number.dimension.items())]
    return " ".join(layers) if len(layers) > 1 else number.unit


# Layers and their rows


@dataclass(frozen=True)
class FigureCell:
    """A figure in a row: its number, the index of its point, and whether it is that point's interval."""

    number: Number
    point: int = -1
    interval: bool = False


Row = dict[str, Any]  # by column a `Cell`, a name's key, or None for what is missing


class Layer:
    """A mark with its encoding and rows. The ``field`` of a channel is a column; its ``end`` (low or high) restricts it
    to that end of the column's figures."""

    def __init__(self, unit: Specification, rows: list[Row], path: str = ""):
        """``unit`` is the layer's specification, ``path`` its place in messages; both are kept, not copied."""
        self.unit, self.rows, self.path = unit, rows, path
        self.mark, self.encoding = str(unit["mark"]["type"]), unit["encoding"]

    def field(self, channel: str) -> str:
        """The column on a channel; empty if there is none."""
        return str(self.encoding.get(channel, {}).get("field", ""))

    def kind(self, channel: str) -> str:
        """The type of a channel: quantitative, nominal or ordinal; empty if there is no such channel."""
        return str(self.encoding.get(channel, {}).get("type", ""))

    def cell(self, row: Row, channel: str) -> FigureCell | None:
        """The figure of a row on a channel; None if it is missing, or the column holds names."""
        cell = row.get(self.field(channel))
        return cell if isinstance(cell, FigureCell) else None

    def number(self, row: Row, channel: str) -> Number | None:
        """The number of a row on a channel; None if it is missing."""
        cell = self.cell(row, channel)
        return None if cell is None else cell.number

    def value(self, row: Row, channel: str) -> float | None:
        """The position of a row's figure on a channel, unscaled: the end that the channel names, else its value or the
        middle of its interval; None if it is missing or that end is open."""
        cell, end = self.cell(row, channel), self.encoding.get(channel, {}).get("end")
        if cell is None:
            return None
        place = getattr(cell.number.quantity, end) if end else position_of_quantity(cell.number.quantity)
        return None if place is None else float(place)

    def values(self, row: Row, *channels: str) -> Iterator[float]:
        """The positions of a row's figures on channels, without missing ones: of a number of the bound ``between`` its
        middle and both its ends, but on a channel of one end (``n_low``) that end alone."""
        for channel in channels:
            number, value = self.number(row, channel), self.value(row, channel)
            yield from () if value is None else (value,)
            if number and number.quantity.bound is Bound.BETWEEN and "end" not in self.encoding[channel]:
                yield from (float(end) for end in (number.quantity.low, number.quantity.high) if end is not None)

    def numbers(self, *channels: str) -> Iterator[Number]:
        """The numbers on channels, channel by channel in the order of rows, without missing ones."""
        return (number for c in channels for row in self.rows if (number := self.number(row, c)))

    def interval_column(self, axis: str) -> str:
        """The column whose intervals the layer draws along an axis, from ``_low`` on x to ``_high`` on x2 (or y, y2);
        empty if there is none."""
        low, high = (self.encoding.get(channel, {}) for channel in (axis, f"{axis}2"))
        ends = low.get("field"), low.get("end"), high.get("end")
        return self.field(axis) if ends == (high.get("field"), "low", "high") else ""

    @property
    def is_highlight(self) -> bool:
        """Whether its colour is a `highlight`: dark for some names, grey for the rest."""
        return (self.encoding.get("color", {}).get("scale") or {}).get("range") == [ACCENT]

    @property
    def series_column(self) -> str:
        """The column on colour: of names, or of figures (tones); empty if there is none, or with a highlight."""
        return "" if self.is_highlight else self.field("color")

    @property
    def is_across(self) -> bool:
        """Whether it draws lines across the whole panel: a rule without x or without y."""
        return self.mark == "rule" and not {"x", "y"} <= set(self.encoding)

    @property
    def is_grid(self) -> bool:
        """Whether it is a grid of circles at crossing names: full for a number, a ring for zero, a dot for none."""
        return self.mark == "circle" and self.kind("x") in DISCRETE and self.kind("y") in DISCRETE


def channel_title(definition: Specification) -> Any:
    """The title of a channel, of its axis or header first; None for no title, ``...`` if not specified."""
    for titled in (definition.get("axis") or {}, definition.get("header") or {}, definition):
        if "title" in titled:
            return titled["title"]
    return ...


def layer_titles(units: Iterable[Specification]) -> Iterator[tuple[str, Any]]:
    """Every title of a channel, its axis or its header in the specifications of layers that is not empty, with its
    place ("x.title")."""
    for channel, definition in (pair for unit in units for pair in unit["encoding"].items()):
        for titled in (definition, definition.get("axis") or {}, definition.get("header") or {}):
            if titled.get("title"):
                yield f"{channel}.title", titled["title"]


def as_list(value: Any) -> list[Any]:
    """A value of Vega-Lite that may be single or a list, as a list; None as [None]."""
    return value if isinstance(value, list) else [value]


# A recorded chart


@dataclass(eq=False)
class Facet:
    """A panel: its number, the key of its rows (if there are several panels), and its title."""

    number: int = 0
    key: str | None = None
    title: str = ""


class RecordedChart:
    """The layers, numbers and names of a recorded chart, in one language; its facets in order, a single one without a
    column of panels."""

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str):
        """Resolve a record (``arguments``, from `ChartRecord.arguments`) into layers with their rows, which name
        ``points`` by index, and facets, sorted and labelled in ``language``; one, unnamed, without a facet."""
        self.facet: Specification = arguments["facet"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.language = language
        rows = {name: [resolve_points(row, points) for row in rows] for name, rows in arguments["rows"].items()}
        self.layers = [Layer(unit, rows[unit["data"]["name"]]) for unit in arguments["units"]]
        self.rows: list[Row] = [row for some in rows.values() for row in some]
        self.facets = [Facet()]
        if column := self.facet.get("field"):
            keys = sort_keys(column_keys(self.rows, column), self.facet.get("sort", ...))
            self.facets = [Facet(number, key, self.label(column, key)) for number, key in enumerate(keys)]

    def rows_in(self, facet: Facet, layer: Layer) -> list[Row]:
        """The rows of a layer in a panel; rows of a frame without the panels' column are in every panel."""
        column = self.facet.get("field", "")
        return [row for row in layer.rows if row.get(column, facet.key) == facet.key]

    def translate(self, text: Any) -> str:
        """A text, or lines of text joined by spaces, in the chart's language; empty for None."""
        if isinstance(text, list):
            return " ".join(map(self.translate, text))
        return translate(text, self.language) if text else ""

    def label(self, column: str, key: str) -> str:
        """The label in the chart's language of a name's key in a column; the key itself without a label."""
        return self.translate(self.labels.get(column, {}).get(key, key))

    def words(self, row: Row, column: str) -> str:
        """The words of a row's cell in a column: its number, or the label of its name; empty if it is missing."""
        cell = row.get(column)
        if isinstance(cell, FigureCell):
            return show(cell.number, self.language).words
        return "" if cell is None else self.label(column, cell)


def resolve_points(row: Row, points: list[Point]) -> Row:
    """A recorded row, with indices of points replaced by figures: the point's number, or, where the cell is marked as
    an interval, the point's interval."""

    def read(cell: Any) -> Any:
        """A name or a missing cell as it is, a recorded figure with its number."""
        if not isinstance(cell, dict):
            return cell
        point, interval = points[cell["point"]], "interval" in cell
        return FigureCell((interval and point.interval) or point.number, cell["point"], interval)

    return {column: read(cell) for column, cell in row.items()}


# Names and moments in their order


def column_keys(rows: Iterable[Row], column: str) -> dict[str, None]:
    """The distinct names of a column in the order of rows, as keys of a dict; without missing cells and figures."""
    return dict.fromkeys(row[column] for row in rows if isinstance(row.get(column), str))


def fill_gaps(keys: list[str]) -> list[str]:
    """Years, fiscal years or months, sorted, with the missing ones inserted, so that gaps are visible; the step is
    their greatest common one, five years for a census. Names, a single moment, and moments of several formats are
    returned as they are."""
    counted = {number: key for key in keys if (number := moment_number(key)) is not None}
    if len(counted) < max(2, len(keys)) or len({len(key) for key in keys}) != 1:
        return keys
    order = sorted(counted)
    step = math.gcd(*(later - earlier for earlier, later in pairwise(order)))
    return [counted.get(n) or moment_from_number(n, keys[0]) for n in range(order[0], order[-1] + 1, step)]


def moment_from_number(count: int, like: str) -> str:
    """The inverse of `moment_number`: a year, fiscal year or month in the format of ``like``: 2020, 2020/21 or
    2020-03."""
    if "/" in like:
        return f"{count}/{(count + 1) % 100:02}"
    return f"{count // 12:04}-{count % 12 + 1:02}" if "-" in like else str(count)


def sort_keys(keys: Iterable[str], sort: Any) -> list[str]:
    """Keys sorted as Altair's ``sort`` says: None in the given order; a list in its order, keys that it lacks last;
    "descending" by name from the last; any other (``...`` is the default) by name, numbers first and by value."""
    if isinstance(sort, list):
        order = [str(key) for key in sort]
        return sorted(keys, key=lambda k: order.index(k) if k in order else len(order))
    if sort is None:
        return list(keys)
    named = sorted(keys, key=lambda k: (0, float(k), k) if re.fullmatch(r"-?\d+(\.\d+)?", k) else (1, 0.0, k))
    return named[::-1] if sort == "descending" else named


# Colours and shapes


def is_interval(number: Number | None) -> bool:
    """Whether a number has the bound ``between``, so no position of its own; False for None and for other bounds, "up
    to" included."""
    return number is not None and number.quantity.bound is Bound.BETWEEN


def is_hollow(number: Number) -> bool:
    """Whether a number's mark is an outline: if it is an estimate of the review's own."""
    return number.kind == "estimate"


class LegendEntry(NamedTuple):
    """A symbol of a legend (the mark's type, its ink and shape) and its words."""

    mark: str
    ink: str
    shape: str
    words: str


class ColourScale:
    """The inks and shapes of a chart's marks, shared by its panels, and its legend."""

    def __init__(self, chart: RecordedChart):
        """Hold the chart; colours are computed when its methods are called."""
        self.chart = chart

    def ink(self, layer: Layer, row: Row) -> str:
        """The ink of a row's mark. With a name on colour that of its series, in a highlight ACCENT or else RULE;
        without a name QUIET; with a number there its `tone`; without a column on colour a fixed one, or the layer's."""
        definition, column = layer.encoding.get("color", {}), layer.field("color")
        if not column:
            return str(definition.get("value") or layer.unit["mark"].get("color") or self.ink_of_layer(layer))
        if layer.cell(row, "color"):
            return tone(layer, row)
        key, scale, keys = row.get(column), definition.get("scale") or {}, self.series_keys(column)
        if layer.is_highlight:
            return ACCENT if key in scale["domain"] else RULE
        inks = scale.get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def ink_of_layer(self, layer: Layer) -> str:
        """The ink of a layer that states none: QUIET for lines across a panel, else one of `SERIES`, by the place of
        its column among those in the legend, the first if it is not there."""
        columns = [*self.columns_in_legend]
        place = columns.index(column_of_figures(layer)) if column_of_figures(layer) in columns else 0
        return QUIET if layer.is_across else SERIES[place % len(SERIES)]

    def series_keys(self, column: str) -> list[str]:
        """The keys of a column in the order of its colours, the same in all panels: by the colour domain, or else the
        sort, of the last layer that has one for it."""
        sort: Any = ...
        for definition in (layer.encoding["color"] for layer in self.chart.layers if layer.field("color") == column):
            sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return sort_keys(column_keys(self.chart.rows, column), sort)

    def shape(self, layer: Layer, row: Row, kind: str = "published") -> str:
        """The shape of a row's dot, as Vega names it or as an SVG path: that of the ``kind`` of its number, but for a
        published number on a line with a series that of the series, so that lines differ without colours too (from the
        fifth series on shapes repeat)."""
        if layer.mark == "line" and kind == "published" and isinstance(key := row.get(layer.series_column), str):
            return SHAPES_OF_SERIES[self.series_keys(layer.series_column).index(key) % len(SHAPES_OF_SERIES)]
        return SHAPES[kind]

    @cached_property
    def columns_in_legend(self) -> dict[str, tuple[str, Layer]]:
        """By column of figures on x or y, what it counts in words (with the period if the words alone are the same) and
        the first layer that draws it, rules and cells aside. Empty if a layer has colours by a column, if there is one
        column only, or if the words do not distinguish the columns."""
        layers: dict[str, Layer] = {}
        for layer in (layer for layer in self.chart.layers if layer.mark in MEASURED):
            if layer.series_column:
                return {}
            if column := column_of_figures(layer):
                layers.setdefault(column, layer)
        for with_period in (False, True):
            counts = {column: (self.what_is_counted(layer, with_period), layer) for column, layer in layers.items()}
            if len({words for words, _ in counts.values()}) == len(layers) > 1:
                return counts
        return {}

    def what_is_counted(self, layer: Layer, with_period: bool) -> str:
        """What a layer with numbers counts, in words: the title of the axis of its first number, else that number's
        definition; if ``with_period``, also that number's period."""
        axis, number = next((axis, number) for axis in ("x", "y") for number in layer.numbers(axis))
        title = channel_title(layer.encoding[axis])
        words = self.chart.translate("" if title is ... else title) or self.chart.translate(number.definition_label)
        return f"{words}, {format_period(number.start, number.end, self.chart.language)}" if with_period else words

    def is_span(self, layer: Layer, row: Row) -> bool:
        """Whether a row's number has the bound ``between`` in its own column, and no interval in another that a rule
        over the same frame draws: a published range among numbers with confidence intervals."""
        axis = "x" if layer.kind("x") == "quantitative" else "y"
        rules = [rule for rule in self.chart.layers if rule.mark == "rule" and rule.rows is layer.rows]
        spans = [rule for rule in rules if rule.interval_column(axis)]
        return is_interval(layer.number(row, axis)) and any(rule.cell(row, axis) is None for rule in spans)

    def layers_in_legend(self) -> Iterator[Layer]:
        """The layers whose colours stand for a column, of names or figures, that no axis or panel shows, unless their
        legend is switched off."""
        for layer in self.chart.layers:
            named = {"", self.chart.facet.get("field"), layer.field("x"), layer.field("y")}
            if layer.series_column not in named and layer.encoding["color"].get("legend", 0) is not None:
                yield layer

    def legend(self) -> list[LegendEntry]:
        """The entries of the legend, in order: of `columns_in_legend`, or else of the first of `layers_in_legend`,
        where rows of one ink share an entry ("5 to 9", from their first to their last). Empty if neither has any, or
        for a single entry."""
        if self.columns_in_legend:
            first = ((words, layer, layer.rows[0]) for words, layer in self.columns_in_legend.values())
            return [
                LegendEntry(layer.mark, self.ink(layer, row), self.shape(layer, row), words)
                for words, layer, row in first
            ]
        layer = next(self.layers_in_legend(), None)
        if layer is None:
            return []
        toned, by_ink = layer.kind("color") == "quantitative", dict[str, list[Row]]()
        for row in self.legend_rows(layer):
            by_ink.setdefault(self.ink(layer, row), []).append(row)
        entries = list[LegendEntry]()
        for ink, rows in by_ink.items():
            ends = dict.fromkeys(self.chart.words(row, layer.series_column) for row in (rows[0], rows[-1]))
            words = f" {self.chart.translate(N_('to'))} ".join(ends)
            entries.append(LegendEntry("rect" if toned else layer.mark, ink, self.shape(layer, rows[0]), words))
        return entries if len(entries) > 1 else []

    def legend_rows(self, layer: Layer) -> list[Row]:
        """The rows that a layer's legend stands for, in its order: of tones, the layer's rows from the smallest number;
        else the rows of all layers by series, for lines by the last number of each, highest first, and for other marks
        in the order of colours. Rows without a name or number on colour are left out."""
        column = layer.series_column
        if layer.kind("color") == "quantitative":
            rows = [row for row in layer.rows if row.get(column) is not None]
            return sorted(rows, key=lambda row: layer.value(row, "color") or 0.0)
        keys = self.series_keys(column)
        if layer.mark == "line":
            last = {row[column]: layer.value(row, "y") or 0.0 for row in layer.rows if row.get(column)}
            keys = sorted(keys, key=lambda key: -last.get(key, 0.0))
        rows = [row for row in self.chart.rows if row.get(column) is not None]
        return sorted(rows, key=lambda row: keys.index(row[column]))


def column_of_figures(layer: Layer) -> str:
    """The column of a layer that has numbers on x, else the one on y; empty if there is none."""
    return next((layer.field(axis) for axis in ("x", "y") if any(True for _ in layer.numbers(axis))), "")


def tone(layer: Layer, row: Row) -> str:
    """The ink of a cell by its row's number on colour: one of five equal steps between the layer's extremes (the middle
    one if these are equal); with numbers of both signs, two steps on either side, of equal range, and one for zero."""
    values = [value for cells in layer.rows if (value := layer.value(cells, "color")) is not None]
    low, high, value = min(values), max(values), layer.value(row, "color")
    assert value is not None
    if not low < 0 < high:
        return HEAT[min(4, int((value - low) / (high - low) * 5)) if high > low else 2]
    far = max(high, -low) / 2
    return BOTH_WAYS[2 + (value > 0) - (value < 0) + (value > far) - (value < -far)]
