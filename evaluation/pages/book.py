"""Pages as PDF: each page of a review, and the whole review as one book with cover, contents and imprint.

A PDF holds no path of the machine that made it: what leads to another page of the review leads into the book, or is
plain text. It is printed from a page without address, so that no folder can get in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ..language import LANGUAGES, N_, TAGS, format_moment, translate
from ..records.prose import marked_isolates, time_element
from .exporter import policy, project_version, style
from .page import Page, repeated
from .workbook import INDEPENDENT, plain

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
        for language in LANGUAGES:
            chosen = sorted((p for p in pages if p.language == language), key=lambda page: order.index(page.slug))
            yield f"{language}/{folder.name}.pdf", whole(view, folder, chosen, language)


# Links


def single(folder: Path, page: Page) -> str:
    """A page to be printed alone: what leads to other pages is plain text, what downloads is left out."""
    html = (folder / page.language / f"{page.slug}.html").read_text(encoding="utf-8")
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
    """The whole review as one document; printed once to learn the page of each chapter, and once with them in its
    contents. Raises ValueError where the second print breaks its pages elsewhere."""
    title = contents_title(folder, language)
    html = combined(folder, pages, language, title)
    numbers = chapter_pages(printed(view, html), [plain(page.headline) for page in pages])
    for number in numbers:
        html = html.replace(f">{TO_COME}<", f">{number}<", 1)
    document = printed(view, html)
    if chapter_pages(document, [plain(page.headline) for page in pages]) != numbers:
        raise ValueError(f"{language}/{folder.name}.pdf: found chapters on other pages than the contents say")
    return finished(document, title, language, BOOK_LIMIT)


def contents_title(folder: Path, language: str) -> str:
    index = (folder / language / "index.html").read_text(encoding="utf-8")
    return plain(re.search(r"<h1>(.*?)</h1>", index, re.DOTALL)[1])  # type: ignore[index]


def combined(folder: Path, pages: Sequence[Page], language: str, title: str) -> str:
    """The whole review as one HTML page with a cover, contents, an imprint and ids of its own for each chapter."""
    slugs = [page.slug for page in pages]
    entries = "".join(
        f'<li><a href="#{page.slug}"><span>{repeated(page.headline)}</span> '
        f'<span class="page-number">{TO_COME}</span></a></li>'
        for page in pages
    )
    chapters = "".join(chapter(folder, page, slugs) for page in pages)
    contents = translate(N_("Contents of the review"), language)
    body = (
        f"<main>{cover(pages, language, title)}<nav><h2>{contents}</h2><ol>{entries}</ol></nav>{chapters}"
        f"{imprint(pages, language)}</main>"
    )
    return marked_isolates(
        f'<!DOCTYPE html><html lang="{TAGS[language]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}"><title>{escape(title)}</title>'
        f'<style>{style()}</style></head><body class="book">{body}</body></html>'
    )


def cover(pages: Sequence[Page], language: str, title: str) -> str:
    """Title, what it is, the date of the latest figure in it, the version, and how to cite it."""
    moment = latest(pages)
    date = time_element(format_moment(moment, language), moment)
    version = project_version()
    words = translate(N_("Figures published up to {date}. Version {version}."), language)
    cite = f"{translate(N_('Strategy review in the open'), language)}, <cite>{escape(title)}</cite>, "
    cite += f"{translate(N_('version'), language)} {version}, {date}."
    return (
        f'<header class="title-page"><h1>{escape(title)}</h1>{confidential(pages)}'
        f"<p>{translate(INDEPENDENT, language)}</p>"
        f"<p>{words.replace('{date}', date).replace('{version}', version)}</p>"
        f"<p><strong>{translate(N_('How to cite'), language)}</strong><br>{cite}</p></header>"
    )


def confidential(pages: Sequence[Page]) -> str:
    """The sentence that has the style sheet say it on every page too; nothing for a public review."""
    return "".join(f'<p class="confidential">{sentence}</p>' for page in pages[:1] for sentence in page.notice[:1])


def latest(pages: Sequence[Page]) -> str:
    """The latest day on which a figure of the review was published or released: a date of the data, not of today."""
    figures = [f for page in pages for number in page.numbers.values() for f in number.figures()]
    return max((moment for f in figures for moment in (f.vintage, f.source.published)), default="")


def imprint(pages: Sequence[Page], language: str) -> str:
    """The last page: who answers for it, under which licence, and from which runs each chapter was made."""
    said = (
        N_("Who made this"), N_("The contributors of the strategy review, independently of any government."),
        N_("Licences"), N_("Text and code: Apache License. Each figure: the licence of its source, named beside it."),
        N_("Typeface"), N_("Atkinson Hyperlegible Next, SIL Open Font License."),
    )  # fmt: skip
    parts = [f"<{tag}>{translate(text, language)}</{tag}>" for tag, text in zip(("dt", "dd") * 3, said, strict=True)]
    runs = "".join(f"<li><code>{page.slug}</code> <code>{page.about['run_key'][:16]}</code></li>" for page in pages)
    version = f"<dt>{translate(N_('Version of the project'), language)}</dt><dd>{project_version()}</dd>"
    keys = f"<dt>{translate(N_('Run keys of the chapters'), language)}</dt><dd><ul>{runs}</ul></dd>"
    return (
        f'<section class="imprint"><h2>{translate(N_("Imprint"), language)}</h2>'
        f"<dl>{''.join(parts)}{version}{keys}</dl></section>"
    )


def chapter(folder: Path, page: Page, slugs: Sequence[str]) -> str:
    """A page's main part, its ids and the links to them prefixed with its slug, without the table of origins."""
    html = (folder / page.language / f"{page.slug}.html").read_text(encoding="utf-8")
    main = html.split("<main", 1)[1].split(">", 1)[1].split("</main>", 1)[0]
    main = without_origins(without_downloads(main), page.language)
    main = re.sub(r'\b(id|aria-labelledby)="([^"]+)"', rf'\1="{page.slug}--\2"', main)
    main = main.replace("url(#", f"url(#{page.slug}--")
    main = relinked(main, lambda address: inside(address, page.slug, slugs))
    return f'<section class="chapter" id="{page.slug}">{main}</section>'


