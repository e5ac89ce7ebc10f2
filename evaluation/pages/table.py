"""The recorded tables of a page as plain text: headings, cells with their numbers, CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ..chapters import movement
from ..language import N_, translate
from ..numbers.changes import is_change
from ..numbers.notation import Shown
from ..numbers.number import Number
from ..numbers.publication import Caveat, Source
from ..problems.refusals import Refusal, collecting_refusals
from ..records.prose import Values
from ..records.serialization import read_cell_numbers
from . import files
from .notebook import TABLE, PageRun, Records

BEFORE = N_("{what}: ")
END_HEADS = (N_("{column}: lower end"), N_("{column}: upper end"))


@dataclass(frozen=True)
class TableCell:
    """A cell of a table: numbers as shown, each preceded by its label in ``labels`` if there are several, and
    publications; or a text, with the ``page`` it links to."""

    words: str
    numbers: tuple[tuple[Number, Shown], ...] = ()
    sources: tuple[Source, ...] = ()
    labels: tuple[str, ...] = ()
    page: str = ""
    is_number: bool = False  # exactly one number, whose ends are in the CSV


SENTENCE = 90  # minimum characters of a cell too wide for a phone next to two others


@dataclass(frozen=True)
class PageTable:
    """A recorded table in the page's language; its texts contain no markup."""

    id: str
    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    numbers: tuple[Number, ...]
    caveats: tuple[Caveat, ...]
    grid: files.Grid
    csv: bytes
    file: str  # name of its CSV file
    is_wide: bool  # too wide for a phone
    kind = "table"
    subtitle = ""


@dataclass(frozen=True)
class PageTables:
    """The tables of a page by id, in order, and the refusals of those that cannot be shown."""

    by_id: Mapping[str, PageTable]
    refusals: tuple[Refusal, ...] = ()


def tables_of(records: Records) -> PageTables:
    """Build the tables of a page's records; one that cannot be read is left out, and is in the ``refusals`` of the
    result, not raised."""
    by_id, refusals = dict[str, PageTable](), list[Refusal]()
    for content in (content for content in records.contents if content.kind == TABLE):
        with collecting_refusals(refusals, content.cell, gap=True):
            by_id[content.value["table"]] = page_table(records.run, records.values, content.value)
    return PageTables(by_id, tuple(refusals))


def page_table(run: PageRun, values: Values, record: dict[str, Any]) -> PageTable:
    """Build one table, with at least one row, from its record. In a column of percentages with a fall, all numbers are
    worded as changes: "a rise of 9.5%". A caveat on the table's movement as a whole is with its first row."""
    columns = [[*chain(*map(read_cell_numbers, column))] for column in zip(*record["rows"], strict=True)]
    directed = [any(map(is_change, of)) and all(number.unit == "percent" for number in of) for of in columns]
    rows = [tuple(table_cell(run, values, *cell) for cell in zip(row, directed, strict=True)) for row in record["rows"]]
    heads = [values.text(column) for column in record["columns"]]
    by_row = [[number for cell in row for number, _ in cell.numbers] for row in rows]
    row_caveats, numbers = [files.caveats_of_numbers(row) for row in by_row], [*chain(*by_row)]
    row_caveats[0] += movement.movement_caveats(numbers)
    grid = table_grid(run.language, heads, rows, row_caveats)
    return PageTable(
        id=record["table"],
        name=values.text(record["title"]),
        heads=tuple(heads),
        rows=tuple(rows),
        numbers=tuple(numbers),
        caveats=tuple({c.caveat: c for caveats in row_caveats for c in caveats}.values()),
        grid=grid,
        csv=grid.csv(run.language, *run.notice),
        file=record["table"] + run.csv_ending,
        is_wide=is_wide(rows),
    )


def is_wide(rows: Sequence[Sequence[TableCell]]) -> bool:
    """Whether rows are too wide for a phone: more than three columns, or three with a text of `SENTENCE` letters or
    more."""
    longest = max((len(cell.words) for row in rows for cell in row), default=0)
    return max(map(len, rows), default=0) > (2 if longest >= SENTENCE else 3)


def table_cell(run: PageRun, values: Values, cell: dict[str, Any], directed: bool) -> TableCell:
    """A recorded cell as shown on a page: its numbers and the titles of its publications, separated by semicolons, or
    its text. Falls, and if ``directed`` all numbers, are worded as changes. A link to a page that this build does not
    have is dropped."""
    if "text" in cell:
        # a link names a chapter, whose page this build may not have
        return TableCell(values.text(cell["text"]), page=run.about.get("pages", {}).get(cell.get("page"), ""))
    language = run.language
    numbers = [
        (number, files.show_as(number, directed or is_change(number), language)) for number in read_cell_numbers(cell)
    ]
    sources = [Source.of(record) for record in cell.get("sources", [])]
    named = [translate(BEFORE, language).format(what=translate(number.with_period, language)) for number, _ in numbers]
    labels = named if len(numbers) > 1 else [""] * len(numbers)
    words = [before + shown.words for before, (_, shown) in zip(labels, numbers, strict=True)]
    words += [source.title for source in sources]
    return TableCell("; ".join(words), tuple(numbers), tuple(sources), tuple(labels), is_number="number" in cell)


def table_grid(
    language: str, heads: list[str], rows: Sequence[Sequence[TableCell]], row_caveats: list[list[Caveat]]
) -> files.Grid:
    """The grid of a table for files: its texts and numbers, with two columns of ends (empty for other cells) after each
    column that has a cell of a single number, and the caveats of each row (``row_caveats``)."""
    numeric = [any(cell.is_number for cell in column) for column in zip(*rows, strict=True)]
    ends = [[translate(end, language).replace("{column}", head) for end in END_HEADS] for head in heads]
    columns = [
        [head, *end_heads] if number else [head] for head, end_heads, number in zip(heads, ends, numeric, strict=True)
    ]
    body: list[list[files.GridCell]] = []
    for row in rows:
        body.append([])
        for cell, number in zip(row, numeric, strict=True):
            single = cell.numbers[0][0] if cell.is_number else None
            body[-1].append(files.number_cell(single, language) if single else cell.words)
            body[-1] += (files.numeric_ends(single) if single else ("", "")) if number else ()
    return files.Grid([*chain(*columns)], body, row_caveats)
