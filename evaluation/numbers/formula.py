"""The arithmetic of measures: operations, the units of their results, and formulas in writing.

Over the names of figures a formula is an *expression*, ``people_served ÷ organizations_funded``; over their labels in a
language see `wording`; as data it is a *tree*: the id of a number, a plain number (``100``, or ``"1/3"``), or a list of
an operation and its operands, ``["×", ["−", ["÷", "later", "earlier"], 1], 100]``, from which a program can recompute
the result and check a page. A sum, product, minimum or maximum of a column is one operation with many operands.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .quantity import Bound, CannotBeKept, Quantity, product_of, quantile, rounded_fraction, sum_of

if TYPE_CHECKING:
    from .number import Number

Single = int | Fraction
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "−": operator.sub,
    "×": operator.mul,
    "÷": operator.truediv,
}
COUNTING = "counting"  # changes the unit only; expressions omit it
AT_LEAST = "at_least"  # keeps the lower end only, as the words of its bound show
MONEY_A_YEAR, MONEY_OVER_YEARS = "cad_per_year", {"cad": 1, "years": -1}
WEIGHT = {"+": 1, "−": 1, "×": 2, "÷": 2}
FUNCTIONS_OF_MANY = ("min", "max", "median", "quantile")  # functions with all operands written, not only the first
MOST_SPELLED = 12  # operands written out per operation

Spelled = tuple[Any, int]  # text and operator precedence
TERM = 3  # the precedence of a term that needs no parentheses


@dataclass(frozen=True)
class Spelling:
    """A notation for formulas: ``named`` writes a number without an operation or with a name, ``single`` a plain whole
    number, ``functions`` gives patterns of functions by name (``"size of {}"``; default ``"size({})"``), ``composed``
    fills a pattern with texts."""

    named: Callable[[Any], Spelled]
    single: Callable[[int], Any]
    functions: Mapping[str, str]
    composed: Callable[..., Any] = str.format

    def of(self, side: Any) -> Spelled:
        """The text of an operand, with its precedence: a number with a name by ``named``, an unnamed one by its
        operation, recursively, a plain number in digits. Operations that change unit or bound alone (counting, at
        least) are left out."""
        if isinstance(side, int | Fraction):
            return self._spell_fraction(Fraction(side))
        if side.name or not side.operation:
            return self.named(side)
        symbol, *sides = side.operation
        if symbol in OPERATIONS:
            return self._spell_operator(symbol, sides)
        if symbol in FUNCTIONS_OF_MANY:
            return self._spell_function(symbol, sides)
        words, weight = self.of(sides[0])
        if symbol in (COUNTING, AT_LEAST):
            return words, weight
        function = self.functions.get(symbol, f"{symbol}({{}})")
        bare = weight < TERM and "({})" not in function
        return self.composed(function, self.parenthesize(words, bare)), TERM

    def _spell_fraction(self, value: Fraction) -> Spelled:
        """A plain number, a fraction as numerator ÷ denominator, with its precedence: the lowest of a negative one."""
        top = self.single(value.numerator)
        if value.denominator == 1:
            return top, TERM if value >= 0 else 0
        return self.composed("{} ÷ {}", top, self.single(value.denominator)), WEIGHT["÷"]

    def _spell_operator(self, symbol: str, sides: Sequence[Any]) -> Spelled:
        """Operands with an operator between them, in parentheses where precedence asks; of more than `MOST_SPELLED`
        only the first and the last."""
        weight = WEIGHT[symbol]
        words, first = self.of(sides[0])
        if len(sides) == 1:  # many rows as one named operand
            return words, first
        texts = [self.parenthesize(words, first < weight)]
        for side in sides[1:] if len(sides) <= MOST_SPELLED else sides[-1:]:
            words, weight_of_side = self.of(side)
            texts.append(
                self.parenthesize(words, weight_of_side < weight or (symbol in "−÷" and weight_of_side == weight))
            )
        between = f" {symbol} " if len(sides) <= MOST_SPELLED else f" {symbol} … {symbol} "
        return self.composed(between.join(["{}"] * len(texts)), *texts), weight

    def _spell_function(self, symbol: str, sides: Sequence[Any]) -> Spelled:
        """A function's operands separated by commas; of more than `MOST_SPELLED` only the first and the last."""
        written = sides if len(sides) <= MOST_SPELLED else [sides[0], sides[-1]]
        texts = [self.of(side)[0] for side in written]
        between = ", " if len(sides) <= MOST_SPELLED else ", …, "
        listed = self.composed(between.join(["{}"] * len(texts)), *texts)
        return self.composed(self.functions.get(symbol, f"{symbol}({{}})"), listed), TERM

    def parenthesize(self, words: Any, needed: bool) -> Any:
        """A text in parentheses if ``needed``, else unchanged."""
        return self.composed("({})", words) if needed else words


