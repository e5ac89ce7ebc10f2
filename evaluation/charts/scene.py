"""The look at a drawing alone: each text is whole, large enough, on nothing else, crossed by nothing and under nothing;
each colour is the project's.

What is looked at is the SVG as it stands on the page, so that whatever drew it is held to the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from .picture import GROUND, Line, Picture
from .theme import BELOW, GRID, HEAT, INK, PAPER, QUIET, RULE, SERIES

LEAST_SIZE = 12.0
COLOURS = {*SERIES, *HEAT, BELOW, INK, QUIET, RULE, PAPER, GRID, "none", "transparent", "white"}
LEAST_GAP = 4.0  # px between two numbers on one line: a space's width
LEAST_CONTRAST = 4.5
EDGE = 1.0  # px that a letter may lie over an edge: its own side bearing


def faults(svg: str) -> list[str]:
    """What is wrong with a drawing, each with the text or the colour, none where all is well."""
    picture = Picture(svg)
    found = [f"the colour {colour!r}, not of the palette" for colour in sorted(picture.colours - COLOURS)]
    for line in picture.texts:
        found += [f"{line.text!r} {fault}" for fault in faults_of(line, picture)]
    pairs = list(combinations(picture.texts, 2))
    found += [f"{one.text!r} on {other.text!r}" for one, other in pairs if one.core.touches(other.core)]
    apart = [(one, other) for one, other in pairs if not one.core.touches(other.core)]
    found += [f"{one.text!r} runs into {other.text!r}" for one, other in apart if runs_into(one, other)]
    return list(dict.fromkeys(found))


def faults_of(line: Line, picture: Picture) -> Iterator[str]:
    """What is wrong with one line of text."""
    box, core = line.box, line.core
    if line.size < LEAST_SIZE - 0.05:
        yield f"at {line.size:g} px (12 or more)"
    if box.left < -EDGE or box.right > picture.across + EDGE or box.top < -EDGE or box.bottom > picture.down + 4:
        yield "cut at an edge"
    if any(core.crossed(*segment) for segment in picture.lines):
        yield "crossed by a line"
    under = [shape for shape in picture.shapes if shape.box.touches(core) and shape.place > line.place]
    if any(shape.ink not in GROUND or shape.box.holds(core) for shape in under):
        yield "under a mark"
    on = [shape for shape in picture.shapes if shape.box.touches(core) and shape.place < line.place]
    if any(not shape.box.holds(core) and shape.ink not in GROUND for shape in on):
        yield "wider than its box" if any(line.box.wide > shape.box.wide for shape in on) else "half on a mark"
    ground = next((shape.ink for shape in reversed(on) if shape.box.holds(core)), PAPER)
    if contrast(line.ink or INK, ground) < LEAST_CONTRAST:
        yield f"in {line.ink} on {ground}"


def runs_into(one: Line, other: Line) -> bool:
    """Whether two texts with digits stand on one line so close that they read as one number."""
    left, right = sorted((one, other), key=lambda line: line.box.left)
    beside = right.box.left - left.box.right < LEAST_GAP and abs(one.core.bottom - other.core.bottom) < 2
    return beside and left.text[-1:].isdigit() and right.text[:1].isdigit()


def contrast(one: str, other: str) -> float:
    """How much lighter one colour is than another, by the Web Content Accessibility Guidelines (1 to 21)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#") if colour.startswith("#") else "ffffff"
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
