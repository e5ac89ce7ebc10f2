"""What data/ lists once for all its numbers: units, definitions, places, caveats, sources."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from ..data.sources import Tables
from ..language import LANGUAGES
from ..problems import Refused, nearest
from .publication import Caveat, Source
from .rows import pair, to_source


class Lists:
    """The controlled lists of one data folder."""

    def __init__(self, folder: Path | None = None):
        self.tables = Tables(folder)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every publication of data/, by its id."""
        licences = self.tables.keyed("licences")
        editions = self.tables.keyed("editions") if "editions" in self.tables.resources else {}
        rows = self.tables.keyed("sources")

        def made(name: str, checked: bool = True) -> Source:
            row = rows[name]
            check_at = made(row["check_at"], False) if checked and row["check_at"] else None
            return to_source(row, licences[row["licence"]], editions.get(name, {}), check_at)

        return {name: made(name) for name in rows}

    @cached_property
    def caveats(self) -> dict[str, Caveat]:
        """Every caveat of data/, by its id."""
        rows = self.tables.keyed("caveats")
        return {key: Caveat(key, pair(row, "text"), pair(row, "short"), row["rank"]) for key, row in rows.items()}

    def label(self, table: str, key: str, column: str = "label") -> dict[str, str]:
        """The English and French of a row in a controlled list."""
        return pair(self.tables.keyed(table)[key], column)

    def nouns(self, unit: str) -> dict[str, dict[str, str]]:
        """Singular and plural of a unit's noun, by language."""
        row = self.tables.keyed("units")[unit]
        return {
            lang: {"one": row[f"one_{lang}"], "other": row[f"other_{lang}"]}
            for lang in LANGUAGES
            if f"one_{lang}" in row
        }

    def counted_as(self, unit: str, definition: str | None, place: str | None = None) -> dict[str, Any]:
        """What a number has from its unit, its definition ("" for none of the list) and its place, None where it keeps
        its own: words, and the caveats that the definition obliges. Raises Refused for an unknown one."""
        for table, key in (("units", unit), ("definitions", definition), ("places", place)):
            if key and key not in (known := self.tables.keyed(table)):
                raise Refused(f"found {key!r}{nearest(key, known)}; allowed: an id of data/{table}.csv")
        fields: dict[str, Any] = {"unit": unit, "nouns": self.nouns(unit)}
        fields |= {"place": place, "place_label": self.label("places", place, "name")} if place else {}
        if not definition:
            return fields if definition is None else fields | {"definition": "", "definition_label": ""}
        obliged = self.tables.keyed("definitions")[definition]["caveats"].split()
        label = self.label("definitions", definition)
        caveats = [self.caveats[caveat] for caveat in obliged]
        return fields | {"definition": definition, "definition_label": label, "caveats": caveats}
