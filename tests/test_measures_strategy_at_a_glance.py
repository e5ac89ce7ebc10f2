"""Measures of the chapter on the strategy's money and lists, by hand-worked numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from small import executed

from evaluation.numbers import measures
from evaluation.numbers.figures import Figures
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.shown import show
from evaluation.records.recorded import read_number


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return executed("strategy_at_a_glance")


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("second_fewer", "more than $69.0 million", "plus de 69,0 M$"),  # more than 345 million over 5 years
        ("second_more", "more than $57.5 million", "plus de 57,5 M$"),  # over 6
        ("first_fewer", "$61.4 million", "61,4 M$"),  # 307 million over 5
        ("first_more", "about $51.2 million", "environ 51,2 M$"),  # over 6: 51.1667
        ("earlier_a_year", "up to $18.0 million", "jusqu’à 18,0 M$"),  # up to 72 million over 4
        ("second_a_person", "more than $21.21", "plus de 21,21 $"),  # 345,000,000 / 16,258,260 = 21.2199...
        ("rise", "more than 12.3%", "plus de 12,3 %"),  # 38 / 307 = 12.378%, rounded down
        ("pace_canada", "about $361 million", "environ 361 M$"),  # 307 × 160.9 ÷ 137.0 = 360.557
        ("activities", "22", "22"),  # 5 + 4 + 8 + 5
    ],
)
def test_what_the_cells_work_out(records: list[dict[str, Any]], name: str, english: str, french: str) -> None:
    found = read_number(next(r["number"] for r in records if r.get("name") == name and "number" in r))
    said = [show(found, language).words.replace("\u00a0", " ") for language in ("en", "fr")]
    assert said == [english, french]


def test_amounts_at_later_prices_are_estimates_that_are_no_longer_in_dollars_of_the_time(
    records: list[dict[str, Any]],
) -> None:
    numbers = {r["name"]: r["number"] for r in records if "number" in r}
    pace = numbers["pace_canada"]
    assert (pace["estimate"], pace["label"]["en"]) == (True, "First sum at Canada’s prices, 2024")
    first, later = ({caveat["caveat"] for caveat in number["caveats"]} for number in (numbers["first"], pace))
    assert "nominal-dollars" in first - later


def test_the_sums_are_set_against_prices_of_canada_and_ontario(records: list[dict[str, Any]]) -> None:
    chart = next(record for record in records if record.get("chart") == "money_and_prices")
    kinds = {point["number"]["name"]: point["number"].get("estimate") for point in chart["points"]}
    assert kinds == {
        "strategy_investment_2025": None,
        "pace_ontario": True,
        "pace_canada": True,
        "strategy_investment_2020": None,
    }
    assert [r["choice"] for r in records if r.get("phrase") == "sum_and_prices"] == ["minimum"]


def test_each_year_of_ontario_prices_has_twelve_months(figures: Figures) -> None:
    months = figures.matching(definition="consumer_price_index_month", place="Ontario")
    years = {month.start[:4] for month in months}
    assert sorted(month.start for month in months) == [f"{y}-{m:02d}" for y in sorted(years) for m in range(1, 13)]


def test_the_list_with_traffickers_is_not_one_of_those_who_benefit(figures: Figures) -> None:
    labels = [figures.figure("groups_benefiting").label, figures.label("definitions", "groups_benefiting")]
    for words in [text for label in labels for text in label.values()]:
        assert not re.search("benefit|profit|bénéfi", words, re.IGNORECASE), words


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Quantity.of("more-than", 12), Quantity.between(10, 11), "above"),
        (Quantity.of("more-than", 11), Quantity.between(10, 11), "above"),
        (Quantity.exact(11), Quantity.between(10, 11), "unknown"),
        (Quantity.of("more-than", 10), Quantity.between(10, 11), "unknown"),
        (Quantity.exact(9), Quantity.between(10, 11), "below"),
        (Quantity.of("less-than", 10), Quantity.between(10, 11), "below"),
        (Quantity.of("about", 20), Quantity.between(10, 11), "unknown"),
        (Quantity.of("more-than", 1), Quantity.of("more-than", 2), "unknown"),
    ],
)
def test_against_ranks_intervals_only_where_they_part(one: Quantity, other: Quantity, expected: str) -> None:
    assert measures.against(one, other) == expected


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "activity",
            ["activities_awareness", "activities_protection", "activities_support", "activities_accountability"],
        ),
        (
            "improvement",
            [
                "improvements_awareness",
                "improvements_protection",
                "improvements_support",
                "improvements_accountability",
            ],
        ),
        ("result", ["expected_results"]),
        ("aim", ["final_aims"]),
        ("ministry", ["ministries"]),
        ("child_youth_service", ["services_children_youth"]),
        ("indigenous_service", ["services_indigenous"]),
        ("beneficiary", ["groups_benefiting"]),
    ],
)
def test_counts_agree_with_the_lists_that_they_count(figures: Figures, kind: str, names: list[str]) -> None:
    listed = [row for row in figures.tables.rows("strategy_items") if row["kind"] == kind]
    assert sum(figures.figure(name).quantity.value for name in names) == len(listed)
