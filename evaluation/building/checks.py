"""Everything that can be known of a build before anything runs: data, review, chapters, texts, options."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ..data import checking
from ..data.contract import CONTRACT
from ..data.sources import MOST_BYTES, Tables
from ..problems import NO_VALUES, InputError, Problem, in_order, listed, nearest, quoted
from ..problems.foreign import read_notebook
from ..problems.paths import PACKAGE, wrong_name
from ..reviews.review import Review
from ..reviews.review_file import read_review
from . import confidential, project
from .inputs import Files, changed_since, hash_json, hash_of, python_version, shared_parts
from .request import Request
from .store import FOLDER, Store


def read(request: Request, store: Store | None = None) -> tuple[Review, Tables]:
    """Everything that can be known before running: data, review, chapters, texts. Raises InputError with all
    mistakes at once; of what is confidential, without its values. What the store knows as valid is not checked
    again."""
    tables = Tables(request.data_folder)
    if problems := fit_name(request) + own_folders(request, store):
        raise InputError(problems)
    if not confidential.may_be(request.review, tables.folder / CONTRACT):
        return checked_inputs(request, tables, Passed(tables, store))
    os.environ[NO_VALUES] = "1"
    try:
        return checked_inputs(request, tables, Passed(tables, None))
    except InputError as error:
        raise InputError(confidential.masked(problem, tables) for problem in error.problems) from None


def checked_inputs(request: Request, tables: Tables, passed: Passed) -> tuple[Review, Tables]:
    """The review that is asked for and its tables, checked."""
    data_key = key_of_data(tables)
    problems = [] if passed.knows(data_key) else data_problems(tables.folder)
    if not problems:
        passed.note(data_key)
    key = data_key and key_of_review(request, data_key)
    known = passed.knows(key)
    review: Review | None = None
    try:
        review = read_review(request.review, project.notebooks(), tables, request.settings, request.only, known)
        review = replace(review, confidential=review.confidential or confidential.of_data(tables))
        problems += stays_here(request, review)
        problems += [] if known else problems_of_review(request, review)
    except InputError as error:
        problems += error.problems
    except Exception:
        if not problems:  # what reads tables may stumble over those that are told already, and over no others
            raise
    if problems or review is None:
        raise InputError(in_order(problems))
    passed.note(key)
    return review, tables


VALID: set[str] = set()  # keys of what was checked in this process and found well


class Passed:
    """What was checked and found well, by the keys of what it was: known to the store or to this process."""

    def __init__(self, tables: Tables, store: Store | None):
        self.files, self.store, self.began = Files(tables.folder, project.notebooks()), store, time.time()

    def knows(self, key: str) -> bool:
        return bool(key) and (key in VALID or bool(self.store and self.store.get("checks", key)))

    def note(self, key: str) -> None:
        """Note what was checked, if it still is what it was when the checks began."""
        stored = bool(self.store and self.store.has("checks", key))
        if key and not stored and not changed_since(self.began, self.files):
            VALID.add(key)
            if self.store:
                self.store.put("checks", key, True)


def key_of_data(tables: Tables) -> str:
    """The key of a data folder's check, by what its contract names; empty where a file cannot be read."""
    try:
        paths = [tables.folder / CONTRACT, *map(tables.path, tables.resources)]
        if any(path.stat().st_size > MOST_BYTES for path in paths):
            return ""
        files = {path.name: hash_of(path) for path in paths}
        return hash_json(["data", shared_parts(), files, hash_of(project.data() / CONTRACT)])
    except (OSError, InputError):
        return ""


def key_of_review(request: Request, data_key: str) -> str:
    """The key of the check of a review, its chapters and their texts."""
    paths = [request.review, *sorted(project.notebooks().glob("*.ipynb"))]
    hashes = {path.name: hash_of(path) for path in paths if path.is_file()}
    return hash_json(["review", data_key, hashes, request.settings, request.only, python_version()])


def data_problems(folder: Path) -> list[Problem]:
    """The problems of a data folder, those with its contract among them."""
    try:
        return checking.check(folder)
    except InputError as error:
        return error.problems


def problems_of_review(request: Request, review: Review) -> list[Problem]:
    """What speaks against a review that could be read: its names, its chapters, their texts."""
    from ..language.texts import check_chapter  # what knows prose knows Altair too

    paths = sorted({run.chapter.path for run in review.runs})
    problems = fit_runs(review) + unknown_slugs(review, request)
    return problems + [problem for path in paths for problem in check_chapter(path, review.languages)]


def own_folders(request: Request, store: Store | None) -> list[Problem]:
    """A review is built into no folder of the project's own, nor is a store kept there or among built reviews."""
    root, outputs = project.ROOT.resolve(), request.folder.resolve().parent
    names = ("notebooks", "parameters", ".git")
    own = [path.resolve() for path in (request.data_folder, PACKAGE, *(root / name for name in names))]
    kept = [store.folder.resolve()] if store else []
    allowed = "a folder that is not the project's own"
    if outputs == root or any(outputs.is_relative_to(path) for path in own + kept):
        return [Problem("--output", found=str(outputs), allowed=allowed)]
    places = [*own, root / "outputs", outputs / request.folder.name]
    inside = [path for path in kept if any(path.is_relative_to(place) for place in places)]
    return [Problem(FOLDER, found=str(path), allowed=allowed) for path in inside]


def fit_name(request: Request) -> list[Problem]:
    """A review's name is that of its folder everywhere, so that it must be a plain one."""
    told = wrong_name(request.review.stem)
    return [Problem(str(request.review), "-", "-", *told)] if told else []


def fit_runs(review: Review) -> list[Problem]:
    """A run's name is that of its files."""
    told = [(run.chapter.path, wrong_name(run.slug)) for run in review.runs]
    return list(dict.fromkeys(Problem(str(path), "-", "-", *wrong) for path, wrong in told if wrong))


def unknown_slugs(review: Review, request: Request) -> list[Problem]:
    slugs = [run.slug for run in review.runs]
    unknown = sorted(set(request.only) - {*slugs, *(run.unset for run in review.runs)})
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
