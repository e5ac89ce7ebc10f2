"""The plan of a build: which runs and pages are out of date, and why.

A *run key* hashes the content of code cells, parameters, all files that a run may read, the package except texts and
templates, and the lock. Results are stored under it. Pages are up to date if the hashes of all their *dependencies*
are, so that a message can name the changed one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_uppercase
from typing import Any

from ..data.sources import NAMES_TABLE
from ..numbers.lists import ReferenceLists
from ..pages import glossary, searches
from ..reviews.review import ANNEX, FRONT, Review, Run
from . import inputs
from .inputs import Files, hash_json
from .manifest import ManifestRow

ABOUT = "title, date or place in the review"


@dataclass(frozen=True)
class Step:
    """One planned run: hashes of its chapter, of the package and of the ``files`` it may read, by name; the environment
    (Python's version and the lock's hash); the ``context`` of its pages (title, glossary, neighbours); and the reason
    why it is out of date, in words, empty if it is up to date."""

    run: Run
    hashes: dict[str, str]
    files: dict[str, str]
    environment: dict[str, str]
    context: dict[str, Any]
    reason: str = ""

    @property
    def slug(self) -> str:
        """The slug of its run, its name everywhere."""
        return self.run.slug

    @property
    def notebook(self) -> str:
        """The chapter's file name as in keys: ``notebooks/people_served.ipynb``."""
        return f"notebooks/{self.run.chapter.path.name}"

    @cached_property
    def run_key(self) -> str:
        """The key of its results in the store, printed in the page and in the executed notebook: the hash of slug,
        parameters, code cells, the package's rooms for analysis, the lock and all files; the languages too, if there is
        one only."""
        counted = {name: self.hashes[name] for name in (inputs.CODE, inputs.ANALYSIS)} | self.lock
        parts = [self.slug, self.run.parameters, counted, self.files]
        languages = self.context.get("languages", [])  # labels of a run for one have no other
        return hash_json([*parts, languages] if len(languages) == 1 else parts)

    @property
    def lock(self) -> dict[str, str]:
        """The hash of the locked dependencies, by the lock's name; empty without a lock."""
        return {name: value for name, value in self.environment.items() if name == inputs.LOCK}

    @cached_property
    def about(self) -> dict[str, Any]:
        """The metadata ``evaluation`` of its executed notebook: the context of its pages, and the run's chapter, slug,
        title, parameters and key."""
        return self.context | {
            "chapter": self.run.chapter.name,
            "slug": self.slug,
            "title": self.run.chapter.title,
            "parameters": self.run.parameters,
            "differing": self.run.differing,
            "latest": self.run.latest,
            "left_out": self.run.left_out,
            "run_key": self.run_key,
        }

    @cached_property
    def inputs(self) -> dict[str, str]:
        """The hashes, by name, of the notebook, the files that the run may read and the lock; empty for a confidential
        review."""
        if self.context.get("confidential"):  # the hash of a small table allows guessing its content
            return {}
        return {self.notebook: self.hashes[self.notebook]} | self.files | self.lock

    @cached_property
    def dependencies(self) -> dict[str, str]:
        """The hashes of what its pages depend on beside the files of ``inputs``, by words for messages: the package,
        the lock, the chapter's code and text, and the metadata; also Python's version, no hash; for a confidential
        review one hash of all its files too."""
        files = {"data": hash_json(self.files)} if self.context.get("confidential") else {}
        others = files | self.environment | self.hashes | {ABOUT: hash_json(self.about | {"run_key": ""})}
        named = {inputs.CODE: f"{self.notebook} (code)", inputs.TEXT: f"{self.notebook} (text)"}
        return {named.get(name, name): value for name, value in others.items() if name != self.notebook}

    def manifest_row(self) -> ManifestRow:
        """Its row of the manifest (slug, chapter, parameters, key, inputs, dependencies), without ``outputs`` and
        ``entry``, which are known when it is published."""
        row = {"slug": self.slug, "chapter": self.run.chapter.name, "parameters": self.run.parameters}
        return row | {"key": self.run_key, "inputs": self.inputs, "dependencies": self.dependencies}


def plan(
    review: Review,
    files: Files,
    built_rows: dict[str, dict[str, Any]],
    missing: set[str],
    link_targets: list[LinkTarget],
    draft: bool = False,
) -> list[Step]:
    """A step for each run of a review (or its ``draft``), in order, requested or not, with the reason why it is out of
    date against ``built_rows`` (manifest rows by slug) and the paths of built files that are ``missing``. Links of its
    pages lead to ``link_targets`` alone. Raises as `inputs.chapter_hashes`."""
    shared, read = inputs.package_hashes(), files.inputs()
    chapters = {run.chapter.name: run.chapter for run in review.runs}
    hashes = {name: shared | inputs.chapter_hashes(chapter) for name, chapter in chapters.items()}
    positions = page_positions(review.runs, link_targets)
    lock, surroundings = inputs.lock_path(), {inputs.PYTHON: inputs.python_version()}
    surroundings |= {inputs.LOCK: inputs.hash_of(lock)} if lock.is_file() else {}
    context, steps = page_context(review, files) | ({"draft": True} if draft else {}), []
    for run in review.runs:
        context_of_page = context | {"pages": page_links(link_target(run), link_targets)} | positions[run.slug]
        step = Step(run, hashes[run.chapter.name], read, surroundings, context_of_page)
        steps.append(replace(step, reason=rebuild_reason(step, built_rows.get(run.slug), missing)))
    return steps


