"""Sensitivity of claims to published numbers: each number behind a claim is varied alone, everything calculated from it
is recalculated, and the claim is decided again (the modules of claims: see `claims`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..problems import Refused
from .claims import Names, decide, names_in_claim
from .formula import evaluate
from .notation import CALENDAR_YEAR, scale_of
from .number import HUNDRED_PER_CENT, Figure, Number
from .quantity import UPPER_BOUNDS

RANGE = 10  # times the published number (for zero: its unit): the largest value tried


@dataclass(frozen=True)
class Range:
    """An interval of values of one published number with which a true claim no longer holds, on one side of its actual
    value (``way``: lower, higher): ``nearest`` is the closest such value, ``farthest`` the last before the claim holds
    again; ``open_ended`` if it is the last value tried."""

    figure: Number
    way: str
    nearest: Fraction
    farthest: Fraction
    open_ended: bool


@dataclass(frozen=True)
class Calculation:
    """A number with the calculations of its inputs, prepared for being recalculated often; ``names`` are those of all
    numbers in it."""

    number: Number
    inputs: tuple[Calculation, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, number: Number) -> Calculation:
        """The calculation of a number and, if it has a formula, recursively of its inputs; without one they are left
        out, as those of a confidence interval are."""
        inputs = tuple(map(cls.of, number.inputs)) if number.tree is not None else ()
        return cls(number, inputs, frozenset({number.name}).union(*(part.names for part in inputs)))

    def leaves(self) -> Iterator[Number]:
        """The numbers without a formula from which it is calculated, with repetitions; itself if it has no formula."""
        if self.number.tree is None:
            yield self.number
        for part in self.inputs:
            yield from part.leaves()

    def recalculate(self, other: Number) -> Number:
        """The number recalculated with ``other`` in place of its input of the same name, at any depth; ``other`` if it
        has that name itself, and unchanged if it does not depend on it. Raises CannotBeKept for an unbounded result."""
        if self.number.name == other.name:
            return other
        tree = self.number.tree
        if tree is None or other.name not in self.names:
            return self.number
        inputs = tuple(part.recalculate(other) for part in self.inputs)
        quantity = evaluate(tree, {leaf.name: leaf for leaf in inputs})
        return replace(self.number, inputs=inputs, quantity=quantity, operation=(), calculation=tuple(tree))


Calculations = Mapping[str, Calculation]


def falsifying_ranges(claim: str, names: Names) -> Iterator[Range]:
    """The nearest range on either side of each number behind a true claim (see `numbers_behind`), varied alone, from
    zero to `largest_tried`, lower before higher; nothing for a side on which the claim holds at all values tried."""
    names, calculations = prepare_calculations(claim, names)
    figures = _leaves_to_vary(calculations)
    for figure in figures:
        for way in ("lower", "higher"):
            yield from _search_range(claim, names, calculations, figure, way, figures)


def numbers_behind(claim: str, names: Names) -> list[Number]:
    """The numbers without a formula behind a claim: published ones, counts of rows and results of methods; one of each
    name, without calendar years."""
    return _leaves_to_vary(prepare_calculations(claim, names)[1])


def prepare_calculations(claim: str, names: Names) -> tuple[Names, Calculations]:
    """A copy of the namespace whose numbers are those of the claim alone, and their calculations by name."""
    numbers = {name: names.numbers[name] for name in names_of_numbers(claim, names)}
    known = {name: Calculation.of(number) for name, number in numbers.items() if isinstance(number, Number)}
    return replace(names, numbers=numbers), known


def _leaves_to_vary(calculations: Calculations) -> list[Number]:
    """The numbers without a formula from which the others are calculated, each name once, except calendar years."""
    leaves = {leaf.name: leaf for calculation in calculations.values() for leaf in calculation.leaves()}
    return [leaf for leaf in leaves.values() if leaf.unit != CALENDAR_YEAR]


def last_digit_unit(figure: Number) -> Fraction:
    """One unit of a number's last digit as it is displayed: of 345 million dollars a million."""
    return scale_of(figure) / 10**figure.decimals


