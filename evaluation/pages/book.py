"""Pages as PDF: each page of a review, and the whole review as a report: a cover, contents, what everybody reads of
each page, then as an annex what is for those who check, and an imprint.

A PDF holds no path of the machine that made it: what leads to another page of the review leads into the book, or is
plain text. It is printed from a page without address, so that no folder can get in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from ..language import N_, TAGS, format_moment, translate
from ..records.prose import marked_isolates, time_element
from ..reviews.review import ANNEX
from . import care, glossary, searches
from .exporter import day
from .headings import repeated
from .model import Page
from .origins import notes as page_notes
from .origins import sources as page_sources
from .publish import template
from .sections import chart_table
from .workbook import plain

LIMIT, BOOK_LIMIT = 1_000_000, 2_000_000  # bytes of a page's document, and of the whole review's
TO_COME = "000"  # stands for a page's number until the document was printed once
ANCHOR = re.compile(r'<a\b([^>]*?)\shref="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
ELSEWHERE = ("http://", "https://", "mailto:")


def pdfs(folder: Path, pages: Sequence[Page], order: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """One tagged PDF a page, and one of the whole review in each language, printed by Chromium: path and content.
    ``order`` is that of the chapters. Raises ValueError for a document too heavy to send by e-mail."""
    from ..audit.browser import open_browser

    with open_browser() as browser:
        view = browser.new_page(java_script_enabled=False)
        for page in pages:
            path = f"{page.language}/{page.slug}"
            yield f"{path}.pdf", finished(printed(view, single(folder, page)), plain(page.headline), page.language)
        for language in dict.fromkeys(page.language for page in pages):
            chosen = sorted((p for p in pages if p.language == language), key=lambda page: order.index(page.slug))
            yield f"{language}/{folder.name}.pdf", whole(view, folder, chosen, language)


# Links


def single(folder: Path, page: Page) -> str:
    """A page to be printed alone: what leads to other pages is plain text, what downloads is left out."""
    html = (folder / page.language / f"{page.file}.html").read_text(encoding="utf-8")
    return relinked(without_downloads(html), lambda address: address if address.startswith("#") else "")


def relinked(html: str, lead: Callable[[str], str]) -> str:
    """HTML whose links within the review lead where ``lead`` says (address to address), or are plain text."""

    def link(match: re.Match[str]) -> str:
        before, address, after, words = match.groups()
        to = address if address.startswith(ELSEWHERE) else lead(address)
        return f'<a{before} href="{to}"{after}>{words}</a>' if to else words

    return ANCHOR.sub(link, html)


def without_downloads(html: str) -> str:
    return re.sub(r'<p class="download">.*?</p>', "", html, flags=re.DOTALL)


# The book


def whole(view: Any, folder: Path, pages: Sequence[Page], language: str) -> bytes:
    """The whole review as one document; printed once to learn the page of each part, and once with them in its
    contents. Raises ValueError where the second print breaks its pages elsewhere."""
    html, headings = combined(pages, language)
    numbers = heading_pages(printed(view, html), headings)
    for number in numbers:
        html = html.replace(f">{TO_COME}<", f">{number}<", 1)
    document = printed(view, html)
    if heading_pages(document, headings) != numbers:
        raise ValueError(f"{language}/{folder.name}.pdf: found parts on other pages than the contents say")
    return finished(document, title_of(pages, language), language, BOOK_LIMIT)


def title_of(pages: Sequence[Page], language: str) -> str:
    return str(translate(pages[0].about["review_title"], language))


def combined(pages: Sequence[Page], language: str) -> tuple[str, list[str]]:
    """The whole review as one HTML page, and the headings that its contents name: a cover, the part of each page that
    everybody reads, the parts for those who check, each warning and each source once, and an imprint."""
    t = partial(translate, language=language)
    files = {page.file: page.slug for page in pages}
    chapters = [chapter(page, files) for page in pages]
    notes = {name: text for page in pages for name, text in page_notes(page).items()}
    sources = {name: html for page in pages for name, html in page_sources(page).items()}
    words = glossary.told(glossary.used_in(pages), language)
    annexes = [("annex-calculated", CALCULATED), *([("annex-said", SAID)] if notes else [])]
    looked = {entry["search"]: entry for page in pages for entry in page.searches}
    annexes += [*([("annex-words", WORDS)] if words else []), *([("annex-searches", LOOKED)] if looked else [])]
    annexes += [("annex-sources", SOURCES)]
    entries = [entry(page) for page in pages]
    entries += [{"id": place, "name": t(text), "annex": True} for place, text in annexes]
    moment = latest(pages)
    html = template(language, "book").render(
        t=t,
        language=language,
        title=title_of(pages, language),
        confidential="".join(pages[0].notice[:1]),
        published=day(pages[0]),
        latest=time_element(format_moment(moment, language), moment),
        entries=entries,
        to_come=TO_COME,
        chapters=chapters,
        pages=pages,
        notes=notes,
        words=words,
        searched=searches.told([*looked.values()], language),
        sources=sources,
    )
    return marked_isolates(html), [plain(page.headline) for page in pages] + [t(text) for _, text in annexes]


CALCULATED, SAID = N_("How the numbers were calculated"), N_("What must be said")
WORDS, LOOKED, SOURCES = N_("Glossary"), N_("Where we looked"), N_("Sources")


def latest(pages: Sequence[Page]) -> str:
    """The latest day on which a figure of the review was published or released: a date of the data, not of today."""
    figures = [f for page in pages for number in page.numbers.values() for f in number.figures()]
    return max((moment for f in figures for moment in (f.vintage, f.source.published)), default="")


def entry(page: Page) -> dict[str, Any]:
    """A chapter's line of the contents: its number, its short title, its finding."""
    about = {"number": page.about.get("number", ""), "annex": page.about.get("part") == ANNEX}
    return about | {"id": page.slug, "name": escape(page.title, quote=False), "said": repeated(page.headline)}


