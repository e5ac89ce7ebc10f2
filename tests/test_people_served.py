"""What the chapter on people served says of different people, and of children at risk."""

import json
import re
from pathlib import Path

import pytest
from small import ROOT, Recorded, edit, executed, prose_in, prose_said

from evaluation.numbers.figures import Figures

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
    assert "base and expansion both apply" in record["method"]
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


@pytest.mark.parametrize("cells", [{"period_end": "2024/25"}, {"bound": "about", "value": "50"}])
def test_organizations_of_other_years_or_of_no_exact_number_give_no_average_for_each(
    cells: dict[str, str], data: Path
) -> None:
    edit(data, "figures", "organizations_funded", **cells)
    found = executed(CHAPTER, data).numbers
    assert ("people_an_organization" in found, "people_a_year" in found) == (False, True)


def test_children_at_risk_are_not_said_to_be_survivors() -> None:
    for figure in Figures().matching(definition="at_risk_children_served"):
        caveats = {caveat.caveat for caveat in figure.caveats}
        assert "at-risk-only" in caveats
        assert "served-includes-at-risk" not in caveats


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bound", "average", "is_minimum", "has_ceiling"),
    [
        ("more-than", "more than 9,666", True, True),
        ("at-least", "at least 9,666", True, True),
        ("exact", "about 9,667", False, True),
        ("about", "about 9,667", False, False),
        ("up-to", "up to 9,667", False, False),
    ],
)
def test_only_a_minimum_is_called_one(
    bound: str, average: str, is_minimum: bool, has_ceiling: bool, data: Path
) -> None:
    edit(data, "figures", "people_served", bound=bound)
    records = executed("people_served", data)
    assert records.shown("people_a_year") == [average]
    tiles = next(record["said"] for record in records if "key_numbers" in record)
    assert ("minimum" in tiles["people_a_year"]) == is_minimum
    assert ("most_a_person" in records.numbers) == has_ceiling
    said = prose_said("people_served", data)
    assert f"the average is {average} people per year" in said
    assert "minimum" not in said
    assert ("the ceiling takes for granted" in said) == has_ceiling
