"""PDF output: one document for each page of a review, one for its brief, and the whole review as a book: cover, brief,
contents, the reading layer of each page, cautions, glossary, sources and imprint. Origins and calculations are on the
pages alone. Without it a review on paper is ten pages printed one by one, with no common contents.

A PDF contains no path of the machine that made it: it is printed from a page without an address, and links to other
pages are removed or lead to a place in the book.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..language import TAGS
from . import brief, glossary, templates
from .page import Page

PDF_LIMIT, BOOK_LIMIT = 1_000_000, 2_000_000  # bytes of a PDF: of a page, of the book
ELSEWHERE = ("http://", "https://", "mailto:")


def print_pdfs(folder: Path, pages: Sequence[Page], order: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Print in a browser one tagged PDF for each page, and in each language one for the brief, if there is one, and one
    for the whole review. Yields the path relative to ``folder``, and the content; writes nothing. ``folder`` is the
    built review, ``order`` the slugs of all ``pages`` in the order of the book. Raises ValueError for a document over
    `PDF_LIMIT` bytes, or `BOOK_LIMIT` for the whole review; InputError without a browser."""
    from ..audit.browser import open_browser

    with open_browser() as browser:
        for page in pages:
            title = page.text.plain_headline
            html = (folder / page.run.language / f"{page.run.file}.html").read_text(encoding="utf-8")
            yield f"{page.run.language}/{page.run.slug}.pdf", print_pdf(browser, html, title, page.run.language)
        for language in dict.fromkeys(page.run.language for page in pages):
            chosen = [page for page in pages if page.run.language == language]
            chosen.sort(key=lambda page: order.index(page.run.slug))
            short = brief.brief_body(folder, language)
            if short:
                html = (folder / language / f"{brief.NAME}.html").read_text(encoding="utf-8")
                yield f"{language}/{brief.NAME}.pdf", print_pdf(browser, html, chosen[0].run.work, language)
            document = print_pdf(browser, book_html(chosen, language, short), chosen[0].run.work, language, BOOK_LIMIT)
            yield f"{language}/{folder.name}.pdf", document


# The book


def book_html(pages: Sequence[Page], language: str, short: str = "") -> str:
    """The HTML of the whole review in one language: cover, brief (``short``, its HTML, "" for none), contents, the
    reading layer of each page in the order of ``pages`` (one at least), then each caveat, glossary entry, search and
    source of them once, and an imprint."""
    files = {page.run.file: page.run.slug for page in pages}
    parts = {page.run.slug: reading_html(page) for page in pages} | {brief.NAME: short}
    ids = {slug: set(re.findall(r'\bid="([^"]+)"', html)) for slug, html in parts.items()}
    chapters = {slug: Markup(_chapter_in_book(html, slug, files, ids)) for slug, html in parts.items()}
    return templates.render_template(
        language,
        "book.html",
        title=pages[0].run.work,
        pages=pages,
        latest=max((day for page in pages for day in page.back.vintages), default=""),
        short=chapters[brief.NAME],
        chapters=[chapters[page.run.slug] for page in pages],
        notes={name: caveat for page in pages for name, caveat in page.back.notes.items()},
        looked={name: search for page in pages for name, search in page.back.search_of.items()},
        words=glossary.sort_alphabetically(glossary.merge_entries(page.back.words for page in pages), language),
        searched=list({entry["search"]: entry for page in pages for entry in page.back.searches}.values()),
        sources={name: source for page in pages for name, source in page.back.sources.items()},
    )


def reading_html(page: Page) -> str:
    """The HTML of a page's reading layer: its beginning (title, answer, key numbers, box of caveats), and the parts up
    to its section for reviewers, without what is folded in them, such as the tables of charts."""
    beginning = templates.template(page.run.language, "reading.html").render(vars(page))
    whole = "".join(page.sections.blocks[page.text.opening : page.text.checking])
    return beginning + re.sub(r"<details>.*?</details>", "", whole, flags=re.DOTALL)


