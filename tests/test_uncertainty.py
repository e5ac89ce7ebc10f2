"""What the annex on uncertainty records, against numbers worked out by hand: like is compared with like, intervals and
power come from one model of chance, conclusions follow from intervals, and reports alone never tell."""

import math
import re
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
import small
from scipy.stats import beta, chi2, norm
from small import DATA, Recorded

from evaluation.chapters import incidence, reports_explored
from evaluation.chapters.detection.identification import DetectionBounds
from evaluation.chapters.detection.simulation import Process, Scenario, simulate_reports
from evaluation.methods.counts import estimate_variance_factor
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.measures import direction
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.problems import Refused
from evaluation.records.serialization import read_number

pytestmark = pytest.mark.slow  # runs the chapter again and again
CHAPTER = "uncertainty"
ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"
LEVEL, FACTOR = 0.95, 5.0


@cache
def ran(chapter: str = CHAPTER, **asked: Any) -> tuple[dict[str, Any], Recorded]:
    """The names that a chapter's cells leave and what they record, with these parameters, on the tests' tables."""
    return small.ran(chapter, **asked)


def recorded(name: str, **asked: Any) -> Number | None:
    return ran(**asked)[1].numbers.get(name)


def table(name: str, **asked: Any) -> list[list[dict[str, Any]]]:
    return ran(**asked)[1].rows(name)


def in_cases(earlier: int, later: int, factor: float = FACTOR) -> tuple[float, float]:
    """The interval of a ratio of counts whose variance is so many times their mean, by its logarithm."""
    spread = norm.ppf(0.975) * math.sqrt(factor / earlier + factor / later)
    return later / earlier * math.exp(-spread), later / earlier * math.exp(spread)


@pytest.mark.long
def test_a_revised_count_is_never_set_against_a_first_one() -> None:
    """597 to 570 is a revision undone, not a fall."""
    pairs = ran()[0]["pairs"]
    two = pairs[(pairs.definition == ALL_LAWS) & (pairs.place == "Canada")]
    two = two[(two.year_earlier == 2022) & (two.year_later == 2023)]
    counts = {p.basis: (int(p.earlier.quantity.value), int(p.later.quantity.value)) for p in two.itertuples()}
    assert counts == {"release": (597, 605), "first": (528, 570)}


def test_one_release_is_one_publication_and_first_releases_are_of_their_years() -> None:
    """Whoever follows the citation finds both numbers there."""
    names, _ = ran()
    pairs, rows = names["pairs"], names["chapter"].tables.rows("police_reported")
    newest = {row["vintage"]: row["year"] for row in sorted(rows, key=lambda row: row["year"])}  # of any place
    assert set(pairs.basis) == {"release", "first", "mixed"}
    for pair in pairs[pairs.basis == "release"].itertuples():
        assert (pair.earlier.vintage, pair.earlier.source) == (pair.later.vintage, pair.later.source)
    for pair in pairs[pairs.basis == "first"].itertuples():
        years = [int(newest[figure.vintage]) for figure in (pair.earlier, pair.later)]
        assert years == [pair.year_earlier, pair.year_later]


def pair_of(number: Any, earlier: int, later: int) -> pd.DataFrame:
    """Two years of counts in one release."""
    row = {"definition": "d", "place": "p", "year_earlier": 2021, "year_later": 2024, "basis": "release"}
    counts = {
        f"reports_{side}": FigureArray([number(Quantity.exact(count), name=f"{side}_{count}", unit="incidents")])
        for side, count in (("earlier", earlier), ("later", later))
    }
    return pd.DataFrame([row]).assign(**counts)


def concluded(number: Any, counts: tuple[int, int], bounds: DetectionBounds) -> str:
    return direction(incidence.left_open(pair_of(number, *counts), bounds, LEVEL, 1.0).interval[0])


@pytest.mark.parametrize(
    ("counts", "bounds", "conclusion"),
    # 608 / 555 with chance is 0.974 to 1.232: detection beyond it tells, detection within does not.
    [
        ((555, 608), (1.3, 1.3), "fell"),
        ((555, 608), (0.9, 0.9), "rose"),
        ((555, 608), (1.2, 1.2), "unknown"),
        ((608, 555), (0.7, 0.7), "rose"),
        ((608, 555), (1.1, 1.1), "fell"),
        ((1, 5000), (0.0, math.inf), "unknown"),  # reports alone
    ],
)
def test_supposed_detection_tells_beyond_the_interval(number: Any, counts: Any, bounds: Any, conclusion: str) -> None:
    assert concluded(number, counts, DetectionBounds(*bounds)) == conclusion


