"""Labels of a frame's cells in both languages: of codes of data/, of moments, of texts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from numbers import Real
from typing import Any

from ..language import LANGUAGES, N_, NO_BREAK, Text, catalogue, required_languages
from ..language.formats import YEARS, format_moment, is_moment
from ..language.placeholders import typed_number
from .figures import Figures
from .lists import Pair, pair
from .number import Number

TAKES_FIGURES = "takes_figures"  # marks a transformer of Altair that accepts frames of figures
Labels = Callable[[str, list[str]], Mapping[str, Text]]
NAME_COLUMNS = ("name", "label", "publisher", "other", "text")


def labels_of(figures: Figures) -> Labels:
    """A function from a column and its codes to their labels: those of the controlled list named like the column, or
    else of the first list that contains all codes; empty if there is none. The lists are read once, at its first
    call."""

    @lru_cache
    def lists() -> dict[str, dict[str, Text]]:
        return dict(controlled_labels(figures))

    def names(column: str, keys: list[str]) -> Mapping[str, Text]:
        labels = lists().get(column, {})
        others = (names for names in lists().values() if all(key in names for key in keys))
        return labels or (next(others, {}) if keys else {})

    return names


def controlled_labels(figures: Figures) -> Iterator[tuple[str, dict[str, Text]]]:
    """The name of the key column, and the labels by key, of each table of data/ whose key is its first column and that
    has a label in both languages (the first of `NAME_COLUMNS`)."""
    for table, resource in figures.tables.resources.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        name = next((n for n in NAME_COLUMNS if f"{n}_en" in columns and f"{n}_fr" in columns), "")
        if name and resource["schema"].get("primaryKey") in (columns[0], [columns[0]]):
            yield columns[0], {row[columns[0]]: pair(row, name) for row in figures.tables.rows(table)}


# Cells of a frame, as pages read them

FRENCH = 'a code of data/, a text of the catalogue marked N_("..."), or a pair {"en": ..., "fr": ...}'


def labels_of_cells(column: str, cells: Iterable[Any], labels: Labels) -> dict[str, Text | None]:
    """The label of each cell of a column in both languages, by its key (see `key_of`), without missing cells: a pair's
    own texts, a code's label by ``labels``, else that of `label_in_both`, which is None for a text in one language
    only."""
    by_key = {key_of(cell): cell for cell in cells if not is_missing(cell)}
    listed = labels(column, [key for key, cell in by_key.items() if isinstance(cell, str)])
    return {
        k: dict(cell) if isinstance(cell, dict) else listed.get(k) or label_in_both(k) for k, cell in by_key.items()
    }


def label_in_both(key: str) -> Text | None:
    """The label of a text in both languages: of a moment its date as formatted, of a text without letters the text, of
    a message of the catalogue, or of any text in a review in English alone, the text to be translated; else None."""
    if is_moment(key):
        return {language: format_moment(key, language) for language in LANGUAGES}
    if not re.search(r"[^\W\d_]", key):
        return dict.fromkeys(LANGUAGES, key)
    return key if key in catalogue() or required_languages() == LANGUAGES[:1] else None


def as_stated(text: str) -> Text:
    """A publication's text in one language for a bilingual table: the same words in each language's quotation marks;
    for an empty one the words "none in the text"."""
    if not text:
        return N_("none in the text")
    return Pair(en=f"“{text}”", fr=f"«{NO_BREAK}{text}{NO_BREAK}»")


def bare_number(cell: Any) -> str:
    """The number that a notebook typed into a label, as text: digits or a word for a number (see `typed_number`), years
    aside, in a pair that is not from data/; or the cell itself if it is a plain number other than a year. Empty if
    there is none, and for any text."""
    if isinstance(cell, dict) and not isinstance(cell, Pair):
        texts = [(YEARS.sub("", str(text)), language) for language, text in cell.items() if language in LANGUAGES]
        return next((typed for text, language in texts if (typed := typed_number(text, language))), "")
    bare = isinstance(cell, Real) and not isinstance(cell, bool)
    return str(cell) if bare and not is_year(cell) else ""


def is_column_of_figures(column: Any) -> bool:
    """Whether a column holds figures alone: of the dtype ``figure``, or of objects that are all numbers or missing,
    with one number at least."""
    dtype = str(getattr(column, "dtype", ""))
    numbers = dtype == "object" and [isinstance(cell, Number) for cell in column if not is_missing(cell)]
    return dtype == "figure" or bool(numbers and all(numbers))


def is_missing(cell: Any) -> bool:
    """Whether a cell is None, NaN, pd.NA or pd.NaT; an empty text is not missing. Imports no pandas."""
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell)


def is_year(cell: Any) -> bool:
    """Whether a cell, a number or a text, is a year from 1900 to 2099."""
    return not is_missing(cell) and not isinstance(cell, dict) and bool(re.fullmatch(r"(19|20)\d\d", key_of(cell)))


def key_of(cell: Any) -> str:
    """The text by which a cell is looked up: of a pair the English, else its first text; of a date no time at midnight;
    a whole float (years in a column with a missing cell) as an integer; else `str` of the cell."""
    if isinstance(cell, dict):
        return str(cell.get("en") or next(iter(cell.values()), None))
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text.removesuffix(" 00:00:00") if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", text) else text
