"""A panel's two axes in px."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..language import LANGUAGES, format_number, translate
from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .axes import BAR, LINE, Measured, Named, ordered
from .cells import keys_of, widest_words
from .checked import DISCRETE
from .grammar import mark_of
from .held import Held
from .letters import widest, width, wrapped
from .painting import Row
from .parts import is_stacked
from .theme import Specification

NARROW_PANEL = 430  # px; names stand above the marks in a panel no wider


@dataclass(eq=False)
class Sized(Held):
    """A panel's axes, as large as they can be."""

    def __post_init__(self) -> None:
        self.above = self.room <= NARROW_PANEL
        self.least = self.left
        self.letters: list[tuple[str, str]] = []
        self.x, self.y = self.axis("x"), self.axis("y")
        self.measure()

    def measure(self) -> None:
        """Give both axes their px."""
        if isinstance(self.y, Named):
            self.size_down(self.y)
        elif isinstance(self.y, Measured):
            used = self.uses("y")
            both = isinstance(self.x, Measured) and self.uses("x")
            usual = (300.0 if both else 230.0 if not self.above else 200.0) if used else 40.0
            self.y.size = min(usual, self.chart.highest)
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
            if mark_of(unit) == "text" and unit["mark"].get("align") == "left"
            if not (self.above and self.named_by_key(unit))
            for row in self.chart.rows(unit, self.panel)
            if row.get(unit["encoding"].get("x", {}).get("field")) == self.x.keys[-1]
        ]
        return max(rooms, default=0.0)

    def tick_room(self, axis: Measured) -> float:
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
                    keys |= keys_of(self.chart.rows(unit, panel), definition["field"])
        return ordered(keys, sort, {})

    def column_of(self, axis: str) -> str:
        """The column whose names stand on an axis."""
        return next((d["field"] for _, d, _ in self.definitions(axis) if d.get("type") in DISCRETE), "")

    def size_down(self, axis: Named) -> None:
        marks = {mark_of(unit) for unit in self.panel.units}
        beside = max(1, len(self.groups("yOffset")))
        column = self.column_of("y")
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
        column = self.column_of("x")
        every = 1
        if axis.moments:
            words = [wrapped(self.chart.name(column, k), 1.0) for k in axis.keys if k in axis.shown]
            every = max(1, math.ceil((max(map(widest, words), default=0) + 12) / axis.step))
        kept, last = set[str](), -every
        for place, key in enumerate(axis.keys[::-1]):
            if key in axis.shown and place - last >= every:
                kept, last = kept | {key}, place
        room = 1.0 if axis.moments else axis.step - 8
        axis.lines = {k: wrapped(self.chart.name(column, k), room) for k in axis.keys if k in kept}

    def names_do_not_fit(self) -> bool:
        """Whether names across, or numbers over bars that are no exact ones, are wider than their step."""
        if not isinstance(self.x, Named):
            return False
        step = self.x.step
        if not self.x.moments and any(widest(lines) > step - 4 or len(lines) > 3 for lines in self.x.lines.values()):
            return True
        if isinstance(self.y, Named):
            return False
        beside = len(self.groups("xOffset"))
        room = self.x.band / beside if beside else step  # taller columns stand beside
        over_bars = (n for unit in self.panel.units if mark_of(unit) == "bar" for n in self.numbers_on(unit, "y"))
        inexact = (number for number in over_bars if number.quantity.bound is not Bound.EXACT)
        return any(width(show(number, self.chart.language).words) > room for number in inexact)

    def numbers_on(self, unit: Specification, axis: str) -> Iterator[Number]:
        return self.numbers_of(unit, unit["encoding"].get(axis, {}), self.panel)

    def leave_room_for_words(self, axis: Measured) -> None:
        """Widen an axis so that each number's words stand at the right of its bar or point."""
        if axis.log or (isinstance(self.y, Measured) and self.uses("y")):
            return
        for unit, _, panel in self.in_common("x", axis.counted):
            for row in self.chart.rows(unit, panel):
                self.leave_room_for_row(axis, unit, row)

    def leave_room_for_row(self, axis: Measured, unit: Specification, row: Row) -> None:
        column = unit["encoding"].get("x", {}).get("field", "")
        number, mark = self.chart.number(row, column), mark_of(unit)
        if number is None or mark not in ("bar", "point", "circle", "square", "text", "rule"):
            return
        if mark == "rule" and ("x2" not in unit["encoding"] or number.quantity.bound is Bound.BETWEEN):
            return
        exact = mark != "bar" and number.quantity.bound is Bound.EXACT
        if mark != "text" and (exact or not self.says_numbers(unit, "x")):
            return
        words = width(self.text_of(unit, row)) if mark == "text" else widest_words(number)
        words = 0.0 if mark == "bar" and self.numbers_above() else words
        words += 20 + (22 if number.quantity.high is None else 0)
        share = max(0.2, 1 - words / axis.size)
        ends = list(self.ends(row, column, axis.factor))
        ends = [float(number.quantity.value) / axis.factor] if mark == "rule" else ends
        if not ends:  # of a bound that is open there
            return
        if max(ends) < 0 and mark == "bar":
            axis.low = min(axis.low, axis.high - (axis.high - min(ends)) / share)
        else:
            axis.high = max(axis.high, axis.low + (max(ends) - axis.low) / share)

    def numbers_above(self) -> bool:
        """Whether the numbers of bars stand at the right of the names above them, in every language, so that bars have
        the whole width."""
        bars = [unit for unit in self.panel.units if mark_of(unit) == "bar"]
        if not (self.above and isinstance(self.y, Named) and isinstance(self.x, Measured) and len(bars) == 1):
            return False
        if self.groups("yOffset") or not self.says_numbers(bars[0], "x"):
            return False
        column, figures = (bars[0]["encoding"].get(axis, {}).get("field", "") for axis in ("y", "x"))
        rows = [row for panel in self.peers for row in self.chart.rows(bars[0], panel) if row.get(column) is not None]
        return bool(rows) and all(
            self.end_of_name(column, row[column]) + 16 + widest_words(number) <= self.x.size
            for row in rows
            if (number := self.chart.number(row, figures)) is not None
        )

    def end_of_name(self, column: str, key: str) -> float:
        """How far a name above its band reaches, in the language in which that is farther."""
        names = [translate(self.chart.labels.get(column, {}).get(key, key), language) for language in LANGUAGES]
        return max(widest(wrapped(name, self.room - 40)) for name in names)

    def says_numbers(self, unit: Specification, axis: str) -> bool:
        """Whether a part's numbers are written by its marks: they are not where the writer has a text of them."""
        column = unit["encoding"].get(axis, {}).get("field")
        if column is None or is_stacked(unit, axis):
            return False
        texts = [u["encoding"].get("text", {}).get("field", "") for u in self.panel.units if mark_of(u) == "text"]
        return not any(text in (column, f"{column}_words") for text in texts)

    def named_by_key(self, unit: Specification) -> bool:
        """Whether a text at the end of a line is said by the key above the panels too."""
        column = unit["encoding"].get("text", {}).get("field")
        at_end = isinstance(self.x, Named) and isinstance(self.y, Measured)
        return at_end and any(column == keyed for keyed, *_ in self.chart.coloured([self.panel]))

    def text_of(self, unit: Specification, row: Row) -> str:
        definition = unit["encoding"].get("text", {})
        if "field" in definition:
            return self.chart.words(row, definition["field"])
        return self.chart.t(definition.get("value") or definition.get("datum") or "")
