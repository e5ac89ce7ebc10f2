"""Rows of data/ as what numbers are made of: names, texts in both languages, caveats, sources."""

from __future__ import annotations

import re
import unicodedata

from ..data.contract import keys_of
from ..data.sources import Row
from ..language import LANGUAGES
from .publication import Source


def snake(*parts: str) -> str:
    """A name of lower-case ASCII letters, digits and underscores from texts of any kind."""
    decomposed = unicodedata.normalize("NFKD", "_".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", decomposed).strip("_")


class Pair(dict[str, str]):
    """A text of data/ in the languages that the data have: whoever wrote its digits keeps their source there. It is
    ordered, grouped and looked for by its English (where there is none, its French), so that pandas does with it what
    it does with a text."""

    @property
    def key(self) -> str:
        """What it is ordered and found by."""
        return next(self[language] for language in LANGUAGES if language in self)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self.key == other if isinstance(other, str) else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Pair) -> bool:
        return self.key < other.key


def pair(row: Row, column: str) -> Pair:
    """The English and French cells of a row, of languages that the table has."""
    return Pair({language: row[f"{column}_{language}"] for language in LANGUAGES if f"{column}_{language}" in row})


def texts_of(row: Row, key: str | list[str]) -> list[dict[str, str]]:
    """The texts in both languages that tell a row from others of its place and period, such as an age group."""
    names = [name[:-3] for name in keys_of(key) if name.endswith(("_en", "_fr"))]
    return [pair(row, name) for name in dict.fromkeys(names) if pair(row, name)]


def joined_texts(*texts: dict[str, str]) -> dict[str, str]:
    """Several texts as one, in the languages that all of them have."""
    return {
        language: ", ".join(text[language] for text in texts)
        for language in LANGUAGES
        if all(language in text for text in texts)
    }


def to_source(row: Row, licence: Row, edition: Row, check_at: Source | None = None) -> Source:
    """A publication from its row, its licence and its edition in the other language."""
    return Source(
        source=row["source"],
        publisher=pair(row, "publisher"),
        title=row["title"],
        title_language=row["title_language"],
        address=row["address"],
        published=row["published"],
        first_hand=row["first_hand"] == "true",
        quotes=pair(row, "quotes"),
        licence=pair(licence, "name"),
        licence_address=licence["address"],
        other_title=edition.get("title", ""),
        other_address=edition.get("address", ""),
        check_at=check_at,
    )
