"""Charts of tables that nobody here has made: names of two lines, names that look like numbers, fiscal years, the very
small beside the very large, numbers on both sides of zero."""

from __future__ import annotations

from typing import Any

import altair as alt
import pytest
from test_altair import LABELS, PLACES, Make, Tables, bars, drawn, svg_of

from evaluation.charts import NARROW, WIDE, ChartRefused, highlight, look, record
from evaluation.charts.picture import Line, Picture
from evaluation.charts.theme import INDENT

pytestmark = pytest.mark.slow
LONG = {"en": "Regional Municipality of Waterloo, Wellington and Dufferin", "fr": "Waterloo, Wellington et Dufferin"}
OTHER = {"en": "United Counties of Stormont, Dundas and Glengarry", "fr": "Stormont, Dundas et Glengarry"}
FISCAL = [f"{year}/{year % 100 + 1}" for year in range(2016, 2026)]


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def looked_at(chart: Any, width: int = WIDE, language: str = "en") -> str:
    """A drawing in which neither a text nor a number's place is amiss."""
    found = record.take("a", chart, LABELS)
    svg = drawn(found, language, width)
    assert look.faults(svg) == []
    assert look.misplaced(svg, found.points, language) == []
    return svg


def texts(svg: str) -> list[str]:
    return [line.text for line in Picture(svg).texts]


def said(svg: str, words: str) -> Line:
    return next(line for line in Picture(svg).texts if line.text == words)


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_first_year_of_a_heat_map_is_named(width: int, count: int, tables: Tables) -> None:
    years = range(2020, 2020 + count)
    rows = [(name, year, tables.exact(0)) for name in (LONG, PLACES[0]) for year in years]
    frame = tables.frame(rows, "name", "year", "n")
    svg = looked_at(alt.Chart(frame).mark_rect().encode(x="year:O", y="name:N", color="n:Q"), width)
    assert {"2020", str(years[-1])} <= {*texts(svg)}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_fiscal_years_under_narrow_cells_have_room(language: str, tables: Tables) -> None:
    rows = [(name, year, tables.exact(9 * n)) for name in (LONG, PLACES[0]) for n, year in enumerate(FISCAL)]
    frame = tables.frame(rows, "name", "year", "n")
    looked_at(alt.Chart(frame).mark_rect().encode(x="year:O", y="name:N", color="n:Q"), NARROW, language)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_bar_of_next_to_nothing_has_its_number(width: int, tables: Tables) -> None:
    frame = tables.frame([(LONG, tables.exact(177_859)), (PLACES[0], tables.exact(26))], "name", "n")
    assert "26" in texts(looked_at(bars(frame, y="name:N"), width))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_names_may_look_like_numbers(width: int, tables: Tables) -> None:
    cells = [
        (str(ward), f"{month:02}", tables.exact(ward * 10 + month)) for ward in (1, 2, 3) for month in range(1, 13)
    ]
    frame = tables.frame(cells, "ward", "month", "n")
    looked_at(alt.Chart(frame).mark_rect().encode(x="month:O", y="ward:O", color="n:Q"), width)
    ages = [(str(age), tables.exact(age * 17 % 340)) for age in range(15, 60, 5)]
    looked_at(bars(tables.frame(ages, "age", "n"), y="age:N"), width)


def test_a_grey_name_of_two_lines_is_that_of_its_number(tables: Tables) -> None:
    starts = {"Ontario": 900, "Quebec": 5000}
    rows = [
        (n, y, tables.exact(starts.get(str(n), 9000) + y % 7 * 90)) for n in (*starts, LONG) for y in range(2010, 2026)
    ]
    frame = tables.frame(rows, "name", "year", "n")
    lines = (
        alt.Chart(frame).mark_line().encode(x="year:O", y="n:Q", detail="name:N", color=highlight("name", "Ontario"))
    )
    looked_at(lines)


def test_a_key_is_no_mark_of_a_number(tables: Tables) -> None:
    """Else a number that is pushed aside at the panel's edge would stand beside one."""
    lines = alt.Chart(tables.years().query("place < 'P'")).mark_line().encode(x="year:O", y="n:Q", color="place:N")
    picture = Picture(looked_at(lines, NARROW))
    panel = min(line.box.top for line in picture.texts if line.is_guide)
    assert len(picture.lines) > len(picture.lines_of_marks) > 3
    assert all(y > panel for _, y, _, _ in picture.lines_of_marks)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_number_stands_under_the_years(width: int, tables: Tables) -> None:
    rows = [
        (2010 + n, tables.exact(value, unit="percent")) for n, value in enumerate([0, 25, 14, 22, 9, 39, 33, 47, 48])
    ]
    svg = looked_at(alt.Chart(tables.frame(rows, "year", "n")).mark_line().encode(x="year:O", y="n:Q"), width)
    picture = Picture(svg)
    assert all(line.box.bottom <= said(svg, "2010").box.bottom for line in picture.texts)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_numbers_of_many_points_in_a_row_do_not_run_into_each_other(width: int, tables: Tables) -> None:
    rows = [
        (p, tables.exact(60_000 + (i + 1) * 7_919 * k % 99_991)) for i, p in enumerate(PLACES[:4]) for k in range(16)
    ]
    looked_at(alt.Chart(tables.frame(rows, "place", "n")).mark_point().encode(x="n:Q", y="place:N"), width)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_names_over_bars_below_zero_begin_at_the_edge(language: str, tables: Tables) -> None:
    """What is left at their side is the bars'."""
    values = [-1_743_360, 2_021_425, -1_335_321, -1_478_707, -7_199_034, 6_357_054, 5_994_312, -6_118_075, -4_643_038]
    rows = [(year, tables.exact(value, unit="cad")) for year, value in zip(FISCAL, values, strict=False)]
    svg = looked_at(bars(tables.frame(rows, "year", "n"), y="year:O"), NARROW, language)
    assert min(line.box.left for line in Picture(svg).texts) < 4 + INDENT
    assert max(shape.box.wide for shape in Picture(svg).shapes) > 70


def test_no_line_at_zero_goes_through_a_name(tables: Tables) -> None:
    ends = {PLACES[0]: 4_878_189, PLACES[1]: -248_146, PLACES[2]: 2_062_809}
    rows = [
        (place, year, tables.exact(end if year == FISCAL[-1] else end - n * 2_700_000 % 9_999_991, unit="cad"))
        for place, end in ends.items()
        for n, year in enumerate(FISCAL)
    ]
    frame = tables.frame(rows, "place", "year", "n")
    looked_at(alt.Chart(frame).mark_line().encode(x="year:O", y="n:Q", color="place:N"))


def test_a_line_over_narrow_bars_has_a_ring_of_paper(tables: Tables) -> None:
    frame = tables.frame([(place, tables.exact(40 - 9 * i)) for i, place in enumerate(PLACES[:3])], "place", "n")
    svg = svg_of(bars(frame) + alt.Chart(frame.tail(1)).mark_rule().encode(x="n:Q"), width=NARROW)
    assert svg.count('stroke="#ffffff" stroke-width="4"') == 3


@pytest.mark.parametrize("encoding", [{"y": "place:N"}, {"y": "year:O", "facet": "place:N"}])
def test_a_number_without_a_name_is_not_passed_over(encoding: dict[str, str], tables: Tables) -> None:
    frame = tables.frame([(place, 2024, tables.exact(4)) for place in PLACES[:3]], "place", "year", "n")
    nameless = frame.assign(place=[*PLACES[:2], None])
    with pytest.raises(ChartRefused, match="a number without a name in 'place'; allowed: a name in each row"):
        record.take("a", bars(nameless, **encoding), LABELS)
