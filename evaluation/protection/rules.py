"""The rules of a release, ``returns.yml``: which columns of the returns are read, which tables are published, and how
they are protected. Unknown keys are refused, with the nearest known one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import prod
from pathlib import Path
from typing import Any

import yaml

from ..language import LANGUAGES
from ..language.formats import is_moment
from ..language.placeholders import typed_number
from ..problems import control_characters, has_visible_text, listed, nearest, quoted, refuse
from ..problems.foreign import check_shape, read_yaml

BASE = 20  # a lower one needs a reason; after the group sizes of Ontario's De-Identification Guidelines
MOST_COLUMNS, MOST_ATOMS = 6, 20_000
ORGANIZATION, YEAR, PEOPLE = "organization", "year", "people"
WISHED, REQUIRED, IGNORED = "wished", "required", "false"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")  # of columns and tables: parts of file names, too
HEADS = {ORGANIZATION: ("organization", "organisme"), PEOPLE: ("people", "personnes")}
WORD, TEXT_LONG = 80, 1_000  # the most characters of a code or a heading, and of a sentence
FORMULA = tuple("=+-@")  # what opens a formula where a spreadsheet opens a CSV file
RESERVED = {"all", "ensemble", "total"}  # of margins; a row of returns is of one group
# Codes that are about Indigenous people, who govern what is released of them (OCAP: ownership, control, access,
# possession).
INDIGENOUS = re.compile(r"indigenous|autochtone|first nation|premi[eè]res? nation|inuit|m[eé]tis|aboriginal", re.I)
TEXT = dict.fromkeys(LANGUAGES, str)
HEADINGS, CODES = {"en?": str, "fr?": str}, ([str], dict)
COLUMN, LEVEL = HEADINGS | {"codes": CODES}, HEADINGS | {"codes?": CODES}
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
    """A column of the returns, or a coarser level of one: ``codes`` (texts by language, by their English form) and
    headings ``head`` by language. ``level`` maps each code of the ``finer`` column to a code of this one; both are
    empty for a column of the returns."""

    name: str
    codes: dict[str, dict[str, str]]
    head: dict[str, str]
    finer: str = ""
    level: dict[str, str] = field(default_factory=dict)

    @cached_property
    def code_by_text(self) -> dict[str, str]:
        """The English form of a code by its text in either language, normalized."""
        return {normalize(text): code for code, texts in self.codes.items() for text in texts.values()}

    @property
    def texts(self) -> list[str]:
        """Its name, then all its headings, then all its codes, in both languages."""
        return [self.name, *self.head.values(), *(text for code in self.codes.values() for text in code.values())]


@dataclass(frozen=True)
class Rules:
    """The content of ``returns.yml``, checked (see `read_rules`). ``columns`` have no organization; ``tables`` lists
    the columns of each table, in order; ``own_number`` is WISHED, REQUIRED or IGNORED."""

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
    def return_columns(self) -> dict[str, Column]:
        """The columns of the returns except the organization: those of ``columns`` that are no level of another."""
        return {name: column for name, column in self.columns.items() if not column.finer}

    def finest_column(self, name: str) -> str:
        """The name of the column of the returns that a column is, or is a level of."""
        return self.columns[name].finer or name

    def kinds(self) -> list[tuple[str, ...]]:
        """The distinct sets of columns of tables and their margins, in the rules' order of columns. Every one has the
        year: a margin over years would change with a later one."""
        order = list(self.columns)
        ways = (set(kind) for t in self.tables.values() for n in range(len(t)) for kind in combinations(t, n + 1))
        return list(dict.fromkeys(tuple(sorted(kind, key=order.index)) for kind in ways if YEAR in kind))

    def governed_columns(self, columns: Iterable[str]) -> list[str]:
        """The governed ones of the columns of a table: those listed under ``governed``, levels of these, and the finer
        columns of listed levels; in the given order."""
        governed = {self.finest_column(name) for name in self.governed.get("columns", {})}
        return [name for name in columns if self.finest_column(name) in governed]


def read_rules(path: Path) -> Rules:
    """Read and check the rules of a release. Raises InputError, with the place, for the first key that is unknown or
    missing, or content that is invalid. The functions below raise it too."""
    root = read_yaml(path, "the rules of a release, returns.yml")
    content = to_plain(path, root) if root else {}
    check_keys(path, "-", content, SHAPE)
    require_shape(path, content, SHAPE)
    columns = dict(read_columns(path, content["columns"]))
    columns |= dict(read_levels(path, content.get("within", {}), columns))
    parts = {key: content.get(key, {}) for key in ("counts", "source", "governed", "why")}
    own_number = content.get("own_number", WISHED).lower()
    tables, base = read_tables(path, content["tables"], columns), read_base(path, content)
    rules = Rules(path, columns=columns, tables=tables, base=base, own_number=own_number, **parts)
    check_heads(rules)
    check_source(rules)
    check_protection(rules)
    check_governed(rules)
    return rules


# Signs that look alike, for comparing texts; None for invisible ones.
SAME_SIGN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u2032`", "'") | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad")
)  # fmt: skip


def require_shape(path: Path, content: Any, shape: Any, where: str = "") -> None:
    """Raise InputError for the first part of the content (of the key ``where``) that has another shape; see
    `check_shape` for shapes."""
    for place, actual, allowed in check_shape(content, shape, where):
        raise refuse(path, "-", place or "-", actual=actual, allowed=allowed)


def normalize(text: str) -> str:
    """A text in the form in which texts are compared: case-folded, accents, apostrophes and hyphens in one form each,
    without invisible characters, with single spaces and none at the ends."""
    plain = unicodedata.normalize("NFKC", text).translate(SAME_SIGN)
    return " ".join(plain.split()).casefold()


def check_text(path: Path, where: str, text: str, most: int = TEXT_LONG) -> None:
    """Raise InputError for a text that is empty or longer than ``most`` characters, has space around it, a line break
    or other invisible characters, or begins as a formula does, which a spreadsheet would compute."""
    if actual := control_characters(text):
        raise refuse(path, "-", where, actual=f"{actual} in {quoted(text)}", allowed="one line of visible characters")
    if not has_visible_text(text) or text != text.strip() or len(text) > most or text.startswith(FORMULA):
        allowed = f"1 to {most} characters, no space around, and no sign of a formula first ({' '.join(FORMULA)})"
        raise refuse(path, "-", where, actual=quoted(text), allowed=allowed)


def to_plain(path: Path, node: yaml.Node) -> Any:
    """A YAML node as dictionaries, lists and texts: numbers and booleans as they are written, null as an empty text.
    Raises InputError, with the row, for a key that is a list or a mapping, or that stands twice."""
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                row = key.start_mark.line + 1
                raise refuse(path, row, "-", actual="a list or a mapping as a key", allowed="a name")
        content: dict[str, Any] = {}
        for key, value in node.value:
            if (name := str(key.value)) in content:
                row = key.start_mark.line + 1
                raise refuse(path, row, "-", actual=f"the key {quoted(name)} a second time", allowed="each key once")
            content[name] = to_plain(path, value)
        return content
    if isinstance(node, yaml.SequenceNode):
        return [to_plain(path, item) for item in node.value]
    return "" if node.tag.endswith(":null") else str(node.value)


def check_keys(path: Path, where: str, content: Any, shape: Mapping[str, Any]) -> None:
    """Raise InputError for the first key that the ``shape`` does not have, in the content (of the key ``where``) and in
    mappings inside it that the shape describes. A missing key, or content that is no mapping, is no error here."""
    names = {name.rstrip("?"): part for name, part in shape.items()}
    for name, value in content.items() if isinstance(content, dict) else ():
        if name not in names:
            actual = f"the key {quoted(name)}{nearest(name, names)}"
            raise refuse(path, "-", where, actual=actual, allowed=listed(names))
        if isinstance(names[name], dict):
            check_keys(path, name, value, names[name])


# Columns and their codes


def read_columns(path: Path, columns: dict[str, Any]) -> Iterator[tuple[str, Column]]:
    """The columns with codes, each after its name; the organization, which has no codes, is checked and left out.
    Raises InputError for a missing column of organizations or years, a name that is not allowed, a column without
    codes, and a code of the year that is no year."""
    for name in (ORGANIZATION, YEAR):
        if name not in columns:
            raise refuse(path, "-", "columns", actual=f"no {name}", allowed=f"the columns {ORGANIZATION} and {YEAR}")
    for name, description in columns.items():
        if not NAME.fullmatch(name) or name == PEOPLE:
            allowed = f"lower-case letters, digits and _, and not {PEOPLE}"
            raise refuse(path, "-", "columns", actual=f"the column {quoted(name)}", allowed=allowed)
        where = f"columns.{name}"
        if name == ORGANIZATION:
            if description:
                allowed = f"nothing: it has no codes, and its headings are {listed(HEADS[name])}"
                raise refuse(path, "-", where, actual="something", allowed=allowed)
            continue
        check_keys(path, where, description, COLUMN)
        if not isinstance(description, dict) or not description.get("codes"):
            raise refuse(path, "-", where, actual="no codes", allowed="codes, the only values that are read")
        require_shape(path, description, COLUMN, where)
        codes = read_codes(path, where, description["codes"])
        yield name, Column(name, codes, read_headings(path, where, name, description))
    check_years(path, columns[YEAR]["codes"])


def check_years(path: Path, years: Any) -> None:
    """Raise InputError unless ``years`` is a list of moments (see `is_moment`) of one length: years beside fiscal years
    would overlap."""
    wrong = (year for year in years if not is_moment(year) or len(year) != len(next(iter(years))))
    if isinstance(years, dict) or (actual := next(wrong, "")):
        actual = "texts by language" if isinstance(years, dict) else quoted(actual)
        allowed = "a list of years, or of fiscal years (2023/24)"
        raise refuse(path, "-", f"columns.{YEAR}", actual=actual, allowed=allowed)


def read_headings(path: Path, where: str, name: str, headings: dict[str, str]) -> dict[str, str]:
    """The headings of the column ``name`` by language: those of ``headings``, its description in the rules, else its
    name with spaces for underscores. Raises InputError for one that is empty, too long or no line of words."""
    heads = {language: headings.get(language, name.replace("_", " ")) for language in LANGUAGES}
    for language, head in heads.items():
        check_text(path, f"{where}.{language}", head, WORD)
    return heads


def check_heads(rules: Rules) -> None:
    """Raise InputError for a column whose name or heading, in either language and normalized, is one of another column,
    the organization and the people included."""
    name_by_heading = {normalize(head): name for name, heads in HEADS.items() for head in heads}
    for name, column in rules.columns.items():
        for head in {normalize(head) for head in (name, *column.head.values())}:
            if (other := name_by_heading.setdefault(head, name)) != name:
                actual, allowed = f"the heading {quoted(head)} of {other} again", "a heading of its own"
                raise refuse(rules.file, "-", f"columns.{name}", actual=actual, allowed=allowed)


def read_codes(path: Path, where: str, codes: Any) -> dict[str, dict[str, str]]:
    """The codes of a column, in both languages, by their English form. ``codes`` maps English to French, or is a list,
    whose codes are the same in both. Raises InputError for a text that is empty, reserved for totals, or shared by two
    codes in any language, since a return may be in either."""
    pairs = list(codes.items()) if isinstance(codes, dict) else [(code, code) for code in codes]
    number_by_text: dict[str, int] = {}
    for number, pair in enumerate(pairs):
        for text in pair:
            if not isinstance(text, str) or not text:
                actual = f"no French text of {quoted(pair[0])}" if pair[0] else "an empty code"
                raise refuse(path, "-", where, actual=actual, allowed="English: French; or a list, alike in both")
            check_text(path, where, text, WORD)
            if normalize(text) in RESERVED or number_by_text.setdefault(normalize(text), number) != number:
                actual, allowed = f"the code {quoted(text)}", "each code once, in all languages; none of a total"
                raise refuse(path, "-", where, actual=actual, allowed=allowed)
    check_letters(path, where, [english for english, _ in pairs])
    return {english: dict(zip(LANGUAGES, (english, french), strict=True)) for english, french in pairs}


def check_letters(path: Path, where: str, codes: list[str]) -> None:
    """Raise InputError for two codes that give numbers one name, in which case and accents are dropped and each run of
    signs and blanks between ASCII letters and digits is ``_``: ``a-b`` is ``a b``, but not ``ab``."""
    named: dict[str, str] = {}
    for code in codes:
        letters = unicodedata.normalize("NFKD", code.casefold()).encode("ascii", "ignore").decode()
        if (other := named.setdefault("_".join(re.findall("[a-z0-9]+", letters)), code)) != code:
            actual, allowed = f"the code {quoted(code)}, like {quoted(other)} but for signs", "other letters or digits"
            raise refuse(path, "-", where, actual=actual, allowed=allowed)


def read_levels(path: Path, levels: dict[str, Any], columns: dict[str, Column]) -> Iterator[tuple[str, Column]]:
    """The coarser levels of columns, each after its name: a map from all codes of the finer column to coarser ones.
    Without ``codes``, the French text of a code is that of the same code of the finer column, or else the code itself.
    Raises InputError for a name that is taken or not allowed, a level of no column or of a level, and codes left out or
    unknown."""
    for name, description in levels.items():
        where = f"within.{name}"
        keys = description if isinstance(description, dict) else ()
        finer = [key for key in keys if key not in ("en", "fr", "codes")]
        if name in (*columns, ORGANIZATION, PEOPLE) or not NAME.fullmatch(name):
            raise refuse(path, "-", where, actual="the name of a column", allowed="a new name, of lower-case letters")
        if len(finer) != 1 or finer[0] not in columns or not isinstance(description[finer[0]], dict):
            raise refuse(path, "-", where, actual=listed(finer), allowed=f"one of {listed(columns)}, with its codes")
        level, codes = description[finer[0]], columns[finer[0]].codes
        require_shape(path, description, LEVEL, where)
        require_shape(path, level, dict.fromkeys(level, str), f"{where}.{finer[0]}")
        if wrong := next(iter({*level} ^ {*codes}), None):
            raise refuse(path, "-", where, actual=f"the code {quoted(wrong)}", allowed=f"each of {listed(codes)} once")
        french = {code: codes[code]["fr"] if code in codes else code for code in level.values()}
        coarse = read_codes(path, where, description.get("codes", french))
        if {*coarse} != {*level.values()}:
            actual, allowed = f"the codes {listed(coarse)}", listed(dict.fromkeys(level.values()))
            raise refuse(path, "-", where, actual=actual, allowed=allowed)
        yield name, Column(name, coarse, read_headings(path, where, name, description), finer[0], level)


# Tables


def read_tables(path: Path, tables: dict[str, Any], columns: dict[str, Column]) -> dict[str, tuple[str, ...]]:
    """The names of the columns of each table, by its name, in the given order. Raises InputError for no tables, a name
    that is not allowed (one that ends in ``_all`` included), a table without the year, with unknown or too many
    columns, or with a column and a level of it, and for tables whose columns have more than MOST_ATOMS combinations of
    codes."""
    for name, table in tables.items():
        where = f"tables.{name}"
        if not NAME.fullmatch(name) or name.endswith("_all"):
            raise refuse(
                path, "-", "tables", actual=f"the name {quoted(name)}", allowed="lower-case letters, digits, _"
            )
        require_shape(path, table, [str], where)
        if YEAR not in table:
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
    """Raise InputError for more than MOST_ATOMS combinations of codes of all columns of the returns that tables use,
    which cannot be rounded as one system."""
    used = {columns[name].finer or name for table in tables.values() for name in table}
    if (atoms := prod(len(columns[name].codes) for name in used)) > MOST_ATOMS:
        most = max(used, key=lambda name: len(columns[name].codes))
        allowed = f"at most {MOST_ATOMS}: fewer columns, or coarser codes of {most}"
        raise refuse(path, "-", "tables", actual=f"{atoms} combinations of {listed(sorted(used))}", allowed=allowed)


# Protection


def read_base(path: Path, content: dict[str, Any]) -> int:
    """The base (the minimal number of possible counts of a group) of the rules' ``content``; BASE without that key.
    Raises InputError unless it is a whole number from 2 to 999."""
    base = content.get("base", str(BASE))
    if not re.fullmatch(r"[1-9][0-9]{0,2}", base) or int(base) < 2:
        raise refuse(path, "-", "base", actual=quoted(base), allowed="a whole number from 2 to 999")
    return int(base)


def check_protection(rules: Rules) -> None:
    """Raise InputError for a weaker protection (a base below BASE, own numbers ignored) without a reason, which every
    page prints; for a reason without one, or one that is unfit as a text; and for an unknown word of ``own_number``."""
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


def check_source(rules: Rules) -> None:
    """Raise InputError for a publisher or title that is empty, too long, of several lines or like a formula, a title in
    an unknown language, and a date of publication that is no moment."""
    source = rules.source
    for language, publisher in source["publisher"].items():
        check_text(rules.file, f"source.publisher.{language}", publisher)
    check_text(rules.file, "source.title", source["title"])
    if (language := source.get("title_language", LANGUAGES[0])) not in LANGUAGES:
        raise refuse(rules.file, "-", "source.title_language", actual=quoted(language), allowed=listed(LANGUAGES))
    if not is_moment(source["published"]):
        actual = quoted(source["published"])
        raise refuse(rules.file, "-", "source.published", actual=actual, allowed="a year, a month or a day (2026-11)")


def check_words(path: Path, where: str, texts: dict[str, str]) -> None:
    """Raise InputError for a text (by language) that is empty, too long, of several lines or like a formula, or
    contains a number: it is printed on every page."""
    for language, text in texts.items():
        check_text(path, f"{where}.{language}", text)
        if typed_number(text, language):
            raise refuse(path, "-", f"{where}.{language}", actual=quoted(text), allowed="words without a number")


def check_governed(rules: Rules) -> None:
    """Raise InputError for a table with governed columns and no agreement, for columns about Indigenous people (by
    their words) that are not governed, and for governed columns or agreements that are not described as they must."""
    governed, agreement = rules.governed.get("columns", {}), rules.governed.get("agreement")
    for name, codes in governed.items():
        column_codes = rules.columns[name].codes if name in rules.columns else {}
        require_shape(rules.file, codes, [str], f"governed.columns.{name}")
        if not codes or not {*codes} <= column_codes.keys():
            actual = f"{name}: {listed(codes)}"
            raise refuse(rules.file, "-", "governed.columns", actual=actual, allowed="codes of a column, in a list")
    for table, columns in rules.tables.items():
        for name in columns:
            texts = [*rules.columns[name].texts, *rules.columns[rules.finest_column(name)].texts]
            if any(map(INDIGENOUS.search, texts)) and not rules.governed_columns([name]):
                allowed = f"{rules.finest_column(name)} under governed, and the agreement under which it is released"
                raise refuse(rules.file, "-", "governed", actual=f"{name} in {table}, not governed", allowed=allowed)
        if (names := rules.governed_columns(columns)) and not agreement:
            actual, allowed = f"{names[0]} in {table}", "the agreement under which it is released"
            raise refuse(rules.file, "-", "governed", actual=actual, allowed=allowed)
    if agreement:
        check_words(rules.file, "governed.agreement.says", agreement["says"])
        if not agreement["with"].strip() or not is_moment(agreement["date"]):
            raise refuse(rules.file, "-", "governed.agreement", actual="no name or date", allowed="with whom, and when")
