"""A recorded chart of Altair's as it is drawn, in one language and at one width.

All that stands on a panel is placed here, in px; Vega paints it, with the axes of figures. So texts can keep clear of
marks and of each other, a narrow page gets labels above the marks and panels in one column, and the same record gives
the same drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..figures import Bound, Number, Quantity, scale_of, show
from ..language import LANGUAGES, N_, Text, format_number, translate
from . import grammar
from .across import MONEY_UNITS
from .axes import BAR, LINE, Axis, Measured, Named, is_moment, ordered, with_gaps
from .letters import widest, width, wrapped
from .marks import Specification
from .placing import Box, Placer
from .points import Point
from .taken import DISCRETE, ENDINGS, facets, is_stacked, mark_of
from .theme import ACCENT, HEAT, INK, PAPER, QUIET, RULE, SERIES, SHAPES, SIZE, WIDE

DASHES = ([1, 0], [7, 3], [2, 3], [10, 3, 2, 3])
NARROW_PANEL = 430  # px; names stand above the marks in a panel no wider
LEAST_PANEL = 190
GAP = 22
Row = dict[str, Any]


@dataclass
class Panel:
    """One pair of axes: the parts that share them, their rows chosen by what the panel stands for."""

    units: list[Specification]
    chosen: dict[str, str] = field(default_factory=dict)
    title: Text = ""
    shares: int = 0  # panels with one number have common axes


@dataclass
class Drawing:
    """What a panel's parts have come to: shapes and texts in px."""

    layers: list[Specification] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    placer: Placer = field(default_factory=Placer)
    waiting: list[tuple[list[Box], str, str, bool]] = field(default_factory=list)
    names: list[tuple[Specification, float, float, str, str]] = field(default_factory=list)


class CannotBeArranged(ValueError):
    """A chart has no room for its names at a width."""


def arranged(arguments: dict[str, Any], points: list[Point], language: str, size: int) -> Specification:
    """The specification to paint, ``size`` px wide."""
    narrow = arguments.get("narrow") if size != WIDE else None
    return Chart(arguments | (narrow or {}), points, language, size).specification()


class Chart:
    """A recorded chart at work."""

    def __init__(self, arguments: dict[str, Any], points: list[Point], language: str, size: int):
        self.source: Specification = arguments["specification"]
        self.labels: dict[str, dict[str, Text]] = arguments["labels"]
        self.points, self.language, self.size = points, language, size
        self.first = arguments.get("first", 0)

    # What there is

    def t(self, text: Any) -> str:
        if isinstance(text, list):
            return " ".join(map(self.t, text))
        return translate(text, self.language) if text else ""

    def name(self, column: str, key: str) -> str:
        return self.t(self.labels.get(column, {}).get(key, key))

    def rows(self, unit: Specification, panel: Panel) -> list[Row]:
        found = self.source["datasets"][unit["data"]["name"]]
        return [r for r in found if all(r.get(c) == key for c, key in panel.chosen.items() if c in r)]

    def number(self, row: Row, column: str) -> Number | None:
        cell = row.get(base_of(column, row))
        return self.points[self.first + cell["point"]].number if isinstance(cell, dict) else None

    def value(self, row: Row, column: str, factor: float) -> float | None:
        """A cell's place on an axis: its value, or the end that the column's name asks for."""
        number = self.number(row, column)
        if number is None:
            return None
        quantity, ending = number.quantity, column.rpartition("_")[2] if base_of(column, row) != column else ""
        found = {"low": quantity.low, "high": quantity.high}.get(ending, middle(quantity))
        return None if found is None else float(found) / factor

    def words(self, row: Row, column: str) -> str:
        number = self.number(row, column)
        if number is not None:
            return show(number, self.language).words
        cell = row.get(column)
        return "" if cell is None or isinstance(cell, dict) else self.name(column, cell)

    # Panels

    def specification(self) -> Specification:
        panels, across = self.panels(self.source, {})
        across = self.columns(panels, across)
        room = (self.size - 12 - GAP * (across - 1)) / across
        found = [self.panel(panel, panels, room) for panel in panels]
        lefts = [max(one.left for one in found[column::across]) for column in range(across)]
        found = [one.moved(lefts[i % across]) for i, one in enumerate(found)]
        drawn = [one.specification() for one in found]
        rows = [drawn[i : i + across] for i in range(0, len(drawn), across)]
        parts: list[Specification] = [*self.key(panels, lefts[0])]
        letters = [one.letters for one in found if one.letters]
        parts += [r[0] if len(r) == 1 else {"hconcat": r, "spacing": GAP, "align": "none"} for r in rows]
        parts += [self.letter_key(key, lefts[0]) for key in letters]
        return {"vconcat": parts, "spacing": GAP, "align": "none", "bounds": "full"} if len(parts) > 1 else parts[0]

    def panels(self, part: Specification, data: Specification) -> tuple[list[Panel], int]:
        """The panels of a specification in order, and how many stand side by side on a wide page."""
        data = {"data": part["data"]} if "data" in part else data
        inside = {**data, **part}
        if "spec" in part:
            return self.faceted(inside, part["facet"], {**data, **part["spec"]}, part.get("columns"))
        if "mark" in part or "layer" in part:
            units = [{**data, **unit} for _, unit in grammar.units(inside)]
            split: Specification = next(
                (u["encoding"] for u in units if set(u["encoding"]) & {"row", "column", "facet"}), {}
            )
            if split:
                field_of = {k: split[k] for k in ("row", "column") if k in split} or split["facet"]
                bare = without_facets(inside)
                return self.faceted(inside, field_of, bare, split.get("facet", {}).get("columns"))
            title = part.get("title", "")
            return [
                Panel(units, title=title.get("text", title) if isinstance(title, dict) and "text" in title else title)
            ], 1
        found: list[Panel] = []
        widest_row = 1
        for key in ("hconcat", "vconcat", "concat"):
            for inner in part.get(key, []):
                more, across = self.panels(inner, data)
                for panel in more:
                    found.append(replace(panel, shares=panel.shares + 100 * (len(found) + 1)))
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
        choices: list[dict[str, str]] = [{}]
        for definition in definitions:
            keys = self.facet_keys(definition, base)
            choices = [chosen | {definition["field"]: key} for chosen in choices for key in keys]
        found = []
        for chosen in choices:
            title = " – ".join(self.name(column, key) for column, key in chosen.items())
            panel = Panel(base.units, chosen, {"en": title, "fr": title}, 1)
            if any(self.rows(unit, panel) for unit in panel.units):
                found.append(panel)
        down = "field" not in by and "column" not in by
        beside = len(self.facet_keys(by["column"], base)) if "field" not in by and "column" in by else len(found)
        return found, 1 if down else min(columns or 3, beside, 3)

    def facet_keys(self, definition: Specification, panel: Panel) -> list[str]:
        keys = [
            row[definition["field"]]
            for unit in panel.units
            for row in self.rows(unit, panel)
            if row.get(definition["field"]) is not None
        ]
        return ordered(list(dict.fromkeys(keys)), definition.get("sort", ...), {})

    def columns(self, panels: list[Panel], across: int) -> int:
        if self.size != WIDE:
            return 1
        while across > 1 and (self.size - GAP * (across - 1)) / across < LEAST_PANEL:
            across -= 1
        return max(1, min(across, len(panels)))

    # One panel

    def panel(self, panel: Panel, panels: list[Panel], room: float) -> Arranger:
        peers = [p for p in panels if p.shares == panel.shares and p.shares % 100] or [panel]
        found = Arranger(self, panel, peers, room)
        if found.names_do_not_fit():
            turned = [replace(p, units=[transposed(u) for u in p.units]) for p in peers]
            other = Arranger(self, replace(panel, units=[transposed(u) for u in panel.units]), turned, room)
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
                yield self.strip(Arranger(self, panel, [panel], self.size).swatches(column, unit), left)
                return
        constant = {}
        for panel in panels:
            for unit in panel.units:
                datum = unit["encoding"].get("color", {}).get("datum")
                if isinstance(datum, str):
                    constant[datum] = unit
        if len(constant) > 1:
            yield self.strip(
                [(mark_of(u), SERIES[i], DASHES[i], self.t(d)) for i, (d, u) in enumerate(constant.items())], left
            )

    def coloured(self, panels: list[Panel]) -> Iterator[tuple[str, Specification, Panel]]:
        for panel in panels:
            for unit in panel.units:
                for channel in ("color", "fill", "stroke"):
                    definition = unit["encoding"].get(channel, {})
                    column = definition.get("field", "")
                    places = [unit["encoding"].get(a, {}).get("field") for a in ("x", "y")]
                    chosen = set(panel.chosen)
                    if (
                        column
                        and column not in chosen
                        and column not in places
                        and definition.get("legend", 0) is not None
                    ):
                        yield column, unit, panel

    def strip(self, entries: list[tuple[str, str, list[int], str]], left: float) -> Specification:
        """A row of swatches with their words, broken where the page ends."""
        drawing, x, y = Drawing(), 2.0, 2.0
        points, rules = [], []
        for mark, colour, dash, words in entries:
            needed = 30 + width(words)
            if x > 2 and x + needed > self.size - 20:
                x, y = 2.0, y + LINE + 6
            if mark in ("line", "rule"):
                rules.append(rule(x, y + 8, x + 22, y + 8, colour, dash))
            else:
                edge = RULE if colour in HEAT else colour
                points.append(
                    {
                        "x": x + 11,
                        "y": y + 8,
                        "shape": "square" if mark in ("bar", "rect") else "circle",
                        "fill": colour,
                        "stroke": edge,
                    }
                )
            lines = wrapped(words, self.size - 50)
            drawing.texts.append({"x": x + 28, "y": y, "text": "\n".join(lines), "align": "left", "fill": INK})
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
            drawing.texts.append({"x": 2.0 - left, "y": y, "text": own, "align": "left", "fill": INK})
            drawing.texts.append({"x": 26.0 - left, "y": y, "text": "\n".join(lines), "align": "left", "fill": INK})
            y += LINE * len(lines) + 3
        return painted(drawing, self.size - 20 - left, y, [])


def letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


class Arranger:
    """One panel being arranged in ``room`` px."""

    def __init__(self, chart: Chart, panel: Panel, peers: list[Panel], room: float, left: float = 0.0):
        self.chart, self.panel, self.peers, self.room = chart, panel, peers, room
        self.above = room <= NARROW_PANEL
        self.least, self.left = left, left
        self.letters: list[tuple[str, str]] = []
        self.x, self.y = self.axis("x"), self.axis("y")
        self.measure()

    def moved(self, left: float) -> Arranger:
        """The same with its frame as far from the left as those above and below it."""
        return Arranger(self.chart, self.panel, self.peers, self.room, left) if left > self.left else self

    def definitions(self, axis: str, peers: bool = False) -> Iterator[tuple[Specification, Specification, Panel]]:
        for panel in self.peers if peers else [self.panel]:
            for unit in panel.units:
                for channel in (axis, f"{axis}2"):
                    if channel in unit["encoding"]:
                        yield unit, unit["encoding"][channel], panel

    def axis(self, axis: str) -> Axis:
        definitions = [d for _, d, _ in self.definitions(axis)]
        if any(d.get("type") in DISCRETE and "field" in d for d in definitions):
            return self.named(axis)
        return self.measured(axis)

    def named(self, axis: str) -> Named:
        keys: dict[str, None] = {}
        sort: Any = ...
        for unit, definition, panel in self.definitions(axis, peers=True):
            if "field" in definition:
                rows = self.chart.rows(unit, panel)
                keys |= dict.fromkeys(r[definition["field"]] for r in rows if r.get(definition["field"]) is not None)
                sort = definition["sort"] if sort is ... and "sort" in definition else sort
        order = ordered(list(keys), sort, self.weights(axis, sort))
        filled = with_gaps(order) if sort in (..., "ascending") else order
        moments = len(order) > 1 and all(map(is_moment, order))
        return Named(filled, moments=moments, shown=set(order))

    def weights(self, axis: str, sort: Any) -> dict[str, float]:
        """What keys are ordered by: the sum of a column's numbers by key."""
        other = sort.lstrip("-") if isinstance(sort, str) else ""
        column = sort.get("field", "") if isinstance(sort, dict) else ""
        found: dict[str, float] = {}
        for unit, definition, panel in self.definitions(axis, peers=True):
            by = column or unit["encoding"].get(other, {}).get("field", "")
            for row in self.chart.rows(unit, panel) if by and "field" in definition else []:
                value = self.chart.value(row, by, 1.0)
                key = row.get(definition["field"])
                if key is not None and value is not None:
                    found[key] = found.get(key, 0.0) + value
            if found:
                break
        return found

    def measured(self, axis: str) -> Measured:
        numbers = [
            n
            for unit, d, p in self.definitions(axis, peers=True)
            for r in self.chart.rows(unit, p)
            if "field" in d and (n := self.chart.number(r, d["field"])) is not None
        ]
        factor = float(max((scale_of(n) for n in numbers), default=1))
        values = list(self.values(axis, factor))
        own = [d for _, d, _ in self.definitions(axis)]
        scale: Specification = next((d["scale"] for d in own if d.get("scale")), {})
        log = scale.get("type") == "log"
        zero = not log and scale.get("zero", True) is not False
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
        if low == high:
            high = low + 1
        spread = (high / low) ** 0.06 if log else (high - low) * 0.06
        top = high * spread if log else high + (spread if high > 0 or not zero else 0)
        bottom = low / spread if log else low - (spread if low < 0 or not zero else 0)
        domain = scale.get("domain")
        if isinstance(domain, list) and len(domain) == 2:
            bottom, top = (
                min(bottom if values and low < domain[0] else domain[0], domain[0]),
                max(top if high > domain[1] else domain[1], domain[1]),
            )
        percent = bool(numbers) and numbers[0].unit == "percent"
        if percent and high <= 100 < top:
            top = 100.0
        return Measured(
            bottom,
            top,
            up=axis == "y",
            log=log,
            reverse=bool(scale.get("reverse")),
            factor=factor,
            percent=percent,
            title=self.title(axis, numbers, factor),
            grid=self.gridded(own),
            values=list(next((d["axis"]["values"] for d in own if (d.get("axis") or {}).get("values")), [])),
        )

    def gridded(self, definitions: list[Specification]) -> bool:
        return all((d.get("axis") or {}).get("grid", True) for d in definitions)

    def values(self, axis: str, factor: float) -> Iterator[float]:
        """Every number that must be within an axis: values, ends of intervals, sums of stacks, constants."""
        for unit, definition, panel in self.definitions(axis, peers=True):
            rows = self.chart.rows(unit, panel)
            if "field" in definition:
                if is_stacked(unit, axis):
                    yield from self.sums(unit, axis, definition["field"], rows, factor)
                for row in rows:
                    yield from self.ends(row, definition["field"], factor)
            elif isinstance(definition.get("datum"), int | float):
                yield float(definition["datum"])

    def sums(self, unit: Specification, axis: str, column: str, rows: list[Row], factor: float) -> Iterator[float]:
        other = unit["encoding"].get("y" if axis == "x" else "x", {}).get("field", "")
        found: dict[Any, float] = {}
        for row in rows:
            key = (row.get(other), *(row.get(d["field"]) for d in facets(self.chart.source)))
            found[key] = found.get(key, 0.0) + (self.chart.value(row, column, factor) or 0.0)
        yield from found.values()

    def ends(self, row: Row, column: str, factor: float) -> Iterator[float]:
        number = self.chart.number(row, column)
        if number is None:
            return
        own = self.chart.value(row, column, factor)
        yield from () if own is None else (own,)
        if base_of(column, row) == column and number.quantity.bound is Bound.BETWEEN:
            yield from (float(end) / factor for end in (number.quantity.low, number.quantity.high) if end is not None)

    def title(self, axis: str, numbers: list[Number], factor: float) -> str:
        """What an axis counts, in words: as the writer has it, else the unit's noun."""
        unit = numbers[0].unit if numbers else ""
        money = self.chart.t(MONEY_UNITS[unit][factor > 1]) if unit in MONEY_UNITS else ""
        for _, definition, _ in self.definitions(axis):
            title = grammar.title_of(definition)
            if title is None:
                return ""
            if title is not ...:
                words = self.chart.t(title)
                return f"{words} ({money})" if money and factor > 1 else words
        plain = bool(numbers) and set(numbers[0].dimension) == {unit} and unit != "percent"
        nouns = numbers[0].nouns.get(self.chart.language) if plain else None
        return money or (nouns["other"] if nouns else "")

    # Sizes

    def measure(self) -> None:
        """Give both axes their px."""
        if isinstance(self.y, Named):
            self.size_down(self.y)
        elif isinstance(self.y, Measured):
            used = any(True for _ in self.definitions("y"))
            both = isinstance(self.x, Measured) and any(True for _ in self.definitions("x"))
            self.y.size = (300.0 if both else 230.0 if not self.above else 200.0) if used else 40.0
            self.left = self.tick_room(self.y) if used else 0.0
        self.left = max(self.left, self.least)
        right = self.margin = max(30.0 if isinstance(self.x, Measured) or self.x.moments else 6.0, self.end_names())
        inner = self.room - self.left - right
        if isinstance(self.x, Named):
            self.size_across(self.x, inner)
        else:
            self.x.size = inner
            self.leave_room_for_words(self.x)

    def end_names(self) -> float:
        """Room for a writer's texts at the right of the last name across: the names of lines at their ends."""
        if not isinstance(self.x, Named) or not self.x.keys or not isinstance(self.y, Measured):
            return 0.0
        rooms = [
            widest(wrapped(self.text_of(unit, row), self.room * 0.33)) + float(unit["mark"].get("dx", 0)) - 4
            for unit in self.panel.units
            if mark_of(unit) == "text" and isinstance(unit["mark"], dict) and unit["mark"].get("align") == "left"
            if not (self.above and self.named_by_key(unit))
            for row in self.chart.rows(unit, self.panel)
            if row.get(unit["encoding"].get("x", {}).get("field")) == self.x.keys[-1]
        ]
        return max(rooms, default=0.0)

    def tick_room(self, axis: Measured) -> float:
        from decimal import Decimal

        top = Decimal(str(round(axis.high, 0 if axis.high >= 10 else 1)))
        digits = format_number(top, self.chart.language) + ("\u00a0%" if axis.percent else "")
        extra = width("0.0") if axis.high < 2 else 0.0
        return widest([digits, "0"]) + 14 + extra

    def groups(self, offset: str) -> list[str]:
        """The keys that stand side by side within a step."""
        keys: dict[str, None] = {}
        sort: Any = ...
        for panel in self.peers:
            for unit in panel.units:
                definition = unit["encoding"].get(offset, {})
                if "field" in definition:
                    sort = definition.get("sort", sort)
                    keys |= dict.fromkeys(
                        r[definition["field"]]
                        for r in self.chart.rows(unit, panel)
                        if r.get(definition["field"]) is not None
                    )
        return ordered(list(keys), sort, {})

    def size_down(self, axis: Named) -> None:
        marks = {mark_of(unit) for unit in self.panel.units}
        beside = max(1, len(self.groups("yOffset")))
        column = next((d["field"] for _, d, _ in self.definitions("y") if d.get("type") in DISCRETE), "")
        room = self.room - 40 if self.above else min(self.room * 0.34, 250.0)
        axis.lines = {k: wrapped(self.chart.name(column, k), room) for k in axis.keys if k in axis.shown}
        tallest = max((len(lines) for lines in axis.lines.values()), default=1)
        axis.band = 34.0 if "rect" in marks else float(BAR * beside + (4 if beside > 1 else 0))
        if self.above:
            axis.before = LINE * tallest + 8.0
            axis.step = axis.before + axis.band + (2 if "rect" in marks else 8)
        else:
            gap = 0 if "rect" in marks else 14
            axis.step = max(axis.band + gap, LINE * tallest + 10.0)
            axis.band = axis.step if "rect" in marks else axis.band
            axis.before = (axis.step - axis.band) / 2
            self.left = max((widest(lines) for lines in axis.lines.values()), default=0) + 12

    def size_across(self, axis: Named, inner: float) -> None:
        marks = {mark_of(unit) for unit in self.panel.units}
        axis.step = inner / max(1, len(axis.keys))
        share = 1.0 if "rect" in marks else 0.8 if self.groups("xOffset") else 0.62
        axis.band = axis.step if share == 1.0 else min(axis.step * share, 22.0 * max(2, len(self.groups("xOffset"))))
        axis.before = (axis.step - axis.band) / 2
        column = next((d["field"] for _, d, _ in self.definitions("x") if d.get("type") in DISCRETE), "")
        every = 1
        if axis.moments:
            words = [wrapped(self.chart.name(column, k), 1.0) for k in axis.keys if k in axis.shown]
            every = max(1, math.ceil((max(map(widest, words), default=0) + 12) / axis.step))
        kept = {key for i, key in enumerate(axis.keys[::-1]) if i % every == 0}
        axis.lines = {
            k: wrapped(self.chart.name(column, k), 1.0 if axis.moments else axis.step - 8)
            for k in axis.keys
            if k in axis.shown & kept
        }

    def names_do_not_fit(self) -> bool:
        """Whether names across, or numbers over bars that are no exact ones, are wider than their step."""
        if not isinstance(self.x, Named):
            return False
        step = self.x.step
        if not self.x.moments and any(widest(lines) > step - 4 or len(lines) > 3 for lines in self.x.lines.values()):
            return True
        if isinstance(self.y, Named):
            return False
        room = step / max(1, len(self.groups("xOffset")))
        inexact = [words for unit in self.panel.units if mark_of(unit) == "bar" for words in self.bounded(unit, "y")]
        return any(width(words) > room for words in inexact)

    def bounded(self, unit: Specification, axis: str) -> Iterator[str]:
        column = unit["encoding"].get(axis, {}).get("field", "")
        for row in self.chart.rows(unit, self.panel):
            number = self.chart.number(row, column)
            if number is not None and number.quantity.bound is not Bound.EXACT:
                yield show(number, self.chart.language).words

    def leave_room_for_words(self, axis: Measured) -> None:
        """Widen an axis so that each number's words stand at the right of its bar or point."""
        if axis.log or not isinstance(self.y, Named):
            return
        for panel in self.peers:
            for unit in panel.units:
                for row in self.chart.rows(unit, panel):
                    self.leave_room_for_row(axis, unit, row)

    def leave_room_for_row(self, axis: Measured, unit: Specification, row: Row) -> None:
        column = unit["encoding"].get("x", {}).get("field", "")
        number, mark = self.chart.number(row, column), mark_of(unit)
        if number is None or mark not in ("bar", "point", "circle", "square", "text"):
            return
        exact = mark != "bar" and number.quantity.bound is Bound.EXACT
        if mark != "text" and (exact or not self.says_numbers(unit, "x")):
            return
        words = width(self.text_of(unit, row)) if mark == "text" else widest_words(number)
        words += 20 + (22 if number.quantity.high is None else 0)
        share = max(0.2, 1 - words / axis.size)
        ends = list(self.ends(row, column, axis.factor))
        if max(ends) < 0 and mark == "bar":
            axis.low = min(axis.low, axis.high - (axis.high - min(ends)) / share)
        else:
            axis.high = max(axis.high, axis.low + (max(ends) - axis.low) / share)

    def says_numbers(self, unit: Specification, axis: str) -> bool:
        """Whether a part's numbers are written by its marks: they are not where the writer has a text of them."""
        column = unit["encoding"].get(axis, {}).get("field")
        if column is None or is_stacked(unit, axis):
            return False
        texts = [u["encoding"].get("text", {}).get("field", "") for u in self.panel.units if mark_of(u) == "text"]
        return not any(text in (column, f"{column}_words") for text in texts)

    # Shapes

    def specification(self) -> Specification:
        drawing = Drawing()
        for unit in self.panel.units:
            getattr(self, f"draw_{SAME.get(mark_of(unit), mark_of(unit))}")(unit, drawing)
        self.draw_names(drawing)
        for boxes, words, fill, needed in drawing.waiting:
            box = drawing.placer.place(boxes, needed)
            if box:
                drawing.texts.append({"x": box.left, "y": box.top, "text": words, "align": "left", "fill": fill})
        self.name_points(drawing)
        return painted(drawing, self.x.size, self.y.size, self.guides(), self.heading())

    def name_points(self, drawing: Drawing) -> None:
        """Names beside the points that they belong to; letters with a key under the panel where not all have room."""
        found = self.placed_names(drawing, [name for *_, name, _ in drawing.names])
        if None in found:
            short = list(map(letter, range(len(drawing.names))))
            self.letters = [(own, name) for own, (*_, name, _) in zip(short, drawing.names, strict=True)]
            found = self.placed_names(drawing, short)
        drawing.texts += [text for text in found if text]

    def placed_names(self, drawing: Drawing, names: list[str]) -> list[Row | None]:
        before, found = list(drawing.placer.texts), list[Row | None]()
        for (unit, x, y, _, fill), name in zip(drawing.names, names, strict=True):
            lines = wrapped(name, self.x.size * 0.4)
            box = drawing.placer.place(self.boxes(unit, x, y, lines, False), len(name) < 3)
            text = {"text": "\n".join(lines), "align": "left", "fill": fill}
            found.append(text | {"x": box.left, "y": box.top} if box else None)
        if None in found:
            drawing.placer.texts[:] = before
        return found

    def heading(self) -> list[str]:
        return wrapped(self.chart.t(self.panel.title), self.room - 10, bold=True) if self.panel.title else []

    def guides(self) -> list[tuple[str, Measured, int]]:
        return [
            (name, axis, self.tick_count(name))
            for name, axis in (("x", self.x), ("y", self.y))
            if isinstance(axis, Measured) and any(True for _ in self.definitions(name))
        ]

    def tick_count(self, axis: str) -> int:
        own = next(
            (d["axis"]["tickCount"] for _, d, _ in self.definitions(axis) if (d.get("axis") or {}).get("tickCount")),
            None,
        )
        return min(own or 9, 4 if axis == "y" or self.x.size > 320 else 3)

    def draw_names(self, drawing: Drawing) -> None:
        """The names of an axis of names, and what an axis of figures up the page counts."""
        if isinstance(self.y, Named):
            for key, lines in self.y.lines.items():
                if self.above:
                    item = {"x": 0.0, "y": self.y.begin(key) - LINE * len(lines) - 1, "align": "left"}
                else:
                    item = {"x": -10.0, "y": self.y.at(key) - LINE * len(lines) / 2 + 1, "align": "right"}
                drawing.texts.append(item | {"text": "\n".join(lines), "fill": INK})
        elif self.y.title:
            words = "\n".join(wrapped(self.y.title, self.room - 10))
            drawing.texts.append(
                {
                    "x": -self.left + 2,
                    "y": -12.0 - LINE * (words.count("\n") + 1),
                    "text": words,
                    "align": "left",
                    "fill": INK,
                }
            )
        if isinstance(self.x, Named):
            for key, lines in self.x.lines.items():
                item = {"x": self.x.at(key), "y": self.y.size + 7, "align": "center"}
                drawing.texts.append(item | {"text": "\n".join(lines), "fill": INK})
            if isinstance(self.y, Measured):
                at = self.y.base()
                drawing.layers.append(rules_layer([rule(0, at, self.x.size, at, RULE)]))

    def along(self, unit: Specification, row: Row, channel: str) -> float | None:
        """Where a row stands on an axis, in px; None where it has no place."""
        axis = self.x if channel[0] == "x" else self.y
        definition = unit["encoding"].get(channel)
        if definition is None:
            return None
        if "datum" in definition and isinstance(axis, Measured):
            return axis.at(float(definition["datum"]))
        if isinstance(axis, Named):
            key = row.get(definition.get("field", ""))
            return None if key is None else self.within(unit, row, channel, axis, key)
        value = self.chart.value(row, definition.get("field", ""), axis.factor)
        return None if value is None else axis.at(value)

    def within(self, unit: Specification, row: Row, channel: str, axis: Named, key: str) -> float:
        """The middle of a row's share of a band, where several keys stand side by side."""
        offset = unit["encoding"].get(f"{channel}Offset", {}).get("field")
        if offset is None or row.get(offset) is None:
            return axis.at(key)
        keys = self.groups(f"{channel}Offset")
        return axis.begin(key) + axis.band * (keys.index(row[offset]) + 0.5) / len(keys)

    def thickness(self, unit: Specification, channel: str, axis: Named) -> float:
        keys = self.groups(f"{channel}Offset") if f"{channel}Offset" in unit["encoding"] else []
        return axis.band / len(keys) - 2 if keys else axis.band

    def colour(self, unit: Specification, row: Row) -> str:
        """The ink of a row: of its series, of its tone, or the part's own."""
        mark = unit["mark"] if isinstance(unit["mark"], dict) else {}
        own = next(
            (mark[k] for k in ("color", "fill", "stroke") if mark.get(k)), INK if mark_of(unit) == "text" else ACCENT
        )
        for channel in ("color", "fill", "stroke"):
            definition = unit["encoding"].get(channel)
            if definition is None:
                continue
            if "field" in definition:
                if self.chart.number(row, definition["field"]) is not None:
                    return HEAT[self.tone(unit, definition["field"], row)]
                return self.ink_of(definition, row.get(definition["field"]))
            if isinstance(definition.get("datum"), str):
                constants = list(
                    dict.fromkeys(
                        d for u in self.panel.units if isinstance(d := u["encoding"].get("color", {}).get("datum"), str)
                    )
                )
                return SERIES[constants.index(definition["datum"]) % 4]
            if definition.get("value"):
                return str(definition["value"])
        return str(own)

    def series(self, column: str) -> list[str]:
        """The keys of a series in the order of their colours, the same in all panels."""
        keys: dict[str, None] = {}
        sort: Any = ...
        for rows in self.chart.source["datasets"].values():
            keys |= dict.fromkeys(
                r[column] for r in rows if r.get(column) is not None and not isinstance(r[column], dict)
            )
        for unit in self.panel.units:
            for channel in ("color", "fill", "stroke", "strokeDash"):
                definition = unit["encoding"].get(channel, {})
                if definition.get("field") == column:
                    sort = (definition.get("scale") or {}).get("domain") or definition.get("sort", sort)
        return ordered(list(keys), sort, {})

    def ink_of(self, definition: Specification, key: str | None) -> str:
        keys = self.series(definition["field"])
        inks = (definition.get("scale") or {}).get("range") or SERIES
        return str(inks[keys.index(key) % len(inks)]) if key in keys else QUIET

    def dash(self, unit: Specification, row: Row) -> list[int]:
        mark = unit["mark"] if isinstance(unit["mark"], dict) else {}
        for channel in ("strokeDash", "color", "stroke"):
            column = unit["encoding"].get(channel, {}).get("field", "")
            if column and isinstance(row.get(column), str):
                return DASHES[self.series(column).index(row[column]) % 4]
        return list(mark.get("strokeDash", DASHES[0]))

    def tones(self, unit: Specification, column: str) -> tuple[float, float]:
        found = [
            v
            for rows in self.chart.source["datasets"].values()
            for r in rows
            if (v := self.chart.value(r, column, 1.0)) is not None
        ]
        return min(found), max(found)

    def tone(self, unit: Specification, column: str, row: Row) -> int:
        """Which of the five tones a cell has: equal steps from the smallest number to the largest."""
        low, high = self.tones(unit, column)
        value = self.chart.value(row, column, 1.0)
        assert value is not None
        return min(4, int((value - low) / (high - low) * 5)) if high > low else 2

    def swatches(self, column: str, unit: Specification) -> list[tuple[str, str, list[int], str]]:
        definition = next(
            d
            for d in unit["encoding"].values()
            if isinstance(d, dict) and d.get("field") == column and d.get("legend", 0) is not None
        )
        rows = [r for rows in self.chart.source["datasets"].values() for r in rows]
        if not any(self.chart.number(r, column) is not None for r in rows):
            mark = mark_of(unit)
            return [
                (mark, self.ink_of(definition, k), DASHES[i % 4], self.chart.name(column, k))
                for i, k in enumerate(self.series(column))
            ]
        entries = []
        for tone in range(5):
            inside = [
                r for r in rows if self.chart.number(r, column) is not None and self.tone(unit, column, r) == tone
            ]
            inside.sort(key=lambda r: self.chart.value(r, column, 1.0) or 0.0)
            if inside:
                ends = list(dict.fromkeys([self.chart.words(inside[0], column), self.chart.words(inside[-1], column)]))
                entries.append(("rect", HEAT[tone], DASHES[0], f" {self.chart.t(N_('to'))} ".join(ends)))
        return entries

    def tested(self, unit: Specification, row: Row) -> Row:
        """The cells that a condition asks for, as Vega reads them."""
        if not any("condition" in d for d in unit["encoding"].values() if isinstance(d, dict)):
            return {}
        plain = {
            c: (int(v) if isinstance(v, str) and v.isdigit() else v) for c, v in row.items() if not isinstance(v, dict)
        }
        return plain | {c: self.chart.value(row, c, 1.0) for c, v in row.items() if isinstance(v, dict)}

    def draw_bar(self, unit: Specification, drawing: Drawing) -> None:
        length = (
            "x" if isinstance(self.x, Measured) and unit["encoding"].get("x", {}).get("type") == "quantitative" else "y"
        )
        across: Axis = self.y if length == "x" else self.x
        axis = self.x if length == "x" else self.y
        assert isinstance(axis, Measured)
        stacked, sums = is_stacked(unit, length), dict[float, float]()
        bars, arrows = list[Row](), list[Row]()
        for row in self.in_series_order(unit) if stacked else self.chart.rows(unit, self.panel):
            number = self.chart.number(row, unit["encoding"][length]["field"])
            end = self.along(unit, row, length)
            side = self.along(unit, row, "y" if length == "x" else "x")
            if number is None or end is None:
                continue
            start = axis.base()
            if isinstance(across, Named):
                if side is None:
                    continue
                half = self.thickness(unit, "y" if length == "x" else "x", across) / 2
            else:
                side, half = 20.0, float(BAR) / 2
            if stacked:
                below = sums.get(side, 0.0)
                value = self.chart.value(row, unit["encoding"][length]["field"], axis.factor) or 0.0
                start, end = axis.at(below), axis.at(below + value)
                sums[side] = below + value
            ink = self.colour(unit, row)
            fill = PAPER if is_hollow(number) else ink
            edge = PAPER if stacked and fill == ink else ink
            span = {"x": start, "x2": end, "y": side - half, "y2": side + half}
            shape = span if length == "x" else {"x": span["y"], "x2": span["y2"], "y": start, "y2": end}
            bars.append(shape | {"fill": fill, "stroke": edge} | self.tested(unit, row))
            box = Box(
                min(shape["x"], shape["x2"]),
                min(shape["y"], shape["y2"]),
                max(shape["x"], shape["x2"]),
                max(shape["y"], shape["y2"]),
            )
            drawing.placer.block(box)
            if not stacked:
                tip = self.arrow(number, end, side, length, ink, arrows, drawing)
                self.interval(number, side, length, axis, INK, arrows, drawing)
                far = max(
                    [tip] + [axis.at(v) for v in self.ends(row, unit["encoding"][length]["field"], axis.factor)],
                    key=lambda p: p if length == "x" else -p,
                )
                self.beside(unit, number, far, side, length, drawing, bar=True)
        drawing.layers += [rects_layer(bars, conditions(unit)), *arrow_layers(arrows)]

    def in_series_order(self, unit: Specification) -> list[Row]:
        column = next(
            (
                unit["encoding"][c]["field"]
                for c in ("color", "fill", "detail")
                if unit["encoding"].get(c, {}).get("field")
            ),
            "",
        )
        keys = self.series(column)
        return sorted(
            self.chart.rows(unit, self.panel), key=lambda r: keys.index(r[column]) if r.get(column) in keys else 99
        )

    def arrow(
        self, number: Number, end: float, side: float, length: str, ink: str, into: list[Row], drawing: Drawing
    ) -> float:
        """An arrow from an open bound; gives where it ends."""
        if number.quantity.high is not None:
            return end
        far = end + 16 if length == "x" else end - 16
        across = length == "x"
        drawing.placer.block(Box(end, side - 5, far + 5, side + 5) if across else Box(side - 5, far - 5, side + 5, end))
        into.append({"from": end, "to": far, "side": side, "length": length, "stroke": ink})
        return far

    def interval(
        self, number: Number, side: float, length: str, axis: Measured, ink: str, into: list[Row], drawing: Drawing
    ) -> None:
        quantity = number.quantity
        if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
            low, high = (axis.at(float(e) / axis.factor) for e in (quantity.low, quantity.high))
            into.append({"from": low, "to": high, "side": side, "length": length, "stroke": ink, "ends": True})
            drawing.placer.block(
                Box(min(low, high), side - 6, max(low, high), side + 6)
                if length == "x"
                else Box(side - 6, min(low, high), side + 6, max(low, high))
            )

    def beside(
        self,
        unit: Specification,
        number: Number,
        far: float,
        side: float,
        length: str,
        drawing: Drawing,
        bar: bool = False,
    ) -> None:
        """A number's words at the end of its mark: of every bar that has room, of every bound that is not exact."""
        exact = number.quantity.bound is Bound.EXACT
        if not self.says_numbers(unit, length) or (exact and not bar):
            return
        if number.quantity.bound is Bound.BETWEEN and not bar:
            return  # the interval is drawn, and its words are long
        words = show(number, self.chart.language).words
        wide = width(words)
        top = side - LINE / 2 + 1
        if length == "x" and bar and number.quantity.value < 0:
            boxes = [Box(far - gap - wide, top, far - gap, top + LINE) for gap in range(6, 60, 8)]
        elif length == "x":
            boxes = [Box(far + gap, top, far + gap + wide, top + LINE) for gap in range(8, 200, 8)]
            boxes = [box for box in boxes if box.right <= self.x.size + 24] or boxes[:1]
        elif exact and self.crowded(unit):
            return
        else:
            left = min(max(side - wide / 2, -self.left), self.x.size - wide)
            boxes = [Box(left, far - LINE - lift, left + wide, far - lift) for lift in (4, 8, 12)]
            if not bar:
                gaps = (12, 20, 30, 44)
                more = [box for gap in gaps for box in boxes_around(side, far, wide, LINE, gap, self.x.size)]
                boxes = [*boxes[:1], *more]
            boxes = [b for b in boxes if b.left >= 2 and b.right <= self.x.size and -14 < b.top < self.y.size - LINE]
        signed = number.quantity.bound in SIGNED and not bar and self.above  # an arrow or an outline says it too
        drawing.waiting.append((boxes, words, INK, not exact and not signed))

    def crowded(self, unit: Specification) -> bool:
        """Whether not every number has room over its column: then none that is exact is written there."""
        if not isinstance(self.x, Named):
            return False
        room = self.x.step / max(1, len(self.groups("xOffset")))
        numbers = [n for r in self.chart.rows(unit, self.panel) if (n := self.number_on(unit, r, "y")) is not None]
        return any(width(show(n, self.chart.language).words) > room - 3 for n in numbers)

    def draw_point(self, unit: Specification, drawing: Drawing) -> None:
        dots: list[Row] = []
        arrows: list[Row] = []
        for row in self.chart.rows(unit, self.panel):
            x, y = (self.place(unit, row, axis) for axis in ("x", "y"))
            numbers = [n for a in ("x", "y") if (n := self.number_on(unit, row, a)) is not None]
            if x is None or y is None or not numbers:
                continue
            ink = self.colour(unit, row)
            kind = "estimate" if any(n.kind == "estimate" for n in numbers) else numbers[0].kind
            hollow = any(map(is_hollow, numbers))
            for axis_name, side in (("x", y), ("y", x)):
                number, axis = self.number_on(unit, row, axis_name), self.x if axis_name == "x" else self.y
                if number is None or not isinstance(axis, Measured) or "_" in self.ending(unit, row, axis_name):
                    continue
                tip = self.arrow(number, x if axis_name == "x" else y, side, axis_name, ink, arrows, drawing)
                self.interval(number, side, axis_name, axis, ink, arrows, drawing)
                far = max(
                    [tip] + [axis.at(v) for v in self.ends(row, unit["encoding"][axis_name]["field"], axis.factor)],
                    key=lambda p: p if axis_name == "x" else -p,
                )
                self.beside(unit, number, far + (4 if axis_name == "x" else -4), side, axis_name, drawing)
            dots.append(
                # a ring around filled ones, so that one on another can be seen
                {"x": x, "y": y, "fill": PAPER if hollow else ink, "stroke": ink if hollow else PAPER}
                | {"shape": SHAPES[kind]}
                | self.tested(unit, row)
            )
            drawing.placer.block(Box(x - 6, y - 6, x + 6, y + 6))
        drawing.layers += [*arrow_layers(arrows), points_layer(dots, 110 if len(dots) < 40 else 70, conditions(unit))]

    def number_on(self, unit: Specification, row: Row, axis: str) -> Number | None:
        return self.chart.number(row, unit["encoding"].get(axis, {}).get("field", ""))

    def ending(self, unit: Specification, row: Row, axis: str) -> str:
        """What a column asks of its figures: nothing, or ``_low``, ``_high``."""
        column = unit["encoding"].get(axis, {}).get("field", "")
        return column.removeprefix(base_of(column, row))

    def place(self, unit: Specification, row: Row, axis: str) -> float | None:
        """Where a row stands; the middle of an axis that its part does not use."""
        if axis not in unit["encoding"]:
            return 20.0
        return self.along(unit, row, axis)

    def draw_line(self, unit: Specification, drawing: Drawing) -> None:
        apart = [
            d["field"]
            for c, d in unit["encoding"].items()
            if c in ("color", "stroke", "detail", "strokeDash") and "field" in d
        ]
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.chart.rows(unit, self.panel):
            groups.setdefault(tuple(row.get(c) for c in apart), []).append(row)
        path: list[Row] = []
        dotted: list[Row] = []
        for number, rows in enumerate(groups.values()):
            placed = [(self.along(unit, r, "x"), self.along(unit, r, "y"), r) for r in rows]
            placed.sort(key=lambda p: self.order(unit, p))
            segment, before = 0, None
            for x, y, row in placed:
                if x is None or y is None:
                    segment, before = segment + 1, None
                    continue
                segment += 1 if before is not None and self.apart(before, row, unit) else 0
                if before is not None and not self.apart(before, row, unit):
                    drawing.placer.block_line(path[-1]["x"], path[-1]["y"], x, y)
                path.append(
                    {
                        "x": x,
                        "y": y,
                        "g": f"{number}-{segment}",
                        "stroke": self.colour(unit, row),
                        "d": str(DASHES.index(d) if (d := self.dash(unit, row)) in DASHES else 1),
                    }
                )
                before = row
            dotted += [row for _, _, row in placed]
        drawing.layers.append(lines_layer(path))
        self.draw_point(
            {
                **unit,
                "mark": {
                    "type": "point",
                    **(
                        {"color": c}
                        if (c := (unit["mark"] if isinstance(unit["mark"], dict) else {}).get("color"))
                        else {}
                    ),
                },
            },
            drawing,
        )
        if (
            len(groups) == 1
            and self.says_numbers(unit, "y")
            and isinstance(self.x, Named)
            and isinstance(self.y, Measured)
        ):
            self.say_ends(unit, next(iter(groups.values())), drawing)

    def say_ends(self, unit: Specification, rows: list[Row], drawing: Drawing) -> None:
        """The first and the last number of a line, where there is room; the table has every number."""
        placed = [
            (x, y, r)
            for r in rows
            if (x := self.along(unit, r, "x")) is not None and (y := self.along(unit, r, "y")) is not None
        ]
        placed.sort(key=lambda p: p[0])
        for x, y, row in placed[:1] + placed[-1:]:
            number = self.number_on(unit, row, "y")
            if number is None or number.quantity.bound is not Bound.EXACT:
                continue
            words = show(number, self.chart.language).words
            wide = width(words)
            left = min(max(x - wide / 2, 4), self.x.size - wide)
            boxes = [Box(left, y - LINE - lift, left + wide, y - lift) for lift in (9, 14, 20)]
            boxes += [Box(left, y + drop, left + wide, y + LINE + drop) for drop in (9, 14)]
            boxes = [box for box in boxes if box.bottom < self.y.size - 2]
            drawing.waiting.append((boxes, words, INK, False))

    def order(self, unit: Specification, placed: tuple[Any, Any, Row]) -> Any:
        """Along which way a line is drawn: by its own order, else from left to right or from top to bottom."""
        x, y, row = placed
        definition = unit["encoding"].get("order", {})
        if isinstance(definition, dict) and "field" in definition:
            value = self.chart.value(row, definition["field"], 1.0)
            return (0, value, "") if value is not None else (1, 0.0, str(row.get(definition["field"])))
        down = isinstance(self.y, Named) and isinstance(self.x, Measured) and not self.x.reverse
        return (0, (y if down else x) if (y if down else x) is not None else math.inf, "")

    def apart(self, before: Row, row: Row, unit: Specification) -> bool:
        """Whether a year or month lies between two rows that has no row of its own."""
        for axis, channel in ((self.x, "x"), (self.y, "y")):
            if isinstance(axis, Named) and axis.moments:
                column = unit["encoding"][channel]["field"]
                return abs(axis.keys.index(row[column]) - axis.keys.index(before[column])) > 1
        return False

    def draw_rule(self, unit: Specification, drawing: Drawing) -> None:
        rules: list[Row] = []
        ends: list[Row] = []
        constant = not any("field" in d for c, d in unit["encoding"].items() if c in grammar.POSITIONS)
        for row in [{}] if constant else self.chart.rows(unit, self.panel):
            x, y, x2, y2 = (self.along(unit, row, c) for c in ("x", "y", "x2", "y2"))
            if (
                (x is None and y is None)
                or ("x2" in unit["encoding"] and None in (x, x2))
                or ("y2" in unit["encoding"] and None in (y, y2))
            ):
                continue
            line = rule(
                0 if x is None else x,
                0 if y is None else y,
                x2 if x2 is not None else (self.x.size if x is None else x),
                y2 if y2 is not None else (self.y.size if y is None else y),
                self.colour(unit, row),
                self.dash(unit, row),
            )
            if x2 is None and y2 is None and x is not None and y is not None:
                line |= (
                    {"x": 0}
                    if isinstance(self.x, Measured)
                    else {"y": self.y.base() if isinstance(self.y, Measured) else 0}
                )
            if constant and self.above and isinstance(self.y, Named):
                for key in self.y.keys:  # names stand between the bands
                    rules.append(line | self.across_band(key))
                    drawing.placer.block_line(line["x"], self.y.begin(key), line["x2"], self.y.begin(key) + self.y.band)
                continue
            rules.append(line)
            drawing.placer.block_line(line["x"], line["y"], line["x2"], line["y2"])
            if x2 is not None and not self.has_points(unit):
                ends += [rule(p, line["y"] - 6, p, line["y"] + 6, line["stroke"]) for p in (line["x"], line["x2"])]
            if y2 is not None and not self.has_points(unit):
                ends += [rule(line["x"] - 6, p, line["x"] + 6, p, line["stroke"]) for p in (line["y"], line["y2"])]
        drawing.layers += [rules_layer(rules), rules_layer(ends)]

    def across_band(self, key: str) -> Row:
        assert isinstance(self.y, Named)
        return {"y": self.y.begin(key) - 1, "y2": self.y.begin(key) + self.y.band + 1}

    def has_points(self, unit: Specification) -> bool:
        """Whether points stand at the ends of a rule (a dumbbell), so that it needs none of its own."""
        own = {unit["encoding"][c].get("field") for c in grammar.POSITIONS if c in unit["encoding"]}
        columns = [
            u["encoding"].get(a, {})
            for u in self.panel.units
            if mark_of(u) in ("point", "circle", "square", "tick")
            for a in ("x", "y")
        ]
        measured = {d.get("field") for d in columns if d.get("type") == "quantitative"}
        return bool(own & measured)

    def draw_tick(self, unit: Specification, drawing: Drawing) -> None:
        ticks = []
        for row in self.chart.rows(unit, self.panel):
            x, y = (self.place(unit, row, axis) for axis in ("x", "y"))
            if x is None or y is None:
                continue
            upright = isinstance(self.x, Measured)
            ticks.append(
                rule(x, y - 8, x, y + 8, self.colour(unit, row))
                if upright
                else rule(x - 8, y, x + 8, y, self.colour(unit, row))
            )
            drawing.placer.block(Box(x - 2, y - 8, x + 2, y + 8))
        drawing.layers.append(rules_layer(ticks))

    def draw_rect(self, unit: Specification, drawing: Drawing) -> None:
        if not (isinstance(self.x, Named) and isinstance(self.y, Named)):
            raise CannotBeArranged("found rect on an axis of figures; allowed: names on both axes (a heat map), or bar")
        cells, dashed = [], []
        for row in self.chart.rows(unit, self.panel):
            x, y = (row.get(unit["encoding"][a]["field"]) for a in ("x", "y"))
            number = self.chart.number(
                row, unit["encoding"].get("color", unit["encoding"].get("fill", {})).get("field", "")
            )
            if x is None or y is None or number is None:
                continue
            left, top = self.x.begin(x), self.y.begin(y)
            cell = {"x": left, "x2": left + self.x.band, "y": top, "y2": top + self.y.band}
            cells.append(cell | {"fill": self.colour(unit, row), "stroke": RULE} | self.tested(unit, row))
            if number.kind == "estimate":
                dashed += [
                    cell | {"x": left + 2, "x2": left + self.x.band - 2, "y": top + 2, "y2": top + 2},
                    cell
                    | {
                        "x": left + 2,
                        "x2": left + self.x.band - 2,
                        "y": top + self.y.band - 2,
                        "y2": top + self.y.band - 2,
                    },
                ]
        marks = [rule(d["x"], d["y"], d["x2"], d["y2"], INK, DASHES[2]) for d in dashed]
        drawing.layers += [rects_layer(cells, conditions(unit)), rules_layer(marks)]

    def draw_text(self, unit: Specification, drawing: Drawing) -> None:
        """A writer's texts: in the cells of a heat map, at the ends of bars, beside the points of a scatter."""
        heat = next((u for u in self.panel.units if mark_of(u) == "rect"), None)
        items = [(r, w) for r in self.chart.rows(unit, self.panel) if (w := self.text_of(unit, r))]
        widest_word = max((width(w) for _, w in items), default=0)
        if heat is not None and isinstance(self.x, Named) and widest_word > self.x.band - 4:
            return  # the tones have a key, and the table has every number
        if self.above and self.named_by_key(unit):
            return
        for row, words in items:
            x, y = (self.place(unit, row, axis) for axis in ("x", "y"))
            if x is None or y is None:
                continue
            fill = self.on_tone(heat, row) if heat is not None else self.colour(unit, row)
            if self.both_measured():
                drawing.names.append((unit, x, y, words, fill))
                continue
            at_end = isinstance(self.x, Named) and isinstance(self.y, Measured)
            lines = wrapped(words, self.room * 0.33) if at_end else [words]
            drawing.waiting.append((self.boxes(unit, x, y, lines, heat is not None), "\n".join(lines), fill, True))

    def named_by_key(self, unit: Specification) -> bool:
        """Whether a text at the end of a line is said by the key above the panels too."""
        column = unit["encoding"].get("text", {}).get("field")
        at_end = isinstance(self.x, Named) and isinstance(self.y, Measured)
        return at_end and any(column == keyed for keyed, *_ in self.chart.coloured([self.panel]))

    def both_measured(self) -> bool:
        return isinstance(self.x, Measured) and isinstance(self.y, Measured)

    def text_of(self, unit: Specification, row: Row) -> str:
        definition = unit["encoding"].get("text", {})
        if "field" in definition:
            return self.chart.words(row, definition["field"])
        return self.chart.t(definition.get("value") or definition.get("datum") or "")

    def on_tone(self, heat: Specification, row: Row) -> str:
        column = heat["encoding"].get("color", heat["encoding"].get("fill", {})).get("field", "")
        return PAPER if self.chart.number(row, column) is not None and self.tone(heat, column, row) >= 3 else INK

    def boxes(self, unit: Specification, x: float, y: float, lines: list[str], centred: bool) -> list[Box]:
        """Where a text may stand, the best place first."""
        mark = unit["mark"] if isinstance(unit["mark"], dict) else {}
        wide, tall = widest(lines), float(LINE * len(lines))
        dx, dy = float(mark.get("dx", 0)), float(mark.get("dy", 0))
        left = {"left": x + dx, "right": x + dx - wide}.get(mark.get("align", "center"), x + dx - wide / 2)
        top = {"top": y + dy, "bottom": y + dy - tall}.get(mark.get("baseline", "middle"), y + dy - tall / 2 + 1)
        first = Box(left, top, left + wide, top + tall, free=centred)
        if centred:
            return [first]
        right = self.x.size + self.margin - 4
        shifted = []
        if isinstance(self.y, Named):
            shifted = [replace(first, left=left + gap, right=left + gap + wide) for gap in range(8, 120, 8)]
        elif isinstance(self.x, Named):
            shifts = [way * step for step in (6, 12, 18, 26, 34) for way in (-1, 1)]
            shifted = [replace(first, top=top + shift, bottom=top + tall + shift) for shift in shifts]
        around = [first, *shifted]
        if not isinstance(self.y, Named):
            around += [box for far in (9, 14, 22, 34) for box in boxes_around(x, y, wide, tall, far, right)]
        inside = [b for b in around if b.left >= 0 and b.right <= right and b.top >= -8 and b.bottom <= self.y.size - 1]
        return inside or [first]


