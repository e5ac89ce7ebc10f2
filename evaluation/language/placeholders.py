"""A text's places for values, ``{name}``, ``{name.unit}`` or a form of `numbers.wording` such as ``{name.rounded}``,
and what may not be typed beside them."""

import re
from collections.abc import Mapping

from ..problems import controls, quoted, says_something
from .spelling import number_word

NAME = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z_]+))?\}")
LONGEST_TITLE = 200  # characters: a heading, a window's title
NAMES = "{name}, or {name.rounded}, {name.spelt}, {name.changed}"


def names_asked(text: str) -> list[str]:
    """The names that a text asks for, as often as it does."""
    return [match[1] for match in NAME.finditer(text)]


def stray_brace(text: str) -> str:
    """What stands around a brace that is no part of a ``{name}``; empty where there is none."""
    match = re.search(r"\S*[{}]\S*", NAME.sub("", text))
    return match[0] if match else ""


def typed_number(text: str, language: str) -> str:
    """The first number that is typed: digits may stand in a ``{name}`` and before a list's items only, and words for
    a number (see `spelling.TYPED`) nowhere."""
    bare = re.sub(r"^\s*\d+\. ", "", NAME.sub("", text), flags=re.MULTILINE)
    match = re.search(r"\S*[\d¼-¾⅐-⅞Ⅰ-ↈ]\S*", bare)  # ½ and Ⅲ are numbers, too
    return match[0] if match else number_word(bare, language)


Official = Mapping[str, Mapping[str, str]]  # official names (see `data.sources.Tables.names`), by id in each language
NO_NAMES: Official = {}
OFFICIAL = "words; {name} of data/names.csv for a year or a number in an official name; numbers in prose"


def unfounded(text: str, language: str, names: Official) -> str:
    """What a text that no chapter fills (the title of a review or a chapter, a bridge) may not hold: the first typed
    number, stray brace or name that is no official one."""
    asked = (match[0] for match in NAME.finditer(text) if match[2] or match[1] not in names)
    return next(asked, "") or stray_brace(text) or typed_number(text, language)


def wrong_title(text: str, language: str, names: Official, digits: bool = False) -> tuple[str, str] | None:
    """What is wrong with such a text, and what is allowed; None where it may stand. Only one that may have ``digits``,
    a telephone number's, has a typed number."""
    if not says_something(text):
        return f"no text for {language}", "a title"
    if len(text) > LONGEST_TITLE:
        return f"a title of {len(text)} characters", f"up to {LONGEST_TITLE}"
    if culprit := controls(text):
        return f"{culprit} in the title", "text without control characters"
    if not digits and (culprit := unfounded(text, language, names)):
        return f"{quoted(culprit)}, typed in a text", OFFICIAL
    return None


def with_names(text: str, language: str, names: Official) -> str:
    """Such a text with its official names; any other stays as it is written, to be refused."""
    return NAME.sub(lambda match: names.get(match[1], {}).get(language, match[0]), text)
