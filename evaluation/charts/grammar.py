"""What a chart of Altair's may be made of here, as tables, and the walk that holds a specification against them.

A wish that the project does not know would be passed over in the drawing: it is refused before anything is drawn, with
its place and with what may stand there instead. What cannot be read in a drawing is left to the look at it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from ..problems import Refused
from .theme import ACCENT, Specification

COMPOSED = ("layer", "spec")
POSITIONS = ("x", "y", "x2", "y2")
PANELS = ("row", "column", "facet")
DISCRETE = ("nominal", "ordinal")
MARKS = ("bar", "line", "point", "circle", "rule", "rect")
ALLOWED: dict[str, tuple[str, ...]] = {
    "chart": ("mark", "encoding", "data", "name", "facet", "columns", *COMPOSED),
    "mark": ("type", "color", "strokeDash", "point"),
    "encoding": (*POSITIONS, "color", "detail", *PANELS),
    "channel": ("field", "type", "title", "sort", "axis", "scale", "legend", "header", "value", "columns"),
    "axis": ("title",),
    "legend": (),
    "header": ("title",),
    "scale of figures": ("domain", "zero"),
    "scale of colours": ("domain", "range"),
    "scale": (),
}  # fmt: skip
IN_PANDAS = "the same worked out in pandas, where bounds and origins are kept"
BY_EYE = "bar, line or point on x and y: angles and areas are read worse than lengths"
INSTEAD = {
    **dict.fromkeys(("transform", "aggregate", "bin", "timeUnit", "impute"), IN_PANDAS),
    **dict.fromkeys(("arc", "trail", "theta", "radius", "size"), BY_EYE),
    "area": "bar or line; for a band, rule from n_low to n_high (y and y2) under a line or points",
    **dict.fromkeys(("boxplot", "errorbar", "errorband"), "rule from n_low to n_high (x and x2, or y and y2)"),
    "tick": "point, or bar",
    "strokeDash": "a column of names on color=, whose lines have dashes too",
    **dict.fromkeys(("stack", "xOffset", "yOffset"), 'a panel for each group: y="part:N", row="group:N"'),
    "square": "bar, whose length is the count",
    "text": 'no texts: numbers and names of lines are written at their marks; words at a rule by detail="event:N"',
    "datum": "a column of figures, whose origin is kept; a column of names",
    **dict.fromkeys(("width", "height"), "no size of its own: a chart is drawn at both of the page's widths"),
    "condition": 'color=highlight("place", "Ontario") of evaluation.charts; else a column of names on color=',
    **dict.fromkeys(("params", "param"), "a chart without selections: a page is read on paper too"),
    **dict.fromkeys(("format", "labelExpr"), "the numbers' own format and the labels of data/, in both languages"),
    "config": "the project's theme",
    "resolve": "one scale for what counts the same: a length is as much in one panel as in the next; or two charts",
    **dict.fromkeys(("hconcat", "vconcat", "concat", "repeat"), "a chart each; or panels of one frame (column, row)"),
    "title": "title= of chapter.chart, which a page shows over the chart",
    "legend": "a key as it is drawn, or legend=None; what it tells apart stands in the subtitle",
    "scale": 'sort=[...] or sort="descending" for names, and rows chosen in pandas; five tones for figures',
}
MOST_BESIDE = 3  # panels


class ChartRefused(Refused):
    """A chart request that would not be read right is refused, not drawn."""


class NoRows(ChartRefused):
    """A chart over frames without rows, which is left out where it is optional."""


def refuse(where: str, found: str, allowed: str) -> ChartRefused:
    return ChartRefused(f"{where}: found {found}; allowed: {allowed}")


# The parts of a specification


def units(specification: Specification, path: str = "chart") -> Iterator[tuple[str, Specification]]:
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


def parts(specification: Specification, path: str) -> Iterator[tuple[str, Specification, str]]:
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


def title_of(definition: Mapping[str, Any]) -> Any:
    """A channel's own title: of the axis where it has one; None for none, missing where nothing is said."""
    for part in (definition.get("axis") or {}, definition.get("header") or {}, definition):
        if "title" in part:
            return part["title"]
    return ...


def fields(unit: Specification) -> set[str]:
    """The columns that a part shows."""
    return {one["field"] for _, one in definitions(unit) if "field" in one}


def titles(units: Iterable[Specification]) -> Iterator[tuple[str, Any]]:
    """Every title and constant text of some parts, with where it stands."""
    for channel, one in (pair for unit in units for pair in definitions(unit)):
        for part in (one, one.get("axis") or {}, one.get("header") or {}):
            if part.get("title"):
                yield f"{channel}.title", part["title"]


def is_grid(unit: Specification) -> bool:
    """Whether circles stand where names across meet names down: full where there is a number, else a ring."""
    kinds = [unit["encoding"].get(axis, {}).get("type") for axis in ("x", "y")]
    return mark_of(unit) == "circle" and all(kind in DISCRETE for kind in kinds)


