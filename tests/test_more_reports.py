"""What the chapter on more reports records: the picture that the key sentence leads to, like with like, suppositions
and beliefs that say they are none of the data's, and a source beside each reading."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from small import DATA, ROOT, is_analysis

from evaluation.chapters import more_reports
from evaluation.language import LANGUAGES
from evaluation.methods.detection import probability_incidence_fell
from evaluation.numbers.number import Number
from evaluation.numbers.shown import show
from evaluation.pages import movement
from evaluation.records.recorded import read_number

NOTEBOOK = ROOT / "notebooks" / "more_reports.ipynb"


@cache
def records() -> list[dict[str, Any]]:
    """What the chapter's cells record on the tests' tables."""
    names: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evaluation.records.chapter.publish", lambda kind, record, *preview: found.append(record))
        patch.setenv("EVALUATION_DATA", str(DATA))
        patch.setenv("EVALUATION_NO_PREVIEW", "1")
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
            if is_analysis(cell):
                exec("".join(cell["source"]), names)
    return found


def number(name: str) -> Number:
    return read_number(next(record for record in records() if record.get("name") == name)["number"])


def words(name: str) -> str:
    return show(number(name), "en").words


def table(name: str) -> list[list[dict[str, Any]]]:
    return next(record["rows"] for record in records() if record.get("table") == name)


def cell(one: dict[str, Any]) -> str:
    return show(read_number(one["number"]), "en").words if "number" in one else str(one["text"])


def test_the_key_sentence_leads_to_its_picture() -> None:
    assert movement.CHAPTERS["more_reports"] == f"#chart-{movement.PICTURE}"
    points = next(record for record in records() if record.get("chart") == movement.PICTURE)["points"]
    numbers = [read_number(point["number"]) for point in points]
    assert [int(one.quantity.value) for one in numbers] == [100, 5, 100, 10, 200, 10]
    assert {one.kind for one in numbers} == {"estimate"}  # so that no page calls them counted
    assert movement.movements(numbers) == []


def test_like_is_compared_with_like() -> None:
    rows = [[cell(one) for one in row[2:]] for row in table("since")]
    assert rows == [["386", "503", "about 30%"], ["555", "608", "about 10%"], ["552", "608", "about 10%"]]
    assert [cell(one) for one in table("same_age")[1][1:3]] == ["528", "597"]
    assert (words("rise_first"), words("rise_last"), words("times")) == ("41", "503", "about 12")


def test_the_parts_of_one_release_are_its_whole() -> None:
    """555 is 386 and 169, 528 is 411 and 117, as a paper carried that release."""
    assert (words("code_first"), words("code_last")) == ("386", "411")
    assert (words("whole_first"), words("whole_last")) == ("555", "528")


def test_cases_worked_by_hand() -> None:
    # 608 ÷ 555 over the ratio of the shares, less one.
    assert [words(name) for name in ("case_same", "case_little", "case_more")] == ["about 10%", "about 0%", "about −9%"]
    assert {number(name).kind for name in ("case_same", "case_more")} == {"estimate"}


def test_beliefs_are_the_methods_and_never_certain() -> None:
    rows = table("belief")
    assert len(rows) == 8
    for row, (median, spread) in zip(rows[:4], [(m, 0.1) for m in (1.0, 1.1, 1.25, 1.5)], strict=True):
        found = [float(read_number(one["number"]).quantity.value) / 100 for one in row[2:]]
        expected = [
            probability_incidence_fell(*pair, median, spread)[0] for pair in ((386, 503), (555, 608), (552, 608))
        ]
        assert found == pytest.approx(expected, abs=0.01)
    assert [cell(one) for one in rows[3][3:]] == ["more than 99%"] * 2
    assert more_reports.as_probability((0.001, 0.002)).worded() == "less than 1"


def test_each_reading_has_its_source_and_place_in_both_languages() -> None:
    rows = table("readings")
    assert len(rows) == 3
    for who, says, cited, place in rows:
        assert all(part["text"][language] for part in (who, says, place) for language in LANGUAGES)
        assert len(cited["sources"]) == 1
    prose = NOTEBOOK.read_text(encoding="utf-8")
    assert len(re.findall(r"\(\[\{\w+_place\}\]\(#table-readings\)\)", prose)) == 4
