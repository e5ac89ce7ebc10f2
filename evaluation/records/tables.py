"""A data frame as a page's table: each cell a number with its origin, a label in both languages, or blank.

Codes of data/ appear as their labels, years and months in words; bare numbers are refused, since a page could not state
their origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..language import Text, catalogue, join_texts, required_languages
from ..numbers.figures import Figures
from ..numbers.labels import FRENCH, Labels, is_missing, is_year, key_of, label_in_both, labels_of_cells
from ..numbers.number import Number
from ..numbers.wording import RecordedMeasures, ready_to_record
from ..problems import Refused, listed, nearest
from .serialization import Cited, PageLink

if TYPE_CHECKING:
    import pandas as pd

BARE = "figures, whose bounds and origins are kept (chapter.frame and arithmetic with it), a year, or words"
RECORDED_UNCHANGED = (Number, list, tuple, PageLink, Cited)  # types of cells recorded unchanged


class TableRefused(Refused):
    """A table that no page can show; the message names table and column, and what to write instead."""


@dataclass
class TableRecorder:
    """Converts data frames to the headings and rows of a table's record."""

    table: str
    figures: Figures
    labels: Labels
    known: RecordedMeasures

    def headings_and_rows(
        self, frame: pd.DataFrame, headings: Mapping[Any, Text], headed: bool = True
    ) -> tuple[list[Text], list[list[Any]]]:
        """The headings of all columns, a named index first, and the rows of cells for the record; measures that are a
        cell of their own are named (see `name_measure`). ``headings`` are by column; with ``headed`` each column must
        have one, else it may be empty. Raises TableRefused, naming the column, for bare numbers, texts without French
        and repeated columns."""
        frame = with_index(self.table, frame)
        heads = [self.heading(frame, column, headings.get(column), headed) for column in frame.columns]
        if doubled := [column for column, times in frame.columns.value_counts().items() if times > 1]:
            raise self.error(doubled[0], "a second column of that name", "each once")
        columns = [self.column(column, frame[column]) for column in frame.columns]
        rows = [list(row) for row in zip(*columns, strict=True)]
        for row_number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, Number):
                    row[place] = self.name_measure(
                        cell, f"{self.table}.{row_number}.{place + 1}", [row[0], heads[place]]
                    )
        return heads, rows

    def keys(self, frame: pd.DataFrame) -> list[str]:
        """The names of the columns, a named index first, by which a ``%%table`` cell gives their headings."""
        return [str(key_of(column)) for column in with_index(self.table, frame).columns]

    def heading(self, frame: pd.DataFrame, column: Any, heading: Text | None, headed: bool) -> Text:
        """The heading of a column, the first that there is: ``heading``, a code's label (by the name of the frame's
        columns), a message, the data package's title, a moment; empty if none, and a ``%%table`` cell may give it.
        Raises TableRefused for columns of several levels, and without any heading if it must be ``headed``."""
        if heading:
            return heading
        if isinstance(column, tuple):
            raise self.error(column, "columns of several levels", "one level, such as .droplevel(0, axis=1)")
        key = key_of(column)
        by_code = self.labels(str(frame.columns.name), [key]).get(key) if frame.columns.name else None
        moment = label_in_both(key) if is_year(column) or not isinstance(column, int) else None
        if head := by_code or (key if key in catalogue() else None) or _title_of(self.figures, key) or moment:
            return head
        if not headed:
            return ""
        raise self.error(column, "no heading", f'heads={{..., {column!r}: N_("...")}}')

    def column(self, name: Any, column: Any) -> list[Any]:
        """The cells of a column (``name``: its heading or code) for the record: numbers, links and pairs as they are,
        codes by their labels, missing ones empty. Raises TableRefused for a bare number and a text without French."""
        cells = [cell for cell in column if not is_missing(cell) and not isinstance(cell, RECORDED_UNCHANGED)]
        self.check_bare(name, column, cells)
        names = labels_of_cells(str(name), cells, self.labels)
        if missing := [key for key, label in names.items() if label is None]:
            raise self.error(name, f"{missing[0]!r} without French", FRENCH)
        whole = (dict, *RECORDED_UNCHANGED)  # texts that agree in English may differ in French
        return ["" if is_missing(cell) else cell if isinstance(cell, whole) else names[key_of(cell)] for cell in column]

    def check_bare(self, name: Any, column: Any, cells: list[Any]) -> None:
        """Raise TableRefused for numbers that are not figures, as numbers or as texts of digits, except in a column of
        years; also for years that pandas made floats. ``cells`` are those without an origin."""
        years = bool(cells) and all(map(is_year, cells))
        for cell in cells:
            whole = isinstance(cell, float) and cell.is_integer()
            if whole and is_year(int(cell)):
                raise self.error(name, f"{cell}, a year that a missing cell has made a float", '.astype("Int64")')
            words = isinstance(cell, str | dict) or hasattr(cell, "year")  # a day or a month of pandas
            typed = isinstance(cell, str) and not is_moment_or_words(cell) and any(map(str.isdigit, cell))
            if (not words and not years) or typed:
                dtype = getattr(column, "dtype", type(cell).__name__)
                actual = repr(cell) if isinstance(cell, str) else str(cell)
                raise self.error(name, f"{actual} ({dtype}), which has no origin", BARE)

    def name_measure(self, number: Number, name: str, texts: list[Any]) -> Number:
        """A figure unchanged; a measure as recorded before, or else with this name, a formula, and, if it has no label,
        the two ``texts`` of its row and column as label."""
        if recorded := self.known.find_displayed(number):
            return recorded
        named = ready_to_record(number, name, self.known)
        if named is number or number.label or not all(isinstance(text, str | dict) and text for text in texts):
            return named
        return named.labelled(join_texts(", ", *texts))

    def error(self, column: Any, actual: str, allowed: str) -> TableRefused:
        """The error for a column, to be raised by the caller: with table, column, what was found and what is
        allowed."""
        return TableRefused(f"table {self.table}: column {column!r}: found {actual}; allowed: {allowed}")


