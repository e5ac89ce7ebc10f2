"""Only what a build made is ever deleted: what else stands in a review's place is refused, or moved aside whole."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small
from small import output_of, run

from evaluation.building import build, state, swap
from evaluation.building.manifest import BuiltFolder
from evaluation.writing.work_folder import work_folder_for

pytestmark = pytest.mark.slow  # builds a review for each thing that stands in the way


def add(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("years of work")


def test_what_no_build_made_is_refused_and_stays(built: Path) -> None:
    """What is told of each without a build is in test_replaced."""
    add(output_of(built), "en/one/drafts/thesis.docx")
    small.rewrite(built.parents[1] / "notebooks" / "one.ipynb", "2024", "2023")  # so that there is something to make
    before = small.hashes(built.parent.parent / "outputs")
    result = run(built)
    assert result.exit_code == 2, result.output
    assert "allowed: " in result.stderr
    assert small.hashes(built.parent.parent / "outputs") == before


@pytest.fixture
def swap_in(built: Path, tmp_path: Path) -> Callable[[], None]:
    """What another build made of the same review in other words, which takes the last one's place when it is called."""
    title, folder, other = "title: {en: Small", output_of(built), tmp_path / "other" / "small"
    small.rewrite(built, title, "title: {en: Little")
    assert run(built, "--output", str(other.parent)).exit_code == 0
    small.rewrite(built, "title: {en: Little", title)

    def take_its_place() -> None:
        if other.exists():
            shutil.rmtree(folder)
            other.rename(folder)

    return take_its_place


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("owner", "name"), [(BuiltFolder, "entries"), (build, "executor_of")])
def test_another_build_that_ends_while_this_one_begins_is_no_obstacle(
    owner: Any, name: str, built: Path, swap_in: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither while it reads the folder, nor when it has read it: no page of the one is listed as the other's."""
    whole, folder, function = small.hashes(output_of(built)), output_of(built), getattr(owner, name)

    def then_swapped(*given: Any, **named: Any) -> Any:
        answer = function(*given, **named)
        swap_in()
        return answer

    (folder / "en" / "one.html").unlink()
    monkeypatch.setattr(owner, name, then_swapped)
    result = run(built)
    assert result.exit_code == 0, result.output
    assert BuiltFolder(folder).discrepancy == ""
    assert small.hashes(folder) == whole


@pytest.mark.parametrize(
    "output", ["data", "notebooks", "parameters", ".", "data/more", "store", "outputs/small", "outputs/small/en"]
)
def test_a_review_is_built_into_no_folder_of_the_projects_own(output: str, built: Path, tmp_path: Path) -> None:
    before = small.hashes(tmp_path)
    for command in ("build", "plan"):
        result = run(built, "--output", str(tmp_path / output), command=command)
        assert result.exit_code == 2, result.output
        assert "--output:-:-: found" in result.stderr
    changed = small.hashes(tmp_path).items() ^ before.items()
    assert [name for name, _ in changed if not name.startswith("store/")] == []


def test_no_store_lies_in_data_or_outputs(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for store in ("data/store", "outputs/store", "outputs/small/store"):
        monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / store))
        result = run(built)
        assert result.exit_code == 2, result.output
        assert "EVALUATION_STORE:-:-: found" in result.stderr
        assert not (tmp_path / store).exists()


def test_clean_leaves_what_no_build_made(built: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    for name in (".thesis.building/chapter1.docx", ".thesis.failed/a", ".emacs.lock", "thesis/a"):
        add(outputs, name)
    add(tmp_path / "store", "2/photos/20/holiday.jpg")
    add(tmp_path / "store", "2/runs/ab/abc.part")
    before = small.hashes(outputs)
    result = small.asked("clean", "--output", outputs)
    assert result.exit_code == 0, result.output
    assert small.hashes(outputs) == before
    assert ".thesis.building:-:-: found something not from a build; it stays" in result.stderr
    assert small.hashes(tmp_path / "store").keys() == {"2/photos/20/holiday.jpg", "2/runs/ab/abc.part"}


def test_an_export_replaces_what_an_export_made_alone(built: Path) -> None:
    folder = output_of(built)
    assert run(built, "--xlsx", command="export").exit_code == 0
    first = small.hashes(folder)
    assert run(built, "--xlsx", command="export").exit_code == 0
    assert small.hashes(folder) == first
    assert swap.obstacles(BuiltFolder(folder)) == []
    (folder / "fr" / "one.xlsx").write_text("years of work")
    result = run(built, "--xlsx", command="export")
    assert result.exit_code == 2, result.output
    assert "fr/one.xlsx:-:-: found a file that no export made so" in result.stderr
    assert (folder / "fr" / "one.xlsx").read_text() == "years of work"
    assert [path.name for path in folder.parent.glob(".*")] == []


NAMES = [".", "..", ".review.failed", "a b", "small.aside-1", "A", "é", "-x", "x" * 250, "x\n", "\u202ex"]


@pytest.mark.parametrize(
    ("command", "name"), [*(("list", name) for name in NAMES), *((c, NAMES[2]) for c in ("build", "plan", "check"))]
)
def test_a_review_has_a_plain_name(name: str, command: str, built: Path) -> None:
    odd = built.with_name(f"{name}.yml")
    if len(name) < 250:
        shutil.copy(built, odd)
    before = small.hashes(built.parent.parent / "outputs")
    result = run(odd, command=command)
    assert result.exit_code == 2, result.output
    assert re.search("found the name|, a name that|found a name of", result.stderr)
    assert small.hashes(built.parent.parent / "outputs") == before


def test_a_review_elsewhere_is_known_by_a_hash_that_names_no_folder(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, second = (shutil.copy(built, tmp_path_factory.mktemp(name)) for name in ("someone", "somebody"))
    names = {state.review_id(Path(path)) for path in (first, second)}
    assert len(names) == 2
    assert not any("some" in name or "/" in name for name in names)


def test_an_export_waits_for_no_build(built: Path) -> None:
    folder = output_of(built)
    with work_folder_for(folder):
        result = run(built, "--xlsx", command="export")
    assert result.exit_code == 1
    line = f"{folder}:-:-: found another build of this review at work; allowed: one at a time: nothing was changed"
    assert result.stderr.startswith(line)
