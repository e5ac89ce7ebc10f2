"""A second reading of a drawing, by its SVG alone: its numbers, and whether each stands at a mark that shows it.

The drawer is held to it in the tests; it shares no arithmetic with the scales and the labels that it judges. Every
number in a text is a number of the table, in the same words (`unknown_numbers`), and stands beside a mark that is where
the number says (`misplaced`). What may have digits besides: a name or a year of the table, and the ticks of an axis,
which have to lie where their values say. By them a bar is held to its length, a dot to its height, an open end to its
arrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from evaluation.charts.geometry import Box, Scene, SceneText, bounding_box
from evaluation.charts.layers import Point, interval_ends, is_hollow, is_interval
from evaluation.charts.legibility import NEAR, is_dot
from evaluation.charts.theme import INK, LINE, PAPER, SIZE
from evaluation.language import NO_BREAK, translate
from evaluation.numbers.notation import show
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import UPPER_BOUNDS

# A sign, digits or a decimal part beside a number's words make another number of them.
ALONE = r"(?<![\w.,$+\-\u2212])(?:{})(?![\w%$]|[.,]\d|[ \u00a0\u202f][%$])"
TICK = {
    "en": re.compile(r"[^\w.,]*(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?[^\d.,]*"),
    "fr": re.compile(rf"[^\w.,]*(\d{{1,3}}(?:[{NO_BREAK}\u202f]\d{{3}})*|\d+)(,\d+)?[^\d.,]*"),
}
OFF = 0.005  # how far a tick may lie from its value's place, as a share of its axis: less than a pixel
MIDDLE = 0.3 * SIZE  # px from a text's middle to its letters' feet, as Vega has it
BESIDE = 40.0  # px that a number may stand from its mark
CLOSE = 6.0  # px that another mark may be nearer to it: half a dot, which hides the end of a short line
LEVEL = 7.0  # px that a number may stand higher or lower than the middle of its mark
HEAD = 64.0  # px that the head of a line may stand over it, where a name is between them
LONG = 15.0  # px; a longer line across an axis goes through a panel, and has no arrow
ARROW, THICK = (14.0, 20.0), 14.0  # px that an arrow is long, and more than its head is wide
BACK = 23.0  # px from the place of a dot to the head of its arrow towards zero
FACTORS = (1, 1_000_000)  # an axis of money counts dollars or millions

Position = tuple[float, float]
Mark = tuple[Box, str]  # with its ink; none for a line


def unknown_numbers(svg: str, known: Iterable[str], language: str) -> list[str]:
    """The texts of a drawing with a number that none of the ``known`` words is, nor a tick of an axis."""
    pattern = known_words(known)
    unknown = []
    for group in Scene(svg).groups.values():
        left = [line.whole for line in group if re.search(r"\d", pattern.sub("", line.whole))]
        unknown += [] if ticks_of(group, language) else left
    return unknown


def known_words(known: Iterable[str]) -> re.Pattern[str]:
    """What matches the table's words with digits, the longest first, where no other number begins or goes on."""
    words = sorted({" ".join(k.split(" ")) for k in known if re.search(r"\d", k)}, key=len, reverse=True)
    return re.compile(ALONE.format("|".join(map(re.escape, words)) or r"(?!)"))


def ticks_of(group: list[SceneText], language: str) -> Axis | None:
    """The axis that some texts are the ticks of, if all of them are numbers that lie where their values say; equal
    values at two places do not."""
    values = [value for line in group if (value := tick_value(line.whole, language)) is not None]
    if len(values) < len(group) or not all(line.is_guide for line in group):
        return None
    xs, ys = zip(*(line.anchor for line in group), strict=True)
    across = len(set(ys)) <= len(set(xs))
    ticks = sorted(zip(values, xs if across else [MIDDLE - y for y in ys], strict=True))
    axis = Axis(across, ticks, ys[0] if across else xs[0])
    (low, start), (high, end) = ticks[0], ticks[-1]
    if len(ticks) > 1 and (low == high or start == end):
        return None
    return axis if all(abs(axis.at(value) - place) <= OFF * abs(end - start) for value, place in ticks[1:-1]) else None


def tick_value(words: str, language: str) -> float | None:
    """The value of a tick such as 1,000, 0.5, −25% or $10 million; None where it is none."""
    match = TICK[language].fullmatch(words)
    if not match:
        return None
    sign = -1 if re.match(r"[^\w]*[-\u2212]", words) else 1
    return sign * float(re.sub(r"\D", "", match[1]) + (match[2] or "").replace(",", "."))


# Where numbers stand


