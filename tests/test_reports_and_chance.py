"""What the chapter on reports and chance records, against numbers worked out by hand: changes with their intervals, a
revision, the regions, and how far the intervals can be trusted."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from typing import Any

import pandas as pd
import pytest
import test_reports_and_incidence as of_incidence
from test_reports_and_incidence import ALL_LAWS, FACTOR, LEVEL, PEOPLE, TABLE, exact, in_cases, shown

from evaluation.chapters import reports_simulated
from evaluation.chapters.detection.identification import DetectionBounds
from evaluation.chapters.detection.simulation import Process
from evaluation.numbers.notation import show
from evaluation.numbers.quantity import Quantity
from evaluation.records.record import read_number

pytestmark = pytest.mark.slow  # runs the chapter again and again
CHAPTER = "reports_and_chance"
ran = partial(of_incidence.ran, chapter=CHAPTER)
recorded = partial(of_incidence.recorded, chapter=CHAPTER)
words = partial(of_incidence.words, chapter=CHAPTER)
choice = partial(of_incidence.choice, chapter=CHAPTER)
chart = partial(of_incidence.chart, chapter=CHAPTER)
table = partial(of_incidence.table, chapter=CHAPTER)


@pytest.mark.parametrize(
    ("year", "basis", "counts"),
    [
        (2021, "first", (552, 608)),
        (2021, "release", (555, 608)),
        (2022, "first", (528, 608)),
        (2022, "release", (597, 608)),
    ],
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


def test_releases_that_are_not_alike_tell_no_change() -> None:
    asked = {"earlier_year": 2012}
    assert (choice("went", **asked), choice("moved", **asked)) == ("mixed", "unknown-unknown")
    assert {words(name, **asked) for name in ("chance", "plain", "confidence")} == {""}
    own = [point for point in chart("change_in_reports", **asked) if point["number"]["definition"] == ALL_LAWS]
    assert own == []


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
        assert found is not None
        assert re.search(r"rates? behind the reports", str(found.label)), found.label
    change = recorded("number")
    assert change is not None
    assert change.quantity.low == change.quantity.high


def test_a_count_that_any_publication_prints_is_no_estimate() -> None:
    """555 and 608 stand in a release that prints their rates; others print the counts."""
    kinds = [found.kind for name in ("earlier", "later", "number", "first_number") if (found := recorded(name))]
    assert kinds == ["published", "published", "derived", "derived"]


def test_rates_are_compared_by_the_counts_that_they_leave() -> None:
    found = recorded("number", place="Ontario")
    assert found is not None  # 364 ÷ 348 to 379 ÷ 334
    assert found.quantity == (
        Quantity.between(364, 379) / Quantity.between(334, 348) - Quantity.exact(1)
    ) * Quantity.exact(100)


def test_counts_without_a_population_are_not_compared_per_person() -> None:
    asked = {"place": "Ottawa", "definition": TABLE, "earlier_year": 2013, "later_year": 2014}
    assert (recorded("person", **asked), recorded("growth", **asked)) == (None, None)


def test_the_later_year_revised_as_earlier_ones_were() -> None:
    assert words("revisions") == "between 0.5% and 13.1%"
    assert words("revised") == "between 611 and 688"
    # 611 and 688, as the page prints them, over 555: a reader gets the same from the page
    change = recorded("change_if_revised")
    assert change is not None
    assert change.quantity == Quantity.between((Fraction(611, 555) - 1) * 100, (Fraction(688, 555) - 1) * 100)
    revised = recorded("revised")
    assert revised is not None
    assert (revised.start, revised.end, change.start, change.end) == ("2024", "2024", "2021", "2024")
    assert choice("revision_effect") == "keeps"


def test_one_revision_makes_no_range_and_a_revised_count_is_not_revised_again() -> None:
    assert recorded("revised", definition=TABLE) is None
    assert recorded("revised", later_year=2022) is None
    assert recorded("revisions", later_year=2022) is None


def test_the_change_by_year_is_that_of_each_year_with_both_intervals() -> None:
    rows = table("change_by_year")
    assert [row[0]["text"]["en"] for row in rows] == ["2022", "2023", "2024"] * 3
    counts = [
        (555, 597),
        (555, 605),
        (555, 608),
        (552, 528),
        (552, 570),
        (552, 608),
        (386, 474),
        (386, 522),
        (386, 503),
    ]
    for row, both in zip(rows, counts, strict=True):
        ratio, wide, plain = (read_number(cell["number"]).quantity for cell in row[3:])
        assert ratio.value == (Fraction(both[1], both[0]) - 1) * 100
        for found, ends in ((wide, in_cases(*both)), (plain, exact(*both))):
            assert (float(found.low), float(found.high)) == pytest.approx([(end - 1) * 100 for end in ends], abs=1e-4)
    assert [row[3]["number"]["estimate"] for row in rows] == [both == (555, 605) for both in counts]


def test_detection_would_have_to_differ_every_year_for_independent_events_alone() -> None:
    """Three to a case leave 2022 and 2024 at one; 2023 alone does not, and of nine intervals at once none."""
    names = ("needed_in", "other_needed_in", "needed_at_once")
    assert [choice(name, variance_factor=1.0) for name in names] == ["none", "all", "some"]
    assert [choice(name) for name in names] == ["none", "some", "none"]
    assert choice("detection_needed") == "both"
    assert choice("detection_needed", place="Nova Scotia") == "none"


def test_ontario_and_the_rest_are_not_set_apart() -> None:
    outside, chance = recorded("outside_number"), recorded("outside_chance")
    assert outside is not None
    assert chance is not None
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


def test_the_revision_simulated_is_the_largest_in_the_data(number: Any) -> None:
    assert "about 13.1%" in table("coverage")[-1][0]["text"]["en"]  # 528 to 597
    reports = number(Quantity.exact(555), unit="incidents")
    small, none = (
        reports_simulated.coverage(reports, LEVEL, pd.Series(changes, dtype=object), FACTOR)
        for changes in ([number(Quantity.exact(5), unit="percent")], [])
    )
    assert (len(small), len(none)) == (len(Process), len(Process) - 1)
    assert show(small.in_cases.iloc[-1], "en").words != shown(table("coverage")[-1][1])


def test_within_a_factor_is_four_fifths_to_five_quarters() -> None:
    assert reports_simulated.within().quantity == Quantity.between(Fraction(4, 5), Fraction(5, 4))
    assert reports_simulated.KNOWN["within_a_factor"] == DetectionBounds(0.8, 1.25)


def test_no_change_is_told_with_nothing_known() -> None:
    powers = [[float(read_number(cell["number"]).quantity.value) for cell in row[1:]] for row in table("power")]
    assert [row[2] for row in powers] == [0] * 6
    assert all(exactly >= within for exactly, within, _ in powers)
    assert powers[0][0] > 99
