"""Measures of the chapter on the strategy's money and lists, by hand-worked numbers."""

from pathlib import Path

import pytest
from small import Recorded, edit, executed, prose_said, read_table, unmet, write_table

CHAPTER = "strategy_at_a_glance"
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("second_fewer", "more than $69.0 million", "plus de 69,0 M$"),  # more than 345 million over 5 years
        ("second_more", "more than $57.5 million", "plus de 57,5 M$"),  # over 6
        ("first_a_year", "$61.4 million", "61,4 M$"),  # 307 million over the 5 years that the press names
        ("earlier_a_year", "up to $18.0 million", "jusqu’à 18,0 M$"),  # up to 72 million over 4
        ("second_a_person", "more than $21.21", "plus de 21,21 $"),  # 345,000,000 / 16,258,260 = 21.2199...
        ("rise", "more than 12.3%", "plus de 12,3 %"),  # 38 / 307 = 12.378%, rounded down
        ("rise_whole", "more than 12%", "plus de 12 %"),
        ("keep_both", "about $405 million", "environ 405 M$"),  # 307 × 165.6 ÷ 138.4 × 16,258,260 ÷ 14,761,811
        ("pace_canada", "about $361 million", "environ 361 M$"),  # 307 × 160.9 ÷ 137.0 = 360.557
        ("activities", "22", "22"),  # 5 + 4 + 8 + 5
    ],
)
def test_what_the_cells_work_out(records: Recorded, name: str, english: str, french: str) -> None:
    assert records.words(name) == [english, french]


def test_amounts_at_later_prices_are_estimates_that_are_no_longer_in_dollars_of_the_time(records: Recorded) -> None:
    first, pace = (records.number(name) for name in ("first", "pace_canada"))
    assert (pace.kind, pace.label["en"]) == ("estimate", "First sum at Canada’s prices, 2024")
    assert "nominal-dollars" in {caveat.caveat for caveat in first.caveats} - {caveat.caveat for caveat in pace.caveats}


def months(data: Path, year: str, count: int) -> None:
    """So many months of Ontario's prices in a year, in place of those that stand there."""
    rows = read_table(data / "figures.csv")
    monthly = [r for r in rows if r["definition"] == "consumer_price_index_month" and r["place"] == "Ontario"]
    (pattern, *_) = monthly
    result = [row for row in rows if row not in monthly or not row["period_start"].startswith(year)]
    for month in range(1, count + 1):
        when = {"period_start": f"{year}-{month:02d}", "period_end": f"{year}-{month:02d}"}
        result.append(pattern | when | {"figure": f"cpi_ontario_{year}_{month:02d}_new", "value": "170.1"})
    write_table(data / "figures.csv", result)


@pytest.mark.sampled(3)
@pytest.mark.slow
@pytest.mark.parametrize(("year", "count", "is_whole"), [("2026", 5, True), ("2025", 12, True), ("2025", 10, False)])
def test_a_year_of_prices_is_used_once_it_is_whole(year: str, count: int, is_whole: bool, data: Path) -> None:
    months(data, year, count)
    assert ("pace_ontario" in executed(CHAPTER, data).numbers) is is_whole
    assert ("pace_ontario" not in unmet(CHAPTER, data)) is is_whole


OPEN = "open(second > keep_both)"
BOTH = "open(second > pace_ontario) and open(second > keep_both)"
MORE = ["second > digits(second)", "worded_more_than"]  # both lines that quote "more than"


@pytest.mark.sampled(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("second", "bound", "refused"),
    [
        ("345000000", "more-than", []),
        ("345000000", "exact", [BOTH, MORE[0], OPEN, MORE[1]]),
        ("500000000", "more-than", [BOTH, OPEN]),
    ],
)
def test_whether_the_money_kept_up_is_left_open_only_while_it_is(
    second: str, bound: str, refused: list[str], data: Path
) -> None:
    edit(data, "figures", "strategy_investment_2025", value=second, bound=bound)
    assert unmet(CHAPTER, data) == refused


@pytest.mark.sampled(4)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key", "cells"),
    [
        ("figures", "new_money_2020", {"value": "200000000"}),
        ("population", "2025", {"people": "14000000"}),
        ("statements", "s_m", {"verdict": "independent"}),
        ("figures", "care_units_launched", {"value": "4"}),
    ],
)
def test_a_sentence_whose_ground_is_gone_is_refused(table: str, key: str, cells: dict[str, str], data: Path) -> None:
    rows = read_table(data / f"{table}.csv")
    at = next(n for n, row in enumerate(rows) if key in row.values() and row.get("place", "Ontario") == "Ontario")
    edit(data, table, at + 2, **cells)
    assert unmet(CHAPTER, data)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", [CHAPTER, "organizations_funded"])
def test_what_two_sources_say_of_one_sum_stands_with_both_names_wherever_it_is_told(chapter: str) -> None:
    prose = prose_said(chapter)
    assert [part in prose for part in ("The Cheap Seats", "AMCTO", "up to $4 million per year")] == [True] * 3


@pytest.mark.slow
def test_years_are_said_by_the_source_that_states_them() -> None:
    prose = prose_said(CHAPTER)
    assert "for 5 years, according to CBC News" in prose
    assert "both editions of the strategy give a first and a last year" in prose
