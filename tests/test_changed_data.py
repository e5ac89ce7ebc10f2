"""Who adds a year, a place or a correction to data/ changes no test: the suite passes on the data changed so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from truth_changes import OF_CANADA, refused, with_cells

ROOT = Path(__file__).parent.parent
LEFT_BEHIND = (".git", ".venv*", "*cache*", "outputs")
PLACE = "Alberta,Alberta,Alberta,in Alberta,en Alberta,of Alberta,de l’Alberta,province,Canada\n"
COUNTS = "".join(
    f"trafficking_1525,Alberta,{year},{count},,2022,statcan_daily_2023,,small-counts\n"
    for year, count in zip(range(2017, 2022), (9, 15, 25, 26, 38), strict=True)
)


def change(data: Path) -> None:
    """A year by both definitions with the one before it revised, a place, and corrected numbers, as they would come."""
    OF_CANADA["a newer year, up"](data)
    for table, rows in (("places", PLACE), ("police_reported", COUNTS)):
        with (data / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
    with_cells("population", {"place": "Canada", "year": "2023"}, {"people": "40083484"})(data)
    with_cells("figures", {"figure": "people_served"}, {"value": "28000"})(data)
    assert refused(data) == []


@pytest.mark.long
def test_the_other_tests_pass_on_changed_data(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    change(project / "data")
    command = [sys.executable, "-m", "pytest", "-n0", "-m", "not slow and not long"]
    away = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "EVALUATION_DATA"))}
    environment = away | {"PYTHONPATH": str(project), "EVALUATION_STORE": str(tmp_path / "store")}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
