"""What speaks against an estimate: each doubt in a sentence, and whether the estimate may lead."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from evaluation.methods.multiple_systems.bound import chao_1987, chao_lower_bound
from evaluation.methods.multiple_systems.choice import SUPPORT, AllModels, Rule, choose, fit_supported
from evaluation.methods.multiple_systems.estimate import Estimate
from evaluation.methods.multiple_systems.loglinear import Models
from evaluation.methods.multiple_systems.table import HiddenPopulationError, Overlap
from evaluation.problems import listed

# An estimate from two lists varies by about one over the root of the people on both (Seber 1982, section 3.1): by a
# quarter of itself with 16 of them, by all of itself with one.
PEOPLE_ENOUGH = 16
# Expected counts under 5 are where the chi-squared and the normal distribution stop telling p (Cochran 1954).
PAIR_ENOUGH = 5
# With 5 resamples beyond it the rank of an end has a standard error of 2.
DRAWS_BEYOND = 5
QUICK_RULES = (Rule.MAIN_EFFECTS, Rule.FORWARD, Rule.SPARSE)


@dataclass(frozen=True)
class Doubt:
    """One reason not to take an estimate at its word: its kind, from a fixed list, and a sentence."""

    kind: str
    says: str


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
        best = self.supported.take(np.array([np.argmin(self.supported.bic)]))
        return {str(rule): chosen_or_none(self.overlap, rule) for rule in QUICK_RULES} | {str(Rule.ALL): best}

    @property
    def by_rule(self) -> dict[str, float | None]:
        """The estimate of each rule."""
        return {rule: float(model.total[0]) if model else None for rule, model in self.chosen.items()}

    def is_near(self, bic: float) -> bool:
        """Whether a model is within ten of the lowest BIC."""
        return bool(bic <= self.supported.bic.min() + SUPPORT)

    @cached_property
    def chao(self) -> float | None:
        return chao_lower_bound(self.overlap)

    @cached_property
    def weight_outside(self) -> float:
        """The share of the supported models' weight whose estimates lie outside the interval."""
        total = self.supported.total
        outside = (total < self.estimate.low) | (total > self.estimate.high)
        return float(self.supported.weights[outside].sum())

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        return tuple(Doubt(kind, says) for kind, find in DOUBTS.items() for says in find(self))

    @property
    def leads(self) -> str:
        """`estimate`, or `models` where their range has to come first because they disagree."""
        apart = {"models-disagree", "rules-disagree"} & {doubt.kind for doubt in self.doubts}
        return "models" if apart else "estimate"

    def as_json(self) -> dict[str, Any]:
        """The estimate's fields, then what stands beside it, for json.dumps."""
        return self.estimate.as_json() | {
            "level": self.estimate.level,
            "monte_carlo_error": [self.estimate.low_error, self.estimate.high_error],
            "chao_lower_bound": self.chao,
            "chao_1987": chao_1987(self.overlap),
            "lead": self.leads,
            "models": self.models_as_json(),
            "rules": self.by_rule,
            "warnings": [vars(doubt) for doubt in self.doubts],
        }

    def models_as_json(self) -> dict[str, Any]:
        """How many models were fitted and are near the lowest BIC, between which estimates, with which weights."""
        near, best = self.supported, int(np.argmin(self.supported.bic))
        return {
            "within": SUPPORT,
            "count": len(near.total),
            "lowest": float(near.total.min()),
            "highest": float(near.total.max()),
            "best": float(near.total[best]),
            "best_weight": float(near.weights[best]),
            "weight_outside_interval": self.weight_outside,
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


# The doubts: each finds nothing, or one sentence


def untested(found: Assessment) -> Iterator[str]:
    if len(found.overlap.lists) == 2:
        yield (
            "two lists cannot show whether being on one says something about being on the other; "
            "the estimate takes for granted that it does not"
        )


def few_overlaps(found: Assessment) -> Iterator[str]:
    overlap = found.overlap
    shared = overlap.observed - sum(c for h, c in enumerate(overlap.counts, start=1) if h.bit_count() == 1)
    if shared < PEOPLE_ENOUGH:
        people = "1 person is" if shared == 1 else f"{shared} people are"
        yield (
            f"only {people} on more than one list; by chance alone an estimate of two lists varies by about "
            f"{1 / np.sqrt(shared):.0%} of itself"
        )


def sparse_pairs(found: Assessment) -> Iterator[str]:
    overlap = found.overlap
    on_both = {f"{overlap.lists[i]}:{overlap.lists[j]}": overlap.on_all(1 << i | 1 << j) for i, j in overlap.pairs}
    empty = [name for name, people in on_both.items() if people == 0]
    few = [f"{name} {people}" for name, people in on_both.items() if 0 < people < PAIR_ENOUGH]
    if empty or few:
        told = {"nobody": empty, f"fewer than {PAIR_ENOUGH} people": few}
        parts = [
            f"{len(names)} share{'s' * (len(names) == 1)} {what} ({listed(names)})"
            for what, names in told.items()
            if names
        ]
        pairs = f"{len(on_both)} pair{'s' * (len(on_both) > 1)}"
        yield f"of {pairs} of lists, {' and '.join(parts)}; one person more or fewer can change the model"


def no_estimate(found: Assessment) -> Iterator[str]:
    models = found.looked_at.models
    without = int((~models.usable).sum())
    if without and len(found.overlap.lists) > 2:
        yield (
            f"of the {len(models.usable):,} models looked at, {without:,} have no estimate: it does not exist "
            f"({int((models.identified & ~models.exists).sum()):,}) or is not identified "
            f"({int((~models.identified).sum()):,}); they are left out"
        )


def models_disagree(found: Assessment) -> Iterator[str]:
    """An interval at 95% may leave out a twentieth of the models' weight; and the model chosen has to be among them."""
    models, estimate = found.models_as_json(), found.estimate
    if models["weight_outside_interval"] > 1 - estimate.level or not found.is_near(estimate.bic):
        among = "" if models["search_ended"] else f", of the {models['fitted']:,} that the search looked at,"
        yield (
            f"{models['count']:,} models within {SUPPORT:g} of the lowest BIC{among} give "
            f"{models['lowest']:,.0f} to {models['highest']:,.0f}; {models['weight_outside_interval']:.0%} of their "
            f"weight lies outside the interval {estimate.low:,.0f} to {estimate.high:,.0f}; the best of them gives "
            f"{models['best']:,.0f} (weight {models['best_weight']:.0%})"
        )


def rules_disagree(found: Assessment) -> Iterator[str]:
    """Only of rules whose model the lists do not rule out."""
    low, high = found.estimate.low, found.estimate.high
    rivals = [model for model in found.chosen.values() if model and found.is_near(model.bic[0])]
    if any(not low <= model.total[0] <= high for model in rivals):
        given = ", ".join(f"{rule} {total:,.0f}" for rule, total in found.by_rule.items() if total is not None)
        yield (
            f"rules disagree ({given}): forward lets a pair in where AIC falls and Wald's p is at most 0.05, which "
            "one to three people can do; sparse asks for an overlap of a Poisson probability under 0.02; all (the "
            "lowest BIC) asks more of a pair the more people there are; main-effects lets none in"
        )


def wide_interval(found: Assessment) -> Iterator[str]:
    low, high = found.estimate.low, found.estimate.high
    if high - low > found.estimate.estimate:
        yield f"the interval {low:,.0f} to {high:,.0f} is wider than the estimate {found.estimate.estimate:,.0f}"


def outside(found: Assessment) -> Iterator[str]:
    estimate = found.estimate
    if not estimate.low <= estimate.estimate <= estimate.high:
        yield (
            f"the estimate {estimate.estimate:,.0f} lies outside its own interval {estimate.low:,.0f} to "
            f"{estimate.high:,.0f}: on resampled tables the rule mostly gives something else"
        )


def under_bound(found: Assessment) -> Iterator[str]:
    if found.chao is not None and found.estimate.estimate < found.chao - 0.5:
        yield (
            f"the estimate {found.estimate.estimate:,.0f} is below Chao's lower bound {found.chao:,.0f}: by chance, or "
            "because being on some lists keeps people off others"
        )


def lost_resamples(found: Assessment) -> Iterator[str]:
    if found.estimate.without:
        yield f"{found.estimate.without:.1%} of the resampled tables identify nothing; they count as infinite"


def few_draws(found: Assessment) -> Iterator[str]:
    if found.estimate.beyond < DRAWS_BEYOND:
        yield (
            f"fewer than {DRAWS_BEYOND} resamples (about {found.estimate.beyond:.0f}) lie beyond one end of the "
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
