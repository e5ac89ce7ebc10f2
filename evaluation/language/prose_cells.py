"""A prose cell of a notebook: a line ``%%prose``, English Markdown, a line ``%%fr``, the same in French.

JupyterLab takes it for code, since what it shows holds values; a run of a chapter leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..problems import Refused, quoted, says_something
from . import LANGUAGES

MAGIC = "prose"
BEGINS = re.compile(rf"\s*%%{MAGIC}(?=\s|$)")
TURNS = re.compile(r"^%%(\w+)[ \t]*$", re.MULTILINE)
ALLOWED = "%%prose, English Markdown, a line %%fr, the same in French"


class NoProse(Refused):
    """A prose cell is not in both languages."""


def source_of(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def is_prose(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a notebook, as JSON or as nbformat reads it, is prose."""
    return cell["cell_type"] == "code" and BEGINS.match(source_of(cell)) is not None


def is_analysis(cell: Mapping[str, Any]) -> bool:
    """Whether a run executes a cell."""
    return cell["cell_type"] == "code" and not is_prose(cell)


def in_languages(source: str) -> dict[str, str]:
    """The Markdown of a prose cell by language. Raises NoProse unless each language is there once, with words."""
    others = list(LANGUAGES[1:])
    beginning, *parts = TURNS.split(BEGINS.sub("", source, count=1))
    if parts[::2] != others:
        found = ", ".join(f"%%{language}" for language in parts[::2]) or "no line %%fr"
        raise NoProse(f"found {quoted(found)[1:-1]} in a prose cell; allowed: {ALLOWED}")
    texts = dict(zip(LANGUAGES, [beginning, *parts[1::2]], strict=True))
    if empty := [language for language, text in texts.items() if not says_something(text)]:
        raise NoProse(f"found no words in {' and '.join(empty)} in a prose cell; allowed: {ALLOWED}")
    return {language: text.strip() for language, text in texts.items()}
