"""What stands beside an estimate: other models, other rules, no model; what speaks against it, each doubt in a
sentence; and where no estimate may be given at all."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ...problems import InputError
from .bounds import LowerBound, chao_lower_bound, sensitivity
from .choice import QUICK, SUPPORT, LookedAt, Selection, choose, looked_at
from .estimate import Estimate, outward
from .table import Overlap

# An estimate from two lists varies by about one over the root of the people on both (Seber 1982, section 3.1): by a
# quarter of itself with 16 of them, by all of itself with one.
PEOPLE_ENOUGH = 16
# Expected counts under 5 are where the chi-squared and the normal distribution stop telling p (Cochran 1954).
PAIR_ENOUGH = 5
# With 5 resamples beyond it the rank of an end has a standard error of 2.
DRAWS_BEYOND = 5
# An interval from 1,000 to 10,000 people says no more than that nobody knows.
FACTOR_AT_MOST = 10
GIVEN = ("observed", "lists", "terms", "estimate", "low", "high", "method", "level")


class Doubt(NamedTuple):
    """One reason not to take an estimate at its word, or to give none: its kind, from a fixed list, and a sentence."""

    kind: str
    says: str


def refusal(overlap: Overlap, estimate: Estimate | None = None) -> Doubt | None:
    """Why an estimate is none: one person decides it, or its interval (if it is given) leaves everything open."""
    if overlap.shared == 1:
        return Doubt("one-person", "a single person is on more than one list: one more would halve the estimate")
    if estimate and estimate.high > FACTOR_AT_MOST * estimate.low:
        wide = f"the interval {whole_people(estimate.low, estimate.high)} is wider than a factor of {FACTOR_AT_MOST}"
        return Doubt("too-wide", f"{wide}: an estimate in it would say nothing")
    return None


def assessed(overlap: Overlap, estimate: Estimate) -> dict[str, Any]:
    """The estimate's fields and what stands beside it, `warnings` last, for json.dumps."""
    bound, models = chao_lower_bound(overlap, estimate.level), models_near(looked_at(overlap), estimate)
    parts = (lists_doubted(overlap), models_doubted(models, estimate), ends_doubted(estimate, bound))
    return {
        **{name: getattr(estimate, name) for name in GIVEN},
        "monte_carlo_error": [estimate.low_error, estimate.high_error],
        "sensitivity": sensitivity(estimate.observed, estimate.low, estimate.high),
        **bound_given(bound),
        "models": models,
        "rules": {rule: total_by(overlap, rule) for rule in (*QUICK, Selection.ALL)},
        "warnings": [doubt._asdict() for part in parts for doubt in part],
    }


def bound_given(bound: LowerBound | None) -> dict[str, Any]:
    """Chao's lower bound with its interval; None where there is none."""
    return {"chao_lower_bound": bound and bound.total, "chao_lower_bound_interval": bound and [bound.low, bound.high]}


def total_by(overlap: Overlap, rule: Selection) -> float | None:
    """The estimate by a rule; None where it finds no model that has one."""
    try:
        return float(choose(overlap, rule).total[0])
    except InputError:
        return None


def models_near(fitted: LookedAt, estimate: Estimate) -> dict[str, Any]:
    """How many models were fitted and are near the lowest BIC, between which estimates, with which weights: exp(-(BIC -
    lowest BIC) / 2), scaled to a sum of 1, is approximately how probable each of them is where all were as probable
    before (Raftery 1995; Burnham and Anderson 2002, section 2.9, for AIC)."""
    near = fitted.supported()
    weights, best = np.exp(-(near.bic - near.bic.min()) / 2), int(np.argmin(near.bic))
    outside = (near.total < estimate.low) | (near.total > estimate.high)
    return {
        "lowest_bic": float(near.bic[best]),
        "count": len(near.total),
        "lowest": float(near.total.min()),
        "highest": float(near.total.max()),
        "best": float(near.total[best]),
        "best_weight": float(weights[best] / weights.sum()),
        "weight_outside_interval": float(weights[outside].sum() / weights.sum()),
        "fitted": len(fitted.models.pairs),
        "without_estimate": int((~fitted.models.usable).sum()),
        "every_model": fitted.every,
        "search_ended": fitted.ended,
    }


