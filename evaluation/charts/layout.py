"""A recorded chart as Vega-Lite for one width: its panels with their scales and axes, and how large they are.

Vega-Lite places what is drawn; what is worked out here is what it cannot know: how much room the names of an axis need
in a language, and the words that are to stand beside marks when all is placed.
"""

import json
import math
from dataclasses import replace
from itertools import pairwise

from .colours import Colours
from .grammar import ChartRefused
from .marks import ARROW, BACK, HEAD, HEAD_UP, IN_BANDS, UNSEEN, Layer, Marks, Words
from .parts import Recorded
from .scales import MOST_TICKS, Figures, Names, Scale, scale_for
from .theme import BEYOND, GRID, INDENT, LINE, QUIET, TALLEST, WIDE, Specification, balanced, widest, width, wrapped

BAR = 18.0  # px, the thickness of a bar
UNDER = 8  # px under the last row of a narrow panel
GAP = 24  # px between panels
AROUND_ALL = 6  # px of padding at the left and the right of a drawing
FEW_THINGS = 10  # that bars count without an axis
THING = 32.0  # px, each of them at most: as long in one chart as in the next
LEAST_FRAME = 90.0  # px, for the name of what is counted
NARROW_PANEL = 430  # px; names stand above the marks in a panel no wider
LEAST_HEIGHT = 110.0
LEAST_STEP = 20.0  # px from row to row
AROUND, KEY = 95, 60  # px for a panel's heading and axis, and for what colours stand for
NARROW_ENDS = 0.25  # of a narrow panel that the names at the ends of its lines may take
ALONG = 0.45  # of a panel that words at a rule across may take, in lines
ENDS = 0.4  # of a panel that they may take with their numbers
LEAST_PADDING = 1e-6  # of a band: with none, what is rounded has Vega leave out the first name of an axis
OF_BARS = 0.62  # of its room that a panel's bars keep; else their numbers stand above them


