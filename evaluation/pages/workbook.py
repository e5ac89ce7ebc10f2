"""A page as an Excel workbook, by the rules of the Government Analysis Function for accessible spreadsheets, which
gptables writes: a sheet of contents, then where each number comes from, what must be said, the sources, and a sheet for
each chart and table. Each sheet has its title in its first cell, one table that is marked up and named, and no picture,
page header or merged cell; a column holds numbers or texts, never both.
"""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..charts import Point
from ..language import N_, format_moment
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Caveat, Source
from . import files
from .caveats import noted
from .files import Amount, Cell, Grid
from .model import Chart, Page, Table
from .origins import vintages
from .publications import named, sources_of
from .style import project_version
from .templates import plain

MOMENT = datetime.datetime(2020, 1, 1)  # a date that does not change with the day of the export
WIDEST = 50  # characters of a column, whose longer texts wrap; Excel itself allows 255
LONGEST_NUMBER = 15  # digits that Excel keeps
ONE_TABLE = N_("This sheet has one table. In its cells, [z] means that there is nothing to say there.")
WITH_NOTES = N_("The notes stand on the sheet “{sheet}”.")
NOTES = N_("Notes")
DASHES = " \u2013\u2014"  # what a page writes where there is nothing to say
NOTHING = "[z]"  # the shorthand of the rules for a cell that does not apply; no cell is empty


