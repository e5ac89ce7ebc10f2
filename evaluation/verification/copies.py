"""Things that a page says in several places, held against each other: headings and what repeats them, the table of a
chart, its drawing and its CSV."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..language import format_moment, translate
from ..numbers.notation import show
from ..pages.blocks import low_first, numerals, words
from ..pages.files import BOUNDS, KINDS, ROUNDED, is_rounded
from ..pages.files import ends as csv_ends
from .files_compared import Difference, plain
from .rows import Row, number_of, period_of

if TYPE_CHECKING:
    from .lone_page import LonePage


MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?")
LETTER = re.compile(r"^[A-Z](?= |$)")  # that stands for a row of a crowded chart


def headings(page: LonePage) -> Iterator[Difference]:
    """What repeats a heading, or the answer, says the same."""
    for link in page.tree.xpath("//nav[@class='here']//a[starts-with(@href, '#')]"):
        target = page.tree.xpath("//*[@id=$id]", id=link.get("href")[1:])
        head = (target[0].xpath("self::h2|.//h2") or [None])[0] if target else None
        yield from alike("the contents of the page", words(link), words(head) if head is not None else "")
    for section in page.tree.xpath("//section[@data-chart]"):
        name, subtitle = (words(section.xpath(path)[0]) for path in ("./h2|./h3", "./p[@class='subtitle']"))
        part, number = f"chart {section.get('data-chart')}", words(section.xpath("./div[@class='chart-number']")[0])
        for drawing in section.xpath("./div/svg"):
            said = [" ".join(drawing.get("aria-label", "").split()), words(drawing.find("title"))]
            for one in said:
                yield from alike(f"{part}, the drawing’s name", one, f"{name.removesuffix('.')}. {subtitle}")
        for caption in section.xpath("./details/table/caption"):
            start = f"{number}. {name}"
            yield from alike(f"{part}, the table’s caption", words(caption)[: len(start)], start)
    answer = next((words(one) for one in page.tree.xpath("//p[@class='answer']")), "")
    for quoted in page.tree.xpath("//*[@id='made']//q"):
        yield from alike("a sentence to quote", words(quoted), answer)
    for name in page.tree.xpath("//meta[@name='description' or @property='og:description']/@content"):
        start = " ".join(name.removesuffix("…").split())
        yield from alike("description of the page", start, answer[: len(start)])


def alike(part: str, shown: str, expected: str) -> Iterator[Difference]:
    if shown != expected:
        yield Difference(part, shown, expected)


def tables(page: LonePage) -> Iterator[Difference]:
    """The rows of charts and tables are those of their CSV."""
    for section in page.tree.xpath("//section[@data-chart or @data-table]"):
        kind = "chart" if section.get("data-chart") else "table"
        part = f"{kind} {section.get(f'data-{kind}')}"
        for content in csvs(section):
            if not content:
                yield Difference(f"{part}, its CSV", "what cannot be read", "a CSV file")
                continue
            heads, *rows = content
            shown = section.xpath(".//table")[0]
            columns = [words(one) for one in shown.xpath("./thead//th")]
            yield from in_rows(page, part, columns, shown.xpath("./tbody/tr"), content)
            yield from ends(page, part, heads, rows) if kind == "chart" else ()
            yield from constants(page, part, shown, rows) if kind == "chart" else ()


def constants(page: LonePage, part: str, shown: Any, rows: list[list[str]]) -> Iterator[Difference]:
    """What a chart's caption says of all rows stands in its CSV."""
    said = re.search(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)$", words(shown.find("caption")))
    cells = {" ".join(cell.split()) for row in rows for cell in row}
    cells |= {format_moment(cell, page.language) for cell in cells if MOMENT.fullmatch(cell)}
    everything = " ".join(cells)
    for one in said[1].split("; ") if said and shown.xpath("./caption[contains(., '(')]") else ():
        if one not in cells and one not in everything:
            yield Difference(f"{part}, the table’s caption", one, "what its CSV says")


def sources(page: LonePage) -> Iterator[Difference]:
    """What leads to a source calls it as the list of sources does."""
    for link in page.tree.xpath("//a[starts-with(@href, '#source-')]"):
        source = page.tree.xpath("//li[@id=$id]", id=link.get("href")[1:])
        if not source or words(link) not in words(source[0]):
            yield Difference("a link to a source", words(link), words(source[0])[:100] if source else "a source")


def csvs(section: Any) -> Iterator[list[list[str]]]:
    """The CSV of a chart or a table, as rows; none for one that cannot be read."""
    for link in section.xpath(".//a[@download]"):
        try:
            content = base64.b64decode(link.get("href").partition("base64,")[2], validate=True)
            heads, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            yield [[" ".join(one.split()) for one in heads], *rows]
        except (binascii.Error, ValueError):
            yield []


def chart_csvs(page: LonePage) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The CSV of each chart of a page that can be read: its heads and its rows."""
    for section in page.tree.xpath("//section[@data-chart]"):
        yield from ((content[0], content[1:]) for content in csvs(section) if content)


def in_rows(
    page: LonePage, part: str, columns: list[str], shown: list[Any], content: list[list[str]]
) -> Iterator[Difference]:
    """Cells of the columns that a table and its CSV share."""
    heads, *rows = content
    if len(shown) != len(rows):
        yield Difference(part, f"{len(shown)} rows", f"{len(rows)} rows, as in its CSV")
    for number, (cells, row) in enumerate(zip(shown, rows, strict=False), 1):
        for column, cell in zip(columns, cells.xpath("./th|./td"), strict=False):
            if column not in heads or cell.xpath(".//a[starts-with(@href, '#source')]|.//cite"):
                continue
            there, here = bare(cell), " ".join(row[heads.index(column)].split())
            if not agree(page, cell, there, here):
                yield Difference(f"{part}, row {number}, {column}", there, f"{here}, as in its CSV")


def bare(cell: Any) -> str:
    """A cell's words without the small ones that mark a number."""
    text = words(cell)
    for small in cell.xpath(".//small"):
        text = text.replace(words(small), "")
    return re.sub(r" +([;,])", r"\1", " ".join(text.split()))


