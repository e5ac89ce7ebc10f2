"""What would change a choice: the smallest change of each published figure, or count of rows, alone with which a rule
chooses another wording."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..problems import Refused
from .notation import CALENDAR_YEAR, scale_of
from .number import Number
from .rules import Rule

RANGE = 10  # times the published number (of nothing: units), from nothing up, within which a figure is changed
WHOLE = 100  # per cent, which no share passes
REFUSED = object()  # in place of a choice, where the arithmetic leaves nothing to choose by: a division by nothing


def unit_of(figure: Number) -> Fraction:
    """One unit of a figure's last digit."""
    return scale_of(figure) / 10**figure.decimals


def changed(figure: Number, value: Fraction) -> Number:
    """A figure with another value, its bound and the width of its interval kept."""
    quantity, by = figure.quantity, value - figure.quantity.value
    ends = [None if end is None else end + by for end in (quantity.low, quantity.high)]
    low = quantity.low if quantity.bound in ("less-than", "up-to") else ends[0]
    return replace(figure, quantity=replace(quantity, low=low, high=ends[1]))


Flip = dict[str, Any]  # as it is recorded


def flips(rule: Rule) -> list[Flip]:
    """The nearest value on either side (``way``: lower, higher) of each published figure (``input``, its name) with
    which a rule chooses another wording: the ``value`` as an exact fraction, the ``choice`` at it, and whether no value
    ``beyond`` it was looked at that brings the old one back."""
    said = rule.ask()
    figures = [figure for figure in rule.inputs if figure.unit != CALENDAR_YEAR]
    return [flip for figure in figures for way in ("lower", "higher") for flip in _nearest(rule, said, figure, way)]


def _nearest(rule: Rule, said: Any, figure: Number, way: str) -> Iterator[Flip]:
    """The nearest such value on one side, where there is one: by doubled steps, then by halves, in units of the last
    digit, so that the value before it chooses as the published one does."""
    sign, unit, start = (1 if way == "higher" else -1), unit_of(figure), figure.quantity.value
    room = (most(figure) - start if sign > 0 else start) // unit
    choices: dict[int, Any] = {0: said}

    def choice(steps: int) -> Any:
        if steps not in choices:
            choices[steps] = asked(rule, changed(figure, start + sign * steps * unit), REFUSED)
        return choices[steps]

    def other(steps: int) -> bool:
        return choice(steps) not in (said, REFUSED)

    end = int(room)
    doubled = [2**n for n in range(end.bit_length())] if room >= 1 else []
    halved = [end - steps for steps in doubled] if end and choice(end) is REFUSED else []  # the end tells nothing
    tried = sorted({*doubled, *halved, end} - {0})
    if (found := next((steps for steps in tried if other(steps)), None)) is None:
        return
    before = max((steps for steps in (0, *tried) if steps < found), default=0)
    found = bisect_left(range(found), True, before + 1, key=other)
    beyond = all(choice(steps) != said for steps in tried if steps > found)
    value = str(start + sign * found * unit)
    yield {"input": figure.name, "way": way, "value": value, "choice": str(choice(found)), "beyond": beyond}


def most(figure: Number) -> Fraction:
    """The largest value that a figure is changed to."""
    most = max(figure.quantity.value, unit_of(figure)) * RANGE
    return min(most, Fraction(WHOLE)) if figure.unit == "percent" else most


def asked(rule: Rule, figure: Number, otherwise: Any) -> Any:
    """What a rule chooses with a changed figure; ``otherwise``, where the arithmetic leaves nothing to choose by."""
    try:
        return rule.ask(figure)
    except (Refused, ZeroDivisionError, AssertionError):
        return otherwise
