"""People on overlapping lists: the estimates of `hidden_population` as numbers, points and rows of a chapter.

An estimate is of people in a period, on the lists or not. It is never the share of crime that the police know.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from . import measures
from .charts import Point
from .figures import Figure, Figures, Measure, Number, Quantity
from .hidden_population import (
    Estimate,
    HiddenPopulationError,
    NotIdentifiedError,
    Overlap,
    Rule,
    clusters,
    drop_lists,
    estimate_population,
    fit_all,
    merge_lists,
    read_overlap,
)
from .hidden_population.clusters import Cluster
from .language import LANGUAGES, N_, Text, format_number, phrase, translate
from .records import Cell

ON_LISTS = "victims_on_lists"
ESTIMATED = "victims_model_estimate"
# Every model of pairwise terms is fitted for so many lists: 1,024 models. Of 6 lists there are 32,768.
LISTS_FOR_EVERY_MODEL = 5
NOTHING = dict.fromkeys(LANGUAGES, "\N{EM DASH}")
NOT_COMPUTED = N_("not computed: too many models")
NOT_IDENTIFIED = N_("cannot be told from these lists")
INDEPENDENT = N_("if people were independent and every list of one closed population, perfectly matched")


@dataclass(frozen=True)
class Variant:
    """A table of lists as published, or after lists were merged or dropped; ``seen`` is how many people it holds."""

    figures: Figures
    name: str
    overlap: Overlap
    label: Text
    seen: Number


def variants(figures: Figures, table: str, merge: str, drop: str) -> list[Variant]:
    """The table as published, then with lists merged, then with lists dropped too; only what was asked for."""
    published = read_overlap(figures.tables.path(table))
    found = [variant(figures, "published", published, N_("as published"), published)]
    if merge:
        together, how = merge_lists(published, merge), naming((N_("merged:"), merge))
        found.append(variant(figures, "merged", together, how, published))
    if drop:
        left = drop_lists(found[-1].overlap, drop.split())
        how = naming((N_("merged:"), merge), (N_("without:"), drop))
        found.append(variant(figures, "dropped", left, how, published))
    return found


def naming(*changes: tuple[Text, str]) -> Text:
    """``merged: PF+NCA, without: GP`` in both languages, of the changes that were asked for."""
    return {
        language: ", ".join(f"{translate(words, language)} {lists}" for words, lists in changes if lists)
        for language in LANGUAGES
    }


def variant(figures: Figures, name: str, overlap: Overlap, how: Text, published: Overlap) -> Variant:
    count = len(overlap.lists)
    lists = {"en": f"{count} lists", "fr": f"{count} listes"}
    label = {language: f"{lists[language]}, {translate(how, language)}" for language in LANGUAGES}
    return Variant(figures, name, overlap, label, seen_on(figures, name, overlap, published))


def seen_on(figures: Figures, name: str, overlap: Overlap, published: Overlap) -> Number:
    """People on at least one list: the published figure that the table adds up to, or worked out from the table."""
    figure = figure_of(figures, published)
    if figure and overlap.observed == published.observed:
        return figure
    label, formula = N_("People on at least one of the lists kept"), N_("sum of the table’s counts")
    quantity, nouns = Quantity.exact(overlap.observed), figures.nouns("people")
    if figure:
        return measures.measure(f"seen_{name}", label, quantity, [figure], formula, nouns=nouns)
    return measures.without_origin(f"seen_{name}", label, overlap.observed, "people", formula, nouns=nouns)


def figure_of(figures: Figures, published: Overlap) -> Figure | None:
    """The published number of people on the lists of a table."""
    found = figures.matching(definition=ON_LISTS, value=str(published.observed), bound="exact")
    return found[0] if found else None


def published_range(found: list[Variant]) -> Figure | None:
    """The estimate that was published of the same place and period, where there is one."""
    first = found[0].seen
    if not isinstance(first, Figure):
        return None
    same = found[0].figures.matching(
        definition=ESTIMATED, place=first.place, period_start=first.start, period_end=first.end
    )
    return next((figure for figure in same if figure.source.source == first.source.source), None)


# One estimate


@dataclass(frozen=True)
class Estimated:
    """A variant's estimate by a rule and its interval, as numbers; ``terms`` are the pairs in the model."""

    variant: Variant
    rule: str
    terms: tuple[str, ...]
    estimate: Measure
    interval: Measure

    @property
    def point(self) -> Point:
        return Point(self.estimate, self.variant.label, interval=self.interval)


