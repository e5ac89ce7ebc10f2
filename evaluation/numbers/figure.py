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
from collections.abc import Callable, Sequence
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
from ..problems.imports import needs
from .altair_frames import for_altair as for_altair  # public
from .frames import FigureArray
from .labels import absent
from .lists import Pair, snake
from .meaning import Vocabulary
from .notation import RATES, decimals_of
from .number import Figure
from .periods import Period
from .publication import NOT_GIVEN, Source, TableCell, TableFile
from .quantity import Bound, Quantity, typed

BOUNDS = ", ".join(Bound)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
COUNTED = ("people", "persons", "deaths", "incidents", "cases", "charges", "investigations", "calls", "organizations")
PARTS = ("unit", "source", "bound", "high", "place", "definition", "address")  # of a figure, as `of` takes them
NAMED = ("bound", "high", "place", "period")  # may be names of columns of the frame

Marks = dict[str, str | None]
# Signs for hidden or missing numbers: words, with {} for the number after a sign, or None if nothing
# is known. A dash may or may not be zero: the publisher defines it.
MARKS: Marks = {
    "<": "less than {}", "≤": "up to {}", "<=": "up to {}", ">": "more than {}", "≥": "at least {}",
    ">=": "at least {}", "x": None, "X": None, "F": None, "..": None, "...": None, "-": None, "–": None, "—": None,
}  # fmt: skip
WORDS = {
    Bound.BETWEEN: r"(?:between|entre)\s+{}\s+(?:and|et)\s+{}",
    Bound.MORE_THAN: r"(?:more than|over|plus de)\s+{}",
    Bound.AT_LEAST: r"(?:at least|au moins)\s+{}",
    Bound.LESS_THAN: r"(?:less than|fewer than|under|moins de)\s+{}",
    Bound.UP_TO: r"(?:up to|at most|jusqu[’']à|au plus)\s+{}",
    Bound.ABOUT: r"(?:about|around|approximately|environ)\s+{}",
    Bound.EXACT: r"(?:exactly\s+)?{}",
}
DIGITS = r"\$?([+-−]?\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?|[+\-−]?\d+(?:\.\d+)?)"
RATE, MONEY, PERCENT = re.compile(r"per\s(\d{1,3}(?:[,\s]?000)+)\b\s*(.*)"), "cad", "percent"
EVERYBODY = ("people", "persons", "inhabitants", "residents", "population")
SAID = 'figure("more than 29,000 people"), figure("2.3", unit="per_100k")'


class Unlisted(Vocabulary):
    """A vocabulary for data without controlled lists: any id is its own word."""

    def counted_as(self, unit: str, definition: str | None, place: str | None = None) -> dict[str, Any]:
        """The fields for any unit, definition and place, with the ids as labels."""
        named = {name: key for name, key in (("definition", definition), ("place", place)) if key is not None}
        return {"unit": unit, "nouns": {}} | named | {f"{name}_label": text(key) for name, key in named.items()}


UNLISTED = Unlisted()


def in_words(words: Any, unit: str = "", **parts: Any) -> Figure:
    """Parse a published number in words: "more than 29,000 people", "about 12%", "between 95 and 101 deaths", "plus de
    29 000 personnes"; or digits alone with ``unit``. ``parts`` as in `of`. Raises Refused for words without a number,
    and without a unit."""
    if not isinstance(words, str):
        return of(words, unit, **parts)
    bound, digits, rest = bound_in(words)
    million = re.match(r"(million|M\$)\b\s*", rest)
    numbers = [str(Fraction(digit) * 1_000_000) if million else digit for digit in digits]
    unit = unit or unit_in(words, rest[million.end() :] if million else rest)
    if not unit:
        raise Refused(f"found no unit in {quoted(words)}; allowed: {SAID}")
    return of(numbers[0], unit, **{"bound": bound, "high": numbers[1] if len(numbers) > 1 else None} | parts)


