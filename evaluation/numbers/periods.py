"""Periods: two moments, their words, and their length."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from typing import Any

from ..language import LANGUAGES
from ..language.formats import date_of, format_period, is_moment, is_reversed, last_date_of
from ..problems import Refused

MOMENTS = "a year, a month, a day or a fiscal year (2024, 2024-03, 2024-03-31, 2023/24), two of them, or a number"


class Period(dict[str, str]):
    """A period in words in both languages. ``start`` and ``end`` are its first and last moment (year, fiscal year,
    month or day), empty if the publication states none."""

    def __init__(self, start: str, end: str):
        """From two valid moments, or empty texts; an order is not checked (see `of`)."""
        super().__init__({language: format_period(start, end, language) for language in LANGUAGES})
        self.start, self.end = start, end

    @classmethod
    def of(cls, value: Any) -> Period:
        """The period of a value: a year, fiscal year, month or day, which is both its start and its end; a tuple of
        two, of which one or both may be empty; a number or a period, whose own it is. Raises Refused for anything else,
        and for an end before the start."""
        if hasattr(value, "start"):
            return cls(value.start, value.end)
        start, end = map(str, value if isinstance(value, tuple) else (value, value))
        if invalid := next((moment for moment in (start, end) if moment and not is_moment(moment)), None):
            raise Refused(f"found {invalid}; allowed: {MOMENTS}")
        if is_reversed(start, end):
            raise Refused(f"found {start} to {end}; allowed: a period that starts before it ends")
        return cls(start, end)

    def years(self) -> range:
        """Its years, of fiscal years those in which they begin, first and last included. Raises Refused if its start or
        end is not stated."""
        self._check_stated()
        return range(int(self.start[:4]), int(self.end[:4]) + 1)

    def months(self) -> tuple[Fraction, Fraction]:
        """Its minimum and maximum length in months, as fractions, first and last day included; they differ if only a
        month or a year, not its day, is stated. Raises Refused if the period is not stated."""
        self._check_stated()
        first, last = ((date_of(moment), last_date_of(moment)) for moment in (self.start, self.end))
        shortest = month_position(last[0], after=True) - month_position(first[1], after=False)
        return shortest, month_position(last[1], after=True) - month_position(first[0], after=False)

    def _check_stated(self) -> None:
        """Raise Refused if the first or the last moment is not stated."""
        if not (self.start and self.end):
            raise Refused(f"found a number whose period is not stated ({self['en']}); allowed: a first and a last year")


def month_position(day: date, *, after: bool) -> Fraction:
    """The beginning of a day (its end, if ``after``) as a number of months, with the fraction of its own month."""
    days = day.day if after else day.day - 1
    return day.year * 12 + day.month + Fraction(days, monthrange(day.year, day.month)[1])
