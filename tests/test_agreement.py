"""How published numbers agree, and what data/ says of them: what the numbers do not bear out is refused."""

from pathlib import Path

import pytest
from small import edit, read_rows

from evaluation.chapters import agreement, verdicts
from evaluation.chapters.agreement import (
    DIFFERENT,
    EQUAL,
    OVERLAPPING,
    WITHIN,
    published_quantity,
    relation,
    unmet_conditions,
)
from evaluation.data.rules import check_rules, words_covered
from evaluation.data.sources import Tables
from evaluation.numbers.claims import NotAClaim
from evaluation.problems import Problem

pytestmark = pytest.mark.sampled

Said = tuple[str, ...]


@pytest.mark.parametrize(
    ("first", "second", "kin"),
    [
        (("exact", "28"), ("exact", "28"), EQUAL),
        (("exact", "29"), ("exact", "28"), DIFFERENT),
        (("more-than", "345"), ("exact", "345"), DIFFERENT),
        (("at-least", "345"), ("exact", "345"), WITHIN),
        (("exact", "1100"), ("more-than", "1000"), WITHIN),
        (("exact", "1000"), ("more-than", "1000"), DIFFERENT),
        (("between", "3", "5"), ("between", "5", "8"), OVERLAPPING),
        (("between", "3", "5"), ("more-than", "5"), DIFFERENT),
        (("less-than", "10"), ("exact", "10"), DIFFERENT),
        (("up-to", "10"), ("exact", "10"), WITHIN),
        (("exact", "239"), ("about", "240"), WITHIN),
        (("exact", "234"), ("about", "240"), DIFFERENT),
        (("exact", "66"), ("about", "65"), DIFFERENT),
        (("exact", "1.04"), ("about", "1.0"), WITHIN),
    ],
)
def test_how_two_numbers_agree(first: Said, second: Said, kin: str) -> None:
    assert relation(published_quantity(*first), published_quantity(*second)) == kin
    assert relation(published_quantity(*second), published_quantity(*first)) == kin


def test_several_numbers_are_compared_each_or_together() -> None:
    second, first = published_quantity("exact", "2"), published_quantity("exact", "1")
    assert agreement.combined_quantities([second, first], "each") == [second, first]
    assert agreement.combined_quantities([second, first], "sum") == [published_quantity("exact", "3")]
    assert agreement.combined_quantities([second, first], "range") == [published_quantity("between", "2", "3")]


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("ijfs_investigations == ijfs_investigations_opp", True),
        ("ijfs_investigations > ijfs_persons_charged; 50 > ijfs_persons_charged", True),
        ("ijfs_persons_charged > 50", False),
        ("people_served > 29001", False),
        ("digits(people_served) == 29000", True),
        ("care_units_serving + care_units_planned == care_units_launched", True),
        ("2 * care_units_serving in people_served", False),
        ("count('activity', 'support') == 8; count('objective') == 4", True),
        ("reported(all_human_trafficking, Ontario, latest) > reported(all_human_trafficking, Ontario, first)", False),
        ("reported(all_human_trafficking, Ontario, latest) == reported(all_human_trafficking, Ontario, first)", False),
        ("reported(all_human_trafficking, Ontario, latest) in reported(all_human_trafficking, Ontario, first)", True),
        ("hotline_cases_to_2022 in rounded(hotline_cases_to_2022)", True),
        ("rounded(hotline_cases_to_2022) in hotline_cases_to_2022", False),
    ],
)
def test_conditions_are_read_from_the_tables(condition: str, met: bool, tables: Tables) -> None:
    assert (list(unmet_conditions(condition, tables)) == []) is met


@pytest.mark.parametrize(
    "text",
    ["nobody == 1", "people_served = 1", "reported(1) == 1", "open('x') == 1", "(", "people_served.real == 1",
     "reported(all_human_trafficking, Nowhere, first) == 1",
     "reported(all_human_trafficking, Ontario, 2024) == 1", "reported(all_human_trafficking, Ontario, 2021) == 1"],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str, tables: Tables) -> None:
    with pytest.raises(NotAClaim):
        list(unmet_conditions(text, tables))


def places(problems: list[Problem]) -> set[tuple[str, int | str, str]]:
    return {(Path(problem.file).name, problem.row, problem.column) for problem in problems}


def broken(data: Path) -> list[Problem]:
    """What the rules across columns refuse, without the slower checks of each cell."""
    tables, names = Tables(data), ("figures", "editions", "statements", "indicators")
    return [problem for name in names for problem in check_rules(tables, name)]


def row_of(data: Path, table: str, key: str) -> int:
    """The last row with a key, which holds where no other does."""
    rows = read_rows(data / f"{table}.csv")
    return max(number for number, row in enumerate(rows, start=1) if row[0] == key)


