"""The same runs on an existing Dask cluster, whose workers need this environment and nothing else.

Dask's own scheduler places the runs, and places one again whose worker is lost.
"""

from __future__ import annotations

import platform
import re
import tempfile
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import current_process
from pathlib import Path
from threading import Lock
from typing import Any

from ..problems import InputError, Problem, refuse
from ..problems.inside import inside
from ..runs.execute import Limits
from .keys import Files, hash_json, wing
from .make import Made, Maker, are_pages_of, write
from .plan import Step
from .seen import Seen, said
from .store import Store

COMPARED = (
    "altair", "babel", "distributed", "ipykernel", "ipython", "jinja2", "mistune", "nbclient", "nbconvert", "numpy",
    "pandas", "papermill", "scipy", "vl-convert-python",
)  # fmt: skip
ANSWERS_WITHIN = 10.0  # seconds that a scheduler has to answer
AT_ONCE = 64  # runs that wait for a worker; workers may join
Inputs = dict[str, bytes]


@dataclass(frozen=True)
class Shipped:
    """What comes back of a run: what was made, its executed notebook, its other files, its results."""

    made: Made
    notebook: bytes
    files: Inputs
    results: Any = None


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

    def __init__(self, folder: Path, data: Path, store: Store, limits: Limits, client: Any, seen: Seen | None = None):
        super().__init__(folder, data, store, limits, AT_ONCE, seen)
        self.client, self.inputs = client, None

    def prepare(self, steps: list[Step]) -> None:
        """Send the data and the chapters to every worker, once."""
        for files in {id(step.files): step.files for step in steps}.values():
            found = {name: files.path(name) for name in files.names() if files.path(name).is_file()}
            inputs = {name: path.read_bytes() for name, path in found.items()}
            self.inputs = self.client.scatter(inputs, broadcast=True)

    def by_running(self, step: Step) -> Made:
        """Have a worker make a run, of inputs that were as they were planned when they were sent."""
        from distributed.scheduler import KilledWorker

        if changed := self.rewritten(step):
            return self.failed(step, said(changed))
        future = self.client.submit(make_there, self.inputs, step, self.limits, pure=False)
        try:
            return self.arrived(step, future.result())
        except KilledWorker as error:
            return self.failed(step, f"found a run that its workers died of ({error}); given up")
        except CancelledError:
            return self.failed(step, "the build was ended")

    def arrived(self, step: Step, shipped: Shipped) -> Made:
        """Keep what came back, in the folder and in the store."""
        write(self.job(step).output, shipped.notebook)
        outcome = replace(shipped.made.outcome, output=self.job(step).output)
        if outcome.failed:
            return Made(step, outcome)
        pages = {"entry": shipped.made.entry, "files": {p: content.decode() for p, content in shipped.files.items()}}
        if not are_pages_of(step.slug, pages):
            return self.failed(step, "found files of another run; allowed: this run's own")
        if changed := self.rewritten(step):  # the client's own part: what it assembles, and the key
            return self.failed(step, said(changed))
        step, _ = self.keyed(step, shipped.results, shipped.made.step.reads)
        self.keep("pages", step, step.publishing_key, pages)
        return self.unpacked(step, pages)

    def stop(self) -> None:
        with suppress(Exception):  # a scheduler that is gone has nothing to end
            self.client.run(end_there)
        self.client.close(timeout=1)
        super().stop()


# What follows runs in the worker's process.

MAKERS: dict[str, Maker] = {}
LOCK = Lock()


def make_there(inputs: Inputs, step: Step, limits: Limits) -> Shipped:
    """Make one run in this worker, with processes of its own."""
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # a nanny's worker may start processes
    maker = maker_there(inputs, limits)
    chapter = replace(step.run.chapter, path=maker.data.parent / "notebooks" / step.run.chapter.path.name)
    there = Files(maker.data, chapter.path.parent)
    made = maker.by_running(replace(step, files=there, run=replace(step.run, chapter=chapter)))
    files = {path: (maker.folder / path).read_bytes() for path in made.outputs}
    return Shipped(made, made.outcome.output.read_bytes(), files, maker.store.get("runs", made.step.key))


def maker_there(inputs: Inputs, limits: Limits) -> Maker:
    """What makes the runs of these inputs in this worker: in a temporary folder, which goes with this process."""
    key = hash_json([[name, content.hex()] for name, content in inputs.items()])
    with LOCK:
        if key not in MAKERS:
            folder = Path(temporary().name) / key
            for name, content in inputs.items():
                write(inside(folder, name), content)
            (folder / "made").mkdir(exist_ok=True)
            MAKERS[key] = Maker(folder / "made", folder / "data", Store(folder / "store"), limits)
        return MAKERS[key]


@lru_cache
def temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="evaluation-")


def end_there() -> None:
    """End this worker's processes."""
    with LOCK:
        while MAKERS:
            MAKERS.popitem()[1].stop()
