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
from .confidential import mask_failure
from .inputs import Files, change_message, changed_since
from .plan import Step
from .store import Store

if TYPE_CHECKING:
    from .cluster import ClusterRuns


@dataclass(frozen=True)
class MadeRun:
    """A run that was published or failed: its step and outcome, its entry in the index (None if it failed), the hashes
    of its files by path (empty if it failed), and whether its results came from the store."""

    step: Step
    outcome: Outcome
    entry: Any = None
    outputs: dict[str, str] = field(default_factory=dict)
    stored: bool = False


@dataclass
class RunMaker(AbstractContextManager["RunMaker"]):
    """Makes ``steps`` and the index of their review in a new folder, with the ``context`` of its pages. To be used as a
    context manager, which starts all its processes and threads and ends them. Results are stored and published only if
    no input was written since the build ``began`` (seconds since 1970). If ``private``, processes print nothing and
    messages hold no value."""

    folder: Path
    context: dict[str, Any]
    steps: list[Step]
    files: Files
    runs: Runs | ClusterRuns
    began: float
    private: bool = False

    def __enter__(self) -> RunMaker:
        """Start the processes that publish and, if any step has no stored results, the one that runs fork from, to warm
        up during other work of the build."""
        self.store = Store()
        self.threads = ThreadPoolExecutor(self.runs.at_once)
        if any(not self.store.has("runs", step.run_key) for step in self.steps):
            self.runs.start_early()
            self.publishers = self.threads.submit(publisher.start, available_cores(), self.private, before_runs=True)
        else:  # at once, since they fork from this process before it has threads
            self.publishers = Future()
            self.publishers.set_result(publisher.start(available_cores(), self.private))
        return self

    def __exit__(self, *_: object) -> None:
        """Kill the processes, then join the threads that waited for them: nothing may be written afterwards. Exceptions
        pass."""
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.runs.stop()
        with suppress(CancelledError, OSError):  # they were not started
            publisher.stop(self.publishers.result())
        self.threads.shutdown()

    def make_runs(self) -> Iterator[MadeRun]:
        """Make all runs in parallel, yielding each when it ends, in that order. A failed run does not stop the others;
        an exception that `_make_run` lets through does."""
        futures = [self.threads.submit(self._make_run, step) for step in self.steps]
        yield from (future.result() for future in as_completed(futures))

    def _make_run(self, step: Step) -> MadeRun:
        """Execute a run, or take its results from the store, and publish it; failures are without values if private. An
        OSError, ValueError or KeyError becomes a failure of the run."""
        results = self.store.get("runs", step.run_key)
        try:
            run = self._execute(step) if results is None else self._publish(step, results)
        except (OSError, ValueError, KeyError) as error:  # a chapter being edited
            run = self._failed_run(step, f"{type(error).__name__}: {error}")
        failures = tuple(map(mask_failure, run.outcome.failures)) if self.private else run.outcome.failures
        return replace(run, outcome=replace(run.outcome, failures=failures), stored=results is not None)

    def _execute(self, step: Step) -> MadeRun:
        """Execute a run, store its results, then publish it. If its cells fail or its inputs were written since the
        build began, return a failed run and store nothing."""
        outcome = self.runs.run(self._job(step))
        if changed := self._changed_inputs(step):
            return self._failed_run(step, change_message(changed))
        if outcome.failures:
            return MadeRun(step, outcome)
        results = results_of(json.loads(outcome.output.read_bytes())["cells"])
        self.store.put("runs", step.run_key, results)
        return self._publish(step, results)

    def _publish(self, step: Step, results: Results) -> MadeRun:
        """Write a run's executed notebook and, in another process, its pages; return a failed run if that process dies
        or the run's inputs were written since the build began."""
        job = self._job(step)
        write_notebook(job, results)
        try:
            published = self.publishers.result().submit(publisher.publish_run, job.output, self.folder).result()
        except BrokenProcessPool:
            return self._failed_run(step, "the process that publishes died")
        if changed := self._changed_inputs(step):
            return self._failed_run(step, change_message(changed))
        return MadeRun(step, *published)

    def write_index(self, entries: list[Any]) -> None:
        """Write the opening pages of each language, in parallel, and the files they share, from the index entries of
        all runs in order. Raises what their processes raise."""
        pool, about = self.publishers.result(), (self.context, entries, self.folder)
        written = [pool.submit(publisher.write_opening, each, *about) for each in self.context["languages"]]
        for future in [*written, pool.submit(publisher.write_shared, *about)]:
            future.result()

    def _changed_inputs(self, step: Step) -> list[str]:
        """The names of a run's inputs, the package included, that were written since the build began."""
        return changed_since(self.began, self.files, [step.notebook, *step.files])

    def _job(self, step: Step) -> Job:
        """The job that executes a step, with its notebook in ``notebooks/`` of the new folder."""
        output = self.folder / "notebooks" / f"{step.slug}.ipynb"
        return Job(step.slug, step.run.chapter.path, step.run.parameters, step.about, self.files.data, output)

    def _failed_run(self, step: Step, error: str) -> MadeRun:
        """A run that failed with an error outside its cells."""
        return MadeRun(step, Outcome(step.slug, self._job(step).output, (Failure("-", error),)))
