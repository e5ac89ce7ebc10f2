"""What colours, dashes and letters stand for, above and below a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .colours import DASHES, Swatch
from .labels import Text
from .letters import widest, width, wrapped
from .picture import Box
from .theme import BOTH_WAYS, HEAT, LINE, RULE

if TYPE_CHECKING:
    from .layout import Chart

GAP = 18  # px between two swatches with their words
Part = tuple[str, float]  # of an SVG, and how high it is


def key_above(chart: Chart, size: int) -> Part:
    """A row of swatches with their words, what they tell apart before them; broken where the page ends. Nothing where
    words beside the marks say it."""
    title, swatches = chart.key()
    if not swatches:
        return "", 0.0
    parts: list[str] = []
    x = y = 2.0
    if title:
        lines = wrapped(title, size - 50)
        parts.append(text(lines, x, y))
        x, y = x + widest(lines) + GAP, y + LINE * (len(lines) - 1)
    for swatch in swatches:
        lines = wrapped(swatch[3], size - 40)
        needed = 26 + widest(lines)
        if x > 2 and x + needed > size:
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


def letters_below(letters: list[tuple[str, str]], size: int) -> Part:
    """What letters beside points stand for, a line each."""
    parts, y = list[str](), 4.0
    for letter, name in letters:
        lines = wrapped(name, size - 40)
        parts += [text([letter], 2, y), text(lines, 26, y)]
        y += LINE * len(lines) + 3
    return "".join(parts), y if letters else 0.0


def text(lines: list[str], x: float, y: float) -> str:
    return Text(lines, Box(x, y, x + width(lines[0]), y + LINE * len(lines))).svg()
