"""A page as an Excel workbook, written by gptables in accordance with the Government Analysis Function's rules for
accessible spreadsheets: a sheet of contents, then the numbers of the page, the sources, and a sheet for each chart and
table. Each sheet has its title in the first cell, its notices and caveats above its table, which is marked up and
named, and no picture, page header or merged cell; a column contains numbers or texts, never both. Without it an
analyst has the CSV of each table, without its caveats."""

import datetime
import io
import re
import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from ..charts import Point
from ..language import N_, translate
from ..language.formats import format_moment
from .chart import Chart
from .files import Amount, Grid, GridCell, chart_grid, is_number
from .page import Page
from .publications import source_line, sources_of
from .table import PageTable

MOMENT = datetime.datetime(2020, 1, 1)  # fixed, so that the bytes do not depend on the day
WIDEST = 50  # maximum width of a column in characters; Excel allows 255
LONGEST_NUMBER = 15  # digits that Excel stores
ONE_TABLE = N_("This sheet has one table. In its cells, [z] means that there is nothing to say there.")
SOURCE_HEADS = (N_("Source"), N_("Published"), N_("Licence"), N_("Address"))
DASHES = " \u2013\u2014"  # marks of empty cells on pages
NOTHING = "[z]"  # the rules' shorthand for not applicable; no cell may be empty


def escape_markup(text: str) -> str:
    """A text with an invisible word joiner in Markdown links and note references (``$$``), so that gptables does not
    parse them."""
    return text.replace("](", "]\u2060(").replace("$$", "$\u2060$")


def excel_workbook(page: Page) -> bytes:
    """Serialize a page as an Excel workbook (.xlsx). The same page gives the same bytes."""
    from gptables.core.wrappers import GPWorkbook

    t = partial(translate, language=page.run.language)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = GPWorkbook(buffer, options)
    book.set_properties({"title": page.text.plain_headline, "subject": page.run.title, "created": MOMENT})
    tables = make_sheets(page)
    subtitles = [*page.run.notice[:1], page.text.plain_answer, page.run.imprint.get("notice", "")]
    contents = book.make_table_of_contents(
        tables,
        column_names=[t(N_("Sheet")), t(N_("Title"))],
        title=escape_markup(page.text.plain_headline),
        subtitles=[*map(escape_markup, filter(None, subtitles))],
        instructions=t(ONE_TABLE),
    )
    for name, table in ({t(N_("Contents")): contents} | tables).items():
        sheet = book.add_worksheet(name)
        sheet.write_gptable(table, auto_width=False)
        for place, (head, column) in enumerate(table.table.items()):
            sheet.set_column(place, place, min(max(len(str(cell)) for cell in [head, *column]) + 3, WIDEST))
        sheet.freeze_panes(table.data_range[0] + 1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()


def make_sheets(page: Page) -> dict[str, Any]:
    """The sheets of a workbook after the contents, in order: numbers, sources, charts, tables; gptables' tables by the
    name of their sheet in the page's language."""
    t = partial(translate, language=page.run.language)
    numbers = chart_grid([Point(number, number.label) for number in page.back.numbers.values()], page.run.language)
    sheets = {
        t(N_("Numbers")): make_sheet(page, t(N_("Numbers of this page and their origin")), "numbers", numbers),
        t(N_("Sources")): make_sheet(page, t(N_("Sources")), "sources", sources_grid(page)),
    }
    parts: dict[str, Chart | PageTable] = {chart.number: chart for chart in page.charts.by_id.values()}
    parts |= {f"{t(N_('Table'))} {place}": table for place, table in enumerate(page.tables.by_id.values(), start=1)}
    for number, part in parts.items():
        published = [source_line(source, page.run.language) for source in sources_of(part.numbers).values()]
        lines = [*filter(None, [part.subtitle]), *(f"{t(N_('Source:'))} {words}" for words in published)]
        sheets[number] = make_sheet(page, f"{number}. {part.name}", f"{part.kind}_{part.id}", part.grid, *lines)
    return sheets


def make_sheet(page: Page, title: str, id: str, grid: Grid, *lines: str) -> Any:
    """One grid as a gptables table named ``id``, each hyphen as two underscores, since Excel marks up no table with one
    in its name. Above it the title, the notice, ``lines`` and caveats in full; its last column has the caveats of each
    row in brief, if there are any. A grid without rows gets an empty one."""
    import gptables

    t = partial(translate, language=page.run.language)
    caveats = {caveat.caveat: caveat for row_caveats in grid.row_caveats for caveat in row_caveats}
    notes = (
        [[" ".join(t(caveat.brief) for caveat in row_caveats)] for row_caveats in grid.row_caveats]
        if caveats
        else [[] for _ in grid.rows]
    )
    heads = unique_heads([*map(escape_markup, grid.heads), *([t(N_("Notes"))] if caveats else [])])
    rows = [[*row, *note] for row, note in zip(grid.rows, notes, strict=True)] or [[""] * len(heads)]
    columns = [_column_values(list(column)) for column in zip(*rows, strict=True)]
    return gptables.GPTable(
        pd.DataFrame(dict(zip(heads, columns, strict=True)), dtype=object),
        table_name=id.replace("-", "__"),
        title=escape_markup(title),
        subtitles=[
            *map(escape_markup, [*page.run.notice[:1], *lines, *(t(caveat.text) for caveat in caveats.values())])
        ],
        instructions=t(ONE_TABLE),
        index_columns={2: 0},
    )


def _column_values(column: list[GridCell]) -> list[Any]:
    """The cells of a column as Excel stores them: all as floats if all that are filled are numbers that Excel stores
    exactly, else all as texts; `NOTHING` for an empty one or a dash."""
    values = [cell.value if isinstance(cell, Amount) else cell.strip(DASHES) and cell for cell in column]
    filled = [value for value in values if value]
    if filled and all(is_number(value) and len(re.sub(r"\D", "", value)) <= LONGEST_NUMBER for value in filled):
        return [float(value) if value else NOTHING for value in values]
    return [escape_markup(name_lone_marks(str(cell))) for cell in column]


def name_lone_marks(text: str) -> str:
    """The Unicode names of a text's marks if it has no letter (a to z) or digit, since screen readers skip such marks
    and gptables refuses them; `NOTHING` for dashes and blanks; any other text stays."""
    if re.search("[A-Za-z0-9]", text):
        return text
    return " ".join(unicodedata.name(mark, "mark").lower() for mark in text.strip(DASHES)) or NOTHING


def unique_heads(heads: Sequence[str]) -> list[str]:
    """Headings as an Excel table requires them, unique (ignoring case) and not empty: an empty one, as a dash, and all
    that are the same get their place, from 1, in brackets; if some are then still the same, all headings do."""
    placed = [f"{head or '–'} ({place})" for place, head in enumerate(heads, start=1)]
    folded = [head.casefold() for head in heads]
    unique = [h if h and folded.count(h.casefold()) == 1 else p for h, p in zip(heads, placed, strict=True)]
    return unique if len({head.casefold() for head in unique}) == len(heads) else placed


def sources_grid(page: Page) -> Grid:
    """The grid of a page's sources: publication, date, licence, and addresses, for a copy also where to check it."""
    t = partial(translate, language=page.run.language)
    rows: list[list[GridCell]] = [
        [
            source_line(source, page.run.language),
            format_moment(source.published, page.run.language),
            t(source.licence),
            " ".join([source.address, *([source.check_at.address] if source.check_at else [])]),
        ]
        for source in sources_of(page.back.shown).values()
    ]
    return Grid([t(head) for head in SOURCE_HEADS], rows)
