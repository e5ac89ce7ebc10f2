"""Rules for the equivalents of a chart: its name, its table, the numbers drawn in it, its CSV; and for printed
charts."""

import io
import math
import re
from collections.abc import Iterator
from statistics import correlation
from typing import Any

import pikepdf

from .findings import Violation
from .visit import Facts, Visit
from .words import csv_content

NUMBERED = {"en": "Chart {}", "fr": "Graphique {}"}
NO_NAME = re.compile(r"\S+\.\w{3,4}|vega visualization|(?:chart|graphique|figure)?\s*\d*", re.IGNORECASE)
SIZE_IN_LINK = re.compile(r"(\d+) (?:kB|ko)\b")
SEPARATORS = {"en": (",", "."), "fr": ("\u00a0\u202f", ",")}
DRAWN_ALLOWED = "the table's numbers in its words, its names and years, the subtitle's years, ticks in their place"
YEAR = re.compile(r"(19|20)\d\d")
# The base of a rate in a unit ("incidents per 100,000 people") is no number of the table.
BASE_OF_RATE = re.compile(r"\b(?:per|pour) 10*(?:[,\u00a0\u202f ]000)*(?![\d.,]*\d)")
DRAWN_NUMBER = r"[\u2212$]*\d+(?:[.,\u00a0\u202f]\d+)*(?:[%$]|[\u00a0 ](?:M\$|million))?"
STRAIGHT = 0.9999  # minimum correlation of positions and numbers: ticks are within 0.5% of the axis
BOM = b"\xef\xbb\xbf"
MOST_SHEETS = 5  # sheets of Letter paper of a page: reading layer and sources
SHEETS_OF_THE_BRIEF = 2


def check_drawn_numbers(visit: Visit) -> Iterator[Violation]:
    """Rule 4: each number in a drawing is one of the chart's table, in the same words (also in a name, as the end of an
    interval, or as a year of the subtitle), or an axis tick at its position."""
    for chart in visit.facts["charts"]:
        cells = [words for row in chart["rows"] for cell in row for words in (cell, *interval_ends_in_words(cell))]
        pattern = _words_with_digits([*cells, *re.findall(r"\b\d{4}\b", chart["subtitle"])])  # labels of lines
        for labels in chart["drawn"]:
            texts = [label["text"] for label in labels]
            unknown = [text for text in texts if re.search(r"\d", pattern.sub("", _without_rate_base(text)))]
            for text in [] if not unknown or _is_axis(labels, visit.language) else unknown:
                yield Violation(4, chart["element"], f"{text!r} drawn, no number of its table", DRAWN_ALLOWED)


def interval_ends_in_words(cell: str) -> list[str]:
    """The ends of an interval in words, which may be drawn separately, a fall as a negative number; empty for cells
    that begin with neither "between" nor "entre"."""
    between = re.match("between |entre ", cell)
    ends = re.findall(rf"((?:fall of|baisse de) )?({DRAWN_NUMBER})", _without_rate_base(cell)) if between else []
    return [f"\u2212{number}" if fall else number for fall, number in ends]


def _words_with_digits(cells: list[str]) -> re.Pattern[str]:
    """A pattern for the words of cells with digits in a text, unless an adjacent sign or digit makes another number of
    them; it matches nothing for no such cells."""
    words = sorted({_without_rate_base(cell) for cell in cells if re.search(r"\d", cell)}, key=len, reverse=True)
    any_word = "|".join(map(re.escape, words)) or "(?!)"
    return re.compile(rf"(?<![\w.,$+\-\u2212])(?:{any_word})(?![\w%$]|[.,]\d)")


def _without_rate_base(text: str) -> str:
    """A text without the base of a rate ("per 100,000"), and without spaces between a number and % or $ (rule 23)."""
    return re.sub(r"(?<=\d)[ \u00a0\u202f]+(?=[%$])", "", BASE_OF_RATE.sub("", text))


def _is_axis(labels: list[Facts], language: str) -> bool:
    """Whether labels are two or more years in ascending order, or texts of an axis that are all different numbers, at
    the positions of their numbers on a linear or logarithmic scale; a single number is enough for that."""
    along = max("xy", key=lambda axis: len({label[axis] for label in labels}))
    places = sorted({label[along]: label["text"] for label in labels}.items())
    words = [text for _, text in places]
    if all(map(YEAR.fullmatch, words)):
        return len(words) > 1 and words == sorted(set(words))
    values = [value for text in words if (value := _parse_tick(text, language)) is not None]
    if not labels[0]["guide"] or not len(set(values)) == len(words) == len(labels):
        return False
    scales = [values, [math.log(value) for value in values]] if min(values) > 0 else [values]
    return len(words) == 1 or any(abs(correlation([at for at, _ in places], scale)) > STRAIGHT for scale in scales)


