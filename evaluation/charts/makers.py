"""The makers by name, and what is refused before one of them draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .across import bars, ranges
from .lines import lines
from .points import Point
from .revisions import revisions

MOST_SERIES = 4

Maker = Callable[[list[dict[str, Any]], int], Any]
MAKERS: dict[str, Maker] = {"ranges": ranges, "bars": bars, "lines": lines, "revisions": revisions}


class ChartRefused(ValueError):
    """A chart request that would not be read right is refused, not drawn."""


def check(chart: str, maker: str, points: Sequence[Point], arguments: dict[str, Any]) -> None:
    """Refuse what the page rules forbid: unknown makers, no points, too many series, definitions on one line."""
    if maker not in MAKERS:
        raise ChartRefused(f"chart {chart}: found maker {maker!r}; allowed: {', '.join(MAKERS)}")
    if not points:
        raise ChartRefused(f"chart {chart}: found no points; allowed: at least one")
    series = {str(point.series) for point in points}
    if len(series) > MOST_SERIES:
        raise ChartRefused(f"chart {chart}: found {len(series)} series; allowed: {MOST_SERIES}, more in another chart")
    if unknown := set(arguments) - {"format"}:
        raise ChartRefused(f"chart {chart}: found {', '.join(sorted(unknown))}; allowed: no such argument")
    if len({point.number.unit for point in points}) > 1:
        raise ChartRefused(f"chart {chart}: found two units on one axis; allowed: one unit, no second axis")
    for name in series if maker == "lines" else ():
        definitions = {p.number.definition for p in points if str(p.series) == name}
        if len(definitions) > 1:
            raise ChartRefused(f"chart {chart}: found {sorted(definitions)} in one line; allowed: one definition")
