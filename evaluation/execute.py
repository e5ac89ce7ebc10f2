"""Run chapters through Papermill and leave executed notebooks that are the same bytes each time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .parameters import Scalar
from .records import NO_PREVIEW
from .sources import FOLDER

ENVIRONMENT = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "JUPYTER_PREFER_ENV_PATH": "1", NO_PREVIEW: "1"}


@dataclass(frozen=True)
class Job:
    """One run to execute: what, with which values, on which data, into which notebook."""

    slug: str
    notebook: Path
    parameters: dict[str, Scalar]
    about: dict[str, Any]
    data: Path
    output: Path


@dataclass(frozen=True)
class Outcome:
    """How a run ended: with an executed notebook, or at a cell with an error and a partly executed notebook."""

    slug: str
    output: Path
    cell: int | str = "-"
    error: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.error)


def execute_all(jobs: list[Job], workers: int | None = None) -> Iterator[Outcome]:
    """Execute jobs in processes, one a core; yields each outcome as it comes."""
    if not jobs:
        return
    os.environ.update(ENVIRONMENT)
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures: dict[Future[Outcome], Job] = {pool.submit(execute, job): job for job in jobs}
        for future in as_completed(futures):
            yield outcome_of(future, futures[future])


def outcome_of(future: Future[Outcome], job: Job) -> Outcome:
    """A run whose process died is a failed run, named; the others go on."""
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - whatever ended the process is this run's outcome
        return Outcome(job.slug, job.output, error=f"{type(error).__name__}: {error}" or "the process died")


def execute(job: Job) -> Outcome:
    """Execute one chapter by Papermill with this environment's interpreter; the notebook is kept either way."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    os.environ[FOLDER] = str(job.data.resolve())
    package = str(Path(__file__).parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    job.output.parent.mkdir(parents=True, exist_ok=True)
    error, cell = "", "-"
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(job.output),
            parameters=job.parameters,
            kernel_name="python3",
            progress_bar=False,
            cwd=str(job.notebook.parent),
        )
    except PapermillExecutionError as failure:
        error, cell = f"{failure.ename}: {failure.evalue}", failure.cell_index + 1  # type: ignore[assignment]
    except Exception as failure:  # noqa: BLE001 - a kernel that cannot start, a full disk: this run's outcome
        error = f"{type(failure).__name__}: {failure}"
    if job.output.is_file():
        notebook = nbformat.read(job.output, as_version=4)
        settle(notebook, job)
        if not error:
            cell, error = address_in(notebook)
        job.output.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return Outcome(job.slug, job.output, cell, error)


def settle(notebook: Any, job: Job) -> None:
    """Take out what differs from run to run: times, ids, environments, Papermill's marks."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["evaluation"] = job.about
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    for index, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
            cell.source = "\n".join(["# Parameters", *(f"{n} = {v!r}" for n, v in job.parameters.items())])
        elif str(cell.get("id", "")).startswith("papermill-"):
            cell["id"] = f"cell-{index}"


ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


def address_in(notebook: Any) -> tuple[int | str, str]:
    """An object's address in an output would differ each time: the run fails at that cell."""
    for index, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            found = ADDRESS.search(output.get("text", "") or str(output.get("data", {}).get("text/plain", "")))
            if found:
                return index, f"found an object's address ({found[0]}) in an output; allowed: output that repeats"
    return "-", ""
