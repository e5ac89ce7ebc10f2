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
from html import unescape
from typing import Any

import pandas as pd

from ..language import N_, format_moment, format_period
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Caveat, Source
from ..numbers.wording import unit_label
from . import files
from .exporter import project_version
from .files import Amount, Cell, Grid
from .model import Page
from .origins import notes, shown_on, vintages
from .sections import sources_of

MOMENT = datetime.datetime(2020, 1, 1)  # a date that does not change with the day of the export
LONGEST_NAME = 31  # characters that Excel allows for a sheet
WIDEST = 50  # characters of a column, whose longer texts wrap; Excel itself allows 255
LONGEST_NUMBER = 15  # digits that Excel keeps
INDEPENDENT = N_("Independent review of published figures. Not a government publication.")
ONE_TABLE = N_("This sheet has one table. In its cells, [z] means that there is nothing to say there.")
WITH_NOTES = N_("The notes stand on the sheet “{sheet}”.")
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
    cited = f"{page.t(N_('How to cite'))}{colon(page)} {citation(page)}"
    releases = ", ".join(map(plain, vintages(page)))
    released = [f"{page.t(N_('Releases of the data used'))}{colon(page)} {releases}"] if releases else []
    return book.make_table_of_contents(
        tables,
        column_names=[page.t(N_("Sheet")), page.t(N_("Title"))],
        title=plain(page.headline),
        subtitles=[*page.notice[:1], plain(page.answer), page.t(INDEPENDENT), cited, *released],
        instructions=page.t(ONE_TABLE),
    )


def sheets(page: Page) -> dict[str, Any]:
    """Every sheet but the contents, by name."""
    made: dict[str, Any] = {}

    def add(name: str, title: str, id: str, grid: Grid, *said: str) -> None:
        made[sheet_name(name, [page.t(N_("Contents")), *made])] = sheet(page, title, id, grid, *said)

    add(page.t(N_("Origins")), page.t(N_("Numbers of this page and their origin")), "origins", origins(page))
    if notes(page):
        add(page.t(NOTES), page.t(N_("What must be said")), "notes", said(page))
    add(page.t(N_("Sources")), page.t(N_("Sources")), "sources", sources(page))
    for chart in page.drawn.values():
        title = f"{chart['number']}. {chart['name']}"
        add(f"{chart['number']} {chart['name']}", title, f"chart_{chart['id']}", chart["grid"], *about(page, chart))
    for position, (name, table) in enumerate(page.tables.items(), start=1):
        number = f"{page.t(N_('Table'))} {position}"
        add(
            f"{number} {table['name']}",
            f"{number}. {table['name']}",
            f"table_{name}",
            table["grid"],
            *about(page, table),
        )
    return made


NOTES = N_("Notes")


def about(page: Page, part: dict[str, Any]) -> list[str]:
    """What stands under a part's title: place and period, who published its numbers, which notes the whole obliges."""
    named = [files.named(source, page.language) for source in part["sources"].values()]
    numbers = noted(page, part["caveats"])
    return [
        *filter(None, [part.get("plain_subtitle", "")]),
        *(f"{page.t(N_('Source:'))} {name}" for name in named),
        *([f"{page.t(NOTES)}{colon(page)} {numbers}"] if numbers else []),
    ]


def sheet(page: Page, title: str, id: str, grid: Grid, *said: str) -> Any:
    """One table as gptables wants it. Its first column names the rows."""
    import gptables

    with_notes = any(grid.obliged)
    heads = unlike([*grid.heads, *([page.t(NOTES)] if with_notes else [])])
    obliged = [[noted(page, caveats)] if with_notes else [] for caveats in grid.obliged or [[]] * len(grid.rows)]
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


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """A name that Excel takes: 31 characters, cut between words, none of []:*?/\\, and no name twice."""
    name = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).split()).strip("'")
    endings = [""] if name and name.casefold() != "history" else []  # Excel keeps "History" for itself
    endings += [f" ({position})" for position in range(2, len(taken) + 3)]
    names = (shortened(name, LONGEST_NAME - len(ending)) + ending for ending in endings)
    used = {name.casefold() for name in taken}
    return next(name for name in names if name.casefold() not in used)


