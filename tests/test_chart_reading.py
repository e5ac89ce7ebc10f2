"""What a reader takes from a drawing: which way an arrow points, which end of an interval a number is, whose bars a
heading stands over. And what is drawn well is not refused by the look: tables that nobody here has made, names of two
lines or that look like numbers, the very small beside the very large, numbers on both sides of zero."""

import re
from collections.abc import Callable
from typing import Any

import altair as alt
import chart_reading
import pandas as pd
import pytest
from test_altair import LABELS, PLACES, Make, Tables, bars, drawn, heat_map, lines, points

from evaluation.charts import INK, NARROW, QUIET, WIDE, ChartRefused, highlight, legibility, record
from evaluation.charts.geometry import Scene, SceneText
from evaluation.charts.meanings import mark_meanings
from evaluation.charts.theme import PAPER
from evaluation.numbers.quantity import Quantity

pytestmark = pytest.mark.slow

WOMEN, MEN = {"en": "Women", "fr": "Femmes"}, {"en": "Men", "fr": "Hommes"}
NAMES = ["Mean", "Target", "Median"]
LONG = {"en": "Regional Municipality of Waterloo, Wellington and Dufferin", "fr": "Waterloo, Wellington et Dufferin"}
FISCAL = [f"{year}/{year % 100 + 1}" for year in range(2016, 2026)]
VERTICES = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def picture(chart: Any, size: int = WIDE, language: str = "en") -> tuple[str, dict[str, SceneText]]:
    """A drawing in which neither a text nor a number's place is amiss, and its texts by their words."""
    recorded = record.record_chart("a", chart, LABELS)
    svg = drawn(recorded, language, size)
    assert (legibility.faults(svg), chart_reading.misplaced(svg, recorded.points, language)) == ([], [])
    return svg, {line.whole: line for line in Scene(svg).texts}


def percent(tables: Tables, *numbers: Any) -> list[Any]:
    quantities = [n if isinstance(n, Quantity) else Quantity.exact(n) for n in numbers]
    return [tables.number(quantity, unit="percent") for quantity in quantities]


def column(tables: Tables, keys: Any, numbers: Any, name: str = "place") -> pd.DataFrame:
    made = [
        n if not isinstance(n, int | Quantity) else tables.exact(n) if isinstance(n, int) else tables.number(n)
        for n in numbers
    ]
    return tables.frame([*zip(keys, made, strict=False)], name, "n")


def across(tables: Tables, *numbers: int, **fields: Any) -> alt.Chart:
    """Lines across a panel, each with a name."""
    rows = [
        ({"en": name, "fr": f"{name} (fr)"}, tables.exact(n, **fields)) for name, n in zip(NAMES, numbers, strict=False)
    ]
    return alt.Chart(tables.frame(rows, "of", "m")).mark_rule(color=INK).encode(x="m:Q", detail="of:N")


def around(tables: Tables, mark: str, numbers: Any, halves: Any, keys: Any = PLACES, unit: str = "people") -> Any:
    """Numbers with intervals of our own: along y over years, else along x."""
    rows = [
        (key, tables.exact(n, unit=unit), tables.number(Quantity.between(n - half, n + half), "estimate", unit=unit))
        for key, n, half in zip(keys, numbers, halves, strict=False)
    ]
    axis, other = ("y", {"x": "key:O"}) if mark == "line" else ("x", {"y": "key:N"})
    base = alt.Chart(tables.frame(rows, "key", "n", "m")).encode(**other)
    rule = base.mark_rule().encode(**{axis: "m_low:Q", f"{axis}2": "m_high:Q"})
    shown = getattr(base, f"mark_{mark}")().encode(**{axis: "n:Q"})
    return shown + rule if mark == "bar" else rule + shown


def panels(tables: Tables) -> Any:
    groups = [WOMEN, MEN, {"en": "Not stated", "fr": "Non précisé"}]
    rows = [(p, g, *percent(tables, 97 * i + 31 * j - 200)) for i, p in enumerate(PLACES) for j, g in enumerate(groups)]
    return bars(tables.frame(rows, "place", "who", "n"), column="who:N")


def rows_of(tables: Tables, count: int) -> Any:
    names = [f"{chr(65 + n % 26)}{'x' * (n // 26)}" for n in range(count)]
    return bars(column(tables, [{"en": name, "fr": name} for name in names], range(3, count + 3)))


