"""Each maker draws what its points say, wide and narrow, in French as in English, and refuses what cannot be read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from evaluation import charts
from evaluation.charts import NARROW, WIDE, ChartRefused, Point, look, plane, signs
from evaluation.charts.theme import Canvas
from evaluation.numbers.figures import Number, Quantity, show

Make = Callable[..., Number]
ROW = {"en": "Reports", "fr": "Incidents"}
COLOURS = {*charts.SERIES, charts.INK, charts.QUIET, charts.RULE, charts.PAPER, "#e3e3e3", "transparent", "none"}


def text(words: str) -> dict[str, str]:
    return {"en": words, "fr": f"{words} (fr)"}


def ratio(number: Make, low: str, high: str | None = None) -> Number:
    quantity = Quantity.exact(low) if high is None else Quantity.between(low, high)
    return number(quantity, "estimate", unit="ratio", decimals=2, name=f"ratio_{low}_{high}")


def sign(number: Make, low: int, high: int) -> Number:
    return number(Quantity.between(low, high), "estimate", unit="sign", name=f"sign_{low}_{high}")


@pytest.fixture
def requests(number: Make) -> dict[str, list[Point]]:
    """One request a maker, with what is hardest to place: long names, a far ratio."""
    stories = [
        text("Recording or the law changed"),
        text("Victims trust the police more"),
        text("Looks"),
        text("Grows"),
    ]
    indicators = [text("A name of an indicator that takes two lines of text at least"), text("Short")]
    moves = [(1, 1), (-1, -1), (0, 0), (-1, 1)]
    return {
        "plane": [Point(ratio(number, "59"), ROW, interval=ratio(number, "10", "2000"))],
        "break_even": [
            Point(ratio(number, v), year=y, series=ROW) for v, y in (("1", 2021), ("1.5", 2022), ("2", 2024))
        ],
        "signs": [
            Point(sign(number, *move), indicator, series=story)
            for indicator in indicators
            for story, move in zip(stories, moves, strict=True)
        ],
    }


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("maker", ["plane", "break_even", "signs"])
def test_every_maker_keeps_to_the_theme(maker: str, language: str, width: int, requests: Any) -> None:
    svg = charts.draw("a", maker, requests[maker], language, width, "A name")
    assert f'width="{width}"' in svg
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]
    assert sizes
    assert min(sizes) >= 12
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= COLOURS
    assert not re.search(r"rotate\(-?[1-9]", svg)
    assert "style=" not in svg


# The plane


@pytest.mark.parametrize("value", ["0.02", "0.5", "1", "1.095", "59"])
def test_the_plane_holds_one_and_the_whole_interval(value: str, number: Make) -> None:
    data = charts.points.rows([Point(ratio(number, value), ROW, interval=ratio(number, "0.01", "70"))], "en")
    top = plane.farthest(data)
    assert 1 / top < 0.01
    assert top > 70


def test_the_plane_shows_twice_and_half_where_nothing_changed(number: Make) -> None:
    assert plane.farthest(charts.points.rows([Point(ratio(number, "1"), ROW)], "en")) > 2


@pytest.mark.parametrize(("at", "expected"), [(0.25, 0.0), (0.5, 0.25), (1.0, 0.5), (4.0, 1.0)])
def test_places_on_a_logarithmic_axis(at: float, expected: float) -> None:
    assert math.isclose(plane.place(at, 4.0), expected)


def test_the_plane_names_its_regions_in_french(requests: Any) -> None:
    svg = re.sub(r"<[^>]+>", " ", charts.draw("a", "plane", requests["plane"], "fr", WIDE, "Un nom"))
    assert "La traite a diminué" in svg
    assert "La traite a augmenté" in svg
    assert "59,00" in svg


@pytest.mark.parametrize("low", ["0", "-0.5"])
def test_the_plane_refuses_a_ratio_without_logarithm(low: str, number: Make) -> None:
    with pytest.raises(ChartRefused, match="above zero"):
        charts.check("a", "plane", [Point(ratio(number, low, "2"))], {})


def test_two_definitions_are_not_one_break_even_line(number: Make) -> None:
    one, other = (number(Quantity.exact(1), definition=name, unit="ratio") for name in ("a", "b"))
    with pytest.raises(ChartRefused, match="one definition"):
        charts.check("a", "break_even", [Point(one, year=2021), Point(other, year=2022)], {})


def test_break_even_names_the_line_of_unchanged_detection(requests: Any) -> None:
    drawn = {
        language: charts.draw("a", "break_even", requests["break_even"], language, WIDE, "")
        for language in ("en", "fr")
    }
    assert "detection as before" in drawn["en"]
    assert "détection inchangée" in drawn["fr"]


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
    assert signs.sign_of(data) == name


def paths_under(svg: str, attributes: str) -> int:
    """How many paths have these attributes, of their own or from the group that holds them."""
    own = len(re.findall(rf"<path[^>]*{attributes}", svg))
    groups = re.findall(rf"<g[^>]*{attributes}[^>]*>(.*?)</g>", svg)
    return own + sum(group.count("<path") for group in groups)


def test_each_sign_is_drawn_by_its_shape(requests: Any) -> None:
    svg = charts.draw("a", "signs", requests["signs"], "en", NARROW, "")
    words = re.findall(r">([^<>]+)</text>", svg)
    assert words.count("–") == 2
    assert words.count("?") == 2
    assert paths_under(svg, 'fill="#0b5fa5"') == 2
    assert paths_under(svg, 'fill="#a8420b"') == 2


def test_narrow_columns_have_letters_that_are_named(requests: Any) -> None:
    words = re.findall(r">([^<>]+)</text>", charts.draw("a", "signs", requests["signs"], "en", NARROW, ""))
    for letter in "ABCD":
        assert letter in words
        assert any(word.startswith(f"{letter}\u2002") for word in words)


def test_six_stories_are_refused(number: Make) -> None:
    points = [Point(sign(number, 1, 1), ROW, series=text(str(story))) for story in range(6)]
    charts.check("a", "signs", points[:5], {})
    with pytest.raises(ChartRefused, match="6 series"):
        charts.check("a", "signs", points, {})


# One scale in both languages, and its unit


def domain(points: list[Point], maker: str, language: str, width: int) -> list[float]:
    """The ends of the axis across, as Vega-Lite is asked to draw it."""
    specification = charts.MAKERS[maker](charts.points.rows(points, language), Canvas(width, language))
    scales = [layer["encoding"]["x"]["scale"] for layer in specification["layer"] if "scale" in layer["encoding"]["x"]]
    assert scales
    return list(scales[0]["domain"])


MONEY = [Quantity.of("more-than", 345_000_000), Quantity.exact(307_000_000), Quantity.of("up-to", 72_000_000)]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("maker", ["bars", "ranges", "revisions"])
@pytest.mark.parametrize(("quantities", "unit"), [(MONEY, "cad"), ([Quantity.of("at-least", 9), MONEY[1]], "people")])
def test_an_axis_has_one_scale_in_both_languages(
    quantities: list[Quantity], unit: str, maker: str, width: int, number: Make
) -> None:
    points = [Point(number(q, unit=unit, name=f"n{i}"), text(f"Row {i}")) for i, q in enumerate(quantities)]
    english, french = (domain(points, maker, language, width) for language in ("en", "fr"))
    assert english == french


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "value", "en", "fr"),
    [
        ("cad", 307_000_000, "millions of dollars", "millions de dollars"),
        ("cad_per_year", 12_300_000, "millions of dollars a year", "millions de dollars par an"),
        ("cad", 760_000, "dollars", "dollars"),
        ("cad_per_year", 75, "dollars a year", "dollars par an"),
    ],
)
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("maker", ["bars", "ranges"])
def test_an_axis_of_money_names_its_unit(
    maker: str, width: int, unit: str, value: int, en: str, fr: str, number: Make
) -> None:
    points = [Point(number(Quantity.exact(value), unit=unit), ROW)]
    drawn = {lang: charts.draw("a", maker, points, lang, width, "A name") for lang in ("en", "fr")}
    for language, words in (("en", en), ("fr", fr)):
        assert words in re.findall(r">([^<>]+)</text>", drawn[language])


def test_an_axis_of_people_needs_no_title(number: Make) -> None:
    words = re.findall(
        r">([^<>]+)</text>", charts.draw("a", "bars", [Point(number(Quantity.exact(9)), ROW)], "en", WIDE, "A name")
    )
    assert not [w for w in words if "dollars" in w or "people" in w]


# Numbers that are drawn


@pytest.mark.slow
@pytest.mark.parametrize(("decimals", "value"), [(2, "0.86"), (2, "0.08"), (2, "30.13"), (3, "1.005"), (2, "51.17")])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("maker", ["bars", "ranges", "lines", "revisions"])
def test_no_digit_of_a_label_is_cut(maker: str, language: str, decimals: int, value: str, number: Make) -> None:
    one = number(Quantity.exact(value), unit="ratio", decimals=decimals, name="one")
    points = [Point(one, ROW, year=year) for year in (2021, 2022)]
    words = {show(p.number, language).words for p in points}
    for width in (WIDE, NARROW):
        svg = charts.draw("a", maker, points, language, width, "")
        assert words <= set(re.findall(r">([^<>]+)</text>", svg))


def test_hundredths_of_a_pixel_are_left_out() -> None:
    assert charts.drawing.slim('<text x="1.2345">1.2345</text>') == '<text x="1.2">1.2345</text>'


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


# Numbers on lines, and the name of a line across


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("values", [(12, 23, 59), (59, 23, 12), (53, 45, 63, 45), (9, 1, 9), (5, 5, 5)])
def test_no_line_crosses_a_number(values: tuple[int, ...], width: int, number: Make) -> None:
    points = [Point(number(Quantity.exact(v), name=f"n{i}"), year=2020 + i) for i, v in enumerate(values)]
    assert charts.scene.faults(charts.draw("a", "lines", points, "fr", width, "")) == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_interval_crosses_the_name_of_unchanged_detection(width: int, number: Make) -> None:
    points = [
        Point(ratio(number, "1.07"), year=2022 + i, interval=ratio(number, low, "1.2"), series=ROW)
        for i, low in enumerate(("0.95", "0.85", "0.9"))
    ]
    assert charts.scene.faults(charts.draw("a", "break_even", points, "en", width, "")) == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_words_have_room_where_an_axis_begins_below_zero(width: int, number: Make) -> None:
    ends = [("-9.6", "14.1"), ("10.1", "24")]
    points = [
        Point(number(Quantity.between(*e), "estimate", unit="percent", decimals=1, name=f"n{e[0]}"), text(e[1]))
        for e in ends
    ]
    assert charts.scene.faults(charts.draw("a", "ranges", points, "fr", width, "")) == []


@pytest.mark.parametrize(  # a plane with an interval of two hundred times has no room on a narrow page: it is refused
    ("maker", "width"),
    [("plane", WIDE), *((maker, width) for maker in ("break_even", "signs") for width in (WIDE, NARROW))],
)
def test_every_maker_passes_the_look(maker: str, width: int, requests: Any) -> None:
    for language in ("en", "fr"):
        assert charts.scene.faults(charts.draw("a", maker, requests[maker], language, width, "A name")) == []
