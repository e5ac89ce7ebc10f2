"""What the project takes from others, and what a code host is asked to run."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import audit_deps

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def dependency(**fields: Any) -> dict[str, Any]:
    return {"name": "altair", "version": "6.3.0", "vulns": []} | fields


class TestAdvisories:
    def test_all_answered_and_none_known_is_no_problem(self) -> None:
        assert audit_deps.problems([dependency()]) == []

    def test_a_vulnerability_is_named_with_the_version_that_mends_it(self) -> None:
        known = {"id": "PYSEC-1", "fix_versions": ["6.3.1"]}
        (line,) = audit_deps.problems([dependency(vulns=[known])])
        assert line == "requirements.lock:-:altair: found 6.3.0 with PYSEC-1; allowed: 6.3.1"

    @pytest.mark.parametrize("answered", [[], [dependency(), {"name": "pandas", "skip_reason": "not found"}]])
    def test_what_was_not_asked_never_passes(self, answered: list[dict[str, Any]]) -> None:
        (line,) = audit_deps.problems(answered)
        assert "allowed: an answer for each" in line

    @pytest.mark.parametrize("output", ["", "[]", "Traceback ...", json.dumps({"fixes": []})])
    def test_no_report_never_passes(
        self, output: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        done = subprocess.CompletedProcess([], 0, stdout=output, stderr="")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
        assert audit_deps.main() == 1
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestWorkflow:
    def test_names_no_host_and_no_repository_of_its_own(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert {name.split("/")[0] for name in re.findall(r"uses: (\S+)", text)} == {"actions"}

    def test_runs_every_system_and_python_that_the_readme_names(self, path: Path) -> None:
        jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
        assert jobs["linux"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
        assert jobs["elsewhere"]["strategy"]["matrix"]["os"] == ["macos-latest", "windows-latest"]


def test_each_workflow_is_read() -> None:
    assert WORKFLOWS
