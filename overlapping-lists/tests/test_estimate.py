"""The one door: frames read, estimates given, refused and shown."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import overlapping_lists
from overlapping_lists import Estimate, Interval, TableError, drop, estimate, merge
from overlapping_lists.checks import SUPPOSED, of_ends
from overlapping_lists.intervals import Ends, percentile_ends
from overlapping_lists.table import overlap_of

EXAMPLE = Path(__file__).parents[1] / "examples" / "united_kingdom_2013.csv"
TWO = pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [30, 20, 10]})


def outcomes(found: Estimate, check: str) -> list[str]:
    return found.checks.outcome[found.checks.check == check].tolist()


@pytest.fixture(scope="module")
def five() -> Estimate:
    return estimate(merge(pd.read_csv(EXAMPLE), "PF", "NCA"), draws=200)


def test_rows_of_people_counts_and_value_counts_are_one_table() -> None:
    people = TWO.loc[TWO.index.repeat(TWO["count"]), ["A", "B"]]
    asked = [TWO, people, people.astype(bool), people.value_counts(), TWO.astype(float)]
    assert {overlap_of(frame).counts for frame in asked} == {(30, 20, 10)}
    grid = pd.DataFrame({"A": [0, 1, 0, 1], "B": [0, 0, 1, 1], "count": [0, 30, 20, 10]})
    assert overlap_of(grid).counts == (30, 20, 10)  # nobody counted on no list is no person there
    assert overlap_of(TWO.rename(columns={"count": "frequency"}), "frequency").counts == (30, 20, 10)


def changed(**columns: list[Any]) -> pd.DataFrame:
    return TWO.astype(object).assign(**columns)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (TWO.drop(columns="count").iloc[:, :1], "-:-: found 1 list; allowed: 2 to 8 columns of 0 and 1"),
        (changed(A=[1, 2, 1]), "1:A: found 2; allowed: 0 or 1, or name the counts: count='A'"),
        (changed(A=[1, None, 1]), "1:A: found nan; allowed: 0 or 1"),
        (changed(A=["yes", "no", "yes"]), "0:A: found 'yes'; allowed: 0 or 1"),
        (changed(count=[30, -1, 10]), "1:count: found -1; allowed: whole numbers of people"),
        (changed(count=[30, 1.5, 10]), "1:count: found 1.5; allowed: whole numbers of people"),
        (changed(count=[30, "<5", 10]), "1:count: found '<5'; allowed: whole numbers of people"),
        (changed(count=[30, np.nan, 10]), "1:count: found nan; allowed: whole numbers of people"),
        (changed(A=[0, 0, 1], B=[0, 1, 1]), "0:-: found people on no list; allowed: people on at least one list"),
        (changed(A=[1, 1, 1], B=[0, 0, 1]), "1:-: found a combination of lists a second time; allowed: each once"),
        (changed(count=[30, 0, 0]), "-:B: found no person; allowed: lists with people"),
        (TWO.iloc[:0], "-:-: found no rows"),
        (TWO.to_numpy(), "-:-: found ndarray; allowed: a DataFrame"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(frame: Any, says: str) -> None:
    with pytest.raises(TableError) as refused:
        estimate(frame)
    assert str(refused.value).startswith(f"frame:{says}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"level": 95}, "level: found 95; allowed: above 0 and below 1"),
        ({"draws": 199}, "draws: found 199; allowed: 200 to 10000"),
        ({"count": "people"}, "frame:-:people: found no such column; allowed: A, B, count"),
    ],
)
def test_what_may_not_be_asked_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        estimate(TWO, **asked)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("A",), "found A; allowed: 2 or more of A, B"),
        (("A", "A"), "found A, A"),
        (("A", "X"), "frame:-:X: found no such"),
    ],
)
def test_lists_that_cannot_be_merged_are_refused(names: tuple[str, ...], says: str) -> None:
    with pytest.raises(TableError, match=re.escape(says)):
        merge(TWO, *names)
    with pytest.raises(TableError, match="2 to 8 columns"):
        drop(TWO, "A")


def nested(outside: int) -> pd.DataFrame:
    """2,000 people on three lists and a fourth that holds 106 of those on B, and `outside` others."""
    random = np.random.default_rng(4)
    lists = random.random((2000, 3)) < (0.12, 0.15, 0.1)
    inner = lists[:, 0] & (np.cumsum(lists[:, 0]) <= 106)
    inner |= ~lists[:, 0] & (np.cumsum(~lists[:, 0]) <= outside)
    frame = pd.DataFrame(np.column_stack([inner, lists]), columns=list("ABCD")).astype(int)
    return frame[frame.any(axis=1)]


@pytest.mark.parametrize("outside", [0, 7])
def test_a_list_inside_another_gives_no_estimate(outside: int) -> None:
    found = estimate(nested(outside))
    assert (found.estimate, found.interval, found.range, found.bound) == (None, None, None, None)
    assert outcomes(found, "nesting") == ["refused"]
    assert f"106 of {106 + outside} people on A are on B too" in found.refused[0]
    assert "drop(frame, 'A')" in repr(found)
    assert found.rules.estimate.isna().all()
    again = estimate(drop(nested(outside), "A"), draws=200)
    assert again.range is not None
    assert again.range.high is not None
    assert again.range.low < 2000 < again.range.high


def test_what_one_person_decides_or_says_nothing_is_refused() -> None:
    one = estimate(TWO.assign(count=[69, 68, 1]))
    assert one.refused == ("a single person is on more than one list: one more would halve the estimate",)
    two = estimate(TWO.assign(count=[69, 68, 2]))
    assert two.estimate is None
    assert re.match(r"the interval [\d,]+ to [\d,]+ is wider than a factor of 10", two.refused[0])
    assert two.bound is not None
    assert f"at least {two.bound.low // 1:,.0f}" in repr(two)


def test_an_end_that_few_draws_lie_beyond_is_not_given() -> None:
    ends = Ends(low=100.4, high=900.0, low_error=3, high_error=30, low_beyond=5, high_beyond=4.9)
    assert ends.told(90) == Interval(100, None)
    assert Ends(low=100, high=900, low_beyond=4.9).told(90) == Interval(None, 900)
    assert [check.outcome for check in of_ends(ends, 200)] == ["passed", "refused"]


def test_resamples_that_identify_nothing_leave_no_upper_end() -> None:
    totals = np.array([*range(1, 971), *[np.inf] * 30], dtype=float)
    assert percentile_ends(totals, 0.95).told(1).high is None


def test_the_united_kingdom_has_no_upper_end_and_two_groups_of_models(five: Estimate) -> None:
    assert five.interval is not None
    assert (five.interval.low > 11_000, five.interval.high) == (True, None)
    assert "11,800 or more; no upper end can be given" in repr(five)
    assert outcomes(five, "upper end of the interval") == ["refused"]
    groups = five.models.groupby("group").estimate.agg(["min", "max"]).round().to_numpy().tolist()
    assert groups == [[10546, 16194], [17007, 29035]]
    assert "10,500 to 16,200, 48% of the weight" in repr(five)


def test_the_range_leads_and_holds_models_and_draws(five: Estimate) -> None:
    first = repr(five).splitlines()[1]
    assert re.match(r"6,[34]00 to 6\d,000 people in all, if half to twice as many", first)
    assert five.range is not None
    assert five.range.high is not None
    assert five.range.low <= 2744 + (five.models.estimate.min() - 2744) / 2
    assert five.range.high >= 2744 + 2 * (five.models.estimate.max() - 2744)


def test_a_bound_above_the_lowest_model_says_why(five: Estimate) -> None:
    assert five.bound is not None
    assert five.bound.low > five.models.estimate.min()
    reason = five.checks.reason[five.checks.check == "lower bound"].item()
    assert "keeps people off another" in reason
    assert "LA:GP NG:GO NG:GP PF+NCA:GP GO:GP" in reason


def test_what_is_supposed_is_said_of_two_lists_too() -> None:
    found = estimate(TWO, draws=200)
    assert "independence" in found.checks.check[found.checks.outcome == SUPPOSED].tolist()
    assert outcomes(found, "overlap") == ["noted"]


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, again, other = (estimate(TWO, draws=200, seed=seed) for seed in (1, 1, 2))
    assert (repr(first), first.interval) == (repr(again), again.interval)
    assert first.interval != other.interval


def test_a_chart_marks_the_end_that_is_not_given(five: Estimate) -> None:
    chart = five.plot().to_dict()
    rows = {row["what"]: row for name in chart["datasets"].values() for row in name if "no_high" in row}
    ends = {what: (row["no_low"], row["no_high"]) for what, row in rows.items()}
    assert ends["95% interval, lowest BIC"] == (False, True)
    assert ends["Half to twice as many hidden"] == (False, False)
    assert "no upper end can be given" in chart["description"]
    with pytest.raises(ValueError, match="nothing to draw: a single person"):
        estimate(TWO.assign(count=[69, 68, 1])).plot()


def test_what_is_public_is_what_the_package_shows() -> None:
    assert dir(overlapping_lists) == sorted(overlapping_lists.__all__)
    assert all(">>>" in (getattr(overlapping_lists, name).__doc__ or "") for name in overlapping_lists.__all__)
