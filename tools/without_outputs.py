"""A notebook as git keeps it, from standard input to standard output: nothing of a run, always in one form.

``make`` sets it up as git's filter for notebooks/ (see .gitattributes). Plain Python, so that it works before the
environment is made. What is no notebook, such as one in the midst of a merge, passes as it is.
"""

from __future__ import annotations

import json
import sys
from typing import Any

OF_A_RUN = {"execution", "collapsed", "scrolled", "ExecuteTime"}  # what JupyterLab notes in a cell's metadata
KEPT = {"evaluation", "kernelspec", "language_info"}  # of a notebook's metadata
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook without outputs, counts, times and the version of its kernel."""
    metadata = {name: value for name, value in notebook["metadata"].items() if name in KEPT}
    metadata |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    cells = [cell | kept_fields(cell) for cell in notebook["cells"]]
    return notebook | {"cells": cells, "metadata": metadata, "nbformat_minor": 5}


def kept_fields(cell: dict[str, Any]) -> dict[str, Any]:
    """What of a cell is kept in another way."""
    metadata = {name: value for name, value in cell["metadata"].items() if name not in OF_A_RUN}
    hidden = {name: value for name, value in metadata.get("jupyter", {}).items() if name != "outputs_hidden"}
    metadata = {k: v for k, v in (metadata | {"jupyter": hidden}).items() if k != "jupyter" or v}
    source = "".join(cell["source"]).splitlines(keepends=True)
    nothing = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
    return {"metadata": metadata, "source": source, **nothing}


def main() -> None:
    text = sys.stdin.buffer.read().decode("utf-8")
    try:
        text = json.dumps(without_outputs(json.loads(text)), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    except (ValueError, LookupError, TypeError, AttributeError):
        print("tools/without_outputs.py: found no notebook; it is kept as it is", file=sys.stderr)
    sys.stdout.buffer.write(text.encode("utf-8"))


if __name__ == "__main__":
    main()
