"""What the cells of a chart's frames must be: figures where a number is drawn, one unit an axis, one number a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ..language import is_moment
from ..numbers.labels import absent, is_figures, key_of
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .grammar import Units, refuse
from .parts import DISCRETE, MEASURED, UPPER, Cell, Part, Row, keys_of, unit_of
from .theme import ACCENT, Specification

if TYPE_CHECKING:
    import pandas as pd

MOST_SERIES = 4
DOTS = ("point", "circle")
ENDS = ("low", "high")  # of a column of figures, as <column>_low
Refusal = tuple[str, str, str]  # where, what is found, what is allowed


@dataclass
class Table:
    """A frame as it is drawn: its columns of figures, its other columns, and its rows."""

    frame: pd.DataFrame
    figures: list[str]
    names: list[str]
    rows: list[Row]


def tables_of(units: Units, facet: Specification, frame_of: dict[str, pd.DataFrame]) -> dict[str, Table]:
    """The frames that are drawn, by name of data; the parts' columns become those of the frames, with the ends of
    figures apart. Raises ChartRefused for data that are no frame, and for columns that are not there or of another
    kind."""
    drawn: dict[str, list[str]] = {}
    for path, unit in units:
        data = unit.get("data") or {}
        if data.get("name") not in frame_of:
            raise refuse("chart.data", "an address or no rows" if data else "no data", "a data frame")
        frame, encoding = frame_of[data["name"]], unit["encoding"]
        unit["encoding"] = {c: of_frame(f"{path}.{c}", c, definition, frame) for c, definition in encoding.items()}
        columns = {definition["field"] for definition in unit["encoding"].values() if "field" in definition}
        drawn.setdefault(data["name"], []).extend(sorted(columns))
    if panels := facet.get("field", ""):
        frames = sorted(frame_of.values(), key=lambda frame: panels not in frame)
        of_frame("chart.facet", "facet", facet, frames[0])
    return {name: table(frame_of[name], [*columns, panels]) for name, columns in drawn.items()}


def table(frame: pd.DataFrame, columns: list[str]) -> Table:
    """A frame with some of its columns."""
    columns = [column for column in dict.fromkeys(columns) if column in frame]
    figures = [column for column in columns if is_figures(frame[column])]
    rows = [
        {c: None if absent(row[c]) else Cell(row[c]) if c in figures else key_of(row[c]) for c in columns}
        for row in frame[columns].to_dict("records")
    ]
    return Table(frame, figures, [column for column in columns if column not in figures], rows)


def of_frame(where: str, channel: str, definition: Specification, frame: pd.DataFrame) -> Specification:
    """What stands on a channel, by the frame's own column: figures are drawn as figures, names as names."""
    column, kind = definition.get("field", ""), definition.get("type")
    if not column:
        return definition
    base, _, end = column.rpartition("_")
    if column in frame:
        base, end = column, ""
    elif not (end in ENDS and base in frame and is_figures(frame[base])):
        way = "its place among the columns: frame.reset_index()" if column in frame.index.names else ""
        way = "names that are text: frame.rename(columns=str)" if column in map(str, frame.columns) else way
        raise refuse("chart", f"the column {column!r}", way or ", ".join(map(str, frame.columns)))
    figures = is_figures(frame[base])
    if kind == "quantitative" and not figures:
        allowed = "figures, whose bounds and origins are kept; a year as year:O"
        raise refuse(where, f"{column!r}, which is no column of figures", allowed)
    if figures and kind in DISCRETE and channel != "detail":
        raise refuse(where, f"{column!r} as {kind}", f"{column}:Q")
    return definition | ({"field": base, "end": end} if end else {})


def check(parts: list[Part], facet: Specification) -> None:
    """Raises ChartRefused for the first cell or part that would mislead."""
    if not parts:
        raise refuse("chart", "no mark", "at least one")
    panels = facet.get("field", "")
    own = (
        chain(of_colours(part), of_axes(part), of_rules(part), of_names(part, panels), of_places(part, panels))
        for part in parts
    )
    if wrong := next(chain(chain.from_iterable(own), of_all(parts)), None):
        raise refuse(*wrong)


# What is wrong with one part


