"""The outputs of an ordinary notebook's cells as parts of a page: charts, pictures, tables."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from lxml import html
from markupsafe import Markup

from ...charts.theme import NARROW, WIDE
from ...language import N_, NO_BREAK, translate
from ..files import to_csv
from . import vega
from .prose import format_tables, sanitize_html, text_of_element

MOST_ROWS = 200  # of a table on the page; the CSV has all
NUMBER_IN_CELL = re.compile(r"[-\u2212]?\d+(\.\d+)?(e[-+]?\d+)?")
WORDS_OF_CELLS = {"True": N_("yes"), "False": N_("no"), "NaN": "", "nan": "", "None": "", "NaT": "", "<NA>": ""}
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class Lack:
    """A text that the author has to add: the cell, what is there, and where to write it."""

    cell: int
    actual: str
    allowed: str


@dataclass(frozen=True)
class PlainTable:
    """A table as shown, its first ``MOST_ROWS`` rows, and in full as CSV; ``left_out`` rows are in the CSV alone."""

    heads: list[str]
    rows: list[list[str]]
    csv: bytes
    left_out: int = 0


@dataclass(frozen=True)
class PlainChart:
    """A chart drawn at both widths, or if it cannot be drawn (``drawings`` is empty), the notebook's own picture."""

    ordinal: int
    level: int
    title: str
    subtitle: str
    description: str
    drawings: dict[str, str]
    picture: str  # data: address; "" if there is none
    table: PlainTable | None
    kind: str = "chart"

    @property
    def id(self) -> str:
        """The id of the chart, "chart-1" and so on, for links and its file."""
        return f"chart-{self.ordinal}"


@dataclass(frozen=True)
class PlainPart:
    """Prose or a table, as HTML."""

    html: Markup
    kind: str = "prose"


@dataclass
class PageState:
    """The state of a page under construction: counts of charts and tables, level and text of the last heading, and
    texts that the author has to add."""

    language: str
    charts: int = 0
    tables: int = 0
    level: int = 0
    heading: str = ""
    lacks: list[Lack] = field(default_factory=list)

    def add_lack(self, cell: int, actual: str, allowed: str) -> None:
        """Add a text that the author has to write: the number of the cell, what is there, and where to write it."""
        self.lacks.append(Lack(cell, actual, allowed))


# Charts


def plain_chart(state: PageState, cell: int, output: Any) -> PlainChart | None:
    """The chart in an output of a ``cell`` (its number), or a picture if it has no specification; None if there is
    neither. Counts it in ``state``, and adds there the texts that it lacks. Raises ValueError as
    `vega.find_specification`."""
    data = output.get("data", {})
    specification = vega.find_specification(data)
    if specification is None and not any(kind in data for kind in PICTURES):
        return None
    state.charts += 1
    level = min(max(state.level + 1, 2), 3)
    if specification is None:
        return plain_picture(state, cell, output, level)
    return draw_chart(state, cell, specification, picture_address(data), level)


def draw_chart(state: PageState, cell: int, specification: Any, picture: str, level: int) -> PlainChart:
    """Draw the Vega-Lite specification in a ``cell`` (its number) at both widths; ``level`` is that of its heading. A
    chart that cannot be drawn has the notebook's ``picture`` (a data: address, or "") instead; the reason is added to
    the lacks of ``state``, as is a missing title or description."""
    where, language = f"chart {state.charts}", state.language
    specification = vega.lift_layer_titles(specification)
    title, subtitle = vega.chart_titles(specification)
    description = vega.join_lines(specification.get("description", ""))
    drawings, rows = dict[str, str](), vega.ChartRows([], [])
    try:
        rows = vega.chart_rows(specification)
        title, subtitle = default_titles(state, cell, title, subtitle, rows)
        name = f"{title.rstrip('.')}. {subtitle}"
        for width, size in {"wide": WIDE, "narrow": NARROW}.items():
            drawings[width] = vega.draw_at_width(specification, size, language, name, f"c{state.charts}-{width}")
    except (vega.NotDrawn, ValueError) as error:
        drawings = {}
        actual, _, allowed = str(error).partition("; allowed: ")
        state.add_lack(
            cell,
            f"{where}: {actual.removeprefix('found ').splitlines()[0][:200]}",
            allowed or "a chart that Vega draws",
        )
    if not description:
        state.add_lack(cell, f"{where} without a description", 'chart.properties(description="what it shows")')
    table = plain_table(rows, language) if rows.heads else None
    alternative = description or describe_rows(rows, language)
    return PlainChart(
        state.charts, level, title or state.heading, subtitle, alternative, drawings, "" if drawings else picture, table
    )


