"""Numbers with bounds and origins as a pandas column: the extension dtype ``figure``.

A column holds `Number` objects and computes with their operators, so that every cell of a result has its bound and its
inputs. Operations that would return bare floats are refused.

>>> frame["people_a_year"] = frame.people / frame.years
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, wraps
from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype, register_extension_dtype, take
from pandas.api.indexers import check_array_indexer
from pandas.api.types import is_list_like

from ..problems import listed
from .figures import Figures, NoFigure, no_figure_message
from .formula import NoWholeNumber
from .labels import is_missing
from .lists import pair
from .notation import show
from .number import Figure, Number, Undecided
from .quantity import CannotBeKept, typed_fraction
from .reductions import REDUCTIONS, RUNNING, BareNumber, column_quantile, cumulate, ranks, require_extreme

# Row-wise operations. Unbounded results, and those that missing cells leave open, are refused with the row
# and the way out.


class Mask(pd.arrays.BooleanArray):
    """A boolean column with missing values for comparisons that bounds leave open; refused as a filter, and in what
    counts its rows, while any are open: pandas would leave an open row out, and NumPy take it for false."""

    def refuse_open(self) -> None:
        """Raise Undecided, with the first five rows, if any are open; else do nothing."""
        if self.isna().any():
            rows = listed(np.flatnonzero(self.isna()), 5)
            allowed = ".fillna(False) or .fillna(True) first"
            raise Undecided(f"found rows {rows} that bounds or missing cells leave open; allowed: {allowed}")

    def to_numpy(self, dtype: Any = None, *sides: Any, **options: Any) -> np.ndarray:
        """As in pandas. Raises Undecided where booleans are wanted and rows are open."""
        if dtype is not None and np.dtype(dtype) == bool:
            self.refuse_open()
        return super().to_numpy(dtype, *sides, **options)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """As in pandas. Raises Undecided without a dtype where rows are open."""
        if dtype is None:  # as np.where asks, which takes what is no number by its truth
            self.refuse_open()
        return super().__array__(dtype, copy)

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """As in pandas. Raises Undecided for booleans and numbers where rows are open."""
        if dtype in (bool, int, float, "bool", "int", "float", "int64", "float64"):
            self.refuse_open()
        return super().astype(dtype, copy)

    def value_counts(self, dropna: bool = True) -> pd.Series:
        """As in pandas. Raises Undecided where rows are open and would be left out."""
        if dropna:
            self.refuse_open()
        return super().value_counts(dropna)

    def _reduce(self, name: str, *, skipna: bool = True, keepdims: bool = False, **options: Any) -> Any:
        """As in pandas. Raises Undecided where rows are open, unless another row decides ``any`` or ``all``."""
        decides = {"any": True, "all": False}.get(name)  # one such row, whatever the open ones are
        cells: list[Any] = list(self)
        if decides is None or not any(cell is not pd.NA and bool(cell) is decides for cell in cells):
            self.refuse_open()
        return super()._reduce(name, skipna=skipna, keepdims=keepdims, **options)


def apply_to_row(op: Callable[[Any, Any], Any], row: int, left: Any, right: Any) -> Any:
    """The result of an operator on one row; None if an operand is missing. Raises the operator's ValueErrors (refusals)
    with the row (from 0) before the message, CannotBeKept also with the methods that leave such rows missing."""
    if is_missing(left) or is_missing(right):
        return None
    try:
        return op(left, int(right) if isinstance(right, np.integer) else right)
    except CannotBeKept as error:
        allowed = "; or .figure.less, .share_of or .per, which leave such rows missing"
        raise CannotBeKept(f"row {row}: {error}{allowed}") from None
    except ValueError as error:
        raise type(error)(f"row {row}: {error}") from None


def boolean_column(answers: list[bool | None]) -> Any:
    """The results of comparisons as a column: a boolean NumPy array if all are decided, else a `Mask` in which the open
    rows (None) are missing."""
    if None not in answers:
        return np.array(answers, dtype=bool)
    return Mask(np.array([bool(a) for a in answers], bool), np.array([a is None for a in answers], bool))


def compare_or_none(op: Callable[[Any, Any], Any], left: Any, right: Any) -> bool | None:
    """The result of a comparison; None if the bounds leave it open, or if an operand is missing (which equals nothing:
    == is false, != true). Raises DefinitionsDiffer for numbers that do not compare."""
    if is_missing(left) or is_missing(right):
        return False if op is operator.eq else True if op is operator.ne else None
    try:
        return bool(op(left, right))
    except Undecided:
        return None


WITHOUT_BOUNDS = ".map(float) where all are exact, or classes by comparisons (frame.n > 100)"
EXTREMES = {"idxmax": "argmax", "idxmin": "argmin"}  # within groups: the row of the largest or smallest number
OF_A_GROUP = ("std", "var", "sem", "skew", "kurt", "any", "all")  # which pandas would refuse without advice


def no_bound_error(name: str) -> BareNumber:
    """Build (not raise) the error for a pandas or NumPy operation, by name, whose result would have no bound."""
    message = f"found figures, whose column does not support operation {name!r}: no bound survives it"
    return BareNumber(f"{message}; allowed: {', '.join(REDUCTIONS)}, quantile; or {WITHOUT_BOUNDS}")


# The dtype


@register_extension_dtype
class FigureDtype(ExtensionDtype):
    """The pandas dtype of figures and measures. A missing cell is an absent value, never zero."""

    name = "figure"
    type = Number
    kind = "O"
    na_value = pd.NA
    _is_numeric = True
    base = "f"  # tells pandas' infer_dtype, and so Altair, that these are quantities

    def construct_array_type(self) -> builtins.type[FigureArray]:
        """The array class of this dtype."""
        return FigureArray


class FigureArray(pd.api.extensions.ExtensionScalarOpsMixin, ExtensionArray):  # type: ignore[name-defined, misc]  # no stub
    """A one-dimensional array of numbers and missing values, stored as objects."""

    __array_priority__ = 1000
    _cells: np.ndarray

    def __init__(self, values: Iterable[Any], copy: bool = False):
        """An array of numbers and missing cells; of another array the same cells unless ``copy``. Raises BareNumber for
        anything else."""
        if isinstance(values, FigureArray):
            self._cells = values._cells.copy() if copy else values._cells
            return
        cells = list(values)
        wrong = next((cell for cell in cells if not isinstance(cell, Number) and not is_missing(cell)), None)
        if wrong is not None:
            allowed = "figures and measures, such as figure(0, 'people'); or .dropna() of what is missing"
            raise BareNumber(f"found {wrong!r} for a column of figures; allowed: {allowed}")
        self._cells = np.empty(len(cells), dtype=object)
        self._cells[:] = [pd.NA if is_missing(cell) else cell for cell in cells]

    @classmethod
    def _of(cls, cells: np.ndarray) -> Self:
        """An array over cells already known to be numbers or pd.NA, without a copy."""
        array = cls([])
        array._cells = cells
        return array

    @classmethod
    def _from_sequence(cls, scalars: Iterable[Any], *, dtype: Any = None, copy: bool = False) -> Self:
        """An array of numbers and missing values, for pandas. Raises BareNumber for anything else."""
        return cls(scalars)

    @classmethod
    def _from_factorized(cls, values: Any, original: FigureArray) -> Self:
        """An array of the distinct cells that pandas gives back; ``original`` is not needed."""
        return cls(values)

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence[FigureArray]) -> Self:
        """The cells of several arrays, one after another."""
        return cls._of(np.concatenate([array._cells for array in to_concat]))

    @property
    def dtype(self) -> FigureDtype:
        """The dtype, the same for every array: units belong to cells."""
        return FigureDtype()

    @property
    def nbytes(self) -> int:
        """The bytes of the references, without the numbers they point to."""
        return int(self._cells.nbytes)

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cells)

    def __getitem__(self, item: Any) -> Any:
        """The cell at a position, or an array of the cells that a slice, list or mask chooses."""
        if isinstance(item, int | np.integer):
            return self._cells[item]
        indexer = check_array_indexer(self, item)
        result = self._of(self._cells[indexer])
        if isinstance(indexer, slice):
            result._readonly = self._readonly
        return result

    def __setitem__(self, key: Any, value: Any) -> None:
        """Replace cells in place, by one figure or as many as the key chooses. Raises BareNumber for anything else than
        a figure or missing value, ValueError for a read-only array and for a list at one position."""
        if self._readonly:
            raise ValueError("Cannot modify read-only array")
        many = is_list_like(value)
        cells = (value if isinstance(value, FigureArray) else type(self)(value if many else [value]))._cells
        if many and not is_list_like(key) and not isinstance(key, slice):
            raise ValueError("setting an array element with a sequence.")
        self._cells[check_array_indexer(self, key)] = cells if many else cells[0]

    def isna(self) -> np.ndarray:
        """Boolean array: which cells are missing."""
        return np.array([cell is pd.NA for cell in self._cells], dtype=bool)

    def take(self, indexer: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:
        """Cells by position, as in pandas; with ``allow_fill``, position -1 gives ``fill_value``."""
        fill = pd.NA if is_missing(fill_value) else fill_value
        return type(self)(take(self._cells, np.asarray(indexer), allow_fill=allow_fill, fill_value=fill))

    def copy(self) -> Self:
        """A new array of the same numbers, which are immutable."""
        return self._of(self._cells.copy())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The numbers as objects. Raises BareNumber for any other dtype."""
        if dtype is not None and np.dtype(dtype) != object:
            lost = "bound and origin would be lost"
            raise BareNumber(f"cannot make {dtype} of figures: {lost}; allowed: {WITHOUT_BOUNDS}")
        cells = self._cells.copy() if copy else self._cells.view()
        cells.flags.writeable = bool(copy) or not self._readonly
        return cells

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """The result of a NumPy function, as pandas dispatches it to the operators of the column. Raises BareNumber for
        one that has no operator, such as ``np.sqrt``, and would lose the bounds."""
        try:
            return super().__array_ufunc__(ufunc, method, *inputs, **options)
        except TypeError as error:
            if isinstance(error, BareNumber):
                raise
            raise no_bound_error(ufunc.__name__) from None

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:
        """Cells of a displayed frame are the numbers' English words."""
        return lambda cell: show(cell, "en").words if isinstance(cell, Number) else str(cell)

    def _values_for_argsort(self) -> np.ndarray:
        """The printed values as sort keys, for ``sort_values``: an order for display that bounds may leave open; 0 for
        a missing cell, which pandas sorts apart."""
        return np.array([*(0 if cell is pd.NA else cell.quantity.value for cell in self._cells), None], object)[:-1]

    def _values_for_json(self) -> np.ndarray:
        """The text of each number (words and expression), None for a missing one."""
        return np.array([None if cell is pd.NA else str(cell) for cell in self._cells], dtype=object)

    def _values_for_factorize(self) -> tuple[np.ndarray, Any]:
        """The cells themselves, and what stands for a missing one, for groups and duplicates."""
        return self._cells, None

    def argmax(self, skipna: bool = True) -> int:
        """The position (from 0) of the largest number; missing cells are ignored. Raises Undecided if bounds leave it
        open."""
        return require_extreme("max", self, super().argmax(skipna=skipna))

    def argmin(self, skipna: bool = True) -> int:
        """The position (from 0) of the smallest number; missing cells are ignored. Raises Undecided if bounds leave it
        open."""
        return require_extreme("min", self, super().argmin(skipna=skipna))

    def interpolate(self, **_: Any) -> Self:
        """Raises BareNumber: interpolated values were never published."""
        raise BareNumber("found interpolate: nobody published a number between two; allowed: .dropna(), .ffill()")

    def _rank(self, **options: Any) -> Any:
        """The ranks as in pandas, by its options, as a NumPy array of floats; NaN for a missing cell. Raises Undecided,
        with the rows, if bounds overlap."""
        places = pd.array([pd.NA if place is None else place for place in ranks(self)], dtype="Float64")
        return pd.Series(places).rank(**{name: value for name, value in options.items() if name != "axis"}).to_numpy()

    def _accumulate(self, name: str, *, skipna: bool = True, **_: Any) -> Self:
        """The cumulative sum, product, minimum or maximum as an array, by its name in pandas, such as cumsum (see
        `reductions.cumulate`)."""
        return type(self)(cumulate(name, self, skipna))

    def _quantile(self, qs: Any, interpolation: str) -> Self:
        """The quantiles at ``qs``, floats from 0 to 1. Raises BareNumber for a missing cell, and for another
        interpolation than linear."""
        if interpolation != "linear":
            raise BareNumber(f"found interpolation={interpolation!r} of figures; allowed: linear")
        return type(self)([column_quantile(self, typed_fraction(place)) for place in qs])

    def _groupby_op(self, *, how: str, ngroups: int, ids: Any, **options: Any) -> Any:
        """The cumulative results, ranks, or rows of minimum or maximum within groups (``how``: cumsum, rank, idxmin);
        ``ids`` is the group of each row, -1 for none. Raises BareNumber for what would lose the bounds;
        NotImplementedError for all else (sum, mean), so that pandas computes it group by group."""
        if how in EXTREMES:
            return self._extreme_rows(how, [np.flatnonzero(ids == group) for group in range(ngroups)])
        if how in OF_A_GROUP:
            raise no_bound_error(how)
        if how not in (*RUNNING, "rank"):
            raise NotImplementedError(how)
        results = np.empty(len(self), dtype=object)
        for group in range(ngroups):
            rows = np.flatnonzero(ids == group)
            cells = self[rows]
            results[rows] = (
                cells._rank() if how == "rank" else cells._accumulate(how, skipna=options.get("skipna", True))
            )
        return results.astype(float) if how == "rank" else type(self)(results)

    def _extreme_rows(self, how: str, groups: Sequence[np.ndarray]) -> np.ndarray:
        """The position (from 0) of the largest or smallest number of each group (``how``: idxmax, idxmin); -1 for a
        group without numbers. Raises Undecided if bounds leave it open."""
        known = [rows[~self.isna()[rows]] for rows in groups]
        return np.array(
            [rows[getattr(self[rows], EXTREMES[how])()] if len(rows) else -1 for rows in known], dtype=np.intp
        )

    def round(self, decimals: int = 0, *_: Any, **__: Any) -> Self:
        """A copy in which each number is displayed with so many decimals; quantities are unchanged, missing cells
        stay."""
        return self._map_cells(lambda cell: cell.round(decimals))

    def __neg__(self) -> Self:
        """Each number times −1, as a measure; missing cells stay."""
        return self._map_cells(operator.neg)

    def __pos__(self) -> Self:
        """A copy."""
        return self.copy()

    def __abs__(self) -> Self:
        """The absolute value of each number (see `Number.__abs__`); missing cells stay."""
        return self._map_cells(abs)

    def _map_cells(self, change: Callable[[Any], Any]) -> Self:
        """A new array with ``change`` applied to each number; missing cells stay."""
        return type(self)([cell if cell is pd.NA else change(cell) for cell in self._cells])

    @classmethod
    def _create_comparison_method(cls, op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """A comparison row by row: booleans, or a `Mask` where bounds leave rows open."""
        return operator_by_row(lambda row, left, right: compare_or_none(op, left, right), boolean_column)

    @classmethod
    def _create_arithmetic_method(cls, op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """An operator row by row, to a column of figures, missing where an operand is; refusals name the row (from
        0)."""
        return operator_by_row(partial(apply_to_row, op), cls)

    def _reduce(self, name: str, *, skipna: bool = True, keepdims: bool = False, **options: Any) -> Any:
        """One of `REDUCTIONS` (``name``) over the column, pd.NA for no cells; or the row of ``argmin`` or ``argmax``;
        with ``keepdims`` as an array of one. Raises BareNumber for any other operation."""
        if name in EXTREMES.values():
            row = getattr(self, name)(skipna)
            return np.array([row]) if keepdims else row
        if name not in REDUCTIONS:
            raise no_bound_error(name)
        result = REDUCTIONS[name](self, skipna)
        result = pd.NA if result is None else result
        return type(self)([result]) if keepdims else result


def operator_by_row(
    each: Callable[[int, Any, Any], Any], to_column: Callable[[list[Any]], Any]
) -> Callable[[Any, Any], Any]:
    """Build an operator method for columns: ``each(row, left, right)`` gives the cell of a row (from 0), ``to_column``
    the result from the list of cells. The method takes one value or as many as rows, else it raises ValueError; for a
    Series, an Index or a frame it returns NotImplemented, so that pandas aligns them first."""

    def operate(self: FigureArray, other: Any) -> Any:
        if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
            return NotImplemented
        others = list(other) if is_list_like(other) else [other] * len(self)
        if len(others) != len(self):
            raise ValueError(f"Lengths must match: found {len(self)} and {len(others)}")
        return to_column([each(row, *sides) for row, sides in enumerate(zip(self, others, strict=True))])

    return operate


FigureArray._add_arithmetic_ops()
FigureArray._add_comparison_ops()


def _align_argument(series: pd.Series, side: Any) -> list[Any]:
    """An argument as a list for the rows of ``series``: a column aligned by index (missing where it has no such row); a
    list as it is, whatever its length; anything else, a text in two languages too, repeated for each row."""
    if isinstance(side, pd.Series):
        return list(side if side.index.equals(series.index) else side.reindex(series.index))
    return list(side) if is_list_like(side) and not isinstance(side, dict) else [side] * len(series)


def column_method(method: Callable[..., Any], *missing_after: type[Exception]) -> Callable[..., pd.Series]:
    """Turn a method of `Number` into one of columns that gives a column of figures, row by row, from arguments aligned
    by `_align_argument` (keyword arguments if they are columns). A cell is missing if its number or a positional
    argument is, or after an error of ``missing_after``; other ValueErrors are raised with the row (from 0) before their
    message."""

    @wraps(method)
    def column(self: FigureAccessor, *sides: Any, **named: Any) -> pd.Series:
        columns = {
            name: _align_argument(self.series, side) for name, side in named.items() if isinstance(side, pd.Series)
        }
        results: list[Any] = []
        for row, cells in enumerate(
            zip(self.series.array, *(_align_argument(self.series, s) for s in sides), strict=True)
        ):
            others = {name: None if is_missing(column[row]) else column[row] for name, column in columns.items()}
            try:
                results.append(pd.NA if any(map(is_missing, cells)) else method(*cells, **named | others))
            except missing_after:
                results.append(pd.NA)
            except ValueError as error:
                raise type(error)(f"row {row}: {error}") from None
        return pd.Series(FigureArray(results), index=self.series.index, name=self.series.name)

    return column


def _column_property(part: Callable[[Number], Any], doc: str) -> property:
    """A property of columns: a Series of objects with the ``part`` of each number, None for a missing one."""

    def column(self: FigureAccessor) -> pd.Series:
        cells = [None if cell is pd.NA else part(cell) for cell in self.series.array]
        return pd.Series(cells, index=self.series.index, dtype=object)

    return property(column, doc=doc)


@pd.api.extensions.register_series_accessor("figure")
class FigureAccessor:
    """The methods of `Number` for a column, ``frame.rate.figure.rounding()``; arguments are columns, lists or single
    values. Where a number raises CannotBeKept, ``per``, ``share_of``, ``change_from`` and ``less`` leave a cell
    missing, ``whole_numbers`` and ``implied_counts`` only where no whole number lies inside; other refusals name the
    row (from 0)."""

    def __init__(self, series: pd.Series):
        """Raises AttributeError for a column of another dtype, as pandas asks of accessors."""
        if not isinstance(series.dtype, FigureDtype):
            raise AttributeError(f"found a column of {series.dtype}; allowed: figure")
        self.series = series

    rounding = column_method(Number.rounding)
    whole_numbers = column_method(Number.whole_numbers, NoWholeNumber)  # as where a rate is one of another population
    implied_counts = column_method(Number.implied_counts, NoWholeNumber)
    counting = column_method(Number.counting)
    per = column_method(Number.per, CannotBeKept)  # missing where no bound survives
    share_of = column_method(Number.share_of, CannotBeKept)
    at_most = column_method(Number.at_most)
    percent = column_method(Number.percent)
    labelled = column_method(Number.labelled)

    def change_from(self, earlier: Any, *label: Any, **options: Any) -> pd.Series:
        """The relative changes in per cent from earlier numbers, a column, list or single number (see
        `Number.change_from`); missing where either number is, where the earlier number may be zero or below, and where
        the result has no bound."""
        before: Any = pd.Series(FigureArray(_align_argument(self.series, earlier)), self.series.index)
        positive = (before > 0).fillna(False).astype(bool)
        return changes(self, before.where(positive), *label, **options)

    def less(self, other: Any) -> pd.Series:
        """Each number minus the other in its row; missing where the result has no bound."""
        return differences(self, other)

    words = _column_property(
        lambda number: show(number, "en").words, 'Each number as a reader meets it: "more than 80".'
    )
    label = _column_property(lambda number: number.label, "What each number is called.")
    period = _column_property(
        lambda number: number.period, "The period of each number, for a table's cell or a chart's names."
    )
    with_period = _column_property(lambda number: number.with_period, "Each number's label and its period.")
    place = _column_property(lambda number: number.place, "The place of each number, by its id.")
    definition = _column_property(
        lambda number: number.definition, "What each number counts, by the id of its definition."
    )
    publisher = _column_property(
        lambda number: number.source.publisher if isinstance(number, Figure) else None,
        "Who published each figure; missing for measures.",
    )


changes = column_method(Number.change_from, CannotBeKept)
differences = column_method(Number.__sub__, CannotBeKept)


class NoSuchFigure(NoFigure, AttributeError):
    """`NoFigure` for an id used as an attribute."""


class FiguresById(pd.Series):
    """The published figures of figures.csv by id, as attributes or items; an unknown id is refused, not missing."""

    def __getattr__(self, name: str) -> Any:  # type: ignore[misc]  # final to pandas: nothing but words is added
        """The figure of this id, or an attribute of a Series. Raises NoSuchFigure, naming the nearest id."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("_"):
                raise
            raise NoSuchFigure(no_figure_message(name, self.index)) from None

    def __getitem__(self, key: Any) -> Any:
        """The figure of an id, a Series of the figures of a list of ids; for any other key what a Series gives. Raises
        NoFigure, naming the nearest id, for an unknown one."""
        names = [key] if isinstance(key, str) else key if isinstance(key, list) else []
        for name in names:
            if isinstance(name, str) and name not in self.index:
                raise NoFigure(no_figure_message(name, self.index))
        return super().__getitem__(key)


def table_frame(figures: Figures, table: str) -> pd.DataFrame:
    """A table of data/ as a frame with the columns of its CSV. Columns that the contract marks as figures hold numbers
    with unit, definition, place, period and source; those of the type integer, such as years, are Int64, both missing
    where a cell is empty; all else is text. A text in two columns, ``label_en`` and ``label_fr``, is also one column of
    pairs, ``label``, for charts and tables. Raises InputError for an unknown table."""
    rows = figures.tables.rows(table)
    fields = figures.tables.resources[table]["schema"]["fields"]
    names = [field["name"] for field in fields]
    texts = [name[:-3] for name in names if name.endswith("_en") and f"{name[:-3]}_fr" in names]
    pairs = {text: pd.Series([pair(row, text) for row in rows], dtype=object) for text in texts if text not in names}
    return pd.DataFrame({field["name"]: _typed_column(figures, table, field, rows) for field in fields} | pairs)


def _typed_column(figures: Figures, table: str, field: dict[str, Any], rows: list[dict[str, str]]) -> Any:
    """The values of one column by its type in the contract: figures or integers (missing for an empty cell), else
    texts."""
    name = field["name"]
    if field.get("figures"):
        return FigureArray([figures.cell(table, row, name) if row[name] else pd.NA for row in rows])
    if field["type"] == "integer":
        return pd.array([int(row[name]) if row[name] else pd.NA for row in rows], dtype="Int64")
    return pd.array([row[name] for row in rows], dtype="str")


from . import altair_frames as altair_frames  # noqa: E402  # asks for the dtype above, as does
from . import series_methods as series_methods  # noqa: E402
from . import ways_out as ways_out  # noqa: E402
