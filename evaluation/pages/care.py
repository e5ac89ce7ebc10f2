"""What must be said of a page's numbers, by rank: once for the page, beside a chart, or in its line of notes.

A reader who meets eight equal warnings reads none. What half or more of a page's charts and tables oblige stands once,
in the box "Read these figures with care"; beside a chart stand those that change what its numbers mean; the rest is one
line of notes. Each leads to its full text, which stands on the page, in the chart's files and beside each number's
origin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from ..language import N_
from ..numbers.publication import Caveat
from ..records.prose import mark_times
from . import movement
from .model import Page

MOST = 3
RANKS = ("meaning", "precision", "provenance")


def boxed(sections: Sequence[Sequence[Caveat]]) -> list[Caveat]:
    """The warnings for a page's box, at most three: what half or more of its charts and tables oblige, those on the
    meaning of numbers first, then the most frequent. Where a number was read is said at its source, and the sentence
    on rising and falling reports beside its chart."""
    known = {c.caveat: c for caveats in sections for c in caveats if c.caveat not in movement.TEXTS}
    times = Counter(name for caveats in sections for name in {c.caveat for c in caveats})
    shared = [c for c in known.values() if 2 * times[c.caveat] >= len(sections) and c.rank != RANKS[2]]
    return sorted(shared, key=lambda c: (RANKS.index(c.rank), -times[c.caveat]))[:MOST]


def box(page: Page) -> str:
    """The box of a page; nothing where its charts and tables oblige nothing together."""
    if not page.boxed:
        return ""
    said = "".join(brief(page, caveat) for caveat in page.boxed)
    title = page.t(N_("Read these figures with care"))
    return f'<section class="care" aria-labelledby="care-title"><h2 id="care-title">{title}</h2>{said}</section>'


def beside(page: Page, caveats: Sequence[Caveat], ranked: bool = True) -> str:
    """What stands beside one chart or table: the sentence on rising and falling reports first, then what changes the
    meaning of these numbers and is not in the page's box, then one line of notes. Not ``ranked``, as for a table of
    many things, all but the sentence are notes."""
    own = [caveat for caveat in caveats if caveat not in page.boxed]
    moving = [caveat for caveat in own if caveat.caveat in movement.TEXTS]
    first = [caveat for caveat in own if ranked and caveat.rank == RANKS[0] and caveat not in moving]
    rest = [caveat for caveat in own if caveat not in moving and caveat not in first]
    key = "".join(sentence(page, caveat) for caveat in moving)
    return key + "".join(brief(page, caveat) for caveat in first) + notes_line(page, rest)


def sentence(page: Page, caveat: Caveat) -> str:
    """The key sentence, whole, with its link."""
    words = mark_times(escape(page.t(caveat.text), quote=False), "{}")
    return f'<p class="caveat moving" data-caveat="{caveat.caveat}">{words}{movement.link(page)}</p>'


def brief(page: Page, caveat: Caveat, kind: str = "caveat") -> str:
    """A warning in short, leading to its full text on the page."""
    words = mark_times(escape(page.t(caveat.brief), quote=False), "{}")
    return f'<p class="{kind}" data-caveat="{caveat.caveat}"><a href="#note-{caveat.caveat}">{words}</a></p>'


def notes_line(page: Page, caveats: Sequence[Caveat]) -> str:
    """The line of notes: the warnings of lower rank, one after the other."""
    if not caveats:
        return ""
    parts = " ".join(brief(page, caveat, "caveat note") for caveat in caveats)
    return f'<div class="notes"><span>{page.t(N_("Notes:"))}</span> {parts}</div>'


def noted(page: Page) -> dict[str, Caveat]:
    """Every warning of the page, each once, whose full text the page must hold."""
    numbers = [c for number in page.numbers.values() for c in number.caveats]
    shown = [c for caveats in page.sections.values() for c in caveats if c.caveat not in movement.TEXTS]
    return {c.caveat: c for c in [*page.boxed, *numbers, *shown]}
