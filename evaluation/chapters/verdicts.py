"""Rules of the contract that compare texts of data/ with numbers: conditions, conflicts, copies, and verdicts on
statements. Each finding is (row, column, actual, allowed); the head is row 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..data.rules import Finding, Row
from ..data.sources import Tables
from ..language.formats import date_of, format_period, last_date_of
from ..numbers.claims import NotAClaim
from ..numbers.quantity import LOWER_BOUNDS, UPPER_BOUNDS
from .agreement import DIFFERENT, EQUAL, agreement, relation, row_quantity, unmet_conditions

COUNTED = "counted-in-the-text"
Mistakes = Iterator[tuple[str, str, str]]
BORNE_OUT = ("independent", "same-origin", "compatible")


def is_in_force(tables: Tables, rows: Sequence[Row], row: Row, field: str = "rests_on") -> bool:
    """Whether ``row``, an item of ``rows``, is the one in force. Of several with one id (their first cell), each for
    another state of the numbers, it is the first whose conditions (in the column ``field``) are met, or else the last.
    Raises NotAClaim for a text that is no condition."""
    key = next(iter(row))
    alternatives = [other for other in rows if other[key] == row[key]]
    met = (other for other in alternatives[:-1] if not any(unmet_conditions(other[field], tables)))
    return next(met, alternatives[-1]) is row


def rests_on(tables: Tables, rows: list[Any], *, field: str) -> Iterator[Finding]:
    """A rule of the contract: the conditions in the column ``field`` of each row in force must be met."""
    for number, row in enumerate(rows, start=2):
        try:
            allowed = "numbers that bear out the row’s words, else other words and conditions"
            for unmet in unmet_conditions(row[field], tables) if is_in_force(tables, rows, row, field) else ():
                yield number, field, unmet, allowed
        except NotAClaim as error:
            yield number, field, error.actual, error.allowed


def conflicts(tables: Tables, rows: list[Any], *, caveat: str) -> Iterator[Finding]:
    """A rule of the contract: figures named as conflicting must conflict: of one definition, they contradict each other
    by more than a word such as "more than"; of two definitions, they are one number in one unit, or different numbers
    in different units. Each has the caveat, and no other figure has it. Raises KeyError for an unknown figure."""
    known = {row["figure"]: row for row in rows}
    for number, row in enumerate(rows, start=2):
        if bool(row["conflicts_with"]) != (caveat in row["caveats"].split()):
            allowed = f"{caveat} where conflicts_with names a figure, and only there"
            yield number, "caveats", repr(row["caveats"]), allowed
        for name in row["conflicts_with"].split():
            if not _do_conflict(row, known[name]):
                actual = f"{_figure_text(known[name])} beside {_figure_text(row)}"
                yield number, "conflicts_with", actual, "figures that conflict"


def _do_conflict(figure: Row, other: Row) -> bool:
    """Whether two figures conflict, as `conflicts` describes."""
    kin = relation(row_quantity(figure), row_quantity(other))
    if figure["definition"] == other["definition"]:
        return kin == DIFFERENT and figure["value"] != other["value"]
    return kin == (DIFFERENT if figure["unit"] != other["unit"] else EQUAL)


def copies(tables: Tables, rows: list[Any], *, caveat: str) -> Iterator[Finding]:
    """A rule of the contract: a figure with this caveat, which repeats an announcement, must have the digits of another
    figure of its definition."""
    for number, row in enumerate(rows, start=2):
        others = [r["value"] for r in rows if r["definition"] == row["definition"] and r["figure"] != row["figure"]]
        if caveat in row["caveats"].split() and row["value"] not in others:
            yield number, "caveats", f"{caveat} with {row['value']}", "a number that another copy gives too"


def verdicts(tables: Tables, rows: list[Any]) -> Iterator[Finding]:
    """A rule of the contract: a statement's kind and verdict must follow from its figures, in each row in force;
    conditions that cannot be read are left to `rests_on`."""
    known = tables.rows_by_key("figures")
    counted = {r["definition"] for r in tables.rows("definitions") if COUNTED in r["caveats"].split()}
    for number, row in enumerate(rows, start=2):
        with suppress(NotAClaim):  # which `rests_on` tells
            if is_in_force(tables, rows, row):
                yield from ((number, *mistake) for mistake in kind_problems(row, known, counted))
                yield from ((number, *mistake) for mistake in verdict_problems(row, known))


def kind_problems(row: Row, known: Mapping[str, Row], counted: set[str]) -> Mistakes:
    """Column, actual and allowed if a statement's kind does not fit its figures (``known``, by id; of ``counted``
    definitions those of a list): a bound must be published as one, a number as none, a list be counted in the text, and
    words have no figure and no date. Other kinds fit."""
    figures_named = [known[name] for name in row["figures"].split()]
    bounded = [r["bound"] in (*LOWER_BOUNDS, *UPPER_BOUNDS) for r in figures_named]
    fits = {
        "bound": bool(figures_named) and all(bounded),
        "number": not any(bounded),
        "list": bool(figures_named) and all(r["definition"] in counted for r in figures_named),
        "words": not figures_named and not row["date"],
    }
    if not fits.get(row["kind"], True):
        actual = f"{row['kind']} with {_figures_text(figures_named) or 'no figure'}"
        yield "kind", actual, "a kind that its figures have"


def _figure_text(row: Row) -> str:
    """A figure in a message: its id, with bound and value in brackets."""
    return f"{row['figure']} ({row['bound']} {row['value']})"


def verdict_problems(row: Row, known: Mapping[str, Row]) -> Mistakes:
    """Column, actual and allowed where a statement's verdict does not follow from its figures (``known``, by id): by
    `comparison_problems`; if figures set beside them count the same; if a number that others are compared with has
    none; and by `verdict_without_figures`."""
    figures_named, others, differing, beside = (
        [known[name] for name in row[column].split()]
        for column in ("figures", "compared_with", "differs_from", "set_beside")
    )
    if row["kind"] == "number" and not figures_named and (others or differing):
        yield "figures", "an empty cell", "the figures that others are compared with"
    if figures_named:
        yield from comparison_problems(row, figures_named, others, differing)
    for other in (other for other in beside for mine in figures_named if _count_the_same(mine, other)):
        actual = f"{_figure_text(other)}, which counts the same"
        yield "set_beside", actual, "a figure of another count, place or period"
    yield from verdict_without_figures(row, bool(others or row["rests_on"]), bool(differing))


def comparison_problems(row: Row, figures_named: list[Row], others: list[Row], differing: list[Row]) -> Mistakes:
    """Column, actual and allowed where the figures of a statement, one or more, do not compare as its row says: with
    the ``others`` they must agree in the way that it names, the ``differing`` ones must contradict them, and each of
    both must be of the period of one of them."""
    numbers = [row_quantity(figure) for figure in figures_named]
    for other in others:
        kin = agreement(numbers, row["compared"], row_quantity(other))
        if kin != row["agreement"]:
            pair = f"{_figures_text(figures_named)} and {_figure_text(other)}"
            actual = f"{row['verdict']} ({row['agreement'] or 'no agreement'}) where {pair} are"
            column = "verdict" if kin == DIFFERENT else "agreement"
            yield column, f"{actual} {kin}", "what the numbers bear out"
    for column, other in [("compared_with", other) for other in others] + [
        ("differs_from", other) for other in differing
    ]:
        if not any(may_be_one_period(mine, other) for mine in figures_named):
            actual = f"{_figure_text(other)} of {_period(other)} beside {_period(figures_named[0])}"
            yield column, actual, "figures of one period"
    for other in differing:
        if agreement(numbers, row["compared"], row_quantity(other)) != DIFFERENT:
            actual = f"{_figures_text(figures_named)} and {_figure_text(other)}, which agree"
            yield "differs_from", actual, "figures that differ"


def may_be_one_period(row: Row, other: Row) -> bool:
    """Whether two figures can have the same period: where both state a start, or an end, the two dates (days, months or
    years) overlap."""
    ends = [(row[end], other[end]) for end in ("period_start", "period_end")]
    return all(date_of(a) <= last_date_of(b) and date_of(b) <= last_date_of(a) for a, b in ends if a and b)


def _period(row: Row) -> str:
    """A figure's period in a message, in English, or that it is not stated."""
    return format_period(row["period_start"], row["period_end"], "en") or "a period that is not stated"


