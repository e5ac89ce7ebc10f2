"""What the police reported, for any place and definition: which figures there are, and what can be made of them.

Everything here answers None or an empty list where a place has no such figure, so that a chapter can record it
and leave out the sentence, chart or table that would need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..charts import Point
from ..language import LANGUAGES, N_, Text, format_moment, format_period, names, translate
from ..numbers import measures
from ..numbers.figures import Figure, Figures, Measure, Number, Quantity
from ..reviews import choices

ALL_LAWS, TABLE_1525 = "all_human_trafficking", "trafficking_1525"
SHORT_NAMES = {ALL_LAWS: "all_laws", TABLE_1525: "violation_1525"}
COUNTRY, PROVINCE = "Canada", "Ontario"
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


# What the change from the first to the last year is


def change_seen(own: Reported, decimals: int) -> Measure | None:
    """The change before chance, where two years are published: of counts in number, of rates a person."""
    if own.first is None or own.last is None or not own.first.quantity.low:
        return None
    label = N_("Change from the first to the last year, before chance is counted in")
    return measures.change_seen(
        "change_seen", label, own.last, own.first, people=own.people, per_person=bool(own.people), decimals=decimals
    )


def number_change(own: Reported, decimals: int) -> Measure | None:
    """The change in the number of incidents that two rates force, population growth included, as wide as their
    rounding; None for counts, whose change needs no rate, and where a population is not known."""
    if own.first is None or own.last is None or own.people is None or not least_count(own.first, own.people[0]):
        return None
    label = N_("Change in the number of incidents that the rates imply")
    return measures.change_seen(
        "number_change", label, own.last, own.first, people=own.people, per_person=False, decimals=decimals
    )


def least_count(number: Number, people: Number | None) -> int:
    return int(measures.count_left_open(number, people).low or 0)


def number_change_loose(own: Reported, decimals: int) -> Measure | None:
    """The same change, were each end of both counts off by one, as another release of the population can make it."""
    if number_change(own, decimals) is None or own.first is None or own.last is None or own.people is None:
        return None
    earlier, later = (
        loosened(measures.count_left_open(number, people))
        for number, people in zip((own.first, own.last), own.people, strict=True)
    )
    if not earlier.low:
        return None
    label = N_("Change in the number of incidents, were each end of the counts off by one")
    quantity = (later / earlier - Quantity.exact(1)) * Quantity.exact(100)
    formula = N_("(later ÷ earlier − 1) × 100, each count one wider at both ends")
    inputs = [own.first, *own.people, own.last]
    options: dict[str, Any] = {"unit": "percent", "decimals": decimals, "estimate": True}
    return measures.measure("number_change_loose", label, quantity, inputs, formula, **options)


def loosened(count: Quantity) -> Quantity:
    assert count.low is not None
    assert count.high is not None
    return Quantity.between(max(count.low - 1, 0), count.high + 1)


def change_with_chance(own: Reported, level: float, decimals: int) -> Measure | None:
    """The change's interval, where counts or the counts behind the rates are known for both years and above none."""
    if own.first is None or own.last is None or (own.first.unit == "per_100k" and own.people is None):
        return None
    people = own.people or (None, None)
    if not all(least_count(number, p) for number, p in zip((own.first, own.last), people, strict=True)):
        return None
    label = measures.BEHIND_PER_PERSON if own.people else measures.BEHIND
    options: dict[str, Any] = {"people": own.people, "per_person": bool(own.people), "decimals": decimals}
    return measures.change_with_chance("change", label, own.last, own.first, level, **options)


def rounding_alone(own: Reported, seen: Measure | None) -> Measure | None:
    """The change that rounding leaves to a rate, where the counts behind it are not known."""
    return seen if own.first and own.first.unit == "per_100k" and own.people is None else None


def change_of(own: Reported) -> Choice | None:
    """What the change with chance is of: the ``number`` of reports, or of rates the number a ``person``."""
    if own.first is None:
        return None
    return "change_of", "number" if own.first.unit != "per_100k" else "person"


