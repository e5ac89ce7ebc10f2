"""Two years of reports compared: the change, chance, population, revision, and the detection that would explain it.

Reports are incidence times detection (see `detection`). A `Comparison` holds the numbers that a chapter shows;
each is None where the figures of a place do not give it.

A release revises the years before it, so that like is compared with like only in two ways: both years in one release,
or both as first released. Each says something that the other does not (the first sets a revised year against one that
is yet to be revised, the second leaves every revision out), and a chapter shows both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ..charts import Point
from ..language import LANGUAGES, N_, Text
from ..methods.detection import DetectionBounds, incidence_ratio
from ..numbers import measures
from ..numbers.figures import Figure, Figures, Measure, Number, Quantity, show
from . import incidents
from .incidents import Choice

SUPPOSED_PERCENT = (1, 5, 10, 25, 50, 90)
OUT_OF_REACH = N_("out of reach")


PARTS = ("earlier", "later", "number", "number_chance", "person", "person_chance")


class Basis(StrEnum):
    """Which releases two years come from."""

    RELEASE = "release"
    FIRST = "first"
    MIXED = "mixed"


@dataclass(frozen=True)
class Comparison:
    """One place by one definition in two years. Changes are in per cent of the earlier year; ``number`` is the
    number of reports, ``person`` the same a person; ``_chance`` marks the interval that counts chance in; ``revised``
    is the later year as later releases may leave it."""

    definition: str
    basis: Basis
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


Pair = tuple[Figure, Figure]


def pairs(figures: Figures, definition: str, place: str, earlier_year: int, later_year: int) -> dict[Basis, Pair]:
    """The two years' figures, by each basis on which both are found: in one release and as first released, or where
    neither is found, each year's latest number (of releases that are not alike). Counts, else rates."""
    years = (earlier_year, later_year)
    found = {basis: pair for basis, pair in like_pairs(figures, definition, place, years) if pair}
    if found:
        return found
    latest = (pair_of(by_year(figures.series(definition, place, unit=unit)), years) for unit in UNITS)
    mixed = next((pair for pair in latest if pair), None)
    return {Basis.MIXED: mixed} if mixed else {}


UNITS = ("incidents", "per_100k")


def like_pairs(
    figures: Figures, definition: str, place: str, years: tuple[int, int]
) -> Iterator[tuple[Basis, Pair | None]]:
    """The pairs of one release and of first releases; a unit that only one of the two bases has gives way to one that
    both have."""
    for unit in UNITS:
        release, first = (
            newest_with(figures, definition, place, years, unit),
            first_of(figures, definition, place, years, unit),
        )
        if release or first:
            return iter([(Basis.RELEASE, release), (Basis.FIRST, first)])
    return iter([])


def newest_with(figures: Figures, definition: str, place: str, years: tuple[int, int], unit: str) -> Pair | None:
    """Two years as the newest publication that has both gives them: one release, which the page can cite."""
    given = (pair_of(year_by_year, years) for year_by_year in figures.publications(definition, place, unit))
    return next((pair for pair in given if pair), None)


def first_of(figures: Figures, definition: str, place: str, years: tuple[int, int], unit: str) -> Pair | None:
    """Two years, each as the release gives it that it was the newest year of."""
    given = [figures.in_release(definition, place, year, unit).get(str(year)) for year in years]
    return (given[0], given[1]) if given[0] and given[1] else None


def by_year(series: Sequence[Figure]) -> dict[str, Figure]:
    return {figure.start: figure for figure in series}


def pair_of(given: Mapping[str, Figure], years: tuple[int, int]) -> Pair | None:
    earlier, later = (given.get(str(year)) for year in years)
    return (earlier, later) if earlier and later else None


def values(found: Comparison | None, prefix: str = "", *parts: str) -> dict[str, Number | None]:
    """Parts of a comparison (all that prose speaks of, or those named) under the names that the prose uses; each None
    where there is no comparison."""
    return {f"{prefix}{part}": getattr(found, part, None) for part in parts or PARTS}


def rounding_alone(found: Comparison) -> Measure | None:
    """The change that rates leave open by their rounding, where no counts behind them are known."""
    return found.person if found.chance is None and found.earlier.unit == "per_100k" else None


def other(definition: str) -> str:
    """The other of the two definitions."""
    return next(name for name in incidents.SHORT_NAMES if name != definition)


def compare(
    figures: Figures, definition: str, place: str, earlier_year: int, later_year: int, level: float
) -> Comparison | None:
    """Everything that two years' reports give, in one release where one has both, else as first released; None where
    they cannot be compared."""
    found = compare_alike(figures, definition, place, earlier_year, later_year, level)
    return found[0] if found else None


