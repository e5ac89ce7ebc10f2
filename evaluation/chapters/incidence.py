"""Inference on incidence from reports: the methods of `detection` and `counts` on columns of figures.

A *pair* is a row of a frame: one place by one definition in two years, compared on one basis (one release, first
releases), with its reports as counts, ``reports_earlier`` and ``reports_later``: for a rounded rate an interval of
whole numbers, missing if no population converts it to counts.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from ..language import LANGUAGES, N_, Text, phrase
from ..methods.counts import Reports, estimate_variance_factor
from ..numbers import measures
from ..numbers.formula import FUNCTIONS
from ..numbers.frames import FigureArray, FigureDtype
from ..numbers.lists import snake_case
from ..numbers.notation import show
from ..numbers.number import Measure, Number, quantity_of
from ..numbers.quantity import Quantity, rounded_fraction
from .detection.belief import probability_incidence_fell
from .detection.identification import DetectionBounds, incidence_ratio
from .detection.stories import STRETCH, Indicator, Story, signatures

PairRow = Any  # a pair, as `DataFrame.itertuples` gives it

# Pairs of years


def rate_ratios(pairs: pd.DataFrame, level: float, factor: float = 1.0) -> pd.Series:
    """A Series of measures: for each pair the confidence interval, a range, of the ratio of the underlying rates, later
    over earlier, at the confidence ``level`` (0 to 1): for independent events, or for events in cases that multiply the
    variance by ``factor`` (`counts.ratio_of_counts`). Missing for a pair without reports in both years."""

    def ratio(pair: PairRow) -> Measure:
        """The interval of one pair."""
        sides = [pair.reports_earlier, pair.reports_later, Fraction(str(level)), Fraction(str(factor))]
        ends = FUNCTIONS["ratio_of_counts"](*map(quantity_of, sides))
        label = N_("Ratio of the underlying rates of reports, later year ÷ earlier year")
        formula = N_("interval of the ratio of two counts (Clopper-Pearson; quasi-Poisson where wider)")
        name = snake_case("rate_ratio", f"{factor:g}", f"{level:.4g}")
        options: dict[str, Any] = {"factor": factor, "calculation": ("ratio_of_counts", *sides)}
        options |= {"unit": "ratio", "decimals": 3}
        return pair_measure(name, label, ends, pair, formula, **options)

    return measure_pairs(pairs, ratio)


def left_open(pairs: pd.DataFrame, bounds: DetectionBounds, level: float, factor: float) -> pd.DataFrame:
    """The change in incidents, later against earlier, that reports and bounds on the detection ratio allow, as columns
    of measures in per cent, each a range: ``left_open``, the identified set without chance, and ``interval``, the
    confidence interval for the true change (Imbens and Manski 2004, with the tails of `counts.ratio_of_counts`).
    Missing for a pair without reports in both years. If police knew of 10% of incidents and then of 12%, the bounds are
    `DetectionBounds.of_shares(10, 12)`."""
    name = snake_case("change", *(f"{end:.4g}" for end in (bounds.low, bounds.high)))
    identified = N_("Change in incidents that the supposition leaves open, before chance")
    covered = N_("Change in incidents under the supposition, with chance counted in")
    changes = {}
    for pair in _with_reports(pairs):
        ratio = incidence_ratio(*pair_reports(pair), bounds, level=level, variance_factor=factor)
        changes[pair.Index] = [
            change_interval(pair, identified, f"{name}_identified", factor, ratio.set_low, ratio.set_high),
            change_interval(pair, covered, name, factor, ratio.low, ratio.high),
        ]
    frame = pd.DataFrame.from_dict(changes, orient="index", columns=["left_open", "interval"])
    return frame.reindex(pairs.index).astype(FigureDtype())


def change_interval(pair: PairRow, label: Text, name: str, factor: float, low: float, high: float) -> Measure:
    """An interval of a ratio of incidents, later over earlier, from ``low`` to ``high`` (1 is no change), as a change
    in per cent, from -100; an infinite end stays open, and the low end of a ratio of 0 is not included."""
    ends = [None if math.isinf(end) else rounded_fraction((end - 1) * 100) for end in (low, high)]
    formula = N_("ends of the ratio of reports ÷ ends of the detection ratio (Imbens and Manski)")
    quantity = Quantity(ends[0], ends[1], low_open=low == 0)
    return pair_measure(name, label, quantity, pair, formula, unit="percent", decimals=1, factor=factor)


def _with_reports(pairs: pd.DataFrame) -> Iterator[Any]:
    """The pairs with known reports in both years, as rows with their ``Index``."""
    yield from pairs.dropna(subset=["reports_earlier", "reports_later"]).itertuples()


def measure_pairs(pairs: pd.DataFrame, measure_of: Callable[[PairRow], Measure | None]) -> pd.Series:
    """A column of figures with the index of ``pairs``: ``measure_of(pair)`` for each pair with reports in both years,
    else missing."""
    measured = {pair.Index: measure_of(pair) for pair in _with_reports(pairs)}
    return pd.Series(FigureArray([measured.get(index) for index in pairs.index]), index=pairs.index)


def pair_reports(pair: PairRow) -> tuple[Reports, Reports]:
    """The reports of both years of a pair, earlier first, in the type of `methods.counts`; ranges for rounded rates."""
    return measures.reports_of(pair.reports_earlier), measures.reports_of(pair.reports_later)


def pair_measure(
    kind: str, label: Text, quantity: Quantity, pair: PairRow, formula: Text, factor: float = 1.0, **options: Any
) -> Measure:
    """An estimate based on a pair's reports, whose name has ``kind``, definition, place, years and basis; ``factor`` is
    that of the variance, in words its method. ``options`` are those of `measures.measure`."""
    name = snake_case(kind, pair.definition, pair.place, f"{pair.year_earlier}", f"{pair.year_later}", pair.basis)
    inputs = [*pair.reports_earlier.leaves(), *pair.reports_later.leaves()]
    options = {"estimate": True, "method": measures.by_variance(factor), **options}
    return measures.measure(name, label, quantity, inputs, formula, **options)


# Suppositions


def supposed(values: Iterable[float], unit: str = "percent") -> list[Text]:
    """Suppositions, one text for each value, in words of both languages, neither published nor calculated: shares in
    per cent, or ratios with the ``unit`` "ratio"."""
    numbers = [measures.without_origin("supposed", "", value, unit, "") for value in values]
    return [{language: show(number, language).words for language in LANGUAGES} for number in numbers]


def no_change() -> pd.DataFrame:
    """One row for the zero line in a chart of changes in per cent: ``what`` (a label) and ``number``."""
    label, formula = N_("no change"), N_("a number over the same number")
    even = measures.without_origin("no_change", label, 0, "percent", formula)
    return pd.DataFrame({"what": [label], "number": FigureArray([even])})


# The small model of five stories


def signs(indicators: Iterable[Indicator] = Indicator) -> pd.DataFrame:
    """One row per indicator (``indicator``, in words), one column per story: the direction in which the story moves the
    indicator in the model of `detection`, in words of both languages."""
    table = signatures()
    directions = {
        story.value: [phrase("sign", table[story][indicator].value) for indicator in indicators] for story in Story
    }
    return pd.DataFrame({"indicator": [phrase("indicator", indicator.value) for indicator in indicators]} | directions)


def stretch() -> Measure:
    """The supposed elasticity of police effort per incident to incidence (`stories.STRETCH`, negative), as an
    estimate."""
    label, formula = N_("Elasticity of police effort to incidents"), N_("a supposition of the small model")
    return measures.without_origin("stretch", label, STRETCH, "ratio", formula, estimate=True)


# Beliefs about detection

NEARLY_SURE = 99.5  # per cent; rounded, it would read as certain


def probability_fell(pairs: pd.DataFrame, median: float, log_deviation: float, factor: float) -> pd.Series:
    """A Series of measures in per cent, each a range: for each pair the probability that incidents fell from the
    earlier to the later year (see `probability_range`). Belief on the detection ratio, later over earlier: log-normal,
    with this ``median`` and standard deviation of its logarithm; the two counts are binomial given their sum, with the
    variance times ``factor`` (see `detection.belief`). Missing for a pair without reports in both years."""

    def probability(pair: PairRow) -> Measure:
        """The range of one pair."""
        ends = probability_incidence_fell(*pair_reports(pair), median, log_deviation, variance_factor=factor)
        name = snake_case("fell", f"{median:g}", f"{log_deviation:g}")
        label = N_("Probability that trafficking fell, for a stated belief on detection")
        formula = N_("belief on the detection ratio, log-normal, against the two counts, given their sum binomial")
        return pair_measure(name, label, probability_range(ends), pair, formula, unit="percent", factor=factor)

    return measure_pairs(pairs, probability)


def probability_range(ends: tuple[float, float]) -> Quantity:
    """The range of the two probabilities ``ends`` (0 to 1, in any order) in per cent; "more than 99" or "less than 1"
    where whole per cents would show certainty."""
    low, high = (rounded_fraction(100 * end) for end in sorted(ends))
    if low > NEARLY_SURE:
        return Quantity.of("more-than", 99)
    return Quantity.of("less-than", 1) if high < 100 - NEARLY_SURE else Quantity.between(low, high)


# The variance of yearly counts


def variance_seen_in(counts: pd.Series, level: float) -> pd.DataFrame:
    """The variance over the mean of yearly counts, a column of figures without gaps, oldest first, from their steps
    (see `counts.estimate_variance_factor`). One row from all steps (``steps`` is ``all``), one without the largest
    (``less_largest``), each with ``estimate`` and ``interval``; no rows for fewer than three steps. Raises Refused for
    counts of 0."""
    steps = sorted(pairwise(counts), key=_size)
    selections = {"all": steps, "less_largest": steps[:-1]} if len(steps) > 2 else {}
    rows = [(name, *_variance_measures(name, selected, level)) for name, selected in selections.items()]
    frame = pd.DataFrame(rows, columns=["steps", "estimate", "interval"])
    return frame.assign(estimate=FigureArray(frame.estimate), interval=FigureArray(frame.interval))


def largest_step(counts: pd.Series) -> tuple[Number, Number] | tuple[None, None]:
    """The two counts of the largest step between successive ones, up or down, earlier first, which `variance_seen_in`
    leaves out; the last of equal steps; two of None for fewer than two counts."""
    return max(reversed([*pairwise(counts)]), key=_size, default=(None, None))


def _size(step: tuple[Number, Number]) -> Fraction:
    """The absolute difference between the two counts of a step."""
    return abs(step[1].quantity.value - step[0].quantity.value)


def _variance_measures(row_name: str, steps: list[tuple[Number, Number]], level: float) -> tuple[Measure, Measure]:
    """From the ``steps`` (pairs of successive counts) of one row of `variance_seen_in`, ``row_name``: the estimate of
    the variance over the mean, and its confidence interval at ``level``."""
    factor = estimate_variance_factor(
        [(float(count.quantity.value), float(other.quantity.value)) for count, other in steps], level
    )
    inputs = list({leaf.name: leaf for step in steps for count in step for leaf in count.leaves()}.values())
    label = N_("Variance over mean, from the steps between years")
    formula = N_("mean of (step)² ÷ (sum of both counts); interval by chi-squared (von Neumann)")
    quantities = (
        Quantity.exact(rounded_fraction(factor.estimate)),
        Quantity.between(*map(rounded_fraction, (factor.low, factor.high))),
    )
    options: dict[str, Any] = {"unit": "ratio", "decimals": 1, "estimate": True}
    definition = inputs[0].definition
    names = (snake_case("variance", row_name, definition), snake_case("variance", "between", row_name, definition))
    first, second = (
        measures.measure(name, label, number, inputs, formula, **options)
        for name, number in zip(names, quantities, strict=True)
    )
    return first, second
