"""Refusals collected over several steps, so that all are reported at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from . import Refused


class Refusal(NamedTuple):
    """A refusal: the cell, the error, and whether its part of the page is left out (a gap)."""

    cell: int | str
    error: Refused
    is_gap: bool = False


@contextmanager
def collecting_refusals(refusals: list[Refusal], cell: int | str = "-", gap: bool = False) -> Iterator[None]:
    """Within the block, catch a Refused, append it to ``refusals``, and continue after the block; ``gap`` if its part
    of the page is then missing."""
    try:
        yield
    except Refused as error:
        refusals.append(Refusal(cell, error, gap))
