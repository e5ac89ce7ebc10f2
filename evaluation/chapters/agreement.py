"""How published numbers agree, and whether what data/ says of them is so.

`relation` compares what two published numbers say of the true value. Words in data/ whose truth rests on numbers name
their condition in a column (``rests_on``), read here and nowhere else:

    ijfs_trafficking_charges + ijfs_other_charges in ijfs_all_charges_the_border
    digits(ministries) == count('ministry')

Names are figures; ``count(kind, objective)`` counts the strategy's items, ``digits(figure)`` drops a number's bound,
``rounded(figure)`` is all that a round number can stand for. ``reported(definition, place, first)`` and ``latest`` read
the ends of a series: a condition names no year, since a series may pass it. ``;`` joins conditions.
"""

import ast
import operator
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..data.rules import Row
from ..data.sources import Tables
from ..numbers.quantity import Bound, Quantity, clears
from ..numbers.releases import YEARS_TO_RELEASE, rounding_interval
from .outcomes import both_laws

ALL_LAWS = "all_human_trafficking"
Releases = dict[str, Quantity]  # a year's number by its releases
EQUAL, WITHIN, OVERLAPPING, DIFFERENT = "equal", "within", "overlapping", "different"


class NotACondition(ValueError):
    """A condition cannot be read: a name that no figure has, or an operation that is not known."""


def _lies_within(one: Quantity, other: Quantity) -> bool:
    """Whether every number that one leaves open is left open by the other too."""
    low = one.low > other.low or (one.low == other.low and (one.low_open or not other.low_open))  # type: ignore[operator]
    if one.high is None or other.high is None:
        return low and other.high is None
    return low and (one.high < other.high or (one.high == other.high and (one.high_open or not other.high_open)))


def said_by(row: Row) -> Quantity:
    """What a figure's row says."""
    return from_words(row["bound"], row["value"], row["high"])


def from_words(bound: str, value: str, high: str = "") -> Quantity:
    """A number with the bound that its publisher gave it. An approximate one is as wide as its rounding: about 240 is
    from 235 to 245."""
    if bound == Bound.ABOUT:
        return rounding_interval(value)
    return Quantity.of(bound, Fraction(value), Fraction(high) if bound == Bound.BETWEEN else None)


def relation(one: Quantity, other: Quantity) -> str:
    """How two numbers agree: ``equal`` (they say the same), ``within`` (all that one leaves open is in the other),
    ``overlapping`` (both may be right) or ``different`` (they cannot both be)."""
    if one == other:
        return EQUAL
    if clears(one, other) or clears(other, one):
        return DIFFERENT
    return WITHIN if _lies_within(one, other) or _lies_within(other, one) else OVERLAPPING


def stated(numbers: list[Quantity], how: str) -> list[Quantity]:
    """A statement's numbers as they are compared: ``each`` by itself, their ``sum``, or the ``range`` from the
    first alone to all together (two teams that serve and one that is planned are two or three)."""
    if how == "each":
        return numbers
    total = sum(numbers[1:], numbers[0])
    return [total if how == "sum" else replace(numbers[0], high=total.high, high_open=total.high_open)]


def agreement(own: list[Quantity], how: str, other: Quantity) -> str:
    """How another source's number agrees with what is stated: with the one of several with which it agrees best."""
    found = {relation(one, other) for one in stated(own, how)}
    return next(kin for kin in (EQUAL, WITHIN, OVERLAPPING, DIFFERENT) if kin in found)


# Conditions


OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {ast.Add: operator.add, ast.Mult: operator.mul}
COMPARISONS: dict[type, Callable[[Quantity, Quantity], bool]] = {
    ast.Eq: operator.eq,
    ast.Gt: clears,
    ast.Lt: lambda one, other: clears(other, one),
    ast.In: _lies_within,
}


def unmet(conditions: str, tables: Tables) -> Iterator[str]:
    """The conditions that the tables do not meet, each with its numbers. Raises NotACondition."""
    for text in filter(None, (part.strip() for part in conditions.split(";"))):
        try:
            compare = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise NotACondition(text) from None
        if not (isinstance(compare, ast.Compare) and len(compare.ops) == 1 and type(compare.ops[0]) in COMPARISONS):
            raise NotACondition(text)
        one, other = evaluate(compare.left, tables), evaluate(compare.comparators[0], tables)
        if not COMPARISONS[type(compare.ops[0])](one, other):
            yield f"{text} with {_in_message(one)} and {_in_message(other)}"


