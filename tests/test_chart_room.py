"""How a drawing shares its room: rows, bars of few things, ticks, months, and the words at lines."""

import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, Literal
from xml.etree import ElementTree

import altair as alt
import chart_reading
import pytest
from playwright.sync_api import Browser
from test_altair import GROUPS, KINDS, PLACES, Make, Tables, bars, lines, points, svg_of

import evaluation.charts
from evaluation.charts import NARROW, WIDE
from evaluation.charts.geometry import Box, Scene
from evaluation.charts.labels import PlacedLabel
from evaluation.pages.templates import style_sheet

pytestmark = pytest.mark.slow


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("ends", [(-40, 60), (-33, 78), (-60, 20), (-78, 33), (-4, 96), ("-2.6", "23.2")])
def test_an_axis_through_zero_has_even_ticks_on_both_sides_of_it(
    ends: tuple[Any, Any], language: str, number: Make
) -> None:
    tables = Tables(number)
    rows = [(place, tables.exact(n, unit="percent")) for place, n in zip(PLACES, (*ends, 5, -3, 12), strict=True)]
    picture = Scene(svg_of(bars(tables.frame(rows, "place", "n")), language, NARROW))
    ticks = [line for line in picture.texts if line.is_guide and line.text.endswith("%")]
    assert chart_reading.ticks_of(ticks, language), "no −3.5 that is written as −4"
    values = [chart_reading.tick_value(tick.text, language) or 0.0 for tick in ticks]
    assert values[0] < 0 < values[-1]
    assert len({round(later - earlier, 6) for earlier, later in pairwise(values)}) == 1, values
    zero = ticks[values.index(0.0)].box.middle[0]  # a line at it beside each bar, between the names
    assert sum(x == x2 and abs(x - zero) < 1 for x, _, x2, _ in picture.mark_lines) == len(PLACES)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("count", [23, 20, 14])
def test_the_first_month_and_the_last_are_named(count: int, size: int, tables: Tables) -> None:
    keys = [f"{2022 + month // 12}-{month % 12 + 1:02}" for month in range(count)]
    frame = tables.frame([(key, tables.exact(71 * i % 400 + 3)) for i, key in enumerate(keys)], "month", "n")
    svg = svg_of(lines(frame, x="month:O"), "en", size)
    months = sorted(
        (line for line in Scene(svg).texts if line.is_guide and line.text.isalpha() and line.text != "people"),
        key=lambda line: line.box.left,
    )
    assert months[0].text == "January"
    assert all(left.box.right < right.box.left for left, right in pairwise(months))
    dots = sorted(shape.box.middle[0] for shape in Scene(svg).shapes)
    assert [months[0].box.middle[0], months[-1].box.middle[0]] == pytest.approx([dots[0], dots[-1]], abs=2)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_line_of_many_numbers_says_its_first_its_last_and_its_highest(size: int, tables: Tables) -> None:
    counts = [41, 23, 60, 60, 78, 143, 239, 250, 269, 238, 387, 385, 386, 474, 522, 503]
    frame = tables.frame([(2009 + place, tables.exact(n)) for place, n in enumerate(counts)], "year", "n")
    svg = svg_of(lines(frame).mark_line(point=True), "en", size)
    texts = [line.text for line in Scene(svg).texts if not line.is_guide]
    assert sorted(texts) == ["41", "503", "522"]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_names_of_one_panel_alone_are_not_missing_in_another(size: int, tables: Tables) -> None:
    groups = [GROUPS[0], GROUPS[0], GROUPS[1], GROUPS[1], GROUPS[1]]
    rows = [(g, p, tables.exact(30 + 7 * place)) for place, (g, p) in enumerate(zip(groups, PLACES, strict=True))]
    rows.append((GROUPS[1], "Guelph", None))
    frame = tables.frame(rows, "group", "place", "n")
    texts = [line.text for line in Scene(svg_of(bars(frame, row="group:N"), "en", size)).texts]
    assert [texts.count(place) for place in PLACES] == [1] * 5
    assert texts.count("no figure found") == 1  # of the place that has none in its own panel
    shared = frame.assign(place=["Ontario", "Quebec", "Ontario", "Quebec", "Canada", "Guelph"])
    texts = [line.text for line in Scene(svg_of(bars(shared, row="group:N"), "en", size)).texts]
    assert texts.count("no figure found") == 3  # of Canada and Guelph in the first panel, of Guelph in the second


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_heads_of_columns_stand_over_them(size: int, tables: Tables) -> None:
    heads = [{"en": "Date", "fr": "Échéance"}, {"en": "Starting value", "fr": "Valeur de référence des mesures"}]
    rows = [(place, head, tables.exact(1)) for place in ("Ontario", "Canada") for head in heads]
    grid = alt.Chart(tables.frame(rows, "place", "head", "n")).mark_circle()
    svg = svg_of(grid.encode(x="head:N", y="place:N", detail="n:Q"), "fr", size)
    picture = Scene(svg)
    lowest = max(line.box.bottom for line in picture.texts if line.text not in PLACES)
    ontario = next(line for line in picture.texts if line.text == "Ontario")
    first = min([ontario.box.top, *(shape.box.top for shape in picture.shapes)])
    assert lowest < first


@pytest.mark.slow
@pytest.mark.parametrize("media", ["screen", "print"])
def test_no_line_of_a_tick_goes_through_a_number(
    media: Literal["screen", "print"], tables: Tables, in_browser: Callable[..., Any]
) -> None:
    """Letters among the lines have a ring of paper, on paper too; those beside a panel print without."""
    rows = [(place, tables.exact(n)) for place, n in zip(PLACES[:3], (19, 24, 60), strict=True)]
    svg = svg_of(points(tables.frame(rows, "place", "n")))

    def rings(browser: Browser) -> Any:
        with browser.new_page(color_scheme="light") as page:
            page.emulate_media(media=media)
            page.set_content(f"<style>{style_sheet()}</style>{svg}")
            return page.eval_on_selector_all(
                "svg text", "all => all.map(e => [e.textContent, getComputedStyle(e).stroke])"
            )

    ring = dict(in_browser(rings))
    assert {ring["19"], ring["24"]} == {"rgb(255, 255, 255)"}
    assert (ring["Quebec"] == "none") is (media == "print")


@pytest.mark.slow
def test_a_chart_passes_eight_modules_from_its_cell_to_its_drawing(tables: Tables) -> None:
    """So that whoever changes one knows where to look; constants are no stop (`theme`)."""
    room, passed = str(Path(*evaluation.charts.__path__)), set[str]()

    def note(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and str(path.parent) == room and frame.f_code.co_name != "<module>":
            passed.add(path.stem)

    sys.setprofile(note)
    try:
        svg_of(KINDS["bounds"](tables))
    finally:
        sys.setprofile(None)
    passed -= {"legibility"}  # the look of this test at what was drawn
    assert passed == {"record", "grammar", "layers", "drawing", "layout", "marks", "labels", "geometry"}


@pytest.mark.parametrize(
    ("lines", "copied"),
    [(["known to", "police"], "known to police"), (["police-", "reported"], "police-reported"), (["one"], "one")],
)
def test_a_label_of_two_lines_is_copied_with_its_words_apart(lines: list[str], copied: str) -> None:
    drawn = ElementTree.fromstring(PlacedLabel(lines, Box(0, 0, 90, 34)).svg())
    assert "".join(drawn.itertext()) == copied
