"""What the chapter on results says when the strategy's text gives a target or a date, in numbers or in words."""

from pathlib import Path

import pytest
from small import edit, executed, prose_said

from evaluation.numbers.labels import as_stated

pytestmark = pytest.mark.slow  # runs the chapters
FOUR = ("indicator_in_text", "baseline", "target", "date")
RESULTS = (
    "result_awareness", "result_protection", "result_support", "result_accountability", "aim_less_trafficking",
    "aim_survivors_rebuild",
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "chosen", "counted"),  # gap, given, checkable and sign; how many are dated and met
    [
        ({}, "none none none none", (0, 0)),
        ({"result_support": {"baseline": "70%"}}, "none some none none", (0, 1)),
        ({"result_support": dict.fromkeys(FOUR, "90%")}, "some some some some", (1, 4)),
        ({name: {"target": "90%"} for name in RESULTS}, "all all none none", (6, 6)),
        ({name: dict.fromkeys(FOUR, "2030") for name in RESULTS}, "all all all all", (6, 24)),
    ],
)
def test_the_main_finding_follows_what_the_text_gives(
    given: dict[str, dict[str, str]], chosen: str, counted: tuple[int, int], data: Path
) -> None:
    for result, new in given.items():
        edit(data, "indicators", result, **new)
    records = executed("results_framework", data)
    assert [records.choices[name] for name in ("gap", "given", "checkable", "sign")] == chosen.split()
    assert records.shown("dated", "met", "asked") == [*map(str, counted), "24"]


@pytest.mark.parametrize("chapter", ["findings"])
@pytest.mark.parametrize(("results", "measured"), [(RESULTS[:1], "some"), (RESULTS, "all")])
def test_the_pages_that_repeat_it_say_the_same(
    results: tuple[str, ...], measured: str, chapter: str, data: Path
) -> None:
    for result in results:
        edit(data, "indicators", result, target="90%")
    assert executed(chapter, data).choices["measured"] == measured


@pytest.mark.parametrize("text", ["90%", "nine in ten"])
def test_what_the_text_gives_stands_as_it_is_written(text: str, data: Path) -> None:
    said = {"en": f"“{text}”", "fr": f"«\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}»"}
    assert as_stated(text) == said
    edit(data, "indicators", "result_support", target=text)
    shown = [row[2]["text"] for row in executed("results_framework", data).rows("to_collect")]
    assert [cell for cell in shown if cell != "none in the text"] == [said]


@pytest.mark.parametrize(
    ("asked", "usable", "words"),
    [
        ({}, "5", "five of which are about Ontario as a whole, cover at most 1 year and end in 2020 or later"),
        ({"longest": 10}, "12", "cover at most 10 years"),
        ({"since": 2024}, "1", "one of which is about Ontario as a whole, covers at most 1 year and ends in 2024"),
        ({"since": 2100}, "0", "none of which meets all of these conditions"),
    ],
)
def test_the_conditions_of_a_starting_point_are_those_asked_for(asked: dict[str, int], usable: str, words: str) -> None:
    records = executed("results_framework", **asked)
    assert records.shown("numbers_usable") == [usable]
    assert words in prose_said("results_framework", **asked)
    assert records.has("chart", "calendar") == (asked.get("since") != 2100)


def test_sources_that_differ_fill_one_box_of_the_calendar_and_each_has_its_row() -> None:
    """A committee heard of 127 charges in Peel in 2022, a newspaper prints 147: neither is a release of the other."""
    records = executed("results_framework")
    in_2022 = [row for row in records.cells("calendar_figures") if row[:2] == ["Peel: charges", "2022"]]
    assert [row[2] for row in in_2022] == ["127", "147"]
    assert [row[3].split(",")[0] for row in in_2022] == ["House of Commons", "Western Standard"]
    assert records.shown("filled", "boxes") == [str(len(records.cells("calendar_figures")) - 1), "35"]
