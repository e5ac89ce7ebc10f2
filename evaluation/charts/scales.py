"""The two scales of a chart: names in their order, or figures from end to end, and what they count."""

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..language import N_, NO_BREAK, format_number, is_moment
from ..numbers.notation import scale_of
from ..numbers.number import Number
from ..numbers.quantity import Bound
from ..numbers.wording import unit_label
from .parts import DISCRETE, UPPER, Part, Recorded, keys_of, ordered, title_of, with_gaps
from .theme import Specification, widest

MOST_TICKS = 3  # a chart says its numbers itself
AS_LINES = (Bound.BETWEEN, *UPPER)  # bounds that are no bars, but lines that are read by an axis
NEAR_A_TICK = 1.1  # of the longest bar: an axis goes on to a tick that is no farther
ROUND_STEPS = [float(f"{digit}e{power}") for power in range(-9, 12) for digit in (1, 2, 5)]
MONEY_UNITS = {  # by unit, in dollars and in millions of dollars
    "cad": (N_("dollars"), N_("millions of dollars")),
    "cad_per_year": (N_("dollars per year"), N_("millions of dollars per year")),
}


@dataclass
class Names:
    """A scale of names: keys in their order, in bands within steps of px."""

    keys: list[str]
    shown: set[str]  # keys with rows; the others are gaps
    column: str
    moments: bool
    panels: list[list[str]]  # the keys of each: all, or its own where none is in two
    lines: dict[str, list[str]] = field(default_factory=dict)
    step: float = 0.0
    band: float = 0.0
    slots: dict[str, list[str]] = field(default_factory=dict)  # by key: itself, after a place for each line over a band

    def place(self, key: Any) -> int:
        """Which of the names a key is, from the first on; what is none of them is last."""
        return self.keys.index(key) if key in self.keys else len(self.keys)


@dataclass
class Figures:
    """A scale of figures: its ends in units of ``factor``, and what it says of them."""

    low: float
    high: float
    factor: float = 1.0
    sign: str = ""  # after each tick
    title: str = ""
    is_money: bool = False  # so that each number says its unit
    whole: bool = False  # whether it counts things, of which there are no halves
    is_said: bool = False  # whether bars have all numbers at their ends, so that an axis says nothing more

    def base(self) -> float:
        """Where bars begin."""
        return min(max(0.0, self.low), self.high)

    def tick_width(self, language: str) -> float:
        """Px that a tick needs at most."""
        return widest(self.ticks(language))

    def through_zero(self, px: float, language: str) -> list[float]:
        """The ticks of an axis of so many px to both sides of zero, in even steps: on either side one at least, be it
        beyond the axis' end; where no three have room, those beside zero alone."""
        least = max(self.tick_width(language) + 5, px / (MOST_TICKS + 1))
        nearer, farther = sorted((-self.low, self.high))
        for step in ROUND_STEPS:
            low, high = min(self.low, -step), max(self.high, step)
            far = step * px / (high - low)
            if far >= least:
                return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
            if px < 2 * least and (step >= farther or (step >= nearer and 2 * far >= least)):
                return [-step, step]
        return []

    def ticks(self, language: str) -> list[str]:
        """The two ends as they would be written, in digits of one width."""
        decimals = 0 if self.whole else max(0, -math.floor(math.log10((self.high - self.low) / MOST_TICKS)))
        ticks = (format_number(Decimal(f"{end:.{decimals}f}"), language) for end in (self.low, self.high))
        return [re.sub(r"\d", "0", tick) + self.sign for tick in ticks]


Scale = Names | Figures


def channels(chart: Recorded, axis: str) -> list[tuple[Part, str]]:
    """What stands along an axis: each part with its channels."""
    return [(part, channel) for part in chart.parts for channel in (axis, f"{axis}2") if channel in part.encoding]


def scale_for(chart: Recorded, axis: str) -> Scale:
    """The scale of an axis, the same in all panels."""
    own = channels(chart, axis)
    return names(chart, axis) if any(part.kind(channel) in DISCRETE for part, channel in own) else figures(chart, axis)


