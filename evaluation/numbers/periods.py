"""How long a number's period lasts, and what two periods share: numbers that say what they were counted from."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from ..language import N_, Text, date_of, is_reversed, last_date_of
from ..problems import Refused
from .figures import Figures
from .labels import MOMENT
from .measures import measure
from .number import Measure, Number
from .quantity import Quantity

MOMENTS = "a year, a month, a day or a fiscal year (2024, 2024-03, 2024-03-31, 2023/24), two of them, or a number"


def ends_of(name: str, period: Number | str | int | tuple[str | int, str | int]) -> tuple[str, str]:
    """The first and the last moment of a period, however it is given. Raises Refused for what is none."""
    given = (period.start, period.end) if isinstance(period, Number) else period
    start, end = map(str, given if isinstance(given, tuple) else (given, given))
    if odd := next((one for one in (start, end) if one and not is_moment(one)), None):
        raise Refused(f"found {odd} for the period {name}; allowed: {MOMENTS}")
    if is_reversed(start, end):
        raise Refused(f"found {name}, {start} to {end}; allowed: a period that starts before it ends")
    return start, end


def is_moment(text: str) -> bool:
    try:
        return bool(MOMENT.fullmatch(text) and date_of(text))
    except ValueError:
        return False


def fiscal_years(number: Number) -> Measure:
    """The fiscal (or calendar) years of a number's period, the first and the last included, in years."""
    years = len(years_of(number))
    return counted("fiscal_years", N_("Fiscal years covered"), years, [number], N_("last year − first year + 1"))


def shared_years(one: Number, other: Number) -> Measure:
    """The fiscal (or calendar) years that lie in the periods of both numbers, in years."""
    years = len(set(years_of(one)) & set(years_of(other)))
    label, formula = N_("Fiscal years in both periods"), N_("years that both periods hold")
    return counted("shared_years", label, years, [one, other], formula)


def days(number: Number) -> Measure:
    """The days of a number's period, the first and the last included. Raises Refused where a month is not stated to
    the day."""
    stated(number)
    length = (last_date_of(number.end) - date_of(number.start)).days + 1
    return counted("days", N_("Days covered"), length, [number], N_("days from the first to the last, both included"))


def months(number: Number) -> Measure:
    """The months of a number's period, first and last day included: an interval where a month's day is not stated."""
    stated(number)
    # the earliest and the latest day that each can mean
    first, last = ((date_of(moment), last_date_of(moment)) for moment in (number.start, number.end))
    shortest = position(last[0], after=True) - position(first[1], after=False)
    longest = position(last[1], after=True) - position(first[0], after=False)
    quantity = Quantity.exact(shortest) if shortest == longest else Quantity.between(shortest, longest)
    formula = N_("months from the first to the last day, at the earliest and latest that the source allows")
    return counted("months", N_("Months covered"), quantity, [number], formula)


def years_of(number: Number) -> range:
    """The years in which the years of a number's period begin. Raises Refused where its period is not stated."""
    stated(number)
    return range(int(number.start[:4]), int(number.end[:4]) + 1)


def stated(number: Number) -> None:
    if not (number.start and number.end):
        raise Refused(f"found {number}, whose period is not stated; allowed: a number with a first and a last year")


def counted(unit: str, label: Text, count: int | Quantity, numbers: list[Number], formula: Text) -> Measure:
    """A count of years, months or days, named after the number whose period it is."""
    quantity = count if isinstance(count, Quantity) else Quantity.exact(count)
    name = "_".join([*(number.name for number in numbers), unit])
    kind = "years" if unit.endswith("years") else unit
    return measure(name, label, quantity, numbers, formula, unit=kind, nouns=Figures().nouns(kind))


def position(day: date, *, after: bool) -> Fraction:
    """Where a day begins, or ends, counted in months and parts of its own month."""
    gone = day.day if after else day.day - 1
    return day.year * 12 + day.month + Fraction(gone, monthrange(day.year, day.month)[1])
