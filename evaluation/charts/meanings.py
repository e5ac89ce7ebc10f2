"""The meanings of a chart's marks, in words, for the line below its drawing."""

from collections.abc import Sequence
from typing import Any

from ..language import LANGUAGES, N_
from ..numbers.quantity import LOWER_BOUNDS, UPPER_BOUNDS
from .layers import MEASURED, ColourScale, Point, RecordedChart, column_keys, is_interval

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


def mark_meanings(arguments: dict[str, Any], points: Sequence[Point]) -> list[str]:
    """The texts (English, to be translated) for the kinds of marks in a chart that need one, in a fixed order; of a
    chart with a grid those of its circles alone. Empty if all are plain published figures, and for boxes of dots.
    ``arguments`` is the chart's record without points."""
    if "own" in arguments:
        return []
    chart, numbers = RecordedChart(arguments, list(points), LANGUAGES[0]), [point.number for point in points]
    layers, is_span = chart.layers, ColourScale(chart).is_span
    if grids := [layer for layer in layers if layer.is_grid]:
        missing = any(layer.cell(row, "detail") is None for layer in grids for row in layer.rows)  # not zero
        full = any(number.quantity.value for number in numbers)
        none = any(not number.quantity.value for number in numbers)
        return [FULL_RING] * full + [EMPTY_RING] * none + [NONE_FOUND] * missing
    marks, kinds = {layer.mark for layer in layers}, {number.kind for number in numbers}
    bars, shaped, bounds = "bar" in marks, marks & {*SHAPED}, {number.quantity.bound for number in numbers}
    dotted = {number.kind for number in numbers if shaped and kinds != {"published"} and not is_interval(number)}
    uppers = [number.quantity.value for number in numbers if number.quantity.bound in UPPER_BOUNDS]
    intervals = {number.kind for number in numbers if is_interval(number)}
    intervals |= {point.interval.kind for point in points if point.interval}
    barred = {number.kind for number in numbers if bars and not is_interval(number)}
    several = any(layer.mark == "line" and len(column_keys(layer.rows, layer.series_column)) > 1 for layer in layers)
    applies = {
        FILLED_BAR: "estimate" in barred and len(barred) > 1,
        HOLLOW_BAR: "estimate" in barred,
        **{text: kind in dotted for kind, text in (DOTS | ({"published": FILLED} if several else {})).items()},
        UPPER_BOUND: (bars or shaped) and any(high >= 0 for high in uppers),
        UPPER_BELOW: (bars or shaped) and any(high < 0 for high in uppers),
        LOWER_BOUND: (bars or shaped) and bounds & {*LOWER_BOUNDS},
        INTERVAL: (bars or shaped) and intervals - {"estimate"},
        ESTIMATED: "estimate" in intervals,
        SPAN: any(is_span(layer, row) for layer in layers if layer.mark in MEASURED for row in layer.rows),
    }
    return [text for text, is_so in applies.items() if is_so]