def boxes_around(x: float, y: float, wide: float, tall: float, far: float, right: float) -> Iterator[Box]:
    """Places for a text so far from a point: beside it, above and below it, at its corners."""
    near, middle_left = far * 0.6, min(max(x - wide / 2, 0), max(0, right - wide))
    for left, top in (
        (x + far, y - tall / 2),
        (x - far - wide, y - tall / 2),
        (middle_left, y - far - tall),
        (middle_left, y + far),
        (x + near, y - near - tall),
        (x - near - wide, y - near - tall),
        (x + near, y + near),
        (x - near - wide, y + near),
    ):
        yield Box(left, top, left + wide, top + tall)


SIGNED = (Bound.MORE_THAN, Bound.AT_LEAST, Bound.UP_TO, Bound.LESS_THAN)
SAME = {"circle": "point", "square": "point"}


def base_of(column: str, row: Row) -> str:
    """The column that a column such as ``rate_low`` is a part of; itself where it is one of the rows'."""
    base, _, ending = column.rpartition("_")
    return base if column not in row and ending in ENDINGS and base in row else column


def widest_words(number: Number) -> float:
    """The width of a number's words in the language in which they are wider: one scale in every language."""
    return max(width(show(number, language).words) for language in LANGUAGES)


def middle(quantity: Quantity) -> Any:
    if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.value


