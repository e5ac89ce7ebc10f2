"""The chapter on reported incidents: its cells run on the project's data and on made-up data, and what they record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from small import DATA

from evaluation.chapters import reported_incidents
from evaluation.chapters.releases import each_once
from evaluation.language import phrase, phrases
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import frame
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.shown import show
from evaluation.records import chapter as records
from evaluation.records.recorded import read_number

ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"
pytestmark = pytest.mark.slow  # runs the chapter again and again
NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "reported_incidents.ipynb"


class Run:
    """What the chapter's cells record for a place, without a kernel: records by their name."""

    def __init__(self, found: list[dict[str, Any]]):
        self.named = {record["name"]: record for record in found if "name" in record}
        self.charts = {record["chart"]: record for record in found if "chart" in record}
        self.tables = {record["table"]: record for record in found if "table" in record}
        self.caveats = [[caveat["caveat"] for caveat in record["caveats"]] for record in found if "caveats" in record]

    def number(self, name: str) -> Number | None:
        record = self.named[name]
        return None if "absent" in record else read_number(record["number"])

    def words(self, *names: str) -> list[str | None]:
        return [number and show(number, "en").words for number in map(self.number, names)]

    def choice(self, name: str) -> str | None:
        return self.named[name].get("choice")

    def when(self, name: str) -> tuple[str, str] | None:
        return None if "absent" in self.named[name] else (self.named[name]["start"], self.named[name]["end"])

    def points(self, chart: str) -> list[Number]:
        return [read_number(point["number"]) for point in self.charts[chart]["points"]]


Running = Callable[..., Run]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Running:
    """The chapter run with parameters, on the data of a folder."""

    def running(place: str, definition: str = ALL_LAWS, data: Path = DATA, **parameters: Any) -> Run:
        found: list[dict[str, Any]] = []
        monkeypatch.setenv(records.NO_PREVIEW, "1")
        monkeypatch.setattr(records, "publish", lambda kind, record, *_: found.append(record))
        monkeypatch.setattr(records, "open", lambda: records.Chapter(Figures(data)))
        space: dict[str, Any] = {}
        for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code" and "prose" not in cell["metadata"].get("tags", []):
                exec("".join(cell["source"]), space)
                if "parameters" in cell["metadata"].get("tags", []):
                    space |= {"place": place, "definition": definition, "first_year": 2006} | parameters
        return Run(found)

    return running


class Made:
    """Data in which Quebec has the series given, so that no live number decides a test."""

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

    def canada(self, pairs: tuple[tuple[int, int], ...], last: int | None = None) -> None:
        """Canada's counts by all laws in two releases a year, and perhaps one of a last year in one release."""
        path = self.folder / "police_reported.csv"
        kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(f"{ALL_LAWS},Canada,")]
        rows = [(2001 + i, count, 2001 + i + j) for i, pair in enumerate(pairs) for j, count in enumerate(pair)]
        rows += [(2001 + len(pairs), last, 2001 + len(pairs) + 1)] if last else []
        kept += [f"{ALL_LAWS},Canada,{y},{n},,{v},statcan_daily_2023,," for y, n, v in rows]
        path.write_text("\n".join(kept) + "\n", "utf-8")


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


# Places of every kind


