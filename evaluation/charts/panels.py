"""A recorded chart in one language at one width: what its cells say, and the panels it is drawn in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..language import Text, translate
from ..numbers.notation import show
from ..numbers.number import Number
from . import grammar
from .cells import ENDINGS
from .order import ordered
from .points import Point, middle
from .specification import JOINED, heading_of, number_of
from .theme import Specification

Row = dict[str, Any]
MOST_BESIDE = 3  # panels


@dataclass(eq=False)
class Panel:
    """One pair of axes: the parts that share them, their rows chosen by what the panel stands for."""

    units: list[Specification]
    chosen: dict[str, str] = field(default_factory=dict)
    title: Text = ""
    family: int = 0  # panels of one facet have one number, and common axes


class Recorded:
    """A recorded chart's rows, numbers and names, in one language."""

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str):
        self.source: Specification = arguments["specification"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.points, self.language = points, language
        self.panels, self.beside = self.panels_of(self.source, {})

    # Cells

    def t(self, text: Any) -> str:
        if isinstance(text, list):
            return " ".join(map(self.t, text))
        return translate(text, self.language) if text else ""

    def name(self, column: str, key: str) -> str:
        return self.t(self.labels.get(column, {}).get(key, key))

    def rows(self, unit: Specification, panel: Panel) -> list[Row]:
        rows = self.source["datasets"][unit["data"]["name"]]
        return [r for r in rows if all(r.get(c) == key for c, key in panel.chosen.items() if c in r)]

    def all_rows(self) -> list[Row]:
        return [row for rows in self.source["datasets"].values() for row in rows]

    def number(self, row: Row, column: str) -> Number | None:
        cell = row.get(base_of(column, row))
        return number_of(self.points, cell) if isinstance(cell, dict) else None

    def value(self, row: Row, column: str, factor: float = 1.0) -> float | None:
        """A cell's place on an axis: its value, or the end that the column's name asks for."""
        number = self.number(row, column)
        if number is None:
            return row[column] / factor if isinstance(row.get(column), float) else None
        quantity, ending = number.quantity, ending_of(column, row)
        place = {"_low": quantity.low, "_high": quantity.high}.get(ending, middle(quantity))
        return None if place is None else float(place) / factor

    def words(self, row: Row, column: str) -> str:
        number = self.number(row, column)
        if number is not None:
            return show(number, self.language).words
        cell = row.get(column)
        return "" if cell is None or isinstance(cell, dict) else self.name(column, cell)

    def numbers(self, unit: Specification, channel: str, panel: Panel) -> Iterator[Number]:
        """The numbers of a part on a channel."""
        column = unit["encoding"].get(channel, {}).get("field")
        for row in self.rows(unit, panel) if column else []:
            if (number := self.number(row, column)) is not None:
                yield number

    # Panels

    def panels_of(self, part: Specification, data: Specification) -> tuple[list[Panel], int]:
        """The panels of a specification in order, and how many stand side by side on a wide page."""
        data = {"data": part["data"]} if "data" in part else data
        inside = {**data, **part}
        if "spec" in part:
            return self.faceted(inside, part["facet"], {**data, **part["spec"]}, part.get("columns"))
        if "mark" in part or "layer" in part:
            units = [unit for _, unit in grammar.units(inside)]
            encodings: list[Specification] = [unit["encoding"] for unit in units]
            if split := next((e for e in encodings if {"row", "column", "facet"} & set(e)), {}):
                by = {k: split[k] for k in ("row", "column") if k in split} or split["facet"]
                return self.faceted(inside, by, without_facets(inside), split.get("facet", {}).get("columns"))
            return [Panel(units, title=heading_of(part))], 1
        panels: list[Panel] = []
        beside = 1
        for key in JOINED:
            for inner in part.get(key, []):
                more, across = self.panels_of(inner, data)
                panels += [replace(one, family=one.family + 100 * n) for n, one in enumerate(more, len(panels) + 1)]
                beside = max(beside, across)
        return panels, max(beside, len(part.get("hconcat", [])))

    def faceted(
        self, inside: Specification, by: Any, spec: Specification, columns: int | None
    ) -> tuple[list[Panel], int]:
        down = "row" in by
        definition = by if "field" in by else by["row" if down else "column"]
        base = self.panels_of(spec, {"data": inside["data"]} if "data" in inside else {})[0][0]
        panels = []
        for key in self.facet_keys(definition, base):
            title = self.name(definition["field"], key)
            panels.append(Panel(base.units, {definition["field"]: key}, {"en": title, "fr": title}, 1))
        return panels, 1 if down else min(columns or MOST_BESIDE, len(panels), MOST_BESIDE)

    def facet_keys(self, definition: Specification, panel: Panel) -> list[str]:
        rows = (row for unit in panel.units for row in self.rows(unit, panel))
        return ordered(keys_of(rows, definition["field"]), definition.get("sort", ...))

    def peers(self, panel: Panel) -> list[Panel]:
        """The panels of the same facet, this one among them."""
        return [p for p in self.panels if p.family == panel.family and p.family % 100] or [panel]


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


def without_facets(part: Specification) -> Specification:
    """A part whose panels are made by its facets, without them."""
    bare = dict(part)
    if "encoding" in part:
        bare["encoding"] = {c: d for c, d in part["encoding"].items() if c not in ("row", "column", "facet")}
    if "layer" in part:
        bare["layer"] = [without_facets(layer) for layer in part["layer"]]
    return bare
