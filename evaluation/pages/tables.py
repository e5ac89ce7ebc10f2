"""A recorded table on a page: caption, heads, numbers that lead to their origin, CSV."""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import Any

from ..language import N_, Text
from ..numbers.changes import is_change
from ..numbers.notation import Shown, show
from ..numbers.number import Number
from ..numbers.publication import Caveat, Source
from ..numbers.wording import said as said_as
from ..records.prose import data_element
from ..records.recorded import read_number
from . import care, files, movement
from .headings import no_typed_number
from .model import Page, keep, own_id
from .sections import download, edition_read, source_title, sources_of


def add_table(page: Page, index: int, record: dict[str, Any]) -> None:
    """A recorded table: caption, heads, numbers that lead to their origin, CSV."""
    own_id(page, record["table"])
    directed = [any(map(is_change, chain(*map(numbers_of, column)))) for column in zip(*record["rows"], strict=True)]
    cells = [[to_cell(page, index, *cell) for cell in zip(row, directed, strict=True)] for row in record["rows"]]
    for part in ("title", "note"):
        no_typed_number(page.t(record[part]), page.language, f"the {part} of table {record['table']}")
    title = page.values.rich(record["title"])
    heads = "".join(f'<th scope="col">{page.values.rich(column)}</th>' for column in record["columns"])
    is_wide = len(record["columns"]) > 3
    said = [f' data-head="{escape(page.values.text(c), quote=True)}"' if is_wide else "" for c in record["columns"]]
    body = "".join(  # on a phone, where a row is a card, a name that stands first needs no head; a number does
        f'<tr><th scope="row"{said[0] if row[0][1][:1].isdigit() else ""}>{row[0][0]}</th>'
        + "".join(f"<td{head}>{cell[0]}</td>" for head, cell in zip(said[1:], row[1:], strict=True))
        + "</tr>"
        for row in cells
    )
    by_row = [[number for cell in row for number in numbers_of(cell)] for row in record["rows"]]
    obliged, numbers = [files.caveats_of(row) for row in by_row], [*chain(*by_row)]
    moving = movement.movements(numbers)
    page.moving[f'data-table="{record["table"]}"'] = moving
    if moving:
        obliged[0] += moving
    caveats = list({c.caveat: c for row in obliged for c in row}.values())
    grid = table_grid(page, record, cells, obliged)
    content = grid.csv(page.language, *page.notice)
    note = f'<p class="note">{page.values.rich(record["note"])}</p>' if record["note"] else ""
    name = page.values.text(record["title"])
    table = {"name": name, "grid": grid, "csv": content, "sources": sources_of(numbers), "caveats": caveats}
    page.tables[record["table"]] = table
    shape = "table" + " wide" * is_wide
    page.sections[f"table-{record['table']}"] = caveats
    page.parts.append(
        lambda: (
            f'<section data-table="{record["table"]}" id="table-{record["table"]}" class="{shape}">'
            '<div class="scroll" role="region" tabindex="0" '
            f'aria-label="{escape(name, quote=True)}"><table><caption>{title}</caption><thead><tr>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>{note}{care.beside(page, caveats, ranked=False)}"
            f"{download(page, record['table'], page.t(N_('the table')), content)}</section>"
        )
    )


def to_cell(page: Page, index: int, cell: dict[str, Any], directed: bool) -> tuple[str, str]:
    """A cell as HTML and as plain text; in a column of changes (``directed``) each is a rise or a fall."""
    numbers = numbers_of(cell)
    if "number" in cell or "numbers" in cell:
        sources = [Source.of(record) for record in cell.get("sources", [])]
        page.cited |= {source.source: source for source in sources}
        said = edition_read if len(sources) > 1 else source_title  # two editions set side by side are each named
        linked = [linked_number(page, index, n, directed) for n in numbers] + [said(s, page.language) for s in sources]
        words = [in_cell(number, page.language, directed).words for number in numbers]
        words += [source.title for source in sources]
        return "; ".join(linked), "; ".join(words)
    rich, plain = page.values.rich(cell["text"]), page.values.text(cell["text"])
    slug = page.about.get("pages", {}).get(cell.get("page"))  # a link names a chapter; this build has its page or not
    return (f'<a href="{slug}.html">{rich}</a>' if slug else rich), plain


def numbers_of(cell: dict[str, Any]) -> list[Number]:
    return [read_number(r) for r in cell.get("numbers", [cell["number"]] if "number" in cell else [])]


def in_cell(number: Number, language: str, directed: bool) -> Shown:
    """A number as a cell shows it: a change of a column that holds a fall as "a rise of 9.5%", others as they are."""
    return said_as(number, "change", language) if directed and number.unit == "percent" else show(number, language)


def linked_number(page: Page, index: int, number: Number, directed: bool) -> str:
    """A number in a table, leading to its origin; what the review worked out says so."""
    keep(page, index, number)
    mark = f" <small>({page.t(files.KINDS[number.kind])})</small>" if number.kind != "published" else ""
    return f'<a href="#from-{number.name}">{data_element(in_cell(number, page.language, directed))}</a>{mark}'


def table_grid(
    page: Page, record: dict[str, Any], cells: list[list[tuple[str, str]]], obliged: list[list[Caveat]]
) -> files.Grid:
    """A table for files: its texts and numbers, each number's ends for machines, and each row's caveats."""
    # Columns that have a number: its ends get columns of their own.
    numeric = {i for row in record["rows"] for i, cell in enumerate(row) if "number" in cell}
    heads = [head for i, column in enumerate(record["columns"]) for head in heads_of(page, column, i in numeric)]
    body = [
        [part for i, (_, plain) in enumerate(row) for part in cells_of(page, recorded[i], plain, i in numeric)]
        for row, recorded in zip(cells, record["rows"], strict=True)
    ]
    return files.Grid(heads, body, obliged)


def heads_of(page: Page, column: Text, numeric: bool) -> list[str]:
    """A column's head, with those of the ends of its numbers."""
    head = page.values.text(column)
    ends = (N_("{column}: lower end"), N_("{column}: upper end")) if numeric else ()
    return [head, *(page.t(end).replace("{column}", head) for end in ends)]


def cells_of(page: Page, cell: dict[str, Any], plain: str, numeric: bool) -> list[files.Cell]:
    """A cell, with its number's ends where its column has numbers; they are empty where it has none, or several."""
    if "number" not in cell:
        return [plain, "", ""] if numeric else [plain]
    number = read_number(cell["number"])
    return [files.amount(number, page.language), *map(files.plain_amount, files.ends(number))]
