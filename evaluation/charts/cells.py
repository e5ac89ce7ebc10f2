"""What the cells of a recorded chart say: numbers, places on an axis, words in a language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ..language import LANGUAGES, Text, translate
from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity
from .checked import ENDINGS
from .letters import width
from .painting import Row
from .parts import number_of
from .points import Point, middle
from .theme import Specification

SIGNED = (Bound.MORE_THAN, Bound.AT_LEAST, Bound.UP_TO, Bound.LESS_THAN)
KEYED = ("color", "fill", "stroke", "strokeDash")  # channels with a key above the panels
TURNED = {"x": "y", "y": "x"}


@dataclass
class Panel:
    """One pair of axes: the parts that share them, their rows chosen by what the panel stands for."""

    units: list[Specification]
    chosen: dict[str, str] = field(default_factory=dict)
    title: Text = ""
    shares: int = 0  # panels with one number have common axes
    own: frozenset[str] = frozenset()  # but for these

    def transposed(self) -> Panel:
        """The panel with what was across down, and the other way round."""
        own = frozenset(TURNED[axis] for axis in self.own)
        return replace(self, units=[transposed(unit) for unit in self.units], own=own)


class Cells:
    """A recorded chart's rows, numbers and names, in one language at one width."""

    highest = math.inf  # px of a panel

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str, size: int):
        self.source: Specification = arguments["specification"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.points, self.language, self.size = points, language, size

    def t(self, text: Any) -> str:
        if isinstance(text, list):
            return " ".join(map(self.t, text))
        return translate(text, self.language) if text else ""

    def name(self, column: str, key: str) -> str:
        return self.t(self.labels.get(column, {}).get(key, key))

    def rows(self, unit: Specification, panel: Panel) -> list[Row]:
        found = self.source["datasets"][unit["data"]["name"]]
        return [r for r in found if all(r.get(c) == key for c, key in panel.chosen.items() if c in r)]

    def all_rows(self) -> list[Row]:
        return [row for rows in self.source["datasets"].values() for row in rows]

    def number(self, row: Row, column: str) -> Number | None:
        cell = row.get(base_of(column, row))
        return number_of(self.points, cell) if isinstance(cell, dict) else None

    def value(self, row: Row, column: str, factor: float) -> float | None:
        """A cell's place on an axis: its value, or the end that the column's name asks for."""
        number = self.number(row, column)
        if number is None:
            return row[column] / factor if isinstance(row.get(column), float) else None
        quantity, ending = number.quantity, column.rpartition("_")[2] if base_of(column, row) != column else ""
        found = {"low": quantity.low, "high": quantity.high}.get(ending, middle(quantity))
        return None if found is None else float(found) / factor

    def words(self, row: Row, column: str) -> str:
        number = self.number(row, column)
        if number is not None:
            return show(number, self.language).words
        cell = row.get(column)
        return "" if cell is None or isinstance(cell, dict) else self.name(column, cell)

    def coloured(self, panels: list[Panel]) -> Iterator[tuple[str, Specification, Panel]]:
        for panel in panels:
            for unit in panel.units:
                said = {*panel.chosen, *(unit["encoding"].get(a, {}).get("field") for a in ("x", "y"))}
                for channel in KEYED:
                    definition = unit["encoding"].get(channel, {})
                    column = definition.get("field", "")
                    if column and column not in said and definition.get("legend", 0) is not None:
                        yield column, unit, panel


def keys_of(rows: Iterable[Row], column: str) -> dict[str, None]:
    """The different cells of a column, in the order of the rows; a missing cell is none."""
    return dict.fromkeys(row[column] for row in rows if row.get(column) is not None)


def base_of(column: str, row: Row) -> str:
    """The column that a column such as ``rate_low`` is a part of; itself where it is one of the rows'."""
    base, _, ending = column.rpartition("_")
    return base if column not in row and ending in ENDINGS and base in row else column


def widest_words(number: Number) -> float:
    """The width of a number's words in the language in which they are wider: one scale in every language."""
    return max(width(show(number, language).words) for language in LANGUAGES)


def sure(quantity: Quantity) -> Fraction:
    """How far from zero a number reaches at least; one below zero that is open upwards may be zero."""
    low, high = quantity.low or Fraction(0), quantity.high
    if low > 0:
        return low
    return high if high is not None and high < 0 else Fraction(0)


def is_below(quantity: Quantity) -> bool:
    """Whether a number is drawn below zero: all of it, as far as it is known."""
    end = quantity.low if quantity.high is None else quantity.high
    return end is not None and end < 0


def is_interval(number: Number) -> bool:
    """Whether a number is all that lies between two ends, so that no place is its own."""
    return number.quantity.bound is Bound.BETWEEN


def is_hollow(number: Number) -> bool:
    """Whether a mark is drawn as an outline: the review's own estimates, and upper bounds, which are no lengths."""
    return number.kind == "estimate" or number.quantity.bound in (Bound.UP_TO, Bound.LESS_THAN)


def transposed(unit: Specification) -> Specification:
    """A part with what was across down, and the other way round."""
    encoding = {TURNED[c[0]] + c[1:] if c[0] in TURNED else c: d for c, d in unit["encoding"].items()}
    for channel, definition in encoding.items():
        sort = definition.get("sort") if isinstance(definition, dict) else None
        if isinstance(sort, str) and sort.lstrip("-") in TURNED:
            encoding[channel] = definition | {"sort": sort.replace(sort[-1], TURNED[sort[-1]])}
    return {**unit, "encoding": encoding}


def without_facets(part: Specification) -> Specification:
    """A part whose panels are made by its facets, without them."""
    bare = dict(part)
    if "encoding" in part:
        bare["encoding"] = {c: d for c, d in part["encoding"].items() if c not in ("row", "column", "facet")}
    if "layer" in part:
        bare["layer"] = [without_facets(layer) for layer in part["layer"]]
    return bare
