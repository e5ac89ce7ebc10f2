"""The contract of a data folder, ``datapackage.json``: its validation, and its combination with the project's."""

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from string import Formatter
from typing import Any

from ..problems import InputError, Problem, listed, nearest, quoted
from ..problems.foreign import TEXTS, Mistakes, check_shape, parse_json, read_text
from ..problems.paths import PACKAGE
from .rules import Row, all_rules, options_of

CONTRACT = "datapackage.json"
MOST_BYTES_OF_CONTRACT = 1_000_000  # eight times the review's own; its parts are held against each other
MOST_MISTAKES = 100  # that are looked for at once, each with the nearest name: who mends reads a fifth of them
# Frictionless itself checks types and constraints of a contract, and their combination.
CONSTRAINTS = {"pattern?": str, "enum?": [(str, int)]} | dict.fromkeys(("minimum?", "maximum?"), int)
FIELD = {
    **dict.fromkeys(("name", "type", "title?", "title_fr?"), str),
    **dict.fromkeys(("unit?", "definition?", "place?", "source?", "sources?", "worked_out_from?"), str),
    **dict.fromkeys(("decimal?", "figures?"), bool),
    "without?": [str],
    "constraints?": CONSTRAINTS | dict.fromkeys(("required?", "unique?"), bool),
    "references?": {"resource": str, "field": str, "separator": str},
}
FOREIGN_KEY = {"fields": TEXTS, "reference": {"resource": str, "fields": TEXTS}}
SCHEMA = {"fields": [FIELD], "primaryKey?": TEXTS, "foreignKeys?": [FOREIGN_KEY], "missingValues?": [str]}
RESOURCE = {"name": str, "path": str, "schema": SCHEMA, "checks?": [{"check": str}], "figure_name?": str}
SHAPE = {"resources": [RESOURCE | {"may_be_empty?": bool}]}
CONFIDENTIAL, STEM = "confidential", "nfiden"  # of each form in both languages; before it letters may look like others
# Its top-level keys: the Data Package standard's, their French, and ours. Any other is refused, since nobody can tell
# whether it was meant to keep the data private.
KEYS = (
    *("profile", "$schema", "name", "id", "title", "title_fr", "description", "description_fr", "homepage", "version"),
    *("created", "licenses", "keywords", "contributors", "sources", "image", CONFIDENTIAL, "resources"),
)
# Options of rules that name a column of the table, or several.
COLUMNS = ("start", "end", "value", "high", "bound", "field", "count", "rate", "fields", "covered_by")
# Properties of every figure, with the tables of their ids.
OF_A_FIGURE = {"unit": "units", "definition": "definitions", "place": "places", "source": "sources"}
PERIODS = (("year", "year"), ("month", "month"), ("period_start", "period_end"))


def key_columns(names: str | list[str]) -> list[str]:
    """A key as a list of columns; the standard allows a single name."""
    return [names] if isinstance(names, str) else list(names)


