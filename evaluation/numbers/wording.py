"""Numbers in words: default names of calculated numbers, and the forms in which prose states a number.

``served / organizations`` is "People served ÷ Organizations funded", "Personnes servies ÷ Organismes financés": the
arithmetic itself writes the formula. In running text a number is rounded, spelt out, risen or fallen; each form
preserves its bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from ..language import LANGUAGES, N_, Text, compose, join_texts, phrase, translate
from ..language.formats import format_number
from ..language.spelling import spell_number
from .changes import FormRefused, change_in_words
from .formula import TERM, WEIGHT, Spelled, Spelling
from .notation import MONEY, Shown, decimals_shown, is_large, quantity_in_words, show, wording_of
from .number import Figure, Measure, Number, terms_of
from .periods import Period
from .quantity import Bound, round_to
from .table_rows import group_rows

MOST_TERMS = 3  # a longer sum of like numbers is written by its first and last term
FUNCTION_WORDS = {
    "rounding": N_("what rounding leaves open of {}"),
    "whole_numbers": N_("whole numbers in {}"),
    "size": N_("size of {}"),
    "at_most": N_("upper end of {}"),
    "min": N_("smallest of {}"),
    "max": N_("largest of {}"),
    "median": N_("median of {}"),
    "quantile": N_("quantile: {}"),
}


def ready_to_record(number: Number, name: str = "", known: RecordedMeasures | None = None) -> Number:
    """A number as a record needs it: a figure or a named measure unchanged; of an unnamed measure a copy with ``name``,
    a formula in words and a label (by default that formula); in both, operands that are in ``known`` stand by the
    labels they were recorded with. A count of rows or the result of a method keeps its own formula and label, and its
    unnamed inputs are named by their position, ``name.1``. Raises MissingText for an input without French."""
    if not isinstance(number, Measure) or number.name:
        return number
    before = known or RecordedMeasures()
    if not number.operation:  # a count of rows, or the result of a method, has its formula
        recorded = [before.find(part) or part for part in number.inputs]
        inputs = [ready_to_record(part, f"{name}.{place}", before) for place, part in enumerate(recorded, 1)]
        return replace(number, name=name, inputs=tuple(inputs))
    number = group_rows(before.with_records(number))
    formula = formula_in_words(number)
    labelled = number.with_meaning(label=number.label or formula)
    return replace(labelled, name=name, formula=number.formula or formula)


class RecordedMeasures:
    """The recorded measures, looked up by an unnamed measure of the same identity: arithmetic (or result of a method),
    what it counts and quantity, whatever label and decimals they were recorded with."""

    def __init__(self) -> None:
        """Nothing is recorded yet."""
        self._measures: dict[Any, list[Measure]] = {}

    def add(self, before: Number, recorded: Number) -> None:
        """Register a measure as it was ``before`` `ready_to_record`, and as ``recorded``; a figure is ignored."""
        if isinstance(before, Measure) and isinstance(recorded, Measure):
            self._measures.setdefault(_identity(before), []).append(recorded)

    def matches(self, number: Number) -> list[Measure]:
        """The records of the same measure, latest first; empty for a figure and for a number that has a name."""
        if isinstance(number, Measure) and not number.name:
            return self._measures.get(_identity(number), [])[::-1]
        return []

    def find(self, number: Number) -> Measure | None:
        """The latest record of the same measure; None if there is none."""
        return next(iter(self.matches(number)), None)

    def find_displayed(self, number: Number) -> Measure | None:
        """The latest record of the same measure with this number's decimals, and its label if it has one, or None."""
        alike = (recorded for recorded in self.matches(number) if recorded.decimals == number.decimals)
        return next((recorded for recorded in alike if number.label in ("", recorded.label)), None)

    def with_records(self, number: Measure) -> Measure:
        """A copy of a measure that has an operation, whose operands are, recursively, replaced by their records, where
        there are any."""
        symbol, *sides = number.operation
        sides = [self._record_or_side(side) for side in sides]
        inputs = {leaf.name: leaf for side in sides if isinstance(side, Number) for leaf in side.leaves()}
        return replace(number, operation=(symbol, *sides), inputs=tuple(inputs.values()))

    def _record_or_side(self, side: Any) -> Any:
        """The latest record of an unnamed calculated operand; without one, the operand with records in place of its own
        operands. A figure, a named number or a plain one is returned unchanged."""
        if not isinstance(side, Measure) or side.name or not side.operation:
            return side
        return self.find(side) or self.with_records(side)


