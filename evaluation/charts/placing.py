"""Places for texts that keep clear of marks and of each other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Box:
    """A text's box or a mark's, in px; a ``free`` one may lie on marks (a number in a cell)."""

    left: float
    top: float
    right: float
    bottom: float
    free: bool = False

    def touches(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def far(self, point: tuple[float, float]) -> float:
        """How far a point lies from the box; zero inside."""
        x, y = point
        across = max(self.left - x, 0.0, x - self.right)
        down = max(self.top - y, 0.0, y - self.bottom)
        return (across**2 + down**2) ** 0.5

    def crossed(self, x: float, y: float, x2: float, y2: float) -> bool:
        """Whether a straight line goes through the box (Liang and Barsky's clipping)."""
        begin, end = 0.0, 1.0
        for step, room in (
            (x - x2, x - self.left),
            (x2 - x, self.right - x),
            (y - y2, y - self.top),
            (y2 - y, self.bottom - y),
        ):
            if step == 0:
                if room < 0:
                    return False
                continue
            share = room / step
            if step < 0:
                begin = max(begin, share)
            else:
                end = min(end, share)
        return begin < end


def lying(length: str, begin: float, end: float, side: float, half: float) -> Box:
    """A box that goes along an axis from one place to another, ``half`` as thick to either side."""
    low, high = sorted((begin, end))
    return Box(low, side - half, high, side + half) if length == "x" else Box(side - half, low, side + half, high)


@dataclass
class Placer:
    """What is taken on a panel already."""

    marks: list[Box] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    texts: list[Box] = field(default_factory=list)

    def place(self, boxes: list[Box], needed: bool) -> Box | None:
        """The first box that is clear; for a text that must be said the one that covers least where none is, so that
        the look at what was drawn tells what it covers."""
        found = next((box for box in boxes if self.clear(box)), None)
        found = min(boxes, key=self.covered) if found is None and needed and boxes else found
        if found:
            self.texts.append(found)
        return found

    def covered(self, box: Box) -> int:
        """How much a text would cover: another text most, a mark, a line."""
        texts, marks = (sum(box.touches(other) for other in others) for others in (self.texts, self.marks))
        return 6 * texts + 3 * marks + sum(box.crossed(*line) for line in self.lines)

    def clear(self, box: Box) -> bool:
        if any(box.touches(text) for text in self.texts):
            return False
        letters = replace(box, left=box.left + 1, right=box.right - 1)  # without their side bearings
        return box.free or not (
            any(box.touches(m) for m in self.marks) or any(letters.crossed(*line) for line in self.lines)
        )


def spread(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """Tops of texts one below the other in the order given, none on another, as near to those wanted as may be and
    within the ends where they fit."""
    down, up = list(wanted), list(wanted)
    for i in range(1, len(wanted)):
        down[i] = max(wanted[i], down[i - 1] + heights[i - 1])
    for i in range(len(wanted) - 2, -1, -1):
        up[i] = min(wanted[i], up[i + 1] - heights[i])
    found = [(a + b) / 2 for a, b in zip(down, up, strict=True)]
    floor = bottom
    for i in range(len(found) - 1, -1, -1):
        found[i] = floor = min(found[i], floor - heights[i])
    ceiling = top
    for i, height in enumerate(heights):
        found[i] = max(found[i], ceiling)
        ceiling = found[i] + height
    return found