EXPRESSION = Spelling(
    named=lambda number: (number.name, TERM),
    single=lambda number: str(number).replace("-", "−"),
    functions={},
)


def dimension_of(symbol: str, *sides: Any) -> dict[str, int]:
    """The exponents by unit of the result of an operation on ``sides``, numbers or plain numbers, which have none:
    ``{"people": 1, "organizations": -1}``, empty if they cancel. Of any operation but × and ÷ they are those of the
    first operand with a unit. Money ÷ years becomes the unit money a year, and money a year × years becomes money."""
    each = ({} if isinstance(side, int | Fraction) else dict(side.dimension) for side in sides)
    if symbol not in ("×", "÷"):
        return next(filter(None, each), {})
    units = list(each)
    turn = 1 if symbol == "×" else -1
    powers = expand_money_a_year(units[0])
    for multiplied in units[1:]:
        for unit, power in expand_money_a_year(multiplied).items():
            powers[unit] += turn * power
    left_over = {unit: power for unit, power in powers.items() if power}
    return {MONEY_A_YEAR: 1} if left_over == MONEY_OVER_YEARS else left_over


def expand_money_a_year(dimension: Mapping[str, int]) -> Counter[str]:
    """A copy of a dimension, exponents by unit, with the unit money a year expanded to money ÷ years."""
    powers = Counter(dimension)
    times = powers.pop(MONEY_A_YEAR, 0)
    for unit, power in MONEY_OVER_YEARS.items():
        powers[unit] += times * power
    return powers


# As data

Tree = str | int | list[Any]


def tree_of(side: Any, name: str = "") -> Tree:
    """The tree of an operand: a number's name if it has one, else its operation, recursively; if its name is ``name``,
    the operation all the same. A plain number is itself, a fraction its text; a tree is returned unchanged."""
    if isinstance(side, int | Fraction):
        return int(side) if Fraction(side).denominator == 1 else str(side)
    if isinstance(side, str | list):  # as a record holds it
        return side
    steps = side.operation or side.calculation
    if not steps or (side.name and side.name != name):
        return str(side.name)
    operation, *sides = steps
    return [operation, *map(tree_of, sides)]


def formula_of(number: Number) -> list[Any] | None:
    """The tree of a measure, if evaluating it over its inputs gives its quantity; None if it does not, and for a figure
    or a method's result, which have none."""
    tree = tree_of(number, number.name)
    if isinstance(tree, list):
        leaves = {leaf.name: leaf for leaf in number.inputs}
        if names_in_tree(tree) <= leaves.keys() and evaluate(tree, leaves) == number.quantity:
            return tree
    return None


def names_in_tree(tree: Tree) -> set[str]:
    """The ids of the numbers in a tree, without operations and plain numbers."""
    if isinstance(tree, list):
        return set().union(*(names_in_tree(side) for side in tree[1:]))
    return {tree} if isinstance(tree, str) and tree[:1].isalpha() else set()


def evaluate(tree: Tree, known: Mapping[str, Number]) -> Quantity:
    """The quantity of a tree over ``known`` numbers by id. Raises KeyError for an unknown operation, ValueError for an
    unknown number (KeyError in a length of time), Refused where the operation does, as for an unbounded result."""
    if isinstance(tree, str) and tree in known:
        return known[tree].quantity
    if not isinstance(tree, list):
        return Quantity.exact(Fraction(tree))
    operation, *sides = tree
    if operation in LENGTHS:
        return LENGTHS[operation](*(known[side].period for side in sides))
    return FUNCTIONS[operation](*(evaluate(side, known) for side in sides))


