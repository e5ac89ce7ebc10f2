"""What there is for each place and definition, and what is left out where there is nothing."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from shutil import copytree

import pytest
from small import DATA

from evaluation.chapters import incidents
from evaluation.language import phrase, phrases
from evaluation.numbers.figures import Figures, Measure, Quantity, show
from evaluation.problems import InputError

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
        ("Canada", ALL_LAWS, "incidents", "rose-rose"),
        ("Canada", TABLE, "incidents", "rose-rose"),
        ("Ontario", ALL_LAWS, "per_100k", "rose-unknown"),
        ("Nova Scotia", ALL_LAWS, "per_100k", "rate-fell"),
        ("Guelph", ALL_LAWS, "per_100k", "single"),
        ("London", ALL_LAWS, "incidents", "single"),
        ("Ottawa", TABLE, "incidents", "rose-rose"),
    ],
)
def test_each_kind_of_place_has_its_series_and_verdict(
    figures: Figures, place: str, definition: str, unit: str, verdict: str
) -> None:
    found = own(figures, place, definition)
    assert {figure.unit for figure in found.main} == {unit}
    change = incidents.change_with_chance(found, 0.95, 1)
    assert incidents.verdict(found, change) == ("reports_verdict", verdict)


def test_a_single_year_has_no_change_chart_or_first_year(figures: Figures) -> None:
    found = own(figures, "Guelph")
    assert (found.first, found.last, incidents.change_seen(found, 1)) == (None, None, None)
    assert found.only is not None
    assert found.only.quantity == Quantity.exact(11)
    assert incidents.points_by_year(found) == []
    assert incidents.worded("reports_and_rate", found, None) is None
    assert (incidents.moved(found), incidents.number_change(found, 1)) == (None, None)


def test_chance_is_not_counted_in_where_the_counts_are_unknown(figures: Figures) -> None:
    found = own(figures, "Nova Scotia")
    seen = incidents.change_seen(found, 1)
    assert seen is not None
    assert incidents.rounding_alone(found, seen) is seen
    assert incidents.change_with_chance(found, 0.95, 1) is None
    assert incidents.number_change(found, 1) is None


# Reports are counted in full: what they did is one thing, what the rate behind them did another


class Made:
    """Figures of data in which Quebec has the series given, so that no live number decides a test."""

    def __init__(self, folder: Path):
        self.folder = Path(copytree(DATA, folder / "data"))

    def add(self, table: str, *rows: str) -> None:
        with (self.folder / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)

    def counts(self, *rows: tuple[int, int, str]) -> None:
        self.add("police_reported", *(f"{ALL_LAWS},Quebec,{y},{n},,{v},statcan_daily_2023,," for y, n, v in rows))

    def rates(self, *rows: tuple[int, str]) -> None:
        series = (f"{ALL_LAWS},Quebec,{y},,{r},2024,statcan_daily_2023,,rounded-rate" for y, r in rows)
        self.add("police_reported", *series)

    def people(self, *rows: tuple[int, int]) -> None:
        self.add("population", *(f"Quebec,{y},{n},2025,statcan_population_2025" for y, n in rows))

    @property
    def own(self) -> incidents.Reported:
        return own(Figures(self.folder), "Quebec")

    @property
    def verdict(self) -> str:
        return incidents.verdict(self.own, incidents.change_with_chance(self.own, 0.95, 1))[1]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (555, 608, "rose-unknown"),
        (608, 555, "fell-unknown"),
        (100, 200, "rose-rose"),
        (200, 100, "fell-fell"),
        (300, 300, "unchanged-unknown"),
        (0, 9, "rose-unknown"),
        (9, 0, "fell-unknown"),
        (0, 0, "unchanged-unknown"),
    ],
)
def test_counts_rise_or_fall_whatever_chance_says_of_the_rate(made: Made, first: int, last: int, verdict: str) -> None:
    made.counts((2021, first, "2022"), (2024, last, "2025"))
    assert made.verdict == verdict
    assert incidents.change_of(made.own) == ("change_of", "number")
    assert incidents.rounding_alone(made.own, incidents.change_seen(made.own, 1)) is None


@pytest.mark.parametrize(
    ("rates", "people", "verdict"),
    [
        (("2.3", "2.3"), (14_842_488, 16_144_797), "rose-unknown"),  # 334 to 348, then 364 to 379
        (("2.3", "2.1"), (15_155_836, 15_632_481), "fell-unknown"),
        (("2.3", "2.3"), (14_842_488, 15_155_836), "unknown-unknown"),
        (("2.0", "1.5"), (10_000_000, 20_000_000), "rose-fell"),  # more people, fewer reports of each
        (("1.5", "2.0"), (20_000_000, 10_000_000), "fell-rose"),
        (("1.0", "2.0"), (10_000_000, 10_000_000), "rose-rose"),
        (("0.0", "2.0"), (10_000_000, 10_000_000), "rose-unknown"),
    ],
)
def test_rates_with_a_population_tell_the_number_and_the_rate_apart(
    made: Made, rates: tuple[str, str], people: tuple[int, int], verdict: str
) -> None:
    made.rates(*zip((2021, 2024), rates, strict=True))
    made.people(*zip((2021, 2024), people, strict=True))
    assert made.verdict == verdict
    assert incidents.change_of(made.own) == ("change_of", "person")


@pytest.mark.parametrize(
    ("rates", "verdict"), [(("5.3", "4.5"), "rate-fell"), (("1", "2.4"), "rate-rose"), (("2", "2.4"), "rate-unknown")]
)
def test_rates_alone_speak_of_the_published_rate(made: Made, rates: tuple[str, str], verdict: str) -> None:
    made.rates(*zip((2021, 2024), rates, strict=True))
    assert made.verdict == verdict


def test_no_direction_where_the_first_releases_went_the_other_way(made: Made) -> None:
    made.counts((2021, 552, "2022"), (2021, 555, "2023"), (2022, 528, "2023"), (2022, 597, "2024"))
    assert made.verdict == "by-release"
    found = incidents.first_published(made.own, 1)
    assert [show(n, "en").words for n in found.values() if n] == ["552", "528", "about \u22124.3%"]
    made.counts((2023, 700, "2025"))
    assert made.verdict == "rose-rose"


def test_counts_never_revised_have_no_first_release_of_their_own(made: Made) -> None:
    made.counts((2021, 552, "2022"), (2021, 552, "2023"), (2022, 528, "2023"))
    assert set(incidents.first_published(made.own, 1).values()) == {None}


def test_every_verdict_has_its_wordings() -> None:
    reports, behind = ("rose", "fell", "unchanged", "unknown"), ("rose", "fell", "unknown")
    choices = {f"{one}-{two}" for one in reports for two in behind} - {"rose-fell", "fell-rose"}
    choices |= {"rose-fell", "fell-rose", "rate-rose", "rate-fell", "rate-unknown", "by-release"}
    for family in ("reports_verdict", "reports_and_rate"):
        assert {choice for name, choice in phrases() if name == family} - {"single"} == choices
    long = "in Prince Edward Island", "à l’Île-du-Prince-Édouard"
    for choice in choices:
        words = phrase("reports_verdict", choice)
        assert len(f"Reported trafficking {long[0]}: {words['en']}".split()) <= 10
        assert len(f"Traite déclarée {long[1]}: {words['fr']}".split()) <= 10


def test_what_chance_is_counted_in_is_the_rate_behind_the_reports(figures: Figures) -> None:
    """A full count has no interval: the label beside one says of what it is."""
    for place, words in (("Canada", "Change in the rate"), ("Ontario", "Change per person in the rate")):
        change = incidents.change_with_chance(own(figures, place), 0.95, 1)
        assert change is not None
        assert str(change.label).startswith(f"{words} behind the reports")


def test_a_headline_of_the_country_names_its_definition(figures: Figures) -> None:
    """Two pages of one place by two definitions have two titles."""
    titles = [incidents.named_place(own(figures, "Canada", definition)) for definition in (ALL_LAWS, TABLE)]
    assert [title["en"] for title in titles] == ["in Canada, all laws", "in Canada, violation [1525]"]  # type: ignore[index]
    assert incidents.named_place(own(figures, "Ontario")) == figures.label("places", "Ontario", "in")


def test_a_places_own_revision_and_its_unit_stand_on_its_page(figures: Figures) -> None:
    """Ottawa's count of 2014 was revised down, while every revision of Canada's counts went up."""
    ottawa = own(figures, "Ottawa", TABLE)
    found = incidents.own_revision(ottawa)
    assert [int(figure.quantity.value) for figure in found.values() if figure] == [26, 23]
    assert incidents.own_revised_year(ottawa) == ("2014", "2014")
    assert incidents.with_unit(ottawa) is not None
    assert set(incidents.own_revision(own(figures, "Canada")).values()) == {None}
    assert incidents.with_unit(own(figures, "Canada", TABLE)) is None


def test_a_change_published_of_a_place_stands_on_its_page(figures: Figures) -> None:
    shown = [row[2].name for row in incidents.over_years(own(figures, "Nova Scotia"))]
    assert "change_nova_scotia_2020_2024" in shown


def test_ontarios_rates_force_the_number_up(figures: Figures) -> None:
    found = own(figures, "Ontario", first=2021, last=2024)
    # 364 ÷ 348 and 379 ÷ 334; 363 ÷ 349 and 380 ÷ 333 with each end one wider
    number, loose = incidents.number_change(found, 1), incidents.number_change_loose(found, 1)
    assert number is not None
    assert loose is not None
    assert show(number, "en").words == "between 4.5% and 13.5%"
    assert (loose.quantity.low, loose.quantity.high) == (
        (Fraction(363, 349) - 1) * 100,
        (Fraction(380, 333) - 1) * 100,
    )
    assert incidents.growth_claim(incidents.strategys_change(found, number)) == ("growth_claim", "rose")


def test_the_years_around_the_numbers(made: Made) -> None:
    made.counts((2016, 5, "2022"), (2017, 9, "2022"), (2018, 9, "2022"), (2021, 9, "2022"), (2022, 9, "2024"))
    whole = made.own

    def between(first: int, last: int) -> incidents.Reported:
        return own(whole.figures, "Quebec", first=first, last=last)

    assert incidents.founded_changed(whole) == incidents.founded_changed(between(2017, 2018)) == ("2018", "2018")
    assert incidents.founded_changed(between(2016, 2017)) is None
    assert incidents.founded_changed(between(2018, 2022)) is None
    assert incidents.pandemic_year(between(2021, 2022).first) == ("2021", "2021")
    assert incidents.pandemic_year(between(2021, 2022).last) is None
    assert incidents.pandemic_year(None) is None


def test_latest_is_the_last_year_of_the_series(made: Made) -> None:
    made.counts((2021, 5, "2022"), (2023, 9, "2024"))
    figures = made.own.figures
    assert incidents.year(figures, ALL_LAWS, "Quebec", "latest") == 2023
    assert incidents.year(figures, ALL_LAWS, "Quebec", 2022) == 2022


def test_a_place_without_figures_of_late_hides_no_one_elses(made: Made) -> None:
    made.counts((2021, 5, "2022"), (2023, 9, "2024"))
    canada = max(int(figure.start) for figure in made.own.figures.series(ALL_LAWS, "Canada"))
    until = incidents.others_until(made.own, 2023)
    assert max(p.year or 0 for p in incidents.national_points(made.own, 2009, until)) == canada
    assert incidents.others_until(made.own, 2022) == 2022


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
    heads, _ = incidents.year_table(own(figures, "Canada"))
    assert heads == ["Year", "Incidents", "Rate per 100,000 people", "Release"]
    heads, _ = incidents.year_table(own(figures, "Ontario"))
    assert heads == ["Year", "Rate per 100,000 people", "Incidents implied", "Release"]


def test_the_years_asked_for_bound_the_series(figures: Figures) -> None:
    assert [f.start for f in own(figures, "Canada", first=2021, last=2023).counts] == ["2021", "2022", "2023"]


def test_only_ontario_has_figures_that_conflict(figures: Figures) -> None:
    found = incidents.conflict(own(figures, "Ontario"))
    assert found is not None
    assert found.agreement == "apart"
    assert incidents.conflict(own(figures, "Nova Scotia")) is None
    assert set(incidents.conflict_values(None).values()) == {None}
    assert incidents.conflict_caveats(None) == []
    assert "sources-conflict" in incidents.conflict_caveats(found)


def test_a_share_fits_the_year_in_which_the_rate_gives_the_same_count(figures: Figures) -> None:
    ontario = own(figures, "Ontario")
    fits = incidents.fitting_year(ontario, figures.figure("share_ontario_2012_2022"))
    # 66.5% and 67.5% of the 528 first released are 351.1 and 356.4; the rate 2.3 means 342 to 356.
    assert [(n.start, n.quantity.low, n.quantity.high) for n in fits.values() if n] == [
        ("2022", 528, 528),
        ("2022", 352, 356),
        ("2022", 342, 356),
    ]
    assert set(incidents.fitting_year(ontario, None).values()) == {None}


def test_figures_agree_where_one_count_fits_both(figures: Figures) -> None:
    from dataclasses import replace

    found = incidents.conflict(own(figures, "Ontario"))
    assert found is not None
    assert (
        replace(found, by_share=replace(found.by_share, quantity=Quantity.between(2500, 2700))).agreement == "together"
    )


def test_the_strategys_statement_is_weighed_for_ontario_only(figures: Figures) -> None:
    assert incidents.strategys_change(own(figures, "Canada"), None) is None
    nova_scotia = own(figures, "Nova Scotia")
    assert incidents.strategys_change(nova_scotia, incidents.change_seen(nova_scotia, 1)) is None
    assert incidents.growth_claim(None) is None


def test_canadas_two_counts_moved_in_opposite_directions(figures: Figures) -> None:
    steps = incidents.steps(figures, 2009, 2024)
    assert {name: int(f.quantity.value) for name, f in steps.items() if f} == {
        "laws_before": 605,  # as the release that holds 608 has it, not as first released (570)
        "laws_after": 608,
        "table_before": 522,
        "table_after": 503,
    }
    assert incidents.way(figures, steps) == ("two_counts", "opposite")
    assert incidents.way(figures, incidents.steps(figures, 2009, 2016)) == ("two_counts", "same")
    assert incidents.way(figures, incidents.steps(figures, 2006, 2008)) == ("two_counts", "plain")
    # 555 to 597 in one release, 552 to 528 as first released
    assert incidents.way(figures, incidents.steps(figures, 2021, 2022)) == ("two_counts", "plain")


def test_a_count_that_the_review_worked_out_is_said_to_be(figures: Figures) -> None:
    found = incidents.calculated(incidents.steps(figures, 2009, 2024))
    assert found is not None
    assert found.kind == "estimate"
    assert incidents.calculated(incidents.steps(figures, 2009, 2016)) is None


def test_the_two_definitions_stand_in_panels_of_their_own(figures: Figures) -> None:
    points = incidents.national_points(own(figures, "Canada"), 2009, 2024)
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
    rows: dict[str, list[Quantity]] = {}
    for point in incidents.revision_points(figures, TABLE, "Ottawa"):
        rows.setdefault(point.category["en"], []).append(point.number.quantity)
        assert point.number.definition == TABLE
    assert all(len(releases) == 2 for releases in rows.values())
    assert rows["Ottawa census metropolitan area, 2014, violation [1525]"] == [Quantity.exact(26), Quantity.exact(23)]


@pytest.mark.parametrize(
    ("pairs", "went"),
    [(((10, 12), (20, 30)), "up"), (((10, 12), (20, 15)), "both"), (((10, 9),), "down"), (((10, 10),), None)],
)
def test_which_way_revisions_went(tmp_path: Path, pairs: tuple[tuple[int, int], ...], went: str | None) -> None:
    figures = canada_with(tmp_path, pairs)
    assert incidents.revisions_went(figures, ALL_LAWS) == (went and ("revisions_went", went))


def test_a_count_not_yet_revised_as_others_were(tmp_path: Path) -> None:
    figures = canada_with(tmp_path, ((100, 105), (200, 220)), last=1000)
    found = incidents.if_revised(figures, ALL_LAWS)
    assert found is not None
    assert (found.quantity.low, found.quantity.high) == (1050, 1100)
    for few in (((100, 105),), ((100, 100), (200, 200))):
        assert incidents.if_revised(canada_with(tmp_path / str(len(few)), few, last=1000), ALL_LAWS) is None


def test_a_count_already_revised_is_not_revised_again(tmp_path: Path) -> None:
    assert incidents.if_revised(canada_with(tmp_path, ((100, 105), (200, 220))), ALL_LAWS) is None


def canada_with(folder: Path, pairs: tuple[tuple[int, int], ...], last: int | None = None) -> Figures:
    """Canada's counts by all laws in two releases a year, and perhaps one of a last year in one release."""
    data = Path(copytree(DATA, folder / "data"))
    path = data / "police_reported.csv"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(f"{ALL_LAWS},Canada,")]
    rows = [(2001 + i, count, 2001 + i + j) for i, pair in enumerate(pairs) for j, count in enumerate(pair)]
    rows += [(2001 + len(pairs), last, 2001 + len(pairs) + 1)] if last else []
    kept += [f"{ALL_LAWS},Canada,{y},{n},,{v},statcan_daily_2023,," for y, n, v in rows]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    return Figures(data)