@pytest.mark.parametrize(
    ("place", "definition", "unit", "verdict"),
    [
        ("Canada", ALL_LAWS, "incidents", "rose-rose"),
        ("Canada", TABLE, "incidents", "rose-rose"),
        ("Ontario", ALL_LAWS, "per_100k", "rose-unknown"),
        ("Nova Scotia", ALL_LAWS, "per_100k", "rate-fell"),
        ("Ottawa", TABLE, "incidents", "rose-rose"),
    ],
)
def test_each_kind_of_place_has_its_series_and_verdict(
    run: Running, place: str, definition: str, unit: str, verdict: str
) -> None:
    found = run(place, definition, first_year=2009)
    first = found.number("first")
    assert first is not None
    assert (first.unit, found.choice("verdict")) == (unit, verdict)
    assert found.choice("change_of") == ("number" if unit == "incidents" else "person")
    has_chart = not (place == "Canada" and unit == "incidents")  # which has one of both definitions
    assert ("reported_by_year" in found.charts) is has_chart
    alone = place == "Nova Scotia"  # no population, so that no count behind the rates is known
    for name, there in (("rounding_alone", alone), ("change", not alone), ("change_seen", True)):
        assert (found.number(name) is not None) is there, name
    assert (found.number("number_change") is not None) is (place == "Ontario")
    assert (found.choice("growth_claim") == "rose") is (place == "Ontario")


@pytest.mark.parametrize(("place", "words"), [("Guelph", "11.0"), ("London", "24")])
def test_a_single_year_has_no_change_chart_or_first_year(run: Running, place: str, words: str) -> None:
    found = run(place)
    assert found.choice("verdict") == "single"
    assert found.words("only", "first", "last", "change_seen", "change", "number_change") == [words, *[None] * 5]
    assert found.choice("reports_and_rate") is None
    assert "reported_by_year" not in found.charts


# Reports are counted in full: what they did is one thing, what the rate behind them did another


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (555, 608, "rose-unknown"),
        (200, 100, "fell-fell"),
        (300, 300, "unchanged-unknown"),
        (0, 9, "rose-unknown"),
        (9, 0, "fell-unknown"),
        (0, 0, "unchanged-unknown"),
    ],
)
def test_counts_rise_or_fall_whatever_chance_says_of_the_rate(
    run: Running, made: Made, first: int, last: int, verdict: str
) -> None:
    made.counts((2021, first, "2022"), (2024, last, "2025"))
    found = run("Quebec", data=made.folder)
    assert found.choice("verdict") == verdict
    assert found.number("rounding_alone") is None
    assert (found.number("change_seen") is None) is (first == 0)


@pytest.mark.parametrize(
    ("rates", "people", "verdict"),
    [
        (("2.3", "2.3"), (14_842_488, 16_144_797), "rose-unknown"),  # 334 to 348, then 364 to 379
        (("2.3", "2.1"), (15_155_836, 15_632_481), "fell-unknown"),
        (("2.3", "2.3"), (14_842_488, 15_155_836), "unknown-unknown"),
        (("2.0", "1.5"), (10_000_000, 20_000_000), "rose-fell"),  # more people, fewer reports of each
        (("1.5", "2.0"), (20_000_000, 10_000_000), "fell-rose"),
        (("0.0", "2.0"), (10_000_000, 10_000_000), "rose-unknown"),
    ],
)
def test_rates_with_a_population_tell_the_number_and_the_rate_apart(
    run: Running, made: Made, rates: tuple[str, str], people: tuple[int, int], verdict: str
) -> None:
    made.rates(*zip((2021, 2024), rates, strict=True))
    made.people(*zip((2021, 2024), people, strict=True))
    found = run("Quebec", data=made.folder)
    assert (found.choice("verdict"), found.choice("change_of")) == (verdict, "person")


@pytest.mark.parametrize(
    ("rates", "verdict"), [(("5.3", "4.5"), "rate-fell"), (("1", "2.4"), "rate-rose"), (("2", "2.4"), "rate-unknown")]
)
def test_rates_alone_speak_of_the_published_rate(
    run: Running, made: Made, rates: tuple[str, str], verdict: str
) -> None:
    made.rates(*zip((2021, 2024), rates, strict=True))
    assert run("Quebec", data=made.folder).choice("verdict") == verdict


