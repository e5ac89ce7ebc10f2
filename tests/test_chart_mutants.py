"""Drawings with one fault each: a text moved, a bar shifted, an open end closed, a colour swapped. The second reading
of a drawing notices it; the drawer itself refuses marks and words that are not where their rows say; and the review's
own charts have no such fault."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import chart_reading
import pytest
from test_altair import KINDS, LABELS, Make, Tables, drawn

from evaluation import charts
from evaluation.charts import NARROW, WIDE, ChartRefused, drawing, legibility, record
from evaluation.charts.drawing import to_svg
from evaluation.charts.geometry import SVG
from evaluation.charts.labels import LabelPlacement
from evaluation.numbers.notation import show
from evaluation.records.serialization import CHART, read_points

Change = Callable[[Element], None]


def shifted(element: Element, dx: float = 0, dy: float = 0) -> None:
    """Move what stands at ``x`` and ``y``, ``cx`` and ``cy``, at a path's beginning, or by a transform."""
    if moved := re.match(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", "")):
        element.set("transform", f"translate({float(moved[1]) + dx:g},{float(moved[2]) + dy:g})")
    elif begin := re.match(r"M([-\d.]+),([-\d.]+)", element.get("d", "")):
        element.set("d", f"M{float(begin[1]) + dx:g},{float(begin[2]) + dy:g}{element.get('d', '')[begin.end() :]}")
    else:
        for names, by in ((("x", "cx"), dx), (("y", "cy"), dy)):
            for name in names:
                if name in element.attrib:
                    element.set(name, f"{float(element.attrib[name]) + by:g}")


def changed(what: str, place: int = 0, dx: float = 0, dy: float = 0, **attributes: str) -> Change:
    """A text of these words, or else a mark whose path or kind has this in it: a bar (h), an arrow or a line (L), a dot
    (circle). It is moved or has other attributes."""

    def change(root: Element) -> None:
        drawn = [e for e in root.iter() if what in (e.get("d") or e.tag.rpartition("}")[2]) and e.get("d") != "M0,0"]
        element = ([e for e in root.iter(f"{SVG}text") if e.text == what] or drawn)[place]
        shifted(element, dx, dy)
        element.attrib |= {name.replace("_", "-"): value for name, value in attributes.items()}
        if attributes.get("gone"):
            element.clear()

    return change


def swapped(first: str, other: str) -> Change:
    def change(root: Element) -> None:
        left, right = (next(e for e in root.iter(f"{SVG}text") if e.text == words) for words in (first, other))
        left.text, right.text = right.text, left.text

    return change


def longer(place: int, times: float) -> Change:
    """A bar's width."""

    def change(root: Element) -> None:
        bar = [e for e in root.iter(f"{SVG}path") if re.search(r"h[\d.]+v", e.get("d", ""))][place]
        wide = float(re.findall(r"h([\d.]+)v", bar.get("d", ""))[0])
        path = bar.get("d", "").replace(f"h{wide:g}v", f"h{wide * times:g}v")
        bar.set("d", path.replace(f"-{wide:g}Z", f"-{wide * times:g}Z"))

    return change


def lower(share: float) -> Change:
    """A line through dots, that far from the axis by its own."""

    def change(root: Element) -> None:
        line = next(e for e in root.iter(f"{SVG}path") if re.fullmatch(r"M[\d.,]+(L[\d.,]+)+", e.get("d", "")))
        lowered = re.sub(r",([\d.]+)", lambda y: f",{float(y[1]) + share * (230 - float(y[1])):g}", line.get("d", ""))
        line.set("d", lowered)

    return change


FAULTS: list[tuple[str, Change]] = [
    # Texts
    ("bounds", changed("31,000", dx=70)),
    ("bounds", changed("at least 12,000", dy=-32)),
    ("bounds", swapped("31,000", "about 8,000")),
    ("bounds", swapped("Ontario", "Canada")),
    ("lines", changed("153", dy=-60)),
    ("lines", swapped("153", "597")),
    ("row", swapped("62", "539")),
    ("row", changed("Women", dx=75)),
    ("heat", changed("5", dx=80)),
    # Bars, lines and dots
    ("bounds", longer(3, 1.1)),
    ("bounds", changed("h", 3, dx=12)),
    ("bounds", changed("L", 3, gone="yes")),  # the arrow back of an upper bound
    ("bounds", changed("h", 3, fill="#ffffff")),
    ("bounds", changed("L", 1, gone="yes")),
    ("lines", changed("circle", 4, dy=-15)),
    ("lines", changed("circle", 4, gone="yes")),
    # Numbers aside, and a line beside its dots
    ("lines", lower(0.1)),
    ("lines", changed("L", 1, stroke="#a8420b")),
    ("lines", changed("153", dx=34)),
    ("bound_points", changed("at least 12,000", dx=90)),
]


def noticed(svg: str, chart: record.ChartRecord) -> bool:
    names = [name["en"] for names in chart.labels.values() for name in names.values()]
    words = [show(point.number, "en").words for point in chart.points]
    known = [*names, *words, *(str(point.year) for point in chart.points)]
    return bool(
        legibility.faults(svg)
        or chart_reading.unknown_numbers(svg, known, "en")
        or chart_reading.misplaced(svg, chart.points, "en")
    )


@pytest.fixture(scope="module")
def drawings(number: Make) -> Callable[[str], tuple[record.ChartRecord, str]]:
    """Charts by their kind as they are recorded, each drawn once."""

    @cache
    def made(kind: str) -> tuple[record.ChartRecord, str]:
        chart = record.record_chart("a", KINDS[kind](Tables(number)), LABELS)
        return chart, drawn(chart, "en", WIDE)

    return made


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "change"), FAULTS)
def test_a_fault_is_noticed(
    kind: str, change: Change, drawings: Callable[[str], tuple[record.ChartRecord, str]]
) -> None:
    chart, svg = drawings(kind)
    root = ElementTree.fromstring(svg)
    assert not noticed(ElementTree.tostring(root, encoding="unicode"), chart)
    change(root)
    assert noticed(ElementTree.tostring(root, encoding="unicode"), chart)


