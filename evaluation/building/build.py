"""Build a review: check, execute, publish, swap in. The functions behind the command `evaluation build`."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..data.sources import Tables
from ..language import requiring_languages
from ..problems.imports import require_extra
from ..problems.printing import print_json, print_line
from ..reviews.review import Review
from ..runs.execute import Outcome
from ..writing.work_folder import sibling_path
from . import confidential, manifest
from .checks import Request, check_request
from .manifest import Manifest, ManifestRow
from .state import State, folder_key, review_id
from .store import Store
from .swap import copy_missing, replacing

if TYPE_CHECKING:
    from ..runs.pool import Runs
    from .cluster import ClusterRuns
    from .make import RunMaker


@dataclass(frozen=True)
class BuildResult:
    """The result of a build: its folder, its review, the number of runs that were executed or taken from the store, and
    the runs that failed; if there is any, the folder is as it was before."""

    folder: Path
    review: Review
    made: int = 0
    failures: list[Outcome] = field(default_factory=list)


@dataclass
class Progress:
    """Reports each finished run on standard error, in words or as a JSON object a line; up-to-date runs count as
    finished. Set ``interrupted`` when a library may swallow a KeyboardInterrupt: the next finished run raises it
    again."""

    as_json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stderr)
    total: int = 0
    ended: int = 0
    interrupted: bool = False

    def start(self, total: int, up_to_date: int = 0) -> None:
        """Start counting ``total`` runs, ``up_to_date`` of them finished. Prints nothing."""
        self.total, self.ended = total, up_to_date

    def end(self, slug: str, failed: bool = False, stored: bool = False) -> None:
        """Count one more run as ended and print it: a line such as ``[3/7] slug: done`` (else "failed" or "from the
        store"), or if ``as_json`` a JSON object. Then raises KeyboardInterrupt if ``interrupted``."""
        self.ended += 1
        state = "failed" if failed else "from the store" if stored else "done"
        event = {"run": slug, "state": state, "ended": self.ended, "total": self.total}
        line = f"[{self.ended}/{self.total}] {slug}: {state}"
        print_json(event, to=self.out) if self.as_json else print_line(line, to=self.out)
        if self.interrupted:
            raise KeyboardInterrupt


class RunsFailed(Exception):
    """Some runs failed; the new folder must not replace the old one."""


def build(request: Request, progress: Progress | None = None) -> BuildResult:
    """Build a review, or some of its runs, into its folder; nothing is written if all is up to date. A failed run does
    not stop the others: it is among the result's ``failures``, and the folder stays as it was. The first confidential
    build of a review reports on standard error that the store has runs of other builds. Without ``progress`` runs are
    reported in words. Raises InputError before anything runs, WriteConflict if another command is at work."""
    began = time.time()
    state = State.of(request, *check_request(request))
    last = state.folder.manifest
    is_same = not state.outdated_steps and last.get("key") == state.key
    if is_same and not last["outputs"].keys() & state.folder.missing_files:
        return BuildResult(request.folder, state.review)
    if state.review.confidential and not last.get("confidential") and (stored := Store().run_count()):
        remainder = f"{stored} finished runs in {Store().folder}, of builds that were not confidential"
        print_line(f"{remainder}; if any is of these data, `evaluation clean` removes it", err=True)
    return _build_folder(state, began, progress or Progress())


def _build_folder(state: State, began: float, progress: Progress) -> BuildResult:
    """Make what is out of date in a new folder, copy the pages that are up to date, and swap it in, unless a run
    failed: then the new folder is moved to ``.<name>.failed`` (of a confidential review it is removed), where the
    ``output`` of each failure points. If another build ended meanwhile, the state is read again. ``began`` is in
    seconds since 1970."""
    from .make import RunMaker  # not imported by a build with nothing to do

    runs, folder, secret = executor_of(state), state.request.folder, state.review.confidential
    failures: list[Outcome] = []
    with suppress(RunsFailed), requiring_languages(state.review.languages), replacing(folder, not secret) as new:
        if manifest.read_or_empty(folder) != state.folder.manifest:  # another build finished before this had the lock
            state = State.of(state.request, state.review, Tables(state.request.data_folder))
        with confidential.private_files(new, secret):
            context = state.steps[0].context  # the context of every page of the review, and of the index
            with RunMaker(new, context, state.outdated_steps, state.files, runs, began, secret) as maker:
                rows, failures = _make_pages(new, state, maker, progress)
            about = Manifest(review=review_id(state.request.review), languages=list(state.review.languages))
            about |= {} if secret else {"edition": state.review.edition}
            about |= {"draft": True} if state.request.draft else {}
            if secret:
                confidential.remove_private_files(new)
                about |= {"confidential": True}
            manifest.write(new, rows, key="" if failures else folder_key(state.review, rows), **about)
        if failures:
            raise RunsFailed
    notebooks = sibling_path(folder, "failed") / "notebooks"
    failures = [replace(failure, output=notebooks / failure.output.name) for failure in failures]
    return BuildResult(folder, state.review, len(state.outdated_steps) - len(failures), failures)


def executor_of(state: State) -> Runs | ClusterRuns:
    """The executor of runs: this machine, or the requested cluster if there is anything to make. Raises InputError if
    the cluster does not answer or has another environment, or if distributed is not installed."""
    if state.request.dask and state.outdated_steps:
        require_extra("--dask", "dask", "distributed")
        from .cluster import ClusterRuns, connect

        return ClusterRuns(connect(state.request.dask), state.files, state.request.timeout)
    from ..runs.pool import Runs
    from .publisher import WARM

    return Runs(state.request.timeout, WARM)


def _make_pages(
    folder: Path, state: State, maker: RunMaker, progress: Progress
) -> tuple[list[ManifestRow], list[Outcome]]:
    """Copy retained pages into ``folder``, make the outdated ones and, unless a run failed, the index; report each run
    to ``progress``. Return the manifest rows of the pages, and the failed outcomes, both in the review's order."""
    progress.start(len(state.requested_steps), len(state.requested_steps) - len(state.outdated_steps))
    rows, failures = dict(state.retained_rows), []
    for row in state.retained_rows.values():
        copy_missing(list(row["outputs"]), state.request.folder, folder)
    for made in maker.make_runs():
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
