"""Read data/ and check it against its one contract, ``data/datapackage.json``.

Frictionless checks types, patterns, enumerations, keys and foreign keys. The short checks here are for what
it lets through: encodings, cut last lines, sniffed delimiters, padded cells, NaN and INF, references inside a
cell, the order of a period, figures given twice.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from ..language import date_of, is_reversed
from ..problems import InputError, Problem, controls, in_order, listed, nearest, quoted, refuse
from ..problems.foreign import BYTE_ORDER_MARK, decode, parse_rows, position, read_bytes, read_json
from ..problems.inside import PACKAGE
from . import agreement
from .contract import CONTRACT, check_contract_file, fields_of, keys_of, project_contract, weaker
from .figure_columns import ids_of, marked

__all__ = ["CONTRACT", "InputError", "Problem", "Row", "Tables", "check", "find_data"]

Row = dict[str, str]
FOLDER = "EVALUATION_DATA"
MOST_BYTES = 5_000_000  # frictionless reads about a megabyte in four seconds
MOST_LINES = 20  # problems told of one column: a wrong column is one cause


def find_data() -> Path:
    """The data folder: EVALUATION_DATA, else the first data/ with a contract at or above the working folder,
    else the one beside the package."""
    if os.environ.get(FOLDER):
        return Path(os.environ[FOLDER])
    here = Path.cwd()
    places = [folder / "data" for folder in (here, *here.parents, PACKAGE.parent)]
    return next((place for place in places if (place / CONTRACT).is_file()), places[-1])


class Tables:
    """The tables of one data folder, each read once, as rows of text."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or find_data()
        self._rows: dict[str, list[Row]] = {}

    @cached_property
    def contract(self) -> dict[str, Any]:
        """The folder's contract. Raises InputError with all that is wrong with it."""
        path = self.folder / CONTRACT
        found = read_json(path, "a folder with the data contract, datapackage.json")
        if problems := list(check_contract_file(path, found, RULES)):
            raise InputError(problems)
        return dict(found)

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        return {resource["name"]: resource for resource in self.contract["resources"]}

    def resource(self, name: str) -> dict[str, Any]:
        """A table's contract. Raises InputError for a table that the folder has not."""
        if name not in self.resources:
            found = f"no table {name}{nearest(name, self.resources)}"
            raise refuse(self.folder / CONTRACT, "-", "resources", found=found, allowed=listed(self.resources))
        return self.resources[name]

    def path(self, name: str) -> Path:
        return self.folder / str(self.resource(name)["path"])

    def rows(self, name: str) -> list[Row]:
        """The rows of one table, every cell as the text it is. Raises InputError where it cannot be read."""
        if name not in self._rows:
            header, *body = read_table(self.path(name), columns_of(self, name))
            self._rows[name] = [dict(zip(header, cells, strict=True)) for cells in body]
        return self._rows[name]

    def keyed(self, name: str) -> dict[str, Row]:
        """The rows of a table by its (single) primary key. Raises InputError where its contract names none."""
        schema = self.resource(name)["schema"]
        if not schema.get("primaryKey"):
            raise refuse(self.folder / CONTRACT, "-", f"{name}.primaryKey", found="none", allowed="a column's name")
        key = keys_of(schema["primaryKey"])[0]
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


def read_table(path: Path, columns: list[str]) -> list[list[str]]:
    """A CSV file's header and rows. Raises InputError with all that is wrong with its bytes, or with its shape."""
    raw = read_bytes(path, "a CSV file", MOST_BYTES)
    if problems := list(check_bytes(path, raw)):
        raise InputError(problems)
    text = decode(path, raw)
    if problems := list(check_separator(str(path), text.split("\n", 1)[0], columns)):
        raise InputError(problems)
    lines = parse_rows(path, text)
    if problems := list(check_shape(str(path), lines, columns)):
        raise InputError(problems)
    return lines


