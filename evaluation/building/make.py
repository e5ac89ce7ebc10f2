"""Make runs: each from the store where it is known, else executed and published, many at once.

One thread a core follows a run from its execution to its pages and waits for other processes to do the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from ..problems.paths import path_in
from ..reviews.review import Review
from ..runs.execute import Job, Limits, Outcome, Results, cores, read_results, write_notebook
from ..runs.pool import Runs
from ..runs.reads import UNKNOWN
from .confidential import masked_outcome
from .inputs import Marks, changed_meanwhile, digest
from .plan import Step
from .progress import Progress
from .publisher import Publishers, publish_run, write_index
from .store import Store

MANY = 4  # pages from which on a publisher gets ready to draw


@dataclass(frozen=True)
class Made:
    """A run that was made, or failed: its step with what it read, its entry in the index, its files with their hashes,
    whether it was stored."""

    step: Step
    outcome: Outcome
    entry: Any = None
    outputs: dict[str, str] = field(default_factory=dict)
    stored: bool = False


class Maker:
    """Makes runs into a new folder. Call ``stop`` when done: no process and no thread is left then.

    What a run made is stored and published only while all that it came from is as it was  when it was
    planned. Of what is ``private``, no process says anything but its answers, and no message holds a value.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        store: Store,
        limits: Limits,
        workers: int | None = None,
        marks: Marks | None = None,
        private: bool = False,
    ):
        self.folder, self.data, self.store = folder, data, store
        self.workers, self.limits = workers or cores(), limits
        self.marks, self.private = marks, private
        self.lock, self.closed = Lock(), False
        self.hands: ThreadPoolExecutor | None = None
        self.runs: Runs | None = None
        self.publishers: Publishers | None = None

    def make_all(self, steps: list[Step], progress: Progress) -> Iterator[Made]:
        """Make runs, many at once; yields each as it is made. A failed run stops no other."""
        self.hands = ThreadPoolExecutor(self.workers)
        made: list[Future[Made]] = [self.hands.submit(self.make, step, progress) for step in steps]
        yield from (future.result() for future in as_completed(made))

    def prepare(self, steps: list[Step]) -> None:
        """Start the processes that these steps need, so that they get ready while the build does other things."""
        steps = [step for step in steps if not self.store.has("pages", step.publishing_key)]
        if any(not self.store.has("runs", step.key) for step in steps):
            self.the_runs()
        if steps:
            self.the_publishers(len(steps))

    def make(self, step: Step, progress: Progress) -> Made:
        progress.begin(step.slug)
        made = self.from_store(step) or self.by_running(step)
        if self.private:
            made = replace(made, outcome=masked_outcome(made.outcome))
        progress.end(step.slug, made.outcome.error, made.stored)
        return made

    def from_store(self, step: Step) -> Made | None:
        """The files that an earlier build made of the same."""
        pages = self.store.get("pages", step.publishing_key)
        if pages is None:
            return None
        contents = {path: text.encode() for path, text in pages["files"].items()}
        for path, content in contents.items():
            write(path_in(self.folder, path), content)
        outputs = {path: digest(content) for path, content in contents.items()}
        return Made(step, Outcome(step.slug, self.job(step).output), pages["entry"], outputs, stored=True)

    def by_running(self, step: Step) -> Made:
        """Publish the stored results of the same run; where there are none, execute."""
        results = self.store.get("runs", step.key)
        if results is None:
            return self.by_executing(step)
        job = self.job(step)
        try:
            write_notebook(job, results)
        except (OSError, ValueError, KeyError) as error:  # a chapter that somebody is writing
            return self.failed(step, f"{type(error).__name__}: {error}")
        return self.publish(step, job)

    def by_executing(self, step: Step) -> Made:
        job = self.job(step)
        outcome = self.the_runs().run(job)
        step = replace(step, reads=outcome.reads)
        if changed := self.rewritten(step):
            return self.failed(step, changed_meanwhile(changed))
        if outcome.failed:
            return Made(step, outcome)
        results = read_results(job.output)
        self.store_results(step, results)
        job = self.job(step)  # whose notebook names the key, which is known now
        write_notebook(job, results)
        return self.publish(step, job)

    def store_results(self, step: Step, results: Results) -> None:
        """Store what a run left by what it has read, and which files these are."""
        self.keep("runs", step, step.key, results)
        self.store.put("reads", step.reads_key, list(step.reads))

    def keep(self, kind: str, step: Step, key: str, value: Any) -> None:
        """Store what a key stands for, where it can be known what that is."""
        if UNKNOWN not in step.reads:
            self.store.put(kind, key, value)

    def rewritten(self, step: Step) -> list[str]:
        """What a run comes from and was written since it was planned."""
        return self.marks.changed(step.reads, step.notebook) if self.marks else []

    def publish(self, step: Step, job: Job) -> Made:
        """A run's pages, and in the store where nothing changed since it was planned."""
        answer = self.published(job)
        if changed := self.rewritten(step):
            return self.failed(step, changed_meanwhile(changed))
        if "error" in answer:
            return self.failed(step, **answer)
        return self.stored(step, job, answer["entry"], answer["outputs"])

    def stored(self, step: Step, job: Job, entry: Any, outputs: dict[str, str]) -> Made:
        """Store a run's pages, which are in the folder."""
        files = {path: (self.folder / path).read_bytes().decode() for path in outputs}
        self.keep("pages", step, step.publishing_key, {"entry": entry, "files": files})
        return Made(step, Outcome(step.slug, job.output), entry, outputs)

    def published(self, job: Job) -> dict[str, Any]:
        try:
            return self.the_publishers().ask(publish_run, job.output, self.folder)
        except BrokenProcessPool as error:
            return {"error": str(error)}

    def the_runs(self) -> Runs:
        """What executes runs, started when the first is not in the store."""
        with self.lock:
            self.refuse_when_closed()
            self.runs = self.runs or Runs(self.limits)
            return self.runs

    def the_publishers(self, most: int = 1) -> Publishers:
        """The processes that publish, started when the first page is not in the store."""
        with self.lock:
            self.refuse_when_closed()
            self.publishers = self.publishers or Publishers(min(self.workers, most), self.private, most >= MANY)
            return self.publishers

    def refuse_when_closed(self) -> None:
        if self.closed:
            raise BrokenProcessPool("the build was ended")

    def write_index(self, review: Review, entries: list[Any], lists: dict[str, Any]) -> None:
        """The way in, the contents, the glossary and where we looked. Raises BrokenProcessPool when they cannot be
        written."""
        about = {"title": review.title, "languages": review.languages, "confidential": self.private}
        about |= {"date": review.date, "addresses": review.addresses}  # who made it, how to write to them: on each page
        self.the_publishers().ask(write_index, about, entries, self.folder, lists)

    def job(self, step: Step) -> Job:
        output = self.folder / "notebooks" / f"{step.slug}.ipynb"
        return Job(step.slug, step.run.chapter.path, step.run.parameters, step.about, self.data, output)

    def failed(self, step: Step, error: str, **found: Any) -> Made:
        return Made(step, Outcome(step.slug, self.job(step).output, error=error, **found))

    def stop(self) -> None:
        """End processes, then wait for the threads that waited for them: none may write after this."""
        with self.lock:
            self.closed = True
        if self.publishers:
            self.publishers.stop()
        if self.runs:
            self.runs.stop()
        if self.hands:
            self.hands.shutdown(cancel_futures=True)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
