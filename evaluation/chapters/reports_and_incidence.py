"""What reports say of incidence: the methods of `detection` and `counts` on columns of figures.

A *pair* is a row of a frame: one place by one definition in two years, compared on one basis (one release, first
releases), with its reports as counts, ``reports_earlier`` and ``reports_later``: of a rounded rate an interval of whole
numbers, missing where no population turns it into counts.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd
from babel.lists import format_list

from ..language import LANGUAGES, N_, Text, composed, phrase
from ..methods.counts import Reports, variance_seen
from ..numbers import measures
from ..numbers.formula import FUNCTIONS
from ..numbers.frames import FigureArray, FigureDtype
from ..numbers.labels import absent
from ..numbers.lists import snake
from ..numbers.notation import show
from ..numbers.number import Measure, Number, quantity_of
from ..numbers.quantity import Quantity, fraction_of
from ..numbers.rules import rule
from .detection.belief import probability_incidence_fell
from .detection.identification import DetectionBounds, IncidenceChange, incidence_ratio
from .detection.stories import STRETCH, Indicator, Story, signatures

Choice = tuple[str, str]

# Pairs of years


def rate_ratios(pairs: pd.DataFrame, level: float, factor: float = 1.0) -> pd.Series:
    """For each pair the ratio of the rates behind its reports, later over earlier, with chance: if events were
    independent, or came in cases that multiply the counts' variance by ``factor`` (`counts.ratio_of_counts`)."""

    def ratio(pair: Any) -> Measure:
        sides = [pair.reports_earlier, pair.reports_later, Fraction(str(level)), Fraction(str(factor))]
        ends = FUNCTIONS["ratio_of_counts"](*map(quantity_of, sides))
        label = N_("Ratio of the underlying rates of reports, later year ÷ earlier year")
        formula = N_("interval of the ratio of two counts (Clopper-Pearson; quasi-Poisson where wider)")
        name = snake("rate_ratio", f"{factor:g}", f"{level:.4g}")
        options: dict[str, Any] = {"factor": factor, "calculation": ("ratio_of_counts", *sides)}
        options |= {"unit": "ratio", "decimals": 3}
        return of_pair(name, label, ends, pair, formula, **options)

    return each(pairs, ratio)


@rule
def conclusion(earlier: Sequence[Number], later: Sequence[Number], bounds: Sequence[str], chance: Sequence[str]) -> str:
    """What reports and bounds on the detection ratio (its ends) tell of incidents at a level, with the factor of the
    counts' variance, by every comparison of two years: ``cannot-be-told`` where they do not tell one thing."""
    ends, (level, factor) = DetectionBounds(*map(float, bounds)), map(float, chance)
    conclusions = set()
    for one, other in zip(earlier, later, strict=True):
        reports = measures.reports_of(one), measures.reports_of(other)
        conclusions.add(incidence_ratio(*reports, ends, level=level, variance_factor=factor).conclusion)
    return conclusions.pop().value if len(conclusions) == 1 else IncidenceChange.CANNOT_BE_TOLD.value


def concluded_of(pairs: pd.DataFrame, bounds: DetectionBounds, level: float, factor: float) -> str:
    """What bounds on the detection ratio tell of incidents (see `conclusion`), by the pairs whose reports are known."""
    pairs = pairs.dropna(subset=["reports_earlier", "reports_later"])
    ends, chance = [f"{bounds.low}", f"{bounds.high}"], [f"{level}", f"{factor}"]
    return conclusion(list(pairs.reports_earlier), list(pairs.reports_later), ends, chance)


