"""What a running kernel knows of a chapter: what its cells recorded, and ``%%prose``, which shows their words, the
languages side by side, each number with its origin on hover. A build needs none of it."""

import re
import sys
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from ..language import asked_for, translate
from ..language.placeholders import NAMES, typed_number
from ..language.prose_cells import MAGIC, in_languages
from ..numbers.notation import Shown
from ..numbers.number import Figure, Measure, Number
from ..problems import Refused
from .prose import Values, renderer

ROW = "display: flex; flex-wrap: wrap; gap: 0 3em"
COLUMN = "flex: 1 1 20em; max-width: 42em"
TITLES = re.compile(r"(<(?:h\d|p><strong)[^>]*>(?:<[^>]+>)*)(\w)")  # also where it begins with a number's words
FOR_PAGES = re.compile(r"</?(?:time|span)\b[^>]*>")  # what a page says to machines, and a notebook need not


@dataclass
class InNotebook(Values):
    """Values as a notebook shows them. What no cell has recorded yet stays as written, among the ``missing``."""

    missing: list[str] = field(default_factory=list)

    def said_in(self, language: str) -> "InNotebook":
        """The same values for another text, in a language."""
        return replace(self, language=language, used={}, missing=[])

    def linked(self, number: Number, shown: Shown) -> Markup:
        """A number's words, its origin on hover: a notebook has no table of origins to lead to."""
        return Markup('<abbr title="{}">{}</abbr>').format(origin_of(number, self.language), shown.words)

    def unknown(self, name: str) -> str:
        """The name as it is written, noted as missing."""
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
    """A prose cell's texts as HTML, in the languages of the ``values``; headings are those of the first alone, so that
    a table of contents holds each once. Raises Refused for prose that no page could show."""
    texts = {language: values[language].present(text) for language, text in in_languages(source, tuple(values)).items()}
    for language, text in texts.items():
        if found := typed_number(text, language):
            raise Refused(f"found a typed number ({found}) in prose; allowed: {NAMES}")
    first = next(iter(values))
    columns = [_column(values[language], text, language == first) for language, text in texts.items()]
    names = ", ".join(f"<code>{{{name}}}</code>" for name in values[first].missing)
    line = f"<p><em>Not recorded yet: {names}. Run the cells that record them.</em></p>" if names else ""
    plain = Markup(columns[0]).striptags() if columns else ""
    return {"text/html": f'{line}<div style="{ROW}">{"".join(columns)}</div>', "text/plain": plain}


def _column(values: InNotebook, text: str, first: bool) -> str:
    """The HTML of a prose in one language, as one column."""
    html = FOR_PAGES.sub("", values.html(renderer(first)(text)))
    html = TITLES.sub(lambda match: match[1] + match[2].upper(), html)
    return f'<div lang="{values.language}" style="{COLUMN}">{html}</div>'


SESSION = InNotebook("en")  # what the cells of this kernel, which runs one notebook, have recorded under names


class ProseMagic:
    """The magic: what its cells show, and which of them wait for names that later cells record."""

    def __init__(self, shell: Any):
        """Have a shell know the magic, and tell of each cell that has ended."""
        self.waiting: list[tuple[str, Any]] = []
        shell.register_magic_function(self.show, magic_kind="cell", magic_name=MAGIC)
        shell.events.register("post_run_cell", self.fill)

    def show(self, line: str, cell: str) -> None:
        """Show prose in its languages; one line where no page could show it."""
        source = f"%%{MAGIC} {line}".rstrip() + f"\n{cell}"
        try:
            shown, missing = self.shown(source)
        except Refused as error:
            print(error, file=sys.stderr)
            return
        from IPython.display import display

        handle = display(shown, raw=True, display_id=True)
        self.waiting += [(source, handle)] if missing else []

    def fill(self, _: Any = None) -> None:
        """Show anew the prose whose names have been recorded since."""
        for source, handle in list(self.waiting):
            shown, missing = self.shown(source)
            handle.update(shown, raw=True)
            if not missing:
                self.waiting.remove((source, handle))

    def shown(self, source: str) -> tuple[dict[str, str], list[str]]:
        """What a cell of prose shows, and the names that are missing. Raises Refused."""
        values = {language: SESSION.said_in(language) for language in asked_for()}
        return side_by_side(source, values), [name for one in values.values() for name in one.missing]


def register() -> None:
    """Have the shell of this kernel, where there is one, know ``%%prose``."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell and MAGIC not in shell.magics_manager.magics["cell"]:
        ProseMagic(shell)
