"""Which files of the data folder a run reads: its key covers these and no others, and never too few."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import CliRunner, Result

from evaluation.building import keys, make, manifest
from evaluation.cli import main
from evaluation.runs.reads import ALL, noted

# A run with decimals 1 reads a table more; what it reads of the first says whether it reads a third.
CODE = """chapter = review.open()
units = chapter.tables.path("units").read_text()
rows = [units[:40], chapter.tables.path("editions").read_text() if decimals else ""]
rows += [chapter.tables.path("kinds").read_text()] if len(units) % 2 else []
print(rows)
chapter.text(place={"en": "Ontario", "fr": "l’Ontario"})
chapter.period(period=("2020", "2024"))"""
ALWAYS = {"data/datapackage.json", "data/units.csv"}


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = small.project(tmp_path, monkeypatch)
    small.notebook(tmp_path / "notebooks" / "one.ipynb", CODE)
    return path


def run(review: Path, command: str, *arguments: str) -> Result:
    result = CliRunner().invoke(main, [command, str(review), *arguments])
    assert result.exit_code == 0, result.output
    return result


def planned(review: Path) -> list[str]:
    return [line.split("\t")[1] for line in run(review, "plan").stdout.splitlines()]


def lengthen(folder: Path, table: str) -> None:
    """One letter more in the last cell of a table."""
    path = folder / "data" / f"{table}.csv"
    text = path.read_text(encoding="utf-8").removesuffix("\n")
    quote = '"' if text.endswith('"') else ""
    path.write_text(f"{text.removesuffix(quote)}x{quote}\n", encoding="utf-8")


def runs_of(review: Path) -> dict[str, dict[str, Any]]:
    return {run["slug"]: run for run in manifest.read(review.parent.parent / "outputs" / "small")["runs"]}


@pytest.mark.long
@pytest.mark.slow
def test_a_table_that_changes_runs_what_has_read_it(
    review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(review, "build")
    read = {
        slug: {name for name in record["inputs"] if name.startswith("data/")}
        for slug, record in runs_of(review).items()
    }
    third = {"data/kinds.csv"} if len((small.DATA / "units.csv").read_text(encoding="utf-8")) % 2 else set()
    assert read == {"one": ALWAYS | third, "one--decimals-1": ALWAYS | third | {"data/editions.csv"}}

    before = small.hashes(tmp_path / "outputs")
    lengthen(tmp_path, "verdicts")
    assert planned(review) == ["up-to-date", "up-to-date"], "no run has read it"
    with monkeypatch.context() as patch:
        patch.setattr(make, "Runs", None)
        run(review, "build")
        assert small.hashes(tmp_path / "outputs") == before
        run(review, "build", "--output", str(tmp_path / "by the store"))
        assert small.hashes(tmp_path / "by the store") == before, "nothing runs, nothing is renamed"

    lengthen(tmp_path, "editions")
    assert planned(review) == ["up-to-date", "changed: data/editions.csv"], "read under one parameter"
    assert "[2/2] one--decimals-1: done" in run(review, "build").stderr

    lengthen(tmp_path, "units")
    assert planned(review) == ["changed: data/units.csv"] * 2


@pytest.mark.long
@pytest.mark.slow
def test_what_is_kept_by_key_is_what_a_clean_build_makes(
    review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Property: of two equal keys the bytes are equal, whatever table changed in between, and back."""
    chance, known = random.Random(11), dict[str, bytes]()
    for step in range(3):
        table = chance.choice(["units", "units", "editions", "kinds", "verdicts"])
        if chance.random() < 0.3:
            shutil.copy(small.DATA / f"{table}.csv", tmp_path / "data")
        else:
            lengthen(tmp_path, table)
        run(review, "build")
        monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / f"store{step}"))
        run(review, "build", "--output", str(tmp_path / "clean"))
        monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
        assert small.hashes(tmp_path / "clean" / "small") == small.hashes(tmp_path / "outputs" / "small")
        shutil.rmtree(tmp_path / "clean")
        for slug, record in runs_of(review).items():
            notebook = (tmp_path / "outputs" / "small" / "notebooks" / f"{slug}.ipynb").read_bytes()
            assert known.setdefault(record["key"], notebook) == notebook


@pytest.mark.long
@pytest.mark.slow
def test_another_version_of_python_makes_the_same_pages_under_another_key(
    review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(review, "build")
    before, rows = small.hashes(tmp_path / "outputs" / "small"), runs_of(review)
    monkeypatch.setattr(keys, "python_version", lambda: "3.99")
    assert planned(review) == ["changed: python"] * 2
    assert run(review, "build").stderr.count(": done") == 2, "nothing of another version is taken"
    after = small.hashes(tmp_path / "outputs" / "small")
    assert {path for path in after if after[path] != before.get(path)} == {"manifest.json"}
    for slug, record in runs_of(review).items():
        assert record["key"] == rows[slug]["key"], "what a page names"
        assert record["publishing_key"] != rows[slug]["publishing_key"]
        assert record["parts"]["python"] == "3.99"


WATCHED = """
import os, sys
from pathlib import Path
from evaluation.runs.reads import watch
watch(Path("data"), Path("notes"))
{code}
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", ()),
        ("open('data/a.csv').read(); open('./data/../data/a.csv', 'rb')", ("data/a.csv",)),
        ("os.chdir('data'); os.open('sub/b.csv', os.O_RDONLY)", ("data/sub/b.csv",)),
        ("open('link.csv'); open('hard.csv')", ("data/a.csv", "data/sub/b.csv")),
        (
            "import threading; t = threading.Thread(target=open, args=('data/a.csv',)); t.start(); t.join()",
            ("data/a.csv",),
        ),
        ("process = os.fork()\nif process: os.waitpid(process, 0)\nelse: open('data/a.csv')", ("data/a.csv",)),
        ("import pandas; pandas.read_csv('data/a.csv')", ("data/a.csv",)),
        ("import numpy; numpy.loadtxt('data/a.csv', dtype=str)", ("data/a.csv",)),
        ("import sqlite3; sqlite3.connect('data/a.csv')", ("data/a.csv",)),
        ("os.listdir('data'); Path('data/a.csv').exists(); open('data/README.md')", ()),
        ("os.open('data/sub', os.O_RDONLY)", (ALL,)),
        ("import subprocess; subprocess.run(['true'])", (ALL,)),
        ("os.system('true')", (ALL,)),
        ("import lxml.etree", (ALL,)),
        ("import ctypes; ctypes.CDLL('libc.so.6')", (ALL,)),
    ],
)
def test_what_is_opened_is_noted(tmp_path: Path, code: str, expected: tuple[str, ...]) -> None:
    (tmp_path / "data" / "sub").mkdir(parents=True)
    for name in ("a.csv", "sub/b.csv", "README.md"):
        (tmp_path / "data" / name).write_text("x\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "data" / "a.csv")
    (tmp_path / "hard.csv").hardlink_to(tmp_path / "data" / "sub" / "b.csv")
    (tmp_path / "notes").touch()
    environment = {"PYTHONPATH": str(small.ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", WATCHED.format(code=code)]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment)
    assert noted(tmp_path / "notes") == expected


def test_a_run_without_notes_counts_as_reading_all(tmp_path: Path) -> None:
    assert noted(tmp_path / "none") == (ALL,)
