"""What speaks against an estimate: each doubt in a sentence, and where no estimate may be given at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .bounds import Bound, chao_1987, chao_lower_bound, sensitivity
from .choice import SUPPORT, AllModels, Rule, choose, fit_supported
from .estimate import Estimate
from .intervals import outward
from .loglinear import Models
from .table import HiddenPopulationError, Overlap

# An estimate from two lists varies by about one over the root of the people on both (Seber 1982, section 3.1): by a
# quarter of itself with 16 of them, by all of itself with one.
PEOPLE_ENOUGH = 16
# Expected counts under 5 are where the chi-squared and the normal distribution stop telling p (Cochran 1954).
PAIR_ENOUGH = 5
# With 5 resamples beyond it the rank of an end has a standard error of 2.
DRAWS_BEYOND = 5
# An interval from 1,000 to 10,000 people says no more than that nobody knows.
FACTOR_AT_MOST = 10
QUICK_RULES = (Rule.MAIN_EFFECTS, Rule.FORWARD, Rule.SPARSE)


@dataclass(frozen=True)
class Doubt:
    """One reason not to take an estimate at its word: its kind, from a fixed list, and a sentence."""

    kind: str
    says: str


def refusal(overlap: Overlap, estimate: Estimate | None = None) -> Doubt | None:
    """Why an estimate is none: one person decides it, or its interval (if it is given) leaves everything open."""
    if overlap.shared == 1:
        return Doubt("one-person", "a single person is on more than one list: one more would halve the estimate")
    if estimate and estimate.high > FACTOR_AT_MOST * estimate.low:
        wide = f"the interval {in_words(estimate.low, estimate.high)} is wider than a factor of {FACTOR_AT_MOST}"
        return Doubt("too-wide", f"{wide}: an estimate in it would say nothing")
    return None


def bounds_as_json(overlap: Overlap, level: float) -> dict[str, Any]:
    """What can be said without a model: Chao's lower bounds, each with its interval."""
    found: dict[str, Any] = {}
    for name, find in (("chao_lower_bound", chao_lower_bound), ("chao_1987", chao_1987)):
        bound = find(overlap, level)
        found[name] = bound.total if bound else None
        found[f"{name}_interval"] = [bound.low, bound.high] if bound else None
    return found


@dataclass(frozen=True)
class Assessment:
    """An estimate beside what other models, other rules and no model say of the same lists."""

    overlap: Overlap
    estimate: Estimate

    @cached_property
    def looked_at(self) -> AllModels:
        """Every model where they are few, else those near the lowest BIC."""
        return fit_supported(self.overlap)

    @cached_property
    def supported(self) -> Models:
        """The models whose BIC is within ten of the lowest."""
        return self.looked_at.supported()

    @cached_property
    def chosen(self) -> dict[str, Models | None]:
        """The model of each rule, as one row; `all` is the lowest BIC of the models looked at."""
        quick = {str(rule): chosen_or_none(self.overlap, rule) for rule in QUICK_RULES}
        return quick | {str(Rule.ALL): self.looked_at.best(1)}

    @property
    def by_rule(self) -> dict[str, float | None]:
        """The estimate of each rule."""
        return {rule: float(model.total[0]) if model else None for rule, model in self.chosen.items()}

    def is_near(self, bic: float) -> bool:
        """Whether a model is within ten of the lowest BIC."""
        return bool(bic <= self.supported.bic.min() + SUPPORT)

    @cached_property
    def chao(self) -> Bound | None:
        return chao_lower_bound(self.overlap, self.estimate.level)

    @property
    def sensitivity(self) -> tuple[float, float]:
        """The interval, if the hidden number were half or twice what the models give."""
        return sensitivity(self.estimate.observed, self.estimate.low, self.estimate.high)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        return tuple(Doubt(kind, says) for kind, find in DOUBTS.items() for says in find(self))

    def as_json(self) -> dict[str, Any]:
        """The estimate's fields, then what stands beside it, for json.dumps."""
        return {
            **self.estimate.as_json(),
            "level": self.estimate.level,
            "monte_carlo_error": [self.estimate.low_error, self.estimate.high_error],
            "sensitivity": list(self.sensitivity),
            **bounds_as_json(self.overlap, self.estimate.level),
            "models": self.models_as_json(),
            "rules": self.by_rule,
            "warnings": [vars(doubt) for doubt in self.doubts],
        }

    def models_as_json(self) -> dict[str, Any]:
        """How many models were fitted and are near the lowest BIC, between which estimates, with which weights."""
        near, best, estimate = self.supported, int(np.argmin(self.supported.bic)), self.estimate
        outside = (near.total < estimate.low) | (near.total > estimate.high)
        return {
            "within": SUPPORT,
            "count": len(near.total),
            "lowest": float(near.total.min()),
            "highest": float(near.total.max()),
            "best": float(near.total[best]),
            "best_weight": float(near.weights[best]),
            "weight_outside_interval": float(near.weights[outside].sum()),
            "fitted": len(self.looked_at.models.pairs),
            "without_estimate": int((~self.looked_at.models.usable).sum()),
            "every_model": self.looked_at.every,
            "search_ended": self.looked_at.ended,
        }


def chosen_or_none(overlap: Overlap, rule: str) -> Models | None:
    """The model that a rule chooses; None where it finds none that has an estimate."""
    try:
        return choose(overlap, rule)
    except HiddenPopulationError:
        return None


def in_words(low: float, high: float) -> str:
    """`1,415 to 11,527`: whole people, rounded outward as in the result."""
    return "{:,} to {:,}".format(*outward(low, high))


# The doubts: each finds nothing, or one sentence


