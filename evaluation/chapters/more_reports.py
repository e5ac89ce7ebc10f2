"""What the chapter on more reports needs beyond its cells: invented and supposed numbers, and beliefs on detection."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from ..language import N_
from ..methods.counts import VARIANCE_FACTOR
from ..numbers import measures
from ..numbers.frames import FigureArray
from ..numbers.lists import snake
from ..numbers.number import INVENTED, Measure
from ..numbers.quantity import Quantity, fraction_of
from .detection.belief import probability_incidence_fell
from .reports_and_incidence import each, of_pair, pair_reports

NEARLY_SURE = 99.5  # per cent; rounded, it would read as certain


def invented(counts: Iterable[int]) -> FigureArray:
    """Numbers of incidents that no one counted: an illustration's, marked as invented."""
    label, formula = N_("Invented for an illustration"), N_("invented for an illustration; not data")
    numbers = [measures.without_origin(f"invented_{n}", label, n, "incidents", formula) for n in counts]
    return FigureArray([replace(number, definition=INVENTED) for number in numbers])


def boxes() -> pd.DataFrame:
    """The picture of what a rise can mean, for `charts.dots`: a year, and two years after it that report twice as much,
    one with police who see more and one with more trafficking."""
    names = [
        N_("Example, year one"),
        N_("Example, year two: police find more"),
        N_("Example, year two: more trafficking"),
    ]
    return pd.DataFrame({"box": names, "happening": invented([100, 100, 200]), "known": invented([5, 10, 10])})


def fell(pairs: pd.DataFrame, median: float, log_deviation: float, factor: float = VARIANCE_FACTOR) -> pd.Series:
    """For each pair of years (as in `reports_and_incidence`) the probability in per cent that incidents fell, for a
    log-normal belief on the detection ratio (see `detection.belief`); ``factor`` is that of the
    counts' variance."""

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
