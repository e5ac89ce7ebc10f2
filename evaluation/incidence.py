"""What reports say of incidence, as numbers, points and rows of a chapter: partial identification, places side by
side, break-even by year, signatures, an illustration, and how far the intervals can be trusted.

Built on `comparison` (two years of reports) and `detection` (the method). Conclusions follow from intervals and
come out as the choice of a phrase.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any

from . import comparison, incidents, measures
from .charts import Point
from .comparison import Comparison
from .detection import (
    EFFECTS,
    Conclusion,
    DetectionBounds,
    Indicator,
    Observation,
    Process,
    Reports,
    Scenario,
    Sign,
    Story,
    coverage,
    incidence_ratio,
    power_of_effects,
    ratio_of_counts,
    read_signatures,
    signatures,
    tightness_needed,
)
from .figures import Figure, Figures, Measure, Number, Quantity
from .incidents import COUNTRY, TABLE_1525, Choice
from .language import LANGUAGES, N_, Text, format_moment, format_number, names, phrase, translate
from .records import Cell

PROVINCE = "Ontario"
REST = {"en": "Canada outside Ontario", "fr": "Canada hors Ontario"}
DRAWS = 2000
# Any share will do: the counts depend on incidence x detection only.
SIMULATED_SHARE = 0.1
NOTHING = dict.fromkeys(LANGUAGES, "\N{EM DASH}")


# What is supposed of detection


def supposed(earlier_from: float, earlier_to: float, later_from: float, later_to: float) -> DetectionBounds:
    """What bounds on the two years' shares leave of their ratio; from 0 means that no least share is stated."""
    return DetectionBounds(later_from / earlier_to, later_to / earlier_from if earlier_from else math.inf)


def is_stated(bounds: DetectionBounds) -> bool:
    """Whether the bounds say more than 0 < p <= 1."""
    return bounds != DetectionBounds.unknown()


def basis(bounds: DetectionBounds) -> Choice:
    """What a conclusion rests on: reports alone, or shares that a reader supposes."""
    return "incidence_basis", "supposed" if is_stated(bounds) else "alone"


def reports_in(found: Comparison) -> tuple[Reports, Reports] | None:
    """The two years' counts, or all that rounded rates leave of them; None where no population is known."""
    if found.chance is None:
        return None
    numbers = zip((found.earlier, found.later), comparison.rate_people(found), strict=True)
    earlier, later = (measures.reports_of(number, people) for number, people in numbers)
    return earlier, later


def told(found: Comparison, bounds: DetectionBounds, level: float) -> Choice:
    """What the interval for incidence concludes, a person or in number alike: rose, fell or cannot be told."""
    reports = reports_in(found)
    if reports is None:
        return "incidence_told", Conclusion.CANNOT_BE_TOLD.value
    return "incidence_told", incidence_ratio(*reports, bounds, level=level).conclusion.value


def what_follows(found: Comparison, bounds: DetectionBounds, level: float) -> list[list[Cell]]:
    """Rows of supposition, change in incidents that it leaves open, its interval at the level, conclusion."""
    kinds = [("unknown", DetectionBounds.unknown()), ("did_not_fall", DetectionBounds.did_not_fall())]
    kinds += [("as_before", DetectionBounds(1.0, 1.0))]
    kinds += [("stated", bounds)] if is_stated(bounds) else []
    return [follows(found, kind, one, level) for kind, one in kinds] if reports_in(found) else []


def follows(found: Comparison, kind: str, bounds: DetectionBounds, level: float) -> list[Cell]:
    reports = reports_in(found)
    assert reports is not None
    one = incidence_ratio(*reports, bounds, level=level)
    left_open = change_left(found, f"left_open_{kind}", LEFT_OPEN, one.set_low, one.set_high)
    interval = change_left(found, f"incidence_{kind}", WITH_CHANCE, one.low, one.high)
    return [phrase("supposition", kind), left_open, interval, phrase("concluded", one.conclusion.value)]


LEFT_OPEN = N_("Change in incidents that the supposition leaves open, before chance")
WITH_CHANCE = N_("Change in incidents under the supposition, with chance counted in")


