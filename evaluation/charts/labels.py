"""Placement of labels beside marks, at the ends of lines and on rules, clear of marks and of each other.

Vega gives the positions of marks. `OFFSETS` is the table of offsets for each position, in order of preference: a label
takes the first that is clear. A required label without one takes the offset that covers least; what it covers is
refused by `legibility`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from html import escape
from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

from .geometry import Box, Scene, bounding_box, max_width
from .theme import BEYOND, INDENT, INK, LINE, QUIET, RULE, SIZE

if TYPE_CHECKING:
    from .layers import Row
    from .layout import Layout
    from .marks import FacetMarks

ACROSS = 40.0  # px; a longer line goes across a panel, and is no mark of one name
APART = 4.0  # px between two texts on one line: closer, two numbers read as one
HIGHEST = -60  # px; a drawing is made so much higher for labels over its marks
FARTHEST = 40.0  # px from a number to its mark at most: farther, it is taken for another's
NEAR = 1.6  # px from a mark to its row's number on the axis at most
BASELINE = 12.5  # px from the top of a line to its letters' feet
XY = tuple[float, float]


class Position(Enum):
    """The position of a label: which part of its mark, or of its row, it stands at."""

    END = auto()  # beside the end of a mark that lies
    BEFORE = auto()  # beside the beginning of a mark that lies: the first of two dots, a bar below zero
    OVER = auto()  # over a mark among years, or around it
    BETWEEN = auto()  # over a mark between the first and the last of a line
    RAISED = auto()  # over a number within an interval: beside the line it would read as the interval's end
    UNDER_NAME = auto()  # under the name of its row, on a narrow page
    LINE_END = auto()  # the name of a line, at its end
    MISSING = auto()  # where the mark of a missing number would begin
    LOW = auto()  # at the low cap of an interval
    HIGH = auto()  # at the high cap of an interval
    RULE = auto()  # along a rule across a panel


# Labels are placed in this order: those with one offset alone, then those at the ends of marks and at caps, then those
# over marks, and names of rules last, which have the most offsets.
ORDER = {
    Position.UNDER_NAME: 0,
    Position.MISSING: 0,
    Position.END: 1,
    Position.BEFORE: 1,
    Position.LOW: 2,
    Position.HIGH: 2,
    Position.RULE: 4,
}
# px that the layout keeps free for a label beside a mark, with its distance from the mark.
ROOM = {
    Position.END: 10.0,  # 7 from the mark, 3 to the edge of the drawing
    Position.MISSING: 10.0,
    Position.HIGH: 10.0,
    Position.BEFORE: 14.0,  # 7 from the mark, 7 from the names at the left
    Position.LOW: 14.0,
}
NEAREST_TO_MARK = (Position.OVER, Position.BETWEEN, Position.END, Position.BEFORE)


class Offset(NamedTuple):
    """An offset of a label: its anchor (``align``, ``baseline``) in px from a point of its mark. ``at`` is the mark's
    left, right or middle, the middle including its arrow ("whole"), the tip (the end of a bar, the centre of a dot) or
    the number of a bar or a dot; ``baseline`` puts the label level with that middle, above or below it, or above its
    row. ``within`` moves it into the panel's frame, or into the sheet ("right": at its right edge only), if it would
    exceed it. ``on`` restricts it to a kind of marks (dots) or to a page width (wide)."""

    at: str
    align: str
    dx: float
    baseline: str
    dy: float = 0.0
    within: str = ""
    on: str = ""


BESIDE = 7.0  # px: half a letter, so that a number belongs to its mark and touches neither its edge nor an arrow
RIGHT = Offset("right", "left", BESIDE, "level")
LEFT = Offset("left", "right", BESIDE, "level")
# Over the row, clear of the bar's edge by 1 px: in the middle of its number, or, where a rule stands there, to a side
# of it by half a letter (6) or wholly beside it (3).
OVER_ROW = tuple(
    Offset("number", align, dx, "row", 1, "sheet")
    for align, dx in (("center", 0), ("left", -6), ("right", -6), ("left", 3), ("right", 3))
)
# Around a dot, clear of its ring (5 px): 9 px, then 14 past an arrow's head, 22 past an arrow, 34 past a neighbour's
# label; so far only a label that goes first: any other is left out rather. Farther, it would not be seen whose it is.
# At a corner, 0.6 of it along both axes reach about as far.
AROUND_NEAR, AROUND_FAR = (
    tuple(
        Offset("whole", align, far * share, baseline, far * share * (baseline != "level"))
        for far in distances
        for align, baseline, share in (
            ("left", "level", 1.0), ("right", "level", 1.0), ("center", "over", 1.0), ("center", "under", 1.0),
            ("left", "over", 0.6), ("right", "over", 0.6), ("left", "under", 0.6), ("right", "under", 0.6),
        )
    )
    for distances in ((9, 14, 22), (34,))
)  # fmt: skip
# Over all of a mark, touching (3 px), past its ring (7) or past a cap (11); under it, nearer, since letters hang less
# than they rise.
ABOVE = tuple(Offset("whole", "center", 0, "above", gap, "frame") for gap in (3, 7, 11))
BELOW = tuple(Offset("whole", "center", 0, "below", gap, "frame") for gap in (3, 8))
# Beside the end of a mark; else over the mark's tip, half a letter (4) on its side; under it only on a wide page, since
# on a narrow one it would be over the next name. 8 px are half of a bar with its edge.
AT_END = (
    RIGHT,
    LEFT,
    *(
        Offset("tip", align, dx, baseline, 8, within, on)
        for align, dx, within in (("left", -4, "right"), ("center", 0, ""), ("right", -4, ""))
        for baseline, on in (("over", ""), ("under", "wide"))
    ),
)
OFFSETS: dict[Position, tuple[Offset, ...]] = {
    Position.END: AT_END,
    Position.MISSING: AT_END,
    Position.BEFORE: (
        LEFT,
        RIGHT,
        Offset("middle", "center", 0, "above", 3, on="dots"),
        Offset("middle", "center", 0, "below", 3, on="dots"),
    ),
    Position.LOW: (LEFT,),
    Position.HIGH: (RIGHT,),
    Position.RAISED: OVER_ROW,
    Position.OVER: (*ABOVE, *BELOW, *AROUND_NEAR),
    Position.BETWEEN: (*ABOVE, *BELOW),  # around a dot between others it would be taken for theirs
}


@dataclass
class Label:
    """A text to be placed: its lines, its mark and its position at the mark."""

    lines: list[str]
    mark: str  # an id
    position: Position
    ink: str = INK
    first: bool = False  # takes its place before others
    reach: float | None = None  # extent of its mark along x, in the scale's units
    beyond: float = 0.0  # px that its mark extends farther
    back: float = 0.0  # px that its arrow extends to the left
    key: Any = None  # the name that its mark stands at
    of_bar: bool = False
    in_legend: bool = False  # a name that a legend may have instead
    number: str = ""  # that stands before a name at the end of a line

    def __post_init__(self) -> None:
        """Replace the grey of rules, too pale for letters, by the darker one."""
        if self.ink == RULE:
            self.ink = QUIET

    @property
    def required(self) -> bool:
        """Whether it is placed even without room: a label that goes ``first``, but not one over its mark (of a bound,
        which its arrow shows). Others are left out, since the table has them."""
        return self.first and self.position is not Position.OVER

    @property
    def facet(self) -> str:
        """The id of its panel."""
        return self.mark.partition("-")[0]


@dataclass
class PlacedLabel:
    """A text with the top left corner of its box."""

    lines: list[str]
    box: Box
    ink: str = INK
    bold: bool = False

    def svg(self) -> str:
        """The text as an SVG element, a line a tspan."""
        x, y = f"{self.box.left:.1f}", f"{self.box.top + BASELINE:.1f}"
        style = f'fill="{self.ink}" font-size="{SIZE}px"' + (' font-weight="bold"' if self.bold else "")
        # a blank at each break, so that a text copied or searched has its words apart
        broken = [line if line.endswith("-") else f"{line} " for line in self.lines[:-1]] + self.lines[-1:]
        spans = "".join(
            f'<tspan x="{x}"{f""" dy="{LINE}" """.rstrip() if n else ""}>{escape(line)}</tspan>'
            for n, line in enumerate(broken)
        )
        return f'<text x="{x}" y="{y}" {style}>{escape(self.lines[0]) if len(self.lines) == 1 else spans}</text>'


@dataclass
class LabelPlacement:
    """Places the labels of one drawing, one after the other: ``placed`` are those that have a place."""

    scene: Scene
    layout: Layout
    placed: list[PlacedLabel] = field(default_factory=list)
    boxes_of_labels: list[tuple[Label, Box]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Collect from the scene what labels must not cover (texts, shapes), and the marks of rows, to which none but
        their own labels may seem to belong."""
        self.taken = [line.box for line in self.scene.texts]
        self.shapes = [shape.box for shape in self.scene.shapes]
        self.dots = [
            box.middle for box in self.shapes if box.width < 16 and abs(box.width - (box.bottom - box.top)) < 2
        ]
        self.row_marks = [box for name, boxes in self.scene.marks.items() if "-" in name for box in boxes]  # and arrows

    def place(self) -> None:
        """Place all labels: the names of lines first, the others by the rank of their position in `ORDER` (3 if it has
        none); within a rank by priority, grey ones last."""
        self.place_line_names([label for label in self.layout.labels if label.position is Position.LINE_END])
        others = [label for label in self.layout.labels if label.position is not Position.LINE_END]
        for label in sorted(others, key=lambda each: (ORDER.get(each.position, 3), not each.first, each.ink == QUIET)):
            self.place_label(label)

    # One label

    def place_label(self, label: Label) -> None:
        """Place one label, if its mark is drawn, at the first of the candidates that cover least (see `cover_cost`). At
        the positions of `NEAREST_TO_MARK` those nearest to its own mark alone count, for the name of a rule those that
        are at no other rule; without any, all do, but of the former only for a required label. A label that is not
        required is left out if it would cover anything (at the end of a mark on a narrow page: more than a line)."""
        boxes = self.scene.marks.get(label.mark, [])
        if not boxes:
            return
        candidates = self.candidates(label, boxes)
        if label.position in NEAREST_TO_MARK:
            whole, to_left = bounding_box(boxes), (label.reach or 0.0) < 0
            x = whole.left if to_left else whole.right
            tips = [Box(x, whole.top, x, whole.bottom)] if label.of_bar else boxes
            nearest = [box for box in candidates if self.is_nearest(box, tips)]
            candidates = nearest or (candidates if label.required else [])
        if label.position is Position.RULE:
            candidates = [box for box in candidates if self.is_at_own_rule(box, label)] or candidates
        box = min(candidates, key=self.cover_cost, default=None)
        in_rows = self.layout.above and self.layout.has_bands("y")
        crossed = 1 if in_rows and label.position in (Position.END, Position.BEFORE) else 0  # legible over a line
        if box is not None and self.cover_cost(box) <= (math.inf if label.required else crossed):
            self.taken.append(box)
            self.placed.append(PlacedLabel(label.lines, box, label.ink))
            self.boxes_of_labels.append((label, box))

    def candidates(self, label: Label, boxes: list[Box]) -> list[Box]:
        """The boxes in the drawing where a label of the mark drawn in ``boxes`` may stand, best first; maybe none.
        Whether they are clear is not checked."""
        frame, width = self.scene.marks[label.facet][0], max_width(label.lines)
        sheet = Box(frame.left, frame.top, frame.left - self.layout.left + self.layout.room, frame.bottom)
        first = 0.0 if self.layout.has_bands("y") else frame.left  # no number among an axis' ticks
        lowest = frame.bottom if self.layout.has_bands("x") else math.inf  # below the names it would read as one
        corners = self.corners(label, boxes, frame, sheet, width)
        candidates = [Box(x, y, x + width, y + LINE * len(label.lines)) for x, y in corners]
        in_sheet = [box for box in candidates if box.left >= first and box.right <= sheet.right]
        return [box for box in in_sheet if HIGHEST <= box.top < lowest]

    def corners(self, label: Label, boxes: list[Box], frame: Box, sheet: Box, width: float) -> Iterator[XY]:
        """The top left corners of a label's candidates, best first: by the table of offsets, at the left under a name,
        or along a rule for its name. There are none for a number between others that is wider than their distance."""
        if label.position is Position.UNDER_NAME:
            raised = LINE + 1 if label.key in self.layout.raised else 0
            top = boxes[0].middle[1] - self.layout.names.band / 2 - raised
            yield sheet.left - self.layout.label_room + INDENT, top
        elif label.position is Position.RULE:
            yield from self.corners_along_rule(label, boxes, frame, sheet, width)
        elif label.position is not Position.BETWEEN or width <= self.layout.step_across - 4:  # else over the next mark
            may_be_far = label.position is Position.OVER and label.first
            for offset in (*OFFSETS[label.position], *(AROUND_FAR if may_be_far else ())):
                if not (self.layout.above if offset.on == "wide" else offset.on == "dots" and label.of_bar):
                    yield self.corner(offset, label, boxes, frame, sheet, width)

    def corner(self, offset: Offset, label: Label, boxes: list[Box], frame: Box, sheet: Box, width: float) -> XY:
        """The top left corner of a label, ``width`` px wide, at an offset from its mark, drawn in ``boxes``; ``frame``
        is that of the panel's axes, ``sheet`` all the room across that the panel has."""
        whole, mark = bounding_box(boxes), boxes[0]
        x, y = whole.middle if offset.at == "whole" else mark.middle
        number = (mark.left if (label.reach or 0.0) < 0 else mark.right) if label.of_bar else x
        tip = whole.right if label.of_bar else x
        anchor = {"left": whole.left, "right": whole.right, "middle": x, "whole": x, "tip": tip, "number": number}[
            offset.at
        ]
        lefts = {
            "left": anchor + offset.dx,
            "center": anchor - width / 2,
            "right": anchor - offset.dx - width,
        }
        left = lefts[offset.align]
        if offset.within == "frame" and width < frame.right - frame.left:
            left = min(max(left, frame.left + 3), frame.right - width)
        elif offset.within in ("sheet", "right"):
            left = min(left, sheet.right - width)
            left = max(sheet.left, left) if offset.within == "sheet" else left
        top = {
            "level": y - LINE / 2,
            "over": y - LINE - offset.dy,
            "under": y + offset.dy,
            "above": whole.top - LINE - offset.dy,
            "below": whole.bottom + offset.dy,
            "row": y - self.layout.names.band / 2 - LINE - offset.dy,
        }[offset.baseline]
        return left, top

    def corners_along_rule(self, label: Label, boxes: list[Box], frame: Box, sheet: Box, width: float) -> Iterator[XY]:
        """The top left corners that the name of a rule across a panel may have, best first: beside the rule if there
        are names or years along x; then above the panel, and one or two lines higher, for where other names are."""
        height, x = LINE * len(label.lines), boxes[0].middle[0]
        if self.layout.has_bands("x"):
            yield from corners_along_line(
                bounding_box(boxes), Box(sheet.left, sheet.top, frame.right, sheet.bottom), width, height
            )
        for top in evenly_spaced(sheet.top - height - 2, -LINE, 3):
            yield from ((min(left, sheet.right - width), top) for left in (x - width / 2, x + 1 - width, x - 1))

    def is_nearest(self, box: Box, marks: list[Box]) -> bool:
        """Whether a label in ``box`` is nearer to its mark, drawn in ``marks`` with its arrow, than to any dot or mark
        of other rows; one that is no dot may be up to 5 px nearer, and one over `ACROSS` px long does not count."""
        near = min(box.distance_to_point(mark.middle) for mark in marks)
        down = self.layout.has_bands("y")
        others = (mark for mark in self.row_marks if abs(mark.middle[down] - marks[0].middle[down]) > 1)
        others = (mark for mark in others if (mark.bottom - mark.top if down else mark.width) < ACROSS)
        dots = all(near <= box.distance_to_point(dot) for dot in self.dots if math.dist(dot, marks[0].middle) > 1)
        return dots and all(near <= box.distance_to(mark) + 5 for mark in others)

    def is_at_own_rule(self, box: Box, label: Label) -> bool:
        """Whether a rule's name in ``box`` is crossed by no other vertical rule of the panel and near none (3 px, less
        where rules are closer to each other)."""
        others = [each for each in self.layout.labels if (each.position, each.facet) == (Position.RULE, label.facet)]
        marks = (each.mark for each in (label, *others) if each.mark in self.scene.marks)
        rule, *rules = [self.scene.marks[mark][0].middle[0] for mark in marks]
        rules = [x for x in rules if abs(x - rule) > 1]
        gap = min([4.0, *(abs(x - rule) for x in rules)]) - 1
        return all(not box.left - gap < x < box.right + gap for x in rules)

    def cover_cost(self, box: Box) -> int:
        """The cost of what a label would cover: 6 for each text, 3 for each filled mark, its own included, 1 for each
        line; 0 if it is clear."""
        letters = Box(box.left + 0.5, box.top + 2, box.right - 0.5, box.bottom - 3)
        separate = Box(box.left - APART, box.top + 2, box.right + APART, box.bottom - 3)
        texts, marks = sum(map(separate.overlaps, self.taken)), sum(map(letters.overlaps, self.shapes))
        edges = Box(box.left - 2, box.top + 1, box.right + 2, box.bottom - 1)
        return 6 * texts + 3 * marks + sum(edges.is_crossed_by(*line) for line in self.scene.lines)

    # Names of lines, which are placed together

    def place_line_names(self, labels: list[Label]) -> None:
        """Place the names at the ends of lines, each after the line's last number if it has one, panel by panel and in
        the vertical order of the ends, as near to these as the others allow. Names without their mark are left out; all
        others are placed, whatever they cover."""
        for facet in dict.fromkeys(label.facet for label in labels):
            frame = self.scene.marks[facet][0]
            names = [label for label in labels if label.facet == facet and label.mark in self.scene.marks]
            names.sort(key=lambda label: self.scene.marks[label.mark][0].middle[1])
            heights = [float(LINE * len(label.lines)) for label in names]
            ends = [self.scene.marks[label.mark][0].middle for label in names]
            wanted = [y - height / 2 for (_, y), height in zip(ends, heights, strict=True)]
            tops = stack_texts(wanted, heights, frame.top - 8, frame.bottom - 1)
            for label, (x, _), top in zip(names, ends, tops, strict=True):
                if label.number:
                    self.place_at([label.number], x + BEYOND, top, label.ink)
                left = x + max(8.0, label.beyond)
                left = max(left, frame.right + 3) if self.layout.has_zero_line() else left
                self.place_at(label.lines, left, top, label.ink)

    def place_at(self, lines: list[str], left: float, top: float, ink: str) -> None:
        """Place text with its top left corner at (``left``, ``top``), whatever it covers; later ones are clear of
        it."""
        self.taken.append(Box(left, top, left + max_width(lines), top + LINE * len(lines)))
        self.placed.append(PlacedLabel(lines, self.taken[-1], ink))

    # Marks against rows

    def misplacements(self) -> Iterator[str]:
        """Descriptions, for a refusal, of marks more than `NEAR` px from their row's number on the axis, and of labels
        more than `FARTHEST` px from their marks, which readers would take for other numbers; empty for a true
        drawing."""
        readings = [reading for marks in self.layout.marks for reading in self.readings(marks)]
        (low, start), (high, end) = min(readings, default=(0.0, 0.0)), max(readings, default=(1.0, 1.0))
        scale = (end - start) / (high - low) if high > low else 0.0
        for value, position in readings:
            if abs(start + (value - low) * scale - position) > NEAR:
                yield f"a mark of {value:g} at {position:.0f} px of its axis"
        for label, box in self.boxes_of_labels:
            distance = min(box.distance_to(mark) for mark in self.scene.marks[label.mark])
            at_mark = label.position not in (Position.UNDER_NAME, Position.RULE)  # these are in its row, at its head
            if at_mark and distance > FARTHEST:
                yield f"{' '.join(label.lines)!r} {distance:.0f} px from its mark"

    def readings(self, marks: FacetMarks) -> Iterator[tuple[float, float]]:
        """Of each row of a panel its number in the scale's units and where its mark stands along the axis, in px from
        the frame's left or bottom; of a mark between two numbers both with its ends."""
        frame = self.scene.marks[marks.id][0]
        first_of: dict[str, Row] = {}
        for row in (row for drawn in marks.drawn for row in drawn.rows if marks.axis in row):
            first_of.setdefault(row["id"], row)
        for name, row in first_of.items():
            numbers = sorted(row[channel] for channel in (marks.axis, f"{marks.axis}2") if channel in row)
            for box in self.scene.marks.get(name, [])[:1]:
                across = (box.left - frame.left, box.right - frame.left)
                ends = across if marks.axis == "x" else (frame.bottom - box.bottom, frame.bottom - box.top)
                yield from zip(numbers, ends if len(numbers) > 1 else [fmean(ends)], strict=True)


