"""What a number says of itself: what is counted, how much, where, when, and what must be said beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..language import Text
from .arithmetic import Arithmetic
from .publication import Caveat
from .quantity import Quantity

if TYPE_CHECKING:
    from .lists import Lists


@dataclass(frozen=True, kw_only=True)
class Stated(Arithmetic):
    """The fields of every number. What can be done with one is added by `number.Number`."""

    name: str
    label: Text
    quantity: Quantity
    unit: str
    decimals: int
    definition: str
    definition_label: Text
    place: str
    place_label: Text
    start: str
    end: str
    caveats: tuple[Caveat, ...]
    nouns: dict[str, dict[str, str]] = field(default_factory=dict, compare=False)
    lists: Lists | None = field(default=None, compare=False, repr=False)  # of the data that it was worked out from

    @property
    def kind(self) -> str:
        """How it must be marked: ``published``, ``derived`` (exact arithmetic) or ``estimate`` (the review's)."""
        raise NotImplementedError

    @property
    def expression(self) -> str:
        """How it was worked out, in the names of what it was worked out from; of a figure its own name."""
        return self.name

    @property
    def dimension(self) -> dict[str, int]:
        """Its units with their powers."""
        return {self.unit: 1}

    def leaves(self) -> tuple[Stated, ...]:
        """The numbers with names of their own that it was worked out from; of a figure itself."""
        raise NotImplementedError
