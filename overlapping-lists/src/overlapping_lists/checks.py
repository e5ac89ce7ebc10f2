"""What an estimate supposes, what was looked at before it was given, and what was refused and why."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from .intervals import DRAWS_BEYOND, Ends
from .nesting import Nesting, nestings
from .table import Overlap

SUPPOSED, PASSED, NOTED, REFUSED = "supposed", "passed", "noted", "refused"
# An interval from 1,000 to 10,000 people says no more than that nobody knows.
FACTOR_AT_MOST = 10
# With 16 people on two lists chance alone moves an estimate by a quarter.
FEW_SHARED = 16
# A pair of lists with fewer people lets one person decide which model is chosen.
FEW_ON_A_PAIR = 5


class Check(NamedTuple):
    """One thing that was looked at: `outcome` is supposed, passed, noted or refused."""

    check: str
    outcome: str
    reason: str


def frame_of_checks(checks: Iterable[Check]) -> pd.DataFrame:
    """Checks as a frame, a row each."""
    return pd.DataFrame(list(checks), columns=list(Check._fields))


def suppositions(overlap: Overlap) -> Iterator[Check]:
    """What no count of the table can show."""
    yield Check(
        "one population", SUPPOSED, "the lists draw on one population that nobody joins or leaves in the period"
    )
    yield Check("matching", SUPPOSED, "people are matched across lists without error")
    if len(overlap.lists) == 2:
        reason = "being on one list says nothing of being on the other; two lists cannot show whether it does"
        yield Check("independence", SUPPOSED, reason)
    else:
        reason = (
            "lists depend on each other in pairs alone; every table fits an interaction of all lists as well, which "
            "would multiply the hidden number (the range has half to twice of it)"
        )
        yield Check("dependence in pairs", SUPPOSED, reason)
    reason = "people differ little in how easily they are found; where they differ much, estimates are too low"
    yield Check("people alike", SUPPOSED, reason)


def of_overlap(overlap: Overlap) -> Iterator[Check]:
    """Whether people are on two lists, and enough of them."""
    if not overlap.shared:
        yield Check("overlap", REFUSED, "no person is on two lists: they say nothing of people on none")
    elif overlap.shared == 1:
        yield Check("overlap", REFUSED, "a single person is on more than one list: one more would halve the estimate")
    elif overlap.shared < FEW_SHARED:
        yield Check(
            "overlap", NOTED, f"{overlap.shared} people are on two lists or more: each of them moves the estimate"
        )
    else:
        yield Check("overlap", PASSED, f"{overlap.shared:,} people are on two lists or more")
    few = [pair for pair, both in overlap.pairs.items() if overlap.on_all(both) < FEW_ON_A_PAIR]
    if few:
        reason = f"fewer than {FEW_ON_A_PAIR} people on {', '.join(few)}: one person can decide which model is chosen"
        yield Check("pairs", NOTED, reason)


def of_nesting(overlap: Overlap) -> Iterator[Check]:
    """Lists that lie inside others; a list that does finds nobody by itself, and no interval tells."""
    found = nestings(overlap)
    for nesting in found:
        yield Check("nesting", REFUSED, nesting_in_words(nesting))
    if not found:
        yield Check("nesting", PASSED, "no list lies inside others")


def nesting_in_words(nesting: Nesting) -> str:
    """Which list lies inside which, and what to do."""
    inner, outer = " or ".join(nesting.inner), " or ".join(nesting.outer)
    held = f"{nesting.people - nesting.outside:,} of {nesting.people:,} people on {inner} are on {outer} too"
    one = len(nesting.inner) == 1 and len(nesting.outer) == 1
    ways = f"merge(frame, {inner!r}, {outer!r}) or drop(frame, {inner!r})" if one else "drop or merge some of them"
    return f"{held}: such a list finds nobody by itself, and overlap is no sign that few are hidden; {ways}"


def of_ends(ends: Ends, draws: int) -> Iterator[Check]:
    """Whether the ends of a bootstrap's interval rest on enough draws."""
    sides = (("lower end", ends.low_beyond), ("upper end", ends.high_beyond))
    for side, beyond in sides:
        if beyond < DRAWS_BEYOND:
            reason = f"fewer than {DRAWS_BEYOND} of {draws:,} draws lie beyond it, so no {side} can be given"
            yield Check(f"{side} of the interval", REFUSED, reason)
        else:
            yield Check(f"{side} of the interval", PASSED, f"{beyond:,.0f} of {draws:,} draws lie beyond it")


def too_wide(ends: Ends) -> bool:
    """Whether an interval leaves everything open."""
    return ends.high > FACTOR_AT_MOST * ends.low
