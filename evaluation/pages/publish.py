"""From executed notebooks to a review's folder: pages in its languages, charts and tables as files, the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import nbformat

from .. import charts
from ..language import N_, asking_for, format_moment, translate
from ..language.prose_cells import is_prose
from ..language.spaces import held_together, no_lonely_signs, with_french_spaces
from ..records.prose import mark_times, marked_isolates, time_element
from ..records.recorded import CHART
from ..records.shared import gather
from ..records.side_by_side import InNotebook, side_by_side
from ..reviews.review import FRONT, Review
from ..runs.execute import notebook_text
from . import files, glossary, searches, sections
from .exporter import EvaluationPageExporter
from .gates import check_caveats
from .headings import repeated
from .model import Page, languages_of
from .origins import vintages
from .page import build, read_notebook

Found = TypeVar("Found")


@lru_cache
def exporter(language: str) -> EvaluationPageExporter:
    return EvaluationPageExporter(language=language)


def publish(notebook: Any, folder: Path, draw: Callable[..., str] = charts.draw) -> dict[str, dict[str, Any]]:
    """One executed notebook's pages and files under ``folder``; returns each language's entry for the index.
    ``draw`` draws its charts.

    Raises PageError; nothing that was written before is taken for a finished page, since ``folder`` is swapped
    in only when all is done.
    """
    languages = languages_of(notebook.metadata)
    with asking_for(languages):
        return publish_in(languages, notebook, folder, draw)


def publish_in(
    languages: Sequence[str], notebook: Any, folder: Path, draw: Callable[..., str]
) -> dict[str, dict[str, Any]]:
    pages = {language: build(notebook, language, draw) for language in languages}
    for language, page in pages.items():
        check_caveats(page)
        html = exporter(language).render(page)
        if page.file == page.slug:  # the page that opens a review waits for the others
            write(folder / language / f"{page.slug}.html", html.encode("utf-8"))
        for name, content in downloads(page):
            write(folder / language / page.slug / name, content)
    fill(notebook, pages)
    about = notebook.metadata.evaluation
    if glossary.TABLE in about:  # the words that its pages use are enough, and the searches that they lead to
        about[glossary.TABLE] = glossary.used_in(pages.values())
    if searches.TABLE in about:
        asked = {entry["search"] for page in pages.values() for entry in page.searches}
        about[searches.TABLE] = [entry for entry in about[searches.TABLE] if entry["search"] in asked]
    gather(notebook)
    write(folder / "notebooks" / f"{first_of(pages).slug}.ipynb", notebook_text(notebook).encode("utf-8"))
    return {language: entry(page) for language, page in pages.items()}


def first_of(by_language: dict[str, Found]) -> Found:
    """What there is in the first language of a review, for what languages share."""
    return next(iter(by_language.values()))


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def downloads(page: Page) -> Iterator[tuple[str, bytes]]:
    """A page's charts and tables as files: SVG that stands alone, CSV."""
    for name, chart in page.drawn.items():
        yield f"{name}.svg", standalone(page, chart)
    for name, part in (page.drawn | page.tables).items():
        yield sections.csv_name(page, name), part["csv"]


def standalone(page: Page, chart: dict[str, Any]) -> bytes:
    """A chart as an SVG of its own, with what the page says around it."""
    named = "; ".join(files.named(source, page.language) for source in chart["sources"].values())
    source = f"{page.t('Source:')} {named or sections.without_source(page, chart['points'])}."
    independent = page.t("Independent review of published figures. Not a government publication.")
    head = (chart["number"], chart["name"], chart["plain_subtitle"])
    notes = [page.t(caveat.text) for caveat in chart["caveats"]]
    last = " ".join([independent, *page.notice[:1]])
    return files.standalone_svg(chart["svg"]["wide"], head, chart["key"], source, notes, last, charts.WIDE)


NOTICE = "confidential"  # the id of a notebook's cell


def fill(notebook: Any, pages: dict[str, Page]) -> None:
    """Fill the notebook's prose, show each chart where it was requested, and number the cells anew. A confidential one
    begins with a cell that says so; raw, since it is no prose of the page."""
    notice = " ".join(sentence for page in pages.values() for sentence in page.notice[:1])
    if notice and notebook.cells[0].get("id") != NOTICE:
        notebook.cells.insert(0, nbformat.v4.new_raw_cell(notice, id=NOTICE))
    values = {language: in_notebook(page) for language, page in pages.items()}
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code" and c.source.strip()), start=1):
        cell.execution_count = number
        if is_prose(cell):
            cell.outputs = [{"output_type": "display_data", "data": side_by_side(cell.source, values), "metadata": {}}]
            continue
        for output in cell.get("outputs", []):
            if CHART in output.get("data", {}):
                drawn = first_of(pages).drawn[output["data"][CHART]["chart"]]
                output["data"]["image/svg+xml"] = drawn["svg"]["wide"]
                output["data"].pop("text/html", None)


