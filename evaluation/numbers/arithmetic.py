"""The four operations on numbers that carry bounds and origins: how they are written down, the units that they leave.

They are kept with each result, and written down with the names of figures (an *expression*, ``people_served ÷
organizations_funded``) or with their labels in a language (see `wording`).
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Single = int | Fraction
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "−": operator.sub,
    "×": operator.mul,
    "÷": operator.truediv,
}
COUNTING = "counting"  # changes the unit and nothing else: an expression leaves it out
AT_LEAST = "at_least"  # leaves the lower end alone: the words of its bound say so
MONEY_A_YEAR, MONEY_OVER_YEARS = "cad_per_year", {"cad": 1, "years": -1}
WEIGHT = {"+": 1, "−": 1, "×": 2, "÷": 2}

Spelled = tuple[str, int]  # a text, and the weight of the operation that it does last
WHOLE = 3  # the weight of what needs no brackets


@dataclass(frozen=True)
class Spelling:
    """How arithmetic is written down: numbers that have a name, single numbers, functions of one number by their words
    (``"size of {number}"``), else by their names."""

    named: Callable[[Any], Spelled]
    single: Callable[[int], str]
    functions: Mapping[str, str]

    def of(self, side: Any) -> Spelled:
        """A side of an operation, or a number with the operation that gave it, with brackets where they are needed."""
        if isinstance(side, int | Fraction):
            return self._fraction(Fraction(side))
        if side.name or side.operation is None:
            return self.named(side)
        symbol, left, right = side.operation
        if symbol in (COUNTING, AT_LEAST):
            return self.of(left)
        if right is None:
            words, weight = self.of(left)
            function = self.functions.get(symbol, f"{symbol}({{number}})")
            bare = weight < WHOLE and "({number})" not in function
            return function.replace("{number}", self.around(words, bare)), WHOLE
        return self._joined(symbol, self.of(left), self.of(right))

    def _fraction(self, value: Fraction) -> Spelled:
        """A fraction as the division that it is."""
        top = self.single(value.numerator)
        if value.denominator == 1:
            return top, WHOLE if value >= 0 else 0
        return f"{top} ÷ {self.single(value.denominator)}", WEIGHT["÷"]

    def _joined(self, symbol: str, left: Spelled, right: Spelled) -> Spelled:
        weight = WEIGHT[symbol]
        tight = right[1] < weight or (symbol in "−÷" and right[1] == weight)
        return f"{self.around(left[0], left[1] < weight)} {symbol} {self.around(right[0], tight)}", weight

    def around(self, words: str, needed: bool) -> str:
        """Words, in brackets where they are needed."""
        return f"({words})" if needed else words


EXPRESSION = Spelling(
    named=lambda number: (number.name, WHOLE),
    single=lambda number: str(number).replace("-", "−"),
    functions={},
)


def dimension_of(symbol: str, left: Any, right: Any = None) -> dict[str, int]:
    """The units of a result with their powers: people ÷ organizations; none where they cancel. Money over years is
    money a year, which times years is money."""
    if right is None:
        return dict(left.dimension) if not isinstance(left, int | Fraction) else {}
    sides = [{} if isinstance(side, int | Fraction) else dict(side.dimension) for side in (left, right)]
    if symbol in "+−":
        return sides[0] or sides[1]
    powers, divisor = (over_years(side) for side in sides)
    turn = 1 if symbol == "×" else -1
    for unit, power in divisor.items():
        powers[unit] += turn * power
    left_over = {unit: power for unit, power in powers.items() if power}
    return {MONEY_A_YEAR: 1} if left_over == MONEY_OVER_YEARS else left_over


def over_years(dimension: Mapping[str, int]) -> Counter[str]:
    """A dimension with money a year in it as money over years."""
    powers = Counter(dimension)
    times = powers.pop(MONEY_A_YEAR, 0)
    for unit, power in MONEY_OVER_YEARS.items():
        powers[unit] += times * power
    return powers