def names(chart: Recorded, axis: str) -> Names:
    """The scale of an axis of names, in the order asked for; years and months with those between them."""
    own = [part for part, channel in channels(chart, axis) if part.field(channel)]
    keys = dict.fromkeys(key for part in own for key in keys_of(part.rows, part.field(axis)))
    sort = next((part.encoding[axis]["sort"] for part in own if "sort" in part.encoding[axis]), ...)
    moments = len(keys) > 1 and all(map(is_moment, keys))
    order = ordered(keys, sort)
    if moments and (axis == "x" or not isinstance(sort, list)):
        order = with_gaps(ordered(keys, ...))[:: -1 if sort == "descending" else 1]
    apart = [
        dict.fromkeys(r.get(p.field(axis)) for p in own for r in chart.rows_in(panel, p)) for panel in chart.panels
    ]
    panels = [[key for key in order if key in some] for some in apart]
    if axis == "x" or moments or sum(map(len, panels)) != len(keys):
        panels = [order] * len(panels)
    return Names(order, set(keys), own[0].field(axis) if own else "", moments, panels)


def figures(chart: Recorded, axis: str) -> Figures:
    """The scale of an axis of figures: from zero, or as asked, to just beyond the last number that is drawn."""
    own = channels(chart, axis)
    numbers = [number for part, channel in own for number in part.numbers(channel)]
    factor = float(max(map(scale_of, numbers), default=1))
    scale: Specification = next((s for part, c in own if (s := part.encoding[c].get("scale"))), {})
    values = [float(end) for end in scale.get("domain") or []]
    bars = any(part.mark == "bar" for part, _ in own)
    values += [0.0] if scale.get("zero", bars or not values) is not False else []
    values += [value for part, channel in own for row in part.rows for value in part.values(row, channel)]
    low, high = min(values) / factor, max(values) / factor
    high += 1.0 if low == high else 0.0
    aside = 0.0 if bars and axis == "x" else (high - low) * 0.04  # so that no dot lies on an edge
    percent = bool(numbers) and numbers[0].unit == "percent"
    low, high = low - (aside if low else 0.0), high + (aside if high else 0.0)
    all_bars = axis == "x" and all(part.mark == "bar" for part in chart.parts)
    is_said = all_bars and low >= 0 and not any(number.quantity.bound in AS_LINES for number in numbers)
    if axis == "y" and "domain" not in scale and low >= 0:
        low, high = at_ticks(low, high)
    elif all_bars and not is_said and "domain" not in scale and low >= 0:
        tick = at_ticks(low, high)[1]
        high = tick if tick <= high * NEAR_A_TICK else high
    return Figures(
        low,
        high,
        factor,
        sign=(NO_BREAK if chart.language == "fr" else "") + "%" if percent else "",
        title=axis_title(chart, axis, numbers, factor),
        is_said=is_said,
        is_money=bool(numbers) and numbers[0].unit in MONEY_UNITS,
        whole=factor == 1 and not percent and all(n.decimals == 0 for n in numbers) and plain(numbers),
    )


def at_ticks(low: float, high: float) -> tuple[float, float]:
    """The ends of an axis at the ticks next to its numbers, as d3 finds both."""
    step = (high - low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(step))
    step = power * next(n for n, least in ((10, 50**0.5), (5, 10**0.5), (2, 2**0.5), (1, 0)) if step / power >= least)
    ends = round(math.floor(low / step) * step, 9), round(math.ceil(high / step) * step, 9)
    return ends if ends == (low, high) else at_ticks(*ends)


def axis_title(chart: Recorded, axis: str, numbers: list[Number], factor: float) -> str:
    """What an axis counts, in words: as the writer has it, else the unit's noun."""
    unit = numbers[0].unit if numbers else ""
    money = chart.t(MONEY_UNITS[unit][factor > 1]) if unit in MONEY_UNITS else ""
    given = [t for part, channel in channels(chart, axis) if (t := title_of(part.encoding[channel])) is not ...]
    title = given[0] if given and all(one == given[0] for one in given) else ...  # of several none is the axis' own
    if title is None:
        return ""
    if title is not ...:
        words = chart.t(title)
        return f"{words} ({money})" if money and factor > 1 else words
    if numbers and any(power < 0 for power in numbers[0].dimension.values()):
        return unit_label(numbers[0], chart.language)
    nouns = numbers[0].nouns.get(chart.language) if plain(numbers) else None
    return money or (nouns["other"] if nouns else "")


def plain(numbers: list[Number]) -> bool:
    """Whether numbers count things of one kind."""
    return bool(numbers) and list(numbers[0].dimension.values()) == [1] and numbers[0].unit != "percent"
