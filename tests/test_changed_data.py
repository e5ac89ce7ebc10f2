"""Who adds a year, a place or a correction to data/ changes no test: the suite passes on the data changed so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small import read_table, write_table

from evaluation.building.build import build
from evaluation.building.request import Request
from evaluation.data import checking

ROOT = Path(__file__).parent.parent
REVIEW = ROOT / "parameters" / "review.yml"
LEFT_BEHIND = (".git", ".venv*", "*cache*", "outputs")
STATCAN = "Statistics Canada,Statistique Canada"
SOURCES = f"""\
a_release_2026,{STATCAN},A release,en,https://example.org/a,2026-07-30,true,,,true,,statcan-open
a_copy_2022,A copy,Une copie,A table,en,https://example.org/b,2022,false,{STATCAN},true,,statcan-open
"""
PLACES = "Alberta,Alberta,Alberta,in Alberta,en Alberta,of Alberta,de l’Alberta,province,Canada\n"
POLICE_REPORTED = """\
all_human_trafficking,Canada,2024,621,,2026-07-30,a_release_2026,,
all_human_trafficking,Canada,2025,655,1.57,2026-07-30,a_release_2026,,rounded-rate
all_human_trafficking,Ontario,2025,,2.4,2026-07-30,a_release_2026,,rounded-rate
trafficking_1525,Canada,2024,510,1.24,2026-07-30,a_release_2026,,rounded-rate
trafficking_1525,Canada,2025,540,1.30,2026-07-30,a_release_2026,,rounded-rate
trafficking_1525,Alberta,2017,9,0.21,2022,a_copy_2022,,second-hand-copy rounded-rate small-counts
trafficking_1525,Alberta,2018,15,0.35,2022,a_copy_2022,,second-hand-copy rounded-rate small-counts
trafficking_1525,Alberta,2019,25,0.57,2022,a_copy_2022,,second-hand-copy rounded-rate small-counts
trafficking_1525,Alberta,2020,26,0.59,2022,a_copy_2022,,second-hand-copy rounded-rate small-counts
trafficking_1525,Alberta,2021,38,0.86,2022,a_copy_2022,,second-hand-copy rounded-rate small-counts
"""
POPULATION = "Canada,2026,41700000,2026-09-24,statcan_population_2025\n"
ADDED = {"sources": SOURCES, "places": PLACES, "police_reported": POLICE_REPORTED, "population": POPULATION}
# One row of each table by its key; the number that is written over, whatever it is now.
CORRECTED = (
    ("population", {"place": "Canada", "year": "2023"}, {"people": "40083484"}),
    ("police_reported", {"definition": "trafficking_1525", "place": "Canada", "year": "2022"}, {"incidents": "476"}),
    ("figures", {"figure": "people_served"}, {"value": "28000"}),
)


def correct(path: Path, key: dict[str, str], cells: dict[str, str]) -> None:
    rows = read_table(path)
    (row,) = [row for row in rows if key.items() <= row.items()]
    row |= cells
    write_table(path, rows)


def change(data: Path) -> Path:
    """A year by both definitions with the one before it revised, a place, and corrected numbers, as they would come."""
    for table, rows in ADDED.items():
        with (data / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
    for table, key, cells in CORRECTED:
        correct(data / f"{table}.csv", key, cells)
    return data


@pytest.mark.long
@pytest.mark.slow
def test_the_review_holds_and_shows_the_new_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    data = change(Path(shutil.copytree(ROOT / "data", tmp_path / "data")))
    assert checking.check(data) == []
    result = build(Request(REVIEW, data=data, output=tmp_path / "outputs"))
    assert [f"{failure.slug}: {failure.error}" for failure in result.failures] == []
    names = {
        "reported_incidents": "last_year",
        "reports_and_incidence": "later_year",
        "reports_and_chance": "later_year",
    }
    for slug, name in names.items():
        page = (result.folder / "en" / f"{slug}.html").read_text(encoding="utf-8")
        assert f"<code>{name}</code> = <code>2025</code> (the latest year of its series)" in page
        assert '<time datetime="2025">' in page.split("<details")[0]


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
