"""One changed cell of data: of every table that a chapter reads, what may stand in a cell tomorrow instead of today.

Words of a row (labels, notes, texts in a language) are left alone, since a page shows them as they are written.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from small import ROOT, Row, executed_here, read_table, write_table
from truth_changes import moved

from evaluation.data.contract import fields_of, key_columns
from evaluation.data.sources import Tables

READ_IN_FULL = re.compile(r'chapter\.frame\("(\w+)"\)')
CITED = re.compile(r'"data": "(\w+)\.csv:(\d+):')
YEAR = re.compile(r"(?:19|20)\d\d")
NUMBERS = ("incidents", "rate_per_100k")  # a count and its rate: with the one the other no longer fits


@dataclass(frozen=True)
class CellChange:
    """Another text in a cell, by the row's number in the file."""

    table: str
    row: int
    column: str
    value: str

    def apply(self, data: Path) -> None:
        path = data / f"{self.table}.csv"
        rows = read_table(path)
        row = rows[self.row - 2]
        rows[self.row - 2] = moved(row, float(self.value)) if self.is_count else row | {self.column: self.value}
        write_table(path, rows)

    @property
    def is_count(self) -> bool:
        return self.column in NUMBERS and self.value != ""

    def __str__(self) -> str:
        return f"{self.table}.csv:{self.row}:{self.column} = {self.value!r}"


def read_by(chapter: str) -> Iterator[tuple[str, int]]:
    """The rows that a chapter reads, by table and number: those whose numbers it records, and those of the tables that
    it takes whole, but for tables of numbers, of which most rows are other chapters'."""
    _, notebook = executed_here(chapter)
    cited = {(table, int(row)) for table, row in CITED.findall(json.dumps(notebook))}
    yield from sorted(cited)
    code = "".join("".join(cell["source"]) for cell in notebook["cells"])
    for table in dict.fromkeys(READ_IN_FULL.findall(code)):
        if table not in {name for name, _ in cited}:
            rows = len(read_table(ROOT / "tests" / "data" / f"{table}.csv"))
            yield from ((table, row) for row in range(2, rows + 2))


def sample(chapter: str, data: Path, count: int) -> list[CellChange]:
    """Changes of cells that a chapter reads, each column of a table as often as another; always the same."""
    chance, tables, by_column = random.Random(chapter), Tables(data), dict[tuple[str, str], list[CellChange]]()
    for table, row in read_by(chapter):
        for change in changes_of(tables, table, row):
            by_column.setdefault((table, change.column), []).append(change)
    columns = sorted(by_column)
    for column in columns:
        chance.shuffle(by_column[column])
    chance.shuffle(columns)
    turns = [change for turn in zip_longest(*(by_column[column] for column in columns)) for change in turn if change]
    return turns[:count]


def changes_of(tables: Tables, table: str, row: int) -> Iterator[CellChange]:
    """The changes of a row's cells."""
    resource, cells = tables.resource(table), tables.rows(table)[row - 2]
    targets = {key["fields"]: key["reference"] for key in resource["schema"].get("foreignKeys", ())}
    for field in fields_of(resource):
        name = field["name"]
        target = targets.get(name) or field.get("references")
        known = [other[key_columns(target["fields"] if "fields" in target else target["field"])[0]]
                 for other in tables.rows(target["resource"] or table)] if target else []  # fmt: skip
        for value in dict.fromkeys(others(field, cells, tables.rows(table), known)):
            if value != cells[name]:
                yield CellChange(table, row, name, value)


def others(field: dict[str, Any], cells: Row, rows: list[Row], known: list[str]) -> Iterator[str]:
    """What may stand in a cell by its column's contract: another id, moment, word or number; nothing where it may be
    empty."""
    text, rules, chance = cells[field["name"]], field.get("constraints", {}), random.Random(str(sorted(cells.items())))
    if field["name"] == "rate_per_100k" and cells["incidents"]:  # which its count bears
        return
    if not rules.get("required") and text and not field["name"].endswith(("_en", "_fr")):
        yield ""
    if known or "enum" in rules:
        alike = [row[field["name"]] for row in rows if row.get("unit") == cells.get("unit")]
        yield chance.choice(known or rules["enum"])
        yield chance.choice(alike)  # one that is of the same unit: a definition that could be meant
    elif field.get("figures") or field.get("decimal"):
        yield from other_numbers(text, [row[field["name"]] for row in rows])
    elif field["type"] == "boolean":
        yield {"true": "false", "false": "true"}[text]
    elif YEAR.match(text):
        year = int(text[:4])
        yield from (f"{year + by}{text[4:]}" for by in (-1, 2) if "/" not in text)
        yield from (f"{year + by}/{int(text[5:]) + by:02d}" for by in (-1, 1) if "/" in text)


def other_numbers(text: str, column: list[str]) -> Iterator[str]:
    """A number up, down, as its neighbour in the column, and none."""
    if not text:
        return
    decimals = len(text.partition(".")[2])
    yield from (f"{to:.{decimals}f}" for to in (float(text) * 1.35 + 1, float(text) * 0.6, 0))
    yield from column[(column.index(text) + 1) % len(column) :][:1]
