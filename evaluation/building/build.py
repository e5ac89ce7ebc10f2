"""Build a review: check, execute, publish, swap in. What the command `evaluation build` does, as functions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pages import glossary, searches
from ..problems import InputError
from ..problems.imports import needs
from ..reviews.review import Review
from ..runs.execute import Outcome
from . import confidential, manifest
from .checks import read
from .folder import BuiltFolder
from .inputs import Marks
from .manifest import Record
from .progress import Progress
from .request import Request
from .state import State, identity, key_of
from .store import Store
from .swap import replacing, take_over

if TYPE_CHECKING:
    from .make import Maker


@dataclass(frozen=True)
class Built:
    """How a build ended: where it is, what was made, what failed, which runs stop before their own series does."""

    folder: Path
    made: int
    failures: list[Outcome]
    left_out: list[dict[str, Any]] = field(default_factory=list)


def build(request: Request, progress: Progress | None = None) -> Built:
    """Build a review, or only some of its runs. Raises InputError before anything runs; a run that fails stops
    no other, and leaves the last good review in place."""
    store = Store()
    review, tables = read(request, store)
    if review.confidential:
        store = Store(Path(os.devnull))  # nothing of it is noted anywhere else
    with named(request.folder):
        state = State.of(request, review, tables, store)
        marks = Marks.of(state.files)
        if problems := state.refuse():
            raise InputError(problems)
        built = Built(request.folder, 0, [])
        if state.to_make or not state.folder.is_made_of(state.key):
            built = Build(state, marks, cluster(state)).run(progress or Progress())
        if not built.failures and not review.confidential:
            note(state)
    return replace(built, left_out=left_out(request, review))


def note(state: State) -> None:
    """Note how a folder looks that is whole as it was made."""
    if state.folder.trusted and not state.to_make:
        return
    if not any("missing" in record for record in state.kept.values()):  # pages that were not asked for
        BuiltFolder(state.request.folder).note(state.store)


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Have an error of the system name a file: one that comes of writing, as on a full disk, names none."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(folder)
        raise


def left_out(request: Request, review: Review) -> list[dict[str, Any]]:
    """The later years that runs asked for leave out of their own series: slug, parameter, its year, the latest one."""
    asked = [run for run in review.runs if request.asks_for(run)]
    return [{"slug": run.slug, **one} for run in asked for one in run.left_out]


def cluster(state: State) -> Any:
    """A client of the cluster that was asked for, before anything is changed. Raises InputError."""
    if not state.request.dask or not state.to_make:
        return None
    needs("--dask", "dask", "distributed")
    from .cluster import connect

    return connect(state.request.dask)


class SomeFailed(Exception):
    """Some runs failed, so that the new folder must not take the old one's place."""


class Build:
    """One build at work: what it is to make, and what it has made so far."""

    def __init__(self, state: State, marks: Marks, client: Any = None):
        self.state, self.marks, self.client = state, marks, client
        self.request, self.review = state.request, state.review
        self.records: dict[str, Record] = {}
        self.failures: list[Outcome] = []

    def run(self, progress: Progress) -> Built:
        """Make what is out of date beside the last good review, and swap it in."""
        secret, folder = self.review.confidential, self.request.folder
        with suppress(SomeFailed), replacing(folder, keep_failed=not secret) as new:
            with confidential.privately(new, secret):
                self.make_all(new, progress)
            if self.failures:
                raise SomeFailed
        notebooks = self.request.failed_folder / "notebooks"
        failures = [replace(failure, output=notebooks / failure.output.name) for failure in self.failures]
        return Built(folder, len(self.state.to_make) - len(failures), failures)

    def make_all(self, folder: Path, progress: Progress) -> None:
        """Keep what is up to date, make what is not, then the index and the manifest."""
        maker = self.maker(folder)
        wanted, to_make = self.state.wanted, self.state.to_make
        progress.start(len(wanted), len(wanted) - len(to_make))
        try:
            maker.prepare(to_make)
            self.keep(folder)
            self.make(maker, progress)
            if not self.failures:
                maker.write_index(self.review, [record["entry"] for record in self.rows()], self.lists())
        finally:
            maker.stop()
        self.finish(folder)

    def maker(self, folder: Path) -> Maker:
        """What makes the runs: this machine, or a cluster."""
        data, limits, store = self.state.files.data, self.request.limits, self.state.store
        if self.client is not None:
            from .cluster import ClusterMaker

            return ClusterMaker(folder, data, store, limits, self.client, self.marks)
        from .make import Maker  # not for a build with nothing to do

        secret = self.review.confidential
        return Maker(folder, data, Store() if secret else store, limits, marks=self.marks, private=secret)

    def keep(self, folder: Path) -> None:
        """Take over what stays, each page with its row."""
        steps = {step.slug: step for step in self.state.steps}
        for slug, record in self.state.kept.items():
            take_over(list(record["outputs"]), self.request.folder, folder)
            step = steps.get(slug)
            same = step and record["publishing_key"] == step.publishing_key
            self.records[slug] = record | (step.record() if step and same else {})

    def make(self, maker: Maker, progress: Progress) -> None:
        for made in maker.make_all(self.state.to_make, progress):
            if made.outcome.failed:
                self.failures.append(made.outcome)
            else:
                record = made.step.record() | {"entry": made.entry, "outputs": made.outputs}
                self.records[made.outcome.slug] = record

    def rows(self) -> list[Record]:
        return [self.records[slug] for slug in self.state.order if slug in self.records]

    def lists(self) -> dict[str, Any]:
        """The glossary and where we looked, as far as the data have them."""
        told = self.state.steps[0].told
        return {table: told[table] for table in (glossary.TABLE, searches.TABLE) if table in told}

    def finish(self, folder: Path) -> None:
        """Write what says what there is, and leave nothing else."""
        rows, about = self.rows(), Record(review=identity(self.request.review), languages=list(self.review.languages))
        if self.review.confidential:
            confidential.wipe(folder)
            about |= {"confidential": True}
        known = {path: value for record in rows for path, value in record["outputs"].items()}
        made = [(row["slug"], row["publishing_key"]) for row in rows]
        manifest.write(folder, rows, known, key="" if self.failures else key_of(self.review, made), **about)
