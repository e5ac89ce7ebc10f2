"""What the chapter on funded organizations works out, by hand-worked numbers."""

from __future__ import annotations

from small import executed

from evaluation.data.sources import Tables
from evaluation.numbers.figures import Figures
from evaluation.reviews import choices


def test_yearly_amounts_are_shown_and_never_added_up() -> None:
    records = executed("organizations_funded")
    chart = next(record for record in records if record.get("chart") == "yearly_amounts")
    assert chart["points"][0]["number"]["name"] == "yearly_all_programs_2019"
    amounts = [r["number"] for r in records if r.get("number", {}).get("unit") in ("cad", "cad_per_year")]
    assert [amount["name"] for amount in amounts] == ["yearly_all_programs_2019"]
    assert "formula" not in amounts[0]


def test_a_number_names_its_period_in_both_languages() -> None:
    organizations = Figures().figure("organizations_funded")
    assert organizations.period == {"en": "2021-22 to 2023-24", "fr": "2021-2022 à 2023-2024"}
    assert organizations.with_period["fr"].endswith(", 2021-2022 à 2023-2024")


def test_years_without_figures_are_refused() -> None:
    tables = Tables()
    assert choices.announced_years_have_amounts(tables, 2017, 2025) is None
    assert choices.announced_years_have_amounts(tables, 2000, 2010) is not None
    assert choices.price_years_have_figures(tables, 2022) is None
    assert choices.price_years_have_figures(tables, 2024) is None
    assert choices.price_years_have_figures(tables, 2020) is not None
    assert choices.price_years_have_figures(tables, 2030) is not None
