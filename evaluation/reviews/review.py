"""A review and its runs: chapters with checked parameters, in order."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..language.spelling import without_accents
from . import choices
from .parameters import ChapterFile, Scalar

FRONT, ANNEX = "front", "annex"  # parts of a review: the page that opens it, and what follows its chapters


@dataclass(frozen=True)
class Run:
    """One chapter with one checked set of parameters, executed or not; ``slug`` is its name everywhere. ``latest`` is
    resolved in ``parameters`` to a year, which manifest, page and key show; the slug and ``differing`` follow what was
    ``requested``, so that a new year renames no page."""

    slug: str
    chapter: ChapterFile
    parameters: dict[str, Scalar]
    requested: dict[str, Scalar] = field(default_factory=dict)
    left_out: list[choices.OmittedYears] = field(default_factory=list)
    unset: str = ""  # the slug that it has without --set
    part: str = ""  # of the review: its front, an annex, or else one of its chapters
    bridge: dict[str, str] = field(default_factory=dict)  # the transition to the next page, a sentence in each language
    box: bool = True  # whether its page may gather its warnings in a box: where readers met it before, it need not

    @property
    def differing(self) -> dict[str, Scalar]:
        """The parameters whose requested values differ from the chapter's defaults, with their resolved values."""
        requested = self.parameters | self.requested
        return {n: v for n, v in self.parameters.items() if requested[n] != self.chapter.parameters[n].default}

    @property
    def page(self) -> str:
        """The file name of its page without suffix: the slug, or ``index`` for the front of a review."""
        return "index" if self.part == FRONT else self.slug

    @property
    def latest(self) -> list[str]:
        """The names of the parameters requested as ``latest`` that are resolved to a year in ``parameters``."""
        return [name for name, value in self.requested.items() if value == choices.LATEST != self.parameters[name]]


@dataclass(frozen=True)
class Review:
    """A file of parameters/: title and runs in order; a confidential one stays on this machine."""

    name: str
    path: Path
    title: dict[str, str]
    runs: list[Run]
    confidential: bool = False
    languages: tuple[str, ...] = LANGUAGES  # of its pages
    date: str = ""  # on which it was published, YYYY-MM-DD: the writer's, never the clock's
    addresses: dict[str, str] = field(default_factory=dict)  # by `review_file.ADDRESSES` and "address", if given
    brief: dict[str, Any] = field(default_factory=dict)  # "title", "findings" (slugs), "charts" (slug/chart), if given
    imprint: dict[str, dict[str, str]] = field(default_factory=dict)  # by `review_file.IMPRINT`, if given
    general: list[tuple[int, str]] = field(default_factory=list)  # its texts that say nothing of data, by their rows

    @property
    def release(self) -> str:
        """The edition's name (in the first language it has) as a part of an address, such as ``second-edition``; the
        date if it has no name, empty without a date too."""
        return ascii_of(next(iter(self.imprint.get("edition", {}).values()), "")) or self.date

    @property
    def published_at(self) -> str:
        """The permanent address of this edition, ending in a slash; empty without address or if confidential."""
        address = self.addresses.get("address", "").rstrip("/")
        if not address or self.confidential:
            return ""
        return f"{address}/releases/{self.release}/" if self.release else f"{address}/"

    @property
    def edition(self) -> dict[str, Any]:
        """The description of this edition for `evaluation publish`: ``release`` (its part of the address),
        ``edition``, ``title`` and ``changes`` by language, ``date``, ``published_at`` and ``address``; what is not
        given is empty."""
        words = {name: self.imprint.get(name, {}) for name in ("edition", "changes")}
        published = {"release": self.release, "date": self.date, "published_at": self.published_at}
        return words | published | {"title": self.title, "address": self.addresses.get("address", "").rstrip("/")}

    @property
    def missing_imprint(self) -> list[str]:
        """The keys of its file, such as ``imprint.publisher``, that pages need to say who publishes what, and that are
        not given."""
        keys = {
            "imprint.publisher": self.imprint.get("publisher"),
            "contact": self.addresses.get("contact"),
            "repository": self.addresses.get("repository"),
            "imprint.address": self.addresses.get("address"),
            "imprint.edition": self.imprint.get("edition"),
            "date": self.date,
        }
        return [key for key, value in keys.items() if not value]


def slug(chapter: ChapterFile, values: dict[str, Scalar]) -> str:
    """The chapter's name followed by ``--name-value`` for each of the requested ``values`` that differs from its
    default, the value in lower-case ASCII; different values may give one slug."""
    parts = [f"{n}-{ascii_of(v)}" for n, v in values.items() if v != chapter.parameters[n].default]
    return "--".join([chapter.name, *parts])


def ascii_of(value: Scalar) -> str:
    """A value as a part of a file name: a-z, 0-9 and single dashes, without accents; all else becomes a dash, none at
    the ends. May be empty."""
    return re.sub(r"[^a-z0-9]+", "-", without_accents(str(value))).strip("-")
