"""One table, one rule, one interval: the estimate."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .choice import Rule, choose, fit_supported, pair_names, rule_named
from .intervals import (
    Ends,
    Interval,
    bca_ends,
    bootstrap_totals,
    checked_draws,
    checked_level,
    interval_named,
    percentile_ends,
    profile_interval,
)
from .table import NotIdentifiedError, Overlap


@dataclass(frozen=True)
class Estimate:
    """People on at least one list and on none, together.

    `terms` are the pairs that the chosen model holds beyond the lists themselves; `low` and `high` the ends
    of the interval at `level`; `method` names the rule and the interval. The ends of a bootstrap are rounded outward
    to the digits that its draws earn; `low_error` and `high_error` are their Monte-Carlo standard errors, `beyond` is
    how many resamples the less certain end rests on, `without` the share of resamples from which nothing could be
    estimated. `bic` is the chosen model's.
    """

    observed: int
    lists: tuple[str, ...]
    terms: tuple[str, ...]
    estimate: float
    low: float
    high: float
    method: str
    level: float
    bic: float = float("nan")
    low_error: float = 0.0
    high_error: float = 0.0
    without: float = 0.0
    beyond: float = float("inf")

    def as_json(self) -> dict[str, Any]:
        """`observed`, `lists`, `terms`, `estimate`, `low`, `high`, `method`, for json.dumps."""
        names = ("observed", "lists", "terms", "estimate", "low", "high", "method")
        return {name: list(value) if isinstance(value := getattr(self, name), tuple) else value for name in names}


def estimate_population(
    overlap: Overlap,
    model: str | None = None,
    *,
    interval: str | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 2013,
) -> Estimate:
    """Estimate the population by the lowest BIC, or by a rule (`main-effects`, `forward`, `all`, `sparse`).

    `interval` is `profile` (given the chosen model), or `percentile` or `bca` (a bootstrap of `draws` resamples that
    repeats the choice). Where none is named, a rule that is named has the profile, and the lowest BIC has BCa, or
    percentiles where an estimate is too skewed for BCa. Raises HiddenPopulationError, NotIdentifiedError where no
    number may be given, NotConvergedError where none was reached.
    """
    rule, level, draws = rule_named(model), checked_level(level), checked_draws(draws)
    kind = interval_named(interval or (Interval.BCA if rule is None else Interval.PROFILE))
    chosen = choose(overlap, rule)
    totals = np.empty(0) if kind is Interval.PROFILE else bootstrap_totals(overlap, rule, draws, seed)
    try:
        if kind is Interval.PROFILE:
            ends = Ends(*profile_interval(overlap, chosen, level))
        elif kind is Interval.PERCENTILE:
            ends = percentile_ends(overlap, totals, level)
        else:
            ends = bca_ends(overlap, rule, float(chosen.total[0]), totals, level)
    except NotIdentifiedError:
        if interval or kind is Interval.PROFILE:
            raise
        kind, ends = Interval.PERCENTILE, percentile_ends(overlap, totals, level)
    low, high = ends.earned
    return Estimate(
        overlap.observed,
        overlap.lists,
        pair_names(overlap, chosen.pairs[0]),
        float(chosen.total[0]),
        max(float(overlap.observed), low),
        high,
        f"{described(overlap, rule)}; {100 * level:g}% interval: {kind.described(draws)}",
        level,
        float(chosen.bic[0]),
        ends.low_error,
        ends.high_error,
        float(np.isinf(totals).mean()) if len(totals) else 0.0,
        ends.beyond,
    )


def described(overlap: Overlap, rule: Rule | None) -> str:
    """The choice of model in words; without a rule it is `all`, or that among the models of a search."""
    if rule is not None or fit_supported(overlap).every:
        return (rule or Rule.ALL).described
    return "Poisson log-linear model, lowest BIC of a search over models of pairwise terms"
