"""How published numbers agree, and whether what data/ says of them is so.

A `Span` is what a published number says of the true value: from where to where. `relation` compares two. Words in
data/ whose truth rests on numbers name their condition in a column (``rests_on``), read here and nowhere else:

    ijfs_trafficking_charges + ijfs_other_charges in ijfs_all_charges_the_border
    digits(ministries) == count('ministry')

Names are figures; ``count(kind, objective)`` counts the strategy's items, ``digits(figure)`` drops a number's bound,
``rounded(figure)`` is all that a round number can stand for. ``rate(definition, place, first)`` and ``latest`` read the
ends of a series: a condition names no year, since a series may pass it. ``;`` joins conditions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..data.rules import Row
from ..data.sources import Tables

EQUAL, WITHIN, OVERLAPPING, DIFFERENT = "equal", "within", "overlapping", "different"
INFINITE = float("inf")


class NotACondition(ValueError):
    """A condition cannot be read: a name that no figure has, or an operation that is not known."""


@dataclass(frozen=True)
class Span:
    """From ``low`` to ``high``, each end in it unless it is open."""

    low: Fraction | float
    high: Fraction | float
    low_open: bool = False
    high_open: bool = False

    def __add__(self, other: Span) -> Span:
        open_ends = self.low_open or other.low_open, self.high_open or other.high_open
        return Span(self.low + other.low, self.high + other.high, *open_ends)

    def __mul__(self, other: Span) -> Span:
        """The product of two numbers that are not negative."""
        open_ends = self.low_open or other.low_open, self.high_open or other.high_open
        return Span(self.low * other.low, self.high * other.high, *open_ends)

    def above(self, other: Span) -> bool:
        """Whether every number in this span is larger than every number in the other."""
        return self.low > other.high or (self.low == other.high and (self.low_open or other.high_open))

    def inside(self, other: Span) -> bool:
        """Whether every number in this span is in the other too."""
        low = self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open))
        high = self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open))
        return low and high


def span_of(row: Row) -> Span:
    """What a figure's row says."""
    return from_words(row["bound"], row["value"], row["high"])


def from_words(bound: str, value: str, high: str = "") -> Span:
    """A number with the bound that its publisher gave it. An approximate one is as wide as its rounding: about 240 is
    from 235 to 245."""
    number = Fraction(value)
    match bound:
        case "more-than" | "at-least":
            return Span(number, INFINITE, low_open=bound == "more-than", high_open=True)
        case "less-than" | "up-to":
            return Span(Fraction(0), number, high_open=bound == "less-than")
        case "between":
            return Span(number, Fraction(high))
        case "about":
            return around(value)
        case _:
            return Span(number, number)


def around(value: str) -> Span:
    """Half a unit of a number's last digit either way, zeros at the end of a whole number not counted."""
    whole = value.rstrip("0") or "0"
    half = Fraction(10 ** (len(value) - len(whole)), 2) if "." not in value else rounding(value)
    return Span(Fraction(value) - half, Fraction(value) + half)


def rounding(value: str) -> Fraction:
    """Half a unit of the last decimal that is given."""
    return Fraction(1, 2 * 10 ** len(value.partition(".")[2]))


def relation(one: Span, other: Span) -> str:
    """How two numbers agree: ``equal`` (they say the same), ``within`` (all that one leaves open is in the other),
    ``overlapping`` (both may be right) or ``different`` (they cannot both be)."""
    if one == other:
        return EQUAL
    if one.above(other) or other.above(one):
        return DIFFERENT
    return WITHIN if one.inside(other) or other.inside(one) else OVERLAPPING


def stated(spans: list[Span], how: str) -> list[Span]:
    """A statement's numbers as they are compared: ``each`` by itself, their ``sum``, or the ``range`` from the
    first alone to all together (two teams that serve and one that is planned are two or three)."""
    total = sum(spans[1:], spans[0])
    return {"sum": [total], "range": [Span(spans[0].low, total.high)]}.get(how, spans)