def test_each_supposition_leaves_what_it_must(number: Any) -> None:
    pair = pair_of(number, 555, 608)
    bounds = [DetectionBounds.unknown(), DetectionBounds(low=1.0)]
    bounds += [DetectionBounds(1.0, high) for high in (1.0, 2.0)]
    left = (incidence.left_open(pair, bound, LEVEL, FACTOR).left_open[0].quantity for bound in bounds)
    anything, at_most, point, stated = left
    assert (anything.low, anything.low_open, anything.high) == (-100, True, None)
    assert at_most.low == -100
    assert float(at_most.high) == pytest.approx((608 / 555 - 1) * 100)
    assert point.low == point.high
    assert float(stated.low) == pytest.approx((608 / 555 / 2 - 1) * 100)


def test_scenarios_hold_every_pair_of_years_once() -> None:
    names, _ = ran()
    scenarios = reports_explored.scenarios(Figures(DATA), names["pairs"], LEVEL)
    first = scenarios[0]
    assert (first["place_key"], first["definition"]) == ("Canada", ALL_LAWS)
    years = first["years"]
    # Two years that only unlike releases give, such as 2009 and 2024, are no pair.
    assert set(first["pairs"]) < {f"{earlier}-{later}" for earlier in years for later in years if earlier < later}
    assert "2009-2024" not in first["pairs"]
    way, first_releases = first["pairs"]["2021-2024"]
    assert (way["basis"], way["releases"]["en"]) == ("release", "July 29, 2025")
    assert (first_releases["basis"], first_releases["releases"]["en"]) == ("first", "May 2, 2023; July 29, 2025")
    low, high, least, most, person = way["ends"]
    assert low == high == pytest.approx(608 / 555, rel=1e-6)
    assert (least, most) == pytest.approx(in_cases(555, 608))
    assert person == pytest.approx(38239864 / 41262329, rel=1e-6)
    assert "reports-are-not-incidence" in first["caveats"]


def exact(earlier: int, later: int) -> tuple[float, float]:
    """The exact conditional binomial interval of a ratio, by scipy's beta quantiles, as the tests' own arithmetic."""
    low, high = beta.ppf(0.025, later, earlier + 1), beta.ppf(0.975, later + 1, earlier)
    return low / (1 - low), high / (1 - high)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("year", "basis", "counts"),
    [(2021, "first", (552, 608)), (2021, "release", (555, 608)), (2022, "first", (528, 608))],
)
def test_like_is_compared_with_like_both_ways(year: int, basis: str, counts: tuple[int, int]) -> None:
    pairs = ran(earlier_year=year)[0]["changes"]
    pairs = pairs[(pairs.place == "Canada") & (pairs.definition == ALL_LAWS) & (pairs.year_later == 2024)]
    pair = pairs[pairs.basis == basis].to_dict("records")[0]
    assert (pair["earlier"].quantity, pair["later"].quantity) == tuple(map(Quantity.exact, counts))
    assert pair["number"].quantity.value == (Fraction(counts[1], counts[0]) - 1) * 100
    for part, ends in (("chance", in_cases(*counts)), ("plain", exact(*counts))):
        interval = pair[part].quantity
        assert (1 + float(interval.low) / 100, 1 + float(interval.high) / 100) == pytest.approx(ends, abs=1e-6)


def test_a_full_count_has_no_interval_of_chance() -> None:
    """Chance bears on the rate behind the reports, and whatever has its interval says so."""
    for name in ("chance", "plain", "ontario_chance", "other_chance"):
        assert re.search(r"underlying rates? of reports", str(recorded(name).label)), name
    change = recorded("number")
    assert change.quantity.low == change.quantity.high


def test_rates_are_compared_by_the_counts_that_they_leave() -> None:
    ratio = Quantity.between(364, 379) / Quantity.between(334, 348)
    assert recorded("ontario_number").quantity == (ratio - Quantity.exact(1)) * Quantity.exact(100)


def shares(name: str) -> dict[str, list[float]]:
    """A table of simulated shares by what its rows begin with."""
    return {
        row[0]["text"]["en"]: [float(read_number(cell["number"]).quantity.value) for cell in row[1:]]
        for row in table(name)
    }