def left_open(pairs: pd.DataFrame, bounds: DetectionBounds, level: float, factor: float) -> pd.DataFrame:
    """What reports and bounds on the detection ratio leave of the change in incidents, in per cent: ``left_open``, the
    identified set before chance, and ``interval``, which covers the true change (Imbens and Manski 2004, with the tails
    of `counts.ratio_of_counts`); and the ``conclusion`` at the level.

    If police knew of 10% of incidents and then of 12%, the bounds are `DetectionBounds.of_shares(10, 12)`.
    """
    name = snake("change", *(f"{end:.4g}" for end in (bounds.low, bounds.high)))
    identified = N_("Change in incidents that the supposition leaves open, before chance")
    covered = N_("Change in incidents under the supposition, with chance counted in")
    changes = {}
    for pair in _with_reports(pairs):
        found = incidence_ratio(*pair_reports(pair), bounds, level=level, variance_factor=factor)
        changes[pair.Index] = [
            change_in(pair, identified, f"{name}_identified", factor, found.set_low, found.set_high),
            change_in(pair, covered, name, factor, found.low, found.high),
        ]
    frame = pd.DataFrame.from_dict(changes, orient="index", columns=["left_open", "interval"])
    frame = frame.reindex(pairs.index).astype(FigureDtype())
    conclusions = [concluded_of(pairs.loc[[index]], bounds, level, factor) for index in pairs.index]
    return frame.assign(conclusion=pd.Series(conclusions, index=pairs.index, dtype=object))  # str forgets its rule


def change_in(pair: Any, label: Text, name: str, factor: float, low: float, high: float) -> Measure:
    """Two ends of a ratio of incidents as a change in per cent; an end at infinity stays open."""
    ends = [None if math.isinf(end) else fraction_of((end - 1) * 100) for end in (low, high)]
    formula = N_("ends of the ratio of reports ÷ ends of the detection ratio (Imbens and Manski)")
    quantity = Quantity(ends[0], ends[1], low_open=low == 0)
    return of_pair(name, label, quantity, pair, formula, unit="percent", decimals=1, factor=factor)


def _with_reports(pairs: pd.DataFrame) -> Iterator[Any]:
    """The pairs whose reports are known in both years, as rows."""
    yield from pairs.dropna(subset=["reports_earlier", "reports_later"]).itertuples()


def each(pairs: pd.DataFrame, make: Callable[[Any], Measure | None]) -> pd.Series:
    """A column of what is made of each pair with reports; missing for the others."""
    made = {pair.Index: make(pair) for pair in _with_reports(pairs)}
    return pd.Series(FigureArray([made.get(index) for index in pairs.index]), index=pairs.index)


def pair_reports(pair: Any) -> tuple[Reports, Reports]:
    """A pair's reports as `detection` takes them."""
    return measures.reports_of(pair.reports_earlier), measures.reports_of(pair.reports_later)


def of_pair(
    kind: str, label: Text, quantity: Quantity, pair: Any, formula: Text, factor: float = 1.0, **options: Any
) -> Measure:
    """An estimate that rests on a pair's reports, under a name of its own; ``factor`` is that of the variance."""
    name = snake(kind, pair.definition, pair.place, f"{pair.year_earlier}", f"{pair.year_later}", pair.basis)
    inputs = [*pair.reports_earlier.leaves(), *pair.reports_later.leaves()]
    options = {"estimate": True, "method": measures.by_variance(factor), **options}
    return measures.measure(name, label, quantity, inputs, formula, **options)


def readings(pairs: pd.DataFrame, earlier: int, level: float, factor: float) -> pd.DataFrame:
    """What follows from the first pair had police known of ``earlier`` per cent of incidents and then of a ``share``
    that is less than would explain the reports, as much, and more: which ``way`` trafficking went at face value (more,
    same, less; open where rounding leaves it so), and the ``interval`` of its change with chance. No rows where one of
    them is no share."""
    rows: list[dict[str, Any]] = []
    for share in shares_around(pairs, earlier):
        bounds = DetectionBounds.of_shares(earlier, float(share))
        (found,) = left_open(pairs[:1], bounds, level, factor).to_dict("records")
        way = {"rose": "more", "fell": "less"}.get(measures.direction(found["left_open"].quantity), "open")
        rows.append({"share": float(share), "way": "same" if len(rows) == 1 else way, "interval": found["interval"]})
    frame = pd.DataFrame(rows, columns=["share", "way", "interval"])
    return frame.assign(interval=FigureArray(list(frame.interval)))


