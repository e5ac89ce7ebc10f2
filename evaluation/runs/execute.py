"""Execute chapters through Papermill into reproducible notebooks: each is assembled from the chapter and the *results*
of a run (count and outputs of each code cell), which may be new, stored or from another machine. Prose is not part of a
run: it is inserted between the results, and filled at publishing.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ..data.sources import DATA_VARIABLE
from ..language import ASKED, LANGUAGES, refresh_wordings
from ..language.prose_cells import has_words, is_analysis
from ..problems import Refused
from ..problems.hints import with_advice
from ..problems.paths import PACKAGE
from ..records.unmet import Unmet
from ..reviews.parameters import Scalar
from ..writing.files import put
from .guard import guard_reads
from .rows import referenced_rows

ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "EVALUATION_NO_PREVIEW": "1",  # preview.NO_PREVIEW; charts are drawn when publishing, not in the run
}
MOST_WORDS = 10_000  # characters of an error
Results = list[list[Any]]  # of each cell of analysis, the injected one too: its count, its outputs
NO_RESULTS: Results = []


@dataclass(frozen=True)
class Job:
    """One run to execute: the chapter's notebook, its parameters, the metadata ``about`` the run, the data folder, and
    the path of the executed notebook. It can be pickled."""

    slug: str
    notebook: Path
    parameters: dict[str, Scalar]
    about: dict[str, Any]
    data: Path
    output: Path


class Failure(NamedTuple):
    """Why a run or its pages failed: the chapter's cell and the error, or a claim that does not hold."""

    cell: int | str  # its number, from 1, or - for none
    error: str
    kind: str = ""  # class of an error raised by a chapter or a library, not by this package
    placed: bool = False  # whether the message includes a position
    unmet: Unmet | None = None


@dataclass(frozen=True)
class Outcome:
    """The end of a run: ``output`` is the path of the executed notebook, which was executed in part, or not at all, if
    there are ``failures``."""

    slug: str
    output: Path
    failures: tuple[Failure, ...] = ()


def available_cores() -> int:
    """The number of cores available to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(job: Job, report_cell: Callable[[int], Any]) -> Outcome:
    """Execute one chapter with Papermill in this process, which does nothing else (see `engine`), since its environment
    and import path are changed for good; ``report_cell`` is called with the number of each cell that starts. The
    notebook is written whatever the outcome, and no error of the chapter raised. Failures are the errors in cells;
    without any, the objects' addresses in outputs; without these, what the guard refused or what ended the run.
    NameErrors after the first failure are dropped: they follow from it."""
    of_job = {DATA_VARIABLE: str(job.data.resolve()), ASKED: " ".join(job.about.get("languages", LANGUAGES))}
    os.environ.update(ENVIRONMENT, PYTHONPATH=python_path(), **of_job)
    sys.path.insert(0, str(job.notebook.parent.resolve()))  # a module beside the chapter, as in JupyterLab
    with TemporaryDirectory() as folder:
        outside_cells, cells = run_by_papermill(job, report_cell, Path(folder))
    in_cells = list(failures_in(write_notebook(job, results_of(cells))["cells"]))
    failures = [failure for failure in in_cells if failure.kind] or in_cells or outside_cells
    causes = (*failures[:1], *(failure for failure in failures[1:] if failure.kind != "NameError"))
    return Outcome(job.slug, job.output, causes)


def failures_in(cells: list[Any]) -> Iterator[Failure]:
    """A failure for each error in the outputs of executed cells, with ``kind``, and for each other output that contains
    a memory address, which would differ from run to run, without; in the order of cells."""
    for number, cell in numbered_cells(cells):
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                kind = output["ename"]
                is_whole = kind == Refused.__name__ and output["evalue"].startswith("found ")  # a message of the guard
                words = with_advice(kind, output["evalue"])
                yield Failure(number, (words if is_whole else f"{kind}: {words}")[:MOST_WORDS], kind)
            elif match := ADDRESS.search(output.get("text", "") or str(output.get("data", {}).get("text/plain", ""))):
                words = f"found an object's address ({match[0]}) in an output; allowed: output that repeats"
                yield Failure(number, words)


def python_path() -> str:
    """A value of PYTHONPATH: this package's folder, then those that the environment has now. For kernels that start in
    the folder of the notebooks."""
    package = str(PACKAGE.parent)
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([package, *(path for path in others if path not in ("", package))])


def run_by_papermill(job: Job, report_cell: Callable[[int], Any], folder: Path) -> tuple[list[Failure], list[Any]]:
    """Execute a job with Papermill under the guard, with ``folder`` for temporary files. Return failures without a cell
    (one for each file that the guard refused, or the one error that ended the run) and all executed cells, none if
    Papermill could not start. No error of the chapter or of Papermill is raised; those in cells are in their
    outputs."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    notebooks: list[Any] = []
    raised: list[Failure] = []
    try:
        chapter = folder / "asked.ipynb"
        chapter.write_text(without_prose(job.notebook), encoding="utf-8")
        with guard_reads(job.data, job.notebook.parent, folder) as refused:
            papermill.execute_notebook(
                str(chapter),
                None,
                parameters=job.parameters,
                engine_name="evaluation",
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=str(job.notebook.parent),
                coalesce_streams=True,
                record_timing=False,
                allow_error_names=allowed_error_names(),
                notebooks=notebooks,
                report_cell=report_cell,
            )
        raised = [Failure("-", words, Refused.__name__) for words in refused]
    except PapermillExecutionError as failure:
        raised = [Failure("-", str(failure.ename), str(failure.ename))]
    except Exception as failure:  # a full disk, a chapter that is gone: this run's outcome
        kind = type(failure).__name__
        raised = [Failure("-", f"{kind}: {failure}"[:MOST_WORDS], kind)]
    return raised, notebooks[0].cells if notebooks else []


