"""Figures on their own: made from a value, read from a plain CSV; what is refused; the examples of the page run."""

import doctest
import io
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small import ROOT

import evaluation
from evaluation import figure
from evaluation.numbers import altair_frames
from evaluation.numbers import figure as numbers_figure
from evaluation.numbers.notation import show
from evaluation.numbers.quantity import ComputedFloat
from evaluation.problems import Refused
from evaluation.records import figure as records_figure
from evaluation.records.serialization import number_record

PAGE = (ROOT / "docs" / "figures-on-their-own.md").read_text(encoding="utf-8")
CSV = re.search(r"```csv\n(.*?)```", PAGE, re.S)[1]  # type: ignore[index]
QUICKLY = "from evaluation.problems.imports import import_quickly\nimport_quickly('jsonschema')\n"  # else 2.5 s more
SHOWN = """
print("SUM", roads.deaths.sum(), "|", roads.deaths.iloc[0] / licences)
print("CHART", chart.to_dict()["layer"][0]["encoding"]["y"]["field"], drawn._repr_mimebundle_()["text/plain"])
print("SERVED", served.served.sum(), rate)
"""


@pytest.mark.slow
def test_the_examples_of_the_page_run_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "deaths.csv").write_text(CSV, encoding="utf-8")
    code = QUICKLY + "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.S)) + SHOWN
    home = {name: value for name, value in os.environ.items() if not name.startswith("EVALUATION_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    (table,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    assert table in done.stdout
    assert "0.0% [(deaths_norland_2022 ÷ deaths_norland_2022 − 1) × 100]" in done.stdout
    assert "cannot compare deaths_norland_2022 with million_licences_2022: found unit 'people' and" in done.stdout
    assert "SUM more than 247 [deaths_norland_2022 + deaths_norland_2023 + deaths_norland_2024]" in done.stdout
    assert "| about 60.00 [" in done.stdout
    assert "CHART deaths Deaths on roads\n2022: 72; 2023: more than 80; 2024: between 95 and 101" in done.stdout
    assert "SERVED between 13 and 21 [" in done.stdout


def read(folder: Path, rows: str, *values: str, **shared: str) -> pd.DataFrame:
    path = folder / "numbers.csv"
    path.write_text(rows, encoding="utf-8")
    return figure.read_csv(path, *values, **shared)


def test_a_figure_has_what_stands_beside_it(tmp_path: Path) -> None:
    rows = "year,place,n,rate,bound\n2023,Norland,1200,2.30,at-least\n2024,Norland,,2.5,\n"
    table = read(tmp_path, rows, "n", "rate", unit="contacts", source="A register", place="place")
    cell = table.n.iloc[0]
    assert (str(cell), cell.unit, cell.place, cell.start) == (
        "at least 1,200 [numbers_n_norland_2023]", "contacts", "Norland", "2023"
    )  # fmt: skip
    assert (cell.source.title, cell.figures()) == ("A register", [cell])
    assert table.n.isna().tolist() == [False, True]  # an empty cell is missing, not zero
    assert table.rate.figure.words.tolist() == ["2.30", "2.5"]  # as printed; the bound is of the first column
    drawn = figure.for_altair(table)
    assert drawn[["n", "n_low", "rate_high"]].iloc[0].tolist() == [1200, 1200, 2.3]
    assert drawn[["n", "n_high", "n_words"]].isna().to_numpy().tolist() == [[False, True, False], [True] * 3]
    assert figure.for_altair(pd.DataFrame({"n": [cell * 0 + 3]})).n.tolist() == [3.0]


def test_a_word_is_a_unit_where_no_folder_lists_them() -> None:
    people = figure.of(12, "people", source="A register", bound="about")
    assert str(people.counting("patients", why="all were treated")) == "about 12 [people]"
    assert figure.for_altair(pd.DataFrame({"n": pd.Series([people], dtype="figure")})).n_low.tolist() == [None]
    assert people.counting("patients", why="all were treated", definition="treated").definition == "treated"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"unit": ""}, "found no unit of 5; allowed: unit=, or a column unit"),
        ({"value": -5}, "found '-5' people; allowed: a whole number, zero or more, or another unit"),
        ({"value": "2", "bound": "between", "high": "2.5"}, "found '2.5' people"),
        ({"value": "many"}, "found 'many'; allowed: a number such as 29000 or 2.3"),
        ({"value": float("nan")}, "found 'nan'; allowed: a number"),
        ({"bound": "betwen"}, "found the bound 'betwen'; allowed: one of exact, more-than"),
        ({"high": 9}, "found the bound 'exact' and high 9"),
        ({"bound": "between", "high": 3}, "allowed: low not above high"),
        ({"period": "soon"}, "found soon; allowed: a year, a month"),
    ],
)
def test_what_is_no_figure_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused, match=message):
        figure.of(**{"value": 5, "unit": "people", "source": "A register"} | given)


