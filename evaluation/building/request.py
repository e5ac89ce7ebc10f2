"""What is asked of a build."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..reviews.review import Run
from . import project


@dataclass(frozen=True)
class Request:
    """A review, the runs of it that are asked for, where and how they are made; ``seconds`` is how long a run may
    take."""

    review: Path
    only: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    output: Path | None = None
    seconds: int = 600
    dask: str | None = None

    @property
    def data_folder(self) -> Path:
        """The folder given by ``--data``, else the project's."""
        return self.data or project.ROOT / "data"

    @property
    def folder(self) -> Path:
        """Where the review is built: ``outputs/<review>``."""
        return (self.output or project.ROOT / "outputs") / self.review.stem

    @property
    def in_part(self) -> bool:
        """Whether other pages than those asked for are to stay."""
        return bool(self.only or self.settings)

    def asks_for(self, run: Run) -> bool:
        """Whether a run is asked for: by its slug, or by the one that it has without ``--set``."""
        return not self.only or run.slug in self.only or run.unset in self.only
