"""What the chapter on people served says of different people, and of children at risk."""

import json
import re
from pathlib import Path

import pytest
from small import ROOT, Recorded, edit, executed, prose_in, prose_said, unmet

from evaluation.numbers.figures import Figures
from evaluation.numbers.quantity import CannotBeKept

pytestmark = pytest.mark.slow

CHAPTER = "people_served"


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("most_money", "up to $57.6 million", "jusqu’à 57,6 M$"),  # (7 + 3) × 3 + up to 46 ÷ 5 × 3
        ("most_a_person", "less than $1,987", "moins de 1 987 $"),  # up to 57.6 million ÷ more than 29,000, rounded up
    ],
)
def test_the_cost_is_a_ceiling_that_names_its_conditions(
    records: Recorded, name: str, english: str, french: str
) -> None:
    record = records.part("name", name)["number"]
    assert records.words(name) == [english, french]
    assert record["estimate"]
    assert "base and expansion both apply" in record["method"]["en"]
    cells = json.loads((ROOT / "notebooks" / "people_served.ipynb").read_text(encoding="utf-8"))["cells"]
    for texts in prose_in(cells).values():
        sentence = next(part for part in "\n".join(texts).split("\n") if f"{{{name}" in part)
        assert re.search(r"\bIf\b|\bSi\b", sentence)


def test_no_sum_a_person_stands_in_what_everybody_reads(records: Recorded) -> None:
    """A ceiling on conditions, lifted from its page, is read as a cost."""
    folded = next(place for place, record in enumerate(records) if "layer" in record)
    names = [record.get("name") for record in records[:folded]]
    assert not {"most_money", "most_a_person"} & {*names}
    assert not any("_a_day" in record.get("name", "") for record in records)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("figure", "cells", "claim"),
    [
        ("organizations_funded", {"period_end": "2024/25"}, "people_served.period == organizations.period"),
        ("people_served", {"period_end": "2024/25"}, "years == 3"),
        ("organizations_funded", {"value": "1"}, "organizations > 1 and years > 1"),
    ],
)
def test_a_sentence_whose_ground_is_gone_is_refused(figure: str, cells: dict[str, str], claim: str, data: Path) -> None:
    edit(data, "figures", figure, **cells)
    assert claim in unmet(CHAPTER, data)


def test_children_at_risk_are_not_said_to_be_survivors() -> None:
    served = [
        figure for figure in Figures().column("figures", "value") if figure.definition == "at_risk_children_served"
    ]
    assert served
    for figure in served:
        caveats = {caveat.caveat for caveat in figure.caveats}
        assert "at-risk-only" in caveats
        assert "served-includes-at-risk" not in caveats


@pytest.mark.sampled(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("bound", "average", "expected"),
    [
        ("more-than", "more than 9,666", "more than 9,600"),
        ("at-least", "at least 9,666", "at least 9,600"),
        ("exact", "about 9,667", "about 9,700"),
    ],
)
def test_the_average_of_a_minimum_is_one(bound: str, average: str, expected: str, data: Path) -> None:
    edit(data, "figures", "people_served", bound=bound)
    assert executed(CHAPTER, data).shown("people_a_year") == [average]
    assert f"the average is {expected} people per year" in prose_said(CHAPTER, data)


@pytest.mark.parametrize(
    ("figure", "bound"),
    [("people_served", "about"), ("people_served", "up-to"), ("funds_expansion_2020", "at-least")],
)
def test_without_the_bounds_that_it_needs_there_is_no_ceiling(figure: str, bound: str, data: Path) -> None:
    edit(data, "figures", figure, bound=bound)
    with pytest.raises(CannotBeKept, match=r"57600000|at least 0, which has no upper end"):
        executed(CHAPTER, data)
