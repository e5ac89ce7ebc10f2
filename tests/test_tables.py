"""A data frame as a page's table: origins, names in both languages, blanks; what has no origin is refused by column."""

from typing import Any

import altair as alt
import pandas as pd
import pytest
from small import Make, Recorded

from evaluation.charts import ChartRefused
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.quantity import Quantity
from evaluation.problems import Refused
from evaluation.records.chapter import Chapter
from evaluation.records.serialization import PageLink
from evaluation.records.tables import TableRefused

TITLE = {"en": "A table", "fr": "Un tableau"}
HEAD = {"en": "Number", "fr": "Nombre"}


@pytest.fixture
def chapter(recorded: Recorded) -> Chapter:
    return Chapter()


def texts(record: dict[str, Any], row: int) -> list[Any]:
    return [cell.get("text", cell.get("number", {}).get("name")) for cell in record["rows"][row]]


def test_a_frame_of_data_needs_no_words(chapter: Chapter, recorded: Recorded) -> None:
    frame = chapter.frame("police_reported").query("definition == 'all_human_trafficking' and year == 2023")
    frame = frame.sort_values("place")
    chapter.table("rates", frame[["place", "year", "rate_per_100k"]], title=TITLE)
    record = recorded[-1]
    assert record["columns"][0] == {"en": "Place", "fr": "Lieu"}
    named = {cell["text"]["fr"] for cell, *_ in record["rows"]}
    assert "Nouvelle-Écosse" in named
    assert texts(record, 0)[1] == {"en": "2023", "fr": "2023"}
    assert record["rows"][0][2]["number"]["source"]


def test_worked_out_cells_have_names_labels_and_formulas(chapter: Chapter, recorded: Recorded) -> None:
    frame = chapter.frame("population").query("place == 'Ontario' and year >= 2022")[["year", "people"]]
    frame["half"] = frame.people / 2
    chapter.record(first_half=frame.half.iloc[0])
    chapter.table("halves", frame, title=TITLE, heads={"year": "", "people": "", "half": HEAD})
    (_, _, recorded), (_, _, other), *_ = recorded[-1]["rows"]
    assert recorded["number"]["name"] == "first_half"
    assert other["number"]["name"] == "halves.2.3"
    assert other["number"]["label"]["fr"] == "2023, Nombre"
    assert other["number"]["formula"]["en"].endswith("÷ 2")


def test_an_index_comes_first_and_filters_leave_none(chapter: Chapter, recorded: Recorded) -> None:
    people = chapter.frame("population").query("year == 2023")
    chapter.table("by_place", people.set_index("place")[["people"]], title=TITLE)
    assert recorded[-1]["columns"][0] == {"en": "Place", "fr": "Lieu"}
    chapter.table("filtered", people[["place", "people"]].iloc[1:], title=TITLE)
    assert len(recorded[-1]["columns"]) == 2
    wide = people.pivot(index="place", columns="year", values="people")
    chapter.table("wide", wide, title=TITLE)
    assert recorded[-1]["columns"][1] == {"en": "2023", "fr": "2023"}
    chapter.table("codes", people.pivot(index="year", columns="place", values="people"), title=TITLE)
    assert recorded[-1]["columns"][1] == {"en": "Canada", "fr": "Canada"}


def test_missing_cells_are_blank_and_links_stay(chapter: Chapter, recorded: Recorded, number: Make) -> None:
    numbers = FigureArray([number(Quantity.exact(1)), pd.NA])
    link = PageLink("evidence", HEAD)
    frame = pd.DataFrame({"a": [{"en": "One", "fr": "Un"}, None], "n": numbers, "l": [link, None]})
    several = [number(Quantity.exact(3), name="x"), number(Quantity.exact(4), name="y")]
    frame["many"] = [several, "2023-02"]
    chapter.table("t", frame, title=TITLE, heads=dict.fromkeys(["a", "n", "l", "many"], HEAD))
    assert texts(recorded[-1], 1)[:3] == ["", "", ""]
    assert recorded[-1]["rows"][0][2] == {"page": "evidence", "text": HEAD}
    assert [n["name"] for n in recorded[-1]["rows"][0][3]["numbers"]] == ["x", "y"]
    assert recorded[-1]["rows"][1][3]["text"]["fr"] == "février 2023"


REFUSED: dict[str, tuple[Any, str]] = {
    "floats": ([1.5, 2.0], r"found 1.5 \(float64\), which has no origin; allowed: figures"),
    "integers": ([3, 2024], r"found 3 \(int64\)"),
    "years made floats": ([2023.0, float("nan")], r"found 2023.0, a year .*astype\(\"Int64\"\)"),
    "truths": ([True, False], r"found True \(bool\)"),
    "digits as text": (["12", "13"], r"found '12' \(str\)"),
    "English alone": (["Apples", "Pears"], "'Apples' without French; allowed: a code of data/"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_origin_or_no_french_is_refused_by_column(what: str, chapter: Chapter) -> None:
    cells, match = REFUSED[what]
    with pytest.raises(TableRefused, match=f"table t: column 'a': .*{match}"):
        chapter.table("t", pd.DataFrame({"a": cells}), title=TITLE, heads={"a": HEAD})


def test_headings_and_indexes_without_words_are_refused(chapter: Chapter) -> None:
    frame = chapter.frame("population").head(2)
    with pytest.raises(TableRefused, match=r"column 'each': found no heading; allowed: heads={\.\.\., 'each': N_"):
        chapter.table("t", frame.assign(each=frame.people / 2)[["place", "each"]], title=TITLE)
    with pytest.raises(TableRefused, match="an index without a name"):
        chapter.table("t", frame[["people"]].set_axis(["a", "b"]), title=TITLE)
    with pytest.raises(TableRefused, match="several levels"):
        chapter.table("t", frame.pivot(index="place", columns="year", values=["people"]), title=TITLE)
    with pytest.raises(TableRefused, match="second column of that name"):
        chapter.table("t", frame[["place", "people", "people"]], title=TITLE)
    with pytest.raises(
        TableRefused, match=r"column 'peple': found no such column \(nearest: people\); allowed: place, "
    ):
        chapter.table("t", frame, title=TITLE, heads={"place": "", "peple": HEAD})


def test_an_unknown_caveat_is_refused_with_the_nearest(chapter: Chapter, recorded: Recorded) -> None:
    with pytest.raises(Refused, match=r"found the caveat 'nominal-dolars' \(nearest: nominal-dollars\); allowed: "):
        chapter.show_caveats("nominal-dolars")
    assert recorded == []


def test_what_is_optional_is_left_out_where_it_has_no_rows(chapter: Chapter, recorded: Recorded) -> None:
    empty = chapter.frame("population").head(0)
    bars = alt.Chart(empty).mark_bar().encode(x="people:Q", y="place:N")
    texts = {"title": TITLE, "subtitle": TITLE, "description": TITLE}
    chapter.table("t", empty, title=TITLE, optional=True)
    chapter.chart("c", bars, optional=True, **texts)
    chapter.chart("c", bars + bars.mark_point(), optional=True, **texts)
    chapter.chart("c", bars.facet("year:O"), optional=True, **texts)
    assert recorded == []
    with pytest.raises(TableRefused, match="found no rows; allowed: at least one, or optional=True"):
        chapter.table("t", empty, title=TITLE)
    with pytest.raises(ChartRefused, match="no rows"):
        chapter.chart("c", bars, **texts)
