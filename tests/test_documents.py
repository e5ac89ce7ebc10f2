"""The documents: every command in them runs, the reference is that of the code, the two READMEs are equals.

A block of the language ``sh`` is run line by line in a copy of the project with its built review; ``# status N`` after
a command says how it ends. What is not run here is named in ELSEWHERE, with what holds it.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from small import DATA, ROOT, asked_in

from evaluation.numbers.figures import Figures
from evaluation.numbers.quantity import Quantity
from evaluation.pages import numbers_file
from evaluation.records.serialization import number_record

sys.path.insert(0, str(ROOT / "tools"))
import reference

PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "README.fr.md", *PAGES]
BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = {"sh", "bat", "python", "text", "csv", "yaml", "markdown"}  # of which sh and bat are commands
ALONE = {"returns.md", "your-own-review.md"}  # begin in an empty folder
LATE = {"returns.md"}  # run by `make long` alone: test_protect_canaries.py asks the same commands
HEAVY = re.compile(
    r"evaluation (audit|build|diff|export|trace --flips$|verify outputs/\w+( |$))|^papermill|^jupyter nbconvert"
)
ELSEWHERE = {
    r"make [a-z-]+$": "a target of the Makefile, asked below",
    r"\. \.venv/bin/activate$": "the environment that make made",
    r"pip install ": "test_command.py asks each extra; the lock is compared in test_repository.py",
    r"evaluation import 35100177|evaluation build --set place=Alberta": "test_import.py, on files of its own",
    r"evaluation returns template": "test_protect.py",
    r"evaluation verify .* --against ~": "test_verified_page.py, on folders of its own",
    r"conda (env create|activate) ": "environment.yml is compared with pyproject.toml in test_repository.py",
    r"py -m venv |\.venv\\Scripts\\python ": "Windows: the workflow's own job",
}


def blocks(page: Path) -> list[list[str]]:
    """The commands of a page, block by block."""
    fenced = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text.splitlines() for kind, text in fenced if kind in ("sh", "bat")]


def held_elsewhere(line: str) -> bool:
    return any(re.match(start, line) for start in ELSEWHERE)


def run_here(page: Path) -> list[str]:
    return [line for lines in blocks(page) for line in lines if not held_elsewhere(line)]


WITH_COMMANDS = [page for page in DOCUMENTS if run_here(page)]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_block_says_what_it_is_and_every_target_is_there(page: Path) -> None:
    kinds = {kind for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if not text.startswith("%%prose")}
    assert kinds <= KINDS
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in (line for lines in blocks(page) for line in lines if line.startswith("make ")):
        assert f"\n{line.removeprefix('make ')}:" in makefile


def project(folder: Path, built: Path) -> None:
    """A copy of the project, with its built review and the store that it came from."""
    for part in ("benchmarks", "data", "notebooks", "parameters"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copytree(built, folder / "outputs" / "review")
    shutil.copy(built / "en" / "people_served.html", folder)  # the page of the e-mail


def in_a_shell(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """How a command ends, and what it says."""
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def in_this_process(command: str, folder: Path, store: Path) -> tuple[int, str]:
    """The same without the seconds that a process takes to begin: `make long` asks each in a shell."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALUATION_STORE", str(store))
        result = asked_in(folder, *shlex.split(command)[1:])
    return result.exit_code, result.output


def run(page: Path, folder: Path, store: Path, heavy: bool) -> list[str]:
    """Run the commands of a page in their order (without ``heavy`` those of blocks that have no heavy one); gives those
    that were run."""
    ran: list[str] = []
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    known = {name: value for name, value in os.environ.items() if name != "EVALUATION_DATA"}
    environment = known | {"PATH": path, "EVALUATION_STORE": str(store)}
    for lines in blocks(page):
        if not heavy and page.name not in ALONE and any(HEAVY.search(line) for line in lines):
            continue
        for line in (line for line in lines if not held_elsewhere(line)):
            command, _, note = line.partition("  # ")
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
            elif heavy or not command.startswith("evaluation audit"):
                wanted = int(note.split()[1].rstrip(":")) if note.startswith("status ") else 0
                if heavy or not command.startswith("evaluation "):
                    ended, output = in_a_shell(command, folder, environment)
                else:
                    ended, output = in_this_process(command, folder, store)
                assert ended == wanted, f"{page.name}: {line}\n{output[-4000:]}"
            ran.append(line)
    return ran


