"""The words of the field and of the review: a page of their own, and on each page those that it uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..language import isolated
from ..numbers.lists import Lists
from ..numbers.publication import Source

if TYPE_CHECKING:  # a plan reads the entries, and needs no charts for that
    from .model import Page

TABLE, FILE = "glossary", "data/glossary.csv"
Entry = dict[str, Any]
NO_WORDS = re.compile(r"<svg\b.*?</svg>|<[^>]+>", re.DOTALL)


def entries(folder: Path) -> list[Entry]:
    """Every entry of a data folder's glossary, by column, its source whole; none where it has no such table."""
    lists = Lists(folder)
    found = lists.tables.rows(TABLE) if TABLE in lists.tables.resources else []
    return [row | {"source": asdict(lists.sources[row["source"]]) if row.get("source") else ""} for row in found]


def told(found: Sequence[Entry], language: str) -> list[tuple[str, str, str]]:
    """Terms with their meanings in one language, in its alphabetical order, and whose use of the word that is."""
    rows = [
        (isolated(entry[f"term_{language}"]), isolated(entry[f"meaning_{language}"]), used_by(entry, language))
        for entry in found
    ]
    return sorted(rows, key=lambda row: without_accents(row[0]))


def used_by(entry: Entry, language: str) -> str:
    """The publication that uses a word so, and where in it; nothing where the meaning is the field's."""
    from .sections import quoted_from, source_title

    if not entry.get("source"):
        return ""
    source = Source.of(entry["source"])
    place = escape(entry[f"place_in_source_{language}"], quote=False)
    return f"{source_title(source, language)}; {quoted_from(source, place, language)}"


def without_accents(words: str) -> str:
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()


def used_in(pages: Iterable[Page]) -> list[Entry]:
    """The entries whose words one of a chapter's pages uses, folds and tables included, but not its pictures."""
    found: dict[str, Entry] = {}
    for page in pages:
        html = " ".join([page.headline, page.answer, page.question, *page.key_numbers, *page.blocks])
        text = NO_WORDS.sub(" ", html)
        used = (entry for entry in page.about.get(TABLE, []) if speaks_of(entry, text, page.language))
        found |= {entry["term"]: entry for entry in used}
    return list(found.values())


def speaks_of(entry: Entry, text: str, language: str) -> bool:
    """Whether a text has an entry's term, or another word that leads to it, in the singular or the plural."""
    words = (entry[f"term_{language}"], *entry[f"also_{language}"].split(";"))
    return pattern(words).search(text) is not None


@lru_cache(1000)
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    forms = [r"\s+".join(re.escape(part) + "(?:s|x|es)?" for part in word.split()) for word in words if word.strip()]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)