def of_colours(part: Part) -> Iterator[Refusal]:
    """A colour a name, each its own, no more of them than a reader tells apart. A tone shows neither that a number is a
    bound nor that it is the review's own estimate."""
    where = f"{part.path}.color"
    for number in part.numbers("color"):
        if number.quantity.bound not in (Bound.EXACT, Bound.ABOUT) or number.kind == "estimate":
            found = f"{number} as a tone" + (", our own estimate" if number.kind == "estimate" else "")
            yield where, found, "published numbers, exact or about so; else bars or points"
    keys = keys_of(part.rows, part.series)
    if len(keys) > MOST_SERIES:
        yield where, f"{len(keys)} series", f"{MOST_SERIES}; more in panels (facet)"
    scale = part.encoding.get("color", {}).get("scale") or {}
    inks, domain = scale.get("range"), {str(name) for name in scale.get("domain") or keys}
    if (inks and len(set(inks[: len(keys)])) < len(keys)) or not domain.issuperset(keys):
        found = f"{len(set(inks or []))} colours, {len(domain)} in the domain, for {len(keys)} names"
        yield f"{where}.scale", found, "each name in it, each its own colour"


def of_axes(part: Part) -> Iterator[Refusal]:
    """Figures stand along one axis, names or moments along the other; bars lie and begin at zero, lines go through
    years or months in their order; a line across a panel has one axis."""
    mark, kinds = part.mark, [part.kind(axis) for axis in ("x", "y") if axis in part.encoding]
    upright = part.kind("y") == "quantitative"
    over_time = upright and is_over_time(part, "x")
    scale = part.encoding.get("x", {}).get("scale") or {}
    low, *_, high = sorted(scale.get("domain") or (0, 0))
    cut = "x2" in part.encoding or scale.get("zero") is False or not low <= 0 <= high
    lying = "bars that lie (figures on x, years on y), or mark_line(point=True)"
    for wrong, found, allowed in (
        (len(kinds) < 2 and mark != "rule", f"{mark} on one axis", 'figures on x and names on y: y="place:N"'),
        (kinds.count("quantitative") > 1, "figures on both axes", "names or years on one; or a chart for each"),
        (mark == "rect" and "quantitative" in kinds, "rect on an axis of figures", "names on both axes, or bar"),
        (mark == "line" and not over_time, "a line not through time", "years or months on x; or points"),
        (mark == "bar" and over_time, "upright bars", lying),
        (upright and part.field("x") and not over_time, f"names under a {mark}", "names on y and figures on x"),
        (mark == "bar" and cut, "a bar that does not start at zero", "a bar from zero, points, or a rule"),
    ):
        if wrong:
            yield part.path, found, allowed


def of_rules(part: Part) -> Iterator[Refusal]:
    """A rule lies across the panel at an exact number or a name, or goes from end to end of one column's intervals, or
    from one column's numbers to another's: no source has the middle of an interval, where it would begin."""
    if part.mark != "rule":
        return
    ends = [axis for axis in ("x", "y") if f"{axis}2" in part.encoding]
    channels = [channel for axis in ends or ("x", "y") for channel in (axis, f"{axis}2")]
    column, spanned = part.field(channels[0]), any(map(part.spanned, ends))
    if not ends and {"x", "y"} <= set(part.encoding):
        yield part.path, "a rule without an end", "x or y alone (across), x and x2, y and y2; or bar"
    if ends and not spanned and len({part.field(channel) for channel in channels}) < 2:
        one, other = (part.field(c) + (f"_{end}" if (end := part.encoding[c].get("end")) else "") for c in channels)
        allowed = f"{ends[0]}={column + '_low'!r}, {ends[0]}2={column + '_high'!r}"
        yield part.path, f"{one} to {other}, from a number to an end of it", allowed
    for number in part.numbers(*channels):
        bound = number.quantity.bound
        if spanned and (number.quantity.high is None or bound in UPPER):
            allowed = f"mark_point of {column}, which draws its intervals, arrows and outlines"
            yield part.path, f"a rule from end to end of {number}", allowed
        elif not spanned and (bound is Bound.BETWEEN or not (ends or bound is Bound.EXACT)):
            allowed = "ends of its own (n_low, n_high)" if ends else "an exact number; else a row of its own"
            yield part.path, f"a rule {'from' if ends else 'across,'} {number}", allowed