def is_moment_or_words(text: str) -> bool:
    """Whether a text is a moment (2023, 2023-02) or has letters, that is, is no bare number."""
    named = label_in_both(text)
    return any(map(str.isalpha, text)) or (isinstance(named, dict) and (named["en"] != text or is_year(text)))


def select_columns(table: str, frame: pd.DataFrame, heads: Mapping[Any, Any]) -> pd.DataFrame:
    """A frame of the columns (or named indexes) in ``heads``, in their order, with rows numbered anew. Raises
    TableRefused for an unknown one."""
    named = [name for name in frame.index.names if name in heads]
    flat = frame.reset_index(named) if named else frame
    if unknown := [column for column in heads if column not in flat.columns]:
        actual = f"no such column{nearest(str(unknown[0]), map(str, flat.columns))}"
        allowed = listed(flat.columns)
        raise TableRefused(f"table {table}: column {unknown[0]!r}: found {actual}; allowed: {allowed}")
    return flat[list(heads)].reset_index(drop=True)


def with_index(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its named index as first column(s); one with unnamed row numbers unchanged. Raises TableRefused for
    another index without a name."""
    unnamed = [name is None for name in frame.index.names]
    if not any(unnamed):
        return frame.reset_index()
    if frame.index.nlevels == 1 and frame.index.dtype.kind in "iu":
        return frame
    raise TableRefused(
        f'table {table}: found an index without a name; allowed: .rename_axis("..."), or .reset_index(drop=True)'
    )


def _title_of(figures: Figures, name: str) -> Text | None:
    """The title of a column of this name in the data package: the first in all required languages, or None."""
    for resource in figures.tables.resources.values():
        for field in resource["schema"]["fields"]:
            titles = {"en": field.get("title"), "fr": field.get("title_fr")}
            if field["name"] == name and all(titles[language] for language in required_languages()):
                return {language: title for language, title in titles.items() if title}
    return None
