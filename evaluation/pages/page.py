"""A page: one executed notebook in one language, built from the notebook alone."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup

from .. import charts
from ..chapters.explorer import Explorer
from ..language import Text
from ..language.placeholders import NAME, with_names
from ..language.prose_cells import ALLOWED, MAGIC, NUMBERS, has_words, is_analysis, source_of
from ..numbers.changes import is_change
from ..numbers.number import Measure
from ..numbers.publication import Caveat
from ..numbers.quantity import Bound
from ..records.prose import UnknownName, Values, opened, renderer
from ..records.serialization import CHART, TABLE, VALUE, read_number
from ..runs.execute import stored_cells
from . import caveats, citations, glossary, searches, templates
from .blocks import blocks, parsed
from .chart import add_chart
from .claims import decide_words, keep_printed
from .gates import check_caveats
from .headings import QUESTION, capitalized, check_headline, refuse_typed_number, unlinked, with_places
from .model import Page, PageError, Prose, Warnings, keep
from .publications import origins, rested_on_rows, sources, vintages
from .table import add_table


def build_page(notebook: Any, language: str, draw: Callable[..., str] = charts.draw) -> Page:
    """A page from an executed notebook, its charts drawn by ``draw``. Raises PageError for what it cannot show."""
    page = Page(notebook, language, Values.of(notebook, language), draw)
    page.title = with_names(page.t(page.about["title"]), language, page.values.names)
    decide_words(page)
    refused_at = [index for index, cell in stored_cells(notebook.cells) if not add_cell(page, index, cell)]
    if not page.headline and not page.failures:
        page.refuse("found no title and answer; allowed: a first cell of prose")
    keep_printed(page)
    if page.about.get("part") != "annex" and page.about.get("box", True):  # else its readers met the box before
        page.boxed = caveats.boxed(page.sections)
    page.blocks = [templates.part(page, part) for part in page.parts]
    if not refused_at:  # else a caveat may be missed that stands beside what is missing
        searches.keep_searches(page)
        check_caveats(page)
    page.raise_refused()
    return page


def add_words(page: Page, index: int, source: str) -> None:
    """A cell of words: prose, or key numbers; those of charts and tables stand with them."""
    if words := page.words_said.get(index):
        if words.kind == MAGIC:
            add_prose(page, index, words.text)
        elif words.kind == NUMBERS:
            add_key_numbers(page, words.parts)


def add_cell(page: Page, index: int, cell: Any) -> bool:
    """Whether all that a cell shows could be added; what could not is noted."""
    with page.refusing(index):
        if has_words(cell):
            add_words(page, index, source_of(cell))
        elif cell.cell_type == "markdown":
            raise PageError(f"found a Markdown cell, which no page shows; allowed: {ALLOWED}")
        else:
            for output in cell.get("outputs", []):
                _add_output(page, index, output)
        return True
    return False


def add_prose(page: Page, index: int, text: str) -> None:
    """Prose in reading order; the first cell gives the headline and the answer. Unknown names are all told."""
    with page.refusing(index):
        refuse_typed_number(text, page.language, "prose")
    try:
        html = str(opened(page.values.html(renderer()(text))))
        # a heading holds numbers without a link: each stands linked in the text below
        rendered = re.sub(r"<(h[1-3])>.*?</\1>", lambda heading: unlinked(heading[0]), html, flags=re.DOTALL)
    except UnknownName:
        for name in dict.fromkeys(match[0] for match in NAME.finditer(text)):
            with page.refusing(index):
                page.values.plain(name)
        return
    if not page.headline:
        match = re.fullmatch(r"\s*<h1>(.*?)</h1>\s*<p>(.*?)</p>\s*(.*)", rendered, re.DOTALL)
        if not match:
            raise PageError("found no '# title' and paragraph in the first cell; allowed: the finding, then the answer")
        page.headline, page.answer, rendered = capitalized(Markup(match[1])), Markup(match[2]), Markup(match[3])
        with page.refusing(index):
            check_headline(page.headline, page.is_draft)
        if asked := QUESTION.match(rendered):
            page.question, rendered = Markup(asked[1]), rendered[asked.end() :]
    if rendered.strip():
        page.parts.append(Prose(with_places(page, rendered)))


SHOWN = re.compile(r"alt\.\w+\(")  # a chart of Altair's, in words


def no_dropped_output(data: dict[str, Any]) -> None:
    """What a cell shows in JupyterLab stands on the page too, but for a data frame, which is work in plain view and
    stays in the executed notebook. Raises PageError for a chart or a picture that no record holds."""
    rich = sorted(set(data) - {"text/plain"})
    if any("vega" in kind for kind in rich) or SHOWN.match("".join(data.get("text/plain", ""))):
        actual, allowed = "a chart of Altair's", "chapter.chart(id, chart, title=, subtitle=, description=)"
    elif rich and not (rich == ["text/html"] and 'class="dataframe"' in "".join(data["text/html"])):
        actual, allowed = ", ".join(rich), "chapter.chart or chapter.table, or the cell without it"
    else:
        return
    raise PageError(f"found {actual} as the output of a cell, which no page shows; allowed: {allowed}")


def _add_output(page: Page, index: int, output: Any) -> None:
    data = output.get("data", {})
    if VALUE in data:
        _add_value(page, index, data[VALUE])
    elif CHART in data:
        add_chart(page, index, data[CHART])
    elif TABLE in data:
        add_table(page, index, data[TABLE])
    else:
        no_dropped_output(data)


def _add_value(page: Page, index: int, record: dict[str, Any]) -> None:
    _refuse_another(page, record)
    if "key_numbers" in record:
        names = [name for name in record["key_numbers"] if name not in page.values.absent]
        add_key_numbers(page, {name: record["said"].get(name, "") for name in names})
    elif "layer" in record:
        page.checking = len(page.parts)
    elif "explorer" in record:
        page.parts.append(Explorer.of(record, page.t, page.level))
    elif "caveats" in record:
        page.parts.append(Warnings([Caveat(**caveat) for caveat in record["caveats"]]))
    elif "number" in record and record["name"] not in page.printed:
        page.recorded[record["name"]] = index  # what is not printed is not among the origins
    elif "number" in record:
        keep(page, index, page.values.numbers[record["name"]])


def _refuse_another(page: Page, record: dict[str, Any]) -> None:
    """Raises PageError for a name that a later cell gives to something else: prose would say that of both."""
    name = record.get("name", "")
    if "number" in record:
        same = read_number(record["number"]) == page.values.numbers[name]
    else:
        same = record.get("absent", False) or record == page.values.others.get(name, record)
    if not same:
        raise PageError(f"found {name} recorded a second time, as something else; allowed: each name once")


def add_key_numbers(page: Page, labels: Mapping[str, Text]) -> None:
    """Key numbers by their names, each with what is said of it; they stand after the charts before them, since a page
    may open with a picture."""
    for name, words in labels.items():
        text = {page.language: words, "fill": "names"} if isinstance(words, str) and words else words
        page.key_numbers.append(key_number(page, name, text))
    page.opening = len(page.parts) if page.charts else 0


def key_number(page: Page, name: str, label: Text = "") -> Markup:
    """One key number: its ``label``, else what it counts, where and when; whether it is an estimate."""
    if name not in page.values.numbers:
        raise PageError(f"found the key number {name!r}; allowed: {', '.join(page.values.numbers)}")
    number = page.values.numbers[name]
    form = ".change" if is_change(number) else ""  # "more than −5.6%" would read as a rise
    linked = page.values.html("{" + name + form + "}")
    if (
        not label and number.label == number.definition_label
    ):  # the label of a series says what is counted, not the unit
        linked += Markup(" ") + page.values.html("{" + name + ".unit}")
    words = page.values.rich(label) if label else ""
    return Markup(templates.macro(page.language, "numbers.html", "key_number")(number, linked, words))


def read_executed(path: Path) -> Any:
    """A notebook that a run or a build has left; it needs no check against nbformat's schema."""
    return nbformat.v4.reads(path.read_text(encoding="utf-8"))


