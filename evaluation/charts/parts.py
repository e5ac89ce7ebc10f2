"""What a chart is made of: one `Point` a number that it says; parts, each a mark with what stands on its channels and
the rows that it draws; and a recorded chart in one language, with its panels, names and moments in their order."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ..language import N_, Text, moment_number, translate
from ..numbers.notation import as_shown, scale_of, show
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity
from .theme import ACCENT, Specification

POSITIONS = ("x", "y", "x2", "y2")
DISCRETE = ("nominal", "ordinal")
MEASURED = ("bar", "line", "point", "circle")  # marks that a number's place is read from
UPPER = (Bound.UP_TO, Bound.LESS_THAN)
NO_FIGURE = N_("no figure found")


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
class Standing:
    """Where a mark stands, as a `Point` says it; and of one whose number is missing, how many points are before it."""

    category: Text = ""
    year: int | None = None
    series: Text = ""
    before: int = 0


@dataclass(frozen=True)
class Drawn:
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
    scale, found = scale_of(number), list[tuple[str, Number]]()
    shown = as_shown(number, scale).scaled(scale)
    for end, rounded in ((number.quantity.low, shown.low), (number.quantity.high, shown.high)):
        said, own = (replace(number, quantity=Quantity.exact(one)) for one in (rounded, end))
        found.append((show(said, language).words, own))
    return found


def unit_of(number: Number) -> str:
    """A unit that tells people from people an organization."""
    parts = [f"{unit}" if power == 1 else f"{unit}^{power}" for unit, power in sorted(number.dimension.items())]
    return " ".join(parts) if len(parts) > 1 else number.unit


# Parts and their rows


@dataclass(frozen=True)
class Cell:
    """A figure in a row: its number, which of the chart's points that is, and whether it is the interval of it."""

    number: Number
    point: int = -1
    interval: bool = False


Row = dict[str, Any]  # by column a `Cell`, a name's key, or None for what is missing


class Part:
    """A mark with what stands on its channels, and the rows of its frame.

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
        """The column from whose low end to whose high end the part reaches along an axis; empty where there is none."""
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
    for part in (definition.get("axis") or {}, definition.get("header") or {}, definition):
        if "title" in part:
            return part["title"]
    return ...


def titles(units: Iterable[Specification]) -> Iterator[tuple[str, Any]]:
    """Every title that some parts have, with where it stands."""
    for channel, one in (pair for unit in units for pair in unit["encoding"].items()):
        for part in (one, one.get("axis") or {}, one.get("header") or {}):
            if part.get("title"):
                yield f"{channel}.title", part["title"]


def each(given: Any) -> list[Any]:
    """What Vega-Lite takes alone or in a list, as a list."""
    return given if isinstance(given, list) else [given]


# A recorded chart


@dataclass(eq=False)
class Panel:
    """One pair of axes: its number, the key that chooses its rows, where there are several panels, and its title."""

    number: int = 0
    key: str | None = None
    title: str = ""


class Recorded:
    """A recorded chart's parts, numbers and names, in one language."""

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str):
        self.facet: Specification = arguments["facet"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.language = language
        rows = {name: [read_row(row, points) for row in rows] for name, rows in arguments["rows"].items()}
        self.parts = [Part(unit, rows[unit["data"]["name"]]) for unit in arguments["units"]]
        self.rows: list[Row] = [row for some in rows.values() for row in some]
        self.panels = [Panel()]
        if column := self.facet.get("field"):
            keys = ordered(keys_of(self.rows, column), self.facet.get("sort", ...))
            self.panels = [Panel(number, key, self.name(column, key)) for number, key in enumerate(keys)]

    def rows_in(self, panel: Panel, part: Part) -> list[Row]:
        """The rows of a part in one panel."""
        column = self.facet.get("field", "")
        return [row for row in part.rows if row.get(column, panel.key) == panel.key]

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
