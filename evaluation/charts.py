"""The chart theme and the makers: points in, an Altair chart of a given width and language out.

Every chart is drawn twice, wide and narrow, in one light palette; pages recolour it for the dark. Colour is
never the only sign: published figures, derived numbers and estimates differ in shape, series in their panel.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import altair as alt

from .figures import Bound, Number, scale_of, show
from .language import NO_BREAK, Text, translate

WIDE, NARROW = 704, 288
MOST_SERIES = 4
FONT = "Atkinson Hyperlegible Next"
INK, QUIET, RULE, PAPER = "#1a1a1a", "#595959", "#8a8a8a", "#ffffff"
SERIES = ("#0b5fa5", "#a8420b", "#1c6b3c", "#6a3d9a")
ACCENT = SERIES[0]
SHAPES = {"published": "circle", "derived": "diamond", "estimate": "square"}
SIZE = 14
LETTER = 7.4  # px, the mean advance of a letter at 14 px; measured on the font that is embedded


class ChartRefused(ValueError):
    """A chart request that would not be read right is refused, not drawn."""


@dataclass(frozen=True)
class Point:
    """One mark: a number, its interval where there is one, and where it stands.

    ``category`` is the row of a bar or range chart, ``year`` the place on a time axis, ``series`` the panel or
    the mark's role (for revisions: the release).
    """

    number: Number
    category: Text = ""
    year: int | None = None
    series: Text = ""
    interval: Number | None = None


def check(chart: str, maker: str, points: Sequence[Point], arguments: dict[str, Any]) -> None:
    """Refuse what the page rules forbid: unknown makers, no points, too many series, definitions on one line."""
    if maker not in MAKERS:
        raise ChartRefused(f"chart {chart}: found maker {maker!r}; allowed: {', '.join(MAKERS)}")
    if not points:
        raise ChartRefused(f"chart {chart}: found no points; allowed: at least one")
    series = {str(point.series) for point in points}
    if len(series) > MOST_SERIES:
        raise ChartRefused(f"chart {chart}: found {len(series)} series; allowed: {MOST_SERIES}, more in another chart")
    if unknown := set(arguments) - {"format"}:
        raise ChartRefused(f"chart {chart}: found {', '.join(sorted(unknown))}; allowed: no such argument")
    if len({point.number.unit for point in points}) > 1:
        raise ChartRefused(f"chart {chart}: found two units on one axis; allowed: one unit, no second axis")
    for name in series if maker == "lines" else ():
        definitions = {p.number.definition for p in points if str(p.series) == name}
        if len(definitions) > 1:
            raise ChartRefused(f"chart {chart}: found {sorted(definitions)} in one line; allowed: one definition")


def rows(points: Sequence[Point], language: str) -> list[dict[str, Any]]:
    """Tidy rows for drawing, in one language; money in millions where any of it is."""
    scale = max(scale_of(p.number.unit, p.number.quantity) for p in points)
    return [row(point, language, float(scale)) for point in points]


def row(point: Point, language: str, scale: float) -> dict[str, Any]:
    quantity = point.number.quantity
    band = point.interval.quantity if point.interval else quantity
    low, high = (None if end is None else float(end) / scale for end in (band.low, band.high))
    value = float((quantity.low + quantity.high) / 2 if quantity.bound is Bound.BETWEEN else quantity.value)  # type: ignore[operator]
    return {
        "category": translate(point.category, language),
        "series": translate(point.series, language),
        "year": point.year,
        "value": value / scale,
        "low": low,
        "high": high,
        "open": high is None,
        "kind": point.number.kind,
        "words": show(point.number, language).words,
        "unit": point.number.unit,
    }


def ranges(data: list[dict[str, Any]], width: int) -> Any:
    """Categories down, a value across from zero: a dot, its interval as a rule, an arrow where it is open."""
    return across(data, width, bars=False)


def bars(data: list[dict[str, Any]], width: int) -> Any:
    """Categories down, bars from zero, each with its number; an open bound ends in an arrow."""
    return across(data, width, bars=True)


def across(data: list[dict[str, Any]], width: int, *, bars: bool) -> Any:
    wide = width == WIDE
    for position, item in enumerate(data):
        item["row"] = position
        item["lines"] = wrap(item["category"], 32 if wide else 38)
        item["end"] = max(v for v in (item["value"], item["high"]) if v is not None)
    top = room_for_words(data, width - (235 if wide else 10))
    open_ends = [
        d | {"high": min(d["value"] + top * 0.05, top), "end": d["value"] + top * 0.06} for d in data if d["open"]
    ]
    by_row = {d["row"]: d for d in open_ends}
    data = [by_row.get(d["row"], d) for d in data]
    base = alt.Chart(alt.InlineData(values=data))
    y = alt.Y("row:O", axis=category_axis(data) if wide else None, title=None, scale=alt.Scale(paddingInner=0.3))
    x = axis_x(data, top)
    layers = [bar_marks(base, x, y)] if bars else []
    layers += interval_marks(base, y, bars) + arrow_marks(base, y)
    layers += [] if bars else [dot_marks(base, x, y)]
    layers.append(base.mark_text(align="left", dx=9, fontSize=SIZE).encode(x="end:Q", y=y, text="words:N"))
    layers += [] if wide else labels_above(base, y)
    tallest = max(d["lines"].count("\n") + 1 for d in data)
    step = max(34, 17 * tallest + 12) if wide else 36 + 17 * tallest
    return alt.layer(*layers).properties(width=width, height=step * len(data) + 40)


def room_for_words(data: list[dict[str, Any]], plot: float) -> float:
    """The axis' upper end that leaves room for each number's words at the right of its mark."""
    ends = [(d["end"] * (1.06 if d["open"] else 1.0), (len(d["words"]) * LETTER + 16) / plot) for d in data]
    return max([end / max(0.2, 1 - words) for end, words in ends] + [1e-9])


def category_axis(data: list[dict[str, Any]]) -> alt.Axis:
    """Row labels, wrapped by hand since Vega does not wrap."""
    texts = "[" + ",".join(repr_js(d["lines"]) for d in data) + "]"
    expression = f"split({texts}[datum.value], '\\n')"
    return alt.Axis(labelExpr=expression, domain=False, ticks=False, labelPadding=8, labelLimit=0, labelAlign="right")


def repr_js(text: str) -> str:
    """A text as a literal of Vega's expression language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def wrap(text: str, characters: int) -> str:
    spaces = text.replace(NO_BREAK, "\x00")
    return "\n".join(textwrap.wrap(spaces, characters)).replace("\x00", NO_BREAK)