class Layout:
    """A recorded chart laid out at one width, 704 or 288 px: its Vega-Lite, and what waits for a place on it. All its
    panels are equally wide, on the same scales. Raises ChartRefused for names that have no room."""

    def __init__(self, chart: Recorded, size: int):
        self.chart, self.size, self.colours = chart, size, Colours(chart)
        self.beside = min(chart.facet.get("across", 1), len(chart.panels)) if size == WIDE else 1
        self.room = (size - AROUND_ALL - GAP * (self.beside - 1)) / self.beside  # px for a panel
        self.above = self.room <= NARROW_PANEL
        self.scales: dict[str, Scale] = {axis: scale_for(chart, axis) for axis in ("x", "y")}
        self.names = next(scale for scale in self.scales.values() if isinstance(scale, Names))
        self.marks = [Marks(chart, panel, self.scales, self.colours, self.above) for panel in chart.panels]
        self.words = [words for marks in self.marks for words in marks.words]
        self.direct = self.names_at_ends()
        self.has_cells = any(part.mark == "rect" for part in chart.parts)
        self.raised = set[str]()  # names over whose marks a number stands
        for words in self.words:
            words.where = "named" if self.above and words.where == "missing" else words.where
            words.lines = balanced(words.lines[0], self.room * ALONG) if words.where == "along" else words.lines
        self.words_left = 0.0  # px for words between the names and the frame
        self.left = self.left_room()
        self.across = self.fit_across()
        self.fit_names()
        self.downs = self.fit_down()

    def names_at_ends(self) -> bool:
        """Whether lines of several colours have their names at their ends, as they do where those leave the lines room;
        else a key has the names."""
        keyed = [words for words in self.words if words.keyed]
        most = NARROW_ENDS if self.above else 1.0
        direct = bool(keyed) and max(widest(words.lines) for words in keyed) <= self.room * most
        numbered = [words for words in self.words if words.number]
        if (keyed and not direct) or any(widest(w.lines) + w.beyond > self.room * ENDS for w in numbered):
            for words in numbered:
                self.words.append(replace(words, lines=[words.number], where="over", needed=False, keyed=False))
                words.number, words.beyond = "", BEYOND
        self.words = [words for words in self.words if direct or not words.keyed]
        return direct

    # Across

    def left_room(self) -> float:
        """Px that the names or the numbers of the axis at the left need, and the first tick below."""
        x, y = self.scales["x"], self.scales["y"]
        if isinstance(y, Figures):
            return y.tick_width(self.chart.language) + 12
        if isinstance(x, Figures):  # zero, where the axis begins at it
            first = (x.tick_width(self.chart.language) if x.low else width(x.ticks(self.chart.language)[0])) / 2
        else:
            first = max(0.0, self.half_of(x, 0) - self.room / len(x.keys) / 2)
        room = self.room - 2 - INDENT - first if self.above else min(self.room * 0.4, 280.0)
        y.lines = {key: balanced(self.chart.name(y.column, key), room) for key in y.keys if key in y.shown}
        return first if self.above else max(first, max(map(widest, y.lines.values()), default=0.0) + 12)

    def half_of(self, names: Names, place: int) -> float:
        """Px from the middle of a year or month below a panel to its end; other names break to their steps."""
        keys = names.keys[place:][:1] if names.moments else []
        return max((widest(wrapped(self.chart.name(names.column, key), 1.0)) / 2 for key in keys), default=0.0)

    def free(self) -> float:
        """Px for the panel's frame beside what stands at its left."""
        return self.room - self.left

    def fit_across(self) -> float:
        """The widest frame that leaves room at its right for the words beside its marks."""
        x = self.scales["x"]
        if isinstance(x, Names):
            ends = [w for w in self.words if w.where == "last"]
            for words in ends:
                words.lines = wrapped(words.lines[0], self.room * 0.33)
            names = max((widest(w.lines) + max(8.0, w.beyond) for w in ends), default=0.0)
            half = self.half_of(x, -1)
            step = (self.free() - names) / max(1, len(x.keys))
            return self.free() - max(names - (0.0 if self.has_zero_line() else step / 2), half - step / 2, 0.0)
        names, before = self.left, (self.room_before(words, x, self.free() * 0.8) for words in self.words)
        self.words_left = max([0.0, *before])
        self.left = max(self.left, self.words_left) if self.above else self.left + self.words_left
        raised = any(words.where == "raised" for words in self.words)
        if raised or (self.above and self.room_across(x) < self.free() * OF_BARS):
            self.raise_numbers(raised)
        frame = self.room_across(x)
        short = max((self.room_before(words, x, frame) for words in self.words), default=0.0) - self.words_left
        if short > 0:  # the frame is smaller than was taken for granted
            self.words_left, self.left = self.words_left + short, self.left + short
            frame = self.room_across(x)
        beside = [words for words in self.words if words.where in ("end", "before")]
        if frame < LEAST_FRAME and beside:  # long words on both sides leave the marks no room: all stand over them
            for words in (*beside, *(words for words in self.words if words.key in self.raised)):
                words.where = "raised"
            self.left = names
            return self.fit_across()
        few = x.is_said and x.whole and x.high <= FEW_THINGS
        return min(frame, max(THING * x.high, LEAST_FRAME)) if few else frame

    def room_before(self, words: Words, x: Figures, frame: float) -> float:
        """Px that words at the left of a mark, or its arrow, need beside a frame of so many."""
        needed = words.back + (widest(words.lines) + 14 if words.where in ("before", "low") else 0.0)
        return needed - self.share(x, words.reach or 0.0) * frame if needed else 0.0

    def room_across(self, x: Figures) -> float:
        """The widest frame that leaves room at its right for the words and the arrows of its marks."""
        frame = self.free() - x.tick_width(self.chart.language) / 2
        for words in self.words:
            needed = words.beyond + (widest(words.lines) + 10 if words.where in ("end", "missing", "high") else 0.0)
            if words.reach is not None and (share := self.share(x, words.reach)) > 0.02:
                frame = min(frame, (self.free() - needed) / share)
        return frame

    def share(self, x: Figures, value: float) -> float:
        """Where a value lies between the ends of an axis across, from 0 to 1."""
        low, high, _ = self.ends(x, self.free())
        return (value - low) / (high - low)

    def ends(self, x: Figures, px: float) -> tuple[float, float, list[float]]:
        """The ends of an axis of so many px across, and its ticks where it goes through zero: to one on either side."""
        ticks = x.through_zero(px, self.chart.language) if x.low < 0 < x.high else []
        return min([x.low, *ticks]), max([x.high, *ticks]), ticks

    def raise_numbers(self, several: bool) -> None:
        """Have all numbers stand over their marks, where one at an end would read as that of an interval; or under
        their names, where they would leave the marks of a narrow panel too little room, and a row has one."""
        ends = [words for words in self.words if words.where in ("end", "raised")]
        rows = [(words.panel, words.key) for words in self.words if words.where in ("end", "raised", "before")]
        if several or len({*rows}) == len(rows):
            self.raised = {words.key for words in ends}
            for words in ends:
                words.where = "raised" if several else "named"

    def fit_names(self) -> None:
        """Give the names below a panel their lines. Raises ChartRefused for those that are wider than their step."""
        x = self.scales["x"]
        if not isinstance(x, Names):
            return
        x.step = self.across / max(1, len(x.keys))
        x.band = x.step if self.has_cells else min(x.step * 0.62, 44.0)
        room = 1.0 if x.moments else x.step - 8
        x.lines = {key: wrapped(self.chart.name(x.column, key), room) for key in x.keys if key in x.shown}
        kept = self.kept_moments(x) if x.moments else list(x.lines)
        x.lines = {key: x.lines[key] for key in kept}
        if not x.moments and any(widest(lines) > x.step - 4 or len(lines) > 3 for lines in x.lines.values()):
            found = f"found names that do not fit side by side in {self.room:.0f} px"
            raise ChartRefused(f"{found}; allowed: fewer or shorter names, on y the longer ones")

    def kept_moments(self, x: Names) -> list[str]:
        """The years or months that are named: all, or as many as have room, the first and the last among them."""
        most = max(map(widest, x.lines.values())) + (12 if len(x.keys) > 2 else 4)  # of two neither may go
        every = max(1, math.ceil(most / x.step))
        whole = len(x.keys) - 1
        every = next((n for n in range(every, 2 * every + 2) if whole % n == 0), every)
        places = {0, *(place for place in range(whole, 0, -every) if place >= every)}
        return [key for place, key in enumerate(x.keys) if key in x.shown and place in places]

    # Down

    def fit_down(self) -> list[float]:
        """How high each panel is: as high as its names need, or as a page of paper holds the panels."""
        y = self.scales["y"]
        if isinstance(y, Figures):
            rows = math.ceil(len(self.marks) / self.beside)
            highest = max(LEAST_HEIGHT, (TALLEST - KEY) / rows - AROUND) if self.size == WIDE else math.inf
            last = [words for words in self.words if words.where == "last"]
            names = [sum(len(words.lines) for words in last if words.panel == marks.id) for marks in self.marks]
            return [max(min(200.0 if self.above else 230.0, highest), LINE * max(names))] * len(self.marks)
        cells, lines = self.has_cells, [len(y.lines.get(key, ())) for key in y.keys]
        y.band = 34.0 if cells else BAR
        if self.above:  # a name of more lines has more of the equal places of a scale, and the other names keep theirs
            y.step = y.band = y.band if cells else LINE
            for key, count in zip(y.keys, lines, strict=True):
                over = math.ceil((LINE * (count + (key in self.raised)) + 8.0) / y.step)
                y.slots[key] = [*(f"{n} over {key}" for n in range(over)), key]
        else:
            both = max((one + other for one, other in pairwise(lines)), default=2)  # names one below the other
            gap = 0 if cells else 14 + LINE * bool(self.raised)
            y.step = max(y.band + gap, LINE * both / 2 + 10.0, LINE * max(lines[0], lines[-1]))
            if both == 2 and not self.raised:  # closer, where many rows of one line are to stand on a page of paper
                y.step = max(LEAST_STEP, min(y.step, (TALLEST - AROUND - KEY) / len(y.keys)))
            y.band = y.step if cells else min(y.band, y.step * 0.75)
        return [y.step * sum(len(y.slots.get(key, [key])) for key in keys) for keys in y.panels]

    # As Vega-Lite

    def specification(self) -> Specification:
        """The chart as Vega-Lite, without the project's theme."""
        drawn = [self.panel(marks) for marks in self.marks]
        return drawn[0] if len(drawn) == 1 else {"concat": drawn, "columns": self.beside, "spacing": GAP}

    def panel(self, marks: Marks) -> Specification:
        """One panel as Vega-Lite, with unseen marks that say where it and its words' room lie."""
        frame = {"x": {"value": 0}, "x2": {"value": "width"}, "y": {"value": 0}, "y2": {"value": "height"}}
        left, right = -round(self.left, 1), round(self.room - self.left, 1)
        room = {"x": {"value": left}, "x2": {"value": right}}  # for words, too
        unseen = [
            ("rule", room | {"y": {"value": 0}}),
            ("rect", frame | {"description": {"value": marks.id}}),
            ("point", {axis: self.channel(axis, marks.panel.number) for axis in ("x", "y")}),
        ]
        layers = [layer for layer in map(self.with_room, marks.layers) if layer.rows]
        x = self.scales["x"]
        if self.above and isinstance(x, Figures) and x.low < 0 < x.high:  # a line at zero, between the names
            drawn = {row.get("y") for layer in layers if layer.mark is not UNSEEN for row in layer.rows}
            zero = [{"x": 0, "y": key} for key in self.names.keys if key in drawn]
            layers.insert(0, Layer({"type": "rule", "stroke": QUIET}, zero, IN_BANDS))
        made: Specification = {
            "width": round(self.across, 1),
            "height": round(self.downs[marks.panel.number], 1),
            "layer": [
                *({"data": {"values": [{}]}, "mark": {"type": m, "opacity": 0}, "encoding": e} for m, e in unseen),
                *(self.layer(layer, marks.panel.number) for layer in layers),
            ],
        }
        if marks.panel.title:
            left = self.left - 2 if self.left else 0.0
            place = {"frame": "group", "dx": -round(left, 1), "lineHeight": LINE, "offset": 10}
            made["title"] = {"text": balanced(marks.panel.title, self.room - 10, bold=True), **place}
        return made

    def with_room(self, layer: Layer) -> Layer:
        """A layer without numbers that have no room in their cells, since the table has them and the tones have a key,
        and without heads that are longer than their line, whose words say it."""
        rows, x = layer.rows, self.scales["x"]
        if layer.mark["type"] == "text" and widest([row["text"] for row in rows]) + 12 > self.names.band:
            rows = []
        if layer.mark.get("shape") in (HEAD, HEAD_UP) and isinstance(x, Figures):
            far = [abs(self.share(x, row["end"]) - self.share(x, row["x"])) * self.across for row in rows]
            rows = [row for row, px in zip(rows, far, strict=True) if px > ARROW]
        return replace(layer, rows=rows)

    def layer(self, layer: Layer, panel: int) -> Specification:
        """Marks of one kind as Vega-Lite, each with its id as its description."""
        encoding: Specification = {}
        first = layer.rows[0]
        for axis in ("x", "y"):
            if axis in first or axis in layer.encoding:
                encoding[axis] = self.channel(axis, panel) | layer.encoding.get(axis, {})
            if f"{axis}2" in first:
                encoding[f"{axis}2"] = {"field": f"{axis}2"}
        encoding |= {channel: made for channel, made in layer.encoding.items() if channel not in ("x", "y")}
        if layer.mark["type"] != "line":
            encoding["description"] = {"field": "id"}
        return {"data": {"values": layer.rows}, "mark": layer.mark, "encoding": encoding}

    def channel(self, axis: str, panel: int) -> Specification:
        """What stands on an axis of a panel as Vega-Lite, with its scale and its look."""
        scale = self.scales[axis]
        return self.names_channel(axis, scale, panel) if isinstance(scale, Names) else self.figures_channel(axis, scale)

    def names_channel(self, axis: str, names: Names, panel: int) -> Specification:
        """An axis of names, or of years and months, in bands."""
        step, keys = names.step or 1.0, names.panels[panel]
        inner = 1 - names.band / step
        slots = [slot for key in keys for slot in names.slots.get(key, [key])]
        band = {
            "type": "band",
            "domain": slots,
            "paddingInner": round(inner, 6),
            "paddingOuter": max(round(inner / 2, 6), LEAST_PADDING),
        }
        if axis == "y" and self.above:
            band["range"] = [-UNDER, round(self.downs[panel] - UNDER, 1)]
        words = {key: lines for key in keys if (lines := names.lines.get(key))}
        named = f"({json.dumps(words)})[datum.value]"
        axis_of: Specification = {
            "title": None, "values": [*words], "grid": False, "labelLimit": 0, "labelOverlap": False,
            "labelLineHeight": LINE, "labelExpr": named, "ticks": False, "domain": False,
        }  # fmt: skip
        figures = self.scales["y"]
        if axis == "x" and isinstance(figures, Figures):  # the line under the names is where the figures begin
            back = [
                row["y"]
                for layer in self.marks[panel].layers
                if layer.mark.get("shape") == BACK["y"]
                for row in layer.rows
            ]
            under = 28 - (min(back, default=math.inf) - figures.low) / (figures.high - figures.low) * self.downs[0]
            axis_of |= {"ticks": names.moments, "domain": figures.low >= 0, "labelPadding": max(2.0, round(under, 1))}
        elif axis == "x":  # heads of columns
            most = max(map(len, words.values()), default=1)
            axis_of |= {"orient": "top", "labelPadding": 8 + LINE * (most - 1)}
        else:  # above its band or beside it, lifted by its further lines: Vega puts the first where one would be
            below, lift = (names.band / 2 + 5, LINE) if self.above else (0.0, LINE / 2)
            more = {key: len(own) - 1 + (self.above and key in self.raised) for key, own in words.items()}
            axis_of["labelPadding"] = round(self.words_left + (-INDENT if self.above else 8), 1)
            axis_of["labelOffset"] = {"expr": f"{-round(below, 1)} - {lift} * ({json.dumps(more)})[datum.value]"}
            axis_of |= {"labelAlign": "left", "labelBaseline": "alphabetic"} if self.above else {}
        return {"field": axis, "type": "nominal", "scale": band, "axis": axis_of}

    def has_zero_line(self) -> bool:
        """Whether a line at zero goes through a panel of lines, from end to end of its frame."""
        y = self.scales["y"]
        return isinstance(y, Figures) and y.low < 0 < y.high

    def figures_channel(self, axis: str, figures: Figures) -> Specification:
        """An axis of figures, with as many ticks as have room."""
        across = int(self.across / (figures.tick_width(self.chart.language) + 14))
        fitting = MOST_TICKS + (figures.low < 0) if axis == "y" else max(1, min(MOST_TICKS, across))
        ends = [figures.low, figures.high]
        guide: Specification = {
            "title": None, "grid": True, "tickCount": fitting, "labelOverlap": True, "labelSeparation": 8,
            "labelFlush": False, "domain": axis == "x", "labelExpr": f"datum.label + {json.dumps(figures.sign)}",
        }  # fmt: skip
        if figures.whole:
            guide["tickMinStep"] = 1
        if axis == "x":
            *ends, ticks = self.ends(figures, self.across)
            guide |= {"values": ticks, "tickCount": MOST_TICKS * 2, "labelOverlap": False} if ticks else {}
        if figures.low < 0 and not (axis == "x" and self.above):  # what lies below from what lies above
            guide["gridColor"] = {"condition": {"test": "datum.value == 0", "value": QUIET}, "value": GRID}
        if figures.title and axis == "x":
            guide |= {"title": balanced(figures.title, self.across), "titleFontWeight": "normal"}
        elif figures.title:
            lines = wrapped(figures.title, self.room - 10)
            guide |= {"title": lines, "titleFontWeight": "normal", "titleAngle": 0, "titleAlign": "left",
                      "titleAnchor": "end", "titleBaseline": "top", "titleX": -round(self.left, 1) + 2,
                      "titleY": -20 - LINE * len(lines), "titleLineHeight": LINE}  # fmt: skip
        if axis == "x" and figures.is_said:  # only the line from which they begin
            guide |= {"values": [0], "gridColor": QUIET, **dict.fromkeys(("labels", "ticks", "domain"), False)}
            guide |= {"title": None} if figures.is_money else {}
        return {"field": axis, "type": "quantitative", "scale": {"domain": ends, "nice": False}, "axis": guide}
