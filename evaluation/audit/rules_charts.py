"""Rules for charts: painted, named, told in a table and a CSV, legible in every state."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator

from .findings import Observation
from .rules_words import csv_content, wrong_numbers
from .visit import Facts, Seen, Visit

Found = Iterator[Observation]

TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
SMALLEST_TYPE = 12.0
MOST_SERIES = 4
BREAK = 760
FILE_NAME = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|html?|csv)", re.IGNORECASE)
NUMBER_ONLY = re.compile(r"(?:chart|graphique|figure|image|untitled)?[\s\u00a0]*\d*", re.IGNORECASE)
NUMBERED = {"en": "Chart {}", "fr": "Graphique {}"}
SIZE = re.compile(r"(\d+(?:[.,]\d+)?)[ \u00a0\u202f]?(bytes|kB|KB|MB|octets|ko|Ko|Mo)\b")
UNITS = {"bytes": 1, "octets": 1, "kb": 1000, "ko": 1000, "mb": 1_000_000, "mo": 1_000_000}
SEPARATORS = {"en": (",", "."), "fr": ("\u00a0\u202f", ",")}
TICK_OFF = 0.005
BOM = b"\xef\xbb\xbf"


def _drawings(visit: Visit) -> Iterator[tuple[Seen, Facts, Facts]]:
    """Each drawing that is shown, with its state and its chart."""
    for seen in visit.seen:
        for chart in seen.layout["charts"]:
            for drawing in chart["drawings"]:
                yield seen, chart, drawing


def painted(visit: Visit) -> Found:
    """Rule 2: each chart is drawn, with scripts and without; rule 24: whatever the reader's settings, on paper."""
    layouts = [("no JavaScript", 2, visit.without_script["layout"])]
    layouts += [(seen.state.name, 24 if seen.state.own_settings else 2, seen.layout) for seen in visit.seen]
    for state, rule, layout in layouts:
        for chart in layout["charts"]:
            if not any(drawing["marks"] and drawing["width"] > 40 for drawing in chart["drawings"]):
                yield Observation(rule, chart["element"], "no mark is painted", "a chart with marks", state)


def charts_stand_in_sections(visit: Visit) -> Found:
    """Rule 3: a picture with text in it stands in a chart's section, where every other rule finds it."""
    for element in visit.structure["stray_charts"] if not visit.is_index else []:
        yield Observation(
            3, element, "a chart outside section[data-chart]", "main > section[data-chart] > div.chart-wide"
        )
    for element in visit.structure["hidden_pictures"]:
        yield Observation(3, element, "a picture hidden from screen readers", "svg[role=img] with a name of its own")
    for chart in visit.structure["charts"]:
        if (chart["wide"], chart["narrow"]) != (1, 1):
            found = f"{chart['wide']} wide and {chart['narrow']} narrow drawings"
            yield Observation(
                3, chart["element"], found, "svg[role=img], one in div.chart-wide, one in div.chart-narrow"
            )


def names_as_heard(visit: Visit) -> Found:
    """Rule 3: each picture has a name of its own that says something, as the browser computes it."""
    for seen in visit.seen:
        for image in seen.images:
            if problem := _poor_name(image, seen.images):
                allowed = "a name of its own that states the finding"
                yield Observation(3, image["element"], f"{problem}: {image['name']!r}", allowed, seen.state.name)


def _poor_name(image: Facts, images: list[Facts]) -> str | None:
    name = image["name"].strip()
    if not name or NUMBER_ONLY.fullmatch(name):
        return "an empty name"
    if "vega visualization" in name.lower():
        return "the tool's name"
    if FILE_NAME.fullmatch(name):
        return "a file name"
    if name in (image["id"], image["chart"]):
        return "an id"
    charts = {other["chart"] for other in images if other["name"].strip() == name}
    return "the name of two charts" if len(charts) > 1 else None


