"""Whether a quick test notices a changed line: mutants drawn at random, each against the tests that reach its line.

    python tools/mutants.py --seed 20261201                           # 60 of the whole package
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
import json
import os
import random
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reach

ROOT = Path(__file__).parent.parent
QUICK = "not slow and not long"
MOST_TESTS = 60  # that a mutant meets: what others would notice is not counted
NOT_ASKED = 5  # pytest's exit status where it collects none of the tests, all of which ran over the package as it is
SECONDS = 120  # of work for the tests of a mutant: one that goes on for ever is noticed too
SWAPPED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
LIBRARIES = ("altair", "frictionless", "hypothesis", "nbformat", "pandas", "pytest")  # what each mutant would wait for
LEFT_ALONE = ("annotation", "returns", "decorator_list", "type_comment")


def node_mutants(node: ast.AST) -> Iterator[ast.AST]:
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
    """Another value for a constant: the negation, one more, another text; none for other types."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield f"XX{value}"


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def with_field(node: ast.AST, **fields: Any) -> ast.AST:
    """A shallow copy of a node with some fields replaced."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


Mutant = tuple[int, ast.AST, ast.AST, Any]  # its line, what was there, what is there instead, how to put it there


def mutants(tree: ast.AST, line: int = 0) -> Iterator[Mutant]:
    """Every mutant of a module."""
    for name, child in ast.iter_fields(tree):
        if name in LEFT_ALONE or isinstance(tree, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
            continue
        for position, node in enumerate(child) if isinstance(child, list) else [(None, child)]:
            if not isinstance(node, ast.AST) or is_docstring(node):
                continue
            at = getattr(node, "lineno", line)
            for other in node_mutants(node):
                yield at, node, other, (tree, name, position)
            yield from mutants(node, at)


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def mutated_source(tree: ast.AST, mutant: Mutant) -> str:
    """The module's text with one mutant in it; the tree stays as it was."""
    _, node, other, (parent, name, position) = mutant
    place = getattr(parent, name) if position is not None else vars(parent)
    key = name if position is None else position
    place[key] = other
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        place[key] = node


