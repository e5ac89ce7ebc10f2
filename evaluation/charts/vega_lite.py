"""A chart of Altair's as Vega-Lite and its frames apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..numbers.labels import key_of
from . import grammar
from .grammar import NoRows, refuse
from .theme import ACCENT, Specification

if TYPE_CHECKING:
    import pandas as pd

NAMING = ("x", "y", "color")  # channels that set names or moments apart


def highlight(column: str, *names: object) -> Any:
    """What ``color=`` takes: dark for some names or years of a column, grey for the rest."""
    import altair as alt

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
        self.units, self.facet = grammar.read(on_paper(made))
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
