"""What the cells of a chart's frames must be: figures where a number is drawn, one unit an axis, one number a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..language import is_moment
from ..numbers.labels import absent, is_figures, key_of
from ..numbers.number import Number
from ..numbers.quantity import Bound
from . import grammar
from .grammar import DISCRETE, MEASURED, mark_of, refuse, spanned
from .points import ENDINGS, UPPER, unit_of
from .theme import ACCENT, Specification

if TYPE_CHECKING:
    import pandas as pd

MOST_SERIES = 4
DOTS = ("point", "circle")


class Checked:
    """A chart whose frames are looked into before it is recorded."""

    units: list[tuple[str, Specification]]
    facet: Specification
    frame_of: dict[str, pd.DataFrame]

    def name_of(self, unit: Specification) -> str:
        """The name of a part's data. Raises ChartRefused for data that are no frame."""
        data = unit.get("data") or {}
        if data.get("name") not in self.frame_of:
            raise refuse("chart.data", "an address or no rows" if data else "no data", "a data frame")
        return str(data["name"])

    def frame(self, unit: Specification) -> pd.DataFrame:
        """The data frame that a part draws."""
        return self.frame_of[self.name_of(unit)]

    def figure_of(self, name: str, column: str) -> str:
        """The column of figures that a drawn column stands for; empty where it is another kind."""
        frame = self.frame_of[name]
        if column in frame.columns:
            return column if is_figures(frame[column]) else ""
        base, _, ending = column.rpartition("_")
        if not (ending in ENDINGS and base in frame.columns and is_figures(frame[base])):
            way = "its place among the columns: frame.reset_index()" if column in frame.index.names else ""
            raise refuse("chart", f"the column {column!r}", way or ", ".join(map(str, frame.columns)))
        return base

    def numbers(self, unit: Specification, column: str) -> list[Number]:
        """The numbers of a column, or of the column that it is a part of."""
        figures = self.figure_of(self.name_of(unit), column) if column else ""
        return [cell for cell in self.frame(unit)[figures] if not absent(cell)] if figures else []

    def figures_on(self, unit: Specification, *channels: str) -> list[str]:
        """The columns of figures that stand on some channels of a part, or on any."""
        encoding = unit["encoding"]
        fields = [encoding[c]["field"] for c in channels or encoding if "field" in encoding.get(c, {})]
        return list(dict.fromkeys(filter(None, (self.figure_of(self.name_of(unit), field) for field in fields))))

    def by_names(self, unit: Specification, column: str, *along: str) -> dict[tuple[str, ...], list[Number]]:
        """The numbers of a column by the names that channels and panels give them; those of a line ``along`` its axes,
        whose names do not tell them apart."""
        frame, found = self.frame(unit), dict[tuple[str, ...], list[Number]]()
        fields = [d["field"] for c, d in unit["encoding"].items() if "field" in d and c not in along]
        fields += [self.facet["field"]] if self.facet else []
        names = [c for c in dict.fromkeys(fields) if c in frame.columns and not is_figures(frame[c])]
        for row in frame.to_dict("records"):
            if not absent(row[column]):
                found.setdefault(tuple(key_of(row[c]) for c in names), []).append(row[column])
        return found

    def check(self) -> None:
        """Raises ChartRefused for the first cell or part that would mislead."""
        if not self.units:
            raise refuse("chart", "no mark", "at least one")
        for path, unit in self.units:
            for channel, definition in unit["encoding"].items():
                self.check_definition(f"{path}.{channel}", unit, channel, definition)
            self.check_series(f"{path}.color", unit)
            self.check_axes(path, unit)
            self.check_rule(path, unit)
            self.check_names(path, unit)
            self.check_places(path, unit)
        self.check_together([unit for _, unit in self.units])

    # One part

    def check_definition(self, where: str, unit: Specification, channel: str, definition: Mapping[str, Any]) -> None:
        """Columns are the frame's; figures are drawn as figures, names as names."""
        column, kind = definition.get("field", ""), definition.get("type")
        figures = self.figure_of(self.name_of(unit), column) if column else ""
        if column and kind == "quantitative" and not figures:
            allowed = "figures, whose bounds and origins are kept; a year as year:O"
            raise refuse(where, f"{column!r}, which is no column of figures", allowed)
        if figures and kind in DISCRETE and channel != "detail":
            raise refuse(where, f"{column!r} as {kind}", f"{column}:Q")

    def check_series(self, where: str, unit: Specification) -> None:
        """A colour a name, each its own, no more of them than a reader tells apart."""
        definition = unit["encoding"].get("color", {})
        if "field" not in definition or grammar.is_highlight(definition):
            return
        if definition["type"] == "quantitative":
            return self.check_tones(where, unit, definition["field"])
        keys = {key_of(cell) for cell in self.frame(unit)[definition["field"]] if not absent(cell)}
        if len(keys) > MOST_SERIES:
            raise refuse(where, f"{len(keys)} series", f"{MOST_SERIES}; more in panels (facet)")
        scale = definition.get("scale") or {}
        inks, domain = scale.get("range"), {str(name) for name in scale.get("domain") or keys}
        if (inks and len(set(inks[: len(keys)])) < len(keys)) or not keys <= domain:
            found = f"{len(set(inks or []))} colours, {len(domain)} in the domain"
            raise refuse(f"{where}.scale", f"{found}, for {len(keys)} names", "each name in it, each its own colour")
        return None

    def check_tones(self, where: str, unit: Specification, column: str) -> None:
        """A tone shows neither that a number is a bound nor that it is the review's own estimate."""
        for number in self.numbers(unit, column) if mark_of(unit) == "rect" else []:
            if number.quantity.bound not in (Bound.EXACT, Bound.ABOUT) or number.kind == "estimate":
                found = f"{number} as a tone" + (", our own estimate" if number.kind == "estimate" else "")
                raise refuse(where, found, "published numbers, exact or about so; else bars or points")

    def check_axes(self, path: str, unit: Specification) -> None:
        """Figures stand along one axis, names or moments along the other; bars lie and begin at zero, lines go through
        years or months in their order; a line across a panel has one axis."""
        mark, encoding = mark_of(unit), unit["encoding"]
        kinds = [encoding[axis].get("type") for axis in ("x", "y") if axis in encoding]
        upright = encoding.get("y", {}).get("type") == "quantitative"
        over_time = upright and self.is_over_time(unit, "x")
        scale = encoding.get("x", {}).get("scale") or {}
        low, *_, high = sorted(scale.get("domain") or (0, 0))
        cut = "x2" in encoding or scale.get("zero") is False or not low <= 0 <= high
        lying = "bars that lie (figures on x, years on y), or mark_line(point=True)"
        for wrong, found, allowed in (
            (len(kinds) < 2 and mark != "rule", f"{mark} on one axis", 'figures on x and names on y: y="place:N"'),
            (kinds.count("quantitative") > 1, "figures on both axes", "names or years on one; or a chart for each"),
            (mark == "rect" and "quantitative" in kinds, "rect on an axis of figures", "names on both axes, or bar"),
            (mark == "line" and not over_time, "a line not through time", "years or months on x; or points"),
            (mark == "bar" and over_time, "upright bars", lying),
            (upright and "x" in encoding and not over_time, f"names under a {mark}", "names on y and figures on x"),
            (mark == "bar" and cut, "a bar that does not start at zero", "a bar from zero, points, or a rule"),
        ):
            if wrong:
                raise refuse(path, found, allowed)

    def check_rule(self, path: str, unit: Specification) -> None:
        """A rule lies across the panel at an exact number or a name, or goes from end to end of one column's intervals,
        or from one column's numbers to another's: no source has the middle of an interval, where it would begin."""
        encoding = unit["encoding"]
        ends = [axis for axis in ("x", "y") if f"{axis}2" in encoding]
        if mark_of(unit) != "rule":
            return
        if column := next(filter(None, (spanned(encoding, axis, self.frame(unit)) for axis in ends)), ""):
            for number in self.numbers(unit, column):
                if number.quantity.high is None or number.quantity.bound in UPPER:
                    allowed = f"mark_point of {column}, which draws its intervals, arrows and outlines"
                    raise refuse(path, f"a rule from end to end of {number}", allowed)
            return
        if not ends and {"x", "y"} <= set(encoding):
            raise refuse(path, "a rule without an end", "x or y alone (across), x and x2, y and y2; or bar")
        figures = self.figures_on(unit, *(c for axis in ends or ("x", "y") for c in (axis, f"{axis}2")))
        if ends and len(figures) < 2:
            column = figures[0] if figures else "n"
            allowed = f"{ends[0]}={column + '_low'!r}, {ends[0]}2={column + '_high'!r}"
            found = f"{encoding[ends[0]].get('field')} to {encoding[ends[0] + '2'].get('field')}"
            raise refuse(path, f"{found}, from a number to an end of it", allowed)
        for number in (number for column in figures for number in self.numbers(unit, column)):
            if number.quantity.bound is Bound.BETWEEN or not (ends or number.quantity.bound is Bound.EXACT):
                allowed = "ends of its own (n_low, n_high)" if ends else "an exact number; else a row of its own"
                raise refuse(path, f"a rule {'from' if ends else 'across,'} {number}", allowed)

    def check_names(self, path: str, unit: Specification) -> None:
        """A number has its names, without which its mark would be left out."""
        frame, named = self.frame(unit), [unit["encoding"].get(axis, {}) for axis in ("x", "y")]
        columns = [one["field"] for one in (*named, self.facet) if one.get("type") in DISCRETE and "field" in one]
        for figures in self.figures_on(unit):
            for column in (column for column in columns if column in frame.columns):
                if (frame[column].map(absent) & ~frame[figures].map(absent)).any():
                    allowed = f"a name in each row, else frame.dropna(subset={column!r})"
                    raise refuse(path, f"a number without a name in {column!r}", allowed)

    def check_places(self, path: str, unit: Specification) -> None:
        """One number a place: bars and cells that lie on each other, and lines that go back, cannot be read; and two
        definitions are never mixed in one line, nor in points over time, where they would read as a change."""
        mark, encoding = mark_of(unit), unit["encoding"]
        across = encoding.get("x", {}).get("type") in DISCRETE and encoding.get("y", {}).get("type") == "quantitative"
        if mark in ("bar", "rect") or (mark == "line" and across):
            # bars of one name lie on each other, whatever their colours
            apart = ("color", "detail") if mark == "bar" else ()
            for column in self.figures_on(unit)[:1]:
                for key, numbers in self.by_names(unit, column, *apart).items():
                    if len(numbers) > 1:
                        raise refuse(path, f"two numbers for {', '.join(key) or 'one mark'}", self.apart(unit))
        if mark == "line" or (mark in DOTS and any(self.is_over_time(unit, axis) for axis in ("x", "y"))):
            columns = self.figures_on(unit, "x", "y")
            for numbers in (n for column in columns for n in self.by_names(unit, column, "x", "y").values()):
                if len(mixed := {number.definition for number in numbers}) > 1:
                    raise refuse(path, f"{', '.join(sorted(mixed))} in one line", "a line a definition")

    def apart(self, unit: Specification) -> str:
        """How numbers of one place are drawn apart."""
        series, name = grammar.series_of(unit), unit["encoding"].get("y", {})
        if mark_of(unit) != "bar" or series in ("", name.get("field")):
            return "one row a mark: the latest release (groupby(...).tail(1)), a line a colour, or panels"
        letter = "N" if name.get("type") == "nominal" else "O"
        rows = f'y="{series}:N", row="{name["field"]}:{letter}"'
        return f"a bar each, in rows: {rows}; over years a line each (mark_line)"

    def is_over_time(self, unit: Specification, axis: str) -> bool:
        """Whether years or months stand along an axis of a part."""
        cells, column = self.frame(unit), unit["encoding"].get(axis, {}).get("field", "")
        named = column in cells.columns and not is_figures(cells[column])
        return named and all(is_moment(key_of(cell)) for cell in cells[column] if not absent(cell))

    # Parts together

    def check_together(self, group: list[Specification]) -> None:
        """Parts share their axes: one unit an axis, and lines in colours of their own with names, so that a reader who
        sees no colours is told which is which."""
        for channels in (("x", "x2"), ("y", "y2"), ("color",)):
            columns = [(unit, unit["encoding"].get(c, {}).get("field", "")) for unit in group for c in channels]
            counted = sorted({unit_of(number) for unit, column in columns for number in self.numbers(unit, column)})
            if len(counted) > 1:
                found = f"two units ({', '.join(counted)}) on one axis"
                raise refuse(f"chart.{channels[0]}", found, "one unit an axis")
        drawn = [unit for unit in group if mark_of(unit) in MEASURED]
        plain = [unit for unit in drawn if "color" not in {*unit["encoding"], *unit["mark"]}]
        if plain and any(map(grammar.series_of, drawn)):
            found = f"{mark_of(plain[0])} without a colour beside names in colours, in the first of them"
            raise refuse("chart.color", found, "the same color= on each part; or color=INK, told in the subtitle")
        lines = [(unit["encoding"].get("color", {}), unit["mark"]) for unit in group if mark_of(unit) == "line"]
        inks = {"" if "field" in given else given.get("value") or mark.get("color", ACCENT) for given, mark in lines}
        if len(inks) > 1:
            allowed = "a column of names on color=; or on detail=, with color=highlight(...)"
            raise refuse("chart", f"lines in {len(inks)} colours without their names", allowed)
