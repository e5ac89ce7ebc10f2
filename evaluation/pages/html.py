"""A page as HTML, and what it may weigh."""

from __future__ import annotations

from typing import Any

from ..language.prose_cells import is_analysis
from . import caveats, citations, glossary, numbers_file, searches, templates
from .model import Page
from .publications import has_intervals, origins, sources, vintages

LIMIT, LIMIT_WITH_SCRIPT = 320_000, 1_400_000  # bytes of a page


def render(page: Page, cards: str = "") -> str:
    """The page; ``cards`` are those of the other pages, on the one that opens a review. A page that is too heavy with
    its code names the notebook that holds it, so that a year more of data stops no build. Raises PageError for one that
    is too heavy without."""
    numbers = numbers_file.in_page(numbers_file.of_run(page.notebook, [page.language]), page.language)
    code = "\n\n".join(cell.source for cell in page.notebook.cells if is_analysis(cell) and cell.source.strip())
    html = _rendered(page, cards, numbers, code)
    if _too_heavy(html):
        html = _rendered(page, cards, numbers, "")
    if heavy := _too_heavy(html):
        page.refuse(heavy)
    page.raise_refused()
    return html


def _too_heavy(html: str) -> str:
    """Of a page that is too heavy to send by e-mail, how heavy it is; else nothing."""
    limit = LIMIT_WITH_SCRIPT if "<script>" in html else LIMIT  # JSON is no script
    weight = len(html.encode())
    return f"found a page of {weight} bytes; allowed: {limit}" if weight > limit else ""


def _rendered(page: Page, cards: str, numbers: dict[str, Any], code: str) -> str:
    notes = caveats.page_caveats(page)
    return templates.whole_page(
        page.language,
        "index.html",
        numbers,
        page=page,
        origins=origins(page),
        cards=cards,
        dataset=citations.dataset(page),
        intervals=has_intervals(page),
        notes=notes,
        places={name: place for place, name in enumerate(notes, start=1)},
        looked=searches.by_caveat(page),
        sources=sources(page),
        vintages=vintages(page),
        searched=page.searches,
        words=glossary.alphabetical(glossary.used_in([page]), page.language),
        code=code,
    )
