"""The chart theme and the makers: points in, an Altair chart of a given width and language out.

Every chart is drawn twice, wide and narrow, in one light palette; pages recolour it for the dark. Colour is
never the only sign: published figures, derived numbers and estimates differ in shape, series in their panel.

`points` is what a chart is made of, `theme` its look, `words` and `marks` what makers share; `across`, `lines`
and `revisions` hold the makers by kind, `makers` names them, `drawing` turns a request into SVG.
"""

from ..problems.imports import GRAMMAR, without

with without(GRAMMAR):  # here, so that ordinary kernels start as soon as the warm processes do
    import jsonschema  # noqa: F401

from . import scene
from .drawing import clean_ids, draw, register_font, vega_lite_version
from .makers import ALTAIR, MAKERS, MOST_SERIES, ChartRefused, check
from .meaning import marks_meant, texts_of
from .points import Point
from .theme import ACCENT, FONT, INK, NARROW, PAPER, QUIET, RULE, SERIES, SHAPES, WIDE, theme

__all__ = [
    "ACCENT",
    "ALTAIR",
    "FONT",
    "INK",
    "MAKERS",
    "MOST_SERIES",
    "NARROW",
    "PAPER",
    "QUIET",
    "RULE",
    "SERIES",
    "SHAPES",
    "WIDE",
    "ChartRefused",
    "Point",
    "check",
    "clean_ids",
    "draw",
    "marks_meant",
    "register_font",
    "scene",
    "texts_of",
    "theme",
    "vega_lite_version",
]
