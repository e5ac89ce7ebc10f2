"""What a person reads who made a mistake: each line names the place, what was found there and what is allowed."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small

from evaluation.data.checking import check_data, shorten_repeats
from evaluation.data.sources import Tables, read_table
from evaluation.language.texts import check_chapter
from evaluation.problems import InputError
from evaluation.problems.hints import with_advice
from evaluation.reviews.parameters import read_chapter
from evaluation.reviews.review_file import read_review

pytestmark = pytest.mark.sampled

CELLS = [  # a table, other cells in its second row, and where that is refused
    ("figures", {"bound": "exactly"}, "2:bound"),
    ("figures", {"label_en": "a\u202eb"}, "2:label_en"),
    ("figures", {"label_en": " a"}, "2:label_en"),
    ("figures", {"vintage": "soon"}, "2:vintage"),
    ("figures", {"period_start": "2026", "period_end": "2025"}, "2:period_start"),
    ("figures", {"value": "1e5"}, "2:value"),
    ("caveats", {"rank": "meanin"}, "2:rank"),
    ("population", {"year": "3000"}, "2:year"),
    ("figures", {"place": "Ontaria"}, "2:place"),
    ("caveats", {"text_en": "[Not found](#search-spendin)."}, "2:text_en"),
    ("sources", {"licence": "open"}, "2:licence"),
]
TITLE = "title: {en: A, fr: B}\n"
REVIEWS = {
    f"{TITLE}chapters: [one, {{chapter: [one]}}]\n": "2:27",
    f"{TITLE}chapters:\n  - {{chapter: one, exclude: [{{decimals: 0}}]}}\n": "3:29",
    f"{TITLE}chapters:\n  - {{chapter: one, bridge: {{en: only}}}}\n": "3:28",
    f"{TITLE}chapters:\n  - {{chapter: one, part: back}}\n": "3:26",
    f"{TITLE}confidential: perhaps\nchapters: [one]\n": "2:15",
    f"{TITLE}date: soon\nchapters: [one]\n": "2:7",
    f"{TITLE}chapters:\n  - {{chapter: two, parameters: {{level: high}}}}\n": "3:40",
    f"{TITLE}chapters:\n  - chapter: two\n    parameters: {{level: 0.9}}\n    matrix: {{level: [0.9, 0.8]}}\n": "4:25",
    f"{TITLE}chapters:\n  - chapter: one\n    matrix: {{decimals: []}}\n": "4:24",
    f"{TITLE}chapters: [one, one]\n": "2:17",
    f"{TITLE}chapters: [won]\n": "2:12",
    "chapters: [one]\n": "1:1",
    f"{TITLE}chapters:\n  - {{chapter: one, part: front}}\n  - {{chapter: two, part: front}}\n": "4:15",
    f"{TITLE}contact: http://example.org\nchapters: [one]\n": "2:10",
    f"{TITLE}contact: ''\nchapters: [one]\n": "2:10",
    f"{TITLE}contact: [a, b]\nchapters: [one]\n": "2:10",
    f"{TITLE}languages: [de]\nchapters: [one]\n": "2:13",
    f"{TITLE}languages: [en, [fr]]\nchapters: [one]\n": "2:17",
    f"{TITLE}language: [en]\nchapters: [one]\n": "2:1",
}  # fmt: skip
DECLARED = {
    "decimals: Decimals = 0  # how many\ndecimals: Decimals = 1  # again": "2:line 2",
    "decimals: Decimals = (": "2:line 1",
    "ok: int = 1  # a\nfor x in y: pass": "2:line 2",
}
TITLES: dict[str, Any] = {
    "-:metadata.evaluation.title.fr": {"en": "A"},
    "-:title.fr": {"en": "A", "fr": " "},
    "-:title.en": {"en": "A\u202e", "fr": "B"},
}
FILES = [  # what is replaced in units.csv, by what, and where the first line says it
    ("LAST\n", "LAST", "LAST:-"),
    ("unit,", "\ufeffunit,", "1:-"),
    ("other_fr", "other_fr,unti", "1:unti"),
    ("unit,one_en", "one_en,unit", "1:-"),
    ("unit,", "unti,", "1:unit"),
    ("ALL", "", "-:-"),
    ("LAST\n", "LAST\na,b\n", "AFTER:-"),
    ("LAST\n", 'LAST\n"a\n', "AFTER:-"),
]
SAID = re.compile(r"found (?P<found>[^\n]+?); allowed: (?P<allowed>[^\n]+)")


def holds(line: str, place: str, value: str = "") -> None:
    """A line says where (after the file's name), what was found, a ``value`` among it, and what is allowed."""
    assert line.startswith(f"{place}: "), line
    match = SAID.fullmatch(line.removeprefix(f"{place}: "))
    assert match, line
    assert match["found"] != match["allowed"]
    shown = value if value.isprintable() else ascii(value)[1:-1].split("\\")[0]
    assert shown[:20] in match["found"], line


def refused(path: Path, ask: Callable[..., Any], *given: Any) -> list[str]:
    """The lines, without the file's name, in which what is asked is refused."""
    with pytest.raises(InputError) as refusal:
        ask(*given)
    return [str(problem).removeprefix(f"{path}:") for problem in refusal.value.problems]


def problems_of(data: Path, table: str) -> list[str]:
    return [str(problem).removeprefix(f"{data}/") for problem in small.mistakes_in(data, table)]


@pytest.mark.parametrize(("table", "cells", "place"), CELLS)
def test_of_a_cell(table: str, cells: dict[str, str], place: str, data: Path) -> None:
    small.edit(data, table, 2, **cells)
    (line,) = problems_of(data, table)
    value = next(iter(cells.values()))
    holds(line, f"{table}.csv:{place}", "spendin" if "search-" in value else value)


def test_of_many_cells_a_few_lines_and_how_many_more(data: Path) -> None:
    rows = [row | {"name_en": f" {row['name_en']}"} for row in small.read_table(data / "places.csv")]
    small.write_table(data / "places.csv", rows)
    problems = shorten_repeats(small.mistakes_in(data, "places"))
    spaces = [str(problem).removeprefix(f"{data}/") for problem in problems if problem.column == "name_en"]
    assert len(spaces) == 7
    assert spaces[0] == f"places.csv:2:name_en: found '{rows[0]['name_en']}'; allowed: no space around"
    assert spaces[6] == f"places.csv:8:name_en: found {len(rows) - 6} more like these; allowed: no space around"


@pytest.mark.parametrize(
    "alike",
    ["ontario", "ONTARIO", "\uff2fntario", "\u041entario", "0ntario", "Ont\u0430rio", "\u039fntario", "Ontar\u0131o"],
)
def test_a_place_that_looks_like_another_is_refused_by_row(alike: str, data: Path) -> None:
    rows = small.read_table(data / "places.csv")
    row = next(row for row in rows if row["place"] == "Ontario")
    small.write_table(data / "places.csv", [*rows, row | {"place": alike}])
    (mistake,) = [problem for problem in small.mistakes_in(data, "places") if problem.column == "place"]
    assert (mistake.row, mistake.allowed[:3]) in ((len(rows) + 2, "ids"), (len(rows) + 2, "let"))


@pytest.mark.parametrize(("before", "after", "place"), FILES)
def test_of_a_file(before: str, after: str, place: str, data: Path) -> None:
    path = data / "units.csv"
    content = path.read_text(encoding="utf-8")
    last, count = content.splitlines()[-1], len(content.splitlines())
    old, new = (text.replace("LAST", last).replace("ALL", content) for text in (before, after))
    path.write_bytes(content.replace(old, new, 1).encode())
    holds(
        refused(path, Tables(data).rows, "units")[0], place.replace("LAST", f"{count}").replace("AFTER", f"{count + 1}")
    )


def test_a_row_that_stands_twice_is_one_line(data: Path) -> None:
    path = data / "police_reported.csv"
    content = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*content, content[3]]) + "\n", encoding="utf-8")
    key = "all_human_trafficking, Canada, 2011, 2018-06-27"
    message = f"definition, place, year, vintage: found '{key}' a second time; allowed: each key once"
    assert problems_of(data, "police_reported") == [f"police_reported.csv:{len(content) + 1}:{message}"]


