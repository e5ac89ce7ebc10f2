"""Which model: main effects, one of two published forward searches, or the lowest BIC."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from .design import Design, Flags, Floats, design
from .loglinear import Models, counts_of, fit_models
from .searches import P_TO_ENTER, P_TO_ENTER_SPARSE, finite, forward, replaced, sparse
from .table import NotIdentifiedError, Overlap, RequestError, quoted

# 5 lists have 1,024 models of pairs, fitted in a quarter of a second; 6 have 32,768 (ten seconds), 7 have 2,097,152.
LISTS_FOR_ALL_AT_ONCE = 5
LISTS_FOR_ALL = 6
# Silverman, Chan and Vincent (2024): a bootstrap may look among the models that do best on the data only.
MODELS_IN_BOOTSTRAP = 100
# Kass and Raftery (1995): a BIC more than 10 above the lowest is very strong evidence against a model.
SUPPORT = 10.0
# The search for such models ends here: on 8 sparse lists there are hundreds of thousands.
MODELS_SEARCHED = 1_000
BEST_AT_ONCE = 16


class Rule(StrEnum):
    """How the model is chosen. Where no rule is named it is the lowest BIC of the models that `fit_supported` fits."""

    MAIN_EFFECTS = "main-effects"
    FORWARD = "forward"
    ALL = "all"
    SPARSE = "sparse"

    @property
    def described(self) -> str:
        """In words, for a result's `method`."""
        return {
            Rule.MAIN_EFFECTS: "Poisson log-linear model, lists independent",
            Rule.FORWARD: "Poisson log-linear model as published in 2014 for the United Kingdom, forward from main "
            f"effects by AIC over pairwise terms, stopped where the new term has p above {P_TO_ENTER}",
            Rule.ALL: "Poisson log-linear model, lowest BIC of all models of pairwise terms",
            Rule.SPARSE: "Poisson log-linear model, forward from main effects by the Poisson probability of each "
            f"pair's overlap, stopped where none is below {P_TO_ENTER_SPARSE}",
        }[self]


def rule_named(name: str | None) -> Rule | None:
    """The rule of this name, None for none. Raises RequestError for any other."""
    try:
        return None if name is None else Rule(name)
    except ValueError:
        raise RequestError.of("model", found=quoted(name), allowed=", ".join(Rule)) from None


@dataclass(frozen=True)
class AllModels:
    """Models of pairwise terms on one table: each of them, in the order of the bits of their pairs, or those that a
    search came upon. `every` says whether all were fitted, `ended` whether the search found nothing more to look at."""

    overlap: Overlap
    models: Models
    every: bool = True
    ended: bool = True

    def best(self, at_most: int) -> Models:
        """The models of the lowest BIC, lowest first; none that is not usable."""
        order = np.argsort(self.models.bic, kind="stable")[:at_most]
        return self.models.take(order[self.models.usable[order]])

    def supported(self, within: float = SUPPORT) -> Models:
        """The models whose BIC is at most `within` above the lowest; none that is not usable."""
        bic = self.models.bic
        return self.models.take((bic <= bic.min() + within) & self.models.usable)


def pair_names(overlap: Overlap, held: Flags) -> tuple[str, ...]:
    """`PF:NCA` and so on, for the pairs (P flags) that a model holds."""
    names = (f"{overlap.lists[i]}:{overlap.lists[j]}" for i, j in overlap.pairs)
    return tuple(name for name, there in zip(names, held, strict=True) if there)


@lru_cache(maxsize=8)
def fit_all(overlap: Overlap) -> AllModels:
    """Fit every model of pairwise terms: 2**(t(t-1)/2) of them.

    Raises RequestError above 6 lists, where they are millions.
    """
    if len(overlap.lists) > LISTS_FOR_ALL:
        found = f"all models of {len(overlap.lists)} lists"
        allowed = f"all models of up to {LISTS_FOR_ALL} lists, or main-effects, forward or sparse"
        raise RequestError.of("model", found=found, allowed=allowed)
    shared, pairs = design(len(overlap.lists)), every_choice(len(overlap.pairs))
    return AllModels(overlap, _fit(shared, counts_of(overlap), pairs))


