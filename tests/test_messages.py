"""What a person reads who made a mistake, word for word: each line names place, what was found and what is allowed."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small

from evaluation.data.checking import check, few_lines
from evaluation.data.sources import Tables, read_table
from evaluation.language.texts import check_chapter
from evaluation.problems import InputError
from evaluation.problems.hints import advised
from evaluation.reviews.parameters import read_chapter
from evaluation.reviews.review_file import read_review

BOUNDS = "exact, more-than, at-least, less-than, up-to, about, between"
LICENCES = "ogl-ontario, statcan-open, ogl-uk, parliamentary-record, us-public-domain, quoted-facts"
NUMBER = r"string, pattern ^-?(0|[1-9][0-9]*)(\.[0-9]+)?$, not empty"
PLACES = (
    "Canada, Ontario, Nova Scotia, New Brunswick, Prince Edward Island, Quebec, Saskatchewan, Guelph, Halifax, London, "
    "Montreal, Ottawa, Thunder Bay, Toronto, Hamilton and 17 more"
)
RANKS = "string, one of meaning, precision, provenance, not empty"
YEARS = "integer, minimum 2000, maximum 2030, not empty"
MONTHS = "^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
CELLS: dict[str, tuple[str, dict[str, str]]] = {
    f"figures.csv:2:bound: found 'exactly' (nearest: exact); allowed: {BOUNDS}": ("figures", {"bound": "exactly"}),
    "figures.csv:2:label_en: found U+202E in 'a\\u202eb'; allowed: text without control characters":
        ("figures", {"label_en": "a\u202eb"}),
    "figures.csv:2:label_en: found ' a'; allowed: no space around": ("figures", {"label_en": " a"}),
    f"figures.csv:2:vintage: found 'soon'; allowed: string, pattern {MONTHS}": ("figures", {"vintage": "soon"}),
    "figures.csv:2:period_start: found 2026 after 2025; allowed: a period that starts before it ends":
        ("figures", {"period_start": "2026", "period_end": "2025"}),
    f"figures.csv:2:value: found '1e5'; allowed: {NUMBER}": ("figures", {"value": "1e5"}),
    f"caveats.csv:2:rank: found 'meanin' (nearest: meaning); allowed: {RANKS}": ("caveats", {"rank": "meanin"}),
    f"population.csv:2:year: found '3000'; allowed: {YEARS}": ("population", {"year": "3000"}),
    f"figures.csv:2:place: found 'Ontaria' (nearest: Ontario); allowed: {PLACES}": ("figures", {"place": "Ontaria"}),
    "caveats.csv:2:text_en: found 'spendin' (nearest: spending); allowed: an id of searches.csv":
        ("caveats", {"text_en": "[Not found](#search-spendin)."}),
    f"sources.csv:2:licence: found 'open' (nearest: statcan-open); allowed: {LICENCES}":
        ("sources", {"licence": "open"}),
}  # fmt: skip
KEYS = "title, date, contact, corrections, repository, imprint, brief, confidential, languages, chapters"
TITLE = "title: {en: A, fr: B}\n"
TYPES = "Year, Years, Level, VarianceFactor, Decimals, Place, Definition, str, int, float, bool"
REVIEWS = {
    f"{TITLE}chapters: [one, {{chapter: [one]}}]\n": "2:27: found a list; allowed: a chapter's name",
    f"{TITLE}chapters:\n  - {{chapter: one, exclude: [{{decimals: 0}}]}}\n":
        "3:29: found exclude without a matrix; allowed: exclude beside matrix",
    f"{TITLE}chapters:\n  - {{chapter: one, bridge: {{en: only}}}}\n": "3:28: found no fr; allowed: en, fr",
    f"{TITLE}chapters:\n  - {{chapter: one, part: back}}\n": "3:26: found 'back'; allowed: front, once, or annex",
    f"{TITLE}confidential: perhaps\nchapters: [one]\n": "2:15: found 'perhaps'; allowed: true or false",
    f"{TITLE}date: soon\nchapters: [one]\n": "2:7: found 'soon'; allowed: a day, YYYY-MM-DD",
    f"{TITLE}chapters:\n  - {{chapter: two, parameters: {{level: high}}}}\n":
        "3:40: found level = 'high'; allowed: float from 0.5 to 0.999",
    f"{TITLE}chapters:\n  - chapter: two\n    parameters: {{level: 0.9}}\n    matrix: {{level: [0.9, 0.8]}}\n":
        "4:25: found level in parameters and in matrix; allowed: one of them",
    f"{TITLE}chapters:\n  - chapter: one\n    matrix: {{decimals: []}}\n":
        "4:24: found an empty values for decimals; allowed: a list of one or more values for decimals",
    f"{TITLE}chapters: [one, one]\n":
        "2:17: found a second run with the slug one (first in row 2); allowed: each run once",
    f"{TITLE}chapters: [won]\n": "2:12: found the chapter 'won' (nearest: two); allowed: one, two",
    "chapters: [one]\n": "1:1: found no title; allowed: title, chapters",
    f"{TITLE}chapters:\n  - {{chapter: one, part: front}}\n  - {{chapter: two, part: front}}\n":
        "4:15: found a second front page; allowed: one page that opens the review",
    **{
        f"{TITLE}contact: {address}\nchapters: [one]\n": f"2:10: found {found}; allowed: https://... or mailto:..."
        for address, found in (("http://example.org", "'http://example.org'"), ("''", "''"), ("[a, b]", "a list"))
    },
    f"{TITLE}languages: [de]\nchapters: [one]\n": "2:13: found the language 'de'; allowed: en or fr",
    f"{TITLE}languages: [en, [fr]]\nchapters: [one]\n":
        "2:17: found a list or a mapping; allowed: one str, int, float or bool",
    f"{TITLE}language: [en]\nchapters: [one]\n": f"2:1: found the key 'language' (nearest: languages); allowed: {KEYS}",
}  # fmt: skip
ALLOWED = f"allowed: name: Type = value # comment, with Type one of {TYPES}"
DECLARED = {
    "decimals: Decimals = 0  # how many\ndecimals: Decimals = 1  # again":
        "2:line 2: found decimals a second time; allowed: each parameter once",
    "decimals: Decimals = (": "2:line 1: found '(' was never closed; allowed: Python",
    "ok: int = 1  # a\nfor x in y: pass": f"2:line 2: found 'for x in y: pass'; {ALLOWED}",
}  # fmt: skip
TITLES: dict[str, Any] = {
    "-:metadata.evaluation.title.fr: found no fr; allowed: metadata.evaluation.title with texts en and fr": {"en": "A"},
    "-:title.fr: found no text for fr; allowed: a title": {"en": "A", "fr": " "},
    "-:title.en: found U+202E in the title; allowed: text without control characters": {"en": "A\u202e", "fr": "B"},
}

UNITS = "unit, one_en, other_en, one_fr, other_fr"
FILES: dict[str, tuple[str, str]] = {  # what is replaced in units.csv, by what, and what is said first
    "LAST:-: found a last line without its end; allowed: a whole file": ("LAST\n", "LAST"),
    "1:-: found a byte-order mark; allowed: UTF-8 without one": ("unit,", "\ufeffunit,"),
    "1:unti: found an extra column 'unti' (nearest: unit); allowed: no other": ("other_fr", "other_fr,unti"),
    f"1:-: found columns in another order; allowed: {UNITS}": ("unit,one_en", "one_en,unit"),
    f"1:unit: found no such column; allowed: {UNITS}": ("unit,", "unti,"),
    "-:-: found an empty file; allowed: a header and rows": ("ALL", ""),
    "AFTER:-: found 2 cells; allowed: 5 cells": ("LAST\n", "LAST\na,b\n"),
    "AFTER:-: found broken quoting (unexpected end of data); allowed: RFC 4180": ("LAST\n", 'LAST\n"a\n'),
}


def refused(path: Path, ask: Callable[..., Any], *given: Any) -> list[str]:
    """The lines, without the file's name, in which what is asked is refused."""
    with pytest.raises(InputError) as told:
        ask(*given)
    return [str(problem).removeprefix(f"{path}:") for problem in told.value.problems]


