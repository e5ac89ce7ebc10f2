"""Runs in processes of their own: each alone, each within its limit, each ended with its group."""

import io
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr
from pathlib import Path

import pytest
import small

from evaluation.cli.build import print_failures
from evaluation.runs.execute import Failure
from evaluation.runs.pool import Runs

pytestmark = [pytest.mark.linux, pytest.mark.slow]
LOOP = "while True:\n    pass"
STUBBORN = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
SECONDS = 2 * small.busy()  # that a run of these may take


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    made = Runs(600)  # none of these ends by its limit
    yield made
    made.stop()


def test_a_run_that_dies_fails_alone_and_is_named(tmp_path: Path, runs: Runs) -> None:
    jobs = (
        small.job(tmp_path, "leaves", "1", "import os; os._exit(3)"),
        small.job(tmp_path, "killed", "import os; os.kill(os.getpid(), 9)"),
        small.job(tmp_path, "good", "print('well')"),
    )
    with ThreadPoolExecutor(len(jobs)) as threads:
        outcomes = {outcome.slug: outcome for outcome in threads.map(runs.run, jobs)}
    assert outcomes["leaves"].failures == (Failure(5, "the process ended with exit status 3"),)
    assert outcomes["killed"].failures == (Failure(4, "the process was killed by SIGKILL (out of memory?)"),)
    assert outcomes["good"].failures == ()
    assert "well" in outcomes["good"].output.read_text(encoding="utf-8")
    assert outcomes["leaves"].output.is_file(), "the notebook of a run that died is kept"


def test_an_error_says_more_than_an_address_that_an_output_shows(tmp_path: Path, runs: Runs) -> None:
    outcome = runs.run(small.job(tmp_path, "both", "object()", "1 / 0"))
    assert [(failure.cell, failure.kind) for failure in outcome.failures] == [(5, "ZeroDivisionError")]


def test_all_refusals_of_a_run_come_at_once(tmp_path: Path, runs: Runs) -> None:
    """A chart that is refused leaves nothing that a later cell needs; what is missing for want of a refused number is
    no news."""
    start = "from evaluation import review\nchapter = review.open()"
    chart = "chapter.chart('a', None, title={'en': 'A', 'fr': 'A'}, subtitle={'en': 'A', 'fr': 'A'})"
    sums = "both = chapter.figures.people_served + chapter.figures.organizations_funded"
    bare, none = "chapter.frame('figures').value.interpolate()", "chapter.frame('figrues')"
    phrase = "chapter.say(x=review.phrase('sign', 'sideways'))"
    cells = start, chart, phrase, sums, "both", bare, none, "chapter.say(x=1.5)"
    outcome = runs.run(small.job(tmp_path, "refused", *cells))
    assert [(failure.cell, failure.error.partition(":")[0]) for failure in outcome.failures] == [
        (5, "ChartRefused"), (6, "MissingText"), (7, "DefinitionsDiffer"), (9, "BareNumber"), (10, "InputError"),
        (11, "Refused"),
    ]  # fmt: skip
    with redirect_stderr(io.StringIO()) as output:
        print_failures([outcome], False)
    assert output.getvalue().count("refused:") == 6


def test_a_run_has_a_time_limit_and_the_cell_that_it_was_at_is_named(tmp_path: Path) -> None:
    runs = Runs(SECONDS)
    outcome = runs.run(small.job(tmp_path, "endless", "1", STUBBORN))
    assert [(failure.cell, failure.error[:32]) for failure in outcome.failures] == [
        (5, "found a run that took longer tha")
    ]
    assert outcome.output.is_file(), "its chapter, without outputs"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("print('x' * 100_000_000)", id="much"),
        pytest.param("while True: print('x' * 1000)", id="without end", marks=pytest.mark.long),
        pytest.param("import os\nos.system('cat /dev/zero')", id="a program without end"),
    ],
)
def test_a_run_may_print_so_much(code: str, tmp_path: Path, runs: Runs) -> None:
    outcome = runs.run(small.job(tmp_path, "greedy", code))
    assert "TooMuchOutput" in outcome.failures[0].error
    assert outcome.output.stat().st_size < 25_000_000


@pytest.mark.parametrize(
    ("code", "error"),
    [("raise ExceptionGroup('several', [ValueError('one')])", "ExceptionGroup: several"), ("%nosuch", "UsageError: ")],
)
def test_what_ipython_prints_as_text_is_an_error_too(code: str, error: str, tmp_path: Path, runs: Runs) -> None:
    assert runs.run(small.job(tmp_path, "grouped", code)).failures[0].error.startswith(error)


def test_no_run_sees_another(tmp_path: Path, runs: Runs) -> None:
    dirty = "import builtins, os, json\nbuiltins.left = json.left = os.environ['LEFT'] = 'here'\nos.chdir('/')"
    look = "import builtins, os, json\nassert not hasattr(builtins, 'left') and not hasattr(json, 'left')\n"
    look += "assert 'LEFT' not in os.environ and os.getcwd() != '/' and len(In) == 5"
    assert runs.run(small.job(tmp_path, "dirty", dirty)).failures == ()
    assert runs.run(small.job(tmp_path, "look", look)).failures == ()


def test_runs_do_not_share_random_numbers(tmp_path: Path, runs: Runs) -> None:
    draw = "import random, numpy\nprint(random.random(), numpy.random.random())"
    texts = [runs.run(small.job(tmp_path, name, draw)).output.read_text(encoding="utf-8") for name in ("one", "two")]
    numbers = [re.split('"text": ?"', text)[1].split("\\n")[0].split() for text in texts]
    assert not set(numbers[0]) & set(numbers[1])


def test_what_a_run_started_ends_with_it(tmp_path: Path, runs: Runs) -> None:
    """But for what it has put into a session of its own, which is that chapter's business."""
    token = f"TOKEN-{os.getpid()}-started"
    start = f"import subprocess, os\nsubprocess.Popen(['sleep', '300'], env={{'T': '{token}'}})"
    fork = f"if os.fork() == 0:\n    os.execve('/bin/sleep', ['sleep', '300'], {{'T': '{token}'}})"
    forked_child_goes_on = "print('before', os.getpid() > 1)\nchild = os.fork()"
    outcome = runs.run(small.job(tmp_path, "starts", start, fork, forked_child_goes_on, "print('after')"))
    assert outcome.failures == ()
    assert outcome.output.read_text(encoding="utf-8").count("after\\n") == 1
    assert small.all_end(token, 2 * small.busy())


@pytest.mark.long
def test_a_run_ends_with_its_build(tmp_path: Path) -> None:
    token = f"TOKEN-{os.getpid()}-parent"
    review = small.project(tmp_path, pytest.MonkeyPatch(), count=1)
    began = tmp_path / "began"
    small.notebook(tmp_path / "notebooks" / "one.ipynb", f"open(r'{began}', 'w').close()\n" + LOOP)
    build = small.start(review, TOKEN=token, EVALUATION_STORE=str(tmp_path / "store"))
    while not began.exists():
        assert build.poll() is None, build.communicate()
        time.sleep(0.02)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert small.all_end(token, 4 * small.busy())
