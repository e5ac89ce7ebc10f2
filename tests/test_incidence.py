"""What reports say of incidence: conclusions from intervals, reversed by reversed data, never from reports alone."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import pytest
from small import DATA

from evaluation.chapters import comparison, incidence, incidents
from evaluation.chapters.comparison import Comparison
from evaluation.chapters.incidence.reliability import KNOWN, simulated_coverage
from evaluation.chapters.incidents import ALL_LAWS, TABLE_1525
from evaluation.data.sources import Tables
from evaluation.methods.detection import (
    DetectionBounds,
    Indicator,
    Process,
    Reports,
    Sign,
    Story,
    never_falling,
    signatures,
    surviving,
)
from evaluation.numbers.figures import Figures, Measure, Quantity, show, sign_named
from evaluation.reviews.choices import shares_in_order

LEVEL = 0.95


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(DATA)


@pytest.fixture(scope="module")
def canada(figures: Figures) -> Comparison:
    """555 incidents in 2021, 608 in 2024."""
    found = comparison.compare(figures, ALL_LAWS, "Canada", 2021, 2024, LEVEL)
    assert found is not None
    return found


@pytest.fixture
def mirrored(canada: Comparison) -> Comparison:
    """The same years with their counts exchanged: what rose has fallen."""
    return dataclasses.replace(canada, earlier=canada.later, later=canada.earlier)


# What is supposed


def test_no_share_stated_leaves_any_detection_ratio() -> None:
    bounds = incidence.supposed(0.0, 1.0, 0.0, 1.0)
    assert bounds == DetectionBounds.unknown()
    assert incidence.basis(bounds) == ("incidence_basis", "alone")


def test_shares_stated_bound_the_ratio_at_worst_ends() -> None:
    bounds = incidence.supposed(0.1, 0.2, 0.3, 0.4)
    assert (bounds.low, bounds.high) == pytest.approx((1.5, 4.0))
    assert incidence.basis(bounds) == ("incidence_basis", "supposed")


def test_no_least_share_leaves_the_upper_end_open() -> None:
    assert incidence.supposed(0.0, 0.5, 0.25, 1.0) == DetectionBounds(0.5, math.inf)


@pytest.mark.parametrize(
    ("shares", "refused"),
    [
        ((0.0, 1.0, 0.0, 1.0), None),
        ((0.2, 0.2, 0.3, 0.3), None),
        ((0.3, 0.2, 0.0, 1.0), "earlier_share_from"),
        ((0.0, 1.0, 0.5, 0.4), "later_share_from"),
    ],
)
def test_shares_out_of_order_are_refused(tables: Tables, shares: tuple[float, ...], refused: str | None) -> None:
    refusal = shares_in_order(tables, *shares)
    assert (refusal and refusal[0]) == refused


# What follows


def test_reports_alone_never_tell(canada: Comparison, mirrored: Comparison) -> None:
    for found in (canada, mirrored):
        assert incidence.told([found], DetectionBounds.unknown(), LEVEL) == ("incidence_told", "cannot-be-told")


@pytest.mark.parametrize(
    ("ratio", "choice"),
    # 608 / 555 with chance is 0.974 to 1.232: detection beyond it tells, detection within does not.
    [(1.3, "fell"), (0.9, "rose"), (1.2, "cannot-be-told"), (1.0, "cannot-be-told")],
)
def test_supposed_detection_tells_beyond_the_interval(canada: Comparison, ratio: float, choice: str) -> None:
    bounds = DetectionBounds(ratio, ratio)
    assert incidence.told([canada], bounds, LEVEL) == ("incidence_told", choice)


@pytest.mark.parametrize(("ratio", "choice"), [(0.7, "rose"), (1.1, "fell")])
def test_reversed_data_reverse_the_conclusion(mirrored: Comparison, ratio: float, choice: str) -> None:
    assert incidence.told([mirrored], DetectionBounds(ratio, ratio), LEVEL) == ("incidence_told", choice)


def test_each_supposition_leaves_what_it_must(canada: Comparison) -> None:
    rows = incidence.what_follows([canada], DetectionBounds(1.0, 2.0), LEVEL)
    left = [row[2].quantity for row in rows]  # type: ignore[union-attr]
    assert (left[0].low, left[0].low_open, left[0].high) == (-100, True, None)
    assert left[1].low == -100
    assert float(left[1].high) == pytest.approx((608 / 555 - 1) * 100)
    assert left[2].low == left[2].high
    assert float(left[3].low) == pytest.approx((608 / 555 / 2 - 1) * 100)
    assert [show(row[2], "en").words for row in rows[:1]] == ["more than \N{MINUS SIGN}100.0%"]  # type: ignore[arg-type]
    assert all(row[4]["en"] == "cannot be told" for row in rows[:3])  # type: ignore[index,call-overload]


def test_a_higher_level_is_never_less_wide(canada: Comparison) -> None:
    narrow, wide = (
        incidence.what_follows([canada], DetectionBounds.unknown(), level)[2][3].quantity
        for level in (0.8, 0.99)  # type: ignore[union-attr]
    )
    assert wide.low < narrow.low < narrow.high < wide.high


def test_how_tight_detection_must_be_known(figures: Figures, canada: Comparison) -> None:
    assert incidence.tightness(canada, LEVEL) is None
    assert incidence.tight([canada], LEVEL) == ("known_detection", "settles_nothing")
    other = comparison.compare(figures, TABLE_1525, "Canada", 2021, 2024, LEVEL)
    assert other is not None
    factor = incidence.tightness(other, LEVEL)
    assert factor is not None
    half = float(factor.quantity.value)
    assert (
        factor.quantity * Quantity.exact(100)
    ).value.denominator == 1  # rounded to the tighter side, so it holds as printed
    assert incidence.told([other], DetectionBounds(1 / half, half), LEVEL)[1] == "rose"
    assert incidence.told([other], DetectionBounds(1 / half / 1.01, half * 1.01), LEVEL)[1] == "cannot-be-told"


# Figures


def test_the_plane_holds_what_is_supposed_where_both_ends_are(canada: Comparison) -> None:
    assert len(incidence.plane_points(canada, DetectionBounds.unknown())) == 1
    reports, detection = incidence.plane_points(canada, DetectionBounds(1.5, 4.0))
    assert float(reports.number.quantity.value) == pytest.approx(608 / 555)
    assert (detection.number.quantity.low, detection.number.quantity.high) == (1.5, 4)


def test_break_even_by_year_is_the_ratio_of_each_year(figures: Figures) -> None:
    points = incidence.break_even_points(figures, ALL_LAWS, "Canada", 2021, 2024, LEVEL)
    assert [point.year for point in points] == [2022, 2023, 2024] * 2
    ratios = [597 / 555, 605 / 555, 608 / 555, 528 / 552, 570 / 552, 608 / 552]
    assert [float(p.number.quantity.value) for p in points] == pytest.approx(ratios)
    assert [str(p.series) for p in points] == ["In one release"] * 3 + ["As first released"] * 3
    # In the one release that has them all, a rate is printed and the counts are worked out.
    assert [p.number.kind for p in points] == ["estimate"] * 3 + ["derived"] * 3
    assert all(p.interval and p.interval.quantity.contains(p.number.quantity.value) for p in points)
    assert incidence.needs(points) == ("years_apart", "none")
    assert incidence.needs([]) is None


def test_the_other_definition_needs_detection_to_differ_in_every_year(figures: Figures) -> None:
    points = incidence.break_even_points(figures, TABLE_1525, "Canada", 2021, 2024, LEVEL)
    ends = [(float(p.interval.quantity.low), float(p.interval.quantity.high)) for p in points if p.interval]
    assert ends == [pytest.approx(e, abs=0.006) for e in ((1.07, 1.41), (1.18, 1.55), (1.14, 1.49))]
    assert incidence.needs(points) == ("years_apart", "all")
    own = incidence.break_even_points(figures, ALL_LAWS, "Canada", 2021, 2024, LEVEL)
    assert incidence.needed_by(own, points) == ("detection_needed", "both")
    assert [incidence.needed_by(*pair)[1] for pair in ((own, []), ([], own), ([], []))] == ["own", "other", "none"]


def test_a_conclusion_holds_by_every_comparison_or_not_at_all(figures: Figures) -> None:
    """From 2022 first releases show a rise where detection is known to be unchanged; one release does not."""
    found = comparison.compare_alike(figures, ALL_LAWS, "Canada", 2022, 2024, LEVEL)
    same = DetectionBounds(1.0, 1.0)
    assert [incidence.told([one], same, LEVEL)[1] for one in found] == ["cannot-be-told", "rose"]
    assert incidence.told(found, same, LEVEL)[1] == "cannot-be-told"
    assert incidence.tight(found, LEVEL) == ("known_detection", "settles_some")


def test_what_survives_both_suppositions_of_growing_trafficking() -> None:
    """The title of the chart of signs says these two."""
    table = signatures()
    assert surviving(table) == [Indicator.REPORTS, Indicator.SERVED]
    assert incidence.holding() == {
        "en": "police reports and people served by services",
        "fr": "incidents déclarés par la police et personnes ayant reçu des services",
    }
    moved = [Indicator.VICTIM_SHARE, Indicator.DELAY, Indicator.VICTIMS, Indicator.HOTLINE]
    assert never_falling(table) == moved
    assert {table[Story.STRETCHED][one] for one in moved} == {Sign.UP}
    assert {table[Story.INCIDENCE][one] for one in moved} == {Sign.NONE}


def test_published_numbers_stand_under_their_own_labels(figures: Figures, canada: Comparison) -> None:
    published = [
        ("share-outside-places-with-a-unit", ("share_ottawa_2013_2023",), "why"),
        ("clearance", ("not_solved_2012_2022",), "why"),
    ]
    rows = {row[0]["en"]: row for row in incidence.indicator_rows(figures, canada, published)}  # type: ignore[call-overload,index]
    ottawa = rows["Share of incidents outside places with a special unit"]
    assert ottawa[1]["en"].startswith("Share of Canada’s incidents, Ottawa")  # type: ignore[call-overload,index]
    assert rows["Clearance of incidents"][1]["en"].startswith("Incidents not solved")  # type: ignore[call-overload,index]
    (change,) = rows["Police reports"][2]  # type: ignore[misc]
    assert show(change, "en").words == "about 9.5%"  # a full count: no interval


def test_signs_are_those_of_the_model(figures: Figures) -> None:
    points = incidence.sign_points()
    assert len(points) == len(Indicator) * len(Story)
    table = signatures()
    expected = [table[story][indicator] for indicator in Indicator for story in Story]
    assert [Sign(sign_named(point.number.quantity)) for point in points] == expected


def test_reports_themselves_tell_no_story(canada: Comparison, mirrored: Comparison) -> None:
    for found in (canada, mirrored):
        assert incidence.reading(found) == ("story_read", "cannot-be-told")


# Places


def test_the_rest_is_taken_at_the_worst_ends() -> None:
    rest = incidence.without(Reports(555, 555), Reports(334, 348))
    assert rest == Reports(207, 221)
    assert incidence.without(Reports(300, 300), Reports(290, 300)) is None


def test_ontario_and_the_rest_are_not_set_apart(figures: Figures) -> None:
    found = incidence.regions(figures, ALL_LAWS, 2021, 2024, LEVEL)
    assert found is not None
    assert found.ranking == ("province_rest", "unknown")
    labels = [point.category["en"] for point in found.points]  # type: ignore[index,call-overload]
    assert labels == ["Canada", "Ontario", "Canada outside Ontario"]
    rest = found.points[2]
    assert rest.interval is not None
    assert rest.interval.quantity.low < rest.number.quantity.low  # type: ignore[operator]
    assert rest.interval.quantity.high > rest.number.quantity.high  # type: ignore[operator]


@pytest.mark.parametrize("definition", [TABLE_1525])
def test_no_province_by_a_definition_leaves_the_section_out(figures: Figures, definition: str) -> None:
    assert incidence.regions(figures, definition, 2021, 2024, LEVEL) is None


def test_a_city_before_and_after_its_unit(figures: Figures) -> None:
    rows = incidence.unit_rows(figures, "Ottawa", LEVEL)
    counts = [int(row[1].quantity.value) for row in rows]  # type: ignore[union-attr]
    assert (counts[0], counts[-1]) == (1, 59)
    assert 26 in counts
    ratio = rows[-1][3]
    assert isinstance(ratio, Measure)
    assert ratio.quantity.contains(59)
    assert float(ratio.quantity.low) > 8  # type: ignore[arg-type]


# How far to trust the intervals


def test_intervals_hold_the_truth_only_where_events_are_independent(figures: Figures, canada: Comparison) -> None:
    shares = [float(row[1].quantity.value) for row in incidence.coverage_rows(figures, canada, LEVEL)]  # type: ignore[union-attr]
    independent, *others = shares
    assert independent >= 94
    assert all(share < 90 for share in others)


def test_the_revision_simulated_is_the_largest_in_the_data(figures: Figures, canada: Comparison) -> None:
    largest = incidents.largest_revision(figures, ALL_LAWS)
    assert largest
    assert [int(figure.quantity.value) for figure in largest[:2]] == [528, 597]
    # Another factor gives another share; a definition without a known revision has no such row.
    shares = {simulated_coverage(Process.REVISED, 555.0, LEVEL, factor) for factor in (1.05, 597 / 528)}
    assert len(shares) == 2
    nowhere = dataclasses.replace(canada, definition="none")
    assert len(incidence.coverage_rows(figures, nowhere, LEVEL)) == len(Process) - 1


def test_within_a_factor_is_four_fifths_to_five_quarters() -> None:
    assert incidence.within().quantity == Quantity.between(Fraction(4, 5), Fraction(5, 4))
    assert dict(KNOWN)["within_a_factor"] == DetectionBounds(0.8, 1.25)


def test_no_change_is_told_with_nothing_known(canada: Comparison) -> None:
    rows = incidence.power_rows(canada, LEVEL)
    assert len(rows) == 6
    powers = [[float(cell.quantity.value) for cell in row[1:]] for row in rows]  # type: ignore[union-attr]
    assert [row[2] for row in powers] == [0] * 6
    assert all(exactly >= within for exactly, within, _ in powers)
    assert powers[0][0] > 99


# What a reader may try


def test_scenarios_hold_every_pair_of_years_once(figures: Figures) -> None:
    found = incidence.scenarios(figures, LEVEL)
    first = found[0]
    assert (first["place_key"], first["definition"]) == ("Canada", ALL_LAWS)
    years = first["years"]
    # Two years that only unlike releases give, such as 2009 and 2024, are no pair.
    assert set(first["pairs"]) < {f"{one}-{two}" for one in years for two in years if one < two}
    assert "2009-2024" not in first["pairs"]
    assert all(way["basis"] in ("release", "first") for one in found for ways in one["pairs"].values() for way in ways)
    way, beside = first["pairs"]["2021-2024"]
    assert (way["basis"], way["releases"]["en"]) == ("release", "July 29, 2025")
    assert (beside["basis"], beside["releases"]["en"]) == ("first", "May 2, 2023; December 8, 2025")
    low, high, least, most, person = way["ends"]
    assert low == high == pytest.approx(608 / 555, rel=1e-6)
    assert least < low < most
    assert person == pytest.approx(38239864 / 41262329, rel=1e-6)
    assert "reports-are-not-incidence" in first["caveats"]
