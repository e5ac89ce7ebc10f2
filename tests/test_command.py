"""How commands end: one line where nothing was foreseen, no escape code on a terminal."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import click
import here
import pytest
import small
from golden import compare
from small import asked

from evaluation.building import checks, manifest
from evaluation.building.build import BuildResult, Progress
from evaluation.building.checks import Request
from evaluation.cli import build as cli_build
from evaluation.cli import command as ends
from evaluation.cli.build import print_failures
from evaluation.problems import InputError, Problem
from evaluation.problems.imports import DISTRIBUTION
from evaluation.problems.printing import print_json, print_line
from evaluation.records.unmet import Unmet
from evaluation.runs.execute import Failure, Outcome


@pytest.mark.slow
def test_what_is_printed_passes_one_place() -> None:
    """`printing.print_line` alone prints; click shows its own help and usage."""
    modules = sorted((small.ROOT / "evaluation").rglob("*.py"))
    printing = re.compile(r"(?<![.\w])(?<!>>> )print\(|click\.(s?echo|secho)\(|std(out|err)\.write\(|\.out\.write\(")
    printers = {path.name for path in modules if printing.search(path.read_text(encoding="utf-8"))}
    assert printers == {"printing.py", "command.py", "browser.py"}  # help; the version of a browser


def test_no_sign_moves_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    odd = "a\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e\r\nb\u2028c\U000e0041\td"
    print_line(odd)
    print_json({odd: odd}, err=True)
    shown = capsys.readouterr()
    assert shown.out == "aU+009B31mU+202EU+000DU+000AbU+2028cU+E0041\td\n"
    assert shown.err.isprintable() or shown.err[:-1].isprintable()
    assert json.loads(shown.err) == {odd: odd}


@pytest.mark.slow
def test_what_nothing_foresaw_is_one_line_and_kept(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("\x1b[31minternal\nsecond line")

    monkeypatch.setattr(checks, "read_review", broken)
    result = asked("list", review)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "found an unexpected error (KeyError: " in result.stderr
    assert "\x1b" not in result.stderr
    traceback = Path(result.stderr.strip().rpartition("kept: ")[2])
    assert "in broken" in traceback.read_text()
    assert traceback.stat().st_mode & 0o77 == 0
    traceback.unlink()
    problem = json.loads(asked("list", review, "--json").stderr)
    assert problem["found"].startswith("an unexpected error")
    Path(problem["found"].rpartition("kept: ")[2]).unlink()


@pytest.mark.slow
def test_bad_data_and_a_review_that_stumbles_over_them(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads bad data may fail in any way; what is told is what is wrong with the data."""
    path = review.parent.parent / "data" / "places.csv"
    small.rewrite(path, "Canada", " Canada", 1)
    monkeypatch.setattr(checks, "read_review", lambda *_, **__: {}["x"])
    result = asked("check", review)
    assert (result.exit_code, "places.csv:2:" in result.stderr) == (2, True)


def test_a_failed_run_is_told_in_one_line_without_escape_codes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kept.ipynb").touch()
    error = "ValueError: \x1b[31mpassword=...\nsecond line\x07"
    longer, placed = "found a run that took longer; allowed: less", "c:cell 1:en: found x; allowed: y"
    failures = Failure(3, error), Failure("-", longer), Failure("-", placed, placed=True)
    for slug, failure in zip("abc", failures, strict=True):
        print_failures([Outcome(slug, Path("kept.ipynb"), (failure,))], False)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "a:3:-: found ValueError: password=... second lineU+0007; kept: kept.ipynb"
    assert lines[2] == "b:-:-: found a run that took longer; allowed: less; kept: kept.ipynb"
    assert lines[4] == "c:cell 1:en: found x; allowed: y; kept: kept.ipynb"


def test_how_a_command_ends_whatever_happens_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = here.sample(tmp_path / "project")
    small.use(project, monkeypatch)
    monkeypatch.setattr(cli_build, "install_interrupt_handlers", lambda progress: None)
    monkeypatch.setattr(ends, "silence_stdout", lambda: print_line("nothing more is written"))
    monkeypatch.setattr(ends, "report_unexpected", lambda error: f"an unexpected error ({error!r})")
    full = OSError(28, "No space left on device")
    errors: list[BaseException] = [
        KeyboardInterrupt(), full, OSError(13, "Permission denied", "elsewhere"), BrokenPipeError(), KeyError("a"),
        click.Abort(), SystemExit(3), SystemExit("words"), click.UsageError("What.", None),
        InputError(Problem("a", row, "b", "c", "d") for row in range(30, 0, -1)),
    ]  # fmt: skip
    lines = []
    for error in errors:
        monkeypatch.setattr(cli_build, "build", Mock(side_effect=error))
        for more in ([], ["--json"]) if error in (full, errors[4]) else ([],):
            result = asked("build", *more)
            lines += [
                f"# {error!r} {more}"[:60],
                result.output.replace(str(tmp_path), "FOLDER") + f"= {result.exit_code}",
            ]
    monkeypatch.setattr(cli_build, "build", Mock(side_effect=RuntimeError))
    monkeypatch.setattr(cli_build, "check_request", Mock(side_effect=full))
    for asks in (["plan"], ["list", "--json"], ["build", "--timeout", "soon"], ["--what"]):
        result = asked(*asks)
        lines += [f"# {asks}", f"{result.output}= {result.exit_code}"]
    compare("\n".join(lines).replace(str(tmp_path), "FOLDER") + "\n", "commands_ended.txt", tmp_path)


