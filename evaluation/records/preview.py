"""The page of a chapter that is being run, as a notebook shows it; nbconvert finds what makes pages by its name."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from ..language import asked_for, names
from ..language.placeholders import NAME
from ..language.prose_cells import is_prose
from ..problems import InputError, Refused
from ..problems.foreign import read_notebook
from ..reviews.parameters import read_chapter
from .recorded import SCHEMA, VALUE
from .session import SESSION

EXPORTER = "evaluation-page"
PATH = "JPY_SESSION_NAME"  # where Jupyter's server tells a kernel which notebook is its own
UNTITLED = {"en": "Preview", "fr": "Aperçu"}
FRAME = "width: 100%; height: 80vh; border: 1px solid #767676"


def preview(language: str) -> None:
    """Show the page of the cells run so far; what they have not recorded yet stays as it is written. One line where
    there is no page yet."""
    from IPython.display import display
    from nbconvert.exporters.base import get_exporter

    try:
        html, _ = get_exporter(EXPORTER)(language=language, draft=True).from_notebook_node(run_so_far())
    except Refused as error:
        print(error, file=sys.stderr)
        return
    frame = f'<iframe srcdoc="{escape(html, quote=True)}" style="{FRAME}" title="{UNTITLED[language]}"></iframe>'
    display({"text/html": frame, "text/plain": "preview"}, raw=True)


def run_so_far() -> Any:
    """The cells that this kernel has run, as an executed notebook, with what its file says of it."""
    import nbformat

    path = Path(os.environ.get(PATH, "preview"))
    stored = on_disk(path)
    about = {"title": UNTITLED} | stored["metadata"].get("evaluation", {})
    about |= {"chapter": path.stem, "slug": path.stem, "parameters": parameters(path)}
    ids = [str(cell.get("id")) for cell in stored["cells"]]
    cells = [executed(cell.source, cell.records) for cell in SESSION.in_order(ids)]
    metadata = {"evaluation": about | {"review": "", "run_key": "", "differing": {}}}
    return nbformat.from_dict({"cells": list(with_all_names(cells)), "metadata": metadata})


def on_disk(path: Path) -> dict[str, Any]:
    """A notebook as it was saved last; an empty one where there is none."""
    with suppress(InputError):
        return read_notebook(path)
    return {"cells": [], "metadata": {}}


def parameters(path: Path) -> dict[str, Any]:
    """The parameters that a chapter declares, with the values that they have in this kernel."""
    from IPython.core.getipython import get_ipython

    variables = getattr(get_ipython(), "user_ns", {})
    with suppress(InputError):
        return {name: variables[name] for name in read_chapter(path, asked_for()).parameters if name in variables}
    return {}


def executed(source: str, records: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "data": {kind: record}, "metadata": {}} for kind, record in records]
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": outputs, "execution_count": None}


def with_all_names(cells: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells, and one that records each name that they ask for and do not record as the text ``{name}``, of data,
    which is no template."""
    records = [record for cell in cells for output in cell["outputs"] for record in output["data"].values()]
    known = {record.get("name") for record in records} | set(names())
    asked = {match[1] for cell in cells for match in NAME.finditer(json.dumps(cell))} - known
    texts = [
        (VALUE, {"schema": SCHEMA, "name": name, "text": dict.fromkeys(UNTITLED, f"{{{name}}}")})
        for name in sorted(asked)
    ]
    yield from (without_parts(cell, asked) if is_prose(cell) else cell for cell in cells)
    yield executed("", texts)


def without_parts(cell: dict[str, Any], asked: set[str]) -> dict[str, Any]:
    """Prose whose unrecorded names stand without their units."""
    source = NAME.sub(lambda match: f"{{{match[1]}}}" if match[1] in asked else match[0], cell["source"])
    return cell | {"source": source}
