"""The one grammar of conditions: what a sentence takes for granted of its numbers, decided over their bounds.

Claims stand in five modules: here the grammar; `sensitivity`, the numbers with which one no longer holds;
`records.claims`, the claims of a chapter's lines, decided from its records; `records.claim_checks`, those of a chapter
as written, before a run; `questions.falsified`, those of a built review.

    last < before and low(change) > 0
    first.release == last.release or first.release == "first"
    place in ("Canada", "Ontario") and not only

A *name* is a record, a state, a parameter or another claim; alone it is true where it is there. ``x.period``,
``x.year`` (a whole number), ``x.unit``, ``x.definition``, ``x.place`` and ``x.release`` (a date, or the word "first")
are its parts; ``low(x)`` and ``high(x)`` its ends, ``digits(x)`` the number as printed, of which nothing but the digits
is compared, ``rounded(x)`` all that these digits can stand for. Sides may be added, subtracted, multiplied and divided:
what comes of it is compared as digits are. ``in`` asks whether a word is one of several, or a number lies within
another.

A claim is *true*, *false*, *open* (bounds, or releases that disagree, leave it undecided) or *void* (a comparison with
what is absent, or of two numbers that do not compare: of another unit, definition, place or release). Only a true one
holds. ``not``, ``and`` and ``or`` are Kleene's: void counts as unknown too, and outweighs open. ``open(c)`` is true of
an open one alone, ``sure(c)`` of a true one alone; of a void one both are void.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from math import isfinite
from typing import Any

from ..language.formats import date_of, format_period, last_date_of
from ..problems import Refused, quoted
from .notation import CALENDAR_YEAR, show
from .number import Figure, Number
from .quantity import Quantity, is_above, is_at_least
from .releases import (
    figures_with_releases,
    is_first_release,
    pairs_by_release,
    possible_values,
    printed_interval,
    vintages_used,
)

GRAMMAR = (
    "names, .period .year .unit .definition .place .release, low() high() digits() rounded(), < <= > >= == != in, "
    "and or not, open() sure(), whole numbers, decimals, words in quotation marks"
)
PARTS_IN_CLAIMS = ("period", "year", "unit", "definition", "place", "release")
END_FUNCTIONS = ("low", "high", "digits", "rounded")
TRUTH_FUNCTIONS = ("open", "sure")
FIRST_RELEASE = "first"  # the first release
LONGEST = 300  # characters of a claim, which people must read


class NotAClaim(Refused):
    """A condition cannot be parsed, or names something that nothing records."""

    def __init__(self, actual: str, allowed: str = GRAMMAR):
        """``actual`` is what was found, for ``found ...; allowed: ...``."""
        self.actual, self.allowed = actual, allowed
        super().__init__(f"found {actual}; allowed: {allowed}")


class Truth(StrEnum):
    """The four truth values of a claim; a claim holds only if true."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "open"
    VOID = "void"


TRUE, FALSE, OPEN, VOID = Truth