def is_hollow(number: Number) -> bool:
    """Whether a mark is drawn as an outline: the review's own estimates, and upper bounds, which are no lengths."""
    return number.kind == "estimate" or number.quantity.bound in (Bound.UP_TO, Bound.LESS_THAN)


def transposed(unit: Specification) -> Specification:
    """A part with what was across down, and the other way round."""
    turned = {"x": "y", "y": "x"}
    encoding = {turned[c[0]] + c[1:] if c[0] in turned else c: d for c, d in unit["encoding"].items()}
    for channel, definition in encoding.items():
        if (
            isinstance(definition, dict)
            and isinstance(sort := definition.get("sort"), str)
            and sort.lstrip("-") in turned
        ):
            encoding[channel] = definition | {"sort": sort.replace(sort[-1], turned[sort[-1]])}
    return {**unit, "encoding": encoding}


def without_facets(part: Specification) -> Specification:
    """A part whose panels are made by its facets, without them."""
    bare = {k: v for k, v in part.items() if k != "encoding"}
    if "encoding" in part:
        bare["encoding"] = {c: d for c, d in part["encoding"].items() if c not in ("row", "column", "facet")}
    if "layer" in part:
        bare["layer"] = [without_facets(layer) for layer in part["layer"]]
    return bare


# Layers of Vega-Lite, in px


