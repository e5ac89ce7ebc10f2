"""Nothing of a return leaves its folder: words and counts of made-up returns are looked for in all that the commands
write, say and leave behind, from `protect` to the comparison of two releases, also where each is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import faults
import openpyxl
import pytest
from canaries import NAME, NOTE, OTHER_NAME, OTHERS, OWN, RARE, escaped, forms
from click.testing import CliRunner
from small import asked_in

from evaluation import start
from evaluation.cli import main
from evaluation.language import LANGUAGES
from evaluation.protection import certificate, own_numbers, reading, release, rounding, system, writing
from evaluation.protection.reading import SECRET

HEAD = ["organization", "year", "region", "fund", "age", "gender", "people", "note"]
ROWS = [
    [NAME, "2023/24", "North", "youth", "under 18", "women", RARE, NOTE],
    [NAME, "2022/23", "East", "youth", "18 to 24", "men", OWN, NOTE],
]
OTHER_ROWS = [
    [OTHER_NAME, "2022/23", "East", "youth", "18 to 24", "men", OTHERS, NOTE],
    *([OTHER_NAME, year, "West", "youth", "not stated", "women", 7, ""] for year in ("2021/22", "2023/24")),
]
REVIEW = "parameters/people.yml"


@dataclass(frozen=True)
class Place:
    """A project, its returns beside it, and all folders that its commands may write to."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def returns(self) -> Path:
        return self.folder / "returns"

    @property
    def built(self) -> Path:
        return self.project / "outputs" / "people"

    @property
    def environment(self) -> dict[str, str]:
        """That of a command: a store, a temporary folder and a home of its own."""
        of = {"EVALUATION_STORE": "store", "TMPDIR": "temporary", "HOME": "home", "EVALUATION_RETURNS": "returns"}
        return os.environ | {name: str(self.folder / folder) for name, folder in of.items()}

    def starts(self, *arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "evaluation", *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.project, env=self.environment, stdout=pipe, stderr=subprocess.STDOUT)

    def ends(self, process: subprocess.Popen[bytes], before: str = "") -> None:
        """The command has ended, and nothing of the returns has left their folder."""
        self.assert_nothing_left(process.communicate()[0], before)

    def asked(self, *arguments: object) -> int:
        """How a command ends in this process, as if it were started in the project; nothing of the returns has left."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr("tempfile.tempdir", None)
            done = asked_in(self.project, *arguments)
        self.assert_nothing_left(done.output.encode(), str(arguments[0]))
        return done.exit_code

    def assert_nothing_left(self, output: bytes, before: str) -> None:
        """What a command said is nothing of the returns, and none of them is outside of their folder."""
        canaries = forms(self.returns)
        assert [canary for canary in canaries if canary in output] == [], before
        folders = (path for path in self.folder.iterdir() if path != self.returns)
        assert escaped(canaries, *folders) == [], before
        for left in self.returns.glob(".*"):  # beside the secret, for its making: nothing of a return
            assert escaped(canaries - {(self.returns / SECRET).read_bytes()}, left) == []

    def commands(self, out: Path, before: Path | None = None) -> dict[str, list[object]]:
        earlier = ["--before", before] if before else []
        compared = {"diff": ["diff", before, out, "--review", REVIEW]} if before else {}
        return {
            "protect": ["protect", "returns.yml", *earlier, "--output", out],
            "check": ["check", REVIEW, "--data", out],
            "build": ["build", REVIEW, "--data", out],
            "export": ["export", REVIEW, "--xlsx"],
            "verify": ["verify", self.built, "--data", out],
            "trace": ["trace", "--review", REVIEW, "--flips", "--data", out],
            "publish": ["publish", self.folder / "web", REVIEW],
            **compared,
        }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    for name in ("store", "temporary", "home"):
        (tmp_path / name).mkdir()
    place = Place(tmp_path)
    start.new_project(place.project)
    with (place.project / REVIEW).open("a", encoding="utf-8") as review:
        review.write("imprint: {address: https://example.org/people, edition: {en: First, fr: Première}}\n")
    place.returns.mkdir(mode=0o700)
    lines = (",".join(map(str, row)) for row in [HEAD, *ROWS])
    (place.returns / "one.csv").write_text("\n".join(lines), encoding="utf-8")
    book = openpyxl.Workbook()
    for row in [HEAD, *OTHER_ROWS]:
        book.active.append(row)
    book.save(place.returns / "two.xlsx")
    return place


def test_canaries_are_found_wherever_they_are(tmp_path: Path) -> None:
    """Else the tests below could not fail."""
    canaries = forms(tmp_path)
    book = openpyxl.Workbook()
    book.active.append([NAME])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.html").write_text(f"<b>{RARE:,}</b>".replace(",", "\u202f"), encoding="utf-8")
    (tmp_path / "c.json").write_text(json.dumps([NAME]), encoding="utf-8")
    (tmp_path / "d.bin").write_bytes((OWN + OTHERS).to_bytes(8, "little"))
    assert {line.rpartition("/")[2] for line in escaped(canaries, tmp_path)} == {"a.xlsx", "b.html", "c.json", "d.bin"}


WRITING = ("protect", "build", "export", "diff")  # the commands that write what is given away


@pytest.mark.slow
@pytest.mark.parametrize("asked", [WRITING, pytest.param((), marks=pytest.mark.long)], ids=["what writes", "all"])
def test_no_canary_is_anywhere_after_each_command_of_two_releases(asked: tuple[str, ...], place: Place) -> None:
    """Those that write in this process; `make long` starts each in one of its own."""
    first, second = place.folder / "first", place.folder / "second"

    def ended(*arguments: object) -> int:
        if asked:
            return place.asked(*arguments)
        process = place.starts(*arguments)
        place.ends(process, str(arguments[0]))
        return process.returncode

    assert ended(*place.commands(first)["protect"]) == 0
    commands = place.commands(second, first)
    for name, arguments in [(name, commands[name]) for name in asked or commands]:
        assert ended(*arguments) in ((0, 1) if name == "diff" else (0,)), (name, arguments)
    pages = {language: (place.built / language / "people_by_group.html").read_text("utf-8") for language in LANGUAGES}
    assert "They reproduce the published total" in pages["en"]
    assert "Ils reproduisent le total publié" in pages["fr"]


KILLS = {"protect": (0.4, 0.7, 0.9), "build": (0.3, 0.8), "export": (0.7,), "diff": (0.7,)}  # parts of its time


@pytest.mark.linux
@pytest.mark.long
@pytest.mark.parametrize("ends_by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_canary_is_anywhere_where_a_command_is_ended(ends_by: signal.Signals, place: Place) -> None:
    out, earlier = place.folder / "first", place.folder / "earlier"
    place.ends(place.starts(*place.commands(earlier)["protect"]))
    commands = place.commands(out, earlier)
    for name, parts in KILLS.items():
        began = time.monotonic()
        place.starts(*commands[name]).communicate()  # whole, for its time and for what the next one needs
        needed = time.monotonic() - began
        for part in parts:
            for made in {"protect": [out], "build": [place.built, place.folder / "store"]}.get(name, ()):
                shutil.rmtree(made, ignore_errors=True)
            process = place.starts(*commands[name])
            time.sleep(part * needed)
            process.send_signal(ends_by)
            place.ends(process, f"{name} ended at {part} of {needed:.1f} s")
        process = place.starts(*commands[name])  # over what was left
        place.ends(process, name)
        assert process.returncode in (0, 1, 2), name


@pytest.mark.linux
@pytest.mark.long
def test_nothing_of_a_return_stays_where_protect_is_killed(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the calls of the writer, half way through them; and the next command works, and leaves nothing either."""
    out, log = tmp_path / "out", tmp_path / "log"
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("evaluation.building.project.ROOT", place.project)
    monkeypatch.chdir(place.project)

    def work() -> None:
        assert CliRunner().invoke(main, ["protect", "returns.yml", "--output", str(out)]).exit_code == 0

    canaries = forms(place.returns)
    for at in faults.chosen(faults.calls_of(work, log)):
        for left in (out, *tmp_path.glob(".*"), *place.returns.glob(".*")):  # so that each makes the same calls
            shutil.rmtree(left, ignore_errors=True)
        (place.returns / SECRET).unlink(missing_ok=True)
        log.unlink()
        assert faults.forked(work, at, "kill", log) == -signal.SIGKILL
        assert escaped(canaries, *(path for path in tmp_path.iterdir() if path != place.returns)) == []
        assert escaped(canaries, *place.returns.glob(".*")) == []
    shutil.rmtree(out, ignore_errors=True)
    work()
    assert [*tmp_path.glob(".*"), *place.returns.glob(".*")] == []
    assert escaped(forms(place.returns), *(path for path in tmp_path.iterdir() if path != place.returns)) == []