def test_intervals_hold_the_truth_where_what_they_suppose_does() -> None:
    independent, varied, cases, revised = shares("coverage").values()
    assert independent[1] >= 94
    assert cases[0] >= 94
    assert varied[0] < 85
    assert revised[0] < cases[0]
    assert all(wide > plain for wide, plain in (independent, varied, cases, revised))


def test_power_is_simulated_with_reports_in_cases() -> None:
    """20,000 pairs of years in cases of three, worked out apart from the package: a tenth 11, up a quarter 41, halved
    90 where detection is known within a factor; here by 2,000, so that a share can lie some points off."""
    power_of = shares("power")
    expected = {"down by a tenth": (11, 0), "up by a tenth": (11, 0), "up by a quarter": (41, 0), "halved": (100, 90)}
    for effect, (exactly, _) in expected.items():
        assert power_of[effect][0] == pytest.approx(exactly, abs=4), effect
    assert power_of["halved"][1] == pytest.approx(90, abs=3)
    assert power_of["down by a quarter"][1] == pytest.approx(12, abs=3)
    assert {row[2] for row in power_of.values()} == {0.0}  # reports alone


def test_a_larger_factor_widens_intervals_and_lowers_power() -> None:
    rows = [[read_number(cell["number"]).quantity for cell in row[2:]] for row in table("dial")]
    widths = [place.high - place.low for place, *_ in rows]
    assert widths == sorted(widths)
    values = [float(row[2].value) for row in rows]
    assert values == sorted(values, reverse=True)
    # One event to a case is an independent one: the exact interval of 555 and 608.
    assert tuple(1 + float(end) / 100 for end in (rows[0][0].low, rows[0][0].high)) == pytest.approx(exact(555, 608))


def test_the_column_per_person_says_so_of_each_of_its_numbers() -> None:
    for row in table("dial"):
        place, other, ontario = (str(read_number(cell["number"]).label) for cell in row[2:5])
        assert ["per person" in label for label in (place, other, ontario)] == [False, False, True]


def test_what_the_series_says_of_its_own_variance() -> None:
    """355, 546 is a step of 191: its square over 901 is 40.5 of the 43.7 that nine steps sum up to."""
    counts = [330, 351, 371, 355, 546, 553, 555, 597, 605, 608]
    steps = list(pairwise(counts))
    each = [(later - earlier) ** 2 / (earlier + later) for earlier, later in steps]
    seen = estimate_variance_factor(steps)
    assert seen.estimate == pytest.approx(sum(each) / 9)
    freedom = 2 * 81 / 26
    ends = [freedom * seen.estimate / chi2.ppf(share, freedom) for share in (0.975, 0.025)]
    assert [seen.low, seen.high] == pytest.approx(ends)
    assert float(recorded("factor_seen").quantity.value) == pytest.approx(seen.estimate)
    assert float(recorded("factor_without").quantity.value) == pytest.approx((sum(each) - max(each)) / 8)


def test_the_variance_of_counts_in_cases_is_found_again() -> None:
    """Years drawn in cases of three have a variance of five times the mean; the interval holds it about as often as it
    says."""
    scenario = Scenario((500.0, 500.0), process=Process.CLUSTERED)
    years = simulate_reports(scenario, 5000, seed=7).reshape(-1, 10)
    seen = [estimate_variance_factor(list(pairwise(map(float, row)))) for row in years]
    assert sum(simulated.estimate for simulated in seen) / len(seen) == pytest.approx(5, rel=0.1)
    held = sum(simulated.low <= 5 <= simulated.high for simulated in seen) / len(seen)
    assert 0.9 < held < 0.99


@pytest.mark.parametrize("steps", [[(3, 4)], [(3, 4), (0, 2)]])
def test_too_little_to_tell_a_variance_is_refused(steps: list[tuple[float, float]]) -> None:
    with pytest.raises(Refused):
        estimate_variance_factor(steps)


def test_a_place_of_which_no_population_is_known_is_refused_by_its_lines() -> None:
    """Its rates stand for no counts; nothing is simulated of them."""
    _, refused = small.lines_said(CHAPTER, place="Nova Scotia")
    assert refused[0].startswith("# Small changes in reports")
    assert ran(place="Nova Scotia")[1].rows("power") == []