def test_a_newer_population_takes_the_place_of_the_old_one(data: Path) -> None:
    """Beside it, a year would count twice in whatever is worked out per person."""
    path = data / "population.csv"
    place, year, *_ = path.read_text(encoding="utf-8").splitlines()[-1].split(",")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{place},{year},20000000,2029-09-24,statcan_population_2025\n")
    (line,) = problems_of(data, "population")
    assert line.endswith(f":place, year: found '{place}, {year}' a second time; allowed: each key once")


# A folder of one's own, as small as it may be: what is changed in things.csv or in its contract, and all that is told.
KIND, PLAIN = {"resource": "shapes", "fields": "kind"}, {"type": "string"}
FIELDS: dict[str, dict[str, Any]] = {
    "thing": PLAIN | {"constraints": {"required": True, "unique": True}}, "kind": PLAIN,
    "more": PLAIN | {"references": {"resource": "shapes", "field": "kind", "separator": " "}},
    "count": {"type": "integer"}, "share": PLAIN | {"decimal": True}, "rate": {"type": "number"},
    "size": {"type": "integer", "constraints": {"minimum": 2, "maximum": 9, "enum": [2, 5, 9]}},
    "sure": {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}, "text_fr": PLAIN,
}  # fmt: skip
ROW = dict(zip(FIELDS, ("a", "x", "x y", "3", "0.5", "2.25", "5", "yes", "29\u00a0000 mots"), strict=True))
OWN: list[tuple[str, str, list[dict[str, str]]]] = [  # where, what is found there, of which rows
    ("", "", [{"sure": "NA"}]),
    ("3:thing", "a", [{"thing": "a"}]),
    ("3:thing", "", [{"thing": ""}]),
    ("3:kind", "z", [{"kind": "z"}]),
    ("3:kind", "in 2 rows", [{"kind": "z"}, {"kind": "z"}]),
    ("3:more", "xy", [{"more": "x xy"}]),
    ("3:more", "", [{"more": "x  y"}]),
    ("3:count", "1.5", [{"count": "1.5"}]),
    ("3:share", "NaN", [{"share": "NaN"}]),
    ("3:rate", "1e3", [{"rate": "1e3"}]),
    ("3:size", "1", [{"size": "1"}]),
    ("3:sure", "true", [{"sure": "true"}]),
    ("3:text_fr", "shows nothing", [{"text_fr": "\u3164"}]),
    ("3:text_fr", "2021-02-30", [{"text_fr": "2021-02-30"}]),
    ("3:text_fr", "1 000", [{"text_fr": "de 1 000 mots"}]),
    ("3:-", "10 cells", [{"sure": "no", "text_fr": "a,b"}]),
]


