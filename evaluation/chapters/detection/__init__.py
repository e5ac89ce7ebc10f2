"""Reports against incidence: what a change in police reports says about crime, and what it does not.

Expected reports = incidence x detection. Detection p is the share of incidents that enter the police's count
(recognized, reported or found, founded, classed as the most serious offence), so 0 < p <= 1 and the reports'
ratio is the incidence's ratio times the detection ratio p2 / p1. The count also holds offences of earlier
years.

In this order: `counts` and their ratio, as a number and per person; partial identification (`identification`, with
critical values in `critical`); what follows from a `belief` on detection; signatures of five `stories`, and a
`reading` of what was observed; `simulation` and power. "Earlier" and "later" are the two years. Intervals from counts
hold if events were independent; with a variance factor, if they come in cases (`VARIANCE_FACTOR`).
"""

from ...methods.counts import PER_CASE, VARIANCE_FACTOR, Ratio, Reports, ratio_of_counts
from ...methods.errors import DetectionError
from .belief import probability_incidence_fell
from .critical import imbens_manski
from .identification import (
    Conclusion,
    DetectionBounds,
    Identified,
    Tightness,
    concluded,
    incidence_ratio,
    tightness_needed,
)
from .reading import EVIDENCE, TYPICAL_MOVE, Observation, Reading, read_signatures
from .simulation import (
    EFFECTS,
    Process,
    Scenario,
    coverage,
    power,
    power_of_effects,
    simulate_reports,
    simulated_intervals,
)
from .stories import (
    BASELINES,
    GROWTH,
    STRETCH,
    Indicator,
    Sign,
    Story,
    draw_baselines,
    elasticities,
    model_indicators,
    never_falling,
    sign_of,
    signatures,
    surviving,
)

__all__ = [
    "BASELINES",
    "EFFECTS",
    "EVIDENCE",
    "GROWTH",
    "PER_CASE",
    "STRETCH",
    "TYPICAL_MOVE",
    "VARIANCE_FACTOR",
    "Conclusion",
    "DetectionBounds",
    "DetectionError",
    "Identified",
    "Indicator",
    "Observation",
    "Process",
    "Ratio",
    "Reading",
    "Reports",
    "Scenario",
    "Sign",
    "Story",
    "Tightness",
    "concluded",
    "coverage",
    "draw_baselines",
    "elasticities",
    "imbens_manski",
    "incidence_ratio",
    "model_indicators",
    "never_falling",
    "power",
    "power_of_effects",
    "probability_incidence_fell",
    "ratio_of_counts",
    "read_signatures",
    "sign_of",
    "signatures",
    "simulate_reports",
    "simulated_intervals",
    "surviving",
    "tightness_needed",
]
