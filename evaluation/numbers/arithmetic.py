"""The four operations on numbers that carry bounds and origins, and the expressions that they leave.

An *expression* is the arithmetic itself, written with the names of published figures: ``people_served ÷
organizations_funded``. It is kept with each result, so that anyone can work the result out again (`replay`).
"""

from __future__ import annotations

import ast
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

Single = int | Fraction
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "−": operator.sub,
    "×": operator.mul,
    "÷": operator.truediv,
}
PYTHON = str.maketrans({"−": "-", "×": "*", "÷": "/"})
SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}
# By its name in an expression, the method of a number.
FUNCTIONS = {"rounding": "unrounded", "whole_numbers": "whole", "size": "__abs__", "at_most": "at_most"}
COUNTING = "counting"  # changes the unit and nothing else: an expression leaves it out
A_YEAR = {"cad_per_year": "cad"}  # units that are another over years
WEIGHT = {"+": 1, "−": 1, "×": 2, "÷": 2}


class NotWritten(ValueError):
    """A text is no expression of figures and single numbers."""


class Operand(Protocol):
    """What an expression is built of: a number that knows its own expression and its units."""

    @property
    def expression(self) -> str: ...

    @property
    def dimension(self) -> Mapping[str, int]: ...


Operator = Callable[["Arithmetic", Any], Any]


def operators(symbol: str) -> tuple[Operator, Operator]:
    """Python's operator for a symbol, with the number on its left, and with the number on its right."""
    return lambda one, other: one._combined(symbol, one, other), lambda one, other: one._combined(symbol, other, one)


class Arithmetic:
    """Operators for numbers. A single number (int or Fraction) has no unit: it scales, and it is added to what it is
    in the unit of. Floats are refused: a float is not the decimal that was typed."""

    def combined(self, symbol: str, left: Any, right: Any) -> Any:
        raise NotImplementedError

    def _combined(self, symbol: str, left: Any, right: Any) -> Any:
        sides = (left, right)
        if bare := next((side for side in sides if isinstance(side, float)), None):
            raise TypeError(f"found {float(bare)}, a float; allowed: Fraction('{float(bare)}'), whole numbers, figures")
        allowed = all(isinstance(side, Arithmetic | int | Fraction) and not isinstance(side, bool) for side in sides)
        return self.combined(symbol, left, right) if allowed else NotImplemented

    __add__, __radd__ = operators("+")
    __sub__, __rsub__ = operators("−")
    __mul__, __rmul__ = operators("×")
    __truediv__, __rtruediv__ = operators("÷")

    def __neg__(self) -> Any:
        return self._combined("×", self, -1)

    def __float__(self) -> float:
        raise TypeError(f"{self} is no bare number: its bound and its origin would be lost; allowed: .quantity.value")


def written(side: Operand | Single) -> str:
    """A side of an operation as it stands in an expression: a fraction is the division that it is."""
    if isinstance(side, int | Fraction):
        return str(side).replace("/", " ÷ ").replace("-", "−")
    return side.expression


def joined(symbol: str, left: Operand | Single, right: Operand | Single | None = None) -> str:
    """One operation as a text, with brackets where they are needed to read it again."""
    if right is None:
        return written(left) if symbol == COUNTING else f"{symbol}({written(left)})"
    first, second = written(left), written(right)
    weight = WEIGHT[symbol]
    first = f"({first})" if lightest(first) < weight else first
    tight = lightest(second) < weight or (symbol in "−÷" and lightest(second) == weight)
    return f"{first} {symbol} {f'({second})' if tight else second}"


def lightest(expression: str) -> int:
    """The weight of the operation that an expression does last; 3 where it does none."""
    node = read(expression)
    if isinstance(node, ast.UnaryOp):
        return 0
    return WEIGHT[SYMBOLS[type(node.op)]] if isinstance(node, ast.BinOp) else 3


def read(expression: str) -> ast.expr:
    try:
        return ast.parse(expression.translate(PYTHON), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotWritten(f"found {expression!r}; allowed: names of figures and numbers, joined by + − × ÷") from None


def replay(expression: str, figure: Callable[[str], Any]) -> Any:
    """An expression worked out again; ``figure`` gives what a name stands for. Raises NotWritten."""

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return figure(name)
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                return number
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
                return getattr(value(argument), FUNCTIONS[name])()
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
            case ast.BinOp(left=left, op=kind, right=right) if type(kind) in SYMBOLS:
                sides = value(left), value(right)
                if all(isinstance(side, int) for side in sides) and isinstance(kind, ast.Div):
                    return Fraction(*sides)
                return OPERATIONS[SYMBOLS[type(kind)]](*sides)
        raise NotWritten(f"found {expression!r}; allowed: names of figures and numbers, joined by + − × ÷")

    return value(read(expression))


def dimension_of(symbol: str, left: Operand | Single, right: Operand | Single | None = None) -> dict[str, int]:
    """The units of a result with their powers: people ÷ organizations; none where they cancel. Money over years is
    money a year, which times years is money."""
    if right is None:
        return dict(left.dimension) if not isinstance(left, int | Fraction) else {}
    sides = [{} if isinstance(side, int | Fraction) else dict(side.dimension) for side in (left, right)]
    if symbol in "+−":
        return sides[0] or sides[1]
    powers, divisor = (Counter(over_years(side)) for side in sides)
    turn = 1 if symbol == "×" else -1
    for unit, power in divisor.items():
        powers[unit] += turn * power
    return a_year({unit: power for unit, power in powers.items() if power})


def over_years(dimension: Mapping[str, int]) -> dict[str, int]:
    """A dimension with a unit such as money a year as money over years."""
    unit = next((unit for unit in A_YEAR if dimension.get(unit)), None)
    if unit is None:
        return dict(dimension)
    power = dimension[unit]
    rest = Counter({name: other for name, other in dimension.items() if name != unit})
    rest[A_YEAR[unit]] += power
    rest["years"] -= power
    return dict(rest)


def a_year(dimension: dict[str, int]) -> dict[str, int]:
    """A dimension that is money over years, and nothing else, as money a year."""
    return next(({unit: 1} for unit, whole in A_YEAR.items() if dimension == {whole: 1, "years": -1}), dimension)
