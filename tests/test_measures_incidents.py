"""Measures of reported incidents and of their change, against numbers worked out by hand."""

from fractions import Fraction

import pytest

from evaluation import measures
from evaluation.figures import Bound, Figures, Quantity, show


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def rate(figures: Figures, year: str, place: str = "Ontario"):
    series = figures.series("all_human_trafficking", place, unit="per_100k")
    return next(figure for figure in series if figure.start == year)


def count(figures: Figures, year: str, definition: str = "all_human_trafficking"):
    return next(figure for figure in figures.series(definition, "Canada") if figure.start == year)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [("333.9", "348.8", (334, 348)), ("334", "348", (334, 348)), ("1.2", "1.8", (Fraction("1.2"), Fraction("1.8")))],
)
def test_whole_numbers_lie_within(low: str, high: str, expected: tuple[int, int]) -> None:
    found = measures.whole_numbers(Quantity.between(Fraction(low), Fraction(high)))
    assert (found.low, found.high) == expected


def test_a_rate_before_rounding_is_half_a_digit_either_way(figures: Figures) -> None:
    assert show(measures.rounded("r", "r", rate(figures, "2021")), "en").words == "between 2.25 and 2.35"


def test_a_rate_implies_the_whole_counts_within_its_rounding(figures: Figures) -> None:
    # 2.25 and 2.35 per 100,000 of 14,842,488 people are 333.96 and 348.80.
    implied = measures.implied_count("i", "i", rate(figures, "2021"), figures.population("Ontario", 2021))
    assert (implied.quantity.low, implied.quantity.high) == (334, 348)
    assert implied.kind == "estimate"


def test_an_average_rate_and_a_share_imply_counts(figures: Figures) -> None:
    # Ontario's populations of 2012 to 2022 add up to 155,846,767; × 1.55 and 1.65 ÷ 100,000 is 2,415.6 and 2,571.5.
    people = [figures.population("Ontario", year) for year in range(2012, 2023)]
    by_rate = measures.average_implied_count("a", "a", figures.figure("average_rate_ontario_2012_2022"), people)
    assert (by_rate.quantity.low, by_rate.quantity.high) == (2416, 2571)
    # 66.5% and 67.5% of 3,996 are 2,657.3 and 2,697.3.
    whole = figures.figure("incidents_canada_2012_2022")
    by_share = measures.share_implied_count("s", "s", figures.figure("share_ontario_2012_2022"), whole)
    assert (by_share.quantity.low, by_share.quantity.high) == (2658, 2697)


def test_a_change_in_counts_as_a_number_and_per_person(figures: Figures) -> None:
    earlier, later = count(figures, "2021"), count(figures, "2024")
    people = (figures.population("Canada", 2021), figures.population("Canada", 2024))
    number = measures.change_seen("n", "n", later, earlier)
    person = measures.change_seen("p", "p", later, earlier, people=people, per_person=True)
    assert number.quantity == Quantity.exact(Fraction(608 - 555, 555) * 100)
    # 608 ÷ 555 × 38,239,864 ÷ 41,262,329 = 1.01525
    assert show(person, "en").words == "about 1.5%"


def test_a_change_with_chance_is_clopper_and_pearson_of_the_two_counts(figures: Figures) -> None:
    # Of 1,163 incidents 608 are the later year's: the exact interval of 0.52279 is 0.49362 to 0.55184 (odds 0.9748
    # to 1.2313).
    change = measures.change_with_chance("c", "c", count(figures, "2024"), count(figures, "2021"), 0.95)
    assert change.quantity.low == pytest.approx(-2.5187, abs=1e-3)
    assert change.quantity.high == pytest.approx(23.1313, abs=1e-3)
    assert change.method == measures.INDEPENDENT
    assert measures.direction(change.quantity) == "unknown"


def test_rounded_rates_give_a_wider_change_than_any_of_their_counts(figures: Figures) -> None:
    people = (figures.population("Ontario", 2021), figures.population("Ontario", 2024))
    change = measures.change_with_chance("c", "c", rate(figures, "2024"), rate(figures, "2021"), 0.95, people=people)
    from evaluation.detection import ratio_of_counts

    for first, second in ((334, 379), (348, 364), (340, 370)):
        inside = ratio_of_counts(first, second)
        assert float(change.quantity.low) <= (inside.low - 1) * 100 + 1e-9
        assert float(change.quantity.high) >= (inside.high - 1) * 100 - 1e-9


def test_two_rates_without_population_leave_their_rounding_only(figures: Figures) -> None:
    earlier, later = (rate(figures, year, "Nova Scotia") for year in ("2021", "2024"))
    change = measures.change_seen("c", "c", later, earlier)
    assert change.quantity.low == (Fraction("4.45") / Fraction("5.35") - 1) * 100
    assert change.quantity.high == (Fraction("4.55") / Fraction("5.25") - 1) * 100
    with pytest.raises(ValueError, match="a rate without a population"):
        measures.change_with_chance("c", "c", later, earlier, 0.95)


def test_two_definitions_are_never_compared(figures: Figures) -> None:
    one, other = count(figures, "2021"), count(figures, "2024", "trafficking_1525")
    for compare in (measures.change_seen, lambda *a: measures.change_with_chance(*a, 0.95)):
        with pytest.raises(measures.DefinitionsDiffer):
            compare("c", "c", other, one)


def test_a_change_as_a_ratio(figures: Figures) -> None:
    change = measures.change_seen("n", "n", count(figures, "2024"), count(figures, "2021"))
    ratio = measures.as_ratio("r", "r", change)
    assert ratio.quantity == Quantity.exact(Fraction(608, 555))
    assert ratio.quantity.bound is Bound.EXACT
    assert ratio.unit == "ratio"
