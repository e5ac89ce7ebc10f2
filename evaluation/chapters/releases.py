"""Selection of releases: the first of a year, the latest, and each number once.

Rows are those of ``police_reported``, or of a frame melted from it (``unit``, ``number``): one number of a place by a
definition in a year, by ``vintage``, the date of the publisher's release.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ..numbers.number import Number
from ..numbers.publication import CALCULATED
from ..numbers.releases import YEARS_TO_RELEASE

if TYPE_CHECKING:
    import pandas as pd

SERIES = ["definition", "place"]
# Years that show the course of a series: a first, the last, and the one before it.
COURSE = 3


def ever_revised(first: Sequence[Number], latest: Sequence[Number]) -> bool:
    """Whether any number as first released differs, in value or bound, from the one as last released; the lists are
    paired in order. Raises ValueError for lists of different lengths."""
    return any(before.quantity != after.quantity for before, after in zip(first, latest, strict=True))


def first_releases(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with ``column`` as first released, by series and year, at most one a year. The first release of a year
    is the earliest vintage that gives it, unless that vintage or an earlier one gives a later year of the series, since
    then it is a revision or an old year in a long table. A year whose earliest vintage is more than two years after it
    has none."""
    filled = rows.dropna(subset=column).sort_values([*_series_columns(rows), "year", "vintage"], kind="stable")
    earliest = filled.groupby([*_series_columns(rows), "year"]).head(1)
    newest = rows.groupby([*SERIES, "vintage"]).year.max().groupby(SERIES).cummax().rename("newest").reset_index()
    matched = earliest.merge(newest, on=[*SERIES, "vintage"], how="left")
    in_time = matched.vintage.str[:4].astype(int) - matched.year <= YEARS_TO_RELEASE
    return matched[(matched.year == matched.newest) & in_time].drop(columns="newest").reset_index(drop=True)


def latest_releases(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with ``column`` as last released, by series and year, one a year. If releases in a row repeat the number
    it is the last of them that prints it, or else the last that the review calculated, so that its vintage may be older
    than the last release's."""
    return drop_repeated_releases(rows, column).groupby([*_series_columns(rows), "year"]).tail(1).reset_index(drop=True)


def long_series(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows of one series with ``column``, each year as last released, oldest first, starting with the first year of
    its main release: among those with three years or more (or else with most years) the one that ends last, the latest
    of these. So a release that begins later is not joined to older counts; a year that only a later release gives keeps
    its own vintage, which a page must state."""
    filled = rows.dropna(subset=column)
    years = filled.groupby("vintage").year.agg(
        given=lambda years: min(years.nunique(), COURSE), first="min", last="max"
    )
    by_length = years.reset_index().sort_values(["given", "last", "vintage"]).tail(1)
    return latest_releases(filled[filled.year >= by_length["first"].min()], column)


def newest_common_release(rows: pd.DataFrame, years: Collection[int]) -> pd.DataFrame:
    """The rows of two or more years of one series in the newest release that gives all, oldest first; none without such
    a release."""
    of_years = rows[rows.year.isin([*years])]
    common = of_years[of_years.groupby("vintage").year.transform("nunique") == len(years)]
    return common[common.vintage == common.vintage.max()].sort_values("year")


def drop_repeated_releases(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with ``column`` by series, year and release, oldest first, with numbers that consecutive releases of a
    year repeat only once: as last printed, or if none prints it, as last calculated by the review."""
    order = [*_series_columns(rows), "year", "vintage"]
    filled = rows.dropna(subset=column).sort_values(order, kind="stable")
    values = [str(number.quantity.value) for number in filled[column]]
    runs = filled[order[:-1]].assign(value=values)
    filled["run"] = (runs != runs.shift()).any(axis=1).cumsum()
    printed = zip(filled[column], filled.caveats, strict=True)
    filled["calculated"] = [number.unit == "incidents" and CALCULATED in caveats for number, caveats in printed]
    filled = filled.sort_values(["run", "calculated"], ascending=[True, False], kind="stable").groupby("run").tail(1)
    return filled.drop(columns=["run", "calculated"]).reset_index(drop=True)


def _series_columns(rows: pd.DataFrame) -> list[str]:
    """The columns that identify a series: definition, place and, where ``rows`` have one, unit."""
    return [*SERIES, *(["unit"] if "unit" in rows else [])]
