"""A series by release: each number once, and a count that no publication prints never passes for a published one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import small
from small import DATA, mistakes_in

from evaluation.chapters.releases import ever_revised, first_releases, latest_releases, long_series
from evaluation.chapters.series import Series
from evaluation.numbers.figure import make_figure
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import table_frame
from evaluation.numbers.notation import show
from evaluation.numbers.number import Figure
from evaluation.numbers.publication import CALCULATED
from evaluation.pages import files
from evaluation.records.chapter import Chapter
from evaluation.records.serialization import number_record, read_number

pytestmark = pytest.mark.sampled

ALL_LAWS = "all_human_trafficking"


def with_rows(folder: Path, *rows: str) -> Path:
    """The review's data with these rows for a series of Canada by release in place of the project's."""
    shutil.copytree(DATA, folder)
    path = folder / "police_reported.csv"
    head = small.read_rows(path)[0]
    small.write_rows(path, [head, *([ALL_LAWS, "Canada", *row.split(",")] for row in rows)])
    return folder


@pytest.fixture
def figures(tmp_path: Path) -> Figures:
    return Figures(
        with_rows(
            tmp_path / "data",
            "2023,570,1.4,2024-11-01,statcan_daily_2024,,second-hand-copy rounded-rate",
            "2023,570,1.422032077,2024-12-17,statcan_sdg_hub_2024_12,,rounded-rate count-calculated",
            "2023,605,1.509349836,2025-07-29,statcan_sdg_hub_2025_07,,rounded-rate count-calculated",
            "2024,608,1.472561469,2025-07-29,statcan_sdg_hub_2025_07,,rounded-rate count-calculated",
            "2024,608,1.5,2025-12-08,global_news_2025,,second-hand-copy rounded-rate",
        )
    )


def test_a_calculated_count_is_marked_as_the_reviews_own(figures: Figures) -> None:
    revised, published = small.series(figures, ALL_LAWS, "Canada")
    assert (revised.quantity.value, revised.kind) == (605, "estimate")
    assert (published.quantity.value, published.kind) == (608, "published")
    assert CALCULATED in [caveat.caveat for caveat in revised.caveats]
    assert "1.509349836" in str(revised.place_in_source)
    assert read_number(number_record(revised)).kind == "estimate"
    assert files.KINDS[revised.kind] != files.KINDS["published"]


def test_each_number_of_a_year_comes_once_and_as_published_where_it_is(figures: Figures) -> None:
    releases_seen = [
        (f.start, int(f.quantity.value), f.vintage) for f in small.series(figures, ALL_LAWS, "Canada", latest=False)
    ]
    assert releases_seen == [("2023", 570, "2024-11-01"), ("2023", 605, "2025-07-29"), ("2024", 608, "2025-12-08")]


def test_the_rate_itself_is_published_and_shown_without_its_nine_decimals(figures: Figures) -> None:
    rate = small.series(figures, ALL_LAWS, "Canada", "rate_per_100k")[0]
    assert (rate.kind, show(rate, "en").words, show(rate, "fr").words) == ("published", "about 1.509", "environ 1,509")
    assert CALCULATED not in [caveat.caveat for caveat in rate.caveats]


@pytest.mark.parametrize(("row", "column"), [("605,,2025-07-29", "rate_per_100k"), (",1.5,2025-07-29", "incidents")])
def test_a_calculated_count_stands_beside_its_rate(tmp_path: Path, row: str, column: str) -> None:
    folder = with_rows(tmp_path / "data", f"2023,{row},statcan_sdg_hub_2025_07,,count-calculated")
    assert [(p.row, p.column) for p in mistakes_in(folder, "police_reported") if "count-calculated" in p.allowed] == [
        (2, column)
    ]


def by(rule: Callable[..., pd.DataFrame], folder: Path, *rows: str) -> list[tuple[int, int]]:
    """Years and counts that a rule takes of rows ``year,count,vintage``."""
    lines = [f"{y},{n},,{vintage},statcan_daily_2024,," for y, n, vintage in (row.split(",") for row in rows)]
    selected = rule(table_frame(Figures(with_rows(folder, *lines)), "police_reported"), "incidents")
    return [(int(row.year), int(row.incidents.quantity.value)) for row in selected.itertuples()]


TABLE = ("2009,41,2025-07", "2010,26,2025-07", "2014,110,2025-07", "2024,503,2025-07")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), [(2009, 41), (2010, 26), (2014, 110), (2024, 503)]),
        # a year alone, a revision alone: the newest of each year
        (("2025,520,2026-07",), [(2009, 41), (2010, 26), (2014, 110), (2024, 503), (2025, 520)]),
        (("2024,510,2026-07",), [(2009, 41), (2010, 26), (2014, 110), (2024, 510)]),
        # a release that begins later is joined to nothing before it
        (("2014,120,2026-07", "2024,510,2026-07", "2025,470,2026-07"), [(2014, 120), (2024, 510), (2025, 470)]),
        # one that ends earlier tells no other course
        (
            ("2009,42,2026-07", "2010,27,2026-07", "2014,112,2026-07"),
            [(2009, 42), (2010, 27), (2014, 112), (2024, 503)],
        ),
    ],
)
def test_the_long_series_begins_where_the_release_that_tells_it_does(
    rows: tuple[str, ...], expected: list[tuple[int, int]], tmp_path: Path
) -> None:
    assert by(long_series, tmp_path / "data", *TABLE, *rows) == expected
    assert by(long_series, tmp_path / "other", *rows, *TABLE) == expected


ONE_A_YEAR = ("2022,552,2023-11-30", "2023,570,2024-11-01", "2024,608,2025-12-08")


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ((), [(2022, 552), (2023, 570), (2024, 608)]),
        (("2024,540,2026-03-01",), [(2022, 552), (2023, 570), (2024, 608)]),  # a later release of that year alone
        (("2023,605,2025-07-29", "2024,608,2025-07-29"), [(2022, 552), (2023, 570), (2024, 608)]),
        (("2021,500,2023-11-30",), [(2022, 552), (2023, 570), (2024, 608)]),  # printed beside a later year
        (("2021,500,2024-01-15",), [(2022, 552), (2023, 570), (2024, 608)]),  # after a release of a later year
        (("2009,41,2018-06-27",), [(2022, 552), (2023, 570), (2024, 608)]),  # an old year in a later copy
        (("2024,600,2025-07-29",), [(2022, 552), (2023, 570), (2024, 600)]),  # found later, released before
        (("2025,650,2026-07-29", "2024,620,2026-07-29"), [(2022, 552), (2023, 570), (2024, 608), (2025, 650)]),
    ],
)
def test_a_first_release_is_the_earliest_of_its_year_and_before_any_later_year(
    tmp_path: Path, rows: tuple[str, ...], first: list[tuple[int, int]]
) -> None:
    assert by(first_releases, tmp_path / "data", *ONE_A_YEAR, *rows) == first


@pytest.mark.parametrize(
    ("row", "latest"), [("2024,540,2026-03-01", 540), ("2024,600,2025-07-29", 608), ("2023,1,2026-03-01", 608)]
)
def test_the_latest_release_is_the_last_to_give_the_year(tmp_path: Path, row: str, latest: int) -> None:
    assert by(latest_releases, tmp_path / "data", *ONE_A_YEAR, row)[-1] == (2024, latest)


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("printed", [[True, False], [False, True], [False, False], [True, True]])
def test_a_count_is_published_in_every_copy_where_any_publication_prints_it(
    printed: list[bool], at: int, tmp_path: Path
) -> None:
    copies = [
        f"2023,570,{'1.4' if prints else '1.422032077'},202{4 + n}-01-01,statcan_daily_2024,,"
        f"rounded-rate{'' if prints else ' count-calculated'}"
        for n, prints in enumerate(printed)
    ]
    figures = Figures(with_rows(tmp_path / "data", *copies, "2022,570,1.4,2024-01-01,statcan_daily_2024,,"))
    count = figures.cell("police_reported", figures.tables.rows("police_reported")[at], "incidents")
    assert count.kind == ("published" if any(printed) else "estimate")
    assert ("1.422032077" in str(count.place_in_source)) == (not printed[at])
    assert "(" not in str(count.place_in_source)  # which would be read as quoted from it, in its language
    assert (CALCULATED in [caveat.caveat for caveat in count.caveats]) == (not any(printed))


@pytest.fixture(scope="module")
def series() -> Callable[..., Series]:
    chapter = Chapter()
    return lambda place, definition="all_human_trafficking", *years: Series.of(
        chapter, place, definition, *(years or (2009, "latest"))
    )


CODE = "trafficking_1525"


@pytest.mark.slow
def test_what_each_kind_of_place_has_and_lacks(series: Callable[..., Series]) -> None:
    canada, ontario, one_year = series("Canada", CODE), series("Ontario"), series("Ontario", ALL_LAWS, 2021, 2021)
    assert [(kind.is_counted, kind.implies_counts, kind.basis) for kind in (canada, ontario, one_year)] == [
        (True, False, "release"), (False, True, "first"), (False, False, None),
    ]  # fmt: skip
    assert (canada.only, canada.first.year, canada.last.year) == (None, *canada.by_year.year.agg(["min", "max"]))
    assert canada.first.number.unit == canada.last.number.unit == "incidents"
    last = ontario.last
    assert (last.number.unit, last.known.unit, last.known.kind) == ("per_100k", "incidents", "estimate")
    assert (one_year.first.number, one_year.last.year, one_year.only) == (None, None, one_year.by_year.number.iloc[0])
    assert [each.implied.notna().sum() for each in (canada, ontario, one_year)] == [0, 2, 0]
    assert [set(each.canada_by_year.place) for each in (canada, ontario)] == [set(), {"Canada"}]
    assert [len(each.with_canada) > 1 for each in (canada, ontario, one_year)] == [True, True, False]
    assert [len(each.canada_revised) for each in (canada, ontario)] == [0, 2]
    assert ontario.canada_revised.iloc[0].vintage == ontario.canada_revised.iloc[1].vintage
    chances = [each.change_with_chance("change", 0.95, variance_factor=5.0) for each in (canada, ontario, one_year)]
    assert [chance and len(chance.inputs) for chance in chances] == [2, 4, None]


def test_years_asked_for_are_the_ends(series: Callable[..., Series]) -> None:
    canada = series("Canada", CODE, 2015, 2020)
    assert (canada.first.year, canada.last.year) == (2015, 2020)
    assert canada.asked.year.between(2015, 2020).all()
    assert canada.rows.year.max() > 2020
    assert list(canada.latest_ends.index) == ["first", "last"]


@pytest.mark.parametrize(
    ("latest", "revised"),
    [
        (make_figure("10", "incidents", bound="between", high="20"), False),
        (make_figure("10", "incidents", bound="between", high="30"), True),
        (make_figure("10", "incidents"), True),
    ],
    ids=["the same", "another upper end", "another bound"],
)
def test_a_number_is_revised_by_either_end(latest: Figure, revised: bool) -> None:
    assert ever_revised([make_figure("10", "incidents", bound="between", high="20")], [latest]) == revised
