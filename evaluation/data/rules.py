"""Rules of a contract across the columns or rows of a table, or across tables."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..language import LANGUAGES
from ..language.comparisons import comparison_word
from ..language.formats import YEARS, is_moment, is_reversed
from ..language.placeholders import typed_number
from ..problems import InputError, Problem, quoted
from . import ADDED

if TYPE_CHECKING:
    from .sources import Tables

Row = dict[str, str]


def is_plain_number(cell: str) -> bool:
    """Whether a cell is ASCII digits, without a leading zero, with at most a minus and a decimal point, of 40
    characters at most: no NaN, INF, plus, exponent or grouping."""
    return len(cell) <= 40 and bool(re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", cell))


def check_rules(tables: Tables, table: str) -> Iterator[Problem]:
    """The violations of the rules that the contract names for a table (``checks``), in their order, each a function
    below. A rule stops at the first cell that it cannot process, which is one problem of the contract. Raises
    InputError for a table that a rule needs and that cannot be read, KeyError for a rule of an unchecked contract."""
    rows = tables.rows(table)
    for place, rule in enumerate(tables.resource(table).get("checks", []), start=1):
        find = all_rules()[rule["check"]]
        try:
            for number, column, actual, allowed in find(tables, rows, **{key: rule[key] for key in options_of(find)}):
                yield Problem(str(tables.path(table)), number, column, actual, allowed)
        except InputError:
            raise
        except (ArithmeticError, LookupError, ValueError):
            where, actual = f"{table}.checks[{place}]", f"the check {rule['check']}, which its cells do not fit"
            yield Problem(str(tables.contract_file), "-", where, actual, "columns and numbers that it reads")


# A violation of a rule: the row in its file (the header is row 1), the column, what stands there, what is allowed.
Finding = tuple[int, str, str, str]


def period_order(tables: Tables, rows: list[Row], *, start: str, end: str) -> Iterator[Finding]:
    """A period must not start after its end, and its days and months must exist; empty cells pass."""
    for number, row in enumerate(rows, start=2):
        first, last = row[start], row[end]
        if not all(map(is_moment, filter(None, (first, last)))):
            yield number, start, f"{quoted(first)} to {quoted(last)}", "dates that exist"
        elif is_reversed(first, last):
            yield number, start, f"{first} after {last}", "a period that starts before it ends"


def no_duplicate(tables: Tables, rows: list[Row], *, fields: list[str]) -> Iterator[Finding]:
    """Rows must differ in the named columns together; the later one is reported."""
    first_rows: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        key = tuple(row[field] for field in fields)
        if key in first_rows:
            yield number, fields[0], f"the same as row {first_rows[key]}", "each figure once"
        first_rows.setdefault(key, number)


def high_only_when_between(tables: Tables, rows: list[Row], *, value: str, high: str, bound: str) -> Iterator[Finding]:
    """An upper end (``high``) stands with the bound ``between``, and only there; it is not below ``value``."""
    for number, row in enumerate(rows, start=2):
        upper, lower = row[high], row[value]
        if (row[bound] == "between") != bool(upper):
            yield number, high, quoted(upper), "a number with the bound between, else empty"
        elif upper and Decimal(upper) < Decimal(lower):
            yield number, high, upper, f"at least {lower}"


def negative_only_when_change(tables: Tables, rows: list[Row], *, field: str) -> Iterator[Finding]:
    """The number in the column ``field`` must not be negative (no count, amount, rate or share is), unless its
    definition measures a change."""
    changes = {row["definition"] for row in tables.rows("definitions") if row["measure"] == "change"}
    for number, row in enumerate(rows, start=2):
        if row[field].startswith("-") and row["definition"] not in changes:
            yield number, field, row[field], "zero or more"


def _has_values(row: Row, when: Mapping[str, str]) -> bool:
    """Whether a row has all values of ``when``, by column: each as one of the cell's words, or as an empty cell if the
    value is empty."""
    return all(value in row[column].split() if value else not row[column] for column, value in when.items())


def condition_in_words(when: Mapping[str, str]) -> str:
    """The required values of a row, for a message: "kind is people and unit is empty"."""
    return " and ".join(f"{column} is {value or 'empty'}" for column, value in when.items())


def row_needed(tables: Tables, rows: list[Row], *, when: dict[str, str], filled: str) -> Iterator[Finding]:
    """A row with these values, and a cell in the column ``filled``, must exist: chapters need it. Else one violation,
    at the header."""
    for row in rows:
        if _has_values(row, when) and row[filled]:
            return
    yield 1, filled, f"no row where {condition_in_words(when)}", "one at least"


def required_when(tables: Tables, rows: list[Row], *, field: str, when: dict[str, str]) -> Iterator[Finding]:
    """The column ``field`` must be filled where a row has these values by column (see `_has_values`)."""
    for number, row in enumerate(rows, start=2):
        if _has_values(row, when) and not row[field]:
            yield number, field, "an empty cell", f"a text or number where {condition_in_words(when)}"


def other_language(tables: Tables, rows: list[Row], *, table: str, language: str) -> Iterator[Finding]:
    """A row's language (of an edition) must not be the one in which its source was read: the column ``language`` of
    ``table``, by the column source of both."""
    read_in = {row["source"]: row[language] for row in tables.rows(table)}
    for number, row in enumerate(rows, start=2):
        if row["language"] == read_in.get(row["source"]):
            yield number, "language", repr(row["language"]), "the language that the numbers were not read in"


def symmetric(tables: Tables, rows: list[Row], *, field: str) -> Iterator[Finding]:
    """Rows that the ``field`` of one names, by ids (the first column) separated by spaces, name it too: a conflict has
    two sides. Ids that are no rows are passed over."""
    key = next(iter(rows[0]), "") if rows else ""
    named = {row[key]: row[field].split() for row in rows}
    for number, row in enumerate(rows, start=2):
        for other in [o for o in named[row[key]] if row[key] not in named.get(o, [row[key]])]:
            actual = f"{other!r}, which does not name {row[key]!r}"
            yield number, field, actual, "conflicts named on both sides"


def rate_fits_count(tables: Tables, rows: list[Row], *, count: str, rate: str, within: int) -> Iterator[Finding]:
    """A rounded rate per 100,000 must be that of the row's count in the place's population or, if that is unknown, not
    below that of the count in the containing place's population; a row without a rate, count or population passes. The
    publisher may have used another release of the population: deviations up to ``within`` per cent either way are
    accepted."""
    people, margin = people_by_place_and_year(tables), Decimal(str(within)) / 100
    places = tables.rows("places") if people else []
    around = {row["place"]: row.get("within", "") for row in places}
    for number, row in enumerate(rows, start=2):
        reports, printed = row[count], row[rate]
        exact_people = people.get((row["place"], row["year"]))
        populations = exact_people or people.get((around.get(row["place"], ""), row["year"]))
        if populations and reports and printed:
            times = Decimal(reports) * 100_000
            low, high = times / (max(populations) * (1 + margin)), times / (min(populations) * (1 - margin))
            half = Decimal(1).scaleb(int(Decimal(printed).as_tuple().exponent)) / 2
            if Decimal(printed) + half < low or (exact_people and high < Decimal(printed) - half):
                ends = f"{low:.2f} to {high:.2f}" if exact_people else f"{low:.2f} or more"
                most = "" if exact_people else "at most "
                allowed = f"{ends}, by {reports} among {most}{' or '.join(map(str, sorted(set(populations))))} people"
                yield number, rate, f"the rate {printed}", allowed


def people_by_place_and_year(tables: Tables) -> dict[tuple[str, str], list[int]]:
    """The populations above zero by place and year, one for each release; empty without a table ``population``."""
    people: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in tables.rows("population") if "population" in tables.resources else []:
        if row["people"].strip("0."):
            people[row["place"], row["year"]].append(int(Decimal(row["people"])))
    return people


def caveat_when_filled(tables: Tables, rows: list[Row], *, field: str, caveat: str) -> Iterator[Finding]:
    """A row with a value in the column ``field`` must have this caveat in its column ``caveats``: a printed rate is
    rounded."""
    for number, row in enumerate(rows, start=2):
        if row[field] and caveat not in row["caveats"].split():
            yield number, "caveats", f"{field} {row[field]} without it", f"the caveat {caveat}"


def caveat_when_few(
    tables: Tables, rows: list[Row], *, count: str, rate: str, fewer_than: int, caveat: str
) -> Iterator[Finding]:
    """A row based on fewer than ``fewer_than`` events requires the caveat with this id in its column ``caveats``. The
    events are in the column ``count``, or else implied by that of the ``rate`` and the population table (see
    `events_behind`); a row with neither passes."""
    people = people_by_place_and_year(tables)
    for number, row in enumerate(rows, start=2):
        events = events_behind(row, count, rate, people)
        if events is not None and events < fewer_than and caveat not in row["caveats"].split():
            yield number, "caveats", f"{events} events without it", f"the caveat {caveat}"


def events_behind(row: Row, count: str, rate: str, people: dict[tuple[str, str], list[int]]) -> int | None:
    """The number of events behind a row: its count (the column ``count``), or else that by its rate per 100,000 (the
    column ``rate``) of the smallest population of its place and year, rounded down; None if neither is known."""
    if row[count]:
        return int(Decimal(row[count]))
    populations = people.get((row["place"], row["year"]))
    if populations and row[rate]:
        return int(Decimal(row[rate]) * min(populations) / 100_000)
    return None


def copy_of_another(tables: Tables, rows: list[Row]) -> Iterator[Finding]:
    """The ``publisher`` of a copy must not be among those that it quotes (``quotes``, separated by semicolons), in
    either language, since pages show both side by side. A first-hand publication has neither ``quotes`` nor
    ``check_at``."""
    for number, row in enumerate(rows, start=2):
        for language in LANGUAGES:
            publisher, quotes = row.get(f"publisher_{language}", ""), row.get(f"quotes_{language}", "")
            if row["first_hand"] == "true" and (quotes or row["check_at"]):
                yield number, "first_hand", "true beside quotes or check_at", "false, or neither"
            elif any(quote.strip() in publisher for quote in quotes.split(";") if quote.strip()):
                yield number, f"publisher_{language}", quoted(publisher), "who made the copy, without whom it quotes"


def read_there(tables: Tables, rows: list[Row], *, field: str) -> Iterator[Finding]:
    """A number's source, in the column ``field``, must have been read (``reached`` in the table of sources); others
    serve only for verification."""
    unread = {row["source"] for row in tables.rows("sources") if row["reached"] != "true"}
    for number, row in enumerate(rows, start=2):
        if row[field] in unread:
            yield number, field, quoted(row[field]), "a source that was reached"


def caveat_when_copy(tables: Tables, rows: list[Row], *, field: str, caveat: str) -> Iterator[Finding]:
    """A row must have the caveat of copies in its column ``caveats`` if its source (in ``field``) is a copy, and must
    not if it is the publisher's own."""
    copies = {row["source"]: row["first_hand"] != "true" for row in tables.rows("sources")}
    for number, row in enumerate(rows, start=2):
        has_caveat = caveat in row["caveats"].split()
        if copies.get(row[field], has_caveat) != has_caveat:
            first_hand = f"first_hand {str(has_caveat).lower()}, {'with' if has_caveat else 'without'} it"
            yield (
                number,
                "caveats",
                f"{quoted(row[field])}, {first_hand}",
                f"the caveat {caveat} where first_hand is false, and there alone",
            )