@pytest.fixture
def project_data(tmp_path: Path) -> Path:
    fields = [{"name": name} | properties for name, properties in FIELDS.items()]
    schema = {
        "fields": fields,
        "primaryKey": "thing",
        "missingValues": ["", "NA"],
        "foreignKeys": [{"fields": ["kind"], "reference": KIND}],
    }
    shapes = {"fields": [{"name": "kind", "type": "string"}], "primaryKey": "kind"}
    tables = {"things": {"schema": schema}, "shapes": {"schema": shapes, "may_be_empty": True}}
    resources = [{"name": name, "path": f"{name}.csv"} | properties for name, properties in tables.items()]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    (tmp_path / "shapes.csv").write_text("kind\nx\ny\n", encoding="utf-8")
    things(tmp_path)
    return tmp_path


def things(folder: Path, *changes: dict[str, str]) -> None:
    """A row as it should be, and one more for each change."""
    rows = [ROW, *(ROW | {"thing": letter} | change for letter, change in zip("bcd", changes, strict=False))]
    lines = [",".join(cells) for cells in (FIELDS, *(row.values() for row in rows))]
    (folder / "things.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def all_told(folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder}/") for problem in check_data(folder)]


@pytest.mark.parametrize(("place", "value", "rows"), OWN)
def test_of_a_table_of_ones_own(place: str, value: str, rows: list[dict[str, str]], project_data: Path) -> None:
    things(project_data, *rows)
    lines = all_told(project_data)
    assert len(lines) == bool(place)
    for line in lines:
        holds(line, f"things.csv:{place}", value)


