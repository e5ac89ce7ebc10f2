"""The numbers of charts and tables as rows and CSV, in the language of their page: words, ends with a decimal point for
machines, sources, caveats."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..charts import Point
from ..charts.layers import NO_FIGURE, MarkPosition
from ..language import N_, translate
from ..language.formats import format_period
from ..numbers.changes import is_change
from ..numbers.notation import MONEY, Shown, show
from ..numbers.number import INVENTED, Number
from ..numbers.publication import Caveat
from ..numbers.quantity import Bound
from ..numbers.wording import number_in_form, unit_label
from .publications import source_line, sources_of

HEADERS = {
    "category": N_("What"),
    "year": N_("Year"),
    "series": N_("Series"),
    "words": N_("Number"),
    "low": N_("Lower end of the number"),
    "high": N_("Upper end of the number"),
    "interval": N_("Interval"),
    "interval_low": N_("Lower end of the interval"),
    "interval_high": N_("Upper end of the interval"),
    "bound": N_("Bound"),
    "unit": N_("Unit"),
    "kind": N_("Kind"),
    "definition": N_("Definition"),
    "place": N_("Place"),
    "period": N_("Period"),
    "source": N_("Source"),
    "vintage": N_("Release"),
    "caveats": N_("Caveats"),
}

KINDS = {
    "published": N_("published"),
    "derived": N_("calculated"),
    "estimate": N_("the review’s estimate"),
    INVENTED: N_("invented numbers"),
}

BOUND_NAMES = {
    "exact": N_("exact"),
    "more-than": N_("more than"),
    "at-least": N_("at least"),
    "less-than": N_("less than"),
    "up-to": N_("up to"),
    "about": N_("about"),
    "between": N_("between"),
}


def table_columns(points: Sequence[Point]) -> list[str]:
    """The names of the columns of a chart's table, in the order of `HEADERS`; those of category, year, series and
    interval only if a point has one."""
    needed = {
        "category": any(p.category for p in points),
        "year": any(p.year is not None for p in points),
        "series": any(p.series for p in points),
    } | dict.fromkeys(("interval", "interval_low", "interval_high"), any(p.interval for p in points))
    return [name for name in HEADERS if needed.get(name, True)]


def mark_row(point: Point | MarkPosition, language: str) -> dict[str, str]:
    """One mark as a row of texts by column (all but caveats), in one language. Ends have a decimal point in both
    languages, releases are ISO dates; only a number with a place has its period. A position without a number has
    `NO_FIGURE` as its words, not zero, and all columns but its position are empty."""
    position = {
        "category": translate(point.category, language),
        "year": "" if point.year is None else str(point.year),
        "series": translate(point.series, language),
    }
    if isinstance(point, MarkPosition):
        empty = {name: "" for name in HEADERS if name != "caveats"}
        return empty | position | {"words": translate(NO_FIGURE, language)}
    number = point.number
    shown = show(number, language)
    low, high = numeric_ends(number)
    interval_low, interval_high = numeric_ends(point.interval) if point.interval else ("", "")
    in_words = point.interval and show_as(point.interval, is_change(point.interval), language)
    vintages = dict.fromkeys(figure.vintage for figure in number.figures())
    return position | {
        "category": position["category"] or translate(number.label, language),  # a rule across the chart
        "words": shown.words,
        "low": low,
        "high": high,
        "interval": in_words.words if in_words else "",
        "interval_low": interval_low,
        "interval_high": interval_high,
        "bound": translate(ROUNDED if is_rounded(number) else BOUND_NAMES[shown.bound], language),
        "unit": unit_label(number, language),
        "kind": translate(KINDS[number.kind], language),
        "definition": translate(number.definition_label, language),
        "place": translate(number.place_label, language),
        "period": format_period(number.start, number.end, language) if number.place else "",
        "source": "; ".join(source_line(source, language) for source in sources_of([number]).values()),
        "vintage": "; ".join(filter(None, vintages)),
    }


def show_as(number: Number, change: bool, language: str) -> Shown:
    """A number in words, with its ends; if ``change``, as a change: "between a fall of 15.4% and a rise of 41.7%".
    Raises FormRefused for a change in another unit than per cent."""
    return number_in_form(number, "change", language) if change else show(number, language)


ROUNDED = N_("rounded")


def is_rounded(number: Number) -> bool:
    """Whether a number is published as exact but rounded by its publisher: one with decimals, such as a rate or an
    index, or a percentage. Amounts of money are not."""
    exact = number.kind == "published" and number.quantity.bound is Bound.EXACT and number.unit not in MONEY
    return exact and (number.decimals > 0 or number.unit == "percent")


def numeric_ends(number: Number) -> tuple[str, str]:
    """The lower and upper end of a number as digits with a decimal point, money in dollars: for an exact one its value
    twice, for one rounded by its publisher those of its rounding interval (2.3 gives 2.25 and 2.35); "" for an open
    end."""
    shown = show(number.rounding() if is_rounded(number) else number, "en")
    return shown.low, shown.high


def numbers_of_marks(marks: Sequence[Point | MarkPosition]) -> list[Number]:
    """The numbers of marks in order, each followed by its interval, if any; none of positions without one."""
    return [n for mark in marks if isinstance(mark, Point) for n in (mark.number, mark.interval) if n is not None]


def caveats_of_numbers(numbers: Iterable[Number]) -> list[Caveat]:
    """The caveats that numbers oblige, without duplicates, in order."""
    return list({caveat.caveat: caveat for number in numbers for caveat in number.caveats}.values())


@dataclass(frozen=True)
class Amount:
    """A cell with one exact number: its words, and its value for machines."""

    words: str
    value: str

    def __str__(self) -> str:
        """Its words."""
        return self.words


GridCell = str | Amount


@dataclass(frozen=True)
class Grid:
    """The content of a CSV file or a sheet: headings and rows of cells."""

    heads: list[str]
    rows: list[list[GridCell]]
    row_caveats: list[list[Caveat]] = field(default_factory=list)

    def csv(self, language: str, *notice: str) -> bytes:
        """Serialize the grid as CSV (RFC 4180, UTF-8 with a byte-order mark) in ``language``, with a last column of the
        caveats of each row: "id: full text" in the first row that has a caveat, its id in the others. ``notice`` is
        nothing, or the heading of a leading column and the text repeated in each of its rows, so that it is copied with
        any row. Raises ValueError for a grid with rows but no ``row_caveats``."""
        head, text, in_full = [*notice[:1]], [*notice[1:]], set[str]()
        rows = []
        for row, caveats in zip(self.rows, self.row_caveats, strict=True):
            parts = [c.caveat if c.caveat in in_full else f"{c.caveat}: {translate(c.text, language)}" for c in caveats]
            in_full |= {caveat.caveat for caveat in caveats}
            rows.append([*text, *map(str, row), " | ".join(parts)])
        return to_csv([*head, *self.heads, translate(HEADERS["caveats"], language)], rows)


def number_cell(number: Number, language: str) -> GridCell:
    """The cell of a number: an `Amount`, which a spreadsheet can calculate with, if it is exact, else its words."""
    shown = show(number, language)
    return Amount(shown.words, shown.value) if shown.bound == "exact" else shown.words


def chart_grid(marks: Sequence[Point | MarkPosition], language: str, chart_caveats: Sequence[Caveat] = ()) -> Grid:
    """The grid of a chart's marks, positions without a number included. Caveats are no column of it, but its
    ``row_caveats``; those of the chart as a whole (``chart_caveats``) are added to the first row."""
    names = [name for name in table_columns([mark for mark in marks if isinstance(mark, Point)]) if name != "caveats"]
    body, row_caveats = [], []
    for position, point in enumerate(marks):
        added = chart_caveats if position == 0 else ()
        row_caveats.append([*caveats_of_numbers(numbers_of_marks([point])), *added])
        cells: dict[str, GridCell] = dict(mark_row(point, language))
        if isinstance(point, Point):
            cells["words"] = number_cell(point.number, language)
        body.append([cells[name] for name in names])
    return Grid([translate(HEADERS[name], language) for name in names], body, row_caveats)


def rows_grid(number: Number, rows: Sequence[Sequence[str]]) -> Grid:
    """The grid of table rows that a number rests on; the first of ``rows`` are their headings. Each other row has all
    caveats that the number obliges. Raises ValueError for no rows."""
    head, *body = rows
    return Grid([*head], [[*row] for row in body], [[*number.caveats] for _ in body])


def to_csv(headers: Sequence[str], body: Sequence[Sequence[str]]) -> bytes:
    """Serialize rows as CSV bytes (UTF-8 with a byte-order mark, CRLF); cells and headings that a spreadsheet would
    evaluate as formulas are escaped."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([escape_formula(cell) for cell in line] for line in (headers, *body))
    return buffer.getvalue().encode("utf-8-sig")


FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n\v\f]")
MACHINE_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


def escape_formula(cell: str) -> str:
    """Prefix a cell that begins like a formula (=, +, -, @, also full-width or after blanks, or a tab or line break)
    with an apostrophe; other cells and negative numbers stay."""
    begins = FORMULA.match(unicodedata.normalize("NFKC", cell[:9].lstrip("\ufeff\u200b\u2060\u2068")))
    return "'" + cell if begins and not is_number(cell) else cell


def is_number(cell: str) -> bool:
    """Whether a cell is a number in this project's machine format: 5, -2.6; not 012, 1e400 or ١٢."""
    return bool(MACHINE_NUMBER.fullmatch(cell))
