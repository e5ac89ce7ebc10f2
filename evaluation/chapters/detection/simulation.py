"""Simulated reports with known incidence and detection: coverage and power of the stated intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...methods.counts import PER_CASE, Floats, lower_ends, upper_ends
from .identification import DetectionBounds, tail_probabilities


class Process(StrEnum):
    """The process that generates the reports of a simulated year."""

    POISSON = "poisson"
    OVERDISPERSED = "overdispersed"
    CLUSTERED = "clustered"
    REVISED = "revised"


# Variance 1 + mean / 50 times the mean: a negative binomial of shape 50.
SHAPE = 50.0
# Incidence ratios to ask about by name.
EFFECTS: Final[Mapping[str, float]] = {
    "halved": 0.5,
    "down-a-quarter": 0.75,
    "down-a-tenth": 0.9,
    "unchanged": 1.0,
    "up-a-tenth": 1.1,
    "up-a-quarter": 1.25,
    "doubled": 2.0,
}


@dataclass(frozen=True)
class Scenario:
    """A simulated truth: expected reports are incidence x detection in each year, independent of all else. With
    revision, the later year is published before it and the earlier year after it; ``revision`` is the count after over
    the count before. Clustered reports come in cases of geometric size, ``per_case`` on average; revised ones too."""

    incidence: tuple[float, float]
    detection: tuple[float, float] = (1.0, 1.0)
    process: Process = Process.POISSON
    revision: float | None = None
    per_case: float = PER_CASE

    @property
    def ratio(self) -> float:
        """The true incidence ratio, later over earlier."""
        return self.incidence[1] / self.incidence[0]


def simulate_reports(scenario: Scenario, draws: int, seed: int) -> NDArray[np.int_]:
    """Published reports, an array of draws x 2 (earlier, later); the same for the same seed."""
    random = np.random.default_rng(seed)
    means = np.multiply(scenario.incidence, scenario.detection)
    if scenario.revision is not None:
        means = means / (1.0, scenario.revision)
    return np.column_stack([_simulate_year(random, scenario, float(mean), draws) for mean in means])


def _simulate_year(random: np.random.Generator, scenario: Scenario, mean: float, draws: int) -> NDArray[np.int_]:
    """Reports of one year with this mean, an array of ``draws``, by the scenario's process: REVISED as CLUSTERED, and
    both as POISSON if a case has one incident. Advances the generator."""
    if scenario.process is Process.OVERDISPERSED:
        return random.negative_binomial(SHAPE, SHAPE / (SHAPE + mean), draws)
    if scenario.process is Process.POISSON or scenario.per_case == 1:
        return random.poisson(mean, draws)
    cases = random.poisson(mean / scenario.per_case, draws)
    further_incidents = random.negative_binomial(np.maximum(cases, 1), 1 / scenario.per_case)
    return np.where(cases > 0, cases + further_incidents, 0)


def simulated_intervals(
    scenario: Scenario,
    bounds: DetectionBounds,
    draws: int,
    seed: int,
    *,
    level: float = 0.95,
    variance_factor: float = 1.0,
) -> tuple[Floats, Floats]:
    """The low and the high ends (arrays of ``draws``) of the interval of `incidence_ratio` on simulated reports. A
    simulated year without reports, which `incidence_ratio` refuses, leaves an end open: 0 or infinite."""
    earlier, later = simulate_reports(scenario, draws, seed).T
    tail = tail_probabilities(earlier, later, bounds, level, variance_factor)
    low, high = (ends(earlier, later, tail, variance_factor) for ends in (lower_ends, upper_ends))
    return low / bounds.high, high / bounds.low if bounds.low > 0 else np.full(draws, np.inf)


def coverage(
    scenario: Scenario, bounds: DetectionBounds, *, draws: int = 2000, seed: int = 1, **options: float
) -> float:
    """The share of simulated intervals that contain the true incidence ratio, for bounds that contain p2 / p1; from 0
    to 1. ``options`` as in `simulated_intervals`."""
    low, high = simulated_intervals(scenario, bounds, draws, seed, **options)
    return float(np.mean((low <= scenario.ratio) & (scenario.ratio <= high)))


def power(
    scenario: Scenario, bounds: DetectionBounds, *, draws: int = 2000, seed: int = 1, **options: float
) -> dict[str, float]:
    """The shares, from 0 to 1, of simulations that conclude that incidence rose (`rose`) and that it fell (`fell`).
    With unknown detection both are 0."""
    low, high = simulated_intervals(scenario, bounds, draws, seed, **options)
    return {"rose": float(np.mean(low > 1)), "fell": float(np.mean(high < 1))}
