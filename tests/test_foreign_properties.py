"""Whatever stands in a file, its reader gives its value or refuses it in one line: no other exception.

The suite tries 100 files of each kind; ``make nightly`` as many as READER_EXAMPLES says (100,000).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.data.checking import wrong_in
from evaluation.data.contract import check_contract_file, names_of, with_project
from evaluation.data.rules import rules
from evaluation.data.sources import Tables, check_bytes, check_shape
from evaluation.problems import InputError, Problem, controls, foreign
from evaluation.reviews.parameters import read_chapter
from evaluation.reviews.review_file import read_review

pytestmark = pytest.mark.slow  # reads hundreds of random files

ROOT = Path(__file__).parent.parent
EXAMPLES = int(os.environ.get("READER_EXAMPLES", "100"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)

texts = st.text(st.characters(exclude_categories=()), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
words = st.sampled_from(
    ["resources", "name", "path", "schema", "fields", "type", "constraints", "enum", "pattern", "primaryKey", "checks",
     "check", "foreignKeys", "reference", "resource", "string", "cells", "cell_type", "code", "markdown", "source",
     "metadata", "tags", "parameters", "nbformat", "evaluation", "title", "en", "fr", "places.csv", "a: int = 1"]
)  # fmt: skip
keys = words | texts
values = st.recursive(
    scalars | words, lambda part: st.lists(part, max_size=4) | st.dictionaries(keys, part, max_size=5), max_leaves=25
)
contract = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
notebook = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"evaluation": {"title": {"en": "A", "fr": "B"}}},
    "cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "decimals: Decimals = 0"}],
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    """A JSON value with another one in one place."""
    if not path:
        return part
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], part)
    return copy


def spoilt(value: Any) -> st.SearchStrategy[Any]:
    """A good JSON value with something else in one of its places."""
    return st.builds(replaced, st.just(value), st.sampled_from(list(places(value))), values)


def refused_or_read(read: Callable[[Path], object], content: bytes | str, name: str = "file") -> None:
    """Reading such a file gives a value, or an InputError whose every line can be shown."""
    lines = list(map(str, problems_of(read, content, name)))
    assert [line for line in lines if controls(line) or not line.isprintable() or len(line) > 3000] == []


def problems_of(read: Callable[[Path], object], content: bytes | str, name: str) -> list[Problem]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        try:
            read(path)
        except InputError as error:
            return error.problems or [Problem("refused without a word", found="\n")]
    return []


def as_json(value: Any) -> str:
    return json.dumps(value)


def declaring(source: str) -> dict[str, Any]:
    """The notebook with another parameters cell."""
    return notebook | {"cells": [notebook["cells"][0] | {"source": f"decimals: Decimals = 0\n{source}"}]}  # type: ignore[index, operator]


code = st.text(st.sampled_from("abc:=.()[]{}'\"#\\\n\t -+*%!?@0123é\0"), max_size=60)


@many
@given(st.binary(max_size=200) | texts | (values | spoilt(notebook) | code.map(declaring)).map(as_json))
def test_notebooks(content: bytes | str) -> None:
    refused_or_read(read_chapter, content, "a.ipynb")


@many
@given(values | spoilt(contract))
def test_contracts(value: Any) -> None:
    def read(path: Path) -> None:
        found = foreign.read_json(path, "a contract")
        if problems := list(check_contract_file(path, found, rules())):
            raise InputError(problems)
        with_project(found, contract)

    refused_or_read(read, as_json(value))


yaml_signs = st.text(st.sampled_from("abn:-,[]{}'\"#&*!|>?%@~\\\n\t 0123.é\u2028\x85\ufeff<=_"), max_size=80)
pieces = st.sampled_from(
    ["title: {en: A, fr: B}\n", "chapters:\n", "  - a\n", "  - {chapter: a, matrix: {decimals: [0, 1]}}\n", "- a\n",
     "exclude: [{decimals: 1}]\n", "confidential: true\n", "&x ", "*x",
     "!!int ", "? ", "<<: ", "---\n", "[", "{", "|\n"]
)  # fmt: skip


HEAD = "title: {en: A, fr: B}\nchapters:\n"
tails = st.lists(pieces | yaml_signs, max_size=8).map("".join)


@many
@given(st.binary(max_size=100) | yaml_signs | tails | tails.map((HEAD + "  - chapter: a\n    ").__add__))
def test_reviews(content: bytes | str) -> None:
    def read(path: Path) -> None:
        (path.parent / "a.ipynb").write_text(as_json(notebook), encoding="utf-8")
        read_review(path, path.parent, Tables(ROOT / "data"))

    refused_or_read(read, content, "a.yml")


csv_signs = st.text(st.sampled_from("abCanada,;\t\"'\n\r 0123-.é\u202e\ufeff\0"), max_size=80)


@many
@given(st.binary(max_size=100) | csv_signs | st.lists(st.lists(texts, max_size=4).map(",".join)).map("\n".join))
def test_tables(content: bytes | str) -> None:
    tables = Tables(ROOT / "data")

    def read(path: Path) -> None:
        raw = foreign.read_bytes(path, "a table")
        if problems := list(check_bytes(path, raw)):
            raise InputError(problems)
        lines = foreign.parse_rows(path, foreign.decode(path, raw))
        if problems := list(check_shape(str(path), lines, names_of(tables.resource("places")))):
            raise InputError(problems)

    refused_or_read(read, content)


@many
@given(st.dictionaries(st.sampled_from(["incidents", "rate_per_100k", "year", "place", "caveats"]), texts))
def test_rules_of_series(cells: dict[str, str]) -> None:
    """A rule reads cells that may be anything, since what is wrong with them is told beside it."""
    tables = Tables(ROOT / "data")
    resource = tables.resource("police_reported")
    row = dict.fromkeys(names_of(tables.resource("police_reported")), "") | {"place": "Canada", "year": "2021"} | cells
    for rule in resource["checks"]:
        list(rules()[rule["check"]][0](tables, [row], rule))
    for field in resource["schema"]["fields"]:
        wrong_in(tables, "police_reported", field, row[field["name"]])


po_signs = st.lists(
    st.sampled_from(['msgid "a"\n', 'msgstr "b"\n', "#, fuzzy\n", "# \n", 'msgctxt "c"\n', 'msgid_plural "d"\n',
                     'msgstr[0] "e"\n',
                     '"f"\n', "msgid\n", "#~ ", "\\", '"', "\n"]) | texts, max_size=8
).map("".join)  # fmt: skip


@many
@given(st.binary(max_size=100) | po_signs)
def test_catalogues(content: bytes | str) -> None:
    refused_or_read(foreign.read_catalogue, content, "a.po")
