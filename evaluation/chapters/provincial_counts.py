"""The counts of a place by year in Statistics Canada's table 35-10-0177-01, once a release of it is in data/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..language import N_
from ..numbers.frames import FigureArray, FigureDtype
from .agreement import ALL_LAWS
from .outcomes import SOURCE
from .statcan_release import ADDED, OUTCOMES, REPORTED

if TYPE_CHECKING:
    import pandas as pd

    from ..records.chapter import Chapter

NAMES = {name: statistic for (_, statistic), (table, name, _) in ADDED.items() if table == OUTCOMES}
NAMES["trafficking_6510"] = "immigration"
BOTH_LAWS = N_("Incidents under both laws, added up")


def by_year(chapter: Chapter, place: str) -> pd.DataFrame:
    """The latest imported release for a place, oldest year first: ``year``, ``vintage``, ``incidents`` (Criminal Code),
    those under the immigration law (``immigration``), ``both``, ``unfounded``, ``cleared``, ``cleared_by_charge``,
    ``cleared_otherwise`` and ``persons_charged``. No rows if none is imported, missing cells where the release has
    none."""
    reported, outcomes = chapter.frame(REPORTED), chapter.frame(OUTCOMES)
    incidents = reported[(reported.place == place) & (reported.source == SOURCE)]
    incidents = incidents[incidents.vintage == incidents.vintage.max()][["year", "vintage", "incidents"]]
    others = outcomes[(outcomes.place == place) & outcomes.vintage.isin(incidents.vintage)]
    others = others.pivot(index="year", columns="definition", values="number")
    others = others.reindex(columns=[*NAMES]).rename(columns=NAMES).astype(FigureDtype())
    counts = incidents.merge(others, on="year", how="outer").sort_values("year").reset_index(drop=True)
    reason = N_("an incident has one most serious violation")
    criminal_code, immigration_law = (
        counts[law].figure.counting("incidents", why=reason, definition=ALL_LAWS)
        for law in ("incidents", "immigration")
    )
    counts["both"] = criminal_code + immigration_law
    return counts


def totals_of_both_laws(chapter: Chapter, place: str) -> pd.DataFrame:
    """The counts of both laws added, for a place, as rows of ``police_reported`` without a rate, oldest year first;
    years without one of the two are left out; none if no release is imported."""
    totals = by_year(chapter, place).dropna(subset="both")[["year", "vintage", "both"]]
    counts = [replace(total, name=f"both_laws_{total.start}").with_meaning(label=BOTH_LAWS) for total in totals.both]
    totals = totals.assign(incidents=FigureArray(counts), definition=ALL_LAWS, place=place, source=SOURCE, caveats="")
    return totals.drop(columns="both")


def reached(chapter: Chapter, place: str = "Ontario", column: str = "incidents") -> str:
    """Whether data/ has the numbers in a column of `by_year` for a place: ``read`` if it does, ``in-part`` if
    the table was imported without them, ``unread`` if it was not imported."""
    if by_year(chapter, place)[column].notna().any():
        return "read"
    return "in-part" if (chapter.frame(REPORTED).source == SOURCE).any() else "unread"
