"""Assembly of an ordinary notebook's page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from .. import templates
from ..errors import PageError
from . import prose
from .outputs import Lack, PageState, PlainChart, PlainPart, frame_part, plain_chart, printed_texts


@dataclass
class PlainPage:
    """A page in one language, in the order of its notebook; ``lacks`` are texts that the author has to add."""

    name: str
    language: str
    title: Markup = field(default_factory=Markup)
    answer: Markup = field(default_factory=Markup)
    parts: list[PlainChart | PlainPart] = field(default_factory=list)
    contents: list[tuple[str, str]] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    code: str = ""
    printed: str = ""


def plain_page(notebook: Any, name: str, language: str) -> PlainPage:
    """Build the page of an executed notebook; ``name`` is its file name without suffix, and its title if it has no
    heading. Raises PageError for a notebook that was not executed, or with a cell that failed."""
    refuse_unfinished(notebook, name)
    page, state = PlainPage(name, language), PageState(language)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            add_prose(page, state, prose.render_markdown(cell.source, cell.get("attachments")))
        elif cell.cell_type == "code":
            for output in cell.outputs:
                add_output(page, state, number, output)
    if not page.title:
        state.add_lack(1, "a notebook without a title", "a Markdown cell that begins with '# ' and says what was found")
        page.title = Markup.escape(name)
    analysis = [cell for cell in notebook.cells if cell.cell_type == "code"]
    page.code = "\n\n".join(cell.source for cell in analysis if cell.source.strip())
    page.printed = "\n".join(text for cell in analysis for text in printed_texts(cell.outputs))
    page.lacks = state.lacks
    return page


def refuse_unfinished(notebook: Any, name: str) -> None:
    """Raise PageError for a notebook with code but no output at all, or with a failed cell; ``name`` is the notebook's
    in the message."""
    outputs = [
        (number, output) for number, cell in enumerate(notebook.cells, start=1) for output in cell.get("outputs", [])
    ]
    for number, output in outputs:
        if output.output_type == "error":
            raise PageError(
                f"{name}:{number}:-: found {output.ename}: {output.evalue}; allowed: cells that run to their end"
            )
    if not outputs and any(cell.cell_type == "code" and cell.source.strip() for cell in notebook.cells):
        raise PageError(
            f"{name}:-:-: found a notebook without outputs; allowed: an executed one, as by jupyter execute --inplace"
        )


def add_prose(page: PlainPage, state: PageState, root: Any) -> None:
    """Append prose (``root`` holds its blocks) to the page, if any is left. The page's first heading (h1, h2) becomes
    its title, and on a page without parts the paragraph directly after it the answer; both leave ``root``. h2 to h4 get
    anchors, h2 an entry of the contents. Sets the heading and level of ``state``."""
    if not page.title and (heading := next(root.iter("h1", "h2"), None)) is not None:
        page.title = prose.inner_html(heading)
        after = heading.getnext()
        if after is not None and after.tag == "p" and not page.parts:
            page.answer = prose.inner_html(after)
            after.drop_tree()
        heading.drop_tree()
        state.level = 1
    state.level = prose.normalize_headings(root, state.level, bool(page.title))
    for heading in root.iter("h2", "h3", "h4"):
        state.heading = prose.text_of_element(heading)
        heading.set("id", f"part-{len(page.contents) + 1}")
        if heading.tag == "h2":
            page.contents.append((heading.get("id"), state.heading))
    prose.format_tables(root, state.heading or str(page.title))
    if prose.text_of_element(root) or next(root.iter("img"), None) is not None:
        page.parts.append(PlainPart(prose.inner_html(root)))


def add_output(page: PlainPage, state: PageState, cell: int, output: Any) -> None:
    """Append to the page an output of a ``cell`` (its number from 1) that is a chart (also to the contents), a picture,
    Markdown, a table or other HTML. Any other is left out: plain text is shown with the code."""
    data = output.get("data", {})
    if chart := plain_chart(state, cell, output):
        page.parts.append(chart)
        page.contents.append((f"chart-{chart.ordinal}", chart.title or chart.id))
    elif "text/markdown" in data:
        add_prose(page, state, prose.render_markdown("".join(data["text/markdown"])))
    elif frame := frame_part(state, data):
        page.parts.append(frame)
    elif "text/html" in data:
        page.parts.append(PlainPart(prose.inner_html(prose.sanitize_html("".join(data["text/html"])))))


def render_plain_page(page: PlainPage) -> str:
    """Render the page of an ordinary notebook as HTML, by the template ``plain.html``."""
    words = {"title": templates.plain_text(page.title), "description": templates.plain_text(page.answer)}
    about = words | {"page": page, "imprint": {}, "file": "index"}
    return templates.render_template(page.language, "plain.html", **about)
