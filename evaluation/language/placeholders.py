"""A text's places for values, ``{name}``, ``{name.unit}`` or a form of `numbers.said` such as ``{name.rounded}``, and
what may not be typed beside them."""

from __future__ import annotations

import re

from .spelling import number_word

NAME = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z_]+))?\}")
NAMES = "{name}, or {name.rounded}, {name.spelt}, {name.in_ten}, {name.times}, {name.changed}"


def stray_brace(text: str) -> str:
    """What stands around a brace that is no part of a ``{name}``; empty where there is none."""
    found = re.search(r"\S*[{}]\S*", NAME.sub("", text))
    return found[0] if found else ""


def typed_number(text: str, language: str) -> str:
    """The first number that is typed: digits may stand in a ``{name}`` and before a list's items only, and words for
    a number (see `spelling.TYPED`) nowhere."""
    bare = re.sub(r"^\s*\d+\. ", "", NAME.sub("", text), flags=re.MULTILINE)
    found = re.search(r"\S*\d\S*", bare)
    return found[0] if found else number_word(bare, language)
