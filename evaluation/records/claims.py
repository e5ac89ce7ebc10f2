"""Which lines of a chapter's words are said, and which claims of them do not hold: decided from its records alone, when
its pages are published, and shown in a kernel as far as its cells have come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import shorten
from typing import Any, NamedTuple

from ..language import LANGUAGES, names
from ..language.placeholders import names_asked
from ..language.prose_cells import Line, NoProse, Words, has_words, source_of, words_of
from ..numbers.claims import Names, NotAClaim, Verdict, decide, shown_sides
from ..problems import how_many, visible
from .prose import Values

QUOTED = 60  # characters of a line in a message


class Unmet(NamedTuple):
    """A claim that does not hold: its cell, the line that it covers, what it says, its names with their values as
    printed, and what must be so instead."""

    file: str
    cell: int
    line: str
    sides: str
    claim: str

    def message(self, runs: int = 1) -> str:
        """The line that names it, of so many runs."""
        line = shorten(self.line, QUOTED, placeholder=" ...").replace('"', "'")
        found = f'found {self.sides} under "{line}" ({how_many(runs, "run")})'
        return f"{self.file}:{self.cell}:-: {visible(found)}; allowed: {self.claim}"


class Missed(NamedTuple):
    """What does not hold of a line, by its place in its cell: the claim, and its names with their values."""

    place: int
    claim: str
    sides: str
    absent: bool = False  # whether it is that the line prints a name which is absent


@dataclass(frozen=True)
class Decided:
    """A cell of words as its claims leave it: which of its lines are said, and what of them does not hold."""

    words: Words
    said: tuple[bool, ...]
    unmet: tuple[Missed, ...]

    def text(self, language: str) -> str:
        """What it says in a language, without the lines that print what is absent."""
        absent = {missed.place for missed in self.unmet if missed.absent}
        return self.words.text(language, [is_said and at not in absent for at, is_said in enumerate(self.said)])

    def marked(self, language: str, mark: Callable[[Missed], str]) -> str:
        """What it says in a language, all lines of it, each with a ``mark`` for what of it does not hold."""
        marks: dict[int, str] = {}
        for missed in self.unmet:
            marks[missed.place] = f"{marks.get(missed.place, '')}{mark(missed)} "
        return self.words.text(language, self.said, marks)


@dataclass
class Claims:
    """The claims of one notebook over what its cells have recorded. ``values`` holds the records, ``parameters`` what
    the run was asked with, ``cells`` all cells of the notebook, whose named claims may be used in any of them."""

    values: Values
    parameters: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]] = ()
    languages: tuple[str, ...] = LANGUAGES
    more: Mapping[str, str] = field(default_factory=dict)  # claims by name that no cell here holds

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
        said = list(_without_empty_headings(words.lines, list(self._chosen(words.lines))))
        unmet = [entry for place, line in enumerate(words.lines) if said[place] for entry in self._unmet(place, line)]
        return Decided(words, tuple(said), tuple(unmet))

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

    def _unmet(self, place: int, line: Line) -> Iterator[Missed]:
        """Of a line that is said, the names that are absent and the claims that do not hold, with their sides."""
        for name in dict.fromkeys(names_asked(line.text)):
            if name in self.values.absent:
                yield Missed(place, f"{name}, or the line under %when {name}", f"{name} absent", absent=True)
        for claim in line.claims:
            verdict = decide(claim.text, self.names)
            if not verdict.holds:
                yield Missed(place, claim.text, self.sides(claim.text, verdict))

    def sides(self, claim: str, verdict: Verdict) -> str:
        """The names of a claim with their values, and why it is open or void."""
        why = f" ({verdict.truth.value}{f': {verdict.why}' if verdict.why else ''})"
        return shown_sides(claim, self.names) + (why if verdict.truth.value in ("open", "void") else "")


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


def _without_empty_headings(lines: Sequence[Line], said: list[bool]) -> Iterator[bool]:
    """Which lines are said, without a heading under which something stands and nothing of it is said."""
    for place, line in enumerate(lines):
        if not said[place] or line.rank < 2:
            yield said[place]
            continue
        ends = (at for at in range(place + 1, len(lines)) if 0 < lines[at].rank <= line.rank)
        beneath = [at for at in range(place + 1, next(ends, len(lines))) if not lines[at].rank]
        yield not beneath or any(said[at] for at in beneath)


def names_printed(words: Words) -> set[str]:
    """The names that a cell of words prints, official ones apart."""
    return {name for line in words.lines for name in names_asked(line.text)} - names().keys()
