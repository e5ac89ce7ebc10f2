"""Which runs and pages are out of date, and why; the keys that tell.

A *run key* names content: what a chapter's numbers come from, the tables that it read among it, and no others. The
store's key adds the environment (Python, the locked dependencies), and a publishing key what pages can depend on.
All are hashes of named *parts*, so that a changed part can be told.

Which files a run reads is known once it has run (`runs.reads`). A run that was never made of the same code and
parameters is planned with the files that it last read, else with none, and keyed anew when it was made. That is safe:
under a key stands only what a run made that read these very files with these contents, and it would read them again.
A run of which nobody can know what it read has no key that is ever found again: it is made each time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_uppercase
from typing import Any

from ..data.files import data_files
from ..pages import glossary, searches
from ..problems.inside import PACKAGE
from ..reviews.review import ANNEX, FRONT, Review, Run
from ..runs.reads import UNKNOWN
from . import keys
from .keys import ANALYSIS, CODE, LOCK, PAGES, PYTHON, TEXT, Files, chapter_parts, hash_json, hash_of, shared_parts
from .store import Store, are_reads

NAMES = "data (which files there are)"


@dataclass(frozen=True)
class Step:
    """One run of a plan: the parts that it comes from with their hashes, the files that it may open, the environment,
    what its pages are ``told`` of the others, what it ``reads``, and the reasons why it is out of date."""

    run: Run
    parts: dict[str, str]
    files: Files
    environment: dict[str, str]
    told: dict[str, Any]
    reads: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.run.slug

    @property
    def notebook(self) -> str:
        return f"notebooks/{self.run.chapter.path.name}"

    @cached_property
    def tables(self) -> dict[str, str]:
        """The files that the run reads, with their hashes."""
        return {name: "" if name == UNKNOWN else self.files.hash(name) for name in self.reads}

    @cached_property
    def origin(self) -> str:
        """The key of all content but the tables."""
        counted = {name: self.parts[name] for name in (CODE, ANALYSIS, NAMES)}
        parts = [self.slug, self.run.parameters, counted]
        languages = self.told.get("languages", [])  # labels of a run for one have no other
        return hash_json([*parts, languages] if len(languages) == 1 else parts)

    @cached_property
    def reads_key(self) -> str:
        """Under which the store notes what the run read."""
        return hash_json([self.origin, self.environment])

    @cached_property
    def run_key(self) -> str:
        """What a page and an executed notebook name: content only."""
        return hash_json([self.origin, self.tables])

    @cached_property
    def key(self) -> str:
        """The store's key: content and environment."""
        return hash_json([self.run_key, self.environment])

    @cached_property
    def publishing_key(self) -> str:
        return hash_json([self.key, self.about, self.parts[TEXT], self.parts[PAGES]])

    @cached_property
    def about(self) -> dict[str, Any]:
        """What an executed notebook says of itself."""
        return self.told | {
            "chapter": self.run.chapter.name,
            "slug": self.slug,
            "title": self.run.chapter.title,
            "parameters": self.run.parameters,
            "differing": self.run.differing,
            "latest": self.run.latest,
            "left_out": self.run.left_out,
            "run_key": self.run_key,
        }

    @property
    def inputs(self) -> dict[str, str]:
        """The files that the run comes from, with their hashes."""
        lock = {name: value for name, value in self.environment.items() if name == LOCK}
        return {self.notebook: self.parts[self.notebook]} | self.tables | lock

    def record(self) -> dict[str, Any]:
        """What the manifest says of the run, but for its outputs."""
        others = {name: value for name, value in self.parts.items() if name not in self.inputs}
        return {
            "slug": self.slug,
            "chapter": self.run.chapter.name,
            "parameters": self.run.parameters,
            "key": self.run_key,
            "publishing_key": self.publishing_key,
            "inputs": self.inputs,
            "parts": others | {PYTHON: self.environment[PYTHON]},
        }


def plan(
    review: Review,
    files: Files,
    built: dict[str, dict[str, Any]],
    at_hand: list[Place] | None = None,
    store: Store | None = None,
) -> list[Step]:
    """A step for each run of a review, compared with what a manifest says was built, by slug. Links lead to the
    pages ``at_hand`` (those of the review, where not given). A ``store`` knows what runs have read."""
    shared = shared_parts() | {NAMES: hash_json(list(data_files(files.data)))}
    chapters = {run.chapter.name: run.chapter for run in review.runs}
    parts = {name: shared | chapter_parts(chapter) for name, chapter in chapters.items()}
    at_hand = [place_of(run) for run in review.runs] if at_hand is None else at_hand
    pages, beside, surroundings = Pages(at_hand), neighbours(review.runs, at_hand), environment()
    told: dict[str, Any] = {"review": review.name, "review_title": review.title, "date": review.date}
    told |= review.addresses
    told |= {"languages": list(review.languages)}
    told |= {"confidential": True} if review.confidential else {}
    for part in (glossary, searches):
        told |= {part.TABLE: found} if files.path(part.FILE).is_file() and (found := part.entries(files.data)) else {}
    steps = []
    for run in review.runs:
        links = pages.links(place_of(run)) | beside[run.slug]
        step = Step(run, parts[run.chapter.name], files, surroundings, told | links)
        steps.append(compared(step, built.get(run.slug), store))
    return steps


