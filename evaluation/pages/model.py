"""What a page shows, and how its parts are kept."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup

from .. import charts
from ..chapters.explorer import Explorer
from ..charts import Point
from ..charts.layers import MarkPosition
from ..language import LANGUAGES, Text, translate
from ..numbers.notation import Shown
from ..numbers.number import Measure, Number
from ..numbers.publication import Caveat, Source
from ..problems import Refused
from ..records.claims import Claims, Missed
from ..records.prose import Values
from ..records.unmet import Unmet
from ..reviews.review import FRONT
from ..runs.execute import Failure
from . import files
from .blocks import Block


class PageError(Refused):
    """A page cannot be published; of a whole one all ``failures`` are told, a line each."""

    def __init__(self, words: str = "", failures: Sequence[Failure] = ()):
        self.failures = failures or [Failure("-", words, type(self).__name__, placed=True)]
        super().__init__(words or "\n".join(failure.error for failure in failures))


@dataclass(frozen=True)
class Prose:
    """Prose, as HTML."""

    html: Markup
    kind = "prose"
    caveats = ()


@dataclass(frozen=True)
class Warnings:
    """Warnings that stand with the prose before them."""

    caveats: list[Caveat]
    kind = "warnings"


@dataclass(frozen=True)
class Chart:
    """A chart, in the page's language: texts with linked numbers, and in words alone (``name``, ``plain_subtitle``)."""

    id: str
    number: str  # "Chart 1"
    ordinal: int
    level: int  # of its heading
    title: Markup
    name: str
    subtitle: Markup
    plain_subtitle: str
    description: Markup
    key: str  # what its marks mean
    drawings: dict[str, str]  # SVG by width: wide, narrow
    marks: list[Point | MarkPosition]  # the rows of its table
    references: list[Number]  # lines to read these by
    caveats: list[Caveat]
    grid: files.Grid
    csv: bytes
    kind = "chart"

    @property
    def points(self) -> list[Point]:
        """Its rows that have a number."""
        return [mark for mark in self.marks if isinstance(mark, Point)]

    @property
    def numbers(self) -> list[Number]:
        """Those of its points, without their intervals, and of its lines."""
        return [*(point.number for point in self.points), *self.references]

    @property
    def has_estimates(self) -> bool:
        """Whether one of its numbers or intervals is this review's own estimate."""
        numbers = [*self.numbers, *(point.interval for point in self.points if point.interval)]
        return any(number.kind == "estimate" for number in numbers)


