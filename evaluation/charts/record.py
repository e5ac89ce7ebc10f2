"""The record of an Altair chart: its specification, the rows that it draws, and a point for each cell drawn.

A column of figures is drawn by its numbers; ``<column>_low`` and ``_high`` are the ends of its cells.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..language import LANGUAGES, Text, join_texts, required_languages, translate
from ..language.formats import MOMENT, YEARS, is_moment
from ..language.placeholders import NAMES, stray_brace, typed_number
from ..numbers.labels import FRENCH, Labels, bare_number, is_missing, is_year, label_in_both, labels_of_cells
from ..numbers.number import Measure, Number
from ..numbers.wording import RecordedMeasures, ready_to_record
from . import grammar
from .grammar import ChartRefused, DrawnFrame, NoRows, chart_error
from .layers import (
    MEASURED,
    DotBoxes,
    Layer,
    MarkPosition,
    Point,
    Row,
    as_list,
    channel_title,
    column_keys,
    layer_titles,
)


def record_chart(
    chart: str, drawing: Any, labels: Labels, known: RecordedMeasures | None = None
) -> ChartRecord | DotBoxes:
    """The record of a chart of Altair's with the id ``chart``, or boxes of dots as they are; ``known`` holds the
    measures recorded so far. Raises ChartRefused with the chart, the place in it, and what to write instead; NoRows, a
    ChartRefused, for frames without rows or no boxes."""
    try:
        if isinstance(drawing, DotBoxes):
            if not drawing.points:
                raise NoRows("dots: found no points; allowed: at least one, or optional=True")
            return drawing
        return ChartRecord(chart, drawing, labels, known)
    except ChartRefused as error:
        raise type(error)(f"chart {chart}: {error}") from None


def check_chart_texts(chart: str, texts: Mapping[str, Text]) -> None:
    """Raise ChartRefused for a text of ``texts`` (title, subtitle, description by name) that is empty in the review's
    first language, or has a typed number or a stray brace in any of its languages. If all are empty they pass: a
    ``%%chart`` cell has them."""
    if not any(texts.values()):
        return
    for part, text in texts.items():
        languages = required_languages()
        if not text or not translate(text, languages[0]).strip():
            allowed = f"{part}=, a text in {'both languages' if len(languages) > 1 else languages[0]}"
            raise ChartRefused(f"chart {chart}: found no {part}; allowed: {allowed}")
        for language in languages if isinstance(text, dict) else LANGUAGES[:1]:
            if braces := stray_brace(translate(text, language)):
                raise ChartRefused(f"chart {chart}: found a brace ({braces}) in the {part}; allowed: {NAMES}")
            if typed := typed_number(translate(text, language), language):
                actual = f"a typed number ({typed}) in the {part}"
                raise ChartRefused(f"chart {chart}: found {actual}; allowed: {NAMES}, of what a cell has recorded")


def interval_columns(layers: list[Layer]) -> dict[str, str]:
    """The column that holds the intervals of numbers, by the column of the numbers: on each axis the column from end to
    end of which rules go, and that of the bars, lines and dots, if there is one of each and they differ."""
    interval_of = {}
    for axis in ("x", "y"):
        rules = {layer.interval_column(axis) for layer in layers if layer.mark == "rule"} - {""}
        stands = [layer for layer in layers if layer.mark in MEASURED and layer.kind(axis) == "quantitative"]
        marks = {layer.field(axis) for layer in stands if "end" not in layer.encoding[axis]}
        if len(rules) == len(marks) == 1 and rules != marks:
            interval_of[marks.pop()] = rules.pop()
    return interval_of


def is_reference(layers: list[Layer], column: str, number: Number) -> bool:
    """Whether a number of a column is only a reference line, in no table: all ``layers`` over its frame, if there are
    any, are lines across the panel, and it is a measure without inputs, or the column on ``detail`` of each, whose text
    names the line. A mean or a target is no reference."""
    constant = isinstance(number, Measure) and not number.inputs
    return all(layer.is_across and (constant or layer.field("detail") == column) for layer in layers)


# pandas' names for the columns of an aggregation, which share the title of the aggregated column.
AGGREGATED = {
    "min": {"en": "minimum", "fr": "minimum"},
    "max": {"en": "maximum", "fr": "maximum"},
    "mean": {"en": "mean", "fr": "moyenne"},
    "median": {"en": "median", "fr": "médiane"},
    "sum": {"en": "total", "fr": "total"},
}


class ChartRecord:
    """An Altair chart in recorded form: layers, facet channel, plain rows by name of data, numbers drawn, labels in
    both languages by column and cell, and positions of marks without a number."""

    def __init__(self, chart: str, drawing: Any, labels: Labels, known: RecordedMeasures | None = None):
        """Read and record the chart. Raises ChartRefused for elements that are not allowed, cells that would mislead,
        texts without French, and a chart without any figure."""
        self.chart, self.label, self.known = chart, labels, known or RecordedMeasures()
        units, self.facet, frame_of = grammar.parse_chart(drawing)
        self.tables = grammar.frames_of_layers(units, self.facet, frame_of)
        self.layers = [Layer(unit, self.tables[unit["data"]["name"]].rows, path) for path, unit in units]
        grammar.check_layers(self.layers, self.facet)
        self.points: list[Point] = []
        self.missing: list[MarkPosition] = []
        self.labels: dict[str, dict[str, Text]] = {}
        for layer in self.layers:
            self.resolve_sort(layer)
        self.rows = {name: self.record_rows(table) for name, table in self.tables.items()}
        if not self.points:
            raise chart_error("chart", "no figure drawn", "a column of figures on x, y, colour or text")
        self.check_titles()
        drawn = {(str(point.category), point.year) for point in self.points}  # maybe by another layer
        self.missing = [position for position in self.missing if (str(position.category), position.year) not in drawn]

    def arguments(self) -> dict[str, Any]:
        """Its record without points, as values for JSON: units, facet, rows, labels, and, if there are any,
        ``missing``, the positions of marks without a number."""
        units = [layer.unit for layer in self.layers]
        recorded = {"units": units, "facet": self.facet, "rows": self.rows, "labels": self.labels}
        return recorded | ({"missing": list(map(dataclasses.asdict, self.missing))} if self.missing else {})

    # Rows, numbers and names

    def resolve_sort(self, layer: Layer) -> None:
        """Replace in place, in a layer's channels and the facet, a sort by the numbers of an axis ("x", "-y") by the
        list of names sorted by the sums of those numbers in the layer; missing numbers count as zero."""
        for definition in (*layer.encoding.values(), self.facet):
            sort = definition.get("sort")
            if isinstance(sort, str) and (axis := sort.lstrip("-")) in ("x", "y"):
                column = definition["field"]
                sums = dict.fromkeys(column_keys(layer.rows, column), 0.0)
                for row in (row for row in layer.rows if row.get(column) in sums):
                    sums[row[column]] += layer.value(row, axis) or 0.0
                definition["sort"] = sorted(sums, key=sums.__getitem__, reverse=sort.startswith("-"))

    def record_rows(self, table: DrawnFrame) -> list[dict[str, Any]]:
        """The rows of a frame as recorded: a cell of figures is ``{"point": index}``, a name its key, None a missing
        cell. Appends to `points`, `labels` and, unless a layer draws lines, which show gaps, to `missing`. Raises
        ChartRefused for a name without French."""
        layers = [layer for layer in self.layers if layer.rows is table.rows]
        for column in table.names:
            self.record_labels(column, table.frame[column])
        interval_of = interval_columns(layers)
        figures = [column for column in table.figures if column not in interval_of.values()]
        year = next((c for c in table.names if all(is_year(row[c]) for row in table.rows)), "")
        axes = [layer.field(axis) for layer in layers for axis in ("y", "x")]
        names = [c for c in dict.fromkeys([*axes, *table.names]) if c in table.names and c != year]
        # marks stand each at a name, so that one without a number is seen to be missing; a line has a gap
        is_seen = figures and {*axes} & {*table.names} and all(layer.mark != "line" for layer in layers)
        rows = []
        for row in table.rows:
            row_position = self.position_of(row, year, names)
            cells: dict[str, Any] = {column: row[column] for column in table.names}
            for column in figures:
                distinct = len(figures) > 1 and row[column]
                position = self.position_in_column(row_position, column, row) if distinct else row_position
                is_line = row[column] is not None and is_reference(layers, column, row[column].number)
                interval_column = interval_of.get(column, "")
                cells |= self.record_cells(row, column, interval_column, row_position, position, is_line)
            cells = {column: cells.get(column) for column in (*table.names, *table.figures)}
            if is_seen and all(cells[column] is None for column in figures):
                self.missing.append(replace(row_position, before=len(self.points)))
            rows.append(cells)
        return rows

    def record_cells(
        self,
        row: Row,
        column: str,
        interval_column: str,
        row_position: MarkPosition,
        position: MarkPosition,
        reference: bool,
    ) -> dict[str, Any]:
        """Add a row's number in one column, with its interval in another ("" for no such column), as a point, and
        return its cells by column, each ``{"point": index}`` or None. An interval without a number is a point itself,
        at ``row_position``; an interval equal to the number (both columns hold the same) is none. ``position`` is that
        of the number."""
        cell, interval = row[column], row.get(interval_column)
        if cell is None:
            return {interval_column: interval and self.add_point(interval.number, row_position, None, False)}
        other = interval if interval != cell else None
        point = self.add_point(cell.number, position, other and other.number, reference)
        return {column: point, interval_column: interval and point | ({"interval": True} if other else {})}

    def add_point(
        self, number: Number, position: MarkPosition, interval: Number | None, reference: bool
    ) -> dict[str, Any]:
        """Append the number of a cell to the points, named, with its interval if it has one, as a reference line if
        ``reference``; return its index as ``{"point": index}``."""
        named = self.named_measure(number, position)
        interval_measure = None if interval is None else self.named_measure(interval, position, "interval")
        self.points.append(Point(named, position.category, position.year, position.series, interval_measure, reference))
        return {"point": len(self.points) - 1}

    def position_of(self, row: Row, year_column: str, name_columns: list[str]) -> MarkPosition:
        """The position of a row's mark: the label in the first of ``name_columns`` is its category, those in the
        others, joined by commas, its series; the year is None if ``year_column`` is ""."""
        texts = ["" if row[column] is None else self.labels[column][row[column]] for column in name_columns]
        year = int(row[year_column]) if year_column else None
        return MarkPosition(join_texts(", ", *texts[:1]), year, join_texts(", ", *texts[1:]))

    def named_measure(self, number: Number, position: MarkPosition, suffix: str = "") -> Number:
        """A number with a name: a figure or a named measure unchanged, a measure that ``known`` holds as it was
        recorded, any other named "CHART.POINT" (with ``.suffix``), with its formula in words and as label its own, else
        the words of its position, else its definition."""
        if not isinstance(number, Measure) or number.name:
            return number
        if recorded := self.known.find_displayed(number):
            return recorded
        year = "" if position.year is None else str(position.year)
        words = join_texts(", ", position.category, position.series, year)
        name = ".".join([self.chart, str(len(self.points) + 1), *filter(None, [suffix])])
        measure = ready_to_record(number, name, self.known)
        return measure.with_meaning(label=number.label or words or number.definition_label)

    def position_in_column(self, position: MarkPosition, column: str, row: Row) -> MarkPosition:
        """The position of a mark with its column's title added to its series; if another column has the same title,
        also its number's period, or, if the two periods in this row are the same too, what pandas aggregated ("min") or
        the column's name."""
        number = row[column].number
        title, distinction = self.column_title(column, number), dict[str, str]()
        others = {c: table.rows for table in self.tables.values() for c in table.figures if c != column}
        firsts = {c: next((row[c].number for row in rows if row[c]), number) for c, rows in others.items()}
        alike = [c for c, first in firsts.items() if self.column_title(c, first) == title]
        if any((row[c].number.start, row[c].number.end) == (number.start, number.end) for c in alike if row.get(c)):
            distinction = AGGREGATED.get(column, dict.fromkeys(LANGUAGES, column.replace("_", " ")))
        elif alike:
            distinction = number.period
        return replace(position, series=join_texts(", ", position.series, title, distinction))

    def column_title(self, column: str, number: Number) -> Text:
        """The title of a column of figures in the chart's table: the first that a channel states for it (but color, x2
        and y2), else the label of the ``number``, else that of its definition."""
        drawn = [
            channel for layer in self.layers for c, channel in layer.encoding.items() if c not in ("color", "x2", "y2")
        ]
        titles = (channel_title(definition) for definition in drawn if definition.get("field") == column)
        texts = (title for title in titles if isinstance(title, str | dict) and title)
        return next(texts, number.label or number.definition_label)

    def record_labels(self, column: str, cells: Iterable[Any]) -> None:
        """Record labels in both languages for the cells of a column. Raises ChartRefused for a text in one language
        only, a typed number, and an invalid month."""
        if typed := next(
            (number_typed for cell in cells if not is_missing(cell) and (number_typed := bare_number(cell))), ""
        ):
            allowed = "a name of data/ or the catalogue; a number as a column of figures"
            raise chart_error(f"column {column!r}", f"a typed number ({typed})", allowed)
        named = labels_of_cells(column, cells, self.label)
        if odd := next((key for key in named if MOMENT.fullmatch(key) and not is_moment(key)), ""):
            allowed = "a fiscal year as 2020/21, a month as 2020-11"
            raise chart_error(f"column {column!r}", f"{odd}, which is no month", allowed)
        for key, label in named.items():
            if label is None:
                pairs = column.removesuffix("_en")
                has_pairs = pairs != column and any(pairs in table.frame for table in self.tables.values())
                allowed = f"the column {pairs!r}, which holds both languages" if has_pairs else FRENCH
                raise chart_error(f"column {column!r}", f"{key!r} without French", allowed)
            self.labels.setdefault(column, {})[key] = label

    def check_titles(self) -> None:
        """Raise ChartRefused for a title in the layers that is in one language only, or has a typed number other than a
        year."""
        for where, title in layer_titles(layer.unit for layer in self.layers):
            for text in as_list(title):
                if isinstance(text, str) and text and label_in_both(text) is None:
                    allowed = 'N_("...") with an entry in the catalogue, or a pair {"en": ..., "fr": ...}'
                    raise chart_error(where, f"{text!r} without French", allowed)
                for words in text.values() if isinstance(text, dict) else [text or ""]:
                    if typed := re.search(r"\S*\d\S*", YEARS.sub("", str(words))):
                        raise chart_error(where, f"a typed number ({typed[0]})", "words; numbers stand at the marks")
