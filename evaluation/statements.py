"""The statements of the strategy, each with its verdict, as rows and points for the chapter `evidence`."""

from __future__ import annotations

from collections.abc import Sequence

from . import measures
from .charts import Point
from .figures import Measure, Number, pair
from .language import LANGUAGES, N_, format_moment
from .records import Cell, Chapter, PageLink
from .sources import Row

HEADINGS = [
    N_("What the strategy states"),
    N_("Its number"),
    N_("Other sources"),
    N_("Verdict"),
    N_("Why"),
    N_("What would settle it"),
    N_("Taken up in"),
]


def rows(chapter: Chapter, kind: str) -> list[list[Cell]]:
    """The statements of one kind (``number`` or ``statement``), one a row, with the headings' columns."""
    chosen = [row for row in chapter.tables.rows("statements") if row["kind"] == kind]
    return [statement_row(chapter, row) for row in chosen]


def statement_row(chapter: Chapter, row: Row) -> list[Cell]:
    return [
        pair(row, "text"),
        stated(chapter, row),
        [chapter.figure(name) for name in row["compared_with"].split()],
        chapter.label("verdicts", row["verdict"]),
        pair(row, "reason"),
        pair(row, "settled_by"),
        PageLink(row["chapter"], chapter_title(row["chapter"])),
    ]


def stated(chapter: Chapter, row: Row) -> Cell:
    """What the strategy gives: its figures, or the month that it names."""
    if row["date"]:
        return {language: format_moment(row["date"], language) for language in LANGUAGES}
    return [chapter.figure(name) for name in row["figures"].split()]


def chapter_title(name: str) -> str:
    """A chapter's title for a link; the catalogue has its French."""
    return TITLES[name]


TITLES = {
    "strategy_at_a_glance": N_("The strategy at a glance"),
    "people_served": N_("People served"),
    "organizations_funded": N_("Organizations funded"),
    "investigations_and_charges": N_("Investigations and charges"),
    "reported_incidents": N_("Reported incidents"),
    "reports_and_incidence": N_("Reports and incidence"),
    "results_framework": N_("Results framework"),
}


def by_verdict(chapter: Chapter) -> dict[str, Measure]:
    """How many statements have each verdict, in the order of the list of verdicts."""
    statements = chapter.tables.rows("statements")
    counts = {}
    for verdict in chapter.tables.keyed("verdicts"):
        chosen = [row for row in statements if row["verdict"] == verdict]
        label = chapter.label("verdicts", verdict)
        counts[verdict] = count(chapter, verdict.replace("-", "_"), label, chosen)
    return counts


def count(chapter: Chapter, name: str, label: dict[str, str] | str, chosen: Sequence[Row]) -> Measure:
    formula = N_("counted in the table of statements")
    return measures.counted(name, label, chosen, "statements", formula, nouns=chapter.nouns("statements"))


def all_statements(chapter: Chapter) -> Measure:
    label = N_("Statements of the strategy that were checked")
    return count(chapter, "statements", label, chapter.tables.rows("statements"))


def points(counts: dict[str, Measure]) -> list[Point]:
    numbers: list[Number] = list(counts.values())
    return [Point(number, number.label) for number in numbers]
