"""The brief of a review, ``brief.html``: two printed pages in each language, assembled from its pages without any text
of its own. It has the headlines of the chapters named in the review file below the first one's answer, their charts,
the lists of all pages under `GATHERED`, and a citation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..language import N_, translate
from . import templates
from .errors import PageError
from .page import Page, chart_without_table
from .text import Prose

NAME = "brief"
SAFE, NOT_SAFE, PUBLISH = N_("Safe to say"), N_("Not safe to say"), N_("What to publish first")
GATHERED = {"safe": SAFE, "not_safe": NOT_SAFE, "publish": PUBLISH}  # lists of a page, by the words above each
Entry = dict[str, Any]  # of a page in the index (see `publish._index_entry`)


def brief_lists(page: Page) -> dict[str, list[Markup]]:
    """The items of a page's lists for the brief as HTML, by the names of `GATHERED`, relocated for use outside the
    page; lists that its prose before the section for reviewers does not have are left out."""
    prose = "".join(str(part.html) for part in page.text.parts[: page.text.checking] if isinstance(part, Prose))
    lists = {name: list_items_below(prose, translate(words, page.run.language)) for name, words in GATHERED.items()}
    return {name: [relocate_html(item, page.run.file) for item in items] for name, items in lists.items() if items}


def list_items_below(html: str, words: str) -> list[str]:
    """The HTML of the items of the list (ol, ul) directly below the first heading (h2, h3), or line in bold, that reads
    ``words``; empty if there is none. A list inside it, which ends the match, is not expected."""
    heading = rf"<(h[23]|strong)\b[^>]*>{re.escape(words)}</\1>(?:</p>)?\s*<([ou]l)>(.*?)</\2>"
    below = re.search(heading, html, re.DOTALL)
    return re.findall(r"<li>\s*(.*?)\s*</li>", below[3], re.DOTALL) if below else []


def relocate_html(html: str, file: str) -> Markup:
    """HTML of the page ``file`` (its name without ``.html``) for use on another page: links to anchors of that page get
    its address, ids and the references to them its name as a prefix, and anchors of numbers are removed."""
    html = re.sub(r' id="use-[^"]*"', "", str(html))
    html = re.sub(r'\b(id|aria-labelledby|aria-describedby)="([^"]+)"', rf'\1="{file}--\2"', html)
    html = html.replace("url(#", f"url(#{file}--")
    return Markup(re.sub(r'href="#([^"]+)"', rf'href="{file}.html#\1"', html))


def check_brief_charts(page: Page) -> None:
    """Raise PageError if the review's brief, if it has one, takes a chart from this page that the page lacks."""
    for slug, chart in map(split_chart_name, page.run.about.get(NAME, {}).get("charts", [])):
        if slug == page.run.slug and chart not in page.charts.by_id:
            allowed = ", ".join(page.charts.by_id) or "none"
            raise PageError(f"found no chart {chart!r} for the brief; allowed: {allowed}")


def split_chart_name(chart: str) -> tuple[str, str]:
    """Split the name of a chart in a review file, "slug/id", into slug and id."""
    slug, _, name = chart.partition("/")
    return slug, name


def render_brief(
    language: str,
    section: Mapping[str, Any],
    entries: Sequence[Entry],
    pages: Mapping[str, Page],
    about: dict[str, Any],
) -> str:
    """Render the brief in one language as HTML. ``section`` is its section of the review file, ``entries`` are those of
    all pages, ``pages`` the built pages by slug, from which charts are taken, ``about`` further variables of the
    template. Charts of pages that are not in ``pages``, and findings of pages without entry, are left out. Raises
    KeyError for a chart that its page lacks."""
    by_slug = {entry["slug"]: entry for entry in entries}
    gathered = {name: [item for entry in entries for item in entry["brief"].get(name, [])] for name in GATHERED}
    charts = [
        relocate_html(chart_without_table(pages[slug], chart), pages[slug].run.file)
        for slug, chart in map(split_chart_name, section["charts"])
        if slug in pages
    ]
    findings = [by_slug[slug] for slug in section["findings"] if slug in by_slug]
    parts = {"brief": section, "findings": findings, "charts": charts, "gathered": gathered, "words_of": GATHERED}
    return templates.render_template(language, f"{NAME}.html", **(about | parts))


def brief_body(folder: Path, language: str) -> Markup:
    """The HTML inside the main element of the brief in the built review ``folder``; empty if the review has none."""
    path = folder / language / f"{NAME}.html"
    if not path.is_file():
        return Markup("")
    match = re.search(r"<main\b[^>]*>(.*)</main>", path.read_text(encoding="utf-8"), re.DOTALL)
    return Markup(match[1] if match else "")
