"""Computations of the chapter on reported incidents: an interval that no operator gives, and its labels."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..language import LANGUAGES, N_, NO_BREAK, Text, translate
from ..language.formats import format_moment
from ..numbers import measures
from ..numbers.figures import Figures
from ..numbers.frames import FigureDtype
from ..numbers.number import Measure, Number
from ..numbers.quantity import Quantity

if TYPE_CHECKING:
    import pandas as pd

    from ..records.chapter import Chapter

WEST_TO_EAST = [
    *("British Columbia", "Alberta", "Saskatchewan", "Manitoba", "Ontario", "Quebec", "New Brunswick", "Nova Scotia"),
    *("Prince Edward Island", "Newfoundland and Labrador"),
]
SHORT_NAMES = {"all_human_trafficking": "all_laws", "trafficking_1525": "violation_1525"}


def one_wider(counts: pd.Series) -> pd.Series:
    """Implied counts, each widened by one at either end (see `widened_count`), as another release of the population can
    move them; missing ones stay missing."""
    return counts.map(widened_count, na_action="ignore").astype(FigureDtype())


def widened_count(count: Number) -> Measure:
    """A count that a rate implies, an interval with both ends known, widened by one at either end but not below 0. An
    estimate."""
    low, high = count.quantity.low, count.quantity.high
    assert low is not None
    assert high is not None
    quantity = Quantity.between(max(low - 1, Fraction(0)), high + 1)
    name, label = f"wider_{count.start}", N_("Incidents that the rate implies, were each end off by one")
    return measures.measure(name, label, quantity, count.leaves(), N_("count, one less to one more"), estimate=True)


def named_place(figures: Figures, place: str, definition: str) -> Text:
    """The place in a page's headline, with its preposition ("in Ontario"); for Canada, whose counts have two
    definitions, with the short name of the ``definition``, a key of SHORT_NAMES."""
    where, short = figures.label("places", place, "in"), figures.label("names", SHORT_NAMES[definition], "text")
    return {lang: f"{where[lang]}, {short[lang]}" for lang in LANGUAGES} if place == "Canada" else where


def headed(chapter: Chapter, place: str) -> Text:
    """The name of a place as the first words of a title, with no-break spaces; of a metropolitan area that of its city
    (its id), the same in both languages."""
    is_city = chapter.frame("places").set_index("place").kind[place] == "metropolitan_area"
    name = dict.fromkeys(LANGUAGES, place) if is_city else chapter.label("places", place, "name")
    return {language: translate(name, language).replace(" ", NO_BREAK) for language in LANGUAGES}


def releases(*vintages: object) -> Text:
    """The dates of distinct releases in words of both languages, in the order given, joined by semicolons; what is no
    text is a missing release and dropped."""
    distinct = dict.fromkeys(vintage for vintage in vintages if isinstance(vintage, str))
    return {language: "; ".join(format_moment(vintage, language) for vintage in distinct) for language in LANGUAGES}
