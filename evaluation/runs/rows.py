"""The rows of data/ behind aggregate numbers of a run ("sum of 624 rows of returns.csv"): stored once in the executed
notebook, so that a page can offer them as a file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Rows = list[list[str]]  # a head, and rows


def referenced_rows(cells: Iterable[Any], data: Path) -> dict[str, Rows]:
    """The rows in the folder ``data``, after the head of their table, behind the figures of executed cells that stand
    for many rows: by the references in their records, sorted. A reference is file, rows (counted with the head as 1)
    and column: ``returns.csv:2-131,140:served``."""
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    named = {place for output in outputs for place in _row_references(output.get("data", {}))}
    return {place: _rows_at(place, data) for place in sorted(named)}


def _row_references(record: Any) -> Iterator[str]:
    """The references to many rows (those with a number of ``rows``) in a record, at any depth, with repetitions."""
    if isinstance(record, dict):
        if record.get("data") and isinstance(record.get("rows"), int):
            yield str(record["data"])
        for part in record.values():
            yield from _row_references(part)
    elif isinstance(record, list):
        for part in record:
            yield from _row_references(part)


def _rows_at(place: str, data: Path) -> Rows:
    """The header and the rows of a table that a reference names (``returns.csv:2-131,140:served``), all columns but
    that of caveats, which pages state in full."""
    name, ranges, _ = place.split(":")
    head, *rows = csv.reader(io.StringIO((data / name).read_text(encoding="utf-8-sig"), newline=""))
    columns = [column for column, title in enumerate(head) if title != "caveats"]
    spans = (part.partition("-") for part in ranges.split(","))  # of rows counted with the head as 1
    body = [row for first, _, last in spans for row in rows[int(first) - 2 : int(last or first) - 1]]
    return [[row[column] for column in columns] for row in (head, *body)]
