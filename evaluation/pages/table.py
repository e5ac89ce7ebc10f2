"""A recorded table on a page: caption, heads, numbers that lead to their origin, CSV."""

from itertools import chain
from typing import Any

from ..chapters import movement
from ..language import N_
from ..numbers.changes import is_change
from ..numbers.publication import Caveat, Source
from ..records.serialization import cell_numbers
from . import files
from .claims import with_words
from .headings import refuse_typed_number
from .model import Cell, Page, Table, keep, own_id

BEFORE = N_("{what}: ")
ENDS = (N_("{column}: lower end"), N_("{column}: upper end"))


def add_table(page: Page, index: int, record: dict[str, Any]) -> None:
    """Add a recorded table to a page. Raises PageError for a typed number or an id that another has."""
    own_id(page, record["table"])
    record = with_words(page, "table", record)
    for part in ("title", "note"):
        with page.refusing(index):
            refuse_typed_number(page.t(record[part]), page.language, f"the {part} of table {record['table']}")
    # in a column of changes that holds a fall each is "a rise of 9.5%" or a fall
    columns = [[*chain(*map(cell_numbers, column))] for column in zip(*record["rows"], strict=True)]
    directed = [any(map(is_change, of)) and all(number.unit == "percent" for number in of) for of in columns]
    rows = [[to_cell(page, index, *cell) for cell in zip(row, directed, strict=True)] for row in record["rows"]]
    values = page.values
    heads = [(values.rich(column), values.text(column)) for column in record["columns"]]
    by_row = [[number for cell in row for number, _ in cell.numbers] for row in rows]
    obliged, numbers = [files.caveats_of(row) for row in by_row], [*chain(*by_row)]
    obliged[0] += movement.movements(numbers)
    grid = table_grid(page, [words for _, words in heads], rows, obliged)
    page.tables[record["table"]] = Table(
        id=record["table"],
        title=values.rich(record["title"]),
        name=values.text(record["title"]),
        heads=heads,
        rows=rows,
        note=values.rich(record["note"]),
        caveats=list({c.caveat: c for row in obliged for c in row}.values()),
        numbers=numbers,
        grid=grid,
        csv=grid.csv(page.language, *page.notice),
    )
    page.parts.append(page.tables[record["table"]])


def to_cell(page: Page, index: int, cell: dict[str, Any], directed: bool) -> Cell:
    """A recorded cell as a page shows it, its numbers with their origins, a fall (or ``directed`` a rise) in words."""
    if "text" in cell:
        # a link names a chapter; this build has its page or not
        slug = page.about.get("pages", {}).get(cell.get("page"), "")
        return Cell(page.values.text(cell["text"]), text=page.values.rich(cell["text"]), page=slug)
    numbers = []
    for number in cell_numbers(cell):
        keep(page, index, number)
        numbers.append((number, files.shown_as(number, directed or is_change(number), page.language)))
    sources = [Source.of(record) for record in cell.get("sources", [])]
    page.cited |= {source.source: source for source in sources}
    named = [page.t(BEFORE).format(what=page.t(number.with_period)) for number, _ in numbers]
    what = named if len(numbers) > 1 else [""] * len(numbers)
    words = [before + shown.words for before, (_, shown) in zip(what, numbers, strict=True)]
    words += [source.title for source in sources]
    return Cell("; ".join(words), numbers, sources, what=what, is_number="number" in cell)


def table_grid(page: Page, heads: list[str], rows: list[list[Cell]], obliged: list[list[Caveat]]) -> files.Grid:
    """A table for files: its texts and numbers, each row's caveats, and for machines the ends of single numbers."""
    numeric = [any(cell.is_number for cell in column) for column in zip(*rows, strict=True)]
    ends = [[page.t(end).replace("{column}", head) for end in ENDS] for head in heads]
    columns = [
        [head, *end_heads] if number else [head] for head, end_heads, number in zip(heads, ends, numeric, strict=True)
    ]
    body: list[list[files.GridCell]] = []
    for row in rows:
        body.append([])
        for cell, number in zip(row, numeric, strict=True):
            shown = cell.numbers[0][0] if cell.is_number else None
            body[-1].append(files.amount(shown, page.language) if shown else cell.words)
            body[-1] += (files.ends(shown) if shown else ("", "")) if number else ()
    return files.Grid([*chain(*columns)], body, obliged)
