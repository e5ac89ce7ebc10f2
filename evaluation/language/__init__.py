"""English and French: phrases and texts of the catalogue; numbers and dates in `formats`.

In comes a *text*: a message of the catalogue (English, translated when a page is drawn) or a pair
``{"en": ..., "fr": ...}`` of a cell or of a table in ``data/``. Out come its words in a language, with the spaces and
the signs that the language has.

>>> phrase("bound", "more-than")["fr"].format("29 000")
'plus de 29 000'
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..problems import Refused, control_characters, nearest, quoted, refuse
from ..problems.foreign import read_catalogue, read_rows
from ..problems.imports import temporary_values
from .spaces import NO_BREAK as NO_BREAK
from .spaces import bind_french_signs

LANGUAGES = ("en", "fr")
TAGS = {"en": "en-CA", "fr": "fr-CA"}
CALLED = {"en": "English", "fr": "Français"}  # each in itself
FOLDER = Path(__file__).parent / "locale"

Text = str | dict[str, str]


ASKED = "EVALUATION_LANGUAGES"  # the languages of this process: en, fr, or both if unset


def required_languages() -> tuple[str, ...]:
    """The languages in which texts are required, those of the review being built, by the environment's `ASKED`; both if
    it names none."""
    named = os.environ.get(ASKED, "").split()
    return tuple(language for language in LANGUAGES if language in named) or LANGUAGES


@contextmanager
def requiring_languages(languages: Iterable[str]) -> Iterator[None]:
    """Within the block, require texts in these languages only (in both for none), by the environment, so in all threads
    and child processes. A text that lacks another language, asked for in it, is returned in one that it has."""
    with temporary_values(os.environ, {ASKED: " ".join(languages)}):
        yield


WITH_FRENCH = '{"en": ..., "fr": ...}, or N_("...") with an entry in evaluation/language/locale/fr/'


class MissingText(Refused):
    """A text has no French, or only a fuzzy one."""


def N_(message: str) -> str:
    """Mark a catalogue message for translation when a page is drawn; returns it unchanged."""
    return message


@lru_cache
def catalogue() -> dict[str, str]:
    """The French of every catalogue message, with no-break spaces, by its English, without fuzzy and empty entries;
    read once. Raises InputError for a text with control characters, PoFileError for an invalid catalogue."""
    entries = catalogue_entries().items()
    return {
        key: bind_french_signs(str(entry.string), "fr") for key, entry in entries if entry.string and not entry.fuzzy
    }


@lru_cache
def catalogue_entries() -> dict[str, Any]:
    """All entries (Babel's messages) of the French catalogues, one for the package and one per chapter, by their
    English; of a message in several the last by file name. Read once. Raises InputError for a text with control
    characters, PoFileError for an invalid catalogue."""
    entries: dict[str, Any] = {}
    for path in sorted((FOLDER / "fr").glob("*.po")):
        for message in read_catalogue(path):
            if sign := control_characters(f"{message.id}{message.string}", "\n"):
                raise refuse(path, message.lineno, actual=sign, allowed="text without control characters")
            entries[str(message.id)] = message
    return entries


@lru_cache
def phrases() -> dict[tuple[str, str], dict[str, str]]:
    """The wordings of phrases.csv by (phrase, choice), each by language, with its key (``phrase``, ``choice``), so that
    pages can follow an edited wording; read once."""
    rows = read_wordings(FOLDER / "phrases.csv")
    return {(name, choice): {"en": en, "fr": fr, "phrase": name, "choice": choice} for name, choice, en, fr in rows}


def read_wordings(path: Path) -> list[list[str]]:
    """Read a list of wordings: rows of phrase, choice, English, French, without the header. Raises InputError for the
    first invalid row, such as one with an empty cell."""
    columns = ["phrase", "choice", "en", "fr"]
    header, *rows = read_rows(path, "a list of wordings") or [[]]
    for number, row in enumerate([header, *rows], start=1):
        if (number == 1 and row != columns) or len(row) != len(columns) or not all(map(str.strip, row)):
            raise refuse(path, number, actual=quoted(",".join(row)), allowed=f"{','.join(columns)}, each filled")
    return rows


def translate(text: Text, language: str) -> str:
    """A text in one language, French with no-break spaces. A message without letters, and an empty text, is the same in
    each; in a language that the review does not require, a text of another is returned if there is none. Raises
    MissingText for a missing text of a pair, and for a message without reviewed French."""
    if isinstance(text, dict):
        if text.get(language) or not any(text.values()):
            return bind_french_signs(text.get(language, ""), language)
        others = [text[other] for other in required_languages() if text.get(other)]
        if language not in required_languages() and others:
            return others[0]
        raise MissingText(f"found no {language} text beside {text!r}; allowed: both languages filled")
    if language == "en" or not any(map(str.isalpha, text)):
        return text
    if text not in catalogue() and language not in required_languages():
        return text
    if text not in catalogue():
        raise MissingText(f"found no French (or a fuzzy one) for {text!r}; allowed: {WITH_FRENCH}")
    return catalogue()[text]


def as_template(text: Text) -> Text:
    """A copy of a chapter's pair of texts marked as a template with ``{name}``, since pairs of data are never filled; a
    message of the catalogue, which always is one, unchanged."""
    return text | {"fill": "names"} if isinstance(text, dict) else text


def is_literal(text: Text) -> bool:
    """Whether braces in a text are literal, no placeholders: in a pair that `as_template` has not marked, such as one
    from data; False for a message of the catalogue."""
    return isinstance(text, dict) and "fill" not in text


def phrase(family: str, choice: str) -> dict[str, str]:
    """The wording of a value or a label, by language, from a family of phrases.csv, with its key (``phrase``,
    ``choice``): a copy. Raises MissingText for an unknown one."""
    if words := phrases().get((family, choice)):
        return dict(words)
    if choices := [listed for name, listed in phrases() if name == family]:
        raise MissingText(f"found phrase {family!r} with choice {choice!r}; allowed: {', '.join(choices)}")
    near = nearest(family, {listed for listed, _ in phrases()})
    raise MissingText(f"found phrase {family!r}{near}; allowed: a phrase of evaluation/language/locale/phrases.csv")


def compose(pattern: Text, *parts: Text, within: bool = False) -> dict[str, Any]:
    """A pair of texts composed from a pattern with ``{}`` for each part; with ``within`` parts start in lower case, as
    inside a sentence. It also holds pattern and parts (``composed``), so that it can be composed again from edited
    wordings (see `refresh_wordings`). Raises MissingText without French."""
    texts = {}
    for language in LANGUAGES:
        words = [translate(part, language) for part in parts]
        words = [word[:1].lower() + word[1:] for word in words] if within else words
        texts[language] = translate(pattern, language).format(*words)
    return texts | {"composed": [pattern, *parts]} | ({"within": True} if within else {})


def join_texts(separator: str, *parts: Text) -> Text:
    """The non-empty texts composed with a separator between them; a single one unchanged, "" if there are none. Raises
    MissingText for a plain string without French in the catalogue, and for a separator with letters."""
    filled = [part for part in parts if part]
    return compose(separator.join(["{}"] * len(filled)), *filled) if filled[1:] else (*filled, "")[0]


def refresh_wordings(record: Any) -> Any:
    """A copy of a JSON record, recursively, with wordings of phrases.csv and composed texts in it as they are worded
    today; a phrase that is no longer listed stays."""
    if isinstance(record, list):
        return [refresh_wordings(part) for part in record]
    if not isinstance(record, dict):
        return record
    if "composed" in record:
        return record | compose(*refresh_wordings(record["composed"]), within=record.get("within", False))
    wording = phrases().get((record.get("phrase", ""), record.get("choice", ""))) if "en" in record else None
    return record | wording if wording else {name: refresh_wordings(part) for name, part in record.items()}
