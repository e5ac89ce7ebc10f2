"""What a chart of Altair's may be made of here, and why not of the rest.

A specification is walked once, before anything is drawn; what is not on these lists is refused with the place where it
stands and with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from . import asked
from .asked import refuse
from .theme import INK, PAPER, QUIET, RULE, SERIES, Specification

MARKS = ("bar", "line", "point", "circle", "square", "tick", "rule", "text", "rect")
RULES = "rule with x and x2, or y and y2"
INSTEAD = {
    "arc": "bar (angles are read worse than lengths)",
    "area": "bar, or line",
    **dict.fromkeys(("boxplot", "errorbar", "errorband"), f"{RULES}, from figures worked out in pandas"),
    "geoshape": "bar, a row a place",
    "image": "point or text",
    "trail": "line",
}
MARK_PROPERTIES = ("type", "color", "fill", "stroke", "point", "align", "baseline", "dx", "dy", "interpolate",
                   "strokeDash")  # fmt: skip
POSITIONS = ("x", "y", "x2", "y2")
CHANNELS = (*POSITIONS, "xOffset", "yOffset", "color", "fill", "stroke", "detail", "order", "text", "strokeDash",
            "row", "column", "facet", "shape")  # fmt: skip
CHANNEL_PROPERTIES = ("field", "type", "title", "sort", "axis", "scale", "stack", "legend", "header", "condition",
                      "value", "datum", "columns", "spacing")  # fmt: skip
AXIS_PROPERTIES = ("title", "grid", "values", "tickCount")
SCALE_PROPERTIES = ("domain", "zero", "type", "reverse", "nice", "range")
COMPOSED = ("layer", "hconcat", "vconcat", "concat", "spec")
UNIT_KEYS = ("mark", "encoding", "data", "title", "name", "facet", "columns", "resolve", "spacing", *COMPOSED)
TOP_KEYS = ("$schema", "config", "datasets")
PALETTE = (*SERIES, INK, QUIET, RULE, PAPER)
COLOURS = f"{', '.join(PALETTE)} (the project's), or none"
REFUSED_KEYS = {
    "transform": "the same worked out in pandas, where bounds and origins are kept",
    "params": "a chart without selections (a page is read on paper too)",
    **dict.fromkeys(("width", "height"), "no size of its own: a chart is drawn at both of the page's widths"),
    "repeat": "the charts written out, joined by | or &",
    "projection": "bars, a row a place",
    **dict.fromkeys(("view", "background", "padding", "autosize", "bounds", "align", "center"), "the project's theme"),
    "usermeta": "no such part",
    "description": "description= of chapter.chart",
}
REFUSED_CHANNELS = {
    "tooltip": "columns that the chart draws, or text: what only a pointer finds is not found on paper or by ear",
    "theta": "x or y: angles are read worse than lengths",
    "radius": "x or y: areas are read worse than lengths",
    "size": "x, y or text: areas are read worse than lengths",
    **dict.fromkeys(("opacity", "fillOpacity", "strokeOpacity", "strokeWidth"), "the project's marks"),
    "angle": "upright text",
    "href": "a sentence with a link",
    "url": "marks",
    "description": "description= of chapter.chart",
    "key": "detail",
    **dict.fromkeys(("xError", "yError", "xError2", "yError2"), RULES),
}
REFUSED_PROPERTIES = {
    "aggregate": "groupby in pandas, where bounds and origins are kept",
    "bin": "classes worked out in pandas",
    "timeUnit": "a column of years or months made in pandas",
    "impute": "a missing cell: what is not published is not zero",
    **dict.fromkeys(("format", "formatType"), "the numbers' own format, in each language"),
    "labelExpr": "labels from data/ or the catalogue, in both languages",
}
Path = str


def units(specification: Specification, path: Path = "chart") -> Iterator[tuple[Path, Specification]]:
    """Every part that has a mark of its own, with where it stands, and with the rows and encoding of what holds it;
    its mark as properties, its encoding in any case."""
    if "mark" in specification:
        mark = specification["mark"]
        own = {"mark": {"type": mark} if isinstance(mark, str) else mark, "encoding": specification.get("encoding", {})}
        yield path, specification | own
    for inner, part, key in parts(specification, path):
        below = {"data": specification["data"]} if "data" in specification else {}
        shared = {"encoding": specification.get("encoding", {}) | part.get("encoding", {})} if key == "layer" else {}
        yield from units(below | part | shared, inner)


def parts(specification: Specification, path: Path) -> Iterator[tuple[Path, Specification, str]]:
    """What a chart is composed of: each part with where it stands and the key that holds it."""
    for key in COMPOSED:
        held = specification.get(key, [])
        for number, part in enumerate(each(held), start=1):
            yield f"{path}.{key}{number if isinstance(held, list) else ''}", part, key


def each(given: Any) -> list[Any]:
    """What Vega-Lite takes alone or in a list, as a list."""
    return given if isinstance(given, list) else [given]


def definitions(unit: Specification) -> Iterator[tuple[str, Any]]:
    """What stands on each channel of a part, with the channel's name."""
    for channel, definition in unit["encoding"].items():
        for one in each(definition):
            yield channel, one


