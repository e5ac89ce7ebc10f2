"""What the police reported, for any place and definition: which figures there are, and what can be made of them.

Everything here answers None or an empty list where a place has no such figure, so that a chapter can record it
and leave out the sentence, chart or table that would need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from . import measures
from .charts import Point
from .figures import Figure, Figures, Measure, NoFigure, Number
from .language import LANGUAGES, N_, Text, format_moment, format_period, names, translate

ALL_LAWS, TABLE_1525 = "all_human_trafficking", "trafficking_1525"
SHORT_NAMES = {ALL_LAWS: "all_laws", TABLE_1525: "violation_1525"}
COUNTRY = "Canada"
NOT_FOUND = N_("not found")
COUNT_PUBLISHED = N_("count published")
SEVERAL = {"en": "of several places", "fr": "de plusieurs lieux"}

Choice = tuple[str, str]


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

    @property
    def first(self) -> Figure | None:
        """The first year's figure, where there is another to compare it with."""
        return self.main[0] if len(self.main) > 1 else None

    @property
    def last(self) -> Figure | None:
        return self.main[-1] if len(self.main) > 1 else None

    @property
    def only(self) -> Figure | None:
        """The figure of the only year."""
        return self.main[0] if len(self.main) == 1 else None

    @property
    def people(self) -> measures.People | None:
        """The populations that turn the first and the last rate into counts; None for counts."""
        if self.first is None or self.last is None or self.first.unit != "per_100k":
            return None
        return populations(self.figures, self.place, self.first, self.last)


def reported(figures: Figures, definition: str, place: str, first_year: int, last_year: int) -> Reported:
    """What is published for a place by a definition from the first to the last year."""

    def within(unit: str) -> tuple[Figure, ...]:
        series = figures.series(definition, place, unit=unit)
        return tuple(figure for figure in series if first_year <= int(figure.start) <= last_year)

    return Reported(figures, definition, place, within("incidents"), within("per_100k"))


def population(figures: Figures, place: str, year: str) -> Figure | None:
    """A place's population, where data/ holds it."""
    try:
        return figures.population(place, int(year))
    except NoFigure:
        return None


def populations(figures: Figures, place: str, earlier: Number, later: Number) -> measures.People | None:
    """A place's populations in the years of two figures, where data/ holds both."""
    first, second = (population(figures, place, number.start) for number in (earlier, later))
    return (first, second) if first and second else None


# What the change from the first to the last year is


def change_seen(own: Reported, decimals: int) -> Measure | None:
    """The change before chance, where two years are published."""
    if own.first is None or own.last is None:
        return None
    label = N_("Change from the first to the last year, before chance is counted in")
    return measures.change_seen(
        "change_seen", label, own.last, own.first, people=own.people, per_person=bool(own.people), decimals=decimals
    )


def change_with_chance(own: Reported, level: float, decimals: int) -> Measure | None:
    """The change's interval, where counts or the counts behind the rates are known for both years."""
    if own.first is None or own.last is None or (own.first.unit == "per_100k" and own.people is None):
        return None
    label = N_("Change from the first to the last year, with chance counted in")
    options: dict[str, Any] = {"people": own.people, "per_person": bool(own.people), "decimals": decimals}
    return measures.change_with_chance("change", label, own.last, own.first, level, **options)


def direction(own: Reported, change: Measure | None) -> str | None:
    """``rose``, ``fell``, ``unchanged`` or ``unknown``; None where there is one year only."""
    if own.first is None:
        return None
    return measures.direction(change.quantity) if change else "unknown"


def verdict(own: Reported, change: Measure | None) -> Choice:
    """The wording of the headline: what the change was, or that there is one year only."""
    return "reported_verdict", direction(own, change) or "single"


def worded(family: str, own: Reported, change: Measure | None) -> Choice | None:
    """The change in the wording of a family, where there is a change to speak of."""
    choice = direction(own, change)
    return (family, choice) if choice else None


def volume_change(own: Reported, level: float, decimals: int) -> Measure | None:
    """The change in the number of incidents that Ontario's rates imply, population growth included: what the
    strategy's statement on the volume of cases is about."""
    if own.place != "Ontario" or own.first is None or own.last is None or own.people is None:
        return None
    label = N_("Change in the number of incidents implied, with chance counted in")
    return measures.change_with_chance(
        "volume_change", label, own.last, own.first, level, people=own.people, decimals=decimals
    )


