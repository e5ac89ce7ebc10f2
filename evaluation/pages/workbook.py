"""A page as an Excel workbook: notes and origins first, then a sheet for each chart and table.

Numbers are numbers, their ends and those of intervals stand in columns of their own, each sheet names its sources
with their addresses, and a chart's sheet shows its picture.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any

from ..charts import WIDE
from ..language import N_, format_moment, format_period
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Source
from ..numbers.said import unit_label
from ..numbers.shown import show
from . import files
from .exporter import project_version
from .files import Cell, Grid
from .model import Page
from .origins import note_link, notes, shown_on, vintages
from .sections import sources_of
from .sheet import Sheet

MOMENT = datetime.datetime(2020, 1, 1)  # a date that does not change with the day of the export
LONGEST_NAME = 31  # characters that Excel allows for a sheet
INDEPENDENT = N_("Independent review of published figures. Not a government publication.")


def workbook(page: Page, png: Callable[[dict[str, Any]], bytes]) -> bytes:
    """The workbook of a page; ``png`` draws a chart. The same page gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": plain(page.headline), "subject": page.title, "created": MOMENT})
    taken: list[str] = []

    def add(wanted: str, fill: Callable[..., None], *what: Any) -> None:
        taken.append(sheet_name(wanted, taken))
        sheet = Sheet(book, taken[-1], *page.notice[:1])
        fill(sheet, page, *what)
        sheet.end()

    add(page.t(N_("Notes")), fill_notes)
    for chart in page.drawn.values():
        add(f"{chart['number']} {chart['name']}", fill_part, chart, chart["number"], png(chart))
    for position, table in enumerate(page.tables.values(), start=1):
        number = f"{page.t(N_('Table'))} {position}"
        add(f"{number} {table['name']}", fill_part, table, number)
    book.close()
    return buffer.getvalue()


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


def fill_part(sheet: Sheet, page: Page, part: dict[str, Any], number: str, picture: bytes = b"") -> None:
    """A chart with its ``picture``, or a table: its numbers, who published them, what must be said of them."""
    sheet.line(f"{number}. {part['name']}", bold=True, font_size=14)
    if picture:
        sheet.line(part["plain_subtitle"])
    sheet.row += 1
    sheet.table(part["grid"], wrap=not picture)
    if picture:
        sheet.picture(picture, part["name"], WIDE)
    say_sources(sheet, page, part["sources"])
    say_caveats(sheet, page, part["caveats"])


def say_sources(sheet: Sheet, page: Page, sources: dict[str, Source]) -> None:
    """Who published the numbers, under which title and address; for a table of words, the page's sources."""
    head = N_("Sources") if sources else N_("Sources of the page")
    sheet.line(page.t(head), bold=True)
    for source in (sources or sources_of(shown_on(page))).values():
        sheet.line(source_line(page, source))
    sheet.row += 1


def source_line(page: Page, source: Source) -> str:
    published = format_moment(source.published, page.language)
    parts = [files.named(source, page.language), published, page.t(source.licence), *addresses_of(source)]
    return "; ".join(part for part in parts if part)


def addresses_of(source: Source) -> list[str]:
    """Where a publication is, and of a copy where its numbers can be checked."""
    return [source.address, *([source.check_at.address] if source.check_at else [])]


def say_caveats(sheet: Sheet, page: Page, caveats: Sequence[Any]) -> None:
    if caveats:
        sheet.line(page.t(N_("What must be said")), bold=True)
    for caveat in caveats:
        sheet.line(page.t(caveat.text))
    sheet.row += 1
    sheet.line(page.t(INDEPENDENT), italic=True)


def fill_notes(sheet: Sheet, page: Page) -> None:
    """The first sheet: the finding, the answer, how to cite, then where each number comes from, notes and sources."""
    sheet.line(plain(page.headline), bold=True, font_size=14)
    sheet.line(plain(page.answer))
    sheet.line(page.t(INDEPENDENT), italic=True)
    sheet.line(f"{page.t(N_('How to cite'))}{colon(page)} {citation(page)}")
    sheet.row += 1
    positions = {caveat: position for position, caveat in enumerate(notes(page), start=1)}
    heads = [page.t(head) for head in ORIGIN_HEADS]
    sheet.table(Grid(heads, [origin(page, number, positions) for number in page.numbers.values()]))
    say_notes(sheet, page)
    say_sources(sheet, page, sources_of(shown_on(page)))


ORIGIN_HEADS = (
    N_("Number"), N_("Lower end of the number"), N_("Upper end of the number"), N_("Unit"), N_("What it counts"),
    N_("Definition"), N_("Kind"), N_("Place"), N_("Period"), N_("Origin"), N_("Address"), N_("Notes"),
)  # fmt: skip


def origin(page: Page, number: Number, positions: dict[str, int]) -> list[Cell]:
    """A number's row: what it is, what it counts, where it comes from, and its notes by their numbers."""
    addresses = dict.fromkeys(address for f in number.figures() for address in addresses_of(f.source))
    return [
        files.amount(number, page.language),
        *map(files.plain_amount, files.ends(number)),
        unit_label(number, page.language),
        *map(page.t, (number.label, number.definition_label, files.KINDS[number.kind], number.place_label)),
        format_period(number.start, number.end, page.language) if number.place or number.start else "",
        came_from(page, number),
        " ".join(addresses),
        plain(note_link(page, number.caveats, positions)),
    ]


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


def say_notes(sheet: Sheet, page: Page) -> None:
    if notes(page):
        sheet.line(page.t(N_("What must be said")), bold=True)
    for position, text in enumerate(notes(page).values(), start=1):
        sheet.line(f"{position}. {plain(text)}")
    sheet.row += 1
    if releases := ", ".join(map(plain, vintages(page))):
        sheet.line(f"{page.t(N_('Releases of the data used'))}{colon(page)} {releases}")
        sheet.row += 1


def colon(page: Page) -> str:
    return {"en": ":", "fr": "\u00a0:"}[page.language]


def citation(page: Page) -> str:
    """The sentence that the page gives to cite it."""
    name, finding = page.work, plain(page.headline)
    version = f"{page.t(N_('version'))} {project_version()}"
    key = page.about.get("run_key", "")[:16]
    return f"{name}, {finding}, {version}" + (f", {page.t(N_('run'))} {key}." if key else ".")


def plain(html: str) -> str:
    """The words of a piece of HTML, as a reader sees them: tags are no spaces, and spaces are one."""
    return re.sub(r"[ \t\r\n]+", " ", unescape(re.sub(r"<[^>]+>", "", html))).strip()
