"""What a chart may not say of its numbers: a middle that no source has, a share beyond the whole, a length on another
scale, a tone across zero, an answer that a bound leaves open, a month that is missing, a bar for what is missing."""

import re

import altair as alt
import chart_reading
import pytest
from test_altair import LABELS, PLACES, YEARS, Make, Tables, bars, drawn, heat_map, lines, points, svg_of, words_in

from evaluation.charts import NARROW, WIDE, ChartRefused, legibility, record
from evaluation.charts.geometry import Scene
from evaluation.charts.meanings import mark_meanings
from evaluation.charts.theme import BOTH_WAYS, TALLEST
from evaluation.language import translate
from evaluation.numbers.quantity import Quantity
from evaluation.problems import Refused

pytestmark = pytest.mark.slow

TITLES = [{"en": "In the north", "fr": "Au nord"}, {"en": "In the south", "fr": "Au sud"}]


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def test_panels_have_one_scale(tables: Tables) -> None:
    frame = tables.frame([("Ontario", tables.exact(100)), ("Quebec", tables.exact(400))], "place", "n")
    svg = svg_of(bars(frame.assign(which=TITLES), y="place:N", column="which:N"))
    boxes = [shape.box for shape in Scene(svg).shapes]
    small, large = (box.width for box in boxes if box.bottom - box.top == pytest.approx(18, abs=1))
    assert large / small == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize(("kind", "meaning"), [("published", "line with ends"), ("estimate", "dashed line with ends")])
def test_no_point_stands_in_the_middle_of_an_interval(kind: str, meaning: str, tables: Tables) -> None:
    rows = [("Ontario", 2019, tables.number(Quantity.between(40, 90), kind)), ("Ontario", 2020, tables.exact(60))]
    rows += [("Ontario", 2021, tables.exact(70))]
    frame = tables.frame(rows, "place", "year", "n")
    chart = record.record_chart("a", points(frame.head(1)), LABELS)
    svg = drawn(chart, "en", WIDE)
    assert not re.search(r'<(?:circle|path)[^>]*fill="#(?:0b5fa5|ffffff)"[^>]*stroke-width="2"', svg)
    assert [translate(entry, "en").split(":")[0] for entry in mark_meanings(chart.arguments(), chart.points)] == [
        meaning
    ]
    line = svg_of(lines(frame))
    assert len(re.findall(r'd="M[\d.]+,[\d.]+L[\d.]+,[\d.]+"', line)) == 1  # from 2020 to 2021 alone


def test_no_share_is_beyond_the_whole(tables: Tables) -> None:
    shares = zip(PLACES, (97, 55, 30, 99, 12), strict=True)
    frame = tables.frame([(p, tables.number(Quantity.of("about", s), unit="percent")) for p, s in shares], "place", "n")
    for width in (WIDE, NARROW):
        words = words_in(svg_of(bars(frame), "en", width))
        ticks = [int(n) for n in re.findall(r"(?<!about )\b(\d+)%", words)]
        assert max(ticks, default=0) <= 100
    counts = tables.frame([(p, tables.exact(160, unit="percent")) for p in PLACES], "place", "n")
    assert "150%" in words_in(svg_of(points(counts)))


def test_words_of_a_bound_stand_once(tables: Tables) -> None:
    base = alt.Chart(tables.bounds()).encode(x="year:O", y="n:Q")
    assert words_in(svg_of(base.mark_line() + base.mark_point())).count("at least 12,000") == 1


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [(code, size) for code in ("en", "fr") for size in (WIDE, NARROW)])
@pytest.mark.parametrize("count", [12, 23])
def test_bounds_of_many_months_are_said_where_they_have_room(
    count: int, language: str, width: int, tables: Tables
) -> None:
    """Signs tell of every bound; a word that would cover others is left to the table, as an exact number is."""
    words = ("exact", "about", "more-than", "at-least", "less-than", "up-to")
    numbers = [tables.number(Quantity.of(words[month % 6], 120 + 7 * month)) for month in range(count)]
    keys = [f"{2022 + month // 12}-{month % 12 + 1:02}" for month in range(count)]
    frame = tables.frame([*zip(keys, numbers, strict=True)], "month", "n")
    chart = record.record_chart("a", lines(frame, x="month:O"), LABELS)
    svg = drawn(chart, language, width)
    assert legibility.faults(svg) == []
    assert chart_reading.misplaced(svg, chart.points, language) == []
    bounds = [number.quantity.bound.value for number in numbers]
    arrows = re.findall(r'd="M(?:[^"L]*L){6}[^"L]*Z"', svg)
    assert len(arrows) == sum(bound not in ("exact", "about") for bound in bounds)
    assert 'fill="#ffffff"' not in svg  # which is of the review's own estimates alone
    assert re.search("about|more|least|environ|plus|moins", words_in(svg))


def test_tones_break_at_zero(tables: Tables) -> None:
    values = (-80, -10, 0, 20, 60)
    rows = [("Ontario", year, tables.exact(v, unit="percent")) for year, v in zip(YEARS, values, strict=True)]
    svg = svg_of(heat_map(tables.frame(rows, "place", "year", "n")))
    fills = re.findall(r'fill="(#\w+)"', svg)
    assert [f for f in fills if f in BOTH_WAYS][:5] == ["#a8420b", "#f6d5c3", "#e3e3e3", "#c3d9ed", "#2a6ea8"]


@pytest.mark.long
def test_panels_are_as_high_as_a_page_of_paper_holds_them(tables: Tables) -> None:
    names = [{"en": f"Place {letter}", "fr": f"Lieu {letter}"} for letter in "ABCDEFGHIJ"]
    rows = [(name, y, tables.exact(7 * i + y - 2000)) for i, name in enumerate(names) for y in range(2019, 2025)]
    frame = tables.frame(rows, "place", "year", "n")
    for chart in (lines(frame.head(24), row="place:N"), lines(frame, column="place:N")):
        assert float(re.findall(r'height="([\d.]+)"', svg_of(chart))[0]) <= TALLEST
    with pytest.raises(Refused, match=r"px tall; allowed: 1040, .* fewer rows, or two charts; .* \(column\)"):
        svg_of(lines(frame, row="place:N"))
    with pytest.raises(ChartRefused, match="panels by two columns; allowed: one of row, column"):
        svg_of(bars(tables.groups(), row="place:N", column="group:N"))


def test_what_only_a_pointer_finds_is_passed_over(tables: Tables) -> None:
    plain = record.record_chart("a", bars(tables.money()), LABELS)
    for chart in (
        bars(tables.money(), tooltip=["place", "n"]),
        bars(tables.money()).interactive(),
        alt.Chart(tables.money()).mark_bar(tooltip=True).encode(x="n:Q", y="place:N"),
    ):
        assert record.record_chart("a", chart, LABELS).arguments() == plain.arguments()


@pytest.mark.parametrize(("language", "words"), [("en", "no figure found"), ("fr", "aucun chiffre trouvé")])
@pytest.mark.parametrize("value", [5, -5])
def test_a_missing_bar_is_said(value: int, language: str, words: str, tables: Tables) -> None:
    """Also where every number is below zero, which ends the drawing at its right."""
    frame = tables.frame([("Ontario", tables.exact(value)), ("Quebec", None)], "place", "n")
    for width in (WIDE, NARROW):
        assert words_in(svg_of(bars(frame), language, width)).count(words) == 1
