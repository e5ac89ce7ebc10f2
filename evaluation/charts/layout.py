"""Scales of a recorded chart's axes, and sizes of its panels at one page width.

Vega-Lite positions the marks; computed here is what it cannot know: the room for names of an axis in a language, and
for the labels placed afterwards.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..language import N_, NO_BREAK
from ..language.formats import format_number, is_moment
from ..numbers.notation import scale_of
from ..numbers.number import Number
from ..numbers.quantity import UPPER_BOUNDS, Bound
from ..numbers.wording import unit_label
from .geometry import balance_text, max_width, text_width, wrap_text
from .grammar import ChartRefused
from .labels import ROOM, Label, Position
from .layers import DISCRETE, Layer, RecordedChart, channel_title, column_keys, fill_gaps, sort_keys
from .theme import BEYOND, INDENT, LINE, TALLEST, WIDE, Specification

if TYPE_CHECKING:
    from .marks import FacetMarks

BAR = 18.0  # px, the thickness of a bar
CELL = 34.0  # px, the height of a heat map's cell: a line of text with air above and below
GAP = 24  # px between panels
AROUND_ALL = 6  # px of padding at the left and the right of a drawing
FEW_THINGS = 10  # largest count of bars without an axis
THING = 32.0  # px, at most, for each: the same length in every chart
LEAST_FRAME = 90.0  # px, for the name of what is counted
NARROW_PANEL = 430  # px; names stand above the marks in a panel no wider
LEAST_HEIGHT = 110.0
LEAST_STEP = 20.0  # px from row to row
AROUND, KEY = 95, 60  # px for a panel's heading and axis, and for the legend
MOST_OF_NARROW_LINE_NAMES = 0.25  # of a narrow panel that the names at the ends of its lines may take
ALONG = 0.45  # of a panel that a label at a rule across may take, in lines
MOST_OF_LINE_NAMES = 0.4  # of a panel that names of lines may take with their numbers
OF_BARS = 0.62  # of its room that a panel's bars keep; else their numbers stand above them
MOST_TICKS = 3  # labels show the numbers
AS_LINES = (Bound.BETWEEN, *UPPER_BOUNDS)  # bounds drawn as lines, which need an axis
NEAR_A_TICK = 1.1  # of the longest bar: an axis goes on to a tick that is no farther
ROUND_STEPS = [float(f"{digit}e{power}") for power in range(-9, 12) for digit in (1, 2, 5)]
MONEY_UNITS = {  # by unit, in dollars and in millions of dollars
    "cad": (N_("dollars"), N_("millions of dollars")),
    "cad_per_year": (N_("dollars per year"), N_("millions of dollars per year")),
}


@dataclass
class BandScale:
    """A discrete scale: keys in order, in bands of equal steps in px."""

    keys: list[str]
    shown: set[str]  # keys with rows; the others are gaps
    column: str
    moments: bool
    facets: list[list[str]]  # the keys of each panel: all, or its alone where none is in two
    lines: dict[str, list[str]] = field(default_factory=dict)
    step: float = 0.0
    band: float = 0.0
    slots: dict[str, list[str]] = field(default_factory=dict)  # by key: itself, after a place for each line over a band

    def index(self, key: Any) -> int:
        """The index of a key; unknown keys come last."""
        return self.keys.index(key) if key in self.keys else len(self.keys)


@dataclass
class LinearScale:
    """A scale of figures: its ends in units of ``factor``, and its title."""

    low: float
    high: float
    factor: float = 1.0
    sign: str = ""  # after each tick
    title: str = ""
    is_money: bool = False  # so that each number has its unit
    whole: bool = False  # whether it counts things, which have no halves
    bars_labelled: bool = False  # whether all bars have their numbers at their ends, so that an axis adds nothing

    def bar_start(self) -> float:
        """The value at which bars start: zero, or the end nearest to it."""
        return min(max(0.0, self.low), self.high)

    def tick_width(self, language: str) -> float:
        """The width in px of the wider of its `end_label_samples`."""
        return max_width(self.end_label_samples(language))

    def ticks_through_zero(self, px: float, language: str) -> list[float]:
        """Evenly spaced ticks of an axis of ``px`` with zero inside: at least one on either side, if need be beyond its
        end; if three do not fit, only the neighbours of zero. Empty if no round step (1, 2 or 5 times a power of ten)
        fits."""
        least = max(self.tick_width(language) + 5, px / (MOST_TICKS + 1))
        nearer, farther = sorted((-self.low, self.high))
        for step in ROUND_STEPS:
            low, high = min(self.low, -step), max(self.high, step)
            far = step * px / (high - low)
            if far >= least:
                return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
            if px < 2 * least and (step >= farther or (step >= nearer and 2 * far >= least)):
                return [-step, step]
        return []

    def end_label_samples(self, language: str) -> list[str]:
        """The labels of the low and the high end in the ticks' decimals and sign, each digit written as 0, to measure
        widths by."""
        decimals = 0 if self.whole else max(0, -math.floor(math.log10((self.high - self.low) / MOST_TICKS)))
        ticks = (format_number(Decimal(f"{end:.{decimals}f}"), language) for end in (self.low, self.high))
        return [re.sub(r"\d", "0", tick) + self.sign for tick in ticks]


Scale = BandScale | LinearScale


def scales_of(chart: RecordedChart) -> dict[str, Scale]:
    """The scales of x and y, shared by all panels: of names if a channel along the axis is discrete, else of
    figures."""
    scales: dict[str, Scale] = {}
    for axis in ("x", "y"):
        discrete = any(layer.kind(channel) in DISCRETE for layer, channel in channels_along(chart, axis))
        scales[axis] = band_scale(chart, axis) if discrete else linear_scale(chart, axis)
    return scales


def channels_along(chart: RecordedChart, axis: str) -> list[tuple[Layer, str]]:
    """The layers with a channel along an axis (x and x2, or y and y2), one pair for each such channel."""
    pairs = ((layer, channel) for layer in chart.layers for channel in (axis, f"{axis}2"))
    return [(layer, channel) for layer, channel in pairs if channel in layer.encoding]


def band_scale(chart: RecordedChart, axis: str) -> BandScale:
    """The scale of an axis of names, sorted as the first layer with a sort states; if all are years or
    months, in time (or back in time) with the missing ones, unless on y the sort is a list. Each panel has all names;
    only on y, if not all are years or months and none is in two panels, it has its own. `Layout` sets the pixels."""
    layers = [layer for layer, channel in channels_along(chart, axis) if layer.field(channel)]
    keys = dict.fromkeys(key for layer in layers for key in column_keys(layer.rows, layer.field(axis)))
    sort = next((layer.encoding[axis]["sort"] for layer in layers if "sort" in layer.encoding[axis]), ...)
    moments = len(keys) > 1 and all(map(is_moment, keys))
    order = sort_keys(keys, sort)
    if moments and (axis == "x" or not isinstance(sort, list)):
        order = fill_gaps(sort_keys(keys, ...))[:: -1 if sort == "descending" else 1]
    keys_in = [{r.get(e.field(axis)) for e in layers for r in chart.rows_in(facet, e)} for facet in chart.facets]
    facets = [[key for key in order if key in names] for names in keys_in]
    if axis == "x" or moments or sum(map(len, facets)) != len(keys):
        facets = [order] * len(facets)
    return BandScale(order, set(keys), layers[0].field(axis) if layers else "", moments, facets)


def linear_scale(chart: RecordedChart, axis: str) -> LinearScale:
    """The scale of an axis of figures, in their common unit, with the ends of `padded_ends`. If it has no domain and
    does not reach below zero, y is extended to ticks, and x under bars alone, without numbers at each end, to the next
    tick if that is less than a tenth farther."""
    along = channels_along(chart, axis)
    numbers = [number for layer, channel in along for number in layer.numbers(channel)]
    factor = float(max(map(scale_of, numbers), default=1))
    percent = bool(numbers) and numbers[0].unit == "percent"
    has_domain = "domain" in specified_scale(along)
    low, high = padded_ends(along, axis, factor)
    all_bars = axis == "x" and all(layer.mark == "bar" for layer in chart.layers)
    labelled = all_bars and low >= 0 and not any(number.quantity.bound in AS_LINES for number in numbers)
    if axis == "y" and not has_domain and low >= 0:
        low, high = extend_to_ticks(low, high)
    elif all_bars and not labelled and not has_domain and low >= 0:
        tick = extend_to_ticks(low, high)[1]
        high = tick if tick <= high * NEAR_A_TICK else high
    return LinearScale(
        low,
        high,
        factor,
        sign=(NO_BREAK if chart.language == "fr" else "") + "%" if percent else "",
        title=title_of_figures(chart, axis, numbers, factor),
        bars_labelled=labelled,
        is_money=bool(numbers) and numbers[0].unit in MONEY_UNITS,
        whole=factor == 1 and not percent and all(n.decimals == 0 for n in numbers) and counts_one_kind(numbers),
    )


def specified_scale(along: list[tuple[Layer, str]]) -> Specification:
    """The scale that the chart itself specifies for an axis, first of the channels ``along`` it; else empty."""
    return next((scale for layer, channel in along if (scale := layer.encoding[channel].get("scale"))), {})


def padded_ends(along: list[tuple[Layer, str]], axis: str, factor: float) -> tuple[float, float]:
    """The ends of an axis of figures, in units of ``factor``, around its domain, all numbers drawn along it and zero
    (left out by ``zero=False``, and by a domain where there are no bars); with 4% more at each end, so that no dot lies
    on an edge, but none at zero, and none for bars on x."""
    scale = specified_scale(along)
    values = [float(end) for end in scale.get("domain") or []]
    bars = any(layer.mark == "bar" for layer, _ in along)
    values += [0.0] if scale.get("zero", bars or not values) is not False else []
    values += [value for layer, channel in along for row in layer.rows for value in layer.values(row, channel)]
    low, high = min(values) / factor, max(values) / factor
    high += 1.0 if low == high else 0.0
    padding = 0.0 if bars and axis == "x" else (high - low) * 0.04
    return low - (padding if low else 0.0), high + (padding if high else 0.0)


def extend_to_ticks(low: float, high: float) -> tuple[float, float]:
    """The ends of an axis (``low`` below ``high``) extended outwards until both are ticks, as d3's ``nice`` does."""
    step = (high - low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(step))
    step = power * next(n for n, least in ((10, 50**0.5), (5, 10**0.5), (2, 2**0.5), (1, 0)) if step / power >= least)
    ends = round(math.floor(low / step) * step, 9), round(math.ceil(high / step) * step, 9)
    return ends if ends == (low, high) else extend_to_ticks(*ends)


