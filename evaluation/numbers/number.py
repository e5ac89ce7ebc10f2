"""Numbers with their bounds, units and origin.

A `Figure` is one published number; a `Measure` is calculated by this review. Both are a `Number`, which records, charts
and tables show.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as fields_of
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from numbers import Integral, Rational, Real
from typing import Any, Self

from ..language import N_, Text, compose
from ..language.formats import date_of, is_reversed, last_date_of
from ..problems import Refused, listed, nearest, printable_line
from .formula import (
    COUNTING,
    EXPRESSION,
    FUNCTIONS,
    LENGTHS,
    MONEY_A_YEAR,
    MOST_SPELLED,
    Single,
    dimension_of,
    formula_of,
)
from .meaning import MEANING_FIELDS, HasMeaning, Meaning
from .notation import RATES, scale_of, show
from .publication import CALCULATED, Caveat, Release, Source, TableCell
from .quantity import Bound, CannotBeKept, Quantity, is_above, is_at_least, typed_fraction

INVENTED = "invented"  # the definition of numbers in illustrations

# The base of a unit (100 for per cent), and the reason why number × whole ÷ base is a count.
HUNDRED_PER_CENT = 100  # per cent
BASES = {"percent": (HUNDRED_PER_CENT, N_("a share times its whole"))}
BASES |= {unit: (base, N_("a rate times its population")) for unit, base in RATES.items()}
AVERAGE = N_("an average, which says nothing about any one year")
FISCAL_YEARS, SHARED_YEARS = N_("Fiscal years covered"), N_("Fiscal years in both periods")
MONTHS = N_("Months covered")
FORMULAS_OF_LENGTHS = {
    "fiscal_years": N_("last year − first year + 1"),
    "shared_years": N_("years that both periods hold"),
    "months": N_("months from the first to the last day, at the earliest and latest that the source allows"),
}

# From 30% in one year to 25% in another is a fall of five points, or of a sixth.
POINTS = {
    "unit": "percentage_points",
    "nouns": {
        "en": {"one": "percentage point", "other": "percentage points"},
        "fr": {"one": "point de pourcentage", "other": "points de pourcentage"},
    },
}


MEANINGLESS = Meaning()
LONGEST_REPR = 100  # characters
FORMAT = re.compile(r",?(?:\.(\d))?(?:[df]|(%))?")  # of plain numbers; thousands are always set apart


@cache
def _fields_of_equality(number_class: Any) -> list[str]:
    """The names of the fields that decide equality of two numbers of a class, `Figure` or `Measure`; cached."""
    return [number_field.name for number_field in fields_of(number_class) if number_field.compare]


ALLOWED_MARK = "; allowed: "
OPERANDS = "a figure, an int, a decimal or a Fraction"
OF_COLUMNS = ("dtype", "shape", "sum", "mean", "median", "min", "max", "quantile", "std", "map", "apply")  # of pandas
EXAMPLE = 'frame["n"].sum(), .quantile(0.25)'
ATTRIBUTES = (
    ".unit, .label, .period, .place, .definition, .caveats, .inputs, .percent(), .per(), .share_of(), .change_from()"
)


def operator_pair(symbol: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Python's operator methods for a symbol: with the number on its left (``__add__``) and right (``__radd__``)."""
    return lambda left, right: _apply_operator(symbol, left, right), lambda left, right: _apply_operator(
        symbol, right, left
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Number(HasMeaning):
    """Base class of figures and measures: a quantity with its unit and its meaning (label, definition, place, period,
    caveats). Immutable.

    Two numbers are equal if they agree in class, name, quantity, unit, decimals, meaning and origin. A plain number
    (int, Decimal or Fraction) has no unit: it scales by multiplication, and in sums it takes the unit of the other
    operand. A typed float counts as its decimal; a computed float is refused (see `typed_fraction`).
    """

    name: str = ""
    quantity: Quantity
    unit: str = ""
    decimals: int = 0
    meaning: Meaning = MEANINGLESS
    inputs: tuple[Number, ...] = ()  # the named operands of its calculation; empty for a figure
    units: dict[str, int] = field(default_factory=dict, compare=False)  # exponents by unit, as read from a record
    operation: tuple[Any, ...] = field(default=(), compare=False, repr=False)  # symbol and operands
    calculation: tuple[Any, ...] = field(default=(), compare=False, repr=False)  # the same, if no operator

    def __post_init__(self) -> None:
        """Raises ValueError for a period that ends before it starts."""
        if is_reversed(self.start, self.end):
            actual = f"found {self.name}, {self.start} to {self.end}"
            raise ValueError(f"{actual}; allowed: a period that starts before it ends")

    @property
    def kind(self) -> str:
        """How the number is marked on pages: ``published``, ``derived`` (exact arithmetic), ``estimate`` (the review's
        own) or ``invented`` (of an illustration). The base class raises NotImplementedError."""
        raise NotImplementedError

    @property
    def expression(self) -> str:
        """Its arithmetic over the names of its operands, ``people_served ÷ organizations``; or its own name."""
        return EXPRESSION.of(self)[0]

    @cached_property
    def tree(self) -> list[Any] | None:
        """Its formula as data, worked out once, since claims ask for it often; None for a figure and for a number whose
        formula does not give its quantity (see `formula_of`)."""
        return formula_of(self)

    @property
    def dimension(self) -> dict[str, int]:
        """The exponent of each unit, from its arithmetic or as recorded: ``{"cad": 1, "people": -1}``; empty if they
        cancel."""
        if not self.operation or self.operation[0] == COUNTING:
            return self.units or {self.unit: 1}
        return dimension_of(*self.operation)

    def leaves(self) -> tuple[Number, ...]:
        """The named operands of its expression: itself if it has a name or no arithmetic, else its inputs."""
        return self.inputs if self.operation and not self.name else (self,)

    def figures(self) -> list[Figure]:
        """The published figures at the roots of its calculation, recursively, one of each name; of a figure itself."""
        if isinstance(self, Figure):
            return [self]
        return list({figure.name: figure for number in self.inputs for figure in number.figures()}.values())

    @property
    def with_period(self) -> dict[str, str]:
        """Its label and period as one text in both languages, "Deaths, 2023", for charts that compare periods; without
        a period "Deaths, period not stated"."""
        return compose("{}, {}", self.label, self.period)

    @classmethod
    def of_parts(cls, *, meaning: Meaning = MEANINGLESS, **parts: Any) -> Self:
        """Build a number from fields by name; those that belong to a meaning replace the fields of ``meaning``."""
        meant = {name: parts.pop(name) for name in MEANING_FIELDS if name in parts}
        return cls(meaning=replace(meaning, **meant), **parts)

    def with_meaning(self, **parts: Any) -> Self:
        """Return a copy with some fields of its meaning replaced."""
        return replace(self, meaning=replace(self.meaning, **parts))

    def round(self, decimals: int = 0) -> Self:
        """Return a copy that is displayed with so many decimals; its quantity is unchanged. Display rounds lower ends
        down, upper ends up, an exact number to the nearest."""
        return replace(self, decimals=decimals)

    __round__ = round

    def rounding(self, share: bool = False) -> Measure:
        """Return the interval of values that round to this exact number: half a unit of its last displayed digit either
        way, the upper end excluded (rounding is half up). A rate is cut at 0; with ``share``, a share of a whole, the
        interval is cut at 0 and 100, which it then includes. An estimate. Raises CannotBeKept for any other bound."""
        half = Fraction(1, 2 * 10**self.decimals) * scale_of(self)
        limits = [0, HUNDRED_PER_CENT] if share else [0] if self.unit in RATES else []
        return self.apply_function("rounding", half, *limits, estimate=True, decimals=self.decimals + 1)

    def whole_numbers(self) -> Measure:
        """Return the interval from the least to the greatest whole number inside this one. Raises CannotBeKept if an
        end is unbounded or the number is approximate, NoWholeNumber (a subclass) if none lies inside."""
        return self.apply_function("whole_numbers", decimals=0)

    def __abs__(self) -> Measure:
        """Return the absolute value. Of a number that may have either sign the lower end is zero; without both ends it
        has no upper end."""
        return self.apply_function("size")

    def counting(
        self,
        unit: str,
        *,
        why: Text,
        definition: str | None = None,
        place: str | None = None,
        like: Number | None = None,
    ) -> Measure:
        """Return the same quantity as a count of ``unit``, which arithmetic alone cannot derive; ``why`` becomes its
        method. ``definition`` and ``place``, if given, replace its own (definition "": none of the list), so that parts
        of several can be added to a whole; the caveats of a new definition are added. ``like`` takes definition, place
        and period from another number instead. Raises Refused for an empty ``why``, for an id that is not listed, and
        for another unit, a definition or a place for a number without a vocabulary, such as a parameter."""
        require_reason(why, f"counting {self} as {unit}")
        taken = ("definition", "definition_label", "place", "place_label", "start", "end")
        alike = {name: getattr(like, name) for name in taken} if like else {}
        fields: dict[str, Any] = {"unit": unit, "nouns": self.nouns}
        if unit != self.unit or definition is not None or place is not None:
            vocabulary = self.meaning.vocabulary
            if vocabulary is None:
                raise Refused(f"found {self}, worked out from no data; allowed: a number of data/ to count as {unit}")
            fields = vocabulary.fields_of_count(unit, definition, place)
        fields |= alike
        caveats = _distinct_caveats([*self.caveats, *fields.pop("caveats", ())])
        return self.apply_function(COUNTING, method=why, caveats=caveats, **fields)

    def per(
        self, other: Number, label: Text = "", *, why: Text = AVERAGE, decimals: int | None = None, **options: Any
    ) -> Measure:
        """Return this number ÷ ``other`` as an average in this number's unit: 90 people ÷ 3 years is 30 people; money ÷
        years is in the unit money a year. ``why`` becomes its method; ``options`` (method, estimate, answered) as in
        `labelled`. Raises CannotBeKept if the result is unbounded or ``other`` is zero or may have either sign, Refused
        for an empty ``why``."""
        average = self / other
        shared = average if average.unit == MONEY_A_YEAR else self
        counted = {"unit": shared.unit, "nouns": shared.nouns, "method": require_reason(why, f"the average {average}")}
        return average.apply_function(COUNTING, **counted)._with_display(label, decimals, options)

    def change_from(self, earlier: Number, label: Text = "", *, decimals: int | None = None, **options: Any) -> Measure:
        """Return the relative change from ``earlier`` in per cent: from 40 to 50 is 25%. ``options`` (method, estimate,
        answered) as in `labelled`. Raises Refused for another unit, DefinitionsDiffer for another definition or place,
        CannotBeKept if the earlier number is zero, may have either sign, or is "less than" a number, so that the change
        has no useful bound."""
        if earlier.quantity.bound is Bound.LESS_THAN and earlier.quantity.low == 0:
            actual = f"a change in per cent from {earlier.quantity.in_english()}, a range that begins at nothing"
            raise CannotBeKept(f"found {actual}; allowed: both numbers as they are, or their difference")
        change = (self / earlier - 1).percent()
        require_comparable(self, earlier)
        return change._with_display(label, decimals, options)

    def share_of(self, whole: Number, label: Text = "", *, decimals: int | None = None, **options: Any) -> Measure:
        """Return this number as a percentage of a whole in the same unit: 72 of 239 is 30.1%. Definitions and places
        may differ, and it may exceed 100. ``options`` (method, estimate, answered) as in `labelled`. Raises Refused for
        another unit, CannotBeKept if the whole is zero or may have either sign."""
        return (self / whole).percent()._with_display(label, decimals, options)

    def implied_counts(
        self, whole: Number, of: str, label: Text = "", *, why: Text = "", like: Number | None = None, **options: Any
    ) -> Measure:
        """Return the interval of whole counts, in the unit ``of``, that are consistent with a rounded rate and its
        population, or a rounded share and its whole: 2.3 per 100,000 of 14.8 million is between 333 and 347. An
        estimate. ``why`` (default: a text that names the multiplication) and ``like`` as in `counting`, ``options``
        (method, estimate, answered) as in `labelled`. Raises CannotBeKept if no whole number is consistent or this
        number is not exact, Refused for a number that is neither a rate nor a share."""
        if self.unit not in BASES:
            raise Refused(f"found {self}, in {self.unit}; allowed: a number in {listed(BASES)}")
        base, reading = BASES[self.unit]
        counts = (self.rounding(share=base == HUNDRED_PER_CENT) * whole / base).whole_numbers()
        return counts.counting(of, why=why or reading, like=like)._with_display(label, None, options)

    def at_most(self, label: Text = "", *, assuming: Text, decimals: int | None = None, **options: Any) -> Measure:
        """Return the interval from zero to the number's upper end ("up to"), valid under an assumption, which becomes
        its method: an estimate of the review. ``options`` (method, estimate, answered) as in `labelled`. Raises
        CannotBeKept without an upper end and for an approximate number, Refused without an assumption and for a number
        below zero."""
        method = require_reason(assuming, f"the most of {self}")
        most = self.apply_function("at_most", estimate=True, method=method)
        return most._with_display(label, decimals, options)

    def percent(self) -> Measure:
        """Return a ratio or a relative change multiplied by 100, in the unit per cent, displayed with two decimals
        fewer, but one at least. Raises Refused for a number that has a unit, per cent included."""
        if set(self.dimension) - {"ratio"}:
            raise Refused(f"found {self} in {unit_words(self)}; allowed: a ratio of like numbers, which has no unit")
        return (self * 100).apply_function(COUNTING, unit="percent", decimals=max(1, self.decimals - 2))

    def fiscal_years(self, label: Text = FISCAL_YEARS) -> Measure:
        """Return the number of fiscal (or calendar) years in its period, first and last included. Raises Refused for a
        number whose period is not stated."""
        return self._length_of_period("fiscal_years", "years", label)

    def shared_years(self, other: Number, label: Text = SHARED_YEARS) -> Measure:
        """Return the number of fiscal (or calendar) years common to both periods, perhaps 0. Raises Refused if one of
        the periods is not stated."""
        return self._length_of_period("shared_years", "years", label, other)

    def months(self, label: Text = MONTHS, *, decimals: int | None = None) -> Measure:
        """Return the length of its period in months, part of one as a fraction, first and last day included; an
        interval where only a year or month is stated. Raises Refused if the period is not stated."""
        return self._length_of_period("months", "months", label)._with_display("", decimals, {})

    def _length_of_period(self, length: str, unit: str, label: Text, *others: Number) -> Measure:
        """A length of time in ``unit``: the function ``length`` of `LENGTHS` on the periods of this number and
        ``others``, named after these. Raises Refused for a number without a stated period."""
        numbers = [self, *others]
        quantity = LENGTHS[length](*(number.period for number in numbers))
        fields: dict[str, Any] = {
            "unit": unit,
            "nouns": self.meaning.vocabulary.nouns(unit) if self.meaning.vocabulary else {},
            "calculation": (length, *numbers),
        }
        name = "_".join([*(number.name for number in numbers), length])
        return measure(name, label, quantity, numbers, FORMULAS_OF_LENGTHS[length], **fields)

    def _with_display(self, label: Text, decimals: int | None, options: dict[str, Any]) -> Self:
        """Return the number displayed with ``decimals`` (None: as it is), and, if a label or ``options`` are given, as
        `labelled` by them; a figure with neither is itself."""
        number = self if decimals is None else self.round(decimals)
        return number.labelled(label, **options) if label or options else number

    def apply_function(self, function: str, *others: Single, **fields: Any) -> Measure:
        """Return the measure that a function of `FUNCTIONS`, by name, gives for this number and plain ``others``. It
        inherits unit, nouns and meaning, but no label; ``fields`` replace them. Raises CannotBeKept or Refused if the
        function refuses the quantity."""
        common = inherited_fields([self], function, self) | {"unit": self.unit, "nouns": self.nouns} | fields
        quantity = FUNCTIONS[function](*map(quantity_of, (self, *others)))
        return Measure.of_parts(operation=(function, self, *others), quantity=quantity, **common)

    def labelled(self, label: Text, *, method: Text = "", estimate: bool = False, answered: Sequence[str] = ()) -> Self:
        """Return a copy of a measure under another label. ``method``, unless empty, replaces its method in words;
        ``estimate`` marks it as the review's estimate (false: as it was); ``answered`` drops caveats, by id, that its
        arithmetic has dealt with, as constant prices deal with "in dollars of the time". Raises Refused for a published
        figure, and for an answered caveat that it has not."""
        if not isinstance(self, Measure):
            actual = f"found the published figure {self.name}"
            raise Refused(f"{actual}; allowed: a measure, since a figure has its own label")
        obliged = {caveat.caveat: caveat for caveat in self.caveats}
        if unknown := [caveat for caveat in answered if caveat not in obliged]:
            raise Refused(f"found {unknown[0]!r} answered; allowed: a caveat of its inputs, {', '.join(obliged)}")
        caveats = tuple(caveat for name, caveat in obliged.items() if name not in answered)
        estimate = self.estimate or estimate
        relabelled = self.with_meaning(label=label, caveats=caveats)
        return replace(relabelled, method=method or self.method, estimate=estimate)

    __add__, __radd__ = operator_pair("+")
    __sub__, __rsub__ = operator_pair("−")
    __mul__, __rmul__ = operator_pair("×")
    __truediv__, __rtruediv__ = operator_pair("÷")

    def __neg__(self) -> Measure:
        """The measure ``number × −1``."""
        return self * -1

    def __float__(self) -> float:
        """The value of an exact number. Raises TypeError for any other, whose bound a float would lose."""
        if self.quantity.bound is Bound.EXACT:
            return float(self.quantity.value)
        allowed = "float(number.quantity.value), the number as it is printed"
        raise TypeError(f"found {self}, whose bound a float would lose; allowed: {allowed}")

    def __int__(self) -> int:
        """The value of an exact whole number. Raises TypeError for any other."""
        if float(self).is_integer():
            return int(self.quantity.value)
        raise TypeError(f"found {self}; allowed: a whole number, or round(number)")

    def __format__(self, form: str) -> str:
        """Format its English words, as in ``{number:,}``, ``{number:.1f}`` or, a ratio in per cent, ``{number:.1%}``;
        without a format `str` of it. Raises TypeError for another format."""
        if not form:
            return str(self)
        if not (match := FORMAT.fullmatch(form)):
            raise TypeError(f"found the format {form!r} of {self}; allowed: none, or one such as ',', '.1f' or '.1%'")
        decimals, share = match.groups()
        number = self.percent() if share else self
        return show(number if decimals is None else number.round(int(decimals)), "en").words

    def _refuse_operator(self, *_: Any) -> Any:
        """Raises TypeError: the method of each operator that numbers do not support (//, %, **, bitwise)."""
        raise TypeError(f"found //, %, ** or a sign of whole numbers of {self}; allowed: + - * /, and round(number)")

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __divmod__ = __rdivmod__ = _refuse_operator
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = __lshift__ = __rshift__ = _refuse_operator

    def __index__(self) -> int:
        """Raises TypeError, where Python asks for an index or a number of repetitions."""
        raise TypeError(f"found {self} as a place or as how often; allowed: int(number) of an exact whole number")

    def as_integer_ratio(self) -> tuple[int, int]:
        """Raises TypeError, so that Python's ``statistics`` does not take a number without its bound."""
        allowed = ".mean(), .median(), .sum() of a column of figures, or .map(float) where all are exact"
        raise TypeError(f"found {self}, whose bound statistics would lose; allowed: {allowed}")

    def __array_ufunc__(self, ufunc: Any, method: str, *sides: Any, **options: Any) -> Any:
        """The result of a NumPy function on numbers as objects: ``np.add`` and the like give measures, by their
        operators. Raises TypeError for one without such an operator (``np.sqrt``), which would lose the bound."""
        import numpy as np

        cells = [np.array(side, dtype=object) if isinstance(side, Number) else side for side in sides]
        try:
            return getattr(ufunc, method)(*cells, **options)
        except TypeError as error:
            if ALLOWED_MARK in str(error):
                raise
            allowed = "+ - * /, round(number), or math of float(number), which an exact one has"
            raise TypeError(f"found {ufunc.__name__} of {self}, which no bound survives; allowed: {allowed}") from None

    def __getattr__(self, name: str) -> Any:
        """Raises AttributeError, since Python calls it for unknown names alone: with the nearest name, or, for a method
        of columns such as ``sum``, with how a column calls it."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in OF_COLUMNS:
            raise AttributeError(f"found .{name} of one figure; allowed: of a column, {EXAMPLE}", name=name, obj=self)
        parts = [part for part in dir(type(self)) if not part.startswith("_")]
        near = nearest(name, parts)
        message = f"found .{name} of a figure{near}; allowed: .quantity (its .value, .low, .high, .bound), {ATTRIBUTES}"
        raise AttributeError(message, name=name, obj=self)

    def __pos__(self) -> Self:
        """The number itself."""
        return self

    def __trunc__(self) -> int:
        """The value of an exact number without its fraction, as an int. Raises TypeError for any other number."""
        return math.trunc(float(self))

    def __lt__(self, other: Any) -> bool:
        """Whether every possible value is below every one of the other number, or below a plain value. This and the
        three other orders raise Undecided if bounds overlap and for every approximate number, DefinitionsDiffer for
        numbers that do not compare, TypeError for what is no number."""
        return _is_below(self, other)

    def __gt__(self, other: Any) -> bool:
        """Whether every possible value is above every one of the other; raises Undecided, DefinitionsDiffer and
        TypeError as ``<`` does."""
        return _is_below(other, self)

    def __le__(self, other: Any) -> bool:
        """Whether no possible value is above any of the other; raises Undecided, DefinitionsDiffer and TypeError as
        ``<`` does."""
        return not _is_below(other, self)

    def __ge__(self, other: Any) -> bool:
        """Whether no possible value is below any of the other; raises Undecided, DefinitionsDiffer and TypeError as
        ``<`` does."""
        return not _is_below(self, other)

    def __eq__(self, other: object) -> bool:
        """Whether two numbers of one class agree in all fields that it compares (name, quantity, unit, decimals,
        meaning, origin), or an exact number has this plain value. Raises Undecided if its bound includes the plain
        value among others, of an approximate number always; TypeError for a computed float. NotImplemented for anything
        else."""
        if isinstance(other, Number):
            names = _fields_of_equality(type(self))  # type: ignore[arg-type]  # a class can be hashed
            alike = type(self) is type(other) and all(getattr(self, n) == getattr(other, n) for n in names)
            return self is other or alike
        if isinstance(other, float) and not math.isfinite(other):
            return NotImplemented
        if (value := plain_value(other)) is None:
            return NotImplemented
        exact = self.quantity.bound is Bound.EXACT
        if not exact and self.quantity.contains(value):
            raise Undecided(f"found {self} and {other}, which its bound leaves open; allowed: an exact number, < or >")
        return exact and self.quantity.value == value

    def __hash__(self) -> int:
        """The hash of its printed value, since an exact number equals its plain value."""
        return hash(self.quantity.value)

    def __repr__(self) -> str:
        """One line: ``<Figure more than 80 [deaths_2023] people>``."""
        return f"<{type(self).__name__} {printable_line(str(self), LONGEST_REPR)} {self.unit}>"

    def __str__(self) -> str:
        """Its words and its expression: ``more than 29,000 [people_served]``."""
        return f"{show(self, 'en').words} [{self.expression}]"


Side = Number | Single


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Figure(Number):
    """One published number, with its source and its release."""

    source: Source
    place_in_source: Text
    vintage: str
    conflicts_with: tuple[str, ...] = ()
    data: str = field(default="", compare=False, repr=False)  # its cell in data/: table.csv:row:column
    releases: tuple[Release, ...] = field(default=(), compare=False, repr=False)  # all releases with this number
    cell: TableCell | None = field(default=None, compare=False, repr=False)  # its cell, also in tables outside of data/
    rows: int = 0  # number of rows aggregated; 0 for a published number

    @property
    def kind(self) -> str:
        """``published``; ``derived`` if computed from many rows of its table; an ``estimate`` if the review computed a
        count from the rate that the source prints."""
        if self.rows:
            return "derived"
        return "estimate" if any(caveat.caveat == CALCULATED for caveat in self.caveats) else "published"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Measure(Number):
    """A number that the review calculated: its formula, its inputs and its method."""

    formula: Text = ""
    estimate: bool = False
    method: Text = ""

    @property
    def kind(self) -> str:
        """``invented`` for the definition of illustrations, else ``estimate`` if it is one, else ``derived``."""
        return INVENTED if self.definition == INVENTED else "estimate" if self.estimate else "derived"


def _apply_operator(symbol: str, left: Any, right: Any) -> Any:
    """The measure that a binary operator (+ − × ÷) gives for numbers and plain numbers; 0 + number is the number
    itself. For an operand that is neither see `apply_to_other_type`. Raises CannotBeKept for an unbounded result,
    DefinitionsDiffer for numbers that do not compare (+ and − alone), TypeError for a computed float."""
    first, second = (side if isinstance(side, Number) else plain_value(side) for side in (left, right))
    if first is None or second is None:
        return apply_to_other_type(left, right)
    begins_a_sum = symbol == "+" and not isinstance(first, Number) and first == 0  # as Python's sum() does
    return second if begins_a_sum else calculate(symbol, first, second)


def apply_to_other_type(left: Any, right: Any) -> Any:
    """The result of arithmetic with an operand that is no number: pd.NA for pd.NA; NotImplemented for an object that
    may have the operator itself, such as a column. Raises TypeError for None, booleans, texts, lists and the like."""
    number, operand = (left, right) if isinstance(left, Number) else (right, left)
    if type(operand).__name__ == "NAType":
        return operand
    if operand is None or isinstance(operand, str | bytes | bool | list | tuple | dict | set):
        raise TypeError(f"found {operand!r} beside {number}; allowed: {OPERANDS}")
    return NotImplemented


def plain_value(value: Any) -> Single | None:
    """Convert a plain number to an int or a Fraction; None for anything else, booleans included. Raises ComputedFloat
    for a computed float and NotANumber for NaN and infinities (see `typed_fraction`)."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return None
    if isinstance(value, Integral):
        return int(value)
    return Fraction(value) if isinstance(value, Rational | Decimal) else typed_fraction(float(value))


def calculate(symbol: str, *operands: Side) -> Measure:
    """The unnamed measure of one of `FUNCTIONS` (``symbol``: +, −, ×, ÷, "median") on its operands, one at least a
    number, as one operation. Quotients are displayed with two significant digits at least; a difference of shares of
    two periods is in percentage points. Raises CannotBeKept for an unbounded result, DefinitionsDiffer for numbers that
    do not compare, except in × and ÷."""
    sides = with_distinct_names(operands)
    numbers = [side for side in sides if isinstance(side, Number)]
    if symbol not in ("×", "÷"):
        for number in numbers[1:]:
            require_comparable(numbers[0], number)
    quantity = FUNCTIONS[symbol](*map(quantity_of, sides))
    fields = inherited_fields(numbers, symbol, *sides)
    if symbol == "÷" or fields["unit"] == "ratio":
        fields["decimals"] = max(fields["decimals"], significant_decimals(quantity.value))
    if symbol in ("median", "quantile") and quantity.round_outwards(fields["decimals"]) != quantity:
        fields["decimals"] += 1  # between two cells
    shares = [number.unit for number in numbers] == ["percent"] * 2
    if symbol == "−" and shares and (numbers[0].start, numbers[0].end) != (numbers[1].start, numbers[1].end):
        fields |= POINTS
    operation = (symbol, *(flatten_sum(sides) if symbol == "+" else sides))
    return Measure.of_parts(operation=operation, quantity=quantity, **fields)


def flatten_sum(sides: Sequence[Side]) -> Sequence[Side]:
    """The operands of a sum with unnamed sums among them replaced by their terms, if these are more than `MOST_SPELLED`
    in all: adding one by one then does not nest the formula. Fewer stay as they are, since a name may be recorded for a
    sum among them."""
    terms = [term for side in sides for term in terms_of(side)]
    return terms if len(terms) > MOST_SPELLED else sides


def terms_of(side: Side) -> Iterator[Side]:
    """The terms of an unnamed sum, recursively, in order; any other operand itself."""
    if isinstance(side, Number) and not side.name and side.operation[:1] == ("+",):
        for term in side.operation[1:]:
            yield from terms_of(term)
    else:
        yield side


def with_distinct_names(sides: Sequence[Side]) -> Sequence[Side]:
    """Operands whose leaves have unique names, in the same order: of different numbers with one name, the later is
    renamed, in a copy, ``people_2022_2``."""
    if len({side.name for side in sides if isinstance(side, Number) and not side.operation}) == len(sides):
        return sides  # of a hundred thousand rows in a second
    known: dict[str, Number] = {}
    renamed: list[Side] = []
    for side in sides:
        names = {}
        for leaf in side.leaves() if isinstance(side, Number) else ():
            name = _free_name(leaf, known)
            known[name] = leaf
            if name != leaf.name:
                names[leaf.name] = name
        renamed.append(_rename_leaves(side, names) if names else side)
    return renamed


def _free_name(leaf: Number, known: dict[str, Number]) -> str:
    """The leaf's name, if it is empty, absent from ``known``, or stands there for the same number; else with the first
    suffix (``_2``, ``_3``, ...) for which this holds."""
    name, suffix = leaf.name, 1
    while name and name in known and not _is_same_number(known[name], leaf):
        suffix += 1
        name = f"{leaf.name}_{suffix}"
    return name


def _is_same_number(left: Number, right: Number) -> bool:
    """Whether two numbers of one name agree in quantity, unit, definition, place and period."""
    parts = ("quantity", "unit", "definition", "place", "start", "end")
    return left is right or all(getattr(left, part) == getattr(right, part) for part in parts)


def _rename_leaves(side: Any, names: dict[str, str]) -> Any:
    """A copy of an operand with the leaves of its expression renamed by ``names`` (old: new), recursively; a plain
    number unchanged."""
    if not isinstance(side, Number):
        return side
    if side.name or not side.operation:
        return replace(side, name=names.get(side.name, side.name))
    symbol, *sides = side.operation
    inputs = tuple(_rename_leaves(leaf, names) for leaf in side.inputs)
    return replace(side, operation=(symbol, *(_rename_leaves(operand, names) for operand in sides)), inputs=inputs)


def quantity_of(side: Number | Quantity | Single) -> Quantity:
    """The quantity of a number, of a plain number (exact), or itself."""
    return side.quantity if isinstance(side, Number) else side if isinstance(side, Quantity) else Quantity.exact(side)


class DefinitionsDiffer(Refused):
    """Two numbers differ in definition, unit or place and cannot be compared."""


def require_comparable(left: Number, right: Number) -> None:
    """Raise DefinitionsDiffer unless two numbers have the same definition, place and dimension (units after ÷ and
    ×)."""
    plain = left.unit == right.unit and not (left.operation or right.operation or left.units or right.units)
    first, second = left.meaning, right.meaning
    if plain and first.definition == second.definition and first.place == second.place:
        return  # a fast path for columns of a hundred thousand rows
    for part, alike, words in (
        ("definition", left.definition == right.definition, (left.definition, right.definition)),
        ("unit", left.dimension == right.dimension, (unit_words(left), unit_words(right))),
        ("place", left.place == right.place, (left.place, right.place)),
    ):
        if not alike:
            raise DefinitionsDiffer(
                f"cannot compare {left.expression} with {right.expression}: "
                f"found {part} {words[0]!r} and {words[1]!r}; allowed: the same {part} "
                "(or a ratio of the two, by ÷; or parts of a whole, each by "
                ".counting(unit, why=, definition=, place=); or sort_values(), which orders for show)"
            )


def unit_words(number: Number) -> str:
    """The units of a number, by their ids, as an expression: people ÷ organizations, 1 ÷ years; 1 without units. Each
    stands once, whatever its exponent."""
    numerators = [unit for unit, power in number.dimension.items() if power > 0]
    denominators = [unit for unit, power in number.dimension.items() if power < 0]
    return " ÷ ".join([" × ".join(numerators) or "1", *denominators])


def significant_decimals(value: Fraction) -> int:
    """The number of decimals, at most six, that show two significant digits of a value between -1 and 1 (0.034 has 3);
    0 for zero and for any other value."""
    return next((n for n in range(1, 7) if abs(value) * 10**n >= 10), 6) if 0 < abs(value) < 1 else 0


def inherited_fields(numbers: Sequence[Number], *operation: Any) -> dict[str, Any]:
    """The fields that a result takes from its operands, for `Measure.of_parts`: the meaning of the first without its
    label, with the caveats of all and the joint period of those with its definition; the unit that the operation leaves
    (``ratio`` if none); the most decimals, of a quotient one at least; their leaves as inputs; estimate if any operand
    is one."""
    first = numbers[0]
    counted = first.meaning.definition
    alike = [number for number in numbers if number.meaning.definition == counted]
    start, end = joint_period(alike)
    units = [unit for unit, power in dimension_of(*operation).items() if power > 0]
    unit = units[0] if units else "ratio"
    leaves = {leaf.name: leaf for number in numbers for leaf in number.leaves()}
    vocabulary = next((number.meaning.vocabulary for number in numbers if number.meaning.vocabulary), None)
    nouns = next((number.nouns for number in numbers if number.unit == unit), {})
    nouns = nouns or (vocabulary.nouns(unit) if vocabulary and unit == MONEY_A_YEAR else {})
    caveats = _distinct_caveats(caveat for number in numbers for caveat in number.meaning.caveats)
    meaning: dict[str, Any] = {
        "label": "",
        "start": start,
        "end": end,
        "caveats": caveats,
        "nouns": nouns,
        "vocabulary": vocabulary,
    }
    return {
        "unit": unit,
        "decimals": max(1 if operation[0] == "÷" else 0, *(number.decimals for number in numbers)),
        "meaning": replace(first.meaning, **meaning),
        "inputs": tuple(leaves.values()),
        "estimate": any(number.kind == "estimate" for number in numbers),
    }


def _distinct_caveats(caveats: Iterable[Caveat]) -> tuple[Caveat, ...]:
    """Caveats without duplicates, in the order of first occurrence."""
    return tuple({caveat.caveat: caveat for caveat in caveats}.values())


def joint_period(numbers: Sequence[Number]) -> tuple[str, str]:
    """The joint period of numbers, one at least: their earliest start and their latest end, each as it is written, and
    empty if any of them does not state it."""
    periods = {(number.meaning.start, number.meaning.end) for number in numbers}
    starts, ends = zip(*periods, strict=True)
    start = min(starts, key=date_of) if all(starts) else ""
    return start, max(ends, key=last_date_of) if all(ends) else ""


def require_reason(reason: Text, purpose: str) -> Text:
    """Return the reason or assumption unchanged. Raises Refused, with the ``purpose`` it is needed for, if it is
    empty."""
    if not reason:
        raise Refused(f"found no reason for {purpose}; allowed: a text in both languages")
    return reason


def measure(
    name: str,
    label: Text,
    quantity: Quantity,
    inputs: Sequence[Number],
    formula: Text,
    *,
    caveats: Sequence[Caveat] = (),
    estimate: bool = False,
    **fields: Any,
) -> Measure:
    """Build a measure that no operator gives, such as a confidence interval. Caveats come from all its inputs (one at
    least), the period from those with the definition of the first; place, definition, unit and nouns are those of the
    first, decimals 0. ``fields`` override all these (another unit has no nouns), ``caveats`` are added. It is an
    estimate if ``estimate``, or if any input is one."""
    first = inputs[0]
    common = inherited_fields(inputs, "made", first)
    obliged = _distinct_caveats([*common["meaning"].caveats, *caveats])
    common |= {"caveats": obliged, "estimate": estimate or common["estimate"]}
    common |= {"name": name, "label": label, "quantity": quantity, "formula": formula, "inputs": tuple(inputs)}
    nouns = first.nouns if fields.get("unit", first.unit) == first.unit else {}
    return Measure.of_parts(**common | {"unit": first.unit, "decimals": 0, "nouns": nouns} | fields)


class Undecided(Refused):
    """The bounds of two numbers overlap, so that their order is open."""


def _is_below(left: Any, right: Any) -> bool:
    """Whether every possible value of the left number is below every one of the right; a plain number takes the unit of
    the other. Raises Undecided if bounds overlap or a number is approximate, DefinitionsDiffer for numbers that do not
    compare, TypeError for what is no number."""
    if isinstance(left, Number) and isinstance(right, Number):
        require_comparable(left, right)
    for side, number in ((left, right), (right, left)):
        if not isinstance(side, Number) and plain_value(side) is None:
            raise TypeError(f"found {side!r} compared with {number}; allowed: {OPERANDS}")
    lower, upper = map(quantity_of, (left, right))
    if not (lower.about or upper.about):
        if is_above(upper, lower):
            return True
        if is_at_least(lower, upper):
            return False
    raise Undecided(f"found {left} and {right}, which their bounds leave in either order; allowed: bounds apart")
