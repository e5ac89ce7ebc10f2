"""People on overlapping lists: the estimates of `hidden_population` as numbers, points and rows of a chapter.

An estimate is of people in a period, on the lists or not. It is never the share of crime that the police know.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..charts import Point
from ..language import LANGUAGES, N_, Text, format_number, phrase, translate
from ..methods.multiple_systems import (
    Assessment,
    Estimate,
    HiddenPopulationError,
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
from ..methods.multiple_systems.clusters import Cluster
from ..numbers import measures
from ..numbers.figures import Figure, Figures, Measure, Number, Quantity
from ..records.recorded import Cell

ON_LISTS = "victims_on_lists"
ESTIMATED = "victims_model_estimate"
# Every model of pairwise terms is fitted for so many lists: 1,024 models. Of 6 lists there are 32,768.
LISTS_FOR_EVERY_MODEL = 5
# With fewer resamples beyond it the rank of an interval's end has a standard error of more than two of them.
RESAMPLES_BEYOND = 5
NOTHING = dict.fromkeys(LANGUAGES, "\N{EM DASH}")
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
    """A variant's estimate by a rule and its interval, as numbers, and how it was found."""

    variant: Variant
    rule: str
    found: Estimate
    estimate: Measure
    interval: Measure

    @property
    def ends_rest(self) -> tuple[str, str]:
        """Whether the ends of a bootstrap's interval rest on enough resamples, for phrases."""
        return "ends_rest", "few" if self.found.beyond < RESAMPLES_BEYOND else "enough"

    @property
    def point(self) -> Point:
        return Point(self.estimate, self.variant.label, interval=self.interval)


def estimated(variant: Variant, rule: str, level: float) -> Estimated | None:
    """The estimate with its profile interval; None where the lists cannot tell."""
    try:
        found = estimate_population(variant.overlap, rule, level=level)
    except NotIdentifiedError:
        return None
    return as_numbers(variant, rule, found, "profile")


def resampled(found: list[Variant], level: float, draws: int) -> Estimated | None:
    """The first variant that has few enough lists to fit every model, as Silverman, Chan and Vincent (2024) do it: the
    lowest BIC, and a BCa interval of so many ``draws`` that repeat the choice. None where no variant or its lists can
    tell."""
    one = next((v for v in found if len(v.overlap.lists) <= LISTS_FOR_EVERY_MODEL), None)
    if one is None:
        return None
    try:
        best = estimate_population(one.overlap, Rule.ALL, interval=Interval.BCA, level=level, draws=draws)
    except NotIdentifiedError:
        return None
    return as_numbers(one, Rule.ALL.value, best, "bootstrap")


def end_errors(one: Estimated | None) -> tuple[Measure | None, Measure | None]:
    """By how much other draws would move the ends of a bootstrap's interval: their Monte-Carlo standard errors."""
    if one is None:
        return None, None
    nouns, formula = one.variant.figures.nouns("people"), N_("from the ranks of the resampled totals (Serfling)")
    label = N_("Monte-Carlo standard error of an end of the interval")
    errors = {"low_error": one.found.low_error, "high_error": one.found.high_error}
    low, high = (
        measures.without_origin(name, label, float_in_one_digit(error), "people", formula, nouns=nouns)
        for name, error in errors.items()
    )
    return low, high


def float_in_one_digit(value: float) -> int:
    """An error to its first digit, in whole people."""
    return max(1, int(float(f"{value:.0e}")))