def title_of_figures(chart: RecordedChart, axis: str, numbers: list[Number], factor: float) -> str:
    """The title of an axis of figures: as specified, if all layers that specify one agree, with "millions of dollars"
    in brackets if ``factor`` is above 1; or else the unit of the first number in words: of a rate its label, of money
    dollars or millions of them, of things their noun. Empty if switched off, for percent, or if nothing names the
    unit."""
    unit = numbers[0].unit if numbers else ""
    money = chart.translate(MONEY_UNITS[unit][factor > 1]) if unit in MONEY_UNITS else ""
    titles = [channel_title(layer.encoding[channel]) for layer, channel in channels_along(chart, axis)]
    titles = [title for title in titles if title is not ...]
    title = titles[0] if titles and all(title == titles[0] for title in titles) else ...  # not one of several
    if title is None:
        return ""
    if title is not ...:
        words = chart.translate(title)
        return f"{words} ({money})" if money and factor > 1 else words
    if numbers and any(power < 0 for power in numbers[0].dimension.values()):
        return unit_label(numbers[0], chart.language)
    nouns = numbers[0].nouns.get(chart.language) if counts_one_kind(numbers) else None
    return money or (nouns["other"] if nouns else "")


def counts_one_kind(numbers: list[Number]) -> bool:
    """Whether numbers, judged by the first, count things of one kind: neither rates nor percent; False for none."""
    return bool(numbers) and list(numbers[0].dimension.values()) == [1] and numbers[0].unit != "percent"


