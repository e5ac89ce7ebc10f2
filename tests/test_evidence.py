"""The statements of the strategy as the chapter on evidence counts, compares and tables them."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from small import Recorded, edit, executed, rewrite

from evaluation.chapters import evidence
from evaluation.data.rules import check_rules
from evaluation.data.sources import Tables
from evaluation.numbers.changes import way_told
from evaluation.numbers.notation import show
from evaluation.numbers.quantity import Quantity

CHAPTER = "evidence"
BEHIND = ("independent", "repeated_same", "compatible", "conflict", "unsettled", "none_found", "not_checked")


def counts(records: Recorded) -> dict[str, int]:
    found = records.numbers
    return {name: int(found[name].quantity.value) for name in BEHIND}


def test_what_stands_behind_the_numbers_is_counted(records: Recorded) -> None:
    assert counts(records) == {
        "independent": 0, "repeated_same": 7, "compatible": 1, "conflict": 0, "unsettled": 0, "none_found": 2,
        "not_checked": 0,
    }  # fmt: skip
    found = records.numbers
    # A date, an "all" and what this review counted in the text (the CARE units) are no numbers of the strategy's own.
    # Nine are its authors' counts: money, training, children, organizations, the joint team; others served the people.
    names = ("numbers", "own_counts", "statements_in_words", "lists")
    assert [int(found[name].quantity.value) for name in names] == [10, 9, 17, 7]
    assert [int(found[f"words_{name}"].quantity.value) for name in ("independent", "unsettled")] == [2, 3]
    assert (found["repeated_same"].formula, found["repeated_same"].inputs) == ("counted in the table of statements", ())
    assert found["first_rate"].label["en"].endswith(", all laws, per 100,000 people")


def test_a_number_that_no_longer_agrees_exactly_is_compatible(data: Path) -> None:
    edit(data, "figures", "ijfs_persons_charged_opp", bound="at-least")
    edit(data, "statements", "n15", agreement="within")
    assert [(one.column, one.allowed) for one in check_rules(Tables(data), "statements")] == [("verdict", "compatible")]
    edit(data, "statements", "n15", verdict="compatible")
    assert list(check_rules(Tables(data), "statements")) == []
    found = counts(executed(CHAPTER, data))
    assert (found["repeated_same"], found["compatible"]) == (6, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "rate", "verdict", "said", "between"),
    [
        ("2025", "1.9", "unsettled", "fell", "none"),  # the issue's: no longer counted as borne out
        ("2025", "3.1", "independent", "rose", "dips"),
        ("2025", "2.1", "unsettled", "unknown", "none"),  # and not "by between −4.2% and 4.6%"
        ("2024", "2.3", "unsettled", "rose", "dips"),  # as it is: more people, the same rounded rate
        ("2024", "2.4", "unsettled", "rose", "dips"),  # 2.4 and 2.3 may both be 2.35: rates that touch say nothing
        ("2024", "2.5", "unsettled", "rose", "dips"),  # a revision: the first release was not above
    ],
)
def test_a_new_year_moves_verdict_and_words(
    year: str, rate: str, verdict: str, said: str, between: str, data: Path
) -> None:
    with (data / "police_reported.csv").open("a", encoding="utf-8") as file:
        about = "global_news_2025,,second-hand-copy rounded-rate"
        file.write(f"all_human_trafficking,Ontario,{year},,{rate},2026-12-01,{about}\n")
    assert list(check_rules(Tables(data), "statements")) == []
    found = executed(CHAPTER, data)
    assert found.choices["in_between"] == between
    supported = found.part("name", "supported")["text"]["en"]
    assert ("volume of cases" in supported) == (verdict == "independent")
    assert way_told(found.numbers["ontario_growth"].quantity) == said


def test_two_releases_that_do_not_compare_bear_out_no_growth(data: Path) -> None:
    """Of Ontario, counts of one release and a newer one of another, on either page."""
    with (data / "police_reported.csv").open("a", encoding="utf-8") as file:
        for year, count, vintage in ((2021, 341, 2025), (2022, 345, 2025), (2023, 330, 2025), (2024, 371, 2026)):
            file.write(f"all_human_trafficking,Ontario,{year},{count},,{vintage}-08-01,statcan_daily_2023,,\n")
    assert "volume of cases" not in executed(CHAPTER, data).part("name", "supported")["text"]["en"]
    chosen = executed("reported_incidents", data).choices
    assert (chosen["verdict"], "growth_claim" in chosen) == ("two-releases", False)


@pytest.mark.parametrize(("same", "others", "repeated"), [(1, 0, "both"), (-1, 0, "compatible"), (-1, -1, "none")])
def test_a_number_that_an_independent_source_bears_out_is_not_said_to_be_doubted(
    same: int, others: int, repeated: str, data: Path
) -> None:
    rewrite(data / "statements.csv", ",same-origin,", ",independent,", same)
    rewrite(data / "statements.csv", ",compatible,", ",independent,", others)
    chosen = executed(CHAPTER, data).choices
    assert (chosen["verified"], chosen["confirmed"], chosen["whose"]) == ("some", "some", "most")
    assert chosen["repeated_only"] == repeated


@pytest.mark.parametrize(
    ("part", "whole", "least"),
    # By hand: of the 65.5 that 66 may be rounded from, 68.6 leaves 68.6 + 65.5 - 100 = 34.1, which is 52.0...%.
    [("68.6", "66", "52"), ("80", "50", "59"), ("100", "40", "100"), ("60", "30", "0"), ("60", "0", "0")],
)
def test_the_least_share_of_one_in_another(part: str, whole: str, least: str, number: Any) -> None:
    shares = [number(Quantity.exact(one), unit="percent", name=f"n{at}") for at, one in enumerate((part, whole))]
    found = evidence.least_share_in(*shares)
    assert show(found, "en").words == f"at least {least}%"
    assert found.kind == "estimate"


@pytest.mark.parametrize(
    ("value", "low", "high"), [(1500, 1450, 1550), (1300, 1290, 1350), (1400, 1350, 1450), (20000, 15000, 25000)]
)
def test_what_a_round_number_can_stand_for(value: int, low: Any, high: Any, number: Any) -> None:
    part = number(Quantity.exact(1290), name="part")
    found = evidence.as_round(number(Quantity.exact(value), name="cases"), part)
    assert (found.quantity, found.kind) == (Quantity.between(Fraction(low), Fraction(high)), "estimate")


def test_the_least_share_holds_for_every_number_of_cases_that_rounds_to_the_printed_one(records: Recorded) -> None:
    least, as_printed = (records.number(name).quantity.low for name in ("sex_in_ontario", "as_printed"))
    for cases in (1450, 1500, 1550):  # by hand: Fréchet's bound, 65.5 being the least that 66 is rounded from
        assert least <= (Fraction(102_900, cases) + Fraction("65.5") - 100) / Fraction("65.5") * 100
    # The reason given for the verdict: a majority as printed, not with every number that may stand behind it.
    assert least < 50 < as_printed


# How many paragraphs each section of the French edition has, lists counted with the one that introduces them
PARAGRAPHS = {
    "title": 1, "introduction": 5, "joint_work": 3, "strategy": 2, "awareness": 4, "protection": 4, "support": 4,
    "accountability": 5, "children": 4, "indigenous": 3, "benefits": 1, "results": 5,
}  # fmt: skip


def test_each_paragraph_of_the_strategy_is_taken_up_or_left_out_with_a_reason(tables: Tables) -> None:
    rows = tables.rows("strategy_paragraphs")
    numbered = [f"{section}_{position}" for section, last in PARAGRAPHS.items() for position in range(1, last + 1)]
    assert [row["paragraph"] for row in rows] == numbered
    assert [row["paragraph"] for row in rows if bool(row["statements"]) == bool(row["left_out_en"])] == []
    taken = {name for row in rows for name in row["statements"].split()}
    assert {row["statement"] for row in tables.rows("statements")} == taken
