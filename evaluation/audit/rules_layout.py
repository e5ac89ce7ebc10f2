"""Rules for layout and reading: axe, overflow, text that is cut, line length, text spacing."""

from __future__ import annotations

from collections import Counter

from .findings import Found, Observation
from .visit import Facts, Seen, Visit

BODY_SIZES = (16.0, 18.0)
LINE_HEIGHT = 1.5
LINE_LENGTHS = (45, 90)
PINNED_SHARE = 0.3


def axe(visit: Visit) -> Found:
    """Rule 7: axe finds no failure of WCAG 2.0 to 2.2, A and AA, and nothing that it cannot judge.

    What it cannot judge of contrast is measured: in charts for rule 8, elsewhere by `text_contrast`.
    """
    for seen in visit.seen:
        for result in seen.axe:
            unsure = "" if result["failed"] else "axe cannot judge "
            if unsure and result["id"] == "color-contrast":
                continue
            for target in result["targets"]:
                found = f"{unsure}{result['id']}: {result['help']}"
                yield Observation(7, target, found, "no failure of axe, A and AA", seen.state.name)


def text_contrast(visit: Visit) -> Found:
    """Rule 7 (24 in forced colours): text outside charts has 4.5:1, large text 3:1, also where it opens on request."""
    for seen, text in visit.shown("pale"):
        found = f"contrast {text['ratio']:.2f} ({text['colours']})"
        rule = 24 if seen.state.forced else 7
        yield Observation(rule, text["element"], found, f"{text['allowed']}:1", seen.state.name)


def _rule(seen: Seen) -> int:
    return 24 if seen.state.own_settings else 13


def sideways_scroll(visit: Visit) -> Found:
    """Rule 13: nothing is wider than the window (rule 24: with text spacing, on paper)."""
    for seen in visit.seen:
        layout = seen.layout
        if layout["scroll_width"] <= layout["client_width"]:
            continue
        causes = layout["protruding"] or [{"element": "page", "right": layout["scroll_width"]}]
        for cause in causes:
            found = f"it reaches {cause['right']:.0f} px"
            yield Observation(_rule(seen), cause["element"], found, f"{layout['client_width']} px", seen.state.name)


def scroll_boxes(visit: Visit) -> Found:
    """Rule 13: a box that scrolls sideways can be reached by keyboard and has a name; on paper none is cut."""
    for seen, box in visit.shown("scroll_boxes"):
        if seen.state.printed:
            yield Observation(24, box["element"], "a box that scrolls", "all of it on paper", seen.state.name)
        elif not (box["focusable"] and box["named"]):
            allowed = "tabindex=0, a role and a name"
            yield Observation(13, box["element"], "a scroll box without name or focus", allowed, seen.state.name)


def cut_text(visit: Visit) -> Found:
    """Rule 13 (24 with text spacing): no box cuts its text, and no text lies on another."""
    for seen, box in visit.shown("clipped"):
        found = f"{box['by']} px of it cut off"
        yield Observation(_rule(seen), box["element"], found, "all of the text", seen.state.name)
    for seen, pair in visit.shown("overlaps"):
        yield Observation(_rule(seen), pair["element"], "texts that overlap", "no overlap", seen.state.name)


def pinned_boxes(visit: Visit) -> Found:
    """Rule 13: what stays in place leaves room to read at 400% zoom."""
    for seen, box in visit.shown("pinned"):
        if box["share"] > PINNED_SHARE and not seen.state.printed:
            found = f"it covers {box['share']:.0%} of the height"
            yield Observation(_rule(seen), box["element"], found, f"{PINNED_SHARE:.0%} or less", seen.state.name)


def body_text(visit: Visit) -> Found:
    """Rule 20: the size that most words of the text have is 16 to 18 px, with lines 1.5 apart or more."""
    if not visit.paragraphs:
        return
    sizes: Counter[float] = Counter()
    for paragraph in visit.paragraphs:
        sizes[paragraph["size"]] += paragraph["length"]
    body = sizes.most_common(1)[0][0]
    if not BODY_SIZES[0] <= body <= BODY_SIZES[1]:
        yield Observation(20, "main p", f"text of {body:g} px", "16 to 18 px")
    for paragraph in visit.paragraphs:
        if paragraph["size"] == body and paragraph["spacing"] < LINE_HEIGHT - 0.01:
            yield Observation(20, paragraph["element"], f"line height {paragraph['spacing']:.2f}", "1.5 or more")


def line_length(visit: Visit) -> Found:
    """Rule 20: lines of 45 to 90 characters at 1280 px."""
    for paragraph in visit.paragraphs:
        length = round(paragraph["per_line"])
        if length > LINE_LENGTHS[1] or (length < LINE_LENGTHS[0] and paragraph["lines"] > 2):
            yield Observation(20, paragraph["element"], f"{length} characters a line", "45 to 90 characters")


WORDS, PICTURES, NUMBERS, FIRST = {"en": 700, "fr": 805}, 5, 12, 700
SCREENS = {1280: (4, 900), 320: (10, 640)}
# Of the page that opens a review: words before its cards, screens, first picture, underlined links in the first screen,
# and by which px its answer, the story in four sentences, has been read.
FRONT, FRONT_FIRST, FRONT_LINKS = {"en": 450, "fr": 520}, 1000, 12
FRONT_SCREENS, FRONT_ANSWER = {1280: (4, 900), 320: (11, 640)}, {1280: 900, 320: 1280}


def reading_layer(visit: Visit) -> Found:
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
    for element in wide["folded"]:
        yield Observation(25, element, "folded", "in view")


def opening(visit: Visit) -> Found:
    """Rule 25 on the page that opens a review: the story in body size or larger, and soon; few links beside it."""
    yield from too_long(visit, FRONT_SCREENS)
    yield from too_low(visit.reading[1280], FRONT_FIRST)
    for width, most in FRONT_ANSWER.items():
        answer = visit.reading[width]["answer"]
        if answer and (answer["bottom"] > most or answer["size"] < BODY_SIZES[0]):
            found = f"the story to {answer['bottom']:.0f} px at {width} px, in {answer['size']:g} px"
            yield Observation(25, "p.answer", found, f"above {most} px, in {BODY_SIZES[0]:g} px or larger")
    if (links := visit.reading[1280]["links"]) > FRONT_LINKS:
        yield Observation(25, "main", f"{links} underlined links in the first screen", f"{FRONT_LINKS} or fewer")


def too_long(visit: Visit, allowed: dict[int, tuple[int, int]]) -> Found:
    for width, (screens, height) in allowed.items():
        found = visit.reading[width]["height"] / height
        if found > screens:
            yield Observation(25, "main", f"{found:.1f} screens at {width} px", f"{screens} of {height} px or fewer")


def too_low(wide: Facts, most: int) -> Found:
    if (wide["first"] or 0) > most:
        yield Observation(25, "main", f"the first picture at {wide['first']:.0f} px", f"above {most} px at 1280")


CHECKS = (
    reading_layer,
    axe,
    text_contrast,
    sideways_scroll,
    scroll_boxes,
    cut_text,
    pinned_boxes,
    body_text,
    line_length,
)