def shares_around(pairs: pd.DataFrame, earlier: int) -> list[Fraction]:
    """Below, at and above the later share in per cent that would explain the first pair's reports; whole per cents
    where that moves it by a hundredth of itself at most, else tenths."""
    for pair in _with_reports(pairs[:1]):
        ends = pair.break_even.quantity
        exact = earlier * (ends.low + ends.high) / 2
        rounded = (Fraction(round(exact)), round(exact, 1))
        share = next(one for one in rounded if abs(one - exact) <= exact / 100 or one % 1)
        step = max(Fraction(1), abs(share - earlier))
        below = share - step if share > step else share / 2
        return [below, share, share + step] if share + step <= 100 else []
    return []


@rule
def years_apart(changes: Iterable[Number]) -> str | None:
    """In how many of some years a change cannot be none: ``all``, ``some`` or ``none``; None without any year."""
    differs = [measures.direction(change) in ("rose", "fell") for change in changes]
    return ("all" if all(differs) else "some" if any(differs) else "none") if differs else None


@rule
def settled(conclusions: Iterable[str]) -> str:
    """Whether the comparisons of two years tell one thing of trafficking, were detection known to be unchanged."""
    each = set(conclusions)
    if each <= {IncidenceChange.CANNOT_BE_TOLD}:
        return "settles_nothing"
    if IncidenceChange.CANNOT_BE_TOLD in each:
        return "settles_some"
    return "settles" if len(each) == 1 else "conflict"


def effect_of_revision(before: Measure, after: Measure) -> Choice:
    """What a revision does to the sign of a change."""
    one, other = measures.direction(before.quantity), measures.direction(after.quantity)
    if "unknown" in (one, other):
        return "revision_effect", "unknown"
    return "revision_effect", "keeps" if one == other else f"{one}-{other}"


@rule
def one_way(*columns: Iterable[Number]) -> str:
    """Which way all changes of some columns go: ``rose``, ``fell``, ``unchanged``, else ``unknown``."""
    found = {measures.direction(number) for column in columns for number in column}
    return found.pop() if len(found) == 1 else "unknown"


def moved(pairs: pd.DataFrame) -> Choice:
    """Whether reports rose or fell, which a full count tells without chance, and whether the underlying rate did too:
    as every comparison of like with like says, and none of releases that are not alike."""
    alike = pairs[pairs.basis != "mixed"]
    counted = (pairs.unit == "incidents").all()
    kind = "number" if counted else "implied" if pairs.number.notna().all() else "rate"
    return f"{kind}_moved", moved_too(way(pairs), one_way(alike.chance, alike.person_chance))


@rule
def moved_too(reports: str, behind: str) -> str:
    """Which way reports went, and whether the underlying rate did too."""
    return f"{reports}-{'too' if reports == behind != 'unknown' else 'unknown'}"


def way(pairs: pd.DataFrame) -> str:
    """Which way reports went by every comparison of like with like: rose, fell, unchanged or unknown."""
    alike = pairs[pairs.basis != "mixed"]
    return one_way(alike.number.fillna(alike.person))


def way_shown(pairs: pd.DataFrame) -> str:
    """Which way the numbers went as they are shown: a rate, whatever the number of people did ("rose from 2.3 to
    2.3")."""
    alike = pairs[pairs.basis != "mixed"]
    return one_way(alike.number.where(alike.unit == "incidents").fillna(alike.person))


def spanned(numbers: pd.Series) -> Measure:
    """From the smallest of some numbers (one at least) to the largest."""
    low, high = numbers.min(), numbers.max()
    label = N_("Changes that later releases made to Canada’s first count of a year, smallest to largest")
    formula = N_("(latest release ÷ first release − 1) × 100, for every year whose count changed")
    inputs = [leaf for number in numbers for leaf in number.leaves()]
    quantity = Quantity.between(low.quantity.value, high.quantity.value)
    name = snake("revisions", inputs[0].definition)
    return measures.measure(name, label, quantity, inputs, formula, unit="percent", decimals=1)


def in_year(number: Measure, year: Number) -> Measure:
    """A number as one of another's year, whatever years the range that it was multiplied by comes from."""
    return replace(number, start=year.start, end=year.end)


def as_printed(number: Measure, decimals: int) -> Measure:
    """A number as a page prints it, so that what follows from it can be worked out again from the page."""
    return replace(number, quantity=number.quantity.shown(decimals), decimals=decimals)


