"""What a kernel has run of a chapter: its cells, each with what it recorded, for prose and previews. A build needs
none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass
class Cell:
    """A cell as it was run last."""

    source: str
    records: list[tuple[str, Record]] = field(default_factory=list)


@dataclass
class Session:
    """The cells that this kernel has run, by their ids, in the order in which each was first run."""

    cells: dict[str, Cell] = field(default_factory=dict)
    running: str = ""

    def begin(self, source: str, cell: str = "") -> None:
        """A cell begins: what it recorded before is forgotten. One without an id is known by its source."""
        self.running = cell or source
        self.cells[self.running] = Cell(source)

    def keep(self, kind: str, record: Record) -> None:
        """Note what the running cell records; nothing where no cell was told of."""
        if self.running:
            self.cells[self.running].records.append((kind, record))

    def records(self) -> Iterator[tuple[str, Record]]:
        return (record for cell in self.cells.values() for record in cell.records)

    def in_order(self, ids: list[str]) -> list[Cell]:
        """The cells in the order of a notebook's; one that the notebook has not (yet) follows the one it was run
        after."""
        places, last = {}, -1
        for cell in self.cells:
            last = places[cell] = ids.index(cell) if cell in ids else last
        return [self.cells[cell] for cell in sorted(self.cells, key=lambda cell: places[cell])]


SESSION = Session()  # a kernel runs one notebook