def change_left(found: Comparison, name: str, label: Text, low: float, high: float) -> Measure:
    """Two ends of a ratio of incidents as a change in per cent; an end at infinity stays open."""
    ends = [None if math.isinf(end) else measures.fraction_of((end - 1) * 100) for end in (low, high)]
    quantity = Quantity(ends[0], ends[1], low_open=low == 0)
    formula = N_("ends of the ratio of reports ÷ ends of the detection ratio (Imbens and Manski, exact tails)")
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": measures.INDEPENDENT}
    return measures.measure(name, label, quantity, inputs_of(found), formula, **options)


def inputs_of(found: Comparison) -> list[Number]:
    return [found.earlier, *(found.people or ()), found.later]


def tightness(found: Comparison, level: float) -> Measure | None:
    """How tightly an unchanged detection ratio must be known before anything follows: by which factor either way.
    None where even exact knowledge would not do."""
    reports = reports_in(found)
    factor = tightness_needed(*reports, level=level).factor if reports else None
    if factor is None:
        return None
    label = N_("Factor within which the detection ratio must be known")
    formula = N_("widest bounds around an unchanged detection ratio with which something can be concluded")
    options: dict[str, Any] = {"unit": "ratio", "decimals": 2, "estimate": True, "method": measures.INDEPENDENT}
    quantity = Quantity.exact(measures.fraction_of(factor))
    return measures.measure("tightness", label, quantity, inputs_of(found), formula, **options)


def tight(found: Comparison, level: float) -> Choice:
    """Whether known, unchanged detection would settle it."""
    return "known_detection", "settles" if tightness(found, level) else "settles_nothing"


# Figures (a) and (b)


def plane_points(found: Comparison, bounds: DetectionBounds) -> list[Point]:
    """The ratio of reports with its interval, and the detection ratio supposed where both its ends are stated."""
    if found.chance is None:
        return []
    label = {lang: translate(N_("Ratio of reports"), lang) for lang in LANGUAGES}
    points = [Point(comparison.break_even(found), label, interval=comparison.break_evens(found)["break_even_chance"])]
    if bounds.low > 0 and bounds.high < math.inf:
        points.append(Point(supposed_ratio(bounds), N_("Detection ratio supposed")))
    return points


def supposed_ratio(bounds: DetectionBounds) -> Measure:
    """The ends of a supposed detection ratio as a number."""
    label, formula = N_("Detection ratio supposed"), N_("shares supposed: later ÷ earlier, at worst ends")
    number = measures.without_origin("detection_supposed", label, 1, "ratio", formula)
    quantity = Quantity.between(*(measures.fraction_of(end) for end in (bounds.low, bounds.high)))
    return replace(number, quantity=quantity, decimals=2, estimate=True)


def break_even_points(
    figures: Figures, definition: str, place: str, earlier_year: int, later_year: int, level: float
) -> list[Point]:
    """For each year after the first the detection ratio with which incidence did not change since, with chance."""
    years = incidents.reported(figures, definition, place, earlier_year, later_year).main[1:]
    compared = (comparison.compare(figures, definition, place, earlier_year, int(y.start), level) for y in years)
    return [break_even_point(one) for one in compared if one and one.chance]


def break_even_point(found: Comparison) -> Point:
    year = int(found.later.start)
    both = (comparison.break_even(found), comparison.break_evens(found)["break_even_chance"])
    ratio, interval = (replace(number, name=f"{number.name}_{year}") for number in both if number)
    return Point(ratio, year=year, series=found.later.definition_label, interval=interval)


def needs(points: Sequence[Point]) -> Choice:
    """Whether in every year, in some or in none detection would have had to change, chance counted in."""
    apart = [measures.against(p.interval.quantity, Quantity.exact(1)) != "unknown" for p in points if p.interval]
    return "years_apart", "all" if apart and all(apart) else "some" if any(apart) else "none"


# What a reader may try


def scenarios(figures: Figures, level: float) -> list[dict[str, Any]]:
    """For every place and definition with two years or more: the ratio of reports for each pair of years."""
    rows = figures.tables.rows("police_reported")
    keys = dict.fromkeys((row["place"], row["definition"]) for row in rows)
    found = (scenario(figures, place, definition, level) for place, definition in sorted(keys, key=country_first))
    return [one for one in found if one["pairs"]]


