"""Numbers in writing: digits, words of the bound, unit and sign, in each language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from ..language import LANGUAGES, NO_BREAK, Text, compose, phrase
from ..language.formats import format_number, plural
from .quantity import LOWER_BOUNDS, UPPER_BOUNDS, Bound, Quantity, round_to, to_decimal

if TYPE_CHECKING:
    from .number import Number

MONEY = ("cad", "cad_per_year")
# The units of rates, each with its base: of how many people one is counted. All that is known of a rate follows.
RATES = {"per_100k": 100_000, "per_1000_adults": 1_000, "per_1000_women": 1_000, "per_1000_people": 1_000}
CALENDAR_YEAR = "calendar_year"  # shown without a sign between thousands
# Units that are not counts of things, for which English says less, not fewer.
OF_TIME = (CALENDAR_YEAR, "years", "months", "days", "per_month")
MEASURED = frozenset(("percent", "times", "ratio", "index_points", *OF_TIME, *MONEY, *RATES))


def scale_of(number: Number) -> Fraction:
    """The display unit by which a number is divided: 1,000,000 of money from one million dollars on, unless that takes
    more than two decimals ($1,054,000, since 1,054 M$ in French could be taken for a thousand millions); else 1."""
    return Fraction(1_000_000) if is_large(number) and number.decimals <= 2 else Fraction(1)


def is_large(number: Number) -> bool:
    """Whether a number is money of at least a million dollars (of either sign), so that its ``decimals`` are those of
    millions."""
    return number.unit in MONEY and abs(number.quantity.value) >= 1_000_000


def decimals_shown(number: Number) -> int:
    """The number of decimals for display, in the unit of `scale_of`: at most three of a rate; none of millions of
    dollars that are written out in full, or of less than a million dollars a year; else the number's own."""
    if number.unit in RATES:
        return min(number.decimals, 3)
    of_a_million = is_large(number) and number.decimals > 2
    return 0 if of_a_million or (number.unit == "cad_per_year" and not is_large(number)) else number.decimals


RELATIVE = ("percent", "times", "ratio")
FAR = 1_000  # per cent, or times as many: from here on decimals are meaningless
DIGITS_OF_FAR_END = 2  # significant digits of an interval's ends from there on


def decimals_of_end(number: Number, end: Fraction) -> int:
    """The number of decimals of one ``end``, negative for tens and hundreds: that of `decimals_shown`, except that an
    end of a calculated change or ratio of a thousand or more has none if the number is exact, and two significant
    digits if it is an interval, since few events are behind it."""
    if number.unit not in RELATIVE or number.kind == "published" or abs(end) < FAR:
        return decimals_shown(number)
    exact = number.quantity.low == number.quantity.high
    return 0 if exact else DIGITS_OF_FAR_END - len(str(abs(int(end))))


def rounded_for_display(number: Number, scale: Fraction = Fraction(1)) -> Quantity:
    """A number's quantity in units of ``scale`` (see `scale_of`), rounded outwards for display. A positive lower end
    that rounds to zero becomes open: 0.7 to 81.5 is "between 0 and 82", not "up to 82"."""
    quantity = number.quantity.scale_by(1 / scale)
    rounded = quantity.map_ends(lambda end, way: round_to(end, decimals_of_end(number, end), way))
    above_zero = quantity.low is not None and quantity.low > 0 and rounded.low == 0 != rounded.high
    return replace(rounded, low_open=rounded.low_open or above_zero)


@dataclass(frozen=True)
class Shown:
    """A number for display: its words, and for programs its bound, its value (the end that is printed first) and its
    ends; an end that the bound lacks is empty."""

    words: str
    bound: str
    value: str
    low: str
    high: str


def show(number: Number, language: str) -> Shown:
    """A number in words, rounded outwards for display: bound, digits, and the unit if it is a sign (dollars, per cent),
    "more than $345 million"; no noun (see `noun_of`)."""
    scale = scale_of(number)
    return quantity_in_words(
        rounded_for_display(number, scale), partial(decimals_of_end, number), number.unit, scale, language
    )