def _chapter_in_book(html: str, slug: str, files: Mapping[str, str], ids: Mapping[str, set[str]]) -> str:
    """A chapter's HTML in the book: its ids prefixed by the slug, its links resolved by `link_in_book`, and removed if
    they lead outside the book."""
    html = re.sub(r'\b(id|aria-labelledby|aria-describedby)="([^"]+)"', rf'\1="{slug}--\2"', html)
    html = html.replace("url(#", f"url(#{slug}--")

    def resolve(link: re.Match[str]) -> str:
        """The ``href`` attribute for a link in the book; "" for one that leads outside it, whose element stays."""
        address = link_in_book(link[1], slug, files, ids)
        return f' href="{address}"' if address else ""

    return re.sub(r' href="([^"]+)"', resolve, html)


SHARED = ("note-", "search-", "source-")  # ids that the book has once for all chapters


def link_in_book(address: str, slug: str, files: Mapping[str, str], ids: Mapping[str, set[str]]) -> str:
    """The target in the book of a link in the chapter ``slug``: web and mail addresses as they are, a note, search or
    source (`SHARED`) as "#id", any other id as "#slug--id", another chapter without that id as "#slug"; "" if the book
    does not contain it. ``files`` maps names of pages (without .html) to slugs, ``ids`` slugs to the ids in each
    chapter."""
    path, _, part = address.partition("#")
    if address.startswith(ELSEWHERE):
        return address
    if part.startswith(SHARED):
        return f"#{part}"
    if not path:
        return f"#{slug}--{part}" if part in ids[slug] else ""
    target = files.get(path.removesuffix(".html")) if path.endswith(".html") else None
    return "" if target is None else f"#{target}--{part}" if part in ids[target] else f"#{target}"


# Printing


def print_pdf(browser: Any, html: str, title: str, language: str, limit: int = PDF_LIMIT) -> bytes:
    """Print HTML as a tagged PDF with title, language and bookmarks, without a date. Titles of bookmarks come from the
    headings, since Chromium loses spaces at line ends. Raises ValueError for more than ``limit`` bytes."""
    import pikepdf

    view = browser.new_page(java_script_enabled=False)
    view.set_content(html)
    view.evaluate("document.fonts.ready.then(() => 0)")
    headings = view.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => h.textContent)")
    raw = view.pdf(print_background=True, tagged=True, outline=True, prefer_css_page_size=True)
    view.close()
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        renumber_elements(document.Root.StructTreeRoot)
        for key in [str(key) for key in document.docinfo]:
            del document.docinfo[key]
        document.docinfo["/Title"] = title
        document.Root.Lang = pikepdf.String(TAGS[language])
        document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        remaining = iter(headings)  # in order; headings that are not printed have no bookmark
        for item in bookmarks(document):
            squeezed = re.sub(r"\s", "", str(item.Title))  # may repeat the beginning of a heading
            heading = next(h for h in remaining if squeezed.endswith(re.sub(r"\s", "", h)))
            item.Title = pikepdf.String(templates.plain_text(heading))
        mode = pikepdf.ObjectStreamMode.generate
        document.save(buffer, deterministic_id=True, compress_streams=True, object_stream_mode=mode)
    if buffer.tell() > limit:
        raise ValueError(f"{title}: found a PDF of {buffer.tell()} bytes; allowed: {limit}")
    return buffer.getvalue()


def renumber_elements(tree: Any) -> None:
    """Renumber in place the ids of a PDF's structure elements (``tree``, its StructTreeRoot) from 1 in reading order,
    and the references to them: Chromium continues its count from the document printed before, so that the bytes would
    differ."""
    import pikepdf

    from ..audit.charts import structure_elements

    elements = list(structure_elements(tree))
    named = [element for element in elements if "/ID" in element]
    new = {bytes(element.ID): pikepdf.String(f"id{number:08}") for number, element in enumerate(named, start=1)}
    for element in named:
        element.ID = new[bytes(element.ID)]
    for attributes in (each for element in elements for each in element.get("/A", ()) if "/Headers" in each):
        attributes.Headers = pikepdf.Array([new[bytes(name)] for name in attributes.Headers])
    tree.IDTree = pikepdf.Dictionary(Names=pikepdf.Array([part for struct in named for part in (struct.ID, struct)]))


def bookmarks(document: Any) -> Iterator[Any]:
    """The bookmarks of a PDF document in order, each before those below it; none without an outline."""
    waiting = [document.Root.Outlines.First] if "/Outlines" in document.Root else []
    while waiting:
        item = waiting.pop()
        yield item
        waiting += [item[key] for key in ("/Next", "/First") if key in item]
