"""Charts of Altair's over frames of figures, as they are checked, recorded and drawn; and boxes of dots.

Every chart is drawn twice, wide and narrow, in one light palette; pages recolour it for the dark. Colour is never the
only sign: published figures, derived numbers and estimates differ in shape.

`record` keeps a chart's parts and its rows, as `grammar` and `cells` allow them. `layout` makes Vega-Lite of them for a
page's width, of panels with their `scales` and `marks`; Vega lays it out; `labels` places words beside marks,
`colours` says what they mean, `drawing` makes the SVG of it all, `look` judges it. `points` is what any chart is made
of, `theme` its look; `dots` is what Altair has no mark for.
"""

from ..problems.imports import GRAMMAR, without

with without(GRAMMAR):  # here, so that ordinary kernels start as soon as the warm processes do
    import jsonschema  # noqa: F401

from . import look
from .colours import marks_meant
from .dots import dots
from .drawing import draw, register_font
from .grammar import ChartRefused, highlight
from .parts import Drawn, Point
from .theme import ACCENT, FONT, INK, NARROW, QUIET, RULE, SERIES, WIDE

__all__ = ["ACCENT", "FONT", "INK", "NARROW", "QUIET", "RULE", "SERIES", "WIDE", "ChartRefused", "Drawn", "Point",
           "dots", "draw", "highlight", "look", "marks_meant", "register_font"]  # fmt: skip
