"""What is asked of a build, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..problems.inside import PACKAGE
from ..reviews.review import Run
from ..runs.execute import NO_LIMITS, Limits
from .keys import Files
from .manifest import beside

ROOT = PACKAGE.parent


def outputs(chosen: Path | None) -> Path:
    """The folder of reviews: the one chosen, else the project's."""
    return chosen or ROOT / "outputs"


def files(data: Path) -> Files:
    """The files that the project's chapters may open."""
    return Files(data, ROOT / "notebooks")


def failed_folder(folder: Path) -> Path:
    return beside(folder, "failed")


@dataclass(frozen=True)
class Request:
    """What is asked of a build."""

    review: Path
    only: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    output: Path | None = None
    retry_failed: bool = False
    limits: Limits = NO_LIMITS
    dask: str | None = None
    workers: int | None = None

    @property
    def folder(self) -> Path:
        return outputs(self.output) / self.review.stem

    @property
    def in_part(self) -> bool:
        """Whether other pages than those asked for are to stay."""
        return bool(self.only or self.settings)

    def asks_for(self, run: Run) -> bool:
        """Whether a run is asked for: by its slug, or by the one that it has without ``--set``."""
        return not self.only or run.slug in self.only or run.unset in self.only
