"""Build a review: check, execute, publish, swap in. What the command `evaluation build` does, as functions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..data import sources
from ..data.contract import CONTRACT
from ..data.sources import Tables
from ..problems import NO_VALUES, InputError, Problem, in_order, listed, nearest, quoted
from ..problems.foreign import read_notebook
from ..problems.inside import PACKAGE, is_name, is_plain_file
from ..reviews.parameters import Review, Run, read_review
from ..runs.execute import NO_LIMITS, Limits, Outcome
from . import confidential, deliver, manifest, plan
from .make import Maker
from .manifest import Record
from .plan import Place, Step, hash_json, hash_of
from .progress import Progress
from .seen import Seen
from .store import Store
from .swap import beside, make_way, refuse, replacing, take_over

ROOT = PACKAGE.parent
NAMES = "lower-case letters, digits, - and _, a letter or digit first"


def outputs(chosen: Path | None) -> Path:
    """The folder of reviews: the one chosen, else the project's."""
    return chosen or ROOT / "outputs"


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
        return outputs(self.output) / self.review.stem

    @property
    def in_part(self) -> bool:
        """Whether other pages than those asked for are to stay."""
        return bool(self.only or self.settings)

    def asks_for(self, run: Run) -> bool:
        """Whether a run is asked for: by its slug, or by the one that it has without ``--set``."""
        return not self.only or run.slug in self.only or run.unset in self.only


@dataclass(frozen=True)
class Built:
    """How a build ended: where it is, what was made, what failed, which runs stop before their own series does."""

    folder: Path
    made: int
    failures: list[Outcome]
    left_out: list[dict[str, Any]] = field(default_factory=list)


def read(request: Request, store: Store | None = None) -> tuple[Review, Tables]:
    """Everything that can be known before running: data, review, chapters, texts. Raises InputError with all
    mistakes at once; of what is confidential, without its values. Data and texts that the store knows as valid are
    not checked again."""
    tables = Tables(request.data or ROOT / "data")
    if confidential.concerns(request.review, tables.folder):
        os.environ[NO_VALUES] = "1"
    try:
        return checked_inputs(request, tables, store)
    except InputError as error:
        if not confidential.concerns(request.review, tables.folder):
            raise
        problems = [confidential.masked(problem, tables, request.review) for problem in error.problems]
        raise InputError(problems) from None


def checked_inputs(request: Request, tables: Tables, store: Store | None) -> tuple[Review, Tables]:
    store = None if confidential.concerns(request.review, tables.folder) else store
    problems = fit_names(request) + check_sources(tables, store)
    review = None
    try:
        review = declared(checked_review(request, tables, store), tables)
        problems += fit_runs(review) + unknown_slugs(review, request)
        problems += stays_here(request, review) or no_such_address(request)
        problems += no_failed_build(request) + check_chapters(review, tables, store)
    except InputError as error:
        problems += error.problems
    except Exception:
        if not problems:  # what reads tables may stumble over those that are told already, and over no others
            raise
    if problems or review is None:
        raise InputError(in_order(problems))
    return review, tables


def checked_review(request: Request, tables: Tables, store: Store | None) -> Review:
    """A review with its parameters checked, where not known as valid. Raises InputError."""
    notebooks = ROOT / "notebooks"
    seen = Seen.now(tables.folder, (request.review, *sorted(notebooks.glob("*.ipynb"))))
    key = review_key(request, tables.folder, list(seen.notebooks))
    known = bool(store and key and store.get("checks", key, lambda value: value is True))
    review = read_review(request.review, notebooks, tables, request.settings, request.only, known)
    if store and key and not known and not seen.changed():
        store.put("checks", key, True)
    return review


def review_key(request: Request, data: Path, files: list[Path]) -> str:
    """The key of a review's check: the review, the chapters, the data and what is asked; empty where a file cannot
    be read."""
    try:
        hashes = {path.name: hash_of(path) for path in files if is_plain_file(path)}  # a pipe is never waited for
    except OSError:
        return ""
    known = data_key(data)
    return known and hash_json(["review", known, hashes, request.settings, request.only, plan.wing(False)])