def told(data: Path, table: str) -> list[str]:
    return [str(problem).removeprefix(f"{data}/") for problem in small.mistakes_in(data, table)]


@pytest.mark.parametrize("line", CELLS)
def test_of_a_cell(line: str, data: Path) -> None:
    table, cells = CELLS[line]
    small.edit(data, table, 2, **cells)
    assert told(data, table) == [line]


def test_of_many_cells_a_few_lines_and_how_many_more(data: Path) -> None:
    rows = [row | {"name_en": f" {row['name_en']}"} for row in small.read_table(data / "places.csv")]
    small.write_table(data / "places.csv", rows)
    problems = few_lines(small.mistakes_in(data, "places"))
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
    (found,) = [one for one in small.mistakes_in(data, "places") if one.column == "place"]
    assert (found.row, found.allowed[:3]) in ((len(rows) + 2, "ids"), (len(rows) + 2, "let"))


@pytest.mark.parametrize("line", FILES)
def test_of_a_file(line: str, data: Path) -> None:
    path = data / "units.csv"
    content = path.read_text(encoding="utf-8")
    last = content.splitlines()[-1]
    before, after = (text.replace("LAST", last).replace("ALL", content) for text in FILES[line])
    path.write_bytes(content.replace(before, after, 1).encode())
    count = len(content.splitlines())
    told = line.replace("LAST", str(count)).replace("AFTER", str(count + 1))
    assert refused(path, Tables(data).rows, "units")[0] == told


