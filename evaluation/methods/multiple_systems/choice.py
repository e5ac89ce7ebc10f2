"""Which model: main effects, one of two published forward searches, or the lowest BIC.

Shapes as in `loglinear`.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, pdtr, pdtrc  # type: ignore[import-untyped, unused-ignore]

from ...problems import Problem
from .loglinear import Design, Flags, Floats, Models, Rows, counts_of, design, fit_models, standard_error
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


class Rule(StrEnum):
    """How the model is chosen; `all` is the lowest BIC of the models looked at (see `looked_at`)."""

    MAIN_EFFECTS = "main-effects"
    FORWARD = "forward"
    ALL = "all"
    SPARSE = "sparse"


def main_effects(shared: Design, counts: Floats) -> Models:
    """The model of independent lists, for each of B tables (B x 2**t)."""
    return fit_models(shared, counts, np.zeros((len(counts), shared.pair_columns.shape[1]), dtype=bool))


def forward(shared: Design, counts: Floats) -> Models:
    """The published search, for each of B tables (B x 2**t).

    From the main effects, add the pair whose model has the lowest AIC; stop where no pair lowers AIC or the
    new term has p above 0.05 (Silverman 2014; Bales, Hesketh and Silverman 2015: Wald's test, coefficient
    over standard error). A pair without people has no Wald test, its coefficient being minus infinity: its p
    is the probability that nobody is on both under the model without it, exp(-expected), after Chan,
    Silverman and Vincent (2021), who also pass over models whose estimate does not exist.
    """
    current = main_effects(shared, counts)
    rows = np.flatnonzero(current.usable)
    while len(rows):
        before = current.take(rows)
        after, added = _best_addition(shared, counts[rows], before)
        entered = (after.aic < before.aic) & (_p_value(shared, before, after, added) <= P_TO_ENTER)
        current = current.replaced(rows[entered], after.take(entered))
        rows = rows[entered & ~after.pairs.all(1)]
    return current


def sparse(shared: Design, counts: Floats) -> Models:
    """The search of Chan, Silverman and Vincent (2021, section 3.2), for each of B tables (B x 2**t).

    From the main effects, add the pair whose overlap is least probable, as a Poisson number with the expectation of
    the model so far: the smaller of the probabilities of so few and of so many. Stop where that is not below 0.02.
    A pair with which the estimate does not exist or is not identified is passed over.
    """
    current = main_effects(shared, counts)
    barred, both = np.zeros_like(current.pairs), counts @ shared.pair_columns
    rows = np.flatnonzero(current.usable)
    while len(rows):
        expected = current.expected[rows] @ shared.pair_columns
        many = np.where(both[rows] > 0, pdtrc(np.maximum(both[rows] - 1, 0), expected), 1.0)
        p = np.where((current.pairs | barred)[rows], 1.0, np.minimum(pdtr(both[rows], expected), many))
        rows, added = rows[p.min(1) < P_SPARSE], p.argmin(1)[p.min(1) < P_SPARSE]
        after = fit_models(shared, counts[rows], _with_pair(current.pairs[rows], added))
        current = current.replaced(rows[after.usable], after.take(after.usable))
        barred[rows[after.usable]] = False
        barred[rows[~after.usable], added[~after.usable]] = True
    return current


def _with_pair(pairs: Flags, added: Rows) -> Flags:
    return pairs | (np.arange(pairs.shape[1]) == added[:, None])


def _best_addition(shared: Design, counts: Floats, before: Models) -> tuple[Models, Rows]:
    """For each table the best model of one pair more, and the index of that pair."""
    table, pair = np.nonzero(~before.pairs)
    models = fit_models(shared, counts[table], _with_pair(before.pairs[table], pair), finite(before)[table])
    criterion, place = np.full(before.pairs.shape, np.nan), np.zeros(before.pairs.shape, dtype=np.intp)
    criterion[table, pair], place[table, pair] = models.aic, np.arange(len(pair))
    # The first unused pair where no candidate is usable: its AIC is infinite, so it cannot enter.
    best = np.nanargmin(criterion, axis=1)
    return models.take(place[np.arange(len(best)), best]), best


def finite(models: Models) -> Floats:
    """Coefficients to start from, 0 for those at minus infinity."""
    return np.nan_to_num(models.coefficients, neginf=0.0)


def _p_value(shared: Design, before: Models, after: Models, added: Rows) -> Floats:
    column = 1 + shared.lists + added
    coefficient = after.coefficients[np.arange(len(added)), column]
    empty = np.isinf(coefficient)
    p = np.where(empty, np.exp(-(before.expected * shared.matrix[:, column].T).sum(1)), 1.0)
    tested = np.flatnonzero(~empty & after.usable)
    error = standard_error(shared, after.take(tested), column[tested])
    p[tested] = 2 * ndtr(-np.abs(coefficient[tested]) / error)
    return p


QUICK = {Rule.MAIN_EFFECTS: main_effects, Rule.FORWARD: forward, Rule.SPARSE: sparse}


@dataclass(frozen=True)
class LookedAt:
    """Models of pairwise terms on one table: each of them, in the order of the bits of their pairs, or those that a
    search came upon. `every` says whether all were fitted, `ended` whether the search found nothing more to look at."""

    models: Models
    every: bool
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
    return LookedAt(fit_models(design(len(overlap.lists)), counts_of(overlap), every), every=True, ended=True)


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
            return LookedAt(models, every=False, ended=True)
        best = near[np.argsort(models.bic[near], kind="stable")[:BEST_AT_ONCE]]
        expanded[best] = True
        neighbours = models.pairs[best][:, None, :] ^ np.eye(len(overlap.pairs), dtype=bool)
        pairs = _new(neighbours.reshape(-1, len(overlap.pairs)), seen)
        models = models.joined(fit_models(shared, counts, pairs))
        expanded = np.append(expanded, np.zeros(len(pairs), dtype=bool))
    return LookedAt(models, every=False, ended=False)


def _new(pairs: Flags, seen: set[bytes]) -> Flags:
    """The rows not seen before, each once; they are seen now."""
    fresh = {key: row for row in pairs if (key := row.tobytes()) not in seen}
    seen.update(fresh)
    return np.array([*fresh.values()], dtype=bool).reshape(-1, pairs.shape[1])


def choose(overlap: Overlap, rule: Rule) -> Models:
    """The model that the rule chooses, as one row. Raises NotIdentifiedError where none has an estimate."""
    chosen = looked_at(overlap).best(1) if rule is Rule.ALL else choose_for_each(overlap, rule, counts_of(overlap))
    if not chosen.usable.any():
        found = f"no {'lowest-BIC' if rule is Rule.ALL else rule} model whose estimate exists and is identified"
        allowed = "tables with more overlap (merge or drop a list)"
        raise NotIdentifiedError([Problem(overlap.source, found=found, allowed=allowed)])
    return chosen


def choose_for_each(overlap: Overlap, rule: Rule, counts: Floats) -> Models:
    """The rule's choice for each of B tables (B x 2**t) of the same lists, such as resampled ones.

    By BIC it is the lowest among the 100 models that have the lowest on `overlap` itself.
    """
    shared = design(len(overlap.lists))
    if rule is not Rule.ALL:
        return QUICK[rule](shared, counts)
    models = looked_at(overlap).best(MODELS_IN_BOOTSTRAP)
    best = fit_models(shared, counts, np.repeat(models.pairs[:1], len(counts), axis=0))
    for pairs, start in zip(models.pairs[1:], finite(models)[1:], strict=True):
        rival = fit_models(shared, counts, np.tile(pairs, (len(counts), 1)), np.tile(start, (len(counts), 1)))
        lower = np.flatnonzero(rival.bic < best.bic)
        best = best.replaced(lower, rival.take(lower))
    return best