def corners_along_line(line: Box, frame: Box, width: float, height: float) -> Iterator[XY]:
    """The top left corners to try for a name, of this width and height in px, beside a line across a panel's ``frame``:
    3 px above and below a horizontal line at 12 places from the frame's right end, 5 px left and right of a vertical
    one at 23 from its top. A box there may reach out of the frame."""
    if line.width > line.bottom - line.top:
        for left in evenly_spaced(frame.right - width, -frame.width / 12, 12):
            yield from ((left, top) for top in (line.top - height - 3, line.bottom + 3))
        return
    for top in evenly_spaced(frame.top + 2, (frame.bottom - frame.top) / 24, 23):
        yield from ((side, top) for side in (line.left - width - 5, line.right + 5))


def evenly_spaced(begin: float, step: float, count: int) -> Iterable[float]:
    """A number ``count`` of positions in px, the first at ``begin``, each ``step`` after the one before."""
    return (begin + step * place for place in range(count))


def stack_texts(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """The tops of texts stacked in the given order without overlap, as near as possible to the ``wanted`` tops (least
    squares, by pooling adjacent violators) and within ``top`` and ``bottom`` if they fit."""
    before = list(accumulate(heights, initial=0.0))  # px that the texts above each need
    touching: list[list[float]] = []  # texts in a row without a gap, by where each would have the first text begin
    for y, above in zip(wanted, before, strict=False):
        touching.append([y - above])
        while len(touching) > 1 and fmean(touching[-2]) > fmean(touching[-1]):
            touching[-2:] = [touching[-2] + touching[-1]]
    firsts = [fmean(texts) for texts in touching for _ in texts]
    return [max(top, min(y, bottom - before[-1])) + above for y, above in zip(firsts, before, strict=False)]
