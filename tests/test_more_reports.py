"""What the chapter on more reports records: the picture that the key sentence leads to, like with like, suppositions
and beliefs that say they are none of the data's, and a source beside each reading."""

import math
import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from small import DATA, ROOT, Recorded, executed, prose_said, read_table, write_table
from truth_changes import ALL_LAWS, CODE, counts

from evaluation.chapters import more_reports, movement
from evaluation.chapters.detection.belief import probability_incidence_fell
from evaluation.language import LANGUAGES
from evaluation.numbers.figures import Figures
from evaluation.numbers.quantity import Quantity
from evaluation.records.record import read_number

CHAPTER = "more_reports"
NOTEBOOK = ROOT / "notebooks" / f"{CHAPTER}.ipynb"


def test_the_key_sentence_leads_to_its_picture(records: Recorded) -> None:
    assert movement.CHAPTERS["more_reports"] == f"#chart-{movement.PICTURE}"
    numbers = records.points(movement.PICTURE)
    assert [int(one.quantity.value) for one in numbers] == [100, 5, 100, 10, 200, 10]
    assert {one.kind for one in numbers} == {"invented"}  # so that no page calls them counted
    assert movement.movements(numbers) == []


def test_like_is_compared_with_like(records: Recorded) -> None:
    rows = [row[2:] for row in records.cells("since")]
    assert rows == [["386", "503", "about 30%"], ["555", "608", "about 10%"], ["552", "608", "about 10%"]]
    by_age = {row[0]: row[1:] for row in records.cells("same_age")}
    assert by_age["2022"][:2] == ["528", "597"]
    numbers = ("reports_first", "reports_before", "reports_last", "person_first", "person_last")
    assert records.shown(*numbers) == ["41", "522", "503", "0.12", "1.22"]


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
        shown = case.quantity.shown(0)
        assert (shown.low, shown.high) == (math.floor(ends[0]), math.ceil(ends[1]))
        assert case.kind == "estimate"
    # Without a comparison no line announces them.
    assert executed("more_reports", compared_from=2024).shown("confidence", "case_same") == [None, None]


def test_beliefs_are_the_methods_and_never_certain(records: Recorded) -> None:
    rows, medians = records.rows("belief"), (0.8, 0.9, 1.0, 1.1, 1.25)
    assert len(rows) == 10
    pairs = (386, 503), (555, 608), (552, 608)
    for row, (spread, median) in zip(rows, product((0.1, 0.25), medians), strict=True):
        found = [float(read_number(one["number"]).quantity.value) / 100 for one in row[2:]]
        expected = [probability_incidence_fell(*pair, median, spread, variance_factor=5)[0] for pair in pairs]
        assert found == pytest.approx(expected, abs=0.01)
    # Below the ratio of the reports, 608 ÷ 555, trafficking more likely rose.
    for row, median in zip(rows, 2 * medians, strict=True):
        likely = float(read_number(row[3]["number"]).quantity.value)
        assert (likely < 50) == (median < 608 / 555), (median, likely)
    assert records.shown("tipping") == ["about 1.10"]
    assert more_reports.as_probability((0.001, 0.002)).worded() == "less than 1"


def test_each_reading_has_its_source_and_place_in_both_languages(records: Recorded) -> None:
    rows = records.rows("readings")
    assert len(rows) == 3
    for who, says, cited, place in rows:
        assert all(part["text"][language] for part in (who, says, place) for language in LANGUAGES)
        assert len(cited["sources"]) == 1
    prose = NOTEBOOK.read_text(encoding="utf-8")
    assert len(re.findall(r"\(\[\{\w+_place\}\]\(#table-readings\)\)", prose)) == 4


