"""Parts of a chart's specification: its titles, what shares axes, what tells panels apart, what is stacked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from ..numbers.labels import absent, key_of
from ..numbers.number import Number
from . import grammar
from .grammar import mark_of, refuse
from .points import Point, same_number
from .theme import Specification


def titles(specification: Any, where: str = "chart") -> Iterable[tuple[str, Any]]:
    """Every title and constant text in a specification."""
    if isinstance(specification, dict):
        for key, value in specification.items():
            if key == "title" and value:
                yield f"{where}.title", value.get("text") if isinstance(value, dict) and "text" in value else value
            elif key == "value" and where.endswith(".text") and isinstance(value, str):
                yield where, value
            elif key != "datasets":
                yield from titles(value, f"{where}.{key}")
    elif isinstance(specification, list):
        for part in specification:
            yield from titles(part, where)


def together(specification: Specification, path: str = "chart") -> Iterable[tuple[list[Specification], str]]:
    """The parts that share their axes: the layers of one panel."""
    if "layer" in specification or "mark" in specification:
        yield [unit for _, unit in grammar.units(specification)], path
        return
    data = {"data": specification["data"]} if "data" in specification else {}
    for key in (*JOINED, "spec"):
        for part in grammar.each(specification.get(key, [])):
            yield from together({**data, **part}, f"{path}.{key}")


JOINED = ("hconcat", "vconcat")


def joined(specification: Specification, path: str = "chart") -> Iterable[tuple[Specification, str]]:
    """The charts that stand side by side or one below the other, with where they stand."""
    data = {"data": specification["data"]} if "data" in specification else {}
    for key in JOINED:
        for number, part in enumerate(specification.get(key, []), start=1):
            inside = {**data, **part}
            found = list(joined(inside, f"{path}.{key}{number}"))
            yield from found or [(inside, f"{path}.{key}{number}")]


def drawn(specification: Specification) -> set[tuple[str, str, str]]:
    """What a chart draws: mark, channel and column of each of its parts."""
    return {
        (mark_of(unit), channel, str(definition.get("field")))
        for _, unit in grammar.units(specification)
        for channel, definition in unit["encoding"].items()
        if isinstance(definition, dict)
    }


def heading_of(specification: Specification) -> Any:
    """The title of a chart that is a part of another."""
    title = specification.get("title", "")
    return title.get("text", title) if isinstance(title, dict) and "text" in title else title


def placed(specification: Specification, marks: Iterable[str]) -> set[int]:
    """The points whose numbers themselves stand on an axis by one of these marks, not an end of theirs."""
    found = set()
    for _, unit in grammar.units(specification):
        fields = [unit["encoding"].get(axis, {}).get("field") for axis in ("x", "y") if mark_of(unit) in marks]
        for row in specification["datasets"][unit["data"]["name"]] if any(fields) else []:
            cells = [row.get(field) for field in fields if field]
            found |= {cell["point"] for cell in cells if isinstance(cell, dict) and not cell.get("interval")}
    return found


def facets(specification: Specification) -> list[dict[str, Any]]:
    """What the panels of a chart are told apart by."""
    found = []
    for key, value in specification.items():
        if key == "facet":
            found += [value] if "field" in value else [value[k] for k in ("row", "column") if k in value]
        elif key == "encoding":
            found += [value[k] for k in ("row", "column", "facet") if k in value]
        elif key in grammar.COMPOSED:
            for part in grammar.each(value):
                found += facets(part)
    return found


def is_grid(unit: Specification) -> bool:
    """Whether circles stand where names across meet names down: full where there is a number, else a ring."""
    kinds = [unit["encoding"].get(axis, {}).get("type") for axis in ("x", "y")]
    return mark_of(unit) == "circle" and all(kind in grammar.DISCRETE for kind in kinds)


def is_stacked(unit: Specification, axis: str) -> bool:
    """Whether bars of several series lie on each other along an axis."""
    encoding = unit["encoding"]
    definition = encoding.get(axis, {})
    if mark_of(unit) != "bar" or definition.get("type") != "quantitative" or f"{axis}2" in encoding:
        return False
    return is_parted(encoding, "y" if axis == "x" else "x")


def is_alone(unit: Specification, axis: str) -> bool:
    """Whether one bar alone is stacked along an axis: a whole and its parts, whose numbers its key says."""
    return is_stacked(unit, axis) and ("y" if axis == "x" else "x") not in unit["encoding"]


def is_parted(encoding: Specification, other: str) -> bool:
    """Whether a place on the ``other`` axis has bars of several series that do not stand side by side."""
    parted = any(encoding.get(c, {}).get("field") for c in ("color", "detail"))
    same = encoding.get("color", {}).get("field") in (encoding.get(other, {}).get("field"), None)
    return parted and not same and f"{other}Offset" not in encoding


def spanned(encoding: Mapping[str, Any], axis: str, columns: Container[str]) -> str:
    """The column from whose low end to whose high end a part reaches along an axis; empty where there is none, and
    where the ends are ``columns`` of their own."""
    low, high = (encoding.get(channel, {}).get("field", "") for channel in (axis, f"{axis}2"))
    column = str(low).removesuffix("_low")
    return column if (low, high) == (f"{column}_low", f"{column}_high") and low not in columns else ""


def named_marks(units: Iterable[Specification], texts: Iterable[str]) -> bool:
    """Whether marks stand each at a name, so that one without a number is seen to be missing; a line has a gap."""
    units = list(units)
    fields = {unit["encoding"].get(axis, {}).get("field") for unit in units for axis in ("x", "y")}
    return bool(fields & set(texts)) and not any(mark_of(unit) in ("line", "area") for unit in units)


def interval_of(point: Any, cell: Any) -> Any:
    """A cell whose number is the interval of another cell's."""
    return None if point is None or absent(cell) else point | {"interval": True}


def cell_of(cell: Any) -> Any:
    return None if absent(cell) else key_of(cell)


def refer(narrow: Specification, points: Sequence[Point], whole: Sequence[Point]) -> None:
    """Have the cells of a chart for narrow pages be among those of the whole chart, whose table stands with both.
    Raises ChartRefused for a number that the whole chart does not draw."""
    known = {same_number(p.interval): {"point": n, "interval": True} for n, p in enumerate(whole) if p.interval}
    known = {same_number(point.number): {"point": place} for place, point in enumerate(whole)} | known
    for row in (row for rows in narrow["datasets"].values() for row in rows):
        for column, cell in row.items():
            if isinstance(cell, dict):
                number = number_of(points, cell)
                if same_number(number) not in known:
                    raise refuse("narrow", f"{number}, which the chart itself does not draw", "numbers of the chart")
                row[column] = known[same_number(number)]


def unit_of(number: Number) -> str:
    """A unit that tells people from people an organization."""
    parts = [f"{unit}" if power == 1 else f"{unit}^{power}" for unit, power in sorted(number.dimension.items())]
    return " ".join(parts) if len(parts) > 1 else number.unit


def number_of(points: Sequence[Point], cell: Mapping[str, Any]) -> Number:
    """The number that a cell of a recorded row refers to: a point's, or its interval."""
    point = points[cell["point"]]
    return point.interval if cell.get("interval") and point.interval else point.number
