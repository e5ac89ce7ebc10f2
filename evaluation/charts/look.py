"""The look at what was drawn, at the SVG as it stands on the page, so that whatever drew it is held to the same.

Each text is whole, large enough, on nothing else, crossed by nothing and under nothing; each colour is the project's
(`faults`). Every number in a text is a number of the table, in the same words (`strange`), and stands beside a mark
that is where the number says (`misplaced`).

What may have digits besides: a name or a year of the table, and the ticks of an axis, which are no numbers of the
table but have to lie where their value says. By them the other numbers are held
against their marks: how far a bar reaches, how high a dot stands, whether an open end has its arrow.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations

from ..language import NO_BREAK, translate
from ..numbers.notation import show
from ..numbers.number import Number
from .colours import is_hollow, is_interval
from .picture import GROUND, Box, Line, Picture, around
from .points import UPPER, Point, interval_ends
from .theme import BELOW, GRID, HEAT, INK, LINE, PAPER, QUIET, RULE, SERIES, SIZE

LEAST_SIZE = 12.0
COLOURS = {*SERIES, *HEAT, BELOW, INK, QUIET, RULE, PAPER, GRID, "none", "transparent", "white"}
LEAST_GAP = 4.0  # px between two numbers on one line: a space's width
LEAST_CONTRAST = 4.5
EDGE = 1.0  # px that a letter may lie over an edge: its own side bearing
# A sign, digits or a decimal part beside a number's words make another number of them.
ALONE = r"(?<![\w.,$+\-\u2212])(?:{})(?![\w%$]|[.,]\d|[ \u00a0\u202f][%$])"
TICK = {
    "en": re.compile(r"[^\w.,]*(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?[^\d.,]*"),
    "fr": re.compile(rf"[^\w.,]*(\d{{1,3}}(?:[{NO_BREAK}\u202f]\d{{3}})*|\d+)(,\d+)?[^\d.,]*"),
}
OFF = 0.005  # how far a tick may lie from its value's place, as a share of its axis: less than a pixel
MIDDLE = 0.3 * SIZE  # px from a text's middle to its letters' feet, as Vega has it
NEAR = 1.6  # px that a mark may lie from its value's place
BESIDE, OVER = 40.0, 60.0  # px that a number may stand from the marks of its row, and over its mark
LEVEL = 7.0  # px that a number may stand higher or lower than the middle of its mark
TALL = 60.0  # px; what is taller is no mark of one row
LONG = 15.0  # px; a longer line across an axis goes through a panel, and has no arrow
ARROW, THICK = (16.0, 20.0), 14.0  # px that an arrow is long, and more than its head is wide
BACK = 23.0  # px from the place of a dot to the head of its arrow towards zero
FACTORS = (1, 1_000_000)  # an axis of money counts dollars or millions

Position = tuple[float, float]


# What can be read


def faults(svg: str) -> list[str]:
    """What is wrong with a drawing, each with the text or the colour, none where all is well."""
    picture = Picture(svg)
    found = [f"the colour {colour!r}, not of the palette" for colour in sorted(picture.colours - COLOURS)]
    for line in picture.texts:
        found += [f"{line.text!r} {fault}" for fault in faults_of(line, picture)]
    pairs = list(combinations(picture.texts, 2))
    found += [f"{one.text!r} on {other.text!r}" for one, other in pairs if one.core.touches(other.core)]
    dots = [(shape.box.middle, shape.ink) for shape in picture.shapes if is_dot(shape.box)]
    inked = zip(picture.lines_of_marks, picture.inks_of_lines, strict=True)
    ends = [(end, ink) for (x, y, x2, y2), ink in inked if x != x2 and y != y2 for end in ((x, y), (x2, y2))]
    if not all(any(math.dist(end, dot) < NEAR and own in (ink, PAPER) for dot, own in dots) for end, ink in ends):
        found.append("a line that misses its dots")
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
    """How light a colour is, from 0 to 1; a name is white's."""
    digits = colour.lstrip("#") if colour.startswith("#") else "ffffff"
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# What the numbers say


def strange(svg: str, known: Iterable[str], language: str) -> list[str]:
    """The texts of a drawing with a number that none of the ``known`` words is, nor a tick of an axis."""
    pattern = known_words(known)
    found = []
    for group in Picture(svg).groups.values():
        left = [line.whole for line in group if re.search(r"\d", pattern.sub("", line.whole))]
        found += [] if ticks_of(group, language) else left
    return found


def known_words(known: Iterable[str]) -> re.Pattern[str]:
    """What matches the table's words with digits, the longest first, where no other number begins or goes on."""
    words = sorted({" ".join(k.split(" ")) for k in known if re.search(r"\d", k)}, key=len, reverse=True)
    return re.compile(ALONE.format("|".join(map(re.escape, words)) or r"(?!)"))


