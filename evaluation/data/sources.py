"""Reader of data/ by its one contract, ``data/datapackage.json``. Frictionless checks types, patterns, enumerations and
keys; the short checks here cover what it accepts: encodings, truncated last lines, sniffed delimiters.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..problems import InputError, Problem, listed, nearest, quoted, refuse
from ..problems.foreign import BYTE_ORDER_MARK, decode, parse_rows, read_bytes
from .contract import CONTRACT, column_names, key_columns, project_folder, read_contract
from .rules import Row

DATA_VARIABLE = "EVALUATION_DATA"
NAMES_TABLE = "names"
MOST_BYTES_OF_TABLE = 5_000_000  # frictionless reads about a megabyte in four seconds


def find_data() -> Path:
    """The data folder in use: EVALUATION_DATA, else the project's (`contract.project_folder`); it may be missing."""
    return Path(os.environ[DATA_VARIABLE]) if os.environ.get(DATA_VARIABLE) else project_folder() / "data"


class TableRow(Row):
    """A row of a table, cells by column. Asked for a column that it has not (``row[column]``), it raises InputError
    with the file, and no KeyError."""

    def __init__(self, cells: Iterable[tuple[str, str]], file: Path):
        super().__init__(cells)
        self.file = file

    def __missing__(self, column: str) -> str:
        """Raises InputError: no such column."""
        raise refuse(self.file, 1, column, actual="no such column", allowed="the columns that pages and rules read")


class RowsByKey(dict[str, Row]):
    """The rows of a table by the ``column`` of its primary key, of equal keys the last. Asked for an unknown key
    (``rows[key]``), it raises InputError with the file and the nearest key, and no KeyError."""

    def __init__(self, rows: list[Row], file: Path, column: str):
        super().__init__((row[column], row) for row in rows)
        self.file, self.column = file, column

    def __missing__(self, key: str) -> Row:
        """Raises InputError: no such key."""
        raise refuse(self.file, "-", self.column, actual=f"no {quoted(key)}{nearest(key, self)}", allowed=listed(self))


class Tables:
    """The tables of a data folder (default: `find_data`) as rows of text, each read at first use and kept."""

    def __init__(self, folder: Path | None = None):
        """Reads nothing yet."""
        self.folder = folder or find_data()
        self._rows: dict[str, list[Row]] = {}
        self._keyed: dict[str, dict[str, Row]] = {}
        self._numbers: dict[str, dict[int, int]] = {}

    @property
    def contract_file(self) -> Path:
        """The path of the contract."""
        return self.folder / CONTRACT

    @cached_property
    def contract(self) -> dict[str, Any]:
        """The content of the contract. Raises InputError if it is missing or invalid."""
        return read_contract(self.contract_file)

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The contract of each table, by name."""
        return {resource["name"]: resource for resource in self.contract["resources"]}

    def resource(self, table: str) -> dict[str, Any]:
        """The contract of a table. Raises InputError for an unknown table."""
        if table not in self.resources:
            actual = f"no table {table}{nearest(table, self.resources)}"
            raise refuse(self.contract_file, "-", "resources", actual=actual, allowed=listed(self.resources))
        return self.resources[table]

    def path(self, table: str) -> Path:
        """The path of a table's file, which may be missing. Raises InputError for an unknown table."""
        return self.folder / str(self.resource(table)["path"])

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, without the header, in order, every cell as text; the same list at each call. Raises
        InputError for an unknown table, and for an unreadable or malformed file."""
        if table not in self._rows:
            resource = self.resource(table)
            empty = bool(resource.get("may_be_empty"))
            header, *body = read_table(self.path(table), column_names(resource), may_be_empty=empty)
            file = self.path(table)
            self._rows[table] = [TableRow(zip(header, cells, strict=True), file) for cells in body]
        return self._rows[table]

    def row_number(self, table: str, row: Row) -> int:
        """The row's number in its file, where the header is row 1; of a copy of a row that of the first equal one.
        Raises ValueError for a row that is not in the table."""
        if table not in self._numbers:
            self._numbers[table] = {id(table_row): number for number, table_row in enumerate(self.rows(table), start=2)}
        return self._numbers[table].get(id(row)) or self.rows(table).index(row) + 2

    def cell_position(self, table: str, row: Row, column: str) -> str:
        """The position of a cell: ``figures.csv:12:value``."""
        return f"{self.resource(table)['path']}:{self.row_number(table, row)}:{column}"

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Official names (of strategies, tables, laws), which texts may contain with their digits and without a record:
        by id, then by language of the data; empty without a table of them."""
        rows = self.rows_by_key(NAMES_TABLE) if NAMES_TABLE in self.resources else {}
        return {
            name: {language: row[f"text_{language}"] for language in LANGUAGES if f"text_{language}" in row}
            for name, row in rows.items()
        }

    def rows_by_key(self, table: str) -> dict[str, Row]:
        """The rows of a table by the first column of its primary key, in order (see `RowsByKey`). Raises InputError for
        an unknown table, and if the contract has no key for it."""
        if table not in self._keyed:
            schema = self.resource(table)["schema"]
            if not schema.get("primaryKey"):
                raise refuse(self.contract_file, "-", f"{table}.primaryKey", actual="none", allowed="a column's name")
            key = key_columns(schema["primaryKey"])[0]
            self._keyed[table] = RowsByKey(self.rows(table), self.path(table), key)
        return self._keyed[table]


