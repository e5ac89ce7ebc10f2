"""A chart as people at work see it: title, subtitle, picture, source and caveats, as a page will have them.

The picture is a PNG drawn with the embedded font, since JupyterLab shows no SVG of a notebook that it does not trust.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from ..language import format_moment, translate
from ..numbers.number import Number
from .recorded import read_number
from .side_by_side import InNotebook

SCALE = 2  # a screen's px to one of the drawing's


def bundle(record: dict[str, Any], svg: str, recorded: Iterable[dict[str, Any]]) -> dict[str, str]:
    """What a front end is given beside a chart's record, by media type; ``recorded`` holds the names so far."""
    import vl_convert

    known = InNotebook("en")
    for one in recorded:
        known.take(one)
    numbers = [read_number(point["number"]) for point in record["points"]]
    picture = b64encode(vl_convert.svg_to_png(svg, scale=SCALE)).decode()
    title, subtitle, description = (known.text(record[part]) for part in ("title", "subtitle", "description"))
    image = f'<img width="704" alt="{escape(description)}" src="data:image/png;base64,{picture}">'
    notes = "".join(f"<p><small>{escape(text)}</small></p>" for text in (source_line(numbers), *caveats(numbers)))
    html = f"<h3>{escape(title)}</h3><p>{escape(subtitle)}</p>{image}{notes}"
    return {"text/html": html, "image/png": picture, "image/svg+xml": svg}


def source_line(numbers: list[Number]) -> str:
    """The publications behind the numbers drawn, with the releases used."""
    found: dict[str, set[str]] = {}
    for figure in (figure for number in numbers for figure in number.figures()):
        source = f"{translate(figure.source.publisher, 'en')}, {figure.source.edition('en')[0]}"
        found.setdefault(source, set()).update({figure.vintage} - {""})
    return "Source: " + "; ".join(source + releases(vintages) for source, vintages in found.items())


def releases(vintages: set[str]) -> str:
    return f" (release of {', '.join(format_moment(v, 'en') for v in sorted(vintages))})" if vintages else ""


def caveats(numbers: list[Number]) -> Iterator[str]:
    """What the numbers drawn oblige to say, each once."""
    yield from dict.fromkeys(translate(caveat.text, "en") for number in numbers for caveat in number.caveats)
