"""How wide a text is, by the embedded font's own letters (`fonts/advances.json`, in thousandths of its size, as its
`hmtx` table has them); and lines that are no wider than their room."""

from __future__ import annotations

import json
import math
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
    """The advance of each letter in parts of the font's size."""
    table = json.loads((FONTS / "advances.json").read_text(encoding="utf-8"))
    return {letter: thousandths / 1000 for letter, thousandths in table[weight].items()}
