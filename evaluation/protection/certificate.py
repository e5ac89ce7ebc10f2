"""What proves a release: an invented population whose counts are the published ones. No number is written without it.

Let every cell's range hold the count of the invented population, and that count with up to ``base - 1`` people more.
Then whoever sees all ranges, knows the method and has any computer cannot tell the true population from the invented
one with that many more in any one group of the finest detail: all of these would be allowed. So every group of people,
published or got by subtraction, keeps at least ``base`` possible counts. The proof reads the ranges as they are
published and nothing of how they were found; it is sums and comparisons alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Range:
    """A published count: from ``low`` to ``high``, of the rows that have one of some codes in each of some columns."""

    table: str
    codes: dict[str, frozenset[str]]
    low: int
    high: int


class NotProved(Exception):
    """A release that its invented population does not prove. It names the rule and no count."""


def prove(
    ranges: Iterable[Range], invented: pd.DataFrame, returns: pd.DataFrame, base: int, own_number: int = 0
) -> None:
    """Raise NotProved unless an invented population (a row a group of the finest detail, the column people) proves the
    ranges: whole bases, none negative; each range has the true count of the returns, the invented one and as many as
    ``base - 1`` more; where organizations' own numbers are provided for, the true count and ``own_number`` more."""
    if (invented.people < 0).any() or (invented.people % base).any():
        raise NotProved("the invented population is no whole bases")
    for published in ranges:
        count_true, count_invented = (sum_of(population, published.codes) for population in (returns, invented))
        if not published.low <= count_true <= published.high - own_number:
            raise NotProved(f"{published.table}: a range without its count")
        if not (published.low <= count_invented and count_invented + base - 1 <= published.high):
            raise NotProved(f"{published.table}: a range that leaves fewer than {base} counts")


def sum_of(population: pd.DataFrame, codes: dict[str, frozenset[str]]) -> int:
    """The people of a population that have one of the codes in each column."""
    inside = pd.Series(True, index=population.index)
    for column, allowed in codes.items():
        inside &= population[column].isin(allowed)
    return int(population.people[inside].sum())