@pytest.mark.parametrize(
    ("change", "revision", "expected"),
    [
        ((4.5, 13.5), 13.1, "unknown"),
        ((20, 30), 13.1, "above"),
        ((-9.9, -1.7), 13.1, "below"),
        ((-20, -14), -13, "above"),
    ],
)
def test_a_change_against_a_revision_whichever_way_both_go(
    number: Callable[..., Measure], change: tuple[float, float], revision: float, expected: str
) -> None:
    one, other = (number(q, "estimate") for q in (Quantity.between(*change), Quantity.exact(revision)))
    assert incidents.against_revision(one, other) == ("against_revision", expected)
    assert incidents.against_revision(None, other) is None


def test_totals_check_revisions(figures: Figures) -> None:
    found = incidents.totals_checked(figures, ALL_LAWS)
    assert [show(n, "en").words for n in found.values() if n] == ["more than 4,385", "4,462"]
    assert {(n.start, n.end) for n in found.values() if n} == {("2014", "2023")}
    assert set(incidents.totals_checked(figures, TABLE).values()) == {None}


def test_the_areas_of_a_province_are_a_floor(figures: Figures) -> None:
    found = incidents.areas_within(own(figures, "Ontario"))
    assert found is not None
    assert show(found.floor, "en").words == "at least 91"
    assert (found.floor.place, found.floor.start, found.floor.definition) == ("Ontario", "2016", TABLE)
    assert found.number.quantity == Quantity.exact(14)
    assert found.whole is not None
    assert found.whole.quantity == Quantity.exact(249)
    for place in ("Canada", "Nova Scotia", "Guelph", "Toronto"):
        assert incidents.areas_within(own(figures, place)) is None
    assert set(incidents.areas_values(None).values()) == {None}


