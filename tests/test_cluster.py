"""The same runs on a Dask cluster."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import small
from small import run

from evaluation.building import cluster

pytestmark = pytest.mark.slow  # builds reviews, again and again

KILL = "chapter = review.open()\\nimport os, signal\\n"
KILL += "parent = lambda process: int(open('/proc/%d/stat' % process).read().split()[3])\\n"
KILL += "process = parent(os.getppid())"  # run, the process that runs fork from, worker
KILL += "\\nassert not decimals or os.kill(process, signal.SIGKILL)"


@pytest.fixture
def dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A scheduler and two workers as processes of their own, which nobody starts again."""
    from distributed.deploy.subprocess import SubprocessCluster

    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    options = {"local_directory": str(tmp_path / "dask"), "dashboard_address": None}
    with SubprocessCluster(
        worker_class="distributed.Worker", n_workers=2, threads_per_worker=1, worker_kwargs=options
    ) as made:
        wait_for(made, 2)
        yield made


def wait_for(made: Any, workers: int) -> None:
    """Wait until a cluster has so many workers."""
    end = time.monotonic() + 60
    while len(made.scheduler_info["workers"]) != workers:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.long
@pytest.mark.linux
def test_pages_made_on_a_cluster_that_loses_a_worker_are_those_made_here(
    review: Path, dask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = review.parent.parent / "notebooks" / "one.ipynb"
    done = str(tmp_path / "once")
    once = KILL.replace("not decimals", f"os.path.exists({done!r}) or open({done!r}, 'w').close()")
    small.rewrite(path, "chapter = review.open()", once)
    monkeypatch.setenv("EVALUATION_DASK", dask.scheduler_address)
    there = run(review, "--output", str(tmp_path / "there"))
    assert (there.exit_code, there.stderr.count(": done")) == (0, 2), there.output
    assert (tmp_path / "once").exists()
    again = run(review, "--output", str(tmp_path / "again"))
    assert again.stderr.count("from the store") == 2
    monkeypatch.delenv("EVALUATION_DASK")
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "empty"))
    assert run(review, "--output", str(tmp_path / "here")).exit_code == 0
    assert small.hashes(tmp_path / "there" / "small") == small.hashes(tmp_path / "here" / "small")


@pytest.mark.long
@pytest.mark.linux
def test_a_run_that_kills_its_worker_twice_is_given_up_and_named(review: Path, dask: Any) -> None:
    path = review.parent.parent / "notebooks" / "one.ipynb"
    small.rewrite(path, "chapter = review.open()", KILL)
    dask.scale(4)
    wait_for(dask, 4)
    result = run(review, "--dask", dask.scheduler_address)
    assert result.exit_code == 1
    assert "one--decimals-1:-:-: found a run that its workers died of" in result.stderr
    assert ": done" in result.stderr, "the other run is made"
    wait_for(dask, 2)  # which go on


def test_a_scheduler_that_does_not_answer_changes_nothing(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    result = run(review, "--dask", address)
    assert result.exit_code == 2
    assert f"{address}:-:-: found no scheduler that answers" in result.stderr
    assert not (review.parent.parent / "outputs" / "small").exists()


@pytest.mark.parametrize("address", ["nonsense", "tcp://host", "host:8786"])
def test_what_is_no_address_is_one_line(address: str, review: Path) -> None:
    result = run(review, "--dask", address)
    assert result.exit_code == 2
    allowed = "a Dask scheduler, such as tcp://host:8786"
    assert result.stderr == f"{address}:-:-: found no address of a scheduler; allowed: {allowed}\n"
    assert not (review.parent.parent / "outputs").exists()


def test_another_version_is_refused_with_both() -> None:
    ours = cluster.package_versions()
    theirs = {"tcp://a": ours, "tcp://b": ours | {"altair": "1.0", "evaluation": "other"}}
    problems = cluster.version_problems("tcp://scheduler", SimpleNamespace(run=lambda function: theirs))
    assert [(p.row, p.column) for p in problems] == [("tcp://b", "evaluation"), ("tcp://b", "altair")]
    assert problems[1].actual == "altair 1.0"
    assert problems[1].allowed == f"altair {ours['altair']}, as here"
