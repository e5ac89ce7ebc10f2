"""The ink of a mark, and what marks mean: a key of colours and dashes above the drawing, a line of words under it.

The ink is of a mark's series, of its tone, dark where its name is highlighted, or its part's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from ..language import N_, Text, format_period
from ..numbers.number import Number
from ..numbers.quantity import Bound
from . import grammar
from .grammar import MEASURED, is_grid, mark_of
from .labels import Text as Placed
from .picture import Box
from .points import UPPER, Point, Recorded, Row, base_of, keys_of, ordered
from .theme import ACCENT, BOTH_WAYS, HEAT, LINE, QUIET, RULE, SERIES, Specification, widest, wrapped

DASHES = ([1, 0], [7, 3], [2, 3], [10, 3, 2, 3])
DOTS = {
    "published": N_("filled circle: published figure"),
    "derived": N_("filled diamond: calculated from published figures"),
    "estimate": N_("hollow square: our own estimate"),
}
FILLED_BAR = N_("filled bar: published figure, or calculated from published figures")
HOLLOW_BAR = N_("hollow bar: our own estimate")
UPPER_BOUND = N_("arrow towards zero: the true number may be much smaller")
LOWER_BOUND = N_("arrow: the true number may be larger")
INTERVAL = N_("line with ends: interval")
ESTIMATED = N_("dashed line with ends: interval of our own estimate")
FULL_RING, EMPTY_RING = N_("full circle: there is one"), N_("empty circle: there is none")
NONE_FOUND = N_("dot: none found")
SHAPED = ("point", "circle", "line")
GAP = 18  # px between two swatches with their words
Part = tuple[str, float]  # of an SVG, and how high it is
Swatch = tuple[str, str, list[int], str]  # mark, ink, dash, words


def is_interval(number: Number) -> bool:
    """Whether a number is all that lies between two ends, so that no place is its own."""
    return number.quantity.bound is Bound.BETWEEN


def is_hollow(number: Number) -> bool:
    """Whether a mark is drawn as an outline: of the review's own estimates, and of nothing else."""
    return number.kind == "estimate"


class Colours:
    """The inks of one chart, the same in all its panels."""

    def __init__(self, chart: Recorded):
        self.chart = chart

    def ink(self, unit: Specification, row: Row) -> str:
        """The ink of a row: of its series, of its tone, or the part's own."""
        definition = unit["encoding"].get("color", {})
        if "field" not in definition:
            place = [*self.parts].index(column) if (column := self.counted(unit)[0]) in self.parts else 0
            return str(definition.get("value") or unit["mark"].get("color") or SERIES[place % len(SERIES)])
        if self.chart.number(row, definition["field"]) is not None:
            return self.tone(definition["field"], row)
        key, scale, keys = row.get(definition["field"]), definition.get("scale") or {}, self.series(definition["field"])
        if grammar.is_highlight(definition):
            return ACCENT if key in scale["domain"] else RULE
        inks = scale.get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def series(self, column: str) -> list[str]:
        """The keys of a series in the order of their colours, the same in all panels."""
        keys = keys_of((r for r in self.chart.all_rows if not isinstance(r.get(column), dict)), column)
        sort: Any = ...
        for unit in self.chart.units:
            definition = unit["encoding"].get("color", {})
            if definition.get("field") == column:
                sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return ordered(keys, sort)

    def dash(self, unit: Specification, row: Row) -> list[int]:
        """The dashes of a row's line, in px on and off: of its series, or the part's own."""
        column = grammar.series_of(unit)
        if column and isinstance(row.get(column), str):
            return DASHES[self.series(column).index(row[column]) % len(DASHES)]
        return DASHES["strokeDash" in unit["mark"]]

    # Parts

    def counted(self, unit: Specification) -> tuple[str, Number | None, str]:
        """The column of figures that a part stands by, its first number, and what it counts, in words."""
        for axis in ("x", "y"):
            if number := next(self.chart.numbers(unit, axis), None):
                one, row = unit["encoding"][axis], self.chart.rows(unit)[0]
                title = grammar.title_of(one)
                words = self.chart.t("" if title is ... else title) or self.chart.t(number.definition_label)
                return base_of(one["field"], row), number, words
        return "", None, ""

    @cached_property
    def parts(self) -> dict[str, tuple[str, Specification]]:
        """Parts that stand by columns of their own, by these, each with what it counts, of one definition with its
        period; none where a reader could not tell them apart by that, or where names have colours."""
        own: dict[str, tuple[Specification, Number, str]] = {}
        for unit in (unit for unit in self.chart.units if mark_of(unit) in MEASURED):
            column, number, words = self.counted(unit)
            if grammar.series_of(unit):
                return {}
            if number:
                own.setdefault(column, (unit, number, words))
        found = {column: (words, unit) for column, (unit, _, words) in own.items()}
        if len({words for words, _ in found.values()}) < len(own):
            for column, (unit, number, words) in own.items():
                found[column] = f"{words}, {format_period(number.start, number.end, self.chart.language)}", unit
        return found if len({words for words, _ in found.values()}) == len(own) > 1 else {}

    # Tones

    def tone(self, column: str, row: Row) -> str:
        """A cell's tone: one of five equal steps from the smallest number to the largest; where numbers lie on both
        sides of zero, two for either side, as far from zero on both, and one for zero."""
        values = [value for row in self.chart.all_rows if (value := self.chart.value(row, column)) is not None]
        low, high, value = min(values), max(values), self.chart.value(row, column)
        assert value is not None
        if not low < 0 < high:
            return HEAT[min(4, int((value - low) / (high - low) * 5)) if high > low else 2]
        far = max(high, -low) / 2
        return BOTH_WAYS[2 + (value > 0) - (value < 0) + (value > far) - (value < -far)]

    # Keys

    def keyed(self) -> Iterator[tuple[str, Specification]]:
        """Columns that colours tell apart and no axis or panel names, each with its part."""
        for unit in self.chart.units:
            named = {self.chart.facet.get("field"), *(unit["encoding"].get(a, {}).get("field") for a in ("x", "y"))}
            column = grammar.series_of(unit)
            if column and column not in named and unit["encoding"]["color"].get("legend", 0) is not None:
                yield column, unit

    def key(self) -> list[Swatch]:
        """The swatches of a chart's key; none where colours need none, or where there is one alone."""
        if self.parts:
            first = ((words, unit, self.chart.rows(unit)[0]) for words, unit in self.parts.values())
            return [(mark_of(unit), self.ink(unit, row), self.dash(unit, row), words) for words, unit, row in first]
        column, unit = next(self.keyed(), ("", {}))
        rows = [row for row in self.chart.all_rows if row.get(column) is not None]
        by_ink: dict[str, list[Row]] = {}
        if numbered := any(self.chart.number(row, column) for row in rows):
            rows.sort(key=lambda row: self.chart.value(row, column) or 0.0)
        else:
            rows.sort(key=lambda row: self.series(column).index(row[column]))
        for row in rows:
            by_ink.setdefault(self.ink(unit, row), []).append(row)
        swatches = list[Swatch]()
        for ink, some in by_ink.items():
            ends = dict.fromkeys(self.chart.words(row, column) for row in (some[0], some[-1]))
            words = f" {self.chart.t(N_('to'))} ".join(ends)
            swatches.append(("rect" if numbered else mark_of(unit), ink, self.dash(unit, some[0]), words))
        return swatches if len(swatches) > 1 else []


