"""Sensitivity of claims to published numbers: each number behind a claim is varied alone, everything calculated from it
is recalculated, and the claim is decided again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from ..problems import Refused
from .claims import Names, decide, names_in
from .formula import evaluated, formula_of
from .notation import CALENDAR_YEAR, scale_of
from .number import Figure, Number
from .quantity import UPPER_BOUNDS

RANGE = 10  # times the published number (for zero: its unit): the largest value tried
WHOLE = 100  # per cent, the maximum of a share


@dataclass(frozen=True)
class Range:
    """An interval of values of one published number with which a claim no longer holds, on one side of its actual value
    (``way``: lower, higher): ``nearest`` is the closest, ``farthest`` the end of the unbroken run, ``open_ended`` if
    that is the last value tried."""

    figure: Number
    way: str
    nearest: Fraction
    farthest: Fraction
    open_ended: bool


def falsified_by(claim: str, names: Names) -> Iterator[Range]:
    """The nearest range on either side of each published number behind a true claim."""
    for figure in rests_on(claim, names):
        for way in ("lower", "higher"):
            yield from _range(claim, names, figure, way)


def rests_on(claim: str, names: Names) -> list[Number]:
    """The published numbers, counts of rows and results of methods behind a claim, except calendar years."""
    figures: dict[str, Number] = {}
    for name in sorted(names_in(claim)):
        if name in names.claims:
            figures |= {figure.name: figure for figure in rests_on(names.claims[name], names)}
        elif isinstance(number := names.numbers.get(name), Number):
            figures |= {leaf.name: leaf for leaf in _leaves(number)}
    return [figure for figure in figures.values() if figure.unit != CALENDAR_YEAR]


def _leaves(number: Number) -> Iterator[Number]:
    """The numbers without a formula at the roots of a number's calculation; the number itself if it has none."""
    if formula_of(number) is None:
        yield number
    for part in number.inputs if formula_of(number) is not None else ():
        yield from _leaves(part)


def recalculated(number: Number, other: Number) -> Number:
    """A number recalculated with ``other`` in place of the leaf of that name."""
    if number.name == other.name:
        return other
    inputs = tuple(recalculated(part, other) for part in number.inputs)
    tree = formula_of(number)
    if tree is None or all(new is old for new, old in zip(inputs, number.inputs, strict=True)):
        return number
    known = {leaf.name: leaf for leaf in inputs}
    return replace(number, inputs=inputs, quantity=evaluated(tree, known), operation=(), calculation=tuple(tree))


def unit_of(figure: Number) -> Fraction:
    """One unit of a number's last digit."""
    return scale_of(figure) / 10**figure.decimals


def most(figure: Number) -> Fraction:
    """The largest value that is tried for a number."""
    most = max(figure.quantity.value, unit_of(figure)) * RANGE
    return min(most, Fraction(WHOLE)) if figure.unit == "percent" else most


def with_value(figure: Number, value: Fraction) -> Number:
    """A copy with another value, in its releases too; bound and width of the interval are preserved."""
    quantity, by = figure.quantity, value - figure.quantity.value
    ends = [None if end is None else end + by for end in (quantity.low, quantity.high)]
    low = quantity.low if quantity.bound in UPPER_BOUNDS else ends[0]
    other = replace(figure, quantity=replace(quantity, low=low, high=ends[1]))
    if not isinstance(other, Figure) or not other.releases:
        return other
    text = f"{float(value):.{figure.decimals}f}"
    releases = [
        release._replace(value=text) if release.vintage == other.vintage else release for release in other.releases
    ]
    return replace(other, releases=tuple(releases))


def fails_with(claim: str, names: Names, other: Number) -> bool | None:
    """Whether the claim no longer holds with another number; None if the calculation is refused."""
    try:
        numbers = {
            n: recalculated(known, other) if isinstance(known, Number) else known for n, known in names.numbers.items()
        }
        return not decide(claim, replace(names, numbers=numbers)).holds
    except (Refused, ZeroDivisionError, AssertionError):
        return None


def _range(claim: str, names: Names, figure: Number, way: str) -> Iterator[Range]:
    """The nearest range in one direction, found by doubled steps from the actual value, in units of the last digit, and
    refined by bisection."""
    sign, unit, start = (1 if way == "higher" else -1), unit_of(figure), figure.quantity.value
    end = int((most(figure) - start if sign > 0 else start) // unit)
    asked: dict[int, bool] = {}
    named = replace(names, numbers={name: names.numbers[name] for name in numbers_of(claim, names)})

    def fails(steps: int) -> bool:
        if steps not in asked:
            asked[steps] = fails_with(claim, named, with_value(figure, start + sign * steps * unit)) is True
        return asked[steps]

    doubled = (2**n for n in range(max(end, 0).bit_length()))
    level = [int(sign * (other.quantity.value - start) // unit) for other in rests_on(claim, names)]
    turns = (steps + by for steps in level for by in (-1, 0, 1))  # where two numbers are equal, a claim may change
    tried = sorted({steps for steps in (*doubled, *turns, end) if 0 < steps <= end})
    first = next((steps for steps in tried if fails(steps)), None)
    if first is None:
        return
    nearest = _edge(fails, max((steps for steps in (0, *tried) if steps < first), default=0), first)
    beyond = next((steps for steps in tried if steps > first and not fails(steps)), None)
    last = end if beyond is None else _edge(lambda n: not fails(n), max(n for n in tried if n < beyond), beyond) - 1
    near, far = (start + sign * steps * unit for steps in (nearest, last))
    yield Range(figure, way, near, far, beyond is None)


def _edge(changes: Callable[[int], bool], before: int, at: int) -> int:
    """The first step in (``before``, ``at``] at which ``changes`` is true, by bisection."""
    return bisect_left(range(at), True, before + 1, key=changes)


def numbers_of(claim: str, names: Names) -> Iterable[str]:
    """The names of the numbers in a claim, through other claims too."""
    for name in names_in(claim):
        if name in names.claims:
            yield from numbers_of(names.claims[name], names)
        elif name in names.numbers:
            yield name
