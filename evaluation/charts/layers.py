"""A recorded chart in one language: its layers, each a mark with an encoding and rows; its facets; its colours.

A `Point` is one number that a chart says. A layer's channels name columns; a row has names and the cells of figures.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from ..language import N_, Text, format_period, moment_number, translate
from ..numbers.notation import as_shown, scale_of, show
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity
from .theme import ACCENT, BOTH_WAYS, HEAT, QUIET, RULE, SERIES, SHAPES, Specification

POSITIONS = ("x", "y", "x2", "y2")
LegendEntry = tuple[str, str, str, str]  # mark, ink, shape, words
DISCRETE = ("nominal", "ordinal")
MEASURED = ("bar", "line", "point", "circle")  # marks that a number's place is read from
UPPER = (Bound.UP_TO, Bound.LESS_THAN)
NO_FIGURE = N_("no figure found")
DASHES = ([1, 0], [7, 3])  # of what is known, of an estimate of our own
DOTTED = [1, 3]  # a line to read others by
SHAPES_OF_SERIES = ("circle", "M-1,0.9L0,-1L1,0.9Z", "M-1,-0.9L0,1L1,-0.9Z", "M-0.9,-1L1,0L-0.9,1Z")  # triangles


@dataclass(frozen=True)
class Point:
    """One mark: a number, its interval where there is one, and where it stands.

    ``category`` names its row, ``year`` its place on a time axis, ``series`` its colour, panel or column. A
    ``reference`` is a line to read values by, such as the year of a new rule: it stands in no table.
    """

    number: Number
    category: Text = ""
    year: int | None = None
    series: Text = ""
    interval: Number | None = None
    reference: bool = False


@dataclass(frozen=True)
class MarkPosition:
    """Where a mark stands, as a `Point` says it; and of one whose number is missing, how many points are before it."""

    category: Text = ""
    year: int | None = None
    series: Text = ""
    before: int = 0


@dataclass(frozen=True)
class DotBoxes:
    """A chart that is no Altair chart: boxes of dots, by their points (see `dots`)."""

    points: Sequence[Point]

    def arguments(self) -> dict[str, Any]:
        """What is recorded of it beside its points."""
        return {"own": "dots"}


def same_number(number: Number) -> tuple[Any, ...]:
    """What two numbers share that say the same of the same."""
    return number.quantity, number.unit, number.definition, number.place, number.start, number.end


def middle(quantity: Quantity) -> Any:
    """Where a quantity stands among others: at its value, or between its two ends."""
    if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.value


def interval_ends(number: Number, language: str) -> list[tuple[str, Number]]:
    """The ends of an interval in words, as its own words have them (the lower rounded down, the upper up), each with
    the number that it is."""
    scale, ends = scale_of(number), list[tuple[str, Number]]()
    shown = as_shown(number, scale).scaled(scale)
    for end, rounded in ((number.quantity.low, shown.low), (number.quantity.high, shown.high)):
        in_words, exact = (replace(number, quantity=Quantity.exact(value)) for value in (rounded, end))
        ends.append((show(in_words, language).words, exact))
    return ends


def unit_of(number: Number) -> str:
    """A unit that tells people from people an organization."""
    layers = [f"{unit}" if power == 1 else f"{unit}^{power}" for unit, power in sorted(number.dimension.items())]
    return " ".join(layers) if len(layers) > 1 else number.unit


# Layers and their rows


@dataclass(frozen=True)
class Cell:
    """A figure in a row: its number, which of the chart's points that is, and whether it is the interval of it."""

    number: Number
    point: int = -1
    interval: bool = False


Row = dict[str, Any]  # by column a `Cell`, a name's key, or None for what is missing