def test_a_signal_ends_a_build_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[Any, Any] = {}
    timers: list[Any] = []

    def timer(*given: Any) -> Any:
        timers.append(SimpleNamespace(given=given, daemon=False, started=False))
        timers[-1].start = lambda: setattr(timers[-1], "started", True)
        return timers[-1]

    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(threading, "Timer", timer)
    progress = Progress()
    cli_build.install_interrupt_handlers(progress)
    assert {*handlers} == {signal.SIGINT, signal.SIGTERM}
    assert not progress.interrupted
    with pytest.raises(KeyboardInterrupt):
        handlers[signal.SIGTERM](15, None)
    assert progress.interrupted
    assert handlers == dict.fromkeys(handlers, signal.SIG_IGN)
    (last,) = timers
    assert (last.given, last.daemon, last.started) == ((10.0, os._exit, (130,)), True, True)


def test_what_a_build_that_ends_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs made and left out, claims that do not hold, more failures than are read."""
    small.use(here.sample(tmp_path / "project"), monkeypatch)
    whole = checks.check_request(Request(tmp_path / "project" / "parameters" / "review.yml"))[0]
    late = replace(whole.runs[0], left_out=[{"parameter": "until", "asked": 2024, "latest": "2026"}])
    review = replace(whole, runs=[late])
    unmet = Unmet("riders.ipynb", 5, "The number {change}.", "first 10, last 9", "first < last")
    claim = [Outcome(slug, tmp_path / slug, (Failure(5, "a", "Claim", unmet=unmet),)) for slug in ("riders", "other")]
    many = [Outcome(f"run-{place}", tmp_path, (Failure(place, "found a; allowed: b"),)) for place in range(21)]
    lines = []
    only, as_json = ["--only", "riders"], ["--json"]
    for failures, more in (([], []), ([], only), (claim, []), (claim, as_json), (many, []), (many[:1], as_json)):
        result = BuildResult(tmp_path, review, 2, failures)
        monkeypatch.setattr(cli_build, "build", lambda *_, result=result: result)
        answer = asked("build", *more)
        lines += [f"# {len(failures)} {more}", f"{answer.output}= {answer.exit_code}"]
    compare("\n".join(lines).replace(str(tmp_path), "FOLDER") + "\n", "builds_ended.txt", tmp_path)


@pytest.mark.parametrize("content", ["null", "{}", '{"nbformat": 4, "metadata": {}, "cells": []}', "{"])
def test_a_notebook_that_no_build_left_so_is_not_exported(content: str, review: Path) -> None:
    folder = review.parent.parent / "outputs" / "small"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "one.ipynb").write_text("as a build made it")
    manifest.write(folder, [], key="")
    (folder / "notebooks" / "one.ipynb").write_text(content)
    result = asked("export", review, "--xlsx", "--output", folder.parent)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "one.ipynb:-:-: found no notebook as a build made it" in result.stderr


@pytest.mark.slow
def test_a_command_works_in_the_project_that_one_stands_in(review: Path, tmp_path: Path) -> None:
    """The package installed apart from any project, as `pip install .` does it: in a folder inside one, by --project,
    and in none."""
    place = tmp_path / "site-packages"
    shutil.copytree(small.ROOT / "evaluation", place / "evaluation")
    review.rename(review.with_name("review.yml"))
    (tmp_path / "elsewhere").mkdir()
    environment = os.environ | {"PYTHONPATH": str(place)}
    environment.pop("EVALUATION_DATA", None)

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "evaluation", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    inside = run(review.parents[1] / "notebooks", "build")
    assert inside.returncode == 0, inside.stderr
    assert inside.stdout.strip() == str(tmp_path / "outputs" / "review" / "index.html")
    assert run(Path("/"), "plan", "--project", str(tmp_path)).stdout.count("up-to-date") == 2
    nowhere = run(Path("/"), "list")
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (2, 1)
    allowed = "a folder with data/datapackage.json and notebooks/"
    assert f"found no project here or above; allowed: {allowed}" in nowhere.stderr


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
    declared = PROJECT["optional-dependencies"]
    names = {wanted.partition(">")[0] for extra in ("audit", "dask", "lab") for wanted in declared[extra]}
    return {IMPORTED_AS.get(name, name) for name in names}


def ended_without_extras(review: Path, *arguments: str, command: str) -> tuple[int, str]:
    without = review.parents[1] / "without"
    without.mkdir(exist_ok=True)
    (without / "sitecustomize.py").write_text(ABSENT.format(names=sorted(extras())))
    path = os.pathsep.join([str(without), str(small.ROOT)])
    process = small.start(review, *arguments, command=command, PYTHONPATH=path)
    error = process.communicate()[1]
    return process.returncode, error


@pytest.mark.long
def test_the_core_alone_builds_a_review(review: Path) -> None:
    status, error = ended_without_extras(review, command="build")
    assert status == 0, error
    assert (review.parent.parent / "outputs" / "small" / "en" / "one.html").is_file()
    status, error = ended_without_extras(review, "--xlsx", "--png", command="export")
    assert status == 0, error
    for command, arguments, extra, module in (
        ("export", ["--pdf"], "audit", "pikepdf"),
        ("audit", [], "audit", "pikepdf"),
        ("build", ["--dask", "tcp://127.0.0.1:1", "--output", str(review.parents[1] / "new")], "dask", "distributed"),
    ):
        status, error = ended_without_extras(review, *arguments, command=command)
        assert status == 2
        assert error.count("\n") == 1
        allowed = f'an environment with it: pip install "{DISTRIBUTION}[{extra}]"'
        assert f"found no module {module}; allowed: {allowed}" in error