def read_table(path: Path, columns: list[str] | None = None, *, may_be_empty: bool = False) -> list[list[str]]:
    """The header, and then the rows, of a CSV file of `MOST_BYTES_OF_TABLE` at most. Raises InputError with all
    problems of its bytes, or of its shape: a header other than ``columns``, in this order (None: any), and no rows
    unless it ``may_be_empty``."""
    raw = read_bytes(path, "a CSV file", MOST_BYTES_OF_TABLE)
    text = decode(path, raw)
    if problems := [*check_bytes(str(path), raw), *check_separator(str(path), text.split("\n", 1)[0], columns)]:
        raise InputError(problems)
    lines = parse_rows(path, text)
    if problems := list(check_rows(str(path), lines, lines[0] if columns is None else columns, may_be_empty)):
        raise InputError(problems)
    return lines


def check_separator(file: str, header: str, columns: list[str] | None) -> Iterator[Problem]:
    """A problem if the header has semicolons or tabs, and no comma, as spreadsheets in some countries write; of a file
    without a contract (``columns`` None) one is enough."""
    least = 1 if columns is None else len(columns) - 1
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if "," not in header and header.count(sign) >= least > 0:
            yield Problem(file, 1, actual=f"columns separated by {name}", allowed="columns separated by commas")


def check_bytes(file: str, raw: bytes) -> Iterator[Problem]:
    """Problems of the bytes before parsing: an empty or truncated file, a byte-order mark."""
    if not raw.strip():
        yield Problem(file, actual="an empty file", allowed="a header and rows")
        return
    if raw.startswith(BYTE_ORDER_MARK):
        yield Problem(file, 1, actual="a byte-order mark", allowed="UTF-8 without one")
    if not raw.endswith(b"\n"):
        yield Problem(file, raw.count(b"\n") + 1, actual="a last line without its end", allowed="a whole file")


def check_rows(file: str, lines: list[list[str]], columns: list[str], may_be_empty: bool) -> Iterator[Problem]:
    """Problems of the shape: a header other than ``columns`` (missing, further, repeated or in another order), rows of
    another width, no rows (unless it ``may_be_empty``)."""
    header, *body = lines
    for column in [c for c in columns if c not in header]:
        yield Problem(file, 1, column, "no such column", ", ".join(columns))
    for column in [c for c in header if c not in columns]:
        yield Problem(file, 1, column or "-", f"an extra column {quoted(column)}{nearest(column, columns)}", "no other")
    for column, times in Counter(header).items():
        if times > 1 and column in columns:
            yield Problem(file, 1, column, "a column twice", "each column once")
    if sorted(header) == sorted(columns) and header != columns:
        yield Problem(file, 1, actual="columns in another order", allowed=", ".join(columns))
    if not body and not may_be_empty:
        yield Problem(file, 2, actual="no rows", allowed="at least one row")
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            yield Problem(file, number, actual=f"{len(row)} cells", allowed=f"{len(header)} cells")
