"""What there is for each place and definition, and what is left out where there is nothing."""

import pytest

from evaluation import incidents
from evaluation.figures import Figures, Measure, Quantity

ALL_LAWS, TABLE = incidents.ALL_LAWS, incidents.TABLE_1525


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def own(
    figures: Figures, place: str, definition: str = ALL_LAWS, first: int = 2009, last: int = 2024
) -> incidents.Reported:
    return incidents.reported(figures, definition, place, first, last)


@pytest.mark.parametrize(
    ("place", "definition", "unit", "verdict"),
    [
        ("Canada", ALL_LAWS, "incidents", "rose"),
        ("Canada", TABLE, "incidents", "rose"),
        ("Ontario", ALL_LAWS, "per_100k", "unknown"),
        ("Nova Scotia", ALL_LAWS, "per_100k", "unknown"),
        ("Guelph", ALL_LAWS, "per_100k", "single"),
        ("London", ALL_LAWS, "incidents", "single"),
        ("Ottawa", TABLE, "incidents", "rose"),
    ],
)
def test_each_kind_of_place_has_its_series_and_verdict(
    figures: Figures, place: str, definition: str, unit: str, verdict: str
) -> None:
    found = own(figures, place, definition)
    assert {figure.unit for figure in found.main} == {unit}
    change = incidents.change_with_chance(found, 0.95, 1)
    assert incidents.verdict(found, change) == ("reported_verdict", verdict)


def test_a_single_year_has_no_change_chart_or_first_year(figures: Figures) -> None:
    found = own(figures, "Guelph")
    assert (found.first, found.last, incidents.change_seen(found, 1)) == (None, None, None)
    assert found.only is not None
    assert found.only.quantity == Quantity.exact(11)
    assert incidents.points_by_year(found) == []
    assert incidents.worded("number_changed", found, None) is None


def test_chance_is_not_counted_in_where_the_counts_are_unknown(figures: Figures) -> None:
    found = own(figures, "Nova Scotia")
    assert incidents.change_seen(found, 1) is not None
    assert incidents.change_with_chance(found, 0.95, 1) is None


def test_counts_are_implied_only_where_none_is_published_and_the_population_is_known(figures: Figures) -> None:
    implied = incidents.implied(own(figures, "Ontario"))
    assert {year: (int(n.quantity.low), int(n.quantity.high)) for year, n in implied.items()} == {
        "2021": (334, 348),
        "2022": (342, 356),
        "2023": (321, 336),
        "2024": (364, 379),
    }
    assert all(number.kind == "estimate" for number in implied.values())
    assert incidents.implied(own(figures, "Canada")) == {}
    assert incidents.implied(own(figures, "Nova Scotia")) == {}


def test_the_table_has_no_empty_column_and_says_what_was_not_found(figures: Figures) -> None:
    heads, rows = incidents.year_table(own(figures, "Ottawa", TABLE))
    assert heads == ["Year", "Incidents", "Release"]
    assert [row[0]["en"] for row in rows] == ["2010", "2013", "2014", "2015"]
    heads, rows = incidents.year_table(own(figures, "Nova Scotia"))
    assert heads == ["Year", "Incidents", "Rate per 100,000 people", "Rate before rounding", "Release"]
    assert rows[0][1] == incidents.NOT_FOUND


def test_the_years_asked_for_bound_the_series(figures: Figures) -> None:
    assert [f.start for f in own(figures, "Canada", first=2021, last=2023).counts] == ["2021", "2022", "2023"]


def test_only_ontario_has_figures_that_conflict(figures: Figures) -> None:
    found = incidents.conflict(own(figures, "Ontario"))
    assert found is not None
    assert found.agreement == "apart"
    assert incidents.conflict(own(figures, "Nova Scotia")) is None
    assert set(incidents.conflict_values(None).values()) == {None}
    assert incidents.conflict_points(None) == []


def test_figures_agree_where_one_count_fits_both(figures: Figures) -> None:
    from dataclasses import replace

    found = incidents.conflict(own(figures, "Ontario"))
    assert found is not None
    assert (
        replace(found, by_share=replace(found.by_share, quantity=Quantity.between(2500, 2700))).agreement == "together"
    )


