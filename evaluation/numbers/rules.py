"""Rules that choose a wording by numbers, kept with what they were asked, so that they can be asked again.

A rule is written down as a tree, as a formula is: the rule's name and what it was asked, ids of numbers, formulas,
further rules, ``["list", ...]``, a text as ``{"text": "..."}``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from .formula import formula_of, names_in, worked_out
from .labels import absent
from .number import Measure, Number
from .quantity import Quantity

Asked = ParamSpec("Asked")
Said = TypeVar("Said", str, str | None)
RULES: dict[str, Callable[..., Any]] = {}
LIST = "list"


class Choice(str):
    """What a rule chose, with its name and what it was asked."""

    rule: tuple[Any, ...] = ()


def rule(function: Callable[Asked, Said]) -> Callable[Asked, Said]:
    """Have a function that chooses by numbers keep what it was asked with its choice. Its arguments stand by position:
    numbers, lists of them, texts, choices of other rules."""
    RULES[function.__name__] = function

    @wraps(function)
    def chosen(*sides: Asked.args, **named: Asked.kwargs) -> Said:
        sides = tuple(map(as_list, sides))  # type: ignore[assignment]  # a column or a generator is read once
        if (found := function(*sides, **named)) is None:
            return found
        choice = Choice(found)
        choice.rule = (function.__name__, *sides)
        return choice

    return chosen


def as_list(side: Any) -> Any:
    """Whatever holds several things as a list, without what is missing."""
    if isinstance(side, str | dict | Number) or not hasattr(side, "__iter__"):
        return side
    return [as_list(one) for one in side if not absent(one)]


class NotWritten(ValueError):
    """A rule was asked something that no tree can hold."""


Recorded = Callable[[Number], Number | None]


def written(choice: Any, recorded: Recorded = lambda _: None) -> tuple[Any, dict[str, Number]]:
    """A choice's rule as a tree, and the numbers that it names; None for one that no rule made, or whose rule cannot be
    asked again. A count of rows has the name under which it was ``recorded``."""
    numbers: dict[str, Number] = {}
    if not getattr(choice, "rule", ()):
        return None, numbers
    try:
        return branch(choice, numbers, recorded), numbers
    except NotWritten:
        return None, {}


def branch(side: Any, numbers: dict[str, Number], recorded: Recorded) -> Any:
    """A part of a rule's tree. Raises NotWritten."""
    if getattr(side, "rule", ()):
        return [side.rule[0], *(branch(one, numbers, recorded) for one in side.rule[1:])]
    if isinstance(side, Number):
        side = side if formula_of(side) else recorded(side) or side  # a count, a method's result: no tree but its name
        tree = side.name or formula_of(side)
        if not tree:
            raise NotWritten(str(side))
        numbers.update({leaf.name: leaf for leaf in ([side] if side.name else side.inputs)})
        return tree
    if isinstance(side, list):
        return [LIST, *(branch(one, numbers, recorded) for one in side)]
    if not isinstance(side, str | int | float | None):
        raise NotWritten(repr(side))
    return {"text": str(side)} if isinstance(side, str) else side


class Rule:
    """A rule that was written down, to be asked again with another number in place of one of its own."""

    def __init__(self, tree: Any, numbers: Mapping[str, Number]):
        self.tree = tree
        self.numbers: dict[str, Number] = {}
        self.formulas: dict[str, Any] = {}
        for number in numbers.values():
            self.add(number)

    def add(self, number: Number) -> None:
        """A number and, by its formula, all that it was worked out from."""
        if number.name not in self.numbers:
            self.numbers[number.name] = number
            if formula := formula_of(number):
                self.formulas[number.name] = formula
                for leaf in number.inputs:
                    self.add(leaf)

    @property
    def inputs(self) -> list[Number]:
        """What the choice rests on: published figures, counts of rows, results of a method."""
        return [number for name, number in self.numbers.items() if name not in self.formulas]

    def ask(self, changed: Number | None = None) -> Any:
        """What it chooses, with a number in place of its namesake."""
        return self.evaluated(self.tree, {changed.name: changed} if changed else {})

    def evaluated(self, tree: Any, known: dict[str, Number]) -> Any:
        """What a part of the rule's tree gives, with the numbers ``known``."""
        match tree:
            case str():
                return self.number(tree, known)
            case {"text": text}:
                return text
            case [name, *sides] if name == LIST:
                return [self.evaluated(side, known) for side in sides]
            case [name, *sides] if name in RULES:
                return RULES[name](*(self.evaluated(side, known) for side in sides))
            case list():
                return Measure(quantity=self.quantity(tree, known))  # of which its ends are all that is asked
        return tree

    def number(self, name: str, known: dict[str, Number]) -> Number:
        """A number, worked out anew where it rests on others."""
        if name not in known:
            number = self.numbers[name]
            formula = self.formulas.get(name)
            known[name] = replace(number, quantity=self.quantity(formula, known)) if formula else number
        return known[name]

    def quantity(self, formula: Any, known: dict[str, Number]) -> Quantity:
        """What a formula gives, its numbers worked out anew."""
        return worked_out(formula, {name: self.number(name, known) for name in names_in(formula)})
