"""Overlapping lists of people, as frames: what the rules and the models say of each choice of lists.

An estimate is of people in a period, on the lists or not. It is never the share of crime that the police know. A frame
of lists (`pandas.Series` of `Overlap`) goes in; bare totals come out, and `people` makes figures of them, each with
its origin and its caveats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial, reduce
from typing import Any

import numpy as np
import pandas as pd

from ..language import N_, Text, composed, joined
from ..methods.multiple_systems.bounds import FACTORS, chao_lower_bound
from ..methods.multiple_systems.choice import SUPPORT, Selection, looked_at  # noqa: F401  # the chapter calls some of
from ..methods.multiple_systems.estimate import DRAWS_BEYOND, Estimate, estimate_population, refusal  # these by name
from ..methods.multiple_systems.nesting import nestings
from ..methods.multiple_systems.table import (  # noqa: F401
    NotIdentifiedError,
    Overlap,
    drop_lists,
    merge_lists,
    read_overlap,
)
from ..numbers import measures
from ..numbers.figures import Figures
from ..numbers.frames import FigureArray
from ..numbers.lists import Pair
from ..numbers.number import Measure, Number
from ..numbers.quantity import Quantity, fraction_of, round_to
from ..numbers.rules import rule

ON_LISTS, ESTIMATED = "victims_on_lists", "victims_model_estimate"
INDEPENDENT = N_("if people were independent and every list of one closed population, perfectly matched")
TOTALS = ["terms", "estimate", "low", "high", "low_error", "high_error", "beyond"]
BOUND = ["total", "low", "high"]
SHOWN = 3  # digits: another choice of lists moves such a total by much more
# Models that give half as many again, or more, decide the answer; those within a tenth agree.
DECIDES, AGREES = Fraction(3, 2), Fraction(11, 10)


# What the methods say, as frames


def by_rule(overlaps: pd.Series[Any], level: float) -> pd.DataFrame:
    """Every rule on every choice of lists: a row each, by ``choice`` and ``rule``, with its ``terms`` and bare totals
    (``estimate``, ``low``, ``high``), all missing where the lists cannot tell. The lowest BIC is that of the models
    looked at."""
    every = [(choice, overlap, rule) for choice, overlap in overlaps.items() for rule in Selection]
    given = {(choice, rule.value): estimated(overlap, rule, level=level) for choice, overlap, rule in every}
    return totals(given).rename_axis(["choice", "rule"])


def estimated(overlap: Overlap, rule: str | None = None, **options: Any) -> Estimate | None:
    """An estimate; None where the lists cannot tell: one lies inside another, one person decides, or the interval is
    wider than a factor of ten."""
    if nestings(overlap) or refusal(overlap):
        return None
    try:
        estimate = estimate_population(overlap, rule, **options)
    except NotIdentifiedError:
        return None
    return None if refusal(overlap, estimate) else estimate


def totals(given: Mapping[Any, Estimate | None]) -> pd.DataFrame:
    """What was estimated, a row each by its key, missing where nothing was."""
    rows = [[getattr(one, column, np.nan) for column in TOTALS] for one in given.values()]
    return pd.DataFrame(rows, pd.Index(given), TOTALS)


def with_choice_repeated(overlaps: pd.Series[Any], level: float, draws: int) -> pd.DataFrame:
    """Each choice of lists as Silverman, Chan and Vincent (2024) treat it: the lowest BIC, and a BCa interval of so
    many ``draws`` that repeat the choice of model. A row each, by ``choice``, of bare totals, the errors of the ends,
    and whether ``enough`` draws lie beyond them; none for lists that cannot tell."""
    given = {choice: estimated(overlap, level=level, draws=draws) for choice, overlap in overlaps.items()}
    again = totals(given).rename_axis("choice").dropna(subset="estimate")
    errors = again[["low_error", "high_error"]].map(one_digit)
    return again.assign(**errors, enough=again.beyond >= DRAWS_BEYOND)


def one_digit(error: float) -> int:
    """A Monte-Carlo standard error to its first digit, in whole people."""
    return max(1, int(float(f"{error:.0e}")))


def models(overlaps: pd.Series[Any]) -> pd.DataFrame:
    """Every model that was looked at: a row each, indexed by ``choice``, with its ``estimate`` as a bare total and its
    ``bic`` (both missing where it has none), and whether the search ``ended`` by itself."""
    rows = [
        (choice, total, bic, found.ended)
        for choice, found in ((choice, looked_at(overlap)) for choice, overlap in overlaps.items())
        for total, bic in zip(found.models.total, found.models.bic, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["choice", "estimate", "bic", "ended"]).set_index("choice")
    return frame.astype({"estimate": float, "bic": float}).replace(np.inf, np.nan)


def bounds(overlaps: pd.Series[Any], level: float) -> pd.DataFrame:
    """Chao's lower bound for lists that reach differently, a row each: ``total``, and its interval (``low``,
    ``high``); missing where too few people are on two lists."""
    given = [chao_lower_bound(overlap, level) for overlap in overlaps]
    return pd.DataFrame([[getattr(one, end, np.nan) for end in BOUND] for one in given], overlaps.index, BOUND)


def spans(again: pd.DataFrame, ranges: pd.DataFrame, observed: int) -> pd.DataFrame:
    """From the lowest to the highest of the intervals (``again``) and of the models not ruled out (``ranges``): rows
    ``same``, then as it would be if ``half`` or ``twice`` as many people were hidden, or ``any`` number between; ends
    to two digits, outward. No rows where nothing was estimated."""
    ends = np.array([min(again.low.min(), ranges["min"].min()), max(again.high.max(), ranges["max"].max())])
    half, twice = FACTORS
    factors = {"same": (1.0, 1.0), "half": (half, half), "twice": (twice, twice), "any": (half, twice)}
    totals = {name: observed + np.array(pair) * (ends - observed) for name, pair in factors.items() if len(again)}
    rows = {name: np.maximum(observed, to_two_digits(*pair)) for name, pair in totals.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"])


def to_two_digits(low: float, high: float) -> tuple[float, float]:
    """The ends of an interval to two digits, outward: 9,314 and 40,230 become 9,300 and 41,000."""
    down, up = (10.0 ** (math.floor(math.log10(end)) - 1) for end in (low, high))
    return math.floor(low / down) * down, math.ceil(high / up) * up


@rule
def how_far_apart(lowest: Number | None, highest: Number | None) -> str | None:
    """How much the choice of model moves the full number: ``apart``, ``differ`` or ``together``; None without one."""
    if lowest is None or highest is None:
        return None
    ratio = highest.quantity.value / lowest.quantity.value
    return "apart" if ratio >= DECIDES else "together" if ratio < AGREES else "differ"


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


def people(figures: Figures, observed: Iterable[Number], given: Any, label: Text) -> FigureArray:
    """Bare totals of models as figures shown to three digits, or to the person where these would leave fewer than are
    seen (``observed``); with two columns (from, to) the intervals, outward. A missing total is a missing figure."""
    ends = np.asarray(given, dtype=float)
    rows = ends if ends.ndim == 2 else ends[:, None]
    return FigureArray([modelled(figures, one, row, label) for one, row in zip(observed, rows, strict=True)])


def modelled(figures: Figures, observed: Number, ends: Any, label: Text) -> Measure | None:
    """A total that a model gives, or its interval, as a measure; None where there is none."""
    if np.isnan(ends).any():
        return None
    low, high = map(fraction_of, (ends[0], ends[-1]))
    formula = N_("Poisson log-linear model of the overlap of lists")
    options: dict[str, Any] = {"estimate": True, "method": INDEPENDENT, "caveats": [figures.caveats["model-estimate"]]}
    number = measures.measure("", label, Quantity.between(low, high), [observed], formula, **options)
    decimals = min(0, SHOWN - len(str(round(high))))
    if round_to(low, decimals, math.floor) < observed.quantity.value:
        decimals = 0
    return replace(
        number, decimals=decimals, definition=ESTIMATED, definition_label=figures.label("definitions", ESTIMATED)
    )


# Words


def names_of(figures: Figures, table: str, overlap: Overlap) -> dict[str, Text]:
    """What each list is, by its code: the title of the table's column, its code where there is none."""
    fields = {field["name"]: field for field in figures.tables.resources[table]["schema"]["fields"]}
    return {n: {"en": fields[n].get("title", n), "fr": fields[n].get("title_fr", n)} for n in overlap.lists}


