"""Bad data is refused with file, row and column; each constraint of the contract has a row that it refuses."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from small import DATA, ROOT, edit, mistakes_in, read_rows, write_rows

from evaluation.building.checks import problems_for_pages
from evaluation.chapters.outcomes import parts_add_up, places_add_up
from evaluation.data import checking
from evaluation.data.checking import check_data, check_table, mistake_in_cell
from evaluation.data.contract import CONTRACT
from evaluation.data.rules import RULES, check_rules, is_plain_number
from evaluation.data.sources import Tables
from evaluation.numbers.figures import Figures

RESOURCES = {
    resource["name"]: resource for resource in json.loads((ROOT / "data" / CONTRACT).read_bytes())["resources"]
}


@pytest.mark.slow
def test_the_shipped_data_are_valid() -> None:
    assert check_data(ROOT / "data") == []


BROKEN = {"integer": ["1.5", " 1 "], "number": ["1,5", " 1 "], "boolean": ["yes"], "date": ["2022-13-45"]}
OUTCOME = ["cleared_1525", "Ontario", "2024", "70", "incidents", "2025", "statcan_table_1525_copy", "second-hand-copy"]


def violations(field: dict[str, Any]) -> Iterator[str]:
    """A cell that breaks each thing that the contract says of a column."""
    rules = field.get("constraints", {})
    yield from BROKEN.get(field["type"], [])
    if field["type"] in ("integer", "number") or field.get("decimal"):
        yield from ("NaN", "INF", "1e3", "1,5", "12a")
    yield from ["zzz"] * ("enum" in rules) + ["?? §"] * ("pattern" in rules) + [""] * bool(rules.get("required"))
    if "minimum" in rules:
        yield str(int(rules["minimum"]) - 1)
    if "maximum" in rules:
        yield str(int(rules["maximum"]) + 1)
    yield from ["no_such_id"] * ("references" in field)


@pytest.mark.slow
def test_each_constraint_refuses_its_row(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And each key its second row: every table has a row for each thing that the contract says of it."""
    monkeypatch.setattr(checking, "MOST_LINES", 1000)
    expected = []
    for resource in RESOURCES.values():
        path = data / resource["path"]
        rows = read_rows(path)
        rows += [OUTCOME] * (len(rows) == 1)  # a table that may be empty
        if resource["schema"].get("primaryKey"):
            rows.append(rows[1])
            expected.append((str(path), len(rows), "a key twice"))
        foreign = {key["fields"] for key in resource["schema"].get("foreignKeys", [])}
        for position, field in enumerate(resource["schema"]["fields"]):
            for cell in [*violations(field), *["no_such_id"] * (field["name"] in foreign)]:
                bad = list(rows[1])
                bad[position] = cell
                rows.append(bad)
                expected.append((str(path), len(rows), field["name"]))
        write_rows(path, rows)
    refused = set()
    for problem in check_data(data):
        refused |= {(problem.file, problem.row, part.strip()) for part in problem.column.split(",")}
        refused |= {(problem.file, problem.row, "a key twice")} if "second time" in problem.actual else set()
    assert {Path(file).stem for file, *_ in expected} == set(RESOURCES)
    assert [place for place in expected if place not in refused] == []


@pytest.mark.parametrize(
    "cell", ["12", "-1.50", "0", "1٠", "12a", "1e3", "1_000", "NaN", "01", ".5", "1" * 40, "1" * 41]
)
def test_a_plain_number_is_digits_and_one_point(cell: str) -> None:
    assert is_plain_number(cell) == (cell in ("12", "-1.50", "0", "1" * 40))


# Cells of a row of figures.csv each, and the column that is refused for them.
ACROSS = [
    ({"period_start": "2022-10", "period_end": "2022-03"}, "period_start"),
    ({"period_start": "2021/22", "period_end": "2020/21"}, "period_start"),
    ({"bound": "between", "high": ""}, "high"),
    ({"bound": "exact", "high": "5"}, "high"),
    ({"value": "-5"}, "value"),
    ({"conflicts_with": "people_served"}, "conflicts_with"),
    ({"period_start": "2023-02-31"}, "period_start"),
    ({"period_start": "2021/23", "period_end": "2021/23"}, "period_start"),
]


