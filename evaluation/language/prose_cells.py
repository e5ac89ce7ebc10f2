"""A prose cell of a notebook: a line ``%%prose``, English Markdown, a line ``%%fr``, the same in French. A chapter of
reviews in one language may leave out the other.

JupyterLab takes it for code, since what it shows holds values; a run of a chapter leaves it out.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..problems import Refused, quoted, says_something
from . import LANGUAGES

MAGIC = "prose"
BEGINS = re.compile(rf"\s*%%{MAGIC}(?=\s|$)")
TURNS = re.compile(r"^%%(\w+)[ \t]*$", re.MULTILINE)
ALLOWED = "%%prose, English Markdown, a line %%fr, the same in French"


class NoProse(Refused):
    """A prose cell is not in the languages that are asked for; ``found`` is what it has instead."""

    def __init__(self, found: str):
        self.found = f"{found} in a prose cell"
        super().__init__(f"found {self.found}; allowed: {ALLOWED}")


def source_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell, which JSON holds in lines."""
    return "".join(cell["source"])


def is_prose(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a notebook, as JSON or as nbformat reads it, is prose."""
    return cell["cell_type"] == "code" and BEGINS.match(source_of(cell)) is not None


def is_analysis(cell: Mapping[str, Any]) -> bool:
    """Whether a run executes a cell."""
    return cell["cell_type"] == "code" and not is_prose(cell)


def in_languages(source: str, languages: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """The Markdown of a prose cell by language. Raises NoProse unless each of these is there once, with words."""
    others = list(LANGUAGES[1:])
    beginning, *turns = TURNS.split(BEGINS.sub("", source, count=1))
    there = [LANGUAGES[0], *turns[::2]]
    if there[1:] not in ([], others) or not set(languages) <= set(there):
        found = ", ".join(f"%%{language}" for language in turns[::2]) or "no line %%fr"
        raise NoProse(quoted(found)[1:-1])
    texts = dict(zip(there, [beginning, *turns[1::2]], strict=True))
    if empty := [language for language in languages if not says_something(texts[language])]:
        raise NoProse(f"no words in {' and '.join(empty)}")
    return {language: texts[language].strip() for language in languages}
