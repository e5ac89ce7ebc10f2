"""A chart request becomes SVG that is ready for a page: drawn by Vega, with words beside its marks, then cleaned."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..problems import Refused
from .colours import key_above
from .dots import drawing as boxes_of_dots
from .grammar import ChartRefused
from .labels import PlacedTexts
from .layout import Layout
from .parts import Point, Recorded
from .picture import MOVED, ROUND, SVG, Picture
from .theme import FONT, FONTS, TALLEST, WIDE, theme

ElementTree.register_namespace("", SVG.strip("{}"))
SLACK = 12  # pixels: drawn smaller by so little, text of 14 px stays above 13
G = f"{SVG}g"
UNKEPT = re.compile(  # English, what the root says, and what is so without being said
    r"(aria-.*|role|class|style|id|font-family)=.*|font-weight=normal|(fill-|stroke-)?opacity=1|text-anchor=start"
    r"|transform=translate\(0,0\)|stroke-width=1|stroke-dasharray=1,0|[xy]2=0"
)
EMPTY = ("", "M0,0h0v0h0Z")
LONG_NUMBER = re.compile(r"\d+\.\d+(?:e-\d+)?")


def draw(chart: str, arguments: dict[str, Any], points: Sequence[Point], language: str, width: int, name: str) -> str:
    """A chart as SVG, ready for a page: named, without ids, nothing English left inside, no style attribute.

    ``arguments`` are what is recorded of it beside its points; ``name`` becomes the accessible name; width is 704 or
    288 px. Raises Refused for one that has no room, naming the ``chart`` and its language.
    """
    if "own" in arguments:
        root = boxes_of_dots(points, language, width)
    else:
        try:
            layout = Layout(Recorded(arguments, list(points), language), width)
        except ChartRefused as error:
            raise ChartRefused(f"chart {chart}, {language}: {error}") from None
        options = {"config": theme(language), "autosize": {"type": "pad", "contains": "padding"}}
        root = ElementTree.fromstring(to_svg(layout.specification() | options))
        labels = PlacedTexts(Picture(root), layout)
        labels.place()
        if misplaced := "; ".join(islice(labels.misplaced(), 3)):
            allowed = "numbers at their marks; fewer or shorter names, or panels (facet)"
            raise ChartRefused(f"chart {chart}, {language}: found {misplaced} ({width} px); allowed: {allowed}")
        complete(root, labels, key_above([] if layout.direct else layout.colours.key(), width))
    fit(root, width, f"chart {chart}, {language}")
    clean(root)
    root.attrib = {"role": "img", "aria-label": name, "font-family": f"{FONT}, sans-serif"} | root.attrib
    title = Element(f"{SVG}title")
    title.text = name
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def to_svg(specification: dict[str, Any]) -> str:
    """Vega-Lite as SVG by vl-convert, with the project's font; `publisher` has another process do it."""
    import vl_convert

    register_font()
    return vl_convert.vegalite_to_svg(specification)


@lru_cache
def register_font() -> None:
    """Have vl-convert know the project's font."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def complete(root: Element, labels: PlacedTexts, key: tuple[str, float]) -> None:
    """A drawing with the words beside its marks, and a key above it."""
    lowest = max([float(root.get("height", "0")), *(text.box.bottom + 2 for text in labels.texts)])
    top = key[1] + max([0.0, *(2 - text.box.top for text in labels.texts)])
    inner = Element(G, {"transform": f"translate(0,{top:g})"} if top else {})
    inner.extend([*root, *elements("".join(text.svg() for text in labels.texts))])
    root[:] = [*elements(key[0]), inner]
    root.attrib |= {"height": f"{lowest + top:g}"}


def elements(svg: str) -> list[Element]:
    """Parts of an SVG that are written as text."""
    return list(ElementTree.fromstring(f'<g xmlns="{SVG.strip("{}")}">{svg}</g>'))


def fit(root: Element, width: int, chart: str) -> None:
    """Have a drawing be as wide as its page. Raises Refused for one that needs more, naming the ``chart``."""
    across, down = root.get("width", "0"), root.get("height", "0")
    if float(across) > width + SLACK:
        way = "by shorter names or fewer words at the marks"
        raise Refused(f"{chart}: found {across} px wide; allowed: {width}, {way}")
    if width == WIDE and float(down) > TALLEST:
        way = "fewer rows, or two charts; panels one under the other (row) as panels side by side (column)"
        raise Refused(f"{chart}: found {down} px tall; allowed: {TALLEST}, what a page of paper holds: {way}")
    viewed = max(width, round(float(across)))  # what is a little wider is drawn that much smaller
    root.attrib |= {"width": f"{width}", "viewBox": f"0 0 {viewed} {down}"}


def clean(element: Element) -> None:
    """The same drawing without roles, what is not seen, and hundredths of a pixel; round marks as circles."""
    for child in element:
        clean(child)
    seen = [child for child in element if not is_unseen(child)]
    element[:] = [part for child in seen for part in (child if child.tag == G and not child.attrib else [child])]
    if circle := ROUND.match(element.get("d", "")):
        moved = MOVED.search(element.attrib.pop("transform", "translate(0,0)"))
        del element.attrib["d"]
        element.tag = f"{SVG}circle"
        element.attrib |= dict(zip(("cx", "cy", "r"), (moved[1], moved[2], circle[1]), strict=True))  # type: ignore[index]
    kept = {name: value for name, value in element.attrib.items() if not UNKEPT.fullmatch(f"{name}={value}")}
    for name, value in kept.items():
        kept[name] = LONG_NUMBER.sub(lambda number: f"{round(float(number[0]), 1):.15g}", value)
    element.attrib = kept


def is_unseen(element: Element) -> bool:
    """Whether nothing is drawn: a place, a tick that would touch, an empty group or path, the ground of a panel."""
    bare = element.tag == G and not len(element)
    return bare or element.get("opacity") == "0" or element.get("d") in EMPTY or set(element.attrib) == {"d"}