def check_separator(file: str, header: str, columns: list[str]) -> Iterator[Problem]:
    """Whether a file is one of semicolons or tabs, as spreadsheets write them in some countries."""
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if "," not in header and header.count(sign) >= len(columns) - 1 > 0:
            yield Problem(file, 1, found=f"columns separated by {name}", allowed="columns separated by commas")


def check_bytes(path: Path, raw: bytes) -> Iterator[Problem]:
    """What can be told before a file is parsed: empty, not UTF-8 (with the row), cut, a byte-order mark."""
    file = str(path)
    if not raw.strip():
        yield Problem(file, found="an empty file", allowed="a header and rows")
        return
    try:
        decode(path, raw)
    except InputError as error:
        (problem,) = error.problems
        column = column_of_byte(raw, at(raw, problem)) if b"\x00" not in raw else "-"
        yield Problem(file, problem.row, column, problem.found, problem.allowed)
        return
    if raw.startswith(BYTE_ORDER_MARK):
        yield Problem(file, 1, found="a byte-order mark", allowed="UTF-8 without one")
    if b"\x00" in raw:
        yield Problem(file, position(raw, raw.index(b"\x00"))[0], found="a NUL byte", allowed="text")
    if not raw.endswith(b"\n"):
        yield Problem(file, raw.count(b"\n") + 1, found="a last line without its end", allowed="a whole file")


def at(raw: bytes, problem: Problem) -> int:
    """Where in a file the byte of a problem stands, counted from 0."""
    lines = raw.split(b"\n")[: int(problem.row) - 1]
    return sum(len(line) + 1 for line in lines) + int(problem.column) - 1


def column_of_byte(raw: bytes, position: int) -> str:
    """The header of the cell that a byte stands in, found by counting separators outside quotes."""
    header = raw.split(b"\n", 1)[0].decode("latin-1").strip().split(",")
    line = raw[raw.rfind(b"\n", 0, position) + 1 : position].decode("latin-1")
    separators = re.sub(r'"[^"]*("|$)', "", line).count(",")
    return header[separators] if separators < len(header) else "-"


def check(folder: Path | None = None) -> list[Problem]:
    """Every mistake in a data folder, all at once, each with file, row and column; empty where there is none."""
    tables = Tables(folder)
    problems = list(weaker(tables.folder / CONTRACT, tables.contract, project_contract()))
    readable = []
    for name in tables.resources:
        found = refused(lambda name=name: tables.rows(name))  # type: ignore[misc]
        problems += found
        readable += [name] if not found else []
    whole = len(readable) == len(tables.resources)
    for name in readable:
        problems += check_table(tables, name, whole)
    return in_order(few_lines(problems))


def refused(read: Callable[[], Any]) -> list[Problem]:
    """The problems with which a reading is refused; none where it goes well."""
    try:
        read()
    except InputError as error:
        return error.problems
    return []


def check_table(tables: Tables, name: str, whole: bool) -> list[Problem]:
    """What is wrong in a table that can be read; of one cell the first cause. Its references are checked where the
    other tables can be read too."""
    cells = [*check_cells(tables, name), *check_contract(tables, name)]
    first = list({(p.row, p.column): p for p in reversed(cells)}.values())
    for find in (check_keys, check_references, check_figures, check_rules) if whole else ():
        told = {(p.row, p.column) for p in first}
        later = refused_or(lambda find=find: find(tables, name))  # type: ignore[misc]
        first += [p for p in later if (p.row, p.column) not in told]
    return first


def refused_or(find: Callable[[], Iterator[Problem]]) -> list[Problem]:
    """What a check finds, or with what it is refused itself: a table that it needs and that is not there."""
    try:
        return list(find())
    except InputError as error:
        return error.problems


