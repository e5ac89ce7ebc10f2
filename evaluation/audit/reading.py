"""Rule 25: what everybody reads of a page, with every fold closed, is short."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import Broken
from .visit import Visit

# What `page.js` measures, and how much of it there may be in a window of 1280 by 900 px and of 320 by 640: in a
# chapter, in a list of pages, and on the page that opens a review, whose story of four sentences comes first.
FIRST = "px above the first picture"
WORDS = {"en": 700, "fr": 805}
CHAPTER = {1280: {"pictures": 5, "numbers in running text": 12, "screens": 4, FIRST: 700}, 320: {"screens": 10}}
FRONT_WORDS = {"en": 450, "fr": 520}
FRONT = {
    1280: {"screens": 4, FIRST: 1000, "underlined links in the first screen": 12, "px to the end of the answer": 900},
    320: {"screens": 11, "px to the end of the answer": 1280, "px that the answer's letters lack": 0},
}


def reading_layer(visit: Visit) -> Iterator[Broken]:
    """Rule 25: what everybody reads is short, and what answers the page's question comes soon; in an annex, which is
    for those who check, the first picture may come late."""
    wide = visit.reading[1280]
    words, rest = (FRONT_WORDS, FRONT if wide["front"] else {}) if visit.is_index else (WORDS, CHAPTER)
    limits = [(1280, "words", words[visit.language]), *((width, *one) for width in rest for one in rest[width].items())]
    for width, name, most in limits:
        measured = visit.reading[width][name]
        if measured > most and not (name == FIRST and wide["annex"]):
            yield Broken(25, "main", f"{measured:.4g} {name} at {width} px", f"{most} or fewer")
