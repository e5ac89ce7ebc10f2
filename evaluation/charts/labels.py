"""Words beside marks, at the ends of lines and on segments, clear of marks and of each other.

Vega says where the marks are; each text has places where it may stand, the best first, and takes the first that is
clear. One that must be said and finds none takes the place where it covers least: the look tells what it covers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING

from .picture import Box, Picture, around
from .scales import Names
from .theme import BEYOND, INDENT, INK, LINE, QUIET, SIZE, widest

if TYPE_CHECKING:
    from .layout import Layout
    from .marks import Marks, Words
    from .parts import Row

ACROSS = 40.0  # px that lines across a panel are longer, and no mark of one name
APART = 4.0  # px between two texts on one line: closer, two numbers read as one
HIGHEST = -60  # px; a drawing is made so much higher for words over its marks
FARTHEST = 40.0  # px that a number may stand from its mark: farther, a reader takes it for another's
NEAR = 1.6  # px that a mark may lie from where its row's number is on the axis
Position = tuple[float, float]
BASELINE = 12.5  # px from the top of a line to its letters' feet


@dataclass
class Text:
    """A text that has its place: the top left of its box."""

    lines: list[str]
    box: Box
    ink: str = INK
    bold: bool = False

    def svg(self) -> str:
        """The text as an element of an SVG."""
        x, y = f"{self.box.left:.1f}", f"{self.box.top + BASELINE:.1f}"
        look = f'fill="{self.ink}" font-size="{SIZE}px"' + (' font-weight="bold"' if self.bold else "")
        spans = "".join(
            f'<tspan x="{x}"{f""" dy="{LINE}" """.rstrip() if n else ""}>{escape(line)}</tspan>'
            for n, line in enumerate(self.lines)
        )
        return f'<text x="{x}" y="{y}" {look}>{escape(self.lines[0]) if len(self.lines) == 1 else spans}</text>'


@dataclass
class PlacedTexts:
    """The texts of one drawing, as they find their places."""

    picture: Picture
    layout: Layout
    texts: list[Text] = field(default_factory=list)
    boxes: list[tuple[Words, Box]] = field(default_factory=list)  # of the words that stand beside marks

    def __post_init__(self) -> None:
        self.taken = [line.box for line in self.picture.texts]
        self.shapes = [shape.box for shape in self.picture.shapes]
        self.dots = [box.middle for box in self.shapes if box.wide < 16 and abs(box.wide - (box.bottom - box.top)) < 2]
        self.signs = [box for name, boxes in self.picture.marks.items() if "-" in name for box in boxes]  # also arrows

    def place(self) -> None:
        """Give every text its place: first those that have one alone, then those that must be said, what is grey
        last; what names a rule has the most places."""
        order = {"named": 0, "missing": 0, "end": 1, "before": 1, "low": 2, "high": 2, "along": 4}
        self.place_last([words for words in self.layout.words if words.where == "last"])
        rest = [words for words in self.layout.words if words.where != "last"]
        for words in sorted(rest, key=lambda w: (order.get(w.where, 3), not w.needed, w.ink == QUIET)):
            self.place_one(words)

    # Where texts may stand

    def place_one(self, words: Words) -> None:
        """Give one text its place, near to its mark and nearer to it than to any other."""
        boxes = self.picture.marks.get(words.mark, [])
        if not boxes:
            return
        frame, wide = self.picture.marks[words.panel][0], widest(words.lines)
        first = 0.0 if isinstance(self.layout.scales["y"], Names) else frame.left  # no number among an axis' ticks
        last = frame.left - self.layout.left + self.layout.room
        places = [
            Box(x, y, x + wide, y + LINE * len(words.lines))
            for x, y in self.places(words, boxes, Box(frame.left, frame.top, last, frame.bottom), frame.right, wide)
        ]
        inside = [box for box in places if box.left >= first and box.right <= last and box.top >= HIGHEST]
        if isinstance(self.layout.scales["x"], Names):  # under the names there, it would be read as one of them
            inside = [box for box in inside if box.top < frame.bottom]
        if words.where in ("over", "between", "end", "before"):
            own, left = around(boxes), (words.reach or 0.0) < 0
            end = Box(own.left if left else own.right, own.top, own.left if left else own.right, own.bottom)
            nearest = [box for box in inside if self.is_nearest(box, [end] if words.bar else boxes)]
            inside = nearest or (inside if words.must else [])
        if words.where == "along":
            inside = [box for box in inside if self.is_at_own_rule(box, words)] or inside
        box = min(inside, key=self.covered, default=None)
        rows = self.layout.above and isinstance(self.layout.scales["y"], Names)
        crossed = 1 if rows and words.where in ("end", "before") else 0  # a number is read through a line
        if box is not None and self.covered(box) <= (math.inf if words.must else crossed):
            self.taken.append(box)
            self.texts.append(Text(words.lines, box, words.ink))
            self.boxes.append((words, box))

    def is_nearest(self, box: Box, own: list[Box]) -> bool:
        """Whether a text is nearer to its own mark, with its arrow, than to any other."""
        near = min(box.far(one.middle) for one in own)
        down = isinstance(self.layout.scales["y"], Names)
        others = (one for one in self.signs if abs(one.middle[down] - own[0].middle[down]) > 1)  # of other names
        others = (one for one in others if (one.bottom - one.top if down else one.wide) < ACROSS)
        dots = all(near <= box.far(dot) for dot in self.dots if math.dist(dot, own[0].middle) > 1)
        return dots and all(near <= box.apart(one) + 5 for one in others)

    def is_at_own_rule(self, box: Box, words: Words) -> bool:
        """Whether no other upright rule of the panel stands over, under or beside a rule's name."""
        named = [one for one in self.layout.words if one.where == "along" and one.panel == words.panel]
        own, *others = [
            self.picture.marks[one.mark][0].middle[0] for one in (words, *named) if one.mark in self.picture.marks
        ]
        far = min([4.0, *(abs(x - own) for x in others if abs(x - own) > 1)]) - 1
        return all(not box.left - far < x < box.right + far for x in others if abs(x - own) > 1)

    def covered(self, box: Box) -> int:
        """How much a text would cover: another text most, a mark, a line."""
        letters = Box(box.left + 0.5, box.top + 2, box.right - 0.5, box.bottom - 3)
        apart = Box(box.left - APART, box.top + 2, box.right + APART, box.bottom - 3)
        texts, marks = sum(map(apart.touches, self.taken)), sum(map(letters.touches, self.shapes))
        beside = Box(box.left - 2, box.top + 1, box.right + 2, box.bottom - 1)
        return 6 * texts + 3 * marks + sum(beside.crossed(*line) for line in self.picture.lines)

    def places(self, words: Words, boxes: list[Box], room: Box, right: float, wide: float) -> Iterator[Position]:
        """The left and the top of where a text may stand in a panel's room, the best place first; its frame ends at the
        ``right``."""
        whole, (x, y), where, names = around(boxes), boxes[0].middle, words.where, self.layout.names
        lying = y - LINE / 2
        if where == "named":  # under its name
            raised = LINE + 1 if words.key in self.layout.raised else 0
            yield room.left - self.layout.words_left + INDENT, y - names.band / 2 - raised
        elif where == "raised":
            x = (boxes[0].left if (words.reach or 0.0) < 0 else boxes[0].right) if words.bar else x
            for left in (x - wide / 2, x - 6, x + 6 - wide, x + 3, x - 3 - wide):  # also beside a line at its place
                yield max(room.left, min(left, room.right - wide)), y - names.band / 2 - LINE - 1
        elif where in ("end", "missing"):
            gap = 7.0
            yield whole.right + gap, lying
            yield whole.left - gap - wide, lying
            x = whole.right if words.bar else x
            for left in (min(x - 4, room.right - wide), x - wide / 2, x + 4 - wide):
                yield left, y - LINE - 8
                if not self.layout.above:  # where it would be over the next name
                    yield left, y + 8
        elif where in ("low", "high"):
            yield whole.right + 7 if where == "high" else whole.left - 7 - wide, lying
        elif where == "before":
            yield whole.left - 7 - wide, lying
            yield whole.right + 7, lying
            yield from ((x - wide / 2, top) for top in (whole.top - LINE - 3, whole.bottom + 3) if not words.bar)
        elif where == "along":
            tall = LINE * len(words.lines)
            if isinstance(self.layout.scales["x"], Names):
                yield from beside_line(whole, Box(room.left, room.top, right, room.bottom), wide, tall)
            for top in steps(room.top - tall - 2, -LINE, 3):  # over a line, as its head
                yield from ((min(left, room.right - wide), top) for left in (x - wide / 2, x + 1 - wide, x - 1))
        else:
            x, y = whole.middle
            if where == "between" and wide > self.layout.across / len(names.keys) - 4:  # it would be over the next mark
                return
            left = min(max(x - wide / 2, room.left + 3), right - wide) if wide < right - room.left else x - wide / 2
            yield from ((left, whole.top - LINE - gap) for gap in (3, 7, 11))
            yield from ((left, whole.bottom + gap) for gap in (3, 8))
            if where == "between":
                return
            for far in (9, 14, 22, 34)[: None if words.needed else 3]:  # farther it would not be seen whose it is
                yield from places_around(x, y, wide, far)

    # Texts that find their places together

    def place_last(self, last: list[Words]) -> None:
        """Names at the ends of lines, below each other as the lines end, as near to them as they all have room."""
        for panel in dict.fromkeys(words.panel for words in last):
            frame = self.picture.marks[panel][0]
            own = [words for words in last if words.panel == panel and words.mark in self.picture.marks]
            own.sort(key=lambda words: self.picture.marks[words.mark][0].middle[1])
            heights = [float(LINE * len(words.lines)) for words in own]
            ends = [self.picture.marks[words.mark][0].middle for words in own]
            wanted = [y - height / 2 for (_, y), height in zip(ends, heights, strict=True)]
            tops = spread(wanted, heights, frame.top - 8, frame.bottom - 1)
            for words, (x, _), top in zip(own, ends, tops, strict=True):
                beside = [(BEYOND, [words.number])] if words.number else []
                for aside, lines in [*beside, (max(8.0, words.beyond), words.lines)]:
                    left = x + aside
                    if lines is words.lines and self.layout.has_zero_line():  # no line through a name
                        left = max(left, frame.right + 3)
                    self.taken.append(Box(left, top, left + widest(lines), top + LINE * len(lines)))
                    self.texts.append(Text(lines, self.taken[-1], words.ink))

    # Marks against rows

    def misplaced(self) -> Iterator[str]:
        """What a reader would take for another number: a mark that does not lie where its row's number is on the axis,
        and words too far from their mark. None should be; a drawing with one is refused."""
        readings = [reading for marks in self.layout.marks for reading in self.readings(marks)]
        (low, start), (high, end) = min(readings, default=(0.0, 0.0)), max(readings, default=(1.0, 1.0))
        scale = (end - start) / (high - low) if high > low else 0.0
        for value, position in readings:
            if abs(start + (value - low) * scale - position) > NEAR:
                yield f"a mark of {value:g} at {position:.0f} px of its axis"
        for words, box in self.boxes:
            distance = min(box.apart(mark) for mark in self.picture.marks[words.mark])
            if distance > FARTHEST and words.where not in ("named", "along"):  # in its mark's row, at its line's head
                yield f"{' '.join(words.lines)!r} {distance:.0f} px from its mark"

    def readings(self, marks: Marks) -> Iterator[tuple[float, float]]:
        """The numbers of a panel's rows, each with where its mark begins or ends along the axis, px from the frame."""
        frame = self.picture.marks[marks.id][0]
        first_of: dict[str, Row] = {}
        for row in (row for layer in marks.layers for row in layer.rows if marks.axis in row):
            first_of.setdefault(row["id"], row)
        for name, row in first_of.items():
            numbers = sorted(row[channel] for channel in (marks.axis, f"{marks.axis}2") if channel in row)
            for box in self.picture.marks.get(name, [])[:1]:
                across = (box.left - frame.left, box.right - frame.left)
                ends = across if marks.axis == "x" else (frame.bottom - box.bottom, frame.bottom - box.top)
                yield from zip(numbers, ends if len(numbers) > 1 else [fmean(ends)], strict=True)