@pytest.mark.slow
@pytest.mark.linux
@pytest.mark.parametrize(
    ("page", "heavy"),
    [
        pytest.param(page, heavy, id=f"{page.name}-{'all' if heavy else 'quick'}", marks=[pytest.mark.long] * heavy)
        for page in WITH_COMMANDS
        for heavy in (False, True)
        if heavy or page.name not in LATE
    ],
)
def test_commands_run(page: Path, heavy: bool, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder, store = tmp_path / "project", tmp_path / "store"
    folder.mkdir()
    if page.name not in ALONE:
        review = request.getfixturevalue("whole_review")
        project(folder, review)
        store = review.parent / "store"
    ran = run(page, folder, store, heavy)
    assert ran == run_here(page) or not heavy


def test_the_reference_is_that_of_the_code() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.reference_page(), "allowed: make reference"


def test_the_readmes_are_equals() -> None:
    english, french = (page.read_text(encoding="utf-8") for page in DOCUMENTS[:2])
    for part in (r"^(#+) ", r"^```sh\n(.*?)^```", r"^\| .*?(`[^\n]*`) \|$", r"\]\(((?!README)[^)]+)\)"):
        in_english, in_french = (re.findall(part, text, re.MULTILINE | re.DOTALL) for text in (english, french))
        assert in_english
        assert in_english == in_french


def test_each_field_of_the_numbers_for_a_program_is_described() -> None:
    page = (ROOT / "docs" / "questioning.md").read_text(encoding="utf-8")
    section = page.partition("## The numbers for a program")[2]
    described = [name for names in re.findall(r"^\| (`.*?) \|", section, re.M) for name in re.findall("`(.*?)`", names)]
    schema = json.loads((ROOT / "evaluation" / "pages" / "numbers.schema.json").read_text(encoding="utf-8"))
    assert sorted(described) == sorted(schema["$defs"]["number"]["properties"])


def test_the_numbers_for_a_program_are_flat_with_the_line_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upper bound's lower end is unknown in all of its ends, and its number is the same when read back."""
    page = (ROOT / "docs" / "questioning.md").read_text(encoding="utf-8")
    section = page.partition("## The numbers for a program")[2]
    served = Figures(DATA).figure("people_served")
    numbers = [served, replace(served, name="upper", quantity=Quantity.of("up-to", 5))]
    rows = [{"id": value.name} | numbers_file.number_row(number_record(value), ("en", "fr")) for value in numbers]
    assert [(row["low"], row["exact"]) for row in rows] == [(29000, ["29000", None]), (None, [None, "5"])]
    assert [numbers_file.quantity_of_row(row) for row in rows] == [number.quantity for number in numbers]
    path = tmp_path / "outputs" / "review" / "numbers.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"numbers": rows}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", section, re.S):
        exec(code, names)
    flat = names["flat"]
    assert flat["label.fr"][0] == rows[0]["label"]["fr"] != ""
    assert {"id", "value", "label.en", "place_in_source.en", "place_in_source.fr"} <= {*flat.columns}


def names_of_code() -> set[str]:
    """The names of modules, and all that is defined or used in them."""
    paths = [path for folder in ("evaluation", "tools", "tests") for path in (ROOT / folder).rglob("*.py")]
    modules = [compile(path.read_text(encoding="utf-8"), path, "exec") for path in paths]
    return {path.stem for path in paths}.union(*map(names_in, modules))


def names_in(code: CodeType) -> set[str]:
    """All that is defined or used in code, by its compiler: a quarter of the time of a walk through its tree."""
    parts = (part for part in code.co_consts if isinstance(part, CodeType))
    return {code.co_name, *code.co_names, *code.co_varnames}.union(*map(names_in, parts))


FILES = {"py", "md", "yml", "csv", "json", "ipynb", "html", "js", "toml", "lock", "txt", "svg", "css", "xlsx", "zip"}


@pytest.mark.slow
def test_names_of_code_in_decisions_are_those_of_the_code() -> None:
    """`module.name`: a name that a sweep changed stays in no document."""
    known, unknown = names_of_code(), []
    for path in [ROOT / "CONTRIBUTING.md", *(ROOT / "docs" / "decisions").glob("*.md")]:
        for module, name in re.findall(r"`([a-z_]+)\.([A-Za-z_]+)`", path.read_text(encoding="utf-8")):
            unknown += [f"{path.name}: {module}.{name}"] * (name not in known | FILES)
    assert unknown == []
