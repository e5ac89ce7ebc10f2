"""The releases of a series: each year's is published again, and earlier years may be revised.

Two numbers of a series compare within one release, or each as first released, so that a revision or a change of
counting rules affects both or neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from ..problems import Refused
from .formula import evaluate
from .notation import RATES, decimals_of, scale_of
from .number import Figure, Number
from .publication import Release
from .quantity import Bound, Quantity, to_decimal

YEARS_TO_RELEASE = 2  # a year is first published in the year after it or in the next; later copies are of a series


class PrintedRow(NamedTuple):
    """One year of a series in one release, with its cells ``bound, value, high``; an empty value for an empty cell."""

    year: str
    vintage: str
    cells: tuple[str, str, str]

    @classmethod
    def of(cls, row: Mapping[str, str], column: str) -> PrintedRow:
        """The year, release and cells of one column of a table's row; bound and high are empty without columns."""
        return cls(row["year"], row["vintage"], (row.get("bound", ""), row[column], row.get("high", "")))


def releases_of(year: str, rows: Sequence[PrintedRow]) -> tuple[Release, ...]:
    """All releases of one year of a series, oldest first. The first release is the earliest that gives the year, within
    `YEARS_TO_RELEASE` of it; if it or an earlier one already gives a later year of the series, it is a copy and there
    is no first release."""
    printed = sorted((row for row in rows if row.year == year and row.cells[1]), key=lambda row: row.vintage)
    if not printed:
        return ()
    earliest = printed[0].vintage
    newest = max(row.year for row in rows if row.vintage <= earliest)
    is_first = newest == year and int(earliest[:4]) - int(year[:4]) <= YEARS_TO_RELEASE
    return tuple(Release(row.vintage, *row.cells, is_first and row is printed[0]) for row in printed)


def possible_values(number: Number) -> Quantity:
    """The possible values of a number: of an exact published rate the interval of its rounding, half up, so that rates
    with different decimals compare; else its quantity."""
    if isinstance(number, Figure) and number.unit in RATES and number.quantity.bound is Bound.EXACT:
        return number.rounding().quantity
    return number.quantity


def printed_interval(number: Number) -> Quantity:
    """The closed interval of the values that the printed digits can stand for, whatever the bound: half a unit of the
    last significant digit either way, where trailing zeros of a whole number are not significant (240: 235 to 245)."""
    scale = scale_of(number)
    return rounding_interval(f"{to_decimal(number.quantity.value / scale, number.decimals):f}", scale)


def rounding_interval(value: str, scale: Fraction | int = 1) -> Quantity:
    """The closed interval of half a unit of the last significant digit either way of the digits ``value``, which are in
    units of ``scale``; trailing zeros of a whole number are not significant: 240 is from 235 to 245."""
    zeros = len(value) - len(value.rstrip("0") or "0") if "." not in value else -len(value.partition(".")[2])
    half = Fraction(10) ** zeros / 2
    return Quantity.between((Fraction(value) - half) * scale, (Fraction(value) + half) * scale)


# Numbers as of another release

AS_FIRST_RELEASED = ""  # in place of a vintage: each year as first released


def figures_with_releases(number: Number) -> list[Figure]:
    """The published figures behind a number that are in several releases of a series (``releases``), each once; of such
    a figure itself."""
    return [figure for figure in number.figures() if figure.releases]


def common_vintages(number: Number) -> set[str]:
    """The days of the releases each of which gives all figures with releases behind a number; empty if there is no such
    figure or release."""
    vintages = [{release.vintage for release in figure.releases} for figure in figures_with_releases(number)]
    return reduce(set.intersection, vintages) if vintages else set()


def vintages_used(number: Number) -> set[str]:
    """The days of the releases from which the figures with releases behind a number are taken; empty if there are
    none."""
    return {figure.vintage for figure in figures_with_releases(number)}


def is_first_release(number: Number) -> bool:
    """Whether every figure with releases behind a number is from its first release; false if none has releases."""
    figures = figures_with_releases(number)
    return bool(figures) and all(
        any(release.vintage == figure.vintage and release.first for release in figure.releases) for figure in figures
    )


def number_in_release(number: Number, vintage: str) -> Number | None:
    """A copy of a number as of one release, by its day (`AS_FIRST_RELEASED`: each figure as first released); a measure
    is recalculated, from inputs without releases as they are. None if the release lacks a figure, if a measure has no
    formula, or if the result is refused."""
    if isinstance(number, Figure):
        return _figure_in_release(number, vintage)
    leaves = {
        leaf.name: number_in_release(leaf, vintage) if figures_with_releases(leaf) else leaf for leaf in number.inputs
    }
    known = {name: leaf for name, leaf in leaves.items() if leaf is not None}
    if number.tree is None or known.keys() != leaves.keys():
        return None
    try:
        return replace(number, quantity=evaluate(number.tree, known), inputs=tuple(known.values()))
    except (Refused, ZeroDivisionError):
        return None


def _figure_in_release(figure: Figure, vintage: str) -> Figure | None:
    """A copy of a figure as printed in one release, by its day (`AS_FIRST_RELEASED`: its first one), with the decimals
    of that release; None if it is not in it."""
    first = vintage == AS_FIRST_RELEASED
    chosen = (release for release in figure.releases if (release.first if first else release.vintage == vintage))
    if (release := next(chosen, None)) is None:
        return None
    quantity = Quantity.of(release.bound or Bound.EXACT, release.value, release.high or None)
    decimals = decimals_of(release.value, figure.unit)
    return replace(figure, quantity=quantity, decimals=decimals, vintage=release.vintage)


def pairs_by_release(left: Number, right: Number) -> Iterator[tuple[Number, Number]]:
    """The two numbers as first released, if both are known so, then as of each release that gives both, oldest
    first."""
    for vintage in (AS_FIRST_RELEASED, *sorted(common_vintages(left) & common_vintages(right))):
        first = number_in_release(left, vintage)
        second = first if right is left else number_in_release(right, vintage)
        if first is not None and second is not None:
            yield first, second
