"""The tool that changes lines: a changed module is read in place of its file, and meets the tests that reach it."""

import ast
import sys
from collections import Counter

import pytest
from small import ROOT

sys.path.append(str(ROOT / "tools"))
import mutants

SOURCE = """import os
A = 1
def f(x):
    if x > 0:
        return (
            "a"
        )
    return None
"""


@pytest.mark.parametrize(("file", "name"), [("audit/__init__.py", "audit"), ("audit/page.py", "audit.page")])
def test_a_changed_module_is_read_in_place_of_its_file(file: str, name: str) -> None:
    finder = mutants.MutantFinder(ROOT / "evaluation" / file, "x = 1")
    spec = finder.find_spec(f"evaluation.{name}", None)
    assert spec is not None
    assert (spec.origin, finder.get_data("")) == (str(ROOT / "evaluation" / file), b"x = 1")
    assert (spec.submodule_search_locations is not None) == file.endswith("__init__.py")
    assert finder.find_spec("evaluation.audit.words", None) is None


def test_a_change_meets_the_tests_that_reach_its_statement() -> None:
    first, second, shared = (
        mutants.Test(name, frozenset(), seconds) for name, seconds in (("a", 2), ("b", 1), ("c", 0))
    )
    lines: dict[int, set[mutants.Test]] = {1: set(), 2: set(), 3: set(), 4: {first, second}, 5: {first}}
    reached, spans = mutants.Coverage(lines, Counter([shared])), mutants.statements(ast.parse(SOURCE))
    assert reached.tests_of(spans[6]) == ["a"]  # a line of the statement that begins in 5
    assert reached.tests_of(spans[4]) == ["b", "a"]  # the fastest first
    assert reached.tests_of(spans[2]) == ["b", "a"]  # it runs at import: all of the module
    assert reached.tests_of(spans[8]) == []  # it never runs
    assert mutants.Coverage({2: set()}, Counter([shared])).tests_of(range(2, 3)) == [
        "c"
    ]  # constants: those of the room


def test_each_mutant_is_one_change_of_the_text() -> None:
    tree = ast.parse(SOURCE)
    texts = {mutants.mutated_source(tree, mutant) for mutant in mutants.mutants(tree)}
    assert ast.unparse(tree) not in texts
    assert {text.replace("\n", ";") for text in texts} == {
        "import os;A = 2;;def f(x):;    if x > 0:;        return 'a';    return None",
        "import os;A = None;;def f(x):;    if x > 0:;        return 'a';    return None",
        "import os;A = 1;;def f(x):;    if x >= 0:;        return 'a';    return None",
        "import os;A = 1;;def f(x):;    if x > 1:;        return 'a';    return None",
        "import os;A = 1;;def f(x):;    if x > 0:;        return None;    return None",
        "import os;A = 1;;def f(x):;    if x > 0:;        return 'XXa';    return None",
    }


def test_the_interval_of_a_share() -> None:
    assert [round(end, 1) for end in mutants.interval(45, 60)] == [62.8, 84.2]  # Wilson 1927, worked out by hand
