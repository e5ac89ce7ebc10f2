"""The charts of a page as plain text, drawings and files; a chart that cannot be read is refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import charts
from ..chapters import movement
from ..charts import Point, legibility
from ..charts.layers import MarkPosition, statement_key
from ..language import N_, NO_BREAK, translate
from ..language.formats import format_moment
from ..numbers.notation import RATES
from ..numbers.number import Number
from ..numbers.publication import Caveat
from ..problems.refusals import Refusal, collecting_refusals
from ..records.prose import Values, capitalize
from ..records.serialization import read_points
from . import files
from .errors import PageError
from .notebook import CHART, PageRun, Records

WIDTHS = {"wide": charts.WIDE, "narrow": charts.NARROW}
Draw = Callable[..., str]  # takes the arguments of `charts.draw` and returns a drawing as SVG
MarkRow = tuple[Point | MarkPosition, Mapping[str, str]]  # a mark, and its texts by column


@dataclass(frozen=True)
class ChartTable:
    """A chart's table on its page: the names of columns, the values common to all rows, each mark with its row."""

    columns: list[str]
    constant: list[str]
    rows: list[MarkRow]


@dataclass(frozen=True)
class Chart:
    """A recorded chart in the page's language; its texts contain no markup."""

    id: str
    number: str  # "Chart 1"
    ordinal: int
    name: str
    subtitle: str
    description: str
    key: str  # meaning of its marks
    drawings: Mapping[str, str]  # SVG by width: wide, narrow
    numbers: tuple[Number, ...]  # of points, without intervals, and of reference lines
    has_estimates: bool  # whether a number or interval is an estimate of the review
    obliged: tuple[Number, ...]  # numbers whose caveats the page must show
    caveats: tuple[Caveat, ...]
    table: ChartTable
    grid: files.Grid
    csv: bytes
    file: str  # name of its CSV file
    kind = "chart"


@dataclass(frozen=True)
class Charts:
    """The charts of a page by id, in order, and the refusals of those that cannot be shown."""

    by_id: Mapping[str, Chart]
    refusals: tuple[Refusal, ...] = ()


def charts_of(records: Records, draw: Draw = charts.draw) -> Charts:
    """Build the charts of a page's records, drawn by ``draw``. A chart that cannot be drawn is left out, an illegible
    one stays; both are in the ``refusals`` of the result, not raised."""
    by_id, refusals = dict[str, Chart](), list[Refusal]()
    for content in (content for content in records.contents if content.kind == CHART):
        with collecting_refusals(refusals, content.cell, gap=True):
            chart = chart_of(records.run, records.values, content.value, len(by_id) + 1, draw)
            by_id[chart.id] = chart
            for width, svg in chart.drawings.items():
                with collecting_refusals(refusals, content.cell):
                    where = f"chart {chart.id} ({records.run.language}, {width})"
                    check_legibility(where, svg, not is_drawn_by_its_chapter(content.value))
    return Charts(by_id, tuple(refusals))


def is_drawn_by_its_chapter(record: Mapping[str, Any]) -> bool:
    """Whether the record of a chart names a drawing of its chapter's, such as boxes of dots, which is not laid out by
    the grammar of `evaluation.charts`."""
    return "own" in record["arguments"]


def chart_of(run: PageRun, values: Values, record: dict[str, Any], ordinal: int, draw: Draw) -> Chart:
    """Build one chart from its record and draw it at both widths; ``ordinal`` is its number on the page, from 1. Raises
    Refused for a chart that cannot be drawn; its legibility is not checked."""
    language, arguments, points = run.language, record["arguments"], read_points(record)
    name, subtitle = capitalize(values.text(record["title"])), values.text(record["subtitle"])
    spoken = f"{name.rstrip('.')}. {subtitle}"  # a screen reader may read the name alone, which needs place and year
    marks = distinct_marks(points, [MarkPosition(**place) for place in arguments.get("missing", [])])
    in_table = [mark for mark in marks if isinstance(mark, Point)]
    numbers = files.numbers_of_marks(points)
    moving = movement.movement_caveats(numbers)
    grid = files.chart_grid(marks, language, moving)
    references = [point.number for point in points if point.reference]
    return Chart(
        id=record["chart"],
        number=f"{translate(N_('Chart'), language)} {ordinal}",
        ordinal=ordinal,
        name=name,
        subtitle=subtitle,
        description=values.text(record["description"]),
        key=f"{NO_BREAK}· ".join(translate(text, language) for text in charts.mark_meanings(arguments, points)),
        drawings={
            width: draw(record["chart"], arguments, points, language, size, spoken) for width, size in WIDTHS.items()
        },
        numbers=(*(point.number for point in in_table), *references),
        has_estimates=any(number.kind == "estimate" for number in [*files.numbers_of_marks(in_table), *references]),
        obliged=() if is_drawn_by_its_chapter(record) else tuple(point.number for point in points),
        caveats=(*files.caveats_of_numbers(numbers), *moving),
        table=chart_table(marks, language),
        grid=grid,
        csv=grid.csv(language, *run.notice),
        file=record["chart"] + run.csv_ending,
    )


