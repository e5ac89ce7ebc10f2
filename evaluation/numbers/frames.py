"""Numbers with bounds and origins as a pandas column: the dtype ``figure``.

A column holds `Number` objects and computes with their own operators, so that every cell of a result knows its
bound and what it was worked out from. Whatever would turn a cell into a bare float is refused.

>>> frame["people_a_year"] = frame.people / frame.years
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype, register_extension_dtype, take
from pandas.api.indexers import check_array_indexer
from pandas.api.types import is_list_like, pandas_dtype

from ..language import Text
from .figures import Figures
from .labels import absent
from .lists import counted_as
from .number import Number
from .reductions import REDUCTIONS, BareNumber, applied, decided, mask, total
from .rows import pair
from .shown import show
from .wording import reread


@register_extension_dtype
class FigureDtype(ExtensionDtype):
    """Numbers of the review: published figures and measures. A missing cell is an absent value, never zero."""

    name = "figure"
    type = Number
    kind = "O"
    na_value = pd.NA
    _is_numeric = True

    def construct_array_type(self) -> builtins.type[FigureArray]:
        return FigureArray


class FigureArray(pd.api.extensions.ExtensionScalarOpsMixin, ExtensionArray):  # type: ignore[name-defined, misc]  # no stub
    """One number or missing value a cell, kept as the objects that they are (shape: rows)."""

    __array_priority__ = 1000
    _cells: np.ndarray

    def __init__(self, values: Iterable[Any], copy: bool = False):
        if isinstance(values, FigureArray):
            self._cells = values._cells.copy() if copy else values._cells
            return
        cells = list(values)
        if any(isinstance(cell, str) for cell in cells):
            figures = Figures()
            cells = [reread(cell, figures) if isinstance(cell, str) else cell for cell in cells]
        wrong = next((cell for cell in cells if not isinstance(cell, Number) and not absent(cell)), None)
        if wrong is not None:
            raise BareNumber(f"found {wrong!r} for a column of figures; allowed: figures and measures")
        self._cells = np.empty(len(cells), dtype=object)
        self._cells[:] = [pd.NA if absent(cell) else cell for cell in cells]

    @classmethod
    def _of(cls, cells: np.ndarray) -> Self:
        """An array over cells that are known to be numbers or None, not copied."""
        made = cls([])
        made._cells = cells
        return made

    @classmethod
    def _from_sequence(cls, scalars: Iterable[Any], *, dtype: Any = None, copy: bool = False) -> Self:
        return cls(scalars)

    @classmethod
    def _from_factorized(cls, values: Any, original: FigureArray) -> Self:
        return cls(values)

    @classmethod
    def _from_sequence_of_strings(cls, strings: Any, *, dtype: Any, copy: bool = False) -> Self:
        """Cells as `to_csv` wrote them, worked out again from the figures in data/. Raises ValueError."""
        return cls([pd.NA if absent(text) or not text else str(text) for text in strings])

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence[FigureArray]) -> Self:
        return cls._of(np.concatenate([array._cells for array in to_concat]))

    @property
    def dtype(self) -> FigureDtype:
        return FigureDtype()

    @property
    def nbytes(self) -> int:
        return int(self._cells.nbytes)

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, int | np.integer):
            return self._cells[item]
        indexer = check_array_indexer(self, item)
        result = self._of(self._cells[indexer])
        if isinstance(indexer, slice):
            result._readonly = self._readonly
        return result

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._readonly:
            raise ValueError("Cannot modify read-only array")
        many = is_list_like(value)
        cells = (value if isinstance(value, FigureArray) else type(self)(value if many else [value]))._cells
        if many and not is_list_like(key) and not isinstance(key, slice):
            raise ValueError("setting an array element with a sequence.")
        self._cells[check_array_indexer(self, key)] = cells if many else cells[0]

    def isna(self) -> np.ndarray:
        return np.array([cell is pd.NA for cell in self._cells], dtype=bool)

    def take(self, indexer: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:
        fill = pd.NA if absent(fill_value) else fill_value
        return type(self)(take(self._cells, np.asarray(indexer), allow_fill=allow_fill, fill_value=fill))

    def copy(self) -> Self:
        return self._of(self._cells.copy())

    def view(self, dtype: Any = None) -> Any:
        if dtype is not None:
            raise BareNumber(f"cannot look at figures as {dtype}; allowed: no dtype")
        return self[:]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if dtype is not None and np.dtype(dtype) != object:
            allowed = "object, or classes by comparisons (frame.n > 100)"
            raise BareNumber(f"cannot make {dtype} of figures: bound and origin would be lost; allowed: {allowed}")
        cells = self._cells.copy() if copy else self._cells.view()
        cells.flags.writeable = bool(copy) or not self._readonly
        return cells

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """As object, as words (str, string) or as figures; every other kind would lose the bound."""
        wanted = pandas_dtype(dtype)
        if isinstance(wanted, FigureDtype):
            return self.copy() if copy else self
        if wanted == np.dtype(object) or isinstance(wanted, pd.CategoricalDtype):
            return super().astype(wanted, copy)
        if wanted.kind in "OU":
            words = [cell if cell is pd.NA else str(cell) for cell in self._cells]
            return (
                np.array(words, dtype=wanted) if isinstance(wanted, np.dtype) else pd.Series(words, dtype=wanted).array
            )
        raise BareNumber(f"cannot make {wanted} of figures: bound and origin would be lost; allowed: object, str")

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:
        return lambda cell: show(cell, "en").words if isinstance(cell, Number) else str(cell)

    def _values_for_argsort(self) -> np.ndarray:
        """Cells in the order of the numbers that are printed: an order for show, no claim about what bounds allow."""
        return np.array([*(0 if cell is pd.NA else cell.quantity.value for cell in self._cells), None], object)[:-1]

    def _values_for_json(self) -> np.ndarray:
        return np.array([None if cell is pd.NA else str(cell) for cell in self._cells], dtype=object)

    def _values_for_factorize(self) -> tuple[np.ndarray, Any]:
        return self._cells, None

    def fillna(self, value: Any = None, limit: int | None = None, copy: bool = True) -> Self:
        """Missing cells filled by numbers; a bare zero is refused, since what is missing is not zero."""
        if not (absent(value) or is_list_like(value) or isinstance(value, Number)):
            raise BareNumber(f"cannot fill missing figures with {value!r}: not published is not zero; allowed: figures")
        return super().fillna(value=value, limit=limit, copy=copy)

    def _rank(self, **_: Any) -> Any:
        raise BareNumber("cannot rank figures: bounds may overlap; allowed: sort_values, which orders for show")

    def round(self, decimals: int = 0, *_: Any, **__: Any) -> Self:
        return type(self)([cell if cell is pd.NA else cell.round(decimals) for cell in self._cells])

    def __neg__(self) -> Self:
        return type(self)([cell if cell is pd.NA else -cell for cell in self])

    def __abs__(self) -> Self:
        return type(self)([cell if cell is pd.NA else abs(cell) for cell in self])

    @classmethod
    def _create_comparison_method(cls, op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        return row_by_row(lambda row, one, other: decided(op, one, other), mask)

    @classmethod
    def _create_arithmetic_method(cls, op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        return row_by_row(partial(applied, op), cls)

    def _reduce(self, name: str, *, skipna: bool = True, keepdims: bool = False, **options: Any) -> Any:
        if name not in REDUCTIONS:
            allowed = ", ".join(REDUCTIONS)
            raise BareNumber(f"figures does not support operation {name!r}: no bound survives it; allowed: {allowed}")
        result = REDUCTIONS[name](self, skipna)
        return type(self)([result]) if keepdims else result

    def _accumulate(self, name: str, *, skipna: bool = True, **_: Any) -> Self:
        if name != "cumsum":
            raise BareNumber(f"cannot take the {name} of figures; allowed: cumsum")
        if self.isna().any():
            raise BareNumber(f"found a missing cell in row {int(self.isna().argmax())}; allowed: .dropna() first")
        return type(self)([total(self[: end + 1], True) for end in range(len(self))])


def row_by_row(each: Callable[[int, Any, Any], Any], column: Callable[[list[Any]], Any]) -> Callable[[Any, Any], Any]:
    """An operator of columns: ``column`` of what ``each`` makes of a row's number and its two sides."""

    def operate(self: FigureArray, other: Any) -> Any:
        if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
            return NotImplemented
        others = list(other) if is_list_like(other) else [other] * len(self)
        if len(others) != len(self):
            raise ValueError(f"Lengths must match: found {len(self)} and {len(others)}")
        return column([each(row, *sides) for row, sides in enumerate(zip(self, others, strict=True))])

    return operate