def inside(address: str, slug: str, slugs: Sequence[str]) -> str:
    """Where a link of a chapter leads in the book; empty where that is not in it."""
    path, _, part = address.partition("#")
    to = path.removesuffix(".html") if path else slug
    if to not in slugs or (path and not path.endswith(".html")):
        return ""
    return f"#{to}--{part}" if part and not part.startswith("from-") else f"#{to}"


def without_origins(main: str, language: str) -> str:
    """A part of the whole review's document: it must stay light, so each number's row of origin stands in the page's
    own file; notes and sources stay."""
    elsewhere = N_("Notes and sources follow; where each number comes from stands on its own page of the review.")
    main = re.sub(r'<div class="scroll"[^>]*>\s*<table class="origins">.*?</table>\s*</div>', "", main, flags=re.DOTALL)
    main = re.sub(
        r'<p class="origins-intro">.*?</p>', f"<p>{translate(elsewhere, language)}</p>", main, flags=re.DOTALL
    )
    return re.sub(r'<a href="#from-[^"]*"[^>]*>(.*?)</a>', r"\1", main, flags=re.DOTALL)


# Printing


def printed(view: Any, html: str) -> bytes:
    """What a browser prints, with bookmarks that say each heading whole: Chromium loses spaces where lines end."""
    view.set_content(html)
    view.evaluate("document.fonts.ready.then(() => 0)")
    headings = view.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => h.textContent)")
    raw = view.pdf(format="Letter", print_background=True, tagged=True, outline=True, prefer_css_page_size=True)
    return with_whole_bookmarks(raw, headings)


def with_whole_bookmarks(raw: bytes, headings: Sequence[str]) -> bytes:
    """A document whose bookmarks are its headings, and which says nothing of the day on which it was printed."""
    import pikepdf

    whole = {re.sub(r"\s", "", heading): spaced(heading) for heading in headings}
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        for key in [str(key) for key in document.docinfo]:
            del document.docinfo[key]
        for item in bookmarks(document):
            item.Title = pikepdf.String(whole[re.sub(r"\s", "", str(item.Title))])
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


def chapter_pages(raw: bytes, headlines: Sequence[str]) -> list[str]:
    """The page on which each chapter begins, by its headline's bookmark."""
    import pikepdf

    with pikepdf.open(io.BytesIO(raw)) as document:
        position = {page.obj.objgen: str(number) for number, page in enumerate(document.pages, start=1)}
        found = [(str(item.Title), position[item.Dest[0].objgen]) for item in bookmarks(document)]
    pages, start = [], 0
    for headline in headlines:
        start = next(i for i, (title, _) in enumerate(found) if i >= start and title == headline)
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