def test_a_row_that_stands_twice_is_one_line(data: Path) -> None:
    path = data / "police_reported.csv"
    content = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*content, content[3]]) + "\n", encoding="utf-8")
    key = "all_human_trafficking, Canada, 2011, 2018-06-27"
    found = f"definition, place, year, vintage: found '{key}' a second time; allowed: each key once"
    assert told(data, "police_reported") == [f"police_reported.csv:{len(content) + 1}:{found}"]


def test_a_newer_population_takes_the_place_of_the_old_one(data: Path) -> None:
    """Beside it, a year would count twice in whatever is worked out per person."""
    path = data / "population.csv"
    place, year, *_ = path.read_text(encoding="utf-8").splitlines()[-1].split(",")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{place},{year},20000000,2029-09-24,statcan_population_2025\n")
    (line,) = told(data, "population")
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
SHAPES = "x, y"
OWN: dict[str, list[dict[str, str]]] = {
    "": [{"sure": "NA"}],
    "things.csv:3:thing: found 'a' a second time; allowed: each key once": [{"thing": "a"}],
    "things.csv:3:thing: found an empty cell; allowed: string, not empty": [{"thing": ""}],
    f"things.csv:3:kind: found 'z'; allowed: {SHAPES}": [{"kind": "z"}],
    f"things.csv:3:kind: found 'z' in 2 rows; allowed: {SHAPES}": [{"kind": "z"}, {"kind": "z"}],
    f"things.csv:3:more: found 'xy' (nearest: y); allowed: {SHAPES}": [{"more": "x xy"}],
    f"things.csv:3:more: found an empty cell; allowed: {SHAPES}": [{"more": "x  y"}],
    "things.csv:3:count: found '1.5'; allowed: integer": [{"count": "1.5"}],
    "things.csv:3:share: found 'NaN'; allowed: string": [{"share": "NaN"}],
    "things.csv:3:rate: found '1e3'; allowed: number": [{"rate": "1e3"}],
    "things.csv:3:size: found '1'; allowed: integer, one of 2, 5, 9, minimum 2, maximum 9": [{"size": "1"}],
    "things.csv:3:sure: found 'true'; allowed: boolean": [{"sure": "true"}],
    "things.csv:3:text_fr: found '\\u3164', which shows nothing; allowed: a text that can be seen":
        [{"text_fr": "\u3164"}],
    "things.csv:3:text_fr: found '2021-02-30'; allowed: a day that exists": [{"text_fr": "2021-02-30"}],
    "things.csv:3:text_fr: found '1 000', thousands with a space that can break; allowed: a no-break space":
        [{"text_fr": "de 1 000 mots"}],
    "things.csv:3:-: found 10 cells; allowed: 9 cells": [{"sure": "no", "text_fr": "a,b"}],
}  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Path:
    fields = [{"name": name} | said for name, said in FIELDS.items()]
    schema = {
        "fields": fields,
        "primaryKey": "thing",
        "missingValues": ["", "NA"],
        "foreignKeys": [{"fields": ["kind"], "reference": KIND}],
    }
    shapes = {"fields": [{"name": "kind", "type": "string"}], "primaryKey": "kind"}
    tables = {"things": {"schema": schema}, "shapes": {"schema": shapes, "may_be_empty": True}}
    resources = [{"name": name, "path": f"{name}.csv"} | said for name, said in tables.items()]
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
    return [str(problem).removeprefix(f"{folder}/") for problem in check(folder)]


@pytest.mark.parametrize("line", OWN)
def test_of_a_table_of_ones_own(line: str, own: Path) -> None:
    things(own, *OWN[line])
    assert all_told(own) == [line for line in [line] if line]


