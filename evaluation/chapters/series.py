"""A series of reports: the counts or rates of one place by one definition, one number a year, each with its releases.

What a place lacks is absent, so that a chapter needs no branch for it: without two years there are no ends, without a
population no implied counts. A missing row holds None, which `Chapter.record` and `say` accept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..language import N_
from ..numbers import measures
from ..numbers.measures import against
from ..numbers.number import Measure, Number
from ..numbers.releases import possible_values
from ..records.chapter import first as first_row
from .agreement import ALL_LAWS, counts_lead
from .provincial_counts import totals_of_both_laws
from .releases import ever_revised, first_releases, latest_releases, newest_common_release

if TYPE_CHECKING:
    from ..records.chapter import Chapter

ENDS = ["first", "last"]
IMPLIED = N_("Incidents that the published rate implies")
OTHER_WAY = {"above": "below", "below": "above"}


class Course(NamedTuple):
    """The course of a series that did not move in one direction between its ends: the two numbers that show it, or
    two of None if it moved in one."""

    before: Number | None = None
    after: Number | None = None


def course(numbers: Sequence[Number]) -> Course:
    """The part of a series' course that its ends do not show, from its numbers, oldest first. If the ends certainly
    differ: the two numbers of its last step in the other direction; else the first number, and the last of those
    between that certainly lie above, or below, both ends. Two of None if there is none, and for fewer than three
    numbers."""
    if len(numbers) < 3:
        return Course()
    first, *between, last = numbers
    if (direction := _direction(first, last)) in OTHER_WAY:
        steps = [step for step in pairwise(numbers) if _direction(*step) == OTHER_WAY[direction]]
        return Course(*steps[-1]) if steps else Course()
    beyond = [number for number in between if _direction(first, number) == _direction(last, number) in OTHER_WAY]
    return Course(first, beyond[-1]) if beyond else Course()


def _direction(earlier: Number, later: Number) -> str:
    """Whether the later of two published numbers lies ``above`` or ``below`` the earlier, else ``unknown``. Reports are
    complete counts, without sampling error; a published rate covers the interval of its rounding."""
    return against(possible_values(later), possible_values(earlier))


@dataclass(frozen=True)
class Series:
    """All numbers of a place by a definition, and the requested years. ``rows``, by year and release, has year,
    vintage, incidents, rate_per_100k, people, and the possible values of a rate: before rounding (``left_open``), in
    counts (``known``). Its *ends* are the first and the last of the requested years that have numbers.
    ``canada_rates`` has the published rates of Canada by the same definition, no rows if the place is Canada."""

    rows: pd.DataFrame
    canada_rates: pd.DataFrame
    first_year: int
    last_year: int

    @classmethod
    def of(cls, chapter: Chapter, place: str, definition: str, first_year: int, last_year: int | str) -> Series:
        """The series of a place between two years ("latest" for its last one). If no count of all laws is published,
        the counts by law in Statistics Canada's table are added, once it is imported."""
        reported = chapter.frame("police_reported")
        incidents = reported[(reported.place == place) & (reported.definition == definition)]
        if definition == ALL_LAWS and incidents.incidents.isna().all():
            incidents = pd.concat([incidents, totals_of_both_laws(chapter, place)])
        people = chapter.frame("population")[["place", "year", "people"]]
        rows = incidents.merge(people, on=["place", "year"], how="left").sort_values(["year", "vintage"])
        rows["left_open"] = rows.rate_per_100k.figure.rounding()
        rows["known"] = rows.rate_per_100k.figure.implied_counts(rows.people, "incidents", IMPLIED)
        rates = reported[reported.definition == definition].dropna(subset="rate_per_100k")
        canada_rates = rates[(rates.place == "Canada") & (rates.place != place)]
        return cls(rows, canada_rates, first_year, rows.year.max() if last_year == "latest" else int(last_year))

    @cached_property
    def asked(self) -> pd.DataFrame:
        """The rows of the requested years, of every release, with a number or without."""
        return self.rows[self.rows.year.between(self.first_year, self.last_year)]

    @cached_property
    def is_counted(self) -> bool:
        """Whether its numbers are counts rather than rates: in the requested years at least as many years have counts,
        or both begin and end in the same years."""
        counts, rates = (self.asked.dropna(subset=column) for column in ("incidents", "rate_per_100k"))
        return counts_lead({*counts.year}, {*rates.year})

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """All rows, of every year, with their ``number``: the count if ``is_counted``, else the rate; missing where the
        row has none."""
        return self.rows.assign(number=self.rows.incidents if self.is_counted else self.rows.rate_per_100k)

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """One row for each requested year with a number, in its latest release, oldest first."""
        latest = latest_releases(self.numbers, "number")
        return latest[latest.year.between(self.first_year, self.last_year)].reset_index(drop=True)

    @property
    def never_revised(self) -> bool:
        """Whether each number of `by_year` is known as first released and equals that, bound and ends included; False
        without numbers."""
        firsts = self.by_year.merge(first_releases(self.numbers, "number"), on="year", suffixes=("", "_first"))
        return 0 < len(firsts) == len(self.by_year) and not ever_revised([*firsts.number_first], [*firsts.number])

    @cached_property
    def bases(self) -> dict[str, pd.DataFrame]:
        """The ways to compare the first and the last year, each with its two rows, indexed ``first`` and
        ``last``, comparable ones first: both as ``first`` released, both in one ``release``, both as last released
        (``latest``); none that lacks either year."""
        years = self.by_year.year.iloc[[0, -1]] if len(self.by_year) > 1 else self.by_year.year[:0]
        first = first_releases(self.numbers, "number")
        candidates = {
            "first": first[first.year.isin(years)],
            "release": newest_common_release(self.numbers.dropna(subset="number"), [*years]),
            "latest": self.by_year[self.by_year.year.isin(years)],
        }
        return {name: rows.set_axis(ENDS) for name, rows in candidates.items() if len(rows) == 2}

    @property
    def basis(self) -> str | None:
        """The basis on which its ends are compared: the first of `bases`, or None without two years."""
        return next(iter(self.bases), None)

    @cached_property
    def ends(self) -> pd.DataFrame:
        """The rows of the first and the last year on that basis; none without two years."""
        return self.bases[self.basis] if self.basis else self.by_year[:0]

    @cached_property
    def course(self) -> Course:
        """What the change between its ends does not show, by the function `course`: of the numbers in their release if
        that has years between them, else of each requested year's latest number."""
        requested = self.numbers[self.numbers.year.between(self.first_year, self.last_year)]
        of_release = requested[requested.vintage == self.last.vintage].dropna(subset="number").sort_values("year")
        return course([*(of_release if self.basis == "release" and len(of_release) > 2 else self.by_year).number])

    @property
    def compares(self) -> bool:
        """Whether its ends are comparable: two latest releases of their own are not, since releases revise earlier
        years. True without two years."""
        return self.basis != "latest"

    @property
    def implied(self) -> pd.Series:
        """The counts that the rates of its ends imply, by ``first`` and ``last``; both missing for a series of counts,
        if one rate implies none, and if the ends are not comparable; empty without two years."""
        return self.ends.known if self.implies_counts and self.compares else _missing(self.ends.known)

    @property
    def comparable(self) -> pd.Series:
        """The counts or implied counts of its ends, else rates before rounding; missing if they are not comparable."""
        return self._possible_values if self.compares else _missing(self._possible_values)

    @property
    def _possible_values(self) -> pd.Series:
        """The counts of its ends; for rates their implied counts, or if those are missing, the rates before rounding;
        comparable or not."""
        return self.ends.incidents if self.is_counted else self.implied.fillna(self.ends.left_open)

    @property
    def latest_counts(self) -> pd.Series:
        """The counts of its ends as last released, published or implied; missing for rates without implied counts."""
        known = self.latest_ends.known
        return self.latest_ends.incidents if self.is_counted else known if self.implies_counts else _missing(known)

    @property
    def bears_chance(self) -> bool:
        """Whether an interval for chance applies: its ends are comparable, as counts above zero."""
        is_counts = bool(self.bases) and (self.is_counted or self.implies_counts)
        return is_counts and self.compares and bool((self._possible_values > 0).fillna(False).all())

    def change_with_chance(self, name: str, level: float, *, per_person: bool = True, **options: Any) -> Measure | None:
        """Confidence interval, in per cent, of the change in the underlying rate between its ends (see
        `measures.change_with_chance`, which takes the other options): of published counts in number, of implied counts
        per person or in number. None where chance does not apply."""
        if not self.bears_chance:
            return None
        if self.implies_counts:
            options |= {"people": (self.first.people, self.last.people), "per_person": per_person}
        label = measures.BEHIND_PER_PERSON if self.implies_counts and per_person else measures.BEHIND
        return measures.change_with_chance(name, label, self.last.number, self.first.number, level, **options)

    @property
    def as_published(self) -> str | None:
        """The origin of its ends: as `basis` (None without two years), or ``added`` for sums over the laws."""
        return "added" if len(self.ends) and self.first.number.kind == "derived" else self.basis

    @cached_property
    def canada_by_year(self) -> pd.DataFrame:
        """The rates of Canada as ``number``, of the years and releases of `by_year`; no rows for counts."""
        rates = self.by_year[["year", "vintage"]].merge(self.canada_rates, on=["year", "vintage"])
        rates = rates.rename(columns={"rate_per_100k": "number"})
        return rates[:0] if self.is_counted else rates

    @property
    def with_canada(self) -> pd.DataFrame:
        """The rows of a chart over years, ``place``, ``year`` and ``number``: `by_year` and `canada_by_year`; none for
        a single year."""
        rows = pd.concat([self.by_year, self.canada_by_year])[["place", "year", "number"]]
        return rows if self.bases else rows[:0]

    @property
    def canada_revised(self) -> pd.Series:
        """The rates of Canada in the last requested year and the one before it, in the newest release that has both,
        which revises the earlier one; empty without a rate of Canada or without implied counts."""
        last_two = newest_common_release(self.canada_rates, [self.last_year - 1, self.last_year]).rate_per_100k
        return last_two if self.implies_counts and len(self.canada_by_year) else last_two[:0]

    def on_same_basis(self, rows: pd.DataFrame, column: str) -> pd.DataFrame:
        """The ``rows`` of another series with ``column`` on the basis of the ends: first releases, the rows of the same
        release, or else latest releases (without two years too)."""
        if self.basis == "release":
            return rows[rows.vintage == self.last.vintage].dropna(subset=column)
        return (first_releases if self.basis == "first" else latest_releases)(rows, column)

    @property
    def latest_ends(self) -> pd.DataFrame:
        """The rows of the first and the last year as last released; none without two years."""
        return self.bases.get("latest", self.ends)

    @property
    def first(self) -> Any:
        """The row of the first year, with ``number``, ``year``, ``people``; a row of None without two years."""
        return first_row(self.ends[:1])

    @property
    def last(self) -> Any:
        """The row of the last year; a row of None without two years."""
        return first_row(self.ends[1:])

    @property
    def only(self) -> Any:
        """The number of a series with a single requested year; None with two or more, and without any."""
        return None if self.bases else first_row(self.by_year.number)

    @property
    def implies_counts(self) -> bool:
        """Whether its numbers are rates whose ends imply counts, so that its change has a number too."""
        return bool(self.bases) and not self.is_counted and bool(self.ends.known.notna().all())


def _missing(column: pd.Series) -> pd.Series:
    """A column of missing values with the index and type of ``column``."""
    return column[:0].reindex(column.index)
