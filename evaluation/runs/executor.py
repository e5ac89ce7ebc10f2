"""Executes runs for whoever asks: in forks of a zygote where that is safe, else in ordinary kernels.

As a program it is the worker process of the latter: ``python -m evaluation.runs.executor LIMITS``.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from .execute import NO_LIMITS, NO_RESULTS, Job, Limits, Outcome, execute, write_notebook
from .keeper import sweep_abandoned
from .workers import Pool, Worker, WorkerDied, serve

ATTEMPTS = 3  # a zygote that dies takes runs with it that are not to blame
MANY = 4  # runs from which on the zygote imports what any of them may want


def executor(
    workers: int, limits: Limits = NO_LIMITS, runs: int = MANY, private: dict[str, str] | None = None
) -> Forks | Kernels:
    """What executes about so many ``runs`` on this system, ``workers`` at a time: Linux alone forks, since Windows
    has no fork and macOS's libraries do not survive one. ``private``: see `workers.Worker`."""
    if sys.platform == "linux":
        sweep_abandoned()
        return Forks(workers, limits, runs >= MANY, private)
    print("runs use ordinary kernels, since this system has no safe fork", file=sys.stderr)
    return Kernels(workers, limits, private)


class Forks:
    """Runs as forks of one zygote. ``run`` may be called by any thread."""

    def __init__(self, workers: int, limits: Limits, many: bool = True, private: dict[str, str] | None = None):
        arguments = (json.dumps(asdict(limits)), *(["many"] if many else []))
        self.start = partial(Worker, "runs.zygote", *arguments, private=private)
        self.free, self.lock = BoundedSemaphore(workers), Lock()
        self.worker = self.start()
        self.closed = False

    def zygote(self) -> Worker:
        """The one zygote; a new one where it has died."""
        with self.lock:
            if self.closed:
                raise WorkerDied("the build was ended")
            if self.worker.dead:
                self.worker = self.start()
            return self.worker

    def run(self, job: Job) -> Outcome:
        """Execute one job. A run whose process dies is a failed run, named."""
        error = ""
        for _ in range(ATTEMPTS):
            try:
                with self.free:
                    return to_outcome(job, self.zygote().ask({"job": job.record()}).result())
            except WorkerDied as died:
                error = f"the process that runs fork from died: {died}"
        return to_outcome(job, {"died": error})

    def stop(self) -> None:
        with self.lock:
            self.closed = True
            self.worker.stop()


class Kernels:
    """Runs in ordinary kernels, by worker processes that start one for each run."""

    def __init__(self, workers: int, limits: Limits, private: dict[str, str] | None = None):
        self.limits = limits
        self.pool = Pool(workers, "runs.executor", json.dumps(asdict(limits)), attempts=1, private=private)

    def run(self, job: Job) -> Outcome:
        """Execute one job. A run whose process dies is a failed run, named."""
        try:
            return to_outcome(job, self.pool.ask({"job": job.record()}, self.limits.run))
        except WorkerDied as error:
            return to_outcome(job, {"died": str(error)})
        except TimeoutError:
            return to_outcome(job, {"died": f"found a run that took longer than {self.limits.run} s"})

    def stop(self) -> None:
        self.pool.stop()


def to_outcome(job: Job, answer: dict[str, Any]) -> Outcome:
    """A worker's answer as an outcome; a run that died leaves its chapter without outputs, if that is still there."""
    if "died" in answer:
        with suppress(FileNotFoundError, ValueError):
            write_notebook(job, NO_RESULTS)
        return Outcome(job.slug, job.output, answer.get("cell", "-"), answer["died"])
    return Outcome(**answer | {"output": Path(answer["output"]), "reads": tuple(answer["reads"])})


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Execute a job with an ordinary kernel, under the limits that the process was started with."""
    outcome = execute(Job.of(request["job"]), limits=Limits(**json.loads(sys.argv[1])))
    return vars(outcome) | {"output": str(outcome.output)}


if __name__ == "__main__":
    serve(answer)
