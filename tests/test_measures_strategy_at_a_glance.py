"""Measures of the chapter on the strategy's money and lists, by hand-worked numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from conftest import CAVEAT
from small import executed

from evaluation.numbers import measures
from evaluation.numbers.figures import Bound, Caveat, Figures, Number, Quantity, show


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def test_a_year_counts_the_last_year_in_full_or_not_at_all(figures: Figures) -> None:
    total = figures.figure("strategy_investment_2025")  # more than 345 million, 2025 to 2030
    fewer, more = (measures.a_year(total, figures.nouns, last_counts=counts, decimals=1) for counts in (False, True))
    assert (fewer.quantity.bound, fewer.quantity.value) == (Bound.MORE_THAN, 69_000_000)
    assert (more.quantity.bound, more.quantity.value) == (Bound.MORE_THAN, 57_500_000)
    assert [show(n, "en").words for n in (fewer, more)] == [
        "more than $69.0\u00a0million",
        "more than $57.5\u00a0million",
    ]
    assert [show(n, "fr").words for n in (fewer, more)] == ["plus de 69,0\u00a0M$", "plus de 57,5\u00a0M$"]
    assert [n.inputs[1].quantity.value for n in (fewer, more)] == [5, 6]


@pytest.mark.parametrize(
    ("total", "years", "words"),
    [
        ("strategy_investment_2016", "strategy_duration_2016", "up to $18.0\u00a0million"),  # up to 72 million over 4
        ("york_amount_2021", "york_duration_2021", "more than $760,000"),  # more than 3.8 million over 5
        ("funds_amount_2017", "funds_duration_2017", "at least $6.2\u00a0million"),  # 18.6 million over up to 3
    ],
)
def test_a_year_stated_keeps_the_bound(figures: Figures, total: str, years: str, words: str) -> None:
    number = measures.a_year_stated(figures.figure(total), figures.figure(years), figures.nouns, decimals=1)
    assert show(number, "en").words == words


def test_a_person_in_dollars_and_cents(figures: Figures) -> None:
    second = measures.a_person(figures.figure("strategy_investment_2025"), figures.population("Ontario", 2025))
    assert show(second, "en").words == "more than $21.21"  # 345,000,000 / 16,258,260 = 21.2199...
    assert show(second, "fr").words == "plus de 21,21\u00a0$"


def test_total_adds_parts_of_one_unit_and_place(figures: Figures) -> None:
    names = ("awareness", "protection", "support", "accountability")
    activities = measures.total("activities", "activities", [figures.figure(f"activities_{name}") for name in names])
    assert activities.quantity == Quantity.exact(22)  # 5 + 4 + 8 + 5
    with pytest.raises(measures.DefinitionsDiffer):
        measures.total("mixed", "mixed", [figures.figure("activities_support"), figures.figure("improvements_support")])


def test_the_rise_between_the_strategies_is_a_lower_bound(figures: Figures) -> None:
    second, first = figures.figure("strategy_investment_2025"), figures.figure("strategy_investment_2020")
    rise = measures.change_percent("rise", "rise", second, first)
    assert rise.quantity.low == Fraction(3800, 307)  # 38 / 307
    assert show(rise, "en").words == "more than 12.3%"  # 12.378 rounds down, being a lower bound


def test_what_it_would_take_to_keep_pace_with_prices(number: Callable[..., Number]) -> None:
    nominal = Caveat("nominal-dollars", {"en": "In dollars of the time.", "fr": "En dollars courants."})
    first = number(Quantity.exact(307_000_000), unit="cad", caveats=(nominal, CAVEAT), start="2020", end="2025")
    index = {"definition": "an_index", "unit": "index_points", "decimals": 1}
    earlier = number(Quantity.exact("137.0"), name="earlier", start="2020", end="2020", **index)
    later = number(Quantity.exact("160.9"), name="later", start="2024", end="2024", **index)
    amount = measures.at_later_prices("pace", {"en": "First sum", "fr": "Première somme"}, first, earlier, later)
    # 307 × 160.9 ÷ 137.0 = 360.557
    assert amount.quantity == Quantity.exact(Fraction(307_000_000 * 1609, 1370))
    assert [show(amount, lang).words for lang in ("en", "fr")] == ["about $361\u00a0million", "environ 361\u00a0M$"]
    assert (amount.kind, amount.label) == ("estimate", {"en": "First sum, 2024", "fr": "Première somme, 2024"})
    assert [c.caveat for c in amount.caveats] == ["a-caveat"]  # no longer in dollars of the time
    with pytest.raises(measures.DefinitionsDiffer):
        measures.at_later_prices("pace", "First sum", first, earlier, number(Quantity.exact(1), name="people"))


def test_a_mean_is_that_of_like_numbers(number: Callable[..., Number]) -> None:
    months = [number(Quantity.exact(n), name=f"m{n}", start=f"2020-{n:02d}", end=f"2020-{n:02d}") for n in (1, 2, 6)]
    mean = measures.mean("mean", "Mean", months, decimals=1)
    assert (mean.quantity, mean.start, mean.end) == (Quantity.exact(3), "2020-01", "2020-06")
    with pytest.raises(measures.DefinitionsDiffer):
        measures.mean("mean", "Mean", [*months, number(Quantity.exact(1), unit="charges", name="other")])


def test_the_sums_are_set_against_prices_of_canada_and_ontario() -> None:
    records = executed("strategy_at_a_glance")
    chart = next(record for record in records if record.get("chart") == "money_and_prices")
    kinds = {point["number"]["name"]: point["number"].get("estimate") for point in chart["points"]}
    assert kinds == {
        "strategy_investment_2025": None,
        "pace_ontario": True,
        "pace_canada": True,
        "strategy_investment_2020": None,
    }
    assert [r["choice"] for r in records if r.get("phrase") == "sum_and_prices"] == ["unknown"]


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
    assert sum(figures.figure(name).quantity.value for name in names) == len(figures.items(kind))


def test_items_are_those_of_an_objective_where_it_is_given(figures: Figures) -> None:
    assert len(figures.items("activity", "support")) == 8
    assert figures.items("improvement", "support") == [
        {"en": "Peer networks of survivors", "fr": "Réseaux de pairs entre survivantes et survivants"}
    ]
