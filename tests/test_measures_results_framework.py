"""The measures of the chapter on the results framework."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.numbers import measures
from evaluation.numbers.figures import Figures, show


@pytest.mark.parametrize(("items", "words"), [([], "0"), (["one"], "1"), (["one", "two"], "2"), (["x"] * 20, "20")])
def test_a_list_is_counted(items: list[str], words: str) -> None:
    number = measures.counted("n", "Number", items, "results", "rows of a list")
    assert show(number, "en").words == words
    assert (number.place, number.start, number.caveats, number.figures()) == ("", "", (), [])


@pytest.mark.parametrize(
    ("part", "whole", "choice"), [([], [1], "none"), ([1], [1, 2], "some"), ([1, 2], [1, 2], "all"), ([], [], "none")]
)
def test_what_a_list_is_of_the_whole(part: list[int], whole: list[int], choice: str) -> None:
    assert measures.none_some_or_all(part, whole) == choice


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2021/22", "2023/24", 3), ("2025", "2025", 1), ("2021-12", "2023-02", 3), ("2020", "2025-07", 6)],
)
def test_the_years_that_a_period_touches(start: str, end: str, years: int) -> None:
    figure = replace(Figures().figure("people_served"), start=start, end=end)
    assert measures.years_touched(figure) == years


def test_the_years_of_a_period_that_is_not_stated_are_refused() -> None:
    figure = replace(Figures().figure("people_served"), start="", end="")
    with pytest.raises(ValueError, match="invalid literal"):
        measures.years_touched(figure)
