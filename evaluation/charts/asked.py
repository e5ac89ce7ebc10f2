"""What a writer may ask of a part in Vega-Lite's own words, and what no drawing here would keep.

The project places everything itself, so that a wish that it does not know would be passed over: it is refused, with
what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language import LANGUAGES, Text, asked_for, translate
from ..language.placeholders import NAMES, stray_brace, typed_number
from ..problems import Refused
from .theme import Specification

NEUTRAL = (0, 1, 100)  # no change, as many, the whole: numbers that need no origin
KEYS = ("title",)  # of a legend or a header
SCALES = ("linear", "log", "ordinal", "band", "point", "utc", "time")
INKS = ("color", "fill", "stroke")


class ChartRefused(Refused):
    """A chart request that would not be read right is refused, not drawn."""


def refuse(where: str, found: str, allowed: str) -> ChartRefused:
    return ChartRefused(f"{where}: found {found}; allowed: {allowed}")


def check_unit(unit: Specification, path: str, *, on_tones: bool) -> None:
    """Raises ChartRefused for what a part asks and would not get; ``on_tones`` where a heat map lies under it."""
    mark = unit["mark"]
    if mark.get("interpolate", "linear") != "linear":
        raise refuse(f"{path}.mark", f"interpolate={mark['interpolate']!r}", "straight lines from number to number")
    for channel, definition in unit["encoding"].items():
        where = f"{path}.{channel}"
        for one in definition if isinstance(definition, list) else [definition]:
            check_parts(one, where)
            check_condition(one, channel, mark["type"], on_tones, where)
            if channel in ("x", "y"):
                check_axis(one, where)
                if (one.get("scale") or {}).get("reverse") and mark["type"] != "line":
                    allowed = "numbers that grow to the right and upwards; two sides as panels (row=, column=)"
                    raise refuse(f"{where}.scale", "reverse", allowed)
            elif channel in INKS and one.get("type") == "quantitative" and one.get("scale"):
                raise refuse(f"{where}.scale", ", ".join(one["scale"]), "the project's five tones")


def check_parts(definition: Mapping[str, Any], where: str) -> None:
    """Legends and headers say what they are of; orders are of names, of a list, of a channel or of a column's sum."""
    for part in ("legend", "header"):
        for name in definition.get(part) or {}:
            if name not in KEYS:
                raise refuse(f"{where}.{part}", name, f"{', '.join(KEYS)}; keys and panels have their places")
    sort = definition.get("sort")
    if isinstance(sort, dict) and ("field" not in sort or sort.get("op", "sum") != "sum"):
        raise refuse(f"{where}.sort", str(sort), 'a list, "-x", or EncodingSortField(column, op="sum")')


def check_condition(definition: Mapping[str, Any], channel: str, mark: str, on_tones: bool, where: str) -> None:
    if "condition" not in definition or (mark == "text" and channel in INKS and on_tones):
        return  # on a heat map the text's ink is the one that can be read
    if channel not in INKS or mark not in ("bar", "point", "circle", "square", "rect"):
        allowed = "a condition for the colour of bars, points and cells; else a column of names on color="
        raise refuse(where, f"a condition on {mark}", allowed)


def check_axis(definition: Mapping[str, Any], where: str) -> None:
    """An axis is drawn, of one of two kinds, and a constant on it is no number without origin."""
    if "axis" in definition and definition["axis"] is None:
        raise refuse(where, "axis=None", "axis=alt.Axis(title=None, grid=False): what an axis counts is said")
    scale = definition.get("scale") or {}
    if scale.get("type", "linear") not in SCALES:
        raise refuse(f"{where}.scale", f"type={scale['type']!r}", "linear or log")
    if "range" in scale:
        raise refuse(f"{where}.scale", "range", "both of the page's widths")
    if definition.get("type") != "quantitative" and (asked := [n for n in ("domain", "reverse") if n in scale]):
        raise refuse(f"{where}.scale", asked[0], 'sort=[...] or sort="descending", and rows chosen in pandas')
    constant = definition.get("datum")
    if isinstance(constant, int | float) and constant not in NEUTRAL:
        allowed = f"{', '.join(map(str, NEUTRAL))}, or a column of figures, whose origin is kept"
        raise refuse(where, f"the number {constant}", allowed)


def check_texts(chart: str, texts: Mapping[str, Text]) -> None:
    """Title, subtitle and description are there, in the languages asked for, without typed numbers."""
    for part, text in texts.items():
        languages = asked_for()
        if not text or not translate(text, languages[0]).strip():
            allowed = f"{part}=, a text in {'both languages' if len(languages) > 1 else languages[0]}"
            raise ChartRefused(f"chart {chart}: found no {part}; allowed: {allowed}")
        for language in languages if isinstance(text, dict) else LANGUAGES[:1]:
            if braces := stray_brace(translate(text, language)):
                raise ChartRefused(f"chart {chart}: found a brace ({braces}) in the {part}; allowed: {NAMES}")
            if typed := typed_number(translate(text, language), language):
                raise ChartRefused(
                    f"chart {chart}: found a typed number ({typed}) in the {part}; allowed: {NAMES}, of what a "
                    "cell has recorded"
                )