LIMIT, LIMIT_WITH_SCRIPT = 320_000, 1_400_000  # bytes of a page


def render(page: Page, cards: str = "") -> str:
    """The page whole; ``cards`` are those of the other pages, on the one that opens a review. A page that is too heavy
    with its code names the notebook that holds it, so that a year more of data stops no build. Raises PageError for one
    that is too heavy without."""
    page.words = glossary.used_in(page)
    notes = caveats.page_caveats(page)
    about = {
        "page": page,
        "origins": origins(page),
        "rows": {number.name for number in rested_on_rows(page)},
        "cards": cards,
        "dataset": citations.dataset(page),
        "intervals": any(n.quantity.bound is Bound.BETWEEN for n in page.numbers.values() if isinstance(n, Measure)),
        "notes": notes,
        "places": {name: place for place, name in enumerate(notes, start=1)},
        "spoken": caveats.first_places(page),
        "looked": searches.by_caveat(page),
        "sources": sources(page),
        "vintages": vintages(page),
        "searched": page.searches,
        "words": glossary.alphabetical(page.words, page.language),
    }
    whole = "\n\n".join(cell.source for cell in page.notebook.cells if is_analysis(cell) and cell.source.strip())
    for code in (whole, ""):
        html = templates.laid_out(page.language, "page.html", code=code, **about)
        page.texts = blocks(parsed(html.encode()))
        limit = LIMIT_WITH_SCRIPT if "<script>" in html else LIMIT  # JSON is no script
        if (weight := len(html.encode())) <= limit:
            break
    else:
        page.refuse(f"found a page of {weight} bytes; allowed: {limit}")
    page.raise_refused()
    return html
