"""A chart of Altair's as Vega-Lite and its frames apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..numbers.labels import key_of
from . import grammar
from .grammar import NoRows, refuse
from .theme import ACCENT, RULE, Specification

if TYPE_CHECKING:
    import pandas as pd

NAMING = ("x", "y", "color")  # channels that set names or moments apart


def highlight(column: Any, *names: object) -> Any:
    """What ``color=`` takes: dark for some names or years of a column, grey for the rest; or for the rows of a
    condition of Altair's, ``highlight(alt.datum.place == place)``."""
    import altair as alt

    if not isinstance(column, str):
        return alt.condition(column, alt.value(ACCENT), alt.value(RULE))
    scale = alt.Scale(domain=[key_of(name) for name in names], range=[ACCENT])
    return alt.Color(f"{column}:N", scale=scale, legend=None)


class Apart:
    """The parts of a chart, what tells its panels apart, and the frame behind each name of data."""

    def __init__(self, drawing: Any):
        """Raises ChartRefused for what is no chart, for a look of its own, and for what the grammar does not have."""
        import altair as alt

        if not (isinstance(drawing, alt.SchemaBase) and isinstance(drawing, alt.TopLevelMixin)):
            raise refuse("chart", type(drawing).__name__, "a chart of Altair's, or dots(...)")
        if getattr(drawing, "config", alt.Undefined) is not alt.Undefined:
            raise refuse("chart", "config", grammar.INSTEAD["config"])
        self.frame_of: dict[str, pd.DataFrame] = {}
        copied = drawing.copy(deep=True)
        self.name_frames(copied, alt)
        try:
            made = copied.to_dict(validate=False)
        except ValueError as error:  # a column without its type
            raise refuse("chart", str(error).partition(";")[0], "n:Q for figures, year:O, place:N") from None
        self.units, self.facet = grammar.read(in_our_words(on_paper(made)))
        set_defaults([unit for _, unit in self.units], self.facet)

    def name_frames(self, part: Any, alt: Any) -> None:
        """Every data frame in a chart by a name of its place."""
        data = getattr(part, "data", alt.Undefined)
        if data is not alt.Undefined and data is not None:
            part.data = alt.NamedData(name=self.name(data))
        for key in grammar.COMPOSED:
            for one in grammar.each(getattr(part, key, None)):
                if isinstance(one, alt.SchemaBase):
                    self.name_frames(one, alt)

    def name(self, data: Any) -> str:
        import pandas as pd

        if not isinstance(data, pd.DataFrame) or data.empty:
            found = "no rows" if isinstance(data, pd.DataFrame) else type(data).__name__
            allowed = "a data frame with rows, such as chapter.frame gives; or optional=True"
            raise NoRows(f"chart.data: found {found}; allowed: {allowed}")
        for column in data.columns:
            if not isinstance(column, str) or re.search(r"[.\[\]\\\"']", column):
                allowed = "text without dots, brackets and quotes: frame.set_axis(frame.columns.astype(str), axis=1)"
                raise refuse("chart.data", f"the column {column!r}", allowed)
        known = (name for name, frame in self.frame_of.items() if frame is data)
        name = next(known, f"data-{len(self.frame_of) + 1}")
        self.frame_of[name] = data
        return name


def on_paper(part: Any) -> Any:
    """A specification without what paper has not and nobody misses: tooltips (the table has every number), panning and
    zooming."""
    if isinstance(part, list):
        return list(map(on_paper, part))
    if not isinstance(part, dict):
        return part
    unseen = {"config", "datasets", "$schema", "tooltip"}
    if all(param.get("bind") == "scales" for param in part.get("params", [])):
        unseen |= {"params"}
    return {key: on_paper(value) for key, value in part.items() if key not in unseen}


# Of a condition: that a column has a name, or a year.
EQUAL = re.compile(r"""datum(?:\.(\w+)|\['(.+?)'\]) === (?:'([^']*)'|"([^"]*)"|(\d+))""")


def in_our_words(part: Specification) -> Specification:
    """A specification with what Altair says in several ways said in the one that is drawn: marks that a condition of
    equality makes dark are a highlight, bars lie, and texts of a column that another layer draws are left out, since
    numbers and names are written at their marks."""
    found = [unit for _, unit in grammar.units(part)]
    stand = [unit["encoding"].get("y", {}).get("type") == "quantitative" for unit in found]
    if all(stand) and {grammar.mark_of(unit) for unit in found} == {"bar"}:
        part = turned(part)
    return without_texts(part, [unit for unit in found if grammar.mark_of(unit) != "text"])


def without_texts(part: Specification, drawn: list[Specification]) -> Specification:
    """A part of a chart without texts that what is ``drawn`` has, and with its highlights."""
    part = dict(part)
    shown = set().union(*map(grammar.fields, drawn)) if drawn else set()
    for key in grammar.COMPOSED:
        if isinstance(part.get(key), list):
            repeated = [one.get("encoding", {}).get("text", {}).get("field") in shown for one in part[key]]
            part[key] = [without_texts(one, drawn) for one, out in zip(part[key], repeated, strict=True) if not out]
        elif key in part:
            part[key] = without_texts(part[key], drawn)
    if color := highlighted(part.get("encoding", {}).get("color", {})):
        part["encoding"] = part["encoding"] | {"color": color}
    return part


def turned(part: Specification) -> Specification:
    """A chart of bars that stand as one of bars that lie."""
    part = {key: list(map(turned, part[key])) if key == "layer" else part[key] for key in part}
    part |= {"spec": turned(part["spec"])} if "spec" in part else {}
    other = {"x": "y", "y": "x", "x2": "y2", "y2": "x2"}
    encoding = {other.get(channel, channel): one for channel, one in part.get("encoding", {}).items()}
    for one in (one for one in encoding.values() if isinstance(one, dict) and one.get("sort") in ("y", "-y")):
        one["sort"] = one["sort"].replace("y", "x")
    return part | ({"encoding": encoding} if encoding else {})


def highlighted(color: Specification) -> Specification | None:
    """The highlight that a colour by a condition is; None for another condition, or none."""
    conditions = grammar.each(color.get("condition", []))
    if len(conditions) != 1 or not isinstance(conditions[0].get("test"), str) or conditions[0].get("value") == RULE:
        return None
    parts = [EQUAL.fullmatch(one.strip("() ")) for one in conditions[0]["test"].split("||")]
    columns = {match and (match[1] or match[2]) for match in parts}
    if len(columns) != 1 or None in columns:
        return None
    names = [key_of(int(match[5]) if match[5] else match[3] or match[4] or "") for match in parts if match]
    scale = {"domain": names, "range": [ACCENT]}
    return {"field": columns.pop(), "type": "nominal", "scale": scale, "legend": None}


def set_defaults(units: list[Specification], facet: Specification) -> None:
    """Have names stand in the order of their rows, and axes and keys of names and moments without a title, where a
    chart does not say otherwise."""
    channels = [one for unit in units for channel, one in grammar.definitions(unit) if channel in NAMING]
    for definition in [*channels, facet]:
        if "field" in definition and definition.get("type") in grammar.DISCRETE:
            if definition["type"] == "nominal":
                definition.setdefault("sort", None)
            if grammar.title_of(definition) is ...:
                definition["title"] = None
