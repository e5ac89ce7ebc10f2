"""Build a review: check, execute, publish, swap in. What the command `evaluation build` does, as functions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..data.sources import Tables
from ..pages import glossary
from ..problems import InputError
from ..problems.imports import needs
from ..reviews.review import Review
from ..runs.execute import Outcome
from . import confidential, manifest
from .asked import Request, failed_folder
from .checks import read
from .keys import hash_json
from .make import Maker
from .manifest import Record
from .progress import Progress
from .seen import Seen
from .standing import Plan, fit_folder, identity
from .store import Store
from .swap import make_way, replacing, take_over


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
    with named(request.folder):
        return built_anew(request, review, tables, store, progress or Progress())


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Have an error of the system name a file: one that comes of writing, as on a full disk, names none."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(folder)
        raise


def built_anew(request: Request, review: Review, tables: Tables, store: Store, progress: Progress) -> Built:
    if review.confidential:
        store = Store(Path(os.devnull))  # nothing of it is noted anywhere else
    chapters = tuple(dict.fromkeys(run.chapter.path for run in review.runs))
    seen = Seen.now(tables.folder, chapters)
    planned = Plan.of(request, review, tables, store)
    problems = fit_folder(request, review)
    if problems:
        raise InputError(problems)
    request.folder.parent.mkdir(parents=True, exist_ok=True)
    made = Build(request, review, tables, store, planned, seen)
    if made.key == manifest.unchanged(store, request.folder):
        return Built(request.folder, 0, [], left_out(request, review))
    built = made.run(progress)
    spoilt = any("missing" in record for record in made.kept.values())  # pages that were not asked for
    if not built.failures and not review.confidential and not spoilt:
        manifest.remember(store, request.folder)
    return replace(built, left_out=left_out(request, review))


def left_out(request: Request, review: Review) -> list[dict[str, Any]]:
    """The later years that runs asked for leave out of their own series: slug, parameter, its year, the latest one."""
    asked = [run for run in review.runs if request.asks_for(run)]
    return [{"slug": run.slug, **one} for run in asked for one in run.left_out]


def key_of(review: Review, pages: list[tuple[str, str]]) -> str:
    """One hash of all that a review's folder comes from, the commit that its manifest names included: its title, its
    languages and each page with its publishing key."""
    return hash_json([review.title, review.confidential, review.languages, pages, manifest.commit()])


class SomeFailed(Exception):
    """Some runs failed, so that the new folder must not take the old one's place."""


