"""Places for texts that keep clear of marks and of each other."""

from __future__ import annotations

from dataclasses import dataclass, field


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


@dataclass
class Placer:
    """What is taken on a panel already."""

    marks: list[Box] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    texts: list[Box] = field(default_factory=list)

    def block(self, box: Box) -> None:
        self.marks.append(box)

    def block_line(self, x: float, y: float, x2: float, y2: float) -> None:
        self.lines.append((x, y, x2, y2))

    def place(self, boxes: list[Box], needed: bool) -> Box | None:
        """The first box that is clear; for a text that must be said the first of all where none is, so that the look
        at what was drawn tells what it covers."""
        found = next((box for box in boxes if self.clear(box)), boxes[0] if needed and boxes else None)
        if found:
            self.texts.append(found)
        return found

    def clear(self, box: Box) -> bool:
        if any(box.touches(text) for text in self.texts):
            return False
        return box.free or not (
            any(box.touches(m) for m in self.marks) or any(box.crossed(*line) for line in self.lines)
        )
