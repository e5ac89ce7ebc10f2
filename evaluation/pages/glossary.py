"""The words of the field and of the review: a page of their own, and on each page those that it uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.sources import Tables
from ..language import isolated

if TYPE_CHECKING:  # a plan reads the entries, and needs no charts for that
    from .model import Page

TABLE, FILE = "glossary", "data/glossary.csv"
Entry = dict[str, str]
NO_WORDS = re.compile(r"<svg\b.*?</svg>|<[^>]+>", re.DOTALL)


def entries(folder: Path) -> list[Entry]:
    """Every entry of a data folder's glossary, by column; none where it has no such table."""
    tables = Tables(folder)
    return list(tables.rows(TABLE)) if TABLE in tables.resources else []


def told(found: Sequence[Entry], language: str) -> list[tuple[str, str]]:
    """Terms with their meanings in one language, in its alphabetical order."""
    pairs = [(isolated(entry[f"term_{language}"]), isolated(entry[f"meaning_{language}"])) for entry in found]
    return sorted(pairs, key=lambda pair: without_accents(pair[0]))


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
