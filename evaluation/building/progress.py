"""What a build tells while it works: a live line on a terminal, plain lines elsewhere, events for programs."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any, TextIO

from ..problems import visible


@dataclass
class Counts:
    """How far a build is: runs in all, published, failed, and of those published taken from earlier work."""

    total: int = 0
    done: int = 0
    failed: int = 0
    stored: int = 0

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed


@dataclass
class Progress:
    """Plain lines to standard error; the base of the other two ways. Its methods may be called by any thread."""

    out: TextIO = field(default_factory=lambda: sys.stderr)
    counts: Counts = field(default_factory=Counts)
    running: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    lock: Any = field(default_factory=Lock)

    def start(self, total: int, stored: int = 0) -> None:
        """``stored`` runs of ``total`` are done already."""
        self.counts = Counts(total, done=stored, stored=stored)
        self.began = time.monotonic()
        self.show({"event": "start"})

    def begin(self, slug: str) -> None:
        with self.lock:
            self.running[slug] = time.monotonic()
            self.show({"event": "begin", "slug": slug})

    def end(self, slug: str, error: str = "", stored: bool = False) -> None:
        with self.lock:
            self.running.pop(slug, None)
            self.counts.failed += bool(error)
            self.counts.done += not error
            self.counts.stored += stored and not error
            self.show({"event": "failed" if error else "done", "slug": slug, "error": error, "stored": stored})

    def seconds_left(self) -> float | None:
        """By the pace of the runs that were made so far; None before the first."""
        made = self.counts.done + self.counts.failed - self.counts.stored
        return self.counts.left * (time.monotonic() - self.began) / made if made else None

    def close(self) -> None:
        pass

    def show(self, event: dict[str, Any]) -> None:
        if event["event"] in ("done", "failed"):
            count = self.counts.done + self.counts.failed
            words = visible(event["error"]) or ("from the store" if event["stored"] else "done")
            self.out.write(f"[{count}/{self.counts.total}] {event['slug']}: {words}{self.outlook()}\n")
            self.out.flush()

    def outlook(self) -> str:
        left = self.seconds_left()
        failed = f", {self.counts.failed} failed" if self.counts.failed else ""
        return failed + (f", {left:.0f} s left" if left and left >= 1 else "")


class Events(Progress):
    """One JSON object a line, for programs."""

    def show(self, event: dict[str, Any]) -> None:
        told = {name: value for name, value in event.items() if value not in ("", False)}
        left = self.seconds_left()
        told |= asdict(self.counts) | {"running": list(self.running), "seconds_left": left and round(left, 1)}
        self.out.write(json.dumps(told, ensure_ascii=False) + "\n")
        self.out.flush()


class Live(Progress):
    """A bar that says what is running, on a terminal."""

    bar: Any = None

    def start(self, total: int, stored: int = 0) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        self.bar = Bar(*columns, console=Console(file=self.out), transient=True)
        self.task = self.bar.add_task("", total=total, completed=stored)
        self.bar.start()
        super().start(total, stored)

    def show(self, event: dict[str, Any]) -> None:
        counts = self.counts
        words = f"{counts.failed} failed, {counts.stored} from the store{self.outlook()}; {', '.join(self.running)}"
        self.bar.update(self.task, completed=counts.done + counts.failed, description=words)
        if event["event"] == "failed":
            self.bar.console.print(f"{event['slug']}: {visible(event['error'])}", markup=False)

    def close(self) -> None:
        if self.bar:
            self.bar.stop()


def progress(as_json: bool) -> Progress:
    """The way to tell that fits who reads."""
    if as_json:
        return Events()
    return Live() if sys.stderr.isatty() else Progress()
