"""The HTML of a page's parts: a chart's section, its table, its source line, its caveats, its download."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from ..charts import Point
from ..charts.points import Standing
from ..language import N_, NO_BREAK, TAGS, format_moment, format_period, isolated
from ..numbers.number import INVENTED, Number
from ..numbers.publication import Source, leads_to_its_publisher
from ..records.prose import mark_times, time_element
from . import care, files
from .headings import repeated
from .model import Page


def period_html(number: Number, language: str) -> str:
    if not number.start and not number.end:
        return ""
    return time_element(format_period(number.start, number.end, language), number.start or number.end)


def sources_of(numbers: Iterable[Number]) -> dict[str, Source]:
    """The publications that numbers rest on: computed, so that it cannot go stale."""
    return {figure.source.source: figure.source for number in numbers for figure in number.figures()}


def capitalized(html: str) -> str:
    """A headline begins with a capital, also where it begins with a number's words (more than 29,000)."""
    return re.sub(r"^((?:<[^>]+>)*)(\w)", lambda m: m[1] + m[2].upper(), html, count=1)


def chart_html(page: Page, chart: dict[str, Any]) -> str:
    """The pinned section of a chart: what it shows, the picture, what must be said beside it, and for those who cannot
    see it or want its numbers the same in words, a table and a file."""
    i, number, heading = chart["id"], chart["number"], f"h{chart['level']}"
    caveats = care.beside(page, chart["caveats"])
    key_line = f'<p class="key">{escape(chart["key"])}</p>' if chart["key"] else ""
    table_name = page.t(N_("Table of the numbers of {chart}")).format(chart=number)
    return (
        f'<section data-chart="{i}" id="chart-{i}" aria-labelledby="title-{i}">'
        f'<div class="chart-number">{number}</div><{heading} id="title-{i}">{chart["title"]}</{heading}>'
        f'<p class="subtitle">{chart["subtitle"]}</p>'
        f'<div class="chart-wide">{chart["svg"]["wide"]}</div><div class="chart-narrow">{chart["svg"]["narrow"]}</div>'
        f'<div class="margin">{key_line}{caveats}'
        f'<p class="source">{source_line(page, chart["sources"], chart["points"])}</p></div>'
        f'<details tabindex="0" role="group" aria-label="{escape(table_name, quote=True)}">'
        f'<summary>{table_name}</summary><p class="description">{chart["description"]}</p>{chart_table(page, chart)}'
        f"{download(page, i, number, chart['csv'])}</details></section>"
    )


OWN = N_("this review’s own count")
MODEL = N_("a model of this review, not data")
MADE_UP = N_("invented numbers, not data")


def without_source(page: Page, points: Sequence[Point]) -> str:
    """What stands for a source where there is none: whether the review counted what is plotted or a model gave it."""
    kinds = {point.number.kind for point in points}
    return page.t(MADE_UP if kinds == {INVENTED} else MODEL if kinds == {"estimate"} else OWN)


def source_line(page: Page, sources: dict[str, Source], points: Sequence[Point]) -> str:
    """Who published what is plotted, in one line: each leads to its publications, which stand with their releases at
    the end of the page; a number read in a copy names who published it first."""
    named: dict[str, str] = {}
    for name, source in sources.items():
        named.setdefault(said_by(page, source), name)
    parts = [f'<a href="#source-{name}">{words}</a>' for words, name in named.items()]
    if parts and any(point.number.kind == "estimate" for point in points):
        parts.append(page.t(N_("estimates of this review")))
    return f"{page.t(N_('Source:'))} " + ("; ".join(parts) or without_source(page, points)) + "."


def said_by(page: Page, source: Source) -> str:
    """The publisher, or of a copy the first publisher and the copy's."""
    quotes = mark_times(escape(page.t(source.quotes), quote=False))
    return files.of_copy(source, quotes, publisher_of(page, source), page.language)


def to_check(page: Page, source: Source) -> str:
    """Of a copy, the publication of the first publisher where its numbers can be checked."""
    if not source.check_at:
        return ""
    return page.t(files.TO_CHECK).format(title=source_title(source.check_at, page.language))


def publisher_of(page: Page, source: Source) -> str:
    """A publisher's name; one that has no name in the page's language, or a repository's, is marked as the other's."""
    words = escape(page.t(source.publisher), quote=False)
    named = isinstance(source.publisher, dict) and source.publisher["en"] == source.publisher["fr"]
    kind, space, name = words.rpartition(" ") if source.is_repository else ("", "", words)
    name = mark_times(name, '<span data-name="publisher">{}</span>')
    foreign = source.title_language != page.language and (named or source.is_repository)
    return kind + space + (in_language(name, source.title_language) if foreign else name)


def in_language(words: str, language: str) -> str:
    return f'<span lang="{TAGS[language]}">{words}</span>'