def chapter(page: Page, files: Mapping[str, str]) -> dict[str, str]:
    """A page's two parts: what everybody reads, without the tables of its charts, and what is for those who check,
    which begins with these. Their ids, and the links to them, have the page's slug before them."""
    read, checked = (
        page.blocks[page.opening : page.checking],
        page.blocks[page.checking :] if page.checking is not None else [],
    )
    beginning = template(page.language, "reading").render(page=page, care=care.box(page), t=page.t)
    reading = without_table("".join([beginning, *read]))
    tables = [chart_table(page, chart) for chart in page.drawn.values() if chart["level"] == 2]
    name = " ".join(filter(None, [page.about.get("number", ""), escape(page.title, quote=False)]))
    parts = {"reading": reading, "checking": "".join([*tables, *checked])}
    return {"id": page.slug, "name": name} | {key: placed(html, page.slug, files) for key, html in parts.items()}


def without_table(html: str) -> str:
    """Sections of charts without the tables under them."""
    return re.sub(r'<details tabindex="0".*?</details>', "", html, flags=re.DOTALL)


def placed(html: str, slug: str, files: Mapping[str, str]) -> str:
    html = re.sub(r'\b(id|aria-labelledby)="([^"]+)"', rf'\1="{slug}--\2"', without_downloads(html))
    html = html.replace("url(#", f"url(#{slug}--")
    return relinked(html, lambda address: inside(address, slug, files))


SHARED = ("note-", "search-", "source-")  # what the book holds once for all chapters


def inside(address: str, slug: str, files: Mapping[str, str]) -> str:
    """Where a link of a chapter leads in the book, whose chapters are known by the names of their pages' ``files``;
    empty where that is not in it: the rows of origin stand in the pages' own files alone."""
    path, _, part = address.partition("#")
    own = part.startswith("from-")
    if part.startswith(SHARED):
        return f"#{part}"
    if not path:
        return "" if own else f"#{slug}--{part}"
    to = files.get(path.removesuffix(".html")) if path.endswith(".html") else None
    return "" if to is None else f"#{to}--{part}" if part and not own else f"#{to}"


# Printing


def printed(view: Any, html: str) -> bytes:
    """What a browser prints, with bookmarks that say each heading whole: Chromium loses spaces where lines end."""
    view.goto("about:blank")  # else the policy of the page before would hold for this one too
    view.set_content(html)
    view.evaluate("document.fonts.ready.then(() => 0)")
    headings = view.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => h.textContent)")
    raw = view.pdf(format="Letter", print_background=True, tagged=True, outline=True, prefer_css_page_size=True)
    return with_whole_bookmarks(raw, headings)


def with_whole_bookmarks(raw: bytes, headings: Sequence[str]) -> bytes:
    """A document whose bookmarks are its headings, in their order; it says nothing of the day of its printing."""
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        for key in [str(key) for key in document.docinfo]:
            del document.docinfo[key]
        rest = iter(headings)  # in the same order; those in what is not printed have no bookmark
        for item in bookmarks(document):
            title = re.sub(r"\s", "", str(item.Title))  # its beginning twice, where Chromium laid it out twice
            item.Title = pikepdf.String(spaced(next(h for h in rest if title.endswith(re.sub(r"\s", "", h)))))
        document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def bookmarks(document: Any) -> Iterator[Any]:
    """Every bookmark of a document, in the order in which its pages are read."""
    waiting = [document.Root.Outlines.First] if "/Outlines" in document.Root else []
    while waiting:
        item = waiting.pop()
        yield item
        waiting += [item[key] for key in ("/Next", "/First") if key in item]


def heading_pages(raw: bytes, headings: Sequence[str]) -> list[str]:
    """The page on which each of these headings stands, in their order, by its bookmark."""
    import pikepdf

    with pikepdf.open(io.BytesIO(raw)) as document:
        position = {page.obj.objgen: str(number) for number, page in enumerate(document.pages, start=1)}
        found = [(str(item.Title), position[item.Dest[0].objgen]) for item in bookmarks(document)]
    pages, start = [], 0
    for heading in headings:
        start = next(i for i, (title, _) in enumerate(found) if i >= start and title == heading)
        pages.append(found[start][1])
        start += 1
    return pages


def finished(raw: bytes, title: str, language: str, limit: int = LIMIT) -> bytes:
    """A document with its title and language. Raises ValueError for one too heavy to send by e-mail."""
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        document.Root.Lang = pikepdf.String(TAGS[language])
        document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        document.docinfo["/Title"] = title
        mode = pikepdf.ObjectStreamMode.generate
        document.save(buffer, deterministic_id=True, compress_streams=True, object_stream_mode=mode)
    if buffer.tell() > limit:
        raise ValueError(f"{title}: found a PDF of {buffer.tell()} bytes; allowed: {limit}")
    return buffer.getvalue()
