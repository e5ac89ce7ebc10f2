"""What chapters and the package say: their messages in the French catalogue, the controlled wordings, and what a page
would refuse in a chapter's prose and titles."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from ..problems import InputError, Problem, controls, quoted, says_something
from ..problems.foreign import parse_python, read_notebook
from ..problems.paths import PACKAGE
from . import LANGUAGES, WITH_FRENCH, YEARS, MissingText, catalogue, entries, names, phrase, phrases, wordings
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


Told = tuple[int, str, str]


def check_titles(path: Path, notebook: dict[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    """The texts that a chapter gives to charts, tables and numbers: no typed number in any, each in these languages."""
    for number, tree in code_of(path, notebook):
        told: dict[tuple[int, str], str] = {}
        for line, found, allowed in chain.from_iterable(check_node(node, languages) for node in ast.walk(tree)):
            told.setdefault((line, found), allowed)  # a pair that a call is given is looked at twice
        for (line, found), allowed in told.items():
            yield Problem(str(path), number, f"line {line}", found, allowed)


def check_node(node: ast.AST, languages: Sequence[str]) -> Iterator[Told]:
    """What is wrong with the texts of a call, a marked message or a pair of languages."""
    if isinstance(node, ast.Call) and called(node) in TEXTS_OF:
        yield from check_call(node, languages)
    if isinstance(node, ast.Call) and called(node) == "N_":
        yield from (told for text in texts_in(node) for told in check_words(text))
    if isinstance(node, ast.Call) and called(node) == "phrase":
        yield from check_phrase(node, languages)
    if isinstance(node, ast.Dict):
        yield from check_pair(node)


def check_phrase(node: ast.Call, languages: Sequence[str]) -> Iterator[Told]:
    """A phrase that is named in a cell is in the list, with its choice where that is named too; one of a chapter's own
    is there in these languages."""
    match [*node.args, None, None][:2]:
        case [ast.Constant(value=str() as family), choice]:
            first = next(iter(wordings(family)), "")
            try:
                phrase(family, text_in(choice) or first)
            except MissingText as error:
                found, _, allowed = str(error).removeprefix("found ").partition("; allowed: ")
                yield node.lineno, found, allowed
        case [ast.Dict(values=own), _]:
            for text in own:
                for part in texts_in(text):
                    yield from check_text(part, languages)


def check_pair(node: ast.Dict) -> Iterator[Told]:
    """A pair of languages may name a place, a mark, a row; a number typed in it would have no source."""
    words_by_language = words_of(node)
    if words_by_language and set(words_by_language) <= set(LANGUAGES):
        for language, words in words_by_language.items():
            if found := typed_number(YEARS.sub("", words), language):
                yield node.lineno, f"a typed number ({found}) in a text", f"{NAMES}; a name with digits from data/"
                return


# What is a text in a call, by name. Nothing else that stands in the call is looked at.
TEXTS_OF = {
    "chart": ("title", "subtitle", "description"),
    "table": ("title", "note", "columns", "heads"),
    "labelled": ("label", "method"),  # its first argument is the label
    "counting": ("why",),
    "per": ("label", "why"),
    "change_from": ("label", "method"),
    "share_of": ("label", "method"),
    "implied_counts": ("label", "why"),
    "at_most": ("label", "assuming"),
    "whole": ("label", "why"),
    "parameter": ("label",),
}


def called(node: ast.Call) -> str:
    """The name of what is called: ``chart`` of ``chapter.chart(...)``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def check_call(node: ast.Call, languages: Sequence[str]) -> Iterator[Told]:
    """What is wrong with the texts of a call: (line, found, allowed)."""
    given = [text for keyword in node.keywords if keyword.arg in TEXTS_OF[called(node)] for text in told_in(keyword)]
    given += node.args[:1] if called(node) == "labelled" else []
    for part in given:
        for text in texts_in(part):
            yield from check_text(text, languages)


def told_in(keyword: ast.keyword) -> list[ast.expr]:
    """What a keyword tells: of a table's headings by column each, else its value."""
    if keyword.arg in ("columns", "heads") and isinstance(keyword.value, ast.Dict):
        return keyword.value.values
    return [keyword.value]


def check_words(text: ast.Constant | ast.Dict) -> Iterator[Told]:
    """A text types no number in any language."""
    for language, words in words_of(text).items():
        if found := typed_number(words, language):
            yield text.lineno, f"a typed number ({found}) in a text", NAMES
        if braces := stray_brace(words):
            yield text.lineno, f"a brace ({braces}) that belongs to no name", NAMES


def check_text(text: ast.Constant | ast.Dict, languages: Sequence[str]) -> Iterator[Told]:
    """A text that types no number and that is there in these languages."""
    yield from check_words(text)
    words_by_language = words_of(text)
    if isinstance(text, ast.Dict):
        keys = {key.value for key in text.keys if isinstance(key, ast.Constant)}
        if not set(languages) <= keys <= set(LANGUAGES):
            without = "both languages" if len(languages) > 1 else languages[0]
            yield text.lineno, f"a text without {without}", " and ".join(languages)
        elif not all(says_something(words) for each, words in words_by_language.items() if each in languages):
            yield text.lineno, "an empty text beside another language's", " and ".join(languages)
    elif LANGUAGES[1] in languages and text.value and text.value not in catalogue():
        yield text.lineno, f"no French for {quoted(text.value)}", WITH_FRENCH


def texts_in(node: ast.expr) -> Iterator[ast.Constant | ast.Dict]:
    """The texts of an argument: constants and pairs of languages, in lists too. One that ``N_`` marks has been
    looked for in the catalogue already, and is looked at again for its numbers."""
    match node:
        case ast.Constant(value=str()) | ast.Dict():
            yield node
        case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str()) as text, *_]):
            yield ast.copy_location(text, node)  # one place for what is found by `messages` too
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from texts_in(part)


def words_of(text: ast.Constant | ast.Dict) -> dict[str, str]:
    """The words of a text by language, the French of a catalogue message too."""
    if isinstance(text, ast.Constant):
        return {LANGUAGES[0]: str(text.value), LANGUAGES[1]: catalogue().get(str(text.value), "")}
    parts = [(text_in(key), text_in(value)) for key, value in zip(text.keys, text.values, strict=True)]
    return {key: value for key, value in parts if key is not None and value is not None}


def text_in(node: ast.expr | None) -> str | None:
    """The text of a constant; None of anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
