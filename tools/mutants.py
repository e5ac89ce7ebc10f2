"""Whether a quick test notices a changed line: mutants drawn at random, each against the tests that reach its line.

    python tools/mutants.py evaluation/data/sources.py --draw 60 --seed 1

A mutant lives in the memory of one forked process: no file is changed, so that builds may go on meanwhile. Tests that
look at it only through another process are not counted.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.machinery
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
QUICK = "not slow and not long"
SECONDS = 120  # of work for the tests of a mutant: one that goes on for ever is noticed too
SWAPPED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
LIBRARIES = ("altair", "frictionless", "hypothesis", "nbformat", "pandas", "pytest")  # what each mutant would wait for
LEFT_ALONE = ("annotation", "returns", "decorator_list", "type_comment")


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """Each way to change a node and nothing below it: a sign, a constant, a negation, an argument, a result."""
    if type(node) in SWAPPED:
        yield SWAPPED[type(node)]()
    if isinstance(node, ast.Constant):
        yield from map(ast.Constant, other_constants(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, (ast.Return, ast.Assign)) and node.value and not is_none(node.value):
        yield with_field(node, value=ast.Constant(None))
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield ast.Pass()
    for position, argument in enumerate(node.args if isinstance(node, ast.Call) else ()):
        if not is_none(argument) and not isinstance(argument, ast.Starred):
            yield with_field(node, args=[*node.args[:position], ast.Constant(None), *node.args[position + 1 :]])


def other_constants(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield f"XX{value}"


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def with_field(node: ast.AST, **fields: Any) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def mutants(tree: ast.AST, line: int = 0) -> Iterator[tuple[int, ast.AST, ast.AST, Any]]:
    """Every mutant of a module: its line, what was there, what is there instead, and how to put it there."""
    for name, child in ast.iter_fields(tree):
        if name in LEFT_ALONE or isinstance(tree, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
            continue
        for position, node in enumerate(child) if isinstance(child, list) else [(None, child)]:
            if not isinstance(node, ast.AST) or is_docstring(node):
                continue
            at = getattr(node, "lineno", line)
            for other in changed(node):
                yield at, node, other, (tree, name, position)
            yield from mutants(node, at)


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def source_with(tree: ast.AST, mutant: tuple[int, ast.AST, ast.AST, Any]) -> str:
    """The module's text with one mutant in it; the tree stays as it was."""
    _, node, other, (parent, name, position) = mutant
    place = getattr(parent, name) if position is not None else vars(parent)
    key = name if position is None else position
    place[key] = other
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        place[key] = node


class Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Has one module be read from a text instead of its file."""

    def __init__(self, path: Path, text: str):
        self.path, self.text = path, text
        self.name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self.path))
        spec.has_location = True
        return spec if fullname == self.name else None

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str | bytes) -> bytes:
        return self.text.encode()

    def get_source(self, fullname: str) -> str:
        return self.text


def reached(module: Path, tests: Sequence[str]) -> tuple[dict[int, set[str]], set[str]]:
    """The quick tests that reach each line of a module, and all that reach any; every one must pass."""
    import coverage

    data = ROOT / ".mutants" / module.stem
    data.parent.mkdir(exist_ok=True)
    settings = data.with_suffix(".rc")
    settings.write_text(f"[run]\ndata_file = {data}\ndynamic_context = test_function\ninclude = {module}\n")
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-m", QUICK]
    subprocess.run([*command, "-p", "no:xdist", "-p", "no:cacheprovider", *tests], cwd=ROOT, check=True)
    found = coverage.CoverageData(str(data))
    found.read()
    lines = found.contexts_by_lineno(str(module))
    named = {line: {node for c in contexts if (node := node_of(c))} for line, contexts in lines.items()}
    return named, {node for nodes in named.values() for node in nodes}


def node_of(context: str) -> str:
    """``test_sources.test_x`` as pytest names it; empty for what ran outside of any test."""
    file, _, name = context.partition(".test_")
    return f"tests/{file.rpartition('.')[2]}.py::test_{name}" if name else ""


def survives(module: Path, text: str, nodes: Sequence[str]) -> bool:
    """Whether all tests pass over a module of this text, in a process of its own that has not read it yet."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.meta_path.insert(0, Changed(module, text))
    import pytest

    arguments = ["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-m", QUICK]
    os._exit(int(pytest.main([*arguments, *nodes])) and 1)


def words(node: ast.AST) -> str:
    """A node as code; a bare sign by its kind."""
    return " ".join(ast.unparse(node).split())[:120] or type(node).__name__


def interval(killed: int, drawn: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share (Wilson 1927), in per cent."""
    z, share = 1.96, killed / drawn
    middle, wide = share + z * z / (2 * drawn), z * (share * (1 - share) / drawn + z * z / (4 * drawn**2)) ** 0.5
    return tuple(100 * (middle + sign * wide) / (1 + z * z / drawn) for sign in (-1, 1))  # type: ignore[return-value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("module", type=Path)
    parser.add_argument("tests", nargs="*", default=["tests"])
    parser.add_argument("--draw", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    module = (ROOT / asked.module).resolve()
    os.chdir(ROOT)
    lines, everywhere = reached(module, asked.tests)
    tree = ast.parse(module.read_text(encoding="utf-8"))
    every = list(mutants(tree))
    drawn = random.Random(asked.seed).sample(every, min(asked.draw, len(every)))
    for library in LIBRARIES:
        importlib.import_module(library)
    survived = 0
    for mutant in sorted(drawn, key=lambda mutant: mutant[0]):
        line, node, other, _ = mutant
        nodes = sorted(lines.get(line) or everywhere)
        if not nodes or survives(module, source_with(tree, mutant), nodes):
            survived += 1
            print(f"{asked.module}:{line}: {words(node)} -> {words(other)}", flush=True)
    low, high = interval(len(drawn) - survived, len(drawn))
    share = 100 * (len(drawn) - survived) / len(drawn)
    print(
        f"{asked.module}: {len(every)} mutants, {len(drawn)} drawn (seed {asked.seed}), {survived} survived: "
        f"{share:.0f}% killed (95% interval {low:.0f} to {high:.0f}%)"
    )


if __name__ == "__main__":
    main()