def mark_of(unit: Specification) -> str:
    return str(unit["mark"].get("type"))


def check(specification: Specification) -> None:
    """Raises ChartRefused for the first thing that is not allowed in a specification of any depth."""
    check_keys(specification, "chart", (*UNIT_KEYS, *TOP_KEYS))
    check_own_scales(specification)
    found = list(units(specification))
    on_tones = any(mark_of(unit) == "rect" for _, unit in found)
    for path, unit in found:
        check_mark(unit["mark"], path)
        for channel, definition in unit["encoding"].items():
            check_channel(channel, path)
            for one in each(definition):
                check_definition(one, f"{path}.{channel}")
        asked.check_unit(unit, path, on_tones=on_tones)


def check_keys(specification: Specification, path: Path, allowed: tuple[str, ...]) -> None:
    for key in specification:
        if key in REFUSED_KEYS:
            raise refuse(path, key, REFUSED_KEYS[key])
        if key not in allowed:
            raise refuse(path, key, ", ".join(UNIT_KEYS))
    if "layer" in specification:
        check_axes(specification, path)
    for inner, part, _ in parts(specification, path):
        check_keys(part, inner, UNIT_KEYS)


def check_axes(layered: Specification, path: Path) -> None:
    """Layers share their axes."""
    for part in ("scale", "axis"):
        for axis, how in layered.get("resolve", {}).get(part, {}).items():
            if axis in ("x", "y") and how == "independent":
                raise refuse(path, f"a second {axis} axis", "one scale: two charts side by side, or a ratio")


def check_own_scales(specification: Specification) -> None:
    """Panels of bars share their axes: a length is as much in one as in the next."""
    for axis in own_scales(specification):
        bars = [u["encoding"].get(axis, {}) for _, u in units(specification) if mark_of(u) == "bar"]
        if any(definition.get("type") == "quantitative" for definition in bars):
            raise refuse("chart.resolve.scale", f"{axis}='independent'", "points or lines; panels of bars share axes")
    for _, inner, _ in parts(specification, ""):
        check_own_scales(inner)


def own_scales(part: Specification) -> frozenset[str]:
    """The axes on which each panel of a facet has a scale of its own. Charts that are joined are told apart by their
    titles."""
    kinds = {} if set(part) & {"hconcat", "vconcat", "concat"} else part.get("resolve", {}).get("scale", {})
    return frozenset(axis for axis in ("x", "y") if kinds.get(axis) == "independent")


