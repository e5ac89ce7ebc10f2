"""The request of a build, and all checks before anything runs: data, review, chapters, texts, options."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ..data import checking
from ..data.contract import CONFIDENTIAL, CONTRACT, figure_fields
from ..data.sources import MOST_BYTES_OF_TABLE, Tables
from ..language import requiring_languages
from ..language.placeholders import Official
from ..language.texts import check_chapter
from ..numbers.figures import Figures
from ..pages import glossary, searches
from ..problems import NO_VALUES, InputError, Problem, listed, nearest, quoted, sorted_problems
from ..problems.paths import PACKAGE, mistake_in_name
from ..reviews.review import Review, Run
from ..reviews.review_file import read_review
from . import confidential, manifest, project
from .inputs import Files, changed_since, hash_json, hash_of, package_hashes, python_version
from .store import STORE_VARIABLE, Store, default_folder


@dataclass(frozen=True)
class Request:
    """The options of a build: a review file, the requested runs (slugs in ``only``, all if empty; ``settings`` by the
    names of parameters, in place of the file's values), data folder, folder for outputs, and how runs are executed:
    each within ``timeout`` seconds, on this machine or on the cluster at the address ``dask``."""

    review: Path
    only: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    output: Path | None = None
    timeout: int = 600  # seconds a run may take, by --timeout
    dask: str | None = None
    draft: bool = False  # make pages although claims do not hold, which are then marked

    @property
    def data_folder(self) -> Path:
        """The folder given by ``--data``, or the project's."""
        return self.data or project.ROOT / "data"

    @property
    def folder(self) -> Path:
        """The folder of the built review: ``outputs/<review>``, for a draft ``outputs/<review>.draft``; in ``output``
        in place of ``outputs`` if that is given."""
        name = f"{self.review.stem}.draft" if self.draft else self.review.stem
        return (self.output or project.ROOT / "outputs") / name

    @property
    def is_partial(self) -> bool:
        """Whether ``--only`` or ``--set`` is given: pages that are not requested then stay in the output folder."""
        return bool(self.only or self.settings)

    def is_requested(self, run: Run) -> bool:
        """Whether ``only`` names a run, by its slug with the values of ``--set`` or by that without; True if ``only``
        is empty."""
        return not self.only or run.slug in self.only or run.unset in self.only


def check_request(request: Request, again: bool = False) -> tuple[Review, Tables]:
    """Check data, review, chapters and texts; return the review and its tables. Raises InputError with all problems at
    once; those of the review's name and of folders come first, alone. Checks that passed before are skipped, as
    recorded in this process and in the store; only in this process if ``again`` or if the request may be confidential,
    which also sets NO_VALUES in the environment."""
    tables = Tables(request.data_folder)
    unfit = mistake_in_name(request.review.stem)  # a review's name is that of its folder everywhere
    named = [Problem(str(request.review), "-", "-", *unfit)] if unfit else []
    if problems := named + folder_problems(request):
        raise InputError(problems)
    if is_secret := confidential.may_be_confidential(request.review, tables.contract_file):
        os.environ[NO_VALUES] = "1"
    return check_inputs(request, tables, PassedChecks(tables, stored=not (again or is_secret))), tables


def check_inputs(request: Request, tables: Tables, passed: PassedChecks) -> Review:
    """The requested review, after all checks that have not ``passed`` before; those that pass are added to it. The
    review is confidential if its data are, and then ``dask`` is a problem. Raises InputError with all problems, sorted,
    and if there is none, whatever else the checks raise."""
    data_key = key_of_data(tables)
    key = key_of_request(request, data_key)
    known = passed.has_passed(key)
    problems = problems_of_data(tables, data_key, passed)
    review: Review | None = None
    try:
        review = read_requested(request, tables, known)
        problems += problems_of_cluster(request, review)
        problems += [] if known else problems_of_review(request, review, tables.names, passed)
        read_key = data_key and hash_json(["read as pages do", data_key, review.languages])
        if not (known or problems or passed.has_passed(read_key)):
            problems += problems_for_pages(Figures(tables.folder), review.languages)
            passed.record(*[read_key] * (not problems))
    except InputError as error:
        problems += error.problems
    except Exception:
        if not problems:  # reading tables may fail on those already reported, and on no others
            raise
    if problems or review is None:
        raise InputError(sorted_problems(problems))
    passed.record(key)
    return review


def problems_of_data(tables: Tables, key: str, passed: PassedChecks) -> list[Problem]:
    """The problems of the data and their contract, skipped if the check with this ``key`` has ``passed``, to which it
    is added if there are none."""
    try:
        problems = [] if passed.has_passed(key) else checking.check_data(tables.folder)
    except InputError as error:  # of its contract
        return error.problems
    passed.record(*[key] * (not problems))
    return problems


def read_requested(request: Request, tables: Tables, known: bool) -> Review:
    """The requested review, which is confidential if its data are; without checks if it is ``known`` to be valid.
    Raises InputError for a review file or a contract that is invalid."""
    options = {"settings": request.settings, "only": request.only, "valid": known}
    review = read_review(request.review, project.ROOT / "notebooks", tables, **options)
    return replace(review, confidential=review.confidential or bool(tables.contract.get(CONFIDENTIAL, False)))


def problems_of_cluster(request: Request, review: Review) -> list[Problem]:
    """The problem of a confidential review that is to run on a cluster; empty for others."""
    if not (review.confidential and request.dask):
        return []
    allowed = "this machine's own processes, since the review is confidential"
    return [Problem("--dask", actual=repr(request.dask), allowed=allowed)]


PASSED_KEYS: set[str] = set()  # keys of the checks passed in this process


class PassedChecks:
    """The keys of passed checks: in this process (PASSED_KEYS), and in the store if ``stored``."""

    def __init__(self, tables: Tables, stored: bool):
        """The folder of ``tables`` and the project's notebooks/ are watched: once a file in them, of the package or the
        lock has been written from now on, `record` records nothing."""
        self.files, self.stored, self.began = Files(tables.folder, project.ROOT / "notebooks"), stored, time.time()

    def has_passed(self, key: str) -> bool:
        """Whether the check of this key has passed; False for the empty key of something unreadable."""
        return bool(key) and (key in PASSED_KEYS or (self.stored and Store().has("checks", key)))

    def record(self, *keys: str) -> None:
        """Record the keys of passed checks, empty ones left out; none at all if a file of the package, the lock, the
        data or the notebooks was written since this object was made."""
        new = [key for key in keys if key and not (Store().has("checks", key) if self.stored else key in PASSED_KEYS)]
        if new and not changed_since(self.began, self.files, self.files.names()):
            PASSED_KEYS.update(new)
            for key in new if self.stored else ():
                Store().put("checks", key, True)


def key_of_data(tables: Tables) -> str:
    """The key of a data folder's check: a hash of the package, the folder's contract and tables, and the project's own
    contract; empty if one of them cannot be read or is too large."""
    try:
        paths = [tables.contract_file, *map(tables.path, tables.resources)]
        if any(path.stat().st_size > MOST_BYTES_OF_TABLE for path in paths):
            return ""
        files = {path.name: hash_of(path) for path in paths}
        return hash_json(["data", package_hashes(), files, hash_of(project.ROOT / "data" / CONTRACT)])
    except (OSError, InputError):
        return ""


def key_of_request(request: Request, data_key: str) -> str:
    """The key of all checks of a request: a hash of the key of its data, its review file, options, all other files of
    parameters/ (claims depend on how often they run a chapter), all notebooks and Python's version. Empty if the key of
    the data is."""
    others = sorted((project.ROOT / "parameters").glob("*.yml"))
    paths = [request.review, *others, *sorted((project.ROOT / "notebooks").glob("*.ipynb"))]
    hashes = [[path.name, hash_of(path)] for path in paths if path.is_file()]
    return data_key and hash_json(["review", data_key, hashes, request.settings, request.only, python_version()])


def key_of_chapter(path: Path, *about: object) -> str:
    """The key of a chapter's check: a hash of the package, Python's version, the notebook, and what else the check
    depends on (``about``), so that an edited sentence repeats the check of one chapter only. Raises OSError."""
    return hash_json(["chapter", package_hashes(), python_version(), path.name, hash_of(path), *about])


def problems_of_review(request: Request, review: Review, names: Official, passed: PassedChecks) -> list[Problem]:
    """The problems of a parsed review: unknown slugs in ``--only`` and mistakes in its chapters' texts, which may use
    the official ``names``; only if there are none, mistakes in their claims. Checks of chapters that have ``passed``
    are skipped; if there is no problem, those made are added to it. Raises OSError for a chapter that cannot be
    read."""
    paths = sorted({run.chapter.path for run in review.runs})
    slugs = [run.slug for run in review.runs]
    unknown = sorted(set(request.only) - {*slugs, *(run.unset for run in review.runs)})
    named = [f"{quoted(slug)}{nearest(slug, slugs)}" for slug in unknown]
    problems = [Problem("--only", actual=name, allowed=listed(slugs)) for name in named]
    texts = {path: key_of_chapter(path, review.languages, names) for path in paths}
    unchecked = [path for path in paths if not passed.has_passed(texts[path])]
    problems += [problem for path in unchecked for problem in check_chapter(path, review.languages, names)]
    runs = {} if problems else count_runs_by_chapter(request, review)
    claims = {path: key_of_chapter(path, review.languages, names, runs[path.stem]) for path in paths if not problems}
    for path in (path for path, key in claims.items() if not passed.has_passed(key)):
        from ..records.claim_checks import check_claims  # imports charts, which a checked project does not need

        problems += check_claims(path, review.languages, runs[path.stem], names)
    passed.record(*[*texts.values(), *claims.values()] * (not problems))
    return problems


def general_texts(review: Review, tables: Tables) -> Iterator[str]:
    """The texts with a word of comparison that are marked as independent of data, a line each: ``FILE:ROW: first
    words`` for those of the review file, ``FILE:CELL: first words`` of its chapters, ``FILE: id`` of rows in data/."""
    from ..records.claim_checks import ChapterClaims
    from ..records.unmet import beginning_of

    yield from (f"{review.path}:{row}: {beginning_of(text)}" for row, text in review.general)
    for path in dict.fromkeys(run.chapter.path for run in review.runs):
        chapter = ChapterClaims(path, review.languages, names=tables.names)
        yield from (f"{path}:{cell}: {beginning_of(text)}" for cell, text in chapter.general())
    for name, resource in tables.resources.items():
        for key in (key for check in resource.get("checks", ()) for key in check.get("general", ())):
            yield f"{tables.path(name)}: {key}"


def count_runs_by_chapter(request: Request, review: Review) -> Counter[str]:
    """The number of runs by chapter's name, over this review and all other files of parameters/. An unreadable file,
    perhaps unfinished, adds one run to each chapter counted before it."""
    counts = Counter(run.chapter.name for run in review.runs)
    notebooks = project.ROOT / "notebooks"
    for path in sorted((project.ROOT / "parameters").glob("*.yml")):
        if path.resolve() != request.review.resolve():
            try:
                others = read_review(path, notebooks, Tables(request.data_folder), valid=True)
                counts.update(run.chapter.name for run in others.runs)
            except InputError:
                counts.update(counts.keys())
    return counts


def problems_for_pages(figures: Figures, languages: Iterable[str]) -> list[Problem]:
    """The problems that pages in these languages would meet in data that satisfy their contract, such as a missing
    language column. Reads every number, event, glossary entry and search once, as pages do, which takes seconds for
    large tables."""
    resources = figures.tables.resources.items()
    cells = [(name, field["name"]) for name, resource in resources for field in figure_fields(resource["schema"])]
    readers: list[Callable[[], object]] = [partial(figures.column, *cell) for cell in cells]
    readers += [figures.events, partial(glossary.entries, figures), partial(searches.entries, figures)]
    problems: list[Problem] = []
    with requiring_languages(languages):
        for read in readers:
            try:
                read()
            except InputError as error:
                problems += error.problems
    return problems


def folder_problems(request: Request) -> list[Problem]:
    """The first problem (a list of one, or empty) of where a build would write: an output folder that is a folder of
    the project or of its data, or lies inside one or inside a built review; or a store in such a folder or among built
    reviews. Links are resolved first."""
    places = (project.ROOT, request.folder, request.data_folder, default_folder())
    root, folder, data, store = (Path(os.path.realpath(path)) for path in places)  # any may be a link to itself
    in_use = [data, PACKAGE, *((root / name).resolve() for name in ("notebooks", "parameters", ".git"))]
    outputs, default = folder.parent, (root / "outputs").resolve()
    allowed = "a folder that is not the project's own"
    if outputs == default and any(outputs.is_relative_to(path) for path in (data, store)):  # nobody asked for that one
        around = (STORE_VARIABLE, store) if outputs.is_relative_to(store) else ("--data", data)
        return [Problem(around[0], actual=str(around[1]), allowed="a folder without built reviews")]
    if built := next((path for path in (outputs, *outputs.parents) if manifest.read_or_empty(path)), None):
        return [
            Problem("--output", actual=f"{built}, a built review", allowed="the folder that it lies in, or another")
        ]
    if outputs == root or any(outputs.is_relative_to(path) for path in [*in_use, store]):
        return [Problem("--output", actual=str(outputs), allowed=allowed)]
    inside = any(store.is_relative_to(place) for place in (*in_use, default, outputs / request.folder.name))
    return [Problem(STORE_VARIABLE, actual=str(store), allowed=allowed)] if inside else []