FigureArray._add_arithmetic_ops()
FigureArray._add_comparison_ops()


@pd.api.extensions.register_series_accessor("figure")
class FigureAccessor:
    """What a column of figures can be asked beyond arithmetic: ``frame.rate.figure.rounding()``."""

    def __init__(self, series: pd.Series):
        if not isinstance(series.dtype, FigureDtype):
            raise AttributeError(f"found a column of {series.dtype}; allowed: figure")
        self._series = series

    def rounding(self) -> pd.Series:
        """What each rounded number can have been before it was rounded: 2.3 is between 2.25 and 2.35."""
        return self._each(Number.unrounded)

    def whole_numbers(self) -> pd.Series:
        """The whole numbers that each interval leaves: between 333.9 and 348.8 is between 334 and 348. Missing where
        it holds none, as where a rate is one of another population. Raises CannotBeKept for an open end."""

        def whole(number: Number) -> Any:
            found = number.quantity
            empty = not (found.about or found.low is None or found.high is None or found.whole_numbers())
            return pd.NA if empty else number.whole()

        return self._each(whole)

    def counting(
        self, unit: str, *, why: Text, definition: str | None = None, like: pd.Series | None = None
    ) -> pd.Series:
        """The same numbers as counts of ``unit``, of another ``definition`` where one is named; ``why`` says why
        arithmetic with these units counts that, or why these parts make one whole. Each counts what the number beside
        it in ``like`` counts, if that is given."""
        kept = counted_as(unit, definition)
        beside = [None] * len(self._series) if like is None else [None if absent(cell) else cell for cell in like]
        return self._each(lambda number, other: number.counting(unit, why=why, kept=kept, like=other), beside)

    def percent(self) -> pd.Series:
        """Shares or relative changes in per cent."""
        return self._each(Number.percent)

    def labelled(self, label: Text, **said: Any) -> pd.Series:
        """The same measures under one label; see `Number.labelled`."""
        return self._each(lambda number: number.labelled(label, **said))

    def _each(self, change: Callable[..., Any], *columns: Sequence[Any]) -> pd.Series:
        rows = zip(self._series.array._cells, *columns, strict=True)
        cells = [cell if cell is pd.NA else change(cell, *rest) for cell, *rest in rows]
        return pd.Series(FigureArray(cells), index=self._series.index, name=self._series.name)


def frame(figures: Figures, table: str) -> pd.DataFrame:
    """A table of data/, one row a row, columns named as in its CSV. A column that the contract marks as figures holds
    numbers with their unit, definition, place, period and source; years are integers, all else is text. A text in two
    columns, ``label_en`` and ``label_fr``, is also one column of pairs, ``label``, as charts and tables take it."""
    rows = figures.tables.rows(table)
    fields = figures.tables.resources[table]["schema"]["fields"]
    names = [field["name"] for field in fields]
    texts = [name[:-3] for name in names if name.endswith("_en") and f"{name[:-3]}_fr" in names]
    pairs = {text: pd.Series([pair(row, text) for row in rows], dtype=object) for text in texts if text not in names}
    return pd.DataFrame({field["name"]: column(figures, table, field, rows) for field in fields} | pairs)


def column(figures: Figures, table: str, field: dict[str, Any], rows: list[dict[str, str]]) -> Any:
    name = field["name"]
    if field.get("figures"):
        return FigureArray([figures.cell(table, row, name) if row[name] else pd.NA for row in rows])
    if field["type"] == "integer":
        return pd.array([int(row[name]) if row[name] else pd.NA for row in rows], dtype="Int64")
    return pd.array([row[name] for row in rows], dtype="str")