def goals(tables: Tables) -> Any:
    """Points beyond bars whose words must stand."""
    bounds = Quantity.of("more-than", 90), Quantity.of("up-to", 40), Quantity.exact(77), Quantity.of("about", 15)
    frame = column(tables, PLACES, bounds).assign(goal=column(tables, PLACES, (100, 60, 70, 50)).n)
    of = {
        key: alt.X(f"{key}:Q", title={"en": title, "fr": title}) for key, title in (("n", "reached"), ("goal", "aim"))
    }
    return bars(frame, x=of["n"]).mark_bar(color=QUIET) + points(frame, x=of["goal"]).mark_point(color=INK)


def heat(tables: Tables, keys: Any) -> Any:
    rows = [(name, key, tables.exact(9 * n)) for name in (LONG, PLACES[0]) for n, key in enumerate(keys)]
    return heat_map(tables.frame(rows, "place", "year", "n"))


def over(tables: Tables, ends: list[tuple[Any, int]], keys: list[Any], step: int, unit: str = "people") -> Any:
    """A line for each name to the end that it has."""
    rows = [
        (name, key, tables.exact(end if key == keys[-1] else end - n * step % 9_999_991, unit=unit))
        for name, end in ends
        for n, key in enumerate(keys)
    ]
    return lines(tables.frame(rows, "name", "key", "n"), x="key:O")


CROWD = [(p, 60_000 + (i + 1) * 7_919 * k % 99_991) for i, p in enumerate(PLACES[:4]) for k in range(16)]
UP_TO, SPAN = Quantity.of("up-to", 5), Quantity.between(87, 102)
AVALON = [
    {"en": f"St. John’s and the Avalon Peninsula {x}", "fr": f"St. John’s et la péninsule d’Avalon {x}"}
    for x in "ABCDE"
]
AROUND = [
    ("people", (7, 48, 32, 20, 11), (4, 2, 19, 5, 1)),  # far from the name that the words stand under
    ("cad", (2_700_000, 4_700_000, 300_000, 900_000, 3_500_000), (810_000, 4_230_000, 15_000, 540_000, 175_000)),
    ("incidents", (260, 80), (234, 4)),  # the dot covers its interval
    ("cad", (11, 50), (3, 45)),  # names of one width
]
EVENTS = ["First plan", "Strategy announced", "Second plan"]


def events(tables: Tables) -> Any:
    """A line through many years, with what happened in three of them."""
    rows = [(year, {"en": name, "fr": name}) for year, name in zip(FISCAL[1::3], EVENTS, strict=True)]
    rule = alt.Chart(tables.frame(rows, "year", "event")).mark_rule(color=QUIET).encode(x="year:O", detail="event:N")
    return lines(column(tables, FISCAL, [n * 7 % 11 * 100 for n in range(10)], "year")) + rule