def no_typed_number(tables: Tables, rows: list[Row], *, fields: list[str]) -> Iterator[Finding]:
    """The review's own texts in these columns contain no typed number (digits, words for numbers; see `typed_number`),
    which its figures could contradict, except years and official names. A column's name ends in its language."""
    for number, row in enumerate(rows, start=2):
        for field in fields:
            language, bare = field[-2:], " ".join(YEARS.sub("", row[field]).split())  # no-break spaces are spaces
            for name in tables.names.values():
                bare = bare.replace(" ".join(name.get(language, "").split()), "")
            if typed := typed_number(bare, language):
                yield number, field, quoted(typed), "words; numbers are figures, official names stand in names.csv"


COVERING = "a condition in {}, or its id in `general` of words-covered (datapackage.json): it says nothing of data"


def words_covered(
    tables: Tables, rows: list[Row], *, fields: list[str], covered_by: list[str], general: list[str]
) -> Iterator[Finding]:
    """A text with a word of direction, comparison, rank or amount must be covered: a column of ``covered_by`` is filled
    in its row or another row with its id (the first column), or its id is listed in ``general`` as independent of data.
    Ids listed in ``general`` without need are reported too."""
    key = next(iter(rows[0]), "") if rows else ""
    held = {row[key] for row in rows if any(row[column] for column in covered_by)}
    allowed = COVERING.format(" or ".join(covered_by) or "another table")
    for number, row in enumerate(rows, start=2):
        words = {field: word for field in fields if (word := comparison_word(row[field], field[-2:]))}
        is_open = bool(words) and row[key] not in held
        if is_open and row[key] not in general:
            field, word = next(iter(words.items()))
            yield number, field, f"{quoted(word)} in {quoted(row[field][:60])}, which nothing covers", allowed
        elif row[key] in general and not is_open:
            yield number, key, f"{quoted(row[key])} among the general rows", "those with such a word and no condition"


ContractRule = Callable[..., Iterator[Finding]]
RULES: dict[str, ContractRule] = {
    find.__name__.replace("_", "-"): find
    for find in (
        period_order, no_duplicate, high_only_when_between, negative_only_when_change, row_needed,
        rate_fits_count, caveat_when_filled, caveat_when_few, caveat_when_copy, copy_of_another, read_there,
        required_when, symmetric, other_language, no_typed_number, words_covered,
    )
}  # fmt: skip
SHAPES = {"str": str, "int": int, "list[str]": [str], "dict[str, str]": dict}


def options_of(find: ContractRule) -> dict[str, Any]:
    """The options of a rule in a contract: its keyword parameters, all required, with their shapes as JSON (see
    `problems.foreign.check_shape`)."""
    options = [option for option in inspect.signature(find).parameters.values() if option.kind is option.KEYWORD_ONLY]
    return {option.name: SHAPES[inspect.formatannotation(option.annotation).strip("'")] for option in options}


@lru_cache
def all_rules() -> dict[str, ContractRule]:
    """All rules by name: those of this module, and those of the modules in `data.ADDED`, which are imported; cached."""
    return RULES | {name: rule for module in ADDED for name, rule in import_module(module).CHECKS.items()}