def few_lines(problems: list[Problem]) -> Iterator[Problem]:
    """The first problems of each column, and how many more there are."""
    groups: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in in_order(problems):
        groups[problem.file, problem.column, problem.allowed].append(problem)
    for found in groups.values():
        yield from found[:MOST_LINES]
        if more := found[MOST_LINES:]:
            yield Problem(more[0].file, more[0].row, more[0].column, f"{len(more)} more like these", more[0].allowed)


def columns_of(tables: Tables, name: str) -> list[str]:
    return [field["name"] for field in fields_of(tables.resource(name))]


def check_shape(file: str, lines: list[list[str]], columns: list[str]) -> Iterator[Problem]:
    """Header as declared; each row as wide as the header; at least one row."""
    header, *body = lines
    for column in [c for c in columns if c not in header]:
        yield Problem(file, 1, column, "no such column", ", ".join(columns))
    for column in [c for c in header if c not in columns]:
        yield Problem(file, 1, column or "-", f"an extra column {quoted(column)}{nearest(column, columns)}", "no other")
    for column, times in Counter(header).items():
        if times > 1 and column in columns:
            yield Problem(file, 1, column, "a column twice", "each column once")
    if sorted(header) == sorted(columns) and header != columns:
        yield Problem(file, 1, found="columns in another order", allowed=", ".join(columns))
    if not body:
        yield Problem(file, 2, found="no rows", allowed="at least one row")
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            yield Problem(file, number, found=f"{len(row)} cells", allowed=f"{len(header)} cells")


def check_contract(tables: Tables, name: str) -> list[Problem]:
    """What frictionless finds in one table: types, patterns, enumerations, ranges, required cells, keys."""
    from frictionless import FrictionlessException, Resource, system

    with system.use_context(trusted=True):
        try:
            resource = Resource.from_descriptor(descriptor_of(tables, name), basepath=str(tables.folder))
            return [
                from_frictionless(tables, name, error) for task in resource.validate().tasks for error in task.errors
            ]
        except FrictionlessException as error:
            return [Problem(str(tables.folder / CONTRACT), "-", name, str(error), "a contract that frictionless reads")]


FOR_FRICTIONLESS = ("name", "type", "constraints", "trueValues", "falseValues")


def descriptor_of(tables: Tables, name: str) -> dict[str, Any]:
    """What frictionless is told of a table: no more than it checks. References are checked by `check_keys`, with one
    line for each that is unknown."""
    schema = tables.resource(name)["schema"]
    fields = [{key: field[key] for key in FOR_FRICTIONLESS if key in field} for field in schema["fields"]]
    kept = {key: schema[key] for key in ("primaryKey", "missingValues") if key in schema}
    dialect = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True}
    return {
        "name": name, "path": tables.resource(name)["path"], "format": "csv", "encoding": "utf-8",
        "dialect": dialect, "schema": {"fields": fields} | kept,
    }  # fmt: skip


def from_frictionless(tables: Tables, name: str, error: Any) -> Problem:
    """A frictionless error as a problem, with what the contract allows in that column."""
    column = getattr(error, "field_name", "") or ", ".join(getattr(error, "field_names", None) or []) or "-"
    cell = getattr(error, "cell", "") or ""
    row = getattr(error, "row_number", "-")
    if error.type in ("primary-key", "unique-error"):
        key = quoted(cell) if cell else "a key"
        return Problem(str(tables.path(name)), row, column, f"{key} a second time", "each key once")
    empty = error.type == "constraint-error" and "required" in error.note
    found = quoted(cell) if cell else "an empty cell" if empty else error.note
    return Problem(
        str(tables.path(name)), row, column, found + hint(tables, name, column, cell), allowed_in(tables, name, column)
    )


def hint(tables: Tables, name: str, column: str, cell: str) -> str:
    """The nearest of a column's enumerated values."""
    field = field_of(tables, name, column)
    return nearest(cell, map(str, field.get("constraints", {}).get("enum", ()))) if field and cell else ""


def field_of(tables: Tables, name: str, column: str) -> dict[str, Any] | None:
    return next((field for field in fields_of(tables.resource(name)) if field["name"] == column), None)