def least(numbers: pd.Series) -> pd.Series:
    """The lower end of each number."""
    ends = [replace(number, quantity=Quantity.exact(number.quantity.low)) for number in numbers]
    return pd.Series(FigureArray(ends), index=numbers.index)


def placed(numbers: pd.Series, label: Text) -> pd.Series:
    """The same numbers as ones of a place that data/ has no name for, such as a country without a province."""
    return pd.Series(FigureArray([replace(one, place_label=label) for one in numbers]), index=numbers.index)


def also(number: Number | None, words: Text) -> Number | None:
    """A measure under its label and some words more, so that two of a kind are told apart; a figure as it is."""
    return number.labelled(measures.with_words(number.label, words)) if isinstance(number, Measure) else number


# What is supposed

OUT_OF_REACH = N_("out of reach")


def supposed(values: Iterable[float], unit: str = "percent") -> list[Text]:
    """Numbers that are supposed, neither published nor worked out, in words: shares in per cent, or ratios."""
    numbers = [measures.without_origin("supposed", "", value, unit, "") for value in values]
    return [{language: show(number, language).words for language in LANGUAGES} for number in numbers]


def shares_needed(percent: Iterable[int], ratio: Any) -> list[Any]:
    """The later share that each supposed earlier one needs for incidence not to have changed, cut at the whole; out of
    reach where all of it is above the whole. Missing where the ratio is."""
    return [pd.NA if absent(ratio) else _share_needed(share, ratio) for share in percent]


def _share_needed(percent: int, ratio: Measure) -> Measure | Text:
    quantity = ratio.quantity * Quantity.exact(percent)
    assert quantity.low is not None
    assert quantity.high is not None
    if quantity.low > 100:
        return OUT_OF_REACH
    label, formula = N_("Share needed in the later year"), N_("supposed share × ratio of reports, cut at the whole")
    cut, name = Quantity.between(quantity.low, min(quantity.high, 100)), snake("needed", f"{percent}", ratio.name)
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": ratio.method}
    return measures.measure(name, label, cut, ratio.leaves(), formula, **options)


def supposed_ratio(bounds: DetectionBounds) -> Measure | None:
    """The ends of a supposed detection ratio as a number; None where one of them is not stated."""
    if bounds.low <= 0 or math.isinf(bounds.high):
        return None
    label, formula = N_("Detection ratio supposed"), N_("shares supposed: later ÷ earlier, at worst ends")
    quantity = Quantity.between(*map(fraction_of, (bounds.low, bounds.high)))
    shown: dict[str, Any] = {"decimals": 2, "estimate": True}
    return measures.without_origin("detection_supposed", label, quantity, "ratio", formula, **shown)


def side_by_side(pairs: pd.DataFrame, bounds: DetectionBounds) -> pd.DataFrame:
    """What the chart of reports beside detection draws, as changes in whole per cent: that of the first pair's reports
    with its interval, and that of detection supposed, missing where an end of it is not stated; without rows where
    chance cannot be counted in."""
    ratio = supposed_ratio(bounds)
    supposed = ratio and (ratio - 1).percent().round(0).labelled(ratio.label)
    rows = [
        row
        for pair in _with_reports(pairs[:1])
        for row in (
            (N_("Reports"), pair.change.round(0), pair.chance.round(0)),
            (N_("Detection"), supposed, supposed),
        )
    ]
    frame = pd.DataFrame(rows, columns=["what", "change", "interval"])
    return frame.assign(change=FigureArray(frame.change), interval=FigureArray(frame.interval))


def no_change() -> pd.DataFrame:
    """A row for the line in a chart of changes in per cent at which nothing changed."""
    label, formula = N_("no change"), N_("a number over the same number")
    even = measures.without_origin("no_change", label, 0, "percent", formula)
    return pd.DataFrame({"what": [label], "number": FigureArray([even])})


# The small model of five stories


def signs(indicators: Iterable[Indicator] = Indicator) -> pd.DataFrame:
    """A row an indicator, a column a story: the way that the small model of `detection` has it move, in words."""
    table = signatures()
    ways = {story.value: [phrase("sign", table[story][one].value) for one in indicators] for story in Story}
    return pd.DataFrame({"indicator": [phrase("indicator", one.value) for one in indicators]} | ways)