@dataclass(frozen=True)
class Verdict:
    """The truth of a claim, with the reason if it is open or void."""

    truth: Truth
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the claim is true."""
        return self.truth is TRUE


@dataclass
class Names:
    """The namespace of claims, all by name: recorded numbers (a bare `Quantity` compares with anything), ``words`` for
    states and parameters, ``moments`` (first, last) for periods, ``texts`` (recorded, never compared), ``absent``
    records, other ``claims``, and ``functions`` of words such as ``count('ministry')``, which give quantities."""

    numbers: Mapping[str, Number | Quantity] = field(default_factory=dict)
    words: Mapping[str, str | bool | int | float] = field(default_factory=dict)
    moments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    texts: Collection[str] = ()
    absent: Collection[str] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Quantity]] = field(default_factory=dict)

    def require_known(self, name: str) -> None:
        """Raise NotAClaim for a name that is in none of these, functions aside; an absent one is known."""
        known = (self.numbers, self.words, self.moments, self.texts, self.absent, self.claims)
        if not any(name in names for names in known):
            raise NotAClaim(f"{name} in a claim", "what a cell records, a state, a parameter or a claim by name")


def decide(claim: str, names: Names) -> Verdict:
    """The verdict of a claim over the bounds of its numbers; claims that it names are decided in turn. Raises NotAClaim
    for one that cannot be parsed, has an unknown name, or names itself."""
    return _evaluate(parse_claim(claim), names)


@lru_cache(4096)
def parse_claim(claim: str) -> ast.expr:
    """Parse a claim, and check its grammar but not its names; cached. Raises NotAClaim if it does not conform, or has
    more than `LONGEST` characters."""
    if len(claim) > LONGEST:
        raise NotAClaim(f"a claim of {len(claim)} characters, {quoted(claim[:40])}", f"{LONGEST} at most")
    try:
        tree = ast.parse(claim, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotAClaim(f"the claim {quoted(claim)}") from None
    _check_condition(tree)
    return tree


def names_in_claim(claim: str) -> set[str]:
    """The names in a claim: records, states, parameters and other claims (which are not resolved), without functions.
    Raises NotAClaim for a claim that does not conform to the grammar."""
    leaves = [leaf.value if isinstance(leaf, ast.Attribute) else leaf for leaf in _operands(parse_claim(claim))]
    return {leaf.id for leaf in leaves if isinstance(leaf, ast.Name)}


def compares_only(claim: str) -> bool:
    """Whether a claim consists of comparisons, so that its truth depends on values alone: false if a bare name in it
    tests for presence (``last``, ``not last``, ``last and a < b``). ``open(c)`` and ``sure(c)`` count as comparisons,
    whatever ``c`` is. Raises NotAClaim for a claim that does not conform to the grammar."""
    return not any(isinstance(node, ast.Name) for node in _atomic_conditions(parse_claim(claim)))


def _atomic_conditions(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of a condition that ``and``, ``or`` and ``not`` join, recursively, in order; the condition itself if it
    has none of these."""
    parts = node.values if isinstance(node, ast.BoolOp) else [node.operand] if isinstance(node, ast.UnaryOp) else []
    yield from (each for part in parts for each in _atomic_conditions(part))
    if not parts:
        yield node


def sides_in_words(claim: str, names: Names, language: str = "en") -> str:
    """The operands of a claim with their values as printed in a language, for a message: ``last 530, before 522``; an
    absent one ``last absent``; another claim with its own operands in brackets. Each once, in the claim's order. Raises
    NotAClaim for a claim that cannot be parsed or has an unknown name."""
    sides: dict[str, str] = {}
    for node in _operands(parse_claim(claim)):
        text = ast.unparse(node)
        if isinstance(node, ast.Name) and node.id in names.claims:
            sides[text] = f"{node.id} ({sides_in_words(names.claims[node.id], names, language)})"
        else:
            sides[text] = f"{text} {_side_in_words(_evaluate_side(node, names), language)}"
    return ", ".join(sides.values())


# Truth


def _check_condition(node: ast.expr) -> None:
    """Raise NotAClaim for an expression that is no condition by the grammar, recursively; whether names exist is not
    checked."""
    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                _check_condition(part)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            _check_condition(part)
        case ast.Call(func=ast.Name(id=name), args=[part], keywords=[]) if name in TRUTH_FUNCTIONS:
            _check_condition(part)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
            for side in (left, *others):
                _check_operand(side)
        case ast.Name():
            pass
        case _:
            raise NotAClaim(f"{ast.unparse(node)} in a claim")


