"""What may be compared, and what an interval holds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from evaluation.numbers.number import DefinitionsDiffer, Number, comparable
from evaluation.numbers.quantity import Quantity


@pytest.mark.parametrize("what", ["definition", "unit", "place"])
def test_numbers_that_differ_in_what_they_count_are_not_compared(what: str, number: Callable[..., Number]) -> None:
    one = number(Quantity.exact(1))
    comparable(one, number(Quantity.exact(2)))
    with pytest.raises(DefinitionsDiffer, match=f"the same {what}"):
        comparable(one, number(Quantity.exact(2), **{what: "another"}))


def test_an_open_end_is_not_in_the_interval() -> None:
    ends = Fraction(1), Fraction(2)
    closed, open_high, open_low = Quantity(*ends), Quantity(*ends, high_open=True), Quantity(*ends, low_open=True)
    assert [closed.contains(n) for n in (0, 1, 2, 3)] == [False, True, True, False]
    assert [open_high.contains(n) for n in (1, 2)] == [True, False]
    assert [open_low.contains(n) for n in (1, 2)] == [False, True]