def whole_people(low: float, high: float) -> str:
    """`1,415 to 11,527`: whole people, rounded outward as in the result."""
    return "{:,} to {:,}".format(*outward(low, high))


def lists_doubted(overlap: Overlap) -> Iterator[Doubt]:
    """Two lists, few people on more than one, pairs that hardly anybody is on."""
    if len(overlap.lists) == 2:
        says = "two lists cannot show whether being on one says something about being on the other"
        yield Doubt("two-lists", f"{says}; the estimate takes for granted that it does not")
    if (shared := overlap.shared) < PEOPLE_ENOUGH:
        says = f"only {'1 person is' if shared == 1 else f'{shared} people are'} on more than one list"
        varies = f"by chance alone an estimate of two lists varies by about {1 / np.sqrt(shared):.0%} of itself"
        yield Doubt("few-overlaps", f"{says}; {varies}")
    on_both = {name: overlap.on_all(members) for name, members in overlap.pairs.items()}
    nobody = [name for name, people in on_both.items() if people == 0]
    few = [f"{name} {people}" for name, people in on_both.items() if 0 < people < PAIR_ENOUGH]
    kinds = (("nobody", nobody), (f"fewer than {PAIR_ENOUGH} people", few))
    if parts := [f"{len(p)} share{'s' * (len(p) == 1)} {what} ({', '.join(p)})" for what, p in kinds if p]:
        pairs = f"{len(on_both)} pair{'s' * (len(on_both) > 1)} of lists"
        says = f"of {pairs}, {' and '.join(parts)}; one person more or fewer can change the model"
        yield Doubt("sparse-pairs", says)


def models_doubted(near: dict[str, Any], estimate: Estimate) -> Iterator[Doubt]:
    """Models that the lists do not rule out and that say something else. An interval at 95% may leave out a twentieth
    of their weight; and the model chosen has to be among them."""
    if near["weight_outside_interval"] > 1 - estimate.level or estimate.bic > near["lowest_bic"] + SUPPORT:
        among = "" if near["search_ended"] else f", of the {near['fitted']:,} that the search looked at,"
        yield Doubt(
            "models-disagree",
            f"{near['count']:,} models within {SUPPORT:g} of the lowest BIC{among} give "
            f"{whole_people(near['lowest'], near['highest'])}; {near['weight_outside_interval']:.0%} of their "
            f"weight lies outside the interval {whole_people(estimate.low, estimate.high)}; the best of them gives "
            f"{near['best']:,.0f} (weight {near['best_weight']:.0%})",
        )


def ends_doubted(given: Estimate, bound: LowerBound | None) -> Iterator[Doubt]:
    """An interval that is wide or rests on few draws, an estimate outside it, or one below Chao's bound and its
    interval: below the bound itself are two of five sound estimates, by chance."""
    total, interval = f"the estimate {given.estimate:,.0f}", whole_people(given.low, given.high)
    if given.high - given.low > given.estimate:
        yield Doubt("wide-interval", f"the interval {interval} is wider than {total}")
    if not given.low <= given.estimate <= given.high:
        says = f"{total} lies outside its own interval {interval}"
        yield Doubt("outside-interval", f"{says}: on resampled tables the rule mostly gives something else")
    if bound and given.estimate < bound.low:
        least = f"{outward(bound.total, bound.total)[0]:,} (interval {whole_people(bound.low, bound.high)})"
        says = f"{total} lies below the interval of Chao's lower bound {least}"
        yield Doubt("below-chao", f"{says}: being on some lists may keep people off others")
    if given.without:
        lost = f"{given.without:.1%} of the resampled tables identify nothing"
        yield Doubt("lost-resamples", f"{lost}; they count as infinite")
    if given.beyond < DRAWS_BEYOND:
        says = f"fewer than {DRAWS_BEYOND} resamples (about {given.beyond:.0f}) lie beyond one end of the interval"
        yield Doubt("few-draws", f"{says}, so that end is as good as unknown; take more draws or a lower level")
