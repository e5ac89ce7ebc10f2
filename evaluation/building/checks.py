"""Everything that can be known of a build before anything runs: data, review, chapters, texts, options."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from ..data import checking
from ..data.contract import CONTRACT
from ..data.sources import MOST_BYTES, Tables
from ..language import LANGUAGES
from ..problems import NO_VALUES, InputError, Problem, in_order, listed, nearest, quoted
from ..problems.foreign import read_notebook
from ..problems.paths import PACKAGE, is_name
from ..reviews.review import Review
from ..reviews.review_file import read_review
from . import confidential, project
from .inputs import Files, Marks, code_hash, hash_json, hash_of, python_version, shared_parts, wing
from .request import Request
from .store import FOLDER, Store

NAMES = "lower-case letters, digits, - and _, a letter or digit first"


def read(request: Request, store: Store | None = None) -> tuple[Review, Tables]:
    """Everything that can be known before running: data, review, chapters, texts. Raises InputError with all
    mistakes at once; of what is confidential, without its values. Data and texts that the store knows as valid are
    not checked again."""
    tables = Tables(request.data_folder)
    if not confidential.may_be(request.review, tables.folder / CONTRACT):
        return checked_inputs(request, tables, store)
    os.environ[NO_VALUES] = "1"
    try:
        return checked_inputs(request, tables, None)
    except InputError as error:
        told = {(p.file, p.found) for p in confidential.unreadable(request.review, tables.folder / CONTRACT)}
        raise InputError(
            problem if (problem.file, problem.found) in told else confidential.masked(problem, tables)
            for problem in error.problems
        ) from None


def checked_inputs(request: Request, tables: Tables, store: Store | None) -> tuple[Review, Tables]:
    names = fit_names(request)
    if not (tables.folder / CONTRACT).is_file():  # else a folder of any size would be looked through
        raise InputError(names + data_problems(tables.folder))
    if problems := [] if names else own_folders(request, tables.folder, store):
        raise InputError(problems)
    checks = Checks(tables, store)
    problems = names + checks.problems_of_data()
    review: Review | None = None
    try:
        review = checks.review(request)
        problems += fit_runs(review) + unknown_slugs(review, request) + stays_here(request, review)
        problems += checks.problems_of_chapters(review)
    except InputError as error:
        problems += error.problems
    except Exception:
        if not problems:  # what reads tables may stumble over those that are told already, and over no others
            raise
    problems += checks.problems_of_texts(review)
    if problems or review is None:
        raise InputError(in_order(problems))
    return review, tables


VALID: set[str] = set()  # keys of what was checked in this process and found well


class Checks:
    """Checks that take long; what the store or this process knows as passed is not checked again."""

    def __init__(self, tables: Tables, store: Store | None):
        self.tables, self.store = tables, store
        self.marks = Marks.of(Files(tables.folder, project.notebooks()))

    def passed(self, key: str) -> bool:
        return bool(key and self.store and self.store.get("checks", key))

    def note(self, key: str) -> None:
        """Note what was checked, if it still is what it was when the checks began."""
        if key and not self.marks.changed():
            VALID.add(key)
            if self.store:
                self.store.put("checks", key, True)

    def once(self, key: str, check: Callable[[], list[Problem]]) -> list[Problem]:
        if self.passed(key):
            return []
        problems = [] if key in VALID else check()
        if not problems:
            self.note(key)
        return problems

    @cached_property
    def data_key(self) -> str:
        """The key of a data folder's check, by what its contract names; empty where a file cannot be read."""
        try:
            paths = [self.tables.folder / CONTRACT, *(self.tables.path(name) for name in self.tables.resources)]
            if any(path.stat().st_size > MOST_BYTES for path in paths):
                return ""
            files = {path.name: hash_of(path) for path in paths}
            return hash_json(["data", wing(True), files, hash_of(project.data() / CONTRACT)])
        except (OSError, InputError):
            return ""

    def problems_of_data(self) -> list[Problem]:
        return self.once(self.data_key, lambda: data_problems(self.tables.folder))

    def review(self, request: Request) -> Review:
        """The review that is asked for, its parameters checked. Raises InputError."""
        paths = [request.review, *sorted(project.notebooks().glob("*.ipynb"))]
        hashes = {path.name: hash_of(path) for path in paths if path.is_file()}
        asked = ["review", self.data_key, hashes, request.settings, request.only, wing(False)]
        key = hash_json(asked) if self.data_key else ""
        passed = self.passed(key)
        review = read_review(request.review, project.notebooks(), self.tables, request.settings, request.only, passed)
        if not passed:
            self.note(key)
        return replace(review, confidential=review.confidential or confidential.of_data(self.tables))

    def problems_of_chapters(self, review: Review) -> list[Problem]:
        """What a page would refuse in the chapters of a review."""
        paths = sorted({run.chapter.path for run in review.runs})
        key = hash_json(["chapters", self.by, review.languages, {path.name: hash_of(path) for path in paths}])
        return self.once(key, lambda: chapter_problems(paths, review.languages))

    def problems_of_texts(self, review: Review | None) -> list[Problem]:
        """Texts without French, or with other names in it: the package's, and those of a review's chapters where it
        has pages in French."""
        french = review is not None and LANGUAGES[1] in review.languages
        paths = sorted({run.chapter.path for run in review.runs}) if review and french else []
        key = hash_json(["texts", self.by, {path.name: code_of(path) for path in paths}])
        return self.once(key, lambda: text_problems(paths))

    @cached_property
    def by(self) -> list[Any]:
        """What checks."""
        return [shared_parts(), python_version()]


