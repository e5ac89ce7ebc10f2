"""Rows of a frame as figures: how many there are, of each kind or of those that meet a condition.

>>> counting.rows(stated.groupby("verdict"), "statements", N_("counted in the table of statements"), labels, lists)
"""

from __future__ import annotations

from typing import Any

from ..language import Text
from ..problems import Refused
from .lists import Lists
from .measures import without_origin

ALLOWED = "a frame, a condition (a column or a frame of true and false), or a frame grouped by a column"


def rows(found: Any, unit: str, formula: Text, label: Any, lists: Lists) -> Any:
    """How many rows a frame has, or a condition is true of, as a count of ``unit`` with its ``label``; ``formula`` says
    in words what was counted. Of a grouped frame or of a frame of conditions a column of figures, one for each group or
    condition, each with its label from a mapping. Raises Refused for anything else, for a condition
    that is neither true nor false somewhere, and for a group without a label."""
    import pandas as pd

    from .frames import FigureArray

    sizes, of = sizes_of(found), {"nouns": lists.nouns(unit), "lists": lists}
    if isinstance(sizes, int):
        return without_origin("", label, sizes, unit, formula, **of)
    if missing := [name for name in sizes.index if name not in label]:
        raise Refused(f"found the group {missing[0]!r} without a label; allowed: a label for each, by its name")
    counted = [without_origin("", label[name], int(size), unit, formula, **of) for name, size in sizes.items()]
    return pd.Series(FigureArray(counted), index=sizes.index, name=unit)


def sizes_of(found: Any) -> Any:
    """Numbers of rows: one, or a column of them by group or condition."""
    import pandas as pd

    if isinstance(found, pd.api.typing.DataFrameGroupBy | pd.api.typing.SeriesGroupBy):
        return found.size()
    if not isinstance(found, pd.DataFrame | pd.Series):
        raise Refused(f"found {type(found).__name__} to count rows of; allowed: {ALLOWED}")
    columns = [found] if isinstance(found, pd.Series) else [column for _, column in found.items()]
    conditions = [str(column.dtype) in ("bool", "boolean") for column in columns]
    if any(column.isna().any() for column, condition in zip(columns, conditions, strict=True) if condition):
        raise Refused("found a condition that is neither true nor false in some rows; allowed: .fillna(False) first")
    if conditions and all(conditions):
        return int(found.sum()) if isinstance(found, pd.Series) else found.sum().astype(int)
    if isinstance(found, pd.Series):
        raise Refused(f"found a column of {found.dtype} to count rows of; allowed: {ALLOWED}")
    return len(found)


def none_some_or_all(condition: Any) -> str:
    """Of how many rows a condition (a column of true and false) is true, as the choice of a phrase."""
    if not condition.any():
        return "none"
    return "all" if condition.all() else "some"
