"""What the chapter on evidence needs beyond its cells: how published numbers agree, and two bounds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..language import N_, Phrase, Text, joined, phrase
from ..numbers import measures
from ..numbers.figures import Figures
from ..numbers.number import Figure, Measure, Number
from ..numbers.quantity import Quantity
from ..numbers.releases import rounding_interval
from ..numbers.rules import rule
from . import agreement, verdicts

TITLES = {
    "strategy_at_a_glance": N_("The strategy at a glance"),
    "people_served": N_("People served"),
    "organizations_funded": N_("Organizations funded"),
    "investigations_and_charges": N_("Police and courts"),
    "reported_incidents": N_("Reports to police"),
    "more_reports": N_("What more reports mean"),
    "reports_and_incidence": N_("Reports and incidence"),
    "results_framework": N_("Results framework"),
}


def standing(figures: Figures) -> list[bool]:
    """Which rows of the table of statements hold, by the numbers of today (see `verdicts.holds`)."""
    rows = figures.tables.rows("statements")
    return [verdicts.holds(figures.tables, rows, row) for row in rows]


def agreed(figures: Figures, own: str, other: str, compared: str) -> str:
    """How a figure (``other``) agrees with a statement's own (ids separated by blanks, taken as ``compared`` says):
    equal, within, overlapping or different (see `agreement.relation`)."""
    return agreement_of([figures.figure(name) for name in own.split()], figures.figure(other), compared)


@rule
def agreement_of(own: Sequence[Number], other: Number, how: str) -> str:
    """How a number agrees with a statement's own, taken as ``how`` says (see `agreed`)."""
    return agreement.agreement([*map(said_by, own)], how, said_by(other))


def said_by(number: Number) -> Quantity:
    """What a published number says, as its row does (see `agreement.from_words`)."""
    quantity = number.quantity
    if not quantity.about:
        return quantity
    whole = quantity.value.denominator == 1
    return rounding_interval(str(quantity.value) if whole else f"{float(quantity.value):.{number.decimals}f}")


def agreements(statements: Iterable[str], kin: Iterable[str]) -> dict[str, Phrase]:
    """How each comparison of a statement turned out, as a wording by a name of its own."""
    times: Counter[str] = Counter()
    named = {}
    for statement, one in zip(statements, kin, strict=True):
        times[statement] += 1
        named[f"agreement_{statement}_{times[statement]}"] = phrase("agreement", one)
    return named


def in_words(kin: Iterable[str]) -> Text:
    """How the comparisons of a statement turned out, as a cell of a table."""
    return joined("; ", *(phrase("agreement", one) for one in kin))


def as_round(figure: Figure, part: Figure) -> Measure:
    """What a round whole number can stand for, zeros at its end not counted, and no less than a part of it: 1,500 is
    between 1,450 and 1,550."""
    formula = N_("half a unit of the last digit that is not zero, either way")
    label = N_("Cases that the round number can stand for")
    quantity = rounding_interval(str(measures.exact_count(figure)))
    quantity = replace(quantity, low=max(quantity.value, part.quantity.value))
    return measures.measure(f"{figure.name}_as_round", label, quantity, [figure], formula, estimate=True)


def least_share_in(part: Number, whole: Number) -> Measure:
    """The least share that one group must have in another, by the shares of both in all (Fréchet 1935): of 69% and
    66% of all at least 35% are in both, which is at least 53% of the 66%. Each share is taken at its lower end, the
    second at that of its rounding."""
    least = whole.rounding().quantity
    both = part.quantity + Quantity.exact(least.value) - Quantity.exact(100)
    share = both / Quantity.exact(least.value) * Quantity.exact(100) if both.value > 0 else Quantity.exact(0)
    formula = N_("(share + share of the place − 100) ÷ share of the place × 100, the Fréchet bound")
    method = N_("if the place’s share held over the same time, and among cases as among incidents")
    quantity = Quantity.of("at-least", share.value)
    bound = measures.measure("", "", quantity, [whole, part], formula, unit="percent", estimate=True, method=method)
    return replace(bound, definition="", definition_label="")  # neither share's definition is that of the result