def data_problems(folder: Path) -> list[Problem]:
    """The problems of a data folder, those with its contract among them."""
    try:
        return checking.check(folder)
    except InputError as error:
        return error.problems


def chapter_problems(paths: list[Path], languages: tuple[str, ...]) -> list[Problem]:
    """Imported only where it is asked for: what knows prose knows Altair too."""
    from ..language.texts import check_chapter

    return [problem for path in paths for problem in check_chapter(path, languages)]


def text_problems(notebooks: list[Path]) -> list[Problem]:
    from ..language.texts import check, refused

    return refused(lambda: check(notebooks))


def code_of(notebook: Path) -> str:
    """The hash of a notebook's code; empty where it cannot be read."""
    try:
        return code_hash(read_notebook(notebook)["cells"])
    except InputError:
        return ""


def own_folders(request: Request, data: Path, store: Store | None) -> list[Problem]:
    """A review is built into no folder of the project's own, nor is a store kept there or among built reviews."""
    root, outputs = project.ROOT.resolve(), request.folder.resolve().parent
    names = ("notebooks", "parameters", ".git")
    own = [path.resolve() for path in (data, PACKAGE, *(root / name for name in names))]
    kept = store.folder.resolve() if store else Path(os.devnull)
    allowed = "a folder that is not the project's own"
    if outputs == root or any(outputs.is_relative_to(path) for path in [*own, kept]):
        return [Problem("--output", found=str(outputs), allowed=allowed)]
    if any(kept.is_relative_to(path) for path in [*own, root / "outputs", outputs / request.folder.name]):
        return [Problem(FOLDER, found=str(kept), allowed=allowed)]
    return []


def fit_names(request: Request) -> list[Problem]:
    """A review's name is that of its folder everywhere, so that it must be a plain one."""
    if is_name(request.review.stem):
        return []
    return [Problem(str(request.review), found=f"the name {request.review.stem[:100]!r}", allowed=NAMES)]


def fit_runs(review: Review) -> list[Problem]:
    """A run's name is that of its files; ``index`` is the contents'."""
    odd = {run.slug: run.chapter for run in review.runs if not is_name(run.slug) or run.slug == "index"}
    return [Problem(str(c.path), found=f"the name {slug[:100]!r}", allowed=NAMES) for slug, c in odd.items()]


def unknown_slugs(review: Review, request: Request) -> list[Problem]:
    slugs = [run.slug for run in review.runs]
    known = {*slugs, *(run.unset for run in review.runs)}
    unknown = sorted(set(request.only) - known)
    return [Problem("--only", found=f"{quoted(slug)}{nearest(slug, slugs)}", allowed=listed(slugs)) for slug in unknown]


def stays_here(request: Request, review: Review) -> list[Problem]:
    """A confidential review is not sent to other machines."""
    if not (review.confidential and request.dask):
        return []
    allowed = "this machine's own processes, since the review is confidential"
    return [Problem("--dask", found=repr(request.dask), allowed=allowed)]


UNSTORED = "none in what git keeps: `make` has git leave them out; or, in JupyterLab, Clear Outputs of All Cells"


def left_by_runs(folder: Path) -> list[Problem]:
    """Of each notebook of a folder the first cell that holds outputs or a count; one that nobody can read has none."""
    return [problem for path in sorted(folder.glob("*.ipynb")) for problem in islice(left_by_a_run(path), 1)]


def left_by_a_run(path: Path) -> Iterator[Problem]:
    with suppress(InputError):
        for number, cell in enumerate(read_notebook(path)["cells"], start=1):
            if cell.get("outputs"):
                yield Problem(str(path), number, "outputs", "outputs of a run", UNSTORED)
            elif cell.get("execution_count") is not None:
                yield Problem(str(path), number, "execution_count", "the count of a run", UNSTORED)
