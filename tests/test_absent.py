"""What a run has nothing for is left out of its prose, its key numbers, its charts and tables."""

from typing import Any

import pytest
import small

from evaluation import charts
from evaluation.records import chapter as records
from evaluation.records.prose import Values
from evaluation.records.tables import TableRefused

TEMPLATE = """# Finding {always}

First {there}.

Second {gone}.

## A part

Only {gone}.

## Another

Kept {there} and all."""


def test_a_paragraph_with_an_absent_name_goes_and_its_heading_with_the_last_of_them() -> None:
    left = Values("en", absent={"gone"}).present(TEMPLATE)
    assert left == "# Finding {always}\n\nFirst {there}.\n\n## Another\n\nKept {there} and all."


def test_a_template_without_absent_names_stays_as_it_is() -> None:
    assert Values("en", absent={"other"}).present(TEMPLATE) == TEMPLATE


def test_a_heading_alone_in_its_cell_stays() -> None:
    assert Values("en", absent={"gone"}).present("Text {gone}.\n\n## Heading") == "## Heading"


def test_none_is_recorded_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    published = []
    monkeypatch.setattr(records, "publish", lambda kind, record, *_: published.append((kind, record)))
    chapter = records.open()
    chapter.record(one=None)
    chapter.say(two=None)
    assert [(record["name"], record["absent"]) for _, record in published] == [("one", True), ("two", True)]


def test_an_optional_chart_or_table_without_content_is_left_out_and_another_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published = []
    monkeypatch.setattr(records, "publish", lambda *given: published.append(given))
    chapter = records.open()
    texts: Any = {key: {"en": "a", "fr": "b"} for key in ("title", "subtitle", "description")}
    chapter.chart("c", small.bars(), optional=True, **texts)
    chapter.chart("c", charts.Drawn([]), optional=True, **texts)
    chapter.table("t", **small.table([""], []), title="", optional=True)
    assert published == []
    with pytest.raises(charts.ChartRefused, match="no rows"):
        chapter.chart("c", small.bars(), **texts)
    with pytest.raises(charts.ChartRefused, match="no points"):
        chapter.chart("c", charts.Drawn([]), **texts)
    with pytest.raises(TableRefused, match="no rows"):
        chapter.table("t", **small.table([""], []), title="")
