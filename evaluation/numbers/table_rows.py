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

from ..language import LANGUAGES, N_, Text, compose, translate
from ..language.formats import format_number
from .formula import FUNCTIONS
from .lists import snake_case
from .number import Figure, Measure, Number, inherited_fields, quantity_of
from .publication import TableFile

MOST_ROWS = 12  # rows of a table that a record names one by one
LONG_TABLE = 300  # rows: of a longer table
MOST_ROWS_OF_LONG = 3
SHOWN_OF_HASH = 12  # characters
WHAT = {
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
    """A measure that has an operation, with many rows of one table (see `row_groups`) replaced by one operand,
    recursively; named operands stay as they are. Its quantity is the same; unchanged if there is nothing to group."""
    symbol, *sides = number.operation
    made = [group_rows(side) if _is_unnamed_measure(side) else side for side in sides]
    for rows in row_groups(made) if symbol in WHAT else ():
        if symbol in PARTS_ALONE or len(rows) == sum(isinstance(side, Number) for side in made):
            made[next(place for place, side in enumerate(made) if side is rows[0])] = figure_of_rows(symbol, rows)
            others = {id(row) for row in rows}
            made = [side for side in made if id(side) not in others]
    if len(made) == len(sides) and all(new is old for new, old in zip(made, sides, strict=True)):
        return number
    leaves = (leaf for side in made if isinstance(side, Number) for leaf in side.leaves())
    return replace(number, operation=(symbol, *made), inputs=tuple({leaf.name: leaf for leaf in leaves}.values()))


def _is_unnamed_measure(side: Any) -> bool:
    """Whether an operand is an unnamed measure, whose operation is written out."""
    return isinstance(side, Measure) and not side.name and bool(side.operation)


def row_groups(sides: Sequence[Any]) -> list[list[Figure]]:
    """The operands of one table, column, source, unit, definition and place, if more than are named one by one."""
    groups: dict[Any, list[Figure]] = {}
    for side in sides:
        if isinstance(side, Figure) and side.cell and not side.rows:
            kind = side.cell.file, side.cell.column, side.source.source, side.source.title, side.unit, side.definition
            groups.setdefault((*kind, side.place), []).append(side)
    return [rows for (table, *_), rows in groups.items() if len(rows) > most_rows_named(table)]


def most_rows_named(table: TableFile) -> int:
    """How many rows of a table a record names one by one, at most; fewer of a long one."""
    return MOST_ROWS_OF_LONG if table.rows > LONG_TABLE else MOST_ROWS


def figure_of_rows(symbol: str, rows: Sequence[Figure]) -> Figure:
    """The figure that an operation of `WHAT` gives over many rows of one table and column: count, file and hash become
    its place in the source, the ranges of row numbers its cell in data/; its name has a hash of these ranges."""
    first, cells = rows[0], [row.cell for row in rows if row.cell]
    file, column = cells[0].file, cells[0].column
    ranges, common = _row_ranges(sorted(cell.row for cell in cells)), inherited_fields(rows, symbol, *rows)
    mark = sha256(ranges.encode()).hexdigest()[:6]
    label = first.label if all(row.label == first.label for row in rows) else first.definition_label
    if not any(translate(label, language) for language in LANGUAGES):  # rows of a frame, each with its own label
        (label,) = same_in_each_language(column)
    count = {language: format_number(Decimal(len(rows)), language) for language in LANGUAGES}
    meaning = replace(common["meaning"], label=label)
    return replace(
        first,
        name=snake_case(
            OPERATION_NAMES.get(symbol, symbol), "of", str(len(rows)), "rows", file.name.partition(".")[0], column, mark
        ),
        meaning=meaning,
        quantity=FUNCTIONS[symbol](*map(quantity_of, rows)),
        decimals=max(row.decimals for row in rows),
        place_in_source=compose(WHAT[symbol], count, *same_in_each_language(file.name, file.sha256[:SHOWN_OF_HASH])),
        data=f"{file.name}:{ranges}:{column}" if first.data else "",
        rows=len(rows),
    )


def same_in_each_language(*texts: str) -> list[Text]:
    """Texts that are the same in every language."""
    return [dict.fromkeys(LANGUAGES, text) for text in texts]


def _row_ranges(numbers: Sequence[int]) -> str:
    """Ascending integers as ranges: 2-131,140."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
