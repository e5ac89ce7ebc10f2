"""Whether numbers can be set against each other, and what a result takes over from its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..language import date_of, last_date_of
from ..problems import Refused
from .arithmetic import A_YEAR, Single, dimension_of
from .quantity import Quantity
from .stated import Stated


def clears(upper: Quantity, lower: Quantity) -> bool:
    """Whether every value of one interval is larger than every value of the other."""
    if upper.low is None or lower.high is None:
        return False
    return upper.low > lower.high or (upper.low == lower.high and (upper.low_open or lower.high_open))


def reaches(upper: Quantity, lower: Quantity) -> bool:
    """Whether no value of one interval is smaller than any value of the other."""
    return upper.low is not None and lower.high is not None and upper.low >= lower.high


class DefinitionsDiffer(Refused):
    """Two numbers of different definitions, units or places cannot be compared."""


def comparable(one: Stated, other: Stated) -> None:
    """Raises DefinitionsDiffer unless two numbers count the same thing in the same unit and place."""
    for what in ("definition", "dimension", "place"):
        mine, others = getattr(one, what), getattr(other, what)
        if mine != others:
            what = "unit" if what == "dimension" else what
            mine, others = (unit_words(one), unit_words(other)) if what == "unit" else (mine, others)
            raise DefinitionsDiffer(
                f"cannot compare {one.expression} with {other.expression}: found {what} {mine!r} and {others!r}; "
                f"allowed: the same {what} (or a ratio of the two, by ÷; or parts of a whole, each by .counting(unit, "
                "why=, definition=))"
            )


def unit_words(number: Stated) -> str:
    """The units of a number as a formula: people ÷ organizations."""
    over = [unit for unit, power in number.dimension.items() if power > 0]
    under = [unit for unit, power in number.dimension.items() if power < 0]
    return " ÷ ".join([" × ".join(over) or "1", *under])


def telling(value: Fraction) -> int:
    """The decimals that show two digits of a ratio below one: 0.034 is not about 0.0. At most six."""
    return next((n for n in range(1, 7) if abs(value) * 10**n >= 10), 6) if 0 < abs(value) < 1 else 0


def inherited(
    symbol: str, left: Stated | Single, right: Stated | Single | None, numbers: Sequence[Stated]
) -> dict[str, Any]:
    """What a result has from its sides: place and definition of the first, the caveats of both, the period from
    their first day to their last where they count the same, the unit that the operation leaves."""
    first = numbers[0]
    alike = [number for number in numbers if number.definition == first.definition]
    start, end = span(alike)
    units = [unit for unit, power in dimension_of(symbol, left, right).items() if power > 0]
    unit = units[0] if units else "ratio"
    leaves = {leaf.name: leaf for number in numbers for leaf in number.leaves()}
    lists = next((number.lists for number in numbers if number.lists), None)
    nouns = next((number.nouns for number in numbers if number.unit == unit), {})
    return {
        "name": "",
        "label": "",
        "unit": unit,
        "decimals": max(1 if symbol == "÷" else 0, *(number.decimals for number in numbers)),
        "definition": first.definition,
        "definition_label": first.definition_label,
        "place": first.place,
        "place_label": first.place_label,
        "start": start,
        "end": end,
        "caveats": tuple({c.caveat: c for number in numbers for c in number.caveats}.values()),
        "nouns": nouns or (lists.nouns(unit) if lists and unit in A_YEAR else {}),
        "lists": lists,
        "formula": "",
        "inputs": tuple(leaves.values()),
        "estimate": any(number.kind == "estimate" for number in numbers),
    }


def span(numbers: Sequence[Stated]) -> tuple[str, str]:
    """The period of several numbers together, in whatever order they come: from the first start to the last end.
    An end that one of them leaves open stays open."""
    starts, ends = ([getattr(number, end) for number in numbers] for end in ("start", "end"))
    start = min(starts, key=date_of) if all(starts) else ""
    return start, max(ends, key=last_date_of) if all(ends) else ""
