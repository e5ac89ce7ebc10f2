"""Computations of the chapter on evidence: the pages that examine statements, the verdicts in force, and two bounds."""

from dataclasses import replace

from ..language import N_
from ..numbers import measures
from ..numbers.figures import Figures
from ..numbers.number import Figure, Measure, Number
from ..numbers.quantity import Quantity
from ..numbers.releases import rounding_interval
from . import verdicts

# The name in tables of the page that examines a statement
TITLES = {
    "strategy_at_a_glance": {"en": "The strategy at a glance", "fr": "La stratégie en un coup d’œil"},
    "people_served": {"en": "People served", "fr": "Personnes servies"},
    "organizations_funded": {"en": "Organizations funded", "fr": "Organismes financés"},
    "investigations_and_charges": {"en": "Police and courts", "fr": "Police et tribunaux"},
    "reported_incidents": {"en": "Police-reported incidents", "fr": "Affaires déclarées par la police"},
    "more_reports": {"en": "What more reports mean", "fr": "Interpréter une hausse"},
    "results_framework": {"en": "What to publish", "fr": "Ce qu’on pourrait publier"},
    "evidence": {"en": "Evidence", "fr": "Ce qui appuie chaque énoncé"},
}


def standing(figures: Figures) -> list[bool]:
    """For each row of the table of statements, in order, whether it is the one in force with current numbers (see
    `verdicts.is_in_force`)."""
    rows = figures.tables.rows("statements")
    return [verdicts.is_in_force(figures.tables, rows, row) for row in rows]


def as_round(figure: Figure, part: Figure) -> Measure:
    """The interval of values that round to an exact whole number (trailing zeros not significant): 1,500 is between
    1,450 and 1,550. Its low end is raised to the number of a ``part`` of it, if that is larger. An estimate. Raises
    Refused for a number with a bound."""
    formula = N_("half a unit of the last digit that is not zero, either way")
    label = N_("Cases that the round number can stand for")
    quantity = rounding_interval(str(measures.exact_count(figure)))
    quantity = replace(quantity, low=max(quantity.value, part.quantity.value))
    return measures.measure(f"{figure.name}_as_round", label, quantity, [figure], formula, estimate=True)


def least_share_in(part: Number, whole: Number) -> Measure:
    """The minimal share, in per cent, of the group ``part`` within the group ``whole``, from the shares of both in all
    (Fréchet 1935): of 69% and 66% at least 35% of all are in both, which is at least 53% of the 66%; at least 0% where
    they need not overlap. An estimate. Each share enters at its lower end, ``whole`` at that of its rounding."""
    least = whole.rounding().quantity
    both = part.quantity + Quantity.exact(least.value) - Quantity.exact(100)
    share = both / Quantity.exact(least.value) * Quantity.exact(100) if both.value > 0 else Quantity.exact(0)
    formula = N_("(share + share of the place − 100) ÷ share of the place × 100, the Fréchet bound")
    method = N_("if the place’s share held over the same time, and among cases as among incidents")
    quantity = Quantity.of("at-least", share.value)
    bound = measures.measure("", "", quantity, [whole, part], formula, unit="percent", estimate=True, method=method)
    return bound.with_meaning(definition="", definition_label="")  # the result has neither share's definition
