"""Marks that several makers share: dots by kind, intervals, arrows for open bounds; and how layers are joined."""

from __future__ import annotations

from typing import Any

import altair as alt

from .theme import ACCENT, INK, PAPER, SHAPES

Specification = dict[str, Any]  # of Vega-Lite


def layered(*layers: alt.Chart | Specification, data: list[dict[str, Any]] | None = None, **more: Any) -> Specification:
    """Layers over each other, on rows that those share which have none of their own. Altair's own ``layer`` copies
    every part of every layer three times, which takes as long as drawing them."""
    rows = {} if data is None else {"data": {"values": data}}
    return {"layer": [specification(layer) for layer in layers]} | rows | more


def specification(chart: alt.Chart | Specification) -> Specification:
    """A chart of Altair's as Vega-Lite takes it; what is that already stays as it is. Makers have tests, so that
    it is not checked against Vega-Lite's schema too."""
    if isinstance(chart, dict):
        return chart
    bare = chart.copy(deep=False)
    bare.data = alt.Undefined  # Altair would move rows away from their layer
    made: Specification = bare.to_dict(validate=False, context={"top_level": False, "data": {}})
    return made if chart.data is alt.Undefined else {"data": {"values": chart.data.values}} | made


def interval_marks(base: alt.Chart, y: alt.Y, bars: bool, least: float) -> list[alt.Chart]:
    """The interval as a rule with end ticks, where it is at least ``least`` wide: a narrower one is covered by its
    dot and stands in the table. Under bars only where it does not start at zero."""
    ranged = "datum.low !== null && datum.high !== null && !datum.open"
    ranged += f" && datum.high - datum.low > {least}"
    ranged += " && datum.low > 0" if bars else ""
    rule = base.transform_filter(ranged)
    stroke = INK if bars else ACCENT
    ends = [
        rule.mark_tick(thickness=2, size=12, color=stroke).encode(x=alt.X(f"{end}:Q"), y=y) for end in ("low", "high")
    ]
    return [rule.mark_rule(strokeWidth=2, color=stroke).encode(x="low:Q", x2="high:Q", y=y), *ends]


def arrow_marks(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """An arrow to the right where only a lower bound is known."""
    opened = base.transform_filter("datum.open")
    head = opened.mark_point(shape="triangle-right", size=70, filled=True, color=ACCENT, opacity=1)
    return [
        opened.mark_rule(strokeWidth=2, color=ACCENT).encode(x="value:Q", x2="high:Q", y=y),
        head.encode(x="high:Q", y=y),
    ]


def dot_marks(base: alt.Chart, x: alt.X, y: alt.Y, size: int = 90) -> alt.Chart:
    """A dot for each number: filled circle published, filled diamond derived, hollow square estimate."""
    kinds = list(SHAPES)
    hollow = alt.datum.kind == "estimate"
    return base.mark_point(size=size, strokeWidth=2, opacity=1, stroke=ACCENT).encode(
        x=x,
        y=y,
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=list(SHAPES.values())), legend=None),
        fill=alt.when(hollow).then(alt.value(PAPER)).otherwise(alt.value(ACCENT)),
    )