def fit_near(overlap: Overlap, within: float = SUPPORT, at_most: int = MODELS_SEARCHED) -> AllModels:
    """The models whose BIC is near the lowest, without fitting every one: Occam's window (Madigan and Raftery 1994).

    From the models of the three quick rules, every pair is added or taken away, and again from each model found
    within `within` of the lowest BIC, best first, until none is left or `at_most` models are fitted.
    """
    shared, counts = design(len(overlap.lists)), counts_of(overlap)
    starts = [choose_for_each(overlap, rule, counts) for rule in (Rule.MAIN_EFFECTS, Rule.FORWARD, Rule.SPARSE)]
    pairs = _new(np.concatenate([model.pairs for model in starts]), set())
    seen, models, expanded = {row.tobytes() for row in pairs}, _fit(shared, counts, pairs), np.zeros(len(pairs), bool)
    while len(models.pairs) < at_most:
        near = np.flatnonzero(~expanded & models.usable & (models.bic <= models.bic.min() + within))
        if not len(near):
            return AllModels(overlap, models, every=False)
        best = near[np.argsort(models.bic[near], kind="stable")[:BEST_AT_ONCE]]
        expanded[best] = True
        neighbours = models.pairs[best][:, None, :] ^ np.eye(len(overlap.pairs), dtype=bool)
        pairs = _new(neighbours.reshape(-1, len(overlap.pairs)), seen)
        models, expanded = _joined(models, _fit(shared, counts, pairs)), np.append(expanded, np.zeros(len(pairs), bool))
    return AllModels(overlap, models, every=False, ended=False)


@lru_cache(maxsize=8)
def fit_supported(overlap: Overlap) -> AllModels:
    """Every model where fitting them all takes no second, else those near the lowest BIC."""
    return fit_all(overlap) if len(overlap.lists) <= LISTS_FOR_ALL_AT_ONCE else fit_near(overlap)


def _fit(shared: Design, counts: Floats, pairs: Flags) -> Models:
    return fit_models(shared, np.repeat(counts, len(pairs), axis=0), pairs)


def _new(pairs: Flags, seen: set[bytes]) -> Flags:
    """The rows not seen before, each once; they are seen now."""
    fresh = [row for row in pairs if not (row.tobytes() in seen or seen.add(row.tobytes()))]  # type: ignore[func-returns-value]
    return np.array(fresh, dtype=bool).reshape(-1, pairs.shape[1])


def _joined(models: Models, others: Models) -> Models:
    fields = Models.__dataclass_fields__
    return Models(*(np.concatenate([getattr(models, name), getattr(others, name)]) for name in fields))


def every_choice(pairs: int) -> Flags:
    """2**pairs rows: row r holds the pairs whose bit is set in r."""
    held: Flags = (np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1 == 1
    return held


def choose(overlap: Overlap, rule: str | None = None) -> Models:
    """The model that the rule chooses (the lowest BIC where none is named), as one row.

    Raises NotIdentifiedError where the rule finds no model whose estimate exists and is identified.
    """
    rule = rule_named(rule)
    by_bic = rule is None or rule is Rule.ALL
    chosen = candidates(overlap, rule, 1) if by_bic else choose_for_each(overlap, rule, counts_of(overlap))
    if not chosen.usable.any():
        found = f"no {rule or 'lowest-BIC'} model whose estimate exists and is identified"
        raise NotIdentifiedError.of(
            overlap.source, found=found, allowed="tables with more overlap (merge or drop a list)"
        )
    return chosen


def candidates(overlap: Overlap, rule: Rule | None, at_most: int = MODELS_IN_BOOTSTRAP) -> Models:
    """The models of the lowest BIC on the table: of all models for `all`, of those near the lowest for no rule."""
    return (fit_supported if rule is None else fit_all)(overlap).best(at_most)


def choose_for_each(overlap: Overlap, rule: str | None, counts: Floats) -> Models:
    """The rule's choice for each of B tables (B x 2**t) of the same lists, such as resampled ones.

    By BIC it is the lowest among the 100 models that have the lowest on `overlap` itself.
    """
    shared, rule = design(len(overlap.lists)), rule_named(rule)
    if rule is None or rule is Rule.ALL:
        return _best_of(shared, counts, candidates(overlap, rule))
    if rule is Rule.MAIN_EFFECTS:
        return fit_models(shared, counts, np.zeros((len(counts), len(overlap.pairs)), dtype=bool))
    return forward(shared, counts) if rule is Rule.FORWARD else sparse(shared, counts)


def _best_of(shared: Design, counts: Floats, models: Models) -> Models:
    best = fit_models(shared, counts, np.repeat(models.pairs[:1], len(counts), axis=0))
    for pairs, start in zip(models.pairs[1:], finite(models)[1:], strict=True):
        rival = fit_models(shared, counts, np.tile(pairs, (len(counts), 1)), np.tile(start, (len(counts), 1)))
        best = replaced(best, rival.bic < best.bic, rival)
    return best