def country_first(key: tuple[str, str]) -> tuple[bool, bool, str, str]:
    return key[0] != COUNTRY, key[0] != PROVINCE, *key


def scenario(figures: Figures, place: str, definition: str, level: float) -> dict[str, Any]:
    """One series: what it is called, its years and its pairs (see `Chapter.explorer`)."""
    main = incidents.reported(figures, definition, place, 0, 9999).main
    years = [(figure, reports) for figure in main if (reports := figure_reports(figures, figure))]
    short = names()[incidents.SHORT_NAMES[definition]]
    pairs = {f"{one[0].start}-{two[0].start}": pair_of(figures, one, two, level) for one, two in combinations(years, 2)}
    return {
        "place_key": place,
        "definition": definition,
        "label": {lang: f"{figures.label('places', place, 'name')[lang]}, {short[lang]}" for lang in LANGUAGES},
        "place": figures.label("places", place, "in"),
        "years": [int(figure.start) for figure, _ in years],
        "pairs": pairs,
        "caveats": list(dict.fromkeys(c.caveat for figure, _ in years for c in figure.caveats)),
    }


def figure_reports(figures: Figures, figure: Figure) -> Reports | None:
    """A year's count, or the counts that its rate leaves; None for no report or an unknown population."""
    people = incidents.population(figures, figure.place, figure.start) if figure.unit == "per_100k" else None
    if figure.unit == "per_100k" and people is None:
        return None
    return measures.reports_of(figure, people) if measures.count_left_open(figure, people).low else None


def pair_of(figures: Figures, one: tuple[Figure, Reports], two: tuple[Figure, Reports], level: float) -> list[float]:
    """Ends of the ratio of reports, without and with chance, and the earlier population over the later (0: unknown)."""
    ratio = ratio_of_counts(one[1], two[1], level=level)
    people = incidents.populations(figures, one[0].place, one[0], two[0])
    person = float(people[0].quantity.value / people[1].quantity.value) if people else 0.0
    ends = (ratio.estimate_low, ratio.estimate_high, ratio.low, ratio.high, person)
    return [float(f"{end:.8g}") for end in ends]


# A province against the rest of the country


@dataclass(frozen=True)
class Regions:
    """Two years compared in the country, in the province and in the rest; ``rest`` is worked out."""

    country: Comparison
    province: Comparison
    rest: Measure
    rest_chance: Measure

    @property
    def points(self) -> list[Point]:
        rows = [(one.number, one.earlier.place_label, one.number_chance) for one in (self.country, self.province)]
        rows.append((self.rest, REST, self.rest_chance))
        return [Point(number, label, interval=chance) for number, label, chance in rows if number]

    @property
    def ranking(self) -> Choice:
        """Whether reports changed more in the province than in the rest, chance counted in."""
        province = self.province.number_chance
        assert province is not None
        return "province_rest", measures.against(province.quantity, self.rest_chance.quantity)


def regions(figures: Figures, definition: str, earlier_year: int, later_year: int, level: float) -> Regions | None:
    """The country, the province and the rest in two years; None where one of them has no figures."""
    country, province = (
        comparison.compare(figures, definition, place, earlier_year, later_year, level) for place in (COUNTRY, PROVINCE)
    )
    rest = rest_of(country, province) if country and province else None
    if country is None or province is None or rest is None:
        return None
    return Regions(country, province, *rest_changes(country, province, rest, level))


def rest_of(country: Comparison, province: Comparison) -> tuple[Reports, Reports] | None:
    """The counts of the country without the province in two years; None where they are not known or may be zero."""
    whole, part = reports_in(country), reports_in(province)
    if whole is None or part is None:
        return None
    earlier, later = (without(one, other) for one, other in zip(whole, part, strict=True))
    return (earlier, later) if earlier and later else None


def without(whole: Reports, part: Reports) -> Reports | None:
    """The counts left when a part's, whichever of them is right, are taken from the whole's."""
    low, high = whole.low - part.high, whole.high - part.low
    return Reports(low, high) if low > 0 else None