@dataclass(frozen=True)
class Cell:
    """A cell of a table: numbers, each as it is shown there and of several each after ``what`` it is, and publications;
    or a text, which may lead to a page."""

    words: str
    numbers: list[tuple[Number, Shown]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    what: list[str] = field(default_factory=list)
    text: Markup = field(default_factory=Markup)
    page: str = ""
    is_number: bool = False  # one alone, whose ends a file has too


@dataclass(frozen=True)
class Table:
    """A recorded table, in the page's language."""

    id: str
    title: Markup
    name: str
    heads: list[tuple[Markup, str]]  # with their numbers linked, and in words alone
    rows: list[list[Cell]]
    note: Markup
    caveats: list[Caveat]
    numbers: list[Number]
    grid: files.Grid
    csv: bytes
    kind = "table"
    plain_subtitle = ""


@dataclass(frozen=True)
class Said:
    """A cell of words as a page says it: its kind, its text, and of a chart, a table or key numbers its parts."""

    kind: str
    text: str
    parts: dict[str, str]


Part = Prose | Warnings | Chart | Table | Explorer  # of a page, which the template of its ``kind`` shows


@dataclass
class Page:
    """What one page shows. Built once from a notebook; every number in it comes from a record."""

    notebook: Any
    language: str
    values: Values
    draw: Callable[..., str] = charts.draw  # draws its charts
    words_said: dict[int, "Said"] = field(default_factory=dict)  # its cells of words, by number
    worded: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)  # parts of charts' and tables' words
    printed: set[str] = field(default_factory=set)  # the names that the words of such a chapter say
    recorded: dict[str, int] = field(default_factory=dict)  # the cells that recorded numbers, by their names
    title: str = ""
    headline: Markup = field(default_factory=Markup)
    answer: Markup = field(default_factory=Markup)
    question: Markup = field(default_factory=Markup)
    parts: list[Part] = field(default_factory=list)
    blocks: list[Markup] = field(default_factory=list)  # the parts as HTML
    boxed: list[Caveat] = field(default_factory=list)
    key_numbers: list[Markup] = field(default_factory=list)
    charts: dict[str, Chart] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    cited: dict[str, Source] = field(default_factory=dict)
    searches: list[dict[str, Any]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)  # entries of the glossary that it uses
    texts: list[Block] = field(default_factory=list)  # of the finished page
    obliged: list[tuple[int, Number]] = field(default_factory=list)
    contents: list[tuple[str, Markup]] = field(default_factory=list)
    opening: int = 0  # how many parts stand before its key numbers and its box of warnings
    checking: int | None = None  # where the parts for those who check begin; what comes before is for everybody
    failures: list[Failure] = field(default_factory=list)

    @property
    def about(self) -> dict[str, Any]:
        """What the build says of the run: its slug, parameters, review and place in it (see `plan.Step.about`)."""
        return dict(self.notebook.metadata["evaluation"])

    @cached_property
    def claims(self) -> Claims:
        """What its words take for granted."""
        return Claims.of(self.notebook, self.values)

    @property
    def level(self) -> int:
        """Of the heading of a part that is added: those for who checks stand below a heading of their own."""
        return 2 if self.checking is None else 3

    @property
    def sections(self) -> list[Sequence[Caveat]]:
        """What each chart, each table and each warning in prose obliges to say."""
        return [part.caveats for part in self.parts if part.kind in ("chart", "table", "warnings")]

    def imprint(self, part: str) -> tuple[str, ...]:
        """What the review's file says of itself: its "makers", "notice" or "help"; nothing where it does not."""
        text = self.about.get("imprint", {}).get(part)
        return (self.t(text),) if text else ()

    @property
    def notice(self) -> tuple[str, ...]:
        """What each copy of a confidential page, or of a draft, says on its face, in a sentence and in a word."""
        texts = (files.DRAFT, files.DRAFT_IN_A_NAME) if self.is_draft else ()
        texts = (files.CONFIDENTIAL, files.IN_A_NAME) if self.about.get("confidential") else texts
        return tuple(map(self.t, texts))

    @property
    def is_draft(self) -> bool:
        """Whether it is made although claims of it do not hold."""
        return bool(self.about.get("draft"))

    @property
    def slug(self) -> str:
        """The name of its run, and of its files but where it opens the review (see `file`)."""
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
    def shown(self) -> list[Number]:
        """The numbers of a page, also those that a chart alone shows."""
        return [*self.numbers.values(), *(number for chart in self.charts.values() for number in chart.numbers)]

    def t(self, text: Text) -> str:
        """A text in the page's language. Raises MissingText where it has none."""
        return translate(text, self.language)

    def refuse(self, problem: str, cell: int | str = "-", kind: str = "PageError") -> None:
        """Note something that forbids to publish the page, so that all that does is told at once."""
        where = "-" if cell == "-" else f"cell {cell}"
        self.failures.append(Failure(cell, f"{self.slug}:{where}:{self.language}: {problem}", kind, placed=True))

    def refuse_claim(self, cell: int, line: str, missed: Missed) -> None:
        """Note a claim that does not hold; once for all languages of the review."""
        if self.language == self.claims.languages[0]:
            file = f"notebooks/{self.about['chapter']}.ipynb"
            unmet = Unmet(file, cell, line, self.claims.sides(missed), missed.claim)
            self.failures.append(Failure(cell, unmet.message(), "Claim", placed=True, unmet=unmet))

    @contextmanager
    def refusing(self, cell: int | str = "-") -> Iterator[None]:
        """Note what is refused in the block, and go on after it."""
        try:
            yield
        except Refused as error:
            self.refuse(str(error), cell, type(error).__name__)

    def raise_refused(self) -> None:
        """Raise PageError with all that was refused, if anything was."""
        if self.failures:
            raise PageError(failures=self.failures)

    def csv_name(self, name: str) -> str:
        """The name of a chart's or table's CSV; that of a confidential page says so wherever the file is sent."""
        return ".".join((name, *self.notice[1:], "csv"))


def languages_of(metadata: Any) -> tuple[str, ...]:
    """The languages of the review that an executed notebook belongs to; all where it says none."""
    asked = (metadata.get("evaluation") or {}).get("languages") or LANGUAGES
    return tuple(each for each in LANGUAGES if each in asked)


def keep(page: Page, index: int, number: Number) -> None:
    """Remember a number for the table of origins, and the caveats that it obliges."""
    before = page.numbers.get(number.name)
    if before is not None and before != number:
        raise PageError(f"found two numbers named {number.name}; allowed: one number a name")
    page.numbers[number.name] = number
    page.obliged.append((index, number))
    _keep_input(page, number)


def plain_name(name: str) -> None:
    """Names of numbers, charts and tables become ids and file names. Raises PageError for any that could not."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
        raise PageError(f"found the name {name!r}; allowed: a letter, then letters, digits, _ . -")


def own_id(page: Page, name: str) -> None:
    """Raises PageError for the id of a chart or a table that another has, since they would have one file."""
    plain_name(name)
    if name in page.charts or name in page.tables:
        raise PageError(f"found a second chart or table {name}; allowed: each id once")


def _keep_input(page: Page, number: Number) -> None:
    plain_name(number.name)
    page.numbers.setdefault(number.name, number)
    for part in number.inputs if isinstance(number, Measure) else ():
        _keep_input(page, part)
