"""The core alone builds a review; what needs an extra says which."""

import os
import tomllib
from pathlib import Path

import pytest
import small

PROJECT = tomllib.loads((small.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {"axe-playwright-python": "axe_playwright_python"}
# Each process of Python's imports `sitecustomize` at its start: what is no part of the core is not there.
ABSENT = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec
PathFinder.find_spec = lambda name, *more: None if name in {names!r} else find(name, *more)
"""


def extras() -> set[str]:
    """The modules of the extras, by the names that they are imported under."""
    declared = [
        requirement for extra in ("audit", "dask", "lab") for requirement in PROJECT["optional-dependencies"][extra]
    ]
    names = {requirement.partition(">")[0] for requirement in declared}
    return {IMPORTED_AS.get(name, name) for name in names}


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text(ABSENT.format(names=sorted(extras())))
    return small.project(tmp_path, monkeypatch)


def ended(review: Path, *arguments: str, command: str) -> tuple[int, str]:
    path = os.pathsep.join([str(review.parent.parent / "without"), str(small.ROOT)])
    process = small.start(review, *arguments, command=command, PYTHONPATH=path)
    error = process.communicate()[1]
    return process.returncode, error


def test_the_extras_are_named() -> None:
    assert extras() == {"axe_playwright_python", "distributed", "jupyterlab", "markupever", "pikepdf", "playwright"}


@pytest.mark.slow
def test_the_core_alone_builds_a_review(review: Path) -> None:
    status, error = ended(review, command="build")
    assert status == 0, error
    assert (review.parent.parent / "outputs" / "small" / "en" / "one.html").is_file()
    status, error = ended(review, "--xlsx", "--png", command="export")
    assert status == 0, error
    for command, arguments, extra, module in (
        ("export", ["--pdf"], "audit", "pikepdf"),
        ("audit", [], "audit", "pikepdf"),
        ("build", ["--dask", "tcp://127.0.0.1:1", "--output", str(review.parents[1] / "new")], "dask", "distributed"),
    ):
        status, error = ended(review, *arguments, command=command)
        assert status == 2
        assert error.count("\n") == 1
        assert f'found no module {module}; allowed: an environment with it: pip install "evaluation[{extra}]"' in error
