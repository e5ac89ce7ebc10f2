"""What data/ have of a later period than any page shows."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small import DATA

from evaluation.numbers.figures import Figures
from evaluation.questions.later import later_periods, later_than_pages, shown_numbers

FIGURES = Figures(DATA)
SERVED = FIGURES.figure("people_served")


def test_a_later_period_of_what_a_page_shows_is_told_once() -> None:
    newer, newest, elsewhere = (
        replace(
            SERVED.with_meaning(start=f"20{at}", end=f"20{at}", place=place),
            name=f"served_{at}",
            data=f"figures.csv:{at}:value",
        )
        for at, place in ((30, SERVED.place), (31, SERVED.place), (32, "Manitoba"))
    )
    (problem,) = later_periods([newest, SERVED, newer, elsewhere], {SERVED.name})
    assert str(problem).startswith(
        "data/figures.csv:31:value: found people_served, Ontario, 2031, and on pages nothing"
    )
    assert list(later_periods([newest, SERVED, newer], {SERVED.name, newest.name})) == []
    assert list(later_periods([newest, SERVED], set())) == []  # no page shows any


def whole(**rows: dict[str, object]) -> dict[str, object]:
    numbers = [{"run": "a", "id": name, "inputs": [], "shown_in": []} | row for name, row in rows.items()]
    return {"numbers": numbers, "sentences": [{"run": "a", "numbers": ["said"]}]}


def test_what_is_recorded_is_not_shown_unless_something_that_is_rests_on_it(tmp_path: Path) -> None:
    shown, drawn = {"inputs": ["input"]}, {"shown_in": ["chart-a"]}
    numbers = whole(said=shown, input={}, drawn=drawn, recorded={})
    assert shown_numbers(numbers) == {"said", "input", "drawn"}
    (tmp_path / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")
    assert later_than_pages(tmp_path, FIGURES) == []


@pytest.mark.parametrize("table", ["figures", "police_reported"])
def test_every_column_of_figures_is_looked_at(table: str, tmp_path: Path) -> None:
    resource = FIGURES.tables.resources[table]
    column = next(field["name"] for field in resource["schema"]["fields"] if field.get("figures"))
    first = min(FIGURES.column(table, column), key=lambda figure: figure.end or "9")
    (tmp_path / "numbers.json").write_text(json.dumps(whole(said={"inputs": [first.name]}, **{first.name: {}})))
    assert later_than_pages(tmp_path, FIGURES) != []
