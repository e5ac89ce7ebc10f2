"""Rules of the contract that hold the counts of one release against each other: a part is no more than its whole.

What police clear in a year may have been reported earlier, and one incident may lead to several people: neither is held
against the year's incidents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..data.rules import Finding, Row
from ..data.sources import Tables
from ..problems import listed


def parts_add_up(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """Of a place in a year, the count of a part (``parts``, definitions) is at most that of the ``whole``, and the
    counts of all parts add up to it."""
    field, name = rule["field"], rule["whole"]
    counts: dict[tuple[str, ...], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for number, row in enumerate(rows, start=2):
        if row[field]:
            same = (row["place"], row["year"], row["vintage"], row["source"])
            counts[same][row["definition"]] = (number, Decimal(row[field]))
    for found in (found for found in counts.values() if name in found):
        at, whole = found[name]
        parts = [found[part] for part in rule["parts"] if part in found]
        above = [(number, part) for number, part in parts if part > whole]
        for number, part in above:
            yield number, field, str(part), f"{whole} at most, the count of {name}"
        total = sum(part for _, part in parts)
        if len(parts) == len(rule["parts"]) and total != whole and not above:
            yield at, field, str(whole), f"{total}, the sum of {listed(rule['parts'])}"


def places_add_up(tables: Tables, rows: list[Row], rule: dict[str, Any]) -> Iterator[Finding]:
    """In one release, the places of a ``kind`` (of places.csv) have no more together than the place they lie within;
    where it has no count of that place, none has more than any release gives that place."""
    field, places = rule["field"], tables.keyed("places")
    counted = [(number, row) for number, row in enumerate(rows, start=2) if row[field]]
    left = {(*_same_release(row), row["place"]): Decimal(row[field]) for _, row in counted}
    largest_last = sorted(left.items(), key=lambda item: item[1])
    most = {(definition, year, place): count for (definition, year, *_, place), count in largest_last}
    for number, row in counted:
        place, count = places.get(row["place"], {}), Decimal(row[field])
        if place.get("kind") != rule["kind"]:
            continue
        whole = (*_same_release(row), place["within"])
        limit = left.get(whole, most.get((row["definition"], row["year"], place["within"]), count))
        if count > limit:
            ever = f"the largest count of {place['within']} in any release"
            now = f"what the other places leave of the count of {place['within']}"
            yield number, field, row[field], f"{limit} at most, {now if whole in left else ever}"
        elif whole in left:
            left[whole] -= count


def _same_release(row: Row) -> tuple[str, ...]:
    return row["definition"], row["year"], row["vintage"], row["source"]
