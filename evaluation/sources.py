"""Read data/ and check it against its one contract, ``data/datapackage.json``.

Frictionless checks types, patterns, enumerations, keys and foreign keys. The short checks here are for what
it lets through: encodings, cut last lines, sniffed delimiters, padded cells, NaN and INF, references inside a
cell, the order of a period, figures given twice.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

from . import agreement
from .language import date_of, is_reversed

Row = dict[str, str]
CONTRACT = "datapackage.json"
FOLDER = "EVALUATION_DATA"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with an input, for the person who has to mend it."""

    file: str
    row: int | str = "-"
    column: str = "-"
    found: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.row}:{self.column}: found {self.found}; allowed: {self.allowed}"


class InputError(ValueError):
    """An input is not valid. ``problems`` holds every mistake, each with its place."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def find_data() -> Path:
    """The data folder: EVALUATION_DATA, else the first data/ with a contract at or above the working folder,
    else the one beside the package."""
    if os.environ.get(FOLDER):
        return Path(os.environ[FOLDER])
    here = Path.cwd()
    places = [folder / "data" for folder in (here, *here.parents, Path(__file__).parent.parent)]
    return next((place for place in places if (place / CONTRACT).is_file()), places[-1])


class Tables:
    """The tables of one data folder, each read once, as rows of text."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or find_data()
        self._rows: dict[str, list[Row]] = {}

    @cached_property
    def contract(self) -> dict[str, Any]:
        path = self.folder / CONTRACT
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InputError([Problem(str(path), found="no such file", allowed="the data contract")]) from None
        except ValueError as error:
            raise InputError([Problem(str(path), found=f"unreadable JSON ({error})", allowed="JSON")]) from None

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        return {resource["name"]: resource for resource in self.contract["resources"]}

    def path(self, name: str) -> Path:
        return self.folder / self.resources[name]["path"]

    def rows(self, name: str) -> list[Row]:
        """The rows of one table, every cell as the text it is. Raises InputError where it cannot be read."""
        if name not in self._rows:
            text = read_text(self.path(name))
            self._rows[name] = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        return self._rows[name]

    def keyed(self, name: str) -> dict[str, Row]:
        """The rows of a table by its (single) primary key."""
        declared = self.resources[name]["schema"]["primaryKey"]
        key = declared if isinstance(declared, str) else declared[0]
        return {row[key]: row for row in self.rows(name)}

    def frame(self, name: str) -> Any:
        """A table as a pandas data frame with the contract's types, for a researcher at work."""
        import pandas

        kinds = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}
        fields = self.resources[name]["schema"]["fields"]
        frame = pandas.DataFrame(self.rows(name), columns=[field["name"] for field in fields])
        for field in fields:
            cells = frame[field["name"]].where(frame[field["name"]] != "", None)
            if field["type"] == "boolean":
                cells = cells.map({"true": True, "false": False})
            elif field.get("decimal") or field["type"] in kinds:
                cells = pandas.to_numeric(cells)
            frame[field["name"]] = cells.astype(kinds.get(field["type"], cells.dtype))
        return frame


