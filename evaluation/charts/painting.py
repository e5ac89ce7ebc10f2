"""Shapes and texts in px as layers of Vega-Lite, and a panel of them with its axes of figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from .axes import LINE, Measured
from .grammar import each
from .placing import Box, Placer
from .theme import ACCENT, INK, PAPER, SIZE, Specification

DASHES = ([1, 0], [7, 3], [2, 3], [10, 3, 2, 3])
SECOND = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}  # where a mark ends
CAP = 6  # px of a line's end to either side
Row = dict[str, Any]


@dataclass
class Waiting:
    """A text that is placed when all marks are: where it may stand, the best place first, and whose it is."""

    boxes: list[Box]
    words: str
    fill: str
    needed: bool  # else it is left out where there is no room: the table has it
    own: tuple[float, float] | None = None

    def at_its_own(self, dots: list[tuple[float, float]]) -> list[Box]:
        """The places that are nearer to its own mark than to any other; all of them where there is none such."""
        if self.own is None:
            return self.boxes
        others = [dot for dot in dots if math.dist(dot, self.own) > 1]
        near = [box for box in self.boxes if all(box.far(self.own) <= box.far(other) for other in others)]
        return near or (self.boxes if self.needed else [])


@dataclass
class Drawing:
    """What a panel's parts have come to: shapes and texts in px."""

    layers: list[Specification] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    placer: Placer = field(default_factory=Placer)
    waiting: list[Waiting] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    names: list[tuple[Specification, float, float, str, str]] = field(default_factory=list)
    said: set[tuple[str, str, int]] = field(default_factory=set)


def px(column: str) -> Specification:
    return {"field": column, "type": "quantitative", "scale": None, "axis": None}


def inked(column: str, condition: Specification | None = None) -> Specification:
    return condition or {"field": column, "type": "nominal", "scale": None, "legend": None}


def layer(mark: Specification, rows: list[Row], **encoding: Any) -> Specification:
    """Marks at the places of their rows; nothing where there are none."""
    places = {"x": px("x"), "y": px("y")}
    return {"data": {"values": rows}, "mark": mark, "encoding": places | encoding} if rows else {}


def conditions(unit: Specification) -> Specification | None:
    """A colour that depends on a test of each row."""
    for channel in ("color", "fill", "stroke"):
        definition = unit["encoding"].get(channel, {})
        if "condition" in definition:
            return {"condition": each(definition["condition"]), "value": definition.get("value", ACCENT)}
    return None


def unless(test: str, condition: Specification | None) -> Specification | None:
    """A conditional colour, and paper where a test says so: outlines stay outlines, and points have a ring."""
    if condition is None:
        return None
    return condition | {"condition": [{"test": test, "value": PAPER}, *condition["condition"]]}


def rects_layer(rows: list[Row], condition: Specification | None = None) -> Specification:
    fill, stroke = inked("fill", unless("datum.hollow__", condition)), inked("stroke", condition)
    return layer({"type": "rect", "strokeWidth": 1.5}, rows, fill=fill, stroke=stroke, **SECOND)


def points_layer(rows: list[Row], size: int, condition: Specification | None = None) -> Specification:
    mark = {"type": "point", "size": size, "strokeWidth": 2, "opacity": 1}
    fill = inked("fill", unless("datum.hollow__", condition))
    stroke = inked("stroke", unless("!datum.hollow__", condition))
    return layer(mark, rows, fill=fill, stroke=stroke, shape=inked("shape"))


def rule(x: float, y: float, x2: float, y2: float, stroke: str, dash: list[int] | None = None) -> Row:
    dashed = dash if dash in DASHES else DASHES[1]
    return {"x": x, "y": y, "x2": x2, "y2": y2, "stroke": stroke, "d": str(DASHES.index(dashed) if dash else 0)}


def cap(place: float, side: float, length: str, stroke: str, half: int = CAP) -> Row:
    """A short line across an axis at a place on it."""
    if length == "x":
        return rule(place, side - half, place, side + half, stroke)
    return rule(side - half, place, side + half, place, stroke)


def dash_of() -> Specification:
    return {"field": "d", "type": "nominal", "legend": None, "scale": {"domain": list("0123"), "range": list(DASHES)}}


def rules_layer(rows: list[Row], thick: int = 2, condition: Specification | None = None) -> Specification:
    mark, stroke = {"type": "rule", "strokeWidth": thick}, inked("stroke", condition)
    return layer(mark, rows, stroke=stroke, strokeDash=dash_of(), **SECOND)


def ringed_layer(rules: list[Row]) -> Specification:
    """Straight lines as boxes with a ring of paper, so that they are seen on bars and dots of any colour."""
    half, rows = 1.75, list[Row]()
    for line in rules:
        x, x2, y, y2 = *sorted((line["x"], line["x2"])), *sorted((line["y"], line["y2"]))
        ink = {"fill": line["stroke"], "stroke": PAPER}
        for begin, end in dashed(x2 - x or y2 - y, DASHES[int(line["d"])]):
            box = (x + begin, x + end, y - half, y + half) if x2 > x else (x - half, x + half, y + begin, y + end)
            rows.append(dict(zip(("x", "x2", "y", "y2"), box, strict=True)) | ink)
    return rects_layer(rows)


