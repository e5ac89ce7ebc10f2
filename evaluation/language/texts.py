"""What chapters and the package say: their messages in the French catalogue, the controlled wordings, and what a page
would refuse in a chapter's prose and titles."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..problems import InputError, Problem, controls, quoted, says_something
from ..problems.foreign import parse_python, read_notebook
from ..problems.paths import PACKAGE
from . import LANGUAGES, WITH_FRENCH, YEARS, catalogue, entries, names, phrases
from .placeholders import NAME, NAMES, stray_brace, typed_number
from .prose_cells import ALLOWED, NoProse, in_languages, is_prose, source_of


def check(notebooks: list[Path], package: bool = True) -> list[Problem]:
    """Every message of chapters, and of the ``package``, without French, with a fuzzy one, or whose French asks for
    other names than its English. Raises InputError for a list of wordings or a catalogue that cannot be read."""
    problems: list[Problem] = []
    phrases()
    names()
    known = entries()
    for place, message in messages(notebooks, package):
        entry = known.get(message)
        if entry is None or not entry.string:
            problems.append(Problem(*place, f"no French for {quoted(message)}", WITH_FRENCH))
        elif entry.fuzzy:
            problems.append(Problem(*place, f"fuzzy French for {quoted(message)}", "French that someone has read"))
        elif found := controls(f"{message}{entry.string}", "\n"):
            problems.append(Problem(*place, f"{found} in {quoted(message)}", "text without control characters"))
        elif unknown := names_in(str(entry.string)) - names_in(message):
            stray = f"{{{', '.join(sorted(unknown))}}} in the French of {message!r}"
            problems.append(Problem(*place, stray, "the names of the English"))
    return problems


def refused(find: Callable[[], list[Problem]]) -> list[Problem]:
    """What a check finds, or with what its reading is refused."""
    try:
        return find()
    except InputError as error:
        return error.problems


def names_in(text: str) -> set[str]:
    """The names that a text asks for."""
    return {match[0].strip("{}").split(".")[0] for match in NAME.finditer(text)}


Place = tuple[str, int, str]


def messages(notebooks: list[Path], package: bool = True) -> Iterator[tuple[Place, str]]:
    """Every catalogue message with its place: the package's ``N_`` and template texts, the chapters' ``N_``."""
    own = [*sorted(PACKAGE.rglob("*.py")), *sorted(PACKAGE.rglob("*.j2"))] if package else []
    for path in own:
        for line, message in of_source(path.suffix, path.read_text(encoding="utf-8")):
            yield (f"evaluation/{path.relative_to(PACKAGE).as_posix()}", line, "-"), message
    for path in notebooks:
        for index, tree in code_of(path, read_notebook(path)):
            for line, message in marked(tree):
                yield (str(path), index, f"line {line}"), message


@lru_cache(maxsize=1000)  # who checks again and again in one process parses again what has changed
def of_source(suffix: str, source: str) -> list[tuple[int, str]]:
    """The messages of a module or a template, each with its line."""
    return list(marked(ast.parse(source)) if suffix == ".py" else in_template(source))


def code_of(path: Path, notebook: dict[str, Any]) -> Iterator[tuple[int, ast.Module]]:
    """A notebook's code cells as trees, each with its number. Raises InputError for one too deep for Python."""
    for index, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            yield index, parse_python(path, index, "".join(cell["source"]), magics=True)


def marked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The texts given to ``N_`` in a piece of Python."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message)), *_]):
                yield node.lineno, message


def in_template(source: str) -> Iterator[tuple[int, str]]:
    """The texts given to ``t`` in a template."""
    import jinja2
    from jinja2 import nodes

    for node in jinja2.Environment().parse(source).find_all(nodes.Call):
        if isinstance(node.node, nodes.Name) and node.node.name == "t" and isinstance(node.args[0], nodes.Const):
            yield node.lineno, str(node.args[0].value)


