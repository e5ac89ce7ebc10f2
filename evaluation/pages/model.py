"""What a page shows, and how its parts are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import charts
from ..language import LANGUAGES, N_, Text, translate
from ..numbers.number import Measure, Number
from ..numbers.publication import Caveat, Source
from ..numbers.quantity import NotANumber
from ..problems import Refused
from ..records.prose import Values, time_element
from ..reviews.review import FRONT
from . import files


class PageError(Refused):
    """A page cannot be published; the message names the chapter, the cell and what is wrong."""

    cell: int | str = "-"


@dataclass
class Page:
    """What one page shows. Built once from a notebook; every number in it comes from a record."""

    notebook: Any
    language: str
    values: Values
    draw: Callable[..., str] = charts.draw  # draws its charts
    title: str = ""
    headline: str = ""
    answer: str = ""
    question: str = ""
    parts: list[str | Callable[[], str]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    sections: dict[str, list[Caveat]] = field(default_factory=dict)
    boxed: list[Caveat] = field(default_factory=list)
    key_numbers: list[str] = field(default_factory=list)
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    cited: dict[str, Source] = field(default_factory=dict)
    moving: dict[str, list[Caveat]] = field(default_factory=dict)
    searches: list[dict[str, Any]] = field(default_factory=list)
    interactive: bool = False
    obliged: list[tuple[int, Number]] = field(default_factory=list)
    contents: list[tuple[str, str]] = field(default_factory=list)
    opening: int = 0  # how many parts stand before its key numbers and its box of warnings
    checking: int | None = None  # where the parts for those who check begin; what comes before is for everybody

    @property
    def about(self) -> dict[str, Any]:
        return dict(self.notebook.metadata["evaluation"])

    @property
    def notice(self) -> tuple[str, ...]:
        """What each copy of a confidential page says on its face, in a sentence and in a word; else nothing."""
        said = (files.CONFIDENTIAL, files.IN_A_NAME) if self.about.get("confidential") else ()
        return tuple(map(self.t, said))

    @property
    def slug(self) -> str:
        return str(self.about["slug"])

    @property
    def file(self) -> str:
        """The name of its file, which is not its slug where it opens the review."""
        return "index" if self.about.get("part") == FRONT else self.slug

    @property
    def work(self) -> str:
        """The title of the review, which stands above every page; its own where it is of no review."""
        return self.t(self.about["review_title"]) if "review_title" in self.about else self.title

    @property
    def other(self) -> str:
        """The other language of the review; empty where it has one alone."""
        return next((each for each in languages_of(self.notebook.metadata) if each != self.language), "")

    @property
    def left_out(self) -> list[str]:
        """What must be said where the run stops before its own series does."""
        sentence = self.t(N_("This page stops at {asked}, as it was asked to. Its series goes on to {latest}."))
        years = [{k: str(one[k]) for k in ("asked", "latest")} for one in self.about.get("left_out", [])]
        return [sentence.format(**{k: time_element(year, year) for k, year in one.items()}) for one in years]

    def t(self, text: Text) -> str:
        return translate(text, self.language)


def languages_of(metadata: Any) -> tuple[str, ...]:
    """The languages of the review that an executed notebook belongs to; all where it says none."""
    about = metadata.get("evaluation")
    asked = about.get("languages") if isinstance(about, dict) else None
    return tuple(each for each in LANGUAGES if each in asked) if isinstance(asked, list) and asked else LANGUAGES


def keep(page: Page, index: int, number: Number) -> None:
    """Remember a number for the table of origins, and the caveats that it obliges."""
    before = page.numbers.get(number.name)
    if before is not None and before != number:
        raise PageError(f"found two numbers named {number.name}; allowed: one number a name")
    page.numbers[number.name] = number
    page.obliged.append((index, number))
    keep_input(page, number)


def plain_name(name: str) -> None:
    """Names of numbers, charts and tables become ids and file names. Raises PageError for any that could not."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
        raise PageError(f"found the name {name!r}; allowed: a letter, then letters, digits, _ . -")


def own_id(page: Page, name: str) -> None:
    """Raises PageError for the id of a chart or a table that another has, since they would have one file."""
    plain_name(name)
    if name in page.drawn or name in page.tables:
        raise PageError(f"found a second chart or table {name}; allowed: each id once")


def keep_input(page: Page, number: Number) -> None:
    plain_name(number.name)
    page.numbers.setdefault(number.name, number)
    for part in number.inputs if isinstance(number, Measure) else ():
        keep_input(page, part)


def finite(number: Number) -> None:
    """Records hold fractions, so that NaN cannot be among them; a hand-made record is refused here."""
    if number.quantity.low is None and number.quantity.high is None:
        raise NotANumber(f"found {number.name} without a value; allowed: a finite number")