@pytest.mark.slow
def test_a_later_release_of_one_year_is_no_first_release(data: Path, records: Recorded) -> None:
    counts((ALL_LAWS, 2024, "2026-03", 540))(data)
    found = executed("more_reports", data)
    since, aged = found.cells("since"), found.cells("same_age")
    assert since[2][2:] == ["552", "608", "about 10%"]
    assert "540" not in [cell for row in (*since, *aged) for cell in row[1:]]
    assert (found.shown("laws_revised"), records.shown("laws_revised")) == (["540"], [None])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("last", "way", "step"),
    [(530, "rose", "rose"), (522, "rose", "unchanged"), (30, "fell", "fell"), (41, "unchanged", "fell")],
)
def test_what_is_safe_to_say_follows_the_series(last: int, way: str, step: str, data: Path) -> None:
    """From its first year, 41, to its last, and from the year before, 522."""
    counts((CODE, 2024, "2025", last))(data)
    said, opened = (executed(chapter, data).choices for chapter in ("more_reports", "findings"))
    assert (said["reports_now"], said["last_step"]) == (way, step)
    assert ("known_part" in said) == (way == "rose"), "more people explain no fall"
    assert (opened["canada_course"], opened["last_step"]) == (way, step)


def test_a_chart_of_both_laws_names_no_revision_where_there_is_none(data: Path) -> None:
    counts(*((CODE, year, "", None) for year in range(2009, 2023)))(data)
    assert "{revised_when}" not in str(executed(CHAPTER, data).part("chart", "by_law"))


@pytest.mark.slow
@pytest.mark.parametrize("since", [2009, 2019])
def test_a_rule_that_changed_before_the_years_told_is_not_named(since: int, data: Path) -> None:
    """It was widened in 2018. Nor is a last step told between two releases, 522 and 560. A first year of
    no reports is told like any other."""
    counts((CODE, 2009, "2025", 0), (CODE, 2024, "2026", 560))(data)
    more, opened = executed("more_reports", data, since=since), executed("findings", data, first_year=since)
    assert more.part("name", "reports_now")["phrase"] == ("reports_now" if since < 2018 else "reports_alone")
    assert ("last_step_alone" in opened.choices, opened.shown("founded_year") == [None]) == (since > 2018,) * 2
    assert (more.choices["last_step"], opened.choices["last_step"]) == ("unknown", "unknown")


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "since"), [("more_reports", "since"), ("findings", "first_year")])
def test_a_course_has_three_years_at_least(chapter: str, since: str, data: Path) -> None:
    """Else the first year, the one before the last and the last are told as if they were three: 503, 503 and 503."""
    told = executed(chapter, data, **{since: 2024})
    assert told.shown("reports_first", "reports_before", "reports_last") == ["474", "522", "503"]


@pytest.mark.slow
def test_without_the_people_of_a_year_the_front_page_tells_ontarios_rates_alone(data: Path) -> None:
    rows = [row for row in read_table(data / "population.csv") if (row["place"], row["year"]) != ("Ontario", "2024")]
    write_table(data / "population.csv", rows)
    told = executed("findings", data)
    assert (told.choices["rates_mean"], told.shown("rate_last", "number_change")) == ("unknown", ["2.3", None])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "chart", "asked"),
    [
        ("more_reports", "rise", {}),
        ("findings", "reports_to_police", {}),
        ("reported_incidents", "reported_by_year", {"place": "Canada", "definition": CODE}),
    ],
)
def test_every_rule_of_counting_that_changed_is_drawn_and_said(
    chapter: str, chart: str, asked: dict[str, str], data: Path
) -> None:
    events = read_table(data / "events.csv")
    widened = next(row for row in events if row["event"] == "founded_rule_2018")
    write_table(data / "events.csv", [*events, widened | {"event": "another_rule_2021", "date": "2021-01"}])
    told = executed(chapter, data, **asked)
    drawn = {number.name for number in told.points(chart) if number.name.startswith("event_")}
    assert drawn == {"event_founded_rule_2018", "event_another_rule_2021"}
    assert {record["choice"] for record in told if record.get("phrase", "").endswith("_rules")} == {"several"}
    assert chapter.endswith("checks") or "counting rules changed (2018, 2021)" in prose_said(chapter, data, **asked)


@pytest.mark.parametrize(
    ("counts", "when"),
    [((1, 2, 3), "last"), ((1, 3, 2), "earlier"), ((3, 2, 1), "earlier"), ((1, 3, 3), "open"), ((2, 2), "open")],
)
def test_the_highest_year_is_named_where_it_is_one(counts: tuple[int, ...], when: str) -> None:
    model = Figures(DATA).figure("incidents_canada_2014_2024")
    numbers = [replace(model, quantity=Quantity.exact(count)) for count in counts]
    assert more_reports.highest(numbers) == when
