"""A chart on a page: drawn at both widths, looked at, and held against its table."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from .. import charts
from ..charts import Point, look
from ..charts.points import Standing, same_number
from ..language import N_
from ..numbers.number import Measure
from ..records.recorded import read_number
from . import files, movement
from .headings import check_headline, named, no_typed_number, unlinked
from .model import Page, PageError, finite, keep, own_id
from .sections import capitalized, chart_html, sources_of


def add_chart(page: Page, index: int, record: dict[str, Any]) -> None:
    """A chart's section, whole: number, headline, chart twice, description, caveats, source, table, CSV."""
    own_id(page, record["chart"])
    points = read_points(record)
    numbers = files.numbers_of(points)
    for number in numbers:
        finite(number)
    told = each_once(points)
    marks = in_order(points, told, [Standing(**place) for place in record["arguments"].get("missing", [])])
    for point in points if "own" not in record["arguments"] else []:
        page.obliged.append((index, point.number))
        if isinstance(point.number, Measure):  # a published figure stands with its source in the chart's own table
            keep(page, index, point.number)
    moving = movement.movements(numbers)
    page.moving[f'data-chart="{record["chart"]}"'] = moving
    ordinal = len(page.drawn) + 1
    title = capitalized(unlinked(page.values.rich(record["title"])))
    name = capitalized(page.values.text(record["title"]))
    check_headline(title)
    spoken = (
        f"{name.rstrip('.')}. {page.values.text(record['subtitle'])}"  # who hears a title alone hears no place or year
    )
    for part in ("title", "subtitle", "description"):
        no_typed_number(page.t(record[part]), page.language, f"the {part} of chart {record['chart']}")
    chart = {
        "id": record["chart"],
        "number": f"{page.t(N_('Chart'))} {ordinal}",
        "title": title,
        "name": name,
        "subtitle": page.values.rich(record["subtitle"]),
        "plain_subtitle": page.values.text(record["subtitle"]),
        "description": page.values.rich(record["description"]),
        "svg": {
            width: charts.draw(record["chart"], record["arguments"], points, page.language, size, spoken)
            for width, size in (("wide", charts.WIDE), ("narrow", charts.NARROW))
        },
        "key": " · ".join(page.t(text) for text in charts.marks_meant(record["arguments"], points)),
        "caveats": [*files.caveats_of(numbers), *moving],
        "sources": sources_of(point.number for point in points),
        "points": told,
        "names": [page.t(text) for text in charts.texts_of(record["arguments"])],
        "marks": marks,
        "grid": files.chart_grid(marks, page.language, moving),
    }
    chart["csv"] = chart["grid"].csv(page.language, *page.notice)
    check_drawn(page, chart)
    check_look(record["chart"], page.language, chart["svg"], "own" not in record["arguments"])
    page.drawn[record["chart"]] = chart
    page.sections[f"chart-{record['chart']}"] = chart["caveats"]
    if page.checking is None:
        page.contents.append((f"chart-{record['chart']}", named(title)))
    chart["level"] = 2 if page.checking is None else 3
    page.parts.append(partial(chart_html, page, chart))


def each_once(points: list[Point]) -> list[Point]:
    """The points of a chart's table: a number that two layers draw at one place stands there once."""
    found: dict[Any, Point] = {}
    for point in points:
        place = (str(point.category), point.year, str(point.series), point.interval is None)
        found.setdefault((*place, same_number(point.number)), point)
    return list(found.values())


def in_order(points: list[Point], told: list[Point], missing: list[Standing]) -> list[Point | Standing]:
    """The rows of a chart's table in the order of its frames: the points ``told``, and marks without a number."""
    kept = {id(point) for point in told}
    marks: list[Point | Standing] = []
    for number, point in enumerate(points):
        marks += [mark for mark in missing if mark.before == number]
        marks += [point] if id(point) in kept else []
    return marks + [mark for mark in missing if mark.before == len(points)]


def check_look(chart: str, language: str, drawn: dict[str, str], laid_out: bool = True) -> None:
    """The look at what was drawn. Raises PageError with the chart, the language, the width and the text that cannot
    be read.

    A number that a line crosses can still be read, and stands in the table: it is not refused, or a new year's data
    would stop a build. Nor are drawings that do not place their labels by what is drawn.
    """
    for width, svg in drawn.items():
        borne = CROSSED_NUMBER if laid_out else CROSSED
        faults = [fault for fault in charts.scene.faults(svg) if not borne.search(fault)]
        if faults:
            allowed = "texts that are whole and clear; shorter or fewer names, panels (facet), or narrow="
            where = f"chart {chart} ({language}, {width})"
            raise PageError(f"found {'; '.join(faults[:3])} in {where}; allowed: {allowed}")


CROSSED = re.compile(r"crossed by a line$")
CROSSED_NUMBER = re.compile(r"\d[^']*' crossed by a line$")
DRAWN = ("category", "year", "series", "words", "interval", "definition", "place", "period", "unit")


def check_drawn(page: Page, chart: dict[str, Any]) -> None:
    """The gate of drawings: what is drawn is what the table says. Raises PageError with the words drawn."""
    rows = [files.row(mark, page.language) for mark in chart["marks"]]
    known = [*chart["names"], *(row[column] for row in rows for column in DRAWN)]
    for width, svg in chart["svg"].items():
        if odd := look.strange(svg, known, page.language):
            drawn = ", ".join(f"'{words}'" for words in odd)
            raise PageError(
                f"found {drawn} drawn in chart {chart['id']} ({width}), no number of its table; "
                "allowed: the table's numbers in the table's words, its names and years, and ticks in their place"
            )
        if odd := look.misplaced(svg, chart["points"], page.language):
            raise PageError(
                f"found {', '.join(odd)} beside no mark of that size in chart {chart['id']} ({width}); "
                "allowed: numbers beside their own marks, arrows at open ends, outlines for estimates"
            )


def read_points(record: dict[str, Any]) -> list[Point]:
    numbers = ("number", "interval")
    return [Point(**p | {n: read_number(p[n]) if p[n] else None for n in numbers}) for p in record["points"]]
