"""Reports against incidence: each number by hand, each law as a property, coverage by simulation."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm  # type: ignore[import-untyped, unused-ignore]

from evaluation.methods.detection import (
    BASELINES,
    EFFECTS,
    Conclusion,
    DetectionBounds,
    DetectionError,
    Indicator,
    Method,
    Observation,
    Process,
    Reports,
    Scenario,
    Sign,
    Story,
    break_even,
    change_in_reports,
    concluded,
    coverage,
    detection_ratios_needed,
    draw_baselines,
    elasticities,
    imbens_manski,
    incidence_ratio,
    incidence_ratio_at,
    incidence_ratio_surveyed,
    model_indicators,
    power,
    power_of_effects,
    ratio_of_counts,
    read_signatures,
    sign_of,
    signatures,
    simulate_reports,
    simulated_intervals,
    stoye,
    tightness_needed,
    under_revision,
)
from evaluation.methods.detection.critical import both_below
from evaluation.methods.detection.stories import MOVED

count = st.integers(1, 5000)
KNOWN = DetectionBounds(1.0, 1.0)
BY_COUNTS = [Method.EXACT, Method.NORMAL]


# Ratios


def test_ratio_of_one_and_one() -> None:
    found = ratio_of_counts(1, 1)
    # 1 of 2: the low share has 1 - (1 - s)**2 = 0.025, s = 0.0125791; s / (1 - s) = 0.0127394. High: 1 / low.
    low = 1 / math.sqrt(0.975) - 1
    assert (found.low, found.high) == pytest.approx((low, 1 / low))
    assert found.estimate_low == found.estimate_high == 1


def test_ratio_of_fifty_nine_and_one() -> None:
    # 59 of 60: the high share has s**60 = 1 - 0.025, so the ratio's end is s / (1 - s).
    share = 0.975 ** (1 / 60)
    assert ratio_of_counts(1, 59).high == pytest.approx(share / (1 - share))


def test_ratio_per_person_is_the_ratio_over_the_populations() -> None:
    found = change_in_reports(555, 608, (100.0, 107.9))
    # 608 / 555 = 1.0955 as a number; / 1.079 = 1.0153 per person.
    assert found.number.estimate_low == pytest.approx(1.0955, abs=5e-5)
    assert found.per_person.estimate_low == pytest.approx(1.0153, abs=5e-5)
    assert found.per_person.low == pytest.approx(found.number.low / 1.079)
    assert found.per_person.high == pytest.approx(found.number.high / 1.079)


@given(count, count, st.floats(0.5, 0.99))
def test_swapping_the_years_inverts_the_ratio(earlier: int, later: int, level: float) -> None:
    one, other = ratio_of_counts(earlier, later, level=level), ratio_of_counts(later, earlier, level=level)
    assert one.low < one.estimate_low < one.high
    assert (one.low * other.high, one.high * other.low) == pytest.approx((1, 1))


@pytest.mark.parametrize(
    ("rate", "population", "low", "high"),
    [
        # 2.25 x 150 = 337.5 up to 2.35 x 150 = 352.5, both left out or in as whole numbers are.
        ("2.3", 15_000_000, 338, 352),
        # 2.25 x 20 = 45 is in, 2.35 x 20 = 47 is not.
        ("2.3", 2_000_000, 45, 46),
        (2.3, 2_000_000, 45, 46),
        (Decimal("2.3"), 2_000_000, 45, 46),
        # 1.95 x 20 = 39 up to 2.05 x 20 = 41.
        ("2.0", 2_000_000, 39, 40),
        (2, 2_000_000, 39, 40),
        # 0.05 x 2 = 0.1 up to 0.15 x 20 = 3, and no zero.
        ("0.1", 2_000_000, 1, 2),
    ],
)
def test_a_rounded_rate_is_many_counts(rate: str | float | Decimal, population: int, low: int, high: int) -> None:
    assert Reports.from_rate(rate, population) == Reports(low, high)


def test_a_whole_rate_is_wider() -> None:
    # 1.5 x 20 = 30 up to 2.5 x 20 = 50.
    assert Reports.from_rate("2", 2_000_000, decimals=0) == Reports(30, 49)


@settings(max_examples=60)
@given(st.integers(1, 300), st.integers(0, 20), st.integers(1, 300), st.integers(0, 20))
def test_rounding_takes_the_worst_of_all_whole_numbers(first: int, more: int, second: int, again: int) -> None:
    found = ratio_of_counts(Reports(first, first + more), Reports(second, second + again))
    each = [
        ratio_of_counts(one, two)
        for one in {first, first + more // 2, first + more}
        for two in {second, second + again // 2, second + again}
    ]
    assert found.low == pytest.approx(min(one.low for one in each))
    assert found.high == pytest.approx(max(one.high for one in each))
    assert found.estimate_low == pytest.approx(min(one.estimate_low for one in each))


@pytest.mark.parametrize(
    ("rate", "population", "says"),
    [
        ("0", 1000, "allowed: a number above 0"),
        ("-1", 1000, "allowed: a number above 0"),
        ("nan", 1000, "allowed: a number above 0"),
        ("two", 1000, "found 'two'"),
        ("2.35", 1_000_000, "rounded to 1 decimals"),
        ("2.3", 0, "population: found 0"),
        ("2.3", -5, "population: found -5"),
        # 4.5 up to 4.7 people: no whole number.
        ("2.3", 200_000, "a rate that stands for a count above 0"),
    ],
)
def test_refuses_a_rate(rate: str, population: int, says: str) -> None:
    with pytest.raises(DetectionError, match=says):
        Reports.from_rate(rate, population)


@pytest.mark.parametrize("bad", [0, -1, 2.5, 3.0, True, None, "5", math.nan])
def test_refuses_a_count_and_says_which_year(bad: object) -> None:
    with pytest.raises(DetectionError, match=r"reports of the earlier year: found .*; allowed: a whole number above 0"):
        ratio_of_counts(bad, 5)  # type: ignore[arg-type]
    with pytest.raises(DetectionError, match="reports of the later year"):
        incidence_ratio(5, bad, KNOWN)  # type: ignore[arg-type]


def test_takes_whole_numbers_from_arrays() -> None:
    assert ratio_of_counts(np.int64(5), np.int64(9)) == ratio_of_counts(5, 9)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 95.0, math.nan])
def test_refuses_a_level(level: float) -> None:
    with pytest.raises(DetectionError, match="level: found"):
        ratio_of_counts(5, 9, level=level)
    with pytest.raises(DetectionError, match="level: found"):
        incidence_ratio(5, 9, KNOWN, level=level)


@pytest.mark.parametrize("populations", [(0.0, 1.0), (1.0, -2.0), (math.inf, 1.0), (1.0, math.nan)])
def test_refuses_populations(populations: tuple[float, float]) -> None:
    with pytest.raises(DetectionError, match="population of the"):
        ratio_of_counts(5, 9, populations=populations)


def test_refuses_reports_out_of_order() -> None:
    with pytest.raises(DetectionError, match="5 to 4; allowed: the lower number first"):
        Reports(5, 4)


# Revisions


def test_the_largest_revision_turns_the_sign() -> None:
    found = under_revision(555, 608, before=528, after=597)
    assert found.factor == pytest.approx(1.13068, abs=1e-5)
    # 555 x 1.13068 = 627.5, to 628: 608 / 628 below 1. 608 x 1.13068 = 687.5, to 687: 687 / 555 above.
    assert found.earlier_revised.estimate_low == pytest.approx(608 / 628)
    assert found.later_revised.estimate_low == pytest.approx(687 / 555)
    assert found.sign_turns


def test_a_large_change_outlives_the_revision() -> None:
    # 511 to 608 is +19%, more than 13.1%.
    assert not under_revision(511, 608, before=528, after=597).sign_turns


def test_a_sign_is_lost_where_rounding_hides_it() -> None:
    found = under_revision(Reports(338, 352), Reports(353, 360), before=100, after=100)
    assert not found.sign_turns
    assert under_revision(Reports(338, 352), Reports(353, 360), before=100, after=101).sign_turns


@pytest.mark.parametrize("revision", [(0, 5), (5, 0), (5, 5.5)])
def test_refuses_a_revision(revision: tuple[int, int]) -> None:
    with pytest.raises(DetectionError, match="the revision: found"):
        under_revision(5, 9, before=revision[0], after=revision[1])


# Break-even


def test_break_even_at_a_twentieth() -> None:
    found = break_even(608 / 555, 0.05)
    # 0.05 x 1.0955 = 0.05477; out of reach above 555 / 608 = 0.9128.
    assert found.later_share == pytest.approx(0.054775, abs=1e-6)
    assert found.earlier_share_limit == pytest.approx(0.912829, abs=1e-6)
    assert found.within_reach


@pytest.mark.parametrize(("share", "within"), [(0.4999, True), (0.5, False), (0.5001, False), (1.0, False)])
def test_break_even_is_out_of_reach_from_the_inverse_ratio_on(share: float, within: bool) -> None:
    # Reports doubled: from p1 = 0.5 on, not even p2 = 1 makes incidence fall (at 0.5 it keeps it level).
    found = break_even(2.0, share)
    assert found.within_reach is within
    assert (found.later_share is None) is not within


def test_break_even_of_falling_reports_is_always_within_reach() -> None:
    assert break_even(0.5, 1.0).later_share == 0.5
    assert break_even(0.5, 1.0).earlier_share_limit == 1.0


@given(st.floats(0.1, 10), st.floats(0.01, 1), st.floats(0.01, 1))
def test_incidence_fell_exactly_above_break_even(ratio: float, earlier: float, later: float) -> None:
    needed = break_even(ratio, earlier).later_share
    fell = incidence_ratio_at(ratio, earlier, later) < 1
    if needed is None:
        assert not fell or later == pytest.approx(ratio * earlier)
    elif later != pytest.approx(needed):
        assert fell is (later > needed)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.0001, math.nan, math.inf])
def test_refuses_a_share_outside_its_range(share: float) -> None:
    for ask in (
        lambda: break_even(1.1, share),
        lambda: incidence_ratio_at(1.1, share, 0.5),
        lambda: incidence_ratio_at(1.1, 0.5, share),
        lambda: DetectionBounds.of_shares((share, 1.0), (0.1, 0.2)),
        lambda: DetectionBounds.of_shares((0.1, 0.2), (0.1, share)),
        lambda: Scenario((10, 10), (share, 0.5)),
    ):
        with pytest.raises(DetectionError, match="allowed: a share above 0 and at most 1"):
            ask()


def test_refuses_a_ratio_that_is_no_ratio() -> None:
    with pytest.raises(DetectionError, match="ratio of reports: found 0"):
        break_even(0.0, 0.5)


def test_what_detection_alone_would_have_to_do_in_ottawa() -> None:
    to_2014, to_2015 = detection_ratios_needed([1, 26, 59])
    assert (to_2014.estimate_low, to_2015.estimate_low) == (26, 59)
    # 26 of 27: high share 0.975**(1/27). Even the low ends are several times.
    share = 0.975 ** (1 / 27)
    assert to_2014.high == pytest.approx(share / (1 - share))
    assert to_2014.low == pytest.approx(4.27, abs=0.01)
    with pytest.raises(DetectionError, match="counts: found 1 year; allowed: two years or more"):
        detection_ratios_needed([1])


# Partial identification


def test_nothing_known_leaves_everything() -> None:
    found = incidence_ratio(555, 608, DetectionBounds.unknown())
    assert (found.set_low, found.set_high, found.low, found.high) == (0, math.inf, 0, math.inf)
    assert found.conclusion is Conclusion.CANNOT_BE_TOLD


def test_detection_did_not_fall_bounds_from_above() -> None:
    found = incidence_ratio(555, 400, DetectionBounds.did_not_fall(), method=Method.NORMAL)
    # At most 400 / 555 = 0.7207, and one-sided: x exp(1.64485 x sqrt(1/555 + 1/400)).
    assert (found.set_low, found.set_high) == pytest.approx((0, 400 / 555))
    assert found.high == pytest.approx(400 / 555 * math.exp(1.644854 * math.sqrt(1 / 555 + 1 / 400)), rel=1e-6)
    assert found.conclusion is Conclusion.FELL


def test_known_detection_is_the_two_sided_interval() -> None:
    found, ratio = incidence_ratio(385, 522, KNOWN), ratio_of_counts(385, 522)
    assert (found.low, found.high) == pytest.approx((ratio.low, ratio.high))
    assert found.conclusion is Conclusion.ROSE


def test_bounds_on_the_shares() -> None:
    bounds = DetectionBounds.of_shares((0.05, 0.10), (0.08, 0.12))
    # 0.08 / 0.10 = 0.8 to 0.12 / 0.05 = 2.4; reports 100 to 120 leave 1.2 / 2.4 = 0.5 to 1.2 / 0.8 = 1.5.
    assert (bounds.low, bounds.high) == pytest.approx((0.8, 2.4))
    found = incidence_ratio(100, 120, bounds)
    assert (found.set_low, found.set_high) == pytest.approx((0.5, 1.5))
    assert bounds.and_also(DetectionBounds.did_not_fall()) == DetectionBounds(1.0, bounds.high)


def test_refuses_bounds_without_meaning() -> None:
    with pytest.raises(DetectionError, match="bounds that overlap"):
        DetectionBounds(0.5, 0.9).and_also(DetectionBounds.did_not_fall())
    with pytest.raises(DetectionError, match="the lower bound first"):
        DetectionBounds.of_shares((0.2, 0.1), (0.1, 0.2))
    for low, high in ((2.0, 1.0), (-1.0, 1.0), (0.0, 0.0), (math.nan, 1.0), (math.inf, math.inf)):
        with pytest.raises(DetectionError, match="bounds of the detection ratio"):
            DetectionBounds(low, high)


@settings(max_examples=50)
@given(
    count,
    count,
    st.floats(0.2, 1.0),
    st.floats(1.0, 5.0),
    st.floats(1.0, 3.0),
    st.sampled_from(BY_COUNTS),
)
def test_wider_bounds_never_tighten_the_set(
    earlier: int, later: int, low: float, high: float, more: float, method: Method
) -> None:
    one = incidence_ratio(earlier, later, DetectionBounds(low, high), method=method)
    wider = incidence_ratio(earlier, later, DetectionBounds(low / more, high * more), method=method)
    assert wider.set_low <= one.set_low * (1 + 1e-9)
    assert wider.set_high >= one.set_high * (1 - 1e-9)
    assert wider.low <= wider.set_low <= wider.set_high <= wider.high
    assert one.low <= one.set_low <= one.set_high <= one.high


@settings(max_examples=25)
@given(st.integers(5, 500), st.integers(0, 9), st.integers(5, 500), st.integers(0, 9), st.sampled_from(BY_COUNTS))
def test_rounding_never_tightens(first: int, more: int, second: int, again: int, method: Method) -> None:
    bounds = DetectionBounds(0.9, 1.2)
    years = Reports(first, first + more), Reports(second, second + again)
    rounded = incidence_ratio(*years, bounds, method=method)
    for one, two in ((first, second), (first + more, second + again), (first, second + again)):
        exact = incidence_ratio(one, two, bounds, method=method)
        assert rounded.low <= exact.low * (1 + 1e-6)
        assert rounded.high >= exact.high * (1 - 1e-6)


@given(st.floats(0, 3), st.floats(0, 3))
def test_conclusions_need_the_whole_interval(low: float, more: float) -> None:
    expected = Conclusion.ROSE if low > 1 else Conclusion.FELL if low + more < 1 else Conclusion.CANNOT_BE_TOLD
    assert concluded(low, low + more) is expected


def test_a_bound_at_one_concludes_nothing() -> None:
    assert concluded(1.0, 2.0) is concluded(0.5, 1.0) is Conclusion.CANNOT_BE_TOLD


def test_imbens_and_manski_between_two_sides_and_one() -> None:
    # A point has 1.959964 on both sides, a set without end 1.644854 on one.
    assert imbens_manski(np.array([0.0, np.inf])) == pytest.approx([1.959964, 1.644854], abs=1e-6)
    widths = np.array([0.3, 1.0, 2.5])
    critical = imbens_manski(widths, 0.9)
    assert norm.cdf(critical + widths) - norm.cdf(-critical) == pytest.approx([0.9] * 3, abs=1e-9)
    with pytest.raises(DetectionError, match="width of the identified set"):
        imbens_manski(np.array([-1.0]))


@settings(max_examples=10, deadline=None)
@given(st.floats(0, 3), st.floats(0.1, 2))
def test_stoye_is_imbens_and_manski_where_the_width_is_known(width: float, error: float) -> None:
    low, high = stoye(0.0, width, (error, error), 1.0)
    critical = float(imbens_manski(np.array(width / error)))
    assert (-low / error, (high - width) / error) == pytest.approx((critical, critical), abs=1e-5)


@pytest.mark.parametrize(
    ("width", "errors", "correlation"),
    [(0.0, (1.0, 1.0), 0.5), (0.5, (1.0, 2.0), 0.3), (1.0, (0.5, 0.4), -0.5), (0.2, (0.3, 0.6), 0.95)],
)
def test_stoye_covers_at_both_bounds(width: float, errors: tuple[float, float], correlation: float) -> None:
    low, high = stoye(0.0, width, errors, correlation)
    left, right = -low / errors[0], (high - width) / errors[1]
    # The interval misses the lower bound where its own estimate is too high or the upper bound's too low.
    covariance = [[1, correlation], [correlation, 1]]
    z = np.random.default_rng(3).multivariate_normal([0, 0], covariance, 400_000)
    at_lower = (z[:, 0] <= left) & (z[:, 1] >= -right - width / errors[1])
    at_upper = (z[:, 1] >= -right) & (z[:, 0] <= left + width / errors[0])
    assert min(at_lower.mean(), at_upper.mean()) == pytest.approx(0.95, abs=0.002)


@pytest.mark.parametrize("correlation", [-1.0, -0.9, -0.3, 0.0, 0.5, 0.99, 1.0])
def test_two_normal_variables(correlation: float) -> None:
    ends = ((-1.5, 0.7), (1.2, 1.9), (2.0, -1.0))
    other = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], allow_singular=True)
    for a, b in ends:
        assert both_below(a, b, correlation) == pytest.approx(float(other.cdf([a, b])), abs=1e-6)


def test_surveyed_bounds_widen_with_their_errors() -> None:
    bounds = DetectionBounds(0.9, 1.2)
    exact = incidence_ratio(385, 522, bounds, method=Method.NORMAL)
    known = incidence_ratio_surveyed(385, 522, bounds, (1e-9, 1e-9))
    loose = incidence_ratio_surveyed(385, 522, bounds, (0.1, 0.1))
    assert (known.low, known.high) == pytest.approx((exact.low, exact.high), rel=1e-4)
    assert loose.low < known.low
    assert loose.high > known.high
    assert loose.method is Method.STOYE
    # Doubt about the high bound of detection is doubt about the low end of incidence.
    high_only = incidence_ratio_surveyed(385, 522, bounds, (1e-9, 0.2))
    assert high_only.low < 0.9 * known.low
    assert high_only.high == pytest.approx(known.high, rel=0.02)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: stoye(1.0, 0.0, (1, 1), 0.5),
        lambda: stoye(0.0, 1.0, (0, 1), 0.5),
        lambda: stoye(0.0, 1.0, (1, 1), 1.5),
        lambda: incidence_ratio_surveyed(5, 9, DetectionBounds.did_not_fall(), (0.1, 0.1)),
        lambda: incidence_ratio(5, 9, KNOWN, method=Method.STOYE),
        lambda: tightness_needed(5, 9, centre=0.0),
    ],
)
def test_refuses_what_has_no_answer(ask: object) -> None:
    with pytest.raises(DetectionError, match=r"found .*; allowed: "):
        ask()  # type: ignore[operator]


# How tight


@pytest.mark.parametrize("method", [Method.EXACT, Method.NORMAL])
def test_the_width_needed_is_the_last_that_concludes(method: Method) -> None:
    found = tightness_needed(385, 522, method=method)
    assert found.conclusion is Conclusion.ROSE
    assert found.log_width is not None
    assert found.factor is not None
    assert found.factor == pytest.approx(math.exp(found.log_width / 2))
    for width, conclusion in ((-1e-6, Conclusion.ROSE), (1e-6, Conclusion.CANNOT_BE_TOLD)):
        half = math.exp((found.log_width + width) / 2)
        at = incidence_ratio(385, 522, DetectionBounds(1 / half, half), method=method)
        assert at.conclusion is conclusion


def test_the_width_needed_by_hand() -> None:
    found = tightness_needed(100, 1000, method=Method.NORMAL)
    # So wide a set is one-sided: half the width is log(10) - 1.644854 x sqrt(1/100 + 1/1000) = 2.13007.
    assert found.log_width == pytest.approx(2 * 2.13007, abs=2e-4)


def test_no_tightness_helps_where_chance_alone_hides_the_change() -> None:
    found = tightness_needed(555, 608)
    assert (found.conclusion, found.log_width, found.factor) == (Conclusion.CANNOT_BE_TOLD, None, None)


# Signatures


U, D, N, A = Sign.UP, Sign.DOWN, Sign.NONE, Sign.AMBIGUOUS


@pytest.mark.parametrize(
    ("indicator", "trust", "effort", "recording", "incidence", "stretched"),
    [
        (Indicator.REPORTS, U, U, U, U, U),
        (Indicator.VICTIM_SHARE, U, D, A, N, U),
        (Indicator.DELAY, A, D, A, N, U),
        (Indicator.CHARGED, A, A, A, N, A),
        (Indicator.CLEARED, A, A, A, N, A),
        (Indicator.VICTIMS, A, D, A, N, U),
        (Indicator.HOTLINE, A, D, D, N, U),
        (Indicator.SEVERE, A, A, D, N, A),
        (Indicator.SERVED, A, U, N, U, U),
        (Indicator.SPREAD, U, A, A, N, A),
    ],
)
def test_signs_follow_from_the_model(
    indicator: Indicator, trust: Sign, effort: Sign, recording: Sign, incidence: Sign, stretched: Sign
) -> None:
    table = signatures()
    assert tuple(table[story][indicator] for story in Story) == (trust, effort, recording, incidence, stretched)


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


def test_the_share_told_by_victims_by_hand() -> None:
    plain = dict.fromkeys(BASELINES, 1.0) | {"trust": 0.1, "effort": 0.3, "old": 0.0, "unit": 0.5}
    at = {name: np.array([value]) for name, value in plain.items()}
    # All alike: trust / (trust + effort) = 0.25; its elasticity to trust is effort / (trust + effort) = 0.75.
    assert model_indicators(at)[Indicator.VICTIM_SHARE][0] == pytest.approx(0.25)
    assert elasticities(Story.TRUST, at)[Indicator.VICTIM_SHARE][0] == pytest.approx(0.75)
    assert elasticities(Story.EFFORT, at)[Indicator.VICTIM_SHARE][0] == pytest.approx(-0.75)
    # Reports 0.4 / 1.4 of incidents: elasticity to trust 0.1 / 0.4 x 1 / 1.4.
    assert elasticities(Story.TRUST, at)[Indicator.REPORTS][0] == pytest.approx(0.25 / 1.4)


def test_signs_do_not_hang_on_the_draws() -> None:
    assert signatures(draw_baselines(seed=2)) == signatures(draw_baselines(seed=3))


@pytest.mark.parametrize(("values", "sign"), [([1, 0], U), ([-1, 0], D), ([0, 1e-12], N), ([1, -1], A), ([1e-8], U)])
def test_sign_of(values: list[float], sign: Sign) -> None:
    assert sign_of(np.array(values, dtype=float)) is sign


def test_reading_without_observations_cannot_tell() -> None:
    found = read_signatures([])
    assert found.story is None
    assert set(found.relative_likelihood.values()) == {1.0}


def test_reading_by_hand() -> None:
    # Delay fell by 0.5 with error 0.1. Effort (down) against incidence (none):
    seen = Observation(Indicator.DELAY, -0.5 - 0.1959964, -0.5 + 0.1959964)
    spread = math.hypot(0.2, 0.1)
    down = 2 * norm.pdf(-0.5, scale=spread) * norm.cdf(0.5 * 0.2 / (0.1 * spread))
    none = norm.pdf(-0.5, scale=0.1)
    found = read_signatures([seen]).relative_likelihood
    assert found[Story.INCIDENCE] / found[Story.EFFORT] == pytest.approx(none / down, rel=1e-4)
    # Ambiguous is half as likely where down is near certain: 2 x, so one indicator does not settle it.
    assert found[Story.TRUST] == pytest.approx(0.5, abs=0.01)
    assert read_signatures([seen]).story is None


def test_many_clear_observations_name_a_story() -> None:
    moves = {
        Indicator.VICTIM_SHARE: -0.3,
        Indicator.DELAY: -0.3,
        Indicator.VICTIMS: -0.3,
        Indicator.HOTLINE: -0.3,
        Indicator.SERVED: 0.3,
    }
    seen = [Observation(name, move - 0.1, move + 0.1) for name, move in moves.items()]
    assert read_signatures(seen).story is Story.EFFORT
    assert read_signatures(seen, evidence=1e9).story is None


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.1), (0.2, 0.1), (math.nan, 1.0), (0.0, math.inf)])
def test_refuses_an_observation(low: float, high: float) -> None:
    with pytest.raises(DetectionError, match="change in delay-from-offence-to-report: found"):
        Observation(Indicator.DELAY, low, high)


# Simulation and power


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
    ("bounds", "later_share"),
    [(KNOWN, 0.1), (DetectionBounds(0.9, 1.3), 0.09), (DetectionBounds(0.9, 1.3), 0.13)],
)
@pytest.mark.parametrize("reports", [12, 300])
def test_intervals_cover_as_stated_at_the_ends_of_the_bounds(
    bounds: DetectionBounds, later_share: float, reports: int
) -> None:
    scenario = Scenario((reports * 10, reports * 12), (0.1, later_share))
    # 3 standard errors of 4,000 draws: 1 point.
    assert coverage(scenario, bounds, draws=4000) >= 0.94


def test_inside_wide_bounds_intervals_cover_more() -> None:
    assert coverage(Scenario((3000, 3000), (0.1, 0.1)), DetectionBounds(0.8, 1.25)) > 0.99


@pytest.mark.parametrize("process", [Process.OVERDISPERSED, Process.CLUSTERED, Process.REVISED])
def test_intervals_fall_short_where_events_are_not_independent(process: Process) -> None:
    factor = 597 / 528 if process is Process.REVISED else None
    assert coverage(Scenario((5000, 5000), (0.1, 0.1), process, factor), KNOWN) < 0.75


@pytest.mark.parametrize(("process", "factor"), [(Process.REVISED, None), (Process.POISSON, 1.1), (Process.REVISED, 0)])
def test_a_revision_is_given_where_reports_are_revised_and_nowhere_else(process: Process, factor: float) -> None:
    with pytest.raises(DetectionError, match="revision"):
        Scenario((100, 100), (0.1, 0.1), process, factor)


def test_the_simulated_interval_is_the_stated_one() -> None:
    scenario, bounds = Scenario((500, 500), (0.1, 0.1)), DetectionBounds(0.9, 1.3)
    low, high = simulated_intervals(scenario, bounds, 5, 1)
    for (earlier, later), one, two in zip(simulate_reports(scenario, 5, 1), low, high, strict=True):
        stated = incidence_ratio(int(earlier), int(later), bounds)
        assert (one, two) == pytest.approx((stated.low, stated.high))


def test_never_from_reports_alone() -> None:
    for effect in power_of_effects(500, (0.1, 0.1), DetectionBounds.unknown(), draws=200).values():
        assert effect[Conclusion.CANNOT_BE_TOLD] == 1


def test_power_of_named_effects() -> None:
    found = power_of_effects(500, (0.1, 0.1), KNOWN)
    assert set(found) == set(EFFECTS)
    assert all(sum(each.values()) == pytest.approx(1) for each in found.values())
    assert found["halved"][Conclusion.FELL] > 0.999
    assert found["doubled"][Conclusion.ROSE] > 0.999
    assert found["unchanged"][Conclusion.CANNOT_BE_TOLD] >= 0.94
    # log(1.1) / sqrt(1/500 + 1/550) = 1.54: Phi(1.54 - 1.96) = 0.34.
    assert found["up-a-tenth"][Conclusion.ROSE] == pytest.approx(0.34, abs=0.04)


def test_a_year_without_reports_is_left_open_not_refused() -> None:
    found = power(Scenario((2, 2), (0.1, 0.1)), KNOWN, draws=300)
    assert found[Conclusion.CANNOT_BE_TOLD] > 0.9


def test_refuses_no_draws() -> None:
    with pytest.raises(DetectionError, match="draws: found 0; allowed: 1 or more"):
        simulate_reports(Scenario((2, 2), (0.1, 0.1)), 0, 1)
