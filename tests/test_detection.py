"""Reports against incidence: each number by hand, each law as a property, coverage by simulation."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.chapters.detection.belief import probability_incidence_fell
from evaluation.chapters.detection.identification import (
    DetectionBounds,
    imbens_manski,
    incidence_ratio,
)
from evaluation.chapters.detection.simulation import (
    EFFECTS,
    Process,
    Scenario,
    coverage,
    power,
    simulate_reports,
    simulated_intervals,
)
from evaluation.chapters.detection.stories import (
    BASELINES,
    MOVED,
    Indicator,
    Sign,
    Story,
    elasticities,
    model_indicators,
    signatures,
)
from evaluation.methods.counts import PER_CASE, VARIANCE_FACTOR, Reports, ratio_of_counts
from evaluation.problems import Refused

pytestmark = pytest.mark.sampled

KNOWN = DetectionBounds(1.0, 1.0)


REFUSED: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
    "reports: found .*; allowed: a whole number above 0": (lambda bad: ratio_of_counts(bad, 5), [0, -1, 3.0, True]),
    "5 to 4; allowed: the lower number first": (lambda bad: Reports(5, bad), [4]),
    "level: found": (lambda bad: ratio_of_counts(5, 9, level=bad), [0.0, 1.0, 95.0, math.nan]),
    "population of the earlier year": (lambda bad: ratio_of_counts(5, 9, populations=(bad, 1.0)), [0.0, math.inf]),
    "variance factor: found": (lambda bad: ratio_of_counts(5, 9, variance_factor=bad), [0.9, -1.0, math.inf, math.nan]),
    "earlier share: found 0": (lambda bad: DetectionBounds.of_shares(bad, 12), [0]),
    "bounds of the detection ratio": (
        lambda bad: DetectionBounds(*bad),
        [(2.0, 1.0), (-1.0, 1.0), (0.0, 0.0), (math.nan, 1.0), (math.inf, math.inf)],
    ),
    "median of the detection ratio": (lambda bad: probability_incidence_fell(5, 6, bad, 0.1), [0, math.inf]),
    "standard deviation of its logarithm": (lambda bad: probability_incidence_fell(5, 6, 1, bad), [0, math.nan]),
}


@pytest.mark.parametrize(
    ("says", "ask", "bad"), [(says, ask, bad) for says, (ask, every) in REFUSED.items() for bad in every]
)
def test_what_has_no_answer_is_refused(says: str, ask: Callable[[Any], object], bad: Any) -> None:
    with pytest.raises(Refused, match=says):
        ask(bad)


def test_the_default_factor_is_that_of_the_cases_simulated() -> None:
    sizes = np.random.default_rng(7).geometric(1 / PER_CASE, 400_000).astype(float)
    assert np.mean(sizes**2) / np.mean(sizes) == pytest.approx(VARIANCE_FACTOR, rel=0.02)


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(0, 9), st.integers(1, 40), st.integers(0, 9), st.floats(1, 30))
def test_a_wider_interval_takes_the_worst_of_all_whole_numbers_too(
    first: int, more: int, second: int, again: int, factor: float
) -> None:
    ratio = ratio_of_counts(Reports(first, first + more), Reports(second, second + again), variance_factor=factor)
    each = [
        ratio_of_counts(earlier, later, variance_factor=factor)
        for earlier in range(first, first + more + 1)
        for later in range(second, second + again + 1)
    ]
    assert ratio.low == pytest.approx(min(possible.low for possible in each))
    assert ratio.high == pytest.approx(max(possible.high for possible in each))


def test_a_belief_is_less_sure_where_events_come_in_cases() -> None:
    (sure, _), (unsure, _) = (
        probability_incidence_fell(386, 522, 1.1, 0.1, variance_factor=factor) for factor in (1, 5)
    )
    assert sure < unsure < 0.5
    # the quasi-likelihood of the counts over five is that of a fifth of them
    assert probability_incidence_fell(50, 60, 1.1, 0.1)[0] == pytest.approx(
        probability_incidence_fell(250, 300, 1.1, 0.1, variance_factor=5)[0]
    )


def test_imbens_and_manski_between_two_sides_and_one() -> None:
    # A point has 1.959964 on both sides, a set without end 1.644854 on one.
    assert imbens_manski(np.array([0.0, np.inf])) == pytest.approx([1.959964, 1.644854], abs=1e-6)
    widths = np.array([0.3, 1.0, 2.5])
    critical = imbens_manski(widths, 0.9)
    inside = [NormalDist().cdf(c + width) - NormalDist().cdf(-c) for c, width in zip(critical, widths, strict=True)]
    assert inside == pytest.approx([0.9] * 3, abs=1e-9)


U, D, N, A = Sign.UP, Sign.DOWN, Sign.NONE, Sign.AMBIGUOUS
SIGNS = {  # by story: trust, effort, recording, incidence, stretched
    Indicator.REPORTS: (U, U, U, U, U),
    Indicator.VICTIM_SHARE: (U, D, A, N, U),
    Indicator.DELAY: (A, D, A, N, U),
    Indicator.VICTIMS: (A, D, A, N, U),
    Indicator.HOTLINE: (A, D, D, N, U),
    Indicator.SEVERE: (A, A, D, N, A),
    Indicator.SERVED: (A, U, N, U, U),
    Indicator.SPREAD: (U, A, A, N, A),
}


def test_signs_follow_from_the_model() -> None:
    table = signatures()
    assert {indicator: tuple(table[story][indicator] for story in Story) for indicator in Indicator} == SIGNS


@pytest.mark.parametrize("story", list(Story))
def test_elasticities_are_what_differences_give(story: Story) -> None:
    at = {name: np.array([(low + high) / 2]) for name, (low, high) in BASELINES.items()}
    up, down = (
        model_indicators(dict(at) | {name: at[name] * (1 + step) ** power for name, power in MOVED[story].items()})
        for step in (1e-5, -1e-5)
    )
    for indicator, value in elasticities(story, at).items():
        # Central difference of the logarithm.
        assert value[0] == pytest.approx(float(np.log(up[indicator] / down[indicator])[0] / 2e-5), abs=1e-6)


@pytest.mark.parametrize("process", list(Process))
def test_simulated_reports_have_the_means_asked_for(process: Process) -> None:
    factor = 1.2 if process is Process.REVISED else None
    reports = simulate_reports(Scenario((2000, 4000), (0.1, 0.1), process, factor), 40_000, 5)
    later = 400 / 1.2 if factor else 400
    # The widest standard error: sqrt((400 + 400**2 / 50) / 40,000) = 0.3.
    assert reports.mean(0) == pytest.approx([200, later], abs=1.2)
    variance = {Process.OVERDISPERSED: 400 + 400**2 / 50, Process.CLUSTERED: 400 * (2 * 3 - 1)}
    if process in variance:
        # Cases of a geometric size with mean 3: the mean of the square over the mean is 2 x 3 - 1 = 5.
        assert reports[:, 1].var() == pytest.approx(variance[process], rel=0.05)


@pytest.mark.parametrize(
    ("bounds", "later_share"), [(KNOWN, 0.1), (DetectionBounds(0.9, 1.3), 0.09), (DetectionBounds(0.9, 1.3), 0.13)]
)
@pytest.mark.parametrize("reports", [12, 300])
def test_intervals_cover_as_stated_at_the_ends_of_the_bounds(
    bounds: DetectionBounds, later_share: float, reports: int
) -> None:
    scenario = Scenario((reports * 10, reports * 12), (0.1, later_share))
    # 3 standard errors of 4,000 draws: 1 point.
    assert coverage(scenario, bounds, draws=4000) >= 0.94


def test_the_simulated_interval_is_the_stated_one() -> None:
    scenario, bounds = Scenario((500, 500), (0.1, 0.1)), DetectionBounds(0.9, 1.3)
    low, high = simulated_intervals(scenario, bounds, 5, 1)
    for (earlier, later), low_end, high_end in zip(simulate_reports(scenario, 5, 1), low, high, strict=True):
        stated = incidence_ratio(int(earlier), int(later), bounds)
        assert (low_end, high_end) == pytest.approx((stated.low, stated.high))


def test_power() -> None:
    def shares(effect: float, bounds: DetectionBounds) -> tuple[float, ...]:
        power_of = power(Scenario((5000, 5000 * effect), (0.1, 0.1)), bounds)
        return power_of["rose"], power_of["fell"]

    assert all(shares(effect, DetectionBounds.unknown()) == (0, 0) for effect in EFFECTS.values())  # never from reports
    assert shares(0.5, KNOWN)[1] > 0.999
    assert shares(2, KNOWN)[0] > 0.999
    assert sum(shares(1, KNOWN)) <= 0.06
    # log(1.1) / sqrt(1/500 + 1/550) = 1.54: Phi(1.54 - 1.96) = 0.34.
    assert shares(1.1, KNOWN)[0] == pytest.approx(0.34, abs=0.04)


def test_detection_did_not_fall_bounds_from_above() -> None:
    ratio = incidence_ratio(555, 400, DetectionBounds(low=1.0))
    # At most 400 / 555 = 0.7207; one-sided at 95% is the upper end of two sides at 90%.
    assert (ratio.set_low, ratio.set_high) == pytest.approx((0, 400 / 555))
    assert ratio.high == pytest.approx(ratio_of_counts(555, 400, level=0.9).high)
    assert ratio.high < 1


@pytest.mark.slow
@pytest.mark.parametrize(("earlier", "later"), [(555, 608), (386, 503), (5, 9)])
@pytest.mark.parametrize(("median", "spread"), [(1.0, 0.1), (1.1, 0.25), (1.5, 0.1), (1.5, 0.25)])
def test_a_belief_weighs_the_counts_as_integration_does(earlier: int, later: int, median: float, spread: float) -> None:
    """By adaptive quadrature over the share of the later count, instead of the package's over the detection ratio."""
    from scipy.integrate import quad  # a second and a half, which no quick test waits for
    from scipy.stats import beta, norm

    def weighed(share: float) -> float:
        ratio = share / (1 - share)
        return float(beta.pdf(share, later + 0.5, earlier + 0.5) * norm.cdf(math.log(median / ratio) / spread))

    expected, _ = quad(weighed, 0, 1, points=[later / (earlier + later)], limit=200, epsabs=1e-10)
    assert probability_incidence_fell(earlier, later, median, spread) == pytest.approx((expected, expected), abs=1e-5)