def _check_operand(node: ast.expr) -> None:
    """Raise NotAClaim for an expression that is no side of a comparison by the grammar, recursively; whether names and
    functions exist is not checked."""
    match node:
        case ast.Constant(value=float(number)) if not isfinite(number):
            raise NotAClaim(f"{number} in a claim", "a finite number")
        case ast.Constant(value=bool() | str() | int() | float()) | ast.Name():
            pass
        case ast.Attribute(value=ast.Name(), attr=part) if part in PARTS_IN_CLAIMS:
            pass
        case ast.UnaryOp(op=ast.USub(), operand=part) | ast.Call(func=ast.Name(id="low" | "high"), args=[part]):
            _check_operand(part)
        case ast.Call(func=ast.Name(id="digits" | "rounded"), args=[ast.Name()], keywords=[]):
            pass
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name not in (*END_FUNCTIONS, *TRUTH_FUNCTIONS):
            pass  # a function of `Names.functions`, looked up on evaluation
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            _check_operand(left)
            _check_operand(right)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                _check_operand(part)
        case _:
            raise NotAClaim(f"{ast.unparse(node)} in a claim")


def _evaluate(node: ast.expr, names: Names) -> Verdict:
    """The verdict of a parsed condition. Raises NotAClaim for an unknown name."""
    match node:
        case ast.BoolOp(op=op, values=parts):
            return _combine_verdicts(
                [_evaluate(part, names) for part in parts], FALSE if isinstance(op, ast.And) else TRUE
            )
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return _negate(_evaluate(part, names))
        case ast.Call(func=ast.Name(id=name), args=[part]):
            verdict, truth = _evaluate(part, names), TRUE if name == "sure" else OPEN
            return verdict if verdict.truth is VOID else _decided_verdict(verdict.truth is truth)
        case ast.Name(id=name):
            return _truth_of_name(name, names)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [_evaluate_side(each, names) for each in (left, *others)]
            pairs = zip(sides, sides[1:], ops, strict=False)
            return _combine_verdicts([_compare_sides(op, *pair) for *pair, op in pairs], FALSE)
    raise NotAClaim(f"{ast.unparse(node)} in a claim")


OPPOSITE = {TRUE: FALSE, FALSE: TRUE, OPEN: OPEN, VOID: VOID}


def _combine_verdicts(verdicts: list[Verdict], decisive: Truth) -> Verdict:
    """The verdict of ``and`` (decisive: false) or ``or`` (decisive: true): the decisive truth if one of the verdicts
    has it, else void, else open, each with the distinct reasons of those that have it; else the opposite of the
    decisive."""
    for truth in (decisive, VOID, OPEN):
        alike = [verdict for verdict in verdicts if verdict.truth is truth]
        if alike:
            return Verdict(truth, "; ".join(dict.fromkeys(verdict.why for verdict in alike if verdict.why)))
    return Verdict(OPPOSITE[decisive])


def _truth_of_name(name: str, names: Names) -> Verdict:
    """The verdict of a bare name: of a claim that claim's, of a boolean state its value; of anything else true if it is
    recorded (even a number 0), false if it is absent or an empty word. Raises NotAClaim for an unknown name, and for a
    claim that names itself."""
    if name in names.claims:
        others = {other: claim for other, claim in names.claims.items() if other != name}
        return decide(names.claims[name], replace(names, claims=others))  # within itself its name is unknown
    names.require_known(name)
    word = names.words.get(name, True)
    return Verdict(FALSE if name in names.absent or word is False or word == "" else TRUE)


# Sides


@dataclass(frozen=True)
class Side:
    """One side of a comparison. ``value`` is a `Quantity`, a word or boolean, a period (first, last), `ReleasesUsed`,
    or a list of sides. ``number`` is the number behind a quantity, whose unit, definition and place must agree, and
    ``read`` gives the quantity from that number in another release (None if it has none there); ``is_year`` marks a
    calendar year, which compares with no count or rate; ``missing`` is the reason why there is no value."""

    value: Any = None
    number: Number | None = None
    read: Callable[[Number], Quantity | None] | None = None
    is_year: bool = False
    missing: str = ""