def test_rules_across_columns(data: Path) -> None:
    asked = list(enumerate(ACROSS, start=2))
    wanted = {(edit(data, "figures", row, **cells), column) for row, (cells, column) in asked}
    tables = Tables(data)
    mistakes = [*check_table(tables, "figures"), *check_rules(tables, "figures")]
    assert wanted - {(problem.row, problem.column) for problem in mistakes} == set()


RATE = {"place": "Canada", "year": "2021", "incidents": "555", "rate_per_100k": "15"}


@pytest.mark.parametrize(
    ("rule", "rows", "arguments", "message"),
    [
        ("period-order", [{"from": "soon", "to": "2024"}], {"start": "from", "end": "to"},
         "2:from: 'soon' to '2024'; dates that exist"),
        ("caveat-when-copy", [{"source": "ontario_act_2017", "caveats": "c"}], {"field": "source", "caveat": "c"},
         "2:caveats: 'ontario_act_2017', first_hand true, with it; the caveat c where"),
        ("copy-of-another", [{"first_hand": "true", "check_at": "a"}], {},
         "2:first_hand: true beside quotes or check_at; false, or neither"),
        ("symmetric", [{"id": "a", "other": "b"}, {"id": "b", "other": ""}], {"field": "other"},
         "2:other: 'b', which does not name 'a'; conflicts named on both sides"),
        ("rate-fits-count", [RATE], {"count": "incidents", "rate": "rate_per_100k", "within": 3},
         "2:rate_per_100k: the rate 15; 1.41 to 1.50, by 555 among 38239864 people"),
    ],
)  # fmt: skip
def test_a_rule_says_what_it_found(
    rule: str, rows: list[dict[str, str]], arguments: Any, message: str, tables: Tables
) -> None:
    row, column, actual, allowed = next(RULES[rule](tables, rows, **arguments))
    assert f"{row}:{column}: {actual}; {allowed}".replace(f"{DATA}/", "").startswith(message)


def test_a_table_that_may_be_empty_has_no_conflict_named_on_one_side(tables: Tables) -> None:
    assert list(RULES["symmetric"](tables, [], field="other")) == []


def test_the_same_figure_twice_is_refused(data: Path) -> None:
    path = data / "figures.csv"
    rows = read_rows(path)
    write_rows(path, [*rows, ["another_name", *rows[1][1:]]])
    assert any("the same as row 2" in p.actual for p in mistakes_in(data, "figures"))


@pytest.mark.slow
def test_the_tests_tables_keep_the_contract_and_hold_what_it_asks() -> None:
    """Else: cp data/*.csv data/datapackage.json tests/data/"""
    assert (DATA / CONTRACT).read_bytes() == (ROOT / "data" / CONTRACT).read_bytes()
    assert check_data(DATA) == []


