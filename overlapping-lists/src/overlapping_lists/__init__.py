"""How many people are on no list, from lists that overlap (multiple systems estimation).

`estimate` takes a frame of 0 and 1 by list and gives an `Estimate`, which prints its range, its models, what it
supposes and what it refused. The choice of model is the larger part of the uncertainty, and the method has critics
(Whitehead, Jackson, Balch and Francis 2021).

`table` reads lists, `nesting` finds lists inside others, `loglinear` fits models and tests that an estimate exists,
`choice` chooses one, `groups` tells two groups of them, `intervals` says how far off it may be, `bounds` what needs
no model and what no model can tell, `checks` what was supposed and refused; `result` puts them together, `words` and
`plot` show it.

The same methods in R: MultipleSystemsEstimation, which took the place of SparseMSE (Silverman, Chan and Vincent).
"""

from .bounds import LowerBound
from .intervals import Interval
from .result import Estimate, estimate
from .table import TableError, drop, merge

__all__ = ["Estimate", "Interval", "LowerBound", "TableError", "drop", "estimate", "merge"]


def __dir__() -> list[str]:
    return __all__