def declared(review: Review, tables: Tables) -> Review:
    """A review with what its data say of themselves: over confidential data it is confidential. Raises InputError
    where it claims the contrary, or says nothing over data that another review has marked."""
    of_data = confidential.of_data(tables)
    if of_data and review.public:
        found, allowed = "confidential: false over confidential data", "true, or no such key"
        raise InputError([Problem(str(review.path), found=found, allowed=allowed)])
    if confidential.is_marked(tables.folder) and not (review.confidential or of_data):
        found, allowed = "the mark of confidential data", f"{confidential.KEY}: true in the review, or other data"
        raise InputError([Problem(str(tables.folder / confidential.MARK), found=found, allowed=allowed)])
    return replace(review, confidential=review.confidential or of_data)


def fit_names(request: Request) -> list[Problem]:
    """A review's name is that of its folder everywhere, so that it must be a plain one."""
    if is_name(request.review.stem):
        return []
    return [Problem(str(request.review), found=f"the name {request.review.stem[:100]!r}", allowed=NAMES)]


def fit_runs(review: Review) -> list[Problem]:
    """A run's name is that of its files; ``index`` is the contents'."""
    odd = {run.slug: run.chapter for run in review.runs if not is_name(run.slug) or run.slug == "index"}
    return [Problem(str(c.path), found=f"the name {slug[:100]!r}", allowed=f"{NAMES}") for slug, c in odd.items()]


def check_sources(tables: Tables, store: Store | None) -> list[Problem]:
    """Data against its contract, and texts against the catalogues, where not known as valid. A notebook that
    cannot be read is told where a review asks for it."""
    notebooks = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if code_of(path)]
    seen = Seen.now(tables.folder, tuple(notebooks))
    problems = checked(store, seen, data_key(tables.folder), lambda: checked_data(tables.folder))
    return problems + checked(store, seen, texts_key(notebooks), lambda: check_texts(notebooks))


def checked_data(folder: Path) -> list[Problem]:
    """The problems of a data folder, those with its contract among them."""
    try:
        return sources.check(folder)
    except InputError as error:
        return error.problems


def check_chapters(review: Review, tables: Tables, store: Store | None) -> list[Problem]:
    """What a page would refuse in the chapters of a review, where not known as valid."""
    paths = sorted({run.chapter.path for run in review.runs})
    seen = Seen.now(tables.folder, tuple(paths))
    key = hash_json(["chapters", plan.shared_parts(), {path.name: hash_of(path) for path in paths}])
    return checked(store, seen, key, lambda: checked_chapters(paths))


def checked_chapters(paths: list[Path]) -> list[Problem]:
    """Imported only where it is asked for: what knows prose knows Altair too."""
    from ..language.texts import check_chapter

    return [problem for path in paths for problem in check_chapter(path)]


def checked(store: Store | None, seen: Seen, key: str, check: Callable[[], list[Problem]]) -> list[Problem]:
    """The problems that a check finds, none where the store knows that it found none in the same before."""
    if store and key and store.get("checks", key, lambda value: value is True):
        return []
    problems = check()
    if store and key and not problems and not seen.changed():
        store.put("checks", key, True)
    return problems


def data_key(data: Path) -> str:
    """The key of a data folder's check; empty where a file cannot be read."""
    try:
        files = {name: hash_of(path) for name, path in plan.data_files(data).items()}
        return hash_json(["data", plan.wing(True), files, hash_of(ROOT / "data" / CONTRACT)])
    except OSError:
        return ""


def texts_key(notebooks: list[Path]) -> str:
    """The key of a check of texts: the package, and what the chapters' code says."""
    return hash_json(["texts", plan.shared_parts(), {path.name: code_of(path) for path in notebooks}])


def code_of(notebook: Path) -> str:
    """The hash of a notebook's code; empty where it cannot be read."""
    try:
        return plan.code_hash(read_notebook(notebook)["cells"])
    except InputError:
        return ""


