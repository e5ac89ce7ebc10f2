"""The look at what was drawn: every number in a drawing's text is a number of its table, in the same words.

What may have digits besides: a name or a year of the table, and the ticks of an axis, which are no numbers of the
table but have to lie where their value says, on a straight or a logarithmic scale.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

from ..language import NO_BREAK
from .picture import MOVED

SVG = "{http://www.w3.org/2000/svg}"
# A sign, digits or a decimal part beside a number's words make another number of them.
ALONE = r"(?<![\w.,$+\-\u2212])(?:{})(?![\w%$]|[.,]\d|[ \u00a0\u202f][%$])"
TICK = {
    "en": re.compile(r"[^\w.,]*(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?(?:/(\d+))?[^\d.,]*"),
    "fr": re.compile(rf"[^\w.,]*(\d{{1,3}}(?:[{NO_BREAK}\u202f]\d{{3}})*|\d+)(,\d+)?(?:/(\d+))?[^\d.,]*"),
}
OFF = 0.005  # how far a tick may lie from its value's place, as a share of its axis: less than a pixel

Place = tuple[float, float]


def strange(svg: str, known: Iterable[str], language: str) -> list[str]:
    """The texts of a drawing with a number that none of the ``known`` words is, nor a tick of an axis."""
    pattern = known_words(known)
    found = []
    for group, guide in groups(ElementTree.fromstring(svg), False):
        left = [(words, place) for words, place in group if re.search(r"\d", pattern.sub("", words))]
        if left and not (guide and are_ticks(group, language)):
            found += [words for words, _ in left]
    return found


def known_words(known: Iterable[str]) -> re.Pattern[str]:
    """What matches the table's words with digits, the longest first, where no other number begins or goes on."""
    words = sorted({spaced(k) for k in known if re.search(r"\d", k)}, key=len, reverse=True)
    return re.compile(ALONE.format("|".join(map(re.escape, words)) or r"(?!)"))


def groups(element: ElementTree.Element, guide: bool) -> Iterator[tuple[list[tuple[str, Place]], bool]]:
    """The texts that stand together, with their places, and whether they are an axis' or a title's: Vega's guides
    do not react to a pointer."""
    guide = guide or element.get("pointer-events") == "none"
    texts = [(words_of(child), place_of(child)) for child in element if child.tag == f"{SVG}text"]
    if texts:
        yield texts, guide
    for child in element:
        yield from groups(child, guide)


def words_of(text: ElementTree.Element) -> str:
    """A text's lines as one."""
    return spaced(" ".join(part.strip("\n") for part in text.itertext()))


def spaced(words: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words).strip()


def place_of(text: ElementTree.Element) -> Place:
    moved = MOVED.search(text.get("transform", ""))
    return (float(moved[1]), float(moved[2])) if moved else (float(text.get("x", 0)), float(text.get("y", 0)))


def are_ticks(texts: list[tuple[str, Place]], language: str) -> bool:
    """Whether all of these texts are numbers that lie where their values say."""
    values = [tick_value(words, language) for words, _ in texts]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        return False
    across = len({place[1] for _, place in texts}) <= len({place[0] for _, place in texts})
    places = [place[0] if across else place[1] for _, place in texts]
    return straight(numbers, places) or (min(numbers) > 0 and straight([math.log(n) for n in numbers], places))


def tick_value(words: str, language: str) -> float | None:
    """The value of a tick such as 1,000, 0.5, −25%, $10 million or 1/8; None where it is none."""
    found = TICK[language].fullmatch(words)
    if not found:
        return None
    digits = re.sub(r"\D", "", found[1]) + (found[2] or "").replace(",", ".")
    value = Fraction(Decimal(digits)) / int(found[3] or 1)
    return float(-value if re.match(r"[^\w]*[-\u2212]", words) else value)


def straight(values: list[float], places: list[float]) -> bool:
    """Whether values grow with their places along one line; equal values at two places do not."""
    pairs = sorted(zip(places, values, strict=True))
    (start, low), (end, high) = pairs[0], pairs[-1]
    if len(pairs) == 1:
        return True
    if end == start or high == low:
        return False
    return all(abs((value - low) / (high - low) - (place - start) / (end - start)) < OFF for place, value in pairs)
