"""The rules of a panel: lines from end to end of an interval, stems, and lines across; and what bounds add to a mark:
an arrow where one is open, a line with ends for an interval."""

from __future__ import annotations

from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.quantity import Bound
from . import grammar
from .axes import LINE, Measured, Named
from .cells import base_of, is_interval, sure
from .grammar import mark_of
from .letters import width
from .painting import Drawing, Row, Waiting, arrow_layers, cap, ringed_layer, rule, rules_layer
from .placing import Box, lying
from .theme import INK, Specification
from .toned import Toned

Places = dict[str, float | None]  # by channel
Into = tuple[list[Row], list[Row], list[Row]]  # rules, their ends, arrows
Spanned = tuple[Number, str]
UPPER = (Bound.UP_TO, Bound.LESS_THAN)


class Ruled(Toned):
    """A panel with rules, whose numbers show what they leave open."""

    def draw_rule(self, unit: Specification, drawing: Drawing) -> None:
        rules, ends, arrows = list[Row](), list[Row](), list[Row]()
        fields = [c for c in grammar.POSITIONS if "field" in unit["encoding"].get(c, {})]
        alone = len(set(grammar.POSITIONS) & set(unit["encoding"])) == 1  # a line across the panel
        for row in self.chart.rows(unit, self.panel) if fields else [{}]:
            if spanned := self.spanned(unit, row):
                self.open_ended(unit, row, spanned, (rules, ends, arrows), drawing)
                continue
            places = {c: self.along(unit, row, c) for c in grammar.POSITIONS}
            places |= self.nearest(unit, row, places)
            if any(places[c] is None for c in fields) or (places["x"] is None and places["y"] is None):
                continue  # what is missing has no line
            for each in self.levels(unit, row, places, "".join(fields) if alone else "", drawing):
                self.straight(unit, row, each, (rules, ends, arrows), drawing)
        over = any(one.get("mark", {}).get("type") in ("rect", "point") for one in drawing.layers)
        lines = ringed_layer(rules) if over and alone else rules_layer(rules)
        drawing.layers += [lines, rules_layer(ends), *arrow_layers(arrows)]

    def levels(self, unit: Specification, row: Row, places: Places, across: str, drawing: Drawing) -> list[Places]:
        """Where a line across the panel stands: at both ends of an interval, and with its words where its number is
        not exact."""
        number = self.number_on(unit, row, across) if across and not self.ending(unit, row, across) else None
        axis = self.x if across == "x" else self.y
        if number is None or number.quantity.bound is Bound.EXACT or not isinstance(axis, Measured):
            return [places]
        ends = [number.quantity.low, number.quantity.high] if is_interval(number) else [number.quantity.value]
        found = [axis.at(float(end) / axis.factor) for end in ends if end is not None]
        if self.says_numbers(unit, across):
            words = show(number, self.chart.language).words
            drawing.waiting.append(Waiting(self.beside_line(found, across, width(words)), words, INK, True))
        return [places | {across: place} for place in found]

    def beside_line(self, places: list[float], across: str, wide: float) -> list[Box]:
        """Where words may stand beside lines across a panel: after the last or before the first, from end to end."""
        first, last = min(places), max(places)
        steps = [step / 12 for step in range(12)]
        if across == "y":
            lefts = [self.x.size - wide - (self.x.size - wide) * step for step in steps]
            return [Box(left, top, left + wide, top + LINE) for left in lefts for top in (first - LINE - 3, last + 3)]
        least, most = 2 - self.left, self.x.size + self.margin - wide - 2
        near = [min(max(side, least), most) for side in (last + 5, first - wide - 5)]
        tops = [self.y.size * step for step in (*steps, *(step + 1 / 24 for step in steps))]
        sides = [*near, *(least + (most - least) * part / 4 for part in range(5))]  # where there is no room beside it
        return [Box(side, top, side + wide, top + LINE) for side in sides for top in tops]

    def nearest(self, unit: Specification, row: Row, places: Places) -> Places:
        """Where a rule ends at an interval: at its end that is nearer to the other end of the rule."""
        found: Places = {}
        for one, other in (("x", "x2"), ("x2", "x"), ("y", "y2"), ("y2", "y")):
            number, axis, far = self.number_on(unit, row, one), self.x if one[0] == "x" else self.y, places[other]
            if number is None or far is None or self.ending(unit, row, one) or not isinstance(axis, Measured):
                continue
            if is_interval(number):
                ends = [end for end in (number.quantity.low, number.quantity.high) if end is not None]
                found[one] = min((axis.at(float(end) / axis.factor) for end in ends), key=lambda at: abs(at - far))
        return found

    def straight(self, unit: Specification, row: Row, places: Places, into: Into, drawing: Drawing) -> None:
        rules, ends, _ = into
        x, y, x2, y2 = (places[c] for c in grammar.POSITIONS)
        begin = (0 if x is None else x, 0 if y is None else y)
        last = (self.x.size if x is None else x, self.y.size if y is None else y)
        end = (last[0] if x2 is None else x2, last[1] if y2 is None else y2)
        line = rule(*begin, *end, self.colour(unit, row), self.dash(unit, row))
        if x2 is None and y2 is None and x is not None and y is not None:
            line |= self.stem(unit, row, x, y)
        if y is None and x2 is None and self.above and isinstance(self.y, Named):
            for key in self.y.keys:  # names stand between the bands
                top, bottom = self.y.begin(key), self.y.begin(key) + self.y.band
                rules.append(line | {"y": top - 1, "y2": bottom + 1})
                drawing.placer.lines.append((line["x"], top, line["x2"], bottom))
            return
        rules.append(line)
        drawing.placer.lines.append((line["x"], line["y"], line["x2"], line["y2"]))
        for along, second in (("x", x2), ("y", y2)):
            if second is not None and not self.has_points(unit):
                side = line["y" if along == "x" else "x"]
                ends += [cap(p, side, along, line["stroke"]) for p in (line[along], line[f"{along}2"])]

    def stem(self, unit: Specification, row: Row, x: float, y: float) -> Row:
        """A line from zero to a number's place, as far as an interval surely reaches."""
        along = "x" if isinstance(self.x, Measured) else "y"
        axis, end = (self.x, x) if along == "x" else (self.y, y)
        number = self.number_on(unit, row, along)
        if not isinstance(axis, Measured):
            return {"y": 0}
        if number is not None and is_interval(number) and not self.ending(unit, row, along):
            end = axis.at(float(sure(number.quantity)) / axis.factor)
        return {along: axis.base(), f"{along}2": end}

    def spanned(self, unit: Specification, row: Row) -> Spanned | None:
        """The number from whose low end to whose high end a rule goes, and along which axis, where it is no interval
        with two ends of its own."""
        for along in ("x", "y"):
            low, high = (unit["encoding"].get(c, {}).get("field", "") for c in (along, f"{along}2"))
            number = self.chart.number(row, low)
            if number is not None and high and base_of(low, row) == base_of(high, row) not in (low, high):
                return None if is_interval(number) else (number, along)
        return None

    def open_ended(self, unit: Specification, row: Row, spanned: Spanned, into: Into, drawing: Drawing) -> None:
        """A number that is no interval, among intervals: an arrow where it is open, a line from zero without an end
        there for an upper bound, a mark for what is exact; with its words."""
        number, along = spanned
        axis, side = (self.x, self.along(unit, row, "y")) if along == "x" else (self.y, self.along(unit, row, "x"))
        if not isinstance(axis, Measured) or side is None:
            return
        rules, ends, arrows = into
        quantity, ink = number.quantity, self.colour(unit, row)
        place = axis.at(float(quantity.value) / axis.factor)
        if quantity.bound in UPPER:
            base = axis.base()
            rules.append(rule(base, side, place, side, ink) if along == "x" else rule(side, base, side, place, ink))
        column = unit["encoding"][along]["field"]
        if any(u["encoding"].get(along, {}).get("field") == base_of(column, row) for u in self.panel.units):
            return  # its own mark is drawn by another part
        far = self.arrow(number, place, side, along, {"stroke": ink}, arrows, drawing)
        ends.append(cap(place, side, along, ink))
        self.beside(unit, number, far + (4 if along == "x" else -4), side, along, drawing)

    def has_points(self, unit: Specification) -> bool:
        """Whether points stand at the ends of a rule (a dumbbell), so that it needs none of its own."""
        own = {unit["encoding"][c].get("field") for c in grammar.POSITIONS if c in unit["encoding"]}
        dotted = [u["encoding"] for u in self.panel.units if mark_of(u) in ("point", "circle", "square", "tick")]
        columns = [encoding.get(axis, {}) for encoding in dotted for axis in ("x", "y")]
        measured = {d.get("field") for d in columns if d.get("type") == "quantitative"}
        return bool(own & measured)

    def arrow(
        self, number: Number, end: float, side: float, length: str, inked: Row, into: list[Row], drawing: Drawing
    ) -> float:
        """An arrow from an open bound; gives where it ends."""
        if number.quantity.high is not None:
            return end
        way = 1 if length == "x" else -1
        far = end + 16 * way
        drawing.placer.marks.append(lying(length, end, far + 5 * way, side, 5))
        into.append(inked | {"from": end, "to": far, "side": side, "length": length})
        return far

    def interval(
        self, number: Number, side: float, length: str, inked: Row, into: list[Row], drawing: Drawing, bar: bool = False
    ) -> None:
        """A line over what a number leaves open; on a bar from its end, as far as the number surely reaches."""
        quantity, axis = number.quantity, self.x if length == "x" else self.y
        assert isinstance(axis, Measured)
        if quantity.bound is Bound.BETWEEN and quantity.low is not None and quantity.high is not None:
            low, high = (axis.at(float(e) / axis.factor) for e in (quantity.low, quantity.high))
            ends = (high, low) if quantity.high < 0 else (low, high)
            on_bar = bar and not quantity.low <= 0 <= quantity.high  # the bar ends where the interval begins
            line = {"from": ends[0], "to": ends[1], "side": side, "length": length}
            dashed = number.kind == "estimate" and not bar
            drawn = {"ends": "far" if on_bar else "both", "dashed": dashed, "cap": 6 if bar else 8}
            into.append(inked | line | drawn)
            drawing.placer.marks.append(lying(length, low, high, side, 6))