@dataclass(frozen=True)
class ReleasesUsed:
    """The days of the releases that a number is from, and whether they are all first releases, which the word "first"
    also names."""

    vintages: frozenset[str]
    first: bool

    def __str__(self) -> str:
        """The days, in order, for messages: "2023-01-05 (the first)"."""
        return ", ".join(sorted(self.vintages)) + (" (the first)" if self.first else "")


ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _evaluate_side(node: ast.expr, names: Names) -> Side:
    """The side that an expression stands for: its value, or why it is missing. Raises NotAClaim for an unknown name or
    function."""
    match node:
        case ast.Constant(value=bool() | str() as word):
            return Side(word)
        case ast.Constant(value=int() | float() as number):
            return Side(Quantity.exact(str(number)))
        case ast.Name(id=name):
            return _side_of_name(name, names)
        case ast.Attribute(value=ast.Name(id=name), attr=part):
            return _side_of_part(name, part, names)
        case ast.UnaryOp(operand=part):
            side = _evaluate_side(part, names)
            return Side(-side.value) if isinstance(side.value, Quantity) else side
        case ast.BinOp(left=left, op=op, right=right):
            return _side_of_arithmetic(ARITHMETIC[type(op)], _evaluate_side(left, names), _evaluate_side(right, names))
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return Side([_evaluate_side(part, names) for part in parts])
        case ast.Call(func=ast.Name(id=name), args=[part]) if name in END_FUNCTIONS and name not in names.functions:
            return _side_of_end(name, _evaluate_side(part, names), ast.unparse(node))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _side_of_call(name, arguments, names)
    raise NotAClaim(f"{ast.unparse(node)} in a claim")


def _side_of_name(name: str, names: Names) -> Side:
    """The side of a bare name: the possible values of a number, a word, a parameter or a period; missing for an absent
    name or a text. Raises NotAClaim for an unknown name."""
    names.require_known(name)
    if name in names.numbers:
        number = names.numbers[name]
        return (
            Side(number) if isinstance(number, Quantity) else Side(_compared_values(number), number, _compared_values)
        )
    if name in names.words:
        word = names.words[name]
        return Side(word if isinstance(word, bool | str) else Quantity.exact(str(word)))
    if name in names.moments:
        return Side(names.moments[name])
    return Side(missing=f"{name} is {'absent' if name in names.absent else 'no number and no word'}")


def _compared_values(number: Number) -> Quantity:
    """The quantity by which a number is compared: its `possible_values`; of an approximate one its
    `printed_interval`."""
    return printed_interval(number) if number.quantity.about else possible_values(number)


def _side_of_part(name: str, part: str, names: Names) -> Side:
    """The side of one of the `PARTS_IN_CLAIMS` of a number, or of the period or year of a moment: of a period both
    ends, of a year the calendar year that both share. Missing if the name is absent or has no such part, if no period
    is stated, and for the year of several. Raises NotAClaim for an unknown name."""
    names.require_known(name)
    number = names.numbers.get(name)
    moment = names.moments.get(name)
    if isinstance(number, Number):
        moment = number.start, number.end
    elif moment is None or part not in ("period", "year"):
        return Side(missing=f"{name} is absent" if name in names.absent else f"{name} has no {part}")
    if part == "year":
        years = {end[:4] for end in moment}
        single_year = len(years) == 1 and all(moment)
        return Side(Quantity.exact(years.pop()), is_year=True) if single_year else Side(missing=NO_YEAR + name)
    if part == "period":
        return Side(moment) if any(moment) else Side(missing=f"no period is stated of {name}")
    assert isinstance(number, Number)
    return _side_of_release(number) if part == "release" else Side(getattr(number, part))


NO_YEAR = "of several years, or of none that is stated: "


def _side_of_release(number: Number) -> Side:
    """The side of a number's releases (see `vintages_used`), or of the vintage of a figure without recorded releases;
    missing if there is none."""
    vintages = vintages_used(number) or ({number.vintage} if isinstance(number, Figure) else set())
    return Side(ReleasesUsed(frozenset(vintages), is_first_release(number))) if vintages else Side(missing="no release")


