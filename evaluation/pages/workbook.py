"""A page as an Excel workbook: notes and origins first, then a sheet for each chart and table.

Numbers are numbers, their ends and those of intervals stand in columns of their own, each sheet names its sources
with their addresses, and a chart's sheet shows its picture.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from typing import Any

from ..charts import WIDE
from ..language import N_, format_moment, format_period, isolated
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Source
from ..numbers.shown import show
from . import files
from .exporter import project_version
from .files import Amount, Cell, Grid
from .model import Page
from .origins import notes, vintages

MOMENT = datetime.datetime(2020, 1, 1)  # a date that does not change with the day of the export
LONGEST_NAME = 31  # characters that Excel allows for a sheet
WIDEST, ROW = 50, 21  # characters of the widest column; px of a row
LONGEST_NUMBER = 15  # digits that Excel keeps
INDEPENDENT = N_("Independent review of published figures. Not a government publication.")


def title_of(page: Page, source: Source) -> str:
    """A publication's title in the edition of the page's language, where there is one."""
    return isolated(source.edition(page.language)[0])


def workbook(page: Page, png: Callable[[dict[str, Any]], bytes]) -> bytes:
    """The workbook of a page; ``png`` draws a chart. The same page gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": plain(page.headline), "subject": page.title, "created": MOMENT})
    taken: list[str] = []
    for wanted, fill in sheets(page, png):
        taken.append(sheet_name(wanted, taken))
        sheet = Sheet(book, taken[-1], *page.notice[:1])
        fill(sheet)
        sheet.end()
    book.close()
    return buffer.getvalue()


def sheets(page: Page, png: Callable[[dict[str, Any]], bytes]) -> Iterable[tuple[str, Callable[[Sheet], None]]]:
    """Each sheet's wished name, and what fills it."""
    yield page.t(N_("Notes")), lambda sheet: fill_notes(sheet, page)
    for chart in page.drawn.values():
        yield f"{chart['number']} {chart['name']}", lambda sheet, c=chart: fill_chart(sheet, page, c, png(c))  # type: ignore[misc]
    for position, table in enumerate(page.recorded.values(), start=1):
        number = f"{page.t(N_('Table'))} {position}"
        yield f"{number} {table['name']}", lambda sheet, t=table, n=number: fill_table(sheet, page, t, n)  # type: ignore[misc]


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