def allowed_error_names() -> list[str]:
    """The names of the exceptions after which nbclient continues, so that all refusals are reported at once: Refused
    and all its subclasses, BareNumber, and NameError, which follows from them."""
    kinds: list[type] = [Refused]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return ["BareNumber", "NameError", *(kind.__name__ for kind in kinds)]


def without_prose(notebook: Path) -> str:
    """The JSON of a chapter as it is executed, with empty raw cells in place of the code cells that hold words, so that
    cells keep their numbers; Markdown stays."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in filter(has_words, content["cells"]):
        same = {"id": cell["id"]} if "id" in cell else {}
        cell.clear()
        cell.update(same, cell_type="raw", metadata={}, source="")
    return json.dumps(content)


INJECTED = "injected-parameters"
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\](\d+)\.py")


def results_of(cells: list[Any]) -> Results:
    """The execution count and the outputs of each executed cell of analysis, the injected one included. The file names
    of warnings, which contain a process id, are replaced in the outputs, so in ``cells`` too."""
    results = [[cell.get("execution_count"), cell.get("outputs", [])] for cell in cells if is_analysis(cell)]
    for output in (output for _, outputs in results for output in outputs if output["output_type"] == "stream"):
        output["text"] = CELL_FILE.sub(r"cell-\1", output["text"])  # a warning's file name has the process's number
    return results


def numbered_cells(cells: list[Any]) -> Iterator[tuple[int, Any]]:
    """Each cell of an executed notebook, in order, after its number in the chapter as JupyterLab counts: from 1, prose
    included. The injected cell, absent from the chapter, has the number of the cell before it, or 0 as the first
    one."""
    number = 0
    for cell in cells:
        number += INJECTED not in cell["metadata"].get("tags", [])
        yield number, cell


def injection_index(job: Job, cells: list[Any]) -> int | None:
    """The index at which Papermill injects a run's parameters: after the first cell that is tagged ``parameters``, or 0
    without one; None for a run without parameters."""
    declaring = (place for place, cell in enumerate(cells, 1) if "parameters" in cell["metadata"].get("tags", []))
    return next(declaring, 0) if job.parameters else None


def executed_notebook(job: Job, results: Results) -> dict[str, Any]:
    """The executed notebook: the chapter as it is on disk now, the run's metadata, a cell with its parameters, and the
    results of a run in the package's current words. With NO_RESULTS there is no cell with parameters and no output;
    with fewer results than cells, the last cells have no outputs. Unless confidential, the metadata get the ``rows`` of
    data/ that its records refer to."""
    notebook: dict[str, Any] = json.loads(job.notebook.read_text(encoding="utf-8"))
    notebook["metadata"] = {
        "evaluation": job.about,
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        cell |= {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
    injected = injection_index(job, notebook["cells"])
    if results and injected is not None:
        source = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in job.parameters.items())])
        cell = {"cell_type": "code", "id": INJECTED, "metadata": {"tags": [INJECTED]}, "source": source}
        notebook["cells"].insert(injected, cell)
    analysis = [cell for cell in notebook["cells"] if is_analysis(cell)]
    for cell, (count, outputs) in zip(analysis, results, strict=False):
        cell |= {"execution_count": count, "outputs": refresh_wordings(outputs)}
    if not job.about.get("confidential") and (rows := referenced_rows(notebook["cells"], job.data)):
        notebook["metadata"]["evaluation"] = job.about | {"rows": rows}
    return notebook


def write_notebook(job: Job, results: Results) -> dict[str, Any]:
    """Write a job's chapter with the results of a run in it (see `executed_notebook`) to its ``output``, whose folder
    is created, and return it."""
    executed = executed_notebook(job, results)
    put(job.output, notebook_text(executed).encode("utf-8", "backslashreplace"))  # for lone surrogates
    return executed


def notebook_text(notebook: dict[str, Any]) -> str:
    """A notebook as JSON with sorted keys and one cell a line: indented JSON takes ten times as long to write."""
    compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    lines = ",\n".join(map(compact.encode, notebook["cells"]))
    frame = compact.encode(dict(notebook) | {"cells": []})
    return frame.replace('"cells":[]', f'"cells":[\n{lines}\n]', 1) + "\n"
