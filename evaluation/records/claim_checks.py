"""Static checks of a chapter's claims for `evaluation check`: unreadable claims, sentences with comparisons but without
claims, alternatives that no review file needs (the modules of claims: see `numbers.claims`).
"""

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..language.comparisons import GENERAL, comparison_word
from ..language.placeholders import names_in_text
from ..language.prose_cells import (
    MAGIC,
    Line,
    NoProse,
    Words,
    has_words,
    is_analysis,
    parse_words,
    source_of,
)
from ..numbers.claims import NotAClaim, compares_only, names_in_claim, parse_claim
from ..problems import Problem, quoted
from ..problems.foreign import parse_python, read_notebook
from .claims import named_claims
from .unmet import beginning_of

UNCOVERED = "%holds C beneath it, or %general where it says nothing of data"


class ChapterClaims:
    """The claims of a chapter as written, which may use the official ``names``. ``runs`` is the number of its runs in
    the files of parameters/."""

    def __init__(self, path: Path, languages: Sequence[str] = LANGUAGES, runs: int = 1, names: Collection[str] = ()):
        """Read the notebook at ``path``. Raises InputError if it cannot be read."""
        self.path, self.languages, self.runs, self.names = path, tuple(languages), runs, names
        notebook = read_notebook(path)
        self.cells: Sequence[Mapping[str, Any]] = notebook["cells"]
        self.metadata: Mapping[str, Any] = notebook["metadata"]

    @cached_property
    def words(self) -> list[tuple[int, Words]]:
        """Its cells of words with their numbers in the notebook (from 1), without the unreadable ones, which another
        check reports."""
        cells_of_words = []
        for number, cell in enumerate(self.cells, start=1):
            if has_words(cell):
                try:
                    cells_of_words.append((number, parse_words(source_of(cell), self.languages, frozenset(self.names))))
                except NoProse:
                    continue
        return cells_of_words

    @property
    def lines(self) -> Iterator[tuple[int, Line, dict[str, str]]]:
        """Its lines, in order: number of the cell (from 1), line, and text by language."""
        for number, words in self.words:
            for place, line in enumerate(words.lines):
                yield number, line, {each: words.line_text(each, place) for each in self.languages}

    def problems(self) -> Iterator[Problem]:
        """All problems of its claims. Line by line: claims that cannot be parsed (then nothing else of the line),
        alternatives that no run needs, comparisons without a claim; then a name for two different claims, and words of
        a chart or table that no code cell names."""
        for number, line, texts in self.lines:
            unread = list(self._unread(number, line))
            yield from unread
            if not unread:
                yield from self._alternatives(number, line)
                yield from self._uncovered(number, line, texts)
        yield from self._twice_named()
        yield from self._without_drawing()

    def general(self) -> list[tuple[int | str, str]]:
        """The lines marked as independent of data, as pairs of cell number (from 1) and text; if the title is marked,
        first "title" and its text."""
        about = self.metadata.get("evaluation", {})
        title = [("title", about["title"][self.languages[0]])] if about.get(GENERAL) else []
        return [*title, *((number, line.text) for number, line, _ in self.lines if line.general)]

    def _unread(self, cell: int, line: Line) -> Iterator[Problem]:
        """A problem for each claim and condition of a line of a ``cell`` (its number) that cannot be parsed."""
        for claim in filter(None, (line.condition, *(claim.text for claim in line.claims))):
            try:
                parse_claim(claim)
            except NotAClaim as error:
                yield Problem(str(self.path), cell, "claim", error.actual, error.allowed)

    def _alternatives(self, cell: int, line: Line) -> Iterator[Problem]:
        """A problem of a line that a condition on values alone selects, in a chapter that no file of parameters/ runs
        twice: such a line would appear and vanish with the data, unread by any editor."""
        if line.mark in ("when", "elsewhen") and self.runs < 2 and not self._chooses(line.condition):
            actual = f'%{line.mark} {line.condition} above "{beginning_of(line.text)}"'
            allowed = "a name that may be absent, a state, a parameter or a unit; else %holds beneath the line"
            yield Problem(str(self.path), cell, "claim", actual, allowed)

    def _chooses(self, condition: str) -> bool:
        """Whether a condition depends on more than the values of numbers: on presence, a state, a parameter or a
        unit."""
        of_unit = any(
            isinstance(node, ast.Attribute) and node.attr == "unit" for node in ast.walk(parse_claim(condition))
        )
        return of_unit or not compares_only(condition) or bool(names_in_claim(condition) & self.states)

    def _covers(self, condition: str) -> bool:
        """Whether a condition can stand for a claim: it compares, or tests a state or a parameter, not presence
        alone."""
        compares = any(isinstance(node, ast.Compare) for node in ast.walk(parse_claim(condition)))
        return compares or bool(names_in_claim(condition) & self.states)

    @cached_property
    def states(self) -> set[str]:
        """The names of the states that its cells record, and of its parameters: of any variable with an annotation."""
        names = set()
        code = [(number, cell) for number, cell in enumerate(self.cells, start=1) if is_analysis(cell)]
        for number, cell in code:
            for node in ast.walk(parse_python(self.path, number, source_of(cell), magics=True)):
                match node:
                    case ast.Call(func=ast.Attribute(attr="state"), keywords=keywords):
                        names |= {keyword.arg for keyword in keywords if keyword.arg}
                    case ast.AnnAssign(target=ast.Name(id=name)):
                        names.add(name)
        return names

    def _uncovered(self, cell: int, line: Line, texts: Mapping[str, str]) -> Iterator[Problem]:
        """A problem of a line with a word of comparison but without a claim, in the first language that has one, and of
        a line marked as general that prints a name. A condition that `_covers` stands for a claim."""
        if line.general and (names := names_in_text(line.text)):
            actual = f'%general beneath "{beginning_of(line.text)}", which prints {{{names[0]}}}'
            yield Problem(str(self.path), cell, "claim", actual, "a claim; %general of a line without names")
        covered = line.claims or line.general or (line.condition and self._covers(line.condition))
        for language, text in texts.items() if not covered else ():
            if word := comparison_word(text, language):
                actual = f'{quoted(word)} in "{beginning_of(text)}", which no claim covers'
                yield Problem(str(self.path), cell, language, actual, UNCOVERED)
                break

    def _twice_named(self) -> Iterator[Problem]:
        """A problem for the first name that two different claims have; a claim may be repeated."""
        try:
            list(named_claims(self.cells, self.languages, self.names))
        except NotAClaim as error:
            yield Problem(str(self.path), actual=error.actual, allowed=error.allowed)

    def _without_drawing(self) -> Iterator[Problem]:
        """A problem for each cell of words of a chart or table whose id no code cell has in double quotes."""
        code = "\n".join(source_of(cell) for cell in self.cells if is_analysis(cell))
        for number, words in self.words:
            if words.kind in ("chart", "table") and f'"{words.id}"' not in code:
                actual, allowed = f"%%{words.kind} {words.id}", f'an id that chapter.{words.kind}("...") names'
                yield Problem(str(self.path), number, MAGIC, actual, allowed)


def check_claims(
    path: Path, languages: Sequence[str] = LANGUAGES, runs: int = 1, names: Collection[str] = ()
) -> list[Problem]:
    """All problems of the claims of the chapter at ``path``, line by line, then those that concern several cells.
    Raises InputError if it cannot be read."""
    return list(ChapterClaims(path, languages, runs, names).problems())