def one_drawing_is_announced(visit: Visit) -> Found:
    """Rule 12: of the wide and the narrow drawing one is shown and heard, the one that fits."""
    whole = [chart for chart in visit.structure["charts"] if (chart["wide"], chart["narrow"]) == (1, 1)]
    for seen in visit.seen:
        wanted = "chart-wide" if seen.state.width >= BREAK or seen.state.printed else "chart-narrow"
        shown = {chart["element"]: chart["shown"] for chart in seen.layout["charts"]}
        heard = [image["chart"] for image in seen.images]
        for chart in whole:
            if chart["element"] not in shown:  # in the folded part: neither shown nor heard before it is opened
                continue
            found = " and ".join(shown[chart["element"]]) or "neither drawing"
            if found != wanted:
                yield Observation(12, chart["element"], f"{found} shown", wanted, seen.state.name)
            if seen.state.axe and (times := heard.count(chart["id"])) != 1:
                yield Observation(12, chart["element"], f"announced {times} times", "once", seen.state.name)


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
            allowed = (
                "the table's numbers in its words, its names and years, the subtitle's years, ticks in their place"
            )
            yield Observation(4, chart["element"], f"{text!r} drawn, no number of its table", allowed)


def _words_with_digits(cells: list[str]) -> re.Pattern[str]:
    """What matches a cell's words in a text, where no sign or digit beside them makes another number of them."""
    words = sorted({_unspaced(cell) for cell in cells if re.search(r"\d", cell)}, key=len, reverse=True)
    any_word = "|".join(map(re.escape, words)) or "(?!)"
    return re.compile(rf"(?<![\w.,$+\-\u2212])(?:{any_word})(?![\w%$]|[.,]\d)")


def _unspaced(text: str) -> str:
    """A text without the spaces before signs, which are rule 23's."""
    return re.sub(r"[ \u00a0\u202f]+(?=[%$])", "", text)


# What a rate is of, in a unit's noun ("incidents per 100,000 people"): no number of the table.
BASE_OF_RATE = re.compile(r"\b(?:per|pour) 10*(?:[,\u00a0\u202f ]000)*(?![\d.,]*\d)")


def _strange(drawing: list[Facts], known: re.Pattern[str], visit: Visit) -> Iterator[str]:
    groups: dict[int, list[Facts]] = {}
    for label in drawing:
        groups.setdefault(label["group"], []).append(label)
    for labels in groups.values():
        rest = [known.sub("", BASE_OF_RATE.sub("", _unspaced(label["text"]))) for label in labels]
        odd = [label["text"] for label, left in zip(labels, rest, strict=True) if re.search(r"\d", left)]
        if odd and not (labels[0]["guide"] and _true_ticks(labels, visit.language)):
            yield from odd


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
    shares = (
        (abs((v - low) / (high - low) - (p - first) / (last - first))) for p, v in zip(places, values, strict=True)
    )
    return max(shares) < TICK_OFF


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
    yield from (
        _poor_csv(content) if content is not None else [("a CSV that is not there", "a data: address or a file")]
    )
    if content is not None and not _says_size(text, len(content)):
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


def tooltips(visit: Visit) -> Found:
    """Rule 6: nothing is said in a tooltip alone."""
    for tooltip in visit.structure["tooltips"]:
        yield Observation(
            6, tooltip["element"], f"only in a tooltip: {tooltip['text']!r}", "the same words on the page"
        )


def chart_contrast(visit: Visit) -> Found:
    """Rule 8 (24 in forced colours): text 4.5:1, marks 3:1 on what lies behind and beside them."""
    for seen, _, drawing in _drawings(visit):
        if seen.state.spaced or seen.state.still:
            continue
        rule = 24 if seen.state.forced else 8
        yield from _low(rule, drawing["texts"], TEXT_CONTRAST, seen)
        yield from _low(rule, drawing["marks"], MARK_CONTRAST, seen)
        yield from _low(rule, drawing["neighbours"] if rule == 8 else [], MARK_CONTRAST, seen)


def _low(rule: int, measured: list[Facts], limit: float, seen: Seen) -> Found:
    for part in measured:
        if part["ratio"] < limit - 0.005:
            found = f"contrast {part['ratio']:.2f} ({part['colours']})"
            yield Observation(rule, part["element"], found, f"{limit}:1", seen.state.name)


