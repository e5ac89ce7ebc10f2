"""Numbers with their bounds and their origin.

A `Quantity` is an interval that knows how its publisher worded it. A `Figure` is one published number; a
`Measure` is one that this review worked out. Both are `Number`: what records, charts and tables show.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from ..data.contract import keys_of
from ..data.figure_columns import OF_A_FIGURE, marked, part_of, period_of
from ..data.sources import Row, Tables
from ..language import LANGUAGES, NO_BREAK, Text, format_number, format_period, is_reversed, phrase, plural, translate
from ..problems import InputError, Problem, Refused, nearest
from .arithmetic import COUNTING, OPERATIONS, Arithmetic, Single, dimension_of, joined

# The caveat that marks a count as this review's own, worked out from a printed rate.
CALCULATED = "count-calculated"


class Bound(StrEnum):
    """How a number is worded by its publisher."""

    EXACT = "exact"
    MORE_THAN = "more-than"
    AT_LEAST = "at-least"
    LESS_THAN = "less-than"
    UP_TO = "up-to"
    ABOUT = "about"
    BETWEEN = "between"


class CannotBeKept(Refused):
    """No bound survives the arithmetic that was asked for."""


class NoFigure(Refused):
    """The data hold no figure that was asked for."""


class NotANumber(Refused):
    """A value is NaN or infinite."""


def fraction(value: Any) -> Fraction:
    """Any finite number as an exact fraction. Raises NotANumber for NaN and infinities."""
    if isinstance(value, float) and not math.isfinite(value):
        raise NotANumber(f"found {value}; allowed: a finite number")
    if isinstance(value, float):
        return Fraction(str(value))
    number = Decimal(value) if isinstance(value, str) and "/" not in value else value
    if isinstance(number, Decimal) and not number.is_finite():
        raise NotANumber(f"found {value}; allowed: a finite number")
    return Fraction(number)


@dataclass(frozen=True)
class Quantity:
    """An interval of exact fractions. An end of None is unbounded; an *open* end is not itself included.

    ``about`` marks a number worded as approximate: it has no ends that could be relied on, so it combines with
    exact numbers only. Upper bounds (less than, up to) reach down to zero, since counts, amounts, rates and
    shares are never negative; a change is given as exact or between.
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False
    about: bool = False

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Refused(f"found an interval from {self.low} to {self.high}; allowed: low not above high")
        for end, mark in ((self.low, "low_open"), (self.high, "high_open")):
            if end is None:  # no end is neither open nor closed: equal quantities are equal
                object.__setattr__(self, mark, False)

    @classmethod
    def of(cls, bound: str, value: Any, high: Any = None) -> Quantity:
        """A quantity from a bound's name and its number(s), as they stand in a table."""
        number = fraction(value)
        match Bound(bound):
            case Bound.EXACT:
                return cls(number, number)
            case Bound.ABOUT:
                return cls(number, number, about=True)
            case Bound.MORE_THAN:
                return cls(number, None, low_open=True)
            case Bound.AT_LEAST:
                return cls(number, None)
            case Bound.LESS_THAN:
                return cls(Fraction(0), number, high_open=True)
            case Bound.UP_TO:
                return cls(Fraction(0), number)
            case _:
                return cls(number, fraction(high))

    @classmethod
    def exact(cls, value: Any) -> Quantity:
        return cls.of(Bound.EXACT, value)

    @classmethod
    def between(cls, low: Any, high: Any) -> Quantity:
        return cls.of(Bound.BETWEEN, low, high)

    @property
    def bound(self) -> Bound:
        """The wording that the interval supports."""
        if self.about:
            return Bound.ABOUT
        if self.high is None:
            return Bound.MORE_THAN if self.low_open else Bound.AT_LEAST
        if self.low == self.high:
            return Bound.EXACT
        if self.low is None or (self.low == 0 and not self.low_open):
            return Bound.LESS_THAN if self.high_open else Bound.UP_TO
        return Bound.BETWEEN

    @property
    def value(self) -> Fraction:
        """The number that the wording carries: the upper end of an upper bound, else the lower end."""
        end = self.high if self.bound in (Bound.LESS_THAN, Bound.UP_TO) else self.low
        assert end is not None
        return end

    def __neg__(self) -> Quantity:
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return replace(self, low=low, high=high, low_open=self.high_open, high_open=self.low_open)

    def __add__(self, other: Quantity) -> Quantity:
        return self._plus(other).kept("a sum", self, other)

    def __sub__(self, other: Quantity) -> Quantity:
        return self._plus(-other).kept("a difference", self, other)

    def _plus(self, other: Quantity) -> Quantity:
        about = check_about(self, other, "a sum or difference")
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Quantity(low, high, self.low_open or other.low_open, self.high_open or other.high_open, about)

    def __mul__(self, other: Quantity) -> Quantity:
        about = check_about(self, other, "a product")
        ends = [multiply(a, b) for a in self._ends() for b in other._ends()]
        low, low_open = min(ends, key=lambda end: (end[0], end[1]))
        high, high_open = max(ends, key=lambda end: (end[0], not end[1]))
        return from_ends(low, high, low_open, high_open, about).kept("a product", self, other)

    def __truediv__(self, other: Quantity) -> Quantity:
        return self * other.reciprocal()

    def reciprocal(self) -> Quantity:
        """One over the quantity. Raises CannotBeKept where it may be zero or change sign."""
        if self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open)):
            high = None if self.low == 0 else 1 / self.low
            low = Fraction(0) if self.high is None else 1 / self.high
            return Quantity(low, high, self.high_open or self.high is None, self.low_open, self.about)
        if self.low == 0 and self.high is not None and self.high > 0:
            return Quantity(1 / self.high, None, self.high_open, False, self.about)
        if self.high is not None and self.high < 0:
            return -(-self).reciprocal()
        raise CannotBeKept(f"cannot divide by {self.worded()}: it may be zero, so no bound can be kept")

    def _ends(self) -> list[tuple[float | Fraction, bool]]:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return [(low, self.low_open), (high, self.high_open)]

    def kept(self, what: str, *inputs: Quantity) -> Quantity:
        """This result, unless nothing is left to say of it."""
        nothing = self.high is None and (self.low is None or (self.low == 0 and not self.low_open))
        if nothing or self.low is None:
            words = " and ".join(i.worded() for i in inputs)
            raise CannotBeKept(f"{what} of {words} has no bound that can be kept: it could be any number")
        return self

    def worded(self) -> str:
        if self.bound is Bound.BETWEEN:
            return f"between {self.low} and {self.high}"
        return f"{self.bound.value.replace('-', ' ')} {self.value}"

    def contains(self, value: Any) -> bool:
        """Whether a number lies in the interval (an approximate number contains any)."""
        number = fraction(value)
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        below = self.high is None or number < self.high or (number == self.high and not self.high_open)
        return self.about or (above and below)

    def shown(self, decimals: int) -> Quantity:
        """Rounded for show: lower bounds down, upper bounds up; an exact number that loses digits is ``about``."""
        return self.each_end(lambda end, way: round_to(end, decimals, way))

    def each_end(self, end_to: Callable[[Fraction, str], Fraction]) -> Quantity:
        """Each end by ``end_to(end, way)``, the way of its side; an exact number that changes is ``about``."""
        if self.low is not None and self.low == self.high:
            number = end_to(self.low, ROUND_HALF_EVEN)
            return Quantity(number, number, about=self.about or number != self.low)
        low = None if self.low is None else end_to(self.low, ROUND_FLOOR)
        high = None if self.high is None else end_to(self.high, ROUND_CEILING)
        return replace(self, low=low, high=high)

    def scaled(self, factor: Fraction | int) -> Quantity:
        """The same quantity in a unit ``1/factor`` as large (factor above 0)."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return replace(self, low=low, high=high)

    def record(self) -> dict[str, Any]:
        return {
            "low": None if self.low is None else str(self.low),
            "high": None if self.high is None else str(self.high),
            "low_open": self.low_open,
            "high_open": self.high_open,
            "about": self.about,
            "bound": self.bound.value,
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Quantity:
        ends = [None if record[end] is None else Fraction(record[end]) for end in ("low", "high")]
        return cls(ends[0], ends[1], record["low_open"], record["high_open"], record["about"])


def check_about(one: Quantity, other: Quantity, what: str) -> bool:
    """Whether a result is approximate. A bound and an approximate number leave nothing that could be kept."""
    about = one.about or other.about
    if about and not all(q.bound in (Bound.ABOUT, Bound.EXACT) for q in (one, other)):
        raise CannotBeKept(f"{what} of {one.worded()} and {other.worded()}: an approximate number keeps no bound")
    return about


End = tuple[float | Fraction, bool]


def multiply(one: End, other: End) -> End:
    """The product of two ends; zero times anything is zero, and is open only if the zero itself is open."""
    if one[0] == 0 or other[0] == 0:
        closed_zero = (one[0] == 0 and not one[1]) or (other[0] == 0 and not other[1])
        return Fraction(0), not closed_zero
    return one[0] * other[0], one[1] or other[1]


def from_ends(low: float | Fraction, high: float | Fraction, low_open: bool, high_open: bool, about: bool) -> Quantity:
    finite_low = None if low == -math.inf else Fraction(low)
    finite_high = None if high == math.inf else Fraction(high)
    return Quantity(
        finite_low,
        finite_high,
        low_open and finite_low is not None,
        high_open and finite_high is not None,
        about,
    )


def round_to(value: Fraction, decimals: int, rounding: str) -> Fraction:
    """A fraction rounded, without passing through floating point; to tens and hundreds by decimals below zero."""
    scale = Fraction(10) ** decimals
    scaled = value * scale
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    up = {ROUND_FLOOR: False, ROUND_CEILING: rest > 0}.get(
        rounding, rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    )
    return (whole + int(up)) / scale


def to_decimal(value: Fraction, decimals: int) -> Decimal:
    """An already rounded fraction as a decimal with that many places."""
    return Decimal(int(value * 10**decimals)).scaleb(-decimals)


@dataclass(frozen=True)
class Caveat:
    """What must be said of a number: in full, in short (as it stands under a chart), and what it bears on."""

    caveat: str
    text: Text
    short: Text = ""
    rank: str = "meaning"

    @property
    def brief(self) -> Text:
        return self.short or self.text


@dataclass(frozen=True)
class Source:
    """A publication: who, what, where, when, under which licence, at first hand or not."""

    source: str
    publisher: Text
    title: str
    title_language: str
    address: str
    published: str
    first_hand: bool
    quotes: Text
    licence: Text
    licence_address: str
    other_title: str = ""
    other_address: str = ""

    def edition(self, language: str) -> tuple[str, str, str]:
        """Title, language and address of the edition in a language, where there is one; else of the one read."""
        if language != self.title_language and self.other_address:
            return self.other_title, language, self.other_address
        return self.title, self.title_language, self.address


@dataclass(frozen=True, kw_only=True)
class Number(Arithmetic):
    """What figures and measures have in common. Immutable; ``caveats`` is what it obliges a page to say."""

    name: str
    label: Text
    quantity: Quantity
    unit: str
    decimals: int
    definition: str
    definition_label: Text
    place: str
    place_label: Text
    start: str
    end: str
    caveats: tuple[Caveat, ...]
    nouns: dict[str, dict[str, str]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if is_reversed(self.start, self.end):
            found = f"found {self.name}, {self.start} to {self.end}"
            raise ValueError(f"{found}; allowed: a period that starts before it ends")

    @property
    def kind(self) -> str:
        """How it must be marked: ``published``, ``derived`` (exact arithmetic) or ``estimate`` (the review's)."""
        raise NotImplementedError

    def figures(self) -> list[Figure]:
        """The published figures that it rests on, each once."""
        raise NotImplementedError

    @property
    def period(self) -> dict[str, str]:
        """Its period in words, for a table's cell."""
        return {language: format_period(self.start, self.end, language) for language in LANGUAGES}

    @property
    def with_period(self) -> dict[str, str]:
        """Its label and its period, for a row of a chart that sets different periods side by side."""
        return {language: f"{translate(self.label, language)}, {self.period[language]}" for language in LANGUAGES}

    def rounding(self) -> Quantity:
        """What a published rounded number can have been before it was rounded (half a unit of its last digit)."""
        half = Fraction(1, 2 * 10**self.decimals) * scale_of(self)
        return Quantity(self.quantity.value - half, self.quantity.value + half)

    @property
    def expression(self) -> str:
        """How it was worked out, in the names of what it was worked out from; of a figure its own name."""
        return self.name

    @property
    def dimension(self) -> dict[str, int]:
        """Its units with their powers."""
        return {self.unit: 1}

    def leaves(self) -> tuple[Number, ...]:
        """The numbers with names of their own that it was worked out from; of a figure itself."""
        return (self,)

    def round(self, decimals: int = 0) -> Self:
        """The same number, shown with so many decimals (its bound is kept: lower ends down, upper ends up)."""
        return replace(self, decimals=decimals)

    __round__ = round

    def unrounded(self) -> Measure:
        """What a published rounded number can have been before it was rounded; an estimate of the review's. Numbers
        are rounded half up, so that the upper end itself is left out, and no rate is negative."""
        spread = self.rounding()
        low = max(spread.low or Fraction(0), Fraction(0)) if self.unit == "per_100k" else spread.low
        spread = replace(spread, low=low, high_open=True)
        return self.made("rounding", spread, estimate=True, decimals=self.decimals + 1)

    def whole(self) -> Measure:
        """The whole numbers within an interval. Raises CannotBeKept where it has no two ends or holds none."""
        quantity = self.quantity
        if quantity.low is not None and quantity.high is not None:
            low = math.floor(quantity.low) + 1 if quantity.low_open else math.ceil(quantity.low)
            high = math.ceil(quantity.high) - 1 if quantity.high_open else math.floor(quantity.high)
            if low <= high:
                return self.made("whole_numbers", Quantity.between(low, high), decimals=0)
        raise CannotBeKept(f"found {self}, which leaves no whole number between two ends; allowed: an interval")

    def __abs__(self) -> Measure:
        """How large a number is, whichever way it goes. Raises CannotBeKept for one without two ends."""
        low, high = self.quantity.low, self.quantity.high
        if low is None or high is None:
            raise CannotBeKept(f"found {self}, whose size has no two ends; allowed: a number with both")
        size = self.quantity if low + high >= 0 else -self.quantity  # the end that is farther from zero above
        return self.made("size", replace(size, low=Fraction(0), low_open=False) if low < 0 < high else size)

    def counting(
        self,
        unit: str,
        *,
        why: Text,
        definition: str | None = None,
        kept: Mapping[str, Any] | None = None,
        like: Number | None = None,
    ) -> Measure:
        """The same number as a count of ``unit``, which its arithmetic does not show; of another ``definition`` too
        where one is named ("" for none of the list), so that parts of several definitions can make a whole. ``why`` is
        kept as its method. It counts what ``like`` counts, where and when ``like`` does, if that is given. Raises
        Refused for an unknown unit or definition."""
        what = ("definition", "definition_label", "place", "place_label", "start", "end")
        alike = {name: getattr(like, name) for name in what} if like else {}
        fields = dict(kept or counted_as(unit, definition)) | alike
        caveats = (*self.caveats, *fields.pop("caveats", ()))
        obliged = tuple({caveat.caveat: caveat for caveat in caveats}.values())
        return self.made(COUNTING, self.quantity, method=why, caveats=obliged, **fields)

    def percent(self) -> Measure:
        """A share or a relative change in per cent: 72 of 239 is 30.1%. Raises Refused for a number that has a unit."""
        if set(self.dimension) - {"ratio"}:
            raise Refused(f"found {self} in {unit_words(self)}; allowed: a ratio of like numbers, which has no unit")
        hundredfold = self * 100
        return hundredfold.made(COUNTING, hundredfold.quantity, unit="percent")

    def made(self, function: str, quantity: Quantity, **fields: Any) -> Measure:
        """A measure that a function of one number gives."""
        common = inherited(function, self, None, [self]) | {"unit": self.unit, "nouns": self.nouns} | fields
        return Measure(operation=(function, self, None), quantity=quantity, **common)

    def labelled(
        self,
        label: Text,
        *,
        method: Text = "",
        estimate: bool | None = None,
        caveats: Sequence[Caveat] = (),
        answered: Sequence[str] = (),
    ) -> Self:
        """The same measure under a label of its own, with what must be said of its ``method`` and the ``caveats`` that
        it obliges besides those of its inputs; ``estimate`` says whether it is the review's own estimate where its
        arithmetic does not; ``answered`` names caveats of its inputs that the arithmetic has met, as prices of a
        later year meet "in dollars of the time". Raises Refused for a published figure, for exact arithmetic with an
        estimate, and for a caveat answered that no input obliges."""
        raise Refused(f"found the published figure {self.name}; allowed: a measure, since a figure has its own label")

    def combined(self, symbol: str, left: Number | Single, right: Number | Single) -> Measure:
        """The measure that an operation gives. Raises CannotBeKept where no bound survives, DefinitionsDiffer for a
        sum or difference of unlike numbers."""
        numbers = [side for side in (left, right) if isinstance(side, Number)]
        if symbol in "+−" and len(numbers) == 2:
            comparable(*numbers)
        sides = [side.quantity if isinstance(side, Number) else Quantity.exact(side) for side in (left, right)]
        quantity = OPERATIONS[symbol](*sides)
        return Measure(operation=(symbol, left, right), quantity=quantity, **inherited(symbol, left, right, numbers))

    def __lt__(self, other: Any) -> bool:
        return below(self, other)

    def __gt__(self, other: Any) -> bool:
        return below(other, self)

    def __le__(self, other: Any) -> bool:
        return not below(other, self)

    def __ge__(self, other: Any) -> bool:
        return not below(self, other)

    def __hash__(self) -> int:
        return hash((self.name, self.quantity, self.start, self.end))

    def __str__(self) -> str:
        """Its words and how it was worked out: ``more than 29,000 [people_served]``."""
        return f"{show(self, 'en').words} [{self.expression}]"


Side = Number | Single
Operation = tuple[str, Side, Side | None]


@dataclass(frozen=True, kw_only=True)
class Figure(Number):
    """One published number."""

    source: Source
    place_in_source: Text
    vintage: str
    conflicts_with: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``published``, unless the review worked a count out from the rate that the source prints."""
        return "estimate" if any(caveat.caveat == CALCULATED for caveat in self.caveats) else "published"

    def figures(self) -> list[Figure]:
        return [self]

    __hash__ = Number.__hash__


@dataclass(frozen=True, kw_only=True)
class Measure(Number):
    """A number that the review worked out: its formula, what it was worked out from, and with which method."""

    formula: Text
    inputs: tuple[Number, ...]
    estimate: bool = False
    method: Text = ""
    operation: tuple[str, Number | Single, Number | Single | None] | None = field(
        default=None, compare=False, repr=False
    )

    @property
    def kind(self) -> str:
        return "estimate" if self.estimate else "derived"

    @property
    def expression(self) -> str:
        return joined(*self.operation) if self.operation and not self.name else self.name

    @property
    def dimension(self) -> dict[str, int]:
        if self.operation is None or self.operation[0] == COUNTING:
            return {self.unit: 1}
        return dimension_of(*self.operation)

    __hash__ = Number.__hash__

    def labelled(
        self,
        label: Text,
        *,
        method: Text = "",
        estimate: bool | None = None,
        caveats: Sequence[Caveat] = (),
        answered: Sequence[str] = (),
    ) -> Self:
        if estimate is False and (known := [n.name for n in self.leaves() if n.kind == "estimate" and n is not self]):
            raise Refused(f"found {known[0]}, an estimate, behind estimate=False; allowed: estimate=True, or neither")
        obliged = {caveat.caveat: caveat for caveat in (*self.caveats, *caveats)}
        if strange := [caveat for caveat in answered if caveat not in obliged]:
            raise Refused(f"found {strange[0]!r} answered; allowed: a caveat of its inputs, {', '.join(obliged)}")
        return replace(
            self,
            label=label,
            method=method or self.method,
            estimate=self.estimate if estimate is None else estimate,
            caveats=tuple(caveat for name, caveat in obliged.items() if name not in answered),
        )

    def leaves(self) -> tuple[Number, ...]:
        return self.inputs if self.operation and not self.name else (self,)

    def figures(self) -> list[Figure]:
        found = {figure.name: figure for number in self.inputs for figure in number.figures()}
        return list(found.values())


class Undecided(Refused):
    """The bounds of two numbers do not tell which is smaller."""


def below(one: Any, other: Any) -> bool:
    """Whether one number is smaller than the other, all that their bounds allow considered; a single number is in the
    unit of the other. Raises Undecided where the bounds overlap, DefinitionsDiffer for unlike numbers."""
    if isinstance(one, Number) and isinstance(other, Number):
        comparable(one, other)
    mine, others = (side.quantity if isinstance(side, Number) else Quantity.exact(side) for side in (one, other))
    if not (mine.about or others.about):
        if clears(others, mine):
            return True
        if reaches(mine, others):
            return False
    raise Undecided(f"found {one} and {other}, which their bounds leave in either order; allowed: bounds apart")


def clears(upper: Quantity, lower: Quantity) -> bool:
    """Whether every value of one interval is larger than every value of the other."""
    if upper.low is None or lower.high is None:
        return False
    return upper.low > lower.high or (upper.low == lower.high and (upper.low_open or lower.high_open))


def reaches(upper: Quantity, lower: Quantity) -> bool:
    """Whether no value of one interval is smaller than any value of the other."""
    return upper.low is not None and lower.high is not None and upper.low >= lower.high


class DefinitionsDiffer(Refused):
    """Two numbers of different definitions, units or places cannot be compared."""


def comparable(one: Number, other: Number) -> None:
    """Raises DefinitionsDiffer unless two numbers count the same thing in the same unit and place."""
    for what in ("definition", "dimension", "place"):
        mine, others = getattr(one, what), getattr(other, what)
        if mine != others:
            what = "unit" if what == "dimension" else what
            mine, others = (unit_words(one), unit_words(other)) if what == "unit" else (mine, others)
            raise DefinitionsDiffer(
                f"cannot compare {one.expression} with {other.expression}: found {what} {mine!r} and {others!r}; "
                f"allowed: the same {what} (or a ratio of the two, by ÷; or parts of a whole, each by .counting(unit, "
                "why=, definition=))"
            )


def unit_words(number: Number) -> str:
    """The units of a number as a formula: people ÷ organizations."""
    over = [unit for unit, power in number.dimension.items() if power > 0]
    under = [unit for unit, power in number.dimension.items() if power < 0]
    return " ÷ ".join([" × ".join(over) or "1", *under])


def inherited(
    symbol: str, left: Number | Single, right: Number | Single | None, numbers: list[Number]
) -> dict[str, Any]:
    """What a result has from its sides: place and definition of the first, the caveats of both, the period from
    their first day to their last where they count the same, the unit that the operation leaves."""
    first = numbers[0]
    alike = [number for number in numbers if number.definition == first.definition]
    units = [unit for unit, power in dimension_of(symbol, left, right).items() if power > 0]
    unit = units[0] if units else "ratio"
    leaves = {leaf.name: leaf for number in numbers for leaf in number.leaves()}
    return {
        "name": "",
        "label": "",
        "unit": unit,
        "decimals": max(1 if symbol == "÷" else 0, *(number.decimals for number in numbers)),
        "definition": first.definition,
        "definition_label": first.definition_label,
        "place": first.place,
        "place_label": first.place_label,
        "start": min((number.start for number in alike if number.start), default=""),
        "end": max((number.end for number in alike if number.end), default=""),
        "caveats": tuple({c.caveat: c for number in numbers for c in number.caveats}.values()),
        "nouns": next((number.nouns for number in numbers if number.unit == unit), {}),
        "formula": "",
        "inputs": tuple(leaves.values()),
        "estimate": any(number.kind == "estimate" for number in numbers),
    }


MONEY = ("cad", "cad_per_year")


def scale_of(number: Number) -> Fraction:
    """Money of a million and more is shown in millions, unless that takes more than two decimals: $1,054,000
    reads better than $1.054 million, and 1,054 M$ could be taken for a thousand millions."""
    return Fraction(1_000_000) if is_large(number) and number.decimals <= 2 else Fraction(1)


def is_large(number: Number) -> bool:
    """Whether a number is money of a million or more, whose decimals are those of a million."""
    return number.unit in MONEY and abs(number.quantity.value) >= 1_000_000


def decimals_shown(number: Number) -> int:
    """The decimals as shown: none, whole dollars, where the decimals were those of a million, or of less than a million
    a year; three of a rate that is printed to nine."""
    if number.unit == "per_100k":
        return min(number.decimals, 3)
    of_a_million = is_large(number) and number.decimals > 2
    return 0 if of_a_million or (number.unit == "cad_per_year" and not is_large(number)) else number.decimals


WORDS: dict[str, dict[Bound, str]] = {
    "en": {
        Bound.EXACT: "{}",
        Bound.MORE_THAN: "more than {}",
        Bound.AT_LEAST: "at least {}",
        Bound.LESS_THAN: "less than {}",
        Bound.UP_TO: "up to {}",
        Bound.ABOUT: "about {}",
        Bound.BETWEEN: "between {} and {}",
    },
    "fr": {
        Bound.EXACT: "{}",
        Bound.MORE_THAN: "plus de {}",
        Bound.AT_LEAST: "au moins {}",
        Bound.LESS_THAN: "moins de {}",
        Bound.UP_TO: "jusqu’à {}",
        Bound.ABOUT: "environ {}",
        Bound.BETWEEN: "entre {} et {}",
    },
}


@dataclass(frozen=True)
class Shown:
    """A number as a reader meets it: its words, and the same for a machine."""

    words: str
    bound: str
    value: str
    low: str
    high: str


def show(number: Number, language: str) -> Shown:
    """A number in words: bound, digits, and the unit where it is a sign (dollars, per cent)."""
    scale, decimals = scale_of(number), decimals_shown(number)
    quantity = number.quantity.scaled(1 / scale).shown(decimals)
    shown = in_words(quantity, lambda end: decimals, number.unit, scale, language)
    if number.unit == SIGN:
        return replace(shown, words=phrase("sign", sign_named(number.quantity))[language])
    return shown


def in_words(
    quantity: Quantity, decimals: Callable[[Fraction], int], unit: str, scale: Fraction, language: str
) -> Shown:
    """A rounded quantity, in units of ``scale``, in words; ``decimals`` are those of each end."""
    ends = [quantity.value] if quantity.bound is not Bound.BETWEEN else [quantity.low, quantity.high]
    digits = [to_decimal(end, decimals(end)) for end in ends if end is not None]
    words = WORDS[language][quantity.bound].format(*(with_sign(d, unit, scale, language) for d in digits))
    plain = [f"{digit * int(scale):f}" for digit in digits]
    return Shown(words, quantity.bound.value, plain[0], plain[0], plain[-1])


SIGN = "sign"
SIGNS = {1: "up", -1: "down", 0: "none"}


def sign_named(quantity: Quantity) -> str:
    """The name of a direction held as a number: 1 up, -1 down, 0 none, from -1 to 1 ambiguous."""
    return SIGNS[int(quantity.value)] if quantity.low == quantity.high else "ambiguous"


def with_sign(digits: Decimal, unit: str, scale: Fraction, language: str) -> str:
    """Digits with the sign of their unit: $345 million and 345 M$; 12.4% and 12,4 %."""
    text = format_number(digits, language)
    if unit in MONEY:
        million = scale > 1
        if language == "en":
            return f"${text}" + (f"{NO_BREAK}million" if million else "")
        return f"{text}{NO_BREAK}" + ("M$" if million else "$")
    if unit == "percent":
        return f"{text}%" if language == "en" else f"{text}{NO_BREAK}%"
    return text


def noun(number: Number, language: str) -> str:
    """The unit's noun, in the number that follows from the digits shown (1 incident, 2 incidents)."""
    words = number.nouns.get(language)
    if not words:
        return ""
    shown = show(number, language)
    return plural(Decimal(shown.high), words["one"], words["other"], language)


def decimals_of(value: str, unit: str) -> int:
    """The decimals that a published number carries: as printed, or for millions of dollars as few as it takes."""
    number = Decimal(value)
    if unit in MONEY and abs(number) >= 1_000_000:
        number = (number / 1_000_000).normalize()
    return max(0, -int(number.as_tuple().exponent))


COLUMNS = {"incidents": "incidents", "per_100k": "rate_per_100k"}
# Tables whose numbers have names that prose and other tables refer to.
NAMED_OTHERWISE = ("figures", "police_reported", "population")


class Figures:
    """The published figures and series of one data folder."""

    def __init__(self, folder: Path | None = None):
        self.tables = Tables(folder)

    @cached_property
    def sources(self) -> dict[str, Source]:
        licences, editions = self.tables.keyed("licences"), self.tables.keyed("editions")
        rows = self.tables.rows("sources")
        return {r["source"]: to_source(r, licences[r["licence"]], editions.get(r["source"], {})) for r in rows}

    @cached_property
    def caveats(self) -> dict[str, Caveat]:
        return {key: to_caveat(key, row) for key, row in self.tables.keyed("caveats").items()}

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        return {row["figure"]: self._figure(row) for row in self.tables.rows("figures")}

    def figure(self, name: str) -> Figure:
        """One published figure. Raises NoFigure naming the nearest id."""
        if name not in self._figures:
            raise NoFigure(
                f"found no figure {name!r}{nearest(name, self._figures)}; allowed: an id of data/figures.csv"
            )
        return self._figures[name]

    def matching(self, **columns: str) -> list[Figure]:
        """Every figure whose row has these cells, in the table's order."""
        rows = self.tables.rows("figures")
        return [self.figure(r["figure"]) for r in rows if all(r[c] == text for c, text in columns.items())]

    def series(self, definition: str, place: str, unit: str = "incidents", vintage: str = "") -> list[Figure]:
        """Police-reported incidents or rates of one definition and place by year, each year's latest release
        (or every number that a release changed, with ``vintage="all"``), oldest first; empty where there is none."""
        rows = told_once(by_release(self._given(definition, place, unit)), COLUMNS[unit])
        if vintage != "all":
            rows = list({r["year"]: r for r in rows}.values())
        return [self._series_figure(row, COLUMNS[unit], unit) for row in rows]

    @cached_property
    def _by_name(self) -> dict[str, Figure]:
        """Every figure, and every number of a series, by its own name."""
        keys = {(row["definition"], row["place"]) for row in self.tables.rows("police_reported")}
        units = ("incidents", "per_100k")
        series = [number for key in sorted(keys) for unit in units for number in self.series(*key, unit, "all")]
        people = [self._population_figure(row) for row in self.tables.rows("population")]
        return self._figures | {number.name: number for number in [*series, *people, *self._of_other_tables()]}

    def _of_other_tables(self) -> Iterator[Figure]:
        for table, resource in self.tables.resources.items():
            columns = [] if table in NAMED_OTHERWISE else [field["name"] for field in marked(resource["schema"])]
            cells = [(row, column) for column in columns for row in self.tables.rows(table) if row[column]]
            yield from (self.cell(table, *cell) for cell in cells)

    def by_name(self, name: str) -> Figure:
        """A published number by its own name, of a series too. Raises ValueError."""
        if name not in self._by_name:
            raise ValueError(f"found {name!r}; allowed: the name of a published number in data/")
        return self._by_name[name]

    def in_release(self, definition: str, place: str, release: int, unit: str = "incidents") -> dict[str, Figure]:
        """By year, what the publications of the release with data up to the year ``release`` give for a place, and
        no other: as one of them prints it, or where they print a rate only, as worked out from it."""
        rows = [row for row in self._given(definition, place, unit) if self.release_year(row["vintage"]) == release]
        return self._by_year(rows, unit)

    def publications(self, definition: str, place: str, unit: str = "incidents") -> Iterator[dict[str, Figure]]:
        """By year, what each single publication gives for a place, newest first."""
        rows = self._given(definition, place, unit)
        for vintage in sorted({row["vintage"] for row in rows}, reverse=True):
            yield self._by_year([row for row in rows if row["vintage"] == vintage], unit)

    def _given(self, definition: str, place: str, unit: str) -> list[Row]:
        rows = self.tables.rows("police_reported")
        key = (definition, place)
        return [r for r in rows if (r["definition"], r["place"]) == key and r[COLUMNS[unit]]]

    def _by_year(self, rows: list[Row], unit: str) -> dict[str, Figure]:
        found = told_once(by_release(rows), COLUMNS[unit])
        return {row["year"]: self._series_figure(row, COLUMNS[unit], unit) for row in found}

    def release_year(self, vintage: str) -> int:
        """The newest year that a release of police-reported numbers gives, of any place and definition."""
        return self._release_years[vintage]

    @cached_property
    def releases(self) -> list[int]:
        """The newest years of the releases that the series hold, oldest first."""
        return sorted(set(self._release_years.values()))

    @cached_property
    def _release_years(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in self.tables.rows("police_reported"):
            found[row["vintage"]] = max(found.get(row["vintage"], 0), int(row["year"]))
        return found

    def population(self, place: str, year: int) -> Figure:
        """July 1 population of a place. Raises NoFigure where there is none."""
        for row in self.tables.rows("population"):
            if row["place"] == place and row["year"] == str(year):
                return self._population_figure(row)
        raise NoFigure(f"found no population of {place} in {year}; allowed: a row of data/population.csv")

    def cell(self, table: str, row: Row, column: str) -> Figure:
        """The number in a row's column of figures."""
        match table:
            case "figures":
                return self.figure(row["figure"])
            case "police_reported":
                return self._series_figure(row, column, {"incidents": "incidents"}.get(column, "per_100k"))
            case "population":
                return self._population_figure(row)
        return self._of_table(table, row, column)

    def _of_table(self, table: str, row: Row, column: str) -> Figure:
        """A number of a table that the contract alone describes."""
        schema = self.tables.resource(table)["schema"]
        figures = {field["name"]: field for field in marked(schema)}
        keys = [row[key] for key in keys_of(schema["primaryKey"])]
        parts = {part: part_of(figures[column], row, part) for part in OF_A_FIGURE}
        start, end = period_of(row)
        source = self.sources[parts["source"]]
        said = {"en": format_period(start, end, "en"), "fr": format_period(start, end, "fr")}
        return Figure(
            name=snake(table, *keys, *([column] if len(figures) > 1 else [])),
            label=joined_texts(self.label("definitions", parts["definition"]), *texts_of(row, schema["primaryKey"])),
            quantity=self._quantity(table, row, column),
            decimals=max(decimals_of(row[c], parts["unit"]) for c in (column, "high") if row.get(c)),
            source=source,
            place_in_source=pair(row, "place_in_source") if "place_in_source_en" in row else said,
            vintage=row.get("vintage") or source.published,
            **self._common(row | parts, parts["unit"], start, end, row.get("caveats", "")),
        )

    def _quantity(self, table: str, row: Row, column: str) -> Quantity:
        """What a cell says, by its row's bound. Raises InputError where they do not go together."""
        if "bound" not in row:
            return Quantity.exact(row[column])
        try:
            return Quantity.of(row["bound"], row[column], row.get("high") or None)
        except ValueError as error:
            number = self.tables.rows(table).index(row) + 2
            raise InputError([Problem(str(self.tables.path(table)), number, column, row[column], str(error))]) from None

    def label(self, table: str, key: str, column: str = "label") -> dict[str, str]:
        """The English and French of a row in a controlled list."""
        return pair(self.tables.keyed(table)[key], column)

    def _figure(self, row: Row) -> Figure:
        try:
            quantity = Quantity.of(row["bound"], row["value"], row["high"] or None)
        except ValueError as error:
            place = Problem(str(self.tables.path("figures")), row["figure"], "value", row["value"], str(error))
            raise InputError([place]) from None
        return Figure(
            name=row["figure"],
            label=pair(row, "label"),
            quantity=quantity,
            decimals=max(decimals_of(row[c], row["unit"]) for c in ("value", "high") if row[c]),
            source=self.sources[row["source"]],
            place_in_source=pair(row, "place_in_source"),
            vintage=row["vintage"],
            conflicts_with=tuple(row["conflicts_with"].split()),
            **self._common(row, row["unit"], row["period_start"], row["period_end"]),
        )

    def _common(self, row: Row, unit: str, start: str, end: str, caveats: str | None = None) -> dict[str, Any]:
        definition = self.tables.keyed("definitions")[row["definition"]]
        obliged = definition["caveats"].split() + (row["caveats"] if caveats is None else caveats).split()
        return {
            "unit": unit,
            "definition": row["definition"],
            "definition_label": pair(definition, "label"),
            "place": row["place"],
            "place_label": self.label("places", row["place"], "name"),
            "start": start,
            "end": end,
            "caveats": tuple(self.caveats[key] for key in dict.fromkeys(obliged)),
            "nouns": self.nouns(unit),
        }

    def nouns(self, unit: str) -> dict[str, dict[str, str]]:
        """Singular and plural of a unit's noun, by language."""
        row = self.tables.keyed("units")[unit]
        return {lang: {"one": row[f"one_{lang}"], "other": row[f"other_{lang}"]} for lang in ("en", "fr")}

    def _series_figure(self, row: Row, column: str, unit: str) -> Figure:
        definition = self.tables.keyed("definitions")[row["definition"]]
        parts = [row["definition"], row["place"], row["year"], row["vintage"], unit]
        # Of a row's caveats one is about its rate alone and one about its count alone.
        other = "rounded-rate" if unit == "incidents" else CALCULATED
        caveats = " ".join(c for c in row["caveats"].split() if c != other)
        return Figure(
            name=snake(*parts),
            label=pair(definition, "label"),
            quantity=Quantity.exact(row[column]),
            decimals=decimals_of(row[column], unit),
            source=self.sources[row["source"] if unit == "incidents" else row["rate_source"] or row["source"]],
            place_in_source=in_series(row, caveats),
            vintage=row["vintage"],
            **self._common(row, unit, row["year"], row["year"], caveats),
        )

    def _population_figure(self, row: Row) -> Figure:
        common = {"definition": "population", "place": row["place"], "caveats": ""}
        return Figure(
            name=snake("population", row["place"], row["year"]),
            label=self.label("definitions", "population"),
            quantity=Quantity.exact(row["people"]),
            decimals=0,
            source=self.sources[row["source"]],
            place_in_source={"en": row["year"], "fr": row["year"]},
            vintage=row["vintage"],
            **self._common(common, "people", row["year"], row["year"]),
        )


def by_release(rows: list[Row]) -> list[Row]:
    """Rows of a series by year, each year's by release, oldest first."""
    return sorted(rows, key=lambda row: (int(row["year"]), row["vintage"]))


def told_once(rows: list[Row], column: str) -> list[Row]:
    """Rows by year and release, those that repeat a year's number left out: its last publication stays, or where
    no publication prints it, the last row from which the review worked it out."""
    found = []
    for _, same in groupby(rows, key=lambda row: (row["year"], row[column])):
        repeated = list(same)
        printed = [row for row in repeated if column != "incidents" or CALCULATED not in row["caveats"].split()]
        found.append((printed or repeated)[-1])
    return found


def in_series(row: Row, caveats: str) -> dict[str, str]:
    """Where in its source a number of a series stands: at its year; what is printed, where that is a rate only."""
    if CALCULATED not in caveats.split():
        return {"en": row["year"], "fr": row["year"]}
    rate = {language: format_number(Decimal(row["rate_per_100k"]), language) for language in LANGUAGES}
    return {
        "en": f"{row['year']}; printed there is a rate of {rate['en']}, and the count is this review’s calculation",
        "fr": f"{row['year']}; il y figure un taux de {rate['fr']}, et le nombre est calculé par le présent examen",
    }


def snake(*parts: str) -> str:
    """A name of lower-case ASCII letters, digits and underscores from texts of any kind."""
    decomposed = unicodedata.normalize("NFKD", "_".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", decomposed).strip("_")


def pair(row: Row, column: str) -> dict[str, str]:
    """The English and French cells of a row."""
    return {"en": row[f"{column}_en"], "fr": row[f"{column}_fr"]}


def to_caveat(key: str, row: Row) -> Caveat:
    return Caveat(key, pair(row, "text"), pair(row, "short"), row["rank"])


def texts_of(row: Row, key: str | list[str]) -> list[dict[str, str]]:
    """The texts in both languages that tell a row from others of its place and period, such as an age group."""
    names = [name[:-3] for name in keys_of(key) if name.endswith(("_en", "_fr"))]
    return [pair(row, name) for name in dict.fromkeys(names) if row.keys() >= {f"{name}_en", f"{name}_fr"}]


def joined_texts(*texts: dict[str, str]) -> dict[str, str]:
    return {language: ", ".join(text[language] for text in texts) for language in LANGUAGES}


def to_source(row: Row, licence: Row, edition: Row) -> Source:
    return Source(
        source=row["source"],
        publisher=pair(row, "publisher"),
        title=row["title"],
        title_language=row["title_language"],
        address=row["address"],
        published=row["published"],
        first_hand=row["first_hand"] == "true",
        quotes=pair(row, "quotes"),
        licence=pair(licence, "name"),
        licence_address=licence["address"],
        other_title=edition.get("title", ""),
        other_address=edition.get("address", ""),
    )


def counted_as(unit: str, definition: str | None) -> dict[str, Any]:
    """What a number has from its unit and its definition: words, and the caveats that the definition obliges."""
    figures = Figures()
    for table, key in (("units", unit), ("definitions", definition)):
        if key and key not in (known := figures.tables.keyed(table)):
            raise Refused(f"found {key!r}{nearest(key, known)}; allowed: an id of data/{table}.csv")
    found: dict[str, Any] = {"unit": unit, "nouns": figures.nouns(unit)}
    if not definition:
        return found if definition is None else found | {"definition": "", "definition_label": ""}
    obliged = figures.tables.keyed("definitions")[definition]["caveats"].split()
    label = figures.label("definitions", definition)
    caveats = [figures.caveats[caveat] for caveat in obliged]
    return found | {"definition": definition, "definition_label": label, "caveats": caveats}


def label_in(number: Number, language: str) -> str:
    return translate(number.label, language)
