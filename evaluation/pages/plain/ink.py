"""Contrast of the marks in an author's chart: at least 3:1 with the paper and with what they overlap (WCAG 2.2,
1.4.11). Fills get an outline, lines alone are darkened; hues are preserved."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import tinycss2.color3

from ...charts.geometry import SVG, Box, Scene
from ...charts.theme import PAPER, QUIET

LEAST = 3.0
# contrasts with paper of lightened fills and of the ink on them: 4.5:1 between them
FILL_CONTRAST, INK_CONTRAST = 3.2, 14.5
FILLED, OVER = {"mark-rect", "mark-area", "mark-arc"}, {"mark-rule", "mark-line", "mark-text"}
KEYS = {"role-legend-symbol", "role-legend-gradient"}
SHAPE_TAGS = {f"{SVG}{name}" for name in ("path", "line", "rect", "circle", "ellipse", "polygon")}
Colour = tuple[float, float, float]  # red, green and blue, from 0 to 1


def make_visible(root: Element) -> None:
    """Adjust the colours of a Vega drawing in place for white paper: every mark gets a visible outline or, if a line, a
    dark ink. If lines or text overlap fills, all fills and the legend get one lower opacity first, and all rules, lines
    and texts are darkened."""
    groups = [(group.get("class", "").split(), group) for group in root.iter(f"{SVG}g")]
    grounds = [shape for names, group in groups if FILLED & {*names} and "role-mark" in names for shape in group]
    overlays = [group for names, group in groups if OVER & {*names} and "role-mark" in names]
    if grounds and overlays and has_overlapped_fills(root):
        keys = [shape for names, group in groups if KEYS & {*names} for shape in group]
        lighten_fills(grounds, keys)
        for element in (element for group in overlays for element in group.iter()):
            darken_element(element)
    for names, group in groups:
        if "role-mark" in names:
            for shape in group:
                if shape.tag in SHAPE_TAGS:
                    outline_shape(shape)


def has_overlapped_fills(root: Element) -> bool:
    """Whether text overlaps a filled shape, or a line crosses one. Text of axes and titles, and the two pixels at a
    shape's edge, do not count."""
    picture = Scene(root)
    cores = [text.core for text in picture.texts if not text.is_guide]
    insides = [shrink_box(shape.box) for shape in picture.shapes]
    return any(
        any(box.overlaps(core) for core in cores) or any(box.is_crossed_by(*line) for line in picture.mark_lines)
        for box in insides
    )


def shrink_box(box: Box) -> Box:
    """A box without a border of two pixels on each side; one up to four pixels wide or high gets no width or height."""
    return Box(box.left + 2, box.top + 2, max(box.left + 2, box.right - 2), max(box.top + 2, box.bottom - 2))


def lighten_fills(grounds: list[Element], keys: list[Element]) -> None:
    """Set in place one opacity for all filled shapes (``grounds``) and the legend's ``keys``, the highest at which dark
    ink on the darkest shape is legible; being one for all, it preserves their order. It replaces their own opacity;
    what was invisible stays so."""
    inks = [colour for shape in grounds if (colour := parse_colour(shape.get("fill", "none")))]
    darkest = max(inks, key=contrast, default=(1.0, 1.0, 1.0))
    opacity = next(
        part / 100 for part in range(100, 0, -1) if contrast(blend_with_paper(darkest, part / 100)) <= FILL_CONTRAST
    )
    for shape in (*grounds, *keys):
        if float(shape.get("opacity", "1")) > 0:
            shape.attrib |= {"fill-opacity": f"{opacity:g}"}
            shape.attrib.pop("opacity", None)


def darken_element(element: Element) -> None:
    """Darken in place an element's fill and stroke, if it has them, to the contrast `INK_CONTRAST` with paper."""
    for name in ("fill", "stroke"):
        if colour := parse_colour(element.get(name, "none")):
            element.set(name, hexadecimal(darken_colour(colour, INK_CONTRAST)))


def outline_shape(shape: Element) -> None:
    """Give a filled shape, in place, an outline of 1 px: white, or grey if its fill is hard to see on paper; darken a
    line that is too light; make invisible what has neither fill nor stroke."""
    opacity = float(shape.attrib.pop("opacity", "1"))
    fill, stroke = (parse_colour(shape.get(name, "none")) for name in ("fill", "stroke"))
    if opacity == 0 or (fill is None and stroke is None):
        shape.attrib |= {"opacity": "0"}
    elif fill is None:
        shape.attrib |= {"stroke": hexadecimal(darken_colour(stroke or (0, 0, 0)))}
        shape.attrib.pop("stroke-opacity", None)
    else:
        fill_opacity = opacity * float(shape.get("fill-opacity", "1"))
        shape.attrib |= {"fill-opacity": f"{fill_opacity:g}"}
        contrasts = contrast(blend_with_paper(fill, fill_opacity)) >= LEAST
        shape.attrib |= {"stroke": PAPER if contrasts else QUIET, "stroke-width": "1"}
        shape.attrib.pop("stroke-opacity", None)


def parse_colour(css: str) -> Colour | None:
    """Parse a colour in CSS as red, green and blue, each from 0 to 1, without its opacity. None for what paints nothing
    (transparent) and for what is no one colour: ``none``, ``currentColor``, a gradient, an unknown word."""
    parsed: Any = tinycss2.color3.parse_color(css)
    if parsed is None or isinstance(parsed, str) or parsed.alpha == 0:
        return None
    return parsed.red, parsed.green, parsed.blue


def luminance(colour: Colour) -> float:
    """The relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: Colour) -> float:
    """The contrast ratio of a colour with white paper, from 1 to 21 (WCAG 2.2)."""
    return 1.05 / (luminance(colour) + 0.05)


def blend_with_paper(colour: Colour, opacity: float) -> Colour:
    """The colour that results from drawing on white paper with an opacity from 0 to 1."""
    red, green, blue = (part * opacity + 1 - opacity for part in colour)
    return red, green, blue


def darken_colour(colour: Colour, least: float = LEAST + 0.1) -> Colour:
    """A colour of the same hue with a contrast of ``least`` or more with paper; unchanged if it has it."""
    while contrast(colour) < least:
        colour = colour[0] * 0.94, colour[1] * 0.94, colour[2] * 0.94
    return colour


def hexadecimal(colour: Colour) -> str:
    """A colour as ``#rrggbb``."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
