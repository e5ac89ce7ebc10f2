"""What earlier builds left, what forbids building there, and the plan of what is out of date."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..data.sources import Tables
from ..problems import Problem
from ..reviews.review import Review
from . import asked, keys, manifest, plan
from .asked import Request, failed_folder
from .manifest import Record
from .plan import Place, Step
from .store import Store
from .swap import refuse


def identity(review: Path) -> str:
    """A review file by its path in the project; one elsewhere by a hash of its path, which names nobody's folder."""
    path, root = review.resolve(), asked.ROOT.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else keys.digest(str(path).encode())[:16]


def fit_folder(request: Request, review: Review) -> list[Problem]:
    """What forbids building into the folder that is asked for, known before anything runs."""
    problems = refuse(request.folder)
    if not problems:
        with suppress(manifest.Unreadable):
            found = manifest.read(request.folder)
            problems = others_review(request, found) + others_pages(request, review, found)
    return problems


def others_review(request: Request, found: Record) -> list[Problem]:
    """Two review files of one name would take each other's place."""
    theirs, ours = found.get("review", ""), identity(request.review)
    gone = "/" in theirs and not (asked.ROOT / theirs).exists()  # the file was moved
    if theirs in ("", ours) or gone:
        return []
    made = theirs if "/" in theirs else "another file of this name"
    return [Problem(str(request.folder), found=f"a review made from {made}", allowed="another name, or --output")]


def others_pages(request: Request, review: Review, found: Record) -> list[Problem]:
    """Pages that stay would be passed on with those that a public review adds."""
    if review.confidential or not request.in_part or not found.get("confidential"):
        return []
    return [Problem(str(request.folder), found="the pages of a confidential review", allowed="--output")]


def steps_of(request: Request, review: Review, tables: Tables, store: Store) -> list[Step]:
    """The plan of a request: a step for each run that it asks for, with the reasons to make it."""
    return [step for step in Plan.of(request, review, tables, store).steps if request.asks_for(step.run)]


@dataclass(frozen=True)
class Plan:
    """What earlier builds left, each page with the folder that it lies in, and a step for each run of a review."""

    built: dict[str, Record]
    places: dict[str, Path]
    steps: list[Step]

    @classmethod
    def of(cls, request: Request, review: Review, tables: Tables, store: Store) -> Plan:
        built = in_languages(review, what_stands(request.folder, store))
        places = dict.fromkeys(built, request.folder)
        if request.retry_failed:
            failed = in_languages(review, what_stands(failed_folder(request.folder), store))
            built, places = built | failed, places | dict.fromkeys(failed, failed_folder(request.folder))
        at_hand = pages_at_hand(request, review, built)
        return cls(built, places, plan.plan(review, tables.folder, built, at_hand, store))


def what_stands(folder: Path, store: Store) -> dict[str, Record]:
    """What a folder holds, by slug; nothing where nobody can read what it is."""
    try:
        return manifest.built(folder, manifest.unchanged(store, folder) is not None)
    except manifest.Unreadable:
        return {}


def in_languages(review: Review, built: dict[str, Record]) -> dict[str, Record]:
    """The pages that are in the languages of a review: others would lead to what is no longer there."""
    return {slug: record for slug, record in built.items() if set(record["entry"]) == set(review.languages)}


def pages_at_hand(request: Request, review: Review, built: dict[str, Record]) -> list[Place]:
    """The pages that there are when a build is done, the review's own first: links lead to these."""
    there = [run for run in review.runs if request.asks_for(run) or run.slug in built]
    own = [plan.place_of(run) for run in there]
    known = {place.slug for place in own}
    others = [record for slug, record in built.items() if slug not in known] if request.in_part else []
    return own + [Place(chapter_of(record), record["slug"], record["parameters"]) for record in others]


def chapter_of(record: Record) -> str:
    return str(record.get("chapter") or record["slug"].partition("--")[0])
