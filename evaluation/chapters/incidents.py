"""What the police reported, for any place and definition, as other chapters ask for it.

Everything here answers None or an empty list where a place has no such figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..language import LANGUAGES, N_, Text, format_moment
from ..numbers import measures
from ..numbers.figures import Figure, Figures, Measure, Number, Quantity
from ..reviews import choices

ALL_LAWS, TABLE_1525 = "all_human_trafficking", "trafficking_1525"
SHORT_NAMES = {ALL_LAWS: "all_laws", TABLE_1525: "violation_1525"}
COUNTRY = "Canada"
NOT_FOUND = N_("not found")


@dataclass(frozen=True)
class Reported:
    """One place's counts and rates by one definition, in the years asked for: each year's latest release."""

    figures: Figures
    definition: str
    place: str
    counts: tuple[Figure, ...]
    rates: tuple[Figure, ...]

    @property
    def main(self) -> tuple[Figure, ...]:
        """The longer of the two series; counts where they are as long or span the same years."""
        spans = [(series[0].start, series[-1].start) for series in (self.counts, self.rates) if series]
        as_wide = len(spans) == 2 and spans[0] == spans[1]
        return self.counts if len(self.counts) >= len(self.rates) or as_wide else self.rates


def reported(figures: Figures, definition: str, place: str, first_year: int, last_year: int) -> Reported:
    """What is published for a place by a definition from the first to the last year."""

    def within(unit: str) -> tuple[Figure, ...]:
        series = figures.series(definition, place, unit=unit)
        return tuple(figure for figure in series if first_year <= int(figure.start) <= last_year)

    return Reported(figures, definition, place, within("incidents"), within("per_100k"))


def year(figures: Figures, definition: str, place: str, asked: int | str) -> int:
    """A year asked for, as a number: ``latest`` is the last year of the series. A build has resolved it before."""
    values = {"place": place, "definition": definition, "year": asked}
    return int(choices.resolved(figures.tables, values, ["year"])[0]["year"])


def population(figures: Figures, place: str, year: str) -> Figure | None:
    """A place's population, where data/ holds it."""
    held = {(row["place"], row["year"]) for row in figures.tables.rows("population")}
    return figures.population(place, int(year)) if (place, year) in held else None


def populations(figures: Figures, place: str, earlier: Number, later: Number) -> measures.People | None:
    """A place's populations in the years of two figures, where data/ holds both."""
    first, second = (population(figures, place, number.start) for number in (earlier, later))
    return (first, second) if first and second else None


def releases(published: Sequence[Figure]) -> Text:
    """The releases of some figures, in both languages."""
    vintages = dict.fromkeys(figure.vintage for figure in published)
    return {language: "; ".join(format_moment(v, language) for v in vintages) for language in LANGUAGES}


def same(text: str) -> Text:
    """A text that is the same in both languages, such as a year."""
    return dict.fromkeys(LANGUAGES, text)


def revised(figures: Figures, definition: str, place: str) -> list[tuple[Figure, Figure]]:
    """First and latest release of each count that a later release changed."""
    by_year: dict[str, list[Figure]] = {}
    for figure in figures.series(definition, place, vintage="all"):
        by_year.setdefault(figure.start, []).append(figure)
    return [(releases[0], releases[-1]) for releases in by_year.values() if len(releases) > 1]


def revisions(figures: Figures, definition: str) -> Measure | None:
    """The range of the changes, in per cent, that later releases made to Canada's first counts of a year by a
    definition; None where no count is known to have been revised."""
    pairs = revised(figures, definition, COUNTRY)
    if not pairs:
        return None
    changes = [(latest.quantity / first.quantity - Quantity.exact(1)) * Quantity.exact(100) for first, latest in pairs]
    values = [change.value for change in changes]
    label = N_("Changes that later releases made to Canada’s first count of a year, smallest to largest")
    formula = N_("(latest release ÷ first release − 1) × 100, for every year whose count changed")
    options: dict[str, Any] = {"unit": "percent", "decimals": 1}
    inputs = [figure for pair in pairs for figure in pair]
    return measures.measure(
        f"revisions_{definition}", label, Quantity.between(min(values), max(values)), inputs, formula, **options
    )


def largest_revision(
    figures: Figures, definition: str, decimals: int = 1, place: str = COUNTRY
) -> tuple[Figure, Figure, Measure] | None:
    """A place's count that a later release changed most by a definition: first release, latest, change in per cent."""
    label = N_("Change from the first to the latest release of one year")
    changes = [
        (first, latest, measures.change_percent(f"revision_{definition}", label, latest, first, decimals=decimals))
        for first, latest in revised(figures, definition, place)
    ]
    return max(changes, key=lambda change: abs(change[2].quantity.value), default=None)
