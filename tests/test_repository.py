"""The repository keeps its own promises: notebooks, dependencies, documents, names."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from evaluation.cli import main
from evaluation.language.prose_cells import is_analysis, source_of
from evaluation.problems.imports import DISTRIBUTION
from evaluation.reviews.parameters import read_chapter
from tools import audit_deps

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCUMENTS = [
    *(ROOT / f"{name}.md" for name in ("README", "README.fr", "CONTRIBUTING")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "data" / "README.md",
]
DECLARED = set(PROJECT["dependencies"]).union(*PROJECT["optional-dependencies"].values())


def test_conda_and_pip_users_get_the_same() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    names = [item for item in listed if isinstance(item, str)] + next(i["pip"] for i in listed if isinstance(i, dict))
    assert set(names) - {"python>=3.11", "pip"} == DECLARED
    assert PROJECT["requires-python"] == ">=3.11"


def test_messages_and_documents_name_the_distribution_and_no_other() -> None:
    """`evaluation` is another's on the package index: nothing may tell to install it from there."""
    assert PROJECT["name"] == DISTRIBUTION
    assert PROJECT["name"] in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert listed["name"] == PROJECT["name"]
    activated = re.findall(r"conda activate (\S+)", (ROOT / "docs" / "installing.md").read_text(encoding="utf-8"))
    assert set(activated) == {PROJECT["name"]}
    texts = [*DOCUMENTS, ROOT / "environment.yml", ROOT / "Makefile", *(ROOT / "evaluation").rglob("*.py")]
    stranger = re.compile(r"""(pip install|pipx install|uv add)[^\n`]*[ "']evaluation\b|version\(["']evaluation""")
    assert [path.name for path in texts if stranger.search(path.read_text(encoding="utf-8"))] == []


def test_the_lock_has_every_dependency_with_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    wanted = {re.match(r"[A-Za-z0-9_.-]+", name)[0].lower() for name in DECLARED}  # type: ignore[index]
    assert wanted <= pinned
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip() and not entry.startswith("#"))
    assert "://" not in lock
    assert "index-url" not in lock


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_defines_no_function(self, path: Path) -> None:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        trees = (ast.parse(source_of(cell)) for cell in cells if is_analysis(cell))
        defined = [
            node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        assert defined == []

    def test_says_what_each_parameter_is(self, path: Path) -> None:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        (declared,) = (source_of(cell) for cell in cells if "parameters" in cell["metadata"].get("tags", []))
        assert [line for line in declared.splitlines() if not re.search(r"# \S", line)] == []
        assert set(read_chapter(path).title) == {"en", "fr"}


def commands(group: click.Command, prefix: str = "") -> list[str]:
    if isinstance(group, click.Group):
        return [name for key, command in group.commands.items() for name in commands(command, f"{prefix}{key} ")]
    return [prefix.strip()]


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in commands(main) if f"evaluation {name}" not in readme] == []


def test_links_in_the_documents_resolve() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), (document.name, target)


def test_versions_agree() -> None:
    version = PROJECT["version"]
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_outputs_keep_only_their_readme_in_git() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("the project is no checkout of Git")
    command = ["git", "-c", "safe.directory=*", "ls-files", "outputs"]  # whoever owns the checkout
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert tracked.stdout.split() == ["outputs/README.md"]


OWN = ROOT / ".github" / "workflows"
SAMPLE = ROOT / "evaluation" / "start" / "project" / ".github" / "workflows"
WORKFLOWS = sorted([*OWN.glob("*.yml"), *SAMPLE.glob("*.yml")])
ALTAIR: dict[str, Any] = {"name": "altair", "version": "6.3.0", "vulns": []}


@pytest.mark.parametrize(
    ("answered", "line"),
    [
        ([ALTAIR], ""),
        ([ALTAIR | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["6.3.1"]}]}],
         "requirements.lock:-:altair: found 6.3.0 with PYSEC-1; allowed: 6.3.1"),
        ([], "allowed: an answer for each"),
        ([ALTAIR, {"name": "pandas", "skip_reason": "not found"}], "allowed: an answer for each"),
    ],
)  # fmt: skip
def test_what_is_known_of_a_dependency_is_named_and_what_was_not_asked_never_passes(
    answered: list[dict[str, Any]], line: str
) -> None:
    problems = audit_deps.problems(answered)
    assert (len(problems), line in "".join(problems)) == (bool(line), True)


@pytest.mark.parametrize("folder", [OWN, SAMPLE], ids=["here", "new project"])
def test_an_edition_is_built_verified_and_audited_before_it_is_published(folder: Path) -> None:
    text = (folder / "publish.yml").read_text(encoding="utf-8")
    build = "make review" if folder == OWN else "evaluation build"
    steps = [text.index(step) for step in (build, "evaluation verify", "evaluation audit", "evaluation publish site")]
    assert steps == sorted(steps)


@pytest.mark.parametrize("folder", [OWN, SAMPLE], ids=["here", "new project"])
def test_what_keeps_watch_opens_a_request_and_never_merges(folder: Path) -> None:
    text = (folder / "refresh.yml").read_text(encoding="utf-8")
    steps = ("evaluation refresh --yes --page", "evaluation build --draft", "evaluation audit", "gh pr create")
    places = [text.index(step) for step in steps]
    assert places == sorted(places)
    assert "schedule:" in text
    assert "merge" not in text.replace("It never merges.", "")
    assert "set -o pipefail" in text  # a refusal fails the run


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: f"{path.parents[2].name}-{path.name}")
class TestWorkflow:
    def test_names_no_host_and_no_repository_of_its_own(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert {name.split("/")[0] for name in re.findall(r"uses: (\S+)", text)} == {"actions"}


def test_the_workflow_runs_every_system_and_python_that_the_readme_names() -> None:
    jobs = yaml.safe_load((OWN / "test.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["linux"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert jobs["elsewhere"]["strategy"]["matrix"]["os"] == ["macos-latest", "windows-latest"]


def test_the_citation_names_the_edition_and_the_day_of_the_review() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    review = yaml.safe_load((ROOT / "parameters" / "review.yml").read_text(encoding="utf-8"))
    assert cited["title"] == review["title"]["en"]
    assert cited["date-released"] == review["date"]
    assert cited["abstract"].startswith(review["imprint"]["edition"]["en"])
    assert cited.get("url") == review.get("address")
    assert cited.get("repository-code") == review.get("repository")