def _side_of_end(function: str, side: Side, text: str) -> Side:
    """The side that a ``function`` of `END_FUNCTIONS` gives for that of a number: its end ``low`` or ``high`` (missing
    if unbounded); its ``digits``, which compare with any unit; or all that they can stand for, ``rounded``. Missing for
    a word. ``text`` is the call as written, for the reason."""
    if not isinstance(side.value, Quantity):
        return Side(missing=side.missing or f"{text} has no number")
    number = side.number
    if function in ("digits", "rounded") and number is not None:
        digits = Quantity.exact(number.quantity.value)
        return Side(digits) if function == "digits" else Side(printed_interval(number), number, printed_interval)
    if function in ("digits", "rounded"):
        return Side(Quantity.exact(side.value.value)) if function == "digits" else side

    def end(quantity: Quantity | None) -> Quantity | None:
        value = None if quantity is None else quantity.low if function == "low" else quantity.high
        return None if value is None else Quantity.exact(value)

    read, value = side.read, end(side.value)
    if value is None:
        return Side(missing=f"{text} is unbounded")
    return Side(value, number, (lambda number: end(read(number))) if read else None)


def _side_of_arithmetic(calculate: Callable[[Any, Any], Any], left: Side, right: Side) -> Side:
    """The result of an operator on two sides, which compares with any unit; missing if one of them is or is a word, for
    an unbounded result, and for a division by what may be zero."""
    if not (isinstance(left.value, Quantity) and isinstance(right.value, Quantity)):
        return Side(missing=left.missing or right.missing or "arithmetic with a word")
    try:
        return Side(calculate(left.value, right.value))
    except (Refused, ZeroDivisionError) as error:
        return Side(missing=str(error))


def _side_of_call(name: str, arguments: list[ast.expr], names: Names) -> Side:
    """The result of one of `Names.functions`, called with the texts of its arguments, without quotation marks. Raises
    NotAClaim for an unknown function or a wrong number of arguments."""
    words = [ast.unparse(each).strip("'") for each in arguments]
    if name not in names.functions:
        raise NotAClaim(f"{name}() in a claim")
    try:
        return Side(names.functions[name](*words))
    except TypeError:  # too few of them, or too many
        raise NotAClaim(f"{name}({', '.join(words)}) in a claim") from None


# Comparisons


def _compare_sides(op: ast.cmpop, left: Side, right: Side) -> Verdict:
    """The verdict of a comparison of two sides; void if one is missing, or if they do not compare (a word and a
    number). A side is ``in`` a list if it equals one of its members."""
    if isinstance(right.value, list) and isinstance(op, ast.In | ast.NotIn):
        within = _combine_verdicts([_compare_sides(ast.Eq(), left, each) for each in right.value], TRUE)
        return within if isinstance(op, ast.In) else _negate(within)
    if missing := left.missing or right.missing:
        return Verdict(VOID, missing)
    if isinstance(left.value, Quantity) and isinstance(right.value, Quantity):
        return _compare_numbers(op, left, right)
    compare = COMPARISONS_OF_OTHERS.get(type(op))
    kinds = {type(left.value), type(right.value)}
    if compare is None or not (len(kinds) == 1 or kinds == {ReleasesUsed, str}):
        return Verdict(VOID, "sides that do not compare")
    return compare(left.value, right.value)


def _verdict_of_equality(left: Any, right: Any) -> Verdict:
    """Whether two words, periods (by their first and last days) or releases are the same. Releases equal the word
    "first" if all are first ones, another word if that is their only day; two `ReleasesUsed` are void if one has
    several days."""
    for release, word in ((left, right), (right, left)):
        if isinstance(release, ReleasesUsed) and isinstance(word, str):
            return _decided_verdict(release.first if word == FIRST_RELEASE else release.vintages == {word})
    if isinstance(left, ReleasesUsed) and isinstance(right, ReleasesUsed):
        several = len(left.vintages) > 1 or len(right.vintages) > 1
        return Verdict(VOID, "of several releases") if several else _decided_verdict(left.vintages == right.vintages)
    if isinstance(left, tuple):
        return _decided_verdict(_first_and_last_day(left) == _first_and_last_day(right))
    return _decided_verdict(left == right)