class Sheet:
    """A worksheet that is filled from the top down."""

    def __init__(self, book: Any, name: str, notice: str = ""):
        """``notice`` stands above everything, on the screen and on each printed page."""
        self.book, self.sheet, self.row, self.columns = book, book.add_worksheet(name), 0, 1
        self.sheet.set_landscape()
        self.sheet.set_paper(1)
        self.sheet.fit_to_pages(1, 0)
        if notice:
            self.line(notice, bold=True)
            self.sheet.set_header(f"&C&B{notice}")

    def line(self, text: str, **look: Any) -> None:
        """A text that runs over the cells at its right."""
        self.sheet.write_string(self.row, 0, text, self.book.add_format(look))
        self.row += 1

    def table(self, grid: Grid, *, wrap: bool = True) -> None:
        """A real Excel table; what is above it, its heads and its first column stay in sight. Above a picture, which
        has its place by the height of rows, texts are not wrapped."""
        rows = grid.rows or [[""] * len(grid.heads)]
        last, columns = self.row + len(rows), [{"header": head} for head in unlike(grid.heads)]
        self.sheet.add_table(
            self.row,
            0,
            last,
            len(columns) - 1,
            {"columns": columns, "style": "Table Style Light 1", "autofilter": False},
        )
        for position, width in enumerate(widths(grid)):
            self.sheet.set_column(position, position, width)
        for number, row in enumerate(rows, start=self.row + 1):
            for column, cell in enumerate(row):
                self.cell(number, column, cell, wrap)
        self.sheet.freeze_panes(self.row + 1, 1)
        self.sheet.repeat_rows(self.row)
        self.columns, self.row = len(columns), last + 2

    def end(self) -> None:
        """What is printed: the table's columns, without what runs over them."""
        self.sheet.print_area(0, 0, self.row, self.columns - 1)

    def cell(self, row: int, column: int, cell: Cell, wrap: bool) -> None:
        """One cell; whatever is a number is written as one, as far as Excel keeps its digits."""
        if isinstance(cell, str) and files.is_number(cell):
            cell = files.plain_amount(cell, grouped=False)
        if isinstance(cell, Amount) and len(re.sub(r"\D", "", cell.value)) <= LONGEST_NUMBER:
            form = self.book.add_format({"valign": "top", "num_format": cell.format, "align": "right"})
            self.sheet.write_number(row, column, float(cell.value), form)
        elif str(cell):
            form = self.book.add_format({"valign": "top", "text_wrap": wrap})
            self.sheet.write_string(row, column, str(cell), form)

    def picture(self, content: bytes, name: str, width: int) -> None:
        """A PNG, shown at a width in px, with its name for those who do not see it."""
        wide, high = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        scale = dict.fromkeys(("x_scale", "y_scale"), width / wide * dots_per_inch(content) / 96)
        options = {"image_data": io.BytesIO(content), "description": name, "object_position": 2} | scale
        self.sheet.insert_image(self.row, 0, "chart.png", options)
        below = self.row + -(-high * width // wide // ROW) + 1
        for row in range(below):  # heights that no program chooses anew, so that nothing lies under the picture
            self.sheet.set_row_pixels(row, ROW)
        self.row = below


def dots_per_inch(png: bytes) -> float:
    """What a PNG says of its density, which Excel makes it larger or smaller by; 96 where it says nothing."""
    at = png.find(b"pHYs")
    return int.from_bytes(png[at + 4 : at + 8], "big") * 0.0254 if at > 0 else 96


def unlike(heads: Sequence[str]) -> list[str]:
    """Heads as an Excel table takes them: none empty, no two alike."""
    found: list[str] = []
    for head in heads:
        ending, count = head or "–", 1
        while ending.casefold() in {name.casefold() for name in found}:
            count += 1
            ending = f"{head or '–'} ({count})"
        found.append(ending)
    return found


def widths(grid: Grid) -> list[int]:
    """Each column's width in characters: of its longest cell, as far as that can be read."""
    columns = zip(*([*grid.rows, grid.heads]), strict=True)
    return [min(WIDEST, max(10, *(len(str(cell)) + 2 for cell in column))) for column in columns]


def fill_chart(sheet: Sheet, page: Page, chart: dict[str, Any], picture: bytes) -> None:
    sheet.line(f"{chart['number']}. {chart['name']}", bold=True, font_size=14)
    sheet.line(chart["plain_subtitle"])
    sheet.row += 1
    sheet.table(chart["grid"], wrap=False)
    sheet.picture(picture, chart["name"], WIDE)
    say_sources(sheet, page, {f.source.source: f.source for p in chart["points"] for f in p.number.figures()})
    say_caveats(sheet, page, chart["caveats"])


def fill_table(sheet: Sheet, page: Page, table: dict[str, Any], number: str) -> None:
    sheet.line(f"{number}. {table['name']}", bold=True, font_size=14)
    sheet.row += 1
    sheet.table(table["grid"])
    say_sources(sheet, page, {f.source.source: f.source for n in table["numbers"] for f in n.figures()})
    say_caveats(sheet, page, table["caveats"])


def say_sources(sheet: Sheet, page: Page, sources: dict[str, Source]) -> None:
    """Who published the numbers, under which title and address; for a table of words, the page's sources."""
    head = N_("Sources") if sources else N_("Sources of the page")
    sheet.line(page.t(head), bold=True)
    for source in (sources or page_sources(page)).values():
        sheet.line(source_line(page, source))
    sheet.row += 1


def page_sources(page: Page) -> dict[str, Source]:
    figures = [f for number in page.numbers.values() for f in number.figures()]
    figures += [f for chart in page.drawn.values() for p in chart["points"] for f in p.number.figures()]
    return {f.source.source: f.source for f in figures}


def source_line(page: Page, source: Source) -> str:
    published = format_moment(source.published, page.language) if source.published else ""
    parts = [
        f"{page.t(source.publisher)}, {title_of(page, source)}",
        published,
        page.t(source.licence),
        source.address,
    ]
    return "; ".join(part for part in parts if part)


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
    positions = {caveat: str(position) for position, caveat in enumerate(notes(page), start=1)}
    heads = [page.t(head) for head in ORIGIN_HEADS]
    sheet.table(Grid(heads, [origin(page, number, positions) for number in page.numbers.values()]))
    say_notes(sheet, page, positions)
    say_sources(sheet, page, page_sources(page))


ORIGIN_HEADS = (
    N_("Number"), N_("Lower end of the number"), N_("Upper end of the number"), N_("Unit"), N_("What it counts"),
    N_("Definition"), N_("Kind"), N_("Place"), N_("Period"), N_("Origin"), N_("Address"), N_("Notes"),
)  # fmt: skip


def origin(page: Page, number: Number, positions: dict[str, str]) -> list[Cell]:
    """A number's row: what it is, what it counts, where it comes from, and its notes by their numbers."""
    addresses = dict.fromkeys(f.source.address for f in number.figures())
    return [
        files.amount(number, page.language),
        *map(files.plain_amount, files.ends(number)),
        files.unit_label(number, page.language),
        *map(page.t, (number.label, number.definition_label, files.KINDS[number.kind], number.place_label)),
        format_period(number.start, number.end, page.language) if number.place or number.start else "",
        came_from(page, number),
        " ".join(addresses),
        named_notes(page, [positions[caveat.caveat] for caveat in number.caveats]),
    ]


def named_notes(page: Page, positions: Sequence[str]) -> str:
    word = page.t(N_("note") if len(positions) == 1 else N_("notes"))
    return f"{word} {', '.join(positions)}" if positions else ""


def came_from(page: Page, number: Number) -> str:
    """The publication and the place in it; for what was worked out, the formula, its inputs and the method."""
    if isinstance(number, Figure):
        parts = [
            f"{page.t(number.source.publisher)}, {title_of(page, number.source)}",
            page.t(number.place_in_source),
        ]
        return "; ".join(
            [*(p for p in parts if p), *([format_moment(number.vintage, page.language)] * bool(number.vintage))]
        )
    assert isinstance(number, Measure)
    inputs = ", ".join(f"{page.t(n.label)} ({show(n, page.language).words})" for n in number.inputs)
    return "; ".join(part for part in (page.t(number.formula), inputs, page.t(number.method)) if part)


def say_notes(sheet: Sheet, page: Page, positions: dict[str, str]) -> None:
    if positions:
        sheet.line(page.t(N_("What must be said")), bold=True)
    for text, position in zip(notes(page).values(), positions.values(), strict=True):
        sheet.line(f"{position}. {plain(text)}")
    sheet.row += 1
    releases = ", ".join(map(plain, vintages(page)))
    if releases:
        sheet.line(f"{page.t(N_('Releases of the data used'))}{colon(page)} {releases}")
        sheet.row += 1


def colon(page: Page) -> str:
    return {"en": ":", "fr": "\u00a0:"}[page.language]


def citation(page: Page) -> str:
    """The sentence that the page gives to cite it."""
    name, finding = page.t(N_("Strategy review in the open")), plain(page.headline)
    version = f"{page.t(N_('version'))} {project_version()}"
    key = page.about.get("run_key", "")[:16]
    return f"{name}, {finding}, {version}" + (f", {page.t(N_('run'))} {key}." if key else ".")


def plain(html: str) -> str:
    """The words of a piece of HTML, as a reader sees them: tags are no spaces, and spaces are one."""
    return re.sub(r"[ \t\r\n]+", " ", unescape(re.sub(r"<[^>]+>", "", html))).strip()
