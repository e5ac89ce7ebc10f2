"""The rules of a release, ``returns.yml``: which columns of the returns are read, which tables are published, and how
they are protected. Unknown keys are refused, with the nearest known one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import prod
from pathlib import Path
from typing import Any

import yaml

from ..language import LANGUAGES, is_moment
from ..language.placeholders import typed_number
from ..problems import listed, nearest, quoted, refuse
from ..problems.foreign import check_shape, read_yaml

BASE = 20  # a lower one needs a reason; after the group sizes of Ontario's De-Identification Guidelines
MOST_COLUMNS, MOST_ATOMS = 6, 20_000
ORGANIZATION, YEAR, PEOPLE = "organization", "year", "people"
WISHED, REQUIRED, IGNORED = "wished", "required", "false"
NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = {"all", "ensemble", "total"}  # of margins; a row of returns is of one group
# Codes that are about Indigenous people, who govern what is released of them (OCAP: ownership, control, access,
# possession).
INDIGENOUS = re.compile(r"indigenous|autochtone|first nation|premi[eè]res? nation|inuit|m[eé]tis|aboriginal", re.I)
TEXT = dict.fromkeys(LANGUAGES, str)
SHAPE = {
    "counts": {"definition": str, "unit": str, "place": str},
    "source": {"publisher": TEXT, "title": str, "published": str, "title_language?": str, "licence?": str},
    "columns": dict,
    "within?": dict,
    "base?": str,
    "own_number?": str,
    "why?": TEXT,
    "tables": dict,
    "governed?": {"columns": dict, "agreement?": {"with": str, "date": str, "says": TEXT}},
}


@dataclass(frozen=True)
class Column:
    """A column of the returns, or a coarser level of one: codes and headings in both languages. ``level`` maps each
    code of the ``finer`` column to a code of this one; both are empty for a column of the returns."""

    name: str
    codes: dict[str, dict[str, str]]
    head: dict[str, str]
    finer: str = ""
    level: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """The content of ``returns.yml``. ``tables`` lists the columns of each table, in order."""

    file: Path
    counts: dict[str, str]
    source: dict[str, Any]
    columns: dict[str, Column]
    tables: dict[str, tuple[str, ...]]
    governed: dict[str, Any]
    base: int = BASE
    own_number: str = WISHED
    why: dict[str, str] = field(default_factory=dict)

    @property
    def read(self) -> dict[str, Column]:
        """The columns read from the returns, except the organization."""
        return {name: column for name, column in self.columns.items() if not column.finer}

    def finest(self, name: str) -> str:
        """The column of the returns that a column is, or is a level of."""
        return self.columns[name].finer or name

    def kinds(self) -> list[tuple[str, ...]]:
        """The distinct sets of columns of tables and their margins. A margin keeps the year, so that later years do not
        change it."""
        order = list(self.columns)
        ways = (set(kind) for t in self.tables.values() for n in range(len(t)) for kind in combinations(t, n + 1))
        return list(dict.fromkeys(tuple(sorted(kind, key=order.index)) for kind in ways if YEAR in kind))

    def governed_columns(self, table: Iterable[str]) -> list[str]:
        """The columns of a table that are under a named agreement."""
        governed = {self.finest(name) for name in self.governed.get("columns", {})}
        return [name for name in table if self.finest(name) in governed]


def read_rules(path: Path) -> Rules:
    """Read the rules of a release. Raises InputError, with the place, for unknown, missing or invalid content."""
    root = read_yaml(path, "the rules of a release, returns.yml")
    content = plain(path, root) if root else {}
    check_keys(path, "-", content, SHAPE)
    problems = list(check_shape(content, SHAPE))
    for where, actual, allowed in problems:
        raise refuse(path, "-", where or "-", actual=actual, allowed=allowed)
    columns = dict(columns_of(path, content["columns"]))
    columns |= dict(levels_of(path, content.get("within", {}), columns))
    parts = {key: content.get(key, {}) for key in ("counts", "source", "governed", "why")}
    own_number = content.get("own_number", WISHED).lower()
    tables, base = tables_of(path, content["tables"], columns), base_of(path, content)
    rules = Rules(path, columns=columns, tables=tables, base=base, own_number=own_number, **parts)
    check_protection(rules)
    check_governed(rules)
    return rules


def plain(path: Path, node: yaml.Node) -> Any:
    """A YAML node as dictionaries, lists and texts. Raises InputError for a key that is no text, or stands twice."""
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                row = key.start_mark.line + 1
                raise refuse(path, row, "-", actual="a list or a mapping as a key", allowed="a name")
        pairs = [(str(key.value), plain(path, value), key) for key, value in node.value]
        for place, (name, _, key) in enumerate(pairs):
            if name in [earlier for earlier, *_ in pairs[:place]]:
                row = key.start_mark.line + 1
                raise refuse(path, row, "-", actual=f"the key {quoted(name)} a second time", allowed="each key once")
        return {name: value for name, value, _ in pairs}
    if isinstance(node, yaml.SequenceNode):
        return [plain(path, item) for item in node.value]
    return "" if node.tag.endswith(":null") else str(node.value)


def check_keys(path: Path, where: str, content: Any, known: Iterable[str]) -> None:
    """Raise InputError for a key that the shape does not have, at any level."""
    shape = known if isinstance(known, dict) else dict.fromkeys(known)
    names = {name.rstrip("?"): part for name, part in shape.items()}
    for name, value in content.items() if isinstance(content, dict) else ():
        if name not in names:
            actual = f"the key {quoted(name)}{nearest(name, names)}"
            raise refuse(path, "-", where, actual=actual, allowed=listed(names))
        if isinstance(names[name], dict):
            check_keys(path, name, value, dict(names[name] or {}))


# Columns and their codes


def columns_of(path: Path, columns: dict[str, Any]) -> Iterator[tuple[str, Column]]:
    """The columns with codes. The organization has none; its names are read and never written."""
    for name in (ORGANIZATION, YEAR):
        if name not in columns:
            raise refuse(path, "-", "columns", actual=f"no {name}", allowed=f"the columns {ORGANIZATION} and {YEAR}")
    for name, given in columns.items():
        if not NAME.fullmatch(name) or name == PEOPLE:
            allowed = f"lower-case letters, digits and _, and not {PEOPLE}"
            raise refuse(path, "-", "columns", actual=f"the column {quoted(name)}", allowed=allowed)
        where = f"columns.{name}"
        check_keys(path, where, given, ("en", "fr", "codes"))
        if name == ORGANIZATION:
            continue
        if not isinstance(given, dict) or not given.get("codes"):
            raise refuse(path, "-", where, actual="no codes", allowed="codes, the only values that are read")
        yield name, Column(name, codes_of(path, where, given["codes"]), heads_of(name, given))
    for code in (columns[YEAR] or {}).get("codes", ()):
        if not is_moment(code):
            raise refuse(path, "-", f"columns.{YEAR}", actual=quoted(code), allowed="a year or a fiscal year (2023/24)")


def heads_of(name: str, given: dict[str, str]) -> dict[str, str]:
    """The headings of a column; default: its name."""
    english = name.replace("_", " ")
    return {"en": given.get("en") or english, "fr": given.get("fr") or english}


def codes_of(path: Path, where: str, given: Any) -> dict[str, dict[str, str]]:
    """Codes by their English form, in both languages; codes given as a list are the same in both."""
    pairs = given if isinstance(given, dict) else dict.fromkeys(given)
    codes = {english: {"en": english, "fr": french or english} for english, french in pairs.items()}
    for language in LANGUAGES:
        texts = [code[language].casefold() for code in codes.values()]
        for text in texts:
            if texts.count(text) > 1 or text in RESERVED or not text or text != text.strip():
                allowed = "each code once; none of a total"
                raise refuse(path, "-", where, actual=f"the code {quoted(text)}", allowed=allowed)
    return codes


def levels_of(path: Path, levels: dict[str, Any], columns: dict[str, Column]) -> Iterator[tuple[str, Column]]:
    """The coarser levels of columns, each a map from all codes of the finer column. Raises InputError for a name that
    is taken, and for codes left out or unknown."""
    for name, given in levels.items():
        where = f"within.{name}"
        finer = [key for key in given if key not in ("en", "fr", "codes")] if isinstance(given, dict) else []
        if name in columns or name == ORGANIZATION or not NAME.fullmatch(name):
            raise refuse(path, "-", where, actual="the name of a column", allowed="a new name, of lower-case letters")
        if len(finer) != 1 or finer[0] not in columns or not isinstance(given[finer[0]], dict):
            raise refuse(path, "-", where, actual=listed(finer), allowed=f"one of {listed(columns)}, with its codes")
        level, codes = given[finer[0]], columns[finer[0]].codes
        if wrong := next(iter({*level} ^ {*codes}), None):
            raise refuse(path, "-", where, actual=f"the code {quoted(wrong)}", allowed=f"each of {listed(codes)} once")
        french = {code: codes[code]["fr"] if code in codes else code for code in level.values()}
        given_codes = given.get("codes") or french
        if {*given_codes} != {*level.values()}:
            raise refuse(
                path,
                "-",
                where,
                actual=f"the codes {listed(given_codes)}",
                allowed=listed(dict.fromkeys(level.values())),
            )
        yield name, Column(name, codes_of(path, where, given_codes), heads_of(name, given), finer[0], level)


# Tables


def tables_of(path: Path, tables: dict[str, Any], columns: dict[str, Column]) -> dict[str, tuple[str, ...]]:
    """The columns of each table. Raises InputError for a table without the year, with unknown or too many columns, or
    with a column and a level of it."""
    for name, table in tables.items():
        where = f"tables.{name}"
        if not NAME.fullmatch(name) or name.endswith("_all"):
            raise refuse(
                path, "-", "tables", actual=f"the name {quoted(name)}", allowed="lower-case letters, digits, _"
            )
        if not isinstance(table, list) or YEAR not in table:
            raise refuse(path, "-", where, actual="a table without the year", allowed="a list of columns with the year")
        if unknown := next((column for column in table if column not in columns), None):
            actual = f"the column {quoted(unknown)}{nearest(unknown, columns)}"
            raise refuse(path, "-", where, actual=actual, allowed=listed(columns))
        finest = [columns[column].finer or column for column in table]
        if len(set(finest)) < len(finest):
            raise refuse(path, "-", where, actual="a column with itself or a level of it", allowed="one of the two")
        if len(table) > MOST_COLUMNS:
            raise refuse(path, "-", where, actual=f"{len(table)} columns", allowed=f"at most {MOST_COLUMNS}")
    if not tables:
        raise refuse(path, "-", "tables", actual="no tables", allowed="all that will be published of the returns")
    check_size(path, tables, columns)
    return {name: tuple(table) for name, table in tables.items()}


def check_size(path: Path, tables: dict[str, list[str]], columns: dict[str, Column]) -> None:
    """Raise InputError for more combinations of all used columns than can be rounded as one system."""
    used = {columns[name].finer or name for table in tables.values() for name in table}
    if (atoms := prod(len(columns[name].codes) for name in used)) > MOST_ATOMS:
        most = max(used, key=lambda name: len(columns[name].codes))
        allowed = f"at most {MOST_ATOMS}: fewer columns, or coarser codes of {most}"
        raise refuse(path, "-", "tables", actual=f"{atoms} combinations of {listed(sorted(used))}", allowed=allowed)


# Protection


def base_of(path: Path, content: dict[str, Any]) -> int:
    """The base, that is, the minimal number of possible counts."""
    given = content.get("base", str(BASE))
    if not re.fullmatch(r"[1-9][0-9]{0,2}", given) or int(given) < 2:
        raise refuse(path, "-", "base", actual=quoted(given), allowed="a whole number from 2 to 999")
    return int(given)


def check_protection(rules: Rules) -> None:
    """Raise InputError for a weaker protection without a reason, which every page prints."""
    if rules.own_number not in (WISHED, REQUIRED, IGNORED):
        allowed = f"{WISHED}, {REQUIRED}, or {IGNORED} with a reason under why"
        raise refuse(rules.file, "-", "own_number", actual=quoted(rules.own_number), allowed=allowed)
    weaker = [key for key, is_so in (("base", rules.base < BASE), ("own_number", rules.own_number == IGNORED)) if is_so]
    if weaker and not rules.why:
        allowed = f"the reason under why, in both languages; or base {BASE} and own_number {WISHED}"
        raise refuse(rules.file, "-", weaker[0], actual="a weaker protection without a reason", allowed=allowed)
    if rules.why and not weaker:
        raise refuse(
            rules.file, "-", "why", actual="a reason for nothing", allowed="one with a weaker protection alone"
        )
    check_words(rules.file, "why", rules.why)
    if not is_moment(rules.source["published"]):
        actual = quoted(rules.source["published"])
        raise refuse(rules.file, "-", "source.published", actual=actual, allowed="a year, a month or a day (2026-11)")


def check_words(path: Path, where: str, texts: dict[str, str]) -> None:
    """Raise InputError for a text printed on every page that is empty or contains a number."""
    for language, text in texts.items():
        if not text.strip() or typed_number(text, language):
            raise refuse(path, "-", f"{where}.{language}", actual=quoted(text), allowed="words without a number")


def check_governed(rules: Rules) -> None:
    """Raise InputError for a table with governed codes and no agreement, and for ungoverned codes about Indigenous
    people."""
    governed, agreement = rules.governed.get("columns", {}), rules.governed.get("agreement")
    for name, codes in governed.items():
        known = rules.columns[name].codes if name in rules.columns else {}
        if not isinstance(codes, list) or not codes or not {*codes} <= known.keys():
            actual = f"{name}: {listed(codes) if isinstance(codes, list) else quoted(codes)}"
            raise refuse(rules.file, "-", "governed.columns", actual=actual, allowed="codes of a column, in a list")
    for table, columns in rules.tables.items():
        for name in columns:
            texts = [text for code in rules.columns[rules.finest(name)].codes.values() for text in code.values()]
            if any(map(INDIGENOUS.search, texts)) and not rules.governed_columns([name]):
                allowed = f"{rules.finest(name)} under governed, and the agreement under which it is released"
                raise refuse(rules.file, "-", "governed", actual=f"{name} in {table}, not governed", allowed=allowed)
        if (names := rules.governed_columns(columns)) and not agreement:
            actual, allowed = f"{names[0]} in {table}", "the agreement under which it is released"
            raise refuse(rules.file, "-", "governed", actual=actual, allowed=allowed)
    if agreement:
        check_words(rules.file, "governed.agreement.says", agreement["says"])
        if not agreement["with"].strip() or not is_moment(agreement["date"]):
            raise refuse(rules.file, "-", "governed.agreement", actual="no name or date", allowed="with whom, and when")