def test_the_codebook_says_what_the_contract_says() -> None:
    codebook = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for name, resource in RESOURCES.items():
        section = codebook.split(f"## `{name}`", 1)[1].split("\n## ", 1)[0]
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` |" in section, (name, field["name"])


# What pages read of the tables that numbers, events, words and searches lead to; a text in each language.
READ = {
    "licences": "licence name_en name_fr address", "editions": "source title address",
    "event_kinds": "event_kind label_en label_fr",
    "sources": "source publisher_en publisher_fr title title_language address published first_hand quotes_en quotes_fr"
    " check_at licence", "caveats": "caveat rank short_en short_fr text_en text_fr", "places": "place name_en name_fr",
    "definitions": "definition label_en label_fr caveats", "units": "unit one_en other_en one_fr other_fr",
    "searches": "search asked_en asked_fr where_en where_fr publications date came_en came_fr caveats",
    "glossary": "term term_en term_fr also_en also_fr meaning_en meaning_fr",
}  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.slow
@pytest.mark.parametrize("table", READ)
def test_a_column_that_pages_read_and_the_table_has_not_is_told_with_its_place(table: str) -> None:
    """Whether the contract has it or not; one that no page needs may be missing."""
    missed = []
    for column in Tables(DATA).rows(table)[0]:
        figures = Figures(DATA)
        for row in figures.tables.rows(table):
            del row[column]
        places = {(problem.file, problem.column) for problem in problems_for_pages(figures, ("en", "fr"))}
        missed += [column] * (places == {(str(DATA / f"{table}.csv"), column)})
    assert " ".join(missed) == READ[table]


@pytest.mark.parametrize("number", [0, 8, 9, 11, 31, 127, 0x85, 0x9B, 0x2028, 0x202E, 0x2069, 0xFEFF])
def test_a_control_character_in_a_cell_is_refused(number: int, tables: Tables) -> None:
    field = {"name": "a", "type": "string"}
    assert mistake_in_cell(tables, "places", field, f"a{chr(number)}b") is not None


# All that Unicode has no shape for by default, by its first and last; spaces; marks that no letter carries.
UNSEEN = "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0 FFF0-FFF8"
UNSEEN += " 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF 0020 00A0 3000 2028 2800 1D159 0300-036F 20D0-20F0 0903"


@pytest.mark.parametrize("signs", UNSEEN.split())
def test_a_name_that_shows_nothing_is_refused(signs: str, tables: Tables) -> None:
    first, _, last = signs.partition("-")
    every = range(int(first, 16), int(last or first, 16) + 1)
    assert [
        code for code in every if mistake_in_cell(tables, "places", {"name": "a", "type": "string"}, chr(code)) is None
    ] == []


@pytest.mark.parametrize("text", ["a b", "é « à »", "29\u00a0000", "a\u202f!", "Cree: ᓀᐦᐃᔭᐍᐏᐣ", "soft\u00adhyphen", ""])
def test_what_people_write_is_let_pass(text: str, tables: Tables) -> None:
    assert mistake_in_cell(tables, "places", {"name": "a", "type": "string"}, text) is None


def test_an_upper_end_may_equal_the_lower_and_not_lie_below() -> None:
    rule = {"bound": "kind", "value": "least", "high": "most"}
    rows = [{"kind": "between", "least": "5", "most": most} for most in ("5", "5.0", "4.9", "6")]
    refused = [number for number, *_ in RULES["high-only-when-between"](Tables(), rows, **rule)]
    assert refused == [4]


@pytest.mark.parametrize(
    ("table", "stays", "column"),
    [
        ("police_reported", lambda row: row[:2] != ["trafficking_1525", "Canada"], "incidents"),
        ("events", lambda row: row[0] != "founded_rule_2018", "date"),
    ],
)
def test_rows_without_which_no_page_could_be_built_are_missed_before_anything_runs(
    table: str, stays: Callable[[list[str]], bool], column: str, data: Path
) -> None:
    write_rows(data / f"{table}.csv", [row for row in read_rows(data / f"{table}.csv") if stays(row)])
    problems = [problem for problem in mistakes_in(data, table) if problem.actual.startswith("no row where ")]
    assert [(problem.row, problem.column) for problem in problems] == [(1, column)]


def series(tables: Tables, check: str, *rows: tuple[str, str, str]) -> list[int]:
    """The rows that a rule of the contract refuses, of rows (incidents, rate, caveats) of Canada in 2021."""
    reported = RESOURCES["police_reported"]
    (rule,) = [candidate for candidate in reported["checks"] if candidate["check"] == check]
    columns = [field["name"] for field in reported["schema"]["fields"]]
    filled = [dict.fromkeys(columns, "") | {"place": "Canada", "year": "2021"} for _ in rows]
    for row, (incidents, rate, caveats) in zip(filled, rows, strict=True):
        row |= {"incidents": incidents, "rate_per_100k": rate, "caveats": caveats}
    arguments = {name: given for name, given in rule.items() if name != "check"}
    return [number for number, *_ in RULES[check](tables, filled, **arguments)]


def test_a_rate_is_one_that_count_and_population_give(tables: Tables) -> None:
    """555 among 38,239,864 are 1.4514 per 100,000; other releases of the population are within 3% of it."""
    good = [("555", rate, "") for rate in ("1.5", "1", "1.45", "1.451364994", "1.41", "1.49")]
    assert series(tables, "rate-fits-count", *good) == []
    bad = [("555", rate, "") for rate in ("15", "0.15", "1.3", "1.40", "1.51", "145", "0")]
    assert series(tables, "rate-fits-count", *bad) == list(range(2, 9))
    assert series(tables, "rate-fits-count", ("", "1.5", ""), ("555", "", ""), ("0", "0.00", "")) == []


@pytest.mark.parametrize(
    ("field", "text", "typed"),
    [
        ("text_en", "More than 9 in 2019.", "'9'"),
        ("text_fr", "La moitié.", "'moitié'"),
        ("short_en", "By three services.", "'three'"),
        ("text_en", "Since 2019, in Policy/Program Memorandum 166.", ""),
        ("text_fr", "La note Politique/Programmes nᵒ\u00a0166, une fois.", ""),
    ],
)
def test_a_text_of_the_review_types_no_number(field: str, text: str, typed: str, tables: Tables) -> None:
    row = dict.fromkeys(("short_en", "text_en", "text_fr"), "Mind this.") | {field: text}
    problems = list(RULES["no-typed-number"](tables, [row], fields=list(row)))
    assert [(number, column, what) for number, column, what, _ in problems] == [(2, field, typed)] * bool(typed)


def test_few_events_oblige_their_caveat(tables: Tables) -> None:
    """Fewer than 50, as counted, or as a rate gives: 0.13 per 100,000 of 38,239,864 are 49.7."""
    assert series(tables, "caveat-when-few", ("49", "", ""), ("50", "", ""), ("49", "", "small-counts")) == [2]
    assert series(tables, "caveat-when-few", ("0", "", ""), ("", "0.13", ""), ("", "0.14", "")) == [2, 3]
    assert series(tables, "caveat-when-few", ("50", "0.13", "")) == []


CLEARED: dict[str, Any] = {"field": "number", "whole": "cleared", "parts": ["by_charge", "otherwise"]}
PROVINCES = {"field": "number", "kind": "province"}


def rows(*counts: tuple[str, str, str], vintage: str = "2025") -> list[dict[str, str]]:
    """Rows of one year and release: definition, place, number."""
    same = {"year": "2024", "vintage": vintage, "source": "a"}
    return [same | {"definition": definition, "place": place, "number": number} for definition, place, number in counts]


@pytest.mark.parametrize(
    ("numbers", "refused"),
    [
        (("5", "3", "2"), []),
        (("5", "5", ""), []),  # a part that is not published
        (("", "9", "9"), []),
        (("5", "6", ""), [(3, "5 at most, the count of cleared")]),
        (("5", "9", "7"), [(3, "5 at most, the count of cleared"), (4, "5 at most, the count of cleared")]),
        (("5", "3", "1"), [(2, "4, the sum of by_charge, otherwise")]),
        (("5", "5", "5"), [(2, "10, the sum of by_charge, otherwise")]),
    ],
)
def test_the_parts_of_a_count_add_up_to_it(numbers: tuple[str, ...], refused: list[tuple[int, str]]) -> None:
    names = ("cleared", "by_charge", "otherwise")
    given = rows(*((name, "Ontario", number) for name, number in zip(names, numbers, strict=True)))
    other = rows(("cleared", "Ontario", "99"), vintage="2026")
    problems = parts_add_up(Tables(), [*given, *other], **CLEARED)
    assert [(row, allowed) for row, _, _, allowed in problems] == refused


def test_provinces_have_no_more_together_than_the_country() -> None:
    given = rows(("a", "Ontario", "6"), ("a", "Toronto", "99"), ("a", "Quebec", "5"), ("a", "Canada", "10"))
    expected = [(4, "4 at most, what the other places leave of the count of Canada")]
    assert [(row, allowed) for row, *_, allowed in places_add_up(Tables(), given, **PROVINCES)] == expected


def test_a_province_has_no_more_than_any_release_gives_the_country() -> None:
    def refused(count: str) -> list[tuple[int, str]]:
        alone = rows(("a", "Ontario", count), ("a", "Toronto", "99"))
        other = [*rows(("a", "Canada", "5"), vintage="2024"), *rows(("a", "Canada", "4"), vintage="2026")]
        problems = places_add_up(Tables(), [*alone, *other, *rows(("b", "Canada", "1"))], **PROVINCES)
        return [(row, allowed) for row, *_, allowed in problems]

    assert refused("5") == []
    assert refused("6") == [(2, "5 at most, the largest count of Canada in any release")]
    assert list(places_add_up(Tables(), rows(("b", "Ontario", "6"), ("a", "Canada", "5")), **PROVINCES)) == []