@pytest.mark.parametrize(
    ("rows", "shared", "message"),
    [
        ("n,source\nmany,A\n", {"unit": "people"}, "numbers.csv:2:n: found 'many'; allowed: a number such as"),
        ("n,source\n5,A\n", {}, "numbers.csv:2:n: found no unit of 5"),
        ("m,source\n5,A\n", {}, "numbers.csv:1:n: found no such column; allowed: m, source"),
        ("n,source\n5,A\n", {"colour": "red"}, "numbers.csv:1:colour: found no such column; allowed: unit, source"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, rows: str, shared: Any, message: str) -> None:
    with pytest.raises(Refused, match=re.escape(message)):
        read(tmp_path, rows, "n", **shared)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "-:-: found no such file; allowed: a CSV file"),
        (b"n,place\n5,Qu\xe9bec\n", "2:5: found the byte 0xE9; allowed: UTF-8 (this looks like Windows-1252)"),
        (b"n,year\n5,2023\n6,2024,7\n", "3:-: found 3 cells; allowed: 2 cells"),
        (b"n;year\n5;2023\n", "1:-: found columns separated by semicolons; allowed: columns separated by commas"),
        (b"n,year\n-5,2023\n", "2:n: found '-5' people; allowed: a whole number, zero or more, or another unit"
                               " (people a year)"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "numbers.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        figure.read_csv(path, "n", unit="people", source="A register")
    assert str(refusal.value) == f"{path}:{message}"


def test_what_a_spreadsheet_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_bytes(b"\xef\xbb\xbfn,note\r\n5,\r\n\r\n6,NA")  # a byte-order mark, an empty line, no last end
    table = figure.read_csv(path, "n", unit="people", source="A register")
    assert (table.n.figure.words.tolist(), table.note.dropna().tolist()) == (["5", "6"], [])


def test_a_number_is_compared_with_a_single_one_by_value() -> None:
    exact, more = (figure.of(72, "people", source="A", bound=bound, period=2023) for bound in ("exact", "more-than"))
    assert exact == 72 == exact
    assert exact != 71
    assert exact == figure.of(72, "people", source="A", period=2023)
    assert exact not in (more, "72", None, True, float("nan"))
    assert hash(exact) == hash(72)
    assert more != 72
    assert {exact: 1}[72] == 1  # type: ignore[index]
    with pytest.raises(Refused, match=r"found more than 72 \[people_2023\] and 80, which its bound leaves open"):
        assert more == 80
    assert exact != 2.5
    with pytest.raises(
        TypeError, match=re.escape("found 0.3333333333333333, a float that was computed; allowed: a dec")
    ):
        assert exact == 1 / 3
    assert repr(more) == "<Figure more than 72 [people_2023] people>"
    assert len(repr(sum([more] * 300, 0 * more))) < 200


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("more than 29,000 people", "<Figure more than 29,000 [people] people>"),
        ("72 deaths", "<Figure 72 [deaths] deaths>"),
        ("between 95 and 101 deaths", "<Figure between 95 and 101 [deaths] deaths>"),
        ("About 12.5%", "<Figure about 12.5% [percent] percent>"),
        ("at least $345 million", "<Figure at least $345 million [cad] cad>"),
        ("2.30 per 100,000 people", "<Figure 2.30 [per_100k] per_100k>"),
        ("2.30 per 100,000 population", "<Figure 2.30 [per_100k] per_100k>"),
        ("2.30 per 100,000", "<Figure 2.30 [per_100k] per_100k>"),
        ("10 g", "<Figure 10 [g] g>"),
        ("5 m", "<Figure 5 [m] m>"),
        ("22.5 per 1,000 women", "<Figure 22.5 [per_1000_women] per_1000_women>"),
        ("plus de 29\N{NO-BREAK SPACE}000 personnes", "<Figure more than 29,000 [personnes] personnes>"),
    ],
)
def test_a_number_is_read_as_it_is_said(words: str, shown: str) -> None:
    assert repr(figure(words)) == shown