class Layer:
    """A mark with its encoding and the rows of its frame.

    The ``field`` of a channel is a column; its ``end``, low or high, is the end of that column's figures alone.
    """

    def __init__(self, unit: Specification, rows: list[Row], path: str = ""):
        self.unit, self.rows, self.path = unit, rows, path
        self.mark, self.encoding = str(unit["mark"]["type"]), unit["encoding"]

    def field(self, channel: str) -> str:
        """The column that stands on a channel; empty where none does."""
        return str(self.encoding.get(channel, {}).get("field", ""))

    def kind(self, channel: str) -> str:
        """Whether figures (quantitative) or names stand on a channel."""
        return str(self.encoding.get(channel, {}).get("type", ""))

    def cell(self, row: Row, channel: str) -> Cell | None:
        """The figure of a row on a channel."""
        cell = row.get(self.field(channel))
        return cell if isinstance(cell, Cell) else None

    def number(self, row: Row, channel: str) -> Number | None:
        """The number of a row on a channel; None where it is missing."""
        cell = self.cell(row, channel)
        return None if cell is None else cell.number

    def value(self, row: Row, channel: str) -> float | None:
        """Where a row's figure stands on a channel: at its number's value, or at the end that is asked for."""
        cell, end = self.cell(row, channel), self.encoding.get(channel, {}).get("end")
        if cell is None:
            return None
        place = getattr(cell.number.quantity, end) if end else middle(cell.number.quantity)
        return None if place is None else float(place)

    def values(self, row: Row, *channels: str) -> Iterator[float]:
        """Where a row's figures stand on some channels, with the ends of their intervals."""
        for channel in channels:
            number, value = self.number(row, channel), self.value(row, channel)
            yield from () if value is None else (value,)
            if number and number.quantity.bound is Bound.BETWEEN and "end" not in self.encoding[channel]:
                yield from (float(end) for end in (number.quantity.low, number.quantity.high) if end is not None)

    def numbers(self, *channels: str) -> Iterator[Number]:
        """The numbers on some channels."""
        return (number for c in channels for row in self.rows if (number := self.number(row, c)))

    def spanned(self, axis: str) -> str:
        """The column from whose low end to whose high end it reaches along an axis; empty where there is none."""
        low, high = (self.encoding.get(channel, {}) for channel in (axis, f"{axis}2"))
        ends = low.get("field"), low.get("end"), high.get("end")
        return self.field(axis) if ends == (high.get("field"), "low", "high") else ""

    @property
    def is_highlight(self) -> bool:
        """Whether its colour is what `highlight` gives: dark for some names, grey for the rest."""
        return (self.encoding.get("color", {}).get("scale") or {}).get("range") == [ACCENT]

    @property
    def series(self) -> str:
        """The column whose names have a colour each; empty where there is none, or where some are highlighted."""
        return "" if self.is_highlight else self.field("color")

    @property
    def is_across(self) -> bool:
        """Whether it is lines through a whole panel."""
        return self.mark == "rule" and not {"x", "y"} <= set(self.encoding)

    @property
    def is_grid(self) -> bool:
        """Whether circles stand where names across meet names down: full for a number, a ring for zero, else a dot."""
        return self.mark == "circle" and self.kind("x") in DISCRETE and self.kind("y") in DISCRETE


def title_of(definition: Specification) -> Any:
    """A channel's own title: of the axis where it has one; None for none, missing where nothing is said."""
    for titled in (definition.get("axis") or {}, definition.get("header") or {}, definition):
        if "title" in titled:
            return titled["title"]
    return ...


def titles(units: Iterable[Specification]) -> Iterator[tuple[str, Any]]:
    """Every title that some layers have, with where it stands."""
    for channel, definition in (pair for unit in units for pair in unit["encoding"].items()):
        for titled in (definition, definition.get("axis") or {}, definition.get("header") or {}):
            if titled.get("title"):
                yield f"{channel}.title", titled["title"]


def each(given: Any) -> list[Any]:
    """What Vega-Lite takes alone or in a list, as a list."""
    return given if isinstance(given, list) else [given]


# A recorded chart


@dataclass(eq=False)
class Facet:
    """One panel: its number, the key that chooses its rows, where there are several, and its title."""

    number: int = 0
    key: str | None = None
    title: str = ""


