"""The texts of a panel: names on its axes, numbers beside marks, a writer's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from .axes import LINE, Measured, Named
from .cells import SIGNED, is_below
from .grammar import mark_of
from .inked import Inked
from .letters import widest, width, wrapped
from .painting import Drawing, Row, Waiting, rule, rules_layer, text_at
from .placing import Box, spread
from .points import NO_FIGURE
from .theme import DARK, INK, PAPER, QUIET, RULE, Specification


class Lettered(Inked):
    """A panel whose texts find their places."""

    def draw_names(self, drawing: Drawing) -> None:
        """The names of an axis of names, and what an axis of figures up the page counts."""
        if isinstance(self.y, Named):
            for key, lines in self.y.lines.items():
                tall = LINE * len(lines)
                if self.above:
                    drawing.texts.append(text_at(0.0, self.y.begin(key) - tall - 1, lines, "left"))
                else:
                    drawing.texts.append(text_at(-10.0, self.y.at(key) - tall / 2 + 1, lines, "right"))
        elif self.y.title:
            lines = wrapped(self.y.title, self.room - 10)
            drawing.texts.append(text_at(-self.left + 2, -12.0 - LINE * len(lines), lines, "left"))
        if isinstance(self.x, Measured) and isinstance(self.y, Named) and self.x.low < 0 < self.x.high:
            self.zero_line(self.x.base(), self.y, drawing)
        if isinstance(self.x, Named):
            for key, lines in self.x.lines.items():
                drawing.texts.append(text_at(self.x.at(key), self.y.size + 7, lines, "center"))
            if isinstance(self.y, Measured):
                at = self.y.base()
                drawing.layers.insert(0, rules_layer([rule(0, at, self.x.size, at, RULE)]))

    def zero_line(self, at: float, names: Named, drawing: Drawing) -> None:
        """Where bars to both sides begin; it leaves out the names that stand between bands."""
        if not any(mark_of(unit) == "bar" for unit in self.panel.units):
            return
        gap = names.before if self.above else 0.0
        tops = [place * names.step for place in range(len(names.keys))]
        drawing.layers.insert(0, rules_layer([rule(at, top + gap, at, top + names.step, RULE) for top in tops]))

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
            waiting = Waiting(self.boxes(unit, x, y, lines, False), name, fill, len(name) < 3, (x, y))
            box = drawing.placer.place(waiting.at_its_own(drawing.dots), waiting.needed)
            found.append(text_at(box.left, box.top, lines, "left", fill) if box else None)
        if None in found:
            drawing.placer.texts[:] = before
        return found

    def heading(self) -> list[str]:
        return wrapped(self.chart.t(self.panel.title), self.room - 10, bold=True) if self.panel.title else []

    def beside(
        self,
        unit: Specification,
        number: Number,
        far: float,
        side: float,
        length: str,
        drawing: Drawing,
        ink: str = INK,
    ) -> None:
        """A number's words at the end of its mark: of every bar that has room, of every bound that is not exact."""
        bar = mark_of(unit) == "bar"
        exact = number.quantity.bound is Bound.EXACT
        if not self.says_numbers(unit, length) or (exact and not bar):
            return
        if number.quantity.bound is Bound.BETWEEN and not bar:
            return  # the interval is drawn, and its words are long
        words = show(number, self.chart.language).words
        if (words, length, round(side)) in drawing.said:  # by a line under these points, or points on it
            return
        drawing.said.add((words, length, round(side)))
        wide = width(words)
        top = side - LINE / 2 + 1
        if bar and self.numbers_above():
            assert isinstance(self.y, Named)
            line = self.y.step * (side // self.y.step) + self.y.before - LINE - 1
            boxes = [Box(self.x.size - wide, line, self.x.size, line + LINE)]
        elif length == "x" and bar and is_below(number.quantity):
            boxes = [Box(far - gap - wide, top, far - gap, top + LINE) for gap in range(6, 60, 8)]
        elif length == "x":
            boxes = [Box(far + gap, top, far + gap + wide, top + LINE) for gap in range(8, 200, 8)]
            boxes = [box for box in boxes if box.right <= self.x.size + 24] or boxes[:1]
            if not bar and not self.above:  # over or under a line that goes on from the point
                left = min(far - 8, self.x.size + 24 - wide)
                boxes += [Box(left, at, left + wide, at + LINE) for at in (side - LINE - 6, side + 6)]
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
        own = (far if length == "x" else side, side if length == "x" else far)
        drawing.waiting.append(Waiting(boxes, words, ink, not exact and not signed, None if bar else own))

    def say_missing(self, drawing: Drawing) -> None:
        """The names that have no number on this panel, where their marks would begin: what is missing is not zero."""
        if not (isinstance(self.y, Named) and isinstance(self.x, Measured)):
            return
        drawn = {
            row.get(unit["encoding"].get("y", {}).get("field", ""))
            for unit in self.panel.units
            for row in self.chart.rows(unit, self.panel)
            for channel in ("x", "x2")
            if self.chart.number(row, unit["encoding"].get(channel, {}).get("field", "")) is not None
        }
        words = self.chart.t(NO_FIGURE)
        left, wide = self.x.base() + 8, width(words)
        if left + wide > self.x.size + 24:  # every mark is below zero
            left -= wide + 16
        for key in self.y.keys:
            if key in self.y.shown and key not in drawn:
                top = self.y.at(key) - LINE / 2 + 1
                box = Box(left, top, left + wide, top + LINE)
                drawing.waiting.append(Waiting([box], words, QUIET, False))

    def crowded(self, unit: Specification) -> bool:
        """Whether not every number has room over its column: then none that is exact is written there."""
        if not isinstance(self.x, Named):
            return False
        room = self.x.step / max(1, len(self.groups("xOffset")))
        return any(width(show(n, self.chart.language).words) > room - 3 for n in self.numbers_on(unit, "y"))

    def say_ends(self, unit: Specification, rows: list[Row], drawing: Drawing) -> None:
        """The first and the last number of a line, where there is room; the table has every number."""
        placed = [
            (x, y, r)
            for r in rows
            if (x := self.along(unit, r, "x")) is not None and (y := self.along(unit, r, "y")) is not None
        ]
        placed.sort(key=lambda p: p[0])
        base = self.y.base() if isinstance(self.y, Measured) else 0.0
        for x, y, row in placed[:1] + placed[-1:]:
            number = self.number_on(unit, row, "y")
            if number is None or number.quantity.bound is not Bound.EXACT:
                continue
            words = show(number, self.chart.language).words
            if any(other.words == words and other.own == (x, y) for other in drawing.waiting):
                continue  # a line through the same place said it
            wide = width(words)
            left = min(max(x - wide / 2, 4), self.x.size - wide)
            boxes = [Box(left, y - LINE - lift, left + wide, y - lift) for lift in (9, 14, 20)]
            boxes += [Box(left, y + drop, left + wide, y + LINE + drop) for drop in (9, 14)]
            boxes = [box for box in boxes if box.bottom < self.y.size - 2 and not box.top < base < box.bottom]
            drawing.waiting.append(Waiting(boxes, words, INK, False, (x, y)))

    def draw_text(self, unit: Specification, drawing: Drawing) -> None:
        """A writer's texts: in the cells of a heat map, at the ends of bars, beside the points of a scatter."""
        heat = next((u for u in self.panel.units if mark_of(u) == "rect"), None)
        items = [(r, w) for r in self.chart.rows(unit, self.panel) if (w := self.text_of(unit, r))]
        widest_word = max((width(w) for _, w in items), default=0)
        if heat is not None and isinstance(self.x, Named) and widest_word > self.x.band - 4:
            return  # the tones have a key, and the table has every number
        if self.above and self.named_by_key(unit):
            return
        ends = list[tuple[float, float, list[str], str]]()
        for row, words in items:
            x, y = (self.place(unit, row, axis) for axis in ("x", "y"))
            if x is None or y is None:
                continue
            fill = self.on_tone(heat, row) if heat is not None else self.colour(unit, row)
            if isinstance(self.x, Measured) and isinstance(self.y, Measured):
                drawing.names.append((unit, x, y, words, fill))
                continue
            at_end = isinstance(self.x, Named) and isinstance(self.y, Measured)
            lines = wrapped(words, self.room * 0.33) if at_end else [words]
            if at_end and self.is_last(unit, row):
                ends.append((x, y, lines, fill))
                continue
            boxes = self.boxes(unit, x, y, lines, heat is not None)
            own = (x, y) if at_end else None
            drawing.waiting.append(Waiting(boxes, "\n".join(lines), fill, True, own))
        self.place_ends(unit, ends, drawing)

    def is_last(self, unit: Specification, row: Row) -> bool:
        """Whether a text stands at the right of the last name across, where a line ends."""
        assert isinstance(self.x, Named)
        return unit["mark"].get("align") == "left" and row.get(unit["encoding"]["x"].get("field")) == self.x.keys[-1]

    def place_ends(
        self, unit: Specification, ends: list[tuple[float, float, list[str], str]], drawing: Drawing
    ) -> None:
        """Names at the ends of lines, below each other as the lines end, as near to them as they all have room."""
        ends = sorted(ends, key=lambda end: end[1])
        heights = [float(LINE * len(lines)) for _, _, lines, _ in ends]
        wanted = [y - height / 2 + 1 for (_, y, _, _), height in zip(ends, heights, strict=True)]
        for (x, _, lines, fill), top in zip(ends, spread(wanted, heights, -8.0, self.y.size - 1), strict=True):
            left = x + float(unit["mark"].get("dx", 0))
            drawing.texts.append(text_at(left, top, lines, "left", fill))
            drawing.placer.texts.append(Box(left, top, left + widest(lines), top + LINE * len(lines)))

    def on_tone(self, heat: Specification, row: Row) -> str:
        column = heat["encoding"].get("color", heat["encoding"].get("fill", {})).get("field", "")
        return PAPER if self.chart.number(row, column) is not None and self.tone_of(column, row) in DARK else INK

    def boxes(self, unit: Specification, x: float, y: float, lines: list[str], centred: bool) -> list[Box]:
        """Where a text may stand, the best place first."""
        mark = unit["mark"]
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


def letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


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
