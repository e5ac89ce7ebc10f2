"""Which model: main effects, the published forward search, or the best of all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr  # type: ignore[import-untyped, unused-ignore]

from evaluation.hidden_population.design import Design, Flags, Floats, design
from evaluation.hidden_population.loglinear import Models, counts_of, fit_models, standard_error
from evaluation.hidden_population.table import HiddenPopulationError, NotIdentifiedError, Overlap

Rows = NDArray[np.intp]

# Silverman (2014); Bales, Hesketh and Silverman (2015).
P_TO_ENTER = 0.05
# 5 lists have 1,024 models of pairs, 6 have 32,768, 7 have 2,097,152.
LISTS_FOR_ALL = 6
# Silverman, Chan and Vincent (2024): a bootstrap may look among the models that do best on the data only.
MODELS_IN_BOOTSTRAP = 100

# Kass and Raftery (1995): a BIC more than 10 above the lowest is very strong evidence against a model.
SUPPORT = 10.0


class Rule(StrEnum):
    """How the model is chosen."""

    MAIN_EFFECTS = "main-effects"
    FORWARD = "forward"
    ALL = "all"

    @property
    def described(self) -> str:
        """In words, for a result's `method`."""
        return {
            Rule.MAIN_EFFECTS: "Poisson log-linear model, lists independent",
            Rule.FORWARD: "Poisson log-linear model, forward from main effects by AIC over pairwise terms, "
            f"stopped where the new term has p above {P_TO_ENTER}",
            Rule.ALL: "Poisson log-linear model, lowest BIC of all models of pairwise terms",
        }[self]


def rule_named(name: str) -> Rule:
    """The rule of this name. Raises HiddenPopulationError for any other."""
    try:
        return Rule(name)
    except ValueError:
        raise HiddenPopulationError(f"model: found {name!r}; allowed: {', '.join(Rule)}") from None


@dataclass(frozen=True)
class AllModels:
    """Every model of pairwise terms on one table, in the order of the bits of their pairs."""

    overlap: Overlap
    models: Models

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

    Raises HiddenPopulationError above 6 lists, where they are millions.
    """
    if len(overlap.lists) > LISTS_FOR_ALL:
        raise HiddenPopulationError(
            f"model: found all models of {len(overlap.lists)} lists; allowed: all "
            f"models of up to {LISTS_FOR_ALL} lists, or main-effects or forward"
        )
    pairs = every_choice(len(overlap.pairs))
    shared, counts = design(len(overlap.lists)), counts_of(overlap)
    main = fit_models(shared, counts, np.zeros((1, len(overlap.pairs)), dtype=bool))
    return AllModels(
        overlap,
        fit_models(shared, np.repeat(counts, len(pairs), axis=0), pairs, np.repeat(_finite(main), len(pairs), axis=0)),
    )


def every_choice(pairs: int) -> Flags:
    """2**pairs rows: row r holds the pairs whose bit is set in r."""
    rows = np.arange(2**pairs)[:, None]
    held: Flags = (rows >> np.arange(pairs)) & 1 == 1
    return held


def _finite(models: Models) -> Floats:
    return np.where(np.isfinite(models.coefficients), models.coefficients, 0.0)


def choose(overlap: Overlap, rule: Rule) -> Models:
    """The model that the rule chooses, as one row.

    Raises NotIdentifiedError where the rule finds no model whose estimate exists and is identified.
    """
    if rule is Rule.ALL:
        models = fit_all(overlap).models
        chosen = models.take(np.array([np.argmin(models.bic)]))
    else:
        chosen = choose_for_each(overlap, rule, counts_of(overlap))
    if not chosen.usable[0]:
        raise NotIdentifiedError(
            f"{overlap.source}:-:-: found no {rule} model whose estimate exists and is "
            "identified; allowed: tables with more overlap (merge or drop a list)"
        )
    return chosen


def choose_for_each(overlap: Overlap, rule: Rule, counts: Floats) -> Models:
    """The rule's choice for each of B tables (B x 2**t) of the same lists, such as resampled ones.

    With Rule.ALL it is the lowest BIC among the 100 models that have the lowest on `overlap` itself.
    """
    shared = design(len(overlap.lists))
    if rule is Rule.MAIN_EFFECTS:
        return fit_models(shared, counts, np.zeros((len(counts), len(overlap.pairs)), dtype=bool))
    if rule is Rule.FORWARD:
        return forward(shared, counts)
    return _best_of(shared, counts, _shortlist(overlap))


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