def _identity(number: Measure) -> tuple[Any, ...]:
    """The key by which two unnamed measures are the same: arithmetic on the same figures, or a method's same result."""
    counted = number.quantity, number.unit, number.definition, number.place, number.start, number.end
    if number.operation:
        return number.expression, *counted
    words = str(number.label), str(number.formula), str(number.method)
    return *words, tuple(part.name for part in number.inputs), *counted


def formula_in_words(number: Measure) -> Text:
    """The arithmetic of a measure over the labels of its operands, in both languages: "People served ÷ Organizations
    funded". Raises MissingText for a label without French."""
    names = _distinct_labels(number.leaves())

    def named(leaf: Number) -> Spelled:
        words = [translate(names[leaf.name], language) for language in LANGUAGES]
        return names[leaf.name], 1 if any(f" {symbol} " in text for symbol in WEIGHT for text in words) else TERM

    def single(value: int) -> Text:
        return {language: format_number(Decimal(value), language) for language in LANGUAGES}

    text: Text = LabelSpelling(named, single, FUNCTION_WORDS, compose).of(number)[0]
    return text


def _distinct_labels(leaves: Sequence[Number]) -> dict[str, Text]:
    """The label of each number, by its name (of one without a label that of its definition); if another has the same
    label or one that continues it, with what tells them apart (place, period, else release) in brackets."""
    labels = {leaf.name: leaf.label or leaf.definition_label for leaf in leaves}
    words = {name: [translate(label, language) for language in LANGUAGES] for name, label in labels.items()}
    called = {}
    for leaf in leaves:
        alike = [
            _distinguishing_texts(other)
            for other in leaves
            if any(map(_is_ambiguous, words[other.name], words[leaf.name]))
        ]
        differs = [
            mark
            for mark, *others in zip(_distinguishing_texts(leaf), *alike, strict=True)
            if others.count(mark) < len(others)
        ]
        apart = join_texts(", ", *(differs[:-1] or differs))  # releases only if nothing else differs
        called[leaf.name] = compose("{} ({})", labels[leaf.name], apart) if apart else labels[leaf.name]
    return called


def _is_ambiguous(label: str, other: str) -> bool:
    """Whether two labels are equal, or one continues the other after a comma."""
    return label == other or label.startswith(f"{other}, ") or other.startswith(f"{label}, ")


def _distinguishing_texts(number: Number) -> tuple[Text, Text, Text]:
    """The texts that may distinguish numbers with one label: place, period, and the release of a figure."""
    vintage = number.vintage if isinstance(number, Figure) else ""
    return number.place_label, number.period, Period.of(vintage) if vintage else ""


class LabelSpelling(Spelling):
    """Notation of formulas over the labels of their operands."""

    def of(self, side: Any) -> Spelled:
        """The text of an operand over labels, with its precedence, as `Spelling.of` gives it; but a sum of more than
        `MOST_TERMS` numbers with one label is "first + … + last"."""
        ends = _terms_of_long_sum(side) if isinstance(side, Measure) and not side.name else ()
        if not ends:
            return super().of(side)
        return self.composed("{} + … + {}", *(self.named(end)[0] for end in (ends[0], ends[-1]))), WEIGHT["+"]


def _terms_of_long_sum(number: Measure) -> Sequence[Number]:
    """The terms of a sum, if they are more than `MOST_TERMS`, all named and with one label; else empty."""
    terms = list(terms_of(number))
    named = [term for term in terms if isinstance(term, Number) and term.name]
    labels = {translate(term.label, LANGUAGES[0]) for term in named}
    return named if len(named) == len(terms) > MOST_TERMS and len(labels) == 1 else ()


# Forms of numbers in prose

DIGITS_REMEMBERED = 2  # significant digits that readers remember


def number_in_form(number: Number, form: str, language: str) -> Shown:
    """A number in one of the `FORMS`: ``rounded`` (to two significant digits), ``spelt`` (three), ``in_tenths`` (nine
    in ten), or as a change (``changed``, ``would_change``, ``change``: rose by 4%). Raises FormRefused if that form
    would be untrue of it, KeyError for another form."""
    return FORMS[form](number, language)


