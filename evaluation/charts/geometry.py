"""Geometry of drawings: boxes, widths of text, and the scene of texts, lines and filled shapes with their boxes, in px.

Widths of text come from the embedded font's advances (`fonts/advances.json`, in thousandths of its size, from its
`hmtx` table). Vega's drawing of a row is found by the row's id, which is in its ``aria-label`` until the drawing is
cleaned.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree

from .theme import FONTS, GRID, PAPER, SIZE

SVG = "{http://www.w3.org/2000/svg}"
GROUND = {GRID, PAPER, "none", "transparent", "white"}  # allowed under a text: the grid lines of an axis
MOVED = re.compile(r"translate\(([-\d.e]+)[ ,]+([-\d.e]+)\)")
STEP = re.compile(r"([MLhvZ])([^MLhvZ]*)")  # a number may have an exponent, of letter e
PATH_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
ROUND = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A")  # as Vega draws a circle
ID = re.compile(r"m\d+(-[a-z\d]+)*")
INHERITED = ("fill", "stroke", "font-size", "font-weight", "text-anchor", "opacity", "pointer-events")

UNKNOWN = "n"  # the width assumed for a character missing from the font
SPACE = " "
HYPHEN = re.compile(r"(?<=-)(?=[^\W\d])")
UNSEEN = ("Cc", "Cf")  # marks of direction and the like have no width

Attributes = dict[str, str]
Segment = tuple[float, float, float, float]


@dataclass(frozen=True)
class Box:
    """The box of a text or a mark, in px; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlaps(self, other: Box) -> bool:
        """Whether two boxes overlap in an area."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def contains(self, other: Box) -> bool:
        """Whether another box lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def distance_to(self, other: Box) -> float:
        """The distance in px to another box; zero if they touch or overlap."""
        across = max(self.left - other.right, 0.0, other.left - self.right)
        return float(math.hypot(across, max(self.top - other.bottom, 0.0, other.top - self.bottom)))

    def distance_to_point(self, point: tuple[float, float]) -> float:
        """The distance in px of a point (x, y) from the box; zero inside."""
        return self.distance_to(Box(*point, *point))

    def is_crossed_by(self, x: float, y: float, x2: float, y2: float) -> bool:
        """Whether a line segment, from (x, y) to (x2, y2), passes through the box, with corners on both sides of it."""
        corners = ((across, down) for across in (self.left, self.right) for down in (self.top, self.bottom))
        sides = {(x2 - x) * (down - y) > (y2 - y) * (across - x) for across, down in corners}
        return len(sides) > 1 and self.overlaps(Box(min(x, x2), min(y, y2), max(x, x2), max(y, y2)))


def bounding_box(boxes: list[Box]) -> Box:
    """The smallest box around ``boxes``, one at least."""
    lefts, tops, rights, bottoms = zip(*((b.left, b.top, b.right, b.bottom) for b in boxes), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True)
class SceneText:
    """A line of text with its box, size and ink; the whole text it belongs to and its anchor; its drawing order; and
    whether it belongs to an axis or a title, which Vega excludes from pointer events."""

    text: str
    box: Box
    size: float
    ink: str
    whole: str
    anchor: tuple[float, float]
    place: int
    is_guide: bool

    @property
    def core(self) -> Box:
        """The box of its letters without descenders (a fifth of the size), smaller by 1 px on each side, by 2 px at the
        top."""
        box = self.box
        return Box(box.left + 1, box.top + 2, box.right - 1, box.bottom - self.size * 0.2 - 1)


@dataclass(frozen=True)
class Shape:
    """A filled shape: box, ink, and drawing order, the last on top."""

    box: Box
    ink: str
    place: int


