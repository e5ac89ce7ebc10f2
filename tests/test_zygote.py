"""Runs as forks: each alone, each ended, none left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import small

from evaluation.runs.execute import Job, Limits, Outcome
from evaluation.runs.executor import Forks

pytestmark = [pytest.mark.linux, pytest.mark.slow]
LOOP = "while True:\n    pass"
STUBBORN = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
LIMITS = Limits(cell=1, run=6, memory=400_000_000)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    made = Forks(4, LIMITS, many=False)
    yield made
    made.stop()


def run_all(forks: Forks, *jobs: Job) -> dict[str, Outcome]:
    with ThreadPoolExecutor(len(jobs)) as threads:
        return {outcome.slug: outcome for outcome in threads.map(forks.run, jobs)}


def test_a_run_that_dies_fails_alone_and_is_named(tmp_path: Path, forks: Forks) -> None:
    found = run_all(
        forks,
        small.job(tmp_path, "leaves", "1", "import os; os._exit(3)"),
        small.job(tmp_path, "killed", "import os; os.kill(os.getpid(), 9)"),
        small.job(tmp_path, "good", "print('well')"),
    )
    assert (found["leaves"].cell, found["leaves"].error) == (5, "the process ended with exit status 3")
    assert (found["killed"].cell, found["killed"].error) == (4, "the process was killed by SIGKILL (out of memory?)")
    assert not found["good"].failed
    assert "well" in found["good"].output.read_text(encoding="utf-8")
    assert found["leaves"].output.is_file(), "the notebook of a run that died is kept"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (LOOP, "CellTookTooLong: found a cell that ran longer than 1 s"),
        (STUBBORN, "found a cell that took longer than 1 s"),
        ("import time\ntime.sleep(100)", "CellTookTooLong"),
    ],
    ids=["loop", "stubborn", "sleep"],
)
def test_a_cell_has_a_time_limit(code: str, said: str, tmp_path: Path, forks: Forks) -> None:
    assert said in forks.run(small.job(tmp_path, "endless", code)).error


@pytest.fixture(scope="module")
def patient_forks() -> Iterator[Forks]:
    made = Forks(1, Limits(memory=400_000_000), many=False)
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = bytearray(10**9)", "MemoryError"),
        ("print('x' * 100_000_000)", "TooMuchOutput"),
        ("import os\nos.system('head -c 100000000 /dev/zero')", "TooMuchOutput"),
    ],
    ids=["memory", "print", "program"],
)
def test_a_run_has_limits(code: str, said: str, tmp_path: Path, patient_forks: Forks) -> None:
    outcome = patient_forks.run(small.job(tmp_path, "greedy", code))
    assert said in outcome.error
    assert outcome.output.stat().st_size < 25_000_000


def test_a_run_may_use_as_much_as_its_limits_allow(tmp_path: Path, patient_forks: Forks) -> None:
    outcome = patient_forks.run(small.job(tmp_path, "large", "x = bytearray(300_000_000)"))
    assert not outcome.failed, outcome.error


@pytest.mark.long
@pytest.mark.slow
def test_many_short_cells_may_take_longer_than_one(tmp_path: Path, forks: Forks) -> None:
    cells = ["import time; time.sleep(0.7)"] * 3
    assert not forks.run(small.job(tmp_path, "patient", *cells[:2])).failed
    assert "found a run that took longer than 6 s" in forks.run(small.job(tmp_path, "long", *cells * 5)).error


def test_no_run_sees_another(tmp_path: Path, forks: Forks) -> None:
    dirty = "import builtins, os, json\nbuiltins.left = json.left = os.environ['LEFT'] = 'here'\nos.chdir('/')"
    look = "import builtins, os, json\nassert not hasattr(builtins, 'left') and not hasattr(json, 'left')\n"
    look += "assert 'LEFT' not in os.environ and os.getcwd() != '/' and len(In) == 5"
    assert not forks.run(small.job(tmp_path, "dirty", dirty)).failed
    found = forks.run(small.job(tmp_path, "look", look))
    assert not found.failed, found.error


def test_runs_do_not_share_random_numbers(tmp_path: Path, forks: Forks) -> None:
    draw = "import random, numpy\nprint(random.random(), numpy.random.random())"
    texts = [forks.run(small.job(tmp_path, name, draw)).output.read_text(encoding="utf-8") for name in ("one", "two")]
    numbers = [re.split('"text": ?"', text)[1].split("\\n")[0].split() for text in texts]
    assert not set(numbers[0]) & set(numbers[1])


def test_what_a_run_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"TOKEN-{os.getpid()}-started"
    start = f"import subprocess, os\nsubprocess.Popen(['sleep', '300'], env={{'T': '{token}'}}, start_new_session=True)"
    fork = f"if os.fork() == 0:\n    os.execve('/bin/sleep', ['sleep', '300'], {{'T': '{token}'}})"
    forked_child_goes_on = "print('before', os.getpid() > 1)\nchild = os.fork()"
    forks = Forks(1, Limits(), many=False)
    outcome = forks.run(small.job(tmp_path, "starts", start, fork, forked_child_goes_on, "print('after')"))
    assert not outcome.failed, outcome.error
    assert outcome.output.read_text(encoding="utf-8").count("after\\n") == 1
    assert small.all_end(token, 2 * small.busy())
    forks.stop()


def test_a_killed_zygote_is_replaced_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"TOKEN-{os.getpid()}-zygote"
    monkeypatch.setenv("TOKEN", token)
    forks = Forks(2, Limits(), many=False)
    with ThreadPoolExecutor(1) as threads:
        slow = "import time, subprocess; subprocess.Popen(['sleep', '300']); time.sleep(1)"
        waiting = threads.submit(forks.run, small.job(tmp_path, "slow", slow, "print('done')"))
        first = forks.zygote()
        while not first.groups:
            time.sleep(0.01)
        first.process.kill()
        outcome = waiting.result()
    assert not outcome.failed, outcome.error
    assert forks.zygote() is not first
    forks.stop()
    assert small.all_end(token, 2 * small.busy())


def test_a_run_that_kills_the_zygote_each_time_is_given_up(tmp_path: Path) -> None:
    forks = Forks(1, Limits(), many=False)
    outcome = forks.run(small.job(tmp_path, "murderer", "import os, time; os.kill(os.getppid(), 9); time.sleep(9)"))
    forks.stop()
    assert outcome.error.startswith("the process that runs fork from died")


def test_a_killed_parent_leaves_no_process(tmp_path: Path) -> None:
    token = f"TOKEN-{os.getpid()}-parent"
    job = small.job(tmp_path, "endless", f"open(r'{tmp_path / 'began'}', 'w').close()\n" + LOOP)
    code = "from evaluation.runs.execute import Job, Limits\nfrom evaluation.runs.executor import Forks\n"
    code += f"Forks(1, Limits(), many=False).run(Job.of({job.record()!r}))"
    parent = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"TOKEN": token})
    while not (tmp_path / "began").exists():
        assert parent.poll() is None
        time.sleep(0.02)
    assert len(small.processes_with(token)) == 4  # the parent, the keeper, the zygote, the run
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert small.all_end(token, 2 * small.busy())


def test_there_is_no_fork_beside_a_second_thread() -> None:
    from evaluation.runs.zygote import ZygoteError, assert_one_thread

    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    with pytest.raises(ZygoteError, match="threads before a fork; allowed: one"):
        assert_one_thread()
    wait.set()
    thread.join()
