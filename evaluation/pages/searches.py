"""Where something was looked for: a page of its own, and on each page the rows that its "not found" leads to."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..numbers.lists import ReferenceLists, texts
from ..problems import nearest

if TYPE_CHECKING:  # a plan reads the entries, and needs no charts for that
    from .model import Page

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


def keep_searches(page: Page) -> None:
    """Keep the searches that a page leads to, by a link or by a caveat. A link to one that is not there is refused."""
    from ..records.prose import LED_TO
    from .caveats import page_caveats

    known = {entry["search"]: entry for entry in page.about.get(TABLE, [])}
    parts = [page.answer, page.question, *page.key_numbers, *page.blocks]
    asked = dict.fromkeys(name for part in parts for name, _ in LED_TO.findall(part))
    for name in asked:
        if name not in known:
            allowed = f"[words](#search-...) with an id of {FILE}"
            page.refuse(f"found a link to the search {name!r}{nearest(name, known)}; allowed: {allowed}")
    caveats = page_caveats(page).keys()
    led = {name for name, entry in known.items() if caveats & set(entry["caveats"].split())}
    page.searches = [entry for name, entry in known.items() if name in asked or name in led]


def by_caveat(page: Page) -> dict[str, str]:
    """The search that a caveat of the page leads to."""
    return {caveat: entry["search"] for entry in page.searches for caveat in entry["caveats"].split()}
