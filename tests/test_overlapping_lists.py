"""Overlapping lists as a chapter shows them: the estimate, the models, and what may be asked."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small import DATA, Make, Recorded, executed

from evaluation.chapters import hidden_population
from evaluation.chapters.rules import lists_can_be_merged_and_dropped
from evaluation.data.checking import check
from evaluation.data.sources import Tables
from evaluation.methods.multiple_systems.table import Overlap, drop_lists, merge_lists, read_overlap
from evaluation.numbers.figures import Figures
from evaluation.numbers.notation import show
from evaluation.numbers.quantity import Quantity
from evaluation.records.record import read_number

pytestmark = pytest.mark.slow  # fits models
UK = "uk_2013_overlap"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(DATA)


@pytest.fixture(scope="module")
def lists() -> pd.Series:
    """The table as published, merged, and without a list."""
    published = read_overlap(DATA / f"{UK}.csv")
    merged = merge_lists(published, "PF+NCA")
    return pd.Series({"published": published, "merged": merged, "dropped": drop_lists(merged, ["GP"])})


@pytest.fixture(scope="module")
def records() -> Recorded:
    return executed("hidden_population", draws=100)


def named(records: Recorded) -> dict[str, dict[str, Any]]:
    return {record["name"]: record for record in records if "name" in record}


def test_the_table_as_published_merged_and_without_a_list(records: Recorded) -> None:
    rows = records.rows("models")
    assert [row[0]["text"]["en"] for row in rows] == [
        "6 lists, as published",
        "5 lists, merged: police force + National Crime Agency",
        "4 lists, merged: police force + National Crime Agency, without: general public",
    ]
    assert rows[2][0]["text"]["fr"].endswith("sans\u00a0: signalements du public")
    assert ["service de police", "1\u00a0102"] in records.cells("lists", "fr")
    assert named(records)["where"]["text"]["fr"] == "Royaume-Uni"


def test_people_seen_are_the_published_figure_while_none_is_left_out(figures: Figures, lists: pd.Series) -> None:
    found = [hidden_population.seen(figures, one, lists.iloc[0]) for one in lists]
    assert [one.quantity.value for one in found] == [2744, 2744, 2428]
    assert [one.kind for one in found] == ["published", "published", "derived"]
    unknown = Overlap(("A", "B"), (4, 4, 2))
    assert hidden_population.seen(figures, unknown, unknown).figures() == []


def test_an_estimate_is_marked_and_says_its_caveats(records: Recorded) -> None:
    found = records.numbers
    assert round(found["estimate"].quantity.value) == 11418
    assert found["estimate"].kind == found["interval"].kind == "estimate"
    assert {"model-estimate", "other-country"} <= {caveat.caveat for caveat in found["estimate"].caveats}
    assert found["interval"].quantity.contains(11418)
    assert found["published"].quantity == Quantity.between(10_000, 13_000)
    assert records.choices["reproduced"] == "within"
    tiles = next(record["key_numbers"] for record in records if "key_numbers" in record)
    assert tiles == ["seen", "published", "span"], "no point estimate leads"
    points = records.part("chart", "known_and_unknown")["points"]
    assert [read_number(point["number"]).quantity.bound for point in points] == ["exact", "between", "between"]


def test_what_leads_holds_every_interval_and_every_model_of_the_page(records: Recorded) -> None:
    span = records.numbers["span"].quantity
    drawn = [point["interval"] for point in records.part("chart", "estimates")["points"] if point["interval"]]
    intervals = [read_number(one).quantity for one in drawn[3:]]
    assert len(intervals) == 3
    models = [read_number(row[i]["number"]).quantity.value for row in records.rows("models") for i in (2, 3, 4)]
    assert all(span.contains(end) for one in intervals for end in (one.low, one.high))
    assert all(span.contains(total) for total in models)
    # To two digits, outward.
    assert all(str(end).rstrip("0") == str(end)[:2].rstrip("0") for end in (span.low, span.high))


def test_the_models_not_ruled_out_are_told_as_such(records: Recorded) -> None:
    found = records.numbers
    # Of all 32,768 models of the six lists, 43 are within ten of the lowest BIC: 10,615 to 23,690, shown outward.
    assert [found[name].quantity.value for name in ("supported", "fitted")] == [43, 407]
    assert show(found["alone"], "en").words == "between 10,600 and 23,700"
    assert records.choices["searched"] == "ended"
    assert records.choices["decides"] == records.choices["apart"] == "apart"
    assert records.cells("models")[0][2:] == ["about 10,600", "about 12,300", "about 23,700"]
    assert records.cells("models")[1][2::2] == ["about 10,500", "about 29,000"]


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [(2785, 2786, "together"), (1000, 1099, "together"), (1000, 1100, "differ"), (1000, 1499, "differ"),
     (1000, 1500, "apart"), (10_615, 23_690, "apart")],
)  # fmt: skip
def test_models_decide_where_they_lie_a_half_apart_and_agree_within_a_tenth(
    lowest: int, highest: int, said: str, number: Make
) -> None:
    assert hidden_population.how_far_apart(*(number(Quantity.exact(end)) for end in (lowest, highest))) == said


def test_no_rounding_leaves_fewer_people_than_the_lists_hold(figures: Figures, number: Make) -> None:
    ends = [(2929, 3100), (2940, 3041)]
    found = hidden_population.people(figures, [number(Quantity.exact(2929))] * 2, ends, "Total")
    assert [show(one, "en").words for one in found] == ["between 2,929 and 3,100", "between 2,940 and 3,050"]
    assert hidden_population.to_two_digits(999, 1001) == (990, 1100)


def test_an_end_rests_on_five_draws_or_more() -> None:
    # 4,000 people on four independent lists; of 100 draws about 2.5 lie beyond an end at 95%, of 1,000 about 25.
    counts = (468, 364, 156, 588, 252, 196, 84, 273, 117, 91, 39, 147, 63, 49, 21)
    lists = pd.Series({"published": Overlap(tuple("ABCD"), counts)})
    found = {draws: hidden_population.with_choice_repeated(lists, 0.95, draws) for draws in (100, 1000)}
    assert {draws: [*rows.enough] for draws, rows in found.items()} == {100: [False], 1000: [True]}
    assert (found[1000].low < 4000).all()
    assert (found[1000].high > 4000).all()
    # Two people on both lists: 13 in 100 draws have nobody there, and the interval has no upper end.
    few = pd.Series({"published": Overlap(("A", "B"), (30, 20, 2))})
    assert hidden_population.with_choice_repeated(few, 0.95, 100).empty


def folder_with(path: Path, counts: dict[str, int]) -> Path:
    """A copy of the data, in which the lists have these people by history (``110000``: on the first two)."""
    shutil.copytree(DATA, path)
    rows = [f"{','.join(history)},{count}" for history, count in counts.items() if count]
    (path / f"{UK}.csv").write_text("\n".join(["LA,NG,PF,GO,GP,NCA,count", *rows]) + "\n")
    return path


def test_lists_inside_others_have_a_page_without_an_estimate(tmp_path: Path) -> None:
    # Whoever is on one of the first two lists is on the third.
    counts = {"001000": 1400, "000100": 900, "001100": 200, "101000": 100, "011000": 100, "000010": 30, "000001": 4}
    counts |= {"001010": 6, "001001": 2, "101100": 1, "011100": 1}
    assert sum(counts.values()) == 2744
    folder = folder_with(tmp_path / "data", counts)
    records = executed("hidden_population", folder, draws=100, merge="", drop="")
    assert records.choices["decides"] == "unknown"
    found = named(records)
    assert "text" in found["untold"]
    told = {language: records.cells("rules", language)[0][3].replace("\u00a0", " ") for language in ("en", "fr")}
    assert told["en"] == "cannot be told: “local authority” lies inside “police force”"
    assert told["fr"].endswith("la liste « autorité locale » est contenue dans « service de police »")
    assert all(found[name].get("absent") for name in ("span", "could_be", "estimate", "again", "apart", "ours"))
    # Made one, they tell something again.
    merged = executed("hidden_population", folder, draws=100, merge="LA+NG+PF", drop="GP NCA")
    assert merged.choices["decides"] == "differ"
    assert not named(merged)["span"].get("absent")
    assert named(merged)["untold"].get("absent")


def test_counts_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    published = read_overlap(DATA / f"{UK}.csv")
    names = {f"{h:06b}"[::-1]: count for h, count in enumerate(published.counts, start=1)}
    folder = folder_with(tmp_path / "data", names | {"111100": names["111100"] + 1})
    (problem,) = check(folder)
    assert (problem.file, problem.column) == (str(folder / f"{UK}.csv"), "count")
    assert problem.found == "counts that add up to 2745"


@pytest.mark.parametrize(
    ("merge", "drop", "refused"),
    [
        ("PF+NCA", "GP", None),
        ("", "", None),
        ("PF", "", "merge"),
        ("PF+X", "", "merge"),
        ("PF+NCA", "PF", "drop"),
        ("", "LA NG PF GO GP", "drop"),
    ],
)
def test_merging_and_dropping_are_checked_before_a_run(
    tables: Tables, merge: str, drop: str, refused: str | None
) -> None:
    refusal = lists_can_be_merged_and_dropped(tables, UK, merge, drop)
    assert (refusal and refusal[0]) == refused
    assert refusal is None or all(refusal)
