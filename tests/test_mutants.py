"""The tester of tests: it finds what can be changed, and tells a test that notices from one that doesn't."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from small import ROOT

from tools import mutants

CODE = """
def f(a: int) -> str:
    "What it does."
    if not a == 1:
        raise ValueError("a")
    return f"{a} b"
"""


def changes(code: str) -> list[str]:
    return [f"{line}: {mutants.words(a)} -> {mutants.words(b)}" for line, a, b, _ in mutants.mutants(ast.parse(code))]


def test_signs_constants_arguments_and_results_are_changed_but_no_docstring_and_no_type() -> None:
    assert changes(CODE) == [
        "4: not a == 1 -> a == 1",
        "4: Eq -> NotEq",
        "4: 1 -> 2",
        "5: raise ValueError('a') -> pass",
        "5: ValueError('a') -> ValueError(None)",
        "5: 'a' -> 'XXa'",
        "6: return f'{a} b' -> return None",
    ]


def test_a_mutant_is_the_module_with_one_change() -> None:
    tree = ast.parse(CODE)
    texts = [mutants.source_with(tree, mutant) for mutant in mutants.mutants(tree)]
    assert len(set(texts)) == len(texts)
    assert ast.unparse(tree) == ast.unparse(ast.parse(CODE)), "and the module itself stays"


def test_the_interval_of_a_share() -> None:
    low, high = mutants.interval(9, 10)  # Wilson 1927, worked out by hand
    assert (round(low, 1), round(high, 1)) == (59.6, 98.2)
    assert mutants.interval(0, 10)[0] == pytest.approx(0)


@pytest.mark.long
@pytest.mark.slow
def test_a_draw_tells_what_was_not_noticed() -> None:
    command = [
        sys.executable,
        "tools/mutants.py",
        "evaluation/problems/inside.py",
        "tests/test_mutants.py",
        "--draw",
        "2",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "2 drawn (seed 1), 2 survived: 0% killed" in done.stdout, "no test of this file reaches it"
    assert not list(Path(ROOT / "evaluation").rglob("*.orig"))


def test_every_module_that_is_to_be_mutated_is_there() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        modules = tomllib.load(file)["tool"]["mutmut"]["only_mutate"]
    assert modules
    assert [module for module in modules if not (ROOT / module).is_file()] == []
