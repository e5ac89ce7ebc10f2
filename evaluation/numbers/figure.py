"""Figures without a data folder: from words, a value, a frame, a CSV file or a workbook.

Signs that agencies print in place of hidden or missing numbers, such as ``<5``, ``x`` or ``..``, are read by the table
`MARKS`.

>>> from evaluation import figure
>>> figure("more than 29,000 people") / 3
<Measure more than 9,666.6 [people ÷ 3] people>
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.contract import PERIODS
from ..data.sources import check_rows, check_separator
from ..problems import InputError, Refused, quoted, refuse
from ..problems.foreign import BYTE_ORDER_MARK, decode, parse_rows, read_bytes
from ..problems.imports import require_extra
from .altair_frames import for_altair as for_altair  # public
from .frames import FigureArray
from .labels import is_missing
from .lists import Pair, snake_case
from .meaning import Vocabulary
from .notation import RATES, decimals_of
from .number import Figure
from .periods import Period
from .publication import NOT_GIVEN, Source, TableCell, TableFile
from .quantity import Bound, ComputedFloat, Quantity, typed_fraction

BOUND_NAMES = ", ".join(Bound)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
COUNTS = ("people", "persons", "deaths", "incidents", "cases", "charges", "investigations", "calls", "organizations")
# Parts of a figure, as `make_figure` takes them.
PARTS = ("unit", "source", "bound", "high", "place", "definition", "address")
BY_COLUMN = ("bound", "high", "place", "period")  # may be names of columns of the frame

Marks = dict[str, str | None]
# Signs for hidden or missing numbers: words, with {} for the number after a sign, or None if nothing
# is known. A dash may or may not be zero: the publisher defines it.
MARKS: Marks = {
    "<": "less than {}", "≤": "up to {}", "<=": "up to {}", ">": "more than {}", "≥": "at least {}",
    ">=": "at least {}", "x": None, "X": None, "F": None, "..": None, "...": None, "-": None, "–": None, "—": None,
}  # fmt: skip
BOUND_PATTERNS = {
    Bound.BETWEEN: r"(?:between|entre)\s+{}\s+(?:and|et)\s+{}",
    Bound.MORE_THAN: r"(?:more than|over|plus de)\s+{}",
    Bound.AT_LEAST: r"(?:at least|au moins)\s+{}",
    Bound.LESS_THAN: r"(?:less than|fewer than|under|moins de)\s+{}",
    Bound.UP_TO: r"(?:up to|at most|jusqu[’']à|au plus)\s+{}",
    Bound.ABOUT: r"(?:about|around|approximately|environ)\s+{}",
    Bound.EXACT: r"(?:exactly\s+)?{}",
}
PRINTED_DIGITS = r"\$?([+\-−]?\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?|[+\-−]?\d+(?:\.\d+)?)"
RATE, MONEY, PERCENT = re.compile(r"per\s(\d{1,3}(?:[,\s]?000)+)\b\s*(.*)"), "cad", "percent"
MULTIPLES = {"thousand|k": 1_000, "millions?": 1_000_000, "billion|milliards?": 1_000_000_000}  # after a number
# Words after a number of which its reading would lose a part: another end, a digit, a power, "or more", a multiple.
CUT_SHORT = re.compile(
    r"[-–—−+±/'’_.,%]*\s*\d|e[+-]?\d|[-–—−+±/'’_]|%\s*\w|(?:to|à|or|ou|(?-i:M|G)|billions)\b"
    r"|.*\b(?:or|ou) (?:more|less|fewer|plus|moins)\b",
    re.IGNORECASE,
)
EVERYBODY = ("people", "persons", "inhabitants", "residents", "population")
EXAMPLES = 'figure("more than 29,000 people"), figure("2.3", unit="per_100k")'


class OpenVocabulary(Vocabulary):
    """A vocabulary for data without controlled lists: any id is its own label, and obliges no caveat."""

    def fields_of_count(self, unit: str, definition: str | None, place: str | None = None) -> dict[str, Any]:
        """The fields for any unit, definition and place (None: left out), with the ids as labels."""
        named = {name: key for name, key in (("definition", definition), ("place", place)) if key is not None}
        return {"unit": unit, "nouns": {}} | named | {f"{name}_label": same_text(key) for name, key in named.items()}


OPEN_VOCABULARY = OpenVocabulary()


def parse_figure(words: Any, unit: str = "", **parts: Any) -> Figure:
    """The figure that words state: "more than 29,000 people", "about 12%", "between 95 and 101 deaths", "plus de 29 000
    personnes"; or digits alone with ``unit``, which overrides a unit in the words. "thousand", "million", "billion" or
    "milliard" after the number multiply it, and "M" of money. ``parts`` are those of `make_figure` and override what
    the words say; a number in place of words is its ``value``. Raises Refused for words without a number or without a
    unit, for words of which a part would be lost ("5 to 10 people", "5 or more"), and for parts that `make_figure`
    refuses."""
    if not isinstance(words, str):
        return make_figure(words, unit, **parts)
    bound, digits, words_after = split_bound(words)
    factor, words_after = split_multiple(words_after, "$" in words)
    if CUT_SHORT.match(words_after):
        raise Refused(f'found {quoted(words)}; allowed: {EXAMPLES}, figure(5, unit=..., bound="between", high=10)')
    numbers = [str(Fraction(digit) * factor) if factor > 1 else digit for digit in digits]
    unit = unit or unit_from_words(words, words_after)
    if not unit:
        raise Refused(f"found no unit in {quoted(words)}; allowed: {EXAMPLES}")
    return make_figure(numbers[0], unit, **{"bound": bound, "high": numbers[1] if len(numbers) > 1 else None} | parts)


def split_bound(words: str) -> tuple[str, list[str], str]:
    """Split words, English or French, into the bound, the digits of one number (of ``between`` two) without signs
    between thousands and without "$", and the words after them. Raises Refused if they do not begin with a number or
    with the words of a bound and a number."""
    plain = " ".join(words.split())
    for bound, pattern in BOUND_PATTERNS.items():
        if match := re.match(pattern.replace("{}", PRINTED_DIGITS) + r"(?![\d.,])", plain, re.IGNORECASE):
            digits = [re.sub(r"[,\s]", "", digit).replace("−", "-") for digit in match.groups()]
            return bound, digits, plain[match.end() :].strip()
    raise Refused(f"found {quoted(words)}; allowed: {EXAMPLES}")


def split_multiple(words_after: str, is_money: bool) -> tuple[int, str]:
    """Split the words after a number into the factor of its multiple (thousand, million, billion; M of money) and the
    words after that, without "de" or "d'"; 1 and the words themselves without a multiple."""
    for multiple, factor in MULTIPLES.items():
        if match := re.match(rf"(?:{multiple})(?![\w$])\s*(?:de\s+|d[’'])?", words_after):
            return factor, words_after[match.end() :]
    if is_money and (match := re.match(r"M(?:\$|(?!\w))\s*", words_after)):
        return 1_000_000, words_after[match.end() :]
    return 1, words_after


def unit_from_words(words: str, words_after: str) -> str:
    """The unit that words name by ``words_after``, those after the number: money if there is a dollar sign anywhere in
    ``words``, all of them; per cent; a rate of a known base, empty if it is of other people than any unit; else
    ``words_after`` itself."""
    if "$" in words:
        return MONEY
    if words_after in ("%", "per cent", "percent", "pour cent"):
        return PERCENT
    rate = RATE.fullmatch(words_after)
    base = int(re.sub(r"[,\s]", "", rate[1])) if rate else 0
    units = [unit for unit in RATES if RATES[unit] == base]
    if rate and units:
        return next((unit for unit in units if rate[2] in people_of(unit)), "")
    return words_after


def people_of(unit: str) -> tuple[str, ...]:
    """The words that name the people of a rate: the last part of its unit, ``women`` of ``per_1000_women``; for a rate
    of everybody any of `EVERYBODY`, or none."""
    people = re.sub(r"^per_\d+k?_?", "", unit)
    return (people, *EVERYBODY) if people in ("", "people") else (people,)


def make_figure(
    value: Any,
    unit: str,
    *,
    source: str = "",
    bound: str = "exact",
    high: Any = None,
    period: Any = "",
    place: str = "",
    definition: str = "",
    address: str = "",
    name: str = "",
) -> Figure:
    """One published number. ``value`` is written as its publisher prints it ("2.30" has two decimals); ``bound`` is one
    of exact, more-than, at-least, less-than, up-to, about, between (to ``high``); ``period`` is a year, a month or a
    day, or two of them: ``("2021", "2023")``. Numbers of unlike units, definitions or places are neither added nor
    compared. ``source`` is the publisher, at ``address``; without it the figure has none, which pages refuse. ``name``
    defaults to one from definition (or unit), place and period. Raises Refused for an unknown bound, for a value that
    is no number, for a count (of people, deaths, incidents, ...) below zero or with a fraction, and without a unit;
    ComputedFloat for a computed float.

    >>> make_figure("1.20", "million licences", bound="about", period=2022)
    <Figure about 1.20 [million_licences_2022] million licences>
    """
    if not str(unit).strip():
        raise Refused(f"found no unit of {value}; allowed: unit=, or a column unit")
    if bound not in [*Bound] or (bound == Bound.BETWEEN) != (high not in (None, "")):
        allowed = f"one of {BOUND_NAMES}; a high with between, and with it alone"
        raise Refused(f"found the bound {bound!r}{f' and high {high}' if high else ''}; allowed: {allowed}")
    if not isinstance(source, str):
        raise Refused(f"found the source {source!r}; allowed: text")
    dates = Period.of(period)
    printed = [number_text(number) for number in (value, high) if number not in (None, "")]
    if invalid := next((number for number in printed if not NUMBER.fullmatch(number)), None):
        raise Refused(f"found {invalid!r}; allowed: a number such as 29000 or 2.3")
    if unit in COUNTS and (invalid := next((n for n in printed if Fraction(n) < 0 or Fraction(n) % 1), None)):
        raise Refused(
            f"found {invalid!r} {unit}; allowed: a whole number, zero or more, or another unit ({unit} a year)"
        )
    return Figure.of_parts(
        name=name or snake_case(definition or unit, place, dates.start) or "number",
        label=same_text(name or definition or unit),
        quantity=Quantity.of(bound, *printed),
        unit=unit,
        decimals=max(decimals_of(number, unit) for number in printed),
        definition=definition,
        definition_label=same_text(definition),
        place=place,
        place_label=same_text(place),
        start=dates.start,
        end=dates.end,
        caveats=(),
        vocabulary=OPEN_VOCABULARY,
        source=Source("", same_text(source), source, "en", address, "", True, "", "", "")
        if source.strip()
        else NOT_GIVEN,
        place_in_source="",
        vintage="",
    )


def number_text(number: Any) -> str:
    """A number as text: a typed float as its decimal, without a point if it is whole; anything else, NaN too, as `str`
    of it without spaces around. Raises ComputedFloat for a float that was computed."""
    if not isinstance(number, float) or number != number:
        return str(number).strip()
    value = typed_fraction(number)
    return str(value.numerator) if value.denominator == 1 else repr(float(number))


def same_text(words: str) -> Pair:
    """A text that is the same in both languages."""
    return Pair(en=words, fr=words)


RowCells = dict[str, Any]
At = Callable[[int, str], str]  # the position of a cell, by row and column


def frame_of_figures(
    data: pd.DataFrame, *values: str, marks: Marks = MARKS, thousands: str = "", **shared: Any
) -> pd.DataFrame:
    """A copy of a frame in which the columns ``values`` are figures. ``bound``, ``high``, ``place`` and ``period`` name
    a column, or are one for all rows; ``unit``, ``source``, ``definition`` and ``address`` are for all rows. Where the
    frame has a column of that name (``place`` and ``period`` aside), its filled cells precede what is given; a bound is
    that of the first of the columns. A period that is not given stands in ``year``, ``month``, or ``period_start`` and
    ``period_end``. A place is given by ``place=`` alone, since numbers of different places are not added; without it
    all rows are of one. ``marks`` say what stands for a number that is hidden or missing (see `MARKS`); an empty cell
    is missing; ``thousands`` is the sign between thousands. Raises Refused, with the row and the column, for a cell
    that cannot be read, ComputedFloat likewise for a computed float.

    >>> table = frame_of_figures(pd.DataFrame({"year": [2023, 2024], "deaths": ["72", "<5"]}), "deaths", unit="people")
    >>> table.deaths.sum()
    <Measure between 72 and 77 [deaths_2023 + deaths_2024] people>
    """
    if unknown := [name for name in values if not isinstance(name, Hashable) or name not in data.columns]:
        raise Refused(f"found no column {unknown[0]!r}; allowed: {', '.join(map(str, data.columns))}")
    rows = [{str(name): cell for name, cell in row.items()} for row in data.to_dict("records")]
    fixed = {part: value for part, value in shared.items() if not names_a_column(part, value, data)}
    named = {part: str(value) for part, value in shared.items() if part not in fixed}
    at: At = lambda row, column: f"row {data.index[row]}, column {column}: "  # noqa: E731
    file = TableFile(", ".join(values), len(rows), sha256(data[[*values]].to_csv().encode()).hexdigest())
    cells = CellReader(rows, fixed, named, marks, thousands, at, "", file)
    frame = data.copy()
    for place, column in enumerate(values):
        frame[column] = pd.Series(FigureArray(cells.read_column(column, place == 0)), data.index)
    return frame


def names_a_column(part: str, value: Any, data: pd.DataFrame) -> bool:
    """Whether the value given for a part of a figure names a column of the frame, and is not the part itself: never for
    a part outside `BY_COLUMN`. Raises Refused for a part that no figure has."""
    if part not in (*PARTS, *BY_COLUMN):
        raise Refused(f"found {part}=; allowed: {', '.join(dict.fromkeys((*PARTS, *BY_COLUMN)))}, marks, thousands")
    return part in BY_COLUMN and isinstance(value, str) and value in data.columns


class CellReader:
    """Reads the cells of a table as figures: its rows, parts shared by all, roles of columns, marks."""

    def __init__(
        self, rows: Sequence[RowCells], shared: RowCells, named: dict[str, str], marks: Marks, thousands: str, at: At,
        stem: str, file: TableFile,
    ):  # fmt: skip
        """``shared`` holds the parts of `make_figure` that all rows share, ``named`` the column of each part for which
        one was named; ``at`` gives the position of a cell for messages; names of figures begin with ``stem`` ("": with
        the column)."""
        self.rows, self.shared, self.named = rows, shared, named
        self.marks, self.thousands, self.at = marks, thousands, at
        self.stem, self.file = stem, file

    def read_column(self, column: str, has_bound: bool = True) -> list[Any]:
        """The figures of a column, pd.NA where one is missing, each with a unique name (a repeated one ends in its row,
        from 1); with the bounds of the columns ``bound`` and ``high`` if ``has_bound``. Raises Refused or
        ComputedFloat, with the position, for a cell that cannot be read."""
        figures = [self.read_cell(place, row, column, has_bound) for place, row in enumerate(self.rows)]
        counts = Counter(cell.name for cell in figures if not is_missing(cell))
        return [
            cell if is_missing(cell) or counts[cell.name] == 1 else replace(cell, name=f"{cell.name}_row_{row}")
            for row, cell in enumerate(figures, 1)
        ]

    def read_cell(self, place: int, row: RowCells, column: str, has_bound: bool) -> Any:
        """The figure in one cell of a row (``place``: from 0); missing if the cell is empty or its mark stands for an
        unknown number. Raises Refused or ComputedFloat, with the position, for a cell that cannot be read."""
        try:
            parts = self.parts_of_row(row, has_bound)
            value = self.parse_cell(row[column])
            if value is None:
                return pd.NA
            start = Period.of(parts.get("period", "")).start
            where = parts.get("place", "") or ("" if is_missing(row.get("place")) else row.get("place", ""))
            named = dict.fromkeys(map(str, (self.stem, column, where, start)))
            figure = make_figure(**{"unit": ""} | parts | value, name=snake_case(*named))
        except (Refused, ComputedFloat) as error:
            raise type(error)(f"{self.at(place, column)}{error}") from None
        return replace(figure, cell=TableCell(self.file, place + 2, column))

    def parts_of_row(self, row: RowCells, has_bound: bool) -> RowCells:
        """The parts of the figures in a row, as arguments of `make_figure`: filled cells of columns called like a part
        (``place`` only if it was named) override what all rows share; a shared period overrides the columns ``year``,
        ``month`` or ``period_start``. Without bound and high unless ``has_bound``."""
        columns = {part: part for part in PARTS if part in row and part != "place"} | self.named
        cells = {part: number_text(row[column]) for part, column in columns.items() if not is_missing(row[column])}
        moments = next(([row[start], row[end]] for start, end in PERIODS if start in row and end in row), ())
        period = tuple("" if is_missing(moment) else number_text(moment) for moment in moments) or ""
        parts = {"period": period} | self.shared | {part: cell for part, cell in cells.items() if cell}
        return {part: cell for part, cell in parts.items() if has_bound or part not in ("bound", "high")}

    def parse_cell(self, cell: Any) -> RowCells | None:
        """The value of a cell as arguments of `make_figure`, with bound and high if its mark or its words ("more than
        80") have them; None if it is empty or its mark stands for an unknown number. Raises Refused for other text."""
        written = "" if is_missing(cell) else number_text(cell)
        if not written:
            return None
        plain = written.replace(self.thousands, "") if self.thousands else written
        if NUMBER.fullmatch(plain):
            return {"value": plain}
        if written in self.marks:
            return self.parse_mark(self.marks[written])
        signs = (sign for sign in sorted(self.marks, key=len, reverse=True) if written.startswith(sign))
        sign = next((sign for sign in signs if "{}" in (self.marks[sign] or "")), None)
        after = written[len(sign) :].strip() if sign else ""
        if sign and NUMBER.fullmatch(after):
            return self.parse_mark((self.marks[sign] or "").format(after))
        if value := self.parse_bound_words(written):
            return value
        allowed = f"a number such as 29000 or 2.3, or a mark of marks=, such as figure.MARKS | {{{written!r}: None}}"
        raise Refused(f"found {written!r}; allowed: {allowed}")

    def parse_bound_words(self, written: str) -> RowCells | None:
        """The value of a cell as a frame of figures is written to a file, ``more than 80 [deaths_2023]`` or ``72
        [deaths_2023]``, or of words with a bound; None for a bare number and for other words."""
        words = re.sub(r"\s*\[.*\]$", "", written)
        try:
            bound, _, words_after = split_bound(words)
        except Refused:
            return None
        return self.parse_mark(words) if not words_after and (bound != Bound.EXACT or words != written) else None

    def parse_mark(self, words: str | None) -> RowCells | None:
        """The value, bound and high in the words of a mark ("less than 5"), as arguments of `make_figure`; None for
        None, an unknown number. Raises Refused for words without a number."""
        if words is None:
            return None
        bound, digits, _ = split_bound(words)
        return {"value": digits[0], "bound": bound, "high": digits[1] if len(digits) > 1 else None}


def read_csv(path: Any, *values: str, marks: Marks = MARKS, thousands: str = "", **shared: Any) -> pd.DataFrame:
    """A CSV file, its path or an open text, as a frame in which the columns ``values`` are figures; all others are as
    pandas reads them. What a figure is made of stands beside it, or is ``shared`` by all rows, as in `frame_of_figures`
    (``figure.frame``); the cells of figures are read as they are printed ("2.30"). Raises Refused with the row and the
    column of a cell that cannot be read, for a column that the file does not have, and for a file that is not there, is
    empty, is not UTF-8 or has rows of unlike width.

    >>> text = io.StringIO("year,deaths\\n2023,72\\n2024,<5\\n")
    >>> read_csv(text, "deaths", unit="people").deaths.tolist()
    [<Figure 72 [deaths_2023] people>, <Figure fewer than 5 [deaths_2024] people>]
    """
    where, raw = read_content(path, "a CSV file")
    texts = _parse_csv(where, raw)
    known = (*PARTS, "period", *dict.fromkeys(name for names in PERIODS for name in names))
    allowed = {name: ", ".join(texts.columns) for name in values} | {name: ", ".join(known) for name in shared}
    if unknown := [name for name in allowed if name not in (*texts.columns, *(known if name in shared else ()))]:
        raise refuse(where, 1, unknown[0], actual="no such column", allowed=allowed[unknown[0]])
    others = pd.read_csv(io.BytesIO(raw), usecols=lambda name: name not in values, index_col=False)
    others = others.reindex(texts.index)
    return frame_from_texts(texts, others, values, shared, marks, thousands, where, raw)


def read_excel(
    path: Any, *values: str, sheet_name: Any = 0, marks: Marks = MARKS, thousands: str = "", **shared: Any
) -> pd.DataFrame:
    """A sheet of a workbook (``sheet_name``: its name, or its number from 0), read as `read_csv` reads a file; its
    first row holds the names of the columns. Raises Refused as that does, for a sheet that is not there, and if
    openpyxl, which reads workbooks, is not installed; ComputedFloat, with row and column, for a computed float where a
    figure is read.

    >>> book = io.BytesIO()
    >>> pd.DataFrame({"year": [2024], "deaths": [72]}).to_excel(book, index=False)
    >>> _ = book.seek(0)
    >>> read_excel(book, "deaths", unit="people").deaths.sum()
    <Figure 72 [deaths_2024] people>
    """
    require_extra("read_excel", "excel", "openpyxl")
    where, raw = read_content(path, "a workbook")
    try:
        sheet = pd.read_excel(io.BytesIO(raw), sheet_name=sheet_name)
    except (ValueError, KeyError, OSError) as error:
        raise refuse(
            where, actual=str(error).splitlines()[0], allowed="a workbook (.xlsx), and a sheet of it"
        ) from None
    if unknown := [name for name in values if name not in sheet.columns]:
        raise refuse(where, 1, unknown[0], actual="no such column", allowed=", ".join(map(str, sheet.columns)))
    cells = sheet.map(lambda cell: "" if is_missing(cell) else cell)
    others = sheet.drop(columns=[*values])
    return frame_from_texts(cells, others, values, shared, marks, thousands, where, raw)


def read_content(path: Any, allowed: str) -> tuple[str, bytes]:
    """The name (of an open file without one "-") and the bytes of the file at a path, or of an open one, which is read
    from where it stands. Raises Refused if a path cannot be read; ``allowed`` describes the file expected."""
    if hasattr(path, "read"):
        content = path.read()
        return str(getattr(path, "name", "-")), content.encode() if isinstance(content, str) else content
    return str(path), read_bytes(Path(path), allowed)


def frame_from_texts(
    texts: pd.DataFrame, others: pd.DataFrame, values: Sequence[str], shared: RowCells, marks: Marks, thousands: str,
    where: str, raw: bytes,
) -> pd.DataFrame:  # fmt: skip
    """The table of a file with its columns in order: those named in ``values`` as figures read from ``texts``, all else
    from ``others``. ``where`` is the file's name for messages and names ("-": none), ``raw`` its bytes, for the hash.
    Raises Refused or ComputedFloat, with row and column, for a cell that cannot be read."""
    name = Path(where).name if where != "-" else ", ".join(values)
    file = TableFile(name, len(texts), sha256(raw).hexdigest())
    named = {part: str(column) for part, column in shared.items() if part in BY_COLUMN and column in texts.columns}
    fixed = {part: value for part, value in shared.items() if part not in named}
    shared = {part: fixed.pop(part) for part in (*PARTS, "period") if part in fixed}
    rows = [fixed | {str(name): cell for name, cell in row.items()} for row in texts.to_dict("records")]
    at: At = lambda row, column: f"{where}:{row + 2}:{column}: "  # noqa: E731
    stem = Path(where).stem if where != "-" else ""
    cells = CellReader(rows, shared, named, marks, thousands, at, stem, file)
    figures = {column: FigureArray(cells.read_column(column, place == 0)) for place, column in enumerate(values)}
    return pd.DataFrame({name: figures.get(name, others.get(name)) for name in texts.columns}, index=texts.index)


def _parse_csv(path: str, raw: bytes) -> pd.DataFrame:
    """The cells of a CSV file as text, with its header as column names; empty lines are skipped. Raises Refused for a
    workbook and an empty file, InputError for other separators and rows of unlike width."""
    if raw[:2] == b"PK":
        raise refuse(path, actual="a workbook", allowed="figure.read_excel, or the sheet as CSV")
    content = decode(Path(path), raw.removeprefix(BYTE_ORDER_MARK))
    lines = [line for line in parse_rows(Path(path), content) if line]
    if not lines:
        raise refuse(path, actual="an empty file", allowed="a header and rows")
    separated = check_separator(path, content.split("\n", 1)[0], None)
    if problems := [*separated, *check_rows(path, lines, lines[0], may_be_empty=True)]:
        raise InputError(problems)
    return pd.DataFrame(lines[1:], columns=lines[0], dtype="str")
