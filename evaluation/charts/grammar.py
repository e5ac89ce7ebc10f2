"""What a chart of Altair's may be made of here, as tables, and how it is read: as a flat list of parts over frames.

A wish that the project does not know would be passed over in the drawing: it is refused before anything is drawn, with
its place and with what may stand there instead. What cannot be read in a drawing is left to the look at it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..numbers.labels import TAKES_FIGURES, key_of
from ..problems import Refused
from .parts import DISCRETE, MEASURED, POSITIONS, each, title_of
from .theme import ACCENT, INK, QUIET, RULE, SERIES, Specification

if TYPE_CHECKING:
    import pandas as pd

COMPOSED = ("layer", "spec")
NAMING = ("x", "y", "color")  # channels that set names or moments apart
PANELS = ("row", "column", "facet")
MARKS = (*MEASURED, "rule", "rect")
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
PASSED_OVER = ("config", "datasets", "$schema")


class ChartRefused(Refused):
    """A chart request that would not be read right is refused, not drawn."""


class NoRows(ChartRefused):
    """A chart over frames without rows, which is left out where it is optional."""


def refuse(where: str, found: str, allowed: str) -> ChartRefused:
    """The error to raise for what is found at a place in a chart."""
    return ChartRefused(f"{where}: found {found}; allowed: {allowed}")


# How a chart is read


def highlight(column: str, *names: object) -> Any:
    """What ``color=`` takes: dark for some names or years of a column, grey for the rest. Raises ChartRefused for a
    condition."""
    import altair as alt

    if not isinstance(column, str):
        raise refuse("highlight", "a condition", 'a column and names: highlight("place", "A name")')
    scale = alt.Scale(domain=[key_of(name) for name in names], range=[ACCENT])
    return alt.Color(f"{column}:N", scale=scale, legend=None)


Units = list[tuple[str, Specification]]  # parts, each with where it stands


def read(drawing: Any) -> tuple[Units, Specification, dict[str, pd.DataFrame]]:
    """The parts of a chart; what tells its panels apart, as a channel's definition and ``across``, how many panels
    stand side by side at most, empty where there is one panel; and the frame behind each name of data. Raises
    ChartRefused for what is no chart, and for the first thing in it that is not allowed; NoRows for an empty frame."""
    import altair as alt
    import pandas as pd

    if not (isinstance(drawing, alt.SchemaBase) and isinstance(drawing, alt.TopLevelMixin)):
        raise refuse("chart", type(drawing).__name__, "a chart of Altair's, or dots(...)")
    if getattr(drawing, "config", alt.Undefined) is not alt.Undefined:
        raise refuse("chart", "config", INSTEAD["config"])
    frame_of: dict[str, pd.DataFrame] = {}

    def named(data: Any) -> dict[str, str]:
        """A frame by a name, so that Altair sees no numbers."""
        if not isinstance(data, pd.DataFrame) or data.empty:
            found = "no rows" if isinstance(data, pd.DataFrame) else type(data).__name__
            allowed = "a data frame with rows, such as chapter.frame gives; or optional=True"
            raise NoRows(f"chart.data: found {found}; allowed: {allowed}")
        name = next((name for name, frame in frame_of.items() if frame is data), f"data-{len(frame_of) + 1}")
        frame_of[name] = data
        return {"name": name}

    setattr(named, TAKES_FIGURES, True)
    alt.data_transformers.register("evaluation", named)
    with alt.data_transformers.enable("evaluation"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that figures without their type are taken for names, which is refused
        made = drawing.to_dict(validate=False)
    units = in_our_words(list(parts(made, "chart", {})))
    for where, unit in units:
        check_unit(where, unit)
    facet = panels(made, [unit for _, unit in units])
    for definition in [facet, *(one for _, unit in units for name, one in unit["encoding"].items() if name in NAMING)]:
        set_defaults(definition)
    return units, facet, frame_of


def parts(part: Specification, path: str, above: Specification) -> Iterator[tuple[str, Specification]]:
    """Every part that has a mark, with the data and the encoding of what holds it. Panning and tooltips are passed
    over: a page is paper too."""
    pans = all(param.get("bind") == "scales" for param in part.get("params", []))
    only({key: part[key] for key in part if key not in PASSED_OVER and not (pans and key == "params")}, "chart", path)
    encoding = above.get("encoding", {}) | part.get("encoding", {})
    shared = {"data": part.get("data", above.get("data")), "encoding": encoding}
    if "mark" in part:
        mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
        own = {channel: definition for channel, definition in encoding.items() if channel != "tooltip"}
        yield path, shared | {"encoding": own, "mark": {key: value for key, value in mark.items() if key != "tooltip"}}
    inner = {f"layer{number}": one for number, one in enumerate(part.get("layer", []), start=1)}
    inner |= {"spec": part["spec"]} if "spec" in part else {}
    for name, one in inner.items():
        yield from parts(one, f"{path}.{name}", shared)


def in_our_words(units: Units) -> Units:
    """Parts with what Altair says in several ways said in the one that is drawn: bars lie, and texts of a column that
    another part draws are left out, since numbers and names are written at their marks."""
    drawn = [unit for _, unit in units if unit["mark"]["type"] != "text"]
    for unit in drawn:  # that texts over the same base write out
        unit["encoding"].pop("text", None)
    shown = {one["field"] for unit in drawn for one in unit["encoding"].values() if "field" in one}
    units = [(path, unit) for path, unit in units if unit["encoding"].get("text", {}).get("field") not in shown]
    upright = all(unit["encoding"].get("y", {}).get("type") == "quantitative" for unit in drawn)
    if upright and all(unit["mark"]["type"] == "bar" for unit in drawn):
        units = [(path, unit | {"encoding": turned(unit["encoding"])}) for path, unit in units]
    return units


def turned(encoding: Specification) -> Specification:
    """What stands on the channels of bars that stand, for bars that lie."""
    other = {"x": "y", "y": "x", "x2": "y2", "y2": "x2"}
    encoding = {other.get(channel, channel): dict(one) for channel, one in encoding.items()}
    for one in (one for one in encoding.values() if one.get("sort") in ("y", "-y")):
        one["sort"] = one["sort"].replace("y", "x")
    return encoding


def panels(specification: Specification, units: list[Specification]) -> Specification:
    """What tells the panels of a chart apart, taken from its parts. Raises ChartRefused for panels by two columns."""
    facet = specification.get("facet", {})
    asked = {"facet": facet} if "field" in facet else dict(facet)
    for unit in units:
        asked |= {channel: unit["encoding"].pop(channel) for channel in PANELS if channel in unit["encoding"]}
    if len(asked) > 1:
        raise refuse("chart", "panels by two columns", "one of row, column, facet; the other as a colour or a name")
    for channel, definition in asked.items():
        only(definition, "channel", f"chart.{channel}")
        most = specification.get("columns") or definition.get("columns") or MOST_BESIDE
        return definition | {"across": 1 if channel == "row" else min(most, MOST_BESIDE)}
    return {}


def set_defaults(definition: Specification) -> None:
    """Have names stand in the order of their rows, and axes and keys of names and moments without a title, where a
    chart does not say otherwise."""
    if "field" not in definition or definition.get("type") not in DISCRETE:
        return
    if definition["type"] == "nominal":
        definition.setdefault("sort", None)
    if title_of(definition) is ...:
        definition["title"] = None


# What is not allowed


def check_unit(path: str, unit: Specification) -> None:
    """A mark and what stands on its channels. Raises ChartRefused for the first thing that is not allowed."""
    mark = unit["mark"]["type"]
    if mark not in MARKS:
        raise refuse(f"{path}.mark", mark, INSTEAD.get(mark) or ", ".join(MARKS))
    only(unit["mark"], "mark", f"{path}.mark")
    only(unit["encoding"], "encoding", path)
    for channel, definition in unit["encoding"].items():
        where = f"{path}.{channel}"
        if isinstance(definition, list):
            raise refuse(where, "a list", "one column")
        only(definition, "channel", where)
        figures = definition.get("type") == "quantitative"
        scaled = {
            ("x", True): "scale of figures",
            ("y", True): "scale of figures",
            ("color", False): "scale of colours",
        }
        only(definition.get("scale"), scaled.get((channel, figures), "scale"), f"{where}.scale")
        kind, sort = definition.get("type"), definition.get("sort")
        axis, inked = channel in ("x", "y"), channel == "color"
        tones = inked and figures and mark != "rect"
        for wrong, found, allowed in (  # what Vega-Lite knows and would not be drawn here
            (kind == "temporal", "dates", 'text: .dt.strftime("%Y-%m") for months, "%Y" for years'),
            (axis and definition.get("axis", 0) is None, "axis=None", "alt.Axis(title=None)"),
            (isinstance(sort, dict), f"sort={sort}", 'a list, "-x", or rows in their order: frame.sort_values(...)'),
            (inked and definition.get("title"), "a title of a key", "what colours tell apart in the subtitle"),
            (tones, f"tones of {definition.get('field')!r} on {mark}", "tones for the cells of a heat map; else x, y"),
        ):
            if wrong:
                raise refuse(where, found, allowed)
    color = unit["encoding"].get("color", {})
    for ink in (unit["mark"].get("color"), color.get("value"), *each((color.get("scale") or {}).get("range"))):
        if ink not in (None, *INKS):
            raise refuse(f"{path}.color", repr(ink), "ACCENT, QUIET, RULE, INK and SERIES of evaluation.charts")


def only(given: Specification | None, kind: str, where: str) -> None:
    """Raises ChartRefused for a key that a part of this kind does not have."""
    for key, value in (given or {}).items():
        if key not in ALLOWED[kind]:
            instead = INSTEAD.get(f"{kind} {key}") or INSTEAD.get(key)
            raise refuse(where, key, instead or ", ".join(ALLOWED[kind]) or INSTEAD[kind])
        if key in ("axis", "legend", "header"):
            only(value, key, f"{where}.{key}")
