"""How far the intervals can be trusted, and which changes could be told: by simulation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from ...language import LANGUAGES, N_, Text, format_number, phrase
from ...methods.detection import EFFECTS, Conclusion, DetectionBounds, Process, Scenario, coverage, power_of_effects
from ...numbers import measures
from ...numbers.figures import Figures, Measure, Quantity, show
from ...records.recorded import Cell
from .. import incidents
from ..comparison import Comparison
from .suppositions import reports_in

DRAWS = 2000
# Any share will do: the counts depend on incidence x detection only.
SIMULATED_SHARE = 0.1


def coverage_rows(figures: Figures, found: Comparison, level: float) -> list[list[Cell]]:
    """Rows of how reports come about, and the share of stated intervals that then hold the truth; without a row on
    revisions where none is known."""
    expected = expected_reports(found)
    largest = incidents.largest_revision(figures, found.definition)
    factor = float(largest[1].quantity.value / largest[0].quantity.value) if largest else None
    known = [one for one in Process if factor or one is not Process.REVISED]
    if expected is None:
        return []
    return [[process_named(one, largest and largest[2]), covered(one, expected, level, factor)] for one in known]


def process_named(process: Process, revision: Measure | None) -> Text:
    """How reports come about, in words; of a revision how large it is."""
    words = phrase("process", process.value)
    return {lang: words[lang].format(revision=revision and show(revision, lang).words) for lang in LANGUAGES}


def expected_reports(found: Comparison) -> float | None:
    """Reports of the earlier year: what the simulations expect."""
    reports = reports_in(found)
    return (reports[0].low + reports[0].high) / 2 if reports else None


def covered(process: Process, expected: float, level: float, factor: float | None) -> Measure:
    share = simulated_coverage(process, expected, level, factor if process is Process.REVISED else None)
    label = N_("Share of simulated intervals that hold the truth")
    return simulated(f"coverage_{process.value}", label, share)


@cache
def simulated_coverage(process: Process, expected: float, level: float, factor: float | None) -> float:
    """With known, unchanged detection and incidence."""
    incidence = expected / SIMULATED_SHARE
    scenario = Scenario((incidence, incidence), (SIMULATED_SHARE, SIMULATED_SHARE), process, factor)
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


WITHIN = Decimal("1.25")  # the factor either way within which detection is known in one column: 0.8 to 1.25
KNOWN = (
    ("exactly", DetectionBounds(1.0, 1.0)),
    ("within_a_factor", DetectionBounds(float(1 / WITHIN), float(WITHIN))),
    ("unknown", DetectionBounds.unknown()),
)


def within() -> Measure:
    """The detection ratios that one column of the simulation leaves open, as a number for its heading."""
    label, formula = N_("Detection ratio known to within"), N_("a supposition of the simulation, a factor either way")
    number = measures.without_origin("within", label, 1, "ratio", formula)
    return replace(number, quantity=Quantity.between(1 / Fraction(WITHIN), Fraction(WITHIN)), decimals=2, estimate=True)


def power_rows(found: Comparison, level: float) -> list[list[Cell]]:
    """Rows of true change in incidence, and how often it is told where detection, in truth unchanged, is known
    exactly, within a factor either way, or not at all."""
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
