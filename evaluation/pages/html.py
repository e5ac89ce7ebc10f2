"""A page as HTML, and what it may weigh."""

from __future__ import annotations

from ..language.prose_cells import is_analysis
from ..numbers.number import Measure
from ..numbers.quantity import Bound
from . import caveats, citations, glossary, numbers_file, searches, templates
from .model import Page
from .publications import origins, sources, vintages

LIMIT, LIMIT_WITH_SCRIPT = 320_000, 1_400_000  # bytes of a page


def render(page: Page, cards: str = "") -> str:
    """The page; ``cards`` are those of the other pages, on the one that opens a review. A page that is too heavy with
    its code names the notebook that holds it, so that a year more of data stops no build. Raises PageError for one that
    is too heavy without."""
    numbers = numbers_file.in_page(numbers_file.of_run(page.notebook, [page.language]), page.language)
    notes = caveats.page_caveats(page)
    about = {
        "page": page,
        "origins": origins(page),
        "cards": cards,
        "dataset": citations.dataset(page),
        "intervals": any(n.quantity.bound is Bound.BETWEEN for n in page.numbers.values() if isinstance(n, Measure)),
        "notes": notes,
        "places": {name: place for place, name in enumerate(notes, start=1)},
        "looked": searches.by_caveat(page),
        "sources": sources(page),
        "vintages": vintages(page),
        "searched": page.searches,
        "words": glossary.alphabetical(glossary.used_in([page]), page.language),
    }
    whole = "\n\n".join(cell.source for cell in page.notebook.cells if is_analysis(cell) and cell.source.strip())
    for code in (whole, ""):
        html = templates.whole_page(page.language, "index.html", numbers, code=code, **about)
        limit = LIMIT_WITH_SCRIPT if "<script>" in html else LIMIT  # JSON is no script
        if (weight := len(html.encode())) <= limit:
            break
    else:
        page.refuse(f"found a page of {weight} bytes; allowed: {limit}")
    page.raise_refused()
    return html
