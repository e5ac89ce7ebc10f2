"""Which lines of a chapter's words are said, and which claims of them do not hold: decided from its records alone, when
its pages are published, and shown in a kernel as far as its cells have come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ..language import LANGUAGES
from ..language.placeholders import names_asked
from ..language.prose_cells import (
    NUMBERS,
    PARTS_OF,
    Claim,
    Line,
    NoProse,
    Words,
    has_words,
    kind_of,
    parts_of,
    source_of,
    words_of,
)
from ..numbers.claims import Names, NotAClaim, Truth, Verdict, decide, shown_sides
from ..reviews.parameters import defaults_of
from .prose import Values
from .serialization import records_in
from .unmet import begins


class Stated(NamedTuple):
    """A claim of a line that is said: its cell, the line's place in it and its text by language."""

    cell: int
    place: int
    claim: Claim
    lines: dict[str, str]
    verdict: Verdict


def is_said(source: str, drawn: Collection[tuple[str, str]]) -> bool:
    """Whether a cell of words says anything: those of a chart or a table that was left out do not."""
    return kind_of(source)[0] not in PARTS_OF or kind_of(source) in drawn


def drawn_in(notebook: Any) -> set[tuple[str, str]]:
    """The charts and tables of an executed notebook, as cells of words name them."""
    return {(kind, record[kind]) for _, _, record in records_in(notebook) for kind in PARTS_OF if kind in record}


class Missed(NamedTuple):
    """What does not hold of a line, by its place in its cell: the claim, and what it is instead."""

    place: int
    claim: str
    verdict: Verdict
    absent: str = ""  # the name, where it is that the line prints one which is absent


@dataclass(frozen=True)
class Decided:
    """A cell of words as its claims leave it: which of its lines are said, and what of them does not hold."""

    words: Words
    stated: tuple[bool, ...]
    unmet: tuple[Missed, ...]

    def text(self, language: str) -> str:
        """What it says in a language, without the lines that print what is absent."""
        absent = {missed.place for missed in self.unmet if missed.absent}
        return self.words.text(language, [is_said and at not in absent for at, is_said in enumerate(self.stated)])

    def marked(self, language: str, mark: Callable[[Missed], str]) -> str:
        """What it says in a language, all lines of it, each with a ``mark`` for what of it does not hold."""
        marks: dict[int, str] = {}
        for missed in self.unmet:
            marks[missed.place] = f"{marks.get(missed.place, '')}{mark(missed)} "
        return self.words.text(language, self.stated, marks)


