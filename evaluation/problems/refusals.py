"""What is refused on the way through several steps, noted so that all of it is told at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from . import Refused


class Refusal(NamedTuple):
    """Something refused: the cell that it is about, the error, and whether what it is about is left out (a gap)."""

    cell: int | str
    error: Refused
    is_gap: bool = False


@contextmanager
def noting(refusals: list[Refusal], cell: int | str = "-", gap: bool = False) -> Iterator[None]:
    """Note what is refused in the block, and go on after it; ``gap`` where a part is absent then."""
    try:
        yield
    except Refused as error:
        refusals.append(Refusal(cell, error, gap))