def environment() -> dict[str, str]:
    """What results may depend on besides their content: Python's version, and the lock's hash."""
    lock = PACKAGE.parent / LOCK
    return {PYTHON: keys.python_version()} | ({LOCK: hash_of(lock)} if lock.is_file() else {})


def compared(step: Step, built: dict[str, Any] | None, store: Store | None) -> Step:
    """A step with what it reads, as far as is known, and the reasons to make it."""
    if built:
        step = replace(step, reads=tuple(n for n in built["inputs"] if n not in (step.notebook, LOCK)))
    if store and (not built or built["publishing_key"] != step.publishing_key):
        known = store.get("reads", step.reads_key, are_reads)
        step = step if known is None else replace(step, reads=tuple(known))
    return replace(step, reasons=why(step, built))


@dataclass(frozen=True)
class Place:
    """A page that a link can lead to: its chapter, its slug, its parameters."""

    chapter: str
    slug: str
    parameters: dict[str, Any]
    page: str = ""  # the name of its file, where that is not its slug


def place_of(run: Run) -> Place:
    return Place(run.chapter.name, run.slug, run.parameters, run.page)


def neighbours(runs: list[Run], at_hand: list[Place]) -> dict[str, dict[str, Any]]:
    """What each page says of its place in the review, by slug: its part, its number or letter, and the pages before
    and after it that are at hand, each with its own."""
    signs = dict(zip((run.slug for run in runs), signs_of(runs), strict=True))
    slugs = {place.slug for place in at_hand}
    there = [run for run in runs if run.slug in slugs]
    known = [{"page": run.page, "number": signs[run.slug], "title": run.chapter.title} for run in there]
    before = dict(zip((run.slug for run in there[1:]), known, strict=False))
    after = dict(zip((run.slug for run in there), known[1:], strict=False))
    return {
        run.slug: {
            "part": run.part,
            "number": signs[run.slug],
            "before": before.get(run.slug),
            "after": after.get(run.slug),
            "bridge": run.bridge if run.slug in after else {},
        }
        for run in runs
    }


def signs_of(runs: list[Run]) -> Iterator[str]:
    """What each page is called by in its review's order: chapters are numbered, annexes lettered, the front neither.
    A review without a front is a list, not an argument: nothing is numbered, and one run more changes no page but
    its neighbours."""
    numbers, annexes = itertools.count(1), itertools.count()
    told = any(run.part == FRONT for run in runs)
    for run in runs:
        if run.part == ANNEX and told:
            yield letter_of(next(annexes))
        else:
            yield str(next(numbers)) if told and run.part != FRONT else ""


def letter_of(position: int) -> str:
    """A to Z, then AA, AB and so on."""
    before, last = divmod(position, len(ascii_uppercase))
    return (letter_of(before - 1) if before else "") + ascii_uppercase[last]


class Pages:
    """The pages at hand, by chapter: a link names a chapter and leads to the page of it that is nearest."""

    def __init__(self, places: list[Place]):
        self.by_chapter: dict[str, list[Place]] = {}
        for place in places:
            self.by_chapter.setdefault(place.chapter, []).append(place)
        self.alike: dict[Any, dict[Any, Place]] = {}

    def links(self, place: Place) -> dict[str, Any]:
        """What a page says of the others: the name of each chapter's."""
        return {"pages": {chapter: self.nearest(place, chapter) for chapter in sorted(self.by_chapter)}}

    def nearest(self, place: Place, chapter: str) -> str:
        """The page of a chapter that shares most parameters with another page; the first of several."""
        if chapter == place.chapter:
            return place.page or place.slug
        others = self.by_chapter[chapter]
        names = tuple(name for name in others[0].parameters if name in place.parameters)
        if (chapter, names) not in self.alike:
            by_values = {values_of(other, names): other for other in reversed(others)}
            self.alike[chapter, names] = by_values
        found = self.alike[chapter, names].get(values_of(place, names))
        found = found or max(others, key=lambda other: agreement(other, place, names))
        return found.page or found.slug


def values_of(place: Place, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(place.parameters.get(name) for name in names)


def agreement(one: Place, other: Place, names: tuple[str, ...]) -> int:
    return sum(one.parameters.get(name) == other.parameters.get(name) for name in names)


def why(step: Step, built: dict[str, Any] | None) -> tuple[str, ...]:
    """What changed since a run was built, in words; empty where nothing did."""
    if built is None:
        return ("new",)
    if "missing" in built:
        return (f"changed: {', '.join(built['missing'])}",)
    if UNKNOWN in step.reads:
        return (f"each time: it opened {UNKNOWN}",)
    if built["publishing_key"] == step.publishing_key:
        return ()
    before, now = built["inputs"] | built["parts"], step.inputs | step.record()["parts"]
    named = {CODE: f"{step.notebook} (code)", TEXT: f"{step.notebook} (text)"}
    names = [name for name in now | before if name != step.notebook]
    changed = [named.get(name, name) for name in names if before.get(name) != now.get(name)]
    changed += ["parameters"] if built.get("parameters") != step.run.parameters else []
    return ("changed: " + ", ".join(changed or ["title, date or place in the review"]),)
