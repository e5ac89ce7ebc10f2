"""Catalogue messages: found in the package and the chapters, checked against the French catalogue."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from .language import entries
from .prose import NAME
from .sources import Problem

PACKAGE = Path(__file__).parent


def check(notebooks: list[Path]) -> list[Problem]:
    """Every message without French, with a fuzzy one, or whose French asks for other names than its English."""
    known = entries()
    problems = []
    for place, message in messages(notebooks):
        entry = known.get(message)
        if entry is None or not entry.string:
            problems.append(Problem(*place, f"no French for {message!r}", "an entry in evaluation/locale/fr/"))
        elif entry.fuzzy:
            problems.append(Problem(*place, f"fuzzy French for {message!r}", "French that someone has read"))
        elif unknown := names_in(str(entry.string)) - names_in(message):
            problems.append(
                Problem(
                    *place,
                    f"{{{', '.join(sorted(unknown))}}} in the French of {message!r}",
                    "the names of the English",
                )
            )
    return problems


def names_in(text: str) -> set[str]:
    return {match[0].strip("{}").split(".")[0] for match in NAME.finditer(text)}


Place = tuple[str, int, str]


def messages(notebooks: list[Path]) -> Iterator[tuple[Place, str]]:
    """Every catalogue message with its place: the package's ``N_`` and template texts, the chapters' ``N_``."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, message in marked(path.read_text(encoding="utf-8")):
            yield (f"evaluation/{path.relative_to(PACKAGE).as_posix()}", line, "-"), message
    for path in sorted(PACKAGE.rglob("*.j2")):
        for line, message in in_template(path.read_text(encoding="utf-8")):
            yield (f"evaluation/{path.relative_to(PACKAGE).as_posix()}", line, "-"), message
    for path in notebooks:
        for index, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
            if cell["cell_type"] == "code":
                for line, message in marked("".join(cell["source"])):
                    yield (str(path), index, f"line {line}"), message


def marked(source: str) -> Iterator[tuple[int, str]]:
    """The texts given to ``N_`` in a piece of Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return  # reported where the cell runs
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message)), *_]):
                yield node.lineno, message


def in_template(source: str) -> Iterator[tuple[int, str]]:
    """The texts given to ``t`` in a template."""
    import jinja2
    from jinja2 import nodes

    for node in jinja2.Environment().parse(source).find_all(nodes.Call):
        if isinstance(node.node, nodes.Name) and node.node.name == "t" and isinstance(node.args[0], nodes.Const):
            yield node.lineno, str(node.args[0].value)
