"""What a chart says: one `Point` a number that it draws, and where those stand that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..language import N_, Text
from ..numbers.number import Number
from ..numbers.quantity import Bound, Quantity

UPPER = (Bound.UP_TO, Bound.LESS_THAN)
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
    """A chart that is no Altair chart: boxes of dots, by their points (see `dots`)."""

    points: Sequence[Point]

    def arguments(self) -> dict[str, Any]:
        """What is recorded of it beside its points."""
        return {"own": "dots"}


def same_number(number: Number) -> tuple[Any, ...]:
    """What two numbers share that say the same of the same."""
    return number.quantity, number.unit, number.definition, number.place, number.start, number.end


def middle(quantity: Quantity) -> Any:
    """Where a quantity stands among others: at its value, or between its two ends."""
    if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.value


def unit_of(number: Number) -> str:
    """A unit that tells people from people an organization."""
    parts = [f"{unit}" if power == 1 else f"{unit}^{power}" for unit, power in sorted(number.dimension.items())]
    return " ".join(parts) if len(parts) > 1 else number.unit
