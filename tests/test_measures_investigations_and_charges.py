"""The measures of the chapter on investigations and charges, against numbers worked out by hand."""

from pathlib import Path

import pytest
from small import Recorded, edit, prose_said, unmet

from evaluation.language import catalogue
from evaluation.numbers import measures
from evaluation.numbers.figures import Figures
from evaluation.numbers.notation import show
from evaluation.numbers.quantity import Bound

CHAPTER = "investigations_and_charges"
pytestmark = pytest.mark.slow
FIGURES = Figures()
CLAIM_ON_VICTIMS = 'women.period == minors.period and by_identity == "not-checked" and none_of_ontario'


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("all_charges", "239"),  # 72 + 167
        ("trafficking_share", "about 30.1%"),  # 72 of 239 is 30.126%
        ("months", "between 13.0 and 15.0"),
        ("ijfs_investigations_a_month", "between 4.3 and 5.0"),  # 65 over 15 and over 13.068 months
        # 38% is 37.5% to 38.5%, 58% is 57.5% to 58.5%, so that 3% to 5% are left.
        ("not_described_2013_2023", "between 3% and 5%"),
    ],
)
def test_what_the_cells_work_out(records: Recorded, name: str, words: str) -> None:
    assert records.words(name)[0] == words


def test_no_stage_is_divided_by_another(records: Recorded) -> None:
    """A note on the page forbids it: investigations, charges, persons and victims stand apart."""
    stages = {"ijfs_investigations", "ijfs_persons_charged", "ijfs_victims_assisted"}
    assert all(len(stages & {figure.name for figure in n.figures()}) < 2 for n in records.numbers.values())


@pytest.mark.slow
@pytest.mark.parametrize(("trafficking", "holds"), [("12", True), ("31", True), ("34", False), ("60", False)])
def test_a_guilty_decision_is_called_rarer_only_where_it_is(trafficking: str, holds: bool, data: Path) -> None:
    edit(data, "figures", "court_guilty_2009_2020", value=trafficking)
    assert (unmet(CHAPTER, data) == []) is holds


@pytest.mark.sampled(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("figure", "cells", "claim"),
    [
        ("ijfs_persons_charged", {"period_end": "2023-06"}, "one_window and same_counts"),
        ("ijfs_persons_charged", {"value": "1"}, "one_window and ijfs_persons_charged > 1"),
        ("ijfs_trafficking_charges_opp", {"value": "74"}, "one_window and same_counts"),
        ("ijfs_other_charges_ctv", {"value": "160"}, "one_odd_copy and one_window and same_counts"),
        ("ijfs_police_services", {"value": "1"}, "ijfs_police_services > 1"),
        ("victims_women_girls_2013_2023", {"period_end": "2024"}, CLAIM_ON_VICTIMS),
    ],
)
def test_a_sentence_whose_ground_is_gone_is_refused(figure: str, cells: dict[str, str], claim: str, data: Path) -> None:
    edit(data, "figures", figure, **cells)
    assert claim in unmet(CHAPTER, data)


@pytest.mark.slow
def test_another_window_of_all_totals_is_no_longer_the_one_that_police_announced(data: Path) -> None:
    """January 2022 to December 2024: arrests since January 2024 are not of the time after it."""
    for total in ("investigations", "victims_assisted", "trafficking_charges", "other_charges", "persons_charged"):
        edit(data, "figures", f"ijfs_{total}", period_start="2022-01", period_end="2024-12")
    refused = unmet(CHAPTER, data)
    assert "one_window and same_counts" in refused
    assert any("last_month < ijfs_buyers_arrested.period" in claim for claim in refused)


def test_no_full_count_has_an_interval(records: Recorded) -> None:
    points = [point for record in records for point in record.get("points", [])]
    assert points
    assert [point["number"]["name"] for point in points if point["interval"]] == []
    recorded = [record["number"] for record in records if "number" in record]
    estimates = {number["name"] for number in recorded if number.get("estimate")}
    # the rounding of published shares, not chance
    assert estimates == {"not_described_2012_2022", "not_described_2013_2023"}


def test_the_years_of_the_courts_that_are_left_out(records: Recorded) -> None:
    # 2009-10 to 2019-20 and 2012-13 to 2022-23 against 2008-09 to 2017-18.
    assert records.shown("early_all", "early_noted", "late_all", "late_noted") == ["11", "9", "11", "6"]


def test_court_figures_carry_the_courts_that_are_left_out() -> None:
    courts = [r["figure"] for r in FIGURES.tables.rows("figures") if r["figure"].startswith("court_")]
    courts.remove("court_days_median")
    assert len(courts) > 10
    for name in courts:
        assert "superior-courts-left-out" in [c.caveat for c in FIGURES.figure(name).caveats], name


def test_a_slip_in_one_copy_is_no_conflict(records: Recorded) -> None:
    kinds = ("ijfs_investigations", "ijfs_other_charges")
    printed = [figure for figure in FIGURES.column("figures", "value") if figure.definition in kinds]
    assert [f.name for f in printed if f.conflicts_with or "sources-conflict" in [c.caveat for c in f.caveats]] == []
    odd = [f.name for f in printed if "slip-in-one-copy" in [c.caveat for c in f.caveats]]
    assert odd == ["ijfs_investigations_copy", "ijfs_other_charges_copy"]
    assert records.part("name", "one_odd_copy")["state"] is True


@pytest.mark.parametrize(("level", "words"), [(0.95, "95%"), (0.5, "50%"), (0.9, "90%"), (0.999, "99.9%")])
def test_a_confidence_level_is_worded_exactly(level: float, words: str) -> None:
    number = measures.confidence_level(level)
    assert (show(number, "en").words, number.quantity.bound) == (words, Bound.EXACT)
    assert {number.label, number.formula, measures.BEHIND} <= catalogue().keys()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "words"), [("en", "counted 1 investigation,"), ("fr", "a mené 1 enquête,")])
def test_a_count_of_one_is_one(language: str, words: str, data: Path) -> None:
    edit(data, "figures", "ijfs_investigations", value="1")
    assert words in prose_said(CHAPTER, data, language)
