"""A recorded table on a page: caption, heads, numbers that lead to their origin, CSV."""

from __future__ import annotations

from itertools import chain
from typing import Any

from ..chapters import movement
from ..language import N_, Text
from ..numbers.changes import is_change
from ..numbers.notation import Shown, show
from ..numbers.number import Number
from ..numbers.publication import Caveat, Source
from ..numbers.wording import said
from ..records.record import cell_numbers, read_number
from . import files
from .conclusions import QUOTED_FOR, conclusions
from .headings import refuse_typed_number
from .model import Cell, Page, Table, keep, own_id

Rows = list[list[dict[str, Any]]]  # cells as they are recorded


def add_table(page: Page, index: int, record: dict[str, Any]) -> None:
    """Add a recorded table to a page. Raises PageError for a typed number or an id that another has."""
    own_id(page, record["table"])
    for part in ("title", "note"):
        with page.refusing(index):
            refuse_typed_number(page.t(record[part]), page.language, f"the {part} of table {record['table']}")
    rows, values = record["rows"], page.values
    cells = cells_of(page, index, rows)
    title = values.rich(record["title"])
    heads = [(values.rich(column), values.text(column)) for column in record["columns"]]
    by_row = [[number for cell in row for number in cell_numbers(cell)] for row in rows]
    obliged, numbers = [files.caveats_of(row) for row in by_row], [*chain(*by_row)]
    obliged[0] += movement.movements(numbers)
    grid = table_grid(page, record["columns"], rows, cells, obliged)
    said_of = {name: page.t(of) for name, of in record.get("wordings", {}).items()}
    page.tables[record["table"]] = Table(
        id=record["table"],
        title=title,
        name=values.text(record["title"]),
        heads=heads,
        rows=cells,
        note=values.rich(record["note"]),
        caveats=list({c.caveat: c for row in obliged for c in row}.values()),
        numbers=numbers,
        grid=grid,
        csv=grid.csv(page.language, *page.notice),
        conclusions=conclusions(values, said_of, QUOTED_FOR),
    )
    page.parts.append(page.tables[record["table"]])


def cells_of(page: Page, index: int, rows: Rows) -> list[list[Cell]]:
    """Rows of cells; in a column of changes that holds a fall each is "a rise of 9.5%" or a fall."""
    columns = [[*chain(*map(cell_numbers, column))] for column in zip(*rows, strict=True)]
    directed = [any(map(is_change, of)) and all(number.unit == "percent" for number in of) for of in columns]
    return [[to_cell(page, index, *cell) for cell in zip(row, directed, strict=True)] for row in rows]


def to_cell(page: Page, index: int, cell: dict[str, Any], directed: bool) -> Cell:
    """A recorded cell as a page shows it; its numbers lead to their origins."""
    if "text" in cell:
        # a link names a chapter; this build has its page or not
        slug = page.about.get("pages", {}).get(cell.get("page"), "")
        return Cell(page.values.text(cell["text"]), text=page.values.rich(cell["text"]), page=slug)
    numbers = [(number, in_cell(number, page.language, directed)) for number in cell_numbers(cell)]
    for number, _ in numbers:
        keep(page, index, number)
    sources = [Source.of(record) for record in cell.get("sources", [])]
    page.cited |= {source.source: source for source in sources}
    words = [shown.words for _, shown in numbers] + [source.title for source in sources]
    return Cell("; ".join(words), numbers, sources)


def in_cell(number: Number, language: str, directed: bool) -> Shown:
    """A number as a cell shows it: a fall and, in a column of changes that holds one, a rise in words ("a rise of
    9.5%"), others as they are."""
    return said(number, "change", language) if directed or is_change(number) else show(number, language)


def table_grid(
    page: Page, columns: list[Text], rows: Rows, cells: list[list[Cell]], obliged: list[list[Caveat]]
) -> files.Grid:
    """A table for files: its texts and numbers, each number's ends for machines, and each row's caveats."""
    # Columns that have a number: its ends get columns of their own.
    numeric = {i for row in rows for i, cell in enumerate(row) if "number" in cell}
    heads = [head for i, column in enumerate(columns) for head in heads_of(page, column, i in numeric)]
    body = [
        [part for i, cell in enumerate(row) for part in with_ends(page, recorded[i], cell.words, i in numeric)]
        for row, recorded in zip(cells, rows, strict=True)
    ]
    return files.Grid(heads, body, obliged)


def heads_of(page: Page, column: Text, numeric: bool) -> list[str]:
    """A column's head, with those of the ends of its numbers."""
    head = page.values.text(column)
    ends = (N_("{column}: lower end"), N_("{column}: upper end")) if numeric else ()
    return [head, *(page.t(end).replace("{column}", head) for end in ends)]


def with_ends(page: Page, cell: dict[str, Any], plain: str, numeric: bool) -> list[files.GridCell]:
    """A cell, with its number's ends where its column has numbers; they are empty where it has none, or several."""
    if "number" not in cell:
        return [plain, "", ""] if numeric else [plain]
    number = read_number(cell["number"])
    return [files.amount(number, page.language), *files.ends(number)]