class RecordedChart:
    """A recorded chart's layers, numbers and names, in one language."""

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str):
        self.facet: Specification = arguments["facet"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.language = language
        rows = {name: [read_row(row, points) for row in rows] for name, rows in arguments["rows"].items()}
        self.layers = [Layer(unit, rows[unit["data"]["name"]]) for unit in arguments["units"]]
        self.rows: list[Row] = [row for some in rows.values() for row in some]
        self.facets = [Facet()]
        if column := self.facet.get("field"):
            keys = ordered(keys_of(self.rows, column), self.facet.get("sort", ...))
            self.facets = [Facet(number, key, self.name(column, key)) for number, key in enumerate(keys)]

    def rows_in(self, facet: Facet, layer: Layer) -> list[Row]:
        """The rows of a layer in one panel."""
        column = self.facet.get("field", "")
        return [row for row in layer.rows if row.get(column, facet.key) == facet.key]

    def t(self, text: Any) -> str:
        """A text, or lines of it, in the chart's language."""
        if isinstance(text, list):
            return " ".join(map(self.t, text))
        return translate(text, self.language) if text else ""

    def name(self, column: str, key: str) -> str:
        """What a cell of a column is called."""
        return self.t(self.labels.get(column, {}).get(key, key))

    def words(self, row: Row, column: str) -> str:
        """What a cell says: its number's words, or its name; nothing where it is missing."""
        cell = row.get(column)
        if isinstance(cell, Cell):
            return show(cell.number, self.language).words
        return "" if cell is None else self.name(column, cell)


def read_row(row: Row, points: list[Point]) -> Row:
    """A recorded row, whose figures are places of points."""

    def read(cell: Any) -> Any:
        if not isinstance(cell, dict):
            return cell
        point, interval = points[cell["point"]], "interval" in cell
        return Cell((interval and point.interval) or point.number, cell["point"], interval)

    return {column: read(cell) for column, cell in row.items()}


# Names and moments in their order


def keys_of(rows: Iterable[Row], column: str) -> dict[str, None]:
    """The different names of a column, in the order of the rows; a missing cell is none."""
    return dict.fromkeys(row[column] for row in rows if isinstance(row.get(column), str))


def with_gaps(keys: list[str]) -> list[str]:
    """Years or months in order with those between them that have no row, so that a gap is seen as a gap; a census' have
    steps of five years."""
    counted = {number: key for key in keys if (number := moment_number(key)) is not None}
    if len(counted) < max(2, len(keys)) or len({len(key) for key in keys}) != 1:
        return keys
    order = sorted(counted)
    step = math.gcd(*(later - earlier for earlier, later in pairwise(order)))
    return [counted.get(n) or moment_of(n, keys[0]) for n in range(order[0], order[-1] + 1, step)]


def moment_of(count: int, like: str) -> str:
    """The year, fiscal year or month of a `moment_number`, written ``like`` another."""
    if "/" in like:
        return f"{count}/{(count + 1) % 100:02}"
    return f"{count // 12:04}-{count % 12 + 1:02}" if "-" in like else str(count)


def ordered(keys: Iterable[str], sort: Any) -> list[str]:
    """Keys in the order asked for: of the names (as Altair does), of the rows, or of a list."""
    if isinstance(sort, list):
        wanted = [str(key) for key in sort]
        return sorted(keys, key=lambda k: wanted.index(k) if k in wanted else len(wanted))
    if sort is None:
        return list(keys)
    named = sorted(keys, key=lambda k: (0, float(k), k) if re.fullmatch(r"-?\d+(\.\d+)?", k) else (1, 0.0, k))
    return named[::-1] if sort == "descending" else named


# Colours and shapes


def is_interval(number: Number | None) -> bool:
    """Whether a number is all that lies between two ends, so that no place is its own."""
    return number is not None and number.quantity.bound is Bound.BETWEEN


def is_hollow(number: Number) -> bool:
    """Whether a mark is drawn as an outline: of the review's own estimates, and of nothing else."""
    return number.kind == "estimate"


class ColourScale:
    """The inks and shapes of one chart's marks, the same in all its panels, and its legend."""

    def __init__(self, chart: RecordedChart):
        self.chart = chart

    def ink(self, layer: Layer, row: Row) -> str:
        """The ink of a row: of its series, of its tone, or the layer's own."""
        definition, column = layer.encoding.get("color", {}), layer.field("color")
        if not column:
            return str(definition.get("value") or layer.unit["mark"].get("color") or self.ink_of_layer(layer))
        if layer.cell(row, "color"):
            return self.tone(layer, row)
        key, scale, keys = row.get(column), definition.get("scale") or {}, self.series(column)
        if layer.is_highlight:
            return ACCENT if key in scale["domain"] else RULE
        inks = scale.get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def ink_of_layer(self, layer: Layer) -> str:
        """The ink of a layer without a colour: one for each column counted; a line to read others by is no series."""
        columns = [*self.counts]
        place = columns.index(counted_by(layer)) if counted_by(layer) in columns else 0
        return QUIET if layer.is_across else SERIES[place % len(SERIES)]

    def series(self, column: str) -> list[str]:
        """The keys of a series in the order of their colours, the same in all panels."""
        sort: Any = ...
        for definition in (layer.encoding["color"] for layer in self.chart.layers if layer.field("color") == column):
            sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return ordered(keys_of(self.chart.rows, column), sort)

    def shape(self, layer: Layer, row: Row, kind: str = "published") -> str:
        """The shape of a row's dot: of published figures that of their line, so that lines differ without colours."""
        if layer.mark == "line" and kind == "published" and isinstance(key := row.get(layer.series), str):
            return SHAPES_OF_SERIES[self.series(layer.series).index(key) % len(SHAPES_OF_SERIES)]
        return SHAPES[kind]

    @cached_property
    def counts(self) -> dict[str, tuple[str, Layer]]:
        """Layers that count columns of their own, by these, each with what it counts, of one definition with its
        period; none where a reader could not tell them apart by that, or where names have colours."""
        layers: dict[str, Layer] = {}
        for layer in (layer for layer in self.chart.layers if layer.mark in MEASURED):
            if layer.series:
                return {}
            if column := counted_by(layer):
                layers.setdefault(column, layer)
        for with_period in (False, True):
            counts = {column: (self.counted(layer, with_period), layer) for column, layer in layers.items()}
            if len({words for words, _ in counts.values()}) == len(layers) > 1:
                return counts
        return {}

    def counted(self, layer: Layer, with_period: bool) -> str:
        """What a layer counts, in words."""
        axis, number = next((axis, number) for axis in ("x", "y") for number in layer.numbers(axis))
        title = title_of(layer.encoding[axis])
        words = self.chart.t("" if title is ... else title) or self.chart.t(number.definition_label)
        return f"{words}, {format_period(number.start, number.end, self.chart.language)}" if with_period else words

    def tone(self, layer: Layer, row: Row) -> str:
        """A cell's tone: one of five equal steps from the smallest number to the largest; where numbers lie on both
        sides of zero, two for either side, as far from zero on both, and one for zero."""
        values = [value for cells in layer.rows if (value := layer.value(cells, "color")) is not None]
        low, high, value = min(values), max(values), layer.value(row, "color")
        assert value is not None
        if not low < 0 < high:
            return HEAT[min(4, int((value - low) / (high - low) * 5)) if high > low else 2]
        far = max(high, -low) / 2
        return BOTH_WAYS[2 + (value > 0) - (value < 0) + (value > far) - (value < -far)]

    def is_span(self, layer: Layer, row: Row) -> bool:
        """Whether a row's number is a published range among numbers that have confidence intervals: it is none."""
        axis = "x" if layer.kind("x") == "quantitative" else "y"
        rules = [rule for rule in self.chart.layers if rule.mark == "rule" and rule.rows is layer.rows]
        spans = [rule for rule in rules if rule.spanned(axis)]
        return is_interval(layer.number(row, axis)) and any(rule.cell(row, axis) is None for rule in spans)

    def keyed(self) -> Iterator[Layer]:
        """Layers whose colours tell apart what no axis or panel names."""
        for layer in self.chart.layers:
            named = {self.chart.facet.get("field"), layer.field("x"), layer.field("y")}
            if layer.series and layer.series not in named and layer.encoding["color"].get("legend", 0) is not None:
                yield layer

    def legend(self) -> list[LegendEntry]:
        """The entries of a chart's legend; none where colours need none, or where there is one alone."""
        if self.counts:
            first = ((words, layer, layer.rows[0]) for words, layer in self.counts.values())
            return [(layer.mark, self.ink(layer, row), self.shape(layer, row), words) for words, layer, row in first]
        layer = next(self.keyed(), None)
        if layer is None:
            return []
        toned, by_ink = layer.kind("color") == "quantitative", dict[str, list[Row]]()
        for row in self.legend_rows(layer):
            by_ink.setdefault(self.ink(layer, row), []).append(row)
        entries = list[LegendEntry]()
        for ink, rows in by_ink.items():
            ends = dict.fromkeys(self.chart.words(row, layer.series) for row in (rows[0], rows[-1]))
            words = f" {self.chart.t(N_('to'))} ".join(ends)
            entries.append(("rect" if toned else layer.mark, ink, self.shape(layer, rows[0]), words))
        return entries if len(entries) > 1 else []

    def legend_rows(self, layer: Layer) -> list[Row]:
        """The rows that a legend names, in its order: of tones by their numbers, of lines as they end, the highest
        first, else by the order of their colours."""
        column = layer.series
        if layer.kind("color") == "quantitative":
            rows = [row for row in layer.rows if row.get(column) is not None]
            return sorted(rows, key=lambda row: layer.value(row, "color") or 0.0)
        keys = self.series(column)
        if layer.mark == "line":
            last = {row[column]: layer.value(row, "y") or 0.0 for row in layer.rows if row.get(column)}
            keys = sorted(keys, key=lambda key: -last.get(key, 0.0))
        rows = [row for row in self.chart.rows if row.get(column) is not None]
        return sorted(rows, key=lambda row: keys.index(row[column]))


def counted_by(layer: Layer) -> str:
    """The column of figures that a layer stands by; empty where it has none."""
    return next((layer.field(axis) for axis in ("x", "y") if any(True for _ in layer.numbers(axis))), "")
