"""The controlled lists and texts of data/: units, definitions, places, caveats, sources."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cached_property
from pathlib import Path

from ..data.rules import Row
from ..data.sources import Tables
from ..language import ASKED, LANGUAGES, required_languages
from .meaning import Vocabulary
from .publication import Caveat, Source


def snake_case(*parts: str) -> str:
    """Join texts to a name of lower-case ASCII letters, digits and single underscores; accents are dropped. Empty if
    nothing is left."""
    decomposed = unicodedata.normalize("NFKD", "_".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", decomposed).strip("_")


class Pair(dict[str, str]):
    """A text of data/ by language; its digits have the source of its row. Sorted, grouped and compared by its English
    (or else French) text, so that pandas treats it like a string."""

    @property
    def key(self) -> str:
        """The text used for sorting and lookup: the English one, or else the only one."""
        return next(self[language] for language in LANGUAGES if language in self)

    def __hash__(self) -> int:  # type: ignore[override]
        """The hash of `key`, as of the text that it equals."""
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        """Whether a text equals `key`, or another pair agrees in every language."""
        return self.key == other if isinstance(other, str) else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        """The opposite of ``==``, which a dict would not ask."""
        return not self == other

    def __lt__(self, other: Pair) -> bool:
        """Alphabetical order of `key`, by code points."""
        return self.key < other.key


def languages_of_text(row: Row, column: str) -> list[str]:
    """The languages in which a row has the text ``column`` (as ``label_en``), empty cells too."""
    return [language for language in LANGUAGES if f"{column}_{language}" in row]


def pair(row: Row, column: str) -> Pair:
    """The texts of a row's column in the languages of the table. Raises InputError if there are none, or for a missing
    language that the environment names (see `ASKED`); if it names none, one language is enough."""
    available = languages_of_text(row, column) or LANGUAGES[:1]
    required = required_languages() if os.environ.get(ASKED) else ()
    return Pair({each: row[f"{column}_{each}"] for each in LANGUAGES if each in available or each in required})


def text_columns(row: Row, *columns: str) -> Row:
    """The texts of a row as separate cells by column and language, ``label_en``. Raises InputError for a text that the
    row has in no language."""
    return {f"{column}_{each}": text for column in columns for each, text in pair(row, column).items()}


class ReferenceLists:
    """The controlled lists of a data folder."""

    def __init__(self, folder: Path | None = None):
        """Of data/ in ``folder``, by default that in use (see `sources.find_data`); nothing is read yet."""
        self.tables = Tables(folder)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """All publications of data/, by id, in the order of sources.csv; a copy (``check_at``) holds the source to
        check it against, whose own ``check_at`` is None. Raises InputError for an unknown licence or source."""
        licences = self.tables.rows_by_key("licences")
        editions = self.tables.rows_by_key("editions") if "editions" in self.tables.resources else {}
        rows = self.tables.rows_by_key("sources")

        def source(name: str, with_check: bool = True) -> Source:
            row, edition = rows[name], editions.get(name)
            licence = licences[row["licence"]]
            return Source(
                source=name,
                publisher=pair(row, "publisher"),
                title=row["title"],
                title_language=row["title_language"],
                address=row["address"],
                published=row["published"],
                first_hand=row["first_hand"] == "true",
                quotes=pair(row, "quotes") if languages_of_text(row, "quotes") else {},
                licence=pair(licence, "name"),
                licence_address=licence["address"],
                other_title=edition["title"] if edition else "",
                other_address=edition["address"] if edition else "",
                check_at=source(row["check_at"], False) if with_check and row["check_at"] else None,
            )

        return {name: source(name) for name in rows}

    @cached_property
    def caveats(self) -> dict[str, Caveat]:
        """All caveats of data/, by id; the short text is empty where the table has none."""
        rows = self.tables.rows_by_key("caveats")
        short = {key: pair(row, "short") if languages_of_text(row, "short") else "" for key, row in rows.items()}
        return {key: Caveat(key, pair(row, "text"), short[key], row["rank"]) for key, row in rows.items()}

    def label(self, table: str, key: str, column: str = "label") -> dict[str, str]:
        """The text of a ``column`` in the row of a controlled list with this ``key``, by language. Raises InputError
        for an unknown one."""
        return pair(self.tables.rows_by_key(table)[key], column)

    def nouns(self, unit: str) -> dict[str, dict[str, str]]:
        """Singular (``one``) and plural (``other``) of a unit, by language. Raises InputError for an unknown unit."""
        row = self.tables.rows_by_key("units")[unit]
        singular, plural = pair(row, "one"), pair(row, "other")
        return {language: {"one": singular[language], "other": plural[language]} for language in singular}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of these lists for the meanings of numbers."""
        definitions = self.tables.rows_by_key("definitions")
        return Vocabulary(
            units={unit: self.nouns(unit) for unit in self.tables.rows_by_key("units")},
            definitions={k: (pair(row, "label"), tuple(row["caveats"].split())) for k, row in definitions.items()},
            places={place: pair(row, "name") for place, row in self.tables.rows_by_key("places").items()},
            caveats=self.caveats,
        )
