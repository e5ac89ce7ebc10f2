"""Charts of Altair's over frames of figures, drawn as SVG at two widths in one light palette; and boxes of dots.

In comes a chart of Altair's (`record.record_chart` checks it by `grammar` and records its layers, rows and points); out
comes SVG for a page (`draw`): `layout` computes scales and sizes, `marks` what is drawn of each layer, Vega-Lite draws
it, `labels` places words beside the marks, `drawing` writes it all down. Colour is never the only sign: published
figures, derived numbers and estimates differ in shape; `meanings` says so in words, and `legibility` finds what cannot
be read.

>>> text = '<text x="70" y="20" fill="#1a1a1a">cut off</text>'
>>> legibility.faults(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40">{text}</svg>')
["'cut off' cut at an edge"]
"""

from ..problems.imports import FORMATS, without_modules

with without_modules(*FORMATS):  # here, so that ordinary kernels start as soon as the warm processes do
    import jsonschema  # noqa: F401

from . import legibility
from .dots import dots
from .drawing import draw, register_font
from .grammar import ChartRefused, highlight
from .layers import DotBoxes, Point
from .meanings import mark_meanings
from .theme import ACCENT, FONT, INK, NARROW, QUIET, RULE, SERIES, WIDE

__all__ = ["ACCENT", "FONT", "INK", "NARROW", "QUIET", "RULE", "SERIES", "WIDE", "ChartRefused", "DotBoxes", "Point",
           "dots", "draw", "highlight", "legibility", "mark_meanings", "register_font"]  # fmt: skip
