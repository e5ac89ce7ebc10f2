"""The state of a review's folder, read once: what exists, what is requested, what is out of date and why."""

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
from .plan import LinkTarget, Step, link_target
from .swap import obstacles


@dataclass
class State:
    """The results of earlier builds of a review, and a step for each of its runs. Each property is read once, at first
    use; make it by `State.of`."""

    request: Request
    review: Review
    files: Files

    @classmethod
    def of(cls, request: Request, review: Review, tables: Tables) -> State:
        """The state of a request's output folder. Raises InputError if building there would overwrite what no build
        made, or would add public pages to those of a confidential review."""
        files = Files(tables.folder, project.ROOT / "notebooks")
        state = cls(request, review, files)
        if obstacles(state.folder):  # another build may have replaced the folder meanwhile: read it again
            state = cls(request, review, files)
        if problems := obstacles(state.folder):
            raise InputError(problems)
        if request.is_partial and not review.confidential and state.folder.manifest.get("confidential"):
            # pages that stay would be distributed with those that a public review adds
            raise refuse(request.folder, actual="the pages of a confidential review", allowed="--output")
        return state

    @cached_property
    def folder(self) -> BuiltFolder:
        """The output folder, existing or not, with its manifest."""
        return BuiltFolder(self.request.folder)

    @cached_property
    def built_rows(self) -> dict[str, ManifestRow]:
        """The manifest rows, by slug, of the pages that earlier builds made in exactly the languages of the review;
        others count as not built."""
        languages = set(self.review.languages)
        runs = self.folder.manifest.get("runs", [])
        return {run["slug"]: run for run in runs if set(run["entry"]) == languages}

    @cached_property
    def steps(self) -> list[Step]:
        """A step for each run of the review, in order, requested or not."""
        return plan.plan(
            self.review, self.files, self.built_rows, self.folder.missing_files, self.link_targets(), self.request.draft
        )

    def link_targets(self) -> list[LinkTarget]:
        """The pages that will exist after the build, for links: the review's own that are requested or built, in order;
        then, in a partial build, all other built ones, such as those of an earlier ``--set``."""
        runs = [run for run in self.review.runs if self.request.is_requested(run) or run.slug in self.built_rows]
        slugs = {run.slug for run in runs}
        others = [row for slug, row in self.built_rows.items() if slug not in slugs] if self.request.is_partial else []
        targets = [LinkTarget(row["chapter"], row["slug"], row["parameters"]) for row in others]
        return [link_target(run) for run in runs] + targets

    @cached_property
    def requested_steps(self) -> list[Step]:
        """The steps of the requested runs, in the order of the review, out of date or not."""
        return [step for step in self.steps if self.request.is_requested(step.run)]

    @cached_property
    def outdated_steps(self) -> list[Step]:
        """The requested steps that are new or out of date."""
        return [step for step in self.requested_steps if step.reason]

    @cached_property
    def retained_rows(self) -> dict[str, ManifestRow]:
        """The manifest rows, by slug, of pages that are copied as they are: those of the review that are not made anew
        (an outdated one that is not requested stays too), and in a partial build also all others."""
        outdated, planned = ({step.slug for step in steps} for steps in (self.outdated_steps, self.steps))
        stays = {slug for slug in self.built_rows if slug in planned or self.request.is_partial} - outdated
        return {slug: row for slug, row in self.built_rows.items() if slug in stays}

    @cached_property
    def order(self) -> list[str]:
        """The slugs of all pages after the build: the review's in order, those of ``--set``, then others that stay."""
        built = self.retained_rows.keys() | {step.slug for step in self.outdated_steps}
        unset, planned = [step.run.unset for step in self.steps], [step.slug for step in self.steps]
        return [slug for slug in dict.fromkeys([*unset, *planned, *self.retained_rows]) if slug in built]

    @cached_property
    def key(self) -> str:
        """The key (see `folder_key`) that the folder will have if the build succeeds."""
        rows = self.retained_rows | {step.slug: step.manifest_row() for step in self.outdated_steps}
        return folder_key(self.review, [rows[slug] for slug in self.order])


def folder_key(review: Review, rows: list[ManifestRow]) -> str:
    """The hash of all that a review's folder depends on: title, languages, whether it is confidential, the project's
    commit as of now, and the slug, key and dependencies of each of the manifest ``rows``, in order."""
    pages = [(row["slug"], row["key"], row.get("dependencies")) for row in rows]
    return hash_json([review.title, review.confidential, review.languages, pages, manifest.project_commit()])


def review_id(review: Path) -> str:
    """The id of a review file: its path in the project; for one elsewhere a hash of its path, which reveals no folder's
    name."""
    path, root = review.resolve(), project.ROOT.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else digest(str(path).encode())[:16]
