"""Figures on their own: made from a value, read from a plain CSV; what is refused; the examples of the page run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small import ROOT

from evaluation import figure
from evaluation.problems import Refused

PAGE = (ROOT / "docs" / "figures-on-their-own.md").read_text(encoding="utf-8")
CSV = re.search(r"```csv\n(.*?)```", PAGE, re.S)[1]  # type: ignore[index]
SHOWN = """
print("SUM", roads.deaths.sum(), "|", roads.deaths.iloc[0] / licences)
print("CHART", chart.to_dict()["layer"][0]["encoding"]["y"]["field"], list(drawn.columns))
"""


@pytest.mark.slow
def test_the_examples_of_the_page_run_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "deaths.csv").write_text(CSV, encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.S)) + SHOWN
    home = {name: value for name, value in os.environ.items() if not name.startswith("EVALUATION_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    (table,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    assert table in done.stdout
    assert "0.0% [(deaths_norland_2022 ÷ deaths_norland_2022 − 1) × 100]" in done.stdout
    assert "cannot compare deaths_norland_2022 with million_licences_2022: found unit 'people' and" in done.stdout
    assert "SUM more than 247 [deaths_norland_2022 + deaths_norland_2023 + deaths_norland_2024]" in done.stdout
    assert "| about 60.00 [" in done.stdout
    assert "'deaths_low', 'deaths_high', 'deaths_words'" in done.stdout


def read(folder: Path, rows: str, *values: str, **shared: str) -> pd.DataFrame:
    path = folder / "numbers.csv"
    path.write_text(rows, encoding="utf-8")
    return figure.read_csv(path, *values, **shared)


def test_a_figure_has_what_stands_beside_it(tmp_path: Path) -> None:
    rows = "year,place,n,rate,bound\n2023,Norland,1200,2.30,at-least\n2024,Norland,,2.5,\n"
    table = read(tmp_path, rows, "n", "rate", unit="contacts", source="A register")
    one = table.n.iloc[0]
    assert (str(one), one.unit, one.place, one.start) == (
        "at least 1,200 [numbers_n_norland_2023]", "contacts", "Norland", "2023"
    )  # fmt: skip
    assert (one.source.title, one.figures()) == ("A register", [one])
    assert table.n.isna().tolist() == [False, True]  # an empty cell is missing, not zero
    assert table.rate.figure.words.tolist() == ["2.30", "2.5"]  # as printed; the bound is of the first column
    drawn = figure.for_altair(table)
    assert drawn[["n", "n_low", "rate_high"]].iloc[0].tolist() == [1200, 1200, 2.3]
    assert drawn[["n", "n_high", "n_words"]].isna().to_numpy().tolist() == [[False, True, False], [True] * 3]
    assert figure.for_altair(pd.DataFrame({"n": [one * 0 + 3]})).n.tolist() == [3.0]


def test_a_word_is_a_unit_where_no_folder_lists_them() -> None:
    one = figure.of(12, "people", source="A register", bound="about")
    assert str(one.counting("patients", why="all were treated")) == "about 12 [people]"
    assert figure.for_altair(pd.DataFrame({"n": pd.Series([one], dtype="figure")})).n_low.tolist() == [None]
    assert one.counting("patients", why="all were treated", definition="treated").definition == "treated"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"unit": ""}, "found no unit of 5; allowed: unit=, or a column unit"),
        ({"source": " "}, "found no source of 5"),
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
    with pytest.raises(Refused) as told:
        figure.read_csv(path, "n", unit="people", source="A register")
    assert str(told.value) == f"{path}:{message}"


def test_what_a_spreadsheet_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_bytes(b"\xef\xbb\xbfn,note\r\n5,\r\n\r\n6,NA")  # a byte-order mark, an empty line, no last end
    table = figure.read_csv(path, "n", unit="people", source="A register")
    assert (table.n.figure.words.tolist(), table.note.tolist()) == (["5", "6"], ["", "NA"])


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
    with pytest.raises(TypeError, match=re.escape("found 2.5, a float; allowed: Fraction('2.5'), a whole number")):
        assert exact == 2.5
    assert repr(more) == "<Figure more than 72 [people_2023] people>"
    assert len(repr(sum([more] * 300, 0 * more))) < 200
