"""A chart of Altair's as Vega-Lite and its frames apart, with numbers where Altair has to tell the kinds of columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..numbers.labels import absent, is_figures, key_of
from . import grammar
from .cells import ENDINGS
from .grammar import refuse
from .points import Drawn
from .specification import facets
from .theme import ACCENT, RULE, Specification

if TYPE_CHECKING:
    import pandas as pd

ROW, FRAME = "row__", "frame__"
NAMING = ("x", "y", "color", "facet")  # channels that set names or moments apart


def highlight(condition: Any) -> Any:
    """What ``color=`` takes: dark where a condition of Altair's is met (``alt.datum.place == place``), else grey."""
    import altair as alt

    return alt.when(condition).then(alt.value(ACCENT)).otherwise(alt.value(RULE))


class Apart:
    """The specification, and the frame behind each of its names of data."""

    def __init__(self, drawing: Any):
        """Raises ChartRefused for what is no chart, for a look of its own, and for what the grammar does not have."""
        import altair as alt

        if not (isinstance(drawing, alt.SchemaBase) and isinstance(drawing, alt.TopLevelMixin)):
            raise refuse("chart", type(drawing).__name__, "a chart of Altair's, plane(...), signs(...) or dots(...)")
        if getattr(drawing, "config", alt.Undefined) is not alt.Undefined:
            raise refuse("chart", "config", grammar.INSTEAD["config"])
        self.frames: list[pd.DataFrame] = []
        copied = drawing.copy(deep=True)
        self.replace_frames(copied, alt)
        with alt.data_transformers.enable("default", max_rows=None):
            made = copied.to_dict(validate=False)
        datasets = made.pop("datasets", {})
        names = {name: f"data-{place}" for place, name in enumerate(datasets, 1)}
        self.specification: Specification = on_paper(made, names)
        grammar.check(self.specification)
        set_defaults(self.specification)
        self.frame_of = {names[name]: self.frames[rows[0][FRAME]] for name, rows in datasets.items() if rows}

    def replace_frames(self, part: Any, alt: Any) -> None:
        """Every data frame in a chart by one that Altair reads: its columns, and which row of which frame it is."""
        data = getattr(part, "data", alt.Undefined)
        if data is not alt.Undefined and data is not None:
            part.data = self.stand_in(data)
        for key in grammar.COMPOSED:
            for one in grammar.each(getattr(part, key, None)):
                if isinstance(one, alt.SchemaBase):
                    self.replace_frames(one, alt)

    def stand_in(self, data: Any) -> pd.DataFrame:
        import pandas as pd

        if not isinstance(data, pd.DataFrame) or data.empty:
            found = "no rows" if isinstance(data, pd.DataFrame) else type(data).__name__
            raise refuse("chart.data", found, "a data frame with rows, such as chapter.frame gives")
        for column in data.columns:
            if not isinstance(column, str) or re.search(r"[.\[\]\\\"']", column):
                allowed = "text without dots, brackets and quotes: frame.set_axis(frame.columns.astype(str), axis=1)"
                raise refuse("chart.data", f"the column {column!r}", allowed)
        number = next((i for i, frame in enumerate(self.frames) if frame is data), len(self.frames))
        if number == len(self.frames):
            self.frames.append(data)
        columns: dict[str, Any] = {ROW: range(len(data)), FRAME: number}
        for column in data.columns:
            columns |= readable(column, data[column])
        return pd.DataFrame(columns)


def on_paper(part: Any, names: dict[str, str]) -> Any:
    """A specification without what paper has not and nobody misses: tooltips (the table has every number), panning and
    zooming; its data by names of their place, since Altair's are hashes of floats, which differ by a digit from one
    release of Python to the next."""
    if isinstance(part, list):
        return [on_paper(one, names) for one in part]
    if not isinstance(part, dict):
        return part
    unseen = {"config", "$schema", "tooltip"}
    if all(param.get("bind") == "scales" for param in part.get("params", [])):
        unseen |= {"params"}
    return {
        key: names.get(value, value) if key == "name" and isinstance(value, str) else on_paper(value, names)
        for key, value in part.items()
        if key not in unseen
    }


def set_defaults(specification: Specification) -> None:
    """Have names stand in the order of their rows, and axes, keys and panels of names and moments without a title,
    where a chart does not say otherwise."""
    channels = [pair for _, unit in grammar.units(specification) for pair in grammar.definitions(unit)]
    panels = [("facet", definition) for definition in facets(specification)]
    for channel, definition in [*channels, *panels]:
        if channel in NAMING and "field" in definition and definition.get("type") in ("nominal", "ordinal"):
            if definition["type"] == "nominal":
                definition.setdefault("sort", None)
            if grammar.title_of(definition) is ...:
                definition["title"] = None


def readable(name: str, column: Any) -> dict[str, Any]:
    """A column as Altair reads it; a column of figures with what stands for its parts."""
    if not is_figures(column):
        has_pairs = any(isinstance(cell, dict) for cell in column)
        return {name: [key_of(c) if isinstance(c, dict) else c for c in column] if has_pairs else column.array}
    values = [None if absent(cell) else float(cell.quantity.value) for cell in column]
    parts = {f"{name}_{e}": [""] * len(values) if e in ("words", "kind", "open") else values for e in ENDINGS}
    return {name: values} | parts


def is_frame(given: Any) -> bool:
    """Whether something is a data frame, told without pandas."""
    return hasattr(given, "columns") and hasattr(given, "dtypes")


def drawn_rows(chart: Any) -> int:
    """How many rows the data frames of a chart have together, or how many points a drawing of the project's own."""
    if isinstance(chart, Drawn):
        return len(chart.points)
    frames = [chart.data] if is_frame(getattr(chart, "data", None)) else []
    # A chart's method of the same name is no part.
    parts = [p for key in grammar.COMPOSED for p in grammar.each(getattr(chart, key, None)) if p and not callable(p)]
    return sum(map(len, frames)) + sum(map(drawn_rows, parts))