def default_titles(state: PageState, cell: int, title: str, subtitle: str, rows: vega.ChartRows) -> tuple[str, str]:
    """A chart's title and subtitle, completed where they are "". Without a title, which is added to the lacks of
    ``state``, the headings of its rows stand in, and as default subtitle the heading above and the number of rows; with
    one, the headings of its rows are the default subtitle."""
    heads = ", ".join(rows.heads) or state.heading
    if not title:
        allowed = 'chart.properties(title="what it shows")'
        state.add_lack(cell, f"chart {state.charts} without a title", allowed)
        marks = translate(N_("{heads}: {count} rows"), state.language)
        return heads, subtitle or marks.format(
            heads=state.heading or heads, count=format_cell(str(len(rows.rows)), state.language)
        )
    return title, subtitle or heads


def describe_rows(rows: vega.ChartRows, language: str) -> str:
    """A text alternative computed from a chart's rows, which it says: the range of each column of numbers, or the first
    eight different texts of another; columns without values are left out."""
    sentences = [
        translate(N_("Written from the chart’s own numbers; what it shows is for its author to say."), language)
    ]
    colon = f"{NO_BREAK}: " if language == "fr" else ": "
    for column, head in enumerate(rows.heads):
        cells = [row[column] for row in rows.rows if row[column]]
        values = [float(machine_cell(cell)) for cell in cells if NUMBER_IN_CELL.fullmatch(cell)]
        if values and len(values) == len(cells):
            ends = (format_cell(f"{end:.12g}", language) for end in (min(values), max(values)))
            sentences.append(
                head
                + colon
                + translate(N_("{low} to {high}"), language).format(**dict(zip(("low", "high"), ends, strict=True)))
                + "."
            )
        elif cells:
            names = list(dict.fromkeys(cells))
            sentences.append(head + colon + ", ".join(names[:8]) + ("…" if len(names) > 8 else "."))
    return " ".join(sentences)


# Pictures


def picture_address(data: Any) -> str:
    """The picture in an output (``data`` by MIME type), the first in the order of `PICTURES`, as a data: address; "" if
    there is none."""
    for kind in PICTURES:
        if kind in data:
            content = "".join(data[kind])
            if kind == "image/svg+xml":
                return "data:image/svg+xml;base64," + base64.b64encode(content.encode()).decode()
            return f"data:{kind};base64,{content.strip()}"
    return ""


def plain_picture(state: PageState, cell: int, output: Any, level: int) -> PlainChart:
    """The picture in an output of a ``cell`` (its number), which has one, as a chart without drawings, with its
    alternative text; for an SVG drawn by Vega also its title and rows. A missing alternative text is added to the lacks
    of ``state``; the title, if any, stands in."""
    data = output["data"]
    kind = next(kind for kind in PICTURES if kind in data)
    alternative = dict(output.get("metadata", {}).get(kind) or {}).get("alt") or output.get("metadata", {}).get(
        "alt", ""
    )
    title, subtitle, rows = (
        read_svg("".join(data[kind])) if kind == "image/svg+xml" else ("", "", vega.ChartRows([], []))
    )
    if not alternative:
        allowed = "Image(..., alt='what it shows'); or Altair's own output, whose chart is drawn anew"
        state.add_lack(cell, f"picture {state.charts} without a description", allowed)
        alternative = f"{title}. {subtitle}".strip(". ")
    table = plain_table(rows, state.language) if rows.heads else None
    return PlainChart(state.charts, level, title, subtitle, alternative, {}, picture_address(data), table, "picture")


