"""Simulated reliability of the intervals in the annex on uncertainty, in one model of chance: reports come in cases of
geometric size, so that their variance is a multiple of their mean.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from ..language import LANGUAGES, N_, Text, compose, phrase
from ..language.formats import format_number
from ..numbers import measures
from ..numbers.frames import FigureArray
from ..numbers.lists import snake_case
from ..numbers.notation import words_in_both
from ..numbers.number import Measure, Number
from ..numbers.quantity import Quantity
from .detection import simulation
from .detection.identification import DetectionBounds
from .detection.simulation import EFFECTS, Process, Scenario

DRAWS = 2000
WITHIN = Decimal("1.25")  # the factor either way within which detection is known in one column: 0.8 to 1.25


def within() -> Measure:
    """The bounds on the detection ratio in the column ``within_a_factor`` of `power`, as a number for its heading."""
    label, formula = N_("Detection ratio known to within"), N_("a supposition of the simulation, a factor either way")
    ends = Quantity.between(1 / Fraction(WITHIN), Fraction(WITHIN))
    return measures.without_origin("within", label, ends, "ratio", formula, decimals=2, estimate=True)


def coverage(reports: Number | None, level: float, revisions: pd.Series, variance_factor: float) -> pd.DataFrame:
    """A row for each process that generates reports, with its id as index and its name in words (``how``): in whole
    per cent the share of intervals at ``level`` that contain the truth, with known constant detection, of intervals
    with the variance factor (``in_cases``) and without (``independent``). The process of revision, left out without
    ``revisions``, revises the later year by the largest of them, in per cent, up or down. No rows if ``reports``, those
    of the earlier year, are unknown."""
    largest = max(revisions, key=lambda change: abs(change.quantity.value), default=None)
    factor = float(1 + largest.quantity.value / 100) if largest else None
    processes = [process for process in Process if reports is not None and (factor or process is not Process.REVISED)]
    revised_by = words_in_both(largest.round(1)) if largest else ""
    names = [compose(phrase("process", process.value), revised_by) for process in processes]
    frame = pd.DataFrame({"how": names}, index=[process.value for process in processes])

    expected = 0.0 if reports is None else measures.reports_of(reports).middle

    def share(process: Process, wider: float) -> float:
        """The share (0 to 1) of intervals with the variance factor ``wider`` that contain the truth under a process."""
        revision = factor if process is Process.REVISED else None
        scenario = Scenario(
            (expected, expected), process=process, revision=revision, per_case=per_case(variance_factor)
        )
        return simulation.coverage(scenario, EXACTLY, draws=DRAWS, level=level, variance_factor=wider)

    label = N_("Share of simulated intervals that hold the truth")
    for kind, wider in {"in_cases": variance_factor, "independent": 1.0}.items():
        shares = [
            simulated_share(f"coverage_{kind}_{process.value}", label, share(process, wider)) for process in processes
        ]
        frame[kind] = FigureArray(shares)
    return frame


EXACTLY = DetectionBounds(1.0, 1.0)
KNOWN = {
    "exactly": EXACTLY,
    "within_a_factor": DetectionBounds(float(1 / WITHIN), float(WITHIN)),
    "unknown": DetectionBounds.unknown(),
}
POWER_LABEL = N_("Share of simulated comparisons that tell the change")


def per_case(variance_factor: float) -> float:
    """The mean number of incidents in a case of geometric size that gives this variance factor."""
    return (variance_factor + 1) / 2


def power(reports: Number | None, level: float, variance_factor: float) -> pd.DataFrame:
    """The share of simulations, in whole per cent, that detect each true change in incidence (``effect``, in words),
    with constant detection that is supposed known exactly, within a factor either way, or not at all (columns as in
    ``KNOWN``). No rows and columns without ``reports``, those of the earlier year."""
    if reports is None:
        return pd.DataFrame()
    effects = [name for name, ratio in EFFECTS.items() if ratio != 1]
    frame = pd.DataFrame({"effect": [phrase("effect", name) for name in effects]})
    for kind, bounds in KNOWN.items():
        shares = {name: detection_share(reports, name, bounds, level, variance_factor) for name in effects}
        frame[kind] = FigureArray(
            [simulated_share(f"power_{kind}_{name}", POWER_LABEL, share) for name, share in shares.items()]
        )
    return frame


def detection_share(
    reports: Number, effect: str, bounds: DetectionBounds, level: float, variance_factor: float
) -> float:
    """The share (0 to 1) of DRAWS simulations whose interval lies on the right side of 1 for the true change ``effect``
    (a key of `simulation.EFFECTS`); reports come in cases as the intervals suppose."""
    expected, ratio = measures.reports_of(reports).middle, EFFECTS[effect]
    cases = Scenario((expected, expected * ratio), process=Process.CLUSTERED, per_case=per_case(variance_factor))
    shares = simulation.power(cases, bounds, draws=DRAWS, level=level, variance_factor=variance_factor)
    return shares["rose" if ratio > 1 else "fell"]


def detection_share_by_factor(
    reports: Number | None, effect: str, level: float, factors: Sequence[float]
) -> FigureArray:
    """The share of simulations, in whole per cent, that detect a true change (a key of `simulation.EFFECTS`), for each
    of the variance ``factors`` in order, with detection known exactly; missing without ``reports``, the earlier
    year's."""
    if reports is None:
        return FigureArray([None] * len(factors))
    names = [f"told_{effect}_{factor:g}" for factor in factors]
    shares = [detection_share(reports, effect, EXACTLY, level, factor) for factor in factors]
    return FigureArray([simulated_share(name, POWER_LABEL, share) for name, share in zip(names, shares, strict=True)])


def simulated_share(name: str, label: Text, share: float) -> Measure:
    """A share of simulations (0 to 1) as an estimate in whole per cent, named and labelled."""
    draws = {language: format_number(Decimal(DRAWS), language) for language in LANGUAGES}
    formula = {
        "en": f"simulated, {draws['en']} pairs of years, as many reports as in the earlier year",
        "fr": f"simulé, {draws['fr']} paires d’années, autant d’affaires que la première année",
    }
    return measures.without_origin(
        snake_case(name), label, round(share * 100), "percent", formula, decimals=0, estimate=True
    )
