"""The one door: `estimate`, and what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import checks as look
from . import words
from .bounds import LowerBound, chao_lower_bound, sensitivity
from .choice import LookedAt, Selection, choose, looked_at
from .groups import grouped, weights
from .intervals import (
    Ends,
    Interval,
    bca_ends,
    bootstrap_totals,
    checked_draws,
    checked_level,
    percentile_ends,
    profile_ends,
)
from .loglinear import Floats, Models
from .table import NotIdentifiedError, Overlap, overlap_of

if TYPE_CHECKING:
    import altair

MODELS = ("pairs", "estimate", "bic", "weight", "group")
RULES = ("pairs", "estimate", "low", "high", "reason")


@dataclass(frozen=True, eq=False, repr=False)
class Estimate:
    """How many people there are, on the lists and on none, with what that rests on; what it prints is for people.

    Attributes
    ----------
    observed, shared : people on at least one list, and on two or more.
    range : Interval, or None where an estimate was refused. It leads: from the lowest to the highest of the models not
        ruled out and of the bootstrap's middle `level`, with half to twice as many people hidden.
    estimate : the total of the model with the lowest BIC; None where it was refused.
    interval : Interval of it that repeats the choice of model in each resample (BCa). An end that fewer than five draws
        lie beyond is None.
    bound : LowerBound of Chao, if no list keeps people off another; None where it was refused.
    models : frame of the models not ruled out (BIC at most ten above the lowest), lowest first: their `pairs`,
        `estimate`, `bic`, `weight` and `group`, 1 or 2.
    checks : frame of what was supposed, passed, noted and refused, with the reason.

    >>> import pandas as pd
    >>> lists = pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [300, 200, 100]})
    >>> found = estimate(lists)
    >>> round(found.estimate)  # 400 on A, 300 on B, 100 on both
    1200
    >>> found.interval.low < 1200 < found.interval.high
    True
    >>> found.checks.outcome.tolist().count("refused")
    0
    """

    observed: int
    shared: int
    lists: tuple[str, ...]
    level: float
    draws: int
    estimate: float | None
    interval: Interval | None
    range: Interval | None
    bound: LowerBound | None
    models: pd.DataFrame
    checks: pd.DataFrame
    fitted: int
    overlap: Overlap = field(repr=False)

    def __repr__(self) -> str:
        return words.in_words(self)

    @property
    def refused(self) -> tuple[str, ...]:
        """Why there is no estimate; empty where there is one.

        >>> import pandas as pd
        >>> lists = pd.DataFrame({"A": [1, 0], "B": [0, 1], "count": [300, 200]})
        >>> estimate(lists).refused
        ('no person is on two lists: they say nothing of people on none',)
        """
        if self.estimate is not None:
            return ()
        return tuple(self.checks.reason[self.checks.outcome == look.REFUSED])

    @cached_property
    def rules(self) -> pd.DataFrame:
        """What each published way to choose a model gives, with the profile likelihood's interval, which takes the
        chosen model for given: `main-effects`, `forward` (Silverman 2014), `all` (the lowest BIC), `sparse` (Chan,
        Silverman and Vincent 2021). Missing, with the `reason`, where there is no estimate; not for nested lists.

        >>> import pandas as pd
        >>> lists = pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [300, 200, 100]})
        >>> estimate(lists, draws=200).rules.estimate.round().tolist()
        [1200.0, 1200.0, 1200.0, 1200.0]
        """
        rows = {rule.value: _by_rule(self.overlap, rule, self.level) for rule in Selection}
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(RULES)).rename_axis("rule")

    def plot(self) -> "altair.LayerChart | altair.FacetChart":
        """A chart of the range, the interval, the models by group and the bound, on people seen. Needs Altair.

        >>> import pandas as pd
        >>> lists = pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [300, 200, 100]})
        >>> type(estimate(lists, draws=200).plot()).__name__
        'LayerChart'
        """
        from .plot import drawn

        return drawn(self)


def estimate(
    frame: "pd.DataFrame | pd.Series[Any]",
    *,
    count: str | None = None,
    level: float = 0.95,
    draws: int = 400,
    seed: int = 2013,
) -> Estimate:
    """Estimate how many people there are, from lists that overlap.

    Parameters
    ----------
    frame : 2 to 8 columns of 0 and 1 named by their lists. A row is a person, or, with a column of counts, a
        combination of lists; combinations that are not there count 0. Or a Series of counts as ``value_counts()``
        gives it.
    count : the column of counts; one called ``count`` needs no naming.
    level : of the interval and of the bound, such as 0.95.
    draws : resamples of the bootstrap, 200 to 10,000. An end needs five beyond it.
    seed : of the draws; the same seed gives the same numbers.

    Raises TableError for a frame that is no such table and ValueError for another level or number of draws. Lists that
    cannot tell are no error: the estimate is None, and `checks` says why.

    >>> import pandas as pd
    >>> nested = pd.DataFrame({"A": [0, 1, 0, 0], "B": [1, 1, 0, 1], "C": [0, 0, 1, 1], "count": [200, 85, 260, 40]})
    >>> print(estimate(nested))  # doctest: +ELLIPSIS
    585 people seen on 3 lists, 125 of them on two or more
    no estimate: 85 of 85 people on A are on B too: such a list finds nobody by itself, ...
    """
    overlap = overlap_of(frame, count)
    return _Asked(overlap, checked_level(level), checked_draws(draws), seed).answered()


@dataclass(frozen=True)
class _Asked:
    """One question: a table and how to answer it."""

    overlap: Overlap
    level: float
    draws: int
    seed: int

    def answered(self) -> Estimate:
        """The estimate, or what was refused on the way to one."""
        seen = [*look.suppositions(self.overlap), *look.of_overlap(self.overlap), *look.of_nesting(self.overlap)]
        if any(check.outcome == look.REFUSED for check in seen):
            return self._given(seen)
        bound = chao_lower_bound(self.overlap, self.level)
        try:
            chosen = choose(self.overlap, Selection.ALL)
            profile = profile_ends(self.overlap, chosen, self.level)
        except NotIdentifiedError as error:
            return self._given([*seen, look.Check("estimate", look.REFUSED, str(error))], bound=bound)
        found = looked_at(self.overlap)
        if look.too_wide(profile):
            return self._given([*seen, look.Check("estimate", look.REFUSED, words.too_wide(profile))], found, bound)
        return self._with_interval(seen, found, bound, float(chosen.total[0]))

    def _with_interval(
        self, seen: list[look.Check], found: LookedAt, bound: LowerBound | None, total: float
    ) -> Estimate:
        totals = bootstrap_totals(self.overlap, self.draws, self.seed)
        supported = found.supported()
        seen += self._of_models(found, supported, bound)
        try:
            ends = bca_ends(self.overlap, total, totals, self.level)
        except NotIdentifiedError as error:
            seen.append(look.Check("interval", look.REFUSED, str(error)))
            ends = Ends(low=self.overlap.observed, high=np.inf, low_beyond=0, high_beyond=0)
        else:
            seen += look.of_ends(ends, self.draws)
        around = _range(self.overlap.observed, supported, totals, self.level)
        if around.high is None:
            seen.append(look.Check("upper end of the range", look.REFUSED, words.LOST))
        return self._given(seen, found, bound, total, ends.told(self.overlap.observed), around)

    def _of_models(self, found: LookedAt, supported: Models, bound: LowerBound | None) -> Iterator[look.Check]:
        group = grouped(supported.total - self.overlap.observed, weights(supported))
        if group.max() > 1:
            yield look.Check("groups of models", look.NOTED, words.TWO_GROUPS)
        else:
            yield look.Check("groups of models", look.PASSED, "the models not ruled out are one group")
        if not found.ended:
            yield look.Check("search for models", look.NOTED, words.search_stopped(len(found.models.bic)))
        if bound is None:
            yield look.Check("lower bound", look.REFUSED, "people on one list or two identify none")
        elif bound.low > supported.total.min():
            yield look.Check("lower bound", look.NOTED, words.bound_above(_apart(self.overlap, supported)))

    def _given(
        self,
        seen: list[look.Check],
        found: LookedAt | None = None,
        bound: LowerBound | None = None,
        total: float | None = None,
        interval: Interval | None = None,
        around: Interval | None = None,
    ) -> Estimate:
        overlap = self.overlap
        return Estimate(
            observed=overlap.observed, shared=overlap.shared, lists=overlap.lists, level=self.level, draws=self.draws,
            estimate=total, interval=interval, range=around, bound=bound,
            models=_frame_of_models(overlap, found), checks=look.frame_of_checks(seen),
            fitted=len(found.models.bic) if found else 0, overlap=overlap,
        )  # fmt: skip


def _range(observed: int, supported: Models, totals: Floats, level: float) -> Interval:
    """From half to twice the hidden number of the models not ruled out and of the middle `level` of the draws."""
    try:
        drawn = percentile_ends(totals, level)
    except NotIdentifiedError:
        return Interval(sensitivity(observed, float(supported.total.min()), np.inf)[0], None)
    low, high = min(drawn.low, supported.total.min()), max(drawn.high, supported.total.max())
    lowest, highest = sensitivity(observed, float(low), float(high))
    return Interval(lowest, highest if np.isfinite(highest) else None)


def _frame_of_models(overlap: Overlap, found: LookedAt | None) -> pd.DataFrame:
    if found is None:
        return pd.DataFrame(columns=list(MODELS))
    models = found.supported()
    weight = weights(models)
    group = grouped(models.total - overlap.observed, weight).astype(int)
    rows = {
        "pairs": _pairs(overlap, models), "estimate": models.total, "bic": models.bic, "weight": weight, "group": group
    }  # fmt: skip
    return pd.DataFrame(rows).sort_values("bic", kind="stable", ignore_index=True)


def _pairs(overlap: Overlap, models: Models) -> list[str]:
    """The pairs that each model holds, as text: ``LA:NG NG:GO``."""
    names = np.array(list(overlap.pairs))
    return [" ".join(names[held]) for held in models.pairs]


def _apart(overlap: Overlap, supported: Models) -> str:
    """The pairs of lists that keep people apart in the lowest model."""
    terms = supported.coefficients[int(np.argmin(supported.total)), 1 + len(overlap.lists) :]
    return " ".join(np.array(list(overlap.pairs))[terms < 0])


def _by_rule(overlap: Overlap, rule: Selection, level: float) -> tuple[str, float, float, float, str]:
    missing = float("nan")
    refused = [
        check for check in (*look.of_overlap(overlap), *look.of_nesting(overlap)) if check.outcome == look.REFUSED
    ]
    if refused:
        return "", missing, missing, missing, refused[0].reason
    try:
        chosen = choose(overlap, rule)
        ends = profile_ends(overlap, chosen, level)
    except NotIdentifiedError as error:
        return "", missing, missing, missing, str(error)
    if look.too_wide(ends):
        return "", missing, missing, missing, words.too_wide(ends)
    return _pairs(overlap, chosen)[0], float(chosen.total[0]), ends.low, ends.high, ""