def estimated(variant: Variant, rule: str, level: float, *, draws: int = 0) -> Estimated | None:
    """The estimate with its profile interval, or that of a bootstrap of so many ``draws``; None where the lists
    cannot tell."""
    interval = {"interval": "percentile", "draws": draws} if draws else {}
    try:
        found = estimate_population(variant.overlap, rule, level=level, **interval)  # type: ignore[arg-type]
    except NotIdentifiedError:
        return None
    return as_numbers(variant, rule, found, "bootstrap" if draws else "profile")


def as_numbers(variant: Variant, rule: str, found: Estimate, kind: str) -> Estimated:
    name = f"{variant.name}_{rule}".replace("-", "_")
    interval = Quantity.between(*(measures.fraction_of(end) for end in (found.low, found.high)))
    return Estimated(
        variant,
        rule,
        found.terms,
        people(name, variant, N_("People, on a list or not, as one model estimates them"), found.estimate),
        with_quantity(f"{name}_{kind}", variant, INTERVALS[kind], interval),
    )


INTERVALS = {
    "profile": N_("Interval of the estimate, given the model (profile likelihood)"),
    "bootstrap": N_("Interval of the estimate, the choice of model repeated (bootstrap)"),
}


def people(name: str, variant: Variant, label: Text, value: float) -> Measure:
    """A model's estimate as a number, to the nearest person."""
    return with_quantity(name, variant, label, Quantity.exact(round(value)))


def with_quantity(name: str, variant: Variant, label: Text, quantity: Quantity) -> Measure:
    formula = N_("Poisson log-linear model of the overlap of lists")
    options: dict[str, Any] = {"estimate": True, "method": INDEPENDENT, "decimals": 0}
    caveat = variant.figures.caveats["model-estimate"]
    number = measures.measure(name, label, quantity, [variant.seen], formula, caveats=[caveat], **options)
    return measures.counting(number, ESTIMATED, variant.figures.label("definitions", ESTIMATED))


def estimate_points(found: list[Estimated | None], published: Figure | None) -> list[Point]:
    """One row a variant, and the published range."""
    rows = [one.point for one in found if one]
    return rows + ([Point(published, N_("Published range"))] if published else [])


def resampled_point(one: Estimated | None) -> list[Point]:
    """The row of an estimate whose interval counts the choice of model in."""
    if one is None:
        return []
    words = N_("choice of model repeated")
    label = {lang: f"{translate(one.variant.label, lang)}, {translate(words, lang)}" for lang in LANGUAGES}
    return [Point(one.estimate, label, interval=one.interval)]


def rule_rows(found: list[Variant], level: float) -> list[list[Cell]]:
    """Rows of variant, rule, pairs in the model, estimate, interval: every rule on every variant."""
    return [rule_row(one, rule, level) for one in found for rule in Rule]


def rule_row(variant: Variant, rule: Rule, level: float) -> list[Cell]:
    head: list[Cell] = [variant.label, phrase("model_rule", rule.value)]
    if rule is Rule.ALL and len(variant.overlap.lists) > LISTS_FOR_EVERY_MODEL:
        return [*head, NOTHING, NOT_COMPUTED, NOTHING]
    one = estimated(variant, rule, level)
    if one is None:
        return [*head, NOTHING, NOT_IDENTIFIED, NOTHING]
    return [*head, pairs_in_words(one.terms), one.estimate, one.interval]


def pairs_in_words(terms: tuple[str, ...]) -> Text:
    """``LA–NG, LA–PF``, or that no pair was let in."""
    if not terms:
        return N_("no pair")
    return dict.fromkeys(LANGUAGES, ", ".join(term.replace(":", "\N{EN DASH}") for term in terms))


# Every model


@dataclass(frozen=True)
class EveryModel:
    """All models of one variant: how many there are, those that the data support, and where these lie together."""

    variant: Variant
    fitted: Measure
    supported: Measure
    lowest: Measure
    highest: Measure
    totals: tuple[float, ...]
    found: tuple[Cluster, ...]

    @property
    def agreement(self) -> tuple[str, str]:
        """Whether the supported models agree, for phrases."""
        return "models_agree", "apart" if len(self.found) > 1 else "together"


def every_model(found: list[Variant]) -> EveryModel | None:
    """Every model of pairwise terms of the first variant that has few enough lists; None where none has."""
    one = next((v for v in found if len(v.overlap.lists) <= LISTS_FOR_EVERY_MODEL), None)
    if one is None:
        return None
    fits = fit_all(one.overlap)
    totals = tuple(sorted(fits.supported().total.tolist()))
    return EveryModel(
        one,
        of_models(
            one.figures, "models_fitted", N_("Models fitted: every choice of pairs of lists"), len(fits.models.pairs)
        ),
        of_models(one.figures, "models_supported", N_("Models that the data support"), len(totals)),
        people("lowest_estimate", one, N_("Lowest estimate of the models supported"), totals[0]),
        people("highest_estimate", one, N_("Highest estimate of the models supported"), totals[-1]),
        totals,
        clusters(totals),
    )


