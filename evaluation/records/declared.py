"""The parameters that a notebook's cells declare, and whether what it runs with is allowed.

A build asks before anything runs; this is for plain Papermill (``-p decimals 9``) and for JupyterLab.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..data.sources import Tables
from ..problems import Refused, nearest
from ..reviews.parameters import Parameter, check_value, to_parameter

INJECTED = "# Parameters\n"  # how the cell begins that Papermill puts in


def refuse_others(names: dict[str, Any], cells: list[str], tables: Tables) -> None:
    """Raises Refused for a parameter that no cell declares, and for a value that its type does not allow. ``cells`` are
    the sources that have run, ``names`` what they left."""
    declared = {one.name: one for cell in cells for one in declarations(cell)}
    for name in (name for cell in cells if cell.startswith(INJECTED) for name in injected(cell)):
        if name not in declared:
            raise Refused(f"found the parameter {name}{nearest(name, declared)}; allowed: {', '.join(declared)}")
    for name, parameter in declared.items():
        if refusal := check_value(parameter, names[name], tables):
            _, found, allowed = refusal
            raise Refused(f"{name}: found {found}; allowed: {allowed}")


def declarations(cell: str) -> Iterator[Parameter]:
    """The parameters of a cell: ``decimals: Decimals = 0``."""
    return filter(None, map(to_parameter, _statements(cell)))


def injected(cell: str) -> Iterator[str]:
    """Names that a cell sets."""
    for node in _statements(cell):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name


def _statements(cell: str) -> list[ast.stmt]:
    try:
        return ast.parse(cell).body
    except SyntaxError:  # a magic
        return []