MULTIPLIED = {
    "345 M$": 345_000_000, "$345M": 345_000_000, "$1.5M": 1_500_000, "$1.5 billion": 1_500_000_000,
    "more than $1.5 billion": 1_500_000_000, "345 millions de dollars": 345_000_000, "2 thousand people": 2_000,
    "29k people": 29_000, "1,5 milliard de dollars": None, "2 milliards de dollars": 2_000_000_000,
}  # fmt: skip
CUT_SHORT = (
    "5-10 people", "5–10 people", "5 to 10 people", "more than 5 to 10 people", "5+ people", "5 or more people",
    "5 people or more", "5 personnes ou plus", "5±1 people", "5/6 people", "100 000,5 dollars", "1'000 people",
    "1_000 people", "12 34 people", "2024-25 people", "5% of people", "1234,567 people", "3.5e6 dollars",
    "1e3 people", "5 M people", "2 billions de dollars", "5 à 10 personnes",
)  # fmt: skip


@pytest.mark.parametrize("words", MULTIPLIED)
def test_a_multiple_in_words_is_multiplied_or_refused(words: str) -> None:
    if MULTIPLIED[words] is None:
        with pytest.raises(Refused, match="found '1,5 milliard"):
            figure(words)
    else:
        assert figure(words).quantity.low == MULTIPLIED[words]


@pytest.mark.parametrize("words", CUT_SHORT)
@pytest.mark.parametrize("unit", ["", "people"])
def test_words_of_which_a_part_would_be_lost_are_refused(words: str, unit: str) -> None:
    with pytest.raises(Refused, match=f"found {re.escape(repr(words)[:6])}"):
        figure(words, unit=unit)


def test_a_list_of_columns_and_a_source_that_is_no_text_are_refused() -> None:
    with pytest.raises(Refused, match=re.escape("found no column ['a', 'b']; allowed: a, b")):
        figure.frame(pd.DataFrame({"a": [1], "b": [2]}), ["a", "b"], unit="people")
    with pytest.raises(Refused, match="found the source 3; allowed: text"):
        figure("5 people", source=3)


def test_a_difference_is_no_lower_bound_of_a_sum_over_a_missing_one() -> None:
    column = figure.frame(pd.DataFrame({"a": ["20", "x", "12", "13"]}), "a", unit="people").a
    for reduce in (lambda: column.diff().sum(), lambda: column.figure.less(column.shift()).sum()):
        with pytest.raises(TypeError, match="may be below zero"):
            reduce()


def test_digits_alone_have_their_unit_beside_them() -> None:
    assert figure("2.3", unit="per_100k") == figure(2.3, unit="per_100k")
    assert show(figure("100 people") - figure("more than 80 people"), "en").words == "fewer than 20"
    others = ("22.5 per 1,000 children", "22.5 per 1,000", "2.3 per 100,000 women", "2.3 per 100,000 vehicles")
    for words in ("29,000", "many people", "1,23 people", "2.3.4 people", *others):
        with pytest.raises(Refused, match=re.escape('allowed: figure("more than 29,000 people"), figure("2.3", unit=')):
            figure(words)


def test_what_is_public_is_shown_and_no_more() -> None:
    assert dir(figure) == ["MARKS", "chart", "for_altair", "frame", "of", "read_csv", "read_excel"]
    assert dir(evaluation) == sorted(evaluation.__all__)


def test_a_frame_in_memory_becomes_figures() -> None:
    raw = pd.DataFrame(
        {"area": ["N", "S"], "year": [2023, 2024], "n": [1.0, 2.5], "b": ["exact", "between"], "h": [None, 3]}
    )
    made = figure.frame(raw, "n", unit="contacts", bound="b", high="h", place="area", source="A register")
    assert made.n.figure.words.tolist() == ["1", "between 2.5 and 3.0"]
    assert [(cell.place, cell.start, cell.source.title) for cell in made.n] == [
        ("N", "2023", "A register"),
        ("S", "2024", "A register"),
    ]
    assert (made.year.max(), str(raw.n.dtype)) == (2024, "float64")  # the frame itself stays as it was
    assert figure.frame(pd.DataFrame({"n": [3]}), "n", unit="people", period="2020").n[0].start == "2020"
    with pytest.raises(
        Refused, match=r"row 1, column n: found 'many'; allowed: a number such as 29000 or 2.3, or a mark"
    ):
        figure.frame(pd.DataFrame({"n": [1, "many"]}), "n", unit="people")
    with pytest.raises(TypeError, match="a float that was computed"):
        figure.frame(pd.DataFrame({"n": [1 / 3]}), "n", unit="km")
    with pytest.raises(Refused, match="found no column 'm'; allowed: n"):
        figure.frame(pd.DataFrame({"n": [1]}), "m", unit="people")


