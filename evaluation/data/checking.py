"""Validation of data against their contract: all problems at once, with file, row and column."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..language.formats import is_moment
from ..problems import (
    InputError,
    Problem,
    control_characters,
    has_visible_text,
    listed,
    nearest,
    quoted,
    sorted_problems,
)
from ..problems.imports import FORMATS, without_modules
from .contract import (
    CONTRACT,
    fields_of,
    figure_fields,
    ids_of,
    key_columns,
    merge_with_project,
    project_contract,
    unknown_patterns,
)
from .rules import check_rules, is_plain_number
from .sources import Tables

SEARCHES, LED_TO = "searches", re.compile(r"\]\(#search-([^)]*)\)")
ALIKE = str.maketrans("01|", "oll")  # signs of ASCII that look like letters
DAY = re.compile(r"(19|20)\d{2}-\d{2}-\d{2}", re.ASCII)
MOST_LINES = 6  # problems reported per column: a wrong column is one cause, and a command prints 20 lines at most


def check_data(folder: Path | None = None) -> list[Problem]:
    """The problems of a data folder by its contract, merged with the project's (see `merge_with_project`), each with
    file, row and column; empty for a valid one. In stages, each only if the one before finds nothing: patterns that the
    project does not have; unreadable tables; cells and references; the contract's rules. Repeats are shortened (see
    `shorten_repeats`). Raises InputError for a contract that cannot be read, the folder's or the project's."""
    tables, project = Tables(folder), project_contract()
    if unknown := list(unknown_patterns(tables.contract_file, tables.contract, project)):
        return sorted_problems(unknown)
    tables.contract = merge_with_project(tables.contract, project)
    for find in (check_readable, check_table, check_rules):
        problems: list[Problem] = []
        for name in tables.resources:
            try:
                problems += find(tables, name)
            except InputError as error:  # an unreadable table, or a missing one that a rule needs
                problems += error.problems
        if find is check_rules:  # rules that a wrong cell breaks add nothing to the problem of that cell
            problems = [problem for problem in problems if problem.file != str(tables.contract_file)] or problems
        if problems:
            return sorted_problems(shorten_repeats(problems))
    return []


def check_readable(tables: Tables, table: str) -> list[Problem]:
    """Read a table, for its errors alone: an empty list. Raises InputError for a table that cannot be read."""
    tables.rows(table)
    return []


def check_table(tables: Tables, table: str) -> list[Problem]:
    """The first problem of each of a table's cells, in no order; then those of its references, except in cells that
    have one already."""
    cells = [*check_cells(tables, table), *check_ids(tables, table), *check_contract(tables, table)]
    first = {(p.row, p.column): p for p in reversed(cells)}
    wrong = {(row, key_column) for row, column in first for key_column in column.split(", ")}
    return [*first.values(), *(p for p in check_references(tables, table) if (p.row, p.column) not in wrong)]


def shorten_repeats(problems: list[Problem]) -> Iterator[Problem]:
    """Problems, sorted within each group of the same file, column and allowed content: the first `MOST_LINES` of it,
    and if there are more, one in place of the others with their number."""
    groups: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in sorted_problems(problems):
        groups[problem.file, problem.column, problem.allowed].append(problem)
    for alike in groups.values():
        yield from alike[:MOST_LINES]
        if others := alike[MOST_LINES:]:
            first, actual = others[0], f"{len(others)} more like these"
            yield Problem(first.file, first.row, first.column, actual, first.allowed)


def check_contract(tables: Tables, table: str) -> list[Problem]:
    """The problems that frictionless finds in a table: types, patterns, enumerations, ranges, required cells, keys; a
    contract that it cannot read is one problem. References are left to `check_references`, with one line for each
    unknown id."""
    with without_modules(*FORMATS):
        import jsonschema  # noqa: F401  # which frictionless asks for late
    from frictionless import FrictionlessException, Resource, system

    resource = tables.resource(table)
    schema = {key: part for key, part in resource["schema"].items() if key != "foreignKeys"}
    dialect = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True}
    read = {"name": table, "path": resource["path"], "format": "csv", "encoding": "utf-8", "dialect": dialect}
    with system.use_context(trusted=True):
        try:
            checked = Resource.from_descriptor(read | {"schema": schema}, basepath=str(tables.folder)).validate()
            return [problem_from_frictionless(tables, table, error) for task in checked.tasks for error in task.errors]
        except FrictionlessException as error:
            return [Problem(str(tables.contract_file), "-", table, str(error), "a contract that frictionless reads")]


def problem_from_frictionless(tables: Tables, table: str, error: Any) -> Problem:
    """A frictionless error as a problem, with what the contract allows in its column; of a repeated key its columns."""
    column, cell = getattr(error, "field_name", "") or "-", getattr(error, "cell", "") or ""
    row: Any = getattr(error, "row_number", "-")
    if error.type in ("primary-key", "unique-error"):
        names = key_columns(tables.resource(table)["schema"]["primaryKey"]) if error.type == "primary-key" else [column]
        key = ", ".join(tables.rows(table)[row - 2][key_column] for key_column in names)
        return Problem(str(tables.path(table)), row, ", ".join(names), f"{quoted(key)} a second time", "each key once")
    choices = map(str, _contract_field(tables, table, column).get("constraints", {}).get("enum", ()))
    empty = error.type == "constraint-error" and "required" in error.note
    actual = quoted(cell) + nearest(cell, choices) if cell else "an empty cell" if empty else error.note
    return Problem(str(tables.path(table)), row, column, actual, allowed_in(tables, table, column))


def _contract_field(tables: Tables, table: str, column: str) -> dict[str, Any]:
    """The contract's field for a column; empty for an undeclared one."""
    return next((field for field in fields_of(tables.resource(table)) if field["name"] == column), {})


