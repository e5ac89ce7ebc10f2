"""A chart request becomes SVG that is ready for a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

from ..problems import Refused
from .dots import specification as dots
from .grammar import ChartRefused
from .labels import Labels
from .layout import Chart
from .legend import key_above
from .letters import FONTS
from .panels import Recorded
from .picture import Picture
from .plane import specification as plane
from .points import Point, rows
from .signs import specification as signs
from .theme import FONT, LINE, NUMBERS, TALLEST, WIDE, theme

OWN = {"dots": dots, "plane": plane, "signs": signs}


def draw(chart: str, arguments: dict[str, Any], points: Sequence[Point], language: str, width: int, name: str) -> str:
    """A chart as SVG, ready for a page: named, its ids its own, nothing English left inside, no style attribute.

    ``arguments`` are what is recorded of it beside its points; ``name`` becomes the accessible name; width is 704 or
    288 px.
    """
    options = {"config": theme(), "autosize": {"type": "pad", "contains": "padding"}}
    if "own" in arguments:
        specification = OWN[arguments["own"]](rows(points, language), language, width)
        svg = to_svg(specification | options, format_locale=NUMBERS[language])
    else:
        arguments = arguments | (arguments.get("narrow") or {} if width != WIDE else {})
        try:
            laid_out = Chart(Recorded(arguments, list(points), language), width)
        except ChartRefused as error:
            raise ChartRefused(f"chart {chart}, {language}: {error}") from None
        svg = lifted(to_svg(laid_out.specification() | options, format_locale=NUMBERS[language]))
        labels = Labels(Picture(svg))
        labels.place(laid_out.words())
        svg = completed(svg, labels, key_above(laid_out, width))
    return clean(
        as_wide(svg, width, f"{chart}, {language}"), f"{chart}-{language}-{'wide' if width == WIDE else 'narrow'}", name
    )


AXIS_LABELS = re.compile(r'<g class="mark-text role-axis-label"[^>]*>.*?</g>')
OF_LINES = re.compile(
    r'(<text(?: text-anchor="(end|start)")? transform="translate\([-\d.]+,)([-\d.]+)(\)"[^>]*><tspan.*?</text>)'
)


def lifted(svg: str) -> str:
    """Names of several lines beside their band, or above it: Vega lets the first line stand where one would."""

    def lift(text: re.Match[str]) -> str:
        more = text[0].count("<tspan") - 1
        return f"{text[1]}{float(text[3]) - LINE * more / (2 if text[2] == 'end' else 1):g}{text[4]}"

    return AXIS_LABELS.sub(lambda labels: OF_LINES.sub(lift, labels[0]), svg)


def completed(svg: str, labels: Labels, key: tuple[str, float]) -> str:
    """A drawing with the words beside its marks, and a key above it."""
    found = SIZED.search(svg)
    assert found
    across = float(found[1])
    lowest = max([float(found[2]), *(text.box.bottom + 2 for text in labels.texts)])
    top = key[1] + max([0.0, *(2 - text.box.top for text in labels.texts)])
    end, opening = svg.rindex("</svg>"), svg.index(">") + 1
    inner = svg[opening:end] + labels.svg()
    inner = f'<g transform="translate(0,{top:g})">{inner}</g>' if top else inner
    size = f'width="{across:g}" height="{lowest + top:g}" viewBox="0 0 {across:g} {lowest + top:g}"'
    return svg[:opening].replace(found[0], size, 1) + key[0] + inner + "</svg>"


SLACK = 12  # pixels: drawn smaller by so little, text of 14 px stays above 13
SIZED = re.compile(r'width="([\d.]+)" height="([\d.]+)" viewBox="0 0 [\d.]+ [\d.]+"')


def as_wide(svg: str, width: int, chart: str) -> str:
    """A drawing as wide as its page. Raises Refused for one that needs more, naming the ``chart`` and its language."""
    found = SIZED.search(svg)
    if found is None or float(found[1]) > width + SLACK:
        drawn = found[1] if found else "of no size"
        way = "by shorter names, fewer words at the marks, or narrow="
        raise Refused(f"chart {chart}: found {drawn} px wide; allowed: {width}, {way}")
    if width == WIDE and float(found[2]) > TALLEST:
        allowed = f"{TALLEST}, what a page of paper holds: two charts, or fewer rows or panels"
        raise Refused(f"chart {chart}: found {found[2]} px tall; allowed: {allowed}")
    drawn = max(width, round(float(found[1])))  # what is a little wider is drawn that much smaller
    size = f'width="{width}" height="{found[2]}" viewBox="0 0 {drawn} {found[2]}"'
    return svg.replace(found[0], size, 1)


def to_svg(specification: dict[str, Any], **options: Any) -> str:
    """Vega-Lite as SVG by vl-convert, with the project's font; `publisher` has another process do it."""
    import vl_convert

    register_font()
    return vl_convert.vegalite_to_svg(specification, **options)


