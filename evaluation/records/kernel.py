"""A chapter in a running kernel: the records of its cells so far, and ``%%prose``, which shows its texts side by side
by language, each number with its origin on hover. Builds do not use it.
"""

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from markupsafe import Markup

from ..language import required_languages, translate
from ..language.placeholders import NAMES, Official, typed_number
from ..language.prose_cells import MAGIC, MAGICS, drop_marks, magic_and_id, texts_by_language
from ..numbers.claims import NotAClaim
from ..numbers.notation import Shown
from ..numbers.number import Figure, Measure, Number
from ..problems import Refused
from ..problems.printing import print_line
from ..reviews.parameters import current_parameters
from .claims import Claims, UnmetLine
from .prose import Values, capitalize_sentences, renderer

ROW = "display: flex; flex-wrap: wrap; gap: 0 3em"
COLUMN = "flex: 1 1 20em; max-width: 42em"
TITLES = re.compile(r"(<(?:h\d|p><strong)[^>]*>(?:<[^>]+>)*)(\w)")  # also where it begins with a number's words
FOR_PAGES = re.compile(r"</?(?:time|span)\b[^>]*>")  # attributes for programs, which a notebook does not need


@dataclass
class NotebookValues(Values):
    """Values for display in a notebook. Names not recorded yet stay as written and are collected in ``missing``."""

    missing: list[str] = field(default_factory=list)

    def note(self, words: str) -> str:
        """Add an editor's remark to these values under a new name, so that the rules of prose do not apply to it;
        return the placeholder of that name, in italics."""
        name = f"note_{len(self.others)}"
        self.others = self.others | {name: {"text": {self.language: words}}}
        return f"*{{{name}}}*"

    def in_language(self, language: str) -> "NotebookValues":
        """The same values for a text in another language, with nothing used or missing yet."""
        return replace(self, language=language, used={}, missing=[])

    def link_number(self, number: Number, shown: Shown) -> Markup:
        """A number's words with its origin on hover, since a notebook has no table of origins to link to."""
        return Markup('<abbr title="{}">{}</abbr>').format(origin_of(number, self.language), shown.words)

    def unknown(self, name: str) -> str:
        """The placeholder as written; its name is added to ``missing``, once."""
        self.missing += [] if name in self.missing else [name]
        return f"{{{name}}}"


def origin_of(number: Number, language: str) -> str:
    """The origin of a number in words, separated by semicolons: of a figure publisher, title and place in it, of a
    measure label and formula. Raises MissingText without French."""
    if isinstance(number, Figure):
        title = number.source.edition(language)[0]
        parts = [translate(number.source.publisher, language), title, translate(number.place_in_source, language)]
    else:
        assert isinstance(number, Measure)
        parts = [translate(number.label, language), translate(number.formula, language)]
    return "; ".join(part for part in parts if part)


def side_by_side(source: str, values: dict[str, NotebookValues], claims: Claims) -> dict[str, str]:
    """The display of a cell of words as a mimebundle: its texts as columns of HTML, one for each language of
    ``values``, and the first as plain text. Only the first has headings, so that a table of contents lists each once.
    Lines with a claim that does not hold are marked, names not recorded yet listed. Raises Refused for prose that no
    page could show."""
    texts = marked_texts(source, values, claims)
    is_prose = magic_and_id(source)[0] == MAGIC  # of other cells of words the keys may have digits
    for language, text in texts.items() if is_prose else ():
        if number_typed := typed_number(text, language):
            raise Refused(f"found a typed number ({number_typed}) in prose; allowed: {NAMES}")
    first = next(iter(values))
    columns = [_html_column(values[language], text, language == first) for language, text in texts.items()]
    names = ", ".join(f"<code>{{{name}}}</code>" for name in values[first].missing)
    line = f"<p><em>Not recorded yet: {names}. Run the cells that record them.</em></p>" if names else ""
    plain = Markup(columns[0]).striptags() if columns else ""
    return {"text/html": f'{line}<div style="{ROW}">{"".join(columns)}</div>', "text/plain": plain}


NOT_YET = {"en": "not decided yet", "fr": "pas encore décidé"}
DOES_NOT_HOLD = {"en": "does not hold: {}; wanted: {}", "fr": "ne tient pas : {}; attendu : {}"}


