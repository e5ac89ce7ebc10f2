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

from ..language.formats import moment_number
from ..problems import reason_of
from .formula import AT_LEAST
from .labels import is_missing
from .number import Measure, Number, Undecided, calculate
from .quantity import Bound

Cells = Sequence[Any]  # numbers, and pd.NA where one is missing
BEYOND: dict[str, Callable[[Any, Any], Any]] = {"min": operator.lt, "max": operator.gt}
MISSING = "found a missing cell in a {}; allowed: .dropna() first, which says what is left out"


class BareNumber(TypeError):
    """An operation would turn figures into bare floats, without bound and origin."""

    def __str__(self) -> str:
        """The message, without what pandas puts before it (see `reason_of`)."""
        return reason_of(self, super().__str__())


def require_complete(cells: Cells, operation: str) -> list[Number]:
    """The cells as a list. Raises BareNumber, naming the operation ("mean"), if one is missing."""
    if any(map(is_missing, cells)):
        raise BareNumber(MISSING.format(operation))
    return list(cells)


def calculate_over(symbol: str, numbers: Sequence[Number]) -> Number:
    """The measure of one operation (``symbol``: + or ×) over all numbers, one at least; of a single one that number
    itself. Raises CannotBeKept for an unbounded result, DefinitionsDiffer for a sum of numbers that do not compare."""
    return calculate(symbol, *numbers) if len(numbers) > 1 else numbers[0]


def column_sum(cells: Cells, skipna: bool = True) -> Any:
    """The sum; None for no numbers, and for a missing cell unless ``skipna``. A missing cell is not zero: the sum of
    the others becomes a lower bound ("at least"), as it does for a year or month that is missing between them. Raises
    BareNumber for either among numbers that may be negative, and for shares that add up to more than 100%."""
    known = [cell for cell in cells if isinstance(cell, Number)]
    if not known or (len(known) < len(cells) and not skipna):
        return None
    return sum_or_lower_bound(calculate_over("+", known), known, len(known) < len(cells))


def sum_or_lower_bound(total: Number, terms: Sequence[Number], lacks_a_cell: bool) -> Number:
    """The sum ``total`` of ``terms``; as a lower bound ("at least") if a cell (``lacks_a_cell``) or a period between
    the terms is missing. Raises BareNumber if one is and terms may be negative, and for shares of more than 100% in
    all."""
    if total.unit == "percent" and total.quantity.low is not None and total.quantity.low > 100:
        raise BareNumber(f"found shares that add up to {total}; allowed: parts of one whole, or a mean")
    if not lacks_a_cell and not has_gap(terms):
        return total
    if any(may_be_negative(term) for term in terms):
        message = "found a missing cell, year or month in a sum of numbers that may be below zero"
        raise BareNumber(f"{message}: it has no lower bound; allowed: .dropna() and a period of its own, or a mean")
    return total.apply_function(AT_LEAST)


def may_be_negative(number: Number) -> bool:
    """Whether a number is below zero, may be, or is a difference: then a missing one of its column may be too."""
    is_difference = isinstance(number, Measure) and number.operation[:1] == ("−",)
    return number.quantity.low is None or number.quantity.low < 0 or is_difference


def has_gap(cells: Sequence[Number]) -> bool:
    """Whether the numbers are all of single years, or all of single months, and one between the first and the last is
    missing, so that their sum is a lower bound for the whole period. False for any other periods."""
    periods = {(cell.meaning.start, cell.meaning.end) for cell in cells}
    counted = sorted({n for moment, _ in periods if (n := moment_number(moment)) is not None})
    alike = len({len(moment) for moment, _ in periods}) == 1 and all(start == end for start, end in periods)
    return alike and len(counted) > 1 and counted[-1] - counted[0] >= len(counted)


def column_product(cells: Cells, skipna: bool = True) -> Any:
    """The product; None for no cells, and for a missing cell if not ``skipna``. With ``skipna`` it raises BareNumber
    for a missing cell, since the product without it would be no bound."""
    if not len(cells) or (not skipna and any(map(is_missing, cells))):
        return None
    return calculate_over("×", require_complete(cells, "product"))


def column_mean(cells: Cells, _: bool = True) -> Any:
    """The sum divided by the number of cells, as a measure; None for no cells. Its period is in years if the cells are
    months that fill whole years. Raises BareNumber for a missing cell, whatever ``skipna`` (the second argument)."""
    numbers = require_complete(cells, "mean")
    return with_period_in_years(calculate_over("+", numbers) / len(numbers), numbers) if numbers else None


def with_period_in_years(number: Measure, cells: Sequence[Number]) -> Measure:
    """A reduction over ``cells``; if they are months that fill whole years, each once, a copy whose period is in years,
    else unchanged."""
    months = sorted(cell.start for cell in cells if cell.start == cell.end)
    years = sorted({month[:4] for month in months})
    filled = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    return number.with_meaning(start=years[0], end=years[-1]) if months and months == filled else number


def column_extreme(symbol: str, cells: Cells) -> Any:
    """The minimum or maximum (``symbol``: min, max): the cell itself if bounds decide which, of equal ones the first;
    else a measure between the bounds; None for no cells. Raises BareNumber for a missing cell, DefinitionsDiffer for
    cells that do not compare."""
    numbers = require_complete(cells, "minimum or maximum")
    with suppress(Undecided):
        return reduce(lambda best, cell: cell if BEYOND[symbol](cell, best) else best, numbers) if numbers else None
    return calculate(symbol, *numbers)


