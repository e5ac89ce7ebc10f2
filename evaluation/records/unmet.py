"""A claim that does not hold, as a build names it; apart, so that a command that runs nothing loads no charts."""

from textwrap import shorten
from typing import NamedTuple

from ..problems import how_many, visible

QUOTED = 60  # characters of a line in a message


class Unmet(NamedTuple):
    """A claim that does not hold: its cell, the line that it covers, what it says, its names with their values as
    printed, and what must be so instead."""

    file: str
    cell: int
    line: str
    sides: str
    claim: str

    def message(self, runs: int = 1) -> str:
        """The line that names it, of so many runs."""
        actual = f'found {self.sides} under "{begins(self.line)}" ({how_many(runs, "run")})'
        return f"{self.file}:{self.cell}:-: {visible(actual)}; allowed: {self.claim}"


def begins(line: str) -> str:
    """The beginning of a line, for a message."""
    return shorten(line, QUOTED, placeholder=" ...").replace('"', "'")
