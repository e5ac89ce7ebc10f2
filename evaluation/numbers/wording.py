"""What a worked-out number is called where nobody named it: its arithmetic in words, in both languages.

``served / organizations`` is "People served ÷ Organizations funded", "Personnes servies ÷ Organismes financés": a
formula is written once, by the arithmetic itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..language import LANGUAGES, N_, format_moment, format_number, format_period, translate
from .arithmetic import WEIGHT, WHOLE, Spelled, Spelling
from .number import Figure, Measure, Number, Side

MOST_TERMS = 3  # a longer sum of like numbers is said by its ends
FUNCTIONS = {
    "rounding": N_("what rounding leaves open of {number}"),
    "whole_numbers": N_("whole numbers in {number}"),
    "size": N_("size of {number}"),
    "at_most": N_("upper end of {number}"),
}


def worded(number: Number, name: str = "", known: Known | None = None) -> Number:
    """A number as it is recorded: a measure without words gets its name, its label and its formula. What was recorded
    before (``known``) stands in a formula by its own label. Raises MissingText for an input without French."""
    if not isinstance(number, Measure) or number.name:
        return number
    if number.operation is None:  # a count of rows, a result of a method: its formula says how
        inputs = [
            worded((known and known.find(part)) or part, f"{name}.{place}", known)
            for place, part in enumerate(number.inputs, 1)
        ]
        return replace(number, name=name, inputs=tuple(inputs))
    number = number if known is None else known.settled(number)
    formula = {language: spelled(number, language) for language in LANGUAGES}
    return replace(number, name=name, label=number.label or formula, formula=number.formula or formula)


class Known:
    """The measures that were recorded, found again by their arithmetic where later arithmetic goes on from them."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Any, Measure]] = {}

    def add(self, before: Number, recorded: Number) -> None:
        if isinstance(before, Measure) and isinstance(recorded, Measure):
            key = before.operation or before
            self._found[id(key)] = (key, recorded)

    def find(self, number: Number) -> Number | None:
        """What was recorded of the same arithmetic, whatever decimals it was given there."""
        if not isinstance(number, Measure) or number.name:
            return None
        _, found = self._found.get(id(number.operation or number), (None, None))
        return found if found is not None and found.quantity == number.quantity else None

    def shown(self, number: Number) -> Number | None:
        """What was recorded of the same arithmetic, where it is shown as this number is."""
        found = self.find(number)
        same = found and found.decimals == number.decimals and number.label in ("", found.label)
        return found if same else None

    def settled(self, number: Measure) -> Measure:
        """A measure whose sides are those recorded, where they were."""
        assert number.operation is not None
        symbol, *sides = number.operation
        left, right = map(self._side, sides)
        inputs = {leaf.name: leaf for side in (left, right) if isinstance(side, Number) for leaf in side.leaves()}
        return replace(number, operation=(symbol, left, right), inputs=tuple(inputs.values()))

    def _side(self, side: Any) -> Any:
        if not isinstance(side, Measure) or side.name or side.operation is None:
            return side
        return self.find(side) or self.settled(side)


def spelled(number: Measure, language: str) -> str:
    """The arithmetic of a measure in words, with what it was worked out from by their labels."""
    names = told_apart(number.leaves(), language)

    def named(leaf: Number) -> Spelled:
        words = names[leaf.name]
        return words, 1 if any(f" {symbol} " in words for symbol in WEIGHT) else WHOLE

    functions = {name: translate(words, language) for name, words in FUNCTIONS.items()}
    return InWords(named, lambda single: format_number(Decimal(single), language), functions).of(number)[0]


def told_apart(leaves: Sequence[Number], language: str) -> dict[str, str]:
    """What each number is called, by its name: its label, and where others have it too, what differs between them."""
    labels = {leaf.name: translate(leaf.label or leaf.definition_label, language) for leaf in leaves}
    found = {}
    for leaf in leaves:
        alike = [_marks(other, language) for other in leaves if labels[other.name] == labels[leaf.name]]
        differs = [own for own, *others in zip(_marks(leaf, language), *alike, strict=True) if {own, *others} != {own}]
        apart = differs[:-1] or differs  # releases where nothing else differs
        found[leaf.name] = labels[leaf.name] + (f" ({', '.join(apart)})" if apart else "")
    return found


def _marks(number: Number, language: str) -> tuple[str, str, str]:
    """What tells a number from others of its label: its place, its period, the release it comes from."""
    vintage = number.vintage if isinstance(number, Figure) else ""
    moment = format_moment(vintage, language) if vintage else ""
    return translate(number.place_label, language), format_period(number.start, number.end, language), moment


class InWords(Spelling):
    """Arithmetic with its numbers by their labels, in one language."""

    def of(self, side: Any) -> Spelled:
        """As `Spelling`; a long sum of like numbers by its ends."""
        ends = _like_terms(side) if isinstance(side, Measure) and not side.name else []
        return (f"{self.named(ends[0])[0]} + … + {self.named(ends[-1])[0]}", WEIGHT["+"]) if ends else super().of(side)


def _like_terms(number: Side) -> list[Number]:
    """The terms of a long sum of numbers of one label; none where it is short or they are unlike."""
    terms = list(_terms(number))
    alike = all(isinstance(term, Number) and term.name for term in terms)
    numbers = [term for term in terms if isinstance(term, Number)]
    labels = {translate(term.label, LANGUAGES[0]) for term in numbers if alike}
    return numbers if alike and len(terms) > MOST_TERMS and len(labels) == 1 else []


def _terms(side: Side | None) -> Iterable[Side]:
    if isinstance(side, Measure) and not side.name and side.operation and side.operation[0] == "+":
        yield from _terms(side.operation[1])
        yield from _terms(side.operation[2])
    elif side is not None:
        yield side
