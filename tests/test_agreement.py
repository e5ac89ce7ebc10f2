"""How published numbers agree, and what data/ says of them: what the numbers do not bear out is refused."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from evaluation.cli import main
from evaluation.data import agreement
from evaluation.data.agreement import DIFFERENT, EQUAL, OVERLAPPING, WITHIN, NotACondition, from_words, relation, unmet
from evaluation.data.rules import check_rules
from evaluation.data.sources import Tables
from evaluation.problems import Problem

ROOT = Path(__file__).parent.parent
Said = tuple[str, ...]


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        (("exact", "28"), ("exact", "28"), EQUAL),
        (("exact", "29"), ("exact", "28"), DIFFERENT),
        (("more-than", "345"), ("more-than", "345"), EQUAL),
        (("more-than", "345"), ("exact", "345"), DIFFERENT),
        (("at-least", "345"), ("exact", "345"), WITHIN),
        (("exact", "1100"), ("more-than", "1000"), WITHIN),
        (("exact", "1000"), ("more-than", "1000"), DIFFERENT),
        (("more-than", "350"), ("more-than", "345"), WITHIN),
        (("between", "3", "5"), ("between", "4", "8"), OVERLAPPING),
        (("between", "3", "5"), ("between", "5", "8"), OVERLAPPING),
        (("between", "3", "5"), ("more-than", "5"), DIFFERENT),
        (("less-than", "10"), ("exact", "10"), DIFFERENT),
        (("up-to", "10"), ("exact", "10"), WITHIN),
        (("exact", "239"), ("about", "240"), WITHIN),
        (("exact", "234"), ("about", "240"), DIFFERENT),
        (("exact", "66"), ("about", "65"), DIFFERENT),
        (("exact", "1.04"), ("about", "1.0"), WITHIN),
        (("exact", "1.06"), ("about", "1.0"), DIFFERENT),
    ],
)
def test_how_two_numbers_agree(one: Said, other: Said, kin: str) -> None:
    assert relation(from_words(*one), from_words(*other)) == kin
    assert relation(from_words(*other), from_words(*one)) == kin


def test_several_numbers_are_compared_each_or_together() -> None:
    two, one = from_words("exact", "2"), from_words("exact", "1")
    assert agreement.stated([two, one], "each") == [two, one]
    assert agreement.stated([two, one], "sum") == [from_words("exact", "3")]
    assert agreement.stated([two, one], "range") == [from_words("between", "2", "3")]


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("ijfs_investigations == ijfs_investigations_opp", True),
        ("ijfs_investigations == ijfs_persons_charged", False),
        ("ijfs_investigations > ijfs_persons_charged; 50 > ijfs_persons_charged", True),
        ("ijfs_persons_charged > 50", False),
        ("people_served > 29000", True),
        ("people_served > 29001", False),
        ("digits(people_served) == 29000", True),
        ("care_units_serving + care_units_planned == care_units_launched", True),
        ("2 * care_units_serving in people_served", False),
        ("count('activity', 'support') == 8; count('objective') == 4", True),
        ("rate(all_human_trafficking, Ontario, 2024) > rate(all_human_trafficking, Ontario, 2021)", False),
        ("people(Ontario, 2024) > people(Ontario, 2021)", True),
    ],
)
def test_conditions_are_read_from_the_tables(condition: str, met: bool, tables: Tables) -> None:
    assert (list(unmet(condition, tables)) == []) is met


@pytest.mark.parametrize(
    "text",
    ["nobody == 1", "people_served", "people_served = 1", "1 < 2 < 3", "rate(1) == 1", "open('x') == 1", "(",
     "1 == 1.5", "people_served - 1 == 0", "people_served.real == 1", "people(Nowhere, 2024) == 1"],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str, tables: Tables) -> None:
    with pytest.raises(NotACondition):
        list(unmet(text, tables))


def edit(data: Path, table: str, key: str, **cells: str) -> int:
    """Change a row of a table by its key; gives its number."""
    path = data / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    number = next(n for n, row in enumerate(rows) if row[0] == key)
    for column, cell in cells.items():
        rows[number][head.index(column)] = cell
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return number + 2


def places(problems: list[Problem]) -> set[tuple[str, int | str, str]]:
    return {(Path(problem.file).name, problem.row, problem.column) for problem in problems}


def broken(data: Path) -> list[Problem]:
    """What the rules across columns refuse, without the slower checks of each cell."""
    tables = Tables(data)
    return [
        problem for name in ("figures", "editions", "statements", "indicators") for problem in check_rules(tables, name)
    ]


def row_of(data: Path, table: str, key: str) -> int:
    return edit(data, table, key)


@pytest.mark.parametrize(
    ("figure", "cells", "statement", "column"),
    [
        ("ijfs_persons_charged", {"value": "29"}, "n15", "verdict"),
        ("ijfs_persons_charged_opp", {"value": "27"}, "n15", "verdict"),
        ("ijfs_persons_charged_opp", {"bound": "at-least"}, "n15", "agreement"),
        ("ijfs_investigations", {"value": "66"}, "n11", "verdict"),
        ("ijfs_investigations_copy", {"value": "64"}, "n11", "rests_on"),
        ("ijfs_other_charges", {"value": "190"}, "n14", "rests_on"),
        ("trained_workers", {"value": "1000"}, "n05", "verdict"),
        ("care_units_launched", {"value": "4"}, "n07", "verdict"),
        ("strategy_investment_2025", {"value": "350000000"}, "n01", "agreement"),
        ("strategy_investment_2025_quinte_news", {"value": "340000000"}, "n01", "rests_on"),
        ("people_served", {"bound": "exact"}, "n09", "kind"),
        ("ministries", {"value": "9"}, "n03", "rests_on"),
        ("expected_results", {"value": "5"}, "n19", "rests_on"),
        ("hotline_ontario_share", {"value": "60"}, "s_b", "rests_on"),
        ("federal_strategy_2019", {"value": "400000000"}, "s_c", "rests_on"),
        ("survivors_willing_police", {"value": "60"}, "s_f", "rests_on"),
    ],
)
def test_a_corrected_figure_is_refused_where_the_words_are_no_longer_true(
    figure: str, cells: dict[str, str], statement: str, column: str, data: Path
) -> None:
    edit(data, "figures", figure, **cells)
    assert ("statements.csv", row_of(data, "statements", statement), column) in places(broken(data))


def test_a_correction_that_no_words_contradict_is_taken(data: Path) -> None:
    edit(data, "figures", "people_served", value="28000")
    assert broken(data) == []


def test_rates_that_no_longer_force_the_count_up_are_refused(data: Path) -> None:
    path = data / "police_reported.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Ontario,2024,,2.3,", "Ontario,2024,,2.1,"), encoding="utf-8")
    assert places(broken(data)) == {("statements.csv", row_of(data, "statements", "s_e"), "rests_on")}


@pytest.mark.parametrize(
    ("statement", "cells", "column"),
    [
        ("n15", {"kind": "bound"}, "kind"),
        ("n15", {"kind": "list"}, "kind"),
        ("n15", {"kind": "words"}, "kind"),
        ("n09", {"kind": "number"}, "kind"),
        ("n15", {"compared_with": ""}, "compared_with"),
        ("n15", {"verdict": "none-found"}, "verdict"),
        ("n15", {"verdict": "not-checked"}, "verdict"),
        ("n15", {"differs_from": "ijfs_persons_charged_opp"}, "differs_from"),
        ("n15", {"set_beside": "ijfs_persons_charged"}, "set_beside"),
        ("n10", {"verdict": "conflict"}, "differs_from"),
        ("n02", {"sources": "strategy_2025_fr"}, "differs_from"),
        ("n03", {"verdict": "independent"}, "verdict"),
        ("n15", {"rests_on": "no_such_figure == 1"}, "rests_on"),
    ],
)
def test_a_kind_and_a_verdict_are_those_of_the_figures(
    statement: str, cells: dict[str, str], column: str, data: Path
) -> None:
    number = edit(data, "statements", statement, **cells)
    assert ("statements.csv", number, column) in places(broken(data))


@pytest.mark.parametrize(
    ("figure", "cells", "column"),
    [
        ("modern_slavery_2018_index", {"value": "6500"}, "conflicts_with"),
        ("court_days_median", {"value": "383"}, "conflicts_with"),
        ("modern_slavery_2018_index", {"caveats": "rounded-rate"}, "caveats"),
        ("people_served", {"caveats": "sources-conflict"}, "caveats"),
        ("children_served_last_year", {"value": "150"}, "caveats"),
    ],
)
def test_figures_that_are_said_to_conflict_or_to_copy_do(
    figure: str, cells: dict[str, str], column: str, data: Path
) -> None:
    number = edit(data, "figures", figure, **cells)
    assert ("figures.csv", number, column) in places(broken(data))


def test_an_indicator_rests_on_its_numbers(data: Path) -> None:
    edit(data, "figures", "hotline_cases_lowest_year", value="470")
    number = row_of(data, "indicators", "aim_less_trafficking")
    assert places(broken(data)) == {("indicators.csv", number, "rests_on")}


def test_an_edition_is_in_the_other_language(data: Path) -> None:
    number = edit(data, "editions", "strategy_2025_fr", language="fr")
    assert places(broken(data)) == {("editions.csv", number, "language")}


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "build"])
def test_the_command_refuses_in_one_line(command: str, data: Path, tmp_path: Path) -> None:
    edit(data, "figures", "ijfs_persons_charged", value="29")
    review = str(shutil.copy(ROOT / "parameters" / "review.yml", tmp_path / "review.yml"))
    found = CliRunner().invoke(main, [command, review, "--data", str(data)])
    assert found.exit_code == 2
    (line,) = found.stderr.splitlines()
    assert line.startswith(f"{data / 'statements.csv'}:{row_of(data, 'statements', 'n15')}:verdict: found same-origin")
