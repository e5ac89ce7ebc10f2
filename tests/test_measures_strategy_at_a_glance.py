"""Measures of the chapter on the strategy's money and lists, by hand-worked numbers."""

from pathlib import Path

import pytest
from small import Recorded, edit, executed, prose_said, read_table, write_table

CHAPTER = "strategy_at_a_glance"


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("second_fewer", "more than $69.0 million", "plus de 69,0 M$"),  # more than 345 million over 5 years
        ("second_more", "more than $57.5 million", "plus de 57,5 M$"),  # over 6
        ("first_a_year", "$61.4 million", "61,4 M$"),  # 307 million over the 5 years that the press names
        ("earlier_a_year", "up to $18.0 million", "jusqu’à 18,0 M$"),  # up to 72 million over 4
        ("second_a_person", "more than $21.21", "plus de 21,21 $"),  # 345,000,000 / 16,258,260 = 21.2199...
        ("rise", "more than 12.3%", "plus de 12,3 %"),  # 38 / 307 = 12.378%, rounded down
        ("pace_canada", "about $361 million", "environ 361 M$"),  # 307 × 160.9 ÷ 137.0 = 360.557
        ("activities", "22", "22"),  # 5 + 4 + 8 + 5
    ],
)
def test_what_the_cells_work_out(records: Recorded, name: str, english: str, french: str) -> None:
    assert records.words(name) == [english, french]


def test_amounts_at_later_prices_are_estimates_that_are_no_longer_in_dollars_of_the_time(records: Recorded) -> None:
    first, pace = (records.number(name) for name in ("first", "pace_canada"))
    assert (pace.kind, pace.label["en"]) == ("estimate", "First sum at Canada’s prices, 2024")
    assert "nominal-dollars" in {one.caveat for one in first.caveats} - {one.caveat for one in pace.caveats}


def months(data: Path, year: str, count: int) -> None:
    """So many months of Ontario's prices in a year, in place of those that stand there."""
    rows = read_table(data / "figures.csv")
    own = [r for r in rows if r["definition"] == "consumer_price_index_month" and r["place"] == "Ontario"]
    (pattern, *_) = own
    kept = [row for row in rows if row not in own or not row["period_start"].startswith(year)]
    for month in range(1, count + 1):
        when = {"period_start": f"{year}-{month:02d}", "period_end": f"{year}-{month:02d}"}
        kept.append(pattern | when | {"figure": f"cpi_ontario_{year}_{month:02d}_new", "value": "170.1"})
    write_table(data / "figures.csv", kept)


@pytest.mark.slow
@pytest.mark.parametrize(("year", "count", "kept"), [("2026", 5, "both"), ("2025", 12, "both"), ("2025", 10, "canada")])
def test_a_year_of_prices_is_used_once_it_is_whole(year: str, count: int, kept: str, data: Path) -> None:
    months(data, year, count)
    found = executed(CHAPTER, data)
    assert found.choices["keep_pace"] == kept
    assert ("pace_ontario" not in found.numbers) is (kept == "canada")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("second", "bound", "ranked"),
    [("345000000", "more-than", "minimum"), ("365000000", "exact", "unknown"), ("345000000", "exact", "below"),
     ("400000000", "more-than", "above")],
)  # fmt: skip
def test_whether_the_money_kept_up_is_said_as_far_as_it_is_known(
    second: str, bound: str, ranked: str, data: Path
) -> None:
    edit(data, "figures", "strategy_investment_2025", value=second, bound=bound)
    assert executed(CHAPTER, data).choices["ranked"] == ranked


@pytest.mark.slow
@pytest.mark.parametrize("year", [2020, 2025])
def test_without_the_people_of_a_year_no_sum_is_told_a_person(year: int, data: Path) -> None:
    rows = [row for row in read_table(data / "population.csv") if (row["place"], row["year"]) != ("Ontario", str(year))]
    write_table(data / "population.csv", rows)
    assert "For each person" not in prose_said(CHAPTER, data)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", [CHAPTER, "organizations_funded"])
def test_what_two_sources_say_of_one_sum_stands_with_both_names_wherever_it_is_told(chapter: str) -> None:
    said = prose_said(chapter)
    assert [part in said for part in ("The Cheap Seats", "AMCTO", "up to $4 million per year")] == [True] * 3


@pytest.mark.slow
def test_years_are_said_by_the_source_that_states_them() -> None:
    said = prose_said(CHAPTER)
    assert "for 5 years, according to CBC News" in said
    assert "both editions of the strategy give a first and a last year" in said
