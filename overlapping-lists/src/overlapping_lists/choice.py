"""Which model: main effects, one of two published forward searches, or the lowest BIC.

Shapes as in `loglinear`.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, pdtr, pdtrc  # type: ignore[import-untyped, unused-ignore]

from .loglinear import Design, Flags, Floats, Models, counts_of, design, fit_models, standard_error
from .table import NotIdentifiedError, Overlap

# Silverman (2014); Bales, Hesketh and Silverman (2015).
P_TO_ENTER = 0.05
# Chan, Silverman and Vincent (2021, section 3.2).
P_SPARSE = 0.02
# 5 lists have 1,024 models of pairs, fitted in a quarter of a second; 6 have 32,768 (ten seconds), 7 have 2,097,152.
LISTS_FOR_EVERY_MODEL = 5
# Silverman, Chan and Vincent (2024): a bootstrap may look among the models that do best on the data only.
MODELS_IN_BOOTSTRAP = 100
# Kass and Raftery (1995): a BIC more than 10 above the lowest is very strong evidence against a model.
SUPPORT = 10.0
# The search for such models ends here: on 8 sparse lists there are hundreds of thousands.
MODELS_SEARCHED, BEST_AT_ONCE = 1_000, 16


class Selection(StrEnum):
    """How the model is chosen; `all` is the lowest BIC of the models looked at (see `looked_at`)."""

    MAIN_EFFECTS = "main-effects"
    FORWARD = "forward"
    ALL = "all"
    SPARSE = "sparse"


def main_effects(shared: Design, counts: Floats) -> Models:
    """The model of independent lists, of one table (1 x 2**t)."""
    return fit_models(shared, counts, np.zeros((1, shared.pair_columns.shape[1]), dtype=bool))


def forward(shared: Design, counts: Floats) -> Models:
    """The published search, of one table (1 x 2**t).

    From the main effects, add the pair whose model has the lowest AIC; stop where no pair lowers AIC or the
    new term has p above 0.05 (Silverman 2014; Bales, Hesketh and Silverman 2015: Wald's test, coefficient
    over standard error). A pair without people has no Wald test, its coefficient being minus infinity: its p
    is the probability that nobody is on both under the model without it, exp(-expected), after Chan,
    Silverman and Vincent (2021), who also pass over models whose estimate does not exist.
    """
    current = main_effects(shared, counts)
    while current.usable[0] and not current.pairs.all():
        added = np.flatnonzero(~current.pairs[0])
        start = np.repeat(finite(current), len(added), axis=0)
        larger = fit_models(shared, counts, current.pairs | _pairs_alone(shared)[added], start)
        best = int(np.argmin(larger.aic))
        after = larger.take(np.array([best]))
        if not after.aic[0] < current.aic[0] or _p_value(shared, current, after, added[best]) > P_TO_ENTER:
            break
        current = after
    return current


def sparse(shared: Design, counts: Floats) -> Models:
    """The search of Chan, Silverman and Vincent (2021, section 3.2), of one table (1 x 2**t).

    From the main effects, add the pair whose overlap is least probable, as a Poisson number with the expectation of
    the model so far: the smaller of the probabilities of so few and of so many. Stop where that is not below 0.02.
    A pair with which the estimate does not exist or is not identified is passed over.
    """
    current = main_effects(shared, counts)
    passed, both = np.zeros_like(current.pairs[0]), counts[0] @ shared.pair_columns
    while current.usable[0]:
        expected = current.expected[0] @ shared.pair_columns
        many = np.where(both > 0, pdtrc(np.maximum(both - 1, 0), expected), 1.0)
        p = np.where(current.pairs[0] | passed, 1.0, np.minimum(pdtr(both, expected), many))
        if p.min() >= P_SPARSE:
            break
        after = fit_models(shared, counts, current.pairs | _pairs_alone(shared)[p.argmin()])
        passed[p.argmin()] = True
        if after.usable[0]:
            current, passed = after, np.zeros_like(passed)
    return current


def _pairs_alone(shared: Design) -> Flags:
    """Each pair as a row that holds it alone."""
    return np.eye(shared.pair_columns.shape[1], dtype=bool)


def finite(models: Models) -> Floats:
    """Coefficients to start from, 0 for those at minus infinity."""
    return np.nan_to_num(models.coefficients, neginf=0.0)


def _p_value(shared: Design, before: Models, after: Models, added: int) -> float:
    column = 1 + shared.lists + added
    coefficient = after.coefficients[0, column]
    if np.isinf(coefficient):
        return float(np.exp(-before.expected[0] @ shared.matrix[:, column]))
    return float(2 * ndtr(-abs(coefficient) / standard_error(shared, after, column)))


QUICK = {Selection.MAIN_EFFECTS: main_effects, Selection.FORWARD: forward, Selection.SPARSE: sparse}


@dataclass(frozen=True)
class LookedAt:
    """Models of pairwise terms on one table: each of them, in the order of the bits of their pairs, or those that a
    search came upon; `ended` says whether it found nothing more to look at."""

    models: Models
    ended: bool

    def best(self, at_most: int) -> Models:
        """The models of the lowest BIC, lowest first; none that is not usable."""
        order = np.argsort(self.models.bic, kind="stable")[:at_most]
        return self.models.take(order[self.models.usable[order]])

    def supported(self) -> Models:
        """The models whose BIC is at most ten above the lowest; none that is not usable."""
        bic = self.models.bic
        return self.models.take((bic <= bic.min() + SUPPORT) & self.models.usable)


@lru_cache(maxsize=8)
def looked_at(overlap: Overlap) -> LookedAt:
    """Every model where fitting them all takes no second, else those near the lowest BIC."""
    if len(overlap.lists) > LISTS_FOR_EVERY_MODEL:
        return fit_near(overlap)
    pairs = len(overlap.pairs)
    every: Flags = (np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1 == 1
    return LookedAt(fit_models(design(len(overlap.lists)), counts_of(overlap), every), ended=True)


def fit_near(overlap: Overlap) -> LookedAt:
    """The models whose BIC is near the lowest, without fitting every one: Occam's window (Madigan and Raftery 1994).

    From the models of the three quick rules, every pair is added or taken away, and again from each model found
    whose BIC is at most ten above the lowest, best first, until none is left or MODELS_SEARCHED are fitted.
    """
    shared, counts, seen = design(len(overlap.lists)), counts_of(overlap), set[bytes]()
    pairs = _new(np.concatenate([search(shared, counts).pairs for search in QUICK.values()]), seen)
    models, expanded = fit_models(shared, counts, pairs), np.zeros(len(pairs), dtype=bool)
    while len(models.pairs) < MODELS_SEARCHED:
        near = np.flatnonzero(~expanded & models.usable & (models.bic <= models.bic.min() + SUPPORT))
        if not len(near):
            return LookedAt(models, ended=True)
        best = near[np.argsort(models.bic[near], kind="stable")[:BEST_AT_ONCE]]
        expanded[best] = True
        neighbours = models.pairs[best][:, None, :] ^ np.eye(len(overlap.pairs), dtype=bool)
        pairs = _new(neighbours.reshape(-1, len(overlap.pairs)), seen)
        models = models.joined(fit_models(shared, counts, pairs))
        expanded = np.append(expanded, np.zeros(len(pairs), dtype=bool))
    return LookedAt(models, ended=False)


def _new(pairs: Flags, seen: set[bytes]) -> Flags:
    """The rows not seen before, each once; they are seen now."""
    fresh = {key: row for row in pairs if (key := row.tobytes()) not in seen}
    seen.update(fresh)
    return np.array([*fresh.values()], dtype=bool).reshape(-1, pairs.shape[1])


def choose(overlap: Overlap, rule: Selection) -> Models:
    """The model that the rule chooses, as one row. Raises NotIdentifiedError where none has an estimate."""
    every = rule is Selection.ALL
    chosen = looked_at(overlap).best(1) if every else QUICK[rule](design(len(overlap.lists)), counts_of(overlap))
    if not chosen.usable.any():
        which = "lowest-BIC" if every else rule
        raise NotIdentifiedError(f"no {which} model has an estimate that exists and is identified")
    return chosen


def lowest_bic_totals(overlap: Overlap, counts: Floats) -> Floats:
    """The total of the lowest BIC for each of B tables (B x 2**t) of the same lists, such as resampled ones: of the 100
    models that have the lowest on `overlap` itself. Infinite where none has an estimate."""
    shared, models = design(len(overlap.lists)), looked_at(overlap).best(MODELS_IN_BOOTSTRAP)
    totals, lowest = np.full(len(counts), np.inf), np.full(len(counts), np.inf)
    for pairs, start in zip(models.pairs, finite(models), strict=True):
        fitted = fit_models(shared, counts, np.tile(pairs, (len(counts), 1)), np.tile(start, (len(counts), 1)))
        lower = fitted.bic < lowest
        totals[lower], lowest[lower] = fitted.total[lower], fitted.bic[lower]
    return totals
