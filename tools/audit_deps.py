"""Ask the advisory service about every locked dependency; `make audit-deps`.

Ends with status 0 only if the service answered for all of them and knows no vulnerability. pip-audit alone passes
over what it could not ask about, so that a network without the service would look like a clean lock.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = "requirements.lock"
COMMAND = [sys.executable, "-m", "pip_audit", "-r", LOCK, "--require-hashes", "--disable-pip",
           "--progress-spinner", "off", "--format", "json"]  # fmt: skip


def report() -> list[dict[str, Any]]:
    """What pip-audit says of each dependency; empty where it gave no report."""
    root = Path(__file__).parent.parent
    done = subprocess.run(COMMAND, cwd=root, capture_output=True, text=True, check=False)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError, TypeError):
        return []


def problems(dependencies: list[dict[str, Any]]) -> list[str]:
    """A line for each known vulnerability, or one for all that was not asked."""
    silent = [dependency for dependency in dependencies if "skip_reason" in dependency]
    if silent or not dependencies:
        asked = f"{len(dependencies) - len(silent)} of {len(dependencies)} dependencies"
        return [f"{LOCK}:-:-: found an advisory service that answered for {asked}; allowed: an answer for each"]
    return [
        f"{LOCK}:-:{dependency['name']}: found {dependency['version']} with {known['id']}; "
        f"allowed: {', '.join(known['fix_versions']) or 'no fixed version yet'}"
        for dependency in dependencies
        for known in dependency["vulns"]
    ]


def main() -> int:
    dependencies = report()
    lines = problems(dependencies)
    print("\n".join(lines) or f"{LOCK}: no known vulnerability in {len(dependencies)} dependencies", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
