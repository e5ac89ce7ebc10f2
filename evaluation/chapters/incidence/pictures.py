"""The plane of change, and break-even detection by year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...charts import Point
from ...language import LANGUAGES, N_, translate
from ...methods.detection import DetectionBounds
from ...numbers import measures
from ...numbers.figures import Figures, Measure, Quantity
from .. import comparison, incidents
from ..comparison import Comparison
from ..incidents import Choice


def plane_points(found: Comparison, bounds: DetectionBounds) -> list[Point]:
    """The ratio of reports with its interval, and the detection ratio supposed where both its ends are stated."""
    if found.chance is None or not comparison.alike([found]):
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
    """For each year after the first the detection ratio with which incidence did not change since, with chance: a
    series of one release and one of first releases."""
    years = incidents.reported(figures, definition, place, earlier_year, later_year).main[1:]
    found = [
        one
        for year in years
        for one in comparison.compare_alike(figures, definition, place, earlier_year, int(year.start), level)
    ]
    ordered = sorted(found, key=lambda one: list(comparison.Basis).index(one.basis))
    return [break_even_point(one) for one in comparison.alike(ordered) if one.chance]


def break_even_point(found: Comparison) -> Point:
    year, prefix = int(found.later.start), f"{found.definition}_{found.basis.value}_"
    numbers = comparison.break_evens(found, prefix)
    ratio, interval = (numbers[f"{prefix}{name}"] for name in ("break_even", "break_even_chance"))
    assert ratio
    assert interval
    ratio, interval = (replace(number, name=f"{number.name}_{year}") for number in (ratio, interval))
    return Point(ratio, year=year, series=comparison.BASES[found.basis], interval=interval)


def needs(points: Sequence[Point]) -> Choice | None:
    """Whether in every year, in some or in none detection would have had to change, chance counted in; None where
    no year can be compared."""
    if not points:
        return None
    apart = [measures.against(p.interval.quantity, Quantity.exact(1)) != "unknown" for p in points if p.interval]
    return "years_apart", "all" if apart and all(apart) else "some" if any(apart) else "none"


def needed_by(own: Sequence[Point], other: Sequence[Point]) -> Choice:
    """Which of the two definitions a sentence on the years in which detection had to change can speak of."""
    return "detection_needed", {(True, True): "both", (True, False): "own", (False, True): "other"}.get(
        (bool(own), bool(other)), "none"
    )
