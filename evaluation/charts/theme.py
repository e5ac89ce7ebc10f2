"""One look for every chart: sizes, colours, letters, number formats."""

from __future__ import annotations

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
BOTH_WAYS = (SERIES[1], BELOW, PAPER, HEAT[1], HEAT[3])  # far below zero, below, zero, above, far above
DARK = (HEAT[3], HEAT[4], SERIES[1])  # tones that letters lie on in the colour of paper
ACCENT = SERIES[0]
SHAPES = {"published": "circle", "derived": "diamond", "estimate": "square"}
SIZE = 14
LINE = 17  # px from line to line
COLON = {"en": ": ", "fr": f"{NO_BREAK}: "}  # between a name and its number

Specification = dict[str, Any]  # of Vega-Lite


def theme() -> dict[str, Any]:
    """One look for all charts: the embedded font, 14 px, quiet axes, horizontal text."""
    label = {
        "labelFont": FONT,
        "labelFontSize": SIZE,
        "labelColor": INK,
        "labelAngle": 0,
        "titleColor": INK,
        "titleFont": FONT,
    }
    return {
        "font": FONT,
        "background": None,
        "padding": {"left": 2, "right": 4, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "mark": {"color": ACCENT},
        "axis": label | {"gridColor": GRID, "domainColor": RULE, "tickColor": RULE, "titleFontSize": SIZE},
        "text": {"font": FONT, "fontSize": SIZE, "color": INK},
        "title": {"font": FONT, "fontSize": SIZE, "fontWeight": "bold", "anchor": "start", "color": INK},
    }
