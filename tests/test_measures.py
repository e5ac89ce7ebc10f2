"""What every measure takes from its inputs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluation.numbers import measures
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity

Make = Callable[..., Number]
NONE = Quantity.exact(1)


@pytest.mark.parametrize(
    ("periods", "span"),
    [
        ([("2013", "2013"), ("2010", "2010")], ("2010", "2013")),
        ([("2010", "2010"), ("2013", "2013")], ("2010", "2013")),
        ([("2021/22", "2023/24"), ("2021", "2022")], ("2021", "2023/24")),
        ([("2021-12", "2023-02"), ("2021-12", "2023-02-22")], ("2021-12", "2023-02")),
        ([("2005", ""), ("2010", "2017-11")], ("2005", "")),
        ([("", ""), ("2010", "2010")], ("", "")),
    ],
)
def test_a_measure_spans_the_periods_of_its_inputs_in_any_order(
    periods: list[tuple[str, str]], span: tuple[str, str], number: Make
) -> None:
    inputs = [number(NONE, name=f"n{i}", start=start, end=end) for i, (start, end) in enumerate(periods)]
    measure = measures.measure("m", "m", NONE, inputs, "formula")
    assert (measure.start, measure.end) == span


def test_an_input_of_another_definition_does_not_move_the_period(number: Make) -> None:
    people = number(NONE, name="people", definition="population", start="1990", end="2030")
    measure = measures.measure("m", "m", NONE, [number(NONE, start="2021", end="2022"), people], "formula")
    assert (measure.start, measure.end) == ("2021", "2022")
