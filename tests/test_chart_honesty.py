"""Drawings that would say something false of plain pandas and Altair: gaps bridged, open ends dropped, labels at
another mark, colours that stand for several names; and numbers that a sum or a quotient would make too sure of."""

import re
from typing import Any

import altair as alt
import pytest
from test_altair import LABELS, PLACES, Make, Tables, bars, lines, points, svg_of, words_in

from evaluation.charts import NARROW, ChartRefused, Point, record
from evaluation.numbers.lists import Pair
from evaluation.numbers.wording import ready_to_record, unit_label
from evaluation.pages.chart import distinct_marks
from evaluation.records.serialization import number_record, read_number

pytestmark = pytest.mark.slow


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def over(tables: Tables, keys: list[Any], name: str = "year", **encoding: Any) -> Any:
    frame = tables.frame([(key, tables.exact(7 * i + 3)) for i, key in enumerate(keys)], name, "n")
    return lines(frame, **{"x": f"{name}:O"} | encoding)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "sort", "count"),
    [
        *(([2018, 2019, 2020, 2022, 2023], sort, 2) for sort in ("ascending", None, "descending", "-y")),
        ([2006, 2011, 2016, 2021], None, 1),  # a census
        ([2014, 2016, 2019, 2024], None, 0),
        (["2018/19", "2019/20", "2020/21", "2022/23"], None, 1),
        (["2024-01", "2024-02", "2024-04", "2024-05"], None, 2),
    ],
)
def test_a_line_stops_before_a_year_or_month_without_a_row(
    keys: list[Any], sort: str | None, count: int, tables: Tables
) -> None:
    chart = over(tables, keys, x=alt.X("year:O", sort=sort))
    assert len(re.findall(r'd="M[\d.]+,[\d.]+(?:L[\d.]+,[\d.]+)+"', svg_of(chart))) == count  # parts of the line
    svg_of(chart, "fr", NARROW)


def test_a_domain_and_ticks_of_money_are_in_dollars(tables: Tables) -> None:
    scale = alt.Scale(domain=[0, 400_000_000])
    words = words_in(svg_of(points(tables.money(), x=alt.X("n:Q", scale=scale))))
    assert "0 | 100 | 200 | 300 | 400 | millions of dollars" in words


def test_an_axis_of_a_line_has_the_domain_asked_for(tables: Tables) -> None:
    frame = tables.frame([(y, tables.exact(1300 + y - 2019)) for y in (2019, 2020, 2021)], "year", "n")
    assert "| 0 |" not in words_in(svg_of(lines(frame, y=alt.Y("n:Q", scale=alt.Scale(domain=[1200, 1600])))))


def test_a_number_that_two_layers_draw_stands_once_in_the_table(tables: Tables) -> None:
    frame = tables.money()
    chart = record.record_chart("a", points(frame) + points(frame.head(2)), LABELS)
    assert len(chart.points) == len(frame) + 2
    assert [point.number for point in distinct_marks(chart.points, []) if isinstance(point, Point)] == list(frame.n)


@pytest.mark.parametrize(
    ("names", "match"),
    [
        ([{"en": f"{i * 7} times", "fr": f"{i * 7} fois"} for i in range(2)], r"a typed number \(0\)"),
        ([1, 2], r"a typed number \(1\); allowed: a name of data/ or the catalogue; a number as a column of figures"),
    ],
)
def test_a_name_holds_no_number_without_an_origin(names: list[Any], match: str, tables: Tables) -> None:
    frame = tables.frame([("Ontario", tables.exact(1)), ("Quebec", tables.exact(2))], "place", "n").assign(rank=names)
    with pytest.raises(ChartRefused, match=match):
        record.record_chart("a", bars(frame, y="rank:N"), LABELS)
    ages = [Pair(en="15 to 17 years", fr="de 15 à 17 ans"), Pair(en="18 years", fr="18 ans")]  # as data/ has them
    record.record_chart("a", bars(frame.assign(rank=ages), y="rank:N"), LABELS)


def test_lines_in_two_colours_have_names(tables: Tables) -> None:
    chart = over(tables, [2018, 2019, 2020])
    with pytest.raises(ChartRefused, match="lines in 2 colours without their names; allowed: a column of names"):
        record.record_chart("a", chart.mark_line(color="#8a8a8a") + chart, LABELS)
    svg = svg_of(chart.mark_line(point=True))
    assert svg.rindex('<path d="M') < svg.index("<circle")  # dots lie on every line


def test_a_straight_line_over_bars_has_a_ring_of_paper(tables: Tables) -> None:
    """Grey or ink on a bar’s blue would not be seen."""
    frame = tables.frame([(place, tables.exact(40 - 9 * i)) for i, place in enumerate(PLACES[:3])], "place", "n")
    ring = r'<line[^>]* stroke="#ffffff" stroke-width="4"/>.*<line[^>]* stroke="#595959" stroke-width="2"/>'
    assert re.search(ring, svg_of(bars(frame) + alt.Chart(frame.tail(1)).mark_rule().encode(x="n:Q")))


def test_a_difference_of_shares_of_two_years_is_points(tables: Tables) -> None:
    earlier, later = (tables.exact(n, unit="percent", start=y, end=y) for n, y in ((35, "2020"), (30, "2022")))
    frame = tables.frame([("Ontario", later - earlier)], "place", "n")
    for language, noun in (("en", "percentage points"), ("fr", "points de pourcentage")):
        svg = svg_of(bars(frame), language)
        assert noun in words_in(svg)
        assert "%" not in words_in(svg)


def test_a_recorded_quotient_keeps_both_units(tables: Tables) -> None:
    """A page reads numbers from records, where what they were worked out from is words."""
    each = tables.exact(5, unit="charges") / tables.exact(250, unit="people")
    read = read_number(number_record(ready_to_record(each, "each")))
    assert [unit_label(read, language) for language in ("en", "fr")] == ["charges ÷ people", "accusations ÷ personnes"]
    frame = tables.frame([("Ontario", each)], "place", "n")
    assert "accusations ÷ personnes" in words_in(svg_of(bars(frame), "fr"))
