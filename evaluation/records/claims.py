"""The stated lines of a chapter's words and the claims of them that do not hold, decided from its records: at
publishing, and in a kernel from the records so far (the modules of claims: see `numbers.claims`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ..language import LANGUAGES
from ..language.placeholders import names_in_text
from ..language.prose_cells import (
    NUMBERS,
    PARTS_OF,
    Claim,
    Line,
    NoProse,
    Words,
    has_words,
    magic_and_id,
    parse_parts,
    parse_words,
    source_of,
)
from ..numbers.claims import Names, NotAClaim, Truth, Verdict, decide, sides_in_words
from ..reviews.parameters import parameter_defaults
from .prose import Values
from .serialization import records_in
from .unmet import beginning_of


class StatedClaim(NamedTuple):
    """A claim of a stated line: the number of its cell, the line's position in it (from 0), the claim, the line's text
    by language, and the verdict."""

    cell: int
    place: int
    claim: Claim
    lines: dict[str, str]
    verdict: Verdict


def is_stated(source: str, drawn: Collection[tuple[str, str]]) -> bool:
    """Whether a cell of words is used: one of a chart or table only if that is among ``drawn`` (magic, id), any other
    always."""
    return magic_and_id(source)[0] not in PARTS_OF or magic_and_id(source) in drawn


def drawn_in(notebook: Any) -> set[tuple[str, str]]:
    """The charts and tables that an executed notebook has recorded, as pairs of magic and id of their cells of words,
    such as ("chart", "by_year")."""
    return {(kind, record[kind]) for _, _, record in records_in(notebook) for kind in PARTS_OF if kind in record}


class UnmetLine(NamedTuple):
    """What does not hold in a line (by position in its cell, from 0): an absent name, or a claim with its verdict."""

    place: int
    claim: str
    verdict: Verdict
    absent: str = ""  # the absent name that the line prints, if that is the failure


@dataclass(frozen=True)
class DecidedCell:
    """A cell of words after its claims are decided: which of its lines are stated, and what in them does not hold."""

    words: Words
    stated: tuple[bool, ...]
    unmet: tuple[UnmetLine, ...]

    def text(self, language: str) -> str:
        """Its text in a language: the stated lines, those whose claims do not hold too, without those with absent
        names."""
        absent = {missed.place for missed in self.unmet if missed.absent}
        stated = [is_stated and place not in absent for place, is_stated in enumerate(self.stated)]
        return self.words.text(language, stated)

    def text_with_marks(self, language: str, mark: Callable[[UnmetLine], str]) -> str:
        """Its text in a language with all stated lines, those that do not hold preceded by ``mark(missed)``."""
        marks: dict[int, str] = {}
        for missed in self.unmet:
            marks[missed.place] = f"{marks.get(missed.place, '')}{mark(missed)} "
        return self.words.text(language, self.stated, marks)


@dataclass
class Claims:
    """The claims of a notebook over its records. ``values`` holds the records, ``parameters`` the parameters of the
    run, ``cells`` all cells of the notebook, whose named claims can be used in each."""

    values: Values
    parameters: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]] = ()
    languages: tuple[str, ...] = LANGUAGES

    @classmethod
    def of(cls, notebook: Any, values: Values) -> Claims:
        """The claims of an executed notebook over ``values``, with the parameters and the languages of its run."""
        about = notebook.metadata.get("evaluation") or {}
        parameters = parameter_defaults(notebook.cells) | dict(about.get("parameters") or {})
        languages = tuple(each for each in LANGUAGES if each in (about.get("languages") or LANGUAGES))
        return cls(values, parameters, notebook.cells, languages)

    def stated_claims(
        self, cells: Iterable[tuple[int, Any]], drawn: Collection[tuple[str, str]]
    ) -> Iterator[StatedClaim]:
        """The claims of all stated lines in numbered cells, except in words of charts and tables not ``drawn``. Raises
        as `decide_cell` does."""
        for number, cell in cells:
            if has_words(cell) and is_stated(source_of(cell), drawn):
                decided = self.decide_cell(source_of(cell))
                for place, line in enumerate(decided.words.lines):
                    for claim in line.claims if decided.stated[place] else ():
                        lines = {each: decided.words.line_text(each, place) for each in self.languages}
                        yield StatedClaim(number, place, claim, lines, decide(claim.text, self.names))

    @cached_property
    def names(self) -> Names:
        """The namespace of its claims. Raises NotAClaim for a claim with a name already in use."""
        others = self.values.others
        parameters = {
            name: value for name, value in self.parameters.items() if isinstance(value, str | bool | int | float)
        }
        states = {name: record["state"] for name, record in others.items() if "state" in record}
        claims = dict(named_claims(self.cells, self.languages, self.values.names))
        recorded = {*self.values.numbers, *others, *self.values.absent, *parameters}
        if repeated := sorted(recorded & claims.keys()):
            raise NotAClaim(f"a claim called {repeated[0]}, which a cell records too", "a name of its own")
        return Names(
            numbers=self.values.numbers,
            words=parameters | states,
            moments={name: (r["start"], r["end"]) for name, r in others.items() if "start" in r},
            texts={name for name in others if name not in states},
            absent=self.values.absent,
            claims=claims,
        )

    def can_decide(self, source: str) -> bool:
        """Whether the claims and conditions of a cell of words (its source) can be decided: they parse, and each name
        in them is recorded or recorded as absent. Raises NoProse for a malformed cell."""
        try:
            self.decide_cell(source)
        except NotAClaim:
            return False
        return True

    def decide_cell(self, source: str) -> DecidedCell:
        """Which lines of a cell of words (its source) are stated, and what in them does not hold. Raises NoProse for a
        malformed cell, NotAClaim for a claim or condition that cannot be parsed or has a name that is not recorded."""
        words = parse_words(source, self.languages, frozenset(self.values.names))
        stated = list(_without_empty_headings(words.lines, list(self._chosen(words.lines))))
        lines = [(place, line) for place, line in enumerate(words.lines) if stated[place]]
        unmet = [missed for place, line in lines for missed in self._unmet(place, line, words.kind)]
        return DecidedCell(words, tuple(stated), tuple(unmet))

    def _chosen(self, lines: Iterable[Line]) -> Iterator[bool]:
        """Whether each line is stated, in order, by its conditions: of exclusive alternatives the first that holds,
        else the one under ``%else``."""
        met = False
        for line in lines:
            if not line.mark:
                yield True
                continue
            met = met and line.mark != "when"
            is_stated = not met and (line.mark == "else" or decide(line.condition, self.names).holds)
            met = met or is_stated
            yield is_stated

    def _unmet(self, place: int, line: Line, kind: str) -> Iterator[UnmetLine]:
        """What does not hold in a stated line at ``place`` of a cell of this ``kind`` (its magic): the absent names
        that it prints, and then its claims."""
        keys = parse_parts(kind, line.text) if kind == NUMBERS else {}
        for name in dict.fromkeys([*keys, *names_in_text(line.text)]):
            if name in self.values.absent:
                yield UnmetLine(place, f"{name}, or the line under %when {name}", Verdict(Truth.VOID), absent=name)
        for claim in line.claims:
            verdict = decide(claim.text, self.names)
            if not verdict.holds:
                yield UnmetLine(place, claim.text, verdict)

    def sides(self, missed: UnmetLine, language: str = "en") -> str:
        """The names of a failed claim with their values in a language, and in brackets why it is open or void; of an
        absent name "NAME absent"."""
        if missed.absent:
            return f"{missed.absent} absent"
        truth, reason = missed.verdict.truth, f": {missed.verdict.why}" if missed.verdict.why else ""
        unknown = f" ({truth.value}{reason})" if truth in (Truth.OPEN, Truth.VOID) else ""
        return sides_in_words(missed.claim, self.names, language) + unknown

    def unmet_lines(self, sources: Iterable[str]) -> Iterator[str]:
        """The failures in cells of words, given by their sources, one line each; cells that cannot be decided yet are
        skipped."""
        for source in sources:
            with suppress(NoProse, NotAClaim):
                decided = self.decide_cell(source)
                for missed in decided.unmet:
                    line = beginning_of(decided.words.lines[missed.place].text)
                    yield f'does not hold: {self.sides(missed)} under "{line}"; wanted: {missed.claim}'


def named_claims(
    cells: Iterable[Mapping[str, Any]], languages: tuple[str, ...] = LANGUAGES, names: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """The named claims of a notebook, (name, text), in order, repeated ones too; malformed cells are passed over.
    Raises NotAClaim for a name of two different claims."""
    known: dict[str, str] = {}
    for cell in filter(has_words, cells):
        try:
            lines = parse_words(source_of(cell), languages, frozenset(names)).lines
        except NoProse:
            continue  # reported when that cell is parsed
        for claim in (claim for line in lines for claim in line.claims if claim.name):
            if known.setdefault(claim.name, claim.text) != claim.text:
                raise NotAClaim(f"a second claim called {claim.name}", "each name once")
            yield claim.name, claim.text


def _without_empty_headings(lines: Sequence[Line], stated: list[bool]) -> Iterator[bool]:
    """Whether each line is stated, in order: as in ``stated``, but False for a heading (the title aside) if no line of
    text below it is; a heading without any text stays."""
    for place, line in enumerate(lines):
        if not stated[place] or line.rank < 2:
            yield stated[place]
            continue
        ends = (index for index in range(place + 1, len(lines)) if 0 < lines[index].rank <= line.rank)
        beneath = [index for index in range(place + 1, next(ends, len(lines))) if not lines[index].rank]
        yield not beneath or any(stated[index] for index in beneath)