def workbook(page: Page) -> bytes:
    """The workbook of a page; the same page gives the same bytes."""
    from gptables.core.wrappers import GPWorkbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = GPWorkbook(buffer, options)
    book.set_properties({"title": plain(page.headline), "subject": page.title, "created": MOMENT})
    tables = sheets(page)
    for name, table in ({page.t(N_("Contents")): contents(page, book, tables)} | tables).items():
        sheet = book.add_worksheet(name)
        sheet.write_gptable(table, auto_width=False)
        for place, (head, column) in enumerate(table.table.items()):
            sheet.set_column(place, place, min(max(len(str(cell)) for cell in [head, *column]) + 3, WIDEST))
        sheet.freeze_panes(table.data_range[0] + 1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()


def contents(page: Page, book: Any, tables: dict[str, Any]) -> Any:
    """The first sheet: the finding, the answer, how to cite, and each sheet with its title."""
    releases = ", ".join(format_moment(moment, page.language) for moment in vintages(page))
    released = [labelled(page, page.t(N_("Releases of the data used")), releases)] if releases else []
    cited = labelled(page, page.t(N_("How to cite")), citation(page))
    return book.make_table_of_contents(
        tables,
        column_names=[page.t(N_("Sheet")), page.t(N_("Title"))],
        title=plain(page.headline),
        subtitles=[*page.notice[:1], plain(page.answer), *page.imprint("notice"), cited, *released],
        instructions=page.t(ONE_TABLE),
    )


def labelled(page: Page, label: str, text: str) -> str:
    return label + {"en": ": ", "fr": "\u00a0: "}[page.language] + text


def citation(page: Page) -> str:
    """The sentence that the page gives to cite it."""
    version, key = f"{page.t(N_('version'))} {project_version()}", page.about.get("run_key", "")[:16]
    run = f", {page.t(N_('run'))} {key}" if key else ""
    return f"{page.work}, {plain(page.headline).rstrip('.')}, {version}{run}."


def sheets(page: Page) -> dict[str, Any]:
    """Every sheet but the contents, by name."""
    title = page.t(N_("Numbers of this page and their origin"))
    made = {page.t(N_("Origins")): sheet(page, title, "origins", origins(page))}
    if noted(page):
        made[page.t(NOTES)] = sheet(page, page.t(N_("What must be said")), "notes", notes(page))
    made[page.t(N_("Sources"))] = sheet(page, page.t(N_("Sources")), "sources", sources(page))
    for chart in page.charts.values():
        made[chart.number] = sheet_of(page, chart.number, chart)
    for position, table in enumerate(page.tables.values(), start=1):
        number = f"{page.t(N_('Table'))} {position}"
        made[number] = sheet_of(page, number, table)
    return made


def sheet_of(page: Page, number: str, part: Chart | Table) -> Any:
    """A chart's or table's sheet: place and period, who published its numbers, which notes the whole obliges."""
    published = [f"{page.t(N_('Source:'))} {named(one, page.language)}" for one in sources_of(part.numbers).values()]
    numbers = by_number(page, part.caveats)
    said = [part.plain_subtitle, *published, labelled(page, page.t(NOTES), numbers) if numbers else ""]
    return sheet(page, f"{number}. {part.name}", f"{part.kind}_{part.id}", part.grid, *filter(None, said))


def sheet(page: Page, title: str, id: str, grid: Grid, *said: str) -> Any:
    """One table as gptables wants it. Its first column names the rows."""
    import gptables

    with_notes = any(grid.obliged)
    heads = unlike([*grid.heads, *([page.t(NOTES)] if with_notes else [])])
    obliged = [[by_number(page, caveats)] if with_notes else [] for caveats in grid.obliged or [[]] * len(grid.rows)]
    rows = [[*row, *own] for row, own in zip(grid.rows, obliged, strict=True)] or [[""] * len(heads)]
    columns = [written(list(column)) for column in zip(*rows, strict=True)]
    told = page.t(ONE_TABLE) + (" " + page.t(WITH_NOTES).format(sheet=page.t(NOTES)) if with_notes else "")
    return gptables.GPTable(
        pd.DataFrame(dict(zip(heads, (values for values, _ in columns), strict=True)), dtype=object),
        table_name=id,
        title=title,
        subtitles=[*page.notice[:1], *said],
        instructions=told,
        index_columns={2: 0},
        additional_formatting=[
            {"cell": {"cells": (row, place), "format": {"num_format": form, "align": "right"}}}
            for place, (_, formats) in enumerate(columns)
            for row, form in enumerate(formats, start=1)
            if form
        ],
    )


def written(column: list[Cell]) -> tuple[list[Any], list[str]]:
    """A column's cells as Excel holds them, and the format of each: numbers where every cell that says something is one
    that Excel keeps whole, words else."""
    column = ["" if isinstance(cell, str) and not cell.strip(DASHES) else cell for cell in column]
    cells = [files.plain_amount(cell, grouped=False) if isinstance(cell, str) else cell for cell in column]
    told = [cell for cell in cells if str(cell).strip()]
    if told and all(isinstance(c, Amount) and len(re.sub(r"\D", "", c.value)) <= LONGEST_NUMBER for c in told):
        values = [float(c.value) if isinstance(c, Amount) else NOTHING for c in cells]
        return values, [c.format if isinstance(c, Amount) else "" for c in cells]
    return [words(str(cell)) for cell in cells], [""] * len(cells)


def words(text: str) -> str:
    """A text that is no mark alone, which a screen reader would pass over and gptables refuses: a mark by its name."""
    if re.search("[A-Za-z0-9]", text):
        return text
    return " ".join(unicodedata.name(mark, "mark").lower() for mark in text if not mark.isspace()) or NOTHING


def unlike(heads: Sequence[str]) -> list[str]:
    """Heads as an Excel table takes them: none empty, no two alike."""
    made: list[str] = []
    for head in heads:
        ending, count = head or "–", 1
        while ending.casefold() in {name.casefold() for name in made}:
            count += 1
            ending = f"{head or '–'} ({count})"
        made.append(ending)
    return made


# The sheets that every workbook has


OF_A_NUMBER = ("words", "low", "high", "unit", "definition", "kind", "place", "period")  # of a chart's table too


def origins(page: Page) -> Grid:
    """A row for each number that the text leads to: what it is, what it counts, where it comes from."""
    numbers = list(page.numbers.values())
    heads = (N_("What it counts"), *(files.HEADERS[name] for name in OF_A_NUMBER), N_("Origin"), N_("Address"))
    return Grid(
        [page.t(head) for head in heads],
        [origin(page, number) for number in numbers],
        [list(number.caveats) for number in numbers],
    )


def origin(page: Page, number: Number) -> list[Cell]:
    addresses = dict.fromkeys(addresses_of(source) for source in sources_of([number]).values())
    said = files.row(Point(number), page.language)
    own = [files.plain_amount(said[name]) if name in files.ENDS else said[name] for name in OF_A_NUMBER]
    return [page.t(number.label), *own, came_from(page, number), " ".join(addresses)]


def addresses_of(source: Source) -> str:
    """Where a publication is, and of a copy where its numbers can be checked."""
    return " ".join([source.address, *([source.check_at.address] if source.check_at else [])])


def came_from(page: Page, number: Number) -> str:
    """The publication and the place in it; for what was worked out, the formula, its inputs and the method."""
    if isinstance(number, Figure):
        released = format_moment(number.vintage, page.language)
        parts = [named(number.source, page.language), page.t(number.place_in_source), released]
    else:
        assert isinstance(number, Measure)
        inputs = ", ".join(f"{page.t(n.label)} ({show(n, page.language).words})" for n in number.inputs)
        parts = [page.t(number.formula), inputs, page.t(number.method)]
    return "; ".join(part for part in parts if part)


def notes(page: Page) -> Grid:
    """Every note in full, by its number."""
    heads = [page.t(N_("Note")), page.t(N_("What must be said"))]
    return Grid(heads, [[by_number(page, [caveat]), page.t(caveat.text)] for caveat in noted(page).values()])


def by_number(page: Page, caveats: Sequence[Caveat]) -> str:
    """Notes by their numbers on their sheet; a caveat that is a sentence of its own chart stands whole."""
    places = {name: f"[{page.t(N_('note'))} {place}]" for place, name in enumerate(noted(page), start=1)}
    return " ".join({c.caveat: places.get(c.caveat, page.t(c.text)) for c in caveats}.values())


SOURCE_HEADS = (N_("Source"), N_("Published"), N_("Licence"), N_("Address"))


def sources(page: Page) -> Grid:
    """Who published the numbers of the page, when, under which licence and address."""
    rows: list[list[Cell]] = [
        [
            named(source, page.language),
            format_moment(source.published, page.language),
            page.t(source.licence),
            addresses_of(source),
        ]
        for source in sources_of(page.shown).values()
    ]
    return Grid([page.t(head) for head in SOURCE_HEADS], rows)
