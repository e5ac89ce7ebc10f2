"""The glossary of a review: a page of its own, and on each page the entries whose words it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from html import unescape
from typing import Any

from ..language.spelling import without_accents
from ..numbers.lists import ReferenceLists, text_columns

TABLE = "glossary"
Entry = dict[str, Any]  # a row of the table, by column, with its source in full
NO_WORDS = re.compile(r"<svg\b.*?</svg>|<[^>]+>", re.DOTALL)


def entries(lists: ReferenceLists) -> list[Entry]:
    """The glossary of a data folder, one entry for each row, with its source in full ("" without one); empty if there
    is no such table. Raises InputError for a missing column that pages show."""
    return [
        row
        | text_columns(row, "term", "also", "meaning")
        | {"term": row["term"], "source": asdict(lists.sources[row["source"]]) if row.get("source") else ""}
        for row in (lists.tables.rows(TABLE) if TABLE in lists.tables.resources else [])
    ]


def sort_alphabetically(entries: Iterable[Entry], language: str) -> list[Entry]:
    """Entries sorted by their terms in one language, ignoring accents."""
    return sorted(entries, key=lambda entry: without_accents(entry[f"term_{language}"]))


def entries_used(html: str, entries: Iterable[Entry], language: str) -> list[Entry]:
    """The entries, in their order, of which the text of a page (``html``) has the term or an alternative; folded parts
    and tables count, drawings and attributes do not."""
    text = unescape(NO_WORDS.sub(" ", html))
    return [entry for entry in entries if mentions(entry, text, language)]


def merge_entries(by_page: Iterable[Iterable[Entry]]) -> list[Entry]:
    """The entries of several pages, each term once, in the order of their first appearance."""
    return list({entry["term"]: entry for of_page in by_page for entry in of_page}.values())


def mentions(entry: Entry, text: str, language: str) -> bool:
    """Whether a text has an entry's term or an alternative as whole words, singular or plural (s, x, es), in any case,
    but not after a hyphen."""
    words = (entry[f"term_{language}"], *entry[f"also_{language}"].split(";"))
    return _pattern(words).search(text) is not None


@lru_cache(1000)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern for any of these terms, each of their words with or without the ending s, x or es; blank terms are
    ignored."""
    forms = [r"\s+".join(re.escape(part) + "(?:s|x|es)?" for part in word.split()) for word in words if word.strip()]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)
