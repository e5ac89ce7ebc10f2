"""Figures of one's own, without a folder of data: made from a value and its bound, or read from a plain CSV.

>>> from evaluation import figure
>>> deaths = figure.read_csv("deaths.csv", "deaths", unit="people")
>>> deaths["a_year"] = deaths.deaths / 3
"""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.contract import PERIODS
from ..data.sources import check_rows, check_separator
from ..problems import InputError, Refused, refuse
from ..problems.foreign import BYTE_ORDER_MARK, decode, parse_rows, read_bytes
from .frames import FigureArray
from .labels import absent, is_figures
from .lists import Pair, ReferenceLists, snake
from .notation import decimals_of, show
from .number import Figure
from .periods import Period
from .publication import Source
from .quantity import Bound, Quantity

__all__ = ["for_altair", "of", "read_csv"]

BOUNDS = ", ".join(Bound)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
COUNTED = ("people", "persons", "deaths", "incidents", "cases", "charges", "investigations", "calls", "organizations")
PARTS = ("unit", "source", "bound", "high", "place", "definition", "address")  # of a figure, as `of` takes them


class Unlisted(ReferenceLists):
    """Any unit and definition, by the word itself: no folder lists them."""

    def __init__(self) -> None:
        """Read nothing."""

    def nouns(self, unit: str) -> dict[str, dict[str, str]]:
        return {}

    def counted_as(self, unit: str, definition: str | None, place: str | None = None) -> dict[str, Any]:
        named = {name: key for name, key in (("definition", definition), ("place", place)) if key is not None}
        return {"unit": unit, "nouns": {}} | named | {f"{name}_label": text(key) for name, key in named.items()}


UNLISTED = Unlisted()


def of(
    value: Any,
    unit: str,
    *,
    source: str,
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
    compared. Raises Refused for a bound that is none, for a value that is no number, for a count (of people, deaths,
    incidents, ...) below zero or with a fraction, and without a unit or source.
    """
    for part, given in (("unit", unit), ("source", source)):
        if not str(given).strip():
            raise Refused(f"found no {part} of {value}; allowed: {part}=, or a column {part}")
    if bound not in [*Bound] or (bound == Bound.BETWEEN) != (high not in (None, "")):
        allowed = f"one of {BOUNDS}; a high with between, and with it alone"
        raise Refused(f"found the bound {bound!r}{f' and high {high}' if high else ''}; allowed: {allowed}")
    when = Period.of(period)
    printed = [str(number) for number in (value, high) if number not in (None, "")]
    if odd := next((number for number in printed if not NUMBER.fullmatch(number)), None):
        raise Refused(f"found {odd!r}; allowed: a number such as 29000 or 2.3")
    if unit in COUNTED and (odd := next((n for n in printed if Fraction(n) < 0 or Fraction(n) % 1), None)):
        raise Refused(f"found {odd!r} {unit}; allowed: a whole number, zero or more, or another unit ({unit} a year)")
    return Figure(
        name=name or snake(definition or unit, place, when.start),
        label=text(name or definition or unit),
        quantity=Quantity.of(bound, str(value), high and str(high)),
        unit=unit,
        decimals=max(decimals_of(number, unit) for number in printed),
        definition=definition,
        definition_label=text(definition),
        place=place,
        place_label=text(place),
        start=when.start,
        end=when.end,
        caveats=(),
        lists=UNLISTED,
        source=Source("", text(source), source, "en", address, "", True, "", "", ""),
        place_in_source="",
        vintage="",
    )


def text(words: str) -> Pair:
    """A word as it stands, in either language."""
    return Pair(en=words, fr=words)


def read_csv(path: str | Path, *values: str, **shared: str) -> pd.DataFrame:
    """A plain CSV as a frame in which the columns ``values`` are figures, and all others text.

    What `of` takes of a figure stands beside it in the column of that name (``unit``, ``source``, ``bound``, ``high``,
    ``place``, ``definition``, ``address``; its period in ``year``, ``month``, or ``period_start`` and ``period_end``)
    or is ``shared`` by all rows: ``unit="people"``. A bound is that of the first of the columns; an empty cell is
    missing. Raises Refused with the row and the column of a cell that cannot be read, for a column that the file does
    not have, and for a file that is not there, is empty, is not UTF-8 or has rows of unlike width.
    """
    frame = _text_frame(Path(path))
    known = (*PARTS, *dict.fromkeys(name for names in PERIODS for name in names))
    asked = {name: ", ".join(frame.columns) for name in values} | {name: ", ".join(known) for name in shared}
    if strange := [name for name in asked if name not in (*frame.columns, *(known if name in shared else ()))]:
        raise refuse(path, 1, strange[0], found="no such column", allowed=asked[strange[0]])
    rows: list[dict[str, str]] = [shared | row for row in frame.to_dict("records")]  # type: ignore[misc]
    for number, column in enumerate(values):
        beside = PARTS if number == 0 else tuple(part for part in PARTS if part not in ("bound", "high"))
        cells = [_cell(Path(path), at, row, column, beside) for at, row in enumerate(rows, start=2)]
        frame[column] = pd.Series(FigureArray(cells), frame.index)
    return frame


def _text_frame(path: Path) -> pd.DataFrame:
    """A CSV file's cells as text, its header as the columns, whatever they are; lines without a cell are left out."""
    raw = read_bytes(path, "a CSV file").removeprefix(BYTE_ORDER_MARK)
    content = decode(path, raw)
    lines = [line for line in parse_rows(path, content) if line]
    if not lines:
        raise refuse(path, found="an empty file", allowed="a header and rows")
    separated = check_separator(str(path), content.split("\n", 1)[0], None)
    if problems := [*separated, *check_rows(str(path), lines, lines[0], may_be_empty=True)]:
        raise InputError(problems)
    return pd.DataFrame(lines[1:], columns=lines[0], dtype="str")


def _cell(path: Path, at: int, row: dict[str, str], column: str, beside: tuple[str, ...]) -> Any:
    """The number in a row's column, with what stands ``beside`` it; missing where the cell is empty."""
    value = row[column].strip()
    if not value:
        return pd.NA
    when = next(((row[start], row[end]) for start, end in PERIODS if start in row and end in row), ("", ""))
    given = {"unit": "", "source": ""} | {part: row[part] for part in beside if row.get(part)}
    named = dict.fromkeys((path.stem, column, row.get("place", ""), when[0]))
    try:
        return of(value, name=snake(*named), period=when, **given)
    except Refused as error:
        raise Refused(f"{path}:{at}:{column}: {error}") from None


def for_altair(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as Altair draws it outside a chapter: a column of figures becomes the numbers as printed; after all
    columns stand their ends (``deaths_low``, ``deaths_high``; missing where the bound leaves one open) and their words
    (``deaths_words``)."""
    drawn = frame.copy()
    for name in [name for name, column in frame.items() if is_figures(column)]:
        numbers = [None if absent(number) else number for number in frame[name]]
        drawn[name] = [number and float(number.quantity.value) for number in numbers]
        for end in ("low", "high"):  # one worded as about has none that could be relied on
            ends = [None if one is None or one.quantity.about else getattr(one.quantity, end) for one in numbers]
            drawn[f"{name}_{end}"] = [None if value is None else float(value) for value in ends]
        drawn[f"{name}_words"] = [number and show(number, "en").words for number in numbers]
    return drawn