@dataclass(frozen=True)
class Axis:
    """An axis of figures as its ticks tell it: each a value and its place along it, in px to the right or upwards."""

    across: bool
    ticks: list[Position]
    side: float  # where it lies, across it

    def at(self, value: float) -> float:
        """Where a value lies."""
        (low, start), (high, end) = self.ticks[0], self.ticks[-1]
        return start + (value - low) / (high - low) * (end - start)

    def along(self, box: Box) -> Box:
        """A box turned so that the axis lies across, with its lower values at the left."""
        return box if self.across else Box(-box.bottom, box.left, -box.top, box.right)

    def counts(self, number: Number) -> bool:
        """Whether a number may stand on it: on an axis of years a year alone."""
        first, last = self.ticks[0][0], self.ticks[-1][0]
        return not 1900 <= first < last <= 2100 or first - 1 <= number.quantity.value <= last + 1

    def is_of(self, box: Box) -> bool:
        """Whether a text may be one of the axis: on its side, near its ends or between them."""
        along, offset = self.along(box).middle
        far = 240 if self.across else 40
        return (offset > self.side) is not self.across and self.ticks[0][1] - far <= along <= self.ticks[-1][1] + far


def misplaced(svg: str, points: Sequence[Point], language: str) -> list[str]:
    """The numbers of a drawing that stand beside no mark of their size, or beside one that shows another bound."""
    picture = Scene(svg)
    rows = {translate(part, language) for point in points for part in (point.category, point.series)}
    groups = [group for group in picture.groups.values() if len(group) > 1]  # names may look like numbers: ages, wards
    groups = [group for group in groups if not rows.issuperset(line.whole for line in group)]
    axis_of = {tuple(group): axis for group in groups if (axis := ticks_of(group, language))}
    axes, ticks = list(axis_of.values()), set(chain.from_iterable(axis_of))
    numbers, names, ends = dict[str, list[Number]](), dict[str, set[str]](), set[str]()
    for point in points:
        for number in filter(None, (point.number, point.interval)):
            numbers.setdefault(show(number, language).words, []).append(number)
            names.setdefault(show(number, language).words, set()).add(translate(point.category, language))
        for words, end in interval_ends(point.interval, language) if point.interval else ():
            numbers.setdefault(words, []).append(end)
            names.setdefault(words, set()).add(translate(point.category, language))
            ends.add(words)
    wrong = list(misnamed([line for line in picture.texts if line not in ticks], names, ends))
    first = min((line.place for line in picture.texts if line.is_guide), default=0)  # before it stands the key
    marks = [(shape.box, shape.ink) for shape in picture.shapes if shape.place > first]
    marks += [
        (bounding_box([Box(x, y, x, y), Box(x2, y2, x2, y2)]), "")
        for x, y, x2, y2 in picture.mark_lines
        if x == x2 or y == y2
    ]
    if not axes:
        axes = list(axes_of_bars(picture, marks, [point.number for point in points]))
    named = rows | {str(point.year) for point in points} if any(axis.across for axis in axes) else set[str]()
    lefts = [line.box.left for line in picture.texts if line.is_guide and line.whole in named]
    edge = max((box.right for box, _ in marks), default=0.0)
    for line in (line for line in picture.texts if line.text in numbers and not line.is_guide):
        candidates = [(a, n) for a in axes if a.is_of(line.box) for n in numbers[line.text] if a.counts(n)]
        under = any(abs(line.box.left - left) < 1 for left in lefts)  # a name: over its whole row
        right = min((left - 8 for left in lefts if left > line.box.left + 1), default=edge)  # of its panel
        text = replace(line.box, right=max(line.box.right, right)) if under else line.box
        if candidates and not any(shows(axis, marks, text, number) for axis, number in candidates):
            wrong.append(line.text)
    return wrong


def axes_of_bars(picture: Scene, marks: list[Mark], numbers: list[Number]) -> Iterator[Axis]:
    """The axes of bars that have no ticks, one for each line that bars begin at: the longest of all is as long as the
    largest number says."""
    guides = [line for line in picture.lines if line not in picture.mark_lines]
    upright = [(x, max(y, y2)) for x, y, x2, y2 in guides if x == x2]
    bars = [box for box, ink in marks if ink and any(abs(box.left - x) < NEAR for x, _ in upright)]
    largest = max((float(number.quantity.value) for number in numbers), default=0.0)
    if bars and largest > 0:
        widest = max(bar.width for bar in bars)
        yield from (Axis(True, [(0.0, x), (largest, x + widest)], side) for x, side in upright)


def misnamed(lines: list[SceneText], names: dict[str, set[str]], ends: set[str]) -> Iterator[str]:
    """The numbers that stand in another row than their name's, or in the ink of another name; the ``ends`` of intervals
    are grey in each row."""
    known = set[str]().union(*names.values())
    rows = [line for line in lines if line.is_guide and line.text in known]
    above = len({round(row.box.left, 1) for row in rows}) <= len(
        {round(row.box.right, 1) for row in rows}
    )  # their marks
    whole = len(rows) > 1 and {row.text for row in rows} == known  # none of them has several lines
    edges = {row: row.box.left if above else row.box.right for row in rows if whole}
    first = min((row.place for row in rows), default=0)  # before it stands the key, whose tone may be one row's number
    for line in (line for line in lines if line.text in names and not line.is_guide and line.place > first):
        inked = {text.whole for text in lines if text.ink == line.ink != INK and text.whole in known}
        before = {row: edge for row, edge in edges.items() if edge < line.box.left + 1}
        column = max(before.values(), default=0.0) - 1  # of panels side by side
        far = {row: abs(row.box.middle[1] - line.box.middle[1]) for row, edge in before.items()
               if edge > column and not (above and row.box.top > line.box.top + 1)}  # fmt: skip
        nearest = {row.text for row in far if far[row] < min(far.values()) + LEVEL}
        other = inked and not inked & names[line.text] and line.text not in ends
        if other or (nearest and not nearest & names[line.text]):
            yield line.text