# Sizes


def facet_room(chart: RecordedChart, size: int) -> tuple[int, float]:
    """The number of panels side by side (one on a narrow page) on a page of ``size`` px, and each one's width in px."""
    columns = min(chart.facet.get("across", 1), len(chart.facets)) if size == WIDE else 1
    return columns, (size - AROUND_ALL - GAP * (columns - 1)) / columns


class Layout:
    """The sizes in px of a chart's panels at one page width, 704 or 288, and its labels to be placed. All panels have
    equal widths and shared scales. It changes the scales (wrapped names, steps, bands) and the labels (lines,
    positions) that it is given. Raises ChartRefused for names without room."""

    def __init__(self, chart: RecordedChart, size: int, scales: dict[str, Scale], marks: list[FacetMarks]):
        """Lay out all panels of a chart ``size`` px wide; ``marks`` are those of each panel."""
        self.chart, self.size, self.scales, self.marks = chart, size, scales, marks
        self.columns, self.room = facet_room(chart, size)  # panels side by side, px across each
        self.above = self.room <= NARROW_PANEL  # whether names on y stand above their bands
        self.names = next(scale for scale in scales.values() if isinstance(scale, BandScale))
        self.labels = [label for facet in marks for label in facet.labels]
        self.direct = self.choose_line_names()  # whether lines are named at their ends
        self.has_cells = any(layer.mark == "rect" for layer in chart.layers)
        self.raised = set[str]()  # names over whose marks a number stands
        for label in self.labels:
            if self.above and label.position is Position.MISSING:
                label.position = Position.UNDER_NAME
            if label.position is Position.RULE:
                label.lines = balance_text(label.lines[0], self.room * ALONG)
        self.label_room = 0.0  # px for labels between the names and the frame
        self.left = self.left_room()  # px left of the frame
        self.across = self.fit_across()  # px across the frame
        self.fit_names()
        self.downs = self.fit_down()  # px down the frame of each panel

    def has_bands(self, axis: str) -> bool:
        """Whether an axis has names."""
        return isinstance(self.scales[axis], BandScale)

    def has_zero_line(self) -> bool:
        """Whether figures along y lie on both sides of zero, so that a line at zero crosses the frame."""
        y = self.scales["y"]
        return isinstance(y, LinearScale) and y.low < 0 < y.high

    @property
    def step_across(self) -> float:
        """The distance between names in px, as if they were side by side."""
        return self.across / len(self.names.keys)

    def choose_line_names(self) -> bool:
        """Whether lines of several colours are named at their ends, since there is room, and not in a legend. Changes
        the labels: without room the names are removed that a legend can have, and the last numbers that stand before
        names become labels of their own; these do too if a name with its number takes over 40% of the panel."""
        names = [label for label in self.labels if label.in_legend]
        share = MOST_OF_NARROW_LINE_NAMES if self.above else 1.0
        direct = bool(names) and max(max_width(label.lines) for label in names) <= self.room * share
        numbered = [label for label in self.labels if label.number]
        if (names and not direct) or any(
            max_width(e.lines) + e.beyond > self.room * MOST_OF_LINE_NAMES for e in numbered
        ):
            for label in numbered:
                number = replace(label, lines=[label.number], position=Position.OVER, first=False, in_legend=False)
                self.labels.append(number)
                label.number, label.beyond = "", BEYOND
        self.labels = [label for label in self.labels if direct or not label.in_legend]
        return direct

    # Across

    def left_room(self) -> float:
        """The width in px needed at the left of the frame: that of the numbers or names on y with 12 px beside them;
        with names on y, at least the overhang of the first label on x, and for names above their bands just this. Wraps
        the names on y."""
        x, y = self.scales["x"], self.scales["y"]
        if isinstance(y, LinearScale):
            return y.tick_width(self.chart.language) + 12
        if isinstance(x, LinearScale):  # zero, where the axis begins at it
            first = (
                x.tick_width(self.chart.language) if x.low else text_width(x.end_label_samples(self.chart.language)[0])
            ) / 2
        else:
            first = max(0.0, self.half_label_width(x, 0) - self.room / len(x.keys) / 2)
        room = self.room - 2 - INDENT - first if self.above else min(self.room * 0.4, 280.0)
        y.lines = {key: balance_text(self.chart.label(y.column, key), room) for key in y.keys if key in y.shown}
        return first if self.above else max(first, max(map(max_width, y.lines.values()), default=0.0) + 12)

    def half_label_width(self, names: BandScale, place: int) -> float:
        """Half the width in px of the label at index ``place`` (0 the first, -1 the last) of years or months, its words
        on lines of their own; 0 for names, which wrap to their steps."""
        keys = names.keys[place:][:1] if names.moments else []
        return max((max_width(wrap_text(self.chart.label(names.column, key), 1.0)) / 2 for key in keys), default=0.0)

    def free_width(self) -> float:
        """The width in px left for the panel's frame beside its left axis."""
        return self.room - self.left

    def fit_across(self) -> float:
        """The width in px of the frame of a panel, as wide as the room for labels at its sides allows. Names at the
        ends of lines are wrapped; with figures along x numbers may be moved over or under."""
        x = self.scales["x"]
        return self.fit_bands(x) if isinstance(x, BandScale) else self.fit_bars(x)

    def fit_bands(self, x: BandScale) -> float:
        """The width in px of a frame with names along x: the free width minus the names at the ends of lines, which it
        wraps, and the overhang of the last year's label."""
        ends = [label for label in self.labels if label.position is Position.LINE_END]
        for label in ends:
            label.lines = wrap_text(label.lines[0], self.room * 0.33)
        names = max((max_width(label.lines) + max(8.0, label.beyond) for label in ends), default=0.0)
        half = self.half_label_width(x, -1)
        step = (self.free_width() - names) / max(1, len(x.keys))
        return self.free_width() - max(names - (0.0 if self.has_zero_line() else step / 2), half - step / 2, 0.0)

    def fit_bars(self, x: LinearScale) -> float:
        """The width in px of a frame with figures along x; for bars of few things at most `THING` px for each thing.
        Sets `label_room` and `left`. Numbers move over their marks, or under the names of their rows, if at the ends of
        marks they would leave these too little room."""
        names, before = self.left, (self.room_before(label, x, self.free_width() * 0.8) for label in self.labels)
        self.label_room = max([0.0, *before])
        self.left = max(self.left, self.label_room) if self.above else self.left + self.label_room
        raised = any(label.position is Position.RAISED for label in self.labels)
        if raised or (self.above and self.room_across(x) < self.free_width() * OF_BARS):
            self.raise_numbers(raised)
        frame = self.room_across(x)
        short = max((self.room_before(label, x, frame) for label in self.labels), default=0.0) - self.label_room
        if short > 0:  # the frame is smaller than assumed
            self.label_room, self.left = self.label_room + short, self.left + short
            frame = self.room_across(x)
        at_marks = [label for label in self.labels if label.position in (Position.END, Position.BEFORE)]
        if frame < LEAST_FRAME and at_marks:  # long labels on both sides leave the marks no room: all stand over them
            for label in (*at_marks, *(label for label in self.labels if label.key in self.raised)):
                label.position = Position.RAISED
            self.left = names
            return self.fit_bars(x)
        few = x.bars_labelled and x.whole and x.high <= FEW_THINGS
        return min(frame, max(THING * x.high, LEAST_FRAME)) if few else frame

    def room_before(self, label: Label, x: LinearScale, frame: float) -> float:
        """The width in px that a label at the left of a mark, or an arrow there, needs outside of a frame ``frame`` px
        wide; 0 or less if it fits inside or there is none."""
        at_left = label.position in (Position.BEFORE, Position.LOW)
        needed = label.back + (max_width(label.lines) + ROOM[label.position] if at_left else 0.0)
        return needed - self.relative_position(x, label.reach or 0.0) * frame if needed else 0.0

    def room_across(self, x: LinearScale) -> float:
        """The width in px of the widest frame with room at its right for the labels and arrows of marks."""
        frame = self.free_width() - x.tick_width(self.chart.language) / 2
        for label in self.labels:
            at_right = label.position in (Position.END, Position.MISSING, Position.HIGH)
            needed = label.beyond + (max_width(label.lines) + ROOM[label.position] if at_right else 0.0)
            if label.reach is not None and (share := self.relative_position(x, label.reach)) > 0.02:
                frame = min(frame, (self.free_width() - needed) / share)
        return frame

    def relative_position(self, x: LinearScale, value: float) -> float:
        """The position of a value, in the scale's units, on the x axis: 0 at its low end, 1 at its high one."""
        low, high, _ = self.axis_ends(x, self.free_width())
        return (value - low) / (high - low)

    def axis_ends(self, x: LinearScale, px: float) -> tuple[float, float, list[float]]:
        """The low and the high end of an x axis ``px`` long, extended to its ticks, and these; no ticks (Vega's then
        serve) if it does not pass through zero, or if none fit."""
        ticks = x.ticks_through_zero(px, self.chart.language) if x.low < 0 < x.high else []
        return min([x.low, *ticks]), max([x.high, *ticks]), ticks

    def raise_numbers(self, over_marks: bool) -> None:
        """Move the numbers at the ends of marks, and set ``raised`` to the names of their rows. With ``over_marks``
        they go over their marks (at an end one would read as that of an interval), always; without, under the names of
        their rows, and if any row has two numbers at its marks nothing changes."""
        ends = [label for label in self.labels if label.position in (Position.END, Position.RAISED)]
        before = [label for label in self.labels if label.position is Position.BEFORE]
        rows = [(label.facet, label.key) for label in (*ends, *before)]
        if over_marks or len({*rows}) == len(rows):
            self.raised = {label.key for label in ends}
            for label in ends:
                label.position = Position.RAISED if over_marks else Position.UNDER_NAME

    def fit_names(self) -> None:
        """Wrap the names along x and set their step and band, years and months without the labels that have no room;
        with figures along x nothing changes. Raises ChartRefused for a name wider than its step, or of more than three
        lines."""
        x = self.scales["x"]
        if not isinstance(x, BandScale):
            return
        x.step = self.across / max(1, len(x.keys))
        x.band = x.step if self.has_cells else min(x.step * 0.62, 44.0)
        room = 1.0 if x.moments else x.step - 8
        x.lines = {key: wrap_text(self.chart.label(x.column, key), room) for key in x.keys if key in x.shown}
        labelled = moments_with_labels(x) if x.moments else list(x.lines)
        x.lines = {key: x.lines[key] for key in labelled}
        if not x.moments and any(max_width(lines) > x.step - 4 or len(lines) > 3 for lines in x.lines.values()):
            problem = f"found names that do not fit side by side in {self.room:.0f} px"
            raise ChartRefused(f"{problem}; allowed: fewer or shorter names, on y the longer ones")

    # Down

    def fit_down(self) -> list[float]:
        """The height in px of each panel: with names on y, whose step and band it sets, as many steps as they need;
        with figures on y one height for all."""
        y = self.scales["y"]
        if isinstance(y, LinearScale):
            return self.fit_upright()
        lines = [len(y.lines.get(key, ())) for key in y.keys]
        y.band = CELL if self.has_cells else BAR
        if self.above:
            self.fit_rows_under_names(y, lines)
        else:
            self.fit_rows_beside_names(y, lines)
        return [y.step * sum(len(y.slots.get(key, [key])) for key in keys) for keys in y.facets]

    def fit_upright(self) -> list[float]:
        """The height in px of each panel with figures along y, the same for all: 230 (200 for narrow panels); on a wide
        page less if a sheet of paper would not hold them, down to `LEAST_HEIGHT`; never less than the names at the ends
        of lines need."""
        rows = math.ceil(len(self.marks) / self.columns)
        highest = max(LEAST_HEIGHT, (TALLEST - KEY) / rows - AROUND) if self.size == WIDE else math.inf
        ends = [label for label in self.labels if label.position is Position.LINE_END]
        names = [sum(len(label.lines) for label in ends if label.facet == marks.id) for marks in self.marks]
        return [max(min(200.0 if self.above else 230.0, highest), LINE * max(names))] * len(self.marks)

    def fit_rows_under_names(self, y: BandScale, lines: list[int]) -> None:
        """Set step, band and slots of the names on y of a narrow panel (``lines`` of each in order): each name stands
        over its band, in as many slots of the scale's equal steps as its lines need."""
        y.step = y.band = y.band if self.has_cells else LINE
        for key, count in zip(y.keys, lines, strict=True):
            above = math.ceil((LINE * (count + (key in self.raised)) + 8.0) / y.step)
            y.slots[key] = [*(f"{n} over {key}" for n in range(above)), key]

    def fit_rows_beside_names(self, y: BandScale, lines: list[int]) -> None:
        """Set step and band of the names on y of a wide panel (``lines`` of each in order): as far apart as two names
        below each other need, closer where many names of one line would exceed a sheet of paper."""
        both = max((first + second for first, second in pairwise(lines)), default=2)
        gap = 0 if self.has_cells else 14 + LINE * bool(self.raised)
        y.step = max(y.band + gap, LINE * both / 2 + 10.0, LINE * max(lines[0], lines[-1]))
        if both == 2 and not self.raised:  # closer, where many rows of one line are to stand on a page of paper
            y.step = max(LEAST_STEP, min(y.step, (TALLEST - AROUND - KEY) / len(y.keys)))
        y.band = y.step if self.has_cells else min(y.band, y.step * 0.75)


def moments_with_labels(x: BandScale) -> list[str]:
    """The years or months that get a label: as many as fit, evenly spaced from the last, with the first and the last
    always; none that has no rows."""
    widest = max(map(max_width, x.lines.values())) + (12 if len(x.keys) > 2 else 4)  # of two neither may go
    every = max(1, math.ceil(widest / x.step))
    whole = len(x.keys) - 1
    every = next((n for n in range(every, 2 * every + 2) if whole % n == 0), every)
    places = {0, *(place for place in range(whole, 0, -every) if place >= every)}
    return [key for place, key in enumerate(x.keys) if key in x.shown and place in places]