def closest(spans: list[Span], other: Span) -> str:
    """How a number agrees with the one of several that it agrees with best."""
    found = {relation(span, other) for span in spans}
    return next(kin for kin in (EQUAL, WITHIN, OVERLAPPING, DIFFERENT) if kin in found)


# Conditions


OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {ast.Add: operator.add, ast.Mult: operator.mul}
COMPARISONS: dict[type, Callable[[Span, Span], bool]] = {
    ast.Eq: operator.eq,
    ast.Gt: Span.above,
    ast.Lt: lambda one, other: other.above(one),
    ast.In: Span.inside,
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
            yield f"{text} with {worded(one)} and {worded(other)}"


def worded(span: Span) -> str:
    """A span as it stands in a message; the true value of a rounded one is between its ends."""
    ends = [str(float(end)).removesuffix(".0") for end in (span.low, span.high)]
    if span.high == INFINITE:
        return f"more than {ends[0]}" if span.low_open else f"at least {ends[0]}"
    return ends[0] if span.low == span.high else f"{ends[0]} to {ends[1]}"


def evaluate(node: ast.expr, tables: Tables) -> Span:
    """One side of a condition. Raises NotACondition for what is not in the little language."""
    match node:
        case ast.Name(id=name):
            return span_of(figure(name, tables))
        case ast.Constant(value=int(number)):
            return Span(Fraction(number), Fraction(number))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return OPERATIONS[type(op)](evaluate(left, tables), evaluate(right, tables))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return called(name, tables, [argument(node) for node in arguments])
    raise NotACondition(ast.unparse(node))


def called(name: str, tables: Tables, arguments: list[str]) -> Span:
    try:
        return FUNCTIONS[name](tables, *arguments)
    except TypeError:
        raise NotACondition(f"{name}({', '.join(arguments)})") from None


def argument(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return str(value)
    raise NotACondition(ast.unparse(node))


def figure(name: str, tables: Tables) -> Row:
    return only(tables.rows("figures"), name, figure=name)


def only(rows: Iterable[Row], what: str, **cells: str) -> Row:
    """The last row with these cells: of a series, the latest release. Raises NotACondition where there is none."""
    found = [row for row in rows if all(row[column] == cell for column, cell in cells.items())]
    if not found:
        raise NotACondition(what)
    return max(found, key=lambda row: row.get("vintage", ""))


def digits(tables: Tables, name: str) -> Span:
    value = Fraction(figure(name, tables)["value"])
    return Span(value, value)


def count(tables: Tables, kind: str, objective: str = "") -> Span:
    """The strategy's items of one kind, of one objective where it is given; its objectives are a table of their own."""
    items = [row for row in tables.rows("strategy_items") if row["kind"] == kind]
    own = [row for row in items if objective in ("", row["objective"])]
    number = Fraction(len(tables.rows("objectives") if kind == "objective" else own))
    return Span(number, number)


ENDS: dict[str, Callable[[Iterable[str]], str]] = {"first": min, "latest": max}


def rate(tables: Tables, definition: str, place: str, end: str) -> Span:
    """The rate of a series in its ``first`` or ``latest`` year, as it is rounded."""
    given = [row for row in tables.rows("police_reported") if row["rate_per_100k"]]
    series = [row for row in given if (row["definition"], row["place"]) == (definition, place)]
    if end not in ENDS or not series:
        raise NotACondition(f"rate of {place}, {end}")
    text = only(series, place, year=ENDS[end](row["year"] for row in series))["rate_per_100k"]
    half = rounding(text)
    return Span(Fraction(text) - half, Fraction(text) + half)


def rounded(tables: Tables, name: str) -> Span:
    return around(figure(name, tables)["value"])


FUNCTIONS: dict[str, Callable[..., Span]] = {"digits": digits, "count": count, "rate": rate, "rounded": rounded}


def agreed(own: Sequence[Row], other: Row, how: str) -> str:
    """How another source's figure agrees with what is stated."""
    return closest(stated([span_of(row) for row in own], how), span_of(other))
