"""The numbers of a review for machines: of the shape of their schema, worked out again from their formulas, found in
their cells of data/."""

import csv
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
from jsonschema import Draft202012Validator
from small import DATA, Make

from evaluation.numbers.formula import evaluate
from evaluation.numbers.number import Measure
from evaluation.numbers.quantity import Quantity
from evaluation.pages import citations, numbers_file, templates
from evaluation.pages.errors import PageError
from evaluation.records.serialization import number_record

PACKAGE = Path(numbers_file.__file__).parent
LANGUAGES = ("en", "fr")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(whole_review: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((whole_review / "numbers.json").read_bytes())
    return content


def by_run(whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    runs: dict[str, dict[str, Any]] = {}
    for row in whole["numbers"]:
        runs.setdefault(row["run"], {})[row["id"]] = row
    return runs


def test_it_is_of_the_shape_that_its_schema_says(whole: dict[str, Any]) -> None:
    schema = json.loads((PACKAGE / "numbers.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    assert not [error.message for error in Draft202012Validator(schema).iter_errors(whole)]


def test_what_a_number_names_is_there(whole: dict[str, Any]) -> None:
    for run, rows in by_run(whole).items():
        for row in rows.values():
            assert {*row["inputs"], *filter(None, [row["interval"]])} <= rows.keys(), (run, row["id"])
            assert set(row["caveats"]) <= whole["caveats"].keys()
            for name in ("source", "definition", "place"):
                assert not row[name] or row[name] in whole[f"{name}s"], (run, row["id"], name)


def test_each_published_number_stands_in_its_cell(whole: dict[str, Any]) -> None:
    tables: dict[str, list[list[str]]] = {}
    for row in whole["numbers"]:
        if row["kind"] == "published":
            file, number, column = row["data"].split(":")
            if file not in tables:
                tables[file] = list(csv.reader((DATA / file).read_text(encoding="utf-8").splitlines()))
            cell, value = tables[file][int(number) - 1][tables[file][0].index(column)], str(row["value"])
            stated = Fraction(cell[:4] if "-" in cell else cell)
            assert value == cell or Fraction(value) == round(stated, row["decimals"])  # a rate of ten digits, as shown


def test_a_number_in_words_says_its_unit_once(whole: dict[str, Any]) -> None:
    worded = [row["words"]["en"] for row in whole["numbers"] if row["unit"] in ("percent", "calendar_year")]
    assert worded
    assert not [words for words in worded if "percent" in words or "year" in words]


def test_no_text_ends_the_block() -> None:
    odd = "</script><b>&\u2028"
    assert not re.search("[<>&\u2028]", templates.json_for_script({"a": odd}))
    assert json.loads(templates.json_for_script({"a": odd})) == {"a": odd}


@pytest.mark.parametrize(
    ("tree", "quantity"),
    [
        (["rounding", "rate", "1/20", 0], Quantity(Fraction("2.25"), Fraction("2.35"), high_open=True)),
        (["rounding", "nothing", "1/20", 0], Quantity(Fraction(0), Fraction("0.05"), high_open=True)),
        (["whole_numbers", ["rounding", "count", 5]], Quantity.between(7, 16)),
        (["size", ["−", "rate", 4]], Quantity.exact("1.7")),
        (["at_most", ["rounding", "count", 5]], Quantity(Fraction(0), Fraction(17), high_open=True)),
        (["at_least", "count"], Quantity.of("at-least", 12)),
        (["counting", ["×", "count", "1/3"]], Quantity.exact(4)),
    ],
)
def test_an_operation_worked_out_by_hand(tree: Any, quantity: Quantity) -> None:
    rows = {"rate": "2.3", "nothing": "0", "count": "12"}
    leaves = {name: Measure(quantity=Quantity.exact(value)) for name, value in rows.items()}
    assert evaluate(tree, leaves) == quantity


def test_two_numbers_of_one_name_are_refused(number: Make) -> None:
    numbers: dict[str, Any] = {}
    lists: dict[str, Any] = {name: {} for name in numbers_file.NAMED}
    numbers_file.add_number(numbers, lists, number_record(number(Quantity.exact(1))), LANGUAGES)
    with pytest.raises(PageError, match="found two numbers named"):
        numbers_file.add_number(numbers, lists, number_record(number(Quantity.exact(2))), LANGUAGES)


def test_the_bibliography_is_read_back(whole_review: Path, whole: dict[str, Any]) -> None:
    library = bibtexparser.parse_file(str(whole_review / "references.bib"))
    assert library.failed_blocks == []
    assert {entry.key for entry in library.entries} == {"this_review", *whole["sources"]}
    for entry in library.entries:
        source = whole["sources"].get(entry.key)
        assert source is None or entry["url"] == source["address"]
        assert {"author", "title"} <= entry.fields_dict.keys()


def test_no_sign_of_latex_is_taken_for_one() -> None:
    written = citations.bibtex_entry("a_b", "A & B", "50% of #1_{x}", "fr", "2024-05")
    (entry,) = bibtexparser.parse_string(written).entries
    assert entry["title"] == r"{50\% of \#1\_\{x\}}"
    assert (entry["year"], entry["langid"], entry["author"]) == ("2024", "french", r"{A \& B}")