def compare_alike(
    figures: Figures, definition: str, place: str, earlier_year: int, later_year: int, level: float
) -> list[Comparison]:
    """The comparisons of two years on each basis that is found, one release before first releases."""
    found = pairs(figures, definition, place, earlier_year, later_year)
    return [compared(figures, definition, basis, pair, level) for basis, pair in found.items()]


def compared(figures: Figures, definition: str, basis: Basis, pair: Pair, level: float) -> Comparison:
    """Everything that a pair of years gives."""
    earlier, later = pair
    name = f"{definition}_{basis.value}"
    people = incidents.populations(figures, earlier.place, earlier, later)
    counted = earlier.unit == "incidents"
    revised = if_revised(figures, definition, name, later)
    a_number = changes(name, basis, later, earlier, level, people if not counted else None, False)
    a_person = changes(name, basis, later, earlier, level, people, True)
    number = a_number if counted or people else (None, None)
    person = a_person if people else (a_person[0], None) if not counted else (None, None)
    changed = change_if_revised(name, basis, earlier, revised)
    return Comparison(
        definition, basis, earlier, later, people, number[0], number[1], person[0], person[1], revised, changed
    )


def beside(found: Sequence[Comparison]) -> Comparison | None:
    """The comparison of first releases that stands beside that of one release; None where there is one only."""
    return found[1] if len(found) > 1 else None


def changes(
    prefix: str,
    basis: Basis,
    later: Figure,
    earlier: Figure,
    level: float,
    people: measures.People | None,
    per_person: bool,
) -> tuple[Measure, Measure | None]:
    """The change without and with chance; the second is None where no count is known, or where releases are not
    alike, so that more than chance stands between the two years."""
    name = f"{prefix}_{'person' if per_person else 'number'}"
    options: dict[str, Any] = {"people": people, "per_person": per_person}
    label = N_("Change in reports per person") if per_person else N_("Change in the number of reports")
    with_chance = measures.BEHIND_PER_PERSON if per_person else measures.BEHIND
    seen = measures.change_seen(f"{name}_change", label, later, earlier, **options)
    if basis is Basis.MIXED or (later.unit == "per_100k" and people is None):
        return seen, None
    return seen, measures.change_with_chance(f"{name}_chance", with_chance, later, earlier, level, **options)


def if_revised(figures: Figures, definition: str, prefix: str, later: Figure) -> Measure | None:
    """The later year's first number revised as Canada's counts were; None where fewer than two were, which make no
    range, or where the number is one that a release has revised already."""
    known = incidents.revisions(figures, definition)
    if (
        known is None
        or len(incidents.revised(figures, definition, incidents.COUNTRY)) < 2
        or figures.release_year(later.vintage) != int(later.start)
    ):
        return None
    factor = known.quantity / Quantity.exact(100) + Quantity.exact(1)
    label, formula = N_("Later year, if revised as earlier ones were"), N_("number × (1 + known revisions ÷ 100)")
    quantity = (later.rounding() if later.unit == "per_100k" else later.quantity) * factor
    decimals = later.decimals + 1 if later.unit == "per_100k" else 0
    name = f"{prefix}_revised"
    options: dict[str, Any] = {"decimals": decimals, "estimate": True}
    # As it is shown, so that what follows from it can be worked out again from what the page prints.
    number = measures.measure(name, label, quantity.shown(decimals), [later, known], formula, **options)
    return replace(number, start=later.start, end=later.end)


def change_if_revised(prefix: str, basis: Basis, earlier: Figure, revised: Measure | None) -> Measure | None:
    """The change between two years once both are revised: from an earlier year that the release has revised, or
    that is revised within the same range, to the later one as it may be. None where releases are not alike."""
    if revised is None or basis is Basis.MIXED:
        return None
    label, formula = N_("Change, if revised as earlier years were"), N_("(revised ÷ earlier − 1) × 100")
    before = earlier.rounding() if earlier.unit == "per_100k" else earlier.quantity
    if basis is Basis.FIRST:
        known = revised.inputs[1].quantity
        before = before * (known / Quantity.exact(100) + Quantity.exact(1))
    quantity = (revised.quantity / before - Quantity.exact(1)) * Quantity.exact(100)
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True}
    name = f"{prefix}_change_if_revised"
    return measures.measure(name, label, quantity, [earlier, revised], formula, **options)


def revision_effect(found: Comparison) -> Choice | None:
    """What a revision of the later year would do to the sign of the change."""
    if found.change_if_revised is None:
        return None
    like = found.number if found.earlier.unit == "incidents" else found.person
    assert like is not None
    before, after = (measures.direction(change.quantity) for change in (like, found.change_if_revised))
    if "unknown" in (before, after):
        return "revision_effect", "unknown"
    return "revision_effect", "keeps" if before == after else "turns"


