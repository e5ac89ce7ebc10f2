"""What a record looks like in a notebook, for those at work on it: a table of values, a table, a drawing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .. import charts
from ..language import LANGUAGES, Text, format_period, translate
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from .recorded import Cell, Cited, PageLink

NO_PREVIEW = "EVALUATION_NO_PREVIEW"
SHOWN_ABOVE = "<span></span>"  # a record that stands in the table of the one before
HEADS = ("Name", "English", "Français", "Period", "From", "Caveats")


def values_preview(numbers: Mapping[str, Number]) -> str:
    """Recorded numbers as a table: name, words in both languages, period, source or formula, caveats."""
    return table_of(HEADS, ([name, *told(number)] for name, number in numbers.items()))


def told(number: Number) -> Iterator[str]:
    yield from (show(number, language).words for language in LANGUAGES)
    yield format_period(number.start, number.end, "en") if number.start or number.end else ""
    yield translate(number.source.publisher if isinstance(number, Figure) else formula_of(number), "en")
    yield ", ".join(caveat.caveat for caveat in number.caveats)


def formula_of(number: Number) -> Text:
    assert isinstance(number, Measure)
    return number.formula


def table_of(heads: Sequence[str], rows: Any) -> str:
    head = "".join(f"<th>{escape(words)}</th>" for words in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(words)}</td>" for words in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def origin_of(number: Number, language: str) -> str:
    """Where a number comes from: its publication and the place in it, or its label and its formula."""
    if isinstance(number, Figure):
        title = number.source.edition(language)[0]
        parts = [translate(number.source.publisher, language), title, translate(number.place_in_source, language)]
    else:
        parts = [translate(number.label, language), translate(formula_of(number), language)]
    return "; ".join(part for part in parts if part)


def preview_of(chart: str, arguments: dict[str, Any], points: Sequence[charts.Point]) -> str:
    """A chart as JupyterLab shows it; a build draws each chart once, when it publishes."""
    if os.environ.get(NO_PREVIEW):
        return ""
    return charts.draw(chart, arguments, points, "en", charts.WIDE, chart)


def table_preview(columns: Sequence[Text], rows: Sequence[Sequence[Cell]]) -> str:
    return table_of(list(map(in_english, columns)), (map(in_english, row) for row in rows))


def in_english(cell: Cell) -> str:
    """A cell in words, for a preview."""
    match cell:
        case Number():
            return show(cell, "en").words
        case PageLink(_, text):
            return in_english(text)
        case Cited(numbers, sources):
            return "; ".join([*(show(number, "en").words for number in numbers), *(s.title for s in sources)])
        case list() | tuple():
            return "; ".join(show(number, "en").words for number in cell)
        case dict():
            return translate(cell, "en")
        case _:
            return str(cell)


def text_preview(name: str, text: str) -> str:
    return f"<p><code>{{{name}}}</code> {escape(text)}</p>"