def _figures_text(figures_named: Sequence[Row]) -> str:
    """Several figures in a message, separated by commas; empty for none."""
    return ", ".join(map(_figure_text, figures_named))


def _count_the_same(figure: Row, other: Row) -> bool:
    """Whether two figures have one definition, unit, place and period."""
    columns = ("definition", "unit", "place", "period_start", "period_end")
    return all(figure[column] == other[column] for column in columns)


def verdict_without_figures(row: Row, compared: bool, differing: bool) -> Mistakes:
    """Column, actual and allowed where a verdict does not fit what a statement names: one that is borne out must name
    its figures, one that nothing was found or checked none, a conflict what differs; a list is not checked."""
    verdict = row["verdict"]
    if verdict in BORNE_OUT and not compared:
        yield "compared_with", "an empty cell", f"the figures that {verdict} rests on"
    kin = "same-origin" if row["agreement"] == "equal" else "compatible"
    if row["agreement"] and verdict in ("same-origin", "compatible") and verdict != kin:
        yield "verdict", f"{verdict} of figures that are {row['agreement']}", kin
    if verdict == "conflict" and not differing and len(row["sources"].split()) < 2:
        yield "differs_from", "an empty cell", "the figures, or two sources, that conflict"
    if verdict in ("none-found", "not-checked") and (row["compared_with"] or differing):
        yield "verdict", f"{verdict} beside figures that were compared", ", ".join((*BORNE_OUT, "conflict"))
    if (row["kind"] == "list") and verdict != "not-checked":
        yield "verdict", verdict, "not-checked: the length of a list was counted here"
