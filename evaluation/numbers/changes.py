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
from .notation import Shown, decimals_of_end, decimals_shown, quantity_in_words, rounded_for_display, show
from .number import Number
from .quantity import Bound, Quantity


class FormRefused(Refused):
    """A number was asked for in a form of prose that would be untrue of it."""


def change_in_words(family: str, number: Number, language: str) -> Shown:
    """A change in per cent in the wording of its direction, from a family of phrases.csv: ``changed`` (rose by 4.5% to
    13.5%), ``would_change`` (would rise by), ``change`` (a fall of 9%). Sizes are without sign, rounded outwards; one
    that rounds to zero is "less than" one unit of the last digit. All but the words is as `show` gives it. Raises
    FormRefused for another unit."""
    if number.unit != "percent":
        actual = f"{number.name}.{family}, which is {show(number, 'en').words}"
        raise FormRefused(f"found {actual}; allowed: a change in per cent, else {{{number.name}.rounded}}")
    ends = rounded_for_display(number)
    wording = choice_of_direction(number.quantity)
    size = -ends if wording.startswith("fell") else ends
    if size.low == size.high == 0:  # a size that rounds to zero is "less than" one unit of the last digit
        size = Quantity.of(Bound.LESS_THAN, Fraction(1, 10 ** decimals_shown(number)))
    sizes = {"size": replace(size, low_open=size.low_open and size.low != 0)}
    if ends.low is not None:
        sizes["fall"] = Quantity.exact(abs(ends.low))
    if ends.high is not None:
        sizes["rise"] = Quantity.exact(ends.high)
    in_words = partial(quantity_in_words, scale=Fraction(1), language=language, family="size")
    words = {name: in_words(size, partial(decimals_of_end, number), number.unit).words for name, size in sizes.items()}
    if wording in ("rose", "fell") and size.low == 0 and size.high not in (None, 0) and ends.low != ends.high:
        words["size"] = _size_from_zero(number, size.high, language)
    return replace(show(number, language), words=phrase(family, wording)[language].format(**words))


def _size_from_zero(number: Number, high: Fraction | None, language: str) -> str:
    """The words "0% to 82%" of the size of a change whose smaller end rounds to zero, and whose larger is ``high``; as
    an interval it would be worded "up to 82%"."""
    ends = [Quantity.exact(end) for end in (Fraction(0), high) if end is not None]
    decimals = partial(decimals_of_end, number)
    worded = [quantity_in_words(end, decimals, number.unit, Fraction(1), language).words for end in ends]
    return phrase("size", "between")[language].format(*worded)


def is_change(number: Number) -> bool:
    """Whether a number can only be a change: a percentage whose lower end is negative, which no share has. False
    without a lower end."""
    return number.unit == "percent" and number.quantity.low is not None and number.quantity.low < 0


def choice_of_direction(quantity: Quantity) -> str:
    """The name of a change's wording in phrases.csv: its `direction` (``rose``, ``fell``, ``unchanged``). For an
    unknown one ``rose-or-not`` if its lower end is zero, ``fell-or-not`` if its upper end is, ``unknown-above`` without
    an upper end; else, and always without a lower end, ``unknown``."""
    movement = direction(quantity)
    if movement != "unknown" or quantity.low is None:
        return movement
    if quantity.high is None:
        return "rose-or-not" if quantity.low == 0 else "unknown-above"
    return "rose-or-not" if quantity.low == 0 else "fell-or-not" if quantity.high == 0 else movement