def read_svg(svg: str) -> tuple[str, str, vega.ChartRows]:
    """The title, subtitle and rows of an SVG drawn by Vega, rows from the accessible names of its marks; all empty for
    an SVG that cannot be parsed. No rows if their columns differ, or if a line or an area, which stands for several
    rows, is among the marks."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return "", "", vega.ChartRows([], [])
    by_class = {
        name: [" ".join(e.itertext()) for e in root.iter() if name in e.get("class", "")]
        for name in ("role-title-text", "role-title-subtitle")
    }
    title, subtitle = (" ".join(" ".join(texts).split()) for texts in by_class.values())
    marks = [
        e
        for e in root.iter()
        if e.get("aria-roledescription") and e.get("aria-label") and e.get("role") == "graphics-symbol"
    ]
    worded_marks = [
        [piece.partition(": ")[::2] for piece in e.get("aria-label", "").split("; ")]
        for e in marks
        if e.get("aria-roledescription") not in GUIDES
    ]
    heads = [head for head, _ in worded_marks[0]] if worded_marks else []
    summed = any(e.get("aria-roledescription") in ("line mark", "area mark") for e in marks)
    uniform = worded_marks and not summed and all([head for head, _ in row] == heads for row in worded_marks)
    return (
        title,
        subtitle,
        vega.ChartRows(heads, [[value for _, value in row] for row in worded_marks])
        if uniform
        else vega.ChartRows([], []),
    )


GUIDES = ("axis", "legend", "title", "subtitle", "header", "text mark")


# Tables


def plain_table(rows: vega.ChartRows, language: str) -> PlainTable:
    """A chart's rows as a table, cells formatted and at most `MOST_ROWS` of them, and as CSV, in full and unrounded."""
    formatted = [[format_cell(cell, language) for cell in row] for row in rows.rows[:MOST_ROWS]]
    csv = to_csv(rows.heads, [[machine_cell(cell) for cell in row] for row in rows.rows])
    return PlainTable(rows.heads, formatted, csv, max(0, len(rows.rows) - MOST_ROWS))


def machine_cell(cell: str) -> str:
    """A cell for machines: a number with a hyphen for the minus sign (U+2212) that Vega writes; any other as it is."""
    return cell.replace("\u2212", "-") if NUMBER_IN_CELL.fullmatch(cell) else cell


def format_cell(cell: str, language: str) -> str:
    """A cell for readers: a number in the format of the language, rounded to 3 decimals (6 below one), but up to four
    digits alone, such as a year, as they are; True and False as yes and no; NaN, None and their like as ""; any other
    text stays."""
    cell = cell.strip()
    if cell in WORDS_OF_CELLS:
        return translate(WORDS_OF_CELLS[cell], language) if WORDS_OF_CELLS[cell] else ""
    if not NUMBER_IN_CELL.fullmatch(cell) or (cell.isdigit() and len(cell) < 5):
        return cell
    value = float(machine_cell(cell))
    decimals = len(cell.partition(".")[2]) if "e" not in cell else 9
    places = min(decimals, 3 if abs(value) >= 1 else 6)
    digits = f"{abs(value):,.{places}f}"
    if places < decimals and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if language == "fr":
        digits = digits.replace(",", NO_BREAK).replace(".", ",")
    return ("\u2212" if value < 0 else "") + digits


def frame_part(state: PageState, data: Any) -> PlainPart | None:
    """The sanitized HTML of an output (``data`` by MIME type) that has a table, such as a data frame; None for another.
    Its paragraphs are deleted with their text, and an index of row numbers is. It counts as one in ``state.tables``:
    the caption is "Table 2. HEADING" (the section's), of a further table in it "Table 2. HEADING (2)"."""
    source = "".join(data.get("text/html", ""))
    if "<table" not in source:
        return None
    root = sanitize_html(source)
    state.tables += 1
    for table in root.iter("table"):
        drop_index_column(table)
        format_cells(table, state.language)
    for paragraph in list(root.iter("p")):  # "3 rows × 2 columns"
        paragraph.drop_tree()
    number = f"{translate(N_('Table'), state.language)} {state.tables}"
    format_tables(root, f"{number}. {state.heading}" if state.heading else number)
    return PlainPart(Markup("".join(html.tostring(child, encoding="unicode") for child in root)), "table")


def format_cells(table: Any, language: str) -> None:
    """Remove in place all attributes of a table and its cells but their spans, and format the cells that have text
    alone."""
    for element in table.iter():
        for name in set(element.attrib) - {"colspan", "rowspan"}:
            del element.attrib[name]
    for cell in table.iter("td", "th"):
        if cell.text and not len(cell):
            cell.text = format_cell(cell.text, language)


def drop_index_column(table: Any) -> None:
    """Remove a first column that only counts rows from 0, in place, from a table of two rows or more."""
    rows = [list(row) for body in table.iter("tbody") for row in body.iter("tr")]
    counts = [text_of_element(cells[0]) == str(number) for number, cells in enumerate(rows) if cells]
    if len(counts) > 1 and all(counts):
        for row in table.iter("tr"):
            if len(row):
                row.remove(row[0])


def printed_texts(outputs: Sequence[Any]) -> Iterator[str]:
    """The texts among a cell's outputs, in order: printed (not to stderr), or returned as plain text alone."""
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            yield "".join(output.text)
        elif set(output.get("data", {})) == {"text/plain"}:
            yield "".join(output.data["text/plain"])
