"""Methods of pandas that bypass the extension array interface, for columns of figures.

``rolling``, ``describe``, ``clip`` and others convert any column to floats first. Here each is replaced by the figures'
arithmetic for columns of figures, and stays pandas' own for all other columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial, partialmethod, wraps
from typing import Any

import pandas as pd
from pandas.core.computation import ops
from pandas.core.methods import describe as pandas_describe

from ..problems import Refused
from .frames import FigureArray, FigureDtype
from .number import Undecided
from .quantity import CannotBeKept, typed_fraction
from .reductions import REDUCTIONS, clip_number, extreme_rows

QUARTILES = (0.25, 0.5, 0.75)


def has_figure_dtype(data: Any) -> bool:
    """Whether data is a column of the dtype ``figure``; false of a frame."""
    return isinstance(getattr(data, "dtype", None), FigureDtype)


class Windows:
    """The rolling windows of ``Series.rolling``, with all `REDUCTIONS`, the product too, which pandas' own lack. A
    window with fewer cells than ``min_periods`` gives a missing value."""

    def __init__(self, series: pd.Series, window: Any, min_periods: int | None = None, center: bool = False):
        """``window`` is a number of rows; ``min_periods`` (default: all of them) how many cells a result needs;
        ``center`` puts a row in the middle of its window, not at the end. Raises Refused for another window."""
        if not isinstance(window, int) or window < 1:
            raise Refused(f"found rolling({window!r}) of figures; allowed: a number of rows, min_periods=, center=")
        self.series, self.window, self.center = series, window, center
        self.least = window if min_periods is None else min_periods

    def __getattr__(self, name: str) -> Any:
        """Raises AttributeError, with the reductions there are: Python calls it for unknown names alone."""
        raise AttributeError(f"found rolling().{name} of figures; allowed: {', '.join(REDUCTIONS)}")

    def windows(self) -> Iterator[FigureArray]:
        """The cells of each row's window, in the order of the rows; fewer than ``window`` at the ends of the column."""
        ahead = (self.window - 1) // 2 if self.center else 0
        for last in range(ahead, len(self.series) + ahead):
            yield self.series.array[max(0, last - self.window + 1) : last + 1]

    def reduce(self, name: str, **options: Any) -> pd.Series:
        """One of `REDUCTIONS`, by name, over each window, as a column of figures (``count``: of plain numbers); missing
        where the window has fewer than ``min_periods`` cells that are not missing. ``options`` are ignored."""
        results = [
            REDUCTIONS[name](cells, True) if len(cells) - cells.isna().sum() >= self.least else None
            for cells in self.windows()
        ]
        column = results if name == "count" else FigureArray(results)
        return pd.Series(column, self.series.index, name=self.series.name)

    sum = partialmethod(reduce, "sum")
    prod = partialmethod(reduce, "prod")
    mean = partialmethod(reduce, "mean")
    median = partialmethod(reduce, "median")
    min = partialmethod(reduce, "min")
    max = partialmethod(reduce, "max")
    count = partialmethod(reduce, "count")


def rolling(series: pd.Series, window: Any, min_periods: int | None = None, center: bool = False, **_: Any) -> Windows:
    """``Series.rolling`` of figures; other options of pandas are ignored. Raises Refused unless ``window`` is a number
    of rows."""
    return Windows(series, window, min_periods, center)


def expanding(series: pd.Series, min_periods: int = 1, **_: Any) -> Windows:
    """``Series.expanding`` of figures: all rows up to each, missing where they are fewer than ``min_periods``; other
    options of pandas are ignored."""
    return Windows(series, max(1, len(series)), min_periods)


def refuse_ewm(series: pd.Series, *_: Any, **__: Any) -> Any:
    """In place of ``Series.ewm``. Raises Refused: exponential weights were never published."""
    raise Refused(f"found ewm of figures; allowed: rolling and expanding, with {', '.join(REDUCTIONS)}")


class GroupWindows:
    """The rolling or expanding windows within each group, as in ``groupby(...).rolling``."""

    def __init__(self, windows_of: Callable[..., Windows], grouped: Any, *sides: Any, **named: Any):
        """``windows_of`` is `rolling` or `expanding`: called with the column of one group and the arguments."""
        self.windows_of, self.grouped, self.sides, self.named = windows_of, grouped, sides, named

    def __getattr__(self, name: str) -> Any:
        """A function without arguments that gives one of `REDUCTIONS` over each group's windows. Raises AttributeError
        for any other name."""
        if name not in REDUCTIONS:
            raise AttributeError(f"found rolling().{name} of figures; allowed: {', '.join(REDUCTIONS)}")
        return lambda: self.grouped.apply(
            lambda part: getattr(self.windows_of(part, *self.sides, **self.named), name)()
        )


