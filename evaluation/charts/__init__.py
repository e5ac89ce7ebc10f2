"""Charts of Altair's over frames of figures, as they are checked, recorded and drawn; and three of the project's own.

Every chart is drawn twice, wide and narrow, in one light palette; pages recolour it for the dark. Colour is never the
only sign: published figures, derived numbers and estimates differ in shape.

`taken` makes a record of a chart, `arranged` places what it draws, `drawing` makes the SVG, `scene` and `look` check
it; `points` is what any chart is made of, `theme` its look; `plane`, `signs`, `dots` are what Altair has no marks for.
"""

from ..problems.imports import GRAMMAR, without

with without(GRAMMAR):  # here, so that ordinary kernels start as soon as the warm processes do
    import jsonschema  # noqa: F401

from . import scene
from .asked import ChartRefused
from .dots import dots
from .drawing import clean_ids, draw, register_font
from .legend import marks_meant, texts_of
from .plane import plane
from .points import Drawn, Point
from .signs import signs
from .theme import ACCENT, FONT, INK, NARROW, PAPER, QUIET, RULE, SERIES, SHAPES, WIDE, theme

__all__ = ["ACCENT", "FONT", "INK", "NARROW", "PAPER", "QUIET", "RULE", "SERIES", "SHAPES", "WIDE", "ChartRefused",
           "Drawn", "Point", "clean_ids", "dots", "draw", "marks_meant", "plane", "register_font", "scene", "signs",
           "texts_of", "theme"]  # fmt: skip
