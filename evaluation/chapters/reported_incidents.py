"""What the chapter on reported incidents needs beyond its cells: two intervals that no operator gives, and the wordings
that its results allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ..language import LANGUAGES, N_, Text, format_moment, names
from ..numbers import measures
from ..numbers.changed import moved
from ..numbers.figures import Figures
from ..numbers.frames import FigureDtype
from ..numbers.number import Measure, Number
from ..numbers.quantity import Quantity
from .releases import each_once  # noqa: F401

if TYPE_CHECKING:
    import pandas as pd

Choice = tuple[str, str]
SHORT_NAMES = {"all_human_trafficking": "all_laws", "trafficking_1525": "violation_1525"}
# Cities whose police put the change in their counts down to a unit of their own, by definition, first and last year
# (see the sources of their counts).
UNITS: dict[tuple[str | int, ...], Text] = {
    ("Ottawa", "trafficking_1525", 2010, 2015): {"en": "The city of Ottawa", "fr": "La ville d’Ottawa"}
}


def one_wider(counts: pd.Series) -> pd.Series:
    """Counts that may each be one less or one more: what another release of the population can make of them."""
    return counts.map(one_less_to_one_more, na_action="ignore").astype(FigureDtype())


def one_less_to_one_more(count: Number) -> Measure:
    low, high = count.quantity.low, count.quantity.high
    assert low is not None
    assert high is not None
    quantity = Quantity.between(max(low - 1, Fraction(0)), high + 1)
    name, label = f"wider_{count.start}", N_("Incidents that the rate implies, were each end off by one")
    return measures.measure(name, label, quantity, count.leaves(), N_("count, one less to one more"), estimate=True)


def as_revised(count: Number, first: Sequence[Number], latest: Sequence[Number]) -> Measure:
    """A count revised as other years' counts were, least and most: ``count`` × latest ÷ first release."""
    label = N_("The last count, if revised as other years were")
    formula = N_("count × (latest release ÷ first release), of the years revised least and most")
    pairs = sorted(zip(first, latest, strict=True), key=lambda pair: pair[1].quantity.value / pair[0].quantity.value)
    least, most = (count.quantity * latest.quantity / first.quantity for first, latest in (pairs[0], pairs[-1]))
    inputs = list({number.name: number for number in (count, *pairs[0], *pairs[-1])}.values())
    quantity = Quantity.between(least.value, most.value)
    number = measures.measure("if_revised", label, quantity, inputs, formula, estimate=True)
    return replace(number, start=count.start, end=count.end)  # of its year, whatever years tell the range


def floor_of_areas(figures: Figures, place: str, areas: Sequence[Number]) -> Measure | None:
    """The least that a place can have had: the sum of the areas within it that were found; None where that is none."""
    some = [area for area in areas if area.quantity.value]
    if not some:
        return None
    total = sum((area.quantity for area in some), Quantity.exact(0))
    label, formula = (
        N_("Least number of incidents, from the areas found"),
        N_("sum of the areas found, others left out"),
    )
    number = measures.measure("areas_floor", label, replace(total, high=None), some, formula)
    return replace(number, place=place, place_label=figures.label("places", place, "name"))


def sure_move(latest: Sequence[Number], first: Sequence[Number]) -> str | None:
    """Which way two years' numbers went by their latest releases; None where the first releases went another way."""
    ways = [moved(*latest), moved(*first)]
    return None if len(set(ways) - {"unknown"}) > 1 else ways[0]


def reports_and_rate(latest: Sequence[Number], first: Sequence[Number], change: Measure | None) -> str | None:
    """Which way reports went, then the rate behind them: ``rose-unknown``. Of a published rate whose counts are not
    known, and of numbers whose direction hangs on the release, that alone: ``rate-fell``, ``by-release``. None for a
    single year.

    ``latest`` and ``first`` are the first and the last year's numbers, each by its latest and by its first release.
    """
    if not len(latest):
        return None
    way = sure_move(latest, first)
    if way is None:
        return "by-release"
    if {number.unit for number in latest} == {"per_100k"}:
        return f"rate-{way}"
    return f"{way}-{measures.direction(change.quantity) if change else 'unknown'}"


def two_counts(moves: Sequence[str | None]) -> Choice:
    """Whether two published counts last moved the ``same`` or the ``opposite`` way, or ``plain`` where that cannot be
    told."""
    if not moves or not set(moves) <= {"rose", "fell"}:
        return "two_counts", "plain"
    return "two_counts", "same" if moves[0] == moves[1] else "opposite"


def named_place(figures: Figures, place: str, definition: str) -> Text:
    """Where a page's headline says that it is about; of the country, whose counts have two definitions, by which."""
    where, short = figures.label("places", place, "in"), names()[SHORT_NAMES[definition]]
    return {lang: f"{where[lang]}, {short[lang]}" for lang in LANGUAGES} if place == "Canada" else where


BY_LAWS: dict[str, Text] = {
    "all_human_trafficking": {"en": "all laws", "fr": "toutes lois"},
    "trafficking_1525": {"en": "Criminal Code alone", "fr": "Code criminel seulement"},
}


def by_laws(definition: str) -> Text | None:
    """By which laws incidents are counted, in words that stand beside a number."""
    return BY_LAWS.get(definition)


def with_unit(place: str, definition: str, years: Sequence[int]) -> Text | None:
    """The place, where a police unit for the crime was set up between the first and the last year compared."""
    return UNITS.get((place, definition, *map(int, years)))


def releases(*vintages: object) -> Text:
    """Releases as a table's cell, each once, in both languages; what is missing is left out."""
    given = dict.fromkeys(vintage for vintage in vintages if isinstance(vintage, str))
    return {language: "; ".join(format_moment(vintage, language) for vintage in given) for language in LANGUAGES}
