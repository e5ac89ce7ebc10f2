"""Which way reported crime moves in a chart or a table, and the sentence that this obliges.

The strategy's own warning, made a rule for every chapter, a fork's too: a rise in reports can be a sign of success,
a fall one of failure. The sentence stands beside the chart or table and leads to the chapter that works it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from ..language import LANGUAGES, N_, translate
from ..numbers.figures import Caveat, Figure, Measure, Number, Quantity
from ..numbers.measures import against

if TYPE_CHECKING:
    from .page import Page

REPORTED = "reports-are-not-incidence"
CHAPTER = "reports_and_incidence"
RISING, FALLING, MIXED = "rising-reports", "falling-reports", "mixed-reports"
TEXTS = {
    RISING: N_(
        "{places}: the number or rate of reports is higher in the last year than in the first. That can be a sign that "
        "a strategy works, not only that there is more crime."
    ),
    FALLING: N_(
        "{places}: the number or rate of reports is lower in the last year than in the first. That can be a sign that "
        "a strategy fails, not only that there is less crime."
    ),
    MIXED: N_(
        "Some numbers or rates of reports are higher in the last year than in the first, others lower. A rise can be a "
        "sign that a strategy works and a fall that one fails, not only that there is more crime or less."
    ),
}
LINKS = {
    RISING: N_("What a rise in reports can mean"),
    FALLING: N_("What a fall in reports can mean"),
    MIXED: N_("What a rise or a fall in reports can mean"),
}
# Of these alone can it be said that reports rise or fall: victims whom one force identified, charges, cases,
# investigations, a share of a country, a median of days or a ratio of two forces can fall while reports rise.
COUNT = "incidents"
RATES = frozenset(("per_100k", "per_1000_adults", "per_1000_women", "per_1000_people"))
YEAR = re.compile(r"\d{4}")

Key = tuple[str, str, str]
Releases = dict[str, list[Number]]


def movements(numbers: Iterable[Number]) -> list[Caveat]:
    """The sentence that numbers shown together oblige: of the series of reported crime among them, whether the last
    year lies above or below the first, and where; one sentence for all, where some rise and others fall."""
    found: dict[str, list[Number]] = {}
    for years in series_in(numbers).values():
        found.setdefault(moved(years), []).append(years[min(years)][-1])
    found.pop("", None)
    if not found:
        return []
    said = MIXED if len(found) > 1 else next(iter(found))
    return [Caveat(said, worded(said, [number for numbers in found.values() for number in numbers]))]


def worded(said: str, numbers: Iterable[Number]) -> dict[str, str]:
    """A sentence with the places that it is about: a page of one place can show another's series."""
    ordered = sorted(numbers, key=lambda number: number.place)
    places = {lang: ", ".join(dict.fromkeys(translate(n.place_label, lang) for n in ordered)) for lang in LANGUAGES}
    return {lang: translate(TEXTS[said], lang).format(places=places[lang]) for lang in LANGUAGES}


def series_in(numbers: Iterable[Number]) -> dict[Key, Releases]:
    """Counts and rates of reported crime by definition, place and unit, then by year: each year's releases, latest
    last."""
    found: dict[Key, Releases] = {}
    told = {report.name: report for number in numbers for report in reports_in(number)}
    for report in sorted(told.values(), key=lambda report: (report.start, vintage(report))):
        found.setdefault(series_of(report), {}).setdefault(report.start, []).append(report)
    return found


def reports_in(number: Number) -> list[Number]:
    """The number itself, or the two years that a change in per cent lies between. What else rests on reports, such
    as a share of them or a sum of years, tells nothing of its own."""
    if number.unit != "percent":
        return [number] if is_report(number) else []
    parts = [part for part in number.inputs if is_report(part)] if isinstance(number, Measure) else []
    years = {(series_of(part), part.start) for part in parts}
    return parts if len({series for series, _ in years}) < len(years) else []


def is_report(number: Number) -> bool:
    """Whether a number is a count or a rate of reported incidents in one year."""
    of_a_year = number.start == number.end and bool(YEAR.fullmatch(number.start))
    obliged = any(caveat.caveat == REPORTED for caveat in number.caveats)
    return obliged and of_a_year and number.unit in {COUNT} | RATES


def series_of(number: Number) -> Key:
    return number.definition, number.place, number.unit


def vintage(number: Number) -> str:
    """A figure's release; a measure has none, and gives way to a figure of the same year."""
    return str(getattr(number, "vintage", ""))


def moved(years: Releases) -> str:
    """Which way a series moves; nothing where one year or a tie does not tell, or where every year stands in more
    than one release: that shows revisions."""
    if all(len({vintage(report) for report in releases}) > 1 for releases in years.values()):
        return ""
    first, last = span(years[min(years)][-1]), span(years[max(years)][-1])
    return {"above": RISING, "below": FALLING}.get(against(last, first), "")


def span(number: Number) -> Quantity:
    """What a number can have been: a published rate within its rounding, half up, so that two rates of unlike
    decimals are not told apart by their digits."""
    exact = number.quantity.low == number.quantity.high
    rounded = isinstance(number, Figure) and number.unit in RATES and exact
    return replace(number.rounding(), high_open=True) if rounded else number.quantity


def obliged(page: Page, numbers: Iterable[Number]) -> list[Caveat]:
    """The sentence that a chart or table of a page must have beside it; the chapter that they lead to has none."""
    return [] if page.about["chapter"] == CHAPTER else movements(numbers)


def link(page: Page, caveat: str) -> str:
    """What follows a sentence: a link to the chapter where the review has it, else nothing."""
    slug = page.about.get("reading")
    if caveat not in LINKS or not slug:
        return ""
    words = escape(page.t(LINKS[caveat]), quote=False)
    return f' <a href="{escape(str(slug), quote=True)}.html">{words}</a>.'