def bound_in(words: str) -> tuple[str, list[str], str]:
    """Split words into bound, one or two numbers, and the rest."""
    plain = " ".join(words.split())
    for bound, pattern in WORDS.items():
        if match := re.match(pattern.replace("{}", DIGITS) + r"(?![\d.,])", plain, re.IGNORECASE):
            digits = [re.sub(r"[,\s]", "", digit).replace("−", "-") for digit in match.groups()]
            return bound, digits, plain[match.end() :].strip()
    raise Refused(f"found {quoted(words)}; allowed: {SAID}")


def unit_in(words: str, rest: str) -> str:
    """The unit that the words after a number name; empty for a rate of others than the people of a unit."""
    if "$" in words:
        return MONEY
    if rest in ("%", "per cent", "percent", "pour cent"):
        return PERCENT
    rate = RATE.fullmatch(rest)
    base = int(re.sub(r"[,\s]", "", rate[1])) if rate else 0
    units = [unit for unit in RATES if RATES[unit] == base]
    if rate and units:
        return next((unit for unit in units if rate[2] in people_of(unit)), "")
    return rest


def people_of(unit: str) -> tuple[str, ...]:
    """The words for the people of a rate: the last part of its unit, and for a rate of everybody all that say so."""
    people = re.sub(r"^per_\d+k?_?", "", unit)
    return (people, *EVERYBODY) if people in ("", "people") else (people,)


