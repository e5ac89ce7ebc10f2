"""One table, one rule, one interval: the estimate."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.methods.multiple_systems.choice import Rule, choose, fit_near, pair_names, rule_named
from evaluation.methods.multiple_systems.intervals import (
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
from evaluation.methods.multiple_systems.loglinear import Models
from evaluation.methods.multiple_systems.table import NotIdentifiedError, Overlap


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
        return {
            "observed": self.observed,
            "lists": list(self.lists),
            "terms": list(self.terms),
            "estimate": self.estimate,
            "low": self.low,
            "high": self.high,
            "method": self.method,
        }


def estimate_population(
    overlap: Overlap,
    model: str = Rule.FORWARD,
    *,
    interval: str = Interval.PROFILE,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 2013,
) -> Estimate:
    """Estimate the population by a rule (`main-effects`, `forward`, `all`, `sparse`) with its interval.

    `interval` is `profile` (given the chosen model), or `percentile` or `bca` (a bootstrap of `draws`
    resamples that repeats the choice). Raises HiddenPopulationError, NotIdentifiedError where no number may
    be given, NotConvergedError where none was reached.
    """
    rule, kind, level, draws = rule_named(model), interval_named(interval), checked_level(level), checked_draws(draws)
    chosen = choose(overlap, rule)
    ends, without = _interval(overlap, rule, chosen, kind, level, draws, seed)
    return _estimate(overlap, chosen, ends, without, _method(rule.described, kind, level, draws), level)


def estimate_by_search(overlap: Overlap, level: float = 0.95) -> Estimate:
    """The lowest BIC of the models near it, found without fitting every one, with its profile interval.

    Raises NotIdentifiedError where no model has an estimate, or where the search had to stop before its end.
    """
    near = fit_near(overlap)
    if not near.ended or not near.models.usable.any():
        found = "no lowest BIC" if near.ended else f"a search stopped after {len(near.models.pairs)} models"
        raise NotIdentifiedError.of(overlap.source, found=found, allowed="fewer lists with more overlap")
    best = near.models.take(np.array([np.argmin(near.models.bic)]))
    described = "Poisson log-linear model, lowest BIC of a search over models of pairwise terms"
    ends = Ends(*profile_interval(overlap, best, level))
    return _estimate(overlap, best, ends, 0.0, _method(described, Interval.PROFILE, level, 0), level)


def _estimate(overlap: Overlap, chosen: Models, ends: Ends, without: float, method: str, level: float) -> Estimate:
    return Estimate(
        overlap.observed,
        overlap.lists,
        pair_names(overlap, chosen.pairs[0]),
        float(chosen.total[0]),
        max(float(overlap.observed), ends.earned[0]),
        ends.earned[1],
        method,
        level,
        float(chosen.bic[0]),
        ends.low_error,
        ends.high_error,
        without,
        ends.beyond,
    )


def _interval(
    overlap: Overlap, rule: Rule, chosen: Models, kind: Interval, level: float, draws: int, seed: int
) -> tuple[Ends, float]:
    """The interval, and the share of resamples that identify nothing."""
    if kind is Interval.PROFILE:
        return Ends(*profile_interval(overlap, chosen, level)), 0.0
    totals = bootstrap_totals(overlap, rule, draws, seed)
    without = float(np.isinf(totals).mean())
    if kind is Interval.PERCENTILE:
        return percentile_ends(overlap, totals, level), without
    return bca_ends(overlap, rule, float(chosen.total[0]), totals, level), without


def _method(rule: str, kind: Interval, level: float, draws: int) -> str:
    described = {
        Interval.PROFILE: "multinomial profile likelihood given the model",
        Interval.PERCENTILE: f"percentiles of {draws} resamples that repeat the choice of model",
        Interval.BCA: f"BCa from {draws} resamples that repeat the choice of model",
    }[kind]
    return f"{rule}; {100 * level:g}% interval: {described}"
