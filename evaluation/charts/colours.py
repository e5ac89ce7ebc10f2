"""The ink of a mark, and what marks mean: a key of colours and dashes above the drawing, a line of words under it.

The ink is of a mark's series, of its tone, dark where its name is highlighted, or its part's own.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from ..language import LANGUAGES, N_, format_period
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .labels import Text as Placed
from .parts import MEASURED, UPPER, Part, Point, Recorded, Row, keys_of, ordered, title_of
from .picture import Box
from .theme import ACCENT, BOTH_WAYS, HEAT, LINE, QUIET, RULE, SERIES, SHAPES, Specification, widest, wrapped

DASHES = ([1, 0], [7, 3])  # of what is known, of an estimate of our own
DOTTED = [1, 3]  # a line to read others by
SHAPES_OF_SERIES = ("circle", "M-1,0.9L0,-1L1,0.9Z", "M-1,-0.9L0,1L1,-0.9Z", "M-0.9,-1L1,0L-0.9,1Z")  # triangles
DOTS = {
    "published": N_("filled circle: published figure"),
    "derived": N_("filled diamond: calculated from published figures"),
    "estimate": N_("hollow square: our own estimate"),
}
FILLED = N_("filled circle or triangle: published figure")
FILLED_BAR = N_("filled bar: published figure, or calculated from published figures")
HOLLOW_BAR = N_("hollow bar: our own estimate")
UPPER_BOUND = N_("arrow towards zero: the true number may be much smaller")
UPPER_BELOW = N_("arrow away from zero: the true number may be even lower")
LOWER_BOUND = N_("arrow: the true number may be larger")
INTERVAL = N_("line with ends: interval")
SPAN = N_("broad line: a range, no confidence interval")
ESTIMATED = N_("dashed line with ends: interval of our own estimate")
FULL_RING, EMPTY_RING = N_("full circle: there is one"), N_("empty circle: there is none")
NONE_FOUND = N_("dot: none found")
SHAPED = ("point", "circle", "line")
GAP = 18  # px between two swatches with their words
Swatch = tuple[str, str, str, str]  # mark, ink, shape, words


def is_interval(number: Number | None) -> bool:
    """Whether a number is all that lies between two ends, so that no place is its own."""
    return number is not None and number.quantity.bound is Bound.BETWEEN


def is_hollow(number: Number) -> bool:
    """Whether a mark is drawn as an outline: of the review's own estimates, and of nothing else."""
    return number.kind == "estimate"