def require_extreme(symbol: str, cells: Cells, row: int) -> int:
    """Return ``row`` unchanged: that of the smallest or largest printed number (``symbol``: min, max). Raises Undecided
    if bounds leave its order to another cell open; missing cells are ignored."""
    for other, cell in enumerate(cells):
        if other != row and not is_missing(cell):
            BEYOND[symbol](cell, cells[row])
    return row


def extreme_rows(symbol: str, cells: Cells, count: int) -> list[int]:
    """The rows (from 0) of the ``count`` smallest or largest numbers (``symbol``: min, max), most extreme first by
    printed value, of equal ones the first; fewer if there are fewer, missing cells aside. Raises Undecided if bounds
    leave open which they are."""
    rows = [row for row, cell in enumerate(cells) if not is_missing(cell)]
    rows.sort(key=lambda row: printed_value(cells[row]), reverse=symbol == "max")
    for other in rows[count:]:
        for row in rows[:count]:
            BEYOND[symbol](cells[other], cells[row])
    return rows[:count]


def column_quantile(cells: Cells, place: Fraction) -> Any:
    """The quantile at ``place``, from 0 (smallest) to 1 (largest), by linear interpolation; None for no cells. Raises
    BareNumber for a missing cell."""
    numbers = require_complete(cells, "quantile")
    if not numbers:
        return None
    return calculate("median", *numbers) if place == Fraction(1, 2) else calculate("quantile", place, *numbers)


REDUCTIONS: dict[str, Callable[[Cells, bool], Any]] = {
    "sum": column_sum,
    "prod": column_product,
    "mean": column_mean,
    "median": lambda cells, _: column_quantile(cells, Fraction(1, 2)),
    "min": lambda cells, _: column_extreme("min", cells),
    "max": lambda cells, _: column_extreme("max", cells),
    "count": lambda cells, _: sum(not is_missing(cell) for cell in cells),
}


RUNNING = {"cumsum": "+", "cumprod": "×", "cummin": "min", "cummax": "max"}


def cumulate(name: str, cells: Cells, skipna: bool = True) -> list[Any]:
    """The cumulative sum, product, minimum or maximum up to each cell (``name``: cumsum, cumprod, cummin, cummax); None
    for a missing cell, and for all after it unless ``skipna``. With it, sums after a missing cell are lower bounds;
    raises BareNumber for a number after a missing cell in a product, minimum or maximum."""
    symbol, results, known = RUNNING[name], list[Any](), list[Number]()
    so_far: Number | None = None
    for cell in cells:
        lacks_a_cell = len(known) < len(results)
        if is_missing(cell) or (lacks_a_cell and not skipna):
            results.append(None)
            continue
        if lacks_a_cell and symbol != "+":
            raise BareNumber(MISSING.format("running product, minimum or maximum"))
        known.append(cell)
        so_far = cell if so_far is None else extend_by_cell(symbol, so_far, cell)
        results.append(sum_or_lower_bound(so_far, known, lacks_a_cell) if symbol == "+" else so_far)
    return results


def extend_by_cell(symbol: str, so_far: Number, cell: Number) -> Number:
    """A cumulative sum, product, minimum or maximum (``symbol``: + × min max) extended by one cell."""
    return column_extreme(symbol, [so_far, cell]) if symbol in BEYOND else calculate(symbol, so_far, cell)


def clip_number(cell: Number, lower: Any, upper: Any) -> Number:
    """A number limited to the interval from ``lower`` to ``upper``, numbers or plain values (missing: no limit): the
    number itself if it surely lies inside, else the measure max(number, lower), min(number, upper). Raises
    DefinitionsDiffer for a limit that does not compare with it."""
    for symbol, end in (("max", lower), ("min", upper)):
        if not is_missing(end):
            further = BEYOND[symbol]
            with suppress(Undecided):
                if not further(end, cell):
                    continue
            cell = calculate(symbol, cell, end)
    return cell


def ranks(cells: Cells) -> list[int | None]:
    """The rank of each cell (0: smallest), None for a missing one; equal exact numbers share the lowest rank. Raises
    Undecided, with the rows, if bounds overlap."""
    rows = sorted(
        (row for row, cell in enumerate(cells) if not is_missing(cell)), key=lambda row: printed_value(cells[row])
    )
    rank_of: dict[int, int] = {}
    for row, before in zip(rows, [None, *rows], strict=False):
        if before is None:
            rank_of[row] = 0
        elif is_same_value(cells[before], cells[row]):
            rank_of[row] = rank_of[before]
        elif is_surely_below(cells[before], cells[row]):
            rank_of[row] = len(rank_of)
        else:
            message = f"found rows {min(row, before)} and {max(row, before)}, {cells[before]} and {cells[row]}"
            raise Undecided(f"{message}, whose bounds leave either order; allowed: sort_values, which orders for show")
    return [rank_of.get(row) for row in range(len(cells))]


def printed_value(number: Number) -> Fraction:
    """The sort key for display: the value printed with the bound; 5 for "more than 5"."""
    return number.quantity.value


def is_same_value(left: Number, right: Number) -> bool:
    """Whether both numbers are exact and equal; units are not compared."""
    return left.quantity == right.quantity and left.quantity.bound is Bound.EXACT


def is_surely_below(left: Number, right: Number) -> bool:
    """Whether the left number is certainly smaller than the right; false where bounds overlap. Raises DefinitionsDiffer
    for numbers that do not compare."""
    with suppress(Undecided):
        return left < right
    return False