def marked_texts(source: str, values: dict[str, NotebookValues], claims: Claims) -> dict[str, str]:
    """A cell's Markdown by language (those of ``values``) after its claims are decided, lines that do not hold marked.
    If a claim names something not recorded yet, or cannot be parsed, all lines are returned under one remark. Raises
    NoProse for a malformed cell."""
    try:
        decided = claims.decide_cell(source)
    except NotAClaim:
        texts = {language: drop_marks(text) for language, text in texts_by_language(source, tuple(values)).items()}
        return {each: f"*{NOT_YET[each]}*\n\n{as_paragraphs(source, text)}" for each, text in texts.items()}
    texts = {}
    for language, notebook in values.items():

        def mark(missed: UnmetLine, language: str = language, notebook: NotebookValues = notebook) -> str:
            """The placeholder of a note, in this language, of what does not hold in a line."""
            return notebook.note(DOES_NOT_HOLD[language].format(claims.sides(missed, language), missed.claim))

        texts[language] = as_paragraphs(source, decided.text_with_marks(language, mark))
    return texts


def as_paragraphs(source: str, text: str) -> str:
    """The Markdown ``text`` of a cell: of prose unchanged, of a chart's, a table's or key numbers' words each line a
    paragraph."""
    return text if magic_and_id(source)[0] == MAGIC else "\n\n".join(filter(str.strip, text.split("\n")))


def _html_column(values: NotebookValues, text: str, has_headings: bool) -> str:
    """Markdown in one language (that of ``values``) as an HTML column, filled with the values; if not
    ``has_headings``, with bold paragraphs for headings."""
    html = FOR_PAGES.sub("", capitalize_sentences(values.html(renderer(has_headings)(text))))
    html = TITLES.sub(lambda match: match[1] + match[2].upper(), html)
    return f'<div lang="{values.language}" style="{COLUMN}">{html}</div>'


SESSION = NotebookValues("en")  # the named records of this kernel, which runs one notebook


class ProseMagic:
    """The ``%%prose`` magic: the displays of its cells, and which of them wait for names of later cells."""

    def __init__(self, shell: Any):
        """Register all `MAGICS` in a shell, and `fill_waiting` as a callback for the end of each cell."""
        self.waiting: list[tuple[str, Any]] = []
        self.shell, self.sources = shell, dict[str, None]()
        for magic in MAGICS:
            shell.register_magic_function(partial(self.run_cell, magic=magic), magic_kind="cell", magic_name=magic)
        shell.events.register("post_run_cell", self.fill_waiting)

    def run_cell(self, line: str, cell: str, magic: str = MAGIC) -> None:
        """Run the magic on a cell: display its words in their languages, or print one line, on stderr, why no page
        could. The cell is kept, so that its claims count; a display with missing names waits for `fill_waiting`."""
        source = f"%%{magic} {line}".rstrip() + f"\n{cell}"
        self.sources[source] = None
        try:
            bundle, missing = self.display_of(source)
        except Refused as error:
            print_line(str(error), err=True)
            return
        from IPython.display import display

        handle = display(bundle, raw=True, display_id=True)
        self.waiting += [(source, handle)] if missing else []

    def fill_waiting(self, _: Any = None) -> None:
        """Update the displays that wait for names; those whose names have all been recorded wait no more."""
        for source, handle in list(self.waiting):
            bundle, missing = self.display_of(source)
            handle.update(bundle, raw=True)
            if not missing:
                self.waiting.remove((source, handle))

    def display_of(self, source: str) -> tuple[dict[str, str], list[str]]:
        """The display of a cell of words as a mimebundle, and what it waits for: its missing names in all languages,
        after "not decided yet" if its claims cannot be decided. Raises Refused as `side_by_side` does."""
        values = {language: SESSION.in_language(language) for language in required_languages()}
        claims = self.claims()
        waiting = [] if claims.can_decide(source) else [NOT_YET["en"]]
        bundle = side_by_side(source, values, claims)
        return bundle, [*waiting, *(name for in_language in values.values() for name in in_language.missing)]

    def claims(self) -> Claims:
        """The claims of the cells of words run so far, over the records so far and the current parameters."""
        cells = [{"cell_type": "code", "source": source} for source in self.sources]
        parameters = current_parameters(self.shell.user_ns, self.shell.user_ns.get("In", []))
        return Claims(SESSION, parameters, cells, required_languages())


KERNEL: list[ProseMagic] = []  # the magic of this kernel, once it is registered


def register_magics(names: Official) -> None:
    """Replace the official ``names`` of this session. In an IPython shell, register the magics of all cells of words
    too, once."""
    from IPython.core.getipython import get_ipython

    SESSION.names = names
    shell = get_ipython()
    if shell and MAGIC not in shell.magics_manager.magics["cell"]:
        KERNEL[:] = [ProseMagic(shell)]


def unmet_in_kernel() -> list[str]:
    """What does not hold in the cells of words that this kernel has run, a line each; nothing without the magics."""
    return [line for magic in KERNEL for line in magic.claims().unmet_lines(magic.sources)]
