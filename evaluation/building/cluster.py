"""The same runs on an existing Dask cluster, whose workers need this environment and nothing else.

Dask's own scheduler places the runs, and places one again whose worker is lost.
"""

from __future__ import annotations

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
from ..runs.execute import Limits, read_results
from .inputs import Files, Marks, changed_meanwhile, hash_json, wing
from .make import Made, Maker, write
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
    problems = differences(address, client)
    if problems:
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
    ours = versions()
    return [
        Problem(address, worker, name, f"{name} {found.get(name)}", f"{name} {ours[name]}, as here")
        for worker, found in sorted(theirs.items())
        for name in ours
        if found.get(name) != ours[name]
    ]


def versions() -> dict[str, str]:
    """What runs and pages can depend on, in this process's environment."""
    found = {"python": platform.python_version(), "evaluation": hash_json([wing(True), wing(False)])[:12]}
    for name in COMPARED:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


class ClusterMaker(Maker):
    """Makes runs on a cluster's workers; what the store has is taken from there as always."""

    def __init__(self, folder: Path, data: Path, store: Store, limits: Limits, client: Any, marks: Marks | None = None):
        super().__init__(folder, data, store, limits, AT_ONCE, marks)
        self.client, self.inputs = client, None

    def prepare(self, steps: list[Step]) -> None:
        """Send the data and the chapters to every worker, once."""
        files = steps[0].files
        paths = {name: files.path(name) for name in files.names()}
        inputs = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
        self.inputs = self.client.scatter(inputs, broadcast=True)

    def by_executing(self, step: Step) -> Made:
        """Have a worker make a run, of inputs that were as they were planned when they were sent."""
        from distributed.scheduler import KilledWorker

        if changed := self.rewritten(step):
            return self.failed(step, changed_meanwhile(changed))
        future = self.client.submit(make_there, self.inputs, step, self.limits, pure=False)
        try:
            return self.arrived(step, *future.result())
        except KilledWorker as error:
            return self.failed(step, f"found a run that its workers died of ({error}); given up")
        except CancelledError:
            return self.failed(step, "the build was ended")

    def arrived(self, step: Step, made: Made, files: Inputs) -> Made:
        """Keep what came back, in the folder and in the store."""
        step, job = replace(step, reads=made.step.reads), self.job(step)
        for path, content in files.items():
            write(path_in(self.folder, path), content)
        if made.outcome.failed:
            return Made(step, replace(made.outcome, output=job.output))
        if changed := self.rewritten(step):  # the client's own part: what it plans, and the key
            return self.failed(step, changed_meanwhile(changed))
        self.store_results(step, read_results(job.output))
        return self.stored(step, job, made.entry, made.outputs)

    def stop(self) -> None:
        self.client.close(timeout=1)
        super().stop()


def make_there(inputs: Inputs, step: Step, limits: Limits) -> tuple[Made, Inputs]:
    """Make one run in a worker, with processes and a folder of its own; gives its files too."""
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # a nanny's worker may start processes
    with TemporaryDirectory(prefix="evaluation-") as folder:
        for name, content in inputs.items():
            write(path_in(Path(folder), name), content)
        files = Files(Path(folder, "data"), Path(folder, "notebooks"))
        chapter = replace(step.run.chapter, path=files.notebooks / step.run.chapter.path.name)
        maker = Maker(Path(folder, "made"), files.data, Store(Path(folder, "store")), limits, 1)
        try:
            made = maker.by_executing(replace(step, files=files, run=replace(step.run, chapter=chapter)))
        finally:
            maker.stop()
        made_files = [path for path in maker.folder.rglob("*") if path.is_file()]
        return made, {path.relative_to(maker.folder).as_posix(): path.read_bytes() for path in made_files}
