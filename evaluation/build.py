"""Build a review: check, execute, publish, swap in. What the command `evaluation build` does, as functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import manifest, plan, sources
from .contract import CONTRACT
from .execute import NO_LIMITS, Limits, Outcome
from .foreign import read_notebook
from .make import Maker
from .parameters import Review, read_review
from .plan import Step, hash_json, hash_of
from .problems import InputError, Problem, in_order, listed, nearest, quoted
from .progress import Progress
from .sources import Tables
from .store import Store
from .swap import replacing, take_over

ROOT = Path(__file__).parent.parent


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
    address: str | None = None
    workers: int | None = None

    @property
    def folder(self) -> Path:
        return (self.output or ROOT / "outputs") / self.review.stem


@dataclass(frozen=True)
class Built:
    """How a build ended: where it is, what was made, what failed, which runs stop before their own series does."""

    folder: Path
    made: int
    failures: list[Outcome]
    left_out: list[dict[str, Any]] = field(default_factory=list)


def read(request: Request, store: Store | None = None) -> tuple[Review, Tables]:
    """Everything that can be known before running: data, review, chapters, texts. Raises InputError with all
    mistakes at once. Data and texts that the store knows as valid are not checked again."""
    tables = Tables(request.data or ROOT / "data")
    problems = check_sources(tables, store)
    review = None
    try:
        review = read_review(request.review, ROOT / "notebooks", tables, request.settings)
        problems += unknown_slugs(review, request.only) + no_failed_build(request) + stays_here(request, review)
        problems += no_such_address(request) + check_chapters(review, store)
    except InputError as error:
        problems += error.problems
    except Exception:
        if not problems:  # what reads tables may stumble over those that are told already, and over no others
            raise
    if problems or review is None:
        raise InputError(in_order(problems))
    return review, tables


def check_sources(tables: Tables, store: Store | None) -> list[Problem]:
    """Data against its contract, and texts against the catalogues, where not known as valid. A notebook that
    cannot be read is told where a review asks for it."""
    notebooks = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if code_of(path)]
    problems = checked(store, data_key(tables.folder), lambda: checked_data(tables.folder))
    return problems + checked(store, texts_key(notebooks), lambda: check_texts(notebooks))


def checked_data(folder: Path) -> list[Problem]:
    """The problems of a data folder, those with its contract among them."""
    try:
        return sources.check(folder)
    except InputError as error:
        return error.problems


def check_chapters(review: Review, store: Store | None) -> list[Problem]:
    """What a page would refuse in the chapters of a review, where not known as valid."""
    paths = sorted({run.chapter.path for run in review.runs})
    key = hash_json(["chapters", plan.shared_parts(), {path.name: hash_of(path) for path in paths}])
    return checked(store, key, lambda: checked_chapters(paths))


def checked_chapters(paths: list[Path]) -> list[Problem]:
    """Imported only where it is asked for: what knows prose knows Altair too."""
    from .texts import check_chapter

    return [problem for path in paths for problem in check_chapter(path)]


def checked(store: Store | None, key: str, check: Callable[[], list[Problem]]) -> list[Problem]:
    """The problems that a check finds, none where the store knows that it found none in the same before."""
    if store and key and store.get("checks", key):
        return []
    problems = check()
    if store and key and not problems:
        store.put("checks", key, True)
    return problems


def data_key(data: Path) -> str:
    """The key of a data folder's check; empty where a file cannot be read."""
    try:
        files = {path.name: hash_of(path) for path in data.iterdir() if path.is_file()}
        return hash_json(["data", plan.wing(True), files, hash_of(ROOT / "data" / CONTRACT)])
    except OSError:
        return ""


def texts_key(notebooks: list[Path]) -> str:
    """The key of a check of texts: the package, and what the chapters' code says."""
    return hash_json(["texts", plan.shared_parts(), {path.name: code_of(path) for path in notebooks}])


def code_of(notebook: Path) -> str:
    """The hash of a notebook's code; empty where it cannot be read."""
    try:
        return plan.cells_hash(read_notebook(notebook)["cells"], "code")
    except InputError:
        return ""


def unknown_slugs(review: Review, only: tuple[str, ...]) -> list[Problem]:
    slugs = [run.slug for run in review.runs]
    problems = []
    for slug in set(only) - set(slugs):
        found = f"{quoted(slug)}{nearest(slug, slugs)}"
        problems.append(Problem("--only", found=found, allowed=listed(slugs)))
    return problems


def no_failed_build(request: Request) -> list[Problem]:
    if not request.retry_failed or manifest.read(failed_folder(request.folder)):
        return []
    return [Problem("--retry-failed", found="no failed build", allowed="a review whose last build failed")]


def no_such_address(request: Request) -> list[Problem]:
    """An address that nothing here can write to, said before anything runs. A confidential review has none."""
    if not request.address:
        return []
    from .deliver import connect

    if not re.match(r"[a-z][a-z0-9+.-]*:", request.address) or request.address.startswith(("http:", "https:")):
        return [
            Problem("--output", found=quoted(request.address), allowed="an address to write to: s3://bucket/folder")
        ]
    try:
        connect(request.address)
    except InputError as error:
        return error.problems
    return []


def stays_here(request: Request, review: Review) -> list[Problem]:
    """A confidential review is not sent to other machines."""
    asked = {"--dask": request.dask, "--output": request.address} if review.confidential else {}
    allowed = "this machine's own processes and folders, since the review is confidential"
    return [Problem(option, found=repr(value), allowed=allowed) for option, value in asked.items() if value]


def check_texts(notebooks: list[Path]) -> list[Problem]:
    """Catalogue messages without French, fuzzy French or other names in it, before anything runs."""
    from .texts import check

    return check(notebooks)


