"""The caveats that a page shows, by rank: once in its box, next to a chart, or in a line of notes; and the gate that
refuses a page showing a number without its caveats.

A reader who meets eight equal warnings reads none. Caveats of half or more of a page's charts and tables are shown
once, in the box "Read these figures with care"; next to a chart are those that change the meaning of its numbers; the
others are in its line of notes. Each links to its full text, which is on the page, in the chart's files and in the
origin of each number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..chapters import movement
from ..language import translate
from ..numbers.publication import Caveat
from ..problems.refusals import Refusal
from . import templates
from .chart import Chart
from .errors import PageError
from .notebook import CHART, TABLE, WARNINGS, PageRun
from .text import ChartPart, Part

if TYPE_CHECKING:
    from .page import Page

MOST_BOXED = 3
RANKS = ("meaning", "precision", "provenance")


@dataclass(frozen=True)
class PartCautions:
    """The caveats shown next to one part: the sentence on rising and falling reports in full (``sentences``); short
    forms of those that change the meaning of its numbers and are not in the box (``brief``); one line of the others
    (``notes``), which the template folds if it is long."""

    sentences: tuple[Caveat, ...]
    brief: tuple[Caveat, ...]
    notes: tuple[Caveat, ...]


@dataclass(frozen=True)
class Cautions:
    """The caveats of a page: in its box, next to each part in order, and the address that the sentence on rising and
    falling reports links to."""

    boxed: tuple[Caveat, ...]
    by_part: tuple[PartCautions, ...]
    explained_at: str


def cautions_of(run: PageRun, parts: Sequence[Part]) -> Cautions:
    """The caveats of a page by place: its box, each part in order (see `part_cautions`; a table's are not ranked), and
    the link for what a rise or a fall of reports means. An annex has no box, since its readers have seen it on the
    chapters, nor has a page whose entry in the review file says ``box: false``."""
    sections = [part.caveats for part in parts if part.kind in (CHART, TABLE, WARNINGS)]
    has_box = run.about.get("part") != "annex" and run.about.get("box", True)
    box = boxed_caveats(sections) if has_box else []
    by_part = tuple(part_cautions(box, part.caveats, ranked=part.kind != TABLE) for part in parts)
    return Cautions(tuple(box), by_part, movement.explanation_link(run.about.get("pages", {}), run.file))


def boxed_caveats(sections: Sequence[Sequence[Caveat]]) -> list[Caveat]:
    """The caveats for a page's box, `MOST_BOXED` at most: those obliged by half or more of its charts, tables and lists
    of caveats (``sections``, the caveats of each), ordered by rank, then by frequency. Caveats on provenance and the
    sentence on rising and falling reports are never among them: they stand with the sources, and next to its chart."""
    known = {c.caveat: c for caveats in sections for c in caveats if c.caveat not in movement.TEXTS}
    times = Counter(name for caveats in sections for name in {c.caveat for c in caveats})
    shared = [c for c in known.values() if 2 * times[c.caveat] >= len(sections) and c.rank != RANKS[2]]
    return sorted(shared, key=lambda c: (RANKS.index(c.rank), -times[c.caveat]))[:MOST_BOXED]


def part_cautions(box: Sequence[Caveat], caveats: Sequence[Caveat], ranked: bool = True) -> PartCautions:
    """Assign the caveats of one part of a page whose box holds ``box``; those in the box are left out. With ``ranked``
    false, as for tables, all but the sentence on rising and falling reports are notes."""
    unboxed = [caveat for caveat in caveats if caveat not in box]
    sentences = [caveat for caveat in unboxed if caveat.caveat in movement.TEXTS]
    brief = [caveat for caveat in unboxed if ranked and caveat.rank == RANKS[0] and caveat not in sentences]
    notes = [caveat for caveat in unboxed if caveat not in sentences and caveat not in brief]
    return PartCautions(tuple(sentences), tuple(brief), tuple(notes))


# The gate


def missing_caveats(page: Page) -> Iterator[Refusal]:
    """The gate: a refusal for each caveat of a number (``page.back.obliged``) that is not on the page, each caveat of a
    chart that is not in its section or the box, or not in its CSV, and each part with rising or falling reported crime
    that lacks the sentence on it with its link."""
    box, language = page.sections.box, page.run.language
    shown = caveat_ids_in("".join([box, *page.sections.blocks]))
    for cell, number in page.back.obliged:
        for name in (caveat.caveat for caveat in number.caveats if caveat.caveat not in shown):
            allowed = f"a chart or table of it, or show_caveats({name!r})"
            yield Refusal(cell, PageError(f"found {number.name} without its caveat {name}; allowed: {allowed}"))
    for part, html in zip(page.text.parts, page.sections.blocks, strict=True):
        if isinstance(part, ChartPart):
            for name in caveats_missing_from_chart(part.chart, box + html, language):
                actual = f"found chart {part.chart.id} without its caveat {name}"
                yield Refusal("-", PageError(f"{actual}; allowed: a chart with it"))
        for caveat in (caveat for caveat in part.caveats if caveat.caveat in movement.TEXTS):
            if templates.macro(language, "caveats.html", "sentence")(caveat, page.cautions.explained_at) not in html:
                actual = f"found a chart or table without its sentence {caveat.caveat}"
                yield Refusal("-", PageError(f"{actual}; allowed: the sentence beside it, with its link"))


def caveats_missing_from_chart(chart: Chart, html: str, language: str) -> list[str]:
    """The ids of a chart's caveats that are not in ``html`` (box and section), or not in full in its CSV."""
    ids, table = caveat_ids_in(html), chart.csv.decode()
    texts = {caveat.caveat: translate(caveat.text, language).replace('"', '""') for caveat in chart.caveats}
    return [name for name, text in texts.items() if name not in ids or text not in table]


def caveat_ids_in(html: str) -> set[str]:
    """The ids of the caveats that elements of the HTML name in ``data-caveat``."""
    return set(re.findall(r'data-caveat="([^"]+)"', html))