def written_out(code: str, names: dict[str, Text]) -> Text:
    """``police force + National Crime Agency`` for a list that was made of two."""
    return joined(" + ", *(names.get(part, part) for part in code.split("+")))


def how_many(overlap: Overlap) -> Pair:
    """``5 lists`` in both languages: how many a choice of them holds."""
    held = len(overlap.lists)  # that of the lists of data/
    return Pair(en=f"{held} lists", fr=f"{held} listes")


def lists_in_words(overlap: Overlap, names: dict[str, Text], merge: str = "", drop: str = "") -> Text:
    """``5 lists, merged: police force + National Crime Agency`` in both languages, of the changes that were asked
    for."""
    parts = [
        joined(" ", words, joined(", ", *(written_out(code, names) for code in codes.split())))
        for words, codes in ((N_("merged:"), merge), (N_("without:"), drop))
        if codes.split()
    ]
    return Pair(composed("{}, {}", how_many(overlap), joined(", ", *parts) or N_("as published")))


def untold(overlap: Overlap, names: dict[str, Text]) -> Text:
    """Why lists give no estimate: which of them lies inside which others, where one does."""
    nested = next(iter(nestings(overlap)), None)
    if nested is None:
        return N_("cannot be told from these lists")
    inner, outer = (
        reduce(partial(composed, N_("{} or {}")), (written_out(code, names) for code in lists))
        for lists in (nested.inner, nested.outer)
    )
    return Pair(composed(N_("cannot be told: “{}” lies inside “{}”"), inner, outer))


def pairs_in_words(terms: tuple[str, ...], names: dict[str, Text]) -> Text:
    """``local authority and police force`` for each pair in the model, or that no pair was let in."""
    pairs = ([written_out(code, names) for code in term.split(":")] for term in terms)
    return joined("; ", *(composed(N_("{} and {}"), *pair) for pair in pairs)) or N_("no pair")
