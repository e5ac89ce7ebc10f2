"""What the chapter on funded organizations works out, by hand-worked numbers."""

from pathlib import Path

import pytest
from small import Recorded, edit, executed, unmet

from evaluation.chapters import rules
from evaluation.data.sources import Tables
from evaluation.numbers.quantity import CannotBeKept
from evaluation.records.serialization import read_number

CHAPTER = "organizations_funded"
pytestmark = pytest.mark.slow
BOTH_FUNDS = {"yearly_community_fund_2019", "yearly_indigenous_fund_2019"}  # separate funds of one announcement


@pytest.mark.slow
def test_yearly_amounts_are_shown_and_never_added_up(records: Recorded) -> None:
    table = records.part("table", "yearly_amounts")
    shown = [cell["number"]["name"] for row in table["rows"] for cell in row if "number" in cell]
    assert shown[0] == "yearly_all_programs_2019"
    cells = [cell for record in records for row in record.get("rows", []) for cell in row]
    numbers = [read_number(holder["number"]) for holder in [*records, *cells] if "number" in holder]
    together = [{figure.name for figure in number.figures()} & {*shown} for number in numbers]
    assert all(names == BOTH_FUNDS for names in together if len(names) > 1)


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("share_first", "about 25%", "environ 25 %"),  # (18.6 − 14) ÷ 18.6 = 24.7%
        ("share_base", "30%", "30 %"),  # 3 ÷ (7 + 3)
        ("north_share", "more than 33%", "plus de 33 %"),  # more than 15.3 ÷ up to 46 = 33.26%, rounded down
    ],
)
def test_shares_of_announced_money(records: Recorded, name: str, english: str, french: str) -> None:
    assert records.words(name) == [english, french]


def test_years_without_figures_are_refused(tables: Tables) -> None:
    asked = [rules.announced_years_have_amounts(tables, *years) for years in ((2017, 2025), (2000, 2010))]
    asked += [rules.price_years_have_figures(tables, year) for year in (2022, 2024, 2020, 2030)]
    assert [refusal is None for refusal in asked] == [True, False, True, True, False, False]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("figure", "cells"),
    [
        ("organizations_funded", {"value": "1"}),
        ("organizations_funded", {"period_start": "2017-09", "period_end": "2020-03"}),
        ("community_fund_organizations_2017", {"value": "60"}),
    ],
)
def test_a_sentence_whose_ground_is_gone_is_refused(figure: str, cells: dict[str, str], data: Path) -> None:
    edit(data, "figures", figure, **cells)
    assert unmet(CHAPTER, data)


def test_no_share_is_worked_out_where_it_would_have_no_bound(data: Path) -> None:
    edit(data, "figures", "northern_amount_2020", bound="about")
    with pytest.raises(CannotBeKept):
        executed(CHAPTER, data)


def test_what_is_left_of_a_whole_by_a_minimum_is_a_maximum(data: Path) -> None:
    edit(data, "figures", "community_fund_amount_2017", bound="at-least")
    assert executed(CHAPTER, data).shown("share_first") == ["up to 25%"]  # (18.6 − at least 14) ÷ 18.6, rounded up
