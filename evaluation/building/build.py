"""Build a review: check, execute, publish, swap in. The functions behind the command `evaluation build`."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..data.sources import Tables
from ..language import asking_for
from ..problems.imports import needs
from ..problems.telling import say, say_json
from ..reviews.review import Review
from ..runs.execute import Outcome
from ..writing.work_folder import path_beside
from . import confidential, manifest
from .checks import Request, check_request
from .manifest import Manifest, ManifestRow
from .state import State, folder_key, identity
from .store import Store
from .swap import replacing, take_over

if TYPE_CHECKING:
    from ..runs.pool import Runs
    from .cluster import ClusterRuns
    from .make import Maker


@dataclass(frozen=True)
class BuildResult:
    """The result of a build: its folder, its review, the number of runs made, the failures."""

    folder: Path
    review: Review
    made: int = 0
    failures: list[Outcome] = field(default_factory=list)


@dataclass
class Progress:
    """Reports each finished run on standard error; up-to-date runs count as finished. After an ``interrupted`` build
    whose KeyboardInterrupt a library swallowed, the next finished run raises it again."""

    as_json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stderr)
    total: int = 0
    ended: int = 0
    interrupted: bool = False

    def start(self, total: int, up_to_date: int = 0) -> None:
        """Start counting ``total`` runs, ``up_to_date`` of them finished."""
        self.total, self.ended = total, up_to_date

    def end(self, slug: str, failed: bool = False, stored: bool = False) -> None:
        """Report the end of a run: failed, taken from the store, or made."""
        self.ended += 1
        state = "failed" if failed else "from the store" if stored else "done"
        event = {"run": slug, "state": state, "ended": self.ended, "total": self.total}
        line = f"[{self.ended}/{self.total}] {slug}: {state}"
        say_json(event, to=self.out) if self.as_json else say(line, to=self.out)
        if self.interrupted:
            raise KeyboardInterrupt


class SomeFailed(Exception):
    """Some runs failed; the new folder must not replace the old one."""


def build(request: Request, progress: Progress | None = None) -> BuildResult:
    """Build a review, or some of its runs. Raises InputError before anything runs; a failed run does not stop the
    others."""
    began = time.time()
    state = State.of(request, *check_request(request))
    stands = state.folder.manifest
    if not state.to_make and stands.get("key") == state.key and not stands["outputs"].keys() & state.folder.missing:
        return BuildResult(request.folder, state.review)
    if state.review.confidential and not stands.get("confidential") and (stored := Store().runs()):
        left = f"{stored} finished runs in {Store().folder}, of builds that were not confidential"
        say(f"{left}; if any is of these data, `evaluation clean` removes it", err=True)
    return _make(state, began, progress or Progress())


def _make(state: State, began: float, progress: Progress) -> BuildResult:
    """Make what is out of date in a new folder and swap it in."""
    from .make import Maker  # not imported by a build with nothing to do

    runs, folder, secret = runs_of(state), state.request.folder, state.review.confidential
    failures: list[Outcome] = []
    with suppress(SomeFailed), asking_for(state.review.languages), replacing(folder, not secret) as new:
        if manifest.known(folder) != state.folder.manifest:  # another build finished before this one had the lock
            state = State.of(state.request, state.review, Tables(state.request.data_folder))
        with confidential.privately(new, secret):
            context = state.steps[0].context  # the context of every page of the review, and of the index
            with Maker(new, context, state.to_make, state.files, runs, began, secret) as maker:
                rows, failures = _make_pages(new, state, maker, progress)
            about = Manifest(review=identity(state.request.review), languages=list(state.review.languages))
            about |= {} if secret else {"edition": state.review.edition}
            about |= {"draft": True} if state.request.draft else {}
            if secret:
                confidential.wipe(new)
                about |= {"confidential": True}
            manifest.write(new, rows, key="" if failures else folder_key(state.review, rows), **about)
        if failures:
            raise SomeFailed
    kept_in = path_beside(folder, "failed") / "notebooks"
    failures = [replace(failure, output=kept_in / failure.output.name) for failure in failures]
    return BuildResult(folder, state.review, len(state.to_make) - len(failures), failures)


def runs_of(state: State) -> Runs | ClusterRuns:
    """The executor of runs: this machine, or the requested cluster. Raises InputError if the cluster does not
    answer."""
    if state.request.dask and state.to_make:
        needs("--dask", "dask", "distributed")
        from .cluster import ClusterRuns, connect

        return ClusterRuns(connect(state.request.dask), state.files, state.request.seconds)
    from ..runs.pool import Runs
    from .publisher import WARM

    return Runs(state.request.seconds, WARM)


def _make_pages(
    folder: Path, state: State, maker: Maker, progress: Progress
) -> tuple[list[ManifestRow], list[Outcome]]:
    """Take over up-to-date pages, make the others, then the index; return the manifest rows of the pages in order, and
    the failures."""
    progress.start(len(state.wanted), len(state.wanted) - len(state.to_make))
    rows, failures = dict(state.retained), []
    for row in state.retained.values():
        take_over(list(row["outputs"]), state.request.folder, folder)
    for made in maker.make_all():
        progress.end(made.outcome.slug, bool(made.outcome.failures), made.stored)
        if made.outcome.failures:
            failures.append(made.outcome)
        else:
            rows[made.outcome.slug] = made.step.manifest_row() | {"entry": made.entry, "outputs": made.outputs}
    in_order = [rows[slug] for slug in state.order if slug in rows]
    failures.sort(key=lambda failure: state.order.index(failure.slug))
    if not failures:
        maker.write_index([row["entry"] for row in in_order])
    return in_order, failures