def inked(column: str) -> Specification:
    """A colour as Vega-Lite has it: that of each row."""
    return {"field": column, "type": "nominal", "scale": None}


# What marks mean


def marks_meant(arguments: dict[str, Any], points: Sequence[Point]) -> list[str]:
    """A text for each kind of mark, none where all are plain published figures."""
    if "own" in arguments:
        return []
    units = arguments["units"]
    numbers = [point.number for point in points]
    if grids := list(filter(is_grid, units)):
        rows = [row for rows in arguments["rows"].values() for row in rows]
        columns = {unit["encoding"].get("detail", {}).get("field", "") for unit in grids}
        missing = any(row.get(column) is None for row in rows for column in columns)  # what is missing is not none
        full = any(number.quantity.value for number in numbers)
        none = any(not number.quantity.value for number in numbers)
        return [FULL_RING] * full + [EMPTY_RING] * none + [NONE_FOUND] * missing
    marks, kinds = set(map(mark_of, units)), {number.kind for number in numbers}
    bars, shaped, bounds = "bar" in marks, marks & {*SHAPED}, {number.quantity.bound for number in numbers}
    dotted = {number.kind for number in numbers if shaped and kinds != {"published"} and not is_interval(number)}
    intervals = {number.kind for number in numbers if is_interval(number)}
    intervals |= {point.interval.kind for point in points if point.interval}
    dashed = "estimate" in intervals and marks & {*SHAPED, "rule"}
    meant = {
        FILLED_BAR: bars and "estimate" in kinds and len(kinds) > 1,
        HOLLOW_BAR: bars and "estimate" in kinds,
        **{text: kind in dotted for kind, text in DOTS.items()},
        UPPER_BOUND: (bars or shaped) and bounds & {*UPPER},
        LOWER_BOUND: (bars or shaped) and bounds & {Bound.MORE_THAN, Bound.AT_LEAST},
        INTERVAL: (bars or shaped) and intervals - ({"estimate"} if dashed else set()),
        ESTIMATED: dashed,
    }
    return [text for text, is_so in meant.items() if is_so]


def texts_of(arguments: dict[str, Any]) -> Iterator[Text]:
    """Every name, title and constant text that a chart may draw."""
    for names in arguments.get("labels", {}).values():
        yield from names.values()
    for _, title in grammar.titles(arguments.get("units", [])):
        yield from grammar.each(title)


def key_above(swatches: list[Swatch], size: int) -> Part:
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
    """A square for bars and cells, a circle for dots, a piece of a line."""
    mark, ink, dash, _ = swatch
    if mark in ("line", "rule"):
        dashes = ",".join(map(str, dash))
        place = f'x1="{x:g}" y1="{y + 9:g}" x2="{x + 20:g}" y2="{y + 9:g}"'
        unheard = 'pointer-events="none"'  # as an axis' lines: it is no mark of a number
        return f'<line {place} stroke="{ink}" stroke-width="2" stroke-dasharray="{dashes}" {unheard}/>'
    if mark in ("bar", "rect"):
        edge = RULE if ink in (*HEAT, *BOTH_WAYS) else ink
        return f'<path d="M{x + 4:g},{y + 3:g}h12v12h-12Z" fill="{ink}" stroke="{edge}"/>'
    return f'<circle cx="{x + 10:g}" cy="{y + 9:g}" r="5.5" fill="{ink}"/>'
