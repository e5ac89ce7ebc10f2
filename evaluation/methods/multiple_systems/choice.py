"""Which model: main effects, one of two published forward searches, or the best of all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, pdtr, pdtrc  # type: ignore[import-untyped, unused-ignore]

from evaluation.methods.multiple_systems.design import Design, Flags, Floats, design
from evaluation.methods.multiple_systems.loglinear import Models, counts_of, fit_models, standard_error
from evaluation.methods.multiple_systems.table import NotIdentifiedError, Overlap, RequestError
from evaluation.problems import quoted

Rows = NDArray[np.intp]

# Silverman (2014); Bales, Hesketh and Silverman (2015).
P_TO_ENTER = 0.05
# Chan, Silverman and Vincent (2021, section 3.2).
P_TO_ENTER_SPARSE = 0.02
# 5 lists have 1,024 models of pairs, 6 have 32,768, 7 have 2,097,152.
LISTS_FOR_ALL = 6
# Silverman, Chan and Vincent (2024): a bootstrap may look among the models that do best on the data only.
MODELS_IN_BOOTSTRAP = 100

# Kass and Raftery (1995): a BIC more than 10 above the lowest is very strong evidence against a model.
SUPPORT = 10.0
# The search for such models ends here: on 8 sparse lists there are hundreds of thousands.
MODELS_SEARCHED = 1_000
BEST_AT_ONCE = 16
# 1,024 models of 5 lists take a quarter of a second, 32,768 of 6 lists ten.
LISTS_FOR_ALL_AT_ONCE = 5


class Rule(StrEnum):
    """How the model is chosen."""

    MAIN_EFFECTS = "main-effects"
    FORWARD = "forward"
    ALL = "all"
    SPARSE = "sparse"

    @property
    def described(self) -> str:
        """In words, for a result's `method`."""
        return {
            Rule.MAIN_EFFECTS: "Poisson log-linear model, lists independent",
            Rule.FORWARD: "Poisson log-linear model, forward from main effects by AIC over pairwise terms, "
            f"stopped where the new term has p above {P_TO_ENTER}",
            Rule.ALL: "Poisson log-linear model, lowest BIC of all models of pairwise terms",
            Rule.SPARSE: "Poisson log-linear model, forward from main effects by the Poisson probability of each "
            f"pair's overlap, stopped where none is below {P_TO_ENTER_SPARSE}",
        }[self]


def rule_named(name: str) -> Rule:
    """The rule of this name. Raises RequestError for any other."""
    try:
        return Rule(name)
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

    def terms(self, row: int) -> tuple[str, ...]:
        """The pairs that the model of this row holds."""
        return pair_names(self.overlap, self.models.pairs[row])

    def supported(self, within: float = SUPPORT) -> Models:
        """The models whose BIC is at most `within` above the lowest; none that is not usable."""
        bic = self.models.bic
        return self.models.take((bic <= bic.min() + within) & self.models.usable)

    def records(self) -> list[dict[str, Any]]:
        """One record a model: terms, estimate, aic, bic (None where there is none), exists, identified."""
        return [
            {
                "terms": self.terms(row),
                "estimate": _number(self.models.total[row]),
                "aic": _number(self.models.aic[row]),
                "bic": _number(self.models.bic[row]),
                "exists": bool(self.models.exists[row]),
                "identified": bool(self.models.identified[row]),
            }
            for row in range(len(self.models.pairs))
        ]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def pair_names(overlap: Overlap, held: Flags) -> tuple[str, ...]:
    """`PF:NCA` and so on, for the pairs (P flags) that a model holds."""
    return tuple(
        f"{overlap.lists[i]}:{overlap.lists[j]}" for (i, j), there in zip(overlap.pairs, held, strict=True) if there
    )


def fit_all(overlap: Overlap) -> AllModels:
    """Fit every model of pairwise terms: 2**(t(t-1)/2) of them.

    Raises RequestError above 6 lists, where they are millions.
    """
    if len(overlap.lists) > LISTS_FOR_ALL:
        found = f"all models of {len(overlap.lists)} lists"
        allowed = f"all models of up to {LISTS_FOR_ALL} lists, or main-effects, forward or sparse"
        raise RequestError.of("model", found=found, allowed=allowed)
    pairs = every_choice(len(overlap.pairs))
    shared, counts = design(len(overlap.lists)), counts_of(overlap)
    main = fit_models(shared, counts, np.zeros((1, len(overlap.pairs)), dtype=bool))
    return AllModels(
        overlap,
        fit_models(shared, np.repeat(counts, len(pairs), axis=0), pairs, np.repeat(_finite(main), len(pairs), axis=0)),
    )


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
        pairs = _new(_neighbours(models.pairs[best]), seen)
        models, expanded = _joined(models, _fit(shared, counts, pairs)), np.append(expanded, np.zeros(len(pairs), bool))
    return AllModels(overlap, models, every=False, ended=False)


