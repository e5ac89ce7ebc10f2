"""What a column of figures gives as one number (a sum, a mean, the largest), and row by row.

What no bound survives, and what a missing cell leaves open, is refused with the row and the way out.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from ..language import moment_number
from ..problems import reason_of
from .formula import AT_LEAST
from .labels import absent
from .number import DefinitionsDiffer, Measure, Number, Undecided


class BareNumber(TypeError):
    """A way from a figure to a float was asked for; bound and origin would be lost."""

    def __str__(self) -> str:
        return reason_of(self, super().__str__())


class Mask(pd.arrays.BooleanArray):
    """True, false, or left open by the bounds. As a filter it is refused while something is open."""

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None, **options: Any) -> np.ndarray:
        if dtype is not None and np.dtype(dtype) == bool and self.isna().any():
            rows = ", ".join(map(str, np.flatnonzero(self.isna())))
            allowed = ".fillna(False) or .fillna(True) first"
            raise Undecided(f"found rows {rows} that bounds or missing cells leave open; allowed: {allowed}")
        return super().to_numpy(dtype=dtype, copy=copy, na_value=na_value, **options)


def applied(op: Callable[[Any, Any], Any], row: int, one: Any, other: Any) -> Any:
    """An operation on one row: missing where a side is. A row that is refused is named."""
    if absent(one) or absent(other):
        return None
    try:
        return op(one, plain(other))
    except ValueError as error:
        raise type(error)(f"row {row}: {error}") from None


def plain(side: Any) -> Any:
    """A whole number of numpy as Python's own."""
    return int(side) if isinstance(side, np.integer) else side


def mask(answers: list[bool | None]) -> Any:
    """Answers as a column: plain booleans where all are decided."""
    if None not in answers:
        return np.array(answers, dtype=bool)
    return Mask(np.array([bool(a) for a in answers], bool), np.array([a is None for a in answers], bool))


def decided(op: Callable[[Any, Any], Any], one: Any, other: Any) -> bool | None:
    """What a comparison tells, None where a side is missing or the bounds leave it open."""
    if absent(one) or absent(other):
        return False if op is operator.eq else True if op is operator.ne else None
    try:
        return bool(op(one, other))
    except Undecided:
        return None


def total(cells: ExtensionArray, skipna: bool) -> Any:
    """The sum; with a missing cell, which is not zero, a lower bound ("at least")."""
    known = [cell for cell in cells if cell is not pd.NA]
    if not known or (len(known) < len(cells) and not skipna):
        return pd.NA
    added = reduce(operator.add, known)
    if added.unit == "percent" and added.quantity.low is not None and added.quantity.low > 100:
        raise BareNumber(f"found shares that add up to {added}; allowed: parts of one whole, or a mean")
    return at_least(added) if len(known) < len(cells) or leaves_out(known) else added


def leaves_out(cells: Sequence[Number]) -> bool:
    """Whether single years or months are summed and one between the first and the last has no cell: the sum is that of
    the whole period at least."""
    moments = {cell.start for cell in cells if cell.start == cell.end}
    counted = sorted({n for moment in moments if (n := moment_number(moment)) is not None})
    alike = len({len(moment) for moment in moments}) == 1 and all(cell.start == cell.end for cell in cells)
    return alike and len(counted) > 1 and counted[-1] - counted[0] >= len(counted)


def at_least(number: Number) -> Measure:
    """A number of which a part is not known, so that only its lower end holds."""
    return number.made(AT_LEAST)


def mean(cells: ExtensionArray) -> Any:
    """The sum over the number of cells. A missing cell has no share in it, so that it must be dropped by name."""
    if cells.isna().any():
        raise BareNumber("found a missing cell in a mean; allowed: .dropna() first, which says what is averaged")
    return of_whole_years(reduce(operator.add, cells) / len(cells), cells) if len(cells) else pd.NA


def of_whole_years(number: Measure, cells: ExtensionArray) -> Measure:
    """A number worked out from months: where they fill whole years, each once, it is one of those years."""
    months = sorted(cell.start for cell in cells if cell.start == cell.end)
    years = sorted({month[:4] for month in months})
    filled = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    return replace(number, start=years[0], end=years[-1]) if months and months == filled else number


def extreme(cells: ExtensionArray, smallest: bool) -> Any:
    """The smallest or largest number. Raises Undecided where bounds leave open which it is, or a cell is missing."""
    if cells.isna().any():
        raise BareNumber("found a missing cell in a minimum or maximum; allowed: .dropna() first")
    return reduce(lambda best, cell: further(best, cell, smallest), list(cells)) if len(cells) else pd.NA


def further(best: Number, cell: Number, smallest: bool) -> Number:
    """The smaller or larger of two. Raises DefinitionsDiffer with what a column can be asked instead."""
    try:
        return cell if (cell < best) == smallest and (cell < best or cell > best) else best
    except DefinitionsDiffer as error:
        raise DefinitionsDiffer(error.found, "sort_values() and .iloc[0] or .iloc[-1], which order for show") from None


REDUCTIONS: dict[str, Callable[[ExtensionArray, bool], Any]] = {
    "sum": total,
    "mean": lambda cells, _: mean(cells),
    "min": lambda cells, _: extreme(cells, True),
    "max": lambda cells, _: extreme(cells, False),
    "count": lambda cells, _: int((~cells.isna()).sum()),
}
