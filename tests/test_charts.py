"""Boxes of dots, and the look at any drawing."""

import re
from dataclasses import astuple
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import chart_reading
import pandas as pd
import pytest
import small
from golden import compare
from small import Make

from evaluation import charts
from evaluation.charts import NARROW, WIDE, ChartRefused, DotBoxes, grammar, legibility
from evaluation.charts.geometry import Box, Scene, bounding_box, letter_advances, text_width
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
    with pytest.raises(ChartRefused, match="chart c: dots: found no points; allowed: at least one"):
        record_chart("c", DotBoxes([]), lambda *_: {})


@pytest.mark.parametrize("counts", [(201, 5), (5, 6)])
def test_what_no_dots_can_stand_for_is_refused(counts: tuple[int, int], number: Make) -> None:
    with pytest.raises(ChartRefused, match="the known among at most 200"):
        boxes(number, counts)


@pytest.mark.parametrize("bound", ["about", "more-than", ""], ids=["about", "more than", "missing"])
def test_only_exact_numbers_are_drawn_as_dots(bound: str, number: Make) -> None:
    known = number(Quantity.of(bound, 5), "estimate", unit="incidents") if bound else None
    happening = number(Quantity.exact(9), "estimate", unit="incidents")
    frame = pd.DataFrame({"box": [text("A box")]})
    with pytest.raises(ChartRefused, match=r"of 9 .*; allowed: whole numbers"):
        charts.dots(frame.assign(happening=FigureArray([happening]), known=FigureArray([known])))


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


# What is read of a drawing

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="90" viewBox="0 0 210 95">
<defs><path d="M0,0h9v9h-9Z" fill="red"/></defs><title>Read by nobody</title>
<g transform="translate(10, 5)" fill="blue" font-size="14px" pointer-events="none">
<text x="4" y="20" text-anchor="end">2,000</text><text x="4" y="40" text-anchor="middle" opacity="0">none</text>
<line x1="0" x2="50" y1="30" y2="30" stroke="#d9d9d9"/><line x2="50" y1="30" y2="31" stroke="black"/></g>
<g transform="translate(20,10)"><g transform="translate(-1.5e1 2)">
<text font-weight="bold" fill="green">Half-
<tspan dy="0">years</tspan><tspan dy="18"> </tspan><tspan dy="18">and a</tspan></text>
<text x="30" y="60">one\nline</text></g>
<path d="M0,0h40v30h-40Z" fill="teal" stroke="white" aria-label="m3-a1"/>
<path d="M0,0h0v30h0Z" fill="teal"/><path d="M5,5h40v0h-40Z" fill="teal"/>
<path d="M1,2L10,20L-.5,2.5e-1" stroke="orange" fill="none" aria-label="m12"/>
<path d="M3,0A3,3,0,1,1,-3,0A3,3,0,1,1,3,0" fill="none" stroke="navy" transform="translate(50,50)" aria-label="m4"/>
<path d="M0,0C1,1,2,2,3,3" stroke="navy" fill="none"/>
<circle cx="60" cy="20" r="4" fill="pink" opacity="0" aria-label="m5"/><circle cx="60" cy="20" r="4" fill="pink"/>
</g></svg>"""


def test_what_is_read_of_a_drawing(tmp_path: Path) -> None:
    scene = Scene(PICTURE)

    def place(box: Box) -> str:
        return " ".join(f"{edge:.1f}" for edge in astuple(box))

    lines = [f"{scene.across:g} x {scene.down:g}", f"colours: {sorted(scene.colours)}"]
    lines += [f"text {each.text!r} of {each.whole!r}: {place(each.box)}, core {place(each.core)}, {each.size:g} px, "
              f"{each.ink!r}, {each.anchor}, {each.place}, {each.is_guide}" for each in scene.texts]  # fmt: skip
    lines += [f"group of {each[0].text!r}: {len(each)}" for each in scene.groups.values()]
    lines += [f"line {each}" for each in scene.lines]
    lines += [f"line of a mark {each} {ink}" for each, ink in zip(scene.mark_lines, scene.mark_line_inks, strict=True)]
    lines += [f"shape {place(each.box)} {each.ink} {each.place}" for each in scene.shapes]
    lines += [f"mark {name}: {'; '.join(map(place, boxes))}" for name, boxes in scene.marks.items()]
    compare("\n".join(lines) + "\n", "scene.txt", tmp_path)
    bare = Scene(ElementTree.fromstring('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="4"/>'))
    assert (bare.across, bare.down, bare.texts, bare.shapes) == (3, 4, [], [])


def test_how_boxes_stand_to_each_other() -> None:
    box = Box(0, 0, 10, 10)
    beside, corner, inner, apart = Box(10, 0, 20, 10), Box(9, 9, 12, 12), Box(0, 2, 10, 8), Box(13, 14, 20, 20)
    assert [box.overlaps(each) for each in (beside, corner, inner, apart)] == [False, True, True, False]
    assert [box.contains(each) for each in (beside, corner, inner, box, Box(-1, 2, 3, 4))] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert [box.distance_to(each) for each in (beside, apart, Box(-5, 3, -2, 4), Box(0, 16, 1, 17))] == [0, 5, 2, 6]
    assert [box.distance_to_point(point) for point in ((5, 5), (14, 5), (13, 14))] == [0, 4, 5]
    assert (inner.width, inner.middle, bounding_box([apart, corner])) == (10, (5, 5), Box(9, 9, 20, 20))
    lines = [(-5, 5, 15, 5), (-5, 5, -1, 5), (5, -5, 5, -1), (-5, 9, 5, 19), (5, -5, 15, 9), (0, 0, 10, 10)]
    assert [box.is_crossed_by(*line) for line in lines] == [True, False, False, False, True, True]
