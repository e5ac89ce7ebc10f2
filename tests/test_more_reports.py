"""What the chapter on more reports and the front page record: the picture that the key sentence leads to, like with
like, suppositions that say they are none of the data's, a source beside each reading, and sentences that fall with
the counts they rest on."""

import math
from pathlib import Path

import pytest
from small import Recorded, claims_unmet, edit, executed, lines_said, read_table, write_table
from truth_changes import ALL_LAWS, CODE, counts, released

from evaluation.chapters import incidence, movement
from evaluation.language import LANGUAGES

CHAPTER = "more_reports"
pytestmark = pytest.mark.slow


def test_the_key_sentence_leads_to_its_picture(records: Recorded) -> None:
    assert movement.CHAPTERS["more_reports"] == f"#chart-{movement.PICTURE}"
    numbers = records.points(movement.PICTURE)
    assert [int(number.quantity.value) for number in numbers] == [100, 5, 100, 10, 200, 10]
    assert {number.kind for number in numbers} == {"invented"}  # so that no page calls them counted
    assert movement.movement_caveats(numbers) == []


def test_like_is_compared_with_like(records: Recorded) -> None:
    rows = [row[2:] for row in records.cells("since")]
    assert rows == [["386", "503", "about 30%"], ["555", "608", "about 10%"], ["552", "608", "about 10%"]]
    assert records.shown("reports_first", "reports_before", "reports_last") == ["41", "522", "503"]
    assert records.shown("laws_between", "laws_last", "change") == ["605", "608", "about 10%"]


def test_the_parts_of_one_release_are_its_whole(records: Recorded) -> None:
    """555 is 386 and 169, 528 is 411 and 117, as a paper carried that release."""
    names = ("code_first", "code_last", "whole_first", "whole_last")
    assert records.shown(*names) == ["386", "411", "555", "528"]


def test_cases_are_those_of_the_annex(records: Recorded) -> None:
    """608 ÷ 555 over the ratio of the shares, with a variance five times that of independent events: the log ratio's
    standard error is the root of 5 ÷ 555 + 5 ÷ 608."""
    error = math.sqrt(5 / 555 + 5 / 608)
    for name, ratio in {"case_same": 1.0, "case_more": 2.0, "case_less": 0.5}.items():
        case, middle = records.number(name), 608 / 555 / ratio
        ends = [(middle * math.exp(sign * 1.959964 * error) - 1) * 100 for sign in (-1, 1)]
        shown = case.quantity.round_outwards(0)
        assert (shown.low, shown.high) == (math.floor(ends[0]), math.ceil(ends[1]))
        assert case.kind == "estimate"


def test_a_probability_is_never_certain() -> None:
    assert incidence.probability_range((0.001, 0.002)).in_english() == "less than 1"
    assert incidence.probability_range((0.998, 0.999)).in_english() == "more than 99"


def test_each_reading_has_its_source_and_place_in_both_languages(records: Recorded) -> None:
    rows = records.rows("readings")
    assert len(rows) == 3
    for who, says, cited, place in rows:
        assert all(part["text"][language] for part in (who, says, place) for language in LANGUAGES)
        assert len(cited["sources"]) == 1


@pytest.mark.slow
def test_a_later_release_of_one_year_is_no_first_release(data: Path) -> None:
    counts((ALL_LAWS, 2024, "2026-03", 540))(data)
    since = executed("more_reports", data).cells("since")
    assert since[2][2:] == ["552", "608", "about 10%"]
    assert "540" not in [cell for row in since for cell in row[1:]]


@pytest.mark.slow
@pytest.mark.parametrize(("later", "unrevised"), [(None, True), (510, False)])
def test_the_last_year_is_unrevised_until_a_later_release(later: int | None, unrevised: bool, data: Path) -> None:
    if later:
        counts((CODE, 2024, "2026", later))(data)
    said = [line for line in lines_said("more_reports", data)[0] if "Canada, Criminal Code" in line]
    assert any("not yet revised" in line for line in said) is unrevised


@pytest.mark.slow
@pytest.mark.parametrize("chapter", ["more_reports", "findings"])
def test_no_claim_fails_today(chapter: str) -> None:
    assert claims_unmet(chapter) == []


@pytest.mark.sampled(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "count", "sentence"),
    [
        ("more_reports", (CODE, 2024, "2025", 530), "The last year of the chart was lower"),
        ("more_reports", (ALL_LAWS, 2024, "2025-07-29", 600), "Counting the immigration law too"),
        ("more_reports", (CODE, 2009, "2025", 700), "Two things can have added"),
    ],
)
def test_a_sentence_falls_with_the_count_it_rests_on(
    chapter: str, count: tuple[str, int, str, int], sentence: str, data: Path
) -> None:
    counts(count)(data)
    assert any(sentence in line for line in claims_unmet(chapter, data))


@pytest.mark.sampled(2)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "chart", "asked"),
    [
        ("more_reports", "rise", {}),
        ("reported_incidents", "reported_by_year", {"place": "Canada", "definition": CODE}),
    ],
)
def test_every_rule_of_counting_that_changed_is_drawn_and_said(
    chapter: str, chart: str, asked: dict[str, str], data: Path
) -> None:
    events = read_table(data / "events.csv")
    widened = next(row for row in events if row["event"] == "founded_rule_2018")
    write_table(data / "events.csv", [*events, widened | {"event": "another_rule_2021", "date": "2021-01"}])
    records = executed(chapter, data, **asked)
    drawn = {number.name for number in records.points(chart) if number.name.startswith("event_")}
    assert drawn == {"event_founded_rule_2018", "event_another_rule_2021"}
    if chapter == "more_reports":  # its sentences name one rule, and fall with a second
        assert any("only_rule" in line for line in claims_unmet(chapter, data))


@pytest.mark.slow
def test_the_front_page_stands_on_rates_that_are_the_same_and_on_no_measure_of_detection(data: Path) -> None:
    released((ALL_LAWS, "Ontario", 2024, "2025-12", 2.4))(data)
    unmet = " ".join(claims_unmet("findings", data))
    assert "digits(ontario_first) == digits(ontario_last)" in unmet
    edit(data, "statements", "s_q", verdict="supported")
    assert "detection" in " ".join(claims_unmet("findings", data))
