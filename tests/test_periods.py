"""How long a number's period lasts, against lengths counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.problems import Refused

Make = Callable[..., Number]


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2021/22", "2023/24", 3), ("2025", "2030", 6), ("2020/21", "2020/21", 1), ("2021-12", "2023-02", 3)],
)
def test_fiscal_years_count_the_first_and_the_last(number: Make, start: str, end: str, years: int) -> None:
    found = Number.fiscal_years(number(Quantity.exact(1), start=start, end=end))
    assert (found.quantity, found.unit) == (Quantity.exact(years), "years")
    assert found.nouns["fr"]["other"] == "ans"


@pytest.mark.parametrize(
    ("start", "end", "low", "high"),
    [
        # December 31 to February 1, and December 1 to February 28, last days included.
        ("2021-12", "2023-02", Fraction(1, 31) + 13 + Fraction(1, 28), 15),
        ("2021-12", "2023-02-22", Fraction(1, 31) + 13 + Fraction(22, 28), 14 + Fraction(22, 28)),
        ("2023-02-01", "2023-02-28", 1, 1),
        ("2023-02-28", "2023-02-28", Fraction(1, 28), Fraction(1, 28)),
        ("2024-02-01", "2024-02-15", Fraction(15, 29), Fraction(15, 29)),  # a leap year
    ],
)
def test_months_are_an_interval_where_a_day_is_not_stated(
    number: Make, start: str, end: str, low: Fraction, high: Fraction
) -> None:
    months = Number.months(number(Quantity.exact(65), start=start, end=end))
    assert (months.quantity.low, months.quantity.high, months.kind) == (low, high, "derived")


@pytest.mark.parametrize(
    ("one", "other", "years"),
    [
        (("2009/10", "2019/20"), ("2008/09", "2017/18"), 9),
        (("2012", "2015"), ("2015", "2020"), 1),
        (("2012", "2013"), ("2015", "2020"), 0),
    ],
)
def test_years_that_two_periods_share(number: Make, one: tuple[str, str], other: tuple[str, str], years: int) -> None:
    pair = [number(Quantity.exact(1), name=f"n{i}", start=s, end=e) for i, (s, e) in enumerate((one, other))]
    assert Number.shared_years(*pair).quantity == Quantity.exact(years)


@pytest.mark.parametrize("length", [Number.fiscal_years, Number.months])
@pytest.mark.parametrize(("start", "end"), [("2020", ""), ("", "")])
def test_a_period_that_is_not_stated_has_no_length(
    number: Make, length: Callable[[Number], Number], start: str, end: str
) -> None:
    with pytest.raises(Refused, match=r"whose period is not stated .*; allowed: a first and a last year"):
        length(number(Quantity.exact(1), start=start, end=end))