def of_models(figures: Figures, name: str, label: Text, count: int) -> Measure:
    formula = N_("counted; supported: BIC at most ten above the lowest (Kass and Raftery)")
    return measures.without_origin(name, label, count, "models", formula, nouns=figures.nouns("models"))


def range_of(every: EveryModel | None, found: list[Estimated | None]) -> tuple[Measure, Measure]:
    """The lowest and the highest estimate: of the models supported, or where these are too many to fit, of the rule
    on each choice of lists. Raises NotIdentifiedError where no estimate can be given."""
    if every:
        return every.lowest, every.highest
    ordered = sorted((one.estimate for one in found if one), key=lambda number: number.quantity.value)
    if not ordered:
        found_none = "no estimate that exists and is identified"
        raise NotIdentifiedError.of("table", found=found_none, allowed="tables with more overlap")
    lowest = replace(ordered[0], name="lowest_estimate", label=N_("Lowest estimate of the rule"))
    return lowest, replace(ordered[-1], name="highest_estimate", label=N_("Highest estimate of the rule"))


def cluster_points(every: EveryModel | None) -> list[Point]:
    """One dot a supported model, in the row of its cluster."""
    if every is None:
        return []
    label = N_("Estimate of one model")
    return [
        Point(people(f"model_{number}", every.variant, label, total), cluster_label(every, total))
        for number, total in enumerate(every.totals, start=1)
    ]


def cluster_label(every: EveryModel, total: float) -> Text:
    """``21 models, the middle one about 12,188`` of the cluster that an estimate is in."""
    one = next(c for c in every.found if c.low <= total <= c.high)
    return {
        language: phrase("models_in_cluster", "one" if one.models == 1 else "other")[language].format(
            models=one.models, middle=format_number(Decimal(round(one.middle)), language)
        )
        for language in LANGUAGES
    }


def cluster_rows(every: EveryModel | None) -> list[list[Cell]]:
    """Rows of cluster: how many models, lowest, middle, highest."""
    if every is None:
        return []
    return [cluster_row(every.variant, one, n) for n, one in enumerate(every.found, start=1)]


def cluster_row(variant: Variant, one: Cluster, number: int) -> list[Cell]:
    ends = (
        (N_("Lowest of the cluster"), one.low),
        (N_("Middle of the cluster"), one.middle),
        (N_("Highest of the cluster"), one.high),
    )
    values = [people(f"cluster_{number}_{i}", variant, label, end) for i, (label, end) in enumerate(ends)]
    count = of_models(variant.figures, f"cluster_{number}_models", N_("Models in the cluster"), one.models)
    return [dict.fromkeys(LANGUAGES, "ABCDEFGH"[number - 1]), count, *values]


def list_rows(table: str, found: list[Variant]) -> list[list[Cell]]:
    """Rows of the lists as published: their short name, what they are, how many people they hold."""
    figures = found[0].figures
    fields = {f["name"]: f for f in figures.tables.resources[table]["schema"]["fields"]}
    overlap, seen = found[0].overlap, found[0].seen
    rows: list[list[Cell]] = []
    for place, name in enumerate(overlap.lists):
        title = {"en": fields[name].get("title", name), "fr": fields[name].get("title_fr", name)}
        quantity = Quantity.exact(overlap.on_all(1 << place))
        label, formula = N_("People on one list"), N_("sum of the table’s counts with that list")
        held = measures.measure(f"on_list_{place + 1}", label, quantity, [seen], formula, nouns=figures.nouns("people"))
        rows.append([dict.fromkeys(LANGUAGES, name), title, held])
    return rows


def reproduced(one: Estimated | None, published: Figure | None) -> tuple[str, str] | None:
    """Whether the estimate lies within the published range; None where there is nothing to compare."""
    if one is None or published is None:
        return None
    return "published_range", "within" if published.quantity.contains(one.estimate.quantity.value) else "outside"


__all__ = [
    "HiddenPopulationError",
    "cluster_points",
    "cluster_rows",
    "estimate_points",
    "estimated",
    "every_model",
    "list_rows",
    "published_range",
    "range_of",
    "reproduced",
    "resampled_point",
    "rule_rows",
    "variants",
]
