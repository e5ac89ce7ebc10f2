"""Placeholders of a text, ``{name}``, ``{name.unit}`` or a form of `numbers.wording` such as ``{name.rounded}``, and
the check for numbers typed beside them.
"""

import re
from collections.abc import Mapping

from ..problems import control_characters, has_visible_text, quoted
from .spelling import first_number_word

NAME = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z_]+))?\}")
LONGEST_TITLE = 200  # characters: a heading, a window's title
NAMES = "{name}, or {name.rounded}, {name.spelt}, {name.changed}"


def names_in_text(text: str) -> list[str]:
    """The names in a text's placeholders, without ``.unit`` and forms, in order, with repetitions."""
    return [match[1] for match in NAME.finditer(text)]


def stray_brace(text: str) -> str:
    """The word around the first brace outside of placeholders; empty if there is none."""
    match = re.search(r"\S*[{}]\S*", NAME.sub("", text))
    return match[0] if match else ""


def typed_number(text: str, language: str) -> str:
    """The word with the first typed digit in a text, else its first word for a number (see `spelling.TYPED`); empty if
    there is none. Digits are allowed only inside placeholders and before items of a list."""
    bare = re.sub(r"^\s*\d+\. ", "", NAME.sub("", text), flags=re.MULTILINE)
    match = re.search(r"\S*[\d¼-¾⅐-⅞Ⅰ-ↈ]\S*", bare)  # ½ and Ⅲ are numbers, too
    return match[0] if match else first_number_word(bare, language)


Official = Mapping[str, Mapping[str, str]]  # official names (see `data.sources.Tables.names`), by id in each language
NO_NAMES: Official = {}
OFFICIAL = "words; {name} of data/names.csv for a year or a number in an official name; numbers in prose"


def first_unallowed(text: str, language: str, names: Official) -> str:
    """What is not allowed in a text without a chapter's values (the title of a review or a chapter, a bridge): the
    first placeholder of a name that is not official or with a form (``{name.rounded}``), else a stray brace, else a
    typed number; empty if there is none."""
    unofficial = (match[0] for match in NAME.finditer(text) if match[2] or match[1] not in names)
    return next(unofficial, "") or stray_brace(text) or typed_number(text, language)


def mistake_in_title(text: str, language: str, names: Official, digits: bool = False) -> tuple[str, str] | None:
    """The first mistake in a title in one language, and what is allowed; None for a valid one. With ``digits``, for a
    telephone number, typed numbers are allowed, and placeholders and braces are not checked."""
    if not has_visible_text(text):
        return f"no text for {language}", "a title"
    if len(text) > LONGEST_TITLE:
        return f"a title of {len(text)} characters", f"up to {LONGEST_TITLE}"
    if culprit := control_characters(text):
        return f"{culprit} in the title", "text without control characters"
    if not digits and (culprit := first_unallowed(text, language, names)):
        return f"{quoted(culprit)}, typed in a text", OFFICIAL
    return None


def fill_official_names(text: str, language: str, names: Official) -> str:
    """A title with official names inserted in place of ``{name}``; other placeholders stay."""
    return NAME.sub(lambda match: names.get(match[1], {}).get(language, match[0]), text)