def shortened(text: str, longest: int) -> str:
    """A text cut after its last whole word, with a sign that it goes on."""
    if len(text) <= longest:
        return text
    words = text[: longest - 1]
    return (words.rpartition(" ")[0] if " " in words and text[longest - 1] != " " else words).rstrip(" ,;'") + "…"


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


ORIGIN_HEADS = (
    N_("What it counts"), N_("Number"), N_("Lower end of the number"), N_("Upper end of the number"), N_("Unit"),
    N_("Definition"), N_("Kind"), N_("Place"), N_("Period"), N_("Origin"), N_("Address"),
)  # fmt: skip


def origins(page: Page) -> Grid:
    """A row for each number that the text leads to: what it is, what it counts, where it comes from."""
    numbers = list(page.numbers.values())
    heads = [page.t(head) for head in ORIGIN_HEADS]
    return Grid(heads, [origin(page, number) for number in numbers], [list(number.caveats) for number in numbers])


def origin(page: Page, number: Number) -> list[Cell]:
    addresses = dict.fromkeys(address for f in number.figures() for address in addresses_of(f.source))
    return [
        page.t(number.label),
        show(number, page.language).words,
        *map(files.plain_amount, files.ends(number)),
        unit_label(number, page.language),
        *map(page.t, (number.definition_label, files.KINDS[number.kind], number.place_label)),
        format_period(number.start, number.end, page.language) if number.place or number.start else "",
        came_from(page, number),
        " ".join(addresses),
    ]


def addresses_of(source: Source) -> list[str]:
    """Where a publication is, and of a copy where its numbers can be checked."""
    return [source.address, *([source.check_at.address] if source.check_at else [])]


def came_from(page: Page, number: Number) -> str:
    """The publication and the place in it; for what was worked out, the formula, its inputs and the method."""
    if isinstance(number, Figure):
        released = format_moment(number.vintage, page.language)
        parts = [files.named(number.source, page.language), page.t(number.place_in_source), released]
    else:
        assert isinstance(number, Measure)
        inputs = ", ".join(f"{page.t(n.label)} ({show(n, page.language).words})" for n in number.inputs)
        parts = [page.t(number.formula), inputs, page.t(number.method)]
    return "; ".join(part for part in parts if part)


def said(page: Page) -> Grid:
    """Every note in full, by its number."""
    heads = [page.t(N_("Note")), page.t(N_("What must be said"))]
    return Grid(heads, [[f"[{page.t(N_('note'))} {n}]", plain(t)] for n, t in enumerate(notes(page).values(), start=1)])


def noted(page: Page, caveats: Sequence[Caveat]) -> str:
    """Notes by their numbers on their sheet; a caveat that is a sentence of its own chart stands whole."""
    positions = {caveat: position for position, caveat in enumerate(notes(page), start=1)}
    names = dict.fromkeys(caveat.caveat for caveat in caveats)
    texts = {caveat.caveat: page.t(caveat.text) for caveat in caveats}
    return " ".join(f"[{page.t(N_('note'))} {positions[n]}]" if n in positions else texts[n] for n in names)


SOURCE_HEADS = (N_("Source"), N_("Published"), N_("Licence"), N_("Address"))


def sources(page: Page) -> Grid:
    """Who published the numbers of the page, when, under which licence and address."""
    heads = [page.t(head) for head in SOURCE_HEADS]
    rows: list[list[Cell]] = [
        [
            files.named(source, page.language),
            format_moment(source.published, page.language),
            page.t(source.licence),
            " ".join(addresses_of(source)),
        ]
        for source in sources_of(shown_on(page)).values()
    ]
    return Grid(heads, rows)


def colon(page: Page) -> str:
    return {"en": ":", "fr": "\u00a0:"}[page.language]


def citation(page: Page) -> str:
    """The sentence that the page gives to cite it."""
    name, finding = page.work, plain(page.headline).rstrip(".")
    version = f"{page.t(N_('version'))} {project_version()}"
    key = page.about.get("run_key", "")[:16]
    return f"{name}, {finding}, {version}" + (f", {page.t(N_('run'))} {key}." if key else ".")


def plain(html: str) -> str:
    """The words of a piece of HTML, as a reader sees them: tags are no spaces, and spaces are one."""
    return re.sub(r"[ \t\r\n]+", " ", unescape(re.sub(r"<[^>]+>", "", html))).strip()
