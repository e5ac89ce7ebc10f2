"""A recorded chart of Altair's as it is drawn, in one language and at one width.

All that stands on a panel is placed here, in px; Vega paints it, with the axes of figures. So texts can keep clear of
marks and of each other, a narrow page gets labels above the marks and panels in one column, and the same record gives
the same drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from . import grammar
from .axes import LINE, Measured, Named, ordered
from .cells import Cells, Panel, keys_of, without_facets
from .grammar import mark_of
from .held import CannotBeArranged
from .letters import widest, width, wrapped
from .painting import DASHES, Drawing, painted, points_layer, rule, rules_layer, text_at
from .parts import JOINED, constant_of, heading_of
from .points import Point
from .shaped import Shaped
from .theme import BOTH_WAYS, HEAT, RULE, SERIES, TALLEST, WIDE, Specification

LEAST_PANEL, LEAST_HEIGHT = 190, 110.0
AROUND, KEY = 95, 60  # px for a panel's heading and axis, and for what colours stand for
GAP = 22


def arranged(arguments: dict[str, Any], points: list[Point], language: str, size: int) -> Specification:
    """The specification to paint, ``size`` px wide."""
    narrow = arguments.get("narrow") if size != WIDE else None
    return Chart(arguments | (narrow or {}), points, language, size).specification()


class Chart(Cells):
    """A recorded chart at work."""

    def specification(self) -> Specification:
        panels, across = self.panels(self.source, {})
        scales = self.source.get("resolve", {}).get("scale", {}).values()
        self.own_scales = "independent" in scales and any(key in self.source for key in JOINED)
        found, across = self.placed(panels, self.columns(panels, across))
        lefts = [max(one.left for one in found[column::across]) for column in range(across)]
        if across > 1 and not self.own_scales:  # a length is as much in one column as in the next
            lefts = [max(lefts)] * across
        found = [one.moved(lefts[i % across]) for i, one in enumerate(found)]
        self.share_scales(found)
        drawn = [one.specification() for one in found]
        rows = [drawn[i : i + across] for i in range(0, len(drawn), across)]
        parts: list[Specification] = [*self.key(panels, lefts[0])]
        letters = [one.letters for one in found if one.letters]
        parts += [r[0] if len(r) == 1 else {"hconcat": r, "spacing": GAP, "align": "none"} for r in rows]
        parts += [self.letter_key(key, lefts[0]) for key in letters]
        return {"vconcat": parts, "spacing": GAP, "align": "none", "bounds": "full"} if len(parts) > 1 else parts[0]

    def share_scales(self, found: list[Arranger]) -> None:
        """Give panels that count the same the longest of their axes: each left room for its own words."""
        alike: dict[Any, list[Measured]] = {}
        for one in found if not self.own_scales else []:
            for name, axis in (("x", one.x), ("y", one.y)):
                if isinstance(axis, Measured) and axis.counted and not axis.log and name not in one.panel.own:
                    alike.setdefault((name, axis.counted, axis.factor, axis.reverse), []).append(axis)
        for axes in alike.values():
            low, high = min(axis.low for axis in axes), max(axis.high for axis in axes)
            for axis in axes:
                axis.low, axis.high = low, high

    def panels(self, part: Specification, data: Specification) -> tuple[list[Panel], int]:
        """The panels of a specification in order, and how many stand side by side on a wide page."""
        data = {"data": part["data"]} if "data" in part else data
        inside = {**data, **part}
        if "spec" in part:
            return self.faceted(inside, part["facet"], {**data, **part["spec"]}, part.get("columns"))
        if "mark" in part or "layer" in part:
            units = [unit for _, unit in grammar.units(inside)]
            encodings: list[Specification] = [unit["encoding"] for unit in units]
            if split := next((e for e in encodings if {"row", "column", "facet"} & set(e)), {}):
                field_of = {k: split[k] for k in ("row", "column") if k in split} or split["facet"]
                bare = without_facets(inside)
                return self.faceted(inside, field_of, bare, split.get("facet", {}).get("columns"))
            return [Panel(units, title=heading_of(part))], 1
        found: list[Panel] = []
        widest_row = 1
        for key in JOINED:
            for inner in part.get(key, []):
                more, across = self.panels(inner, data)
                found += [replace(one, shares=one.shares + 100 * n) for n, one in enumerate(more, len(found) + 1)]
                widest_row = max(widest_row, across)
        if "hconcat" in part:
            return found, max(widest_row, len(part["hconcat"]))
        return found, max(widest_row, min(part.get("columns", 2), 3) if "concat" in part else 1)

    def faceted(
        self, inside: Specification, by: Any, spec: Specification, columns: int | None
    ) -> tuple[list[Panel], int]:
        definitions = [by] if "field" in by else [by[k] for k in ("row", "column") if k in by]
        inner, _ = self.panels(spec, {"data": inside["data"]} if "data" in inside else {})
        base = inner[0]
        found = []
        for keys in product(*(self.facet_keys(definition, base) for definition in definitions)):
            chosen = {definition["field"]: key for definition, key in zip(definitions, keys, strict=True)}
            title = " – ".join(self.name(column, key) for column, key in chosen.items())
            panel = Panel(base.units, chosen, {"en": title, "fr": title}, 1, grammar.own_scales(inside))
            if any(self.rows(unit, panel) for unit in panel.units):
                found.append(panel)
        down = "field" not in by and "column" not in by
        beside = len(self.facet_keys(by["column"], base)) if "field" not in by and "column" in by else len(found)
        return found, 1 if down else min(columns or 3, beside, 3)

    def facet_keys(self, definition: Specification, panel: Panel) -> list[str]:
        rows = (row for unit in panel.units for row in self.rows(unit, panel))
        return ordered(keys_of(rows, definition["field"]), definition.get("sort", ...), {})

    def placed(self, panels: list[Panel], across: int) -> tuple[list[Arranger], int]:
        """The panels, as high as a page of paper holds them, and how many stand side by side: those of a facet more
        than were asked for, where one column would be too high."""
        rows = math.ceil(len(panels) / across)
        self.highest = max(LEAST_HEIGHT, (TALLEST - KEY) / rows - AROUND) if self.size == WIDE else math.inf
        room = (self.size - 12 - GAP * (across - 1)) / across
        found = [self.panel(panel, panels, room) for panel in panels]
        if any(one.panel is not panel for one, panel in zip(found, panels, strict=True)):
            panels = [p.transposed() if one.is_upright() else one.panel for one, p in zip(found, panels, strict=True)]
            found = [self.panel(panel, panels, room) for panel in panels]  # columns beside each other lie down together
        tall = sum(max(one.y.size for one in found[i : i + across]) + AROUND for i in range(0, len(found), across))
        more = self.columns(panels, across + 1) if across < 3 and all(p.shares % 100 for p in panels) else across
        if self.size == WIDE and tall > TALLEST - KEY and more > across:
            return self.placed(panels, more)
        return found, across

    def columns(self, panels: list[Panel], across: int) -> int:
        if self.size != WIDE:
            return 1
        while across > 1 and (self.size - GAP * (across - 1)) / across < LEAST_PANEL:
            across -= 1
        return max(1, min(across, len(panels)))

    def panel(self, panel: Panel, panels: list[Panel], room: float) -> Arranger:
        peers = [p for p in panels if p.shares == panel.shares and p.shares % 100] or [panel]
        joined = [p for p in panels if p not in peers] if not self.own_scales else []
        found = Arranger(self, panel, peers, room, joined=joined)
        if found.names_do_not_fit():
            other = Arranger(self, panel.transposed(), [p.transposed() for p in peers], room)
            if other.names_do_not_fit():
                raise CannotBeArranged(
                    f"found names that do not fit side by side in {room:.0f} px; allowed: fewer or shorter names, or "
                    "another chart for narrow pages (narrow=)"
                )
            found = other
        return found

    def key(self, panels: list[Panel], left: float) -> Iterator[Specification]:
        """What the colours stand for, once, above the panels."""
        for column, unit, panel in self.coloured(panels):
            if column:
                arranger = Arranger(self, panel, [panel], self.size)
                yield self.strip(arranger.swatches(column, unit), left, arranger.key_title(column, unit))
                return
        constant = {key: unit for panel in panels for unit in panel.units if (key := constant_of(unit))}
        if len(constant) > 1:
            swatches = [
                (mark_of(u), SERIES[i], DASHES[i], self.t(u["encoding"]["color"]["datum"]))
                for i, u in enumerate(constant.values())
            ]
            yield self.strip(swatches, left)

    def strip(self, entries: list[tuple[str, str, list[int], str]], left: float, title: str = "") -> Specification:
        """A row of swatches with their words, what they tell apart before them; broken where the page ends."""
        drawing, x, y = Drawing(), 2.0, 2.0
        points, rules = [], []
        if title:
            lines = wrapped(title, self.size - 50)
            drawing.texts.append(text_at(x, y, lines, "left"))
            x, y = x + widest(lines) + 18, y + LINE * (len(lines) - 1)
        for mark, colour, dash, words in entries:
            needed = 30 + width(words)
            if x > 2 and x + needed > self.size - 20:
                x, y = 2.0, y + LINE + 6
            if mark in ("line", "rule"):
                rules.append(rule(x, y + 8, x + 22, y + 8, colour, dash))
            else:
                edge = RULE if mark == "rect" and colour in (*HEAT, *BOTH_WAYS) else colour
                shape = "square" if mark in ("bar", "rect") else "circle"
                points.append({"x": x + 11, "y": y + 8, "shape": shape, "fill": colour, "stroke": edge})
            lines = wrapped(words, self.size - 50)
            drawing.texts.append(text_at(x + 28, y, lines, "left"))
            y += LINE * (len(lines) - 1)
            x += needed + 18
        for item in [*points, *rules, *drawing.texts]:  # the panels' frames begin where names end
            item |= {name: item[name] - left for name in ("x", "x2") if name in item}
        drawing.layers += [rules_layer(rules), points_layer(points, 130)]
        return painted(drawing, self.size - 20 - left, y + LINE + 4, [])

    def letter_key(self, entries: list[tuple[str, str]], left: float) -> Specification:
        """What letters beside points stand for, a line each."""
        drawing, y = Drawing(), 0.0
        for own, name in entries:
            lines = wrapped(name, self.size - 60)
            drawing.texts += [text_at(2.0 - left, y, [own], "left"), text_at(26.0 - left, y, lines, "left")]
            y += LINE * len(lines) + 3
        return painted(drawing, self.size - 20 - left, y, [])


class Arranger(Shaped):
    """One panel being arranged."""

    def is_upright(self) -> bool:
        """Whether names stand side by side under bars."""
        bars = any(mark_of(unit) == "bar" for unit in self.panel.units)
        return bars and isinstance(self.x, Named) and isinstance(self.y, Measured)

    def moved(self, left: float) -> Arranger:
        """The same with its frame as far from the left as those above and below it."""
        return replace(self, left=left) if left > self.left else self

    def specification(self) -> Specification:
        drawing = Drawing()
        for unit in self.panel.units:
            getattr(self, f"draw_{mark_of(unit)}")(unit, drawing)
        if not any(mark_of(unit) in ("bar", "rect") for unit in self.panel.units):
            drawing.layers.sort(key=lambda one: one.get("mark", {}).get("type") != "line")  # dots lie on every line
        self.draw_names(drawing)
        self.say_missing(drawing)
        for one in drawing.waiting:
            if box := drawing.placer.place(one.at_its_own(drawing.dots), one.needed):
                drawing.texts.append(text_at(box.left, box.top, [one.words], "left", one.fill) | {"on_cell": box.free})
        self.name_points(drawing)
        left = self.left - 2 if self.left else 0.0
        return painted(drawing, self.x.size, self.y.size, self.guides(), self.heading(), left)

    def guides(self) -> list[tuple[str, Measured, int]]:
        return [
            (name, axis, self.tick_count(name))
            for name, axis in (("x", self.x), ("y", self.y))
            if isinstance(axis, Measured) and self.uses(name)
        ]

    def tick_count(self, axis: str) -> int:
        asked = ((d.get("axis") or {}).get("tickCount") for _, d, _ in self.definitions(axis))
        return min(next(filter(None, asked), 9), 4 if axis == "y" or self.x.size > 320 else 3)
