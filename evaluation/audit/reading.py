"""Rule 25: what everybody reads of a page, with every fold closed, is short."""

from __future__ import annotations

from .findings import Observation, Observations
from .visit import Facts, Visit

BODY_SIZE = 16.0
WORDS, PICTURES, NUMBERS, FIRST = {"en": 700, "fr": 805}, 5, 12, 700
SCREENS = {1280: (4, 900), 320: (10, 640)}
# Of the page that opens a review: words before its cards, screens, first picture, underlined links in the first screen,
# and by which px its answer, the story in four sentences, has been read.
FRONT, FRONT_FIRST, FRONT_LINKS = {"en": 450, "fr": 520}, 1000, 12
FRONT_SCREENS, FRONT_ANSWER = {1280: (4, 900), 320: (11, 640)}, {1280: 900, 320: 1280}


def reading_layer(visit: Visit) -> Observations:
    """Rule 25: what everybody reads, with every fold closed, is short: words, pictures, numbers in running text, and
    screens; the first picture begins above 700 px, but in an annex, which is for those who check; the answer and what
    must be said first are not folded. The page that opens a review has measures of its own."""
    wide = visit.reading[1280]
    if visit.is_index:
        if wide["words"] > (most := FRONT[visit.language]):
            yield Observation(25, "main", f"{wide['words']} words before the cards", f"{most} or fewer")
        yield from opening(visit) if wide["front"] else ()
        return
    for what, most in (("words", WORDS[visit.language]), ("pictures", PICTURES), ("numbers", NUMBERS)):
        if wide[what] > most:
            yield Observation(25, "main", f"{wide[what]} {what} in the reading layer", f"{most} or fewer")
    yield from too_long(visit, SCREENS)
    if not wide["annex"]:
        yield from too_low(wide, FIRST)


def opening(visit: Visit) -> Observations:
    """Rule 25 on the page that opens a review: the story in body size or larger, and soon; few links beside it."""
    yield from too_long(visit, FRONT_SCREENS)
    yield from too_low(visit.reading[1280], FRONT_FIRST)
    for width, most in FRONT_ANSWER.items():
        answer = visit.reading[width]["answer"]
        if answer and (answer["bottom"] > most or answer["size"] < BODY_SIZE):
            found = f"the story to {answer['bottom']:.0f} px at {width} px, in {answer['size']:g} px"
            yield Observation(25, "p.answer", found, f"above {most} px, in {BODY_SIZE:g} px or larger")
    if (links := visit.reading[1280]["links"]) > FRONT_LINKS:
        yield Observation(25, "main", f"{links} underlined links in the first screen", f"{FRONT_LINKS} or fewer")


def too_long(visit: Visit, allowed: dict[int, tuple[int, int]]) -> Observations:
    for width, (screens, height) in allowed.items():
        found = visit.reading[width]["height"] / height
        if found > screens:
            yield Observation(25, "main", f"{found:.1f} screens at {width} px", f"{screens} of {height} px or fewer")


def too_low(wide: Facts, most: int) -> Observations:
    if (wide["first"] or 0) > most:
        yield Observation(25, "main", f"the first picture at {wide['first']:.0f} px", f"above {most} px at 1280")


CHECKS = (reading_layer,)
