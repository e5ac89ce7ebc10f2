"""Rules for charts: painted, named, legible in every state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Found, Observation
from .visit import Facts, Seen, Visit

TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
SMALLEST_TYPE = 12.0
MOST_SERIES = 4
BREAK = 760
FILE_NAME = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|html?|csv)", re.IGNORECASE)
NUMBER_ONLY = re.compile(r"(?:chart|graphique|figure|image|untitled)?[\s\u00a0]*\d*", re.IGNORECASE)
NUMBERED = {"en": "Chart {}", "fr": "Graphique {}"}


def _drawings(visit: Visit) -> Iterator[tuple[Seen, Facts, Facts]]:
    """Each drawing that is shown, with its state and its chart."""
    return ((seen, chart, drawing) for seen, chart in visit.shown("charts") for drawing in chart["drawings"])


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
        allowed = "main > section[data-chart] > div.chart-wide"
        yield Observation(3, element, "a chart outside section[data-chart]", allowed)
    for element in visit.structure["hidden_pictures"]:
        yield Observation(3, element, "a picture hidden from screen readers", "svg[role=img] with a name of its own")
    for chart in visit.structure["charts"]:
        if (chart["wide"], chart["narrow"]) != (1, 1):
            found = f"{chart['wide']} wide and {chart['narrow']} narrow drawings"
            allowed = "svg[role=img], one in div.chart-wide, one in div.chart-narrow"
            yield Observation(3, chart["element"], found, allowed)


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


def tooltips(visit: Visit) -> Found:
    """Rule 6: nothing is said in a tooltip alone."""
    for tooltip in visit.structure["tooltips"]:
        found = f"only in a tooltip: {tooltip['text']!r}"
        yield Observation(6, tooltip["element"], found, "the same words on the page")


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
            allowed = f"{MOST_SERIES} or fewer; more are small multiples"
            yield Observation(10, chart["element"], f"{most} series", allowed)


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
                found = f"a caveat without id or words: {caveat}"
                yield Observation(16, chart["element"], found, "p.caveat[data-caveat=...]")


CHECKS = (
    painted,
    charts_stand_in_sections,
    names_as_heard,
    one_drawing_is_announced,
    tooltips,
    chart_contrast,
    colour_alone,
    series,
    chart_type,
    upright,
    numbered_in_order,
    source_and_description,
)
