"""Runs on an existing Dask cluster. Workers need this environment and nothing else; pages are made on this machine.
Dask's scheduler places runs, and places them again if a worker is lost. Without it a matrix of thousands of runs
has the cores of one machine.
"""

import platform
import re
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import current_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..problems import InputError, Problem, refuse
from ..problems.paths import path_in
from ..runs.execute import Failure, Job, Outcome
from ..runs.pool import Runs, failed_outcome
from ..writing.files import put
from .inputs import Files, hash_json, package_hashes

COMPARED = (
    "altair", "babel", "distributed", "ipykernel", "ipython", "jinja2", "mistune", "nbclient", "nbconvert", "numpy",
    "pandas", "papermill", "scipy", "vl-convert-python",
)  # fmt: skip
ANSWERS_WITHIN = 10.0  # seconds for the scheduler's answer
AT_ONCE = 64  # runs queued for workers, which may join later


def connect(address: str) -> Any:
    """Connect to a Dask scheduler, such as ``tcp://host:8786``; return the client, to be closed. Raises InputError for
    an address in another form, for a scheduler that does not answer within ANSWERS_WITHIN seconds, and for workers that
    are missing or have other versions."""
    from distributed import Client

    wanted = "a Dask scheduler, such as tcp://host:8786"
    if not re.fullmatch(r"[a-z]+://[^/\s]+:\d+", address):
        raise refuse(address, actual="no address of a scheduler", allowed=wanted)
    try:
        client = Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except Exception as error:  # any error of the library for this address
        raise refuse(address, actual=f"no scheduler that answers ({type(error).__name__})", allowed=wanted) from None
    if problems := version_problems(address, client):
        client.close()
        raise InputError(problems)
    return client


def version_problems(address: str, client: Any) -> list[Problem]:
    """A problem for each package of each worker whose version differs from this environment's, with both versions; a
    single one for a cluster without workers, or if a worker lacks this package. ``address`` is named in problems."""
    try:
        theirs = client.run(package_versions)
    except Exception as error:  # any answer of a foreign worker
        return [Problem(address, actual=f"workers without this package ({error})", allowed="this environment")]
    if not theirs:
        return [Problem(address, actual="no workers", allowed="at least one")]
    return [
        Problem(address, worker, name, f"{name} {versions_there.get(name)}", f"{name} {ours}, as here")
        for worker, versions_there in sorted(theirs.items())
        for name, ours in package_versions().items()
        if versions_there.get(name) != ours
    ]


def package_versions() -> dict[str, str]:
    """The versions in this process of Python and of all packages that runs and pages can depend on, by name, those that
    are not installed left out; for this package a hash of its files. It also runs on workers."""
    versions = {"python": platform.python_version(), "evaluation": hash_json(package_hashes())[:12]}
    for name in COMPARED:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


class ClusterRuns:
    """Executes jobs on a cluster, with the interface of `runs.pool.Runs`; each job carries its inputs, so that none is
    lost with a worker. ``start_early`` must be called before ``run``."""

    at_once = AT_ONCE

    def __init__(self, client: Any, files: Files, timeout: float):
        self.client, self.files, self.timeout = client, files, timeout

    def start_early(self) -> None:
        """Read all files that jobs carry into memory: those of the data folder and of the notebooks' folder."""
        paths = {name: self.files.path(name) for name in self.files.names()}
        self.inputs = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}

    def run(self, job: Job) -> Outcome:
        """Execute one job on a worker, wait for it, and write its executed notebook to its ``output`` here. If its
        workers die or ``stop`` cancels it, the outcome is a failure."""
        from distributed.scheduler import KilledWorker

        future = self.client.submit(run_on_worker, self.inputs, job, self.timeout, pure=False)
        try:
            outcome, notebook = future.result()
        except KilledWorker as error:
            return failed_outcome(job, "-", f"found a run that its workers died of ({error}); given up")
        except CancelledError:
            return Outcome(job.slug, job.output, (Failure("-", "the build was ended"),))
        put(job.output, notebook)
        return replace(outcome, output=job.output)

    def stop(self) -> None:
        """Close the client, which cancels what it submitted, and not the cluster."""
        self.client.close(timeout=1)


def run_on_worker(inputs: dict[str, bytes], job: Job, timeout: float) -> tuple[Outcome, bytes]:
    """Execute one job in a worker, in a process and a temporary folder of its own, with ``inputs`` (contents by name,
    such as ``data/places.csv``); return its outcome, whose path exists no more, and the executed notebook's content."""
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # a nanny's worker may start processes
    with TemporaryDirectory(prefix="evaluation-") as name:
        folder = Path(name)
        for path, content in inputs.items():
            put(path_in(folder, path), content)
        output, chapter = folder / "executed.ipynb", folder / "notebooks" / job.notebook.name
        outcome = Runs(timeout).run(replace(job, notebook=chapter, data=folder / "data", output=output))
        return outcome, output.read_bytes()