def rest_changes(
    country: Comparison, province: Comparison, rest: tuple[Reports, Reports], level: float
) -> tuple[Measure, Measure]:
    """The change in the rest's reports, in per cent: without and with chance."""
    ratio = ratio_of_counts(*rest, level=level)
    ends = ((ratio.estimate_low, ratio.estimate_high), (ratio.low, ratio.high))
    labels = (N_("Change in reports outside the province"), N_("Change in reports outside the province, with chance"))
    formula = N_("(country − province) in the later year ÷ the same in the earlier year, at worst ends of the rates")
    inputs = [country.earlier, country.later, province.earlier, province.later, *(province.people or ())]
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": measures.INDEPENDENT}
    made = [
        measures.measure(name, label, percent(*pair), inputs, formula, **options)
        for name, label, pair in zip(("rest_change", "rest_chance"), labels, ends, strict=True)
    ]
    seen, chance = (replace(number, place_label=REST, end=country.later.end) for number in made)
    return seen, chance


def percent(low: float, high: float) -> Quantity:
    """Ends of a ratio as a change in per cent."""
    return Quantity.between(*(measures.fraction_of((end - 1) * 100) for end in (low, high)))


# Figure (c): signatures


def sign_points() -> list[Point]:
    """Indicator by story, each the sign that the small model of `detection` derives."""
    table = signatures()
    return [
        Point(
            sign_number(table[story][one], f"{story.value}_{one.value}"),
            phrase("indicator", one.value),
            series=story_name(story),
        )
        for one in Indicator
        for story in Story
    ]


def story_name(story: Story) -> Text:
    return phrase("story", story.value)


ENDS = {Sign.UP: (1, 1), Sign.DOWN: (-1, -1), Sign.NONE: (0, 0), Sign.AMBIGUOUS: (-1, 1)}


def sign_number(sign: Sign, name: str) -> Measure:
    """A sign as a number: 1 up, -1 down, 0 none, from -1 to 1 ambiguous."""
    label, formula = N_("Sign of an indicator’s move"), N_("derivative in the small model, at every baseline")
    nouns = {"en": {"one": "sign", "other": "sign"}, "fr": {"one": "signe", "other": "signe"}}
    number = measures.without_origin(f"sign_{name}".replace("-", "_"), label, 1, "sign", formula, nouns=nouns)
    return replace(number, quantity=Quantity.between(*ENDS[sign]), decimals=0, estimate=True)


Published = tuple[Indicator, tuple[str, ...], str]


def indicator_rows(figures: Figures, found: Comparison, published: Sequence[Published]) -> list[list[Cell]]:
    """Rows of indicator, what is published of it, and why that does or does not tell the stories apart."""
    known: dict[Indicator, tuple[list[Number], Text]] = {
        Indicator.REPORTS: ([found.chance or found.change], N_("Rises in every story, so it tells none from another"))
    }
    known |= {Indicator(i): ([figures.figure(n) for n in names], why) for i, names, why in published}
    return [
        [
            phrase("indicator", i.value),
            known[i][0] if i in known else NOTHING,
            known[i][1] if i in known else NOT_BY_YEAR,
        ]
        for i in Indicator
    ]


NOT_BY_YEAR = N_("Not found by year")


def reading(found: Comparison) -> Choice:
    """The story that what is published by year favours: of reports alone, none can be."""
    reports = reports_in(found)
    if reports is None:
        return "story_read", "cannot-be-told"
    ratio = ratio_of_counts(*reports)
    seen = Observation(Indicator.REPORTS, math.log(ratio.low), math.log(ratio.high))
    story = read_signatures([seen]).story
    return "story_read", story.value if story else "cannot-be-told"


# An illustration: a place before and after it had a special unit


def unit_rows(figures: Figures, place: str, level: float) -> list[list[Cell]]:
    """Rows of year, incidents, release, and the detection ratio since the first year had incidence not changed."""
    first, *later = figures.series(TABLE_1525, place, vintage="all")
    return [[year_of(first), first, released(first), NOTHING], *(unit_row(first, one, level) for one in later)]


