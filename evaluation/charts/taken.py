"""A chart of Altair's as it is recorded: its specification, the rows that it draws, and a point for each cell drawn.

A column of figures is drawn by its numbers; ``<column>_low``, ``_high``, ``_open``, ``_words`` and ``_kind`` stand for
the ends, the openness, the wording and the kind of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..language import LANGUAGES, YEARS, Text, translate
from ..numbers.figures import Measure, Number
from ..numbers.labels import FRENCH, Labels, absent, cell_names, in_both, is_figures, is_year, key_of
from ..numbers.wording import Known, worded
from . import grammar
from .arranged import arranged
from .asked import refuse
from .checked import ENDINGS, Checked
from .makers import ChartRefused
from .marks import Specification
from .parts import facets, mark_of, number_of, titles, together
from .points import Point
from .shaped import CannotBeArranged
from .theme import NARROW, WIDE

if TYPE_CHECKING:
    import pandas as pd

ROW, FRAME = "row__", "frame__"
MEASURED = ("point", "circle", "square", "line", "bar", "tick")  # marks that a number's place is read from


@dataclass
class Taken:
    """What is recorded of one chart: its specification with plain rows, the numbers drawn, and names in both
    languages by column and cell."""

    specification: Specification
    points: list[Point]
    labels: dict[str, dict[str, Text]] = field(default_factory=dict)
    narrow: Taken | None = None

    def arguments(self) -> dict[str, Any]:
        own = {"specification": self.specification, "labels": self.labels}
        return own | ({"narrow": self.narrow.arguments()} if self.narrow else {})


def take(chart: str, drawing: Any, labels: Labels, narrow: Any = None, known: Known | None = None) -> Taken:
    """A chart as it is recorded; ``known`` are the measures that were recorded before. Raises ChartRefused with the
    chart, the place in it, and what to write instead."""
    try:
        taken = Taking(chart, drawing, labels, known).taken()
        if narrow is not None:
            taken.narrow = fitted(taken, Taking(chart, narrow, labels, known).taken())
        check_room(taken)
    except ChartRefused as error:
        raise ChartRefused(f"chart {chart}: {error}") from None
    return taken


def check_room(taken: Taken) -> None:
    """Raises ChartRefused for a chart whose names have no room in a language, at a width."""
    for language in LANGUAGES:
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            try:
                arranged(taken.arguments(), taken.points, language, size)
            except CannotBeArranged as error:
                raise ChartRefused(f"{language}, {name}: {error}") from None


def fitted(whole: Taken, narrow: Taken) -> Taken:
    """The chart for narrow pages with its cells among those of the whole chart, whose table stands with both."""
    known = {same_number(point.number): {"point": place} for place, point in enumerate(whole.points)}
    known |= {same_number(p.interval): {"point": n, "interval": True} for n, p in enumerate(whole.points) if p.interval}
    for rows in narrow.specification["datasets"].values():
        for row in rows:
            for column, cell in row.items():
                if isinstance(cell, dict):
                    number = number_of(narrow.points, cell)
                    if same_number(number) not in known:
                        raise refuse(
                            "narrow", f"{number}, which the chart itself does not draw", "numbers of the chart"
                        )
                    row[column] = known[same_number(number)]
    return narrow


def same_number(number: Number) -> tuple[Any, ...]:
    return number.quantity, number.unit, number.definition, number.place, number.start, number.end


def check_texts(chart: str, texts: Mapping[str, Text]) -> None:
    """Title, subtitle and description are there, in both languages, without typed numbers."""
    for part, text in texts.items():
        if not text or not translate(text, "en").strip():
            raise ChartRefused(f"chart {chart}: found no {part}; allowed: {part}=, a text in both languages")
        if isinstance(text, dict) and (name := NAMED.search("".join(text.values()))):
            allowed = 'N_("..."), whose French stands in the catalogue: a pair is not filled'
            raise ChartRefused(f"chart {chart}: found {name[0]} in a pair as the {part}; allowed: {allowed}")
        for language in text if isinstance(text, dict) else ("en",):
            if typed := re.search(r"\S*\d\S*", NAMED.sub("", translate(text, language))):
                raise ChartRefused(
                    f"chart {chart}: found a typed number ({typed[0]}) in the {part}; allowed: {{name}}, "
                    "for what a cell has recorded"
                )


NAMED = re.compile(r"\{[a-z][a-z0-9_]*(?:\.[a-z]+)?\}")


class Taking(Checked):
    """One chart on its way into a record."""

    def __init__(self, chart: str, drawing: Any, labels: Labels, known: Known | None = None):
        self.chart, self.label, self.known = chart, labels, known or Known()
        self.frames: list[pd.DataFrame] = []
        self.specification, datasets = self.plain(drawing)
        grammar.check(self.specification)
        self.frame_of = {name: self.frames[rows[0][FRAME]] for name, rows in datasets.items() if rows}
        self.datasets = datasets
        self.units = list(grammar.units(self.specification))
        self.points: list[Point] = []
        self.labels: dict[str, dict[str, Text]] = {}
        self.seen: dict[tuple[str, int, str], int] = {}

    def plain(self, drawing: Any) -> tuple[Specification, dict[str, Any]]:
        """The chart as Vega-Lite, with numbers where Altair has to tell the kinds of columns."""
        import altair as alt

        if not (isinstance(drawing, alt.SchemaBase) and isinstance(drawing, alt.TopLevelMixin)):
            raise refuse("chart", type(drawing).__name__, "a chart of Altair's, or the name of a maker and its points")
        for name in ("config", "usermeta", "params", "background", "padding", "autosize"):
            if getattr(drawing, name, alt.Undefined) is not alt.Undefined:
                raise refuse("chart", name, "the project's theme, sizes, fonts and colours")
        copied = drawing.copy(deep=True)
        self.replace_frames(copied, alt)
        with alt.data_transformers.enable("default", max_rows=None):
            made = copied.to_dict(validate=False)
        datasets = made.pop("datasets", {})
        return {key: made[key] for key in made if key not in ("config", "$schema")}, datasets

    def replace_frames(self, part: Any, alt: Any) -> None:
        """Every data frame in a chart by one that Altair reads: its columns, and which row of which frame it is."""
        data = getattr(part, "data", alt.Undefined)
        if data is not alt.Undefined and data is not None:
            part.data = self.stand_in(data)
        for key in grammar.COMPOSED:
            inner = getattr(part, key, None)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, alt.SchemaBase):
                    self.replace_frames(one, alt)

    def stand_in(self, data: Any) -> pd.DataFrame:
        import pandas as pd

        if not isinstance(data, pd.DataFrame):
            raise refuse("chart.data", type(data).__name__, "a data frame, such as chapter.frame gives")
        if data.empty:
            raise refuse("chart.data", "no rows", "at least one")
        for column in data.columns:
            if not isinstance(column, str) or re.search(r"[.\[\]\\\"']", column):
                raise refuse("chart.data", f"the column {column!r}", "names without dots, brackets and quotes")
        number = next((i for i, frame in enumerate(self.frames) if frame is data), len(self.frames))
        if number == len(self.frames):
            self.frames.append(data)
        columns: dict[str, Any] = {ROW: range(len(data)), FRAME: number}
        for column in data.columns:
            columns |= readable(column, data[column])
        return pd.DataFrame(columns)

    def taken(self) -> Taken:
        if not self.units:
            raise refuse("chart", "no mark", "at least one")
        for path, unit in self.units:
            self.check_unit(path, unit)
        for group, path in together(self.specification):
            self.check_units_of_axes(group, path)
        self.specification["datasets"] = {name: self.rows(name) for name in self.used()}
        if not self.points:
            raise refuse("chart", "no figure drawn", "a column of figures on x, y, colour or text")
        self.check_titles()
        return Taken(self.specification, self.points, self.labels)

    # Rows, numbers and names

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a frame with the columns that are drawn; a cell of figures is the number of its point."""
        frame = self.frame_of[name]
        units = [unit for path, unit in self.units if self.name_of(unit, path) == name]
        named = [c for unit in units for c in sorted(grammar.fields(unit))]
        named += [d["field"] for d in facets(self.specification) if d.get("field") in frame.columns]
        columns = list(dict.fromkeys(self.figure_of(name, c) or c for c in named))
        texts = [c for c in columns if not is_figures(frame[c])]
        for column in texts:
            self.name_cells(column, frame[column])
        within = self.intervals(name, units)
        figures = [c for c in columns if c not in texts and c not in within.values()]
        places = self.places(name, units, texts)
        rows = []
        for row in frame.to_dict("records"):
            made = {c: cell_of(row[c]) for c in texts}
            for c in figures:
                interval = row.get(within.get(c))
                own = (
                    not (absent(interval) or absent(row[c])) and interval == row[c]
                )  # a number between two ends is its own interval
                made[c] = self.point(row[c], row, c, places, len(figures) > 1, units, None if own else interval)
                if c in within:
                    made[within[c]] = made[c] if own else interval_of(made[c], interval)
            rows.append(made)
        return rows

    def intervals(self, name: str, units: list[Specification]) -> dict[str, str]:
        """Columns whose marks have their intervals in another column: a rule from its low end to its high end, along
        the axis that the marks stand on."""
        found = {}
        for axis in ("x", "y"):
            rules = {spanned(unit["encoding"], axis) for unit in units if mark_of(unit) == "rule"} - {""}
            fields = [unit["encoding"].get(axis, {}).get("field", "") for unit in units if mark_of(unit) in MEASURED]
            marks = {field for field in fields if field and self.figure_of(name, field) == field}
            if len(rules) == len(marks) == 1 and rules != marks and self.figure_of(name, f"{min(rules)}_low"):
                found[marks.pop()] = rules.pop()
        return found

    def places(self, name: str, units: list[Specification], texts: list[str]) -> tuple[str, list[str], list[str]]:
        """Which column is the year, which name the row, and which the series."""
        frame = self.frame_of[name]
        year = next((c for c in texts if all(is_year(cell) for cell in frame[c])), "")
        stands = [
            d["field"]
            for unit in units
            for c in ("y", "x")
            if (d := unit.get("encoding", {}).get(c, {})) and d.get("field") in texts
        ]
        rest = [c for c in dict.fromkeys([*stands, *texts]) if c != year and c in texts]
        return year, rest[:1], rest[1:]

    def point(
        self,
        cell: Any,
        row: Mapping[Any, Any],
        column: str,
        places: Any,
        several: bool,
        units: Any,
        interval: Any = None,
    ) -> Any:
        """The number of a cell among the points, with its interval, as a reference; None for a missing cell."""
        if absent(cell):
            return None
        year, category, series = places
        names = {lang: [self.named(c, row[c], lang) for c in series if not absent(row[c])] for lang in LANGUAGES}
        if several:
            for lang, words in names.items():
                words.append(translate(self.title_of(column, units, cell), lang))
        first = {
            lang: "; ".join(self.named(c, row[c], lang) for c in category if not absent(row[c])) for lang in LANGUAGES
        }
        made = Point(
            self.with_name(cell, first, row.get(year), names),
            first if any(first.values()) else "",
            int(row[year]) if year and not absent(row[year]) else None,
            {lang: ", ".join(words) for lang, words in names.items()} if any(names.values()) else "",
            None if absent(interval) else self.with_name(interval, first, row.get(year), names, "interval"),
        )
        self.points.append(made)
        return {"point": len(self.points) - 1}

    def with_name(
        self, number: Number, first: dict[str, str], year: Any, series: dict[str, list[str]], part: str = ""
    ) -> Number:
        """A measure from a cell is the one that was recorded, or gets a name, a label and its formula in words."""
        if not isinstance(number, Measure) or number.name:
            return number
        if recorded := self.known.shown(number):
            return recorded
        label = {
            lang: ", ".join(
                filter(None, [first[lang], *series[lang], "" if year is None or absent(year) else str(year)])
            )
            or translate(number.definition_label, lang)
            for lang in LANGUAGES
        }
        made = worded(number, ".".join([self.chart, str(len(self.points) + 1), *filter(None, [part])]), self.known)
        return replace(made, label=number.label or label)

    def title_of(self, column: str, units: list[Specification], number: Number) -> Text:
        """What a column of figures is called in the table: the title given to it, else its definition."""
        for unit in units:
            for channel, definition in unit.get("encoding", {}).items():
                if channel in ("color", "fill", "stroke") or definition.get("field") not in (column, f"{column}_low"):
                    continue
                constant = unit["encoding"].get("color", {}).get("datum")
                if isinstance(constant, str) and constant:
                    return constant
                if isinstance(title := grammar.title_of(definition), str | dict) and title:
                    return title
        return number.label or number.definition_label

    def named(self, column: str, cell: Any, language: str) -> str:
        key = key_of(cell)
        return translate(self.labels.get(column, {}).get(key, key), language)

    def name_cells(self, column: str, cells: Iterable[Any]) -> None:
        """Names in both languages for the cells of a column. Raises ChartRefused for a text in one language alone."""
        for key, label in cell_names(column, cells, self.label).items():
            if label is None:
                pairs = column.removesuffix("_en")
                there = any(pairs != column and pairs in frame for frame in self.frames)
                allowed = f"the column {pairs!r}, which holds both languages" if there else FRENCH
                raise refuse(f"column {column!r}", f"{key!r} without French", allowed)
            self.labels.setdefault(column, {})[key] = label

    def check_titles(self) -> None:
        for where, title in titles(self.specification):
            for text in title if isinstance(title, list) else [title]:
                if isinstance(text, str) and text and in_both(text) is None:
                    raise refuse(
                        where,
                        f"{text!r} without French",
                        'N_("...") with an entry in the catalogue, or a pair {"en": ..., "fr": ...}',
                    )
                for words in text.values() if isinstance(text, dict) else [text or ""]:
                    if typed := re.search(r"\S*\d\S*", YEARS.sub("", str(words))):
                        raise refuse(where, f"a typed number ({typed[0]})", "words; numbers stand at the marks")


