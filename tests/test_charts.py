"""The plane and the table of signs are drawn as their points say, wide and narrow, in French as in English, and what
cannot be read is refused; and the look at any drawing."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
import small

from evaluation import charts
from evaluation.charts import NARROW, WIDE, ChartRefused, Drawn, Point, letters, look
from evaluation.charts.picture import Picture
from evaluation.charts.plane import farthest
from evaluation.charts.record import take
from evaluation.charts.signs import sign_of
from evaluation.charts.vega_lite import Apart
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.notation import show
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity

Make = Callable[..., Number]


def text(words: str) -> dict[str, str]:
    return {"en": words, "fr": f"{words} (fr)"}


def ratio(number: Make, low: str, high: str | None = None) -> Number:
    quantity = Quantity.exact(low) if high is None else Quantity.between(low, high)
    return number(quantity, "estimate", unit="ratio", decimals=2, name=f"ratio_{low}_{high}")


def sign(number: Make, low: int, high: int) -> Number:
    return number(Quantity.between(low, high), "estimate", unit="sign", name=f"sign_{low}_{high}")


def table(number: Make, indicators: list[str], stories: list[str]) -> Drawn:
    """A table whose rows each have the four signs in turn."""
    moves = [(1, 1), (-1, -1), (0, 0), (-1, 1)]
    rows = [
        (text(down), text(across), sign(number, *moves[n % 4]))
        for down in indicators
        for n, across in enumerate(stories)
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "story", "sign"])
    return charts.signs(frame.assign(sign=FigureArray(frame["sign"])))


def boxes(number: Make, *counts: tuple[int, int], unit: str = "incidents") -> Drawn:
    """Boxes of so many incidents, of which so many are known."""
    numbers = [[number(Quantity.exact(n), "estimate", unit=unit, name=f"n{n}") for n in pair] for pair in counts]
    frame = pd.DataFrame({"box": [text(f"A box, the {place}th") for place in range(len(counts))]})
    happening, known = zip(*numbers, strict=True)
    return charts.dots(frame.assign(happening=FigureArray(happening), known=FigureArray(known)))


@pytest.fixture
def drawings(number: Make) -> dict[str, Drawn]:
    """Each with what is hardest to place: long names, a far ratio, supposed detection."""
    stories = ["Recording or the law changed", "Victims trust the police more", "Looks", "Grows"]
    return {
        "plane": charts.plane(ratio(number, "59"), ratio(number, "10", "2000")),
        "supposed": charts.plane(ratio(number, "1.1"), ratio(number, "0.9", "1.3"), ratio(number, "0.5", "1.5")),
        "dots": boxes(number, (100, 5), (100, 10), (200, 10)),
        "signs": table(number, ["A name of an indicator that takes two lines of text at least", "Short"], stories),
    }


def draw(drawn: Drawn, language: str = "en", width: int = WIDE) -> str:
    return charts.draw("a", drawn.arguments(), drawn.points, language, width, "A name")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["plane", "supposed", "signs", "dots"])
def test_the_drawings_keep_to_the_theme(name: str, language: str, width: int, drawings: Any) -> None:
    svg = draw(drawings[name], language, width)
    assert f'width="{width}"' in svg
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]
    assert sizes
    assert min(sizes) >= 12
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= charts.scene.COLOURS
    assert not re.search(r"rotate\(-?[1-9]", svg)
    assert "style=" not in svg
    if (name, width) != ("plane", NARROW):  # an interval of two hundred times has no room there: it is refused
        faults = charts.scene.faults(svg)
        assert [f for f in faults if name != "supposed" or not f.endswith("crossed by a line")] == []


@pytest.mark.parametrize("drawn", [Drawn("plane", []), Drawn("signs", [])])
def test_a_drawing_without_points_is_refused(drawn: Drawn) -> None:
    with pytest.raises(ChartRefused, match=r"chart c: (plane|signs): found no points"):
        take("c", drawn, lambda *_: {})


def test_a_drawing_has_its_own_form_for_narrow_pages(drawings: Any) -> None:
    with pytest.raises(ChartRefused, match="chart c: narrow: "):
        take("c", drawings["signs"], lambda *_: {}, narrow=drawings["signs"])


# The plane


@pytest.mark.parametrize("value", ["0.02", "0.5", "1", "1.095", "59"])
def test_the_plane_holds_one_and_the_whole_interval(value: str, number: Make) -> None:
    drawn = charts.plane(ratio(number, value), ratio(number, "0.01", "70"))
    top = farthest(charts.points.rows(drawn.points, "en"))
    assert 1 / top < 0.01
    assert top > 70


def test_the_plane_shows_twice_and_half_where_nothing_changed(number: Make) -> None:
    assert farthest(charts.points.rows([Point(ratio(number, "1"))], "en")) > 2


def test_the_plane_names_its_regions_in_french(drawings: Any) -> None:
    svg = re.sub(r"<[^>]+>", " ", draw(drawings["plane"], "fr"))
    assert "La traite a diminué" in svg
    assert "La traite a augmenté" in svg
    assert "59,00" in svg


def test_the_plane_draws_what_is_supposed_as_dotted_lines_across(drawings: Any) -> None:
    dotted = [draw(drawings[name]).count('stroke-dasharray="2,3"') for name in ("plane", "supposed")]
    assert dotted == [0, 2]
    meant = [charts.marks_meant(drawings[name].arguments(), drawings[name].points) for name in ("plane", "supposed")]
    assert [len(texts) for texts in meant] == [1, 2]


def test_the_plane_s_mark_lies_on_the_line_of_no_change(number: Make) -> None:
    """As far up as across, since both axes span the same ratios; and each doubling is as long as the one before."""
    picture = Picture(draw(charts.plane(ratio(number, "2"), ratio(number, "1", "4"))))
    x, y, x2, y2 = next(line for line in picture.lines if line[0] != line[2] and line[1] != line[3])
    across, down = next(shape.box.middle for shape in picture.shapes if shape.ink in (charts.ACCENT, charts.PAPER))
    assert (across - x) / (x2 - x) == pytest.approx((down - y) / (y2 - y), abs=0.01)
    ticks = sorted(line.box.middle[0] for line, _ in picture.texts if line.text in ("1", "2", "4") and line.box.top > y)
    assert ticks[2] - ticks[1] == pytest.approx(ticks[1] - ticks[0], abs=2)


@pytest.mark.parametrize("low", ["0", "-0.5"])
def test_the_plane_refuses_a_ratio_without_logarithm(low: str, number: Make) -> None:
    with pytest.raises(ChartRefused, match="above zero"):
        charts.plane(ratio(number, "1"), ratio(number, low, "2"))


# Signs


@pytest.mark.parametrize(
    ("ends", "name", "en", "fr"),
    [
        ((1, 1), "up", "rises", "en hausse"),
        ((-1, -1), "down", "falls", "en baisse"),
        ((0, 0), "none", "does not move", "ne bouge pas"),
        ((-1, 1), "ambiguous", "either way", "dans un sens ou l’autre"),
    ],
)
def test_a_sign_is_a_number_in_words(ends: tuple[int, int], name: str, en: str, fr: str, number: Make) -> None:
    made = sign(number, *ends)
    assert (show(made, "en").words, show(made, "fr").words) == (en, fr)
    (data,) = charts.points.rows([Point(made)], "en")
    assert sign_of(data) == name


def paths_under(svg: str, attributes: str) -> int:
    """How many paths have these attributes, of their own or from the group that holds them."""
    own = len(re.findall(rf"<path[^>]*{attributes}", svg))
    groups = re.findall(rf"<g[^>]*{attributes}[^>]*>(.*?)</g>", svg)
    return own + sum(group.count("<path") for group in groups)


def test_each_sign_is_drawn_by_its_shape(drawings: Any) -> None:
    svg = draw(drawings["signs"], width=NARROW)
    words = re.findall(r">([^<>]+)</text>", svg)
    assert words.count("–") == 2
    assert words.count("?") == 2
    assert paths_under(svg, 'fill="#1a1a1a"') == 4
    assert "#0b5fa5" not in svg  # up is neither good nor bad


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_dot_stands_for_each_incident(width: int, drawings: Any) -> None:
    svg = draw(drawings["dots"], width=width)
    assert svg.count("<circle") == 400
    assert len(re.findall(r'<circle[^>]*fill="#0b5fa5"', svg)) == 25


@pytest.mark.parametrize("counts", [(201, 5), (5, 6)])
def test_what_no_dots_can_stand_for_is_refused(counts: tuple[int, int], number: Make) -> None:
    with pytest.raises(ChartRefused, match="the known among at most 200"):
        boxes(number, counts)


def test_narrow_columns_have_letters_that_are_named(drawings: Any) -> None:
    words = re.findall(r">([^<>]+)</text>", draw(drawings["signs"], width=NARROW))
    for letter in "ABCD":
        assert letter in words
        assert any(word.startswith(f"{letter}\u2002") for word in words)


def test_six_stories_are_refused(number: Make) -> None:
    assert len(table(number, ["Row"], list("abcde")).points) == 5
    with pytest.raises(ChartRefused, match="6 columns"):
        table(number, ["Row"], list("abcdef"))


# Numbers that are drawn


def test_a_drawing_is_cleaned_of_what_says_nothing() -> None:
    parts = '<g><text x="1.2345" opacity="1">1.2345</text></g><g><path opacity="0" d="M0,0h9"/></g>'
    root = ElementTree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg" class="a">{parts}</svg>')
    charts.drawing.clean(root)
    (text,) = root
    assert (root.attrib, text.attrib, text.text) == ({}, {"x": "1.2"}, "1.2345")


def labels(*texts: str) -> str:
    inner = "".join(f"<text>{text}</text>" for text in texts)
    return f'<svg xmlns="http://www.w3.org/2000/svg"><g>{inner}</g></svg>'


KNOWN = ["more than 29,000", "30.1%", "5", "2021", "Highway 401", "between \u22122.6% and 23.2%", "$5 million"]


@pytest.mark.parametrize(
    "drawn",
    ["more than 29,000", "Reports: 30.1%", "2021", "Highway 401", "All", "\u2192", "between \u22122.6% and 23.2%", "5"],
)
def test_what_the_table_says_may_be_drawn(drawn: str) -> None:
    assert look.strange(labels(drawn), KNOWN, "en") == []


@pytest.mark.parametrize(
    "drawn",
    [
        "29,000",
        "30.1",
        "30%",
        "130.1%",
        "30.13%",
        "\u22125",
        "5%",
        "5\u00a0%",
        "$5",
        "5.0",
        "5,5",
        "2022",
        "15",
        "30,1\u00a0%",
    ],
)
def test_what_the_table_does_not_say_is_strange(drawn: str) -> None:
    assert look.strange(labels("All", drawn), KNOWN, "en") == [drawn]


def axis(*ticks: tuple[str, float]) -> str:
    inner = "".join(f'<text transform="translate({place},18)">{text}</text>' for text, place in ticks)
    return f'<svg xmlns="http://www.w3.org/2000/svg"><g pointer-events="none">{inner}</g></svg>'


@pytest.mark.parametrize(
    ("language", "ticks"),
    [
        ("en", [("0", 0), ("10,000", 100), ("20,000", 200)]),
        ("fr", [("0", 0), ("10\u00a0000", 100), ("20\u00a0000", 200)]),
        ("fr", [("\u22120,5", 0), ("0,0", 100), ("0,5", 200)]),
        ("en", [("\u2212$5 million", 0), ("$5 million", 100), ("$10 million", 150)]),
        ("en", [("1/2", 0), ("1", 100), ("2", 200)]),
        ("en", [("2015", 0), ("2018", 30), ("2021", 60)]),
    ],
)
def test_ticks_where_they_say(language: str, ticks: list[tuple[str, float]]) -> None:
    assert look.strange(axis(*ticks), [], language) == []


@pytest.mark.parametrize(
    ("language", "ticks"),
    [
        ("en", [("0.0", 0), ("0.0", 100), ("0.1", 200)]),
        ("en", [("0%", 0), ("2%", 50), ("5%", 100)]),
        ("en", [("0", 0), ("10\u00a0000", 100)]),
        ("fr", [("0", 0), ("0.5", 100), ("1.0", 200)]),
        ("en", [("0", 0), ("5 of 7", 100)]),
        ("en", [("1", 0), ("1", 100)]),
    ],
)
def test_ticks_elsewhere_are_strange(language: str, ticks: list[tuple[str, float]]) -> None:
    assert look.strange(axis(*ticks), [], language) != []


@pytest.mark.parametrize("text", ["People served by organizations", "affaires déclarées en Ontario", "0.1" * 40])
def test_a_width_is_the_same_by_every_python(text: str) -> None:
    """Python 3.12 adds floats in another way than 3.11: the sum is the exact one, rounded once."""
    known = letters.advances("regular")
    exact = sum(Fraction(known[letter]) for letter in text)
    assert letters.width(text, 1) == float(exact)


def test_data_are_named_by_their_place_not_by_what_a_float_is_here(number: Callable[..., Number]) -> None:
    one, other = (small.bars(number(Quantity.exact(value))) for value in (1, 2))
    specification = Apart(alt.vconcat(one, other)).specification
    assert [part["data"] for part in specification["vconcat"]] == [{"name": "data-1"}, {"name": "data-2"}]
