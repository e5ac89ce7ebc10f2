"""Lists that lie inside others: whoever is on one is on another too, so that it finds nobody by itself.

A model of pairs takes the overlap of such lists for a sign that hardly anybody is hidden, and no interval tells. A
list is compared with the people of the other lists: how many of its own would others miss, if it were like them?
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

from scipy.special import bdtr  # type: ignore[import-untyped, unused-ignore]

from .table import Overlap

# Others miss at most a tenth of a nested list's people (matching loses some), a twentieth where others are several, ...
OUTSIDE_AT_MOST, OUTSIDE_OF_SEVERAL = 0.10, 0.05
# ... at most a fifth of those that they would miss if it were like the other lists, ...
OF_EXPECTED = 0.2
# ... and chance does so more rarely than this, all the lists and others of one number taken together.
CHANCE = 0.01


@dataclass(frozen=True)
class Nesting:
    """All but `outside` of the `people` on the lists `inner` are on one of the lists `outer` as well."""

    inner: tuple[str, ...]
    outer: tuple[str, ...]
    people: int
    outside: int


def nestings(overlap: Overlap) -> tuple[Nesting, ...]:
    """Which lists lie inside another, or inside several together; none in most tables."""
    return tuple(_nestings(overlap))


def _nestings(overlap: Overlap) -> Iterator[Nesting]:
    places, known = set(range(len(overlap.lists))), list[tuple[int, set[int]]]()
    missing = {(a, b): _missing(overlap, a, b) for a in places for b in places - {a}}
    for size in range(1, len(places)):
        tests = len(places) * comb(len(places) - 1, size)
        at_most = OUTSIDE_AT_MOST if size == 1 and len(places) > 2 else OUTSIDE_OF_SEVERAL
        for a, outer in ((one, set(others)) for one in places for others in combinations(places - {one}, size)):
            if not any(inner == a and others <= outer for inner, others in known):
                expected = prod(missing[a, b] for b in outer)
                for nesting in _nested(overlap, {a}, outer, expected, tests, at_most):
                    known.append((a, outer))
                    yield nesting
    # A list that holds whoever is on any other: there is none left to compare with.
    for b in places if len(places) > 2 else ():
        yield from _nested(overlap, places - {b}, {b}, 0.5, len(places), OUTSIDE_OF_SEVERAL)


def _nested(
    overlap: Overlap, inner: set[int], outer: set[int], expected: float, tests: int, at_most: float
) -> Iterator[Nesting]:
    """The nesting of `inner` in `outer`, if it is one; `expected` is the share of people that `outer` would miss,
    `tests` how often this is asked of the table."""
    some, others = (sum(1 << i for i in places) for places in (inner, outer))
    people, outside = overlap.on_any(some), overlap.on_any(some, off=others)
    few = outside <= people * min(at_most, OF_EXPECTED * expected)
    if few and bdtr(outside, people, expected) < CHANCE / tests:
        names, own = (tuple(overlap.lists[i] for i in sorted(places)) for places in (outer, inner))
        yield Nesting(own, names, people, outside)


def _missing(overlap: Overlap, a: int, b: int) -> float:
    """The share whom `b` misses of the people on other lists and not on `a` (Laplace: a half where there are none)."""
    others = (1 << len(overlap.lists)) - 1 & ~(1 << a | 1 << b)
    return (overlap.on_any(others, off=1 << a | 1 << b) + 1) / (overlap.on_any(others, off=1 << a) + 2)