def as_numbers(variant: Variant, rule: str, found: Estimate, kind: str) -> Estimated:
    name = f"{variant.name}_{rule}".replace("-", "_")
    interval = Quantity.between(*(measures.fraction_of(end) for end in (found.low, found.high)))
    return Estimated(
        variant,
        rule,
        found,
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
    words = N_("lowest BIC, choice of model repeated")
    label = {lang: f"{translate(one.variant.label, lang)}, {translate(words, lang)}" for lang in LANGUAGES}
    return [Point(one.estimate, label, interval=one.interval)]


def rule_rows(found: list[Variant], level: float) -> list[list[Cell]]:
    """Rows of variant, rule, pairs in the model, estimate, interval, Chao's bound: every rule on every variant."""
    return [rule_row(one, rule, level) for one in found for rule in Rule]


def rule_row(variant: Variant, rule: Rule, level: float) -> list[Cell]:
    head: list[Cell] = [variant.label, phrase("model_rule", rule.value)]
    one = best_found(variant, level) if rule is Rule.ALL else estimated(variant, rule, level)
    if one is None:
        return [*head, NOTHING, NOT_IDENTIFIED, NOTHING, chao_cell(variant)]
    return [*head, pairs_in_words(one.found.terms), one.estimate, one.interval, chao_cell(variant)]


def best_found(variant: Variant, level: float) -> Estimated | None:
    """The lowest BIC of the models that a search finds; None where it finds none."""
    try:
        return as_numbers(variant, Rule.ALL.value, estimate_by_search(variant.overlap, level), "profile")
    except NotIdentifiedError:
        return None


def chao_cell(variant: Variant) -> Cell:
    return chao(variant) or NOTHING


def chao(variant: Variant) -> Measure | None:
    """Chao's lower bound for lists that reach differently, rounded down; None where too few people are on two."""
    bound = chao_lower_bound(variant.overlap)
    if bound is None:
        return None
    label = N_("Chao’s lower bound, for lists that reach differently")
    return people(f"{variant.name}_chao", variant, label, int(bound))


def chao_reads(bound: Measure | None, one: Estimated | None) -> tuple[str, str] | None:
    """Whether the estimate is below Chao's lower bound; None where there is nothing to compare."""
    if bound is None or one is None:
        return None
    return "chao_reads", "below" if one.estimate.quantity.value < bound.quantity.value else "above"


def pairs_in_words(terms: tuple[str, ...]) -> Text:
    """``LA–NG, LA–PF``, or that no pair was let in."""
    if not terms:
        return N_("no pair")
    return dict.fromkeys(LANGUAGES, ", ".join(term.replace(":", "\N{EN DASH}") for term in terms))


# The models that the lists do not rule out


@dataclass(frozen=True)
class NearModels:
    """The models of one variant whose BIC is within ten of the lowest, by a search: how many were looked at and are
    kept, and where their estimates lie together."""

    variant: Variant
    fitted: Measure
    supported: Measure
    lowest: Measure
    highest: Measure
    best: Measure
    ended: bool
    totals: tuple[float, ...]
    found: tuple[Cluster, ...]

    @property
    def agreement(self) -> tuple[str, str]:
        """Whether the supported models lie together, for phrases."""
        return "models_agree", "apart" if len(self.found) > 1 else "together"

    @property
    def searched(self) -> tuple[str, str]:
        """Whether the search found nothing more to look at, for phrases."""
        return "models_searched", "ended" if self.ended else "stopped"


def near_models(variant: Variant) -> NearModels | None:
    """The models of a variant that its lists do not rule out; None where no model has an estimate."""
    fits = fit_near(variant.overlap)
    models = fits.supported()
    if not len(models.total):
        return None
    totals = tuple(sorted(models.total.tolist()))
    figures, name = variant.figures, variant.name
    return NearModels(
        variant,
        of_models(figures, f"{name}_fitted", N_("Models looked at"), len(fits.models.pairs)),
        of_models(figures, f"{name}_supported", N_("Models that the lists do not rule out"), len(totals)),
        people(f"{name}_lowest", variant, N_("Lowest estimate of the models not ruled out"), totals[0]),
        people(f"{name}_highest", variant, N_("Highest estimate of the models not ruled out"), totals[-1]),
        people(f"{name}_best", variant, N_("Estimate of the lowest BIC"), float(models.total[models.bic.argmin()])),
        fits.ended,
        totals,
        clusters(totals),
    )


def of_models(figures: Figures, name: str, label: Text, count: int) -> Measure:
    formula = N_("counted; not ruled out: BIC at most ten above the lowest (Kass and Raftery)")
    return measures.without_origin(name, label, count, "models", formula, nouns=figures.nouns("models"))


def decides(near: NearModels, first: Estimated | None) -> tuple[str, str]:
    """Whether the choice of model decides the answer, for phrases: the models lie apart, or too much of their weight is
    outside the interval of the estimate."""
    apart = near.agreement[1] == "apart"
    apart = apart or (first is not None and Assessment(first.variant.overlap, first.found).leads == "models")
    return "models_agree", "apart" if apart else "together"


def model_rows(near: list[NearModels | None]) -> list[list[Cell]]:
    """Rows of variant, models not ruled out, lowest estimate, estimate of the lowest BIC, highest."""
    return [[one.variant.label, one.supported, one.lowest, one.best, one.highest] for one in near if one]


def cluster_points(near: NearModels | None) -> list[Point]:
    """One dot a supported model, in the row of its cluster."""
    if near is None:
        return []
    label = N_("Estimate of one model")
    return [
        Point(people(f"model_{number}", near.variant, label, total), cluster_label(near, total))
        for number, total in enumerate(near.totals, start=1)
    ]


def cluster_label(near: NearModels, total: float) -> Text:
    """``21 models, the middle one about 12,188`` of the cluster that an estimate is in."""
    one = next(c for c in near.found if c.low <= total <= c.high)
    return {
        language: phrase("models_in_cluster", "one" if one.models == 1 else "other")[language].format(
            models=one.models, middle=format_number(Decimal(round(one.middle)), language)
        )
        for language in LANGUAGES
    }


def cluster_rows(near: NearModels | None) -> list[list[Cell]]:
    """Rows of cluster: how many models, lowest, middle, highest."""
    if near is None:
        return []
    return [cluster_row(near.variant, one, n) for n, one in enumerate(near.found, start=1)]


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
    "chao",
    "chao_reads",
    "cluster_points",
    "cluster_rows",
    "decides",
    "end_errors",
    "estimate_points",
    "estimated",
    "list_rows",
    "model_rows",
    "near_models",
    "published_range",
    "reproduced",
    "resampled",
    "resampled_point",
    "rule_rows",
    "variants",
]
