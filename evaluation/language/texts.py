"""Checks of chapters' texts before a run: messages with French in the catalogue, and content that a page would refuse
in prose and titles.
"""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..problems import InputError, Problem, has_visible_text, quoted
from ..problems.foreign import parse_python, read_notebook
from . import LANGUAGES, WITH_FRENCH, MissingText, catalogue, catalogue_entries, phrase, phrases
from .formats import YEARS
from .placeholders import NAMES, names_in_text, stray_brace, typed_number
from .prose_cells import (
    ALLOWED,
    MAGIC,
    NoProse,
    has_words,
    is_prose,
    parse_parts,
    parse_words,
    source_of,
)


def check_chapter(path: Path, languages: Sequence[str] = LANGUAGES, names: Collection[str] = ()) -> list[Problem]:
    """The problems that publishing a chapter in these languages would have, as far as static checks can tell; those of
    an unreadable notebook, wording or catalogue alone. ``names`` are official names."""
    try:
        for read in (phrases, catalogue_entries):
            read()
        notebook = read_notebook(path)
        return [*check_prose(path, notebook["cells"], languages, names), *_check_texts(path, notebook, languages)]
    except InputError as error:
        return error.problems


FINDING = "the first of which has a title (# ...), then a paragraph with the answer"


def check_prose(
    path: Path, cells: list[dict[str, Any]], languages: Sequence[str], names: Collection[str]
) -> Iterator[Problem]:
    """Problems of cells of words, in order: a missing language or another malformation, a typed number, a stray brace,
    a first prose cell without title and paragraph, a Markdown cell, which no page shows; and a chapter without a prose
    cell."""
    begun = False
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "markdown":
            yield Problem(str(path), number, "cell_type", "a Markdown cell, which no page shows", ALLOWED)
        elif has_words(cell):
            try:
                texts = texts_of(source_of(cell), languages, names)
            except NoProse as error:
                yield Problem(str(path), number, "source", error.actual, error.allowed)
                texts = {}
            for language, text in texts.items():
                yield from (Problem(str(path), number, language, *wrong) for wrong in check_typed(text, language))
                if is_prose(cell) and not begun and not BEGINNING.match(text):
                    yield Problem(str(path), number, language, "no title and paragraph", f"prose cells, {FINDING}")
            begun = begun or is_prose(cell)
    if not begun:
        yield Problem(str(path), actual="no prose cell", allowed=f"{ALLOWED}; {FINDING}")


BEGINNING = re.compile(r"\s*(?:# +\S[^\n]*\n\s*)+[^#\s]")  # claims select one of several titles


def texts_of(source: str, languages: Sequence[str], names: Collection[str]) -> dict[str, str]:
    """The text of a cell of words by language, without marks; of a chart, table or key numbers its parts without their
    names, a line each. ``names`` are official names. Raises NoProse."""
    words = parse_words(source, tuple(languages), frozenset(names))
    texts = {language: words.texts[language] for language in languages}
    if words.kind == MAGIC:
        return texts
    return {language: "\n".join(parse_parts(words.kind, text).values()) for language, text in texts.items()}


IPYTHON_SYNTAX = re.compile(r"(?:^|=)\s*[%!?]|\?\s*$|^\s*await\b|=\s*await\b", re.MULTILINE)  # of IPython, no Python


def _check_texts(path: Path, notebook: dict[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    """Problems of messages (``N_``, ``title=`` and others, see `messages_in`), of pairs and of phrases in code cells:
    typed numbers, stray braces, missing languages, unknown phrases. Other texts are checked when the chapter runs.
    Raises InputError for invalid Python."""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            source = source_of(cell)
            for node in ast.walk(parse_python(path, number, source, magics=bool(IPYTHON_SYNTAX.search(source)))):
                mistakes = [*check_pair(node, languages), *check_phrase(node)]
                for message in messages_in(node):
                    mistakes += check_french(message) if LANGUAGES[1] in languages else ()
                    texts = {"en": message, "fr": catalogue().get(message, "")}
                    mistakes += [wrong for each, text in texts.items() for wrong in check_typed(text, each)][:1]
                for actual, allowed in mistakes:
                    yield Problem(str(path), number, f"line {getattr(node, 'lineno', '-')}", actual, allowed)


Mistake = tuple[str, str]  # what was found, what is allowed


READ = {"title", "subtitle", "description", "note", "why", "assuming"}  # keywords whose text a page shows


def messages_in(node: ast.AST) -> Iterator[str]:
    """The constant texts in a call that a page shows: the first argument of ``N_``, or else the keyword arguments named
    in `READ`, empty ones left out; nothing for other nodes."""
    match node:
        case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message)), *_]):
            yield message
        case ast.Call(keywords=keywords):
            yield from filter(None, (str_constant(keyword.value) for keyword in keywords if keyword.arg in READ))


def check_french(message: str) -> Iterator[Mistake]:
    """The reason why a message has no usable French, if there is one: missing, fuzzy, or with placeholders that the
    English lacks."""
    entry = catalogue_entries().get(message)
    if entry is None or not entry.string:
        yield f"no French for {quoted(message)}", WITH_FRENCH
    elif entry.fuzzy:
        yield f"fuzzy French for {quoted(message)}", "French that someone has read"
    elif unknown := {*names_in_text(str(entry.string))} - {*names_in_text(message)}:
        yield f"{{{', '.join(sorted(unknown))}}} in the French of {message!r}", "the names of the English"


def check_pair(node: ast.AST, languages: Sequence[str]) -> Iterator[Mistake]:
    """Problems of a pair of languages, ``{"en": ..., "fr": ...}``: a missing or empty text, and the first typed number
    or stray brace; years are allowed, another number would have no source. Nothing for other nodes and for values that
    are no constants."""
    if not isinstance(node, ast.Dict) or not {str_constant(key) for key in node.keys} <= {*LANGUAGES} or not node.keys:
        return
    pair = {str_constant(key) or "": str_constant(value) for key, value in zip(node.keys, node.values, strict=True)}
    words = {language: text for language, text in pair.items() if text is not None}
    if not {*languages} <= pair.keys():
        yield f"a text without {'both languages' if len(languages) > 1 else languages[0]}", " and ".join(languages)
    elif not all(has_visible_text(text) for language, text in words.items() if language in languages):
        yield "an empty text beside another language's", " and ".join(languages)
    named = f"{NAMES}; a name with digits from data/"
    yield from [m for each, text in words.items() for m in check_typed(YEARS.sub("", text), each, named)][:1]


def check_phrase(node: ast.AST) -> Iterator[Mistake]:
    """A problem of a call of ``.phrase`` whose family the list lacks, or whose constant choice it lacks; nothing for
    other nodes."""
    match node:
        case ast.Call(func=ast.Attribute(attr="phrase"), args=[ast.Constant(value=str(family)), choice]):
            try:
                phrase(family, str_constant(choice) or next((known for name, known in phrases() if name == family), ""))
            except MissingText as error:
                actual, _, allowed = str(error).removeprefix("found ").partition("; allowed: ")
                yield actual, allowed


def check_typed(text: str, language: str, allowed: str = NAMES) -> Iterator[Mistake]:
    """Problems of a text: a typed number, or a brace outside of placeholders."""
    if typed := typed_number(text, language):
        yield f"a typed number ({quoted(typed)[1:-1]}) in a text", allowed
    if brace := stray_brace(text):
        yield f"a brace ({quoted(brace)[1:-1]}) that belongs to no name", NAMES


def str_constant(node: ast.expr | None) -> str | None:
    """The value of a string constant; None for other nodes."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