def read_text(path: Path) -> str:
    """A CSV file as text. Raises InputError for a missing file, a wrong encoding or a cut last line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError([Problem(str(path), found=error.strerror or "unreadable", allowed="a CSV file")]) from None
    problems = list(check_bytes(str(path), raw))
    if problems:
        raise InputError(problems)
    return raw.decode("utf-8")


def check_bytes(file: str, raw: bytes) -> Iterator[Problem]:
    """What can be told before a file is parsed: empty, not UTF-8 (with the row), cut, a byte-order mark."""
    if not raw.strip():
        yield Problem(file, found="an empty file", allowed="a header and rows")
        return
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        column = column_of_byte(raw, error.start)
        yield Problem(file, row, column, f"the byte 0x{raw[error.start]:02X}", "UTF-8 (this looks like Windows-1252)")
        return
    if raw.startswith(b"\xef\xbb\xbf"):
        yield Problem(file, 1, found="a byte-order mark", allowed="UTF-8 without one")
    if b"\x00" in raw:
        yield Problem(file, raw[: raw.index(b"\x00")].count(b"\n") + 1, found="a NUL byte", allowed="text")
    if not raw.endswith(b"\n"):
        yield Problem(file, raw.count(b"\n") + 1, found="a last line without its end", allowed="a whole file")


def column_of_byte(raw: bytes, position: int) -> str:
    """The header of the cell that a byte stands in, found by counting separators outside quotes."""
    header = raw.split(b"\n", 1)[0].decode("latin-1").strip().split(",")
    line = raw[raw.rfind(b"\n", 0, position) + 1 : position].decode("latin-1")
    cells = next(csv.reader([line + "x"]), [""])
    return header[len(cells) - 1] if len(cells) <= len(header) else "-"


def check(folder: Path | None = None) -> list[Problem]:
    """Every mistake in a data folder, all at once, each with file, row and column; empty where there is none."""
    tables = Tables(folder)
    problems: list[Problem] = []
    readable = []
    for name in tables.resources:
        found = list(check_file(tables, name))
        problems += found
        readable += [name] if not found else []
    whole = len(readable) == len(tables.resources)
    problems += check_contract(tables, readable)
    for name in readable:
        problems += check_cells(tables, name)
        problems += check_references(tables, name) if whole else []
        problems += check_rules(tables, name)
    return sorted(set(problems), key=str)


def check_file(tables: Tables, name: str) -> Iterator[Problem]:
    """Whether a file can be read as the table that the contract describes, header and width of rows included."""
    path = tables.path(name)
    if not path.is_file():
        yield Problem(str(path), found="no such file", allowed=f"the table {name} of {CONTRACT}")
        return
    raw = path.read_bytes()
    broken = list(check_bytes(str(path), raw))
    yield from broken
    if not broken:
        yield from check_shape(str(path), raw.decode("utf-8"), columns_of(tables, name))


def columns_of(tables: Tables, name: str) -> list[str]:
    return [field["name"] for field in tables.resources[name]["schema"]["fields"]]


def check_shape(file: str, text: str, columns: list[str]) -> Iterator[Problem]:
    """Header as declared; each row as wide as the header; at least one row."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        yield Problem(file, text.count("\n"), found=f"broken quoting ({error})", allowed="RFC 4180")
        return
    header, *body = lines
    for column in [c for c in columns if c not in header]:
        yield Problem(file, 1, column, "no such column", ", ".join(columns))
    for column in [c for c in header if c not in columns]:
        yield Problem(file, 1, column or "-", f"an extra column {column!r}", ", ".join(columns))
    if sorted(header) == sorted(columns) and header != columns:
        yield Problem(file, 1, found="columns in another order", allowed=", ".join(columns))
    if not body:
        yield Problem(file, 2, found="no rows", allowed="at least one row")
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            yield Problem(file, number, found=f"{len(row)} cells", allowed=f"{len(header)} cells")


def check_contract(tables: Tables, names: list[str]) -> list[Problem]:
    """What frictionless finds: types, patterns, enumerations, ranges, required cells, primary and foreign keys."""
    from frictionless import Package, Resource, system

    problems: list[Problem] = []
    with system.use_context(trusted=True):
        package = Package.from_descriptor(tables.contract | {"resources": []}, basepath=str(tables.folder))
        whole = len(names) == len(tables.resources)
        for descriptor in [tables.resources[name] for name in tables.resources if name in names]:
            resource = descriptor if whole else without_foreign_keys(descriptor)
            package.add_resource(Resource.from_descriptor(resource, basepath=str(tables.folder)))
        for task in package.validate().tasks:
            problems += [from_frictionless(tables, task.name, error) for error in task.errors]
    return problems


def without_foreign_keys(descriptor: dict[str, Any]) -> dict[str, Any]:
    """A table's contract where another table cannot be read: its references are checked when all can be."""
    schema = {key: value for key, value in descriptor["schema"].items() if key != "foreignKeys"}
    return descriptor | {"schema": schema}


