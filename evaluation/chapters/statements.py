"""The statements of the strategy: their kind, how other sources compare, and what stands behind each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from ..charts import Point
from ..data import agreement
from ..data.sources import Row
from ..language import LANGUAGES, N_, format_moment, phrase
from ..numbers import measures
from ..numbers.figures import Figure, Measure, Number, Quantity, pair
from ..records.chapter import Chapter
from ..records.recorded import Cell, Cited, PageLink

HEADINGS = [
    N_("What the strategy states"),
    N_("Kind"),
    N_("Its number"),
    N_("Other sources"),
    N_("How they compare"),
    N_("What stands behind it"),
    N_("Why"),
    N_("What would settle it"),
    N_("Taken up in"),
]
COUNTED_HERE = [N_("Counted here") if heading == N_("Its number") else heading for heading in HEADINGS]
NUMBERS = ("number", "bound")  # what the strategy itself states as a number
RATE = re.compile(r"rate\((\w+), '([^']+)', (\d{4})\)")


def of_kinds(chapter: Chapter, *kinds: str) -> list[Row]:
    """The statements of some kinds, in the table's order."""
    return [row for row in chapter.tables.rows("statements") if row["kind"] in kinds]


def rows(chapter: Chapter, *kinds: str) -> list[list[Cell]]:
    """The statements of some kinds, one a row, with the headings' columns."""
    return [statement_row(chapter, row) for row in of_kinds(chapter, *kinds)]


def statement_row(chapter: Chapter, row: Row) -> list[Cell]:
    return [
        pair(row, "text"),
        chapter.label("kinds", row["kind"]),
        stated(chapter, row),
        Cited(other_figures(chapter, row), [chapter.sources[name] for name in row["sources"].split()]),
        compared(chapter, row),
        chapter.label("verdicts", row["verdict"]),
        pair(row, "reason"),
        pair(row, "settled_by"),
        PageLink(row["chapter"], TITLES[row["chapter"]]),
    ]


def stated(chapter: Chapter, row: Row) -> Cell:
    """What the strategy gives: its figures, or the month that it names."""
    if row["date"]:
        return {language: format_moment(row["date"], language) for language in LANGUAGES}
    return figures_in(chapter, row, "figures")


def figures_in(chapter: Chapter, row: Row, *columns: str) -> list[Figure]:
    return [chapter.figure(name) for column in columns for name in row[column].split()]


def other_figures(chapter: Chapter, row: Row) -> list[Figure]:
    """The figures that a statement is compared with or shown beside, and the rates that its condition rests on."""
    found = figures_in(chapter, row, "compared_with", "differs_from", "set_beside")
    return found + [rate for match in RATE.finditer(row["rests_on"]) for rate in rates(chapter, *match.groups())]


def rates(chapter: Chapter, definition: str, place: str, year: str) -> list[Figure]:
    return [figure for figure in chapter.series(definition, place, unit="per_100k") if figure.start == year]


def relations(chapter: Chapter, row: Row, *columns: str) -> list[str]:
    """How the figures in some columns agree with those of a statement, worked out."""
    known = chapter.tables.keyed("figures")
    own = [known[name] for name in row["figures"].split()]
    return [agreement.agreed(own, known[name], row["compared"]) for column in columns for name in row[column].split()]


def compared(chapter: Chapter, row: Row) -> Cell:
    """In words, how each of the other sources' numbers compares with the statement's own."""
    if not row["figures"]:
        return ""
    words = [phrase("agreement", kin) for kin in relations(chapter, row, "compared_with", "differs_from")]
    words += [phrase("agreement", "another")] * len(row["set_beside"].split())
    return {language: "; ".join(word[language] for word in words) for language in LANGUAGES}


TITLES = {
    "strategy_at_a_glance": N_("The strategy at a glance"),
    "people_served": N_("People served"),
    "organizations_funded": N_("Organizations funded"),
    "investigations_and_charges": N_("Investigations and charges"),
    "reported_incidents": N_("Reported incidents"),
    "reports_and_incidence": N_("Reports and incidence"),
    "results_framework": N_("Results framework"),
}


def how_close(chapter: Chapter, row: Row) -> str:
    """Whether those who repeat a number give the ``same`` one, or one that agrees ``loosely``."""
    return "same" if set(relations(chapter, row, "compared_with")) == {agreement.EQUAL} else "loosely"


