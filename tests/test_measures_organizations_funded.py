"""What the chapter on funded organizations works out, by hand-worked numbers."""

from __future__ import annotations

from evaluation import choices, measures
from evaluation.figures import Figures, Quantity, show
from evaluation.sources import Tables


def test_yearly_amounts_added_up_exceed_the_amount_for_all() -> None:
    whole, *parts = Figures().matching(definition="program_amount", unit="cad_per_year")
    assert whole.name == "yearly_all_programs_2019"
    added = measures.total("added", "added", parts, decimals=1)
    assert added.quantity == Quantity.exact(26_400_000)  # 12.3 + 7.0 + 3.0 + 1.9 + 2.2 million
    assert show(added, "fr").words == "26,4\u00a0M$"
    assert measures.direction(measures.difference("gap", "gap", added, whole).quantity) == "rose"


def test_a_number_names_its_period_in_both_languages() -> None:
    organizations = Figures().figure("organizations_funded")
    assert organizations.period == {"en": "2021-22 to 2023-24", "fr": "2021-2022 à 2023-2024"}
    assert organizations.with_period["fr"].endswith(", 2021-2022 à 2023-2024")


def test_years_without_figures_are_refused() -> None:
    tables = Tables()
    assert choices.announced_years_have_amounts(tables, 2017, 2025) is None
    assert choices.announced_years_have_amounts(tables, 2000, 2010) is not None
    assert choices.price_years_have_figures(tables, 2022) is None
    assert choices.price_years_have_figures(tables, 2020) is not None
    assert choices.price_years_have_figures(tables, 2030) is not None