def distinct_marks(points: list[Point], missing: list[MarkPosition]) -> list[Point | MarkPosition]:
    """The marks that have a row in a chart's table, in the order of its frames: points, and positions without a number
    (``missing``). A number drawn by two layers at one position has one row, a reference line none."""
    marks: list[Point | MarkPosition] = []
    places: set[Any] = set()
    for index, point in enumerate(points):
        marks += [mark for mark in missing if mark.before == index]
        position = (str(point.category), point.year, str(point.series))
        place = (*position, point.interval is None, statement_key(point.number))
        marks += [point] if place not in places and not point.reference else []
        places.add(place)
    return marks + [mark for mark in missing if mark.before == len(points)]


def check_legibility(where: str, svg: str, laid_out: bool = True) -> None:
    """Raise PageError, with the first three faults, for a drawing (SVG) with text that is cut, covered or too small, or
    with colours outside the palette; ``where`` names it in the message.

    A number crossed by a line is legible and is in the table too: it is not refused, or new data would stop a build.
    Nor is other crossed text refused in drawings whose labels are not placed by this package (``laid_out`` false).
    """
    tolerated = CROSSED_NUMBER if laid_out else CROSSED
    if faults := [fault for fault in legibility.faults(svg) if not tolerated.search(fault)]:
        coloured = any(fault.endswith("not of the palette") for fault in faults)
        allowed = (
            PALETTE_ALLOWED if coloured else "texts that are whole and clear; shorter or fewer names, or panels (facet)"
        )
        raise PageError(f"found {'; '.join(faults[:3])} in {where}; allowed: {allowed}")


PALETTE_ALLOWED = "color=highlight(...) and the colours ACCENT, RULE, QUIET, SERIES of evaluation.charts"
CROSSED = re.compile(r"crossed by a line$")
CROSSED_NUMBER = re.compile(r"\d[^']*' crossed by a line$")

HIDDEN = ("low", "high", "interval_low", "interval_high", "bound", "caveats", "unit")  # columns in files only
CAPTIONED = ("unit", "kind", "definition", "place", "period", "vintage")


def chart_table(marks: list[Point | MarkPosition], language: str) -> ChartTable:
    """The table of a chart's marks, of which one at least has a number. Its columns are neither those of files alone
    (`HIDDEN`, without the unit if one is a rate) nor empty; of several rows, nor ones that repeat an earlier column or
    are `CAPTIONED` and have one value, which is in ``constant``. Its rows have the texts of all columns, releases as
    dates in words (the CSV has ISO dates)."""
    mark_texts = [files.mark_row(mark, language) for mark in marks]
    for row in mark_texts:
        row["vintage"] = "; ".join(format_moment(day, language) for day in row["vintage"].split("; ") if day)
    points = [mark for mark in marks if isinstance(mark, Point)]
    rows = [row for mark, row in zip(marks, mark_texts, strict=True) if isinstance(mark, Point)]
    hidden = set(HIDDEN) - ({"unit"} if any(point.number.unit in RATES for point in points) else set())
    first, *names = [n for n in files.table_columns(points) if n not in hidden and any(row[n] for row in rows)]
    constant = [n for n in names if n in CAPTIONED and len(rows) > 1 and len({row[n] for row in rows}) == 1]
    names = [first, *(n for n in names if n not in constant)]
    texts = {n: [row[n] for row in rows] for n in names}
    names = [n for i, n in enumerate(names) if len(rows) == 1 or all(texts[n] != texts[other] for other in names[:i])]
    return ChartTable(names, [rows[0][n] for n in constant if rows[0][n]], list(zip(marks, mark_texts, strict=True)))