def px(column: str) -> Specification:
    return {"field": column, "type": "quantitative", "scale": None, "axis": None}


def inked(column: str, condition: Specification | None = None) -> Specification:
    own = {"field": column, "type": "nominal", "scale": None, "legend": None}
    return own if condition is None else condition


def layer(mark: Specification, rows: list[Row], **encoding: Any) -> Specification:
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding} if rows else {}


def conditions(unit: Specification) -> Specification | None:
    """A colour that depends on a test of each row."""
    for channel in ("color", "fill", "stroke"):
        definition = unit["encoding"].get(channel, {})
        if "condition" in definition:
            return {"condition": definition["condition"], "value": definition.get("value", ACCENT)}
    return None


def rects_layer(rows: list[Row], condition: Specification | None = None) -> Specification:
    second = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return layer(
        {"type": "rect", "strokeWidth": 1.5},
        rows,
        x=px("x"),
        y=px("y"),
        fill=inked("fill", condition),
        stroke=inked("stroke", condition),
        **second,
    )


def points_layer(rows: list[Row], size: int, condition: Specification | None = None) -> Specification:
    shape = {"field": "shape", "type": "nominal", "scale": None, "legend": None}
    mark = {"type": "point", "size": size, "strokeWidth": 2, "opacity": 1}
    return layer(mark, rows, x=px("x"), y=px("y"), fill=inked("fill", condition), stroke=inked("stroke"), shape=shape)