def test_rates_side_by_side_are_of_one_year_highest_first(figures: Figures) -> None:
    points = incidents.rates_by_place(figures, ALL_LAWS, 2024)
    assert {point.number.start for point in points} == {"2024"}
    rates = [point.number.quantity.value for point in points]
    assert rates == sorted(rates, reverse=True)
    assert incidents.highest(figures, points) == {"en": "of Guelph", "fr": "de Guelph"}
    assert incidents.rates_by_place(figures, TABLE, 2024) == []
    assert incidents.highest(figures, []) is None


def test_places_stand_side_by_side_in_the_year_that_most_of_them_have(made: Made) -> None:
    before = incidents.rates_by_place(Figures(made.folder), ALL_LAWS, 2024)
    made.rates((2030, "1.0"))
    made.add("police_reported", f"{ALL_LAWS},Ontario,2030,,1.1,2031,statcan_daily_2023,,rounded-rate")
    after = incidents.rates_by_place(Figures(made.folder), ALL_LAWS, 2030)
    assert [point.number.name for point in after] == [point.number.name for point in before]


def test_totals_are_less_the_years_as_their_own_releases_had_them(made: Made) -> None:
    before = incidents.totals_checked(Figures(made.folder), ALL_LAWS)
    made.add("police_reported", *(f"{ALL_LAWS},Canada,{year},999,,2031,statcan_daily_2023,," for year in (2013, 2024)))
    after = incidents.totals_checked(Figures(made.folder), ALL_LAWS)
    assert [n and n.quantity for n in after.values()] == [n and n.quantity for n in before.values()]