def steps_of(request: Request, review: Review, tables: Tables, store: Store) -> list[Step]:
    """The plan of a request: a step for each run that it asks for, with the reasons to make it."""
    trusted = manifest.unchanged(store, request.folder) is not None
    steps = plan.plan(review, tables.folder, manifest.built(request.folder, trusted))
    return [step for step in steps if not request.only or step.slug in request.only]


def build(request: Request, progress: Progress | None = None) -> Built:
    """Build a review, or only some of its runs. Raises InputError before anything runs; a run that fails stops
    no other, and leaves the last good review in place."""
    store = Store()
    review, tables = read(request, store)
    request.folder.parent.mkdir(parents=True, exist_ok=True)
    key = made_from(review, tables)
    if key == manifest.unchanged(store, request.folder):
        return Built(request.folder, 0, [], left_out(request, review))
    built = Build(request, review, tables, store, key).run(progress or Progress())
    if not built.failures:
        manifest.remember(store, request.folder)
    return replace(built, left_out=left_out(request, review))


def left_out(request: Request, review: Review) -> list[dict[str, Any]]:
    """The later years that runs asked for leave out of their own series: slug, parameter, its year, the latest one."""
    asked = [run for run in review.runs if not request.only or run.slug in request.only]
    return [{"slug": run.slug, **one} for run in asked for one in run.left_out]


def made_from(review: Review, tables: Tables) -> str:
    """One hash of all that a review's folder comes from, the commit that its manifest names included."""
    keys = [[step.slug, step.publishing_key] for step in plan.plan(review, tables.folder, {})]
    return hash_json([review.title, keys, manifest.commit()])


class SomeFailed(Exception):
    """Some runs failed, so that the new folder must not take the old one's place."""


class Build:
    """One build at work: what earlier builds left, what is asked, and what it has made so far."""

    def __init__(self, request: Request, review: Review, tables: Tables, store: Store, key: str):
        self.request, self.review, self.tables, self.store, self.key = request, review, tables, store, key
        self.last = failed_folder(request.folder) if request.retry_failed else request.folder
        self.built = manifest.built(self.last, manifest.unchanged(store, self.last) is not None)
        self.steps = plan.plan(review, tables.folder, self.built)
        self.asked = [step for step in self.steps if not request.only or step.slug in request.only]
        self.to_make = [step for step in self.asked if step.reasons]
        self.records: dict[str, dict[str, Any]] = {}
        self.failures: list[Outcome] = []

    def run(self, progress: Progress) -> Built:
        """Make what is out of date beside the last good review, and swap it in."""
        if not self.to_make and manifest.read(self.request.folder).get("key") == self.key:
            return Built(self.request.folder, 0, [])
        client = self.cluster()
        try:
            with replacing(self.request.folder) as folder:
                self.make_all(folder, progress, self.maker(folder, client))
                if self.failures:
                    raise SomeFailed
        except SomeFailed:
            failed = failed_folder(self.request.folder)
            failures = [replace(f, output=failed / "notebooks" / f.output.name) for f in self.failures]
            return Built(self.request.folder, len(self.to_make) - len(failures), failures)
        return Built(self.request.folder, len(self.to_make), [])

    def keep(self, folder: Path) -> None:
        """Take over what is up to date, and with ``--only`` what was not asked for."""
        to_make = {step.slug for step in self.to_make}
        for step in (step for step in self.steps if step.slug not in to_make):
            record = self.built.get(step.slug)
            if record and "missing" not in record:
                take_over(list(record["outputs"]), self.last, folder)
                same = record["publishing_key"] == step.publishing_key
                self.records[step.slug] = record | (step.record() if same else {})

    def cluster(self) -> Any:
        """A client of the cluster that was asked for, before anything is changed. Raises InputError."""
        if not self.request.dask or not self.to_make:
            return None
        from .cluster import connect

        return connect(self.request.dask)

    def maker(self, folder: Path, client: Any) -> Maker:
        """What makes the runs: this machine, or a cluster."""
        if client is None:
            return Maker(folder, self.tables.folder, self.store, self.request.limits, self.request.workers)
        from .cluster import ClusterMaker

        return ClusterMaker(folder, self.tables.folder, self.store, self.request.limits, client)

    def make_all(self, folder: Path, progress: Progress, maker: Maker) -> None:
        """Keep what is up to date, make what is not, then the index and the manifest."""
        progress.start(len(self.asked), len(self.asked) - len(self.to_make))
        by_slug = {step.slug: step for step in self.to_make}
        try:
            maker.prepare(self.to_make)
            self.keep(folder)
            for made in maker.make_all(self.to_make, progress):
                if made.outcome.failed:
                    self.failures.append(made.outcome)
                else:
                    record = by_slug[made.outcome.slug].record()
                    self.records[made.outcome.slug] = record | {"entry": made.entry, "outputs": made.outputs}
            self.finish(folder, maker)
        finally:
            progress.close()
            maker.stop()

    def finish(self, folder: Path, maker: Maker) -> None:
        """Write what says what there is: the index of a whole build, and the manifest of any."""
        records = [self.records[step.slug] for step in self.steps if step.slug in self.records]
        if not self.failures:
            maker.write_index(self.review.title, [record["entry"] for record in records])
        known = {path: value for record in records for path, value in record["outputs"].items()}
        made = {slug: record["key"] for slug, record in self.records.items()}
        whole = not self.failures and all(made.get(step.slug) == step.key for step in self.steps)
        manifest.write(folder, records, self.key if whole else "", known)


def failed_folder(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.failed"