def rule(x: float, y: float, x2: float, y2: float, stroke: str, dash: list[int] | None = None) -> Row:
    dashed = dash if dash in DASHES else DASHES[1]
    return {"x": x, "y": y, "x2": x2, "y2": y2, "stroke": stroke, "d": str(DASHES.index(dashed) if dash else 0)}


def dash_of() -> Specification:
    return {"field": "d", "type": "nominal", "legend": None, "scale": {"domain": list("0123"), "range": list(DASHES)}}


def rules_layer(rows: list[Row]) -> Specification:
    second = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return layer(
        {"type": "rule", "strokeWidth": 2},
        rows,
        x=px("x"),
        y=px("y"),
        stroke=inked("stroke"),
        strokeDash=dash_of(),
        **second,
    )


def lines_layer(rows: list[Row]) -> Specification:
    detail, order = {"field": "g", "type": "nominal"}, {"field": "n", "type": "quantitative"}
    numbered = [row | {"n": number} for number, row in enumerate(rows)]
    return layer(
        {"type": "line", "strokeWidth": 2},
        numbered,
        x=px("x"),
        y=px("y"),
        stroke=inked("stroke"),
        strokeDash=dash_of(),
        detail=detail,
        order=order,
    )


def arrow_layers(rows: list[Row]) -> list[Specification]:
    """Open bounds as arrows, intervals as lines with ends."""
    rules, heads = [], []
    for row in rows:
        across = row["length"] == "x"
        near, far, side = row["from"], row["to"], row["side"]
        rules.append(
            rule(near, side, far, side, row["stroke"]) if across else rule(side, near, side, far, row["stroke"])
        )
        if row.get("ends"):
            for end in (near, far):
                rules.append(
                    rule(end, side - 6, end, side + 6, row["stroke"])
                    if across
                    else rule(side - 6, end, side + 6, end, row["stroke"])
                )
        else:
            shape = "triangle-right" if across else "triangle-up"
            heads.append(
                {
                    "x": far if across else side,
                    "y": side if across else far,
                    "fill": row["stroke"],
                    "stroke": row["stroke"],
                    "shape": shape,
                }
            )
    return [rules_layer(rules), points_layer(heads, 50)]


