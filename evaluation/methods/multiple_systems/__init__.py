"""The size of a hidden population from overlapping lists of people (multiple systems estimation).

Potential victims in a period are not incidents: an estimate from here is never the share of crime that
reaches the police. The choice of model is the larger part of the uncertainty, and the method has critics
(Whitehead, Jackson, Balch and Francis 2021): show an `Assessment` beside any single estimate.

`table` reads lists, `nesting` finds lists inside others, `design` and `loglinear` fit models and test that an estimate
exists, `searches` and `choice` choose, `intervals` says how far off it may be, `bounds` what needs no model and what no
model can tell, `estimate` puts it together, `doubts` says what speaks against it. Nothing here needs the review.

The same methods in R: MultipleSystemsEstimation, which took the place of SparseMSE (Silverman, Chan and Vincent).
"""

from .bounds import chao_1987, chao_lower_bound, sensitivity
from .choice import Rule, choose, fit_all, fit_near, fit_supported
from .doubts import Assessment, refusal
from .estimate import Estimate, estimate_population
from .intervals import bootstrap_totals
from .nesting import nestings
from .table import (
    HiddenPopulationError,
    NotConvergedError,
    NotIdentifiedError,
    Overlap,
    RequestError,
    TableError,
    drop_lists,
    merge_lists,
    read_overlap,
)

__all__ = [
    "Assessment",
    "Estimate",
    "HiddenPopulationError",
    "NotConvergedError",
    "NotIdentifiedError",
    "Overlap",
    "RequestError",
    "Rule",
    "TableError",
    "bootstrap_totals",
    "chao_1987",
    "chao_lower_bound",
    "choose",
    "drop_lists",
    "estimate_population",
    "fit_all",
    "fit_near",
    "fit_supported",
    "merge_lists",
    "nestings",
    "read_overlap",
    "refusal",
    "sensitivity",
]
