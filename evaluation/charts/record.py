"""A chart of Altair's as it is recorded: its specification, the rows that it draws, and a point for each cell drawn.

A column of figures is drawn by its numbers; ``<column>_low`` and ``_high`` stand for the ends of its cells.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..language import LANGUAGES, MOMENT, YEARS, Text, asked_for, format_period, is_moment, translate
from ..language.placeholders import NAMES, stray_brace, typed_number
from ..numbers.labels import FRENCH, Labels, absent, cell_names, in_both, is_figures, is_year, key_of, typed_in
from ..numbers.number import Measure, Number
from ..numbers.wording import Known, worded
from . import grammar
from .cells import Checked
from .grammar import MEASURED, ChartRefused, NoRows, mark_of, refuse, spanned
from .points import Drawn, Point, Standing, middle
from .theme import Specification


def take(chart: str, drawing: Any, labels: Labels, known: Known | None = None) -> Taken | Drawn:
    """A chart as it is recorded; ``known`` are the measures that were recorded before. Raises ChartRefused with the
    chart, the place in it, and what to write instead; NoRows for frames without rows."""
    try:
        if isinstance(drawing, Drawn):
            if not drawing.points:
                raise NoRows("dots: found no points; allowed: at least one, or optional=True")
            return drawing
        return Taken(chart, drawing, labels, known)
    except ChartRefused as error:
        raise type(error)(f"chart {chart}: {error}") from None


def check_texts(chart: str, texts: Mapping[str, Text]) -> None:
    """Title, subtitle and description are there, in the languages asked for, without typed numbers."""
    for part, text in texts.items():
        languages = asked_for()
        if not text or not translate(text, languages[0]).strip():
            allowed = f"{part}=, a text in {'both languages' if len(languages) > 1 else languages[0]}"
            raise ChartRefused(f"chart {chart}: found no {part}; allowed: {allowed}")
        for language in languages if isinstance(text, dict) else LANGUAGES[:1]:
            if braces := stray_brace(translate(text, language)):
                raise ChartRefused(f"chart {chart}: found a brace ({braces}) in the {part}; allowed: {NAMES}")
            if typed := typed_number(translate(text, language), language):
                found = f"a typed number ({typed}) in the {part}"
                raise ChartRefused(f"chart {chart}: found {found}; allowed: {NAMES}, of what a cell has recorded")


# What pandas calls the columns of an aggregation, which all have the title of what was aggregated.
AGGREGATED = {
    "min": {"en": "minimum", "fr": "minimum"},
    "max": {"en": "maximum", "fr": "maximum"},
    "mean": {"en": "mean", "fr": "moyenne"},
    "median": {"en": "median", "fr": "médiane"},
    "sum": {"en": "total", "fr": "total"},
}


class Taken(Checked):
    """A chart of Altair's as it is recorded: its parts and what tells its panels apart, plain rows by name of data, the
    numbers drawn, names in both languages by column and cell, and the places of marks whose number is missing."""

    def __init__(self, chart: str, drawing: Any, labels: Labels, known: Known | None = None):
        """Raises ChartRefused for what a chart may not be made of, cells that would mislead, and texts without
        French."""
        self.chart, self.label, self.known = chart, labels, known or Known()
        self.units, self.facet, self.frame_of = grammar.read(drawing)
        self.points: list[Point] = []
        self.missing: list[Standing] = []
        self.labels: dict[str, dict[str, Text]] = {}
        self.check()
        for _, unit in self.units:
            self.sort(unit)
        self.rows = {name: self.rows_of(name) for name in dict.fromkeys(self.name_of(unit) for _, unit in self.units)}
        if not self.points:
            raise refuse("chart", "no figure drawn", "a column of figures on x, y, colour or text")
        self.check_titles()
        drawn = {(str(point.category), point.year) for point in self.points}  # maybe by another layer
        self.missing = [one for one in self.missing if (str(one.category), one.year) not in drawn]

    def arguments(self) -> dict[str, Any]:
        """What is recorded of it beside its points."""
        units = [unit for _, unit in self.units]
        own = {"units": units, "facet": self.facet, "rows": self.rows, "labels": self.labels}
        return own | ({"missing": [dataclasses.asdict(one) for one in self.missing]} if self.missing else {})

    # Rows, numbers and names

    def sort(self, unit: Specification) -> None:
        """Write out an order by the numbers of another axis as the list of its names."""
        frame = self.frame(unit)
        for definition in [*unit["encoding"].values(), self.facet]:
            sort = definition.get("sort")
            if isinstance(sort, str) and (axis := sort.lstrip("-")) in ("x", "y") and definition["field"] in frame:
                column = self.figure_of(self.name_of(unit), unit["encoding"].get(axis, {}).get("field", ""))
                sums: dict[str, float] = {}
                for name, cell in zip(map(key_of, frame[definition["field"]]), frame[column], strict=True):
                    sums[name] = sums.get(name, 0.0) + (0.0 if absent(cell) else float(middle(cell.quantity)))
                definition["sort"] = sorted(sums, key=sums.__getitem__, reverse=sort.startswith("-"))

    def rows_of(self, name: str) -> list[dict[str, Any]]:
        """The rows of a frame with the columns that are drawn; a cell of figures is the number of its point."""
        frame = self.frame_of[name]
        units = [unit for path, unit in self.units if self.name_of(unit) == name]
        named = [c for unit in units for c in sorted(grammar.fields(unit))]
        named += [self.facet["field"]] if self.facet.get("field") in frame.columns else []
        columns = list(dict.fromkeys(self.figure_of(name, c) or c for c in named))
        texts = [c for c in columns if not is_figures(frame[c])]
        for column in texts:
            self.name_cells(column, frame[column])
        within = self.intervals(name, units)
        figures = [c for c in columns if c not in {*texts, *within.values()}]
        places = self.places(name, units, texts)
        axes = {unit["encoding"].get(axis, {}).get("field") for unit in units for axis in ("x", "y")}
        # marks stand each at a name, so that one without a number is seen to be missing; a line has a gap
        seen = figures and axes & set(texts) and "line" not in map(mark_of, units)
        rows = []
        for row in frame.to_dict("records"):
            made: dict[str, Any] = {c: None if absent(row[c]) else key_of(row[c]) for c in texts}
            for c in figures:
                interval = row.get(within.get(c))
                # a number between two ends is its own interval
                own = not (absent(interval) or absent(row[c])) and interval == row[c]
                made[c] = self.point(row, c, places, len(figures) > 1, units, None if own else interval)
                if c in within and made[c] is None:  # a range that stands for itself
                    made[within[c]] = self.point(row, within[c], places, False, units)
                elif c in within:
                    made[within[c]] = made[c] if own else None if absent(interval) else made[c] | {"interval": True}
            if seen and all(made[c] is None for c in figures):
                self.missing.append(replace(self.standing(row, places), before=len(self.points)))
            rows.append(made)
        return rows

    def intervals(self, name: str, units: list[Specification]) -> dict[str, str]:
        """Columns whose marks have their intervals in another column: a rule from its low end to its high end, along
        the axis that the marks stand on."""
        found = {}
        for axis in ("x", "y"):
            own = self.frame_of[name]
            rules = {spanned(unit["encoding"], axis, own) for unit in units if mark_of(unit) == "rule"} - {""}
            fields = [unit["encoding"].get(axis, {}).get("field", "") for unit in units if mark_of(unit) in MEASURED]
            marks = {field for field in fields if field and self.figure_of(name, field) == field}
            if len(rules) == len(marks) == 1 and rules != marks and self.figure_of(name, f"{min(rules)}_low"):
                found[marks.pop()] = rules.pop()
        return found

    def places(self, name: str, units: list[Specification], texts: list[str]) -> tuple[str, list[str], list[str]]:
        """Which column is the year, which names the row, which the series."""
        frame = self.frame_of[name]
        year = next((c for c in texts if all(is_year(cell) for cell in frame[c])), "")
        stands = [unit["encoding"].get(channel, {}).get("field") for unit in units for channel in ("y", "x")]
        rest = [c for c in dict.fromkeys([*stands, *texts]) if c != year and c in texts]
        return year, rest[:1], rest[1:]

    def point(
        self, row: Mapping[Any, Any], column: str, places: Any, several: bool, units: Any, interval: Any = None
    ) -> Any:
        """The number of a cell among the points, with its interval, as a reference; None for a missing cell."""
        cell = row[column]
        if absent(cell):
            return None
        also = {lang: self.column_words(column, units, row, lang) for lang in LANGUAGES} if several else {}
        at = self.standing(row, places, also)
        own = self.with_name(cell, at)
        within = None if absent(interval) else self.with_name(interval, at, "interval")
        self.points.append(Point(own, at.category, at.year, at.series, within))
        return {"point": len(self.points) - 1}

    def standing(self, row: Mapping[Any, Any], places: Any, also: Mapping[str, str] | None = None) -> Standing:
        """Where a row's mark stands, by what tells it from others."""
        year, category, series = places
        first, names = {}, {}
        for lang in LANGUAGES:
            first[lang] = "; ".join(self.named(c, row[c], lang) for c in category if not absent(row[c]))
            told = [self.named(c, row[c], lang) for c in series if not absent(row[c])]
            names[lang] = ", ".join(filter(None, [*told, (also or {}).get(lang, "")]))
        return Standing(
            first if any(first.values()) else "",
            int(row[year]) if year and not absent(row[year]) else None,
            names if any(names.values()) else "",
        )

    def with_name(self, number: Number, at: Standing, part: str = "") -> Number:
        """A measure from a cell is the one that was recorded, or gets a name, a label and its formula in words."""
        if not isinstance(number, Measure) or number.name:
            return number
        if recorded := self.known.shown(number):
            return recorded
        year = "" if at.year is None else str(at.year)
        label = {
            lang: ", ".join(filter(None, [*(part[lang] for part in (at.category, at.series) if part), year]))
            or translate(number.definition_label, lang)
            for lang in LANGUAGES
        }
        made = worded(number, ".".join([self.chart, str(len(self.points) + 1), *filter(None, [part])]), self.known)
        return replace(made, label=number.label or label)

    def column_words(self, column: str, units: list[Specification], row: Mapping[Any, Any], language: str) -> str:
        """What tells a column's number from others': its title; where two have one title, also the period, or of
        one period in a row what was done to get it, else the column's name."""
        number = row[column]
        title = self.title_of(column, units, number)
        fields = {self.figure_of(self.name_of(u), f) for u in units for f in grammar.fields(u)} - {"", column}
        others = [cell for name in self.frame_of.values() for f in fields if f in name for cell in name[f]]
        alike = {f for f in fields for o in others[:1] if not absent(o) and self.title_of(f, units, o) == title}
        beside = [row[f] for f in alike if not absent(row.get(f))]
        if any((one.start, one.end) == (number.start, number.end) for one in beside):
            more = AGGREGATED.get(column, {}).get(language, column.replace("_", " "))
        else:
            more = format_period(number.start, number.end, language) if alike else ""
        return f"{translate(title, language)}, {more}" if more else translate(title, language)

    def title_of(self, column: str, units: list[Specification], number: Number) -> Text:
        """What a column of figures is called in the table: the title given to it, else its definition."""
        for unit in units:
            for channel, definition in unit["encoding"].items():
                if channel == "color" or definition.get("field") not in (column, f"{column}_low"):
                    continue
                if isinstance(title := grammar.title_of(definition), str | dict) and title:
                    return title
        return number.label or number.definition_label

    def named(self, column: str, cell: Any, language: str) -> str:
        """What a cell is called in a language."""
        key = key_of(cell)
        return translate(self.labels.get(column, {}).get(key, key), language)

    def name_cells(self, column: str, cells: Iterable[Any]) -> None:
        """Names in both languages for the cells of a column. Raises ChartRefused for a text in one language alone, and
        for what is written as a month and is none."""
        if typed := next((found for cell in cells if not absent(cell) and (found := typed_in(cell))), ""):
            allowed = "a name of data/ or the catalogue; a number as a column of figures"
            raise refuse(f"column {column!r}", f"a typed number ({typed})", allowed)
        named = cell_names(column, cells, self.label)
        if odd := next((key for key in named if MOMENT.fullmatch(key) and not is_moment(key)), ""):
            allowed = "a fiscal year as 2020/21, a month as 2020-11"
            raise refuse(f"column {column!r}", f"{odd}, which is no month", allowed)
        for key, label in named.items():
            if label is None:
                pairs = column.removesuffix("_en")
                there = any(pairs != column and pairs in frame for frame in self.frame_of.values())
                allowed = f"the column {pairs!r}, which holds both languages" if there else FRENCH
                raise refuse(f"column {column!r}", f"{key!r} without French", allowed)
            self.labels.setdefault(column, {})[key] = label

    def check_titles(self) -> None:
        """Raises ChartRefused for a title in one language alone, or with a typed number."""
        for where, title in grammar.titles(unit for _, unit in self.units):
            for text in grammar.each(title):
                if isinstance(text, str) and text and in_both(text) is None:
                    allowed = 'N_("...") with an entry in the catalogue, or a pair {"en": ..., "fr": ...}'
                    raise refuse(where, f"{text!r} without French", allowed)
                for words in text.values() if isinstance(text, dict) else [text or ""]:
                    if typed := re.search(r"\S*\d\S*", YEARS.sub("", str(words))):
                        raise refuse(where, f"a typed number ({typed[0]})", "words; numbers stand at the marks")