def allowed_in(tables: Tables, name: str, column: str) -> str:
    """What a column may hold, in words, read from the contract."""
    field = field_of(tables, name, column)
    if field is None:
        return "what " + CONTRACT + " declares"
    rules = field.get("constraints", {})
    for key in foreign_keys(tables, name):
        if key["fields"] == [column]:
            return listed(known_in(tables, key))
    words = [field["type"]]
    words += ["one of " + listed(rules["enum"])] if "enum" in rules else []
    words += [f"{key} {rules[key]}" for key in ("pattern", "minimum", "maximum") if key in rules]
    words += ["not empty"] if rules.get("required") else []
    return ", ".join(words)


def foreign_keys(tables: Tables, name: str) -> list[dict[str, Any]]:
    """A table's references, columns as lists: ``fields`` refer to ``to`` of the table ``resource``."""
    declared = tables.resource(name)["schema"].get("foreignKeys", [])
    return [
        {
            "fields": keys_of(key["fields"]),
            "resource": key["reference"]["resource"] or name,
            "to": keys_of(key["reference"]["fields"]),
        }
        for key in declared
    ]


def known_in(tables: Tables, key: dict[str, Any]) -> list[str]:
    """What a reference may name; empty where its table cannot be read."""
    try:
        return [" ".join(row[column] for column in key["to"]) for row in tables.rows(key["resource"])]
    except InputError:
        return []


def check_keys(tables: Tables, name: str) -> Iterator[Problem]:
    """References to rows that are not there: one line for each that is unknown, at its first row."""
    for key in foreign_keys(tables, name):
        known = known_in(tables, key)
        cells = [" ".join(row[column] for column in key["fields"]) for row in tables.rows(name)]
        wrong = Counter(cell for cell in cells if cell.strip() and cell not in set(known))
        for cell, times in wrong.items():
            more = f" in {times} rows" if times > 1 else ""
            found = f"{quoted(cell)}{nearest(cell, known)}{more}"
            column = ", ".join(key["fields"])
            yield Problem(str(tables.path(name)), cells.index(cell) + 2, column, found, listed(known))


def check_cells(tables: Tables, name: str) -> Iterator[Problem]:
    """Padded cells, control characters, numbers that a lenient parser would take (NaN, INF, 1e3, 1_000), addresses
    that lead elsewhere than they seem to."""
    for number, row in enumerate(tables.rows(name), start=2):
        for field in fields_of(tables.resource(name)):
            if told := wrong_in(tables, name, field, row[field["name"]]):
                yield Problem(str(tables.path(name)), number, field["name"], *told)


def wrong_in(tables: Tables, name: str, field: dict[str, Any], cell: str) -> tuple[str, str] | None:
    """What is found in a cell and what is allowed; None where frictionless has the last word."""
    if found := controls(cell):
        return f"{found} in {quoted(cell)}", "text without control characters"
    if cell != cell.strip():
        return quoted(cell), "no space around"
    if cell and is_numeric(field) and not is_plain_number(cell):
        return quoted(cell), allowed_in(tables, name, field["name"])
    if cell and is_address(field) and not is_plain_address(cell):
        return quoted(cell), "an address with a host of ASCII letters, without a user"
    if field["name"].endswith("_fr") and (number := re.search(r"\d+ \d{3}\b", cell)):
        return f"{quoted(number[0])}, thousands with a space that can break", "a no-break space"
    return None


def is_numeric(field: dict[str, Any]) -> bool:
    return bool(field.get("decimal") or field.get("figures")) or field["type"] in ("integer", "number")


