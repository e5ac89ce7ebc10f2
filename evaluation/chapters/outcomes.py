"""The counts of one release side by side: sums over both laws, and rules of the contract that compare parts with their
whole.

Police may clear in a year what was reported earlier, and one incident may lead to several people: neither is compared
with the year's incidents.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from ..data.rules import Finding, Row
from ..data.sources import Tables
from ..problems import listed

SOURCE = "statcan_table_1525"


def incidents_under_both_laws(tables: Tables, place: str) -> dict[str, int]:
    """Incidents of a place by year, both laws added, in the latest release of Statistics Canada's table in data/; years
    without one of the two are left out."""
    reports = [row for row in tables.rows("police_reported") if (row["place"], row["source"]) == (place, SOURCE)]
    newest = max((row["vintage"] for row in reports), default="")
    key = {"definition": "trafficking_6510", "place": place, "vintage": newest}
    of_other_law = {row["year"]: row["number"] for row in tables.rows("police_outcomes") if key.items() <= row.items()}
    of_code = {row["year"]: row["incidents"] for row in reports if row["vintage"] == newest}
    years = [year for year in of_code if of_code[year] and of_other_law.get(year)]
    return {year: int(of_code[year]) + int(of_other_law[year]) for year in years}


def parts_add_up(tables: Tables, rows: list[Row], *, field: str, whole: str, parts: list[str]) -> Iterator[Finding]:
    """A rule of the contract: in each place, year, release and source, the count (in the column ``field``) of each part
    (``parts``, definitions) is at most that of the ``whole`` (a definition too), and, where all parts are given, they
    add up to it; empty cells are left out. Yields row (the head is 1), column, actual and allowed of each violation."""
    counts: dict[tuple[str, ...], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for number, row in enumerate(rows, start=2):
        if row[field]:
            key = (row["place"], row["year"], row["vintage"], row["source"])
            counts[key][row["definition"]] = (number, Decimal(row[field]))
    for cells in (cells for cells in counts.values() if whole in cells):
        whole_row, limit = cells[whole]
        counted = [cells[part] for part in parts if part in cells]
        above = [(number, count) for number, count in counted if count > limit]
        for number, count in above:
            yield number, field, str(count), f"{limit} at most, the count of {whole}"
        total = sum(count for _, count in counted)
        if len(counted) == len(parts) and total != limit and not above:
            yield whole_row, field, str(limit), f"{total}, the sum of {listed(parts)}"


def places_add_up(tables: Tables, rows: list[Row], *, field: str, kind: str) -> Iterator[Finding]:
    """A rule of the contract: in one release, the places of a ``kind`` (of places.csv) have together at most the count
    (in the column ``field``) of the place that contains them; without its count in that release, each has at most the
    largest that any release gives it, if one does. Yields row (the head is 1), column, actual and allowed of each
    violation, in the order of rows."""
    places = tables.rows_by_key("places")
    counted = [(number, row) for number, row in enumerate(rows, start=2) if row[field]]
    remaining = {(*_same_release(row), row["place"]): Decimal(row[field]) for _, row in counted}
    largest_last = sorted(remaining.items(), key=lambda item: item[1])
    largest = {(definition, year, place): count for (definition, year, *_, place), count in largest_last}
    for number, row in counted:
        place, count = places.get(row["place"], {}), Decimal(row[field])
        if place.get("kind") != kind:
            continue
        whole = (*_same_release(row), place["within"])
        limit = remaining.get(whole, largest.get((row["definition"], row["year"], place["within"]), count))
        if count > limit:
            ever = f"the largest count of {place['within']} in any release"
            now = f"what the other places leave of the count of {place['within']}"
            yield number, field, row[field], f"{limit} at most, {now if whole in remaining else ever}"
        elif whole in remaining:
            remaining[whole] -= count


def _same_release(row: Row) -> tuple[str, ...]:
    """What rows of one release share that different places may be added in: definition, year, vintage and source."""
    return row["definition"], row["year"], row["vintage"], row["source"]
