"""The same runs on a Dask cluster."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small
from click.testing import Result

from evaluation.building import cluster

pytestmark = pytest.mark.slow  # builds reviews, again and again

KILL = "chapter = review.open()\\nimport os, signal\\n"
KILL += "parent = lambda process: int(open('/proc/%d/stat' % process).read().split()[3])\\n"
KILL += "process = parent(os.getppid())"  # run, the process that runs fork from, worker
KILL += "\\nassert not decimals or os.kill(process, signal.SIGKILL)"


class Cluster:
    """A scheduler and workers as processes of their own, as a user would start them."""

    def __init__(self, folder: Path):
        self.folder, self.processes = folder, []
        self.address = f"tcp://127.0.0.1:{free_port()}"
        few = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        self.start("scheduler", "--host", self.address, "--no-dashboard", **few)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        log = (self.folder / "dask.log").open("ab")
        self.processes.append(
            subprocess.Popen(line, stdout=log, stderr=log, env=os.environ | environment, cwd=self.folder)
        )
        return self.processes[-1]

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        options = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(self.folder))
        return self.start("worker", self.address, *options, **environment)

    def alive(self) -> int:
        return sum(process.poll() is None for process in self.processes)

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for what another process brings about: a killed process is gone a moment after its connections are."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("dask"))
    workers = [made.worker() for _ in range(2)]
    wait_for(made, len(workers))
    yield made
    made.stop()


def wait_for(made: Cluster, workers: int) -> None:
    from distributed import Client

    with Client(made.address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=30)


def build(review: Path, *arguments: str) -> Result:
    return small.run(review, *arguments)


@pytest.mark.long
@pytest.mark.linux
def test_pages_made_on_a_cluster_that_loses_a_worker_are_those_made_here(
    review: Path, dask: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = review.parent.parent / "notebooks" / "one.ipynb"
    once = KILL.replace(
        "not decimals", f"os.path.exists({str(tmp_path / 'once')!r}) or open({str(tmp_path / 'once')!r}, 'w').close()"
    )
    small.rewrite(path, "chapter = review.open()", once)
    monkeypatch.setenv("EVALUATION_DASK", dask.address)
    there = build(review, "--output", str(tmp_path / "there"))
    assert (there.exit_code, there.stderr.count(": done")) == (0, 2), there.output
    assert (tmp_path / "once").exists()
    again = build(review, "--output", str(tmp_path / "again"))
    assert again.stderr.count("from the store") == 2
    monkeypatch.delenv("EVALUATION_DASK")
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "empty"))
    assert build(review, "--output", str(tmp_path / "here")).exit_code == 0
    assert small.hashes(tmp_path / "there" / "small") == small.hashes(tmp_path / "here" / "small")


@pytest.mark.long
def test_a_failed_run_comes_back_with_its_notebook(review: Path, dask: Cluster) -> None:
    path = review.parent.parent / "notebooks" / "one.ipynb"
    small.rewrite(path, "chapter = review.open()", "chapter = review.open()\\nassert not decimals, 'odd'")
    result = build(review, "--dask", dask.address)
    assert result.exit_code == 1
    assert "one--decimals-1:4:-: found AssertionError: odd" in result.stderr
    kept = review.parent.parent / "outputs" / ".small.failed" / "notebooks" / "one--decimals-1.ipynb"
    assert "AssertionError" in kept.read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.linux
def test_a_run_that_kills_its_worker_twice_is_given_up_and_named(review: Path, dask: Cluster) -> None:
    path = review.parent.parent / "notebooks" / "one.ipynb"
    small.rewrite(path, "chapter = review.open()", KILL)
    for _ in range(2):
        dask.worker()
    wait_for(dask, 4)
    result = build(review, "--dask", dask.address)
    assert result.exit_code == 1
    assert "one--decimals-1:-:-: found a run that its workers died of" in result.stderr
    assert ": done" in result.stderr, "the other run is made"
    until(lambda: dask.alive() == 3, "two workers are gone, the scheduler and two workers go on")
    assert dask.alive() == 3


def test_a_scheduler_that_does_not_answer_changes_nothing(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 0.5)
    address = f"tcp://127.0.0.1:{free_port()}"
    result = build(review, "--dask", address)
    assert result.exit_code == 2
    assert f"{address}:-:-: found no scheduler that answers" in result.stderr
    assert not (review.parent.parent / "outputs" / "small").exists()


@pytest.mark.parametrize("address", ["nonsense", "tcp://host", "host:8786"])
def test_what_is_no_address_is_one_line(address: str, review: Path) -> None:
    result = build(review, "--dask", address)
    assert result.exit_code == 2
    allowed = "a Dask scheduler, such as tcp://host:8786"
    assert result.stderr == f"{address}:-:-: found no address of a scheduler; allowed: {allowed}\n"
    assert not (review.parent.parent / "outputs").exists()


def test_another_version_is_refused_with_both() -> None:
    class Client:
        def run(self, function: object) -> dict[str, dict[str, str]]:
            return {
                "tcp://a": cluster.versions(),
                "tcp://b": cluster.versions() | {"altair": "1.0", "evaluation": "other"},
            }

    ours = cluster.versions()
    problems = cluster.differences("tcp://scheduler", Client())
    assert [(p.row, p.column) for p in problems] == [("tcp://b", "evaluation"), ("tcp://b", "altair")]
    assert problems[1].found == "altair 1.0"
    assert problems[1].allowed == f"altair {ours['altair']}, as here"