def painted(
    drawing: Drawing,
    across: float,
    down: float,
    guides: list[tuple[str, Measured, int]],
    heading: list[str] | None = None,
) -> Specification:
    """A panel for Vega: its axes of figures, its shapes, its texts over all."""
    layers: list[Specification] = []
    if guides:
        layers.append(
            {
                "data": {"values": [{}]},
                "mark": {"type": "point", "opacity": 0},
                "encoding": {n: guide(a, c) for n, a, c in guides},
            }
        )
        layers[0]["data"]["values"] = []
    layers += [part for part in drawing.layers if part]
    for align in ("left", "center", "right"):
        rows = [{k: v for k, v in text.items() if k != "align"} for text in drawing.texts if text["align"] == align]
        mark = {
            "type": "text",
            "align": align,
            "baseline": "top",
            "fontSize": SIZE,
            "lineHeight": LINE,
            "lineBreak": "\n",
        }
        layers += (
            [layer(mark, rows, x=px("x"), y=px("y"), fill=inked("fill"), text={"field": "text", "type": "nominal"})]
            if rows
            else []
        )
    title = {"title": {"text": heading, "lineHeight": LINE, "offset": 10}} if heading else {}
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
    if axis.percent:
        drawn["labelExpr"] = "format(datum.value / 100, '.0%')"
    if axis.values:
        drawn["values"] = axis.values
    elif axis.log:
        drawn["values"] = round_values(axis.low, axis.high, count)
    scale = {"domain": [axis.low, axis.high], "nice": False, "zero": False, "reverse": axis.reverse}
    return {"field": "v", "type": "quantitative", "axis": drawn, "scale": scale | ({"type": "log"} if axis.log else {})}
