"""Overlapping lists of people, as frames: what the rules and the models say of each choice of lists.

An estimate is of people in a period, on the lists or not. It is never the share of crime that the police know. A frame
of lists (`pandas.Series` of `Overlap`) goes in; bare totals come out, and `people` makes figures of them, each with
its origin and its caveats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ..language import LANGUAGES, N_, Text, format_number, phrase, translate
from ..methods.multiple_systems import (  # noqa: F401  # the chapter calls some as hidden_population.*
    Assessment,
    Estimate,
    Interval,
    NotIdentifiedError,
    Overlap,
    Rule,
    chao_lower_bound,
    clusters,
    drop_lists,
    estimate_by_search,
    estimate_population,
    fit_near,
    merge_lists,
    read_overlap,
)
from ..methods.multiple_systems.choice import SUPPORT  # noqa: F401  # the chapter calls it so too
from ..methods.multiple_systems.doubts import DRAWS_BEYOND
from ..numbers import measures
from ..numbers.figures import Figures
from ..numbers.frames import FigureArray
from ..numbers.number import Measure, Number
from ..numbers.quantity import Quantity
from ..numbers.rows import Pair

ON_LISTS, ESTIMATED = "victims_on_lists", "victims_model_estimate"
# Every model of pairwise terms is fitted for so many lists: 1,024 models. Of 6 lists there are 32,768.
LISTS_FOR_EVERY_MODEL = 5
INDEPENDENT = N_("if people were independent and every list of one closed population, perfectly matched")
TOTALS = ["terms", "estimate", "low", "high"]


# What the methods say, as frames


def by_rule(lists: pd.Series[Any], level: float, model: str) -> pd.DataFrame:
    """Every rule on every choice of lists: a row each, by ``choice`` and ``rule``, with ``found`` (the `Estimate`), its
    ``terms``, and people as bare totals (``estimate``, ``low``, ``high``), all missing where the lists cannot tell. The
    lowest BIC is that of a search, unless it is the rule asked for (``model``)."""
    found = {
        (choice, rule.value): estimated(overlap, rule, level, search=rule is Rule.ALL and rule.value != model)
        for choice, overlap in lists.items()
        for rule in Rule
    }
    return totals(found.values()).set_index(pd.MultiIndex.from_tuples(found, names=["choice", "rule"]))


def estimated(overlap: Overlap, rule: Rule, level: float, *, search: bool) -> Estimate | None:
    """A rule's estimate with its profile interval; None where the lists cannot tell."""
    try:
        return estimate_by_search(overlap, level) if search else estimate_population(overlap, rule, level=level)
    except NotIdentifiedError:
        return None


def totals(found: Iterable[Estimate | None]) -> pd.DataFrame:
    """What was estimated, a row each, missing where nothing was."""
    rows = [[one, *(getattr(one, column, np.nan) for column in TOTALS)] for one in found]
    return pd.DataFrame(rows, columns=["found", *TOTALS])


def with_choice_repeated(lists: pd.Series[Any], level: float, draws: int) -> pd.DataFrame:
    """The first choice of lists that are few enough to fit every model, as Silverman, Chan and Vincent (2024) do it:
    the lowest BIC, and a BCa interval of so many ``draws`` that repeat the choice of model. One row, by ``choice``, of
    bare totals and the errors of the ends; none where no lists are few enough, or they cannot tell."""
    few = lists[[len(overlap.lists) <= LISTS_FOR_EVERY_MODEL for overlap in lists]].head(1)
    try:
        found = [estimate_population(one, Rule.ALL, interval=Interval.BCA, level=level, draws=draws) for one in few]
    except NotIdentifiedError:
        few, found = few.head(0), []
    errors = {end: [one_digit(getattr(one, end)) for one in found] for end in ("low_error", "high_error")}
    enough = [one.beyond >= DRAWS_BEYOND for one in found]
    return totals(found).assign(**errors, enough=enough).set_index(few.index)


def one_digit(error: float) -> int:
    """A Monte-Carlo standard error to its first digit, in whole people."""
    return max(1, int(float(f"{error:.0e}")))


def models(lists: pd.Series[Any]) -> pd.DataFrame:
    """Every model that a search looked at (`fit_near`): a row each, indexed by ``choice``, with its ``estimate`` as a
    bare total and its ``bic`` (both missing where it has none), and whether the search ``ended`` by itself."""
    found = {}
    for choice, overlap in lists.items():
        search = fit_near(overlap)
        there = pd.DataFrame({"estimate": search.models.total, "bic": search.models.bic})[search.models.usable]
        found[choice] = there.reindex(range(len(search.models.pairs))).assign(ended=search.ended)
    return pd.concat(found, names=["choice", "model"])


