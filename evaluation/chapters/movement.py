"""The direction of reported crime in a chart or a table, and the caveat that it obliges.

The strategy's own warning as a rule for every chapter, forks included: a rise in reports can be a sign of success, a
fall one of failure. The caveat stands beside the chart or table and links to the picture that explains it.
"""

import re
from collections.abc import Iterable, Mapping

from ..language import LANGUAGES, N_, translate
from ..numbers.measures import against
from ..numbers.notation import RATES
from ..numbers.number import Measure, Number
from ..numbers.publication import Caveat
from ..numbers.releases import possible_values

REPORTED = "reports-are-not-incidence"
PICTURE = "from_outside"  # the chart of three boxes of dots
# The target of the caveat's link: the picture of what more reports can mean, else the chapter that computes it.
CHAPTERS = {"more_reports": f"#chart-{PICTURE}", "uncertainty": ""}
RISING, FALLING, MIXED = "rising-reports", "falling-reports", "mixed-reports"
TEXTS = {
    RISING: N_("More reports may be good news."),
    FALLING: N_("Fewer reports are no proof of success."),
    MIXED: N_("More reports may be good news; fewer reports are no proof of success."),
}
# Definitions for which reports can rise or fall: victims identified by one force, charges, cases,
# investigations, a share of a country, a median of days or a ratio of two forces can fall while reports rise.
COUNT = "incidents"
YEAR = re.compile(r"\d{4}")
SeriesKey = tuple[str, str, str]
Releases = dict[str, list[Number]]


def movement_caveats(numbers: Iterable[Number]) -> list[Caveat]:
    """The caveat that numbers shown together oblige, in a list: by whether the last year of each series of reported
    crime among them lies above or below the first; one caveat for both if some rise and others fall. Empty if no series
    does either."""
    directions = {_direction(years) for years in _reported_series(numbers).values()} - {""}
    if not directions:
        return []
    direction = MIXED if len(directions) > 1 else directions.pop()
    return [Caveat(direction, {language: translate(TEXTS[direction], language) for language in LANGUAGES})]


def _reported_series(numbers: Iterable[Number]) -> dict[SeriesKey, Releases]:
    """The yearly reports (see `_reports_behind`) of numbers, by series (definition, place, unit) and year: those of one
    year in the order of their releases, latest last; each name once."""
    releases: dict[SeriesKey, Releases] = {}
    reports = {report.name: report for number in numbers for report in _reports_behind(number)}
    for report in sorted(reports.values(), key=lambda report: (report.start, _vintage(report))):
        releases.setdefault(_series_key(report), {}).setdefault(report.start, []).append(report)
    return releases


def _reports_behind(number: Number) -> list[Number]:
    """A yearly report itself; of a change in per cent the yearly reports that it is calculated from, if some are two
    years of one series. Empty for any other number: a share of reports or a sum of years has no direction of its
    own."""
    if number.unit != "percent":
        return [number] if is_yearly_report(number) else []
    reports = [operand for operand in number.inputs if is_yearly_report(operand)] if isinstance(number, Measure) else []
    years = {(_series_key(report), report.start) for report in reports}
    return reports if len({series for series, _ in years}) < len(years) else []


def is_yearly_report(number: Number) -> bool:
    """Whether a number is a count or a rate of reported incidents in one calendar year: by its unit, its period, and
    the caveat that reports are not incidence."""
    of_a_year = number.start == number.end and bool(YEAR.fullmatch(number.start))
    obliged = any(caveat.caveat == REPORTED for caveat in number.caveats)
    return obliged and of_a_year and number.unit in {COUNT, *RATES}


def _series_key(number: Number) -> SeriesKey:
    """What numbers of one series share: definition, place and unit."""
    return number.definition, number.place, number.unit


def _vintage(number: Number) -> str:
    """A figure's release; empty for a measure, so that it is sorted before a figure of the same year."""
    return str(getattr(number, "vintage", ""))


def _direction(years: Releases) -> str:
    """The direction of a series, RISING or FALLING, from its first to its last year, each as last released; empty for a
    single year, a tie or overlapping bounds, and where one or two years are each given in several releases, which shows
    revisions."""
    if len(years) <= 2 and all(len({_vintage(report) for report in releases}) > 1 for releases in years.values()):
        return ""
    first, last = possible_values(years[min(years)][-1]), possible_values(years[max(years)][-1])
    return {"above": RISING, "below": FALLING}.get(against(last, first), "")


def explanation_link(pages: Mapping[str, str], file: str) -> str:
    """The link from the page ``file`` (without suffix) to the picture that explains the caveat, the fragment alone on
    its own page, or else to the chapter that computes it; empty if none of the review's ``pages`` (files by chapter)
    has either."""
    address = next((f"{pages[name]}.html{part}" for name, part in CHAPTERS.items() if name in pages), "")
    here, _, part = address.partition("#")
    return f"#{part}" if part and here == f"{file}.html" else address