def spanned(encoding: Mapping[str, Any], axis: str) -> str:
    """The column from whose low end to whose high end a part reaches along an axis; empty where there is none."""
    low, high = (encoding.get(channel, {}).get("field", "") for channel in (axis, f"{axis}2"))
    column = str(low).removesuffix("_low")
    return column if (low, high) == (f"{column}_low", f"{column}_high") else ""


def interval_of(point: Any, cell: Any) -> Any:
    """A cell whose number is the interval of another cell's."""
    return None if point is None or absent(cell) else point | {"interval": True}


def cell_of(cell: Any) -> Any:
    return None if absent(cell) else key_of(cell)


def readable(name: str, column: Any) -> dict[str, Any]:
    """A column as Altair reads it; a column of figures with what stands for its parts."""
    if not is_figures(column):
        return {name: [key_of(c) if isinstance(c, dict) else c for c in column] if has_pairs(column) else column.array}
    values = [None if absent(cell) else float(cell.quantity.value) for cell in column]
    return {name: values} | {f"{name}_{ending}": part(values, ending) for ending in ENDINGS}


def part(values: list[float | None], ending: str) -> list[Any]:
    return ["" for _ in values] if ending in ("words", "kind", "open") else values


def has_pairs(column: Any) -> bool:
    return any(isinstance(cell, dict) for cell in column)


__all__ = ["Taken", "take"]