def largest_tried(figure: Number) -> Fraction:
    """The largest value that is tried for a number: `RANGE` times its own (of zero one unit of its last digit), at most
    100 in per cent."""
    most = max(figure.quantity.value, last_digit_unit(figure)) * RANGE
    return min(most, Fraction(HUNDRED_PER_CENT)) if figure.unit == "percent" else most


def with_value(figure: Number, value: Fraction) -> Number:
    """A copy of a number with another printed value, in the record of its own release too. Its bound is preserved, and
    the width of its interval (of "less than" and "up to" the lower end instead)."""
    quantity, shift = figure.quantity, value - figure.quantity.value
    ends = [None if end is None else end + shift for end in (quantity.low, quantity.high)]
    low = quantity.low if quantity.bound in UPPER_BOUNDS else ends[0]
    other = replace(figure, quantity=replace(quantity, low=low, high=ends[1]))
    if not isinstance(other, Figure) or not other.releases:
        return other
    text = f"{float(value):.{figure.decimals}f}"
    releases = [
        release._replace(value=text) if release.vintage == other.vintage else release for release in other.releases
    ]
    return replace(other, releases=tuple(releases))


def fails_with(claim: str, names: Names, calculations: Calculations, other: Number) -> bool | None:
    """Whether the claim does not hold with ``other`` in place of the number of its name; None if a calculation or the
    claim itself is refused."""
    try:
        numbers = {name: calculation.recalculate(other) for name, calculation in calculations.items()}
        return not decide(claim, replace(names, numbers={**names.numbers, **numbers})).holds
    except (Refused, ZeroDivisionError, AssertionError):
        return None


def _search_range(
    claim: str, names: Names, calculations: Calculations, figure: Number, way: str, figures: Iterable[Number]
) -> Iterator[Range]:
    """The nearest range of one figure in one direction (``way``: lower, higher), or nothing: by doubled steps from the
    actual value, in units of the last digit, refined by bisection. Steps to the values of all ``figures`` are tried
    too, since a claim may turn where two are equal; a run of values between the steps tried can be missed."""
    sign, unit, start = (1 if way == "higher" else -1), last_digit_unit(figure), figure.quantity.value
    end = int((largest_tried(figure) - start if sign > 0 else start) // unit)
    failures: dict[int, bool] = {}

    def fails(steps: int) -> bool:
        if steps not in failures:
            other = with_value(figure, start + sign * steps * unit)
            failures[steps] = fails_with(claim, names, calculations, other) is True
        return failures[steps]

    doubled = (2**n for n in range(max(end, 0).bit_length()))
    equal = {int(sign * (other.quantity.value - start) // unit) for other in figures}
    turns = (steps + around for steps in equal for around in (-1, 0, 1))
    tried = sorted({steps for steps in (*doubled, *turns, end) if 0 < steps <= end})
    first = next((steps for steps in tried if fails(steps)), None)
    if first is None:
        return
    nearest = _first_step(fails, max((steps for steps in (0, *tried) if steps < first), default=0), first)
    beyond = next((steps for steps in tried if steps > first and not fails(steps)), None)
    last = (
        end if beyond is None else _first_step(lambda n: not fails(n), max(n for n in tried if n < beyond), beyond) - 1
    )
    near, far = (start + sign * steps * unit for steps in (nearest, last))
    yield Range(figure, way, near, far, beyond is None)


def _first_step(changes: Callable[[int], bool], before: int, at: int) -> int:
    """The first step after ``before`` at which ``changes`` is true, by bisection: false at ``before``, true at
    ``at``."""
    return bisect_left(range(at), True, before + 1, key=changes)


def names_of_numbers(claim: str, names: Names) -> Iterable[str]:
    """The names of the numbers in a claim and in the claims that it names; sorted within each, with repetitions. Words,
    periods and unknown names are ignored."""
    for name in sorted(names_in_claim(claim)):
        if name in names.claims:
            yield from names_of_numbers(names.claims[name], names)
        elif name in names.numbers:
            yield name