def test_the_strategys_statement_is_weighed_for_ontario_by_the_number_of_incidents(figures: Figures) -> None:
    change = incidents.volume_change(own(figures, "Ontario"), 0.95, 1)
    assert incidents.growth_claim(change) == ("growth_claim", "unknown")
    assert incidents.volume_change(own(figures, "Canada"), 0.95, 1) is None
    assert incidents.growth_claim(None) is None


def test_canadas_two_counts_moved_in_opposite_directions(figures: Figures) -> None:
    steps = incidents.steps(figures, 2009, 2024)
    assert {name: int(f.quantity.value) for name, f in steps.items() if f} == {
        "laws_before": 605,  # as the release that holds 608 has it, not as first released (570)
        "laws_after": 608,
        "table_before": 522,
        "table_after": 503,
    }
    assert incidents.way(steps) == ("two_counts", "opposite")
    assert incidents.way(incidents.steps(figures, 2009, 2016)) == ("two_counts", "same")
    assert incidents.way(incidents.steps(figures, 2006, 2008)) == ("two_counts", "plain")


def test_the_two_definitions_stand_in_panels_of_their_own(figures: Figures) -> None:
    points = incidents.national_points(figures, 2009, 2024)
    panels = {str(point.series): point.number.definition for point in points}
    assert len(panels) == 2
    assert all(panels[str(point.series)] == point.number.definition for point in points)


def test_the_largest_revision_by_each_definition(figures: Figures) -> None:
    for definition, ends in ((ALL_LAWS, (528, 597)), (TABLE, (210, 239))):
        largest = incidents.largest_revision(figures, definition)
        assert largest is not None
        assert tuple(int(figure.quantity.value) for figure in largest[:2]) == ends
        assert isinstance(largest[2], Measure)


def test_each_revision_is_of_one_year_place_and_definition(figures: Figures) -> None:
    points = incidents.revision_points(figures, TABLE, "Ottawa")
    rows: dict[str, list[Quantity]] = {}
    for point in points:
        rows.setdefault(point.category["en"], []).append(point.number.quantity)
    assert all(len(releases) == 2 for releases in rows.values())
    assert rows["Ottawa census metropolitan area, 2014, violation [1525]"] == [Quantity.exact(26), Quantity.exact(23)]
    assert rows["Canada, 2022, all laws"] == [Quantity.exact(528), Quantity.exact(597)]


def test_rates_side_by_side_are_of_one_year_highest_first(figures: Figures) -> None:
    points = incidents.rates_by_place(figures, ALL_LAWS, 2024)
    assert {point.number.start for point in points} == {"2024"}
    rates = [point.number.quantity.value for point in points]
    assert rates == sorted(rates, reverse=True)
    assert incidents.highest(figures, points) == {"en": "of Guelph", "fr": "de Guelph"}
    assert incidents.rates_by_place(figures, TABLE, 2024) == []
    assert incidents.highest(figures, []) is None


def test_a_tie_names_no_place(figures: Figures) -> None:
    points = incidents.rates_by_place(figures, ALL_LAWS, 2024)
    assert incidents.highest(figures, [points[0], points[0]]) == incidents.SEVERAL


def test_areas_have_totals_and_shares_by_all_laws_only(figures: Figures) -> None:
    rows = incidents.area_table(figures, ALL_LAWS)
    assert [row[0]["en"].split()[0].strip(",") for row in rows] == [
        "Toronto",
        "Ottawa",
        "London",
        "Halifax",
        "Montreal",
        "Toronto",
    ]
    assert incidents.area_table(figures, TABLE) == []


def test_counts_that_span_the_years_of_the_rates_are_compared_rather_than_rates(figures: Figures) -> None:
    from dataclasses import replace

    canada = own(figures, "Canada")
    holed = replace(canada, counts=(canada.counts[0], canada.counts[-1]))
    assert holed.main is holed.counts
    late = replace(canada, counts=canada.counts[-2:])
    assert late.main is late.rates