@pytest.mark.parametrize("kind", ["bounds", "lines"])
def test_a_mark_away_from_its_number_is_refused(kind: str, number: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever moved it, in a chart that nobody here has seen."""

    def with_one_moved(specification: dict[str, Any]) -> str:
        svg = to_svg(specification)
        mark = re.search(r'aria-label="m0-0-1"[^>]*?(?:translate\(| d="M)([\d.]+),([\d.]+)', svg)
        assert mark
        x, y = (float(number) + 9 for number in mark.groups())
        return f"{svg[: mark.start(1)]}{x:g},{y:g}{svg[mark.end() :]}"

    chart = record.record_chart("a", KINDS[kind](Tables(number)), LABELS)
    monkeypatch.setattr(drawing, "to_svg", with_one_moved)
    with pytest.raises(ChartRefused, match=r"chart a, en: found a mark of [\d.]+ at \d+ px of its axis"):
        drawn(chart, "en", WIDE)


def test_words_away_from_their_mark_are_refused(number: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    chart = record.record_chart("a", KINDS["bounds"](Tables(number)), LABELS)
    monkeypatch.setattr(LabelPlacement, "corners", lambda *_: iter([(400.0, 20.0)]))
    with pytest.raises(ChartRefused, match=r"found .*'at least 12,000' \d+ px from its mark"):
        drawn(chart, "en", WIDE)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("en", WIDE), ("fr", NARROW)])
def test_the_review_s_numbers_stand_at_their_marks(language: str, width: int, whole_review: Path) -> None:
    notebooks = (json.loads(path.read_text("utf-8")) for path in sorted(whole_review.glob("notebooks/*.ipynb")))
    cells = (cell for notebook in notebooks for cell in notebook["cells"])
    data = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
    records = [bundle[CHART] for bundle in data if CHART in bundle and "own" not in bundle[CHART]["arguments"]]
    assert len(records) > 8
    for chart in records:
        points = read_points(chart)
        svg = charts.draw(chart["chart"], chart["arguments"], points, language, width, "A name")
        assert chart_reading.misplaced(svg, points, language) == [], chart["chart"]
