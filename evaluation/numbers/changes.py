"""Wordings of a change, chosen by its sign.

"Changed by −17.3% to 21.3%" is "changed by somewhere between a fall of 17.3% and a rise of 21.3%"; with a known sign it
is "rose by 4.5% to 13.5%". The wordings are the families ``changed``, ``would_change`` and ``change`` (a rise of ...)
of phrases.csv, each with its sizes (``size``). A size preserves its bound.
"""

from dataclasses import replace
from fractions import Fraction
from functools import partial

from ..language import phrase
from ..problems import Refused
from .measures import direction
from .notation import Shown, as_shown, decimals_of_end, decimals_shown, in_words, show
from .number import Number
from .quantity import Bound, Quantity


class NotSaid(Refused):
    """A wording does not apply to this kind of number."""


def in_direction(family: str, number: Number, language: str) -> Shown:
    """A change in per cent in a family's wording: rose by 4.5% to 13.5%, a fall of 9%. Raises NotSaid for another
    unit."""
    if number.unit != "percent":
        actual = f"{number.name}.{family}, which is {show(number, 'en').words}"
        raise NotSaid(f"found {actual}; allowed: a change in per cent, else {{{number.name}.rounded}}")
    ends = as_shown(number)
    how = direction_choice(number.quantity)
    size = -ends if how.startswith("fell") else ends
    if size.low == size.high == 0:  # a size that rounds to zero is "less than" one unit of the last digit
        size = Quantity.of(Bound.LESS_THAN, Fraction(1, 10 ** decimals_shown(number)))
    sizes = {"size": replace(size, low_open=size.low_open and size.low != 0)}
    if ends.low is not None:
        sizes["fall"] = Quantity.exact(abs(ends.low))
    if ends.high is not None:
        sizes["rise"] = Quantity.exact(ends.high)
    say = partial(in_words, scale=Fraction(1), language=language, family="size")
    words = {name: say(size, partial(decimals_of_end, number), number.unit).words for name, size in sizes.items()}
    if how in ("rose", "fell") and size.low == 0 and size.high not in (None, 0) and ends.low != ends.high:
        words["size"] = _from_zero(number, size.high, language)
    return replace(show(number, language), words=phrase(family, how)[language].format(**words))


def _from_zero(number: Number, high: Fraction | None, language: str) -> str:
    """The size of a change whose smaller end rounds to zero, 0% to 82%: "up to 82%" would hide where it starts."""
    ends = [Quantity.exact(end) for end in (Fraction(0), high) if end is not None]
    decimals = partial(decimals_of_end, number)
    worded = [in_words(end, decimals, number.unit, Fraction(1), language).words for end in ends]
    return phrase("size", "between")[language].format(*worded)


def is_change(number: Number) -> bool:
    """Whether a number can only be a change: a percentage whose lower end is negative, which no share has."""
    return number.unit == "percent" and number.quantity.low is not None and number.quantity.low < 0


def direction_choice(quantity: Quantity) -> str:
    """The direction of an interval of change as in `direction`; if unknown, ``rose-or-not`` or ``fell-or-not`` for one
    with an end at zero, ``unknown-above`` for one without an upper end."""
    movement = direction(quantity)
    if movement != "unknown" or quantity.low is None:
        return movement
    if quantity.high is None:
        return "rose-or-not" if quantity.low == 0 else "unknown-above"
    return "rose-or-not" if quantity.low == 0 else "fell-or-not" if quantity.high == 0 else movement
