"""Layers of Vega-Lite whose rows say their places in px, for drawings that have no scales."""

from __future__ import annotations

from typing import Any

from .theme import INK, LINE, Specification

Row = dict[str, Any]


def layer(mark: Specification, rows: list[Row], **encoding: Any) -> Specification:
    """Marks at the places of their rows: ``x``, ``y``, ``x2``, ``y2``; in their ``fill``, ``stroke`` and ``shape``."""
    made: Specification = {}
    for axis in ("x", "y"):
        made[axis] = {"field": axis, "type": "quantitative", "scale": None, "axis": None}
        made |= {f"{axis}2": {"field": f"{axis}2"}} if rows and f"{axis}2" in rows[0] else {}
    for channel in ("fill", "stroke", "shape"):
        own = rows and channel in rows[0]
        made |= {channel: {"field": channel, "type": "nominal", "scale": None}} if own else {}
    return {"data": {"values": rows}, "mark": mark, "encoding": made | encoding}


def texts(rows: list[Row], **properties: Any) -> list[Specification]:
    """Texts in lines from the top left, or as a row's ``align`` says."""
    mark = {"type": "text", "baseline": "top", "lineHeight": LINE, "color": INK} | properties
    words = {"field": "lines", "type": "nominal"}
    aligns = dict.fromkeys(row.get("align", "left") for row in rows)
    return [
        layer(mark | {"align": align}, [row for row in rows if row.get("align", "left") == align], text=words)
        for align in aligns
    ]


def text(x: float, y: float, lines: list[str], align: str = "left") -> Row:
    return {"x": round(x, 1), "y": round(y, 1), "lines": lines, "align": align}


def sheet(across: float, down: float, layers: list[Specification]) -> Specification:
    return {"width": round(across, 1), "height": round(down, 1), "layer": layers}