def test_no_direction_where_the_first_releases_went_the_other_way(run: Running, made: Made) -> None:
    made.counts((2021, 552, "2022"), (2021, 555, "2023"), (2022, 528, "2023"), (2022, 597, "2024"))
    found = run("Quebec", data=made.folder)
    assert found.choice("verdict") == "by-release"
    names = ("first_published", "last_published", "change_first_published")
    assert found.words(*names) == ["552", "528", "about \u22124.3%"]
    made.counts((2023, 700, "2025"))
    assert run("Quebec", data=made.folder).choice("verdict") == "rose-rose"


def test_counts_never_revised_have_no_first_release_of_their_own(run: Running, made: Made) -> None:
    made.counts((2021, 552, "2022"), (2021, 552, "2023"), (2022, 528, "2023"))
    assert run("Quebec", data=made.folder).number("first_published") is None


def test_counts_that_span_the_years_of_the_rates_are_compared_rather_than_rates(run: Running, made: Made) -> None:
    made.rates((2021, "2.3"), (2022, "2.4"), (2024, "2.1"))
    made.counts((2021, 300, "2022"), (2024, 310, "2025"))
    assert run("Quebec", data=made.folder).words("first", "last") == ["300", "310"]


def test_every_verdict_has_its_wordings() -> None:
    reports, behind = ("rose", "fell", "unchanged", "unknown"), ("rose", "fell", "unknown")
    choices = {f"{one}-{two}" for one in reports for two in behind}
    choices |= {"rate-rose", "rate-fell", "rate-unknown", "by-release"}
    for family in ("reports_verdict", "reports_and_rate"):
        assert {choice for name, choice in phrases() if name == family} - {"single"} == choices
    long = "in Prince Edward Island", "à l’Île-du-Prince-Édouard"
    for choice in choices:
        words = phrase("reports_verdict", choice)
        assert len(f"Police-reported trafficking {long[0]}: {words['en']}".split()) <= 10
        assert len(f"Traite déclarée {long[1]}: {words['fr']}".split()) <= 10


def test_a_headline_of_the_country_names_its_definition(run: Running) -> None:
    """Two pages of one place by two definitions have two titles."""
    titles = [reported_incidents.named_place(Figures(DATA), "Canada", name) for name in (ALL_LAWS, TABLE)]
    assert [title["en"] for title in titles] == ["in Canada, all laws", "in Canada, violation [1525]"]  # type: ignore[index]


def test_the_years_around_the_numbers(run: Running, made: Made) -> None:
    made.counts((2016, 5, "2022"), (2017, 9, "2022"), (2018, 9, "2022"), (2021, 9, "2022"), (2022, 9, "2024"))
    names = ("founded_year", "pandemic_first", "pandemic_last")
    for years, expected in (
        ((2016, 2022), (("2018", "2018"), None, None)),
        ((2017, 2018), (("2018", "2018"), None, None)),
        ((2016, 2017), (None, None, None)),
        ((2021, 2022), (None, ("2021", "2021"), None)),
    ):
        found = run("Quebec", data=made.folder, first_year=years[0], last_year=years[1])
        assert tuple(map(found.when, names)) == expected


# Rates, the counts that they imply, and the table by year


def test_ontarios_rates_force_the_number_up(run: Running) -> None:
    found = run("Ontario", first_year=2021, last_year=2024)
    # 364 ÷ 348 and 379 ÷ 334; 363 ÷ 349 and 380 ÷ 333 with each end one wider
    loose = found.number("number_change_loose")
    assert loose is not None
    ends = [(Fraction(*pair) - 1) * 100 for pair in ((363, 349), (380, 333))]
    assert found.words("number_change") == ["between 4.5% and 13.5%"]
    assert [loose.quantity.low, loose.quantity.high] == ends
    assert found.words("implied_first", "implied_last") == ["between 334 and 348", "between 364 and 379"]


