"""Make runs: each from the store where it is known, else executed and published, many at once.

One thread a core follows a run from its execution to its pages and waits for warm processes to do the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from .execute import Job, Limits, Outcome, cores, read_results, write_notebook
from .executor import Forks, Kernels, executor
from .plan import Step, digest
from .progress import Progress
from .store import Store
from .workers import Pool, WorkerDied


@dataclass(frozen=True)
class Made:
    """A run that was made, or failed: its entry in the index, its files with their hashes, whether it was stored."""

    outcome: Outcome
    entry: Any = None
    outputs: dict[str, str] = field(default_factory=dict)
    stored: bool = False


class Maker:
    """Makes runs into a new folder. Call ``stop`` when done: no process is left then."""

    def __init__(self, folder: Path, data: Path, store: Store, limits: Limits, workers: int | None = None):
        self.folder, self.data, self.store = folder, data, store
        self.workers, self.limits = workers or cores(), limits
        self.lock, self.closed, self.expected = Lock(), False, 0
        self.executor: Forks | Kernels | None = None
        self.publishers: Pool | None = None

    def make_all(self, steps: list[Step], progress: Progress) -> Iterator[Made]:
        """Make runs, many at once; yields each as it is made. A failed run stops no other."""
        threads = ThreadPoolExecutor(self.workers)
        try:
            made: list[Future[Made]] = [threads.submit(self.make, step, progress) for step in steps]
            yield from (future.result() for future in as_completed(made))
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def prepare(self, steps: list[Step]) -> None:
        """Start the processes that these steps need, so that they get ready while the build does other things."""
        steps = [step for step in steps if not self.store.has("pages", step.publishing_key)]
        self.expected = len([step for step in steps if not self.store.has("runs", step.key)])
        if self.expected:
            self.the_executor()
        if steps:
            self.the_publishers(len(steps), "draw" if self.expected else "")

    def make(self, step: Step, progress: Progress) -> Made:
        progress.begin(step.slug)
        made = self.from_store(step) or self.by_running(step)
        progress.end(step.slug, made.outcome.error, made.stored)
        return made

    def from_store(self, step: Step) -> Made | None:
        """The files that an earlier build made of the same."""
        found = self.store.get("pages", step.publishing_key)
        return found and replace(self.unpacked(step, found), stored=True)

    def unpacked(self, step: Step, pages: dict[str, Any]) -> Made:
        """Write a run's files from one entry of the store."""
        contents = {path: text.encode() for path, text in pages["files"].items()}
        for path, content in contents.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)
        outputs = {path: digest(content) for path, content in contents.items()}
        return Made(Outcome(step.slug, self.job(step).output), pages["entry"], outputs)

    def by_running(self, step: Step) -> Made:
        """Execute, or take the stored results of the same run; then publish."""
        job = self.job(step)
        results = self.store.get("runs", step.key)
        if results is None:
            outcome = self.the_executor().run(job)
            if outcome.failed:
                return Made(outcome)
            self.store.put("runs", step.key, read_results(job.output))
        else:
            write_notebook(job, results)
        return self.publish(step, job)

    def publish(self, step: Step, job: Job) -> Made:
        request = {"notebook": str(job.output), "folder": str(self.folder)}
        answer = self.ask(request | {"key": step.publishing_key})
        if "error" in answer:
            return Made(Outcome(step.slug, job.output, error=answer["error"], placed="placed" in answer))
        return Made(Outcome(step.slug, job.output), answer["entry"], answer["outputs"])

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.the_publishers().ask(request)
        except WorkerDied as error:
            return {"error": f"the process that publishes died twice: {error}"}

    def the_executor(self) -> Forks | Kernels:
        """What executes runs, started when the first is not in the store."""
        with self.lock:
            self.refuse_when_closed()
            self.executor = self.executor or executor(self.workers, self.limits, self.expected)
            return self.executor

    def the_publishers(self, most: int = 1, begin: str = "") -> Pool:
        """The processes that publish, started when the first page is not in the store."""
        with self.lock:
            self.refuse_when_closed()
            self.publishers = self.publishers or Pool(min(self.workers, most), "publisher", begin)
            return self.publishers

    def refuse_when_closed(self) -> None:
        if self.closed:
            raise WorkerDied("the build was ended")

    def write_index(self, title: dict[str, str], entries: list[Any]) -> None:
        """The way in and the contents. Raises WorkerDied when they cannot be written."""
        answer = self.ask({"index": {"title": title, "entries": entries, "folder": str(self.folder)}})
        if "error" in answer:
            raise WorkerDied(answer["error"])

    def job(self, step: Step) -> Job:
        output = self.folder / "notebooks" / f"{step.slug}.ipynb"
        return Job(step.slug, step.run.chapter.path, step.run.parameters, step.about, self.data, output)

    def stop(self) -> None:
        with self.lock:
            self.closed = True
        if self.publishers:
            self.publishers.stop()
        if self.executor:
            self.executor.stop()