# Figures of them


def seen(figures: Figures, overlap: Overlap, published: Overlap) -> Number:
    """People on at least one list: the published figure that the table adds up to, or worked out from the table."""
    same = figures.matching(definition=ON_LISTS, value=str(published.observed), bound="exact")
    if same and overlap.observed == published.observed:
        return same[0]
    label, formula = N_("People on at least one of the lists kept"), N_("sum of the table’s counts")
    nouns = figures.nouns("people")
    if same:
        return measures.measure("", label, Quantity.exact(overlap.observed), same[:1], formula, nouns=nouns)
    return measures.without_origin("", label, overlap.observed, "people", formula, nouns=nouns)


def on_each_list(figures: Figures, overlap: Overlap, whole: Number) -> FigureArray:
    """People on each of the lists, of all people seen."""
    label, formula = N_("People on one list"), N_("sum of the table’s counts with that list")
    held = [Quantity.exact(overlap.on_all(1 << place)) for place in range(len(overlap.lists))]
    nouns = figures.nouns("people")
    return FigureArray([measures.measure("", label, one, [whole], formula, nouns=nouns) for one in held])


def people(figures: Figures, observed: Iterable[Number], found: Any, label: Text) -> FigureArray:
    """Bare totals of models as figures to the nearest person; with two columns (from, to) the intervals.
    ``observed`` is the people seen that each rests on; a missing total is a missing figure."""
    ends = np.asarray(found, dtype=float)
    rows = ends if ends.ndim == 2 else ends[:, None]
    return FigureArray([modelled(figures, one, row, label) for one, row in zip(observed, rows, strict=True)])


def modelled(figures: Figures, observed: Number, ends: Any, label: Text) -> Measure | None:
    if np.isnan(ends).any():
        return None
    quantity = Quantity.between(*map(measures.fraction_of, ends)) if len(ends) == 2 else Quantity.exact(round(ends[0]))
    formula = N_("Poisson log-linear model of the overlap of lists")
    options: dict[str, Any] = {"estimate": True, "method": INDEPENDENT, "caveats": [figures.caveats["model-estimate"]]}
    number = measures.measure("", label, quantity, [observed], formula, **options)
    return replace(number, definition=ESTIMATED, definition_label=figures.label("definitions", ESTIMATED))


# Words


def names_of(figures: Figures, table: str, overlap: Overlap) -> dict[str, Text]:
    """What each list is, by its code: the title of the table's column, its code where there is none."""
    fields = {field["name"]: field for field in figures.tables.resources[table]["schema"]["fields"]}
    return {n: {"en": fields[n].get("title", n), "fr": fields[n].get("title_fr", n)} for n in overlap.lists}


def written_out(code: str, names: dict[str, Text], language: str) -> str:
    """``police force + National Crime Agency`` for a list that was made of two."""
    return " + ".join(translate(names.get(part, part), language) for part in code.split("+"))


def lists_in_words(overlap: Overlap, names: dict[str, Text], merge: str = "", drop: str = "") -> Text:
    """``5 lists, merged: police force + National Crime Agency`` in both languages, of the changes that were asked
    for."""
    count = len(overlap.lists)
    changes = [(words, lists) for words, lists in ((N_("merged:"), merge), (N_("without:"), drop)) if lists]
    found = Pair()  # its count is that of the lists of data/
    for language, lists in (("en", f"{count} lists"), ("fr", f"{count} listes")):
        how = [
            f"{translate(words, language)} {', '.join(written_out(code, names, language) for code in codes.split())}"
            for words, codes in changes
        ]
        found[language] = ", ".join([lists, *(how or [translate(N_("as published"), language)])])
    return found


def rule_in_words(rule: str) -> Text:
    return phrase("model_rule", rule)


def pairs_in_words(terms: tuple[str, ...], names: dict[str, Text]) -> Text:
    """``local authority and police force`` for each pair in the model, or that no pair was let in."""
    if not terms:
        return N_("no pair")
    pairs = [term.split(":") for term in terms]
    return {
        language: "; ".join(
            f" {translate(N_('and'), language)} ".join(written_out(code, names, language) for code in pair)
            for pair in pairs
        )
        for language in LANGUAGES
    }


def cluster_in_words(models: int, middle: float) -> Text:
    """``21 models, the middle one at about 12,188 people`` in both languages."""
    said = phrase("models_in_cluster", "one" if models == 1 else "other")
    whole = Decimal(round(middle))
    return Pair((each, said[each].format(models=models, middle=format_number(whole, each))) for each in LANGUAGES)
