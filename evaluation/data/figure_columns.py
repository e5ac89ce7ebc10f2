"""Columns that a contract marks as figures (``"figures": true``), in any table: what must stand beside their numbers.

Unit, definition, place and source are a column of the table, or where all rows share one, a property of the field
(``"unit": "people"``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Row = dict[str, str]
Told = Iterator[tuple[str, str, str]]
# What every figure has, and the table that holds its ids.
OF_A_FIGURE = {"unit": "units", "definition": "definitions", "place": "places", "source": "sources"}
PERIODS = (("year", "year"), ("month", "month"), ("period_start", "period_end"))


def marked(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A table's fields of figures."""
    return [field for field in schema["fields"] if field.get("figures")]


def check_marked(name: str, schema: dict[str, Any]) -> Told:
    """What a contract leaves out of its columns of figures: where, what was found, what is allowed."""
    columns, figures = {field["name"] for field in schema["fields"]}, marked(schema)
    for field in figures:
        for part in OF_A_FIGURE.keys() - columns - field.keys():
            yield f"{name}.{field['name']}", f"no {part}", f'a column {part}, or "{part}" in the field'
    if figures and not any(columns.issuperset(period) for period in PERIODS):
        yield f"{name}.fields", "no period of its figures", "a column year, month, or period_start and period_end"
    if figures and not schema.get("primaryKey"):
        yield f"{name}.primaryKey", "none beside figures", "the columns that tell one row from another"
    if len(figures) > 1 and "bound" in columns:
        beside = ", ".join(field["name"] for field in figures)
        yield f"{name}.bound", f"a bound beside {beside}", "one column of figures, whose bound it is"


def part_of(field: dict[str, Any], row: Row, part: str) -> str:
    """A unit, definition, place or source of a number: its row's, else the one that its field names."""
    return row[part] if part in row else str(field[part])


def period_of(row: Row) -> tuple[str, str]:
    """The first and last year, month or day that a row's numbers are about."""
    start, end = next(period for period in PERIODS if row.keys() >= set(period))
    return row[start], row[end]


def ids_of(field: dict[str, Any], row: Row) -> Iterator[tuple[str, str, str]]:
    """Every id that a number rests on: what it is of, the table that must hold it, the id (empty where none)."""
    for part, table in OF_A_FIGURE.items():
        yield part, table, part_of(field, row, part)
    if "bound" in row:
        yield "bound", "bounds", row["bound"]
    for caveat in row.get("caveats", "").split():
        yield "caveats", "caveats", caveat
