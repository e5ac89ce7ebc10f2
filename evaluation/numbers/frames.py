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
from .notation import show
from .number import Figure, Number
from .quantity import Quantity
from .reductions import REDUCTIONS, BareNumber, applied, decided, mask, total
from .rows import pair


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

        return self._each(lambda number: pd.NA if no_whole_number(number.quantity) else number.whole())

    def counting(
        self,
        unit: str,
        *,
        why: Text,
        definition: str | None = None,
        place: str | None = None,
        like: pd.Series | None = None,
    ) -> pd.Series:
        """The same numbers as counts of ``unit``, of another ``definition`` or ``place`` where one is named; ``why``
        says why arithmetic with these units counts that, or why these parts make one whole. Each counts what the
        number beside it in ``like`` counts, if that is given."""
        beside = [None] * len(self._series) if like is None else [None if absent(cell) else cell for cell in like]
        return self._each(
            lambda number, other: number.counting(unit, why=why, definition=definition, place=place, like=other),
            beside,
        )

    def per(self, other: Any, label: Any = "", **said: Any) -> pd.Series:
        """The averages for one of ``other``, a number or a column; see `Number.per`."""
        return self._beside(other, label, Number.per, said)

    def change_from(self, earlier: Any, label: Any = "", **said: Any) -> pd.Series:
        """The changes in per cent from the numbers before; missing where those may be nothing, since from nothing there
        is no change in per cent. See `Number.change_from`."""
        earlier = aligned(self._series, earlier)
        some = pd.Series(earlier.array > 0, earlier.index).fillna(False).astype(bool)
        return self._beside(earlier.where(some), label, Number.change_from, said)

    def share_of(self, whole: Any, label: Any = "", **said: Any) -> pd.Series:
        """The numbers in per cent of a whole, or of each its own; see `Number.share_of`."""
        return self._beside(whole, label, Number.share_of, said)

    def implied_counts(
        self, whole: Any, of: str, label: Any = "", *, why: Text = "", like: pd.Series | None = None
    ) -> pd.Series:
        """The whole counts that rounded rates leave open in their populations, or rounded shares in their wholes;
        missing where no whole number lies between, as where a rate is one of another population. See
        `Number.implied_counts`."""

        def implied(number: Number, whole: Number, words: Text, other: Number | None) -> Any:
            if absent(whole) or no_whole_number(number.times_whole(whole).quantity):
                return pd.NA
            return number.implied_counts(whole, of, words, why=why, like=other)

        beside = [None] * len(self._series) if like is None else [None if absent(cell) else cell for cell in like]
        return self._each(implied, aligned(self._series, whole), self._words(label), beside)

    def at_most(self, label: Any = "", *, assuming: Text, **said: Any) -> pd.Series:
        """The upper ends alone; see `Number.at_most`."""
        return self._each(lambda number, words: number.at_most(words, assuming=assuming, **said), self._words(label))

    def percent(self) -> pd.Series:
        """Shares or relative changes in per cent."""
        return self._each(Number.percent)

    def labelled(self, label: Any, **said: Any) -> pd.Series:
        """The same measures under one label, or each under its own of a column; see `Number.labelled`."""
        return self._each(lambda number, words: number.labelled(words, **said), self._words(label))

    @property
    def words(self) -> pd.Series:
        """Each number as a reader meets it: "more than 80"."""
        return self._told(lambda number: show(number, "en").words)

    @property
    def label(self) -> pd.Series:
        """What each number is called."""
        return self._told(lambda number: number.label)

    @property
    def period(self) -> pd.Series:
        """The period of each number, for a table's cell or a chart's names."""
        return self._told(lambda number: number.period)

    @property
    def with_period(self) -> pd.Series:
        """Each number's label and its period."""
        return self._told(lambda number: number.with_period)

    @property
    def place(self) -> pd.Series:
        """The place of each number, by its id."""
        return self._told(lambda number: number.place)

    @property
    def definition(self) -> pd.Series:
        """What each number counts, by the id of its definition."""
        return self._told(lambda number: number.definition)

    @property
    def publisher(self) -> pd.Series:
        """Who published each figure; missing for measures."""
        return self._told(lambda number: number.source.publisher if isinstance(number, Figure) else None)

    def _told(self, text: Callable[[Number], Any]) -> pd.Series:
        cells = [None if cell is pd.NA else text(cell) for cell in self._series.array]
        return pd.Series(cells, index=self._series.index, dtype=object)

    def _beside(self, other: Any, label: Any, verb: Callable[..., Number], said: dict[str, Any]) -> pd.Series:
        """A verb of numbers on each number and the one beside it; missing where either is."""

        def result(number: Number, beside: Any, words: Text) -> Any:
            return pd.NA if absent(beside) else verb(number, beside, words, **said)

        return self._each(result, aligned(self._series, other), self._words(label))

    def _words(self, label: Any) -> Sequence[Any]:
        """A label for each row: one for all, or those of a column."""
        one = isinstance(label, str | dict)
        return [label] * len(self._series) if one else list(aligned(self._series, label))

    def _each(self, change: Callable[..., Any], *columns: Iterable[Any]) -> pd.Series:
        """What ``change`` makes of each number and of what stands beside it. An error names its row."""
        made: list[Any] = []
        for cell, *beside in zip(self._series.array, *columns, strict=True):
            try:
                made.append(cell if cell is pd.NA else change(cell, *beside))
            except ValueError as error:
                raise type(error)(f"row {len(made)}: {error}") from None
        return pd.Series(FigureArray(made), index=self._series.index, name=self._series.name)


def aligned(series: pd.Series, other: Any) -> pd.Series:
    """What stands beside the rows of a column: a column, by its index; a list, by position; one thing for all."""
    if isinstance(other, pd.Series):
        return other if other.index.equals(series.index) else other.reindex(series.index)
    rows = list(other) if is_list_like(other) and not isinstance(other, dict) else [other] * len(series)
    numbers = all(isinstance(one, Number) or absent(one) for one in rows)
    return pd.Series(FigureArray(rows) if numbers else rows, series.index, dtype="figure" if numbers else object)


def no_whole_number(quantity: Quantity) -> bool:
    """Whether an interval has two ends and no whole number between them."""
    open_ended = quantity.about or quantity.low is None or quantity.high is None
    return not open_ended and not quantity.whole_numbers()


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