def of_names(part: Part, panels: str) -> Iterator[Refusal]:
    """A number has its names, without which its mark would be left out."""
    columns = [part.field(axis) for axis in ("x", "y") if part.kind(axis) in DISCRETE]
    for column in filter(None, [*columns, panels]):
        if any(row.get(column, "") is None and any(part.cell(row, c) for c in part.encoding) for row in part.rows):
            allowed = f"a name in each row, else frame.dropna(subset={column!r})"
            yield part.path, f"a number without a name in {column!r}", allowed


def of_places(part: Part, panels: str) -> Iterator[Refusal]:
    """One number a place: bars and cells that lie on each other, and lines that go back, cannot be read; and two
    definitions are never mixed in one line, nor in points over time, where they would read as a change."""
    if part.mark in ("bar", "rect", "line"):
        # bars of one name lie on each other, whatever their colours
        for key, numbers in by_names(part, panels, *(("color", "detail") if part.mark == "bar" else ())).items():
            if len(numbers) > 1:
                found = f"two numbers for {', '.join(filter(None, key)) or 'one mark'}"
                yield part.path, found, ways_apart(part)
    if part.mark == "line" or (part.mark in DOTS and any(is_over_time(part, axis) for axis in ("x", "y"))):
        for numbers in by_names(part, panels, "x", "y").values():
            if len(mixed := {number.definition for number in numbers}) > 1:
                yield part.path, f"{', '.join(sorted(mixed))} in one line", "a line a definition"


def by_names(part: Part, panels: str, *along: str) -> dict[tuple[str | None, ...], list[Number]]:
    """The numbers of a part by the names that channels and panels give them; those of a line ``along`` its axes, whose
    names do not tell them apart."""
    fields = dict.fromkeys([*(part.field(channel) for channel in part.encoding if channel not in along), panels])
    found = dict[tuple[str | None, ...], list[Number]]()
    for row in part.rows:
        numbers = [number for channel in ("x", "y", "color") if (number := part.number(row, channel))]
        key = tuple(name if isinstance(name := row.get(field), str) else None for field in fields)
        found.setdefault(key, []).extend(numbers[:1])
    return found


def ways_apart(part: Part) -> str:
    """How numbers of one place are drawn apart."""
    name = part.field("y")
    if part.mark != "bar" or part.series in ("", name):
        return "one row a mark: the latest release (groupby(...).tail(1)), a line a colour, or panels"
    rows = f'y="{part.series}:N", row="{name}:{"N" if part.kind("y") == "nominal" else "O"}"'
    return f"a bar each, in rows: {rows}; over years a line each (mark_line)"


def is_over_time(part: Part, axis: str) -> bool:
    """Whether years or months stand along an axis of a part."""
    return part.kind(axis) in DISCRETE and all(map(is_moment, keys_of(part.rows, part.field(axis))))


# What is wrong with parts together


def of_all(parts: list[Part]) -> Iterator[Refusal]:
    """Parts share their axes: one unit an axis, and lines in colours of their own with names, so that a reader who
    sees no colours is told which is which."""
    for channels in (("x", "x2"), ("y", "y2"), ("color",)):
        counted = sorted({unit_of(number) for part in parts for number in part.numbers(*channels)})
        if len(counted) > 1:
            yield f"chart.{channels[0]}", f"two units ({', '.join(counted)}) on one axis", "one unit an axis"
    if not any(part.kind(axis) in DISCRETE for part in parts for axis in ("x", "y")):
        yield "chart", "figures alone", "names, years or months along the other axis"
    if {"rect", "rule"} <= {part.mark for part in parts}:
        yield "chart", "a rule over cells", "cells alone, and the event in the subtitle; or a rule over lines or bars"
    drawn = [part for part in parts if part.mark in MEASURED]
    plain = [part for part in drawn if "color" not in {*part.encoding, *part.unit["mark"]}]
    if plain and any(part.series for part in drawn):
        found = f"{plain[0].mark} without a colour beside names in colours, in the first of them"
        yield "chart.color", found, "the same color= on each part; or color=INK, told in the subtitle"
    lines = [(part.encoding.get("color", {}), part.unit["mark"]) for part in parts if part.mark == "line"]
    inks = {"" if "field" in given else given.get("value") or mark.get("color", ACCENT) for given, mark in lines}
    if len(inks) > 1:
        allowed = "a column of names on color=; or on detail=, with color=highlight(...)"
        yield "chart", f"lines in {len(inks)} colours without their names", allowed
