"""The same runs on an existing Dask cluster: its workers need the environment only.

Inputs go by content, once a worker; pages and results come back. The client chooses the worker of each run, so
that it knows which run was lost with which worker: a run that loses two is given up, whatever the scheduler's own
settings are.
"""

from __future__ import annotations

import platform
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import current_process
from pathlib import Path
from threading import Condition, Lock
from typing import Any

from ..data.files import data_files
from ..problems import InputError, Problem
from ..problems.inside import inside
from ..runs.execute import Limits
from ..runs.reads import ALL
from .keys import hash_json, wing
from .make import Made, Maker, are_pages_of, write
from .plan import Step
from .seen import Seen, said
from .store import Store

COMPARED = (
    "altair", "babel", "distributed", "ipykernel", "ipython", "jinja2", "mistune", "nbclient", "nbconvert", "numpy",
    "pandas", "papermill", "scipy", "vl-convert-python",
)  # fmt: skip
ANSWERS_WITHIN = 10.0  # seconds that a scheduler has to answer
MOST_LOST = 2  # workers that a run may lose
ROOM = 64  # runs that wait for a worker at once; workers may join


class WorkerLost(RuntimeError):
    """A Dask worker was gone before its run was made."""


@dataclass(frozen=True)
class Inputs:
    """The data files and chapters of a review, by name, with one key for all."""

    key: str
    files: dict[str, bytes]

    @classmethod
    def of(cls, data: Path, steps: list[Step]) -> Inputs:
        paths = data_files(data)
        paths |= {f"notebooks/{step.run.chapter.path.name}": step.run.chapter.path for step in steps}
        files = {name: path.read_bytes() for name, path in sorted(paths.items())}
        return cls(hash_json([[name, content.hex()] for name, content in files.items()]), files)


@dataclass(frozen=True)
class Shipped:
    """What comes back of a run: how it ended, its entry in the index, its files, its results, and what it read."""

    cell: int | str
    error: str
    notebook: bytes
    entry: Any = None
    files: dict[str, bytes] | None = None
    results: Any = None
    reads: tuple[str, ...] = (ALL,)


def connect(address: str) -> Any:
    """A client of a cluster whose workers all have this environment. Raises InputError where there is none."""
    from distributed import Client

    try:
        client = Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        found = f"no scheduler that answers ({type(error).__name__})"
        raise InputError([Problem(address, found=found, allowed="a Dask scheduler, such as tcp://host:8786")]) from None
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
        super().__init__(folder, data, store, limits, ROOM, seen)
        self.client, self.inputs = client, None
        self.busy: Counter[str] = Counter()
        self.changed = Condition()

    def prepare(self, steps: list[Step]) -> None:
        """Send the inputs to every worker, once."""
        if any(not self.store.has("pages", step.publishing_key) for step in steps):
            self.inputs = self.client.scatter(Inputs.of(self.data, steps), broadcast=True)

    def by_running(self, step: Step) -> Made:
        """Have a worker make a run, of inputs that were as they were planned when they were sent."""
        if changed := self.rewritten(step):
            return self.failed(step, said(changed))
        for _ in range(MOST_LOST):
            with suppress(WorkerLost), self.worker() as address:
                return self.arrived(step, self.made_at(address, step))
        return self.failed(step, f"found a run that lost its worker {MOST_LOST} times; given up")

    @contextmanager
    def worker(self) -> Iterator[str]:
        """The address of a worker with a free thread; waits for one."""
        with self.changed:
            while not (free := self.free()):
                self.refuse_when_closed()
                self.changed.wait(0.2)
            self.busy[free] += 1
        try:
            yield free
        finally:
            with self.changed:
                self.busy[free] -= 1
                self.changed.notify()

    def free(self) -> str | None:
        threads = self.threads()
        return min((a for a in threads if self.busy[a] < threads[a]), key=lambda a: self.busy[a], default=None)

    def threads(self) -> dict[str, int]:
        """The workers that are there now, with their threads."""
        found = self.client.scheduler_info(n_workers=-1)["workers"]
        return {address: worker["nthreads"] for address, worker in found.items()}

    def made_at(self, address: str, step: Step) -> Shipped:
        """Have one worker make a run. Raises WorkerLost when it is gone before."""
        options = {"workers": [address], "allow_other_workers": False, "pure": False}
        from distributed.scheduler import KilledWorker

        future = self.client.submit(make_there, self.inputs, step, self.limits, **options)
        while True:
            try:
                return future.result(timeout=1)
            except (KilledWorker, CancelledError):
                raise WorkerLost(address) from None
            except TimeoutError:
                self.refuse_when_closed()
                if address not in self.threads():
                    future.cancel()
                    raise WorkerLost(address) from None

    def arrived(self, step: Step, shipped: Shipped) -> Made:
        """Keep what came back, in the folder and in the store."""
        write(self.job(step).output, shipped.notebook)
        if shipped.error:
            return self.failed(step, shipped.error, cell=shipped.cell)
        pages = {"entry": shipped.entry, "files": {p: content.decode() for p, content in (shipped.files or {}).items()}}
        if not are_pages_of(step.slug, pages):
            return self.failed(step, "found files of another run; allowed: this run's own")
        if changed := self.rewritten(step):  # the client's own part: what it assembles, and the key
            return self.failed(step, said(changed))
        step, _ = self.keyed(step, shipped.results, shipped.reads)
        self.store.put("pages", step.publishing_key, pages)
        return self.unpacked(step, pages)

    def stop(self) -> None:
        super().stop()
        with suppress(Exception):  # a scheduler that is gone has nothing to end
            self.client.run(end_there)
        self.client.close(timeout=1)


# What follows runs in the worker's process.

PLACES: dict[str, Maker] = {}
LOCK = Lock()


def make_there(inputs: Inputs, step: Step, limits: Limits) -> Shipped:
    """Make one run in this worker, with warm processes of its own."""
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # a nanny's worker may start processes
    maker = place(inputs, limits)
    chapter = replace(step.run.chapter, path=maker.data.parent / "notebooks" / step.run.chapter.path.name)
    step = replace(step, run=replace(step.run, chapter=chapter))
    made = maker.by_running(step)
    files = {path: (maker.folder / path).read_bytes() for path in made.outputs}
    notebook = made.outcome.output.read_bytes()
    for path in files:
        (maker.folder / path).unlink()
    results = maker.store.get("runs", made.step.key)
    return Shipped(made.outcome.cell, made.outcome.error, notebook, made.entry, files, results, made.step.reads)


def place(inputs: Inputs, limits: Limits) -> Maker:
    """Where this worker makes the runs of these inputs: a temporary folder with warm processes."""
    key = hash_json([inputs.key, vars(limits)])
    with LOCK:
        if key not in PLACES:
            folder = Path(temporary().name) / key
            for name, content in inputs.files.items():
                write(inside(folder, name), content)
            maker = Maker(folder / "made", folder / "data", Store(folder / "store"), limits, threads_here())
            maker.folder.mkdir(exist_ok=True)
            maker.the_runs()
            maker.the_publishers(maker.workers)
            PLACES[key] = maker
        return PLACES[key]


@lru_cache
def temporary() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes with this process."""
    return tempfile.TemporaryDirectory(prefix="evaluation-")


def threads_here() -> int:
    from distributed import get_worker

    return int(get_worker().state.nthreads)


def end_there() -> None:
    """End this worker's warm processes."""
    with LOCK:
        for maker in PLACES.values():
            maker.stop()
        PLACES.clear()