def _first_and_last_day(period: tuple[str, str]) -> tuple[date | None, date | None]:
    """The first and the last day of a period; None at an end that is not stated ("per year, from 2019")."""
    start, end = period
    return (date_of(start) if start else None), (last_date_of(end) if end else None)


def _verdict_of_precedence(left: Any, right: Any) -> Verdict:
    """Whether a period both starts and ends before another (open if it does only one of these), or every release of the
    left number precedes all of the right; void for words, and for a period of which an end is not stated."""
    if isinstance(left, ReleasesUsed) and isinstance(right, ReleasesUsed):
        return _decided_verdict(max(left.vintages) < min(right.vintages))
    if not (isinstance(left, tuple) and isinstance(right, tuple)):
        return Verdict(VOID, "words have no order")
    (start, end), (right_start, right_end) = _first_and_last_day(left), _first_and_last_day(right)
    if start is None or end is None or right_start is None or right_end is None:
        return Verdict(VOID, "a period of which an end is not stated")
    begins, ends = start < right_start, end < right_end
    return Verdict(_truth_of(begins and ends, not begins and not ends))


def _decided_verdict(value: bool) -> Verdict:
    """The verdict true or false, without a reason."""
    return Verdict(TRUE if value else FALSE)


def _negate(verdict: Verdict) -> Verdict:
    """The verdict of ``not``: true and false swap; open and void stay, with their reason."""
    return replace(verdict, truth=OPPOSITE[verdict.truth])


COMPARISONS_OF_OTHERS: dict[type, Callable[[Any, Any], Verdict]] = {
    ast.Eq: _verdict_of_equality,
    ast.NotEq: lambda left, right: _negate(_verdict_of_equality(left, right)),
    ast.Lt: _verdict_of_precedence,
    ast.Gt: lambda left, right: _verdict_of_precedence(right, left),
}


def _truth_of(yes: bool, no: bool) -> Truth:
    """True if ``yes``, that is, certainly so; false if ``no``, certainly not so; else open."""
    return TRUE if yes else FALSE if no else OPEN


def truth_of_equality(left: Quantity, right: Quantity) -> Truth:
    """Whether two quantities are equal: true only of two equal single values, false of intervals apart, else open."""
    single = left.low == left.high is not None and right.low == right.high
    return _truth_of(single and left.low == right.low, is_above(left, right) or is_above(right, left))


def lies_within(inner: Quantity, outer: Quantity) -> bool:
    """Whether the interval ``inner`` is a subset of ``outer``, open and unbounded ends considered."""
    low = outer.low is None or (
        inner.low is not None
        and (inner.low > outer.low or (inner.low == outer.low and (inner.low_open or not outer.low_open)))
    )
    high = outer.high is None or (
        inner.high is not None
        and (inner.high < outer.high or (inner.high == outer.high and (inner.high_open or not outer.high_open)))
    )
    return low and high


def _truth_of_containment(inner: Quantity, outer: Quantity) -> Truth:
    """Whether one number lies within another: true of a subset, false of intervals apart, else open."""
    return _truth_of(lies_within(inner, outer), is_above(inner, outer) or is_above(outer, inner))


COMPARISONS: dict[type, Callable[[Quantity, Quantity], Truth]] = {
    ast.Lt: lambda left, right: _truth_of(is_above(right, left), is_at_least(left, right)),
    ast.LtE: lambda left, right: _truth_of(is_at_least(right, left), is_above(left, right)),
    ast.Gt: lambda left, right: _truth_of(is_above(left, right), is_at_least(right, left)),
    ast.GtE: lambda left, right: _truth_of(is_at_least(left, right), is_above(right, left)),
    ast.Eq: truth_of_equality,
    ast.NotEq: lambda left, right: OPPOSITE[truth_of_equality(left, right)],
    ast.In: _truth_of_containment,
    ast.NotIn: lambda left, right: OPPOSITE[_truth_of_containment(left, right)],
}