def stretch() -> Measure:
    """The supposed elasticity of police effort for each incident to incidence."""
    label, formula = N_("Elasticity of police effort to incidents"), N_("a supposition of the small model")
    return measures.without_origin("stretch", label, STRETCH, "ratio", formula, estimate=True)


LISTS = {"en": "en_GB", "fr": "fr_CA"}  # Canada's English has a comma before "and", which no page here writes


def listed(indicators: Sequence[Indicator]) -> Text | None:
    """Indicators by their names, as a list in a sentence; None for none."""
    names = [phrase("indicator", one.value) for one in indicators]
    pattern = {lang: format_list(["{}"] * len(names), locale=LISTS[lang]) for lang in LANGUAGES}
    return composed(pattern, *names, within=True) if names else None


# A belief on detection

NEARLY_SURE = 99.5  # per cent; rounded, it would read as certain


def probability_fell(pairs: pd.DataFrame, median: float, log_deviation: float, factor: float) -> pd.Series:
    """For each pair the probability in per cent that incidents fell, for a log-normal belief on the detection ratio
    (see `detection.belief`); ``factor`` is that of the counts' variance."""

    def probability(pair: Any) -> Measure:
        ends = probability_incidence_fell(*pair_reports(pair), median, log_deviation, variance_factor=factor)
        name = snake("fell", f"{median:g}", f"{log_deviation:g}")
        label = N_("Probability that trafficking fell, for a stated belief on detection")
        formula = N_("belief on the detection ratio, log-normal, against the two counts, given their sum binomial")
        return of_pair(name, label, as_probability(ends), pair, formula, unit="percent", factor=factor)

    return each(pairs, probability)


def as_probability(ends: tuple[float, float]) -> Quantity:
    """Two ends of a probability in per cent; what whole per cents would show as certain stays short of it."""
    low, high = (fraction_of(100 * end) for end in sorted(ends))
    if low > NEARLY_SURE:
        return Quantity.of("more-than", 99)
    return Quantity.of("less-than", 1) if high < 100 - NEARLY_SURE else Quantity.between(low, high)


# What yearly counts say of their own variance


def variance_seen_in(counts: pd.Series, level: float) -> pd.DataFrame:
    """What the steps between yearly counts, oldest first, say of their variance over their mean (see
    `counts.variance_seen`): of ``all`` steps, and ``less_largest``, without the largest. The ``estimate`` and its
    ``interval``; no rows of fewer than three steps."""
    steps = list(pairwise(counts))
    steps.sort(key=lambda step: abs(step[1].quantity.value - step[0].quantity.value))
    ways = {"all": steps, "less_largest": steps[:-1]} if len(steps) > 2 else {}
    rows = [(way, *_variance_measures(way, some, level)) for way, some in ways.items()]
    frame = pd.DataFrame(rows, columns=["steps", "estimate", "interval"])
    return frame.assign(estimate=FigureArray(frame.estimate), interval=FigureArray(frame.interval))


def _variance_measures(way: str, steps: list[tuple[Number, Number]], level: float) -> tuple[Measure, Measure]:
    seen = variance_seen([(float(one.quantity.value), float(other.quantity.value)) for one, other in steps], level)
    inputs = list({leaf.name: leaf for step in steps for one in step for leaf in one.leaves()}.values())
    label = N_("Variance over mean, from the steps between years")
    formula = N_("mean of (step)² ÷ (sum of both counts); interval by chi-squared (von Neumann)")
    quantities = Quantity.exact(fraction_of(seen.estimate)), Quantity.between(*map(fraction_of, (seen.low, seen.high)))
    options: dict[str, Any] = {"unit": "ratio", "decimals": 1, "estimate": True}
    definition = inputs[0].definition
    names = (snake("variance", way, definition), snake("variance", "between", way, definition))
    first, second = (
        measures.measure(name, label, one, inputs, formula, **options)
        for name, one in zip(names, quantities, strict=True)
    )
    return first, second
