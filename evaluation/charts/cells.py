"""What the cells of a chart's frames must be: figures where a number is drawn, one unit an axis, one number a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..numbers.labels import absent, is_figures, key_of
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity
from . import grammar
from .asked import refuse
from .grammar import mark_of
from .order import is_moment
from .specification import drawn, facets, heading_of, is_alone, is_overlaid, is_stacked, joined, unit_of
from .theme import ACCENT, Specification

SERIES = ("color", "fill", "stroke", "detail", "order")  # what tells the parts of a stack apart

if TYPE_CHECKING:
    import pandas as pd

MOST_SERIES = 4
MOST_SQUARES = 40  # more in a strip are not counted with the eye
DOTS = ("point", "circle", "square")
ENDINGS = ("low", "high", "open", "words", "kind", "n")
PLACED = ("x", "y", "x2", "y2", "fill", "stroke", "shape", "d", "from", "to", "side", "length", "ends", "dashed")
DISCRETE = ("nominal", "ordinal", "temporal")


class Checked:
    """A chart whose frames are looked into before it is recorded."""

    specification: Specification
    units: list[tuple[str, Specification]]
    frame_of: dict[str, pd.DataFrame]

    def name_of(self, unit: Specification, path: str) -> str:
        data = unit.get("data") or {}
        if data.get("name") not in self.frame_of:
            raise refuse(f"{path}.data", "an address or no rows" if data else "no data", "a data frame")
        return str(data["name"])

    def used(self) -> list[str]:
        return list(dict.fromkeys(self.name_of(unit, path) for path, unit in self.units))

    def figure_of(self, name: str, column: str) -> str:
        """The column of figures that a drawn column stands for; empty where it is another kind."""
        frame = self.frame_of[name]
        if column in frame.columns:
            return column if is_figures(frame[column]) else ""
        base, _, ending = column.rpartition("_")
        known = ending in ENDINGS and base in frame.columns and is_figures(frame[base])
        if not known:
            way = "its place among the columns: frame.reset_index()" if column in frame.index.names else ""
            raise refuse("chart", f"the column {column!r}", way or ", ".join(map(str, frame.columns)))
        return base

    # Rules that need the cells

    def check_unit(self, path: str, unit: Specification) -> None:
        name = self.name_of(unit, path)
        mark = mark_of(unit)
        for column in grammar.fields(unit):
            self.figure_of(name, column)
        for channel, definition in grammar.definitions(unit):
            self.check_definition(f"{path}.{channel}", name, channel, definition)
            self.check_tests(f"{path}.{channel}", name, definition)
        self.check_span(unit, path)
        if mark == "bar":
            self.check_bar(path, unit)
        self.check_mark(path, unit, mark)
        self.check_series(path, unit, name)
        self.check_places(path, unit, name)
        if mark == "line":
            self.check_order(path, unit, name)
        if mark == "line" or self.is_over_time(unit, name):
            self.check_line(path, unit, name)

    def check_definition(self, where: str, name: str, channel: str, definition: Mapping[str, Any]) -> None:
        column, kind = definition.get("field"), definition.get("type")
        if column is None:
            return
        figures = self.figure_of(name, column)
        if kind == "quantitative" and not figures:
            allowed = "figures, whose bounds and origins are kept; a year as year:O"
            raise refuse(where, f"{column!r}, which is no column of figures", allowed)
        measured = figures and not column.endswith(("_words", "_kind", "_open"))
        if measured and kind in DISCRETE and channel not in ("text", "detail", "order"):
            raise refuse(where, f"{column!r} as {kind}", f"{column}:Q")

    def check_tests(self, where: str, name: str, definition: Mapping[str, Any]) -> None:
        """A condition asks nothing that a bound leaves open: whether more than 90 is more than 100."""
        for column in grammar.tested(definition):
            if column in PLACED:
                raise refuse(where, f"a condition on the column {column!r}", "another name: a drawing has this one")
            frame = self.frame_of[name]
            cells: Iterable[Any] = frame[column] if column in frame.columns and is_figures(frame[column]) else []
            if open_ended := [c for c in cells if not absent(c) and c.quantity.low != c.quantity.high]:
                allowed = f"a column of names made in pandas, where what is open is said: (frame.{column} > ...)"
                raise refuse(where, f"a condition on {column!r}, which holds {open_ended[0]}", allowed)

    def check_bar(self, path: str, unit: Specification) -> None:
        encoding = unit["encoding"]
        for axis in ("x", "y"):
            definition, other = encoding.get(axis, {}), encoding.get(f"{axis}2")
            if definition.get("type") != "quantitative":
                continue
            scale = definition.get("scale") or {}
            domain = scale.get("domain")
            begins = isinstance(domain, list) and not (min(domain) <= 0 <= max(domain))
            if other is not None or scale.get("zero") is False or scale.get("type") == "log" or begins:
                allowed = "a bar from zero, points, or a rule"
                raise refuse(f"{path}.{axis}", "a bar that does not start at zero", allowed)
        if is_overlaid(unit):
            allowed = "a stack, or bars side by side (xOffset, yOffset)"
            raise refuse(f"{path}.stack", "bars of several series on each other", allowed)

    def check_mark(self, path: str, unit: Specification, mark: str) -> None:
        """Numbers that a mark can show: exact ones by ticks, counts by squares, positive ones on a logarithmic axis."""
        kinds = [unit["encoding"].get(axis, {}).get("type") for axis in ("x", "y")]
        if mark == "rect" and "quantitative" in kinds:
            raise refuse(path, "rect on an axis of figures", "names on both axes (a heat map), or bar")
        for axis in ("x", "y"):
            definition = unit["encoding"].get(axis, {})
            column = definition.get("field", "") if definition.get("type") == "quantitative" else ""
            ends = str(column).endswith(("_low", "_high"))
            for number in self.numbers(unit, column) if column else []:
                quantity = number.quantity
                if mark == "tick" and quantity.bound is not Bound.EXACT and not ends:
                    raise refuse(path, f"a tick for {number}, which shows no bound", "point, or bar")
                if mark == "square" and not is_countable(quantity):
                    allowed = f"exact counts up to {MOST_SQUARES}; else mark_bar or mark_point"
                    raise refuse(path, str(number), allowed)
                if (definition.get("scale") or {}).get("type") == "log" and (quantity.low or 0) <= 0:
                    raise refuse(path, f"{number} on a logarithmic axis", "numbers above zero, or type=linear")

    def check_series(self, path: str, unit: Specification, name: str) -> None:
        for channel in ("color", "fill", "stroke", "strokeDash"):
            definition = unit["encoding"].get(channel, {})
            column = definition.get("field")
            if column and definition.get("type") in DISCRETE:
                keys = {key_of(cell) for cell in self.frame_of[name][column] if not absent(cell)}
                if len(keys) > MOST_SERIES:
                    raise refuse(f"{path}.{channel}", f"{len(keys)} series", f"{MOST_SERIES}; more in panels (facet)")
                check_scale(f"{path}.{channel}", definition, keys, unit)
            if column and definition.get("type") == "quantitative" and mark_of(unit) not in ("rect", "text"):
                allowed = "tones for the cells of a heat map (rect); here x, y or text"
                raise refuse(f"{path}.{channel}", f"tones of {column!r} on {mark_of(unit)}", allowed)
        if "shape" in unit["encoding"]:
            raise refuse(f"{path}.shape", "shapes by a column", "colour: shapes tell published numbers from others")

    def check_places(self, path: str, unit: Specification, name: str) -> None:
        """One number a place: bars and cells that lie on each other, and lines that go back, cannot be read."""
        encoding, mark = unit["encoding"], mark_of(unit)
        across = encoding.get("x", {}).get("type") in DISCRETE and encoding.get("y", {}).get("type") == "quantitative"
        if mark not in ("bar", "rect") and not (mark == "line" and across):
            return
        frame = self.frame_of[name]
        placing = [d for c, d in encoding.items() if c not in ("text", "order") and isinstance(d, dict)]
        drawn = [d["field"] for d in placing if "field" in d]
        drawn += [d["field"] for d in facets(self.specification)]
        apart = [c for c in dict.fromkeys(drawn) if c in frame.columns and not is_figures(frame[c])]
        figures = next((f for c in drawn if c in frame.columns and (f := self.figure_of(name, c))), "")
        seen = set()
        for row in frame.to_dict("records") if figures else []:
            key = tuple(key_of(row[c]) for c in apart)
            if key in seen and not absent(row[figures]):
                allowed = "one row a mark: the latest release (groupby(...).tail(1)), a colour, an offset, or panels"
                raise refuse(path, f"two numbers for {', '.join(key) or 'one mark'}", allowed)
            seen |= set() if absent(row[figures]) else {key}

    def check_line(self, path: str, unit: Specification, name: str) -> None:
        """Two definitions are never mixed in one line."""
        encoding = unit["encoding"]
        frame = self.frame_of[name]
        apart = [d["field"] for c, d in encoding.items() if c not in ("x", "y", "text", "order") and "field" in d]
        apart += [d["field"] for d in facets(self.specification) if d.get("field") in frame.columns]
        drawn = [self.figure_of(name, encoding[a]["field"]) for a in ("x", "y") if encoding.get(a, {}).get("field")]
        for figures in filter(None, drawn):
            found: dict[tuple[str, ...], set[str]] = {}
            keys = [tuple(key_of(row[c]) for c in apart if c in frame) for row in frame.to_dict("records")]
            for key, cell in zip(keys, frame[figures], strict=True):
                if not absent(cell):
                    found.setdefault(key, set()).add(cell.definition)
            for definitions in found.values():
                if len(definitions) > 1:
                    raise refuse(path, f"{', '.join(sorted(definitions))} in one line", "a line a definition")

    def is_over_time(self, unit: Specification, name: str) -> bool:
        """Whether points stand over years or months, where two definitions would read as a change."""
        encoding = unit["encoding"]
        columns = [encoding.get(axis, {}).get("field", "") for axis in ("x", "y") if mark_of(unit) in DOTS]
        return any(
            all(is_moment(key_of(cell)) for cell in self.frame_of[name][column] if not absent(cell))
            for column in columns
            if column in self.frame_of[name].columns and not is_figures(self.frame_of[name][column])
        )

    def check_order(self, path: str, unit: Specification, name: str) -> None:
        """A line goes through years and months in their order, forwards or backwards."""
        for axis in ("x", "y"):
            definition = unit["encoding"].get(axis, {})
            column, sort = definition.get("field", ""), definition.get("sort")
            if column not in self.frame_of[name].columns or sort in (None, "ascending", "descending"):
                continue
            keys = [key_of(cell) for cell in self.frame_of[name][column] if not absent(cell)]
            asked = [str(key) for key in sort] if isinstance(sort, list) else []
            in_order = isinstance(sort, list) and asked in (sorted(asked), sorted(asked, reverse=True), keys)
            if all(map(is_moment, keys)) and not in_order:
                raise refuse(f"{path}.{axis}.sort", str(sort), 'years in their order: sort="ascending" or "descending"')

    def check_joined(self) -> None:
        """Charts that draw the same columns are told apart by their titles."""
        charts = list(joined(self.specification))
        for chart, path in charts:
            same = [other for other, _ in charts if drawn(other) == drawn(chart)]
            if len(same) > 1 and not heading_of(chart):
                allowed = 'a title for each: alt.Chart(frame, title=N_("..."))'
                raise refuse(path, f"one of {len(same)} charts that draw the same columns, without a title", allowed)

    def check_units_of_axes(self, group: list[Specification], path: str) -> None:
        """One unit on an axis, and bounds that are not stacked."""
        for axis in ("x", "y"):
            for unit in group:
                self.check_stack(unit, axis, path)
            if len(found := self.units_of(group, axis, f"{axis}2")) > 1:
                raise refuse(f"{path}.{axis}", f"two units ({', '.join(found)}) on one axis", "one unit an axis")
        for unit in group:
            if len(tones := self.units_of([unit], "color")) > 1:
                raise refuse(f"{path}.color", f"two units ({', '.join(tones)}) in one scale", "one unit a scale")

    def units_of(self, group: list[Specification], *channels: str) -> list[str]:
        """What the numbers on some channels count."""
        columns = [(unit, unit["encoding"].get(channel, {}).get("field")) for unit in group for channel in channels]
        return list(dict.fromkeys(unit_of(n) for unit, column in columns if column for n in self.numbers(unit, column)))

    def check_lines_named(self, group: list[Specification], path: str) -> None:
        """Lines in colours of their own have names: a reader who sees no colours is told which is which."""
        if any(mark_of(unit) == "text" for unit in group):
            return
        inks = dict.fromkeys(own_ink(unit) for unit in group if mark_of(unit) == "line")
        if len(inks) > 1:
            allowed = "a column of names on color=, or a mark_text of their names at their ends"
            raise refuse(path, f"lines in {len(inks)} colours without their names", allowed)

    def check_stack(self, unit: Specification, axis: str, path: str) -> None:
        column = unit["encoding"].get(axis, {}).get("field")
        if not column or not is_stacked(unit, axis):
            return
        other = "y" if axis == "x" else "x"
        frame = self.frame_of[self.name_of(unit, path)]
        if column in frame and any(map(absent, frame[column])):
            allowed = f"every part of a whole; else bars side by side ({other}Offset), or rows without it dropped"
            raise refuse(f"{path}.{axis}", "a missing part in a stack", allowed)
        self.check_gaps(unit, other, f"{path}.{axis}")
        for number in self.numbers(unit, column):
            quantity = number.quantity
            if quantity.low != quantity.high or (quantity.about and not is_alone(unit, axis)):
                allowed = f"exact numbers in a stack; else bars side by side ({other}Offset), whose bounds can be seen"
                raise refuse(f"{path}.{axis}", f"{number} in a stack", allowed)
            if quantity.low is not None and quantity.low < 0:
                raise refuse(f"{path}.{axis}", f"{number}, below zero, in a stack", "bars side by side")

    def check_gaps(self, unit: Specification, time: str, path: str) -> None:
        """Each part of a stack over time has a row from its first moment to its last: a stack would draw zero."""
        when = unit["encoding"].get(time, {}).get("field", "")
        part = next((unit["encoding"][c]["field"] for c in SERIES if "field" in unit["encoding"].get(c, {})), "")
        frame = self.frame_of[self.name_of(unit, path)]
        if not {when, part} <= set(frame.columns) or not all(is_moment(key_of(cell)) for cell in frame[when]):
            return
        panels = [d["field"] for d in facets(self.specification) if d.get("field") in frame.columns]
        for _, rows in frame.groupby([frame[c].map(key_of) for c in panels]) if panels else [((), frame)]:
            moments = sorted({key_of(cell) for cell in rows[when]})
            for name, own in rows.groupby(rows[part].map(key_of)):
                there = sorted({key_of(cell) for cell in own[when]})
                if gap := next((m for m in moments if there[0] < m < there[-1] and m not in there), ""):
                    allowed = f"a row for each part, 0 where that is published; else bars side by side ({time}Offset)"
                    raise refuse(path, f"no row of {name!r} in {gap} in a stack", allowed)

    def check_span(self, unit: Specification, path: str) -> None:
        """A rule from a number itself to an end of it begins in its middle, which no source has."""
        for axis in ("x", "y"):
            columns = [str(unit["encoding"].get(c, {}).get("field", "")) for c in (axis, f"{axis}2")]
            bases = [self.figure_of(self.name_of(unit, path), c) for c in columns if c]
            if len(bases) == 2 and bases[0] == bases[1] and bases[0] in columns:
                allowed = f"{axis}={bases[0] + '_low'!r}, {axis}2={bases[0] + '_high'!r}"
                raise refuse(f"{path}.{axis}", f"{' to '.join(columns)}, from a number to an end of it", allowed)

    def numbers(self, unit: Specification, column: str) -> Iterable[Number]:
        name = self.name_of(unit, "chart")
        figures = self.figure_of(name, column)
        return [cell for cell in self.frame_of[name][figures] if not absent(cell)] if figures else []


def is_countable(quantity: Quantity) -> bool:
    """Whether squares can stand for a number."""
    value = quantity.value
    return quantity.bound is Bound.EXACT and value == int(value) and 0 <= value <= MOST_SQUARES


def own_ink(unit: Specification) -> str:
    """The colour of a part that is one colour without a key; empty where a column or a text gives it."""
    mark, encoding = unit["mark"], unit["encoding"]
    given = [encoding.get(c, {}) for c in ("color", "stroke")]
    if any("field" in one or "datum" in one for one in given):
        return ""
    own = [mark.get(c) for c in ("color", "stroke")]
    return next(filter(None, [*(one.get("value") for one in given), *own]), ACCENT)


def check_scale(where: str, definition: Mapping[str, Any], keys: set[str], unit: Specification) -> None:
    """A colour a name, each its own, and said in a key or beside the marks."""
    scale = definition.get("scale") or {}
    colours, names = scale.get("range"), scale.get("domain")
    if colours and len(colours) < len(keys):
        raise refuse(f"{where}.scale", f"{len(colours)} colours for {len(keys)} names", "a colour for each name")
    if colours and len(set(colours[: len(keys)])) < len(keys):
        allowed = "a colour for each name; one bar dark and the rest grey by a condition"
        raise refuse(f"{where}.scale", "one colour for several names", allowed)
    if names and (left := sorted(keys - {str(name) for name in names})):
        raise refuse(f"{where}.scale", f"no place for {left[0]!r} in the domain", "every name of the column")
    if definition.get("legend", 0) is None and is_stacked(unit, "x") | is_stacked(unit, "y"):
        raise refuse(f"{where}.legend", "a stack without a key", "its key: no legend=None")
