"""How published numbers agree, and whether what data/ says of them is so.

`relation` compares what two published numbers say of the true value. Words in data/ whose truth rests on numbers name
their condition in a column (``rests_on``), a claim in the grammar of `numbers.claims`:

    ijfs_trafficking_charges + ijfs_other_charges in ijfs_all_charges_the_border
    digits(ministries) == count('ministry')

Names are figures, compared whatever they count. ``count(kind, objective)`` counts the strategy's items;
``reported(definition, place, first)`` and ``latest`` read the ends of a series: a condition names no year, since a
series may pass it. ``;`` joins conditions.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from ..data.rules import Row
from ..data.sources import Tables
from ..numbers.claims import Names, NotAClaim, decide, lies_within, names_in, shown_sides
from ..numbers.quantity import Bound, Quantity, clears
from ..numbers.releases import YEARS_TO_RELEASE, rounding_interval
from ..problems import nearest
from .outcomes import both_laws

ALL_LAWS = "all_human_trafficking"
Releases = dict[str, Quantity]  # a year's number by its releases
EQUAL, WITHIN, OVERLAPPING, DIFFERENT = "equal", "within", "overlapping", "different"


def quantity_of(row: Row) -> Quantity:
    """What a figure's row says."""
    return from_words(row["bound"], row["value"], row["high"])


def from_words(bound: str, value: str, high: str = "") -> Quantity:
    """A number with the bound that its publisher gave it. An approximate one is as wide as its rounding: about 240 is
    from 235 to 245."""
    if bound == Bound.ABOUT:
        return rounding_interval(value)
    return Quantity.of(bound, Fraction(value), Fraction(high) if bound == Bound.BETWEEN else None)


def relation(left: Quantity, right: Quantity) -> str:
    """How two numbers agree: ``equal`` (they say the same), ``within`` (all that one leaves open is in the other),
    ``overlapping`` (both may be right) or ``different`` (they cannot both be)."""
    if left == right:
        return EQUAL
    if clears(left, right) or clears(right, left):
        return DIFFERENT
    return WITHIN if lies_within(left, right) or lies_within(right, left) else OVERLAPPING


def stated(numbers: list[Quantity], how: str) -> list[Quantity]:
    """A statement's numbers as they are compared: ``each`` by itself, their ``sum``, or the ``range`` from the
    first alone to all together (two teams that serve and one that is planned are two or three)."""
    if how == "each":
        return numbers
    total = sum(numbers[1:], numbers[0])
    return [total if how == "sum" else replace(numbers[0], high=total.high, high_open=total.high_open)]


def agreement(quantities: list[Quantity], how: str, other: Quantity) -> str:
    """How another source's number agrees with what is stated: with the one of several with which it agrees best."""
    relations = {relation(quantity, other) for quantity in stated(quantities, how)}
    return next(kin for kin in (EQUAL, WITHIN, OVERLAPPING, DIFFERENT) if kin in relations)


# Conditions


def unmet(conditions: str, tables: Tables) -> Iterator[str]:
    """The conditions that do not hold of the tables, each with its numbers. Raises NotAClaim."""
    for text in filter(None, (part.strip() for part in conditions.split(";"))):
        names = names_of(text, tables)
        if not decide(text, names).holds:
            yield f"{text} with {shown_sides(text, names)}"


def names_of(condition: str, tables: Tables) -> Names:
    """What a condition may name: figures as numbers that compare whatever they count, and the functions of data/."""
    figures = tables.keyed("figures")
    numbers = {name: quantity_of(figures[name]) for name in names_in(condition) if name in figures}
    return Names(numbers=numbers, functions={name: partial(function, tables) for name, function in FUNCTIONS.items()})


def _figure_row(name: str, tables: Tables) -> Row:
    """The row of a figure. Raises NotAClaim where there is none."""
    if name not in tables.keyed("figures"):
        raise NotAClaim(name, f"a figure of data/figures.csv{nearest(name, tables.keyed('figures'))}")
    return tables.keyed("figures")[name]


def _digits(tables: Tables, name: str) -> Quantity:
    """A figure's number without its bound."""
    return Quantity.exact(Fraction(_figure_row(name, tables)["value"]))


def _count(tables: Tables, kind: str, objective: str = "") -> Quantity:
    """The strategy's items of one kind, of one objective where it is given; its objectives are a table of their own."""
    items = [row for row in tables.rows("strategy_items") if row["kind"] == kind]
    of_objective = [row for row in items if objective in ("", row["objective"])]
    return Quantity.exact(len(tables.rows("objectives") if kind == "objective" else of_objective))


ENDS: dict[str, Callable[[Iterable[str]], str]] = {"first": min, "latest": max}


def counts_lead(counts: Collection[Any], rates: Collection[Any]) -> bool:
    """Whether a series is of counts, by the years of its counts and of its rates: they go on as long as the rates or
    longer, or over the same years."""
    ends = [(min(years, default=None), max(years, default=None)) for years in (counts, rates)]
    return len(counts) >= len(rates) or ends[0] == ends[1]


def _reported(tables: Tables, definition: str, place: str, end: str) -> Quantity:
    """The count of a series (see `counts_lead`; that of both laws, where none of all laws is published), or else the
    rate as it is rounded, in its ``first`` or ``latest`` year: from the lowest of its releases to the highest; any
    number, where the two years come from releases that do not compare."""
    reports = [
        row for row in tables.rows("police_reported") if (row["definition"], row["place"]) == (definition, place)
    ]
    counts, rates = defaultdict[str, Releases](dict), defaultdict[str, Releases](dict)
    for row in reports:
        if row["incidents"]:
            counts[row["year"]][row["vintage"]] = Quantity.exact(int(row["incidents"]))
        if row["rate_per_100k"]:
            rates[row["year"]][row["vintage"]] = rounding_interval(row["rate_per_100k"])
    if definition == ALL_LAWS and not counts:
        counts |= {year: {"": Quantity.exact(count)} for year, count in both_laws(tables, place).items()}
    series = counts if counts_lead(counts, rates) else rates
    if end not in ENDS or not series:
        raise NotAClaim(f"reports of {place}, {end}", "a definition and a place with reports, first or latest")
    first, latest = min(series), max(series)
    first_told = all(int(min(series[y])[:4]) - int(y) <= YEARS_TO_RELEASE for y in (first, latest) if min(series[y]))
    if not (first_told or series[first].keys() & series[latest].keys()):
        return Quantity.of("at-least", 0)  # two releases that do not compare
    given = series[ENDS[end](series)].values()
    return Quantity.between(min(quantity.low for quantity in given), max(quantity.high for quantity in given))  # type: ignore[type-var]


def _rounded(tables: Tables, name: str) -> Quantity:
    """All that a figure's round number can stand for."""
    return rounding_interval(_figure_row(name, tables)["value"])


FUNCTIONS: dict[str, Callable[..., Quantity]] = {
    "digits": _digits,
    "count": _count,
    "reported": _reported,
    "rounded": _rounded,
}
