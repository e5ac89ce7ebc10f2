"""The parameters that a notebook's cells declare, and whether what it runs with is allowed.

A build asks before anything runs; this is for plain Papermill (``-p decimals 9``) and for JupyterLab.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from ..data.sources import Tables
from ..problems import Refused, nearest
from ..reviews.choices import LATEST

INJECTED = "# Parameters\n"  # how the cell begins that Papermill puts in


def refuse_others(names: dict[str, Any], cells: list[str], tables: Tables) -> None:
    """Raises Refused for a parameter that no cell declares, and for a value that its type does not allow. ``cells`` are
    the sources that have run, ``names`` what they left."""
    declared = {name: names.get(kind) for cell in cells for name, kind in declarations(cell)}
    for name in (name for cell in cells if cell.startswith(INJECTED) for name in injected(cell)):
        if name not in declared:
            raise Refused(f"found the parameter {name}{nearest(name, declared)}; allowed: {', '.join(declared)}")
    for name, kind in declared.items():
        if get_origin(kind) is Annotated and not (kind is names.get("Year") and names[name] == LATEST):
            base, rule = get_args(kind)
            if type(names[name]) is not base or not rule.holds(names[name], tables):
                raise Refused(f"{name}: found {names[name]!r}; allowed: {base.__name__}, {rule.words(tables)}")


def declarations(cell: str) -> Iterator[tuple[str, str]]:
    """Names with the word that says their type: ``decimals: Decimals = 0``."""
    for node in statements(cell):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind)):
                yield name, kind


def injected(cell: str) -> Iterator[str]:
    """Names that a cell sets."""
    for node in statements(cell):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name


def statements(cell: str) -> list[ast.stmt]:
    try:
        return ast.parse(cell).body
    except SyntaxError:  # a magic
        return []
