"""Rows of a frame counted: numbers with an origin, of a whole frame, of conditions, of groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evaluation.numbers.notation import show
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.problems import Refused
from evaluation.records import chapter as review
from evaluation.records.chapter import Chapter

Make = Callable[..., Number]
FRAME = pd.DataFrame({"kind": ["a", "b", "a", "a"], "given": [True, False, False, True], "other": [True] * 4})

LABELS = {"a": "The first", "b": "The second", "c": "The third", "given": "Given", "other": "Other"}


@pytest.fixture
def chapter() -> Chapter:
    return Chapter()


def count(chapter: Chapter, rows: Any) -> Any:
    return chapter.count(rows, "statements", "rows of a list", LABELS)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (FRAME, "4"),
        (FRAME[FRAME.kind == "c"], "0"),
        (FRAME.given, "2"),
        (FRAME.given.astype("boolean"), "2"),
        (FRAME.kind == "a", "3"),
    ],
)
def test_rows_are_counted_with_what_was_counted(chapter: Chapter, rows: Any, words: str) -> None:
    number = chapter.count(rows, "statements", "rows of a list", "Rows")
    assert (show(number, "en").words, number.label) == (words, "Rows")
    assert (number.unit, number.formula, number.kind) == ("statements", "rows of a list", "derived")
    assert (number.place, number.start, number.caveats, number.figures()) == ("", "", (), [])
    assert number.nouns["fr"]["other"] == "énoncés"


def test_groups_are_counted_into_a_column_of_figures(chapter: Chapter) -> None:
    found = count(chapter, FRAME.groupby("kind"))
    assert str(found.dtype) == "figure"
    assert {name: (number.label, int(number.quantity.value)) for name, number in found.items()} == {
        "a": ("The first", 3),
        "b": ("The second", 1),
    }


def test_a_group_without_a_label_is_refused(chapter: Chapter) -> None:
    with pytest.raises(Refused, match="found the group 'd' without a label"):
        count(chapter, FRAME.assign(kind="d").groupby("kind"))


def test_a_group_without_rows_is_none_of_them(chapter: Chapter) -> None:
    kinds = FRAME.assign(kind=pd.Categorical(FRAME.kind, ["b", "c", "a"])).groupby("kind", observed=False)
    assert [int(number.quantity.value) for number in count(chapter, kinds)] == [1, 0, 3]


def test_a_frame_of_conditions_is_counted_by_column(chapter: Chapter) -> None:
    found = count(chapter, FRAME[["given", "other"]])
    assert [(name, int(number.quantity.value)) for name, number in found.items()] == [("given", 2), ("other", 4)]


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (7, "found int to count rows of; allowed: a frame"),
        ([1, 2], "found list"),
        (FRAME.kind, "found a column of str"),
        (pd.Series([True, None], dtype="boolean"), "neither true nor false"),
        (pd.DataFrame({"a": pd.array([True, None], dtype="boolean")}), "neither true nor false"),
    ],
)
def test_what_is_no_count_of_rows_is_refused(chapter: Chapter, rows: Any, match: str) -> None:
    with pytest.raises(Refused, match=match):
        count(chapter, rows)


@pytest.mark.parametrize(
    ("part", "whole", "choice"), [(0, 6, "none"), (3, 6, "some"), (4, 6, "most"), (6, 6, "all"), (0, 0, "none")]
)
def test_how_many_of_a_whole(part: int, whole: int, choice: str, number: Make) -> None:
    counts = [number(Quantity.exact(n), name=f"n{n}") for n in (part, whole)]
    assert review.none_some_or_all(*counts, "most") == choice
    assert review.none_some_or_all(*counts) == choice.replace("most", "some")


def test_more_of_a_whole_than_there_are_is_refused(number: Make) -> None:
    with pytest.raises(Refused, match="found 7 of 6; allowed: up to 6"):
        review.none_some_or_all(number(Quantity.exact(7)), number(Quantity.exact(6)))