def moved(own: Reported) -> str | None:
    """Which way the published series went: the number of reports, which is complete, so that no chance comes in;
    the published rate where the number is not known."""
    if own.first is None or own.last is None:
        return None
    counted = own.first.unit != "per_100k"
    pairs = zip((own.first, own.last), own.people or (None, None), strict=True)
    known = counted or own.people is not None
    earlier, later = (measures.count_left_open(n, p) if known else n.rounding() for n, p in pairs)
    if earlier == later and earlier.low == earlier.high:
        return "unchanged"
    return {"above": "rose", "below": "fell"}.get(measures.against(later, earlier), "unknown")


def as_first_published(own: Reported) -> Reported:
    """The same years, each with the first release of its number."""

    def first(series: tuple[Figure, ...], unit: str) -> tuple[Figure, ...]:
        releases = own.figures.series(own.definition, own.place, unit=unit, vintage="all")
        by_year = {figure.start: figure for figure in reversed(releases)}
        return tuple(by_year[figure.start] for figure in series)

    return replace(own, counts=first(own.counts, "incidents"), rates=first(own.rates, "per_100k"))


def by_release(own: Reported) -> bool:
    """Whether the first releases went the other way than the latest do."""
    ways = {moved(own), moved(as_first_published(own))} - {None, "unknown"}
    return len(ways) > 1


def reports_and_rate(own: Reported, change: Measure | None) -> str | None:
    """Which way reports went, then the rate behind them: ``rose-unknown``. Of a published rate whose counts are not
    known, and of counts whose direction hangs on the release, that alone: ``rate-fell``, ``by-release``."""
    reports = moved(own)
    if reports is None:
        return None
    if by_release(own):
        return "by-release"
    if own.first and own.first.unit == "per_100k" and own.people is None:
        return f"rate-{reports}"
    return f"{reports}-{measures.direction(change.quantity) if change else 'unknown'}"


def named_place(own: Reported) -> Text:
    """Where a page's headline says that it is about; of the country, whose counts have two definitions, by which."""
    place, short = own.figures.label("places", own.place, "in"), names()[SHORT_NAMES[own.definition]]
    return {lang: f"{place[lang]}, {short[lang]}" for lang in LANGUAGES} if own.place == COUNTRY else place


# Cities whose police put the change in their counts down to a unit of their own, by definition, first and last year
# (see the sources of their counts).
UNITS = {("Ottawa", TABLE_1525, "2010", "2015"): {"en": "The city of Ottawa", "fr": "La ville d’Ottawa"}}


def with_unit(own: Reported) -> Text | None:
    """The place, where a police unit for the crime was set up between the years compared."""
    return UNITS.get((own.place, own.definition, own.first.start, own.last.start)) if own.first and own.last else None


def verdict(own: Reported, change: Measure | None) -> Choice:
    """The wording of the headline: what reports did and the rate behind them, or that there is one year only."""
    return "reports_verdict", reports_and_rate(own, change) or "single"


def worded(family: str, own: Reported, change: Measure | None) -> Choice | None:
    """The same in the wording of a family, where there is a change to speak of."""
    choice = reports_and_rate(own, change)
    return (family, choice) if choice else None


FIRST_NAMES = ("first_published", "last_published", "change_first_published")


def first_published(own: Reported, decimals: int) -> dict[str, Number | None]:
    """Both years' counts as first published and the change between them, under the names that the prose uses; None
    where neither was revised."""
    then = as_first_published(own)
    if own.first is None or own.first.unit == "per_100k" or (then.first, then.last) == (own.first, own.last):
        return dict.fromkeys(FIRST_NAMES)
    seen = change_seen(then, decimals)
    label = N_("Change between the counts as first published")
    changed = replace(seen, name="change_first_published", label=label) if seen else None
    return dict(zip(FIRST_NAMES, (then.first, then.last, changed), strict=True))


def strategys_change(own: Reported, change: Measure | None) -> Measure | None:
    """The change in number that the strategy's statement on the volume of cases is about: Ontario's."""
    return change if own.place == PROVINCE else None