def behind_numbers(chapter: Chapter) -> dict[str, Measure]:
    """How many of the strategy's numbers have what behind them, repeated ones by how closely they agree."""
    stated = of_kinds(chapter, *NUMBERS)
    by_verdict = {
        verdict: [r for r in stated if r["verdict"] == verdict] for verdict in chapter.tables.keyed("verdicts")
    }
    repeated = by_verdict.pop("same-origin")
    closeness = {row["statement"]: how_close(chapter, row) for row in repeated}
    labels = {
        "same": N_("Repeated by the same government or police"),
        "loosely": N_("Same government or police, in loose agreement"),
    }
    counts = {"independent": count(chapter, "independent", N_("Verified independently"), by_verdict.pop("independent"))}
    for close, label in labels.items():
        chosen = [row for row in repeated if closeness[row["statement"]] == close]
        counts[f"repeated_{close}"] = count(chapter, f"repeated_{close}", label, chosen)
    for verdict, chosen in by_verdict.items():
        name = verdict.replace("-", "_")
        counts[name] = count(chapter, name, chapter.label("verdicts", verdict), chosen)
    return counts


def count(chapter: Chapter, name: str, label: dict[str, str] | str, chosen: Sequence[Row]) -> Measure:
    formula = N_("counted in the table of statements")
    return measures.counted(name, label, chosen, "statements", formula, nouns=chapter.nouns("statements"))


def points(counts: Iterable[Measure]) -> list[Point]:
    numbers: list[Number] = list(counts)
    return [Point(number, number.label) for number in numbers]


def meanings(chapter: Chapter) -> list[list[Cell]]:
    """The words of the two axes: which axis, the word, what it means."""
    axes = (("kinds", N_("Kind of statement")), ("verdicts", N_("What stands behind it")))
    return [
        [chapter.label(table, key), axis, chapter.label(table, key, "means")]
        for table, axis in axes
        for key in chapter.tables.keyed(table)
    ]


# What numbers say of two statements in words


def as_round(name: str, label: dict[str, str] | str, figure: Figure) -> Measure:
    """What a round whole number can stand for, zeros at its end not counted: 1,500 is between 1,450 and 1,550."""
    span = agreement.around(str(measures.exact_count(figure)))
    formula = N_("half a unit of the last digit that is not zero, either way")
    quantity = Quantity.between(span.low, span.high)
    return measures.measure(name, label, quantity, [figure], formula, estimate=True)


def least_share_in(name: str, label: dict[str, str] | str, part: Number, whole: Number) -> Measure:
    """The least share that one group must have in another, by the shares of both in all (Fréchet 1935): of 69% and
    66% of all at least 35% are in both, which is at least 53% of the 66%. Each share is taken at its lower end, the
    second at that of its rounding."""
    least = whole.rounding()
    both = part.quantity + Quantity.exact(least.value) - Quantity.exact(100)
    share = both / Quantity.exact(least.value) * Quantity.exact(100)
    formula = N_("(share + share of the place − 100) ÷ share of the place × 100, the Fréchet bound")
    method = N_("if the place’s share held over the same time, and among cases as among incidents")
    bound = Quantity.of("at-least", share.value)
    least_share = measures.measure(
        name, label, bound, [whole, part], formula, unit="percent", estimate=True, method=method
    )
    return measures.counting(least_share, "", "")  # neither share's definition is that of the result


def growth(chapter: Chapter, later: Figure, earlier: Figure) -> Measure:
    """The change in the number of reported incidents that two rounded rates and the populations leave open."""
    people = tuple(chapter.population(rate.place, int(rate.start)) for rate in (earlier, later))
    label = N_("Change in the number of incidents reported in Ontario")
    return measures.change_seen("ontario_growth", label, later, earlier, people=(people[0], people[1]))


def largest_revision(chapter: Chapter) -> Measure:
    """The largest known change of one of Canada's yearly counts from its first to its latest release."""
    counts = chapter.series("all_human_trafficking", "Canada", vintage="all")
    by_year = [list(year) for _, year in groupby(counts, key=lambda figure: figure.start)]
    label = N_("Largest known revision of one of Canada’s yearly counts")
    revisions = [measures.change_percent("largest_revision", label, year[-1], year[0]) for year in by_year if year[1:]]
    return max(revisions, key=lambda change: abs(change.quantity.value))
