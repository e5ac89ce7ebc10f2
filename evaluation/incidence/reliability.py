"""How far the intervals can be trusted, and which changes could be told: by simulation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from .. import measures
from ..comparison import Comparison
from ..detection import (
    EFFECTS,
    Conclusion,
    DetectionBounds,
    Process,
    Scenario,
    coverage,
    power_of_effects,
)
from ..figures import Measure, Quantity
from ..language import LANGUAGES, N_, Text, format_number, phrase
from ..records import Cell
from .suppositions import reports_in

DRAWS = 2000
# Any share will do: the counts depend on incidence x detection only.
SIMULATED_SHARE = 0.1


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
