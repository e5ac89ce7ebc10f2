"""The chapters on reported incidents and on what their counts compare to: their cells run on the project's data and on
made-up data, and what they record."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from small import DATA, Recorded, executed, prose_said

from evaluation.numbers.figures import Figures
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.wording import number_in_form

ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"
pytestmark = pytest.mark.slow  # runs the chapters again and again


@cache
def once(chapter: str, **asked: Any) -> Recorded:
    """What a chapter records on the tests' tables, worked out once."""
    return executed(chapter, **asked)


def run(
    place: str, definition: str = ALL_LAWS, data: Path = DATA, chapter: str = "reported_incidents", **parameters: Any
) -> Recorded:
    """What the chapter records with parameters, on the data of a folder."""
    asked = {"place": place, "definition": definition, "first_year": 2006} | parameters
    return once(chapter, **asked) if data == DATA else executed(chapter, data, **asked)


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

    def canada(self, pairs: tuple[tuple[int, ...], ...]) -> None:
        """Canada's counts by all laws, in some releases a year."""
        path = self.folder / "police_reported.csv"
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(f"{ALL_LAWS},Canada,")]
        rows = [(2001 + i, count, 2001 + i + j) for i, pair in enumerate(pairs) for j, count in enumerate(pair)]
        lines += [f"{ALL_LAWS},Canada,{y},{n},,{v},statcan_daily_2023,," for y, n, v in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("place", "definition", "unit", "basis"),
    [
        ("Canada", ALL_LAWS, "incidents", "latest"),
        ("Canada", TABLE, "incidents", "release"),
        ("Ontario", ALL_LAWS, "per_100k", "first"),
        ("Nova Scotia", ALL_LAWS, "per_100k", "first"),
        ("Ottawa", TABLE, "incidents", "latest"),
    ],
)
def test_each_kind_of_place_has_its_series_and_basis(place: str, definition: str, unit: str, basis: str) -> None:
    result = run(place, definition, first_year=2009)
    first = result.numbers.get("first")
    assert (first.unit, result.state("basis")) == (unit, basis)
    assert result.has("chart", "reported_by_year")
    alone = place == "Nova Scotia"  # no population, so that no count behind the rates is known
    alike = basis != "latest"  # a page that says two releases do not compare works out no change between them
    for name, there in (("change", alike and not alone), ("change_seen", alike)):
        assert (result.numbers.get(name) is not None) is there, name
    assert (result.numbers.get("number_change") is not None) is (place == "Ontario")


def test_rates_of_two_releases_that_do_not_compare_give_no_change_in_number(made: Made) -> None:
    """Each rate is of another release and none is known to be a first one: what they imply is no change either."""
    row = f"{ALL_LAWS},Quebec,{{}},,{{}},{{}},statcan_daily_2023,,rounded-rate"
    made.add("police_reported", row.format(2021, "2.3", 2024), row.format(2024, "2.9", 2026))
    made.people((2021, 8_600_000), (2024, 9_000_000))
    result = run("Quebec", data=made.folder)
    assert (result.state("basis"), result.numbers.get("first") is None) == ("latest", False)
    changes = ("change", "change_seen", "number_change", "number_change_loose")
    assert [name for name in changes if result.numbers.get(name)] == []


@pytest.mark.parametrize(("place", "words"), [("Guelph", "11.0"), ("London", "24")])
def test_a_single_year_has_no_change_chart_or_first_year(place: str, words: str) -> None:
    result = run(place)
    assert result.shown("only", "first", "last", "change_seen", "change", "number_change") == [words, *[None] * 5]
    assert not result.has("chart", "reported_by_year")


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("counts", "course"),
    [
        ((555, 608), [None, None]),
        ((0, 9), [None, None]),
        ((41, 238, 503), [None, None]),
        ((41, 522, 503), ["522", "503"]),
        ((503, 41, 50), ["41", "50"]),
    ],
)
def test_counts_have_a_course_where_they_turned(made: Made, counts: tuple[int, ...], course: list[str | None]) -> None:
    made.counts(*((2021 + n, count, str(2022 + n)) for n, count in enumerate(counts)))
    result = run("Quebec", data=made.folder)
    assert result.shown("course_from", "course_to") == course
    assert (result.numbers.get("change_seen") is None) is (counts[0] == 0)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("rates", "people", "number"),
    [
        (("2.3", "2.3"), (14_842_488, 16_144_797), "rose by 4% to 14%"),  # 334 to 348, then 364 to 379
        (("2.3", "1.9"), (15_155_836, 15_632_481), "fell by 11% to 19%"),
        (("2.0", "1.5"), (10_000_000, 20_000_000), "rose by 42% to 59%"),  # of more people
        (("2", "2.4"), (10_000_000, 10_000_000), 
         "changed by somewhere between a fall of 6% and a rise of 63%"),
        (("0.0", "2.0"), (10_000_000, 10_000_000), None),
    ],
)  # fmt: skip
def test_rates_and_people_leave_a_change_in_number(
    made: Made, rates: tuple[str, str], people: tuple[int, int], number: str | None
) -> None:
    made.rates(*zip((2021, 2024), rates, strict=True))
    made.people(*zip((2021, 2024), people, strict=True))
    result = run("Quebec", data=made.folder)
    change = result.numbers.get("number_change")
    assert (change and number_in_form(change, "changed", "en").words) == number


