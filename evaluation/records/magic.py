"""``%%prose`` in a running kernel: IPython tells of each cell that begins or has ended."""

from __future__ import annotations

import sys
from typing import Any

from ..language import asked_for
from ..language.prose_cells import MAGIC
from ..numbers.number import Number
from ..problems import Refused
from .recorded import VALUE, read_number
from .session import SESSION
from .side_by_side import InNotebook, side_by_side


class Prose:
    """The magic: what its cells show, and which of them wait for names that later cells record."""

    def __init__(self, shell: Any):
        self.shell = shell
        self.waiting: dict[str, tuple[str, Any]] = {}
        self.read: dict[int, tuple[Any, Number]] = {}

    def register(self) -> None:
        self.shell.register_magic_function(self.show, magic_kind="cell", magic_name=MAGIC)
        self.shell.events.register("pre_run_cell", self.begin)
        self.shell.events.register("post_run_cell", self.fill)

    def begin(self, told: Any) -> None:
        """A cell begins; what a front end asks for in silence is none."""
        if not told.silent:
            SESSION.begin(told.raw_cell, getattr(told, "cell_id", None) or "")

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
        values = {language: self.values(language) for language in asked_for()}
        return side_by_side(source, values), [name for one in values.values() for name in one.missing]

    def values(self, language: str) -> InNotebook:
        found = InNotebook(language)
        for kind, record in SESSION.records():
            if kind == VALUE:
                found.take(record, self.number)
        return found

    def number(self, record: dict[str, Any]) -> Number:
        """A recorded number, read once; its record is kept, so that no other gets its identity."""
        if id(record) not in self.read:
            self.read[id(record)] = record, read_number(record)
        return self.read[id(record)][1]


def register() -> None:
    """Have the shell of this kernel, where there is one, know ``%%prose``."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or MAGIC in shell.magics_manager.magics["cell"]:
        return
    Prose(shell).register()
    SESSION.begin(shell.user_ns.get("In", [""])[-1], running_cell(shell))


def running_cell(shell: Any) -> str:
    """The id of the cell that is running, as the front end gave it."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return str(parent.get("metadata", {}).get("cellId") or "")
