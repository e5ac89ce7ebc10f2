"""The measures of the chapter on investigations and charges, against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from evaluation import measures
from evaluation.figures import Bound, Figure, Figures, show


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


@pytest.fixture(scope="module")
def investigations(figures: Figures) -> Figure:
    return figures.figure("ijfs_investigations")


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
    investigations: Figure, start: str, end: str, low: Fraction, high: Fraction
) -> None:
    months = measures.months_in("months", "Months", replace(investigations, start=start, end=end), decimals=1)
    assert (months.quantity.low, months.quantity.high) == (low, high)


def test_the_window_is_between_13_and_15_months(investigations: Figure) -> None:
    months = measures.months_in("months", "Months", investigations, decimals=1)
    assert show(months, "en").words == "between 13.0 and 15.0"
    assert months.kind == "derived"


def test_an_average_a_month_spans_the_window_and_its_interval_adds_chance(investigations: Figure) -> None:
    months = measures.months_in("months", "Months", investigations)
    mean, interval = measures.a_month(investigations, months, 0.95, decimals=1)
    # 65 over 15 and over 13.068 months; Garwood for 65: 50.17 to 82.85 (R: poisson.test(65)).
    assert show(mean, "en").words == "between 4.3 and 5.0"
    assert float(interval.quantity.low or 0) == pytest.approx(50.17 / 15, abs=0.001)
    assert float(interval.quantity.high or 0) == pytest.approx(82.85 / 13.068, abs=0.001)
    assert (mean.kind, interval.kind, interval.method) == ("derived", "estimate", measures.INDEPENDENT)
    assert [part.name for part in interval.inputs] == ["ijfs_investigations", "months"]


def test_an_average_for_each_investigation(figures: Figures, investigations: Figure) -> None:
    trafficking = figures.figure("ijfs_trafficking_charges")
    mean, interval = measures.an_investigation(trafficking, investigations, 0.95, decimals=2)
    # 72 / 65 = 1.1077; Clopper-Pearson for 72 of 137 is 0.4385 to 0.6114, so 0.781 to 1.573 as odds.
    assert mean.quantity.value == Fraction(72, 65)
    assert float(interval.quantity.low or 0) == pytest.approx(0.781, abs=0.001)
    assert float(interval.quantity.high or 0) == pytest.approx(1.573, abs=0.001)
    assert (mean.unit, interval.unit) == ("charges", "charges")


def test_a_ratio_has_the_unit_of_a_ratio_unless_told_otherwise(figures: Figures, investigations: Figure) -> None:
    victims = figures.figure("ijfs_victims_assisted")
    assert measures.ratio_interval("ratio", "Ratio", victims, investigations, 0.9).unit == "ratio"


def test_the_share_of_charges(figures: Figures) -> None:
    parts = [figures.figure("ijfs_trafficking_charges"), figures.figure("ijfs_other_charges")]
    both = measures.total("all_charges", "All charges", parts)
    charges = measures.counting(both, "ijfs_all_charges", figures.label("definitions", "ijfs_all_charges"))
    share, interval = measures.share_and_interval(
        "share", {"en": "Share", "fr": "Part"}, parts[0], charges, 0.95, decimals=1
    )
    assert (charges.quantity.value, charges.definition) == (239, "ijfs_all_charges")
    # 72 of 239 = 30.126%; Clopper-Pearson 24.38% to 36.38%.
    assert show(share, "fr").words == "environ 30,1\u00a0%"
    assert float(interval.quantity.low or 0) == pytest.approx(24.38, abs=0.01)
    assert float(interval.quantity.high or 0) == pytest.approx(36.38, abs=0.01)
    assert interval.name == "share_interval"


def test_by_name_keeps_each_number_under_its_own_name(figures: Figures, investigations: Figure) -> None:
    victims = figures.figure("ijfs_victims_assisted")
    named = measures.by_name(investigations, victims)
    assert named == {"ijfs_investigations": investigations, "ijfs_victims_assisted": victims}


@pytest.mark.parametrize(("level", "words"), [(0.95, "95%"), (0.5, "50%"), (0.9, "90%"), (0.999, "99.9%")])
def test_a_confidence_level_is_worded_exactly(level: float, words: str) -> None:
    number = measures.confidence_level(level)
    assert (show(number, "en").words, number.quantity.bound) == (words, Bound.EXACT)
