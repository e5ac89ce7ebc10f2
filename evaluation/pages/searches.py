"""Where something was looked for: a page of its own, whose rows the "not found" of other pages lead to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..numbers.lists import ReferenceLists, texts

TABLE, FILE, PAGE = "searches", "data/searches.csv", "where-we-looked"
Entry = dict[str, Any]


def entries(lists: ReferenceLists) -> list[Entry]:
    """Every row of a data folder's searches with its publications whole; none where it has no such table. Raises
    InputError for a column that pages show and the table has not."""
    if TABLE not in lists.tables.resources:
        return []
    return [
        row
        | texts(row, "asked", "where", "came")
        | {each: row[each] for each in ("search", "date", "caveats")}
        | {"publications": [asdict(lists.sources[name]) for name in row["publications"].split()]}
        for row in lists.tables.rows(TABLE)
    ]