def from_frictionless(tables: Tables, name: str, error: Any) -> Problem:
    """A frictionless error as a problem, with what the contract allows in that column."""
    column = getattr(error, "field_name", "") or ", ".join(getattr(error, "field_names", None) or []) or "-"
    cell = getattr(error, "cell", "") or ""
    found = repr(cell) if cell else error.note
    if error.type in ("primary-key", "unique-error"):
        return Problem(str(tables.path(name)), error.row_number, column, f"{found} a second time", "each key once")
    return Problem(
        str(tables.path(name)),
        getattr(error, "row_number", "-"),
        column,
        found,
        allowed_in(tables, name, column),
    )


def allowed_in(tables: Tables, name: str, column: str) -> str:
    """What a column may hold, in words, read from the contract."""
    schema = tables.resources[name]["schema"]
    field = next((f for f in schema["fields"] if f["name"] == column), None)
    if field is None:
        return "what " + CONTRACT + " declares"
    rules = field.get("constraints", {})
    words = [field["type"]]
    words += ["one of " + ", ".join(map(str, rules["enum"]))] if "enum" in rules else []
    words += [f"{key} {rules[key]}" for key in ("pattern", "minimum", "maximum") if key in rules]
    words += ["not empty"] if rules.get("required") else []
    words += [
        f"a known {key['reference']['fields']}" for key in schema.get("foreignKeys", []) if column in key["fields"]
    ]
    return ", ".join(words)


def check_cells(tables: Tables, name: str) -> Iterator[Problem]:
    """Padded cells, control characters, and numbers that a lenient parser would take (NaN, INF, 1e3, 1_000)."""
    fields = tables.resources[name]["schema"]["fields"]
    for number, row in enumerate(tables.rows(name), start=2):
        for field in fields:
            cell = row[field["name"]]
            if cell != cell.strip() or any(ord(c) < 32 for c in cell):
                yield Problem(str(tables.path(name)), number, field["name"], repr(cell), "no space around, no control")
            elif cell and is_numeric(field) and not is_plain_number(cell):
                yield Problem(
                    str(tables.path(name)),
                    number,
                    field["name"],
                    repr(cell),
                    allowed_in(tables, name, field["name"]),
                )


def is_numeric(field: dict[str, Any]) -> bool:
    return bool(field.get("decimal")) or field["type"] in ("integer", "number")


def is_plain_number(cell: str) -> bool:
    """Digits with at most one sign and one decimal point: no NaN, no INF, no exponent, no grouping."""
    try:
        return Decimal(cell).is_finite() and set(cell) <= set("0123456789.-")
    except InvalidOperation:
        return False


def check_references(tables: Tables, name: str) -> Iterator[Problem]:
    """Columns that hold several ids in one cell (``references`` in the contract): each must exist, once."""
    for field in [f for f in tables.resources[name]["schema"]["fields"] if "references" in f]:
        target = field["references"]
        known = {row[target["field"]] for row in tables.rows(target["resource"])}
        for number, row in enumerate(tables.rows(name), start=2):
            ids = row[field["name"]].split(target["separator"]) if row[field["name"]] else []
            for unknown in [i for i in ids if i not in known]:
                allowed = f"a known {target['field']} of {target['resource']}"
                yield Problem(str(tables.path(name)), number, field["name"], repr(unknown), allowed)
            if len(ids) != len(set(ids)):
                yield Problem(str(tables.path(name)), number, field["name"], "an id twice", "each id once")


def check_rules(tables: Tables, name: str) -> Iterator[Problem]:
    """The contract's named rules (``checks``): each is a function below."""
    for rule in tables.resources[name].get("checks", []):
        for number, column, found, allowed in RULES[rule["check"]](tables, tables.rows(name), rule):
            yield Problem(str(tables.path(name)), number, column, found, allowed)


Finding = tuple[int, str, str, str]


