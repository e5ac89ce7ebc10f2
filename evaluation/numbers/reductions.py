"""Reductions of a column of figures: sum, product, mean, minimum, maximum, quantile.

Each is one operation with every cell as an operand, so that a column of any length is calculated, recorded and written
as one. Unbounded results and missing cells that matter are refused, with a way out.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import reduce
from typing import Any

from ..language import moment_number
from ..problems import reason_of
from .formula import AT_LEAST
from .labels import absent
from .number import Measure, Number, Undecided, calculated
from .quantity import Bound

Cells = Sequence[Any]  # numbers, and pd.NA where one is missing
FURTHER: dict[str, Callable[[Any, Any], Any]] = {"min": operator.lt, "max": operator.gt}
MISSING = "found a missing cell in a {}; allowed: .dropna() first, which says what is left out"


class BareNumber(TypeError):
    """An operation would turn figures into bare floats, without bound and origin."""

    def __str__(self) -> str:
        return reason_of(self, super().__str__())


def without_missing(cells: Cells, what: str) -> list[Number]:
    """The cells as a list. Raises BareNumber if one is missing."""
    if any(map(absent, cells)):
        raise BareNumber(MISSING.format(what))
    return list(cells)


def of_all(symbol: str, numbers: Sequence[Number]) -> Number:
    """One operation over all numbers; a single number is returned unchanged."""
    return calculated(symbol, *numbers) if len(numbers) > 1 else numbers[0]


def total(cells: Cells, skipna: bool = True) -> Any:
    """The sum, or None for no cells. A missing cell is not zero: the sum becomes a lower bound ("at least"). Raises
    BareNumber for a missing cell among numbers that may be negative, and for shares that add up to more than their
    whole."""
    known = [cell for cell in cells if isinstance(cell, Number)]
    if not known or (len(known) < len(cells) and not skipna):
        return None
    return checked_total(of_all("+", known), known, len(known) < len(cells))


def checked_total(added: Number, known: Sequence[Number], lacks_a_cell: bool) -> Number:
    """The sum as far as it is supported: see `total`."""
    if added.unit == "percent" and added.quantity.low is not None and added.quantity.low > 100:
        raise BareNumber(f"found shares that add up to {added}; allowed: parts of one whole, or a mean")
    if not lacks_a_cell and not has_gap(known):
        return added
    if any(cell.quantity.low is None or cell.quantity.low < 0 for cell in known):
        message = "found a missing cell, year or month in a sum of numbers that may be below zero"
        raise BareNumber(f"{message}: it has no lower bound; allowed: .dropna() and a period of its own, or a mean")
    return added.made(AT_LEAST)


def has_gap(cells: Sequence[Number]) -> bool:
    """Whether the cells are single years or months with a gap between the first and the last, so that the sum is a
    lower bound for the whole period."""
    periods = {(cell.meaning.start, cell.meaning.end) for cell in cells}
    counted = sorted({n for moment, _ in periods if (n := moment_number(moment)) is not None})
    alike = len({len(moment) for moment, _ in periods}) == 1 and all(start == end for start, end in periods)
    return alike and len(counted) > 1 and counted[-1] - counted[0] >= len(counted)


def product(cells: Cells, skipna: bool = True) -> Any:
    """The product, or None for no cells. Raises BareNumber for a missing cell, which could have any value."""
    if not len(cells) or (not skipna and any(map(absent, cells))):
        return None
    return of_all("×", without_missing(cells, "product"))


def mean(cells: Cells, _: bool = True) -> Any:
    """The sum divided by the number of cells. Raises BareNumber for a missing cell."""
    numbers = without_missing(cells, "mean")
    return of_whole_years(of_all("+", numbers) / len(numbers), numbers) if numbers else None


def of_whole_years(number: Measure, cells: Sequence[Number]) -> Measure:
    """The result of a reduction over months; if they fill whole years, each month once, its period is given in
    years."""
    months = sorted(cell.start for cell in cells if cell.start == cell.end)
    years = sorted({month[:4] for month in months})
    filled = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    return number.with_meaning(start=years[0], end=years[-1]) if months and months == filled else number


def extreme(symbol: str, cells: Cells) -> Any:
    """The minimum or maximum: the cell itself if bounds decide which, else a measure between the bounds. Raises
    BareNumber for a missing cell."""
    numbers = without_missing(cells, "minimum or maximum")
    with suppress(Undecided):
        return reduce(lambda best, cell: cell if FURTHER[symbol](cell, best) else best, numbers) if numbers else None
    return calculated(symbol, *numbers)


def sure_end(symbol: str, cells: Cells, row: int) -> int:
    """Return ``row``, that of the smallest or largest number as printed. Raises Undecided if bounds leave its order to
    another cell open."""
    for other, cell in enumerate(cells):
        if other != row and not absent(cell):
            FURTHER[symbol](cell, cells[row])
    return row


def at_one_end(symbol: str, cells: Cells, count: int) -> list[int]:
    """The rows of the ``count`` smallest or largest numbers, most extreme first. Raises Undecided if bounds leave the
    choice open."""
    rows = [row for row, cell in enumerate(cells) if not absent(cell)]
    rows.sort(key=lambda row: order_key(cells[row]), reverse=symbol == "max")
    for other in rows[count:]:
        for row in rows[:count]:
            FURTHER[symbol](cells[other], cells[row])
    return rows[:count]


def quantile(cells: Cells, place: Fraction) -> Any:
    """The quantile at ``place``, from 0 (smallest) to 1 (largest), by linear interpolation. Raises BareNumber for a
    missing cell."""
    numbers = without_missing(cells, "quantile")
    if not numbers:
        return None
    return calculated("median", *numbers) if place == Fraction(1, 2) else calculated("quantile", place, *numbers)


REDUCTIONS: dict[str, Callable[[Cells, bool], Any]] = {
    "sum": total,
    "prod": product,
    "mean": mean,
    "median": lambda cells, _: quantile(cells, Fraction(1, 2)),
    "min": lambda cells, _: extreme("min", cells),
    "max": lambda cells, _: extreme("max", cells),
    "count": lambda cells, _: sum(not absent(cell) for cell in cells),
}


RUNNING = {"cumsum": "+", "cumprod": "×", "cummin": "min", "cummax": "max"}


def running(name: str, cells: Cells, skipna: bool = True) -> list[Any]:
    """The cumulative sum, product, minimum or maximum up to each cell; None for a missing cell, and for all after it
    unless ``skipna``. Raises BareNumber as the reductions do."""
    symbol, made, known = RUNNING[name], list[Any](), list[Number]()
    so_far: Number | None = None
    for cell in cells:
        lacks_a_cell = len(known) < len(made)
        if absent(cell) or (lacks_a_cell and not skipna):
            made.append(None)
            continue
        if lacks_a_cell and symbol != "+":
            raise BareNumber(MISSING.format("running product, minimum or maximum"))
        known.append(cell)
        so_far = cell if so_far is None else one_more(symbol, so_far, cell)
        made.append(checked_total(so_far, known, lacks_a_cell) if symbol == "+" else so_far)
    return made


def one_more(symbol: str, so_far: Number, cell: Number) -> Number:
    """A cumulative result extended by one cell."""
    return extreme(symbol, [so_far, cell]) if symbol in FURTHER else calculated(symbol, so_far, cell)


def clipped(cell: Number, lower: Any, upper: Any) -> Number:
    """A number limited to the interval from ``lower`` to ``upper`` (None: no limit); the number itself if it lies
    inside."""
    for symbol, end in (("max", lower), ("min", upper)):
        if not absent(end):
            further = FURTHER[symbol]
            with suppress(Undecided):
                if not further(end, cell):
                    continue
            cell = calculated(symbol, cell, end)
    return cell


def ranks(cells: Cells) -> list[int | None]:
    """The zero-based rank of each cell, None for a missing one; equal numbers share the lowest rank. Raises Undecided,
    with the rows, if bounds overlap."""
    rows = sorted((row for row, cell in enumerate(cells) if not absent(cell)), key=lambda row: order_key(cells[row]))
    places: dict[int, int] = {}
    for row, before in zip(rows, [None, *rows], strict=False):
        if before is None:
            places[row] = 0
        elif is_same_value(cells[before], cells[row]):
            places[row] = places[before]
        elif is_decided(cells[before], cells[row]):
            places[row] = len(places)
        else:
            message = f"found rows {min(row, before)} and {max(row, before)}, {cells[before]} and {cells[row]}"
            raise Undecided(f"{message}, whose bounds leave either order; allowed: sort_values, which orders for show")
    return [places.get(row) for row in range(len(cells))]


def order_key(number: Number) -> Fraction:
    """The sort key for display: the value as printed."""
    return number.quantity.value


def is_same_value(left: Number, right: Number) -> bool:
    """Whether both numbers are exact and equal."""
    return left.quantity == right.quantity and left.quantity.bound is Bound.EXACT


def is_decided(left: Number, right: Number) -> bool:
    """Whether the left number is certainly smaller than the right."""
    with suppress(Undecided):
        return left < right
    return False
