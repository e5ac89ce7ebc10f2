"""A claim that does not hold, as a build reports it; a module of its own, so that commands that run nothing do not
import charts.
"""

from textwrap import shorten
from typing import NamedTuple

from ..problems import how_many, printable_line

QUOTED = 60  # characters of a line in a message


class Unmet(NamedTuple):
    """A claim that does not hold: its file and cell, the line that it covers, its names with their values as printed,
    and its own text, which must hold."""

    file: str
    cell: int
    line: str
    sides: str
    claim: str

    def message(self, runs: int = 1) -> str:
        """The message as one line, with the number of runs affected, as ``FILE:CELL:-: found ...; allowed: ...``."""
        actual = f'found {self.sides} under "{beginning_of(self.line)}" ({how_many(runs, "run")})'
        return f"{self.file}:{self.cell}:-: {printable_line(actual)}; allowed: {self.claim}"


def beginning_of(line: str) -> str:
    """The first words of a line, up to `QUOTED` characters, with double quotation marks made single, for a message."""
    return shorten(line, QUOTED, placeholder=" ...").replace('"', "'")
