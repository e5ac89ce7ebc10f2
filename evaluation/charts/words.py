"""Words beside marks: wrapped by hand, since Vega does not wrap, and never cut."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt

from ..language import NO_BREAK
from .theme import SIZE


def room_for_words(data: list[dict[str, Any]], plot: float, floor: float = 0.0) -> float:
    """The upper end of an axis from ``floor`` that leaves room for each number's words, in the language in which they
    are longest, at the right of its mark: so a bar is as long in French as in English."""
    ends = [(d["end"] * (1.06 if d["open"] else 1.0), (d["room"] + 20) / plot) for d in data]
    return max([floor + (end - floor) / max(0.2, 1 - words) for end, words in ends] + [1e-9])


def category_axis(data: list[dict[str, Any]]) -> alt.Axis:
    """Row labels, wrapped by hand since Vega does not wrap."""
    texts = "[" + ",".join(repr_js(d["lines"]) for d in data) + "]"
    expression = f"split({texts}[datum.value], '\\n')"
    return alt.Axis(labelExpr=expression, domain=False, ticks=False, labelPadding=8, labelLimit=0, labelAlign="right")


def repr_js(text: str) -> str:
    """A text as a literal of Vega's expression language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def wrap(text: str, characters: int) -> str:
    spaces = text.replace(NO_BREAK, "\x00")
    return "\n".join(textwrap.wrap(spaces, characters)).replace("\x00", NO_BREAK)


def labels_above(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """On a narrow screen the row's label stands above its mark, higher the more lines it has."""
    layers = []
    for count in (1, 2, 3):
        some = base.transform_filter(f"length(split(datum.lines, '\\n')) === {count}")
        text = some.mark_text(
            align="left", baseline="top", dy=-13 - 17 * count, fontSize=SIZE, lineHeight=17, lineBreak="\n"
        )
        layers.append(text.encode(x=alt.value(0), y=y, text="lines:N"))
    return layers