def period_order(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A period may not start after its end; a day or month must exist."""
    for number, row in enumerate(rows, start=2):
        start, end = row[rule["start"]], row[rule["end"]]
        try:
            early = is_reversed(start, end)
            for moment in (start, end):
                date_of(moment or "2000")
        except ValueError:
            yield number, rule["start"], f"{start!r} to {end!r}", "dates that exist"
            continue
        if early:
            yield number, rule["start"], f"{start} after {end}", "a period that starts before it ends"


def no_duplicate(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """No two rows may agree in all the named columns."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        key = tuple(row[field] for field in rule["fields"])
        if key in seen:
            yield number, rule["fields"][0], f"the same as row {seen[key]}", "each figure once"
        seen.setdefault(key, number)


def high_only_when_between(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """An upper end stands with the bound ``between``, is there then, and is not below the lower end."""
    for number, row in enumerate(rows, start=2):
        if (row["bound"] == "between") != bool(row["high"]):
            yield number, "high", repr(row["high"]), "a number with the bound between, else empty"
        elif row["high"] and below(row["high"], row["value"]):
            yield number, "high", row["high"], f"at least {row['value']}"


def below(one: str, other: str) -> bool:
    return is_plain_number(one) and is_plain_number(other) and Decimal(one) < Decimal(other)


def negative_only_when_change(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """Counts, amounts, rates and shares are never below zero; only a definition that measures a change may be."""
    changes = {row["definition"] for row in tables.rows("definitions") if row["measure"] == "change"}
    for number, row in enumerate(rows, start=2):
        if row[rule["field"]].startswith("-") and row["definition"] not in changes:
            yield number, rule["field"], row[rule["field"]], "zero or more"


def one_of_required(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """At least one of the named columns is filled."""
    for number, row in enumerate(rows, start=2):
        if not any(row[field] for field in rule["fields"]):
            yield number, rule["fields"][0], "empty cells", "one of " + ", ".join(rule["fields"])


def calculated_count(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A count that the caveat calls worked out from a printed rate stands beside that rate."""
    for number, row in enumerate(rows, start=2):
        if rule["caveat"] in row["caveats"].split():
            for column in [c for c in ("incidents", "rate_per_100k") if not row[c]]:
                yield number, column, "an empty cell", f"a number where the caveat is {rule['caveat']}"


def required_when(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A column is filled where other columns have the named values."""
    for number, row in enumerate(rows, start=2):
        if all(row[column] == value for column, value in rule["when"].items()) and not row[rule["field"]]:
            when = " and ".join(f"{column} is {value}" for column, value in rule["when"].items())
            yield number, rule["field"], "an empty cell", f"a text where {when}"


def other_language(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """An edition is in another language than the publication that its key names."""
    read_in = {row["source"]: row[rule["language"]] for row in tables.rows(rule["table"])}
    for number, row in enumerate(rows, start=2):
        if row["language"] == read_in.get(row["source"]):
            yield number, "language", repr(row["language"]), "the language that the numbers were not read in"


def symmetric(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """What one row refers to refers back: a conflict has two sides."""
    key = next(iter(rows[0]))
    named = {row[key]: row[rule["field"]].split() for row in rows}
    for number, row in enumerate(rows, start=2):
        for other in [o for o in named[row[key]] if row[key] not in named.get(o, [row[key]])]:
            yield (
                number,
                rule["field"],
                f"{other!r}, which does not name {row[key]!r}",
                "conflicts named on both sides",
            )


RULES = {
    "period-order": period_order,
    "no-duplicate": no_duplicate,
    "high-only-when-between": high_only_when_between,
    "negative-only-when-change": negative_only_when_change,
    "one-of-required": one_of_required,
    "calculated-count": calculated_count,
    "required-when": required_when,
    "symmetric": symmetric,
    "other-language": other_language,
    "rests-on": agreement.rests_on,
    "conflicts": agreement.conflicts,
    "copies": agreement.copies,
    "verdicts": agreement.verdicts,
}
