"""Two builds compared: what differs is named by its file and kind, and what is equal is not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small import ROOT

pytestmark = pytest.mark.sampled

PAGE = "<html><body><p>Served: <b>12</b></p><script>one</script></body></html>"
CHART = '<svg xmlns="http://www.w3.org/2000/svg"><title>Bars</title><text x="1">12</text></svg>'
FILES = {"en/a.html": PAGE, "en/a/c.svg": CHART, "en/a/c.csv": "n\n12\n", "numbers.json": '{"a": {"value": "12"}}'}


@pytest.fixture
def builds(tmp_path: Path) -> tuple[Path, Path]:
    """A build of four files, and a copy of it."""
    for path, text in FILES.items():
        (tmp_path / "old" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "old" / path).write_text(text)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    return tmp_path / "old", tmp_path / "new"


def compared(old: Path, new: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "compare_reviews.py"), str(old), str(new), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_equal_builds_have_no_difference(builds: tuple[Path, Path]) -> None:
    result = compared(*builds)
    assert (result.returncode, result.stdout) == (0, "no difference\n")


@pytest.mark.parametrize(
    ("path", "kind"), [("en/a.html", "text"), ("en/a/c.svg", "words"), ("en/a/c.csv", "csv"), ("numbers.json", "json")]
)
def test_a_changed_number_is_named_in_each_kind_of_file(builds: tuple[Path, Path], path: str, kind: str) -> None:
    changed = builds[1] / path
    changed.write_text(changed.read_text().replace("12", "13"))
    result = compared(*builds)
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == f"{path}: {kind}"
    assert [line[:3] for line in result.stdout.splitlines()[1:3]] == ["  -", "  +"]


@pytest.mark.slow
def test_a_moved_mark_is_a_difference_of_the_drawing_and_shown_in_the_report(
    builds: tuple[Path, Path], tmp_path: Path
) -> None:
    (builds[1] / "en/a/c.svg").write_text(CHART.replace('x="1"', 'x="2"'))
    result = compared(*builds, "--report", str(tmp_path / "report.html"))
    assert result.stdout.splitlines()[0] == "en/a/c.svg: drawing"
    assert (tmp_path / "report.html").read_text().count("c.svg") == 3


@pytest.mark.slow
def test_a_script_is_no_text_of_a_page_and_a_missing_file_is_named(builds: tuple[Path, Path]) -> None:
    (builds[1] / "en/a.html").write_text(PAGE.replace("one", "two"))
    (builds[1] / "en/a/c.csv").unlink()
    assert compared(*builds).stdout.splitlines() == ["en/a/c.csv: missing", "1 missing"]


def test_a_folder_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    result = compared(tmp_path / "none", tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_run_key_is_no_difference_and_another_hash_is(builds: tuple[Path, Path]) -> None:
    for folder, digit in zip(builds, "ab", strict=True):
        key, other = digit * 64, digit.upper() * 64
        (folder / "manifest.json").write_text(json.dumps({"runs": [{"key": key}]}))
        (folder / "numbers.json").write_text(json.dumps({"run_key": key}))
        (folder / "en/a.html").write_text(PAGE.replace("Served", f"Run {key[:16]} of {other}"))
    assert compared(*builds).stdout.splitlines()[-1] == "1 text"
    (builds[1] / "en/a.html").write_text(PAGE.replace("Served", f"Run {'b' * 16} of {'A' * 64}"))
    assert compared(*builds).stdout == "no difference\n"
