"""Agreement between published numbers, and the conditions that texts in data/ state about them.

`relation` compares two published numbers as statements about the true value. Texts in data/ whose truth depends on
numbers name their condition in a column (``rests_on``), a claim in the grammar of `numbers.claims`:

    ijfs_trafficking_charges + ijfs_other_charges in ijfs_all_charges_the_border
    digits(ministries) == count('ministry')

Names are figures, which compare whatever they count. ``count(kind, objective)`` counts the strategy's items;
``reported(definition, place, first)`` and ``latest`` read the ends of a series: a condition names no year, since series
are extended. ``;`` joins conditions.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from ..data.rules import Row
from ..data.sources import Tables
from ..numbers.claims import Names, NotAClaim, decide, lies_within, names_in_claim, sides_in_words
from ..numbers.quantity import Bound, Quantity, is_above
from ..numbers.releases import YEARS_TO_RELEASE, rounding_interval
from ..problems import nearest
from .outcomes import incidents_under_both_laws

ALL_LAWS = "all_human_trafficking"
Releases = dict[str, Quantity]  # the number of a year, by release
EQUAL, WITHIN, OVERLAPPING, DIFFERENT = "equal", "within", "overlapping", "different"


def row_quantity(row: Row) -> Quantity:
    """The quantity in a row of data/figures.csv for comparison: of an approximate number the interval of its
    rounding."""
    return published_quantity(row["bound"], row["value"], row["high"])


def published_quantity(bound: str, value: str, high: str = "") -> Quantity:
    """A quantity from its cells ``bound``, ``value`` and ``high`` (read for the bound "between" alone); of an
    approximate number the interval of its rounding: about 240 is from 235 to 245."""
    if bound == Bound.ABOUT:
        return rounding_interval(value)
    return Quantity.of(bound, Fraction(value), Fraction(high) if bound == Bound.BETWEEN else None)


def relation(left: Quantity, right: Quantity) -> str:
    """The relation of two numbers as statements about one value: ``equal`` (the same statement), ``within`` (one
    interval contains the other), ``overlapping`` (both can be true) or ``different`` (they contradict each other)."""
    if left == right:
        return EQUAL
    if is_above(left, right) or is_above(right, left):
        return DIFFERENT
    return WITHIN if lies_within(left, right) or lies_within(right, left) else OVERLAPPING


def combined_quantities(numbers: list[Quantity], how: str) -> list[Quantity]:
    """The quantities of a statement, at least one, for comparison, by ``how``: for ``each`` all of them unchanged, for
    ``sum`` their sum, for anything else the range from the first alone to the sum (two active teams and one planned are
    two or three)."""
    if how == "each":
        return numbers
    total = sum(numbers[1:], numbers[0])
    return [total if how == "sum" else replace(numbers[0], high=total.high, high_open=total.high_open)]


def agreement(quantities: list[Quantity], how: str, other: Quantity) -> str:
    """The relation of another source's number to a statement: the closest (equal, within, overlapping, different, in
    this order) over the statement's quantities as `combined_quantities` gives them by ``how``."""
    relations = {relation(quantity, other) for quantity in combined_quantities(quantities, how)}
    return next(kin for kin in (EQUAL, WITHIN, OVERLAPPING, DIFFERENT) if kin in relations)


# Conditions


def unmet_conditions(conditions: str, tables: Tables) -> Iterator[str]:
    """The conditions, of those joined by ``;``, that the tables do not meet, each with its numbers; one that cannot be
    decided is not met. Raises NotAClaim for text that is no condition or names no figure."""
    for text in filter(None, (part.strip() for part in conditions.split(";"))):
        names = condition_names(text, tables)
        if not decide(text, names).holds:
            yield f"{text} with {sides_in_words(text, names)}"