def what_revised(found: Comparison) -> Choice | None:
    """Which of the years are still to be revised."""
    return ("what_revised", found.basis.value) if found.change_if_revised else None


# The first year of the wider definition of a founded incident (Statistics Canada, 85-002-X, July 12, 2018).
FOUNDED = (2018, 2018)
PANDEMIC = (2020, 2021)


def pandemic(year: int) -> tuple[int, int] | None:
    """A year as a period, where it was one of the pandemic."""
    return (year, year) if year in PANDEMIC else None


# What is said of the change


def went(found: Sequence[Comparison]) -> str:
    """Which numbers a sentence on the change can give: of one release, as first released, both, or neither."""
    return "_and_".join(one.basis.value for one in found) or "none"


def moved(found: Sequence[Comparison]) -> Choice:
    """Whether reports rose or fell, which a full count tells without chance, and whether the rate behind them did.
    Releases that are not alike tell neither."""
    counted = all(one.earlier.unit == "incidents" for one in found)
    kind = "number" if counted else "implied" if all(one.number for one in found) else "rate"
    reports = agreed(measures.direction((one.number or one.change).quantity) for one in alike(found))
    too = reports == behind(found) != "unknown"
    return f"{kind}_moved", f"{reports}-{'too' if too else 'unknown'}"


def titled(choice: Choice) -> Choice:
    """The same in the few words that a chart's title has beside the definition."""
    family, said = choice
    return "rate_title" if family == "rate_moved" else "number_title", said


def behind(found: Sequence[Comparison]) -> str:
    """Whether the rate behind reports rose or fell: only where every comparison of like with like, in number and a
    person, tells so with chance counted in."""
    return agreed(
        direction(chance) for one in alike(found) for chance in (one.number_chance, one.person_chance) if chance
    )


