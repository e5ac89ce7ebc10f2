"""Charts of tables that nobody here has made: names of two lines, names that look like numbers, fiscal years, the very
small beside the very large, numbers on both sides of zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import pytest
from test_altair import LABELS, PLACES, Make, Tables, bars, drawn, lines, points

from evaluation.charts import NARROW, WIDE, ChartRefused, highlight, look, record
from evaluation.charts.picture import Picture

pytestmark = pytest.mark.slow
LONG = {"en": "Regional Municipality of Waterloo, Wellington and Dufferin", "fr": "Waterloo, Wellington et Dufferin"}
FISCAL = [f"{year}/{year % 100 + 1}" for year in range(2016, 2026)]


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def looked_at(chart: Any, width: int = WIDE, language: str = "en") -> str:
    """A drawing in which neither a text nor a number's place is amiss."""
    found = record.take("a", chart, LABELS)
    svg = drawn(found, language, width)
    assert look.faults(svg) == []
    assert look.misplaced(svg, found.points, language) == []
    return svg


def heat(tables: Tables, keys: Any) -> Any:
    rows = [(name, key, tables.exact(9 * n)) for name in (LONG, PLACES[0]) for n, key in enumerate(keys)]
    return alt.Chart(tables.frame(rows, "name", "key", "n")).mark_rect().encode(x="key:O", y="name:N", color="n:Q")


def over(tables: Tables, ends: list[tuple[Any, int]], keys: list[Any], step: int, unit: str = "people") -> Any:
    """A line for each name to the end that it has."""
    rows = [
        (name, key, tables.exact(end if key == keys[-1] else end - n * step % 9_999_991, unit=unit))
        for name, end in ends
        for n, key in enumerate(keys)
    ]
    return lines(tables.frame(rows, "name", "key", "n"), x="key:O")


def crowd(tables: Tables) -> Any:
    rows = [
        (p, tables.exact(60_000 + (i + 1) * 7_919 * k % 99_991)) for i, p in enumerate(PLACES[:4]) for k in range(16)
    ]
    return points(tables.frame(rows, "place", "n"))


# A chart, and texts that stand in it.
CHARTS: dict[str, tuple[Callable[[Tables], Any], set[str]]] = {
    "a heat map of two years": (lambda t: heat(t, range(2020, 2022)), {"2020", "2021"}),
    "a heat map of seven years": (lambda t: heat(t, range(2020, 2027)), {"2020", "2026"}),
    "fiscal years under narrow cells": (lambda t: heat(t, FISCAL), set()),
    "names that look like numbers": (lambda t: heat(t, [f"{month:02}" for month in range(1, 13)]), set()),
    "a bar of next to nothing": (
        lambda t: bars(t.frame([(LONG, t.exact(177_859)), (PLACES[0], t.exact(26))], "name", "n"), y="name:N"), {"26"},
    ),
    "many points in a row": (crowd, set()),
    "a grey name of two lines": (
        lambda t: over(t, [("Ontario", 900), ("Quebec", 5000), (LONG, 9000)], list(range(2010, 2026)), 90)
        .encode(detail="name:N", color=highlight("name", "Ontario")),
        set(),
    ),
    "a line at zero": (
        lambda t: over(t, [*zip(PLACES, (4_878_189, -248_146, 2_062_809), strict=False)], FISCAL, 2_700_000, "cad")
        .encode(color="name:N"),
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("en", WIDE), ("fr", NARROW)])
@pytest.mark.parametrize("what", CHARTS)
def test_neither_a_text_nor_the_place_of_a_number_is_amiss(
    what: str, language: str, width: int, tables: Tables
) -> None:
    chart, said = CHARTS[what]
    assert said <= {line.text for line in Picture(looked_at(chart(tables), width, language)).texts}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_number_stands_under_the_years(width: int, tables: Tables) -> None:
    shares = enumerate([0, 25, 14, 22, 9, 39, 33, 47, 48], start=2010)
    rows = [(year, tables.exact(share, unit="percent")) for year, share in shares]
    texts = Picture(looked_at(lines(tables.frame(rows, "year", "n")), width)).texts
    years = next(line.box for line in texts if line.text == "2010")
    assert all(line.box.bottom <= years.bottom for line in texts)


@pytest.mark.parametrize("encoding", [{"y": "place:N"}, {"y": "year:O", "facet": "place:N"}])
def test_a_number_without_a_name_is_not_passed_over(encoding: dict[str, str], tables: Tables) -> None:
    frame = tables.frame([(place, 2024, tables.exact(4)) for place in PLACES[:3]], "place", "year", "n")
    nameless = frame.assign(place=[*PLACES[:2], None])
    with pytest.raises(ChartRefused, match="a number without a name in 'place'; allowed: a name in each row"):
        record.take("a", bars(nameless, **encoding), LABELS)
