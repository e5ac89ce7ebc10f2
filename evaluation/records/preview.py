"""Previews of records in a notebook, in English: HTML, and the SVG of a chart. The picture in the HTML is a PNG, since
JupyterLab shows no SVG of an untrusted notebook.
"""

import os
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import charts
from ..language import translate
from ..language.formats import format_moment, format_period
from ..numbers.notation import show
from ..numbers.number import Number
from .kernel import SESSION, NotebookValues, origin_of
from .serialization import read_cell_numbers, read_number, read_points

NO_PREVIEW = "EVALUATION_NO_PREVIEW"
TEXTS = ("title", "subtitle", "description")  # of a chart
SCALE = 2  # a screen's px to one of the drawing's


@lru_cache
def preview_template() -> Any:
    """The template of previews, cached."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("preview.html.j2")


def preview_of(record: dict[str, Any]) -> dict[str, str]:
    """The preview of a record as a mimebundle: plain text and HTML, of a chart with its SVG. Charts are not drawn if
    `NO_PREVIEW` is set in the environment."""
    plain = {"text/plain": in_plain_words(record)}
    if "chart" in record:
        return plain if os.environ.get(NO_PREVIEW) else plain | chart_preview(record)
    cells = record.get("rows", [])
    rows = [[{"words": cell_in_words(cell), "number": "text" not in cell} for cell in row] for row in cells]
    heads = [translate(head, "en") for head in record.get("columns", [])]
    return plain | {"text/html": preview_template().render(record=record, heads=heads, rows=rows, texts=_texts(record))}


def in_plain_words(record: dict[str, Any]) -> str:
    """A record as plain text, for terminals and screen readers: a number with period and origin, a table row by row, a
    chart by title and description; "record" for what has no words."""
    if "chart" in record:
        known = SESSION.in_language("en")
        return ". ".join(text.rstrip(".") for text in (known.text(record[part]) for part in TEXTS) if text)
    if "rows" in record:
        heads = [translate(head, "en") for head in record["columns"]]
        rows = [heads, *([cell_in_words(cell) for cell in row] for row in record["rows"])]
        return "\n".join([translate(record["title"], "en"), *(" | ".join(row) for row in rows)])
    words = "; ".join(_texts(record))
    return f"{record['name']}: {words}" if words else "record"


def chart_preview(record: dict[str, Any]) -> dict[str, str]:
    """A recorded chart as HTML and SVG, in English at the wide width, as on its page; names not recorded yet stay as
    written."""
    import vl_convert

    known, points = SESSION.in_language("en"), read_points(record)
    svg = charts.draw(record["chart"], record["arguments"], points, "en", charts.WIDE, record["chart"])
    picture = b64encode(vl_convert.svg_to_png(svg, scale=SCALE)).decode()
    numbers = [point.number for point in points]
    caveats = dict.fromkeys(translate(caveat.text, "en") for number in numbers for caveat in number.caveats)
    texts = {part: known.text(record[part]) for part in TEXTS}
    html = preview_template().render(
        record=record, picture=picture, notes=[publications_line(numbers), *caveats], **texts
    )
    return {"text/html": html, "image/svg+xml": svg}


def publications_line(numbers: list[Number]) -> str:
    """The line of publications of the numbers drawn, with the releases used; empty for invented numbers."""
    releases: dict[str, set[str]] = {}
    for figure in (figure for number in numbers for figure in number.figures()):
        source = f"{translate(figure.source.publisher, 'en')}, {figure.source.edition('en')[0]}"
        releases.setdefault(source, set()).update({figure.vintage} - {""})
    days = {source: ", ".join(format_moment(day, "en") for day in sorted(used)) for source, used in releases.items()}
    named = [f"{source} (release of {day})" if day else source for source, day in days.items()]
    return f"Source: {'; '.join(named)}" if named else ""


def _texts(record: dict[str, Any]) -> list[str]:
    """The texts of a record's value: of a number its words, period, origin and caveats' ids, of an absent one a dash,
    of words their text; empty for a record without a name."""
    if "number" in record:
        number = read_number(record["number"])
        period = format_period(number.start, number.end, "en") if number.start or number.end else ""
        caveats = ", ".join(caveat.caveat for caveat in number.caveats)
        return [show(number, "en").words, *filter(None, (period, origin_of(number, "en"), caveats))]
    if record.get("absent"):
        return ["\N{EM DASH}"]
    values = NotebookValues("en")
    values.take(record)
    return [values.plain(f"{{{record['name']}}}")] if "name" in record else []


def cell_in_words(cell: dict[str, Any]) -> str:
    """A table's recorded cell in English; its numbers, and titles of sources, separated by semicolons."""
    if "text" in cell:
        return translate(cell["text"], "en")
    numbers = [show(number, "en").words for number in read_cell_numbers(cell)]
    return "; ".join([*numbers, *(source["title"] for source in cell.get("sources", []))])