def test_of_a_contract_of_ones_own(own: Path) -> None:
    (own / "shapes.csv").write_text("kind\n", encoding="utf-8")  # which may be empty: then nothing is known
    assert all_told(own) == [
        "things.csv:2:kind: found 'x'; allowed: none", "things.csv:2:more: found 'x'; allowed: none",
        "things.csv:2:more: found 'y'; allowed: none",
    ]  # fmt: skip
    (own / "shapes.csv").unlink()
    (gone,) = all_told(own)
    assert gone.startswith("shapes.csv:-:-: found no such file; allowed: a CSV file")
    with small.contract_of(own) as contract:
        contract["resources"] = [one for one in contract["resources"] if one["name"] == "things"]
        (fields := contract["resources"][0]["schema"]["fields"])[2].pop("references")
        del contract["resources"][0]["schema"]["foreignKeys"]
        fields[3]["type"] = "integr"
    (odd,) = all_told(own)
    assert re.fullmatch("datapackage.json:-:things: found .*integr.*; allowed: a contract that frictionless reads", odd)
    with small.contract_of(own) as contract:
        contract["resources"][0]["schema"]["fields"][3] |= {"type": "integer", "constraints": {"pattern": "(a+)+b"}}
    (pattern,) = all_told(own)
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


def test_of_a_table_that_is_asked_for(own: Path) -> None:
    things(own, {"thing": "a"})
    tables, contract = Tables(own), own / "datapackage.json"
    row, same = tables.rows("things")
    assert row == same
    assert [tables.number_of("things", one) for one in (row, same, dict(row))] == [2, 3, 2]
    assert tables.place_of("things", same, "count") == "things.csv:3:count"
    none = "-:resources: found no table shape (nearest: shapes); allowed: things, shapes"
    assert refused(contract, tables.rows, "shape") == [none]
    del tables.resources["shapes"]["schema"]["primaryKey"]
    assert refused(contract, tables.keyed, "shapes") == ["-:shapes.primaryKey: found none; allowed: a column's name"]
    (own / "things.csv").write_text(",".join(FIELDS) + "\n", encoding="utf-8")
    assert all_told(own) == ["things.csv:2:-: found no rows; allowed: at least one row"]


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
    assert refused(path, read_review, path, chapters, tables) == [REVIEWS[content]]


@pytest.mark.parametrize("declared", DECLARED)
def test_of_a_parameters_cell(declared: str, tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "bad.ipynb", small.ANSWER, parameters=declared)
    assert refused(path, read_chapter, path) == [DECLARED[declared]]


@pytest.mark.parametrize("line", TITLES)
def test_of_a_title(line: str, tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "bad.ipynb", small.ANSWER)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["evaluation"] = {"title": TITLES[line]}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert refused(path, read_chapter, path) == [line]


NAMES = "{name}, or {name.rounded}, {name.spelt}, {name.changed}"
BEFORE_A_RUN = {
    'chapter.say(x={"en": "4,300 people", "fr": "4 300 personnes"})':
        f"found a typed number (4,300) in a text; allowed: {NAMES}; a name with digits from data/",
    'chapter.chart("a", c, title={"en": "Calls {c", "fr": "Appels {c"})':
        f"found a brace ({{c) that belongs to no name; allowed: {NAMES}",
    'chapter.chart("a", c, title={"en": "Twelve calls", "fr": "Appels"})':
        f"found a typed number (Twelve) in a text; allowed: {NAMES}; a name with digits from data/",
    'review.phrase("sign", "sideways")':
        "found phrase 'sign' with choice 'sideways'; allowed: up, down, none, ambiguous",
    'review.phrase("bylaws", definition)':
        "found phrase 'bylaws' (nearest: by_laws); allowed: a phrase of evaluation/language/locale/phrases.csv",
    'label = {"en": "Fiscal 2021-22", "fr": "Exercice 2021-2022"}': "",
    'chart.encode(x="year:O" y="n:Q")': "found invalid syntax. Perhaps you forgot a comma?; allowed: Python",
    "files = !ls\nawait one()": "",
}  # fmt: skip


@pytest.mark.parametrize("cell", BEFORE_A_RUN)
def test_of_a_text_in_a_cell(cell: str, tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "one.ipynb", cell)
    said = [str(problem).partition(": ")[2] for problem in check_chapter(path)]
    assert said == [line for line in [BEFORE_A_RUN[cell]] if line]


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
    assert {said: advised(*said) for said in LIBRARIES} == LIBRARIES