def values_rounding_to(
    number: Quantity, half: Quantity, least: Quantity | None = None, most: Quantity | None = None
) -> Quantity:
    """The interval of values that round to an exact number: ``half``, half a unit of its last digit, either way, but
    not below ``least`` nor above ``most``. Rounding is half up, so the upper end is open, unless it is ``most``. Raises
    CannotBeKept for any other bound."""
    if number.bound is not Bound.EXACT:
        actual = f"found {number.in_english()}, whose bound an interval around it would lose"
        raise CannotBeKept(f"{actual}; allowed: an exact number")
    low, high = number.value - half.value, number.value + half.value
    is_cut = most is not None and high > most.value
    ends = low if least is None else max(low, least.value), most.value if most is not None and is_cut else high
    return Quantity(*ends, high_open=not is_cut)


class NoWholeNumber(CannotBeKept):
    """A bounded interval contains no whole number."""


def whole_number_range(number: Quantity) -> Quantity:
    """The interval from the least to the greatest whole number inside. Raises CannotBeKept without both ends and for an
    approximate number, its subclass NoWholeNumber if none lies inside."""
    if ends := number.whole_numbers():
        return Quantity.between(*ends)
    open_ended = number.about or number.low is None or number.high is None
    actual = f"found {number.in_english()}, which leaves no whole number between two ends"
    raise (CannotBeKept if open_ended else NoWholeNumber)(f"{actual}; allowed: an interval")


def absolute_value(number: Quantity) -> Quantity:
    """The absolute value of a quantity; of one that may have either sign from zero, and without upper end if it lacks
    an end."""
    if number.low is not None and number.low >= 0:
        return number
    if number.high is not None and number.high <= 0:
        return -number
    if number.low is None or number.high is None:
        return Quantity(Fraction(0), None)
    positive = number if number.low + number.high >= 0 else -number  # the end farther from zero made positive
    return Quantity(Fraction(0), positive.high, high_open=positive.high_open)


def zero_to_upper_end(number: Quantity) -> Quantity:
    """The interval from zero to the upper end of a number, open if that is. Raises CannotBeKept without an upper end
    and for an approximate number, Refused for an upper end below zero."""
    if number.high is None or number.about:
        raise CannotBeKept(f"found {number.in_english()}, which has no upper end; allowed: a number with one")
    return Quantity(Fraction(0), number.high, high_open=number.high_open)


def _ratio_of_counts(earlier: Quantity, later: Quantity, level: Quantity, factor: Quantity) -> Quantity:
    """The confidence interval, at ``level``, of later ÷ earlier counts (see `counts.ratio_of_counts`), ends rounded to
    ten decimals; ``factor`` is that of their variance. Raises CannotBeKept for a count without both ends or
    approximate, Refused for zero."""
    from ..methods import counts

    ranges = [whole_number_range(side).whole_numbers() or () for side in (earlier, later)]
    sides = [counts.Reports(*map(int, ends)) for ends in ranges]
    interval = counts.ratio_of_counts(*sides, level=float(level.value), variance_factor=float(factor.value))
    return Quantity.between(*map(rounded_fraction, (interval.low, interval.high)))


FUNCTIONS: dict[str, Callable[..., Quantity]] = OPERATIONS | {
    "+": lambda *terms: sum_of(terms),
    "×": lambda *factors: product_of(factors),
    "min": lambda *cells: quantile(cells, Fraction(0)),
    "median": lambda *cells: quantile(cells, Fraction(1, 2)),
    "max": lambda *cells: quantile(cells, Fraction(1)),
    "quantile": lambda place, *cells: quantile(cells, place.value),
    COUNTING: lambda number: number,
    "rounding": values_rounding_to,
    "whole_numbers": whole_number_range,
    "size": absolute_value,
    "at_most": zero_to_upper_end,
    "ratio_of_counts": _ratio_of_counts,
    AT_LEAST: lambda number: number + Quantity(Fraction(0), None),
}
LENGTHS: dict[str, Callable[..., Quantity]] = {
    "fiscal_years": lambda period: Quantity.exact(len(period.years())),
    "shared_years": lambda left, right: Quantity.exact(len({*left.years()} & {*right.years()})),
    "months": lambda period: Quantity.between(*period.months()),
}
