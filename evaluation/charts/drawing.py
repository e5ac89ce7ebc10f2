"""From a recorded chart to SVG for a page: its Vega-Lite specification, Vega's drawing, labels, legend. Marks and sizes
come from `marks` and `layout`.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..language import NO_BREAK
from ..problems import Refused
from .dots import draw_boxes as boxes_of_dots
from .geometry import MOVED, ROUND, SVG, Box, Scene, balance_text, max_width, wrap_text
from .grammar import ChartRefused
from .labels import LabelPlacement, PlacedLabel
from .layers import ColourScale, LegendEntry, Point, RecordedChart
from .layout import GAP, MOST_TICKS, NARROW_PANEL, BandScale, Layout, LinearScale, facet_room, scales_of
from .marks import ARROW, BACK, HEAD, HEAD_UP, IN_BANDS, UNSEEN, FacetMarks, MarkRows
from .theme import (
    ACCENT,
    BOTH_WAYS,
    FONT,
    FONTS,
    GRID,
    HEAT,
    INDENT,
    INK,
    LINE,
    QUIET,
    RULE,
    SIZE,
    TALLEST,
    WIDE,
    Specification,
)

ElementTree.register_namespace("", SVG.strip("{}"))
SLACK = 12  # pixels: drawn smaller by so little, text of 14 px stays above 13
UNDER = 8  # px under the last row of a narrow panel
LEAST_PADDING = 1e-6  # of a band: with none, rounding makes Vega omit the first name of an axis
BETWEEN_ENTRIES = 18  # px between two entries of a legend
G = f"{SVG}g"
UNKEPT = re.compile(  # English texts, attributes of the root, and defaults
    r"(aria-.*|role|class|style|id|font-family)=.*|font-weight=normal|(fill-|stroke-)?opacity=1|text-anchor=start"
    r"|transform=translate\(0,0\)|stroke-width=1|stroke-dasharray=1,0|[xy]2=0"
)
EMPTY = ("", "M0,0h0v0h0Z")
LONG_NUMBER = re.compile(r"\d+\.\d+(?:e-\d+)?")


def draw(chart: str, arguments: dict[str, Any], points: Sequence[Point], language: str, width: int, name: str) -> str:
    """A chart, also one of boxes of dots, as SVG for a page: with an accessible name, without ids, English texts or
    style attributes. ``chart`` is its id for messages, ``arguments`` its record without points, ``name`` the accessible
    name, ``width`` 704 or 288 px. Raises Refused, naming the chart and its language, if there is no room, or if a mark
    or a number is out of place."""
    if "own" in arguments:
        root = boxes_of_dots(points, language, width)
    else:
        try:
            root = draw_tree(RecordedChart(arguments, list(points), language), width)
        except ChartRefused as error:
            raise ChartRefused(f"chart {chart}, {language}: {error}") from None
    set_size(root, width, f"chart {chart}, {language}")
    clean_drawing(root)
    root.attrib = {"role": "img", "aria-label": name, "font-family": f"{FONT}, sans-serif"} | root.attrib
    title = Element(f"{SVG}title")
    title.text = name
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def draw_tree(chart: RecordedChart, size: int) -> Element:
    """A recorded chart as an SVG tree for a page ``size`` px wide: laid out, drawn by Vega, with labels and legend, not
    yet cleaned; its width may differ. Raises ChartRefused if there is no room, or if a mark or a number is out of
    place."""
    scales, colours, narrow = scales_of(chart), ColourScale(chart), facet_room(chart, size)[1] <= NARROW_PANEL
    marks = [FacetMarks(chart, facet, scales, colours, narrow) for facet in chart.facets]
    layout = Layout(chart, size, scales, marks)
    facets = [facet_specification(layout, facet_marks) for facet_marks in marks]
    panels = facets[0] if len(facets) == 1 else {"concat": facets, "columns": layout.columns, "spacing": GAP}
    options = {"config": vega_theme(chart.language), "autosize": {"type": "pad", "contains": "padding"}}
    root = ElementTree.fromstring(to_svg(panels | options))
    labels = LabelPlacement(Scene(root), layout)
    labels.place()
    if misplaced := "; ".join(islice(labels.misplacements(), 3)):
        allowed = "numbers at their marks; fewer or shorter names, or panels (facet)"
        raise ChartRefused(f"found {misplaced} ({size} px); allowed: {allowed}")
    add_labels_and_legend(root, labels.placed, draw_legend([] if layout.direct else colours.legend(), size))
    return root


# Vega-Lite


def facet_specification(layout: Layout, marks: FacetMarks) -> Specification:
    """The Vega-Lite specification of one panel, without the project's theme, with its title and with invisible marks at
    its frame and at the room of its labels, so that their positions are known."""
    number = marks.facet.number
    frame = {"x": {"value": 0}, "x2": {"value": "width"}, "y": {"value": 0}, "y2": {"value": "height"}}
    left, right = -round(layout.left, 1), round(layout.room - layout.left, 1)
    room = {"x": {"value": left}, "x2": {"value": right}}  # for labels, too
    unseen = [
        ("rule", room | {"y": {"value": 0}}),
        ("rect", frame | {"description": {"value": marks.id}}),
        ("point", {axis: axis_channel(layout, axis, number) for axis in ("x", "y")}),
    ]
    panel: Specification = {
        "width": round(layout.across, 1),
        "height": round(layout.downs[number], 1),
        "layer": [
            *({"data": {"values": [{}]}, "mark": {"type": m, "opacity": 0}, "encoding": e} for m, e in unseen),
            *(mark_layer(layout, rows, number) for rows in marks_with_zero_line(layout, marks)),
        ],
    }
    if marks.facet.title:
        left = layout.left - 2 if layout.left else 0.0
        place = {"frame": "group", "dx": -round(left, 1), "lineHeight": LINE, "offset": 10}
        panel["title"] = {"text": balance_text(marks.facet.title, layout.room - 10, bold=True), **place}
    return panel


def marks_with_zero_line(layout: Layout, marks: FacetMarks) -> list[MarkRows]:
    """The marks of a panel in drawing order, rows without room removed; first, if names stand above their bands and x
    passes through zero, a zero line that is interrupted at the names."""
    drawn = [rows for rows in (without_crowded(layout, rows) for rows in marks.drawn) if rows.rows]
    x = layout.scales["x"]
    if not (layout.above and isinstance(x, LinearScale) and x.low < 0 < x.high):
        return drawn
    names = {row.get("y") for rows in drawn if rows.mark is not UNSEEN for row in rows.rows}
    zero = [{"x": 0, "y": key} for key in layout.names.keys if key in names]
    return [MarkRows({"type": "rule", "stroke": QUIET}, zero, IN_BANDS), *drawn]


def without_crowded(layout: Layout, marks: MarkRows) -> MarkRows:
    """Marks without the rows that have no room: all numbers in cells if one is too wide (the table and the legend have
    them), and arrow heads longer than their lines (the label says it)."""
    rows, x = marks.rows, layout.scales["x"]
    if marks.mark["type"] == "text" and max_width([row["text"] for row in rows]) + 12 > layout.names.band:
        rows = []
    if marks.mark.get("shape") in (HEAD, HEAD_UP) and isinstance(x, LinearScale):
        lengths = [
            abs(layout.relative_position(x, row["end"]) - layout.relative_position(x, row["x"])) * layout.across
            for row in rows
        ]
        rows = [row for row, px in zip(rows, lengths, strict=True) if px > ARROW]
    return replace(marks, rows=rows)


def mark_layer(layout: Layout, marks: MarkRows, facet_number: int) -> Specification:
    """Marks of one kind, one row at least, as a Vega-Lite layer; each mark but a line has its row's id as its
    description."""
    encoding: Specification = {}
    first = marks.rows[0]
    for axis in ("x", "y"):
        if axis in first or axis in marks.encoding:
            encoding[axis] = axis_channel(layout, axis, facet_number) | marks.encoding.get(axis, {})
        if f"{axis}2" in first:
            encoding[f"{axis}2"] = {"field": f"{axis}2"}
    encoding |= {name: definition for name, definition in marks.encoding.items() if name not in ("x", "y")}
    if marks.mark["type"] != "line":
        encoding["description"] = {"field": "id"}
    return {"data": {"values": marks.rows}, "mark": marks.mark, "encoding": encoding}


def axis_channel(layout: Layout, axis: str, facet_number: int) -> Specification:
    """The Vega-Lite channel of an axis of a panel, with scale and axis."""
    scale = layout.scales[axis]
    if isinstance(scale, LinearScale):
        return linear_channel(layout, axis, scale)
    return band_channel(layout, axis, scale, facet_number)


def band_channel(layout: Layout, axis: str, names: BandScale, facet_number: int) -> Specification:
    """The channel of names, years or months in bands, with the labels of the axis as lines by key."""
    step, keys = names.step or 1.0, names.facets[facet_number]
    inner = 1 - names.band / step
    slots = [slot for key in keys for slot in names.slots.get(key, [key])]
    band = {
        "type": "band",
        "domain": slots,
        "paddingInner": round(inner, 6),
        "paddingOuter": max(round(inner / 2, 6), LEAST_PADDING),
    }
    if axis == "y" and layout.above:
        band["range"] = [-UNDER, round(layout.downs[facet_number] - UNDER, 1)]
    words = {key: lines for key in keys if (lines := names.lines.get(key))}
    guide: Specification = {
        "title": None, "values": [*words], "grid": False, "labelLimit": 0, "labelOverlap": False,
        "labelLineHeight": LINE, "labelExpr": f"({json.dumps(words)})[datum.value]", "ticks": False, "domain": False,
    }  # fmt: skip
    figures = layout.scales["y"]
    if axis == "y":
        guide |= names_at_left(layout, names, words)
    elif isinstance(figures, LinearScale):
        guide |= names_below(layout, names, figures, facet_number)
    else:  # heads of columns
        most_lines = max(map(len, words.values()), default=1)
        guide |= {"orient": "top", "labelPadding": 8 + LINE * (most_lines - 1)}
    return {"field": axis, "type": "nominal", "scale": band, "axis": guide}


def names_below(layout: Layout, names: BandScale, figures: LinearScale, facet_number: int) -> Specification:
    """Vega-Lite's options of an axis of names below a panel: far enough down for arrows that point down; with ticks for
    years and months, and with an axis line only if no figure is below zero."""
    drawn = layout.marks[facet_number].drawn
    back = [row["y"] for marks in drawn if marks.mark.get("shape") == BACK["y"] for row in marks.rows]
    lowest = (min(back, default=math.inf) - figures.low) / (figures.high - figures.low) * layout.downs[0]
    padding = max(2.0, round(28 - lowest, 1))
    return {"ticks": names.moments, "domain": figures.low >= 0, "labelPadding": padding}


def names_at_left(layout: Layout, names: BandScale, lines_of: dict[str, list[str]]) -> Specification:
    """Vega-Lite's options of an axis of names above or beside their bands (``lines_of``: lines of each name by key):
    raised for names of several lines, since Vega aligns the first line."""
    below, lift = (names.band / 2 + 5, LINE) if layout.above else (0.0, LINE / 2)
    extra_lines = {key: len(lines) - 1 + (layout.above and key in layout.raised) for key, lines in lines_of.items()}
    guide: Specification = {
        "labelPadding": round(layout.label_room + (-INDENT if layout.above else 8), 1),
        "labelOffset": {"expr": f"{-round(below, 1)} - {lift} * ({json.dumps(extra_lines)})[datum.value]"},
    }
    return guide | ({"labelAlign": "left", "labelBaseline": "alphabetic"} if layout.above else {})


def linear_channel(layout: Layout, axis: str, figures: LinearScale) -> Specification:
    """The channel of figures, with some `MOST_TICKS` ticks, on x only as many as fit; under bars with numbers at their
    ends only the line they start from."""
    fitting = int(layout.across / (figures.tick_width(layout.chart.language) + 14))
    count = MOST_TICKS + (figures.low < 0) if axis == "y" else max(1, min(MOST_TICKS, fitting))
    ends = [figures.low, figures.high]
    guide: Specification = {
        "title": None, "grid": True, "tickCount": count, "labelOverlap": True, "labelSeparation": 8,
        "labelFlush": False, "domain": axis == "x", "labelExpr": f"datum.label + {json.dumps(figures.sign)}",
    }  # fmt: skip
    if figures.whole:
        guide["tickMinStep"] = 1
    if axis == "x":
        *ends, ticks = layout.axis_ends(figures, layout.across)
        guide |= {"values": ticks, "tickCount": MOST_TICKS * 2, "labelOverlap": False} if ticks else {}
    if figures.low < 0 and not (axis == "x" and layout.above):  # what lies below from what lies above
        guide["gridColor"] = {"condition": {"test": "datum.value == 0", "value": QUIET}, "value": GRID}
    guide |= title_options(layout, axis, figures)
    if axis == "x" and figures.bars_labelled:  # only the line from which they begin
        guide |= {"values": [0], "gridColor": QUIET, **dict.fromkeys(("labels", "ticks", "domain"), False)}
        guide |= {"title": None} if figures.is_money else {}
    return {"field": axis, "type": "quantitative", "scale": {"domain": ends, "nice": False}, "axis": guide}


def title_options(layout: Layout, axis: str, figures: LinearScale) -> Specification:
    """The title of an axis of figures, as Vega-Lite's options: below a horizontal axis, above the panel for a vertical
    one, so that no text is rotated. Empty without a title."""
    if not figures.title:
        return {}
    if axis == "x":
        return {"title": balance_text(figures.title, layout.across), "titleFontWeight": "normal"}
    lines = wrap_text(figures.title, layout.room - 10)
    return {"title": lines, "titleFontWeight": "normal", "titleAngle": 0, "titleAlign": "left",
            "titleAnchor": "end", "titleBaseline": "top", "titleX": -round(layout.left, 1) + 2,
            "titleY": -20 - LINE * len(lines), "titleLineHeight": LINE}  # fmt: skip


def vega_theme(language: str) -> dict[str, Any]:
    """The theme of all charts, as Vega-Lite's config: embedded font, 14 px, horizontal text, digits by language."""
    decimal, thousands = (",", NO_BREAK) if language == "fr" else (".", ",")
    label = {
        "labelFont": FONT,
        "labelFontSize": SIZE,
        "labelColor": INK,
        "labelAngle": 0,
        "titleColor": INK,
        "titleFont": FONT,
    }
    return {
        "locale": {"number": {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}},
        "font": FONT,
        "background": None,
        "padding": {"left": 2, "right": 4, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "mark": {"color": ACCENT},
        "axis": label | {"gridColor": GRID, "domainColor": RULE, "tickColor": RULE, "titleFontSize": SIZE},
        "text": {"font": FONT, "fontSize": SIZE, "color": INK},
        "title": {"font": FONT, "fontSize": SIZE, "fontWeight": "bold", "anchor": "start", "color": INK},
    }


# SVG


def to_svg(specification: dict[str, Any]) -> str:
    """Render a Vega-Lite specification as SVG with vl-convert and the project's font."""
    import vl_convert

    register_font()
    return vl_convert.vegalite_to_svg(specification)


@lru_cache
def register_font() -> None:
    """Register the project's font in vl-convert, once in a process."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def add_labels_and_legend(root: Element, labels: list[PlacedLabel], legend: tuple[str, float]) -> None:
    """Add to a drawing, in place, its labels and above it the ``legend`` (SVG, height in px; see `draw_legend`); the
    drawing grows in height for both."""
    above, height = legend
    lowest = max([float(root.get("height", "0")), *(label.box.bottom + 2 for label in labels)])
    top = height + max([0.0, *(2 - label.box.top for label in labels)])
    inner = Element(G, {"transform": f"translate(0,{top:g})"} if top else {})
    inner.extend([*root, *parse_elements("".join(label.svg() for label in labels))])
    root[:] = [*parse_elements(above), inner]
    root.attrib |= {"height": f"{lowest + top:g}"}


def parse_elements(svg: str) -> list[Element]:
    """The elements of SVG given as text, several or none."""
    return list(ElementTree.fromstring(f'<g xmlns="{SVG.strip("{}")}">{svg}</g>'))


def set_size(root: Element, width: int, chart: str) -> None:
    """Set in place a drawing's width to that of its page, and its view box; one up to `SLACK` px wider is thereby
    scaled down, one without a size counts as 0 px. Raises Refused, naming the ``chart``, if it is wider than that, or
    on a wide page taller than `TALLEST`."""
    across, down = root.get("width", "0"), root.get("height", "0")
    if float(across) > width + SLACK:
        remedy = "by shorter names or fewer words at the marks"
        raise Refused(f"{chart}: found {across} px wide; allowed: {width}, {remedy}")
    if width == WIDE and float(down) > TALLEST:
        remedy = "fewer rows, or two charts; panels one under the other (row) as panels side by side (column)"
        raise Refused(f"{chart}: found {down} px tall; allowed: {TALLEST}, what a page of paper holds: {remedy}")
    viewed = max(width, round(float(across)))  # a slightly wider drawing is scaled down
    root.attrib |= {"width": f"{width}", "viewBox": f"0 0 {viewed} {down}"}


def clean_drawing(element: Element) -> None:
    """Clean an element and all inside it in place: no roles, ids or defaults, no invisible elements, groups without
    attributes dissolved, coordinates to a tenth of a px, round paths as circles."""
    for child in element:
        clean_drawing(child)
    visible = [child for child in element if not is_unseen(child)]
    element[:] = [part for child in visible for part in (child if child.tag == G and not child.attrib else [child])]
    if circle := ROUND.match(element.get("d", "")):
        moved = MOVED.search(element.attrib.pop("transform", "translate(0,0)"))
        del element.attrib["d"]
        element.tag = f"{SVG}circle"
        element.attrib |= dict(zip(("cx", "cy", "r"), (moved[1], moved[2], circle[1]), strict=True))  # type: ignore[index]
    attributes = {name: value for name, value in element.attrib.items() if not UNKEPT.fullmatch(f"{name}={value}")}
    for name, value in attributes.items():
        attributes[name] = LONG_NUMBER.sub(lambda number: f"{round(float(number[0]), 1):.15g}", value)
    element.attrib = attributes


def is_unseen(element: Element) -> bool:
    """Whether an element draws nothing: a placeholder, an overlapping tick, an empty group or path, a panel's
    background."""
    bare = element.tag == G and not len(element)
    return bare or element.get("opacity") == "0" or element.get("d") in EMPTY or set(element.attrib) == {"d"}


# Legend


def draw_legend(entries: list[LegendEntry], size: int) -> tuple[str, float]:
    """A legend as SVG and its height in px with the gap below: symbols with their words, in rows of ``size`` px at
    most; "" and 0 without entries."""
    parts = list[str]()
    x = y = 2.0
    for entry in entries:
        lines = wrap_text(entry.words, size - 40)
        width = 26 + max_width(lines)
        if x > 2 and x + width > size:
            x, y = 2.0, y + LINE + 4
        place = Box(x + 26, y, x + width, y + LINE * len(lines))
        parts += [legend_symbol(entry, x, y), PlacedLabel(lines, place).svg()]
        y += LINE * (len(lines) - 1)
        x += width + BETWEEN_ENTRIES
    return "".join(parts), y + LINE + 10 if entries else 0.0


def legend_symbol(entry: LegendEntry, x: float, y: float) -> str:
    """A legend's symbol as SVG, 20 px wide, with its top left corner at (x, y): a square for bars and cells, a piece of
    a line with a dot for lines, without one for rules, else a dot; dots have the entry's shape."""
    mark, ink, shape, _ = entry
    if mark in ("bar", "rect"):
        edge = RULE if ink in (*HEAT, *BOTH_WAYS) else ink
        return f'<path d="M{x + 4:g},{y + 3:g}h12v12h-12Z" fill="{ink}" stroke="{edge}"/>'
    dot = f'<circle cx="{x + 10:g}" cy="{y + 9:g}" r="5.5" fill="{ink}"/>'
    if shape != "circle":
        dot = f'<path transform="translate({x + 10:g},{y + 9:g}) scale(5.5)" d="{shape}" fill="{ink}"/>'
    if mark not in ("line", "rule"):
        return dot
    unheard = 'stroke-width="2" pointer-events="none"'  # as an axis' lines: it is no mark of a number
    line = f'<line x1="{x:g}" y1="{y + 9:g}" x2="{x + 20:g}" y2="{y + 9:g}" stroke="{ink}" {unheard}/>'
    return line + dot * (mark == "line")
