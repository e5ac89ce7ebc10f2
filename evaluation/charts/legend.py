"""What a chart's marks mean: a key of colours and dashes above the drawing, and a line of words under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..language import N_, Text
from ..numbers.quantity import Bound
from . import grammar
from .colours import DASHES, Swatch, is_interval
from .grammar import is_grid, mark_of
from .labels import Text as Placed
from .letters import widest, width, wrapped
from .picture import Box
from .points import Point
from .theme import BOTH_WAYS, HEAT, LINE, RULE

if TYPE_CHECKING:
    from .layout import Layout

DOTS = {
    "published": N_("filled circle: published figure"),
    "derived": N_("filled diamond: calculated from published figures"),
    "estimate": N_("hollow square: our own estimate"),
}
SQUARES = N_("each square: one of those counted")
BARS = {
    "published": N_("filled bar: published figure, or calculated from published figures"),
    "derived": N_("filled bar: published figure, or calculated from published figures"),
    "estimate": N_("hollow bar: our own estimate"),
}
UPPER = N_("hollow, “up to”: an upper bound; the true number may be much smaller")
ARROW = N_("arrow: the true number may be larger")
INTERVAL = N_("line with ends: interval")
ESTIMATED = N_("dashed line with ends: interval of our own estimate")
RINGS = (N_("full circle: there is one"), N_("empty circle: there is none"), N_("empty circle: none found"))
SHAPED = ("point", "circle", "line")
GAP = 18  # px between two swatches with their words
Part = tuple[str, float]  # of an SVG, and how high it is


def marks_meant(arguments: dict[str, Any], points: Sequence[Point]) -> list[str]:
    """A text for each kind of mark, none where all are plain published figures."""
    if "own" in arguments:
        return []
    units = arguments["units"]
    if grids := list(filter(is_grid, units)):
        rows = [row for rows in arguments["rows"].values() for row in rows]
        columns = {unit["encoding"].get("detail", {}).get("field", "") for unit in grids}
        found = any(row.get(column) is None for row in rows for column in columns)  # what is missing is not none
        full = any(p.number.quantity.value for p in points)
        return [*RINGS[: 1 if full else 0], *RINGS[2 if found else 1 : 3 if found else 2]]
    marks = set(map(mark_of, units))
    kinds = [kind for kind in DOTS if any(p.number.kind == kind for p in points)]
    bounds = {p.number.quantity.bound for p in points}
    drawn = marks & {"bar", *SHAPED}
    said = [BARS[k] for k in kinds if "bar" in marks and "estimate" in kinds]
    dotted = [k for k in kinds if any(p.number.kind == k and not is_interval(p.number) for p in points)]
    said += [DOTS[k] for k in dotted if marks & set(SHAPED) and kinds != ["published"]]
    said += [SQUARES] if "square" in marks else []
    said += [UPPER] if drawn and bounds & {Bound.UP_TO, Bound.LESS_THAN} else []
    said += [ARROW] if drawn and bounds & {Bound.MORE_THAN, Bound.AT_LEAST} else []
    intervals = {n for n, p in enumerate(points) if is_interval(p.number)}
    dashed = {n for n in intervals & pointed(arguments) if points[n].number.kind == "estimate"}
    said += [INTERVAL] if drawn and (intervals - dashed or any(p.interval for p in points)) else []
    said += [ESTIMATED] if dashed else []
    return list(dict.fromkeys(said))


def pointed(arguments: dict[str, Any]) -> set[int]:
    """The points whose numbers themselves stand on an axis by a dot or a line, not an end of theirs."""
    found = set()
    for unit in arguments["units"]:
        fields = [unit["encoding"].get(axis, {}).get("field") for axis in ("x", "y") if mark_of(unit) in SHAPED]
        cells = [row.get(field) for field in fields for row in arguments["rows"][unit["data"]["name"]]]
        found |= {cell["point"] for cell in cells if isinstance(cell, dict) and not cell.get("interval")}
    return found


def texts_of(arguments: dict[str, Any]) -> Iterator[Text]:
    """Every name, title and constant text that a chart may draw."""
    for names in arguments.get("labels", {}).values():
        yield from names.values()
    for _, title in grammar.titles(arguments.get("units", [])):
        yield from grammar.each(title)


def key_above(layout: Layout) -> Part:
    """A row of swatches with their words, what they tell apart before them; broken where the page ends. Nothing where
    words beside the marks say it."""
    title, swatches = layout.key()
    if not swatches:
        return "", 0.0
    parts: list[str] = []
    x = y = 2.0
    if title:
        lines = wrapped(title, layout.size - 50)
        parts.append(text(lines, x, y))
        x, y = x + widest(lines) + GAP, y + LINE * (len(lines) - 1)
    for swatch in swatches:
        lines = wrapped(swatch[3], layout.size - 40)
        needed = 26 + widest(lines)
        if x > 2 and x + needed > layout.size:
            x, y = 2.0, y + LINE + 4
        parts += [symbol(swatch, x, y), text(lines, x + 26, y)]
        y += LINE * (len(lines) - 1)
        x += needed + GAP
    return "".join(parts), y + LINE + 10


def symbol(swatch: Swatch, x: float, y: float) -> str:
    """A square for bars and cells, a circle for dots, a piece of a line."""
    mark, ink, dash, _ = swatch
    if mark in ("line", "rule"):
        dashes = f' stroke-dasharray="{",".join(map(str, dash))}"' if dash != DASHES[0] else ""
        return (
            f'<line x1="{x:g}" y1="{y + 9:g}" x2="{x + 20:g}" y2="{y + 9:g}" stroke="{ink}" stroke-width="2"{dashes}/>'
        )
    if mark in ("bar", "rect"):
        edge = RULE if ink in (*HEAT, *BOTH_WAYS) else ink
        return f'<path d="M{x + 4:g},{y + 3:g}h12v12h-12Z" fill="{ink}" stroke="{edge}"/>'
    return f'<circle cx="{x + 10:g}" cy="{y + 9:g}" r="5.5" fill="{ink}"/>'


def text(lines: list[str], x: float, y: float) -> str:
    return Placed(lines, Box(x, y, x + width(lines[0]), y + LINE * len(lines))).svg()