class MutantFinder(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Has one module be read from a text instead of its file."""

    def __init__(self, path: Path, text: str):
        self.path, self.text = path, text
        self.name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self.path))
        spec.has_location = True
        if self.path.name == "__init__.py":
            spec.submodule_search_locations = [str(self.path.parent)]
        return spec if fullname == self.name else None

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str | bytes) -> bytes:
        return self.text.encode()

    def get_source(self, fullname: str) -> str:
        return self.text


@dataclass(frozen=True)
class Test:
    """A test by its node, all its cases together: the fixtures that it shares with others, and how long it takes."""

    node: str
    fixtures: frozenset[str]
    seconds: float


@dataclass(frozen=True)
class Coverage:
    """The quick tests that reach each line of a module, no test for a line that runs at import alone; and those that
    reach most of its room, for a module of constants, which no test runs."""

    lines: dict[int, set[Test]]
    room: Counter[Test]

    def tests_of(self, statement: range) -> list[str]:
        """The nodes of the tests that reach a line of a statement: of the many those that reach most of the module, the
        fastest first. All tests of the module for a statement that runs at import, and none for one that never runs."""
        reach = Counter(test for tests in self.lines.values() for test in tests) or self.room
        by_line = [self.lines[line] for line in statement if line in self.lines]
        tests = (set[Test]().union(*by_line) or set(reach)) if by_line else set()
        most = sorted(tests, key=lambda test: (-reach[test], test.node))[:MOST_TESTS]
        return [test.node for test in sorted(most, key=lambda test: test.seconds)]


def statements(tree: ast.AST) -> dict[int, range]:
    """The lines of the statement, or of the head of one that holds others, that each line is part of."""
    lines: dict[int, range] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            inside = getattr(node, "body", None)
            end = inside[0].lineno if inside else (node.end_lineno or node.lineno) + 1
            span = range(node.lineno, max(end, node.lineno + 1))
            lines |= dict.fromkeys(span, span)
    return lines


def measure_coverage(modules: Sequence[Path], tests: Sequence[str]) -> dict[Path, Coverage]:
    """Run the quick tests once under coverage; every one must pass."""
    import coverage

    data = ROOT / ".mutants" / ("package" if len(modules) > 1 else modules[0].stem)
    data.parent.mkdir(exist_ok=True)
    settings = data.with_suffix(".rc")
    included = "\n  ".join(map(str, modules))
    settings.write_text(f"[run]\ndata_file = {data}\ninclude =\n  {included}\n")
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-m", QUICK]
    plugin = {reach.LIST: str(data.with_suffix(".json")), "PYTHONPATH": str(Path(__file__).parent)}
    command += ["-p", "no:xdist", "-p", "no:cacheprovider", "-p", reach.__name__, *tests]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | plugin)
    measured = coverage.CoverageData(str(data))
    measured.read()
    listed = json.loads(Path(plugin[reach.LIST]).read_text(encoding="utf-8"))
    known = [Test(node, frozenset(fixtures), seconds) for node, (fixtures, seconds) in listed.items()]
    return tests_reaching(((module, measured.contexts_by_lineno(str(module))) for module in modules), known)


def tests_reaching(modules: Iterable[tuple[Path, dict[int, list[str]]]], known: Sequence[Test]) -> dict[Path, Coverage]:
    """The tests that reach the lines of modules, by the contexts in which coverage saw each line."""
    lines = {module: tests_by_line(contexts, known) for module, contexts in modules}
    rooms: dict[Path, Counter[Test]] = {}
    for module, tests in lines.items():
        rooms.setdefault(module.parent, Counter()).update(test for some in tests.values() for test in some)
    return {module: Coverage(tests, rooms[module.parent]) for module, tests in lines.items()}


def tests_by_line(contexts: dict[int, list[str]], known: Sequence[Test]) -> dict[int, set[Test]]:
    """The tests that reach each line themselves or by a fixture that they share."""
    by_context: dict[str, set[Test]] = {}
    for test in known:
        for context in (test.node, *test.fixtures):
            by_context.setdefault(context, set()).add(test)
    return {line: set().union(*(by_context.get(name, set()) for name in names)) for line, names in contexts.items()}


def survives(module: Path, text: str, nodes: Sequence[str]) -> bool:
    """Whether all tests pass over a module of this text, in a process of its own that has not read it yet."""
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == NOT_ASKED:
            sys.exit(f"found exit status {status} of pytest for {' '.join(nodes)}; allowed: tests that run")
        return status == 0
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.meta_path.insert(0, MutantFinder(module, text))
    import pytest

    arguments = ["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-m", QUICK]
    os._exit(int(pytest.main([*arguments, *nodes])))


def code_of(node: ast.AST) -> str:
    """A node as code; a bare sign by its kind."""
    return " ".join(ast.unparse(node).split())[:120] or type(node).__name__


def interval(killed: int, drawn: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share (Wilson 1927), in per cent."""
    z, share = 1.96, killed / drawn
    middle, wide = share + z * z / (2 * drawn), z * (share * (1 - share) / drawn + z * z / (4 * drawn**2)) ** 0.5
    return tuple(100 * (middle + sign * wide) / (1 + z * z / drawn) for sign in (-1, 1))  # type: ignore[return-value]


def draw_mutants(modules: Sequence[Path], count: int, seed: int) -> list[tuple[Path, ast.AST, Mutant]]:
    """So many mutants of all these modules, each as likely as any other, in the order of their lines."""
    trees = {module: ast.parse(module.read_text(encoding="utf-8")) for module in modules}
    every = [(module, tree, mutant) for module, tree in trees.items() for mutant in mutants(tree)]
    print(f"{len(every)} mutants of {len(modules)} modules, {min(count, len(every))} drawn (seed {seed})", flush=True)
    drawn = random.Random(seed).sample(every, min(count, len(every)))
    return sorted(drawn, key=lambda each: (each[0], each[2][0]))


def print_share(noticed: int, drawn: int) -> tuple[float, float]:
    """Print the share of noticed mutants with its 95% interval; return the ends, in per cent."""
    low, high = interval(noticed, drawn)
    share = 100 * noticed / drawn
    print(f"{drawn - noticed} survived: {share:.0f}% of {drawn} noticed (95% interval {low:.0f} to {high:.0f}%)")
    return low, high


def parse_arguments() -> argparse.Namespace:
    """The options: modules, number of draws, seed, tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("module", type=Path, nargs="?", help="all of evaluation/ where none is named")
    parser.add_argument("tests", nargs="*", default=["tests"])
    parser.add_argument("--draw", type=int, default=60)
    parser.add_argument("--seed", type=int, required=True, help="a date or the number of a run, never chosen by result")
    parser.add_argument("--least", type=float, default=0.0, help="status 1 where surely fewer per cent are noticed")
    return parser.parse_args()


def main() -> None:
    chosen = parse_arguments()
    os.chdir(ROOT)
    modules = [(ROOT / chosen.module).resolve()] if chosen.module else sorted((ROOT / "evaluation").rglob("*.py"))
    drawn = draw_mutants(modules, chosen.draw, chosen.seed)
    tests = measure_coverage(modules, chosen.tests)
    for library in LIBRARIES:
        importlib.import_module(library)
    survived = 0
    for module, tree, mutant in drawn:
        line, node, other, _ = mutant
        nodes = tests[module].tests_of(statements(tree).get(line, range(line, line + 1)))
        if not nodes or survives(module, mutated_source(tree, mutant), nodes):
            survived += 1
            unreached = "" if nodes else " (no quick test reaches it)"
            print(f"{module.relative_to(ROOT)}:{line}: {code_of(node)} -> {code_of(other)}{unreached}", flush=True)
    _, high = print_share(len(drawn) - survived, len(drawn))
    sys.exit(high < chosen.least)


if __name__ == "__main__":
    main()