def growth_claim(change: Measure | None) -> Choice | None:
    """Whether a change bears out the strategy's statement that cases grow in number."""
    return ("growth_claim", measures.direction(change.quantity)) if change else None


def moment(number: Number | None) -> tuple[str, str] | None:
    """A figure's period for the prose."""
    return (number.start, number.end) if number else None


def release(figure: Figure | None) -> tuple[str, str] | None:
    """A figure's release for the prose."""
    return (figure.vintage, figure.vintage) if figure else None


# Year by year


def points_by_year(own: Reported) -> list[Point]:
    """The main series for a line; none for a single year, nor for Canada's counts, which a chart of their own has."""
    if own.first is None or (own.place == COUNTRY and own.main is own.counts):
        return []
    return [
        Point(figure, year=int(figure.start), series=figure.definition_label, interval=rounding(figure))
        for figure in own.main
    ]


def rounding(figure: Figure) -> Measure | None:
    """What a rounded rate leaves open; None for a count."""
    if figure.unit != "per_100k":
        return None
    return measures.rounded(f"{figure.name}_rounding", N_("Rate before it was rounded"), figure)


def implied(own: Reported) -> dict[str, Measure]:
    """By year, the counts that rates imply where no count is published and the population is known."""
    counted = {figure.start for figure in own.counts}
    found = {}
    for rate in own.rates:
        people = population(own.figures, own.place, rate.start)
        if people and rate.start not in counted:
            label = N_("Incidents that the published rate implies")
            nouns = own.figures.nouns("incidents")
            found[rate.start] = measures.implied_count(f"implied_{rate.start}", label, rate, people, nouns=nouns)
    return found


Column = tuple[Text, Callable[[str], Any]]


def year_table(own: Reported) -> tuple[list[Text], list[list[Any]]]:
    """Heads and rows, one a year: what is published, what it implies, the releases; a column of nothing is left out."""
    counts = {figure.start: figure for figure in own.counts}
    rates = {figure.start: figure for figure in own.rates}
    estimates = implied(own)
    columns: list[Column] = [(N_("Incidents"), counts.get)] if counts else []
    columns += (
        [
            (N_("Rate per 100,000 people"), rates.get),
            (N_("Rate before rounding"), lambda y: rounding(rates[y]) if y in rates else None),
        ]
        if rates
        else []
    )
    columns += (
        [(N_("Incidents implied"), lambda y: estimates.get(y) or (COUNT_PUBLISHED if y in counts else None))]
        if estimates
        else []
    )
    columns.append(
        (N_("Release"), lambda year: releases([found for found in (counts.get(year), rates.get(year)) if found]))
    )
    rows = [[same(year), *(cell(year) or NOT_FOUND for _, cell in columns)] for year in sorted({*counts, *rates})]
    return [N_("Year"), *(head for head, _ in columns)], rows


def releases(published: Sequence[Figure]) -> Text:
    """The releases of some figures, in both languages."""
    vintages = dict.fromkeys(figure.vintage for figure in published)
    return {language: "; ".join(format_moment(v, language) for v in vintages) for language in LANGUAGES}


def same(text: str) -> Text:
    """A text that is the same in both languages, such as a year."""
    return dict.fromkeys(LANGUAGES, text)


def over_years(own: Reported) -> list[list[Any]]:
    """Rows of the place's other figures, over several years or as a share of Canada: what, when, number, release."""
    definitions = (own.definition, "share_of_canada_incidents") if own.definition == ALL_LAWS else (own.definition,)
    found = [f for d in definitions for f in own.figures.matching(definition=d, place=own.place)]
    return [[figure.label, period(figure), figure, releases([figure])] for figure in found]


def period(number: Number) -> Text:
    return {language: format_period(number.start, number.end, language) for language in LANGUAGES}


# Two published figures that cannot both be right