class Colours:
    """The inks of one chart, the same in all its panels."""

    def __init__(self, chart: Recorded):
        self.chart = chart

    def ink(self, part: Part, row: Row) -> str:
        """The ink of a row: of its series, of its tone, or the part's own."""
        definition, column = part.encoding.get("color", {}), part.field("color")
        if not column:
            place = [*self.counts].index(own) if (own := counted_by(part)) in self.counts else 0
            ink = QUIET if part.is_across else SERIES[place % len(SERIES)]  # a line to read others by is no series
            return str(definition.get("value") or part.unit["mark"].get("color") or ink)
        if part.cell(row, "color"):
            return self.tone(part, row)
        key, scale, keys = row.get(column), definition.get("scale") or {}, self.series(column)
        if part.is_highlight:
            return ACCENT if key in scale["domain"] else RULE
        inks = scale.get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def series(self, column: str) -> list[str]:
        """The keys of a series in the order of their colours, the same in all panels."""
        sort: Any = ...
        for definition in (part.encoding["color"] for part in self.chart.parts if part.field("color") == column):
            sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return ordered(keys_of(self.chart.rows, column), sort)

    def shape(self, part: Part, row: Row, kind: str = "published") -> str:
        """The shape of a row's dot: of published figures that of their line, so that lines differ without colours."""
        if part.mark == "line" and kind == "published" and isinstance(key := row.get(part.series), str):
            return SHAPES_OF_SERIES[self.series(part.series).index(key) % len(SHAPES_OF_SERIES)]
        return SHAPES[kind]

    @cached_property
    def counts(self) -> dict[str, tuple[str, Part]]:
        """Parts that stand by columns of their own, by these, each with what it counts, of one definition with its
        period; none where a reader could not tell them apart by that, or where names have colours."""
        own: dict[str, Part] = {}
        for part in (part for part in self.chart.parts if part.mark in MEASURED):
            if part.series:
                return {}
            if column := counted_by(part):
                own.setdefault(column, part)
        for with_period in (False, True):
            found = {column: (self.counted(part, with_period), part) for column, part in own.items()}
            if len({words for words, _ in found.values()}) == len(own) > 1:
                return found
        return {}

    def counted(self, part: Part, with_period: bool) -> str:
        """What a part counts, in words."""
        axis, number = next((axis, number) for axis in ("x", "y") for number in part.numbers(axis))
        title = title_of(part.encoding[axis])
        words = self.chart.t("" if title is ... else title) or self.chart.t(number.definition_label)
        return f"{words}, {format_period(number.start, number.end, self.chart.language)}" if with_period else words

    def tone(self, part: Part, row: Row) -> str:
        """A cell's tone: one of five equal steps from the smallest number to the largest; where numbers lie on both
        sides of zero, two for either side, as far from zero on both, and one for zero."""
        values = [value for one in part.rows if (value := part.value(one, "color")) is not None]
        low, high, value = min(values), max(values), part.value(row, "color")
        assert value is not None
        if not low < 0 < high:
            return HEAT[min(4, int((value - low) / (high - low) * 5)) if high > low else 2]
        far = max(high, -low) / 2
        return BOTH_WAYS[2 + (value > 0) - (value < 0) + (value > far) - (value < -far)]

    def is_span(self, part: Part, row: Row) -> bool:
        """Whether a row's number is a span of its own among numbers that have intervals: it is none of these."""
        axis = "x" if part.kind("x") == "quantitative" else "y"
        beside = [one for one in self.chart.parts if one.mark == "rule" and one.rows is part.rows and one.spanned(axis)]
        return is_interval(part.number(row, axis)) and any(one.cell(row, axis) is None for one in beside)

    # Keys

    def keyed(self) -> Iterator[Part]:
        """Parts whose colours tell apart what no axis or panel names."""
        for part in self.chart.parts:
            named = {self.chart.facet.get("field"), part.field("x"), part.field("y")}
            if part.series and part.series not in named and part.encoding["color"].get("legend", 0) is not None:
                yield part

    def key(self) -> list[Swatch]:
        """The swatches of a chart's key; none where colours need none, or where there is one alone."""
        if self.counts:
            first = ((words, part, part.rows[0]) for words, part in self.counts.values())
            return [(part.mark, self.ink(part, row), self.shape(part, row), words) for words, part, row in first]
        part = next(self.keyed(), None)
        if part is None:
            return []
        column, by_ink = part.series, dict[str, list[Row]]()
        toned = part.kind("color") == "quantitative"
        keys = [] if toned else self.series(column)
        if part.mark == "line":  # in the order in which they end, the highest first
            last = {row[column]: part.value(row, "y") or 0.0 for row in part.rows if row.get(column)}
            keys = sorted(keys, key=lambda key: -last.get(key, 0.0))
        rows = [row for row in (part.rows if toned else self.chart.rows) if row.get(column) is not None]
        for row in sorted(rows, key=lambda r: part.value(r, "color") or 0.0 if toned else keys.index(r[column])):
            by_ink.setdefault(self.ink(part, row), []).append(row)
        swatches = list[Swatch]()
        for ink, some in by_ink.items():
            ends = dict.fromkeys(self.chart.words(row, column) for row in (some[0], some[-1]))
            words = f" {self.chart.t(N_('to'))} ".join(ends)
            swatches.append(("rect" if toned else part.mark, ink, self.shape(part, some[0]), words))
        return swatches if len(swatches) > 1 else []


def counted_by(part: Part) -> str:
    """The column of figures that a part stands by; empty where it has none."""
    return next((part.field(axis) for axis in ("x", "y") if any(True for _ in part.numbers(axis))), "")


def inked(column: str) -> Specification:
    """A colour as Vega-Lite has it: that of each row."""
    return {"field": column, "type": "nominal", "scale": None}