def is_plain_number(cell: str) -> bool:
    """Digits with at most one sign and one decimal point: no NaN, no INF, no exponent, no grouping, not endless."""
    return len(cell) <= 40 and bool(re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", cell))


def is_address(field: dict[str, Any]) -> bool:
    return str(field.get("constraints", {}).get("pattern", "")).startswith("^https?://")


def is_plain_address(cell: str) -> bool:
    """A web address whose host cannot be taken for another: ASCII (an accented name in its ``xn--`` form), no user."""
    return bool(re.match(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?([/?#]|$)", cell))


def check_references(tables: Tables, name: str) -> Iterator[Problem]:
    """Columns that hold several ids in one cell (``references`` in the contract): each must exist, once."""
    for field in [f for f in fields_of(tables.resource(name)) if "references" in f]:
        target = field["references"]
        known = {row[target["field"]] for row in tables.rows(target["resource"])}
        for number, row in enumerate(tables.rows(name), start=2):
            ids = row[field["name"]].split(target["separator"]) if row[field["name"]] else []
            for unknown in [i for i in ids if i not in known]:
                found = f"{quoted(unknown)}{nearest(unknown, known)}"
                yield Problem(str(tables.path(name)), number, field["name"], found, listed(sorted(known)))
            if len(ids) != len(set(ids)):
                yield Problem(str(tables.path(name)), number, field["name"], "an id twice", "each id once")


def check_figures(tables: Tables, name: str) -> Iterator[Problem]:
    """Ids that the numbers of a table rest on and that are not there: each once, at its first row."""
    seen = set()
    for number, row in enumerate(tables.rows(name), start=2):
        for field in [field for field in marked(tables.resource(name)["schema"]) if row[field["name"]]]:
            for part, table, key in ids_of(field, row):
                known = tables.keyed(table)
                if key in known or (part, key) in seen:
                    continue
                seen.add((part, key))
                found = f"{quoted(key)}{nearest(key, known)}" if key else "an empty cell"
                at_row = number if part in row else None
                yield wrong_id(tables, name, field["name"], at_row, part, found, f"an id of {table}.csv")


def wrong_id(tables: Tables, name: str, field: str, row: int | None, part: str, found: str, allowed: str) -> Problem:
    """An unknown id: in a row, or where ``row`` is None, in the contract's field."""
    if row is None:
        return Problem(str(tables.folder / CONTRACT), "-", f"{name}.{field}.{part}", found, allowed)
    return Problem(str(tables.path(name)), row, part, found, allowed)


def check_rules(tables: Tables, name: str) -> Iterator[Problem]:
    """The contract's named rules (``checks``): each is a function below."""
    repeated = repeated_keys(tables, name)
    for rule in tables.resource(name).get("checks", []):
        for number, column, found, allowed in RULES[rule["check"]](tables, tables.rows(name), rule):
            if not (rule["check"] == "no-duplicate" and number in repeated):
                yield Problem(str(tables.path(name)), number, column, found, allowed)


def repeated_keys(tables: Tables, name: str) -> set[int]:
    """The rows whose key stands in an earlier row: that they are the same otherwise is no second cause."""
    columns, seen, repeated = keys_of(tables.resource(name)["schema"].get("primaryKey", [])), set(), set()
    for number, row in enumerate(tables.rows(name) if columns else [], start=2):
        key = tuple(row[column] for column in columns)
        repeated |= {number} if key in seen else set()
        seen.add(key)
    return repeated


Finding = tuple[int, str, str, str]


def period_order(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A period may not start after its end; a day or month must exist."""
    for number, row in enumerate(rows, start=2):
        start, end = row[rule["start"]], row[rule["end"]]
        try:
            early = is_reversed(start, end)
            for moment in (start, end):
                date_of(moment or "2000")
        except (ValueError, OverflowError):
            yield number, rule["start"], f"{quoted(start)} to {quoted(end)}", "dates that exist"
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
        high, value = row[rule["high"]], row[rule["value"]]
        if (row[rule["bound"]] == "between") != bool(high):
            yield number, rule["high"], quoted(high), "a number with the bound between, else empty"
        elif high and below(high, value):
            yield number, rule["high"], high, f"at least {value}"


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


def rate_fits_count(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A rate per 100,000, as it is rounded, is one that the row's count and the place's population can give. The
    publisher divided by another release of the population: up to ``within`` per cent either way are let pass."""
    people = people_by_place_and_year(tables)
    for number, row in enumerate(rows, start=2):
        count, rate = row[rule["count"]], row[rule["rate"]]
        known = people.get((row["place"], row["year"]))
        if known and is_plain_number(count) and is_plain_number(rate):
            low, high = rates_of(int(Decimal(count)), known, Decimal(str(rule["within"])) / 100)
            half = Decimal(1).scaleb(int(Decimal(rate).as_tuple().exponent)) / 2
            if not (low <= Decimal(rate) + half and Decimal(rate) - half <= high):
                allowed = (
                    f"{low:.2f} to {high:.2f}, by {count} among {' or '.join(map(str, sorted(set(known))))} people"
                )
                yield number, rule["rate"], f"the rate {rate}", allowed


def people_by_place_and_year(tables: Tables) -> dict[tuple[str, str], list[int]]:
    """The populations of each place and year, one a release."""
    people: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in tables.rows("population") if "population" in tables.resources else []:
        if is_plain_number(row["people"]) and Decimal(row["people"]) > 0:
            people[row["place"], row["year"]].append(int(Decimal(row["people"])))
    return people


def rates_of(count: int, people: list[int], margin: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and the highest rate per 100,000 that a count can give, the population not being certain."""
    hundred_thousand = Decimal(100_000)
    return (
        count * hundred_thousand / (max(people) * (1 + margin)),
        count * hundred_thousand / (min(people) * (1 - margin)),
    )


def caveat_when_filled(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A row with something in a column obliges a caveat: a printed rate is a rounded one."""
    for number, row in enumerate(rows, start=2):
        if row[rule["field"]] and rule["caveat"] not in row["caveats"].split():
            yield number, "caveats", f"{rule['field']} {row[rule['field']]} without it", f"the caveat {rule['caveat']}"


def caveat_when_few(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """A row behind which stand fewer events than ``fewer_than`` obliges a caveat. Where only a rate is published and
    the population is in the data, the rate tells how many."""
    people = people_by_place_and_year(tables)
    for number, row in enumerate(rows, start=2):
        events = events_behind(row, rule, people)
        if events is not None and events < rule["fewer_than"] and rule["caveat"] not in row["caveats"].split():
            yield number, "caveats", f"{events} events without it", f"the caveat {rule['caveat']}"


def events_behind(row: Row, rule: dict[str, Any], people: dict[tuple[str, str], list[int]]) -> int | None:
    """A row's count, else what its rate and the smallest population give, in whole events; None where neither can
    be told."""
    if is_plain_number(row[rule["count"]]):
        return int(Decimal(row[rule["count"]]))
    known = people.get((row["place"], row["year"]))
    if known and is_plain_number(row[rule["rate"]]):
        return int(Decimal(row[rule["rate"]]) * min(known) / 100_000)
    return None


# What each rule of a contract is, and what it must be told: columns of its table, and other things.
RULES: dict[str, Callable[[Tables, list[Row], dict[str, Any]], Iterator[Finding]]] = {
    "period-order": period_order,
    "no-duplicate": no_duplicate,
    "high-only-when-between": high_only_when_between,
    "negative-only-when-change": negative_only_when_change,
    "one-of-required": one_of_required,
    "calculated-count": calculated_count,
    "rate-fits-count": rate_fits_count,
    "caveat-when-filled": caveat_when_filled,
    "caveat-when-few": caveat_when_few,
    "required-when": required_when,
    "symmetric": symmetric,
    "other-language": other_language,
    "rests-on": agreement.rests_on,
    "conflicts": agreement.conflicts,
    "copies": agreement.copies,
    "verdicts": agreement.verdicts,
}
