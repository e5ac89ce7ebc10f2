"""The measures of the chapter on investigations and charges, against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from small import executed

from evaluation.numbers import measures
from evaluation.numbers.figures import Bound, Figure, Figures, Number, Quantity, show


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


def test_an_average_a_month_is_as_wide_as_the_window(investigations: Figure) -> None:
    months = measures.months_in("months", "Months", investigations)
    mean = measures.a_month(investigations, months, decimals=1)
    # 65 over 15 and over 13.068 months.
    assert show(mean, "en").words == "between 4.3 and 5.0"
    assert (mean.kind, mean.unit) == ("derived", "per_month")
    assert [part.name for part in mean.inputs] == ["ijfs_investigations", "months"]


def test_averages_of_full_counts_are_exact_and_have_no_interval(number: Callable[..., Number]) -> None:
    charges, persons, investigations = (number(Quantity.exact(n), name=f"n{n}", unit="charges") for n in (72, 28, 65))
    each = measures.an_investigation(charges, investigations, decimals=2)
    a_person = measures.a_person_charged(charges, persons, decimals=1)
    assert each.quantity == Quantity.exact(Fraction(72, 65))
    assert a_person.quantity == Quantity.exact(Fraction(72, 28))
    assert [(n.kind, n.method, n.unit) for n in (each, a_person)] == [("derived", "", "charges")] * 2


def test_what_rounded_shares_leave_is_as_wide_as_their_rounding(number: Callable[..., Number]) -> None:
    shares = [number(Quantity.exact(n), name=f"n{n}", unit="percent") for n in (38, 58)]
    rest = measures.rest_of_shares("rest", "Rest", shares)
    # 38% is 37.5% to 38.5%, 58% is 57.5% to 58.5%, so that 3% to 5% are left.
    assert (rest.quantity, rest.kind) == (Quantity.between(3, 5), "estimate")


def test_the_share_of_charges(figures: Figures) -> None:
    parts = [figures.figure("ijfs_trafficking_charges"), figures.figure("ijfs_other_charges")]
    both = measures.total("all_charges", "All charges", parts)
    charges = measures.counting(both, "ijfs_all_charges", figures.label("definitions", "ijfs_all_charges"))
    share = measures.share("share", {"en": "Share", "fr": "Part"}, parts[0], charges, decimals=1)
    assert (charges.quantity.value, charges.definition) == (239, "ijfs_all_charges")
    assert show(share, "fr").words == "environ 30,1\u00a0%"  # 72 of 239 is 30.126%
    assert share.kind == "derived"


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return executed("investigations_and_charges")


def test_no_full_count_has_an_interval(records: list[dict[str, Any]]) -> None:
    points = [point for record in records for point in record.get("points", [])]
    assert points
    assert [point["number"]["name"] for point in points if point["interval"]] == []
    recorded = [record["number"] for record in records if "number" in record]
    estimates = {number["name"] for number in recorded if number.get("estimate")}
    assert estimates == {"not_described_2013_2023"}  # the rounding of published shares, not chance


def test_shares_of_one_whole_are_drawn_with_what_they_leave(records: list[dict[str, Any]]) -> None:
    chart = next(record for record in records if record.get("chart") == "incidents_charged")
    names = [point["number"]["name"] for point in chart["points"]]
    assert names == ["charged_2013_2023", "not_solved_2013_2023", "not_described_2013_2023"]


def test_the_years_of_the_courts_that_are_left_out(records: list[dict[str, Any]]) -> None:
    numbers = {record["name"]: record["number"]["quantity"]["low"] for record in records if "number" in record}
    years = {name: value for name, value in numbers.items() if name.endswith(("_all", "_noted"))}
    # 2009-10 to 2019-20 and 2012-13 to 2022-23 against 2008-09 to 2017-18.
    assert years == {"early_all": "11", "early_noted": "9", "late_all": "11", "late_noted": "6"}


def test_court_figures_carry_the_courts_that_are_left_out(figures: Figures) -> None:
    courts = [r["figure"] for r in figures.tables.rows("figures") if r["figure"].startswith("court_")]
    courts.remove("court_days_median")
    assert len(courts) > 10
    for name in courts:
        assert "superior-courts-left-out" in [c.caveat for c in figures.figure(name).caveats], name


def test_a_slip_in_one_copy_is_no_conflict(figures: Figures, records: list[dict[str, Any]]) -> None:
    printed = figures.matching(definition="ijfs_investigations") + figures.matching(definition="ijfs_other_charges")
    assert [f.name for f in printed if f.conflicts_with or "sources-conflict" in [c.caveat for c in f.caveats]] == []
    odd = [f.name for f in printed if "slip-in-one-copy" in [c.caveat for c in f.caveats]]
    assert odd == ["ijfs_investigations_copy", "ijfs_other_charges_copy"]
    assert [r["choice"] for r in records if r.get("phrase") == "copies_differ"] == ["one"]


def test_local_charges_stand_with_both_versions_of_one_year(records: list[dict[str, Any]]) -> None:
    table = next(record for record in records if record.get("table") == "local_services")
    names = {row[1]["number"]["name"] for row in table["rows"]}
    assert names >= {"peel_charges_2021", "peel_charges_2022_testimony", "peel_charges_2022_press"}


@pytest.mark.parametrize(
    ("one", "other", "years"),
    [
        (("2009/10", "2019/20"), ("2008/09", "2017/18"), 9),
        (("2012", "2015"), ("2015", "2020"), 1),
        (("2012", "2013"), ("2015", "2020"), 0),
    ],
)
def test_years_that_two_periods_share(
    investigations: Figure, one: tuple[str, str], other: tuple[str, str], years: int
) -> None:
    periods = [replace(investigations, start=start, end=end) for start, end in (one, other)]
    assert measures.years_shared("y", "y", *periods, {}).quantity == Quantity.exact(years)


def test_by_name_keeps_each_number_under_its_own_name(figures: Figures, investigations: Figure) -> None:
    victims = figures.figure("ijfs_victims_assisted")
    named = measures.by_name(investigations, victims)
    assert named == {"ijfs_investigations": investigations, "ijfs_victims_assisted": victims}


@pytest.mark.parametrize(("level", "words"), [(0.95, "95%"), (0.5, "50%"), (0.9, "90%"), (0.999, "99.9%")])
def test_a_confidence_level_is_worded_exactly(level: float, words: str) -> None:
    number = measures.confidence_level(level)
    assert (show(number, "en").words, number.quantity.bound) == (words, Bound.EXACT)
