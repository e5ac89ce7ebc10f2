"""Comparable pairs of years of reports, for the chapters on changes in reports.

A *number* is a row: a count or a printed rate of one place by one definition in a year, by release (``vintage``), with
the ``reports`` that it states or, if it is a rounded rate, implies. A *pair* is a row too: two years of one series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..numbers.publication import CALCULATED
from .releases import first_releases, latest_releases

if TYPE_CHECKING:
    from ..records.chapter import Chapter

SERIES = ["definition", "place", "unit"]
YEARS = ["definition", "place", "year_earlier", "year_later"]


def reported_numbers(chapter: Chapter) -> pd.DataFrame:
    """The numbers of ``police_reported``, a row each: every count, published or calculated, and every rate but those
    from which the review calculated the count in their row. Columns: those of the series, ``number``, its ``unit``, the
    ``people`` of its place and year, and its ``reports`` as counts, missing for a rate without a population."""
    columns = ["definition", "place", "year", "vintage", "caveats"]
    numbers = chapter.frame("police_reported").melt(columns, ["incidents", "rate_per_100k"], "unit", "number")
    # A rate from which the review calculated the count in its row adds no information.
    adds_information = (numbers.unit == "incidents") | ~numbers.caveats.str.contains(CALCULATED)
    numbers = numbers[adds_information & numbers.number.notna()]
    people = chapter.frame("population")[["place", "year", "people"]]
    numbers = numbers.merge(people, on=["place", "year"], how="left")
    rates = numbers[numbers.unit == "rate_per_100k"].number
    implied = rates.figure.implied_counts(numbers.people, "incidents")
    return numbers.assign(reports=numbers.number.where(numbers.unit == "incidents").fillna(implied))


def year_pairs(numbers: pd.DataFrame) -> pd.DataFrame:
    """All pairs of years of the series of `reported_numbers`, with the numbers ``earlier`` and ``later`` and columns
    such as ``year_earlier``, by their ``basis``. A pair is ``alike`` if both numbers are in one release, the latest
    that has both (``release``), or each as ``first`` released, since later releases revise earlier years. Two years
    without such a pair have one as last released (``mixed``). Of the pairs of two years that remain, those of counts if
    there are any, else those of rates. Pairs with a year of no reports, which has no ratio, are left out."""
    numbers = numbers[(numbers.number > 0).fillna(False).astype(bool)]
    first, latest = first_releases(numbers, "number"), latest_releases(numbers, "number")
    sides = ("_earlier", "_later")
    bases = {
        "release": numbers.merge(numbers, on=[*SERIES, "vintage"], suffixes=sides).sort_values("vintage"),
        "first": first.merge(first, on=SERIES, suffixes=sides),
        "mixed": latest.merge(latest, on=SERIES, suffixes=sides),
    }
    pairs = pd.concat([rows.assign(basis=basis) for basis, rows in bases.items()], ignore_index=True)
    pairs = pairs[pairs.year_earlier < pairs.year_later]
    pairs = pairs.rename(columns={"number_earlier": "earlier", "number_later": "later"})
    pairs = pairs.assign(alike=pairs.basis != "mixed").groupby([*YEARS, "unit", "basis"]).tail(1)
    pairs = pairs[pairs.alike == pairs.groupby(YEARS).alike.transform("any")]
    return pairs[pairs.unit == pairs.groupby(YEARS).unit.transform("min")]  # incidents before rates
