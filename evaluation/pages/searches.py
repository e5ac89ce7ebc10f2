"""Searches: what was looked for, where and when; a page of its own, which "we found no figures" on other pages links
to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..numbers.lists import ReferenceLists, text_columns

TABLE, FILE, PAGE = "searches", "data/searches.csv", "where-we-looked"
Entry = dict[str, Any]  # a row of the table, by column, with its publications in full


def entries(lists: ReferenceLists) -> list[Entry]:
    """The searches of a data folder, one entry for each row, with their publications in full; empty if there is no such
    table. Raises InputError for a missing column that pages show."""
    if TABLE not in lists.tables.resources:
        return []
    return [
        row
        | text_columns(row, "asked", "where", "came")
        | {each: row[each] for each in ("search", "date", "caveats")}
        | {"publications": [asdict(lists.sources[name]) for name in row["publications"].split()]}
        for row in lists.tables.rows(TABLE)
    ]
