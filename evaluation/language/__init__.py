r"""English and French: numbers, periods, phrases and texts of the catalogue.

In comes a *text*: a message of the catalogue (English, translated when a page is drawn) or a pair
``{"en": ..., "fr": ...}`` of a cell or of a table in ``data/``. Out come its words in a language, with the spaces and
the signs that the language has.

>>> format_number(Decimal(29000), "fr")
'29\xa0000'
"""

import os
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from ..problems import Refused, control_characters, nearest, quoted, refuse
from ..problems.foreign import read_catalogue, read_rows
from ..problems.imports import temporary_values
from .spaces import NO_BREAK as NO_BREAK
from .spaces import bind_french_signs

LANGUAGES = ("en", "fr")
LOCALES = {"en": "en_CA", "fr": "fr_CA"}
TAGS = {"en": "en-CA", "fr": "fr-CA"}
CALLED = {"en": "English", "fr": "Français"}  # each in itself
FOLDER = Path(__file__).parent / "locale"

Text = str | dict[str, str]


ASKED = "EVALUATION_LANGUAGES"  # the languages of this process: en, fr, or both if unset


def required_languages() -> tuple[str, ...]:
    """The languages in which texts are required, those of the review being built, by the environment's `ASKED`; both if
    it names none."""
    asked = os.environ.get(ASKED, "").split()
    return tuple(language for language in LANGUAGES if language in asked) or LANGUAGES


@contextmanager
def requiring_languages(languages: Iterable[str]) -> Iterator[None]:
    """Within the block, require texts in these languages only, by the environment, so in all threads and child
    processes; a request for another language, as for labels composed in each, returns a text in one of these."""
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
    """The French of every catalogue message, by its English, without fuzzy and empty entries; read once. Raises
    InputError as `catalogue_entries` does."""
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
    """A text in one language. A text without letters, and an empty one, is the same in each; in a language that the
    review does not require, a text of another is returned if there is none. Raises MissingText for a missing text of a
    pair, and for a message without reviewed French."""
    if isinstance(text, dict):
        if text.get(language) or not any(text.values()):
            return bind_french_signs(text.get(language, ""), language)
        if language not in required_languages() and (
            there := [text[each] for each in required_languages() if text.get(each)]
        ):
            return there[0]
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
    """Whether braces in a text are literal: in a pair that `as_template` has not marked, such as one from data."""
    return isinstance(text, dict) and "fill" not in text


def phrase(family: str, choice: str) -> dict[str, str]:
    """The wording of a value or a label, by language, from a family of phrases.csv. Raises MissingText for an unknown
    one."""
    if words := phrases().get((family, choice)):
        return dict(words)
    if choices := [known for name, known in phrases() if name == family]:
        raise MissingText(f"found phrase {family!r} with choice {choice!r}; allowed: {', '.join(choices)}")
    near = nearest(family, {known for known, _ in phrases()})
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
    """The non-empty texts composed with a separator without letters between them; a single one unchanged, "" if there
    are none."""
    there = [part for part in parts if part]
    return compose(separator.join(["{}"] * len(there)), *there) if there[1:] else (*there, "")[0]


def refresh_wordings(record: Any) -> Any:
    """A copy of a JSON record, recursively, with wordings of phrases.csv and composed texts in it as they are worded
    today; a phrase that is no longer listed stays."""
    if isinstance(record, list):
        return [refresh_wordings(part) for part in record]
    if not isinstance(record, dict):
        return record
    if "composed" in record:
        return record | compose(*refresh_wordings(record["composed"]), within=record.get("within", False))
    now = phrases().get((record.get("phrase", ""), record.get("choice", ""))) if "en" in record else None
    return record | now if now else {name: refresh_wordings(part) for name, part in record.items()}


def plural(number: Decimal, singular: str, plural_form: str, language: str) -> str:
    """The form of a noun after a number, of either sign: below 2 it is singular in French, only 1 in English (CLDR's
    rules)."""
    form = Locale.parse(LOCALES[language]).plural_form(abs(number))
    return singular if form == "one" else plural_form


def format_number(value: Decimal, language: str) -> str:
    """A number with grouped thousands, the decimals of the value and a true minus sign: 29,000 and 29 000 (no-break);
    2.30 and 2,30."""
    return format_digits(str(value), language)


