"""Operations over many rows of one table as they are recorded: the operands are named "sum of 624 rows of returns.csv",
with the hash of the file.

Otherwise a page or a record would hold every row as an input: half a megabyte, and each organization's return beside
the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any

from ..language import LANGUAGES, N_, compose, translate
from ..language.formats import format_number
from .formula import FUNCTIONS, Single
from .lists import snake_case
from .number import Figure, Measure, Number, inherited_fields, quantity_of

MOST_ROWS = 12  # rows of a table that a record names one by one
LONG_TABLE = 300  # rows: of a longer table
MOST_ROWS_OF_LONG = 3
SHOWN_OF_HASH = 12  # characters
PLACES_IN_SOURCE = {
    "+": N_("sum of {} rows of {} (SHA-256 {})"),
    "×": N_("product of {} rows of {} (SHA-256 {})"),
    "min": N_("smallest of {} rows of {} (SHA-256 {})"),
    "max": N_("largest of {} rows of {} (SHA-256 {})"),
    "median": N_("median of {} rows of {} (SHA-256 {})"),
    "quantile": N_("quantile of {} rows of {} (SHA-256 {})"),
}
OPERATION_NAMES = {"+": "sum", "×": "product"}
PARTS_ALONE = ("+", "×", "min", "max")  # operations in which some operands can be grouped


def group_rows(number: Measure) -> Measure:
    """A copy of a measure that has an operation, in which many rows of one table (see `row_groups`) are one operand, in
    unnamed operands too, recursively. Its quantity is the same; the measure itself if there is nothing to group. Of a
    median or quantile the rows are grouped only if they are all the operands."""
    symbol, *sides = number.operation
    operands: list[Any] = [
        group_rows(side) if isinstance(side, Measure) and side.operation and not side.name else side for side in sides
    ]
    for rows in row_groups(operands) if symbol in PLACES_IN_SOURCE else ():
        if symbol in PARTS_ALONE or len(rows) == sum(isinstance(side, Number) for side in operands):
            first = next(place for place, side in enumerate(operands) if side is rows[0])
            operands[first] = figure_of_rows(symbol, rows, operands[:1] if symbol == "quantile" else [])
            others = {id(row) for row in rows}
            operands = [side for side in operands if id(side) not in others]
    if len(operands) == len(sides) and all(new is old for new, old in zip(operands, sides, strict=True)):
        return number
    leaves = (leaf for side in operands if isinstance(side, Number) for leaf in side.leaves())
    return replace(number, operation=(symbol, *operands), inputs=tuple({leaf.name: leaf for leaf in leaves}.values()))


def row_groups(sides: Sequence[Any]) -> list[list[Figure]]:
    """The figures among operands, grouped by table, column, source, unit, definition and place: the groups of more than
    `MOST_ROWS` rows, of a table of more than `LONG_TABLE` rows of more than `MOST_ROWS_OF_LONG`."""
    groups: dict[Any, list[Figure]] = {}
    for side in sides:
        if isinstance(side, Figure) and side.cell and not side.rows:
            series = side.cell.file, side.cell.column, side.source.source, side.source.title, side.unit, side.definition
            groups.setdefault((*series, side.place), []).append(side)
    most = {table: MOST_ROWS_OF_LONG if table.rows > LONG_TABLE else MOST_ROWS for table, *_ in groups}
    return [rows for (table, *_), rows in groups.items() if len(rows) > most[table]]


def figure_of_rows(symbol: str, rows: Sequence[Figure], places: Sequence[Single]) -> Figure:
    """The figure that an operation (of `PLACES_IN_SOURCE`) gives over many rows of one table and column, a quantile at
    its place, the only one of ``places``: count, file and hash are its place in the source, the ranges of row numbers
    its position in data/; its name ends in a hash of these ranges and the place. Raises CannotBeKept for an unbounded
    result."""
    first, cells = rows[0], [row.cell for row in rows if row.cell]
    file, column = cells[0].file, cells[0].column
    ranges, common = _row_ranges(sorted(cell.row for cell in cells)), inherited_fields(rows, symbol, *rows)
    mark = sha256("".join([ranges, *map(str, places)]).encode()).hexdigest()[:6]
    label = first.label if all(row.label == first.label for row in rows) else first.definition_label
    if not any(translate(label, language) for language in LANGUAGES):  # rows of a frame, each with its own label
        label = dict.fromkeys(LANGUAGES, column)
    count = {language: format_number(Decimal(len(rows)), language) for language in LANGUAGES}
    file_name, short_hash = (dict.fromkeys(LANGUAGES, text) for text in (file.name, file.sha256[:SHOWN_OF_HASH]))
    meaning = replace(common["meaning"], label=label)
    return replace(
        first,
        name=snake_case(
            OPERATION_NAMES.get(symbol, symbol), "of", str(len(rows)), "rows", file.name.partition(".")[0], column, mark
        ),
        meaning=meaning,
        quantity=FUNCTIONS[symbol](*map(quantity_of, (*places, *rows))),
        decimals=max(row.decimals for row in rows),
        place_in_source=compose(PLACES_IN_SOURCE[symbol], count, file_name, short_hash),
        data=f"{file.name}:{ranges}:{column}" if first.data else "",
        rows=len(rows),
    )


def _row_ranges(numbers: Sequence[int]) -> str:
    """Ascending integers as text, successive ones as a range: 2-131,140."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
