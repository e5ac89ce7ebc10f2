"""Rules for what tells a chart's numbers again: its table, the numbers drawn in it, its CSV."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator

from .findings import Found, Observation
from .rules_charts import NUMBERED
from .rules_words import csv_content, wrong_numbers
from .visit import Facts, Visit

SIZE = re.compile(r"(\d+(?:[.,]\d+)?)[ \u00a0\u202f]?(bytes|kB|KB|MB|octets|ko|Ko|Mo)\b")
UNITS = {"bytes": 1, "octets": 1, "kb": 1000, "ko": 1000, "mb": 1_000_000, "mo": 1_000_000}
SEPARATORS = {"en": (",", "."), "fr": ("\u00a0\u202f", ",")}
DRAWN_ALLOWED = "the table's numbers in its words, its names and years, the subtitle's years, ticks in their place"
TICK_OFF = 0.005
BOM = b"\xef\xbb\xbf"


def data_table(visit: Visit) -> Found:
    """Rule 4: a table with the same numbers stands with each chart, also without scripts."""
    charts = [("no JavaScript", chart) for chart in visit.without_script["charts"]]
    charts += [("", chart) for chart in visit.structure["charts"]]
    for state, chart in charts:
        if problem := _poor_table(chart, visit.language):
            yield Observation(4, chart["element"], problem, "details > table with numbers that can be read", state)


def _poor_table(chart: Facts, language: str) -> str | None:
    if not chart["table"]:
        return "no data table"
    cells = [cell for row in chart["rows"] for cell in row[1:]]
    if chart["numbers"] and not any(re.search(r"\d", cell) for cell in cells):
        return "a table without numbers"
    unreadable = [cell for cell in cells if _unreadable(cell, language)]
    return f"a number that cannot be read: {unreadable[0]!r}" if unreadable else None


def _unreadable(cell: str, language: str) -> bool:
    """A number with a stray sign in it; one in the other language's format is rule 23's."""
    garbled = re.search(r"\d[.,]{2,}\d|\d[A-Za-z]+\d|\d[eE][+-]?\d", cell)
    return bool(garbled) and not wrong_numbers(cell, language)


def drawn_numbers(visit: Visit) -> Found:
    """Rule 4: each number that is drawn is one of the table, in its words, or an axis' tick in its place."""
    for chart in visit.structure["charts"] if visit.language in SEPARATORS else []:
        cells = [cell for row in chart["rows"] for cell in row]
        known = _words_with_digits([*cells, *re.findall(r"\b\d{4}\b", chart["subtitle"])])  # lines at years it names
        for text in dict.fromkeys(text for drawing in chart["drawn"] for text in _strange(drawing, known, visit)):
            found = f"{text!r} drawn, no number of its table"
            yield Observation(4, chart["element"], found, DRAWN_ALLOWED)


def _words_with_digits(cells: list[str]) -> re.Pattern[str]:
    """What matches a cell's words in a text, where no sign or digit beside them makes another number of them."""
    words = sorted({_unspaced(cell) for cell in cells if re.search(r"\d", cell)}, key=len, reverse=True)
    any_word = "|".join(map(re.escape, words)) or "(?!)"
    return re.compile(rf"(?<![\w.,$+\-\u2212])(?:{any_word})(?![\w%$]|[.,]\d)")


def _unspaced(text: str) -> str:
    """A text without the spaces before signs, which are rule 23's."""
    return re.sub(r"(?<=\d)[ \u00a0\u202f]+(?=[%$])", "", text)


# What a rate is of, in a unit's noun ("incidents per 100,000 people"): no number of the table.
BASE_OF_RATE = re.compile(r"\b(?:per|pour) 10*(?:[,\u00a0\u202f ]000)*(?![\d.,]*\d)")


def _strange(drawing: list[Facts], known: re.Pattern[str], visit: Visit) -> Iterator[str]:
    groups: dict[int, list[Facts]] = {}
    for label in drawing:
        groups.setdefault(label["group"], []).append(label)
    for labels in groups.values():
        rest = [known.sub("", BASE_OF_RATE.sub("", _unspaced(label["text"]))) for label in labels]
        odd = [label["text"] for label, left in zip(labels, rest, strict=True) if re.search(r"\d", left)]
        if odd and not (_years(labels) or (labels[0]["guide"] and _true_ticks(labels, visit.language))):
            yield from odd


