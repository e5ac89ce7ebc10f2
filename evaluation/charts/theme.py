"""One look for every chart: sizes, colours, letters and how wide they are.

A text is as wide as the embedded font's own letters are (`fonts/advances.json`, in thousandths of its size, as its
`hmtx` table has them).
"""

import json
import math
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..language import NO_BREAK

WIDE, NARROW = 704, 288
TALLEST = 1040  # px of a drawing that a Letter page holds
FONT = "Atkinson Hyperlegible Next"
INK, QUIET, RULE, PAPER = "#1a1a1a", "#595959", "#8a8a8a", "#ffffff"
GRID = "#e3e3e3"
SERIES = ("#0b5fa5", "#a8420b", "#1c6b3c", "#6a3d9a")
HEAT = ("#eaf1f8", "#c3d9ed", "#8db6dc", "#2a6ea8", "#0a3f70")  # five tones of the first colour, light to dark
BELOW = "#f6d5c3"  # a light tone of the second colour
BOTH_WAYS = (SERIES[1], BELOW, GRID, HEAT[1], HEAT[3])  # far below zero, below, zero, above, far above: a gap is paper
DARK = (HEAT[3], HEAT[4], SERIES[1])  # tones that letters lie on in the colour of paper
ACCENT = SERIES[0]
SHAPES = {"published": "circle", "derived": "diamond", "estimate": "square"}
SIZE = 14
LINE = 17  # px from line to line
INDENT = 4.0  # px from where bars begin to the names above them, so that no line runs through these
BEYOND = 10.0  # px from the end of a line to its name
COLON = {"en": ": ", "fr": f"{NO_BREAK}: "}  # between a name and its number

FONTS = Path(__file__).parent / "fonts"
UNKNOWN = "n"  # what a sign that the font does not have is taken for
SPACE = " "
HYPHEN = re.compile(r"(?<=-)(?=[^\W\d])")
UNSEEN = ("Cc", "Cf")  # marks of direction and the like have no width

Specification = dict[str, Any]  # of Vega-Lite


def theme(language: str) -> dict[str, Any]:
    """One look for all charts: the embedded font, 14 px, quiet axes, horizontal text, ticks by language."""
    decimal, thousands = (",", NO_BREAK) if language == "fr" else (".", ",")
    label = {
        "labelFont": FONT,
        "labelFontSize": SIZE,
        "labelColor": INK,
        "labelAngle": 0,
        "titleColor": INK,
        "titleFont": FONT,
    }
    return {
        "locale": {"number": {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}},
        "font": FONT,
        "background": None,
        "padding": {"left": 2, "right": 4, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "mark": {"color": ACCENT},
        "axis": label | {"gridColor": GRID, "domainColor": RULE, "tickColor": RULE, "titleFontSize": SIZE},
        "text": {"font": FONT, "fontSize": SIZE, "color": INK},
        "title": {"font": FONT, "fontSize": SIZE, "fontWeight": "bold", "anchor": "start", "color": INK},
    }


@lru_cache(10_000)
def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """The width of a line of text in px, without kerning, which would make it narrower by a little."""
    known = advances("bold" if bold else "regular")
    letters = (letter for letter in text if unicodedata.category(letter) not in UNSEEN)
    # fsum, since sum adds floats in another way from Python 3.12 on, and a page is to be the same by all of them.
    return size * math.fsum(known.get(letter, known[UNKNOWN]) for letter in letters)


def wrapped(text: str, room: float, bold: bool = False) -> list[str]:
    """A text as lines no wider than so many px; a word that is wider by itself breaks at its hyphens before letters,
    else it stays whole. A no-break space holds words together."""
    lines: list[str] = []
    for word in text.split(SPACE):
        parts = [word] if width(word, bold=bold) <= room else HYPHEN.split(word)
        for number, part in enumerate(parts):
            longer = lines[-1] + ("" if number else SPACE) + part if lines else part
            if lines and width(longer, bold=bold) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
    return lines


def balanced(text: str, room: float, bold: bool = False) -> list[str]:
    """A text as lines no wider than so many px, as few as may be and about equally long: no word alone in the last."""
    lines = wrapped(text, room, bold)
    closer = wrapped(text, widest(lines, bold) - 1, bold)
    while len(closer) == len(lines) and closer != lines:
        lines, closer = closer, wrapped(text, widest(closer, bold) - 1, bold)
    return lines


def widest(lines: list[str], bold: bool = False) -> float:
    """The width in px of the widest of some lines; none has none."""
    return max((width(line, bold=bold) for line in lines), default=0.0)


@lru_cache
def advances(weight: str) -> dict[str, float]:
    """The advance of each letter in parts of the font's size."""
    table = json.loads((FONTS / "advances.json").read_text(encoding="utf-8"))
    return {letter: thousandths / 1000 for letter, thousandths in table[weight].items()}