def condition_names(condition: str, tables: Tables) -> Names:
    """The namespace of a condition: the figures that it names, by id, as quantities for comparison (unknown names are
    left out), and the FUNCTIONS on the tables."""
    figures = tables.rows_by_key("figures")
    numbers = {name: row_quantity(figures[name]) for name in names_in_claim(condition) if name in figures}
    return Names(numbers=numbers, functions={name: partial(function, tables) for name, function in FUNCTIONS.items()})


def _figure_row(figure: str, tables: Tables) -> Row:
    """The row of figures.csv with this id. Raises NotAClaim for an unknown one."""
    if figure not in tables.rows_by_key("figures"):
        raise NotAClaim(figure, f"a figure of data/figures.csv{nearest(figure, tables.rows_by_key('figures'))}")
    return tables.rows_by_key("figures")[figure]


def _digits(tables: Tables, figure: str) -> Quantity:
    """The printed number of a figure (its id) as exact, whatever its bound. Raises NotAClaim for an unknown figure."""
    return Quantity.exact(Fraction(_figure_row(figure, tables)["value"]))


def _count(tables: Tables, kind: str, objective: str = "") -> Quantity:
    """The number of the strategy's items of a kind, of one objective if given; 0 for an unknown kind. For the kind
    "objective" the number of all objectives, which have a table of their own."""
    if kind == "objective":
        return Quantity.exact(len(tables.rows("objectives")))
    items = [row for row in tables.rows("strategy_items") if row["kind"] == kind]
    return Quantity.exact(sum(objective in ("", row["objective"]) for row in items))


ENDS: dict[str, Callable[[Iterable[str]], str]] = {"first": min, "latest": max}


def counts_lead(counts: Collection[Any], rates: Collection[Any]) -> bool:
    """Whether a series uses counts rather than rates, by the years of both: it has at least as many counts (0 of both
    too), or both begin and end in the same years."""
    ends = [(min(years, default=None), max(years, default=None)) for years in (counts, rates)]
    return len(counts) >= len(rates) or ends[0] == ends[1]


def _yearly_reports(tables: Tables, definition: str, place: str) -> dict[str, Releases]:
    """The counts of a series by year and release, or else (see `counts_lead`) the intervals of its rounded rates. If no
    count of all laws is published, the sums of both laws, under an empty release. Empty without reports."""
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
        counts |= {
            year: {"": Quantity.exact(count)} for year, count in incidents_under_both_laws(tables, place).items()
        }
    return counts if counts_lead(counts, rates) else rates


def _reported(tables: Tables, definition: str, place: str, end: str) -> Quantity:
    """The count or rounded rate of a series (see `_yearly_reports`) in its ``end`` year, ``first`` or ``latest``, from
    the lowest to the highest over that year's releases. At least 0, which leaves any claim open, if first and latest
    year neither are both first releases nor share one. Raises NotAClaim for a series without reports and for another
    ``end``."""
    series = _yearly_reports(tables, definition, place)
    if end not in ENDS or not series:
        raise NotAClaim(f"reports of {place}, {end}", "a definition and a place with reports, first or latest")
    first, latest = min(series), max(series)
    are_first_releases = all(
        int(min(series[y])[:4]) - int(y) <= YEARS_TO_RELEASE for y in (first, latest) if min(series[y])
    )
    if not (are_first_releases or series[first].keys() & series[latest].keys()):
        return Quantity.of("at-least", 0)  # two releases that do not compare
    releases = series[ENDS[end](series)].values()
    return Quantity.between(min(report.low for report in releases), max(report.high for report in releases))  # type: ignore[type-var]


def _rounded(tables: Tables, figure: str) -> Quantity:
    """The values that round to a figure's number, half a unit of its last significant digit either way (240: 235 to
    245), whatever its bound. Raises NotAClaim for an unknown figure."""
    return rounding_interval(_figure_row(figure, tables)["value"])


FUNCTIONS: dict[str, Callable[..., Quantity]] = {
    "digits": _digits,
    "count": _count,
    "reported": _reported,
    "rounded": _rounded,
}
