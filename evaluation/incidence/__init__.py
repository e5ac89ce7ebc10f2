"""What reports say of incidence, as numbers, points and rows of a chapter.

Built on `comparison` (two years of reports) and `detection` (the method): `suppositions` and what follows from them,
`pictures` of them, `trials` for a reader, `places` side by side, `indicators` of four stories, and the `reliability` of
the intervals. Conclusions follow from intervals and come out as the choice of a phrase.
"""

from .indicators import indicator_rows, reading, sign_points
from .pictures import break_even_points, needs, plane_points
from .places import regions, unit_rows, without
from .reliability import coverage_rows, power_rows
from .suppositions import basis, supposed, tight, tightness, told, what_follows
from .trials import scenarios

__all__ = [
    "basis",
    "break_even_points",
    "coverage_rows",
    "indicator_rows",
    "needs",
    "plane_points",
    "power_rows",
    "reading",
    "regions",
    "scenarios",
    "sign_points",
    "supposed",
    "tight",
    "tightness",
    "told",
    "unit_rows",
    "what_follows",
    "without",
]