class Scene:
    """The texts, lines, shapes, colours and rows' marks (by id) of an SVG, with their positions on the page in px."""

    def __init__(self, svg: str | ElementTree.Element):
        """Read an SVG, text or tree, which stays as it is. Its size (``across``, ``down``) is that of its view box,
        else its width and height."""
        root = ElementTree.fromstring(svg) if isinstance(svg, str) else svg
        seen = root.get("viewBox", f"0 0 {root.get('width', 0)} {root.get('height', 0)}")  # anything outside is clipped
        self.across, self.down = map(float, seen.split()[2:])
        self.texts: list[SceneText] = []
        self.lines: list[Segment] = []
        self.mark_lines: list[Segment] = []  # those of no axis
        self.mark_line_inks: list[str] = []  # of each of these
        self.shapes: list[Shape] = []
        self.marks: dict[str, list[Box]] = {}
        self.colours: set[str] = set()
        self.groups: dict[int, list[SceneText]] = {}  # the first lines of texts that stand together
        self.count = 0
        self.collect(root, 0.0, 0.0, {})

    def collect(self, element: ElementTree.Element, x: float, y: float, inherited: Attributes, group: int = 0) -> None:
        """Collect what an element and its descendants draw, translated by (x, y), with ``inherited`` attributes; not
        definitions and invisible texts. ``group`` is the number of the element around it."""
        self.count += 1
        attributes = inherited | {name: value for name in INHERITED if (value := element.get(name))}
        moved = MOVED.search(element.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        tag = element.tag.rpartition("}")[2]
        if tag in ("defs", "clipPath", "title"):
            return
        self.colours |= {element.get(name, "none") for name in ("fill", "stroke")}
        if tag in ("line", "path", "circle"):
            self.collect_shape(tag, element, x, y, attributes)
        elif tag == "text" and attributes.get("opacity") != "0":  # Vega hides ticks that would touch so
            lines = list(text_lines(element, x, y, attributes, self.count))
            self.texts += lines
            self.groups.setdefault(group, []).extend(lines[:1])
        here = self.count
        for child in element if tag not in ("text", "line", "path") else ():
            self.collect(child, x, y, attributes, here)

    def collect_shape(self, tag: str, element: ElementTree.Element, x: float, y: float, attributes: Attributes) -> None:
        """Collect a line, path or circle at (x, y) as a filled shape or as lines, unless it is invisible or its stroke
        is of a colour of `GROUND` (the grid); if it has an id, even an invisible one, also as a mark of that row. Paths
        with other curves than circles are ignored."""
        if not (corners := corners_of(tag, element, x, y)):
            return
        across, down = zip(*corners, strict=True)
        box = Box(min(across), min(down), max(across), max(down))
        if ID.fullmatch(name := element.get("aria-label", "")):
            self.marks.setdefault(name, []).append(box)
        if attributes.get("opacity") == "0":
            return
        fill, stroke = attributes.get("fill", "none"), attributes.get("stroke", "none")
        if tag != "line" and fill not in ("none", "transparent"):
            if box.bottom > box.top:  # zero width is a bar of nearly zero, of which the outline is visible
                self.shapes.append(Shape(box, fill, self.count))
        elif stroke not in GROUND:
            segments = [(*begin, *end) for begin, end in pairwise(corners)]
            self.lines += segments
            if attributes.get("pointer-events") != "none":
                self.mark_lines += segments
                self.mark_line_inks += [stroke] * len(segments)


def text_lines(
    element: ElementTree.Element, x: float, y: float, attributes: Attributes, order: int
) -> Iterator[SceneText]:
    """The lines of a text element, whose coordinates begin at (``x``, ``y``), each with its box and the element's
    drawing ``order``; without blank lines."""
    size = float(attributes.get("font-size", str(SIZE)).removesuffix("px"))
    left, top = x + float(element.get("x", "0")), y + float(element.get("y", "0"))
    spans, anchor = list(element) or [element], (left, top)
    whole = re.sub(r"[ \t\r\n]+", " ", " ".join(part.strip("\n") for part in element.itertext())).strip()
    whole = re.sub(r"(?<=\w-) ", "", whole)  # a word that is broken at its hyphen
    for span in spans:
        top += float(span.get("dy", "0")) if span is not element else 0.0
        text = (span.text or "").strip("\n ")
        width = text_width(text, size, attributes.get("font-weight") == "bold")
        begin = left - {"middle": width / 2, "end": width}.get(attributes.get("text-anchor", "start"), 0.0)
        if text.strip():
            box = Box(begin, top - size * 0.75, begin + width, top + size * 0.2)
            is_guide = attributes.get("pointer-events") == "none"
            yield SceneText(text, box, size, attributes.get("fill", ""), whole, anchor, order, is_guide)


def corners_of(tag: str, element: ElementTree.Element, x: float, y: float) -> list[tuple[float, float]]:
    """The corners, moved by (``x``, ``y``), of a line or of a path of straight lines, in order; two opposite ones of
    the square around a circle; empty for a path with other curves."""
    if tag == "line":
        ends = [float(element.get(name, "0")) for name in ("x1", "y1", "x2", "y2")]
        return [(x + ends[0], y + ends[1]), (x + ends[2], y + ends[3])]
    path = element.get("d", "")
    if tag == "circle" or (circle := ROUND.match(path)):
        r = float(element.get("r", "0") if tag == "circle" else circle[1])  # type: ignore[index]
        x, y = x + float(element.get("cx", "0")), y + float(element.get("cy", "0"))
        return [(x - r, y - r), (x + r, y + r)]
    if re.search(r"[^MLhvZe\d.,-]", path):
        return []
    corners: list[tuple[float, float]] = []
    end = [0.0, 0.0]
    for command, arguments in STEP.findall(path):  # M, L and what is relative: h, v
        values = [float(number) for number in PATH_NUMBER.findall(arguments)]
        for i in range(0, len(values), 1 if command in "hv" else 2):
            if command in "hv":
                end[command == "v"] += values[i]
            else:
                end = values[i : i + 2]
            corners.append((x + end[0], y + end[1]))
        if command == "Z":
            corners.append(corners[0])
    return corners


# Widths of text


@lru_cache(10_000)
def text_width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """The width in px of a line of text of ``size`` px, without kerning, which would make it slightly narrower. Letters
    that the font lacks are as wide as an n."""
    advances = letter_advances("bold" if bold else "regular")
    letters = (letter for letter in text if unicodedata.category(letter) not in UNSEEN)
    # fsum, since Python 3.12 changed the summation of floats, and pages must not depend on the version.
    return size * math.fsum(advances.get(letter, advances[UNKNOWN]) for letter in letters)


def wrap_text(text: str, room: float, bold: bool = False) -> list[str]:
    """The lines of a text wrapped at spaces to ``room`` px in 14 px letters; a wider word breaks, where needed, after a
    hyphen before a letter (not in 2020-21), or exceeds the room. No-break spaces do not break; an empty text is one
    empty line."""
    lines: list[str] = []
    for word in text.split(SPACE):
        parts = [word] if text_width(word, bold=bold) <= room else HYPHEN.split(word)
        for number, part in enumerate(parts):
            longer = lines[-1] + ("" if number else SPACE) + part if lines else part
            if lines and text_width(longer, bold=bold) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
    return lines


def balance_text(text: str, room: float, bold: bool = False) -> list[str]:
    """The lines of a text wrapped at spaces to ``room`` px in 14 px letters: as few as `wrap_text` gives, and as narrow
    as that number of lines allows."""
    lines = wrap_text(text, room, bold)
    closer = wrap_text(text, max_width(lines, bold) - 1, bold)
    while len(closer) == len(lines) and closer != lines:
        lines, closer = closer, wrap_text(text, max_width(closer, bold) - 1, bold)
    return lines


def max_width(lines: list[str], bold: bool = False) -> float:
    """The width in px of the widest line in 14 px letters; 0 without lines."""
    return max((text_width(line, bold=bold) for line in lines), default=0.0)


@lru_cache
def letter_advances(weight: str) -> dict[str, float]:
    """The advance width of each letter that the font has, in parts of its size; ``weight`` is "regular" or "bold"."""
    table = json.loads((FONTS / "advances.json").read_text(encoding="utf-8"))
    return {letter: thousandths / 1000 for letter, thousandths in table[weight].items()}
