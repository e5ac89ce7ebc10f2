"""The measures of the chapter on investigations and charges, against numbers worked out by hand."""

from pathlib import Path

import pytest
from small import Recorded, edit, executed, prose_said

from evaluation.language import catalogue
from evaluation.numbers import measures
from evaluation.numbers.figures import Figures
from evaluation.numbers.notation import show
from evaluation.numbers.quantity import Bound

CHAPTER = "investigations_and_charges"
FIGURES = Figures()


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


def changed(data: Path, **cells: dict[str, str]) -> Recorded:
    """The chapter's records with cells of figures changed, by figure."""
    for figure, new in cells.items():
        edit(data, "figures", figure, **new)
    return executed(CHAPTER, data)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("guilty", "stayed", "end"),
    # 100 less what the others leave: 2% to 4% acquitted and another 1.5% to 2.5%, as rounded.
    [("10", "84", "above"), ("54", "40", "below"), ("46", "48", "above"), ("50", "44", "unknown")],
)
def test_how_most_cases_end_is_said_as_the_shares_bear_out(guilty: str, stayed: str, end: str, data: Path) -> None:
    records = changed(data, court_guilty_2012_2023={"value": guilty}, court_stayed_2012_2023={"value": stayed})
    assert records.choices["cases_end"] == end


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trafficking", "side"), [("12", "below"), ("31", "below"), ("34", "unknown"), ("40", "unknown"), ("60", "above")]
)
def test_a_guilty_decision_is_called_rarer_only_where_it_is(trafficking: str, side: str, data: Path) -> None:
    assert changed(data, court_guilty_2009_2020={"value": trafficking}).choices["guilty_compared"] == side


@pytest.mark.slow
def test_totals_of_periods_that_differ_are_said_to_be(data: Path) -> None:
    records = changed(data, ijfs_persons_charged={"period_end": "2023-06"})
    assert records.choices["over"] == "several"
    assert records.part("name", "last_month")["end"] == "2023-06"
    assert executed(CHAPTER).choices["over"] == "one"


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
    printed = FIGURES.matching(definition="ijfs_investigations") + FIGURES.matching(definition="ijfs_other_charges")
    assert [f.name for f in printed if f.conflicts_with or "sources-conflict" in [c.caveat for c in f.caveats]] == []
    odd = [f.name for f in printed if "slip-in-one-copy" in [c.caveat for c in f.caveats]]
    assert odd == ["ijfs_investigations_copy", "ijfs_other_charges_copy"]
    assert [r["choice"] for r in records if r.get("phrase") == "copies_differ"] == ["one"]


@pytest.mark.parametrize(("level", "words"), [(0.95, "95%"), (0.5, "50%"), (0.9, "90%"), (0.999, "99.9%")])
def test_a_confidence_level_is_worded_exactly(level: float, words: str) -> None:
    number = measures.confidence_level(level)
    assert (show(number, "en").words, number.quantity.bound) == (words, Bound.EXACT)
    assert {number.label, number.formula, measures.BEHIND} <= catalogue().keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("counts", "english", "french"),
    [
        ({"ijfs_persons_charged": "1"}, "# 1 person charged by", "# Accusations contre 1 personne jusqu’en"),
        ({"ijfs_police_services": "1"}, "members from 1 police service.", "réunissait 1 service de police."),
        ({"ijfs_investigations": "1"}, "counted 1 investigation,", "a mené 1 enquête,"),
    ],
)
def test_a_count_of_one_is_one(counts: dict[str, str], english: str, french: str, data: Path) -> None:
    for figure, value in counts.items():
        edit(data, "figures", figure, value=value)
    for language, words in {"en": english, "fr": french}.items():
        assert words in prose_said("investigations_and_charges", data, language)


@pytest.mark.slow
def test_of_no_charge_there_is_no_share(data: Path) -> None:
    none = {"value": "0"}
    found = changed(data, ijfs_trafficking_charges=none, ijfs_other_charges=none)
    assert found.shown("all_charges", "about_share", "trafficking_share") == ["0", None, None]