def of(
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
    """One published number. ``value`` is written as its publisher prints it ("2.30" has two decimals); ``bound`` is
    one of exact, more-than, at-least, less-than, up-to, about, between (to ``high``); ``period`` is a year, a month or
    a day, or two of them: ``("2021", "2023")``. Numbers of unlike units, definitions or places are neither added nor
    compared. A ``source`` is asked for where the number is published. Raises Refused for a bound that is none, for a
    value that is no number, for a count (of people, deaths, incidents, ...) below zero or with a fraction, and without
    a unit.

    >>> of("1.20", "million licences", bound="about", period=2022)
    <Figure about 1.20 [million_licences_2022] million licences>
    """
    if not str(unit).strip():
        raise Refused(f"found no unit of {value}; allowed: unit=, or a column unit")
    if bound not in [*Bound] or (bound == Bound.BETWEEN) != (high not in (None, "")):
        allowed = f"one of {BOUNDS}; a high with between, and with it alone"
        raise Refused(f"found the bound {bound!r}{f' and high {high}' if high else ''}; allowed: {allowed}")
    when = Period.of(period)
    printed = [as_printed(number) for number in (value, high) if number not in (None, "")]
    if odd := next((number for number in printed if not NUMBER.fullmatch(number)), None):
        raise Refused(f"found {odd!r}; allowed: a number such as 29000 or 2.3")
    if unit in COUNTED and (odd := next((n for n in printed if Fraction(n) < 0 or Fraction(n) % 1), None)):
        raise Refused(f"found {odd!r} {unit}; allowed: a whole number, zero or more, or another unit ({unit} a year)")
    return Figure.of_parts(
        name=name or snake(definition or unit, place, when.start) or "number",
        label=text(name or definition or unit),
        quantity=Quantity.of(bound, *printed),
        unit=unit,
        decimals=max(decimals_of(number, unit) for number in printed),
        definition=definition,
        definition_label=text(definition),
        place=place,
        place_label=text(place),
        start=when.start,
        end=when.end,
        caveats=(),
        vocabulary=UNLISTED,
        source=Source("", text(source), source, "en", address, "", True, "", "", "") if source.strip() else NOT_GIVEN,
        place_in_source="",
        vintage="",
    )


def as_printed(number: Any) -> str:
    """A number as text: a typed float as its decimal, without a point if it is whole."""
    if not isinstance(number, float) or number != number:
        return str(number).strip()
    value = typed(number)
    return str(value.numerator) if value.denominator == 1 else repr(float(number))


def text(words: str) -> Pair:
    """A text that is the same in both languages."""
    return Pair(en=words, fr=words)


Row = dict[str, Any]
At = Callable[[int, str], str]  # the position of a cell, by row and column


def frame(data: pd.DataFrame, *values: str, marks: Marks = MARKS, thousands: str = "", **shared: Any) -> pd.DataFrame:
    """A frame in which the columns ``values`` are figures, and all others stay as they are. ``bound``, ``high``,
    ``place`` and ``period`` name a column, or are one for all rows; ``unit``, ``source``, ``definition`` and
    ``address`` are for all rows. What is not given stands in the column of that name, where there is one (the period
    in ``year``, ``month``, or ``period_start`` and ``period_end``); a bound is that of the first of the columns. A
    place is given by ``place=`` alone, since numbers of different places are not added; without it rows are. ``marks``
    say what stands for a number that is hidden or missing (see `MARKS`); an empty cell is missing. Raises Refused, with
    the row and the column, for a cell that cannot be read.

    >>> table = frame(pd.DataFrame({"year": [2023, 2024], "deaths": ["72", "<5"]}), "deaths", unit="people")
    >>> table.deaths.sum()
    <Measure between 72 and 77 [deaths_2023 + deaths_2024] people>
    """
    if strange := [column for column in values if column not in data.columns]:
        raise Refused(f"found no column {strange[0]!r}; allowed: {', '.join(map(str, data.columns))}")
    rows = [{str(name): cell for name, cell in row.items()} for row in data.to_dict("records")]
    known = {part: given for part, given in shared.items() if not named_column(part, given, data)}
    named = {part: str(given) for part, given in shared.items() if part not in known}
    at: At = lambda row, column: f"row {data.index[row]}, column {column}: "  # noqa: E731
    file = TableFile(", ".join(values), len(rows), sha256(data[[*values]].to_csv().encode()).hexdigest())
    cells = Cells(rows, known, named, marks, thousands, at, "", file)
    made = data.copy()
    for place, column in enumerate(values):
        made[column] = pd.Series(FigureArray(cells.column(column, place == 0)), data.index)
    return made


def named_column(part: str, given: Any, data: pd.DataFrame) -> bool:
    """Whether the value given for a part of a figure is the name of a column of the frame."""
    if part not in (*PARTS, *NAMED):
        raise Refused(f"found {part}=; allowed: {', '.join(dict.fromkeys((*PARTS, *NAMED)))}, marks, thousands")
    return part in NAMED and isinstance(given, str) and given in data.columns


class Cells:
    """Reads the cells of a table as figures: its rows, the parts shared by all rows, the roles of columns, and the
    marks."""

    def __init__(
        self, rows: Sequence[Row], shared: Row, named: dict[str, str], marks: Marks, thousands: str, at: At,
        stem: str, file: TableFile,
    ):  # fmt: skip
        self.rows, self.shared, self.named = rows, shared, named
        self.marks, self.thousands, self.at = marks, thousands, at
        self.stem, self.file = stem, file

    def column(self, column: str, has_bound: bool = True) -> list[Any]:
        """The figures of a column, each with a unique name; with the bounds given in the rows if ``has_bound``."""
        made = [self.cell(place, row, column, has_bound) for place, row in enumerate(self.rows)]
        times = Counter(cell.name for cell in made if not absent(cell))
        return [self.numbered(cell, place, times) for place, cell in enumerate(made)]

    def numbered(self, cell: Any, place: int, times: Counter[str]) -> Any:
        """A figure with its row added to its name if other rows have the same name."""
        if absent(cell) or times[cell.name] == 1:
            return cell
        return replace(cell, name=f"{cell.name}_row_{place + 1}")

    def cell(self, place: int, row: Row, column: str, has_bound: bool) -> Any:
        """The figure in one cell; missing if the cell is empty or its mark stands for an unknown number."""
        parts = self.parts(row, has_bound)
        try:
            given = self.read(row[column], parts)
            if given is None:
                return pd.NA
            when = Period.of(parts.get("period", "")).start
            where = parts.get("place", "") or ("" if absent(row.get("place")) else row.get("place", ""))
            named = dict.fromkeys(map(str, (self.stem, column, where, when)))
            made = of(**{"unit": ""} | parts | given, name=snake(*named))
        except Refused as error:
            raise Refused(f"{self.at(place, column)}{error}") from None
        return replace(made, cell=TableCell(self.file, place + 2, column))

    def parts(self, row: Row, has_bound: bool) -> Row:
        """The parts of a figure that its row gives, or that all rows share."""
        columns = {part: part for part in PARTS if part in row and part != "place"} | self.named
        given = {part: as_printed(row[column]) for part, column in columns.items() if not absent(row[column])}
        when = next(([row[start], row[end]] for start, end in PERIODS if start in row and end in row), ())
        period = tuple("" if absent(moment) else as_printed(moment) for moment in when) or ""
        parts = {"period": period} | self.shared | {part: cell for part, cell in given.items() if cell}
        return {part: cell for part, cell in parts.items() if has_bound or part not in ("bound", "high")}

    def read(self, cell: Any, parts: Row) -> Row | None:
        """The value of a cell, with the bound of its mark; None for an unknown number. Raises Refused for other
        text."""
        written = "" if absent(cell) else as_printed(cell)
        if not written:
            return None
        plain = written.replace(self.thousands, "") if self.thousands else written
        if NUMBER.fullmatch(plain):
            return {"value": plain}
        if written in self.marks:
            return self.marked(self.marks[written])
        signs = (sign for sign in sorted(self.marks, key=len, reverse=True) if written.startswith(sign))
        sign = next((sign for sign in signs if "{}" in (self.marks[sign] or "")), None)
        after = written[len(sign) :].strip() if sign else ""
        if sign and NUMBER.fullmatch(after):
            return self.marked((self.marks[sign] or "").format(after))
        if given := self.from_words(written):
            return given
        allowed = f"a number such as 29000 or 2.3, or a mark of marks=, such as figure.MARKS | {{{written!r}: None}}"
        raise Refused(f"found {written!r}; allowed: {allowed}")

    def from_words(self, written: str) -> Row | None:
        """The value of a cell in words, as a frame of figures writes it to a file; None if they are not the words of a
        bound."""
        words = re.sub(r"\s*\[.*\]$", "", written)
        try:
            bound, _, rest = bound_in(words)
        except Refused:
            return None
        return self.marked(words) if not rest and (bound != Bound.EXACT or words != written) else None

    def marked(self, words: str | None) -> Row | None:
        """The value and the bound that a mark stands for; None for an unknown number."""
        if words is None:
            return None
        bound, digits, _ = bound_in(words)
        return {"value": digits[0], "bound": bound, "high": digits[1] if len(digits) > 1 else None}


def read_csv(path: Any, *values: str, marks: Marks = MARKS, thousands: str = "", **shared: Any) -> pd.DataFrame:
    """A CSV file, its path or an open text, as a frame in which the columns ``values`` are figures; all others are as
    pandas reads them. What a figure is made of stands beside it, or is ``shared`` by all rows, as in `frame`; the cells
    of figures are read as they are printed ("2.30"). Raises Refused with the row and the column of a cell that cannot
    be read, for a column that the file does not have, and for a file that is not there, is empty, is not UTF-8 or has
    rows of unlike width.

    >>> text = io.StringIO("year,deaths\\n2023,72\\n2024,<5\\n")
    >>> read_csv(text, "deaths", unit="people").deaths.tolist()
    [<Figure 72 [deaths_2023] people>, <Figure fewer than 5 [deaths_2024] people>]
    """
    where, raw = content_of(path, "a CSV file")
    texts = _text_frame(where, raw)
    known = (*PARTS, "period", *dict.fromkeys(name for names in PERIODS for name in names))
    asked = {name: ", ".join(texts.columns) for name in values} | {name: ", ".join(known) for name in shared}
    if strange := [name for name in asked if name not in (*texts.columns, *(known if name in shared else ()))]:
        raise refuse(where, 1, strange[0], actual="no such column", allowed=asked[strange[0]])
    others = pd.read_csv(io.BytesIO(raw), usecols=lambda name: name not in values, index_col=False)
    others = others.reindex(texts.index)
    return with_figures(texts, others, values, shared, marks, thousands, where, raw)


def read_excel(
    path: Any, *values: str, sheet_name: Any = 0, marks: Marks = MARKS, thousands: str = "", **shared: Any
) -> pd.DataFrame:
    """A sheet of a workbook, read as `read_csv` reads a file; its first row holds the names of the columns. Raises
    Refused if openpyxl, which reads workbooks, is not installed.

    >>> book = io.BytesIO()
    >>> pd.DataFrame({"year": [2024], "deaths": [72]}).to_excel(book, index=False)
    >>> _ = book.seek(0)
    >>> read_excel(book, "deaths", unit="people").deaths.sum()
    <Figure 72 [deaths_2024] people>
    """
    needs("read_excel", "excel", "openpyxl")
    where, raw = content_of(path, "a workbook")
    try:
        sheet = pd.read_excel(io.BytesIO(raw), sheet_name=sheet_name)
    except (ValueError, KeyError, OSError) as error:
        raise refuse(
            where, actual=str(error).splitlines()[0], allowed="a workbook (.xlsx), and a sheet of it"
        ) from None
    if strange := [name for name in values if name not in sheet.columns]:
        raise refuse(where, 1, strange[0], actual="no such column", allowed=", ".join(map(str, sheet.columns)))
    texts = sheet.map(lambda cell: "" if absent(cell) else as_printed(cell))
    others = sheet.drop(columns=[*values])
    return with_figures(texts, others, values, shared, marks, thousands, where, raw)


def content_of(path: Any, allowed: str) -> tuple[str, bytes]:
    """The name and the bytes of a file. Raises Refused if it cannot be read."""
    if hasattr(path, "read"):
        content = path.read()
        return str(getattr(path, "name", "-")), content.encode() if isinstance(content, str) else content
    return str(path), read_bytes(Path(path), allowed)


def with_figures(
    texts: pd.DataFrame, others: pd.DataFrame, values: Sequence[str], shared: Row, marks: Marks, thousands: str,
    where: str, raw: bytes,
) -> pd.DataFrame:  # fmt: skip
    """The table with its columns in order, those named in ``values`` as figures read from ``texts``."""
    name = Path(where).name if where != "-" else ", ".join(values)
    file = TableFile(name, len(texts), sha256(raw).hexdigest())
    named = {part: str(given) for part, given in shared.items() if part in NAMED and given in texts.columns}
    given = {part: given for part, given in shared.items() if part not in named}
    shared = {part: given.pop(part) for part in (*PARTS, "period") if part in given}
    rows = [given | {str(name): cell for name, cell in row.items()} for row in texts.to_dict("records")]
    at: At = lambda row, column: f"{where}:{row + 2}:{column}: "  # noqa: E731
    stem = Path(where).stem if where != "-" else ""
    cells = Cells(rows, shared, named, marks, thousands, at, stem, file)
    figures = {column: FigureArray(cells.column(column, place == 0)) for place, column in enumerate(values)}
    return pd.DataFrame({name: figures.get(name, others.get(name)) for name in texts.columns}, index=texts.index)


def _text_frame(path: str, raw: bytes) -> pd.DataFrame:
    """The cells of a CSV file as text, with any header as column names; empty lines are skipped."""
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