def ticks_of(group: list[Line], language: str) -> Axis | None:
    """The axis that some texts are the ticks of, if all of them are numbers that lie where their values say."""
    values = [tick_value(line.whole, language) for line in group]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values) or not all(line.is_guide for line in group):
        return None
    xs, ys = zip(*(line.anchor for line in group), strict=True)
    across = len(set(ys)) <= len(set(xs))
    if not straight(numbers, xs if across else ys):
        return None
    places = xs if across else [MIDDLE - y for y in ys]
    return Axis(across, sorted(zip(numbers, places, strict=True)), ys[0] if across else xs[0])


def tick_value(words: str, language: str) -> float | None:
    """The value of a tick such as 1,000, 0.5, −25% or $10 million; None where it is none."""
    found = TICK[language].fullmatch(words)
    if not found:
        return None
    digits = re.sub(r"\D", "", found[1]) + (found[2] or "").replace(",", ".")
    value = Decimal(digits)
    return float(-value if re.match(r"[^\w]*[-\u2212]", words) else value)


def straight(values: Sequence[float], places: Sequence[float]) -> bool:
    """Whether values grow with their places along one line; equal values at two places do not."""
    pairs = sorted(zip(places, values, strict=True))
    (start, low), (end, high) = pairs[0], pairs[-1]
    if len(pairs) == 1:
        return True
    if end == start or high == low:
        return False
    return all(abs((value - low) / (high - low) - (place - start) / (end - start)) < OFF for place, value in pairs)


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
        other, own = self.along(box).middle
        first, last = self.ticks[0][1] - 40, self.ticks[-1][1] + (240 if self.across else 40)
        return (own > self.side) is not self.across and first <= other <= last


def misplaced(svg: str, points: Sequence[Point], language: str) -> list[str]:
    """The numbers of a drawing that stand beside no mark of their size, or beside one that shows another bound."""
    picture = Picture(svg)
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
    found = list(misnamed(picture, [line for line in picture.texts if line not in ticks], names, ends))
    for line in picture.texts:
        own = [axis for axis in axes if axis.is_of(line.box)]  # of panels side by side, more than one
        said = [(a, n) for a in own for n in numbers.get(line.text, []) if a.counts(n)]
        if said and not line.is_guide and not any(shows(picture, line.box, axis, number) for axis, number in said):
            found.append(line.text)
    return found


def misnamed(picture: Picture, lines: list[Line], names: dict[str, set[str]], ends: set[str]) -> Iterator[str]:
    """The numbers that stand in another row than their name's, or in the ink of another name; the ``ends`` of intervals
    are grey in each row."""
    known = set[str]().union(*names.values())
    rows = [line for line in lines if line.is_guide and line.text in known]
    above = len({round(row.box.left) for row in rows}) <= len({round(row.box.right) for row in rows})  # their marks
    edges = [(row.box.left if above else row.box.right, row) for row in rows]
    whole = len(rows) > 1 and {row.text for row in rows} == known  # none of them has several lines
    levels = [shape.box.middle[1] for shape in picture.shapes] + [
        y for _, y, _, y2 in picture.lines_of_marks if y == y2
    ]
    levels += [line.box.middle[1] for line in lines if not line.is_guide]
    for row in rows if whole and not above else []:
        if not any(abs(level - row.box.middle[1]) < LEVEL for level in levels):
            yield row.text
    first = min((row.place for row in rows), default=0)  # before it stands the key, whose tone may be one row's number
    for line in (line for line in lines if line.text in names and not line.is_guide and line.place > first):
        y = line.box.middle[1]
        inked = {one.whole for one in lines if one.ink == line.ink != INK and one.whole in known}
        column = max((edge for edge, _ in edges if edge < line.box.left + 1), default=0.0)  # of panels side by side
        beside = [row for edge, row in edges if whole and column - 1 < edge < line.box.left + 1]
        beside = [row for row in beside if not above or row.box.top <= line.box.top + 1]
        far = {row: abs(row.box.middle[1] - y) for row in beside}
        own = {row.text for row in beside if far[row] < min(far.values()) + LEVEL}
        other = inked and not inked & names[line.text] and line.text not in ends
        if other or (own and not own & names[line.text]):
            yield line.text