def page_context(review: Review, files: Files) -> dict[str, Any]:
    """The metadata that every page of a review shares: name, title, date, addresses, imprint, languages; whether it is
    confidential, where it is published, its brief, the glossary, the searches and the official names, where there are
    any."""
    context: dict[str, Any] = {"review": review.name, "review_title": review.title, "date": review.date}
    context |= review.addresses | {"imprint": review.imprint, "languages": list(review.languages)}
    context |= {"confidential": True} if review.confidential else {}
    context |= {"published_at": review.published_at} if review.published_at else {}
    context |= {"brief": review.brief} if review.brief else {}
    lists = ReferenceLists(files.data)
    entries = {part.TABLE: part.entries(lists) for part in (glossary, searches)}
    entries |= {NAMES_TABLE: lists.tables.names}
    return context | {table: rows for table, rows in entries.items() if rows}


def rebuild_reason(step: Step, row: ManifestRow | None, missing: set[str]) -> str:
    """Why a run must be made anew: "new" without a manifest ``row``, else "changed: " with its output files that are
    ``missing``, or else with the inputs and dependencies that changed since the row was written. Empty if up to
    date."""
    if row is None:
        return "new"
    if gone := [path for path in row["outputs"] if path in missing]:
        return f"changed: {', '.join(gone)}"
    now, before = (each["inputs"] | each.get("dependencies", {}) for each in (step.manifest_row(), row))
    changed = [name for name in now | before if before.get(name) != now.get(name) and name != step.notebook]
    return f"changed: {', '.join(changed)}" if changed else ""


# Links, and the position of a page in the review


@dataclass(frozen=True)
class LinkTarget:
    """A page that will exist after the build, for links: chapter, slug, parameters."""

    chapter: str
    slug: str
    parameters: dict[str, Any]
    page: str = ""  # the name of its file, where that is not its slug


def link_target(run: Run) -> LinkTarget:
    """The page of a run as a target of links."""
    return LinkTarget(run.chapter.name, run.slug, run.parameters, run.page)


def page_positions(runs: list[Run], link_targets: list[LinkTarget]) -> dict[str, dict[str, Any]]:
    """The position of each page in the review, by slug, as its metadata have it: its part, its number, the pages before
    and after among ``link_targets`` (file name, number and title; None at the ends), the sentence by language that
    leads to the next one, and whether it shows its box of caveats."""
    signs = dict(zip((run.slug for run in runs), page_numbers(runs), strict=True))
    slugs = {target.slug for target in link_targets}
    linked = [run for run in runs if run.slug in slugs]
    neighbours = [{"page": run.page, "number": signs[run.slug], "title": run.chapter.title} for run in linked]
    before = dict(zip((run.slug for run in linked[1:]), neighbours, strict=False))
    after = dict(zip((run.slug for run in linked), neighbours[1:], strict=False))
    return {
        run.slug: {
            "part": run.part,
            "number": signs[run.slug],
            "before": before.get(run.slug),
            "after": after.get(run.slug),
            "bridge": run.bridge if run.slug in after else {},
            "box": run.box,
        }
        for run in runs
    }


def page_numbers(runs: list[Run]) -> Iterator[str]:
    """The number of each page in order, as text: 1, 2, ... for chapters, A, ... Z, AA, ... for annexes, empty for the
    front. Without a front all are empty, so that an added run changes only the pages of its neighbours."""
    numbers = itertools.count(1)
    letters = (signs for length in itertools.count(1) for signs in itertools.product(ascii_uppercase, repeat=length))
    has_front = any(run.part == FRONT for run in runs)
    for run in runs:
        if run.part == ANNEX and has_front:
            yield "".join(next(letters))
        else:
            yield str(next(numbers)) if has_front and run.part != FRONT else ""


def page_links(target: LinkTarget, link_targets: list[LinkTarget]) -> dict[str, str]:
    """By chapter, in alphabetical order, the page (file name without suffix) to which a link on the page ``target``
    leads: the one of ``link_targets`` that shares most parameter values with it, the first of several; for its own
    chapter the page itself."""
    nearest = {target.chapter: target}
    for other in link_targets:
        best = nearest.setdefault(other.chapter, other)
        if best is not target and _shared_parameters(target, other) > _shared_parameters(target, best):
            nearest[other.chapter] = other
    return {chapter: nearest[chapter].page or nearest[chapter].slug for chapter in sorted(nearest)}


def _shared_parameters(target: LinkTarget, other: LinkTarget) -> int:
    """The number of parameters that both pages have with equal values."""
    return sum(
        name in other.parameters and other.parameters[name] == target.parameters[name] for name in target.parameters
    )