DRAWN: dict[str, Callable[[Tables], Any]] = {
    # as long as it is thick, as a dot is
    **{f"a bar of {n}": lambda t, n=n: bars(column(t, PLACES, (1000, n, 500, 300, 700))) for n in (65, 66, 67)},
    **{f"intervals {n}": lambda t, n=n: around(t, "point", *AROUND[n][1:], AVALON, AROUND[n][0]) for n in range(4)},
    "a line by its number": lambda t: bars(column(t, PLACES, (120, 300, 90, 610, 45))) + across(t, 250),
    "a band": lambda t: around(t, "line", [1000 + 50 * (5 * y % 7) for y in range(9)], [100] * 9, range(2012, 2021)),
    "one": lambda t: bars(column(t, PLACES, [1])),
    "an interval that a dot hides": lambda t: around(t, "bar", (800, 55), (1, 1)),
    "up to next to nothing, bars": lambda t: bars(column(t, PLACES, (UP_TO, 6000))),
    "up to next to nothing, points": lambda t: points(column(t, PLACES, (UP_TO, 6000))),
    "up to next to nothing, years": lambda t: lines(column(t, FISCAL, (UP_TO, 6000, 300), "year")),
    "numbers under years": lambda t: bars(column(t, range(2012, 2017), (24, 91, SPAN, UP_TO, 63), "year"), y="year:O"),
    "intervals across zero": lambda t: around(t, "bar", (-22_873, 314_375, 675_750), (160_000, 60_000, 190_000)),
    "bounds below zero": lambda t: bars(
        column(t, PLACES, percent(t, Quantity.of("more-than", -13), 42, -Quantity.of("at-least", 18)))
    ),
    "long words to both sides of zero": lambda t: bars(
        column(t, PLACES, [t.number(Quantity.between(n * 10**6, (n + 55) * 10**6), unit="cad") for n in (-90, -30)])
    ),
    "forty rows": lambda t: rows_of(t, 40),
    "panels to both sides of zero": panels,
    "goals beyond bounds": goals,
    "three events": events,
    "slopes of long names": lambda t: over(
        t, [*zip(AVALON, (340, 118, 205, 60, 345), strict=True)], [2014, 2024], 90
    ).encode(detail="name:N"),
    "names that break at their hyphens": lambda t: heat_map(
        column(t, PLACES * 2, range(10)).assign(year=[LONG] * 5 + [WOMEN] * 5)
    ).encode(x="place:N", y="year:N"),
    "fiscal years under narrow cells": lambda t: heat(t, FISCAL),
    "names that look like numbers": lambda t: heat(t, [f"{month:02}" for month in range(1, 13)]),
    "a bar of next to nothing": lambda t: bars(column(t, (LONG, PLACES[0]), (177_859, 26))),
    "many points in a row": lambda t: points(column(t, *zip(*CROWD, strict=True))),
    "a grey name of two lines": lambda t: over(
        t, [("Ontario", 900), ("Quebec", 5000), (LONG, 9000)], list(range(2010, 2026)), 90
    ).encode(detail="name:N", color=highlight("name", "Ontario")),
    "a line at zero": lambda t: over(
        t, [*zip(PLACES, (4_878_189, -248_146, 2_062_809), strict=False)], FISCAL, 2_700_000, "cad"
    ).encode(color="name:N"),
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("language", "size"), [("fr", WIDE), ("en", NARROW)])
@pytest.mark.parametrize("kind", DRAWN)
def test_what_is_drawn_well_is_not_refused(kind: str, language: str, size: int, tables: Tables) -> None:
    picture(DRAWN[kind](tables), size, language)


@pytest.mark.parametrize("encoding", [{"y": "place:N"}, {"y": "year:O", "facet": "place:N"}])
def test_a_number_without_a_name_is_not_passed_over(encoding: dict[str, str], tables: Tables) -> None:
    nameless = column(tables, [*PLACES[:2], None], (4, 4, 4)).assign(year=2024)
    with pytest.raises(ChartRefused, match="a number without a name in 'place'; allowed: a name in each row"):
        record.record_chart("a", bars(nameless, **encoding), LABELS)


# Bounds and intervals


@pytest.mark.parametrize(("axis", "tips"), [("x", (max, max, min)), ("y", (min, min, max))])
def test_an_arrow_points_to_where_the_true_number_may_lie(axis: str, tips: tuple[Any, ...], tables: Tables) -> None:
    """Of "more than", "at least" and "up to", the last as a head on a line that begins at zero, or down from a dot."""
    svg, texts = picture(bars(tables.bounds()) if axis == "x" else points(tables.bounds(), x="year:O", y="n:Q"))
    assert {"more than 29,000", "up to 72,000", "at least 12,000", "about 8,000"} <= {*texts}
    assert PAPER not in {shape.ink for shape in Scene(svg).shapes}  # an outline is one of our own estimates
    shapes = re.findall(r'd="(M(?:[^"L]*L){6}[^"L]*Z)"', svg) + re.findall(r'd="(M(?:[^"L]*L){2}[^"L]*Z)"', svg)
    for shape, tip in zip(shapes, tips, strict=True):
        along = [round(float(vertex["xy".index(axis)]), 1) for vertex in VERTICES.findall(shape)]
        assert along.count(tip(along)) == 1, shape


