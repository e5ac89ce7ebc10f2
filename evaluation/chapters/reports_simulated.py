"""How far the chapter on reports and incidence can trust its intervals, by simulated pairs of years."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from ..language import LANGUAGES, N_, Text, composed, format_number, phrase
from ..numbers import measures
from ..numbers.frames import FigureArray
from ..numbers.lists import snake
from ..numbers.notation import text_of
from ..numbers.number import Measure, Number
from ..numbers.quantity import Quantity
from .detection import simulation
from .detection.identification import DetectionBounds
from .detection.simulation import EFFECTS, Process, Scenario

DRAWS = 2000
WITHIN = Decimal("1.25")  # the factor either way within which detection is known in one column: 0.8 to 1.25


def within() -> Measure:
    """The detection ratios that one column of the simulation leaves open, as a number for its heading."""
    label, formula = N_("Detection ratio known to within"), N_("a supposition of the simulation, a factor either way")
    ends = Quantity.between(1 / Fraction(WITHIN), Fraction(WITHIN))
    return measures.without_origin("within", label, ends, "ratio", formula, decimals=2, estimate=True)


def coverage(reports: Number | None, level: float, revisions: pd.Series, variance_factor: float) -> pd.DataFrame:
    """How reports come about, and the share of stated intervals that then hold the truth, detection being known and
    unchanged: of those with the variance factor (``in_cases``) and without; the later year revised by the largest of
    ``revisions`` in per cent, where there is one. No rows where the reports of the earlier year are not known."""
    largest = max(revisions, key=lambda one: abs(one.quantity.value), default=None)
    factor = float(1 + largest.quantity.value / 100) if largest else None
    ways = [how for how in Process if reports is not None and (factor or how is not Process.REVISED)]
    frame = pd.DataFrame({"how": [_how_named(how, largest) for how in ways]})

    expected = 0.0 if reports is None else measures.reports_of(reports).middle

    def share(how: Process, wider: float) -> float:
        scenario = Scenario((expected, expected), process=how, revision=factor if how is Process.REVISED else None)
        return simulation.coverage(scenario, EXACTLY, draws=DRAWS, level=level, variance_factor=wider)

    label = N_("Share of simulated intervals that hold the truth")
    for kind, wider in {"in_cases": variance_factor, "independent": 1.0}.items():
        found = [simulated(f"coverage_{kind}_{how.value}", label, share(how, wider)) for how in ways]
        frame[kind] = FigureArray(found)
    return frame


def _how_named(how: Process, revision: Number | None) -> Text:
    return composed(phrase("process", how.value), text_of(revision.round(1)) if revision else "")


EXACTLY = DetectionBounds(1.0, 1.0)
KNOWN = {
    "exactly": EXACTLY,
    "within_a_factor": DetectionBounds(float(1 / WITHIN), float(WITHIN)),
    "unknown": DetectionBounds.unknown(),
}


def power(reports: Number | None, level: float, variance_factor: float) -> pd.DataFrame:
    """True change in incidence, and how often it is told where detection, in truth unchanged, is known exactly, within
    a factor either way, or not at all (columns as in ``KNOWN``). No rows without the earlier year's reports."""
    if reports is None:
        return pd.DataFrame()
    expected = measures.reports_of(reports).middle
    effects = {name: ratio for name, ratio in EFFECTS.items() if ratio != 1}
    frame = pd.DataFrame({"effect": [phrase("effect", name) for name in effects]})

    def share(ratio: float, bounds: DetectionBounds) -> float:
        options: dict[str, Any] = {"draws": DRAWS, "level": level, "variance_factor": variance_factor}
        shares = simulation.power(Scenario((expected, expected * ratio)), bounds, **options)
        return shares["rose" if ratio > 1 else "fell"]

    label = N_("Share of simulated comparisons that tell the change")
    for kind, bounds in KNOWN.items():
        found = [simulated(f"power_{kind}_{name}", label, share(ratio, bounds)) for name, ratio in effects.items()]
        frame[kind] = FigureArray(found)
    return frame


def simulated(name: str, label: Text, share: float) -> Measure:
    """A share of simulated comparisons, in whole per cent."""
    draws = {language: format_number(Decimal(DRAWS), language) for language in LANGUAGES}
    formula = {
        "en": f"simulated, {draws['en']} pairs of years, as many reports as in the earlier year",
        "fr": f"simulé, {draws['fr']} paires d’années, autant d’affaires que la première année",
    }
    return measures.without_origin(
        snake(name), label, round(share * 100), "percent", formula, decimals=0, estimate=True
    )