@pytest.mark.parametrize(
    ("place", "definition", "heads"),
    [
        ("Ottawa", TABLE, ["Year", "Incidents", "Release"]),
        ("Nova Scotia", ALL_LAWS, ["Year", "Incidents", "Rate per 100,000 people", "Rate before rounding", "Release"]),
        ("Canada", ALL_LAWS, ["Year", "Incidents", "Rate per 100,000 people", "Release"]),
        ("Ontario", ALL_LAWS, ["Year", "Rate per 100,000 people", "Incidents implied", "Release"]),
    ],
)
def test_the_table_has_no_empty_column_and_says_what_was_not_found(
    run: Running, place: str, definition: str, heads: list[str]
) -> None:
    table = run(place, definition).tables["by_year"]
    assert table["columns"] == heads
    blank = [cell for row in table["rows"] for cell in row if cell.get("text") == ""]
    assert blank == []
    if place == "Nova Scotia":
        assert table["rows"][0][1] == {"text": "not found"}


# Two published figures, areas, Canada


def test_two_figures_of_ontario_conflict_unless_the_share_is_of_one_year(run: Running) -> None:
    found = run("Ontario")
    assert found.choice("two_figures_said") == "apart"
    assert found.words("implied_by_rate", "implied_by_share") == ["between 2,416 and 2,571", "between 2,658 and 2,697"]
    # 66.5% and 67.5% of the 528 first released are 351.1 and 356.4; the rate 2.3 means 342 to 356.
    assert found.words("fit_whole", "fit_by_share", "fit_by_rate") == [
        "528",
        "between 352 and 356",
        "between 342 and 356",
    ]
    by_share = found.number("fit_by_share")
    assert by_share is not None
    assert (by_share.start, by_share.place) == ("2022", "Ontario")
    assert "sources-conflict" in found.caveats[0]
    assert found.choice("two_counts") == "opposite"
    assert found.words("laws_before", "laws_after", "table_before", "table_after") == ["605", "608", "522", "503"]
    assert found.words("calculated") == ["605"]


def test_figures_agree_where_one_count_fits_both(run: Running, made: Made) -> None:
    path = made.folder / "figures.csv"
    lines = path.read_text("utf-8").splitlines()
    share = next(i for i, line in enumerate(lines) if line.startswith("share_ontario_2012_2022,"))
    lines[share] = lines[share].replace(",67,", ",63,")  # of 3,996, from 2,498 to 2,537
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert run("Ontario", data=made.folder).choice("two_figures_said") == "together"


def test_the_areas_of_a_province_are_a_floor(run: Running) -> None:
    found = run("Ontario")
    floor = found.number("areas_floor")
    assert floor is not None
    assert (floor.place, floor.start, floor.definition) == ("Ontario", "2016", TABLE)
    assert found.words("areas_floor", "areas_number", "areas_whole") == ["at least 91", "14", "249"]
    assert {"small-counts", "period-uncertain"} <= set(found.caveats[1])
    assert run("Nova Scotia").number("areas_floor") is None


@pytest.mark.parametrize(("years", "way"), [((2009, 2016), "same"), ((2006, 2008), "plain"), ((2021, 2022), "plain")])
def test_two_counts_are_said_to_move_only_where_every_release_says_so(
    run: Running, years: tuple[int, int], way: str
) -> None:
    """2021 to 2022: 555 to 597 in one release, 552 to 528 as first released."""
    found = run("Canada", TABLE, first_year=years[0], last_year=years[1])
    assert found.choice("two_counts") == way


def test_a_place_without_figures_of_late_hides_no_one_elses(run: Running, made: Made) -> None:
    made.counts((2021, 5, "2022"), (2023, 9, "2024"))
    for last, newest in (("latest", "2024"), (2023, "2024"), (2022, "2022")):
        found = run("Quebec", data=made.folder, last_year=last)
        assert max(number.start for number in found.points("canada_by_definition")) == newest


# Revisions and totals


