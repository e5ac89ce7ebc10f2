"""A file that changes during a build: what was planned is what runs, or nothing is kept of it."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import small

from evaluation.building import inputs
from evaluation.building.inputs import Files, changed_since

CODE = """chapter = review.open()
import time
from pathlib import Path
Path({began!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.01)
chapter.say(place={{"en": Path({data!r}).read_text()[-200:-100], "fr": "l’Ontario"}})
chapter.say(period=("2020", "2024"))"""


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose one run waits, so that something can change meanwhile, and then shows a part of a data file."""
    path = small.project(tmp_path, monkeypatch, count=1)
    names = {"began": str(tmp_path / "began"), "go": str(tmp_path / "go")}
    code = CODE.format(data=str(tmp_path / "data" / "places.csv"), **names)
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code)
    return path


def begun(review: Path, folder: Path) -> subprocess.Popen[str]:
    """A build whose run has begun."""
    build = small.start(review)
    while not (folder / "began").exists():
        assert build.poll() is None, build.communicate()
        time.sleep(0.01)
    return build


@pytest.mark.long
@pytest.mark.parametrize("is_put_back", [pytest.param(False, marks=pytest.mark.long), True])
def test_what_came_of_a_file_that_changed_is_not_kept(is_put_back: bool, review: Path, tmp_path: Path) -> None:
    places = tmp_path / "data" / "places.csv"
    shutil.copy(places, tmp_path)
    build = begun(review, tmp_path)
    small.rewrite(places, "a", "e")
    (tmp_path / "go").touch()
    if is_put_back:
        time.sleep(0.3)
        shutil.copy(tmp_path / "places.csv", places)
    _, error = build.communicate()
    assert build.returncode == 1, error
    assert "data/places.csv changed during the build; allowed: files that stay as they were planned" in error
    assert "Traceback" not in error
    assert not (tmp_path / "outputs" / "small").exists()
    assert list((tmp_path / "store").glob("*/runs/*/*")) == []


def test_each_write_is_seen_also_one_of_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(small.ROOT / "data", tmp_path / "data")
    notebook, other = (small.notebook(tmp_path / "notebooks" / f"{name}.ipynb") for name in ("one", "two"))
    monkeypatch.setattr(inputs, "PACKAGE", notebook.parent)  # of which the next write is seen too
    files, began = Files(tmp_path / "data", notebook.parent), time.time()
    assert changed_since(began, files, files.names()) == []
    time.sleep(0.02)  # the system's clock of files ticks a hundred times a second or more
    for path in (tmp_path / "data" / "units.csv", other):
        path.write_bytes(path.read_bytes())
        os.utime(path, (1, 1))
    ours = "evaluation/two.ipynb"
    assert changed_since(began, files, files.names()) == ["data/units.csv", ours, "notebooks/two.ipynb"]
    assert changed_since(began, files, ["data/places.csv", "notebooks/one.ipynb"]) == [ours]
    other.unlink()
    assert changed_since(began, files, ["notebooks/two.ipynb"]) == ["notebooks/two.ipynb"]


def test_a_run_may_read_what_is_beside_the_notebooks_and_no_notebook(tmp_path: Path) -> None:
    for name in ("data/a.csv", "notebooks/one.ipynb", "notebooks/helper.py", "notebooks/__pycache__/helper.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x")
    assert [*Files(tmp_path / "data", tmp_path / "notebooks").inputs()] == ["data/a.csv", "notebooks/helper.py"]


def test_a_folder_in_data_is_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("sub/x.csv", "x.txt", "README.md", ".hidden"):
        (tmp_path / name).write_text("x")
    assert Files(tmp_path, tmp_path / "none").names() == ["data/README.md", "data/sub/x.csv", "data/x.txt"]