def unknown_slugs(review: Review, request: Request) -> list[Problem]:
    slugs = [run.slug for run in review.runs]
    known = {*slugs, *(run.unset for run in review.runs)}
    problems = []
    for slug in sorted(set(request.only) - known):
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

    if not re.match(r"[a-z][a-z0-9+.-]*://", request.address) or request.address.startswith(("http:", "https:")):
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
    from ..language.texts import check

    return check(notebooks)


def identity(review: Path) -> str:
    """A review file by its path in the project; one elsewhere by a hash of its path, which names nobody's folder."""
    path, root = review.resolve(), ROOT.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else plan.digest(str(path).encode())[:16]


def fit_folder(request: Request, review: Review, steps: list[Step], tables: Tables) -> list[Problem]:
    """What forbids building into the folder that is asked for, known before anything runs."""
    problems = refuse(request.folder)
    if not problems:
        with suppress(manifest.Unreadable):
            found = manifest.read(request.folder)
            problems = others_review(request, found) + others_pages(request, review, found)
    if not review.confidential and steps:
        problems += stays_confidential(request, steps, tables)
    if request.address and not review.confidential:
        problems += deliver.check(request.address, request.folder.name, identity(request.review))
    return problems


def others_review(request: Request, found: Record) -> list[Problem]:
    """Two review files of one name would take each other's place."""
    theirs, ours = found.get("review", ""), identity(request.review)
    gone = "/" in theirs and not (ROOT / theirs).exists()  # the file was moved
    if theirs in ("", ours) or gone:
        return []
    made = theirs if "/" in theirs else "another file of this name"
    return [Problem(str(request.folder), found=f"a review made from {made}", allowed="another name, or --output")]


def others_pages(request: Request, review: Review, found: Record) -> list[Problem]:
    """Pages that stay would be passed on with those that a public review adds."""
    if review.confidential or not request.in_part or not found.get("confidential"):
        return []
    return [Problem(str(request.folder), found="the pages of a confidential review", allowed="--output")]


def stays_confidential(request: Request, steps: list[Step], tables: Tables) -> list[Problem]:
    """A public review over the data of a confidential one, as far as the folders of outputs tell."""
    parents = {outputs(None), request.folder.parent}
    folders = sorted(path for parent in parents if parent.is_dir() for path in parent.iterdir() if path.is_dir())
    published = {name: hash_of(path) for name, path in plan.data_files(ROOT / "data").items()} if folders else {}
    return confidential.refuse_public(folders, tables.folder, steps[0].inputs, published)


def steps_of(request: Request, review: Review, tables: Tables, store: Store) -> list[Step]:
    """The plan of a request: a step for each run that it asks for, with the reasons to make it."""
    return [step for step in Plan.of(request, review, tables, store).steps if request.asks_for(step.run)]


@dataclass(frozen=True)
class Plan:
    """What earlier builds left, each page with the folder that it lies in, and a step for each run of a review."""

    built: dict[str, Record]
    places: dict[str, Path]
    steps: list[Step]
    secret: str = ""

    @classmethod
    def of(cls, request: Request, review: Review, tables: Tables, store: Store) -> Plan:
        built = what_stands(request.folder, store)
        places = dict.fromkeys(built, request.folder)
        if request.retry_failed:
            failed = what_stands(failed_folder(request.folder), store)
            built, places = built | failed, places | dict.fromkeys(failed, failed_folder(request.folder))
        secret = secret_of(request.folder) if review.confidential else ""
        at_hand = pages_at_hand(request, review, built)
        return cls(built, places, plan.plan(review, tables.folder, built, at_hand, secret), secret)


def what_stands(folder: Path, store: Store) -> dict[str, Record]:
    """What a folder holds, by slug; nothing where nobody can read what it is."""
    try:
        return manifest.built(folder, manifest.unchanged(store, folder) is not None)
    except manifest.Unreadable:
        return {}


