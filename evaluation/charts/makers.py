"""The makers by name, and what is refused before one of them draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..numbers.figures import Number
from ..problems import Refused
from .across import bars, ranges
from .lines import break_even, lines
from .marks import Specification
from .plane import plane
from .points import Point
from .revisions import revisions
from .signs import LETTERS, signs
from .theme import Canvas

MOST_SERIES = 4
ALTAIR = "altair"  # what a chart of Altair's is recorded as made by
MOST_COLUMNS = {"signs": len(LETTERS)}  # a table of signs: series are columns side by side, told by no colour

Maker = Callable[[list[dict[str, Any]], Canvas], Specification]
MAKERS: dict[str, Maker] = {
    "ranges": ranges,
    "bars": bars,
    "lines": lines,
    "break_even": break_even,
    "revisions": revisions,
    "plane": plane,
    "signs": signs,
}


ON_LOGARITHMIC_AXES = ("plane",)


class ChartRefused(Refused):
    """A chart request that would not be read right is refused, not drawn."""


def check(chart: str, maker: str, points: Sequence[Point], arguments: dict[str, Any]) -> None:
    """Refuse what the page rules forbid: unknown makers, no points, too many series, definitions on one line."""
    if maker not in MAKERS:
        raise ChartRefused(f"chart {chart}: found maker {maker!r}; allowed: {', '.join(MAKERS)}")
    if not points:
        raise ChartRefused(f"chart {chart}: found no points; allowed: at least one")
    series = {str(point.series) for point in points}
    most = MOST_COLUMNS.get(maker, MOST_SERIES)
    if len(series) > most:
        raise ChartRefused(f"chart {chart}: found {len(series)} series; allowed: {most}, more in another chart")
    if unknown := set(arguments) - {"format"}:
        raise ChartRefused(f"chart {chart}: found {', '.join(sorted(unknown))}; allowed: no such argument")
    if len({point.number.unit for point in points}) > 1:
        raise ChartRefused(f"chart {chart}: found two units on one axis; allowed: one unit, no second axis")
    if maker in ON_LOGARITHMIC_AXES and any(not positive(point.number) for point in points):
        raise ChartRefused(f"chart {chart}: found a ratio not above zero; allowed: ratios above zero, for logarithms")
    for name in series if maker in ("lines", "break_even") else ():
        definitions = {p.number.definition for p in points if str(p.series) == name}
        if len(definitions) > 1:
            raise ChartRefused(f"chart {chart}: found {sorted(definitions)} in one line; allowed: one definition")


def positive(number: Number) -> bool:
    """Whether every value that a number may have is above zero."""
    low = number.quantity.low
    return low is not None and low > 0
