"""Interval arithmetic on exact fractions: a `Quantity` is an interval with the bound that its publisher gave it."""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from typing import Any

from ..problems import Refused

Way = Callable[[Fraction], int]  # a rounding function
End = tuple[float | Fraction, bool]  # an end of an interval, infinite if unbounded, and whether it is open
LONGEST_REASON = 4  # operands named in a refusal
ONE_SIDE = "numbers whose ends are known on one side, such as an exact one"


class Bound(StrEnum):
    """The bound of a number as its publisher words it; the values are those of the column ``bound`` in ``data/``."""

    EXACT = "exact"
    MORE_THAN = "more-than"
    AT_LEAST = "at-least"
    LESS_THAN = "less-than"
    UP_TO = "up-to"
    ABOUT = "about"
    BETWEEN = "between"


UPPER_BOUNDS = (Bound.UP_TO, Bound.LESS_THAN)  # published without a lower end
LOWER_BOUNDS = (Bound.MORE_THAN, Bound.AT_LEAST)  # published without an upper end


class CannotBeKept(Refused):
    """The result of an operation has no bound on either side, or no defined value."""


class NotANumber(Refused):
    """A value is NaN or infinite."""


def fraction(value: Any) -> Fraction:
    """Convert a finite number, or its text ("2.30", "1/3"), to an exact fraction; a float, even a computed one, by its
    shortest decimal. Raises NotANumber for NaN and infinities; InvalidOperation (of decimal), or ValueError if it has a
    "/", for another text."""
    number = str(value) if isinstance(value, float) else value
    number = Decimal(number) if isinstance(number, str) and "/" not in number else number
    if isinstance(number, Decimal) and not number.is_finite():
        raise NotANumber(f"found {value}; allowed: a finite number")
    return Fraction(number)


MOST_DIGITS = 15  # significant digits of a decimal that a float preserves


class ComputedFloat(TypeError):
    """A float with more digits than a typed decimal has: the result of a calculation in floating point."""


def typed_fraction(value: float) -> Fraction:
    """Convert a typed float to the decimal it stands for: 1.5 is 3/2. Raises ComputedFloat for more than 15 significant
    digits, as in 1 / 3, and NotANumber for NaN and infinities."""
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        raise NotANumber(f"found {value}; allowed: a finite number")
    if len(number.as_tuple().digits) > MOST_DIGITS:
        allowed = "a decimal as it is typed, 1.5, or a Fraction, such as Fraction(1, 3)"
        raise ComputedFloat(f"found {float(value)}, a float that was computed; allowed: {allowed}")
    return Fraction(number)


def rounded_fraction(value: float) -> Fraction:
    """Round a float to ten decimals, as a fraction: a computed one is then the same on every machine."""
    return Fraction(f"{float(value):.10f}")