def fit_supported(overlap: Overlap) -> AllModels:
    """Every model where fitting them all takes no second, else those near the lowest BIC."""
    return fit_all(overlap) if len(overlap.lists) <= LISTS_FOR_ALL_AT_ONCE else fit_near(overlap)


def _fit(shared: Design, counts: Floats, pairs: Flags) -> Models:
    return fit_models(shared, np.repeat(counts, len(pairs), axis=0), pairs)


def _neighbours(pairs: Flags) -> Flags:
    """Each model with each of its P pairs added or taken away: P rows for each of the given."""
    changed: Flags = (pairs[:, None, :] ^ np.eye(pairs.shape[1], dtype=bool)).reshape(-1, pairs.shape[1])
    return changed


def _new(pairs: Flags, seen: set[bytes]) -> Flags:
    """The rows not seen before, each once; they are seen now."""
    fresh = [row for row in pairs if not (row.tobytes() in seen or seen.add(row.tobytes()))]  # type: ignore[func-returns-value]
    return np.array(fresh, dtype=bool).reshape(-1, pairs.shape[1])


def _joined(models: Models, others: Models) -> Models:
    fields = Models.__dataclass_fields__
    return Models(*(np.concatenate([getattr(models, name), getattr(others, name)]) for name in fields))


def every_choice(pairs: int) -> Flags:
    """2**pairs rows: row r holds the pairs whose bit is set in r."""
    rows = np.arange(2**pairs)[:, None]
    held: Flags = (rows >> np.arange(pairs)) & 1 == 1
    return held


def _finite(models: Models) -> Floats:
    return np.where(np.isfinite(models.coefficients), models.coefficients, 0.0)


def choose(overlap: Overlap, rule: str) -> Models:
    """The model that the rule chooses, as one row.

    Raises NotIdentifiedError where the rule finds no model whose estimate exists and is identified.
    """
    rule = rule_named(rule)
    if rule is Rule.ALL:
        models = fit_all(overlap).models
        chosen = models.take(np.array([np.argmin(models.bic)]))
    else:
        chosen = choose_for_each(overlap, rule, counts_of(overlap))
    if not chosen.usable[0]:
        raise NotIdentifiedError.of(
            overlap.source,
            found=f"no {rule} model whose estimate exists and is identified",
            allowed="tables with more overlap (merge or drop a list)",
        )
    return chosen


def choose_for_each(overlap: Overlap, rule: str, counts: Floats) -> Models:
    """The rule's choice for each of B tables (B x 2**t) of the same lists, such as resampled ones.

    With Rule.ALL it is the lowest BIC among the 100 models that have the lowest on `overlap` itself.
    """
    shared, rule = design(len(overlap.lists)), rule_named(rule)
    if rule is Rule.ALL:
        return _best_of(shared, counts, _shortlist(overlap))
    if rule is Rule.MAIN_EFFECTS:
        return fit_models(shared, counts, np.zeros((len(counts), len(overlap.pairs)), dtype=bool))
    return forward(shared, counts) if rule is Rule.FORWARD else sparse(shared, counts)


def _shortlist(overlap: Overlap) -> Models:
    models = fit_all(overlap).models
    order = np.argsort(models.bic, kind="stable")[:MODELS_IN_BOOTSTRAP]
    return models.take(order[models.usable[order]])


def _best_of(shared: Design, counts: Floats, candidates: Models) -> Models:
    best = fit_models(shared, counts, np.repeat(candidates.pairs[:1], len(counts), axis=0))
    for pairs, start in zip(candidates.pairs[1:], _finite(candidates)[1:], strict=True):
        rival = fit_models(shared, counts, np.tile(pairs, (len(counts), 1)), np.tile(start, (len(counts), 1)))
        best = _replace(best, rival.bic < best.bic, rival)
    return best


