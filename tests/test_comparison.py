"""Two years of reports compared, against numbers worked out by hand."""

import pytest

from evaluation import comparison
from evaluation.figures import Figures, Quantity, show

ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def compare(figures: Figures, place: str = "Canada", definition: str = ALL_LAWS, years: tuple[int, int] = (2021, 2024)):
    found = comparison.compare(figures, definition, place, *years, 0.95)
    assert found is not None
    return found


def test_the_defaults_findings(figures: Figures) -> None:
    found = compare(figures)
    shown = {
        name: show(getattr(found, name), "en").words for name in ("number", "person", "revised", "change_if_revised")
    }
    assert shown == {
        "number": "about 9.5%",
        "person": "about 1.5%",
        "revised": "628",
        "change_if_revised": "about −3.2%",
    }
    assert show(comparison.growth(found.people), "en").words == "about 7.9%"
    assert comparison.revision_effect(found) == ("revision_effect", "turns")
    assert comparison.worded("reports_changed", found.chance) == ("reports_changed", "unknown")


def test_the_other_definition_rose(figures: Figures) -> None:
    found = compare(figures, definition=comparison.other(ALL_LAWS))
    assert comparison.worded("reports_changed", found.chance) == ("reports_changed", "rose")
    assert comparison.worded("number_changed", found.person_chance) == ("number_changed", "rose")
    # Both years come from one release, which has revised the earlier year already.
    assert found.earlier.vintage == found.later.vintage
    assert comparison.revision_effect(found) is None


def test_rates_with_a_population_are_compared_as_a_number_and_per_person(figures: Figures) -> None:
    found = compare(figures, "Ontario")
    # 364 ÷ 348 to 379 ÷ 334
    assert found.number.quantity == (
        Quantity.between(364, 379) / Quantity.between(334, 348) - Quantity.exact(1)
    ) * Quantity.exact(100)
    assert comparison.direction(found.person_chance) == "unknown"
    assert comparison.revision_effect(found) == ("revision_effect", "unknown")


def test_rates_without_a_population_have_neither_number_nor_chance(figures: Figures) -> None:
    found = compare(figures, "Nova Scotia")
    assert (found.number, found.number_chance, found.person_chance) == (None, None, None)
    assert comparison.needed_rows(found) == []
    assert comparison.most_rise(found, 0.95) is None
    assert len(comparison.points(found)) == 2


def test_counts_without_a_population_are_not_compared_per_person(figures: Figures) -> None:
    found = compare(figures, "Ottawa", TABLE, (2010, 2015))
    assert (found.person, comparison.growth(found.people)) == (None, None)


def test_a_place_without_two_like_figures_is_not_compared(figures: Figures) -> None:
    assert comparison.compare(figures, TABLE, "Ontario", 2021, 2024, 0.95) is None
    assert comparison.points(None) == []


def test_break_even_is_the_ratio_of_reports(figures: Figures) -> None:
    found = compare(figures)
    ratio = comparison.break_even(found)
    assert ratio.quantity == Quantity.exact(608) / Quantity.exact(555)
    # 555 ÷ 608 = 91.3%
    assert comparison.earlier_limit(ratio).quantity == Quantity.exact(100) * Quantity.exact(555) / Quantity.exact(608)
    fell = comparison.break_even(compare(figures, definition=TABLE, years=(2023, 2024)))
    assert comparison.earlier_limit(fell) is None


def test_needed_shares_are_cut_at_the_whole_and_may_be_out_of_reach(figures: Figures) -> None:
    rows = comparison.needed_rows(compare(figures, definition=TABLE))
    assert rows[-1][1] == comparison.OUT_OF_REACH
    assert rows[-1][2].quantity.high == 100
    assert len(rows[0]) == len(comparison.needed_heads(compare(figures, definition=TABLE)))


def test_if_detection_did_not_fall_the_change_has_an_upper_end(figures: Figures) -> None:
    most = comparison.most_rise(compare(figures), 0.95)
    # One-sided: below the two-sided upper end of 23.1%, above the change itself.
    assert 9.5 < float(most.quantity.value) < 23.13
