"""nbconvert's exporter ``evaluation-page``, and a page as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from traitlets import Enum, default

from ..language import LANGUAGES, asking_for
from ..language.prose_cells import is_analysis
from . import caveats, citations, glossary, numbers_file, searches, style, templates
from .gates import check_caveats
from .model import Page, PageError
from .origins import has_intervals, origins, sources, vintages
from .page import build


class EvaluationPageExporter(Exporter):
    """``jupyter nbconvert --to evaluation-page --EvaluationPageExporter.language=fr NOTEBOOK``."""

    export_from_notebook = "Evaluation page"
    language = Enum(LANGUAGES, default_value="en", help="The page's language: en or fr.").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The page of an executed notebook, checked. Raises PageError."""
        name = (resources or {}).get("metadata", {}).get("name", "notebook")
        with asking_for([self.language]):
            page = build(identified(nb, str(name), self.language), self.language)
            check_caveats(page)
            return render(page), self._init_resources(resources)

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> tuple[str, Any]:  # type: ignore[override]
        """What nbconvert's command asks for: a page that cannot be made ends it with one line."""
        try:
            html, resources = super().from_filename(filename, resources, **more)
        except PageError as error:
            raise SystemExit(str(error)) from error
        return str(html), resources


def identified(notebook: Any, name: str, language: str) -> Any:
    """A notebook with all that a page says of itself: one that plain Papermill made has its
    chapter's title only, and is a page of no review. Raises PageError for one without a title in its language."""
    about, papermill = notebook.metadata.get("evaluation"), notebook.metadata.get("papermill") or {}
    title = about.get("title") if isinstance(about, dict) else None
    if not isinstance(title, dict) or not isinstance(title.get(language), str) or not title[language]:
        allowed = "a chapter, executed by evaluation build or by Papermill"
        raise PageError(
            f"{name}:-:-: found a notebook without metadata.evaluation.title ({language}); allowed: {allowed}"
        )
    chapter = Path(str(papermill.get("input_path") or name)).stem
    alone = {"review": "", "chapter": chapter, "slug": name, "run_key": "", "differing": {}}
    parameters = papermill.get("parameters") or {}
    notebook.metadata["evaluation"] = alone | {"parameters": dict(parameters)} | dict(about)
    return notebook


def render(page: Page, cards: str = "") -> str:
    """The page; ``cards`` are those of the other pages, on the one that opens a review. A page that is too heavy with
    its code names the notebook that holds it, so that a year more of data stops no build. Raises PageError for one that
    is too heavy without."""
    numbers = numbers_file.in_page(numbers_file.of_run(page.notebook, [page.language]), page.language)
    html = rendered(page, cards, numbers, "\n\n".join(code_of(page.notebook)))
    if style.too_heavy(html):
        html = rendered(page, cards, numbers, "")
    if heavy := style.too_heavy(html):
        raise PageError(f"{page.slug}:-:{page.language}: {heavy}")
    return html


def code_of(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        if is_analysis(cell) and cell.source.strip():
            yield str(cell.source)


def rendered(page: Page, cards: str, numbers: str, code: str) -> str:
    notes = caveats.noted(page)
    return templates.whole(
        page.language,
        "index.html",
        page=page,
        origins=origins(page),
        cards=cards,
        numbers=numbers,
        dataset=citations.dataset(page),
        published=str(page.about.get("date", "")),
        intervals=has_intervals(page),
        notes=notes,
        places={name: place for place, name in enumerate(notes, start=1)},
        looked=searches.by_caveat(page),
        sources=sources(page),
        vintages=vintages(page),
        searched=page.searches,
        words=glossary.in_order(glossary.used_in([page]), page.language),
        code=code,
    )