def axis_x(data: list[dict[str, Any]], top: float) -> alt.X:
    percent = data[0]["unit"] == "percent"
    high = 100 if percent and max(d["end"] for d in data) <= 100 else None
    axis = alt.Axis(grid=True, tickCount=4, title=None, labelExpr=percent_labels() if percent else alt.Undefined)
    if high and top > 100:
        axis.values = [0, 25, 50, 75, 100]
    return alt.X("value:Q", axis=axis, scale=alt.Scale(domain=[min(0.0, *(lowest(d) for d in data)), top], nice=False))


def lowest(item: dict[str, Any]) -> float:
    return min(v for v in (item["value"], item["low"], 0.0) if v is not None)


def percent_labels() -> str:
    """Per cent signs as each language sets them; the locale's own sign carries the space."""
    return "format(datum.value / 100, '.0%')"


def bar_marks(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    estimate = alt.datum.kind == "estimate"
    return base.mark_bar(height=18, stroke=ACCENT, strokeWidth=1.5).encode(
        x=x,
        x2=alt.datum(0),
        y=y,
        fill=alt.when(estimate).then(alt.value(PAPER)).otherwise(alt.value(ACCENT)),
    )


def interval_marks(base: alt.Chart, y: alt.Y, bars: bool) -> list[alt.Chart]:
    """The interval as a rule with end ticks; under bars only where it is the review's estimate."""
    ranged = "datum.low !== null && datum.high !== null && datum.low < datum.high && !datum.open"
    ranged += " && datum.low > 0" if bars else ""
    rule = base.transform_filter(ranged)
    stroke = INK if bars else ACCENT
    ends = [
        rule.mark_tick(thickness=2, size=12, color=stroke).encode(x=alt.X(f"{end}:Q"), y=y) for end in ("low", "high")
    ]
    return [rule.mark_rule(strokeWidth=2, color=stroke).encode(x="low:Q", x2="high:Q", y=y), *ends]


def arrow_marks(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """An arrow to the right where only a lower bound is known."""
    opened = base.transform_filter("datum.open")
    head = opened.mark_point(shape="triangle-right", size=70, filled=True, color=ACCENT, opacity=1)
    return [
        opened.mark_rule(strokeWidth=2, color=ACCENT).encode(x="value:Q", x2="high:Q", y=y),
        head.encode(x="high:Q", y=y),
    ]


def dot_marks(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    """A dot for each number: filled circle published, filled diamond derived, hollow square estimate."""
    kinds = list(SHAPES)
    hollow = alt.datum.kind == "estimate"
    return base.mark_point(size=90, strokeWidth=2, opacity=1, stroke=ACCENT).encode(
        x=x,
        y=y,
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=list(SHAPES.values())), legend=None),
        fill=alt.when(hollow).then(alt.value(PAPER)).otherwise(alt.value(ACCENT)),
    )


def labels_above(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """On a narrow screen the row's label stands above its mark, higher the more lines it has."""
    layers = []
    for count in (1, 2, 3):
        some = base.transform_filter(f"length(split(datum.lines, '\\n')) === {count}")
        text = some.mark_text(
            align="left", baseline="top", dy=-13 - 17 * count, fontSize=SIZE, lineHeight=17, lineBreak="\n"
        )
        layers.append(text.encode(x=alt.value(0), y=y, text="lines:N"))
    return layers


def lines(data: list[dict[str, Any]], width: int) -> Any:
    """Years across, one panel a series on one scale; a line joins neighbouring years only, never a gap."""
    add_segments(data)
    years = [d["year"] for d in data]
    top = max(v for d in data for v in (d["value"], d["high"]) if v is not None) * 1.12
    panels = []
    for name in dict.fromkeys(d["series"] for d in data):
        items = [d for d in data if d["series"] == name]
        panels.append(line_panel(items, width, (min(years), max(years)), top, name))
    return panels[0] if len(panels) == 1 else alt.vconcat(*panels, spacing=14)


def add_segments(data: list[dict[str, Any]]) -> None:
    """Number the runs of neighbouring years in each series, so that a gap is seen as a gap."""
    data.sort(key=lambda d: (d["series"], d["year"]))
    segment, before = 0, None
    for item in data:
        follows = before and before["series"] == item["series"] and before["year"] + 1 == item["year"]
        segment += 0 if follows else 1
        item["segment"], before = segment, item


def line_panel(items: list[dict[str, Any]], width: int, span: tuple[int, int], top: float, name: str) -> Any:
    wide = width == WIDE
    for item in items:
        item["labelled"] = item["year"] in labelled_years(items, wide)
    base = alt.Chart(alt.InlineData(values=items))
    x = year_axis(span, wide)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=4))
    line = base.mark_line(strokeWidth=2, color=ACCENT).encode(x=x, y=y, detail="segment:N")
    band = base.transform_filter("datum.low < datum.high")
    interval = band.mark_rule(strokeWidth=2, color=ACCENT).encode(x=x, y="low:Q", y2="high:Q")
    ends = [
        band.mark_tick(thickness=2, size=10, color=ACCENT, orient="horizontal").encode(x=x, y=f"{e}:Q")
        for e in ("low", "high")
    ]
    dots = dot_marks(base, x, y).encode(y=y)
    labels = base.transform_filter("datum.labelled").mark_text(dy=-13, fontSize=SIZE)
    above = alt.Y("high:Q") if any(d["low"] != d["high"] for d in items) else alt.Y("value:Q")
    texts = labels.encode(x=x, y=above, text="words:N") if not spans(items) else None
    layers = [line, interval, *ends, dots] + ([texts] if texts else [])
    panel = alt.layer(*layers).properties(width=width, height=220 if wide else 200)
    return panel.properties(title=wrap(name, 90 if wide else 38).split("\n")) if name else panel