# What marks mean


def marks_meant(arguments: dict[str, Any], points: Sequence[Point]) -> list[str]:
    """A text for each kind of mark, none where all are plain published figures."""
    if "own" in arguments:
        return []
    chart, numbers = Recorded(arguments, list(points), LANGUAGES[0]), [point.number for point in points]
    parts, is_span = chart.parts, Colours(chart).is_span
    if grids := [part for part in parts if part.is_grid]:
        missing = any(part.cell(row, "detail") is None for part in grids for row in part.rows)  # it is not none
        full = any(number.quantity.value for number in numbers)
        none = any(not number.quantity.value for number in numbers)
        return [FULL_RING] * full + [EMPTY_RING] * none + [NONE_FOUND] * missing
    marks, kinds = {part.mark for part in parts}, {number.kind for number in numbers}
    bars, shaped, bounds = "bar" in marks, marks & {*SHAPED}, {number.quantity.bound for number in numbers}
    dotted = {number.kind for number in numbers if shaped and kinds != {"published"} and not is_interval(number)}
    uppers = [number.quantity.value for number in numbers if number.quantity.bound in UPPER]
    intervals = {number.kind for number in numbers if is_interval(number)}
    intervals |= {point.interval.kind for point in points if point.interval}
    barred = {number.kind for number in numbers if bars and not is_interval(number)}
    several = any(part.mark == "line" and len(keys_of(part.rows, part.series)) > 1 for part in parts)
    meant = {
        FILLED_BAR: "estimate" in barred and len(barred) > 1,
        HOLLOW_BAR: "estimate" in barred,
        **{text: kind in dotted for kind, text in (DOTS | ({"published": FILLED} if several else {})).items()},
        UPPER_BOUND: (bars or shaped) and any(high >= 0 for high in uppers),
        UPPER_BELOW: (bars or shaped) and any(high < 0 for high in uppers),
        LOWER_BOUND: (bars or shaped) and bounds & {Bound.MORE_THAN, Bound.AT_LEAST},
        INTERVAL: (bars or shaped) and intervals - {"estimate"},
        ESTIMATED: "estimate" in intervals,
        SPAN: any(is_span(part, row) for part in parts if part.mark in MEASURED for row in part.rows),
    }
    return [text for text, is_so in meant.items() if is_so]


def key_above(swatches: list[Swatch], size: int) -> tuple[str, float]:
    """A row of swatches with their words, broken where a page of so many px ends, and how high it is."""
    parts = list[str]()
    x = y = 2.0
    for swatch in swatches:
        lines = wrapped(swatch[3], size - 40)
        needed = 26 + widest(lines)
        if x > 2 and x + needed > size:
            x, y = 2.0, y + LINE + 4
        place = Box(x + 26, y, x + needed, y + LINE * len(lines))
        parts += [symbol(swatch, x, y), Placed(lines, place).svg()]
        y += LINE * (len(lines) - 1)
        x += needed + GAP
    return "".join(parts), y + LINE + 10 if swatches else 0.0


def symbol(swatch: Swatch, x: float, y: float) -> str:
    """A square for bars and cells, a dot, a piece of a line with its dot."""
    mark, ink, shape, _ = swatch
    if mark in ("bar", "rect"):
        edge = RULE if ink in (*HEAT, *BOTH_WAYS) else ink
        return f'<path d="M{x + 4:g},{y + 3:g}h12v12h-12Z" fill="{ink}" stroke="{edge}"/>'
    dot = f'<circle cx="{x + 10:g}" cy="{y + 9:g}" r="5.5" fill="{ink}"/>'
    if shape != "circle":
        dot = f'<path transform="translate({x + 10:g},{y + 9:g}) scale(5.5)" d="{shape}" fill="{ink}"/>'
    if mark not in ("line", "rule"):
        return dot
    unheard = 'stroke-width="2" pointer-events="none"'  # as an axis' lines: it is no mark of a number
    line = f'<line x1="{x:g}" y1="{y + 9:g}" x2="{x + 20:g}" y2="{y + 9:g}" stroke="{ink}" {unheard}/>'
    return line + dot * (mark == "line")