@pytest.mark.parametrize(
    ("pairs", "went"),
    [(((10, 12), (20, 30)), "up"), (((10, 12), (20, 15)), "both"), (((10, 9),), "down"), (((10, 10),), None)],
)
def test_which_way_revisions_went(run: Running, made: Made, pairs: tuple[tuple[int, int], ...], went: str) -> None:
    made.canada(pairs)
    assert run("Ontario", data=made.folder).choice("revisions_went") == went


@pytest.mark.parametrize(
    ("pairs", "last", "ends"),
    [
        (((100, 105), (200, 220)), 1000, (1050, 1100)),
        (((100, 105),), 1000, None),
        (((100, 100), (200, 200)), 1000, None),
        (((100, 105), (200, 220)), None, None),  # revised already
    ],
)
def test_a_count_not_yet_revised_as_others_were(
    run: Running, made: Made, pairs: tuple[tuple[int, int], ...], last: int | None, ends: tuple[int, int] | None
) -> None:
    made.canada(pairs, last)
    found = run("Ontario", data=made.folder).number("if_revised")
    assert (found and (found.quantity.low, found.quantity.high)) == ends


def test_the_largest_revision_and_a_places_own(run: Running) -> None:
    """Ottawa's count of 2014 was revised down, while every revision of Canada's counts went up."""
    found = run("Ottawa", TABLE)
    assert found.words("revised_first", "revised_latest") == ["210", "239"]
    assert found.words("own_revised_first", "own_revised_latest") == ["26", "23"]
    assert found.when("own_revised_when") == ("2014", "2014")
    assert "absent" not in found.named["with_unit"]
    canada = run("Canada")
    assert canada.words("revised_first", "revised_latest", "own_revised_first") == ["528", "597", None]
    assert "absent" in canada.named["with_unit"]


def test_totals_are_less_the_years_as_their_own_releases_had_them(run: Running, made: Made) -> None:
    made.add("police_reported", *(f"{ALL_LAWS},Canada,{year},999,,2031,statcan_daily_2023,," for year in (2013, 2024)))
    for data in (DATA, made.folder):
        found = run("Ontario", data=data)
        assert found.words("total_before", "total_after") == ["more than 4,385", "4,462"]
        assert found.when("totals_when") == ("2014", "2023")


# Places side by side


def test_places_stand_side_by_side_in_the_year_that_most_of_them_have(run: Running, made: Made) -> None:
    before = run("Ontario").points("rates_by_place")
    whole = {"Canada", "Ontario", "Nova Scotia", "New Brunswick", "Prince Edward Island", "Saskatchewan"}
    larger = [number.quantity.value for number in before if number.place in whole]
    cities = [number.quantity.value for number in before if number.place not in whole]
    assert {number.start for number in before} == {"2024"}
    assert [number.quantity.value for number in before] == larger + cities  # not in one list
    assert (larger, cities) == (sorted(larger, reverse=True), sorted(cities, reverse=True))
    made.rates((2030, "1.0"))
    made.add("police_reported", f"{ALL_LAWS},Ontario,2030,,1.1,2031,statcan_daily_2023,,rounded-rate")
    after = run("Ontario", data=made.folder)
    assert [number.name for number in after.points("rates_by_place")] == [number.name for number in before]


def test_the_long_series_stands_apart_by_definition_in_one_order(run: Running) -> None:
    """All years asked for, all laws first, on every place's page; lines where Ontario's strategies begin."""
    for place, definition in (("Canada", TABLE), ("Ontario", ALL_LAWS), ("Ottawa", TABLE)):
        found = run(place, definition, first_year=2009)
        points = found.points("canada_by_definition")
        assert [number.definition for number in points] == [ALL_LAWS] * 16 + [TABLE] * 16
        assert [number.start for number in points] == [str(year) for year in range(2009, 2025)] * 2
        begun = [row.get("year") for rows in datasets(found) for row in rows if "incidents" not in row]
        assert sorted(set(map(str, begun))) == ["2016", "2020", "2025"]
        assert found.words("canada_then", "canada_now", "canada_times") == ["41", "503", "about 12"]