def check_mark(properties: Specification, path: Path) -> None:
    kind = properties.get("type")
    if kind not in MARKS:
        raise refuse(f"{path}.mark", f"{kind}", INSTEAD.get(str(kind), ", ".join(MARKS)))
    for name, value in properties.items():
        if name == "tooltip":
            raise refuse(f"{path}.mark", name, REFUSED_CHANNELS["tooltip"])
        if name not in MARK_PROPERTIES:
            raise refuse(f"{path}.mark", name, f"the project's sizes, fonts and colours; {', '.join(MARK_PROPERTIES)}")
        if name in ("color", "fill", "stroke"):
            check_colour(value, f"{path}.mark.{name}")
            if value == PAPER:
                raise refuse(f"{path}.mark.{name}", "the colour of paper", "a colour that is seen on it")
        if name in ("dx", "dy") and not (isinstance(value, int | float) and abs(value) <= 30):
            raise refuse(f"{path}.mark.{name}", repr(value), "a number of px up to 30 either way")


def check_colour(value: Any, where: Path) -> None:
    if value not in (*PALETTE, None, "transparent"):
        raise refuse(where, f"the colour {value!r}", COLOURS)


def check_channel(channel: str, path: Path) -> None:
    if channel in REFUSED_CHANNELS:
        raise refuse(path, f"the channel {channel}", REFUSED_CHANNELS[channel])
    if channel not in CHANNELS:
        raise refuse(path, f"the channel {channel}", ", ".join(CHANNELS))


def check_definition(definition: Mapping[str, Any], where: Path) -> None:
    for name in definition:
        if name in REFUSED_PROPERTIES and definition[name] is not None:
            raise refuse(where, name, REFUSED_PROPERTIES[name])
        if name not in (*CHANNEL_PROPERTIES, *REFUSED_PROPERTIES):
            raise refuse(where, name, ", ".join(CHANNEL_PROPERTIES))
    if definition.get("stack") in ("normalize", "center"):
        raise refuse(where, f"stack={definition['stack']!r}", "shares worked out in pandas, or stack='zero'")
    check_part(definition.get("axis"), AXIS_PROPERTIES, f"{where}.axis")
    check_part(definition.get("scale"), SCALE_PROPERTIES, f"{where}.scale")
    check_values(definition, where)


def check_part(part: Any, allowed: tuple[str, ...], where: Path) -> None:
    for name in part or {}:
        if name in REFUSED_PROPERTIES:
            raise refuse(where, name, REFUSED_PROPERTIES[name])
        if name not in allowed:
            raise refuse(where, name, ", ".join(allowed))


def check_values(definition: Mapping[str, Any], where: Path) -> None:
    """Constants and conditions: colours of the palette, tests of the rows."""
    coloured = where.rsplit(".", 1)[1] in ("color", "fill", "stroke")
    for part in [definition, *each(definition.get("condition", []))]:
        if "param" in part:
            raise refuse(where, "a selection", REFUSED_KEYS["params"])
        if "value" in part and coloured:
            check_colour(part["value"], where)
    for colour in (definition.get("scale") or {}).get("range", []) if coloured else []:
        check_colour(colour, where)


def title_of(definition: Mapping[str, Any]) -> Any:
    """A channel's own title: of the axis where it has one; None for none, missing where nothing is said."""
    for part in (definition.get("axis") or {}, definition.get("header") or {}, definition):
        if "title" in part:
            return part["title"]
    return ...


TESTED = re.compile(r"datum(?:\.([A-Za-z_]\w*)|\[['\"]([^'\"]+)['\"]\])")


def fields(unit: Specification) -> set[str]:
    """The columns that a part uses, those that only order it included."""
    sorts = [one.get("sort") for _, one in definitions(unit)]
    by = {sort["field"] for sort in sorts if isinstance(sort, dict) and "field" in sort}
    return by | shown(unit) | {one["field"] for _, one in definitions(unit) if "field" in one}


def shown(unit: Specification) -> set[str]:
    """The columns that a part shows or chooses marks by."""
    asked = [tested(one) for _, one in definitions(unit)]
    return {one["field"] for channel, one in definitions(unit) if "field" in one and channel != "order"}.union(*asked)


def tested(definition: Mapping[str, Any]) -> set[str]:
    """The columns that a channel's conditions ask for."""
    tests = [str(condition.get("test", "")) for condition in each(definition.get("condition", []))]
    return {name or other for test in tests for name, other in TESTED.findall(test)}