@dataclass
class Claims:
    """The claims of one notebook over what its cells have recorded. ``values`` holds the records, ``parameters`` what
    the run was asked with, ``cells`` all cells of the notebook, whose named claims may be used in any of them."""

    values: Values
    parameters: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]] = ()
    languages: tuple[str, ...] = LANGUAGES
    more: Mapping[str, str] = field(default_factory=dict)  # claims by name that no cell here holds

    @classmethod
    def of(cls, notebook: Any, values: Values) -> Claims:
        """Those of an executed notebook."""
        about = notebook.metadata.get("evaluation") or {}
        parameters = defaults_of(notebook.cells) | dict(about.get("parameters") or {})
        languages = tuple(each for each in LANGUAGES if each in (about.get("languages") or LANGUAGES))
        return cls(values, parameters, notebook.cells, languages)

    def stated(self, cells: Iterable[tuple[int, Any]], drawn: Collection[tuple[str, str]]) -> Iterator[Stated]:
        """The claims of the lines that are said, of numbered cells; words of charts and tables that are not ``drawn``
        say nothing."""
        for number, cell in cells:
            if has_words(cell) and is_said(source_of(cell), drawn):
                decided = self.decide(source_of(cell))
                for place, line in enumerate(decided.words.lines):
                    for claim in line.claims if decided.stated[place] else ():
                        lines = {each: decided.words.said_line(each, place) for each in self.languages}
                        yield Stated(number, place, claim, lines, decide(claim.text, self.names))

    @cached_property
    def names(self) -> Names:
        """What its claims may name. Raises NotAClaim for a claim whose name something else has."""
        others = self.values.others
        given = {name: value for name, value in self.parameters.items() if isinstance(value, str | bool | int | float)}
        states = {name: record["state"] for name, record in others.items() if "state" in record}
        claims = dict(self.more) | dict(named_claims(self.cells, self.languages))
        recorded = {*self.values.numbers, *others, *self.values.absent, *given}
        if twice := sorted(recorded & claims.keys()):
            raise NotAClaim(f"a claim called {twice[0]}, which a cell records too", "a name of its own")
        return Names(
            numbers=self.values.numbers,
            words=given | states,
            moments={name: (r["start"], r["end"]) for name, r in others.items() if "start" in r},
            texts={name for name in others if name not in states},
            absent=self.values.absent,
            claims=claims,
        )

    def can_decide(self, source: str) -> bool:
        """Whether all that a cell's claims name has been recorded."""
        try:
            self.decide(source)
        except NotAClaim:
            return False
        return True

    def decide(self, source: str) -> Decided:
        """A cell of words, decided. Raises NoProse and NotAClaim for what cannot be read."""
        words = words_of(source, self.languages)
        shown = list(_without_empty_headings(words.lines, list(self._chosen(words.lines))))
        lines = [(place, line) for place, line in enumerate(words.lines) if shown[place]]
        unmet = [missed for place, line in lines for missed in self._unmet(place, line, words.kind)]
        return Decided(words, tuple(shown), tuple(unmet))

    def _chosen(self, lines: Iterable[Line]) -> Iterator[bool]:
        """Whether each line is said, by the marks above it: of lines that exclude each other the first that is true."""
        met = False
        for line in lines:
            if not line.mark:
                yield True
                continue
            met = met and line.mark != "when"
            is_said = not met and (line.mark == "else" or decide(line.condition, self.names).holds)
            met = met or is_said
            yield is_said

    def _unmet(self, place: int, line: Line, kind: str) -> Iterator[Missed]:
        """Of a line that is said, the names that are absent and the claims that do not hold, with their sides."""
        keys = parts_of(kind, line.text) if kind == NUMBERS else {}
        for name in dict.fromkeys([*keys, *names_asked(line.text)]):
            if name in self.values.absent:
                yield Missed(place, f"{name}, or the line under %when {name}", Verdict(Truth.VOID), absent=name)
        for claim in line.claims:
            verdict = decide(claim.text, self.names)
            if not verdict.holds:
                yield Missed(place, claim.text, verdict)

    def sides(self, missed: Missed, language: str = "en") -> str:
        """The names of a claim with their values in a language, and why it is open or void."""
        if missed.absent:
            return f"{missed.absent} absent"
        truth, why = missed.verdict.truth, f": {missed.verdict.why}" if missed.verdict.why else ""
        unknown = f" ({truth.value}{why})" if truth in (Truth.OPEN, Truth.VOID) else ""
        return shown_sides(missed.claim, self.names, language) + unknown

    def unmet(self, words: Iterable[str]) -> Iterator[str]:
        """What does not hold in some cells of words, a line each; nothing of those that cannot be decided yet."""
        for source in words:
            with suppress(NoProse, NotAClaim):
                decided = self.decide(source)
                for missed in decided.unmet:
                    line = begins(decided.words.lines[missed.place].text)
                    yield f'does not hold: {self.sides(missed)} under "{line}"; wanted: {missed.claim}'


def named_claims(
    cells: Iterable[Mapping[str, Any]], languages: tuple[str, ...] = LANGUAGES
) -> Iterator[tuple[str, str]]:
    """The claims of a notebook that have a name. Raises NotAClaim for a name that two have."""
    known: dict[str, str] = {}
    for cell in filter(has_words, cells):
        try:
            lines = words_of(source_of(cell), languages).lines
        except NoProse:
            continue  # which is told where the cell itself is read
        for claim in (claim for line in lines for claim in line.claims if claim.name):
            if known.setdefault(claim.name, claim.text) != claim.text:
                raise NotAClaim(f"a second claim called {claim.name}", "each name once")
            yield claim.name, claim.text


def _without_empty_headings(lines: Sequence[Line], shown: list[bool]) -> Iterator[bool]:
    """Which lines are said, without a heading under which something stands and nothing of it is said."""
    for place, line in enumerate(lines):
        if not shown[place] or line.rank < 2:
            yield shown[place]
            continue
        ends = (at for at in range(place + 1, len(lines)) if 0 < lines[at].rank <= line.rank)
        beneath = [at for at in range(place + 1, next(ends, len(lines))) if not lines[at].rank]
        yield not beneath or any(shown[at] for at in beneath)