def beside_line(line: Box, frame: Box, wide: float, tall: float) -> Iterator[Position]:
    """Where words may stand beside lines across a panel: after the last or before the first, from end to end."""
    if line.wide > line.bottom - line.top:
        for left in steps(frame.right - wide, -frame.wide / 12, 12):
            yield from ((left, top) for top in (line.top - tall - 3, line.bottom + 3))
        return
    for top in steps(frame.top + 2, (frame.bottom - frame.top) / 24, 23):
        yield from ((side, top) for side in (line.left - wide - 5, line.right + 5))


def steps(begin: float, step: float, count: int) -> Iterator[float]:
    """So many places in px, a step apart."""
    return (begin + step * place for place in range(count))


def places_around(x: float, y: float, wide: float, far: float) -> Iterator[Position]:
    """Places for a text so far from a point: beside it, above and below it, at its corners."""
    near, middle, left, above = far * 0.6, y - LINE / 2, x - wide, y - LINE
    yield from ((x + far, middle), (left - far, middle), (x - wide / 2, above - far), (x - wide / 2, y + far))
    yield from ((x + near, above - near), (left - near, above - near), (x + near, y + near), (left - near, y + near))


def spread(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """Tops of texts one below the other in the order given, none on another, as near to those wanted as may be and
    within the ends where they fit."""
    before = list(accumulate(heights, initial=0.0))  # px that the texts above one need
    touching: list[list[float]] = []  # texts in a row without a gap, by where each would have the first text begin
    for y, above in zip(wanted, before, strict=False):
        touching.append([y - above])
        while len(touching) > 1 and fmean(touching[-2]) > fmean(touching[-1]):
            touching[-2:] = [touching[-2] + touching[-1]]
    firsts = [fmean(texts) for texts in touching for _ in texts]
    return [max(top, min(y, bottom - before[-1])) + above for y, above in zip(firsts, before, strict=False)]
