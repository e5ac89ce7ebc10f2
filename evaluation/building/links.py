"""Which page a link leads to, and what a page says of its place in the review: its number, and the pages beside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from ..reviews.review import ANNEX, FRONT, Run


@dataclass(frozen=True)
class Target:
    """A page that a link can lead to: its chapter, its slug, its parameters."""

    chapter: str
    slug: str
    parameters: dict[str, Any]
    page: str = ""  # the name of its file, where that is not its slug


def target_of(run: Run) -> Target:
    """What other pages need to know of a run to link to its page."""
    return Target(run.chapter.name, run.slug, run.parameters, run.page)


def neighbours(runs: list[Run], at_hand: list[Target]) -> dict[str, dict[str, Any]]:
    """What each page says of its place in the review, by slug: its part, its number or letter, and the pages before
    and after it that are at hand, each with its own."""
    signs = dict(zip((run.slug for run in runs), signs_of(runs), strict=True))
    slugs = {target.slug for target in at_hand}
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
    numbers, letters = itertools.count(1), iter(ascii_uppercase)
    has_front = any(run.part == FRONT for run in runs)
    for run in runs:
        if run.part == ANNEX and has_front:
            yield next(letters)
        else:
            yield str(next(numbers)) if has_front and run.part != FRONT else ""


def links(target: Target, at_hand: list[Target]) -> dict[str, str]:
    """Which page a link leads to, by the chapter that it names: that of the chapter which shares most parameters with
    the page that it stands on, the first of several; for its own chapter that page itself."""
    nearest = {target.chapter: target}
    for other in at_hand:
        known = nearest.setdefault(other.chapter, other)
        if known is not target and _shared_parameters(target, other) > _shared_parameters(target, known):
            nearest[other.chapter] = other
    return {chapter: nearest[chapter].page or nearest[chapter].slug for chapter in sorted(nearest)}


def _shared_parameters(one: Target, other: Target) -> int:
    """How many parameters two pages share."""
    return sum(name in other.parameters and other.parameters[name] == one.parameters[name] for name in one.parameters)