def secret_of(folder: Path) -> str:
    """The secret of a confidential folder, so that its next build finds what has not changed; else a new one."""
    with suppress(InputError):
        return str(manifest.read(folder).get("secret", "")) or confidential.new_secret()
    return confidential.new_secret()


def pages_at_hand(request: Request, review: Review, built: dict[str, Record]) -> list[Place]:
    """The pages that there are when a build is done, the review's own first: links lead to these."""
    asked = [run for run in review.runs if request.asks_for(run) or run.slug in built]
    own = [plan.place_of(run) for run in asked]
    known = {place.slug for place in own}
    others = [record for slug, record in built.items() if slug not in known] if request.in_part else []
    return own + [Place(chapter_of(record), record["slug"], record["parameters"]) for record in others]


def chapter_of(record: Record) -> str:
    return str(record.get("chapter") or record["slug"].partition("--")[0])


def build(request: Request, progress: Progress | None = None) -> Built:
    """Build a review, or only some of its runs. Raises InputError before anything runs; a run that fails stops
    no other, and leaves the last good review in place."""
    store = Store()
    review, tables = read(request, store)
    with confidential.privately(review.confidential), named(request.folder):
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
    problems = fit_folder(request, review, planned.steps, tables)
    if problems:
        raise InputError(problems)
    if review.confidential and not confidential.of_data(tables):
        confidential.mark(tables.folder)
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
    """One hash of all that a review's folder comes from, the commit that its manifest names included: its title and
    each page with its publishing key."""
    return hash_json([review.title, review.confidential, pages, manifest.commit()])


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
        self.key = key_of(review, self.pages())
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
        if not self.to_make and manifest.read(self.request.folder).get("key") == self.key:
            return Built(self.request.folder, 0, [])
        client = self.cluster()
        try:
            with replacing(self.request.folder, keep_failed=not self.review.confidential) as folder:
                self.make_all(folder, progress, client)
                if self.failures:
                    raise SomeFailed
        except SomeFailed:
            return Built(self.request.folder, len(self.to_make) - len(self.failures), self.failed())
        return Built(self.request.folder, len(self.to_make), [])

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
        from .cluster import connect

        return connect(self.request.dask)

    def maker(self, folder: Path, client: Any) -> Maker:
        """What makes the runs: this machine, or a cluster."""
        data, limits = self.tables.folder, self.request.limits
        if client is not None:
            from .cluster import ClusterMaker

            return ClusterMaker(folder, data, self.store, limits, client, self.seen)
        if not self.review.confidential:
            return Maker(folder, data, self.store, limits, self.request.workers, self.seen)
        private = confidential.surroundings(folder)
        store = Store(Path(private["EVALUATION_STORE"]))
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
        by_slug = {step.slug: step for step in self.to_make}
        for made in maker.make_all(self.to_make, progress):
            if made.outcome.failed:
                self.failures.append(made.outcome)
            else:
                record = by_slug[made.outcome.slug].record()
                self.records[made.outcome.slug] = record | {"entry": made.entry, "outputs": made.outputs}

    def rows(self) -> list[Record]:
        return [self.records[slug] for slug in self.order() if slug in self.records]

    def write_index(self, maker: Maker) -> None:
        """The way in and the contents, of a build in which nothing failed."""
        if not self.failures:
            maker.write_index(self.review.title, [record["entry"] for record in self.rows()])

    def finish(self, folder: Path) -> None:
        """Write what says what there is, and leave nothing else."""
        rows, about = self.rows(), Record(review=identity(self.request.review))
        if self.review.confidential:
            confidential.wipe(folder)
            about |= {"confidential": True, "secret": self.planned.secret}
            about |= {"data": confidential.place_of(self.tables.folder)}
        known = {path: value for record in rows for path, value in record["outputs"].items()}
        manifest.write(folder, rows, known, key="" if self.failures else self.key, **about)
        if self.review.confidential:
            confidential.protect(folder)


def failed_folder(folder: Path) -> Path:
    return beside(folder, "failed")