def quantile_by_group(grouped: Any, q: float = 0.5, **_: Any) -> pd.Series:
    """``groupby(...).quantile`` of figures, a column of figures by group, and by quantile too if ``q`` is a list; other
    options are ignored."""
    return grouped.apply(lambda part: part.quantile(q)).astype(FigureDtype())


def largest_or_smallest(symbol: str) -> Callable[..., pd.Series]:
    """Build ``nlargest`` (``symbol``: max) or ``nsmallest`` (min) of figures: a method that gives the ``n`` extreme
    cells with their index, most extreme first, of equal ones the first; ``keep`` is ignored. It raises Undecided if
    bounds leave open which they are."""

    def chosen(series: pd.Series, n: int = 5, keep: str = "first") -> pd.Series:
        try:
            return series.iloc[extreme_rows(symbol, series.array, n)]
        except Undecided as error:
            raise Undecided(f"{error}; or .sort_values().head({n}), which orders for show") from None

    return chosen


def describe(series: pd.Series, percentiles: Any = None) -> pd.Series:
    """``describe`` of figures: count, mean, minimum, quantiles (`QUARTILES`, or ``percentiles`` from 0 to 1) and
    maximum of the cells that are not missing, as a column of objects by name; pd.NA where a result has no bound. There
    is no standard deviation of intervals."""
    known = series.dropna()
    places = QUARTILES if percentiles is None else sorted(percentiles)
    steps: dict[str, Callable[[], Any]] = {"mean": known.mean, "min": known.min}
    steps |= {f"{float(typed_fraction(place) * 100):g}%": partial(known.quantile, place) for place in places}
    results: dict[str, Any] = {"count": len(known)}
    for name, step in (steps | {"max": known.max}).items():
        results[name] = pd.NA
        with suppress(CannotBeKept):
            results[name] = step()
    return pd.Series(results, name=series.name, dtype=object)


def clip(series: pd.Series, lower: Any = None, upper: Any = None, **_: Any) -> pd.Series:
    """``Series.clip`` of figures: each limited to the interval from ``lower`` to ``upper``, single values for all rows
    (None: no limit); missing cells stay, other options are ignored."""
    cells = [cell if cell is pd.NA else clip_number(cell, lower, upper) for cell in series.array]
    return pd.Series(FigureArray(cells), series.index, name=series.name)


def replace_for_figures(pandas_class: Any, name: str, method: Callable[..., Any]) -> None:
    """Patch a class of pandas (Series or grouped data): its method ``name`` becomes ``method`` for columns of figures,
    and stays pandas' own for all others."""
    original = getattr(pandas_class, name)

    @wraps(original)
    def chosen(self: Any, *sides: Any, **named: Any) -> Any:
        ours = has_figure_dtype(getattr(self, "obj", self))
        return (method if ours else original)(self, *sides, **named)

    setattr(pandas_class, name, chosen)


def describe_by_dtype(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap pandas' function that chooses how to describe data: the result chooses `describe` for a column of
    figures."""

    @wraps(original)
    def chosen(data: Any, *sides: Any, **named: Any) -> Any:
        return describe if has_figure_dtype(data) else original(data, *sides, **named)

    return chosen


REPLACED_METHODS: dict[str, Callable[..., Any]] = {
    "rolling": rolling,
    "expanding": expanding,
    "ewm": refuse_ewm,
    "clip": clip,
    "nlargest": largest_or_smallest("max"),
    "nsmallest": largest_or_smallest("min"),
}


def patch_pandas() -> None:
    """Replace in pandas, for columns of figures alone: the `REPLACED_METHODS` of ``Series``; ``rolling``, ``expanding``
    and ``quantile`` of grouped columns; the check by which ``DataFrame.eval`` refuses results that are no numbers; and
    the function that ``describe`` chooses."""
    for name, method in REPLACED_METHODS.items():
        replace_for_figures(pd.Series, name, method)
    for name, windows_of in (("rolling", rolling), ("expanding", expanding)):
        replace_for_figures(pd.api.typing.SeriesGroupBy, name, partial(GroupWindows, windows_of))
    replace_for_figures(pd.api.typing.SeriesGroupBy, "quantile", quantile_by_group)
    refused_by_eval: Any = vars(ops.Op)["has_invalid_return_type"].fget
    eval_of: Any = ops.Op
    eval_of.has_invalid_return_type = property(  # figures check their units themselves
        lambda op: not any(isinstance(dtype, FigureDtype) for dtype in op.operand_types) and refused_by_eval(op)
    )
    pandas_describe.select_describe_func = describe_by_dtype(pandas_describe.select_describe_func)


patch_pandas()
