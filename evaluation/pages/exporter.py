"""nbconvert's exporter ``evaluation-page``: the frame around a page, its style, policy and weight."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache, partial
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Bool, Enum, default

from ..language import CALLED, LANGUAGES, TAGS, asking_for, format_moment
from ..language.prose_cells import is_analysis
from ..language.spaces import held_together, with_french_spaces
from ..problems.paths import PACKAGE
from ..records.prose import mark_times, marked_isolates, time_element
from ..records.shared import spread
from . import glossary, searches
from .care import box
from .gates import check_caveats
from .model import Page, PageError
from .origins import has_intervals, notes, origins, sources, vintages
from .page import build

HERE = Path(__file__).parent
TEMPLATE = "evaluation-page"


def day(page: Page) -> str:
    """When the review was published, as its file says; empty where it does not."""
    date = str(page.about.get("date", ""))
    return time_element(format_moment(date, page.language), date)


def name_of(page: Page, other: dict[str, Any]) -> str:
    """How a page names the one before or after it: its number and title."""
    words = marked(page.t(other["title"]))
    return f'<span data-name="page">{other["number"]}</span> {words}' if other["number"] else words


def marked(words: str) -> str:
    """A text of data on a page, whose digits are named."""
    return mark_times(escape(words, quote=False))


def code_of(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        if is_analysis(cell) and cell.source.strip():
            yield str(cell.source)


@lru_cache
def style() -> str:
    """The style sheet with the font embedded."""
    css = (HERE / "templates" / TEMPLATE / "page.css").read_text(encoding="utf-8")
    for weight in ("regular", "bold"):
        font = (PACKAGE / "charts" / "fonts" / f"atkinson-hyperlegible-next-{weight}.woff2").read_bytes()
        css = css.replace(f"FONT-{weight}", base64.b64encode(font).decode())
    return re.sub(r"/\*.*?\*/|\n\s*|(?<=[:;,{]) +| +(?={)", "", css)  # comments and blanks weigh, and say nothing


def script(name: str) -> str:
    """A script of the template's folder, to stand in a page that is whole without it."""
    return (HERE / "templates" / TEMPLATE / name).read_text(encoding="utf-8")


def source_hash(content: str) -> str:
    """How a security policy names an inline style sheet or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


@lru_cache
def policy(script: str = "") -> str:
    """The content security policy: nothing from anywhere, one style sheet and at most one script by their hashes."""
    rules = [
        "default-src 'none'",
        f"style-src {source_hash(style())}",
        "font-src data:",
        "img-src data:",
        "script-src " + (source_hash(script) if script else "'none'"),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(rules)


@lru_cache
def project_version() -> str:
    try:
        return version("evaluation")
    except PackageNotFoundError:
        import tomllib

        text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])


def identified(notebook: Any, name: str, language: str) -> Any:
    """A notebook with whole records, and with all that a page says of itself: one that plain Papermill made has its
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
    spread(notebook)
    return notebook


class EvaluationPageExporter(TemplateExporter):
    """``jupyter nbconvert --to evaluation-page --EvaluationPageExporter.language=fr NOTEBOOK``."""

    export_from_notebook = "Evaluation page"
    language = Enum(LANGUAGES, default_value="en", help="The page's language: en or fr.").tag(config=True)

    draft = Bool(False, help="Whether the chapter is still being run, so that a caveat may be yet to come.")

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return TEMPLATE

    @property
    def extra_template_basedirs(self) -> list[str]:  # type: ignore[override]
        return [str(HERE / "templates")]

    @cached_property
    def environment(self) -> Any:
        environment = self._create_environment()
        environment.globals.update(
            style=style, policy=policy, script=script, tags=TAGS, called=CALLED, version=project_version, marked=marked
        )
        return environment

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The page of an executed notebook, checked. Raises PageError."""
        name = (resources or {}).get("metadata", {}).get("name", "notebook")
        with asking_for([self.language]):
            page = build(identified(nb, str(name), self.language), self.language)
            if not self.draft:
                check_caveats(page)
            return self.render(page), self._init_resources(resources)

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> tuple[str, Any]:  # type: ignore[override]
        """What nbconvert's command asks for: a page that cannot be made ends it with one line."""
        try:
            return super().from_filename(filename, resources, **more)
        except PageError as error:
            raise SystemExit(str(error)) from error

    def render(self, page: Page, cards: str = "") -> str:
        """The page; ``cards`` are those of the other pages, on the one that opens a review. A page that is too heavy
        with its code names the notebook that holds it, so that a year more of data stops no build."""
        code = escape("\n\n".join(code_of(page.notebook)), quote=False)
        html = self.rendered(page, cards, code)
        if len(html.encode()) > limit_of(html):
            html = self.rendered(page, cards, "")
        check_weight(page, html)
        return html

    def rendered(self, page: Page, cards: str, code: str) -> str:
        template = self.environment.get_template("index.html.j2")
        html = marked_isolates(
            template.render(
                page=page,
                origins=origins(page),
                care=box(page),
                cards=cards,
                beside=partial(name_of, page),
                published=day(page),
                intervals=has_intervals(page),
                notes=notes(page),
                sources=sources(page),
                vintages=vintages(page),
                searched=searches.told(page.searches, page.language),
                words=glossary.told(glossary.used_in([page]), page.language),
                code=code,
                t=page.t,
            )
        )
        return held_together(with_french_spaces(html) if page.language == "fr" else html)


LIMIT, LIMIT_WITH_SCRIPT = 320_000, 1_400_000
PARTS = {
    "the numbers to download": r'href="data:text/csv[^"]*"',
    "the charts": r"<svg\b.*?</svg>",
    "the table of origins": r'<table class="origins">.*?</table>',
    "the style sheet and its fonts": r"<style>.*?</style>",
    "the script": r"<script\b.*?</script>",
}


def limit_of(html: str) -> int:
    return LIMIT_WITH_SCRIPT if "<script" in html else LIMIT


def check_weight(page: Page, html: str) -> None:
    """Raises PageError for a page that is too heavy to send by e-mail, with what weighs most."""
    limit = limit_of(html)
    weight = len(html.encode())
    if weight > limit:
        found = {part: sum(map(len, re.findall(pattern, html, re.DOTALL))) for part, pattern in PARTS.items()}
        heaviest = ", ".join(f"{part} {found[part]}" for part in sorted(found, key=lambda p: -found[p])[:3])
        where = f"{page.slug}:-:{page.language}"
        raise PageError(f"{where}: found a page of {weight} bytes ({heaviest}); allowed: {limit}")
