"""Where the numbers of a page come from: one row a number, the sources, the releases."""

from __future__ import annotations

from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Source
from ..numbers.quantity import Bound
from .model import Page
from .publications import sources_of


def origins(page: Page) -> list[tuple[Number, bool]]:
    """The rows of "Where the numbers come from", and whether one names its publication by its title alone: it is named
    whole in the first of its rows that running text leads to."""
    named: set[str] = set()
    rows = []
    for number in page.numbers.values():
        source = number.source.source if isinstance(number, Figure) else ""
        again = source in named or number.name not in page.values.used
        rows.append((number, again))
        named |= set() if again else {source}
    return rows


def has_intervals(page: Page) -> bool:
    """Whether the review worked out an interval that the page's table of origins holds."""
    return any(n.quantity.bound is Bound.BETWEEN for n in page.numbers.values() if isinstance(n, Measure))


def sources(page: Page) -> dict[str, Source]:
    """Every source of the page's numbers and charts."""
    return sources_of(page.shown) | page.cited


def vintages(page: Page) -> list[str]:
    """The releases that the page's figures come from, oldest first."""
    return sorted({figure.vintage for number in page.shown for figure in number.figures()} - {""})
