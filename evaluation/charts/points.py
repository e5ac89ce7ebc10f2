"""What a chart is made of: one `Point` a mark, and the tidy rows that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..language import N_, Text, translate
from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity

NO_FIGURE = N_("no figure")


@dataclass(frozen=True)
class Point:
    """One mark: a number, its interval where there is one, and where it stands.

    ``category`` names its row, ``year`` its place on a time axis, ``series`` its colour, panel or column.
    """

    number: Number
    category: Text = ""
    year: int | None = None
    series: Text = ""
    interval: Number | None = None


@dataclass(frozen=True)
class Standing:
    """Where a mark stands, as a `Point` says it; and of one whose number is missing, how many points are before it."""

    category: dict[str, str] | Literal[""] = ""
    year: int | None = None
    series: dict[str, str] | Literal[""] = ""
    before: int = 0


@dataclass(frozen=True)
class Drawn:
    """A chart that is arranged by a function of its own (see `plane` and `signs`), by its name, and its points."""

    own: str
    points: Sequence[Point]

    def arguments(self) -> dict[str, Any]:
        return {"own": self.own}


def same_number(number: Number) -> tuple[Any, ...]:
    return number.quantity, number.unit, number.definition, number.place, number.start, number.end


def rows(points: Sequence[Point], language: str) -> list[dict[str, Any]]:
    """Tidy rows of the project's own drawings, in one language."""
    return [row(point, language) for point in points]


def middle(quantity: Quantity) -> Any:
    if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.value


def row(point: Point, language: str) -> dict[str, Any]:
    band = (point.interval or point.number).quantity
    low, high = (None if end is None else float(end) for end in (band.low, band.high))
    return {
        "category": translate(point.category, language),
        "series": translate(point.series, language),
        "value": float(middle(point.number.quantity)),
        "low": low,
        "high": high,
        "kind": point.number.kind,
        "words": show(point.number, language).words,
    }
