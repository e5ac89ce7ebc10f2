"""What the chapter on results counts, and what it no longer says once the strategy's text gives a target or a date."""

from pathlib import Path

import pytest
from small import claims_unmet, edit, executed, prose_said

from evaluation.numbers.labels import as_stated

pytestmark = pytest.mark.slow  # runs the chapters
CHAPTER = "results_framework"
FOUR = ("indicator_in_text", "baseline", "target", "date")
RESULTS = (
    "result_awareness", "result_protection", "result_support", "result_accountability", "aim_less_trafficking",
    "aim_survivors_rebuild",
)  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("given", "counted", "refused"),  # how many have a target and places are filled; whether the lines are refused
    [
        ({}, (0, 0), False),
        ({"result_support": {"baseline": "70%"}}, (0, 1), True),
        ({"result_support": dict.fromkeys(FOUR, "90%")}, (1, 4), True),
        ({name: {"target": "90%"} for name in RESULTS}, (6, 6), True),
        ({name: dict.fromkeys(FOUR, "2030") for name in RESULTS}, (6, 24), True),
    ],
)
def test_what_the_text_gives_is_counted_and_held_to_the_words(
    given: dict[str, dict[str, str]], counted: tuple[int, int], refused: bool, data: Path
) -> None:
    for result, new in given.items():
        edit(data, "indicators", result, **new)
    assert executed(CHAPTER, data).shown("with_target", "met", "asked") == [*map(str, counted), "24"]
    unmet = claims_unmet(CHAPTER, data)
    assert any(line.endswith("wanted: met == 0") for line in unmet) == refused
    assert any("results and aims, no target" in line for line in unmet) == (counted[0] > 0)


def test_a_judgement_that_a_source_bears_out_is_not_called_unsupported(data: Path) -> None:
    edit(data, "statements", "s_d", verdict="independent")
    assert any("first one made" in line for line in claims_unmet(CHAPTER, data))


@pytest.mark.parametrize("text", ["90%", "nine in ten"])
def test_what_the_text_gives_stands_as_it_is_written(text: str, data: Path) -> None:
    quotation = {"en": f"“{text}”", "fr": f"«\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}»"}
    assert as_stated(text) == quotation
    edit(data, "indicators", "result_support", target=text)
    shown = [row[2]["text"] for row in executed(CHAPTER, data).rows("to_collect")]
    assert [cell for cell in shown if cell != "none in the text"] == [quotation]


@pytest.mark.parametrize(
    ("asked", "usable", "words"),
    [
        ({}, "5", "cover a stated period of no more than 1 year, and end in 2020 or later"),
        ({"longest": 10}, "12", "no more than 10 years"),
        ({"since": 2024}, "1", "end in 2024 or later"),
        ({"since": 2100}, "0", "all of these conditions is 0"),
    ],
)
def test_the_conditions_of_a_starting_point_are_those_asked_for(asked: dict[str, int], usable: str, words: str) -> None:
    records = executed(CHAPTER, **asked)
    assert records.shown("numbers_usable") == [usable]
    assert words in prose_said(CHAPTER, **asked)
    assert records.has("chart", "calendar") == (asked.get("since") != 2100)
    assert claims_unmet(CHAPTER, **asked) == []


def test_each_result_stands_beside_its_own_figure() -> None:
    """The short names follow the rows of the table of items, whatever their order there."""
    rows = executed(CHAPTER).cells("framework")
    assert {row[0]: row[3] for row in rows}["Survivors rebuild their lives"] == "[None found](#search-results)"
    assert [row[4] for row in rows] == ["Up", "Either way", "Up", "Up", "Either way", "Up"]


def test_sources_that_differ_fill_one_box_of_the_calendar_and_each_has_its_row() -> None:
    """A committee heard of 127 charges in Peel in 2022, a newspaper prints 147: neither is a release of the other."""
    records = executed(CHAPTER)
    in_2022 = [row for row in records.cells("calendar_figures") if row[:2] == ["Peel: charges", "2022"]]
    assert [row[2] for row in in_2022] == ["127", "147"]
    assert [row[3].split(",")[0] for row in in_2022] == ["House of Commons", "Western Standard"]
    assert records.shown("filled", "boxes") == [str(len(records.cells("calendar_figures")) - 1), "35"]
