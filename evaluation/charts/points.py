"""What a chart is made of: one `Point` a mark; and a recorded chart in one language: what its cells say, the panels it
is drawn in, names in their order, and years or months with those between them that have no row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from ..language import N_, Text, moment_number, translate
from ..numbers.notation import as_shown, scale_of, show
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity
from .theme import Specification

ENDINGS = ("low", "high")  # of a column of figures
UPPER = (Bound.UP_TO, Bound.LESS_THAN)
NO_FIGURE = N_("no figure")

Row = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """One mark: a number, its interval where there is one, and where it stands.

    ``category`` names its row, ``year`` its place on a time axis, ``series`` its colour, panel or column.
    """

    number: Number
    category: Text = ""
    year: int | None = None
    series: Text = ""
    interval: Number | None = None


@dataclass(frozen=True)
class Standing:
    """Where a mark stands, as a `Point` says it; and of one whose number is missing, how many points are before it."""

    category: dict[str, str] | Literal[""] = ""
    year: int | None = None
    series: dict[str, str] | Literal[""] = ""
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


# A recorded chart


@dataclass(eq=False)
class Panel:
    """One pair of axes: its number, the key that chooses its rows, where there are several panels, and its title."""

    number: int = 0
    key: str | None = None
    title: str = ""


class Recorded:
    """A recorded chart's parts, rows, numbers and names, in one language."""

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str):
        self.units: list[Specification] = arguments["units"]
        self.facet: Specification = arguments["facet"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.points, self.language = points, language
        self.all_rows: list[Row] = [row for rows in arguments["rows"].values() for row in rows]
        self.rows_of: dict[str, list[Row]] = arguments["rows"]
        self.panels = [Panel()]
        if column := self.facet.get("field"):
            keys = ordered(keys_of(self.all_rows, column), self.facet.get("sort", ...))
            self.panels = [Panel(number, key, self.name(column, key)) for number, key in enumerate(keys)]

    # Cells

    def t(self, text: Any) -> str:
        """A text, or lines of it, in the chart's language."""
        if isinstance(text, list):
            return " ".join(map(self.t, text))
        return translate(text, self.language) if text else ""

    def name(self, column: str, key: str) -> str:
        """What a cell of a column is called."""
        return self.t(self.labels.get(column, {}).get(key, key))

    def rows(self, unit: Specification, panel: Panel | None = None) -> list[Row]:
        """The rows of a part, in one panel or in all."""
        rows, column = self.rows_of[unit["data"]["name"]], self.facet.get("field", "")
        return [row for row in rows if panel is None or row.get(column, panel.key) == panel.key]

    def number(self, row: Row, column: str) -> Number | None:
        """The number that a cell refers to, a point's or its interval; None where there is none."""
        cell = row.get(base_of(column, row))
        if not isinstance(cell, dict):
            return None
        point = self.points[cell["point"]]
        return point.interval if cell.get("interval") and point.interval else point.number

    def value(self, row: Row, column: str, factor: float = 1.0) -> float | None:
        """A cell's place on an axis: its number's value, or the end that the column's name asks for."""
        number = self.number(row, column)
        if number is None:
            return None
        quantity, ending = number.quantity, ending_of(column, row)
        place = {"_low": quantity.low, "_high": quantity.high}.get(ending, middle(quantity))
        return None if place is None else float(place) / factor

    def words(self, row: Row, column: str) -> str:
        """What a cell says: its number's words, or its name; nothing where it is missing."""
        number = self.number(row, column)
        if number is not None:
            return show(number, self.language).words
        cell = row.get(column)
        return "" if cell is None or isinstance(cell, dict) else self.name(column, cell)

    def numbers(self, unit: Specification, channel: str) -> Iterator[Number]:
        """The numbers of a part on a channel."""
        column = unit["encoding"].get(channel, {}).get("field")
        for row in self.rows(unit) if column else []:
            if (number := self.number(row, column)) is not None:
                yield number


def keys_of(rows: Iterable[Row], column: str) -> dict[str, None]:
    """The different cells of a column, in the order of the rows; a missing cell is none."""
    return dict.fromkeys(row[column] for row in rows if row.get(column) is not None)


def base_of(column: str, row: Row) -> str:
    """The column that a column such as ``rate_low`` is a part of; itself where it is one of the rows'."""
    base, _, ending = column.rpartition("_")
    return base if column not in row and ending in ENDINGS and base in row else column


def ending_of(column: str, row: Row) -> str:
    """What a column asks of its figures: nothing, or ``_low``, ``_high``."""
    return column.removeprefix(base_of(column, row))


# Names and moments in their order


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