def agree(page: LonePage, cell: Any, there: str, here: str) -> bool:
    """Whether a cell says what its CSV says: a number there in words of its own, a moment here as a date."""
    numbers = cell.xpath(".//a[starts-with(@href, '#from-')][data]")
    parts = here.split("; ")
    if numbers and len(numbers) == len(parts):
        known = [{key[0] for key in page.wordings.get(one.get("href")[6:], ())} for one in numbers]
        return all(low_first(one) in said for one, said in zip(parts, known, strict=True))
    moments = [format_moment(one, page.language) if MOMENT.fullmatch(one) else one for one in parts]
    return there in (here, " ".join("; ".join(moments).split()))


def ends(page: LonePage, part: str, heads: list[str], rows: list[list[str]]) -> Iterator[Difference]:
    """A number in a chart's CSV, its ends, its kind and period are those of one of the page's numbers; its place and
    its unit are called as elsewhere."""
    for number, row in enumerate(rows, 1):
        cell = csv_cells(page, heads, row)
        where = f"{part}, row {number} of its CSV"
        if not cell["low"] and not cell["high"]:
            continue
        fits = page.csv_rows.get(key_of_csv(cell), [])
        if not fits:
            near = min(page.csv_rows, key=lambda one: sum(a != b for a, b in zip(one, key_of_csv(cell), strict=True)))
            yield Difference(where, " | ".join(key_of_csv(cell)), " | ".join(near))
            continue
        for name, called in (("place", page.place_labels), ("unit", page.unit_labels)):
            keys = [page.key_of(one, name) for one in fits]
            expected = {called.get(key, "") for key in keys} - {""}
            if expected and cell[name] not in expected:
                yield Difference(f"{where}, {name}", cell[name], " or ".join(sorted(expected)))
        if "interval_low" in cell and cell["interval"]:
            found = {ends_of(page.rows[one["interval"]]) for one in fits if one["interval"] in page.rows}
            if found and (cell["interval_low"], cell["interval_high"]) not in found:
                shown = f"{cell['interval_low']} to {cell['interval_high']}"
                yield Difference(f"{where}, interval", shown, " or ".join(" to ".join(one) for one in sorted(found)))


def csv_cells(page: LonePage, heads: list[str], row: list[str]) -> dict[str, str]:
    """A row of a chart's CSV by what its columns are."""
    return {name: " ".join(row[heads.index(head)].split()) for name, head in page.heads.items() if head in heads}


KeyOfCsv = tuple[str, str, str, str, str, str]


def key_of_csv(cell: dict[str, str]) -> KeyOfCsv:
    return cell["words"], cell["low"], cell["high"], cell["bound"], cell["kind"], cell["period"]


def as_csv(row: Row, language: str) -> KeyOfCsv:
    """What a chart's CSV says of a number."""
    number = number_of(row)
    shown = show(number, language)
    said = translate(ROUNDED if is_rounded(number) else BOUNDS[shown.bound], language)
    period = period_of(row, language) if row["place"] else ""
    cells = (shown.words, *ends_of(row), said, translate(KINDS[row["kind"]], language), period)
    return tuple(" ".join(one.split()) for one in cells)  # type: ignore[return-value]


def ends_of(row: Row) -> tuple[str, str]:
    return csv_ends(number_of(row))


def drawings(page: LonePage) -> Iterator[Difference]:
    """What is written in a chart's drawings stands in its table, or is a tick of an even scale."""
    for section in page.tree.xpath("//section[@data-chart]"):
        around = section.xpath("./h2|./h3|./p|./div[@class='margin']|./details/table")
        known = " ".join(words(one) for one in around)
        said = {" ".join(one.split()) for one in page.spelt}
        written = [written_in(svg) for svg in section.xpath("./div/svg")]
        for own, others in (written, written[::-1]) if len(written) == 2 else ():
            everything = known + " ".join(text for group in others for text in group)
            for group in own:
                for text in group if not is_scale(group) else ():
                    fits = low_first(text) in said or text in everything
                    if not fits and (numerals(text) or not all(word in everything for word in text.split())):
                        yield Difference(f"chart {section.get('data-chart')}, its drawing", text, "what its table says")


def written_in(svg: Any) -> list[list[str]]:
    """The texts of a drawing, those of one group together."""
    groups = [group.xpath("./text") for group in svg.iter("g")]
    return [
        [LETTER.sub("", " ".join(" ".join(text.itertext()).split())).strip() for text in group]
        for group in groups
        if group
    ]


def is_scale(group: list[str]) -> bool:
    """Whether texts are the ticks of an axis: bare numbers, each as far from the next."""
    values = [bare_number(text) for text in group]
    known = [value for value in values if value is not None]
    steps = {round(b - a, 9) for a, b in pairwise(known)}
    return len(known) == len(values) > 2 and len(steps) == 1 and 0 not in steps


def bare_number(text: str) -> float | None:
    found = numerals(text)
    bare = re.sub(r"[\d\s.,%$−-]|M\$|million", "", text)
    try:
        return float(plain(found[0])) if len(found) == 1 and not bare else None
    except ValueError:
        return None
