"""A chart of Altair's whose rule reaches from the low end of one column to its high end, beside marks of another: the
first column holds the intervals of the second, in one row of the table."""

from typing import Any

import altair as alt
import chart_reading
import pandas as pd
import pytest
from small import Make

from evaluation import charts
from evaluation.charts import INK, NARROW, WIDE, legibility, record
from evaluation.charts.geometry import Box, Scene
from evaluation.charts.meanings import INTERVAL, SPAN
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.labels import labels_of
from evaluation.numbers.quantity import Quantity
from evaluation.pages.chart import distinct_marks

pytestmark = pytest.mark.slow


@pytest.fixture
def frame(number: Make) -> pd.DataFrame:
    """Two places with an interval and one without."""
    cells = {
        "n": [number(Quantity.exact(n), name=f"n{n}", unit="percent") for n in (5, 9, 2)],
        "chance": [number(Quantity.between(n - 4, n + 4), "estimate", name=f"c{n}", unit="percent") for n in (5, 9)],
    }
    return pd.DataFrame({"place": ["Ontario", "Canada", "Quebec"], "year": [2021, 2022, 2023]}).assign(
        n=FigureArray(cells["n"]), chance=FigureArray([*cells["chance"], None])
    )


LABELS = labels_of(Figures())


def taken(chart: Any, language: str = "en", size: int = WIDE) -> tuple[record.ChartRecord, str]:
    """A chart as it is recorded, and its drawing."""
    recorded = record.record_chart("c", chart, LABELS)
    return recorded, charts.draw("c", recorded.arguments(), recorded.points, language, size, "A finding")


def drawn(frame: pd.DataFrame, axis: str = "x") -> Any:
    other = "y" if axis == "x" else "x"
    base = alt.Chart(frame).encode(**{other: "place:N" if axis == "x" else "year:O"})
    rule = base.mark_rule().encode(**{axis: "chance_low:Q", f"{axis}2": "chance_high:Q"})
    return rule + base.mark_point().encode(**{axis: "n:Q"})


@pytest.mark.parametrize("axis", ["x", "y"])
def test_a_number_and_its_interval_are_one_row(frame: pd.DataFrame, axis: str) -> None:
    chart, _ = taken(drawn(frame, axis))
    assert [point.number.name for point in chart.points] == ["n5", "n9", "n2"]
    assert [point.interval and point.interval.name for point in chart.points] == ["c5", "c9", None]


def test_an_interval_stands_where_its_number_is_missing(frame: pd.DataFrame) -> None:
    frame.loc[1, "n"] = pd.NA
    chart, _ = taken(drawn(frame))
    assert [point.number.name for point in chart.points] == ["n5", "c9", "n2"]
    assert charts.mark_meanings(chart.arguments(), chart.points)[-1] == charts.meanings.ESTIMATED


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_interval_has_a_cap_at_either_end(frame: pd.DataFrame, size: int) -> None:
    """Also a number that is its own interval."""
    alone = alt.Chart(frame.dropna()).mark_point().encode(x="chance:Q", y="place:N")
    for chart in (drawn(frame), alone):
        lines = Scene(taken(chart, size=size)[1]).mark_lines
        ends = sorted(end for x, y, x2, y2 in lines if y == y2 for end in (x, x2))
        caps = sorted(x for x, y, x2, y2 in lines if x == x2 and abs(y2 - y) == pytest.approx(12))
        assert caps == pytest.approx(ends, abs=0.2)
        assert len(caps) == 2 * 2


def test_a_span_beside_intervals_is_broad_and_has_no_ends(frame: pd.DataFrame, number: Make) -> None:
    """Else it would be read as an interval of the same kind as theirs."""
    span = number(Quantity.between(3, 8), name="span", unit="percent")
    frame["n"] = FigureArray([*frame.n[:2], span])
    chart, svg = taken(drawn(frame))
    assert svg.count('stroke-opacity="0.7"') == 1
    lines = Scene(svg).mark_lines
    assert sum(x == x2 and abs(y2 - y) == pytest.approx(12) for x, y, x2, y2 in lines) == 2 * 2  # of the others
    assert (legibility.faults(svg), chart_reading.misplaced(svg, chart.points, "en")) == ([], [])
    assert SPAN in charts.mark_meanings(chart.arguments(), chart.points)
    assert INTERVAL in charts.mark_meanings(chart.arguments(), chart.points)


