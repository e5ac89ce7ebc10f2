"""Sizes, colours and font of every chart: constants only; the Vega-Lite theme is in `drawing`."""

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

Specification = dict[str, Any]  # of Vega-Lite