def quoted_parts(page: Page, source: Source, words: str) -> str:
    return quoted_from(source, words, page.language)


def quoted_from(source: Source, words: str, language: str) -> str:
    """What stands in parentheses in a place of a source is quoted from it, in the source's language."""
    if source.title_language == language:
        return words
    return re.sub(r"\(([^()]+)\)", lambda m: f"({in_language(m[1], source.title_language)})", words)


def source_title(source: Source, language: str) -> str:
    """A publication's title, linked to its address: of the edition in the page's language where there is one."""
    return cited(*source.edition(language), language)


def cited(title: str, title_language: str, address: str, language: str) -> str:
    """A linked title; one in the other language is marked so, and an address that is not its publisher's own is only
    named."""
    lang = f' lang="{TAGS[title_language]}"' if title_language != language else ""
    words = mark_times(escape(isolated(title), quote=False))
    if not address.startswith("#") and not leads_to_its_publisher(address):
        return f'<cite{lang} data-name="title">{words}</cite> (<span data-name="address">{escape(address)}</span>)'
    return f'<cite{lang} data-name="title"><a href="{escape(address, quote=True)}">{words}</a></cite>'


def edition_read(source: Source, language: str) -> str:
    """The title of the edition that the numbers were read in."""
    return cited(source.title, source.title_language, source.address, language)


def chart_table(page: Page, chart: dict[str, Any]) -> str:
    """The chart's numbers; what is the same in every row is said once, in the caption, and a column that repeats one
    before it is left out."""
    rows = [files.row(point, page.language) for point in chart["points"]]
    hidden = ("low", "high", "interval_low", "interval_high", "bound", "caveats", "unit")
    first, *names = [n for n in files.columns(chart["points"]) if n not in hidden and any(row[n] for row in rows)]
    constant = [n for n in names if n in CAPTIONED and len(rows) > 1 and len({row[n] for row in rows}) == 1]
    names = [first, *(n for n in names if n not in constant)]
    names = [n for i, n in enumerate(names) if len(rows) == 1 or not repeats(rows, n, names[:i])]
    head = "".join(f'<th scope="col">{escape(page.t(files.HEADERS[n]))}</th>' for n in names)
    body = "".join(table_row(page, mark, names) for mark in chart["marks"])
    caption = page.t(N_("{chart}. {title}")).format(chart=chart["number"], title=repeated(chart["title"]))
    said = "; ".join(escape(released(n, rows[0][n], page.language), quote=False) for n in constant if rows[0][n])
    return (
        f"<table><caption>{caption}{f' ({said})' if said else ''}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def repeats(rows: Sequence[dict[str, str]], column: str, before: Sequence[str]) -> bool:
    """Whether a column says in every row what one before it says."""
    return any(all(row[column] == row[other] for row in rows) for other in before)


CAPTIONED = ("kind", "definition", "place", "period", "vintage")


def table_row(page: Page, mark: Point | Standing, names: list[str]) -> str:
    """One mark as a row; its source leads to the list of sources."""
    texts = files.row(mark, page.language)
    cells = {n: escape(released(n, text, page.language), quote=False) for n, text in texts.items()}
    sources = sources_of([mark.number] if isinstance(mark, Point) else []).items()
    links = (f'<a href="#source-{name}">{said_by(page, source)}</a>' for name, source in sources)
    cells["source"] = "; ".join(links)
    first, *rest = names
    return f'<tr><th scope="row">{cells[first]}</th>' + "".join(f"<td>{cells[n]}</td>" for n in rest) + "</tr>"


def released(column: str, text: str, language: str) -> str:
    """A cell as people read it: releases as dates in words; the CSV keeps them for machines."""
    if column != "vintage":
        return text
    return "; ".join(format_moment(moment, language) for moment in text.split("; ") if moment)


def download(page: Page, name: str, what: str, content: bytes) -> str:
    """The numbers as CSV inside the page itself; the link says what it is and how large."""
    label = page.t(N_("Download the numbers of {what} (CSV, {size})"))
    words = label.format(what=escape(what, quote=False), size=size_of(len(content), page.language))
    data = base64.b64encode(content).decode()
    address = f"data:text/csv;charset=utf-8;base64,{data}"
    return f'<p class="download"><a download="{csv_name(page, name)}" href="{address}">{words}</a></p>'


def csv_name(page: Page, name: str) -> str:
    """The name of a chart's or table's CSV; that of a confidential page says so wherever the file is sent."""
    return ".".join((name, *page.notice[1:], "csv"))


def size_of(count: int, language: str) -> str:
    """A file's size as people read it, at least one kilobyte."""
    return f"{max(1, round(count / 1000))}{NO_BREAK}" + {"en": "kB", "fr": "ko"}[language]
