"""Copy-ready parts of a built review: PNG, Excel workbooks and PDF, in the page's language.

Exports are made from the executed notebooks of ``outputs/<review>/notebooks``; nothing runs again. The same
review gives the same bytes.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from . import charts, files, foreign, manifest, publish
from .exporter import policy, style
from .language import LANGUAGES, N_, TAGS, translate
from .origins import origins
from .page import Page, build, read_notebook
from .problems import refuse

MOMENT = datetime.datetime(2020, 1, 1)  # a date that does not change with the day of the export
PDF_LIMIT = 1_000_000
SHEET_NAME = 31  # characters that Excel allows


def export(folder: Path, kinds: set[str], tell: Callable[[str], None]) -> list[Path]:
    """Write the asked kinds (png, xlsx, pdf) beside the pages of a built review; returns the files written."""
    made: list[Path] = []
    pages = [page for path in sorted((folder / "notebooks").glob("*.ipynb")) for page in both(path)]
    for page in pages:
        made += [write(folder, path, content) for path, content in parts(page, kinds)]
        tell(f"{page.slug} ({page.language}): {', '.join(sorted(kinds & {'png', 'xlsx'})) or 'read'}")
    if "pdf" in kinds:
        made += pdfs(folder, pages, tell)
    manifest.refresh(folder)
    return made


EXECUTED = {"evaluation": {"slug": str, "title": {"en": str, "fr": str}, "differing": dict}}


def both(path: Path) -> Iterator[Page]:
    """A run's page in each language. Raises InputError for a notebook that no build left here."""
    for where, found, _ in foreign.check_shape(foreign.read_notebook(path)["metadata"], EXECUTED):
        raise refuse(path, "-", f"metadata.{where}", found=found, allowed="a notebook that `evaluation build` made")
    for language in LANGUAGES:
        yield build(read_notebook(path), language)


def write(folder: Path, path: str, content: bytes) -> Path:
    publish.write(folder / path, content)
    return folder / path


def parts(page: Page, kinds: set[str]) -> Iterator[tuple[str, bytes]]:
    """A page's PNG files (at twice the size) and its workbook."""
    for name, chart in page.drawn.items() if "png" in kinds else ():
        yield f"{page.language}/{page.slug}/{name}.png", png(publish.standalone(page, chart).decode())
    if "xlsx" in kinds:
        yield f"{page.language}/{page.slug}.xlsx", workbook(page)


def png(svg: str) -> bytes:
    import vl_convert

    charts.register_font()
    return bytes(vl_convert.svg_to_png(svg, scale=2))


