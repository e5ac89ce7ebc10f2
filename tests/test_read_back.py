"""What a cell records is read back as it was: numbers, points of charts, cells of tables and words, through JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_fixtures import SOURCE
from small import CHAPTERS, executed
from test_said import QUANTITIES, fields_of

from evaluation.numbers.number import Figure, Number
from evaluation.numbers.publication import Caveat, Release
from evaluation.numbers.quantity import CannotBeKept
from evaluation.numbers.wording import ready_to_record
from evaluation.records.prose import Values
from evaluation.records.serialization import cell_record, number_record, point_record, read_number, read_points

TEXTS = st.fixed_dictionaries({"en": st.text(min_size=1, max_size=9), "fr": st.text(min_size=1, max_size=9)})
CAVEATS = st.builds(Caveat, st.sampled_from(["rounded-rate", "small-counts"]), TEXTS, TEXTS)
RELEASES = st.builds(
    Release, st.sampled_from(["2023", "2024-07"]), st.just("exact"), st.just("12"), st.just(""), st.booleans()
)


@st.composite
def figures(draw: st.DrawFn, name: str = "a") -> Figure:
    """A published figure of people, with all that its record keeps."""
    fields = fields_of(draw(QUANTITIES), draw(st.integers(0, 3))) | {
        "name": name,
        "label": draw(TEXTS),
        "start": draw(st.sampled_from(["", "2021", "2021-12-03", "2021/22"])),
        "caveats": tuple(draw(st.lists(CAVEATS, max_size=2))),
        "releases": tuple(draw(st.lists(RELEASES, max_size=2))),
        "conflicts_with": tuple(draw(st.lists(st.sampled_from(["b", "c"]), max_size=2))),
        "data": draw(st.sampled_from(["", "figures.csv:12:value"])),
        "source": SOURCE,
    }
    return Figure.of_parts(**fields)


def read_back(number: Number) -> Number:
    return read_number(json.loads(json.dumps(number_record(number))))


@given(figures(), figures("b"), st.sampled_from(["+", "−", "÷", "change"]))
def test_a_number_is_read_back(left: Figure, right: Figure, sign: str) -> None:
    assert read_back(left) == left
    assert read_back(left).releases == left.releases
    try:
        made = {
            "+": lambda: left + right,
            "−": lambda: left - right,
            "÷": lambda: left / right,
            "change": lambda: left.change_from(right),
        }[sign]()
    except (CannotBeKept, ZeroDivisionError):
        return
    made = ready_to_record(made, "made")
    assert read_back(made) == made
    assert read_back(made).tree == made.tree


@pytest.mark.slow
@pytest.mark.sampled(5)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_a_chapter_records_is_read_back(chapter: str) -> None:
    for record in executed(chapter):
        again = json.loads(json.dumps(record))
        if "number" in record:
            assert number_record(read_number(again["number"])) == record["number"]
        elif "chart" in record:
            assert [point_record(point) for point in read_points(again)] == record["points"]
        elif "table" in record:
            assert [[cell_of(cell) for cell in row] for row in again["rows"]] == record["rows"]
        elif "name" in record:
            values = Values("en")
            values.take(again)
            assert (
                values.absent == {record["name"]} if "absent" in record else values.others == {record["name"]: record}
            )


def cell_of(record: dict[str, Any]) -> dict[str, Any]:
    """A table's cell recorded anew from what its record says."""
    if "numbers" in record:
        return {**record, "numbers": [number_record(read_number(number)) for number in record["numbers"]]}
    return cell_record(read_number(record["number"])) if "number" in record else record
