"""What runs start ends with them, whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small

from evaluation.runs import keeper

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are kept on Linux only")

# Two generations in sessions of their own, one without the environment by which it could be known.
STARTS = """import os, subprocess, time
subprocess.Popen(["sh", "-c", "setsid sh -c 'sleep 333 & sleep 334' & setsid sh -c 'setsid sleep 335 & sleep 336' &"])
subprocess.Popen(["setsid", "env", "-i", "MARK={mark}", "sleep", "337"])
time.sleep(0.5)
open({began!r}, "w").close()
time.sleep(100)"""


def sleepers(token: str) -> list[int]:
    return [p for p in small.processes_with(token) if said(p, "cmdline").startswith("sleep")]


def said(process: int, what: str) -> str:
    """What the system says of a process; nothing of one that is gone."""
    try:
        return Path(f"/proc/{process}/{what}").read_text().replace("\0", " ")
    except OSError:
        return ""


def below(process: int, module: str) -> list[int]:
    """The processes of a module that a process has started, and these, from the top down."""
    children = list(map(int, said(process, f"task/{process}/children").split()))
    found = [child for child in children if f"evaluation.{module}" in said(child, "cmdline")]
    return found + [other for child in children for other in below(child, module)]


def ended(victims: Callable[[int], list[int]], kind: signal.Signals) -> Callable[[int], None]:
    def end(build: int) -> None:
        for process in victims(build):
            os.kill(process, kind)

    return end


ENDS = {
    "the build killed": ended(lambda b: [b], signal.SIGKILL),
    "the build ended": ended(lambda b: [b], signal.SIGTERM),
    "Ctrl-C": ended(lambda b: [b], signal.SIGINT),
    "build and keeper": ended(lambda b: [b, below(b, "runs.zygote")[0]], signal.SIGKILL),
    "build and zygote": ended(lambda b: [b, below(b, "runs.zygote")[1]], signal.SIGKILL),
    "zygote, then build": ended(lambda b: [below(b, "runs.zygote")[1], b], signal.SIGKILL),
}


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("how", ENDS)
def test_no_generation_outlives_a_build(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"TOKEN-{os.getpid()}-{abs(hash(how))}"
    review = small.project(tmp_path, monkeypatch, count=1)
    code = STARTS.format(mark=token, began=str(tmp_path / "began"))
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code)
    build = small.start(review, TOKEN=token)
    while not (tmp_path / "began").exists():
        assert build.poll() is None, build.communicate()
        time.sleep(0.02)
    assert len(sleepers(token)) == 5
    ENDS[how](build.pid)
    build.communicate()
    if how == "build and keeper":  # nobody is left that saw it: the next build ends what carries its keeper's name
        keeper.sweep_abandoned()
    assert small.all_end(token, 3 * small.busy()) or how == "build and keeper"
    for process in sleepers(token):
        assert "MARK=" in said(process, "environ")
        small.kill(process)


def test_what_a_living_build_keeps_is_not_abandoned() -> None:
    token = keeper.new_token(1)
    assert not keeper.is_abandoned(token)
    space, process, began, number = token.split("-")
    assert keeper.is_abandoned("-".join([space, process, str(int(began) - 1), number]))
    assert not keeper.is_abandoned("-".join(["1", process, "1", number])), "another space of process numbers"
    for odd in ("", "x", "1-2", f"{space}-x-1-1", f"{space}-{process}-x-1", f"{space}-{process}"):
        assert not keeper.is_abandoned(odd)


def test_a_sweep_ends_what_carries_the_token_alone() -> None:
    token = keeper.new_token(-1)
    mine, other = (subprocess.Popen(["sleep", "100"], env={keeper.TOKEN: value}) for value in (token, f"{token}0"))
    keeper.sweep(token)
    assert mine.wait(5) == -signal.SIGKILL
    assert other.poll() is None
    other.kill()
    other.wait()