def shows(picture: Picture, text: Box, axis: Axis, number: Number) -> bool:
    """Whether a mark beside a text is where a number says, with an arrow where it is open, an outline where that is
    asked for."""
    quantity, text = number.quantity, axis.along(text)
    if quantity.high == 0:  # a bar of none has no length
        return True
    ends = {float(end) for end in (quantity.low, quantity.value, quantity.high) if end is not None}
    lines = (Box(min(x, x2), min(y, y2), max(x, x2), max(y, y2)) for x, y, x2, y2 in picture.lines_of_marks)
    first = min((line.place for line in picture.texts if line.is_guide), default=0)  # before it stands the key
    marks = [(axis.along(shape.box), shape.ink) for shape in picture.shapes if shape.place > first]
    marks += [(axis.along(line), "") for line in lines]
    factors = FACTORS if number.unit.startswith("cad") else FACTORS[:1]
    for place in (axis.at(end / factor) for end in ends for factor in factors):
        there = [(box, ink) for box, ink in marks if any(abs(end - place) < NEAR for end in ends_of(box))]
        near = [(box, ink) for box, ink in there if is_beside(marks, box, place, text, axis.across)]
        own = [(box, ink) for box, ink in near if not is_arrow(box, place)]
        through = all(not ink and box.bottom - box.top > LONG and box.wide < 1 for box, ink in own)  # a panel
        is_open = quantity.high is None or quantity.bound in UPPER
        begins = (place,) if quantity.high is None else (axis.at(0), place - BACK)  # of an arrow: a bar's, a dot's
        heads = [box.middle[1] for box, _ in marks if any(is_arrow(box, begin) for begin in begins)]
        level = any(abs(head - mark.middle[1]) < 3 for head in heads for mark, _ in own)
        inks = {ink == PAPER for _, ink in own if ink}
        looks = is_hollow(number) in inks or (not inks and (axis.across or through))  # upright, a line's end is no mark
        looks = through or spans(axis, number, own) if is_interval(number) else looks
        if own and looks and (not is_open or through or level):
            return True
    return False


def ends_of(mark: Box) -> tuple[float, ...]:
    """Where a mark may say a number: a dot in its middle, another at its ends."""
    return (mark.middle[0],) if is_dot(mark) else (mark.left, mark.right)


def spans(axis: Axis, number: Number, marks: list[tuple[Box, str]]) -> bool:
    """Whether a line goes from end to end of an interval."""
    low, high = sorted(axis.at(float(end)) for end in (number.quantity.low, number.quantity.high) if end is not None)
    return any(box.left < low + NEAR and box.right > high - NEAR for box, _ in marks)


def is_beside(marks: list[tuple[Box, str]], mark: Box, place: float, text: Box, across: bool) -> bool:
    """Whether a text stands in the row of a mark that is at a place, nothing between them but its arrow; or over or
    under the mark itself, be it a bar, else over its place."""
    if not across:
        return is_about(marks, mark, text)
    y = text.middle[1]
    own = abs(mark.middle[1] - y) < LEVEL or (mark.bottom - mark.top > TALL and mark.top - 4 < y < mark.bottom + 4)
    row = [box for box, _ in marks if box.top - 3 < y < box.bottom + 3 and box.bottom - box.top < TALL]
    if own:
        ends = [box.middle[0] for box in row if not is_arrow(box, place)]
        between = any(mark.right + 1 < end < text.left or text.right < end < mark.left - 1 for end in ends)
        return not between and max(text.left - mark.right, mark.left - text.right) < BESIDE
    is_bar = mark.bottom - mark.top > LONG and mark.wide > 1
    if row or not (is_bar or text.left - 4 < place < text.right + 4):  # it stands in the row of others
        return False
    return -4 < mark.top - text.bottom < OVER / 2 or 0 < text.top - mark.bottom < OVER / 2


def is_about(marks: list[tuple[Box, str]], mark: Box, text: Box) -> bool:
    """Whether a text stands at a mark of an upright axis: level with it, in the middle over it or under it, or at one
    of its corners; nearer than to any other dot."""
    if mark.bottom - mark.top > TALL:  # a line across the panel
        return max(text.left - mark.right, mark.left - text.right) < LINE
    aside = mark.middle[1]
    arrows = (box for box, ink in marks if ink and is_arrow(box, mark.middle[0]) and abs(box.middle[1] - aside) < 1)
    places = (mark.middle, around([mark, *arrows]).middle)
    dots = (box.middle for box, ink in marks if ink and is_dot(box))
    if min(map(text.far, places)) > min(map(text.far, dots), default=OVER) + 3:
        return False
    off = max(text.top - aside, aside - text.bottom, 0.0)
    over = [max(text.left - place, place - text.right, 0.0) for place, _ in places]
    if off or not min(over):  # at a corner, or level with it
        return off < max(BESIDE if not one else one + 2 for one in over)
    return min(over) < BESIDE and (abs(text.middle[1] - aside) < LEVEL or is_pushed(marks, mark, text))


def is_dot(box: Box) -> bool:
    """Whether a mark is a dot of any shape."""
    return box.wide < ARROW[0] and abs(box.wide - (box.bottom - box.top)) < 2


def is_pushed(marks: list[tuple[Box, str]], mark: Box, text: Box) -> bool:
    """Whether a text stands aside of its mark since the panel ends there: no mark lies beyond the text's far end."""
    way, end = (1, text.bottom) if text.middle[1] < mark.middle[1] else (-1, text.top)
    return not any(0 < way * (box.middle[1] - end) < BESIDE for box, _ in marks)


def is_arrow(box: Box, place: float) -> bool:
    """Whether a mark is the arrow of an open end at a place."""
    return ARROW[0] < box.wide < ARROW[1] and box.bottom - box.top < THICK and -2 < box.left - place < 8