@lru_cache(10_000)
def format_digits(digits: str, language: str) -> str:
    """`format_number` of digits as text, cached, since a page prints a number up to ten times; the key is the text
    because 2.30 and 2.3 are equal numbers."""
    value = Decimal(digits)
    decimals = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    with localcontext(prec=max(28, len(digits) + 2)):  # however long
        return format_decimal(value, format=pattern, locale=LOCALES[language]).replace("-", "\u2212")


def format_moment(moment: str, language: str) -> str:
    """A year, month, day or fiscal year as people write it: 2023-02 is February 2023, février 2023; 2021/22 is 2021-22,
    2021-2022. Raises ValueError for a month or day that does not exist."""
    if "/" in moment:
        start, end = moment.split("/")
        return f"{start}-{end}" if language == "en" else f"{start}-{start[:2]}{end}"
    parts = moment.split("-")
    if len(parts) == 1:
        return moment
    day = date_of(moment)
    if len(parts) == 2:
        return format_date(day, "MMMM y", locale=LOCALES[language])
    pattern = "MMMM d, y" if language == "en" else ("d MMMM y" if day.day > 1 else "'1er' MMMM y")
    return format_date(day, pattern, locale=LOCALES[language])


def date_of(moment: str) -> date:
    """The first day of a year, month, day or fiscal year, which begins on April 1. Raises ValueError for anything
    else."""
    if "/" in moment:
        return date(int(moment[:4]), 4, 1)
    year, month, day = [*moment.split("-"), "1", "1"][:3]
    return date(int(year), int(month), int(day))


MOMENT = re.compile(r"\d{4}(-\d{2}){0,2}|\d{4}/\d{2}")


def is_moment(text: str) -> bool:
    """Whether a text is a valid year, month, day, or fiscal year (of two consecutive years)."""
    try:
        ends_next = "/" not in text or int(text[5:]) == (int(text[:4]) + 1) % 100
        return bool(MOMENT.fullmatch(text) and ends_next and date_of(text))
    except ValueError:
        return False


MOMENT_NUMBER = re.compile(r"(\d{4})(?:-(\d\d))?(?:/\d\d)?")


def moment_number(moment: str) -> int | None:
    """A year or a fiscal year as its (first) year, a month as months since year 0, for counting gaps within a kind;
    None for anything else, a day too."""
    match = MOMENT_NUMBER.fullmatch(moment)
    if not match:
        return None
    return int(match[1]) * 12 + int(match[2]) - 1 if match[2] else int(match[1])


def last_date_of(moment: str) -> date:
    """The last day of a year, month, day or fiscal year, which ends on March 31. Raises ValueError as `date_of`
    does."""
    day = date_of(moment)
    if "/" in moment:
        return date(day.year + 1, 3, 31)
    month = day.month if "-" in moment else 12
    return day if moment.count("-") == 2 else date(day.year, month, monthrange(day.year, month)[1])


def is_reversed(start: str, end: str) -> bool:
    """Whether a period starts after the last day of its end; false if either end is open."""
    return bool(start and end) and date_of(start) > last_date_of(end)


OPEN_PERIODS = {  # where a source states neither end, no end, or no start
    "en": ("period not stated", "since {}, end not stated", "until {}, start not stated"),
    "fr": ("période non précisée", "depuis {}, fin non précisée", "jusqu’{}, début non précisé"),
}


def format_period(start: str, end: str, language: str) -> str:
    """A period in words: of two equal moments one, else both; if an end or both are empty, the words say that it is not
    stated."""
    neither, no_end, no_start = OPEN_PERIODS[language]
    if not start and not end:
        return neither
    if not end:
        return no_end.format(format_moment(start, language))
    if not start:  # in French "au" stands before a day, "en" before a month or year
        before = {"en": "", "fr": "au " if end.count("-") == 2 else "en "}[language]
        return no_start.format(before + format_moment(end, language))
    if start == end:
        return format_moment(start, language)
    joiner = {"en": " to ", "fr": " au " if end.count("-") == 2 else " à "}[language]
    return format_moment(start, language) + joiner + format_moment(end, language)


YEARS = re.compile(r"\b(?:19|20)\d\d(?:[-–\u2011/](?:19|20)?\d\d)?\b(?!-\d)")


def machine_moment(moment: str) -> str:
    """The value of ``<time datetime>``: of a fiscal year its first year, any other moment unchanged."""
    return moment[:4] if "/" in moment else moment
