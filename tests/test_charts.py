"""Boxes of dots, and the look at any drawing."""

import re
from fractions import Fraction

import altair as alt
import chart_reading
import pandas as pd
import pytest
import small
from small import Make

from evaluation import charts
from evaluation.charts import NARROW, WIDE, ChartRefused, DotBoxes, grammar, legibility
from evaluation.charts.geometry import letter_advances, text_width
from evaluation.charts.layers import position_of_quantity
from evaluation.charts.record import record_chart
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.quantity import Quantity


def text(words: str) -> dict[str, str]:
    return {"en": words, "fr": f"{words} (fr)"}


def boxes(number: Make, *counts: tuple[int, int], unit: str = "incidents") -> DotBoxes:
    """Boxes of so many incidents, of which so many are known."""
    numbers = [[number(Quantity.exact(n), "estimate", unit=unit, name=f"n{n}") for n in pair] for pair in counts]
    frame = pd.DataFrame({"box": [text(f"A box, the {place}th") for place in range(len(counts))]})
    happening, known = zip(*numbers, strict=True)
    return charts.dots(frame.assign(happening=FigureArray(happening), known=FigureArray(known)))


def draw(drawn: DotBoxes, language: str = "en", width: int = WIDE) -> str:
    return charts.draw("a", drawn.arguments(), drawn.points, language, width, "A name")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_dot_stands_for_each_incident(language: str, width: int, number: Make) -> None:
    svg = draw(boxes(number, (100, 5), (100, 10), (200, 10)), language, width)
    known = "".join(re.findall(r'<g fill="#0b5fa5".*?</g>', svg))
    assert (svg.count("<circle"), known.count("<circle"), re.findall(r"(\d)th", svg)) == (400, 25, ["0", "1", "2"])
    assert re.findall(r": (\d+)<", svg) == ["5", "100", "10", "100", "10", "200"]
    assert f'width="{width}"' in svg
    assert legibility.faults(svg) == []


def test_boxes_without_points_are_refused() -> None:
    with pytest.raises(ChartRefused, match="chart c: dots: found no points"):
        record_chart("c", DotBoxes([]), lambda *_: {})


@pytest.mark.parametrize("counts", [(201, 5), (5, 6)])
def test_what_no_dots_can_stand_for_is_refused(counts: tuple[int, int], number: Make) -> None:
    with pytest.raises(ChartRefused, match="the known among at most 200"):
        boxes(number, counts)


def labels(*texts: str) -> str:
    inner = "".join(f"<text>{text}</text>" for text in texts)
    return f'<svg xmlns="http://www.w3.org/2000/svg"><g>{inner}</g></svg>'


KNOWN = ["more than 29,000", "30.1%", "5", "2021", "Highway 401", "between \u22122.6% and 23.2%", "$5 million"]


@pytest.mark.parametrize(
    "drawn",
    ["more than 29,000", "Reports: 30.1%", "2021", "Highway 401", "All", "\u2192", "between \u22122.6% and 23.2%", "5"],
)
def test_what_the_table_says_may_be_drawn(drawn: str) -> None:
    assert chart_reading.unknown_numbers(labels(drawn), KNOWN, "en") == []


@pytest.mark.parametrize(
    "drawn",
    ["29,000", "30.1", "30%", "130.1%", "30.13%", "\u22125", "5%", "5\u00a0%", "$5", "5.0", "5,5", "2022", "15",
     "30,1\u00a0%"],
)  # fmt: skip
def test_what_the_table_does_not_say_is_strange(drawn: str) -> None:
    assert chart_reading.unknown_numbers(labels("All", drawn), KNOWN, "en") == [drawn]


@pytest.mark.parametrize(
    ("language", "ticks", "right"),
    [
        ("en", [("0", 0), ("10,000", 100), ("20,000", 200)], True),
        ("fr", [("0", 0), ("10\u00a0000", 100), ("20\u00a0000", 200)], True),
        ("fr", [("\u22120,5", 0), ("0,0", 100), ("0,5", 200)], True),
        ("en", [("\u2212$5 million", 0), ("$5 million", 100), ("$10 million", 150)], True),
        ("en", [("0.0", 0), ("0.0", 100), ("0.1", 200)], False),
        ("en", [("0%", 0), ("2%", 50), ("5%", 100)], False),
        ("en", [("0", 0), ("10\u00a0000", 100)], False),
        ("fr", [("0", 0), ("0.5", 100), ("1.0", 200)], False),
        ("en", [("0", 0), ("5 of 7", 100)], False),
        ("en", [("1", 0), ("1", 100)], False),
    ],
)
def test_ticks_stand_where_they_say_or_are_strange(language: str, ticks: list[tuple[str, float]], right: bool) -> None:
    inner = "".join(f'<text transform="translate({place},18)">{text}</text>' for text, place in ticks)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><g pointer-events="none">{inner}</g></svg>'
    assert (chart_reading.unknown_numbers(svg, [], language) == []) is right


@pytest.mark.parametrize("text", ["People served by organizations", "affaires déclarées en Ontario", "0.1" * 40])
def test_a_width_is_the_same_by_every_python(text: str) -> None:
    """Python 3.12 adds floats in another way than 3.11: the sum is the exact one, rounded once."""
    known = letter_advances("regular")
    exact = sum(Fraction(known[letter]) for letter in text)
    assert text_width(text, 1) == float(exact)


def test_data_are_named_by_their_place_not_by_what_a_float_is_here(number: Make) -> None:
    first, second = (small.bars(number(Quantity.exact(value))) for value in (1, 2))
    units, *_ = grammar.parse_chart(alt.layer(first, second))
    assert [unit["data"] for _, unit in units] == [{"name": "data-1"}, {"name": "data-2"}]


def test_an_interval_stands_in_its_middle_and_any_other_quantity_at_its_value() -> None:
    quantities = [Quantity.between(4, 8), Quantity.exact(5), Quantity.of("less-than", "5"), Quantity.of("about", "7")]
    assert [*map(position_of_quantity, quantities)] == [6, 5, 5, 7]


def test_panels_are_as_many_across_as_asked_and_no_more_than_fit() -> None:
    facets = [*({"field": "p", "columns": n} for n in (1, 2, 50)), {"row": {"field": "p"}}]
    asked = [grammar.take_facet_channel({"facet": facet}, [])["across"] for facet in facets]
    assert asked == [1, 2, grammar.MOST_BESIDE, 1]
