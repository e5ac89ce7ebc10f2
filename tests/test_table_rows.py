"""What a number of many rows rests on is recorded as their count, their file and its hash, never row by row."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small
from by_hand import EN, FR, Notebook
from small import DATA

from evaluation import figure
from evaluation.numbers.figures import Figures
from evaluation.numbers.formula import formula_of
from evaluation.numbers.number import Figure, Measure
from evaluation.numbers.table_rows import MOST_ROWS
from evaluation.numbers.wording import ready_to_record
from evaluation.pages import numbers_file
from evaluation.records.serialization import number_record, read_number


def returns(folder: Path, rows: int) -> pd.DataFrame:
    """A table of returns: rows of four regions."""
    path = folder / "returns.csv"
    regions = ["North", "East", "South", "West"]
    lines = [f"{regions[n % 4]},{n},{'exact' if n % 5 else 'more-than'}" for n in range(1, rows + 1)]
    path.write_text("\n".join(["region,served,bound", *lines]), encoding="utf-8")
    return figure.read_csv(path, "served", unit="people", source="Returns of 2026")


def named(number: Measure, name: str = "total") -> Any:
    """A number as it is recorded under a name."""
    return ready_to_record(number, name)


def test_a_sum_of_many_rows_rests_on_their_count_file_and_hash(tmp_path: Path) -> None:
    table = returns(tmp_path, 624)
    total = named(table.served.sum())
    (rows,) = total.inputs
    assert isinstance(rows, Figure)
    assert (rows.rows, rows.kind, rows.quantity) == (624, "derived", table.served.sum().quantity)
    assert rows.place_in_source["en"].startswith("sum of 624 rows of returns.csv (SHA-256 ")
    assert rows.place_in_source["fr"].startswith("somme de 624 lignes de returns.csv (SHA-256 ")
    assert rows.name.startswith("sum_of_624_rows_returns_served_")
    assert rows.data == ""  # of no project's data
    record = number_record(total)
    assert len(json.dumps(record)) < 6_000
    again = read_number(json.loads(json.dumps(record)))
    assert (again.quantity, again.inputs[0].rows) == (total.quantity, 624)
    row = numbers_file.number_row(record, ("en", "fr"))
    assert (row["formula"], row["inputs"]) == (["+", rows.name], [rows.name])


def test_parts_of_a_long_table_have_their_own_rows_and_names(tmp_path: Path) -> None:
    by_region = returns(tmp_path, 624).groupby("region").served.sum()
    parts = [named(number, f"part_{place}") for place, number in enumerate(by_region)]
    assert len({part.inputs[0].name for part in parts}) == 4
    assert sum(len(json.dumps(number_record(part))) for part in parts) < 25_000
    share = named(by_region["North"] / by_region.sum(), "share")
    assert [part.rows for part in share.inputs] == [156, 624]
    assert share.quantity == (by_region["North"] / by_region.sum()).quantity
    assert formula_of(share) is not None


def test_quantiles_of_many_rows_have_their_values_and_names_apart(tmp_path: Path) -> None:
    served = returns(tmp_path, 24).served
    quartiles = [named(served.quantile(place), f"quartile_{place}") for place in (0.25, 0.75)]
    assert [quartile.quantity for quartile in quartiles] == [served.quantile(place).quantity for place in (0.25, 0.75)]
    assert [formula_of(quartile)[1] for quartile in quartiles] == ["1/4", "3/4"]  # type: ignore[index]
    assert len({quartile.inputs[0].name for quartile in quartiles}) == 2
    assert [quartile.inputs[0].rows for quartile in quartiles] == [24, 24]


def test_a_rate_of_many_rows_is_worded_by_their_column() -> None:
    """Whose definition has no words, and whose rows are each called by themselves."""
    years = pd.DataFrame({"year": range(1990, 2020), "served": range(30)})
    served = figure.frame(years, "served", unit="people", source="Returns of 2026").served
    rate = named(served.sum() / 12_000 * 1_000, "rate")
    assert (rate.inputs[0].rows, rate.label["en"]) == (30, "served ÷ 12,000 × 1,000")


def test_rows_of_data_are_told_by_their_numbers() -> None:
    """All people of all places and years of data/, which no chapter would add."""
    people = [cell.with_meaning(place="") for cell in Figures(DATA).column("population", "people")]
    (rows,) = named(sum(people[1:], start=people[0])).inputs
    assert (rows.data, rows.rows) == (f"population.csv:2-{len(people) + 1}:people", len(people))
    assert rows.place_in_source["en"].startswith(f"sum of {len(people)} rows of population.csv (SHA-256 ")


def test_few_rows_are_named_one_by_one(tmp_path: Path) -> None:
    table = returns(tmp_path, MOST_ROWS)
    total = named(table.served.sum())
    assert [part.name for part in total.inputs] == list(table.served.map(lambda cell: cell.name))
    few = returns(tmp_path, MOST_ROWS + 1)
    assert [part.rows for part in named(few.served.max()).inputs] == [MOST_ROWS + 1]
    assert [part.rows for part in named(few.served.median()).inputs] == [MOST_ROWS + 1]
    in_memory = figure.frame(pd.DataFrame({"n": range(20)}), "n", unit="people", source="A")
    assert "sum of 20 rows of n (SHA-256 " in named(in_memory.n.sum()).inputs[0].place_in_source["en"]
    other = figure("5 people", source="Another")
    assert [part.rows for part in named(few.served.sum() + other).inputs] == [MOST_ROWS + 1, 0]


@pytest.mark.parametrize("bound", ["more-than", "at-least"])
def test_an_upper_bound_that_may_lie_below_zero_is_read_back_as_it_is(bound: str) -> None:
    below = figure("100 people", source="A") - figure.of(80, "people", bound=bound, source="A")
    row = numbers_file.number_row(number_record(named(below)), ("en", "fr"))
    assert numbers_file.quantity_of_row(row) == below.quantity
    assert below.quantity.low is None


@pytest.mark.slow
def test_a_page_of_a_long_table_is_light_and_names_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = returns(tmp_path, 624).assign(who=[f"Organization {n % 52 + 1}" for n in range(624)])
    total, sums = table.served.sum(), table.groupby("who").served.sum()
    book = Notebook(monkeypatch)
    book.chapter.record(served=total)
    book.chapter.say(period=("2021/22", "2023/24"))
    book.chapter.key_numbers("served")
    book.prose(EN, FR)
    names = [{"en": who, "fr": who} for who in sums.index]
    texts = {"en": "Returns", "fr": "Déclarations"}
    book.chapter.table(
        "returns", **small.table([texts, texts], [*map(list, zip(names, sums, strict=True))]), title=texts
    )
    page = book.page()
    assert len(page) < 200_000
    assert "sum of 624 rows of returns.csv (SHA-256 " in page
    assert page.count("sum of 12 rows of returns.csv (SHA-256 ") >= 52
    french = book.page("fr")
    assert "somme de 624 lignes" in french
    assert "served_row_17" not in page


SUMMED = """chapter = review.open()
people = chapter.frame("population")
chapter.record(lived=people[people.place == "Ontario"].people.sum())"""
SAYS = {"en": "# People lived {lived} years\n\nIn {lived.period}.", "fr": "# {lived} années vécues\n\n{lived.period}."}


@pytest.mark.slow
def test_rows_of_data_are_a_file_of_the_page_unless_it_is_confidential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = small.project(tmp_path, monkeypatch, 1)
    small.notebook(tmp_path / "notebooks" / "one.ipynb", SUMMED, prose=SAYS)
    folder = small.built(review).parents[1] / "outputs" / review.stem
    page = (folder / "fr" / "one.html").read_text(encoding="utf-8")
    (name,) = re.findall(r'<a href="one/(sum_of_\d+_rows_population_people_\w+\.csv)">ses lignes \(CSV\)</a>', page)
    head, *rows = csv.reader((folder / "fr" / "one" / name).read_text(encoding="utf-8-sig").splitlines())
    data = [line.split(",") for line in (DATA / "population.csv").read_text(encoding="utf-8").splitlines()]
    assert head == [*data[0], "Mises en garde"]
    assert [row[:-1] for row in rows] == [row for row in data if row[0] == "Ontario"]
    assert "population_ontario_2010" not in page
    review.write_text("confidential: true\n" + review.read_text(encoding="utf-8"), encoding="utf-8")
    assert small.run(review).exit_code == 0
    assert [*folder.parent.rglob("sum_of_*.csv")] == []