def check_chapter(path: Path, languages: Sequence[str] = LANGUAGES) -> list[Problem]:
    """What publishing would refuse in a chapter of a review in these languages, as far as it can be told before
    anything runs."""
    try:
        notebook = read_notebook(path)
        return [*check_prose(path, notebook["cells"], languages), *check_titles(path, notebook, languages)]
    except InputError as error:
        return error.problems


def check_prose(path: Path, cells: list[dict[str, Any]], languages: Sequence[str]) -> Iterator[Problem]:
    """Each prose cell is in these languages and types no number; each language begins with a finding."""
    begun = False
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "markdown":
            yield Problem(str(path), number, "cell_type", "a Markdown cell, which no page shows", ALLOWED)
        elif is_prose(cell):
            yield from check_prose_cell(path, number, source_of(cell), languages, first=not begun)
            begun = True
    if not begun:
        yield Problem(str(path), found="no prose cell", allowed=f"{ALLOWED}; {FINDING}")


FINDING = "the first of which has a title (# ...), then a paragraph with the answer"


def check_prose_cell(path: Path, number: int, source: str, languages: Sequence[str], first: bool) -> Iterator[Problem]:
    """What is wrong with one prose cell, in each language."""
    try:
        texts = in_languages(source, languages)
    except NoProse as error:
        yield Problem(str(path), number, "source", error.found, ALLOWED)
        return
    for language, text in texts.items():
        if found := typed_number(text, language):
            yield Problem(str(path), number, language, f"a typed number ({quoted(found)[1:-1]}) in prose", NAMES)
        if found := stray_brace(text):
            yield Problem(
                str(path), number, language, f"a brace ({quoted(found)[1:-1]}) that belongs to no name", NAMES
            )
        if first and not re.match(r"\s*# +\S[^\n]*\n\s*\n? *[^#\s]", text):
            yield Problem(str(path), number, language, "no title and paragraph", f"prose cells, {FINDING}")


def check_titles(path: Path, notebook: dict[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    """The texts that a chapter marks with ``N_`` and its pairs of languages hold no typed number and no stray brace,
    and are there in these languages. A text without a mark is asked for when the chapter runs."""
    for number, tree in code_of(path, notebook):
        for node in ast.walk(tree):
            for found, allowed in (*check_message(node), *check_pair(node, languages)):
                yield Problem(str(path), number, f"line {getattr(node, 'lineno', '-')}", found, allowed)


Told = tuple[str, str]


def check_message(node: ast.AST) -> Iterator[Told]:
    """What is wrong with the words of a marked text; that its French is there is asked of all texts (see `check`)."""
    match node:
        case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message)), *_]):
            yield from check_words({LANGUAGES[0]: message, LANGUAGES[1]: catalogue().get(message, "")}, NAMES)


def check_pair(node: ast.AST, languages: Sequence[str]) -> Iterator[Told]:
    """What is wrong with a pair of languages. It may name a place, a mark, a row, and have a year in it; a number typed
    there would have no source."""
    if not isinstance(node, ast.Dict) or not {text_in(key) for key in node.keys} <= {*LANGUAGES} or not node.keys:
        return
    pair = {text_in(key) or "": text_in(value) for key, value in zip(node.keys, node.values, strict=True)}
    words = {language: text for language, text in pair.items() if text is not None}
    if not {*languages} <= pair.keys():
        yield f"a text without {'both languages' if len(languages) > 1 else languages[0]}", " and ".join(languages)
    elif not all(says_something(text) for language, text in words.items() if language in languages):
        yield "an empty text beside another language's", " and ".join(languages)
    without_years = {language: YEARS.sub("", text) for language, text in words.items()}
    yield from check_words(without_years, f"{NAMES}; a name with digits from data/")


def check_words(words: dict[str, str], allowed: str) -> Iterator[Told]:
    """The first typed number, or brace that belongs to no name."""
    for language, text in words.items():
        if typed := typed_number(text, language):
            yield f"a typed number ({typed}) in a text", allowed
            return
        if braces := stray_brace(text):
            yield f"a brace ({braces}) that belongs to no name", NAMES
            return


def text_in(node: ast.expr | None) -> str | None:
    """The text of a constant; None of anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
