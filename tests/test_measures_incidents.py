"""Measures of reported incidents and of their change, against numbers worked out by hand."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from evaluation.numbers import measures
from evaluation.numbers.figures import Figures
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Bound, Quantity
from evaluation.numbers.shown import show


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def rate(figures: Figures, year: str, place: str = "Ontario"):
    series = figures.series("all_human_trafficking", place, unit="per_100k")
    return next(figure for figure in series if figure.start == year)


def count(figures: Figures, year: str, definition: str = "all_human_trafficking"):
    return next(figure for figure in figures.series(definition, "Canada") if figure.start == year)


@pytest.mark.parametrize(
    ("rate", "people", "expected"),
    [
        ("2.3", 14_842_488, (334, 348)),  # 333.96 to 348.80
        ("2.3", 2_000_000, (45, 46)),  # 45 to 47, but 47 of them is a rate of 2.35, printed 2.4
        ("2.5", 100_000, (Fraction("2.45"), Fraction("2.55"))),  # no whole number lies between
        ("0.0", 14_842_488, (0, 7)),  # no count is negative
        ("1.45", 20_000_000, (289, 290)),  # 289 to 291
        ("2", 2_000_000, (30, 49)),
    ],
)
def test_a_rounded_rate_leaves_the_whole_counts_that_would_be_printed_so(
    number: Callable[..., Number], rate: str, people: int, expected: tuple[int, int]
) -> None:
    decimals = len(rate.partition(".")[2])
    published = number(Quantity.exact(rate), unit="per_100k", decimals=decimals)
    population = number(Quantity.exact(people), name="people")
    implied = measures.implied_count("i", "i", published, population).quantity
    left = measures.count_left_open(published, population)
    average = measures.average_implied_count("a", "a", published, [population]).quantity
    assert (implied.low, implied.high) == (left.low, left.high) == (average.low, average.high) == expected


def test_no_rate_was_below_zero_before_it_was_rounded(number: Callable[..., Number]) -> None:
    spread = measures.rounded("r", "r", number(Quantity.exact("0.0"), unit="per_100k", decimals=1))
    assert spread.quantity == Quantity.between(0, Fraction("0.05"))


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
    from evaluation.methods.detection import ratio_of_counts

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