def alike(found: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons of like with like: without one of releases that are not alike, which is neither drawn nor
    read as a rise or a fall."""
    return [one for one in found if one.basis is not Basis.MIXED]


def agreed(directions: Iterable[str]) -> str:
    """The direction that all agree on, else ``unknown``."""
    found = set(directions)
    return found.pop() if len(found) == 1 else "unknown"


def since_next(
    figures: Figures, definition: str, place: str, years: tuple[int, int], level: float
) -> dict[str, Measure | None]:
    """The later year against the one after the earlier, in one release and as first released, under the names that the
    prose uses: ratios of reports, and of the rates behind them. None unless both are found: the two can differ, and
    neither stands without the other."""
    given = compare_alike(figures, definition, place, years[0] + 1, years[1], level) if years[0] + 1 < years[1] else []
    found = {one.basis: one for one in given if one.number}
    both = {Basis.RELEASE, Basis.FIRST} <= set(found)
    return {
        f"next_{basis.value}_{part}": as_next(f"next_{basis.value}_{part}", found[basis], part) if both else None
        for basis in (Basis.RELEASE, Basis.FIRST)
        for part in ("number", "number_chance")
    }


def as_next(name: str, one: Comparison, part: str) -> Measure | None:
    change = getattr(one, part)
    return measures.as_ratio(name, RATIOS[part], change, decimals=3) if change else None


def growth(people: measures.People | None) -> Measure | None:
    """The growth of the population in per cent."""
    label = N_("Change in the population")
    return measures.change_percent("population_change", label, people[1], people[0]) if people else None


def direction(change: Measure | None) -> str:
    """What a change supports with chance counted in; ``unknown`` where chance is not."""
    return measures.direction(change.quantity) if change else "unknown"


def worded(family: str, change: Measure | None) -> Choice:
    return family, direction(change)


ROWS = {
    Basis.RELEASE: (N_("Number, in one release"), N_("Per person, in one release")),
    Basis.FIRST: (N_("Number, as first released"), N_("Per person, as first released")),
}
IF_REVISED = {
    "incidents": N_("Number, if revised as earlier years were"),
    "per_100k": N_("Per person, if revised as earlier years were"),
}


def points(found: Sequence[Comparison]) -> list[Point]:
    """The change as a number and a person, with chance, on each basis, and under a revision of the later year: rows
    of one chart."""
    rows = [row for one in alike(found) for row in basis_rows(one)]
    if found and found[0].change_if_revised:
        rows.append((found[0].change_if_revised, IF_REVISED[found[0].earlier.unit], None))
    return [Point(change, label, interval=chance) for change, label, chance in rows if change]


def basis_rows(one: Comparison) -> list[tuple[Measure | None, Text, Measure | None]]:
    number, person = ROWS[one.basis]
    return [(one.number, number, one.number_chance), (one.person, person, one.person_chance)]


RATIO_HEADS = [
    N_("Compared"),
    N_("Earlier year"),
    N_("Later year"),
    N_("Later ÷ earlier"),
    N_("The rate behind, with chance counted in"),
    N_("Per person"),
    N_("The rate behind per person, with chance counted in"),
]
BASES = {
    Basis.RELEASE: N_("In one release"),
    Basis.FIRST: N_("As first released"),
}


def ratio_rows(found: Sequence[Comparison]) -> list[list[Any]]:
    """A row a basis: the two years' numbers, and their ratio in number and a person, without and with chance."""
    return [[BASES[one.basis], one.earlier, one.later, *ratios(one)] for one in alike(found)]


RATIOS = {
    "number": N_("Ratio of reports, later year ÷ earlier year"),
    "number_chance": N_("Ratio of the rates behind the reports, later year ÷ earlier year"),
    "person": N_("Ratio of reports per person, later year ÷ earlier year"),
    "person_chance": N_("Ratio of the rates behind the reports per person, later year ÷ earlier year"),
}


def ratios(one: Comparison) -> list[Any]:
    parts = {"number": one.number, "number_chance": one.number_chance}
    parts |= {"person": one.person, "person_chance": one.person_chance}
    return [
        measures.as_ratio(f"ratio_{one.definition}_{one.basis.value}_{kind}", RATIOS[kind], change, decimals=4)
        if change
        else incidents.NOT_FOUND
        for kind, change in parts.items()
    ]


# What detection would have to be


def break_even(found: Comparison) -> Measure:
    """The detection ratio, later over earlier, with which incidence did not change: the ratio of reports."""
    ratio = break_evens(found)["break_even"]
    assert ratio
    return ratio


BREAK_EVENS = {
    "change": ("break_even", N_("Detection ratio that explains the change")),
    "chance": ("break_even_chance", N_("Detection ratio that explains the change, with chance counted in")),
    "person": ("break_even_person", N_("Detection ratio that explains the change per person")),
    "person_chance": (
        "break_even_person_chance",
        N_("Detection ratio that explains the change per person, with chance counted in"),
    ),
}


def break_evens(found: Comparison | None, prefix: str = "") -> dict[str, Measure | None]:
    """The same ratio, and it with chance counted in and per person, under the names that the prose uses."""
    numbers = [(getattr(found, part, None), *words) for part, words in BREAK_EVENS.items()]
    return {
        f"{prefix}{name}": measures.as_ratio(f"{prefix}{name}", named(label, prefix), change) if change else None
        for change, name, label in numbers
    }


BESIDE = {"other_": N_("other definition"), "first_": N_("as first released")}


def named(label: Text, prefix: str) -> Text:
    """A label that says what it stands beside, so that two numbers of one kind are told apart."""
    return measures.with_words(label, BESIDE[prefix]) if prefix in BESIDE else label


def limit_of(found: Comparison | None, name: str) -> Measure | None:
    """The earlier share from which on detection cannot have risen enough; None where releases are not alike."""
    return earlier_limit(break_even(found), name) if found and alike([found]) else None


def earlier_limit(ratio: Measure, name: str = "earlier_limit") -> Measure | None:
    """The earlier share from which on detection cannot have risen by the least ratio; None where it need not rise."""
    least = ratio.quantity.low
    if least is None or least <= 1:
        return None
    label, formula = (
        N_("Earlier share from which the explanation is out of reach"),
        N_("100 ÷ the least detection ratio"),
    )
    quantity = Quantity.exact(100 / least)
    return measures.measure(name, label, quantity, [ratio], formula, unit="percent", decimals=1, estimate=True)


def rate_people(found: Comparison) -> tuple[Number | None, Number | None]:
    return found.people if found.people and found.earlier.unit == "per_100k" else (None, None)


def most_rise(found: Sequence[Comparison], level: float) -> Measure | None:
    """The upper end of the change in incidents if detection did not fall, at a level (Imbens and Manski 2004): the
    largest that a comparison of like with like leaves."""
    ends = [end for one in alike(found) if (end := most_rise_of(one, level))]
    return max(ends, key=lambda end: end.quantity.value, default=None)


def most_rise_of(found: Comparison, level: float) -> Measure | None:
    if found.number is None:
        return None
    first, second = (
        measures.reports_of(n, p) for n, p in zip((found.earlier, found.later), rate_people(found), strict=True)
    )
    ratio = incidence_ratio(first, second, DetectionBounds.did_not_fall(), level=level)
    quantity = measures.upper_end((ratio.high - 1) * 100, decimals=1)
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