def untested(given: Assessment) -> Iterator[str]:
    if len(given.overlap.lists) == 2:
        yield (
            "two lists cannot show whether being on one says something about being on the other; "
            "the estimate takes for granted that it does not"
        )


def few_overlaps(given: Assessment) -> Iterator[str]:
    shared = given.overlap.shared
    if shared < PEOPLE_ENOUGH:
        people = "1 person is" if shared == 1 else f"{shared} people are"
        yield (
            f"only {people} on more than one list; by chance alone an estimate of two lists varies by about "
            f"{1 / np.sqrt(shared):.0%} of itself"
        )


def sparse_pairs(given: Assessment) -> Iterator[str]:
    overlap = given.overlap
    on_both = {f"{overlap.lists[i]}:{overlap.lists[j]}": overlap.on_all(1 << i | 1 << j) for i, j in overlap.pairs}
    empty = [name for name, people in on_both.items() if people == 0]
    few = [f"{name} {people}" for name, people in on_both.items() if 0 < people < PAIR_ENOUGH]
    parts = [
        f"{len(names)} share{'s' * (len(names) == 1)} {what} ({', '.join(names)})"
        for what, names in (("nobody", empty), (f"fewer than {PAIR_ENOUGH} people", few))
        if names
    ]
    if parts:
        pairs = f"{len(on_both)} pair{'s' * (len(on_both) > 1)}"
        yield f"of {pairs} of lists, {' and '.join(parts)}; one person more or fewer can change the model"


def no_estimate(given: Assessment) -> Iterator[str]:
    models = given.looked_at.models
    without = int((~models.usable).sum())
    if without and len(given.overlap.lists) > 2:
        yield (
            f"of the {len(models.usable):,} models looked at, {without:,} have no estimate: it does not exist "
            f"({int((models.identified & ~models.exists).sum()):,}) or is not identified "
            f"({int((~models.identified).sum()):,}); they are left out"
        )


def models_disagree(given: Assessment) -> Iterator[str]:
    """An interval at 95% may leave out a twentieth of the models' weight; and the model chosen has to be among them."""
    models, estimate = given.models_as_json(), given.estimate
    if models["weight_outside_interval"] > 1 - estimate.level or not given.is_near(estimate.bic):
        among = "" if models["search_ended"] else f", of the {models['fitted']:,} that the search looked at,"
        yield (
            f"{models['count']:,} models within {SUPPORT:g} of the lowest BIC{among} give "
            f"{in_words(models['lowest'], models['highest'])}; {models['weight_outside_interval']:.0%} of their "
            f"weight lies outside the interval {in_words(estimate.low, estimate.high)}; the best of them gives "
            f"{models['best']:,.0f} (weight {models['best_weight']:.0%})"
        )


def rules_disagree(given: Assessment) -> Iterator[str]:
    """Only of rules whose model the lists do not rule out."""
    low, high = given.estimate.low, given.estimate.high
    rivals = [model for model in given.chosen.values() if model and given.is_near(model.bic[0])]
    if any(not low <= model.total[0] <= high for model in rivals):
        totals = ", ".join(f"{rule} {total:,.0f}" for rule, total in given.by_rule.items() if total is not None)
        yield (
            f"rules disagree ({totals}): forward lets a pair in where AIC falls and Wald's p is at most 0.05, which "
            "one to three people can do; sparse asks for an overlap of a Poisson probability under 0.02; all (the "
            "lowest BIC) asks more of a pair the more people there are; main-effects lets none in"
        )


def wide_interval(given: Assessment) -> Iterator[str]:
    low, high, total = given.estimate.low, given.estimate.high, given.estimate.estimate
    if high - low > total:
        yield f"the interval {in_words(low, high)} is wider than the estimate {total:,.0f}"


def outside(given: Assessment) -> Iterator[str]:
    low, high, total = given.estimate.low, given.estimate.high, given.estimate.estimate
    if not low <= total <= high:
        yield (
            f"the estimate {total:,.0f} lies outside its own interval {in_words(low, high)}: on resampled tables the "
            "rule mostly gives something else"
        )


def under_bound(given: Assessment) -> Iterator[str]:
    """Below the whole interval of the bound: below the bound itself are two of five sound estimates, by chance."""
    if given.chao is not None and given.estimate.estimate < given.chao.low:
        least, _ = outward(given.chao.total, given.chao.total)  # a lower bound: rounded down, as in the result
        bound = f"{least:,} (interval {in_words(given.chao.low, given.chao.high)})"
        yield (
            f"the estimate {given.estimate.estimate:,.0f} lies below the interval of Chao's lower bound {bound}: being "
            "on some lists may keep people off others"
        )


def lost_resamples(given: Assessment) -> Iterator[str]:
    if given.estimate.without:
        yield f"{given.estimate.without:.1%} of the resampled tables identify nothing; they count as infinite"


def few_draws(given: Assessment) -> Iterator[str]:
    if given.estimate.beyond < DRAWS_BEYOND:
        yield (
            f"fewer than {DRAWS_BEYOND} resamples (about {given.estimate.beyond:.0f}) lie beyond one end of the "
            "interval, so that end is as good as unknown; take more draws or a lower level"
        )


DOUBTS = {
    "two-lists": untested,
    "few-overlaps": few_overlaps,
    "sparse-pairs": sparse_pairs,
    "no-estimate": no_estimate,
    "models-disagree": models_disagree,
    "rules-disagree": rules_disagree,
    "wide-interval": wide_interval,
    "outside-interval": outside,
    "below-chao": under_bound,
    "lost-resamples": lost_resamples,
    "few-draws": few_draws,
}
