"""A worker process that executes runs with ordinary kernels: for systems without a safe fork."""

from __future__ import annotations

import json
import sys
from typing import Any

from .execute import Job, Limits, execute
from .workers import serve


def main() -> None:
    """``python -m evaluation.runs.kernels LIMITS``"""
    limits = Limits(**json.loads(sys.argv[1]))

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        outcome = execute(Job.of(request["job"]), limits=limits)
        return vars(outcome) | {"output": str(outcome.output)}

    serve(answer)


if __name__ == "__main__":
    main()
