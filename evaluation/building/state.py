"""The state of a review's folder, read once: what is there, what is wanted, what is out of date and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..data.sources import Tables
from ..problems import InputError, refuse
from ..reviews.review import Review
from . import manifest, plan, project
from .checks import Request
from .inputs import Files, digest, hash_json
from .manifest import BuiltFolder, ManifestRow
from .plan import Step, Target, target_of
from .swap import in_the_way


@dataclass
class State:
    """What earlier builds left of a review, and a step for each of its runs. Raises InputError where none may build."""

    request: Request
    review: Review
    files: Files

    @classmethod
    def of(cls, request: Request, review: Review, tables: Tables) -> State:
        """The state of the folder that a request builds into. Raises InputError where it may not."""
        files = Files(tables.folder, project.ROOT / "notebooks")
        state = cls(request, review, files)
        if in_the_way(state.folder):  # or another build took the folder's place while it was read: look again
            state = cls(request, review, files)
        if problems := in_the_way(state.folder):
            raise InputError(problems)
        if request.in_part and not review.confidential and state.folder.manifest.get("confidential"):
            # pages that stay would be passed on with those that a public review adds
            raise refuse(request.folder, actual="the pages of a confidential review", allowed="--output")
        return state

    @cached_property
    def folder(self) -> BuiltFolder:
        """What earlier builds left there."""
        return BuiltFolder(self.request.folder)

    @cached_property
    def built(self) -> dict[str, ManifestRow]:
        """The row of each page that earlier builds made in the languages of the review."""
        languages = set(self.review.languages)
        runs = self.folder.manifest.get("runs", [])
        return {run["slug"]: run for run in runs if set(run["entry"]) == languages}

    @cached_property
    def steps(self) -> list[Step]:
        """A step for each run of the review, in its order, asked for or not."""
        return plan.plan(self.review, self.files, self.built, self.folder.missing, self.at_hand(), self.request.draft)

    def at_hand(self) -> list[Target]:
        """The pages that there are when a build is done, the review's own first: links lead to these."""
        there = [run for run in self.review.runs if self.request.asks_for(run) or run.slug in self.built]
        known = {run.slug for run in there}
        others = [row for slug, row in self.built.items() if slug not in known] if self.request.in_part else []
        targets = [Target(row["chapter"], row["slug"], row["parameters"]) for row in others]
        return [target_of(run) for run in there] + targets

    @cached_property
    def wanted(self) -> list[Step]:
        """The steps of the runs that are asked for."""
        return [step for step in self.steps if self.request.asks_for(step.run)]

    @cached_property
    def to_make(self) -> list[Step]:
        """The steps that are asked for and out of date, or new."""
        return [step for step in self.wanted if step.reasons]

    @cached_property
    def retained(self) -> dict[str, ManifestRow]:
        """The pages that are up to date, and where a part is asked for also those that were not asked for."""
        made, asked = ({step.slug for step in steps} for steps in (self.to_make, self.steps))
        stays = {slug for slug in self.built if slug in asked or self.request.in_part} - made
        return {slug: row for slug, row in self.built.items() if slug in stays}

    @cached_property
    def order(self) -> list[str]:
        """The slugs of the pages that there will be: the review's in its order, then those of ``--set`` and others."""
        there = self.retained.keys() | {step.slug for step in self.to_make}
        unset, asked = [step.run.unset for step in self.steps], [step.slug for step in self.steps]
        return [slug for slug in dict.fromkeys([*unset, *asked, *self.retained]) if slug in there]

    @cached_property
    def key(self) -> str:
        """The key of the folder as it is planned."""
        rows = self.retained | {step.slug: step.manifest_row() for step in self.to_make}
        return folder_key(self.review, [rows[slug] for slug in self.order])


def folder_key(review: Review, rows: list[ManifestRow]) -> str:
    """One hash of all that a review's folder comes from: commit, title, languages, pages with their dependencies."""
    pages = [(row["slug"], row["key"], row.get("dependencies")) for row in rows]
    return hash_json([review.title, review.confidential, review.languages, pages, manifest.commit()])


def identity(review: Path) -> str:
    """A review file by its path in the project; one elsewhere by a hash of its path, which names nobody's folder."""
    path, root = review.resolve(), project.ROOT.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else digest(str(path).encode())[:16]