def forward(shared: Design, counts: Floats) -> Models:
    """The published search, for each of B tables (B x 2**t).

    From the main effects, add the pair whose model has the lowest AIC; stop where no pair lowers AIC or the
    new term has p above 0.05 (Silverman 2014; Bales, Hesketh and Silverman 2015: Wald's test, coefficient
    over standard error). A pair without people has no Wald test, its coefficient being minus infinity: its p
    is the probability that nobody is on both under the model without it, exp(-expected), after Chan,
    Silverman and Vincent (2021), who also pass over models whose estimate does not exist.
    """
    current = fit_models(shared, counts, np.zeros((len(counts), shared.pair_columns.shape[1]), dtype=bool))
    rows = np.flatnonzero(current.usable)
    while len(rows):
        before = current.take(rows)
        after, added = _best_addition(shared, counts[rows], before)
        entered = (after.aic < before.aic) & (_p_value(shared, before, after, added) <= P_TO_ENTER)
        current = _replace(current, rows[entered], after.take(entered))
        rows = rows[entered & ~after.pairs.all(1)]
    return current


def sparse(shared: Design, counts: Floats) -> Models:
    """The search of Chan, Silverman and Vincent (2021, section 3.2), for each of B tables (B x 2**t).

    From the main effects, add the pair whose overlap is least probable, as a Poisson number with the expectation of
    the model so far: the smaller of the probabilities of so few and of so many. Stop where that is not below 0.02.
    A pair with which the estimate does not exist or is not identified is passed over.
    """
    current = fit_models(shared, counts, np.zeros((len(counts), shared.pair_columns.shape[1]), dtype=bool))
    barred = np.zeros_like(current.pairs)
    rows = np.flatnonzero(current.usable)
    while len(rows):
        p = np.where((current.pairs | barred)[rows], 1.0, _tail(shared, counts[rows], current.take(rows)))
        rows, added = rows[p.min(1) < P_TO_ENTER_SPARSE], p.argmin(1)[p.min(1) < P_TO_ENTER_SPARSE]
        larger = current.pairs[rows].copy()
        larger[np.arange(len(rows)), added] = True
        after = fit_models(shared, counts[rows], larger)
        current = _replace(current, rows[after.usable], after.take(after.usable))
        barred[rows[after.usable]] = False
        barred[rows[~after.usable], added[~after.usable]] = True
    return current


def _tail(shared: Design, counts: Floats, models: Models) -> Floats:
    """B x P: how probable so few, or so many, people on both lists of each pair are, whichever is less."""
    both, expected = counts @ shared.pair_columns, models.expected @ shared.pair_columns
    many = np.where(both > 0, pdtrc(np.maximum(both - 1, 0), expected), 1.0)
    smaller: Floats = np.minimum(pdtr(both, expected), many)
    return smaller


def _best_addition(shared: Design, counts: Floats, before: Models) -> tuple[Models, Rows]:
    """For each table the best model of one pair more, and the index of that pair."""
    table, pair = np.nonzero(~before.pairs)
    larger = before.pairs[table].copy()
    larger[np.arange(len(pair)), pair] = True
    models = fit_models(shared, counts[table], larger, _finite(before)[table])
    criterion = np.full(before.pairs.shape, np.inf)
    criterion[table, pair] = models.aic
    place = np.zeros(before.pairs.shape, dtype=np.intp)
    place[table, pair] = np.arange(len(pair))
    # The first unused pair where no candidate is usable: its AIC is infinite, so it cannot enter.
    criterion[before.pairs] = np.nan
    best = np.nanargmin(criterion, axis=1)
    return models.take(place[np.arange(len(best)), best]), best


def _p_value(shared: Design, before: Models, after: Models, added: Rows) -> Floats:
    column = 1 + shared.lists + added
    coefficient = after.coefficients[np.arange(len(added)), column]
    empty = np.isinf(coefficient)
    together = (before.expected * shared.matrix[:, column].T).sum(1)
    p = np.where(empty, np.exp(-together), 1.0)
    tested = np.flatnonzero(~empty & after.usable)
    error = standard_error(shared, after.take(tested), column[tested])
    p[tested] = 2 * ndtr(-np.abs(coefficient[tested]) / error)
    return p


def _replace(models: Models, rows: Rows | Flags, others: Models) -> Models:
    """A copy with the models of `rows` replaced: `others` has one for each, or for every row of a mask."""
    fields = {}
    for name in Models.__dataclass_fields__:
        fields[name] = getattr(models, name).copy()
        new = getattr(others, name)
        fields[name][rows] = new[rows] if rows.dtype == bool else new
    return Models(**fields)