def allowed_in(tables: Tables, table: str, column: str) -> str:
    """What a column may contain, in words, by the contract: the first ids of the table that it refers to, else its type
    and constraints."""
    field = _contract_field(tables, table, column)
    if not field:
        return "what " + CONTRACT + " declares"
    rules = field.get("constraints", {})
    for key in foreign_keys(tables, table):
        if key["fields"] == [column]:
            return listed(known_values(tables, key))
    words = [field["type"]]
    words += ["one of " + listed(rules["enum"])] if "enum" in rules else []
    words += [f"{key} {rules[key]}" for key in ("pattern", "minimum", "maximum") if key in rules]
    words += ["not empty"] if rules.get("required") else []
    return ", ".join(words)


def foreign_keys(tables: Tables, table: str) -> list[dict[str, Any]]:
    """The foreign keys of a table, each with the keys ``fields`` (its columns), ``resource`` (the table that they refer
    to, which may be itself) and ``to`` (the columns there)."""
    keys = tables.resource(table)["schema"].get("foreignKeys", [])
    return [{"fields": key_columns(key["fields"]), "resource": key["reference"]["resource"] or table,
             "to": key_columns(key["reference"]["fields"])} for key in keys]  # fmt: skip


def known_values(tables: Tables, key: dict[str, Any]) -> list[str]:
    """The values that a foreign key (of `foreign_keys`) may have: those of the rows referred to, in order, several
    columns joined by spaces."""
    return [" ".join(row[column] for column in key["to"]) for row in tables.rows(key["resource"])]


def check_cells(tables: Tables, table: str) -> Iterator[Problem]:
    """A problem for each cell with a mistake that frictionless would accept, its first (see `mistake_in_cell`): control
    or invisible characters, blanks around, a day that does not exist, a number that only a lenient parser reads (NaN,
    1e3, 1_000), or thousands with a plain space in a column that ends in ``_fr``."""
    for number, row in enumerate(tables.rows(table), start=2):
        for field in fields_of(tables.resource(table)):
            if mistake := mistake_in_cell(tables, table, field, row[field["name"]]):
                yield Problem(str(tables.path(table)), number, field["name"], *mistake)


def mistake_in_cell(tables: Tables, table: str, field: dict[str, Any], cell: str) -> tuple[str, str] | None:
    """The first mistake in a cell, and what is allowed; None for a cell without one, or with one that frictionless
    reports. An empty cell has none here."""
    if characters := control_characters(cell):
        return f"{characters} in {quoted(cell)}", "text without control characters"
    if cell != cell.strip():
        return quoted(cell), "no space around"
    if cell and not has_visible_text(cell):
        return f"{cell[:20]!a}, which shows nothing", "a text that can be seen"
    if DAY.fullmatch(cell) and not is_moment(cell):
        return quoted(cell), "a day that exists"
    numeric = field.get("decimal") or field.get("figures") or field["type"] in ("integer", "number")
    if cell and numeric and not is_plain_number(cell):
        return quoted(cell), allowed_in(tables, table, field["name"])
    if field["name"].endswith("_fr") and (number := re.search(r"\d+ \d{3}\b", cell)):
        return f"{quoted(number[0])}, thousands with a space that can break", "a no-break space"
    return None