@pytest.mark.parametrize(("bound", "way"), [(UP_TO, "towards zero"), (-Quantity.of("at-least", 13), "away from zero")])
def test_the_key_says_which_way_an_arrow_points(bound: Quantity, way: str, tables: Tables) -> None:
    chart = record.record_chart("a", bars(column(tables, PLACES, percent(tables, bound))), LABELS)
    assert [meaning.split(":")[0] for meaning in mark_meanings(chart.arguments(), chart.points)] == [f"arrow {way}"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_arrow_is_no_longer_than_its_bound(size: int, tables: Tables) -> None:
    """On a line too short for it there is none: the words say the bound."""
    svg, texts = picture(bars(column(tables, PLACES, (UP_TO, 6000))), size)
    assert "up to 5" in texts
    assert [shape.box.width > 100 for shape in Scene(svg).shapes] == [True]  # the other bar


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_words_of_a_bound_are_nearest_to_its_own_mark(size: int, tables: Tables) -> None:
    """Over another arrow or at the end of an interval they would be read as its."""
    words = ("more-than", 160), ("about", 180), ("between", 150, 240), ("up-to", 260), ("exact", 230)
    numbers = [120, *(Quantity.of(*ends) for ends in words)]
    svg, texts = picture(lines(column(tables, FISCAL, numbers, "year")), size)
    for label in {"more than 160", "about 180", "up to 260"} & {*texts}:
        box = texts[label].box
        nearest = min((shape.box for shape in Scene(svg).shapes), key=box.distance_to)
        assert abs(nearest.middle[0] - box.middle[0]) < 10, label
    assert "up to 260" in texts


def test_ends_of_an_interval_stand_at_their_own_ends_and_rows_in_their_order(tables: Tables) -> None:
    cells = [(40 * n + 110, 55 * n + 40) for n, _ in enumerate(PLACES)]
    _, texts = picture(around(tables, "point", *zip(*cells, strict=True)))
    for n, half in cells:
        assert texts[str(n - half)].box.right < texts[str(n)].box.middle[0] < texts[str(n + half)].box.left
    tops = [texts[place].box.top for place in PLACES]
    assert tops == sorted(tops)


def test_lines_of_our_own_estimates_are_dashed(tables: Tables) -> None:
    svg, _ = picture(DRAWN["a band"](tables))
    assert sum('stroke-dasharray="7,3"' in line for line in re.findall(r"<line[^>]*>", svg)) == 9


# Names and numbers at their own marks


@pytest.mark.parametrize(("channel", "side"), [("row", "top"), ("column", "left")])
def test_a_heading_stands_over_its_own_panel(channel: str, side: str, tables: Tables) -> None:
    frame = column(tables, ("Ontario", "Canada", "Ontario"), (70, 50, 30)).assign(who=[WOMEN, WOMEN, MEN])
    _, texts = picture(bars(frame, **{channel: "who:N"}))
    women, men, most, least = (getattr(texts[words].box, side) for words in ("Women", "Men", "70", "30"))
    assert women < men
    assert most < least
    assert least > men or channel == "column"


def test_a_tone_is_darker_where_a_number_is_larger(tables: Tables) -> None:
    numbers = 5, 40, 90, 160, 300
    svg, texts = picture(heat_map(column(tables, PLACES, numbers).assign(year=2020)))
    cells = [next(cell.ink for cell in Scene(svg).shapes if cell.box.contains(texts[f"{n}"].core)) for n in numbers]
    light = [sum(bytes.fromhex(ink.removeprefix("#"))) for ink in cells]
    assert light == sorted(light, reverse=True)
    assert light[0] > light[-1]


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("last", [2020, 2021])
def test_a_name_has_the_ink_of_its_line(last: int, size: int, tables: Tables) -> None:
    """At its end; where the lines end apart, in the key, beside a swatch of that ink and its line's shape."""
    counts = {"Ontario": {2019: 5, last: 90}, "Quebec": {2019: 70, 2020: 20}}
    rows = [(place, year, tables.exact(n)) for place, years in counts.items() for year, n in years.items()]
    svg, texts = picture(lines(tables.frame(rows, "place", "year", "n"), color="place:N"), size)
    dots = [shape for shape in Scene(svg).shapes if legibility.is_dot(shape.box)]
    for place, numbers in counts.items():
        first, end = (
            min(dots, key=lambda dot: texts[str(n)].box.distance_to_point(dot.box.middle)) for n in numbers.values()
        )
        shape = "circle" if place == "Ontario" else "path"  # so that lines differ without colours
        swatches = re.findall(rf'<{shape} [^<]*fill="(#\w+)"[^>]*/><text[^>]*>{place}<', svg)
        assert first.ink == end.ink == (texts[place].ink if last == 2020 else swatches[0])
        assert last > 2020 or abs(texts[place].box.middle[1] - end.box.middle[1]) < 20


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("numbers", [(250, 270), (40, 48), (250, 450), (250, 262, 240)])
def test_a_name_stands_at_its_own_rule(numbers: tuple[int, ...], size: int, tables: Tables) -> None:
    most = 90 if max(numbers) < 90 else 610
    svg, texts = picture(points(column(tables, PLACES, (12, 30, most, 45))) + across(tables, *numbers), size)
    rules = {x for x, y, x2, y2 in Scene(svg).mark_lines if x == x2 and abs(y2 - y) > 13}
    assert len(rules) == len(numbers)
    for name, number in zip(NAMES, numbers, strict=False):
        rule_x, box = sorted(rules)[sorted(numbers).index(number)], texts[name].box
        assert box.left - 2 < rule_x < box.right + 2
        assert box.bottom < min(line.box.top for line in texts.values() if line.text in PLACES)
        # The mean's name may stand over the others: it lies between them.
        assert name == "Mean" or not any(box.left < x < box.right for x in rules - {rule_x})


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_rule_that_each_row_has_is_named_once_a_panel(size: int, tables: Tables) -> None:
    mean = tables.exact(250)
    rows = [(p, g, tables.exact(97 * i), mean) for i, p in enumerate(PLACES) for g in (WOMEN, MEN)]
    frame = tables.frame(rows, "place", "who", "n", "m")
    chart = points(frame) + alt.Chart(frame).mark_rule().encode(x="m:Q")
    svg, _ = picture(chart.facet(row="who:N"), size)
    assert [line.ink for line in Scene(svg).texts if line.text == "250"] == [QUIET] * 2  # in the ink of no series


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_axis_of_two_counts_has_the_title_of_neither(size: int, tables: Tables) -> None:
    svg, _ = picture(goals(tables), size)
    assert [line.text for line in Scene(svg).texts if line.text in ("people", "reached", "aim")][-1] == "people"


@pytest.mark.parametrize("mark", [bars, points])
def test_numbers_to_both_sides_of_zero_are_said_on_a_narrow_page(mark: Any, tables: Tables) -> None:
    frame = column(tables, PLACES, percent(tables, -12, 30, 9, -61, 45))
    _, texts = picture(mark(frame) + across(tables, -30, unit="percent"), NARROW)
    assert {"\u221212%", "30%", "9%", "\u221261%", "45%"} <= {*texts}


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_of_two_dots_the_first_has_its_number_before_it(size: int, tables: Tables) -> None:
    """Under it, the number would be over the next name."""
    frame = column(tables, PLACES, (100, 38, 3)).assign(m=column(tables, PLACES, (300, 40, 90)).n)
    rule = alt.Chart(frame).mark_rule(color=QUIET).encode(x="n:Q", x2="m:Q", y="place:N")
    _, texts = picture(rule + points(frame).mark_point(color=INK) + points(frame, x="m:Q").mark_point(color=INK), size)
    for first, second in (("100", "300"), ("38", "40"), ("3", "90")):
        assert texts[first].box.right < texts[second].box.left
        assert texts[first].box.middle[1] == texts[second].box.middle[1]


def test_a_number_is_not_over_the_next_name(tables: Tables) -> None:
    """Beside a line across its row, it stands by its own name."""
    quantities = Quantity.of("more-than", 400), Quantity.of("up-to", 300), 80, Quantity.between(100, 220)
    chart = bars(column(tables, PLACES, quantities)) + across(tables, 250)
    texts = {line.whole: line.box for line in Scene(drawn(record.record_chart("a", chart, LABELS), "fr", NARROW)).texts}
    assert texts["entre 100 et 220"].middle[1] == pytest.approx(texts["Canada"].middle[1], abs=3)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_number_stands_under_the_years(size: int, tables: Tables) -> None:
    shares = percent(tables, 0, 25, 14, 22, 9, 39, 33, 47, 48)
    _, texts = picture(lines(column(tables, range(2010, 2019), shares, "year")), size)
    assert all(line.box.bottom <= texts["2010"].box.bottom for line in texts.values())


@pytest.mark.parametrize("numbers", [(-47, 42), (-6, 110), (-21, 34)])
def test_an_axis_to_both_sides_of_zero_ends_near_its_data(numbers: tuple[int, int], tables: Tables) -> None:
    svg, _ = picture(lines(column(tables, (2020, 2021, 2022), percent(tables, *numbers, 0), "year")))
    dots = [shape.box.middle[1] for shape in Scene(svg).shapes if legibility.is_dot(shape.box)]
    assert max(dots) - min(dots) > 0.8 * 230
