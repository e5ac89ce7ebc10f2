"""The grammar of Altair charts that are allowed here, as tables, and their conversion to a flat list of layers over
frames.

An unsupported element would be ignored in the drawing: it is refused first, with its place and what is allowed there;
so are cells of a frame that would mislead. What makes a drawing unreadable is left to `legibility`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..language.formats import is_moment
from ..numbers.labels import TAKES_FIGURES, is_column_of_figures, is_missing, key_of
from ..numbers.number import Number
from ..numbers.quantity import UPPER_BOUNDS, Bound
from ..problems import Refused
from .layers import (
    DISCRETE,
    MEASURED,
    POSITIONS,
    FigureCell,
    Layer,
    Row,
    as_list,
    channel_title,
    column_keys,
    unit_with_denominator,
)
from .theme import ACCENT, INK, QUIET, RULE, SERIES, Specification

if TYPE_CHECKING:
    import pandas as pd

COMPOSED = ("layer", "spec")
NAMING = ("x", "y", "color")  # channels that set names or moments apart
FACETS = ("row", "column", "facet")
MARKS = (*MEASURED, "rule", "rect")
ALLOWED_KEYS: dict[str, tuple[str, ...]] = {
    "chart": ("mark", "encoding", "data", "name", "facet", "columns", *COMPOSED),
    "mark": ("type", "color", "strokeDash", "point"),
    "encoding": (*POSITIONS, "color", "detail", *FACETS),
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
    "mark size": "mark_bar(), mark_point() as they are: the project's theme sizes marks, colour is color=",
    "area": "bar or line; for a band, rule from n_low to n_high (y and y2) under a line or points",
    **dict.fromkeys(("boxplot", "errorbar", "errorband"), "rule from n_low to n_high (x and x2, or y and y2)"),
    "tick": "point, or bar",
    "strokeDash": "a column of names on color=, whose lines have dots of a shape each",
    **dict.fromkeys(("stack", "xOffset", "yOffset"), 'a panel for each group: y="part:N", row="group:N"'),
    "square": "bar, whose length is the count",
    "text": 'no texts: numbers and names of lines are written at their marks; words at a rule by detail="event:N"',
    "datum": "a column of figures, whose origin is kept; a column of names",
    **dict.fromkeys(("width", "height"), "no size of its own: a chart is drawn at both of the page's widths"),
    "condition": 'color=highlight("place", "A name") of evaluation.charts; else a column of names on color=',
    **dict.fromkeys(("params", "param"), "a chart without selections: a page is read on paper too"),
    **dict.fromkeys(("format", "labelExpr"), "the numbers' own format and the labels of data/, in both languages"),
    "config": "the project's theme",
    "resolve": "one scale for what counts the same: a length is as much in one panel as in the next; or two charts",
    **dict.fromkeys(("hconcat", "vconcat", "concat", "repeat"), "a chart each; or panels of one frame (column, row)"),
    "title": "title= of chapter.chart, which a page shows over the chart",
    "scheme": "domain=, the names, and range=, a colour each of evaluation.charts (ACCENT, QUIET, RULE, SERIES)",
    "legend": "a key as it is drawn, or legend=None; what it tells apart stands in the subtitle",
    "scale": 'sort=[...] or sort="descending" for names, and rows chosen in pandas; five tones for figures',
}
MOST_BESIDE = 3  # panels
INKS = (*SERIES, INK, QUIET, RULE)  # that a writer may choose
MOST_SERIES = 4
DOTS = ("point", "circle")
END_SUFFIXES = ("low", "high")  # of a column of figures, as <column>_low
ElementRefusal = tuple[str, str, str]  # where, what is found, what is allowed
PASSED_OVER = ("config", "datasets", "$schema")


class ChartRefused(Refused):
    """A chart that is not allowed, or would be misread."""


class NoRows(ChartRefused):
    """A chart over frames without rows; left out if it is optional."""


def chart_error(where: str, actual: str, allowed: str) -> ChartRefused:
    """The error (returned, not raised) for an element: ``where: found actual; allowed: allowed``."""
    return ChartRefused(f"{where}: found {actual}; allowed: {allowed}")


# Parsing


def highlight(column: str, *names: object) -> Any:
    """A value for ``color=``: dark (ACCENT) for these names or years of a column, grey for the rest, without a legend.
    Names are not looked up: one that no row has changes nothing. Raises ChartRefused if ``column`` is a condition."""
    import altair as alt

    if not isinstance(column, str):
        raise chart_error("highlight", "a condition", 'a column and names: highlight("place", "A name")')
    scale = alt.Scale(domain=[key_of(name) for name in names], range=[ACCENT])
    return alt.Color(f"{column}:N", scale=scale, legend=None)


Units = list[tuple[str, Specification]]  # layers, each with where it stands


def parse_chart(drawing: Any) -> tuple[Units, Specification, dict[str, pd.DataFrame]]:
    """Parse a chart of Altair's into its layers, in drawing order; its facet channel with ``across``, the maximum
    number of panels side by side (empty for one panel); and its frames by name of data ("data-1" and so on). Registers
    the transformer "evaluation" in Altair, in use only here. Raises ChartRefused for the first element that is not
    allowed; NoRows for an empty frame, and for data that are no frame."""
    import altair as alt
    import pandas as pd

    if not (isinstance(drawing, alt.SchemaBase) and isinstance(drawing, alt.TopLevelMixin)):
        raise chart_error("chart", type(drawing).__name__, "a chart of Altair's, or dots(...)")
    if getattr(drawing, "config", alt.Undefined) is not alt.Undefined:
        raise chart_error("chart", "config", INSTEAD["config"])
    frame_of: dict[str, pd.DataFrame] = {}

    def named(data: Any) -> dict[str, str]:
        """Replace a frame by a name, so that Altair sees no numbers; the same frame always has the same name. Raises
        NoRows for an empty frame and for other data."""
        if not isinstance(data, pd.DataFrame) or data.empty:
            actual = "no rows" if isinstance(data, pd.DataFrame) else type(data).__name__
            allowed = "a data frame with rows, such as chapter.frame gives; or optional=True"
            raise NoRows(f"chart.data: found {actual}; allowed: {allowed}")
        name = next((name for name, frame in frame_of.items() if frame is data), f"data-{len(frame_of) + 1}")
        frame_of[name] = data
        return {"name": name}

    setattr(named, TAKES_FIGURES, True)
    alt.data_transformers.register("evaluation", named)
    with alt.data_transformers.enable("evaluation"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # figures without a type are taken for names, and refused
        specification = drawing.to_dict(validate=False)
    units = normalize_units(list(units_of_view(specification, "chart", {})))
    for where, unit in units:
        check_unit(where, unit)
    facet = take_facet_channel(specification, [unit for _, unit in units])
    channels = (unit["encoding"][name] for _, unit in units for name in NAMING if name in unit["encoding"])
    for definition in (facet, *channels):
        set_defaults(definition)
    return units, facet, frame_of


def units_of_view(view: Specification, path: str, above: Specification) -> Iterator[tuple[str, Specification]]:
    """Every layer with a mark below a view, depth first, with its path ("chart.layer1"). ``above`` holds the data and
    the encoding of the view's parents, which a layer takes over where it has none of its own. Panning and tooltips are
    dropped, since pages are printed too. Raises ChartRefused for a key of a view that is not allowed."""
    pans = all(param.get("bind") == "scales" for param in view.get("params", []))
    check_keys(
        {key: view[key] for key in view if key not in PASSED_OVER and not (pans and key == "params")}, "chart", path
    )
    encoding = above.get("encoding", {}) | view.get("encoding", {})
    shared = {"data": view.get("data", above.get("data")), "encoding": encoding}
    if "mark" in view:
        mark = view["mark"] if isinstance(view["mark"], dict) else {"type": view["mark"]}
        channels = {channel: definition for channel, definition in encoding.items() if channel != "tooltip"}
        mark = {key: value for key, value in mark.items() if key != "tooltip"}
        yield path, shared | {"encoding": channels, "mark": mark}
    inner = {f"layer{number}": inner_spec for number, inner_spec in enumerate(view.get("layer", []), start=1)}
    inner |= {"spec": view["spec"]} if "spec" in view else {}
    for name, inner_spec in inner.items():
        yield from units_of_view(inner_spec, f"{path}.{name}", shared)


def normalize_units(units: Units) -> Units:
    """Layers in the one form that is drawn: if all marks are vertical bars, horizontal ones; without layers of texts
    whose column another layer draws, since labels are placed at marks. Other texts stay, to be refused. Removes the
    text channels of other marks in place."""
    drawn = [unit for _, unit in units if unit["mark"]["type"] != "text"]
    for unit in drawn:  # that texts over the same base write out
        unit["encoding"].pop("text", None)
    definitions = [definition for unit in drawn for definition in unit["encoding"].values()]
    columns = {definition["field"] for definition in definitions if "field" in definition}
    units = [(path, unit) for path, unit in units if unit["encoding"].get("text", {}).get("field") not in columns]
    upright = all(unit["encoding"].get("y", {}).get("type") == "quantitative" for unit in drawn)
    if upright and all(unit["mark"]["type"] == "bar" for unit in drawn):
        units = [(path, unit | {"encoding": transpose(unit["encoding"])}) for path, unit in units]
    return units


def transpose(encoding: Specification) -> Specification:
    """A copy of an encoding with x and y, x2 and y2 exchanged; sorting by y becomes sorting by x, not vice versa."""
    other = {"x": "y", "y": "x", "x2": "y2", "y2": "x2"}
    encoding = {other.get(channel, channel): dict(definition) for channel, definition in encoding.items()}
    for definition in (definition for definition in encoding.values() if definition.get("sort") in ("y", "-y")):
        definition["sort"] = definition["sort"].replace("y", "x")
    return encoding


def take_facet_channel(specification: Specification, units: list[Specification]) -> Specification:
    """The facet channel of a chart, removed in place from its layers, with ``across``, the panels side by side: 1 for
    rows, else `MOST_BESIDE` at most. Empty for a chart without panels. Raises ChartRefused for panels by two columns,
    and for a key that a channel does not have."""
    facet = specification.get("facet", {})
    facets = {"facet": facet} if "field" in facet else dict(facet)
    for unit in units:
        facets |= {channel: unit["encoding"].pop(channel) for channel in FACETS if channel in unit["encoding"]}
    if len(facets) > 1:
        raise chart_error(
            "chart", "panels by two columns", "one of row, column, facet; the other as a colour or a name"
        )
    for channel, definition in facets.items():
        check_keys(definition, "channel", f"chart.{channel}")
        across = specification.get("columns") or definition.get("columns") or MOST_BESIDE
        return definition | {"across": 1 if channel == "row" else min(across, MOST_BESIDE)}
    return {}


def set_defaults(definition: Specification) -> None:
    """Fill in, in place, the defaults of a discrete channel: nominal names stay in the order of rows, and there is no
    title unless given. Other channels stay as they are."""
    if "field" not in definition or definition.get("type") not in DISCRETE:
        return
    if definition["type"] == "nominal":
        definition.setdefault("sort", None)
    if channel_title(definition) is ...:
        definition["title"] = None


# Elements that are not allowed


def check_unit(path: str, unit: Specification) -> None:
    """Check the mark, channels and colours of a layer, with ``path`` as its place in messages. Raises ChartRefused for
    the first element that is not allowed."""
    mark = unit["mark"]["type"]
    if mark not in MARKS:
        raise chart_error(f"{path}.mark", mark, INSTEAD.get(mark) or ", ".join(MARKS))
    check_keys(unit["mark"], "mark", f"{path}.mark")
    check_keys(unit["encoding"], "encoding", path)
    for channel, definition in unit["encoding"].items():
        where = f"{path}.{channel}"
        if isinstance(definition, list):
            raise chart_error(where, "a list", "one column")
        check_keys(definition, "channel", where)
        figures = definition.get("type") == "quantitative"
        scaled = {
            ("x", True): "scale of figures",
            ("y", True): "scale of figures",
            ("color", False): "scale of colours",
        }
        check_keys(definition.get("scale"), scaled.get((channel, figures), "scale"), f"{where}.scale")
        kind, sort = definition.get("type"), definition.get("sort")
        axis, inked = channel in ("x", "y"), channel == "color"
        tones = inked and figures and mark != "rect"
        for wrong, actual, allowed in (  # known to Vega-Lite, but not drawn here
            (kind == "temporal", "dates", 'text: .dt.strftime("%Y-%m") for months, "%Y" for years'),
            (axis and definition.get("axis", 0) is None, "axis=None", "alt.Axis(title=None)"),
            (isinstance(sort, dict), f"sort={sort}", 'a list, "-x", or rows in their order: frame.sort_values(...)'),
            (inked and definition.get("title"), "a title of a key", "what colours tell apart in the subtitle"),
            (tones, f"tones of {definition.get('field')!r} on {mark}", "tones for the cells of a heat map; else x, y"),
        ):
            if wrong:
                raise chart_error(where, actual, allowed)
    color = unit["encoding"].get("color", {})
    for ink in (unit["mark"].get("color"), color.get("value"), *as_list((color.get("scale") or {}).get("range"))):
        if ink not in (None, *INKS):
            raise chart_error(f"{path}.color", repr(ink), "ACCENT, QUIET, RULE, INK and SERIES of evaluation.charts")


def check_keys(definition: Specification | None, kind: str, where: str) -> None:
    """Raise ChartRefused, with the place ``where``, if an element's definition has a key that `ALLOWED_KEYS` does not
    list for its ``kind``; axes, legends and headers in it are checked too. None, for no definition, passes."""
    for key, value in (definition or {}).items():
        if key not in ALLOWED_KEYS[kind]:
            instead = INSTEAD.get(f"{kind} {key}") or INSTEAD.get(key)
            raise chart_error(where, key, instead or ", ".join(ALLOWED_KEYS[kind]) or INSTEAD[kind])
        if key in ("axis", "legend", "header"):
            check_keys(value, key, f"{where}.{key}")


# Checks of cells


@dataclass
class DrawnFrame:
    """The part of a frame that is drawn: columns of figures, other columns, and rows of both (None: missing)."""

    frame: pd.DataFrame
    figures: list[str]
    names: list[str]
    rows: list[Row]


def frames_of_layers(units: Units, facet: Specification, frame_of: dict[str, pd.DataFrame]) -> dict[str, DrawnFrame]:
    """The drawn parts of the frames (``frame_of``), both by name of data. Changes the layers in place: ``n_low``
    becomes the field ``n`` with the end ``low``. Raises ChartRefused for data other than frames, and for columns, also
    that of the panels, that are missing or of the wrong type."""
    drawn: dict[str, list[str]] = {}
    for path, unit in units:
        data = unit.get("data") or {}
        if data.get("name") not in frame_of:
            raise chart_error("chart.data", "an address or no rows" if data else "no data", "a data frame")
        frame, encoding = frame_of[data["name"]], unit["encoding"]
        unit["encoding"] = {c: typed_channel(f"{path}.{c}", c, definition, frame) for c, definition in encoding.items()}
        columns = {definition["field"] for definition in unit["encoding"].values() if "field" in definition}
        drawn.setdefault(data["name"], []).extend(sorted(columns))
    if facet_column := facet.get("field", ""):
        frames = sorted(frame_of.values(), key=lambda frame: facet_column not in frame)
        typed_channel("chart.facet", "facet", facet, frames[0])
    return {name: select_columns(frame_of[name], [*columns, facet_column]) for name, columns in drawn.items()}


def select_columns(frame: pd.DataFrame, columns: list[str]) -> DrawnFrame:
    """A frame reduced to those of ``columns`` that it has, each once; figures as `FigureCell`, names as keys."""
    columns = [column for column in dict.fromkeys(columns) if column in frame]
    figures = [column for column in columns if is_column_of_figures(frame[column])]
    rows = [
        {c: None if is_missing(row[c]) else FigureCell(row[c]) if c in figures else key_of(row[c]) for c in columns}
        for row in frame[columns].to_dict("records")
    ]
    return DrawnFrame(frame, figures, [column for column in columns if column not in figures], rows)


def typed_channel(where: str, channel: str, definition: Specification, frame: pd.DataFrame) -> Specification:
    """The definition of a channel, checked against the frame's column: figures must be quantitative (or on detail), all
    else discrete. A field ``<figures>_low`` or ``_high`` becomes the column with its end; without a field nothing is
    checked. Raises ChartRefused, with the place ``where``, for a column of the wrong type, or that the frame lacks."""
    column, kind = definition.get("field", ""), definition.get("type")
    if not column:
        return definition
    base, _, end = column.rpartition("_")
    if column in frame:
        base, end = column, ""
    elif not (end in END_SUFFIXES and base in frame and is_column_of_figures(frame[base])):
        remedy = "its place among the columns: frame.reset_index()" if column in frame.index.names else ""
        remedy = "names that are text: frame.rename(columns=str)" if column in map(str, frame.columns) else remedy
        raise chart_error("chart", f"the column {column!r}", remedy or ", ".join(map(str, frame.columns)))
    figures = is_column_of_figures(frame[base])
    if kind == "quantitative" and not figures:
        allowed = "figures, whose bounds and origins are kept; a year as year:O"
        raise chart_error(where, f"{column!r}, which is no column of figures", allowed)
    if figures and kind in DISCRETE and channel != "detail":
        raise chart_error(where, f"{column!r} as {kind}", f"{column}:Q")
    return definition | ({"field": base, "end": end} if end else {})


def check_layers(layers: list[Layer], facet: Specification) -> None:
    """Raise ChartRefused if there is no layer, else for the first cell or layer that would mislead: layer by layer,
    then across layers."""
    if not layers:
        raise chart_error("chart", "no mark", "at least one")
    refusals = (refusal for layer in layers for refusal in layer_refusals(layer, facet.get("field", "")))
    if wrong := next(chain(refusals, cross_layer_refusals(layers)), None):
        raise chart_error(*wrong)


# Refusals of one layer


def layer_refusals(layer: Layer, facet_column: str) -> Iterator[ElementRefusal]:
    """The refusals of one layer: of colours, axes, rules, missing names, and numbers at one place, in this order;
    ``facet_column`` is the column of panels, "" for none."""
    yield from chain(colour_refusals(layer), axis_refusals(layer), rule_refusals(layer))
    yield from chain(missing_name_refusals(layer, facet_column), same_place_refusals(layer, facet_column))


def colour_refusals(layer: Layer) -> Iterator[ElementRefusal]:
    """Refusals of colours: more than `MOST_SERIES` names, names that share a colour or lack one, and tones of numbers
    other than exact or about, or of estimates, which a tone cannot show."""
    where = f"{layer.path}.color"
    for number in layer.numbers("color"):
        if number.quantity.bound not in (Bound.EXACT, Bound.ABOUT) or number.kind == "estimate":
            actual = f"{number} as a tone" + (", our own estimate" if number.kind == "estimate" else "")
            yield where, actual, "published numbers, exact or about so; else bars or points"
    keys = column_keys(layer.rows, layer.series_column)
    if len(keys) > MOST_SERIES:
        yield where, f"{len(keys)} series", f"{MOST_SERIES}; more in panels (facet)"
    scale = layer.encoding.get("color", {}).get("scale") or {}
    inks, domain = scale.get("range"), {str(name) for name in scale.get("domain") or keys}
    if (inks and len(set(inks[: len(keys)])) < len(keys)) or not domain.issuperset(keys):
        actual = f"{len(set(inks or []))} colours, {len(domain)} in the domain, for {len(keys)} names"
        yield f"{where}.scale", actual, "each name in it, each its own colour"


def axis_refusals(layer: Layer) -> Iterator[ElementRefusal]:
    """Refusals of axes: figures belong on one (of cells on none), names or moments on the other, names beside figures
    on y; bars are horizontal and start at zero, lines follow years or months on x; only a rule may have one axis."""
    mark, kinds = layer.mark, [layer.kind(axis) for axis in ("x", "y") if axis in layer.encoding]
    upright = layer.kind("y") == "quantitative"
    over_time = upright and is_over_time(layer, "x")
    scale = layer.encoding.get("x", {}).get("scale") or {}
    low, *_, high = sorted(scale.get("domain") or (0, 0))
    cut = "x2" in layer.encoding or scale.get("zero") is False or not low <= 0 <= high
    lying = "bars that lie (figures on x, years on y), or mark_line(point=True)"
    for wrong, actual, allowed in (
        (len(kinds) < 2 and mark != "rule", f"{mark} on one axis", 'figures on x and names on y: y="place:N"'),
        (kinds.count("quantitative") > 1, "figures on both axes", "names or years on one; or a chart for each"),
        (mark == "rect" and "quantitative" in kinds, "rect on an axis of figures", "names on both axes, or bar"),
        (mark == "line" and not over_time, "a line not through time", "years or months on x; or points"),
        (mark == "bar" and over_time, "upright bars", lying),
        (upright and layer.field("x") and not over_time, f"names under a {mark}", "names on y and figures on x"),
        (mark == "bar" and cut, "a bar that does not start at zero", "a bar from zero, points, or a rule"),
    ):
        if wrong:
            yield layer.path, actual, allowed


def rule_refusals(layer: Layer) -> Iterator[ElementRefusal]:
    """Refusals of rules (none for other marks): allowed are a line across the panel at an exact number or a name, an
    interval from end to end of one column, and a line between two columns' numbers. The middle of an interval, which no
    source states, is no end of a rule; an "up to" is no interval."""
    if layer.mark != "rule":
        return
    ends = [axis for axis in ("x", "y") if f"{axis}2" in layer.encoding]
    channels = [channel for axis in ends or ("x", "y") for channel in (axis, f"{axis}2")]
    column, spanned = layer.field(channels[0]), any(map(layer.interval_column, ends))
    if not ends and {"x", "y"} <= set(layer.encoding):
        yield layer.path, "a rule without an end", "x or y alone (across), x and x2, y and y2; or bar"
    if ends and not spanned and len({layer.field(channel) for channel in channels}) < 2:
        begin, finish = (
            layer.field(c) + (f"_{end}" if (end := layer.encoding[c].get("end")) else "") for c in channels
        )
        allowed = f"{ends[0]}={column + '_low'!r}, {ends[0]}2={column + '_high'!r}"
        yield layer.path, f"{begin} to {finish}, from a number to an end of it", allowed
    for number in layer.numbers(*channels):
        bound = number.quantity.bound
        if spanned and (number.quantity.high is None or bound in UPPER_BOUNDS):
            allowed = f"mark_point of {column}, which draws its intervals, arrows and outlines"
            yield layer.path, f"a rule from end to end of {number}", allowed
        elif not spanned and (bound is Bound.BETWEEN or not (ends or bound is Bound.EXACT)):
            allowed = "ends of its own (n_low, n_high)" if ends else "an exact number; else a row of its own"
            yield layer.path, f"a rule {'from' if ends else 'across,'} {number}", allowed


def missing_name_refusals(layer: Layer, facet_column: str) -> Iterator[ElementRefusal]:
    """Refusals of rows that have a number but no name on an axis or panel, whose marks would be left out."""
    columns = [layer.field(axis) for axis in ("x", "y") if layer.kind(axis) in DISCRETE]
    for column in filter(None, [*columns, facet_column]):
        if any(row.get(column, "") is None and any(layer.cell(row, c) for c in layer.encoding) for row in layer.rows):
            allowed = f"a name in each row, else frame.dropna(subset={column!r})"
            yield layer.path, f"a number without a name in {column!r}", allowed


def same_place_refusals(layer: Layer, facet_column: str) -> Iterator[ElementRefusal]:
    """Refusals of several numbers at one place of bars, cells or lines, which would overlap or turn back; and of
    several definitions in one line or in dots over time, where they would look like a change."""
    if layer.mark in ("bar", "rect", "line"):
        # bars of one name lie on each other, whatever their colours
        for key, numbers in numbers_by_names(
            layer, facet_column, *(("color", "detail") if layer.mark == "bar" else ())
        ).items():
            if len(numbers) > 1:
                actual = f"two numbers for {', '.join(filter(None, key)) or 'one mark'}"
                yield layer.path, actual, separation_remedy(layer)
    if layer.mark == "line" or (layer.mark in DOTS and any(is_over_time(layer, axis) for axis in ("x", "y"))):
        for numbers in numbers_by_names(layer, facet_column, "x", "y").values():
            if len(mixed := {number.definition for number in numbers}) > 1:
                yield layer.path, f"{', '.join(sorted(mixed))} in one line", "a line a definition"


def numbers_by_names(layer: Layer, facet_column: str, *ignored: str) -> dict[tuple[str | None, ...], list[Number]]:
    """The numbers of a layer by the names (None for a figure or a missing cell) that their rows have on its channels,
    except those ``ignored``, and in the column of panels. A row contributes the first number that it has on x, y,
    colour, or none to the list of its names."""
    fields = dict.fromkeys(
        [*(layer.field(channel) for channel in layer.encoding if channel not in ignored), facet_column]
    )
    numbers_of = dict[tuple[str | None, ...], list[Number]]()
    for row in layer.rows:
        numbers = [number for channel in ("x", "y", "color") if (number := layer.number(row, channel))]
        key = tuple(name if isinstance(name := row.get(field), str) else None for field in fields)
        numbers_of.setdefault(key, []).extend(numbers[:1])
    return numbers_of


def separation_remedy(layer: Layer) -> str:
    """What is allowed instead of two numbers at one place of a layer, in the words of a message: channels that separate
    them."""
    name = layer.field("y")
    if layer.mark != "bar" or layer.series_column in ("", name):
        return "one row a mark: the latest release (groupby(...).tail(1)), a line a colour, or panels"
    rows = f'y="{layer.series_column}:N", row="{name}:{"N" if layer.kind("y") == "nominal" else "O"}"'
    return f"a bar each, in rows: {rows}; over years a line each (mark_line)"


def is_over_time(layer: Layer, axis: str) -> bool:
    """Whether an axis of a layer is discrete and all names on it, if there are any, are years, fiscal years or
    months."""
    return layer.kind(axis) in DISCRETE and all(map(is_moment, column_keys(layer.rows, layer.field(axis))))


# Refusals across layers


def cross_layer_refusals(layers: list[Layer]) -> Iterator[ElementRefusal]:
    """Refusals across layers: two units on one axis, figures alone, rules over cells, layers without colours next to
    layers in named colours, and lines in several colours without names."""
    for channels in (("x", "x2"), ("y", "y2"), ("color",)):
        counted = sorted({unit_with_denominator(number) for layer in layers for number in layer.numbers(*channels)})
        if len(counted) > 1:
            yield f"chart.{channels[0]}", f"two units ({', '.join(counted)}) on one axis", "one unit an axis"
    if not any(layer.kind(axis) in DISCRETE for layer in layers for axis in ("x", "y")):
        yield "chart", "figures alone", "names, years or months along the other axis"
    if {"rect", "rule"} <= {layer.mark for layer in layers}:
        yield "chart", "a rule over cells", "cells alone, and the event in the subtitle; or a rule over lines or bars"
    drawn = [layer for layer in layers if layer.mark in MEASURED]
    plain = [layer for layer in drawn if "color" not in {*layer.encoding, *layer.unit["mark"]}]
    if plain and any(layer.series_column for layer in drawn):
        actual = f"{plain[0].mark} without a colour beside names in colours, in the first of them"
        yield "chart.color", actual, "the same color= on each part; or color=INK, told in the subtitle"
    lines = [(layer.encoding.get("color", {}), layer.unit["mark"]) for layer in layers if layer.mark == "line"]
    inks = {"" if "field" in color else color.get("value") or mark.get("color", ACCENT) for color, mark in lines}
    if len(inks) > 1:
        allowed = "a column of names on color=; or on detail=, with color=highlight(...)"
        yield "chart", f"lines in {len(inks)} colours without their names", allowed
