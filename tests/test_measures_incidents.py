"""Measures of reported incidents and of their change, against numbers worked out by hand."""

from collections.abc import Callable
from fractions import Fraction

import pytest
import small

from evaluation.numbers import measures
from evaluation.numbers.figures import Figures
from evaluation.numbers.number import DefinitionsDiffer, Number
from evaluation.numbers.quantity import Quantity


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def rate(figures: Figures, year: str, place: str = "Ontario"):
    series = small.series(figures, "all_human_trafficking", place, "rate_per_100k")
    return next(figure for figure in series if figure.start == year)


def count(figures: Figures, year: str, definition: str = "all_human_trafficking"):
    return next(figure for figure in small.series(figures, definition, "Canada") if figure.start == year)


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
    left = measures.count_left_open(published, population)
    assert (left.low, left.high) == expected


def test_a_change_with_chance_is_clopper_and_pearson_of_the_two_counts(figures: Figures) -> None:
    # Of 1,163 incidents 608 are the later year's: the exact interval of 0.52279 is 0.49362 to 0.55184 (odds 0.9748
    # to 1.2313).
    change = measures.change_with_chance("c", "c", count(figures, "2024"), count(figures, "2021"), 0.95)
    assert change.quantity.low == pytest.approx(-2.5187, abs=1e-3)
    assert change.quantity.high == pytest.approx(23.1313, abs=1e-3)
    assert change.method == measures.INDEPENDENT
    assert measures.direction(change.quantity) == "unknown"


def test_rounded_rates_give_a_wider_change_than_any_of_their_counts(figures: Figures) -> None:
    people = tuple(small.population(figures, "Ontario", year) for year in (2021, 2024))
    change = measures.change_with_chance("c", "c", rate(figures, "2024"), rate(figures, "2021"), 0.95, people=people)
    from evaluation.methods.counts import ratio_of_counts

    for first, second in ((334, 379), (348, 364), (340, 370)):
        inside = ratio_of_counts(first, second)
        assert float(change.quantity.low) <= (inside.low - 1) * 100 + 1e-9
        assert float(change.quantity.high) >= (inside.high - 1) * 100 - 1e-9


def test_two_rates_without_population_have_no_interval_of_chance(figures: Figures) -> None:
    earlier, later = (rate(figures, year, "Nova Scotia") for year in ("2021", "2024"))
    with pytest.raises(ValueError, match="a rate without a population"):
        measures.change_with_chance("c", "c", later, earlier, 0.95)


def test_two_definitions_are_never_compared(figures: Figures) -> None:
    one, other = count(figures, "2021"), count(figures, "2024", "trafficking_1525")
    with pytest.raises(DefinitionsDiffer):
        measures.change_with_chance("c", "c", other, one, 0.95)
