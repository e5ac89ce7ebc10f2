"""Which way reported crime moves in a chart or a table, and the sentence that this obliges.

The strategy's own warning, made a rule for every chapter, a fork's too: a rise in reports can be a sign of success,
a fall one of failure. The sentence stands beside the chart or table and leads to the chapter that works it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from .figures import Caveat, Figure, Number
from .language import N_

if TYPE_CHECKING:
    from .page import Page

REPORTED = "reports-are-not-incidence"
CHAPTER = "reports_and_incidence"
MOVEMENTS = {
    "rising-reports": Caveat(
        "rising-reports",
        N_("Reports rise here. That can be a sign that a strategy works, not only that there is more crime."),
    ),
    "falling-reports": Caveat(
        "falling-reports",
        N_("Reports fall here. That can be a sign that a strategy fails, not only that there is less crime."),
    ),
}
LINKS = {
    "rising-reports": N_("What a rise in reports can mean"),
    "falling-reports": N_("What a fall in reports can mean"),
}
YEAR = re.compile(r"\d{4}")

Series = dict[tuple[str, str, str], dict[str, Figure]]


def movements(numbers: Iterable[Number]) -> list[Caveat]:
    """The sentences that numbers shown together oblige: of each series of reported crime among them, or among the
    figures that they rest on, whether the last year lies above or below the first."""
    found = {moved(years) for years in series_in(numbers).values()}
    return [caveat for name, caveat in MOVEMENTS.items() if name in found]


def series_in(numbers: Iterable[Number]) -> Series:
    """Figures of reported crime by definition, place and unit, then by year: each year's latest release."""
    found: Series = {}
    for figure in sorted(
        {f.name: f for n in numbers for f in n.figures()}.values(), key=lambda f: (f.start, f.vintage)
    ):
        reported = any(caveat.caveat == REPORTED for caveat in figure.caveats)
        if reported and figure.start == figure.end and YEAR.fullmatch(figure.start):
            found.setdefault((figure.definition, figure.place, figure.unit), {})[figure.start] = figure
    return found


def moved(years: dict[str, Figure]) -> str:
    """``rising-reports``, ``falling-reports``, or nothing where one year or a tie does not tell."""
    first, last = years[min(years)].quantity, years[max(years)].quantity
    if first.high is not None and last.low is not None and last.low > first.high:
        return "rising-reports"
    if first.low is not None and last.high is not None and last.high < first.low:
        return "falling-reports"
    return ""


def obliged(page: Page, numbers: Iterable[Number]) -> list[Caveat]:
    """The sentences that a chart or table of a page must have beside it; the chapter that they lead to has none."""
    return [] if page.about["chapter"] == CHAPTER else movements(numbers)


def link(page: Page, caveat: str) -> str:
    """What follows a sentence: a link to the chapter, where the review has it; else nothing but the chapter's name."""
    if caveat not in LINKS:
        return ""
    words = escape(page.t(LINKS[caveat]), quote=False)
    slug = page.about.get("reading")
    return (
        f' <a href="{escape(str(slug), quote=True)}.html">{words}</a>.'
        if slug
        else f" {words}: <code>{CHAPTER}</code>."
    )
