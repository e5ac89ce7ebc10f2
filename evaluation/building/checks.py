"""Everything that can be known of a build before anything runs: data, review, chapters, texts, options."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ..data import checking
from ..data.contract import CONTRACT
from ..data.sources import MOST_BYTES, Tables
from ..language import LANGUAGES
from ..problems import NO_VALUES, InputError, Problem, in_order, listed, nearest, quoted
from ..problems.foreign import read_notebook
from ..problems.inside import PACKAGE, is_name, is_plain_file
from ..reviews.review import Review
from ..reviews.review_file import read_review
from . import asked, confidential, keys, manifest
from .asked import Request, failed_folder
from .keys import hash_json, hash_of
from .seen import Seen
from .store import FOLDER, Store

NAMES = "lower-case letters, digits, - and _, a letter or digit first"


def read(request: Request, store: Store | None = None) -> tuple[Review, Tables]:
    """Everything that can be known before running: data, review, chapters, texts. Raises InputError with all
    mistakes at once; of what is confidential, without its values. Data and texts that the store knows as valid are
    not checked again."""
    tables = Tables(request.data or asked.ROOT / "data")
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
    if not (tables.folder / CONTRACT).is_file():  # else a folder of any size would be looked through
        raise InputError(fit_names(request) + checked_data(tables.folder))
    names = fit_names(request)
    if problems := [] if names else own_folders(request, tables.folder, store):
        raise InputError(problems)
    problems = names + check_data(tables, store)
    review: Review | None = None
    try:
        review = checked_review(request, tables, store)
        review = replace(review, confidential=review.confidential or confidential.of_data(tables))
        problems += fit_runs(review) + unknown_slugs(review, request)
        problems += stays_here(request, review)
        problems += no_failed_build(request) + check_chapters(review, tables, store)
    except InputError as error:
        problems += error.problems
    except Exception:
        if not problems:  # what reads tables may stumble over those that are told already, and over no others
            raise
    problems += check_messages(review, tables, store)
    if problems or review is None:
        raise InputError(in_order(problems))
    return review, tables


def checked_review(request: Request, tables: Tables, store: Store | None) -> Review:
    """A review with its parameters checked, where not known as valid. Raises InputError."""
    notebooks = asked.ROOT / "notebooks"
    seen = Seen.now(asked.files(tables.folder))
    key = review_key(request, tables, [request.review, *sorted(notebooks.glob("*.ipynb"))])
    known = bool(store and key and store.get("checks", key, lambda value: value is True))
    review = read_review(request.review, notebooks, tables, request.settings, request.only, known)
    if store and key and not known and not seen.changed():
        store.put("checks", key, True)
    return review


def review_key(request: Request, tables: Tables, files: list[Path]) -> str:
    """The key of a review's check: review, chapters, data and what is asked; empty where a file cannot be read."""
    try:
        hashes = {path.name: hash_of(path) for path in files if is_plain_file(path)}  # a pipe is never waited for
    except OSError:
        return ""
    known = data_key(tables)
    return known and hash_json(["review", known, hashes, request.settings, request.only, keys.wing(False)])


def own_folders(request: Request, data: Path, store: Store | None) -> list[Problem]:
    """A review is built into no folder of the project's own, nor is a store kept there or among built reviews."""
    root, outputs = asked.ROOT.resolve(), request.folder.resolve().parent
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


def check_data(tables: Tables, store: Store | None) -> list[Problem]:
    """Data against its contract, where not known as valid."""
    seen = Seen.now(asked.files(tables.folder))
    return checked(store, seen, data_key(tables), lambda: checked_data(tables.folder))


def check_messages(review: Review | None, tables: Tables, store: Store | None) -> list[Problem]:
    """Texts against the catalogues, where not known as valid: the package's, and those of a review's chapters where it
    has pages in French."""
    french = review is not None and LANGUAGES[1] in review.languages
    notebooks = sorted({run.chapter.path for run in review.runs}) if review and french else []
    seen = Seen.now(asked.files(tables.folder))
    return checked(store, seen, texts_key(notebooks), lambda: check_texts(notebooks))


def checked_data(folder: Path) -> list[Problem]:
    """The problems of a data folder, those with its contract among them."""
    try:
        return checking.check(folder)
    except InputError as error:
        return error.problems


def check_chapters(review: Review, tables: Tables, store: Store | None) -> list[Problem]:
    """What a page would refuse in the chapters of a review, where not known as valid."""
    paths = sorted({run.chapter.path for run in review.runs})
    seen = Seen.now(asked.files(tables.folder))
    hashes = {path.name: hash_of(path) for path in paths}
    key = hash_json(["chapters", keys.shared_parts(), keys.python_version(), review.languages, hashes])
    return checked(store, seen, key, lambda: checked_chapters(paths, review.languages))


def checked_chapters(paths: list[Path], languages: tuple[str, ...]) -> list[Problem]:
    """Imported only where it is asked for: what knows prose knows Altair too."""
    from ..language.texts import check_chapter

    return [problem for path in paths for problem in check_chapter(path, languages)]


def checked(store: Store | None, seen: Seen, key: str, check: Callable[[], list[Problem]]) -> list[Problem]:
    """The problems that a check finds, none where this process or the store knows that it found none before."""
    if store and key and store.get("checks", key, lambda value: value is True):
        return []
    problems = check() if key not in VALID else []
    if key and not problems and not seen.changed():
        VALID.add(key)
        if store:
            store.put("checks", key, True)
    return problems


VALID: set[str] = set()  # keys of what was checked in this process and found well


def data_key(tables: Tables) -> str:
    """The key of a data folder's check, by what its contract names; empty where a file cannot be read."""
    try:
        paths = [tables.folder / CONTRACT, *(tables.path(name) for name in tables.resources)]
        if any(path.stat().st_size > MOST_BYTES for path in paths):
            return ""
        files = {path.name: hash_of(path) for path in paths}
        return hash_json(["data", keys.wing(True), files, hash_of(asked.ROOT / "data" / CONTRACT)])
    except (OSError, InputError):
        return ""


def texts_key(notebooks: list[Path]) -> str:
    """The key of a check of texts: the package, and what the chapters' code says."""
    codes = {path.name: code_of(path) for path in notebooks}
    return hash_json(["texts", keys.shared_parts(), keys.python_version(), codes])


def code_of(notebook: Path) -> str:
    """The hash of a notebook's code; empty where it cannot be read."""
    try:
        return keys.code_hash(read_notebook(notebook)["cells"])
    except InputError:
        return ""


def unknown_slugs(review: Review, request: Request) -> list[Problem]:
    slugs = [run.slug for run in review.runs]
    known = {*slugs, *(run.unset for run in review.runs)}
    unknown = sorted(set(request.only) - known)
    return [Problem("--only", found=f"{quoted(slug)}{nearest(slug, slugs)}", allowed=listed(slugs)) for slug in unknown]


def no_failed_build(request: Request) -> list[Problem]:
    if not request.retry_failed or manifest.read(failed_folder(request.folder)):
        return []
    return [Problem("--retry-failed", found="no failed build", allowed="a review whose last build failed")]


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


def check_texts(notebooks: list[Path]) -> list[Problem]:
    """Catalogue messages without French, fuzzy French or other names in it, before anything runs."""
    from ..language.texts import check, refused

    return refused(lambda: check(notebooks))