def in_notebook(page: Page) -> InNotebook:
    """What a page's prose may say, as the notebook beside the page says it."""
    found = page.values
    return InNotebook(page.language, found.numbers, found.others, absent=found.absent)


def entry(page: Page) -> dict[str, Any]:
    """What the index says of a page: its finding, its question, its answer, its latest release."""
    differing = ", ".join(parameter_label(page, value) for value in page.about["differing"].values())
    releases = vintages(page)
    return {
        "slug": page.slug,
        "part": page.about.get("part", ""),
        "number": page.about.get("number", ""),
        "title": page.title,
        "differing": differing,
        "question": page.question,
        "headline": repeated(page.headline),
        "answer": repeated(page.answer),
        "vintage": releases[-1] if releases else "",
    }


def parameter_label(page: Page, value: Any) -> str:
    """A parameter's value as the page's numbers name it: a place or a definition by its label, else as it is."""
    labels: dict[Any, Any] = {}
    for number in page.numbers.values():
        labels |= {number.place: number.place_label, number.definition: number.definition_label}
    words = page.t(labels[value]) if value in labels else str(value)
    return mark_times(escape(words, quote=False))


def write_index(
    review: Review,
    entries: list[dict[str, dict[str, Any]]],
    folder: Path,
    lists: Mapping[str, list[Any]] | None = None,
    draw: Callable[..., str] = charts.draw,
) -> None:
    """The way in, and what opens each language: the review's front page with the others as cards, else cards alone;
    and of the data's ``lists`` the glossary and where we looked."""
    words, looked = ((lists or {}).get(table, []) for table in (glossary.TABLE, searches.TABLE))
    opening = next((entry for entry in entries if first_of(entry).get("part") == FRONT), None)
    notebook = read_notebook(folder / "notebooks" / f"{first_of(opening)['slug']}.ipynb") if opening else None
    for language in review.languages:
        told = [entry[language] for entry in entries if entry[language].get("part") != FRONT]
        t = partial(translate, language=language)
        about = {"t": t, "language": language, "review_title": no_lonely_signs(review.title[language], language)}
        about |= {"other": next((each for each in review.languages if each != language), "")}
        about |= {"confidential": review.confidential, "words": glossary.told(words, language), **review.addresses}
        about |= {"published": time_element(format_moment(review.date, language), review.date)}
        about |= {"searched": searches.told(looked, language)}
        cards = template(language, "cards").render(entries=told, **about)
        if notebook is None:
            html = template(language, "contents").render(cards=cards, **about)
        else:
            with asking_for(review.languages):
                html = exporter(language).render(build(notebook, language, draw), cards)
        write(folder / language / "index.html", marked_isolates(html).encode("utf-8"))
        if words:
            write(folder / language / "glossary.html", finished(language, "glossary", about))
        if looked:
            about |= {"until": searches.read_until(looked, language)}
            write(folder / language / f"{searches.PAGE}.html", finished(language, searches.PAGE, about))
    write(folder / "index.html", front_door(review, opening).encode("utf-8"))


def finished(language: str, name: str, about: dict[str, Any]) -> bytes:
    """A page that is no chapter's, in a language that has its spaces."""
    html = marked_isolates(template(language, name).render(**about))
    return held_together(with_french_spaces(html) if language == "fr" else html).encode("utf-8")


WHAT = N_(
    "An independent review of what published figures show, and of what they leave open. Not a government publication."
)
READ, CONTENTS = N_("Read the findings"), N_("Contents of the review")


def front_door(review: Review, opening: dict[str, dict[str, Any]] | None) -> str:
    """The way in to each language: what it found and its key sentences where a page of it says so, a button, and what
    the review is."""
    about: dict[str, Any] = {"languages": review.languages, "titles": review.title, "opening": opening, "what": WHAT}
    about |= {"confidential": review.confidential}
    html = template(review.languages[0], "review").render(t=translate, read=READ if opening else CONTENTS, **about)
    return with_french_spaces(marked_isolates(html))


def template(language: str, name: str) -> Any:
    return exporter(language).environment.get_template(f"{name}.html.j2")