def datasets(found: Run) -> list[list[dict[str, Any]]]:
    return list(found.charts["canada_by_definition"]["arguments"]["specification"]["datasets"].values())


def test_a_rate_stands_beside_canadas_of_the_same_release(run: Running) -> None:
    points = run("Ontario", first_year=2009).points("reported_by_year")
    both = ("Ontario", "Canada")
    rates = {place: [str(float(n.quantity.value)) for n in points if n.place == place] for place in both}
    assert rates == {"Ontario": ["2.3", "2.3", "2.1", "2.3"], "Canada": ["1.4", "1.4", "1.4", "1.5"]}
    assert {n.place for n in run("Ottawa", TABLE).points("reported_by_year")} == {"Ottawa"}


def test_a_province_has_its_part_of_the_people_and_of_the_reports(run: Running) -> None:
    # 16,144,797 of 41,262,329 people; 364 to 379 of 608 incidents are 59.9% to 62.3%, rounded outward.
    assert run("Ontario", first_year=2009).words("of_people", "of_incidents") == ["about 39%", "between 59% and 63%"]
    for place, definition in (("Canada", ALL_LAWS), ("Nova Scotia", ALL_LAWS), ("Ottawa", TABLE)):
        assert run(place, definition).words("of_people", "of_incidents") == [None, None]


def test_areas_have_totals_and_shares_by_all_laws_only(run: Running) -> None:
    def figures(place: str, definition: str = ALL_LAWS) -> set[str]:
        rows = run(place, definition).tables.get("other_figures", {"rows": []})["rows"]
        return {row[2]["number"]["name"] for row in rows if row[2]["number"]["name"].endswith("_2013_2023")}

    ontario = {"incidents_toronto_2013_2023", "incidents_london_2013_2023"}
    ontario |= {f"share_{area}_2013_2023" for area in ("toronto", "ottawa", "london")}
    everywhere = {f"share_{area}_2013_2023" for area in ("halifax", "montreal", "largest_areas")} | ontario
    assert figures("Ontario") == ontario
    assert everywhere < figures("Canada")
    assert not everywhere & figures("Canada", TABLE)


# Which publication of a number counts


def test_a_number_that_publications_repeat_stands_once() -> None:
    """As the last that prints it; one that comes back after another number is a release of its own."""
    figures = Figures(DATA)
    for definition, place in ((ALL_LAWS, "Canada"), (TABLE, "Ottawa")):
        reported = frame(figures, "police_reported").query("definition == @definition and place == @place")
        for column, unit in (("incidents", "incidents"), ("rate_per_100k", "per_100k")):
            once = each_once(reported, column)[column]
            assert list(once) == figures.series(definition, place, unit, vintage="all")


def numbers(*values: int) -> Iterator[Number]:
    model = Figures(DATA).figure("incidents_canada_2014_2024")
    from dataclasses import replace

    return (replace(model, quantity=Quantity.exact(value)) for value in values)


@pytest.mark.parametrize(
    ("latest", "first", "way"),
    [((1, 2), (1, 2), "rose"), ((2, 1), (3, 1), "fell"), ((2, 2), (2, 2), "unchanged"), ((1, 2), (3, 2), None)],
)
def test_a_move_is_sure_where_first_releases_went_the_same(
    latest: tuple[int, int], first: tuple[int, int], way: str | None
) -> None:
    assert reported_incidents.sure_move([*numbers(*latest)], [*numbers(*first)]) == way


@pytest.mark.parametrize(
    ("moves", "said"),
    [(["rose", "rose"], "same"), (["rose", "fell"], "opposite"), (["rose", None], "plain"),
     (["unchanged", "unchanged"], "plain"), ([], "plain")],
)  # fmt: skip
def test_two_counts_move_alike_or_not(moves: list[str | None], said: str) -> None:
    assert reported_incidents.two_counts(moves) == ("two_counts", said)