def test_ends_that_are_columns_of_their_own_are_drawn(frame: pd.DataFrame, number: Make) -> None:
    """They are published: no interval of the column whose name theirs begin with."""
    ends = {f"n_{end}": FigureArray([number(Quantity.exact(n), unit="percent", name=f"{end}{n}") for n in values])
            for end, values in (("low", (4, 7, 1)), ("high", (6, 11, 3)))}  # fmt: skip
    base = alt.Chart(frame.assign(**ends)).encode(x="year:O")
    band = base.mark_rule().encode(y="n_low:Q", y2="n_high:Q") + base.mark_line().encode(y="n:Q")
    picture = Scene(taken(band)[1])
    upright = {(x, y, y2) for x, y, x2, y2 in picture.mark_lines if x == x2}
    assert len(upright) == 3


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_rule_across_is_called_by_its_number_and_what_that_is(size: int, number: Make) -> None:
    """On as many lines as keep it clear of the marks."""
    title = {"en": "counting rule widened", "fr": "règle de comptage élargie"}
    when = number(Quantity.exact(2019), name="when", unit="calendar_year")
    event = pd.DataFrame({"year": [2019], "when": FigureArray([when])})
    rule = alt.Chart(event).mark_rule().encode(x="year:O", detail=alt.Detail("when:Q", title=title))
    rising = FigureArray([number(Quantity.exact(n), name=f"r{n}") for n in range(10, 26)])
    line = alt.Chart(pd.DataFrame({"year": range(2009, 2025), "n": rising})).mark_line().encode(x="year:O", y="n:Q")
    chart, svg = taken(rule + line, "fr", size)
    assert legibility.faults(svg) == []
    words = {text.whole for text in Scene(svg).texts if not text.is_guide}
    assert "2019\u00a0: règle de comptage élargie" in words
    assert [mark.year for mark in distinct_marks(chart.points, [])] == [
        *range(2009, 2025)
    ]  # the table has no row for it


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("mark", ["mark_point", "mark_bar"])
def test_a_number_stands_over_its_place_and_not_at_the_end_of_its_interval(
    mark: str, size: int, frame: pd.DataFrame
) -> None:
    """Beside an interval that ends at 13%, 9% would read as that end; under its line it would be another row's."""
    base = alt.Chart(frame).encode(y="place:N")
    rule = base.mark_rule().encode(x="chance_low:Q", x2="chance_high:Q")
    chart, svg = taken(getattr(base, mark)().encode(x="n:Q") + rule, size=size)
    assert (legibility.faults(svg), chart_reading.misplaced(svg, chart.points, "en")) == ([], [])
    picture = Scene(svg)
    inked = {text.text: text.box for text in picture.texts if text.ink == INK and not text.is_guide}
    numbers = {words: inked[words] for words in ("5%", "9%", "2%")}
    for n, number in numbers.items():
        ends = [box.right if mark == "mark_bar" else box.middle[0] for box in own_of(picture, number)]
        assert ends == [pytest.approx(number.middle[0], abs=1)], n


def own_of(picture: Scene, number: Box) -> list[Box]:
    """The bar or the dot of the row under a number."""
    return [shape.box for shape in picture.shapes if 0 < shape.box.middle[1] - number.bottom < 26]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_look_notices_a_number_at_the_end_of_an_interval(size: int, frame: pd.DataFrame) -> None:
    """Beside its cap or over it: where a reader takes it for the end."""
    chart, svg = taken(drawn(frame), size=size)
    picture = Scene(svg)
    number = next(text for text in picture.texts if text.text == "5%" and text.ink == INK and not text.is_guide)
    (dot,) = own_of(picture, number.box)
    cap = next(x for x, y, x2, y2 in picture.mark_lines if x == x2 > dot.right and abs(y - dot.middle[1]) < 8)
    x, y = number.anchor
    place = f'x="{x:g}" y="{y:g}"'
    assert svg.count(place) == 1
    for left, down in ((cap - 10, y), (cap + 7, dot.middle[1] + 5)):
        moved = svg.replace(place, f'x="{left:.1f}" y="{down:.1f}"')
        assert chart_reading.misplaced(moved, chart.points, "en") == ["5%"]