@pytest.mark.parametrize(
    ("figure", "cells", "statement", "column"),
    [
        ("ijfs_persons_charged", {"value": "29"}, "n15", "verdict"),
        ("ijfs_persons_charged_opp", {"value": "27"}, "n15", "verdict"),
        ("ijfs_persons_charged_opp", {"bound": "at-least"}, "n15", "agreement"),
        ("ijfs_investigations_copy", {"value": "64"}, "n11", "rests_on"),
        ("trained_workers", {"value": "1000"}, "n05", "verdict"),
        ("strategy_investment_2025", {"value": "350000000"}, "n01", "agreement"),
        ("people_served", {"bound": "exact"}, "n09", "kind"),
        ("hotline_ontario_share", {"value": "40"}, "s_b", "rests_on"),
    ],
)
def test_a_corrected_figure_is_refused_where_the_words_are_no_longer_true(
    figure: str, cells: dict[str, str], statement: str, column: str, data: Path
) -> None:
    edit(data, "figures", figure, **cells)
    assert ("statements.csv", row_of(data, "statements", statement), column) in places(broken(data))


@pytest.mark.parametrize(
    ("cases", "bound", "verdict"),
    # By hand, 65.5% at least of incidents in Ontario: 205,800 + 65.5 c > 200 c' for all c, c' that it may stand for.
    [("1500", "exact", "unsettled"), ("1510", "exact", "independent"), ("1525", "exact", "independent"),
     ("1531", "exact", "unsettled")],
)  # fmt: skip
def test_a_round_number_bears_a_verdict_only_with_all_that_it_may_stand_for(
    cases: str, bound: str, verdict: str, data: Path
) -> None:
    edit(data, "figures", "hotline_cases_to_2022", value=cases, bound=bound)
    tables = Tables(data)
    rows = tables.rows("statements")
    assert (
        next(r["verdict"] for r in rows if r["statement"] == "s_b" and verdicts.is_in_force(tables, rows, r)) == verdict
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key", "cells", "column"),
    [
        ("statements", "n15", {"kind": "bound"}, "kind"),
        ("statements", "n09", {"kind": "number"}, "kind"),
        ("statements", "n15", {"compared_with": ""}, "compared_with"),
        ("statements", "n15", {"verdict": "none-found"}, "verdict"),
        ("statements", "n15", {"differs_from": "ijfs_persons_charged_opp"}, "differs_from"),
        ("statements", "n15", {"set_beside": "ijfs_persons_charged"}, "set_beside"),
        ("statements", "n11", {"figures": ""}, "figures"),
        ("statements", "n10", {"verdict": "conflict"}, "differs_from"),
        ("statements", "n02", {"sources": "strategy_2025_fr"}, "differs_from"),
        ("statements", "n03", {"verdict": "independent"}, "verdict"),
        ("statements", "n15", {"rests_on": "no_such_figure == 1"}, "rests_on"),
        ("figures", "modern_slavery_2018_index", {"value": "6500"}, "conflicts_with"),
        ("figures", "modern_slavery_2018_index", {"caveats": "rounded-rate"}, "caveats"),
        ("figures", "people_served", {"caveats": "sources-conflict"}, "caveats"),
        ("figures", "children_served_last_year", {"value": "150"}, "caveats"),
        ("editions", "strategy_2025_fr", {"language": "fr"}, "language"),  # which is that of the source itself
    ],
)
def test_a_kind_a_verdict_a_conflict_and_an_edition_are_what_the_tables_bear_out(
    table: str, key: str, cells: dict[str, str], column: str, data: Path
) -> None:
    number = edit(data, table, key, **cells)
    assert (f"{table}.csv", number, column) in places(broken(data))


def test_an_indicator_rests_on_its_numbers(data: Path) -> None:
    edit(data, "figures", "hotline_cases_lowest_year", value="470")
    number = row_of(data, "indicators", "aim_less_trafficking")
    assert places(broken(data)) == {("indicators.csv", number, "rests_on")}


def test_a_text_that_compares_names_its_condition_or_is_general() -> None:
    rows = [{"id": name, "text_en": text, "by": by} for name, text, by in (
        ("plain", "Police reported it.", ""), ("bare", "Reports rose.", ""), ("held", "Most are women.", "a > 50"),
        ("twice", "It fell.", "a < 1"), ("twice", "It rose.", ""), ("said", "More is not better.", ""),
    )]  # fmt: skip
    rule = {"fields": ["text_en"], "covered_by": ["by"]}
    refused = [(row, column) for row, column, *_ in words_covered(None, rows, general=["said"], **rule)]
    assert refused == [(3, "text_en")]
    refused = [(row, column) for row, column, *_ in words_covered(None, rows, general=["said", "bare", "held"], **rule)]
    assert refused == [(4, "id")]