def words_in_both(number: Number) -> Text:
    """A number with its bound and sign in both languages, "more than 80" and "plus de 80", as a text that a record can
    rephrase later (see `compose`); no noun."""
    scale, places = scale_of(number), partial(decimals_of_end, number)
    quantity = rounded_for_display(number, scale)
    digits = digits_of(quantity, places)
    signed = [{each: with_sign(digit, number.unit, scale, each) for each in LANGUAGES} for digit in digits]
    return compose(phrase("bound", wording_of(quantity.bound, number.unit, digits[0])), *signed)


def quantity_in_words(
    quantity: Quantity,
    decimals: Callable[[Fraction], int],
    unit: str,
    scale: Fraction,
    language: str,
    family: str = "bound",
) -> Shown:
    """The words of a quantity in a ``family`` of phrases.csv, and its digits for programs. Its ends are in units of
    ``scale`` already (of money 1 or a million) and rounded as ``decimals`` gives them for an end (negative: tens and
    hundreds); the digits for programs are in single units again."""
    digits = digits_of(quantity, decimals)
    signed = [with_sign(digit, unit, scale, language) for digit in digits]
    wording = wording_of(quantity.bound, unit, digits[0]) if family == "bound" else quantity.bound
    words = phrase(family, wording)[language].format(*signed)
    plain = [f"{digit * int(scale):f}" for digit in digits]
    low = "" if quantity.bound in UPPER_BOUNDS else plain[0]
    high = "" if quantity.bound in LOWER_BOUNDS else plain[-1]
    return Shown(words, quantity.bound.value, plain[0], low, high)


def wording_of(bound: Bound, unit: str, end: Decimal) -> str:
    """The name of a bound's wording in phrases.csv, by unit and printed end: that of the bound, but ``fewer-than`` for
    less than zero or more things that are counted; less than 20%, fewer than 20 people, less than −20 people."""
    is_count = unit not in MEASURED and end >= 0
    return "fewer-than" if bound is Bound.LESS_THAN and is_count else bound.value


def digits_of(quantity: Quantity, decimals: Callable[[Fraction], int]) -> list[Decimal]:
    """The digits of a rounded quantity, with as many decimals as ``decimals`` gives for an end (negative: none): its
    value alone, or both ends of ``between``."""
    ends = [quantity.value] if quantity.bound is not Bound.BETWEEN else [quantity.low, quantity.high]
    return [to_decimal(end, max(0, decimals(end))) for end in ends if end is not None]


def with_sign(digits: Decimal, unit: str, scale: Fraction, language: str) -> str:
    """Digits in a language with the sign of their unit, if it has one: $345 million and 345 M$ (``scale`` above 1),
    12.4% and 12,4 %; a calendar year without a sign between thousands."""
    text = str(digits) if unit == CALENDAR_YEAR else format_number(digits, language)
    if unit in MONEY:
        million = scale > 1
        if language == "en":
            sign, amount = ("\u2212", text[1:]) if text[:1] in "-\u2212" else ("", text)
            return f"{sign}${amount}" + (f"{NO_BREAK}million" if million else "")
        return f"{text}{NO_BREAK}" + ("M$" if million else "$")
    if unit == "percent":
        return f"{text}%" if language == "en" else f"{text}{NO_BREAK}%"
    return text


def noun_of(number: Number, language: str) -> str:
    """The unit's noun in the form that the displayed digits (of an interval the upper end) require: 1 incident, 2
    incidents. Empty for a unit without a noun in that language."""
    words = number.nouns.get(language)
    if not words:
        return ""
    shown = show(number, language)
    return plural(Decimal(shown.high or shown.value), words["one"], words["other"], language)


def decimals_of(value: str, unit: str) -> int:
    """The number of decimals of a published value: as printed; from a million dollars on, those of its millions, as few
    as represent it."""
    number = Decimal(value)
    if unit in MONEY and abs(number) >= 1_000_000:
        number = (number / 1_000_000).normalize()
    return max(0, -int(number.as_tuple().exponent))