@dataclass(frozen=True)
class Conflict:
    """A published average rate and a published share of Canada, for the same years, as counts of incidents."""

    rate: Figure
    share: Figure
    whole: Figure
    by_rate: Measure
    by_share: Measure

    @property
    def agreement(self) -> str:
        """``together`` where some count fits both, else ``apart``."""
        return "together" if measures.against(self.by_rate.quantity, self.by_share.quantity) == "unknown" else "apart"

    @property
    def points(self) -> list[Point]:
        labels = (N_("By the average rate"), N_("By the share of Canada’s incidents"))
        return [Point(number, label) for number, label in zip((self.by_rate, self.by_share), labels, strict=True)]


CONFLICT_NAMES = ("conflict_rate", "conflict_share", "conflict_whole", "implied_by_rate", "implied_by_share")


def conflict_values(found: Conflict | None) -> dict[str, Number | None]:
    """A conflict's numbers under the names that the prose uses; None where there is no conflict."""
    parts = (found.rate, found.share, found.whole, found.by_rate, found.by_share) if found else (None,) * 5
    return dict(zip(CONFLICT_NAMES, parts, strict=True))


def conflict_points(found: Conflict | None) -> list[Point]:
    return found.points if found else []


def conflict(own: Reported) -> Conflict | None:
    """The place's average rate that conflicts with its share of Canada, where data/ says that two do."""
    for rate in own.figures.matching(definition=own.definition, place=own.place, unit="per_100k"):
        for share in (own.figures.figure(name) for name in rate.conflicts_with):
            whole = national_total(own, rate)
            people = [population(own.figures, own.place, str(y)) for y in range(int(rate.start), int(rate.end) + 1)]
            if whole and all(people) and share.unit == "percent":
                return weigh(own, rate, share, whole, [p for p in people if p])
    return None


def weigh(own: Reported, rate: Figure, share: Figure, whole: Figure, people: list[Figure]) -> Conflict:
    nouns = own.figures.nouns("incidents")
    by_rate = N_("Incidents that the average rate implies"), rate, people
    by_share = N_("Incidents that the share implies"), share, whole
    return Conflict(
        rate,
        share,
        whole,
        measures.average_implied_count("implied_by_rate", *by_rate, nouns=nouns),
        measures.share_implied_count("implied_by_share", *by_share, nouns=nouns),
    )


def national_total(own: Reported, rate: Figure) -> Figure | None:
    """Canada's exact count over the years of an average rate."""
    columns = {"definition": own.definition, "place": COUNTRY, "unit": "incidents", "bound": "exact"}
    found = own.figures.matching(**columns, period_start=rate.start, period_end=rate.end)
    return found[0] if found else None


# Canada, by each definition apart


def national_points(figures: Figures, first_year: int, last_year: int) -> list[Point]:
    """Canada's counts, one panel a definition."""
    series = [reported(figures, definition, COUNTRY, first_year, last_year).counts for definition in SHORT_NAMES]
    return [Point(f, year=int(f.start), series=f.definition_label) for counts in series for f in counts]


def last_two(figures: Figures, definition: str, first_year: int, last_year: int) -> list[Figure]:
    """Canada's counts in the last two neighbouring years that both definitions have, earlier first; or none."""
    by_year = [{f.start: f for f in reported(figures, d, COUNTRY, first_year, last_year).counts} for d in SHORT_NAMES]
    years = sorted(set.intersection(*(set(counts) for counts in by_year)))
    pairs = [(one, two) for one, two in pairwise(years) if int(two) == int(one) + 1]
    counts = by_year[list(SHORT_NAMES).index(definition)]
    return [counts[year] for year in pairs[-1]] if pairs else []


def steps(figures: Figures, first_year: int, last_year: int) -> dict[str, Figure | None]:
    """The last two years of Canada's two counts under the names that the prose uses; None where there are none."""
    pairs = {
        part: last_two(figures, d, first_year, last_year) for part, d in (("laws", ALL_LAWS), ("table", TABLE_1525))
    }
    return {
        f"{part}_{when}": pair[i] if pair else None
        for part, pair in pairs.items()
        for i, when in enumerate(("before", "after"))
    }


def way(pair: dict[str, Figure | None]) -> Choice:
    """Whether the two published counts last moved the same way, or ``plain`` where that cannot be asked."""
    moves = [signed(pair[f"{part}_before"], pair[f"{part}_after"]) for part in ("laws", "table")]
    if None in moves or 0 in moves:
        return "two_counts", "plain"
    return "two_counts", "same" if moves[0] == moves[1] else "opposite"


