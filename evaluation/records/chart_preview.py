"""A chart as people at work see it: title, subtitle, picture, source and caveats, as a page will have them.

The picture is a PNG drawn with the embedded font, since JupyterLab shows no SVG of a notebook that it does not trust.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from ..language import Text, format_moment, format_period, phrase, translate
from ..language.placeholders import NAME
from ..numbers.figures import Number, noun, show
from .recorded import read_number

SCALE = 2  # a screen's px to one of the drawing's


def bundle(record: dict[str, Any], svg: str, recorded: Iterable[dict[str, Any]]) -> dict[str, str]:
    """What a front end is given beside a chart's record, by media type; ``recorded`` holds the names so far."""
    import vl_convert

    known: dict[str, str] = {}
    for one in (one for one in recorded if "name" in one):
        known[one["name"]] = words_of(one)
        known |= {f"{one['name']}.unit": noun(read_number(one["number"]), "en")} if "number" in one else {}
    numbers = [read_number(point["number"]) for point in record["points"]]
    picture = b64encode(vl_convert.svg_to_png(svg, scale=SCALE)).decode()
    title, subtitle, description = (said(record[part], known) for part in ("title", "subtitle", "description"))
    image = f'<img width="704" alt="{escape(description)}" src="data:image/png;base64,{picture}">'
    notes = "".join(f"<p><small>{escape(text)}</small></p>" for text in (source_line(numbers), *caveats(numbers)))
    html = f"<h3>{escape(title)}</h3><p>{escape(subtitle)}</p>{image}{notes}"
    return {"text/html": html, "image/png": picture, "image/svg+xml": svg}


def said(text: Text, known: dict[str, str]) -> str:
    """A text in English with what its names stand for; a name that no cell has recorded yet stays as it is."""
    return NAME.sub(lambda name: known.get(name[0][1:-1], name[0]), translate(text, "en"))


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


def words_of(record: dict[str, Any]) -> str:
    """What a recorded name stands for, in English."""
    if "number" in record:
        return show(read_number(record["number"]), "en").words
    if "phrase" in record:
        return phrase(record["phrase"], record["choice"])["en"]
    if "start" in record:
        return format_period(record["start"], record["end"], "en")
    return translate(record["text"], "en") if "text" in record else ""