def dashed(length: float, pattern: list[int]) -> Iterator[tuple[float, float]]:
    """Where each dash of a line begins and ends; a solid line is one."""
    if pattern == DASHES[0]:
        yield 0, length
        return
    place = 0.0
    for dash, gap in cycle(zip(pattern[::2], pattern[1::2], strict=True)):
        if place >= length:
            return
        yield place, min(place + dash, length)
        place += dash + gap


def lines_layer(rows: list[Row]) -> Specification:
    detail, order = {"field": "g", "type": "nominal"}, {"field": "n", "type": "quantitative"}
    numbered = [row | {"n": number} for number, row in enumerate(rows)]
    inks = {"stroke": inked("stroke"), "strokeDash": dash_of()}
    return layer({"type": "line", "strokeWidth": 2}, numbered, detail=detail, order=order, **inks)


def text_at(x: float, y: float, lines: list[str], align: str, fill: str = INK) -> Row:
    return {"x": x, "y": y, "text": "\n".join(lines), "align": align, "fill": fill}


def texts_layers(texts: list[Row], **mark: Any) -> list[Specification]:
    """Texts at their places, those of each alignment in a layer."""
    common = {"type": "text", "baseline": "top", "fontSize": SIZE, "lineHeight": LINE, "lineBreak": "\n"} | mark
    words: Row = {"fill": inked("fill"), "text": {"field": "text", "type": "nominal"}}
    layers = []
    for align in ("left", "center", "right"):
        for on_cell in (False, True):  # a page's halo, which keeps lines off a text, is none on a cell's tone
            found = [text for text in texts if text["align"] == align and text.get("on_cell", False) is on_cell]
            rows = [{k: v for k, v in text.items() if k not in ("align", "on_cell")} for text in found]
            mark_of_texts = common | {"align": align} | ({"strokeOpacity": 0} if on_cell else {})
            layers += [layer(mark_of_texts, rows, **words)] if rows else []
    return layers


def arrow_layers(rows: list[Row], condition: Specification | None = None) -> list[Specification]:
    """Open bounds as arrows, intervals as lines with ends, in the colours of their marks; those on bars are of ink."""
    own = [row for row in rows if row["stroke"] == INK]
    if condition is not None and own:
        return arrow_layers(own) + arrow_layers([row for row in rows if row not in own], condition)
    rules, heads = [], []
    for row in rows:
        across = row["length"] == "x"
        near, far, side = row["from"], row["to"], row["side"]
        dash = DASHES[1] if row.get("dashed") else None
        found = [(near, side, far, side, dash)]
        if row.get("ends"):
            ends = (near, far) if row["ends"] == "both" else (far,)
            found += [(end, side - row["cap"], end, side + row["cap"], None) for end in ends]
        for x, y, x2, y2, dashes in found if across else [(y, x, y2, x2, d) for x, y, x2, y2, d in found]:
            rules.append(row | rule(x, y, x2, y2, row["stroke"], dashes))
        if not row.get("ends"):
            x, y, shape = (far, side, "triangle-right") if across else (side, far, "triangle-up")
            heads.append(row | {"x": x, "y": y, "fill": row["stroke"], "shape": shape, "hollow__": False})
    return [rules_layer(rules, condition=condition), points_layer(heads, 50, condition)]


def painted(
    drawing: Drawing,
    across: float,
    down: float,
    guides: list[tuple[str, Measured, int]],
    heading: Sequence[str] = (),
    left: float = 0.0,
) -> Specification:
    """A panel for Vega: its axes of figures, its shapes, its texts over all; its ``heading`` begins ``left`` of it."""
    axes = {name: guide(axis, count) for name, axis, count in guides}
    unseen = {"data": {"values": []}, "mark": {"type": "point", "opacity": 0}, "encoding": axes}
    layers = [unseen] if guides else []
    layers += [part for part in drawing.layers if part]
    layers += texts_layers(drawing.texts)
    place = {"frame": "group", "dx": -left, "lineHeight": LINE, "offset": 10}
    title = {"title": {"text": heading, **place}} if heading else {}
    return {"width": round(across, 1), "height": round(down, 1), "layer": layers} | title


def round_values(low: float, high: float, count: int) -> list[float]:
    """Ticks of a logarithmic axis: ones, twos and fives, or every so many powers of ten, as many as have room."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for firsts, every in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3), ((1,), 6)):
        found = [first * 10.0**power for power in powers[::every] for first in firsts]
        inside = [value for value in found if low <= value <= high]
        if len(inside) <= count + 1:
            return inside
    return [low, high]


def guide(axis: Measured, count: int) -> Specification:
    drawn: Row = {
        "title": [axis.title] if axis.title and not axis.up else None,
        "titleFontWeight": "normal",
        "tickCount": count,
        "grid": axis.grid,
        "labelSeparation": 14,
        "domain": not axis.up,
        "labelFlush": False,
        "labelOverlap": True,
    }
    # room for words at the end of bars is no part of a share's scale
    if axis.within is not None and axis.within < axis.high:
        drawn["values"] = axis.whole_ticks(count)
    if axis.percent:
        drawn["labelExpr"] = "format(datum.value / 100, '.3~%')"
    if axis.values:
        drawn["values"] = axis.values
    elif "values" not in drawn and axis.log:
        drawn["values"] = round_values(axis.low, axis.high, count)
    scale = {"domain": [axis.low, axis.high], "nice": False, "zero": False, "reverse": axis.reverse}
    return {"field": "v", "type": "quantitative", "axis": drawn, "scale": scale | ({"type": "log"} if axis.log else {})}
