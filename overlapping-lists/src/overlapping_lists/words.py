"""What an estimate prints: the range first, then what it comes from, what it supposes and what was refused."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from .checks import FACTOR_AT_MOST, NOTED, REFUSED, SUPPOSED
from .intervals import Ends, Interval

if TYPE_CHECKING:
    from .result import Estimate

LOST = "too many resampled tables identify nothing, so no upper end can be given"
TWO_GROUPS = "the models fall into two groups far apart, and the lists hardly tell which is right: show both"


def in_words(found: "Estimate") -> str:
    """An estimate for people, a few lines."""
    lists = f"{found.observed:,} people seen on {len(found.lists)} lists, {found.shared:,} of them on two or more"
    if found.estimate is None:
        reasons = [f"no estimate: {reason}" for reason in found.refused]
        return "\n".join([lists, *reasons, *_bound(found)])
    return "\n".join([lists, *_range(found), *_models(found), *_interval(found), *_bound(found), *_checks(found)])


def too_wide(ends: Ends) -> str:
    """Why an interval is no answer."""
    return (
        f"the interval {Interval(ends.low, ends.high)} is wider than a factor of {FACTOR_AT_MOST}: an estimate in it "
        "would say nothing"
    )


def search_stopped(fitted: int) -> str:
    """That models may be missing."""
    return f"the search for models stopped at {fitted:,}: others as near may be missing"


def bound_above(apart: str) -> str:
    """Why Chao's bound may lie above the lowest model, which holds the pairs `apart` with negative terms."""
    why = f"in that model some do ({apart})" if apart else "it leaves out people on three lists and more"
    return f"Chao's bound lies above the lowest model: it holds only if no list keeps people off another, and {why}"


def outward(low: float, high: float, least: int) -> tuple[int, int]:
    """Ends to two digits, outward: 9,314 and 40,230 become 9,300 and 41,000; none below the people seen."""
    down, up = (10 ** max(0, math.floor(math.log10(end)) - 1) for end in (low, high))
    return max(least, math.floor(low / down) * down), math.ceil(high / up) * up


def about(total: float) -> str:
    """A model's total to three digits: 11,418 is 11,400."""
    return f"{round(total, 2 - math.floor(math.log10(total))):,.0f}"


def _range(found: "Estimate") -> list[str]:
    around = found.range
    assert around is not None  # an estimate has one, with a lower end
    assert around.low is not None
    why = "if half to twice as many people are hidden as the models and chance give"
    low, high = outward(around.low, around.high or around.low, found.observed)
    if around.high is None:
        return [f"{low:,} people or more in all, {why}; no upper end can be given"]
    return [f"{low:,} to {high:,} people in all, {why}"]


def _models(found: "Estimate") -> list[str]:
    models, groups = found.models, list(found.models.groupby("group"))
    head = f"  {len(models):,} of {found.fitted:,} models are not ruled out: "
    if len(groups) == 1:
        return [head + _ends(models)]
    return [
        f"{head}two groups, between which these lists hardly choose",
        *(f"    {_ends(group)}, {group.weight.sum():.0%} of the weight" for _, group in groups),
    ]


def _ends(models: "pd.DataFrame") -> str:
    low, high = about(models.estimate.min()), about(models.estimate.max())
    return low if low == high else f"{low} to {high}"


def _interval(found: "Estimate") -> list[str]:
    assert found.estimate is not None  # asked of an estimate
    head = f"  lowest BIC: {about(found.estimate)}; {found.level:.0%} interval, choice of model repeated: "
    return [f"{head}{found.interval}"]


def _bound(found: "Estimate") -> list[str]:
    if found.bound is None:
        return []
    return [
        f"  at least {math.floor(found.bound.low):,}, if no list keeps people off another "
        f"(Chao's bound, {found.level:.0%})"
    ]


def _checks(found: "Estimate") -> list[str]:
    checks = found.checks
    kinds = ((REFUSED, "refused"), (NOTED, "note"))
    rows = [
        f"  {word}, {check.check}: {check.reason}"
        for kind, word in kinds
        for check in checks[checks.outcome == kind].itertuples()
    ]
    supposed = ", ".join(checks.check[checks.outcome == SUPPOSED])
    return [*rows, f"  supposed, which no list can show: {supposed} (see .checks)"]
