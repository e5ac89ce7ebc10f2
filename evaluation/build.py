"""Build a review: check, execute, publish, swap in. What the command `evaluation build` does, as functions."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from . import plan, sources
from .execute import Job, Outcome, execute_all
from .parameters import Review, Run, read_review
from .sources import InputError, Problem, Tables

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Request:
    """What is asked of a build."""

    review: Path
    only: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    output: Path | None = None

    @property
    def folder(self) -> Path:
        return (self.output or ROOT / "outputs") / self.review.stem


@dataclass(frozen=True)
class Built:
    """How a build ended: where it is, what was made, what failed."""

    folder: Path
    made: int
    failures: list[Outcome]


Tell = Callable[[str], None]


def read(request: Request) -> tuple[Review, Tables]:
    """Everything that can be known before running: data, review, chapters, texts. Raises InputError with all
    mistakes at once."""
    tables = Tables(request.data or ROOT / "data")
    problems = sources.check(tables.folder)
    review = None
    try:
        review = read_review(request.review, ROOT / "notebooks", tables, request.settings)
        problems += unknown_slugs(review, request.only)
    except InputError as error:
        problems += error.problems
    except KeyError:
        pass  # the tables that parameters are checked against are among the problems already found
    problems += check_texts(sorted((ROOT / "notebooks").glob("*.ipynb")))
    if problems or review is None:
        raise InputError(problems)
    return review, tables


def unknown_slugs(review: Review, only: tuple[str, ...]) -> list[Problem]:
    slugs = [run.slug for run in review.runs]
    problems = []
    for slug in set(only) - set(slugs):
        near = get_close_matches(slug, slugs, n=1)
        hint = f" (nearest: {near[0]})" if near else ""
        problems.append(Problem("--only", found=f"{slug!r}{hint}", allowed=", ".join(slugs)))
    return problems


def check_texts(notebooks: list[Path]) -> list[Problem]:
    """Catalogue messages without French, fuzzy French or other names in it, before anything runs."""
    from .texts import check

    return check(notebooks)


def chosen(review: Review, only: tuple[str, ...]) -> list[Run]:
    return [run for run in review.runs if not only or run.slug in only]


def build(request: Request, tell: Tell) -> Built:
    """Build a review, or only some of its runs. Raises InputError before anything runs; a run that fails stops
    no other, and leaves the last good review in place."""
    from .publish import replacing

    review, tables = read(request)
    runs = chosen(review, request.only)
    failures: list[Outcome] = []
    request.folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with replacing(request.folder) as folder:
            if request.only and request.folder.exists():
                shutil.copytree(request.folder, folder, dirs_exist_ok=True)
            failures += make(review, runs, tables, folder, tell)
            if failures:
                raise SomeFailed
    except SomeFailed:
        failed = request.folder.parent / f".{request.folder.name}.failed"
        failures = [replace(f, output=failed / "notebooks" / f.output.name) for f in failures]
    return Built(request.folder, len(runs) - len(failures), failures)


class SomeFailed(Exception):
    """Some runs failed, so that the new folder must not take the old one's place."""


def make(review: Review, runs: list[Run], tables: Tables, folder: Path, tell: Tell) -> list[Outcome]:
    """Execute and publish runs into a new folder, then its index and manifest; returns the failures."""
    from . import manifest, publish

    inputs = {run.slug: plan.inputs(run, tables.folder) for run in runs}
    keys = {run.slug: plan.run_key(run, inputs[run.slug]) for run in runs}
    jobs = [job(run, review, keys[run.slug], tables.folder, folder) for run in runs]
    entries = dict(kept_entries(folder))
    failures = []
    for count, outcome in enumerate(execute_all(jobs), start=1):
        outcome = outcome if outcome.failed else publish_one(outcome, folder, entries)
        failures += [outcome] if outcome.failed else []
        tell(f"[{count}/{len(jobs)}] {outcome.slug}: {outcome.error or 'done'}")
    if not failures:
        publish.write_index(review, [entries[run.slug] for run in review.runs if run.slug in entries], folder)
        records = kept_records(folder, inputs) + [record(run, keys, inputs) for run in runs]
        manifest.write(folder, [r | {"entry": entries[r["slug"]]} for r in records])
    return failures


def kept_entries(folder: Path) -> dict[str, Any]:
    """The index entries of the pages that an earlier build left in this folder."""
    from . import manifest

    return {run["slug"]: run["entry"] for run in manifest.read(folder).get("runs", [])}


def kept_records(folder: Path, made: dict[str, Any]) -> list[dict[str, Any]]:
    from . import manifest

    return [run for run in manifest.read(folder).get("runs", []) if run["slug"] not in made]


def record(run: Run, keys: dict[str, str], inputs: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "slug": run.slug,
        "parameters": run.parameters,
        "key": keys[run.slug],
        "publishing_key": plan.publishing_key(run, keys[run.slug]),
        "inputs": inputs[run.slug],
    }


def job(run: Run, review: Review, key: str, data: Path, folder: Path) -> Job:
    about = plan.about(run, review.name, key)
    return Job(run.slug, run.chapter.path, run.parameters, about, data, folder / "notebooks" / f"{run.slug}.ipynb")


def publish_one(outcome: Outcome, folder: Path, entries: dict[str, Any]) -> Outcome:
    """Publish one executed run; what cannot be published is that run's failure."""
    from .page import PageError, read_notebook
    from .publish import publish

    try:
        entries[outcome.slug] = publish(read_notebook(outcome.output), folder)
    except PageError as error:
        return replace(outcome, error=str(error))
    return outcome
