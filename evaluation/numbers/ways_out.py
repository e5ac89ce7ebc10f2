"""The way out where another library would refuse figures in words of its own: plots of pandas, files that hold plain
numbers alone, JSON, conditions that bounds leave open.

Each refusal stands before the library's own method, and that method is as before for everything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import pandas as pd

from .frames import FigureDtype, Mask
from .number import Number
from .reductions import BareNumber

A_CHART = 'alt.Chart(frame).mark_bar().encode(x="n:Q", y="place:N"), which draws figures and has their ends'
A_FILE = "to_csv, to_excel or to_json, with each number in words; or figure.for_altair(frame), plain numbers and ends"
BY_ROWS = 'frame["n"].rolling(2).sum(), a column at a time'
REFUSED_METHODS: dict[str, tuple[str, ...]] = {  # of a frame, by what to write instead
    A_CHART: ("hist", "boxplot"),
    A_FILE: ("to_parquet", "to_feather", "to_stata", "to_sql", "to_hdf", "to_orc"),
    BY_ROWS: ("rolling", "expanding", "ewm"),
}


def holds_figures(data: Any) -> bool:
    """Whether data is a column of figures, or a frame with one; false for anything else."""
    dtypes = data.dtypes if isinstance(data, pd.DataFrame) else [getattr(data, "dtype", None)]
    return any(isinstance(dtype, FigureDtype) for dtype in dtypes)


def refuse_figures(name: str, allowed: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a method of pandas: it raises BareNumber, with ``allowed`` as the way out, for a column or a frame with
    figures, and is the original's for all else. ``name`` is for the message."""

    @wraps(original)
    def chosen(data: Any, *sides: Any, **named: Any) -> Any:
        if holds_figures(getattr(data, "_parent", data)):  # the parent of an accessor, such as plot
            raise BareNumber(f"found {name} of figures; allowed: {allowed}")
        return original(data, *sides, **named)

    return chosen


def refuse_open_conditions(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``Series.where`` or ``mask``: Undecided is raised where bounds leave a row's condition open, which pandas
    takes for false."""

    @wraps(original)
    def chosen(series: Any, cond: Any, *sides: Any, **named: Any) -> Any:
        if isinstance(array := getattr(cond, "array", cond), Mask):
            array.refuse_open()
        return original(series, cond, *sides, **named)

    return chosen


def refuse_json(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``JSONEncoder.default``, which JSON calls for objects of unknown types: BareNumber is raised for a figure,
    with the way out; for all else the original is called."""

    @wraps(original)
    def default(encoder: Any, value: Any) -> Any:
        if isinstance(value, Number):
            allowed = "json.dumps(..., default=str), its words; frame.to_json(); or float(number) of an exact one"
            raise BareNumber(f"found {value} for JSON, which has no bounds; allowed: {allowed}")
        return original(encoder, value)

    return default


def patch_pandas_and_json() -> None:
    """Replace in pandas and JSON: the `REFUSED_METHODS` of ``DataFrame``; ``Series.hist``, and ``plot`` of columns and
    frames; ``Series.where`` and ``mask``; and ``JSONEncoder.default``."""
    for allowed, names in REFUSED_METHODS.items():
        for name in filter(partial(hasattr, pd.DataFrame), names):  # another release of pandas may have it no more
            setattr(pd.DataFrame, name, refuse_figures(name, allowed, getattr(pd.DataFrame, name)))
    for kind, name in ((pd.Series, "hist"), (pd.plotting.PlotAccessor, "__call__")):
        setattr(kind, name, refuse_figures("a plot", A_CHART, getattr(kind, name)))
    for name in ("where", "mask"):
        setattr(pd.Series, name, refuse_open_conditions(getattr(pd.Series, name)))
    json.JSONEncoder.default = refuse_json(json.JSONEncoder.default)  # type: ignore[method-assign]


patch_pandas_and_json()