def _compare_numbers(op: ast.cmpop, left: Side, right: Side) -> Verdict:
    """The verdict of a comparison of two quantities, as recorded and in every release that gives both; open unless all
    agree. Void for two numbers of another unit, definition or place, for a year beside a number of anything else, and
    for numbers from releases of which none gives both."""
    if (
        left.number is not None
        and right.number is not None
        and (why := _reason_not_to_compare(left.number, right.number))
    ):
        return Verdict(VOID, why)
    for year, number in ((left, right.number), (right, left.number)):
        if year.is_year and number is not None and number.unit != CALENDAR_YEAR:
            return Verdict(VOID, "a year beside a number of something else")
    pairs = list(_values_by_release(left, right))
    if not pairs and _releases_differ(left.number, right.number):
        return Verdict(VOID, "of other releases, which do not compare")
    truths = {COMPARISONS[type(op)](*pair) for pair in [(left.value, right.value), *pairs]}
    if len(truths) == 1:
        return Verdict(*truths)
    return Verdict(OPEN, "its releases disagree" if truths >= {TRUE, FALSE} else "a release leaves it open")


def _reason_not_to_compare(left: Number, right: Number) -> str:
    """The reason why two numbers do not compare, "of another unit (people, deaths)", likewise definition and place;
    empty if they do."""
    differing = [part for part in ("unit", "definition", "place") if getattr(left, part) != getattr(right, part)]
    return "; ".join(f"of another {w} ({getattr(left, w) or 'none'}, {getattr(right, w) or 'none'})" for w in differing)


def _releases_differ(left: Number | None, right: Number | None) -> bool:
    """Whether two numbers are both from figures with releases, and not from the same ones; false if either is None."""
    if left is None or right is None or not (figures_with_releases(left) and figures_with_releases(right)):
        return False
    return vintages_used(left) != vintages_used(right)


def _values_by_release(left: Side, right: Side) -> Iterator[tuple[Quantity, Quantity]]:
    """The quantities of both sides in each release that gives both, first releases included (see `pairs_by_release`); a
    side that is no number keeps its value. Empty if a number has no releases, and for one figure beside a plain value,
    which is decided from its own release alone."""
    sides = (left, right)
    numbers = [side.number for side in sides if side.number is not None and side.read is not None]
    if any(not figures_with_releases(number) for number in numbers) or not numbers:
        return
    if len(numbers) == 1 and isinstance(numbers[0], Figure):
        return  # as it is printed, from its own release
    for pair in pairs_by_release(numbers[0], numbers[-1]):
        released = iter(pair)
        first, second = (
            side.read(next(released)) if side.number is not None and side.read else side.value for side in sides
        )
        if first is not None and second is not None:
            yield first, second


# For messages


def _operands(node: ast.AST) -> Iterator[ast.expr]:
    """The operands of a claim in order, with repetitions: names, ``x.period`` and the like, calls of `Names.functions`;
    of ``low(x)``, ``open(c)`` and the like those inside. No constants."""
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if isinstance(node, ast.Attribute | ast.Name) or (called and called not in (*END_FUNCTIONS, *TRUTH_FUNCTIONS)):
        yield node  # type: ignore[misc]
        return
    for child in node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node):
        yield from _operands(child)


def _side_in_words(side: Side, language: str) -> str:
    """The value of a side as a page prints it; "absent" for an absent name; in brackets why it is missing otherwise."""
    if side.missing:
        return "absent" if side.missing.endswith("is absent") else f"({side.missing})"
    if side.number is not None:
        return show(side.number, language).words
    if isinstance(side.value, Quantity):
        return side.value.in_english().removeprefix("exact ")
    if isinstance(side.value, tuple):
        start, end = side.value
        return format_period(start, end, language)
    return str(side.value)