def growth_claim(change: Measure | None) -> Choice | None:
    """Whether a change bears out the strategy's statement that cases grow in number."""
    return ("growth_claim", measures.direction(change.quantity)) if change else None


# What else changed in the years compared

PANDEMIC = ("2020", "2021")
FOUNDED = "2018"  # the year from which police count as founded what nothing credible speaks against


def pandemic_year(figure: Figure | None) -> tuple[str, str] | None:
    """The year of a figure, where it is one of the pandemic."""
    return moment(figure) if figure and PANDEMIC[0] <= figure.start <= PANDEMIC[1] else None


def founded_changed(own: Reported) -> tuple[str, str] | None:
    """The year in which the rule on founded incidents changed, where the years compared lie on both its sides."""
    if own.first is None or own.last is None or not own.first.start < FOUNDED <= own.last.start:
        return None
    return FOUNDED, FOUNDED


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


def implied_ends(own: Reported) -> dict[str, Number | None]:
    """The counts that the first and the last rate imply, or where they do not both, the two years' numbers as they
    are, under the names that the prose uses."""
    found = implied(own)
    ends = [found.get(figure.start) if figure else None for figure in (own.first, own.last)]
    numbers = (*ends, None, None) if all(ends) else (None, None, own.first, own.last)
    return dict(zip(("implied_first", "implied_last", "plain_first", "plain_last"), numbers, strict=True))


Column = tuple[Text, Callable[[str], Any]]