def spans(items: list[dict[str, Any]]) -> bool:
    """Whether the words would be intervals (too wide to stand over a mark)."""
    return any(len(d["words"]) > 9 for d in items)


def labelled_years(items: list[dict[str, Any]], wide: bool) -> set[int]:
    """First, last and highest year; the table has every number."""
    if len(items) <= (12 if wide else 4):
        return {d["year"] for d in items}
    highest = max(items, key=lambda d: d["value"])["year"]
    first, last = items[0]["year"], items[-1]["year"]
    near = 1 if wide else 3
    return {first, last} | ({highest} if min(abs(highest - first), abs(highest - last)) > near else set())


def year_axis(span: tuple[int, int], wide: bool) -> alt.X:
    first, last = span
    step = max(1, -(-(last - first + 1) // (10 if wide else 4)))
    values = list(range(last, first - 1, -step))[::-1]
    axis = alt.Axis(values=values, format="d", grid=False, title=None, labelFlush=False, labelOverlap=False)
    return alt.X("year:Q", axis=axis, scale=alt.Scale(domain=[first - 0.5, last + 0.5], nice=False))


def revisions(data: list[dict[str, Any]], width: int) -> Any:
    """One row a year or place: first release hollow, latest filled, an arrow from one to the other."""
    wide = width == WIDE
    names = list(dict.fromkeys(d["category"] for d in data))
    items = [revision(name, [d for d in data if d["category"] == name], i, wide) for i, name in enumerate(names)]
    marks = [{"end": i["right"], "words": i["right_words"], "open": False} for i in items]
    top = room_for_words(marks, width - (235 if wide else 10))
    base = alt.Chart(alt.InlineData(values=items))
    y = alt.Y("row:O", axis=category_axis(items) if wide else None, title=None)
    x = alt.X("first:Q", axis=alt.Axis(tickCount=4, title=None), scale=alt.Scale(domain=[0, top], nice=False))
    layers = [
        base.mark_rule(strokeWidth=2, color=ACCENT).encode(x=x, x2="latest:Q", y=y),
        base.mark_point(size=90, fill=PAPER, stroke=ACCENT, strokeWidth=2, opacity=1).encode(x=x, y=y),
        base.mark_point(size=90, filled=True, color=ACCENT, opacity=1).encode(x="latest:Q", y=y),
        base.mark_text(align="right", dx=-10, fontSize=SIZE).encode(x="left:Q", y=y, text="left_words:N"),
        base.mark_text(align="left", dx=10, fontSize=SIZE).encode(x="right:Q", y=y, text="right_words:N"),
    ]
    layers += [] if wide else labels_above(base, y)
    tallest = max(i["lines"].count("\n") + 1 for i in items)
    step = max(38, 17 * tallest + 12) if wide else 36 + 17 * tallest
    return alt.layer(*layers).properties(width=width, height=step * len(items) + 40)


def revision(name: str, releases: list[dict[str, Any]], position: int, wide: bool) -> dict[str, Any]:
    """First and latest release of one number as one row, the smaller at the left."""
    first, latest = releases[0], releases[-1]
    left, right = sorted((first, latest), key=lambda d: d["value"])
    return {
        "row": position,
        "lines": wrap(name, 32 if wide else 38),
        "first": first["value"],
        "latest": latest["value"],
        "left": left["value"],
        "right": right["value"],
        "left_words": left["words"],
        "right_words": right["words"],
    }


Maker = Callable[[list[dict[str, Any]], int], Any]
MAKERS: dict[str, Maker] = {"ranges": ranges, "bars": bars, "lines": lines, "revisions": revisions}


def theme() -> dict[str, Any]:
    """One look for all charts: the embedded font, 14 px, quiet axes, horizontal text."""
    label = {"labelFont": FONT, "labelFontSize": SIZE, "labelColor": INK, "labelAngle": 0, "titleFont": FONT}
    return {
        "font": FONT,
        "background": None,
        "padding": {"left": 2, "right": 10, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": label | {"gridColor": "#e3e3e3", "domainColor": RULE, "tickColor": RULE, "titleFontSize": SIZE},
        "text": {"font": FONT, "fontSize": SIZE, "color": INK},
        "title": {"font": FONT, "fontSize": SIZE, "fontWeight": "bold", "anchor": "start", "color": INK},
    }


NUMBERS = {
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""], "percent": "%"},
    "fr": {
        "decimal": ",",
        "thousands": NO_BREAK,
        "grouping": [3],
        "currency": ["", f"{NO_BREAK}$"],
        "percent": f"{NO_BREAK}%",
    },
}


def draw(chart: str, maker: str, points: Sequence[Point], language: str, width: int, name: str) -> str:
    """A chart as SVG, ready for a page: named, its ids its own, nothing English left inside, no style attribute.

    ``name`` becomes the accessible name; width is 704 or 288 px.
    """
    import vl_convert

    register_font()
    specification = MAKERS[maker](rows(points, language), width).to_dict(validate=False)
    specification["config"] = theme()
    specification["autosize"] = {"type": "fit-x", "contains": "padding"}
    svg = vl_convert.vegalite_to_svg(specification, vl_version=vega_lite_version(), format_locale=NUMBERS[language])
    return clean(svg, f"{chart}-{language}-{'wide' if width == WIDE else 'narrow'}", name)


@lru_cache
def vega_lite_version() -> str:
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


@lru_cache
def register_font() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))


def clean(svg: str, prefix: str, name: str) -> str:
    """Own ids, no inner roles, one accessible name."""
    svg = re.sub(r'\s(?:aria-[a-z]+|role|class|style|xmlns:xlink)="[^"]*"', "", clean_ids(svg, prefix))
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(name, quote=True)}"', 1)
    opening = svg.index(">") + 1
    return f"{svg[:opening]}<title>{escape(name)}</title>{svg[opening:]}"


def clean_ids(svg: str, prefix: str) -> str:
    """Every id as ``<prefix>-<n>``: vl-convert counts ids through a whole process, so that two drawings of one
    page would share them, and the same drawing would differ from build to build."""
    ids = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    for number, old in enumerate(ids, start=1):
        svg = re.sub(rf'(\bid="|url\(#|href="#){re.escape(old)}(?=["\)])', rf"\g<1>{prefix}-{number}", svg)
    return svg