def _round_to_two_digits(number: Number, language: str) -> Shown:
    """A number rounded outwards to two significant digits at most: 9,666 is about 9,700, more than 9,666 is more than
    9,600. One that is displayed with no more digits anyway is left as displayed."""
    plain = show(number, language)
    if all(count_digits(end) <= DIGITS_REMEMBERED for end in filter(None, (plain.low, plain.high))):
        return plain
    large = is_large(number)
    scale, finest = (Fraction(1_000_000), number.decimals) if large else (Fraction(1), decimals_shown(number))
    quantity = number.quantity.scale_by(1 / scale).map_ends(
        lambda end, way: round_to(end, _decimals_for_two_digits(end, finest), way)
    )
    return quantity_in_words(quantity, partial(_decimals_for_two_digits, finest=finest), number.unit, scale, language)


def count_digits(written: str) -> int:
    """The number of significant digits of a decimal number in text, trailing zeros of a whole one aside: 1200 has two,
    1.20 three."""
    _, digits, exponent = Decimal(written).as_tuple()
    figures = "".join(map(str, digits))
    return len(figures.rstrip("0") if exponent == 0 else figures)


def _decimals_for_two_digits(value: Fraction, finest: int) -> int:
    """The number of decimals (negative: tens and hundreds) that leave two significant digits; ``finest`` at most, 0 for
    zero."""
    cut = Context(rounding=ROUND_DOWN).divide(Decimal(value.numerator), Decimal(value.denominator))
    return min(DIGITS_REMEMBERED - 1 - cut.adjusted(), finest) if value else 0


def _spell_out(number: Number, language: str) -> Shown:
    """A number as it is displayed, but with a whole number from zero to twenty in words: more than three. French 1 (un
    or une), other numbers, money and per cent stay in digits, as do both ends of an interval if one does."""
    plain = show(number, language)
    ends = [plain.low, plain.high] if plain.bound == Bound.BETWEEN else [plain.value]
    words = [spell_number(int(end), language) for end in ends if end.isdigit()]
    digits = any(map(str.isdigit, "".join(words)))
    if number.unit in (*MONEY, "percent") or len(words) < len(ends) or digits:
        return plain
    wording = wording_of(Bound(plain.bound), number.unit, Decimal(ends[0]))
    return replace(plain, words=phrase("bound", wording)[language].format(*words))


TENTHS = {"en": "{} in ten", "fr": "{} sur dix"}


def _state_in_tenths(number: Number, language: str) -> Shown:
    """A share in tenths, rounded outwards: nine in ten for 90%, about nine in ten for 89%, between two and three in ten
    for 24% to 28%. Raises FormRefused for any other unit, and for a share whose rounded tenths are below one or above
    nine (6% is about one)."""
    tenths = number.quantity.scale_by(Fraction(1, 10)).map_ends(lambda end, way: Fraction(way(end)))
    ends = [end for end in (tenths.low, tenths.high) if end is not None]
    if number.unit != "percent" or not ends or not all(1 <= end <= 9 for end in ends):
        actual = f"{number.name}.in_tenths, which is {show(number, 'en').words}"
        raise FormRefused(f"found {actual}; allowed: a share from one to nine tenths, else {{{number.name}.rounded}}")
    words = [spell_number(int(end), language) for end in dict.fromkeys(ends)]
    words[-1] = TENTHS[language].format(words[-1])
    return replace(show(number, language), words=phrase("bound", tenths.bound)[language].format(*words))


FORMS: dict[str, Callable[[Number, str], Shown]] = {
    "rounded": _round_to_two_digits,
    "spelt": _spell_out,
    "in_tenths": _state_in_tenths,
    **{form: partial(change_in_words, form) for form in ("changed", "would_change", "change")},
}


def unit_label(number: Number, language: str) -> str:
    """The name of a number's unit: "dollars", "per cent", its plural noun, or else its id; of a quotient followed by
    those it is divided by, "people ÷ organizations"."""
    nouns = {part.unit: part.nouns for part in number.inputs} | {number.unit: number.nouns}
    denominators = [unit for unit, power in number.dimension.items() if power < 0]
    signs = {"cad": translate(N_("dollars"), language), "percent": translate(N_("per cent"), language)}
    words = {unit: forms[language]["other"] for unit, forms in nouns.items() if language in forms} | signs
    return " ÷ ".join(words.get(unit, unit) for unit in [number.unit, *denominators])
