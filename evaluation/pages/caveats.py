"""What must be said of a page's numbers, by rank: once for the page, beside a chart, or in its line of notes.

A reader who meets eight equal warnings reads none. What half or more of a page's charts and tables oblige stands once,
in the box "Read these figures with care"; beside a chart stand those that change what its numbers mean; the rest is one
line of notes. Each leads to its full text, which stands on the page, in the chart's files and beside each number's
origin.
"""

from collections import Counter
from collections.abc import Sequence

from ..chapters import movement
from ..numbers.publication import Caveat
from .model import Chart, Page, Table

MOST_BOXED = 3
RANKS = ("meaning", "precision", "provenance")
BOX = "care-title"  # the id of the box's heading


def boxed(sections: Sequence[Sequence[Caveat]]) -> list[Caveat]:
    """The warnings for a page's box, at most three: what half or more of its charts and tables oblige, those on the
    meaning of numbers first, then the most frequent. Where a number was read is said at its source, and the sentence
    on rising and falling reports beside its chart."""
    known = {c.caveat: c for caveats in sections for c in caveats if c.caveat not in movement.TEXTS}
    times = Counter(name for caveats in sections for name in {c.caveat for c in caveats})
    shared = [c for c in known.values() if 2 * times[c.caveat] >= len(sections) and c.rank != RANKS[2]]
    return sorted(shared, key=lambda c: (RANKS.index(c.rank), -times[c.caveat]))[:MOST_BOXED]


def beside(page: Page, caveats: Sequence[Caveat], ranked: bool = True) -> tuple[list[Caveat], ...]:
    """What stands beside one chart or table: the sentence on rising and falling reports, whole, then what changes the
    meaning of these numbers and is not in the page's box, in brief, then one line of notes, which the template folds
    where they are many. Not ``ranked``, as for a table of many things, all but the sentence are notes."""
    unboxed = [caveat for caveat in caveats if caveat not in page.boxed]
    sentences = [caveat for caveat in unboxed if caveat.caveat in movement.TEXTS]
    brief = [caveat for caveat in unboxed if ranked and caveat.rank == RANKS[0] and caveat not in sentences]
    return sentences, brief, [c for c in unboxed if c not in sentences and c not in brief]


def first_places(page: Page) -> dict[str, str]:
    """Where a page first says each warning in brief, by the id of that place: its box, else a chart or table. One that
    stands beside a number's row of origin alone, or in prose, has none."""
    places = {caveat.caveat: BOX for caveat in page.boxed}
    for part in page.parts:
        if isinstance(part, Chart | Table):
            places = {caveat.caveat: f"{part.kind}-{part.id}" for caveat in part.caveats} | places
    return places


def page_caveats(page: Page) -> dict[str, Caveat]:
    """Every warning of the page, each once, whose full text the page must hold."""
    numbers = [c for number in page.numbers.values() for c in number.caveats]
    shown = [c for caveats in page.sections for c in caveats if c.caveat not in movement.TEXTS]
    return {c.caveat: c for c in [*page.boxed, *numbers, *shown]}
