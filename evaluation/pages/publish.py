"""From executed notebooks to the folder of a review: pages in its languages, charts and tables as files, the index."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from markupsafe import Markup

from .. import charts
from ..language import requiring_languages, translate
from ..language.prose_cells import has_words, source_of
from ..language.spaces import with_french_spaces
from ..records.kernel import NotebookValues, side_by_side
from ..records.prose import mark_times
from ..records.serialization import CHART
from ..reviews.review import FRONT
from ..runs.execute import Failure, notebook_text
from ..writing.files import put
from . import brief, citations, glossary, numbers_file, searches, templates
from .blocks import list_blocks, parse_html
from .chart import Chart
from .errors import PageError
from .files import rows_grid
from .notebook import languages_of, read_executed
from .page import Page, build_page, render_page
from .standalone import standalone_svg
from .table import PageTable
from .templates import strip_links_and_anchors

OfLanguage = TypeVar("OfLanguage")


Entries = dict[str, dict[str, Any]]  # index entries of a page, by language
Contents = dict[str, bytes]  # content of files, by path in a review's folder


def publish_notebook(notebook: Any, folder: Path, draw: Callable[..., str] = charts.draw) -> tuple[Entries, Contents]:
    """Write the pages and files of one executed notebook into a folder, or none of them if a page is refused; of a
    front page not the HTML, which `write_opening` writes last. ``draw`` draws its charts. Returns the index entries of
    its pages by language, and the files by path. Fills in the notebook's outputs in place. Raises PageError with the
    failures of all languages."""
    languages = languages_of(notebook.metadata)
    pages: dict[str, Page] = {}
    html: dict[str, str] = {}
    failures: list[Failure] = []
    with requiring_languages(languages):
        for language in languages:
            try:
                pages[language] = build_page(notebook, language, draw)
                brief.check_brief_charts(pages[language])
                html[language] = render_page(pages[language])
            except PageError as error:
                failures += error.failures
        if failures:
            raise PageError(failures=failures)
        files = dict(files_of_run(notebook, pages, html, numbers_file.numbers_of_run(notebook, languages)))
        for path, content in files.items():
            put(folder / path, content)
        return {language: _index_entry(page) for language, page in pages.items()}, files


def files_of_run(
    notebook: Any, pages: dict[str, Page], html: dict[str, str], run: dict[str, Any]
) -> Iterator[tuple[str, bytes]]:
    """The files of a run's pages, path and content: HTML (not of a front page, which `write_opening` writes, since it
    shows the others), charts, tables, the executed notebook, and its numbers (``run``) with the sentences on its pages.
    Iterated, it changes the notebook in place: its outputs get words and drawings, its glossary and searches lose what
    its pages do not use."""
    for language, page in pages.items():
        if page.run.file == page.run.slug:
            yield f"{language}/{page.run.slug}.html", html[language].encode("utf-8")
        for name, content in download_files(page):
            yield f"{language}/{page.run.slug}/{name}", content
    _fill_notebook(notebook, pages)
    about = notebook.metadata.evaluation
    if glossary.TABLE in about:
        about[glossary.TABLE] = glossary.merge_entries(page.back.words for page in pages.values())
    if searches.TABLE in about:
        used = {entry["search"] for page in pages.values() for entry in page.back.searches}
        about[searches.TABLE] = [entry for entry in about[searches.TABLE] if entry["search"] in used]
    slug = first_of(pages).run.slug
    texts = {language: list_blocks(parse_html(text.encode())) for language, text in html.items()}
    numbers = run | {"sentences": list(numbers_file.sentence_rows(slug, run["numbers"], texts))}
    yield f"notebooks/{slug}.ipynb", notebook_text(notebook).encode("utf-8")
    yield f"notebooks/{slug}.json", numbers_file.to_json(numbers).encode("utf-8")


def first_of(by_language: Mapping[str, OfLanguage]) -> OfLanguage:
    """The value of the first language, for what all languages share. Raises StopIteration if there is none."""
    return next(iter(by_language.values()))


def download_files(page: Page) -> Iterator[tuple[str, bytes]]:
    """The downloads of a page, name and content: charts as SVG, charts and tables as CSV, and as CSV the rows of data
    that a number rests on."""
    for name, chart in page.charts.by_id.items():
        yield f"{name}.svg", standalone_svg(page.run, chart)
    for model in chain[Chart | PageTable](page.charts.by_id.values(), page.tables.by_id.values()):
        yield model.file, model.csv
    for name, figure in page.back.of_rows.items():
        rows = page.run.about["rows"][figure.data]
        yield name + page.run.csv_ending, rows_grid(figure, rows).csv(page.run.language)


NOTICE = "confidential"  # id of the notice's cell


def _fill_notebook(notebook: Any, pages: dict[str, Page]) -> None:
    """Complete an executed notebook in place: code cells that are not empty are numbered from 1; a cell of words gets
    one output, its prose with values in all languages side by side; a chart's output gets its wide drawing and an
    alternative text, both in the first language, and loses its HTML. A confidential notebook or a draft gets a first
    raw cell with the notice in all languages, unless it has one."""
    notice = " ".join(sentence for page in pages.values() for sentence in page.run.notice[:1])
    if notice and notebook.cells[0].get("id") != NOTICE:
        notebook.cells.insert(0, nbformat.v4.new_raw_cell(notice, id=NOTICE))
    filled = {language: page.records.values for language, page in pages.items()}
    values = {
        name: NotebookValues(
            name, of_page.numbers, of_page.others, absent=of_page.absent, names=of_page.names, is_draft=of_page.is_draft
        )
        for name, of_page in filled.items()
    }
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code" and c.source.strip()), start=1):
        cell.execution_count = number
        if has_words(cell):
            data = side_by_side(source_of(cell), values, first_of(pages).records.claims)
            cell.outputs = [{"output_type": "display_data", "data": data, "metadata": {}}]
            continue
        for output in cell.get("outputs", []):
            if CHART in output.get("data", {}):
                chart = first_of(pages).charts.by_id[output["data"][CHART]["chart"]]
                output["data"]["image/svg+xml"] = chart.drawings["wide"]
                output["data"].pop("text/html", None)
                parts = (chart.name, chart.subtitle, " ".join(chart.description.split()))
                alternative = ". ".join(part.rstrip(".") for part in parts if part)
                output["data"]["text/plain"] = alternative
                output["metadata"] = {"image/svg+xml": {"alt": alternative}}


def _index_entry(page: Page) -> dict[str, Any]:
    """The index entry of a page: its names, its place in the review, the HTML of its headline, question and answer, the
    items of its lists for the brief, and the values of the parameters by which it differs from other runs (places and
    definitions by their labels, as one text)."""
    labels: dict[Any, Any] = {}
    for number in page.back.numbers.values():
        labels |= {number.place: number.place_label, number.definition: number.definition_label}
    differing = [
        translate(labels[value], page.run.language) if value in labels else str(value)
        for value in page.run.about["differing"].values()
    ]
    return {
        "slug": page.run.slug,
        "file": page.run.file,
        "brief": brief.brief_lists(page),
        "part": page.run.about.get("part", ""),
        "number": page.run.about.get("number", ""),
        "title": page.run.title,
        "differing": ", ".join(map(mark_times, differing)),
        "question": page.text.question,
        "headline": strip_links_and_anchors(page.text.headline),
        "answer": strip_links_and_anchors(page.text.answer),
    }


def write_opening(
    context: dict[str, Any], entries: list[Entries], language: str, folder: Path, draw: Callable[..., str] = charts.draw
) -> None:
    """Write the pages that open a review in one language: ``index.html`` (its front page with cards of the other pages,
    or without one cards of all), and the brief, the glossary and the page of searches, if the review has them.
    ``context`` is what each page knows of its review (see `plan.page_context`). The front page and the pages whose
    charts the brief shows are built again, from their notebooks in ``folder``."""
    in_language = [entry[language] for entry in entries]
    others = [entry for entry in in_language if entry.get("part") != FRONT]
    opening = next((entry for entry in in_language if entry.get("part") == FRONT), None)
    words = glossary.sort_alphabetically(context.get(glossary.TABLE, []), language)
    searched = context.get(searches.TABLE, [])
    other = next((each for each in context["languages"] if each != language), "")
    about = context | {"other": other, "words": words, "searched": searched}
    charts_of_brief = map(brief.split_chart_name, context.get(brief.NAME, {}).get("charts", []))
    slugs = [*([opening["slug"]] if opening else []), *(slug for slug, _ in charts_of_brief)]
    built = _build_pages(slugs, context, language, folder, draw)
    html = {"glossary": templates.render_template(language, "glossary.html", **about)} if words else {}
    if brief.NAME in context:
        html[brief.NAME] = brief.render_brief(language, context[brief.NAME], in_language, built, about)
    if searched:
        html[searches.PAGE] = templates.render_template(language, f"{searches.PAGE}.html", **about)
    cards = Markup(templates.template(language, "cards.html").render(entries=others))
    if opening is None:
        html["index"] = templates.render_template(language, "contents.html", cards=cards, **about)
    else:
        with requiring_languages(context["languages"]):
            html["index"] = render_page(built[opening["slug"]], cards)
    for name, content in html.items():
        put(folder / language / f"{name}.html", content.encode("utf-8"))


def _build_pages(
    slugs: list[str], context: dict[str, Any], language: str, folder: Path, draw: Callable[..., str]
) -> dict[str, Page]:
    """Build the pages of those of ``slugs`` whose executed notebooks are in the review ``folder``, by slug."""
    paths = {slug: folder / "notebooks" / f"{slug}.ipynb" for slug in slugs}
    with requiring_languages(context["languages"]):
        return {slug: build_page(read_executed(path), language, draw) for slug, path in paths.items() if path.is_file()}


def write_shared(context: dict[str, Any], entries: list[Entries], folder: Path) -> None:
    """Write the files that all languages of a review share: the entry page (a redirection if there is one language
    only), numbers.json, and the sources as BibTeX. Runs whose numbers are not in ``folder`` are left out of both."""
    opening = next((entry for entry in entries if first_of(entry).get("part") == FRONT), None)
    way_in = "review.html" if len(context["languages"]) > 1 else "onward.html"
    door = templates.render_template(context["languages"][0], way_in, opening=opening, **context)
    put(folder / "index.html", with_french_spaces(door).encode("utf-8"))
    paths = [folder / "notebooks" / f"{first_of(entry)['slug']}.json" for entry in entries]
    runs = [json.loads(path.read_bytes()) for path in paths if path.is_file()]  # with --only, others may be missing
    numbers = numbers_file.merge_runs(context["review_title"], runs, context.get("confidential", False))
    put(folder / numbers_file.NAME, numbers_file.to_json(numbers).encode("utf-8"))
    put(folder / citations.BIBTEX, citations.review_bibtex(context, numbers["sources"]).encode("utf-8"))
