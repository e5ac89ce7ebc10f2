"""What a build tells while it works: a line a run, or an object a run for programs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Progress:
    """Tells each run that has ended, to standard error. The runs that were up to date count as done. Where somebody has
    ``interrupted`` the build and a library has caught that, the next run that ends raises KeyboardInterrupt."""

    as_json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stderr)
    total: int = 0
    ended: int = 0
    interrupted: bool = False

    def start(self, total: int, up_to_date: int = 0) -> None:
        """Begin to count: so many runs, some of them done before."""
        self.total, self.ended = total, up_to_date

    def end(self, slug: str, error: str = "", stored: bool = False) -> None:
        """Tell that a run has ended: with an error, from the store, or done."""
        self.ended += 1
        state = "failed" if error else "from the store" if stored else "done"
        event = {"run": slug, "state": state, "ended": self.ended, "total": self.total}
        line = f"[{self.ended}/{self.total}] {slug}: {state}"
        self.out.write(f"{json.dumps(event) if self.as_json else line}\n")
        self.out.flush()
        if self.interrupted:
            raise KeyboardInterrupt