def _parse_tick(text: str, language: str) -> float | None:
    """The number in an axis label such as 1,000, −25%, 10 M$ or 1/8, in the number format of the language. Signs before
    it (but for a minus), and signs and words after it, are dropped and do not scale it: 25%, 25 M$ and 25 people are
    25.0. None for other text, such as words before a number or a second number."""
    thousands, decimal = SEPARATORS[language]
    digits = rf"((?:\d{{1,3}}(?:[{thousands}]\d{{3}})+|\d+)(?:[{decimal}]\d+)?)"
    match = re.fullmatch(rf"([^\w.,]*){digits}(?:/(\d+))?[^\d.,]*", text)
    if not match:
        return None
    number = float(re.sub(f"[{thousands}]", "", match[2]).replace(decimal, ".")) / int(match[3] or 1)
    return -number if match[1].endswith(("-", "\u2212", "-$", "\u2212$")) else number


def check_names_and_csv(visit: Visit) -> Iterator[Violation]:
    """Rule 3: a chart's pictures have a unique, informative name. Rule 15: charts are numbered in order. Rule 5: the
    numbers are one link away as CSV, and the link names the chart, the type and the size; a missing link is found by
    `markup`."""
    charts = visit.facts["charts"]
    for index, chart in enumerate(charts, start=1):
        element, number = chart["element"], NUMBERED[visit.language].format(index)
        others = {name for other in charts if other is not chart for name in other["names"]}
        for name in dict.fromkeys(chart["names"]):
            if NO_NAME.fullmatch(name.strip()) or name in others or name == chart["id"]:
                yield Violation(3, element, f"the name {name!r}", "a name of its own that states the finding")
        if re.sub(r"\s+", " ", chart["number"]).rstrip(".: ") != number:
            yield Violation(15, element, f"number {chart['number']!r}", f"{number!r} in .chart-number")
        if link := chart["download"]:
            text, content = link["text"].replace("\u00a0", " "), csv_content(link["href"])
            size = SIZE_IN_LINK.search(text)
            if not content.startswith(BOM):
                yield Violation(5, element, "no CSV behind its link", "UTF-8 with BOM, in the page")
            elif number.lower() not in text.lower() and (not chart["title"] or chart["title"] not in link["text"]):
                yield Violation(5, element, f"a link {text!r}", f"{number} or the chart's title")
            elif "CSV" not in text or not size or abs(int(size[1]) * 1000 - len(content)) >= 1000:
                yield Violation(5, element, f"a link {text!r}", f"CSV and the size, {len(content)} bytes")


def check_printed_charts(visit: Visit) -> Iterator[Violation]:
    """Rule 24: in print, each chart of the reading layer has its name, is on one sheet, and shares it with its heading;
    a page has `MOST_SHEETS` sheets at most, the brief two, an ordinary notebook any number."""
    most = SHEETS_OF_THE_BRIEF if visit.is_brief else MOST_SHEETS
    charts = [chart for chart in visit.facts["charts"] if not chart["folded"]]  # folded charts are not printed
    names = {name for chart in charts for name in chart["names"]}
    printed, heading = set(), set[tuple[int, int]]()
    with pikepdf.open(io.BytesIO(visit.pdf)) as document:
        if (sheets := len(document.pages)) > most and not visit.is_plain:
            yield Violation(24, "the page", f"{sheets} sheets of paper", f"{most} at most")
        for part in structure_elements(document.Root.StructTreeRoot):
            name, pages = str(part.get("/Alt", "")), {at.Pg.objgen for at in structure_elements(part) if "/Pg" in at}
            if re.fullmatch(r"/H[1-6]?", str(part.get("/S"))):
                heading = pages
            if part.get("/S") != "/Figure" or name not in names:
                continue
            printed.add(name)
            if len(pages) > 1 or (heading and not pages & heading):
                yield Violation(24, f"chart {name[:60]!r}", "on two pages, or not on its heading's", "one page")
    for name in names - printed:
        yield Violation(24, f"chart {name[:60]!r}", "no picture of this name in the PDF", "each chart, with its name")


def structure_elements(element: Any) -> Iterator[Any]:
    """A structure element of a PDF and all its descendants, in reading order."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from structure_elements(kid)
