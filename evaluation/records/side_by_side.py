"""A prose cell as a notebook shows it: its languages side by side, each number with its origin on hover."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup

from ..language import translate
from ..language.placeholders import NAMES, typed_number
from ..language.prose_cells import in_languages
from ..numbers.notation import Shown
from ..numbers.number import Figure, Measure, Number
from ..problems import Refused
from .prose import Values, renderer

ROW = "display: flex; flex-wrap: wrap; gap: 0 3em"
COLUMN = "flex: 1 1 20em; max-width: 42em"
TITLES = re.compile(r"(<(?:h\d|p><strong)[^>]*>(?:<[^>]+>)*)(\w)")  # also where it begins with a number's words
LED_ON = re.compile(r'<a href="#search-[a-z_]+">(.*?)</a>', re.DOTALL)  # to a row that stands on pages alone
FOR_PAGES = re.compile(r"</?(?:time|span)\b[^>]*>")  # what a page says to machines, and a notebook need not


@dataclass
class InNotebook(Values):
    """Values as a notebook shows them. What no cell has recorded yet stays as it is written, and its name is among the
    ``missing``."""

    missing: list[str] = field(default_factory=list)

    def linked(self, number: Number, shown: Shown) -> Markup:
        return Markup('<abbr title="{}">{}</abbr>').format(origin_of(number, self.language), shown.words)

    def unknown(self, name: str) -> str:
        self.missing += [] if name in self.missing else [name]
        return f"{{{name}}}"


def origin_of(number: Number, language: str) -> str:
    """Where a number comes from: its publication and the place in it, or its label and its formula."""
    if isinstance(number, Figure):
        title = number.source.edition(language)[0]
        parts = [translate(number.source.publisher, language), title, translate(number.place_in_source, language)]
    else:
        assert isinstance(number, Measure)
        parts = [translate(number.label, language), translate(number.formula, language)]
    return "; ".join(part for part in parts if part)


def side_by_side(source: str, values: dict[str, InNotebook]) -> dict[str, str]:
    """A prose cell's texts as HTML, in the languages of the ``values``; the headings of the first language alone are
    headings, so that a table of contents holds each once. Raises Refused for prose that no page could show, but for
    names that are missing."""
    texts = {language: values[language].present(text) for language, text in in_languages(source, tuple(values)).items()}
    for language, text in texts.items():
        if found := typed_number(text, language):
            raise Refused(f"found a typed number ({found}) in prose; allowed: {NAMES}")
    first = next(iter(values))
    columns = [column(values[language], text, language == first) for language, text in texts.items()]
    html = f'{not_yet(values[first])}<div style="{ROW}">{"".join(columns)}</div>'
    return {"text/html": html, "text/plain": "prose"}


def not_yet(values: InNotebook) -> str:
    """One line on the names that no cell has recorded yet."""
    names = ", ".join(f"<code>{{{name}}}</code>" for name in values.missing)
    return f"<p><em>Not recorded yet: {names}. Run the cells that record them.</em></p>" if names else ""


def column(values: InNotebook, text: str, first: bool) -> str:
    """The HTML of a prose in one language, as one column."""
    html = FOR_PAGES.sub("", LED_ON.sub(r"\1", values.html(renderer(first)(text))))
    html = TITLES.sub(lambda match: match[1] + match[2].upper(), html)
    return f'<div lang="{values.language}" style="{COLUMN}">{html}</div>'