YEAR = re.compile(r"(19|20)\d\d")


def _years(labels: list[Facts]) -> bool:
    """Whether the labels of an axis are years in their order: one without a number stands on it, not in the table."""
    in_order = sorted(labels, key=lambda label: label["x"])
    words = [label["text"] for label in in_order]
    return len(words) > 1 and all(map(YEAR.fullmatch, words)) and words == sorted(set(words))


def _true_ticks(labels: list[Facts], language: str) -> bool:
    """Whether the labels of an axis lie where their numbers say, on a straight or a logarithmic scale."""
    values = [_tick(label["text"], language) for label in labels]
    numbers = [value for value in values if value is not None]
    along = max("xy", key=lambda axis: len({label[axis] for label in labels}))
    places = [label[along] for label in labels]
    scales = [numbers, [math.log(number) for number in numbers] if min(numbers, default=0) > 0 else []]
    return len(numbers) == len(labels) and any(_on_a_line(scale, places) for scale in scales if scale)


def _tick(text: str, language: str) -> float | None:
    """The number of a label such as 1,000, −25%, 10 M$ or 1/8, read as the language writes it."""
    thousands, decimal = SEPARATORS[language]
    digits = rf"((?:\d{{1,3}}(?:[{thousands}]\d{{3}})+|\d+)(?:[{decimal}]\d+)?)"
    found = re.fullmatch(rf"([^\w.,]*){digits}(?:/(\d+))?[^\d.,]*", text)
    if not found:
        return None
    number = float(re.sub(f"[{thousands}]", "", found[2]).replace(decimal, ".")) / int(found[3] or 1)
    return -number if found[1].endswith(("-", "\u2212", "-$", "\u2212$")) else number


def _on_a_line(values: list[float], places: list[float]) -> bool:
    """Whether equal steps of value are equal steps of place, to half a per cent of the whole."""
    (first, low), (last, high) = min(zip(places, values, strict=True)), max(zip(places, values, strict=True))
    if len(values) == 1:
        return True
    if first == last or low == high:
        return False
    pairs = zip(places, values, strict=True)
    return max(abs((v - low) / (high - low) - (p - first) / (last - first)) for p, v in pairs) < TICK_OFF


def csv_download(visit: Visit) -> Found:
    """Rule 5: each chart's numbers are one link away; the link names the chart, the type and the size."""
    for index, chart in enumerate(visit.structure["charts"], start=1):
        for found, allowed in _poor_download(visit, chart, index):
            yield Observation(5, chart["element"], found, allowed)


def _poor_download(visit: Visit, chart: Facts, index: int) -> Iterator[tuple[str, str]]:
    link = chart["download"]
    if link is None:
        yield "no CSV to download", "a[download$='.csv']"
        return
    number = NUMBERED.get(visit.language, "Chart {}").format(index)
    text = link["text"].replace("\u00a0", " ")
    if number not in text and (not chart["title"] or chart["title"] not in link["text"]):
        yield f"a link {link['text']!r} that does not name the chart", f"{number} or the chart's title"
    if "CSV" not in text:
        yield f"a link {link['text']!r} without the type", "CSV"
    content = csv_content(visit, link["href"])
    if content is None:
        yield "a CSV that is not there", "a data: address or a file"
        return
    yield from _poor_csv(content)
    if not _says_size(text, len(content)):
        yield f"a link {link['text']!r} without the size", f"the size, {len(content)} bytes"


def _says_size(text: str, size: int) -> bool:
    """Whether the text states the size, to within the last digit it gives."""
    found = SIZE.search(text)
    if not found:
        return False
    digits = found.group(1).replace(",", ".")
    unit = UNITS[found.group(2).lower()]
    step = unit / 10 ** len(digits.partition(".")[2])
    return bool(abs(float(digits) * unit - size) < step)


def _poor_csv(content: bytes) -> Iterator[tuple[str, str]]:
    if not content.startswith(BOM):
        yield "a CSV without byte order mark", "UTF-8 with BOM"
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        yield f"a CSV that cannot be read ({error})", "RFC 4180 in UTF-8"
        return
    if len(rows) < 2 or len({len(row) for row in rows}) != 1:
        yield f"a CSV of {len(rows)} rows of uneven or no length", "a header and rows of the same length"


CHECKS = (data_table, drawn_numbers, csv_download)
