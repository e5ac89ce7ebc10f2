"""A page: one executed notebook in one language, built from the notebook alone, in one direction.

Each step is a function that returns a frozen value, built from those before it: `notebook.records_of` reads,
`chart.charts_of` and `table.tables_of` build the models, `text.page_text` the texts, `caveats.cautions_of` assigns
caveats, `sections_of` renders the parts, `back_matter.back_matter_of` lists numbers and sources, `render_page` makes
the HTML. Refusals of all steps are raised together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .. import charts
from ..numbers.number import Measure
from ..numbers.quantity import Bound
from ..problems.refusals import Refusal
from . import citations, glossary, templates
from .back_matter import BackMatter, back_matter_of
from .caveats import Cautions, PartCautions, cautions_of, missing_caveats
from .chart import Charts, Draw, charts_of
from .errors import PageError, failures_of
from .notebook import PageRun, Records, records_of
from .table import PageTables, tables_of
from .text import ChartPart, PageText, Part, page_text


@dataclass(frozen=True)
class Sections:
    """The parts of a page and its box of caveats, as HTML."""

    box: Markup
    blocks: tuple[Markup, ...]


@dataclass(frozen=True)
class Page:
    """A page as the values of its steps; each number in it comes from a record."""

    run: PageRun
    records: Records
    charts: Charts
    tables: PageTables
    text: PageText
    cautions: Cautions
    sections: Sections
    back: BackMatter


def build_page(notebook: Any, language: str, draw: Draw = charts.draw) -> Page:
    """Build an executed notebook's page in one language, charts drawn by ``draw``. Raises PageError with all
    refusals."""
    records = records_of(notebook, language)
    page_charts, tables = charts_of(records, draw), tables_of(records)
    text = page_text(records, page_charts, tables)
    cautions = cautions_of(records.run, text.parts)
    sections = sections_of(language, text.parts, cautions)
    back = back_matter_of(records, page_charts, tables, text, cautions, sections.blocks)
    page = Page(records.run, records, page_charts, tables, text, cautions, sections, back)
    if refusals := refusals_of(page):
        raise PageError(failures=failures_of(records.run.slug, language, refusals))
    return page


def refusals_of(page: Page) -> list[Refusal]:
    """All refusals of a page, by cell, those without a cell last. Missing caveats are among them only for a page that
    is no draft, which nobody publishes, and lacks no part, whose caveats would be missing with it."""
    steps = (page.records, page.charts, page.tables, page.text, page.back)
    refusals = [refusal for step in steps for refusal in step.refusals]
    is_whole = not (page.run.is_draft or any(refusal.is_gap for refusal in refusals))
    refusals += missing_caveats(page) if is_whole else []
    return sorted(refusals, key=lambda refusal: (refusal.cell == "-", refusal.cell))


def sections_of(language: str, parts: Sequence[Part], cautions: Cautions) -> Sections:
    """Render the parts of a page, each with its caveats, and the box of caveats."""
    box = templates.macro(language, "caveats.html", "care")(cautions.boxed)
    pairs = zip(parts, cautions.by_part, strict=True)
    return Sections(box, tuple(section_of(language, part, of_part, cautions.explained_at) for part, of_part in pairs))


def section_of(language: str, part: Part, cautions: PartCautions, explained_at: str, folded: bool = True) -> Markup:
    """Render one part with its caveats by the template of its kind. ``explained_at`` is the address to which a sentence
    on rising and falling reports links. With ``folded`` false, a chart has no folded table and no download."""
    template = templates.template(language, f"{part.kind}.html")
    return Markup(template.render(part=part, cautions=cautions, explained_at=explained_at, folded=folded))


def chart_without_table(page: Page, chart: str) -> Markup:
    """Render one chart of a page, by id, without its table and download. Raises KeyError for an unknown id."""
    for part, cautions in zip(page.text.parts, page.cautions.by_part, strict=True):
        if isinstance(part, ChartPart) and part.chart.id == chart:
            return section_of(page.run.language, part, cautions, page.cautions.explained_at, folded=False)
    raise KeyError(chart)


PAGE_LIMIT, LIMIT_WITH_SCRIPT = 320_000, 1_400_000  # bytes of a page


def render_page(page: Page, cards: str = "") -> str:
    """Render the page as HTML; ``cards`` is the HTML of the other pages' cards, for the front page. A page over the
    limit (`PAGE_LIMIT`, or `LIMIT_WITH_SCRIPT` with an explorer) is rendered without its code, and names the notebook
    that has it, so that one more year of data stops no build. Raises PageError if it is over the limit even so."""
    run, language = page.run, page.run.language
    files = [model.file for models in (page.charts, page.tables) for model in models.by_id.values()]
    measures = [number for number in page.back.numbers.values() if isinstance(number, Measure)]
    about = {
        **vars(page),
        "cards": cards,
        "dataset": citations.dataset_metadata(run, page.text, page.back, files),
        "intervals": any(measure.quantity.bound is Bound.BETWEEN for measure in measures),
        "notes": page.back.notes,
        "places": {name: place for place, name in enumerate(page.back.notes, start=1)},
        "spoken": page.back.first_places,
        "looked": page.back.search_of,
        "searched": page.back.searches,
        "words": glossary.sort_alphabetically(page.back.words, language),
    }
    for code in (page.records.code, ""):
        html = templates.render_template(language, "page.html", code=code, **about)
        limit = LIMIT_WITH_SCRIPT if "<script>" in html else PAGE_LIMIT  # JSON is no script
        if (weight := len(html.encode())) <= limit:
            return html
    too_heavy = PageError(f"found a page of {weight} bytes; allowed: {limit}")
    raise PageError(failures=failures_of(run.slug, language, [Refusal("-", too_heavy)]))
