"""What the chapter on reports and chance records, against numbers worked out by hand: changes with their intervals, a
revision, the regions, and how far the intervals can be trusted."""

import re
from fractions import Fraction
from functools import partial

import pytest
import test_reports_and_incidence as of_incidence
from scipy.stats import beta
from test_reports_and_incidence import TABLE, in_cases

from evaluation.numbers.quantity import Quantity
from evaluation.records.record import read_number

pytestmark = pytest.mark.slow  # runs the chapter again and again
PEOPLE = {2021: 38239864, 2022: 38950132, 2024: 41262329}
own = {"chapter": "reports_and_chance"}
ran, recorded, words = (partial(one, **own) for one in (of_incidence.ran, of_incidence.recorded, of_incidence.words))
choice, chart, table = (partial(one, **own) for one in (of_incidence.choice, of_incidence.chart, of_incidence.table))


def exact(earlier: int, later: int) -> tuple[float, float]:
    """The exact conditional binomial interval of a ratio, by scipy's beta quantiles, as the tests' own arithmetic."""
    low, high = beta.ppf(0.025, later, earlier + 1), beta.ppf(0.975, later + 1, earlier)
    return low / (1 - low), high / (1 - high)


@pytest.mark.parametrize(
    ("year", "basis", "counts"),
    [(2021, "first", (552, 608)), (2021, "release", (555, 608)), (2022, "first", (528, 608))],
)
def test_like_is_compared_with_like_both_ways(year: int, basis: str, counts: tuple[int, int]) -> None:
    pair = ran(earlier_year=year)[0]["pair"]
    one = pair[pair.basis == basis].to_dict("records")[0]
    assert (one["earlier"].quantity, one["later"].quantity) == tuple(map(Quantity.exact, counts))
    ratio, growth = Fraction(counts[1], counts[0]), Fraction(PEOPLE[2024], PEOPLE[year])
    assert (one["number_ratio"].quantity.value, one["person_ratio"].quantity.value) == (ratio, ratio / growth)
    for part, ends in (("chance", in_cases(*counts)), ("plain", exact(*counts))):
        found = one[f"{part}_ratio"].quantity
        assert (float(found.low), float(found.high)) == pytest.approx(ends, abs=1e-6)
    person = one["person_chance_ratio"].quantity
    assert float(person.low * growth) == pytest.approx(in_cases(*counts)[0], abs=1e-6)


def test_rates_without_a_population_have_neither_number_nor_chance() -> None:
    asked = {"place": "Nova Scotia"}
    assert {words(name, **asked) for name in ("number", "chance", "person_chance", "confidence")} == {""}
    assert words("person_alone", **asked) == words("person", **asked) != ""
    assert table("coverage", **asked) == table("power", **asked) == []


def test_reports_rose_and_the_rate_behind_them_may_not_have() -> None:
    assert choice("moved") == "rose-unknown"
    # One comparison tells a rise in number if events were independent, the other does not: nothing is told.
    assert choice("moved", earlier_year=2022, variance_factor=1.0) == "rose-unknown"
    assert choice("moved", definition=TABLE, variance_factor=1.0) == "rose-too"
    assert choice("moved", definition=TABLE) == "rose-unknown"  # in cases of three, it may be chance
    assert choice("moved", place="Ontario") == "rose-unknown"
    assert choice("moved", place="Nova Scotia") == "fell-unknown"


def test_the_year_between_is_compared_both_ways_or_not_at_all() -> None:
    """608 against 597 in one release and against 528 as first released; the two do not tell the same."""
    names = [f"next_{basis}_{part}" for basis in ("release", "first") for part in ("number", "chance")]
    # 608 / 597 is 1.0184 (0.7912 to 1.3110), 608 / 528 1.1515 (0.8872 to 1.4945)
    expected = ["about 1.8%", "between \u221220.9% and 31.1%", "about 15.2%", "between \u221211.3% and 49.5%"]
    assert [words(name) for name in names] == expected
    assert {words(name, definition=TABLE) for name in names} == {""}


def test_a_full_count_has_no_interval_of_chance() -> None:
    """Chance bears on the rate behind the reports, and whatever has its interval says so."""
    for name in ("chance", "plain", "person_chance", "first_chance", "next_first_chance"):
        found = recorded(name)
        assert re.search(r"underlying rates? of reports", str(found.label)), found.label
    change = recorded("number")
    assert change.quantity.low == change.quantity.high


def test_rates_are_compared_by_the_counts_that_they_leave() -> None:
    found = recorded("number", place="Ontario")  # 364 ÷ 348 to 379 ÷ 334
    ratio = Quantity.between(364, 379) / Quantity.between(334, 348)
    assert found.quantity == (ratio - Quantity.exact(1)) * Quantity.exact(100)


def test_the_later_year_revised_as_earlier_ones_were() -> None:
    assert words("revisions") == "between 0.5% and 13.1%"
    assert words("revised") == "between 611 and 688"
    # 611 and 688, as the page prints them, over 555: a reader gets the same from the page
    change = recorded("change_if_revised")
    assert change.quantity == Quantity.between((Fraction(611, 555) - 1) * 100, (Fraction(688, 555) - 1) * 100)
    revised = recorded("revised")
    assert (revised.start, revised.end, change.start, change.end) == ("2024", "2024", "2021", "2024")
    assert choice("revision_effect") == "keeps"


def test_one_revision_makes_no_range_and_a_revised_count_is_not_revised_again() -> None:
    assert recorded("revised", definition=TABLE) is None
    assert recorded("revised", later_year=2022) is None
    assert recorded("revisions", later_year=2022) is None


def test_detection_would_have_to_differ_every_year_for_independent_events_alone() -> None:
    """Three to a case leave 2022 and 2024 at one; 2023 alone does not, and of nine intervals at once none."""
    names = ("needed_in", "other_needed_in", "needed_at_once")
    assert [choice(name, variance_factor=1.0) for name in names] == ["none", "all", "some"]
    assert [choice(name) for name in names] == ["none", "some", "none"]
    assert choice("detection_needed") == "both"
    assert choice("detection_needed", place="Nova Scotia") == "none"


def test_ontario_and_the_rest_are_not_set_apart() -> None:
    outside, chance = recorded("outside_number"), recorded("outside_chance")
    assert outside.place_label["en"] == "Canada outside Ontario"  # type: ignore[index]
    # As first released: 552 less 334 to 348, and 608 less 364 to 379.
    rest = outside.quantity
    low, high = (Fraction(229, 218) - 1) * 100, (Fraction(244, 204) - 1) * 100
    assert (rest.low, rest.high) == (low, high)
    interval = chance.quantity
    assert interval.low < low < high < interval.high  # type: ignore[operator]
    assert choice("ranking") == "unknown"
    assert recorded("outside_number", definition=TABLE) is None


def test_intervals_hold_the_truth_where_what_they_suppose_does() -> None:
    shares = [[float(read_number(cell["number"]).quantity.value) for cell in row[1:]] for row in table("coverage")]
    (_, independent), *others, _revised = shares
    assert independent >= 94
    assert all(plain < 90 for _, plain in others)
    assert all(wide > plain for wide, plain in shares)
    assert others[1][0] >= 94  # in cases of three
