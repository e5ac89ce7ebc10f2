"""The size of a hidden population from overlapping lists of people (multiple systems estimation).

Potential victims in a period are not incidents: an estimate from here is never the share of crime that
reaches the police. The choice of model is the larger part of the uncertainty, and the method has critics
(Whitehead, Jackson, Balch and Francis 2021): show `fit_all` and `clusters` beside any single estimate.

`table` reads lists, `design` and `loglinear` fit models, `existence` tests that an estimate exists, `choice`
chooses, `intervals` says how far off it may be, `clusters` where models agree, `estimate` puts it together.
"""

from evaluation.hidden_population.choice import AllModels, Rule, choose, fit_all, rule_named
from evaluation.hidden_population.clusters import Cluster, clusters
from evaluation.hidden_population.estimate import Estimate, estimate_population
from evaluation.hidden_population.intervals import Interval, bootstrap_totals
from evaluation.hidden_population.table import (
    HiddenPopulationError,
    NotConvergedError,
    NotIdentifiedError,
    Overlap,
    TableError,
    drop_lists,
    merge_lists,
    read_overlap,
)

__all__ = [
    "AllModels",
    "Cluster",
    "Estimate",
    "HiddenPopulationError",
    "Interval",
    "NotConvergedError",
    "NotIdentifiedError",
    "Overlap",
    "Rule",
    "TableError",
    "bootstrap_totals",
    "choose",
    "clusters",
    "drop_lists",
    "estimate_population",
    "fit_all",
    "merge_lists",
    "read_overlap",
    "rule_named",
]
