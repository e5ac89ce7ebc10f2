"""Make runs, in parallel: execute each, or take its results from the store, and publish it. One thread per core follows
a run from execution to pages, while other processes do the work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..runs.execute import Failure, Job, Outcome, Results, available_cores, results_of, write_notebook
from ..runs.pool import Runs
from . import publisher
from .confidential import masked_failure
from .inputs import Files, changed_meanwhile, changed_since
from .plan import Step
from .store import Store

if TYPE_CHECKING:
    from .cluster import ClusterRuns


@dataclass(frozen=True)
class Made:
    """A run that was made or failed: its step, index entry, files by hash, and whether its results came from the
    store."""

    step: Step
    outcome: Outcome
    entry: Any = None
    outputs: dict[str, str] = field(default_factory=dict)
    stored: bool = False


@dataclass
class Maker(AbstractContextManager["Maker"]):
    """Makes ``steps`` and the index of their review in a new folder. A context manager that ends all its processes and
    threads. Results are stored and published only if no input was written since the build ``began``. If ``private``,
    processes print nothing and messages hold no value."""

    folder: Path
    context: dict[str, Any]
    steps: list[Step]
    files: Files
    runs: Runs | ClusterRuns
    began: float
    private: bool = False

    def __enter__(self) -> Maker:
        """Start the processes early, to warm up during other work of the build."""
        self.store = Store()
        self.hands = ThreadPoolExecutor(self.runs.at_once)
        if any(not self.store.has("runs", step.run_key) for step in self.steps):
            self.runs.start_early()
            self.publishers = self.hands.submit(publisher.start, available_cores(), self.private, runs=True)
        else:  # at once, since they fork from this process before it has threads
            self.publishers = Future()
            self.publishers.set_result(publisher.start(available_cores(), self.private))
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, then join the threads that waited for them: nothing may be written afterwards."""
        self.hands.shutdown(wait=False, cancel_futures=True)
        self.runs.stop()
        with suppress(CancelledError, OSError):  # they were not started
            publisher.stop(self.publishers.result())
        self.hands.shutdown()

    def make_all(self) -> Iterator[Made]:
        """Make all runs in parallel, yielding each as it ends. A failed run does not stop the others."""
        yield from (future.result() for future in as_completed([self.hands.submit(self._make, s) for s in self.steps]))

    def _make(self, step: Step) -> Made:
        results = self.store.get("runs", step.run_key)
        try:
            made = self._by_executing(step) if results is None else self._publish(step, results)
        except (OSError, ValueError, KeyError) as error:  # a chapter being edited
            made = self._failed(step, f"{type(error).__name__}: {error}")
        failures = tuple(map(masked_failure, made.outcome.failures)) if self.private else made.outcome.failures
        return replace(made, outcome=replace(made.outcome, failures=failures), stored=results is not None)

    def _by_executing(self, step: Step) -> Made:
        outcome = self.runs.run(self._job(step))
        if changed := self._changed(step):
            return self._failed(step, changed_meanwhile(changed))
        if outcome.failures:
            return Made(step, outcome)
        results = results_of(json.loads(outcome.output.read_bytes())["cells"])
        self.store.put("runs", step.run_key, results)
        return self._publish(step, results)

    def _publish(self, step: Step, results: Results) -> Made:
        """Write a run's executed notebook and its pages."""
        job = self._job(step)
        write_notebook(job, results)
        try:
            published = self.publishers.result().submit(publisher.publish_run, job.output, self.folder).result()
        except BrokenProcessPool:
            return self._failed(step, "the process that publishes died")
        if changed := self._changed(step):
            return self._failed(step, changed_meanwhile(changed))
        return Made(step, *published)

    def write_index(self, entries: list[Any]) -> None:
        """Write the opening page of each language, in parallel, and the files they share."""
        pool, about = self.publishers.result(), (self.context, entries, self.folder)
        written = [pool.submit(publisher.write_opening, each, *about) for each in self.context["languages"]]
        for future in [*written, pool.submit(publisher.write_shared, *about)]:
            future.result()

    def _changed(self, step: Step) -> list[str]:
        return changed_since(self.began, self.files, [step.notebook, *step.files])

    def _job(self, step: Step) -> Job:
        output = self.folder / "notebooks" / f"{step.slug}.ipynb"
        return Job(step.slug, step.run.chapter.path, step.run.parameters, step.about, self.files.data, output)

    def _failed(self, step: Step, error: str) -> Made:
        return Made(step, Outcome(step.slug, self._job(step).output, (Failure("-", error),)))
