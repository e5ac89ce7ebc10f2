"""The size of a hidden population from overlapping lists of people (multiple systems estimation).

Potential victims in a period are not incidents: an estimate from here is never the share of crime that
reaches the police. The choice of model is the larger part of the uncertainty, and the method has critics
(Whitehead, Jackson, Balch and Francis 2021): show an `Assessment` beside any single estimate.

`table` reads lists, `design` and `loglinear` fit models, `existence` tests that an estimate exists, `choice`
chooses, `intervals` says how far off it may be, `clusters` where models agree, `estimate` puts it together, `bound`
gives what needs no model, `doubts` what speaks against the estimate.

The same methods in R: MultipleSystemsEstimation, which took the place of SparseMSE (Silverman, Chan and Vincent).
"""

from evaluation.methods.multiple_systems.bound import chao_1987, chao_lower_bound
from evaluation.methods.multiple_systems.choice import (
    AllModels,
    Rule,
    choose,
    fit_all,
    fit_near,
    fit_supported,
    rule_named,
)
from evaluation.methods.multiple_systems.clusters import Cluster, clusters
from evaluation.methods.multiple_systems.doubts import Assessment, Doubt
from evaluation.methods.multiple_systems.estimate import Estimate, estimate_by_search, estimate_population
from evaluation.methods.multiple_systems.intervals import Interval, bootstrap_totals
from evaluation.methods.multiple_systems.table import (
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
    "AllModels",
    "Assessment",
    "Cluster",
    "Doubt",
    "Estimate",
    "HiddenPopulationError",
    "Interval",
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
    "clusters",
    "drop_lists",
    "estimate_by_search",
    "estimate_population",
    "fit_all",
    "fit_near",
    "fit_supported",
    "merge_lists",
    "read_overlap",
    "rule_named",
]
