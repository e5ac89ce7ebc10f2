"""Counts of one release are held against each other: a part is no more than its whole."""

from __future__ import annotations

import pytest

from evaluation.chapters.outcomes import parts_add_up, places_add_up
from evaluation.data.sources import Tables

CLEARED = {"field": "number", "whole": "cleared", "parts": ["by_charge", "otherwise"]}
PROVINCES = {"field": "number", "kind": "province"}


def rows(*told: tuple[str, str, str], vintage: str = "2025") -> list[dict[str, str]]:
    """Rows of one year and release: definition, place, number."""
    same = {"year": "2024", "vintage": vintage, "source": "a"}
    return [same | {"definition": one, "place": place, "number": number} for one, place, number in told]


@pytest.mark.parametrize(
    ("numbers", "refused"),
    [
        (("5", "3", "2"), []),
        (("5", "5", ""), []),  # a part that is not published
        (("", "9", "9"), []),
        (("5", "6", ""), [(3, "5 at most, the count of cleared")]),
        (("5", "9", "7"), [(3, "5 at most, the count of cleared"), (4, "5 at most, the count of cleared")]),
        (("5", "3", "1"), [(2, "4, the sum of by_charge, otherwise")]),
        (("5", "5", "5"), [(2, "10, the sum of by_charge, otherwise")]),
    ],
)
def test_the_parts_of_a_count_add_up_to_it(numbers: tuple[str, ...], refused: list[tuple[int, str]]) -> None:
    names = ("cleared", "by_charge", "otherwise")
    given = rows(*((name, "Ontario", number) for name, number in zip(names, numbers, strict=True)))
    other = rows(("cleared", "Ontario", "99"), vintage="2026")
    found = parts_add_up(Tables(), [*given, *other], CLEARED)
    assert [(row, allowed) for row, _, _, allowed in found] == refused


def test_provinces_have_no_more_together_than_the_country() -> None:
    given = rows(("a", "Ontario", "6"), ("a", "Toronto", "99"), ("a", "Quebec", "5"), ("a", "Canada", "10"))
    told = [(4, "4 at most, what the other places leave of the count of Canada")]
    assert [(row, allowed) for row, *_, allowed in places_add_up(Tables(), given, PROVINCES)] == told


def test_a_province_has_no_more_than_any_release_gives_the_country() -> None:
    def found(count: str) -> list[tuple[int, str]]:
        alone = rows(("a", "Ontario", count), ("a", "Toronto", "99"))
        other = [*rows(("a", "Canada", "5"), vintage="2024"), *rows(("a", "Canada", "4"), vintage="2026")]
        told = places_add_up(Tables(), [*alone, *other, *rows(("b", "Canada", "1"))], PROVINCES)
        return [(row, allowed) for row, *_, allowed in told]

    assert found("5") == []
    assert found("6") == [(2, "5 at most, the largest count of Canada in any release")]
    assert list(places_add_up(Tables(), rows(("b", "Ontario", "6"), ("a", "Canada", "5")), PROVINCES)) == []
