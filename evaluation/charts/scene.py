"""The look at a drawing's scene: each text is whole, large enough, on nothing else and crossed by nothing; each colour
is the project's.

What is looked at is the SVG as it stands on the page, so that whatever drew it is held to the same. Texts are measured
by the letters of the embedded font.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from xml.etree import ElementTree

from .letters import width
from .placing import Box
from .theme import BELOW, GRID, HEAT, INK, PAPER, QUIET, RULE, SERIES, SIZE

LEAST_SIZE = 12.0
COLOURS = {*SERIES, *HEAT, BELOW, INK, QUIET, RULE, PAPER, GRID, "none", "transparent", "white"}
GROUND = {GRID, PAPER, "none", "transparent", "white"}  # what may lie under a text: the lines of an axis' ticks
MOVED = re.compile(r"translate\(([-\d.e]+)[ ,]+([-\d.e]+)\)")
STEP = re.compile(r"([MLHVhvlZz])([^A-Za-z]*)")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
INHERITED = ("fill", "stroke", "font-size", "font-weight", "text-anchor", "opacity")
LEAST_GAP = 4.0  # px between two numbers on one line: a space's width
EDGE = 1.0  # px that a letter may lie over an edge: its own side bearing

Attributes = dict[str, str]
Segment = tuple[float, float, float, float]


@dataclass(frozen=True)
class Words:
    """A line of text where it stands, and how large it is."""

    text: str
    box: Box
    size: float

    @property
    def core(self) -> Box:
        """The box of its letters without what hangs below the line, a pixel in from every side."""
        box = self.box
        return Box(box.left + 1, box.top + 2, box.right - 1, box.bottom - self.size * 0.2 - 1)


def faults(svg: str) -> list[str]:
    """What is wrong with a drawing, each with the text or the colour, none where all is well."""
    root = ElementTree.fromstring(svg)
    across, down = (float(root.get(side, "0")) for side in ("width", "height"))
    scene = Scene(root)
    found = [f"the colour {colour!r}, not of the palette" for colour in sorted(scene.colours - COLOURS)]
    for one in scene.words:
        box = one.box
        if one.size < LEAST_SIZE - 0.05:
            found.append(f"{one.text!r} at {one.size:g} px (12 or more)")
        if box.left < -EDGE or box.right > across + EDGE or box.top < -EDGE or box.bottom > down + 4:
            found.append(f"{one.text!r} cut at an edge")
        if any(one.core.crossed(*line) for line in scene.lines):
            found.append(f"{one.text!r} crossed by a line")
        if any(wider(one, box) for box in scene.boxes):
            found.append(f"{one.text!r} wider than its box")
    pairs = list(combinations(scene.words, 2))
    found += [f"{one.text!r} on {other.text!r}" for one, other in pairs if one.core.touches(other.core)]
    apart = [(one, other) for one, other in pairs if not one.core.touches(other.core)]
    found += [f"{one.text!r} runs into {other.text!r}" for one, other in apart if runs_into(one, other)]
    return list(dict.fromkeys(found))


def runs_into(one: Words, other: Words) -> bool:
    """Whether two texts with digits stand on one line so close that they read as one number."""
    left, right = sorted((one, other), key=lambda words: words.box.left)
    beside = right.box.left - left.box.right < LEAST_GAP and abs(one.core.bottom - other.core.bottom) < 2
    return beside and left.text[-1:].isdigit() and right.text[:1].isdigit()


def wider(words: Words, box: Box) -> bool:
    """Whether a text begins in a box and is too wide for it."""
    core, middle = words.core, (words.core.left + words.core.right) / 2
    inside = box.left < middle < box.right and box.top < core.top and core.bottom < box.bottom
    return inside and words.box.right - words.box.left > box.right - box.left


class Scene:
    """The parts of an SVG with their places on the page."""

    def __init__(self, root: ElementTree.Element):
        self.words: list[Words] = []
        self.lines: list[Segment] = []
        self.boxes: list[Box] = []
        self.colours: set[str] = set()
        self.walk(root, 0.0, 0.0, {})

    def walk(self, element: ElementTree.Element, x: float, y: float, inherited: Attributes) -> None:
        own = inherited | {name: value for name in INHERITED if (value := element.get(name))}
        moved = MOVED.search(element.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        kind = element.tag.rpartition("}")[2]
        if kind in ("defs", "clipPath", "title"):
            return
        self.colours |= {element.get(name, "none") for name in ("fill", "stroke")}
        if kind == "text" and own.get("opacity") != "0":  # Vega hides ticks that would touch so
            self.words += words_of(element, x, y, own)
        elif kind == "line":
            self.line(element, x, y, own)
        elif kind == "path":
            self.path(element, x, y, own)
        for child in element if kind not in ("text", "line", "path") else ():
            self.walk(child, x, y, own)

    def line(self, element: ElementTree.Element, x: float, y: float, own: Attributes) -> None:
        if own.get("stroke", "none") not in GROUND and own.get("opacity") != "0":
            ends = [float(element.get(name, "0")) for name in ("x1", "y1", "x2", "y2")]
            self.lines.append((x + ends[0], y + ends[1], x + ends[2], y + ends[3]))

    def path(self, element: ElementTree.Element, x: float, y: float, own: Attributes) -> None:
        corners = [(x + across, y + down) for across, down in corners_of(element.get("d", ""))]
        filled, stroked = (own.get(name, "none") != "none" for name in ("fill", "stroke"))
        if len(corners) == 4 and element.get("d", "").strip().lower().endswith("z"):
            if filled and own["fill"] != "transparent":
                across, down = zip(*corners, strict=True)
                self.boxes.append(Box(min(across), min(down), max(across), max(down)))
        elif stroked and not filled and own["stroke"] not in GROUND:
            for one, other in pairwise(corners):
                self.lines.append((*one, *other))


def words_of(element: ElementTree.Element, x: float, y: float, own: Attributes) -> Iterator[Words]:
    """The lines of a text, each with its box around its baseline."""
    size = float(own.get("font-size", str(SIZE)).removesuffix("px"))
    left, top = x + float(element.get("x", "0")), y + float(element.get("y", "0"))
    spans = list(element) or [element]
    for span in spans:
        top += float(span.get("dy", "0")) if span is not element else 0.0
        text = (span.text or "").strip("\n")
        wide = width(text, size, own.get("font-weight") == "bold")
        begin = left - {"middle": wide / 2, "end": wide}.get(own.get("text-anchor", "start"), 0.0)
        if text.strip():
            yield Words(text, Box(begin, top - size * 0.75, begin + wide, top + size * 0.2), size)


def corners_of(path: str) -> list[tuple[float, float]]:
    """The corners of a path of straight lines; none where it has curves."""
    if re.search(r"[ACQSTacqst]", path):
        return []
    corners: list[tuple[float, float]] = []
    x = y = 0.0
    for command, rest in STEP.findall(path):
        values = [float(number) for number in NUMBER.findall(rest)]
        for i in range(0, len(values), 1 if command in "HVhv" else 2):
            left, top = (x, y) if command in "hvl" else (0.0, 0.0)  # what a corner is told from
            if command not in "Vv":
                x = left + values[i]
            if command not in "Hh":
                y = top + values[i if command in "Vv" else i + 1]
            corners.append((x, y))
    return corners
