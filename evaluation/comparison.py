"""Two years of reports compared: the change, chance, population, revision, and the detection that would explain it.

Reports are incidence times detection (see `detection`). A `Comparison` holds the numbers that a chapter shows;
each is None where the figures of a place do not give it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import incidents, measures
from .charts import Point
from .detection import DetectionBounds, incidence_ratio
from .figures import Figure, Figures, Measure, Number, Quantity, show
from .incidents import Choice, Reported
from .language import LANGUAGES, N_, Text

SUPPOSED_PERCENT = (1, 5, 10, 25, 50, 90)
OUT_OF_REACH = N_("out of reach")


@dataclass(frozen=True)
class Comparison:
    """One place by one definition in two years. Changes are in per cent of the earlier year; ``number`` is the
    number of reports, ``person`` the same a person; ``_chance`` marks the interval that counts chance in."""

    definition: str
    earlier: Figure
    later: Figure
    people: measures.People | None
    number: Measure | None
    number_chance: Measure | None
    person: Measure | None
    person_chance: Measure | None
    revised: Measure | None
    change_if_revised: Measure | None

    @property
    def change(self) -> Measure:
        """The change as published: of the number where it is known, else of the rate."""
        found = self.number or self.person
        assert found is not None
        return found

    @property
    def chance(self) -> Measure | None:
        return self.number_chance or self.person_chance


def pair(figures: Figures, definition: str, place: str, earlier_year: int, later_year: int) -> Reported | None:
    """The two years' figures: counts where both years have one, else rates; None where neither has both."""
    found = incidents.reported(figures, definition, place, earlier_year, later_year)
    years = (str(earlier_year), str(later_year))
    counts, rates = (tuple(f for f in series if f.start in years) for series in (found.counts, found.rates))
    if len(counts) < 2 and len(rates) < 2:
        return None
    return dataclasses.replace(found, counts=counts if len(counts) == 2 else (), rates=rates)


def other(definition: str) -> str:
    """The other of the two definitions."""
    return next(name for name in incidents.SHORT_NAMES if name != definition)


def compare(
    figures: Figures, definition: str, place: str, earlier_year: int, later_year: int, level: float
) -> Comparison | None:
    """Everything that two years' reports give; None where they cannot be compared."""
    two = pair(figures, definition, place, earlier_year, later_year)
    if two is None or two.first is None or two.last is None:
        return None
    earlier, later = two.first, two.last
    people = incidents.populations(figures, place, earlier, later)
    counted = earlier.unit == "incidents"
    revised = if_revised(figures, definition, earlier, later)
    changed = change_if_revised(definition, later, revised)
    a_number = changes(definition, later, earlier, level, people if not counted else None, False)
    a_person = changes(definition, later, earlier, level, people, True)
    number = a_number if counted or people else (None, None)
    person = a_person if people else (a_person[0], None) if not counted else (None, None)
    return Comparison(definition, earlier, later, people, number[0], number[1], person[0], person[1], revised, changed)


def changes(
    definition: str, later: Figure, earlier: Figure, level: float, people: measures.People | None, per_person: bool
) -> tuple[Measure, Measure | None]:
    """The change without and with chance; the second is None where no count is known."""
    name = f"{definition}_{'person' if per_person else 'number'}"
    options: dict[str, Any] = {"people": people, "per_person": per_person}
    label = N_("Change in reports per person") if per_person else N_("Change in the number of reports")
    with_chance = (
        N_("Change in reports per person, with chance counted in")
        if per_person
        else N_("Change in the number of reports, with chance counted in")
    )
    seen = measures.change_seen(f"{name}_change", label, later, earlier, **options)
    if later.unit == "per_100k" and people is None:
        return seen, None
    return seen, measures.change_with_chance(f"{name}_chance", with_chance, later, earlier, level, **options)


def if_revised(figures: Figures, definition: str, earlier: Figure, later: Figure) -> Measure | None:
    """The earlier year's figure revised as much as Canada's most revised count was; None where none was, or where
    the figure comes from the later year's release, which has revised it already."""
    largest = incidents.largest_revision(figures, definition)
    if largest is None or earlier.vintage >= later.vintage:
        return None
    first, latest, _ = largest
    return measures.revised_alike(f"{definition}_revised", N_("Earlier year, if revised alike"), earlier, first, latest)


def change_if_revised(definition: str, later: Figure, revised: Measure | None) -> Measure | None:
    """The change from the revised earlier year to the later one."""
    if revised is None:
        return None
    label = N_("Change, if the earlier year is revised alike")
    return measures.change_percent(f"{definition}_change_if_revised", label, later, revised, estimate=True)


def revision_effect(found: Comparison) -> Choice | None:
    """What a revision of the earlier year would do to the sign of the change."""
    if found.change_if_revised is None:
        return None
    like = found.number if found.earlier.unit == "incidents" else found.person
    assert like is not None
    before, after = (measures.direction(change.quantity) for change in (like, found.change_if_revised))
    if "unknown" in (before, after):
        return "revision_effect", "unknown"
    return "revision_effect", "keeps" if before == after else "turns"


def growth(people: measures.People | None) -> Measure | None:
    """The growth of the population in per cent."""
    label = N_("Change in the population")
    return measures.change_percent("population_change", label, people[1], people[0]) if people else None


def direction(change: Measure | None) -> str:
    """What a change supports with chance counted in; ``unknown`` where chance is not."""
    return measures.direction(change.quantity) if change else "unknown"


