"""What must be said of a page's numbers, by rank: once for the page, beside a chart, or in its line of notes; and the
gate: no page is published that shows a number without it.

A reader who meets eight equal warnings reads none. What half or more of a page's charts and tables oblige stands once,
in the box "Read these figures with care"; beside a chart stand those that change what its numbers mean; the rest is one
line of notes. Each leads to its full text, which stands on the page, in the chart's files and beside each number's
origin.
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
from .notebook import CHART, TABLE, WARNINGS, Run
from .text import ChartPart, Part

if TYPE_CHECKING:
    from .page import Page

MOST_BOXED = 3
RANKS = ("meaning", "precision", "provenance")


@dataclass(frozen=True)
class PartCautions:
    """What stands beside a part: the sentence on rising and falling reports, whole, then what changes the meaning of
    its numbers and is not in the page's box, in brief, then one line of notes, which the template folds where they are
    many."""

    sentences: tuple[Caveat, ...]
    brief: tuple[Caveat, ...]
    notes: tuple[Caveat, ...]


@dataclass(frozen=True)
class Cautions:
    """What must be said of a page's numbers: in its box, beside each of its parts, and where the sentence on rising and
    falling reports leads."""

    boxed: tuple[Caveat, ...]
    by_part: tuple[PartCautions, ...]
    explained_at: str


def cautions_of(run: Run, parts: Sequence[Part]) -> Cautions:
    """What must be said of a page's parts. An annex has no box: its readers met it before."""
    sections = [part.caveats for part in parts if part.kind in (CHART, TABLE, WARNINGS)]
    has_box = run.about.get("part") != "annex" and run.about.get("box", True)
    box = boxed_caveats(sections) if has_box else []
    by_part = tuple(part_cautions(box, part.caveats, ranked=part.kind != TABLE) for part in parts)
    return Cautions(tuple(box), by_part, movement.explained_at(run.about.get("pages", {}), run.file))


def boxed_caveats(sections: Sequence[Sequence[Caveat]]) -> list[Caveat]:
    """The warnings for a page's box, at most three: what half or more of its charts and tables oblige, those on the
    meaning of numbers first, then the most frequent. Where a number was read is said at its source, and the sentence
    on rising and falling reports beside its chart."""
    known = {c.caveat: c for caveats in sections for c in caveats if c.caveat not in movement.TEXTS}
    times = Counter(name for caveats in sections for name in {c.caveat for c in caveats})
    shared = [c for c in known.values() if 2 * times[c.caveat] >= len(sections) and c.rank != RANKS[2]]
    return sorted(shared, key=lambda c: (RANKS.index(c.rank), -times[c.caveat]))[:MOST_BOXED]


def part_cautions(box: Sequence[Caveat], caveats: Sequence[Caveat], ranked: bool = True) -> PartCautions:
    """What stands beside one part of a page with a ``box``. Not ``ranked``, as for a table of many things, all but the
    sentence are notes."""
    unboxed = [caveat for caveat in caveats if caveat not in box]
    sentences = [caveat for caveat in unboxed if caveat.caveat in movement.TEXTS]
    brief = [caveat for caveat in unboxed if ranked and caveat.rank == RANKS[0] and caveat not in sentences]
    notes = [caveat for caveat in unboxed if caveat not in sentences and caveat not in brief]
    return PartCautions(tuple(sentences), tuple(brief), tuple(notes))


# The gate


def missing_caveats(page: Page) -> Iterator[Refusal]:
    """What is missing: every recorded number's obliged caveats must stand on the page, every chart's in its own section
    and files; a rising or falling series of reported crime has its sentence beside it, with the link to what it can
    mean."""
    box, language = page.sections.box, page.run.language
    shown = caveat_ids_in("".join([box, *page.sections.blocks]))
    for cell, number in page.back.obliged:
        for name in (caveat.caveat for caveat in number.caveats if caveat.caveat not in shown):
            allowed = f"a chart or table of it, or show_caveats({name!r})"
            yield Refusal(cell, PageError(f"found {number.name} without its caveat {name}; allowed: {allowed}"))
    for part, html in zip(page.text.parts, page.sections.blocks, strict=True):
        if isinstance(part, ChartPart):
            for name in missing_from_chart(part.chart, box + html, language):
                actual = f"found chart {part.chart.id} without its caveat {name}"
                yield Refusal("-", PageError(f"{actual}; allowed: a chart with it"))
        for caveat in (caveat for caveat in part.caveats if caveat.caveat in movement.TEXTS):
            if templates.macro(language, "caveats.html", "sentence")(caveat, page.cautions.explained_at) not in html:
                actual = f"found a chart or table without its sentence {caveat.caveat}"
                yield Refusal("-", PageError(f"{actual}; allowed: the sentence beside it, with its link"))


def missing_from_chart(chart: Chart, html: str, language: str) -> list[str]:
    """The caveats of a chart that do not stand in HTML, or not in its file."""
    there, table = caveat_ids_in(html), chart.csv.decode()
    texts = {caveat.caveat: translate(caveat.text, language).replace('"', '""') for caveat in chart.caveats}
    return [name for name, text in texts.items() if name not in there or text not in table]


def caveat_ids_in(html: str) -> set[str]:
    """The names of the caveats that stand in HTML."""
    return set(re.findall(r'data-caveat="([^"]+)"', html))