class Build:
    """One build at work: what earlier builds left, what is asked, and what it has made so far."""

    def __init__(self, request: Request, review: Review, tables: Tables, store: Store, planned: Plan, seen: Seen):
        self.request, self.review, self.tables, self.store = request, review, tables, store
        self.planned, self.seen, self.steps = planned, seen, planned.steps
        self.asked = [step for step in self.steps if request.asks_for(step.run)]
        self.to_make = [step for step in self.asked if step.reasons]
        self.kept = self.staying()
        self.key = key_of(review, self.pages())  # as planned: what is made may read other tables
        self.records: dict[str, Record] = {}
        self.failures: list[Outcome] = []

    def staying(self) -> dict[str, Record]:
        """The pages that are up to date, and where a part is asked for also those that were not asked for."""
        made = {step.slug for step in self.to_make}
        own = {step.slug for step in self.steps}
        built = {slug: record for slug, record in self.planned.built.items() if slug not in made}
        return {slug: record for slug, record in built.items() if slug in own or self.request.in_part}

    def order(self) -> list[str]:
        """The slugs of the pages that there will be: the review's in its order, then the others."""
        made = {step.slug for step in self.to_make}
        own = [step.slug for step in self.steps if step.slug in made or step.slug in self.kept]
        return own + [slug for slug in self.kept if slug not in set(own)]

    def pages(self) -> list[tuple[str, str]]:
        """Each page that there will be with its publishing key."""
        kept = {slug: str(record["publishing_key"]) for slug, record in self.kept.items()}
        keys = kept | {step.slug: step.publishing_key for step in self.to_make}
        return [(slug, keys[slug]) for slug in self.order()]

    def run(self, progress: Progress) -> Built:
        """Make what is out of date beside the last good review, and swap it in."""
        make_way(self.request.folder)
        if not self.to_make and manifest.has_its_index(self.request.folder, self.key):
            return Built(self.request.folder, 0, [])
        client = self.cluster()
        new = replacing(self.request.folder, keep_failed=not self.review.confidential)
        with suppress(SomeFailed), new as folder:
            with confidential.privately(folder, self.review.confidential):
                self.make_all(folder, progress, client)
            if self.failures:
                raise SomeFailed
        return Built(self.request.folder, len(self.to_make) - len(self.failures), self.failed())

    def failed(self) -> list[Outcome]:
        """The runs that failed, with the notebook that is kept of each."""
        notebooks = failed_folder(self.request.folder) / "notebooks"
        return [replace(failure, output=notebooks / failure.output.name) for failure in self.failures]

    def keep(self, folder: Path) -> None:
        """Take over what stays, each page with its row."""
        steps = {step.slug: step for step in self.steps}
        for slug, record in self.kept.items():
            take_over(list(record["outputs"]), self.planned.places[slug], folder)
            step = steps.get(slug)
            same = step and record["publishing_key"] == step.publishing_key
            self.records[slug] = record | (step.record() if step and same else {})

    def cluster(self) -> Any:
        """A client of the cluster that was asked for, before anything is changed. Raises InputError."""
        if not self.request.dask or not self.to_make:
            return None
        needs("--dask", "dask", "distributed")
        from .cluster import connect

        return connect(self.request.dask)

    def maker(self, folder: Path, client: Any) -> Maker:
        """What makes the runs: this machine, or a cluster."""
        data, limits = self.tables.folder, self.request.limits
        if client is not None:
            from .cluster import ClusterMaker

            return ClusterMaker(folder, data, self.store, limits, client, self.seen)
        private = self.review.confidential
        store = Store() if private else self.store
        return Maker(folder, data, store, limits, self.request.workers, self.seen, private)

    def make_all(self, folder: Path, progress: Progress, client: Any) -> None:
        """Keep what is up to date, make what is not, then the index and the manifest."""
        maker = self.maker(folder, client)
        progress.start(len(self.asked), len(self.asked) - len(self.to_make))
        try:
            maker.prepare(self.to_make)
            self.keep(folder)
            self.make(maker, progress)
            self.write_index(maker)
        finally:
            progress.close()
            maker.stop()
        self.finish(folder)

    def make(self, maker: Maker, progress: Progress) -> None:
        for made in maker.make_all(self.to_make, progress):
            if made.outcome.failed:
                self.failures.append(made.outcome)
            else:
                record = made.step.record() | {"entry": made.entry, "outputs": made.outputs}
                self.records[made.outcome.slug] = record

    def rows(self) -> list[Record]:
        return [self.records[slug] for slug in self.order() if slug in self.records]

    def write_index(self, maker: Maker) -> None:
        """The way in, the contents and the glossary, of a build in which nothing failed."""
        if not self.failures:
            words = self.steps[0].told.get(glossary.TABLE, [])
            maker.write_index(self.review, [record["entry"] for record in self.rows()], words)

    def finish(self, folder: Path) -> None:
        """Write what says what there is, and leave nothing else."""
        rows, about = self.rows(), Record(review=identity(self.request.review), languages=list(self.review.languages))
        if self.review.confidential:
            confidential.wipe(folder)
            about |= {"confidential": True}
        known = {path: value for record in rows for path, value in record["outputs"].items()}
        made = [(row["slug"], row["publishing_key"]) for row in rows]
        manifest.write(folder, rows, known, key="" if self.failures else key_of(self.review, made), **about)