def workbook(page: Page) -> bytes:
    """One workbook a page: notes and origins first, then each chart's numbers and each table as a real table."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": plain(page.headline), "created": MOMENT})
    add_notes(book, page)
    for name, content in sheets(page):
        add_sheet(book, name, content)
    book.close()
    return buffer.getvalue()


def add_notes(book: Any, page: Page) -> None:
    """The first sheet: the finding, the answer, and where each number comes from."""
    sheet = book.add_worksheet(page.t(N_("Notes")))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 4, 36, wrapped)
    for row, text in enumerate((page.headline, page.answer)):
        sheet.write_string(row, 0, plain(text), wrapped)
    heads = [N_("Number"), N_("What it counts"), N_("Place and period"), N_("Origin"), N_("What must be said")]
    body = [
        [plain(row[key]) for key in ("number", "label")]
        + [f"{plain(row['place'])}, {plain(row['when'])}", plain(row["from"]), row["caveats"]]
        for row in origins(page)
    ]
    add_table(sheet, 3, [page.t(head) for head in heads], body)


def sheets(page: Page) -> Iterator[tuple[str, bytes]]:
    for name, chart in page.drawn.items():
        yield name, chart["csv"]
    yield from page.tables.items()


def add_sheet(book: Any, name: str, content: bytes) -> None:
    import csv

    head, *body = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    sheet = book.add_worksheet(name[:SHEET_NAME])
    sheet.set_column(0, len(head) - 1, 24)
    add_table(sheet, 0, head, body)


def add_table(sheet: Any, row: int, heads: list[str], body: list[list[str]]) -> None:
    """A real Excel table; what is a number is written as one."""
    data = [[float(cell) if files.is_number(cell) else cell for cell in line] for line in body] or [[""] * len(heads)]
    options = {"data": data, "columns": [{"header": head} for head in heads], "style": "Table Style Light 1"}
    sheet.add_table(row, 0, row + len(data), len(heads) - 1, options)


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    from html import unescape

    return unescape(re.sub(r"<[^>]+>", " ", html)).replace("  ", " ").strip()


def pdfs(folder: Path, pages: list[Page], tell: Callable[[str], None]) -> list[Path]:
    """One tagged PDF a page, and one of the whole review in each language, printed by Chromium."""
    from .audit.browser import open_browser

    made = []
    with open_browser() as browser:
        view = browser.new_page(java_script_enabled=False)
        for page in pages:
            source = folder / page.language / f"{page.slug}.html"
            view.goto(source.resolve().as_uri())
            made.append(print_pdf(view, source.with_suffix(".pdf"), plain(page.headline), page.language))
            tell(f"{page.slug} ({page.language}): pdf")
        for language in LANGUAGES:
            chosen = [page for page in pages if page.language == language]
            target = folder / language / f"{folder.name}.pdf"
            view.set_content(combined(folder, chosen, language))
            made.append(print_pdf(view, target, contents_title(folder, language), language))
            tell(f"{target.name} ({language}): pdf")
    return made


def print_pdf(view: Any, target: Path, title: str, language: str) -> Path:
    """Print what a browser shows; set title and language, and take out what differs from day to day.

    Raises ValueError for a document of more than a megabyte.
    """
    import pikepdf

    raw = view.pdf(format="Letter", print_background=True, tagged=True, outline=True, prefer_css_page_size=True)
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        document.Root.Lang = pikepdf.String(TAGS[language])
        document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for key in [str(key) for key in document.docinfo if key != "/Title"]:
            del document.docinfo[key]
        document.docinfo["/Title"] = title
        document.save(
            buffer, deterministic_id=True, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
    if buffer.tell() > PDF_LIMIT:
        raise ValueError(f"{target}: found a PDF of {buffer.tell()} bytes; allowed: {PDF_LIMIT}")
    target.write_bytes(buffer.getvalue())
    return target


def contents_title(folder: Path, language: str) -> str:
    index = (folder / language / "index.html").read_text(encoding="utf-8")
    return plain(re.search(r"<h1>(.*?)</h1>", index, re.DOTALL)[1])  # type: ignore[index]


def combined(folder: Path, pages: list[Page], language: str) -> str:
    """The whole review as one HTML page with a title page, contents, and ids of its own for each chapter."""
    title = escape(contents_title(folder, language))
    order = manifest.read(folder)["contents"]
    pages = sorted(pages, key=lambda page: order.index(page.slug))
    entries = "".join(f'<li><a href="#{page.slug}">{strip_links(page.headline)}</a></li>' for page in pages)
    chapters = "".join(chapter(folder, page) for page in pages)
    independent = translate(
        N_("Independent reproduction from published figures. Not a government publication."), language
    )
    contents = translate(N_("Contents of the review"), language)
    return (
        f'<!DOCTYPE html><html lang="{TAGS[language]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}"><title>{title}</title>'
        f'<style>{style()}</style></head><body class="book"><main><header class="title-page"><h1>{title}</h1>'
        f"<p>{independent}</p></header><nav><h2>{contents}</h2><ol>{entries}</ol></nav>{chapters}</main></body></html>"
    )


def strip_links(html: str) -> str:
    return re.sub(r"</?a\b[^>]*>", "", html)


def chapter(folder: Path, page: Page) -> str:
    """A page's main part, its ids and the links to them prefixed with its slug, without the table of origins."""
    html = (folder / page.language / f"{page.slug}.html").read_text(encoding="utf-8")
    main = html.split("<main", 1)[1].split(">", 1)[1].split("</main>", 1)[0]
    main = without_origins(main, page.language)
    main = re.sub(r'\b(id|aria-labelledby)="([^"]+)"', rf'\1="{page.slug}--\2"', main)
    main = re.sub(r'(href="#|url\(#)', rf"\g<1>{page.slug}--", main)
    return f'<section class="chapter" id="{page.slug}">{main}</section>'


def without_origins(main: str, language: str) -> str:
    """A part of the whole review's document: it must stay light, so each number's row of origin stands in the page's
    own file; notes and sources stay."""
    elsewhere = N_("Notes and sources follow; where each number comes from stands on its own page of the review.")
    main = re.sub(r'<div class="scroll"[^>]*>\s*<table class="origins">.*?</table>\s*</div>', "", main, flags=re.DOTALL)
    main = re.sub(
        r'<p class="origins-intro">.*?</p>', f"<p>{translate(elsewhere, language)}</p>", main, flags=re.DOTALL
    )
    return re.sub(r'<a href="#from-[^"]*"[^>]*>(.*?)</a>', r"\1", main, flags=re.DOTALL)