def test_of_a_contract_of_ones_own(project_data: Path) -> None:
    (project_data / "shapes.csv").write_text("kind\n", encoding="utf-8")  # which may be empty: then nothing is known
    assert all_told(project_data) == [
        "things.csv:2:kind: found 'x'; allowed: none", "things.csv:2:more: found 'x'; allowed: none",
        "things.csv:2:more: found 'y'; allowed: none",
    ]  # fmt: skip
    (project_data / "shapes.csv").unlink()
    (gone,) = all_told(project_data)
    assert gone.startswith("shapes.csv:-:-: found no such file; allowed: a CSV file")
    with small.contract_of(project_data) as contract:
        contract["resources"] = [resource for resource in contract["resources"] if resource["name"] == "things"]
        (fields := contract["resources"][0]["schema"]["fields"])[2].pop("references")
        del contract["resources"][0]["schema"]["foreignKeys"]
        fields[3]["type"] = "integr"
    (odd,) = all_told(project_data)
    assert re.fullmatch("datapackage.json:-:things: found .*integr.*; allowed: a contract that frictionless reads", odd)
    with small.contract_of(project_data) as contract:
        contract["resources"][0]["schema"]["fields"][3] |= {"type": "integer", "constraints": {"pattern": "(a+)+b"}}
    (pattern,) = all_told(project_data)
    assert pattern.startswith("datapackage.json:-:things.count.pattern: found '(a+)+b'; allowed: a pattern of the")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a\tb\n1\t2\n", "1:-: found columns separated by tabs; allowed: columns separated by commas"),
        ("a,b;c\n", "2:-: found no rows; allowed: at least one row"),
        ("a,a,b\n1,2,3\n", "1:a: found a column twice; allowed: each column once"),
    ],
)
def test_of_a_file_that_no_contract_knows(content: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert refused(path, read_table, path) == [line]


def test_of_a_table_that_is_asked_for(project_data: Path) -> None:
    things(project_data, {"thing": "a"})
    tables, contract = Tables(project_data), project_data / "datapackage.json"
    row, same = tables.rows("things")
    assert row == same
    assert [tables.row_number("things", part_of_row) for part_of_row in (row, same, dict(row))] == [2, 3, 2]
    assert tables.cell_position("things", same, "count") == "things.csv:3:count"
    none = "-:resources: found no table shape (nearest: shapes); allowed: things, shapes"
    assert refused(contract, tables.rows, "shape") == [none]
    del tables.resources["shapes"]["schema"]["primaryKey"]
    assert refused(contract, tables.rows_by_key, "shapes") == [
        "-:shapes.primaryKey: found none; allowed: a column's name"
    ]
    (project_data / "things.csv").write_text(",".join(FIELDS) + "\n", encoding="utf-8")
    assert all_told(project_data) == ["things.csv:2:-: found no rows; allowed: at least one row"]


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    small.notebook(folder / "one.ipynb", small.ANSWER)
    declared = f"{small.PARAMETERS}\nlevel: Level = 0.95  # of the intervals"
    small.notebook(folder / "two.ipynb", small.ANSWER, parameters=declared)
    return folder


@pytest.mark.parametrize("content", REVIEWS)
def test_of_a_review(content: str, chapters: Path, tables: Tables) -> None:
    path = chapters.parent / "small.yml"
    path.write_text(content, encoding="utf-8")
    (line,) = refused(path, read_review, path, chapters, tables)
    holds(line, REVIEWS[content])


@pytest.mark.parametrize("declared", DECLARED)
def test_of_a_parameters_cell(declared: str, tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "bad.ipynb", small.ANSWER, parameters=declared)
    (line,) = refused(path, read_chapter, path)
    holds(line, DECLARED[declared])


@pytest.mark.parametrize("place", TITLES)
def test_of_a_title(place: str, tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "bad.ipynb", small.ANSWER)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["evaluation"] = {"title": TITLES[place]}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (line,) = refused(path, read_chapter, path)
    holds(line, place)


BEFORE_A_RUN = {  # a cell, and what is found in it
    'chapter.say(x={"en": "4,300 people", "fr": "4 300 personnes"})': "4,300",
    'chapter.chart("a", c, title={"en": "Calls {c", "fr": "Appels {c"})': "{c",
    'chapter.chart("a", c, title={"en": "Twelve calls", "fr": "Appels"})': "Twelve",
    'review.phrase("sign", "sideways")': "sideways",
    'review.phrase("bylaws", definition)': "'bylaws' (nearest: by_laws)",
    'chart.encode(x="year:O" y="n:Q")': "invalid syntax",
    'label = {"en": "Fiscal 2021-22", "fr": "Exercice 2021-2022"}': "",
    "files = !ls\nawait one()": "",
}


@pytest.mark.parametrize("cell", BEFORE_A_RUN)
def test_of_a_text_in_a_cell(cell: str, tmp_path: Path) -> None:
    expected = BEFORE_A_RUN[cell]
    problems = [*check_chapter(small.notebook(tmp_path / "one.ipynb", cell))]
    assert [expected[:20] in problem.actual and bool(problem.allowed) for problem in problems] == [True] * bool(
        expected
    )


TITLED = 'alt.X("n:Q", title=...) for a title in two languages; title= of chapter.chart'
LIBRARIES = {
    ("SyntaxError", "'(' was never closed (3602400769.py, line 1)"): "'(' was never closed (line 1 of the cell)",
    ("DataError", "No numeric types to aggregate"):
        "No numeric types to aggregate; allowed: frame.n + frame.n.shift(), or groupby(...).n.sum()",
    ("SchemaValidationError", "'{'en': 'A'}' is an invalid value for `title`. Valid values are of type `str`.\n"):
        "'{'en': 'A'}' is an invalid value for `title`. Valid values are of type `str`.; "
        f"allowed: {TITLED}",
    ("NotImplementedError", "cannot perform cumsum with type figure"):
        "cannot perform cumsum with type figure; "
        "allowed: a sum for each row: [frame.n[:end].sum() for end in range(...)]",
    ("KeyError", "'people'"): "'people'",
}  # fmt: skip


def test_of_what_a_library_refuses() -> None:
    assert {case: with_advice(*case) for case in LIBRARIES} == LIBRARIES
