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
OUTSIDE_AT_MOST = 0.10
OUTSIDE_OF_SEVERAL = 0.05
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

    def __str__(self) -> str:
        inside = self.people - self.outside
        many = f"all {inside:,}" if not self.outside else f"{inside:,} of the {self.people:,}"
        return f"{many} people on {' or '.join(self.inner)} are on {' or '.join(self.outer)} too"

    def advice(self, lists: int) -> str:
        """What to do: merge two lists, leave one out that lies in several, or nothing."""
        if len(self.inner) > 1 or lists == 2:
            return f"a list that does not draw on {self.outer[0]} (if that holds nearly everybody, few are hidden)"
        inner = self.inner[0]
        return f"--merge {inner}+{self.outer[0]}" if len(self.outer) == 1 else f"--drop {inner}"


def nestings(overlap: Overlap) -> tuple[Nesting, ...]:
    """Which lists lie inside another, or inside several together; none in most tables."""
    return (*_inside(overlap), *_register(overlap))


def _inside(overlap: Overlap) -> Iterator[Nesting]:
    places, known = range(len(overlap.lists)), set[tuple[int, frozenset[int]]]()
    missing = {(a, b): _missing(overlap, a, b) for a in places for b in places if a != b}
    for size in range(1, len(places)):
        tests = len(places) * comb(len(places) - 1, size)
        for a, *outer in ((one, *others) for one in places for others in combinations(set(places) - {one}, size)):
            expected = prod(missing[a, b] for b in outer)
            if not any(inner == a and others <= set(outer) for inner, others in known):
                nesting = _nesting(overlap, (a,), tuple(outer))
                at_most = OUTSIDE_AT_MOST if size == 1 and len(places) > 2 else OUTSIDE_OF_SEVERAL
                if _is_nested(nesting, expected, tests, at_most):
                    known.add((a, frozenset(outer)))
                    yield nesting


def _register(overlap: Overlap) -> Iterator[Nesting]:
    """A list that holds whoever is on any other: there is none left to compare with."""
    places = range(len(overlap.lists) if len(overlap.lists) > 2 else 0)
    for b in places:
        nesting = _nesting(overlap, tuple(a for a in places if a != b), (b,))
        if _is_nested(nesting, 0.5, len(places), OUTSIDE_OF_SEVERAL):
            yield nesting


def _is_nested(nesting: Nesting, expected: float, tests: int, at_most: float) -> bool:
    """`expected` is the share that others would miss, `tests` how often this is asked of the table."""
    few = nesting.outside <= nesting.people * min(at_most, OF_EXPECTED * expected)
    return few and bool(bdtr(nesting.outside, nesting.people, expected) < CHANCE / tests)


def _nesting(overlap: Overlap, inner: tuple[int, ...], outer: tuple[int, ...]) -> Nesting:
    people = _people(overlap, inner)
    outside = people - _people(overlap, inner, on=outer)
    return Nesting(tuple(overlap.lists[i] for i in inner), tuple(overlap.lists[i] for i in outer), people, outside)


def _missing(overlap: Overlap, a: int, b: int) -> float:
    """The share, among people on other lists than `a` and `b` and not on `a`, of those whom `b` misses (Laplace's
    estimate: a half where there are none)."""
    others = tuple(set(range(len(overlap.lists))) - {a, b})
    people, both = _people(overlap, others, off=a), _people(overlap, others, on=(b,), off=a)
    return (people - both + 1) / (people + 2)


def _people(overlap: Overlap, lists: tuple[int, ...], on: tuple[int, ...] | None = None, off: int | None = None) -> int:
    """People on one of `lists`, on one of `on` where it is given, and not on `off`."""
    some, also, never = (sum(1 << i for i in part) for part in (lists, on or (), () if off is None else (off,)))
    return sum(
        count
        for history, count in enumerate(overlap.counts, start=1)
        if history & some and (on is None or history & also) and not history & never
    )
