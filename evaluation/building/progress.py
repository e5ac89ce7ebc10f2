"""What a build tells while it works: a line a run, or events for programs."""

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
    """Plain lines to standard error. Its methods may be called by any thread."""

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


def progress(as_json: bool) -> Progress:
    return Events() if as_json else Progress()