def series_of(unit: Specification) -> str:
    """The column whose names have a colour each; empty where there is none, or where some are only highlighted."""
    definition = unit["encoding"].get("color", {})
    return "" if is_highlight(definition) else str(definition.get("field", ""))


def is_highlight(definition: Mapping[str, Any]) -> bool:
    """Whether a colour is what `highlight` gives: dark for some names, grey for the rest."""
    return (definition.get("scale") or {}).get("range") == [ACCENT]


def spanned(encoding: Mapping[str, Any], axis: str, columns: Container[str]) -> str:
    """The column from whose low end to whose high end a part reaches along an axis; empty where there is none, and
    where the ends are ``columns`` of their own."""
    low, high = (encoding.get(channel, {}).get("field", "") for channel in (axis, f"{axis}2"))
    column = str(low).removesuffix("_low")
    return column if (low, high) == (f"{column}_low", f"{column}_high") and low not in columns else ""


# The walk


def read(specification: Specification) -> tuple[list[tuple[str, Specification]], Specification]:
    """The parts of a chart, each with where it stands, and what tells its panels apart: a channel's definition and
    ``across``, how many panels stand side by side at most; empty where there is one panel. Raises ChartRefused for the
    first thing that is not allowed."""
    check_part(specification, "chart")
    found = list(units(specification))
    for where, unit in found:
        check_unit(where, unit)
    facet = specification.get("facet", {})
    asked = {"facet": facet} if "field" in facet else dict(facet)
    for _, unit in found:
        asked |= {channel: unit["encoding"].pop(channel) for channel in PANELS if channel in unit["encoding"]}
    if len(asked) > 1:
        raise refuse("chart", "panels by two columns", "one of row, column, facet; the other as a colour or a name")
    for channel, definition in asked.items():
        check_channel(f"chart.{channel}", definition)
        most = specification.get("columns") or definition.get("columns") or MOST_BESIDE
        return found, definition | {"across": 1 if channel == "row" else min(most, MOST_BESIDE)}
    return found, {}


def check_part(part: Specification, path: str) -> None:
    """A chart's own keys, and those of all that it is composed of."""
    only(part, "chart", path)
    for inner, one, _ in parts(part, path):
        check_part(one, inner)


def check_unit(path: str, unit: Specification) -> None:
    """A mark and what stands on its channels."""
    mark = mark_of(unit)
    if mark not in MARKS:
        raise refuse(f"{path}.mark", mark, INSTEAD.get(mark) or ", ".join(MARKS))
    only(unit["mark"], "mark", f"{path}.mark")
    only(unit["encoding"], "encoding", path)
    for channel, definition in definitions(unit):
        where = f"{path}.{channel}"
        check_channel(where, definition)
        only(definition.get("scale"), scale_kind(channel, definition), f"{where}.scale")
        for wrong, found, allowed in wishes(mark, channel, definition):
            if wrong:
                raise refuse(where, found, allowed)


def check_channel(where: str, definition: Mapping[str, Any]) -> None:
    only(definition, "channel", where)
    for part in ("axis", "legend", "header"):
        only(definition.get(part), part, f"{where}.{part}")


def only(given: Mapping[str, Any] | None, kind: str, where: str) -> None:
    """Raises ChartRefused for a key that a part of this kind does not have."""
    for key in given or {}:
        if key not in ALLOWED[kind]:
            raise refuse(where, key, INSTEAD.get(key) or ", ".join(ALLOWED[kind]) or INSTEAD[kind])


def scale_kind(channel: str, definition: Mapping[str, Any]) -> str:
    figures = definition.get("type") == "quantitative"
    if channel in ("x", "y") and figures:
        return "scale of figures"
    return "scale of colours" if channel == "color" and not figures else "scale"


def wishes(mark: str, channel: str, definition: Mapping[str, Any]) -> Iterator[tuple[bool, str, str]]:
    """What a channel may ask in Vega-Lite's words and would not get here: whether it does, what was found, and what is
    allowed."""
    sort = definition.get("sort")
    axis, inked = channel in ("x", "y"), channel == "color"
    dates = 'text: .dt.strftime("%Y-%m") for months, "%Y" for years'
    yield definition.get("type") == "temporal", "dates", dates
    yield axis and definition.get("axis", 0) is None, "axis=None", "alt.Axis(title=None)"
    yield isinstance(sort, dict), f"sort={sort}", 'a list, "-x", or the rows in their order: frame.sort_values(...)'
    yield inked and bool(definition.get("title")), "a title of a key", "what colours tell apart in the subtitle"
    tones = inked and definition.get("type") == "quantitative" and mark != "rect"
    yield tones, f"tones of {definition.get('field')!r} on {mark}", "tones for the cells of a heat map; else x or y"
