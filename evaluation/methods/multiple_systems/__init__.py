"""The size of a hidden population from overlapping lists of people (multiple systems estimation).

Potential victims in a period are not incidents: an estimate from here is never the share of crime that
reaches the police. The choice of model is the larger part of the uncertainty, and the method has critics
(Whitehead, Jackson, Balch and Francis 2021): show an `Assessment` beside any single estimate.

`table` reads lists, `nesting` finds lists inside others, `design` and `loglinear` fit models and test that an estimate
exists, `searches` and `choice` choose, `intervals` says how far off it may be, `bounds` what needs no model and what no
model can tell, `estimate` puts it together, `doubts` says what speaks against it. Nothing here needs the review.

The same methods in R: MultipleSystemsEstimation, which took the place of SparseMSE (Silverman, Chan and Vincent).
"""

from .bounds import FACTORS, Bound, chao_1987, chao_lower_bound, sensitivity
from .choice import SUPPORT, AllModels, Rule, choose, fit_all, fit_near, fit_supported, rule_named
from .doubts import DRAWS_BEYOND, Assessment, Doubt, bounds_as_json, refusal
from .estimate import Estimate, estimate_population
from .intervals import Interval, bootstrap_totals, checked_draws, checked_level, interval_named, outward
from .nesting import Nesting, nestings
from .table import (
    HiddenPopulationError,
    NotConvergedError,
    NotIdentifiedError,
    Overlap,
    RequestError,
    TableError,
    drop_lists,
    merge_lists,
    quoted,
    read_overlap,
)

__all__ = [
    "DRAWS_BEYOND",
    "FACTORS",
    "SUPPORT",
    "AllModels",
    "Assessment",
    "Bound",
    "Doubt",
    "Estimate",
    "HiddenPopulationError",
    "Interval",
    "Nesting",
    "NotConvergedError",
    "NotIdentifiedError",
    "Overlap",
    "RequestError",
    "Rule",
    "TableError",
    "bootstrap_totals",
    "bounds_as_json",
    "checked_draws",
    "checked_level",
    "chao_1987",
    "chao_lower_bound",
    "choose",
    "drop_lists",
    "estimate_population",
    "fit_all",
    "fit_near",
    "fit_supported",
    "interval_named",
    "merge_lists",
    "nestings",
    "outward",
    "quoted",
    "read_overlap",
    "refusal",
    "rule_named",
    "sensitivity",
]