def colour_alone(visit: Visit) -> Found:
    """Rule 9: labels or dashes tell lines apart, and there is no legend."""
    for _, chart, drawing in _drawings(visit):
        if drawing["legends"]:
            yield Observation(9, chart["element"], "a legend", "labels at the marks")
        for frame in drawing["frames"]:
            signs = max(frame["dashes"], frame["labels"])
            if frame["line_colours"] > 1 and signs < frame["line_colours"]:
                found = f"{frame['line_colours']} colours of lines, {frame['labels']} labels, {frame['dashes']} dashes"
                yield Observation(9, chart["element"], found, "a label or a dash for each line")


def series(visit: Visit) -> Found:
    """Rule 10: four series or fewer in a chart, or in each of its small multiples."""
    stated = {chart["element"]: chart["series"] for chart in visit.structure["charts"]}
    for _, chart, drawing in _drawings(visit):
        counts = [len(frame["colours"]) for frame in drawing["frames"]]
        most = stated.get(chart["element"]) or max(counts, default=0)
        if most > MOST_SERIES:
            yield Observation(
                10, chart["element"], f"{most} series", f"{MOST_SERIES} or fewer; more are small multiples"
            )


def chart_type(visit: Visit) -> Found:
    """Rule 12: chart text is 12 px or more, stays in its picture and touches no other text.

    Rule 24: with the text spacing of WCAG 1.4.12 text may leave the picture, but nothing may cut or cover it.
    """
    for seen, _, drawing in _drawings(visit):
        rule = 24 if seen.state.spaced else 12
        for label in drawing["texts"]:
            for found, allowed in _poor_label(label, drawing, seen):
                yield Observation(rule, label["element"], found, allowed, seen.state.name)
        for pair in drawing["overlaps"]:
            found = f"texts that overlap by {pair['across']:.0f} px"
            yield Observation(rule, pair["element"], found, "no overlap", seen.state.name)


def _poor_label(label: Facts, drawing: Facts, seen: Seen) -> Iterator[tuple[str, str]]:
    if label["size"] < SMALLEST_TYPE - 0.05:
        yield f"{label['size']:.1f} px", f"{SMALLEST_TYPE:g} px or more"
    cut = drawing["cuts"] if seen.state.spaced else True
    if cut and label["outside"] > 1:
        yield f"{label['outside']:.0f} px outside its svg", "text inside"
    elif label["beyond"] > 1:
        yield f"{label['beyond']:.0f} px outside the window", "text inside"


def upright(visit: Visit) -> Found:
    """Rule 14: all chart text is horizontal."""
    for seen, _, drawing in _drawings(visit):
        for label in drawing["texts"]:
            if not label["upright"]:
                yield Observation(14, label["element"], "text turned on its side", "horizontal text", seen.state.name)


def numbered_in_order(visit: Visit) -> Found:
    """Rule 15: charts are numbered in order, each with a title and a subtitle."""
    for index, chart in enumerate(visit.structure["charts"], start=1):
        expected = NUMBERED.get(visit.language, "Chart {}").format(index)
        if re.sub(r"\s+", " ", chart["number"]).rstrip(".: ") != expected:
            yield Observation(15, chart["element"], f"number {chart['number']!r}", f"{expected!r} in .chart-number")
        for part in ("title", "subtitle"):
            if not chart[part]:
                yield Observation(15, chart["element"], f"no {part}", "h2 and p.subtitle with words")


def source_and_description(visit: Visit) -> Found:
    """Rule 16: a source under each chart; rule 3: a description; caveats have their id and words."""
    for chart in visit.structure["charts"]:
        if not chart["source"]:
            yield Observation(16, chart["element"], "no source", "p.source with words")
        if not chart["description"]:
            yield Observation(3, chart["element"], "no description", "p.description with words")
        for caveat in chart["caveats"]:
            if not caveat["id"] or not caveat["text"]:
                yield Observation(
                    16,
                    chart["element"],
                    f"a caveat without id or words: {caveat}",
                    "p.caveat[data-caveat=...]",
                )


CHECKS = (
    painted,
    charts_stand_in_sections,
    names_as_heard,
    one_drawing_is_announced,
    data_table,
    drawn_numbers,
    csv_download,
    tooltips,
    chart_contrast,
    colour_alone,
    series,
    chart_type,
    upright,
    numbered_in_order,
    source_and_description,
)
