"""How the files that a build reads looked when it began: what was planned must be what ran.

A file that was written since, and be it put back, may have been read in between: what a run made then belongs to no
key, so that it is neither stored nor published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..data.files import data_files
from ..problems.inside import PACKAGE
from ..runs.reads import UNKNOWN
from .keys import LOCK, Files, Mark, mark, package_marks


@dataclass(frozen=True)
class Seen:
    """The files that runs may open and this package, with the mark of each by name, and the names of data."""

    files: Files
    marks: dict[str, Mark]
    names: set[str]

    @classmethod
    def now(cls, files: Files) -> Seen:
        marks = {name: mark(files.path(name)) for name in files.names()}
        marks |= {f"evaluation/{name}": value for name, value in package_marks().items()}
        return cls(files, marks | {LOCK: mark(PACKAGE.parent / LOCK)}, set(data_files(files.data)))

    def changed(self, reads: Iterable[str] = (UNKNOWN,), notebook: str = "") -> list[str]:
        """The names of files that were written since: of the package, the ``notebook`` and what a run ``reads`` (all,
        where that is not known); and those that were added to the data or removed."""
        now, reads = Seen.now(self.files), {notebook, LOCK, *reads}
        written = {name for name in self.marks.keys() | now.marks.keys() if self.marks.get(name) != now.marks.get(name)}
        if UNKNOWN not in reads:
            written = {name for name in written if name in reads or name.startswith("evaluation/")}
        return sorted(written | (self.names ^ now.names))


def said(names: list[str]) -> str:
    """What a build says of a run whose inputs were written meanwhile."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"found {', '.join(names[:3])}{more} changed during the build; allowed: files that stay as they were planned"