def worded(family: str, change: Measure | None) -> Choice:
    return family, direction(change)


def points(found: Comparison | None) -> list[Point]:
    """The change as a number and a person, with chance, and under a revision: rows of one chart."""
    if found is None:
        return []
    counted = found.earlier.unit == "incidents"
    revised = (
        N_("Number, if the earlier year is revised alike")
        if counted
        else N_("Per person, if the earlier year is revised alike")
    )
    rows = (
        (found.number, N_("Number of reports"), found.number_chance),
        (found.person, N_("Reports per person"), found.person_chance),
        (found.change_if_revised, revised, None),
    )
    return [Point(change, label, interval=chance) for change, label, chance in rows if change]


# What detection would have to be


def break_even(found: Comparison) -> Measure:
    """The detection ratio, later over earlier, with which incidence did not change: the ratio of reports."""
    return measures.as_ratio("break_even", N_("Detection ratio that explains the change"), found.change)


def break_evens(found: Comparison) -> dict[str, Measure | None]:
    """The same ratio with chance counted in, and per person, under the names that the prose uses."""
    rows = (
        ("break_even_chance", N_("Detection ratio that explains the change, with chance counted in"), found.chance),
        ("break_even_person", N_("Detection ratio that explains the change per person"), found.person),
        (
            "break_even_person_chance",
            N_("Detection ratio that explains the change per person, with chance counted in"),
            found.person_chance,
        ),
    )
    return {name: measures.as_ratio(name, label, change) if change else None for name, label, change in rows}


def earlier_limit(ratio: Measure) -> Measure | None:
    """The earlier share from which on detection cannot have risen by the least ratio; None where it need not rise."""
    least = ratio.quantity.low
    if least is None or least <= 1:
        return None
    label, formula = (
        N_("Earlier share from which the explanation is out of reach"),
        N_("100 ÷ the least detection ratio"),
    )
    quantity = Quantity.exact(100 / least)
    return measures.measure(
        "earlier_limit", label, quantity, [ratio], formula, unit="percent", decimals=0, estimate=True
    )


def rate_people(found: Comparison) -> tuple[Number | None, Number | None]:
    return found.people if found.people and found.earlier.unit == "per_100k" else (None, None)


def most_rise(found: Comparison, level: float) -> Measure | None:
    """The upper end of the change in incidents if detection did not fall, at a level (Imbens and Manski 2004)."""
    if found.number is None:
        return None
    first, second = (
        measures.reports_of(n, p) for n, p in zip((found.earlier, found.later), rate_people(found), strict=True)
    )
    ratio = incidence_ratio(first, second, DetectionBounds.did_not_fall(), level=level)
    quantity = Quantity.exact(measures.fraction_of((ratio.high - 1) * 100))
    label = N_("Upper end of the change in incidents, if detection did not fall")
    formula = N_("upper end of the change in reports, exact one-sided, divided by the least detection ratio")
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": measures.INDEPENDENT}
    return measures.measure(
        "most_rise", label, quantity, [found.earlier, *(found.people or ()), found.later], formula, **options
    )


def needed_rows(found: Comparison) -> list[list[Any]]:
    """For supposed shares detected in the earlier year: the share that the later year needs, by number, by person."""
    kinds = [
        (kind, change) for kind, change in (("number", found.number_chance), ("person", found.person_chance)) if change
    ]
    return [
        [in_words(supposed(percent)), *(needed(percent, kind, change) for kind, change in kinds)]
        for percent in SUPPOSED_PERCENT
        if kinds
    ]


def needed_heads(found: Comparison) -> list[Any]:
    heads = [N_("Share detected in {earlier_when} (supposed)")]
    heads += [N_("Share in {later_when} with no change in number")] if found.number_chance else []
    return heads + ([N_("Share in {later_when} with no change per person")] if found.person_chance else [])


def in_words(number: Number) -> Text:
    """A number as a text in both languages, for one that is neither published nor worked out."""
    return {language: show(number, language).words for language in LANGUAGES}


def supposed(percent: int) -> Measure:
    formula = N_("a supposition, to show what follows from it")
    return measures.without_origin(
        f"supposed_{percent}", N_("Share detected in the earlier year, supposed"), percent, "percent", formula
    )


def needed(percent: int, kind: str, change: Measure) -> Any:
    """The later share that a supposed earlier one needs, cut at the whole; out of reach where it is above."""
    share = supposed(percent)
    quantity = share.quantity * (change.quantity / Quantity.exact(100) + Quantity.exact(1))
    assert quantity.low is not None
    assert quantity.high is not None
    if quantity.low > 100:
        return OUT_OF_REACH
    label, formula = N_("Share needed in the later year"), N_("supposed share × ratio of reports, cut at the whole")
    cut = Quantity.between(quantity.low, min(quantity.high, 100))
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": measures.INDEPENDENT}
    return measures.measure(f"needed_{kind}_{percent}", label, cut, [change, share], formula, **options)


# What is known of detection


def known_shares(figures: Figures, reasons: Sequence[tuple[str, str]]) -> list[list[Any]]:
    """Rows of published shares that are not detection: what, where, number, why not."""
    found = [(figures.figure(name), reason) for name, reason in reasons]
    return [[figure.label, figure.place_label, figure, reason] for figure, reason in found]


def caveats(number: Measure | None) -> list[str]:
    """The caveats that a number in the prose obliges."""
    return [caveat.caveat for caveat in number.caveats] if number else []
