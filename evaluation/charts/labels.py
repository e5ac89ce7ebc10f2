"""Names in both languages for the codes of data/: a place, a definition, a unit by its label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from ..language import Text
from ..numbers.figures import Figures, pair

NAMES = ("name", "label", "publisher", "other", "text")


def labels_of(figures: Figures) -> Callable[[str, list[str]], Mapping[str, Text]]:
    """What names the codes of a column: the controlled list of that name, else one that holds all of them."""

    @lru_cache
    def lists() -> dict[str, dict[str, Text]]:
        return dict(controlled(figures))

    def names(column: str, keys: list[str]) -> Mapping[str, Text]:
        own = lists().get(column, {})
        others = (found for found in lists().values() if all(key in found for key in keys))
        return own or (next(others, {}) if keys else {})

    return names


def controlled(figures: Figures) -> Iterator[tuple[str, dict[str, Text]]]:
    """Every table of data/ whose first column is a key with a name in both languages, by that column."""
    for table, resource in figures.tables.resources.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        name = next((n for n in NAMES if f"{n}_en" in columns and f"{n}_fr" in columns), "")
        if name and resource["schema"].get("primaryKey") in (columns[0], [columns[0]]):
            yield columns[0], {row[columns[0]]: name_of(row, name) for row in figures.tables.rows(table)}


def name_of(row: dict[str, str], name: str) -> Text:
    """A unit by its plural, in both languages; everything else by its pair."""
    return pair(row, name)
