"""What a reader takes from a drawing: which way an arrow points, which end of an interval a number is, whose bars a
heading stands over. And what is drawn well is not refused by the look, whatever the sizes."""

import re
from typing import Any

import altair as alt
import pytest
from test_altair import LABELS, PLACES, Make, Tables, drawn

from evaluation.charts import INK, NARROW, WIDE, look, record
from evaluation.charts.picture import Line, Picture
from evaluation.numbers.quantity import Quantity

WOMEN, MEN = {"en": "Women", "fr": "Femmes"}, {"en": "Men", "fr": "Hommes"}
VERTICES = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def picture(chart: Any, size: int = WIDE) -> tuple[str, dict[str, Line]]:
    """A drawing, and its texts by their words."""
    svg = drawn(record.take("a", chart, LABELS), "en", size)
    return svg, {line.whole: line for line in Picture(svg).texts}


def test_an_arrow_points_to_where_the_true_number_may_lie(tables: Tables) -> None:
    svg, _ = picture(alt.Chart(tables.bounds()).mark_bar().encode(x="n:Q", y="place:N"))
    shapes = re.findall(r'd="(M(?:[^"L]*L){6}[^"L]*Z)"', svg)  # of "more than" and "at least"
    heads = re.findall(r'd="(M(?:[^"L]*L){2}[^"L]*Z)"', svg)  # of "up to"
    assert (len(shapes), len(heads)) == (2, 1)
    for shape, tip in [*((shape, max) for shape in shapes), *((head, min) for head in heads)]:
        across = [round(float(x), 1) for x, _ in VERTICES.findall(shape)]
        assert across.count(tip(across)) == 1, shape


def test_ends_of_an_interval_stand_at_their_own_ends_and_rows_in_their_order(tables: Tables) -> None:
    cells = [(place, 40 * n + 110, 55 * n + 40) for n, place in enumerate(PLACES)]
    rows = [(p, tables.exact(n), tables.number(Quantity.between(n - half, n + half))) for p, n, half in cells]
    base = alt.Chart(tables.frame(rows, "place", "n", "m")).encode(y="place:N")
    _, texts = picture(base.mark_rule().encode(x="m_low:Q", x2="m_high:Q") + base.mark_point().encode(x="n:Q"))
    for _, n, half in cells:
        assert texts[str(n - half)].box.right < texts[str(n)].box.middle[0] < texts[str(n + half)].box.left
    tops = [texts[place].box.top for place in PLACES]
    assert tops == sorted(tops)


def test_a_heading_stands_over_its_own_panel(tables: Tables) -> None:
    rows = [
        (WOMEN, "Ontario", tables.exact(70)),
        (WOMEN, "Canada", tables.exact(50)),
        (MEN, "Ontario", tables.exact(30)),
    ]
    frame = tables.frame(rows, "who", "part", "n")
    for channel, side in (("row", "top"), ("column", "left")):
        _, texts = picture(alt.Chart(frame).mark_bar().encode(x="n:Q", y="part:N", **{channel: "who:N"}))
        women, men = (getattr(texts[name].box, side) for name in ("Women", "Men"))
        assert women < men
        assert getattr(texts["70"].box, side) < getattr(texts["30"].box, side)
        assert (getattr(texts["30"].box, side) > men) or channel == "column"


def test_a_tone_is_darker_where_a_number_is_larger(tables: Tables) -> None:
    rows = [(place, 2020, tables.exact(n)) for place, n in zip(PLACES, (5, 40, 90, 160, 300), strict=True)]
    chart = alt.Chart(tables.frame(rows, "place", "year", "n")).mark_rect().encode(x="year:O", y="place:N", color="n:Q")
    svg, texts = picture(chart)
    cells = [
        next(s.ink for s in Picture(svg).shapes if s.box.holds(texts[str(int(n.quantity.value))].core))
        for *_, n in rows
    ]
    light = [sum(bytes.fromhex(ink.removeprefix("#"))) for ink in cells]
    assert light == sorted(light, reverse=True)
    assert light[0] > light[-1]


def test_a_name_at_the_end_of_a_line_has_its_ink_and_height(tables: Tables) -> None:
    counts = [("Ontario", 400), ("Quebec", 90)]
    rows = [(place, year, tables.exact(n + year)) for place, n in counts for year in (2020, 2022)]
    chart = alt.Chart(tables.frame(rows, "place", "year", "n")).mark_line().encode(x="year:O", y="n:Q", color="place:N")
    svg, texts = picture(chart)
    dots = [shape for shape in Picture(svg).shapes if look.is_dot(shape.box)]
    for place, n in counts:
        dot = min(dots, key=lambda dot: texts[f"{n + 2022:,}"].box.far(dot.box.middle))
        assert texts[place].ink == dot.ink
        assert abs(texts[place].box.middle[1] - dot.box.middle[1]) < 20


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("kind", [65, 66, 67, 68, "a line by its number", "a band", "one"])
def test_what_is_drawn_well_is_not_refused(kind: int | str, size: int, tables: Tables) -> None:
    def bars(*numbers: int) -> alt.Chart:
        rows = [(place, tables.exact(n)) for place, n in zip(PLACES, numbers, strict=False)]
        return alt.Chart(tables.frame(rows, "place", "n")).mark_bar().encode(x="n:Q", y="place:N")

    if kind == "one":
        chart: Any = bars(1)
    elif kind == "a line by its number":
        rule = tables.frame([("Ontario", tables.exact(250))], "what", "m")
        chart = bars(120, 300, 90, 610, 45) + alt.Chart(rule).mark_rule(color=INK).encode(x="m:Q")
    elif kind == "a band":
        counts = {year: 1000 + 50 * (5 * year % 7) for year in range(2012, 2021)}
        bands = {year: tables.number(Quantity.between(n - 100, n + 100)) for year, n in counts.items()}
        rows = [(year, tables.exact(n), bands[year]) for year, n in counts.items()]
        base = alt.Chart(tables.frame(rows, "year", "n", "m")).encode(x="year:O")
        chart = base.mark_rule().encode(y="m_low:Q", y2="m_high:Q") + base.mark_line().encode(y="n:Q")
    else:
        chart = bars(1000, int(kind), 500, 300, 700)  # as long as it is thick, as a dot is
    found = record.take("a", chart, LABELS)
    svg = drawn(found, "en", size)
    assert (look.faults(svg), look.misplaced(svg, found.points, "en")) == ([], [])
