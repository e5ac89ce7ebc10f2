"""What a running kernel knows of a chapter: what its cells recorded, and ``%%prose``, which shows their words.

IPython tells of each cell that begins or has ended; a build needs none of it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from ..language import asked_for
from ..language.prose_cells import MAGIC
from ..numbers.number import Number
from ..problems import Refused
from .record import read_number
from .side_by_side import InNotebook, side_by_side

Record = dict[str, Any]


@dataclass
class Session:
    """The records of the cells that this kernel has run, by the cells' ids, in the order in which each was first
    run."""

    cells: dict[str, list[Record]] = field(default_factory=dict)
    running: str = ""
    read: dict[int, tuple[Record, Number]] = field(default_factory=dict)

    def begin(self, cell: str) -> None:
        """A cell begins: what it recorded before is forgotten."""
        self.running, self.cells[cell] = cell, []

    def keep(self, record: Record) -> None:
        """Note what the running cell records; nothing where no cell was told of."""
        if self.running:
            self.cells[self.running].append(record)

    def values(self, language: str) -> InNotebook:
        """All that has a name so far, as a notebook says it."""
        values = InNotebook(language)
        for record in chain.from_iterable(self.cells.values()):
            values.take(record, self.number)
        return values

    def number(self, record: Record) -> Number:
        """A recorded number, read once; its record is kept, so that no other gets its identity."""
        if id(record) not in self.read:
            self.read[id(record)] = record, read_number(record)
        return self.read[id(record)][1]


SESSION = Session()  # a kernel runs one notebook


class ProseMagic:
    """The magic: what its cells show, and which of them wait for names that later cells record."""

    def __init__(self, shell: Any):
        self.shell = shell
        self.waiting: dict[str, tuple[str, Any]] = {}

    def register(self) -> None:
        """Have the shell know the magic, and tell of its cells."""
        self.shell.register_magic_function(self.show, magic_kind="cell", magic_name=MAGIC)
        self.shell.events.register("pre_run_cell", self.begin)
        self.shell.events.register("post_run_cell", self.fill)

    def begin(self, told: Any) -> None:
        """A cell begins, known by its source where it has no id; what a front end asks for in silence is none."""
        if not told.silent:
            SESSION.begin(getattr(told, "cell_id", None) or told.raw_cell)

    def show(self, line: str, cell: str) -> None:
        """Show prose in its languages; one line where no page could show it."""
        source = f"%%{MAGIC} {line}".rstrip() + f"\n{cell}"
        self.waiting.pop(SESSION.running, None)
        try:
            shown, missing = self.shown(source)
        except Refused as error:
            print(error, file=sys.stderr)
            return
        from IPython.display import display

        handle = display(shown, raw=True, display_id=True)
        if missing:
            self.waiting[SESSION.running] = source, handle

    def fill(self, _: Any = None) -> None:
        """Show anew the prose whose names have been recorded since."""
        for cell, (source, handle) in list(self.waiting.items()):
            shown, missing = self.shown(source)
            handle.update(shown, raw=True)
            if not missing:
                del self.waiting[cell]

    def shown(self, source: str) -> tuple[dict[str, str], list[str]]:
        """What a cell of prose shows, and the names that are missing. Raises Refused."""
        values = {language: SESSION.values(language) for language in asked_for()}
        return side_by_side(source, values), [name for one in values.values() for name in one.missing]


def register() -> None:
    """Have the shell of this kernel, where there is one, know ``%%prose``."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or MAGIC in shell.magics_manager.magics["cell"]:
        return
    ProseMagic(shell).register()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = str(parent.get("metadata", {}).get("cellId") or "")  # the running one, as the front end gave it
    SESSION.begin(cell or shell.user_ns.get("In", [""])[-1])