def signed(before: Figure | None, after: Figure | None) -> int | None:
    if before is None or after is None:
        return None
    return (after.quantity.value > before.quantity.value) - (after.quantity.value < before.quantity.value)


# Revisions


def revised(figures: Figures, definition: str, place: str) -> list[tuple[Figure, Figure]]:
    """First and latest release of each count that was published more than once."""
    by_year: dict[str, list[Figure]] = {}
    for figure in figures.series(definition, place, vintage="all"):
        by_year.setdefault(figure.start, []).append(figure)
    return [(releases[0], releases[-1]) for releases in by_year.values() if len(releases) > 1]


def revision_points(figures: Figures, definition: str, place: str) -> list[Point]:
    """First and latest release of every count of the place and of Canada that was revised, by both definitions,
    each row with its own; none where Canada's count by the page's definition was not."""
    if not revised(figures, definition, COUNTRY):
        return []
    places = (place, COUNTRY)
    pairs = [pair for d in SHORT_NAMES for p in dict.fromkeys(places) for pair in revised(figures, d, p)]
    return [Point(figure, row_name(figure)) for pair in pairs for figure in pair]


def row_name(figure: Figure) -> Text:
    """Place, year and definition: ``Canada, 2022, all laws``."""
    short = names()[SHORT_NAMES[figure.definition]]
    return {lang: f"{translate(figure.place_label, lang)}, {figure.start}, {short[lang]}" for lang in LANGUAGES}


def largest_revision(figures: Figures, definition: str, decimals: int = 1) -> tuple[Figure, Figure, Measure] | None:
    """Canada's count that a later release changed most by a definition: first release, latest, change in per cent."""
    label = N_("Change from the first to the latest release of one year")
    changes = [
        (first, latest, measures.change_percent(f"revision_{definition}", label, latest, first, decimals=decimals))
        for first, latest in revised(figures, definition, COUNTRY)
    ]
    return max(changes, key=lambda change: abs(change[2].quantity.value), default=None)


# Places side by side


def rates_by_place(figures: Figures, definition: str, last_year: int) -> list[Point]:
    """Every place's rate, highest first, in the last year (up to the one asked for) that two places or more have."""
    rows = [r for r in figures.tables.rows("police_reported") if r["definition"] == definition and r["rate_per_100k"]]
    by_year: dict[int, set[str]] = {}
    for row in rows:
        by_year.setdefault(int(row["year"]), set()).add(row["place"])
    year = max((y for y, places in by_year.items() if y <= last_year and len(places) > 1), default=None)
    if year is None:
        return []
    found = [
        f
        for place in sorted(by_year[year])
        for f in figures.series(definition, place, unit="per_100k")
        if f.start == str(year)
    ]
    found += figures.matching(definition=definition, unit="per_100k", period_start=str(year), period_end=str(year))
    ordered = sorted(found, key=lambda figure: -figure.quantity.value)
    return [Point(figure, figure.place_label, interval=rounding(figure)) for figure in ordered]


def highest(figures: Figures, points: Sequence[Point]) -> Text | None:
    """Whose rate is the highest of those side by side, as ``of Guelph``; None where there are no points."""
    if not points:
        return None
    if points[0].number.quantity == points[1].number.quantity:
        return SEVERAL
    return figures.label("places", points[0].number.place, "of")


def area_table(figures: Figures, definition: str) -> list[list[Any]]:
    """Metropolitan areas with a total or a share of Canada over several years: area, period, total, share."""
    if definition != ALL_LAWS:
        return []
    totals = by_place(figures.matching(definition=definition, unit="incidents"))
    shares = by_place(figures.matching(definition="share_of_canada_incidents"))
    kinds = {row["place"]: row["kind"] for row in figures.tables.rows("places")}
    areas = [place for place in shares if kinds[place] in ("metropolitan_area", "other")]
    return [[shares[a].place_label, period(shares[a]), totals.get(a, NOT_FOUND), shares[a]] for a in areas]


def by_place(published: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.place: figure for figure in published}
