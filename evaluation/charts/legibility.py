"""Legibility of a drawing, judged by its SVG as on the page, whatever drew it.

Each text must be complete, large enough, and free of overlaps, crossing lines and covering shapes; each colour must be
one of the project's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from .geometry import GROUND, Box, Scene, SceneText
from .theme import BELOW, DARK, GRID, HEAT, INK, PAPER, QUIET, RULE, SERIES

LEAST_SIZE = 12.0
COLOURS = {*SERIES, *HEAT, BELOW, INK, QUIET, RULE, PAPER, GRID, "none", "transparent", "white"}
LEAST_GAP = 4.0  # px between two numbers on one line: a space's width
DEEP = {*DARK, *SERIES, QUIET, INK}  # backgrounds of white letters
PALE = {*HEAT[:3], BELOW, RULE, GRID}  # inks that are legible on no background
EDGE = 1.0  # px that a letter may exceed an edge: its side bearing
NEAR = 1.6  # px from the end of a line to its dot at most
# px: a dot is smaller than the first, unlike short bars, and larger than the second, unlike short lines
DOT, LEAST_DOT = 16.0, 3.0


def faults(svg: str) -> list[str]:
    """The faults of a drawing, given as SVG, each once, with its text or colour; empty for a legible one."""
    picture = Scene(svg)
    problems = [f"the colour {colour!r}, not of the palette" for colour in sorted(picture.colours - COLOURS)]
    for line in picture.texts:
        problems += [f"{line.text!r} {fault}" for fault in text_faults(line, picture)]
    pairs = list(combinations(picture.texts, 2))
    problems += [f"{first.text!r} on {second.text!r}" for first, second in pairs if first.core.overlaps(second.core)]
    dots = [(shape.box.middle, shape.ink) for shape in picture.shapes if is_dot(shape.box)]
    inked = zip(picture.mark_lines, picture.mark_line_inks, strict=True)
    ends = [(end, ink) for (x, y, x2, y2), ink in inked if x != x2 and y != y2 for end in ((x, y), (x2, y2))]
    if not all(any(math.dist(end, dot) < NEAR and fill in (ink, PAPER) for dot, fill in dots) for end, ink in ends):
        problems.append("a line that misses its dots")
    separate = [(first, second) for first, second in pairs if not first.core.overlaps(second.core)]
    problems += [f"{first.text!r} runs into {second.text!r}" for first, second in separate if runs_into(first, second)]
    return list(dict.fromkeys(problems))


def text_faults(line: SceneText, picture: Scene) -> Iterator[str]:
    """The faults of one line of text: too small, cut at an edge, crossed by a line, under a mark, partly on a mark, or
    without contrast: white letters must stand on a ground of `DEEP`, letters of other inks on no such ground."""
    box, core = line.box, line.core
    if line.size < LEAST_SIZE - 0.05:
        yield f"at {line.size:g} px (12 or more)"
    if box.left < -EDGE or box.right > picture.across + EDGE or box.top < -EDGE or box.bottom > picture.down + 4:
        yield "cut at an edge"
    if any(core.is_crossed_by(*segment) for segment in picture.lines):
        yield "crossed by a line"
    covering = [shape for shape in picture.shapes if shape.box.overlaps(core) and shape.place > line.place]
    if any(shape.ink not in GROUND or shape.box.contains(core) for shape in covering):
        yield "under a mark"
    grounds = [shape for shape in picture.shapes if shape.box.overlaps(core) and shape.place < line.place]
    if any(not shape.box.contains(core) and shape.ink not in GROUND for shape in grounds):
        is_wider = any(line.box.width > shape.box.width for shape in grounds)
        yield "wider than its box" if is_wider else "half on a mark"
    ground = next((shape.ink for shape in reversed(grounds) if shape.box.contains(core)), PAPER)
    if (line.ink == PAPER) is not (ground in DEEP) or line.ink in PALE:
        yield f"in {line.ink} on {ground}"


def runs_into(first: SceneText, second: SceneText) -> bool:
    """Whether two texts on one line, in either order, are so close, digit to digit, that they read as one number."""
    left, right = sorted((first, second), key=lambda line: line.box.left)
    touching = right.box.left - left.box.right < LEAST_GAP and abs(first.core.bottom - second.core.bottom) < 2
    return touching and left.text[-1:].isdigit() and right.text[:1].isdigit()


def is_dot(box: Box) -> bool:
    """Whether a mark is a dot of any shape, judged by its box: nearly square, between `LEAST_DOT` and `DOT` px."""
    height = box.bottom - box.top
    return LEAST_DOT < height < DOT and box.width < DOT and abs(box.width - height) < 2
