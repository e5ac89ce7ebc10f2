"""A chart of Altair's as Vega-Lite and its frames apart, with numbers where Altair has to tell the kinds of columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..numbers.labels import absent, is_figures, key_of
from . import grammar
from .asked import refuse
from .cells import ENDINGS
from .defaults import set_defaults
from .points import Drawn
from .theme import Specification

if TYPE_CHECKING:
    import pandas as pd

ROW, FRAME = "row__", "frame__"


class Apart:
    """The specification, and the frame behind each of its names of data."""

    def __init__(self, drawing: Any):
        """Raises ChartRefused for what is no chart, for a look of its own, and for what the grammar does not have."""
        import altair as alt

        if not (isinstance(drawing, alt.SchemaBase) and isinstance(drawing, alt.TopLevelMixin)):
            raise refuse("chart", type(drawing).__name__, "a chart of Altair's, plane(...), signs(...) or dots(...)")
        for name in ("config", "usermeta", "background", "padding", "autosize"):
            if getattr(drawing, name, alt.Undefined) is not alt.Undefined:
                raise refuse(
                    "chart", name, grammar.REFUSED_KEYS.get(name, "the project's theme, sizes, fonts and colours")
                )
        self.given: list[pd.DataFrame] = []
        self.frames: list[pd.DataFrame] = []
        copied = drawing.copy(deep=True)
        self.replace_frames(copied, alt)
        with alt.data_transformers.enable("default", max_rows=None):
            made = copied.to_dict(validate=False)
        datasets = made.pop("datasets", {})
        names = {name: f"data-{place}" for place, name in enumerate(datasets, 1)}
        own = renamed({k: made[k] for k in made if k not in ("config", "$schema")}, names)
        self.specification: Specification = on_paper(own)
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

        if not isinstance(data, pd.DataFrame):
            raise refuse("chart.data", type(data).__name__, "a data frame, such as chapter.frame gives")
        if data.empty:
            raise refuse("chart.data", "no rows", "at least one")
        for column in data.columns:
            if not isinstance(column, str):
                allowed = "names that are text: frame.set_axis(frame.columns.astype(str), axis=1)"
                raise refuse("chart.data", f"the column {column!r}", allowed)
            if re.search(r"[.\[\]\\\"']", column):
                raise refuse("chart.data", f"the column {column!r}", "names without dots, brackets and quotes")
        number = next((i for i, frame in enumerate(self.given) if frame is data), len(self.given))
        if number == len(self.given):
            self.given.append(data)
            dates = [column for column in data.columns if data[column].dtype.kind == "M"]
            self.frames.append(data.assign(**{column: months_of(data[column]) for column in dates}))
        data = self.frames[number]
        columns: dict[str, Any] = {ROW: range(len(data)), FRAME: number}
        for column in data.columns:
            columns |= readable(column, data[column])
        return pd.DataFrame(columns)


def on_paper(chart: Specification) -> Specification:
    """A chart without what paper has not and nobody misses: tooltips of columns that it draws, which stand in its
    table; panning and zooming; labels turned by nothing; and with a rule for an error bar whose two ends are given."""
    channels = [channel for _, unit in grammar.units(chart) for channel in grammar.definitions(unit)]
    drawn = {one["field"] for name, one in channels if name != "tooltip" and isinstance(one.get("field"), str)}
    seen = drawn | {re.sub("_(low|high)$", "", column) for column in drawn}
    zoom = all(param.get("bind") == "scales" for param in chart.get("params", []))
    return without_pointer({k: v for k, v in chart.items() if k != "params" or not zoom}, seen)


def without_pointer(part: Specification, seen: set[str]) -> Specification:
    """A part of a chart without its tooltips of the columns ``seen``."""
    made = dict(part)
    encoding = part.get("encoding", {})
    told = [str(one.get("field", "")).removesuffix("_words") for one in grammar.each(encoding.get("tooltip", []))]
    kept = {name: upright(one) for name, one in encoding.items() if name != "tooltip" or not seen.issuperset(told)}
    made |= {"encoding": kept} if "encoding" in part else {}
    if isinstance(mark := part.get("mark"), dict):
        plain = {"tooltip": True, "filled": True}
        made["mark"] = {name: value for name, value in mark.items() if plain.get(name) is not value}
        if mark["type"] == "errorbar" and {"x2", "y2"} & set(encoding):
            made["mark"] = {"type": "rule"} | {k: v for k, v in made["mark"].items() if k in ("color", "strokeDash")}
    for key in set(grammar.COMPOSED) & set(part):
        inner = [without_pointer(one, seen) for one in grammar.each(part[key])]
        made[key] = inner if isinstance(part[key], list) else inner[0]
    return made


def upright(definition: Any) -> Any:
    """A channel without the wish that its labels stand upright, as they do."""
    if isinstance(definition, dict):
        for part in (part for part in ("axis", "header") if definition.get(part)):
            wishes = {name: value for name, value in definition[part].items() if (name, value) != ("labelAngle", 0)}
            definition = definition | {part: wishes}
    return definition


def renamed(part: Any, names: dict[str, str]) -> Any:
    """A specification whose data have names of their place: Altair's are hashes of floats, which differ by a digit
    from one release of Python to the next."""
    if isinstance(part, list):
        return [renamed(one, names) for one in part]
    if not isinstance(part, dict):
        return part
    return {k: names.get(v, v) if k == "name" and isinstance(v, str) else renamed(v, names) for k, v in part.items()}


def months_of(dates: pd.Series) -> pd.Series:
    """First days of months as the months that they stand for, so that one without a row is a gap. Raises ChartRefused
    where they may stand for years, or for days, among which none would be missed."""
    known = dates.dropna()
    if (known != known.dt.normalize()).any() or (known.dt.day != 1).any() or (known.dt.month == 1).all():
        allowed = f'text: {dates.name}.dt.strftime("%Y-%m") for months, "%Y" for years'
        raise refuse(f"column {dates.name!r}", f"dates such as {known.iloc[0]:%Y-%m-%d}" if len(known) else "no dates",
                     allowed)  # fmt: skip
    return dates.dt.strftime("%Y-%m").astype(object)


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
