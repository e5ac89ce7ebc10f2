"""The proof of a release: an invented population whose counts are consistent with the published ranges. No number is
written without it.

Let every cell's range contain the count of the invented population, and that count plus up to ``base - 1``. Then nobody
who sees all ranges and knows the method, with any computing power, can tell the true population from the invented one
with that many more people in any one group of the finest detail: all are consistent. So every group, published or
derived by subtraction, keeps at least ``base`` possible counts. The proof reads the ranges as published and nothing of
the search for them; it is sums and comparisons only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class PublishedRange:
    """A published count, from ``low`` to ``high`` (both included), of the people with one of these codes in each of
    these columns of the returns; a column that is not named may have any."""

    table: str
    codes: dict[str, frozenset[str]]
    low: int
    high: int


class NotProved(Exception):
    """The invented population does not prove the release. The message names the rule and no count."""


def check_proof(
    ranges: Iterable[PublishedRange], invented: pd.DataFrame, returns: pd.DataFrame, base: int, own_number: int = 0
) -> None:
    """Raise NotProved unless the invented population (one row per group of the finest detail, with a column people)
    proves the ranges: its counts are non-negative multiples of ``base``; each range contains the true count and that
    plus ``own_number``, and the invented count and that plus ``base - 1``. A positive ``own_number`` protects against
    an organization that knows its own return."""
    if (invented.people < 0).any() or (invented.people % base).any():
        raise NotProved("the invented population is no whole bases")
    in_returns, in_invented = group_counter(returns), group_counter(invented)
    for published in ranges:
        count_true, count_invented = in_returns(published.codes), in_invented(published.codes)
        if not published.low <= count_true <= published.high - own_number:
            raise NotProved(f"{published.table}: a range without its count")
        if not (published.low <= count_invented and count_invented + base - 1 <= published.high):
            raise NotProved(f"{published.table}: a range that leaves fewer than {base} counts")


def group_counter(population: pd.DataFrame) -> Callable[[dict[str, frozenset[str]]], int]:
    """A function that counts the people of a population (a row per group, with a column people) with one of the codes
    in each of the columns it is given; all for none. It keeps what it computed of a column, so the population must not
    change."""
    people = population.people.to_numpy()

    @cache
    def has(column: str, allowed: frozenset[str]) -> NDArray[np.bool_]:
        return np.asarray(population[column].isin(allowed))

    def count(codes: dict[str, frozenset[str]]) -> int:
        inside = np.ones(len(people), dtype=bool)
        for column, allowed in codes.items():
            inside &= has(column, allowed)
        return int(people[inside].sum())

    return count
