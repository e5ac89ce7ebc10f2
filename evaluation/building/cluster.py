"""The same runs on an existing Dask cluster, whose workers need this environment and nothing else.

Dask's own scheduler places the runs, and places one again whose worker is lost.
"""

from __future__ import annotations

import platform
import re
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import current_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..problems import InputError, Problem, refuse
from ..problems.paths import path_in
from ..runs.execute import read_results
from .inputs import Files, Marks, changed_meanwhile, hash_json, wing
from .make import Made, Maker
from .plan import Step
from .store import Store

COMPARED = (
    "altair", "babel", "distributed", "ipykernel", "ipython", "jinja2", "mistune", "nbclient", "nbconvert", "numpy",
    "pandas", "papermill", "scipy", "vl-convert-python",
)  # fmt: skip
ANSWERS_WITHIN = 10.0  # seconds that a scheduler has to answer
AT_ONCE = 64  # runs that wait for a worker; workers may join
Inputs = dict[str, bytes]


def connect(address: str) -> Any:
    """A client of a cluster whose workers all have this environment. Raises InputError where there is none."""
    from distributed import Client

    wanted = "a Dask scheduler, such as tcp://host:8786"
    if not re.fullmatch(r"[a-z]+://[^/\s]+:\d+", address):
        raise refuse(address, found="no address of a scheduler", allowed=wanted)
    try:
        client = Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except Exception as error:  # whatever a library says of an address
        raise refuse(address, found=f"no scheduler that answers ({type(error).__name__})", allowed=wanted) from None
    if problems := differences(address, client):
        client.close()
        raise InputError(problems)
    return client


def differences(address: str, client: Any) -> list[Problem]:
    """Every package of a worker that is not of this environment's version, with both versions."""
    try:
        theirs = client.run(versions)
    except Exception as error:  # whatever a foreign worker answers with
        return [Problem(address, found=f"workers without this package ({error})", allowed="this environment")]
    if not theirs:
        return [Problem(address, found="no workers", allowed="at least one")]
    return [
        Problem(address, worker, name, f"{name} {found.get(name)}", f"{name} {ours}, as here")
        for worker, found in sorted(theirs.items())
        for name, ours in versions().items()
        if found.get(name) != ours
    ]


def versions() -> dict[str, str]:
    """What runs and pages can depend on, in this process's environment."""
    found = {"python": platform.python_version(), "evaluation": hash_json([wing(True), wing(False)])[:12]}
    for name in COMPARED:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


@dataclass
class ClusterMaker(Maker):
    """Makes runs on a cluster's workers; what the store has is published here as always."""

    client: Any = None
    at_once: int = AT_ONCE

    def __enter__(self) -> ClusterMaker:
        """Send the data and the chapters to every worker, once."""
        files = self.steps[0].files
        paths = {name: files.path(name) for name in files.names()}
        inputs = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
        self.inputs = self.client.scatter(inputs, broadcast=True)
        super().__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.client.close(timeout=1)
        super().__exit__(*problem)

    def by_executing(self, step: Step) -> Made:
        """Have a worker make a run, of inputs that were as they were planned when they were sent."""
        from distributed.scheduler import KilledWorker

        if changed := self.marks.changed(step.reads, step.notebook):
            return self.failed(step, changed_meanwhile(changed))
        future = self.client.submit(make_there, self.inputs, step, self.seconds, pure=False)
        try:
            return self.arrived(step, *future.result())
        except KilledWorker as error:
            return self.failed(step, f"found a run that its workers died of ({error}); given up")
        except CancelledError:
            return self.failed(step, "the build was ended")

    def arrived(self, step: Step, made: Made, files: Inputs) -> Made:
        """Keep what came back, in the folder and in the store."""
        step = replace(step, reads=made.step.reads)
        write_all(self.folder, files)
        made = replace(made, step=step, outcome=replace(made.outcome, output=self.job(step).output))
        if made.outcome.failed:
            return made
        if changed := self.marks.changed(step.reads, step.notebook):  # here: what it plans, and the key
            return self.failed(step, changed_meanwhile(changed))
        self.keep(step, read_results(made.outcome.output))
        return made


def write_all(folder: Path, files: Inputs) -> None:
    for name, content in files.items():
        path = path_in(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def make_there(inputs: Inputs, step: Step, seconds: float) -> tuple[Made, Inputs]:
    """Make one run in a worker, with processes and a folder of its own; gives its files too."""
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # a nanny's worker may start processes
    with TemporaryDirectory(prefix="evaluation-") as folder:
        write_all(Path(folder), inputs)
        files = Files(Path(folder, "data"), Path(folder, "notebooks"))
        chapter = replace(step.run.chapter, path=files.notebooks / step.run.chapter.path.name)
        step = replace(step, files=files, run=replace(step.run, chapter=chapter))
        new = Path(folder, "new")
        with Maker(new, [step], Store(Path(folder, "store")), seconds, Marks.of(files), at_once=1) as maker:
            made = maker.make(step)
        made_files = [path for path in new.rglob("*") if path.is_file()]
        return made, {path.relative_to(new).as_posix(): path.read_bytes() for path in made_files}
