"""How wide a text is, by the embedded font's own letters; and lines that are no wider than their room."""

from __future__ import annotations

import math
import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

from .theme import SIZE

FONTS = Path(__file__).parent / "fonts"
UNKNOWN = "n"  # what a sign that the font does not have is taken for
SPACE = " "
UNSEEN = ("Cc", "Cf")  # marks of direction and the like have no width


def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """The width of a line of text in px, without kerning, which would make it narrower by a little."""
    known = advances("bold" if bold else "regular")
    letters = (letter for letter in text if unicodedata.category(letter) not in UNSEEN)
    # fsum, since sum adds floats in another way from Python 3.12 on, and a page is to be the same by all of them.
    return size * math.fsum(known.get(letter, known[UNKNOWN]) for letter in letters)


def wrapped(text: str, room: float, bold: bool = False) -> list[str]:
    """A text as lines no wider than so many px; a word that is wider by itself stays whole. A no-break space holds
    words together."""
    lines: list[str] = []
    for word in text.split(SPACE):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def widest(lines: list[str], bold: bool = False) -> float:
    return max((width(line, bold=bold) for line in lines), default=0.0)


@lru_cache
def advances(weight: str) -> dict[str, float]:
    """The advance of each letter in parts of the font's size, from the tables `cmap` (format 4) and `hmtx`."""
    content = (FONTS / f"atkinson-hyperlegible-next-{weight}.ttf").read_bytes()
    tables = dict(table(content, position) for position in range(12, 12 + 16 * short(content, 4), 16))
    em, count = short(content, tables["head"] + 18), short(content, tables["hhea"] + 34)
    places = {letter: tables["hmtx"] + 4 * min(glyph, count - 1) for letter, glyph in glyphs(content, tables["cmap"])}
    return {letter: short(content, place) / em for letter, place in places.items()}


def table(content: bytes, position: int) -> tuple[str, int]:
    """A table's name and where it begins."""
    return content[position : position + 4].decode(), struct.unpack_from(">I", content, position + 8)[0]


def short(content: bytes, position: int) -> int:
    return int(struct.unpack_from(">H", content, position)[0])


def glyphs(content: bytes, cmap: int) -> list[tuple[str, int]]:
    """Each letter of the basic plane with its glyph's number."""
    places = [cmap + struct.unpack_from(">I", content, cmap + 8 + 8 * i)[0] for i in range(short(content, cmap + 2))]
    start = next(place for place in places if short(content, place) == 4)
    count = short(content, start + 6) // 2
    ends = [short(content, start + 14 + 2 * i) for i in range(count)]
    begins = [short(content, start + 16 + 2 * (count + i)) for i in range(count)]
    deltas = [short(content, start + 16 + 2 * (2 * count + i)) for i in range(count)]
    offsets = start + 16 + 6 * count
    found = []
    for i, (begin, end, delta) in enumerate(zip(begins, ends, deltas, strict=True)):
        for code in range(begin, min(end, 0xFFFE) + 1):
            place = offsets + 2 * i
            offset = short(content, place)
            glyph = short(content, place + offset + 2 * (code - begin)) if offset else code
            found.append((chr(code), (glyph + delta) % 65536))
    return found
