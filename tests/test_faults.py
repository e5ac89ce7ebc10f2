"""An interrupt, a kill and a full disk at the calls of the one writer by whole commands, in all of their processes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import cycle, product
from pathlib import Path

import faults
import pytest
import small
import statcan_files

pytestmark = [pytest.mark.long, pytest.mark.linux]
COMMANDS = {
    "build": ["build", "parameters/small.yml"],
    "export": ["export", "parameters/small.yml", "--xlsx"],
    "import": ["import", "35100177.csv", "--yes"],
    "new table": ["new", "table", "walkers"],
    "new chapter": ["new", "chapter", "second"],
}


class Commanded:
    """A command on a copy of a folder, with a fault at one of its calls."""

    def __init__(self, arranged: Path, command: list[str], watched: tuple[str, ...] = ("data", "notebooks", "outputs")):
        self.arranged, self.command, self.watched = arranged, command, watched
        self.here, self.log, self.patched = (arranged.with_name(name) for name in ("here", "log", "own"))
        self.patched.mkdir()
        shutil.copy(faults.__file__, self.patched / "sitecustomize.py")

    def again(self) -> None:
        shutil.rmtree(self.here, ignore_errors=True)
        shutil.copytree(self.arranged, self.here)

    def run(self, at: int | None = None, fault: str = "") -> subprocess.CompletedProcess[str]:
        self.log.unlink(missing_ok=True)
        numbers = {faults.AT: str(at), faults.FAULT: fault, faults.LOG: str(self.log)}
        store = {"EVALUATION_STORE": str(self.here / "store")}
        extra = (
            numbers | {"PYTHONPATH": os.pathsep.join([str(self.patched), str(small.ROOT)])} if at is not None else {}
        )
        line = [sys.executable, "-m", "evaluation", *self.command]
        return subprocess.run(line, cwd=self.here, capture_output=True, text=True, env=os.environ | store | extra)

    def state(self) -> dict[str, str]:
        digests = small.hashes(self.here)
        return {n: h for n, h in digests.items() if n.startswith(self.watched) and "/." not in f"/{n}"}

    def calls(self) -> str:
        """The letters of the calls that the command makes; it is done then."""
        self.again()
        done = self.run(-1)
        assert done.returncode == 0, done.stderr
        return self.log.read_text()

    def hold(self, faults_at: Callable[[str], Iterable[tuple[int, str]]]) -> None:
        """Hold that the folder is the old or the new one after each fault at calls of the command, and that the next
        command makes it the new one."""
        self.again()
        states, calls = [self.state()], self.calls()
        states.append(self.state())
        assert states[0] != states[1]
        for at, fault in faults_at(calls):
            self.again()
            ended = self.run(at, fault)
            case = (calls[at], at, fault, ended.stderr)
            assert "Traceback" not in ended.stderr, case
            assert ended.returncode in (-9, 0, 1, 130), case
            assert self.state() in states, case
            if (
                self.state() == states[0] or ended.returncode != 0 or calls[at] in "tu"
            ):  # what stayed goes with the next
                result = self.run()
                assert result.returncode == 0 or self.state() == states[1], (case, result.stderr)
            assert self.state() == states[1], case
            left = [path for name in self.watched for path in (self.here / name).rglob(".*")]
            assert [path for path in left if path.suffix in (".building", ".part")] == [], case


def every_fault(calls: str) -> Iterable[tuple[int, str]]:
    """Each fault at each chosen call."""
    return product(faults.chosen(calls), faults.FAULTS)


def one_fault(calls: str) -> Iterable[tuple[int, str]]:
    """One fault at each chosen call, by turns: a command that checks data or builds takes seconds each time. Each
    fault at every call of the same writer is in test_writing.py, without the processes around it."""
    return zip(faults.chosen(calls), cycle(faults.FAULTS), strict=False)


@pytest.fixture
def arranged(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a built review that is out of date, a download and a table that no contract has."""
    folder = tmp_path_factory.mktemp("faults") / "arranged"
    shutil.copytree(built.parents[1], folder)
    statcan_files.csv_file(folder / "35100177.csv", statcan_files.table(places=["Alberta"]))
    (folder / "data" / "walkers.csv").write_text("place,n\nhere,5\n")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_fault_at_a_call_leaves_data_and_review_whole(name: str, arranged: Path) -> None:
    if name == "build":
        small.rewrite(arranged / "parameters" / "small.yml", "title: {en: Small", "title: {en: Little")
    Commanded(arranged, COMMANDS[name]).hold(every_fault if name.startswith("new") else one_fault)


def test_a_fault_in_a_build_of_the_whole_review(whole_review: Path, tmp_path: Path) -> None:
    """One fault at each of some calls: each takes as long as the review does."""
    arranged = tmp_path / "arranged"
    for name in ("data", "notebooks", "parameters"):
        shutil.copytree(small.ROOT / name, arranged / name)
    shutil.copytree(whole_review, arranged / "outputs" / "review")
    shutil.copytree(whole_review.parent / "store", arranged / "store")
    shutil.rmtree(arranged / "outputs" / "review" / "fr")  # so that there is something to make
    Commanded(arranged, ["build"]).hold(one_fault)