def test_rows_of_one_place_and_period_have_names_of_their_own() -> None:
    made = figure.frame(pd.DataFrame({"n": [1, 2, None]}), "n", unit="people")
    assert made.n.sum().expression == "n_row_1 + n_row_2"


def test_other_columns_are_as_pandas_reads_them() -> None:
    text = "place,year,n,rate\nNorth,2020,5,1.5\nEast,2021,,NA\n"
    made = figure.read_csv(io.StringIO(text), "n", unit="people")
    pd.testing.assert_frame_equal(made.drop(columns="n"), pd.read_csv(io.StringIO(text)).drop(columns="n"))
    joined = made.merge(pd.DataFrame({"year": [2020, 2021], "people": [1000, 1100]}), on="year")
    assert list((joined.n / joined.people).isna()) == [False, True]


def test_marks_for_hidden_and_missing_numbers_are_read_by_a_table() -> None:
    text = "n\n<5\nx\n..\nF\n-\n12\n≥ 40\n"
    made = figure.read_csv(io.StringIO(text), "n", unit="people")
    assert made.n.dropna().figure.words.tolist() == ["fewer than 5", "12", "at least 40"]
    assert show(made.n.sum(), "en").words == "at least 52"
    marks = figure.MARKS | {"x": "between 1 and 4", "-": "0"}
    assert figure.read_csv(io.StringIO(text), "n", unit="people", marks=marks).n.isna().sum() == 2
    with pytest.raises(Refused, match=r"-:2:n: found 'c'; allowed: a number such as 29000 or 2.3, or a mark"):
        figure.read_csv(io.StringIO("n\nc\n"), "n", unit="people")
    assert figure.read_csv(io.StringIO('n\n"1,234"\n'), "n", unit="people", thousands=",").n[0] == 1234


def test_a_computed_float_is_refused_at_its_cell_and_only_where_a_figure_is_read(tmp_path: Path) -> None:
    counts = pd.DataFrame({"year": [2023, 2024], "n": [1.0, 1 / 3], "share": [0.5, 1 / 7]})
    with pytest.raises(ComputedFloat, match=r"^row 1, column n: found 0\.333"):
        figure.frame(counts, "n", unit="people")
    counts.to_excel(path := tmp_path / "returns.xlsx", index=False)
    with pytest.raises(ComputedFloat, match=r"returns\.xlsx:3:n: found 0\.333"):
        figure.read_excel(path, "n", unit="people")
    counts.assign(n=[1, 2]).to_excel(path, index=False)
    assert figure.read_excel(path, "n", unit="people").share.round(6).tolist() == [0.5, 0.142857]


def test_a_workbook_is_read_as_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "returns.xlsx"
    pd.DataFrame({"year": [2023, 2024], "n": ["<5", 12]}).to_excel(path, index=False)
    made = figure.read_excel(path, "n", unit="people")
    assert (made.n.figure.words.tolist(), made.year.tolist()) == (["fewer than 5", "12"], [2023, 2024])
    with pytest.raises(Refused, match=r"returns.xlsx:-:-: found a workbook; allowed: figure.read_excel"):
        figure.read_csv(path, "n", unit="people")
    with pytest.raises(Refused, match=r"returns.xlsx:1:m: found no such column; allowed: year, n"):
        figure.read_excel(path, "m", unit="people")


def test_a_source_is_asked_for_where_a_number_is_published() -> None:
    deaths = figure("72 deaths")
    assert deaths.source.title == "source not given"
    with pytest.raises(Refused, match=re.escape("found no source of 72 [deaths]; allowed: source=, where it is made")):
        number_record(deaths)


def test_a_number_is_pickled_without_its_data() -> None:
    number = figure("more than 80 people") / 3
    again = pickle.loads(pickle.dumps(number))
    assert (again == number, str(again)) == (True, "more than 26.6 [people ÷ 3]")
    assert len(pickle.dumps(pd.Series([number], dtype="figure"))) < 10_000


@pytest.mark.parametrize("module", [numbers_figure, altair_frames, records_figure], ids=lambda module: module.__name__)
def test_each_public_name_has_an_example_that_runs(module: Any) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)
    for name in dir(figure) if module is records_figure else ():
        assert name == "MARKS" or ">>>" in (getattr(figure, name).__doc__ or ""), name