FAILS = [
    (release, "read_returns"),
    (reading, "read_workbook"),
    (reading, "parse_code"),
    (system.System, "counts"),
    (rounding, "tabu_search"),
    (certificate, "group_counter"),
    (own_numbers, "count_unprotected_rows"),
    (release, "make_release"),
    (writing, "check_data"),
]


@pytest.mark.slow
@pytest.mark.sampled(n=9)
@pytest.mark.parametrize(("where", "name"), FAILS, ids=[name for _, name in FAILS])
def test_an_error_that_nothing_foresaw_says_nothing_of_the_returns(
    where: object, name: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError(NAME, RARE, NOTE)

    monkeypatch.setattr(where, name, fail)
    for key, value in place.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("evaluation.building.project.ROOT", place.project)
    monkeypatch.chdir(place.project)
    for options in ([], ["--json"]):
        done = CliRunner().invoke(main, ["protect", "returns.yml", "--output", str(place.folder / "out"), *options])
        assert (done.exit_code, "KeyError); nothing kept, since" in done.output) == (1, True)
        assert [canary for canary in forms(place.returns) if canary in done.output.encode()] == []
    assert escaped(forms(place.returns), *(path for path in place.folder.iterdir() if path != place.returns)) == []
    assert not (place.folder / "out").exists()