def test_no_direction_where_the_first_releases_went_the_other_way(made: Made) -> None:
    """First releases lead; what the latest ones say stands beside them."""
    made.counts((2021, 552, "2022"), (2021, 555, "2023"), (2022, 528, "2023"), (2022, 597, "2024"))
    result = run("Quebec", data=made.folder)
    assert result.state("basis") == "first"
    names = ("first", "last", "latest_first", "latest_last", "change_latest")
    assert result.shown(*names) == ["552", "528", "555", "597", "about 8%"]


def test_no_direction_where_later_rates_went_the_other_way_in_number(data: Path) -> None:
    """2.3 and 2.3 of more people rose in number; 2.6 and 2.1 fell."""
    rows = [f"all_human_trafficking,Ontario,{year},,{rate},2026-12-01,global_news_2025,,second-hand-copy rounded-rate"
            for year, rate in ((2021, "2.6"), (2024, "2.1"))]  # fmt: skip
    with (data / "police_reported.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    result = run("Ontario", data=data, last_year=2024)
    assert result.shown("latest_first", "latest_last", "change_latest") == ["2.6", "2.1", "between −16% and −8%"]


def test_ontarios_rates_force_the_number_up() -> None:
    result = run("Ontario", first_year=2021, last_year=2024)
    # 364 ÷ 348 and 379 ÷ 334; 363 ÷ 349 and 380 ÷ 333 with each end one wider
    loose = result.numbers.get("number_change_loose")
    ends = [(Fraction(*pair) - 1) * 100 for pair in ((363, 349), (380, 333))]
    assert result.shown("number_change") == ["between 4% and 14%"]
    assert [loose.quantity.low, loose.quantity.high] == ends
    assert result.shown("implied_first", "implied_last") == ["between 334 and 348", "between 364 and 379"]


def test_a_province_has_its_part_of_the_people_and_of_the_reports() -> None:
    # 16,144,797 of 41,262,329 people; 364 to 379 of 608 incidents are 59.9% to 62.3%, rounded outward.
    assert run("Ontario", first_year=2009).shown("of_people", "of_incidents") == ["about 39%", "between 59% and 63%"]
    for place, definition in (("Canada", ALL_LAWS), ("Nova Scotia", ALL_LAWS), ("Ottawa", TABLE)):
        assert run(place, definition).shown("of_people", "of_incidents") == [None, None]


def test_a_share_of_canada_sets_a_first_release_beside_a_first_release(made: Made) -> None:
    """608 of 2024 revised to 540: Ontario's first release is no part of that."""
    before = run("Ontario", first_year=2009).shown("of_people", "of_incidents")
    made.add("police_reported", f"{ALL_LAWS},Canada,2024,540,,2026-03-01,statcan_daily_2023,,")
    assert run("Ontario", data=made.folder, first_year=2009).shown("of_people", "of_incidents") == before


def test_a_rate_that_a_later_release_repeats_keeps_its_point(made: Made) -> None:
    made.add("police_reported", f"{ALL_LAWS},Canada,2024,,1.5,2026-03-01,statcan_daily_2023,,rounded-rate")
    drawn = [run("Ontario", data=data).points("reported_by_year") for data in (DATA, made.folder)]
    assert drawn[0] == drawn[1]


def numbers(*values: int) -> list[Number]:
    model = Figures(DATA).figure("incidents_canada_2014_2024")
    return [replace(model, quantity=Quantity.exact(value)) for value in values]


@pytest.mark.long
def test_other_figures_of_an_area_are_its_own() -> None:
    """Those of Toronto and Montreal are none of Guelph's, which has no other."""
    assert executed("reported_incidents", place="Guelph").rows("other_figures") == []
    assert len(executed("reported_incidents", place="Canada").rows("other_figures")) > 8


@pytest.mark.long
def test_counts_of_independent_incidents_are_not_said_to_come_in_cases() -> None:
    """With a variance of once that of independent incidents, the interval is the exact one, and the only one."""
    asked = {"place": "Ontario", "definition": ALL_LAWS, "first_year": 2006, "variance_factor": 1.0}
    prose = prose_said("reported_incidents", **asked)
    assert ("independent of one another" in prose, "come in cases" in prose) == (True, False)
    exact = [run(**asked).numbers[name].quantity for name in ("change", "change_plain")]
    assert exact[0] == exact[1]