@lru_cache
def register_font() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def clean(svg: str, prefix: str, name: str) -> str:
    """Own ids, no inner roles, one accessible name."""
    svg = re.sub(r'\s(?:aria-[a-z]+|role|class|style|xmlns:xlink)="[^"]*"', "", clean_ids(svg, prefix))
    svg = slim(UNSEEN.sub("", svg).replace(' stroke-dasharray="1,0"', ""))  # a line without gaps
    svg = svg.replace(
        "<svg", f'<svg role="img" aria-label="{escape(name, quote=True)}" font-family="{FONT}, sans-serif"', 1
    )
    opening = svg.index(">") + 1
    return f"{svg[:opening]}<title>{escape(name)}</title>{svg[opening:]}"


DEFAULTS = re.compile(
    rf'\s(?:(?:fill-|stroke-)?opacity="1"|font-weight="normal"|stroke-width="1"|text-anchor="start"|font-family="{FONT}")'
)
# A line's end without a place of its own lies at its begin; what is moved nowhere is not moved.
LEVEL = re.compile(r'(?<=") [xy]2="0"(?=[ /])| transform="translate\(0,0\)"')
EMPTY = re.compile(  # the ground of a panel has no ink
    r'<path d="(?:M0,0h0v0h0Z)?"[^>]*/>|<path d="M0,0h[\d.]+v[\d.]+h-[\d.]+Z"/>|<g[^>]*/>|<g[^>]*></g>'
)
UNSEEN = re.compile(
    r'<(?:path|line)[^>]* opacity="0"[^>]*/>|<text[^>]* opacity="0"[^>]*>.*?</text>'
)  # places, ticks that touch
TAG = re.compile(r"<[^>]*>")
LONG_NUMBER = re.compile(r"\d+\.\d+(?:e-\d+)?")


def slim(svg: str) -> str:
    """The same drawing without what says nothing: defaults, empty shapes and groups, hundredths of a pixel. What
    stands between the tags is said to a reader and stays as it is."""
    svg = TAG.sub(lambda tag: LONG_NUMBER.sub(tenths, DEFAULTS.sub("", tag[0])), svg)
    svg = LEVEL.sub("", svg)
    while (less := EMPTY.sub("", svg)) != svg:
        svg = less
    svg = PLACED.sub(r'<text\1 x="\2" y="\3"\4>', svg)
    svg = CIRCLE.sub(r'<circle cx="\1" cy="\2" r="\3"', svg)
    return LEAVES.sub(lambda group: hoisted(group[1], group[2]), svg)


def tenths(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 1):.15g}"


PLACED = re.compile(r'<text([^>]*) transform="translate\(([-\d.]+),([-\d.]+)\)"([^>]*)>(?=[^<]*</text>)')  # of one line
CIRCLE = re.compile(  # as Vega draws one: two half circles around a moved origin
    r'<path transform="translate\(([-\d.]+),([-\d.]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"'
)
LEAVES = re.compile(r"<g([^>]*)>((?:<(?:path|line|text|rect|circle)[^>]*?(?:/>|>[^<]*</text>))+)</g>")
SHARED = ("fill", "stroke", "stroke-width", "font-size", "text-anchor")


def hoisted(attributes: str, children: str) -> str:
    """A group of marks with what all of them share said once, on the group."""
    tags = re.findall(r"<(?:path|line|text|rect|circle)([^>]*?)/?>", children)
    for name in SHARED:
        found = {re.search(rf'\s{name}="([^"]*)"', tag) for tag in tags}
        values = {match[0] if match else None for match in found}
        if len(tags) > 1 and len(values) == 1 and (shared := values.pop()) and f" {name}=" not in attributes:
            attributes, children = attributes + shared, children.replace(shared, "")
    return f"<g{attributes}>{children}</g>"


def clean_ids(svg: str, prefix: str) -> str:
    """Every id as ``<prefix>-<n>``: vl-convert counts ids through a whole process, so that two drawings of one
    page would share them, and the same drawing would differ from build to build."""
    ids = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    for number, old in enumerate(ids, start=1):
        svg = re.sub(rf'(\bid="|url\(#|href="#){re.escape(old)}(?=["\)])', rf"\g<1>{prefix}-{number}", svg)
    return svg