def shows(axis: Axis, marks: list[Mark], text: Box, number: Number) -> bool:
    """Whether the mark nearest to a text is where a number says, with an arrow where it is open, an outline where that
    is asked for, a line from end to end where it is an interval; or a line through the panel beside it."""
    quantity, text = number.quantity, axis.along(text)
    if quantity.high == 0:  # a bar of none has no length
        return True
    turned = [(axis.along(box), ink) for box, ink in marks]
    arrows = [box for box, ink in turned if ink and is_arrow(box)]
    upright = [
        box for box, ink in turned if not ink and box.width < 1 < box.bottom - box.top
    ]  # ends of intervals, and lines through a panel
    turned = [(box, ink) for box, ink in turned if box not in arrows and box not in upright]
    solid = [box for box, _ in turned if box.bottom > box.top] or [box for box, _ in turned]  # no lines of intervals
    nearest = min(map(text.distance_to, solid), default=BESIDE) + CLOSE
    near = [(box, ink) for box, ink in turned if reach(box, arrows, text) < min(nearest, BESIDE)]
    ends = {float(end) for end in (quantity.low, quantity.value, quantity.high) if end is not None}
    factors = FACTORS if number.unit.startswith("cad") else FACTORS[:1]
    for place in (axis.at(end / factor) for end in ends for factor in factors):
        through = [box for box in upright if box.bottom - box.top > LONG and is_at(box, place)]
        if any(text.distance_to(box) < (HEAD if text.bottom < box.top + 1 else LINE) for box in through):
            return True
        boxes = [
            (box, ink)
            for box, ink in near
            if is_at(box, place) and is_beside(text, box, place, not axis.across or not is_dot(box))
        ]
        row = [box for box, _ in turned if any(abs(box.middle[1] - mark.middle[1]) < 3 for mark, _ in boxes)]
        looks = any((ink == PAPER) is is_hollow(number) for _, ink in boxes if ink)
        looks = looks or (axis.across and any(not ink for _, ink in boxes))  # upright, a line's end is no mark
        looks = spans(axis, number, row, factors) if is_interval(number) else looks
        is_open, back = quantity.high is None or quantity.bound in UPPER_BOUNDS, quantity.high is not None
        tiny = any(not ink and box.width < ARROW[1] for box, ink in boxes)  # which has no room for an arrow
        if boxes and looks and (not is_open or tiny or any(begins(a, box, back) for a in arrows for box, _ in boxes)):
            return True
    return False


def reach(mark: Box, arrows: list[Box], text: Box) -> float:
    """How far a text is from a mark, or from the arrow that begins at it."""
    return min(
        text.distance_to(box) for box in (mark, *(a for a in arrows if begins(a, mark, False) or begins(a, mark, True)))
    )


def is_at(mark: Box, place: float) -> bool:
    """Whether a mark says a number at a place: a dot in its middle, another at its ends."""
    return any(abs(end - place) < NEAR for end in ((mark.middle[0],) if is_dot(mark) else (mark.left, mark.right)))


def is_beside(text: Box, mark: Box, place: float, corners: bool) -> bool:
    """Whether a text stands level with its mark, over or under its place, or at a corner where it may."""
    off = max(text.top - mark.middle[1], mark.middle[1] - text.bottom, 0.0)
    over = max(text.left - place, place - text.right, 0.0)
    return off < BESIDE if over < LEVEL else not off or (corners and off < over)


def spans(axis: Axis, number: Number, marks: list[Box], factors: Sequence[int]) -> bool:
    """Whether a line goes from end to end of an interval."""
    ends = [float(end) for end in (number.quantity.low, number.quantity.high) if end is not None]
    lines = [sorted(axis.at(end / factor) for end in ends) for factor in factors]
    return any(box.left < low + NEAR and box.right > high - NEAR for box in marks for low, high in lines)


def begins(arrow: Box, mark: Box, back: bool) -> bool:
    """Whether an arrow begins where a mark ends, or at its left where it points ``back``; or ends there, on a line."""
    end = mark.left if back else mark.right
    begin = mark.middle[0] - BACK if back and is_dot(mark) else end
    touches = -2 < arrow.left - begin < 8 or (-8 < arrow.right - end < 2 and not is_dot(mark))
    return touches and abs(arrow.middle[1] - mark.middle[1]) < 3


def is_arrow(box: Box) -> bool:
    """Whether a mark is the arrow of an open end."""
    return ARROW[0] < box.width < ARROW[1] and box.bottom - box.top < THICK and not is_dot(box)
