"""What git must not keep of a notebook: outputs and counts of a run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ..problems import InputError, Problem
from ..problems.foreign import read_notebook

ALLOWED = "none in what git keeps: `make` has git leave them out; or, in JupyterLab, Clear Outputs of All Cells"


def left_by_runs(folder: Path) -> list[Problem]:
    """Of each of a folder's notebooks the first cell that holds outputs or a count. A notebook that cannot be read is
    told elsewhere."""
    return [problem for path in sorted(folder.glob("*.ipynb")) for problem in islice(left_by_a_run(path), 1)]


def left_by_a_run(path: Path) -> Iterator[Problem]:
    try:
        cells = read_notebook(path)["cells"]
    except InputError:
        return
    for number, cell in enumerate(cells, start=1):
        if cell.get("outputs"):
            yield Problem(str(path), number, "outputs", "outputs of a run", ALLOWED)
        elif cell.get("execution_count") is not None:
            yield Problem(str(path), number, "execution_count", "the count of a run", ALLOWED)
