"""What reports say of incidence, as numbers, points and rows of a chapter.

Built on `comparison` (two years of reports) and `detection` (the method): `suppositions` and what follows from them,
`pictures` of them, `trials` for a reader, `places` side by side, `indicators` of five stories, and the `reliability` of
the intervals. Conclusions follow from intervals and come out as the choice of a phrase.
"""

from .indicators import holding, indicator_rows, never_lowered, reading, sign_points, stretch
from .pictures import break_even_points, needed_by, needs, plane_points
from .places import regions, unit_rows, without
from .reliability import coverage_rows, power_rows, within
from .suppositions import basis, supposed, tight, tightness, told, what_follows
from .trials import scenarios

__all__ = [
    "basis",
    "break_even_points",
    "coverage_rows",
    "holding",
    "indicator_rows",
    "needed_by",
    "needs",
    "never_lowered",
    "plane_points",
    "power_rows",
    "reading",
    "regions",
    "scenarios",
    "sign_points",
    "stretch",
    "supposed",
    "tight",
    "tightness",
    "told",
    "unit_rows",
    "what_follows",
    "within",
    "without",
]
