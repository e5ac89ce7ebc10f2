"""A series of reports: what each kind of place has, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evaluation.chapters.series import Series
from evaluation.numbers.notation import show
from evaluation.records.chapter import Chapter


@pytest.fixture(scope="module")
def series() -> Callable[..., Series]:
    chapter = Chapter()
    return lambda place, definition="all_human_trafficking", *years: Series.of(
        chapter, place, definition, *(years or (2009, "latest"))
    )


def words(number: Any) -> str | None:
    return None if number is None else show(number, "en").words


def test_a_country_is_counted(series: Callable[..., Series]) -> None:
    canada = series("Canada", "trafficking_1525")
    assert canada.is_counted
    assert not canada.implies_counts
    assert canada.only is None
    assert (canada.first.year, canada.last.year) == (canada.by_year.year.min(), canada.by_year.year.max())
    assert canada.first.number.unit == canada.last.number.unit == "incidents"


def test_a_province_of_rates_implies_counts(series: Callable[..., Series]) -> None:
    ontario = series("Ontario")
    assert (ontario.is_counted, ontario.implies_counts, ontario.basis) == (False, True, "first")
    assert ontario.last.number.unit == "per_100k"
    assert ontario.last.known.unit == "incidents"
    assert ontario.last.known.kind == "estimate"


def test_a_place_of_one_year_has_no_ends(series: Callable[..., Series]) -> None:
    ottawa = series("Ontario", "all_human_trafficking", 2021, 2021)
    assert (ottawa.basis, ottawa.first.number, ottawa.last.year, ottawa.implies_counts) == (None, None, None, False)
    assert words(ottawa.only) == words(ottawa.by_year.number.iloc[0])


def test_years_asked_for_are_the_ends(series: Callable[..., Series]) -> None:
    canada = series("Canada", "trafficking_1525", 2015, 2020)
    assert (canada.first.year, canada.last.year) == (2015, 2020)
    assert canada.asked.year.between(2015, 2020).all()
    assert canada.rows.year.max() > 2020
    assert list(canada.latest_ends.index) == ["first", "last"]
