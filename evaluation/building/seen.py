"""How the files that a build reads looked when it began: what was planned must be what ran.

A file that was written since, and be it put back, may have been read in between: what a run made then belongs to no
key, so that it is neither stored nor published.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..data.files import data_files
from ..problems.inside import PACKAGE
from .keys import LOCK, Mark, mark, package_marks


@dataclass(frozen=True)
class Seen:
    """A data folder, chapters and this package, with the mark of each file by name."""

    data: Path
    notebooks: tuple[Path, ...]
    marks: dict[str, Mark]

    @classmethod
    def now(cls, data: Path, notebooks: tuple[Path, ...]) -> Seen:
        return cls(data, notebooks, look(data, notebooks))

    def changed(self, notebook: Path | None = None) -> list[str]:
        """The names of files that were written, added or removed since; of the chapters, only the one given."""
        now = look(self.data, self.notebooks)
        other = {f"notebooks/{path.name}" for path in self.notebooks if notebook and path != notebook}
        names = sorted((self.marks.keys() | now.keys()) - other)
        return [name for name in names if self.marks.get(name) != now.get(name)]


def look(data: Path, notebooks: tuple[Path, ...]) -> dict[str, Mark]:
    """The mark of each file that numbers, sentences and keys come from."""
    found = {name: mark(path) for name, path in data_files(data).items()}
    found |= {f"notebooks/{path.name}": mark(path) for path in notebooks}
    found |= {f"evaluation/{name}": value for name, value in package_marks().items()}
    return found | {LOCK: mark(PACKAGE.parent / LOCK)}


def said(names: list[str]) -> str:
    """What a build says of a run whose inputs were written meanwhile."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"found {', '.join(names[:3])}{more} changed during the build; allowed: files that stay as they were planned"