def fields_of(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The contract's fields of a table (an item of ``resources``), in order, as a new list."""
    return list(resource["schema"]["fields"])


def column_names(resource: dict[str, Any]) -> list[str]:
    """The column names of a table."""
    return [field["name"] for field in fields_of(resource)]


def read_contract(path: Path) -> dict[str, Any]:
    """The contract in the file ``path``, checked. Raises InputError for a file that cannot be read or is no JSON, and
    with up to `MOST_MISTAKES` mistakes of one kind (see `_mistakes_in`), each with its place in the column."""
    allowed = "a folder with the data contract, datapackage.json"
    text = read_text(path, allowed, MOST_BYTES_OF_CONTRACT)
    contract = parse_json(path, text, allowed)
    if mistakes := _mistakes_in(text):
        raise InputError(Problem(str(path), "-", where or "-", *mistake) for where, *mistake in mistakes)
    return dict(contract)


@lru_cache(8)
def _mistakes_in(text: str) -> list[tuple[str, str, str]]:
    """The mistakes in a contract (JSON), each as place, actual and allowed content: of the first kind that has any, of
    top-level keys, shape and meaning. Cached, since a command reads the same contract several times."""
    contract = json.loads(text)
    for wrong in (check_contract_keys(contract), check_shape(contract, SHAPE), check_meaning(contract)):
        if mistakes := list(islice(wrong, MOST_MISTAKES)):
            return mistakes
    return []


def check_contract_keys(contract: Any) -> Mistakes:
    """Unknown top-level keys, `CONFIDENTIAL` with another value than true or false, and a key of any of its forms (see
    `means_confidential`) anywhere below the top; nothing for what is no object."""
    if not isinstance(contract, dict):
        return
    for key in contract:
        if key not in KEYS:
            yield str(key), f"the key {quoted(key)}{nearest(key, KEYS)}", listed(KEYS, len(KEYS))
    if not isinstance(contract.get(CONFIDENTIAL, False), bool):
        yield CONFIDENTIAL, f"a {type(contract[CONFIDENTIAL]).__name__}", "true or false"
    waiting = [(str(key), value) for key, value in contract.items()]
    while waiting:
        where, value = waiting.pop()
        for key, inside in value.items() if isinstance(value, dict) else ():
            if means_confidential(key):
                yield where, f"the key {quoted(key)} inside {where}", f"{CONFIDENTIAL} at the top of the contract alone"
            waiting.append((f"{where}.{key}"[:80], inside))
        waiting += [(where, inside) for inside in value] if isinstance(value, list) else []


@lru_cache(1000)
def means_confidential(key: str) -> bool:
    """Whether a key has the letters of `STEM`, as any form of "confidential" has in either language
    (``confidentielle``, ``is_confidential``), whatever its case, width, blanks and signs that are not seen. Cached.
    Such a key is refused, never guessed."""
    letters = "".join(filter(str.isalpha, unicodedata.normalize("NFKC", key).casefold()))
    return STEM in letters


def check_meaning(contract: dict[str, Any]) -> Mistakes:
    """Mistakes of a contract of the right shape: no tables, repeated or invalid names and paths, and those of each
    table (see `check_schema`, `check_checks`)."""
    tables = {resource["name"]: resource for resource in contract["resources"]}
    if not tables:
        yield "resources", "no tables", "one or more"
    for part in ("name", "path"):
        yield from _duplicates("resources", [resource[part] for resource in contract["resources"]])
    for name, resource in tables.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield "resources", f"the name {quoted(name)}", "lower-case letters, digits and _"
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv", resource["path"]):
            yield f"{name}.path", quoted(resource["path"]), "a CSV file beside the contract, such as places.csv"
        yield from check_schema(name, resource, tables)
        yield from check_checks(name, resource)


def _duplicates(where: str, names: list[str]) -> Mistakes:
    """A mistake at ``where`` for each name that stands more than once."""
    for name, count in Counter(names).items():
        if count > 1:
            yield where, f"{quoted(name)} a second time", "each once"


def check_schema(name: str, resource: dict[str, Any], tables: dict[str, Any]) -> Mistakes:
    """Mistakes of a table's columns (none, repeated, or wrong: see `check_field`, `check_figure_columns`), its keys,
    the columns that its fields name, and its ``figure_name``; ``tables`` are all by name."""
    columns = dict.fromkeys(column_names(resource))  # in which each is found at once, of however many
    if not columns:
        yield f"{name}.fields", "no fields", "one or more"
    yield from _duplicates(f"{name}.fields", column_names(resource))
    for field in fields_of(resource):
        where, named = f"{name}.{field['name']}", [field[k] for k in ("sources", "worked_out_from") if k in field]
        yield from check_field(where, field, tables)
        yield from _unknown_columns(where, named, columns)
    named = []
    try:
        named = [part for _, part, *_ in Formatter().parse(resource.get("figure_name", "")) if part is not None]
    except ValueError as error:
        yield f"{name}.figure_name", f"{quoted(resource['figure_name'])} ({error})", "columns in braces: {place}_{year}"
    yield from _unknown_columns(f"{name}.figure_name", named, [*columns, "unit"])
    units = [field.get("unit", "") for field in figure_fields(resource["schema"])]
    if "figure_name" in resource and len(units) > len(set(units) if "unit" in named else units[:1]):
        allowed = "{unit} in it where units differ, or no figure_name"
        yield f"{name}.figure_name", "one name for several columns of figures", allowed
    yield from _unknown_columns(f"{name}.primaryKey", key_columns(resource["schema"].get("primaryKey", [])), columns)
    for key in resource["schema"].get("foreignKeys", []):
        yield from _unknown_columns(f"{name}.foreignKeys", key_columns(key["fields"]), columns)
        target = key["reference"]
        yield from check_target(
            f"{name}.foreignKeys", target["resource"] or name, key_columns(target["fields"]), tables
        )
    yield from check_figure_columns(name, resource["schema"])


def check_target(where: str, table: str, columns: list[str], tables: dict[str, Any]) -> Mistakes:
    """A mistake at ``where`` for a table that does not exist, or each of its columns that does not."""
    if table not in tables:
        yield where, f"the table {quoted(table)}{nearest(table, tables)}", listed(tables)
    else:
        yield from _unknown_columns(where, columns, column_names(tables[table]))


def check_field(where: str, field: dict[str, Any], tables: dict[str, Any]) -> Mistakes:
    """Mistakes of a column: thousands with a plain space in its French title (which may be missing), a pattern that is
    no regular expression, references to what is no column of ``tables`` (by name) or without a separator."""
    if match := re.search(r"\d+ \d{3}\b", field.get("title_fr", "")):
        yield f"{where}.title_fr", f"{quoted(match[0])}, thousands with a space that can break", "a no-break space"
    pattern = field.get("constraints", {}).get("pattern", "")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        yield f"{where}.pattern", f"{quoted(pattern)} ({error})", "a regular expression"
    if target := field.get("references"):
        yield from check_target(f"{where}.references", target["resource"], [target["field"]], tables)
        if not target["separator"]:
            yield f"{where}.references", "an empty separator", "a sign between ids"


def check_checks(name: str, resource: dict[str, Any]) -> Mistakes:
    """Mistakes of the rules that a table names: unknown ones, wrong options, missing columns."""
    for number, check in enumerate(resource.get("checks", []), start=1):
        where, rule = f"{name}.checks[{number}]", str(check["check"])
        if rule not in all_rules():
            yield where, f"the check {quoted(rule)}{nearest(rule, all_rules())}", listed(all_rules())
            continue
        wrong = list(check_shape(check, options_of(all_rules()[rule]), where))
        yield from wrong
        named = [column for key in COLUMNS if key in check and not wrong for column in key_columns(check[key])]
        named += list(check.get("when", ())) if not wrong else []
        yield from _unknown_columns(where, named, column_names(resource))


def _unknown_columns(where: str, names: list[str], columns: Collection[str]) -> Mistakes:
    """A mistake at ``where`` for each of ``names`` that is no column."""
    for name in names:
        if name not in columns:
            yield where, f"the column {quoted(name)}{nearest(name, columns)}", listed(columns)


# Columns of figures: unit, definition, place and source are a column of the table, or where all rows share one, a
# property of the field (``"unit": "people"``).


def figure_fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a table's ``schema`` that hold figures, in order."""
    return [field for field in schema["fields"] if field.get("figures")]


def check_figure_columns(table: str, schema: dict[str, Any]) -> Mistakes:
    """A mistake for each thing that a table with columns of figures lacks: a unit, definition, place or source of each;
    a period; a key; and one for several such columns beside a column ``bound``, which is that of one alone."""
    columns, figures = {field["name"] for field in schema["fields"]}, figure_fields(schema)
    for field in figures:
        for part in OF_A_FIGURE.keys() - columns - field.keys():
            yield f"{table}.{field['name']}", f"no {part}", f'a column {part}, or "{part}" in the field'
    if figures and not any(columns.issuperset(period) for period in PERIODS):
        yield f"{table}.fields", "no period of its figures", "a column year, month, or period_start and period_end"
    if figures and not schema.get("primaryKey"):
        yield f"{table}.primaryKey", "none beside figures", "the columns that tell one row from another"
    if len(figures) > 1 and "bound" in columns:
        marked_columns = ", ".join(field["name"] for field in figures)
        yield f"{table}.bound", f"a bound beside {marked_columns}", "one column of figures, whose bound it is"


def property_of(field: dict[str, Any], row: Row, part: str) -> str:
    """The unit, definition, place or source (``part``) of a number: its row's, even if empty; without such a column its
    field's default."""
    return row[part] if part in row else str(field[part])


def period_of(row: Row) -> tuple[str, str]:
    """The first and the last year, month or day of a row's period, by the first of `PERIODS` whose columns it has; the
    same for a year or a month; an empty cell gives an empty text. Raises StopIteration for a row without such
    columns."""
    start, end = next(period for period in PERIODS if row.keys() >= set(period))
    return row[start], row[end]


def ids_of(field: dict[str, Any], row: Row) -> Iterator[tuple[str, str, str]]:
    """All ids that a number depends on, each with where it stands (a column, or a property of the field) and the table
    that lists it: (property or column, table, id); the id is empty if its cell is."""
    for part, table in OF_A_FIGURE.items():
        yield part, table, property_of(field, row, part)
    if "bound" in row:
        yield "bound", "bounds", row["bound"]
    if "sources" in field and row[field["sources"]]:
        yield field["sources"], "sources", row[field["sources"]]
    for caveat in row.get("caveats", "").split():
        yield "caveats", "caveats", caveat


# The contract of the project


def is_project(folder: Path) -> bool:
    """Whether a folder has notebooks/, and data/ with a contract, of whatever file type, a broken link too."""
    return os.path.lexists(folder / "data" / CONTRACT) and (folder / "notebooks").is_dir()


def find_project() -> Path | None:
    """The project that contains the working folder: it or the nearest folder above; None if there is none."""
    here = Path.cwd()
    return next(filter(is_project, (here, *here.parents)), None)


def project_folder() -> Path:
    """The project that contains the working folder, or else the folder above the package."""
    return find_project() or PACKAGE.parent


def project_contract() -> dict[str, Any]:
    """The contract in `project_folder`; one without tables if there is none. Raises InputError for one that is
    invalid."""
    path = project_folder() / "data" / CONTRACT
    return read_contract(path) if path.is_file() else {"resources": []}


def unknown_patterns(path: Path, contract: dict[str, Any], project: dict[str, Any]) -> Iterator[Problem]:
    """A problem for each pattern that the project's contract does not have: a foreign regular expression may never
    terminate. Nothing for a project without patterns. ``path`` is the contract's, for messages."""
    allowed = patterns_with_places(project)
    for pattern, where in patterns_with_places(contract).items() if allowed else ():
        if pattern not in allowed:
            known_ones = f"a pattern of the project's contract: {listed(allowed)}"
            yield Problem(str(path), "-", f"{where}.pattern", quoted(pattern), known_ones)


def patterns_with_places(contract: dict[str, Any]) -> dict[str, str]:
    """The place, as ``table.field``, of the last field that has a pattern, by pattern, for all of a contract."""
    fields = [(resource["name"], field) for resource in contract["resources"] for field in fields_of(resource)]
    rules = [(f"{table}.{field['name']}", field.get("constraints", {})) for table, field in fields]
    return {rule["pattern"]: where for where, rule in rules if "pattern" in rule}


def merge_with_project(contract: dict[str, Any], project: dict[str, Any]) -> dict[str, Any]:
    """The contract by which a folder's data are checked: for tables that the project has too, the project's columns,
    keys and rules, plus the folder's additional columns; path and order of columns are the folder's. A table of the
    folder alone stays as it is, one of the project alone is left out."""
    of_project = {resource["name"]: resource for resource in project["resources"]}
    merged = []
    for in_folder in contract["resources"]:
        in_project = of_project.get(in_folder["name"], in_folder)
        fields = {field["name"]: field for resource in (in_folder, in_project) for field in fields_of(resource)}
        merged.append(
            in_project | {"path": in_folder["path"], "schema": in_project["schema"] | {"fields": list(fields.values())}}
        )
    return contract | {"resources": merged}