def test_the_floor_of_areas_shows_its_own_caveats(figures: Figures) -> None:
    found = incidents.areas_values(incidents.areas_within(own(figures, "Ontario")))
    obliged = incidents.obliged(*found.values())
    assert {"small-counts", "period-uncertain"} <= set(obliged)
    assert len(obliged) == len(set(obliged))


def test_a_tie_names_no_place(figures: Figures) -> None:
    points = incidents.rates_by_place(figures, ALL_LAWS, 2024)
    assert incidents.highest(figures, [points[0], points[0]]) == incidents.SEVERAL


def test_areas_have_totals_and_shares_by_all_laws_only(figures: Figures) -> None:
    def first_words(place: str) -> list[str]:
        return [row[0]["en"].split()[0].strip(",") for row in incidents.area_table(own(figures, place))]

    assert first_words("Canada") == ["Toronto", "Ottawa", "London", "Halifax", "Montreal", "Toronto"]
    assert first_words("Ontario") == ["Toronto", "Ottawa", "London"]
    assert incidents.area_table(own(figures, "Canada", TABLE)) == []


def test_a_population_that_cannot_be_read_is_no_missing_one(tmp_path: Path) -> None:
    data = Path(copytree(DATA, tmp_path / "data"))
    (data / "population.csv").write_text("place,year,people,source\nOntario,2021,1,statcan_population_2025\n", "utf-8")
    with pytest.raises(InputError, match="no such column"):
        incidents.population(Figures(data), "Ontario", "2021")
    assert incidents.population(Figures(), "Ontario", "1999") is None


def test_counts_that_span_the_years_of_the_rates_are_compared_rather_than_rates(figures: Figures) -> None:
    from dataclasses import replace

    canada = own(figures, "Canada")
    holed = replace(canada, counts=(canada.counts[0], canada.counts[-1]))
    assert holed.main is holed.counts
    late = replace(canada, counts=canada.counts[-2:])
    assert late.main is late.rates


@pytest.mark.parametrize("labels", [("all laws", "violation"), ("toutes lois", "infraction")])
def test_panels_stand_in_the_order_given_in_either_language(labels: tuple[str, str]) -> None:
    from evaluation.charts.lines import add_segments

    data = [{"series": label, "year": year} for label in labels for year in (2022, 2021)]
    add_segments(data)
    assert [(row["series"], row["year"]) for row in data] == [(label, y) for label in labels for y in (2021, 2022)]