def check_ids(tables: Tables, table: str) -> Iterator[Problem]:
    """Ids that look the same, the later row reported: differing in case, width or form only, or in 0 and o, 1, | and l;
    and letters of neither language, such as a Cyrillic В in Вridge. Nothing for a key of several columns. For English
    and French Unicode's table of confusables is not needed."""
    key = key_columns(tables.resource(table)["schema"].get("primaryKey", []))
    first_by_look: dict[str, tuple[int, str]] = {}
    for number, row in enumerate(tables.rows(table), start=2) if len(key) == 1 else ():
        cell, place = row[key[0]], (str(tables.path(table)), number, key[0])
        look = unicodedata.normalize("NFKC", cell).casefold().translate(ALIKE)
        before, other = first_by_look.setdefault(look, (number, cell))
        plain = "".join(c for c in unicodedata.normalize("NFD", cell) if not unicodedata.combining(c))
        if other != cell:
            yield Problem(
                *place, f"{quoted(cell)}, which looks like {quoted(other)} in row {before}", "ids unlike others"
            )
        elif foreign := [c for c in plain if c.isalnum() and not c.isascii() and c not in "œæŒÆ"]:
            yield Problem(*place, f"{foreign[0]!a} in {quoted(cell)}", "letters and digits of English and French")


class Reference(NamedTuple):
    """An id that must refer to a row."""

    row: int | None  # the line of its table's file, None for the contract's own
    column: str
    id: str
    known: Collection[str]  # the ids of the rows
    allowed: str = ""  # in words; empty: the known ids


def check_references(tables: Tables, table: str) -> Iterator[Problem]:
    """The problems of ids that refer to no row: one for each id and column, at the first row that has it, with the
    number of rows."""
    wrong: dict[tuple[str, str], dict[Any, tuple[Collection[str], str]]] = defaultdict(dict)
    for row, column, key, known, allowed in references(tables, table):
        if key not in known:
            wrong[column, key].setdefault(row, (known, allowed))
    for (column, key), places in wrong.items():
        row, (known, allowed) = next(iter(places.items()))
        more = f" in {len(places)} rows" if len(places) > 1 and row else ""
        actual = f"{quoted(key)}{nearest(key, known)}{more}" if key else "an empty cell"
        file = tables.path(table) if row else tables.contract_file
        yield Problem(str(file), row or "-", column, actual, allowed or listed(known))


def references(tables: Tables, table: str) -> Iterator[Reference]:
    """All ids that must refer to a row: foreign keys and ids in lists (``references`` in the contract), unless empty;
    all that a filled figure depends on, empty ones too (see `ids_of`); and links to searches in any column."""
    keys = [(key, known_values(tables, key)) for key in foreign_keys(tables, table)]
    searches = tables.rows_by_key(SEARCHES) if SEARCHES in tables.resources else {}
    for field in [field for field in fields_of(tables.resource(table)) if "references" in field]:
        target = field["references"]
        ids = dict.fromkeys(reference[target["field"]] for reference in tables.rows(target["resource"]))
        for number, row in enumerate(tables.rows(table), start=2):
            named = row[field["name"]].split(target["separator"]) if row[field["name"]] else []
            yield from (Reference(number, field["name"], name, ids) for name in named)
    for number, row in enumerate(tables.rows(table), start=2):
        for key, known in keys:
            if (cell := " ".join(row[column] for column in key["fields"])).strip():
                yield Reference(number, ", ".join(key["fields"]), cell, known)
        for field in [field for field in figure_fields(tables.resource(table)["schema"]) if row[field["name"]]]:
            for part, listing, reference in ids_of(field, row):
                line, column = (number, part) if part in row else (None, f"{table}.{field['name']}.{part}")
                yield Reference(line, column, reference, tables.rows_by_key(listing), f"an id of {listing}.csv")
        for column, cell in row.items() if searches else ():
            yield from (
                Reference(number, column, reference, searches, f"an id of {SEARCHES}.csv")
                for reference in LED_TO.findall(cell)
            )
