r"""Numbers, dates and periods as each language writes them, and moments (years, months, days, fiscal years) read.

>>> format_number(Decimal(29000), "fr")
'29\xa0000'
"""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

LOCALES = {"en": "en_CA", "fr": "fr_CA"}


def plural(number: Decimal, singular: str, plural_form: str, language: str) -> str:
    """The form of a noun after a number, of either sign: below 2 it is singular in French, only 1 in English (CLDR's
    rules)."""
    form = Locale.parse(LOCALES[language]).plural_form(abs(number))
    return singular if form == "one" else plural_form


def format_number(value: Decimal, language: str) -> str:
    """A number with grouped thousands, the decimals of the value and a true minus sign: 2,900 and 2 900 (no-break);
    2.30 and 2,30."""
    return format_digits(str(value), language)


@lru_cache(10_000)
def format_digits(digits: str, language: str) -> str:
    """`format_number` of digits as text, cached, since a page prints a number up to ten times; the key is the text
    because 2.30 and 2.3 are equal numbers."""
    value = Decimal(digits)
    decimals = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    with localcontext(prec=max(28, len(digits) + 2)):  # however long
        return format_decimal(value, format=pattern, locale=LOCALES[language]).replace("-", "\u2212")


def format_moment(moment: str, language: str) -> str:
    """A year, month, day or fiscal year as people write it: 2023-02 is February 2023, février 2023; 2021/22 is 2021-22,
    2021-2022. A text without "/" and "-" is returned unchanged. Raises ValueError for a month or day that does not
    exist."""
    if "/" in moment:
        start, end = moment.split("/")
        return f"{start}-{end}" if language == "en" else f"{start}-{int(start) + 1}"
    parts = moment.split("-")
    if len(parts) == 1:
        return moment
    day = date_of(moment)
    if len(parts) == 2:
        return format_date(day, "MMMM y", locale=LOCALES[language])
    pattern = "MMMM d, y" if language == "en" else ("d MMMM y" if day.day > 1 else "'1er' MMMM y")
    return format_date(day, pattern, locale=LOCALES[language])


MOMENT = re.compile(r"\d{4}(-\d{2}){0,2}|\d{4}/\d{2}")


def date_of(moment: str) -> date:
    """The first day of a year, month, day or fiscal year, which begins on April 1. Raises ValueError for anything else,
    such as a fiscal year whose second year does not follow the first."""
    if "/" in moment:
        if not MOMENT.fullmatch(moment) or int(moment[5:]) != (int(moment[:4]) + 1) % 100:
            raise ValueError(f"{moment} is no fiscal year")
        return date(int(moment[:4]), 4, 1)
    year, month, day = [*moment.split("-"), "1", "1"][:3]
    return date(int(year), int(month), int(day))


def is_moment(text: str) -> bool:
    """Whether a text is a valid year, month, day, or fiscal year (of two consecutive years)."""
    try:
        return bool(MOMENT.fullmatch(text) and date_of(text))
    except ValueError:
        return False


MOMENT_NUMBER = re.compile(r"(\d{4})(?:-(\d\d))?(?:/\d\d)?")


def moment_number(moment: str) -> int | None:
    """A year or a fiscal year as its (first) year, a month as months since year 0, for counting gaps within a kind;
    None for anything else, a day too."""
    match = MOMENT_NUMBER.fullmatch(moment)
    if not match:
        return None
    return int(match[1]) * 12 + int(match[2]) - 1 if match[2] else int(match[1])


def last_date_of(moment: str) -> date:
    """The last day of a year, month, day or fiscal year, which ends on March 31. Raises ValueError for anything
    else."""
    day = date_of(moment)
    if "/" in moment:
        return date(day.year + 1, 3, 31)
    month = day.month if "-" in moment else 12
    return day if moment.count("-") == 2 else date(day.year, month, monthrange(day.year, month)[1])


def is_reversed(start: str, end: str) -> bool:
    """Whether a period starts after the last day of its end; false if either end is open."""
    return bool(start and end) and date_of(start) > last_date_of(end)


OPEN_PERIODS = {  # where a source states neither end, no end, or no start
    "en": ("period not stated", "since {}, end not stated", "until {}, start not stated"),
    "fr": ("période non précisée", "depuis {}, fin non précisée", "jusqu’{}, début non précisé"),
}


def format_period(start: str, end: str, language: str) -> str:
    """A period in words: of two equal moments one, else both; words say if one or both are not stated (empty)."""
    neither, no_end, no_start = OPEN_PERIODS[language]
    if not start and not end:
        return neither
    if not end:
        return no_end.format(format_moment(start, language))
    if not start:  # in French "au" stands before a day, "en" before a month or year
        before = {"en": "", "fr": "au " if end.count("-") == 2 else "en "}[language]
        return no_start.format(before + format_moment(end, language))
    if start == end:
        return format_moment(start, language)
    joiner = {"en": " to ", "fr": " au " if end.count("-") == 2 else " à "}[language]
    return format_moment(start, language) + joiner + format_moment(end, language)


YEARS = re.compile(r"\b(?:19|20)\d\d(?:[-–\u2011/](?:19|20)?\d\d)?\b(?!-\d)")


def machine_moment(moment: str) -> str:
    """The value of ``<time datetime>``: of a fiscal year its first year, any other moment unchanged."""
    return moment[:4] if "/" in moment else moment
