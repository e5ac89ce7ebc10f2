"""A chart on a page: drawn at both widths, and refused where it cannot be read."""

import re
from typing import Any

from .. import charts
from ..chapters import movement
from ..charts import Point, legibility
from ..charts.layers import MarkPosition, same_number
from ..language import N_, NO_BREAK, format_moment
from ..numbers.notation import RATES
from ..numbers.number import Measure
from ..records.serialization import read_points
from . import files
from .claims import with_words
from .headings import capitalized, check_headline, contents_entry, refuse_typed_number, unlinked
from .model import Chart, Page, PageError, keep, own_id

WIDTHS = {"wide": charts.WIDE, "narrow": charts.NARROW}


def add_chart(page: Page, index: int, record: dict[str, Any]) -> None:
    """Add a recorded chart to a page. Raises PageError for one that would mislead or cannot be read."""
    own_id(page, record["chart"])
    record = with_words(page, "chart", record)
    for part in ("title", "subtitle", "description"):
        with page.refusing(index):
            refuse_typed_number(page.t(record[part]), page.language, f"the {part} of chart {record['chart']}")
    points = read_points(record)
    chart = chart_of(page, record, points)
    is_own = "own" in record["arguments"]
    for point in [] if is_own else points:
        page.obliged.append((index, point.number))
        if isinstance(point.number, Measure):  # a published figure stands with its source in the chart's own table
            keep(page, index, point.number)
    with page.refusing(index):
        check_headline(chart.title, page.is_draft)
    for width, svg in chart.drawings.items():
        with page.refusing(index):
            check_look(f"chart {chart.id} ({page.language}, {width})", svg, not is_own)
    page.charts[chart.id] = chart
    if page.checking is None:
        page.contents.append((f"chart-{chart.id}", contents_entry(chart.title)))
    page.parts.append(chart)


def chart_of(page: Page, record: dict[str, Any], points: list[Point]) -> Chart:
    """A record's chart in the page's language, drawn."""
    values, arguments = page.values, record["arguments"]
    title, name = capitalized(unlinked(values.rich(record["title"]))), capitalized(values.text(record["title"]))
    subtitle = values.text(record["subtitle"])
    spoken = f"{name.rstrip('.')}. {subtitle}"  # who hears a title alone hears no place or year
    marks = marks_of(points, [MarkPosition(**place) for place in arguments.get("missing", [])])
    numbers = files.numbers_of(points)
    moving = movement.movements(numbers)
    grid = files.chart_grid(marks, page.language, moving)
    return Chart(
        id=record["chart"],
        number=f"{page.t(N_('Chart'))} {len(page.charts) + 1}",
        ordinal=len(page.charts) + 1,
        level=page.level,
        title=title,
        name=name,
        subtitle=values.rich(record["subtitle"]),
        plain_subtitle=subtitle,
        description=values.rich(record["description"]),
        key=f"{NO_BREAK}· ".join(page.t(text) for text in charts.marks_meant(arguments, points)),
        drawings={
            width: page.draw(record["chart"], arguments, points, page.language, size, spoken)
            for width, size in WIDTHS.items()
        },
        marks=marks,
        references=[point.number for point in points if point.reference],
        caveats=[*files.caveats_of(numbers), *moving],
        grid=grid,
        csv=grid.csv(page.language, *page.notice),
    )


def marks_of(points: list[Point], missing: list[MarkPosition]) -> list[Point | MarkPosition]:
    """The rows of a chart's table in the order of its frames, marks without a number among them; a number that two
    layers draw at one place stands there once, a line to read others by nowhere."""
    marks: list[Point | MarkPosition] = []
    places: set[Any] = set()
    for position, point in enumerate(points):
        marks += [mark for mark in missing if mark.before == position]
        place = (str(point.category), point.year, str(point.series), point.interval is None, same_number(point.number))
        marks += [point] if place not in places and not point.reference else []
        places.add(place)
    return marks + [mark for mark in missing if mark.before == len(points)]


def check_look(where: str, svg: str, laid_out: bool = True) -> None:
    """The look at what was drawn. Raises PageError with ``where`` it is drawn and the text that cannot be read.

    A number that a line crosses can still be read, and stands in the table: it is not refused, or a new year's data
    would stop a build. Nor are drawings that do not place their labels by what is drawn.
    """
    borne = CROSSED_NUMBER if laid_out else CROSSED
    if faults := [fault for fault in legibility.faults(svg) if not borne.search(fault)]:
        coloured = any(fault.endswith("not of the palette") for fault in faults)
        allowed = PALETTE if coloured else "texts that are whole and clear; shorter or fewer names, or panels (facet)"
        raise PageError(f"found {'; '.join(faults[:3])} in {where}; allowed: {allowed}")


PALETTE = "color=highlight(...) and the colours ACCENT, RULE, QUIET, SERIES of evaluation.charts"
CROSSED = re.compile(r"crossed by a line$")
CROSSED_NUMBER = re.compile(r"\d[^']*' crossed by a line$")

HIDDEN = ("low", "high", "interval_low", "interval_high", "bound", "caveats", "unit")  # columns of files alone
CAPTIONED = ("unit", "kind", "definition", "place", "period", "vintage")


def table_of(
    chart: Chart, language: str
) -> tuple[list[str], list[str], list[tuple[Point | MarkPosition, dict[str, str]]]]:
    """A chart's table as its page shows it: the columns that say something that no column before them says; what is the
    same in every row, said once; each mark with its row, releases as dates in words, which the CSV keeps for machines.
    """
    shown = [files.row(mark, language) for mark in chart.marks]
    for row in shown:
        row["vintage"] = "; ".join(format_moment(day, language) for day in row["vintage"].split("; ") if day)
    rows = [row for mark, row in zip(chart.marks, shown, strict=True) if isinstance(mark, Point)]
    hidden = set(HIDDEN) - ({"unit"} if any(point.number.unit in RATES for point in chart.points) else set())
    first, *names = [n for n in files.columns(chart.points) if n not in hidden and any(row[n] for row in rows)]
    constant = [n for n in names if n in CAPTIONED and len(rows) > 1 and len({row[n] for row in rows}) == 1]
    names = [first, *(n for n in names if n not in constant)]
    texts = {n: [row[n] for row in rows] for n in names}
    names = [n for i, n in enumerate(names) if len(rows) == 1 or all(texts[n] != texts[other] for other in names[:i])]
    return names, [rows[0][n] for n in constant if rows[0][n]], list(zip(chart.marks, shown, strict=True))