def year_table(own: Reported) -> tuple[list[Text], list[list[Any]]]:
    """Heads and rows, one a year: what is published, what it implies, the releases; a column of nothing is left out."""
    counts = {figure.start: figure for figure in own.counts}
    rates = {figure.start: figure for figure in own.rates}
    estimates = implied(own)
    columns: list[Column] = [(N_("Incidents"), counts.get)] if counts else []
    columns += [(N_("Rate per 100,000 people"), rates.get)] if rates else []
    # What rounding leaves open is of use where neither a count nor those implied say more.
    columns += (
        [(N_("Rate before rounding"), lambda y: rounding(rates[y]) if y in rates and y not in counts else None)]
        if set(rates) - set(counts) - set(estimates)
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


OF_ALL_LAWS = ("incidents_change", "share_of_canada_incidents")


def over_years(own: Reported) -> list[list[Any]]:
    """Rows of the place's other figures, over several years, as a change or a share of Canada: what, when, number,
    release."""
    definitions = (own.definition, *(OF_ALL_LAWS if own.definition == ALL_LAWS else ()))
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


CONFLICT_NAMES = ("conflict_rate", "conflict_share", "conflict_whole", "implied_by_rate", "implied_by_share")


def conflict_values(found: Conflict | None) -> dict[str, Number | None]:
    """A conflict's numbers under the names that the prose uses; None where there is no conflict."""
    parts = (found.rate, found.share, found.whole, found.by_rate, found.by_share) if found else (None,) * 5
    return dict(zip(CONFLICT_NAMES, parts, strict=True))


FIT_NAMES = ("fit_whole", "fit_by_share", "fit_by_rate")


def fitting_year(own: Reported, share: Figure | None) -> dict[str, Number | None]:
    """The one year, of those with a rate, in which a share of Canada gives a count that the year's rate can give
    too: Canada's count, the count by the share, the count by the rate; None where no year or several fit.

    Canada's counts are taken as first released, as the rates are.
    """
    by_rate = implied(own)
    counts = as_first_published(reported(own.figures, own.definition, COUNTRY, 0, 9999)).counts if share else ()
    fits = [
        (whole, by_share, by_rate[whole.start])
        for whole in counts
        if share and whole.start in by_rate
        for by_share in [fitted(own, share, whole)]
        if measures.against(by_share.quantity, by_rate[whole.start].quantity) == "unknown"
    ]
    return dict(zip(FIT_NAMES, fits[0] if len(fits) == 1 else (None,) * 3, strict=True))


def fitted(own: Reported, share: Figure, whole: Figure) -> Measure:
    label, nouns = N_("Incidents that the share implies"), own.figures.nouns("incidents")
    found = measures.share_implied_count("fit_by_share", label, share, whole, nouns=nouns)
    return replace(found, start=whole.start, end=whole.end)


def conflict_caveats(found: Conflict | None) -> list[str]:
    """What must be said beside the two figures."""
    return obliged(found.by_rate, found.by_share) if found else []


def obliged(*numbers: Number | None) -> list[str]:
    """The caveats of numbers that prose speaks of, each once: shown with the prose itself, not left to a chart that
    another year of the data takes off the page."""
    return list(dict.fromkeys(caveat.caveat for number in numbers if number for caveat in number.caveats))


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


YEARS_BESIDE = 8  # of Canada's, on the page of another place; Canada's own page has them all


def others_until(own: Reported, last_year: int) -> int:
    """The last year of what stands beside a place's own series: the year asked for where that stops the series
    early, else any. A place without figures of late hides no one else's."""
    years = choices.years_of(own.figures.tables, own.place, own.definition)
    return last_year if last_year < max(years, default=0) else 9999


def national_points(own: Reported, first_year: int, last_year: int) -> list[Point]:
    """Canada's counts, one panel a definition: all years asked for on its own page, else the last of them."""
    series = [reported(own.figures, definition, COUNTRY, first_year, last_year).counts for definition in SHORT_NAMES]
    if own.place != COUNTRY:
        last = max((int(figure.start) for counts in series for figure in counts), default=0)
        series = [tuple(f for f in counts if int(f.start) > last - YEARS_BESIDE) for counts in series]
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


def calculated(pair: dict[str, Figure | None]) -> Figure | None:
    """The first count of two years that this review worked out from a printed rate."""
    return next((figure for figure in pair.values() if figure and figure.kind == "estimate"), None)


def way(figures: Figures, pair: dict[str, Figure | None]) -> Choice:
    """Whether the two published counts last moved the same way, or ``plain`` where that cannot be asked or the
    first releases moved another way than the latest."""
    moves = [sure_move(figures, pair[f"{part}_before"], pair[f"{part}_after"]) for part in ("laws", "table")]
    if not all(moves):
        return "two_counts", "plain"
    return "two_counts", "same" if moves[0] == moves[1] else "opposite"


def sure_move(figures: Figures, before: Figure | None, after: Figure | None) -> int | None:
    """Which way a count went from one year to the next by its latest releases, where the first ones went the same."""
    if before is None or after is None:
        return None
    own = Reported(figures, before.definition, before.place, (before, after), ())
    return None if by_release(own) else signed(before, after)


def signed(before: Figure | None, after: Figure | None) -> int | None:
    if before is None or after is None:
        return None
    return (after.quantity.value > before.quantity.value) - (after.quantity.value < before.quantity.value)


# Revisions


def revised(figures: Figures, definition: str, place: str) -> list[tuple[Figure, Figure]]:
    """First and latest release of each count that a later release changed."""
    by_year: dict[str, list[Figure]] = {}
    for figure in figures.series(definition, place, vintage="all"):
        by_year.setdefault(figure.start, []).append(figure)
    return [(releases[0], releases[-1]) for releases in by_year.values() if len(releases) > 1]


def revision_points(figures: Figures, definition: str, place: str) -> list[Point]:
    """First and latest release of every count of the place and of Canada that was revised, by one definition; none
    where Canada's was not."""
    if not revised(figures, definition, COUNTRY):
        return []
    pairs = [pair for p in dict.fromkeys((place, COUNTRY)) for pair in revised(figures, definition, p)]
    return [Point(figure, row_name(figure)) for pair in pairs for figure in pair]


def row_name(figure: Figure) -> Text:
    """Place, year and definition: ``Canada, 2022, all laws``."""
    short = names()[SHORT_NAMES[figure.definition]]
    return {lang: f"{translate(figure.place_label, lang)}, {figure.start}, {short[lang]}" for lang in LANGUAGES}


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


def own_revision(own: Reported, decimals: int = 1) -> dict[str, Figure | None]:
    """Where a place is not the country, first and latest release of its count that was revised most, under the names
    that the prose uses."""
    found = None if own.place == COUNTRY else largest_revision(own.figures, own.definition, decimals, own.place)
    first, latest = found[:2] if found else (None, None)
    return {"own_revised_first": first, "own_revised_latest": latest}


def own_revised_year(own: Reported, decimals: int = 1) -> tuple[str, str] | None:
    """The year of that count."""
    return moment(own_revision(own, decimals)["own_revised_first"])


def revisions_went(figures: Figures, definition: str) -> Choice | None:
    """Which way releases revised Canada's counts: all ``up``, all ``down``, or ``both`` ways."""
    ups = [latest.quantity.value > first.quantity.value for first, latest in revised(figures, definition, COUNTRY)]
    if not ups:
        return None
    return "revisions_went", "up" if all(ups) else "both" if any(ups) else "down"


def if_revised(figures: Figures, definition: str) -> Measure | None:
    """Canada's last count, where only its first release is known, revised as other years' were, least and most; None
    where fewer than two were."""
    counts = figures.series(definition, COUNTRY)
    pairs = revised(figures, definition, COUNTRY)
    if len(pairs) < 2 or counts[-1] in [latest for _, latest in pairs]:
        return None
    least, most = (end(pairs, key=revised_by) for end in (min, max))
    quantity = Quantity.between(*(counts[-1].quantity.value * revised_by(pair) for pair in (least, most)))
    label = N_("The last count, if revised as other years were")
    formula = N_("count × (latest release ÷ first release), of the years revised least and most")
    inputs = list({figure.name: figure for figure in (counts[-1], *least, *most)}.values())
    measure = measures.measure("if_revised", label, quantity, inputs, formula, estimate=True)
    return replace(measure, start=counts[-1].start, end=counts[-1].end)  # of its year, whatever years tell the range


def revised_by(pair: tuple[Figure, Figure]) -> Fraction:
    """The latest release of a count over the first."""
    return pair[1].quantity.value / pair[0].quantity.value


def against_revision(change: Measure | None, revision: Measure | None) -> Choice | None:
    """Whether a change is surely larger or smaller than Canada's largest revision, in per cent, either way."""
    if change is None or revision is None:
        return None
    return "against_revision", measures.against(size_of(change.quantity), size_of(revision.quantity))


def size_of(change: Quantity) -> Quantity:
    """How large a change is, whichever way it goes."""
    assert change.low is not None
    assert change.high is not None
    ends = sorted((abs(change.low), abs(change.high)))
    return Quantity.between(0 if change.low < 0 < change.high else ends[0], ends[1])


TOTAL_NAMES = ("total_before", "total_after")


def totals_checked(figures: Figures, definition: str) -> dict[str, Number | None]:
    """Canada's counts over the same years by two releases of totals, the first year taken off one and the last year
    off the next; None where no two totals lie one year apart."""
    totals = figures.matching(definition=definition, place=COUNTRY, unit="incidents")
    pairs = [(one, two) for one in totals for two in totals if a_year_apart(one, two)]
    for one, two in sorted(pairs, key=lambda pair: pair[0].start, reverse=True):
        first, last = (known_by(figures, total, year) for total, year in ((one, one.start), (two, two.end)))
        if first and last:
            return dict(zip(TOTAL_NAMES, checked(one, two, first, last), strict=True))
    return dict.fromkeys(TOTAL_NAMES)


def a_year_apart(one: Figure, two: Figure) -> bool:
    """Whether two totals over years are of windows that lie one year apart and that are known well enough."""
    spans = [figure.start.isdigit() and figure.end.isdigit() and not figure.quantity.about for figure in (one, two)]
    return all(spans) and all(int(getattr(two, end)) - int(getattr(one, end)) == 1 for end in ("start", "end"))


def known_by(figures: Figures, total: Figure, year: str) -> Figure | None:
    """The count of a year within a total, as the releases up to the total's own gave it: a later revision of the year
    is no part of the total."""
    told = figures.series(total.definition, total.place, vintage="all")
    return next((f for f in reversed(told) if f.start == year and f.vintage <= total.vintage), None)


def checked(one: Figure, two: Figure, first: Figure, last: Figure) -> list[Measure]:
    before, after = N_("Published total less its first year"), N_("Published total less its last year")
    found = [
        measures.difference("total_before", before, one, first),
        measures.difference("total_after", after, two, last),
    ]
    return [replace(measure, start=two.start, end=one.end) for measure in found]


# The metropolitan areas of a province


@dataclass(frozen=True)
class Areas:
    """The counts of the metropolitan areas within a place in one year, and Canada's count of that year."""

    counts: tuple[Figure, ...]
    floor: Measure
    number: Measure
    whole: Figure | None


def areas_within(own: Reported) -> Areas | None:
    """The counts by table [1525] of areas within a place whose own count by year is published by neither definition:
    together they are the least that the place can have had; the latest year that has any."""
    if own.counts or reported(own.figures, TABLE_1525, own.place, 0, 9999).counts:
        return None
    within = {r["place"] for r in own.figures.tables.rows("places") if r["within"] == own.place}
    found = own.figures.matching(definition=TABLE_1525, unit="incidents", bound="exact")
    found = [f for f in found if f.place in within and f.start == f.end]
    last = max((figure.start for figure in found), default="")
    counts = tuple(figure for figure in found if figure.start == last)
    return areas(own, counts) if any(figure.quantity.value for figure in counts) else None


def areas(own: Reported, counts: tuple[Figure, ...]) -> Areas:
    total = sum((figure.quantity for figure in counts), Quantity.exact(0))
    label = N_("Least number of incidents, from the areas found")
    formula = N_("sum of the areas found, others left out")
    some = [figure for figure in counts if figure.quantity.value]
    floor = measures.measure("areas_floor", label, replace(total, high=None), some, formula)
    floor = replace(floor, place=own.place, place_label=own.figures.label("places", own.place, "name"))
    number = measures.counted(
        "areas_number", N_("Metropolitan areas with a count"), counts, "areas", N_("number of areas in the data")
    )
    whole = next((f for f in own.figures.series(TABLE_1525, COUNTRY) if f.start == counts[0].start), None)
    return Areas(counts, floor, number, whole)


def areas_values(found: Areas | None) -> dict[str, Number | None]:
    """The numbers of areas under the names that the prose uses."""
    parts = (found.floor, found.number, found.whole) if found else (None,) * 3
    return dict(zip(("areas_floor", "areas_number", "areas_whole"), parts, strict=True))


# Places side by side


def rates_by_place(figures: Figures, definition: str, last_year: int) -> list[Point]:
    """Every place's rate, highest first, in the year (up to the one asked for) that most places have, the last of
    such years: a new year that two places have takes no chart of many away. Empty where no two places share one."""
    rows = [r for r in figures.tables.rows("police_reported") if r["definition"] == definition and r["rate_per_100k"]]
    by_year: dict[int, set[str]] = {}
    for row in rows:
        by_year.setdefault(int(row["year"]), set()).add(row["place"])
    shared = [(len(places), y) for y, places in by_year.items() if y <= last_year and len(places) > 1]
    if not shared:
        return []
    year = max(shared)[1]
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


def area_table(own: Reported) -> list[list[Any]]:
    """Metropolitan areas with a total or a share of Canada over several years, on the page of a province its own:
    area, period, total, share."""
    figures = own.figures
    if own.definition != ALL_LAWS:
        return []
    totals = by_place(figures.matching(definition=ALL_LAWS, unit="incidents"))
    shares = by_place(figures.matching(definition="share_of_canada_incidents"))
    places = {row["place"]: row for row in figures.tables.rows("places")}
    areas = [place for place in shares if places[place]["kind"] in ("metropolitan_area", "other")]
    if places[own.place]["kind"] == "province":
        areas = [place for place in areas if places[place]["within"] == own.place]
    return [[shares[a].place_label, period(shares[a]), totals.get(a, NOT_FOUND), shares[a]] for a in areas]


def by_place(published: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.place: figure for figure in published}