def unit_row(first: Figure, later: Figure, level: float) -> list[Cell]:
    label = N_("Detection ratio that it would take if incidence had not changed")
    name = f"unit_{later.start}_{later.vintage}".replace("-", "_")
    ratio = measures.ratio_interval(name, label, later, first, level, decimals=1)
    return [year_of(later), later, released(later), ratio]


def year_of(figure: Figure) -> Text:
    return incidents.same(figure.start)


def released(figure: Figure) -> Text:
    return {language: format_moment(figure.vintage, language) for language in LANGUAGES}


# How far the intervals can be trusted


def coverage_rows(found: Comparison, level: float) -> list[list[Cell]]:
    """Rows of how reports come about, and the share of stated intervals that then hold the truth."""
    expected = expected_reports(found)
    return [[phrase("process", one.value), covered(one, expected, level)] for one in Process] if expected else []


def expected_reports(found: Comparison) -> float | None:
    """Reports of the earlier year: what the simulations expect."""
    reports = reports_in(found)
    return (reports[0].low + reports[0].high) / 2 if reports else None


def covered(process: Process, expected: float, level: float) -> Measure:
    share = simulated_coverage(process, expected, level)
    label = N_("Share of simulated intervals that hold the truth")
    return simulated(f"coverage_{process.value}", label, share)


@cache
def simulated_coverage(process: Process, expected: float, level: float) -> float:
    """With known, unchanged detection and incidence."""
    incidence = expected / SIMULATED_SHARE
    scenario = Scenario((incidence, incidence), (SIMULATED_SHARE, SIMULATED_SHARE), process)
    return coverage(scenario, DetectionBounds(1.0, 1.0), draws=DRAWS, level=level)


def simulated(name: str, label: Text, share: float) -> Measure:
    """A share of simulated comparisons, in whole per cent."""
    pairs = {language: format_number(Decimal(DRAWS), language) for language in LANGUAGES}
    formula = {
        "en": f"simulated, {pairs['en']} pairs of years, as many reports as in the earlier year",
        "fr": f"simulé, {pairs['fr']} paires d’années, autant d’incidents que la première année",
    }
    number = measures.without_origin(name.replace("-", "_"), label, 0, "percent", formula)
    return replace(number, quantity=Quantity.exact(round(share * 100)), estimate=True)


KNOWN = (
    ("exactly", DetectionBounds(1.0, 1.0)),
    ("within_a_quarter", DetectionBounds(0.8, 1.25)),
    ("unknown", DetectionBounds.unknown()),
)


def power_rows(found: Comparison, level: float) -> list[list[Cell]]:
    """Rows of true change in incidence, and how often it is told where detection, in truth unchanged, is known
    exactly, within a quarter either way, or not at all."""
    expected = expected_reports(found)
    if expected is None:
        return []
    tables = [(kind, simulated_power(bounds, expected, level)) for kind, bounds in KNOWN]
    effects = [(name, ratio) for name, ratio in EFFECTS.items() if ratio != 1]
    return [
        [phrase("effect", name), *(told_right(kind, name, ratio, table) for kind, table in tables)]
        for name, ratio in effects
    ]


@cache
def simulated_power(bounds: DetectionBounds, expected: float, level: float) -> dict[str, dict[Conclusion, float]]:
    shares = (SIMULATED_SHARE, SIMULATED_SHARE)
    return power_of_effects(expected, shares, bounds, draws=DRAWS, level=level)


def told_right(kind: str, name: str, ratio: float, table: dict[str, dict[Conclusion, float]]) -> Measure:
    right = Conclusion.ROSE if ratio > 1 else Conclusion.FELL
    label = N_("Share of simulated comparisons that tell the change")
    return simulated(f"power_{kind}_{name}", label, table[name][right])


__all__ = [
    "REST",
    "Regions",
    "basis",
    "break_even_points",
    "coverage_rows",
    "indicator_rows",
    "needs",
    "plane_points",
    "power_rows",
    "reading",
    "regions",
    "scenarios",
    "sign_points",
    "supposed",
    "tight",
    "tightness",
    "told",
    "unit_rows",
    "what_follows",
]