def _in_message(one: Quantity) -> str:
    """A number as it stands in a message; the true value of a rounded one is between its ends."""
    low, high = (str(float(end)).removesuffix(".0") for end in (one.low or 0, one.high or 0))
    if one.high is None:
        return f"more than {low}" if one.low_open else f"at least {low}"
    return low if one.low == one.high else f"{low} to {high}"


def evaluate(node: ast.expr, tables: Tables) -> Quantity:
    """One side of a condition. Raises NotACondition for what is not in the little language."""
    match node:
        case ast.Name(id=name):
            return said_by(_figure_row(name, tables))
        case ast.Constant(value=int(number)):
            return Quantity.exact(number)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return OPERATIONS[type(op)](evaluate(left, tables), evaluate(right, tables))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            try:
                return FUNCTIONS[name](tables, *map(_argument, arguments))
            except TypeError:  # too few of them, or too many
                pass
    raise NotACondition(ast.unparse(node))


def _argument(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return str(value)
    raise NotACondition(ast.unparse(node))


def _figure_row(name: str, tables: Tables) -> Row:
    """The row of a figure. Raises NotACondition where there is none."""
    if name not in tables.keyed("figures"):
        raise NotACondition(name)
    return tables.keyed("figures")[name]


def _digits(tables: Tables, name: str) -> Quantity:
    """A figure's number without its bound."""
    return Quantity.exact(Fraction(_figure_row(name, tables)["value"]))


def _count(tables: Tables, kind: str, objective: str = "") -> Quantity:
    """The strategy's items of one kind, of one objective where it is given; its objectives are a table of their own."""
    items = [row for row in tables.rows("strategy_items") if row["kind"] == kind]
    own = [row for row in items if objective in ("", row["objective"])]
    return Quantity.exact(len(tables.rows("objectives") if kind == "objective" else own))


ENDS: dict[str, Callable[[Iterable[str]], str]] = {"first": min, "latest": max}


def counts_lead(counts: Collection[Any], rates: Collection[Any]) -> bool:
    """Whether a series is of counts, by the years of its counts and of its rates: they go on as long as the rates or
    longer, or over the same years."""
    ends = [(min(years, default=None), max(years, default=None)) for years in (counts, rates)]
    return len(counts) >= len(rates) or ends[0] == ends[1]


def _reported(tables: Tables, definition: str, place: str, end: str) -> Quantity:
    """The count of a series (see `counts_lead`; that of both laws, where none of all laws is published), or else the
    rate as it is rounded, in its ``first`` or ``latest`` year: from the lowest of its releases to the highest; any
    number, where the two years come from releases that do not compare."""
    own = [row for row in tables.rows("police_reported") if (row["definition"], row["place"]) == (definition, place)]
    counts, rates = defaultdict[str, Releases](dict), defaultdict[str, Releases](dict)
    for row in own:
        if row["incidents"]:
            counts[row["year"]][row["vintage"]] = Quantity.exact(int(row["incidents"]))
        if row["rate_per_100k"]:
            rates[row["year"]][row["vintage"]] = rounding_interval(row["rate_per_100k"])
    if definition == ALL_LAWS and not counts:
        counts |= {year: {"": Quantity.exact(count)} for year, count in both_laws(tables, place).items()}
    series = counts if counts_lead(counts, rates) else rates
    if end not in ENDS or not series:
        raise NotACondition(f"reports of {place}, {end}")
    first, latest = min(series), max(series)
    first_told = all(int(min(series[y])[:4]) - int(y) <= YEARS_TO_RELEASE for y in (first, latest) if min(series[y]))
    if not (first_told or series[first].keys() & series[latest].keys()):
        return Quantity.of("at-least", 0)  # two releases that do not compare
    given = series[ENDS[end](series)].values()
    return Quantity.between(min(one.low for one in given), max(one.high for one in given))  # type: ignore[type-var]


def _rounded(tables: Tables, name: str) -> Quantity:
    """All that a figure's round number can stand for."""
    return rounding_interval(_figure_row(name, tables)["value"])


FUNCTIONS: dict[str, Callable[..., Quantity]] = {
    "digits": _digits,
    "count": _count,
    "reported": _reported,
    "rounded": _rounded,
}