@dataclass(frozen=True)
class Quantity:
    """An interval of exact fractions. An end of None is unbounded; an *open* end is excluded from the interval.

    ``about`` marks an approximate number: it has no reliable ends, so it combines with exact and approximate numbers
    only. Published upper bounds (less than, up to) have the lower end zero, since counts, amounts, rates and shares are
    never negative; a difference may be negative, and then has no lower end.
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False
    about: bool = False

    def __post_init__(self) -> None:
        """Raises Refused for a lower end above the upper one; an unbounded end loses its mark as open."""
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Refused(f"found an interval from {self.low} to {self.high}; allowed: low not above high")
        for end, mark in ((self.low, "low_open"), (self.high, "high_open")):
            if end is None:  # no end is neither open nor closed: equal quantities are equal
                object.__setattr__(self, mark, False)

    @classmethod
    def of(cls, bound: str, value: Any, high: Any = None) -> Quantity:
        """Build a quantity from the name of a `Bound` and its number (see `fraction`); ``high`` is the upper end of
        ``between``, ignored for others. Raises ValueError for an unknown bound, TypeError for ``between`` without
        ``high``, NotANumber for NaN and infinities, Refused for ``high`` below the number and for "less than" or "up
        to" a negative one."""
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
        """Build an exact quantity: both ends are the value."""
        return cls.of(Bound.EXACT, value)

    @classmethod
    def between(cls, low: Any, high: Any) -> Quantity:
        """Build the closed interval from ``low`` to ``high``."""
        return cls.of(Bound.BETWEEN, low, high)

    @property
    def bound(self) -> Bound:
        """The bound that describes this interval in words, also of a calculated one: ``up-to`` or ``less-than`` if the
        lower end is a closed zero or unbounded; ``between`` for any other two ends, open or closed."""
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
        """The number printed with the bound: the upper end of ``less-than`` and ``up-to``, else the lower end."""
        end = self.high if self.bound in UPPER_BOUNDS else self.low
        assert end is not None
        return end

    def __neg__(self) -> Quantity:
        """The interval mirrored at zero, open ends with it."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return replace(self, low=low, high=high, low_open=self.high_open, high_open=self.low_open)

    def __add__(self, other: Quantity) -> Quantity:
        """The interval of all sums. Raises CannotBeKept if it is unbounded on both sides, and for a bound beside an
        approximate number."""
        return sum_of([self, other])

    def __sub__(self, other: Quantity) -> Quantity:
        """The interval of all differences, as if the two were independent: a quantity minus itself is zero only if it
        is a single value. Raises CannotBeKept if it is unbounded on both sides, and for a bound beside an approximate
        number."""
        return _sum([self, -other]).require_bounded("a difference", self, other)

    def __mul__(self, other: Quantity) -> Quantity:
        """The interval of all products. Raises CannotBeKept if it is unbounded on both sides, and for a bound with an
        approximate number."""
        about = is_result_approximate(self, other, "a product")
        if self.low is not None and other.low is not None and self.low is self.high and other.low is other.high:
            value = self.low * other.low  # of two single values, most of all products
            return Quantity(value, value, about=about)
        ends = [multiply_ends(a, b) for a in self._ends() for b in other._ends()]
        low, low_open = min(ends, key=lambda end: (end[0], end[1]))
        high, high_open = max(ends, key=lambda end: (end[0], not end[1]))
        result = Quantity(_finite(low), _finite(high), low_open, high_open, about)
        return result.require_bounded("a product", self, other)

    def __truediv__(self, other: Quantity) -> Quantity:
        """The interval of all quotients, unbounded above by "up to" a number. Raises CannotBeKept as a product does,
        and for a divisor that is zero or may have either sign."""
        return self * other.reciprocal()

    def reciprocal(self) -> Quantity:
        """Return 1 divided by the quantity; an end of zero becomes unbounded, an unbounded one zero. Raises
        CannotBeKept for zero and for an interval that may have either sign."""
        if self.low is not None and self.low >= 0 and self.high != 0:
            high = None if self.low == 0 else 1 / self.low
            low = Fraction(0) if self.high is None else high if self.high is self.low else 1 / self.high
            return Quantity(low, high, self.high_open or self.high is None, self.low_open, self.about)
        if self.high is not None and self.high <= 0 and self.low != 0:
            return -(-self).reciprocal()
        why = f"cannot divide by {self.in_english()}: it may be zero, so no bound can be kept"
        raise CannotBeKept(f"{why}; allowed: one that is no zero")

    def _ends(self) -> list[End]:
        """The lower and the upper end, infinite where unbounded, each with whether it is open."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return [(low, self.low_open), (high, self.high_open)]

    def require_bounded(self, operation: str, *operands: Quantity) -> Quantity:
        """Return this result of an operation ("a sum") unchanged. Raises CannotBeKept, naming operation and operands,
        if it is unbounded on both sides."""
        if self.low is None and self.high is None:
            words = " and ".join(operand.in_english() for operand in operands)
            raise CannotBeKept(
                f"{operation} of {words} has no bound that can be kept: it could be any number; allowed: {ONE_SIDE}"
            )
        return self

    def in_english(self) -> str:
        """The bound and its ends in English, unrounded, for error messages."""
        if self.bound is Bound.BETWEEN:
            return f"between {self.low} and {self.high}"
        return f"{self.bound.value.replace('-', ' ')} {self.value}"

    def contains(self, value: Any) -> bool:
        """Whether a plain number lies in the interval, open ends excluded; an approximate quantity contains any
        number."""
        number = Quantity.exact(value)
        return self.about or not (is_above(number, self) or is_above(self, number))

    def whole_numbers(self) -> tuple[int, int] | None:
        """The least and the greatest whole number in the interval; None if unbounded at an end, if approximate, or if
        none lies inside."""
        if self.about or self.low is None or self.high is None:
            return None
        low = math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)
        high = math.ceil(self.high) - 1 if self.high_open else math.floor(self.high)
        return (low, high) if low <= high else None

    def round_outwards(self, decimals: int) -> Quantity:
        """A copy rounded outwards for display: lower ends down, upper ends up. An exact number that loses digits is
        rounded to the nearest (half to even) and becomes ``about``."""
        return self.map_ends(lambda end, way: round_to(end, decimals, way))

    def map_ends(self, end_to: Callable[[Fraction, Way], Fraction]) -> Quantity:
        """A copy with ``end_to(end, way)`` in place of each bounded end; ``way`` is the function that rounds outwards
        there: ``math.floor`` for a lower end, ``math.ceil`` for an upper one, ``round`` for a single value, which
        becomes ``about`` if it changes."""
        if self.low is not None and self.low == self.high:
            number = end_to(self.low, round)
            return Quantity(number, number, about=self.about or number != self.low)
        low = None if self.low is None else end_to(self.low, math.floor)
        high = None if self.high is None else end_to(self.high, math.ceil)
        return replace(self, low=low, high=high)

    def scale_by(self, factor: Fraction | int) -> Quantity:
        """Multiply both ends by a factor above 0: the same quantity in a unit ``1/factor`` as large."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return replace(self, low=low, high=high)

    def record(self) -> dict[str, Any]:
        """The quantity as a JSON object: ends as texts of fractions ("1/3"; None if unbounded), whether each is open,
        ``about``, and the name of the bound."""
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
        """The inverse of `record`; the name of the bound, which follows from the ends, is not read."""
        ends = [None if record[end] is None else Fraction(record[end]) for end in ("low", "high")]
        return cls(ends[0], ends[1], record["low_open"], record["high_open"], record["about"])


def is_result_approximate(left: Quantity, right: Quantity, operation: str) -> bool:
    """Whether the result of an operation ("a product", for the message) on two quantities is approximate: if either is.
    Raises CannotBeKept if one is approximate and the other has a bound such as "more than"."""
    about = left.about or right.about
    if about and not all(q.bound in (Bound.ABOUT, Bound.EXACT) for q in (left, right)):
        operands = f"{operation} of {left.in_english()} and {right.in_english()}"
        raise CannotBeKept(f"{operands}: an approximate number keeps no bound; allowed: exact ones")
    return about


def _sum(terms: Sequence[Quantity]) -> Quantity:
    """The sum of quantities, zero of none, perhaps unbounded. Raises CannotBeKept for a bound beside an approximate
    number."""
    approximate = next((term for term in terms if term.about), None)
    if approximate:
        bounds = (other for other in terms if other.bound not in (Bound.ABOUT, Bound.EXACT))
        is_result_approximate(approximate, next(bounds, approximate), "a sum or difference")
    lows = [term.low for term in terms if term.low is not None]
    highs = [term.high for term in terms if term.high is not None]
    low = sum_of_fractions(lows) if len(lows) == len(terms) else None
    high = low if highs == lows else sum_of_fractions(highs) if len(highs) == len(terms) else None
    return Quantity(
        low,
        high,
        any(term.low_open for term in terms),
        any(term.high_open for term in terms),
        approximate is not None,
    )


def sum_of_fractions(ends: Iterable[Fraction]) -> Fraction:
    """The exact sum of fractions, zero of none, accumulated by denominator: for thousands of decimals this adds
    integers instead of fractions."""
    numerators: dict[int, int] = defaultdict(int)
    for end in ends:
        numerators[end.denominator] += end.numerator
    return sum((Fraction(top, bottom) for bottom, top in numerators.items()), Fraction(0))


def sum_of(terms: Sequence[Quantity]) -> Quantity:
    """The sum of quantities, zero of none. Raises CannotBeKept if it is unbounded on both sides, and for a bound beside
    an approximate number."""
    return _sum(terms).require_bounded("a sum", *terms[:LONGEST_REASON])


def product_of(factors: Sequence[Quantity]) -> Quantity:
    """The product of quantities, one at least, from left to right. Raises CannotBeKept if it is unbounded on both
    sides, and for a bound beside an approximate number."""
    return reduce(operator.mul, factors)


def quantile(quantities: Sequence[Quantity], place: Fraction) -> Quantity:
    """The quantile of quantities, one at least, at ``place``, from 0 (smallest) to 1 (largest), by linear
    interpolation. Bounded even where the intervals overlap: its lower end is the quantile of the lower ends, its upper
    end that of the upper ends. Raises CannotBeKept for bounds beside approximate numbers, or if the result is unbounded
    on both sides."""
    approximate = any(quantity.about for quantity in quantities)
    if approximate and not all(q.bound in (Bound.ABOUT, Bound.EXACT) for q in quantities):
        raise CannotBeKept("an order of approximate numbers and bounds: an approximate number keeps no bound")
    ends = [quantity._ends() for quantity in quantities]
    low, opened = _interpolate(sorted(low for low, _ in ends), place)  # an open lower end lies above a closed one
    high, closed = _interpolate(sorted((high, not is_open) for _, (high, is_open) in ends), place)
    result = Quantity(_finite(low), _finite(high), True in opened, False in closed, approximate)
    return result.require_bounded("an order", *quantities[:LONGEST_REASON])


def _finite(end: float | Fraction) -> Fraction | None:
    """An end as a fraction; None if it is infinite."""
    return None if end in (math.inf, -math.inf) else Fraction(end)  # larger than any float too


def _interpolate(ends: Sequence[End], place: Fraction) -> tuple[float | Fraction, set[bool]]:
    """The value at ``place`` (0 to 1) of sorted ends by linear interpolation, infinite if an end next to it is; and the
    set of the marks (second items) of the two ends next to it."""
    at = place * (len(ends) - 1)
    (below, mark), (above, other) = ends[math.floor(at)], ends[math.ceil(at)]
    if below == above or below == -math.inf:
        return below, {mark, other}
    share = at - math.floor(at)
    value = above if above == math.inf else Fraction(below) * (1 - share) + Fraction(above) * share
    return value, {mark, other}


def is_above(upper: Quantity, lower: Quantity) -> bool:
    """Whether every value of ``upper`` is greater than every value of ``lower``; false if an end between them is
    unbounded. ``about`` is not looked at: callers decide on approximate numbers first."""
    if upper.low is None or lower.high is None:
        return False
    return upper.low > lower.high or (upper.low == lower.high and (upper.low_open or lower.high_open))


def is_at_least(upper: Quantity, lower: Quantity) -> bool:
    """Whether every value of ``upper`` is at least every value of ``lower``; false if an end between them is unbounded.
    ``about`` is not looked at."""
    return upper.low is not None and lower.high is not None and upper.low >= lower.high


def multiply_ends(left: End, right: End) -> End:
    """The product of two ends, each with whether it is open. Zero times anything, infinity included, is zero; it is
    open unless a factor is a closed zero."""
    if left[0] == 0 or right[0] == 0:
        closed_zero = (left[0] == 0 and not left[1]) or (right[0] == 0 and not right[1])
        return Fraction(0), not closed_zero
    return left[0] * right[0], left[1] or right[1]


def round_to(value: Fraction, decimals: int, way: Way) -> Fraction:
    """Round a fraction to a number of decimals by ``way``: ``math.floor``, ``math.ceil`` or ``round`` (half to even);
    negative decimals round to tens and hundreds."""
    scale = Fraction(10) ** decimals
    return way(value * scale) / scale


def to_decimal(value: Fraction, decimals: int) -> Decimal:
    """Convert a fraction to a decimal with exactly that many places, cut off and not rounded (callers round first); not
    limited by the context's precision."""
    number = int(value * 10**decimals)
    return Decimal((number < 0, tuple(map(int, str(abs(number)))), -decimals))
